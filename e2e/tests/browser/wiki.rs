//! The wiki in the hands of people: from the first start on, two at the same page, and when something fails meanwhile.
//! No text is ever lost.
#![allow(clippy::panic, clippy::unwrap_used)]

use crate::markup::{FIGURE, RESULT};
use e2e::wiki::PASSWORD;
use e2e::{Browser, Editor, Wiki, Window, audit};
use serde_json::json;
use thirtyfour::Key;

/// A page, and the file that it is kept in.
const PAGE: &str = "/en/tcp/zero-window";
const FILE: &str = "tcp/zero-window.en.md";
const TEXT: &str = "---\ntitle: Zero window\n---\n\nThe receiver is slow.\n\nThe sender waits.\n\nThe end.\n";

const BANNER: &str = ".edit-banner.wrong";
const MERGE: &str = "section.merge";
const PREVIEW: &str = "#edit-preview";

/// A wiki with one page, and the window of its administrator.
fn wiki_of_one_page(window: Window) -> (Wiki, Browser) {
    let wiki = Wiki::start(&[(FILE, TEXT)]);
    let browser = wiki.administrator(window, "ann");
    (wiki, browser)
}

/// The console has nothing to say but what holds one of `expected`.
#[track_caller]
fn assert_quiet(browser: &Browser, expected: &[&str]) {
    let wanted = |complaint: &String| expected.iter().any(|part| complaint.contains(part));
    let complaints: Vec<String> = browser.complaints().into_iter().filter(|it| !wanted(it)).collect();
    assert!(complaints.is_empty(), "the console says:\n{}", complaints.join("\n"));
}

/// The answer when nobody has a draft of the page that is opened.
const NO_DRAFT: &str = "status of 404 ";

/// The text of the page that a window shows.
fn prose(browser: &Browser) -> String {
    browser.text("main .prose")
}

/// Clicks the button with this label; where there are several, the first.
fn click_button(browser: &Browser, label: &str) {
    let script = "const found = [...document.querySelectorAll('button')].find((it) => it.textContent.trim() === arguments[0]); \
                  document.querySelector('[data-chosen]')?.removeAttribute('data-chosen'); \
                  found?.setAttribute('data-chosen', ''); return Boolean(found)";
    browser.eventually(&format!("a button {label}"), |browser| browser.script(script, &[json!(label)]));
    browser.click("[data-chosen]");
}

/// Lets the administrator invite somebody who writes, and that person make an account.
fn invite_writer(wiki: &Wiki, administrator: &Browser, name: &str) -> Browser {
    administrator.open("/-/admin/invitations");
    administrator.set("role", "writer");
    click_button(administrator, "Make the link");
    administrator.eventually("the link is shown", |browser| browser.has("#link"));
    let link = administrator.text("#link");
    let path = link.strip_prefix(&wiki.url("")).unwrap_or_else(|| panic!("{link} leads elsewhere"));
    wiki.join(Window::default(), path, name)
}

/// Writes the first page of an empty wiki, with a lab that runs in the preview.
fn write_the_first_page(browser: &Browser) {
    browser.open("/-/account");
    browser.set("path", "tcp/zero-window");
    browser.click("form[action='/-/account/new'] button");
    browser.eventually("the editor", |browser| browser.path() == format!("/-/edit{PAGE}"));
    let editor = Editor::ready(browser);
    editor.append("The receiver is slow.\n\nThe sender waits.\n\n```lab paws\npreset: nat-two-clients\n```\n\nThe end.\n");
    let result = format!("{PREVIEW} {RESULT}");
    browser.eventually("the lab in the preview", |browser| browser.has(&result));
    browser.wait_until(
        "performance.getEntriesByType('resource').some((it) => it.name.includes('.wasm') && it.responseEnd)",
    );
    let before = browser.text(&result);
    browser.set("connections", "7");
    browser.eventually("another result in the preview", |browser| browser.text(&result) != before);
    assert_eq!(browser.path(), format!("/-/edit{PAGE}"), "the lab of a preview leads away from the text");
    editor.save_to(PAGE);
}

