//! The lab `lvs-modes`: who rewrites what on a request's way through LVS and back, and what happens when something is set
//! up wrong.
//!
//! - `params`: what it takes; `presets`: its named settings; `settings`: the parameters as the model uses them; `notes`:
//!   which of them have no effect
//! - `addresses`, `packet`, `rules`: who is where, the fields of a packet, what the director's version changes
//! - `hosts`: machines with interfaces, addresses, routes and ARP; `world`: packets on their way between them
//! - `client`, `director`, `server`: what each of them does with a packet
//! - `why`, `trace`: decisions, and the hops in the order of time; `session`: the run
//! - `explain`, `facts`: decisions and rules in words; `findings`: the report; `figures`, `tables`, `tools`, `verdict`:
//!   its parts

mod addresses;
mod client;
mod director;
mod explain;
mod facts;
mod figures;
mod findings;
mod hosts;
mod notes;
mod packet;
mod params;
mod presets;
mod rules;
mod server;
mod session;
mod settings;
mod tables;
mod tools;
mod trace;
mod verdict;
mod why;
mod world;

use crate::lab::{Lab, Params, Report};
use crate::text::{Lang, PageText, Text};
use settings::Settings;

/// The lab.
pub static LAB: Lab = Lab {
    id: "lvs-modes",
    title: PageText::new("Who rewrites what in LVS?", "LVS 里谁改写了什么？"),
    summary: PageText::new(
        "One request and its answer, hop by hop, through NAT, DR, TUN and FullNAT: hardware addresses, IP addresses, ports, TTL and length on each stretch, what ARP does, and what the client sees when one thing is set up wrong.",
        "一个请求和它的响应，逐跳走过 NAT、DR、TUN 和 FullNAT：每一段上的 MAC、IP、端口、TTL 和长度，ARP 起了什么作用，以及有一处配错时客户端看到什么。",
    ),
    params: params::PARAMS,
    presets: presets::PRESETS,
    shown: &[
        ("answered", Text::new("connections answered", "得到响应的连接")),
        ("failed", Text::new("connections that failed", "失败的连接")),
        ("past_director", Text::new("past the director", "绕过调度器的")),
        ("director_in", Text::new("bytes into the director", "进调度器的字节")),
        ("director_out", Text::new("bytes out of it", "出调度器的字节")),
        ("ttl_at_server", Text::new("TTL at the real server", "到后端时的 TTL")),
    ],
    assumptions: &[
        PageText::new(
            "One gateway with a leg on each network routes between them without NAT; it finds the VIP by ARP. A client on the internet reaches the real servers' own addresses through it, and the other way round.",
            "一台网关连着每个网络，在它们之间路由，不做 NAT；它用 ARP 找 VIP。外网客户端和后端自己的地址经它互通。",
        ),
        PageText::new(
            "Round robin. The real server that was added last is first in the list: rs1.",
            "轮询。最后添加的后端排在最前面，即 rs1。",
        ),
        PageText::new(
            "Of several ARP answers chance keeps one. Linux keeps the first for a second (locktime), many routers keep the last.",
            "多个 ARP 应答中随机留一个。Linux 在一秒之内（locktime）只认第一个，许多路由器认最后一个。",
        ),
        PageText::new(
            "A connection is a handshake, the request and the response. Pure ACKs of the transfer and the goodbye are left out of all sums.",
            "一条连接包括握手、请求和响应。传输中的纯 ACK 和挥手不计入任何合计。",
        ),
        PageText::new(
            "The FullNAT director is the 2.6.32 fork: it adds TOA to the client's ACK and to data until the real server answers. What it puts in the place of sequence numbers is made up.",
            "FullNAT 调度器指 2.6.32 的那个分支：在客户端的 ACK 和后端响应之前的数据上加 TOA。它换上的序号是编的。",
        ),
    ],
    not_modelled: &[
        PageText::new(
            "Retransmissions: they share the fate of the first packet. Times are not modelled either.",
            "重传：和第一个报文的下场相同。也不计时间。",
        ),
        PageText::new(
            "ICMP redirects, which gateway and director send when a packet leaves where it came in.",
            "ICMP 重定向：报文从哪里进又从哪里出时，网关和调度器会发。",
        ),
        PageText::new(
            "Unicast confirmation of ARP entries, gratuitous ARP, and machines that learn from requests that were not for them.",
            "ARP 条目的单播确认、免费 ARP，以及从不是问自己的请求里学习的机器。",
        ),
        PageText::new(
            "IPv6, UDP, GUE and GRE tunnels, persistence, fwmark services, a client on the director itself, ENAT.",
            "IPv6、UDP、GUE 和 GRE 隧道、会话保持、fwmark 服务、调度器自己当客户端、ENAT。",
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
    findings::report(params, &session::run(&settings), lang)
}
