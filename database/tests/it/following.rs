//! Watches, what waits to be sent, webhooks and notices.

use std::collections::{BTreeMap, BTreeSet};

use database::queue::{LEASE, TRIES};
use database::{Channel, Notice, Refusal, Role, Watched};

use crate::{START, Site, assert_refused, on_both};

on_both! {
    who_watches_a_page_its_folders_or_its_tags_is_found_once
    a_watch_ends_by_its_link_without_signing_in
    a_message_is_sent_by_one_server
    a_message_of_a_dead_server_is_taken_by_another
    a_message_is_tried_again_later_and_given_up_at_last
    a_webhook_hears_what_it_asked_for
}

async fn who_watches_a_page_its_folders_or_its_tags_is_found_once(site: Site) {
    let db = &site.db;
    let mut users = BTreeMap::new();
    for (name, kind, target) in [
        ("page", Watched::Page, "/tcp/paws/"),
        ("folder", Watched::Folder, "tcp"),
        ("site", Watched::Folder, ""),
        ("tag", Watched::Tag, "重传"),
        ("sibling", Watched::Page, "tcp/paws2"),
        ("prefix", Watched::Folder, "tcp/paw"),
        ("other", Watched::Tag, "tcp/paws"),
        ("disabled", Watched::Page, "tcp/paws"),
    ] {
        let user = site.user(name, Role::Reader).await;
        db.watch(&user.id, kind, target).await.unwrap();
        users.insert(name, user);
    }
    let many = site.user("many", Role::Reader).await;
    for (kind, target) in [(Watched::Tag, "重传"), (Watched::Folder, ""), (Watched::Folder, "tcp")] {
        let first = db.watch(&many.id, kind, target).await.unwrap();
        assert_eq!(db.watch(&many.id, kind, target).await.unwrap(), first, "the same again");
    }
    db.set_disabled(&users["disabled"].id, true).await.unwrap();
    let watchers = db.watchers("tcp/paws", &["sack".to_string(), "重传".to_string()]).await.unwrap();
    let found: BTreeSet<_> = watchers
        .iter()
        .map(|(watch, user)| (user.name.as_str(), watch.kind, watch.target.as_str()))
        .collect();
    let wanted = BTreeSet::from([
        ("page", Watched::Page, "tcp/paws"),
        ("folder", Watched::Folder, "tcp"),
        ("site", Watched::Folder, ""),
        ("tag", Watched::Tag, "重传"),
        ("many", Watched::Folder, "tcp"),
    ]);
    assert_eq!((found, watchers.len()), (wanted, 5));
    // The page that describes a folder is in it.
    let of_folder = db.watchers("tcp", &[]).await.unwrap();
    let names: BTreeSet<_> = of_folder.iter().map(|(_, user)| user.name.as_str()).collect();
    assert_eq!(names, BTreeSet::from(["folder", "site", "many"]));
    let listed = db.watches(&many.id).await.unwrap();
    let listed: Vec<_> = listed.iter().map(|watch| (watch.kind, watch.target.as_str())).collect();
    assert_eq!(listed, [(Watched::Folder, ""), (Watched::Folder, "tcp"), (Watched::Tag, "重传")]);
    assert!(db.unwatch(&many.id, Watched::Folder, "/tcp").await.unwrap());
    assert!(!db.unwatch(&many.id, Watched::Folder, "/tcp").await.unwrap());
    assert_refused!(db.watch(&many.id, Watched::Page, "/").await, Refusal::Empty);
    assert_refused!(
        db.watch(&many.id, Watched::Tag, &"x".repeat(1025)).await,
        Refusal::TooLong { most: 1024 }
    );
}

async fn a_watch_ends_by_its_link_without_signing_in(site: Site) {
    let db = &site.db;
    let ada = site.user("ada", Role::Reader).await;
    let first = db.watch(&ada.id, Watched::Page, "a").await.unwrap();
    let second = db.watch(&ada.id, Watched::Page, "b").await.unwrap();
    let key = db.site_key().await.unwrap();
    let token = first.unsubscribe_token(&key);
    let (_, mark) = token.split_once('.').unwrap();
    for wrong in ["", ".", &first.id, &format!("{}.{mark}", second.id), &format!("{}.", first.id)] {
        assert_eq!(db.unsubscribe(&key, wrong).await.unwrap(), None, "{wrong}");
    }
    assert_eq!(db.watches(&ada.id).await.unwrap().len(), 2);
    assert_eq!(db.unsubscribe(&key, &token).await.unwrap(), Some(first));
    assert_eq!(db.unsubscribe(&key, &token).await.unwrap(), None);
    assert_eq!(db.watches(&ada.id).await.unwrap(), [second]);
}

async fn a_message_is_sent_by_one_server(site: Site) {
    for n in 0..20 {
        site.db.queue_mail("ada@example.org", &n.to_string(), "主题\nbody", START).await.unwrap();
    }
    site.db.queue_mail("ada@example.org", "later", "", START + 60).await.unwrap();
    let mut servers = tokio::task::JoinSet::new();
    for db in [site.db.clone(), site.replica().await, site.replica().await] {
        servers.spawn(async move {
            let mut sent = Vec::new();
            while let Some(message) = db.claim(Channel::Mail).await.unwrap() {
                assert_eq!(
                    (message.recipient.as_str(), message.body.as_str()),
                    ("ada@example.org", "主题\nbody")
                );
                db.delivered(&message).await.unwrap();
                sent.push(message.subject.parse::<u32>().unwrap());
            }
            sent
        });
    }
    let mut sent = servers.join_all().await.concat();
    sent.sort_unstable();
    assert_eq!(sent, (0..20).collect::<Vec<_>>());
    site.clock.advance(60);
    assert_eq!(site.db.claim(Channel::Webhook).await.unwrap(), None);
    assert_eq!(site.db.claim(Channel::Mail).await.unwrap().unwrap().subject, "later");
}

