//! Named settings of the lab.

use crate::lab::Preset;
use crate::text::PageText;

/// The scenes of the articles.
pub(super) const PRESETS: &[Preset] = &[
    Preset {
        id: "connect-4.9",
        title: PageText::new("connect() to a black hole", "connect() 遇上黑洞"),
        summary: PageText::new(
            "The SYN disappears. It is sent again after 1, 2, 4 … seconds; after two minutes the caller is told.",
            "SYN 有去无回，隔 1、2、4……秒重发，两分钟后调用方得到通知。",
        ),
        values: &[("scene", "connect-blackhole")],
    },
    Preset {
        id: "connect-6.18",
        title: PageText::new("The same on 6.18", "同样的事，6.18"),
        summary: PageText::new(
            "From 6.5 on four repetitions come one second apart before the doubling begins.",
            "6.5 起，翻倍开始之前先有四次一秒一次的重发。",
        ),
        values: &[("scene", "connect-blackhole"), ("client_kernel", "6.18")],
    },
    Preset {
        id: "connect-2.6.32",
        title: PageText::new("The same on 2.6.32", "同样的事，2.6.32"),
        summary: PageText::new(
            "Three seconds at first, and by a mistake in the reckoning it is over after 21.",
            "第一次要三秒；由于算错了，21 秒就结束。",
        ),
        values: &[("scene", "connect-blackhole"), ("client_kernel", "2.6.32")],
    },
    Preset {
        id: "connect-user-timeout",
        title: PageText::new("connect() with TCP_USER_TIMEOUT", "connect() 加 TCP_USER_TIMEOUT"),
        summary: PageText::new(
            "Five seconds are enough. Before 4.19 the option has no say over a connect().",
            "五秒就够。4.19 之前，这个选项管不到 connect()。",
        ),
        values: &[("scene", "connect-blackhole"), ("client_kernel", "6.18"), ("user_timeout_ms", "5000")],
    },
    Preset {
        id: "lost-syn-ack",
        title: PageText::new("Every SYN-ACK is lost", "SYN-ACK 全部丢失"),
        summary: PageText::new(
            "To the caller a black hole; at the server a request in SYN-RECV with a timer of its own.",
            "在调用方看来是黑洞；服务端却有一个 SYN-RECV 的半连接，带着自己的定时器。",
        ),
        values: &[("scene", "lost-syn-ack")],
    },
    Preset {
        id: "idle-no-keepalive",
        title: PageText::new("An idle connection, a dead peer", "连接空闲，对端死了"),
        summary: PageText::new(
            "No data, no SO_KEEPALIVE, no timer: the connection stays ESTABLISHED for ever.",
            "没有数据，没有 SO_KEEPALIVE，没有定时器：连接永远 ESTABLISHED。",
        ),
        values: &[("scene", "dead-peer-idle")],
    },
    Preset {
        id: "idle-keepalive",
        title: PageText::new("The same with keepalive", "加上 keepalive"),
        summary: PageText::new(
            "With the kernel's times: two hours of silence, then nine probes, 75 seconds apart.",
            "用内核的默认时间：沉默两小时，再发九个探测，每隔 75 秒一个。",
        ),
        values: &[("scene", "dead-peer-idle"), ("keepalive", "1")],
    },
    Preset {
        id: "idle-keepalive-fast",
        title: PageText::new("Keepalive in two minutes", "两分钟的 keepalive"),
        summary: PageText::new(
            "60 seconds, then six probes, ten seconds apart.",
            "60 秒，再发六个探测，每隔十秒一个。",
        ),
        values: &[
            ("scene", "dead-peer-idle"),
            ("keepalive", "1"),
            ("keepalive_time_s", "60"),
            ("keepalive_intvl_s", "10"),
            ("keepalive_probes", "6"),
        ],
    },
    Preset {
        id: "sending",
        title: PageText::new("A dead peer, and data under way", "对端死了，数据在路上"),
        summary: PageText::new(
            "The segment is sent again with pauses that double up to two minutes, for a quarter of an hour.",
            "报文一再重发，间隔翻倍到两分钟，持续一刻钟。",
        ),
        values: &[("scene", "dead-peer-sending")],
    },
    Preset {
        id: "sending-user-timeout",
        title: PageText::new("The same with TCP_USER_TIMEOUT", "加上 TCP_USER_TIMEOUT"),
        summary: PageText::new(
            "The timer is the same and doubles as before; only the end comes after 30 seconds.",
            "还是那个定时器，照样翻倍，只是 30 秒就结束。",
        ),
        values: &[("scene", "dead-peer-sending"), ("client_kernel", "6.18"), ("user_timeout_ms", "30000")],
    },
    Preset {
        id: "rebooted",
        title: PageText::new("The peer was rebooted", "对端重启过"),
        summary: PageText::new(
            "It knows nothing of the connection: the first keepalive probe is answered with an RST.",
            "它不认识这条连接：第一个 keepalive 探测就得到 RST。",
        ),
        values: &[
            ("scene", "peer-rebooted"),
            ("keepalive", "1"),
            ("keepalive_time_s", "60"),
            ("keepalive_intvl_s", "10"),
            ("keepalive_probes", "6"),
        ],
    },
    Preset {
        id: "refused",
        title: PageText::new("Nobody listens", "没有人监听"),
        summary: PageText::new("An RST after one round trip.", "一个往返之后收到 RST。"),
        values: &[("scene", "connect-refused")],
    },
    Preset {
        id: "unreachable",
        title: PageText::new("ICMP unreachable", "ICMP 不可达"),
        summary: PageText::new(
            "A router says that the host cannot be reached, and connect() ends at once.",
            "路由器说主机不可达，connect() 立刻结束。",
        ),
        values: &[("scene", "connect-unreachable")],
    },
    Preset {
        id: "fin-wait1",
        title: PageText::new("close(), and the peer is dead", "close() 时对端已经死了"),
        summary: PageText::new(
            "The FIN is sent again until tcp_orphan_retries says enough, after some 100 seconds.",
            "FIN 一再重发，直到 tcp_orphan_retries 说够了，大约 100 秒。",
        ),
        values: &[("scene", "fin-wait1-orphan")],
    },
    Preset {
        id: "fin-wait2",
        title: PageText::new("A peer that does not close", "对端不关"),
        summary: PageText::new(
            "The FIN is acknowledged, the peer never sends its own: FIN-WAIT-2 for tcp_fin_timeout.",
            "FIN 得到确认，对端却始终不发自己的：FIN-WAIT-2 持续 tcp_fin_timeout。",
        ),
        values: &[("scene", "fin-wait2-orphan")],
    },
    Preset {
        id: "fin-wait2-61",
        title: PageText::new("tcp_fin_timeout = 61 lasts two seconds", "tcp_fin_timeout = 61 只有两秒"),
        summary: PageText::new(
            "Above 60 the kernel waits for what exceeds 60, twice.",
            "超过 60 时，内核等的是超出的部分，等两遍。",
        ),
        values: &[("scene", "fin-wait2-orphan"), ("fin_timeout_s", "61")],
    },
    Preset {
        id: "zero-window",
        title: PageText::new("A reader that does not read", "只连不读的对端"),
        summary: PageText::new(
            "The window is closed; probes with pauses up to two minutes, each answered, without an end.",
            "窗口关闭；探测的间隔最长两分钟，个个有应答，没有终点。",
        ),
        values: &[("scene", "zero-window")],
    },
];
