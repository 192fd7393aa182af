//! How fast the threads are: time to compute, to wait for memory, to hand over lines that all want.
//!
//! `T = C + M/p x sum of f x L x q + K x transfers`, where `q(u) = 1 + u^6/(1-u)` stretches the latency of memory and
//! links with their use `u`, and the use follows from `T`: solved by rounds whose steps are halved when they overshoot.

use super::settings::Settings;
use super::shares::WHOLE;
use super::threads::Threads;

/// Most use of memory or link that the formula is asked for; above it the latency is that of a use of 99.5 %.
const MOST_USE: u64 = 995_000;
/// Rounds at most.
const ROUNDS: usize = 80;
/// Steps in use, in millionths, below which it is solved.
const CLOSE: u64 = 100;
/// Bytes of a line.
const LINE: u64 = 64;
/// The contention constant: 0.0037, fitted to 120 k queries per second of 32 cores in two sockets of an E5-2682 v4.
pub(super) const K_FIT: (u64, u64) = (37, 10_000);
/// What it was fitted with: 1/10,625 s per query, taken as two hand-overs of a line, and remote memory 52.15 ns farther
/// than local (half of 51.3 + 53.0), in picoseconds.
const FIT_TIME_PS: u64 = 94_118_000;
const FIT_LOCKS: u64 = 2;
const FIT_EXCESS_PS: u64 = 52_150;
/// Pages of the pool that a transaction touches: one for so many misses. Assumed.
const MISSES_PER_PAGE: u64 = 32;
/// To read a page back from swap on a solid-state disk, in picoseconds: 100 microseconds, from memory.
const SWAP_IN_PS: u64 = 100_000_000;

/// What the threads of a node do; times of one transaction in picoseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct NodeSpeed {
    pub(super) threads: u64,
    pub(super) compute_ps: u64,
    pub(super) memory_ps: u64,
    pub(super) locks_ps: u64,
    pub(super) swap_ps: u64,
    /// Average latency of an access on the idle machine, and as it is.
    pub(super) idle_ps: u64,
    pub(super) loaded_ps: u64,
    /// Millionths of the accesses that stay on the node.
    pub(super) local: u64,
    /// Transactions in a thousand seconds.
    pub(super) rate_milli: u64,
}

impl NodeSpeed {
    pub(super) fn total_ps(&self) -> u64 {
        self.compute_ps + self.memory_ps + self.locks_ps + self.swap_ps
    }
}

/// A memory or a link: what passes, what could, in kB/s.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Use {
    pub(super) kb_s: u64,
    pub(super) peak_kb_s: u64,
}

impl Use {
    /// In millionths.
    pub(super) fn share(&self) -> u64 {
        self.kb_s.saturating_mul(WHOLE).checked_div(self.peak_kb_s).unwrap_or(0)
    }
}

/// A link, one way: data flows from the first place to the second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Link {
    pub(super) from: usize,
    pub(super) to: usize,
    /// Are these sockets, not nodes?
    pub(super) sockets: bool,
    pub(super) used: Use,
}

/// The result.
#[derive(Clone, Debug, Default)]
pub(super) struct Speed {
    pub(super) nodes: Vec<NodeSpeed>,
    pub(super) memories: Vec<Use>,
    /// Links that have any traffic.
    pub(super) links: Vec<Link>,
    /// N(N-1) r, in thousandths: what the contention constant is multiplied with.
    pub(super) pairs_milli: u64,
    /// Of a transaction without remote memory, locks and queues: what as many threads would get done.
    pub(super) ideal_milli: u64,
}

impl Speed {
    pub(super) fn rate_milli(&self) -> u64 {
        self.nodes.iter().map(|node| node.rate_milli).sum()
    }

    /// A mean over all threads.
    pub(super) fn mean(&self, of: impl Fn(&NodeSpeed) -> u64) -> u64 {
        let threads: u64 = self.nodes.iter().map(|node| node.threads).sum();
        let sum: u64 = self.nodes.iter().map(|node| node.threads * of(node)).sum();
        sum.checked_div(threads).unwrap_or(0)
    }
}

/// `q(u)` in thousandths, of a use in millionths. The exponent is chosen so that a Xeon 8163 whose cores read at 111 to
/// 112 GB/s from one node of 128 GB/s sees the published 506 ns.
pub(super) fn stretch_milli(used: u64) -> u64 {
    let u = used.min(MOST_USE);
    let square = u * u / WHOLE;
    let sixth = square * square / WHOLE * square / WHOLE;
    1000 + sixth * 1000 / (WHOLE - u)
}

/// Where each use stands in the rounds.
#[derive(Clone, Copy)]
struct Guess {
    used: u64,
    step: u64,
    upwards: bool,
}

impl Guess {
    const START: Guess = Guess { used: 0, step: WHOLE / 2, upwards: true };

