//! The report: what the threads get, where they stand, and Little's law in its numbers.

use super::capacity::Capacity;
use super::network::{Outcome, Solver};
use super::params::Settings;
use super::whereabouts::{Limit, Whereabouts};
use super::{curves, verdict};
use crate::lab::Params;
use crate::lab::report::{Explanation, Report, Table, Totals};
use crate::text::Lang;

pub(super) fn report(params: &Params, settings: &Settings, lang: Lang) -> Report {
    let solver = Solver::new(settings.network, curves::most_threads(settings));
    let outcome = solver.outcome(settings.network.slow_permille, settings.threads);
    let mut report = Report::plain(params, lang, verdict::verdict(settings, &outcome, lang));
    report.totals = totals(settings, &outcome);
    report.explanations = explanations(settings, &outcome, lang);
    report.figures = curves::figures(settings, &solver, &outcome, lang);
    report.tables = vec![little(settings, &outcome, lang), sysbench(settings, &outcome)];
    report
}

fn totals(settings: &Settings, outcome: &Outcome) -> Totals {
    let normal = (settings.network.slow_permille < 1000).then_some(outcome.processor_ns);
    let slow = (settings.network.slow_permille > 0).then_some(outcome.processor_ns + outcome.slow_ns);
    let mut thousandths = vec![("response_ms", outcome.response_ns / 1000)];
    thousandths.extend(normal.map(|ns| ("normal_ms", ns / 1000)));
    thousandths.extend(slow.map(|ns| ("slow_ms", ns / 1000)));
    let counts = vec![
        ("per_s", outcome.per_1000_s / 1000),
        ("threads", u64::from(settings.threads)),
        ("slow_waiting", Whereabouts::of(&settings.network, outcome).waiting_for_slow_path / 1000),
    ];
    Totals { counts, thousandths }
}

