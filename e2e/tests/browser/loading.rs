//! What is loaded when, and that nothing jumps or moves by itself.

use crate::markup::{ARTICLE, FIGURE, LAB};
use e2e::{Browser, Site, Window};
use serde_json::json;

/// Web Vitals call 0.1 good; a page whose figures keep their place stays far below.
const MAX_SHIFT: f64 = 0.02;

fn wasm_requested(browser: &Browser) -> bool {
    browser.requests().iter().any(|request| request.url.contains(".wasm"))
}

fn pause(browser: &Browser) {
    let _: Option<()> = browser.script("return new Promise((done) => setTimeout(done, 1000))", &[]);
}

fn the_module_comes_when_a_lab_comes_near(site: &Site) {
    let browser = Window::default().viewport(1280, 300).on(site);
    browser.open(ARTICLE);
    pause(&browser);
    let screens: f64 = browser.script(
        &format!("return document.querySelector('{FIGURE}').getBoundingClientRect().top / innerHeight"),
        &[],
    );
    assert!(screens > 4.0, "the first lab is {screens:.1} screens away: too near to tell");
    assert!(!wasm_requested(&browser), "loaded before the lab was near");

    browser.scroll_to(FIGURE);
    browser.wait_until("performance.getEntriesByType('resource').some((it) => it.name.includes('.wasm'))");
}

fn a_page_without_a_lab_loads_no_module(site: &Site) {
    let browser = Window::default().on(site);
    browser.open("/en/about");
    pause(&browser);
    assert!(!wasm_requested(&browser));
}

fn nothing_jumps_when_a_lab_comes_alive(site: &Site) {
    for (width, height) in [(1280, 800), (360, 800)] {
        for page in [LAB, "/en/labs/cache-line", ARTICLE] {
            let browser = Window::default().viewport(width, height).on(site);
            browser.open(page);
            browser.scroll_to(FIGURE);
            browser.wait_until(
                "performance.getEntriesByType('resource').some((it) => it.name.includes('.wasm'))",
            );
            pause(&browser);
            let shift: f64 = browser.script("return window.observed.shift", &[]);
            let shifted: Vec<String> = browser.script("return window.observed.shifted", &[]);
            assert!(
                shift <= MAX_SHIFT,
                "{page} at {width} px: layout shift of {shift:.3}\n{}",
                shifted.join("\n")
            );
        }
    }
}

/// However late the lab's script comes: what it adds to the form has a place that was kept.
#[test]
fn the_form_is_as_high_before_its_script_has_come() {
    let site = Site::shared();
    for (width, height) in [(1280, 800), (360, 800)] {
        let browser = Window::default().viewport(width, height).on(&site);
        browser.devtools("Network.enable", json!({}));
        for page in [LAB, "/en/labs/cache-line", ARTICLE] {
            let heights = || -> Vec<f64> {
                let script = "return [...document.querySelectorAll('form .field')].map((it) => it.getBoundingClientRect().height)";
                browser.script(script, &[])
            };
            let alive = |browser: &Browser| browser.has("input.slider:not([hidden])");
            browser.devtools("Network.setBlockedURLs", json!({"urls": ["*/js/lab-*"]}));
            browser.open(page);
            assert!(!alive(&browser), "{page}: a script has come nevertheless");
            let before = heights();
            browser.devtools("Network.setBlockedURLs", json!({"urls": []}));
            browser.reload();
            browser.scroll_to(FIGURE);
            browser.eventually("the sliders", alive);
            assert_eq!(heights(), before, "{page} at {width} px");
        }
    }
}

fn nothing_moves_for_readers_who_asked_for_that(site: &Site) {
    let browser = Window::default().reduced_motion().on(site);
    for page in ["/en/", ARTICLE, LAB] {
        browser.open(page);
        let _: Option<()> =
            browser.script("document.querySelector('a[href]').focus(); scrollTo(0, 400)", &[]);
        let moving: Vec<String> = browser.script(
            "return document.getAnimations().filter((it) => it.playState === 'running').map((it) => it.effect.target?.outerHTML.slice(0, 80))",
            &[],
        );
        assert!(moving.is_empty(), "{page}: {moving:?}");
    }
}

on_every_site! {
    the_module_comes_when_a_lab_comes_near,
    a_page_without_a_lab_loads_no_module,
    nothing_jumps_when_a_lab_comes_alive,
    nothing_moves_for_readers_who_asked_for_that,
}
