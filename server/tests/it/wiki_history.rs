//! What pages were: versions, differences, who wrote what, and bringing back; and that none of it tells of hidden pages.

use crate::wiki::{Client, TestWiki};
use database::{May, Role, Rule, Who};

const FIRST: &str =
    "---\ntitle: Resets\n---\nThe first line.\nThe host sends a reset at once.\n内核发送复位报文。\n";
const SECOND: &str =
    "---\ntitle: Resets\n---\nThe first line.\nThe host sends a FIN at once.\n内核发送结束报文。\n";

async fn save(client: &Client, page: &str, text: &str, message: &str) {
    let form = client.get(&format!("/-/edit{page}")).await;
    let base = form.attributes("input[name=base]", "value").remove(0);
    let saved = client
        .post(
            &format!("/-/edit{page}"),
            &[("base", &base), ("text", text), ("message", message), ("do", "save")],
        )
        .await;
    assert_eq!(saved.status, 303, "{}", saved.text());
}

/// The commits that a page's history lists, newest first.
async fn revisions(client: &Client, page: &str) -> Vec<String> {
    client.get(&format!("/-/history{page}")).await.attributes("input[name=to]", "value")
}

async fn hide(wiki: &TestWiki, folder: &str) {
    let rule = Rule { folder: folder.to_string(), who: Who::Writers, may: May::Write };
    wiki.wiki().database().set_rule(&rule).await.unwrap();
    wiki.wiki().reload_rules().await.unwrap();
}

/// A wiki with a page of two versions, and somebody who may write.
async fn two_versions() -> (TestWiki, Client) {
    let wiki = TestWiki::new(&[("rst.en.md", FIRST)]).await;
    let ren = wiki.signed_in("ren", Role::Writer).await;
    save(&ren, "/en/rst", SECOND, "A FIN <b>it</b> is").await;
    (wiki, ren)
}

#[tokio::test]
async fn the_history_lists_every_version_with_its_author() {
    let (wiki, _) = two_versions().await;
    let history = wiki.anonymous().get("/-/history/en/rst").await;
    assert_eq!(history.status, 200);
    let text = history.text();
    assert!(text.contains("A FIN &#60;b&#62;it&#60;/b&#62; is") && text.contains("<td>ren</td>"), "{text}");
    assert_eq!(history.attributes("input[name=to]", "value").len(), 2);
    assert_eq!(wiki.anonymous().get("/-/history/en/nothing").await.status, 404);
    assert_eq!(wiki.anonymous().get("/-/history/en/rst?from=xyz").await.status, 400);
}

#[tokio::test]
async fn differences_are_marked_word_by_word() {
    let (wiki, _) = two_versions().await;
    let reader = wiki.anonymous();
    let at = revisions(&reader, "/en/rst").await;
    let asked = [
        format!("/-/diff/en/rst?from={}&to={}", at[1], at[0]),
        format!("/-/diff/en/rst?to={}", at[0]),
        format!("/-/diff/en/rst?from={}", at[1]),
        "/-/diff/en/rst".to_string(),
    ];
    for address in &asked {
        for view in ["split", "inline"] {
            let separator = if address.contains('?') { '&' } else { '?' };
            let diff = reader.get(&format!("{address}{separator}view={view}")).await;
            let text = diff.text();
            assert_eq!(diff.status, 200, "{address}");
            assert!(text.contains("sends a <del>reset</del> at once."), "{address} {text}");
            assert!(text.contains("sends a <ins>FIN</ins> at once."), "{address} {text}");
            assert!(text.contains("内核发送<ins>结束</ins>报文。"), "{address} {text}");
        }
    }
    let first = reader.get(&format!("/-/diff/en/rst?to={}", at[1])).await;
    let first = first.text();
    assert!(
        first.contains("class=\"new\"") && !first.contains("class=\"old\""),
        "everything of the first version is new"
    );
    let none = "0".repeat(40);
    assert_eq!(reader.get(&format!("/-/diff/en/rst?from={none}&to={}", at[0])).await.status, 404);
}

