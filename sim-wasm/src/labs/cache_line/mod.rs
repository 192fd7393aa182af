//! The lab `cache-line`: how long an access takes, by the level that has the line, and what a line costs that is
//! shared.
//!
//! - `params`: what it takes; `presets`: its named settings
//! - `processors`: caches, latencies and bandwidths, as data with sources
//! - `settings`: the parameters as the model uses them, and which of them have no effect
//! - `levels`: which share of the lines each level has; `chase`, `stride`, `matrix`, `sharing`: the experiments
//! - `measure`: the same sweep on the reader's own machine
//! - `findings`: the report; `sweep_report`, `walk_report`, `sharing_report`: its parts by experiment; `words`: numbers

mod chase;
mod findings;
mod levels;
mod matrix;
pub mod measure;
mod params;
mod presets;
mod processors;
mod settings;
mod sharing;
mod sharing_report;
mod stride;
mod sweep_report;
mod walk_report;
mod words;

use crate::lab::{Lab, Params, Report};
use crate::text::{Lang, PageText, Text};
use settings::Settings;

/// The lab.
pub static LAB: Lab = Lab {
    id: "cache-line",
    title: PageText::new("How far away is the data?", "数据离得有多远？"),
    summary: PageText::new(
        "The same loop takes one nanosecond for an access or a hundred. How large the data is, in which order it is read, how wide the rows of a matrix are, and who else writes to the line.",
        "同一个循环，一次访问可能一纳秒，也可能一百纳秒。要看数据多大、按什么顺序读、矩阵的行有多宽，以及还有谁在写同一个缓存行。",
    ),
    params: params::PARAMS,
    presets: presets::PRESETS,
    shown: &[
        ("access_ns", Text::new("ns per access", "每次访问（纳秒）")),
        ("cached_percent", Text::new("percent served by caches", "由缓存提供的百分比")),
        ("whole_ms", Text::new("milliseconds in all", "总用时（毫秒）")),
        ("lines", Text::new("cache lines", "缓存行数")),
        ("row_ms", Text::new("milliseconds row by row", "按行（毫秒）")),
        ("column_ms", Text::new("milliseconds column by column", "按列（毫秒）")),
        ("increment_ns", Text::new("ns per increment", "每次加一（纳秒）")),
        ("slowdown", Text::new("times slower than alone", "比独占慢的倍数")),
    ],
    assumptions: &[
        PageText::new(
            "One thread has the machine for itself, except in the experiment on false sharing; it has all of the L3 that its core can use.",
            "除了伪共享实验，整台机器只有一个线程在跑，它的核能用的 L3 全归它。",
        ),
        PageText::new(
            "Pages of 4 KiB lie anywhere in memory. So the lines of the working set are spread over the sets of L2 and L3 by chance; a set with more lines than ways has none of them when they are visited in a cycle. The sets of an L1 are chosen by the offset within a page where its size allows, and are filled evenly.",
            "4 KiB 的页在物理内存里随处分布，所以工作集的行落到 L2、L3 的哪一组是随机的；循环访问时，行数超过路数的组一行也留不住。L1 在大小允许时由页内偏移选组，各组填得一样满。",
        ),
        PageText::new(
            "A prefetcher that recognises the stride has each line in L2 in time. Lines from memory come no faster than the bandwidth of one core, as the copy of STREAM measures it. It follows strides up to 2 KiB (from memory).",
            "预取器认出步长之后，每一行都及时进 L2。来自内存的行不会快过单核带宽（取 STREAM copy 的实测）。步长到 2 KiB 为止它都跟得上（凭记忆）。",
        ),
        PageText::new(
            "Loads that do not wait for each other overlap, ten at a time (from memory: 10 to 12 fill buffers).",
            "互不依赖的读可以重叠，同时十个（凭记忆：10 到 12 个行填充缓冲）。",
        ),
        PageText::new(
            "A write to a line that k threads write to costs k - 1 transfers. One transfer takes 30 ns within a group of cores, 100 across dies, 185 across sockets: the middle of the usual ranges, from memory.",
            "k 个线程写同一行时，每次写要 k - 1 次传输。一次传输在同一组核内 30 ns，跨 die 100，跨插槽 185：常见范围的中间值，凭记忆。",
        ),
    ],
    not_modelled: &[
        PageText::new(
            "TLB misses and page walks. With random access to more than a few MiB in pages of 4 KiB they add tens of nanoseconds.",
            "TLB 缺失和页表遍历。4 KiB 页、几 MiB 以上的随机访问，会因此再多几十纳秒。",
        ),
        PageText::new(
            "The difference between inclusive, non-inclusive and victim caches; other replacement than LRU; slower far slices of an L3; turbo clocks.",
            "包含式、非包含式与牺牲缓存的区别，LRU 以外的替换策略，L3 远端分片更慢，睿频。",
        ),
        PageText::new(
            "The prefetcher that fetches the neighbour of a line too, for which 128 bytes of padding are advised; stores that are merged in the store buffer.",
            "顺带取相邻行的预取器（因此建议填充到 128 字节）；写缓冲里的合并写。",
        ),
    ],
    model: 1,
    packets: false,
    measures: Some(PageText::new(
        "Follows a chain of pointers through 4 KiB to 64 MiB in this browser, each size a few times, and draws the fastest over the model. A browser tells neither the processor nor the core it runs on, shares the caches with everything else, looks up every address in memory of its own, and has a coarse clock; pages of 4 KiB add misses of the TLB, which the model leaves out.",
        "在这个浏览器里沿着 4 KiB 到 64 MiB 的指针链走，每个大小走几遍，取最快的画在模型上面。浏览器看不到处理器型号，也不知道跑在哪个核上；缓存和别的程序共用，每次访问要检查 WebAssembly 的内存边界，时钟也粗；4 KiB 的页还会带来 TLB 缺失，这是模型没有的。",
    )),
    long: None,
    run,
    notes: settings::notes,
};

fn run(params: &Params, lang: Lang) -> Report {
    findings::report(params, &Settings::new(params), lang)
}
