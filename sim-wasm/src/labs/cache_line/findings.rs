//! The report of a run: what each experiment found, and what all of them say of the processor.

use super::settings::{Experiment, Settings};
use super::words::bytes;
use super::{sharing_report, sweep_report, walk_report};
use crate::lab::figure::{Axis, AxisScale, Curve, CurveStyle, Figure};
use crate::lab::report::{Explanation, Mood, Table, Totals, Verdict};
use crate::lab::{Params, Report};
use crate::text::Lang;

/// The levels, as readers know them.
pub(super) fn level_name(level: usize, lang: Lang) -> &'static str {
    match level {
        0 => "L1",
        1 => "L2",
        2 => "L3",
        _ => lang.pick("memory", "内存"),
    }
}

/// What an experiment found.
pub(super) struct Findings {
    pub(super) verdict: Verdict,
    pub(super) totals: Totals,
    pub(super) figures: Vec<Figure>,
    pub(super) explanations: Vec<Explanation>,
    pub(super) tables: Vec<Table>,
}

/// The report.
pub(super) fn report(params: &Params, settings: &Settings, lang: Lang) -> Report {
    let found = match settings.experiment {
        Experiment::Sweep => sweep_report::findings(settings, lang),
        Experiment::Stride => walk_report::stride(settings, lang),
        Experiment::Matrix => walk_report::matrix(settings, lang),
        Experiment::Sharing => sharing_report::findings(settings, lang),
    };
    let mut report = Report::plain(params, lang, found.verdict);
    report.totals = found.totals;
    report.figures = found.figures;
    report.explanations = found.explanations;
    report.tables = found.tables;
    report.tables.push(lscpu(settings));
    report
}

pub(super) fn verdict(code: &'static str, mood: Mood, text: String) -> Verdict {
    Verdict { code, mood, text }
}

pub(super) fn axis(label: &str, unit: &'static str, scale: AxisScale, per: u32) -> Axis {
    Axis { label: label.to_string(), unit, scale, per }
}

pub(super) fn curve(id: &'static str, label: &str, style: CurveStyle, points: Vec<(i64, i64)>) -> Curve {
    Curve { id, label: label.to_string(), style, points }
}

/// The reader's own setting.
pub(super) fn here(x: u64, y: u64, lang: Lang) -> Curve {
    let label = lang.pick("these settings", "当前设置");
    curve("here", label, CurveStyle::Points, vec![(x as i64, y as i64)])
}

/// The caches, as `lscpu -C` prints them (util-linux, sys-utils/lscpu.c).
fn lscpu(settings: &Settings) -> Table {
    let processor = settings.processor;
    let mut text = format!(
        "{:<4} {:>8} {:>4} {:<7} {:>5} {:>6} {:>14}\n",
        "NAME", "ONE-SIZE", "WAYS", "TYPE", "LEVEL", "SETS", "COHERENCY-SIZE"
    );
    for ((cache, name), level) in processor.caches.iter().zip(["L1d", "L2", "L3"]).zip(1..) {
        let size = bytes(cache.bytes);
        let size = size.replace(" KiB", "K").replace(" MiB", "M");
        let kind = if level == 1 { "Data" } else { "Unified" };
        let sets = cache.bytes / cache.ways / processor.line;
        text += &format!(
            "{name:<4} {size:>8} {:>4} {kind:<7} {level:>5} {sets:>6} {:>14}\n",
            cache.ways, processor.line
        );
    }
    Table::output("lscpu", "lscpu -C=NAME,ONE-SIZE,WAYS,TYPE,LEVEL,SETS,COHERENCY-SIZE", text)
}
