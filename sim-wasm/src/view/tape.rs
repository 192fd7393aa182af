//! A tape: what happened between a beginning and an end, with long pauses shortened. Each pause is as wide as the cube
//! root of its time, so that a tail of doublings and two hours of silence both can be read on a phone.

use super::scale;
use super::svg::{Ink, Svg};
use super::table;
use crate::lab::report::{Chart, Series, SeriesKind};
use crate::text::Lang;

const WIDTH: i64 = 480;
const LEFT: i64 = 14;
const RIGHT: i64 = 462;
/// Baseline of the title.
const TITLE: i64 = 13;
/// Baseline of what stands at the end.
const END: i64 = 36;
/// The tape itself, and the marks that cross it.
const BAND: (i64, i64) = (46, 68);
const MARK: (i64, i64) = (40, 74);
/// Baseline of the times.
const TIMES: i64 = 90;
/// Baseline of the legend.
const LEGEND: i64 = 114;
const LEGEND_LINE: i64 = 18;
/// Width of a column of text.
const COLUMN: i64 = 8;
/// A pause without an end is this wide beside others.
const OPEN: i64 = 64;
/// No pause is narrower than this share of the tape.
const NARROWEST: i64 = 120;

/// Draws the tape of a chart: its pauses, the moments in them, and the end if it has one. `told` describes it in words.
pub(super) fn draw(chart: &Chart, curves: &[&Series], told: &str, lang: Lang) -> String {
    let tape = Tape::new(curves);
    let mut svg = Svg::default();
    svg.describe(told);
    svg.group(Ink::Plain, None, |svg| svg.text((LEFT, TITLE), "start", &chart.title));
    for (n, series) in of_kind(curves, |kind| kind == SeriesKind::Pauses).enumerate() {
        svg.group(Ink::Curve(2 * n), None, |svg| pauses(svg, series, &tape));
        svg.group(Ink::Faint, None, |svg| lengths(svg, series, &tape, lang));
    }
    for (n, series) in of_kind(curves, |kind| kind == SeriesKind::Moments).enumerate() {
        svg.group(Ink::Curve(2 * n + 1), None, |svg| {
            series.points.iter().for_each(|(t, _)| svg.line((tape.at(*t), MARK.0), (tape.at(*t), MARK.1)));
        });
    }
    end(&mut svg, curves, &tape, lang);
    svg.group(Ink::Faint, None, |svg| times(svg, &tape, lang));
    let bottom = legend(&mut svg, curves);
    svg.finish("chart", (WIDTH, bottom + 8), &chart.title)
}

/// Where each moment lies.
struct Tape {
    /// Every moment with its place, in the order of time.
    places: Vec<(u64, i64)>,
    /// Does the last pause have no end?
    open: bool,
}

impl Tape {
    fn new(curves: &[&Series]) -> Tape {
        let mut moments: Vec<u64> =
            curves.iter().flat_map(|series| series.points.iter().map(|(t, _)| *t)).collect();
        moments.sort_unstable();
        moments.dedup();
        let open = of_kind(curves, |kind| kind == SeriesKind::Pauses)
            .any(|series| series.points.as_chunks().0.iter().any(|[from, to]| from.0 == to.0));
        let gaps = moments.windows(2).map(|pair| (pair[1] - pair[0]).max(1));
        let weights: Vec<i64> = gaps.map(cube_root).collect();
        let least = weights.iter().sum::<i64>() / NARROWEST;
        let weights: Vec<i64> = weights.into_iter().map(|weight| weight.max(least)).collect();
        let (all, room) = (weights.iter().sum::<i64>().max(1), RIGHT - LEFT - if open { OPEN } else { 0 });
        let mut passed = 0;
        let mut places = Vec::with_capacity(moments.len());
        for (n, t) in moments.into_iter().enumerate() {
            places.push((t, LEFT + passed * room / all));
            passed += weights.get(n).copied().unwrap_or(0);
        }
        Tape { places, open }
    }

    fn at(&self, t: u64) -> i64 {
        let n = self.places.partition_point(|(moment, _)| *moment < t);
        self.places.get(n).map_or(RIGHT, |(_, x)| *x)
    }

    /// Both ends of a pause.
    fn span(&self, from: u64, to: u64) -> (i64, i64) {
        (self.at(from), if from == to { RIGHT } else { self.at(to) })
    }
}

/// The greatest number whose third power is not greater.
fn cube_root(n: u64) -> i64 {
    let (mut low, mut high) = (0_u64, 1 << 21);
    while low + 1 < high {
        let middle = u64::midpoint(low, high);
        if middle * middle * middle <= n {
            low = middle;
        } else {
            high = middle;
        }
    }
    low as i64
}

fn of_kind<'a>(curves: &[&'a Series], wanted: fn(SeriesKind) -> bool) -> impl Iterator<Item = &'a Series> {
    curves.iter().copied().filter(move |series| wanted(series.kind))
}

fn pauses(svg: &mut Svg, series: &Series, tape: &Tape) {
    for [(from, _), (to, _)] in series.points.as_chunks().0 {
        let (start, stop) = tape.span(*from, *to);
        svg.fill(&format!("M{start} {}H{stop}V{}H{start}z", BAND.0, BAND.1));
        svg.line((start, BAND.1), (stop, BAND.1));
    }
}

/// How long each pause is, where there is room to say so.
fn lengths(svg: &mut Svg, series: &Series, tape: &Tape, lang: Lang) {
    for [(from, _), (to, _)] in series.points.as_chunks().0 {
        let (start, stop) = tape.span(*from, *to);
        let text = scale::about(to - from, lang);
        if from < to && stop - start > COLUMN * table::columns(&text) as i64 {
            svg.text((i64::midpoint(start, stop), BAND.1 - 7), "middle", &text);
        }
    }
}

