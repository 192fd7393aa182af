//! Signing in with an OpenID provider: a real one, and a browser that goes there and comes back.

mod browser;
mod provider;

use crate::app::{PUBLIC_URL, SAMPLE, write};
use crate::wiki::PASSWORD;
use crate::wiki_account::totp;
use axum::Router;
use browser::Browser;
use casebook::app::{App, Settings};
use casebook::http::routes;
use casebook::wiki::{self, Wiki};
use database::{Database, NewUser, Role, User};
use outbound::oidc;
use provider::{CLIENT, Provider};
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tempfile::TempDir;

const FLOW: &str = "__Host-casebook-oidc";
const SESSION: &str = "__Host-casebook";

/// A wiki whose people may sign in with a provider.
struct Site {
    provider: Arc<Provider>,
    /// Whoever the provider knows has a number: tests share it and must not meet each other's people.
    number: usize,
    router: Router,
    app: Arc<App>,
    _folders: [TempDir; 2],
}

impl Site {
    async fn new(new_accounts: Option<Role>) -> Site {
        Site::with(new_accounts, false, Provider::shared()).await
    }

    async fn with(new_accounts: Option<Role>, private: bool, provider: Arc<Provider>) -> Site {
        static NUMBER: AtomicUsize = AtomicUsize::new(1);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let claims = |username: &str, name: &str| {
            let email = "ada@example.org";
            json!({ "preferred_username": username, "name": name, "email": email, "email_verified": true })
        };
        provider.know(&format!("ada-{number}"), &claims("Ada Li", "Ada"));
        provider.know(&format!("eve-{number}"), &claims("eve", "Eve"));
        let folders = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
        let [content, data] = &folders;
        for (name, text) in SAMPLE {
            write(&content.path().join(name), text);
        }
        let oidc = oidc::Settings {
            issuer: provider.issuer.clone(),
            client_id: CLIENT.0.to_string(),
            client_secret: Some(CLIENT.1.to_string()),
            name: Some("Example & Co".to_string()),
        };
        let settings = wiki::Settings {
            data: data.path().to_path_buf(),
            private,
            oidc: Some(oidc),
            new_accounts,
            ..wiki::Settings::default()
        };
        let wiki = Wiki::open(content.path(), settings).await.unwrap();
        let settings = Settings {
            content: content.path().to_path_buf(),
            public_url: PUBLIC_URL.to_string(),
            static_dir: None,
        };
        let app = App::open(settings, Some(wiki)).unwrap();
        Site { provider, number, router: routes::router(app.clone()), app, _folders: folders }
    }

    /// What the provider calls somebody.
    fn ada(&self) -> String {
        format!("ada-{}", self.number)
    }

    /// What it calls somebody else, who says to have the same address.
    fn eve(&self) -> String {
        format!("eve-{}", self.number)
    }

    fn database(&self) -> &Database {
        self.app.wiki().unwrap().database()
    }

    fn browser(&self) -> Browser {
        Browser::new(self)
    }

    /// Makes an account with a password.
    async fn user(&self, name: &str, email: Option<&str>) -> User {
        let new = NewUser {
            name: name.to_string(),
            display: name.to_string(),
            email: email.map(str::to_string),
            role: Role::Writer,
        };
        let user = self.database().create_user(&new).await.unwrap();
        self.database().set_password(&user, PASSWORD, "Casebook", None).await.unwrap();
        user
    }

    /// A browser of somebody who has signed in by password.
    async fn signed_in(&self, name: &str) -> Browser {
        let mut browser = self.browser();
        let answer = browser.post("/-/login", &[("name", name), ("password", PASSWORD)]).await;
        assert_eq!(answer.status, 303, "{}", answer.text());
        assert!(browser.is_signed_in().await);
        browser
    }

    /// What was done last, newest first.
    async fn log(&self, lines: u32) -> Vec<(String, String)> {
        let entries = self.database().audit(&Default::default(), lines).await.unwrap();
        entries.into_iter().map(|entry| (entry.action, entry.object)).collect()
    }

