//! Which share of a node's accesses goes to which node's memory: where the pool lies, seen from the threads.

use super::memory::Memory;
use super::settings::{Policy, Settings};

/// The whole, in the unit of shares.
pub(super) const WHOLE: u64 = 1_000_000;

/// Of the accesses of each node, the millionths that hit each node's memory. Each row sums up to [`WHOLE`].
pub(super) fn of(settings: &Settings, memory: &Memory) -> Vec<Vec<u64>> {
    let nodes = settings.machine.nodes;
    let pool = match (settings.bios_interleave, settings.numa_off) {
        (true, _) => vec![1; nodes],
        (_, true) => from_the_top(settings, memory.pool()),
        _ => memory.nodes.iter().map(|node| node.pool).collect(),
    };
    let own = settings.policy == Policy::Own && !settings.hidden();
    let row = |node: usize| match memory.placed.get(node).filter(|_| own) {
        Some(placed) => millionths(placed),
        None => millionths(&pool),
    };
    (0..nodes).map(row).collect()
}

/// With `numa=off` memory is handed out from the highest address down: the last node's first (published: core 0 sees
/// remote latency, core 24 local).
fn from_the_top(settings: &Settings, mut left: u64) -> Vec<u64> {
    let mut pool = vec![0; settings.machine.nodes];
    for node in pool.iter_mut().rev() {
        *node = left.min(settings.node_mb);
        left -= *node;
    }
    pool
}

fn millionths(amounts: &[u64]) -> Vec<u64> {
    let all: u64 = amounts.iter().sum();
    if all == 0 {
        return vec![WHOLE / amounts.len().max(1) as u64; amounts.len()];
    }
    let mut before = 0;
    let upto = |amount: u64| amount * WHOLE / all;
    amounts
        .iter()
        .map(|amount| {
            let from = upto(before);
            before += amount;
            upto(before) - from
        })
        .collect()
}