/// How it ends, or that it does not.
fn end(svg: &mut Svg, curves: &[&Series], tape: &Tape, lang: Lang) {
    let ends = |kind| matches!(kind, SeriesKind::AcceptedBare | SeriesKind::DroppedBare);
    let middle = i64::midpoint(BAND.0, BAND.1);
    for series in of_kind(curves, ends) {
        let good = series.kind == SeriesKind::AcceptedBare;
        svg.group(if good { Ink::Delivered } else { Ink::Dropped }, None, |svg| {
            let at = (series.points.last().map_or(RIGHT, |(t, _)| tape.at(*t)), middle);
            if good {
                svg.disc(at)
            } else {
                svg.cross(at)
            }
            svg.text((RIGHT + 6, END), "end", &series.label);
        });
    }
    if tape.open {
        svg.group(Ink::Plain, None, |svg| {
            svg.arrow((RIGHT - 24, middle), (RIGHT, middle));
            svg.text((RIGHT + 6, END), "end", lang.pick("no end", "没有终点"));
        });
    }
}

/// When: the end first, then from the beginning whatever finds room.
fn times(svg: &mut Svg, tape: &Tape, lang: Lang) {
    let width = |text: &str| COLUMN * table::columns(text) as i64;
    let mut limit = WIDTH;
    if let Some((t, x)) = tape.places.last().filter(|_| tape.places.len() > 1) {
        let text = scale::about(*t, lang);
        let right = (x + width(&text) / 2).min(WIDTH);
        limit = right - width(&text) - COLUMN;
        svg.text((right, TIMES), "end", &text);
    }
    let mut free = 0;
    for (t, x) in &tape.places {
        let text = scale::about(*t, lang);
        let left = (x - width(&text) / 2).max(0);
        if left >= free && left + width(&text) <= limit {
            svg.text((left, TIMES), "start", &text);
            free = left + width(&text) + COLUMN;
        }
    }
}

/// What the marks and the stretches are; the baseline of the last row.
fn legend(svg: &mut Svg, curves: &[&Series]) -> i64 {
    let (mut x, mut line) = (LEFT, LEGEND);
    let marks = of_kind(curves, |kind| kind == SeriesKind::Moments).enumerate().map(|(n, s)| (2 * n + 1, s));
    let bands = of_kind(curves, |kind| kind == SeriesKind::Pauses).enumerate().map(|(n, s)| (2 * n, s));
    for (ink, series) in marks.chain(bands) {
        let width = 36 + COLUMN * table::columns(&series.label) as i64;
        if x > LEFT && x + width > WIDTH {
            (x, line) = (LEFT, line + LEGEND_LINE);
        }
        let middle = line - 4;
        svg.group(Ink::Curve(ink), None, |svg| match series.kind {
            SeriesKind::Moments => svg.line((x + 8, middle - 6), (x + 8, middle + 6)),
            _ => {
                svg.fill(&format!("M{x} {}h16v10h-16z", middle - 5));
                svg.line((x, middle + 5), (x + 16, middle + 5));
            }
        });
        svg.group(Ink::Faint, None, |svg| svg.text((x + 22, line), "start", &series.label));
        x += width;
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    fn series(kind: SeriesKind, points: &[u64]) -> Series {
        let points = points.iter().map(|t| (t * 1_000_000, 0)).collect();
        Series { id: kind.word().into(), chart: "wait", label: kind.word().into(), unit: "", kind, points }
    }

    /// Where the moments lie, in user units.
    fn places(pauses: &[u64]) -> Vec<i64> {
        let pauses = series(SeriesKind::Pauses, pauses);
        Tape::new(&[&pauses]).places.into_iter().map(|(_, x)| x).collect()
    }

    #[test]
    fn a_pause_eight_times_as_long_is_twice_as_wide() {
        assert_eq!(places(&[0, 1, 1, 9]), [14, 14 + 448 / 3, 462]);
        let keepalive = places(&[0, 7200, 7200, 7275, 7275, 7350]);
        let widths: Vec<i64> = keepalive.windows(2).map(|pair| pair[1] - pair[0]).collect();
        assert!(widths[0] > 4 * widths[1] && widths[1] > 60, "two hours and 75 s: {widths:?}");
    }

    #[test]
    fn a_pause_without_an_end_leads_to_the_edge() {
        let pauses = series(SeriesKind::Pauses, &[0, 2, 2, 2]);
        let tape = Tape::new(&[&pauses]);
        assert!(tape.open);
        assert_eq!(tape.span(2_000_000, 2_000_000), (RIGHT - OPEN, RIGHT));
    }

    #[test]
    fn times_that_would_overprint_each_other_are_left_out() {
        let crowd: Vec<u64> = (0..60).flat_map(|n| [n, n + 1]).collect();
        let pauses = series(SeriesKind::Pauses, &crowd);
        let mut svg = Svg::default();
        times(&mut svg, &Tape::new(&[&pauses]), Lang::En);
        let svg = svg.finish("chart", (WIDTH, 100), "");
        assert!(svg.contains(">0</text>") && svg.contains(">60 s</text>"), "both ends: {svg}");
        assert!((5..=12).contains(&svg.matches("<text").count()), "{svg}");
    }

    #[test]
    fn cube_roots_are_rounded_down() {
        for (n, root) in [(1, 1), (7, 1), (8, 2), (999_999, 99), (1_000_000, 100), (u64::MAX, 2_097_151)] {
            assert_eq!(cube_root(n), root, "{n}");
        }
    }
}
