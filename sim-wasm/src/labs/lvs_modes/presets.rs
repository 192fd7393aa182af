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

/// Each mode in order, then what people get wrong.
pub(super) const PRESETS: &[Preset] = &[
    preset(
        "dr",
        PageText::new("DR, as it should be", "DR，正常"),
        PageText::new(
            "VIP on lo of the real server, ARP for it suppressed. Only the hardware address changes, and the answer goes straight back.",
            "VIP 配在后端的 lo 上，不应答 ARP。只换 MAC 地址，响应直接回客户端。",
        ),
        &[],
    ),
    preset(
        "nat",
        PageText::new("NAT, as it should be", "NAT，正常"),
        PageText::new(
            "The director is the real server's default gateway. Port 80 becomes 8080.",
            "调度器是后端的默认网关。80 端口换成 8080。",
        ),
        &[("mode", "nat"), ("rs_gateway", "director"), ("rport", "8080")],
    ),
    preset(
        "tun",
        PageText::new("TUN, as it should be", "TUN，正常"),
        PageText::new(
            "The real server is on another LAN; the request gets there in an IPIP packet.",
            "后端在另一个 LAN，请求装在 IPIP 报文里过去。",
        ),
        &[("mode", "tun"), ("rs_lan", "routed")],
    ),
    preset(
        "fullnat",
        PageText::new("FullNAT, as it should be", "FullNAT，正常"),
        PageText::new(
            "The real server is anywhere, and has nothing but a module that reads the TOA option.",
            "后端在哪里都行，除了一个读 TOA 选项的模块，什么也不用配。",
        ),
        &[("mode", "fullnat"), ("rs_lan", "routed"), ("rport", "8080")],
    ),
    preset(
        "nat-inside",
        PageText::new("NAT into another VLAN", "NAT 跨 VLAN"),
        PageText::new(
            "The director has a second interface on the real servers' LAN, and is their gateway. It is the way back that counts.",
            "调度器在后端的 LAN 上有第二块网卡，并当它们的网关。要紧的是回程。",
        ),
        &[("mode", "nat"), ("rs_lan", "inside"), ("rs_gateway", "director"), ("rport", "8080")],
    ),
    preset(
        "nat-wrong-gateway",
        PageText::new("NAT: the wrong default gateway", "NAT：默认网关配错"),
        PageText::new(
            "The real server answers through the router, past the director.",
            "后端经路由器响应，绕过了调度器。",
        ),
        &[("mode", "nat"), ("rport", "8080")],
    ),
    preset(
        "nat-near-client",
        PageText::new("NAT: a client among the real servers", "NAT：客户端和后端同网段"),
        PageText::new(
            "From outside it works. From the machine next to it it does not.",
            "从外网访问正常，从隔壁机器访问不通。",
        ),
        &[("mode", "nat"), ("rs_gateway", "director"), ("rport", "8080"), ("client_lan", "real-servers")],
    ),
    preset(
        "nat-no-forward",
        PageText::new("NAT: ip_forward is 0", "NAT：ip_forward 为 0"),
        PageText::new(
            "Requests reach the real server; its answers end at the director.",
            "请求到得了后端，响应到调度器为止。",
        ),
        &[("mode", "nat"), ("rs_gateway", "director"), ("rport", "8080"), ("ip_forward", "0")],
    ),
    preset(
        "nat-docker",
        PageText::new("NAT: FORWARD is closed", "NAT：FORWARD 被关"),
        PageText::new(
            "Somebody installed Docker on the director, and the policy of FORWARD became DROP.",
            "有人在调度器上装了 Docker，FORWARD 的默认策略变成了 DROP。",
        ),
        &[("mode", "nat"), ("rs_gateway", "director"), ("rport", "8080"), ("firewall", "forward")],
    ),
    preset(
        "dr-no-arp",
        PageText::new("DR: ARP not suppressed", "DR：没有抑制 ARP"),
        PageText::new(
            "Two real servers answer ARP for the VIP like the director. Whom the gateway believes is chance.",
            "两台后端和调度器一样应答 VIP 的 ARP。网关信谁，全凭运气。",
        ),
        &[("arp_ignore", "0"), ("arp_announce", "0"), ("real_servers", "2"), ("connections", "10")],
    ),
    preset(
        "dr-lo-only",
        PageText::new("DR: sysctls set for lo alone", "DR：sysctl 只设在 lo 上"),
        PageText::new(
            "The right values in the wrong place: no ARP ever arrives on lo.",
            "值对了，地方不对：lo 上从来收不到 ARP。",
        ),
        &[("arp_scope", "lo"), ("real_servers", "2"), ("connections", "10")],
    ),
    preset(
        "dr-announce",
        PageText::new("DR: arp_announce forgotten", "DR：忘了 arp_announce"),
        PageText::new(
            "The real server does not answer for the VIP. It asks with it, and the gateway learns the wrong address from the question.",
            "后端不应答 VIP，却用 VIP 去问别人，网关从问题里学到了错的地址。",
        ),
        &[("arp_announce", "0"), ("arp_expiry", "0")],
    ),
    preset(
        "dr-vip-eth0",
        PageText::new("DR: VIP on eth0", "DR：VIP 配在 eth0"),
        PageText::new(
            "arp_ignore = 1 does not help: the VIP belongs to the interface that the request came in on.",
            "arp_ignore = 1 也没有用：VIP 就在收到请求的那块网卡上。",
        ),
        &[("vip_on_rs", "eth0"), ("real_servers", "2"), ("connections", "10")],
    ),
    preset(
        "dr-no-vip",
        PageText::new("DR: no VIP on the real server", "DR：后端没有配 VIP"),
        PageText::new("The packet arrives, and is for nobody.", "报文到了，却不是给谁的。"),
        &[("vip_on_rs", "none")],
    ),
    preset(
        "dr-no-vip-forward",
        PageText::new("DR: no VIP, and ip_forward on", "DR：没有 VIP，又开着 ip_forward"),
        PageText::new(
            "The real server sends the packet where the VIP is: to the director.",
            "后端把报文送去 VIP 所在的地方：调度器。",
        ),
        &[("vip_on_rs", "none"), ("rs_ip_forward", "1")],
    ),
    preset(
        "dr-other-lan",
        PageText::new("DR: real servers behind a router", "DR：后端隔着路由器"),
        PageText::new(
            "The router reads the destination, and brings the packet back. Until the TTL is used up.",
            "路由器看目的地址，又把报文送回来，直到 TTL 用完。",
        ),
        &[("rs_lan", "routed")],
    ),
    preset(
        "dr-port",
        PageText::new("DR: another port", "DR：端口不同"),
        PageText::new(
            "The program listens on 8080. ipvsadm does not complain.",
            "程序监听 8080。ipvsadm 并不报错。",
        ),
        &[("rport", "8080")],
    ),
    preset(
        "dr-director-gateway",
        PageText::new("DR: the director as gateway", "DR：拿调度器当网关"),
        PageText::new(
            "What NAT needs, DR must not have: the director drops packets from its own address.",
            "NAT 要这样配，DR 却不能：调度器丢弃来自自己地址的报文。",
        ),
        &[("rs_gateway", "director")],
    ),
    preset(
        "dr-anti-spoofing",
        PageText::new("DR in a cloud", "把 DR 搬上云"),
        PageText::new(
            "The ports of director and real servers let out only the addresses assigned to them.",
            "调度器和后端的端口都只放行分配给它们的地址。",
        ),
        &[("anti_spoofing", "all")],
    ),
    preset(
        "fullnat-anti-spoofing",
        PageText::new("FullNAT in the same cloud", "同样的云上用 FullNAT"),
        PageText::new("It sends with its own addresses alone.", "它只用自己的地址发送。"),
        &[("mode", "fullnat"), ("rs_lan", "routed"), ("anti_spoofing", "all")],
    ),
    preset(
        "dr-stateful",
        PageText::new("DR: a stateful filter on the director", "DR：调度器上有带状态的规则"),
        PageText::new(
            "The SYN gets through. The ACK is neither known nor new.",
            "SYN 过得去；ACK 既不是已知的，也不是新的。",
        ),
        &[("firewall", "stateful")],
    ),
    preset(
        "tun-mtu",
        PageText::new("TUN: small requests work, uploads hang", "TUN：小请求正常，上传卡住"),
        PageText::new(
            "Full packets do not fit the tunnel, and the ICMP that says so is filtered.",
            "满的报文放不进隧道，而告知此事的 ICMP 被过滤了。",
        ),
        &[("mode", "tun"), ("rs_lan", "routed"), ("request_bytes", "20000"), ("icmp", "filtered")],
    ),
    preset(
        "tun-advmss",
        PageText::new("TUN: with advmss", "TUN：设了 advmss"),
        PageText::new(
            "The real server announces 1440, and nothing is too big any more.",
            "后端通告 1440，再没有过大的报文。",
        ),
        &[
            ("mode", "tun"),
            ("rs_lan", "routed"),
            ("request_bytes", "20000"),
            ("icmp", "filtered"),
            ("advmss", "1440"),
        ],
    ),
    preset(
        "tun-rp-filter",
        PageText::new("TUN: rp_filter", "TUN：rp_filter"),
        PageText::new("tunl0 has 0, `all` has 1. The greater counts.", "tunl0 是 0，`all` 是 1，取大的。"),
        &[("mode", "tun"), ("rs_lan", "routed"), ("rp_filter_all", "1")],
    ),
    preset(
        "tun-down",
        PageText::new("TUN: tunl0 is down", "TUN：tunl0 没有 up"),
        PageText::new(
            "The real server complains to the director, and the director tells the client.",
            "后端向调度器报错，调度器再转告客户端。",
        ),
        &[("mode", "tun"), ("rs_lan", "routed"), ("tunl0", "down")],
    ),
    preset(
        "fullnat-no-module",
        PageText::new("FullNAT: no TOA module", "FullNAT：没有 TOA 模块"),
        PageText::new(
            "Everything works, and every log line names the balancer.",
            "一切正常，只是日志里每一行都是负载均衡的地址。",
        ),
        &[("mode", "fullnat"), ("rs_lan", "routed"), ("toa_module", "absent")],
    ),
];
