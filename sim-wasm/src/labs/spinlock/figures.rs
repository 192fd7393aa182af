//! The pictures of a report.

use super::settings::{LockKind, Settings};
use super::sweep::{self, Runs};
use super::tally::{Use, ratio};
use super::words::grouped;
use crate::lab::figure::{Axis, AxisScale, Bar, Bars, Curve, CurveStyle, Drawing, Figure, Mark, Plot};
use crate::text::Lang;

/// All of them.
pub(super) fn figures(
    settings: &Settings,
    runs: &mut Runs,
    over_threads: Vec<(i64, i64)>,
    lang: Lang,
) -> Vec<Figure> {
    let rate = runs.of(settings).per_second();
    let mut figures = vec![threads(settings, rate, over_threads, lang), time(settings, runs, lang)];
    if settings.lock == LockKind::InnoDb {
        figures.push(delays(settings, rate, runs, lang));
    }
    figures
}

fn curve(id: &'static str, label: &str, style: CurveStyle, points: Vec<(i64, i64)>) -> Curve {
    Curve { id, label: label.to_string(), style, points }
}

fn rate_axis(lang: Lang) -> Axis {
    let label = lang.pick("acquisitions per second", "每秒获取次数").to_string();
    Axis { label, unit: "", scale: AxisScale::Linear, per: 1 }
}

fn here(rate: u64, x: u64, lang: Lang) -> Curve {
    let point = (x as i64, rate as i64);
    curve("here", lang.pick("these settings", "当前设置"), CurveStyle::Points, vec![point])
}

fn threads(settings: &Settings, rate: u64, points: Vec<(i64, i64)>, lang: Lang) -> Figure {
    let cores = settings.cores as i64;
    let label = lang.pick("cores", "核数").to_string();
    Figure {
        id: "threads",
        title: lang.pick("Throughput over threads", "吞吐随线程数的变化").to_string(),
        drawing: Drawing::Plot(Plot {
            x: Axis {
                label: lang.pick("threads", "线程数").to_string(),
                unit: "",
                scale: AxisScale::Linear,
                per: 1,
            },
            y: rate_axis(lang),
            curves: vec![
                curve("lock", settings.lock.name(lang), CurveStyle::Line, points),
                curve(
                    "ideal",
                    lang.pick("a lock free of charge", "零开销的锁"),
                    CurveStyle::Bound,
                    sweep::ideal(settings),
                ),
                here(rate, settings.threads as u64, lang),
            ],
            marks: vec![Mark { x: cores, label }],
        }),
    }
}

/// Where the time of all cores goes, for each kind of lock.
fn time(settings: &Settings, runs: &mut Runs, lang: Lang) -> Figure {
    let mut bar = |lock: LockKind| {
        let tally = runs.of(&Settings { lock, ..*settings });
        let whole = tally.elapsed.saturating_mul(settings.cores as u64);
        let mut parts: Vec<i64> =
            Use::BUSY.into_iter().map(|what| ratio(tally.spent(what), 1_000, whole) as i64).collect();
        parts.push((1_000 - parts.iter().sum::<i64>()).max(0));
        Bar { label: lock.name(lang).to_string(), parts, note: format!("{}/s", grouped(tally.per_second())) }
    };
    let part = |en: &'static str, zh: &'static str| lang.pick(en, zh).to_string();
    Figure {
        id: "time",
        title: part("Where the time of the cores goes, %", "各核的时间花在哪里，%"),
        drawing: Drawing::Bars(Bars {
            unit: "%",
            per: 10,
            parts: vec![
                part("work", "锁外工作"),
                part("section", "临界区"),
                part("spinning", "自旋"),
                part("line transfer", "传输缓存行"),
                part("kernel", "内核"),
                part("idle", "空闲"),
            ],
            bars: LockKind::ALL.into_iter().map(&mut bar).collect(),
            bound: None,
        }),
    }
}

/// Throughput over the delay, here and with a PAUSE of 10 cycles.
fn delays(settings: &Settings, rate: u64, runs: &mut Runs, lang: Lang) -> Figure {
    let mut curves = vec![curve(
        "pause",
        lang.pick("this processor", "这种处理器"),
        CurveStyle::Line,
        runs.over_delays(settings),
    )];
    let old = sweep::on_broadwell(settings);
    if old != *settings {
        curves.push(curve(
            "broadwell",
            lang.pick("a PAUSE of 10 cycles", "PAUSE 10 周期"),
            CurveStyle::Line,
            runs.over_delays(&old),
        ));
    }
    curves.push(here(rate, settings.delay, lang));
    Figure {
        id: "delay",
        title: lang
            .pick("Throughput over innodb_spin_wait_delay", "吞吐随 innodb_spin_wait_delay 的变化")
            .to_string(),
        drawing: Drawing::Plot(Plot {
            x: Axis {
                label: "innodb_spin_wait_delay".to_string(),
                unit: "",
                scale: AxisScale::Doubling,
                per: 1,
            },
            y: rate_axis(lang),
            curves,
            marks: Vec::new(),
        }),
    }
}
