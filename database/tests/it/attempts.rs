//! Limits.

use database::attempts::{Limit, SIGN_IN_ACCOUNT, SIGN_IN_NETWORK};
use database::{Attempt, Database};

use crate::{Site, on_both};

on_both! {
    attempts_are_allowed_until_the_limit_and_again_later
    a_success_is_forgotten
    many_at_once_get_no_more_than_the_limit
}

const LIMIT: Limit = Limit { kind: "test", attempts: 3, window: 100 };

async fn wait(db: &Database, limit: &Limit, subject: &str) -> i64 {
    match db.attempt(limit, subject).await.unwrap() {
        Attempt::Allowed(_) => 0,
        Attempt::Wait(seconds) => seconds,
    }
}

async fn attempts_are_allowed_until_the_limit_and_again_later(site: Site) {
    let other = site.replica().await;
    let mut waits = Vec::new();
    for n in 0..5 {
        waits.push(wait(if n % 2 == 0 { &site.db } else { &other }, &LIMIT, "ada").await);
        site.clock.advance(10);
    }
    assert_eq!(waits, [0, 0, 0, 70, 60]);
    assert_eq!(wait(&site.db, &LIMIT, "bob").await, 0);
    assert_eq!(wait(&site.db, &Limit { kind: "other", ..LIMIT }, "ada").await, 0);
    // The first of the three leaves the window; the refused ones never were in it.
    site.clock.advance(50);
    assert_eq!(wait(&site.db, &LIMIT, "ada").await, 0);
    assert_eq!(wait(&site.db, &LIMIT, "ada").await, 10);
    site.clock.advance(100);
    assert_eq!(site.db.sweep_attempts().await.unwrap(), 6);
    assert_eq!(wait(&site.db, &LIMIT, "ada").await, 0);
    assert_eq!(site.db.sweep_attempts().await.unwrap(), 0);
}

async fn a_success_is_forgotten(site: Site) {
    let db = &site.db;
    for _ in 0..9 {
        assert_eq!(wait(db, &SIGN_IN_ACCOUNT, "ada").await, 0);
    }
    let Attempt::Allowed(_) = db.attempt(&SIGN_IN_ACCOUNT, "ada").await.unwrap() else { panic!() };
    assert_eq!(wait(db, &SIGN_IN_ACCOUNT, "ada").await, 15 * 60);
    db.forget_attempts(&SIGN_IN_ACCOUNT, "ada").await.unwrap();
    assert_eq!(wait(db, &SIGN_IN_ACCOUNT, "ada").await, 0);
    for _ in 0..60 {
        let Attempt::Allowed(id) = db.attempt(&SIGN_IN_NETWORK, "192.0.2.1").await.unwrap() else { panic!() };
        db.withdraw_attempt(&id).await.unwrap();
    }
}

async fn many_at_once_get_no_more_than_the_limit(site: Site) {
    let mut tasks = tokio::task::JoinSet::new();
    for db in [site.db.clone(), site.replica().await] {
        for _ in 0..10 {
            let db = db.clone();
            tasks.spawn(async move { db.attempt(&LIMIT, "ada").await.unwrap() });
        }
    }
    let all = tasks.join_all().await;
    let allowed = all.iter().filter(|attempt| matches!(attempt, Attempt::Allowed(_))).count();
    assert!(allowed <= 3, "{allowed}");
}
