//! What the lab takes.

use crate::lab::{Choice, Group, Kind, Param};
use crate::text::{PageText, Text};

const KERNELS: &[&str] = &[
    "2.6.32", "3.10", "el7", "4.4", "4.9", "4.10", "4.19", "5.4", "5.10", "5.15", "6.1", "6.6", "6.12",
    "6.18",
];

const fn choice(value: &'static str, en: &'static str, zh: &'static str) -> Choice {
    Choice { value, label: PageText::new(en, zh) }
}

/// A parameter that is one of a few words.
const fn words(
    name: &'static str,
    label: PageText,
    help: PageText,
    choices: &'static [Choice],
    default: &'static str,
    sysctl: &'static str,
    group: Group,
) -> Param {
    Param { name, label, help, kind: Kind::Choice(choices), default, unit: NO_UNIT, sysctl, group }
}

const BYTES: Text = Text::new("bytes", "字节");
const NO_UNIT: Text = Text::same("");

const OFF_ON: &[Choice] = &[choice("0", "0: off", "0：关"), choice("1", "1: on", "1：开")];
const RP_FILTER: &[Choice] = &[
    choice("0", "0: off", "0：关"),
    choice("1", "1: strict", "1：严格"),
    choice("2", "2: loose", "2：宽松"),
];

