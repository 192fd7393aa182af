//! The lab `dns`: which names are asked for, of whom, in which order, and how long that takes.
//!
//! - `params`: what it takes; `presets`: its named settings
//! - `settings`: the parameters as the model uses them, and which of them have no effect
//! - `resolv_conf`: the file, as each resolver reads it; `local`: nsswitch.conf and hosts
//! - `zone`: what names exist; `network`: the servers, and what becomes of a query
//! - `trace`: what a lookup did; `rules`: why
//! - `lookup`: a program's lookup from source to source
//! - `glibc`, `musl`, `golang`: resolvers; `bind`: dig, nslookup and host
//! - `findings`: the report; `figures`, `tables`, `capture`, `printed`, `verdict`: its parts

mod bind;
mod capture;
mod figures;
mod findings;
mod glibc;
mod golang;
mod local;
mod lookup;
mod musl;
mod network;
mod params;
mod presets;
mod printed;
mod resolv_conf;
mod rules;
mod settings;
mod tables;
mod trace;
mod verdict;
mod zone;

use crate::lab::{Lab, Params, Report};
use crate::text::{Lang, PageText, Text};
use settings::Settings;

/// The lab.
pub static LAB: Lab = Lab {
    id: "dns",
    title: PageText::new("Who is asked for this name, and when?", "这个名字问了谁，什么时候问的？"),
    summary: PageText::new(
        "resolv.conf, nsswitch.conf, hosts and a few names: every query in its order, with the wait before the next one, the rule behind it and what the program gets; beside it what nslookup or dig do with the same files.",
        "resolv.conf、nsswitch.conf、hosts 加几个名字：每个查询的先后、下一个之前等了多久、背后是哪条规则、程序得到什么；旁边是 nslookup 或 dig 用同样的文件怎么做。",
    ),
    params: params::PARAMS,
    presets: presets::PRESETS,
    shown: &[
        ("seconds", Text::new("seconds until the program knows", "程序得到结果用的秒数")),
        ("queries", Text::new("queries", "查询数")),
        ("names", Text::new("names tried", "试过的名字")),
        ("unanswered", Text::new("never answered", "没有回音的")),
        ("tool_seconds", Text::new("seconds for the tool", "工具用的秒数")),
        ("tool_queries", Text::new("queries of the tool", "工具的查询数")),
    ],
    assumptions: &[
        PageText::new(
            "The program asks for addresses of both families (AF_UNSPEC). With AI_ADDRCONFIG, as getent ahosts has it, AAAA would be left out on a machine without an IPv6 address.",
            "程序两族地址都要（AF_UNSPEC）。像 getent ahosts 那样带 AI_ADDRCONFIG 的，在没有 IPv6 地址的机器上不会问 AAAA。",
        ),
        PageText::new(
            "Servers answer after one round trip, each time alike. The race of connection tracking is lost whenever it can be: the second packet of a new flow never arrives.",
            "服务器一个往返之后回答，每次都一样。连接跟踪的竞争只要可能就一定发生：新流的第二个报文永远到不了。",
        ),
        PageText::new(
            "Lookups follow each other at once in the same thread; every query of one leaves at the same microsecond.",
            "几次查询在同一线程里紧接着做；同一批的查询在同一微秒发出。",
        ),
        PageText::new(
            "rotate of Go: A takes one turn and AAAA the next. In a real program they race for it.",
            "Go 的 rotate：A 占一轮，AAAA 占下一轮。真实程序里两者要争先后。",
        ),
        PageText::new(
            "dig, nslookup and host are those of BIND 9.18; older ones have other timeouts and send OPT here and there.",
            "dig、nslookup 和 host 取 BIND 9.18 的；旧版本超时不同，有的还会带 OPT。",
        ),
        PageText::new(
            "From memory, not read: musl's and Go's version numbers, how long mdns4_minimal waits, the whole of systemd-resolved.",
            "凭记忆、没有核对源码的：musl 和 Go 的版本号，mdns4_minimal 等多久，以及 systemd-resolved 的全部规则。",
        ),
    ],
    not_modelled: &[
        PageText::new(
            "Truncated answers and the change to TCP after them, CNAME chains, TTLs, and caches of the servers.",
            "截断的回答和随后改走 TCP、CNAME 链、TTL，以及服务器上的缓存。",
        ),
        PageText::new(
            "Reverse lookups, HOSTALIASES, LOCALDOMAIN and RES_OPTIONS, the order in which addresses are sorted.",
            "反向解析、HOSTALIASES、LOCALDOMAIN 和 RES_OPTIONS，以及地址的排序。",
        ),
        PageText::new(
            "Docker from 24.0 on, which passes an NXDOMAIN of the first server on as final, and answers SERVFAIL when all servers are silent.",
            "24.0 及以后的 Docker：第一台服务器的 NXDOMAIN 直接算数，服务器全都不答时回 SERVFAIL。",
        ),
        PageText::new(
            "Answers later than the wait for them. With one name server glibc repeats a query from the same socket and takes such an answer all the same.",
            "比等待时间还晚的回答。只有一台服务器时，glibc 用同一个套接字重发，晚到的回答照收。",
        ),
        PageText::new(
            "Windows, Java's and browsers' own caches, VPN clients that take over 127.0.0.1:53.",
            "Windows、Java 和浏览器自己的缓存，以及劫持 127.0.0.1:53 的 VPN 客户端。",
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
