//! What must hold on every page, whatever is on it. Each function returns what is wrong, in sentences.

use crate::browser::Browser;
use crate::repository;
use serde::Deserialize;
use serde_json::json;
use thirtyfour::Key;

/// One title, one heading, landmarks, labels, alternatives, width, security policy.
pub fn structure(browser: &Browser) -> Vec<String> {
    browser.script(include_str!("scripts/structure.js"), &[])
}

/// Requests that went elsewhere than to `origin`.
pub fn foreign_requests(browser: &Browser, origin: &str) -> Vec<String> {
    let own = |url: &str| url.starts_with(origin) || url.starts_with("data:") || url.starts_with("blob:");
    let foreign = browser.requests().into_iter().filter(|request| !own(&request.url));
    foreign.map(|request| format!("loads {} from another origin", request.url)).collect()
}

/// Walks through the page with the Tab key: every control is reached, and shows it.
pub fn keyboard(browser: &Browser) -> Vec<String> {
    let _: Option<()> = browser.script(include_str!("scripts/focus_record.js"), &[]);
    let controls: usize = browser.script(
        "return document.querySelectorAll('a, button, input, select, textarea, summary, [tabindex]').length",
        &[],
    );
    let tabs: String = std::iter::repeat_n(char::from(Key::Tab), 20).collect();
    for _ in 0..controls.div_ceil(20) + 1 {
        browser.press(&tabs);
    }
    browser.script(include_str!("scripts/focus_report.js"), &[])
}

/// A rule of axe-core that a page breaks, with the places.
#[derive(Deserialize)]
struct Violation {
    id: String,
    help: String,
    nodes: Vec<Node>,
}

#[derive(Deserialize)]
struct Node {
    html: String,
    #[serde(rename = "failureSummary", default)]
    summary: String,
}

/// The rules of WCAG 2.2, levels A and AA, that a program can check: contrast is among them.
pub fn accessibility(browser: &Browser) -> Vec<String> {
    let axe = std::fs::read_to_string(repository("e2e/fixtures/axe-core/axe.min.js"))
        .expect("axe-core is a fixture");
    let _: Option<()> = browser.script(&format!("{axe};"), &[]);
    let tags = json!(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]);
    let run = "const {violations} = await window.axe.run(document, {runOnly: {type: 'tag', values: tags}}); return violations";
    let violations: Vec<Violation> =
        browser.script(&format!("return (async (tags) => {{ {run} }})(arguments[0])"), &[tags]);
    let sentence = |violation: &Violation| {
        let places = violation
            .nodes
            .iter()
            .map(|node| format!("\n    {}\n      {}", node.html, node.summary.replace('\n', " ")));
        format!("axe-core {}: {}{}", violation.id, violation.help, places.take(5).collect::<String>())
    };
    violations.iter().map(sentence).collect()
}
