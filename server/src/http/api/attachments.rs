//! `/api/v1/attachments…`: the files beside pages.

use crate::app::App;
use crate::http::error::AppError;
use crate::http::wiki::attach;
use crate::http::wiki::attachments::Place;
use crate::http::wiki::attachments::found::{self, Filter};
use crate::http::wiki::attachments::{change, places};
use crate::http::wiki::form::Fields;
use crate::http::wiki::identify::{Asker, Seen};
use crate::http::wiki::{json, wiki};
use crate::pages::wiki::attachments::File;
use axum::body::{Body, to_bytes};
use axum::extract::State;
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use serde_json::{Value, json};
use sim_wasm::text::Lang;
use std::sync::Arc;

/// So many files are listed at most.
const MOST: usize = 100;

/// `GET /api/v1/attachments?folder=tcp&unused=1&after=tcp/a.png`: files by path, at most a hundred.
pub async fn list(
    State(app): State<Arc<App>>,
    Asker(reader): Asker,
    Seen(edition): Seen,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, AppError> {
    let pages = wiki(&app)?.pages(&reader);
    let query = Fields::of_query(&uri);
    let filter = Filter { by_size: false, ..Filter::of(&query) };
    let files = found::files(&app, &pages, &edition, &filter).await?;
    let after = query.get("after");
    let mut rest = files.iter().filter(|file| file.file.as_str() > after);
    let shown: Vec<Value> = rest.by_ref().take(MOST).map(described).collect();
    let more = rest.next().is_some();
    Ok(json(&headers, 200, json!({ "files": shown, "more": more })).await)
}

fn described(file: &File) -> Value {
    json!({
        "path": file.file,
        "address": file.address(Lang::default()),
        "bytes": file.bytes,
        "width": file.size.map(|(width, _)| width),
        "height": file.size.map(|(_, height)| height),
        "used_by": file.used_by.iter().map(|user| user.file.as_str()).collect::<Vec<_>>(),
    })
}

/// `PUT /api/v1/attachments/{path}?message=` with the file as the body: a new file, or another in its place.
pub async fn write(
    State(app): State<Arc<App>>,
    Asker(reader): Asker,
    Place(file): Place,
    uri: Uri,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, AppError> {
    let pages = wiki(&app)?.pages(&reader);
    let writable = pages.writable(&file)?;
    let bytes = to_bytes(body, attach::LONGEST).await.map_err(|_| AppError::TooLarge)?;
    places::check_path(&file)?;
    change::check(&file, &bytes)?;
    let is_new = pages.start(&writable).await?.text.is_none();
    let query = Fields::of_query(&uri);
    let did = if is_new { "Add" } else { "Replace" };
    let message = query.given("message").map_or_else(|| format!("{did} {file}"), str::to_string);
    let revision = match change::write(&app, &pages, writable, bytes.to_vec(), message).await? {
        Some(revision) => revision,
        None => pages.head().await?,
    };
    let body = json!({ "path": file, "revision": revision.to_string() });
    Ok(json(&headers, if is_new { 201 } else { 200 }, body).await)
}

/// `DELETE /api/v1/attachments/{path}?message=`: the file goes; its history stays.
pub async fn delete(
    State(app): State<Arc<App>>,
    Asker(reader): Asker,
    Place(file): Place,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, AppError> {
    let pages = wiki(&app)?.pages(&reader);
    let query = Fields::of_query(&uri);
    let message = query.given("message").map_or_else(|| format!("Remove {file}"), str::to_string);
    let revision = change::take_away(&app, &pages, &file, message).await?;
    Ok(json(&headers, 200, json!({ "revision": revision.to_string() })).await)
}
