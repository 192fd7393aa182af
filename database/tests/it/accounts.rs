//! Accounts and their passwords.

use database::{NewUser, Refusal, Role};

use crate::{Site, assert_refused, new_user, on_both};

on_both! {
    accounts_are_found_by_id_name_and_address
    names_and_addresses_are_unique_in_any_letter_case
    many_accounts_are_made_at_once
    names_are_letters_digits_and_few_marks
    a_profile_is_changed_unless_it_is_refused
    the_last_administrator_stays
    of_two_administrators_who_demote_each_other_one_stays
    a_disabled_account_loses_what_it_is_signed_in_with
    a_password_signs_in_by_name_and_address
    a_new_password_ends_the_other_sessions
    a_cheap_hash_is_replaced_when_its_password_is_used
}

const PASSWORD: &str = "correct horse battery";

async fn accounts_are_found_by_id_name_and_address(site: Site) {
    let db = &site.db;
    assert!(!db.has_users().await.unwrap());
    let new = NewUser { email: Some("Ada@example.org".to_string()), ..new_user("Ada", Role::Writer) };
    let ada = db.create_user(&new).await.unwrap();
    let wang = site.user("王小明", Role::Reader).await;
    assert!(db.has_users().await.unwrap());
    assert_eq!((ada.display.as_str(), ada.created, ada.disabled), ("Ada", crate::START, false));
    assert_eq!(db.user(&ada.id).await.unwrap().as_ref(), Some(&ada));
    assert_eq!(db.user_by_name("aDA").await.unwrap().as_ref(), Some(&ada));
    assert_eq!(db.user_by_email("ada@EXAMPLE.org").await.unwrap().as_ref(), Some(&ada));
    assert_eq!(db.user_by_name("王小明").await.unwrap().as_ref(), Some(&wang));
    for unknown in ["", "nobody", "Ada\0", "'; --", "%"] {
        assert_eq!(db.user_by_name(unknown).await.unwrap(), None, "{unknown}");
        assert_eq!(db.user_by_email(unknown).await.unwrap(), None, "{unknown}");
    }
    assert_eq!(db.users().await.unwrap(), [ada, wang]);
}

async fn names_and_addresses_are_unique_in_any_letter_case(site: Site) {
    let with_email =
        |name: &str, email: &str| NewUser { email: Some(email.to_string()), ..new_user(name, Role::Reader) };
    site.db.create_user(&with_email("Ünal", "u@example.org")).await.unwrap();
    assert_refused!(site.db.create_user(&new_user("üNAL", Role::Reader)).await, Refusal::NameTaken);
    assert_refused!(site.db.create_user(&with_email("other", "U@example.ORG")).await, Refusal::EmailTaken);
    site.user("other", Role::Reader).await;
    site.user("third", Role::Reader).await;
}

/// Each looks whether its name is taken before it writes: none may fail because another wrote in between, and of two
/// with the same name one is refused.
async fn many_accounts_are_made_at_once(site: Site) {
    let mut tasks = tokio::task::JoinSet::new();
    for (server, db) in [site.db.clone(), site.replica().await].into_iter().enumerate() {
        for n in 0..20 {
            let db = db.clone();
            // The last ten names are those of the other server too.
            let name = if n < 10 { format!("user{server}.{n}") } else { format!("user.{n}") };
            tasks.spawn(async move { db.create_user(&new_user(&name, Role::Reader)).await });
        }
    }
    let mut refused = 0;
    for result in tasks.join_all().await {
        if result.is_err() {
            assert_refused!(result, Refusal::NameTaken);
            refused += 1;
        }
    }
    assert_eq!((refused, site.db.users().await.unwrap().len()), (10, 30));
}

async fn names_are_letters_digits_and_few_marks(site: Site) {
    for name in ["a", "0", "a.b_c-d", "Łukasz", "李雷", &"x".repeat(64)] {
        site.user(name, Role::Reader).await;
    }
    for name in
        ["", " ", "a b", ".", "..", "-a", "_a", "a/b", "a@b", "a\n", "a\0", "a\u{202e}b", &"x".repeat(65)]
    {
        assert_refused!(site.db.create_user(&new_user(name, Role::Reader)).await, Refusal::NameSpelling);
    }
    for email in
        ["", "a", "@b", "a@", "a@b@c", "a b@c", "a@b\nBcc:x", "<a@b>", &format!("{}@b", "x".repeat(65))]
    {
        let new = NewUser { email: Some(email.to_string()), ..new_user("new", Role::Reader) };
        assert_refused!(site.db.create_user(&new).await, Refusal::EmailSpelling);
    }
}

