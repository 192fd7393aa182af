//! Signing in with an OpenID provider: the way there, and the way back.
//!
//! - `flow`: what the browser keeps meanwhile
//! - `vain`: why somebody comes back in vain

mod flow;
mod vain;

use super::account::identities;
use super::account::visit::Visit;
use super::form::Fields;
use super::identify::Peer;
use super::{agent, cookie, login, see_other};
use crate::app::App;
use crate::http::error::AppError;
use crate::pages::wiki::sign_in::{self, SignIn};
use axum::Router;
use axum::extract::Extension;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use axum::routing::{get, post};
use database::attempts::{Attempt, Limit, SIGN_IN_NETWORK, network};
use database::{Linked, NewIdentity, NewUser, User};
use flow::Flow;
use outbound::oidc::{Answer, Profile, Provider, SignedIn};
use std::net::IpAddr;
use std::sync::{Arc, OnceLock};
use vain::Vain;

/// Where the provider sends people back to. The operator has told it so.
const CALLBACK: &str = "/-/oidc/callback";

/// Sign-ins from one address that came to nothing. Not counted with those by password: a provider that is away shuts
/// nobody out who has one.
const TRIES: Limit = Limit { kind: "oidc_network", ..SIGN_IN_NETWORK };

/// The addresses of this part.
pub(super) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/-/oidc/start", post(start))
        .route(CALLBACK, get(come_back))
        .route("/-/account/identity/link", post(identities::link))
        .route("/-/account/identity/unlink", post(identities::unlink))
        .layer(Extension(Known::default()))
}

/// The provider, as soon as somebody has signed in with it: what it said of itself is kept there.
#[derive(Clone, Debug, Default)]
pub(super) struct Known(Arc<OnceLock<Provider>>);

impl Known {
    fn provider(&self, visit: &Visit) -> Result<Result<&Provider, outbound::oidc::Error>, AppError> {
        let settings = visit.wiki()?.settings();
        let oidc = settings.oidc.clone().ok_or(AppError::NotFound)?;
        if let Some(provider) = self.0.get() {
            return Ok(Ok(provider));
        }
        let made = Provider::new(oidc, &visit.absolute(CALLBACK), settings.plain_http);
        Ok(made.map(|provider| self.0.get_or_init(|| provider)))
    }
}

/// `POST /-/oidc/start`: to the provider, to sign in.
async fn start(
    visit: Visit,
    Extension(known): Extension<Known>,
    Peer(ip): Peer,
    fields: Fields,
) -> Result<Response, AppError> {
    leave(&visit, &known, ip, login::next(fields.get("next")), None).await
}

/// The page that leads to the provider. With the id of a session, who comes back is linked to its account.
pub(super) async fn leave(
    visit: &Visit,
    known: &Known,
    ip: IpAddr,
    next: &str,
    link: Option<&str>,
) -> Result<Response, AppError> {
    let provider = known.provider(visit)?;
    let (wiki, lang) = (visit.wiki()?, visit.lang);
    let database = wiki.database();
    let attempt = attempt(visit, ip).await?;
    let begun = match provider {
        Ok(provider) => provider.begin().await,
        Err(error) => Err(error),
    };
    let begun = match begun {
        Ok(begun) => begun,
        Err(error) => return Vain::of(&error).show(visit, ip, link.is_some(), next).await,
    };
    database.withdraw_attempt(&attempt).await?;
    let flow = Flow::new(begun.secrets, next, lang, link, database.now());
    let name = wiki.settings().oidc.as_ref().map(outbound::oidc::Settings::shown_name).unwrap_or_default();
    let html = sign_in::leaving(&visit.edition.context(), lang, &name, &begun.address)?;
    let mut response = visit.answer(200, html).await;
    let refresh = HeaderValue::from_str(&format!("0; url={}", begun.address));
    response.headers_mut().insert(header::REFRESH, refresh.map_err(anyhow::Error::from)?);
    flow.keep(response.headers_mut(), wiki.settings(), &database.site_key().await?);
    Ok(response)
}

async fn attempt(visit: &Visit, ip: IpAddr) -> Result<String, AppError> {
    match visit.wiki()?.database().attempt(&TRIES, &network(ip)).await? {
        Attempt::Allowed(id) => Ok(id),
        Attempt::Wait(seconds) => Err(AppError::TooMany(seconds.unsigned_abs())),
    }
}

