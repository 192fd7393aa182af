//! Reports and forms as HTML, SVG and text.
//!
//! All markup of a lab is made here, from typed values: no author's text is ever taken for HTML. Every element
//! carries classes, never a style attribute, so that a strict content security policy holds.

mod chart;
mod curve;
mod difference;
#[cfg(any(not(target_arch = "wasm32"), feature = "figures"))]
mod figure;
#[cfg(not(target_arch = "wasm32"))]
pub mod form;
pub mod html;
mod ladder;
mod lines;
mod result;
mod scale;
#[cfg(not(target_arch = "wasm32"))]
pub mod scope;
mod script;
mod svg;
mod table;
mod tape;
mod text;
#[cfg(any(not(target_arch = "wasm32"), feature = "time-sequence"))]
mod time_sequence;
mod timeline;

use crate::lab::Report;
use crate::text::Lang;
use svg::Svg;

/// Do the labs in this module have curves over time? Pages whose labs have none load no code to draw them.
const CURVES: bool = cfg!(any(not(target_arch = "wasm32"), feature = "curves"));

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

/// Where two runs part and which counters differ; `heads` name what each was given.
pub fn difference_html(a: &Report, b: &Report, heads: &(String, String), lang: Lang) -> String {
    difference::difference(a, b, heads, lang)
}

/// The pictures of a result as one, for files and other sites.
pub fn svg(report: &Report, lang: Lang) -> String {
    let mut pictures: Vec<String> = chart::charts(report, lang).map(|(_, picture)| picture).collect();
    #[cfg(any(not(target_arch = "wasm32"), feature = "figures"))]
    pictures.extend(report.figures.iter().map(|figure| figure::picture(figure, lang)));
    if report.has_packets() {
        pictures.extend([
            #[cfg(any(not(target_arch = "wasm32"), feature = "time-sequence"))]
            time_sequence::picture(report, lang),
            timeline::timeline(report, lang),
            ladder::head(report, lang),
            ladder::rungs(report, lang, "lab", Detail::Full),
        ]);
    }
    let mut svg = Svg::default();
    svg.group(svg::Ink::Plain, None, |svg| svg.text((12, 22), "start", &report.verdict.text));
    let mut down = 36;
    for picture in pictures.iter().filter(|picture| !picture.is_empty()) {
        svg.nest(picture, down);
        down += svg::height(picture);
    }
    svg.finish("result", (680, down), &report.verdict.text)
}

/// The result as plain text for a terminal.
pub fn text(report: &Report, lang: Lang) -> String {
    text::text(report, lang)
}
