//! What the lab takes.

use crate::lab::{Choice, Group, Kind, Param};
use crate::text::{PageText, Text};

const fn choice(value: &'static str, en: &'static str, zh: &'static str) -> Choice {
    Choice { value, label: PageText::new(en, zh) }
}

const NO_UNIT: Text = Text::same("");
const GB: Text = Text::same("GB");
const PERCENT: Text = Text::same("%");

/// A parameter without a sysctl.
const fn param(
    name: &'static str,
    label: PageText,
    help: PageText,
    kind: Kind,
    default: &'static str,
    unit: Text,
    group: Group,
) -> Param {
    Param { name, label, help, kind, default, unit, sysctl: "", group }
}

/// The parameters, in the order of the form.
pub(super) const PARAMS: &[Param] = &[
    param(
        "machine",
        PageText::new("Machine", "机器"),
        PageText::new(
            "Nodes, cores, latencies and distances as published. The same processor measured with two tools counts as two: never compare across tools.",
            "节点、核数、延迟和距离取自公开数据。同一颗处理器用两种工具测，算两台：不同工具的数字不能放在一起比。",
        ),
        Kind::Choice(&[
            choice("e5-2682v4", "Intel E5-2682 v4, 2 nodes", "Intel E5-2682 v4，2 个节点"),
            choice("8163", "Intel 8163, 2 nodes, by MLC", "Intel 8163，2 个节点，MLC 测"),
            choice("8163-lat", "Intel 8163, by lat_mem_rd", "Intel 8163，lat_mem_rd 测"),
            choice("8269cy", "Intel 8269CY, 2 nodes, by MLC", "Intel 8269CY，2 个节点，MLC 测"),
            choice("8269cy-lat", "Intel 8269CY, by lat_mem_rd", "Intel 8269CY，lat_mem_rd 测"),
            choice("hygon-7280", "Hygon 7280 (Zen 1), 8 nodes", "海光 7280（Zen 1），8 个节点"),
            choice("hygon-5280", "Hygon 5280 (Zen 1), 4 nodes", "海光 5280（Zen 1），4 个节点"),
            choice("kunpeng-920", "Kunpeng 920, 4 nodes", "鲲鹏 920，4 个节点"),
            choice("ft-2500", "Phytium FT-2500, 16 nodes", "飞腾 FT-2500，16 个节点"),
            choice("sw3231", "SW3231, 2 nodes", "申威 SW3231，2 个节点"),
        ]),
        "e5-2682v4",
        NO_UNIT,
        Group::Scene,
    ),
    param(
        "bios_numa",
        PageText::new("NUMA in the firmware", "固件里的 NUMA"),
        PageText::new(
            "Off: the memory controllers interleave line by line over all nodes, and the kernel is shown a single node.",
            "关：内存控制器按缓存行在所有节点间交织，内核只看到一个节点。",
        ),
        Kind::Choice(&[
            choice("on", "on", "开"),
            choice("off", "off (hardware interleave)", "关（硬件交织）"),
        ]),
        "on",
        NO_UNIT,
        Group::Scene,
    ),
    param(
        "cmdline",
        PageText::new("Kernel command line", "内核命令行"),
        PageText::new(
            "numa=off: the nodes are there, the kernel ignores them, and hands memory out from the highest address down.",
            "numa=off：节点还在，内核装作没有，内存从高地址往下给。",
        ),
        Kind::Choice(&[choice("on", "nothing", "不写"), choice("off", "numa=off", "numa=off")]),
        "on",
        NO_UNIT,
        Group::Scene,
    ),
    param(
        "link_percent",
        PageText::new("Links run at", "链路速率"),
        PageText::new(
            "Percent of the rated speed. There were boards of one model with half the QPI bandwidth.",
            "额定速率的百分比。同一型号的主板里有过 QPI 带宽减半的。",
        ),
        Kind::Int { min: 10, max: 100, step: 5 },
        "100",
        PERCENT,
        Group::Scene,
    ),
    param(
        "threads",
        PageText::new("Threads", "线程数"),
        PageText::new(
            "Busy ones. As many run as the binding has CPUs.",
            "一直在忙的线程。能同时跑的不超过绑定范围里的 CPU 数。",
        ),
        Kind::Int { min: 1, max: 256, step: 1 },
        "32",
        NO_UNIT,
        Group::Processor,
    ),
    param(
        "binding",
        PageText::new("Threads run on", "线程跑在"),
        PageText::new(
            "taskset or numactl --cpunodebind. Unbound threads are spread evenly by the scheduler.",
            "taskset 或 numactl --cpunodebind。不绑的话，调度器会把线程摊平。",
        ),
        Kind::Choice(&[
            choice("all", "all nodes (unbound)", "所有节点（不绑）"),
            choice("node", "one node", "一个节点"),
            choice("socket", "one socket", "一个插槽"),
            choice("pair", "two nodes", "两个节点"),
            choice("packed", "the first CPUs by number", "编号最小的那些 CPU"),
        ]),
        "all",
        NO_UNIT,
        Group::Processor,
    ),
    param(
        "node",
        PageText::new("Node of the threads", "线程的节点"),
        PageText::new(
            "With one node, one socket or two nodes: the first, or whose socket.",
            "绑一个节点、一个插槽或两个节点时：第一个节点，或哪个节点所在的插槽。",
        ),
        Kind::Int { min: 0, max: 15, step: 1 },
        "0",
        NO_UNIT,
        Group::Processor,
    ),
    param(
        "other_node",
        PageText::new("Second node", "第二个节点"),
        PageText::new("With two nodes: the other one.", "绑两个节点时的另一个。"),
        Kind::Int { min: 0, max: 15, step: 1 },
        "1",
        NO_UNIT,
        Group::Processor,
    ),
    param(
        "smt",
        PageText::new("Hyper-threads", "超线程"),
        PageText::new(
            "Use the second hyper-thread of each core too, once all cores are taken.",
            "核用完之后，再用每个核的第二个超线程。",
        ),
        Kind::Choice(&[
            choice("off", "one thread per core", "每核一个线程"),
            choice("on", "both", "两个都用"),
        ]),
        "off",
        NO_UNIT,
        Group::Processor,
    ),
    param(
        "policy",
        PageText::new("Memory policy", "内存策略"),
        PageText::new(
            "Where the pool goes. Under the default policy the thread that touches a page first decides, not the one that called malloc().",
            "数据放到哪里。默认策略下由第一个写这页的线程决定，不是调用 malloc() 的线程。",
        ),
        Kind::Choice(&[
            choice("shared", "default; all threads fill the pool", "默认；所有线程一起填"),
            choice("own", "default; each thread its own data", "默认；各用各的数据"),
            choice("single", "default; one thread fills the pool", "默认；由一个线程填"),
            choice("interleave", "interleave, all nodes", "交织，所有节点"),
            choice("interleave-socket", "interleave, the threads' socket", "交织，线程所在的插槽"),
            choice("preferred", "preferred", "首选（preferred）"),
            choice("bind", "bind", "绑定（bind）"),
            choice("remote", "preferred, the farthest node", "首选最远的节点"),
        ]),
        "shared",
        NO_UNIT,
        Group::Memory,
    ),
    param(
        "mem_node",
        PageText::new("Node of the policy", "策略的节点"),
        PageText::new(
            "For bind and preferred; the node of the thread that fills the pool alone; and of page tables that were left behind.",
            "bind 和 preferred 指定的节点；独自填数据的那个线程的节点；也是留在原处的页表所在的节点。",
        ),
        Kind::Int { min: 0, max: 15, step: 1 },
        "0",
        NO_UNIT,
        Group::Memory,
    ),
    param(
        "node_gb",
        PageText::new("Memory of a node", "每个节点的内存"),
        PageText::new("0: as this machine usually has it.", "0：按这台机器的常见配置。"),
        Kind::Int { min: 0, max: 512, step: 16 },
        "0",
        GB,
        Group::Memory,
    ),
    param(
        "pool_gb",
        PageText::new("Buffer pool", "缓冲池"),
        PageText::new(
            "The data that the threads work on, filled before they start.",
            "线程要用的数据，开跑之前填满。",
        ),
        Kind::Int { min: 1, max: 1024, step: 1 },
        "64",
        GB,
        Group::Memory,
    ),
    param(
        "used_gb",
        PageText::new("Other programs, per node", "其他程序，每个节点"),
        PageText::new("Anonymous memory that was there before.", "原先就占着的匿名内存。"),
        Kind::Int { min: 0, max: 256, step: 1 },
        "4",
        GB,
        Group::Memory,
    ),
    param(
        "cache_gb",
        PageText::new("Page cache before the start", "启动之前的页缓存"),
        PageText::new(
            "Of files that were read or copied before the pool is filled.",
            "填缓冲池之前读过或拷过的文件留下的。",
        ),
        Kind::Int { min: 0, max: 1024, step: 1 },
        "0",
        GB,
        Group::Memory,
    ),
    param(
        "cache_on",
        PageText::new("It lies", "它在哪里"),
        PageText::new(
            "The page cache of a file is on the node of whoever read it first.",
            "文件的页缓存在最先读它的那个程序所在的节点上。",
        ),
        Kind::Choice(&[
            choice("one", "on the first thread's node", "在第一个线程的节点"),
            choice("all", "on all nodes evenly", "平摊在所有节点"),
        ]),
        "one",
        NO_UNIT,
        Group::Memory,
    ),
    param(
        "dirty_percent",
        PageText::new("Of it dirty", "其中的脏页"),
        PageText::new(
            "Must be written before it can be dropped; node reclaim does that with bit 2 alone.",
            "要先写回才能丢；节点回收只有带上位 2 才会写。",
        ),
        Kind::Int { min: 0, max: 100, step: 5 },
        "0",
        PERCENT,
        Group::Memory,
    ),
    param(
        "read_gb",
        PageText::new("Files read afterwards", "之后读的文件"),
        PageText::new(
            "A backup on the first thread's node, when the pool is full.",
            "缓冲池填满之后，在第一个线程的节点上做备份之类。",
        ),
        Kind::Int { min: 0, max: 1024, step: 1 },
        "0",
        GB,
        Group::Memory,
    ),
    param(
        "swap_gb",
        PageText::new("Swap", "交换分区"),
        PageText::new("0: none.", "0：没有。"),
        Kind::Int { min: 0, max: 512, step: 1 },
        "16",
        GB,
        Group::Memory,
    ),
    param(
        "kernel",
        PageText::new("Kernel", "内核"),
        PageText::new(
            "Decides what zone_reclaim_mode is when nobody has set it: up to 3.15 the kernel turned it on when a node was farther than 20, from 2011 on 30.",
            "决定没人设置时 zone_reclaim_mode 是多少：3.15 及以前，只要有节点的距离超过 20（2011 年起是 30）就自动打开。",
        ),
        Kind::Choice(&[
            choice("2.6.32", "2.6.32", "2.6.32"),
            choice("3.10", "3.10", "3.10"),
            choice("3.16", "3.16 or newer", "3.16 及以后"),
        ]),
        "3.16",
        NO_UNIT,
        Group::Memory,
    ),
    Param {
        name: "zone_reclaim",
        label: PageText::same("vm.zone_reclaim_mode"),
        help: PageText::new(
            "A full node: 0 tries the next one; else memory of the node is reclaimed first. 1: clean page cache, 2: dirty too, 4: programs' memory too. Bits are added.",
            "节点满了：0 去下一个节点要；非 0 先回收本节点。1：干净的页缓存，2：脏页也写回，4：程序的内存也换出。按位相加。",
        ),
        kind: Kind::Choice(&[
            choice("default", "not set", "没有设置"),
            choice("0", "0", "0"),
            choice("1", "1", "1"),
            choice("2", "2", "2"),
            choice("3", "3 = 1 + 2", "3 = 1 + 2"),
            choice("4", "4", "4"),
            choice("5", "5 = 1 + 4", "5 = 1 + 4"),
            choice("6", "6 = 2 + 4", "6 = 2 + 4"),
            choice("7", "7 = 1 + 2 + 4", "7 = 1 + 2 + 4"),
        ]),
        default: "default",
        unit: NO_UNIT,
        sysctl: "vm.zone_reclaim_mode",
        group: Group::Memory,
    },
    param(
        "dimm_percent",
        PageText::new("DIMMs run at", "内存条速率"),
        PageText::new(
            "Percent of the rated speed: 2100 instead of 2933 MT/s is 72.",
            "额定速率的百分比：2933 跑成 2100 MT/s 就是 72。",
        ),
        Kind::Int { min: 10, max: 100, step: 1 },
        "100",
        PERCENT,
        Group::Memory,
    ),
    param(
        "page_tables",
        PageText::new("Page tables", "页表"),
        PageText::new(
            "They are made where the process touched its memory first, and do not move with it.",
            "进程最先在哪里碰内存，页表就建在哪里；内存搬走，页表不跟着走。",
        ),
        Kind::Choice(&[
            choice("local", "on the threads' node", "在线程的节点"),
            choice("left", "left on the policy's node", "留在策略的节点"),
        ]),
        "local",
        NO_UNIT,
        Group::Memory,
    ),
    param(
        "workload",
        PageText::new("Work", "负载"),
        PageText::new(
            "C, M, p and K of a transaction. Cores are taken to be as fast on every machine: compare settings of one machine, not machines.",
            "一个事务的 C、M、p、K。各台机器的核按一样快算：只比同一台机器的不同设置，不要拿来比机器。",
        ),
        Kind::Choice(&[
            choice("oltp", "point selects, hot locks", "点查，热锁"),
            choice("tpcc", "TPC-C", "TPC-C"),
            choice("scan", "reading memory in order", "顺序扫内存"),
            choice("cpu", "computing", "纯计算"),
            choice("custom", "of your own", "自定义"),
        ]),
        "oltp",
        NO_UNIT,
        Group::Load,
    ),
    param(
        "compute_ns",
        PageText::new("C: computing", "C：计算"),
        PageText::new(
            "Time of a transaction that needs no memory and no lock.",
            "一个事务里不等内存也不等锁的时间。",
        ),
        Kind::Wide { min: 100, max: 500_000, most: 100_000_000, step: 100 },
        "89400",
        Text::new("ns", "纳秒"),
        Group::Load,
    ),
    param(
        "misses",
        PageText::new("M: cache misses", "M：缓存未命中"),
        PageText::new("Lines that come from memory, per transaction.", "每个事务从内存取多少个缓存行。"),
        Kind::Wide { min: 0, max: 2_000, most: 100_000, step: 1 },
        "167",
        NO_UNIT,
        Group::Load,
    ),
    param(
        "parallel",
        PageText::new("p: under way at once", "p：同时在途"),
        PageText::new(
            "Misses that overlap: 1 to 3 where each address follows from the last, 10 to 16 in a scan.",
            "能重叠的未命中：地址一个推一个时是 1 到 3，顺序扫描时 10 到 16。",
        ),
        Kind::Int { min: 1, max: 16, step: 1 },
        "3",
        NO_UNIT,
        Group::Load,
    ),
    param(
        "locks",
        PageText::new("K: lines handed over", "K：锁的缓存行转手"),
        PageText::new(
            "Hand-overs of a line that all threads want, such as a mutex, per transaction.",
            "每个事务里，大家都要的缓存行（比如一个互斥锁）转手几次。",
        ),
        Kind::Int { min: 0, max: 100, step: 1 },
        "2",
        NO_UNIT,
        Group::Load,
    ),
    param(
        "walk_percent",
        PageText::new("Page table reads", "页表读取"),
        PageText::new(
            "Reads of page tables from memory per hundred misses. Near 0 with huge pages.",
            "每一百次未命中附带几次从内存读页表。用大页时接近 0。",
        ),
        Kind::Int { min: 0, max: 100, step: 1 },
        "0",
        PERCENT,
        Group::Load,
    ),
];
