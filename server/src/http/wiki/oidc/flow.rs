//! What the browser keeps between the way to the provider and the way back, in a cookie of its own that the site has
//! signed. One at a time is enough: who begins again forgets the sign-in before.

use crate::http::negotiate;
use crate::http::wiki::cookie;
use crate::wiki::Settings;
use axum::http::HeaderMap;
use database::SiteKey;
use outbound::oidc::Secrets;
use sim_wasm::text::Lang;

/// How long somebody may take to sign in at the provider, in seconds.
const LASTS: i64 = 10 * 60;

/// What the mark is for.
const PURPOSE: &str = "OpenID Connect flow";

/// The longest address to go on to: browsers keep about four kilobytes in a cookie.
const LONGEST_NEXT: usize = 1500;

/// A sign-in that is under way.
#[derive(Debug)]
pub(super) struct Flow {
    /// What binds the provider's answer to this browser.
    pub(super) secrets: Secrets,
    /// Where to go on afterwards.
    pub(super) next: String,
    /// The language that the reader began in.
    pub(super) lang: Lang,
    /// The session to whose account the identity is to be linked.
    pub(super) link: Option<String>,
    until: i64,
}

impl Flow {
    pub(super) fn new(secrets: Secrets, next: &str, lang: Lang, link: Option<&str>, now: i64) -> Flow {
        let next = if next.len() > LONGEST_NEXT { "/" } else { next };
        Flow { secrets, next: next.to_string(), lang, link: link.map(str::to_string), until: now + LASTS }
    }

    /// Has the browser keep it.
    pub(super) fn keep(&self, headers: &mut HeaderMap, settings: &Settings, key: &SiteKey) {
        let text = self.write();
        let value = format!("{text}.{}", key.sign(PURPOSE, &text));
        cookie::append(headers, settings, name(settings), &value, LASTS.unsigned_abs() as u32);
    }

    /// The one that the browser keeps; none when there is none, when it is over, or when the site has not signed it.
    pub(super) fn read(headers: &HeaderMap, settings: &Settings, key: &SiteKey, now: i64) -> Option<Flow> {
        let (text, mark) = negotiate::cookie(headers, name(settings))?.rsplit_once('.')?;
        if !key.verify(PURPOSE, text, mark) {
            return None;
        }
        Flow::parse(text).filter(|flow| now < flow.until)
    }

    /// As a query string, whose letters all may be in a cookie.
    fn write(&self) -> String {
        let secrets = serde_json::to_string(&self.secrets).unwrap_or_default();
        let mut text = form_urlencoded::Serializer::new(String::new());
        text.append_pair("secrets", &secrets)
            .append_pair("next", &self.next)
            .append_pair("lang", self.lang.code())
            .append_pair("until", &self.until.to_string());
        if let Some(link) = &self.link {
            text.append_pair("link", link);
        }
        text.finish()
    }

    fn parse(text: &str) -> Option<Flow> {
        let get = |wanted: &str| {
            let found = form_urlencoded::parse(text.as_bytes()).find(|(name, _)| name == wanted);
            found.map(|(_, value)| value.into_owned())
        };
        Some(Flow {
            secrets: serde_json::from_str(&get("secrets")?).ok()?,
            next: get("next")?,
            lang: Lang::from_code(&get("lang")?)?,
            link: get("link"),
            until: get("until")?.parse().ok()?,
        })
    }
}

/// Has the browser forget it.
pub(super) fn forget(headers: &mut HeaderMap, settings: &Settings) {
    cookie::append(headers, settings, name(settings), "", 0);
}

/// The cookie's name. The prefix makes browsers refuse it from other hosts and over plain HTTP.
fn name(settings: &Settings) -> &'static str {
    if settings.plain_http { "casebook-oidc" } else { "__Host-casebook-oidc" }
}

#[cfg(test)]
mod tests {
    use super::{Flow, LASTS, LONGEST_NEXT};
    use crate::wiki::Settings;
    use axum::http::{HeaderMap, HeaderValue, header};
    use database::{Database, SiteKey};
    use outbound::oidc::Secrets;
    use sim_wasm::text::Lang;

    const NOW: i64 = 1_700_000_000;

    fn flow(next: &str) -> Flow {
        let secrets = r#"{"state":"a+b","nonce":"c","verifier":"d"}"#;
        let secrets: Secrets = serde_json::from_str(secrets).unwrap();
        Flow::new(secrets, next, Lang::Zh, Some("session"), NOW)
    }

    /// What a browser sends that was given it.
    fn kept(flow: &Flow, settings: &Settings, key: &SiteKey) -> HeaderMap {
        let mut given = HeaderMap::new();
        flow.keep(&mut given, settings, key);
        let (pair, _) = given[header::SET_COOKIE].to_str().unwrap().split_once("; ").unwrap();
        let mut sent = HeaderMap::new();
        sent.insert(header::COOKIE, HeaderValue::from_str(&format!("lang=zh; {pair}; x=y")).unwrap());
        sent
    }

    async fn key(folder: &tempfile::TempDir, name: &str) -> SiteKey {
        let path = folder.path().join(name);
        Database::open(&format!("sqlite:{}", path.display())).await.unwrap().site_key().await.unwrap()
    }

    #[tokio::test]
    async fn it_lasts_ten_minutes_under_the_key_of_the_site() {
        let folder = tempfile::tempdir().unwrap();
        let (ours, theirs) = (key(&folder, "ours").await, key(&folder, "theirs").await);
        for plain_http in [false, true] {
            let settings = Settings { plain_http, ..Settings::default() };
            let sent = kept(&flow("/en/tcp?x=1&y=%20"), &settings, &ours);
            let read = Flow::read(&sent, &settings, &ours, NOW + LASTS - 1).unwrap();
            assert_eq!(
                (read.next.as_str(), read.lang, read.link.as_deref()),
                ("/en/tcp?x=1&y=%20", Lang::Zh, Some("session"))
            );
            assert_eq!(read.write(), flow("/en/tcp?x=1&y=%20").write(), "the secrets, too");
            assert!(Flow::read(&sent, &settings, &ours, NOW + LASTS).is_none());
            assert!(Flow::read(&sent, &settings, &theirs, NOW).is_none());
            let other = Settings { plain_http: !plain_http, ..Settings::default() };
            assert!(Flow::read(&sent, &other, &ours, NOW).is_none(), "the name is another");
        }
    }

    #[test]
    fn an_address_that_no_cookie_can_hold_is_not_gone_on_to() {
        assert_eq!(flow(&"/".repeat(LONGEST_NEXT)).next.len(), LONGEST_NEXT);
        assert_eq!(flow(&"/".repeat(LONGEST_NEXT + 1)).next, "/");
    }
}
