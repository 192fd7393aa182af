//! The lab `paws`: which SYNs a server with `net.ipv4.tcp_tw_recycle` drops, and why.
//!
//! - `params`: what it takes, and its presets
//! - `settings`: the parameters as the scenario uses them, and which of them have no effect
//! - `scenario`: the hosts, the path between them, and what their programs do
//! - `findings`: the report
//! - `verdict`: its first sentence

mod findings;
mod params;
mod scenario;
mod settings;
mod verdict;

use crate::lab::{Lab, Params, Report};
use crate::tcp::limits;
use crate::text::{Lang, PageText, Text};
use settings::Settings;

/// The lab.
pub static LAB: Lab = Lab {
    id: "paws",
    title: PageText::new("Which SYN is dropped?", "哪个 SYN 会被丢弃？"),
    summary: PageText::new(
        "A server with tcp_tw_recycle remembers the last timestamp of every peer. Change kernels, NAT and timestamps, and see whose SYN it takes for an old one.",
        "打开 tcp_tw_recycle 的服务端会记住每个对端最后的时间戳。换内核、换 NAT、换时间戳设置，看看谁的 SYN 会被当成旧报文。",
    ),
    params: params::PARAMS,
    presets: params::PRESETS,
    shown: &[
        ("connections", Text::new("connections", "连接")),
        ("established", Text::new("established", "建立")),
        ("failed", Text::new("failed", "失败")),
        ("syns", Text::new("SYNs sent", "发出的 SYN")),
        ("syns_dropped", Text::new("SYNs dropped", "被丢弃的 SYN")),
    ],
    assumptions: &[
        PageText::new(
            "Every kernel runs at HZ=1000: up to 4.12 a timestamp tick is then one millisecond.",
            "所有内核的 HZ 都是 1000，4.12 及以前，一个时间戳单位就是 1 毫秒。",
        ),
        PageText::new(
            "Clients have been up for an hour to twenty days, at random by the seed; containers share their host's clock.",
            "客户端已开机一小时到二十天，由种子随机决定；容器共用宿主机的时钟。",
        ),
        PageText::new(
            "A version without a patch level is the last release of its series.",
            "不写补丁号的版本指该系列的最后一个发布。",
        ),
        PageText::new(
            "The server accepts and answers at once; its queues are never full.",
            "服务端立即接受、立即应答，队列从不会满。",
        ),
        PageText::new(
            "An acknowledgement rides on the answer of the program when there is one.",
            "程序有应答时，确认随应答一起发出。",
        ),
        PageText::new(
            "The prober writes its packets itself and keeps the kernel from resetting them; its timestamps start at a random value for each connection and then count milliseconds.",
            "探测工具自己构造报文，并阻止内核将其复位；每条连接的时间戳从随机值开始，此后按毫秒递增。",
        ),
        PageText::new(
            "The NAT changes addresses and ports, never timestamps.",
            "NAT 只改地址和端口，从不改时间戳。",
        ),
    ],
    not_modelled: &[
        PageText::new("Packet loss, congestion, delayed acknowledgements.", "丢包、拥塞、延迟确认。"),
        PageText::new(
            "SYN queue and accept queue limits, SYN cookies.",
            "SYN 队列与全连接队列的上限、SYN cookie。",
        ),
        PageText::new(
            "The scan every 0.2 s that makes SYN-ACK retransmissions a little late up to 4.3.",
            "4.3 及以前 SYN-ACK 重传因 0.2 秒一次的扫描而产生的少许延迟。",
        ),
        PageText::new(
            "Records that are reclaimed early (memory pressure, an hour of disuse, long hash chains), and other traffic.",
            "提前回收的记录（内存压力、一小时未用、哈希链过长），以及其他流量。",
        ),
        PageText::new(
            "HZ other than 1000, routes with tcp_usec_ts.",
            "HZ 不是 1000 的内核、带 tcp_usec_ts 的路由。",
        ),
        limits::ELSEWHERE,
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
