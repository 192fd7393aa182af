//! What a loop over an array finds: every n-th integer, and rows against columns.

use super::findings::{Findings, axis, curve, here, verdict};
use super::matrix::{self, Sum};
use super::settings::{INT, Settings};
use super::stride::{self, OVERLAP, Walk};
use super::words::{bytes, grouped, percent, tenths, time};
use crate::lab::figure::{AxisScale, Bar, Bars, CurveStyle, Drawing, Figure, Mark, Plot};
use crate::lab::report::{Explanation, Mood, Table, Totals};
use crate::text::Lang;

/// Steps of the curve.
const STEPS: [u64; 11] = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024];
/// Row lengths around the reader's own, in integers: so many below and above.
const AROUND: u64 = 64;
/// From one of them to the next.
const NEXT: usize = 4;

/// Tenths of how many times `a` is larger than `b`.
fn times(a: u64, b: u64) -> u64 {
    a.saturating_mul(10) / b.max(1)
}

/// Every n-th integer.
pub(super) fn stride(settings: &Settings, lang: Lang) -> Findings {
    let own = stride::walk(settings, settings.step);
    let each = stride::walk(settings, 1);
    let mut totals = Totals::default();
    totals.thousandths.extend([("whole_ms", own.whole() / 1_000_000), ("access_ns", own.element())]);
    totals.counts.extend([("lines", own.lines), ("elements", own.elements)]);
    totals.counts.push(("whole_us", own.whole() / 1_000_000));
    let bound = own.transfer > own.work;
    let (whole, all) = (time(own.whole()), time(each.whole()));
    let ratio = tenths(times(each.whole(), own.whole()));
    let step = settings.step;
    let text = lang.pick(
        format!(
            "{whole} at step {step}, {all} at step 1: {} times fewer integers, {ratio} times the speed.",
            tenths(times(each.elements, own.elements))
        ),
        format!(
            "步长 {step} 用时 {whole}，步长 1 用时 {all}：整数只有 1/{}，速度是 {ratio} 倍。",
            tenths(times(each.elements, own.elements))
        ),
    );
    Findings {
        verdict: verdict(
            if bound { "memory_bound" } else { "work_bound" },
            if bound && step > 1 { Mood::Neutral } else { Mood::Good },
            text,
        ),
        totals,
        figures: stride_figures(settings, &own, lang),
        explanations: stride_reasons(settings, &own, lang),
        tables: vec![steps(settings, lang)],
    }
}

fn stride_figures(settings: &Settings, own: &Walk, lang: Lang) -> Vec<Figure> {
    let over = |value: fn(&Walk) -> u64| -> Vec<(i64, i64)> {
        STEPS.iter().map(|step| (*step as i64, value(&stride::walk(settings, *step)) as i64)).collect()
    };
    let line = settings.processor.line / INT;
    let marks = || {
        let label = lang.pick("one in each line", "每行一个").to_string();
        vec![Mark { x: line as i64, label }]
    };
    let x = || axis(lang.pick("step in integers", "步长（整数）"), "", AxisScale::Doubling, 1);
    let micros = |ps: u64| ps / 1_000_000;
    vec![
        Figure {
            id: "whole",
            title: lang.pick("One pass over the array", "走完一遍数组").to_string(),
            drawing: Drawing::Plot(Plot {
                x: x(),
                y: axis(lang.pick("in all", "总用时"), "ms", AxisScale::Doubling, 1000),
                curves: vec![
                    curve(
                        "whole",
                        lang.pick("time of the loop", "循环用时"),
                        CurveStyle::Line,
                        over(|walk| walk.whole() / 1_000_000),
                    ),
                    curve(
                        "work",
                        lang.pick("its arithmetic alone", "其中的计算"),
                        CurveStyle::Bound,
                        over(|walk| walk.work / 1_000_000),
                    ),
                    here(settings.step, micros(own.whole()), lang),
                ],
                marks: marks(),
            }),
        },
        Figure {
            id: "element",
            title: lang.pick("Time for each integer that is changed", "每改一个整数的时间").to_string(),
            drawing: Drawing::Plot(Plot {
                x: x(),
                y: axis(lang.pick("per integer", "每个整数"), "ns", AxisScale::Doubling, 1000),
                curves: vec![
                    curve(
                        "element",
                        lang.pick("per integer", "每个整数"),
                        CurveStyle::Line,
                        over(|walk| walk.element()),
                    ),
                    here(settings.step, own.element(), lang),
                ],
                marks: marks(),
            }),
        },
    ]
}

