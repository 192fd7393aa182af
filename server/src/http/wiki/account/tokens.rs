//! API tokens of one's own account.

use super::visit::Visit;
use super::{HERE, refuse, respond};
use crate::http::error::AppError;
use crate::http::wiki::form::Fields;
use crate::pages::wiki::account::{Message, Shown};
use axum::response::Response;
use database::{Refusal, Role, Scope};
use std::collections::BTreeSet;

const DAY: i64 = 24 * 60 * 60;

/// The longest life that a token with an end can have: ten years.
const LONGEST: i64 = 3650;

/// `POST /-/account/tokens/create`: a token, shown this once.
pub(super) async fn create(visit: Visit, fields: Fields) -> Result<Response, AppError> {
    let (user, _) = visit.signed_in()?;
    // A token outlives the session, so whoever finds an open browser must not get one.
    if !visit.confirmed(&fields).await? {
        return refuse(&visit, visit.words().password_again_wrong).await;
    }
    let scopes: BTreeSet<Scope> =
        Scope::ALL.iter().copied().filter(|scope| fields.has(scope.word())).collect();
    if scopes.contains(&Scope::Admin) && user.role != Role::Administrator {
        return Err(AppError::Forbidden);
    }
    if scopes.is_empty() {
        return refuse(&visit, visit.words().scope_missing).await;
    }
    let database = visit.wiki()?.database();
    let expires = match fields.given("days") {
        None => None,
        Some(days) => match days.parse::<i64>() {
            Ok(days) if (1..=LONGEST).contains(&days) => Some(database.now() + days * DAY),
            _ => return Err(AppError::BadRequest),
        },
    };
    match database.create_token(&user.id, fields.get("name").trim(), &scopes, expires).await {
        Ok((token, secret)) => {
            let words: Vec<&str> = scopes.iter().map(|scope| scope.word()).collect();
            visit.audit("token made", &format!("{} ({})", token.name, words.join(" "))).await?;
            respond(&visit, 200, Message { shown: Shown::Token(&secret), ..Message::default() }).await
        }
        Err(database::Error::Refused(why)) => refuse(&visit, &visit.refusal(&why)).await,
        Err(error) => Err(error.into()),
    }
}

/// `POST /-/account/tokens/revoke`
pub(super) async fn revoke(visit: Visit, fields: Fields) -> Result<Response, AppError> {
    let (user, _) = visit.signed_in()?;
    let database = visit.wiki()?.database();
    let tokens = database.tokens(&user.id).await?;
    let name = tokens.iter().find(|token| token.id == fields.get("id")).map(|token| token.name.as_str());
    if !database.revoke_token(&user.id, fields.get("id")).await? {
        return refuse(&visit, &visit.refusal(&Refusal::Gone)).await;
    }
    visit.audit("token revoked", name.unwrap_or_default()).await?;
    Ok(visit.back(HERE, "token"))
}
