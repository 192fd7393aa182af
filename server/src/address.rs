//! Addresses as the site writes them: one spelling for each, so that every other spelling can be redirected to it.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use sim_wasm::text::Lang;

/// What a path segment cannot hold as it is: everything but RFC 3986's `pchar`.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'!')
    .remove(b'$')
    .remove(b'&')
    .remove(b'(')
    .remove(b')')
    .remove(b'*')
    .remove(b'+')
    .remove(b',')
    .remove(b';')
    .remove(b'=')
    .remove(b':')
    .remove(b'@');

/// One segment of a path, percent-encoded.
pub fn segment(text: &str) -> String {
    utf8_percent_encode(text, SEGMENT).to_string()
}

/// A path of several segments, each percent-encoded.
pub fn path(text: &str) -> String {
    text.split('/').map(segment).collect::<Vec<_>>().join("/")
}

/// The address of what the wiki does with a page: `/-/edit/en/tcp/syn`.
pub fn wiki(verb: &str, lang: Lang, page: &str) -> String {
    let address = format!("/-/{verb}/{}", lang.code());
    match page {
        "" => address,
        page => format!("{address}/{}", path(page)),
    }
}

/// The address of a page or a folder as a zip: `/api/v1/archive/tcp/syn`.
pub fn archive(page: &str) -> String {
    format!("/api/v1/archive/{}", path(page))
}

/// The address as a server of files understands it: each escaped slash is one like all others, and none stands twice.
pub fn plain(address: &str) -> String {
    let Some(text) = decode(address) else { return address.to_string() };
    let names: Vec<String> = text.split('/').filter(|name| !name.is_empty()).map(segment).collect();
    let end = if address.ends_with('/') && !names.is_empty() { "/" } else { "" };
    format!("/{}{end}", names.join("/"))
}

/// The text that a percent-encoded path stands for; none when it is no UTF-8 or has control characters.
pub fn decode(encoded: &str) -> Option<String> {
    let text = percent_decode_str(encoded).decode_utf8().ok()?;
    (!text.chars().any(char::is_control)).then(|| text.into_owned())
}

/// The one spelling of a request's path: no empty segments, no slash at the end but that of `/` and `/{lang}/`,
/// the language in lower case, percent-encoding where it is needed and only there.
///
/// None for a path that cannot name anything here: dot segments, bytes that are no UTF-8, control characters.
pub fn canonical(raw: &str) -> Option<String> {
    let mut out = String::with_capacity(raw.len());
    for raw_segment in raw.split('/').filter(|segment| !segment.is_empty()) {
        let text = decode(raw_segment)?;
        if text == "." || text == ".." {
            return None;
        }
        let lang = if out.is_empty() { Lang::from_code(&text.to_ascii_lowercase()) } else { None };
        out.push('/');
        match lang {
            Some(lang) => out.push_str(lang.code()),
            None => out.push_str(&segment(&text)),
        }
    }
    if out.is_empty() || out.strip_prefix('/').and_then(Lang::from_code).is_some() {
        out.push('/');
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::{canonical, plain};

    #[test]
    fn one_spelling_for_each_address() {
        for (raw, wanted) in [
            ("/", Some("/")),
            ("//", Some("/")),
            ("/en", Some("/en/")),
            ("/en/", Some("/en/")),
            ("/En/", Some("/en/")),
            ("/ZH", Some("/zh/")),
            ("/EN/En", Some("/en/En")),
            ("/en//tcp///paws/", Some("/en/tcp/paws")),
            ("/en/%74cp", Some("/en/tcp")),
            ("/en/tags/TCP%2fIP", Some("/en/tags/TCP%2FIP")),
            ("/zh/tags/%e9%87%8d", Some("/zh/tags/%E9%87%8D")),
            ("/en/a(b)", Some("/en/a(b)")),
            ("/en/../etc", None),
            ("/en/%2e%2E/etc", None),
            ("/en/%ff", None),
            ("/en/a%00", None),
            ("/en/a%0d%0aX", None),
        ] {
            assert_eq!(canonical(raw).as_deref(), wanted, "{raw}");
        }
    }

    #[test]
    fn servers_of_files_know_one_slash() {
        for (address, wanted) in [
            ("/en/", "/en/"),
            ("/", "/"),
            ("/en/tags/TCP%2FIP", "/en/tags/TCP/IP"),
            ("/en/tags/%2Fetc%2F%2Fhosts/atom.xml", "/en/tags/etc/hosts/atom.xml"),
            ("/zh/%E7%BD%91%20a", "/zh/%E7%BD%91%20a"),
            ("/en/%ff", "/en/%ff"),
        ] {
            assert_eq!(plain(address), wanted);
        }
    }
}
