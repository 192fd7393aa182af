//! What `casebook export` writes, from a plain server of files below a folder: every scene of every lab comes alive, and
//! what takes the place of the server does its work. The tests of labs run on it as well: see `sites`.

use crate::markup::{ARTICLE, FIGURE, FORM, LAB, RESULT};
use e2e::{Browser, Site, Window, assert_same_text, audit};
use serde_json::json;
use sim_wasm::text::Lang;
use sim_wasm::view::Detail;
use sim_wasm::{api, lab};

/// Where the site lies.
const FOLDER: &str = "notes";

/// The text of some HTML, with single spaces.
fn text_of(browser: &Browser, html: &str) -> String {
    let script = "return new DOMParser().parseFromString(arguments[0], 'text/html').body.textContent";
    let text: String = browser.script(script, &[json!(html)]);
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn every_scene_of_every_lab_comes_alive() {
    let site = Site::exported(FOLDER);
    let browser = Window::default().on(&site);
    for lab in lab::all() {
        let lang = if lab.id.len() % 2 == 0 { Lang::En } else { Lang::Zh };
        let page = format!("/{}/labs/{}", lang.code(), lab.id);
        browser.open(&page);
        let links = "return [...document.querySelectorAll('.scenes a')].map((link) => link.href)";
        let links: Vec<String> = browser.script(links, &[]);
        assert_eq!(links.len(), lab.presets.len(), "{}", lab.id);
        for (preset, link) in lab.presets.iter().zip(links) {
            let params = lab.params_in(lang, Some(preset.id), []).expect("a preset is valid");
            let query = params.to_query();
            let what = format!("the scene {} of {}", preset.id, lab.id);
            assert_eq!(link, format!("{}?{query}", site.url(&site.page(&page))), "{what}");
            browser.go(&link);
            browser.wait_until(
                "performance.getEntriesByType('resource').some((it) => it.name.includes('.wasm') && it.responseEnd)",
            );
            let _: Option<()> = browser.script(
                "document.querySelectorAll('details.packets').forEach((list) => { list.open = true; })",
                &[],
            );
            let native = api::render(lab.id, &query, lang, "lab", Detail::Full);
            // A folded list has no rows when a script has made it; unfolded, it gets them.
            browser.eventually(&what, |browser| {
                let shown = "return !document.querySelector('.lab-result.stale') \
                             && !document.querySelector('details.packets:not(:has(td))')";
                browser.script(shown, &[])
            });
            assert_same_text(&browser.text(RESULT), &text_of(&browser, &native.html));
            browser.eventually("its link is marked", |browser| {
                browser.has(&format!(".scenes a[data-preset='{}'][aria-current=true]", preset.id))
            });
        }
        assert_eq!(audit::foreign_requests(&browser, &site.url("/")), [""; 0], "{}", lab.id);
        assert_eq!(browser.complaints(), [""; 0], "{}", lab.id);
    }
}

/// A page of each kind is as well made as those of the server.
#[test]
fn pages_are_well_made() {
    let site = Site::exported(FOLDER);
    for (width, dark) in [(1280, false), (360, true)] {
        let window = Window::default().viewport(width, 800);
        let browser = if dark { window.dark() } else { window }.on(&site);
        let mut problems = Vec::new();
        for page in ["/zh/", ARTICLE, "/en/labs/", LAB, "/en/tags/", "/en/no/such/page", "/404.html"] {
            browser.complaints();
            browser.requests();
            browser.open(page);
            let mut found = audit::structure(&browser);
            found.extend(audit::accessibility(&browser));
            found.extend(audit::foreign_requests(&browser, &site.url("/")));
            found.extend(browser.complaints().into_iter().filter(|it| !it.contains("status of 404")));
            problems.extend(found.into_iter().map(|problem| format!("{page} at {width} px: {problem}\n")));
        }
        assert!(problems.is_empty(), "{}", problems.concat());
    }
}

#[test]
fn the_front_page_leads_to_the_language_that_was_chosen() {
    let site = Site::exported(FOLDER);
    let browser = Window::default().on(&site);
    browser.open("/");
    browser.eventually("the browser's language", |browser| browser.path() == "/en/");
    browser.click("a.lang-switch");
    browser.eventually("the other language", |browser| browser.path() == "/zh/");
    browser.open("/");
    browser.eventually("the chosen language", |browser| browser.path() == "/zh/");
    let cookies: String = browser.script("return document.cookie", &[]);
    assert_eq!(cookies, "", "other sites of the host would get it");

    let browser = Window::default().javascript(false).on(&site);
    browser.open("/");
    browser.eventually("a language", |browser| browser.path() == "/en/");
}

#[test]
fn an_old_address_takes_the_rest_of_it_along() {
    let page = "---\ntitle: New\naliases: [/2014/old, /posts/old.html]\n---\n## Part {#part}\n\nText\n";
    let site = Site::exported_from(FOLDER, &[("net/new.en.md", page)]);
    let browser = Window::default().on(&site);
    for old in ["/2014/old?x=1#part", "/2014/old/?x=1#part", "/posts/old.html?x=1#part"] {
        browser.open(old);
        browser.eventually(old, |browser| browser.path() == "/en/net/new/?x=1#part");
    }
    let browser = Window::default().javascript(false).on(&site);
    browser.open("/2014/old/");
    browser.eventually("the new address", |browser| browser.path() == "/en/net/new/");
}

#[test]
fn without_scripts_a_lab_says_what_it_needs() {
    let site = Site::exported(FOLDER);
    let browser = Window::default().javascript(false).on(&site);
    for page in [LAB, ARTICLE] {
        browser.open(page);
        assert!(browser.text("main noscript").contains("needs JavaScript"), "{page}");
        assert!(!browser.text(RESULT).is_empty(), "{page}");
    }
}

/// Where no server could make the run, the page says so and stays, and tries again when it is asked to.
#[test]
fn a_lab_that_cannot_be_loaded_says_so() {
    let site = Site::exported(FOLDER);
    let browser = Window::default().on(&site);
    browser.devtools("Network.enable", json!({}));
    browser.devtools("Network.setBlockedURLs", json!({"urls": ["*.wasm"]}));
    browser.open(LAB);
    let before = browser.text(RESULT);
    browser.set("connections", "7");
    browser.eventually("it says so", |browser| browser.has(".lab-failed[role=alert]"));
    assert!(browser.text(".lab-failed").contains("no server"), "{}", browser.text(".lab-failed"));
    assert!(browser.path().contains("connections=7"), "{}", browser.path());
    assert_same_text(&browser.text(RESULT), &before);
    assert!(browser.has(&format!("{FIGURE} .lab-result.stale")), "the result is that of other values");

    browser.devtools("Network.setBlockedURLs", json!({"urls": []}));
    browser.click(&format!("{FORM} [type=submit]"));
    browser.eventually("the result", |browser| {
        !browser.has(".lab-failed") && browser.text(RESULT).contains("of 7 connections")
    });
}
