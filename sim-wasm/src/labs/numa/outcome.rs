//! One setting from threads to throughput.

use super::allocator;
use super::memory::Memory;
use super::settings::Settings;
use super::shares::{self, WHOLE};
use super::speed::{self, Speed};
use super::threads::{self, Threads};

/// What becomes of a setting.
pub(super) struct Outcome {
    pub(super) threads: Vec<Threads>,
    pub(super) memory: Memory,
    pub(super) speed: Speed,
}

impl Outcome {
    pub(super) fn of(settings: &Settings) -> Outcome {
        let mut threads = threads::spread(settings);
        let memory = allocator::fill(settings, &threads);
        let shares = shares::of(settings, &memory);
        if memory.missing > 0 {
            // The process is gone.
            threads.fill(Threads::default());
        }
        let swapped = memory.swapped_pool * WHOLE / (memory.pool() + memory.swapped_pool).max(1);
        let speed = speed::solve(settings, &threads, &shares, swapped);
        Outcome { threads, memory, speed }
    }

    /// Transactions per second.
    pub(super) fn rate(&self) -> u64 {
        self.speed.rate_milli() / 1000
    }

    /// How many threads run.
    pub(super) fn running(&self) -> u64 {
        self.threads.iter().map(|node| node.count).sum()
    }

    /// Idle latency of an access to the own node, averaged over the threads.
    pub(super) fn own_ps(&self, settings: &Settings) -> u64 {
        let sum: u64 = self
            .threads
            .iter()
            .enumerate()
            .map(|(node, threads)| threads.count * u64::from(settings.machine.latency(node, node)) * 100)
            .sum();
        sum / self.running().max(1)
    }
}