fn stride_reasons(settings: &Settings, own: &Walk, lang: Lang) -> Vec<Explanation> {
    let processor = settings.processor;
    let line = processor.stream(2 * processor.line).max(settings.memory() / OVERLAP);
    let in_line = processor.line / INT;
    vec![
        Explanation {
            code: "lines",
            text: lang.pick(
                format!("Memory hands out lines of {} bytes, {in_line} integers. A step of {} touches {} lines; a step below {in_line} saves arithmetic and no line.", processor.line, settings.step, grouped(own.lines)),
                format!("内存按 {} 字节的行供货，每行 {in_line} 个整数。步长 {} 要碰 {} 行；步长不到 {in_line} 时，省的只是计算，行一个不少。", processor.line, settings.step, grouped(own.lines)),
            ),
            source: String::new(),
            condition: format!("{} / {} / max(1, {} x 4 / {1})", bytes(settings.array), processor.line, settings.step),
            would_change: lang.pick("data laid out so that what is needed lies together", "把要用的数据排在一起").to_string(),
        },
        Explanation {
            code: "longer",
            text: lang.pick(
                format!("The arithmetic takes {}, the lines take {}, each {} there and back. Both go on at the same time; the longer decides.", time(own.work), time(own.transfer), time(line)),
                format!("计算要 {}，取行写回要 {}（每行来回 {}）。两者同时进行，长的说了算。", time(own.work), time(own.transfer), time(line)),
            ),
            source: processor.cited(lang),
            condition: format!("max({}, {}) = {}", time(own.work), time(own.transfer), time(own.whole())),
            would_change: if own.transfer > own.work {
                lang.pick("fewer lines, more bandwidth; no faster arithmetic", "更少的行、更高的带宽；计算再快也没用").to_string()
            } else {
                lang.pick("faster arithmetic (compiler optimisation)", "更快的计算（编译优化）").to_string()
            },
        },
    ]
}

fn steps(settings: &Settings, lang: Lang) -> Table {
    let columns = [
        lang.pick("step", "步长"),
        lang.pick("integers", "整数"),
        lang.pick("lines", "行"),
        lang.pick("in all", "总用时"),
        lang.pick("per integer", "每个整数"),
    ];
    let rows = STEPS.iter().map(|step| {
        let walk = stride::walk(settings, *step);
        vec![
            step.to_string(),
            grouped(walk.elements),
            grouped(walk.lines),
            time(walk.whole()),
            time(walk.element()),
        ]
    });
    Table::cells(
        "steps",
        lang.pick("By step", "各个步长"),
        columns.map(String::from).to_vec(),
        rows.collect(),
    )
}

/// Rows against columns.
pub(super) fn matrix(settings: &Settings, lang: Lang) -> Findings {
    let (rows, columns) = (settings.rows, settings.columns);
    let (by_rows, by_columns) =
        (matrix::by_rows(settings, rows, columns), matrix::by_columns(settings, rows, columns));
    let elements = rows * columns;
    let (row, column) = (by_rows.element * elements, by_columns.element * elements);
    let mut totals = Totals::default();
    totals.thousandths.extend([("row_ms", row / 1_000_000), ("column_ms", column / 1_000_000)]);
    totals.counts.push(("row_ns", row / 1_000));
    totals.counts.push(("column_ns", column / 1_000));
    let ratio = times(column, row);
    let slow = ratio >= 20;
    let text = lang.pick(
        format!(
            "{} by rows, {} by columns: {} times as long for the same sum.",
            time(row),
            time(column),
            tenths(ratio)
        ),
        format!("按行 {}，按列 {}：同一个和，要 {} 倍的时间。", time(row), time(column), tenths(ratio)),
    );
    Findings {
        verdict: verdict(
            if slow { "columns_slow" } else { "columns_near" },
            if slow { Mood::Bad } else { Mood::Good },
            text,
        ),
        totals,
        figures: vec![sums(row, column, lang), lengths(settings, &by_columns, lang)],
        explanations: matrix_reasons(settings, &by_columns, lang),
        tables: Vec::new(),
    }
}

