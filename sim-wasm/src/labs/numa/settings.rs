//! The parameters as the model uses them.

use super::machines::{self, Machine};
use crate::lab::Params;

/// MB of a GB, as `numactl` and `free` count.
pub(super) const GB: u64 = 1024;
/// The least distance above which an old kernel turned zone reclaim on by itself: RECLAIM_DISTANCE, 20, from 2011 on 30
/// (commit 32e45ff43eaf).
const RECLAIM_DISTANCE_2_6_32: u8 = 20;
const RECLAIM_DISTANCE: u8 = 30;

/// Which CPUs the threads may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Binding {
    /// Those of one node.
    Node,
    /// Those of one socket.
    Socket,
    /// Those of two nodes.
    Pair,
    /// All; the scheduler spreads the threads evenly.
    Unbound,
    /// The first ones by number: cores of node 0, of node 1 and so on, then their second hyper-threads.
    Packed,
}

/// Where the data is put.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Policy {
    /// Default policy, and one thread touches everything first.
    Single,
    /// Default policy; each thread touches data first that it alone uses.
    Own,
    /// Default policy; whichever thread comes first touches it, and all use it.
    Shared,
    /// Page by page over all nodes.
    Interleave,
    /// The same over the nodes of one socket.
    InterleaveSocket,
    /// One node and no other.
    Bind,
    /// One node, others when it is full.
    Preferred,
    /// The node that is farthest from the threads.
    Remote,
}

/// Which kernel hands memory out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Era {
    /// 2.6.32.
    Old,
    /// 3.10.
    Middle,
    /// 3.16 and later.
    New,
}

/// What a transaction does, as section "the model" of the article has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Work {
    /// C: time that needs no memory, in nanoseconds.
    pub(super) compute_ns: u64,
    /// M: cache misses.
    pub(super) misses: u64,
    /// p: misses that are under way at once.
    pub(super) parallel: u64,
    /// K: hand-overs of a line that all threads want.
    pub(super) locks: u64,
}

/// Everything a run is told.
#[derive(Clone, Copy, Debug)]
pub(super) struct Settings {
    pub(super) machine: &'static Machine,
    /// Does the firmware interleave the memory of all nodes by itself?
    pub(super) bios_interleave: bool,
    /// `numa=off` on the kernel's command line.
    pub(super) numa_off: bool,
    /// Percent of the rated speed.
    pub(super) link_percent: u64,
    /// The same of the memory.
    pub(super) dimm_percent: u64,
    pub(super) threads: u32,
    pub(super) binding: Binding,
    pub(super) node: usize,
    pub(super) other_node: usize,
    pub(super) smt: bool,
    pub(super) policy: Policy,
    pub(super) mem_node: usize,
    pub(super) node_mb: u64,
    pub(super) pool_mb: u64,
    pub(super) used_mb: u64,
    pub(super) cache_mb: u64,
    /// Is the page cache of before on one node, that of the first thread?
    pub(super) cache_on_one: bool,
    pub(super) dirty_percent: u64,
    pub(super) read_mb: u64,
    /// `vm.zone_reclaim_mode` as it is in the end.
    pub(super) zone_reclaim: u8,
    pub(super) swap_mb: u64,
    pub(super) tables_left: bool,
    /// Reads of page tables per hundred misses.
    pub(super) walk_percent: u64,
    pub(super) work: Work,
}

/// The point selects of the E5 figures: 10.6 k per second and core with all memory local, 5 % of the time in memory.
const POINT_SELECT: Work = Work { compute_ns: 89_400, misses: 167, parallel: 3, locks: 2 };
/// A New-Order transaction with its share of the others on one core of Kunpeng 920: 77,880 per minute on 24 cores.
/// Misses and hand-overs follow from what half of the memory remote, and what two sockets, cost there.
const TPCC: Work = Work { compute_ns: 17_380_000, misses: 28_400, parallel: 3, locks: 18 };
/// 64 KB read in order, as fast as fill buffers and prefetchers of a core allow.
const SCAN: Work = Work { compute_ns: 300, misses: 1000, parallel: 16, locks: 0 };
/// Hardly any memory.
const COMPUTE: Work = Work { compute_ns: 100_000, misses: 10, parallel: 3, locks: 0 };

