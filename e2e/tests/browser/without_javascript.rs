//! A lab is a form that the server answers: it works where no script runs.

use crate::markup::{FORM, LAB, RESULT};
use e2e::modules::Modules;
use e2e::{Site, Window, assert_same_text, repository};

#[test]
fn a_changed_value_gives_the_numbers_of_the_wasm_module() {
    let site = Site::shared();
    let browser = Window::default().javascript(false).on(&site);
    browser.open(LAB);
    let before = browser.text(RESULT);

    browser.set("connections", "7");
    browser.set("path", "nat");
    browser.click(&format!("{FORM} button:not([type=button])"));

    let path = browser.path();
    let (page, query) = path.split_once('?').expect("the settings are in the address");
    assert_eq!(page, LAB);
    assert!(query.contains("connections=7"), "{query}");
    assert_eq!(browser.value("connections"), "7");
    let after = browser.text(RESULT);
    assert_ne!(after, before);
    assert_same_text(&after, &Modules::load(repository("static/sim")).result_text("paws", query, "en"));
    assert!(browser.requests().iter().all(|request| request.kind != "Script"), "a script was loaded");
}

#[test]
fn a_wrong_value_is_explained_beside_its_field() {
    let site = Site::shared();
    let browser = Window::default().javascript(false).on(&site);
    browser.open("/en/labs/paws?connections=many");
    assert!(browser.text("main").contains("connections"), "{}", browser.text("main"));
    assert!(browser.has("[name=connections][aria-invalid=true]"), "the field is not marked");
}

#[test]
fn an_article_shows_its_labs() {
    let site = Site::shared();
    let browser = Window::default().javascript(false).on(&site);
    browser.open(crate::markup::ARTICLE);
    assert!(!browser.text(RESULT).is_empty());
}
