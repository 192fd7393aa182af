//! What a mode does when nothing is wrong: each fact as a rule with its live values.

use super::addresses::{LOCAL_PORTS, SERVICE, VIP, dotted};
use super::explain::told;
use super::hosts::SERVER;
use super::packet::Kind;
use super::session::{Run, Story};
use super::settings::{Mode, Settings};
use super::trace::{Fate, Record};
use super::why::{ArpEvent, Deed};
use crate::lab::report::Explanation;
use crate::text::Lang;

/// The source of what happens on the director.
const XMIT: &str = "net/netfilter/ipvs/ip_vs_xmit.c";

/// All facts of a run, the most important first.
pub(super) fn facts(run: &Run<'_>, story: &Story, lang: Lang) -> Vec<Explanation> {
    let settings = run.world.settings;
    let mut facts: Vec<Explanation> = Vec::new();
    for event in &run.arp {
        let fact = arp(*event, settings, lang);
        if facts.iter().all(|known| known.code != fact.code) {
            facts.push(fact);
        }
    }
    facts.extend(circle(story, settings, lang));
    facts.push(mode(run, settings, lang));
    if settings.mode == Mode::Tun {
        facts.push(tunnel_mtu(settings, lang));
    }
    facts.push(ttl(story, settings, lang));
    facts.push(visibility(story, settings, lang));
    facts.push(bytes(settings, lang));
    if settings.mode == Mode::FullNat {
        facts.push(ports(run, lang));
    }
    facts
}

fn arp(event: ArpEvent, settings: &Settings, lang: Lang) -> Explanation {
    let vip = dotted(VIP);
    let device = settings.vip_device().unwrap_or("eth0");
    let (ignore, announce) = (settings.arp_ignore_in_force(), settings.arp_announce_in_force());
    match event {
        ArpEvent::Race { answers, kept } => told(
            "arp_race",
            lang.pick(
                format!("{answers} machines answer the gateway's ARP request for {vip}; the first time it keeps {}. Which one it keeps decides who gets the packets: the director, or a real server past it.", kept.symbol()),
                format!("网关用 ARP 询问 {vip}，有 {answers} 台机器应答，头一次留下的是 {}。留下哪一个，报文就去哪里：去调度器，或者绕过它直接去后端。", kept.symbol()),
            ),
            "arp_process, arp_ignore, net/ipv4/arp.c",
            lang.pick(
                format!("VIP on {device}, arp_ignore in force on eth0 = {ignore}"),
                format!("VIP 在 {device}，eth0 上起作用的 arp_ignore = {ignore}"),
            ),
            "VIP on lo or tunl0, net.ipv4.conf.all.arp_ignore = 1".to_string(),
        ),
        ArpEvent::Poisoned { mac } => told(
            "arp_announced",
            lang.pick(
                format!("The real server looks for its gateway, and its ARP request says that it comes from {vip}, the source of the SYN-ACK that waits. The gateway believes it: from now on {vip} is at {}, and the client's packets pass by the director.", mac.symbol()),
                format!("后端要找网关，发出的 ARP 请求自称来自 {vip}，也就是待发的 SYN-ACK 的源地址。网关信了：从此 {vip} 在 {}，客户端的报文绕过调度器。", mac.symbol()),
            ),
            "arp_solicit, arp_process, net/ipv4/arp.c",
            lang.pick(
                format!("arp_announce in force on eth0 = {announce}, {vip} is local"),
                format!("eth0 上起作用的 arp_announce = {announce}，{vip} 是本机地址"),
            ),
            "net.ipv4.conf.all.arp_announce = 2".to_string(),
        ),
    }
}

/// Why a packet goes in a circle, when one does.
fn circle(story: &Story, settings: &Settings, lang: Lang) -> Option<Explanation> {
    let sent_on = |deed: Deed| story.records().filter(|record| record.deed == deed).count();
    let vip = dotted(VIP);
    if settings.mode == Mode::Dr && sent_on(Deed::DirectRouted) > 3 && sent_on(Deed::ServerRouted) == 0 {
        let (rip, router) = (dotted(settings.server_ip(0)), dotted(super::addresses::LAN_ROUTER));
        return Some(told(
            "dr_through_router",
            lang.pick(
                format!("DR changes no address. {rip} is on another LAN, so the director hands the packet to {router}; the router reads {vip} in it, and brings it back."),
                format!("DR 不改任何 IP 地址。{rip} 在另一个 LAN 上，调度器就把报文交给 {router}；路由器看到目的地是 {vip}，又送了回来。"),
            ),
            XMIT,
            lang.pick(format!("route to {rip}: via {router}; dst still {vip}"), format!("到 {rip} 的路由：via {router}；目的地仍是 {vip}")),
            lang.pick("real servers on the director's LAN, or TUN", "后端放到调度器所在的 LAN，或改用 TUN").to_string(),
        ));
    }
    (sent_on(Deed::ServerRouted) > 1).then(|| {
        told(
            "server_sends_back",
            lang.pick(
                format!("The real server has no {vip} and forwards what is not for it: by its route to {vip} the packet comes back to the director, which hands it to the same real server again."),
                format!("后端没有 {vip}，又会转发不是给自己的报文：照它的路由，报文回到调度器，调度器再交给同一台后端。"),
            ),
            "ip_forward, net/ipv4/ip_forward.c",
            format!("net.ipv4.ip_forward = 1, {vip} is not local"),
            format!("ip addr add {vip}/32; net.ipv4.ip_forward = 0"),
        )
    })
}

