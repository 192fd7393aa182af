//! Accounts at a provider that sign in to one's own account.

use super::visit::Visit;
use super::{HERE, refuse};
use crate::http::error::AppError;
use crate::http::wiki::form::Fields;
use crate::http::wiki::identify::Peer;
use crate::http::wiki::oidc::{self, Known};
use crate::i18n::oidc as words;
use axum::extract::Extension;
use axum::response::Response;
use database::{Refusal, Unlinked};

/// `POST /-/account/identity/link`: to the provider, to show whom it knows.
pub(in crate::http::wiki) async fn link(
    visit: Visit,
    Extension(known): Extension<Known>,
    Peer(ip): Peer,
    fields: Fields,
) -> Result<Response, AppError> {
    let (_, session) = visit.signed_in()?;
    // Whoever has got hold of somebody's open browser must not keep a way in.
    if !visit.confirmed(&fields).await? {
        return refuse(&visit, visit.words().password_again_wrong).await;
    }
    oidc::leave(&visit, &known, ip, HERE, Some(&session.id)).await
}

/// `POST /-/account/identity/unlink`
pub(in crate::http::wiki) async fn unlink(visit: Visit, fields: Fields) -> Result<Response, AppError> {
    let (user, _) = visit.signed_in()?;
    let database = visit.wiki()?.database();
    let id = fields.get("id");
    let label = database.identities(&user.id).await?.into_iter().find(|it| it.id == id).map(|it| it.label);
    match database.unlink_identity(&user.id, id).await? {
        Unlinked::Done => {
            visit.audit("identity unlinked", label.as_deref().unwrap_or_default()).await?;
            Ok(back(&visit, "identity-unlinked"))
        }
        Unlinked::LastWayIn => refuse(&visit, words::strings(visit.lang).last_way_in).await,
        Unlinked::Unknown => refuse(&visit, &visit.refusal(&Refusal::Gone)).await,
    }
}

/// To the account page after something was done.
pub(in crate::http::wiki) fn back(visit: &Visit, done: &str) -> Response {
    visit.back(HERE, done)
}
