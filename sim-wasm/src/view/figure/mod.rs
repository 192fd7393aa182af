//! Pictures that are no curves over time, as SVG and for a terminal: one module for each kind of drawing.

mod bars;
mod hops;
mod lanes;
mod plot;

use super::html::escape;
use crate::lab::Report;
use crate::lab::figure::{Drawing, Figure};
use crate::text::Lang;
use std::fmt::Write;

/// Narrow enough for a phone, where it is not to be scrolled.
const WIDTH: i64 = 480;
/// Baseline of the title.
const TITLE: i64 = 13;
/// Width of a column of text.
const COLUMN: i64 = 8;

/// Every figure of a report as HTML, each as a part.
pub(super) fn html(out: &mut String, report: &Report, lang: Lang) {
    for figure in &report.figures {
        let picture = picture(figure, lang);
        let class = if matches!(figure.drawing, Drawing::Hops(_)) { "plot way" } else { "plot" };
        let _ = write!(
            out,
            "<div class=\"{class}\" data-part=\"figure-{}\" role=\"region\" tabindex=\"0\" aria-label=\"{}\">{picture}</div>",
            figure.id,
            escape(&figure.title)
        );
    }
}

/// The tables that belong to figures, likewise.
pub(super) fn tables(out: &mut String, report: &Report, lang: Lang, prefix: &str) {
    for figure in &report.figures {
        if let Drawing::Hops(way) = &figure.drawing {
            hops::table(out, figure, way, lang, prefix);
        }
    }
}

/// One figure as SVG.
pub(super) fn picture(figure: &Figure, lang: Lang) -> String {
    match &figure.drawing {
        Drawing::Plot(plot) => plot::draw(&figure.title, plot, lang),
        Drawing::Bars(bars) => bars::draw(&figure.title, bars),
        Drawing::Hops(way) => hops::draw(&figure.title, way),
        Drawing::Lanes(lanes) => lanes::draw(&figure.title, lanes, lang),
    }
}

/// Every figure in words and numbers, for a terminal.
pub(super) fn text(out: &mut String, report: &Report, lang: Lang) {
    for figure in &report.figures {
        match &figure.drawing {
            Drawing::Plot(plot) => plot::text(out, &figure.title, plot),
            Drawing::Bars(bars) => bars::text(out, &figure.title, bars),
            Drawing::Hops(way) => hops::text(out, &figure.title, way),
            Drawing::Lanes(lanes) => lanes::text(out, &figure.title, lanes, lang),
        }
    }
}

/// A value of `1 / per` units as a decimal number, without zeros behind.
fn decimal(value: i64, per: u32) -> String {
    let per = u64::from(per.max(1));
    let (whole, rest) = (value.unsigned_abs() / per, value.unsigned_abs() % per);
    let sign = if value < 0 { "−" } else { "" };
    if rest == 0 {
        return format!("{sign}{whole}");
    }
    let hundredths = rest * 100 / per;
    let digits = if whole < 100 && hundredths > 0 { format!(".{hundredths:02}") } else { String::new() };
    format!("{sign}{whole}{}", digits.trim_end_matches('0').trim_end_matches('.'))
}