fn mode(run: &Run<'_>, settings: &Settings, lang: Lang) -> Explanation {
    let (service, to) = (SERVICE.text(), settings.destination(0).text());
    match settings.mode {
        Mode::Nat => told(
            "nat",
            lang.pick(
                format!("NAT: the director writes the real server's address and port into requests, {service} to {to}, and the service's into answers. The client's address stays."),
                format!("NAT：调度器把请求的目的地改成后端的地址和端口（{service} 改成 {to}），再把响应的源改回服务的。客户端的地址不动。"),
            ),
            "ip_vs_nat_xmit, ip_vs_xmit.c; tcp_dnat_handler, tcp_snat_handler, ip_vs_proto_tcp.c",
            format!("dst {service} -> {to}; src {to} -> {service}"),
            String::new(),
        ),
        Mode::Dr => told(
            "dr",
            lang.pick(
                format!("DR: the director looks up the route to the real server, and sends the packet to its hardware address. {service} stays in the packet; the answer does not come back here."),
                format!("DR：调度器查到后端的路由，把报文发到它的 MAC 地址。报文里的 {service} 不动；响应不回这里。"),
            ),
            "ip_vs_dr_xmit, ip_vs_xmit.c",
            format!("dst {service}; next hop {}", dotted(settings.server_ip(0))),
            String::new(),
        ),
        Mode::Tun => told(
            "tun",
            lang.pick(
                format!("TUN: the director puts the packet as it is into another one, from {} to {}, protocol 4. The answer does not come back here.", dotted(settings.director_ip()), dotted(settings.server_ip(0))),
                format!("TUN：调度器把报文原样装进另一个报文，从 {} 到 {}，协议 4。响应不回这里。", dotted(settings.director_ip()), dotted(settings.server_ip(0))),
            ),
            "ip_vs_tunnel_xmit, ip_vs_xmit.c",
            lang.pick("+20 bytes; outer TTL = inner TTL", "加 20 字节；外层 TTL = 内层 TTL").to_string(),
            String::new(),
        ),
        Mode::FullNat => {
            let entry = run.world.director.entries.first();
            let (local, shift) = entry.map_or((String::new(), 0), |entry| (entry.local.text(), entry.shift));
            told(
                "fullnat",
                lang.pick(
                    format!("FullNAT: the director writes all of it anew. Requests come from its own {local}, with sequence numbers of its own; so answers come back to it by plain routing, and their ACK numbers are corrected."),
                    format!("FullNAT：调度器全部改写。请求改从它自己的 {local} 发出，序号也换成自己的；响应按普通路由回到它这里，确认号再改回去。"),
                ),
                "tcp_fnat_in_handler, tcp_fnat_out_handler, ip_vs_proto_tcp.c of alibaba/LVS (2.6.32)",
                format!("seq + {shift}, ack - {shift} (mod 2^32)"),
                String::new(),
            )
        }
    }
}

fn tunnel_mtu(settings: &Settings, lang: Lang) -> Explanation {
    let mtu = settings.inner_mtu;
    let inner = mtu.saturating_sub(20);
    let largest = 1500.min(settings.server_mss() + 40);
    told(
        "tunnel_mtu",
        lang.pick(
            format!("Inside the tunnel {inner} bytes fit. The client's packets have up to {largest}: its MTU, or the MSS that the real server announced and 40."),
            format!("隧道里放得下 {inner} 字节。客户端的报文最大 {largest}：取它的 MTU 和后端通告的 MSS 加 40 中较小的。"),
        ),
        "__ip_vs_get_out_rt, net/netfilter/ipvs/ip_vs_xmit.c",
        format!("{mtu} - 20 = {inner} {} min(1500, {} + 40) = {largest}", if inner < largest { "<" } else { ">=" }, settings.server_mss()),
        String::new(),
    )
}

/// The TTL of the SYN where it comes to the real server, before the tunnel is taken off.
pub(super) fn ttl_at_server(story: &Story) -> Option<u8> {
    let arrives = |record: &&Record| record.to >= SERVER && record.on_wire() && record.fate != Fate::Lost;
    let syns = story.opening.iter().filter(arrives);
    syns.filter_map(|record| record.packet()).find(|packet| packet.kind == Kind::Syn).map(|packet| packet.ttl)
}

