//! A change of the content folder is on the site soon, by itself.

use crate::app::{Answer, TestApp};
use casebook::app::{App, Settings};
use std::fs;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// A change takes a fraction of a second; a machine busy with other tests may take longer.
const PATIENCE: Duration = Duration::from_secs(5);

async fn until(app: &TestApp, uri: &str, holds: impl Fn(&Answer) -> bool) -> Answer {
    let since = Instant::now();
    loop {
        let answer = app.get(uri).await;
        if holds(&answer) {
            return answer;
        }
        assert!(since.elapsed() < PATIENCE, "{uri} still answers {}: {}", answer.status, answer.text());
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn pages_come_change_break_and_go() {
    let app = TestApp::sample();
    app.app().watch();
    tokio::time::sleep(Duration::from_millis(100)).await;
    let before = app.get("/en/about").await;
    let etag = before.header("etag").to_string();

    app.write("new/page.en.md", "---\ntitle: New\ndate: 2026-06-01\n---\nFirst.\n");
    until(&app, "/en/new/page", |answer| answer.status == 200 && answer.text().contains("First.")).await;
    assert!(app.get("/en/").await.text().contains("/en/new/page"));

    app.write("new/page.en.md", "---\ntitle: New\ndate: 2026-06-01\n---\nSecond.\n");
    until(&app, "/en/new/page", |answer| answer.text().contains("Second.")).await;

    app.write("new/page.en.md", "---\ntitle: [\n---\nThird.\n");
    until(&app, "/en/new/page", |answer| answer.status == 500 && !answer.text().contains("Second.")).await;

    fs::remove_dir_all(app.path("new")).unwrap();
    until(&app, "/en/new/page", |answer| answer.status == 404).await;
    assert_eq!(app.get("/en/about").await.header("etag"), etag, "an untouched page is the same document");
}

#[tokio::test]
async fn only_what_changed_is_made_again() {
    let app = TestApp::sample();
    app.app().watch();
    tokio::time::sleep(Duration::from_millis(100)).await;
    let before = app.app().shelf().first();
    app.write("tcp/notes2.txt", "x");
    app.write("about.en.md", "---\ntitle: About\n---\nChanged.\n");
    until(&app, "/en/about", |answer| answer.text().contains("Changed.")).await;
    let after = app.app().shelf().first();
    let same =
        |address: &str| Arc::ptr_eq(before.document(address).unwrap(), after.document(address).unwrap());
    assert!(same("/en/tcp/tw-recycle") && same("/zh/") && !same("/en/about"));
    let shared = before
        .bodies
        .iter()
        .filter(|(key, body)| after.bodies.get(*key).is_some_and(|it| Arc::ptr_eq(it, body)));
    assert_eq!(shared.count(), before.bodies.len() - 1);
}

/// A page is rendered again when what it links to changes, though its own file does not.
#[tokio::test]
async fn links_follow_their_target() {
    let app = TestApp::new(&[
        ("a.en.md", "---\ntitle: A\n---\n[[b]]\n"),
        ("b.en.md", "---\ntitle: First title\n---\nText\n"),
    ]);
    app.app().watch();
    tokio::time::sleep(Duration::from_millis(100)).await;
    until(&app, "/en/a", |answer| answer.text().contains("First title")).await;
    app.write("b.en.md", "---\ntitle: Second title\n---\nText\n");
    until(&app, "/en/a", |answer| answer.text().contains("Second title")).await;
}

/// `--static`: a changed style sheet has a new address, and so has everything that names it.
#[tokio::test]
async fn the_design_can_be_worked_on() {
    let design = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = design.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    write("fonts/a.woff2", "font");
    write("css/site.css", "@font-face { src: url(../fonts/a.woff2) }");
    let content = tempfile::tempdir().unwrap();
    let app = App::open(
        Settings {
            content: content.path().to_path_buf(),
            public_url: "http://x".to_string(),
            static_dir: Some(design.path().to_path_buf()),
        },
        None,
    )
    .unwrap();
    app.watch();
    tokio::time::sleep(Duration::from_millis(100)).await;
    let css = |app: &App| app.shelf().first().assets.address("css/site.css").unwrap();
    let first = css(&app);
    let font = app.shelf().first().assets.address("fonts/a.woff2").unwrap();
    let hashed =
        app.shelf().first().assets.get(first.strip_prefix("/static/").unwrap()).unwrap().body().clone();
    let hashed = String::from_utf8_lossy(&hashed).into_owned();
    assert_eq!(format!("/static{}", hashed.split(['(', ')']).nth(1).unwrap().trim_start_matches("..")), font);

    write("fonts/a.woff2", "another font");
    let since = Instant::now();
    while css(&app) == first {
        assert!(since.elapsed() < PATIENCE, "the style sheet still has its old address");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let home = app.shelf().first().document("/en/").unwrap().body().clone();
    assert!(String::from_utf8_lossy(&home).contains(&css(&app)));
}

/// A save is shown before it is acknowledged, and stays shown when the folder is being read at the same moment.
#[test]
fn what_was_saved_stays_visible_while_the_folder_is_read_again() {
    let name = |page: usize| format!("many/page-{page}.en.md");
    let text = |page: usize, version: usize| format!("---\ntitle: Page {page}\n---\nVersion {version}.\n");
    let files: Vec<(String, String)> = (0..60).map(|page| (name(page), text(page, 0))).collect();
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let site = TestApp::new(&files);
    let save = |version: usize| {
        let page = version % 60;
        site.write(&name(page), &text(page, version));
        site.app().shelf().saved(&[name(page)]).unwrap();
        for _ in 0..20 {
            let shown = site.app().shelf().first();
            let document = shown.document(&format!("/en/many/page-{page}")).unwrap();
            let shown = String::from_utf8_lossy(document.body());
            assert!(shown.contains(&format!("Version {version}.")), "version {version} of page {page}");
        }
    };
    std::thread::scope(|scope| {
        let saves = scope.spawn(|| (1..=400).for_each(save));
        while !saves.is_finished() {
            site.app().refresh();
        }
        saves.join().unwrap();
    });
}
