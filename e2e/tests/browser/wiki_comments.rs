//! Comments beside the paragraphs of a page, in place and without scripts.
#![allow(clippy::panic, clippy::unwrap_used)]

use e2e::{Browser, Wiki, Window, audit};
use serde_json::json;
use thirtyfour::Key;

const PAGE: &str = "/en/tcp/zero-window";
const COMMENTS: &str = "/-/comments/en/tcp/zero-window";

/// A page with paragraphs of every kind.
const TEXT: &str = "---\ntitle: Zero window\n---\n\nThe receiver is slow[^n].\n\n## What `ss` says\n\nSame.\n\nSame.\n\n- an item\n  - an \
    inner item\n\n  with more\n- [link](https://example.org)\n\n> quoted & *escaped*\n\n> [!NOTE]\n> noted\n\n| a | b |\n|---|---|\n| 1 | 2 \
    |\n\n```console\n$ ss -tn\nState\n```\n\n```lab paws\npreset: nat-two-clients\n```\n\n$$\nx^2\n$$\n\nThe end with $y$.\n\n[^n]: A \
    note.\n";

fn wiki() -> (Wiki, Browser) {
    let wiki = Wiki::start(&[("tcp/zero-window.en.md", TEXT)]);
    let browser = wiki.administrator(Window::default(), "ann");
    (wiki, browser)
}

/// Moves the pointer over the first element that a selector names, and waits for the button there.
fn point_at(browser: &Browser, selector: &str) {
    browser.eventually("the button beside a paragraph", |browser| {
        let script = "document.querySelector(arguments[0]).dispatchEvent(new PointerEvent('pointerover', { bubbles: true }))";
        let _: Option<()> = browser.script(script, &[json!(selector)]);
        browser.has(&format!("{selector} > .comment-add"))
    });
}

fn audited(wiki: &Wiki, browser: &Browser) {
    let mut problems = audit::structure(browser);
    problems.extend(audit::accessibility(browser));
    problems.extend(audit::foreign_requests(browser, &wiki.url("")));
    assert!(problems.is_empty(), "{} is not in order:\n{}", browser.path(), problems.join("\n"));
}

#[test]
fn a_paragraph_is_commented_on_in_place() {
    let (wiki, ann) = wiki();
    ann.open(PAGE);
    point_at(&ann, ".prose > p");
    ann.click(".prose > p > .comment-add");
    ann.eventually("the form", |browser| browser.has("dialog[open] #comment-text"));
    assert!(ann.text("dialog .quoted").starts_with("The receiver is slow"), "{}", ann.text("dialog .quoted"));
    audited(&wiki, &ann);
    ann.type_into("#comment-text", "How *slow*?");
    ann.click("dialog .remark-form button");
    ann.eventually("the mark", |browser| browser.path().starts_with(PAGE) && browser.has(".comment-mark"));
    assert_eq!(ann.text(".prose > p > .comment-mark"), "1");
    assert!(ann.text(".comments-link").ends_with("(1)"));
    audited(&wiki, &ann);

    // A stranger sees the mark, and no button.
    let stranger = Window::default().viewport(360, 800).dark().on(&wiki);
    stranger.open(PAGE);
    stranger.eventually("the mark", |browser| browser.has(".comment-mark"));
    let _: Option<()> = stranger.script(
        "document.querySelector('h2').dispatchEvent(new PointerEvent('pointerover', { bubbles: true }))",
        &[],
    );
    assert!(!stranger.has(".comment-add"));
    audited(&wiki, &stranger);
    stranger.click(".comment-mark");
    stranger.eventually("the conversation", |browser| browser.has("dialog[open] .remark-text em"));
    stranger.press(&char::from(Key::Escape).to_string());
    stranger.eventually("it is closed", |browser| !browser.has("dialog"));

    ann.click(".comment-mark");
    ann.eventually("the conversation", |browser| browser.has("dialog[open] .remark-text em"));
    ann.click("dialog .thread form:has([value=settle]) button");
    ann.eventually("settled", |browser| browser.path().starts_with(PAGE) && !browser.has(".comment-mark"));
}

/// The script and the server have the same paragraphs: each that the server lists gets its mark.
#[test]
fn every_paragraph_gets_its_mark() {
    let (wiki, ann) = wiki();
    ann.open(COMMENTS);
    let paragraphs: Vec<String> = ann.script(
        "return [...document.querySelectorAll('.paragraphs a')].map((it) => it.getAttribute('href'))",
        &[],
    );
    assert!(paragraphs.len() > 14, "{paragraphs:?}");
    for paragraph in &paragraphs {
        ann.open(paragraph.split('#').next().unwrap());
        let _: Option<()> = ann.script("document.querySelector('#focus textarea').value = 'x'", &[]);
        ann.click("#focus .remark-form button");
        ann.eventually("sent", |browser| browser.path().starts_with(&format!("{COMMENTS}#c-")));
    }
    ann.open(PAGE);
    ann.eventually("marks", |browser| browser.has(".comment-mark"));
    let marks: Vec<String> = ann.script(
        "return [...document.querySelectorAll('.comment-mark')].map((it) => it.parentElement.tagName + it.textContent)",
        &[],
    );
    assert_eq!(marks.len(), paragraphs.len(), "{marks:?}");
    assert!(marks.iter().all(|mark| mark.ends_with('1')), "{marks:?}");
    audited(&wiki, &ann);
    ann.open(COMMENTS);
    audited(&wiki, &ann);
    ann.open("/-/comments");
    audited(&wiki, &ann);
}

#[test]
fn nothing_of_it_needs_a_script() {
    let (wiki, ann) = wiki();
    drop(ann);
    let plain = wiki.sign_in(Window::default().viewport(360, 800).javascript(false), "ann");
    plain.open(COMMENTS);
    plain.type_into("#comment-text", "On the page.");
    plain.click(".remark-form button");
    plain.eventually("it is there", |browser| browser.has(".remark-text"));
    plain.click(".thread .actions a");
    plain.eventually("the form", |browser| browser.has(".thread #comment-text"));
    plain.type_into("#comment-text", "An answer.");
    plain.click(".thread .remark-form button");
    plain.eventually("both", |browser| browser.has(".remark + .remark"));
    let narrow = wiki.sign_in(Window::default().viewport(360, 800), "ann");
    narrow.open(COMMENTS);
    audited(&wiki, &narrow);
}
