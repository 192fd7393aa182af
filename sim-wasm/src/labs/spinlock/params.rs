//! What the lab takes.

use super::processors::CUSTOM;
use crate::lab::{Choice, Group, Kind, Param};
use crate::text::{PageText, Text};

const fn choice(value: &'static str, en: &'static str, zh: &'static str) -> Choice {
    Choice { value, label: PageText::new(en, zh) }
}

const NS: Text = Text::new("ns", "纳秒");
const NO_UNIT: Text = Text::same("");

/// A number with its range.
const fn number(
    name: &'static str,
    label: PageText,
    help: PageText,
    kind: Kind,
    default: &'static str,
    group: Group,
) -> Param {
    Param { name, label, help, kind, default, unit: NO_UNIT, sysctl: "", group }
}

/// The parameters, in the order of the form.
pub(super) const PARAMS: &[Param] = &[
    number(
        "lock",
        PageText::new("Lock", "锁"),
        PageText::new(
            "How a thread waits. InnoDB's mutex reads the lock word, delays by PAUSE, and sleeps after some rounds.",
            "线程怎么等。InnoDB 的 mutex 先读锁字，用 PAUSE 延时，几轮之后睡下。",
        ),
        Kind::Choice(&[
            choice(
                "innodb",
                "InnoDB mutex: spin with delays, then sleep",
                "InnoDB mutex：带延时自旋，然后睡眠",
            ),
            choice("tas", "test-and-set: write until it works", "test-and-set：一直写，直到成功"),
            choice("ticket", "ticket: in turn, all read one word", "ticket：排队，都读同一个字"),
            choice("mcs", "MCS: in turn, each reads its own line", "MCS：排队，各读各的缓存行"),
            choice("mutex", "pthread mutex: sleep at once", "pthread mutex：立即睡眠"),
        ]),
        "innodb",
        Group::Scene,
    ),
    number(
        "spin_wait_delay",
        PageText::same("innodb_spin_wait_delay"),
        PageText::new(
            "A round delays by 0 to this number, exclusive, times the multiplier, in PAUSEs. Default 6; many installations have 30.",
            "每轮延时取 0 到这个数（不含）之间的随机数，乘以乘数，就是 PAUSE 的条数。默认 6，不少线上设成 30。",
        ),
        Kind::Wide { min: 0, max: 100, most: 1000, step: 1 },
        "6",
        Group::Scene,
    ),
    number(
        "pause_multiplier",
        PageText::same("innodb_spin_wait_pause_multiplier"),
        PageText::new(
            "PAUSEs for each unit of the delay. A setting since 8.0.16, the constant 50 before.",
            "延时的每个单位对应多少条 PAUSE。8.0.16 起可以设置，之前固定为 50。",
        ),
        Kind::Int { min: 0, max: 100, step: 1 },
        "50",
        Group::Scene,
    ),
    number(
        "sync_spin_loops",
        PageText::same("innodb_sync_spin_loops"),
        PageText::new("Rounds before a thread goes to sleep.", "线程睡下之前自旋多少轮。"),
        Kind::Wide { min: 0, max: 100, most: 10_000, step: 1 },
        "30",
        Group::Scene,
    ),
    number(
        "cpu",
        PageText::new("Processor", "处理器"),
        PageText::new("Decides the cycles of one PAUSE, and the clock.", "决定一条 PAUSE 的周期数和主频。"),
        Kind::Choice(&[
            choice("broadwell", "Broadwell: 10 cycles", "Broadwell：10 周期"),
            choice("skylake", "Skylake-SP: 140 cycles", "Skylake-SP：140 周期"),
            choice("cascade-lake", "Cascade Lake: 36 cycles", "Cascade Lake：36 周期"),
            choice("zen1", "AMD Zen 1, Hygon: 3 cycles", "AMD Zen 1、海光：3 周期"),
            choice("zen2", "AMD Zen 2 and 3: 65 cycles", "AMD Zen 2、Zen 3：65 周期"),
            choice("arm-yield", "Arm, yield: a nop", "Arm，yield：等于 nop"),
            choice("arm-isb", "Arm, isb: 15 ns", "Arm，isb：15 纳秒"),
            choice(CUSTOM, "another", "其他"),
        ]),
        "skylake",
        Group::Processor,
    ),
    number(
        "pause_cycles",
        PageText::new("Cycles of a PAUSE", "PAUSE 的周期数"),
        PageText::new(
            "For another processor: 1 / IPC of a loop of nothing but PAUSE.",
            "自定义处理器用：只有 PAUSE 的循环，周期数等于 1 / IPC。",
        ),
        Kind::Wide { min: 1, max: 200, most: 2000, step: 1 },
        "140",
        Group::Processor,
    ),
    Param {
        unit: Text::same("MHz"),
        ..number(
            "mhz",
            PageText::new("Clock", "主频"),
            PageText::new("For another processor.", "自定义处理器用。"),
            Kind::Int { min: 500, max: 6000, step: 100 },
            "2500",
            Group::Processor,
        )
    },
    number(
        "cores",
        PageText::new("Cores", "核数"),
        PageText::new("Of the whole machine, without hyper-threads.", "整台机器的核数，不算超线程。"),
        Kind::Int { min: 1, max: 64, step: 1 },
        "16",
        Group::Processor,
    ),
    number(
        "sockets",
        PageText::new("Sockets", "插槽数"),
        PageText::new("The cores are divided among them.", "核平均分到各插槽。"),
        Kind::Int { min: 1, max: 4, step: 1 },
        "1",
        Group::Processor,
    ),
    Param {
        unit: NS,
        ..number(
            "transfer_ns",
            PageText::new("Line transfer within a socket", "插槽内传一次缓存行"),
            PageText::new(
                "From the cache of one core to that of another: 20 to 40 next door, 80 to 120 across dies.",
                "从一个核的缓存到另一个核的：相邻 20 到 40，跨 die 80 到 120。",
            ),
            Kind::Int { min: 5, max: 300, step: 5 },
            "40",
            Group::Memory,
        )
    },
    Param {
        unit: NS,
        ..number(
            "remote_ns",
            PageText::new("Line transfer between sockets", "插槽间传一次缓存行"),
            PageText::new("Usually 120 to 250.", "一般 120 到 250。"),
            Kind::Int { min: 20, max: 600, step: 10 },
            "150",
            Group::Memory,
        )
    },
    number(
        "threads",
        PageText::new("Threads", "线程数"),
        PageText::new("That use the lock.", "使用这把锁的线程。"),
        Kind::Int { min: 1, max: 128, step: 1 },
        "16",
        Group::Load,
    ),
    Param {
        unit: NS,
        ..number(
            "section_ns",
            PageText::new("Critical section", "临界区"),
            PageText::new("Time from getting the lock until its release.", "从拿到锁到释放的时间。"),
            Kind::Wide { min: 10, max: 5000, most: 100_000, step: 10 },
            "300",
            Group::Load,
        )
    },
    Param {
        unit: NS,
        ..number(
            "work_ns",
            PageText::new("Work outside the lock", "锁外的工作"),
            PageText::new("Between a release and the next acquisition.", "从释放到下一次取锁之间。"),
            Kind::Wide { min: 0, max: 50_000, most: 1_000_000, step: 100 },
            "5000",
            Group::Load,
        )
    },
    Param {
        unit: NS,
        ..number(
            "switch_ns",
            PageText::new("Context switch", "上下文切换"),
            PageText::new(
                "What going to sleep takes, and waking up again. 1700 to 3100 measured.",
                "睡下要多久，醒来也要多久。实测 1700 到 3100。",
            ),
            Kind::Int { min: 500, max: 20_000, step: 100 },
            "2000",
            Group::Load,
        )
    },
    number(
        "seed",
        PageText::new("Seed", "随机种子"),
        PageText::new(
            "Decides the delays, the lengths of work and who wins. The same seed gives the same run.",
            "决定延时的随机数、工作的长短和谁抢到锁。种子相同，结果就相同。",
        ),
        Kind::Int { min: 0, max: 999_999, step: 1 },
        "1",
        Group::Run,
    ),
];
