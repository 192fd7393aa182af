//! Files beside pages: what is listed, who learns of it, and what becomes of a file that is replaced, moved or removed.

use crate::app::Answer;
use crate::wiki::{Client, TestWiki};
use axum::body::Body;
use axum::http::Method;
use database::{May, Role, Rule, Who};
use serde_json::Value;
use std::process::Command;

const SVG: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"400\" height=\"200\"/>\n";

const FILES: &[(&str, &str)] = &[
    ("index.en.md", "---\ntitle: Home\n---\n![Twice](tcp/p.svg) ![Twice](tcp/p.svg)\n"),
    (
        "tcp/syn.en.md",
        "---\ntitle: SYN\n---\n![p](p.svg) [c](/zh/tcp/%E6%8A%93%E5%8C%85%201.txt) [d](<raw name.txt>)\n\n\
         <img src=\"html.svg\" alt=\"h\">\n\n[gone](gone.txt) `in-code.txt`\n",
    ),
    ("tcp/syn.zh.md", "---\ntitle: SYN 报文\n---\n[抓包](抓包%201.txt)\n"),
    ("tcp/later.en.md", "---\ntitle: Later\ndraft: true\n---\n[d](draft.txt)\n"),
    ("tcp/broken.en.md", "---\ntitle: [\n---\n[b](broken.txt)\n"),
    ("secret/plan.en.md", "---\ntitle: Plan\n---\n[x](x.txt) [y](../tcp/only-plan.txt)\n"),
    ("tcp/p.svg", SVG),
    ("tcp/html.svg", SVG),
    ("tcp/抓包 1.txt", "one\n"),
    ("tcp/raw name.txt", "two\n"),
    ("tcp/in-code.txt", "three\n"),
    ("tcp/draft.txt", "four\n"),
    ("tcp/broken.txt", "five\n"),
    ("tcp/only-plan.txt", "six\n"),
    ("secret/x.txt", "a secret of some thirty bytes"),
    ("top.txt", "seven\n"),
];

async fn rule(wiki: &TestWiki, folder: &str, who: Who, may: May) {
    wiki.wiki().database().set_rule(&Rule { folder: folder.to_string(), who, may }).await.unwrap();
    wiki.wiki().reload_rules().await.unwrap();
}

/// The wiki of [`FILES`], where only writers know of the folder `secret`.
async fn site() -> TestWiki {
    let wiki = TestWiki::new(FILES).await;
    rule(&wiki, "secret", Who::Writers, May::Write).await;
    wiki
}

fn commits(wiki: &TestWiki) -> Vec<String> {
    let log = Command::new("git").arg("-C").arg(wiki.path("")).args(["log", "--format=%an: %s"]).output();
    String::from_utf8(log.unwrap().stdout).unwrap().lines().map(str::to_string).collect()
}

/// What the list shows of each file: its address, and the pages that use it.
async fn listed(client: &Client, query: &str) -> Vec<String> {
    client.get(&format!("/-/attachments?lang=en{query}")).await.texts("tbody tr")
}

/// Sends the form that the page of a file has, as a browser without scripts does.
async fn replace(client: &Client, file: &str, lang: &str, csrf: &str, bytes: &[u8]) -> Answer {
    let mut body = format!(
        "--line\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n{csrf}\r\n--line\r\nContent-Disposition: \
         form-data; name=\"file\"; filename=\"any.bin\"\r\nContent-Type: application/octet-stream\r\n\r\n"
    )
    .into_bytes();
    body.extend_from_slice(bytes);
    body.extend_from_slice(b"\r\n--line--\r\n");
    let headers = [("content-type", "multipart/form-data; boundary=line")];
    let uri = format!("/-/attachments/replace/{file}?lang={lang}");
    client.send(Method::POST, &uri, &headers, Body::from(body)).await
}

