//! The report of a run.

use super::rounds::{self, Rounds};
use super::settings::{LockKind, PER_NS, Settings};
use super::sweep::Runs;
use super::tally::{Tally, Use, ratio};
use super::{figures, reasons, tables, verdict};
use crate::lab::report::Totals;
use crate::lab::{Params, Report};
use crate::text::Lang;

/// The report.
pub(super) fn report(params: &Params, settings: &Settings, lang: Lang) -> Report {
    let mut runs = Runs::new(settings);
    let tally = runs.of(settings).clone();
    let rounds = rounds::of(settings);
    let curve = runs.over_threads(settings);
    let verdict = verdict::verdict(settings, &tally, &rounds, &curve, lang);
    let mut report = Report::plain(params, lang, verdict);
    report.totals = totals(settings, &tally, &rounds);
    report.explanations = reasons::reasons(params, settings, &tally, &rounds, lang);
    report.tables = tables::tables(settings, &mut runs, lang);
    report.figures = figures::figures(settings, &mut runs, curve, lang);
    report
}

fn totals(settings: &Settings, tally: &Tally, rounds: &Rounds) -> Totals {
    let mut totals = Totals::default();
    totals.thousandths.extend([
        ("wait_us", tally.mean_wait() / PER_NS),
        ("cpus", tally.cpus()),
        ("useful_percent", tally.useful() * 100),
        ("ipc", tally.ipc(settings)),
    ]);
    if settings.lock == LockKind::InnoDb {
        totals.thousandths.extend([
            ("round_us", rounds.mean / PER_NS),
            ("round_max_us", rounds.longest / PER_NS),
            ("until_sleep_us", rounds.mean_all / PER_NS),
            ("until_sleep_max_us", rounds.longest_all / PER_NS),
        ]);
    }
    let spin = ratio(tally.spent(Use::Spin), settings.mhz, 1_000_000);
    totals.counts.extend([
        ("acquisitions_per_s", tally.per_second()),
        ("acquisitions", tally.acquired),
        ("sleeps", tally.sleeps),
        ("pauses", tally.pauses),
        ("spin_cycles_per_acquisition", spin / tally.acquired.max(1)),
        ("preempted", tally.preempted),
        ("holder_preempted", tally.holder_preempted),
        ("fewest_by_thread", tally.by_thread.iter().copied().min().unwrap_or(0)),
        ("most_by_thread", tally.by_thread.iter().copied().max().unwrap_or(0)),
        ("longest_wait_ns", tally.longest / PER_NS),
        ("thread_ns", tally.whole() / PER_NS),
        ("elapsed_ns", tally.elapsed / PER_NS),
    ]);
    totals
}
