//! Dumps: from each database into each.

use std::collections::BTreeSet;

use database::{
    Channel, Error, Happening, May, NewComment, NewIdentity, Outcome, Pace, Refusal, Role, Rule, Scope,
    Telling, Watched, Who,
};
use serde_json::json;
use sqlx::{AnyConnection, Connection, Row};

use crate::{Site, assert_refused, new_user, on_both};

on_both! {
    a_dump_is_restored_into_either_database
    a_dump_has_every_table
    a_dump_is_restored_into_an_empty_database_only
    a_dump_that_is_damaged_changes_nothing
    a_dump_is_of_one_moment
}

const PASSWORD: &str = "correct horse battery";

/// Something in every table.
async fn fill(site: &Site) {
    let db = &site.db;
    let first = db.first_administrator().await.unwrap().unwrap();
    let ada = db.accept(&first, &new_user("ada", Role::Reader), PASSWORD, "").await.unwrap();
    let bob = site.user("王小明", Role::Writer).await;
    db.site_key().await.unwrap();
    db.begin_session(&ada.id, "Fox 'n' \"quotes\"", "::1", false).await.unwrap();
    db.invite(Role::Reader, Some("a@b"), &ada.id).await.unwrap();
    db.create_token(&ada.id, "t", &BTreeSet::from([Scope::Read, Scope::Admin]), Some(i64::MAX))
        .await
        .unwrap();
    db.set_rule(&Rule { folder: String::new(), who: Who::User(bob.id.clone()), may: May::Write })
        .await
        .unwrap();
    db.attempt(&database::attempts::SIGN_IN_ACCOUNT, "ada").await.unwrap();
    db.log(Some(&ada.id), "role", "bob", "::1", &json!({ "to": "writer" })).await.unwrap();
    db.log(None, "sign_in", "a\r\n\u{1b}b", "::1", &json!(null)).await.unwrap();
    let enrolment = db.enrol_totp(&bob, "Site").await.unwrap();
    let app = totp_rs::Totp::from_url(&enrolment.url).unwrap();
    db.confirm_totp(&bob.id, &app.generate(db.now().cast_unsigned()).to_string()).await.unwrap().unwrap();
    db.put_draft(&bob.id, "p.en.md", "text\r\n\t汉字", None).await.unwrap();
    db.redirect("a", "b").await.unwrap();
    let mut parent = None;
    for body in ["question", "answer", "thanks"] {
        let new = NewComment {
            path: "p".into(),
            lang: "zh".into(),
            parent: parent.clone(),
            anchor: None,
            user_id: bob.id.clone(),
            body: body.into(),
        };
        parent = Some(db.add_comment(new).await.unwrap().id);
    }
    db.watch(&ada.id, Watched::Folder, "").await.unwrap();
    db.set_pace(&ada.id, Pace::Daily).await.unwrap();
    let what = Happening {
        event: "page.changed".into(),
        path: "p".into(),
        lang: "zh".into(),
        title: "汉字".into(),
        author: "王小明".into(),
        source: "0".repeat(40),
        moved_from: None,
    };
    let tellings = vec![Telling { user_id: ada.id.clone(), watch_id: None, what }];
    db.follow(None, "0", &Outcome { events: Vec::new(), tellings }).await.unwrap();
    db.create_webhook("https://example.org", &BTreeSet::new()).await.unwrap();
    db.queue_event("page.saved", "{}").await.unwrap();
    let identity = NewIdentity { issuer: "https://id".into(), subject: "1".into(), label: "ada".into() };
    db.link_identity(&ada.id, &identity).await.unwrap();
}

async fn export(site: &Site) -> Vec<u8> {
    let mut dump = Vec::new();
    let rows = site.db.export(&mut dump).await.unwrap();
    assert_eq!(dump.iter().filter(|byte| **byte == b'\n').count(), rows + 1);
    dump
}

fn sorted(dump: &[u8]) -> Vec<&str> {
    let mut lines: Vec<&str> = std::str::from_utf8(dump).unwrap().lines().collect();
    lines.sort_unstable();
    lines
}

