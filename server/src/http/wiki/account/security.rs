//! Password, second factor and sessions of one's own account.

use super::visit::Visit;
use super::{HERE, refuse, respond};
use crate::http::error::AppError;
use crate::http::wiki::form::Fields;
use crate::i18n::SITE_NAME;
use crate::i18n::wiki;
use crate::pages::wiki::account::{Message, Shown};
use axum::response::Response;
use database::Refusal;

/// The page, with something that is shown this once.
async fn reveal(visit: &Visit, shown: Shown<'_>) -> Result<Response, AppError> {
    respond(visit, 200, Message { shown, ..Message::default() }).await
}

/// `POST /-/account/password`: another password; the other sessions end.
pub(super) async fn password(visit: Visit, fields: Fields) -> Result<Response, AppError> {
    let (user, session) = visit.signed_in()?;
    if !visit.knows_password(&fields).await? {
        return refuse(&visit, visit.words().password_again_wrong).await;
    }
    let set =
        visit.wiki()?.database().set_password(user, fields.get("new"), SITE_NAME, Some(&session.id)).await;
    match set {
        Ok(()) => {
            visit.audit("password changed", &user.name).await?;
            Ok(visit.back(HERE, "password"))
        }
        Err(database::Error::Refused(why)) => refuse(&visit, &visit.refusal(&why)).await,
        Err(error) => Err(error.into()),
    }
}

/// `POST /-/account/totp/enrol`: a secret, which is nothing before it is confirmed.
pub(super) async fn enrol(visit: Visit, fields: Fields) -> Result<Response, AppError> {
    let (user, _) = visit.signed_in()?;
    if !visit.confirmed(&fields).await? {
        return refuse(&visit, visit.words().password_again_wrong).await;
    }
    match visit.wiki()?.database().enrol_totp(user, SITE_NAME).await {
        Ok(enrolment) => reveal(&visit, Shown::Enrolment(&enrolment)).await,
        Err(database::Error::Refused(why)) => refuse(&visit, &visit.refusal(&why)).await,
        Err(error) => Err(error.into()),
    }
}

/// `POST /-/account/totp/confirm`: a code that shows that the authenticator has the secret.
pub(super) async fn confirm(visit: Visit, fields: Fields) -> Result<Response, AppError> {
    let (user, _) = visit.signed_in()?;
    match visit.wiki()?.database().confirm_totp(&user.id, fields.get("code").trim()).await {
        Ok(Some(codes)) => {
            visit.audit("second factor on", &user.name).await?;
            reveal(&visit, Shown::Codes(&codes)).await
        }
        Ok(None) => {
            let problem = Some(wiki::strings(visit.lang).wrong_code);
            respond(&visit, 422, Message { problem, shown: Shown::Confirm, done: None }).await
        }
        Err(database::Error::Refused(why)) => refuse(&visit, &visit.refusal(&why)).await,
        Err(error) => Err(error.into()),
    }
}

/// `POST /-/account/totp/renew`: other recovery codes.
pub(super) async fn renew(visit: Visit, fields: Fields) -> Result<Response, AppError> {
    let (user, _) = visit.signed_in()?;
    if !visit.knows_password(&fields).await? {
        return refuse(&visit, visit.words().password_again_wrong).await;
    }
    match visit.wiki()?.database().renew_recovery_codes(&user.id).await {
        Ok(codes) => {
            visit.audit("recovery codes renewed", &user.name).await?;
            reveal(&visit, Shown::Codes(&codes)).await
        }
        Err(database::Error::Refused(why)) => refuse(&visit, &visit.refusal(&why)).await,
        Err(error) => Err(error.into()),
    }
}

/// `POST /-/account/totp/off`
pub(super) async fn turn_off(visit: Visit, fields: Fields) -> Result<Response, AppError> {
    let (user, _) = visit.signed_in()?;
    if !visit.knows_password(&fields).await? {
        return refuse(&visit, visit.words().password_again_wrong).await;
    }
    visit.wiki()?.database().disable_totp(&user.id).await?;
    visit.audit("second factor off", &user.name).await?;
    Ok(visit.back(HERE, "second-factor-off"))
}

/// `POST /-/account/sessions/end`: one of one's own sessions.
pub(super) async fn end_session(visit: Visit, fields: Fields) -> Result<Response, AppError> {
    let (user, _) = visit.signed_in()?;
    if !visit.wiki()?.database().end_session(&user.id, fields.get("id")).await? {
        return refuse(&visit, &visit.refusal(&Refusal::Gone)).await;
    }
    visit.audit("session ended", &user.name).await?;
    Ok(visit.back(HERE, "session"))
}

/// `POST /-/account/sessions/end-others`
pub(super) async fn end_others(visit: Visit) -> Result<Response, AppError> {
    let (user, session) = visit.signed_in()?;
    visit.wiki()?.database().end_sessions(&user.id, Some(&session.id)).await?;
    visit.audit("other sessions ended", &user.name).await?;
    Ok(visit.back(HERE, "sessions"))
}
