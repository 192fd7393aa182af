//! Sentences of decisions on IP packets: routing, forwarding, translation, filtering.

use super::addr::{dotted, mask, prefixed};
use super::facts::Fact;
use super::settings::Firewall;
use super::topology::Who;
use super::words::{proto as proto_name, title};
use crate::text::Lang;

/// Which way a packet takes.
pub(super) fn routing(fact: &Fact, lang: Lang) -> String {
    match *fact {
        Fact::Direct { who, dst, addr, prefix } => {
            let (who, dst, net) = (title(who, lang), dotted(dst), prefixed(addr & mask(prefix), prefix));
            lang.pick(
                format!("{who}: {dst} is in {net}, on its own link. The frame goes to the MAC address of {dst} itself."),
                format!("{who}：{dst} 在 {net} 里，与自己同一链路，帧直接发给 {dst} 的 MAC 地址。"),
            )
        }
        Fact::Via { who, dst, route, via, .. } => {
            let (who, dst, via) = (title(who, lang), dotted(dst), dotted(via));
            let line = prefixed(route.net, route.prefix);
            lang.pick(
                format!("{who}: {dst} is on none of its links, and the route {line} wins. The frame goes to the MAC address of {via}; the IP header keeps {dst}."),
                format!("{who}：{dst} 不在自己的链路上，路由 {line} 胜出：帧发给 {via} 的 MAC 地址，IP 头里仍是 {dst}。"),
            )
        }
        Fact::NoRoute { who, dst } => {
            let (title, dst) = (title(who, lang), dotted(dst));
            match who {
                Who::Gateway | Who::Inner | Who::Provider => lang.pick(
                    format!("{title} has no route to {dst}: it drops the packet and tells its sender."),
                    format!("{title}没有去 {dst} 的路由：丢掉报文，并通知发送方。"),
                ),
                _ => lang.pick(
                    format!("{title} has no route to {dst}: nothing is sent."),
                    format!("{title}没有去 {dst} 的路由：什么也发不出去。"),
                ),
            }
        }
        Fact::Refused { via, addr, prefix } => {
            let (via, net) = (dotted(via), prefixed(addr & mask(prefix), prefix));
            lang.pick(
                format!("The client has no default route: its gateway {via} is not in {net}, and the system refused it."),
                format!("客户端没有默认路由：网关 {via} 不在 {net} 里，系统拒绝了它。"),
            )
        }
        _ => String::new(),
    }
}

/// What a router does with a packet that is not its own.
pub(super) fn forwarding(fact: &Fact, lang: Lang) -> String {
    match *fact {
        Fact::NoForwarding { who, dst } => {
            let (who, dst) = (title(who, lang), dotted(dst));
            lang.pick(
                format!("{who} gets a frame with its MAC address and {dst} inside, which is not its own, and ip_forward is 0: dropped in silence."),
                format!("{who}收到发给自己 MAC 的帧，里面的 {dst} 却不是自己的地址，而 ip_forward 是 0：无声丢弃。"),
            )
        }
        Fact::Forwarded { who, from } => {
            let (who, to) = (title(who, lang), from - 1);
            lang.pick(
                format!("{who} forwards: new MAC addresses, TTL {from} → {to}."),
                format!("{who}转发：换上新的 MAC 地址，TTL {from} → {to}。"),
            )
        }
        Fact::Expired { who, ttl } => {
            let who = title(who, lang);
            lang.pick(
                format!("{who} would have to forward a packet with TTL {ttl}: it drops it and sends ICMP time exceeded from its own address."),
                format!("{who}要转发的报文 TTL 只剩 {ttl}：丢弃，并用自己的地址发出 ICMP TTL 超时。"),
            )
        }
        Fact::ReversePath { who, src, came, back, mode } => {
            let (who, src) = (title(who, lang), dotted(src));
            match back {
                Some(back) => lang.pick(
                    format!("{who} would answer {src} by {back}, but the packet came in by {came}: with rp_filter {mode} it is dropped in silence."),
                    format!("{who}回 {src} 要走 {back}，报文却从 {came} 进来：rp_filter 为 {mode}，无声丢弃。"),
                ),
                None => lang.pick(
                    format!("{who} has no route back to {src} at all: with rp_filter {mode} the packet is dropped in silence."),
                    format!("{who}根本没有回 {src} 的路由：rp_filter 为 {mode}，无声丢弃。"),
                ),
            }
        }
        Fact::TooBig { who, len, mtu } => {
            let who = title(who, lang);
            lang.pick(
                format!("{who}: {len} bytes do not fit a link of {mtu}, and DF forbids to cut them: dropped, and the sender is told what fits."),
                format!("{who}：{len} 字节过不了 MTU {mtu} 的链路，DF 又不许分片：丢弃，并告知发送方能过多大。"),
            )
        }
        Fact::Cut { who, len, mtu, pieces } => {
            let who = title(who, lang);
            lang.pick(
                format!("{who} cuts {len} bytes into {pieces} fragments of at most {mtu}."),
                format!("{who}把 {len} 字节切成 {pieces} 个分片，每片最多 {mtu}。"),
            )
        }
        Fact::Redirects { who, better, held } => {
            let (who, better) = (title(who, lang), dotted(better));
            if held {
                lang.pick(
                    format!("{who} sends it back onto the link it came from, to {better}. Its redirect for the first packet gets lost in NAT; a second packet would bring one."),
                    format!("{who}把报文送回原来的链路，交给 {better}。首个报文的重定向被 NAT 吞掉，第二个报文才会带来。"),
                )
            } else {
                lang.pick(
                    format!("{who} sends it back onto the link it came from, to {better}, and tells the sender to go there directly."),
                    format!("{who}把报文送回原来的链路，交给 {better}，并告诉发送方以后直接找它。"),
                )
            }
        }
        _ => String::new(),
    }
}

