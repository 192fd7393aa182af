//! Who sends a request: a session's cookie, an API token, a proxy's word, or nobody we know.

use super::cookie;
use super::guard::KEEPS_TEXT;
use super::proxy::{self, Named};
use crate::address::decode;
use crate::app::App;
use crate::edition::Edition;
use crate::http::error::AppError;
use crate::http::negotiate;
use crate::wiki::Wiki;
use crate::wiki::reader::{Reader, Scopes, everything, nothing};
use axum::extract::{ConnectInfo, FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{Extensions, HeaderMap, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use database::tokens::Scope;
use database::{User, View};
use sim_wasm::text::Lang;
use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;

/// Finds out who asks and tells the handlers.
pub async fn identify(State(app): State<Arc<App>>, mut request: Request, next: Next) -> Response {
    let mut begun = None;
    let reader = match app.wiki() {
        None => Reader::anonymous(everything()),
        Some(wiki) => match find(wiki, &mut request, &mut begun).await {
            Ok(Ok(reader)) => reader,
            Ok(Err(why)) => return refused(wiki, why),
            Err(error) => {
                tracing::error!("cannot tell who asks: {error}");
                return refused(wiki, AppError::Unavailable);
            }
        },
    };
    if let Some(wiki) = app.wiki().filter(|wiki| wiki.is_private())
        && reader.is_anonymous()
        && !is_open(request.uri().path(), reader.view())
        // Whoever sends a text after their session has ended gets it back, to save it in a new one.
        && !(*request.method() == Method::POST
            && KEEPS_TEXT.iter().any(|keeps| request.uri().path().starts_with(keeps)))
    {
        return refused(wiki, AppError::SignIn);
    }
    let (view, known) = (reader.view().clone(), !reader.is_anonymous());
    request.extensions_mut().insert(Asking(Arc::new(reader)));
    let mut response = next.run(request).await;
    response.extensions_mut().insert(view);
    if let (Some(wiki), Some(token)) = (app.wiki(), begun) {
        cookie::set_proxied(response.headers_mut(), wiki.settings(), &token);
    }
    if known && response.headers().get(header::CACHE_CONTROL).is_some_and(|it| it == "no-cache") {
        // What one reader may see is nothing for the caches of others.
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    }
    response
}

/// An error that is shown as to a stranger.
fn refused(wiki: &Wiki, error: AppError) -> Response {
    let mut response = error.into_response();
    response.extensions_mut().insert(wiki.anonymous_view());
    response
}

/// What strangers may ask a private site for: its design, the way in, and what a rule opens to them. Whether anything is
/// at another address is nothing for them to know.
fn is_open(address: &str, view: &View) -> bool {
    const OPEN: [&str; 7] =
        ["/static/", "/-/login", "/-/join/", "/-/reset/", "/-/unsubscribe/", "/-/watches/", "/-/oidc/"];
    if OPEN.iter().any(|open| address.starts_with(open))
        || matches!(address, "/healthz" | "/readyz" | "/robots.txt")
    {
        return true;
    }
    let page = address.strip_prefix('/').and_then(|rest| rest.split_once('/'));
    page.filter(|(code, _)| Lang::from_code(code).is_some())
        .and_then(|(_, page)| decode(page.strip_suffix(".md").unwrap_or(page)))
        .is_some_and(|page| view.shows(&page))
}

/// Who asks, or why they are turned away: a program names a token that is not good (any more), or a proxy somebody who may
/// not come in. `begun` is the token of a session that the proxy's word has begun.
async fn find(
    wiki: &Wiki,
    request: &mut Request,
    begun: &mut Option<String>,
) -> Result<Result<Reader, AppError>, database::Error> {
    let rules = wiki.rules();
    let headers = request.headers();
    let view = |user: &User| rules.hidden(Some((user.id.as_str(), user.role)));
    if let Some(token) = bearer(headers) {
        let Some((token, user)) = wiki.database().find_token(token).await? else {
            return Ok(Err(AppError::SignIn));
        };
        let has = |scope| token.scopes.contains(&scope);
        let view = view(&user);
        let scopes = Scopes { write: has(Scope::Write), admin: has(Scope::Admin) };
        return Ok(Ok(Reader::program(user, scopes, view)));
    }
    let client = client(connected(request.extensions()), headers, &wiki.settings().trusted_proxies);
    match proxy::named(wiki, request.method(), headers, request.extensions(), client).await? {
        Named::Nobody => {}
        Named::Refused => return Ok(Err(AppError::Forbidden)),
        Named::Passing(user) => {
            let view = view(&user);
            return Ok(Ok(Reader::program(user, Scopes::default(), view)));
        }
        Named::Session(user, session, token) => {
            let view = view(&user);
            proxy::carry(wiki, request.headers_mut(), token.as_deref());
            *begun = token;
            return Ok(Ok(Reader::signed_in(user, *session, view)));
        }
    }
    if let Some(token) = session_token(wiki, request.headers())
        && let Some((session, user)) = wiki.database().find_session(token).await?
    {
        let view = view(&user);
        return Ok(Ok(Reader::signed_in(user, session, view)));
    }
    Ok(Ok(Reader::anonymous(rules.hidden(None))))
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
}

/// The session's token as the browser sent it.
pub(super) fn session_token<'a>(wiki: &Wiki, headers: &'a HeaderMap) -> Option<&'a str> {
    negotiate::cookie(headers, super::cookie::name(wiki.settings()))
}

