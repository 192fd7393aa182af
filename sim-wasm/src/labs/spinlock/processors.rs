//! Cycles of one PAUSE, or of what stands in its place, and the clock, by processor.

use crate::text::Text;

/// A processor as far as a loop of PAUSE knows it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Processor {
    /// The word in addresses.
    pub(super) id: &'static str,
    /// Name in tables.
    pub(super) name: Text,
    /// Cycles of one PAUSE, in hundredths.
    pub(super) centicycles: u64,
    /// Clock in MHz.
    pub(super) mhz: u64,
    /// Where the cycles are from.
    pub(super) source: Text,
}

/// All of them. The clocks are the base clocks of server parts of that kind; the tables of the articles are at 2.5 GHz.
pub(super) const PROCESSORS: &[Processor] = &[
    Processor {
        id: "broadwell",
        name: Text::new("Broadwell and before (E5-2682 v4)", "Broadwell 及以前（E5-2682 v4）"),
        centicycles: 1_000,
        mhz: 2_500,
        source: Text::new(
            "Intel 64 and IA-32 Architectures Optimization Reference Manual: about 10 cycles before Skylake; a loop measured at IPC 0.11 gives 9.1",
            "Intel 64 与 IA-32 架构优化手册：Skylake 之前约 10 个周期；实测循环 IPC 0.11，即 9.1 个周期",
        ),
    },
    Processor {
        id: "skylake",
        name: Text::new("Skylake-SP (Platinum 8163)", "Skylake-SP（Platinum 8163）"),
        centicycles: 14_000,
        mhz: 2_500,
        source: Text::new(
            "Intel 64 and IA-32 Architectures Optimization Reference Manual: up to 140 cycles from Skylake on; 43 ns measured on a part of 3.3 GHz (RocksDB, pull request 4086), which is 142",
            "Intel 64 与 IA-32 架构优化手册：自 Skylake 起最多 140 个周期；在 3.3 GHz 的机器上实测 43 ns（RocksDB PR 4086），即 142 个周期",
        ),
    },
    Processor {
        id: "cascade-lake",
        name: Text::new("Cascade Lake (Platinum 8269CY)", "Cascade Lake（Platinum 8269CY）"),
        centicycles: 3_600,
        mhz: 2_500,
        source: Text::new(
            "perf stat of a loop of PAUSE on 8269CY: 15,542,649,611 cycles for 436,989,474 instructions, 35.6 each; tables elsewhere say about 44 (from memory)",
            "8269CY 上 PAUSE 循环的 perf stat：436,989,474 条指令用了 15,542,649,611 个周期，每条 35.6；别处的表格说约 44（凭记忆）",
        ),
    },
    Processor {
        id: "zen1",
        name: Text::new("AMD Zen 1 (Naples, Hygon 7280)", "AMD Zen 1（Naples、海光 7280）"),
        centicycles: 300,
        mhz: 2_000,
        source: Text::new("from memory, uncertain: about 3", "凭记忆，不确定：约 3"),
    },
    Processor {
        id: "zen2",
        name: Text::new("AMD Zen 2 and 3 (Rome, Milan)", "AMD Zen 2、Zen 3（Rome、Milan）"),
        centicycles: 6_500,
        mhz: 2_600,
        source: Text::new("from memory, uncertain: about 65", "凭记忆，不确定：约 65"),
    },
    Processor {
        id: "arm-yield",
        name: Text::new("Arm, yield", "Arm，yield"),
        centicycles: 25,
        mhz: 2_600,
        source: Text::new(
            "a loop of yield measured at IPC 3.99: it does nothing",
            "yield 循环实测 IPC 3.99：它什么也不做",
        ),
    },
    Processor {
        id: "arm-isb",
        name: Text::new("Arm, isb", "Arm，isb"),
        centicycles: 4_000,
        mhz: 2_600,
        source: Text::new(
            "comparable to a PAUSE of x86; 10 to 25 ns from memory, here 15",
            "与 x86 的 PAUSE 相当；凭记忆 10 到 25 ns，这里取 15",
        ),
    },
];

/// The word for a processor whose numbers the reader gives.
pub(super) const CUSTOM: &str = "custom";

/// The processor of this word, if it is in the table.
pub(super) fn find(id: &str) -> Option<&'static Processor> {
    PROCESSORS.iter().find(|processor| processor.id == id)
}
