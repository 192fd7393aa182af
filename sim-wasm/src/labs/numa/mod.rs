//! The lab `numa`: where threads run, where their memory lies, and what the distance costs.
//!
//! - `params`: what it takes; `presets`: its named settings; `settings`: the parameters as the model uses them;
//!   `notes`: which of them have no effect
//! - `machines`: topologies, latencies and distances, with where each number is from
//! - `threads`: how many run on which node; `allocator`: who gets memory where; `memory`: what the nodes hold then;
//!   `shares`: how often each node's memory is read
//! - `speed`: times and rates; `outcome`: all of it for one setting
//! - `findings`: the report; `figures`, `rules`, `places`, `tools`, `variations`, `verdict`: its parts; `words`: its
//!   numbers

mod allocator;
mod figures;
mod findings;
mod machines;
mod memory;
mod notes;
mod outcome;
mod params;
mod places;
mod presets;
mod rules;
mod settings;
mod shares;
mod speed;
mod threads;
mod tools;
mod variations;
mod verdict;
mod words;

use crate::lab::{Lab, Params, Report};
use crate::text::{Lang, PageText, Text};
use outcome::Outcome;
use settings::Settings;

/// The lab.
pub static LAB: Lab = Lab {
    id: "numa",
    title: PageText::new("What does the other node cost?", "跨到另一个节点要付多少？"),
    summary: PageText::new(
        "Machines with two to sixteen memory nodes. Bind threads, choose a memory policy, fill a node with page cache, hide the nodes in firmware or kernel: what throughput, latency, bandwidth, swap and numastat say, and which rule decided.",
        "有两到十六个内存节点的机器。绑定线程、换内存策略、让页缓存占满节点、在固件或内核里把节点藏起来：吞吐、延迟、带宽、换出和 numastat 各是什么样，由哪条规则决定。",
    ),
    params: params::PARAMS,
    presets: presets::PRESETS,
    shown: &[
        ("transactions", Text::new("transactions per second", "每秒事务数")),
        ("of_ideal", Text::new("% of all local, no locks", "占全本地、无锁时的 %")),
        ("loaded_ns", Text::new("ns per read", "每次读，ns")),
        ("lock_share", Text::new("% of time in lock transfers", "锁转手占时间的 %")),
        ("memory_share", Text::new("% of time in memory", "等内存占时间的 %")),
        ("swapped_mb", Text::new("MB swapped", "换出，MB")),
    ],
    assumptions: &[
        PageText::new(
            "T = C + M/p x average latency + K x hand-overs, for each node; latencies are stretched by 1 + u^6/(1-u) with the use u of memory and links, and the use follows from T. The exponent fits one published figure: 506 ns at 111 to 112 GB/s on a Xeon 8163.",
            "每个节点 T = C + M/p × 平均延迟 + K × 转手时间；延迟按内存与链路的使用率 u 放大 1 + u^6/(1-u) 倍，使用率又由 T 算出。指数按一个公开数据取定：8163 上 111 到 112 GB/s 时 506 ns。",
        ),
        PageText::new(
            "Hand-overs of lock lines cost k N(N-1) r with k = 0.0037, fitted to one figure of an E5-2682 v4 and scaled with how much farther the nodes are. Within a node they cost nothing beyond C.",
            "锁的缓存行转手的代价是 k N(N-1) r，k = 0.0037，由 E5-2682 v4 的一个数据拟合，再按节点间远出多少缩放。同一节点内除 C 之外不另计。",
        ),
        PageText::new(
            "Misses are spread evenly over the pool. Peak rates of memory and links are usual values from memory, or assumed where the table of the machine says so.",
            "未命中均匀分布在整个缓冲池上。内存和链路的峰值是凭记忆的常见值，机器表里标明假定的是假定。",
        ),
        PageText::new(
            "Watermarks are 0.2 and 0.3 percent of a node. Filling 64 GB takes 39 s, reclaiming 40 GB of page cache 12 s more (published, kernel 3.10). A page read back from swap takes 100 µs, and a transaction touches one page for every 32 misses; of the pool any page is as likely to be swapped as another.",
            "水位线取节点内存的 0.2% 和 0.3%。填 64 GB 用 39 秒，回收 40 GB 页缓存再加 12 秒（公开数据，3.10 内核）。换入一页 100 微秒，每 32 次未命中碰一页；缓冲池里各页被换出的机会相同。",
        ),
        PageText::new(
            "With numa=off the pool takes the highest memory; what else is in use lies below it.",
            "numa=off 时缓冲池占最高的那段内存，其他占用都在它下面。",
        ),
    ],
    not_modelled: &[
        PageText::new(
            "The speed of cores: C is what is set, on every machine. Compare settings of one machine, not machines. Clock, turbo and caches are in C.",
            "核的快慢：C 设多少就是多少，哪台机器都一样。只比同一台机器的不同设置，不要比机器。主频、睿频和缓存都含在 C 里。",
        ),
        PageText::new(
            "What the fit of locks cannot do: small numbers of threads (published: 4 cores of Kunpeng lose 5 to 25 percent across dies or sockets, the model next to nothing), contention inside a node, kinds of locks, spinning, and more than 64 threads, where it only extrapolates. It is one constant without a mechanism, good for trends alone.",
            "锁的拟合做不到的：线程很少的情形（公开数据里鲲鹏 4 个核跨 die 或跨插槽损失 5% 到 25%，模型几乎没有损失）、节点内的竞争、锁的种类、自旋；超过 64 个线程只是外推。它只有一个常数，没有机制，只能看趋势。",
        ),
        PageText::new(
            "Automatic NUMA balancing, task migration, memory tiers, weighted interleave, huge pages as such, cgroup limits, khugepaged, compaction.",
            "自动 NUMA 平衡、任务迁移、分层内存、加权交织、大页本身、cgroup 限制、khugepaged、内存规整。",
        ),
        PageText::new(
            "Network cards and disks and their distance (published: 20 to 30 percent on Kunpeng), page cache of the program's own binary (30 percent on FT-2500).",
            "网卡和磁盘的距离（公开数据：鲲鹏上 20% 到 30%）、程序自身可执行文件的页缓存（FT-2500 上 30%）。",
        ),
        PageText::new(
            "Which pages are hot. Real kernels swap cold pages first, so a little swap costs less than here; a pool that is idle at night loses more than here.",
            "哪些页是热的。真实内核先换出冷页，所以换出一点的代价比这里小；夜里闲着的缓冲池则比这里换出更多。",
        ),
        PageText::new(
            "Writes and their traffic, prefetching, snoop filters and directories, routing over a third node, row buffers of DRAM.",
            "写及其流量、预取、侦听过滤器与目录、经第三个节点的路由、DRAM 的行缓冲。",
        ),
    ],
    model: 1,
    packets: false,
    measures: None,
    long: None,
    run,
    notes: notes::notes,
};

fn run(params: &Params, lang: Lang) -> Report {
    let settings = Settings::new(params);
    findings::report(params, &settings, &Outcome::of(&settings), lang)
}
