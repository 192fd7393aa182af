//! The parameters as the run uses them.

use super::counting::Dest;
use super::hashing;
use super::rules::{Rule, has};
use super::words;
use crate::kernel::KernelVersion;
use crate::lab::Params;
use crate::rng::Rng;

/// Different lists of mh.
const MH_LISTS: u64 = 8;

/// Who chooses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scheduler {
    Rr,
    Wrr,
    Lc,
    Wlc,
    Sed,
    Nq,
    Sh,
    Dh,
    Mh,
    /// kube-proxy's iptables rules.
    Random,
}

impl Scheduler {
    fn new(word: &str) -> Scheduler {
        match word {
            "wrr" => Scheduler::Wrr,
            "lc" => Scheduler::Lc,
            "wlc" => Scheduler::Wlc,
            "sed" => Scheduler::Sed,
            "nq" => Scheduler::Nq,
            "sh" => Scheduler::Sh,
            "dh" => Scheduler::Dh,
            "mh" => Scheduler::Mh,
            "random" => Scheduler::Random,
            _ => Scheduler::Rr,
        }
    }

    /// rr and wrr have a cursor.
    pub(super) fn takes_turns(self) -> bool {
        matches!(self, Scheduler::Rr | Scheduler::Wrr)
    }

    /// lc, wlc, sed and nq look at counters.
    pub(super) fn counts(self) -> bool {
        matches!(self, Scheduler::Lc | Scheduler::Wlc | Scheduler::Sed | Scheduler::Nq)
    }

    /// sh, dh and mh look at addresses.
    pub(super) fn hashes(self) -> bool {
        matches!(self, Scheduler::Sh | Scheduler::Dh | Scheduler::Mh)
    }
}

/// What happens to the last server while connections come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Change {
    None,
    /// `ipvsadm -e` with the weight it has.
    Edit,
    /// Weight 0, and back.
    Weight,
    /// `ipvsadm -d`, and `-a` again.
    Delete,
}

/// Where a director begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Start {
    Head,
    Random,
    /// Each worker some servers further on, as DPVS does.
    Worker,
}

/// In which order servers were added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Added {
    /// A last, so that the list begins with A.
    ALast,
    /// A first, so that the list ends with A.
    AFirst,
    /// By their addresses as strings.
    Sorted,
    /// On each director in another order.
    Shuffled,
}

/// How clients' addresses are spread.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Addresses {
    Nat,
    Subnet,
    LastOctet,
    Random,
}

/// Everything a run is told.
#[derive(Clone, Debug)]
pub(super) struct Settings {
    pub(super) scheduler: Scheduler,
    /// Its word, as ipvsadm writes it.
    pub(super) word: &'static str,
    pub(super) kernel: KernelVersion,
    pub(super) directors: u64,
    pub(super) starts: Start,
    pub(super) with_port: bool,
    pub(super) fallback: bool,
    pub(super) change: Change,
    /// SYNs from one change to the next, not 0.
    pub(super) change_every: usize,
    pub(super) servers: usize,
    pub(super) added: Added,
    /// By server.
    pub(super) weights: Vec<u64>,
    pub(super) handshakes_us: Vec<u64>,
    pub(super) jitter_us: u64,
    pub(super) serial: bool,
    /// Connections of each batch, on each director.
    pub(super) first: usize,
    pub(super) second: usize,
    pub(super) gap_us: u64,
    pub(super) pause_us: u64,
    /// 0: they stay.
    pub(super) lifetime_us: u64,
    pub(super) addresses: Addresses,
    pub(super) clients: u64,
    pub(super) seed: u64,
}

impl Settings {
    pub(super) fn new(params: &Params) -> Settings {
        let number = |name| params.int(name).unsigned_abs();
        let servers = number("servers") as usize;
        let kernel = params.kernel("kernel");
        let scheduler = Scheduler::new(params.choice("scheduler"));
        let weight = |server| match server {
            0 => number("weight_a"),
            1 => number("weight_b"),
            _ => number("weight_rest"),
        };
        let slow = servers.saturating_sub(number("slow") as usize);
        let handshake = |server| if server < slow { number("fast_us") } else { number("slow_us") };
        let flags = scheduler == Scheduler::Mh || has(kernel, Rule::ShFlags);
        Settings {
            scheduler,
            word: params.choice("scheduler"),
            kernel,
            directors: number("directors"),
            starts: match params.choice("start") {
                "random" => Start::Random,
                "worker" => Start::Worker,
                _ => Start::Head,
            },
            with_port: flags && params.choice("hash_port") == "on",
            fallback: flags && params.choice("fallback") == "on",
            change: match params.choice("change") {
                "edit" => Change::Edit,
                "weight" => Change::Weight,
                "delete" => Change::Delete,
                _ => Change::None,
            },
            change_every: number("change_every").max(1) as usize,
            servers,
            added: match params.choice("added") {
                "a-first" => Added::AFirst,
                "sorted" => Added::Sorted,
                "shuffled" => Added::Shuffled,
                _ => Added::ALast,
            },
            weights: (0..servers).map(weight).collect(),
            handshakes_us: (0..servers).map(handshake).collect(),
            jitter_us: number("jitter_us"),
            serial: params.choice("arrival") == "serial",
            first: number("connections") as usize,
            second: number("second") as usize,
            gap_us: number("gap_us"),
            pause_us: number("pause_ms") * 1000,
            lifetime_us: number("lifetime_ms") * 1000,
            addresses: match params.choice("addresses") {
                "nat" => Addresses::Nat,
                "subnet" => Addresses::Subnet,
                "last-octet" => Addresses::LastOctet,
                _ => Addresses::Random,
            },
            clients: number("clients"),
            seed: number("seed"),
        }
    }

