//! A bar for each of some things, one below the other, perhaps in parts.

use super::super::svg::{Ink, Svg};
use super::super::table;
use super::{COLUMN, TITLE, WIDTH, decimal};
use crate::lab::figure::{Bar, Bars};

/// Room that labels take at most, and that the longest bar has at least; behind it stand the notes.
const LABELS: i64 = 190;
const LENGTH: i64 = 100;
const TOP: i64 = 24;
const ROW: i64 = 22;
const THICK: i64 = 14;
const LEGEND_LINE: i64 = 18;
/// The inks of the parts, in their order.
const INKS: [Ink; 4] = [Ink::Curve(0), Ink::Lost, Ink::Dropped, Ink::Rule];

fn total(bar: &Bar) -> i64 {
    bar.parts.iter().sum()
}

fn note(bar: &Bar, bars: &Bars) -> String {
    match (bar.note.as_str(), bars.unit) {
        ("", "") => decimal(total(bar), bars.per),
        ("", unit) => format!("{} {unit}", decimal(total(bar), bars.per)),
        (note, _) => note.to_string(),
    }
}

pub(super) fn draw(title: &str, bars: &Bars) -> String {
    let left = bars.bars.iter().map(|bar| table::columns(&bar.label) as i64).max().unwrap_or(0) * COLUMN + 8;
    let left = left.min(LABELS);
    let notes = bars.bars.iter().map(|bar| table::columns(&note(bar, bars)) as i64).max().unwrap_or(0);
    let right = (WIDTH - COLUMN * notes - 8).max(left + LENGTH);
    let bound = bars.bound.as_ref().map_or(0, |(value, _)| *value);
    let greatest = bars.bars.iter().map(total).max().unwrap_or(0).max(bound).max(1);
    let length = |value: i64| (i128::from(value) * i128::from(right - left) / i128::from(greatest)) as i64;
    let mut svg = Svg::default();
    let told: Vec<String> =
        bars.bars.iter().map(|bar| format!("{}: {}", bar.label, note(bar, bars))).collect();
    svg.describe(&told.join(". "));
    svg.group(Ink::Plain, None, |svg| svg.text((0, TITLE), "start", title));
    let y = |n: usize| TOP + ROW * n as i64;
    svg.group(Ink::Plain, None, |svg| {
        for (n, bar) in bars.bars.iter().enumerate() {
            svg.text((left - 6, y(n) + THICK - 3), "end", &bar.label);
        }
    });
    for (part, ink) in INKS.into_iter().enumerate() {
        svg.group(ink, None, |svg| {
            for (n, bar) in bars.bars.iter().enumerate() {
                let before: i64 = bar.parts.iter().take(part).sum();
                let own = bar.parts.get(part).copied().unwrap_or(0);
                let (from, to) = (left + length(before), left + length(before + own));
                if to > from {
                    svg.bar((from, y(n)), (to - from, THICK));
                }
            }
        });
    }
    let bottom = y(bars.bars.len());
    svg.group(Ink::Faint, None, |svg| {
        for (n, bar) in bars.bars.iter().enumerate() {
            svg.text((left + length(total(bar)) + 5, y(n) + THICK - 3), "start", &note(bar, bars));
        }
    });
    let mut end = bottom + 4;
    if let Some((value, name)) = &bars.bound {
        let at = left + length(*value);
        svg.group(Ink::Bound, None, |svg| {
            svg.line((at, TOP - 4), (at, bottom));
            svg.text((at, bottom + 12), "middle", name);
        });
        end += 16;
    }
    if bars.parts.len() > 1 {
        end = legend(&mut svg, &bars.parts, end + 13);
    }
    svg.finish("chart", (WIDTH, end), title)
}

/// What the parts are, in rows from a baseline on; where the picture ends.
fn legend(svg: &mut Svg, parts: &[String], mut line: i64) -> i64 {
    let mut x = 0;
    for (part, ink) in parts.iter().zip(INKS) {
        let width = 34 + COLUMN * table::columns(part) as i64;
        if x > 0 && x + width > WIDTH {
            (x, line) = (0, line + LEGEND_LINE);
        }
        svg.group(ink, None, |svg| svg.bar((x, line - 9), (12, 10)));
        svg.group(Ink::Faint, None, |svg| svg.text((x + 17, line), "start", part));
        x += width;
    }
    line + 9
}

pub(super) fn text(out: &mut String, title: &str, bars: &Bars) {
    let mut heads = vec![String::new()];
    heads.extend(if bars.parts.len() > 1 { bars.parts.clone() } else { vec![bars.unit.to_string()] });
    let row = |bar: &Bar| {
        let own = std::iter::once(bar.label.clone());
        own.chain(bar.parts.iter().map(|part| decimal(*part, bars.per))).collect()
    };
    let rows: Vec<Vec<String>> = bars.bars.iter().map(row).collect();
    table::text(out, title, &heads, &rows);
}
