//! `/-/upkeep`: what wants somebody's hand.

use super::identify::{Asker, Seen};
use super::{language, page, wiki};
use crate::app::App;
use crate::http::error::AppError;
use crate::pages::wiki::upkeep;
use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use axum::routing::get;
use jiff::Zoned;
use std::sync::Arc;

/// The address.
pub(super) fn routes() -> Router<Arc<App>> {
    Router::new().route("/-/upkeep", get(show))
}

async fn show(
    State(app): State<Arc<App>>,
    Asker(reader): Asker,
    Seen(edition): Seen,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, AppError> {
    wiki(&app)?;
    if reader.is_anonymous() {
        return Err(AppError::SignIn);
    }
    let found = edition.upkeep(Zoned::now().date());
    let html = upkeep::render(
        &edition.context(),
        language(&uri, &headers),
        &found.findings,
        &found.orphans,
        &found.stale,
    )?;
    Ok(page(&headers, 200, html).await)
}
