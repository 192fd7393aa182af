//! `/api/v1/search`: finding pages.

use crate::app::App;
use crate::http::error::AppError;
use crate::http::wiki::form::Fields;
use crate::http::wiki::identify::Seen;
use crate::http::wiki::json;
use crate::search;
use axum::extract::State;
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use serde_json::json;
use sim_wasm::text::Lang;
use std::sync::Arc;

/// So many pages are found at most.
const MOST: usize = 100;

/// The most bytes of a query.
const LONGEST: usize = 500;

/// `GET /api/v1/search?q=&lang=`: pages that have all words, in both languages when none is named.
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
    let query = fields.get("q").to_string();
    if query.len() > LONGEST {
        return Err(AppError::TooLarge);
    }
    let mut hits = app.compute(move || search::find(&edition.site, lang, &query)).await?;
    let more = hits.len() > MOST;
    hits.truncate(MOST);
    let pages = hits.iter().map(|hit| {
        json!({
            "path": hit.page.path.as_str(),
            "lang": hit.page.lang.code(),
            "title": hit.page.title,
            "address": hit.page.address(),
            "snippet": hit.snippet,
        })
    });
    Ok(json(&headers, 200, json!({ "pages": pages.collect::<Vec<_>>(), "more": more })).await)
}
