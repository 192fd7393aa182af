//! `/-/account`: one's own account.

pub(super) mod identities;
pub(super) mod place;
mod security;
mod tokens;
pub(super) mod visit;

use super::form::Fields;
use super::see_other;
use crate::address;
use crate::app::App;
use crate::content::path::PagePath;
use crate::http::error::AppError;
use crate::pages::wiki::account::{self, Account, Message};
use axum::Router;
use axum::response::Response;
use axum::routing::{get, post};
use database::{Draft, May, Role};
use sim_wasm::text::Lang;
use std::sync::Arc;
use visit::Visit;

/// Where the page is.
const HERE: &str = "/-/account";

/// The addresses of this part.
pub(super) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route(HERE, get(show))
        .route("/-/account/new", get(new_page))
        .route("/-/account/profile", post(profile))
        .route("/-/account/password", post(security::password))
        .route("/-/account/totp/enrol", post(security::enrol))
        .route("/-/account/totp/confirm", post(security::confirm))
        .route("/-/account/totp/renew", post(security::renew))
        .route("/-/account/totp/off", post(security::turn_off))
        .route("/-/account/sessions/end", post(security::end_session))
        .route("/-/account/sessions/end-others", post(security::end_others))
        .route("/-/account/tokens/create", post(tokens::create))
        .route("/-/account/tokens/revoke", post(tokens::revoke))
}

/// `GET /-/account`
async fn show(visit: Visit) -> Result<Response, AppError> {
    respond(&visit, 200, Message { done: visit.done(), ..Message::default() }).await
}

/// The page with a message.
async fn respond(visit: &Visit, status: u16, message: Message<'_>) -> Result<Response, AppError> {
    let (user, _) = visit.signed_in()?;
    let (display, email) = (user.display.as_str(), user.email.as_deref().unwrap_or_default());
    respond_typed(visit, status, message, display, email).await
}

/// The page with what was wrong.
async fn refuse(visit: &Visit, problem: &str) -> Result<Response, AppError> {
    respond(visit, 422, Message { problem: Some(problem), ..Message::default() }).await
}

/// The page with a message, and with the name and the address as they were typed.
async fn respond_typed(
    visit: &Visit,
    status: u16,
    message: Message<'_>,
    display: &str,
    email: &str,
) -> Result<Response, AppError> {
    let wiki = visit.wiki()?;
    let (user, session) = visit.signed_in()?;
    let database = wiki.database();
    let recovery_codes = match database.has_totp(&user.id).await? {
        true => Some(database.recovery_codes_left(&user.id).await?),
        false => None,
    };
    let pages = wiki.pages(visit.reader());
    let drafts = database.drafts(&user.id).await?;
    let drafts: Vec<Draft> = drafts.into_iter().filter(|draft| pages.shows(&draft.file)).collect();
    let provider = wiki.settings().oidc.as_ref().map(outbound::oidc::Settings::shown_name);
    let account = Account {
        user,
        display,
        email,
        csrf: &visit.csrf()?,
        stale: visit.is_stale()?,
        session: &session.id,
        sessions: &database.sessions(&user.id).await?,
        recovery_codes,
        tokens: &database.tokens(&user.id).await?,
        has_password: database.has_password(&user.id).await?,
        identities: &database.identities(&user.id).await?,
        provider: provider.as_deref(),
        drafts: &drafts,
        may_write: user.role != Role::Reader || wiki.rules().may(visit.reader().subject(), "") == May::Write,
        message,
    };
    let html = account::render(&visit.edition.context(), visit.lang, account)?;
    Ok(visit.answer(status, html).await)
}

/// `GET /-/account/new?path=&in=`: to the editor of a page that is named by its path.
async fn new_page(visit: Visit) -> Result<Response, AppError> {
    visit.signed_in()?;
    let w = visit.words();
    let read = visit.query("path").and_then(place::read).filter(|(_, path)| !path.is_empty());
    let Some((lang, path)) = read else { return refuse(&visit, w.path_wrong).await };
    if PagePath::new(path.as_str()).reserved().is_some() {
        return refuse(&visit, w.path_reserved).await;
    }
    let asked = visit.query("in").and_then(Lang::from_code);
    let mut editor = address::wiki("edit", lang.or(asked).unwrap_or(visit.lang), &path);
    if let Some(template) = visit.query("template").filter(|template| !template.is_empty()) {
        let template: String = form_urlencoded::byte_serialize(template.as_bytes()).collect();
        editor += &format!("?template={template}");
    }
    Ok(see_other(&editor))
}

/// `POST /-/account/profile`: the name that others see, and the address.
async fn profile(visit: Visit, fields: Fields) -> Result<Response, AppError> {
    let (user, _) = visit.signed_in()?;
    let (display, email) = (fields.get("display").trim(), fields.given("email"));
    match visit.wiki()?.database().set_profile(&user.id, display, email).await {
        Ok(()) => {
            visit.audit("profile changed", &user.name).await?;
            Ok(visit.back(HERE, "profile"))
        }
        Err(database::Error::Refused(why)) => {
            let problem = visit.refusal(&why);
            let message = Message { problem: Some(&problem), ..Message::default() };
            respond_typed(&visit, 422, message, fields.get("display"), fields.get("email")).await
        }
        Err(error) => Err(error.into()),
    }
}
