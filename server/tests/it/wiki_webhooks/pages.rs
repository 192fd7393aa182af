//! The administrators' pages of webhooks.

use super::{FORBIDDEN, HERE, OK, Receiver};
use crate::app::{Answer, PUBLIC_URL, SAMPLE, write};
use crate::wiki::TestWiki;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Method, Request};
use casebook::app::{App, Settings};
use casebook::http::routes;
use casebook::wiki::call;
use casebook::wiki::{self, Wiki};
use database::audit::Filter;
use database::{Channel, NewUser, Role, Scope, Webhook};
use outbound::signature::Secret;
use std::collections::BTreeSet;
use std::sync::Arc;
use tempfile::TempDir;
use tower::ServiceExt;

const LIST: &str = "/-/admin/webhooks";

async fn hooks(wiki: &TestWiki) -> Vec<Webhook> {
    wiki.wiki().database().webhooks().await.unwrap()
}

#[tokio::test]
async fn for_others_there_is_nothing() {
    let wiki = TestWiki::new(SAMPLE).await;
    let hook = wiki.wiki().database().create_webhook("https://example.org/", &BTreeSet::new()).await.unwrap();
    let one = format!("{LIST}/{}", hook.id);
    for client in [
        wiki.anonymous(),
        wiki.signed_in("rita", Role::Reader).await,
        wiki.signed_in("wang", Role::Writer).await,
    ] {
        for at in [LIST, &one] {
            let page = client.get(at).await;
            assert_eq!(page.status, 404, "{at}");
            assert!(!page.text().contains("example.org"), "{at}");
        }
        for (at, action) in [(LIST, ""), (&one, "secret"), (&one, "remove"), (&one, "test"), (&one, "change")]
        {
            let form = [("do", action), ("url", "https://example.com/")];
            assert_eq!(client.post(at, &form).await.status, 404, "{at} {action}");
        }
        assert_eq!(client.post(&format!("{LIST}/retry"), &[("id", "x")]).await.status, 404);
    }
    assert_eq!(hooks(&wiki).await, [hook]);
}

#[tokio::test]
async fn a_webhook_is_made_changed_and_removed() {
    let wiki = TestWiki::new(SAMPLE).await;
    let ada = wiki.signed_in("ada", Role::Administrator).await;
    let empty = ada.get(LIST).await;
    assert_eq!((empty.status.as_u16(), empty.texts("h1")), (200, vec!["Webhooks".to_string()]));
    assert_eq!(empty.texts("nav.actions a[href^='/-/admin/webhooks']"), ["Webhooks"]);
    let form =
        [("url", " https://example.org/hook?a=<1> "), ("event:page.moved", "1"), ("event:made.up", "1")];
    let made = ada.post(LIST, &form).await;
    assert_eq!(made.status, 200, "{}", made.text());
    let hook = hooks(&wiki).await.remove(0);
    assert_eq!(hook.url, "https://example.org/hook?a=<1>");
    assert_eq!(hook.events, BTreeSet::from(["page.moved".to_string()]));
    let secret = Secret::stored(&hook.secret).shown();
    assert_eq!(made.texts("#secret"), [secret.as_str()]);

    let at = format!("{LIST}/{}", hook.id);
    for page in [ada.get(LIST).await, ada.get(&at).await] {
        assert!(page.text().contains("page.moved"));
        assert!(!page.text().contains(&secret) && !page.text().contains(&hook.secret));
    }
    let page = ada.get(&format!("{at}?lang=zh")).await;
    assert_eq!(page.attributes("input[name=url]", "value"), [hook.url.as_str()]);
    assert_eq!(page.attributes("input[type=checkbox][checked]", "name"), ["event:page.moved", "active"]);
    assert!(page.texts("fieldset label").contains(&"page.created 新建页面".to_string()));
    let asked = ada.post(&at, &[("do", "secret")]).await;
    assert_eq!(asked.texts("#secret"), [secret.as_str()]);

    // Without a tick it is paused, and without events it gets all.
    let saved = ada.post(&at, &[("do", "change"), ("url", "http://example.com")]).await;
    assert_eq!(saved.status, 303);
    assert_eq!(ada.get(saved.header("location")).await.texts("[role=status]"), ["Saved."]);
    let changed = hooks(&wiki).await.remove(0);
    assert_eq!(
        (changed.url.as_str(), changed.events.len(), changed.active, &changed.secret),
        ("http://example.com", 0, false, &hook.secret)
    );
    assert_eq!(ada.get(LIST).await.texts("#hooks td")[..2], ["all", "paused"]);
    let active = [("do", "change"), ("url", "http://example.com"), ("active", "1")];
    assert_eq!(ada.post(&at, &active).await.status, 303);
    assert!(hooks(&wiki).await[0].active);

    assert_eq!(ada.post(&at, &[("do", "explode")]).await.status, 400);
    let removed = ada.post(&format!("{at}?lang=zh"), &[("do", "remove")]).await;
    assert_eq!(ada.get(removed.header("location")).await.texts("[role=status]"), ["Webhook 已删除。"]);
    assert_eq!(hooks(&wiki).await, []);
    assert_eq!(ada.get(&at).await.status, 404);

    let log = wiki.wiki().database().audit(&Filter::default(), 100).await.unwrap();
    let mut actions: Vec<&str> = log.iter().map(|entry| entry.action.as_str()).collect();
    actions.retain(|action| action.starts_with("webhook"));
    actions.reverse();
    assert_eq!(
        actions,
        ["webhook made", "webhook secret shown", "webhook changed", "webhook changed", "webhook removed"]
    );
    assert!(log.iter().all(|entry| !format!("{entry:?}").contains(&hook.secret)));
}

