//! `/-/admin/invitations`: links that make accounts.

use super::{desk, obstacle};
use crate::http::error::AppError;
use crate::http::wiki::account::visit::Visit;
use crate::http::wiki::form::Fields;
use crate::pages::wiki::admin::invitations::{self, Made};
use crate::wiki::letter::{self, Letter};
use crate::wiki::post;
use axum::response::Response;
use database::{Refusal, Role};

/// `GET /-/admin/invitations`
pub(super) async fn list(visit: Visit) -> Result<Response, AppError> {
    visit.administrator()?;
    respond(&visit, None, "", None).await
}

async fn respond(
    visit: &Visit,
    problem: Option<&str>,
    email: &str,
    made: Option<Made<'_>>,
) -> Result<Response, AppError> {
    let csrf = visit.csrf()?;
    let database = visit.wiki()?.database();
    let (open, users) = (database.invitations().await?, database.users().await?);
    let desk = desk(visit, &csrf, problem)?;
    let html = invitations::render(&visit.edition.context(), desk, &open, &users, email, made)?;
    Ok(visit.answer(if problem.is_some() { 422 } else { 200 }, html).await)
}

/// `POST /-/admin/invitations`: another link, shown this once, and sent by mail when it is for an address.
pub(super) async fn create(visit: Visit, fields: Fields) -> Result<Response, AppError> {
    let administrator = visit.administrator()?;
    let role = Role::parse(fields.get("role")).ok_or(AppError::BadRequest)?;
    if let Some(problem) = obstacle(&visit, &fields).await? {
        return respond(&visit, Some(problem), fields.get("email"), None).await;
    }
    let email = fields.given("email");
    match visit.wiki()?.database().invite(role, email, &administrator.id).await {
        Ok(token) => {
            let object = format!("{} {}", role.word(), email.unwrap_or_default());
            visit.audit("invitation made", object.trim_end()).await?;
            let link = visit.absolute(&format!("/-/join/{token}"));
            let sent_to = match email {
                Some(email) if post::queue(visit.wiki()?, email, &letter(&visit, &link)).await? => {
                    Some(email)
                }
                _ => None,
            };
            respond(&visit, None, "", Some(Made { link: &link, sent_to })).await
        }
        Err(database::Error::Refused(why)) => {
            respond(&visit, Some(&visit.refusal(&why)), fields.get("email"), None).await
        }
        Err(error) => Err(error.into()),
    }
}

/// The mail that brings the link to whoever is invited.
fn letter(visit: &Visit, link: &str) -> Letter {
    letter::invitation(&visit.absolute(""), link)
}

/// `POST /-/admin/invitations/revoke`. It takes something away only, so it asks for no password.
pub(super) async fn revoke(visit: Visit, fields: Fields) -> Result<Response, AppError> {
    visit.administrator()?;
    if !visit.reader().may_change() {
        return Err(AppError::Forbidden);
    }
    let database = visit.wiki()?.database();
    let open = database.invitations().await?;
    let found = open.iter().find(|link| link.id == fields.get("id"));
    if !database.revoke_invitation(fields.get("id")).await? {
        return respond(&visit, Some(&visit.refusal(&Refusal::Gone)), "", None).await;
    }
    let object =
        found.map(|link| format!("{} {}", link.role.word(), link.email.as_deref().unwrap_or_default()));
    visit.audit("invitation revoked", object.unwrap_or_default().trim_end()).await?;
    Ok(visit.back("/-/admin/invitations", "invitation"))
}