/// `GET /-/oidc/callback`: back from the provider. It begins a session although it is a GET: that is what the protocol
/// asks for, and the answer counts only in the browser that has the cookie of the question.
async fn come_back(
    mut visit: Visit,
    Extension(known): Extension<Known>,
    Peer(ip): Peer,
    headers: HeaderMap,
) -> Result<Response, AppError> {
    let provider = known.provider(&visit)?;
    let attempt = attempt(&visit, ip).await?;
    let wiki = visit.wiki()?;
    let database = wiki.database();
    let flow = Flow::read(&headers, wiki.settings(), &database.site_key().await?, database.now());
    let (links, next) =
        flow.as_ref().map_or((false, "/"), |flow| (flow.link.is_some(), login::next(&flow.next)));
    let outcome = match (provider, &flow) {
        (Err(error), _) => Err(Vain::of(&error)),
        (Ok(_), None) => Err(Vain::Expired),
        (Ok(provider), Some(flow)) => {
            let answer = answer(&visit);
            match provider.finish(&flow.secrets, &answer).await {
                Ok(who) => Ok((provider, who)),
                Err(error) => Err(Vain::of(&error)),
            }
        }
    };
    if let Some(flow) = &flow {
        visit.lang = flow.lang;
    }
    let visit = &visit;
    let done = match outcome {
        Err(vain) => Err(vain),
        Ok((provider, who)) => match flow.as_ref().and_then(|flow| flow.link.as_deref()) {
            Some(session) => link(visit, provider, &who, session).await?,
            None => sign_in(visit, provider, &who, ip, agent(&headers), next).await?,
        },
    };
    let wiki = visit.wiki()?;
    let mut response = match done {
        Ok(response) => {
            wiki.database().withdraw_attempt(&attempt).await?;
            response
        }
        Err(vain) => vain.show(visit, ip, links, next).await?,
    };
    // Whatever came of it, the answer to this question has been given.
    flow::forget(response.headers_mut(), wiki.settings());
    Ok(response)
}

/// What the provider has the browser say.
fn answer(visit: &Visit) -> Answer {
    let given = |name: &str| visit.query(name).map(str::to_string);
    Answer {
        state: given("state").unwrap_or_default(),
        code: given("code"),
        issuer: given("iss"),
        error: given("error"),
        description: given("error_description"),
    }
}

/// Links somebody to the account that the flow began in, when its session still is this browser's.
async fn link(
    visit: &Visit,
    provider: &Provider,
    who: &SignedIn,
    session: &str,
) -> Result<Result<Response, Vain>, AppError> {
    let reader = visit.reader();
    let Some(user) = reader.user().filter(|_| reader.session().is_some_and(|it| it.id == session)) else {
        return Ok(Err(Vain::SessionOver));
    };
    let profile = match provider.profile(who).await {
        Ok(profile) => profile,
        Err(error) => return Ok(Err(Vain::of(&error))),
    };
    let identity = identity(who, &profile);
    Ok(match visit.wiki()?.database().link_identity(&user.id, &identity).await? {
        Linked::ToAnother => Err(Vain::Taken),
        Linked::Before => Ok(identities::back(visit, "identity-linked")),
        Linked::Now => {
            visit.audit("identity linked", &identity.label).await?;
            Ok(identities::back(visit, "identity-linked"))
        }
    })
}

/// Signs somebody in, to the account that they are linked to, or to one that is made for them.
async fn sign_in(
    visit: &Visit,
    provider: &Provider,
    who: &SignedIn,
    ip: IpAddr,
    agent: &str,
    next: &str,
) -> Result<Result<Response, Vain>, AppError> {
    let wiki = visit.wiki()?;
    let database = wiki.database();
    let user = match database.user_of_identity(&who.issuer, &who.subject).await? {
        Some(user) => user,
        None => match new_account(visit, provider, who, ip).await? {
            Ok(user) => user,
            Err(vain) => return Ok(Err(vain)),
        },
    };
    if user.disabled {
        return Ok(Err(Vain::Disabled(user)));
    }
    let second = database.has_totp(&user.id).await?;
    let token = database.begin_session(&user.id, agent, &ip.to_string(), second).await?;
    if second {
        // Who has set one up here wants it to be asked for, whatever the provider has asked.
        let form = SignIn { next, pending: Some(&token), ..SignIn::default() };
        let html = sign_in::sign_in(&visit.edition.context(), visit.lang, form)?;
        wiki.audit(Some(&user), "OpenID Connect right", &user.name, ip).await?;
        return Ok(Ok(visit.answer(200, html).await));
    }
    wiki.audit(Some(&user), "signed in by OpenID Connect", &user.name, ip).await?;
    let mut response = see_other(next);
    cookie::set(response.headers_mut(), wiki.settings(), &token);
    Ok(Ok(response))
}

/// An account for somebody whom nobody here has linked, when the operator wants that.
async fn new_account(
    visit: &Visit,
    provider: &Provider,
    who: &SignedIn,
    ip: IpAddr,
) -> Result<Result<User, Vain>, AppError> {
    let wiki = visit.wiki()?;
    let Some(role) = wiki.settings().new_accounts else {
        return Ok(Err(Vain::Unknown(who.subject.clone())));
    };
    let profile = match provider.profile(who).await {
        Ok(profile) => profile,
        Err(error) => return Ok(Err(Vain::of(&error))),
    };
    let new = NewUser {
        name: called(&profile).unwrap_or_default().to_string(),
        display: profile.name.clone().unwrap_or_default(),
        email: profile.email.clone().filter(|_| profile.email_verified),
        role,
    };
    let user = wiki.database().create_user_of(&new, &identity(who, &profile)).await?;
    wiki.audit(Some(&user), "account made by OpenID Connect", &user.name, ip).await?;
    Ok(Ok(user))
}

/// What somebody is called, of all that the provider says.
fn called(profile: &Profile) -> Option<&str> {
    [&profile.username, &profile.email, &profile.name].into_iter().find_map(|it| it.as_deref())
}

fn identity(who: &SignedIn, profile: &Profile) -> NewIdentity {
    NewIdentity {
        issuer: who.issuer.clone(),
        subject: who.subject.clone(),
        label: called(profile).unwrap_or(&who.subject).to_string(),
    }
}
