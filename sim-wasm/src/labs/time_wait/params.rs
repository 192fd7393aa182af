//! What the lab takes.

use crate::lab::{Choice, Group, Kind, Param};
use crate::text::{PageText, Text};

const KERNELS: &[&str] = &[
    "2.6.32", "3.10", "el7", "4.1", "4.4", "4.9", "4.11", "4.12", "4.15", "4.19", "5.4", "5.10", "5.15",
    "6.1", "6.6", "6.12", "6.14", "6.18",
];

const fn choice(value: &'static str, en: &'static str, zh: &'static str) -> Choice {
    Choice { value, label: PageText::new(en, zh) }
}

const ON_OFF: &[Choice] = &[choice("0", "0: off", "0：关"), choice("1", "1: on", "1：开")];

const NO_UNIT: Text = Text::same("");

/// The parameters, in the order of the form.
pub(super) const PARAMS: &[Param] = &[
    Param {
        name: "scene",
        label: PageText::new("Scene", "场景"),
        help: PageText::new(
            "Many connections at a rate, or a single SYN that meets the TIME_WAIT of the connection before it.",
            "按一定速率建立许多连接，或者只看一个 SYN：它撞上了前一条连接的 TIME_WAIT。",
        ),
        kind: Kind::Choice(&[
            choice("rate", "connections at a rate", "按速率建连"),
            choice("syn-hits", "one SYN hits TIME_WAIT", "一个 SYN 撞上 TIME_WAIT"),
        ]),
        default: "rate",
        unit: NO_UNIT,
        sysctl: "",
        group: Group::Scene,
    },
    Param {
        name: "closes_first",
        label: PageText::new("Closes first", "谁先关闭"),
        help: PageText::new(
            "Who sends the first FIN has TIME_WAIT afterwards. At the client it holds a port, at the server only memory.",
            "谁先发 FIN，谁就要进入 TIME_WAIT。在客户端它占着端口，在服务端只占内存。",
        ),
        kind: Kind::Choice(&[choice("client", "client", "客户端"), choice("server", "server", "服务端")]),
        default: "client",
        unit: NO_UNIT,
        sysctl: "",
        group: Group::Scene,
    },
    Param {
        name: "timestamps",
        label: PageText::same("tcp_timestamps"),
        help: PageText::new(
            "On both ends. tcp_tw_reuse and tcp_tw_recycle need it.",
            "两端一起设置。tcp_tw_reuse 和 tcp_tw_recycle 都离不开它。",
        ),
        kind: Kind::Choice(ON_OFF),
        default: "1",
        unit: NO_UNIT,
        sysctl: "net.ipv4.tcp_timestamps",
        group: Group::Scene,
    },
    Param {
        name: "tw_recycle",
        label: PageText::same("tcp_tw_recycle"),
        help: PageText::new(
            "On the end that closes first: TIME_WAIT lasts 3.5 retransmission timeouts instead of a minute. Up to 4.11.",
            "设在先关闭的一端：TIME_WAIT 只维持 3.5 个重传超时，而不是一分钟。存在到 4.11。",
        ),
        kind: Kind::Choice(ON_OFF),
        default: "0",
        unit: NO_UNIT,
        sysctl: "net.ipv4.tcp_tw_recycle",
        group: Group::Scene,
    },
    Param {
        name: "max_tw_buckets",
        label: PageText::new("Buckets", "桶的上限"),
        help: PageText::new(
            "tcp_max_tw_buckets, on the end that closes first: so many TIME_WAITs at most; beyond, a connection closes without one. The default follows memory: 262144 at 64 GiB.",
            "tcp_max_tw_buckets，设在先关闭的一端：TIME_WAIT 最多这么多，超出时连接直接关闭。默认值随内存而定，64 GiB 时是 262144。",
        ),
        kind: Kind::Int { min: 0, max: 524_288, step: 1000 },
        default: "262144",
        unit: NO_UNIT,
        sysctl: "net.ipv4.tcp_max_tw_buckets",
        group: Group::Scene,
    },
    Param {
        name: "server_kernel",
        label: PageText::new("Kernel", "内核"),
        help: PageText::new(
            "Matters when the server closes first: how late its timers are, and what a reset does to TIME_WAIT.",
            "服务端先关闭时才有影响：定时器晚多久，RST 会对 TIME_WAIT 做什么。",
        ),
        kind: Kind::Kernel(KERNELS),
        default: "4.9",
        unit: NO_UNIT,
        sysctl: "",
        group: Group::Server,
    },
    Param {
        name: "rfc1337",
        label: PageText::same("tcp_rfc1337"),
        help: PageText::new(
            "With 1 a reset does not end TIME_WAIT. On kernels before September 2018 it starts the 60 seconds anew.",
            "设为 1 时，RST 不能结束 TIME_WAIT；2018 年 9 月以前的内核还会让 60 秒重新算起。",
        ),
        kind: Kind::Choice(ON_OFF),
        default: "0",
        unit: NO_UNIT,
        sysctl: "net.ipv4.tcp_rfc1337",
        group: Group::Server,
    },
    Param {
        name: "client_kernel",
        label: PageText::new("Kernel", "内核"),
        help: PageText::new(
            "Decides when connect() may take a port from TIME_WAIT, and how soon a SYN is repeated.",
            "决定 connect() 何时可以取用 TIME_WAIT 的端口，以及 SYN 隔多久重发。",
        ),
        kind: Kind::Kernel(KERNELS),
        default: "4.9",
        unit: NO_UNIT,
        sysctl: "",
        group: Group::Client,
    },
    Param {
        name: "tw_reuse",
        label: PageText::same("tcp_tw_reuse"),
        help: PageText::new(
            "Lets connect() take a port from TIME_WAIT. The kernel's own default is 0, from 4.19 on 2.",
            "允许 connect() 取用 TIME_WAIT 的端口。内核默认值是 0，4.19 起是 2。",
        ),
        kind: Kind::Choice(&[
            choice("0", "0: off", "0：关"),
            choice("1", "1: on", "1：开"),
            choice("2", "2: loopback only, from 4.19", "2：只管回环地址，4.19 起"),
        ]),
        default: "0",
        unit: NO_UNIT,
        sysctl: "net.ipv4.tcp_tw_reuse",
        group: Group::Client,
    },
    Param {
        name: "port_first",
        label: PageText::new("First port", "起始端口"),
        help: PageText::new(
            "Of ip_local_port_range: the ports that connect() may choose.",
            "ip_local_port_range 的第一个数：connect() 可以选用的端口。",
        ),
        kind: Kind::Int { min: 10_000, max: 65_535, step: 1 },
        default: "32768",
        unit: NO_UNIT,
        sysctl: "net.ipv4.ip_local_port_range",
        group: Group::Client,
    },
    Param {
        name: "port_last",
        label: PageText::new("Last port", "结束端口"),
        help: PageText::new(
            "The other end of the range. 61000 up to 4.1.",
            "端口范围的另一端。4.1 及以前是 61000。",
        ),
        kind: Kind::Int { min: 10_000, max: 65_535, step: 1 },
        default: "60999",
        unit: NO_UNIT,
        sysctl: "net.ipv4.ip_local_port_range",
        group: Group::Client,
    },
    Param {
        name: "destinations",
        label: PageText::new("Destinations", "目的地"),
        help: PageText::new(
            "Ports of the server that the client connects to in turn. Each has the whole range for itself.",
            "客户端轮流连接服务器的几个端口。每个目的地都可以用满整个端口范围。",
        ),
        kind: Kind::Int { min: 1, max: 16, step: 1 },
        default: "1",
        unit: NO_UNIT,
        sysctl: "",
        group: Group::Network,
    },
    Param {
        name: "loopback",
        label: PageText::new("Loopback", "回环地址"),
        help: PageText::new("Both ends on one host, at 127.0.0.0/8.", "两端在同一台机器上，走 127.0.0.0/8。"),
        kind: Kind::Choice(&[choice("0", "0: no", "0：否"), choice("1", "1: yes", "1：是")]),
        default: "0",
        unit: NO_UNIT,
        sysctl: "",
        group: Group::Network,
    },
    Param {
        name: "rtt_ms",
        label: PageText::new("Round trip", "往返时延"),
        help: PageText::new("Time for a packet there and its answer back.", "一个报文去、应答回来的时间。"),
        kind: Kind::Int { min: 1, max: 500, step: 1 },
        default: "1",
        unit: Text::new("ms", "毫秒"),
        sysctl: "",
        group: Group::Network,
    },
    Param {
        name: "rate_per_s",
        label: PageText::new("Rate", "速率"),
        help: PageText::new(
            "connect() calls a second, evenly spaced.",
            "每秒调用 connect() 的次数，间隔均匀。",
        ),
        kind: Kind::Int { min: 1, max: 2000, step: 10 },
        default: "600",
        unit: Text::new("/s", "/秒"),
        sysctl: "",
        group: Group::Run,
    },
    Param {
        name: "duration_s",
        label: PageText::new("Duration", "时长"),
        help: PageText::new("How long the client goes on connecting.", "客户端持续建连多久。"),
        kind: Kind::Int { min: 1, max: 300, step: 10 },
        default: "120",
        unit: Text::new("s", "秒"),
        sysctl: "",
        group: Group::Run,
    },
    Param {
        name: "syn_seq",
        label: PageText::new("SYN: sequence number", "SYN 的序列号"),
        help: PageText::new(
            "Against the one that TIME_WAIT expects: 100,000 above it, equal, or 100,000 below.",
            "与 TIME_WAIT 期望的相比：大 100000、相等，或小 100000。",
        ),
        kind: Kind::Choice(&[
            choice("higher", "higher", "更大"),
            choice("equal", "equal", "相等"),
            choice("lower", "lower", "更小"),
        ]),
        default: "higher",
        unit: NO_UNIT,
        sysctl: "",
        group: Group::Run,
    },
    Param {
        name: "syn_tsval",
        label: PageText::new("SYN: timestamp", "SYN 的时间戳"),
        help: PageText::new(
            "TSval against the last one that TIME_WAIT got. Older is by 1,000,000 ticks. Repeated SYNs carry later ones.",
            "TSval 与 TIME_WAIT 最后收到的相比。更旧是指旧 1000000 个单位。重发的 SYN 时间戳会往后走。",
        ),
        kind: Kind::Choice(&[
            choice("newer", "newer", "更新"),
            choice("equal", "equal", "相等"),
            choice("older", "older", "更旧"),
            choice("none", "none", "不带"),
        ]),
        default: "newer",
        unit: NO_UNIT,
        sysctl: "",
        group: Group::Run,
    },
    Param {
        name: "syn_after_ms",
        label: PageText::new("SYN after", "SYN 间隔"),
        help: PageText::new(
            "Time from the end of the first connection to the second connect() from its port.",
            "第一条连接结束后，过多久再从同一个端口 connect()。",
        ),
        kind: Kind::Int { min: 1, max: 70_000, step: 500 },
        default: "1000",
        unit: Text::new("ms", "毫秒"),
        sysctl: "",
        group: Group::Run,
    },
    Param {
        name: "seed",
        label: PageText::new("Seed", "随机种子"),
        help: PageText::new(
            "Decides the uptimes and the first port that is tried. The same seed gives the same run.",
            "决定开机时长和最先试的端口。种子相同，结果就相同。",
        ),
        kind: Kind::Int { min: 0, max: 999_999, step: 1 },
        default: "1",
        unit: NO_UNIT,
        sysctl: "",
        group: Group::Run,
    },
];
