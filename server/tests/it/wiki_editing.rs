//! Writing: what is saved is in git and on the site at once, and nothing that anybody wrote is lost.

use crate::app::SAMPLE;
use crate::wiki::TestWiki;
use axum::body::Body;
use axum::http::Method;
use database::Role;
use std::fs;
use std::process::Command;

fn git(wiki: &TestWiki, args: &[&str]) -> String {
    let out = Command::new("git").arg("-C").arg(wiki.path("")).args(args).output().unwrap();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    String::from_utf8(out.stdout).unwrap()
}

/// The base that the editor of a page names.
async fn base(client: &crate::wiki::Client, address: &str) -> String {
    client.get(address).await.attributes("input[name=base]", "value").remove(0)
}

#[tokio::test]
async fn a_saved_page_is_in_git_and_on_the_site_at_once() {
    let wiki = TestWiki::new(SAMPLE).await;
    let ren = wiki.signed_in("ren", Role::Writer).await;
    let form = ren.get("/-/edit/en/tcp/new-case").await;
    assert_eq!(form.status, 200);
    assert_eq!(form.attributes("input[name=base]", "value"), [""]);
    let text = "---\ntitle: A new case\ndate: 2026-11-30\n---\nSYNs were lost.\n\n```lab paws\npreset: nat-two-clients\n```\n";
    let saved = ren
        .post(
            "/-/edit/en/tcp/new-case",
            &[("base", ""), ("text", text), ("message", "Write it"), ("do", "save")],
        )
        .await;
    assert_eq!(
        (saved.status.as_u16(), saved.header("location")),
        (303, "/en/tcp/new-case"),
        "{}",
        saved.text()
    );
    let page = wiki.anonymous().get("/en/tcp/new-case").await;
    assert!(page.status == 200 && page.text().contains("SYNs were lost."), "{}", page.status);
    assert!(page.text().contains("data-lab=\"paws\""));
    assert_eq!(wiki.file("tcp/new-case.en.md"), text);
    assert_eq!(git(&wiki, &["log", "-1", "--format=%an|%ae|%s"]).trim(), "ren|ren@example.org|Write it");
    assert_eq!(git(&wiki, &["status", "--porcelain"]), "");
}

#[tokio::test]
async fn opening_and_saving_changes_no_byte() {
    let corpus = [
        "---\ntitle: a\n---\nplain\n",
        "---\r\ntitle: a\r\n---\r\ncr lf\r\n",
        "---\ntitle: a\n---\nmixed\r\nends\n\ttab  \n",
        "\u{feff}---\ntitle: a\n---\nwith a BOM\n",
        "---\ntitle: a\n---\n<div onclick=x>raw</div>\nno end of line",
        "\n\nblank lines first\n",
    ];
    for text in corpus {
        let wiki = TestWiki::new(&[("a.en.md", text)]).await;
        let ren = wiki.signed_in("ren", Role::Writer).await;
        let head = git(&wiki, &["rev-parse", "HEAD"]);
        let form = ren.get("/-/edit/en/a").await;
        let shown: String = {
            let html = form.html();
            let area = scraper::Selector::parse("textarea[name=text]").unwrap();
            html.select(&area).next().unwrap().text().collect()
        };
        // As browsers do it (HTML, 4.10.5.4): every line end of a textarea is sent as CRLF.
        let sent = shown.replace("\r\n", "\n").replace('\r', "\n").replace('\n', "\r\n");
        let base = form.attributes("input[name=base]", "value").remove(0);
        let saved = ren.post("/-/edit/en/a", &[("base", &base), ("text", &sent), ("do", "force")]).await;
        assert_eq!(saved.status, 303, "{text:?}: {}", saved.text());
        assert_eq!(wiki.file("a.en.md"), text);
        assert_eq!(git(&wiki, &["rev-parse", "HEAD"]), head, "{text:?}: nothing was to be committed");
    }
}

