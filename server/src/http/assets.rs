//! `/static/…`: the files of the design.

use super::error::AppError;
use super::respond;
use crate::app::App;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use std::sync::Arc;

/// A file by its hashed name.
pub async fn file(
    State(app): State<Arc<App>>,
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Result<Response, AppError> {
    let edition = app.shelf().first();
    let document = edition.assets.get(&name).ok_or(AppError::NotFound)?;
    Ok(respond::with(&headers, document.clone()).await)
}
