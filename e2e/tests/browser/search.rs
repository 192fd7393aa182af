//! Searching by keyboard, while one types and on the page of results, wherever the site lies.

use crate::markup::ARTICLE;
use e2e::{Browser, Site, Window, audit};
use thirtyfour::Key;

const FIELD: &str = ".search-dialog input";
const FIRST: &str = ".search-dialog [role=option] .result-title";

fn key(key: Key) -> String {
    char::from(key).to_string()
}

fn is_open(browser: &Browser) -> bool {
    browser.script("return document.querySelector('.search-dialog')?.open ?? false", &[])
}

fn results_come_while_one_types(site: &Site) {
    let browser = Window::default().on(site);
    browser.open(ARTICLE);
    browser.press("/");
    browser.wait_until("document.activeElement?.matches('.search-dialog input')");
    browser.press("listenoverfl");
    browser.eventually("the beginning of a word is enough", |browser| {
        browser.has(".search-dialog mark") && browser.text(".search-dialog [role=status]").contains("result")
    });
    let wrong: Vec<String> = audit::accessibility(&browser);
    assert!(wrong.is_empty(), "{wrong:?}");

    // One down and up again, and the first one is opened at its section.
    browser.press(&key(Key::Down));
    browser.press(&key(Key::Up));
    let target: String =
        browser.script("return document.querySelector('.search-dialog a[aria-selected=true]').href", &[]);
    browser.press(&key(Key::Enter));
    browser.eventually("the result that was chosen", |browser| {
        let path = browser.path();
        target.ends_with(&path) && !is_open(browser)
    });
    let anchor = target.split_once('#').map(|(_, anchor)| anchor.to_string()).unwrap_or_default();
    let there: bool = browser.script(
        "return arguments[0] === '' || document.getElementById(decodeURIComponent(arguments[0])) !== null",
        &[anchor.clone().into()],
    );
    assert!(there, "the page has no section {anchor}");
    assert!(browser.complaints().is_empty());
}

fn chinese_and_identifiers_in_one_query(site: &Site) {
    let browser = Window::default().viewport(360, 800).dark().on(site);
    browser.open("/zh/tcp/tw-recycle");
    browser.chord(Key::Control, 'k');
    browser.wait_until("document.activeElement?.matches('.search-dialog input')");
    browser.type_into(FIELD, "全连接队列overflow");
    browser.eventually("both halves are found", |browser| {
        let marks: Vec<String> = browser.script(
            "return [...document.querySelectorAll('.search-dialog mark')].map((mark) => mark.textContent)",
            &[],
        );
        marks.iter().any(|mark| mark.contains("全连接队列"))
            && marks.iter().any(|mark| mark.to_lowercase().contains("overflow"))
    });
    assert!(browser.text(FIRST).contains("队列"), "{}", browser.text(FIRST));
    let overflows: bool = browser.script("return document.documentElement.scrollWidth > innerWidth", &[]);
    assert!(!overflows, "the dialog is wider than the window");
    browser.press(&key(Key::Escape));
    browser.eventually("Escape closes it", |browser| !is_open(browser));
}

fn a_slash_in_a_field_is_a_letter(site: &Site) {
    let browser = Window::default().on(site);
    browser.open("/en/search");
    browser.type_into(".search-form input", "a/b");
    assert!(!is_open(&browser));
    assert_eq!(browser.value("q"), "a/b");
}

fn results_are_a_page(site: &Site) {
    let browser = Window::default().on(site);
    browser.open("/en/search");
    browser.type_into(".search-form input", "tw_recylce\u{e007}");
    browser.eventually("results for what was meant", |browser| {
        browser.has("ol.results mark") && browser.text("main").contains("results for “tw_recycle”")
    });
    assert!(browser.path().starts_with(&site.page("/en/search")), "{}", browser.path());
    browser.click("ol.results a");
    browser.eventually("the article", |browser| browser.path().starts_with(&site.page(ARTICLE)));
}

on_every_site! {
    results_come_while_one_types,
    chinese_and_identifiers_in_one_query,
    a_slash_in_a_field_is_a_letter,
    results_are_a_page,
}

#[test]
fn results_need_no_scripts() {
    let site = Site::shared();
    let browser = Window::default().javascript(false).on(&site);
    browser.open(ARTICLE);
    browser.click("a.search-link");
    browser.type_into(".search-form input", "重传\u{e007}");
    browser
        .eventually("that there are some in Chinese", |browser| browser.text("main").contains("in Chinese"));
    browser.open("/zh/search?q=重传");
    assert!(browser.has("ol.results mark"));
    browser.click("ol.results a");
    assert!(browser.path().starts_with("/zh/"));
}
