//! Values over time: step lines and filled areas with their bounds and marks, several in one picture.

use super::curve::{Column, columns, steps};
use super::scale::{self, Scale};
use super::svg::{Ink, LINE, Svg};
use super::{table, tape};
use crate::lab::Report;
use crate::lab::report::{Chart, Series, SeriesKind};
use crate::text::Lang;

/// Narrow enough for a phone, where it is not to be scrolled.
const WIDTH: i64 = 480;
const LEFT: i64 = 54;
const RIGHT: i64 = 458;
/// Baseline of the title.
const TITLE: i64 = 13;
const TOP: i64 = 28;
const BOTTOM: i64 = 148;
/// Baseline of the first row of the legend.
const LEGEND: i64 = 190;
const LEGEND_LINE: i64 = 18;
/// Width of a column of text.
const COLUMN: i64 = 8;
/// A bound that lies this many times higher than all values would press them flat: it is only named.
const FAR: i64 = 4;

/// Each chart of a report that has curves, with its picture.
pub(super) fn charts(report: &Report, lang: Lang) -> impl Iterator<Item = (&Chart, String)> {
    let last = |series: &Series| series.points.last().map(|(t, _)| *t as i64);
    // One end for all: the same moment lies at the same place in each.
    let end = report.series.iter().filter(|series| !series.chart.is_empty()).filter_map(last).max();
    report.charts.iter().filter_map(move |chart| {
        let curves = curves(report, chart);
        (!curves.is_empty()).then(|| (chart, draw(chart, &curves, end.unwrap_or(0).max(1), lang)))
    })
}

fn curves<'a>(report: &'a Report, chart: &Chart) -> Vec<&'a Series> {
    report.series.iter().filter(|series| series.chart == chart.id && !series.points.is_empty()).collect()
}

fn draw(chart: &Chart, curves: &[&Series], end: i64, lang: Lang) -> String {
    let told: Vec<String> = curves.iter().map(|series| Summary::of(series).sentence(lang)).collect();
    let told = told.join(lang.pick(" ", ""));
    if curves.iter().any(|series| series.kind == SeriesKind::Pauses) {
        return tape::draw(chart, curves, &told, lang);
    }
    let mut svg = Svg::default();
    svg.describe(&told);
    svg.group(Ink::Plain, None, |svg| svg.text((LEFT, TITLE), "start", &chart.title));
    let x = Scale { from: 0, to: end, start: LEFT, end: RIGHT };
    let values = values(curves);
    axes(&mut svg, &x, &values, lang);
    let (y, _) = values;
    for (series, ink) in inked(curves).filter(|(series, _)| !is_beyond(series, &y)) {
        svg.group(ink, None, |svg| curve(svg, series, &x, &y));
    }
    limits(&mut svg, curves, &y);
    let bottom = legend(&mut svg, curves, &y);
    svg.finish("chart", (WIDTH, bottom + 8), &chart.title)
}

/// Each curve with its ink. What a packet's fate is has its colour; the others differ in line and colour.
fn inked<'a>(curves: &[&'a Series]) -> impl Iterator<Item = (&'a Series, Ink)> {
    let mut lines = 0;
    curves.iter().map(move |series| {
        let ink = match series.kind {
            SeriesKind::Accepted | SeriesKind::AcceptedBare => Ink::Delivered,
            SeriesKind::Dropped | SeriesKind::DroppedBare => Ink::Dropped,
            SeriesKind::Limit => Ink::Bound,
            _ => {
                lines += 1;
                Ink::Curve(lines - 1)
            }
        };
        (*series, ink)
    })
}

/// Has it values, or only times?
fn is_bare(kind: SeriesKind) -> bool {
    use SeriesKind::{AcceptedBare, DroppedBare, Moments, Pauses};
    matches!(kind, AcceptedBare | DroppedBare | Moments | Pauses)
}

/// The scale of the values, from zero, or below it, to a round number above all of them; and the step of its labels.
fn values(curves: &[&Series]) -> (Scale, i64) {
    let (mut low, mut high) = (0, 1);
    for series in curves.iter().filter(|series| !is_bare(series.kind) && series.kind != SeriesKind::Limit) {
        for (_, value) in &series.points {
            low = low.min(*value);
            high = high.max(*value);
        }
    }
    let far = high.saturating_mul(FAR);
    for series in curves.iter().filter(|series| series.kind == SeriesKind::Limit) {
        let bound = highest(series);
        if bound <= far {
            // It has room for its name above it.
            high = high.max(bound + bound / 8 + 1);
        }
    }
    let step = scale::round((high - low + 4) / 5);
    let (from, to) = (low.div_euclid(step) * step, (high + step - 1).div_euclid(step) * step);
    (Scale { from, to, start: BOTTOM, end: TOP }, step)
}

