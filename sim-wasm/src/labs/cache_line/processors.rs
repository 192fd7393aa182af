//! Caches, latencies and bandwidths of processors.

use crate::text::{Lang, Text};

/// A cache.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cache {
    /// Bytes that one core can use.
    pub(super) bytes: u64,
    /// Lines of a set.
    pub(super) ways: u64,
    /// Cycles until the data is there.
    pub(super) cycles: u64,
}

/// A processor.
#[derive(Clone, Copy, Debug)]
pub(super) struct Processor {
    /// The word in addresses.
    pub(super) id: &'static str,
    /// Its name.
    pub(super) name: &'static str,
    /// Clock in MHz.
    pub(super) mhz: u64,
    /// L1 data cache, L2, L3.
    pub(super) caches: [Cache; 3],
    /// Bytes of a line, as caches of different cores exchange them.
    pub(super) line: u64,
    /// Picoseconds until data is there from the memory of the own node, and of another socket.
    pub(super) memory: [u64; 2],
    /// Megabytes a second that one core copies.
    pub(super) bandwidth: u64,
    /// Where the numbers are from.
    pub(super) source: Text,
}

const KIB: u64 = 1 << 10;
const MIB: u64 = 1 << 20;

const fn cache(bytes: u64, ways: u64, cycles: u64) -> Cache {
    Cache { bytes, ways, cycles }
}

/// All of them.
pub(super) const PROCESSORS: &[Processor] = &[
    Processor {
        id: "skylake",
        name: "Xeon Platinum 8163 (Skylake-SP)",
        mhz: 2_500,
        caches: [cache(32 * KIB, 8, 4), cache(MIB, 16, 14), cache(33 * MIB, 11, 46)],
        line: 64,
        memory: [81_600, 145_900],
        bandwidth: 14_294,
        source: Text::new(
            "L1 1.6 ns and L2 5.6 ns measured with lat_mem_rd; L3 as AnandTech has it of Xeon 8280; memory by Intel MLC; bandwidth of 8269CY, the same core, by STREAM copy",
            "L1 1.6 ns、L2 5.6 ns 用 lat_mem_rd 实测；L3 取 AnandTech 对 Xeon 8280 的数字；内存用 Intel MLC 实测；带宽取同核的 8269CY，STREAM copy",
        ),
    },
    Processor {
        id: "cascade-lake",
        name: "Xeon Platinum 8269CY (Cascade Lake)",
        mhz: 2_500,
        caches: [cache(32 * KIB, 8, 4), cache(MIB, 16, 14), cache(36_608 * KIB, 11, 46)],
        line: 64,
        memory: [78_600, 144_100],
        bandwidth: 14_294,
        source: Text::new(
            "caches as AnandTech has them of Xeon 8280; memory by Intel MLC; bandwidth by STREAM copy",
            "缓存取 AnandTech 对 Xeon 8280 的数字；内存用 Intel MLC 实测；带宽为 STREAM copy",
        ),
    },
    Processor {
        id: "broadwell",
        name: "Xeon E5-2682 v4 (Broadwell)",
        mhz: 2_500,
        caches: [cache(32 * KIB, 8, 4), cache(256 * KIB, 8, 12), cache(40 * MIB, 20, 50)],
        line: 64,
        memory: [85_000, 136_300],
        bandwidth: 10_092,
        source: Text::new(
            "memory by Intel MLC; bandwidth by STREAM copy; cycles of the caches from memory",
            "内存用 Intel MLC 实测；带宽为 STREAM copy；缓存周期数凭记忆",
        ),
    },
    Processor {
        id: "rome",
        name: "EPYC 7002 (Rome, Zen 2)",
        mhz: 3_300,
        caches: [cache(32 * KIB, 8, 4), cache(512 * KIB, 8, 13), cache(16 * MIB, 16, 34)],
        line: 64,
        memory: [122_000, 200_000],
        bandwidth: 23_500,
        source: Text::new(
            "caches and memory (NPS1) as AnandTech has them; the other socket from memory; bandwidth of EPYC 7T83, the next generation, by STREAM copy",
            "缓存和本地内存（NPS1）取 AnandTech；另一插槽凭记忆；带宽取下一代 EPYC 7T83 的 STREAM copy",
        ),
    },
    Processor {
        id: "hygon",
        name: "Hygon 7280 (Zen 1)",
        mhz: 2_000,
        caches: [cache(32 * KIB, 8, 4), cache(512 * KIB, 8, 12), cache(8 * MIB, 16, 40)],
        line: 64,
        memory: [106_800, 236_600],
        bandwidth: 11_591,
        source: Text::new(
            "L1 and L2 as AnandTech has them of Naples; L3 from memory; local memory and the nearest node of the other socket measured; bandwidth by STREAM copy",
            "L1、L2 取 AnandTech 对 Naples 的数字；L3 凭记忆；本地内存和对面插槽最近的节点为实测；带宽为 STREAM copy",
        ),
    },
    Processor {
        id: "kunpeng",
        name: "Kunpeng 920",
        mhz: 2_600,
        caches: [cache(64 * KIB, 4, 4), cache(512 * KIB, 8, 8), cache(24 * MIB, 12, 45)],
        line: 128,
        memory: [117_300, 197_800],
        bandwidth: 8_701,
        source: Text::new(
            "L1 1.55 ns and L2 3.2 ns measured with lat_mem_rd; L3, ways and its line of 128 bytes from memory; memory measured; bandwidth by STREAM copy",
            "L1 1.55 ns、L2 3.2 ns 用 lat_mem_rd 实测；L3、路数和它 128 字节的行凭记忆；内存为实测；带宽为 STREAM copy",
        ),
    },
    Processor {
        id: "ft2500",
        name: "FT-2500",
        mhz: 2_100,
        caches: [cache(32 * KIB, 2, 4), cache(2 * MIB, 16, 15), cache(64 * MIB, 16, 60)],
        line: 64,
        memory: [150_000, 426_200],
        bandwidth: 5_638,
        source: Text::new(
            "sizes as published; cycles and ways from memory; memory measured; bandwidth by STREAM copy",
            "容量为公开数据；周期数和路数凭记忆；内存为实测；带宽为 STREAM copy",
        ),
    },
];

/// The processor of this word; the first of the table when there is none.
pub(super) fn find(id: &str) -> &'static Processor {
    PROCESSORS.iter().find(|processor| processor.id == id).unwrap_or(&PROCESSORS[0])
}

impl Processor {
    /// Its name, and where the numbers are from.
    pub(super) fn cited(&self, lang: Lang) -> String {
        format!("{}: {}", self.name, self.source.get(lang))
    }

    /// Picoseconds of some cycles.
    pub(super) fn cycles(&self, cycles: u64) -> u64 {
        cycles * 1_000_000 / self.mhz
    }

    /// Picoseconds for some bytes at the bandwidth of one core.
    pub(super) fn stream(&self, bytes: u64) -> u64 {
        bytes * 1_000_000 / self.bandwidth
    }
}
