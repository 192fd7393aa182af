//! `/-/admin/users`: accounts.

use super::{desk, obstacle};
use crate::http::error::AppError;
use crate::http::wiki::account::visit::Visit;
use crate::http::wiki::form::Fields;
use crate::pages::wiki::admin::users;
use axum::extract::Path;
use axum::response::Response;
use database::{Role, User};

/// `GET /-/admin/users`
pub(super) async fn list(visit: Visit) -> Result<Response, AppError> {
    visit.administrator()?;
    let csrf = visit.csrf()?;
    let all = visit.wiki()?.database().users().await?;
    let html = users::list(&visit.edition.context(), desk(&visit, &csrf, None)?, &all)?;
    Ok(visit.answer(200, html).await)
}

/// `GET /-/admin/users/{id}`
pub(super) async fn show(visit: Visit, Path(id): Path<String>) -> Result<Response, AppError> {
    visit.administrator()?;
    let user = find(&visit, &id).await?;
    respond(&visit, &user, None, None).await
}

async fn find(visit: &Visit, id: &str) -> Result<User, AppError> {
    visit.wiki()?.database().user(id).await?.ok_or(AppError::NotFound)
}

async fn respond(
    visit: &Visit,
    user: &User,
    problem: Option<&str>,
    link: Option<&str>,
) -> Result<Response, AppError> {
    let csrf = visit.csrf()?;
    let has_second_factor = visit.wiki()?.database().has_totp(&user.id).await?;
    let desk = desk(visit, &csrf, problem)?;
    let html = users::one(&visit.edition.context(), desk, user, has_second_factor, link)?;
    Ok(visit.answer(if problem.is_some() { 422 } else { 200 }, html).await)
}

/// What is done with an account.
enum Change {
    Role(Role),
    Disable,
    Enable,
    SecondFactorOff,
    ResetLink,
}

impl Change {
    fn read(fields: &Fields) -> Option<Change> {
        match fields.get("do") {
            "role" => Role::parse(fields.get("role")).map(Change::Role),
            "disable" => Some(Change::Disable),
            "enable" => Some(Change::Enable),
            "second-factor-off" => Some(Change::SecondFactorOff),
            "reset" => Some(Change::ResetLink),
            _ => None,
        }
    }
}

/// `POST /-/admin/users/{id}`: does what the button says.
pub(super) async fn change(
    visit: Visit,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, AppError> {
    let administrator = visit.administrator()?;
    let user = find(&visit, &id).await?;
    let change = Change::read(&fields).ok_or(AppError::BadRequest)?;
    if let Some(problem) = obstacle(&visit, &fields).await? {
        return respond(&visit, &user, Some(problem), None).await;
    }
    let wiki = visit.wiki()?;
    let database = wiki.database();
    let done = match change {
        Change::Role(role) => {
            let done = database.set_role(&user.id, role).await;
            done.map(|()| {
                ("role changed", format!("{}: {} → {}", user.name, user.role.word(), role.word()), "role")
            })
        }
        Change::Disable => {
            let done = database.set_disabled(&user.id, true).await;
            done.map(|()| ("account disabled", user.name.clone(), "disabled"))
        }
        Change::Enable => {
            let done = database.set_disabled(&user.id, false).await;
            done.map(|()| ("account enabled", user.name.clone(), "enabled"))
        }
        Change::SecondFactorOff => {
            let done = database.disable_totp(&user.id).await;
            done.map(|()| ("second factor off", user.name.clone(), "second-factor-off"))
        }
        Change::ResetLink => {
            let token = database.reset_link(&user, Some(&administrator.id)).await?;
            visit.audit("reset link made", &user.name).await?;
            let link = visit.absolute(&format!("/-/reset/{token}"));
            return respond(&visit, &user, None, Some(&link)).await;
        }
    };
    match done {
        Ok((action, object, word)) => {
            visit.audit(action, &object).await?;
            wiki.rules_changed().await?;
            Ok(visit.back(&format!("/-/admin/users/{}", user.id), word))
        }
        Err(database::Error::Refused(why)) => respond(&visit, &user, Some(&visit.refusal(&why)), None).await,
        Err(error) => Err(error.into()),
    }
}
