//! Everything that was published: pages, sources, attachments, lists, feeds.

use super::error::AppError;
use super::wiki::identify::{Asker, Seen};
use super::{negotiate, respond, root};
use crate::app::App;
use crate::document::{Document, Effort};
use crate::edition::Edition;
use crate::{address, folder, mime};
use axum::extract::State;
use axum::http::{HeaderMap, Uri, header};
use axum::response::Response;
use sim_wasm::text::Lang;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The document at an address, or the way to it.
pub async fn show(
    State(app): State<Arc<App>>,
    Asker(reader): Asker,
    Seen(edition): Seen,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, AppError> {
    let path = uri.path();
    if let Some(document) = edition.document(path) {
        if !document.varies_by_accept {
            return Ok(respond::with(&headers, document.clone()).await);
        }
        let source = edition.document(&source_address(path)).filter(|_| negotiate::wants_markdown(&headers));
        let document = source.unwrap_or(document).clone();
        return Ok(respond::with_vary(&headers, document, &[header::ACCEPT]).await);
    }
    if let Some((name, location)) = attachment(&edition, path) {
        let root = app.settings().content.clone();
        let document = tokio::task::spawn_blocking(move || read(&root, &location, &name)).await??;
        return Ok(respond::with(&headers, Arc::new(document)).await);
    }
    if let Some(to) = edition.moved(path) {
        return Ok(respond::moved(to));
    }
    if let Some(to) = app.wiki().and_then(|wiki| wiki.redirect_of(&reader, path)) {
        return Ok(respond::moved(&to));
    }
    let translated = Lang::ALL.into_iter().any(|lang| edition.document(&in_language(lang, path)).is_some());
    if translated {
        return Ok(root::to_language(&headers, |lang| {
            let found = [lang, lang.other()].map(|lang| in_language(lang, path));
            let best = found.iter().find(|address| edition.document(address).is_some());
            best.unwrap_or(&found[0]).clone()
        }));
    }
    Err(AppError::NotFound)
}

fn source_address(path: &str) -> String {
    if path.ends_with('/') { format!("{path}index.md") } else { format!("{path}.md") }
}

fn in_language(lang: Lang, path: &str) -> String {
    format!("/{}{path}", lang.code())
}

/// The file beside a page that an address in either language means.
fn attachment(edition: &Edition, path: &str) -> Option<(String, PathBuf)> {
    let (code, file) = path.strip_prefix('/')?.split_once('/')?;
    Lang::from_code(code)?;
    let file = address::decode(file)?;
    let found = edition.site.attachments.get(&file)?;
    Some((file, found.location.clone()))
}

fn read(root: &Path, location: &Path, name: &str) -> Result<Document, AppError> {
    let body = folder::read_attachment(root, location).map_err(|_| AppError::NotFound)?;
    let media = mime::of_attachment(name);
    let effort = if media.compressible { Effort::Once } else { Effort::None };
    Ok(Document::new(media.content_type, body).effort(effort).attachment(media.inline))
}
