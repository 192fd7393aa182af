//! Curves over any quantity, on axes that are linear or have a length for each doubling.

use super::super::scale::{self, Scale};
use super::super::svg::{Ink, Svg};
use super::super::table;
use super::{COLUMN, TITLE, WIDTH, decimal};
use crate::lab::figure::{Axis, AxisScale, Curve, CurveStyle, Plot};
use crate::text::Lang;
use std::fmt::Write;

const LEFT: i64 = 58;
const RIGHT: i64 = 462;
const TOP: i64 = 46;
const BOTTOM: i64 = 206;
/// Baselines: of the labels of the horizontal axis, of its name, of the first row of the legend.
const TICKS: i64 = BOTTOM + 17;
const NAME: i64 = BOTTOM + 34;
const LEGEND: i64 = BOTTOM + 56;
const LEGEND_LINE: i64 = 18;

/// An axis with the places of its values.
struct Laid<'a> {
    axis: &'a Axis,
    scale: Scale,
}

impl<'a> Laid<'a> {
    /// From the smallest to the largest value, or from 0 on a linear axis; to a round number where it points upwards.
    fn new(axis: &'a Axis, values: impl Iterator<Item = i64>, start: i64, end: i64) -> Laid<'a> {
        let (mut low, mut high) = (i64::MAX, i64::MIN);
        for value in values {
            (low, high) = (low.min(value), high.max(value));
        }
        let (low, high) = if low > high { (0, 1) } else { (low, high) };
        let (from, to) = match axis.scale {
            AxisScale::Linear if end < start => {
                let step = step(axis, low.min(0), high.max(1));
                (low.min(0).div_euclid(step) * step, (high.max(1) + step - 1).div_euclid(step) * step)
            }
            AxisScale::Linear => (low.min(0), high.max(1)),
            AxisScale::Doubling if end < start => {
                let below = doublings(axis).take_while(|value| *value <= low).last().unwrap_or(low);
                let above = doublings(axis).find(|value| *value >= high).unwrap_or(high);
                (logarithm(below), logarithm(above))
            }
            AxisScale::Doubling => (logarithm(low), logarithm(high)),
        };
        Laid { axis, scale: Scale { from, to: to.max(from + 1), start, end } }
    }

    fn at(&self, value: i64) -> i64 {
        match self.axis.scale {
            AxisScale::Linear => self.scale.at(value),
            AxisScale::Doubling => self.scale.at(logarithm(value)),
        }
    }

    /// The values that have a label, some `most` of them.
    fn ticks(&self, most: i64) -> Vec<i64> {
        match self.axis.scale {
            AxisScale::Linear => {
                let per = i64::from(self.axis.per.max(1));
                let (from, to) = (self.scale.from, self.scale.to);
                let step = scale::round(((to - from) / per / most).max(0)).max(1) * per;
                let step =
                    if (to - from) / step < 2 { scale::round(((to - from) / most).max(1)) } else { step };
                (0..)
                    .map(|n| from.div_euclid(step) * step + n * step)
                    .take_while(|v| *v <= to)
                    .filter(|v| *v >= from)
                    .collect()
            }
            AxisScale::Doubling => {
                let inside = |value: &i64| (self.scale.from..=self.scale.to).contains(&logarithm(*value));
                let all: Vec<i64> = doublings(self.axis).filter(inside).collect();
                let step = all.len().div_ceil(most.unsigned_abs() as usize).max(1);
                all.into_iter().step_by(step).collect()
            }
        }
    }

    fn label(&self, value: i64) -> String {
        if self.axis.unit == "bytes" && self.axis.scale == AxisScale::Doubling {
            return bytes(value);
        }
        let per = i64::from(self.axis.per.max(1));
        let greatest = (self.scale.to / per).unsigned_abs();
        if self.axis.scale == AxisScale::Linear && greatest >= 10_000 {
            let sign = if value < 0 { "−" } else { "" };
            return format!("{sign}{}", scale::with_prefix((value / per).unsigned_abs(), greatest));
        }
        if value / per >= 10_000 {
            scale::prefixed((value / per).unsigned_abs())
        } else {
            decimal(value, self.axis.per)
        }
    }
}

/// Powers of two of the unit, from the smallest value on that is not 0.
fn doublings(axis: &Axis) -> impl Iterator<Item = i64> {
    let unit = i64::from(axis.per.max(1));
    let smallest = unit.ilog2();
    (0..62 - smallest).map(move |power| (unit << power) >> smallest).filter(|value| *value > 0)
}

fn step(axis: &Axis, low: i64, high: i64) -> i64 {
    let per = i64::from(axis.per.max(1));
    let units = (high - low) / per;
    if units >= 5 { scale::round((units + 4) / 5) * per } else { scale::round((high - low + 4) / 5) }
}

/// 1024 times the logarithm to base 2, straight between the powers.
fn logarithm(value: i64) -> i64 {
    let value = value.max(1);
    let power = i64::from(value.ilog2());
    let part = (i128::from(value - (1 << power)) * 1024) >> power;
    power * 1024 + part as i64
}

fn bytes(value: i64) -> String {
    match value {
        0..1024 => format!("{value} B"),
        1024..1_048_576 => format!("{} KiB", value >> 10),
        1_048_576..1_073_741_824 => format!("{} MiB", value >> 20),
        _ => format!("{} GiB", value >> 30),
    }
}

fn named(axis: &Axis) -> String {
    match axis.unit {
        "" | "bytes" => axis.label.clone(),
        unit => format!("{}, {unit}", axis.label),
    }
}

pub(super) fn draw(title: &str, plot: &Plot, lang: Lang) -> String {
    let points = || plot.curves.iter().flat_map(|curve| curve.points.iter());
    let x = Laid::new(&plot.x, points().map(|(x, _)| *x), LEFT, RIGHT);
    let y = Laid::new(&plot.y, points().map(|(_, y)| *y), BOTTOM, TOP);
    let mut svg = Svg::default();
    let told: Vec<String> = plot.curves.iter().map(|curve| sentence(curve, plot, lang)).collect();
    svg.describe(&told.join(lang.pick(" ", "")));
    svg.group(Ink::Plain, None, |svg| svg.text((0, TITLE), "start", title));
    axes(&mut svg, &x, &y);
    svg.group(Ink::Bound, None, |svg| {
        let mut taken: Vec<(i64, i64)> = Vec::new();
        for mark in &plot.marks {
            let at = x.at(mark.x);
            if !(LEFT..=RIGHT).contains(&at) {
                continue;
            }
            svg.line((at, TOP), (at, BOTTOM));
            // Names that would overprint each other stand below each other.
            let width = COLUMN * table::columns(&mark.label) as i64;
            let side = if at + width > WIDTH { -1 } else { 1 };
            let span = if side > 0 { (at, at + width) } else { (at - width, at) };
            let row = taken.iter().filter(|(from, to)| span.0 < *to && *from < span.1).count() as i64;
            taken.push(span);
            svg.text(
                (at + 4 * side, TOP + 10 + row * 14),
                if side > 0 { "start" } else { "end" },
                &mark.label,
            );
        }
    });
    for (curve, ink) in inked(&plot.curves) {
        svg.group(ink, None, |svg| {
            let places: Vec<(i64, i64)> = curve.points.iter().map(|(a, b)| (x.at(*a), y.at(*b))).collect();
            if curve.style == CurveStyle::Points {
                places.iter().for_each(|place| svg.disc(*place));
            } else {
                svg.curve(&path(&places));
            }
        });
    }
    let bottom = legend(&mut svg, &plot.curves);
    svg.finish("chart", (WIDTH, bottom + 8), title)
}

fn path(places: &[(i64, i64)]) -> String {
    let mut path = String::new();
    for (n, (x, y)) in places.iter().enumerate() {
        let _ = write!(path, "{}{x} {y}", if n == 0 { 'M' } else { 'L' });
    }
    path
}

fn inked(curves: &[Curve]) -> impl Iterator<Item = (&Curve, Ink)> {
    let mut lines = 0;
    curves.iter().map(move |curve| match curve.style {
        CurveStyle::Bound => (curve, Ink::Bound),
        CurveStyle::Points => (curve, Ink::Dropped),
        CurveStyle::Line => {
            lines += 1;
            (curve, Ink::Curve(lines - 1))
        }
    })
}

fn axes(svg: &mut Svg, x: &Laid<'_>, y: &Laid<'_>) {
    let levels = y.ticks(6);
    svg.group(Ink::Grid, None, |svg| {
        for value in &levels {
            svg.line((LEFT, y.at(*value)), (RIGHT, y.at(*value)));
        }
    });
    svg.group(Ink::Rule, None, |svg| svg.line((LEFT, BOTTOM), (RIGHT, BOTTOM)));
    svg.group(Ink::Faint, None, |svg| {
        for value in levels {
            svg.text((LEFT - 6, y.at(value) + 4), "end", &y.label(value));
        }
        svg.text((0, TITLE + 18), "start", &named(y.axis));
        for value in x.ticks(7) {
            let at = x.at(value);
            svg.line((at, BOTTOM), (at, BOTTOM + 4));
            svg.text((at, TICKS), "middle", &x.label(value));
        }
        svg.text((RIGHT, NAME), "end", &named(x.axis));
    });
}

/// What the curves are; the baseline of the last row.
fn legend(svg: &mut Svg, curves: &[Curve]) -> i64 {
    let (mut x, mut line) = (LEFT, LEGEND);
    for (curve, ink) in inked(curves) {
        let width = 36 + COLUMN * table::columns(&curve.label) as i64;
        if x > LEFT && x + width > WIDTH {
            (x, line) = (LEFT, line + LEGEND_LINE);
        }
        let middle = line - 4;
        svg.group(ink, None, |svg| match curve.style {
            CurveStyle::Points => svg.disc((x + 8, middle)),
            _ => svg.curve(&format!("M{x} {middle}h16")),
        });
        svg.group(Ink::Faint, None, |svg| svg.text((x + 22, line), "start", &curve.label));
        x += width;
    }
    line
}

fn sentence(curve: &Curve, plot: &Plot, lang: Lang) -> String {
    let label = &curve.label;
    let (Some(first), Some(last)) = (curve.points.first(), curve.points.last()) else { return String::new() };
    let told = |(x, y): &(i64, i64)| (decimal(*x, plot.x.per), decimal(*y, plot.y.per));
    let ((from, low), (to, high)) = (told(first), told(last));
    lang.pick(
        format!("{label}: {low} at {from}, {high} at {to}."),
        format!("{label}：{from} 处 {low}，{to} 处 {high}。"),
    )
}

pub(super) fn text(out: &mut String, title: &str, plot: &Plot) {
    let mut heads = vec![named(&plot.x)];
    heads.extend(plot.curves.iter().map(|curve| curve.label.clone()));
    let mut xs: Vec<i64> =
        plot.curves.iter().flat_map(|curve| curve.points.iter().map(|(x, _)| *x)).collect();
    xs.sort_unstable();
    xs.dedup();
    let cell = |curve: &Curve, x: i64| {
        let found = curve.points.binary_search_by_key(&x, |(at, _)| *at).ok();
        found.map_or(String::new(), |at| decimal(curve.points[at].1, plot.y.per))
    };
    let row = |x: i64| {
        let own = std::iter::once(decimal(x, plot.x.per));
        own.chain(plot.curves.iter().map(move |curve| cell(curve, x))).collect()
    };
    let rows: Vec<Vec<String>> = xs.into_iter().map(row).collect();
    table::text(out, &format!("{title} ({})", named(&plot.y)), &heads, &rows);
}
