//! What the lab takes.

use crate::lab::{Choice, Group, Kind, Param};
use crate::text::{PageText, Text};

const SERVERS: &[&str] = &[
    "2.6.32", "3.10", "el7", "4.3", "4.4", "4.9", "4.10", "4.11", "4.19", "5.4", "5.10", "5.15", "6.1",
    "6.6", "6.12", "6.14", "6.18",
];
const CLIENTS: &[&str] =
    &["2.6.32", "3.10", "el7", "4.4", "4.9", "4.19", "5.4", "5.10", "5.15", "6.1", "6.6", "6.12", "6.18"];

const fn choice(value: &'static str, en: &'static str, zh: &'static str) -> Choice {
    Choice { value, label: PageText::new(en, zh) }
}

const ON_OFF: &[Choice] = &[choice("0", "0: off", "0：关"), choice("1", "1: on", "1：开")];
const NO_UNIT: Text = Text::same("");
const SECONDS: Text = Text::new("s", "秒");
const PER_SECOND: Text = Text::new("/s", "条/秒");

/// The parameters, in the order of the form.
pub(super) const PARAMS: &[Param] = &[
    Param {
        name: "server_kernel",
        label: PageText::new("Kernel", "内核"),
        help: PageText::new(
            "Up to 4.9, and on el7 (Red Hat's 3.10.0-1160), a full accept queue still answers some SYNs; from 4.10 on it drops them. The SYN queue changed its size in 4.4 and in 6.14.",
            "4.9 及以前和 el7（红帽的 3.10.0-1160），全连接队列满了仍会应答一部分 SYN，4.10 起一律丢弃。半连接队列的长度在 4.4 和 6.14 各变过一次。",
        ),
        kind: Kind::Kernel(SERVERS),
        default: "3.10",
        unit: NO_UNIT,
        sysctl: "",
        group: Group::Server,
    },
    Param {
        name: "backlog",
        label: PageText::new("listen() backlog", "listen() 的 backlog"),
        help: PageText::new(
            "What the program asks for. -1 stands for a very large number.",
            "程序要求的长度。-1 表示很大的数。",
        ),
        kind: Kind::Wide { min: -1, max: 512, most: 65_536, step: 1 },
        default: "128",
        unit: NO_UNIT,
        sysctl: "listen(2)",
        group: Group::Server,
    },
    Param {
        name: "somaxconn",
        label: PageText::new("somaxconn", "somaxconn"),
        help: PageText::new(
            "What listen() cuts the backlog down to. The kernel's own default is 128 up to 5.3, then 4096.",
            "listen() 会把 backlog 削到这个数。内核默认值在 5.3 及以前是 128，此后是 4096。",
        ),
        kind: Kind::Wide { min: 1, max: 512, most: 65_536, step: 1 },
        default: "128",
        unit: NO_UNIT,
        sysctl: "net.core.somaxconn",
        group: Group::Server,
    },
    Param {
        name: "max_syn_backlog",
        label: PageText::new("tcp_max_syn_backlog", "tcp_max_syn_backlog"),
        help: PageText::new(
            "Up to 4.3 it limits the SYN queue too. With SYN cookies off its last quarter is kept free, on every kernel.",
            "4.3 及以前，它也限制半连接队列的长度。关闭 SYN cookie 时，任何内核都会把它的最后四分之一留着不用。",
        ),
        kind: Kind::Wide { min: 1, max: 2048, most: 65_536, step: 1 },
        default: "1024",
        unit: NO_UNIT,
        sysctl: "net.ipv4.tcp_max_syn_backlog",
        group: Group::Server,
    },
    Param {
        name: "abort_on_overflow",
        label: PageText::new("tcp_abort_on_overflow", "tcp_abort_on_overflow"),
        help: PageText::new(
            "What becomes of a last ACK that finds the accept queue full: 0 throws it away, 1 answers it with an RST.",
            "最后一个 ACK 遇到全连接队列满时：0 丢掉它，1 用 RST 应答。",
        ),
        kind: Kind::Choice(ON_OFF),
        default: "0",
        unit: NO_UNIT,
        sysctl: "net.ipv4.tcp_abort_on_overflow",
        group: Group::Server,
    },
    Param {
        name: "syncookies",
        label: PageText::new("tcp_syncookies", "tcp_syncookies"),
        help: PageText::new(
            "1 answers with SYN cookies while the SYN queue is full; 2, from 3.13 on and on el7, answers every SYN so.",
            "1：半连接队列满时用 SYN cookie 应答；2：每个 SYN 都这样应答，3.13 起和 el7 才有。",
        ),
        kind: Kind::Choice(&[
            choice("0", "0: never", "0：从不"),
            choice("1", "1: when full", "1：满了才用"),
            choice("2", "2: always", "2：总是"),
        ]),
        default: "1",
        unit: NO_UNIT,
        sysctl: "net.ipv4.tcp_syncookies",
        group: Group::Server,
    },
    Param {
        name: "synack_retries",
        label: PageText::new("tcp_synack_retries", "tcp_synack_retries"),
        help: PageText::new(
            "How often a SYN-ACK is sent again before the request is forgotten. 5 makes 63 seconds.",
            "SYN-ACK 重传多少次之后忘掉这个请求。5 次共 63 秒。",
        ),
        kind: Kind::Int { min: 0, max: 10, step: 1 },
        default: "5",
        unit: NO_UNIT,
        sysctl: "net.ipv4.tcp_synack_retries",
        group: Group::Server,
    },
    Param {
        name: "accept_per_s",
        label: PageText::new("The program accepts", "程序每秒 accept"),
        help: PageText::new(
            "Connections that the program can accept and answer in a second, one after the other. 0: none at all.",
            "程序逐条 accept 并应答，每秒能处理多少条。0 表示一条也不取。",
        ),
        kind: Kind::Wide { min: 0, max: 200, most: 100_000, step: 5 },
        default: "20",
        unit: PER_SECOND,
        sysctl: "accept(2)",
        group: Group::Server,
    },
    Param {
        name: "accept_pause_s",
        label: PageText::new("It pauses for", "中途停顿"),
        help: PageText::new(
            "A quarter into the run the program stops accepting for so long, as in a garbage collection.",
            "运行到四分之一时，程序停这么久不 accept，好比一次 GC。",
        ),
        kind: Kind::Wide { min: 0, max: 15, most: 300, step: 1 },
        default: "0",
        unit: SECONDS,
        sysctl: "",
        group: Group::Server,
    },
    Param {
        name: "client_kernel",
        label: PageText::new("Kernel", "内核"),
        help: PageText::new(
            "Decides when SYNs and data are sent again, and when connect() gives up.",
            "决定 SYN 和数据什么时候重传，connect() 什么时候放弃。",
        ),
        kind: Kind::Kernel(CLIENTS),
        default: "4.9",
        unit: NO_UNIT,
        sysctl: "",
        group: Group::Client,
    },
    Param {
        name: "talks_first",
        label: PageText::new("Who talks first", "谁先说话"),
        help: PageText::new(
            "The client with its request, as in HTTP, or the server with a greeting, as in SMTP or MySQL.",
            "客户端先发请求，如 HTTP；或者服务端先发欢迎语，如 SMTP、MySQL。",
        ),
        kind: Kind::Choice(&[
            choice("client", "the client", "客户端"),
            choice("server", "the server", "服务端"),
        ]),
        default: "client",
        unit: NO_UNIT,
        sysctl: "",
        group: Group::Client,
    },
    Param {
        name: "client_timeout_s",
        label: PageText::new("Read timeout", "读超时"),
        help: PageText::new(
            "How long a client that is connected waits for the answer. 0: for ever.",
            "客户端连上以后等应答等多久。0 表示一直等。",
        ),
        kind: Kind::Wide { min: 0, max: 30, most: 600, step: 1 },
        default: "5",
        unit: SECONDS,
        sysctl: "",
        group: Group::Client,
    },
    Param {
        name: "connect_timeout_s",
        label: PageText::new("Connect timeout", "连接超时"),
        help: PageText::new(
            "How long the program waits for connect(). 0: until its kernel gives up, after 127 s or so.",
            "程序等 connect() 等多久。0 表示等到内核放弃，约 127 秒。",
        ),
        kind: Kind::Wide { min: 0, max: 30, most: 600, step: 1 },
        default: "0",
        unit: SECONDS,
        sysctl: "",
        group: Group::Client,
    },
    Param {
        name: "arrival_per_s",
        label: PageText::new("Clients arrive", "客户端到达"),
        help: PageText::new(
            "Clients that call connect() in a second, each from an address of its own.",
            "每秒有多少客户端调用 connect()，各用自己的地址。",
        ),
        kind: Kind::Wide { min: 1, max: 200, most: 20_000, step: 1 },
        default: "50",
        unit: PER_SECOND,
        sysctl: "",
        group: Group::Client,
    },
    Param {
        name: "burst",
        label: PageText::new("Burst at the start", "开头的突发"),
        help: PageText::new(
            "So many more clients connect at the very first moment.",
            "最开头的一瞬间，另有这么多客户端同时来连。",
        ),
        kind: Kind::Wide { min: 0, max: 1000, most: 100_000, step: 10 },
        default: "0",
        unit: NO_UNIT,
        sysctl: "",
        group: Group::Client,
    },
    Param {
        name: "flood_pct",
        label: PageText::new("SYN flood", "SYN 洪水"),
        help: PageText::new(
            "Share of all SYNs that come from forged addresses, which never answer. They come on top of the clients.",
            "来自伪造地址、从不应答的 SYN 占全部 SYN 的比例，在客户端之外另算。",
        ),
        kind: Kind::Int { min: 0, max: 95, step: 5 },
        default: "0",
        unit: Text::same("%"),
        sysctl: "",
        group: Group::Network,
    },
    Param {
        name: "rtt_ms",
        label: PageText::new("Round trip", "往返时延"),
        help: PageText::new("Time for a packet there and its answer back.", "一个报文去、应答回来的时间。"),
        kind: Kind::Int { min: 1, max: 100, step: 1 },
        default: "10",
        unit: Text::new("ms", "毫秒"),
        sysctl: "",
        group: Group::Network,
    },
    Param {
        name: "duration_s",
        label: PageText::new("The run lasts", "运行时长"),
        help: PageText::new(
            "How long clients arrive. Then the run ends, whatever is under way.",
            "客户端持续到来的时间。时间一到就结束，不管还有什么没完。",
        ),
        kind: Kind::Wide { min: 1, max: 40, most: 600, step: 1 },
        default: "20",
        unit: SECONDS,
        sysctl: "",
        group: Group::Run,
    },
    Param {
        name: "seed",
        label: PageText::new("Seed", "随机种子"),
        help: PageText::new(
            "Decides the moments at which clients arrive and the phases of all clocks. The same seed gives the same run.",
            "决定各客户端到达的时刻和各台机器时钟的相位。种子相同，结果就相同。",
        ),
        kind: Kind::Int { min: 0, max: 999_999, step: 1 },
        default: "1",
        unit: NO_UNIT,
        sysctl: "",
        group: Group::Run,
    },
];