#[test]
fn from_the_first_start_to_a_restored_page() {
    let wiki = Wiki::start(&[]);
    let ann = wiki.administrator(Window::default(), "ann");
    write_the_first_page(&ann);
    assert!(ann.has(&format!("main .prose {FIGURE}")), "no lab on the page");
    assert!(
        wiki.file(FILE).ends_with("```lab paws\npreset: nat-two-clients\n```\n\nThe end.\n"),
        "{}",
        wiki.file(FILE)
    );

    let bob = invite_writer(&wiki, &ann, "bob");

    // Different paragraphs: both are kept, and nobody is asked.
    let (ann_writes, bob_writes) = (Editor::open(&ann, PAGE), Editor::open(&bob, PAGE));
    ann_writes.append_to("The receiver", " Very slow.");
    bob_writes.append_to("The sender", " It probes.");
    ann_writes.save_to(PAGE);
    bob_writes.save_to(PAGE);
    let both = prose(&bob);
    assert!(both.contains("slow. Very slow.") && both.contains("waits. It probes."), "{both}");

    // The same line: nothing is saved until the second has chosen.
    let (ann_writes, bob_writes) = (Editor::open(&ann, PAGE), Editor::open(&bob, PAGE));
    ann_writes.append_to("The end", " Said ann.");
    bob_writes.append_to("The end", " Said bob.");
    ann_writes.save_to(PAGE);
    bob_writes.save();
    bob.eventually("both versions", |browser| browser.has(MERGE));
    assert_eq!(bob.text(&format!("{MERGE} .yours pre")), "The end. Said bob.");
    assert_eq!(bob.text(&format!("{MERGE} .theirs pre")), "The end. Said ann.");
    assert_eq!(bob.text(&format!("{MERGE} .conflict details pre")), "The end.");
    assert!(
        bob.has(&format!("{MERGE} footer button.first[disabled]")),
        "it can be saved before a choice is made"
    );
    assert!(!wiki.file(FILE).contains("Said bob."));
    click_button(&bob, "Take both");
    click_button(&bob, "Save the merged text");
    bob.eventually("saved", |browser| browser.path() == PAGE);
    let text = wiki.file(FILE);
    assert!(text.contains("The end. Said bob.\nThe end. Said ann.\n"), "{text}");
    assert!(text.contains("Very slow.") && text.contains("It probes."), "{text}");

    restore_the_first_version(&bob);
    let restored = prose(&bob);
    assert!(restored.contains("The sender waits.") && !restored.contains("Said"), "{restored}");
    assert!(bob.has(&format!("main .prose {FIGURE}")), "the lab is not restored");

    assert_quiet(&ann, &[NO_DRAFT]);
    assert_quiet(&bob, &[NO_DRAFT, "status of 409 "]);
}

/// From the page that a window shows, through its history.
fn restore_the_first_version(browser: &Browser) {
    browser.click("footer a[href^='/-/history/']");
    browser.eventually("the history", |browser| browser.path() == format!("/-/history{PAGE}"));
    let versions: usize =
        browser.script("return document.querySelectorAll('form.history tbody tr').length", &[]);
    assert_eq!(versions, 5, "the first, two and two");
    browser.click("form.history tbody tr:last-child a[href^='/-/revision/']");
    browser.eventually("the first version", |browser| browser.path().starts_with("/-/revision/"));
    assert!(!prose(browser).contains("Said"));
    browser.click("form[action^='/-/restore/'] button");
    browser.eventually("the page", |browser| browser.path() == PAGE);
}

#[test]
fn a_lost_session_loses_no_text() {
    let (wiki, browser) = wiki_of_one_page(Window::default());
    let editor = Editor::open(&browser, PAGE);
    editor.append("Written meanwhile.");
    browser.devtools("Network.clearBrowserCookies", json!({}));
    editor.save();

    let password = "dialog.sign-in input[name=password]";
    browser.eventually("a form to sign in", |browser| browser.has(password));
    assert!(editor.text().ends_with("Written meanwhile."));
    browser.wait_until("document.activeElement.name === 'name'");
    browser.press("ann");
    browser.type_into(password, &format!("wrong{}", char::from(Key::Enter)));
    browser
        .eventually("the password is wrong", |browser| browser.has("dialog.sign-in .problem:not([hidden])"));
    browser.type_into(password, &format!("{}a", char::from(Key::Control)));
    browser.type_into(password, &format!("{PASSWORD}{}", char::from(Key::Enter)));
    browser.eventually("saved without another key", |browser| browser.path() == PAGE);
    assert!(prose(&browser).contains("Written meanwhile."));
    assert!(wiki.file(FILE).ends_with("The end.\nWritten meanwhile."));
    assert_quiet(&browser, &[NO_DRAFT, "status of 401 "]);
}

