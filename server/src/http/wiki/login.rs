//! Signing in and out.

use super::form::Fields;
use super::identify::{Asker, Peer, Seen, session_token};
use super::{agent, cookie, json, language, page, see_other, wiki};
use crate::app::App;
use crate::http::error::AppError;
use crate::http::negotiate;
use crate::i18n::wiki as words;
use crate::pages::wiki::sign_in::{self, SignIn};
use crate::wiki::Wiki;
use axum::extract::State;
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use database::attempts::{Attempt, SIGN_IN_ACCOUNT, SIGN_IN_NETWORK, network};
use outbound::oidc;
use std::net::IpAddr;
use std::sync::Arc;

/// Where somebody signs in who wanted to go to `uri`.
pub fn address(uri: &Uri) -> String {
    let wanted = uri.path_and_query().map_or("/", |it| it.as_str());
    let next: String = form_urlencoded::byte_serialize(wanted.as_bytes()).collect();
    format!("/-/login?next={next}")
}

/// Where to go on after signing in: an address of this site, whatever was asked for.
pub(super) fn next(wanted: &str) -> &str {
    let is_ours = wanted.starts_with('/')
        && !wanted.starts_with("//")
        && !wanted.contains('\\')
        && wanted.bytes().all(|byte| byte.is_ascii_graphic());
    if is_ours { wanted } else { "/" }
}

