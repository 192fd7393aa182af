//! Somebody at the pages of accounts: who it is, what they see it in, and whether it is really them.

use crate::app::App;
use crate::edition::Edition;
use crate::http::error::AppError;
use crate::http::wiki::edit;
use crate::http::wiki::form::Fields;
use crate::http::wiki::identify::{Asker, Peer, Seen};
use crate::http::wiki::{language, page, refusal, see_other, wiki};
use crate::i18n::account::{self, Strings};
use crate::wiki::Wiki;
use crate::wiki::reader::Reader;
use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::request::Parts;
use axum::response::Response;
use database::{Attempt, Limit, Refusal, Session, User};
use sim_wasm::text::Lang;
use std::net::IpAddr;
use std::sync::Arc;

/// How long after it was entered the password is not asked for again, in seconds.
const FRESH: i64 = 15 * 60;

/// Guesses at the password by whoever has got hold of somebody's open browser.
const GUESSES: Limit = Limit { kind: "password_again", attempts: 10, window: 15 * 60 };

/// A request to these pages.
#[derive(Debug)]
pub(in crate::http::wiki) struct Visit {
    app: Arc<App>,
    reader: Arc<Reader>,
    headers: HeaderMap,
    query: Fields,
    ip: IpAddr,
    /// The site as this reader sees it.
    pub(in crate::http::wiki) edition: Arc<Edition>,
    /// The language of the answer.
    pub(in crate::http::wiki) lang: Lang,
}

impl FromRequestParts<Arc<App>> for Visit {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Visit, AppError> {
        let Ok(Asker(reader)) = Asker::from_request_parts(parts, app).await;
        let Ok(Peer(ip)) = Peer::from_request_parts(parts, app).await;
        let Seen(edition) = Seen::from_request_parts(parts, app).await?;
        Ok(Visit {
            app: app.clone(),
            reader,
            edition,
            ip,
            lang: language(&parts.uri, &parts.headers),
            headers: parts.headers.clone(),
            query: Fields::of_query(&parts.uri),
        })
    }
}

impl Visit {
    /// The wiki, when there is one.
    pub(in crate::http::wiki) fn wiki(&self) -> Result<&Wiki, AppError> {
        wiki(&self.app)
    }

    /// Who visits.
    pub(in crate::http::wiki) fn reader(&self) -> &Reader {
        &self.reader
    }

    /// The account and its session. Programs have nothing to do with these pages: a token must not make tokens.
    pub(in crate::http::wiki) fn signed_in(&self) -> Result<(&User, &Session), AppError> {
        match (self.reader.user(), self.reader.session()) {
            (Some(user), Some(session)) => Ok((user, session)),
            (Some(_), None) => Err(AppError::Forbidden),
            (None, _) => Err(AppError::SignIn),
        }
    }

    /// The administrator who visits. For everybody else there is nothing here.
    pub(in crate::http::wiki) fn administrator(&self) -> Result<&User, AppError> {
        self.wiki()?;
        self.reader.user().filter(|_| self.reader.is_administrator()).ok_or(AppError::NotFound)
    }

    /// A parameter of the address.
    pub(in crate::http::wiki) fn query(&self, name: &str) -> Option<&str> {
        self.query.given(name)
    }

    /// The words of the account's pages.
    pub(in crate::http::wiki) fn words(&self) -> &'static Strings {
        account::strings(self.lang)
    }

    /// Why something was refused.
    pub(in crate::http::wiki) fn refusal(&self, why: &Refusal) -> String {
        refusal(why, self.lang)
    }

    /// What was done, when the address says so.
    pub(in crate::http::wiki) fn done(&self) -> Option<&'static str> {
        account::done(self.lang, self.query("done")?)
    }

    /// The token that forms of this session carry.
    pub(in crate::http::wiki) fn csrf(&self) -> Result<String, AppError> {
        Ok(edit::csrf(self.wiki()?, &self.headers))
    }

    /// An address of the site with its scheme and host.
    pub(in crate::http::wiki) fn absolute(&self, address: &str) -> String {
        format!("{}{address}", self.app.settings().public_url)
    }

    /// A page as the answer.
    pub(in crate::http::wiki) async fn answer(&self, status: u16, html: String) -> Response {
        page(&self.headers, status, html).await
    }

    /// To a page after something was done, which the page then says.
    pub(in crate::http::wiki) fn back(&self, address: &str, done: &str) -> Response {
        see_other(&format!("{address}?lang={}&done={done}", self.lang.code()))
    }

    /// Writes down that the visitor did something.
    pub(in crate::http::wiki) async fn audit(&self, action: &str, object: &str) -> Result<(), AppError> {
        Ok(self.wiki()?.audit(self.reader.user(), action, object, self.ip).await?)
    }

    /// Whether the password has to be entered again before something sensitive. A program has shown its token, which
    /// was made with the password.
    pub(in crate::http::wiki) fn is_stale(&self) -> Result<bool, AppError> {
        let now = self.wiki()?.database().now();
        Ok(self.reader.session().is_some_and(|session| is_stale(session.fresh, now)))
    }

    /// Whether something sensitive may be done: the password was entered not long ago, or is in the form now.
    pub(in crate::http::wiki) async fn confirmed(&self, fields: &Fields) -> Result<bool, AppError> {
        if self.is_stale()? { self.knows_password(fields).await } else { Ok(true) }
    }

    /// Whether the form holds the visitor's password.
    pub(in crate::http::wiki) async fn knows_password(&self, fields: &Fields) -> Result<bool, AppError> {
        let (user, session) = self.signed_in()?;
        let password = fields.get("password");
        if password.is_empty() {
            return Ok(false);
        }
        let database = self.wiki()?.database();
        // Counted before it is judged, so that many at once get no more tries than one after the other.
        let attempt = match database.attempt(&GUESSES, &user.id).await? {
            Attempt::Allowed(attempt) => attempt,
            Attempt::Wait(seconds) => return Err(AppError::TooMany(seconds.unsigned_abs())),
        };
        if !database.is_password(&user.id, password).await? {
            self.audit("password refused", &user.name).await?;
            return Ok(false);
        }
        database.withdraw_attempt(&attempt).await?;
        database.freshen_session(&session.id).await?;
        Ok(true)
    }
}

fn is_stale(fresh: i64, now: i64) -> bool {
    now - fresh > FRESH
}

#[cfg(test)]
mod tests {
    use super::{FRESH, is_stale};

    #[test]
    fn a_password_is_fresh_for_a_quarter_of_an_hour() {
        assert!(!is_stale(1000, 1000));
        assert!(!is_stale(1000, 1000 + FRESH));
        assert!(is_stale(1000, 1001 + FRESH));
    }
}
