//! Where each rule is from, its condition with live values, and which setting would change it.

use super::addr::{Mac, dotted, mask, prefixed};
use super::facts::Fact;
use super::host;
use super::settings::{Caches, Destination, Firewall, Settings};
use super::topology::{GATEWAY, LAN, Who};
use super::words;
use crate::lab::report::Explanation;
use crate::text::Lang;

/// The decision with everything that a reader may ask of it.
pub(super) fn explain(fact: &Fact, settings: &Settings, lang: Lang) -> Explanation {
    Explanation {
        code: fact.code(),
        text: words::sentence(fact, lang),
        source: source(fact, lang),
        condition: condition(fact, lang),
        would_change: would_change(fact, settings, lang),
    }
}

/// `true` where the text was read for this model: net/ipv4/arp.c at 02b5a6031ba7, net/ipv4/ip_forward.c at 0b040829952d.
fn source(fact: &Fact, lang: Lang) -> String {
    let (place, read) = match fact {
        Fact::Direct { .. } | Fact::Via { .. } => {
            ("fib_table_lookup, net/ipv4/fib_trie.c; RFC 1812 section 5.2.4.3", false)
        }
        Fact::NoRoute { who: Who::Client, .. } => ("ip_route_output_key_hash_rcu, net/ipv4/route.c", false),
        Fact::NoRoute { .. } => ("ip_error, net/ipv4/route.c; RFC 1812 section 4.3.3.1", false),
        Fact::Refused { .. } => ("fib_check_nh_v4_gw, net/ipv4/fib_semantics.c", false),
        Fact::Known { .. } => ("neigh_event_send, include/net/neighbour.h", false),
        Fact::Asked { .. } | Fact::Unanswered { .. } => {
            ("arp_solicit, net/ipv4/arp.c; neigh_timer_handler, net/core/neighbour.c", false)
        }
        Fact::Replied { .. } | Fact::Remembered { .. } => ("arp_process, net/ipv4/arp.c; RFC 826", true),
        Fact::Proxied { .. } => ("arp_fwd_proxy, arp_process, net/ipv4/arp.c", true),
        Fact::SecondAnswer { .. } => ("arp_process, net/ipv4/arp.c", true),
        Fact::Flooded { .. } | Fact::Switched { .. } => {
            ("br_handle_frame_finish, br_fdb_update, net/bridge; IEEE 802.1Q", false)
        }
        Fact::Alone { .. } => ("br_allowed_egress, net/bridge/br_vlan.c; IEEE 802.1Q", false),
        Fact::NotForMe { .. } => ("eth_type_trans, net/ethernet/eth.c: PACKET_OTHERHOST", false),
        Fact::NoForwarding { .. } => ("ip_route_input_slow, ip_error, net/ipv4/route.c", false),
        Fact::Forwarded { .. } => ("ip_forward, net/ipv4/ip_forward.c; RFC 1812 section 5.3.1", true),
        Fact::Expired { .. } => ("ip_forward, net/ipv4/ip_forward.c; RFC 792; RFC 1812 section 5.3.1", true),
        Fact::Translated { .. } => ("nf_nat_masquerade_ipv4, net/netfilter/nf_nat_masquerade.c", false),
        Fact::Restored { .. } => ("nf_nat_packet, net/netfilter/nf_nat_core.c", false),
        Fact::RestoredQuote { .. } => ("nf_nat_icmp_reply_translation, net/netfilter/nf_nat_proto.c", false),
        Fact::Filtered { .. } => ("nf_hook_slow, net/netfilter/core.c", false),
        Fact::Closed { .. } => {
            ("tcp_v4_send_reset, net/ipv4/tcp_ipv4.c; __udp4_lib_rcv, net/ipv4/udp.c", false)
        }
        Fact::Served { .. } => ("RFC 792, RFC 9293, RFC 768", false),
        Fact::ReversePath { .. } => ("__fib_validate_source, net/ipv4/fib_frontend.c; RFC 3704", false),
        Fact::TooBig { .. } => ("ip_forward, net/ipv4/ip_forward.c; RFC 1191", true),
        Fact::Cut { .. } => ("ip_do_fragment, net/ipv4/ip_output.c; RFC 791 section 3.2", false),
        Fact::Redirects { .. } => {
            ("ip_forward, ip_rt_send_redirect, net/ipv4; RFC 1812 section 5.2.7.2", false)
        }
        Fact::OtherSource { .. } => ("__udp4_lib_lookup, net/ipv4/udp.c", false),
        Fact::Told { .. } => ("icmp_unreach, net/ipv4/icmp.c; icmp_err_convert", false),
    };
    match read {
        true => place.to_string(),
        false => lang.pick(format!("{place} (from memory)"), format!("{place}（凭记忆）")),
    }
}

