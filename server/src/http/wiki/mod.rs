//! `/-/…`: everything that is the wiki's.
//!
//! - [`identify`], [`proxy`], [`guard`]: who asks, and whether a change really comes from them
//! - [`target`], [`form`], [`multipart`], [`cookie`]: what a request says
//! - [`login`], [`links`]: signing in and out; one-time links
//! - [`account`], [`admin`]: one's own account, and those of others
//! - [`history`], [`moves`]: what pages were, and where they go
//! - [`upkeep`]: what wants somebody's hand
//! - [`conflicts`]: versions that wait for somebody to settle them
//! - [`oidc`]: signing in with a provider
//! - [`comments`], [`watches`]: talking about pages, and hearing of changes
//! - [`attachments`]: the files beside pages
//! - [`edit`], [`preview`], [`draft`], [`attach`], [`complete`], [`lab_form`]: writing

pub mod account;
pub mod admin;
pub mod attach;
pub mod attachments;
pub mod comments;
pub mod complete;
pub mod conflicts;
mod cookie;
pub mod draft;
pub mod edit;
pub mod form;
pub mod guard;
pub mod history;
pub mod identify;
pub mod lab_form;
pub mod links;
pub mod login;
pub mod moves;
mod multipart;
pub mod oidc;
pub mod preview;
mod proxy;
pub mod target;
pub mod upkeep;
pub mod watches;

use super::error::AppError;
use super::{negotiate, respond};
use crate::app::App;
use crate::document::{Cache, Document, Effort};
use crate::wiki::Wiki;
use axum::Router;
use axum::http::{HeaderMap, Uri, header};
use axum::response::Response;
use axum::routing::{get, post, put};
use database::Refusal;
use form::Fields;
use sim_wasm::text::Lang;
use std::sync::Arc;

/// The addresses of the wiki. Without one, there is nothing at any of them.
pub(super) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/-/login", get(login::show).post(login::sign_in))
        .route("/-/logout", post(login::sign_out))
        .route("/-/join/{token}", get(links::show_join).post(links::join))
        .route("/-/reset/{token}", get(links::show_reset).post(links::reset))
        .route("/-/edit/{lang}", get(edit::show).post(edit::save))
        .route("/-/edit/{lang}/{*path}", get(edit::show).post(edit::save))
        .route("/-/preview/{lang}", post(preview::show))
        .route("/-/preview/{lang}/{*path}", post(preview::show))
        .route("/-/draft/{lang}", put(draft::put).get(draft::get).delete(draft::delete))
        .route("/-/draft/{lang}/{*path}", put(draft::put).get(draft::get).delete(draft::delete))
        .route("/-/attach/{lang}", post(attach::put))
        .route("/-/attach/{lang}/{*path}", post(attach::put))
        .route("/-/complete/{lang}", get(complete::show))
        .route("/-/lab-form/{lang}/{id}", get(lab_form::show))
        .merge(account::routes())
        .merge(conflicts::routes())
        .merge(admin::routes())
        .merge(history::routes())
        .merge(moves::routes())
        .merge(upkeep::routes())
        .merge(oidc::routes())
        .merge(comments::routes())
        .merge(watches::routes())
        .merge(attachments::routes())
}

/// The wiki, when there is one.
pub(super) fn wiki(app: &App) -> Result<&Wiki, AppError> {
    app.wiki().ok_or(AppError::NotFound)
}

/// The language of a page that is not of one language: what the address asks for, else the reader's.
pub(super) fn language(uri: &Uri, headers: &HeaderMap) -> Lang {
    let asked = Lang::from_code(Fields::of_query(uri).get("lang"));
    asked.unwrap_or_else(|| negotiate::language(headers))
}

/// What the browser calls itself, for the list of sessions.
fn agent(headers: &HeaderMap) -> &str {
    headers.get(header::USER_AGENT).and_then(|it| it.to_str().ok()).unwrap_or_default()
}

/// Why the database refused something, in the reader's language.
fn refusal(why: &Refusal, lang: Lang) -> String {
    let (english, chinese) = why.messages();
    lang.pick(english, chinese)
}

/// A page made for one request and one reader.
async fn page(headers: &HeaderMap, status: u16, html: String) -> Response {
    let document = Document::html(html).status(status).cache(Cache::NoStore).effort(Effort::Once);
    respond::with(headers, Arc::new(document)).await
}

/// An answer to a script.
pub(super) async fn json(headers: &HeaderMap, status: u16, body: serde_json::Value) -> Response {
    let document = Document::json(body.to_string()).status(status).cache(Cache::NoStore).effort(Effort::Once);
    respond::with(headers, Arc::new(document)).await
}

/// To another page after something was done.
fn see_other(to: &str) -> Response {
    respond::redirect(axum::http::StatusCode::SEE_OTHER, to)
}
