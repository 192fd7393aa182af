//! The attack corpus: whatever an author writes, no script runs and no markup of ours is forged.

use super::site::Site;
use casebook::markdown::{Source, render};
use scraper::{ElementRef, Html};
use sim_wasm::text::Lang;

/// Payloads, each ended by a line of `%%`.
const CORPUS: &str = include_str!("attacks.txt");

/// Elements that a page may have outside its labs. MathML is checked by prefix.
const ELEMENTS: &[&str] = &[
    "a",
    "abbr",
    "aside",
    "b",
    "bdi",
    "blockquote",
    "br",
    "button",
    "cite",
    "code",
    "dd",
    "del",
    "details",
    "dfn",
    "div",
    "dl",
    "dt",
    "em",
    "figcaption",
    "figure",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "i",
    "img",
    "input",
    "ins",
    "kbd",
    "li",
    "mark",
    "ol",
    "p",
    "pre",
    "q",
    "rp",
    "rt",
    "ruby",
    "s",
    "samp",
    "section",
    "small",
    "span",
    "strong",
    "sub",
    "summary",
    "sup",
    "table",
    "tbody",
    "td",
    "th",
    "thead",
    "time",
    "tr",
    "u",
    "ul",
    "var",
    "wbr",
    "math",
];

/// Classes that only our own code gives.
const CLASSES: &[&str] = &[
    "anchor",
    "bet",
    "bet-answer",
    "bet-explain",
    "broken-link",
    "callout",
    "callout-title",
    "caution",
    "center",
    "cmd",
    "code",
    "code-lang",
    "console",
    "copy",
    "footnote-back",
    "footnote-ref",
    "footnotes",
    "important",
    "lab",
    "lab-error",
    "math",
    "math-error",
    "note",
    "out",
    "picture",
    "prompt",
    "right",
    "table",
    "task",
    "tip",
    "warning",
];

#[test]
fn nothing_of_an_author_runs() {
    let payloads: Vec<&str> = CORPUS.split("\n%%\n").filter(|payload| !payload.trim().is_empty()).collect();
    assert!(payloads.len() >= 100, "{} payloads", payloads.len());
    for payload in &payloads {
        check(payload);
        // The same inside other constructs.
        check(&format!("> [!NOTE]\n> {}", payload.replace('\n', "\n> ")));
        check(&format!("- a\n\n  {}", payload.replace('\n', "\n  ")));
        check(&format!("<details>\n\n{payload}\n"));
        check(&format!("## {}\n", payload.replace('\n', " ")));
        check(&format!("| {} |\n|---|\n", payload.replace('\n', " ")));
        check(&format!("x[^1]\n\n[^1]: {}", payload.replace('\n', " ")));
    }
    check(&payloads.join("\n\n"));
}

fn check(markdown: &str) {
    for lang in Lang::ALL {
        let html = render(Source { file: "x.en.md", lang, text: markdown, first_line: 1 }, &Site).html;
        let page = format!("<main>{html}</main><footer></footer>");
        let tree = Html::parse_fragment(&page);
        for element in tree.root_element().descendent_elements() {
            let verdict = harmless(element);
            assert_eq!(verdict, Ok(()), "in the page of\n{markdown}\n{html}");
        }
        let after = tree.root_element().child_elements().last().map(|last| last.value().name().to_string());
        assert_eq!(
            after.as_deref(),
            Some("footer"),
            "the page does not end where it should: {markdown}\n{html}"
        );
    }
}

fn harmless(element: ElementRef<'_>) -> Result<(), String> {
    let name = element.value().name();
    if ["script", "style", "iframe", "object", "embed", "base", "meta", "link", "template"].contains(&name) {
        return Err(format!("a {name} element"));
    }
    for (attribute, value) in element.value().attrs() {
        if attribute.starts_with("on") || ["style", "srcdoc", "formaction", "xlink:href"].contains(&attribute)
        {
            return Err(format!("an attribute {attribute}"));
        }
        if ["href", "src", "action"].contains(&attribute) && !is_safe_address(value) {
            return Err(format!("the address {value:?}"));
        }
    }
    let in_lab = element
        .ancestors()
        .filter_map(ElementRef::wrap)
        .any(|outer| outer.value().has_class("lab", scraper::CaseSensitivity::CaseSensitive));
    if in_lab || ["html", "main", "footer"].contains(&name) {
        return Ok(());
    }
    let is_formula = name.starts_with('m')
        && element.ancestors().filter_map(ElementRef::wrap).any(|outer| outer.value().name() == "math");
    if !is_formula && !ELEMENTS.contains(&name) {
        return Err(format!("an element {name}"));
    }
    let known =
        |class: &str| CLASSES.contains(&class) || class.len() == 1 || (is_formula && class.starts_with("m-"));
    match element.value().classes().find(|class| !known(class)) {
        Some(class) => Err(format!("a class {class}")),
        None if element.value().id() == Some("main") => Err("an id of the page around".into()),
        None => Ok(()),
    }
}

/// As a browser reads it: without control characters, letters of any case.
fn is_safe_address(address: &str) -> bool {
    let address: String = address.chars().filter(|c| !c.is_control() && !c.is_whitespace()).collect();
    let address = address.to_lowercase();
    let scheme = address.split([':', '/', '?', '#']).next().unwrap_or_default();
    match address[scheme.len()..].starts_with(':') {
        true => ["http", "https", "mailto"].contains(&scheme),
        false => true,
    }
}
