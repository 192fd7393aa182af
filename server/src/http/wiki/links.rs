//! One-time links: for the first administrator, for somebody who was invited, for another password.

use super::form::Fields;
use super::identify::{Peer, Seen};
use super::{agent, cookie, language, page, refusal, see_other, wiki};
use crate::app::App;
use crate::http::error::AppError;
use crate::i18n::{SITE_NAME, wiki as words};
use crate::pages::wiki::sign_in::{self, Link};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use database::{LinkKind, NewUser, Refusal, Role};
use sim_wasm::text::Lang;
use std::sync::Arc;

/// `GET /-/join/{token}`
pub async fn show_join(
    State(app): State<Arc<App>>,
    Seen(edition): Seen,
    Path(token): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, AppError> {
    let lang = language(&uri, &headers);
    let w = words::strings(lang);
    let Some(link) =
        wiki(&app)?.database().link(&token).await?.filter(|it| it.kind != LinkKind::PasswordReset)
    else {
        return Err(AppError::Refused(w.link_dead.to_string()));
    };
    let (title, text) = heading(link.kind, lang);
    let email = link.email.as_deref().unwrap_or_default();
    let form =
        Link { address: uri.path(), title, text, is_new: true, name: "", display: "", email, problem: None };
    let html = sign_in::link(&edition.context(), lang, form)?;
    Ok(page(&headers, 200, html).await)
}

fn heading(kind: LinkKind, lang: Lang) -> (&'static str, &'static str) {
    let w = words::strings(lang);
    match kind {
        LinkKind::FirstAdministrator => (w.first_title, w.first_text),
        LinkKind::Invitation => (w.join_title, w.join_text),
        LinkKind::PasswordReset => (w.reset_title, w.reset_text),
    }
}

/// `POST /-/join/{token}`: makes the account and signs in.
pub async fn join(
    State(app): State<Arc<App>>,
    Seen(edition): Seen,
    Peer(ip): Peer,
    Path(token): Path<String>,
    uri: Uri,
    headers: HeaderMap,
    fields: Fields,
) -> Result<Response, AppError> {
    let wiki = wiki(&app)?;
    let lang = language(&uri, &headers);
    let kind = wiki.database().link(&token).await?.map(|link| link.kind);
    let new = NewUser {
        name: fields.get("name").trim().to_string(),
        display: fields.get("display").trim().to_string(),
        email: fields.given("email").map(str::to_string),
        role: Role::Reader,
    };
    let made = wiki.database().accept(&token, &new, fields.get("password"), SITE_NAME).await;
    let user = match made {
        Ok(user) => user,
        Err(database::Error::Refused(why)) => {
            let (title, text) = heading(kind.unwrap_or(LinkKind::Invitation), lang);
            let problem = refusal(&why, lang);
            let form = Link {
                address: uri.path(),
                title,
                text,
                is_new: true,
                name: &new.name,
                display: &new.display,
                email: fields.get("email"),
                problem: Some(&problem),
            };
            let html = sign_in::link(&edition.context(), lang, form)?;
            return Ok(page(&headers, status(&why), html).await);
        }
        Err(error) => return Err(error.into()),
    };
    wiki.audit(Some(&user), "account made", &user.name, ip).await?;
    let session = wiki.database().begin_session(&user.id, agent(&headers), &ip.to_string(), false).await?;
    let mut response = see_other("/");
    cookie::set(response.headers_mut(), wiki.settings(), &session);
    Ok(response)
}

/// `GET /-/reset/{token}`
pub async fn show_reset(
    State(app): State<Arc<App>>,
    Seen(edition): Seen,
    Path(token): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, AppError> {
    let lang = language(&uri, &headers);
    let found = wiki(&app)?.database().link(&token).await?;
    if found.is_none_or(|link| link.kind != LinkKind::PasswordReset) {
        return Err(AppError::Refused(words::strings(lang).link_dead.to_string()));
    }
    let html = sign_in::link(&edition.context(), lang, reset_form(uri.path(), lang, None))?;
    Ok(page(&headers, 200, html).await)
}

fn reset_form<'a>(address: &'a str, lang: Lang, problem: Option<&'a str>) -> Link<'a> {
    let (title, text) = heading(LinkKind::PasswordReset, lang);
    Link { address, title, text, is_new: false, name: "", display: "", email: "", problem }
}

/// `POST /-/reset/{token}`: sets the password; the account's sessions end.
pub async fn reset(
    State(app): State<Arc<App>>,
    Seen(edition): Seen,
    Peer(ip): Peer,
    Path(token): Path<String>,
    uri: Uri,
    headers: HeaderMap,
    fields: Fields,
) -> Result<Response, AppError> {
    let wiki = wiki(&app)?;
    let lang = language(&uri, &headers);
    match wiki.database().reset_password(&token, fields.get("password"), SITE_NAME).await {
        Ok(user) => {
            wiki.audit(Some(&user), "password reset", &user.name, ip).await?;
            Ok(see_other("/-/login"))
        }
        Err(database::Error::Refused(why)) => {
            let problem = refusal(&why, lang);
            let html = sign_in::link(&edition.context(), lang, reset_form(uri.path(), lang, Some(&problem)))?;
            Ok(page(&headers, status(&why), html).await)
        }
        Err(error) => Err(error.into()),
    }
}

fn status(why: &Refusal) -> u16 {
    if matches!(why, Refusal::LinkSpent) { 410 } else { 422 }
}
