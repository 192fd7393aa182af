//! Reading without the site: what was kept is shown and runs, nothing is kept unasked, and all of it can be taken away.

use crate::markup::{ARTICLE, FIGURE, LAB, RESULT};
use e2e::{Browser, Site, Wiki, Window, audit};
use serde_json::json;

const WAY_IN: &str = "a.offline";
const PANEL: &str = "#offline";
const OPENED: &str = "#offline button[data-do=opened]";
const ALL: &str = "#offline button[data-do=all]";
const REMOVE: &str = "#offline button[data-do=remove]";

/// What a page says of itself that comes from the reader's own browser.
const SIGN: &str = "main p.kept[role=status]";

/// Opens the dialog and presses one of its buttons; returns what it says when it is done.
fn press(browser: &Browser, button: &str) -> String {
    browser.wait_until(&format!("document.querySelector('{WAY_IN}').checkVisibility()"));
    if !browser.has("dialog.offline") {
        browser.click(WAY_IN);
    }
    browser.wait_until(&format!(
        "document.querySelector('{button}')?.checkVisibility() && !document.querySelector('{button}').disabled"
    ));
    browser.click(button);
    // All pages of a language take a while.
    let _: Option<()> = browser.script(
        "const panel = document.querySelector(arguments[0]); \
         const is_done = () => panel.getAttribute('aria-busy') !== 'true' && panel.querySelector('[data-part=status]').textContent; \
         return new Promise((done) => { const look = () => is_done() ? done() : setTimeout(look, 20); look(); })",
        &[json!(PANEL)],
    );
    browser.text("#offline [data-part=status]")
}

/// The registered workers and the caches.
fn left(browser: &Browser) -> (usize, Vec<String>) {
    browser.script(
        "return Promise.all([navigator.serviceWorker.getRegistrations().then((it) => it.length), caches.keys()])",
        &[],
    )
}

/// The paths of what is kept.
fn kept(browser: &Browser) -> Vec<String> {
    let script = "const all = await Promise.all((await caches.keys()).map(async (key) => (await caches.open(key)).keys())); \
                  return all.flat().map(({ url }) => new URL(url).pathname)";
    browser.script(&format!("return (async () => {{ {script} }})()"), &[])
}

/// Opens a page until the worker has it.
fn read(browser: &Browser, page: &str) {
    browser.open(page);
    browser.eventually(&format!("{page} is kept"), |browser| kept(browser).iter().any(|path| path == page));
}

#[test]
fn what_was_opened_is_there_without_the_site() {
    let mut site = Site::start();
    let browser = Window::default().on(&site);
    browser.open(ARTICLE);
    assert_eq!(press(&browser, OPENED), "This page is kept, and every page that you open from now on.");
    for page in ["/en/about", LAB, "/zh/about", ARTICLE] {
        read(&browser, page);
    }
    browser.scroll_to(FIGURE);
    browser
        .eventually("the module is kept", |browser| kept(browser).iter().any(|it| it.contains("paws_bg-")));
    assert!(!browser.has(SIGN), "the page came from the site");

    site.stop();
    browser.reload();
    assert!(browser.text(SIGN).contains("This copy is of "), "{}", browser.text(SIGN));
    browser.open(LAB);
    browser.scroll_to(FIGURE);
    browser.set("connections", "7");
    browser.eventually("a run", |browser| browser.text(RESULT).contains("of 7 connections"));
    browser.open("/zh/about");
    assert!(browser.text(SIGN).contains("保存的副本"), "{}", browser.text(SIGN));

    browser.open("/en/categories");
    assert!(browser.path().starts_with("/en/offline?page="), "{}", browser.path());
    browser.wait_until("document.querySelector('#not-kept').checkVisibility()");
    browser.wait_until("document.querySelector('#kept').checkVisibility()");
    let script = "return [...document.querySelectorAll('#kept a')].map((it) => it.textContent)";
    let listed: Vec<String> = browser.script(script, &[]);
    assert!(listed.contains(&browser.text("#kept a")) && listed.len() == 3, "{listed:?}");
    browser.open("/zh/tags");
    assert_eq!(browser.text("h1"), "离线阅读");

    site.start_again();
    browser.click("#not-kept a");
    browser.eventually("the page that was wanted", |browser| browser.path() == "/zh/tags");
    browser.open("/en/about");
    assert!(!browser.has(SIGN), "the page came from the site");
}

