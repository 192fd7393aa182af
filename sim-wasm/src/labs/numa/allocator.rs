//! Who gets memory where: policy, zone lists, node reclaim, page cache, swap.
//!
//! Memory is handed out in portions, as a program touches its pages: no page is told from another.

use super::memory::{Memory, Node};
use super::settings::{Policy, Settings};
use super::threads::Threads;

/// Portions that the pool is touched in, so that nodes fill side by side.
const PORTIONS: u64 = 32;
/// `vm.min_unmapped_ratio`: node reclaim leaves a node alone whose page cache is no more than this percentage
/// (`node_reclaim`, mm/vmscan.c, from memory).
const MIN_UNMAPPED: u64 = 1;
/// Bits of `vm.zone_reclaim_mode`.
const RECLAIM_WRITE: u8 = 2;
const RECLAIM_UNMAP: u8 = 4;
/// Steps from the low to the high watermark in which kswapd swaps at most: two do, unless swap is full.
const MOST_STEPS: usize = 16;

/// One request: who asks, which node is meant, and whether another will do.
#[derive(Clone, Copy)]
struct Request {
    cpu: usize,
    target: usize,
    bound: bool,
    interleaved: bool,
    file: bool,
}

/// Boots the machine, fills the pool, reads the files.
pub(super) fn fill(settings: &Settings, threads: &[Threads]) -> Memory {
    let nodes = settings.os_nodes();
    let mut kernel = Kernel {
        settings,
        memory: Memory {
            nodes: vec![Node { total: settings.os_node_mb(), ..Node::default() }; nodes],
            placed: vec![vec![0; nodes]; nodes],
            home: if settings.hidden() { 0 } else { settings.home() },
            ..Memory::default()
        },
    };
    kernel.boot();
    let requests = kernel.requests(threads);
    for portion in 0..PORTIONS {
        for (request, amount) in &requests {
            let part = amount * (portion + 1) / PORTIONS - amount * portion / PORTIONS;
            kernel.allocate(*request, part);
        }
    }
    if kernel.memory.missing == 0 {
        let home = kernel.memory.home;
        let before = kernel.memory.swapped();
        let reader = Request { cpu: home, target: home, bound: false, interleaved: false, file: true };
        let (reclaimed, written) = (kernel.memory.reclaimed, kernel.memory.written);
        kernel.allocate(reader, settings.read_mb);
        (kernel.memory.reclaimed, kernel.memory.written) = (reclaimed, written);
        kernel.memory.swapped_by_reading = kernel.memory.swapped() - before;
    }
    kernel.memory
}

struct Kernel<'a> {
    settings: &'a Settings,
    memory: Memory,
}