#[test]
fn a_closed_tab_offers_its_draft() {
    let (wiki, browser) = wiki_of_one_page(Window::default());
    Editor::open(&browser, PAGE).append("Not saved.");
    browser.wait_until("document.getElementById('edit-text').value.endsWith('Not saved.')");
    browser.close_tab();

    // What stands on the page stands in the editor, until its author says otherwise.
    browser.open(&format!("/-/edit{PAGE}"));
    browser.eventually("the draft is offered", |browser| browser.has(".edit-banner[role=alertdialog]"));
    assert_eq!(browser.value("text"), TEXT);
    click_button(&browser, "Restore the draft");
    let editor = Editor::ready(&browser);
    assert_eq!(editor.text(), format!("{TEXT}Not saved."));

    // The server keeps it as well: another browser offers it, where it is thrown away for all.
    browser.eventually("the server has it", |browser| browser.text("#edit-state") == "Draft kept");
    let other = wiki.sign_in(Window::default(), "ann");
    other.open(&format!("/-/edit{PAGE}"));
    click_button(&other, "Discard it");
    assert_eq!(Editor::ready(&other).text(), TEXT);
    other.close_tab();
    other.open(&format!("/-/edit{PAGE}"));
    let editor = Editor::ready(&other);
    assert!(!other.has(".edit-banner"), "a draft that was thrown away is offered again");
    assert_eq!(editor.text(), TEXT);

    Editor::ready(&browser).save_to(PAGE);
    assert!(wiki.file(FILE).ends_with("Not saved."));
    assert_quiet(&browser, &[NO_DRAFT]);
    assert_quiet(&other, &[NO_DRAFT]);
}

/// Waits until the page says that it is not saved; what it says.
fn told(browser: &Browser, editor: &Editor<'_>) -> String {
    browser.eventually("it says that it is not saved", |browser| browser.has(BANNER));
    let shown = format!("return document.querySelector('{BANNER}').checkVisibility()");
    assert!(browser.script::<bool>(&shown, &[]), "it says so where nobody sees it");
    assert_eq!(editor.text(), format!("{TEXT}Not lost."));
    browser.text(BANNER)
}

#[test]
fn a_server_that_does_not_answer_loses_no_text() {
    let (mut wiki, browser) = wiki_of_one_page(Window::default());
    let editor = Editor::open(&browser, PAGE);
    editor.append("Not lost.");
    wiki.stop();
    editor.save();
    assert!(told(&browser, &editor).contains("The server does not answer."));
    editor.save();
    assert!(told(&browser, &editor).contains("The server does not answer."));

    wiki.start_again();
    click_button(&browser, "Save again");
    browser.eventually("saved", |browser| browser.path() == PAGE);
    assert!(wiki.file(FILE).ends_with("The end.\nNot lost."));
    assert_quiet(&browser, &[NO_DRAFT, "net::ERR_CONNECTION_REFUSED", "Failed to fetch"]);
}

#[test]
fn a_server_that_cannot_write_says_so() {
    let (wiki, browser) = wiki_of_one_page(Window::default());
    let editor = Editor::open(&browser, PAGE);
    editor.append("Not lost.");
    // Its notes of who writes cannot be opened, as on a disk that has become read-only: root may write everywhere else.
    let (notes, gone) = (wiki.path(".git/casebook"), wiki.path(".git/gone"));
    std::fs::rename(&notes, &gone).unwrap();
    std::fs::write(&notes, "").unwrap();
    editor.save();
    let sentence = told(&browser, &editor);
    assert!(!sentence.contains("HTTP"), "no sentence for people: {sentence}");

    std::fs::remove_file(&notes).unwrap();
    std::fs::rename(&gone, &notes).unwrap();
    click_button(&browser, "Save again");
    browser.eventually("saved", |browser| browser.path() == PAGE);
    assert!(wiki.file(FILE).ends_with("The end.\nNot lost."));
    assert_quiet(&browser, &[NO_DRAFT, "status of 507 "]);
}

#[test]
fn the_editor_works_without_javascript() {
    let (wiki, browser) = wiki_of_one_page(Window::default().viewport(360, 800).javascript(false));
    let edit = format!("/-/edit{PAGE}");
    browser.open(&edit);
    assert_eq!(browser.value("text"), TEXT);

    browser.set("text", &TEXT.replace("The end.", "The *very* end.\n\n```lab paws\n```"));
    browser.click("button[value=preview]");
    browser.eventually("a preview", |browser| browser.has(&format!("{PREVIEW} {RESULT}")));
    assert_eq!(browser.text(&format!("{PREVIEW} em")), "very");
    assert!(!browser.has(BANNER));
    assert_eq!(wiki.file(FILE), TEXT, "a preview is no save");
    browser.click("button[value=save]");
    browser.eventually("saved", |browser| browser.path() == PAGE);
    assert_eq!(wiki.file(FILE), TEXT.replace("The end.", "The *very* end.\n\n```lab paws\n```"));

    // Somebody changes the same line meanwhile.
    browser.open(&edit);
    let changed = browser.value("text").replace("The sender waits.", "The sender waits. Said ann.");
    browser.set("text", &changed);
    let theirs = wiki.sign_in(Window::default().javascript(false), "ann");
    theirs.open(&edit);
    theirs.set("text", &theirs.value("text").replace("The sender waits.", "The sender waits. Said ben."));
    theirs.click("button[value=save]");
    theirs.eventually("saved", |browser| browser.path() == PAGE);
    browser.click("button[value=save]");
    browser.eventually("both versions", |browser| browser.has(".three-way"));
    for version in ["Said ann.", "Said ben."] {
        assert!(browser.value("text").contains(version), "{version} is not in\n{}", browser.value("text"));
    }
    assert!(!wiki.file(FILE).contains("Said ann."));
    browser.set("text", &changed.replace("Said ann.", "Said both."));
    browser.click("button[value=save]");
    browser.eventually("saved", |browser| browser.path() == PAGE);
    assert!(prose(&browser).contains("Said both."));
    assert!(browser.requests().iter().all(|request| request.kind != "Script"), "a script was loaded");
    assert_quiet(&browser, &["status of 409 "]);
    assert_quiet(&theirs, &[]);
}

