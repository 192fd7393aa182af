//! `/api/v1/search`: finding pages.

use crate::app::App;
use crate::http::error::AppError;
use crate::http::search::{self, Request};
use crate::http::wiki::form::Fields;
use crate::http::wiki::identify::Seen;
use crate::http::wiki::json;
use axum::extract::State;
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use sim_wasm::text::Lang;
use std::sync::Arc;

/// So many pages are given when nobody says how many, and at most.
const USUAL: usize = 20;
const MOST: usize = 100;

/// `GET /api/v1/search?q=&lang=&skip=&limit=&typing=`: the pages that answer, best first; in both languages when none is
/// named. `typing` says that the last word may still be going on.
pub async fn find(
    State(app): State<Arc<App>>,
    Seen(edition): Seen,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, AppError> {
    let fields = Fields::of_query(&uri);
    let lang = match fields.given("lang") {
        None => None,
        Some(code) => Some(Lang::from_code(code).ok_or(AppError::BadRequest)?),
    };
    let number = |name, usual: usize| match fields.given(name) {
        None => Ok(usual),
        Some(text) => text.parse().map_err(|_| AppError::BadRequest),
    };
    let request = Request {
        query: fields.get("q").to_string(),
        unfinished: fields.has("typing"),
        lang,
        skip: number("skip", 0)?,
        limit: number("limit", USUAL)?.min(MOST),
    };
    let found = search::find(&app, edition, request).await?;
    let found = serde_json::to_value(found).map_err(|error| AppError::Internal(error.into()))?;
    Ok(json(&headers, 200, found).await)
}
