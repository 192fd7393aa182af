//! Pages on paper: light, whole, and without what can only be clicked.

use crate::markup::{ARTICLE, FIGURE, LAB};
use e2e::{Browser, Site, Window};
use serde_json::json;

/// What stands on paper, and what does not, by selectors that the page has.
const SHOWN: [&str; 7] =
    ["h1", ".prose p", FIGURE, ".plot svg", ".verdict", ".bet-answer", ".colophon .address"];
const HIDDEN: [&str; 11] = [
    "button",
    "input",
    "select",
    ".masthead nav",
    ".tools",
    ".toc",
    ".lab-controls > summary",
    ".reveal > summary",
    ".neighbours",
    ".anchor",
    ".colophon a",
];

fn on_paper(window: Window, site: &Site, page: &str) -> Browser {
    let browser = window.on(site);
    browser.open(page);
    let _: Option<()> = browser.script("dispatchEvent(new Event('beforeprint'))", &[]);
    browser.devtools("Emulation.setEmulatedMedia", json!({"media": "print"}));
    browser
}

/// How many elements a selector finds, and how many of them have a box.
fn boxes(browser: &Browser, selector: &str) -> (usize, usize) {
    let script = "const all = [...document.querySelectorAll(arguments[0])]; \
        return [all.length, all.filter((it) => it.getClientRects().length && it.checkVisibility()).length]";
    browser.script(script, &[json!(selector)])
}

#[test]
fn an_article_is_printed_without_its_controls() {
    let site = Site::shared();
    for (window, page) in [(Window::default(), ARTICLE), (Window::default().dark(), "/zh/tcp/tw-recycle")] {
        let browser = on_paper(window, &site, page);
        let _: Option<()> = browser.script("document.documentElement.dataset.theme = 'dark'", &[]);
        for selector in SHOWN {
            let (all, shown) = boxes(&browser, selector);
            assert!(all > 0 && shown > 0, "{page}: {shown} of {all} {selector} are printed");
        }
        for selector in HIDDEN {
            let (all, shown) = boxes(&browser, selector);
            assert!(all > 0, "{page}: there is no {selector} to be left out");
            assert_eq!(shown, 0, "{page}: {selector} is printed");
        }
        let colours: (String, String) = browser.script(
            "const style = getComputedStyle(document.documentElement); return [style.backgroundColor, style.color]",
            &[],
        );
        assert_eq!(colours, ("rgb(255, 255, 255)".to_string(), "rgb(0, 0, 0)".to_string()), "{page}");
    }
}

#[test]
fn links_say_where_they_lead() {
    let site = Site::shared();
    let browser = on_paper(Window::default(), &site, ARTICLE);
    let said = |selector: &str| -> Vec<String> {
        let script = "return [...document.querySelectorAll(arguments[0])] \
            .map((it) => getComputedStyle(it, '::after').content)";
        browser.script(script, &[json!(selector)])
    };
    let labs = said("figure.lab .lab-link");
    assert!(!labs.is_empty() && labs.iter().all(|it| it.contains(&site.url("/en/labs/"))), "{labs:?}");
    let others = said(".prose > ul a[href^=http]");
    assert!(others.iter().any(|it| it.contains(" <")), "{others:?}");
    assert!(others.iter().all(|it| it.chars().count() < 80), "{others:?}");
}

#[test]
fn a_lab_alone_is_printed_with_its_address() {
    let site = Site::shared();
    let page = format!("{LAB}?connections=5");
    let browser = on_paper(Window::default().dark(), &site, &page);
    assert_eq!(boxes(&browser, "form.lab-form :is(input, select, button, label)").1, 0);
    assert!(boxes(&browser, ".plot svg").1 > 0);
    assert_eq!(browser.text(".address"), site.url(&page));
}

#[test]
fn there_is_a_pdf_of_it() {
    let site = Site::shared();
    let browser = Window::default().dark().on(&site);
    browser.open(ARTICLE);
    let pdf = browser.pdf();
    assert!(pdf.starts_with(b"%PDF-"), "{} bytes", pdf.len());
    // Each page is an object of this type; its folder of pages is another type, which begins alike.
    let pages = pdf.windows(12).filter(|it| it.starts_with(b"/Type /Page") && it[11] != b's').count();
    assert!((5..60).contains(&pages), "{pages} pages");
}
