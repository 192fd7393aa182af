//! T2 against T1 over time: the timestamp each SYN carries, against the one the server remembers.

use super::scale::{self, Scale};
use super::svg::{Ink, Svg};
use crate::lab::Report;
use crate::lab::report::{Series, SeriesKind};
use crate::text::Lang;

const WIDTH: i64 = 680;
const HEIGHT: i64 = 236;
const LEFT: i64 = 70;
const RIGHT: i64 = 668;
const TOP: i64 = 26;
const BOTTOM: i64 = 190;
/// Where marks without a value stand.
const BARE: i64 = BOTTOM - 6;

/// Timestamps are compared on a circle of 2^32: what lies less than half of it below T1 is older, even where that half
/// begins again at the top.
const HALF_CIRCLE: i64 = 1 << 31;

/// Draws it; empty when there is nothing to draw.
pub(super) fn timeline(report: &Report, lang: Lang) -> String {
    let drawn = || report.series.iter().filter(|series| series.chart.is_empty());
    let points = || drawn().flat_map(|series| series.points.iter());
    let Some(end) = points().map(|(t, _)| *t as i64).max() else { return String::new() };
    let valued = || {
        let bare =
            |series: &&Series| !matches!(series.kind, SeriesKind::AcceptedBare | SeriesKind::DroppedBare);
        drawn().filter(bare).flat_map(|series| series.points.iter().map(|(_, value)| *value))
    };
    let (low, high) = (valued().min().unwrap_or(0), valued().max().unwrap_or(0));
    let pad = ((high - low) / 12).max(1);
    let x = Scale { from: 0, to: end, start: LEFT + 8, end: RIGHT - 8 };
    let y = Scale {
        from: (low - pad).max(-HALF_CIRCLE),
        to: (high + pad).min(HALF_CIRCLE),
        start: BOTTOM - 14,
        end: TOP + 4,
    };

    let mut svg = Svg::default();
    let remembered = drawn().any(|series| series.kind == SeriesKind::Spans);
    axes(&mut svg, &x, &y, if remembered { "T1" } else { "0" }, lang);
    for series in drawn() {
        draw(&mut svg, series, &x, &y);
    }
    legend(&mut svg, |kinds| drawn().any(|series| kinds.contains(&series.kind)), lang);
    let title = lang.pick(
        "Timestamps over time: what each SYN carries, and what the server remembers",
        "时间戳随时间的变化：每个 SYN 携带的值与服务端记住的值",
    );
    svg.finish("timeline", (WIDTH, HEIGHT), title)
}

fn draw(svg: &mut Svg, series: &Series, x: &Scale, y: &Scale) {
    let at = |(t, value): (u64, i64)| (x.at(t as i64), y.at(value));
    match series.kind {
        SeriesKind::Spans => svg.group(Ink::Memory, None, |svg| {
            for ends in series.points.chunks_exact(2) {
                let (from, to) = (at(ends[0]), at(ends[1]));
                svg.line(from, to);
                let width = (to.0 - from.0).max(0);
                let t1 = ends[0].1;
                let oldest = y.at((t1 - HALF_CIRCLE).max(y.from));
                svg.band((from.0, from.1), (width, (oldest - from.1).max(0)));
                if t1 + HALF_CIRCLE < y.to {
                    let top = y.at(y.to);
                    svg.band((from.0, top), (width, y.at(t1 + HALF_CIRCLE) - top));
                }
            }
        }),
        SeriesKind::Accepted => svg.group(Ink::Delivered, None, |svg| {
            series.points.iter().for_each(|point| svg.disc(at(*point)));
        }),
        SeriesKind::Dropped => svg.group(Ink::Dropped, None, |svg| {
            series.points.iter().for_each(|point| svg.cross(at(*point)));
        }),
        SeriesKind::AcceptedBare => svg.group(Ink::Delivered, None, |svg| {
            series.points.iter().for_each(|point| svg.disc((at(*point).0, BARE)));
        }),
        SeriesKind::DroppedBare => svg.group(Ink::Dropped, None, |svg| {
            series.points.iter().for_each(|point| svg.cross((at(*point).0, BARE)));
        }),
        SeriesKind::Steps
        | SeriesKind::Area
        | SeriesKind::Limit
        | SeriesKind::Moments
        | SeriesKind::Pauses => {}
    }
}

fn axes(svg: &mut Svg, x: &Scale, y: &Scale, zero: &str, lang: Lang) {
    svg.group(Ink::Rule, None, |svg| {
        svg.line((LEFT, TOP), (LEFT, BOTTOM));
        svg.line((LEFT, BOTTOM), (RIGHT, BOTTOM));
    });
    svg.group(Ink::Faint, None, |svg| {
        scale::time_axis(svg, x, BOTTOM, lang);
        for value in [y.to, 0, y.from] {
            let at = y.at(value);
            let crowded = value != 0 && (at - y.at(0)).abs() < 14;
            if !crowded && (TOP..=BOTTOM).contains(&at) {
                let label = if value == 0 { zero.to_string() } else { ticks(value) };
                svg.text((LEFT - 8, at + 4), "end", &label);
            }
        }
        svg.text(
            (LEFT + 8, TOP - 10),
            "start",
            lang.pick("T2, in ticks from the first T1", "T2，以首个 T1 为零点"),
        );
    });
}

fn legend(svg: &mut Svg, has: impl Fn(&[SeriesKind]) -> bool, lang: Lang) {
    let y = HEIGHT - 10;
    let mut x = LEFT;
    let mut entry = |svg: &mut Svg, ink: Ink, mark: fn(&mut Svg, (i64, i64)), text: &str, width: i64| {
        svg.group(ink, None, |svg| mark(svg, (x, y - 4)));
        svg.group(Ink::Faint, None, |svg| svg.text((x + 12, y), "start", text));
        x += width;
    };
    if has(&[SeriesKind::Accepted, SeriesKind::AcceptedBare]) {
        entry(svg, Ink::Delivered, Svg::disc, lang.pick("SYN answered", "SYN 得到应答"), 130);
    }
    if has(&[SeriesKind::Dropped, SeriesKind::DroppedBare]) {
        entry(svg, Ink::Dropped, Svg::cross, lang.pick("SYN dropped", "SYN 被丢弃"), 120);
    }
    if has(&[SeriesKind::Spans]) {
        let bar: fn(&mut Svg, (i64, i64)) = |svg, (x, y)| svg.line((x - 6, y), (x + 6, y));
        let text = lang.pick("T1 while it is remembered; shaded: older than T1", "T1 有效期；阴影：比 T1 旧");
        entry(svg, Ink::Memory, bar, text, 360);
    }
    if has(&[SeriesKind::AcceptedBare, SeriesKind::DroppedBare]) {
        let text = lang.pick("at the bottom: no timestamp", "最下方：不带时间戳");
        svg.group(Ink::Faint, None, |svg| svg.text((x, y), "start", text));
    }
}

/// A signed number with a prefix.
fn ticks(value: i64) -> String {
    let sign = if value < 0 { '−' } else { '+' };
    format!("{sign}{}", scale::prefixed(value.unsigned_abs()))
}
