//! With scripts, a lab answers while its settings are dragged; the address follows, and is all of its state.

use crate::markup::{ARTICLE, FIGURE, FORM, LAB, RESULT};
use e2e::modules::Modules;
use e2e::{Browser, Site, Window, assert_same_text, repository};
use sim_wasm::export::Format;
use thirtyfour::Key;

/// Opens the lab alone, with its list of packets unfolded, and waits until its module has come.
fn live(site: &Site, path: &str) -> Browser {
    let browser = Window::default().on(site);
    browser.open(path);
    unfold(&browser);
    loaded(&browser);
    browser
}

/// A folded list has no rows once a script has rendered it; unfolded, it is what the server renders.
fn unfold(browser: &Browser) {
    let _: Option<()> = browser.script("document.querySelector('details.packets').open = true", &[]);
}

fn loaded(browser: &Browser) {
    browser.wait_until(
        "performance.getEntriesByType('resource').some((it) => it.name.includes('.wasm') && it.responseEnd)",
    );
}

/// Requests that only a server could have answered with a new result.
fn documents(browser: &Browser) -> Vec<e2e::requests::Request> {
    let asset = |url: &str| url.contains("/static/") || url.starts_with("data:");
    browser.requests().into_iter().filter(|request| !asset(&request.url)).collect()
}

fn an_input_changes_the_result_without_the_server(site: &Site) {
    let browser = live(site, LAB);
    let before = browser.text(RESULT);
    browser.requests();

    browser.set("connections", "7");
    browser.eventually("another result", |browser| browser.text(RESULT) != before);

    let after = browser.text(RESULT);
    let path = browser.path();
    let query = path.split_once('?').expect("the settings are in the address").1;
    assert_same_text(&after, &Modules::load(repository("static/sim")).result_text("paws", query, "en"));
    assert_eq!(documents(&browser), [], "the server was asked");
}

fn arrow_keys_move_a_slider(site: &Site) {
    let browser = live(site, LAB);
    let before = browser.value("rtt_ms");
    browser.requests();

    let slider = format!("{FORM} input[type=range][data-for$=-rtt_ms]");
    browser.type_into(&slider, &char::from(Key::Right).to_string());

    browser.wait_until("location.search.includes('rtt_ms=')");
    assert_ne!(browser.value("rtt_ms"), before);
    assert_eq!(documents(&browser), [], "the server was asked");
}

/// The run can be had as a file in every format, and it is the run that is on the screen.
#[test]
fn links_to_files_follow_the_settings() {
    let site = Site::shared();
    let browser = live(&site, LAB);
    let hrefs = || -> Vec<String> {
        browser.script("return [...document.querySelectorAll('.lab-files a')].map((a) => a.href)", &[])
    };
    let before = hrefs();
    browser.set("connections", "7");
    browser.eventually("other links", |_| hrefs() != before);

    let path = browser.path();
    let query = path.split_once('?').expect("the settings are in the address").1;
    let expected =
        |format: Format| site.url(&format!("/api/v1/labs/paws/run?{query}&lang=en&format={}", format.word()));
    assert_eq!(hrefs(), Format::ALL.map(expected));
}

fn a_reload_keeps_the_state(site: &Site) {
    let browser = live(site, LAB);
    let before = browser.text(RESULT);
    browser.set("connections", "7");
    browser.eventually("another result", |browser| browser.text(RESULT) != before);
    let (path, result) = (browser.path(), browser.text(RESULT));

    browser.reload();
    assert_eq!(browser.path(), path);
    assert_eq!(browser.value("connections"), "7");
    unfold(&browser);
    browser.eventually("the same result", |browser| browser.text(RESULT) == result);
}

fn a_lab_in_an_article_keeps_its_state_beside_the_others(site: &Site) {
    let browser = Window::default().on(site);
    browser.open(ARTICLE);
    browser.scroll_to(FIGURE);
    loaded(&browser);
    let before = browser.text(RESULT);

    browser.set("connections", "7");
    browser.eventually("another result", |browser| browser.text(RESULT) != before);
    let (path, after) = (browser.path(), browser.text(RESULT));
    let id: String = browser.script("return document.querySelector('figure.lab').id", &[]);
    assert!(path.contains(&format!("{id}.connections=7")), "{path}");

    browser.reload();
    assert_eq!(browser.value("connections"), "7");
    browser.eventually("the result from before", |browser| browser.text(RESULT) == after);
}

fn back_leads_through_the_states_of_which_a_drag_is_one(site: &Site) {
    let browser = Window::default().on(site);
    browser.open("/en/labs");
    browser.open(LAB);
    unfold(&browser);
    loaded(&browser);
    let seen =
        |browser: &Browser| (browser.value("connections"), browser.value("rtt_ms"), browser.text(RESULT));
    let first = seen(&browser);

    browser.set("connections", "7");
    browser.eventually("another result", |browser| browser.text(RESULT) != first.2);
    let second = seen(&browser);
    browser.drag("rtt_ms", &["20", "30", "40", "50"]);
    browser.eventually("another result", |browser| browser.text(RESULT) != second.2);

    browser.back();
    browser.eventually("the state before the drag", |browser| seen(browser) == second);
    browser.back();
    browser.eventually("the state before all changes", |browser| seen(browser) == first);
    browser.back();
    assert_eq!(browser.path(), site.page("/en/labs"));
}

fn a_wrong_value_is_said_and_the_result_stays(site: &Site) {
    let browser = live(site, LAB);
    let before = browser.text(RESULT);
    browser.set("connections", "100000");
    browser
        .wait_until("document.querySelector('[name=connections]').getAttribute('aria-invalid') === 'true'");
    assert_eq!(browser.text(RESULT), before);
}

/// A worker walks memory of growing size; each size that it is done with is drawn over the model, and stays when a setting
/// changes.
fn the_own_machine_is_measured_and_drawn_over_the_model(site: &Site) {
    let browser = Window::default().on(site);
    browser.open("/en/labs/cache-line");
    loaded(&browser);
    browser.eventually("the button", |browser| browser.has(".lab-measure:not([hidden]) button"));
    let measured = |browser: &Browser| browser.text(RESULT).contains("your machine");
    assert!(!measured(&browser));
    browser.click(".lab-measure button");
    browser.eventually("the first size", measured);

    let before = browser.text(RESULT);
    browser.set("working_set_kib", "64");
    browser.eventually("another result", |browser| browser.text(RESULT) != before);
    assert!(measured(&browser), "the measurement is gone");

    // Its end, or a second click, gives the button its first word back.
    if browser.text(".lab-measure button") == "Stop measuring" {
        browser.click(".lab-measure button");
    }
    browser.eventually("the button as it was", |browser| {
        browser.text(".lab-measure button") == "Measure my machine"
    });
}

on_every_site! {
    an_input_changes_the_result_without_the_server,
    arrow_keys_move_a_slider,
    a_reload_keeps_the_state,
    a_lab_in_an_article_keeps_its_state_beside_the_others,
    back_leads_through_the_states_of_which_a_drag_is_one,
    a_wrong_value_is_said_and_the_result_stays,
    the_own_machine_is_measured_and_drawn_over_the_model,
}