async fn a_message_of_a_dead_server_is_taken_by_another(site: Site) {
    let db = &site.db;
    db.queue_mail("ada@example.org", "subject", "", START).await.unwrap();
    let lost = db.claim(Channel::Mail).await.unwrap().unwrap();
    site.clock.advance(LEASE - 1);
    assert_eq!(db.claim(Channel::Mail).await.unwrap(), None);
    site.clock.advance(1);
    let taken = db.claim(Channel::Mail).await.unwrap().unwrap();
    assert_eq!((&taken.id, taken.tries), (&lost.id, 2));
    // The first was only slow; that it failed is not news any more.
    db.not_delivered(&lost, "timeout").await.unwrap();
    assert_eq!(db.undelivered(Channel::Mail, 9).await.unwrap(), []);
    db.delivered(&taken).await.unwrap();
    site.clock.advance(LEASE);
    assert_eq!(db.claim(Channel::Mail).await.unwrap(), None);
}

async fn a_message_is_tried_again_later_and_given_up_at_last(site: Site) {
    let db = &site.db;
    db.queue_mail("ada@example.org", "subject", "", START).await.unwrap();
    let mut wait = 60;
    for n in 1..=TRIES {
        let message = db.claim(Channel::Mail).await.unwrap().unwrap();
        db.not_delivered(&message, "550 no\r\nsuch user").await.unwrap();
        let listed = db.undelivered(Channel::Mail, 9).await.unwrap();
        assert_eq!((listed[0].tries, listed[0].failed), (n, n == TRIES));
        assert_eq!(listed[0].error.as_deref(), Some("550 nosuch user"));
        site.clock.advance(wait - 1);
        assert_eq!(db.claim(Channel::Mail).await.unwrap(), None);
        site.clock.advance(1);
        wait *= 2;
    }
    site.clock.advance(wait);
    assert_eq!(db.claim(Channel::Mail).await.unwrap(), None);
    let id = db.undelivered(Channel::Mail, 9).await.unwrap().remove(0).id;
    assert!(db.retry(&id).await.unwrap());
    assert!(!db.retry("unknown").await.unwrap());
    assert_eq!(db.claim(Channel::Mail).await.unwrap().unwrap().tries, 1);
}

async fn a_webhook_hears_what_it_asked_for(site: Site) {
    let db = &site.db;
    let saved = BTreeSet::from(["page.saved".to_string()]);
    let some = db.create_webhook("https://example.org/hook?x=1", &saved).await.unwrap();
    let all = db.create_webhook("http://127.0.0.1:8080", &BTreeSet::new()).await.unwrap();
    let off = db.create_webhook("https://example.org/off", &saved).await.unwrap();
    db.set_webhook(&off.id, &off.url, &saved, false).await.unwrap();
    assert_ne!(some.secret, all.secret);
    let listed = db.webhooks().await.unwrap();
    assert_eq!(listed[..2], [some.clone(), all.clone()]);
    assert!(!listed[2].active);
    assert_eq!(db.queue_event("page.saved", "{\"n\":1}").await.unwrap(), 2);
    assert_eq!(db.queue_event("comment.added", "{\"n\":2}").await.unwrap(), 1);
    let mut calls = BTreeSet::new();
    while let Some(call) = db.claim(Channel::Webhook).await.unwrap() {
        let hook = db.webhook(&call.recipient).await.unwrap().unwrap();
        calls.insert((hook.url, call.subject.clone(), call.body.clone()));
        db.delivered(&call).await.unwrap();
    }
    let call = |url: &str, event: &str, body: &str| (url.to_string(), event.to_string(), body.to_string());
    let wanted = BTreeSet::from([
        call(&some.url, "page.saved", "{\"n\":1}"),
        call(&all.url, "page.saved", "{\"n\":1}"),
        call(&all.url, "comment.added", "{\"n\":2}"),
    ]);
    assert_eq!(calls, wanted);
    db.queue_event("page.saved", "").await.unwrap();
    assert!(db.remove_webhook(&some.id).await.unwrap());
    assert!(!db.remove_webhook(&some.id).await.unwrap());
    assert_eq!(db.claim(Channel::Webhook).await.unwrap().unwrap().recipient, all.id);
    assert_eq!(db.claim(Channel::Webhook).await.unwrap(), None);
    for url in [
        "",
        "example.org",
        "ftp://example.org",
        "https://",
        "https:///x",
        "https://a b",
        "javascript:alert(1)",
    ] {
        assert_refused!(db.create_webhook(url, &saved).await, Refusal::WebAddress);
    }
    assert_refused!(db.set_webhook(&some.id, &some.url, &saved, true).await, Refusal::Gone);
}

#[tokio::test]
async fn every_server_hears_what_one_announces() {
    let site = Site::postgres().await;
    let other = site.replica().await;
    let (mut first, mut second) = (site.db.listen().await.unwrap(), other.listen().await.unwrap());
    for what in ["pages", "rules 规则"] {
        site.db.announce(what).await.unwrap();
        for listener in [&mut first, &mut second] {
            assert_eq!(listener.next().await.unwrap(), Notice::Changed(what.to_string()));
        }
    }
}

#[tokio::test]
async fn on_sqlite_nothing_is_announced_and_nothing_fails() {
    let site = Site::sqlite().await;
    let mut listener = site.db.listen().await.unwrap();
    site.db.announce("pages").await.unwrap();
    // A paused clock runs to the next timer as soon as everything waits.
    tokio::time::pause();
    let day = std::time::Duration::from_secs(24 * 60 * 60);
    assert!(tokio::time::timeout(day, listener.next()).await.is_err());
}
