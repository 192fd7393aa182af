//! `/api/v1/archive…`: a page, a folder or the whole site as markdown with its files.

use crate::app::App;
use crate::archive::Archive;
use crate::content::path::PagePath;
use crate::document::{Document, Effort};
use crate::http::error::AppError;
use crate::http::wiki::identify::Seen;
use crate::http::{negotiate, respond};
use crate::i18n::SITE_NAME;
use crate::{address, i18n};
use axum::extract::State;
use axum::http::{HeaderMap, Uri, header};
use axum::response::Response;
use bytes::Bytes;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use std::sync::Arc;
use tokio::sync::{Semaphore, SemaphorePermit};

/// Where it is.
const ADDRESS: &str = "/api/v1/archive";

/// The most bytes that the files of an archive have together, in MiB.
const MOST: u32 = 256;

/// An archive is made in memory. All that are under way or being sent have this many MiB together.
static ROOM: Semaphore = Semaphore::const_new(MOST as usize);

/// `GET /api/v1/archive/{path}`: a zip.
pub async fn show(
    State(app): State<Arc<App>>,
    Seen(edition): Seen,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, AppError> {
    let path = uri.path().strip_prefix(ADDRESS).unwrap_or_default();
    let path = PagePath::new(address::decode(path.trim_start_matches('/')).ok_or(AppError::NotFound)?);
    let archive = Archive::of(edition, &path, SITE_NAME).ok_or(AppError::NotFound)?;
    let needed = u32::try_from(archive.bytes().div_ceil(1 << 20)).unwrap_or(u32::MAX);
    if needed > MOST {
        let words = i18n::strings(negotiate::language(&headers));
        return Err(AppError::Refused(words.archive_too_large.to_string()));
    }
    let room = ROOM.acquire_many(needed).await.map_err(|_| AppError::Unavailable)?;
    let disposition = disposition(archive.name());
    let content = app.settings().content.clone();
    let document = app
        .compute(move || -> std::io::Result<Document> {
            let body = Bytes::from_owner(Held { zip: archive.pack(&content)?, _room: room });
            Ok(Document::new("application/zip", body).effort(Effort::None).attachment(false))
        })
        .await?;
    let document = document.map_err(|error| AppError::Internal(error.into()))?;
    let mut response = respond::with(&headers, Arc::new(document)).await;
    respond::set(response.headers_mut(), header::CONTENT_DISPOSITION, &disposition);
    Ok(response)
}

/// A zip with the room that it takes, which is free again when it has been sent.
struct Held {
    zip: Vec<u8>,
    _room: SemaphorePermit<'static>,
}

impl AsRef<[u8]> for Held {
    fn as_ref(&self) -> &[u8] {
        &self.zip
    }
}

/// The file's name for every browser (RFC 6266, appendix D): in ASCII, and as it is.
fn disposition(name: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || "-._".contains(c) { c } else { '_' };
    let ascii: String = name.chars().map(plain).collect();
    let ascii = if ascii.contains(|c: char| c.is_ascii_alphanumeric()) { ascii.as_str() } else { "pages" };
    // What RFC 8187 lets stand as it is has no parentheses and no stars.
    const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_');
    let encoded = utf8_percent_encode(name, ENCODED);
    format!("attachment; filename=\"{ascii}.zip\"; filename*=UTF-8''{encoded}.zip")
}

#[cfg(test)]
mod tests {
    use super::disposition;

    #[test]
    fn names_of_files() {
        for (name, wanted) in [
            ("tw-recycle", "filename=\"tw-recycle.zip\"; filename*=UTF-8''tw-recycle.zip"),
            ("重传 (a)", "filename=\"____a_.zip\"; filename*=UTF-8''%E9%87%8D%E4%BC%A0%20%28a%29.zip"),
            ("重传", "filename=\"pages.zip\"; filename*=UTF-8''%E9%87%8D%E4%BC%A0.zip"),
            ("a\"b", "filename=\"a_b.zip\"; filename*=UTF-8''a%22b.zip"),
        ] {
            assert_eq!(disposition(name), format!("attachment; {wanted}"));
        }
    }
}
