//! Moving pages and folders: nothing that led to them leads nowhere, and nothing else changes.

use crate::wiki::TestWiki;
use database::{May, Role, Rule, Who};
use std::process::Command;

const FILES: &[(&str, &str)] = &[
    ("index.en.md", "---\ntitle: Home\n---\n[syn](tcp/syn.md) [[tcp/syn|again]] `[syn](tcp/syn.md)`\r\n"),
    (
        "tcp/syn.en.md",
        "---\ntitle: SYN\n---\nA SYN opens a connection.\nIt is sent again when nobody answers.\nAfter some tries the caller is told.\n\n[fin](fin.md#x) ![p](p.svg) [home](../index.md)\n",
    ),
    ("tcp/syn.zh.md", "---\ntitle: SYN 报文\n---\n[fin](fin.md)\n"),
    ("tcp/fin.en.md", "---\ntitle: FIN\n---\n## x\n\n[syn](/en/tcp/syn?a=b#c \"tcp/syn\")\n"),
    ("tcp/p.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>\n"),
];

fn commits(wiki: &TestWiki) -> usize {
    let out = Command::new("git")
        .arg("-C")
        .arg(wiki.path(""))
        .args(["rev-list", "--count", "HEAD"])
        .output()
        .unwrap();
    String::from_utf8(out.stdout).unwrap().trim().parse().unwrap()
}

#[tokio::test]
async fn a_page_moves_in_all_languages_and_links_follow_in_one_commit() {
    let wiki = TestWiki::new(FILES).await;
    let ren = wiki.signed_in("ren", Role::Writer).await;
    assert_eq!(ren.get("/-/move/en/tcp/syn").await.attributes("input[name=to]", "value"), ["tcp/syn"]);
    let before = commits(&wiki);
    let moved = ren.post("/-/move/en/tcp/syn", &[("to", "net/握手")]).await;
    let to = "/en/net/%E6%8F%A1%E6%89%8B";
    assert_eq!((moved.status.as_u16(), moved.header("location")), (303, to), "{}", moved.text());
    assert_eq!(commits(&wiki), before + 1);
    for (file, text) in [
        (
            "index.en.md",
            "---\ntitle: Home\n---\n[syn](net/握手.md) [[net/握手|again]] `[syn](tcp/syn.md)`\r\n",
        ),
        (
            "net/握手.en.md",
            "---\ntitle: SYN\n---\nA SYN opens a connection.\nIt is sent again when nobody answers.\nAfter some tries the caller is told.\n\n[fin](../tcp/fin.md#x) ![p](../tcp/p.svg) [home](../index.md)\n",
        ),
        ("net/握手.zh.md", "---\ntitle: SYN 报文\n---\n[fin](../tcp/fin.md)\n"),
        ("tcp/fin.en.md", "---\ntitle: FIN\n---\n## x\n\n[syn](/en/net/握手?a=b#c \"tcp/syn\")\n"),
        ("tcp/p.svg", FILES[4].1),
    ] {
        assert_eq!(wiki.file(file), text);
    }
    assert!(!wiki.path("tcp/syn.en.md").exists() && !wiki.path("tcp/syn.zh.md").exists());
    let reader = wiki.anonymous();
    assert_eq!(reader.get(to).await.status, 200);
    for lang in ["en", "zh"] {
        let old = reader.get(&format!("/{lang}/tcp/syn")).await;
        assert_eq!(
            (old.status.as_u16(), old.header("location")),
            (301, format!("/{lang}/net/%E6%8F%A1%E6%89%8B").as_str())
        );
    }
    assert_eq!(
        reader.get("/-/history/en/net/%E6%8F%A1%E6%89%8B").await.attributes("input[name=to]", "value").len(),
        2
    );
}

#[tokio::test]
async fn a_folder_moves_with_its_files() {
    let wiki = TestWiki::new(FILES).await;
    let ren = wiki.signed_in("ren", Role::Writer).await;
    let moved = ren.post("/-/move/en/tcp", &[("to", "net/tcp4"), ("folder", "1")]).await;
    assert_eq!((moved.status.as_u16(), moved.header("location")), (303, "/en/net/tcp4"), "{}", moved.text());
    assert_eq!(wiki.file("net/tcp4/p.svg"), FILES[4].1);
    assert!(wiki.file("net/tcp4/syn.en.md").contains("[fin](fin.md#x) ![p](p.svg) [home](../../index.md)"));
    assert!(!wiki.path("tcp").exists());
    let reader = wiki.anonymous();
    for (old, new) in [
        ("/en/tcp/fin", "/en/net/tcp4/fin"),
        ("/zh/tcp/p.svg", "/zh/net/tcp4/p.svg"),
        ("/en/tcp", "/en/net/tcp4"),
    ] {
        assert_eq!(reader.get(old).await.header("location"), new, "{old}");
        assert_eq!(reader.get(new).await.status, 200, "{new}");
    }
}

