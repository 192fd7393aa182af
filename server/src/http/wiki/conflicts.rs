//! `/-/conflicts`: versions that lost in a merge that nobody was there to see, and settling them.

use super::edit::{csrf, shown};
use super::form::Fields;
use super::identify::{Asker, Peer, Seen};
use super::{language, page, see_other, wiki};
use crate::app::App;
use crate::content::path::{self, Kind};
use crate::http::error::AppError;
use crate::pages::wiki::conflict::{self, Piece};
use crate::pages::wiki::{Subject, conflicts};
use crate::wiki::newlines;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use axum::routing::get;
use std::sync::Arc;
use store::{Conflict, Revision, Saved};

/// The addresses.
pub(super) fn routes() -> Router<Arc<App>> {
    Router::new().route("/-/conflicts", get(list)).route("/-/conflicts/{id}", get(show).post(settle))
}

async fn list(
    State(app): State<Arc<App>>,
    Asker(reader): Asker,
    Seen(edition): Seen,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, AppError> {
    let wiki = wiki(&app)?;
    if reader.is_anonymous() {
        return Err(AppError::SignIn);
    }
    let found = wiki.pages(&reader).conflicts().await?;
    let items: Vec<conflicts::Item> = found
        .iter()
        .map(|conflict| conflicts::Item {
            address: format!("/-/conflicts/{}", conflict.id),
            file: conflict.file.clone(),
            author: conflict.author.name().to_string(),
            time: conflict.time,
        })
        .collect();
    let html = conflicts::render(&edition.context(), language(&uri, &headers), &items)?;
    Ok(page(&headers, 200, html).await)
}

async fn find(pages: crate::wiki::pages::Pages<'_>, id: &str) -> Result<Conflict, AppError> {
    let id: Revision = id.parse().map_err(|_| AppError::NotFound)?;
    pages.conflicts().await?.into_iter().find(|conflict| conflict.id == id).ok_or(AppError::NotFound)
}

async fn show(
    State(app): State<Arc<App>>,
    Asker(reader): Asker,
    Seen(edition): Seen,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, AppError> {
    let wiki = wiki(&app)?;
    let pages = wiki.pages(&reader);
    let conflict = find(pages, &id).await?;
    let start = pages.start(&pages.writable(&conflict.file)?).await?;
    let text = |bytes: Option<Vec<u8>>| bytes.and_then(|it| String::from_utf8(it).ok()).unwrap_or_default();
    let (now, kept, before) = (text(start.text), text(conflict.yours), text(conflict.base));
    let merged = store::merge(before.as_bytes(), now.as_bytes(), kept.as_bytes());
    let pieces: Vec<Piece<'_>> = match &merged {
        store::Merge::Conflict(pieces) if !pieces.is_empty() => pieces.iter().map(shown).collect(),
        _ => vec![Piece::Both { before: &before, theirs: &now, yours: &kept }],
    };
    let Kind::Page { path, lang, .. } = path::classify(&conflict.file) else {
        return Err(AppError::Refused(format!("`{}` is no page; settle it with git", conflict.file)));
    };
    let html = conflict::render(
        &edition.context(),
        Subject { lang, path: &path, title: &conflict.file },
        conflict::Form {
            action: &format!("/-/conflicts/{id}"),
            base: &start.revision.to_string(),
            csrf: &csrf(wiki, &headers),
            message: "",
        },
        &pieces,
    )?;
    Ok(page(&headers, 200, html).await)
}

async fn settle(
    State(app): State<Arc<App>>,
    Asker(reader): Asker,
    Peer(ip): Peer,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, AppError> {
    let wiki = wiki(&app)?;
    let pages = wiki.pages(&reader);
    let conflict = find(pages, &id).await?;
    let page = pages.writable(&conflict.file)?;
    let base: Revision = fields.get("base").parse().map_err(|_| AppError::BadRequest)?;
    let before = pages.read(&pages.readable(&conflict.file)?, Some(base)).await?;
    let before = before.and_then(|bytes| String::from_utf8(bytes).ok());
    let text = newlines::as_before(before.as_deref(), fields.get("text"));
    let message = fields.given("message").map_or_else(|| format!("Settle {}", conflict.file), str::to_string);
    match pages.settle(conflict.id, &page, base, text.into_bytes(), message).await? {
        Saved::Committed { .. } | Saved::Unchanged { .. } => {
            app.saved(vec![conflict.file.clone()]).await?;
            wiki.audit(reader.user(), "conflict settled", &conflict.file, ip).await?;
            Ok(see_other("/-/conflicts"))
        }
        // Somebody saved the page since the form was shown: it is shown again with their text.
        Saved::Conflict { .. } => Ok(see_other(&format!("/-/conflicts/{id}"))),
    }
}
