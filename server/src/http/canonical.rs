//! One spelling for each address: all others are redirected to it.

use super::error::AppError;
use super::respond;
use crate::address;
use crate::app::App;
use axum::extract::{Request, State};
use axum::http::Method;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::sync::Arc;

/// The longest address we read; browsers and proxies agree on at least this much (RFC 9110, section 4.1).
const LONGEST: usize = 8192;

/// Refuses addresses that cannot be any of ours, and redirects those in another spelling.
pub async fn redirect(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
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
    let edition = app.edition();
    let to = edition.settled(&wanted);
    respond::moved(&respond::with_query(to, uri.query()))
}
