//! A document as a response: representation, entity tag, 304, caching.

use super::negotiate;
use super::security::ATTACHMENT_POLICY;
use crate::background;
use crate::document::{Cache, Document, Encoding, Sandbox};
use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use std::sync::mpsc::{self, Sender};
use std::sync::{Arc, OnceLock};

/// Answers a request with these headers.
pub async fn with(request: &HeaderMap, document: Arc<Document>) -> Response {
    with_vary(request, document, &[]).await
}

/// The same where the document was chosen by these request headers.
pub async fn with_vary(request: &HeaderMap, document: Arc<Document>, chosen_by: &[HeaderName]) -> Response {
    let encoding = negotiate::encoding(request).filter(|_| document.is_compressible());
    let encoding = encoding.map(|wanted| quick(request, &document, wanted));
    let etag = document.etag(encoding);
    let mut response = Response::new(Body::empty());
    let headers = response.headers_mut();
    set(
        headers,
        header::CACHE_CONTROL,
        match document.cache {
            Cache::Immutable => "public, max-age=31536000, immutable",
            Cache::Revalidate => "no-cache",
            Cache::NoStore => "no-store",
        },
    );
    let vary: Vec<&str> = chosen_by.iter().map(HeaderName::as_str).chain(["accept-encoding"]).collect();
    set(headers, header::VARY, &vary.join(", "));
    if let Sandbox::Attachment { inline } = document.sandbox {
        set(headers, header::CONTENT_SECURITY_POLICY, ATTACHMENT_POLICY);
        if !inline {
            set(headers, header::CONTENT_DISPOSITION, "attachment");
        }
    }
    if document.status == 200 {
        set(headers, header::ETAG, &etag);
        if matches(request, &etag) {
            *response.status_mut() = StatusCode::NOT_MODIFIED;
            return response;
        }
    }
    set(headers, header::CONTENT_TYPE, document.content_type);
    *response.status_mut() =
        StatusCode::from_u16(document.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let compressed = match encoding {
        Some(encoding) => compressed(&document, encoding).await.map(|body| (encoding, body)),
        None => None,
    };
    let headers = response.headers_mut();
    let body = match compressed {
        Some((encoding, body)) => {
            set(headers, header::CONTENT_ENCODING, encoding.name());
            body
        }
        None => {
            if document.status == 200 {
                set(headers, header::ETAG, &document.etag(None));
            }
            document.body().clone()
        }
    };
    *response.body_mut() = Body::from(body);
    response
}

/// What to answer with now. Compressing as well as can be takes seconds; until that is done in the background, readers
/// get what takes a moment.
fn quick(request: &HeaderMap, document: &Arc<Document>, wanted: Encoding) -> Encoding {
    let now = Encoding::Gzip;
    if !document.is_slow_to_compress() || document.is_ready(wanted) || !negotiate::accepts(request, now) {
        return wanted;
    }
    compress_later(document.clone(), wanted);
    now
}

/// Compresses documents one after the other, on a thread of its own: those that wait for an answer must not wait for it.
fn compress_later(document: Arc<Document>, encoding: Encoding) {
    static QUEUE: OnceLock<Sender<(Arc<Document>, Encoding)>> = OnceLock::new();
    let queue = QUEUE.get_or_init(|| {
        let (tell, hear) = mpsc::channel::<(Arc<Document>, Encoding)>();
        background::spawn(move || {
            hear.into_iter().for_each(|(document, encoding)| drop(document.compressed(encoding)))
        });
        tell
    });
    // The thread ends with the program.
    let _ = queue.send((document, encoding));
}

async fn compressed(document: &Arc<Document>, encoding: Encoding) -> Option<Bytes> {
    if document.is_ready(encoding) {
        return document.compressed(encoding);
    }
    let document = document.clone();
    tokio::task::spawn_blocking(move || document.compressed(encoding)).await.ok().flatten()
}

/// Whether `If-None-Match` names this version (RFC 9110, section 13.1.2): any of a list, weak or strong, or `*`.
fn matches(request: &HeaderMap, etag: &str) -> bool {
    let lines = request.get_all(header::IF_NONE_MATCH);
    let mut tags = lines.iter().filter_map(|line| line.to_str().ok()).flat_map(|line| line.split(','));
    tags.any(|tag| {
        let tag = tag.trim();
        tag == "*" || tag.strip_prefix("W/").unwrap_or(tag) == etag
    })
}

/// A redirect for ever.
pub fn moved(to: &str) -> Response {
    redirect(StatusCode::MOVED_PERMANENTLY, to)
}

/// A redirect for now.
pub fn found(to: &str) -> Response {
    redirect(StatusCode::FOUND, to)
}

/// An address with the request's query string.
pub fn with_query(address: &str, query: Option<&str>) -> String {
    match query {
        Some(query) if !query.is_empty() => format!("{address}?{query}"),
        _ => address.to_string(),
    }
}

pub(in crate::http) fn redirect(status: StatusCode, to: &str) -> Response {
    let mut response = status.into_response();
    set(response.headers_mut(), header::LOCATION, to);
    set(response.headers_mut(), header::CACHE_CONTROL, "no-cache");
    response
}

/// Sets a header. Every value given here is made by us of visible ASCII, so none is ever refused.
pub(in crate::http) fn set(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}