fn axes(svg: &mut Svg, x: &Scale, (y, step): &(Scale, i64), lang: Lang) {
    let labels = || (y.from..=y.to).step_by(*step as usize).map(|value| (value, y.at(value)));
    svg.group(Ink::Grid, None, |svg| {
        for (_, at) in labels() {
            svg.line((LEFT, at), (RIGHT, at));
        }
    });
    svg.group(Ink::Rule, None, |svg| svg.line((LEFT, y.at(0)), (RIGHT, y.at(0))));
    svg.group(Ink::Faint, None, |svg| {
        scale::time_axis(svg, x, BOTTOM, lang);
        let greatest = y.to.max(-y.from).unsigned_abs();
        for (value, at) in labels() {
            let sign = if value < 0 { "−" } else { "" };
            let label = format!("{sign}{}", scale::with_prefix(value.unsigned_abs(), greatest));
            svg.text((LEFT - 6, at + 4), "end", &label);
        }
    });
}

fn curve(svg: &mut Svg, series: &Series, x: &Scale, y: &Scale) {
    let columns = columns(&series.points, x, y);
    match series.kind {
        SeriesKind::Steps | SeriesKind::Limit => svg.curve(&steps(&columns, x.at(x.to))),
        SeriesKind::Area | SeriesKind::Spans => {
            let line = steps(&columns, x.at(x.to));
            let start = columns.first().map_or(LEFT, |column| column.x);
            svg.fill(&format!("{line}V{}H{start}z", y.at(0)));
            svg.curve(&line);
        }
        SeriesKind::Accepted => marks(svg, &columns, Svg::disc),
        SeriesKind::Dropped => marks(svg, &columns, Svg::cross),
        SeriesKind::AcceptedBare | SeriesKind::DroppedBare | SeriesKind::Moments | SeriesKind::Pauses => {
            for column in &columns {
                svg.line((column.x, BOTTOM - 8), (column.x, BOTTOM));
            }
        }
    }
}

/// The marks of a series, two at most in one unit of width.
fn marks(svg: &mut Svg, columns: &[Column], mark: fn(&mut Svg, (i64, i64))) {
    for column in columns {
        mark(svg, (column.x, column.top));
        if column.bottom != column.top {
            mark(svg, (column.x, column.bottom));
        }
    }
}

/// Its greatest value.
fn highest(series: &Series) -> i64 {
    series.points.iter().map(|(_, value)| *value).max().unwrap_or(0)
}

/// Is it a bound out of sight?
fn is_beyond(series: &Series, y: &Scale) -> bool {
    series.kind == SeriesKind::Limit && highest(series) > y.to
}

/// Names the bounds where they begin, since curves are low there.
fn limits(svg: &mut Svg, curves: &[&Series], y: &Scale) {
    let mut taken = Vec::new();
    let in_sight = |series: &&&Series| series.kind == SeriesKind::Limit && !is_beyond(series, y);
    for series in curves.iter().filter(in_sight) {
        let mut at = y.at(highest(series)) - 5;
        // Labels that would overprint each other go below.
        while taken.iter().any(|other: &i64| (at - other).abs() < LINE) {
            at += LINE;
        }
        taken.push(at);
        svg.group(Ink::Bound, None, |svg| svg.text((LEFT + 6, at), "start", &series.label));
    }
}

/// What the curves are, in rows, with the bounds out of sight; the baseline of the last row.
fn legend(svg: &mut Svg, curves: &[&Series], y: &Scale) -> i64 {
    let (mut x, mut line) = (LEFT, LEGEND);
    for (series, ink) in inked(curves) {
        let beyond = is_beyond(series, y);
        if series.kind == SeriesKind::Limit && !beyond {
            continue;
        }
        let width = 36 + COLUMN * table::columns(&series.label) as i64;
        if x > LEFT && x + width > WIDTH {
            (x, line) = (LEFT, line + LEGEND_LINE);
        }
        let middle = line - 4;
        svg.group(ink, None, |svg| match series.kind {
            _ if beyond => svg.text((x + 8, line), "middle", "↑"),
            SeriesKind::Accepted => svg.disc((x + 8, middle)),
            SeriesKind::Dropped => svg.cross((x + 8, middle)),
            kind if is_bare(kind) => svg.line((x + 8, middle - 4), (x + 8, middle + 4)),
            SeriesKind::Area => {
                svg.fill(&format!("M{x} {}h16v8h-16z", middle - 4));
                svg.curve(&format!("M{x} {}h16", middle - 4));
            }
            _ => svg.curve(&format!("M{x} {middle}h16")),
        });
        svg.group(Ink::Faint, None, |svg| svg.text((x + 22, line), "start", &series.label));
        x += width;
    }
    line
}

