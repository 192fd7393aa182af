//! Pages for programs: tokens, revisions, conflicts.

use crate::app::SAMPLE;
use crate::wiki::TestWiki;
use axum::body::Body;
use axum::http::Method;
use database::Role;
use database::tokens::Scope;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// A program with a token.
struct Program<'a> {
    wiki: &'a TestWiki,
    bearer: String,
}

impl<'a> Program<'a> {
    async fn new(wiki: &'a TestWiki, name: &str, role: Role, scopes: &[Scope]) -> Program<'a> {
        let user = wiki.user(name, role).await;
        let scopes: BTreeSet<Scope> = scopes.iter().copied().collect();
        let (_, secret) = wiki.wiki().database().create_token(&user.id, "test", &scopes, None).await.unwrap();
        Program { wiki, bearer: format!("Bearer {secret}") }
    }

    async fn call(&self, method: Method, uri: &str, body: Option<Value>) -> (u16, Value) {
        let headers = [("authorization", self.bearer.as_str()), ("content-type", "application/json")];
        let body = body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
        let answer = self.wiki.anonymous().send(method, uri, &headers, body).await;
        (answer.status.as_u16(), serde_json::from_slice(&answer.body).unwrap_or_default())
    }
}

#[tokio::test]
async fn pages_are_written_read_and_removed() {
    let wiki = TestWiki::new(SAMPLE).await;
    let bot = Program::new(&wiki, "bot", Role::Writer, &[Scope::Read, Scope::Write]).await;
    let at = "/api/v1/pages/en/tcp/by-a-bot";
    assert_eq!(bot.call(Method::GET, at, None).await.0, 404);
    // Byte for byte, whatever the line ends are.
    let text = "---\r\ntitle: By a bot\r\n---\r\none\r\n\r\ntwo\r\n";
    let (status, made) = bot.call(Method::PUT, at, Some(json!({ "text": text, "message": "Made" }))).await;
    assert_eq!((status, &made["merged"]), (201, &json!(false)), "{made}");
    assert_eq!(wiki.file("tcp/by-a-bot.en.md"), text);
    let (_, page) = bot.call(Method::GET, at, None).await;
    assert_eq!((&page["text"], &page["revision"]), (&json!(text), &made["revision"]));

    // Two changes with the same base: in different places both are kept, in the same place the second is a conflict.
    let base = page["revision"].clone();
    let one = json!({ "text": text.replace("one", "ONE"), "base": base });
    let two = json!({ "text": text.replace("two", "TWO"), "base": base });
    assert_eq!(bot.call(Method::PUT, at, Some(one)).await.0, 200);
    let (status, merged) = bot.call(Method::PUT, at, Some(two)).await;
    assert_eq!((status, &merged["merged"]), (200, &json!(true)));
    assert_eq!(merged["text"], text.replace("one", "ONE").replace("two", "TWO"));
    let (status, conflict) =
        bot.call(Method::PUT, at, Some(json!({ "text": text.replace("one", "uno"), "base": base }))).await;
    assert_eq!(status, 409);
    assert!(conflict["pieces"].as_array().unwrap().iter().any(|it| it["yours"] == "uno\r\n"), "{conflict}");
    let (status, _) = bot.call(Method::PUT, at, Some(json!({ "text": "other" }))).await;
    assert_eq!(status, 409, "without a base the page must be new");

    let (_, history) = bot.call(Method::GET, "/api/v1/history/en/tcp/by-a-bot", None).await;
    let messages: Vec<&Value> =
        history["commits"].as_array().unwrap().iter().map(|it| &it["message"]).collect();
    assert_eq!(messages.len(), 3, "{history}");
    assert_eq!(messages[2], "Made");
    let old = format!("{at}?at={}", base.as_str().unwrap());
    assert_eq!(bot.call(Method::GET, &old, None).await.1["text"], text);

    assert_eq!(bot.call(Method::DELETE, at, None).await.0, 200);
    assert_eq!(bot.call(Method::GET, at, None).await.0, 404);
    assert_eq!(wiki.anonymous().get("/en/tcp/by-a-bot").await.status, 404);
    let (_, list) = bot.call(Method::GET, "/api/v1/pages?folder=tcp", None).await;
    let paths: Vec<&Value> = list["pages"].as_array().unwrap().iter().map(|it| &it["path"]).collect();
    assert_eq!(paths, ["tcp/older", "tcp/tw-recycle"]);
}

#[tokio::test]
async fn tokens_do_what_their_scopes_say() {
    let wiki = TestWiki::new(SAMPLE).await;
    let reading = Program::new(&wiki, "reading", Role::Writer, &[Scope::Read]).await;
    let at = "/api/v1/pages/en/about";
    assert_eq!(reading.call(Method::GET, at, None).await.0, 200);
    assert_eq!(reading.call(Method::PUT, at, Some(json!({ "text": "x" }))).await.0, 403);
    let false_token = Program { wiki: &wiki, bearer: "Bearer cbk_0000".to_string() };
    assert_eq!(false_token.call(Method::GET, at, None).await.0, 401);
    let stranger = Program { wiki: &wiki, bearer: String::new() };
    assert_eq!(stranger.call(Method::GET, at, None).await.0, 200);
    let (status, answer) = stranger.call(Method::PUT, at, Some(json!({ "text": "x" }))).await;
    assert_eq!((status, &answer["error"]["code"]), (401, &json!("sign_in")));
    let bot = Program::new(&wiki, "bot", Role::Writer, &[Scope::Write]).await;
    let (status, answer) =
        bot.call(Method::PUT, "/api/v1/pages/en/new", Some(json!({ "text": "```lab nothing\n```\n" }))).await;
    assert_eq!(status, 422, "{answer}");
    assert!(answer["error"]["message"].as_str().unwrap().starts_with("new.en.md:1: error:"), "{answer}");
    for wrong in ["../x", "a/.git/config", "%2e%2e/x", "labs/paws"] {
        let (status, _) =
            bot.call(Method::PUT, &format!("/api/v1/pages/en/{wrong}"), Some(json!({ "text": "x" }))).await;
        assert!([400, 422].contains(&status), "{wrong}: {status}");
    }
}

#[tokio::test]
async fn pages_are_found_by_their_words_and_only_by_who_may_read_them() {
    let files = [SAMPLE, &[("secret/plan.en.md", "---\ntitle: The plan\n---\nSegments of ours.\n")]].concat();
    let wiki = TestWiki::new(&files).await;
    let hide = database::Rule {
        folder: "secret".to_string(),
        who: database::Who::Anyone,
        may: database::May::Nothing,
    };
    wiki.wiki().database().set_rule(&hide).await.unwrap();
    wiki.wiki().rules_changed().await.unwrap();
    let reader = Program::new(&wiki, "reader", Role::Reader, &[Scope::Read]).await;
    let administrator = Program::new(&wiki, "boss", Role::Administrator, &[Scope::Read]).await;
    for (who, query, paths) in [
        (&reader, "q=segments", &["tcp"][..]),
        (&administrator, "q=SEGMENTS", &["tcp", "secret/plan"]),
        (&reader, "q=syn+case", &["tcp/tw-recycle"]),
        (&reader, "q=%E6%A1%88%E4%BE%8B", &["tcp/tw-recycle"]),
        (&reader, "q=%E6%A1%88%E4%BE%8B&lang=en", &[]),
        (&reader, "q=plan", &[]),
        // A draft.
        (&administrator, "q=secret+not+yet", &[]),
        (&reader, "q=", &[]),
    ] {
        let (status, found) = who.call(Method::GET, &format!("/api/v1/search?{query}"), None).await;
        assert_eq!(status, 200, "{query}");
        let found: Vec<&str> =
            found["hits"].as_array().unwrap().iter().map(|it| it["path"].as_str().unwrap()).collect();
        assert_eq!(found, paths, "{query}");
    }
    assert_eq!(reader.call(Method::GET, "/api/v1/search?q=x&lang=fr", None).await.0, 400);
    let long = format!("/api/v1/search?q={}", "x".repeat(501));
    assert_eq!(reader.call(Method::GET, &long, None).await.0, 413);
}
