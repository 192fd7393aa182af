//! The machines: nodes, cores, latencies, declared distances, bandwidths, and where each number is from.
//!
//! Latencies are the published ones, of an idle machine, in tenths of a nanosecond. Where only the row of node 0 is
//! published the other rows follow from it as said beside the table. Bandwidths of links are peak rates from memory or
//! assumed: no measurement of them was published with these machines.

use crate::text::Text;

/// Where a number is from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Source {
    /// Measured on such a machine and published.
    Published,
    /// Follows from published numbers.
    Derived,
    /// Usual value of such a part, from memory.
    Memory,
    /// A guess of the right size.
    Assumed,
}

/// How the latency from a node to another is known.
#[derive(Clone, Copy, Debug)]
pub(super) enum Latencies {
    /// Every pair, row by row: measured, or as the comment beside it says.
    Table(&'static [u16]),
    /// Node 0 to each node. The dies are wired so that the way from `i` to `j` is as long as that from 0 to `i ^ j`.
    Mirrored(&'static [u16]),
    /// Node 0 to each node; other pairs of a socket as the mean of those at the same declared distance, other pairs
    /// across the sockets as the mean of all published ones.
    ByDistance {
        /// Node 0 to each node.
        first: &'static [u16],
        /// Declared distance within the socket, and the mean latency at it.
        within: &'static [(u8, u16)],
        /// The mean across the sockets.
        across: u16,
    },
}

/// What the firmware declares in the SLIT.
#[derive(Clone, Copy, Debug)]
pub(super) enum Distances {
    /// Every pair, row by row.
    Table(&'static [u8]),
    /// As in [`Latencies::Mirrored`].
    Mirrored(&'static [u8]),
    /// Every pair of a socket, row by row, and one number for all across the sockets.
    PerSocket(&'static [u8], u8),
}

/// A machine of two sockets.
#[derive(Debug)]
pub(super) struct Machine {
    /// The word in addresses.
    pub(super) id: &'static str,
    /// Name shown to readers.
    pub(super) name: &'static str,
    /// Memory controllers with cores of their own.
    pub(super) nodes: usize,
    /// Cores of each.
    pub(super) cores: u32,
    /// What two hyper-threads of a core get done, in thousandths of what one alone does; 0: there are none.
    pub(super) pair_yield: u32,
    /// Idle latency.
    pub(super) latencies: Latencies,
    /// The tool that measured it.
    pub(super) probe: &'static str,
    /// The SLIT.
    pub(super) distances: Distances,
    /// Where it is from.
    pub(super) distances_from: Source,
    /// Peak rate of a node's memory, in MB/s.
    pub(super) node_mb_s: u32,
    /// Peak rate between two nodes of a socket, one way, in MB/s; 0: a socket is a node.
    pub(super) die_mb_s: u32,
    /// Peak rate between the sockets, one way, in MB/s.
    pub(super) socket_mb_s: u32,
    /// Where the rates of the links are from.
    pub(super) links_from: Source,
    /// Memory of each node when nothing else is set, in GB. Assumed.
    pub(super) node_gb: u32,
    /// STREAM copy on one core, best and worst pair of core and node, in hundredths of a nanosecond; published. 0: not.
    pub(super) stream: (u16, u16),
}

/// Sockets of every machine here.
pub(super) const SOCKETS: usize = 2;

impl Machine {
    /// Nodes of a socket.
    pub(super) fn per_socket(&self) -> usize {
        self.nodes / SOCKETS
    }

    /// The socket of a node.
    pub(super) fn socket(&self, node: usize) -> usize {
        node / self.per_socket().max(1)
    }

    /// Idle latency of a core of one node to the memory of another, in tenths of a nanosecond.
    pub(super) fn latency(&self, from: usize, to: usize) -> u32 {
        let at = |row: &[u16], index: usize| u32::from(row.get(index).copied().unwrap_or(0));
        match self.latencies {
            Latencies::Table(rows) => at(rows, from * self.nodes + to),
            Latencies::Mirrored(first) => at(first, from ^ to),
            Latencies::ByDistance { first, .. } if from == 0 || to == 0 => at(first, from.max(to)),
            Latencies::ByDistance { within, across, .. } => {
                let distance = u32::from(self.distance(from, to));
                let same = within.iter().find(|(declared, _)| u32::from(*declared) == distance);
                u32::from(same.map_or(across, |(_, mean)| *mean))
            }
        }
    }

    /// The declared distance: 10 is local.
    pub(super) fn distance(&self, from: usize, to: usize) -> u8 {
        let at = |row: &[u8], index: usize| row.get(index).copied().unwrap_or(10);
        let (own, per) = (self.socket(from), self.per_socket().max(1));
        match self.distances {
            Distances::Table(rows) => at(rows, from * self.nodes + to),
            Distances::Mirrored(first) => at(first, from ^ to),
            Distances::PerSocket(rows, _) if own == self.socket(to) => at(rows, from % per * per + to % per),
            Distances::PerSocket(_, across) => across,
        }
    }

    /// The largest declared distance.
    pub(super) fn farthest(&self) -> u8 {
        let all = (0..self.nodes).flat_map(|from| (0..self.nodes).map(move |to| (from, to)));
        all.map(|(from, to)| self.distance(from, to)).max().unwrap_or(10)
    }

    /// Hyper-threads of a core.
    pub(super) fn smt(&self) -> u32 {
        if self.pair_yield > 0 { 2 } else { 1 }
    }
}

impl Source {
    /// The words for it.
    pub(super) fn words(self) -> Text {
        match self {
            Source::Published => Text::new("published measurement", "公开的实测"),
            Source::Derived => Text::new("derived from published numbers", "由公开数字推得"),
            Source::Memory => Text::new("usual value, from memory", "常见值，凭记忆"),
            Source::Assumed => Text::new("assumed", "假定"),
        }
    }
}

/// The machine with this word; the first one for any other.
pub(super) fn find(id: &str) -> &'static Machine {
    MACHINES.iter().find(|machine| machine.id == id).unwrap_or(&MACHINES[0])
}

/// FT-2500 within a socket, as its firmware declares it (published).
const FT2500_SLIT: &[u8] = &[
    10, 20, 40, 30, 20, 30, 50, 40, //
    20, 10, 30, 40, 50, 20, 40, 50, //
    40, 30, 10, 20, 40, 50, 20, 30, //
    30, 40, 20, 10, 30, 20, 40, 50, //
    20, 50, 40, 30, 10, 50, 30, 20, //
    30, 20, 50, 20, 50, 10, 50, 40, //
    50, 40, 20, 40, 30, 50, 10, 30, //
    40, 50, 30, 50, 20, 40, 30, 10, //
];

/// All of them. The yields of hyper-threads are those of published runs of MySQL: 270 k against 170 k point selects on
/// one socket of E5, 41 % on the 8163, 30 % on the 8269CY, 62 % on one core of Hygon.
pub(super) static MACHINES: [Machine; 10] = [
    Machine {
        id: "e5-2682v4",
        name: "Intel E5-2682 v4",
        nodes: 2,
        cores: 16,
        pair_yield: 1588,
        latencies: Latencies::Table(&[850, 1363, 1372, 842]),
        probe: "Intel MLC",
        distances: Distances::Table(&[10, 21, 21, 10]),
        distances_from: Source::Published,
        // Four channels of DDR4-2400; two QPI links of 9.6 GT/s.
        node_mb_s: 76_800,
        die_mb_s: 0,
        socket_mb_s: 38_400,
        links_from: Source::Memory,
        node_gb: 128,
        stream: (158, 202),
    },
    Machine {
        id: "8163",
        name: "Intel 8163",
        nodes: 2,
        cores: 24,
        pair_yield: 1410,
        latencies: Latencies::Table(&[816, 1459, 1459, 816]),
        probe: "Intel MLC",
        distances: Distances::Table(&[10, 21, 21, 10]),
        distances_from: Source::Published,
        // Six channels of DDR4-2666: the published 110.6 GB/s of one node are 86 % of it. Three UPI links of 10.4 GT/s.
        node_mb_s: 128_000,
        die_mb_s: 0,
        socket_mb_s: 62_400,
        links_from: Source::Memory,
        node_gb: 256,
        stream: (0, 0),
    },
    Machine {
        id: "8163-lat",
        name: "Intel 8163 (lat_mem_rd)",
        nodes: 2,
        cores: 24,
        pair_yield: 1410,
        latencies: Latencies::Table(&[671, 1007, 1002, 685]),
        probe: "lat_mem_rd",
        distances: Distances::Table(&[10, 21, 21, 10]),
        distances_from: Source::Published,
        node_mb_s: 128_000,
        die_mb_s: 0,
        socket_mb_s: 62_400,
        links_from: Source::Memory,
        node_gb: 256,
        stream: (0, 0),
    },
    Machine {
        id: "8269cy",
        name: "Intel 8269CY",
        nodes: 2,
        cores: 26,
        pair_yield: 1303,
        latencies: Latencies::Table(&[786, 1441, 1441, 786]),
        probe: "Intel MLC",
        distances: Distances::Table(&[10, 21, 21, 10]),
        distances_from: Source::Published,
        // Six channels of DDR4-2933; three UPI links of 10.4 GT/s.
        node_mb_s: 140_800,
        die_mb_s: 0,
        socket_mb_s: 62_400,
        links_from: Source::Memory,
        node_gb: 256,
        stream: (112, 152),
    },
    Machine {
        id: "8269cy-lat",
        name: "Intel 8269CY (lat_mem_rd)",
        nodes: 2,
        cores: 26,
        pair_yield: 1303,
        latencies: Latencies::Table(&[698, 931, 931, 698]),
        probe: "lat_mem_rd",
        distances: Distances::Table(&[10, 21, 21, 10]),
        distances_from: Source::Published,
        node_mb_s: 140_800,
        die_mb_s: 0,
        socket_mb_s: 62_400,
        links_from: Source::Memory,
        node_gb: 256,
        stream: (112, 152),
    },
    Machine {
        id: "hygon-7280",
        name: "Hygon 7280 (Zen 1)",
        nodes: 8,
        cores: 8,
        pair_yield: 1618,
        latencies: Latencies::Mirrored(&[1068, 1686, 1639, 1637, 2896, 2886, 2366, 2919]),
        probe: "lat_mem_rd",
        // The 5280 declares 16 within the socket, 22 for the die that it has a link of its own to, 28 for the others;
        // by its latency node 6 is that die here.
        distances: Distances::Mirrored(&[10, 16, 16, 16, 28, 28, 22, 28]),
        distances_from: Source::Derived,
        // Two channels of DDR4-2666 per die; 16 B at 1.33 GHz between dies, four slightly slower links across.
        node_mb_s: 42_700,
        die_mb_s: 21_300,
        socket_mb_s: 75_800,
        links_from: Source::Memory,
        node_gb: 64,
        stream: (138, 258),
    },
    Machine {
        id: "hygon-5280",
        name: "Hygon 5280 (Zen 1)",
        nodes: 4,
        cores: 8,
        pair_yield: 1618,
        latencies: Latencies::Mirrored(&[1026, 1610, 2869, 2312]),
        probe: "lat_mem_rd",
        distances: Distances::Mirrored(&[10, 16, 28, 22]),
        distances_from: Source::Published,
        node_mb_s: 42_700,
        die_mb_s: 21_300,
        socket_mb_s: 37_900,
        links_from: Source::Memory,
        node_gb: 64,
        stream: (122, 252),
    },
    Machine {
        id: "kunpeng-920",
        name: "Kunpeng 920",
        nodes: 4,
        cores: 24,
        pair_yield: 0,
        // Row 0 is published. The others by declared distance: 12, 20 and 22 as there; 24, between nodes 1 and 3, as
        // much above 22 as 22 is above 20.
        latencies: Latencies::Table(&[
            1173, 1353, 1978, 2194, //
            1353, 1173, 2194, 2410, //
            1978, 2194, 1173, 1353, //
            2194, 2410, 1353, 1173, //
        ]),
        probe: "lat_mem_rd",
        distances: Distances::Table(&[10, 12, 20, 22, 12, 10, 22, 24, 20, 22, 10, 12, 22, 24, 12, 10]),
        distances_from: Source::Published,
        // Four channels of DDR4-2933 per die.
        node_mb_s: 93_900,
        die_mb_s: 100_000,
        socket_mb_s: 60_000,
        links_from: Source::Assumed,
        node_gb: 128,
        stream: (184, 387),
    },
    Machine {
        id: "ft-2500",
        name: "Phytium FT-2500",
        nodes: 16,
        cores: 8,
        pair_yield: 0,
        latencies: Latencies::ByDistance {
            first: &[
                1500, 1688, 1914, 1783, 1708, 1857, 2123, 2025, //
                4262, 4444, 4659, 4522, 4484, 4606, 4860, 4904, //
            ],
            within: &[(10, 1500), (20, 1698), (30, 1820), (40, 1970), (50, 2123)],
            across: 4593,
        },
        probe: "lat_mem_rd",
        distances: Distances::PerSocket(FT2500_SLIT, 100),
        distances_from: Source::Published,
        // One channel of DDR4-3200 per node.
        node_mb_s: 25_600,
        die_mb_s: 50_000,
        socket_mb_s: 50_000,
        links_from: Source::Assumed,
        node_gb: 32,
        stream: (284, 1034),
    },
    Machine {
        id: "sw3231",
        name: "SW3231",
        nodes: 2,
        cores: 32,
        pair_yield: 0,
        latencies: Latencies::Table(&[2151, 2824, 2824, 2151]),
        probe: "lat_mem_rd",
        distances: Distances::Table(&[10, 20, 20, 10]),
        distances_from: Source::Published,
        node_mb_s: 204_800,
        die_mb_s: 0,
        socket_mb_s: 50_000,
        links_from: Source::Assumed,
        node_gb: 256,
        stream: (709, 875),
    },
];
