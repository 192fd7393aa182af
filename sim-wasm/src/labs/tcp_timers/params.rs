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

const fn same(value: &'static str) -> Choice {
    choice(value, value, value)
}

const MILLISECONDS: Text = Text::new("ms", "毫秒");
const SECONDS: Text = Text::new("s", "秒");
const NO_UNIT: Text = Text::same("");

/// The parameters, in the order of the form.
pub(super) const PARAMS: &[Param] = &[
    Param {
        name: "scene",
        label: PageText::new("What happens", "发生了什么"),
        help: PageText::new(
            "What the caller waits for, and why it does not come.",
            "调用方在等什么，为什么等不来。",
        ),
        kind: Kind::Choice(&[
            choice("connect-blackhole", "the SYN disappears", "SYN 有去无回"),
            choice("connect-unreachable", "ICMP unreachable", "ICMP 不可达"),
            choice("connect-refused", "nobody listens", "没有人监听"),
            choice("lost-syn-ack", "SYN-ACKs are lost", "SYN-ACK 全部丢失"),
            choice("dead-peer-idle", "peer dies, idle", "对端死了，连接空闲"),
            choice("dead-peer-sending", "peer dies, sending", "对端死了，正在发送"),
            choice("peer-rebooted", "peer reboots, idle", "对端重启，连接空闲"),
            choice("fin-wait1-orphan", "close(), peer dead", "close()，对端死了"),
            choice("fin-wait2-orphan", "close(), peer does not", "close()，对端不关"),
            choice("zero-window", "peer does not read", "对端不读"),
        ]),
        default: "connect-blackhole",
        unit: NO_UNIT,
        sysctl: "",
        group: Group::Scene,
    },
    Param {
        name: "server_kernel",
        label: PageText::new("Kernel", "内核"),
        help: PageText::new(
            "Matters where the peer has timers of its own: lost SYN-ACKs, a closed window.",
            "只在对端自己也有定时器时才要紧：SYN-ACK 丢失、窗口关闭。",
        ),
        kind: Kind::Kernel(KERNELS),
        default: "4.9",
        unit: NO_UNIT,
        sysctl: "",
        group: Group::Server,
    },
    Param {
        name: "synack_retries",
        label: PageText::same("tcp_synack_retries"),
        help: PageText::new(
            "How often a SYN-ACK without an answer is sent again.",
            "没有应答的 SYN-ACK 重发几次。",
        ),
        kind: Kind::Int { min: 0, max: 10, step: 1 },
        default: "5",
        unit: NO_UNIT,
        sysctl: "net.ipv4.tcp_synack_retries",
        group: Group::Server,
    },
    Param {
        name: "client_kernel",
        label: PageText::new("Kernel", "内核"),
        help: PageText::new(
            "Decides the first timeout (3 s up to 3.0), how often a SYN is repeated, and how late far-off timers fire (from 4.8).",
            "决定第一次超时（3.0 及以前是 3 秒）、SYN 重发几次，以及远期的定时器晚多少（4.8 起）。",
        ),
        kind: Kind::Kernel(KERNELS),
        default: "4.9",
        unit: NO_UNIT,
        sysctl: "",
        group: Group::Client,
    },
    Param {
        name: "syn_retries",
        label: PageText::same("tcp_syn_retries"),
        help: PageText::new(
            "How often a SYN without an answer is sent again. The kernel's own default is 5 up to 3.6 and 6 from 3.7 on.",
            "没有应答的 SYN 重发几次。内核默认值：3.6 及以前是 5，3.7 起是 6。",
        ),
        kind: Kind::Choice(&[
            choice("kernel", "default", "默认值"),
            same("1"),
            same("2"),
            same("3"),
            same("4"),
            same("5"),
            same("6"),
            same("7"),
            same("8"),
            same("9"),
            same("10"),
        ]),
        default: "kernel",
        unit: NO_UNIT,
        sysctl: "net.ipv4.tcp_syn_retries",
        group: Group::Client,
    },
    Param {
        name: "syn_linear_timeouts",
        label: PageText::same("tcp_syn_linear_timeouts"),
        help: PageText::new(
            "From 6.5 on so many repetitions come one second apart before the doubling begins.",
            "6.5 起，翻倍开始之前先这样多次、每秒一次地重发。",
        ),
        kind: Kind::Int { min: 0, max: 10, step: 1 },
        default: "4",
        unit: NO_UNIT,
        sysctl: "net.ipv4.tcp_syn_linear_timeouts",
        group: Group::Client,
    },
    Param {
        name: "retries2",
        label: PageText::same("tcp_retries2"),
        help: PageText::new(
            "Not a count but a time: as long as so many repetitions would take if the first came after 200 ms. 15 means 924.6 s.",
            "不是次数，而是时间：假如第一次在 200 毫秒后，重发这么多次要花的时间。15 就是 924.6 秒。",
        ),
        kind: Kind::Int { min: 1, max: 30, step: 1 },
        default: "15",
        unit: NO_UNIT,
        sysctl: "net.ipv4.tcp_retries2",
        group: Group::Client,
    },
    Param {
        name: "keepalive",
        label: PageText::same("SO_KEEPALIVE"),
        help: PageText::new(
            "Off unless the program sets it; the sysctls below switch nothing on.",
            "程序不设就是关的；下面几个 sysctl 打不开它。",
        ),
        kind: Kind::Choice(&[choice("0", "0: off", "0：关"), choice("1", "1: on", "1：开")]),
        default: "0",
        unit: NO_UNIT,
        sysctl: "SO_KEEPALIVE",
        group: Group::Client,
    },
    Param {
        name: "keepalive_time_s",
        label: PageText::same("tcp_keepalive_time"),
        help: PageText::new(
            "Silence from the peer after which the first probe goes out.",
            "对端沉默多久之后发第一个探测。",
        ),
        kind: Kind::Int { min: 1, max: 32_767, step: 60 },
        default: "7200",
        unit: SECONDS,
        sysctl: "net.ipv4.tcp_keepalive_time",
        group: Group::Client,
    },
    Param {
        name: "keepalive_intvl_s",
        label: PageText::same("tcp_keepalive_intvl"),
        help: PageText::new(
            "Time from one probe without an answer to the next.",
            "探测没有应答时，隔多久发下一个。",
        ),
        kind: Kind::Int { min: 1, max: 32_767, step: 5 },
        default: "75",
        unit: SECONDS,
        sysctl: "net.ipv4.tcp_keepalive_intvl",
        group: Group::Client,
    },
    Param {
        name: "keepalive_probes",
        label: PageText::same("tcp_keepalive_probes"),
        help: PageText::new(
            "So many probes without an answer end the connection.",
            "这么多个探测没有应答，连接就结束。",
        ),
        kind: Kind::Int { min: 1, max: 127, step: 1 },
        default: "9",
        unit: NO_UNIT,
        sysctl: "net.ipv4.tcp_keepalive_probes",
        group: Group::Client,
    },
    Param {
        name: "user_timeout_ms",
        label: PageText::same("TCP_USER_TIMEOUT"),
        help: PageText::new(
            "A bound on the time that sent data may stay unacknowledged, set by the program. 0: none.",
            "程序设的时间上限：发出的数据最多多久没有确认。0 表示不设。",
        ),
        kind: Kind::Int { min: 0, max: 3_600_000, step: 1000 },
        default: "0",
        unit: MILLISECONDS,
        sysctl: "TCP_USER_TIMEOUT",
        group: Group::Client,
    },
    Param {
        name: "fin_timeout_s",
        label: PageText::same("tcp_fin_timeout"),
        help: PageText::new(
            "How long a socket whose program has closed waits for the peer's FIN. Above 60 it is twice what exceeds 60.",
            "程序已经关闭的套接字等对端的 FIN 多久。超过 60 时，实际是超出部分的两倍。",
        ),
        kind: Kind::Int { min: 1, max: 300, step: 1 },
        default: "60",
        unit: SECONDS,
        sysctl: "net.ipv4.tcp_fin_timeout",
        group: Group::Client,
    },
    Param {
        name: "orphan_retries",
        label: PageText::same("tcp_orphan_retries"),
        help: PageText::new(
            "What tcp_retries2 is, for a socket whose program has closed. 0 means 8.",
            "程序已经关闭的套接字用它代替 tcp_retries2。0 表示 8。",
        ),
        kind: Kind::Int { min: 0, max: 20, step: 1 },
        default: "0",
        unit: NO_UNIT,
        sysctl: "net.ipv4.tcp_orphan_retries",
        group: Group::Client,
    },
    Param {
        name: "hz",
        label: PageText::same("CONFIG_HZ"),
        help: PageText::new(
            "Ticks a second. From 4.8 on a far-off timer fires up to an eighth late, in slots whose size depends on it.",
            "每秒的时钟节拍数。4.8 起，远期的定时器最多晚八分之一，晚多少取决于它。",
        ),
        kind: Kind::Choice(&[same("1000"), same("250"), same("100")]),
        default: "1000",
        unit: NO_UNIT,
        sysctl: "",
        group: Group::Client,
    },
    Param {
        name: "icmp",
        label: PageText::new("What ICMP says", "ICMP 说什么"),
        help: PageText::new(
            "The code of the message that a router or the host sends in answer to the SYN.",
            "路由器或主机对 SYN 回的 ICMP 消息的代码。",
        ),
        kind: Kind::Choice(&[
            choice("net", "0: network, ENETUNREACH", "0：网络不可达，ENETUNREACH"),
            choice("host", "1: host, EHOSTUNREACH", "1：主机不可达，EHOSTUNREACH"),
            choice("port", "3: port, ECONNREFUSED", "3：端口不可达，ECONNREFUSED"),
            choice("filtered", "13: forbidden, EHOSTUNREACH", "13：被禁止，EHOSTUNREACH"),
        ]),
        default: "host",
        unit: NO_UNIT,
        sysctl: "",
        group: Group::Network,
    },
    Param {
        name: "rtt_ms",
        label: PageText::new("Round trip", "往返时延"),
        help: PageText::new(
            "Time for a packet there and its answer back. The first retransmission timeout is this plus 200 ms at least.",
            "一个报文去、应答回来的时间。第一次重传超时就是它加上至少 200 毫秒。",
        ),
        kind: Kind::Int { min: 0, max: 500, step: 1 },
        default: "1",
        unit: MILLISECONDS,
        sysctl: "",
        group: Group::Network,
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