#[tokio::test]
async fn every_file_is_listed_with_the_pages_that_use_it() {
    let wiki = site().await;
    let reader = wiki.anonymous();
    let page = reader.get("/-/attachments?lang=en").await;
    assert_eq!(page.status, 200, "{}", page.text());
    assert_eq!(
        page.texts("tbody tr"),
        [
            "broken.txt tcp text/plain 5 B tcp/broken.en.md not published",
            "draft.txt tcp text/plain 5 B tcp/later.en.md not published",
            "html.svg tcp image/svg+xml 400 × 200 67 B SYN (en)",
            "in-code.txt tcp text/plain 6 B no page",
            "only-plan.txt tcp text/plain 4 B no page",
            "p.svg tcp image/svg+xml 400 × 200 67 B Home (en) SYN (en)",
            "raw name.txt tcp text/plain 4 B SYN (en)",
            "抓包 1.txt tcp text/plain 4 B SYN (en) SYN 报文 (zh)",
            "top.txt text/plain 6 B no page",
        ],
    );
    assert_eq!(page.attributes("tbody img", "width"), ["96", "96"]);
    assert_eq!(page.attributes("tbody img", "height"), ["48", "48"]);
    assert_eq!(page.attributes("tbody img", "loading"), ["lazy", "lazy"]);
    let chinese = reader.get("/-/attachments?lang=zh").await;
    assert!(chinese.texts("#total")[0].starts_with("共 9 个文件"), "{}", chinese.text());
    let address = page.attributes("tbody th > a", "href").remove(7);
    assert_eq!(address, "/-/attachments/file/tcp/%E6%8A%93%E5%8C%85%201.txt?lang=en");
    let one = reader.get(&address).await;
    assert_eq!(one.texts("#used-by li"), ["SYN (en)", "SYN 报文 (zh)"], "{}", one.text());
    assert_eq!(one.attributes("form", "method"), Vec::<String>::new(), "who may not write sees no forms");
}

#[tokio::test]
async fn the_list_is_filtered_sorted_and_parted() {
    let wiki = site().await;
    let reader = wiki.anonymous();
    let names = async |query: &str| {
        let page = reader.get(&format!("/-/attachments?lang=en{query}")).await;
        page.texts("tbody th > a")
    };
    assert_eq!(names("&unused=1").await, ["in-code.txt", "only-plan.txt", "top.txt"]);
    assert_eq!(names("&folder=/tcp/&unused=1").await, ["in-code.txt", "only-plan.txt"]);
    assert_eq!(names("&folder=tc").await, Vec::<String>::new());
    assert_eq!(names("&sort=size").await[..2], ["html.svg", "p.svg"]);
    assert_eq!(reader.get("/-/attachments?from=x").await.status, 400);
    let many: Vec<String> = (0..101).map(|n| format!("many/{n:03}.txt")).collect();
    let files: Vec<(&str, &str)> = many.iter().map(|name| (name.as_str(), "0123456789")).collect();
    let wiki = TestWiki::new(&files).await;
    let reader = wiki.anonymous();
    let first = reader.get("/-/attachments?lang=en&folder=many").await;
    assert_eq!(first.texts("tbody tr").len(), 100);
    assert!(first.texts("#total")[0].starts_with("101 files, 1010 B in all"), "{}", first.text());
    let next = first.attributes("a[rel~=next]", "href");
    assert_eq!(next, ["/-/attachments?lang=en&folder=many&from=100"]);
    let second = reader.get(&next[0]).await;
    assert_eq!(second.texts("tbody th > a"), ["100.txt"]);
    assert_eq!(second.attributes("a[rel~=prev]", "href"), ["/-/attachments?lang=en&folder=many"]);
    assert!(second.attributes("a[rel~=next]", "href").is_empty());
    assert_eq!(reader.get("/-/attachments?from=99999").await.status, 200);
}