    async fn names(&self) -> Vec<String> {
        self.database().users().await.unwrap().into_iter().map(|user| user.name).collect()
    }
}

fn pair(action: &str, object: &str) -> (String, String) {
    (action.to_string(), object.to_string())
}

#[tokio::test]
async fn who_comes_for_the_first_time_gets_an_account() {
    let site = Site::new(Some(Role::Reader)).await;
    let mut ada = site.browser();
    let page = ada.get("/-/login?lang=en&next=%2Fen%2Ftcp").await;
    assert_eq!(page.texts("#provider button"), ["Sign in with Example & Co"]);
    assert_eq!(page.attributes("#provider [name=next]", "value"), ["/en/tcp"]);
    let chinese = ada.get("/-/login?lang=zh").await;
    assert_eq!(chinese.texts("#provider button"), ["使用 Example & Co 登录"]);

    let page = ada.post("/-/oidc/start?lang=en", &[("next", "/en/tcp")]).await;
    let cookie = page.header("set-cookie");
    assert!(cookie.starts_with(&format!("{FLOW}=")), "{cookie}");
    assert!(cookie.ends_with("; Path=/; HttpOnly; SameSite=Lax; Max-Age=600; Secure"), "{cookie}");
    assert_eq!(
        (page.header("cache-control"), page.texts("h1")),
        ("no-store", vec!["On to Example & Co".into()])
    );

    let back = ada.go("/-/oidc/start", &[("next", "/en/tcp")], &site.ada()).await;
    let done = ada.get(&back).await;
    assert_eq!((done.status.as_u16(), done.header("location")), (303, "/en/tcp"), "{}", done.text());
    assert!(ada.cookies.contains_key(SESSION) && !ada.cookies.contains_key(FLOW), "{:?}", ada.cookies);
    assert!(ada.is_signed_in().await);

    let user = site.database().users().await.unwrap().remove(0);
    assert_eq!((user.name.as_str(), user.display.as_str(), user.role), ("Ada-Li", "Ada", Role::Reader));
    assert_eq!(user.email.as_deref(), Some("ada@example.org"));
    let log = site.log(2).await;
    assert_eq!(
        log,
        [pair("signed in by OpenID Connect", "Ada-Li"), pair("account made by OpenID Connect", "Ada-Li")]
    );
    let account = ada.get("/-/account?lang=en").await;
    assert_eq!(account.texts("#identities ~ table td:first-child")[0], "Ada Li");
    assert!(account.texts("form[action*='account/password']").is_empty(), "there is no password to change");

    // Whose address nobody has verified gets none, and whom the provider does not name is called by it.
    let subject = format!("mute-{}", site.number);
    site.provider.know(&subject, &json!({ "email": "mute@example.org", "email_verified": false }));
    let mut mute = site.browser();
    assert_eq!(mute.sign_in(&subject).await.status, 303);
    assert_eq!(mute.name().await, "mute");
    assert_eq!(site.database().user_by_name("mute").await.unwrap().unwrap().email, None);
}

#[tokio::test]
async fn people_are_known_by_subject_and_never_by_address() {
    let site = Site::new(Some(Role::Writer)).await;
    site.user("boss", Some("ada@example.org")).await;
    let mut ada = site.browser();
    assert_eq!(ada.sign_in(&site.ada()).await.status, 303);
    assert_eq!(ada.name().await, "Ada-Li", "not the account that has the address");
    assert_eq!(site.database().user_by_name("Ada-Li").await.unwrap().unwrap().email, None);

    site.provider.know(
        &site.ada(),
        &json!({ "preferred_username": "boss", "email": "new@example.org", "email_verified": true }),
    );
    let mut again = site.browser();
    assert_eq!(again.sign_in(&site.ada()).await.status, 303);
    assert_eq!(again.name().await, "Ada-Li", "the same subject is the same account");

    let mut eve = site.browser();
    assert_eq!(eve.sign_in(&site.eve()).await.status, 303);
    assert_eq!(eve.name().await, "eve", "the same address is not");
    assert_eq!(site.names().await, ["Ada-Li", "boss", "eve"]);
}

