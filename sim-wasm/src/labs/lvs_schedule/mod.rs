//! The lab `lvs-schedule`: which real server gets the next connection, and how rules that are fair on paper pile
//! connections up on one of them.
//!
//! - `params`: what it takes; `presets`: its named settings
//! - `settings`: the parameters as the run uses them; `notes`: which of them have no effect
//! - `rules`: what a kernel's version changes
//! - `clients`: who connects; `load`: when
//! - `counting`, `cursor`, `hashing`: how schedulers choose
//! - `director`: one director's service, from SYN to SYN; `run`: all of them
//! - `findings`: the report; `figures`, `tables`, `tools`, `reasons`, `verdict`: its parts; `words`: names and numbers

mod clients;
mod counting;
mod cursor;
mod director;
mod figures;
mod findings;
mod hashing;
mod load;
mod notes;
mod params;
mod presets;
mod reasons;
mod rules;
mod run;
mod settings;
mod tables;
mod tools;
mod verdict;
mod words;

use crate::lab::{Lab, Params, Report};
use crate::text::{Lang, PageText, Text};
use settings::Settings;

/// The lab.
pub static LAB: Lab = Lab {
    id: "lvs-schedule",
    title: PageText::new("Who gets the next connection?", "下一条连接给谁？"),
    summary: PageText::new(
        "LVS hands connections to real servers: by turns, by count, by hash. Why a burst puts 95 of 100 on one of two servers, why a hundred directors agree on the same two of ten, what a flapping health check does to a cursor, and which clients a hash puts together.",
        "LVS 把连接分给后端：轮流、按连接数、按哈希。为什么一阵突发会把 100 条里的 95 条压到两台中的一台上，为什么一百台调度器都挑中十台里的同样两台，健康检查抖动对游标做了什么，哈希又把哪些客户端凑到一起。",
    ),
    params: params::PARAMS,
    presets: presets::PRESETS,
    shown: &[
        ("max_to_fair", Text::new("fullest server / its fair share", "最满的一台 / 应得份额")),
        ("max_to_min", Text::new("most / fewest", "最多 / 最少")),
        ("max", Text::new("most on one server", "单台最多")),
        ("min", Text::new("fewest on one server", "单台最少")),
        ("empty", Text::new("servers without any", "一条没有的后端")),
        ("refused", Text::new("not scheduled", "没有调度出去")),
    ],
    assumptions: &[
        PageText::new(
            "Each director keeps its own list, cursor and counters, and none synchronises with another. All of them get the same number of connections at the same moments.",
            "每台调度器各有各的列表、游标和计数，互不同步。各台在同样的时刻收到同样多的连接。",
        ),
        PageText::new(
            "A handshake takes a time that belongs to the real server, plus jitter. Completed handshakes are counted before a SYN of the same microsecond; of equal servers the one that stands first in the list wins.",
            "握手用时由后端决定，外加抖动。同一微秒里先记完成的握手，再处理 SYN；几台一样时，列表里靠前的那台胜出。",
        ),
        PageText::new(
            "Direct routing: the director sees only what clients send. A closed connection stays in FIN_WAIT, and is counted as inactive, for 120 seconds.",
            "直接路由（DR）：调度器只看得到客户端发的报文。关闭的连接在 FIN_WAIT 里停 120 秒，期间记为不活跃。",
        ),
        PageText::new(
            "mh is filled as the kernel fills it, with 4093 slots, but with another hash: what is shown holds for shares, not for single slots.",
            "mh 的表按内核的方式填充，4093 个槽，但哈希函数换了一个：份额可信，具体落在哪个槽不可信。",
        ),
        PageText::new(
            "el7 counts as 3.10: whether Red Hat took over any of these changes was not looked up.",
            "el7 按 3.10 处理：红帽有没有移植这些改动，没有查证。",
        ),
    ],
    not_modelled: &[
        PageText::new(
            "Persistence (-p), thresholds (-x, -y), connections synchronised between directors, lblc, lblcr, fo, ovf and twos.",
            "会话保持（-p）、连接数阈值（-x、-y）、调度器之间的连接同步，以及 lblc、lblcr、fo、ovf、twos。",
        ),
        PageText::new(
            "Data packets: the counters of ipvsadm --stats hold those of handshakes and closes alone. Lost SYNs, and clients that try again.",
            "数据报文：ipvsadm --stats 的计数只含握手和关闭的报文。SYN 丢失与客户端重试。",
        ),
        PageText::new(
            "Several processors of one director that schedule at the same instant.",
            "一台调度器的多个 CPU 在同一瞬间调度。",
        ),
        PageText::new(
            "Connection pools: who of them keeps which connection is decided in the client.",
            "连接池：留下哪条、丢掉哪条，由客户端决定。",
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
    findings::report(params, &settings, &run::run(&settings), lang)
}
