//! What threads with a counter each find.

use super::findings::{Findings, axis, curve, here, verdict};
use super::settings::Settings;
use super::sharing::{self, Sharing};
use super::words::{grouped, tenths, time};
use crate::lab::figure::{AxisScale, Bar, Bars, CurveStyle, Drawing, Figure, Plot};
use crate::lab::report::{Explanation, Mood, Table, Totals};
use crate::text::Lang;

/// Numbers of threads of the curve.
const THREADS: [u64; 10] = [1, 2, 3, 4, 6, 8, 12, 16, 32, 64];
/// Distances of counters that are compared.
const APART: [u64; 5] = [8, 16, 32, 64, 128];

/// All of it.
pub(super) fn findings(settings: &Settings, lang: Lang) -> Findings {
    let own = sharing::sharing(settings, settings.threads, settings.padding);
    let slowdown = own.increment * 10 / own.alone;
    let whole = own.increment * settings.increments * 1_000_000;
    let mut totals = Totals::default();
    totals.thousandths.extend([
        ("increment_ns", own.increment),
        ("slowdown", own.increment * 1000 / own.alone),
        ("whole_ms", whole / 1_000_000),
    ]);
    totals.counts.extend([("sharers", own.sharers), ("whole_us", whole / 1_000_000)]);
    let (increment, alone) = (time(own.increment), time(own.alone));
    let (code, mood, text) = if own.sharers > 1 {
        (
            "shared",
            Mood::Bad,
            lang.pick(
                format!("{increment} for an increment, {} times the {alone} of a line of its own: {} threads write to one line, each to other bytes of it.", tenths(slowdown), own.sharers),
                format!("每次加一 {increment}，是独占一行时（{alone}）的 {} 倍：{} 个线程在写同一行，各写各的字节。", tenths(slowdown), own.sharers),
            ),
        )
    } else {
        (
            "apart",
            Mood::Good,
            lang.pick(
                format!("{increment} for an increment: each counter has a line of its own, which never leaves its core."),
                format!("每次加一 {increment}：每个计数器独占一行，这一行从不离开自己的核。"),
            ),
        )
    };
    Findings {
        verdict: verdict(code, mood, text),
        totals,
        figures: vec![distances(settings, lang), threads(settings, &own, lang)],
        explanations: reasons(settings, &own, lang),
        tables: vec![table(settings, lang)],
    }
}

fn distances(settings: &Settings, lang: Lang) -> Figure {
    let bars = APART.map(|apart| {
        let found = sharing::sharing(settings, settings.threads, apart);
        Bar {
            label: lang.pick(format!("{apart} bytes apart"), format!("相隔 {apart} 字节")),
            parts: vec![found.alone as i64, (found.increment - found.alone) as i64],
            note: time(found.increment),
        }
    });
    Figure {
        id: "distances",
        title: lang
            .pick("An increment, by the distance of the counters, ns", "不同间距下的每次加一，纳秒")
            .to_string(),
        drawing: Drawing::Bars(Bars {
            unit: "ns",
            per: 1000,
            parts: vec![
                lang.pick("the increment", "加一").to_string(),
                lang.pick("waiting for the line", "等缓存行").to_string(),
            ],
            bars: bars.to_vec(),
            bound: None,
        }),
    }
}

fn threads(settings: &Settings, own: &Sharing, lang: Lang) -> Figure {
    let line = settings.processor.line;
    let over = |apart: u64| -> Vec<(i64, i64)> {
        let increment = |threads: &u64| sharing::sharing(settings, *threads, apart).increment as i64;
        THREADS.iter().map(|threads| (*threads as i64, increment(threads))).collect()
    };
    let bytes = |apart: u64| lang.pick(format!("{apart} bytes apart"), format!("相隔 {apart} 字节"));
    Figure {
        id: "threads",
        title: lang.pick("An increment over the number of threads", "每次加一随线程数的变化").to_string(),
        drawing: Drawing::Plot(Plot {
            x: axis(lang.pick("threads", "线程数"), "", AxisScale::Doubling, 1),
            y: axis(lang.pick("per increment", "每次加一"), "ns", AxisScale::Doubling, 1000),
            curves: vec![
                curve("own", &bytes(own.apart), CurveStyle::Line, over(own.apart)),
                curve("line", &bytes(line), CurveStyle::Bound, over(line)),
                here(settings.threads, own.increment, lang),
            ],
            marks: Vec::new(),
        }),
    }
}

fn reasons(settings: &Settings, own: &Sharing, lang: Lang) -> Vec<Explanation> {
    let line = settings.processor.line;
    let transfer = time(settings.placement.transfer());
    vec![
        Explanation {
            code: "line",
            text: lang.pick(
                format!("Caches hand each other lines of {line} bytes, not variables. With {} bytes from counter to counter {} of {} threads write to the same line.", own.apart, own.sharers, settings.threads),
                format!("缓存之间传的是 {line} 字节的行，不是变量。计数器相隔 {} 字节，{} 个线程里有 {} 个写在同一行。", own.apart, settings.threads, own.sharers),
            ),
            source: settings.processor.cited(lang),
            condition: format!("min({}, max(1, {line} / {})) = {}", settings.threads, own.apart, own.sharers),
            would_change: format!("alignas({line})"),
        },
        Explanation {
            code: "transfer",
            text: lang.pick(
                format!("A core writes to a line only while no other cache has it. It goes round between {} cores: each increment waits until it has come round, {} x {transfer}.", own.sharers, own.sharers - 1),
                format!("别的缓存里没有这一行时，核才写得了它。它在 {} 个核之间轮转：每次加一都要等它转回来，{} x {transfer}。", own.sharers, own.sharers - 1),
            ),
            source: lang.pick(
                format!("usual range {} ns, from memory", settings.placement.range()),
                format!("常见范围 {} ns，凭记忆", settings.placement.range()),
            ),
            condition: format!("{} + {} x {transfer} = {}", time(own.alone), own.sharers - 1, time(own.increment)),
            would_change: lang.pick("padding, or a copy for each thread that is summed up at the end", "填充，或每线程一份、最后求和").to_string(),
        },
    ]
}

fn table(settings: &Settings, lang: Lang) -> Table {
    let columns = [
        lang.pick("bytes apart", "间距（字节）"),
        lang.pick("threads on a line", "同行线程"),
        lang.pick("per increment", "每次加一"),
        lang.pick("times slower", "慢几倍"),
        lang.pick("all increments of a thread", "每线程总用时"),
        lang.pick("increments per second, all threads", "所有线程每秒加一"),
    ];
    let rows = APART.map(|apart| {
        let found = sharing::sharing(settings, settings.threads, apart);
        vec![
            apart.to_string(),
            found.sharers.to_string(),
            time(found.increment),
            tenths(found.increment * 10 / found.alone),
            time(found.increment * settings.increments * 1_000_000),
            grouped(settings.threads * 1_000_000_000_000 / found.increment),
        ]
    });
    Table::cells(
        "padding",
        lang.pick("By distance", "各种间距"),
        columns.map(String::from).to_vec(),
        rows.to_vec(),
    )
}
