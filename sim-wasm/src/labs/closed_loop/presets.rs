//! The named settings: the figures of the articles.

use crate::lab::Preset;
use crate::text::PageText;

pub(super) static PRESETS: &[Preset] = &[
    Preset {
        id: "opening-tables",
        title: PageText::new("Half of the tables are missing", "一半的表不存在"),
        summary: PageText::new(
            "32 of 64 tables do not exist. A tenth of the throughput is left, the processors idle, and all threads stand in “Opening tables”.",
            "64 张表里有 32 张不存在。吞吐只剩十分之一，处理器闲着，线程全停在 Opening tables。",
        ),
        values: &[],
    },
    Preset {
        id: "healthy",
        title: PageText::new("All tables are there", "表都在"),
        summary: PageText::new(
            "The same threads and processors, and no request on the slow path: the processors are the limit.",
            "同样的线程和处理器，没有请求走慢路径：瓶颈是处理器。",
        ),
        values: &[("slow_permille", "0")],
    },
    Preset {
        id: "knee",
        title: PageText::new("At the knee", "拐点"),
        summary: PageText::new(
            "5.5 % of the requests take the slow path. Throughput is hardly lower, and their response time is nearly eight times that of the others.",
            "5.5% 的请求走慢路径。吞吐几乎没降，而这些请求的响应时间已接近别人的八倍。",
        ),
        values: &[("slow_permille", "55")],
    },
    Preset {
        id: "few-threads",
        title: PageText::new("Sixteen threads are enough", "十六个线程就够了"),
        summary: PageText::new(
            "With an eighth of the threads the same throughput, and an eighth of the response time.",
            "线程只有八分之一，吞吐一样，响应时间也只有八分之一。",
        ),
        values: &[("threads", "16")],
    },
    Preset {
        id: "all-256",
        title: PageText::new("256 threads, by the healthy response time", "按健康时的响应时间算 256 个线程"),
        summary: PageText::new(
            "The configured 256 threads need 253 µs of think time to give what was measured while healthy. Then the sick response time comes out at 4.1 ms, not at the measured 2.2.",
            "配置的 256 个线程要有 253 微秒的思考时间才对得上健康时的数据。这样算出的故障响应时间是 4.1 毫秒，而实测是 2.2。",
        ),
        values: &[("threads", "256"), ("think_us", "253")],
    },
    Preset {
        id: "lock-per-table",
        title: PageText::new("A lock for each table", "每张表一把锁"),
        summary: PageText::new(
            "32 lanes of 0.88 ms each in place of one of 34 µs: nearly the same figures from another cause.",
            "一条 34 微秒的通道换成 32 条各 0.88 毫秒的通道：原因不同，数字几乎一样。",
        ),
        values: &[("lanes", "32"), ("slow_us", "880")],
    },
];