#[tokio::test]
async fn addresses_that_cannot_be_are_refused_at_once() {
    let wiki = TestWiki::new(SAMPLE).await;
    let ada = wiki.signed_in("ada", Role::Administrator).await;
    let literal = FORBIDDEN.iter().filter(|host| !host.contains("localhost"));
    let mut wrong: Vec<String> = literal.map(|host| format!("http://{host}/hook")).collect();
    wrong.extend(
        ["", "x", "ftp://example.org/", "https://", "https://me:pw@example.org/", "javascript:alert(1)"]
            .map(str::to_string),
    );
    let hook = wiki.wiki().database().create_webhook("https://example.org/", &BTreeSet::new()).await.unwrap();
    for url in &wrong {
        for (at, action) in [(LIST.to_string(), ""), (format!("{LIST}/{}", hook.id), "change")] {
            let form = [("url", url.as_str()), ("do", action), ("event:page.moved", "1")];
            let answer = ada.post(&at, &form).await;
            assert_eq!(answer.status, 422, "{url}");
            assert_eq!(
                answer.attributes("input[name=url]", "value"),
                [url.as_str()],
                "what was typed is kept"
            );
            assert_eq!(answer.attributes("fieldset input[checked]", "name"), ["event:page.moved"]);
            assert_eq!(answer.texts("[role=alert]").len(), 1, "{url}");
        }
    }
    assert_eq!(hooks(&wiki).await, [hook]);
    let form = [("url", "http://10.1.2.3/")];
    for (lang, said) in [
        ("en", "The address cannot be used: the address 10.1.2.3 is not public"),
        ("zh", "不能使用这个地址：10.1.2.3 不是公网地址"),
    ] {
        let answer = ada.post(&format!("{LIST}?lang={lang}"), &form).await;
        assert_eq!(answer.texts("[role=alert]"), [said]);
    }
}

#[tokio::test]
async fn what_was_not_delivered_can_be_tried_again() {
    let wiki = TestWiki::new(SAMPLE).await;
    let ada = wiki.signed_in("ada", Role::Administrator).await;
    assert_eq!(ada.get(LIST).await.texts("#failures + p"), ["Nothing waits for another try."]);
    let database = wiki.wiki().database();
    database.create_webhook("https://example.org/", &BTreeSet::new()).await.unwrap();
    database.queue_event("page.moved", "{}").await.unwrap();
    let call = database.claim(Channel::Webhook).await.unwrap().unwrap();
    database.not_delivered(&call, "it answered 500: <b>Oh</b>").await.unwrap();
    assert_eq!(database.claim(Channel::Webhook).await.unwrap(), None);
    let cells = ada.get(&format!("{LIST}?lang=zh")).await.texts("#failures ~ table td");
    assert_eq!(
        (cells[0].as_str(), cells[1].as_str(), cells[3].as_str(), cells[4].as_str()),
        ("page.moved", "https://example.org/", "对方返回 500: <b>Oh</b>", "1")
    );
    // A mail that waits is none of the things that are shown here, and is left alone.
    database.queue_mail("a@example.org", "s", "t", database.now()).await.unwrap();
    let mail = database.claim(Channel::Mail).await.unwrap().unwrap();
    database.not_delivered(&mail, "refused").await.unwrap();
    let retry = format!("{LIST}/retry");
    for id in ["", "x", &mail.id] {
        assert_eq!(ada.post(&retry, &[("id", id)]).await.status, 422, "{id}");
    }
    assert_eq!(database.claim(Channel::Mail).await.unwrap(), None);
    let again = ada.post(&retry, &[("id", &call.id)]).await;
    assert_eq!(again.status, 303);
    assert!(ada.get(again.header("location")).await.texts("[role=status]")[0].contains("tried again"));
    assert_eq!(database.claim(Channel::Webhook).await.unwrap().map(|call| call.id), Some(call.id));
}