#[tokio::test]
async fn an_old_version_can_be_read_and_restored() {
    let (wiki, ren) = two_versions().await;
    let at = revisions(&ren, "/en/rst").await;
    let address = format!("/-/revision/en/rst?at={}", at[1]);
    let seen = wiki.anonymous().get(&address).await;
    assert!(seen.text().contains("sends a reset at once.") && !seen.text().contains("/-/restore/"));
    assert!(ren.get(&address).await.text().contains("action=\"/-/restore/en/rst\""));
    assert_eq!(wiki.anonymous().post("/-/restore/en/rst", &[("at", &at[1])]).await.status, 401);
    assert_eq!(wiki.file("rst.en.md"), SECOND);
    let restored = ren.post("/-/restore/en/rst", &[("at", &at[1])]).await;
    assert_eq!(
        (restored.status.as_u16(), restored.header("location")),
        (303, "/en/rst"),
        "{}",
        restored.text()
    );
    assert_eq!(wiki.file("rst.en.md"), FIRST);
    assert!(wiki.anonymous().get("/en/rst").await.text().contains("sends a reset at once."));
    assert_eq!(revisions(&ren, "/en/rst").await.len(), 3);
    assert!(ren.get("/-/history/en/rst").await.text().contains("Restore the version of "));
}

#[tokio::test]
async fn every_line_names_who_wrote_it() {
    let (wiki, _) = two_versions().await;
    let blame = wiki.anonymous().get("/-/blame/en/rst").await;
    assert_eq!(blame.attributes(".blame tbody th", "rowspan"), ["4", "2"], "{}", blame.text());
    assert!(blame.text().contains("sends a FIN at once."));
}

#[tokio::test]
async fn a_removed_page_is_listed_and_comes_back() {
    let (wiki, ren) = two_versions().await;
    assert!(ren.get("/-/delete/en/rst").await.text().contains("action=\"/-/delete/en/rst\""));
    assert_eq!(wiki.file("rst.en.md"), SECOND, "asking removes nothing");
    let gone = ren.post("/-/delete/en/rst", &[]).await;
    assert_eq!(gone.status, 303, "{}", gone.text());
    assert!(!wiki.path("rst.en.md").exists());
    assert_eq!(ren.get("/en/rst").await.status, 404);
    let list = ren.get("/-/removed").await;
    let at = list.attributes("input[name=at]", "value").remove(0);
    assert_eq!(list.attributes("input[name=file]", "value"), ["rst.en.md"]);
    let old = ren.get(&format!("/-/revision/en/rst?at={at}")).await;
    assert!(old.status == 200 && old.text().contains("sends a FIN at once."), "{}", old.text());
    assert_eq!(revisions(&ren, "/en/rst").await.len(), 3, "the removal is a part of the history");
    let back = ren.post("/-/undelete", &[("file", "rst.en.md"), ("at", &at)]).await;
    assert_eq!((back.status.as_u16(), back.header("location")), (303, "/en/rst"), "{}", back.text());
    assert_eq!(wiki.file("rst.en.md"), SECOND);
    assert_eq!(ren.get("/en/rst").await.status, 200);
    assert_eq!(ren.post("/-/undelete", &[("file", "rst.en.md"), ("at", &at)]).await.status, 422);
    for file in ["../x", ".git/config", "nothing.md"] {
        assert_ne!(ren.post("/-/undelete", &[("file", file), ("at", &at)]).await.status, 303, "{file}");
    }
}

#[tokio::test]
async fn a_removed_page_comes_back_from_its_history_too() {
    let (wiki, ren) = two_versions().await;
    ren.post("/-/delete/en/rst", &[]).await;
    let at = revisions(&ren, "/en/rst").await;
    let restored = ren.post("/-/restore/en/rst", &[("at", &at[2])]).await;
    assert_eq!(restored.status, 303, "{}", restored.text());
    assert_eq!(wiki.file("rst.en.md"), FIRST);
}