#[derive(Clone)]
struct Asking(Arc<Reader>);

/// The reader behind a request.
#[derive(Clone, Debug)]
pub struct Asker(pub Arc<Reader>);

impl<S: Send + Sync> FromRequestParts<S> for Asker {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Asker, Infallible> {
        let reader = parts.extensions.get::<Asking>().map(|asking| asking.0.clone());
        // A route that nobody was identified for shows nothing.
        Ok(Asker(reader.unwrap_or_else(|| Arc::new(Reader::anonymous(nothing())))))
    }
}

/// The site as the reader behind a request may see it.
#[derive(Clone, Debug)]
pub struct Seen(pub Arc<Edition>);

impl FromRequestParts<Arc<App>> for Seen {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Seen, AppError> {
        let Ok(Asker(reader)) = Asker::from_request_parts(parts, app).await;
        Ok(Seen(app.edition(reader.view()).await?))
    }
}

/// The address a request comes from: the other end of the connection, or what a trusted proxy says of it.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub IpAddr);

impl FromRequestParts<Arc<App>> for Peer {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Peer, Infallible> {
        let trusted = app.wiki().map(|wiki| wiki.settings().trusted_proxies.as_slice()).unwrap_or_default();
        Ok(Peer(client(connected(&parts.extensions), &parts.headers, trusted)))
    }
}

/// The other end of the connection.
pub(super) fn connected(extensions: &Extensions) -> IpAddr {
    let connected = extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
    connected.unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED)).to_canonical()
}

/// Each proxy adds the address that it was called from to `X-Forwarded-For`: from the end, the first that is no proxy of
/// ours is the client. What stands before it, the client may have written itself.
fn client(connected: IpAddr, headers: &HeaderMap, trusted: &[IpAddr]) -> IpAddr {
    let mut client = connected;
    let lines = headers.get_all("x-forwarded-for");
    let named: Vec<&str> =
        lines.iter().filter_map(|line| line.to_str().ok()).flat_map(|line| line.split(',')).collect();
    for name in named.iter().rev() {
        if !trusted.contains(&client) {
            break;
        }
        let Ok(address) = name.trim().parse::<IpAddr>() else { break };
        client = address.to_canonical();
    }
    client
}

#[cfg(test)]
mod tests {
    use super::client;
    use axum::http::HeaderMap;

    #[test]
    fn only_trusted_proxies_say_who_the_client_is() {
        for (connected, forwarded, trusted, is) in [
            ("192.0.2.1", "203.0.113.9", "", "192.0.2.1"),
            ("127.0.0.1", "203.0.113.9", "127.0.0.1", "203.0.113.9"),
            ("127.0.0.1", "10.9.9.9, 203.0.113.9", "127.0.0.1", "203.0.113.9"),
            ("127.0.0.1", "10.9.9.9, 203.0.113.9, 192.0.2.7", "127.0.0.1 192.0.2.7", "203.0.113.9"),
            ("127.0.0.1", "nonsense", "127.0.0.1", "127.0.0.1"),
            ("127.0.0.1", "", "127.0.0.1", "127.0.0.1"),
            ("127.0.0.1", "::ffff:203.0.113.9", "127.0.0.1", "203.0.113.9"),
        ] {
            let trusted: Vec<_> = trusted.split_whitespace().map(|it| it.parse().unwrap()).collect();
            let mut headers = HeaderMap::new();
            headers.insert("x-forwarded-for", forwarded.parse().unwrap());
            let found = client(connected.parse().unwrap(), &headers, &trusted);
            assert_eq!(found.to_string(), is, "{connected} {forwarded}");
        }
    }
}
