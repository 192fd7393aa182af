//! What the lab takes. What a column of measured throughput is called, its parameter is called too.

use crate::lab::{Choice, Group, Kind, Param};
use crate::text::{PageText, Text};

const KERNELS: &[&str] = &[
    "2.6.32", "3.0", "3.4", "3.10", "el7", "4.4", "4.9", "4.14", "4.19", "5.4", "5.10", "5.15", "6.1", "6.6",
    "6.12", "6.18",
];

const fn choice(value: &'static str, en: &'static str, zh: &'static str) -> Choice {
    Choice { value, label: PageText::new(en, zh) }
}

const MEGABITS: Text = Text::new("Mbit/s", "Mbit/s");
const MILLISECONDS: Text = Text::new("ms", "毫秒");
const SECONDS: Text = Text::new("s", "秒");
const BYTES: Text = Text::new("bytes", "字节");
const PACKETS: Text = Text::new("packets", "个报文");
const PPM: Text = Text::new("in a million", "每百万");
const NO_UNIT: Text = Text::same("");

/// The parameters, in the order of the form.
pub(super) const PARAMS: &[Param] = &[
    Param {
        name: "so_sndbuf",
        label: PageText::same("SO_SNDBUF"),
        help: PageText::new(
            "What the program sets before connect(); the kernel doubles it. 0: not set, the kernel lets the buffer grow.",
            "程序在 connect() 之前设的值，内核会翻倍。0 表示不设，由内核自动增长。",
        ),
        kind: Kind::Wide { min: 0, max: 1_048_576, most: 16_777_216, step: 4096 },
        default: "0",
        unit: BYTES,
        sysctl: "SO_SNDBUF",
        group: Group::Sender,
    },
    Param {
        name: "writer",
        label: PageText::new("The program writes", "程序怎么写"),
        help: PageText::new(
            "Blocking send() calls: one after another without a pause, some bytes at fixed times, or some bytes once.",
            "阻塞的 send()：一次接一次不停，或每隔一段时间写一些，或只写一次。",
        ),
        kind: Kind::Choice(&[
            choice("bulk", "without a pause", "不停地写"),
            choice("chunks", "some bytes at fixed times", "定时写一些"),
            choice("burst", "some bytes, once", "只写一次"),
        ]),
        default: "bulk",
        unit: NO_UNIT,
        sysctl: "",
        group: Group::Sender,
    },
    Param {
        name: "write_bytes",
        label: PageText::new("Bytes of each write", "每次写多少"),
        help: PageText::new(
            "What it hands over each time, or once.",
            "定时写时每次写多少，只写一次时写多少。",
        ),
        kind: Kind::Wide { min: 1, max: 1_048_576, most: 1_073_741_824, step: 1000 },
        default: "65536",
        unit: BYTES,
        sysctl: "",
        group: Group::Sender,
    },
    Param {
        name: "write_every_ms",
        label: PageText::new("Time between writes", "写的间隔"),
        help: PageText::new(
            "From the beginning of one write to that of the next. A send() that blocks for longer delays it.",
            "从一次写开始到下一次写开始。send() 阻塞得更久时，下一次就推迟。",
        ),
        kind: Kind::Int { min: 1, max: 5000, step: 1 },
        default: "100",
        unit: MILLISECONDS,
        sysctl: "",
        group: Group::Sender,
    },
    Param {
        name: "congestion",
        label: PageText::new("Congestion control", "拥塞控制"),
        help: PageText::new(
            "What the congestion window does after a loss, and how it grows then.",
            "丢包之后拥塞窗口怎么退、怎么涨。",
        ),
        kind: Kind::Choice(&[choice("cubic", "cubic", "cubic"), choice("reno", "reno", "reno")]),
        default: "cubic",
        unit: NO_UNIT,
        sysctl: "TCP_CONGESTION",
        group: Group::Sender,
    },
    Param {
        name: "tcp_wmem_max",
        label: PageText::new("tcp_wmem, third value", "tcp_wmem 第三个值"),
        help: PageText::new(
            "How far the kernel lets a send buffer grow that no program has set.",
            "程序没有设发送缓冲区时，内核最多让它涨到多大。",
        ),
        kind: Kind::Wide { min: 4608, max: 16_777_216, most: 134_217_728, step: 65_536 },
        default: "4194304",
        unit: BYTES,
        sysctl: "net.ipv4.tcp_wmem",
        group: Group::Sender,
    },
    Param {
        name: "sender_kernel",
        label: PageText::new("Kernel", "内核"),
        help: PageText::new(
            "Decides the initial window (10 segments from 2.6.39 on), loss recovery and the growth of the send buffer.",
            "决定初始窗口（2.6.39 起是 10 个报文段）、丢包恢复，以及发送缓冲区怎么增长。",
        ),
        kind: Kind::Kernel(KERNELS),
        default: "6.18",
        unit: NO_UNIT,
        sysctl: "",
        group: Group::Sender,
    },
    Param {
        name: "so_rcvbuf",
        label: PageText::same("SO_RCVBUF"),
        help: PageText::new(
            "What the program sets before listen(); the kernel doubles it, and about half of that is window. 0: not set, the kernel lets the buffer grow.",
            "程序在 listen() 之前设的值，内核会翻倍，其中大约一半是窗口。0 表示不设，由内核自动增长。",
        ),
        kind: Kind::Wide { min: 0, max: 1_048_576, most: 16_777_216, step: 4096 },
        default: "0",
        unit: BYTES,
        sysctl: "SO_RCVBUF",
        group: Group::Receiver,
    },
    Param {
        name: "reader_mbps",
        label: PageText::new("Reader's speed", "读程序的速度"),
        help: PageText::new(
            "It calls recv() for 64 KiB and then sleeps until so much is due. 0: it reads whatever comes at once.",
            "它用 recv() 读 64 KiB，然后睡到该读下一次的时候。0 表示来多少立刻读多少。",
        ),
        kind: Kind::Wide { min: 0, max: 1000, most: 10_000, step: 1 },
        default: "0",
        unit: MEGABITS,
        sysctl: "",
        group: Group::Receiver,
    },
    Param {
        name: "tcp_rmem_max",
        label: PageText::new("tcp_rmem, third value", "tcp_rmem 第三个值"),
        help: PageText::new(
            "How far the kernel lets a receive buffer grow that no program has set. It also decides the window scale.",
            "程序没有设接收缓冲区时，内核最多让它涨到多大。窗口扩大因子也由它决定。",
        ),
        kind: Kind::Wide { min: 4096, max: 33_554_432, most: 134_217_728, step: 65_536 },
        default: "6291456",
        unit: BYTES,
        sysctl: "net.ipv4.tcp_rmem",
        group: Group::Receiver,
    },
    Param {
        name: "window_scaling",
        label: PageText::same("tcp_window_scaling"),
        help: PageText::new(
            "Off on either side, no window is larger than 65535 bytes.",
            "任何一侧关掉，窗口就不超过 65535 字节。",
        ),
        kind: Kind::Choice(&[choice("1", "1: on", "1：开"), choice("0", "0: off", "0：关")]),
        default: "1",
        unit: NO_UNIT,
        sysctl: "net.ipv4.tcp_window_scaling",
        group: Group::Receiver,
    },
    Param {
        name: "receiver_kernel",
        label: PageText::new("Kernel", "内核"),
        help: PageText::new(
            "Decides the first window, which share of the buffer is window, and how the buffer grows.",
            "决定最初的窗口、缓冲区里多少算窗口，以及缓冲区怎么增长。",
        ),
        kind: Kind::Kernel(KERNELS),
        default: "6.18",
        unit: NO_UNIT,
        sysctl: "",
        group: Group::Receiver,
    },
    Param {
        name: "rate_mbps",
        label: PageText::new("Rate of the path", "路径速率"),
        help: PageText::new(
            "Of its narrowest link, in each direction, headers of IP and TCP counted: 1448 of 1500 bytes are data.",
            "最窄一段链路每个方向的速率，IP 和 TCP 首部也算在内：1500 字节里有 1448 字节数据。",
        ),
        kind: Kind::Wide { min: 1, max: 1000, most: 10_000, step: 1 },
        default: "100",
        unit: MEGABITS,
        sysctl: "",
        group: Group::Network,
    },
    Param {
        name: "rtt_ms",
        label: PageText::new("Round trip", "往返时延"),
        help: PageText::new(
            "While no packet waits in the queue. Half of it lies in each direction.",
            "队列里没有报文时的往返时延，两个方向各占一半。",
        ),
        kind: Kind::Wide { min: 1, max: 300, most: 2000, step: 1 },
        default: "20",
        unit: MILLISECONDS,
        sysctl: "",
        group: Group::Network,
    },
    Param {
        name: "queue_pkts",
        label: PageText::new("Queue of the router", "路由器的队列"),
        help: PageText::new(
            "Packets of 1500 bytes that wait for the narrowest link at most, in each direction. What comes then is dropped.",
            "每个方向最多有多少个 1500 字节的报文排队等最窄的链路，再来的就丢弃。",
        ),
        kind: Kind::Wide { min: 1, max: 2000, most: 100_000, step: 10 },
        default: "100",
        unit: PACKETS,
        sysctl: "",
        group: Group::Network,
    },
    Param {
        name: "loss_ppm",
        label: PageText::new("Random loss", "随机丢包"),
        help: PageText::new(
            "Share of the sender's packets that are lost at random, whatever the queue is like: 10000 is one percent.",
            "发送方的报文有多大比例随机丢失，与队列无关：10000 就是百分之一。",
        ),
        kind: Kind::Wide { min: 0, max: 20_000, most: 500_000, step: 100 },
        default: "0",
        unit: PPM,
        sysctl: "",
        group: Group::Network,
    },
    Param {
        name: "reorder_ppm",
        label: PageText::new("Reordering", "乱序"),
        help: PageText::new(
            "Share of the sender's packets that are held back so that later ones overtake them.",
            "发送方的报文有多大比例被扣住一会儿，让后面的先到。",
        ),
        kind: Kind::Wide { min: 0, max: 50_000, most: 500_000, step: 1000 },
        default: "0",
        unit: PPM,
        sysctl: "",
        group: Group::Network,
    },
    Param {
        name: "reorder_ms",
        label: PageText::new("Held back for", "扣住多久"),
        help: PageText::new("How much later such a packet arrives.", "这样的报文晚到多久。"),
        kind: Kind::Int { min: 1, max: 500, step: 1 },
        default: "5",
        unit: MILLISECONDS,
        sysctl: "",
        group: Group::Network,
    },
    Param {
        name: "duration_s",
        label: PageText::new("Duration", "时长"),
        help: PageText::new(
            "From the moment the receiver accepts. Throughput is told of the second half.",
            "从接收方 accept 算起。吞吐量按后一半算。",
        ),
        kind: Kind::Int { min: 1, max: 60, step: 1 },
        default: "6",
        unit: SECONDS,
        sysctl: "",
        group: Group::Run,
    },
    Param {
        name: "from_ms",
        label: PageText::new("Close-up from", "细看：从"),
        help: PageText::new(
            "The time-sequence graph shows this part of the run, and its packets are listed. 0 and 0: all of it.",
            "时间序列图只画这一段，并列出其中的报文。都是 0 时画全程。",
        ),
        kind: Kind::Wide { min: 0, max: 10_000, most: 62_000, step: 10 },
        default: "0",
        unit: MILLISECONDS,
        sysctl: "",
        group: Group::Run,
    },
    Param {
        name: "to_ms",
        label: PageText::new("Close-up to", "细看：到"),
        help: PageText::new("Where that part ends.", "这一段到哪里结束。"),
        kind: Kind::Wide { min: 0, max: 10_000, most: 62_000, step: 10 },
        default: "0",
        unit: MILLISECONDS,
        sysctl: "",
        group: Group::Run,
    },
    Param {
        name: "seed",
        label: PageText::new("Seed", "随机种子"),
        help: PageText::new(
            "Decides which packets are lost or held back, and how long the hosts have been up. The same seed gives the same run.",
            "决定哪些报文丢失或被扣住，以及主机开机多久。种子相同，结果就相同。",
        ),
        kind: Kind::Int { min: 0, max: 999_999, step: 1 },
        default: "1",
        unit: NO_UNIT,
        sysctl: "",
        group: Group::Run,
    },
];