/// Milliseconds with two decimals, rounded.
pub(super) fn millis(ns: u64) -> String {
    let hundredths = (ns + 5_000) / 10_000;
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

/// Microseconds with one decimal.
fn micros(ns: u64) -> String {
    format!("{}.{}", ns / 1000, ns / 100 % 10)
}

/// A percentage with one decimal, of thousandths.
pub(super) fn percent(permille: u64) -> String {
    format!("{}.{}", permille / 10, permille % 10)
}

fn explanations(settings: &Settings, outcome: &Outcome, lang: Lang) -> Vec<Explanation> {
    let network = &settings.network;
    let capacity = Capacity::of(network);
    let per_s = outcome.per_1000_s / 1000;
    let mut told = Vec::new();
    let limit = Whereabouts::of(network, outcome).limit(settings.threads);
    if let Some(slow) = capacity.slow_path.filter(|_| limit == Limit::SlowPath) {
        let used = (u128::from(outcome.per_1000_s) * 1000 / u128::from(slow.max(1))) as u64;
        told.push(Explanation {
            code: "slow_path",
            text: lang.pick(
                format!("The slow path is busy {} % of the time. All threads end up in line for it, sooner or later, and those that never need it are not asked for anything meanwhile.", percent(used)),
                format!("慢路径 {}% 的时间在忙。线程迟早都会排到它前面，排队期间它们也发不出别的请求。", percent(used)),
            ),
            source: lang.pick("utilisation law: U = X · p · S / lanes", "利用率定律：U = X · p · S / 通道数").to_string(),
            condition: format!(
                "{} / ({} ‰ · {} µs) = {}/s, {} / {} µs = {}/s",
                network.lanes,
                network.slow_permille,
                network.slow_ns / 1000,
                slow / 1000,
                network.processors,
                network.service_ns / 1000,
                capacity.processors / 1000,
            ),
            would_change: lang.pick(
                "fewer requests on it, a shorter hold, more lanes; not more threads or processors",
                "减少走它的请求、缩短占用时间、增加通道；加线程、加处理器都没用",
            )
            .to_string(),
        });
    } else {
        let used = (u128::from(outcome.per_1000_s) * 1000 / u128::from(capacity.processors.max(1))) as u64;
        told.push(Explanation {
            code: "processors",
            text: lang.pick(
                format!("The processors are busy {} % of the time.", percent(used)),
                format!("处理器 {}% 的时间在忙。", percent(used)),
            ),
            source: lang.pick("utilisation law: U = X · S / c", "利用率定律：U = X · S / c").to_string(),
            condition: format!(
                "{per_s}/s · {} µs / {} = {} %",
                network.service_ns / 1000,
                network.processors,
                percent(used)
            ),
            would_change: lang
                .pick("processors, time on a processor, threads", "处理器数、处理器时间、线程数")
                .to_string(),
        });
    }
    told.push(Explanation {
        code: "littles_law",
        text: lang.pick(
            "Threads are never lost: as many as there are think or wait for an answer.".to_string(),
            "线程不会凭空消失：每个线程不是在思考，就是在等结果。".to_string(),
        ),
        source: lang.pick("Little’s law: N = X · (R + Z)", "利特尔定律：N = X · (R + Z)").to_string(),
        condition: format!(
            "{} = {per_s}/s · ({} µs + {} µs)",
            settings.threads,
            micros(outcome.response_ns),
            micros(network.think_ns),
        ),
        would_change: String::new(),
    });
    told
}

/// Little's law for each part of the loop.
fn little(settings: &Settings, outcome: &Outcome, lang: Lang) -> Table {
    let per_s = outcome.per_1000_s / 1000;
    let slow_per_s = per_s * u64::from(settings.network.slow_permille) / 1000;
    let row = |name: &str, rate: u64, ns: u64, there: u64| {
        vec![
            name.to_string(),
            rate.to_string(),
            micros(ns),
            format!("{}.{:02}", there / 1000, there / 10 % 100),
        ]
    };
    let names = lang.pick(
        ["thinking", "at the processors", "in the slow path", "whole loop"],
        ["思考", "处理器", "慢路径", "整个循环"],
    );
    let cycle = outcome.response_ns + settings.network.think_ns;
    Table::cells(
        "little",
        lang.pick(
            "Little’s law, part by part: rate × time = threads",
            "分段的利特尔定律：速率 × 时间 = 线程数",
        ),
        lang.pick(["part", "per second", "time, µs", "threads"], ["环节", "每秒", "时间（微秒）", "线程数"])
            .map(String::from)
            .to_vec(),
        vec![
            row(names[0], per_s, settings.network.think_ns, outcome.thinking),
            row(names[1], per_s, outcome.processor_ns, outcome.at_processors),
            row(names[2], slow_per_s, outcome.slow_ns, outcome.in_slow),
            row(names[3], per_s, cycle, u64::from(settings.threads) * 1000),
        ],
    )
}

/// Ten seconds of it as sysbench 1.0 sums them up at the end. It counts what succeeded; a request that fails is tried again
/// until it does, within the same event, so that an event takes as long as all its tries (`oltp_common.lua`, `db_driver.c`).
fn sysbench(settings: &Settings, outcome: &Outcome) -> Table {
    let failed = outcome.per_1000_s * u64::from(settings.network.slow_permille) / 1000;
    let done = outcome.per_1000_s.saturating_sub(failed);
    let line = |name: &str, rate: u64| {
        format!("    {name:<37}{:<6} ({}.{:02} per sec.)\n", rate / 100, rate / 1000, rate / 10 % 100)
    };
    let mut text = String::from("SQL statistics:\n");
    text += &line("transactions:", done);
    text += &line("queries:", done);
    text += &line("ignored errors:", failed);
    // N threads, each in an event or thinking.
    let cycle = (u128::from(settings.threads) * 1_000_000_000_000).checked_div(u128::from(done));
    if let Some(cycle) = cycle {
        let event = (cycle as u64).saturating_sub(settings.network.think_ns);
        text += &format!("\nLatency (ms):\n         avg:                            {:>12}\n", millis(event));
    }
    let command = format!(
        "sysbench … --threads={} --time=10 --mysql-ignore-errors=all oltp_point_select run",
        settings.threads
    );
    Table::output("sysbench", &command, text)
}