#[test]
fn all_pages_and_labs_of_a_language_can_be_kept() {
    let mut site = Site::start();
    let browser = Window::default().viewport(360, 800).on(&site);
    browser.open("/zh/");
    assert_eq!(press(&browser, ALL), "全部页面都已保存。");
    site.stop();
    browser.open("/zh/labs/paws");
    browser.scroll_to(FIGURE);
    browser.set("connections", "7");
    browser.eventually("a run of a lab that was never opened", |browser| {
        browser.text(RESULT).contains("7 条连接")
    });
    browser.open("/zh/tcp/tw-recycle");
    assert!(browser.has(SIGN));
    browser.open(ARTICLE);
    assert!(browser.path().starts_with("/en/offline?page="), "the other language is not kept");
}

#[test]
fn nothing_is_kept_unasked_and_nothing_stays_behind() {
    let site = Site::start();
    let browser = Window::default().on(&site);
    for page in ["/en/", ARTICLE, "/en/offline"] {
        browser.open(page);
        browser.wait_until(&format!("document.querySelector('{WAY_IN}').checkVisibility()"));
        assert_eq!(left(&browser), (0, Vec::new()), "{page}");
    }
    browser.open(ARTICLE);
    browser.click(WAY_IN);
    browser.wait_until("document.querySelector('dialog.offline')?.open");
    browser.wait_until(&format!("document.querySelector('{OPENED}')?.disabled === false"));
    assert_eq!(left(&browser), (0, Vec::new()), "the dialog alone");
    let problems = audit::accessibility(&browser);
    assert!(problems.is_empty(), "{}", problems.concat());

    press(&browser, OPENED);
    assert_eq!(left(&browser).0, 1);
    assert!(kept(&browser).iter().any(|path| path == ARTICLE));
    assert_eq!(press(&browser, REMOVE), "Nothing is kept any more.");
    // The page that is open still has its worker.
    let _: Option<()> = browser.script("return fetch('/en/about').then(() => undefined)", &[]);
    assert_eq!(left(&browser).1, Vec::<String>::new());
    browser.open("/en/about");
    assert_eq!(left(&browser), (0, Vec::new()));
}

#[test]
fn nothing_is_kept_of_what_only_people_with_accounts_see() {
    let wiki = Wiki::start(&[("about.en.md", "About.\n"), ("tcp/syn.en.md", "SYN.\n")]);
    let browser = wiki.administrator(Window::default(), "ann");
    browser.open("/en/about");
    press(&browser, OPENED);
    for page in ["/en/tcp/syn", "/-/account", "/-/history/en/about", "/en/about"] {
        browser.open(page);
    }
    let found = kept(&browser);
    let known =
        |path: &String| path.starts_with("/static/") || path.ends_with("/offline") || path == "/offline.json";
    assert!(found.iter().all(known), "{found:?}");
    assert!(found.iter().any(|path| path == "/en/offline"), "{found:?}");
}

#[test]
fn a_site_of_files_is_kept_in_its_folder() {
    let mut site = Site::exported("notes");
    let browser = Window::default().on(&site);
    browser.open("/en/about/");
    assert!(press(&browser, OPENED).starts_with("This page is kept"));
    browser.open("/en/tcp/tw-recycle/");
    let path = format!("/notes{ARTICLE}/");
    browser.eventually("the article is kept", |browser| kept(browser).contains(&path));
    assert!(kept(&browser).iter().all(|it| it.starts_with("/notes/")), "{:?}", kept(&browser));
    site.stop();
    browser.reload();
    assert!(browser.has(SIGN), "the page came from somewhere else");
    browser.open("/en/tags/");
    assert!(browser.path().contains("/en/offline/?page="), "{}", browser.path());
    browser.wait_until("document.querySelector('#kept').checkVisibility()");
    browser.click("#kept a");
    browser.eventually("a kept page", |browser| browser.has(SIGN));
}