impl Settings {
    pub(super) fn new(params: &Params) -> Settings {
        let number = |name| params.int(name).unsigned_abs();
        let machine = machines::find(params.choice("machine"));
        let node = |name| (number(name) as usize).min(machine.nodes.saturating_sub(1));
        let node_gb = match number("node_gb") {
            0 => u64::from(machine.node_gb),
            gb => gb,
        };
        let era = match params.choice("kernel") {
            "2.6.32" => Era::Old,
            "3.10" => Era::Middle,
            _ => Era::New,
        };
        let bios_interleave = params.choice("bios_numa") == "off";
        let numa_off = params.choice("cmdline") == "off" && !bios_interleave;
        let hidden = bios_interleave || numa_off;
        let zone_reclaim = match params.choice("zone_reclaim") {
            "default" => u8::from(!hidden && default_reclaims(era, machine)),
            mode => mode.parse().unwrap_or(0),
        };
        Settings {
            machine,
            bios_interleave,
            numa_off,
            link_percent: number("link_percent"),
            dimm_percent: number("dimm_percent"),
            threads: number("threads") as u32,
            binding: match params.choice("binding") {
                "node" => Binding::Node,
                "socket" => Binding::Socket,
                "pair" => Binding::Pair,
                "packed" => Binding::Packed,
                _ => Binding::Unbound,
            },
            node: node("node"),
            other_node: node("other_node"),
            smt: params.choice("smt") == "on" && machine.smt() > 1,
            policy: match params.choice("policy") {
                "single" => Policy::Single,
                "own" => Policy::Own,
                "interleave" => Policy::Interleave,
                "interleave-socket" => Policy::InterleaveSocket,
                "bind" => Policy::Bind,
                "preferred" => Policy::Preferred,
                "remote" => Policy::Remote,
                _ => Policy::Shared,
            },
            mem_node: node("mem_node"),
            node_mb: node_gb * GB,
            pool_mb: number("pool_gb") * GB,
            used_mb: number("used_gb") * GB,
            cache_mb: number("cache_gb") * GB,
            cache_on_one: params.choice("cache_on") == "one",
            dirty_percent: number("dirty_percent"),
            read_mb: number("read_gb") * GB,
            zone_reclaim,
            swap_mb: number("swap_gb") * GB,
            tables_left: params.choice("page_tables") == "left",
            walk_percent: number("walk_percent"),
            work: match params.choice("workload") {
                "tpcc" => TPCC,
                "scan" => SCAN,
                "cpu" => COMPUTE,
                "custom" => Work {
                    compute_ns: number("compute_ns"),
                    misses: number("misses"),
                    parallel: number("parallel").max(1),
                    locks: number("locks"),
                },
                _ => POINT_SELECT,
            },
        }
    }

    /// Does the kernel take the machine for one node?
    pub(super) fn hidden(&self) -> bool {
        self.bios_interleave || self.numa_off
    }

    /// Nodes that the kernel knows of.
    pub(super) fn os_nodes(&self) -> usize {
        if self.hidden() { 1 } else { self.machine.nodes }
    }

    /// Memory of a node that the kernel knows of, in MB.
    pub(super) fn os_node_mb(&self) -> u64 {
        if self.hidden() { self.node_mb * self.machine.nodes as u64 } else { self.node_mb }
    }

    /// The nodes whose CPUs the threads may use, in the order they are filled.
    pub(super) fn allowed(&self) -> Vec<usize> {
        let per = self.machine.per_socket();
        let first = self.machine.socket(self.node) * per;
        match self.binding {
            Binding::Node => vec![self.node],
            Binding::Socket => (first..first + per).collect(),
            Binding::Pair if self.node == self.other_node => vec![self.node],
            Binding::Pair => vec![self.node, self.other_node],
            Binding::Unbound | Binding::Packed => (0..self.machine.nodes).collect(),
        }
    }

    /// The node of the first thread.
    pub(super) fn home(&self) -> usize {
        self.allowed().first().copied().unwrap_or(0)
    }

    /// CPUs that the threads may use.
    pub(super) fn cpus(&self) -> u32 {
        let per_core = if self.smt { 2 } else { 1 };
        self.allowed().len() as u32 * self.machine.cores * per_core
    }
}

/// Does this kernel turn zone reclaim on at boot? Up to 3.15 when any distance is above RECLAIM_DISTANCE
/// (build_zonelists, mm/page_alloc.c); never since commit 4f9b16a64753 (3.16).
pub(super) fn default_reclaims(era: Era, machine: &Machine) -> bool {
    match era {
        Era::Old => machine.farthest() > RECLAIM_DISTANCE_2_6_32,
        Era::Middle => machine.farthest() > RECLAIM_DISTANCE,
        Era::New => false,
    }
}
