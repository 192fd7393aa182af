//! What the lab takes.

use crate::lab::{Choice, Group, Kind, Param};
use crate::text::{PageText, Text};

const KERNELS: &[&str] = &[
    "2.6.32", "3.10", "el7", "4.4", "4.9", "4.11", "4.19", "5.4", "5.10", "5.15", "6.1", "6.6", "6.12",
    "6.18",
];
/// Those whose resets carry TSval 0 are among them.
const CLIENT_KERNELS: &[&str] = &[
    "2.6.32", "3.10", "el7", "3.18.0", "4.0", "4.4", "4.9", "4.10", "4.11", "4.19", "5.4", "5.10", "5.15",
    "6.1", "6.6", "6.12", "6.18",
];

const fn choice(value: &'static str, en: &'static str, zh: &'static str) -> Choice {
    Choice { value, label: PageText::new(en, zh) }
}

const ON_OFF: &[Choice] = &[choice("0", "0: off", "0：关"), choice("1", "1: on", "1：开")];

const fn number(min: i64, max: i64, step: i64) -> Kind {
    Kind::Int { min, max, step }
}

/// What most parameters have in common.
const PLAIN: Param = Param {
    name: "",
    label: PageText::same(""),
    help: PageText::same(""),
    kind: number(0, 0, 1),
    default: "0",
    unit: Text::same(""),
    sysctl: "",
    group: Group::Server,
};
const SECONDS: Text = Text::new("s", "秒");
const MILLISECONDS: Text = Text::new("ms", "毫秒");

