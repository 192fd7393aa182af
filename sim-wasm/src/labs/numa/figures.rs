//! Pictures: throughput, where time goes, throughput over threads, where memory lies, latency, use of memory and links.

use super::outcome::Outcome;
use super::settings::{Binding, Settings};
use super::speed::{Link, NodeSpeed, Use};
use super::words::{self, gb, gb_s, grouped, node, ns, span};
use crate::lab::figure::{Axis, AxisScale, Bar, Bars, Curve, CurveStyle, Drawing, Figure, Mark, Plot};
use crate::text::Lang;

/// Links that are shown: the busiest.
const MOST_LINKS: usize = 8;
/// Numbers of threads that the plot is made of, besides those of full nodes.
const SAMPLES: u32 = 14;

/// All of them; of a process that was killed only where the memory lies.
pub(super) fn all(settings: &Settings, outcome: &Outcome, lang: Lang) -> Vec<Figure> {
    if outcome.running() == 0 {
        return vec![memory(outcome, lang)];
    }
    vec![
        throughput(outcome, lang),
        time(outcome, lang),
        over_threads(settings, outcome, lang),
        memory(outcome, lang),
        latency(outcome, lang),
        bandwidth(outcome, lang),
    ]
}

fn figure(id: &'static str, title: &str, drawing: Drawing) -> Figure {
    Figure { id, title: title.to_string(), drawing }
}

/// A bar for each node that has threads.
fn busy(outcome: &Outcome, lang: Lang, parts: impl Fn(&NodeSpeed) -> (Vec<i64>, String)) -> Vec<Bar> {
    let nodes = outcome.speed.nodes.iter().enumerate().filter(|(_, speed)| speed.threads > 0);
    nodes
        .map(|(at, speed)| {
            let (parts, note) = parts(speed);
            Bar { label: node(at, lang), parts, note }
        })
        .collect()
}

fn throughput(outcome: &Outcome, lang: Lang) -> Figure {
    let mut bars = busy(outcome, lang, |speed| {
        let rate = speed.rate_milli / 1000;
        (vec![rate as i64], grouped(rate))
    });
    let all = outcome.rate();
    bars.push(Bar {
        label: lang.pick("all", "合计").to_string(),
        parts: vec![all as i64],
        note: grouped(all),
    });
    let ideal = (outcome.speed.ideal_milli / 1000) as i64;
    let bound = lang.pick("all local, no locks", "全本地、无锁");
    figure(
        "throughput",
        lang.pick("Transactions per second", "每秒事务数"),
        Drawing::Bars(Bars {
            unit: "/s",
            per: 1,
            parts: vec![lang.pick("transactions", "事务").to_string()],
            bars,
            bound: Some((ideal, bound.to_string())),
        }),
    )
}

fn time(outcome: &Outcome, lang: Lang) -> Figure {
    let parts = lang.pick(["compute", "memory", "locks", "swap-in"], ["计算", "内存", "锁", "换入"]);
    let bars = busy(outcome, lang, |speed| {
        let times = [speed.compute_ps, speed.memory_ps, speed.locks_ps, speed.swap_ps];
        // Nanoseconds, of which a bar may have tens of millions.
        (times.map(|ps| (ps / 1000) as i64).to_vec(), span(speed.total_ps()))
    });
    figure(
        "time",
        lang.pick("Where the time of a transaction goes", "一个事务的时间花在哪里"),
        Drawing::Bars(Bars {
            unit: "µs",
            per: 1000,
            parts: parts.map(String::from).to_vec(),
            bars,
            bound: None,
        }),
    )
}

/// The numbers of threads that are tried: some of the whole range, full nodes, and what is set.
fn counts(settings: &Settings, running: u32) -> Vec<u32> {
    let (cpus, cores) = (settings.cpus(), settings.machine.cores);
    let mut counts: Vec<u32> = (1..=SAMPLES).map(|n| (cpus * n).div_ceil(SAMPLES)).collect();
    counts.extend([1, 2, cores, cores + 1, cores * 2, running, cpus]);
    counts.retain(|count| (1..=cpus).contains(count));
    counts.sort_unstable();
    counts.dedup();
    counts
}

