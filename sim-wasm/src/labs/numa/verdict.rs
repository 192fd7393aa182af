//! The outcome in a sentence or two.

use super::outcome::Outcome;
use super::rules;
use super::settings::Settings;
use super::words::{gb, gb_s, grouped, ns, percent, percent_of};
use crate::lab::report::{Mood, Verdict};
use crate::text::Lang;

/// Above these a finding is the story: use of a memory or link, in millionths; percent of the time in hand-overs;
/// latency against local, in percent.
const SATURATED: u64 = 800_000;
const CONTENDED: u64 = 20;
const REMOTE: u64 = 110;

/// Sums it up.
pub(super) fn verdict(settings: &Settings, outcome: &Outcome, lang: Lang) -> Verdict {
    let memory = &outcome.memory;
    let speed = &outcome.speed;
    if memory.missing > 0 {
        let text = lang.pick(
            format!("Killed while filling its pool: {} GB find no place.", gb(memory.missing)),
            format!("还没填满缓冲池就被杀了：有 {} GB 没有地方放。", gb(memory.missing)),
        );
        return Verdict { code: "killed", mood: Mood::Bad, text };
    }
    let rate = grouped(outcome.rate());
    let ideal = percent(speed.rate_milli(), speed.ideal_milli);
    let threads = outcome.running();
    let plural = if threads == 1 { "" } else { "s" };
    let head = lang.pick(
        format!("{rate} transactions per second from {threads} thread{plural}: {ideal} % of what is possible with all memory local and no lock handed over."),
        format!("{threads} 个线程每秒 {rate} 个事务，是内存全本地、锁不转手时的 {ideal} %。"),
    );
    let total = speed.mean(|node| node.total_ps());
    let locks = percent(speed.mean(|node| node.locks_ps), total);
    let waiting = percent(speed.mean(|node| node.memory_ps), total);
    let (idle, loaded) = (speed.mean(|node| node.idle_ps), speed.mean(|node| node.loaded_ps));
    let own = outcome.own_ps(settings);
    let (name, used) = rules::busiest(outcome, lang).unwrap_or_default();
    let tables_away =
        settings.tables_left && settings.walk_percent > 0 && settings.home() != settings.mem_node;
    let (code, mood, tail) = if memory.swapped() > 0 {
        let spare = memory.nodes.iter().map(|node| node.cache() + node.free()).max().unwrap_or(0);
        (
            "swapping",
            Mood::Bad,
            lang.pick(
                format!(
                    "{} GB are swapped while a node has {} GB of page cache and free memory.",
                    gb(memory.swapped()),
                    gb(spare)
                ),
                format!(
                    "换出了 {} GB，而有一个节点的页缓存加空闲内存有 {} GB。",
                    gb(memory.swapped()),
                    gb(spare)
                ),
            ),
        )
    } else if used.share() >= SATURATED {
        (
            "saturated",
            Mood::Bad,
            lang.pick(
                format!("All wait for {name}, which gives {} of {} GB/s: reads take {} ns, {} ns on an idle machine.", gb_s(used.kb_s), gb_s(used.peak_kb_s), ns(loaded), ns(idle)),
                format!("大家都在等{name}，它已用到 {} / {} GB/s：一次读 {} ns，空载时 {} ns。", gb_s(used.kb_s), gb_s(used.peak_kb_s), ns(loaded), ns(idle)),
            ),
        )
    } else if locks >= CONTENDED {
        (
            "contended",
            Mood::Bad,
            lang.pick(
                format!("{locks} % of the time goes into lines of locks that travel between nodes, {waiting} % into memory."),
                format!("{locks} % 的时间花在锁的缓存行跨节点搬运上，等内存只占 {waiting} %。"),
            ),
        )
    } else if tables_away {
        (
            "page_tables",
            Mood::Neutral,
            lang.pick(
                format!("Data is read in {} ns on average, but page tables stayed on node {}. Memory is {waiting} % of the time.", ns(loaded), settings.mem_node),
                format!("读数据平均 {} ns，页表却留在节点 {}。等内存占总时间的 {waiting} %。", ns(loaded), settings.mem_node),
            ),
        )
    } else if idle * 100 >= own * REMOTE {
        (
            "remote",
            Mood::Neutral,
            lang.pick(
                format!("Reads take {} ns on average, {} ns where all are local; {} % are. Memory is {waiting} % of the time.", ns(loaded), ns(own), percent_of(speed.mean(|node| node.local))),
                format!("平均一次读 {} ns，全本地是 {} ns；本地的占 {} %。等内存占总时间的 {waiting} %。", ns(loaded), ns(own), percent_of(speed.mean(|node| node.local))),
            ),
        )
    } else {
        (
            "local",
            Mood::Good,
            lang.pick(
                format!("Reads take {} ns on average, local memory {} ns.", ns(loaded), ns(own)),
                format!("平均一次读 {} ns，本地内存 {} ns。", ns(loaded), ns(own)),
            ),
        )
    };
    let text = lang.pick(format!("{head} {tail}"), format!("{head}{tail}"));
    Verdict { code, mood, text }
}
