//! Links that can be used once.

use database::{LinkKind, NewUser, Refusal, Role};

use crate::{Site, assert_refused, new_user, on_both};

on_both! {
    the_first_administrator_is_made_once
    an_invitation_makes_an_account_of_its_role
    a_refused_account_does_not_use_an_invitation_up
    of_two_who_use_a_link_at_once_one_wins
    of_two_first_administrators_at_once_one_wins
    a_link_expires
    a_reset_sets_the_password_and_ends_the_sessions
    invitations_are_listed_and_revoked
}

const PASSWORD: &str = "correct horse battery";
const DAY: i64 = 24 * 60 * 60;

async fn the_first_administrator_is_made_once(site: Site) {
    let db = &site.db;
    let first = db.first_administrator().await.unwrap().unwrap();
    let second = db.first_administrator().await.unwrap().unwrap();
    assert_eq!(db.link(&first).await.unwrap().unwrap().kind, LinkKind::FirstAdministrator);
    let ada = db.accept(&second, &new_user("ada", Role::Reader), PASSWORD, "").await.unwrap();
    assert_eq!(ada.role, Role::Administrator);
    assert_eq!(db.authenticate("ada", PASSWORD).await.unwrap(), Some(ada));
    assert_eq!(db.first_administrator().await.unwrap(), None);
    for token in [&first, &second] {
        assert_eq!(db.link(token).await.unwrap(), None);
        assert_refused!(
            db.accept(token, &new_user("eve", Role::Reader), PASSWORD, "").await,
            Refusal::LinkSpent
        );
    }
}

async fn an_invitation_makes_an_account_of_its_role(site: Site) {
    let db = &site.db;
    let ada = site.user("ada", Role::Administrator).await;
    let token = db.invite(Role::Writer, Some("bob@example.org"), &ada.id).await.unwrap();
    let link = db.link(&token).await.unwrap().unwrap();
    assert_eq!((link.kind, link.role), (LinkKind::Invitation, Role::Writer));
    assert_eq!((link.email.as_deref(), link.made_by), (Some("bob@example.org"), Some(ada.id.clone())));
    let bob = db.accept(&token, &new_user("bob", Role::Administrator), PASSWORD, "").await.unwrap();
    assert_eq!(bob.role, Role::Writer);
    assert_refused!(
        db.accept(&token, &new_user("eve", Role::Reader), PASSWORD, "").await,
        Refusal::LinkSpent
    );
    assert_refused!(db.reset_password(&token, PASSWORD, "").await, Refusal::LinkSpent);
    assert_refused!(db.invite(Role::Reader, Some("no address"), &ada.id).await, Refusal::EmailSpelling);
}

async fn a_refused_account_does_not_use_an_invitation_up(site: Site) {
    let db = &site.db;
    let ada = site.user("ada", Role::Administrator).await;
    db.set_profile(&ada.id, "Ada", Some("ada@example.org")).await.unwrap();
    let token = db.invite(Role::Writer, None, &ada.id).await.unwrap();
    let taken = NewUser { email: Some("ada@example.org".to_string()), ..new_user("bob", Role::Reader) };
    for (new, password, refusal) in [
        (new_user("Ada", Role::Reader), PASSWORD, Refusal::NameTaken),
        (new_user("b b", Role::Reader), PASSWORD, Refusal::NameSpelling),
        (taken, PASSWORD, Refusal::EmailTaken),
        (new_user("bob", Role::Reader), "short", Refusal::PasswordShort),
        (new_user("margarethe", Role::Reader), "Margarethe", Refusal::PasswordIsName),
    ] {
        assert_refused!(db.accept(&token, &new, password, "").await, refusal);
    }
    assert_eq!(db.users().await.unwrap().len(), 1);
    db.accept(&token, &new_user("bob", Role::Reader), PASSWORD, "").await.unwrap();
}

async fn of_two_who_use_a_link_at_once_one_wins(site: Site) {
    let other = site.replica().await;
    let ada = site.user("ada", Role::Administrator).await;
    let token = site.db.invite(Role::Reader, None, &ada.id).await.unwrap();
    let (bob, eve) = (new_user("bob", Role::Reader), new_user("eve", Role::Reader));
    let (first, second) =
        tokio::join!(site.db.accept(&token, &bob, PASSWORD, ""), other.accept(&token, &eve, PASSWORD, ""));
    let (won, lost) = if first.is_ok() { (first, second) } else { (second, first) };
    assert_refused!(lost, Refusal::LinkSpent);
    assert_eq!(site.db.users().await.unwrap(), [ada, won.unwrap()]);
}

