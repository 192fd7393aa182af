//! Media types by file name: a closed list, so that nothing served is ever sniffed or run by accident.

/// How files of one kind are served.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Media {
    /// The `Content-Type`.
    pub content_type: &'static str,
    /// Whether compressing it pays.
    pub compressible: bool,
    /// Whether a browser may show it; else it is offered as a download.
    pub inline: bool,
}

const fn text(content_type: &'static str) -> Media {
    Media { content_type, compressible: true, inline: true }
}

const fn binary(content_type: &'static str) -> Media {
    Media { content_type, compressible: false, inline: true }
}

const fn download(content_type: &'static str) -> Media {
    Media { content_type, compressible: false, inline: false }
}

/// Captures in the pcapng format. No type is registered for them (that of pcap, `application/vnd.tcpdump.pcap`, names
/// another format); this is the one that Wireshark registers itself for.
pub const PCAPNG: &str = "application/x-pcapng";

fn extension(name: &str) -> String {
    name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase()).unwrap_or_default()
}

/// A file of the site's own design.
pub fn of_asset(name: &str) -> Media {
    match extension(name).as_str() {
        "css" => text("text/css; charset=utf-8"),
        "js" | "mjs" => text("text/javascript; charset=utf-8"),
        "wasm" => text("application/wasm"),
        "woff2" => binary("font/woff2"),
        _ => of_attachment(name),
    }
}

/// A file that an author put beside a page: pictures and data are shown, whatever could be a program is not.
pub fn of_attachment(name: &str) -> Media {
    match extension(name).as_str() {
        "png" => binary("image/png"),
        "jpg" | "jpeg" => binary("image/jpeg"),
        "gif" => binary("image/gif"),
        "webp" => binary("image/webp"),
        "avif" => binary("image/avif"),
        "ico" => binary("image/x-icon"),
        "svg" => text("image/svg+xml"),
        "mp4" => binary("video/mp4"),
        "webm" => binary("video/webm"),
        "pdf" => binary("application/pdf"),
        "txt" | "log" | "conf" | "sh" | "c" | "h" | "py" | "pkt" => text("text/plain; charset=utf-8"),
        "csv" => text("text/csv; charset=utf-8"),
        "json" => text("application/json"),
        "zip" => download("application/zip"),
        "gz" | "tgz" => download("application/gzip"),
        "xz" => download("application/x-xz"),
        "pcap" | "cap" => download("application/vnd.tcpdump.pcap"),
        "pcapng" => download(PCAPNG),
        _ => download("application/octet-stream"),
    }
}
