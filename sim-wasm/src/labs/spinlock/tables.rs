//! The tables of a report: single changes, delays by processor, what perf prints.

use super::processors::PROCESSORS;
use super::rounds;
use super::settings::{LockKind, Settings};
use super::sweep::{self, Runs};
use super::tally::{Tally, ratio};
use super::words::{cycles, decimals, grouped, time};
use crate::lab::report::Table;
use crate::text::Lang;

/// All of them.
pub(super) fn tables(settings: &Settings, runs: &mut Runs, lang: Lang) -> Vec<Table> {
    let mut tables = vec![changes(settings, runs, lang)];
    if settings.lock == LockKind::InnoDb {
        tables.push(delays(settings, lang));
    }
    tables.push(Table::output("perf", "perf stat -p $(pidof mysqld)", perf(settings, runs.of(settings))));
    tables
}

fn changes(settings: &Settings, runs: &mut Runs, lang: Lang) -> Table {
    let columns = [
        lang.pick("setting", "改动"),
        lang.pick("acquisitions per second", "每秒获取次数"),
        lang.pick("mean wait", "平均等待"),
        lang.pick("CPUs busy", "占用 CPU"),
        lang.pick("of that work, %", "其中干活，%"),
        lang.pick("sleeps in 1000", "每 1000 次睡眠"),
    ];
    let rows = sweep::changes(settings, lang).into_iter().map(|(name, changed)| {
        let tally = runs.of(&changed);
        vec![
            name,
            grouped(tally.per_second()),
            time(tally.mean_wait()),
            decimals(tally.cpus(), 1),
            decimals(tally.useful() * 100, 1),
            ratio(tally.sleeps, 1_000, tally.acquired).to_string(),
        ]
    });
    Table::cells(
        "changes",
        lang.pick("With one setting changed", "只改一处"),
        columns.map(String::from).to_vec(),
        rows.collect(),
    )
}

/// The same settings on every processor.
fn delays(settings: &Settings, lang: Lang) -> Table {
    let columns = [
        lang.pick("processor", "处理器").to_string(),
        lang.pick("cycles of a PAUSE", "PAUSE 周期").to_string(),
        lang.pick("mean round", "平均每轮").to_string(),
        lang.pick("longest round", "最长一轮").to_string(),
        lang.pick(format!("{} rounds, mean", settings.loops), format!("{} 轮，平均", settings.loops)),
        lang.pick(format!("{} rounds, at most", settings.loops), format!("{} 轮，最长", settings.loops)),
    ];
    let row = |name: String, settings: &Settings| {
        let rounds = rounds::of(settings);
        vec![
            name,
            cycles(settings.centicycles),
            time(rounds.mean),
            time(rounds.longest),
            time(rounds.mean_all),
            time(rounds.longest_all),
        ]
    };
    let known = PROCESSORS.iter().map(|processor| {
        let (centicycles, mhz) = (processor.centicycles, processor.mhz);
        row(processor.name.get(lang).to_string(), &Settings { centicycles, mhz, ..*settings })
    });
    let own = row(lang.pick("this one", "当前").to_string(), settings);
    Table::cells(
        "delays",
        lang.pick("The same delay on other processors", "同样的延时换到别的处理器"),
        columns.to_vec(),
        std::iter::once(own).chain(known).collect(),
    )
}

/// As `perf stat` prints it (tools/perf, builtin-stat.c).
fn perf(settings: &Settings, tally: &Tally) -> String {
    let clock_us = tally.busy() / 1_000_000;
    let switches = tally.sleeps + tally.preempted;
    let (cycles, instructions) = (tally.cycles(settings), tally.instructions(settings));
    let line = |count: String, event: &str, note: String| {
        let line = format!("{count:>18}      {event:<24} # {note}");
        line.trim_end_matches(' ').to_string() + "\n"
    };
    let mut out = String::from("\n Performance counter stats for process id '4711':\n\n");
    let clock = format!("{}.{:02}", grouped(clock_us / 1_000), clock_us % 1_000 / 10);
    out +=
        &format!("{clock:>18} msec {:<24} # {:>8} CPUs utilized\n", "task-clock", decimals(tally.cpus(), 3));
    let per_second = ratio(switches, 1_000_000, clock_us);
    out += &line(grouped(switches), "context-switches", format!("{:>8} /sec", grouped(per_second)));
    let ghz = format!("{}.{:03}", settings.mhz / 1_000, settings.mhz % 1_000);
    out += &line(grouped(cycles), "cycles", format!("{ghz:>8} GHz"));
    out += &line(
        grouped(instructions),
        "instructions",
        format!("{:>8}  insn per cycle", decimals(tally.ipc(settings), 2)),
    );
    let nanos = tally.elapsed / 1_000;
    out += &format!(
        "\n{:>18} seconds time elapsed\n",
        format!("{}.{:09}", nanos / 1_000_000_000, nanos % 1_000_000_000)
    );
    out
}
