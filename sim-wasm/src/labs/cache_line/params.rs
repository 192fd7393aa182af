//! What the lab takes.

use crate::lab::{Choice, Group, Kind, Param};
use crate::text::{PageText, Text};

const fn choice(value: &'static str, en: &'static str, zh: &'static str) -> Choice {
    Choice { value, label: PageText::new(en, zh) }
}

const NO_UNIT: Text = Text::same("");
const BYTES: Text = Text::new("bytes", "字节");

/// A parameter that is no setting of the kernel's.
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
        "experiment",
        PageText::new("Experiment", "实验"),
        PageText::new("What is run.", "跑什么。"),
        Kind::Choice(&[
            choice("sweep", "working sets: follow a chain of pointers", "工作集：顺着指针链走"),
            choice("stride", "stride: change every n-th integer", "步长：每隔 n 个整数改一个"),
            choice("matrix", "matrix: rows against columns", "矩阵：按行对按列"),
            choice("sharing", "false sharing: counters of threads", "伪共享：各线程的计数器"),
        ]),
        "sweep",
        NO_UNIT,
        Group::Scene,
    ),
    param(
        "cpu",
        PageText::new("Processor", "处理器"),
        PageText::new(
            "Sizes and latencies of its caches, and its line.",
            "决定各级缓存的大小、延迟和缓存行长度。",
        ),
        Kind::Choice(&[
            choice("skylake", "Xeon 8163 (Skylake-SP)", "Xeon 8163（Skylake-SP）"),
            choice("cascade-lake", "Xeon 8269CY (Cascade Lake)", "Xeon 8269CY（Cascade Lake）"),
            choice("broadwell", "Xeon E5-2682 v4 (Broadwell)", "Xeon E5-2682 v4（Broadwell）"),
            choice("rome", "EPYC 7002 (Rome)", "EPYC 7002（Rome）"),
            choice("hygon", "Hygon 7280 (Zen 1)", "海光 7280（Zen 1）"),
            choice("kunpeng", "Kunpeng 920", "鲲鹏 920"),
            choice("ft2500", "FT-2500", "飞腾 FT-2500"),
        ]),
        "skylake",
        NO_UNIT,
        Group::Processor,
    ),
    param(
        "memory",
        PageText::new("Memory", "内存"),
        PageText::new(
            "Of the node that the thread runs on, or of another socket.",
            "线程所在节点的内存，还是另一个插槽的。",
        ),
        Kind::Choice(&[choice("local", "local", "本地"), choice("remote", "another socket", "另一插槽")]),
        "local",
        NO_UNIT,
        Group::Memory,
    ),
    param(
        "order",
        PageText::new("Order of the chain", "链的顺序"),
        PageText::new(
            "In one cycle through all lines, to any line each time, or as they lie in memory, which the prefetcher recognises.",
            "按随机排列走一圈又一圈，每次随便跳到哪一行，或者按内存里的顺序走（预取器认得出来）。",
        ),
        Kind::Choice(&[
            choice("permutation", "a random cycle", "随机排列成环"),
            choice("random", "any line each time", "每次任意一行"),
            choice("sequential", "in sequence", "顺序"),
        ]),
        "permutation",
        NO_UNIT,
        Group::Load,
    ),
    param(
        "working_set_kib",
        PageText::new("Working set", "工作集"),
        PageText::new("Bytes that the chain goes through before it repeats.", "指针链重复之前走过的字节数。"),
        Kind::Wide { min: 4, max: 65_536, most: 1_048_576, step: 4 },
        "4096",
        Text::same("KiB"),
        Group::Load,
    ),
    param(
        "stride_bytes",
        PageText::new("Distance of the elements", "元素间距"),
        PageText::new(
            "From one element of the chain to its neighbour in memory. Below a line several share one.",
            "链上的元素在内存里隔多远。小于一个缓存行时，几个元素同在一行。",
        ),
        Kind::Int { min: 8, max: 8192, step: 8 },
        "64",
        BYTES,
        Group::Load,
    ),
    param(
        "array_mib",
        PageText::new("Array", "数组"),
        PageText::new("Of integers of 4 bytes.", "由 4 字节整数组成。"),
        Kind::Int { min: 1, max: 1024, step: 1 },
        "256",
        Text::same("MiB"),
        Group::Load,
    ),
    param(
        "step",
        PageText::new("Step", "步长"),
        PageText::new(
            "1: every integer is changed. 16: one in each line of 64 bytes.",
            "1 表示每个整数都改，16 表示 64 字节的行里改一个。",
        ),
        Kind::Int { min: 1, max: 1024, step: 1 },
        "16",
        Text::new("integers", "个整数"),
        Group::Load,
    ),
    param(
        "element_ps",
        PageText::new("Arithmetic of an element", "每个元素的计算"),
        PageText::new(
            "Without waiting for memory. 150 where the compiler uses vectors, 2000 without optimisation.",
            "不算等内存。编译器用了向量指令约 150，不开优化约 2000。",
        ),
        Kind::Int { min: 50, max: 5000, step: 50 },
        "150",
        Text::new("ps", "皮秒"),
        Group::Load,
    ),
    param(
        "rows",
        PageText::new("Rows", "行数"),
        PageText::new("Of the matrix.", "矩阵的行数。"),
        Kind::Int { min: 16, max: 4096, step: 16 },
        "1024",
        NO_UNIT,
        Group::Load,
    ),
    param(
        "columns",
        PageText::new("Columns", "列数"),
        PageText::new(
            "Integers of a row. Where a row is a power of two long, the elements of a column meet in few sets.",
            "一行多少个整数。行长是 2 的幂时，一列的元素会挤进少数几个组。",
        ),
        Kind::Int { min: 16, max: 4096, step: 1 },
        "512",
        NO_UNIT,
        Group::Load,
    ),
    param(
        "threads",
        PageText::new("Threads", "线程数"),
        PageText::new("Each increments a counter of its own.", "每个线程只给自己的计数器加一。"),
        Kind::Int { min: 1, max: 64, step: 1 },
        "2",
        NO_UNIT,
        Group::Load,
    ),
    param(
        "padding_bytes",
        PageText::new("From counter to counter", "计数器间距"),
        PageText::new("8: one directly behind the other.", "8 表示一个挨着一个。"),
        Kind::Int { min: 8, max: 256, step: 8 },
        "8",
        BYTES,
        Group::Load,
    ),
    param(
        "placement",
        PageText::new("The threads run", "线程放在"),
        PageText::new(
            "Decides how long a line takes from one to the other.",
            "决定缓存行从一个核传到另一个核要多久。",
        ),
        Kind::Choice(&[
            choice("group", "in one group of cores (20 to 40 ns)", "同一组核（20 到 40 纳秒）"),
            choice("die", "on dies of a socket (80 to 120 ns)", "同插槽不同 die（80 到 120 纳秒）"),
            choice("socket", "on two sockets (120 to 250 ns)", "两个插槽（120 到 250 纳秒）"),
        ]),
        "group",
        NO_UNIT,
        Group::Load,
    ),
    param(
        "increment",
        PageText::new("Increment", "加一"),
        PageText::new("With or without a locked instruction.", "用不用带锁的指令。"),
        Kind::Choice(&[
            choice("plain", "plain, 0.6 ns", "普通，0.6 纳秒"),
            choice("atomic", "atomic, 11.4 ns", "原子，11.4 纳秒"),
        ]),
        "plain",
        NO_UNIT,
        Group::Load,
    ),
    param(
        "increments_m",
        PageText::new("Increments of each thread", "每个线程加多少次"),
        PageText::new("For the time in all.", "用来算总用时。"),
        Kind::Int { min: 1, max: 1000, step: 1 },
        "100",
        Text::new("million", "百万"),
        Group::Load,
    ),
];