#[tokio::test]
async fn a_test_shows_what_went_wrong() {
    let receiver = Receiver::new(|_| OK);
    let wiki = TestWiki::new(SAMPLE).await;
    let ada = wiki.signed_in("ada", Role::Administrator).await;
    // A name can be typed; where it is, is seen when it is called.
    let made = ada.post(LIST, &[("url", &receiver.url("localhost"))]).await;
    assert_eq!(made.status, 200, "{}", made.text());
    let at = format!("{LIST}/{}", hooks(&wiki).await[0].id);
    let tested = ada.post(&at, &[("do", "test")]).await;
    let said = tested.texts("[role=alert]").concat();
    assert_eq!(tested.status, 422);
    assert!(said.starts_with("The test was not received: localhost is at "), "{said}");
    assert!(said.ends_with(", which is not public"), "{said}");
    assert_eq!(receiver.all(), []);
}

/// A wiki that may call this machine, and programs of its administrator.
struct Site {
    _folders: [TempDir; 2],
    app: Arc<App>,
    router: Router,
    user: String,
}

impl Site {
    async fn new() -> Site {
        let [content, data] = [(); 2].map(|()| tempfile::tempdir().unwrap());
        for (name, text) in SAMPLE {
            write(&content.path().join(name), text);
        }
        let settings = wiki::Settings {
            data: data.path().to_path_buf(),
            webhook_also: vec![HERE],
            ..wiki::Settings::default()
        };
        let wiki = Wiki::open(content.path(), settings).await.unwrap();
        let new = NewUser {
            name: "ada".to_string(),
            display: "Ada".to_string(),
            email: None,
            role: Role::Administrator,
        };
        let user = wiki.database().create_user(&new).await.unwrap().id;
        let settings = Settings {
            content: content.path().to_path_buf(),
            public_url: PUBLIC_URL.to_string(),
            static_dir: None,
        };
        let app = App::open(settings, Some(wiki)).unwrap();
        Site { router: routes::router(app.clone()), app, user, _folders: [content, data] }
    }

    fn wiki(&self) -> &Wiki {
        self.app.wiki().unwrap()
    }

    async fn token(&self, scopes: &[Scope]) -> String {
        let scopes: BTreeSet<Scope> = scopes.iter().copied().collect();
        let made = self.wiki().database().create_token(&self.user, "test", &scopes, None).await;
        made.unwrap().1
    }

    async fn post(&self, token: &str, uri: &str, form: &'static str) -> Answer {
        let request = Request::builder()
            .method(Method::POST)
            .uri(uri)
            .header("authorization", format!("Bearer {token}"))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Body::from(form))
            .unwrap();
        let (parts, body) = self.router.clone().oneshot(request).await.unwrap().into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap();
        Answer { status: parts.status, headers: parts.headers, body }
    }
}

#[tokio::test]
async fn a_test_is_a_call_like_any_other() {
    let receiver = Receiver::new(|_| OK);
    let site = Site::new().await;
    let database = site.wiki().database();
    let hook = database.create_webhook(&receiver.url("127.0.0.1"), &BTreeSet::new()).await.unwrap();
    database.set_webhook(&hook.id, &hook.url, &hook.events, false).await.unwrap();
    let (full, reading) = (
        site.token(&[Scope::Read, Scope::Write, Scope::Admin]).await,
        site.token(&[Scope::Read, Scope::Admin]).await,
    );
    let at = format!("{LIST}/{}", hook.id);
    for action in ["do=test", "do=secret", "do=remove", "do=change&url=https://example.com/"] {
        let answer = site.post(&reading, &at, action).await;
        assert_eq!(answer.status, 403, "{action}");
    }
    assert_eq!(receiver.all(), []);
    for (lang, said) in
        [("en", "The test was received, and answered with 204"), ("zh", "测试成功，对方返回 204")]
    {
        let answer = site.post(&full, &format!("{at}?lang={lang}"), "do=test").await;
        assert_eq!((answer.status.as_u16(), answer.texts("[role=status]")), (200, vec![said.to_string()]));
        let call = receiver.next();
        let (id, time) = (&call.headers["webhook-id"], call.headers["webhook-timestamp"].parse().unwrap());
        for (name, value) in Secret::stored(&hook.secret).headers(id, time, &call.body) {
            assert_eq!(call.headers[name], value, "{name}");
        }
        let body: serde_json::Value = serde_json::from_str(&call.body).unwrap();
        assert_eq!(
            (&body["event"], &body["webhook"], &body["id"]),
            (&"ping".into(), &hook.id.as_str().into(), &id.as_str().into())
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_site_calls_by_itself() {
    let receiver = Receiver::new(|_| OK);
    let site = Site::new().await;
    let database = site.wiki().database();
    database.create_webhook(&receiver.url("localhost"), &BTreeSet::new()).await.unwrap();
    let kept = tokio::spawn(call::keep(Arc::downgrade(&site.app)));
    for body in ["1", "2"] {
        database.queue_event("page.created", body).await.unwrap();
        assert_eq!(receiver.next().body, body);
    }
    drop(site);
    kept.await.unwrap();
}
