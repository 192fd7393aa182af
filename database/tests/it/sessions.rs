//! Sessions.

use database::sessions::{IDLE, LONGEST, PENDING};
use database::{Database, Role};
use sqlx::{AnyConnection, Connection, Row};

use crate::{START, Site, on_both};

on_both! {
    a_session_is_found_by_its_token_alone
    a_session_ends_when_it_is_not_used
    a_session_ends_after_ninety_days_of_use
    a_session_is_written_once_a_minute
    a_role_holds_from_the_next_request_on
    the_second_factor_makes_a_session_full_under_a_new_token
    sessions_are_listed_and_ended
    no_token_is_stored
}

async fn alive(db: &Database, token: &str) -> bool {
    db.find_session(token).await.unwrap().is_some()
}

async fn a_session_is_found_by_its_token_alone(site: Site) {
    let ada = site.user("ada", Role::Reader).await;
    let bob = site.user("bob", Role::Reader).await;
    let token = site.db.begin_session(&ada.id, &"Fox\u{7}/".repeat(99), "192.0.2.1", false).await.unwrap();
    let others = site.db.begin_session(&bob.id, "", "", false).await.unwrap();
    assert_ne!(token, others);
    assert_eq!(token.len(), 43);
    let (session, user) = site.replica().await.find_session(&token).await.unwrap().unwrap();
    assert_eq!(user, ada);
    assert_eq!(session.agent, "Fox/".repeat(50));
    assert_eq!((session.ip.as_str(), session.created, session.fresh), ("192.0.2.1", START, START));
    assert_eq!(session.expires, START + IDLE);
    for wrong in ["", "x", "\0", &session.id, &token[1..], &token.to_lowercase()] {
        assert!(!alive(&site.db, wrong).await, "{wrong}");
    }
}

async fn a_session_ends_when_it_is_not_used(site: Site) {
    let ada = site.user("ada", Role::Reader).await;
    let used = site.db.begin_session(&ada.id, "", "", false).await.unwrap();
    let unused = site.db.begin_session(&ada.id, "", "", false).await.unwrap();
    site.clock.advance(IDLE - 1);
    assert!(alive(&site.db, &used).await);
    assert_eq!(site.db.sweep_sessions().await.unwrap(), 0);
    site.clock.advance(1);
    assert!(alive(&site.db, &used).await);
    assert!(!alive(&site.db, &unused).await);
    assert_eq!(site.db.sessions(&ada.id).await.unwrap().len(), 1);
    assert_eq!(site.db.sweep_sessions().await.unwrap(), 1);
    assert!(alive(&site.db, &used).await);
}

async fn a_session_ends_after_ninety_days_of_use(site: Site) {
    let ada = site.user("ada", Role::Reader).await;
    let token = site.db.begin_session(&ada.id, "", "", false).await.unwrap();
    for _ in 0..89 {
        site.clock.advance(LONGEST / 90);
        assert!(alive(&site.db, &token).await);
    }
    assert_eq!(site.db.sessions(&ada.id).await.unwrap()[0].expires, START + LONGEST);
    site.clock.advance(LONGEST / 90);
    assert!(!alive(&site.db, &token).await);
    assert_eq!(site.db.sweep_sessions().await.unwrap(), 1);
}

async fn a_session_is_written_once_a_minute(site: Site) {
    let ada = site.user("ada", Role::Reader).await;
    let token = site.db.begin_session(&ada.id, "", "", false).await.unwrap();
    for (advance, seen) in [(59, START), (1, START + 60), (59, START + 60), (2, START + 121)] {
        site.clock.advance(advance);
        let (session, _) = site.db.find_session(&token).await.unwrap().unwrap();
        assert_eq!(session.last_seen, seen);
        assert_eq!(site.db.sessions(&ada.id).await.unwrap(), [session]);
    }
}

