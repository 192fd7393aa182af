//! What the lab takes.

use crate::lab::{Choice, Group, Kind, Param};
use crate::text::{PageText, Text};

const KERNELS: &[&str] = &[
    "2.6.32", "3.0", "3.4", "3.10", "el7", "4.4", "4.9", "4.14", "4.19", "5.4", "5.10", "5.15", "6.1", "6.6",
    "6.12", "6.18",
];

const fn choice(value: &'static str, en: &'static str, zh: &'static str) -> Choice {
    Choice { value, label: PageText::new(en, zh) }
}

const BYTES: Text = Text::new("bytes", "字节");
const NO_UNIT: Text = Text::same("");

/// The parameters, in the order of the form.
pub(super) const PARAMS: &[Param] = &[
    Param {
        name: "request_bytes",
        label: PageText::new("Request", "请求"),
        help: PageText::new(
            "What the client sends. Above a segment's size it is an upload.",
            "客户端发送的字节数。超过一个段的大小，就是上传。",
        ),
        kind: Kind::Wide { min: 1, max: 100_000, most: 1_000_000, step: 100 },
        default: "200",
        unit: BYTES,
        sysctl: "",
        group: Group::Scene,
    },
    Param {
        name: "response_bytes",
        label: PageText::new("Response", "响应"),
        help: PageText::new(
            "What the server sends back once it has the whole request.",
            "服务端收齐请求之后发回的字节数。",
        ),
        kind: Kind::Wide { min: 1, max: 100_000, most: 1_000_000, step: 100 },
        default: "20000",
        unit: BYTES,
        sysctl: "",
        group: Group::Scene,
    },
    Param {
        name: "mtu_probing",
        label: PageText::same("tcp_mtu_probing"),
        help: PageText::new(
            "On both machines. 1: once retransmissions have gone on for three seconds, segments become smaller. 2: always; on newer kernels a server's connections begin with large segments all the same, until the peer's window grows for the first time.",
            "两端都设。1：重传持续三秒之后改用小段。2：一直开启；不过较新的内核上，服务端接受的连接开头照样发大段，直到对端的窗口第一次变大。",
        ),
        kind: Kind::Choice(&[
            choice("0", "0: off", "0：关"),
            choice("1", "1: when packets disappear", "1：报文有去无回时"),
            choice("2", "2: always", "2：一直"),
        ]),
        default: "0",
        unit: NO_UNIT,
        sysctl: "net.ipv4.tcp_mtu_probing",
        group: Group::Scene,
    },
    Param {
        name: "no_pmtu_disc",
        label: PageText::same("ip_no_pmtu_disc"),
        help: PageText::new(
            "On both machines. 1: packets go out without DF, and routers may cut them.",
            "两端都设。1：报文不带 DF，路由器可以分片。",
        ),
        kind: Kind::Choice(&[
            choice("0", "0: with DF", "0：带 DF"),
            choice("1", "1: without DF", "1：不带 DF"),
        ]),
        default: "0",
        unit: NO_UNIT,
        sysctl: "net.ipv4.ip_no_pmtu_disc",
        group: Group::Scene,
    },
    Param {
        name: "server_kernel",
        label: PageText::new("Kernel", "内核"),
        help: PageText::new(
            "Decides the first flight, where probing begins, and whether the announced MSS follows the path (from 4.15).",
            "决定首批发多少、探测从哪里开始，以及通告的 MSS 是否跟随路径（4.15 起）。",
        ),
        kind: Kind::Kernel(KERNELS),
        default: "6.18",
        unit: NO_UNIT,
        sysctl: "",
        group: Group::Server,
    },
    Param {
        name: "server_mtu",
        label: PageText::new("MTU", "MTU"),
        help: PageText::new(
            "Of the server's interface, and of the link that it is on. The MSS it announces is 40 bytes less.",
            "服务端网卡和它所在链路的 MTU。它通告的 MSS 比这少 40 字节。",
        ),
        kind: Kind::Int { min: 576, max: 9000, step: 10 },
        default: "1500",
        unit: BYTES,
        sysctl: "",
        group: Group::Server,
    },
    Param {
        name: "client_kernel",
        label: PageText::new("Kernel", "内核"),
        help: PageText::new("The same for the client.", "客户端的内核，作用同上。"),
        kind: Kind::Kernel(KERNELS),
        default: "6.18",
        unit: NO_UNIT,
        sysctl: "",
        group: Group::Client,
    },
    Param {
        name: "client_mtu",
        label: PageText::new("MTU", "MTU"),
        help: PageText::new(
            "Of the client's interface, and of the link that it is on.",
            "客户端网卡和它所在链路的 MTU。",
        ),
        kind: Kind::Int { min: 576, max: 9000, step: 10 },
        default: "1500",
        unit: BYTES,
        sysctl: "",
        group: Group::Client,
    },
    Param {
        name: "max_seg",
        label: PageText::same("TCP_MAXSEG"),
        help: PageText::new(
            "Set by the client's program before connect(): bounds what it announces and what it sends. 0: not set.",
            "客户端程序在 connect() 之前设置：限制它通告的和发送的段大小。0 表示不设。",
        ),
        kind: Kind::Int { min: 0, max: 8960, step: 100 },
        default: "0",
        unit: BYTES,
        sysctl: "TCP_MAXSEG",
        group: Group::Client,
    },
    Param {
        name: "tunnel",
        label: PageText::new("Tunnel on the way", "途中的隧道"),
        help: PageText::new("What is left of 1500 bytes inside it.", "1500 字节扣掉封装之后还剩多少。"),
        kind: Kind::Choice(&[
            choice("none", "none", "没有"),
            choice("pppoe", "PPPoE, 1492", "PPPoE，1492"),
            choice("ipip", "IPIP, 1480", "IPIP，1480"),
            choice("gre", "GRE, 1476", "GRE，1476"),
            choice("vxlan", "VXLAN, 1450", "VXLAN，1450"),
            choice("wireguard", "WireGuard, 1420", "WireGuard，1420"),
            choice("custom", "another MTU", "其他 MTU"),
        ]),
        default: "custom",
        unit: NO_UNIT,
        sysctl: "",
        group: Group::Network,
    },
    Param {
        name: "path_mtu",
        label: PageText::new("MTU of the middle link", "中间链路的 MTU"),
        help: PageText::new(
            "Between the two routers. Below 552 a kernel does not believe it.",
            "两台路由器之间。小于 552 时内核不信。",
        ),
        kind: Kind::Int { min: 300, max: 9000, step: 10 },
        default: "1400",
        unit: BYTES,
        sysctl: "",
        group: Group::Network,
    },
    Param {
        name: "way",
        label: PageText::new("It lies on the way", "它在哪个方向上"),
        help: PageText::new(
            "Where there and back take different ways, only one of them may be narrow.",
            "来回走不同的路时，可能只有一个方向窄。",
        ),
        kind: Kind::Choice(&[
            choice("both", "there and back", "来回都是"),
            choice("to-client", "to the client", "去客户端"),
            choice("to-server", "to the server", "去服务端"),
        ]),
        default: "both",
        unit: NO_UNIT,
        sysctl: "",
        group: Group::Network,
    },
    Param {
        name: "icmp",
        label: PageText::new("ICMP \"fragmentation needed\"", "ICMP“需要分片”"),
        help: PageText::new(
            "What a router says of a packet that is too big. A firewall on the way back may drop all ICMP.",
            "路由器对过大报文的通知。回程上的防火墙可能丢掉所有 ICMP。",
        ),
        kind: Kind::Choice(&[
            choice("delivered", "reaches the sender", "能到发送方"),
            choice("filtered", "is filtered", "被过滤"),
        ]),
        default: "filtered",
        unit: NO_UNIT,
        sysctl: "",
        group: Group::Network,
    },
    Param {
        name: "clamp",
        label: PageText::new("MSS clamping", "MSS 钳制"),
        help: PageText::new(
            "`TCPMSS --clamp-mss-to-pmtu` on the router that begins the tunnel at the client's side. A rule that matches one direction alone changes what the server sends, and not what the client sends.",
            "在客户端一侧的隧道路由器上做 `TCPMSS --clamp-mss-to-pmtu`。只匹配一个方向的规则，只改得了服务端的发送，改不了客户端的。",
        ),
        kind: Kind::Choice(&[
            choice("off", "off", "关"),
            choice("to-pmtu", "both directions", "两个方向"),
            choice("syn", "the client's SYN alone", "只有客户端的 SYN"),
        ]),
        default: "off",
        unit: NO_UNIT,
        sysctl: "",
        group: Group::Network,
    },
    Param {
        name: "rtt_ms",
        label: PageText::new("Round trip", "往返时延"),
        help: PageText::new("Time for a packet there and its answer back.", "一个报文去、应答回来的时间。"),
        kind: Kind::Int { min: 1, max: 500, step: 1 },
        default: "20",
        unit: Text::new("ms", "毫秒"),
        sysctl: "",
        group: Group::Network,
    },
    Param {
        name: "offload",
        label: PageText::new("Offload in captures", "抓包看到的卸载"),
        help: PageText::new(
            "With TSO, GSO and GRO tcpdump shows packets before the device cuts them, and after it has joined them.",
            "有 TSO、GSO 和 GRO 时，tcpdump 看到的是网卡切分之前、合并之后的报文。",
        ),
        kind: Kind::Choice(&[choice("on", "on", "开"), choice("off", "off", "关")]),
        default: "on",
        unit: NO_UNIT,
        sysctl: "",
        group: Group::Run,
    },
    Param {
        name: "seed",
        label: PageText::new("Seed", "随机种子"),
        help: PageText::new(
            "Decides how long the hosts have been up, and so how late their timers fire. The same seed gives the same run.",
            "决定主机开机多久，也就决定定时器晚多少。种子相同，结果就相同。",
        ),
        kind: Kind::Int { min: 0, max: 999_999, step: 1 },
        default: "1",
        unit: NO_UNIT,
        sysctl: "",
        group: Group::Run,
    },
];