/// `GET /-/login`
pub async fn show(
    State(app): State<Arc<App>>,
    Seen(edition): Seen,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, AppError> {
    let provider = wiki(&app)?.settings().oidc.as_ref().map(oidc::Settings::shown_name);
    let query = Fields::of_query(&uri);
    let form = SignIn { next: next(query.get("next")), provider: provider.as_deref(), ..SignIn::default() };
    let html = sign_in::sign_in(&edition.context(), language(&uri, &headers), form)?;
    Ok(page(&headers, 200, html).await)
}

/// `POST /-/login`: the password, and for those who have one the second factor.
pub async fn sign_in(
    State(app): State<Arc<App>>,
    Seen(edition): Seen,
    Peer(ip): Peer,
    uri: Uri,
    headers: HeaderMap,
    fields: Fields,
) -> Result<Response, AppError> {
    let wiki = wiki(&app)?;
    let lang = language(&uri, &headers);
    let w = words::strings(lang);
    let next = next(fields.get("next"));
    let for_script = negotiate::wants_json(&headers);
    let provider = wiki.settings().oidc.as_ref().map(oidc::Settings::shown_name);
    let outcome = check(wiki, &fields, agent(&headers), ip).await?;
    let again = |problem, pending: Option<&str>| {
        let form = SignIn { next, name: fields.get("name"), problem, pending, provider: provider.as_deref() };
        sign_in::sign_in(&edition.context(), lang, form)
    };
    match outcome {
        Outcome::Right(token) => {
            let mut response = match for_script {
                true => json(&headers, 200, serde_json::json!({ "csrf": cookie::form_token(&token) })).await,
                false => see_other(next),
            };
            cookie::set(response.headers_mut(), wiki.settings(), &token);
            Ok(response)
        }
        Outcome::SecondFactor { pending, wrong } if for_script => {
            let problem = if wrong { w.wrong_code } else { w.code_help };
            let body = serde_json::json!({ "error": problem, "second_factor": true, "pending": pending });
            Ok(json(&headers, 401, body).await)
        }
        Outcome::SecondFactor { pending, wrong } => {
            let html = again(wrong.then_some(w.wrong_code), Some(&pending))?;
            Ok(page(&headers, if wrong { 401 } else { 200 }, html).await)
        }
        Outcome::Wrong if for_script => {
            let body = serde_json::json!({ "error": w.wrong_password, "second_factor": false });
            Ok(json(&headers, 401, body).await)
        }
        Outcome::Wrong => Ok(page(&headers, 401, again(Some(w.wrong_password), None)?).await),
    }
}

/// What came of a sign-in.
enum Outcome {
    /// The token of the new session.
    Right(String),
    SecondFactor {
        pending: String,
        wrong: bool,
    },
    Wrong,
}

async fn check(wiki: &Wiki, fields: &Fields, agent: &str, ip: IpAddr) -> Result<Outcome, AppError> {
    let database = wiki.database();
    let pending = fields.given("pending");
    let mut account = match pending {
        Some(pending) => database.find_pending(pending).await?.map(|(_, user)| user),
        None => None,
    };
    let name = account.as_ref().map_or_else(|| fields.get("name").to_string(), |user| user.name.clone());
    // An account has a name and perhaps an address to sign in with, and for both together the tries of one.
    let known = match &account {
        Some(user) => Some(user.id.clone()),
        None => match database.user_by_name(&name).await? {
            Some(user) => Some(user.id),
            None => database.user_by_email(&name).await?.map(|user| user.id),
        },
    };
    let subject = known.unwrap_or_else(|| name.to_lowercase());
    // Counted before it is judged, so that many at once get no more tries than one after the other.
    let counted = [(SIGN_IN_ACCOUNT, subject.clone()), (SIGN_IN_NETWORK, network(ip))];
    let mut taken = Vec::new();
    for (limit, subject) in &counted {
        match database.attempt(limit, subject).await? {
            Attempt::Allowed(id) => taken.push(id),
            Attempt::Wait(seconds) => return Err(AppError::TooMany(seconds.unsigned_abs())),
        }
    }
    let outcome = match (pending, &account) {
        (Some(pending), Some(user)) => {
            let code = fields.get("code").trim();
            let right = database.verify_totp(&user.id, code).await?
                || database.use_recovery_code(&user.id, code).await?;
            match right {
                true => database.complete_session(pending).await?.map_or(Outcome::Wrong, Outcome::Right),
                false => Outcome::SecondFactor { pending: pending.to_string(), wrong: true },
            }
        }
        (Some(_), None) => Outcome::Wrong,
        (None, _) => match database.authenticate(&name, fields.get("password")).await? {
            None => Outcome::Wrong,
            Some(user) => {
                let second = database.has_totp(&user.id).await?;
                let token = database.begin_session(&user.id, agent, &ip.to_string(), second).await?;
                account = Some(user);
                match second {
                    true => Outcome::SecondFactor { pending: token, wrong: false },
                    false => Outcome::Right(token),
                }
            }
        },
    };
    let done = match &outcome {
        Outcome::Right(_) => {
            database.forget_attempts(&SIGN_IN_ACCOUNT, &subject).await?;
            "signed in"
        }
        Outcome::SecondFactor { wrong: false, .. } => "password right",
        Outcome::SecondFactor { wrong: true, .. } => "sign-in refused: code",
        Outcome::Wrong => "sign-in refused: password",
    };
    if matches!(outcome, Outcome::Right(_) | Outcome::SecondFactor { wrong: false, .. }) {
        for id in taken {
            database.withdraw_attempt(&id).await?;
        }
    }
    wiki.audit(account.as_ref(), done, &name, ip).await?;
    Ok(outcome)
}

/// `POST /-/logout`
pub async fn sign_out(
    State(app): State<Arc<App>>,
    Asker(reader): Asker,
    headers: HeaderMap,
) -> Result<Response, AppError> {
    let wiki = wiki(&app)?;
    if let (Some(user), Some(session)) = (reader.user(), reader.session()) {
        wiki.database().end_session(&user.id, &session.id).await?;
    }
    let mut response = see_other("/");
    if session_token(wiki, &headers).is_some() {
        cookie::clear(response.headers_mut(), wiki.settings());
    }
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::next;

    #[test]
    fn nobody_is_led_to_another_site() {
        for (wanted, to) in [
            ("/en/tcp?x=1", "/en/tcp?x=1"),
            ("", "/"),
            ("//evil.example", "/"),
            ("/\\evil.example", "/"),
            ("https://evil.example", "/"),
            ("/%0d%0aSet-Cookie:x", "/%0d%0aSet-Cookie:x"),
            ("/\r\nSet-Cookie:x", "/"),
            ("javascript:alert(1)", "/"),
            ("@evil.example", "/"),
        ] {
            assert_eq!(next(wanted), to, "{wanted:?}");
        }
    }
}
