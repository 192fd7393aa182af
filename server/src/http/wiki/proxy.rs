//! Readers whom a trusted proxy has signed in: it names them in a header of each request. They get a session like everybody
//! else, so that their forms carry a token and they find it in their list; it counts only together with the header.

use super::identify::connected;
use super::{agent, cookie};
use crate::http::negotiate;
use crate::wiki::Wiki;
use axum::http::{Extensions, HeaderMap, HeaderValue, Method, header};
use database::identities::NewIdentity;
use database::{NewUser, Session, User};
use std::net::IpAddr;

/// What the identities are called that a proxy vouches for, where others have their provider's address.
const ISSUER: &str = "proxy";

/// A session's sign-in counts as a new one, in seconds after the last time that it did.
const FRESHEN: i64 = 60;

/// What a proxy says of a request.
pub(super) enum Named {
    /// Nothing: it is none of ours, or names nobody.
    Nobody,
    /// Somebody who may not come in; the log says why.
    Refused,
    /// Somebody with a session, and its token when the browser does not have it yet.
    Session(User, Box<Session>, Option<String>),
    /// Somebody who sends no page's request and has no session, such as a program: for reading.
    Passing(User),
}

/// Who the proxy says that it is.
///
/// # Errors
/// When the database fails.
pub(super) async fn named(
    wiki: &Wiki,
    method: &Method,
    headers: &HeaderMap,
    extensions: &Extensions,
    client: IpAddr,
) -> Result<Named, database::Error> {
    let Some(name) = name(wiki, headers, extensions) else { return Ok(Named::Nobody) };
    let Some(user) = account(wiki, name, client).await? else { return Ok(Named::Refused) };
    let database = wiki.database();
    if let Some(token) = negotiate::cookie(headers, cookie::proxied(wiki.settings()))
        && let Some((session, owner)) = database.find_session(token).await?
        && owner.id == user.id
    {
        if database.now() - session.fresh > FRESHEN {
            database.freshen_session(&session.id).await?;
        }
        let session = Session { fresh: database.now(), ..session };
        return Ok(Named::Session(user, Box::new(session), None));
    }
    let wants_page = headers.get(header::ACCEPT).and_then(|it| it.to_str().ok());
    if *method != Method::GET || !wants_page.is_some_and(|it| it.contains("text/html")) {
        return Ok(Named::Passing(user));
    }
    let token = database.begin_session(&user.id, agent(headers), &client.to_string(), false).await?;
    wiki.audit(Some(&user), "signed in by the proxy", &user.name, client).await?;
    Ok(match database.find_session(&token).await? {
        Some((session, user)) => Named::Session(user, Box::new(session), Some(token)),
        None => Named::Refused,
    })
}

/// The name in the header, when the request comes from a proxy whose word is taken.
fn name<'a>(wiki: &Wiki, headers: &'a HeaderMap, extensions: &Extensions) -> Option<&'a str> {
    let settings = wiki.settings();
    let mut values = headers.get_all(settings.user_header.as_deref()?).iter();
    let (value, another) = (values.next()?, values.next());
    // Two are one that the proxy did not take away and its own: nobody knows which is which.
    let is_trusted = another.is_none() && settings.trusted_proxies.contains(&connected(extensions));
    std::str::from_utf8(value.as_bytes()).ok().map(str::trim).filter(|it| is_trusted && !it.is_empty())
}

/// The account of a name, made when the operator wants that.
async fn account(wiki: &Wiki, name: &str, client: IpAddr) -> Result<Option<User>, database::Error> {
    let database = wiki.database();
    let mut user = database.user_of_identity(ISSUER, name).await?;
    if user.is_none() {
        user = database.user_by_name(name).await?;
    }
    if user.is_none()
        && let Some(role) = wiki.settings().new_accounts
    {
        let new = NewUser { name: name.to_string(), display: name.to_string(), email: None, role };
        let label = name.to_string();
        let identity = NewIdentity { issuer: ISSUER.to_string(), subject: label.clone(), label };
        let made = database.create_user_of(&new, &identity).await?;
        wiki.audit(Some(&made), "account made by the proxy", &made.name, client).await?;
        user = Some(made);
    }
    let Some(user) = user.filter(|user| !user.disabled) else {
        tracing::warn!(
            "the proxy names `{}`, who has no account here, or a disabled one",
            name.escape_debug()
        );
        return Ok(None);
    };
    Ok(Some(user))
}

/// Lets the handlers find the session where they find those of everybody else.
pub(super) fn carry(wiki: &Wiki, headers: &mut HeaderMap, token: Option<&str>) {
    let settings = wiki.settings();
    let token = token.or_else(|| negotiate::cookie(headers, cookie::proxied(settings)));
    let pair = token.map(|token| format!("{}={token}", cookie::name(settings)));
    if let Some(Ok(pair)) = pair.map(|pair| HeaderValue::from_str(&pair)) {
        // Before the others: the first of a name counts.
        let others: Vec<HeaderValue> = headers.get_all(header::COOKIE).iter().cloned().collect();
        headers.insert(header::COOKIE, pair);
        for other in others {
            headers.append(header::COOKIE, other);
        }
    }
}
