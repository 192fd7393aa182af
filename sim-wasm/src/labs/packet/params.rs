//! What the lab takes, and its presets.

use super::guide;
use crate::lab::{Group, Kind, Param, Preset};
use crate::text::{PageText, Text};

/// The kernels that are offered: those between which something changes.
pub(super) const KERNELS: &[&str] = &[
    "2.6.32", "3.0", "3.5", "3.10", "el7", "3.18", "4.4", "4.9", "4.10", "4.11", "4.12", "4.14", "4.19",
    "5.4", "5.10", "5.15", "6.1", "6.6", "6.12", "6.18",
];

/// The scripts of presets are not in the module for browsers, to which pages give them.
macro_rules! script {
    ($name:literal) => {
        if cfg!(target_arch = "wasm32") { "" } else { include_str!(concat!("scripts/", $name, ".pkt")) }
    };
}

/// The parameters, in the order of the form.
pub(super) const PARAMS: &[Param] = &[
    Param {
        name: "kernel",
        label: PageText::new("Kernel", "内核"),
        help: PageText::new(
            "The Linux whose TCP answers. Any version from 2.6.32 to 6.18 can stand in the address.",
            "由哪个 Linux 的 TCP 来应答。地址里可以写 2.6.32 到 6.18 的任意版本。",
        ),
        kind: Kind::Kernel(KERNELS),
        default: "6.18",
        unit: Text::same(""),
        sysctl: "",
        group: Group::Machine,
    },
    Param {
        name: "set",
        label: PageText::new("Settings", "设置"),
        help: PageText::new(
            "Sysctls that are set before the script runs, one a line: net.ipv4.tcp_syn_retries=2.",
            "运行脚本前设置的 sysctl，每行一个：net.ipv4.tcp_syn_retries=2。",
        ),
        kind: Kind::Text { max: 2048, lines: 2, guide: &[] },
        default: "",
        unit: Text::same(""),
        sysctl: "",
        group: Group::Machine,
    },
    Param {
        name: "script",
        label: PageText::new("Script", "脚本"),
        help: PageText::new(
            "Each line has a time, and then what happens: a packet arrives (<), a packet should be sent (>), or a program calls.",
            "每行先写时间，再写事件：到达一个报文（<），期望发出一个报文（>），或者程序的一个调用。",
        ),
        kind: Kind::Text { max: 32 * 1024, lines: 8, guide: guide::GUIDE },
        default: include_str!("scripts/handshake.pkt"),
        unit: Text::same(""),
        sysctl: "",
        group: Group::Script,
    },
];

/// Examples by topic.
pub(super) const PRESETS: &[Preset] = &[
    Preset {
        id: "handshake",
        title: PageText::new("A handshake", "三次握手"),
        summary: PageText::new(
            "A listener, a client, and a request with its answer.",
            "一个监听套接字，一个客户端，一次请求和应答。",
        ),
        values: &[("script", script!("handshake"))],
    },
    Preset {
        id: "syn-retries",
        title: PageText::new("A SYN that nobody answers", "没有人应答的 SYN"),
        summary: PageText::new(
            "When connect() sends its SYN again, and since which kernel that is so.",
            "connect() 什么时候重传 SYN，从哪个内核开始变成这样。",
        ),
        values: &[("script", script!("syn-retries"))],
    },
    Preset {
        id: "rst-in-syn-recv",
        title: PageText::new("A RST during the handshake", "握手途中的 RST"),
        summary: PageText::new(
            "A health check resets the handshake before it is complete.",
            "健康检查在握手完成前就发来 RST。",
        ),
        values: &[("script", script!("rst-in-syn-recv"))],
    },
    Preset {
        id: "accept-queue",
        title: PageText::new("A full accept queue", "全连接队列满"),
        summary: PageText::new(
            "The third client of a program that calls accept() too late.",
            "程序来不及 accept()，第三个客户端会怎样。",
        ),
        values: &[("script", script!("accept-queue"))],
    },
    Preset {
        id: "time-wait",
        title: PageText::new("A SYN that hits TIME-WAIT", "撞上 TIME-WAIT 的 SYN"),
        summary: PageText::new(
            "The side that closed first still holds the connection when a SYN comes from the same port.",
            "先关闭的一方还留着连接，同一端口又来了一个 SYN。",
        ),
        values: &[("script", script!("time-wait"))],
    },
    Preset {
        id: "closing",
        title: PageText::new("Goodbye, one half at a time", "一半一半地关闭"),
        summary: PageText::new(
            "The client closes, the program goes on for a while: CLOSE-WAIT and LAST-ACK.",
            "客户端先关闭，程序过一会儿才关：CLOSE-WAIT 与 LAST-ACK。",
        ),
        values: &[("script", script!("closing"))],
    },
    Preset {
        id: "keepalive",
        title: PageText::new("Keepalive finds a dead peer", "keepalive 发现对端已死"),
        summary: PageText::new(
            "Three probes without an answer, then a reset and an error.",
            "三次探测都没有应答，于是复位连接并报错。",
        ),
        values: &[("script", script!("keepalive"))],
    },
    Preset {
        id: "delayed-ack",
        title: PageText::new("A delayed ACK", "延迟确认"),
        summary: PageText::new(
            "At once at first, and 40 ms late once the program has answered.",
            "开始时立即确认；程序有过应答之后，就要等 40 毫秒。",
        ),
        values: &[("script", script!("delayed-ack"))],
    },
    Preset {
        id: "challenge-ack",
        title: PageText::new("A RST that is not believed", "不被相信的 RST"),
        summary: PageText::new(
            "In the window but not exact: Linux 3.6 and later ask back.",
            "序号在窗口内但不精确：Linux 3.6 起会发 ACK 质询。",
        ),
        values: &[("script", script!("challenge-ack"))],
    },
    Preset {
        id: "syn-on-established",
        title: PageText::new("A SYN on an old connection", "打在旧连接上的 SYN"),
        summary: PageText::new(
            "A client that restarted, and a server that has not noticed: 3.10 and 6.18 differ.",
            "客户端重启了，服务端还不知道：3.10 与 6.18 的行为不同。",
        ),
        values: &[("script", script!("syn-on-established"))],
    },
    Preset {
        id: "old-timestamp",
        title: PageText::new("Wrong on purpose", "故意写错的脚本"),
        summary: PageText::new(
            "An expectation that does not hold, and what the kernel did instead.",
            "一条不成立的期望，以及内核实际做了什么。",
        ),
        values: &[("script", script!("old-timestamp"))],
    },
];
