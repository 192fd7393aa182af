//! The report: totals, pictures, rules, tables.

use super::machines::{Machine, Source};
use super::outcome::Outcome;
use super::settings::Settings;
use super::words::{gb, gb_s, grouped, hundredth, node, ns, percent, percent_of, span};
use super::{figures, rules, tools, variations, verdict};
use crate::lab::report::{Table, Totals};
use crate::lab::{Params, Report};
use crate::text::Lang;

pub(super) fn report(params: &Params, settings: &Settings, outcome: &Outcome, lang: Lang) -> Report {
    let mut report = Report::plain(params, lang, verdict::verdict(settings, outcome, lang));
    report.totals = totals(outcome);
    report.figures = figures::all(settings, outcome, lang);
    report.explanations = rules::all(settings, outcome, lang);
    report.tables.push(per_node(settings, outcome, lang));
    report.tables.push(variations::changes(settings, outcome, lang));
    report.tables.extend(variations::published(settings, lang));
    report.tables.push(matrix(settings.machine, lang));
    report.tables.push(machine(settings, lang));
    report.tables.extend(tools::all(settings, &outcome.memory));
    report
}

fn totals(outcome: &Outcome) -> Totals {
    let speed = &outcome.speed;
    let total = speed.mean(|node| node.total_ps());
    let share = |part: u64| percent(part, total);
    Totals {
        counts: vec![
            ("transactions", outcome.rate()),
            ("threads", outcome.running()),
            ("of_ideal", percent(speed.rate_milli(), speed.ideal_milli)),
            ("local", percent_of(speed.mean(|node| node.local))),
            ("compute_share", share(speed.mean(|node| node.compute_ps))),
            ("memory_share", share(speed.mean(|node| node.memory_ps))),
            ("lock_share", share(speed.mean(|node| node.locks_ps))),
            ("bandwidth_mb_s", speed.memories.iter().map(|used| used.kb_s / 1000).sum()),
            ("swapped_mb", outcome.memory.swapped()),
            ("reclaimed_mb", outcome.memory.reclaimed),
            ("pool_mb", outcome.memory.pool()),
            ("pool_swapped_mb", outcome.memory.swapped_pool),
            ("missing_mb", outcome.memory.missing),
        ],
        thousandths: vec![
            ("fill_s", outcome.memory.fill_ds() * 100),
            ("idle_ns", speed.mean(|node| node.idle_ps)),
            ("loaded_ns", speed.mean(|node| node.loaded_ps)),
        ],
    }
}

fn per_node(settings: &Settings, outcome: &Outcome, lang: Lang) -> Table {
    let heads = lang.pick(
        ["", "threads", "per second", "local, %", "idle, ns", "loaded, ns", "a transaction", "memory read"],
        ["", "线程", "每秒", "本地，%", "空载，ns", "负载下，ns", "一个事务", "被读的内存"],
    );
    let memories = outcome.speed.memories.iter();
    let rows = outcome.speed.nodes.iter().zip(memories).enumerate().map(|(at, (speed, used))| {
        let dash = |text: String| if speed.threads == 0 { "-".to_string() } else { text };
        vec![
            node(at, lang),
            speed.threads.to_string(),
            dash(grouped(speed.rate_milli / 1000)),
            dash(percent_of(speed.local).to_string()),
            dash(ns(speed.idle_ps)),
            dash(ns(speed.loaded_ps)),
            dash(span(speed.total_ps())),
            format!("{} GB/s", gb_s(used.kb_s)),
        ]
    });
    let title = match settings.hidden() {
        true => lang.pick("Node by node, as the hardware has them", "逐个节点，按硬件的划分"),
        false => lang.pick("Node by node", "逐个节点"),
    };
    Table::cells("nodes", title, heads.map(String::from).to_vec(), rows.collect())
}

/// Latency and declared distance of every pair.
fn matrix(machine: &Machine, lang: Lang) -> Table {
    let mut heads = vec![lang.pick("from", "从").to_string()];
    heads.extend((0..machine.nodes).map(|to| to.to_string()));
    let row = |from: usize| {
        let mut cells = vec![from.to_string()];
        cells.extend((0..machine.nodes).map(|to| {
            format!("{} ({})", ns(u64::from(machine.latency(from, to)) * 100), machine.distance(from, to))
        }));
        cells
    };
    let title = lang.pick(
        format!(
            "Latency between nodes in ns, measured with {}; declared distance in brackets",
            machine.probe
        ),
        format!("节点间延迟，ns，{} 实测；括号里是固件声明的距离", machine.probe),
    );
    Table::cells("matrix", &title, heads, (0..machine.nodes).map(row).collect())
}

/// What is known of the machine, and from where.
fn machine(settings: &Settings, lang: Lang) -> Table {
    let machine = settings.machine;
    let rate = |mb_s: u32| format!("{} GB/s", gb_s(u64::from(mb_s) * 1000));
    let mut rows = Vec::new();
    let mut row = |what: &str, value: String, from: Source| {
        rows.push(vec![what.to_string(), value, from.words().get(lang).to_string()]);
    };
    row(
        lang.pick("nodes, cores of each", "节点数，每节点核数"),
        format!("{} x {}", machine.nodes, machine.cores),
        Source::Published,
    );
    let others = match machine.latencies {
        super::machines::Latencies::Table(_) if machine.nodes == 2 => Source::Published,
        _ => Source::Derived,
    };
    row(lang.pick("latencies from node 0", "节点 0 的延迟"), first_row(machine), Source::Published);
    row(lang.pick("latencies of the others", "其他节点的延迟"), String::new(), others);
    row(lang.pick("declared distances", "声明的距离"), String::new(), machine.distances_from);
    let dimm = lang.pick("peak of a node's memory", "每节点内存的峰值");
    row(dimm, rate(machine.node_mb_s), Source::Memory);
    if machine.die_mb_s > 0 {
        let name = lang.pick("peak between nodes of a socket", "插槽内节点之间的峰值");
        row(name, rate(machine.die_mb_s), machine.links_from);
    }
    let name = lang.pick("peak between the sockets, one way", "插槽之间单向的峰值");
    row(name, rate(machine.socket_mb_s), machine.links_from);
    row(lang.pick("memory of a node", "每节点内存"), format!("{} GB", gb(settings.node_mb)), Source::Assumed);
    if machine.pair_yield > 0 {
        let name = lang.pick("two hyper-threads of a core", "一个核的两个超线程");
        row(name, format!("{} x", hundredth(u64::from(machine.pair_yield))), Source::Published);
    }
    let (best, worst) = machine.stream;
    if best > 0 {
        let value = format!("{} / {} ns", hundredth(u64::from(best) * 10), hundredth(u64::from(worst) * 10));
        row(
            lang.pick("STREAM copy of 16 bytes, best and worst pair", "STREAM copy 16 字节，最好与最差"),
            value,
            Source::Published,
        );
    }
    let heads = lang.pick(["what", "value", "from"], ["什么", "数值", "来源"]);
    Table::cells("machine", machine.name, heads.map(String::from).to_vec(), rows)
}

fn first_row(machine: &Machine) -> String {
    let row = (0..machine.nodes).map(|to| ns(u64::from(machine.latency(0, to)) * 100));
    row.collect::<Vec<_>>().join(" ")
}
