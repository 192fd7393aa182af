//! The lab `rst-handshake`: health checks that end with an RST, and what a server keeps of them.
//!
//! - `params`: what it takes
//! - `presets`: its named settings
//! - `settings`: the parameters as the scenario uses them, and which of them have no effect
//! - `scenario`: the run: who connects when, and what the callers do
//! - `checker`: how a check begins and ends
//! - `server`: the server's program and its workers
//! - `checks`: what became of each check
//! - `findings`: the report
//! - `verdict`: its first sentence

mod checker;
mod checks;
mod findings;
mod params;
mod presets;
mod scenario;
mod server;
mod settings;
mod verdict;

use crate::lab::{Lab, Params, Report};
use crate::tcp::limits;
use crate::text::{Lang, PageText, Text};
use settings::Settings;

/// The lab.
pub static LAB: Lab = Lab {
    id: "rst-handshake",
    title: PageText::new("The connection that would not die", "死不掉的连接"),
    summary: PageText::new(
        "A health check opens a connection and resets it. Let the RST overtake the ACK, give it a timestamp, change kernels, and see what the server keeps: connections without another end, workers that read for ever, a full accept queue.",
        "健康检查建一条连接，随即用 RST 断开。让 RST 跑到 ACK 前面，给它换个时间戳，换换内核，看服务端会留下什么：没有另一端的连接，永远在读的工作线程，满了的全连接队列。",
    ),
    params: params::PARAMS,
    presets: presets::PRESETS,
    shown: &[
        ("checks", Text::new("checks", "次检查")),
        ("checks_green", Text::new("of them green", "次是绿的")),
        ("left_behind", Text::new("left behind", "条残留")),
        ("left_at_end", Text::new("still there at the end", "条到最后还在")),
        ("clients", Text::new("clients", "个客户端")),
        ("clients_failed", Text::new("of them failed", "个失败")),
    ],
    assumptions: &[
        PageText::new(
            "Every kernel runs at HZ=1000: up to 4.12 a timestamp tick is then one millisecond.",
            "所有内核的 HZ 都是 1000，4.12 及以前，一个时间戳单位就是 1 毫秒。",
        ),
        PageText::new(
            "The checker has been up for an hour to twenty days, so that without a random offset its timestamps lie between 1 and 2³¹−1. The random offsets of 4.10 and later may push them beyond, and then a TSval of 0 counts as newer.",
            "检查机已开机一小时到二十天，所以不加随机偏移时，它的时间戳在 1 到 2³¹−1 之间。4.10 起的随机偏移可能把它推出这个范围，那时 TSval 0 反而算新。",
        ),
        PageText::new(
            "A version without a patch level is the last release of its series; Linux 3.18.0 to 3.18.62 and 3.19 to 4.1.14 send resets with TSval 0.",
            "不写补丁号的版本指该系列的最后一个发布；发出 TSval 0 的是 Linux 3.18.0 到 3.18.62 和 3.19 到 4.1.14。",
        ),
        PageText::new(
            "A check is green when connect() succeeds within 3 seconds. Then it ends at once: with SO_LINGER of zero when the kernel sends the RST, otherwise with a packet of its own and TCP_REPAIR, which closes the socket without one.",
            "connect() 在 3 秒内成功，检查就是绿的，随即断开：由内核发 RST 时用 SO_LINGER 0 秒；否则自己写出 RST，再用 TCP_REPAIR 不发报文地关掉套接字。",
        ),
        PageText::new(
            "What is overtaken arrives 50 µs late. A checker that sends no ACK turns TCP_QUICKACK off and resets before the ACK is due.",
            "被超过的报文晚到 50 微秒。不发 ACK 的检查机关掉了 TCP_QUICKACK，在 ACK 该发之前就断开。",
        ),
        PageText::new(
            "A worker accepts a connection, reads 120 bytes, answers with 600, closes and accepts the next; only reading takes time. When read() times out the worker closes the connection.",
            "工作线程接受一条连接，读 120 字节，回 600 字节，关闭，再接受下一条；只有读会花时间。read() 超时后，线程关闭连接。",
        ),
        PageText::new(
            "A real client gives up 3 seconds after it began to connect. At most 200 of them come in a run. somaxconn is not lower than the backlog.",
            "真实客户端从开始连接算起 3 秒后放弃，一次运行最多来 200 个。somaxconn 不小于 backlog。",
        ),
    ],
    not_modelled: &[
        PageText::new(
            "Packet loss, jitter, middleboxes that change timestamps or hold state.",
            "丢包、抖动、改写时间戳或保存状态的中间设备。",
        ),
        PageText::new("TCP_DEFER_ACCEPT.", "TCP_DEFER_ACCEPT。"),
        PageText::new(
            "RHEL 7's 3.10.0-514 as a checker, which sends TSval 0 too: el7 is 3.10.0-1160.",
            "RHEL 7 的 3.10.0-514 作检查机，它也发 TSval 0；这里的 el7 是 3.10.0-1160。",
        ),
        limits::ELSEWHERE,
        limits::RECORDED_WHILE_STANDING_STILL,
    ],
    model: 1,
    packets: true,
    measures: None,
    run,
    long: None,
    notes: settings::notes,
};

fn run(params: &Params, lang: Lang) -> Report {
    let settings = Settings::new(params);
    findings::report(params, &settings, &scenario::run(&settings), lang)
}