fn condition(fact: &Fact, lang: Lang) -> String {
    match *fact {
        Fact::Direct { dst, addr, prefix, .. } => {
            let (a, m) = (dotted(dst), dotted(mask(prefix)));
            let (net, own) = (dotted(dst & mask(prefix)), dotted(addr & mask(prefix)));
            format!("{a} & {m} = {net} = {own}")
        }
        Fact::Via { dst, addr, link, route, via, .. } => {
            let (line, via, own) = (prefixed(route.net, route.prefix), dotted(via), mask(link));
            let (a, m, net, link) = (dotted(dst), dotted(own), dotted(dst & own), dotted(addr & own));
            format!("{a} & {m} = {net} != {link}; {line} via {via}")
        }
        Fact::NoRoute { dst, .. } => {
            let dst = dotted(dst);
            lang.pick(format!("no line of the table matches {dst}"), format!("路由表里没有一行与 {dst} 相符"))
        }
        Fact::Refused { via, addr, prefix } => {
            let m = mask(prefix);
            format!("{} & {} = {} != {}", dotted(via), dotted(m), dotted(via & m), dotted(addr & m))
        }
        Fact::Unanswered { .. } => "3 x 1000 ms (mcast_solicit, retrans_time_ms)".to_string(),
        Fact::SecondAnswer { .. } => "now < updated + locktime (1 s)".to_string(),
        Fact::Flooded { mac, vlan, .. } if mac != Mac::BROADCAST => {
            format!("fdb[{vlan}, {}] = -", mac.text())
        }
        Fact::Switched { mac, vlan, port } => format!("fdb[{vlan}, {}] = port{}", mac.text(), port + 1),
        Fact::Alone { vlan, others } => format!("{vlan} != {others}"),
        Fact::NoForwarding { .. } => "ip_forward = 0; IpInAddrErrors + 1".to_string(),
        Fact::Expired { ttl, .. } => format!("ttl {ttl} <= 1"),
        Fact::Forwarded { from, .. } => format!("ttl {from} > 1"),
        Fact::Translated { .. } => "oifname \"eth2\" masquerade".to_string(),
        Fact::ReversePath { came, back, mode, .. } => {
            format!("rp_filter = {mode}; {} != {came}; IPReversePathFilter + 1", back.unwrap_or("-"))
        }
        Fact::TooBig { len, mtu, .. } => format!("{len} > {mtu} && DF"),
        Fact::Cut { len, mtu, .. } => format!("{len} > {mtu} && !DF"),
        Fact::OtherSource { asked, got } => format!("{} != {}", dotted(got), dotted(asked)),
        Fact::Proxied { .. } => "proxy_arp = 1 && ip_forward = 1".to_string(),
        _ => String::new(),
    }
}

fn would_change(fact: &Fact, settings: &Settings, lang: Lang) -> String {
    let text = match *fact {
        Fact::Direct { who: Who::Client, dst, .. } if !host::on_lan(dst) => {
            let (prefix, real) = (settings.prefix, LAN.1);
            return lang.pick(
                format!("the client's prefix length {prefix}: the network really has {real}"),
                format!("客户端的前缀长度 {prefix}：这个网络其实是 {real}"),
            );
        }
        Fact::Via { who: Who::Client, dst, .. } if host::on_lan(dst) => {
            let (prefix, real) = (settings.prefix, LAN.1);
            return lang.pick(
                format!("the client's prefix length {prefix}: with {real} the destination is on the link"),
                format!("客户端的前缀长度 {prefix}：改成 {real}，目的地址就在链路上"),
            );
        }
        Fact::NoRoute { who: Who::Client, .. } | Fact::Refused { .. } => {
            let gateway = dotted(GATEWAY);
            return lang.pick(
                format!("ip route add default via {gateway}, with {gateway} on the link"),
                format!("ip route add default via {gateway}，前提是 {gateway} 在链路上"),
            );
        }
        Fact::NoRoute { who: Who::Provider, .. } => lang.pick(
            "source translation on the gateway: private addresses have no route on the Internet",
            "在网关上做源地址转换：私有地址在互联网上没有路由",
        ),
        Fact::NoRoute { who: Who::Inner, .. } => "ip route add 10.0.0.0/24 via 10.0.255.1",
        Fact::NoRoute { who: Who::Inside | Who::Outside, .. } => match settings.destination {
            Destination::Outside => "ip route add default via 203.0.113.1",
            _ => "ip route add default via 10.0.1.1",
        },
        Fact::Unanswered { ip, .. } if ip != GATEWAY && !host::on_lan(ip) => lang.pick(
            "the client's prefix length, or proxy_arp on the gateway",
            "客户端的前缀长度，或网关上的 proxy_arp",
        ),
        Fact::Unanswered { .. } => "ip route replace default via 10.0.0.1",
        Fact::Alone { .. } => "bridge vlan add dev port1 vid 10 pvid untagged",
        Fact::NoForwarding { who: Who::Impostor, .. } | Fact::SecondAnswer { .. } => lang.pick(
            "another address for the impostor (arping shows two MAC addresses)",
            "给冒名主机换一个地址（arping 会显示两个 MAC 地址）",
        ),
        Fact::NoForwarding { .. } => "sysctl -w net.ipv4.ip_forward=1",
        Fact::Expired { .. } => lang.pick("a larger TTL of the request", "请求用更大的 TTL"),
        Fact::Filtered { rule, .. } => match rule {
            Firewall::Drop => {
                lang.pick("the rule; `reject` at least says so", "这条规则；改成 reject 至少会说一声")
            }
            _ => lang.pick("the rule", "这条规则"),
        },
        Fact::Closed { .. } => lang.pick("a program that listens on this port", "让程序监听这个端口"),
        Fact::ReversePath { back: None, .. } => lang.pick("a route back", "一条回程路由"),
        Fact::ReversePath { .. } => lang.pick(
            "rp_filter=2 (loose), or an answer that leaves by the same interface (policy routing)",
            "rp_filter=2（宽松），或者用策略路由让应答从原接口出去",
        ),
        Fact::TooBig { .. } => {
            lang.pick("a smaller packet, no DF, or a larger MTU", "更小的报文、不带 DF，或更大的 MTU")
        }
        Fact::OtherSource { .. } => lang.pick(
            "a server that binds to the address, or answers from the one that was asked (IP_PKTINFO)",
            "服务器绑定具体地址，或用 IP_PKTINFO 从被问的地址应答",
        ),
        Fact::Asked { .. } if settings.caches != Caches::Known => {
            lang.pick("what is known before the request", "请求之前已经知道什么")
        }
        Fact::Translated { .. } => lang.pick("no rule for source translation", "去掉源地址转换规则"),
        _ => "",
    };
    text.to_string()
}
