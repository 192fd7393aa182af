//! What must hold on every page, wide and narrow, light and dark.

use crate::markup::{ARTICLE, LAB};
use e2e::{Browser, Site, Window, audit};

/// A page of each type, and the status it answers with.
const PAGES: [(&str, u16); 20] = [
    ("/en/", 200),
    ("/zh/", 200),
    (ARTICLE, 200),
    ("/zh/tcp/tw-recycle", 200),
    ("/en/about", 200),
    ("/en/categories", 200),
    ("/en/categories/tcp", 200),
    ("/en/tags", 200),
    ("/en/tags/PAWS", 200),
    ("/en/archives", 200),
    ("/en/labs", 200),
    ("/en/offline", 200),
    (LAB, 200),
    ("/en/labs/paws?connections=100000", 400),
    ("/en/labs/packet?preset=old-timestamp", 200),
    ("/zh/labs/packet?script=0+sockt", 200),
    ("/en/search", 200),
    ("/en/search?q=accept+queue", 200),
    ("/zh/search?q=unheardof", 200),
    ("/en/no-such-page", 404),
];

/// Opens every page in a window and gathers what `audit` finds.
fn walk(window: Window, audit: impl Fn(&Browser, &Site) -> Vec<String>) {
    let site = Site::shared();
    let browser = window.on(&site);
    let mut problems = Vec::new();
    for (page, status) in PAGES {
        browser.complaints();
        browser.requests();
        browser.open(page);
        problems.extend(audit(&browser, &site).into_iter().map(|problem| format!("{page}: {problem}\n")));
        // A browser complains about an error page: here it is wanted.
        let wanted =
            |complaint: &String| status != 200 && complaint.contains(&format!("status of {status} "));
        let complaints = browser.complaints().into_iter().filter(|complaint| !wanted(complaint));
        problems.extend(complaints.map(|complaint| format!("{page}: the console says: {complaint}\n")));
    }
    assert!(problems.is_empty(), "{} problems in {window:?}\n{}", problems.len(), problems.concat());
}

fn well_made(browser: &Browser, site: &Site) -> Vec<String> {
    let mut problems = audit::structure(browser);
    problems.extend(audit::foreign_requests(browser, &site.url("")));
    problems
}

#[test]
fn wide_pages_are_well_made() {
    walk(Window::default(), well_made);
}

#[test]
fn narrow_pages_are_well_made() {
    walk(Window::default().viewport(360, 800), well_made);
}

#[test]
fn pages_are_well_made_without_scripts() {
    walk(Window::default().viewport(360, 800).javascript(false), well_made);
}

#[test]
fn light_pages_are_accessible() {
    walk(Window::default(), |browser, _| audit::accessibility(browser));
}

#[test]
fn dark_pages_are_accessible() {
    walk(Window::default().dark(), |browser, _| audit::accessibility(browser));
}

#[test]
fn narrow_pages_are_accessible() {
    walk(Window::default().viewport(360, 800), |browser, _| audit::accessibility(browser));
}

#[test]
fn the_keyboard_reaches_every_control() {
    walk(Window::default(), |browser, _| audit::keyboard(browser));
}

#[test]
fn the_keyboard_reaches_every_control_of_a_narrow_page() {
    walk(Window::default().viewport(360, 800), |browser, _| audit::keyboard(browser));
}
