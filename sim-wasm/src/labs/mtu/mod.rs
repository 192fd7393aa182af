//! The lab `mtu`: how big a packet may be, who finds out, and what happens when nobody does.
//!
//! - `params`: what it takes; `presets`: its named settings
//! - `settings`: the parameters as the scenario uses them, and which of them have no effect
//! - `scenario`: a client, a server, two routers
//! - `sends`: the packets of the run, by what the way did to them
//! - `findings`: the report; `tables`: its tables; `verdict`: its first sentence
//! - `variations`: the same transfer with other settings

mod findings;
mod params;
mod presets;
mod scenario;
mod sends;
mod settings;
mod tables;
mod variations;
mod verdict;

use crate::lab::{Lab, Params, Report};
use crate::tcp::limits;
use crate::text::{Lang, PageText, Text};
use settings::Settings;

/// The lab.
pub static LAB: Lab = Lab {
    id: "mtu",
    title: PageText::new("Why does it hang after the handshake?", "为什么握手之后就卡住？"),
    summary: PageText::new(
        "Handshake and small messages pass, large segments disappear. What each side announces as its MSS, what a router does with a packet that is too big, what ICMP, clamping and MTU probing change, and what ss and ip route say.",
        "握手和小报文都通，大的段有去无回。两边各自通告多大的 MSS，路由器怎么处理过大的报文，ICMP、MSS 钳制和 MTU 探测各改变什么，ss 和 ip route 显示什么。",
    ),
    params: params::PARAMS,
    presets: presets::PRESETS,
    shown: &[
        ("done_ms", Text::new("milliseconds until done", "完成用时（毫秒）")),
        ("waited_s", Text::new("seconds until given up", "放弃前的秒数")),
        ("too_big", Text::new("dropped by a router", "被路由器丢弃")),
        ("icmp", Text::new("ICMP messages that arrived", "收到的 ICMP")),
        ("sent_again", Text::new("segments sent again", "重传的段")),
    ],
    assumptions: &[
        PageText::new(
            "Two routers, at a third and at two thirds of the way; the first stands on the client's link, the second on the server's. They send ICMP as RFC 1191 has it, with the MTU of their next link.",
            "途中有两台路由器，在三分之一和三分之二处：一台在客户端的链路上，一台在服务端的链路上。它们按 RFC 1191 发 ICMP，带上下一段链路的 MTU。",
        ),
        PageText::new(
            "Links have no limit of rate, and lose nothing but what is too big.",
            "链路没有带宽上限，除了过大的报文什么也不丢。",
        ),
        PageText::new(
            "HZ is 250. Hosts have been up for an hour to twenty days, at random by the seed; that decides how late a far-off timer fires.",
            "HZ 是 250。主机已开机一小时到二十天，由种子随机决定，它决定了远期的定时器晚多少触发。",
        ),
        PageText::new(
            "Programs read at once, and have no timeout of their own.",
            "程序随到随读，自己不设超时。",
        ),
        PageText::new(
            "A version without a patch level is the last release of its series.",
            "不写补丁号的版本指该系列的最后一个发布。",
        ),
    ],
    not_modelled: &[
        PageText::new(
            "Routers that leave the MTU out of their message, fragments that get lost, and what a firewall does to them.",
            "不写明 MTU 的路由器、丢失的分片，以及防火墙对分片的处理。",
        ),
        PageText::new(
            "Up to 3.5, when a path is suspected, the route that retransmissions go by is looked up anew, and what ICMP told is forgotten with it.",
            "3.5 及以前，路径可疑时会重新查路由，ICMP 告知的内容也随之忘掉。",
        ),
        PageText::new(
            "Captures of hosts before 5.4 with offload: how large a packet the device was given is taken from what left together.",
            "5.4 之前带卸载的抓包：交给网卡的报文有多大，只按同时离开的段推断。",
        ),
        limits::CONGESTION,
        limits::AUTOTUNING,
        limits::ELSEWHERE,
    ],
    model: 1,
    packets: true,
    measures: None,
    long: None,
    run,
    notes: settings::notes,
};

fn run(params: &Params, lang: Lang) -> Report {
    let settings = Settings::new(params);
    findings::report(params, &settings, &scenario::run(&settings), lang)
}
