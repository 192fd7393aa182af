//! The picture of a time-sequence graph. However many segments there are, each column of the picture shows every
//! stretch of sequence numbers that was sent in its time.

use super::figures::{self, Mark};
use super::{axes, closed};
use crate::lab::time_sequence::{SegmentKind, TimeSequence};
use crate::text::Lang;
use crate::view::curve::{columns, steps};
use crate::view::scale::{self, Scale};
use crate::view::svg::{Ink, Svg};
use crate::view::table;
use std::fmt::Write;

/// As wide as charts are, so that a phone need not scroll it.
const WIDTH: i64 = 480;
const LEFT: i64 = 58;
const RIGHT: i64 = 466;
/// Baseline of the title.
const TITLE: i64 = 13;
const TOP: i64 = 28;
const BOTTOM: i64 = 288;
/// Baseline of the first row of the legend.
const LEGEND: i64 = 332;
const LEGEND_LINE: i64 = 20;
/// Width of a column of text.
const COLUMN: i64 = 8;
/// A window that ends this many times higher than the data would press them flat: it leaves the picture instead.
const FAR: i64 = 4;
/// So many bars have room for caps.
const CAPPED: usize = 150;
/// No bar is shorter.
const SHORTEST: i64 = 2;
/// No box is lower.
const LOWEST: i64 = 8;
/// Bars from here on are told apart by their caps where one stands on the other.
const TALL: i64 = 5;

/// Draws a graph.
pub(super) fn draw(graph: &TimeSequence, title: &str, lang: Lang) -> String {
    let picture = Picture::of(graph);
    let mut svg = Svg::default();
    svg.describe(&figures::sentence(graph, lang));
    svg.group(Ink::Plain, None, |svg| svg.text((LEFT, TITLE), "start", title));
    picture.axes(&mut svg, lang);
    picture.lines(&mut svg);
    picture.segments(&mut svg);
    let bottom = picture.legend(&mut svg, lang);
    svg.finish("chart", (WIDTH, bottom + 8), title)
}

/// A graph with its scales.
struct Picture<'a> {
    graph: &'a TimeSequence,
    x: Scale,
    y: Scale,
    /// Of the labels of sequence numbers.
    step: i64,
    closed: Vec<(u64, u64)>,
}

/// An upright stretch of one column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Bar {
    pub(super) x: i64,
    pub(super) top: i64,
    pub(super) bottom: i64,
}

impl Ink {
    fn of(mark: Mark) -> Ink {
        match mark {
            Mark::Segment | Mark::Probe => Ink::Curve(1),
            Mark::Lost => Ink::Lost,
            Mark::Resent => Ink::Again,
            Mark::Ack => Ink::Delivered,
            Mark::Window => Ink::Curve(2),
            Mark::Sack => Ink::Memory,
            Mark::ZeroWindow => Ink::Dropped,
        }
    }
}

