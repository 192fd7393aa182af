//! Pages with their files as a zip: what is inside, byte for byte, for whom.

use crate::app::{Answer, TestApp};
use crate::wiki::TestWiki;
use axum::body::Body;
use axum::http::Method;
use database::{May, Role, Rule, Who};
use std::collections::BTreeMap;
use std::io::{Cursor, Read};
use zip::ZipArchive;

const PNG: &str = "\u{1}not looked into";

/// The files of a zip by name.
pub(crate) fn files(answer: &Answer) -> BTreeMap<String, String> {
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-type"), "application/zip");
    let mut zip = ZipArchive::new(Cursor::new(answer.body.to_vec())).unwrap();
    let mut files = BTreeMap::new();
    for at in 0..zip.len() {
        let mut file = zip.by_index(at).unwrap();
        let name = file.name().unwrap().to_string();
        assert!(file.enclosed_name().is_some(), "{name} leads out");
        let mut text = String::new();
        file.read_to_string(&mut text).unwrap();
        assert!(files.insert(name, text).is_none());
    }
    files
}

fn names(answer: &Answer) -> Vec<String> {
    files(answer).into_keys().collect()
}

/// A page with every byte that could get lost.
const ODD: &str = "\u{feff}---\r\ntitle:   Odd  \r\n---\r\n\r\nA\ttab, spaces   \r\n[b](b.md) [[b]] `[x](/en/tcp/b)`\r\n<div>\r\n\r\nend";

const SITE: &[(&str, &str)] = &[
    ("index.en.md", "Home [tcp](/en/tcp)\n"),
    ("tcp/index.en.md", "---\ntitle: TCP\n---\n"),
    (
        "tcp/a.en.md",
        "![](shot.png) ![](../pictures/far.png) ![](/pictures/root.png) ![](/en/tcp/deep/d.png)\n",
    ),
    ("tcp/a.zh.md", "![](shot.png)\n"),
    ("tcp/b.en.md", "text\n"),
    ("tcp/odd.en.md", ODD),
    ("tcp/draft.en.md", "---\ndraft: true\n---\n"),
    ("tcp/shot.png", PNG),
    ("tcp/unused.png", PNG),
    ("tcp/deep/d.png", PNG),
    ("tcp/deep/e.en.md", "text\n"),
    ("tcpdump.en.md", "text\n"),
    ("pictures/far.png", PNG),
    ("pictures/root.png", PNG),
    ("pictures/other.png", PNG),
    ("网络/重传 (1).zh.md", "![](图.png)\n"),
    ("网络/图.png", PNG),
];

#[tokio::test]
async fn what_is_inside() {
    let app = TestApp::new(SITE);
    for (address, wanted) in [
        ("tcp/b", vec!["tcp/b.en.md"]),
        (
            "tcp/a",
            vec![
                "pictures/far.png",
                "pictures/root.png",
                "tcp/a.en.md",
                "tcp/a.zh.md",
                "tcp/deep/d.png",
                "tcp/shot.png",
            ],
        ),
        ("tcp/deep", vec!["deep/d.png", "deep/e.en.md"]),
        ("tcp/deep/e", vec!["deep/e.en.md"]),
        (
            "tcp",
            vec![
                "pictures/far.png",
                "pictures/root.png",
                "tcp/a.en.md",
                "tcp/a.zh.md",
                "tcp/b.en.md",
                "tcp/deep/d.png",
                "tcp/deep/e.en.md",
                "tcp/index.en.md",
                "tcp/odd.en.md",
                "tcp/shot.png",
                "tcp/unused.png",
            ],
        ),
        ("%E7%BD%91%E7%BB%9C/%E9%87%8D%E4%BC%A0%20(1)", vec!["网络/图.png", "网络/重传 (1).zh.md"]),
    ] {
        assert_eq!(names(&app.get(&format!("/api/v1/archive/{address}")).await), wanted, "{address}");
    }
    let all = names(&app.get("/api/v1/archive").await);
    assert_eq!(all.len(), SITE.len() - 1, "everything but the draft: {all:?}");
    for nothing in ["pictures", "none", "tcp/draft", "tcp/shot.png", "tc", "en/tcp", "tcp/a/x"] {
        let answer = app.get(&format!("/api/v1/archive/{nothing}")).await;
        assert_eq!(answer.status, 404, "{nothing}");
        assert!(answer.text().contains("not_found"), "{nothing}");
    }
}

#[tokio::test]
async fn files_are_what_they_were_to_the_byte() {
    let app = TestApp::new(SITE);
    let inside = files(&app.get("/api/v1/archive/tcp").await);
    for file in ["tcp/odd.en.md", "tcp/a.zh.md", "tcp/shot.png", "tcp/index.en.md"] {
        let (_, wanted) = SITE.iter().find(|(name, _)| *name == file).unwrap();
        assert_eq!(inside[file], *wanted, "{file}");
    }
}

