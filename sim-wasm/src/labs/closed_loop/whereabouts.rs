//! Where the threads are at any moment, and which line holds most of them: that one is the limit.

use super::network::{Network, Outcome};

/// Threads at each place, in thousandths, on average.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Whereabouts {
    pub(super) thinking: u64,
    pub(super) on_processor: u64,
    pub(super) waiting_for_processor: u64,
    pub(super) on_slow_path: u64,
    pub(super) waiting_for_slow_path: u64,
}

/// What holds the throughput down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Limit {
    /// Hardly anybody waits: more threads would do more.
    Threads,
    Processors,
    SlowPath,
}

impl Whereabouts {
    pub(super) fn of(network: &Network, outcome: &Outcome) -> Whereabouts {
        // Little's law: as many are served as come in a service time.
        let served = |per_1000_s: u64, mean_ns: u64| {
            (u128::from(per_1000_s) * u128::from(mean_ns) / 1_000_000_000) as u64
        };
        let on_processor = served(outcome.per_1000_s, network.service_ns).min(outcome.at_processors);
        let slow_rate = outcome.per_1000_s / 1000 * u64::from(network.slow_permille);
        let on_slow_path = served(slow_rate, network.slow_ns).min(outcome.in_slow);
        Whereabouts {
            thinking: outcome.thinking,
            on_processor,
            waiting_for_processor: outcome.at_processors - on_processor,
            on_slow_path,
            waiting_for_slow_path: outcome.in_slow - on_slow_path,
        }
    }

    /// A tenth of the threads in line make a limit.
    pub(super) fn limit(&self, threads: u32) -> Limit {
        let (processor, slow) = (self.waiting_for_processor, self.waiting_for_slow_path);
        if processor.max(slow) < u64::from(threads) * 100 {
            Limit::Threads
        } else if slow > processor {
            Limit::SlowPath
        } else {
            Limit::Processors
        }
    }
}