#[tokio::test]
async fn who_may_not_see_a_folder_does_not_learn_of_its_files() {
    let wiki = site().await;
    let (ren, mei) = (wiki.signed_in("ren", Role::Writer).await, wiki.signed_in("mei", Role::Reader).await);
    let stranger = wiki.anonymous();
    for client in [&stranger, &mei] {
        let page = client.get("/-/attachments?lang=en").await;
        assert!(page.texts("#total")[0].starts_with("9 files, 168 B in all"), "{:?}", page.texts("#total"));
        assert!(!page.text().contains("secret") && !page.text().contains("Plan"), "{}", page.text());
        assert!(listed(client, "&folder=secret").await.is_empty());
        for address in ["file/secret/x.txt", "file/secret/none.txt", "version/secret/x.txt?at=HEAD"] {
            let answer = client.get(&format!("/-/attachments/{address}")).await;
            let wanted = if address.contains("at=") { 400 } else { 404 };
            assert_eq!(answer.status, wanted, "{address}");
        }
        let plan = client.get("/-/attachments/file/tcp/only-plan.txt?lang=en").await;
        assert!(plan.text().contains("no page") && !plan.text().contains("Plan"), "{}", plan.text());
        let json: Value = serde_json::from_slice(&client.get_json("/api/v1/attachments").await.body).unwrap();
        assert_eq!(json["files"].as_array().unwrap().len(), 9);
        assert!(!json.to_string().contains("secret"), "{json}");
    }
    assert!(listed(&ren, "").await.contains(&"x.txt secret text/plain 29 B Plan (en)".to_string()));
    assert!(listed(&ren, "").await.contains(&"only-plan.txt tcp text/plain 4 B Plan (en)".to_string()));
    // A version that was made before the folder was hidden is hidden as well.
    let at = ren.get("/-/attachments/file/secret/x.txt").await.attributes("#history td a", "href").remove(0);
    assert_eq!(ren.get(&at).await.text(), FILES[14].1);
    assert_eq!(mei.get(&at).await.status, 404);
    assert_eq!(
        ren.get("/-/attachments/file/tcp/syn.en.md").await.status,
        404,
        "a page is no file beside one"
    );
    let before = commits(&wiki);
    for (client, file, status) in [
        (&stranger, "top.txt", 401),
        (&mei, "top.txt", 403),
        (&mei, "secret/x.txt", 404),
        (&stranger, "secret/x.txt", 404),
        (&ren, "none.txt", 404),
        (&ren, ".git/config", 422),
    ] {
        let csrf = client.csrf();
        assert_eq!(replace(client, file, "en", &csrf, b"new").await.status, status, "replace {file}");
        for (verb, fields) in [("remove", ("", "")), ("move", ("to", "b.txt")), ("restore", ("at", "1"))] {
            let answer = client.post(&format!("/-/attachments/{verb}/{file}"), &[fields]).await;
            assert_eq!(answer.status, status, "{verb} {file}: {}", answer.text());
        }
    }
    assert_eq!(commits(&wiki), before);
}

#[tokio::test]
async fn a_file_that_is_replaced_keeps_its_address() {
    let wiki = site().await;
    let ren = wiki.signed_in("ren", Role::Writer).await;
    let (file, csrf) = ("tcp/p.svg", ren.csrf());
    let page = ren.get("/-/attachments/file/tcp/p.svg?lang=en").await;
    assert_eq!(page.attributes("form[enctype] input[type=file]", "accept"), [".svg"]);
    assert_eq!(
        page.attributes("form[enctype]", "action"),
        ["/-/attachments/replace/tcp/p.svg?lang=en"],
        "{}",
        page.text()
    );
    let before = commits(&wiki).len();
    let new = SVG.replace("400", "40");
    let done = replace(&ren, file, "en", &csrf, new.as_bytes()).await;
    let back = "/-/attachments/file/tcp/p.svg?lang=en";
    assert_eq!((done.status.as_u16(), done.header("location")), (303, back), "{}", done.text());
    assert_eq!(commits(&wiki)[0], "ren: Replace tcp/p.svg");
    assert_eq!(ren.get("/en/tcp/p.svg").await.text(), new);
    assert_eq!(wiki.file(file), new);
    assert_eq!(replace(&ren, file, "en", &csrf, new.as_bytes()).await.status, 303);
    assert_eq!(commits(&wiki).len(), before + 1, "the same bytes again are no commit");
    // A script sends the bytes as they are.
    let headers = [("x-csrf", csrf.as_str())];
    let body = Body::from(SVG.replace("400", "44"));
    let sent = ren.send(Method::POST, "/-/attachments/replace/tcp/p.svg", &headers, body).await;
    assert_eq!(sent.status, 303, "{}", sent.text());
    let page = ren.get(back).await;
    assert!(page.texts("main p").iter().any(|text| text.contains("44 × 200")), "{}", page.text());
    let versions = page.attributes("#history td a", "href");
    assert_eq!(versions.len(), 3);
    let old = wiki.anonymous().get(&versions[2]).await;
    assert_eq!((old.text(), old.header("content-type")), (SVG, "image/svg+xml"));
    assert!(old.header("content-security-policy").contains("sandbox"), "{:?}", old.headers);
    let at = versions[2].split("at=").nth(1).unwrap();
    let restored = ren.post("/-/attachments/restore/tcp/p.svg", &[("at", at)]).await;
    assert_eq!(restored.status, 303, "{}", restored.text());
    assert_eq!(wiki.file(file), SVG);
    assert!(commits(&wiki)[0].starts_with("ren: Restore tcp/p.svg of 20"), "{:?}", commits(&wiki));
}

