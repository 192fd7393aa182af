//! `POST /-/preview/{lang}/{path}`: a text as it would look, for the editor.

use super::edit::{LONGEST, diagnostics};
use super::identify::{Asker, Seen};
use super::target::Target;
use super::{json, wiki};
use crate::app::App;
use crate::edition::preview::Draft;
use crate::http::error::AppError;
use crate::pages::layout;
use axum::body::{Body, to_bytes};
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use std::sync::Arc;

/// Renders the body of the request.
pub async fn show(
    State(app): State<Arc<App>>,
    Asker(reader): Asker,
    Seen(edition): Seen,
    target: Target,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, AppError> {
    let wiki = wiki(&app)?;
    let pages = wiki.pages(&reader);
    let file = pages.file_of(&target.path, target.lang).await?;
    pages.writable(&file)?;
    let body = to_bytes(body, LONGEST).await.map_err(|_| AppError::TooLarge)?;
    let text = String::from_utf8(body.into()).map_err(|_| AppError::BadRequest)?;
    let draft = Draft { file, path: target.path, lang: target.lang };
    let shown = edition.clone();
    let preview = app.compute(move || shown.preview(&draft, &text)).await?;
    let modules = layout::modules(&edition.context(), &preview.labs);
    let style = edition.assets.address("css/lab.css").filter(|_| !preview.labs.is_empty());
    let body = serde_json::json!({
        "title": preview.title,
        "html": preview.html,
        "labs": preview.labs,
        "diagnostics": diagnostics(&preview.diagnostics),
        "stylesheets": style.into_iter().collect::<Vec<_>>(),
        "lab_script": modules.map(|live| serde_json::json!({ "src": live.js, "modules": live.modules })),
    });
    Ok(json(&headers, 200, body).await)
}
