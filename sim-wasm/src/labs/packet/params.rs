//! What the lab takes, and its presets.

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
        kind: Kind::Text { max: 2048, lines: 2 },
        default: "",
        unit: Text::same(""),
        sysctl: "",
        group: Group::Machine,
    },
    Param {
        name: "script",
        label: PageText::new("Script", "脚本"),
        help: PageText::new(
            "A time, then what happens: < a packet arrives, > a packet is expected, or a call and its result. +0.1 counts from the line before. Lines that begin with // are comments.",
            "先写时间，再写事件：< 是到达的报文，> 是期望发出的报文，或者一个调用及其返回值。+0.1 从上一行算起。以 // 开头的行是注释。",
        ),
        kind: Kind::Text { max: 32 * 1024, lines: 8 },
        default: include_str!("scripts/handshake.pkt"),
        unit: Text::same(""),
        sysctl: "",
        group: Group::Script,
    },
];

/// Examples by topic.
pub(super) const PRESETS: &[Preset] = &[Preset {
    id: "handshake",
    title: PageText::new("A handshake", "三次握手"),
    summary: PageText::new(
        "A listener, a client, and a connection in three packets.",
        "一个监听套接字、一个客户端，三个报文建立一条连接。",
    ),
    values: &[("script", script!("handshake"))],
}];