#[tokio::test]
async fn a_file_to_be_saved_the_same_each_time() {
    let app = TestApp::new(SITE);
    let address = "/api/v1/archive/%E7%BD%91%E7%BB%9C";
    let answer = app.get(address).await;
    assert_eq!(
        answer.header("content-disposition"),
        "attachment; filename=\"pages.zip\"; filename*=UTF-8''%E7%BD%91%E7%BB%9C.zip"
    );
    let whole = app.get("/api/v1/archive").await;
    assert!(whole.header("content-disposition").contains("\"casebook.zip\""));
    // Another site of the same files, written later.
    assert_eq!(TestApp::new(SITE).get(address).await.body, answer.body);
    let head = app.send(Method::HEAD, address, &[]).await;
    assert_eq!(head.status, 200);
    assert!(head.body.is_empty());
    assert_eq!(head.header("content-length"), answer.body.len().to_string());
    let known = [("if-none-match", answer.header("etag"))];
    assert_eq!(app.get_with(address, &known).await.status, 304);
    assert_eq!(app.send(Method::POST, address, &[]).await.status, 405);
}

#[tokio::test]
async fn addresses_of_the_site_become_ways_between_files() {
    // What stands in `tcp/a.en.md`, and what the archive of `tcp` has instead.
    const CASES: &[(&str, &str)] = &[
        ("[x](/en/tcp/b)", "[x](b.en.md)"),
        ("[x](/zh/tcp/a#案例)", "[x](a.zh.md#案例)"),
        ("[x](https://kb.example/en/tcp/b#y \"t\")", "[x](b.en.md#y \"t\")"),
        ("[x](/en/tcp/deep/e)", "[x](deep/e.en.md)"),
        ("[x](/en/tcp)", "[x](index.en.md)"),
        ("[x](/tcp/b.md)", "[x](b.en.md)"),
        ("[x](/en/tcp/b.md)", "[x](b.en.md)"),
        ("[x](/2019/05/old/)", "[x](b.en.md)"),
        ("![x](/en/tcp/a.png)", "![x](a.png)"),
        ("![x](/tcp/a.png)", "![x](a.png)"),
        ("![x](/pictures/p%201.png)", "![x](../pictures/p%201.png)"),
        ("![x](</pictures/p 1.png>)", "![x](<../pictures/p 1.png>)"),
        ("[![x](/en/tcp/a.png)](/en/tcp/b)", "[![x](a.png)](b.en.md)"),
        ("[r]\n\n[r]: /en/tcp/b \"t\"\n", "[r]\n\n[r]: b.en.md \"t\"\n"),
        ("<img src=\"/en/tcp/a.png\" alt='/en/tcp/a.png'>", "<img src=\"a.png\" alt='/en/tcp/a.png'>"),
        ("a <a href='/en/tcp/b#y'>/en/tcp/b</a>", "a <a href='b.en.md#y'>/en/tcp/b</a>"),
        ("[x](/en/tcp/%E9%87%8D)", "[x](%E9%87%8D.en.md)"),
        // What is left as it is: relative, elsewhere, a question to the site, not in the archive, or no link at all.
        ("[x](b.md) [[/tcp/b]] ![[a.png]]", "[x](b.md) [[/tcp/b]] ![[a.png]]"),
        ("[x](https://other.example/en/tcp/b)", "[x](https://other.example/en/tcp/b)"),
        ("[x](//kb.example/en/tcp/b)", "[x](//kb.example/en/tcp/b)"),
        ("[x](/en/tcp/b?paws.clients=3#paws)", "[x](/en/tcp/b?paws.clients=3#paws)"),
        ("[x](/en/labs/paws) [x](/en/about) [x](/en/)", "[x](/en/labs/paws) [x](/en/about) [x](/en/)"),
        (
            "`[x](/en/tcp/b)` /en/tcp/b <!-- <a href=\"/en/tcp/b\"> -->",
            "`[x](/en/tcp/b)` /en/tcp/b <!-- <a href=\"/en/tcp/b\"> -->",
        ),
        ("```html\n<img src=\"/en/tcp/a.png\">\n```", "```html\n<img src=\"/en/tcp/a.png\">\n```"),
    ];
    for (written, wanted) in CASES {
        let page = |body: &str| format!("---\ntitle: \"[x](/en/tcp/b)\"\n---\n{body}\r\n");
        let app = TestApp::new(&[
            ("tcp/a.en.md", &page(written)),
            ("tcp/a.zh.md", "## 案例\n"),
            ("tcp/b.en.md", "---\naliases: [/2019/05/old/]\n---\n## Y\n"),
            ("tcp/重.en.md", "text\n"),
            ("tcp/index.en.md", "text\n"),
            ("tcp/deep/e.en.md", "text\n"),
            ("tcp/a.png", PNG),
            ("pictures/p 1.png", PNG),
            ("about.en.md", "text\n"),
        ]);
        let inside = files(&app.get("/api/v1/archive/tcp").await);
        assert_eq!(inside["tcp/a.en.md"], page(wanted), "{written}");
    }
}

