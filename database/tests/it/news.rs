//! What people are to be told, and how far the history was told.

use std::collections::BTreeSet;

use database::{Channel, Happening, Outcome, Pace, Role, Telling, User, Watched};

use crate::{Site, on_both};

on_both! {
    of_several_servers_one_tells_of_a_commit
    news_are_due_when_the_first_has_waited
    news_become_one_mail_once
    who_wants_no_mails_has_no_news
    a_watch_covers_what_it_is_found_for
    a_feed_has_a_key_of_its_own
}

fn telling(user: &User, source: &str) -> Telling {
    Telling {
        user_id: user.id.clone(),
        watch_id: None,
        what: Happening {
            event: "page.changed".to_string(),
            path: "tcp/syn".to_string(),
            lang: "zh".to_string(),
            title: "SYN 为什么被丢弃".to_string(),
            author: "ren".to_string(),
            source: source.to_string(),
            moved_from: Some("syn".to_string()),
        },
    }
}

fn outcome(user: &User, source: &str) -> Outcome {
    Outcome {
        events: vec![("page.changed".to_string(), format!("{{\"source\":\"{source}\"}}"))],
        tellings: vec![telling(user, source)],
    }
}

async fn of_several_servers_one_tells_of_a_commit(site: Site) {
    let ada = site.user("ada", Role::Reader).await;
    site.db.create_webhook("https://example.org", &BTreeSet::new()).await.unwrap();
    assert_eq!(site.db.followed().await.unwrap(), None);
    assert!(site.db.follow(None, "1", &Outcome::default()).await.unwrap());
    assert!(!site.db.follow(None, "9", &outcome(&ada, "9")).await.unwrap(), "it has begun already");
    let mut servers = tokio::task::JoinSet::new();
    for db in [site.db.clone(), site.replica().await, site.replica().await] {
        let outcome = outcome(&ada, "2");
        servers.spawn(async move { db.follow(Some("1"), "2", &outcome).await.unwrap() });
    }
    let told = servers.join_all().await.into_iter().filter(|told| *told).count();
    assert_eq!((told, site.db.followed().await.unwrap().as_deref()), (1, Some("2")));
    site.db.tell(&outcome(&ada, "comment")).await.unwrap();
    site.clock.advance(600);
    let (user, news) = site.db.due_news().await.unwrap().remove(0);
    let sources: Vec<_> = news.iter().map(|one| one.telling.what.source.as_str()).collect();
    assert_eq!((user.id.as_str(), sources), (ada.id.as_str(), vec!["2", "comment"]));
    assert_eq!(news[0].telling, telling(&ada, "2"));
    let mut calls = Vec::new();
    while let Some(call) = site.db.claim(Channel::Webhook).await.unwrap() {
        site.db.delivered(&call).await.unwrap();
        calls.push(call.body);
    }
    assert_eq!(calls, ["{\"source\":\"2\"}", "{\"source\":\"comment\"}"]);
}

async fn news_are_due_when_the_first_has_waited(site: Site) {
    let (soon, daily) = (site.user("soon", Role::Reader).await, site.user("daily", Role::Reader).await);
    assert_eq!(site.db.pace(&soon.id).await.unwrap(), Pace::Soon);
    site.db.set_pace(&daily.id, Pace::Daily).await.unwrap();
    site.db.set_pace(&daily.id, Pace::Daily).await.unwrap();
    assert_eq!(site.db.pace(&daily.id).await.unwrap(), Pace::Daily);
    for user in [&soon, &daily] {
        site.db.tell(&Outcome { tellings: vec![telling(user, "1")], events: Vec::new() }).await.unwrap();
    }
    let due = async || {
        let due = site.db.due_news().await.unwrap();
        due.into_iter().map(|(user, news)| (user.name, news.len())).collect::<Vec<_>>()
    };
    site.clock.advance(599);
    assert_eq!(due().await, []);
    site.db.tell(&outcome(&soon, "2")).await.unwrap();
    site.clock.advance(1);
    assert_eq!(due().await, [("soon".to_string(), 2)], "the second goes with the first");
    let (_, news) = site.db.due_news().await.unwrap().remove(0);
    assert!(site.db.hand_over(&news, None).await.unwrap());
    site.clock.advance(24 * 60 * 60 - 601);
    assert_eq!(due().await, []);
    site.clock.advance(1);
    assert_eq!(due().await, [("daily".to_string(), 1)]);
}

