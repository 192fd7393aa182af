//! `GET /-/complete/{lang}?q=`: pages that a link can lead to, for the editor.

use super::form::Fields;
use super::identify::{Asker, Seen};
use super::{json, wiki};
use crate::app::App;
use crate::content::page::Page;
use crate::http::error::AppError;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use sim_wasm::text::Lang;
use std::sync::Arc;

/// How many are offered.
const MOST: usize = 20;

/// Pages whose title or path holds the words, best first.
pub async fn show(
    State(app): State<Arc<App>>,
    Asker(reader): Asker,
    Seen(edition): Seen,
    Path(code): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, AppError> {
    wiki(&app)?;
    if reader.is_anonymous() {
        return Err(AppError::SignIn);
    }
    let lang = Lang::from_code(&code).ok_or(AppError::NotFound)?;
    let wanted = Fields::of_query(&uri).get("q").to_lowercase();
    let mut found: Vec<(u8, &Arc<Page>)> = edition
        .site
        .pages()
        .filter(|page| page.lang == lang)
        .filter_map(|page| Some((rank(page, &wanted)?, page)))
        .collect();
    found.sort_by_key(|(rank, page)| (*rank, page.path.clone()));
    let cx = edition.context();
    let pages = found.into_iter().take(MOST).map(|(_, page)| {
        let headings = cx.body(page).map(|body| body.toc.as_slice()).unwrap_or_default();
        serde_json::json!({
            "title": page.title,
            "path": page.path.as_str(),
            "address": page.address(),
            "headings": headings.iter().map(|it| serde_json::json!({ "id": it.id, "text": it.text })).collect::<Vec<_>>(),
        })
    });
    Ok(json(&headers, 200, pages.collect()).await)
}

/// How well a page fits; none when it does not.
fn rank(page: &Page, wanted: &str) -> Option<u8> {
    let (title, path) = (page.title.to_lowercase(), page.path.as_str().to_lowercase());
    match () {
        () if title.starts_with(wanted) || page.path.name().starts_with(wanted) => Some(0),
        () if title.contains(wanted) => Some(1),
        () if path.contains(wanted) => Some(2),
        () => None,
    }
}
