//! Spans of time in lanes: who is asked when, and how long the answer is waited for.

use super::super::scale::{self, Scale};
use super::super::svg::{Ink, Svg};
use super::super::table;
use super::{COLUMN, TITLE, WIDTH};
use crate::lab::figure::{Lanes, Span};
use crate::lab::report::Mood;
use crate::text::Lang;
use std::fmt::Write;

const RIGHT: i64 = 444;
const TOP: i64 = 28;
const ROW: i64 = 30;
const THICK: i64 = 20;

fn ink(span: &Span) -> Ink {
    match span.mood {
        Mood::Good => Ink::Delivered,
        Mood::Neutral => Ink::Lost,
        Mood::Bad => Ink::Dropped,
    }
}

fn told(span: &Span, lanes: &Lanes, lang: Lang) -> String {
    let lane = lanes.lanes.get(span.lane).map_or("", String::as_str);
    let (from, to) = (scale::seconds(span.from_us), scale::seconds(span.to_us));
    let label = &span.label;
    lang.pick(format!("{lane}: {label}, {from} to {to} s"), format!("{lane}：{label}，{from} 到 {to} 秒"))
}

pub(super) fn draw(title: &str, lanes: &Lanes, lang: Lang) -> String {
    let left = lanes.lanes.iter().map(|lane| table::columns(lane) as i64).max().unwrap_or(0) * COLUMN + 12;
    let left = left.min(RIGHT / 2);
    let x = Scale { from: 0, to: lanes.end_us.max(1) as i64, start: left, end: RIGHT };
    let bottom = TOP + ROW * lanes.lanes.len() as i64;
    let mut svg = Svg::default();
    let sentences: Vec<String> = lanes.spans.iter().map(|span| told(span, lanes, lang)).collect();
    svg.describe(&sentences.join(lang.pick(". ", "。")));
    svg.group(Ink::Plain, None, |svg| {
        svg.text((0, TITLE), "start", title);
        for (n, lane) in lanes.lanes.iter().enumerate() {
            svg.text((left - 8, TOP + ROW * n as i64 + 16), "end", lane);
        }
    });
    svg.group(Ink::Grid, None, |svg| {
        for n in 0..=lanes.lanes.len() as i64 {
            svg.line((left, TOP + ROW * n - 4), (RIGHT, TOP + ROW * n - 4));
        }
    });
    svg.group(Ink::Faint, None, |svg| scale::time_axis(svg, &x, bottom - 4, lang));
    for span in &lanes.spans {
        let y = TOP + ROW * span.lane as i64;
        let (from, to) = (x.at(span.from_us as i64), x.at(span.to_us as i64));
        let width = (to - from).max(2);
        svg.group(ink(span), None, |svg| {
            svg.band((from, y), (width, THICK));
            svg.line((from, y), (from, y + THICK));
            if span.mood == Mood::Bad {
                svg.cross((from + width, y + THICK / 2));
            }
        });
        if COLUMN * table::columns(&span.label) as i64 + 8 <= width {
            svg.group(Ink::Plain, None, |svg| svg.text((from + 4, y + 14), "start", &span.label));
        }
    }
    svg.finish("chart", (WIDTH, bottom + 22), title)
}

pub(super) fn text(out: &mut String, title: &str, lanes: &Lanes, lang: Lang) {
    let _ = writeln!(out, "\n# {title}");
    for span in &lanes.spans {
        let _ = writeln!(out, "{}", told(span, lanes, lang));
    }
}