async fn a_role_holds_from_the_next_request_on(site: Site) {
    let ada = site.user("ada", Role::Writer).await;
    let token = site.db.begin_session(&ada.id, "", "", false).await.unwrap();
    site.db.set_role(&ada.id, Role::Reader).await.unwrap();
    let (_, user) = site.db.find_session(&token).await.unwrap().unwrap();
    assert_eq!(user.role, Role::Reader);
}

async fn the_second_factor_makes_a_session_full_under_a_new_token(site: Site) {
    let db = &site.db;
    let ada = site.user("ada", Role::Reader).await;
    let pending = db.begin_session(&ada.id, "", "", true).await.unwrap();
    assert!(!alive(db, &pending).await);
    assert_eq!(db.sessions(&ada.id).await.unwrap(), []);
    let (session, user) = db.find_pending(&pending).await.unwrap().unwrap();
    assert_eq!((user.id, session.expires), (ada.id.clone(), START + PENDING));
    site.clock.advance(PENDING - 1);
    let full = db.complete_session(&pending).await.unwrap().unwrap();
    assert!(alive(db, &full).await);
    assert!(!alive(db, &pending).await);
    assert!(db.find_pending(&full).await.unwrap().is_none());
    for token in [&pending, &full] {
        assert_eq!(db.complete_session(token).await.unwrap(), None);
    }
    let late = db.begin_session(&ada.id, "", "", true).await.unwrap();
    site.clock.advance(PENDING);
    assert!(db.find_pending(&late).await.unwrap().is_none());
    assert_eq!(db.complete_session(&late).await.unwrap(), None);
    assert_eq!(db.sweep_sessions().await.unwrap(), 1);
    assert!(alive(db, &full).await);
}

async fn sessions_are_listed_and_ended(site: Site) {
    let db = &site.db;
    let ada = site.user("ada", Role::Reader).await;
    let bob = site.user("bob", Role::Reader).await;
    let mut tokens = Vec::new();
    for user in [&ada, &ada, &ada, &bob] {
        tokens.push(db.begin_session(&user.id, "", "", false).await.unwrap());
        site.clock.advance(1);
    }
    let mut ids = Vec::new();
    for token in &tokens {
        ids.push(db.find_session(token).await.unwrap().unwrap().0.id);
    }
    let listed =
        db.sessions(&ada.id).await.unwrap().into_iter().map(|session| session.id).collect::<Vec<_>>();
    assert_eq!(listed, [ids[2].clone(), ids[1].clone(), ids[0].clone()]);
    site.clock.advance(5);
    db.freshen_session(&ids[0]).await.unwrap();
    assert_eq!(db.find_session(&tokens[0]).await.unwrap().unwrap().0.fresh, START + 9);
    assert!(!db.end_session(&ada.id, &ids[3]).await.unwrap(), "another user's");
    assert!(db.end_session(&ada.id, &ids[1]).await.unwrap());
    assert!(!db.end_session(&ada.id, &ids[1]).await.unwrap());
    db.end_sessions(&ada.id, Some(&ids[2])).await.unwrap();
    for (token, wanted) in tokens.iter().zip([false, false, true, true]) {
        assert_eq!(alive(db, token).await, wanted);
    }
    db.end_sessions(&ada.id, None).await.unwrap();
    for (token, wanted) in tokens.iter().zip([false, false, false, true]) {
        assert_eq!(alive(db, token).await, wanted);
    }
}

async fn no_token_is_stored(site: Site) {
    let ada = site.user("ada", Role::Reader).await;
    let token = site.db.begin_session(&ada.id, "", "", false).await.unwrap();
    let mut connection = AnyConnection::connect(&site.url.replace("sqlite:", "sqlite://")).await.unwrap();
    let row = sqlx::query("SELECT * FROM sessions").fetch_one(&mut connection).await.unwrap();
    let stored: String = row.get("token_hash");
    assert_eq!(stored.len(), 64);
    for column in ["id", "token_hash", "user_id", "agent", "ip"] {
        assert!(!row.get::<String, _>(column).contains(&token), "{column}");
    }
}
