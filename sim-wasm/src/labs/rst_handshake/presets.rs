//! The named settings: the scenes of the article.

use crate::lab::Preset;
use crate::text::PageText;

/// The presets, in the order of the gallery.
pub(super) const PRESETS: &[Preset] = &[
    Preset {
        id: "zombie",
        title: PageText::new("The RST overtakes the ACK", "RST 跑到了 ACK 前面"),
        summary: PageText::new(
            "With TSval 0 it looks older than the SYN and is dropped. The ACK behind it makes a connection that nobody will ever use.",
            "它的 TSval 是 0，比 SYN 的旧，被丢弃。后面的 ACK 建起一条再也没有人用的连接。",
        ),
        values: &[("rst_timestamp", "zero")],
    },
    Preset {
        id: "harmless-order",
        title: PageText::new("In the order they were sent", "按发出的次序到达"),
        summary: PageText::new(
            "The same RST behind the ACK: in ESTABLISHED nobody looks at its timestamp, and the connection is reset.",
            "同样的 RST，落在 ACK 之后：ESTABLISHED 里没有人看它的时间戳，连接被断开。",
        ),
        values: &[("order", "ack-first")],
    },
    Preset {
        id: "equal-timestamp",
        title: PageText::new("The timestamp of the SYN", "与 SYN 的时间戳相同"),
        summary: PageText::new(
            "PAWS refuses what is older, and equal is not older: the request is removed, the ACK gets a RST.",
            "PAWS 拒绝的是更旧的，相等不算旧：请求被删除，ACK 换来 RST。",
        ),
        values: &[("rst_timestamp", "equal")],
    },
    Preset {
        id: "no-timestamp",
        title: PageText::new("A RST without a timestamp", "RST 不带时间戳"),
        summary: PageText::new(
            "Nothing to judge by PAWS: the request is removed, although the SYN had a timestamp.",
            "没有时间戳，PAWS 无从判断：尽管 SYN 带了时间戳，请求照样被删除。",
        ),
        values: &[("rst_timestamp", "none")],
    },
    Preset {
        id: "kernel-3.18",
        title: PageText::new("A checker with Linux 3.18.0", "检查机是 Linux 3.18.0"),
        summary: PageText::new(
            "Its kernel forgets to fill in the timestamp of a RST. SO_LINGER of zero is all it takes.",
            "它的内核忘了给 RST 填时间戳。只要用了 SO_LINGER 0 秒，就会发出这样的 RST。",
        ),
        values: &[("client_kernel", "3.18.0"), ("rst_timestamp", "kernel")],
    },
    Preset {
        id: "fixed-kernel",
        title: PageText::new("A checker with Linux 4.9", "检查机是 Linux 4.9"),
        summary: PageText::new(
            "The RST carries the clock, a round trip later than the SYN. In whatever order the packets arrive, nothing stays.",
            "RST 带着当时的时钟，比 SYN 晚一个往返。报文不管按什么次序到，什么都不会留下。",
        ),
        values: &[("client_kernel", "4.9"), ("rst_timestamp", "kernel")],
    },
    Preset {
        id: "queue-fills",
        title: PageText::new("The service dies of it", "服务被拖死"),
        summary: PageText::new(
            "Two workers, and one check in six leaves a connection. When both read for ever, harmless checks and real clients fill the accept queue.",
            "两个工作线程，六次检查里有一次留下连接。等两个线程都读得回不来了，无害的检查和真实客户端就把全连接队列填满。",
        ),
        values: &[
            ("workers", "2"),
            ("backlog", "16"),
            ("order_every", "6"),
            ("interval_ms", "1500"),
            ("checks", "40"),
            ("real_clients_per_s", "1"),
        ],
    },
    Preset {
        id: "read-timeout",
        title: PageText::new("The same with a read timeout", "同样的情形，有读超时"),
        summary: PageText::new(
            "Each leftover costs a worker 5 seconds and no more: one every 9 seconds is what two workers can bear.",
            "每条残留的连接只占用线程 5 秒：九秒来一条，两个线程应付得过来。",
        ),
        values: &[
            ("workers", "2"),
            ("backlog", "16"),
            ("order_every", "6"),
            ("interval_ms", "1500"),
            ("checks", "40"),
            ("real_clients_per_s", "1"),
            ("read_timeout_s", "5"),
        ],
    },
    Preset {
        id: "keepalive",
        title: PageText::new("The same with keepalive", "同样的情形，有 keepalive"),
        summary: PageText::new(
            "The first probe meets a host without the connection, and its RST ends the read.",
            "第一个探测到了没有这条连接的主机，换来的 RST 让读返回。",
        ),
        values: &[
            ("workers", "2"),
            ("backlog", "16"),
            ("order_every", "6"),
            ("interval_ms", "1500"),
            ("checks", "40"),
            ("real_clients_per_s", "1"),
            ("keepalive", "1"),
            ("keepidle_s", "10"),
        ],
    },
    Preset {
        id: "challenge-6.18",
        title: PageText::new("An inexact RST, Linux 6.18", "不精确的 RST，Linux 6.18"),
        summary: PageText::new(
            "In the window, timestamp acceptable, but not the exact number: 6.18 asks back with a challenge ACK, and the checker's host answers exactly.",
            "在窗口内，时间戳合格，但序列号不精确：6.18 用 challenge ACK 反问，检查机再给出精确的 RST。",
        ),
        values: &[("server_kernel", "6.18"), ("rst_timestamp", "equal"), ("rst_seq", "in-window")],
    },
    Preset {
        id: "no-ack",
        title: PageText::new("No ACK at all", "根本没有 ACK"),
        summary: PageText::new(
            "A check that keeps its ACK back. Whatever becomes of its RST, a request without an ACK dies by itself.",
            "不发 ACK 的检查。不管它的 RST 结果如何，没有 ACK 的请求自己会消失。",
        ),
        values: &[("order", "rst-only"), ("checks", "6"), ("interval_ms", "3000")],
    },
    Preset {
        id: "before-syn",
        title: PageText::new("The RST overtakes the SYN", "RST 跑到了 SYN 前面"),
        summary: PageText::new(
            "It finds no connection and is passed over. The handshake that follows leaves a connection, and no counter tells.",
            "它找不到连接，被忽略。随后的握手留下一条连接，没有哪个计数器会透露。",
        ),
        values: &[("order", "before-syn"), ("rst_flags", "rst")],
    },
];