#[tokio::test]
async fn recent_changes_come_in_pages_and_as_a_feed() {
    let (wiki, ren) = two_versions().await;
    for n in 0..51 {
        save(&ren, "/en/rst", &format!("{FIRST}{n}\n"), &format!("Change number {n}.")).await;
    }
    let reader = wiki.anonymous();
    let changes = reader.get("/-/changes?lang=en").await;
    assert!(changes.text().contains("Change number 50.") && !changes.text().contains("Change number 0."));
    let older = changes.attributes("a[rel~=next]", "href").remove(0);
    let next = reader.get(&older).await;
    let next = next.text();
    assert!(next.contains("Change number 0.") && !next.contains("Change number 1."), "{next}");
    let feed = reader.get("/-/changes/atom.xml").await;
    assert!(feed.header("content-type").starts_with("application/atom+xml"));
    assert!(feed.text().contains("<title>Change number 50.</title>"), "{}", feed.text());
    let history = reader.get("/-/history/en/rst").await;
    assert_eq!(history.attributes("input[name=to]", "value").len(), 50);
    let older = history.attributes("a[rel~=next]", "href").remove(0);
    assert_eq!(reader.get(&older).await.attributes("input[name=to]", "value").len(), 3);
}

#[tokio::test]
async fn what_is_hidden_leaves_no_trace() {
    let wiki = TestWiki::new(&[("about.en.md", FIRST)]).await;
    let ren = wiki.signed_in("ren", Role::Writer).await;
    save(&ren, "/en/plans/layoffs", "---\ntitle: Layoffs\n---\nNames.\n", "Write the layoffs").await;
    save(&ren, "/en/plans/gone", "---\ntitle: Gone\n---\nMore layoffs.\n", "Write of gone layoffs").await;
    ren.post("/-/delete/en/plans/gone", &[]).await;
    hide(&wiki, "plans").await;
    let reader = wiki.anonymous();
    let at = revisions(&ren, "/en/plans/layoffs").await.remove(0);
    for address in ["/-/changes", "/-/changes/atom.xml", "/-/removed", "/-/changes?folder=plans"] {
        let seen = reader.get(address).await.text().to_lowercase();
        assert!(!seen.contains("layoffs") && !seen.contains("gone"), "{address}: {seen}");
        let known = ren.get(address).await.text().to_lowercase();
        assert!(known.contains("layoffs") || known.contains("gone"), "{address}: {known}");
    }
    for verb in ["history", "diff", "blame", "revision"] {
        for page in ["plans/layoffs", "plans/gone", "plans/never"] {
            let address = format!("/-/{verb}/en/{page}?at={at}");
            let answer = reader.get(&address).await;
            assert_eq!(answer.status, 404, "{address}: {}", answer.text());
        }
    }
}

#[tokio::test]
async fn a_name_that_a_page_had_in_a_hidden_folder_stays_hidden() {
    let wiki = TestWiki::new(&[("plans/layoffs.en.md", FIRST)]).await;
    let ren = wiki.signed_in("ren", Role::Writer).await;
    let moved = ren.post("/-/move/en/plans/layoffs", &[("to", "news")]).await;
    assert_eq!(moved.status, 303, "{}", moved.text());
    save(&ren, "/en/news", SECOND, "Rewrite it").await;
    hide(&wiki, "plans").await;
    let all = revisions(&ren, "/en/news").await;
    assert_eq!(all.len(), 3);
    let reader = wiki.anonymous();
    let seen = reader.get("/-/history/en/news").await;
    assert_eq!(seen.attributes("input[name=to]", "value"), all[..2]);
    for address in ["/-/history/en/news", "/-/changes", "/-/changes/atom.xml", "/api/v1/history/en/news"] {
        let text = reader.get(address).await;
        let text = text.text();
        assert!(!text.contains("layoffs"), "{address}: {text}");
    }
    assert_eq!(reader.get(&format!("/-/revision/en/news?at={}", all[2])).await.status, 404);
    assert_eq!(ren.get(&format!("/-/revision/en/news?at={}", all[2])).await.status, 200);
}
