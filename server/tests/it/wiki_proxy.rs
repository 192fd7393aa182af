//! Readers whom a proxy has signed in.

use crate::app::Answer;
use crate::wiki::{Client, TestWiki};
use axum::body::Body;
use axum::http::{Method, StatusCode};
use casebook::wiki;
use database::{Clock, Role};
use std::net::{IpAddr, Ipv4Addr};

const PAGES: &[(&str, &str)] = &[("tcp.en.md", "---\ntitle: TCP\n---\nText.\n")];

/// Where requests come from that come over no connection, as in these tests.
const HERE: IpAddr = IpAddr::V4(Ipv4Addr::UNSPECIFIED);

async fn behind(proxy: IpAddr, new_accounts: Option<Role>) -> TestWiki {
    let settings = wiki::Settings {
        private: true,
        trusted_proxies: vec![proxy],
        user_header: Some("remote-user".to_string()),
        new_accounts,
        ..wiki::Settings::default()
    };
    TestWiki::set_up(PAGES, settings, Clock::system()).await
}

/// A browser's request for a page, with what the proxy adds.
async fn get(client: &Client, uri: &str, names: &[&str]) -> Answer {
    let mut headers = vec![("accept", "text/html,*/*")];
    headers.extend(names.iter().map(|name| ("remote-user", *name)));
    client.send(Method::GET, uri, &headers, Body::empty()).await
}

#[tokio::test]
async fn whom_the_proxy_names_is_signed_in_and_nobody_else() {
    let wiki = behind(HERE, None).await;
    wiki.user("ann", Role::Writer).await;
    let gone = wiki.user("bob", Role::Writer).await;
    wiki.wiki().database().set_disabled(&gone.id, true).await.unwrap();
    for (names, status) in [
        (&[][..], StatusCode::FOUND),
        (&["ann"], StatusCode::OK),
        (&[" ann "], StatusCode::OK),
        (&[""], StatusCode::FOUND),
        // The client's own header and the proxy's: nobody knows which is which.
        (&["ann", "ann"], StatusCode::FOUND),
        (&["bob"], StatusCode::FORBIDDEN),
        (&["carol"], StatusCode::FORBIDDEN),
        (&["' OR 1=1"], StatusCode::FORBIDDEN),
    ] {
        let answer = get(&wiki.anonymous(), "/en/tcp", names).await;
        assert_eq!(answer.status, status, "{names:?}");
    }
}

#[tokio::test]
async fn nobody_but_a_trusted_proxy_names_readers() {
    let wiki = behind(IpAddr::from([192, 0, 2, 1]), Some(Role::Administrator)).await;
    wiki.user("ann", Role::Administrator).await;
    for name in ["ann", "carol"] {
        let answer = get(&wiki.anonymous(), "/en/tcp", &[name]).await;
        assert_eq!(answer.status, StatusCode::FOUND, "{name}");
        assert!(answer.header("set-cookie").is_empty());
    }
}

#[tokio::test]
async fn forms_carry_a_token_and_the_session_counts_with_the_header_alone() {
    let wiki = behind(HERE, None).await;
    wiki.user("ann", Role::Writer).await;
    wiki.user("eve", Role::Administrator).await;
    let browser = wiki.anonymous();
    let account = get(&browser, "/-/account", &["ann"]).await;
    assert_eq!(account.status, StatusCode::OK);
    assert!(account.header("set-cookie").starts_with("__Host-casebook-proxied="));
    let csrf = account.attributes("input[name=csrf]", "value").remove(0);
    assert!(!csrf.is_empty());
    // The same session goes on: its forms carry the same token, and no new cookie is given.
    let again = get(&browser, "/-/account", &["ann"]).await;
    assert_eq!(again.attributes("input[name=csrf]", "value")[0], csrf);
    assert!(again.header("set-cookie").is_empty());
    let form = |csrf: &str| {
        let text = "---\ntitle: TCP\n---\nNew.\n";
        form_urlencoded::Serializer::new(String::new())
            .extend_pairs([("csrf", csrf), ("text", text), ("do", "save")])
            .finish()
    };
    let kind = ("content-type", "application/x-www-form-urlencoded");
    let save = |headers: Vec<(&'static str, &'static str)>, body: String| {
        let browser = &browser;
        async move { browser.send(Method::POST, "/-/edit/en/new", &headers, Body::from(body)).await }
    };
    let answer = save(vec![kind, ("remote-user", "ann")], form(&csrf)).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    assert_eq!(wiki.file("new.en.md"), "---\ntitle: TCP\n---\nNew.\n");
    // Without the header the cookie is worth nothing, and under another name it is another's.
    assert_eq!(get(&browser, "/en/tcp", &[]).await.status, StatusCode::FOUND);
    let other = save(vec![kind, ("remote-user", "eve")], form(&csrf)).await;
    assert_ne!(other.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn programs_behind_the_proxy_read_and_leave_no_sessions() {
    let wiki = behind(HERE, None).await;
    let ann = wiki.user("ann", Role::Administrator).await;
    let program = wiki.anonymous();
    let header = ("remote-user", "ann");
    let read = program.send(Method::GET, "/api/v1/pages/en/tcp", &[header], Body::empty()).await;
    assert_eq!(read.status, StatusCode::OK);
    let body = Body::from("{\"text\":\"x\"}");
    let json = ("content-type", "application/json");
    let write = program.send(Method::PUT, "/api/v1/pages/en/new", &[header, json], body).await;
    assert_eq!(write.status, StatusCode::FORBIDDEN);
    let users = program.send(Method::GET, "/-/admin/users", &[header], Body::empty()).await;
    assert_eq!(users.status, StatusCode::NOT_FOUND);
    assert!(wiki.wiki().database().sessions(&ann.id).await.unwrap().is_empty());
}

#[tokio::test]
async fn accounts_are_made_when_the_operator_wants_that() {
    let wiki = behind(HERE, Some(Role::Reader)).await;
    for (name, account) in [("carol", "carol"), ("dave@example.org", "")] {
        let browser = wiki.anonymous();
        assert_eq!(get(&browser, "/en/tcp", &[name]).await.status, StatusCode::OK, "{name}");
        assert_eq!(get(&wiki.anonymous(), "/en/tcp", &[name]).await.status, StatusCode::OK, "{name}");
        let users = wiki.wiki().database().users().await.unwrap();
        let made: Vec<_> = users.iter().filter(|user| user.display == name).collect();
        assert_eq!(made.len(), 1, "{name}");
        assert_eq!(made[0].role, Role::Reader);
        assert!(account.is_empty() || made[0].name == account);
        let edit = get(&browser, "/-/edit/en/tcp", &[name]).await;
        assert_eq!(edit.status, StatusCode::FORBIDDEN, "{name}");
    }
}