#[tokio::test]
async fn strangers_are_told_what_to_do_when_no_accounts_are_made() {
    let site = Site::new(None).await;
    for (lang, title, says, link) in [
        ("en", "You are not signed in", "nobody here has linked that account", "Sign in"),
        ("zh", "没有登录成功", "本站没有账号关联到它", "登录"),
    ] {
        let mut ada = site.browser();
        let back = ada.go(&format!("/-/oidc/start?lang={lang}"), &[("next", "/en/tcp")], &site.ada()).await;
        let refused = ada.get(&back).await;
        assert_eq!((refused.status.as_u16(), refused.texts("h1")), (403, vec![title.to_string()]));
        assert!(refused.texts("[role=alert]")[0].contains(says), "{}", refused.text());
        assert_eq!(refused.texts("p.actions a"), [link]);
        assert_eq!(
            refused.attributes("p.actions a", "href"),
            [format!("/-/login?lang={lang}&next=%2Fen%2Ftcp")]
        );
        assert!(ada.cookies.is_empty(), "{:?}", ada.cookies);
    }
    assert!(!site.database().has_users().await.unwrap());
    assert_eq!(
        site.log(1).await,
        [pair("sign-in refused: OpenID Connect, not linked to an account", &site.ada())]
    );
}

#[tokio::test]
async fn accounts_are_linked_and_unlinked_by_their_owner() {
    let site = Site::new(None).await;
    site.user("ren", None).await;
    site.user("bob", None).await;
    let mut ren = site.signed_in("ren").await;
    let page = ren.get("/-/account?lang=en").await;
    assert_eq!(page.texts("form[action*='identity/link'] button"), ["Link your account at Example & Co"]);
    assert_eq!(
        ren.get("/-/account?lang=zh").await.texts("form[action*='identity/link'] button"),
        ["关联你的 Example & Co 账号"]
    );
    let back = ren.go("/-/account/identity/link?lang=en", &[], &site.ada()).await;
    let done = ren.get(&back).await;
    assert_eq!(done.header("location"), "/-/account?lang=en&done=identity-linked", "{}", done.text());
    let page = ren.get(done.header("location")).await;
    assert_eq!(page.texts("[role=status]"), ["The account is linked. You can sign in with it from now on."]);
    assert_eq!(site.log(1).await, [pair("identity linked", "Ada Li")]);

    let mut elsewhere = site.browser();
    assert_eq!(elsewhere.sign_in(&site.ada()).await.status, 303);
    assert_eq!(elsewhere.name().await, "ren");

    // Somebody else's account cannot take it.
    let mut bob = site.signed_in("bob").await;
    let back = bob.go("/-/account/identity/link", &[], &site.ada()).await;
    let refused = bob.get(&back).await;
    assert_eq!(
        (refused.status.as_u16(), refused.texts("h1")),
        (409, vec!["Nothing has been linked".to_string()])
    );
    assert_eq!(site.log(1).await[0].0, "linking refused: OpenID Connect, linked to another account");
    assert_eq!(bob.name().await, "bob", "linking signs nobody in");
    let ids = ren.get("/-/account").await.attributes("form[action*='identity/unlink'] [name=id]", "value");
    assert_eq!(bob.post("/-/account/identity/unlink", &[("id", &ids[0])]).await.status, 422);

    let done = ren.post("/-/account/identity/unlink?lang=zh", &[("id", &ids[0])]).await;
    assert_eq!(done.header("location"), "/-/account?lang=zh&done=identity-unlinked");
    assert_eq!(ren.get(done.header("location")).await.texts("[role=status]"), ["已解除关联。"]);
    assert_eq!(site.log(1).await, [pair("identity unlinked", "Ada Li")]);
    assert_eq!(site.browser().sign_in(&site.ada()).await.status, 403);
}