fn sums(row: u64, column: u64, lang: Lang) -> Figure {
    let bar = |label: &str, ps: u64| Bar {
        label: label.to_string(),
        parts: vec![(ps / 1_000_000) as i64],
        note: time(ps),
    };
    Figure {
        id: "sums",
        title: lang.pick("Time of the sum, ms", "求和用时，毫秒").to_string(),
        drawing: Drawing::Bars(Bars {
            unit: "ms",
            per: 1000,
            parts: vec![lang.pick("time", "用时").to_string()],
            bars: vec![bar(lang.pick("by rows", "按行"), row), bar(lang.pick("by columns", "按列"), column)],
            bound: None,
        }),
    }
}

/// By columns, with rows a little shorter and longer.
fn lengths(settings: &Settings, own: &Sum, lang: Lang) -> Figure {
    let first = settings.columns.saturating_sub(AROUND).max(16);
    let near = (first..=settings.columns + AROUND).step_by(NEXT);
    let over = near.map(|columns| {
        (columns as i64, (matrix::by_columns(settings, settings.rows, columns).element) as i64)
    });
    Figure {
        id: "lengths",
        title: lang.pick("By columns, over the length of a row", "按列求和，随行长的变化").to_string(),
        drawing: Drawing::Plot(Plot {
            x: axis(lang.pick("integers of a row", "每行整数"), "", AxisScale::Linear, 1),
            y: axis(lang.pick("per element", "每个元素"), "ns", AxisScale::Linear, 1000),
            curves: vec![
                curve("columns", lang.pick("by columns", "按列"), CurveStyle::Line, over.collect()),
                here(settings.columns, own.element, lang),
            ],
            marks: Vec::new(),
        }),
    }
}

fn matrix_reasons(settings: &Settings, own: &Sum, lang: Lang) -> Vec<Explanation> {
    let processor = settings.processor;
    let row = settings.columns * INT;
    let apart = row / processor.line;
    let [l1, ..] = processor.caches;
    let sets = l1.bytes / l1.ways / processor.line;
    let [in_l1, in_l2, in_l3, in_memory] = own.shares.map(percent);
    let mut all = vec![Explanation {
        code: "column",
        text: lang.pick(
            format!("Down a column each element lies {row} bytes further, in another line. {} lines must stay until the next column comes, and each serves {} columns. L1 has them for {in_l1} percent of the elements, L2 for {in_l2}, L3 for {in_l3}, memory for {in_memory}.", grouped(settings.rows), processor.line / INT),
            format!("沿列往下，每个元素远 {row} 字节，落在另一行缓存里。{} 行要留到下一列来的时候，每行供 {} 列使用。各级提供的份额：L1 {in_l1}%，L2 {in_l2}%，L3 {in_l3}%，内存 {in_memory}%。", grouped(settings.rows), processor.line / INT),
        ),
        source: processor.cited(lang),
        condition: format!("{} x {} = {}", settings.rows, processor.line, bytes(settings.rows * processor.line)),
        would_change: lang.pick("loops exchanged, or in blocks of 16 columns", "交换内外层循环，或按 16 列分块").to_string(),
    }];
    if row.is_multiple_of(processor.line) && row > processor.line {
        let used = sets / common_power(sets, apart);
        all.push(Explanation {
            code: "sets",
            text: lang.pick(
                format!("A row is {apart} lines long. Of the {sets} sets of L1 the elements of a column meet in {used}, with room for {} lines.", used * l1.ways),
                format!("一行长 {apart} 个缓存行。L1 有 {sets} 组，一列的元素只落进其中 {used} 组，总共容得下 {} 行。", used * l1.ways),
            ),
            source: String::new(),
            condition: format!("{sets} / gcd({sets}, {apart}) = {used}"),
            would_change: lang.pick("rows padded by one line", "每行多垫一个缓存行").to_string(),
        });
    }
    all
}

/// The greatest common divisor of a power of two and another number.
fn common_power(sets: u64, apart: u64) -> u64 {
    (1 << apart.trailing_zeros().min(62)).min(sets)
}