/// The parameters, in the order of the form.
pub(super) const PARAMS: &[Param] = &[
    words(
        "mode",
        PageText::new("Forwarding mode", "转发模式"),
        PageText::new(
            "`ipvsadm -m`, `-g` or `-i`. FullNAT is not in the mainline kernel.",
            "即 `ipvsadm -m`、`-g`、`-i`。FullNAT 不在主线内核里。",
        ),
        &[
            choice("nat", "NAT (Masq)", "NAT（Masq）"),
            choice("dr", "DR (Route)", "DR（Route）"),
            choice("tun", "TUN (Tunnel)", "TUN（Tunnel）"),
            choice("fullnat", "FullNAT", "FullNAT"),
        ],
        "dr",
        "",
        Group::Scene,
    ),
    Param {
        name: "request_bytes",
        label: PageText::new("Request", "请求"),
        help: PageText::new(
            "What the client sends on each connection. Above 1428 bytes its packets are full ones.",
            "客户端在每条连接上发送的字节数。超过 1428 字节，报文就是满的。",
        ),
        kind: Kind::Wide { min: 1, max: 20_000, most: 1_000_000, step: 100 },
        default: "500",
        unit: BYTES,
        sysctl: "",
        group: Group::Scene,
    },
    Param {
        name: "response_bytes",
        label: PageText::new("Response", "响应"),
        help: PageText::new("What the real server sends back.", "后端发回的字节数。"),
        kind: Kind::Wide { min: 1, max: 100_000, most: 1_000_000, step: 100 },
        default: "10000",
        unit: BYTES,
        sysctl: "",
        group: Group::Scene,
    },
    Param {
        name: "connections",
        label: PageText::new("Connections", "连接数"),
        help: PageText::new(
            "Opened one after the other, as a pool does; then a request is sent on each.",
            "像连接池那样逐个建立，然后在每条上发一个请求。",
        ),
        kind: Kind::Int { min: 1, max: 20, step: 1 },
        default: "1",
        unit: NO_UNIT,
        sysctl: "",
        group: Group::Scene,
    },
    Param {
        name: "director_kernel",
        label: PageText::new("Kernel", "内核"),
        help: PageText::new(
            "Decides whether requests lose a TTL on the director (from 4.10), and whether errors of the tunnel reach the client (from 3.7).",
            "决定请求经过调度器时 TTL 是否减一（4.10 起），以及隧道的错误能否传到客户端（3.7 起）。",
        ),
        kind: Kind::Kernel(KERNELS),
        default: "6.18",
        unit: NO_UNIT,
        sysctl: "",
        group: Group::Director,
    },
    words(
        "ip_forward",
        PageText::same("ip_forward"),
        PageText::new(
            "On the director. Only the answers of NAT need it.",
            "调度器上的。只有 NAT 的响应用得着。",
        ),
        OFF_ON,
        "1",
        "net.ipv4.ip_forward",
        Group::Director,
    ),
    words(
        "firewall",
        PageText::new("Packet filter", "包过滤"),
        PageText::new(
            "Rules on the director. IPVS stands behind them on both hooks.",
            "调度器上的规则。在两个钩子上，IPVS 都排在它们后面。",
        ),
        &[
            choice("off", "lets everything through", "全部放行"),
            choice("input", "INPUT drops port 80", "INPUT 丢弃 80 端口"),
            choice("stateful", "INPUT: ESTABLISHED, or NEW with SYN", "INPUT：ESTABLISHED，或带 SYN 的 NEW"),
            choice("forward", "FORWARD policy is DROP", "FORWARD 策略为 DROP"),
        ],
        "off",
        "",
        Group::Director,
    ),
    words(
        "vs_conntrack",
        PageText::same("vs.conntrack"),
        PageText::new("Keep conntrack entries of IPVS connections.", "是否为 IPVS 连接保留 conntrack 条目。"),
        OFF_ON,
        "0",
        "net.ipv4.vs.conntrack",
        Group::Director,
    ),
    words(
        "pmtu_disc",
        PageText::same("vs.pmtu_disc"),
        PageText::new(
            "Of TUN. 1: DF is copied into the outer header, and what is too big is refused. 0: the outer packet may be cut.",
            "只管 TUN。1：外层头照抄 DF，过大的拒收。0：外层报文可以分片。",
        ),
        OFF_ON,
        "1",
        "net.ipv4.vs.pmtu_disc",
        Group::Director,
    ),
    words(
        "toa",
        PageText::new("TOA option", "TOA 选项"),
        PageText::new(
            "Does the FullNAT director write the client's address into a TCP option?",
            "FullNAT 调度器是否把客户端地址写进 TCP 选项？",
        ),
        &[choice("on", "added", "添加"), choice("off", "not added", "不添加")],
        "on",
        "",
        Group::Director,
    ),
    Param {
        name: "real_servers",
        label: PageText::new("Real servers", "后端台数"),
        help: PageText::new("Round robin, beginning with rs1.", "轮询，从 rs1 开始。"),
        kind: Kind::Int { min: 1, max: 3, step: 1 },
        default: "1",
        unit: NO_UNIT,
        sysctl: "",
        group: Group::RealServers,
    },
    words(
        "rs_lan",
        PageText::new("They stand", "它们在"),
        PageText::new(
            "The other LAN is behind the gateway. With a second interface the director is on it as well.",
            "另一个 LAN 在网关后面。调度器有第二块网卡时，也直接连在上面。",
        ),
        &[
            choice("same", "on the director's LAN", "调度器所在的 LAN"),
            choice("routed", "on another LAN", "另一个 LAN"),
            choice("inside", "on another LAN, the director too", "另一个 LAN，调度器也在上面"),
        ],
        "same",
        "",
        Group::RealServers,
    ),
    words(
        "rs_gateway",
        PageText::new("Default gateway", "默认网关"),
        PageText::new("Of the real servers.", "后端的默认网关。"),
        &[choice("router", "the router", "路由器"), choice("director", "the director", "调度器")],
        "router",
        "",
        Group::RealServers,
    ),
    words(
        "rport",
        PageText::new("Program listens on", "程序监听"),
        PageText::new("The service is on port 80.", "服务的端口是 80。"),
        &[choice("80", "80", "80"), choice("8080", "8080", "8080")],
        "80",
        "",
        Group::RealServers,
    ),
    words(
        "vip_on_rs",
        PageText::new("VIP on the real server", "后端上的 VIP"),
        PageText::new(
            "The proper place is lo for DR, tunl0 for TUN, and none for NAT and FullNAT.",
            "该在的地方：DR 是 lo，TUN 是 tunl0，NAT 和 FullNAT 不配。",
        ),
        &[
            choice("proper", "in its proper place", "在该在的地方"),
            choice("eth0", "on eth0", "在 eth0 上"),
            choice("none", "nowhere", "没有配"),
        ],
        "proper",
        "",
        Group::RealServers,
    ),
    words(
        "arp_ignore",
        PageText::same("arp_ignore"),
        PageText::new(
            "0: answers ARP for every address it has. 1: only for those of the interface. 2: only within the subnet too.",
            "0：自己有的地址都应答 ARP。1：只应答收到请求的那块网卡上的。2：还要在同一子网内。",
        ),
        &[choice("0", "0", "0"), choice("1", "1", "1"), choice("2", "2", "2")],
        "1",
        "net.ipv4.conf.all.arp_ignore",
        Group::RealServers,
    ),
    words(
        "arp_announce",
        PageText::same("arp_announce"),
        PageText::new(
            "0: asks with the source address of the packet that waits, be it the VIP. 1: if it is in the target's subnet. 2: never.",
            "0：发 ARP 请求时用待发报文的源地址，哪怕是 VIP。1：在目标的子网里才用。2：从不。",
        ),
        &[choice("0", "0", "0"), choice("1", "1", "1"), choice("2", "2", "2")],
        "2",
        "net.ipv4.conf.all.arp_announce",
        Group::RealServers,
    ),
    words(
        "arp_scope",
        PageText::new("Both are set for", "上面两项设在"),
        PageText::new(
            "The greater of `all` and of the interface that ARP comes in on counts.",
            "起作用的是 `all` 与收发 ARP 的那块网卡中较大的一个。",
        ),
        &[choice("all", "conf.all", "conf.all"), choice("lo", "conf.lo alone", "只有 conf.lo")],
        "all",
        "",
        Group::RealServers,
    ),
    words(
        "tunl0",
        PageText::same("tunl0"),
        PageText::new("The real servers' end of the tunnel.", "隧道在后端的一头。"),
        &[
            choice("up", "up", "up"),
            choice("down", "down", "down"),
            choice("absent", "module ipip not loaded", "未加载 ipip 模块"),
        ],
        "up",
        "",
        Group::RealServers,
    ),
    words(
        "rp_filter_all",
        PageText::same("rp_filter (all)"),
        PageText::new(
            "The greater of `all` and the interface counts.",
            "起作用的是 `all` 和网卡中较大的一个。",
        ),
        RP_FILTER,
        "0",
        "net.ipv4.conf.all.rp_filter",
        Group::RealServers,
    ),
    words(
        "rp_filter_tunl0",
        PageText::same("rp_filter (tunl0)"),
        PageText::new(
            "The way back to the client never leads through tunl0.",
            "回客户端的路从来不走 tunl0。",
        ),
        RP_FILTER,
        "0",
        "net.ipv4.conf.tunl0.rp_filter",
        Group::RealServers,
    ),
    words(
        "rs_ip_forward",
        PageText::same("ip_forward"),
        PageText::new(
            "On the real servers: do they send on what is not for them?",
            "后端上的：不是给自己的报文，转不转发？",
        ),
        OFF_ON,
        "0",
        "net.ipv4.ip_forward",
        Group::RealServers,
    ),
    Param {
        name: "advmss",
        label: PageText::same("advmss"),
        help: PageText::new(
            "MSS that the real servers' default route announces. 0: MTU less 40. Less than 88 counts as 88.",
            "后端默认路由通告的 MSS。0 表示 MTU 减 40，小于 88 按 88 算。",
        ),
        kind: Kind::Int { min: 0, max: 8960, step: 20 },
        default: "0",
        unit: BYTES,
        sysctl: "",
        group: Group::RealServers,
    },
    words(
        "toa_module",
        PageText::new("TOA module", "TOA 模块"),
        PageText::new(
            "Reads the option, and makes getpeername() return the client's address.",
            "读取这个选项，让 getpeername() 返回客户端地址。",
        ),
        &[choice("loaded", "loaded", "已加载"), choice("absent", "not loaded", "未加载")],
        "loaded",
        "",
        Group::RealServers,
    ),
    words(
        "client_lan",
        PageText::new("The client is", "客户端在"),
        PageText::new(
            "On their LAN it gets answers without a router in between.",
            "在同一个 LAN 上，响应不经过路由器就能到它。",
        ),
        &[
            choice("internet", "on the internet", "外网"),
            choice("real-servers", "on the real servers' LAN", "后端所在的 LAN"),
        ],
        "internet",
        "",
        Group::Client,
    ),
    words(
        "icmp",
        PageText::new("ICMP to the client", "发给客户端的 ICMP"),
        PageText::new("The gateway may filter it.", "网关可能把它过滤掉。"),
        &[choice("delivered", "gets through", "能到"), choice("filtered", "is filtered", "被过滤")],
        "delivered",
        "",
        Group::Network,
    ),
    Param {
        name: "inner_mtu",
        label: PageText::new("MTU behind the gateway", "网关内侧的 MTU"),
        help: PageText::new(
            "Of director, real servers and the links between them. The client's is 1500.",
            "调度器、后端和它们之间链路的 MTU。客户端的是 1500。",
        ),
        kind: Kind::Int { min: 1280, max: 9000, step: 20 },
        default: "1500",
        unit: BYTES,
        sysctl: "",
        group: Group::Network,
    },
    words(
        "anti_spoofing",
        PageText::new("Source address check", "源地址检查"),
        PageText::new(
            "Switch ports or hypervisors that let out only the addresses assigned to a machine.",
            "交换机端口或宿主机只放行分配给该机器的地址。",
        ),
        &[
            choice("off", "none", "没有"),
            choice("servers", "of the real servers", "查后端"),
            choice("all", "of the director too", "调度器也查"),
        ],
        "off",
        "",
        Group::Network,
    ),
    Param {
        name: "arp_expiry",
        label: PageText::new("ARP entry has expired", "ARP 条目过期"),
        help: PageText::new(
            "How often, before a connection or a request, a machine asks anew. Of several answers chance keeps one.",
            "每次建连接或发请求之前，机器要重新询问的比例。有多个应答时随机留一个。",
        ),
        kind: Kind::Int { min: 0, max: 100, step: 5 },
        default: "50",
        unit: Text::same("%"),
        sysctl: "",
        group: Group::Network,
    },
    Param {
        name: "seed",
        label: PageText::new("Seed", "随机种子"),
        help: PageText::new(
            "Decides which ARP entries expire and which answer is kept. The same seed gives the same run.",
            "决定哪些 ARP 条目过期、留下哪个应答。种子相同，结果就相同。",
        ),
        kind: Kind::Int { min: 0, max: 999_999, step: 1 },
        default: "1",
        unit: NO_UNIT,
        sysctl: "",
        group: Group::Run,
    },
];
