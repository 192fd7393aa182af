//! A chain of pointers: each access tells where the next one is, so none can begin before the last is done.

use super::levels::{self, Shares, Visits, WHOLE};
use super::settings::{Order, Settings};

/// Stride in bytes up to which the prefetcher follows (Intel's IP-based prefetcher; from memory).
const FOLLOWED: u64 = 2048;

/// What an access takes on average, and who serves it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Chase {
    pub(super) shares: Shares,
    /// Picoseconds that an access takes in L1, L2, L3 and memory.
    pub(super) costs: [u64; 4],
    /// Lines that are visited.
    pub(super) lines: u64,
    /// Picoseconds of a mean access.
    pub(super) access: u64,
    /// Has the prefetcher fetched the lines?
    pub(super) prefetched: bool,
}

/// Over a working set of some bytes.
pub(super) fn chase(settings: &Settings, order: Order, bytes: u64) -> Chase {
    let processor = settings.processor;
    let apart = settings.stride.div_ceil(processor.line).max(1);
    let lines = (bytes / (apart * processor.line)).max(1);
    let visits = if order == Order::Random { Visits::Random } else { Visits::Cycle };
    let shares = levels::shares(processor, lines, apart, visits);
    let [l1, l2, l3] = processor.caches.map(|cache| processor.cycles(cache.cycles));
    let memory = settings.memory();
    let prefetched = order == Order::Sequential && settings.stride <= FOLLOWED;
    let costs = if prefetched {
        [l1, l2, l2, l2.max(processor.stream(processor.line))]
    } else {
        [l1, l2, l3, memory]
    };
    let fetched = weighted(&shares, &costs);
    // In sequence the other elements of a line are in L1 when their turn comes.
    let of_a_line = if order == Order::Sequential { (processor.line / settings.stride).max(1) } else { 1 };
    let access = (fetched + (of_a_line - 1) * l1) / of_a_line;
    Chase { shares, costs, lines, access, prefetched }
}

fn weighted(shares: &Shares, costs: &[u64; 4]) -> u64 {
    let sum: u128 = shares.iter().zip(costs).map(|(s, c)| u128::from(*s) * u128::from(*c)).sum();
    (sum / u128::from(WHOLE)) as u64
}
