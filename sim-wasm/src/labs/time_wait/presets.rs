//! Named settings: the figures of the articles.

use crate::lab::Preset;
use crate::text::PageText;

/// The presets, those of the rate first.
pub(super) const PRESETS: &[Preset] = &[
    Preset {
        id: "port-exhaustion",
        title: PageText::new("Ports run out", "端口耗尽"),
        summary: PageText::new(
            "600 connections a second to one backend, closed by the client: 28,232 ports last 47 seconds.",
            "每秒 600 条连接到同一个后端，由客户端关闭：28232 个端口撑 47 秒。",
        ),
        values: &[],
    },
    Preset {
        id: "below-the-limit",
        title: PageText::new("Below the limit", "低于上限"),
        summary: PageText::new(
            "400 a second are fewer than 28,232 in 60 seconds: they last for ever.",
            "每秒 400 条，低于 28232 个端口除以 60 秒：永远够用。",
        ),
        values: &[("rate_per_s", "400")],
    },
    Preset {
        id: "reuse-4.9",
        title: PageText::new("tcp_tw_reuse on 4.9", "4.9 上的 tcp_tw_reuse"),
        summary: PageText::new(
            "A port can be taken again after one to two seconds, when both ends use timestamps.",
            "两端都用时间戳时，端口过一到两秒就能再用。",
        ),
        values: &[("tw_reuse", "1")],
    },
    Preset {
        id: "reuse-4.19",
        title: PageText::new("4.19 and its default of 2", "4.19 和它的默认值 2"),
        summary: PageText::new(
            "2 is for the loopback alone. Towards another host it is the same as 0.",
            "2 只管回环地址。后端在另一台机器上时，它和 0 一样。",
        ),
        values: &[("client_kernel", "4.19"), ("tw_reuse", "2")],
    },
    Preset {
        id: "reuse-6.18",
        title: PageText::new("Twenty ports on 6.18", "6.18 上的二十个端口"),
        summary: PageText::new(
            "tcp_tw_reuse_delay is one second: twenty ports give twenty connections a second.",
            "tcp_tw_reuse_delay 是一秒：二十个端口，每秒二十条连接。",
        ),
        values: &[
            ("client_kernel", "6.18"),
            ("server_kernel", "6.18"),
            ("tw_reuse", "1"),
            ("port_first", "40000"),
            ("port_last", "40019"),
            ("rate_per_s", "30"),
            ("duration_s", "10"),
        ],
    },
    Preset {
        id: "server-closes",
        title: PageText::new("The server closes first", "服务端先关闭"),
        summary: PageText::new(
            "The same rate, and not one failure: the TIME_WAITs are at the server and hold no port there.",
            "速率不变，却一次也没有失败：TIME_WAIT 都在服务端，在那里不占端口。",
        ),
        values: &[("closes_first", "server")],
    },
    Preset {
        id: "buckets-full",
        title: PageText::new("More closes than buckets", "关闭的连接比桶多"),
        summary: PageText::new(
            "Only 10,000 TIME_WAITs may exist. The others close without one, and their ports are free at once.",
            "最多 10000 个 TIME_WAIT，多出来的连接直接关闭，端口立刻空出来。",
        ),
        values: &[("max_tw_buckets", "10000")],
    },
    Preset {
        id: "recycle",
        title: PageText::new("tcp_tw_recycle at the client", "客户端打开 tcp_tw_recycle"),
        summary: PageText::new(
            "TIME_WAIT lasts 0.8 seconds, and the ports suffice. What it does to others is another story.",
            "TIME_WAIT 只有 0.8 秒，端口够用。它对别人做了什么，是另一回事。",
        ),
        values: &[("client_kernel", "3.10"), ("tw_recycle", "1")],
    },
    Preset {
        id: "no-timestamps",
        title: PageText::new("tcp_tw_reuse without timestamps", "没有时间戳的 tcp_tw_reuse"),
        summary: PageText::new(
            "Without timestamps the new connection cannot be told from the old, and tcp_tw_reuse does nothing.",
            "没有时间戳，分不清新旧连接，tcp_tw_reuse 什么也做不了。",
        ),
        values: &[("tw_reuse", "1"), ("timestamps", "0")],
    },
    Preset {
        id: "syn-accepted",
        title: PageText::new("A newer SYN", "更新的 SYN"),
        summary: PageText::new(
            "Number and timestamp are newer: TIME_WAIT gives way.",
            "序列号和时间戳都更新：TIME_WAIT 让路。",
        ),
        values: &[("scene", "syn-hits"), ("closes_first", "server")],
    },
    Preset {
        id: "syn-old-ack",
        title: PageText::new("A SYN that looks old", "看上去很旧的 SYN"),
        summary: PageText::new(
            "A lower number and no timestamp: the old ACK comes back, the client resets it, and the next SYN is accepted.",
            "序列号更小，又不带时间戳：回来的是旧的 ACK，客户端把它复位，下一个 SYN 就被接受。",
        ),
        values: &[
            ("scene", "syn-hits"),
            ("closes_first", "server"),
            ("server_kernel", "3.10"),
            ("syn_seq", "lower"),
            ("syn_tsval", "none"),
        ],
    },
    Preset {
        id: "syn-paws",
        title: PageText::new("An older timestamp", "更旧的时间戳"),
        summary: PageText::new(
            "The number is higher, but PAWS takes the SYN for an old one.",
            "序列号更大，PAWS 却把这个 SYN 当成旧的。",
        ),
        values: &[
            ("scene", "syn-hits"),
            ("closes_first", "server"),
            ("server_kernel", "6.18"),
            ("syn_tsval", "older"),
        ],
    },
    Preset {
        id: "assassination",
        title: PageText::new("tcp_rfc1337 and its price", "tcp_rfc1337 与它的代价"),
        summary: PageText::new(
            "No reset may end TIME_WAIT. The client has to wait until it is over.",
            "RST 不能结束 TIME_WAIT，客户端只能等它过完。",
        ),
        values: &[
            ("scene", "syn-hits"),
            ("closes_first", "server"),
            ("server_kernel", "4.19"),
            ("syn_seq", "lower"),
            ("syn_tsval", "none"),
            ("rfc1337", "1"),
        ],
    },
];