    /// Moves towards what the last round gave; true when that is what it took for granted.
    fn follow(&mut self, found: u64) -> bool {
        let found = found.min(MOST_USE);
        let apart = found.abs_diff(self.used);
        let upwards = found >= self.used;
        self.step = if upwards == self.upwards { (self.step * 5 / 4).min(WHOLE / 2) } else { self.step / 2 };
        self.upwards = upwards;
        let step = apart.min(self.step.max(1));
        self.used = if upwards { self.used + step } else { self.used - step };
        apart <= CLOSE
    }
}

/// The machine as the rounds see it.
struct Model<'a> {
    settings: &'a Settings,
    threads: &'a [Threads],
    shares: &'a [Vec<u64>],
    nodes: usize,
    /// Page-table reads of a transaction.
    walks: u64,
    locks_ps: u64,
    swap_ps: u64,
}

/// Solves it. `swapped` is the share of the pool that is on disk, in millionths.
pub(super) fn solve(settings: &Settings, threads: &[Threads], shares: &[Vec<u64>], swapped: u64) -> Speed {
    let machine = settings.machine;
    let (locks_ps, pairs_milli) = contention(settings, threads);
    let pages = (settings.work.misses / MISSES_PER_PAGE).max(u64::from(settings.work.misses > 0));
    let model = Model {
        settings,
        threads,
        shares,
        nodes: machine.nodes,
        walks: settings.work.misses * settings.walk_percent / 100,
        locks_ps,
        swap_ps: pages * swapped * (SWAP_IN_PS / WHOLE),
    };
    let resources = machine.nodes + machine.nodes * machine.nodes + 4;
    let mut guesses = vec![Guess::START; resources];
    let mut uses = vec![Use::default(); resources];
    let mut nodes = Vec::new();
    for _ in 0..ROUNDS {
        nodes = model.round(&guesses, &mut uses);
        let mut close = true;
        for (guess, used) in guesses.iter_mut().zip(&uses) {
            close &= guess.follow(used.share());
        }
        if close {
            break;
        }
    }
    let ideal_milli = (0..machine.nodes).map(|node| model.ideal(node)).sum();
    let memories = uses.iter().take(machine.nodes).copied().collect();
    let links = uses.iter().enumerate().skip(machine.nodes).filter(|(_, used)| used.kb_s > 0);
    let links = links.map(|(at, used)| model.link(at - machine.nodes, *used)).collect();
    Speed { nodes, memories, links, pairs_milli, ideal_milli }
}

/// Time that a transaction waits for lines which other threads hold, and N(N-1) r.
///
/// r is the share of pairs of threads on different nodes, each weighed with how much farther its nodes are than the two
/// sockets of the machine that the constant was fitted on.
fn contention(settings: &Settings, threads: &[Threads]) -> (u64, u64) {
    let machine = settings.machine;
    let all: u128 = threads.iter().map(|node| u128::from(node.count)).sum();
    if all == 0 {
        return (0, 0);
    }
    let mut far: u128 = 0;
    for (a, here) in threads.iter().enumerate().filter(|(_, node)| node.count > 0) {
        for (b, there) in threads.iter().enumerate().filter(|(b, node)| *b != a && node.count > 0) {
            let excess = machine.latency(a, b).saturating_sub(machine.latency(a, a));
            far += u128::from(here.count) * u128::from(there.count) * u128::from(excess) * 100;
        }
    }
    let pairs_milli = far * (all - 1) * 1000 / (all * u128::from(FIT_EXCESS_PS));
    let (k, per) = K_FIT;
    let each = u128::from(FIT_TIME_PS * k / FIT_LOCKS) * u128::from(settings.work.locks);
    let locks = each * pairs_milli / (u128::from(per) * 1000);
    (u64::try_from(locks).unwrap_or(u64::MAX / WHOLE), u64::try_from(pairs_milli).unwrap_or(u64::MAX))
}