async fn news_become_one_mail_once(site: Site) {
    let ada = site.user("ada", Role::Reader).await;
    for source in ["1", "2"] {
        site.db.tell(&outcome(&ada, source)).await.unwrap();
    }
    site.clock.advance(600);
    let (_, news) = site.db.due_news().await.unwrap().remove(0);
    let mut servers = tokio::task::JoinSet::new();
    for db in [site.db.clone(), site.replica().await, site.replica().await] {
        let news = news.clone();
        servers.spawn(async move {
            db.hand_over(&news, Some(("ada@example.org", "subject", "body"))).await.unwrap()
        });
    }
    let made = servers.join_all().await.into_iter().filter(|made| *made).count();
    let mail = site.db.claim(Channel::Mail).await.unwrap().unwrap();
    assert_eq!((made, mail.recipient.as_str(), mail.body.as_str()), (1, "ada@example.org", "body"));
    assert_eq!(site.db.claim(Channel::Mail).await.unwrap(), None);
    assert!(site.db.due_news().await.unwrap().is_empty());
}

async fn who_wants_no_mails_has_no_news(site: Site) {
    let ada = site.user("ada", Role::Reader).await;
    site.db.tell(&outcome(&ada, "1")).await.unwrap();
    site.db.set_pace(&ada.id, Pace::Never).await.unwrap();
    site.db.tell(&outcome(&ada, "2")).await.unwrap();
    site.clock.advance(7 * 24 * 60 * 60);
    assert!(site.db.due_news().await.unwrap().is_empty());
    site.db.set_pace(&ada.id, Pace::Soon).await.unwrap();
    assert!(site.db.due_news().await.unwrap().is_empty());
    site.db.tell(&outcome(&ada, "3")).await.unwrap();
    site.clock.advance(600);
    assert_eq!(site.db.due_news().await.unwrap()[0].1.len(), 1);
}

async fn a_watch_covers_what_it_is_found_for(site: Site) {
    let ada = site.user("ada", Role::Reader).await;
    for (kind, target) in [
        (Watched::Page, "tcp/paws"),
        (Watched::Folder, ""),
        (Watched::Folder, "tcp"),
        (Watched::Folder, "tcp/paw"),
        (Watched::Tag, "重传"),
        (Watched::Tag, "tcp"),
    ] {
        let watch = site.db.watch(&ada.id, kind, target).await.unwrap();
        assert_eq!(site.db.watch_by_id(&watch.id).await.unwrap().as_ref(), Some(&watch));
        for (path, tags) in [
            ("tcp/paws", vec!["重传"]),
            ("tcp", vec![]),
            ("tcp2", vec![" tcp "]),
            ("", vec![]),
            ("tcp/paw/x", vec![]),
        ] {
            let tags: Vec<String> = tags.into_iter().map(str::to_string).collect();
            let found = !site.db.watchers(path, &tags).await.unwrap().is_empty();
            assert_eq!(watch.covers(path, &tags), found, "{kind:?} {target} {path}");
        }
        site.db.unwatch(&ada.id, kind, target).await.unwrap();
        assert_eq!(site.db.watch_by_id(&watch.id).await.unwrap(), None);
    }
}

async fn a_feed_has_a_key_of_its_own(site: Site) {
    let ada = site.user("ada", Role::Reader).await;
    let (a, b) = (
        site.db.watch(&ada.id, Watched::Page, "a").await.unwrap(),
        site.db.watch(&ada.id, Watched::Page, "b").await.unwrap(),
    );
    let key = site.db.site_key().await.unwrap();
    assert!(a.is_feed_key(&key, &a.feed_key(&key)));
    let token = a.unsubscribe_token(&key);
    let (_, mark) = token.split_once('.').unwrap();
    for wrong in ["", mark, &b.feed_key(&key), &a.feed_key(&key)[1..]] {
        assert!(!a.is_feed_key(&key, wrong), "{wrong}");
    }
    assert_eq!(site.db.watch_by_token(&key, &token).await.unwrap(), Some(a.clone()));
    assert_eq!(site.db.watch_by_token(&key, &format!("{}.{}", a.id, a.feed_key(&key))).await.unwrap(), None);
    assert_eq!(site.db.watches(&ada.id).await.unwrap().len(), 2, "looking ends nothing");
}
