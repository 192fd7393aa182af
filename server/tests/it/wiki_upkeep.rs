//! What new pages begin with, and what wants a hand later.

use crate::wiki::TestWiki;
use database::Role;

#[tokio::test]
async fn new_pages_begin_with_a_template() {
    let own = "---\ntitle: Runbook\ndraft: false\n---\n## When\n\nOn {date}.\n";
    let wiki = TestWiki::new(&[("templates/runbook.en.md", own)]).await;
    let ren = wiki.signed_in("ren", Role::Writer).await;
    let offered = ren.get("/-/account").await.attributes("#template option", "value");
    assert_eq!(offered, ["", "post-mortem", "runbook"]);
    let to = ren.get("/-/account/new?path=ops/disk-full&in=en&template=post-mortem").await;
    assert_eq!(to.header("location"), "/-/edit/en/ops/disk-full?template=post-mortem");
    let text = ren.get(to.header("location")).await.texts("textarea").remove(0);
    assert!(text.contains("## What people saw") && text.contains("```lab paws"), "{text}");
    assert!(!text.contains("{date}"));
    let chinese = ren.get("/-/edit/zh/ops/disk-full?template=post-mortem").await;
    assert!(chinese.texts("textarea")[0].contains("## 现象"));
    let text = ren.get("/-/edit/en/ops/x?template=runbook").await.texts("textarea").remove(0);
    assert!(text.contains("title: Runbook") && text.contains("On 20"), "{text}");
    assert_eq!(ren.get("/-/edit/en/ops/x?template=none").await.status, 422);
    // A page that is there keeps its text.
    let there = ren.get("/-/edit/en/templates/runbook?template=post-mortem").await;
    assert!(there.texts("textarea")[0].contains("On {date}."));
}

#[tokio::test]
async fn what_wants_a_hand_is_listed() {
    let verified = |date: &str| {
        format!(
            "---\ntitle: Verified {date}\nverified:\n  - {{kernel: \"3.10\", date: {date}, how: ran}}\n---\n[a](linked.md)\n"
        )
    };
    let (old, new) = (verified("2019-01-01"), verified("2026-11-01"));
    let wiki = TestWiki::new(&[
        ("index.en.md", "---\ntitle: Home\n---\n[old](old.md)\n"),
        ("old.en.md", old.as_str()),
        ("new.en.md", new.as_str()),
        ("linked.en.md", "---\ntitle: Linked\n---\n[nowhere](gone.md)\n"),
        ("alone.en.md", "---\ntitle: Alone\n---\n[myself](alone.md)\n"),
        ("secret/hidden.en.md", "---\ntitle: Hidden\nunknown: key\n---\n[gone](gone.md)\n"),
        ("secret/broken.en.md", "---\ntitle: [\n---\n"),
    ])
    .await;
    let ren = wiki.signed_in("ren", Role::Writer).await;
    let rule =
        database::Rule { folder: "secret".into(), who: database::Who::SignedIn, may: database::May::Nothing };
    wiki.wiki().database().set_rule(&rule).await.unwrap();
    wiki.wiki().reload_rules().await.unwrap();
    let page = ren.get("/-/upkeep").await;
    let lists = page.texts("section");
    assert!(lists[0].contains("linked.en.md:4 error: `gone.md` is no page"), "{}", lists[0]);
    assert!(!page.text().contains("secret"), "{}", page.text());
    assert_eq!(page.attributes("section:nth-of-type(2) a", "href"), ["/en/alone", "/en/new"]);
    assert_eq!(page.attributes("section:nth-of-type(3) a", "href"), ["/en/old"]);
    assert_eq!(wiki.anonymous().get("/-/upkeep").await.status, 302);
}