/// The parameters, in the order of the form.
pub(super) const PARAMS: &[Param] = &[
    Param {
        name: "server_kernel",
        label: PageText::new("Kernel", "内核"),
        help: PageText::new(
            "All versions judge an exact RST alike. From 6.18.20 an RST in the window, but not exact, no longer ends a handshake.",
            "对精确的 RST，各版本判断相同。6.18.20 起，在窗口内但不精确的 RST 不再能结束握手。",
        ),
        kind: Kind::Kernel(KERNELS),
        default: "3.10",
        ..PLAIN
    },
    Param {
        name: "server_timestamps",
        label: PageText::same("tcp_timestamps"),
        help: PageText::new(
            "With 0 the server neither sends timestamps nor reads those of others.",
            "设为 0 时，服务端既不发送时间戳，也不读取别人的时间戳。",
        ),
        kind: Kind::Choice(ON_OFF),
        default: "1",
        sysctl: "net.ipv4.tcp_timestamps",
        ..PLAIN
    },
    Param {
        name: "backlog",
        label: PageText::same("listen(backlog)"),
        help: PageText::new(
            "How many connections may wait for accept(); one more than this fit.",
            "可以有多少条连接等待 accept()；实际能放下的比它多一条。",
        ),
        kind: number(0, 1024, 1),
        default: "128",
        ..PLAIN
    },
    Param {
        name: "workers",
        label: PageText::new("Workers", "工作线程"),
        help: PageText::new(
            "Threads that accept a connection, read from it, answer and accept the next. With 0 nobody accepts.",
            "接受一条连接、读、应答、再接受下一条的线程数。0 表示没有人 accept。",
        ),
        kind: number(0, 64, 1),
        default: "4",
        ..PLAIN
    },
    Param {
        name: "read_timeout_s",
        label: PageText::new("Read timeout", "读超时"),
        help: PageText::new(
            "How long a worker waits for data (SO_RCVTIMEO). 0: for ever.",
            "工作线程等待数据的时间（SO_RCVTIMEO）。0 表示永远等。",
        ),
        kind: number(0, 300, 1),
        unit: SECONDS,
        ..PLAIN
    },
    Param {
        name: "keepalive",
        label: PageText::same("SO_KEEPALIVE"),
        help: PageText::new(
            "Set on the listener; what it accepts inherits it. The sysctls tcp_keepalive_* turn nothing on.",
            "设在监听套接字上，接受的连接会继承。sysctl tcp_keepalive_* 什么也打开不了。",
        ),
        kind: Kind::Choice(ON_OFF),
        ..PLAIN
    },
    Param {
        name: "keepidle_s",
        label: PageText::same("TCP_KEEPIDLE"),
        help: PageText::new(
            "How long a connection is idle before the first probe. The kernel's default is 7200.",
            "连接空闲多久之后发第一个探测。内核默认值是 7200。",
        ),
        kind: number(1, 7200, 10),
        default: "60",
        unit: SECONDS,
        ..PLAIN
    },
    Param {
        name: "client_kernel",
        label: PageText::new("Kernel", "内核"),
        help: PageText::new(
            "Decides the timestamps of checker and clients. 3.18.0 and 4.0 are among those whose RST carries TSval 0.",
            "决定检查机和客户端的时间戳。3.18.0 和 4.0 就在 RST 带 TSval 0 的那些版本之列。",
        ),
        kind: Kind::Kernel(CLIENT_KERNELS),
        default: "3.10",
        group: Group::Client,
        ..PLAIN
    },
    Param {
        name: "client_timestamps",
        label: PageText::same("tcp_timestamps"),
        help: PageText::new(
            "0 leaves the option out. 2 means the same as 1 up to 4.9; from 4.10 it takes the random offset away.",
            "0 表示不带该选项。4.9 及以前 2 与 1 相同；4.10 起 2 表示去掉随机偏移。",
        ),
        kind: Kind::Choice(&[
            choice("0", "0: no timestamps", "0：不带时间戳"),
            choice("1", "1: on", "1：开"),
            choice("2", "2: on, without random offset", "2：开，但不加随机偏移"),
        ]),
        default: "1",
        sysctl: "net.ipv4.tcp_timestamps",
        group: Group::Client,
        ..PLAIN
    },
    Param {
        name: "rst_timestamp",
        label: PageText::new("Timestamp of the RST", "RST 的时间戳"),
        help: PageText::new(
            "kernel: the RST is the kernel's own, by SO_LINGER of zero. Otherwise the checker writes it, with this TSval beside that of its SYN.",
            "kernel：由内核自己发 RST（SO_LINGER 0 秒）。否则检查机自己写 RST，TSval 与它的 SYN 相比是这个样子。",
        ),
        kind: Kind::Choice(&[
            choice("kernel", "the kernel's own", "由内核填写"),
            choice("none", "none", "不带"),
            choice("zero", "0", "0"),
            choice("lower", "lower by 1", "小 1"),
            choice("equal", "equal", "相等"),
            choice("higher", "higher by 1", "大 1"),
        ]),
        default: "zero",
        group: Group::Client,
        ..PLAIN
    },
    Param {
        name: "rst_flags",
        label: PageText::new("Flags of the RST", "RST 的标志"),
        help: PageText::new(
            "The kernel's own RST has ACK set. A written one may leave it out.",
            "内核自己的 RST 带 ACK 标志；自己写的可以不带。",
        ),
        kind: Kind::Choice(&[choice("rst-ack", "RST+ACK", "RST+ACK"), choice("rst", "RST", "RST")]),
        default: "rst-ack",
        group: Group::Client,
        ..PLAIN
    },
    Param {
        name: "rst_seq",
        label: PageText::new("Its sequence number", "RST 的序列号"),
        help: PageText::new(
            "Exactly the one after the SYN, ten further and so within the window, or a million further and outside.",
            "正好是 SYN 之后的那个；或再往后 10，仍在窗口内；或再往后一百万，在窗口外。",
        ),
        kind: Kind::Choice(&[
            choice("exact", "exact", "精确"),
            choice("in-window", "in the window", "在窗口内"),
            choice("outside", "outside", "在窗口外"),
        ]),
        default: "exact",
        group: Group::Client,
        ..PLAIN
    },
    Param {
        name: "real_clients_per_s",
        label: PageText::new("Real clients", "真实客户端"),
        help: PageText::new(
            "Well-behaved clients in between, by a host of their own: they feel what the checks do to the server.",
            "穿插其间的正常客户端，来自另一台主机：服务端被检查弄成什么样，由它们来感受。",
        ),
        kind: number(0, 50, 1),
        unit: Text::new("/s", "/秒"),
        group: Group::Client,
        ..PLAIN
    },
    Param {
        name: "order",
        label: PageText::new("Order of arrival", "到达的次序"),
        help: PageText::new(
            "What reaches the server first: the RST, or the ACK that was sent before it.",
            "先到服务端的是 RST，还是比它先发的 ACK。",
        ),
        kind: Kind::Choice(&[
            choice("rst-first", "SYN, RST, ACK", "SYN、RST、ACK"),
            choice("ack-first", "SYN, ACK, RST", "SYN、ACK、RST"),
            choice("rst-only", "SYN, RST and no ACK", "SYN、RST，没有 ACK"),
            choice("before-syn", "RST, SYN, ACK", "RST、SYN、ACK"),
        ]),
        default: "rst-first",
        group: Group::Network,
        ..PLAIN
    },
    Param {
        name: "order_every",
        label: PageText::new("One in how many", "多少次里一次"),
        help: PageText::new(
            "Every so many checks arrive in this order; the packets of the others arrive as they were sent, ACK before RST.",
            "每隔这么多次检查，有一次按这个次序到达；其余的照发出的次序，先 ACK 后 RST。",
        ),
        kind: number(1, 100, 1),
        default: "1",
        group: Group::Network,
        ..PLAIN
    },
    Param {
        name: "rtt_ms",
        label: PageText::new("Round trip", "往返时延"),
        help: PageText::new("Time for a packet there and its answer back.", "一个报文去、应答回来的时间。"),
        kind: number(0, 1000, 1),
        default: "10",
        unit: MILLISECONDS,
        group: Group::Network,
        ..PLAIN
    },
    Param {
        name: "checks",
        label: PageText::new("Checks", "检查次数"),
        help: PageText::new("How many checks are made in all.", "总共做多少次检查。"),
        kind: number(1, 200, 1),
        default: "20",
        group: Group::Run,
        ..PLAIN
    },
    Param {
        name: "interval_ms",
        label: PageText::new("One every", "间隔"),
        help: PageText::new("Time from one check to the next.", "两次检查之间的时间。"),
        kind: number(10, 60_000, 100),
        default: "1000",
        unit: MILLISECONDS,
        group: Group::Run,
        ..PLAIN
    },
    Param {
        name: "seed",
        label: PageText::new("Seed", "随机种子"),
        help: PageText::new(
            "Decides the uptimes, the random offsets and when the real clients come. The same seed gives the same run.",
            "决定开机时长、随机偏移，以及真实客户端何时到来。种子相同，结果就相同。",
        ),
        kind: number(0, 999_999, 1),
        default: "1",
        group: Group::Run,
        ..PLAIN
    },
];
