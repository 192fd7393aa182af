//! Named settings of the lab.

use crate::lab::Preset;
use crate::text::PageText;

/// The scenes of the articles.
pub(super) const PRESETS: &[Preset] = &[
    Preset {
        id: "plateaus",
        title: PageText::new("Plateaus and knees", "台阶与拐点"),
        summary: PageText::new(
            "A chain of pointers in random order through working sets from 4 KiB to 1 GiB: one plateau for each level.",
            "随机顺序的指针链，工作集从 4 KiB 到 1 GiB：每一级一个台阶。",
        ),
        values: &[],
    },
    Preset {
        id: "prefetcher",
        title: PageText::new("In sequence all is near", "顺序走，哪里都近"),
        summary: PageText::new(
            "The same chain in the order of memory. The prefetcher hides L3 and most of the memory.",
            "同一条链按内存顺序走。预取器把 L3 和大半个内存都藏了起来。",
        ),
        values: &[("order", "sequential")],
    },
    Preset {
        id: "remote",
        title: PageText::new("Memory of the other socket", "另一插槽的内存"),
        summary: PageText::new(
            "64 MiB behind the interconnect. The caches hide it until the working set outgrows them.",
            "64 MiB 在互连的另一头。工作集没超出缓存之前，看不出来。",
        ),
        values: &[("memory", "remote"), ("working_set_kib", "65536")],
    },
    Preset {
        id: "one-ccx",
        title: PageText::new("256 MB of L3, of which 16", "256 MB 的 L3，只用得上 16"),
        summary: PageText::new(
            "A core of Rome has the L3 of its own group, and no other.",
            "Rome 的一个核只有自己那一组的 L3 可用。",
        ),
        values: &[("cpu", "rome"), ("working_set_kib", "32768")],
    },
    Preset {
        id: "stride",
        title: PageText::new("Every 16th integer", "每 16 个整数改一个"),
        summary: PageText::new(
            "A sixteenth of the arithmetic, and as many lines as before.",
            "计算只剩十六分之一，缓存行一个没少。",
        ),
        values: &[("experiment", "stride")],
    },
    Preset {
        id: "stride-slow",
        title: PageText::new("The same without optimisation", "不开优化的同一个循环"),
        summary: PageText::new(
            "Slow arithmetic hides the lines at small steps: step 16 takes a quarter of the time of step 1.",
            "计算慢，步长小的时候就盖住了取行：步长 16 的用时是步长 1 的四分之一。",
        ),
        values: &[("experiment", "stride"), ("element_ps", "2200")],
    },
    Preset {
        id: "columns",
        title: PageText::new("Columns of a matrix", "矩阵按列"),
        summary: PageText::new(
            "1024 rows of 512 integers: twelve times as long by columns.",
            "1024 行、每行 512 个整数：按列要十二倍的时间。",
        ),
        values: &[("experiment", "matrix")],
    },
    Preset {
        id: "padded-rows",
        title: PageText::new("Rows one line longer", "每行长出一个缓存行"),
        summary: PageText::new(
            "528 integers in a row: the elements of a column are spread over all sets, and stay.",
            "每行 528 个整数：一列的元素分散到所有组里，留得住了。",
        ),
        values: &[("experiment", "matrix"), ("columns", "528")],
    },
    Preset {
        id: "false-sharing",
        title: PageText::new("Two counters in one line", "两个计数器同在一行"),
        summary: PageText::new(
            "No data is shared, and yet each increment waits for the line.",
            "数据并没有共用，每次加一却都要等缓存行。",
        ),
        values: &[("experiment", "sharing")],
    },
    Preset {
        id: "padded",
        title: PageText::new("Each in a line of its own", "各占一行"),
        summary: PageText::new("64 bytes apart: nobody waits.", "隔开 64 字节，谁也不等谁。"),
        values: &[("experiment", "sharing"), ("padding_bytes", "64")],
    },
    Preset {
        id: "two-sockets",
        title: PageText::new("The same line on two sockets", "同一行，两个插槽"),
        summary: PageText::new(
            "Each increment crosses the interconnect: three hundred times slower than alone.",
            "每次加一都要穿过互连：比独占慢三百倍。",
        ),
        values: &[("experiment", "sharing"), ("placement", "socket")],
    },
    Preset {
        id: "line-128",
        title: PageText::new("64 bytes are not enough", "64 字节不够"),
        summary: PageText::new(
            "Where caches exchange 128 bytes, two counters 64 bytes apart still share a line.",
            "缓存之间按 128 字节交换时，隔开 64 字节的两个计数器仍在同一行。",
        ),
        values: &[("experiment", "sharing"), ("cpu", "kunpeng"), ("padding_bytes", "64")],
    },
];
