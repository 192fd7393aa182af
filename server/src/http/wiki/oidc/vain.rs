//! Why somebody comes back from the provider in vain. The page says what to do; what exactly happened is for the log.

use crate::http::error::AppError;
use crate::http::wiki::account::visit::Visit;
use crate::i18n::oidc;
use crate::i18n::wiki as words;
use crate::pages::Link;
use crate::pages::wiki::sign_in;
use axum::response::Response;
use database::User;
use outbound::oidc::Error;
use std::net::IpAddr;

/// A reason.
#[derive(Debug)]
pub(super) enum Vain {
    /// The answer is to no question of this browser, or not any more.
    Expired,
    /// Somebody pressed "cancel", or may not come here.
    Denied,
    /// The provider cannot be asked.
    Away,
    /// What the provider says cannot be believed.
    Unbelievable,
    /// Nobody here is linked to this subject, and no account is made.
    Unknown(String),
    /// The account is disabled.
    Disabled(User),
    /// The identity is linked to another account.
    Taken,
    /// The session in which linking began is not this browser's any more.
    SessionOver,
}

impl Vain {
    /// What an error of the provider's means for whoever wants to sign in. Its details go to the log.
    pub(super) fn of(error: &Error) -> Vain {
        match error {
            Error::Settings(_) | Error::Away(_) => {
                tracing::error!("cannot sign in: {error}");
                Vain::Away
            }
            Error::Unbelievable(_) => {
                tracing::warn!("nobody was signed in: {error}");
                Vain::Unbelievable
            }
            Error::Denied(_) => {
                tracing::info!("nobody was signed in: {error}");
                Vain::Denied
            }
            Error::Foreign(_) => {
                tracing::info!("nobody was signed in: {error}");
                Vain::Expired
            }
        }
    }

    fn status(&self) -> u16 {
        match self {
            Vain::Expired | Vain::Unbelievable => 400,
            Vain::Denied | Vain::Unknown(_) | Vain::Disabled(_) | Vain::SessionOver => 403,
            Vain::Taken => 409,
            Vain::Away => 502,
        }
    }

    /// What the audit log calls it, and whom or what it was about.
    fn logged(&self) -> (&'static str, &str) {
        match self {
            Vain::Expired => ("the answer is to no question of this browser", ""),
            Vain::Denied => ("the provider let nobody in", ""),
            Vain::Away => ("the provider is away", ""),
            Vain::Unbelievable => ("the provider cannot be believed", ""),
            Vain::Unknown(subject) => ("not linked to an account", subject),
            Vain::Disabled(user) => ("disabled", &user.name),
            Vain::Taken => ("linked to another account", ""),
            Vain::SessionOver => ("the session has ended", ""),
        }
    }

    /// The page, and a line in the log.
    pub(super) async fn show(
        &self,
        visit: &Visit,
        ip: IpAddr,
        links: bool,
        next: &str,
    ) -> Result<Response, AppError> {
        let w = oidc::strings(visit.lang);
        let text = match self {
            Vain::Expired => w.expired,
            Vain::Denied => w.denied,
            Vain::Away => w.away,
            Vain::Unbelievable => w.unbelievable,
            Vain::Unknown(_) => w.unknown,
            Vain::Disabled(_) => w.disabled,
            Vain::Taken => w.taken,
            Vain::SessionOver => w.session_over,
        };
        let code = visit.lang.code();
        let (title, onward) = if links {
            (w.not_linked, Link::new(format!("/-/account?lang={code}#identities"), w.begin_again))
        } else {
            let next: String = form_urlencoded::byte_serialize(next.as_bytes()).collect();
            let to = words::strings(visit.lang).sign_in;
            (w.not_signed_in, Link::new(format!("/-/login?lang={code}&next={next}"), to))
        };
        let (why, object) = self.logged();
        let what = if links { "linking refused" } else { "sign-in refused" };
        let who = match self {
            Vain::Disabled(user) => Some(user),
            _ => visit.reader().user().filter(|_| links),
        };
        visit.wiki()?.audit(who, &format!("{what}: OpenID Connect, {why}"), object, ip).await?;
        let html = sign_in::in_vain(&visit.edition.context(), visit.lang, title, text, onward)?;
        Ok(visit.answer(self.status(), html).await)
    }
}
