//! `/{lang}/search`: what is found, as a page.

use super::error::AppError;
use super::respond;
use super::wiki::form::Fields;
use super::wiki::identify::Seen;
use crate::app::App;
use crate::document::{Cache, Document, Effort};
use crate::edition::Edition;
use crate::finder::Wanted;
use crate::pages;
use crate::pages::search::{PER_PAGE, Results};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use search::{Found, Query};
use sim_wasm::text::Lang;
use std::sync::Arc;

/// The most bytes of a query.
const LONGEST: usize = 500;

/// What somebody looks for.
#[derive(Clone, Debug)]
pub(super) struct Request {
    /// The query, as it was written.
    pub(super) query: String,
    /// Its last word may still be going on.
    pub(super) unfinished: bool,
    /// In this language alone; in both when none.
    pub(super) lang: Option<Lang>,
    /// So many pages are passed over.
    pub(super) skip: usize,
    /// So many are wanted.
    pub(super) limit: usize,
}

/// The pages of an edition that answer.
///
/// # Errors
/// When the query is too long, or the index is not built yet.
pub(super) async fn find(app: &Arc<App>, edition: Arc<Edition>, request: Request) -> Result<Found, AppError> {
    if request.query.len() > LONGEST {
        return Err(AppError::TooLarge);
    }
    let finder = app.shelf().finder().clone();
    let look = move || {
        let query = Query::parse(&request.query);
        let query = if request.unfinished { query.unfinished() } else { query };
        let Request { lang, skip, limit, .. } = request;
        finder.find(&query, Wanted { edition: &edition, lang, skip, limit })
    };
    tokio::task::spawn_blocking(look)
        .await
        .map_err(|error| AppError::Internal(error.into()))?
        .ok_or(AppError::Unavailable)
}

/// `GET /{lang}/search?q=&page=`.
pub async fn show(
    State(app): State<Arc<App>>,
    Seen(edition): Seen,
    Path(code): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, AppError> {
    let lang = Lang::from_code(&code).ok_or(AppError::NotFound)?;
    let fields = Fields::of_query(&uri);
    let query = fields.get("q").trim().to_string();
    let page: usize = fields.given("page").and_then(|text| text.parse().ok()).unwrap_or(1).clamp(1, 1000);
    let request = Request {
        query: query.clone(),
        unfinished: false,
        lang: Some(lang),
        skip: (page - 1) * PER_PAGE,
        limit: PER_PAGE,
    };
    let elsewhere = Request { lang: Some(lang.other()), skip: 0, limit: 0, ..request.clone() };
    let found = find(&app, edition.clone(), request).await?;
    let elsewhere = find(&app, edition.clone(), elsewhere).await?;
    let results = Results { query, page, found, elsewhere: elsewhere.total };
    let html = pages::search::render(&edition.context(), lang, Some(&results))?;
    let document = Document::html(html).cache(Cache::NoStore).effort(Effort::Once);
    Ok(respond::with(&headers, Arc::new(document)).await)
}