#[tokio::test]
async fn the_only_way_in_cannot_be_unlinked() {
    let site = Site::new(Some(Role::Reader)).await;
    let mut ada = site.browser();
    ada.sign_in(&site.ada()).await;
    assert!(ada.is_signed_in().await);
    let ids = ada.get("/-/account").await.attributes("form[action*='identity/unlink'] [name=id]", "value");
    let refused = ada.post("/-/account/identity/unlink?lang=en", &[("id", &ids[0])]).await;
    assert_eq!(refused.status, 422);
    assert!(refused.texts("[role=alert]")[0].contains("the only way in"), "{}", refused.text());
    assert_eq!(site.browser().sign_in(&site.ada()).await.status, 303);
}

#[tokio::test]
async fn linking_needs_the_form_and_the_session_that_it_began_in() {
    let site = Site::new(Some(Role::Reader)).await;
    site.user("ren", None).await;
    let mut stranger = site.browser();
    assert_eq!(stranger.post("/-/account/identity/link", &[]).await.status, 401);
    assert_eq!(stranger.post("/-/account/identity/unlink", &[]).await.status, 401);

    let mut ren = site.signed_in("ren").await;
    for action in ["link", "unlink"] {
        let mut forged = site.browser();
        forged.cookies = ren.cookies.clone();
        let refused = forged.post(&format!("/-/account/identity/{action}"), &[]).await;
        assert_eq!(refused.status, 403, "{action} without the session's token");
    }

    // Signing out on the way, and signing in again as somebody else.
    let back = ren.go("/-/account/identity/link?lang=en", &[], &site.ada()).await;
    ren.post("/-/logout", &[]).await;
    let refused = ren.get(&back).await;
    assert_eq!(
        (refused.status.as_u16(), refused.texts("h1")),
        (403, vec!["Nothing has been linked".to_string()])
    );
    assert_eq!(site.names().await, ["ren"], "and nobody has got an account by that");

    let mut ren = site.signed_in("ren").await;
    let back = ren.go("/-/account/identity/link", &[], &site.ada()).await;
    ren.post("/-/login", &[("name", "ren"), ("password", PASSWORD)]).await;
    assert_eq!(ren.get(&back).await.status, 403, "a later session of the same account");
}

#[tokio::test]
async fn an_answer_counts_once_and_in_the_browser_of_its_question() {
    let site = Site::new(Some(Role::Reader)).await;
    let mut ada = site.browser();
    let back = ada.go("/-/oidc/start?lang=en", &[], &site.ada()).await;
    let flow = ada.cookies[FLOW].clone();
    let altered = |old: &str, new: &str| {
        assert!(flow.contains(old), "{flow}");
        flow.replacen(old, new, 1)
    };
    let (text, _) = flow.rsplit_once('.').unwrap();
    let last = if flow.ends_with('A') { "B" } else { "A" };
    let cookies = [
        ("no cookie", None),
        ("another language", Some(altered("lang=en", "lang=zh"))),
        ("another place to go to", Some(altered("next=%2F", "next=%2Fen"))),
        ("more time", Some(altered("until=1", "until=9"))),
        ("linked to a session", Some(flow.replacen(text, &format!("{text}&link=1"), 1))),
        ("another mark", Some(format!("{text}.{}{last}", &flow[text.len() + 1..flow.len() - 1]))),
        ("no mark", Some(text.to_string())),
        ("nonsense", Some("nonsense".to_string())),
    ];
    for (what, cookie) in cookies {
        let mut other = site.browser();
        other.cookies.extend(cookie.map(|cookie| (FLOW.to_string(), cookie)));
        let refused = other.get(&back).await;
        assert_eq!(
            (refused.status.as_u16(), refused.texts("h1")),
            (400, vec!["You are not signed in".into()]),
            "{what}"
        );
        assert!(other.cookies.is_empty(), "{what}: {:?}", other.cookies);
    }

    // The answer to the question of another browser.
    let mut eve = site.browser();
    eve.go("/-/oidc/start?lang=en", &[], &site.eve()).await;
    let refused = eve.get(&back).await;
    assert_eq!(refused.status, 400);
    assert!(refused.texts("[role=alert]")[0].contains("another browser"), "{}", refused.text());
    assert!(eve.cookies.is_empty(), "and the question is void: {:?}", eve.cookies);

    let (state, code) = (parameter(&back, "state"), parameter(&back, "code"));
    for (what, uri) in [
        ("another state", back.replace(&state, "guessed")),
        ("no state", back.replace(&format!("state={state}"), "")),
        ("no code", back.replace(&format!("code={code}"), "")),
        ("another issuer", back.replace("iss=http", "iss=https")),
        ("nothing", "/-/oidc/callback".to_string()),
    ] {
        ada.cookies.insert(FLOW.to_string(), flow.clone());
        assert_eq!(ada.get(&uri).await.status, 400, "{what}");
    }
    assert!(!site.database().has_users().await.unwrap());

    ada.cookies.insert(FLOW.to_string(), flow.clone());
    assert_eq!(ada.get(&back).await.status, 303, "the right one is none the worse for all that");
    let mut thief = site.browser();
    assert_eq!(thief.get(&back).await.status, 400, "again, from elsewhere");
    thief.cookies.insert(FLOW.to_string(), flow);
    assert_eq!(thief.get(&back).await.status, 400, "again, with the cookie of the question");
    assert!(thief.cookies.is_empty());
    assert_eq!(site.log(1).await[0].0, "sign-in refused: OpenID Connect, the provider cannot be believed");
}

