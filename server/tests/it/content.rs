//! What the content folder becomes: lists, feeds, drafts, odd files.

use crate::app::TestApp;

#[tokio::test]
async fn lists_are_in_order_and_without_drafts() {
    let app = TestApp::sample();
    let home = app.get("/en/").await;
    let links = home.attributes("main a", "href");
    let at = |href: &str| links.iter().position(|link| link == href);
    assert!(at("/en/tcp/older") < at("/en/tcp/tw-recycle"), "pinned comes first: {links:?}");
    for uri in ["/en/", "/en/archives", "/en/tcp", "/en/atom.xml", "/sitemap.xml"] {
        let text = app.get(uri).await.text().to_string();
        assert!(!text.contains("draft") && !text.contains("Secret"), "{uri}");
    }
    assert_eq!(app.get("/en/tcp/draft").await.status, 404);
    assert_eq!(app.get("/en/tcp/draft.md").await.status, 404);
    let archives = app.get("/en/archives").await;
    assert_eq!(archives.texts("main h2"), ["2026", "2025"]);
    let feed = app.get("/en/atom.xml").await;
    assert!(feed.text().contains("<updated>2026-04-05T00:00:00Z</updated>"));
    assert!(feed.text().contains("https://kb.example/en/tcp/tw-recycle"));
    assert!(feed.text().find("tw-recycle") < feed.text().find("older"));
}

#[tokio::test]
async fn a_broken_head_says_where() {
    let app = TestApp::sample();
    let answer = app.get("/en/tcp/broken").await;
    assert_eq!(answer.status, 500);
    assert!(answer.text().contains("tcp/broken.en.md"));
    assert!(answer.texts("main dd").contains(&"3".to_string()), "{}", answer.text());
    assert_eq!(app.get("/en/tcp/broken.md").await.status, 404);
    assert_eq!(app.get("/en/tcp/tw-recycle").await.status, 200);
}

#[tokio::test]
async fn odd_files_break_nothing() {
    let app = TestApp::new(&[
        ("a b/ü 重.en.md", "---\ntitle: Odd\ndate: 2026-01-01\ntags: ['a/b?c#d%', '..']\n---\nText\n"),
        ("labs.en.md", "---\ntitle: Taken\n---\nText\n"),
        ("x.md", "---\ntitle: One\n---\nText\n"),
        ("x.en.md", "---\ntitle: Two\n---\nText\n"),
        (".git/config", "secret"),
        (".hidden.en.md", "secret"),
        ("empty.en.md", ""),
        ("a b/q&\"<>.txt", "text"),
    ]);
    assert_eq!(app.get("/en/a%20b/%C3%BC%20%E9%87%8D").await.status, 200);
    assert_eq!(app.get("/en/tags/a%2Fb%3Fc%23d%25").await.status, 200);
    assert_eq!(app.get("/en/a%20b/q&%22%3C%3E.txt").await.status, 200);
    assert_eq!(app.get("/en/labs").await.texts("h1"), ["Labs"]);
    assert_eq!(app.get("/en/x").await.texts("h1"), ["Two"]);
    assert_eq!(app.get("/en/empty").await.texts("h1"), ["empty"]);
    for uri in ["/en/.git/config", "/en/.hidden", "/.git/config"] {
        assert_eq!(app.get(uri).await.status, 404, "{uri}");
    }
    let found =
        app.app().shelf().first().diagnostics.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
    assert!(found.contains("labs.en.md: error: `labs` is an address of the site itself"), "{found}");
    assert!(found.contains("x.md: error: has the same address as x.en.md"), "{found}");
}