async fn of_two_first_administrators_at_once_one_wins(site: Site) {
    let other = site.replica().await;
    let tokens = [
        site.db.first_administrator().await.unwrap().unwrap(),
        other.first_administrator().await.unwrap().unwrap(),
    ];
    let (bob, eve) = (new_user("bob", Role::Reader), new_user("eve", Role::Reader));
    let (first, second) = tokio::join!(
        site.db.accept(&tokens[0], &bob, PASSWORD, ""),
        other.accept(&tokens[1], &eve, PASSWORD, "")
    );
    let (won, lost) = if first.is_ok() { (first, second) } else { (second, first) };
    assert_refused!(lost, Refusal::LinkSpent);
    assert_eq!(site.db.users().await.unwrap(), [won.unwrap()]);
}

async fn a_link_expires(site: Site) {
    let db = &site.db;
    let first = db.first_administrator().await.unwrap().unwrap();
    site.clock.advance(7 * DAY - 1);
    assert!(db.link(&first).await.unwrap().is_some());
    site.clock.advance(1);
    assert!(db.link(&first).await.unwrap().is_none());
    let ada = site.user("ada", Role::Administrator).await;
    let invitation = db.invite(Role::Reader, None, &ada.id).await.unwrap();
    let reset = db.reset_link(&ada, None).await.unwrap();
    site.clock.advance(DAY - 1);
    assert!(db.link(&reset).await.unwrap().is_some());
    site.clock.advance(1);
    assert_refused!(db.reset_password(&reset, PASSWORD, "").await, Refusal::LinkSpent);
    assert_eq!(db.sweep_links().await.unwrap(), 2);
    site.clock.advance(6 * DAY);
    assert_refused!(
        db.accept(&invitation, &new_user("bob", Role::Reader), PASSWORD, "").await,
        Refusal::LinkSpent
    );
    for unknown in ["", "x", "\0"] {
        assert!(db.link(unknown).await.unwrap().is_none());
    }
}

async fn a_reset_sets_the_password_and_ends_the_sessions(site: Site) {
    let db = &site.db;
    let ada = site.user("ada", Role::Reader).await;
    db.set_password(&ada, PASSWORD, "", None).await.unwrap();
    let session = db.begin_session(&ada.id, "", "", false).await.unwrap();
    let earlier = db.reset_link(&ada, None).await.unwrap();
    let token = db.reset_link(&ada, None).await.unwrap();
    assert!(db.link(&earlier).await.unwrap().is_none());
    assert_refused!(
        db.accept(&token, &new_user("eve", Role::Reader), PASSWORD, "").await,
        Refusal::LinkSpent
    );
    assert_refused!(db.reset_password(&token, "qwertyuiop", "").await, Refusal::PasswordCommon);
    assert!(db.find_session(&session).await.unwrap().is_some());
    assert_eq!(db.reset_password(&token, "a wholly new password", "").await.unwrap(), ada);
    assert!(db.find_session(&session).await.unwrap().is_none());
    assert!(db.authenticate("ada", PASSWORD).await.unwrap().is_none());
    assert!(db.authenticate("ada", "a wholly new password").await.unwrap().is_some());
    assert_refused!(db.reset_password(&token, PASSWORD, "").await, Refusal::LinkSpent);
}

async fn invitations_are_listed_and_revoked(site: Site) {
    let db = &site.db;
    let ada = site.user("ada", Role::Administrator).await;
    let first = db.invite(Role::Reader, None, &ada.id).await.unwrap();
    let second = db.invite(Role::Writer, None, &ada.id).await.unwrap();
    let listed = db.invitations().await.unwrap();
    assert_eq!(listed, [db.link(&second).await.unwrap().unwrap(), db.link(&first).await.unwrap().unwrap()]);
    assert!(db.revoke_invitation(&listed[0].id).await.unwrap());
    assert!(!db.revoke_invitation(&listed[0].id).await.unwrap());
    assert!(db.link(&second).await.unwrap().is_none());
    db.accept(&first, &new_user("bob", Role::Reader), PASSWORD, "").await.unwrap();
    assert_eq!(db.invitations().await.unwrap(), []);
    assert!(!db.revoke_invitation(&listed[1].id).await.unwrap());
}