#[tokio::test]
async fn two_people_on_one_page() {
    let page = "---\ntitle: A\n---\nfirst\n\nmiddle\n\nlast\n";
    let wiki = TestWiki::new(&[("a.en.md", page)]).await;
    let (ren, lin) = (wiki.signed_in("ren", Role::Writer).await, wiki.signed_in("lin", Role::Writer).await);
    let seen = base(&ren, "/-/edit/en/a").await;
    let save = |client: &'static str, text: String| (client, text);
    let (_, first) = save("ren", page.replace("first", "first, by ren"));
    let (_, last) = save("lin", page.replace("last", "last, by lin"));
    assert_eq!(ren.post("/-/edit/en/a", &[("base", &seen), ("text", &first)]).await.status, 303);
    // Another place: put together by itself.
    assert_eq!(lin.post("/-/edit/en/a", &[("base", &seen), ("text", &last)]).await.status, 303);
    let both = wiki.file("a.en.md");
    assert!(both.contains("first, by ren") && both.contains("last, by lin"), "{both}");
    // The same place: nothing is saved, and nothing is lost.
    let mine = page.replace("first", "first, by lin");
    let answer = lin.post("/-/edit/en/a", &[("base", &seen), ("text", &mine), ("message", "why")]).await;
    assert_eq!(answer.status, 409);
    assert_eq!(answer.texts(".three-way td"), ["first, by lin", "first, by ren", "first"]);
    assert_eq!(answer.attributes("input[name=message]", "value"), ["why"]);
    assert_eq!(wiki.file("a.en.md"), both);
    let settled = both.replace("first, by ren", "first, by both");
    let base = answer.attributes("input[name=base]", "value").remove(0);
    assert_eq!(lin.post("/-/edit/en/a", &[("base", &base), ("text", &settled)]).await.status, 303);
    assert_eq!(wiki.file("a.en.md"), settled);
    // As the editor's script asks.
    let asked = [("accept", "application/json")];
    let answer = ren.post_with("/-/edit/en/a", &asked, &[("base", &seen), ("text", &mine)]).await;
    assert_eq!(answer.status, 409);
    let answer: serde_json::Value = serde_json::from_slice(&answer.body).unwrap();
    assert!(answer["pieces"].as_array().unwrap().iter().any(|it| it["yours"].is_string()), "{answer}");
}

#[tokio::test]
async fn what_was_changed_in_the_folder_is_kept() {
    let wiki = TestWiki::new(&[("a.en.md", "---\ntitle: A\n---\none\n\ntwo\n")]).await;
    let ren = wiki.signed_in("ren", Role::Writer).await;
    let seen = base(&ren, "/-/edit/en/a").await;
    fs::write(wiki.path("a.en.md"), "---\ntitle: A\n---\none, in vim\n\ntwo\n").unwrap();
    let text = "---\ntitle: A\n---\none\n\ntwo, in the browser\n";
    assert_eq!(ren.post("/-/edit/en/a", &[("base", &seen), ("text", text)]).await.status, 303);
    assert_eq!(wiki.file("a.en.md"), "---\ntitle: A\n---\none, in vim\n\ntwo, in the browser\n");
    assert_eq!(git(&wiki, &["status", "--porcelain"]), "");
}

#[tokio::test]
async fn a_text_sent_after_the_session_ended_is_shown_again() {
    for wiki in [TestWiki::new(SAMPLE).await, TestWiki::private(SAMPLE).await] {
        let ren = wiki.signed_in("ren", Role::Writer).await;
        let base = base(&ren, "/-/edit/en/about").await;
        let form =
            [("base", base.as_str()), ("text", "---\ntitle: About\n---\nA long text.\n"), ("message", "why")];
        let stranger = wiki.anonymous();
        let answer = stranger.post("/-/edit/en/about", &form).await;
        assert_eq!(answer.status, 401);
        assert!(answer.texts("textarea")[0].contains("A long text."));
        assert_eq!(answer.attributes("input[name=message]", "value"), ["why"]);
        assert_eq!(answer.attributes("input[name=base]", "value"), [base.as_str()]);
        // Signed in again, with the form of the session before: once more, and it is saved.
        let again = wiki.anonymous();
        again.post("/-/login", &[("name", "ren"), ("password", crate::wiki::PASSWORD)]).await;
        let answer = again.post("/-/edit/en/about", &form).await;
        assert_eq!(answer.status, 403);
        assert!(answer.texts("textarea")[0].contains("A long text."));
        let csrf = answer.attributes("input[name=csrf]", "value").remove(0);
        let headers = [("x-csrf", csrf.as_str())];
        assert_eq!(again.post_with("/-/edit/en/about", &headers, &form).await.status, 303);
        assert!(wiki.file("about.en.md").contains("A long text."));
    }
}

#[tokio::test]
async fn what_cannot_be_shown_is_said_before_it_is_saved() {
    let wiki = TestWiki::new(SAMPLE).await;
    let ren = wiki.signed_in("ren", Role::Writer).await;
    let text = "---\ntitle: A\n---\n```lab paws\nconnections: many\n```\n";
    let form = [("base", ""), ("text", text), ("do", "save")];
    let answer = ren.post("/-/edit/en/b", &form).await;
    assert_eq!(answer.status, 422);
    let findings = answer.texts("section.problem li");
    assert!(findings[0].starts_with("b.en.md:5: error:"), "{findings:?}");
    assert_eq!(answer.texts("textarea[name=text]")[0], text.split_whitespace().collect::<Vec<_>>().join(" "));
    assert!(!wiki.path("b.en.md").exists());
    let answer = ren.post("/-/edit/en/b", &[("base", ""), ("text", text), ("do", "force")]).await;
    assert_eq!(answer.status, 303);
    // What was wrong already is no reason to refuse a change elsewhere.
    let base = base(&ren, "/-/edit/en/b").await;
    let more = format!("{text}\nMore.\n");
    assert_eq!(
        ren.post("/-/edit/en/b", &[("base", &base), ("text", &more), ("do", "save")]).await.status,
        303
    );
    let answer = ren.post("/-/edit/en/labs", &[("base", ""), ("text", "x"), ("do", "save")]).await;
    assert_eq!(answer.status, 422);
}

