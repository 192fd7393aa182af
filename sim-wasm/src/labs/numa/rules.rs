//! The rules that decided, with their live values.

use super::figures::link_name;
use super::outcome::Outcome;
use super::places;
use super::settings::Settings;
use super::speed::{K_FIT, Use, stretch_milli};
use super::words::{gb_s, hundredth, ns, percent, percent_of, span, tenth};
use crate::lab::report::Explanation;
use crate::text::Lang;

/// The use of a memory or link, in millionths, above which queueing is told.
const BUSY: u64 = 500_000;

/// Percent of the time from which hand-overs of locks are told first.
const MUCH: u64 = 10;

/// The rules, those that cost most first.
pub(super) fn all(settings: &Settings, outcome: &Outcome, lang: Lang) -> Vec<Explanation> {
    let speed = &outcome.speed;
    let locks = percent(speed.mean(|node| node.locks_ps), speed.mean(|node| node.total_ps()));
    let (first, later) = match contention(settings, outcome, lang) {
        told if locks >= MUCH => (told, None),
        told => (None, told),
    };
    let rules = [
        places::killed(settings, outcome, lang),
        places::swapped(outcome, lang),
        first,
        queue(outcome, lang),
        places::hidden(settings, outcome, lang),
        places::tables(settings, outcome, lang),
        places::placed(settings, outcome, lang),
        places::full(settings, outcome, lang),
        later,
        hyper_threads(settings, outcome, lang),
        declared(settings, lang),
    ];
    rules.into_iter().flatten().collect()
}

pub(super) fn rule(
    code: &'static str,
    text: String,
    source: &str,
    condition: String,
    change: &str,
) -> Explanation {
    Explanation { code, text, source: source.to_string(), condition, would_change: change.to_string() }
}

fn contention(settings: &Settings, outcome: &Outcome, lang: Lang) -> Option<Explanation> {
    let speed = &outcome.speed;
    let locks = speed.mean(|node| node.locks_ps);
    if locks == 0 {
        return None;
    }
    let total = speed.mean(|node| node.total_ps());
    let n = outcome.running();
    let (k, per) = K_FIT;
    let share = percent(locks, total);
    let pairs = speed.pairs_milli / (n * n.saturating_sub(1)).max(1);
    Some(rule(
        "contention",
        lang.pick(
            format!("Lines that all threads want travel between nodes: {} of each transaction, {share} %. It grows with the square of the threads and with the share of pairs on different nodes, not with memory accesses.", span(locks)),
            format!("大家都要的缓存行在节点之间来回搬：每个事务 {}，占 {share} %。它随线程数的平方、随不在同一节点的线程对的比例增长，与访问内存的次数无关。", span(locks)),
        ),
        lang.pick(
            "one constant fitted to the published figures of an E5-2682 v4; no rule of a processor",
            "用 E5-2682 v4 的公开数据拟合的一个常数，不是处理器的规则",
        ),
        format!(
            "k N(N-1) r = {k}/{per} x {} x {} = {}; K = {}",
            n * n.saturating_sub(1),
            hundredth(pairs),
            hundredth(speed.pairs_milli.saturating_mul(k) / per),
            settings.work.locks
        ),
        lang.pick("binding=node or socket, fewer threads, fewer hand-overs K", "binding=node 或 socket、减少线程、减少转手次数 K"),
    ))
}

/// The memory or link that is used most, with its name.
pub(super) fn busiest(outcome: &Outcome, lang: Lang) -> Option<(String, Use)> {
    let memories = outcome.speed.memories.iter().enumerate();
    let memories = memories.map(|(at, used)| {
        (lang.pick(format!("the memory of node {at}"), format!("节点 {at} 的内存")), *used)
    });
    let links = outcome.speed.links.iter().map(|link| {
        let name = link_name(link, lang);
        (lang.pick(format!("the link from {name}"), format!("{name} 的链路")), link.used)
    });
    // Of several that are used alike, the first.
    memories.chain(links).rev().max_by_key(|(_, used)| used.share())
}

fn queue(outcome: &Outcome, lang: Lang) -> Option<Explanation> {
    let (name, used) = busiest(outcome, lang)?;
    (used.share() >= BUSY).then(|| {
        let stretch = stretch_milli(used.share());
        rule(
            "queue",
            lang.pick(
                format!("Most used is {name}: {} of {} GB/s. Reads that pass it wait {} times as long as on an idle machine.", gb_s(used.kb_s), gb_s(used.peak_kb_s), hundredth(stretch)),
                format!("最忙的是{name}：{} / {} GB/s。经过它的读要等的时间是空载时的 {} 倍。", gb_s(used.kb_s), gb_s(used.peak_kb_s), hundredth(stretch)),
            ),
            lang.pick(
                "queueing formula; its exponent fits 506 ns at 111 to 112 GB/s, published for a Xeon 8163",
                "排队公式；指数按 8163 的公开数据取定：111 到 112 GB/s 时 506 ns",
            ),
            format!("u = {} %, q(u) = 1 + u^6 / (1 - u) = {}", percent_of(used.share()), hundredth(stretch)),
            lang.pick("policy=interleave or own; fewer threads", "policy=interleave 或 own；减少线程"),
        )
    })
}

fn hyper_threads(settings: &Settings, outcome: &Outcome, lang: Lang) -> Option<Explanation> {
    let paired: u64 = outcome.threads.iter().map(|node| node.paired).sum();
    (paired > 0).then(|| {
        let pair_yield = u64::from(settings.machine.pair_yield);
        rule(
            "hyper_threads",
            lang.pick(
                format!("{paired} threads share a core. A pair gets {} times as much done as one alone, so each of them takes {} times as long.", hundredth(pair_yield), hundredth(2_000_000 / pair_yield.max(1))),
                format!("{paired} 个线程两两共用一个核。一对的产出是单独一个的 {} 倍，所以每个都要花 {} 倍的时间。", hundredth(pair_yield), hundredth(2_000_000 / pair_yield.max(1))),
            ),
            lang.pick("published runs of MySQL on this processor", "这颗处理器上 MySQL 的公开数据"),
            format!("yield {}", hundredth(pair_yield)),
            "smt",
        )
    })
}

/// What the firmware says, beside what was measured.
fn declared(settings: &Settings, lang: Lang) -> Option<Explanation> {
    let machine = settings.machine;
    let home = settings.home();
    let far = (0..machine.nodes).max_by_key(|to| machine.latency(home, *to))?;
    let distance = u64::from(machine.distance(home, far));
    let (near, remote) = (machine.latency(home, home), machine.latency(home, far));
    let ratio = u64::from(remote) * 1000 / u64::from(near.max(1));
    (!settings.hidden()).then(|| {
        rule(
            "slit",
            lang.pick(
                format!("numactl -H says {distance} for node {home} to node {far}, as if it were {} times as far as local. Measured with {}: {} times. The SLIT is a constant of the firmware.", tenth(distance), machine.probe, hundredth(ratio)),
                format!("numactl -H 说节点 {home} 到节点 {far} 的距离是 {distance}，好像远了 {} 倍。用 {} 实测是 {} 倍。SLIT 是固件里写死的常数。", tenth(distance), machine.probe, hundredth(ratio)),
            ),
            lang.pick("ACPI SLIT; published latencies", "ACPI SLIT；公开的延迟数据"),
            format!("{distance} / 10; {} ns / {} ns", ns(u64::from(remote) * 100), ns(u64::from(near) * 100)),
            "",
        )
    })
}