#[tokio::test]
async fn pages_and_folders_have_the_link() {
    let app = TestApp::new(SITE);
    for (page, href) in [
        ("/en/tcp/a", "/api/v1/archive/tcp/a"),
        ("/en/tcp", "/api/v1/archive/tcp"),
        ("/zh/%E7%BD%91%E7%BB%9C", "/api/v1/archive/%E7%BD%91%E7%BB%9C"),
    ] {
        let links = app.get(page).await.attributes(".colophon a", "href");
        assert!(links.iter().any(|link| link == href), "{page}: {links:?}");
    }
}

#[tokio::test]
async fn what_is_hidden_is_not_inside() {
    let mut site = SITE.to_vec();
    site.push(("tcp/secret/plan.en.md", "![](plan.png)\n"));
    site.push(("tcp/secret/plan.png", PNG));
    site.push(("tcp/see.en.md", "![](secret/plan.png) [x](/en/tcp/secret/plan) [x](/en/tcp/b)\n"));
    let wiki = TestWiki::new(&site).await;
    let lin = wiki.user("lin", Role::Reader).await;
    let rule = Rule { folder: "tcp/secret".to_string(), who: Who::User(lin.id.clone()), may: May::Read };
    wiki.wiki().database().set_rule(&rule).await.unwrap();
    wiki.wiki().reload_rules().await.unwrap();
    let (stranger, reader) = (wiki.anonymous(), wiki.anonymous());
    reader.sign_in("lin").await;
    let hidden = |answer: &Answer| names(answer).iter().filter(|name| name.contains("secret")).count();
    for folder in ["/api/v1/archive", "/api/v1/archive/tcp", "/api/v1/archive/tcp/see"] {
        let answer = stranger.get(folder).await;
        assert_eq!(hidden(&answer), 0, "{folder}");
        let see = &files(&answer)["tcp/see.en.md"];
        assert!(see.contains("(/en/tcp/secret/plan)"), "{see}");
        assert!(hidden(&reader.get(folder).await) > 0, "{folder}");
    }
    for nothing in ["tcp/secret", "tcp/secret/plan"] {
        let address = format!("/api/v1/archive/{nothing}");
        assert_eq!(stranger.get(&address).await.status, 404, "{nothing}");
        assert_eq!(hidden(&reader.get(&address).await), 2, "{nothing}");
    }
    assert_eq!(reader.get("/api/v1/archive/tcp").await.header("cache-control"), "private, no-cache");
    let private = TestWiki::private(SITE).await;
    let answer = private.anonymous().send(Method::GET, "/api/v1/archive", &[], Body::empty()).await;
    assert_eq!(answer.status, 401);
}

#[cfg(unix)]
#[tokio::test]
async fn files_that_have_become_links_out_of_the_folder_are_left_out() {
    let outside = tempfile::tempdir().unwrap();
    std::fs::write(outside.path().join("secret.txt"), "secret").unwrap();
    let app = TestApp::new(&[("tcp/a.en.md", "text\n"), ("tcp/b.txt", "text"), ("tcp/c.txt", "text")]);
    assert_eq!(names(&app.get("/api/v1/archive/tcp").await), ["tcp/a.en.md", "tcp/b.txt", "tcp/c.txt"]);
    std::fs::remove_file(app.path("tcp/b.txt")).unwrap();
    std::os::unix::fs::symlink(outside.path().join("secret.txt"), app.path("tcp/b.txt")).unwrap();
    assert_eq!(names(&app.get("/api/v1/archive/tcp").await), ["tcp/a.en.md", "tcp/c.txt"]);
}

#[tokio::test]
async fn more_than_fits_is_refused_in_the_readers_language() {
    let app = TestApp::new(&[("big/a.en.md", "text\n"), ("big/deep/b.en.md", "text\n")]);
    for at in 0..5 {
        // Files with nothing but a length take no room.
        let file = std::fs::File::create(app.path(&format!("big/{at}.bin"))).unwrap();
        file.set_len(60 << 20).unwrap();
    }
    app.app().refresh();
    let answer = app.get("/api/v1/archive/big").await;
    assert_eq!(answer.status, 422);
    assert!(answer.text().contains("256 MiB together"), "{}", answer.text());
    let chinese = app.get_with("/api/v1/archive/big", &[("accept-language", "zh")]).await;
    assert!(chinese.text().contains("合计超过 256 MiB"), "{}", chinese.text());
    assert_eq!(names(&app.get("/api/v1/archive/big/deep").await), ["deep/b.en.md"]);
}
