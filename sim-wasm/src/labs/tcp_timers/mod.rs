//! The lab `tcp-timers`: how long a caller waits, for what, and what `ss` says meanwhile.
//!
//! - `params`: what it takes; `presets`: its named settings
//! - `settings`: the parameters as the scenario uses them, and which of them have no effect
//! - `scenario`: the caller, its peer, and what goes wrong between them
//! - `steps`: the wait taken apart
//! - `variations`: the same wait with other settings
//! - `findings`: the report; `verdict`: its first sentence; `words`: times and endings in it

mod findings;
mod params;
mod presets;
mod scenario;
mod settings;
mod steps;
mod variations;
mod verdict;
mod words;

use crate::lab::{Lab, Params, Report};
use crate::tcp::limits;
use crate::text::{Lang, PageText, Text};
use settings::Settings;

/// The lab.
pub static LAB: Lab = Lab {
    id: "tcp-timers",
    title: PageText::new("How long does a caller wait?", "调用方要等多久？"),
    summary: PageText::new(
        "A peer that is dead, was rebooted, does not read, or is not there. Which timer runs, what it sends and when, when the program is told and with which error, and what ss and netstat say in between.",
        "对端断电、重启、不读数据，或者根本不在。是哪个定时器在跑，什么时候发什么，程序什么时候得到什么错误，这期间 ss 和 netstat 显示什么。",
    ),
    params: params::PARAMS,
    presets: presets::PRESETS,
    shown: &[
        ("waited_s", Text::new("seconds waited", "等待秒数")),
        ("waited_ms", Text::new("milliseconds waited", "等待毫秒数")),
        ("sent", Text::new("sent by the caller", "调用方发出的报文")),
    ],
    assumptions: &[
        PageText::new(
            "The program uses blocking calls without a timeout of its own.",
            "程序用阻塞调用，自己不设超时。",
        ),
        PageText::new(
            "Hosts have been up for an hour to twenty days, at random by the seed; that decides how late a far-off timer fires.",
            "主机已开机一小时到二十天，由种子随机决定，它决定了远期的定时器晚多少触发。",
        ),
        PageText::new(
            "A version without a patch level is the last release of its series.",
            "不写补丁号的版本指该系列的最后一个发布。",
        ),
        PageText::new(
            "Nothing else has been sent on the connection: the retransmission timeout comes from the round trip of the handshake.",
            "连接上没有传过别的数据，重传超时只由握手的往返时延算出。",
        ),
        PageText::new(
            "ss is that of iproute2 6.1, netstat that of net-tools 2.10.",
            "ss 是 iproute2 6.1 的，netstat 是 net-tools 2.10 的。",
        ),
        PageText::new(
            "A closed window is watched for half an hour, or five minutes longer than TCP_USER_TIMEOUT.",
            "窗口关闭的场景只看半小时，或者比 TCP_USER_TIMEOUT 多五分钟。",
        ),
    ],
    not_modelled: &[
        PageText::new("Timeouts of the program itself, and poll().", "程序自己的超时，以及 poll()。"),
        PageText::new(
            "The slack of up to 1/256 that 2.6.36 to 4.7 add to a timer.",
            "2.6.36 到 4.7 给定时器加的、最多 1/256 的宽限。",
        ),
        PageText::new(
            "ARP, routes that change, and boxes in between that forget connections.",
            "ARP、路由变化，以及中间会忘掉连接的设备。",
        ),
        PageText::new(
            "From 4.19.0 to 5.3, the SYNs a jiffy apart at the end of TCP_USER_TIMEOUT.",
            "4.19.0 到 5.3 在 TCP_USER_TIMEOUT 快到时每个 jiffy 一次的 SYN。",
        ),
        PageText::new("Thin-stream timeouts, F-RTO.", "thin stream 的线性超时、F-RTO。"),
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