/// Translation and filtering.
pub(super) fn rules(fact: &Fact, lang: Lang) -> String {
    match *fact {
        Fact::Translated { from, to, port } => {
            let (from, to) = (dotted(from), dotted(to));
            lang.pick(
                format!("The gateway writes {to} in place of {from} as the source, keeps port or identifier {port}, and notes both ways in its connection table."),
                format!("网关把源地址 {from} 改写成 {to}，端口或标识 {port} 不变，并在连接表里记下两个方向。"),
            )
        }
        Fact::Restored { from, to } => {
            let (from, to) = (dotted(from), dotted(to));
            lang.pick(
                format!("The answer to {from} fits an entry of the gateway's connection table: {to} is written back as its destination, before routing."),
                format!("发给 {from} 的应答与网关连接表中的一项相符：在查路由之前，目的地址改回 {to}。"),
            )
        }
        Fact::RestoredQuote { from, to, quoted } => {
            let (from, to, proto) = (dotted(from), dotted(to), proto_name(quoted.proto));
            lang.pick(
                format!("The ICMP message to {from} quotes a packet of {proto} that the gateway knows: {to} is written back, outside and in the quotation."),
                format!("发给 {from} 的 ICMP 报文里引用了网关认得的一个 {proto} 报文：外层和引用的内容都改回 {to}。"),
            )
        }
        Fact::Filtered { who, rule, .. } => {
            let chain = if who == Who::Gateway { "FORWARD" } else { "INPUT" };
            let who = title(who, lang);
            match rule {
                Firewall::Drop => lang.pick(
                    format!("{who} drops it by a rule in {chain}, and says nothing."),
                    format!("{who}按 {chain} 里的规则丢弃，什么也不说。"),
                ),
                Firewall::Reject => lang.pick(
                    format!("{who} refuses it by a rule in {chain}, with ICMP port unreachable."),
                    format!("{who}按 {chain} 里的规则拒绝，回 ICMP 端口不可达。"),
                ),
                Firewall::RejectAdmin => lang.pick(
                    format!("{who} refuses it by a rule in {chain}, with ICMP administratively prohibited."),
                    format!("{who}按 {chain} 里的规则拒绝，回 ICMP 管理策略禁止。"),
                ),
                Firewall::RejectReset => lang.pick(
                    format!("{who} refuses it by a rule in {chain}, with a RST in the name of the one that was asked."),
                    format!("{who}按 {chain} 里的规则拒绝，以被访问者的名义回 RST。"),
                ),
            }
        }
        _ => String::new(),
    }
}
