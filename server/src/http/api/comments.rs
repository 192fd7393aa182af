//! `/api/v1/comments…`: comments on pages.

use crate::app::App;
use crate::content::path::PagePath;
use crate::edition::Edition;
use crate::http::error::AppError;
use crate::http::wiki::comments::{names, paragraphs_of};
use crate::http::wiki::form::Fields;
use crate::http::wiki::identify::{Asker, Seen};
use crate::http::wiki::target::Target;
use crate::http::wiki::{json, wiki};
use crate::wiki::discussion::Discussion;
use crate::wiki::paragraphs::{self, Found};
use crate::wiki::reader::Reader;
use crate::wiki::{Wiki, follow};
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use database::{Anchor, Comment};
use serde_json::{Value, json};
use sim_wasm::text::Lang;
use std::sync::Arc;

/// `GET /api/v1/comments/{lang}/{path}`: the conversations, and the paragraphs that can be commented on.
pub async fn list(
    State(app): State<Arc<App>>,
    Asker(reader): Asker,
    Seen(edition): Seen,
    target: Target,
    headers: HeaderMap,
) -> Result<Response, AppError> {
    let wiki = wiki(&app)?;
    let discussion = Discussion::of(wiki, &reader, &edition, &target.path, target.lang).await?;
    let paragraphs = paragraphs_of(&edition, &target);
    let names = names(wiki, discussion.people()).await?;
    let threads: Vec<Value> = discussion
        .threads
        .iter()
        .map(|thread| {
            let anchor = thread.comments.first().and_then(|first| first.anchor.as_ref());
            let paragraph = anchor.map(|anchor| {
                let now = match paragraphs::find(&paragraphs, anchor) {
                    Some(Found::Same(it) | Found::Changed(it)) => Some(&it.hash),
                    None => None,
                };
                json!({ "quote": anchor.quote, "on": now })
            });
            let comments = thread.living().map(|comment| {
                let mut shown = one(comment);
                shown["author"] = json!(names.get(&comment.user_id));
                shown
            });
            json!({
                "id": thread.id(),
                "paragraph": paragraph,
                "settled": thread.is_settled(),
                "comments": comments.collect::<Vec<_>>(),
            })
        })
        .collect();
    let paragraphs: Vec<Value> =
        paragraphs.iter().map(|it| json!({ "on": it.hash, "quote": it.quote })).collect();
    let body = json!({
        "open": discussion.open(),
        "may_comment": discussion.may_comment(),
        "threads": threads,
        "paragraphs": paragraphs,
    });
    Ok(json(&headers, 200, body).await)
}

fn one(comment: &Comment) -> Value {
    json!({
        "id": comment.id,
        "parent": comment.parent,
        "created": comment.created,
        "edited": comment.edited,
        "body": comment.body,
    })
}

/// `POST /api/v1/comments/{lang}/{path}` with `{body, parent, on}`: on the page, as an answer, or on a paragraph.
pub async fn add(
    State(app): State<Arc<App>>,
    Asker(reader): Asker,
    Seen(edition): Seen,
    target: Target,
    headers: HeaderMap,
    fields: Fields,
) -> Result<Response, AppError> {
    let wiki = wiki(&app)?;
    let discussion = Discussion::of(wiki, &reader, &edition, &target.path, target.lang).await?;
    let anchor = match fields.given("on") {
        None => None,
        Some(hash) => {
            let found = paragraphs_of(&edition, &target).into_iter().find(|it| it.hash == hash);
            let gone = || AppError::Refused(format!("the page has no paragraph `{hash}` (any more)"));
            found.map(|it| Some(Anchor { hash: it.hash, quote: it.quote })).ok_or_else(gone)?
        }
    };
    let comment = discussion.add(fields.get("body"), fields.given("parent"), anchor).await?;
    follow::commented(&app, &comment).await;
    Ok(json(&headers, 201, one(&comment)).await)
}

/// `PATCH /api/v1/comment/{id}` with `{body, settled}`: another text, or the conversation is settled or open again.
pub async fn change(
    State(app): State<Arc<App>>,
    Asker(reader): Asker,
    Seen(edition): Seen,
    Path(id): Path<String>,
    headers: HeaderMap,
    fields: Fields,
) -> Result<Response, AppError> {
    let wiki = wiki(&app)?;
    let discussion = around(wiki, &reader, &edition, &id).await?;
    let settled = match fields.get("settled") {
        "" => None,
        "true" => Some(true),
        "false" => Some(false),
        _ => return Err(AppError::Refused("`settled` is neither true nor false".to_string())),
    };
    if !fields.has_not("body") {
        discussion.edit(&id, fields.get("body")).await?;
    }
    if let Some(settled) = settled {
        discussion.settle(&id, settled).await?;
    }
    let comment = wiki.database().comment(&id).await?.ok_or(AppError::NotFound)?;
    Ok(json(&headers, 200, one(&comment)).await)
}

/// `DELETE /api/v1/comment/{id}`
pub async fn delete(
    State(app): State<Arc<App>>,
    Asker(reader): Asker,
    Seen(edition): Seen,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, AppError> {
    let wiki = wiki(&app)?;
    around(wiki, &reader, &edition, &id).await?.delete(&id).await?;
    Ok(json(&headers, 200, json!({ "id": id })).await)
}

/// The discussion that a comment is part of. For whoever may not read its page, there is no such comment.
async fn around<'a>(
    wiki: &'a Wiki,
    reader: &'a Reader,
    edition: &Edition,
    id: &str,
) -> Result<Discussion<'a>, AppError> {
    if reader.is_anonymous() {
        return Err(AppError::SignIn);
    }
    let comment =
        wiki.database().comment(id).await?.filter(|it| it.deleted.is_none()).ok_or(AppError::NotFound)?;
    let lang = Lang::from_code(&comment.lang).ok_or(AppError::NotFound)?;
    Ok(Discussion::of(wiki, reader, edition, &PagePath::new(comment.path), lang).await?)
}
