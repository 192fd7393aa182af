//! `POST /-/attach/{lang}/{path}?name=`: a file beside a page.

use super::form::Fields;
use super::identify::Asker;
use super::target::Target;
use super::{json, wiki};
use crate::address;
use crate::app::App;
use crate::content::picture;
use crate::http::error::AppError;
use crate::wiki::pages::Pages;
use axum::body::{Body, to_bytes};
use axum::extract::State;
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use std::sync::Arc;

/// The longest file.
pub const LONGEST: usize = 16 << 20;

/// A picture with more pixels than this fills the memory of those who look at it.
const MOST_PIXELS: u64 = 64_000_000;

/// Keeps the body of the request beside the page, under the name given or one like it.
pub async fn put(
    State(app): State<Arc<App>>,
    Asker(reader): Asker,
    target: Target,
    uri: Uri,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, AppError> {
    let wiki = wiki(&app)?;
    let pages = wiki.pages(&reader);
    let page = pages.file_of(&target.path, target.lang).await?;
    pages.writable(&page)?;
    let name = clean(Fields::of_query(&uri).get("name"));
    let bytes = to_bytes(body, LONGEST).await.map_err(|_| AppError::TooLarge)?;
    check(&name, &bytes).map_err(AppError::Unsupported)?;
    let folder = page.rsplit_once('/').map_or("", |(folder, _)| folder);
    let (name, is_new) = free_name(&pages, folder, &name, &bytes).await?;
    let file = join(folder, &name);
    if is_new {
        let writable = pages.writable(&file)?;
        pages.commit(vec![(writable, Some(bytes.to_vec()))], format!("Add {file}")).await?;
        app.saved(vec![file.clone()]).await?;
    }
    let is_picture = picture::size(&bytes[..bytes.len().min(picture::HEAD)]).is_some();
    let link = address::segment(&name);
    let markdown = if is_picture { format!("![]({link})") } else { format!("[{name}]({link})") };
    let url = format!("/{}/{}", target.lang.code(), address::path(&file));
    Ok(json(&headers, 201, serde_json::json!({ "markdown": markdown, "name": name, "url": url })).await)
}

/// A name without what the file system or an address could trip over.
fn clean(name: &str) -> String {
    const LONGEST: usize = 100;
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let plain = |c: char| if c.is_alphanumeric() || matches!(c, '.' | '-' | '_') { c } else { '-' };
    let name: String = name.chars().map(plain).collect();
    let name = name.trim_matches(['.', '-']);
    let (stem, extension) = name.rsplit_once('.').unwrap_or((name, ""));
    let stem: String = stem.chars().take(LONGEST).collect();
    let stem = if stem.is_empty() { "file".to_string() } else { stem };
    if extension.is_empty() { stem } else { format!("{stem}.{}", extension.to_ascii_lowercase()) }
}

/// Whether a file is what its name says, and of a kind that belongs beside a page.
///
/// # Errors
/// A sentence that says what is wrong with it.
pub fn check(name: &str, bytes: &[u8]) -> Result<(), String> {
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    let starts = |magic: &[u8]| bytes.starts_with(magic);
    let right = match extension {
        "png" => starts(b"\x89PNG\r\n\x1a\n"),
        "jpg" | "jpeg" => starts(&[0xff, 0xd8, 0xff]),
        "gif" => starts(b"GIF8"),
        "webp" => starts(b"RIFF") && bytes.get(8..12) == Some(b"WEBP"),
        "avif" => bytes.get(4..8) == Some(b"ftyp"),
        "svg" => std::str::from_utf8(bytes).is_ok_and(|text| text.contains("<svg")),
        "pdf" => starts(b"%PDF-"),
        "zip" => starts(b"PK"),
        "gz" | "tgz" => starts(&[0x1f, 0x8b]),
        "xz" => starts(b"\xfd7zXZ"),
        "pcap" | "cap" => [[0xd4, 0xc3, 0xb2, 0xa1], [0xa1, 0xb2, 0xc3, 0xd4], [0x4d, 0x3c, 0xb2, 0xa1]]
            .iter()
            .any(|it| starts(it)),
        "pcapng" => starts(&[0x0a, 0x0d, 0x0d, 0x0a]),
        "mp4" => bytes.get(4..8) == Some(b"ftyp"),
        "webm" => starts(&[0x1a, 0x45, 0xdf, 0xa3]),
        "txt" | "log" | "conf" | "sh" | "c" | "h" | "py" | "pkt" | "csv" | "json" => {
            std::str::from_utf8(bytes).is_ok_and(|text| !text.contains('\0'))
        }
        _ => {
            return Err(format!(
                "files called `*.{extension}` are not kept; pictures, captures, text and archives are"
            ));
        }
    };
    if !right {
        return Err(format!("the file is no `.{extension}`, whatever its name says"));
    }
    let pixels = picture::size(&bytes[..bytes.len().min(picture::HEAD)])
        .map_or(0, |(width, height)| u64::from(width) * u64::from(height));
    match pixels > MOST_PIXELS {
        true => Err(format!("the picture has {pixels} pixels; {MOST_PIXELS} are the limit")),
        false => Ok(()),
    }
}

/// The name itself, or `name-2` where something else is called that; and whether nothing is there yet.
async fn free_name(
    pages: &Pages<'_>,
    folder: &str,
    name: &str,
    bytes: &[u8],
) -> Result<(String, bool), AppError> {
    let (stem, extension) = name.rsplit_once('.').unwrap_or((name, ""));
    for n in 1..1000 {
        let candidate = if n == 1 { name.to_string() } else { format!("{stem}-{n}.{extension}") };
        match pages.read(&pages.readable(&join(folder, &candidate))?, None).await? {
            None => return Ok((candidate, true)),
            Some(there) if there == bytes => return Ok((candidate, false)),
            Some(_) => {}
        }
    }
    Err(AppError::Refused(format!("there are a thousand files called `{name}` already; choose another name")))
}

fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_string() } else { format!("{folder}/{name}") }
}

#[cfg(test)]
mod tests {
    use super::{check, clean};

    #[test]
    fn names_are_harmless() {
        for (given, kept) in [
            ("shot.PNG", "shot.png"),
            ("../../etc/passwd", "passwd"),
            ("C:\\pictures\\a b.png", "a-b.png"),
            ("抓包 1.pcapng", "抓包-1.pcapng"),
            (".git", "git"),
            ("", "file"),
            ("..", "file"),
            ("a\0b\n.txt", "a-b-.txt"),
        ] {
            assert_eq!(clean(given), kept, "{given:?}");
        }
    }

    #[test]
    fn files_are_what_their_names_say() {
        assert!(check("a.png", b"\x89PNG\r\n\x1a\n....").is_ok());
        assert!(check("a.txt", b"text").is_ok());
        for (name, bytes) in
            [("a.png", &b"<script>"[..]), ("a.html", b"<p>"), ("a", b""), ("a.exe", b"MZ"), ("a.txt", b"\0")]
        {
            assert!(check(name, bytes).is_err(), "{name}");
        }
        let mut flood = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
        flood.extend([0, 0, 0xff, 0xff, 0, 0, 0xff, 0xff]);
        assert!(check("a.png", &flood).unwrap_err().contains("pixels"));
    }
}
