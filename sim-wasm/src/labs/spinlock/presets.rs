//! Named settings of the lab.

use crate::lab::Preset;
use crate::text::PageText;

/// The scenes of the articles.
pub(super) const PRESETS: &[Preset] = &[
    Preset {
        id: "broadwell",
        title: PageText::new("Broadwell, delay 6", "Broadwell，delay 6"),
        summary: PageText::new(
            "A PAUSE of 10 cycles, the processor that InnoDB's defaults were made for.",
            "PAUSE 10 个周期，InnoDB 的默认值就是按这种处理器定的。",
        ),
        values: &[("cpu", "broadwell")],
    },
    Preset {
        id: "broadwell-30",
        title: PageText::new("Broadwell, delay 30", "Broadwell，delay 30"),
        summary: PageText::new(
            "A delay that many installations copied, still bearable with a short PAUSE.",
            "许多线上照抄的 delay，PAUSE 短的时候还过得去。",
        ),
        values: &[("cpu", "broadwell"), ("spin_wait_delay", "30")],
    },
    Preset {
        id: "skylake",
        title: PageText::new("Skylake, delay 6", "Skylake，delay 6"),
        summary: PageText::new(
            "The same program on the same number of cores. Each PAUSE takes 14 times as long.",
            "同样的程序，同样多的核，只是每条 PAUSE 长了 14 倍。",
        ),
        values: &[],
    },
    Preset {
        id: "skylake-30",
        title: PageText::new("Skylake, delay 30", "Skylake，delay 30"),
        summary: PageText::new(
            "Waiters look at the lock every 41 microseconds. It is free most of the time, and nobody sees it.",
            "等锁的线程平均 41 微秒才看一眼。锁大部分时间空着，没有人看见。",
        ),
        values: &[("spin_wait_delay", "30")],
    },
    Preset {
        id: "multiplier",
        title: PageText::new("Skylake, multiplier 5", "Skylake，乘数 5"),
        summary: PageText::new(
            "innodb_spin_wait_pause_multiplier makes good for the longer PAUSE.",
            "用 innodb_spin_wait_pause_multiplier 把变长的 PAUSE 找补回来。",
        ),
        values: &[("pause_multiplier", "5")],
    },
    Preset {
        id: "arm-yield",
        title: PageText::new("Arm with yield", "Arm，用 yield"),
        summary: PageText::new(
            "The delay does nothing: thirty rounds are over in less than a microsecond, and most waiters go to sleep.",
            "延时形同虚设：三十轮不到一微秒就转完了，大多数等待者只好去睡。",
        ),
        values: &[("cpu", "arm-yield"), ("section_ns", "1000"), ("work_ns", "20000")],
    },
    Preset {
        id: "tas-collapse",
        title: PageText::new("Test-and-set collapses", "test-and-set 垮掉"),
        summary: PageText::new(
            "64 threads write to one line. Each release waits behind 63 of them.",
            "64 个线程写同一个缓存行，每次释放都排在 63 个写请求之后。",
        ),
        values: &[("lock", "tas"), ("cores", "64"), ("threads", "64")],
    },
    Preset {
        id: "ticket-collapse",
        title: PageText::new("A ticket lock collapses", "ticket 锁垮掉"),
        summary: PageText::new(
            "In turn and fair, and yet all of them read the word that a release writes.",
            "排队、公平，可所有人都在读释放时要写的那个字。",
        ),
        values: &[("lock", "ticket"), ("cores", "64"), ("threads", "64")],
    },
    Preset {
        id: "mcs",
        title: PageText::new("An MCS lock stays flat", "MCS 锁走平"),
        summary: PageText::new(
            "Each waits on a line of its own. A release costs one transfer, however many wait.",
            "各等各的缓存行，不管多少个在等，释放都只要一次传输。",
        ),
        values: &[("lock", "mcs"), ("cores", "64"), ("threads", "64")],
    },
    Preset {
        id: "two-sockets",
        title: PageText::new("The same on two sockets", "换成两个插槽"),
        summary: PageText::new(
            "Half of the transfers cross sockets: the peak comes with fewer threads, and is lower.",
            "一半的传输跨插槽：线程更少就到顶，顶也更低。",
        ),
        values: &[("lock", "tas"), ("cores", "64"), ("threads", "64"), ("sockets", "2")],
    },
    Preset {
        id: "more-cores",
        title: PageText::new("16 cores slower than 8", "16 核比 8 核慢"),
        summary: PageText::new(
            "100 threads increment one counter under a spin lock. More cores means more of them that fight for the line.",
            "100 个线程在自旋锁下给一个计数器加一。核越多，同时抢缓存行的就越多。",
        ),
        values: &[
            ("lock", "tas"),
            ("cores", "16"),
            ("threads", "100"),
            ("section_ns", "20"),
            ("work_ns", "0"),
            ("transfer_ns", "15"),
        ],
    },
    Preset {
        id: "mutex",
        title: PageText::new("A mutex that sleeps", "会睡眠的 mutex"),
        summary: PageText::new(
            "The same 64 threads: each wait is a switch or two, and the cores are free for others.",
            "同样 64 个线程：每次等待要切换一两次，核却让给了别人。",
        ),
        values: &[("lock", "mutex"), ("cores", "64"), ("threads", "64")],
    },
];