impl<'a> Picture<'a> {
    fn of(graph: &'a TimeSequence) -> Picture<'a> {
        let ends = |(_, seq, behind): (u64, u64, u64)| [seq as i64, behind as i64];
        let segments = graph.segments.iter().map(|(t, seq, behind, _)| (*t, *seq, *behind));
        let data = segments.chain(graph.sacks.iter().copied()).flat_map(ends);
        let data = || data.clone().chain(graph.acks.iter().map(|(_, seq)| *seq as i64));
        let low = data().min().unwrap_or(0);
        let mut high = data().max().unwrap_or(0).max(low + 1);
        let window = graph.window.iter().map(|(_, seq)| *seq as i64).max().unwrap_or(high);
        if window - low <= (high - low).saturating_mul(FAR) {
            high = high.max(window);
        }
        let step = scale::round((high - low + 5) / 6);
        let (from, to) = (low.div_euclid(step) * step, (high + step - 1).div_euclid(step) * step);
        let (begin, end) = (graph.from_us as i64, graph.to_us.max(graph.from_us + 1) as i64);
        Picture {
            graph,
            x: Scale { from: begin, to: end, start: LEFT + 4, end: RIGHT - 4 },
            y: Scale { from, to, start: BOTTOM, end: TOP },
            step,
            closed: closed(graph),
        }
    }

    fn axes(&self, svg: &mut Svg, lang: Lang) {
        let Picture { x, y, step, .. } = self;
        let labels = || (y.from..=y.to).step_by(*step as usize).map(|seq| (seq, y.at(seq)));
        svg.group(Ink::Grid, None, |svg| labels().for_each(|(_, at)| svg.line((LEFT, at), (RIGHT, at))));
        svg.group(Ink::Rule, None, |svg| svg.line((LEFT, BOTTOM), (RIGHT, BOTTOM)));
        svg.group(Ink::Faint, None, |svg| {
            axes::time(svg, x, BOTTOM, lang);
            for (seq, at) in labels() {
                svg.text(
                    (LEFT - 6, at + 4),
                    "end",
                    &axes::sequence_number(seq.unsigned_abs(), step.unsigned_abs()),
                );
            }
        });
    }

    /// What came back: the window, the acknowledgements and the blocks beside them.
    fn lines(&self, svg: &mut Svg) {
        let Picture { graph, x, y, closed, .. } = self;
        svg.group(Ink::of(Mark::Window), None, |svg| self.line(svg, &graph.window));
        svg.group(Ink::of(Mark::Sack), None, |svg| {
            let mut path = String::new();
            for Bar { x, top, bottom } in bars(graph.sacks.iter().copied(), x, y) {
                let _ = write!(path, "M{} {bottom}V{top}m1 0V{bottom}m1 0V{top}", x - 1);
            }
            svg.curve(&path);
        });
        svg.group(Ink::of(Mark::Ack), None, |svg| self.line(svg, &graph.acks));
        svg.group(Ink::of(Mark::ZeroWindow), None, |svg| {
            for (from, to) in closed {
                let acks = &graph.acks[..graph.acks.partition_point(|(t, _)| t <= from)];
                let Some((_, seq)) = acks.last() else { continue };
                zero_window(svg, (x.at(*from as i64), y.at(*seq as i64)), x.at(*to as i64));
            }
        });
    }

    /// The parts of a line that are in sight.
    fn line(&self, svg: &mut Svg, points: &[(u64, u64)]) {
        let inside = |(t, _): &&(u64, u64)| (self.x.from..=self.x.to).contains(&(*t as i64));
        let points: Vec<(u64, i64)> =
            points.iter().filter(inside).map(|(t, seq)| (*t, *seq as i64)).collect();
        let mut rest = &points[..];
        while let Some(begin) = rest.iter().position(|(_, seq)| *seq <= self.y.to) {
            rest = &rest[begin..];
            let length = rest.iter().position(|(_, seq)| *seq > self.y.to).unwrap_or(rest.len());
            let end = rest.get(length).map_or(self.x.to, |(t, _)| *t as i64);
            svg.curve(&steps(&columns(&rest[..length], &self.x, &self.y), self.x.at(end)));
            rest = &rest[length..];
        }
    }

    fn segments(&self, svg: &mut Svg) {
        use SegmentKind::{Lost, Probe, Resent, ResentLost, Sent};
        let caps = self.graph.segments.len() <= CAPPED;
        svg.group(Ink::of(Mark::Segment), None, |svg| {
            let bars = self.bars(&[Sent, Lost]);
            svg.curve(&bars.iter().map(|bar| beam(*bar, caps)).collect::<String>());
            self.bars(&[Probe]).iter().for_each(|bar| svg.diamond((bar.x, bar.bottom)));
        });
        svg.group(Ink::of(Mark::Resent), None, |svg| {
            svg.curve(&self.bars(&[Resent, ResentLost]).into_iter().map(hollow).collect::<String>());
        });
        svg.group(Ink::of(Mark::Lost), None, |svg| {
            for Bar { x, top, bottom } in self.bars(&[Lost, ResentLost]) {
                svg.cross((x, i64::midpoint(top, bottom)));
            }
        });
    }

    fn bars(&self, kinds: &[SegmentKind]) -> Vec<Bar> {
        let of_kind = self.graph.segments.iter().filter(|(.., kind)| kinds.contains(kind));
        bars(of_kind.map(|(t, seq, behind, _)| (*t, *seq, *behind)), &self.x, &self.y)
    }

    /// The marks that are in the picture, in rows; the baseline of the last row.
    fn legend(&self, svg: &mut Svg, lang: Lang) -> i64 {
        let lowest = self.graph.window.iter().map(|(_, seq)| *seq as i64).min();
        let (mut x, mut line) = (LEFT, LEGEND);
        for mark in Mark::ALL.into_iter().filter(|mark| !mark.occurrences(self.graph).is_empty()) {
            let label = mark.label(lang);
            let width = 36 + COLUMN * table::columns(label) as i64;
            if x > LEFT && x + width > WIDTH {
                (x, line) = (LEFT, line + LEGEND_LINE);
            }
            let (middle, centre) = (line - 4, x + 8);
            let bar = Bar { x: centre, top: middle - 7, bottom: middle + 7 };
            svg.group(Ink::of(mark), None, |svg| match mark {
                Mark::Segment => svg.curve(&beam(bar, true)),
                Mark::Resent => svg.curve(&hollow(bar)),
                Mark::Lost => svg.cross((centre, middle)),
                Mark::Probe => svg.diamond((centre, middle)),
                Mark::Sack => svg.curve(&format!("M{} {}v14m1 0v-14m1 0v14", centre - 1, middle - 7)),
                Mark::ZeroWindow => zero_window(svg, (x + 4, middle + 3), x + 16),
                Mark::Window if lowest.is_some_and(|seq| seq > self.y.to) => {
                    svg.text((centre, line), "middle", "↑");
                }
                Mark::Ack | Mark::Window => svg.curve(&format!("M{x} {middle}h16")),
            });
            svg.group(Ink::Faint, None, |svg| svg.text((x + 22, line), "start", label));
            x += width;
        }
        line
    }
}

/// A segment: a bar with a cap at each end, if there is room for caps.
fn beam(Bar { x, top, bottom }: Bar, caps: bool) -> String {
    match caps {
        true => format!("M{} {bottom}h4m-2 0V{top}m-2 0h4", x - 2),
        false => format!("M{x} {bottom}V{top}"),
    }
}

/// A segment that was sent again: a box, which can be told from a bar however low it is.
fn hollow(Bar { x, top, bottom }: Bar) -> String {
    let more = (LOWEST - (bottom - top)).max(0) / 2;
    let (top, bottom) = (top - more, bottom + more);
    format!("M{} {bottom}V{top}h6V{bottom}z", x - 3)
}

/// The window is closed: a wedge on the line where it begins, and a double line as long as it lasts.
fn zero_window(svg: &mut Svg, (x, y): (i64, i64), end: i64) {
    svg.curve(&format!("M{} {}h10l-5 8zM{x} {}H{end}M{x} {}H{end}", x - 5, y - 10, y - 1, y + 2));
}

/// Stretches of sequence numbers in the order of their times, as bars: those of one column that touch are one.
pub(super) fn bars(spans: impl Iterator<Item = (u64, u64, u64)>, x: &Scale, y: &Scale) -> Vec<Bar> {
    let mut bars = Vec::new();
    let mut column: Vec<Bar> = Vec::new();
    for (t, from, behind) in spans.filter(|(t, ..)| (x.from..=x.to).contains(&(*t as i64))) {
        let bottom = y.at(from as i64);
        let bar = Bar { x: x.at(t as i64), top: y.at(behind as i64).min(bottom - SHORTEST), bottom };
        if column.last().is_some_and(|last| last.x != bar.x) {
            bars.append(&mut united(&mut column));
        }
        match column.last_mut() {
            // Most segments continue the one before.
            Some(last) if touch(last, &bar) => *last = unite(*last, bar),
            _ => column.push(bar),
        }
    }
    bars.append(&mut united(&mut column));
    bars
}

/// The bars of one column, from the top, without those that touch.
fn united(column: &mut Vec<Bar>) -> Vec<Bar> {
    column.sort_unstable_by_key(|bar| bar.top);
    let mut bars: Vec<Bar> = Vec::new();
    for bar in column.drain(..) {
        match bars.last_mut() {
            Some(last) if touch(last, &bar) => *last = unite(*last, bar),
            _ => bars.push(bar),
        }
    }
    bars
}

/// Do they overlap, or lie so close that nobody would see both?
fn touch(a: &Bar, b: &Bar) -> bool {
    let gap = a.top.max(b.top) - a.bottom.min(b.bottom);
    let height = |bar: &Bar| bar.bottom - bar.top;
    gap < 0 || (gap == 0 && height(a).min(height(b)) < TALL)
}

fn unite(a: Bar, b: Bar) -> Bar {
    Bar { x: a.x, top: a.top.min(b.top), bottom: a.bottom.max(b.bottom) }
}
