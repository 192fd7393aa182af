//! Reports and forms as HTML, SVG and text.
//!
//! All markup of a lab is made here, from typed values: no author's text is ever taken for HTML. Every element
//! carries classes, never a style attribute, so that a strict content security policy holds.

pub mod form;
pub mod html;
mod ladder;
mod result;
mod svg;
mod text;
mod timeline;

use crate::lab::Report;
use crate::text::Lang;
use svg::Svg;

/// How much of a report is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail {
    /// A figure in an article: everything but the list of packets.
    Figure,
    /// A lab alone: everything.
    Full,
    /// A lab alone whose list of packets is folded: everything but its rows.
    Folded,
}

/// The result area of a lab: verdict, pictures, reasons, counters, tables. `prefix` makes its ids unique on a page.
pub fn result_html(report: &Report, lang: Lang, prefix: &str, detail: Detail) -> String {
    result::result(report, lang, prefix, detail)
}

/// The pictures of a result as one, for files and other sites.
pub fn svg(report: &Report, lang: Lang) -> String {
    let (timeline, ladder) =
        (timeline::timeline(report, lang), ladder::ladder(report, lang, "lab", Detail::Full));
    let height = |picture: &str| -> i64 {
        let start = picture.find("height=\"").map_or(0, |at| at + 8);
        picture[start..].split('"').next().and_then(|number| number.parse().ok()).unwrap_or(0)
    };
    let mut svg = Svg::default();
    svg.group(svg::Ink::Plain, None, |svg| svg.text((12, 22), "start", &report.verdict.text));
    svg.nest(&timeline, 36);
    svg.nest(&ladder, 36 + height(&timeline) + 12);
    svg.finish("result", (680, 48 + height(&timeline) + height(&ladder)), &report.verdict.text)
}

/// The result as plain text for a terminal.
pub fn text(report: &Report, lang: Lang) -> String {
    text::text(report, lang)
}