#[tokio::test]
async fn what_a_move_cannot_do_changes_nothing() {
    let wiki = TestWiki::new(FILES).await;
    let ren = wiki.signed_in("ren", Role::Writer).await;
    let before = commits(&wiki);
    for (page, to) in [
        ("tcp/syn", "tcp/fin"),
        ("tcp/syn", "tcp/syn"),
        ("tcp/syn", "../x"),
        ("tcp/syn", "tags/x"),
        ("tcp/syn", ""),
    ] {
        let refused = ren.post(&format!("/-/move/en/{page}"), &[("to", to)]).await;
        assert_eq!(refused.status, 422, "{to}: {}", refused.text());
        assert!(refused.text().contains("role=\"alert\""), "{to}");
    }
    let inside = ren.post("/-/move/en/tcp", &[("to", "tcp/below"), ("folder", "1")]).await;
    assert_eq!(inside.status, 422);
    assert_eq!(wiki.anonymous().post("/-/move/en/tcp/syn", &[("to", "x")]).await.status, 401);
    assert_eq!(wiki.anonymous().get("/-/move/en/tcp/syn").await.status, 302, "to sign in");
    assert_eq!(ren.post("/-/move/en/never", &[("to", "x")]).await.status, 404);
    assert_eq!(commits(&wiki), before);
}

#[tokio::test]
async fn links_that_the_mover_may_not_change_are_named() {
    let wiki = TestWiki::new(FILES).await;
    let (ren, locked) = (wiki.signed_in("ren", Role::Writer).await, "tcp/fin");
    let rule = Rule { folder: locked.to_string(), who: Who::Anyone, may: May::Read };
    wiki.wiki().database().set_rule(&rule).await.unwrap();
    wiki.wiki().reload_rules().await.unwrap();
    let moved = ren.post("/-/move/en/tcp/syn", &[("to", "net/syn")]).await;
    assert_eq!(moved.status, 200, "{}", moved.text());
    assert!(
        moved.text().contains("href=\"/en/tcp/fin\"") && !moved.text().contains(">Home<"),
        "{}",
        moved.text()
    );
    assert_eq!(wiki.file("tcp/fin.en.md"), FILES[3].1);
    assert!(wiki.file("index.en.md").contains("[syn](net/syn.md)"));
}

#[tokio::test]
async fn an_old_address_does_not_tell_where_a_hidden_page_went() {
    let wiki = TestWiki::new(FILES).await;
    let ren = wiki.signed_in("ren", Role::Writer).await;
    ren.post("/-/move/en/tcp/syn", &[("to", "plans/syn")]).await;
    let rule = Rule { folder: "plans".to_string(), who: Who::Writers, may: May::Write };
    wiki.wiki().database().set_rule(&rule).await.unwrap();
    wiki.wiki().reload_rules().await.unwrap();
    assert_eq!(wiki.anonymous().get("/en/tcp/syn").await.status, 404);
    assert_eq!(ren.get("/en/tcp/syn").await.header("location"), "/en/plans/syn");
}

#[tokio::test]
async fn a_removal_names_the_pages_that_link_there() {
    let wiki = TestWiki::new(FILES).await;
    let ren = wiki.signed_in("ren", Role::Writer).await;
    let asked = ren.get("/-/delete/en/tcp/syn").await;
    let links = asked.attributes("main li a", "href");
    assert_eq!(links, ["/en/", "/en/tcp/fin"], "{}", asked.text());
    let gone = ren.post("/-/delete/en/tcp/syn", &[("all", "1")]).await;
    assert_eq!(gone.status, 303);
    assert!(!wiki.path("tcp/syn.en.md").exists() && !wiki.path("tcp/syn.zh.md").exists());
    assert_eq!(ren.get("/zh/tcp/syn").await.status, 404);
    assert_eq!(ren.post("/-/delete/en/tcp/syn", &[]).await.status, 404);
    assert_eq!(wiki.anonymous().post("/-/delete/en/tcp/fin", &[]).await.status, 401);
}
