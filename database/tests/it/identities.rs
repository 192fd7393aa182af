//! Identities at providers, and the accounts that they sign in to.

use database::{Linked, NewIdentity, NewUser, Refusal, Role, Unlinked};

use crate::{Site, assert_refused, new_user, on_both};

on_both! {
    an_identity_signs_in_to_one_account_for_good
    who_comes_for_the_first_time_gets_a_name_that_is_free
    an_address_is_nobodys_key
    the_same_person_twice_at_once_is_one_account
    the_last_way_in_stays
    two_who_unlink_at_once_leave_one_way_in
}

const ISSUER: &str = "https://id.example.org";

fn identity(subject: &str) -> NewIdentity {
    NewIdentity {
        issuer: ISSUER.to_string(),
        subject: subject.to_string(),
        label: format!("label of {subject}"),
    }
}

fn with_email(name: &str, email: &str) -> NewUser {
    NewUser { email: Some(email.to_string()), ..new_user(name, Role::Writer) }
}

async fn an_identity_signs_in_to_one_account_for_good(site: Site) {
    let db = &site.db;
    let (ada, bob) = (site.user("ada", Role::Writer).await, site.user("bob", Role::Reader).await);
    assert_eq!(db.user_of_identity(ISSUER, "1").await.unwrap(), None);
    assert_eq!(db.link_identity(&ada.id, &identity("1")).await.unwrap(), Linked::Now);
    assert_eq!(db.link_identity(&ada.id, &identity("1")).await.unwrap(), Linked::Before);
    assert_eq!(db.link_identity(&bob.id, &identity("1")).await.unwrap(), Linked::ToAnother);
    assert_eq!(db.user_of_identity(ISSUER, "1").await.unwrap(), Some(ada.clone()));
    // Both count, to the letter.
    for (issuer, subject) in [("https://id.example.org/", "1"), (ISSUER, "2"), (ISSUER, "1 "), (ISSUER, "")] {
        assert_eq!(db.user_of_identity(issuer, subject).await.unwrap(), None, "{issuer} {subject}");
    }
    assert_eq!(db.link_identity(&ada.id, &identity("2")).await.unwrap(), Linked::Now);
    let listed = db.identities(&ada.id).await.unwrap();
    let listed: Vec<_> = listed
        .iter()
        .map(|it| (it.issuer.as_str(), it.subject.as_str(), it.label.as_str(), it.created))
        .collect();
    let now = db.now();
    assert_eq!(listed, [(ISSUER, "1", "label of 1", now), (ISSUER, "2", "label of 2", now)]);
    assert!(db.identities(&bob.id).await.unwrap().is_empty());
    assert_refused!(db.link_identity("nobody", &identity("3")).await, Refusal::NoSuchUser);

    db.set_disabled(&ada.id, true).await.unwrap();
    assert!(db.user_of_identity(ISSUER, "1").await.unwrap().unwrap().disabled);
}

async fn who_comes_for_the_first_time_gets_a_name_that_is_free(site: Site) {
    let db = &site.db;
    site.user("ada", Role::Administrator).await;
    let mut names = Vec::new();
    for (number, given) in ["Ada", "ADA@example.net", "ada", "", "Ada Li"].iter().enumerate() {
        let new = new_user(given, Role::Reader);
        let user = db.create_user_of(&new, &identity(&number.to_string())).await.unwrap();
        assert_eq!(db.user_of_identity(ISSUER, &number.to_string()).await.unwrap(), Some(user.clone()));
        assert_eq!((user.role, &user.display), (Role::Reader, &user.name), "{given}");
        assert!(!db.has_password(&user.id).await.unwrap());
        names.push(user.name);
    }
    assert_eq!(names, ["Ada-2", "ADA-3", "ada-4", "user", "Ada-Li"]);
    let odd = NewUser { display: "  A\u{7}da\n".to_string(), ..new_user("x", Role::Reader) };
    assert_eq!(db.create_user_of(&odd, &identity("odd")).await.unwrap().display, "Ada");
}

async fn an_address_is_nobodys_key(site: Site) {
    let db = &site.db;
    let ada = db.create_user(&with_email("ada", "ada@example.org")).await.unwrap();
    let other = db.create_user_of(&with_email("ada", "Ada@Example.org"), &identity("1")).await.unwrap();
    assert_ne!(other.id, ada.id);
    assert_eq!((other.name.as_str(), other.email), ("ada-2", None));
    let none = db.create_user_of(&with_email("bob", "no address"), &identity("2")).await.unwrap();
    assert_eq!(none.email, None);
    let free = db.create_user_of(&with_email("eve", "eve@example.org"), &identity("3")).await.unwrap();
    assert_eq!(free.email.as_deref(), Some("eve@example.org"));
}

async fn the_same_person_twice_at_once_is_one_account(site: Site) {
    let (here, there) = (site.db.clone(), site.replica().await);
    let (new, who) = (new_user("ada", Role::Reader), identity("1"));
    let (a, b) = tokio::join!(here.create_user_of(&new, &who), there.create_user_of(&new, &who));
    assert_eq!(a.unwrap().id, b.unwrap().id);
    assert_eq!(site.db.users().await.unwrap().len(), 1);
}

async fn the_last_way_in_stays(site: Site) {
    let db = &site.db;
    let ada = db.create_user_of(&new_user("ada", Role::Reader), &identity("1")).await.unwrap();
    let bob = site.user("bob", Role::Reader).await;
    let id = db.identities(&ada.id).await.unwrap().remove(0).id;
    assert_eq!(db.unlink_identity(&ada.id, &id).await.unwrap(), Unlinked::LastWayIn);
    assert_eq!(db.unlink_identity(&bob.id, &id).await.unwrap(), Unlinked::Unknown);
    assert!(db.user_of_identity(ISSUER, "1").await.unwrap().is_some(), "it is still there");

    assert_eq!(db.link_identity(&ada.id, &identity("2")).await.unwrap(), Linked::Now);
    assert_eq!(db.unlink_identity(&ada.id, &id).await.unwrap(), Unlinked::Done);
    assert_eq!(db.unlink_identity(&ada.id, &id).await.unwrap(), Unlinked::Unknown);
    assert_eq!(db.user_of_identity(ISSUER, "1").await.unwrap(), None);
    let second = db.identities(&ada.id).await.unwrap().remove(0).id;
    assert_eq!(db.unlink_identity(&ada.id, &second).await.unwrap(), Unlinked::LastWayIn);
    db.set_password(&ada, "correct horse battery", "Site", None).await.unwrap();
    assert!(db.has_password(&ada.id).await.unwrap());
    assert_eq!(db.unlink_identity(&ada.id, &second).await.unwrap(), Unlinked::Done);
}

async fn two_who_unlink_at_once_leave_one_way_in(site: Site) {
    let (here, there) = (site.db.clone(), site.replica().await);
    let ada = here.create_user_of(&new_user("ada", Role::Reader), &identity("1")).await.unwrap();
    here.link_identity(&ada.id, &identity("2")).await.unwrap();
    let ids = here.identities(&ada.id).await.unwrap();
    let (a, b) =
        tokio::join!(here.unlink_identity(&ada.id, &ids[0].id), there.unlink_identity(&ada.id, &ids[1].id));
    let mut done = [a.unwrap(), b.unwrap()];
    done.sort_by_key(|it| *it == Unlinked::LastWayIn);
    assert_eq!(done, [Unlinked::Done, Unlinked::LastWayIn]);
    assert_eq!(here.identities(&ada.id).await.unwrap().len(), 1);
}
