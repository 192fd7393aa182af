//! Which node how many threads run on, and how many of them share a core.

use super::settings::{Binding, Settings};

/// Threads of one node.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Threads {
    /// How many run there.
    pub(super) count: u64,
    /// How many of them share their core with another.
    pub(super) paired: u64,
}

impl Threads {
    /// What they get done together, in thousandths of what as many threads would with a core each.
    pub(super) fn capacity_milli(self, pair_yield: u32) -> u64 {
        (self.count - self.paired) * 1000 + self.paired / 2 * u64::from(pair_yield)
    }
}

/// The threads of each node.
pub(super) fn spread(settings: &Settings) -> Vec<Threads> {
    let machine = settings.machine;
    let cores = u64::from(machine.cores);
    let mut nodes = vec![Threads::default(); machine.nodes];
    let allowed = settings.allowed();
    let mut left = u64::from(settings.threads.min(settings.cpus()));
    // Cores first, then their second hyper-threads: so the scheduler places them, and so Linux numbers CPUs.
    let rounds = if settings.smt { 2 } else { 1 };
    for round in 0..rounds {
        let mut room = cores * allowed.len() as u64;
        for (place, node) in allowed.iter().enumerate() {
            let rest = (allowed.len() - place) as u64;
            let share = match settings.binding {
                Binding::Packed => left.min(cores),
                _ => left.min(room).div_ceil(rest).min(cores),
            };
            if let Some(threads) = nodes.get_mut(*node) {
                threads.count += share;
                threads.paired += if round == 0 { 0 } else { 2 * share };
            }
            left -= share;
            room -= cores;
        }
    }
    nodes
}
