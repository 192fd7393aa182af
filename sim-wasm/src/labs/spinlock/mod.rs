//! The lab `spinlock`: what one PAUSE costs, and what that does to a lock that spins.
//!
//! - `params`: what it takes; `presets`: its named settings
//! - `processors`: cycles of a PAUSE and clock, by processor, with sources
//! - `settings`: the parameters as the model uses them, and which of them have no effect
//! - `rounds`: how long InnoDB's delays are, in closed form
//! - `engine`: threads over time; `agenda`: what is to happen; `thread`: what one is about; `cores`: who runs;
//!   `locks`: who gets the lock next, and when; `tally`: where the time went
//! - `sweep`: the same over numbers of threads, kinds of locks and single changes
//! - `findings`: the report; `reasons`, `figures`, `tables`, `verdict`: its parts; `words`: numbers

mod agenda;
mod cores;
mod engine;
mod figures;
mod findings;
mod locks;
mod params;
mod presets;
mod processors;
mod reasons;
mod rounds;
mod settings;
mod sweep;
mod tables;
mod tally;
mod thread;
mod verdict;
mod words;

use crate::lab::{Lab, Params, Report};
use crate::text::{Lang, PageText, Text};
use settings::Settings;

/// The lab.
pub static LAB: Lab = Lab {
    id: "spinlock",
    title: PageText::new("What does a PAUSE cost?", "一条 PAUSE 要多久？"),
    summary: PageText::new(
        "Threads that share one lock, on cores that share cache lines. How long InnoDB spins before it sleeps, what a longer PAUSE does to that, where the CPU time goes, and which locks collapse when threads are added.",
        "许多线程共用一把锁，许多核共用缓存行。InnoDB 睡下之前自旋多久，PAUSE 变长会怎样，CPU 时间花在了哪里，加线程时哪些锁会垮掉。",
    ),
    params: params::PARAMS,
    presets: presets::PRESETS,
    shown: &[
        ("acquisitions_per_s", Text::new("acquisitions per second", "每秒获取锁的次数")),
        ("wait_us", Text::new("mean wait, microseconds", "平均等待（微秒）")),
        ("cpus", Text::new("CPUs busy", "占用的 CPU 数")),
        ("useful_percent", Text::new("percent of it that is work", "其中干活的百分比")),
        ("ipc", Text::new("instructions per cycle", "IPC")),
        ("round_us", Text::new("mean delay round, microseconds", "平均每轮延时（微秒）")),
        ("until_sleep_us", Text::new("mean spinning before sleep, microseconds", "睡下之前平均自旋（微秒）")),
    ],
    assumptions: &[
        PageText::new(
            "Every thread does the same: work of half to one and a half times the given length, then the lock, then its section, which is always as long as given.",
            "每个线程做同样的事：先干活（长度在给定值的 0.5 到 1.5 倍之间），再取锁，然后是临界区，长度固定为给定值。",
        ),
        PageText::new(
            "Cores alternate between the sockets, so that threads are spread over all of them, as the scheduler does.",
            "核在各插槽之间轮流编号，线程因此分散到所有插槽上，调度器也是这么放的。",
        ),
        PageText::new(
            "A spinning thread that tests and sets asks for the line all the time: a release waits behind one transfer for each of them. Threads that only read slow a release by half a transfer each. In a queue lock a release costs one transfer. The transfer times are usual ranges from memory: 20 to 40 ns within a group of cores, 80 to 120 across dies, 120 to 250 across sockets.",
            "反复 test-and-set 的线程一直在抢缓存行：释放锁要排在它们每个的一次传输之后。只读的自旋者每个拖慢半次传输。队列锁释放一次只要一次传输。传输时间凭经验取常见范围：同一组核内 20 到 40 ns，跨 die 80 到 120，跨插槽 120 到 250。",
        ),
        PageText::new(
            "With more threads than cores a thread runs for a slice of 0.1 ms; the kernel's slices are longer (3 ms on machines of 8 CPUs and more, from memory). For locks that anybody may take this changes little: a longer slice makes preemptions rarer and dearer by the same factor. For locks in turn it is kind: a real hand-over to a thread without a core waits thirty times as long.",
            "线程多于核时，时间片取 0.1 ms，内核的更长（8 个 CPU 以上的机器是 3 ms，凭记忆）。谁都能抢的锁受影响不大：时间片长了，抢占少了，每次的代价按同样的倍数变大。排队的锁则被手下留情：真机上交给一个不在核上的线程，要多等三十倍。",
        ),
        PageText::new(
            "Work and sections run at one instruction per cycle; a loop of PAUSE at one for each PAUSE. A system call takes 100 ns. A round of delays takes 30 cycles more than its PAUSEs.",
            "干活和临界区每周期执行一条指令，PAUSE 循环每条 PAUSE 算一条指令。系统调用 100 ns。每轮延时在 PAUSE 之外另加 30 个周期。",
        ),
    ],
    not_modelled: &[
        PageText::new(
            "Hyper-threads, which give their sibling the cycles of a PAUSE; turbo frequencies; interrupts.",
            "超线程（PAUSE 期间的周期让给同核的另一个线程）、睿频、中断。",
        ),
        PageText::new(
            "Reads of the lock word by threads that spin with delays: each release lets their copies of the line expire, and their next look fetches it anew.",
            "带延时的自旋者读锁字的代价：每次释放都让它们手里的副本失效，下一次读要重新取行。",
        ),
        PageText::new(
            "A wake-up that takes the CPU from a running thread; other locks than this one; transfers of the data that the lock protects.",
            "被唤醒的线程抢占正在运行的线程；这把锁之外的其他锁；被保护数据自身的缓存行传输。",
        ),
    ],
    model: 1,
    packets: false,
    measures: None,
    long: None,
    run,
    notes: settings::notes,
};

fn run(params: &Params, lang: Lang) -> Report {
    findings::report(params, &Settings::new(params), lang)
}
