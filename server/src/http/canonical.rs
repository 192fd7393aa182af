//! One spelling for each address: all others are redirected to it.

use super::error::AppError;
use super::respond;
use super::wiki::identify::Seen;
use crate::address;
use axum::extract::Request;
use axum::http::Method;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use sim_wasm::lab::query;

/// The longest address we read: a query as long as a lab may have, and the path before it. RFC 9110, section 4.1, asks
/// for 8000 at least; the server's own limit is 65,534, and that of browsers is higher.
const LONGEST: usize = 32 * 1024;

const _: () = assert!(query::LONGEST + 512 <= LONGEST, "a lab and its preset have room for their names");

/// Refuses addresses that cannot be any of ours, and redirects those in another spelling.
pub async fn redirect(Seen(edition): Seen, request: Request, next: Next) -> Response {
    let uri = request.uri();
    if uri.path_and_query().is_some_and(|it| it.as_str().len() > LONGEST) {
        return AppError::UriTooLong.into_response();
    }
    let Some(wanted) = address::canonical(uri.path()) else {
        return AppError::BadRequest.into_response();
    };
    if wanted == uri.path() || !matches!(*request.method(), Method::GET | Method::HEAD) {
        return next.run(request).await;
    }
    let to = edition.settled(&wanted);
    respond::moved(&respond::with_query(to, uri.query()))
}
