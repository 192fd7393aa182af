//! A packet script as a reader writes it: answered while it is written, line by line, and without scripts by the server.

use crate::markup::{FORM, RESULT};
use e2e::{Browser, Site, Window};
use serde_json::json;
use thirtyfour::Key;

const EXAMPLE: &str = "/en/labs/packet?preset=old-timestamp";
const TEXT: &str = "textarea[name=script]";
const VERDICT: &str = ".verdict p";

/// Opens the example, and waits for the editor and the module.
fn open(window: Window, site: &Site) -> Browser {
    let browser = window.on(site);
    browser.open(EXAMPLE);
    browser.wait_until("document.querySelector('.editor .rows')");
    browser.wait_until(
        "performance.getEntriesByType('resource').some((it) => it.name.includes('.wasm') && it.responseEnd)",
    );
    // A page that is a file shows the scene when the module has come.
    browser.wait_until("!document.querySelector('.lab-result.stale')");
    browser
}

/// Selects what stands in the script, as a pointer would.
fn select(browser: &Browser, text: &str) {
    let script = "const field = document.querySelector(arguments[0]); const at = field.value.indexOf(arguments[1]); \
                  field.focus(); field.setSelectionRange(at, at + arguments[1].length); return at >= 0";
    assert!(browser.script::<bool>(script, &[json!(TEXT), json!(text)]), "{text} is not in the script");
}

fn marks(browser: &Browser) -> Vec<String> {
    let script = "return [...document.querySelectorAll('.rows > div')].map((row) => row.classList[0] ?? '')";
    browser.script(script, &[])
}

fn writing_changes_the_marks_without_the_server(site: &Site) {
    let browser = open(Window::default(), site);
    let failed = browser.text(VERDICT);
    assert!(failed.contains("does not hold"), "{failed}");
    let line = marks(&browser).iter().position(|mark| mark == "failed").expect("a cross in the editor");
    browser.requests();

    select(&browser, "ack 6 <...>");
    browser.press("ack 1 <...>");
    browser.eventually("every expectation holds", |browser| browser.text(VERDICT).starts_with("All 6"));

    assert_eq!(marks(&browser)[line], "held");
    assert!(browser.requests().iter().all(|request| request.kind != "Document"), "the server was asked");
    // Who writes on goes on where he was, and the line he is on is marked.
    let caret = "const field = document.querySelector(arguments[0]); return field.value.slice(0, field.selectionStart)";
    let before: String = browser.script(caret, &[json!(TEXT)]);
    assert!(before.ends_with("ack 1 <...>"), "{before}");
    assert_eq!(before.split('\n').count(), line + 1);
    for place in [".rows .current", ".script .current"] {
        assert!(browser.has(&format!("{place}[data-line='{}']", line + 1)), "{place}");
    }
    browser.wait_until("location.search.includes('ack+1+%3C...%3E')");
    browser.reload();
    browser.eventually("it still holds", |browser| browser.text(VERDICT).starts_with("All 6"));
}

fn a_mistake_is_marked_where_it_stands(site: &Site) {
    let browser = open(Window::default(), site);
    select(&browser, "listen");
    browser.press("lissten");
    browser
        .eventually("the mistake is told", |browser| browser.text(VERDICT).contains("did you mean listen?"));
    let wrong = "return document.querySelector('.script li.wrong').dataset.line";
    let line: String = browser.script(wrong, &[]);
    assert!(browser.has(&format!(".rows .wrong[data-line='{line}']")));
    assert!(browser.text(".script li.wrong .remark").contains("^"));
    browser.wait_until("document.querySelector('figure.lab > [role=status]').textContent.includes('Line ')");

    // The verdict leads to the line.
    select(&browser, "socket");
    browser.click(".verdict a.to-line");
    let at = "const field = document.querySelector(arguments[0]); \
              return field.value.slice(0, field.selectionStart).split('\\n').length";
    assert_eq!(browser.script::<usize>(at, &[json!(TEXT)]).to_string(), line);
}

