//! Drafts, redirects and comments.

use database::{Anchor, Comment, NewComment, Refusal, Role};

use crate::{START, Site, assert_refused, on_both};

on_both! {
    a_draft_is_kept_for_its_writer
    every_old_address_leads_to_the_present_one
    a_page_at_an_old_address_takes_it_back
    comments_are_threads_on_a_page
    a_deleted_comment_keeps_its_place_only
    comments_move_with_their_page
    a_character_that_cannot_be_stored_is_refused_or_stored
}

async fn a_draft_is_kept_for_its_writer(site: Site) {
    let db = &site.db;
    let ada = site.user("ada", Role::Writer).await;
    let bob = site.user("bob", Role::Writer).await;
    let text = "line\r\n\ttab  \n\u{feff}汉字 'quote' $1 \\ \u{1f600}";
    db.put_draft(&ada.id, "tcp/paws.en.md", "first", None).await.unwrap();
    site.clock.advance(5);
    let draft = db.put_draft(&ada.id, "tcp/paws.en.md", text, Some("base")).await.unwrap();
    db.put_draft(&bob.id, "tcp/paws.en.md", "bob's", None).await.unwrap();
    site.clock.advance(5);
    let other = db.put_draft(&ada.id, "a.zh.md", "", None).await.unwrap();
    assert_eq!((draft.text.as_str(), draft.base.as_deref(), draft.saved), (text, Some("base"), START + 5));
    assert_eq!(db.draft(&ada.id, "tcp/paws.en.md").await.unwrap().as_ref(), Some(&draft));
    assert_eq!(db.drafts(&ada.id).await.unwrap(), [other, draft]);
    assert!(db.delete_draft(&ada.id, "tcp/paws.en.md").await.unwrap());
    assert!(!db.delete_draft(&ada.id, "tcp/paws.en.md").await.unwrap());
    assert_eq!(db.draft(&bob.id, "tcp/paws.en.md").await.unwrap().unwrap().text, "bob's");
    let most = database::drafts::LONGEST;
    assert_refused!(db.put_draft(&ada.id, "b", &"x".repeat(most + 1), None).await, Refusal::TooLong { most });
}

async fn every_old_address_leads_to_the_present_one(site: Site) {
    for (from, to) in [("a", "b"), ("x", "b"), ("b", "c"), ("c", "d")] {
        site.db.redirect(from, to).await.unwrap();
    }
    let all = async || {
        let redirects = site.db.redirects().await.unwrap();
        redirects.into_iter().map(|redirect| (redirect.source, redirect.target)).collect::<Vec<_>>()
    };
    let pairs = |pairs: &[(&str, &str)]| {
        pairs.iter().map(|(from, to)| (from.to_string(), to.to_string())).collect::<Vec<_>>()
    };
    assert_eq!(all().await, pairs(&[("a", "d"), ("b", "d"), ("c", "d"), ("x", "d")]));
    // Back to where it began: no circle.
    site.db.redirect("d", "a").await.unwrap();
    assert_eq!(all().await, pairs(&[("b", "a"), ("c", "a"), ("d", "a"), ("x", "a")]));
    site.db.redirect("a", "a").await.unwrap();
    assert_eq!(all().await, pairs(&[("b", "a"), ("c", "a"), ("d", "a"), ("x", "a")]));
    assert_eq!(site.db.redirect_of("x").await.unwrap().as_deref(), Some("a"));
    assert_eq!(site.db.redirect_of("a").await.unwrap(), None);
}

async fn a_page_at_an_old_address_takes_it_back(site: Site) {
    site.db.redirect("a", "b").await.unwrap();
    site.db.redirect("b", "c").await.unwrap();
    assert!(site.db.remove_redirect("b").await.unwrap());
    assert!(!site.db.remove_redirect("b").await.unwrap());
    assert_eq!(site.db.redirect_of("a").await.unwrap().as_deref(), Some("c"));
    assert_eq!(site.db.redirect_of("b").await.unwrap(), None);
}

fn new_comment(user_id: &str, path: &str, parent: Option<&Comment>, body: &str) -> NewComment {
    NewComment {
        path: path.to_string(),
        lang: "en".to_string(),
        parent: parent.map(|parent| parent.id.clone()),
        anchor: None,
        user_id: user_id.to_string(),
        body: body.to_string(),
    }
}

