//! `/api/v1/pages…`: reading and writing pages, each with the revision that it is based on.

use crate::app::App;
use crate::content::path::PagePath;
use crate::http::error::AppError;
use crate::http::wiki::form::Fields;
use crate::http::wiki::identify::{Asker, Seen};
use crate::http::wiki::target::Target;
use crate::http::wiki::{edit, json, wiki};
use crate::wiki::past;
use axum::extract::State;
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use serde_json::{Value, json};
use sim_wasm::text::Lang;
use std::sync::Arc;
use store::{Revision, Saved};

/// So many pages or revisions are listed at most.
const MOST: usize = 100;

/// `GET /api/v1/pages?lang=en&folder=tcp&after=tcp/paws`: pages by path, at most a hundred.
pub async fn list(Seen(edition): Seen, uri: Uri, headers: HeaderMap) -> Result<Response, AppError> {
    let query = Fields::of_query(&uri);
    let lang = Lang::from_code(query.given("lang").unwrap_or("en")).ok_or(AppError::BadRequest)?;
    let folder = query.given("folder").map(|folder| format!("{}/", folder.trim_matches('/')));
    let after = query.given("after").map(PagePath::new);
    let mut pages = edition.site.pages().filter(|page| {
        page.lang == lang
            && folder.as_deref().is_none_or(|folder| page.path.as_str().starts_with(folder))
            && after.as_ref().is_none_or(|after| page.path > *after)
    });
    let shown: Vec<Value> = pages
        .by_ref()
        .take(MOST)
        .map(|page| {
            json!({
                "path": page.path.as_str(),
                "lang": page.lang.code(),
                "title": page.title,
                "address": page.address(),
                "changed": page.changed().map(|date| date.to_string()),
            })
        })
        .collect();
    let more = pages.next().is_some();
    Ok(json(&headers, 200, json!({ "pages": shown, "more": more })).await)
}

/// `GET /api/v1/pages/{lang}/{path}`: the text, and the revision that a change of it names as its base.
pub async fn read(
    State(app): State<Arc<App>>,
    Asker(reader): Asker,
    target: Target,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, AppError> {
    let pages = wiki(&app)?.pages(&reader);
    let file = pages.file_of(&target.path, target.lang).await?;
    let page = pages.readable(&file)?;
    let query = Fields::of_query(&uri);
    let revision: Revision = match query.given("at") {
        Some(at) => at.parse()?,
        None => pages.head().await?,
    };
    let bytes = pages.read(&page, Some(revision)).await?.ok_or(AppError::NotFound)?;
    let body = json!({
        "path": target.path.as_str(),
        "lang": target.lang.code(),
        "file": file,
        "address": target.address(),
        "revision": revision.to_string(),
        "text": String::from_utf8_lossy(&bytes),
    });
    Ok(json(&headers, 200, body).await)
}

/// `PUT /api/v1/pages/{lang}/{path}` with `{text, base, message}`; without `base` the page must be new. The text is saved
/// byte for byte.
pub async fn write(
    State(app): State<Arc<App>>,
    Asker(reader): Asker,
    Seen(edition): Seen,
    target: Target,
    headers: HeaderMap,
    fields: Fields,
) -> Result<Response, AppError> {
    let pages = wiki(&app)?.pages(&reader);
    let file = pages.file_of(&target.path, target.lang).await?;
    let page = pages.writable(&file)?;
    let base: Option<Revision> = fields.given("base").map(str::parse).transpose()?;
    if fields.has_not("text") {
        return Err(AppError::Refused("there is no `text` in the request".to_string()));
    }
    let text = fields.get("text").to_string();
    let before = match base {
        // A revision that is no longer there has nothing to compare with.
        Some(base) => pages.read(&pages.readable(&file)?, Some(base)).await.unwrap_or(None),
        None => None,
    };
    let before = before.and_then(|bytes| String::from_utf8(bytes).ok());
    edit::check(&app, &edition, &target, &file, before.as_deref(), &text).await?;
    let message = edit::message(fields.given("message"), &target, base.is_none());
    let is_new = base.is_none();
    let saved = pages.save(&page, base, text.into_bytes(), message).await;
    if let Err(store::Error::Remote { kept: Some(_), .. }) = saved {
        // It is here, and goes to the others when the remote is back.
        app.saved(vec![file.clone()]).await?;
    }
    match saved? {
        Saved::Committed { revision, merged, text } => {
            app.saved(vec![file]).await?;
            let body = json!({
                "address": target.address(),
                "revision": revision.to_string(),
                "merged": merged,
                "text": String::from_utf8_lossy(&text),
            });
            Ok(json(&headers, if is_new { 201 } else { 200 }, body).await)
        }
        Saved::Unchanged { revision, .. } => {
            let body =
                json!({ "address": target.address(), "revision": revision.to_string(), "merged": false });
            Ok(json(&headers, 200, body).await)
        }
        Saved::Conflict { revision, base, theirs, pieces, .. } => {
            Ok(json(&headers, 409, edit::conflict_json(&revision, base, theirs, &pieces)).await)
        }
    }
}

/// `DELETE /api/v1/pages/{lang}/{path}?message=`: the page goes; its history stays.
pub async fn delete(
    State(app): State<Arc<App>>,
    Asker(reader): Asker,
    target: Target,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, AppError> {
    let pages = wiki(&app)?.pages(&reader);
    let file = pages.file_of(&target.path, target.lang).await?;
    let page = pages.writable(&file)?;
    pages.read(&pages.readable(&file)?, None).await?.ok_or(AppError::NotFound)?;
    let query = Fields::of_query(&uri);
    let message =
        query.given("message").map_or_else(|| format!("Remove {}", target.address()), str::to_string);
    let revision = pages.commit(vec![(page, None)], message).await?;
    app.saved(vec![file]).await?;
    Ok(json(&headers, 200, json!({ "revision": revision.to_string() })).await)
}

/// `GET /api/v1/history/{lang}/{path}?from=`: commits of a page, newest first, at most a hundred.
pub async fn history(
    State(app): State<Arc<App>>,
    Asker(reader): Asker,
    target: Target,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, AppError> {
    let pages = wiki(&app)?.pages(&reader);
    let (file, _) = past::file_of(&pages, &target.path, target.lang).await?;
    let page = pages.readable(&file)?;
    let from: Option<Revision> = Fields::of_query(&uri).given("from").map(str::parse).transpose()?;
    let versions = past::versions(&pages, &page, from, MOST).await?;
    if versions.is_empty() {
        return Err(AppError::NotFound);
    }
    let commits = versions.iter().map(|version| {
        json!({
            "revision": version.revision.to_string(),
            "author": version.author,
            "time": version.time,
            "message": version.message,
        })
    });
    Ok(json(&headers, 200, json!({ "commits": commits.collect::<Vec<_>>() })).await)
}
