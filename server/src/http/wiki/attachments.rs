//! The files beside pages: a list of them, and what can be done with each.
//!
//! - [`found`]: what there is, and which pages use it
//! - [`change`]: replacing, removing, bringing back
//! - [`places`]: where they may stand, and moving them

pub mod change;
pub mod found;
pub mod places;

use super::edit::csrf;
use super::form::Fields;
use super::identify::{Asker, Seen};
use super::{language, page, wiki};
use crate::address;
use crate::app::App;
use crate::content::path::{Kind, classify, resolve};
use crate::document::{Cache, Document, Effort};
use crate::edition::Edition;
use crate::http::error::AppError;
use crate::http::respond;
use crate::mime;
use crate::pages::Link;
use crate::pages::wiki::attachments::{self, One, Part, Version};
use crate::pages::wiki::when::when;
use crate::wiki::Wiki;
use crate::wiki::pages::Pages;
use crate::wiki::past;
use axum::Router;
use axum::extract::{FromRequestParts, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use axum::routing::{get, post};
use found::Filter;
use sim_wasm::text::Lang;
use std::sync::Arc;
use store::Revision;

/// Files on a page of the list.
const PAGE: usize = 100;

/// Versions of a file that are listed.
const VERSIONS: usize = 50;

/// The addresses of this part.
pub(super) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/-/attachments", get(show))
        .route("/-/attachments/file/{*path}", get(one))
        .route("/-/attachments/version/{*path}", get(version))
        .route("/-/attachments/replace/{*path}", post(change::replace))
        .route("/-/attachments/move/{*path}", post(places::rename))
        .route("/-/attachments/remove/{*path}", post(change::remove))
        .route("/-/attachments/restore/{*path}", post(change::restore))
}

/// The file that an address is about: `/-/attachments/file/tcp/a.png`, `/api/v1/attachments/tcp/a.png`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place(pub String);

impl<S: Send + Sync> FromRequestParts<S> for Place {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Place, AppError> {
        place(parts.uri.path()).map(Place).ok_or(AppError::NotFound)
    }
}

fn place(address: &str) -> Option<String> {
    let verb_and_file = address.strip_prefix("/-/attachments/");
    let file = match verb_and_file {
        Some(rest) => rest.split_once('/')?.1,
        None => address.strip_prefix("/api/v1/attachments/")?,
    };
    let file = address::decode(file)?;
    let is_plain = resolve("", &file).as_deref() == Some(file.as_str()) && !file.is_empty();
    (is_plain && classify(&file) == Kind::Attachment).then_some(file)
}