impl Kernel<'_> {
    /// Other programs on each node, and the page cache of files that were read before.
    fn boot(&mut self) {
        let settings = self.settings;
        let nodes = self.memory.nodes.len() as u64;
        let hidden_nodes = if settings.hidden() { settings.machine.nodes as u64 } else { 1 };
        for node in &mut self.memory.nodes {
            node.others = (settings.used_mb * hidden_nodes).min(node.total - node.high());
        }
        let places = match settings.cache_on_one {
            true => self.zone_list(self.memory.home),
            false => (0..self.memory.nodes.len()).collect(),
        };
        let mut left = settings.cache_mb;
        for (place, node) in places.iter().enumerate() {
            let Some(node) = self.memory.nodes.get_mut(*node) else { continue };
            let share = if settings.cache_on_one { left } else { left / (nodes - place as u64).max(1) };
            let share = share.min(node.spare());
            node.dirty = share * settings.dirty_percent / 100;
            node.clean = share - node.dirty;
            left -= share;
        }
    }

    /// Who touches how much of the pool, and which node the policy names for it.
    fn requests(&self, threads: &[Threads]) -> Vec<(Request, u64)> {
        let settings = self.settings;
        let pool = settings.pool_mb;
        let plain = |cpu, target| Request { cpu, target, bound: false, interleaved: false, file: false };
        let home = self.memory.home;
        if settings.hidden() {
            return vec![(plain(0, 0), pool)];
        }
        let evenly = |nodes: Vec<usize>| {
            let count = nodes.len().max(1) as u64;
            let part = |n: u64| pool * (n + 1) / count - pool * n / count;
            let each = nodes.into_iter().zip(0..);
            each.map(|(node, n)| (Request { interleaved: true, ..plain(home, node) }, part(n))).collect()
        };
        match settings.policy {
            Policy::Single => vec![(plain(settings.mem_node, settings.mem_node), pool)],
            Policy::Preferred => vec![(plain(home, settings.mem_node), pool)],
            Policy::Bind => vec![(Request { bound: true, ..plain(home, settings.mem_node) }, pool)],
            Policy::Remote => vec![(plain(home, self.far(threads)), pool)],
            Policy::Interleave => evenly((0..settings.machine.nodes).collect()),
            Policy::InterleaveSocket => {
                let per = settings.machine.per_socket();
                let first = settings.machine.socket(home) * per;
                evenly((first..first + per).collect())
            }
            Policy::Own | Policy::Shared => {
                let all: u64 = threads.iter().map(|node| node.count).sum::<u64>().max(1);
                let mut before = 0;
                let mut requests = Vec::new();
                for (node, threads) in threads.iter().enumerate().filter(|(_, threads)| threads.count > 0) {
                    let after = before + threads.count;
                    requests.push((plain(node, node), pool * after / all - pool * before / all));
                    before = after;
                }
                requests
            }
        }
    }

    /// The node whose memory is farthest from the first thread, one without threads if there is any.
    fn far(&self, threads: &[Threads]) -> usize {
        let home = self.memory.home;
        let idle = |node: usize| threads.get(node).is_none_or(|threads| threads.count == 0);
        let key = |node: &usize| (idle(*node), self.settings.machine.latency(home, *node));
        (0..self.settings.machine.nodes).max_by_key(key).unwrap_or(home)
    }

    /// The nodes in the order they are tried: by declared distance (`build_zonelists`, mm/page_alloc.c).
    fn zone_list(&self, target: usize) -> Vec<usize> {
        let mut nodes: Vec<usize> = (0..self.memory.nodes.len()).collect();
        nodes.sort_by_key(|node| (self.settings.machine.distance(target, *node), *node));
        nodes
    }

    /// `get_page_from_freelist` and what follows when it finds nothing (mm/page_alloc.c).
    fn allocate(&mut self, request: Request, mut amount: u64) {
        let list = if request.bound { vec![request.target] } else { self.zone_list(request.target) };
        for node in &list {
            let spare = self.memory.nodes.get(*node).map_or(0, Node::spare);
            amount -= self.give(request, *node, spare.min(amount));
            // Node reclaim works on the node of the CPU that asks, not on others that have CPUs of their own
            // (`node_reclaim`, mm/vmscan.c).
            if amount > 0 && self.settings.zone_reclaim != 0 && *node == request.cpu {
                let got = self.node_reclaim(*node, request.file, amount);
                amount -= self.give(request, *node, got);
            }
        }
        // Every node of the list is at its low watermark: each one's kswapd reclaims on its own node.
        for pass in 0..2 {
            for (place, node) in list.iter().enumerate() {
                let rest = if pass == 0 { (list.len() - place) as u64 } else { 1 };
                let got = match request.file {
                    true => self.read_through(*node, amount / rest),
                    false => self.reclaim(*node, amount / rest),
                };
                amount -= self.give(request, *node, got);
            }
        }
        if !request.file {
            self.memory.missing += amount;
        }
    }

    /// Hands memory of a node out, and counts it as `zone_statistics` does (mm/page_alloc.c).
    fn give(&mut self, request: Request, node: usize, amount: u64) -> u64 {
        let Request { cpu, target, interleaved, file, .. } = request;
        if let Some(to) = self.memory.nodes.get_mut(node) {
            if file {
                // Of what streams through only so much stays as there is room for.
                to.clean += amount.min(to.spare());
            } else {
                to.pool += amount;
            }
            if node == target {
                to.stat.hit += amount;
                to.stat.interleave_hit += if interleaved { amount } else { 0 };
            } else {
                to.stat.miss += amount;
            }
            if node == cpu {
                to.stat.local += amount;
            } else {
                to.stat.other += amount;
            }
        }
        if let Some(meant) = self.memory.nodes.get_mut(target).filter(|_| node != target) {
            meant.stat.foreign += amount;
        }
        if let Some(placed) = self.memory.placed.get_mut(target).and_then(|row| row.get_mut(node)) {
            *placed += if file { 0 } else { amount };
        }
        amount
    }

    /// Node reclaim, before another node is tried: page cache down to a least, what is dirty with bit 2 alone; with bit
    /// 4 memory of other programs is swapped (Documentation/admin-guide/sysctl/vm.rst).
    fn node_reclaim(&mut self, at: usize, file: bool, want: u64) -> u64 {
        let mode = self.settings.zone_reclaim;
        let Some(node) = self.memory.nodes.get(at).copied() else { return 0 };
        let least = node.total * MIN_UNMAPPED / 100;
        if node.cache() <= least {
            return 0;
        }
        let can = want.min(node.cache() - least);
        let got = self.drop_cache(at, can, mode & RECLAIM_WRITE > 0);
        if file {
            // What was read before makes room for what is read now, over and over.
            return if got > 0 { want } else { 0 };
        }
        let swapped = if mode & RECLAIM_UNMAP > 0 { self.swap_out(at, want - got, false) } else { 0 };
        got + swapped
    }

    /// Direct reclaim and kswapd on one node: page cache as long as there is enough of it, programs' memory then.
    /// Enough is: page cache and free memory of this node are more than its high watermark (`file_is_tiny`,
    /// mm/vmscan.c).
    fn reclaim(&mut self, at: usize, want: u64) -> u64 {
        let droppable = self.memory.nodes.get(at).map_or(0, Node::droppable);
        let mut got = self.drop_cache(at, want.min(droppable), true);
        got += self.swap_out(at, want - got, true);
        // No swap left: the last of the page cache.
        got + self.drop_cache(at, want - got, true)
    }

    /// File data that passes through a node without free memory: each page takes the place of another.
    fn read_through(&mut self, at: usize, want: u64) -> u64 {
        let mut left = want;
        for _ in 0..MOST_STEPS {
            let Some(node) = self.memory.nodes.get(at) else { return 0 };
            let step = (node.high() - node.low()).max(1);
            if left == 0 || node.droppable() >= step {
                break;
            }
            let swapped = self.swap_out(at, step.min(left), true);
            if let Some(node) = self.memory.nodes.get_mut(at) {
                node.clean += swapped;
            }
            if swapped == 0 {
                break;
            }
            left -= swapped;
        }
        // From then on the page cache goes round.
        want
    }

    fn drop_cache(&mut self, at: usize, want: u64, dirty_too: bool) -> u64 {
        let Some(node) = self.memory.nodes.get_mut(at) else { return 0 };
        let clean = want.min(node.clean);
        let dirty = if dirty_too { (want - clean).min(node.dirty) } else { 0 };
        node.clean -= clean;
        node.dirty -= dirty;
        self.memory.reclaimed += clean + dirty;
        self.memory.written += dirty;
        clean + dirty
    }

    /// Programs' memory leaves in proportion, of the pool and of others, or of others alone.
    fn swap_out(&mut self, at: usize, want: u64, pool_too: bool) -> u64 {
        let left = self.settings.swap_mb.saturating_sub(self.memory.swapped());
        let Some(node) = self.memory.nodes.get_mut(at) else { return 0 };
        let pool = if pool_too { node.pool } else { 0 };
        let all = pool + node.others;
        let out = want.min(left).min(all);
        let pool = (out * pool).checked_div(all).unwrap_or(0);
        node.pool -= pool;
        node.others -= out - pool;
        self.memory.swapped_pool += pool;
        self.memory.swapped_others += out - pool;
        out
    }
}
