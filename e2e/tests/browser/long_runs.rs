//! Runs that take long are made beside the page: their progress is shown, they can be stopped, and a newer one takes
//! their place.

use crate::markup::RESULT;
use e2e::{Browser, Site, Window};
use sim_wasm::api;
use sim_wasm::text::Lang;
use sim_wasm::view::Detail;

/// A lab whose runs can be long, with its defaults.
const SHORT: &str = "/en/labs/tcp-buffer";

/// A minute at ten gigabits per second: more than the server runs for anybody, and many seconds for a browser.
const LONG: &str = "/en/labs/tcp-buffer?rate_mbps=10000&duration_s=60&queue_pkts=20000";

/// Longer than a page takes at once, and yet soon over.
const MEDIUM: &str = "rate_mbps=400&duration_s=10&queue_pkts=1000";

const ROW: &str = ".lab-progress";
const STOP: &str = ".lab-progress button";

fn running(browser: &Browser) {
    browser.wait_until(&format!("!document.querySelector('{ROW}').hidden"));
    browser.wait_until("document.querySelector('.lab-progress progress').value > 0");
}

fn open(site: &Site, path: &str) -> Browser {
    let browser = Window::default().on(site);
    browser.open(path);
    browser.wait_until("performance.getEntriesByType('resource').some((it) => it.name.includes('.wasm'))");
    browser
}

fn a_page_goes_on_while_a_run_takes_long(site: &Site) {
    let browser = open(site, LONG);
    // A page that is a file was made for the defaults.
    let said = browser.text(RESULT).contains("too long for the server");
    assert!(said || site.is_exported(), "{}", browser.text(RESULT));
    running(&browser);
    assert!(browser.text(ROW).contains("of 60.0 s"), "{}", browser.text(ROW));
    // How long the page hears nothing, at most, while the run goes on.
    let deaf: f64 = browser.script(
        "let [last, longest] = [performance.now(), 0];
         return new Promise((done) => {
           const timer = setInterval(() => {
             const now = performance.now();
             longest = Math.max(longest, now - last);
             last = now;
           }, 10);
           setTimeout(() => { clearInterval(timer); done(longest); }, 2000);
         })",
        &[],
    );
    assert!(deaf < 500.0, "deaf for {deaf:.0} ms");
    let value = "return document.querySelector('.lab-progress progress').value";
    let before: f64 = browser.script(value, &[]);
    browser.eventually("progress", |browser| browser.script::<f64>(value, &[]) > before);
    assert_eq!(browser.complaints(), [""; 0]);
}

fn a_run_that_is_stopped_leaves_the_last_result(site: &Site) {
    let browser = open(site, SHORT);
    let before = browser.text(RESULT);
    browser.set("rate_mbps", "10000");
    browser.set("duration_s", "60");
    running(&browser);
    browser.click(STOP);
    browser.wait_until(&format!("document.querySelector('{ROW}').textContent.includes('Stopped at')"));
    assert!(browser.text(ROW).contains("values before"), "{}", browser.text(ROW));
    assert!(browser.has(".lab-result.stale"), "the result is not that of these values, and looks so");
    assert_eq!(browser.text(RESULT), before);
    browser.wait_until("document.activeElement.matches('[type=submit]')");
    browser.eventually("it is said", |browser| browser.text("[role=status]").contains("Stopped at"));
    assert_eq!(browser.text(RESULT), before, "nothing comes later");

    browser.click("form.lab-form [type=submit]");
    running(&browser);
}

fn a_newer_run_takes_the_place_of_a_long_one(site: &Site) {
    let browser = open(site, LONG);
    running(&browser);
    browser.set("rate_mbps", "9999");
    running(&browser);
    browser.set("rate_mbps", "10");
    browser.set("duration_s", "5");
    browser.wait_until(&format!("document.querySelector('{ROW}').hidden"));
    browser.eventually("the result of the short run", |browser| {
        result_is(browser, "rate_mbps=10&duration_s=5&queue_pkts=20000")
    });
    let _: Option<()> = browser.script("return new Promise((done) => setTimeout(done, 1000))", &[]);
    assert!(result_is(&browser, "rate_mbps=10&duration_s=5&queue_pkts=20000"), "and it stays");
    assert!(!browser.has(".lab-result.stale"));
}

fn a_run_beside_the_page_finds_what_native_code_finds(site: &Site) {
    assert!(api::is_long("tcp-buffer", MEDIUM), "this is about long runs");
    let browser = open(site, SHORT);
    for pair in MEDIUM.split('&') {
        let (name, value) = pair.split_once('=').expect("pairs of names and values");
        browser.set(name, value);
    }
    browser.eventually("the result of native code", |browser| result_is(browser, MEDIUM));
    browser.wait_until(&format!("document.querySelector('{ROW}').hidden"));
    browser.eventually("it is announced", |browser| {
        browser.text("[role=status]") == single_spaces(&rendered(MEDIUM).announce)
    });
    assert_eq!(browser.complaints(), [""; 0]);
}

fn rendered(query: &str) -> api::Rendered {
    api::render("tcp-buffer", query, Lang::En, "lab", Detail::Full)
}

/// Does the page show the verdict of these settings?
fn result_is(browser: &Browser, query: &str) -> bool {
    browser.has(".verdict > p") && browser.text(".verdict > p") == single_spaces(&rendered(query).announce)
}

fn single_spaces(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

on_every_site! {
    a_page_goes_on_while_a_run_takes_long,
    a_run_that_is_stopped_leaves_the_last_result,
    a_newer_run_takes_the_place_of_a_long_one,
    a_run_beside_the_page_finds_what_native_code_finds,
}