async fn a_profile_is_changed_unless_it_is_refused(site: Site) {
    let db = &site.db;
    let ada = site.user("ada", Role::Reader).await;
    let bob = site.user("bob", Role::Reader).await;
    db.set_profile(&ada.id, "Ada L.", Some("ada@example.org")).await.unwrap();
    db.set_profile(&ada.id, "Ada L.", Some("ADA@example.org")).await.unwrap();
    let changed = db.user(&ada.id).await.unwrap().unwrap();
    assert_eq!((changed.display.as_str(), changed.email.as_deref()), ("Ada L.", Some("ADA@example.org")));
    assert_refused!(db.set_profile(&bob.id, "Bob", Some("ada@example.org")).await, Refusal::EmailTaken);
    for display in ["", "  ", "a\nb", &"x".repeat(101)] {
        assert_refused!(db.set_profile(&bob.id, display, None).await, Refusal::DisplaySpelling);
    }
    assert_refused!(db.set_profile("unknown", "Bob", None).await, Refusal::NoSuchUser);
    assert_eq!(db.user(&bob.id).await.unwrap(), Some(bob));
}

async fn the_last_administrator_stays(site: Site) {
    let db = &site.db;
    let ada = site.user("ada", Role::Administrator).await;
    let bob = site.user("bob", Role::Administrator).await;
    let eve = site.user("eve", Role::Writer).await;
    db.set_disabled(&bob.id, true).await.unwrap();
    assert_refused!(db.set_role(&ada.id, Role::Writer).await, Refusal::LastAdministrator);
    assert_refused!(db.set_disabled(&ada.id, true).await, Refusal::LastAdministrator);
    db.set_role(&ada.id, Role::Administrator).await.unwrap();
    db.set_role(&eve.id, Role::Reader).await.unwrap();
    db.set_disabled(&eve.id, true).await.unwrap();
    db.set_disabled(&bob.id, false).await.unwrap();
    db.set_role(&ada.id, Role::Writer).await.unwrap();
    assert_refused!(db.set_role(&bob.id, Role::Reader).await, Refusal::LastAdministrator);
    assert_refused!(db.set_role("unknown", Role::Reader).await, Refusal::NoSuchUser);
    let roles = db.users().await.unwrap().iter().map(|user| (user.role, user.disabled)).collect::<Vec<_>>();
    assert_eq!(roles, [(Role::Writer, false), (Role::Administrator, false), (Role::Reader, true)]);
}

async fn of_two_administrators_who_demote_each_other_one_stays(site: Site) {
    let other = site.replica().await;
    let ada = site.user("ada", Role::Administrator).await;
    let bob = site.user("bob", Role::Administrator).await;
    for _ in 0..10 {
        let (first, second) =
            tokio::join!(site.db.set_role(&ada.id, Role::Writer), other.set_disabled(&bob.id, true));
        assert!(first.is_ok() != second.is_ok(), "{first:?} {second:?}");
        site.db.set_role(&ada.id, Role::Administrator).await.unwrap();
        site.db.set_disabled(&bob.id, false).await.unwrap();
    }
}

async fn a_disabled_account_loses_what_it_is_signed_in_with(site: Site) {
    let db = &site.db;
    let admin = site.user("admin", Role::Administrator).await;
    let bob = site.user("bob", Role::Administrator).await;
    db.set_password(&bob, PASSWORD, "", None).await.unwrap();
    let session = db.begin_session(&bob.id, "", "", false).await.unwrap();
    let (_, token) = db.create_token(&bob.id, "t", &[database::Scope::Read].into(), None).await.unwrap();
    let reset = db.reset_link(&bob, None).await.unwrap();
    let invitation = db.invite(Role::Administrator, None, &bob.id).await.unwrap();
    let others = db.begin_session(&admin.id, "", "", false).await.unwrap();
    db.set_disabled(&bob.id, true).await.unwrap();
    // Whoever signed in while it was disabled is not in either.
    let late = db.begin_session(&bob.id, "", "", false).await.unwrap();
    let (_, late_token) = db.create_token(&bob.id, "t", &[database::Scope::Read].into(), None).await.unwrap();
    assert!(db.find_session(&late).await.unwrap().is_none());
    assert!(db.find_token(&late_token).await.unwrap().is_none());
    for enabled in [false, true] {
        assert!(db.find_session(&session).await.unwrap().is_none());
        assert!(db.find_token(&token).await.unwrap().is_none());
        assert!(db.link(&reset).await.unwrap().is_none());
        assert!(db.link(&invitation).await.unwrap().is_none());
        assert_eq!(db.authenticate("bob", PASSWORD).await.unwrap().is_some(), enabled);
        db.set_disabled(&bob.id, false).await.unwrap();
    }
    assert!(db.find_session(&others).await.unwrap().is_some());
}