fn a_packet_leads_to_its_line(site: &Site) {
    let browser = open(Window::default(), site);
    browser.click(".rows .rung .arrow.dropped");
    browser.wait_until("document.querySelector('.rows .current .arrow.dropped')");
    assert!(browser.has(".script li.current .remark.drop"), "the reason is not marked");
}

fn tab_leaves_the_text_unless_it_was_asked_not_to(site: &Site) {
    let browser = open(Window::default(), site);
    let inside = format!("document.activeElement === document.querySelector('{TEXT}')");
    let tab = char::from(Key::Tab).to_string();
    select(&browser, "listen");
    browser.press(&tab);
    browser.wait_until(&format!("!({inside})"));
    browser.click("button.tabs");
    select(&browser, "listen");
    browser.press(&tab);
    browser.wait_until(&format!("document.querySelector('{TEXT}').value.includes('\\t(3, 128)')"));
    browser.wait_until(&inside);
    browser.press(&format!("{}{tab}", char::from(Key::Escape)));
    browser.wait_until(&format!("!({inside})"));
}

fn a_script_too_long_for_an_address_runs_all_the_same(site: &Site) {
    let browser = open(Window::default(), site);
    let path = browser.path();
    let long = format!("{}\n0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n", "// <>\n".repeat(4000));
    browser.set("script", &long);
    browser.eventually("it runs", |browser| browser.text(VERDICT).starts_with("The one expectation holds"));
    assert!(browser.text("[data-field=script] .note").starts_with("Too long for an address"));
    assert_eq!(browser.path(), path);
    let shown =
        "return [...document.querySelectorAll('.lab-files a')].some((link) => link.checkVisibility())";
    assert!(!browser.script::<bool>(shown, &[]));
}

fn back_undoes_what_was_written(site: &Site) {
    let browser = open(Window::default(), site);
    let (script, verdict) = (browser.value("script"), browser.text(VERDICT));
    browser.set("script", "0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n");
    browser.eventually("another result", |browser| browser.text(VERDICT) != verdict);
    browser.back();
    browser.eventually("the script from before", |browser| browser.value("script") == script);
    browser.eventually("its result", |browser| browser.text(VERDICT) == verdict);
    let rows: usize = browser.script("return document.querySelector('.rows').children.length", &[]);
    assert_eq!(rows, script.split('\n').count());
}

#[test]
fn it_works_without_javascript() {
    let site = Site::shared();
    let browser = Window::default().viewport(360, 800).javascript(false).on(&site);
    browser.open("/en/labs/packet");
    assert!(browser.text(VERDICT).starts_with("All "));
    let script = "// mine\n0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n+0 listen(3, 1) = 7\n";
    browser.type_into(TEXT, &format!("{}a", char::from(Key::Control)));
    browser.type_into(TEXT, script);
    browser.click(&format!("{FORM} button:not([type=button])"));
    // A click returns before the page it leads to is there.
    let sent = "script=%2F%2F+mine%0D%0A0+socket";
    browser.eventually("the script is in the address", |browser| browser.path().contains(sent));
    browser.eventually("the verdict is about line 3", |browser| {
        browser.has(VERDICT) && browser.text(VERDICT).contains("Line 3 does not hold")
    });
    assert!(browser.value("script").starts_with(script.trim_end()), "{}", browser.value("script"));
    assert!(browser.text(RESULT).contains("The call returned 0."), "{}", browser.text(RESULT));
}

on_every_site! {
    writing_changes_the_marks_without_the_server,
    a_mistake_is_marked_where_it_stands,
    a_packet_leads_to_its_line,
    tab_leaves_the_text_unless_it_was_asked_not_to,
    a_script_too_long_for_an_address_runs_all_the_same,
    back_undoes_what_was_written,
}
