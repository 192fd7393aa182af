//! The scenes of the article.

use crate::lab::Preset;
use crate::text::PageText;

pub(super) const PRESETS: &[Preset] = &[
    Preset {
        id: "healthy",
        title: PageText::new("A program that keeps up", "跟得上的程序"),
        summary: PageText::new(
            "It could accept four times as many. Neither queue holds more than a few.",
            "它能 accept 的是来量的四倍，两个队列里都没几条。",
        ),
        values: &[("accept_per_s", "200")],
    },
    Preset {
        id: "slow-accept",
        title: PageText::new("Too slow for good", "一直处理不过来"),
        summary: PageText::new(
            "50 clients come in a second, 20 are accepted. The queue makes each wait longer than its client does.",
            "每秒来 50 个客户端，只 accept 20 个。排队的时间比客户端肯等的还长。",
        ),
        values: &[("accept_per_s", "20")],
    },
    Preset {
        id: "abort",
        title: PageText::new("tcp_abort_on_overflow=1", "tcp_abort_on_overflow=1"),
        summary: PageText::new(
            "The same, but a last ACK that finds no room is answered with an RST: an error instead of silence.",
            "同样处理不过来，但最后的 ACK 没有位置时用 RST 应答：报错，而不是沉默。",
        ),
        values: &[("accept_per_s", "20"), ("abort_on_overflow", "1")],
    },
    Preset {
        id: "nobody-accepts-3.10",
        title: PageText::new("Nobody accepts, 3.10", "没有人 accept，3.10"),
        summary: PageText::new(
            "129 connections fit. Of the clients after them some are told that they are connected, and are not.",
            "装得下 129 条。后面的客户端，有一部分被告知连上了，其实没有。",
        ),
        values: &[("accept_per_s", "0")],
    },
    Preset {
        id: "nobody-accepts-4.11",
        title: PageText::new("Nobody accepts, 4.11", "没有人 accept，4.11"),
        summary: PageText::new(
            "The same 129. Then every SYN is dropped, and connect() hangs.",
            "同样是 129 条。此后每个 SYN 都被丢弃，connect() 卡住。",
        ),
        values: &[("accept_per_s", "0"), ("server_kernel", "4.11")],
    },
    Preset {
        id: "nobody-accepts-6.18",
        title: PageText::new("Nobody accepts, 6.18", "没有人 accept，6.18"),
        summary: PageText::new(
            "As on 4.11; only the SYN queue has one place more.",
            "与 4.11 一样，只是半连接队列多一个位置。",
        ),
        values: &[("accept_per_s", "0"), ("server_kernel", "6.18")],
    },
    Preset {
        id: "somaxconn-limits",
        title: PageText::new("listen(fd, 1024), somaxconn 128", "listen(fd, 1024)，somaxconn 128"),
        summary: PageText::new(
            "The program asks for 1024 and gets 128, which hold 129. Nobody tells it.",
            "程序要 1024，得到的是 128，装得下 129 条。没有任何提示。",
        ),
        values: &[("accept_per_s", "0"), ("backlog", "1024"), ("somaxconn", "128")],
    },
    Preset {
        id: "gc-pause",
        title: PageText::new("A pause of three seconds", "停顿三秒"),
        summary: PageText::new(
            "A fast program stops for three seconds, in which 150 clients come. 129 find room.",
            "程序很快，但停了三秒，其间来了 150 个客户端，装得下的是 129 个。",
        ),
        values: &[("accept_per_s", "500"), ("accept_pause_s", "3")],
    },
    Preset {
        id: "server-first",
        title: PageText::new("The client waits for a greeting", "等欢迎语的客户端"),
        summary: PageText::new(
            "A client that has nothing to say learns nothing: its own timeout is all that ends the wait.",
            "没有数据要发的客户端什么也打听不到，只有自己的超时能结束等待。",
        ),
        values: &[("accept_per_s", "0"), ("talks_first", "server")],
    },
    Preset {
        id: "syn-flood-cookies",
        title: PageText::new("SYN flood, cookies on", "SYN 洪水，打开 cookie"),
        summary: PageText::new(
            "Nine of ten SYNs are forged. The SYN queue is full, and the clients notice nothing.",
            "十个 SYN 里有九个是伪造的。半连接队列满了，客户端却毫无察觉。",
        ),
        values: &[("accept_per_s", "200"), ("flood_pct", "90")],
    },
    Preset {
        id: "syn-flood-no-cookies",
        title: PageText::new("SYN flood, cookies off", "SYN 洪水，关闭 cookie"),
        summary: PageText::new(
            "The same flood. The SYN of a client competes with it for every place that becomes free.",
            "同样的洪水。客户端的 SYN 要和它争抢每一个空出来的位置。",
        ),
        values: &[("accept_per_s", "200"), ("flood_pct", "90"), ("syncookies", "0")],
    },
    Preset {
        id: "backlog-zero-4.9",
        title: PageText::new("listen(fd, 0) on 4.9, cookies off", "4.9 上的 listen(fd, 0)，关闭 cookie"),
        summary: PageText::new(
            "The SYN queue has no place at all, so nothing connects. With cookies on, each client connects by one.",
            "半连接队列一个位置也没有，什么都连不上。打开 cookie，每条连接都靠 cookie 建立。",
        ),
        values: &[("server_kernel", "4.9"), ("backlog", "0"), ("syncookies", "0"), ("accept_per_s", "200")],
    },
];