fn ttl(story: &Story, settings: &Settings, lang: Lang) -> Explanation {
    let kernel = settings.kernel;
    let at = ttl_at_server(story).map_or(String::new(), |ttl| {
        lang.pick(
            format!(" The SYN reaches the real server with TTL {ttl}."),
            format!("SYN 到后端时 TTL 是 {ttl}。"),
        )
    });
    let (text, source) = match (settings.mode, settings.decrements_ttl()) {
        (Mode::FullNat, _) => (
            lang.pick(
                "The FullNAT fork is built on 2.6.32, where IPVS takes nothing off the TTL.",
                "FullNAT 的分支基于 2.6.32，那时 IPVS 不减 TTL。",
            ),
            "alibaba/LVS (derived)",
        ),
        (_, true) => (
            lang.pick(
                "From 4.10 on IPVS takes one off the TTL of every request that it sends to another machine, in every mode.",
                "从 4.10 起，不论哪种模式，IPVS 发往别的机器的请求 TTL 都减一。",
            ),
            "decrement_ttl, net/netfilter/ipvs/ip_vs_xmit.c, commit 8d8e20e2d7bb (release from memory)",
        ),
        (_, false) => (
            lang.pick(
                "Before 4.10 IPVS takes nothing off the TTL of requests. The answers of NAT are forwarded, and lose one.",
                "4.10 之前 IPVS 不减请求的 TTL。NAT 的响应是转发的，会减一。",
            ),
            "net/netfilter/ipvs/ip_vs_xmit.c before commit 8d8e20e2d7bb (release from memory)",
        ),
    };
    told("ttl", format!("{text}{at}"), source, format!("director_kernel = {kernel}"), String::new())
}

fn visibility(story: &Story, settings: &Settings, lang: Lang) -> Explanation {
    let client = dotted(settings.client_ip());
    if settings.mode != Mode::FullNat {
        return told(
            "client_seen",
            lang.pick(
                format!("The real server sees the client's own address, {client}, in ss and in captures."),
                format!("后端在 ss 和抓包里看到的就是客户端自己的地址 {client}。"),
            ),
            "",
            String::new(),
            String::new(),
        );
    }
    let local = dotted(settings.director_ip());
    let peer = story.peer.map_or_else(|| "—".to_string(), |peer| peer.text());
    let (code, text) = match (settings.toa, settings.toa_module) {
        (true, true) => (
            "toa_read",
            lang.pick(
                format!("getpeername() returns the client's address, which the module took from the TOA option. ss, netstat and captures still show {local}."),
                format!("getpeername() 返回客户端地址，是模块从 TOA 选项里取的。ss、netstat 和抓包看到的仍是 {local}。"),
            ),
        ),
        (true, false) => (
            "toa_ignored",
            lang.pick(
                format!("The client's address is in the TOA option, but no module reads it: to the program the client is {local}."),
                format!("客户端地址写在 TOA 选项里，但没有模块去读：在程序看来，客户端就是 {local}。"),
            ),
        ),
        (false, _) => (
            "client_lost",
            lang.pick(
                format!("The client's address is nowhere in the packet: to the program the client is {local}."),
                format!("报文里哪儿也没有客户端地址：在程序看来，客户端就是 {local}。"),
            ),
        ),
    };
    let source = "TOA option: kind 254, length 8 (modules of several vendors)";
    told(code, text, source, format!("getpeername() = {peer}"), "toa, toa_module".to_string())
}

fn bytes(settings: &Settings, lang: Lang) -> Explanation {
    let (request, response) = (u64::from(settings.request), u64::from(settings.response));
    let all = request + response;
    let tenths = 10 * all / request.max(1);
    let times = format!("{}.{}", tenths / 10, tenths % 10);
    let text = match settings.mode.keeps_vip() {
        true => lang.pick(
            format!("Answers do not pass the director: of {all} bytes it carries {request}. With a full link it serves {times} times as many requests as with NAT or FullNAT."),
            format!("响应不经过调度器：{all} 字节里它只搬 {request}。同样跑满一条链路，能服务的请求是 NAT、FullNAT 的 {times} 倍。"),
        ),
        false => lang.pick(
            format!("Both directions pass the director: it takes in and gives out {all} bytes for each request. With DR or TUN it would be {request}, and a full link would serve {times} times as many requests."),
            format!("两个方向都经过调度器：每个请求它都要收进、发出 {all} 字节。用 DR 或 TUN 只要 {request}，同样一条链路能服务 {times} 倍的请求。"),
        ),
    };
    told("bytes", text, "", format!("({request} + {response}) / {request} = {times}"), String::new())
}

fn ports(run: &Run<'_>, lang: Lang) -> Explanation {
    let used = run.world.director.entries.len();
    told(
        "local_ports",
        lang.pick(
            format!("Each connection takes a port of the local address. One local address has {LOCAL_PORTS} of them for one real server and port; {used} are used."),
            format!("每条连接占本地地址的一个端口。对一台后端的一个端口，一个本地地址有 {LOCAL_PORTS} 个可用，现在用了 {used} 个。"),
        ),
        "",
        format!("1025..65535 = {LOCAL_PORTS}"),
        lang.pick("more local addresses", "增加本地地址").to_string(),
    )
}
