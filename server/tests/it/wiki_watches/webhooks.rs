//! What webhooks are told.

use super::*;
use casebook::wiki::follow::commented;
use database::{Channel, NewComment};
use serde_json::{Value, json};
use std::collections::BTreeSet;

async fn calls(site: &Site) -> Vec<Value> {
    let mut calls = Vec::new();
    while let Some(call) = site.database().claim(Channel::Webhook).await.unwrap() {
        let body: Value = serde_json::from_str(&call.body).unwrap();
        assert_eq!(body["event"], json!(call.subject));
        site.database().delivered(&call).await.unwrap();
        calls.push(body);
    }
    calls
}

#[tokio::test]
async fn each_change_is_an_event() {
    let mut site = Site::new().await;
    site.database().create_webhook("https://example.org", &BTreeSet::new()).await.unwrap();
    site.commit(
        "mei",
        "Make it\n\nFor good.",
        &[("tcp/new.en.md", Some("---\ntitle: New\n---\nA longer text.\n"))],
    );
    site.commit(
        "mei",
        "Move it",
        &[("tcp/new.en.md", None), ("old/new.zh.md", Some("---\ntitle: New\n---\nA longer text.\n"))],
    );
    site.commit("mei", "Change it", &[("old/new.zh.md", Some("---\ntitle: 新\n---\nA longer text.\n"))]);
    site.look().await;
    site.commit("mei", "Remove it", &[("old/new.zh.md", None), ("a.png", Some("no page"))]);
    site.look().await;
    let found = calls(&site).await;
    let revision = git(&site.wiki.path(""), &["rev-parse", "HEAD~3"]).trim().to_string();
    assert_eq!(
        found[0],
        json!({
            "event": "page.created",
            "id": format!("{revision}/en/tcp/new"),
            "time": found[0]["time"],
            "page": {
                "path": "tcp/new",
                "lang": "en",
                "title": "New",
                "address": "https://kb.example/en/tcp/new",
            },
            "author": "mei",
            "message": "Make it\n\nFor good.",
            "revision": revision,
        })
    );
    assert!(found[0]["time"].as_str().unwrap().ends_with('Z'));
    let told: Vec<_> = found
        .iter()
        .map(|it| (it["event"].as_str().unwrap(), it["page"]["title"].as_str().unwrap(), &it["from"]["path"]))
        .collect();
    let none = Value::Null;
    assert_eq!(
        told,
        [
            ("page.created", "New", &none),
            ("page.moved", "New", &json!("tcp/new")),
            ("page.changed", "新", &none),
            ("page.removed", "新", &none),
        ]
    );
}

#[tokio::test]
async fn a_comment_is_an_event() {
    let site = Site::new().await;
    site.database().create_webhook("https://example.org", &BTreeSet::new()).await.unwrap();
    let ada = site.wiki.user("ada", Role::Reader).await;
    let new = NewComment {
        path: "tcp/rst".into(),
        lang: "zh".into(),
        parent: None,
        anchor: None,
        user_id: ada.id,
        body: "为什么？".into(),
    };
    let comment = site.database().add_comment(new).await.unwrap();
    commented(site.wiki.app(), &comment).await;
    let found = calls(&site).await;
    assert_eq!(found.len(), 1);
    assert_eq!((&found[0]["event"], &found[0]["id"]), (&json!("comment.created"), &json!(comment.id)));
    assert_eq!((&found[0]["page"]["title"], &found[0]["author"]), (&json!("复位报文"), &json!("ada")));
    assert_eq!(found[0]["comment"]["text"], json!("为什么？"));
}