fn over_threads(settings: &Settings, outcome: &Outcome, lang: Lang) -> Figure {
    let running = outcome.running() as u32;
    let tried: Vec<(i64, i64, i64)> = counts(settings, running)
        .into_iter()
        .map(|threads| {
            let other = Outcome::of(&Settings { threads, ..*settings });
            (i64::from(threads), other.rate() as i64, (other.speed.ideal_milli / 1000) as i64)
        })
        .collect();
    let curve = |id, label: &str, style, points| Curve { id, label: label.to_string(), style, points };
    let curves = vec![
        curve(
            "bound",
            lang.pick("with this binding and policy", "按这样的绑定和策略"),
            CurveStyle::Line,
            tried.iter().map(|(threads, rate, _)| (*threads, *rate)).collect(),
        ),
        curve(
            "ideal",
            lang.pick("all memory local, no lock transfers", "内存全本地，锁不转手"),
            CurveStyle::Bound,
            tried.iter().map(|(threads, _, ideal)| (*threads, *ideal)).collect(),
        ),
        curve(
            "set",
            lang.pick("as set", "当前设置"),
            CurveStyle::Points,
            vec![(i64::from(running), outcome.rate() as i64)],
        ),
    ];
    let cores = i64::from(settings.machine.cores);
    let full = lang.pick("first node full", "第一个节点用满");
    let mark = Mark { x: cores, label: full.to_string() };
    let marks = if settings.binding == Binding::Packed { vec![mark] } else { Vec::new() };
    let axis = |label: &str| Axis { label: label.to_string(), unit: "", scale: AxisScale::Linear, per: 1 };
    figure(
        "threads",
        lang.pick("Throughput over number of threads", "吞吐随线程数的变化"),
        Drawing::Plot(Plot {
            x: axis(lang.pick("threads", "线程数")),
            y: axis(lang.pick("transactions per second", "每秒事务数")),
            curves,
            marks,
        }),
    )
}

fn memory(outcome: &Outcome, lang: Lang) -> Figure {
    let memory = &outcome.memory;
    let mut bars: Vec<Bar> = memory
        .nodes
        .iter()
        .enumerate()
        .map(|(at, held)| {
            let parts = [held.pool, held.cache(), held.others, held.free()];
            let free = gb(held.free());
            let note = lang.pick(format!("{free} free"), format!("空闲 {free}"));
            Bar { label: node(at, lang), parts: parts.map(|mb| mb as i64).to_vec(), note }
        })
        .collect();
    if memory.swapped() > 0 {
        bars.push(Bar {
            label: lang.pick("swap", "交换分区").to_string(),
            parts: vec![memory.swapped_pool as i64, 0, memory.swapped_others as i64, 0],
            note: lang.pick(
                format!("{} GB swapped", gb(memory.swapped())),
                format!("换出 {} GB", gb(memory.swapped())),
            ),
        });
    }
    let parts = lang.pick(["pool", "page cache", "others", "free"], ["缓冲池", "页缓存", "其他程序", "空闲"]);
    figure(
        "memory",
        lang.pick("Where the memory lies", "内存在哪里"),
        Drawing::Bars(Bars {
            unit: "GB",
            per: 1024,
            parts: parts.map(String::from).to_vec(),
            bars,
            bound: None,
        }),
    )
}

fn latency(outcome: &Outcome, lang: Lang) -> Figure {
    let bars = busy(outcome, lang, |speed| {
        let queued = speed.loaded_ps.saturating_sub(speed.idle_ps);
        (vec![speed.idle_ps as i64, queued as i64], format!("{} ns", ns(speed.loaded_ps)))
    });
    let parts = lang.pick(["idle latency", "queueing"], ["空载延迟", "排队"]);
    figure(
        "latency",
        lang.pick("Average latency that the threads of a node see", "各节点的线程看到的平均延迟"),
        Drawing::Bars(Bars {
            unit: "ns",
            per: 1000,
            parts: parts.map(String::from).to_vec(),
            bars,
            bound: None,
        }),
    )
}

/// The name of a link, in the direction that data flows.
pub(super) fn link_name(link: &Link, lang: Lang) -> String {
    match link.sockets {
        true => lang.pick(
            format!("socket {} to {}", link.from, link.to),
            format!("插槽 {} 到 {}", link.from, link.to),
        ),
        false => lang
            .pick(format!("node {} to {}", link.from, link.to), format!("节点 {} 到 {}", link.from, link.to)),
    }
}

fn bandwidth(outcome: &Outcome, lang: Lang) -> Figure {
    let bar = |label: String, used: &Use| Bar {
        label,
        parts: vec![(used.share() / 1000) as i64],
        note: format!("{} GB/s", gb_s(used.kb_s)),
    };
    let memories = outcome.speed.memories.iter().enumerate();
    let mut bars: Vec<Bar> = memories.map(|(at, used)| bar(words::node(at, lang), used)).collect();
    let mut links = outcome.speed.links.clone();
    links.sort_by_key(|link| std::cmp::Reverse(link.used.share()));
    links.truncate(MOST_LINKS);
    bars.extend(links.iter().map(|link| bar(link_name(link, lang), &link.used)));
    figure(
        "bandwidth",
        lang.pick("Use of memory and links, percent of peak", "内存与链路的使用率，占峰值的百分比"),
        Drawing::Bars(Bars {
            unit: "%",
            per: 10,
            parts: vec![lang.pick("used", "使用").to_string()],
            bars,
            bound: Some((1000, lang.pick("peak", "峰值").to_string())),
        }),
    )
}