async fn a_dump_is_restored_into_either_database(site: Site) {
    fill(&site).await;
    let dump = export(&site).await;
    for to in [Site::sqlite().await, Site::postgres().await] {
        // What a server's first start leaves there.
        to.db.site_key().await.unwrap();
        to.db.first_administrator().await.unwrap();
        let rows = to.db.import(&mut dump.as_slice()).await.unwrap();
        assert_eq!(rows + 1, sorted(&dump).len());
        assert_eq!(sorted(&export(&to).await), sorted(&dump));
        let ada = to.db.authenticate("ada", PASSWORD).await.unwrap().unwrap();
        assert_eq!(ada.role, Role::Administrator);
        assert_eq!(to.db.comments("p", "zh").await.unwrap(), site.db.comments("p", "zh").await.unwrap());
        let mark = site.db.site_key().await.unwrap().sign("form", "x");
        assert!(to.db.site_key().await.unwrap().verify("form", "x", &mark));
        assert!(to.db.claim(Channel::Webhook).await.unwrap().is_some());
        to.user("new", Role::Reader).await;
    }
}

async fn a_dump_has_every_table(site: Site) {
    fill(&site).await;
    let list = if site.url.starts_with("sqlite") {
        "SELECT name AS t FROM sqlite_master WHERE type = 'table'"
    } else {
        "SELECT tablename::TEXT AS t FROM pg_tables WHERE schemaname = 'public'"
    };
    let mut connection = AnyConnection::connect(&site.url.replace("sqlite:", "sqlite://")).await.unwrap();
    let rows = sqlx::query(list).fetch_all(&mut connection).await.unwrap();
    let tables: BTreeSet<String> =
        rows.iter().map(|row| row.get("t")).filter(|t| t != "_sqlx_migrations").collect();
    let dump = export(&site).await;
    let dumped = sorted(&dump).into_iter().filter_map(|line| {
        serde_json::from_str::<serde_json::Value>(line).unwrap()["table"].as_str().map(str::to_string)
    });
    assert_eq!(dumped.collect::<BTreeSet<_>>(), tables);
}

async fn a_dump_is_restored_into_an_empty_database_only(site: Site) {
    fill(&site).await;
    let dump = export(&site).await;
    assert_refused!(site.db.import(&mut dump.as_slice()).await, Refusal::NotEmpty);
    assert_eq!(sorted(&export(&site).await), sorted(&dump));
}

async fn a_dump_that_is_damaged_changes_nothing(site: Site) {
    let before = export(&site).await;
    let header = r#"{"casebook":"database","schema":1}"#;
    let row = r#"{"id":"1","name":"a","name_key":"a","display":"a","role":"reader","created":1}"#;
    let user = format!("{{\"table\":\"users\",\"row\":{row}}}");
    for (dump, line) in [
        (String::new(), 1),
        ("not json".to_string(), 1),
        (r#"{"casebook":"other","schema":1}"#.to_string(), 1),
        (format!("{header}\n{user}\n{{\"table\":\"us"), 3),
        (format!("{header}\n{user}\n{user}"), 3),
        (format!("{header}\n{user}\n{}", user.replace("\"users\"", "\"users; DROP TABLE users\"")), 3),
        (format!("{header}\n{}", user.replace("\"role\"", "\"role) --\"")), 2),
        (format!("{header}\n{}", user.replace("\"role\"", "\"rolle\"")), 2),
        (format!("{header}\n{}", user.replace("\"created\":1", "\"created\":true")), 2),
    ] {
        match site.db.import(&mut dump.as_bytes()).await {
            Err(Error::Dump { line: at, .. }) => assert_eq!(at, line, "{dump}"),
            other => panic!("{other:?} for {dump}"),
        }
        assert_eq!(sorted(&export(&site).await), sorted(&before), "{dump}");
    }
    let newer = r#"{"casebook":"database","schema":999}"#;
    assert_refused!(site.db.import(&mut newer.as_bytes()).await, Refusal::NewerDump);
    assert_eq!(site.db.import(&mut format!("{header}\n{user}\n").as_bytes()).await.unwrap(), 1);
}

/// While it is written, an account and a redirect are made: they come too late for it.
async fn a_dump_is_of_one_moment(site: Site) {
    struct Between<'a> {
        dump: Vec<u8>,
        site: &'a Site,
        made: bool,
    }
    impl std::io::Write for Between<'_> {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            // The first row was read, so that the moment of the dump is past.
            if !self.made && std::str::from_utf8(bytes).unwrap().contains("\"table\"") {
                self.made = true;
                let make = async {
                    self.site.user("late", Role::Reader).await;
                    self.site.db.redirect("late", "later").await.unwrap();
                };
                tokio::task::block_in_place(|| tokio::runtime::Handle::current().block_on(make));
            }
            self.dump.extend(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let mut between = Between { dump: Vec::new(), site: &site, made: false };
    site.db.export(&mut between).await.unwrap();
    assert!(between.made);
    assert!(!String::from_utf8(between.dump).unwrap().contains("late"));
    assert!(site.db.user_by_name("late").await.unwrap().is_some());
}
