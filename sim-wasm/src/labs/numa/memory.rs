//! What each node holds, in MB, and what `numastat` counts.

/// Pages of 4 KB in a MB.
pub(super) const PAGES: u64 = 256;
/// Watermarks of a node in thousandths of its memory: with `vm.watermark_scale_factor` at 10 the low one is a
/// thousandth above the least, the high one another (`__setup_per_zone_wmarks`, mm/page_alloc.c, 4.6 and later, from
/// memory).
const LOW_MARK: u64 = 2;
const HIGH_MARK: u64 = 3;

/// The counters of `numastat`, in MB.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Numastat {
    pub(super) hit: u64,
    pub(super) miss: u64,
    pub(super) foreign: u64,
    pub(super) interleave_hit: u64,
    pub(super) local: u64,
    pub(super) other: u64,
}

/// A node as the kernel sees it; all in MB.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Node {
    pub(super) total: u64,
    /// Of the pool.
    pub(super) pool: u64,
    /// Page cache that can be dropped.
    pub(super) clean: u64,
    /// Page cache that must be written first.
    pub(super) dirty: u64,
    /// Of other programs.
    pub(super) others: u64,
    pub(super) stat: Numastat,
}

impl Node {
    pub(super) fn cache(&self) -> u64 {
        self.clean + self.dirty
    }

    pub(super) fn free(&self) -> u64 {
        self.total.saturating_sub(self.pool + self.cache() + self.others)
    }

    /// What can be handed out before the low watermark.
    pub(super) fn spare(&self) -> u64 {
        self.free().saturating_sub(self.low())
    }

    pub(super) fn low(&self) -> u64 {
        self.total * LOW_MARK / 1000
    }

    pub(super) fn high(&self) -> u64 {
        self.total * HIGH_MARK / 1000
    }

    /// Page cache that reclaim takes before it must turn to programs' memory.
    pub(super) fn droppable(&self) -> u64 {
        (self.cache() + self.free()).saturating_sub(self.high()).min(self.cache())
    }
}

/// What the memory looks like when the pool is there and the files are read.
#[derive(Clone, Debug, Default)]
pub(super) struct Memory {
    pub(super) nodes: Vec<Node>,
    /// Of the pool, by the node it was meant for and the node it went to.
    pub(super) placed: Vec<Vec<u64>>,
    pub(super) swapped_pool: u64,
    pub(super) swapped_others: u64,
    /// Of the above, what left while files were read and no program asked for memory.
    pub(super) swapped_by_reading: u64,
    /// Page cache that went away so that the pool could have its place.
    pub(super) reclaimed: u64,
    /// Of that, what had to be written first.
    pub(super) written: u64,
    /// What the pool lacks: the process was killed.
    pub(super) missing: u64,
    /// The node of the first thread, as the kernel sees it.
    pub(super) home: usize,
}

impl Memory {
    pub(super) fn swapped(&self) -> u64 {
        self.swapped_pool + self.swapped_others
    }

    pub(super) fn pool(&self) -> u64 {
        self.nodes.iter().map(|node| node.pool).sum()
    }

    /// Seconds until the pool was filled, in tenths: 64 GB took 39 s on 3.10, and 12 s more where 40 GB had to be
    /// reclaimed on the way (published).
    pub(super) fn fill_ds(&self) -> u64 {
        (self.pool() + self.swapped_pool) * 390 / (64 * 1024) + self.reclaimed * 120 / (40 * 1024)
    }
}
