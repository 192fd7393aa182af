//! The audits find what they are for: a page with every fault at once.

use e2e::{Browser, Window, audit};

const FAULTY: &str = "data:text/html,<!doctype html><title></title>\
    <style>a:focus { outline: none } p { color: %23aaa; background: white } div { width: 5000px }</style>\
    <h1>One</h1><h1>Two</h1><img src='data:,'><input><a href='/'>home</a><p id=a>pale</p><div id=a>wide</div>\
    <button style='visibility:hidden'>not shown</button><span tabindex=0>reached</span>";

fn faulty() -> Browser {
    let browser = Window::default().alone();
    browser.go(FAULTY);
    browser
}

/// Each of `expected` is found, and nothing else.
fn check(found: Vec<String>, expected: &[&str]) {
    for part in expected {
        assert!(
            found.iter().any(|problem| problem.contains(part)),
            "`{part}` was not found:\n{}",
            found.join("\n")
        );
    }
    assert_eq!(found.len(), expected.len(), "{}", found.join("\n"));
}

#[test]
fn structure() {
    check(
        audit::structure(&faulty()),
        &[
            "2 × h1",
            "0 × main",
            "0 × body > header",
            "0 × body > footer",
            "no nav",
            "lang is \"\"",
            "no title",
            "no alt: <img",
            "no label: <input",
            "id a is there twice",
            "scrolls sideways",
        ],
    );
}

#[test]
fn keyboard() {
    check(audit::keyboard(&faulty()), &["the focus cannot be seen on <a href"]);
}

#[test]
fn accessibility() {
    let found = audit::accessibility(&faulty());
    for rule in ["color-contrast", "document-title", "html-has-lang", "image-alt", "label"] {
        let rule = format!("axe-core {rule}:");
        assert!(
            found.iter().any(|problem| problem.starts_with(&rule)),
            "{rule} was not found:\n{}",
            found.join("\n")
        );
    }
}

#[test]
fn requests_to_other_origins() {
    let browser = faulty();
    browser.go("data:text/html,<img src='http://127.0.0.1:9/elsewhere.png'>");
    check(audit::foreign_requests(&browser, "http://127.0.0.1:8080"), &["http://127.0.0.1:9/elsewhere.png"]);
}