#[tokio::test]
async fn the_preview_is_what_the_site_would_show() {
    let wiki = TestWiki::new(SAMPLE).await;
    let ren = wiki.signed_in("ren", Role::Writer).await;
    let text = wiki.file("tcp/tw-recycle.en.md");
    let csrf = ren.csrf();
    let headers = [("x-csrf", csrf.as_str()), ("accept", "application/json")];
    let body = Body::from(text.replace("Text &", "<script>x</script> Words &"));
    let answer = ren.send(Method::POST, "/-/preview/en/tcp/tw-recycle", &headers, body).await;
    assert_eq!(answer.status, 200);
    let answer: serde_json::Value = serde_json::from_slice(&answer.body).unwrap();
    let html = answer["html"].as_str().unwrap();
    assert!(html.contains("Words &amp; more.") && !html.contains("<script"), "{html}");
    assert_eq!(answer["labs"], serde_json::json!(["paws"]));
    assert!(answer["lab_script"]["src"].as_str().unwrap().starts_with("/static/js/lab"));
    let body = Body::from("---\ntitle: [\n---\n");
    let answer = ren.send(Method::POST, "/-/preview/en/x", &headers, body).await;
    let answer: serde_json::Value = serde_json::from_slice(&answer.body).unwrap();
    assert_eq!(answer["diagnostics"][0]["severity"], "error", "{answer}");
}

#[tokio::test]
async fn drafts_are_kept_until_the_page_is_saved() {
    let wiki = TestWiki::new(SAMPLE).await;
    let ren = wiki.signed_in("ren", Role::Writer).await;
    let at = "/-/draft/en/about";
    let csrf = ren.csrf();
    let headers =
        [("x-csrf", csrf.as_str()), ("content-type", "application/json"), ("accept", "application/json")];
    assert_eq!(ren.get_json(at).await.status, 404);
    let draft = serde_json::json!({ "text": "half a sent", "base": "" }).to_string();
    assert_eq!(ren.send(Method::PUT, at, &headers, Body::from(draft)).await.status, 204);
    let kept: serde_json::Value = serde_json::from_slice(&ren.get_json(at).await.body).unwrap();
    assert_eq!(kept["text"], "half a sent");
    let lin = wiki.signed_in("lin", Role::Writer).await;
    assert_eq!(lin.get_json(at).await.status, 404, "a draft is its author's alone");
    let base = base(&ren, "/-/edit/en/about").await;
    let text = "---\ntitle: About\n---\nA whole sentence.\n";
    assert_eq!(ren.post("/-/edit/en/about", &[("base", &base), ("text", text)]).await.status, 303);
    assert_eq!(ren.get_json(at).await.status, 404);
}

#[tokio::test]
async fn pictures_lie_beside_their_page() {
    let wiki = TestWiki::new(SAMPLE).await;
    let ren = wiki.signed_in("ren", Role::Writer).await;
    let csrf = ren.csrf();
    let headers = [("x-csrf", csrf.as_str()), ("accept", "application/json")];
    let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
    png.extend([0, 0, 0, 4, 0, 0, 0, 2]);
    let put = |bytes: Vec<u8>, name: &str| {
        let uri = format!("/-/attach/en/tcp/tw-recycle?name={name}");
        let (ren, headers) = (&ren, &headers);
        async move { ren.send(Method::POST, &uri, headers, Body::from(bytes)).await }
    };
    let answer = put(png.clone(), "a%20b.png").await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    let answer: serde_json::Value = serde_json::from_slice(&answer.body).unwrap();
    assert_eq!(answer["markdown"], "![](a-b.png)");
    let shown = wiki.anonymous().get("/en/tcp/a-b.png").await;
    assert_eq!((shown.status.as_u16(), shown.header("content-type")), (200, "image/png"));
    // The same again is the same file; another of that name gets a name of its own.
    let again: serde_json::Value = serde_json::from_slice(&put(png.clone(), "a%20b.png").await.body).unwrap();
    assert_eq!(again["name"], "a-b.png");
    png.push(0);
    let other: serde_json::Value = serde_json::from_slice(&put(png, "a%20b.png").await.body).unwrap();
    assert_eq!(other["name"], "a-b-2.png");
    assert_eq!(put(b"<script>".to_vec(), "a.html").await.status, 415);
    assert_eq!(put(b"<script>".to_vec(), "a.png").await.status, 415);
    assert_eq!(put(vec![b'x'; (16 << 20) + 1], "a.txt").await.status, 413);
}
