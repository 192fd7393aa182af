//! The second factor.

use database::{Database, Refusal, Role};
use totp_rs::{Algorithm, Builder, Secret};

use crate::{START, Site, assert_refused, on_both};

on_both! {
    the_second_factor_is_on_once_a_code_was_shown
    a_code_is_good_a_step_early_or_late_and_once
    a_recovery_code_is_good_once
    the_second_factor_is_turned_off_with_all_its_codes
}

/// The code of an app that has `secret`, at a time.
fn code(secret: &str, time: i64) -> String {
    let app = Builder::new()
        .with_algorithm(Algorithm::SHA1)
        .with_digits(6)
        .with_step_duration(30)
        .with_account_name("any")
        .with_secret(Secret::try_from_base32(secret).unwrap())
        .build()
        .unwrap();
    app.generate(time.cast_unsigned()).to_string()
}

async fn turn_on(site: &Site, user_id: &str) -> (String, Vec<String>) {
    let user = site.db.user(user_id).await.unwrap().unwrap();
    let secret = site.db.enrol_totp(&user, "Site").await.unwrap().secret;
    let now = code(&secret, site.clock.now());
    let recovery = site.db.confirm_totp(user_id, &now).await.unwrap().unwrap();
    (secret, recovery)
}

async fn verify(db: &Database, user_id: &str, code: &str) -> bool {
    db.verify_totp(user_id, code).await.unwrap()
}

async fn the_second_factor_is_on_once_a_code_was_shown(site: Site) {
    let db = &site.db;
    let ada = site.user("ada", Role::Reader).await;
    assert_refused!(db.confirm_totp(&ada.id, "000000").await, Refusal::SecondFactorState);
    let abandoned = db.enrol_totp(&ada, "The: Site").await.unwrap();
    let enrolment = db.enrol_totp(&ada, "The: Site").await.unwrap();
    assert_ne!(abandoned.secret, enrolment.secret);
    assert!(enrolment.url.starts_with("otpauth://totp/"), "{}", enrolment.url);
    assert!(enrolment.url.contains(&format!("secret={}", enrolment.secret)), "{}", enrolment.url);
    let read: totp_rs::Totp = totp_rs::Totp::from_url(&enrolment.url).unwrap();
    assert_eq!((read.account_name(), read.digits(), read.step()), ("ada", 6, 30));
    assert!(!db.has_totp(&ada.id).await.unwrap());
    assert!(!verify(db, &ada.id, &code(&enrolment.secret, START)).await, "not confirmed");
    for wrong in ["", "12345", "abcdef", "１２３４５６", &code(&abandoned.secret, START)] {
        assert_eq!(db.confirm_totp(&ada.id, wrong).await.unwrap(), None, "{wrong}");
    }
    let recovery = db.confirm_totp(&ada.id, &code(&enrolment.secret, START)).await.unwrap().unwrap();
    assert_eq!(recovery.len(), 10);
    assert!(db.has_totp(&ada.id).await.unwrap());
    assert!(!verify(db, &ada.id, &code(&enrolment.secret, START)).await, "used to confirm");
    assert_refused!(db.enrol_totp(&ada, "Site").await, Refusal::SecondFactorState);
    assert_refused!(
        db.confirm_totp(&ada.id, &code(&enrolment.secret, START)).await,
        Refusal::SecondFactorState
    );
}

async fn a_code_is_good_a_step_early_or_late_and_once(site: Site) {
    let ada = site.user("ada", Role::Reader).await;
    let (secret, _) = turn_on(&site, &ada.id).await;
    site.clock.advance(600);
    let now = site.clock.now();
    for (offset, wanted) in [
        (-60, false),
        (60, false),
        (-30, true),
        (-30, false),
        (0, true),
        (30, true),
        (0, false),
        (-30, false),
    ] {
        assert_eq!(verify(&site.db, &ada.id, &code(&secret, now + offset)).await, wanted, "{offset}");
    }
    site.clock.advance(60);
    let spaced = code(&secret, now + 60);
    let (first, second) = spaced.split_at(3);
    let other = site.replica().await;
    let spaced = format!(" {first} {second} ");
    let (first, second) = tokio::join!(verify(&site.db, &ada.id, &spaced), verify(&other, &ada.id, &spaced));
    assert!(first != second, "of two at once one is good");
}

async fn a_recovery_code_is_good_once(site: Site) {
    let db = &site.db;
    let ada = site.user("ada", Role::Reader).await;
    let bob = site.user("bob", Role::Reader).await;
    let (_, codes) = turn_on(&site, &ada.id).await;
    turn_on(&site, &bob.id).await;
    assert!(!db.use_recovery_code(&bob.id, &codes[0]).await.unwrap());
    for wrong in ["", "-", &codes[0][1..]] {
        assert!(!db.use_recovery_code(&ada.id, wrong).await.unwrap());
    }
    assert!(db.use_recovery_code(&ada.id, &codes[0]).await.unwrap());
    assert!(!db.use_recovery_code(&ada.id, &codes[0]).await.unwrap());
    assert!(db.use_recovery_code(&ada.id, &codes[1].replace('-', " ").to_uppercase()).await.unwrap());
    assert_eq!(db.recovery_codes_left(&ada.id).await.unwrap(), 8);
    let renewed = db.renew_recovery_codes(&ada.id).await.unwrap();
    assert!(!db.use_recovery_code(&ada.id, &codes[2]).await.unwrap());
    assert!(db.use_recovery_code(&ada.id, &renewed[2]).await.unwrap());
    assert_eq!(db.recovery_codes_left(&bob.id).await.unwrap(), 10);
}

async fn the_second_factor_is_turned_off_with_all_its_codes(site: Site) {
    let db = &site.db;
    let ada = site.user("ada", Role::Reader).await;
    let (secret, codes) = turn_on(&site, &ada.id).await;
    db.disable_totp(&ada.id).await.unwrap();
    site.clock.advance(300);
    assert!(!db.has_totp(&ada.id).await.unwrap());
    assert!(!verify(db, &ada.id, &code(&secret, site.clock.now())).await);
    assert!(!db.use_recovery_code(&ada.id, &codes[0]).await.unwrap());
    assert_refused!(db.renew_recovery_codes(&ada.id).await, Refusal::SecondFactorState);
    let (again, _) = turn_on(&site, &ada.id).await;
    assert_ne!(again, secret);
}