async fn comments_are_threads_on_a_page(site: Site) {
    let db = &site.db;
    let ada = site.user("ada", Role::Writer).await;
    let anchor = Some(Anchor { hash: "f00".to_string(), quote: "The window".to_string() });
    let first = NewComment { anchor: anchor.clone(), ..new_comment(&ada.id, "tcp/paws", None, "first") };
    let first = db.add_comment(first).await.unwrap();
    let answer = db.add_comment(new_comment(&ada.id, "tcp/paws", Some(&first), "answer")).await.unwrap();
    let elsewhere = db.add_comment(new_comment(&ada.id, "udp", None, "elsewhere")).await.unwrap();
    assert_eq!((&first.anchor, answer.parent.as_ref()), (&anchor, Some(&first.id)));
    assert_eq!(db.comments("tcp/paws", "en").await.unwrap(), [first.clone(), answer.clone()]);
    assert_eq!(db.comments("tcp/paws", "zh").await.unwrap(), []);
    assert_eq!(db.recent_comments(None, 2).await.unwrap(), [elsewhere.clone(), answer.clone()]);
    assert_eq!(db.recent_comments(Some(&answer.id), 2).await.unwrap(), std::slice::from_ref(&first));
    for body in ["", " \n"] {
        assert_refused!(db.add_comment(new_comment(&ada.id, "udp", None, body)).await, Refusal::Empty);
    }
    let wrong = new_comment(&ada.id, "udp", Some(&first), "answer to another page's");
    assert_refused!(db.add_comment(wrong).await, Refusal::Gone);
    site.clock.advance(7);
    db.edit_comment(&first.id, "changed").await.unwrap();
    db.resolve_comment(&first.id, Some(&ada.id)).await.unwrap();
    let changed = db.comment(&first.id).await.unwrap().unwrap();
    assert_eq!((changed.body.as_str(), changed.edited), ("changed", Some(START + 7)));
    assert_eq!((changed.resolved, changed.resolved_by.as_ref()), (Some(START + 7), Some(&ada.id)));
    db.resolve_comment(&first.id, None).await.unwrap();
    let reopened = db.comment(&first.id).await.unwrap().unwrap();
    assert_eq!((reopened.resolved, reopened.resolved_by), (None, None));
    assert_refused!(db.edit_comment("unknown", "text").await, Refusal::Gone);
}

async fn a_deleted_comment_keeps_its_place_only(site: Site) {
    let db = &site.db;
    let ada = site.user("ada", Role::Writer).await;
    let anchor = Some(Anchor { hash: "f00".to_string(), quote: "secret".to_string() });
    let first = NewComment { anchor, ..new_comment(&ada.id, "page", None, "secret") };
    let first = db.add_comment(first).await.unwrap();
    let answer = db.add_comment(new_comment(&ada.id, "page", Some(&first), "answer")).await.unwrap();
    db.delete_comment(&first.id).await.unwrap();
    let listed = db.comments("page", "en").await.unwrap();
    assert_eq!((listed[0].body.as_str(), listed[0].deleted), ("", Some(START)));
    assert_eq!(listed[0].anchor.as_ref().map(|anchor| anchor.quote.as_str()), Some(""));
    assert_eq!(listed[1], answer);
    assert_eq!(db.recent_comments(None, 9).await.unwrap(), [answer]);
    assert_refused!(db.edit_comment(&first.id, "back").await, Refusal::Gone);
    assert_refused!(db.resolve_comment(&first.id, None).await, Refusal::Gone);
    assert_refused!(db.delete_comment(&first.id).await, Refusal::Gone);
}

async fn comments_move_with_their_page(site: Site) {
    let db = &site.db;
    let ada = site.user("ada", Role::Writer).await;
    db.add_comment(new_comment(&ada.id, "old", None, "en")).await.unwrap();
    let chinese = NewComment { lang: "zh".into(), ..new_comment(&ada.id, "old", None, "zh") };
    db.add_comment(chinese).await.unwrap();
    assert_eq!(db.move_comments("old", "new", "en").await.unwrap(), 1);
    assert_eq!(db.comments("new", "en").await.unwrap()[0].body, "en");
    assert_eq!(db.comments("old", "en").await.unwrap(), []);
    assert_eq!(db.comments("old", "zh").await.unwrap()[0].body, "zh");
}

/// PostgreSQL stores no NUL: it is then the writer's to mend, not a failure.
async fn a_character_that_cannot_be_stored_is_refused_or_stored(site: Site) {
    let ada = site.user("ada", Role::Writer).await;
    match site.db.put_draft(&ada.id, "page", "a\0b", None).await {
        Ok(_) => assert_eq!(site.db.draft(&ada.id, "page").await.unwrap().unwrap().text, "a\0b"),
        refused => assert_refused!(refused, Refusal::ControlCharacter),
    }
}
