//! What numactl, numastat, free and the kernel's files print.

use super::memory::{Memory, Numastat, PAGES};
use super::settings::{Policy, Settings};
use crate::lab::report::Table;
use std::fmt::Write;

/// Nodes in a row of numastat on a terminal of 80 columns.
const COLUMNS: usize = 4;

/// All outputs.
pub(super) fn all(settings: &Settings, memory: &Memory) -> Vec<Table> {
    vec![
        Table::output("numactl", "numactl -H", numactl(settings, memory)),
        Table::output("numastat", "numastat", numastat(memory)),
        Table::output("free", "free -m", free(settings, memory)),
        Table::output("numa_maps", "grep -m1 anon= /proc/4711/numa_maps", numa_maps(settings, memory)),
        Table::output(
            "zone_reclaim",
            "sysctl vm.zone_reclaim_mode",
            format!("vm.zone_reclaim_mode = {}\n", settings.zone_reclaim),
        ),
    ]
}

fn numactl(settings: &Settings, memory: &Memory) -> String {
    let machine = settings.machine;
    let count = memory.nodes.len();
    let mut out = match count {
        1 => "available: 1 nodes (0)\n".to_string(),
        _ => format!("available: {count} nodes (0-{})\n", count - 1),
    };
    let cores = machine.cores as usize;
    let all = cores * machine.nodes;
    for (at, node) in memory.nodes.iter().enumerate() {
        let own = if count == 1 { 0..all } else { at * cores..(at + 1) * cores };
        let _ = write!(out, "node {at} cpus:");
        for thread in 0..machine.smt() as usize {
            for core in own.clone() {
                let _ = write!(out, " {}", thread * all + core);
            }
        }
        let _ = write!(out, "\nnode {at} size: {} MB\nnode {at} free: {} MB\n", node.total, node.free());
    }
    out.push_str("node distances:\nnode ");
    for at in 0..count {
        let _ = write!(out, "{at:>3} ");
    }
    for from in 0..count {
        let _ = write!(out, "\n{from:>3}: ");
        for to in 0..count {
            let _ = write!(out, "{:>3} ", machine.distance(from, to));
        }
    }
    out.push('\n');
    out
}

type Counter = (&'static str, fn(&Numastat) -> u64);

const COUNTERS: [Counter; 6] = [
    ("numa_hit", |stat| stat.hit),
    ("numa_miss", |stat| stat.miss),
    ("numa_foreign", |stat| stat.foreign),
    ("interleave_hit", |stat| stat.interleave_hit),
    ("local_node", |stat| stat.local),
    ("other_node", |stat| stat.other),
];

fn numastat(memory: &Memory) -> String {
    let mut out = String::new();
    for (block, nodes) in memory.nodes.chunks(COLUMNS).enumerate() {
        if block > 0 {
            out.push('\n');
        }
        let _ = write!(out, "{:16}", "");
        for at in 0..nodes.len() {
            let name = format!("node{}", block * COLUMNS + at);
            let _ = write!(out, "{name:>16}");
        }
        out.push('\n');
        for (name, of) in COUNTERS {
            let _ = write!(out, "{name:16}");
            for node in nodes {
                let _ = write!(out, "{:>16}", of(&node.stat) * PAGES);
            }
            out.push('\n');
        }
    }
    out
}

fn free(settings: &Settings, memory: &Memory) -> String {
    let sum = |of: fn(&super::memory::Node) -> u64| memory.nodes.iter().map(of).sum::<u64>();
    let (total, unused, cache) = (sum(|node| node.total), sum(|node| node.free()), sum(|node| node.cache()));
    let used = sum(|node| node.pool + node.others);
    let low = sum(|node| node.low());
    let available = (unused + cache).saturating_sub(low);
    let (swap, swapped) = (settings.swap_mb, memory.swapped());
    format!(
        "               total        used        free      shared  buff/cache   available\n\
         Mem:     {total:>11} {used:>11} {unused:>11} {:>11} {cache:>11} {available:>11}\n\
         Swap:    {swap:>11} {swapped:>11} {:>11}\n",
        0,
        swap - swapped
    )
}

/// The line of the pool: policy, and pages by node.
fn numa_maps(settings: &Settings, memory: &Memory) -> String {
    let machine = settings.machine;
    let range = |first: usize, count: usize| match count {
        1 => first.to_string(),
        _ => format!("{first}-{}", first + count - 1),
    };
    let policy = match settings.policy {
        _ if settings.hidden() => "default".to_string(),
        Policy::Single | Policy::Own | Policy::Shared => "default".to_string(),
        Policy::Interleave => format!("interleave:{}", range(0, machine.nodes)),
        Policy::InterleaveSocket => {
            let per = machine.per_socket();
            format!("interleave:{}", range(machine.socket(memory.home) * per, per))
        }
        Policy::Bind => format!("bind:{}", settings.mem_node),
        Policy::Preferred => format!("prefer:{}", settings.mem_node),
        Policy::Remote => {
            let target = memory.placed.iter().position(|row| row.iter().any(|mb| *mb > 0));
            format!("prefer:{}", target.unwrap_or(0))
        }
    };
    let pages = memory.pool() * PAGES;
    let mut out = format!("7f3c20000000 {policy} anon={pages} dirty={pages}");
    for (at, node) in memory.nodes.iter().enumerate().filter(|(_, node)| node.pool > 0) {
        let _ = write!(out, " N{at}={}", node.pool * PAGES);
    }
    out.push_str(" kernelpagesize_kB=4\n");
    out
}
