//! Named settings of the lab.

use crate::lab::Preset;
use crate::text::PageText;

const fn preset(
    id: &'static str,
    title: PageText,
    summary: PageText,
    values: &'static [(&'static str, &'static str)],
) -> Preset {
    Preset { id, title, summary, values }
}

/// The scenes of the article.
pub(super) const PRESETS: &[Preset] = &[
    preset(
        "e5-two-sockets",
        PageText::new("32 cores of two sockets", "两个插槽的 32 个核"),
        PageText::new(
            "Point selects on an E5-2682 v4, one thread on each core of both sockets. Published: 120 k queries per second, IPC 0.29.",
            "E5-2682 v4 上的点查，两个插槽每个核一个线程。公开数据：每秒 12 万次，IPC 0.29。",
        ),
        &[],
    ),
    preset(
        "e5-one-socket",
        PageText::new("32 hyper-threads of one socket", "一个插槽的 32 个超线程"),
        PageText::new(
            "The same number of threads on 16 cores. Published: 270 k, IPC 0.42.",
            "同样多的线程，只占 16 个核。公开数据：27 万，IPC 0.42。",
        ),
        &[("binding", "node"), ("smt", "on")],
    ),
    preset(
        "e5-16-cores",
        PageText::new("16 cores of one socket", "一个插槽的 16 个核"),
        PageText::new("Half of the threads. Published: 170 k.", "线程减半。公开数据：17 万。"),
        &[("binding", "node"), ("threads", "16")],
    ),
    preset(
        "e5-everything",
        PageText::new("All 64 hyper-threads", "64 个超线程全上"),
        PageText::new(
            "Twice as many CPUs as one socket has. Published: below 80 k.",
            "CPU 是一个插槽的两倍。公开数据：不到 8 万。",
        ),
        &[("threads", "64"), ("smt", "on")],
    ),
    preset(
        "e5-more-cores",
        PageText::new("16 cores, and four of the other socket", "16 个核，再加另一插槽的 4 个"),
        PageText::new(
            "CPUs 0 to 19 by number. The curve shows what each core of the second socket adds, or takes.",
            "按编号用 CPU 0 到 19。曲线说明第二个插槽的核每多一个是增是减。",
        ),
        &[("binding", "packed"), ("threads", "20")],
    ),
    preset(
        "one-node-memory",
        PageText::new("One thread filled the memory", "内存由一个线程填好"),
        PageText::new(
            "Both sockets of an 8163 scan memory that a single thread touched first: one node's controllers serve all.",
            "8163 的两个插槽都在扫内存，而内存由一个线程最先碰过：全靠一个节点的控制器。",
        ),
        &[("machine", "8163"), ("workload", "scan"), ("threads", "96"), ("smt", "on"), ("policy", "single")],
    ),
    preset(
        "interleaved-memory",
        PageText::new("The same, interleaved", "同样的扫描，交织"),
        PageText::new(
            "Page by page over both nodes: half of all reads are remote, and both nodes serve.",
            "逐页分到两个节点：一半读是远程的，但两个节点一起供数。",
        ),
        &[
            ("machine", "8163"),
            ("workload", "scan"),
            ("threads", "96"),
            ("smt", "on"),
            ("policy", "interleave"),
        ],
    ),
    preset(
        "own-memory",
        PageText::new("The same, each thread its own", "同样的扫描，各用各的"),
        PageText::new(
            "Each thread touched first what it reads: everything local, no link is used.",
            "每个线程读自己最先碰的内存：全是本地，不走链路。",
        ),
        &[("machine", "8163"), ("workload", "scan"), ("threads", "96"), ("smt", "on"), ("policy", "own")],
    ),
    preset(
        "numa-off",
        PageText::same("numa=off"),
        PageText::new(
            "The kernel is told not to look. Memory comes from the top, which is node 1; a thread on node 0 reads it all from there.",
            "让内核别看节点。内存从高地址给，那就是节点 1；节点 0 上的线程全得跨过去读。",
        ),
        &[
            ("machine", "8163-lat"),
            ("cmdline", "off"),
            ("binding", "node"),
            ("threads", "1"),
            ("workload", "scan"),
        ],
    ),
    preset(
        "bios-off",
        PageText::new("NUMA off in the firmware", "固件里关掉 NUMA"),
        PageText::new(
            "The hardware interleaves: every core sees the average of local and remote.",
            "由硬件交织：每个核看到的都是本地和远程的平均。",
        ),
        &[
            ("machine", "8163-lat"),
            ("bios_numa", "off"),
            ("binding", "node"),
            ("threads", "1"),
            ("workload", "scan"),
        ],
    ),
    preset(
        "cache-in-the-way",
        PageText::new("Page cache in the way", "页缓存占着地方"),
        PageText::new(
            "A node of 256 GB holds 179 GB of page cache when 64 GB are allocated. zone_reclaim_mode 0: the rest comes from the other node.",
            "256 GB 的节点上有 179 GB 页缓存，这时要分配 64 GB。zone_reclaim_mode 为 0：不够的去另一个节点拿。",
        ),
        &[
            ("machine", "8163"),
            ("kernel", "3.10"),
            ("zone_reclaim", "0"),
            ("binding", "node"),
            ("threads", "16"),
            ("used_gb", "51"),
            ("cache_gb", "179"),
            ("policy", "single"),
        ],
    ),
    preset(
        "node-reclaim",
        PageText::new("The same with zone_reclaim_mode 1", "同样，zone_reclaim_mode 为 1"),
        PageText::new(
            "The node's page cache is dropped first, 40 GB of it; filling the pool takes 12 s longer.",
            "先丢本节点的页缓存，40 GB；填满缓冲池多花 12 秒。",
        ),
        &[
            ("machine", "8163"),
            ("kernel", "3.10"),
            ("zone_reclaim", "1"),
            ("binding", "node"),
            ("threads", "16"),
            ("used_gb", "51"),
            ("cache_gb", "179"),
            ("policy", "single"),
        ],
    ),
    preset(
        "swap-insanity",
        PageText::new("Swapping with memory to spare", "内存有余却在换出"),
        PageText::new(
            "A pool larger than one node, filled by one thread; then a backup reads files. Node 0 has no page cache to give, node 1 has plenty.",
            "缓冲池比一个节点大，由一个线程填满；随后备份读文件。节点 0 没有页缓存可让，节点 1 多的是。",
        ),
        &[
            ("pool_gb", "160"),
            ("policy", "single"),
            ("read_gb", "200"),
            ("binding", "node"),
            ("threads", "16"),
        ],
    ),
    preset(
        "swap-interleaved",
        PageText::new("The same pool, interleaved", "同样的缓冲池，交织"),
        PageText::new(
            "Each node has half of the pool and its share of page cache. Nothing is swapped.",
            "每个节点各半个缓冲池，也各有一份页缓存。什么也不换出。",
        ),
        &[
            ("pool_gb", "160"),
            ("policy", "interleave"),
            ("read_gb", "200"),
            ("binding", "node"),
            ("threads", "16"),
        ],
    ),
    preset(
        "membind",
        PageText::new("--membind and a pool too large", "--membind 加过大的缓冲池"),
        PageText::new(
            "Bound memory has no other node to go to: 136 GB are asked from a node of 128, and the other one is empty.",
            "绑定的内存没有别处可去：向 128 GB 的节点要 136 GB，另一个节点却空着。",
        ),
        &[("pool_gb", "136"), ("policy", "bind"), ("binding", "node"), ("threads", "16")],
    ),
    preset(
        "kunpeng-local",
        PageText::new("Kunpeng TPC-C, all local", "鲲鹏 TPC-C，全本地"),
        PageText::new(
            "24 cores of one node. Published: 77,880 New-Orders per minute, IPC 0.46.",
            "一个节点的 24 个核。公开数据：77,880 tpmC，IPC 0.46。",
        ),
        &[
            ("machine", "kunpeng-920"),
            ("workload", "tpcc"),
            ("threads", "24"),
            ("binding", "node"),
            ("policy", "own"),
        ],
    ),
    preset(
        "kunpeng-half-remote",
        PageText::new("The same, half of the memory remote", "同样，一半内存在远处"),
        PageText::new(
            "Interleaved over all four nodes, with the same average as half on node 3. Published: 75,900, IPC 0.44.",
            "交织在四个节点上，平均延迟与一半在节点 3 相当。公开数据：75,900，IPC 0.44。",
        ),
        &[
            ("machine", "kunpeng-920"),
            ("workload", "tpcc"),
            ("threads", "24"),
            ("binding", "node"),
            ("policy", "interleave"),
        ],
    ),
    preset(
        "kunpeng-across",
        PageText::new("The same, threads on nodes 0 and 3", "同样，线程在节点 0 和 3"),
        PageText::new(
            "Twelve cores in each socket. Published: 69,660, IPC 0.42.",
            "两个插槽各 12 个核。公开数据：69,660，IPC 0.42。",
        ),
        &[
            ("machine", "kunpeng-920"),
            ("workload", "tpcc"),
            ("threads", "24"),
            ("binding", "pair"),
            ("other_node", "3"),
        ],
    ),
    preset(
        "ft2500-lost",
        PageText::new("FT-2500 that says it is one node", "自称一个节点的 FT-2500"),
        PageText::new(
            "NUMA is off in the firmware; 16 threads land anywhere on 16 physical nodes.",
            "固件关了 NUMA；16 个线程散落在 16 个物理节点上。",
        ),
        &[
            ("machine", "ft-2500"),
            ("bios_numa", "off"),
            ("threads", "16"),
            ("workload", "custom"),
            ("compute_ns", "269000"),
            ("locks", "8"),
        ],
    ),
    preset(
        "ft2500-bound",
        PageText::new("The same, bound to 16 cores that are neighbours", "同样，绑到相邻的 16 个核"),
        PageText::new(
            "Two neighbouring nodes by their CPU numbers. Published: four times the throughput, IPC 0.08 to 0.22 or more.",
            "按 CPU 编号取相邻的两个节点。公开数据：吞吐四倍，IPC 从 0.08 到 0.22 以上。",
        ),
        &[
            ("machine", "ft-2500"),
            ("bios_numa", "off"),
            ("threads", "16"),
            ("binding", "pair"),
            ("workload", "custom"),
            ("compute_ns", "269000"),
            ("locks", "8"),
        ],
    ),
    preset(
        "tables-left",
        PageText::new("After a migration: page tables left behind", "迁移之后：页表留在原处"),
        PageText::new(
            "Threads and data have moved to node 2, and everything should be local again. Page tables are still on node 0.",
            "线程和数据都搬到了节点 2，本该又全是本地。页表还在节点 0。",
        ),
        &[
            ("machine", "kunpeng-920"),
            ("workload", "custom"),
            ("compute_ns", "20000"),
            ("misses", "600"),
            ("parallel", "2"),
            ("locks", "0"),
            ("walk_percent", "46"),
            ("threads", "8"),
            ("binding", "node"),
            ("node", "2"),
            ("policy", "own"),
            ("page_tables", "left"),
        ],
    ),
    preset(
        "hygon-unbound",
        PageText::new("Eight nodes of Zen 1, nobody bound", "Zen 1 的八个节点，谁也没绑"),
        PageText::new(
            "A Hygon 7280: each die has memory controllers of its own. Seven of eight reads leave the die.",
            "海光 7280：每个 die 有自己的内存控制器。八次读里有七次要出 die。",
        ),
        &[("machine", "hygon-7280"), ("workload", "scan"), ("threads", "64")],
    ),
    preset(
        "half-qpi",
        PageText::new("A board with half the link", "链路减半的主板"),
        PageText::new(
            "The same processors, the same work; the links between the sockets run at half their speed.",
            "同样的处理器、同样的负载，插槽间的链路只有一半速率。",
        ),
        &[("workload", "scan"), ("policy", "interleave"), ("link_percent", "50")],
    ),
];