/// A curve in figures.
struct Summary<'a> {
    label: &'a str,
    /// Lowest and highest value, when the highest was first reached, and the last value; none of mere moments.
    values: Option<(i64, i64, u64, i64)>,
    /// How many points, and when the first and last of them are.
    moments: (usize, u64, u64),
}

impl<'a> Summary<'a> {
    fn of(series: &'a Series) -> Summary<'a> {
        let points = &series.points;
        let ends = points.first().zip(points.last());
        let ((first, value), (last, last_value)) = ends.map_or(((0, 0), (0, 0)), |(a, b)| (*a, *b));
        let (mut low, mut high, mut at) = (value, value, first);
        for (t, value) in points {
            low = low.min(*value);
            if *value > high {
                (high, at) = (*value, *t);
            }
        }
        // A pause has two points.
        let count = points.len() / if series.kind == SeriesKind::Pauses { 2 } else { 1 };
        let values = (!is_bare(series.kind)).then_some((low, high, at, last_value));
        Summary { label: &series.label, values, moments: (count, first, last) }
    }

    fn sentence(&self, lang: Lang) -> String {
        let label = self.label;
        match self.values {
            Some((low, high, ..)) if low == high => {
                lang.pick(format!("{label}: {low}."), format!("{label}：{low}。"))
            }
            Some((low, high, at, last)) => {
                let at = scale::seconds(at);
                lang.pick(
                    format!("{label}: {low} to {high}, highest at {at} s, {last} at the end."),
                    format!("{label}：{low} 到 {high}，{at} 秒时最高，结束时 {last}。"),
                )
            }
            None => {
                let (count, first, last) = self.moments;
                let (first, last) = (scale::seconds(first), scale::seconds(last));
                lang.pick(
                    format!("{label}: {count} ×, from {first} s to {last} s."),
                    format!("{label}：{count} 次，从 {first} 秒到 {last} 秒。"),
                )
            }
        }
    }

    fn cells(&self) -> Vec<String> {
        let (low, high, at, last) = match self.values {
            Some((low, high, at, last)) => (low.to_string(), high.to_string(), at, last.to_string()),
            None => (String::new(), format!("{} ×", self.moments.0), self.moments.1, String::new()),
        };
        vec![self.label.to_string(), low, high, scale::seconds(at), last]
    }
}

/// The charts of a report in figures, for a terminal: a line for each curve.
pub(super) fn text(out: &mut String, report: &Report, lang: Lang) {
    let heads = lang.pick(
        ["", "lowest", "highest", "first at, s", "at the end"],
        ["", "最低", "最高", "首次时刻（秒）", "结束时"],
    );
    let heads = heads.map(String::from);
    for chart in &report.charts {
        let rows: Vec<Vec<String>> =
            curves(report, chart).into_iter().map(|series| Summary::of(series).cells()).collect();
        if !rows.is_empty() {
            table::text(out, &chart.title, &heads, &rows);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab;
    use expect_test::expect;

    fn series(id: &str, kind: SeriesKind, points: &[(u64, i64)]) -> Series {
        let points = points.to_vec();
        Series {
            id: id.to_string(),
            chart: "queues",
            label: id.to_string(),
            unit: "connections",
            kind,
            points,
        }
    }

    fn report(series: Vec<Series>) -> Report {
        let params = lab::all()[0].params(None, []).unwrap();
        let charts = vec![Chart { id: "queues", title: "Queues, connections".to_string() }];
        Report { series, charts, ..params.run(Lang::En) }
    }

    fn picture(series: Vec<Series>) -> String {
        charts(&report(series), Lang::En).map(|(_, picture)| picture).collect()
    }

    #[test]
    fn a_chart_has_a_description_axes_curves_and_a_legend() {
        let svg = picture(vec![
            series("accept queue", SeriesKind::Area, &[(0, 0), (1_000_000, 4), (2_000_000, 3)]),
            series("backlog 4", SeriesKind::Limit, &[(0, 5)]),
            series("max_syn_backlog 1024", SeriesKind::Limit, &[(0, 1024)]),
            series("overflows", SeriesKind::DroppedBare, &[(1_500_000, 0)]),
        ]);
        expect![[r##"
            <svg xmlns="http://www.w3.org/2000/svg" class="chart" viewBox="0 0 480 216" width="480" height="216" role="img" aria-label="Queues, connections" font-family="ui-monospace, monospace" font-size="12">
            <desc>accept queue: 0 to 4, highest at 1.000 s, 3 at the end. backlog 4: 5. max_syn_backlog 1024: 1024. overflows: 1 ×, from 1.500 s to 1.500 s.</desc>
            <g class="plain" fill="#22211e" stroke="#22211e">
            <text x="54" y="13" stroke="none">Queues, connections</text>
            </g>
            <g class="grid" fill="#dfdcd3" stroke="#dfdcd3">
            <path d="M54 148L458 148"/>
            <path d="M54 108L458 108"/>
            <path d="M54 68L458 68"/>
            <path d="M54 28L458 28"/>
            </g>
            <g class="rule" fill="#b9b4a7" stroke="#b9b4a7">
            <path d="M54 148L458 148"/>
            </g>
            <g class="faint" fill="#6b675e" stroke="#6b675e">
            <path d="M54 148L54 152"/>
            <text x="54" y="166" text-anchor="middle" stroke="none">0</text>
            <path d="M256 148L256 152"/>
            <text x="256" y="166" text-anchor="middle" stroke="none">1 s</text>
            <path d="M458 148L458 152"/>
            <text x="458" y="166" text-anchor="middle" stroke="none">2 s</text>
            <text x="48" y="152" text-anchor="end" stroke="none">0</text>
            <text x="48" y="112" text-anchor="end" stroke="none">2</text>
            <text x="48" y="72" text-anchor="end" stroke="none">4</text>
            <text x="48" y="32" text-anchor="end" stroke="none">6</text>
            </g>
            <g class="curve-1" fill="#34509c" stroke="#34509c">
            <path class="band" opacity=".14" stroke="none" d="M54 148H256V68H458V88H458V148H54z"/>
            <path class="curve" fill="none" d="M54 148H256V68H458V88H458"/>
            </g>
            <g class="bound" fill="#6b675e" stroke="#6b675e" stroke-dasharray="2 3">
            <path class="curve" fill="none" d="M54 48H458"/>
            </g>
            <g class="dropped" fill="#b3261e" stroke="#b3261e">
            <path d="M357 140L357 148"/>
            </g>
            <g class="bound" fill="#6b675e" stroke="#6b675e" stroke-dasharray="2 3">
            <text x="60" y="43" stroke="none">backlog 4</text>
            </g>
            <g class="curve-1" fill="#34509c" stroke="#34509c">
            <path class="band" opacity=".14" stroke="none" d="M54 182h16v8h-16z"/>
            <path class="curve" fill="none" d="M54 182h16"/>
            </g>
            <g class="faint" fill="#6b675e" stroke="#6b675e">
            <text x="76" y="190" stroke="none">accept queue</text>
            </g>
            <g class="bound" fill="#6b675e" stroke="#6b675e" stroke-dasharray="2 3">
            <text x="194" y="190" text-anchor="middle" stroke="none">↑</text>
            </g>
            <g class="faint" fill="#6b675e" stroke="#6b675e">
            <text x="208" y="190" stroke="none">max_syn_backlog 1024</text>
            </g>
            <g class="dropped" fill="#b3261e" stroke="#b3261e">
            <path d="M62 200L62 208"/>
            </g>
            <g class="faint" fill="#6b675e" stroke="#6b675e">
            <text x="76" y="208" stroke="none">overflows</text>
            </g>
            </svg>"##]].assert_eq(&svg.replace("><", ">\n<"));
    }

    #[test]
    fn a_chart_without_points_is_left_out() {
        assert_eq!(picture(vec![]), "");
        assert_eq!(picture(vec![series("a", SeriesKind::Steps, &[])]), "");
    }

    #[test]
    fn figures_stand_in_for_the_picture() {
        let report = report(vec![
            series(
                "accept queue",
                SeriesKind::Steps,
                &[(0, 0), (1_000_000, 4), (2_000_000, 4), (3_000_000, 1)],
            ),
            series("overflows", SeriesKind::Moments, &[(1_500_000, 0), (1_700_000, 0)]),
        ]);
        let mut out = String::new();
        text(&mut out, &report, Lang::En);
        expect![[r#"

            # Queues, connections
                          lowest  highest  first at, s  at the end
            accept queue       0        4        1.000           1
            overflows                 2 ×        1.500
        "#]]
        .assert_eq(&out);
        let curves = curves(&report, &report.charts[0]);
        assert_eq!(
            Summary::of(curves[0]).sentence(Lang::Zh),
            "accept queue：0 到 4，1.000 秒时最高，结束时 1。"
        );
    }
}