#[tokio::test]
async fn what_cannot_take_a_files_place_changes_nothing() {
    let wiki = site().await;
    let ren = wiki.signed_in("ren", Role::Writer).await;
    let csrf = ren.csrf();
    let before = commits(&wiki);
    for (file, bytes, status, sentence) in [
        ("tcp/p.svg", &b"\x89PNG\r\n\x1a\n"[..], 415, "the file is no `.svg`, whatever its name says"),
        ("top.txt", b"\0", 415, "the file is no `.txt`, whatever its name says"),
        ("top.txt", b"", 422, "Choose a file first."),
    ] {
        let refused = replace(&ren, file, "en", &csrf, bytes).await;
        assert_eq!(refused.status, status, "{file}: {}", refused.text());
        assert_eq!(refused.texts("[role=alert]"), [sentence], "{}", refused.text());
    }
    let chinese = replace(&ren, "top.txt", "zh", &csrf, b"").await;
    assert_eq!(chinese.texts("[role=alert]"), ["请先选择一个文件。"]);
    let longest = vec![b'x'; (16 << 20) + 1];
    assert_eq!(replace(&ren, "top.txt", "en", &csrf, &longest).await.status, 413);
    for token in ["", "no token"] {
        assert_eq!(replace(&ren, "top.txt", "en", token, b"new").await.status, 403, "{token}");
    }
    let multipart = [("content-type", "multipart/form-data; boundary=line"), ("x-csrf", csrf.as_str())];
    let no_file =
        ren.send(Method::POST, "/-/attachments/replace/top.txt", &multipart, Body::from("--line--"));
    assert_eq!(no_file.await.status, 400);
    assert_eq!(ren.get("/-/attachments/replace/top.txt").await.status, 405);
    assert_eq!(commits(&wiki), before);
    assert_eq!(wiki.file("top.txt"), "seven\n");
}

#[tokio::test]
async fn a_removed_file_can_be_brought_back() {
    let wiki = site().await;
    let ren = wiki.signed_in("ren", Role::Writer).await;
    let asked = ren.get("/-/attachments/file/tcp/p.svg?lang=en").await;
    assert!(asked.texts("#remove .wrong")[0].contains("listed above"), "{}", asked.text());
    assert!(ren.get("/-/attachments/file/top.txt").await.texts("#remove .wrong").is_empty());
    let gone = ren.post("/-/attachments/remove/tcp/p.svg?lang=en", &[]).await;
    assert_eq!(
        (gone.status.as_u16(), gone.header("location")),
        (303, "/-/removed?lang=en"),
        "{}",
        gone.text()
    );
    assert_eq!(commits(&wiki)[0], "ren: Remove tcp/p.svg");
    assert!(!wiki.path("tcp/p.svg").exists());
    for address in ["/en/tcp/p.svg", "/-/attachments/file/tcp/p.svg"] {
        assert_eq!(ren.get(address).await.status, 404, "{address}");
    }
    assert!(listed(&ren, "").await.iter().all(|row| !row.starts_with("p.svg")));
    assert_eq!(ren.post("/-/attachments/remove/tcp/p.svg", &[]).await.status, 404);
    let list = ren.get("/-/removed").await;
    assert_eq!(list.attributes("input[name=file]", "value"), ["tcp/p.svg"]);
    let at = list.attributes("input[name=at]", "value").remove(0);
    let back = ren.post("/-/undelete", &[("file", "tcp/p.svg"), ("at", &at)]).await;
    assert_eq!(back.status, 303, "{}", back.text());
    assert_eq!(wiki.file("tcp/p.svg"), SVG);
    let row = "p.svg tcp image/svg+xml 400 × 200 67 B Home (en) SYN (en)".to_string();
    assert!(listed(&ren, "").await.contains(&row));
}

