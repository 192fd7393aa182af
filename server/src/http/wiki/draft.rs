//! `/-/draft/{lang}/{path}`: what somebody is writing, kept on the server until it is saved.

use super::form::Fields;
use super::identify::Asker;
use super::target::Target;
use super::{json, wiki};
use crate::app::App;
use crate::http::error::AppError;
use crate::wiki::Wiki;
use crate::wiki::reader::Reader;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use database::User;
use std::sync::Arc;

/// Whose draft of which file.
async fn place<'a>(wiki: &Wiki, reader: &'a Reader, target: &Target) -> Result<(&'a User, String), AppError> {
    let user = reader.user().ok_or(AppError::SignIn)?;
    let pages = wiki.pages(reader);
    let file = pages.file_of(&target.path, target.lang).await?;
    pages.writable(&file)?;
    Ok((user, file))
}

/// `PUT`: `{text, base}`
pub async fn put(
    State(app): State<Arc<App>>,
    Asker(reader): Asker,
    target: Target,
    fields: Fields,
) -> Result<Response, AppError> {
    let wiki = wiki(&app)?;
    let (user, file) = place(wiki, &reader, &target).await?;
    wiki.database().put_draft(&user.id, &file, fields.get("text"), fields.given("base")).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// `GET`: the same with the time it was saved, or 404.
pub async fn get(
    State(app): State<Arc<App>>,
    Asker(reader): Asker,
    target: Target,
    headers: HeaderMap,
) -> Result<Response, AppError> {
    let wiki = wiki(&app)?;
    let (user, file) = place(wiki, &reader, &target).await?;
    let draft = wiki.database().draft(&user.id, &file).await?.ok_or(AppError::NotFound)?;
    let body = serde_json::json!({ "text": draft.text, "base": draft.base, "saved": draft.saved });
    Ok(json(&headers, 200, body).await)
}

/// `DELETE`
pub async fn delete(
    State(app): State<Arc<App>>,
    Asker(reader): Asker,
    target: Target,
) -> Result<Response, AppError> {
    let wiki = wiki(&app)?;
    let (user, file) = place(wiki, &reader, &target).await?;
    wiki.database().delete_draft(&user.id, &file).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
