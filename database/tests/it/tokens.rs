//! API tokens.

use std::collections::BTreeSet;

use database::{Refusal, Role, Scope};

use crate::{START, Site, assert_refused, on_both};

on_both! { a_token_is_what_was_shown_once a_token_expires_and_is_revoked }

async fn a_token_is_what_was_shown_once(site: Site) {
    let db = &site.db;
    let ada = site.user("ada", Role::Reader).await;
    let scopes = BTreeSet::from([Scope::Write, Scope::Read]);
    let (token, secret) = db.create_token(&ada.id, "build 服务器", &scopes, None).await.unwrap();
    assert!(secret.starts_with("cbk_") && secret.len() == 4 + 43, "{secret}");
    let (found, user) = site.replica().await.find_token(&secret).await.unwrap().unwrap();
    assert_eq!((found.name.as_str(), &found.scopes, found.last_used), ("build 服务器", &scopes, Some(START)));
    assert_eq!((found.id, user), (token.id.clone(), ada.clone()));
    for (advance, used) in [(59, START), (1, START + 60)] {
        site.clock.advance(advance);
        let (found, _) = db.find_token(&secret).await.unwrap().unwrap();
        assert_eq!(found.last_used, Some(used));
        assert_eq!(db.tokens(&ada.id).await.unwrap(), [found]);
    }
    for wrong in ["", "cbk_", &secret[4..], &token.id] {
        assert!(db.find_token(wrong).await.unwrap().is_none());
    }
    assert_refused!(db.create_token(&ada.id, " ", &scopes, None).await, Refusal::Empty);
    assert_refused!(db.create_token(&ada.id, "none", &BTreeSet::new(), None).await, Refusal::Empty);
    assert_refused!(
        db.create_token(&ada.id, &"x".repeat(201), &scopes, None).await,
        Refusal::TooLong { most: 200 }
    );
}

async fn a_token_expires_and_is_revoked(site: Site) {
    let db = &site.db;
    let ada = site.user("ada", Role::Reader).await;
    let bob = site.user("bob", Role::Reader).await;
    let scopes = BTreeSet::from([Scope::Admin]);
    let (_, short) = db.create_token(&ada.id, "short", &scopes, Some(START + 10)).await.unwrap();
    let (long, secret) = db.create_token(&ada.id, "long", &scopes, None).await.unwrap();
    site.clock.advance(9);
    assert!(db.find_token(&short).await.unwrap().is_some());
    site.clock.advance(1);
    assert!(db.find_token(&short).await.unwrap().is_none());
    assert!(!db.revoke_token(&bob.id, &long.id).await.unwrap());
    assert!(db.find_token(&secret).await.unwrap().is_some());
    assert!(db.revoke_token(&ada.id, &long.id).await.unwrap());
    assert!(db.find_token(&secret).await.unwrap().is_none());
}