#[tokio::test]
async fn links_follow_a_file_that_moves() {
    let wiki = site().await;
    let ren = wiki.signed_in("ren", Role::Writer).await;
    rule(&wiki, "tcp/syn", Who::Anyone, May::Read).await;
    let address = "/-/attachments/move/tcp/p.svg?lang=en";
    let before = commits(&wiki).len();
    for (to, sentence) in [
        ("", "needs a name"),
        ("../p.svg", "needs a name"),
        ("tcp/p.svg", "that path already"),
        ("tcp/p.png", "ending of the name stays"),
        ("tags/p.svg", "site itself uses"),
        ("tcp/html.svg", "something at that path"),
    ] {
        let refused = ren.post(address, &[("to", to)]).await;
        assert_eq!(refused.status, 422, "{to}: {}", refused.text());
        assert!(refused.texts("[role=alert]")[0].contains(sentence), "{to}: {}", refused.text());
    }
    assert_eq!(commits(&wiki).len(), before);
    let moved = ren.post(address, &[("to", "pictures/图 (1).svg")]).await;
    assert_eq!(moved.status, 200, "{}", moved.text());
    assert_eq!(
        moved.attributes("[role=status] a", "href"),
        ["/en/tcp/syn"],
        "a page that ren may not change"
    );
    assert_eq!(moved.texts("h1"), ["图 (1).svg"]);
    assert_eq!(commits(&wiki)[0], "ren: Move /tcp/p.svg to /pictures/图 (1).svg");
    assert_eq!(commits(&wiki).len(), before + 1);
    assert!(wiki.file("index.en.md").contains("![Twice](pictures/图%20%281%29.svg) ![Twice](pictures/"));
    assert_eq!(wiki.file("tcp/syn.en.md"), FILES[1].1);
    let to = "/en/pictures/%E5%9B%BE%20(1).svg";
    let old = wiki.anonymous().get("/en/tcp/p.svg").await;
    assert_eq!((old.status.as_u16(), old.header("location")), (301, to));
    assert_eq!(wiki.anonymous().get(to).await.text(), SVG);
    let one = ren.get("/-/attachments/file/pictures/%E5%9B%BE%20(1).svg?lang=en").await;
    assert_eq!(one.texts("#used-by li"), ["Home (en)"], "{}", one.text());
    assert_eq!(one.texts("#history tbody tr").len(), 2, "its history goes with it");
}

#[tokio::test]
async fn programs_list_write_and_remove_files() {
    let wiki = site().await;
    let ren = wiki.signed_in("ren", Role::Writer).await;
    let csrf = ren.csrf();
    let headers = [("x-csrf", csrf.as_str()), ("accept", "application/json")];
    let send = async |client: &Client, method: Method, uri: &str, body: &str| {
        client.send(method, uri, &headers, Body::from(body.to_string())).await
    };
    let json = |answer: &Answer| serde_json::from_slice::<Value>(&answer.body).unwrap();
    let uri = "/api/v1/attachments/tcp/%E6%96%B0.txt?message=Measured";
    let made = send(&ren, Method::PUT, uri, "new\n").await;
    assert_eq!(made.status, 201, "{}", made.text());
    assert_eq!(json(&made)["path"], "tcp/新.txt");
    assert_eq!(commits(&wiki)[0], "ren: Measured");
    assert_eq!(send(&ren, Method::PUT, uri, "newer\n").await.status, 200);
    let head = json(&send(&ren, Method::PUT, uri, "newer\n").await)["revision"].clone();
    assert_eq!(head.as_str().unwrap().len(), 40);
    assert_eq!(wiki.file("tcp/新.txt"), "newer\n");
    for (uri, body, status) in [
        ("/api/v1/attachments/tcp/a.html", "<p>", 415),
        ("/api/v1/attachments/tcp/a.png", "no picture", 415),
        ("/api/v1/attachments/.hidden/a.txt", "x", 422),
        ("/api/v1/attachments/tags/a.txt", "x", 422),
        ("/api/v1/attachments/tcp/a.en.md", "x", 404),
        ("/api/v1/attachments", "x", 404),
    ] {
        let refused = send(&ren, Method::PUT, uri, body).await;
        assert_eq!(refused.status, status, "{uri}: {}", refused.text());
    }
    assert_eq!(wiki.anonymous().send(Method::PUT, uri, &[], Body::from("x")).await.status, 401);
    let listed = json(&ren.get_json("/api/v1/attachments?folder=tcp&after=tcp/p.svg").await);
    let paths: Vec<&str> =
        listed["files"].as_array().unwrap().iter().map(|it| it["path"].as_str().unwrap()).collect();
    assert_eq!(paths, ["tcp/raw name.txt", "tcp/抓包 1.txt", "tcp/新.txt"]);
    assert_eq!(listed["files"][1]["used_by"], serde_json::json!(["tcp/syn.en.md", "tcp/syn.zh.md"]));
    assert_eq!(listed["files"][1]["bytes"], 4);
    assert_eq!(listed["more"], false);
    assert_eq!(send(&ren, Method::DELETE, uri, "").await.status, 200);
    assert_eq!(send(&ren, Method::DELETE, uri, "").await.status, 404);
    assert!(!wiki.path("tcp/新.txt").exists());
}