#[cfg(unix)]
#[tokio::test]
async fn links_out_of_the_folder_are_refused() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::symlink;
    let outside = tempfile::tempdir().unwrap();
    std::fs::write(outside.path().join("secret.txt"), "secret").unwrap();
    let files = tempfile::tempdir().unwrap();
    std::fs::write(files.path().join("page.en.md"), "Text\n").unwrap();
    std::fs::write(files.path().join("inside.txt"), "text").unwrap();
    symlink(outside.path(), files.path().join("folder")).unwrap();
    symlink(outside.path().join("secret.txt"), files.path().join("file.txt")).unwrap();
    symlink("inside.txt", files.path().join("near.txt")).unwrap();
    symlink(".", files.path().join("loop")).unwrap();
    std::fs::write(files.path().join(OsStr::from_bytes(b"bad\xff.en.md")), "Text\n").unwrap();
    std::fs::write(files.path().join("page.zh.md"), b"\xe4\xb8\n").unwrap();

    let app = casebook::app::App::open(
        casebook::app::Settings {
            content: files.path().to_path_buf(),
            public_url: "http://x".to_string(),
            static_dir: None,
        },
        None,
    )
    .unwrap();
    let edition = app.shelf().first();
    let attachments: Vec<&str> = edition.site.attachments.keys().map(String::as_str).collect();
    assert!(attachments.contains(&"inside.txt") && attachments.contains(&"near.txt"));
    assert!(
        !attachments.iter().any(|name| name.ends_with("secret.txt") || *name == "file.txt"),
        "{attachments:?}"
    );
    assert!(edition.document("/en/page").is_some());
    assert_eq!(edition.document("/zh/page").unwrap().status, 500);
}

/// Two links to their own folder double the paths through it at every step.
#[cfg(unix)]
#[test]
fn no_folder_is_read_twice() {
    use casebook::folder;
    use std::os::unix::fs::symlink;
    let files = tempfile::tempdir().unwrap();
    let root = files.path();
    for folder in ["x", "y", ".hidden/z"] {
        std::fs::create_dir_all(root.join(folder)).unwrap();
        std::fs::write(root.join(folder).join("page.en.md"), "# Hi\n").unwrap();
    }
    for (to, link) in
        [(".", "x/a"), (".", "x/b"), ("..", "x/up"), ("../y", "x/y"), ("../x", "y/x"), (".hidden", "seen")]
    {
        symlink(to, root.join(link)).unwrap();
    }
    symlink("../..", root.join(".hidden/z/up")).unwrap();

    let snapshot = folder::read(root).unwrap();
    let pages: Vec<&str> = snapshot.pages.iter().map(|page| page.file.as_str()).collect();
    assert_eq!(pages, ["seen/z/page.en.md", "x/page.en.md", "y/page.en.md"]);
    let mut found: Vec<String> = snapshot.diagnostics.iter().map(ToString::to_string).collect();
    found.sort();
    let back_up = ["seen/z/up", "x/a", "x/b", "x/up"];
    for (found, file) in found.iter().zip(back_up) {
        assert_eq!(*found, format!("{file}: warning: the link leads back up; remove it"));
    }
    assert!(
        found[4].starts_with("x/y: warning: the link leads to a folder that is read already"),
        "{found:?}"
    );
    assert!(found[5].starts_with("y/x: warning: "), "{found:?}");
    assert_eq!(found.len(), 6);
}

#[tokio::test]
async fn pictures_keep_their_place() {
    let app = TestApp::new(&[
        ("page.en.md", "Before.\n\n![A drawing](drawing.svg)\n"),
        ("drawing.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 640 480\"/>"),
    ]);
    let page = app.get("/en/page").await;
    assert_eq!(page.attributes("main img", "width"), ["640"]);
    assert_eq!(page.attributes("main img", "height"), ["480"]);
}

#[tokio::test]
async fn previous_and_next_stay_in_the_category() {
    let page = |title: &str, day: u8, category: &str| {
        format!(
            "---\ntitle: {title}\ndate: 2026-01-{day:02}\ncategories: {category}\nseries: S\norder: {day}\n---\nText\n"
        )
    };
    let (a, b, c, d) = (page("A", 1, "x"), page("B", 2, "y"), page("C", 3, "x"), page("D", 4, "x"));
    let app = TestApp::new(&[("a.en.md", &a), ("b.en.md", &b), ("c.en.md", &c), ("d.en.md", &d)]);
    let answer = app.get("/en/c").await;
    assert_eq!(answer.attributes("a[rel=prev]", "href"), ["/en/a"]);
    assert_eq!(answer.attributes("a[rel=next]", "href"), ["/en/d"]);
    assert_eq!(answer.texts("section.series li"), ["A", "B", "C", "D"]);
    assert!(app.get("/en/b").await.attributes("a[rel=prev], a[rel=next]", "href").is_empty());
}