    /// A director's list from its head. A new server is inserted at the head (ip_vs_new_dest, ip_vs_ctl.c), so the one
    /// that was added last comes first.
    pub(super) fn list(&self, director: u64) -> Vec<usize> {
        let mut added: Vec<usize> = (0..self.servers).collect();
        match self.added {
            Added::ALast => return added,
            Added::AFirst => {}
            Added::Sorted => added.sort_by_key(|server| words::endpoint(*server)),
            Added::Shuffled => {
                let mut chance = Rng::new(self.seed, 4_000 + director % self.lists().max(1));
                for n in (1..added.len()).rev() {
                    added.swap(n, chance.between(0, n as u64) as usize);
                }
            }
        }
        added.reverse();
        added
    }

    /// The element of its list at which a director begins.
    pub(super) fn start(&self, director: u64) -> usize {
        let servers = self.servers.max(1) as u64;
        let begins = match self.starts {
            _ if !self.start_counts() => 0,
            Start::Head => 0,
            Start::Random => Rng::new(self.seed, 1_000 + director).between(0, servers - 1),
            Start::Worker => (servers / self.directors.max(1)).max(1) * director % servers,
        };
        begins as usize
    }

    /// Does it matter to this scheduler where it begins?
    pub(super) fn start_counts(&self) -> bool {
        self.scheduler.takes_turns() || self.scheduler == Scheduler::Wlc
    }

    /// Do directors have different lists?
    pub(super) fn lists_differ(&self) -> bool {
        self.added == Added::Shuffled
    }

    /// How many different lists there are; directors have them in turn.
    pub(super) fn lists(&self) -> u64 {
        match self.scheduler {
            _ if !self.lists_differ() => 1,
            // Tables take long to fill, and hardly depend on the order.
            Scheduler::Mh => self.directors.min(MH_LISTS),
            _ => self.directors,
        }
    }

    /// Does every director do the same as the first?
    pub(super) fn directors_are_alike(&self) -> bool {
        let starts = self.start_counts() && self.starts != Start::Head;
        let clients = self.scheduler.hashes() && self.scheduler != Scheduler::Dh;
        !(starts || self.lists_differ() || clients)
            && self.jitter_us == 0
            && self.scheduler != Scheduler::Random
    }

    /// Does the scheduler look at weights?
    pub(super) fn weighted(&self) -> bool {
        match self.scheduler {
            Scheduler::Wrr | Scheduler::Wlc | Scheduler::Sed | Scheduler::Nq | Scheduler::Mh => true,
            Scheduler::Sh => has(self.kernel, Rule::ShByWeight),
            Scheduler::Rr | Scheduler::Lc | Scheduler::Dh | Scheduler::Random => false,
        }
    }

    /// The table of a hashing scheduler.
    pub(super) fn slots(&self, list: &[usize], dests: &[Dest]) -> Vec<usize> {
        match self.scheduler {
            Scheduler::Mh => {
                let addresses: Vec<u32> = (0..self.servers).map(words::address).collect();
                hashing::mh_slots(list, &self.weights, &addresses)
            }
            Scheduler::Sh => hashing::slots(list, dests, has(self.kernel, Rule::ShByWeight)),
            _ => hashing::slots(list, dests, false),
        }
    }

    /// The slot that a client's connection falls into.
    pub(super) fn slot(&self, address: u32, port: u16, offset: usize) -> usize {
        let port = if self.with_port { port } else { 0 };
        let upper = has(self.kernel, Rule::HashUpperBits);
        match self.scheduler {
            Scheduler::Mh => hashing::mh_slot(address, port, offset),
            Scheduler::Dh => hashing::slot(upper, words::VIP, 0),
            _ => hashing::slot(upper, address, port),
        }
    }
}
