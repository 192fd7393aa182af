//! Named settings of the lab.

use crate::lab::Preset;
use crate::text::PageText;

const fn preset(
    id: &'static str,
    title: PageText,
    summary: PageText,
    values: &'static [(&'static str, &'static str)],
) -> Preset {
    Preset { id, title, summary, values }
}

/// The scenes of the article.
pub(super) const PRESETS: &[Preset] = &[
    preset(
        "internet",
        PageText::new("To the Internet and back", "去互联网，再回来"),
        PageText::new(
            "Who asks for whose MAC address, what each router writes anew, and what NAT changes there and back.",
            "谁查询谁的 MAC 地址，每台路由器改写什么，NAT 在来回两个方向上各改什么。",
        ),
        &[],
    ),
    preset(
        "same-subnet",
        PageText::new("Within the subnet", "同一子网之内"),
        PageText::new(
            "The neighbour itself is asked for. No router, no change.",
            "查询的就是邻居本身。没有路由器，什么也不改。",
        ),
        &[("destination", "neighbour")],
    ),
    preset(
        "other-subnet",
        PageText::new("To another subnet", "去另一子网"),
        PageText::new(
            "Two routers, no NAT: addresses stay, MAC addresses and TTL change.",
            "两台路由器，没有 NAT：IP 地址不变，MAC 地址和 TTL 会变。",
        ),
        &[("destination", "inside")],
    ),
    preset(
        "syn",
        PageText::new("A SYN through NAT", "穿过 NAT 的 SYN"),
        PageText::new(
            "The same way with ports: what conntrack notes, seen on the outside of the gateway.",
            "同一条路，这次有端口：在网关外侧看 conntrack 记下了什么。",
        ),
        &[("request", "tcp"), ("capture", "gateway-out")],
    ),
    preset(
        "cold",
        PageText::new("Nobody knows anybody", "彼此都不认识"),
        PageText::new("ARP on every link of the way.", "路上每段链路都要先 ARP。"),
        &[("caches", "empty")],
    ),
    preset(
        "warm",
        PageText::new("Everything is known", "全都认识"),
        PageText::new("No ARP, no flooding.", "没有 ARP，也没有泛洪。"),
        &[("caches", "known")],
    ),
    preset(
        "mask-too-wide",
        PageText::new("Netmask too wide", "掩码太宽"),
        PageText::new(
            "With /16 the client takes 10.0.1.20 for a neighbour and asks for it by ARP. Nobody answers.",
            "用 /16，客户端把 10.0.1.20 当成邻居，用 ARP 查询它。没有人应答。",
        ),
        &[("destination", "inside"), ("prefix", "16")],
    ),
    preset(
        "proxy-arp",
        PageText::new("Too wide, with proxy ARP", "太宽，但有代理 ARP"),
        PageText::new(
            "The gateway answers for the server. The mistake stays hidden for years.",
            "网关替服务器应答，错误多年不露。",
        ),
        &[("destination", "inside"), ("prefix", "16"), ("proxy_arp", "1")],
    ),
    preset(
        "mask-too-narrow",
        PageText::new("Netmask too narrow", "掩码太窄"),
        PageText::new(
            "With /28 the neighbour is remote for the client: by the gateway there, directly back.",
            "用 /28，邻居在客户端看来是远端：去时绕网关，回来是直达。",
        ),
        &[("destination", "neighbour"), ("prefix", "28"), ("snat", "off")],
    ),
    preset(
        "gateway-off-link",
        PageText::new("The gateway is not on the link", "网关不在链路上"),
        PageText::new(
            "With /29 the gateway itself is remote, and the system takes no default route through it.",
            "用 /29，连网关都成了远端，系统不接受经过它的默认路由。",
        ),
        &[("prefix", "29")],
    ),
    preset(
        "no-gateway",
        PageText::new("No default gateway", "没有默认网关"),
        PageText::new("The error comes at once, and nothing is on the wire.", "立刻报错，线上什么也没有。"),
        &[("gateway", "none")],
    ),
    preset(
        "wrong-gateway",
        PageText::new("A gateway that is not there", "不存在的网关"),
        PageText::new(
            "Three questions without an answer, and the error after three seconds comes from the client itself.",
            "三次查询没有应答，三秒后的错误出自客户端自己。",
        ),
        &[("gateway", "wrong")],
    ),
    preset(
        "duplicate-gateway",
        PageText::new("Two machines are 10.0.0.1", "两台机器都是 10.0.0.1"),
        PageText::new(
            "The wrong one answers first, takes every packet and forwards none.",
            "假的那台先应答，收下所有报文，一个也不转发。",
        ),
        &[("duplicate", "gateway")],
    ),
    preset(
        "duplicate-neighbour",
        PageText::new("Two machines are 10.0.0.20", "两台机器都是 10.0.0.20"),
        PageText::new(
            "ping works, connect() is refused: the wrong machine answers.",
            "ping 通，connect() 却被拒绝：应答的是另一台机器。",
        ),
        &[("duplicate", "neighbour"), ("destination", "neighbour"), ("request", "tcp")],
    ),
    preset(
        "no-forwarding",
        PageText::new("The gateway does not forward", "网关不转发"),
        PageText::new("ARP works, the frame arrives, and silence.", "ARP 正常，帧也到了，然后一片沉默。"),
        &[("ip_forward", "0"), ("capture", "gateway-in")],
    ),
    preset(
        "no-snat",
        PageText::new("No source translation", "没有源地址转换"),
        PageText::new(
            "The request reaches the server; the answer to a private address does not come back.",
            "请求到得了服务器，发往私有地址的应答却回不来。",
        ),
        &[("snat", "off"), ("capture", "server")],
    ),
    preset(
        "no-route-back",
        PageText::new("Router 2 has no route back", "内部路由器没有回程路由"),
        PageText::new("The server is told, the client is not.", "服务器得到通知，客户端什么也不知道。"),
        &[("destination", "inside"), ("return_route", "router"), ("capture", "server")],
    ),
    preset(
        "server-no-gateway",
        PageText::new("The server has no gateway", "服务器没有网关"),
        PageText::new("It takes the request and cannot send the answer.", "它收下请求，应答却发不出去。"),
        &[("destination", "inside"), ("return_route", "server"), ("capture", "server")],
    ),
    preset(
        "ttl-1",
        PageText::new("TTL 1", "TTL 1"),
        PageText::new("The first line of a traceroute.", "traceroute 的第一行。"),
        &[("ttl", "1")],
    ),
    preset(
        "ttl-2",
        PageText::new("TTL 2", "TTL 2"),
        PageText::new(
            "The second line: the message finds its way back through NAT by what it quotes.",
            "第二行：ICMP 靠引用的内容穿过 NAT 找回来。",
        ),
        &[("ttl", "2")],
    ),
    preset(
        "firewall-drop",
        PageText::new("Firewall: drop", "防火墙：drop"),
        PageText::new(
            "Silence, and 131 seconds until connect() gives up.",
            "一片沉默，connect() 要等 131 秒。",
        ),
        &[("request", "tcp"), ("firewall", "drop")],
    ),
    preset(
        "firewall-reject",
        PageText::new("Firewall: reject", "防火墙：reject"),
        PageText::new("Refused at once, by the gateway.", "立刻被网关拒绝。"),
        &[("request", "tcp"), ("firewall", "reject")],
    ),
    preset(
        "firewall-admin",
        PageText::new("Firewall: admin prohibited", "防火墙：管理策略禁止"),
        PageText::new(
            "\"No route to host\" within a millisecond, though every route is there.",
            "不到一毫秒就报“No route to host”，可路由一条不缺。",
        ),
        &[("request", "tcp"), ("firewall", "reject-admin"), ("firewall_at", "server")],
    ),
    preset(
        "port-closed",
        PageText::new("Port closed, TCP", "端口关闭，TCP"),
        PageText::new("A RST from the server itself.", "服务器自己回的 RST。"),
        &[("request", "tcp"), ("port", "closed")],
    ),
    preset(
        "udp-closed",
        PageText::new("Port closed, UDP", "端口关闭，UDP"),
        PageText::new("ICMP says it, since UDP cannot.", "UDP 自己说不了，由 ICMP 来说。"),
        &[("request", "udp"), ("port", "closed")],
    ),
    preset(
        "rp-filter",
        PageText::new("rp_filter and two ways", "rp_filter 与来回不同路"),
        PageText::new(
            "The answer would leave by the other interface: the request is dropped where it arrives.",
            "应答要从另一块网卡出去：请求一到就被丢弃。",
        ),
        &[("destination", "inside"), ("second_nic", "on"), ("rp_filter", "1"), ("capture", "server")],
    ),
    preset(
        "two-ways",
        PageText::new("There and back on different ways", "来回走不同的路"),
        PageText::new(
            "Without rp_filter the answer takes the short way, past the gateway.",
            "没有 rp_filter，应答抄近路，不经过网关。",
        ),
        &[("destination", "inside"), ("second_nic", "on")],
    ),
    preset(
        "two-ways-udp",
        PageText::new("The same with UDP", "同样情形，换成 UDP"),
        PageText::new(
            "The answer comes from the other address, and the client throws it away.",
            "应答来自另一个地址，客户端把它扔掉。",
        ),
        &[("destination", "inside"), ("second_nic", "on"), ("request", "udp")],
    ),
    preset(
        "vlan",
        PageText::new("The wrong VLAN", "VLAN 不对"),
        PageText::new(
            "Link is up, the address is right, and no frame gets past the switch.",
            "网线是通的，地址也对，可没有一帧出得了交换机。",
        ),
        &[("vlan", "20")],
    ),
    preset(
        "too-big",
        PageText::new("Too big, with DF", "太大，又带 DF"),
        PageText::new("The gateway drops it and says what fits.", "网关丢弃，并告知能过多大。"),
        &[("payload", "1472"), ("mtu", "1400")],
    ),
    preset(
        "fragmented",
        PageText::new("Too big, without DF", "太大，不带 DF"),
        PageText::new("Cut by the gateway, joined by the server.", "网关切开，服务器拼上。"),
        &[("payload", "1472"), ("mtu", "1400"), ("df", "off"), ("capture", "server")],
    ),
];
