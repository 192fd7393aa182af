//! What changes something must come from a page of the session itself. tower-http's layer has refused what browsers mark
//! as coming from another site; here, whoever has a session must also know its form token.

use super::identify::{Asker, session_token};
use super::{cookie, form, multipart};
use crate::app::App;
use crate::http::error::AppError;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::sync::Arc;

/// The header that scripts send the form token in.
const HEADER: &str = "x-csrf";

/// The form is of a session that has ended: what it holds may be shown again to whoever sends it, and nothing else.
#[derive(Clone, Copy, Debug)]
pub struct Stale;

/// Pages whose handler knows what to do with a [`Stale`] form.
pub(super) const KEEPS_TEXT: [&str; 2] = ["/-/edit/", "/-/comments/"];

/// Forms that begin a session, and so belong to none: they do nothing with the one that there may be.
const BEGIN: [&str; 4] = ["/-/login", "/-/join/", "/-/reset/", "/-/oidc/"];

/// Lets requests through that change nothing, that carry no session's cookie, or that know its form token.
pub async fn guard(State(app): State<Arc<App>>, asker: Asker, request: Request, next: Next) -> Response {
    let safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    let path = request.uri().path();
    let begins_session = BEGIN.iter().any(|begin| path.starts_with(begin));
    let must_know = !safe && !begins_session && asker.0.session().is_some();
    let Some(wiki) = app.wiki().filter(|_| must_know) else {
        return next.run(request).await;
    };
    let Some(wanted) = session_token(wiki, request.headers()).map(cookie::form_token) else {
        return AppError::CrossSite.into_response();
    };
    if let Some(given) = request.headers().get(HEADER) {
        return match given.to_str().is_ok_and(|given| cookie::same(given, &wanted)) {
            true => next.run(request).await,
            false => AppError::CrossSite.into_response(),
        };
    }
    let is_form = request
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|it| it.as_bytes().starts_with(form::MEDIA_TYPE.as_bytes()));
    let has_file = multipart::is_sent(request.headers());
    if !is_form && !has_file {
        return AppError::CrossSite.into_response();
    }
    let (parts, body) = request.into_parts();
    let longest = if has_file { multipart::LONGEST } else { form::LONGEST };
    let Ok(body) = to_bytes(body, longest).await else {
        return AppError::TooLarge.into_response();
    };
    let given = match has_file {
        true => multipart::field(&parts.headers, &body, "csrf").map(String::from_utf8_lossy),
        false => form_urlencoded::parse(&body).find(|(name, _)| name == "csrf").map(|(_, value)| value),
    };
    let fits = given.is_some_and(|given| cookie::same(&given, &wanted));
    let keeps_text = KEEPS_TEXT.iter().any(|keeps| parts.uri.path().starts_with(keeps));
    let mut request = Request::from_parts(parts, Body::from(body));
    if !fits {
        if !keeps_text {
            return AppError::CrossSite.into_response();
        }
        request.extensions_mut().insert(Stale);
    }
    next.run(request).await
}
