//! Reading an article with labs: bets, links to a changed lab, the other language.

use crate::markup::{ARTICLE, FIGURE, LAB, RESULT};
use e2e::{Site, Window};
use thirtyfour::Key;

fn a_bet_is_placed_by_keyboard_alone(site: &Site) {
    let browser = Window::default().on(site);
    browser.open(ARTICLE);
    let reveal = "document.querySelector('details.reveal').open";
    browser.scroll_to("fieldset.bet");

    let (down, space) = (char::from(Key::Down).to_string(), " ".to_string());
    browser.type_into("fieldset.bet input", &down);
    let walked: bool = browser.script(&format!("return !{reveal}"), &[]);
    assert!(walked, "walking through the choices is no bet yet");
    browser.press(&space);
    browser.wait_until(reveal);
    let marked: bool =
        browser.script("return document.querySelector('fieldset.bet .right .outcome') !== null", &[]);
    assert!(marked, "the right answer is marked in words");
}

fn a_link_to_a_changed_lab_opens_what_was_changed(site: &Site) {
    let browser = Window::default().on(site);
    browser.open(ARTICLE);
    let id: String = browser.script(&format!("return document.querySelector('{FIGURE}').id"), &[]);
    browser.open(&format!("{ARTICLE}?{id}.connections=7#{id}"));
    browser.wait_until(&format!("document.querySelector('#{id} .lab-controls').checkVisibility()"));
    assert_eq!(browser.value("connections"), "7");
    browser.eventually("the result of the changed lab", |browser| {
        browser.text(RESULT).contains("of 7 connections")
    });

    browser.click(&format!("#{id} button.reset"));
    browser.eventually("the article's own values", |browser| browser.value("connections") != "7");
    assert!(!browser.path().contains("connections"), "{}", browser.path());
}

fn the_other_language_shows_the_same_lab(site: &Site) {
    let browser = Window::default().on(site);
    browser.open(LAB);
    browser.set("connections", "7");
    browser.wait_until("location.search.includes('connections=7')");
    browser.click("a.lang-switch");
    browser.wait_until("document.documentElement.lang.startsWith('zh')");
    assert_eq!(browser.value("connections"), "7");
    let page = site.page("/zh/labs/paws");
    assert!(browser.path().starts_with(&format!("{page}?")), "{}", browser.path());
}

on_every_site! {
    a_bet_is_placed_by_keyboard_alone,
    a_link_to_a_changed_lab_opens_what_was_changed,
    the_other_language_shows_the_same_lab,
}
