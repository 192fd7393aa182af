//! `/-/admin`: what administrators do. For everybody else there is nothing at these addresses.

mod audit;
mod invitations;
mod rules;
mod users;
mod webhooks;

use super::account::visit::Visit;
use super::form::Fields;
use super::see_other;
use crate::app::App;
use crate::http::error::AppError;
use crate::pages::wiki::admin::Desk;
use axum::Router;
use axum::response::Response;
use axum::routing::{get, post};
use std::sync::Arc;

/// The addresses of this part.
pub(super) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/-/admin", get(home))
        .route("/-/admin/users", get(users::list))
        .route("/-/admin/users/{id}", get(users::show).post(users::change))
        .route("/-/admin/invitations", get(invitations::list).post(invitations::create))
        .route("/-/admin/invitations/revoke", post(invitations::revoke))
        .route("/-/admin/rules", get(rules::list).post(rules::set))
        .route("/-/admin/rules/remove", post(rules::remove))
        .route("/-/admin/webhooks", get(webhooks::list).post(webhooks::create))
        .route("/-/admin/webhooks/retry", post(webhooks::retry))
        .route("/-/admin/webhooks/{id}", get(webhooks::show).post(webhooks::change))
        .route("/-/admin/audit", get(audit::list))
}

/// `GET /-/admin`
async fn home(visit: Visit) -> Result<Response, AppError> {
    visit.administrator()?;
    Ok(see_other(&format!("/-/admin/users?lang={}", visit.lang.code())))
}

/// The frame of an answer: with what was done, when the address says so, or with what went wrong.
fn desk<'a>(visit: &Visit, csrf: &'a str, problem: Option<&'a str>) -> Result<Desk<'a>, AppError> {
    let done = visit.done().filter(|_| problem.is_none());
    Ok(Desk { lang: visit.lang, csrf, stale: visit.is_stale()?, done, problem })
}

/// Why a change is not made, when it is not: the password is due, and missing or wrong. A token must be for changing.
async fn obstacle(visit: &Visit, fields: &Fields) -> Result<Option<&'static str>, AppError> {
    visit.administrator()?;
    if !visit.reader().may_change() {
        return Err(AppError::Forbidden);
    }
    Ok((!visit.confirmed(fields).await?).then_some(visit.words().password_again_wrong))
}