fn parameter(uri: &str, name: &str) -> String {
    let (_, query) = uri.split_once('?').unwrap();
    query.split('&').find_map(|pair| pair.strip_prefix(&format!("{name}="))).unwrap().to_string()
}

#[tokio::test]
async fn nobody_is_led_to_another_site() {
    let site = Site::new(Some(Role::Reader)).await;
    let long = format!("/en/{}", "a".repeat(2000));
    for (wanted, to) in [
        ("https://evil.example/", "/"),
        ("//evil.example", "/"),
        (&long, "/"),
        ("/en/tcp?x=1&y=2", "/en/tcp?x=1&y=2"),
    ] {
        let mut ada = site.browser();
        let back = ada.go("/-/oidc/start", &[("next", wanted)], &site.ada()).await;
        assert_eq!(ada.get(&back).await.header("location"), to, "{wanted}");
    }
}

#[tokio::test]
async fn disabled_accounts_stay_out_and_a_second_factor_is_asked_for() {
    let site = Site::new(Some(Role::Reader)).await;
    site.browser().sign_in(&site.ada()).await;
    let user = site.database().users().await.unwrap().remove(0);
    site.database().set_disabled(&user.id, true).await.unwrap();
    let mut ada = site.browser();
    let refused = ada.sign_in(&site.ada()).await;
    assert_eq!(refused.status, 403);
    assert!(refused.texts("[role=alert]")[0].contains("disabled"), "{}", refused.text());
    assert!(ada.cookies.is_empty());
    assert_eq!(site.log(1).await, [pair("sign-in refused: OpenID Connect, disabled", "Ada-Li")]);

    site.database().set_disabled(&user.id, false).await.unwrap();
    let secret = site.database().enrol_totp(&user, "Casebook").await.unwrap().secret;
    let now = site.database().now().unsigned_abs();
    site.database().confirm_totp(&user.id, &totp::code(&secret, now)).await.unwrap().unwrap();
    let asked = ada.sign_in(&site.ada()).await;
    assert_eq!((asked.status.as_u16(), asked.attributes("#code", "name")), (200, vec!["code".to_string()]));
    assert!(asked.texts("#provider").is_empty());
    assert!(!ada.is_signed_in().await, "a code is due");
    let pending = asked.attributes("[name=pending]", "value").remove(0);
    let wrong = ada.post("/-/login", &[("pending", &pending), ("code", "no code")]).await;
    assert_eq!(wrong.status, 401);
    let next = asked.attributes("[name=next]", "value").remove(0);
    // A code is good once, and one was used for setting it up.
    let code = totp::code(&secret, now + 30);
    let done = ada.post("/-/login", &[("pending", &pending), ("code", &code), ("next", &next)]).await;
    assert_eq!((done.status.as_u16(), done.header("location")), (303, "/en/tcp"), "{}", done.text());
    assert!(ada.is_signed_in().await);
}

