//! The way in, and the questions of those who run the site.

use super::{negotiate, respond};
use crate::content::path::PagePath;
use axum::http::{HeaderMap, header};
use axum::response::Response;

/// `/`: to the home page in the reader's language.
pub async fn home(headers: HeaderMap) -> Response {
    to_language(&headers, |lang| PagePath::default().address(lang))
}

/// A redirect that depends on the reader's language.
pub(super) fn to_language(
    headers: &HeaderMap,
    address: impl FnOnce(sim_wasm::text::Lang) -> String,
) -> Response {
    let mut response = respond::found(&address(negotiate::language(headers)));
    respond::set(response.headers_mut(), header::VARY, "accept-language, cookie");
    response
}

/// `/healthz` and `/readyz`: the server listens only once the site is made, so it is ready when it answers.
pub async fn alive() -> ([(header::HeaderName, &'static str); 1], &'static str) {
    ([(header::CACHE_CONTROL, "no-store")], "ok\n")
}