/// `GET /-/attachments?folder=&unused=&sort=&from=`
async fn show(
    State(app): State<Arc<App>>,
    Asker(reader): Asker,
    Seen(edition): Seen,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, AppError> {
    let pages = wiki(&app)?.pages(&reader);
    let query = Fields::of_query(&uri);
    let filter = Filter::of(&query);
    let from: usize = query
        .given("from")
        .map_or(Ok(0), str::parse)
        .map_err(|_: std::num::ParseIntError| AppError::BadRequest)?;
    let files = found::files(&app, &pages, &edition, &filter).await?;
    let from = from.min(files.len());
    let end = files.len().min(from.saturating_add(PAGE));
    let part = Part {
        files: &files[from..end],
        all: files.len(),
        bytes: files.iter().map(|file| file.bytes).sum(),
        folder: &filter.folder,
        unused: filter.unused,
        by_size: filter.by_size,
        previous: (from > 0).then(|| from.saturating_sub(PAGE)),
        next: (end < files.len()).then_some(end),
    };
    let html = attachments::list(&edition.context(), language(&uri, &headers), part)?;
    Ok(page(&headers, 200, html).await)
}

/// `GET /-/attachments/file/{path}`
async fn one(
    State(app): State<Arc<App>>,
    Asker(reader): Asker,
    Seen(edition): Seen,
    Place(file): Place,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, AppError> {
    let wiki = wiki(&app)?;
    let pages = wiki.pages(&reader);
    let shown = Shown { app: &app, wiki, pages, edition: &edition, headers: &headers };
    shown.file(&file, language(&uri, &headers), Said::default()).await
}

/// What the page of a file says besides.
#[derive(Clone, Copy, Debug, Default)]
struct Said<'a> {
    /// The path in the form of a move; the present one when it is empty.
    to: &'a str,
    /// What is wrong with what was sent, with the status of the answer.
    problem: Option<(u16, &'a str)>,
    /// Pages that still have links to where the file was.
    left: &'a [Link],
}

/// What a file's page is made from.
struct Shown<'a> {
    app: &'a Arc<App>,
    wiki: &'a Wiki,
    pages: Pages<'a>,
    edition: &'a Arc<Edition>,
    headers: &'a HeaderMap,
}

impl Shown<'_> {
    async fn file(&self, file: &str, lang: Lang, said: Said<'_>) -> Result<Response, AppError> {
        let found = found::file(self.app, &self.pages, self.edition, file).await?;
        let versions = past::versions(&self.pages, &self.pages.readable(file)?, None, VERSIONS).await?;
        let versions: Vec<Version> = versions
            .into_iter()
            .map(|version| Version {
                revision: version.revision.to_string(),
                time: version.time,
                author: version.author,
                message: version.message,
                is_there: version.file.is_some(),
            })
            .collect();
        let token = csrf(self.wiki, self.headers);
        let one = One {
            versions: &versions,
            csrf: self.pages.writable(file).is_ok().then_some(token.as_str()),
            to: if said.to.is_empty() { file } else { said.to },
            problem: said.problem.map(|(_, problem)| problem),
            left: said.left,
        };
        let html = attachments::one(&self.edition.context(), lang, &found, one)?;
        Ok(page(self.headers, said.problem.map_or(200, |(status, _)| status), html).await)
    }
}

/// `GET /-/attachments/version/{path}?at=`: the file as a commit has it.
async fn version(
    State(app): State<Arc<App>>,
    Asker(reader): Asker,
    Place(file): Place,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, AppError> {
    let pages = wiki(&app)?.pages(&reader);
    let bytes = bytes_at(&pages, &file, &Fields::of_query(&uri)).await?.0;
    let media = mime::of_attachment(&file);
    let effort = if media.compressible { Effort::Once } else { Effort::None };
    let document = Document::new(media.content_type, bytes).effort(effort).attachment(media.inline);
    Ok(respond::with(&headers, Arc::new(document.cache(Cache::NoStore))).await)
}

/// The file as the commit `at` has it, under the name that it had then; and what that version is called.
async fn bytes_at(pages: &Pages<'_>, file: &str, fields: &Fields) -> Result<(Vec<u8>, String), AppError> {
    let at = fields.given("at").ok_or(AppError::BadRequest)?;
    let at: Revision = at.parse().map_err(|_| AppError::BadRequest)?;
    let readable = pages.readable(file)?;
    let versions = past::versions(pages, &readable, None, past::LONGEST).await?;
    let bytes = past::read(pages, &readable, &versions, at).await?.ok_or(AppError::NotFound)?;
    let version = versions.iter().find(|version| version.revision == at);
    Ok((bytes, version.map_or_else(|| format!("commit {at}"), |version| when(version.time))))
}

#[cfg(test)]
mod tests {
    use super::place;

    #[test]
    fn addresses_name_files() {
        for (address, file) in [
            ("/-/attachments/file/tcp/a.png", Some("tcp/a.png")),
            ("/-/attachments/file/a.png", Some("a.png")),
            ("/-/attachments/replace/%E6%8A%93%E5%8C%85%201.pcap", Some("抓包 1.pcap")),
            ("/api/v1/attachments/tcp/a.png", Some("tcp/a.png")),
            ("/-/attachments/file/tcp/a.en.md", None),
            ("/-/attachments/file/..%2Fa.png", None),
            ("/-/attachments/file/tcp//a.png", None),
            ("/-/attachments/file/", None),
            ("/-/attachments/file", None),
        ] {
            assert_eq!(place(address).as_deref(), file, "{address}");
        }
    }
}
