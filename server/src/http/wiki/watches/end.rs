//! `/-/unsubscribe/{token}`: the link of a mail that ends a watch, or all mails. The token is proof enough: it takes no
//! session, and mail programs send the POST by themselves (RFC 8058).

use super::Visit;
use crate::http::error::AppError;
use crate::pages::wiki::watches::{self, Ending};
use crate::wiki::news::end_all_of;
use axum::extract::Path;
use axum::response::Response;
use database::Pace;

/// `GET`: asks, since programs that look at mails open all links in them.
pub(super) async fn ask(visit: Visit, Path(token): Path<String>) -> Result<Response, AppError> {
    let database = visit.wiki()?.database();
    let key = database.site_key().await?;
    let watch = database.watch_by_token(&key, &token).await?;
    let ending = match (&watch, end_all_of(&key, &token)) {
        (Some(watch), _) => Ending::AskWatch(watch.kind, &watch.target),
        (None, Some(_)) => Ending::AskMails,
        (None, None) => Ending::Nothing,
    };
    respond(&visit, ending, &token).await
}

/// `POST`: ends it.
pub(super) async fn end(visit: Visit, Path(token): Path<String>) -> Result<Response, AppError> {
    let database = visit.wiki()?.database();
    let key = database.site_key().await?;
    if let Some(user_id) = end_all_of(&key, &token) {
        database.set_pace(user_id, Pace::Never).await?;
        return respond(&visit, Ending::EndedMails, &token).await;
    }
    let watch = database.unsubscribe(&key, &token).await?;
    let ending = match &watch {
        Some(watch) => Ending::EndedWatch(watch.kind, &watch.target),
        None => Ending::Nothing,
    };
    respond(&visit, ending, &token).await
}

async fn respond(visit: &Visit, ending: Ending<'_>, token: &str) -> Result<Response, AppError> {
    let status = if matches!(ending, Ending::Nothing) { 404 } else { 200 };
    let csrf = visit.reader().session().map(|_| visit.csrf()).transpose()?;
    let address = format!("/-/unsubscribe/{}", crate::address::segment(token));
    let html = watches::end(&visit.edition.context(), visit.lang, ending, &address, csrf.as_deref())?;
    Ok(visit.answer(status, html).await)
}