/// Pages that are about a page.
const ABOUT: [&str; 7] = ["history", "diff", "blame", "move", "delete", "comments", "watch"];

/// Pages that are about the whole wiki.
const OTHERS: [&str; 15] = [
    PAGE,
    "/-/account",
    "/-/attachments",
    "/-/attachments/file/tcp/numbers.csv",
    "/-/changes",
    "/-/comments",
    "/-/removed",
    "/-/conflicts",
    "/-/upkeep",
    "/-/watches",
    "/-/admin/users",
    "/-/admin/invitations",
    "/-/admin/rules",
    "/-/admin/audit",
    "/-/admin/webhooks",
];

/// What is wrong with the page that a window shows.
fn audited(wiki: &Wiki, browser: &Browser, page: &str) -> Vec<String> {
    let mut problems = audit::structure(browser);
    problems.extend(audit::accessibility(browser));
    problems.extend(audit::foreign_requests(browser, &wiki.url("")));
    problems.into_iter().map(|problem| format!("{page}: {problem}\n")).collect()
}

/// Every page of the wiki, as a window shows it; the editor in each of its states.
fn walk(window: Window) {
    let wiki = Wiki::start(&[(FILE, TEXT), ("tcp/numbers.csv", "a,b\n1,2\n")]);
    let mut problems = Vec::new();
    let stranger = window.on(&wiki);
    for page in ["/-/login", &wiki.first_link()] {
        stranger.open(page);
        problems.extend(audited(&wiki, &stranger, page));
    }
    let browser = wiki.administrator(window, "ann");
    let editor = Editor::open(&browser, PAGE);
    editor.append_to("The sender", " It *probes*.");
    editor.save_to(PAGE);

    browser.open(&format!("/-/history{PAGE}"));
    let first = "form.history tbody tr:last-child a[href^='/-/revision/']";
    let revision: String =
        browser.script("return document.querySelector(arguments[0]).getAttribute('href')", &[json!(first)]);
    let inline = format!("/-/diff{PAGE}?view=inline");
    let about = ABOUT.map(|kind| format!("/-/{kind}{PAGE}"));
    for page in about.into_iter().chain(OTHERS.map(str::to_string)).chain([inline, revision]) {
        browser.open(&page);
        problems.extend(audited(&wiki, &browser, &page));
    }

    let editor = Editor::open(&browser, PAGE);
    if !browser.has(&format!("{PREVIEW}:not([hidden])")) {
        browser.chord(Key::Control, Key::Enter);
    }
    browser.eventually("the preview", |browser| browser.text(PREVIEW).contains("It probes."));
    problems.extend(audited(&wiki, &browser, "the editor"));
    browser.chord(Key::Control, '/');
    browser.wait_until("document.querySelector('dialog.shortcuts')");
    problems.extend(audited(&wiki, &browser, "its list of keys"));
    browser.press(&char::from(Key::Escape).to_string());

    // Somebody changes the same line in the folder itself.
    std::fs::write(wiki.path(FILE), wiki.file(FILE).replace("The end.", "The end. Said ben.")).unwrap();
    editor.append_to("The end", " Said ann.");
    editor.save();
    browser.eventually("both versions", |browser| browser.has(MERGE));
    click_button(&browser, "Take both");
    problems.extend(audited(&wiki, &browser, "two versions"));
    click_button(&browser, "Back to my text");
    browser.devtools("Network.clearBrowserCookies", json!({}));
    editor.save();
    browser.eventually("a form to sign in", |browser| browser.has("dialog.sign-in form"));
    problems.extend(audited(&wiki, &browser, "signing in again"));
    assert!(problems.is_empty(), "{} problems in {window:?}\n{}", problems.len(), problems.concat());
}

#[test]
fn wide_pages_of_the_wiki_are_accessible() {
    walk(Window::default());
}

#[test]
fn wide_dark_pages_of_the_wiki_are_accessible() {
    walk(Window::default().dark());
}

#[test]
fn narrow_pages_of_the_wiki_are_accessible() {
    walk(Window::default().viewport(360, 800));
}

#[test]
fn narrow_dark_pages_of_the_wiki_are_accessible() {
    walk(Window::default().viewport(360, 800).dark());
}