async fn a_password_signs_in_by_name_and_address(site: Site) {
    let db = &site.db;
    let ada = site.user("ada", Role::Reader).await;
    db.set_profile(&ada.id, "Ada", Some("ada@example.org")).await.unwrap();
    site.user("without", Role::Reader).await;
    assert_refused!(db.set_password(&ada, "password", "", None).await, Refusal::PasswordCommon);
    db.set_password(&ada, PASSWORD, "", None).await.unwrap();
    for (name, password, wanted) in [
        ("ada", PASSWORD, true),
        ("ADA", PASSWORD, true),
        ("ada@example.org", PASSWORD, true),
        ("ada", "Correct horse battery", false),
        ("ada", "correct horse batter", false),
        ("ada", "", false),
        ("without", PASSWORD, false),
        ("without", "", false),
        ("unknown", PASSWORD, false),
        ("ada", &PASSWORD.repeat(1000), false),
    ] {
        let user = db.authenticate(name, password).await.unwrap();
        assert_eq!(user.map(|user| user.id), wanted.then(|| ada.id.clone()), "{name} {password}");
    }
    assert!(db.is_password(&ada.id, PASSWORD).await.unwrap());
    assert!(!db.is_password(&ada.id, "another").await.unwrap());
}

async fn a_new_password_ends_the_other_sessions(site: Site) {
    let db = &site.db;
    let ada = site.user("ada", Role::Reader).await;
    let kept = db.begin_session(&ada.id, "", "", false).await.unwrap();
    let other = db.begin_session(&ada.id, "", "", false).await.unwrap();
    let (session, _) = db.find_session(&kept).await.unwrap().unwrap();
    db.set_password(&ada, PASSWORD, "", Some(&session.id)).await.unwrap();
    assert!(db.find_session(&kept).await.unwrap().is_some());
    assert!(db.find_session(&other).await.unwrap().is_none());
    db.set_password(&ada, "another long password", "", None).await.unwrap();
    assert!(db.find_session(&kept).await.unwrap().is_none());
    assert!(!db.is_password(&ada.id, PASSWORD).await.unwrap());
    assert!(db.is_password(&ada.id, "another long password").await.unwrap());
}

async fn a_cheap_hash_is_replaced_when_its_password_is_used(site: Site) {
    use argon2::password_hash::PasswordHasher;
    use argon2::password_hash::phc::PasswordHash;
    use argon2::{Algorithm, Argon2, Params, Version};
    use sqlx::{AnyConnection, Connection, Row};

    let db = &site.db;
    let ada = site.user("ada", Role::Reader).await;
    db.set_password(&ada, PASSWORD, "", None).await.unwrap();
    let cheap = Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(64, 1, 1, None).unwrap());
    let hash: PasswordHash = cheap.hash_password(PASSWORD.as_bytes()).unwrap();
    let mut connection = AnyConnection::connect(&site.url.replace("sqlite:", "sqlite://")).await.unwrap();
    let update = sqlx::query("UPDATE passwords SET hash = $1").bind(hash.to_string());
    update.execute(&mut connection).await.unwrap();
    for (password, right, parameters) in [
        ("wrong password", false, "$m=64,t=1,p=1$"),
        (PASSWORD, true, "$m=47104,t=1,p=1$"),
        (PASSWORD, true, "$m=47104,t=1,p=1$"),
    ] {
        assert_eq!(db.authenticate("ada", password).await.unwrap().is_some(), right);
        let row = sqlx::query("SELECT hash FROM passwords").fetch_one(&mut connection).await.unwrap();
        let stored: String = row.get("hash");
        assert!(stored.starts_with("$argon2id$v=19$") && stored.contains(parameters), "{stored}");
    }
}
