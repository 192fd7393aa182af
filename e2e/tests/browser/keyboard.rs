//! Every lab by keyboard alone: Tab leads to a field, a key changes it, the result follows and is said aloud.

use crate::markup::RESULT;
use e2e::{Browser, Site, Window};
use sim_wasm::lab;
use thirtyfour::Key;

/// A field of each lab that a single key changes so much that the result is another one.
const FIELDS: &[(&str, &str, Key)] = &[
    ("accept-queue", "backlog", Key::Up),
    ("cache-line", "experiment", Key::Down),
    ("closed-loop", "threads", Key::Up),
    ("dns", "tool", Key::Down),
    ("lvs-modes", "mode", Key::Down),
    ("lvs-schedule", "scheduler", Key::Down),
    ("mtu", "response_bytes", Key::Up),
    ("nagle", "rtt_us", Key::Up),
    ("numa", "machine", Key::Down),
    ("packet-journey", "destination", Key::Up),
    ("paws", "connections", Key::Up),
    ("rst-handshake", "checks", Key::Up),
    ("spinlock", "threads", Key::Up),
    ("tcp-buffer", "rtt_ms", Key::Up),
    ("tcp-timers", "rtt_ms", Key::Up),
    ("time-wait", "rate_per_s", Key::Up),
];

/// More fields than any form has.
const MOST_TABS: usize = 200;

fn focused(browser: &Browser) -> String {
    browser.script("return document.activeElement.name ?? ''", &[])
}

fn every_lab_answers_to_the_keyboard(site: &Site) {
    let browser = Window::default().on(site);
    // A script is written, which `scripts` is about.
    for lab in lab::all().iter().filter(|lab| lab.id != "packet") {
        let (_, field, key) = FIELDS.iter().find(|(id, ..)| *id == lab.id).expect("a field of each lab");
        browser.open(&format!("/en/labs/{}", lab.id));
        browser.wait_until(
            "performance.getEntriesByType('resource').some((it) => it.name.includes('.wasm') && it.responseEnd)",
        );
        let tabs = (0..MOST_TABS).position(|_| {
            browser.press(&char::from(Key::Tab).to_string());
            focused(&browser) == *field
        });
        assert!(tabs.is_some(), "{}: Tab does not lead to {field}", lab.id);
        let before = browser.text(RESULT);
        browser.press(&char::from(key.clone()).to_string());
        browser
            .eventually(&format!("another result of {}", lab.id), |browser| browser.text(RESULT) != before);
        assert_eq!(focused(&browser), *field, "{}: the field has lost the focus", lab.id);
        let verdict = browser.text(&format!("{RESULT} .verdict > p"));
        browser.eventually(&format!("the verdict of {} in words", lab.id), |browser| {
            browser.text("[role=status]:not(.outcome)") == verdict
        });
    }
}

on_every_site! {
    every_lab_answers_to_the_keyboard,
}