impl Model<'_> {
    fn latency_ps(&self, from: usize, to: usize) -> u64 {
        u64::from(self.settings.machine.latency(from, to)) * 100
    }

    /// The node that page tables are on, for threads of a node.
    fn tables(&self, node: usize) -> usize {
        if self.settings.tables_left { self.settings.mem_node } else { node }
    }

    /// The place of the link from one node to another among the uses; none within a node.
    fn link_at(&self, from: usize, to: usize) -> Option<usize> {
        let machine = self.settings.machine;
        let (a, b) = (machine.socket(from), machine.socket(to));
        if from == to {
            None
        } else if a == b {
            Some(self.nodes + from * self.nodes + to)
        } else {
            Some(self.nodes + self.nodes * self.nodes + a * 2 + b)
        }
    }

    fn link(&self, at: usize, used: Use) -> Link {
        let within = self.nodes * self.nodes;
        if at < within {
            Link { from: at / self.nodes, to: at % self.nodes, sockets: false, used }
        } else {
            Link { from: (at - within) / 2, to: (at - within) % 2, sockets: true, used }
        }
    }

    fn peak_kb_s(&self, at: usize) -> u64 {
        let machine = self.settings.machine;
        let (mb_s, percent) = if at < self.nodes {
            (machine.node_mb_s, self.settings.dimm_percent)
        } else if at < self.nodes + self.nodes * self.nodes {
            (machine.die_mb_s, self.settings.link_percent)
        } else {
            (machine.socket_mb_s, self.settings.link_percent)
        };
        u64::from(mb_s) * 1000 * percent / 100
    }

    /// One round: times from the uses of before, and the uses that follow from them.
    fn round(&self, guesses: &[Guess], uses: &mut [Use]) -> Vec<NodeSpeed> {
        let stretch: Vec<u64> = guesses.iter().map(|guess| stretch_milli(guess.used)).collect();
        let stretched = |at: usize| stretch.get(at).copied().unwrap_or(1000);
        for (at, used) in uses.iter_mut().enumerate() {
            *used = Use { kb_s: 0, peak_kb_s: self.peak_kb_s(at) };
        }
        let mut nodes = vec![NodeSpeed::default(); self.nodes];
        for (node, speed) in nodes.iter_mut().enumerate() {
            let threads = self.threads.get(node).copied().unwrap_or_default();
            if threads.count == 0 {
                continue;
            }
            let loaded = |to: usize| {
                let link = self.link_at(to, node).map_or(1000, stretched);
                self.latency_ps(node, to) * stretched(to) / 1000 * link / 1000
            };
            self.time(node, threads, loaded, speed);
            self.traffic(node, threads, speed, uses);
        }
        nodes
    }

    /// The time of a transaction on a node, stretched where threads share their core.
    fn time(&self, node: usize, threads: Threads, loaded: impl Fn(usize) -> u64, speed: &mut NodeSpeed) {
        let work = &self.settings.work;
        let mean = |of: &dyn Fn(usize) -> u64| {
            let row = self.shares.get(node).map_or(&[][..], |row| row);
            let sum: u64 = row.iter().enumerate().filter(|(_, f)| **f > 0).map(|(to, f)| f * of(to)).sum();
            sum / WHOLE
        };
        let tables = self.tables(node);
        let memory = work.misses * mean(&loaded) + self.walks * loaded(tables);
        let capacity = threads.capacity_milli(self.settings.machine.pair_yield).max(1);
        let shared = |ps: u64| ps.saturating_mul(threads.count * 1000) / capacity;
        *speed = NodeSpeed {
            threads: threads.count,
            compute_ps: shared(work.compute_ns * 1000),
            memory_ps: shared(memory / work.parallel),
            locks_ps: shared(self.locks_ps),
            swap_ps: self.swap_ps,
            idle_ps: mean(&|to| self.latency_ps(node, to)),
            loaded_ps: mean(&loaded),
            local: self.shares.get(node).and_then(|row| row.get(node)).copied().unwrap_or(0),
            rate_milli: 0,
        };
        speed.rate_milli = threads.count * 1_000_000_000_000_000 / speed.total_ps().max(1);
    }

    /// What the threads of a node read, from which memory and over which link.
    fn traffic(&self, node: usize, threads: Threads, speed: &NodeSpeed, uses: &mut [Use]) {
        let time = speed.total_ps().max(1);
        // Millionths of a byte per picosecond are MB/s.
        let kb_s = |lines: u64, share: u64| threads.count * lines * LINE * share * 1000 / time;
        let mut add = |to: usize, kb_s: u64| {
            for at in [Some(to), self.link_at(to, node)].into_iter().flatten() {
                if let Some(used) = uses.get_mut(at) {
                    used.kb_s += kb_s;
                }
            }
        };
        let row = self.shares.get(node).map_or(&[][..], |row| row);
        for (to, share) in row.iter().enumerate().filter(|(_, share)| **share > 0) {
            add(to, kb_s(self.settings.work.misses, *share));
        }
        if self.walks > 0 {
            add(self.tables(node), kb_s(self.walks, WHOLE));
        }
    }

    /// What the threads of a node would do with all memory local, idle, and nothing to hand over.
    fn ideal(&self, node: usize) -> u64 {
        let work = &self.settings.work;
        let threads = self.threads.get(node).copied().unwrap_or_default();
        let memory = (work.misses + self.walks) * self.latency_ps(node, node) / work.parallel;
        let capacity = threads.capacity_milli(self.settings.machine.pair_yield);
        capacity * 1_000_000_000_000 / (work.compute_ns * 1000 + memory).max(1)
    }
}