#[tokio::test]
async fn a_provider_that_says_no_or_nothing_is_a_page_for_people() {
    let site = Site::with(Some(Role::Reader), false, Provider::start()).await;
    site.user("ren", None).await;
    let mut ada = site.browser();
    let back = ada.go("/-/oidc/start?lang=en", &[("next", "/en/tcp")], "nobody").await;
    assert!(back.contains("error=access_denied"), "{back}");
    let denied = ada.get(&back).await;
    assert_eq!(denied.status, 403);
    assert!(denied.texts("[role=alert]")[0].contains("stopped at the provider"), "{}", denied.text());
    assert!(!denied.text().contains("cancel"), "what the provider says is for the log");
    assert_eq!(denied.attributes("p.actions a", "href"), ["/-/login?lang=en&next=%2Fen%2Ftcp"]);

    let back = ada.go("/-/oidc/start?lang=zh", &[], &site.ada()).await;
    site.provider.stop();
    let away = ada.get(&back).await;
    assert_eq!((away.status.as_u16(), away.texts("h1")), (502, vec!["没有登录成功".to_string()]));
    assert!(away.texts("[role=alert]")[0].contains("登录服务连接不上"), "{}", away.text());
    assert!(!away.text().contains("127.0.0.1"), "where the provider is, too");
    assert_eq!(site.log(1).await, [pair("sign-in refused: OpenID Connect, the provider is away", "")]);
    assert_eq!(site.names().await, ["ren"]);
    assert!(site.signed_in("ren").await.is_signed_in().await, "the password is another way in");
}

#[tokio::test]
async fn many_vain_answers_are_slowed_down_and_passwords_are_not() {
    let site = Site::new(Some(Role::Reader)).await;
    site.user("ren", None).await;
    for _ in 0..50 {
        assert_eq!(site.browser().get("/-/oidc/callback?state=x&code=y").await.status, 400);
    }
    assert_eq!(site.browser().get("/-/oidc/callback?state=x&code=y").await.status, 429);
    assert_eq!(site.browser().post("/-/oidc/start", &[]).await.status, 429);
    site.signed_in("ren").await;
}

#[tokio::test]
async fn a_private_site_is_open_as_far_as_signing_in_goes() {
    let site = Site::with(Some(Role::Reader), true, Provider::shared()).await;
    let mut ada = site.browser();
    assert_eq!(ada.get("/en/tcp").await.status, 302);
    assert_eq!(ada.sign_in(&site.ada()).await.status, 303);
    assert_eq!(ada.get("/en/tcp").await.status, 200);
    let mut stranger = site.browser();
    let page = stranger.post("/-/oidc/start", &[]).await;
    assert!(!page.text().contains("tw-recycle"), "nothing of the site is on the way");
    assert_eq!(stranger.get("/-/oidc/start").await.status, 405);
}

#[tokio::test]
async fn without_a_provider_there_is_nothing() {
    let wiki = crate::wiki::TestWiki::new(SAMPLE).await;
    let ren = wiki.signed_in("ren", Role::Writer).await;
    assert!(ren.get("/-/login").await.texts("#provider").is_empty());
    assert!(ren.get("/-/account").await.texts("#identities").is_empty());
    assert_eq!(ren.get("/-/oidc/callback?state=x&code=y").await.status, 404);
    for form in ["/-/oidc/start", "/-/account/identity/link"] {
        assert_eq!(ren.post(form, &[]).await.status, 404, "{form}");
    }
}
