//! What the lab takes, and its presets.

use crate::lab::{Choice, Group, Kind, Param, Preset};
use crate::text::{PageText, Text};

const KERNELS: &[&str] = &[
    "2.6.32", "3.10", "el7", "4.4", "4.9", "4.10", "4.11", "4.12", "4.19", "5.4", "5.10", "5.15", "6.1",
    "6.6", "6.12", "6.18",
];

const fn choice(value: &'static str, en: &'static str, zh: &'static str) -> Choice {
    Choice { value, label: PageText::new(en, zh) }
}

const ON_OFF: &[Choice] = &[choice("0", "0: off", "0：关"), choice("1", "1: on", "1：开")];

const TIMESTAMPS: &[Choice] = &[
    choice("0", "0: no timestamps", "0：不带时间戳"),
    choice("1", "1: on", "1：开"),
    choice("2", "2: on, without random offset", "2：开，但不加随机偏移"),
];

/// The parameters, in the order of the form.
pub(super) const PARAMS: &[Param] = &[
    Param {
        name: "server_kernel",
        label: PageText::new("Kernel", "内核"),
        help: PageText::new(
            "net.ipv4.tcp_tw_recycle exists up to 4.11. el7 is Red Hat's 3.10.0-1160, which has later rules in it.",
            "net.ipv4.tcp_tw_recycle 存在到 4.11 为止。el7 是红帽的 3.10.0-1160，带有后来内核的规则。",
        ),
        kind: Kind::Kernel(KERNELS),
        default: "3.10",
        unit: Text::same(""),
        sysctl: "",
        group: Group::Server,
    },
    Param {
        name: "tw_recycle",
        label: PageText::new("tcp_tw_recycle", "tcp_tw_recycle"),
        help: PageText::new(
            "Remember each peer's last timestamp for 60 seconds and refuse a SYN that is older. The kernel's own default is 0.",
            "记住每个对端最后的时间戳 60 秒，拒绝时间戳更旧的 SYN。内核默认值是 0。",
        ),
        kind: Kind::Choice(ON_OFF),
        default: "1",
        unit: Text::same(""),
        sysctl: "net.ipv4.tcp_tw_recycle",
        group: Group::Server,
    },
    Param {
        name: "server_timestamps",
        label: PageText::new("tcp_timestamps", "tcp_timestamps"),
        help: PageText::new(
            "With 0 the server neither sends timestamps nor reads those of others.",
            "设为 0 时，服务端既不发送时间戳，也不读取别人的时间戳。",
        ),
        kind: Kind::Choice(TIMESTAMPS),
        default: "1",
        unit: Text::same(""),
        sysctl: "net.ipv4.tcp_timestamps",
        group: Group::Server,
    },
    Param {
        name: "client_kernel",
        label: PageText::new("Kernel", "内核"),
        help: PageText::new(
            "Decides how a client makes its timestamps: one clock up to 4.9, a random offset per connection in 4.10, per pair of addresses from 4.11, per connection again from 6.18.19.",
            "决定客户端怎样产生时间戳：4.9 及以前只有一个时钟；4.10 每条连接加一个随机偏移；4.11 起每对地址一个偏移；6.18.19 起又是每条连接一个。",
        ),
        kind: Kind::Kernel(KERNELS),
        default: "3.10",
        unit: Text::same(""),
        sysctl: "",
        group: Group::Client,
    },
    Param {
        name: "client_timestamps",
        label: PageText::new("tcp_timestamps", "tcp_timestamps"),
        help: PageText::new(
            "0 leaves the option out. 2 means the same as 1 up to 4.9; from 4.10 it takes the random offset away.",
            "0 表示不带该选项。4.9 及以前 2 与 1 相同；4.10 起 2 表示去掉随机偏移。",
        ),
        kind: Kind::Choice(TIMESTAMPS),
        default: "1",
        unit: Text::same(""),
        sysctl: "net.ipv4.tcp_timestamps",
        group: Group::Client,
    },
    Param {
        name: "timestamps_change",
        label: PageText::new("Changed on the way", "途中切换"),
        help: PageText::new(
            "Somebody changes the setting on the clients while the run goes on.",
            "运行途中有人在客户端上改了这个参数。",
        ),
        kind: Kind::Choice(&[
            choice("none", "never", "不切换"),
            choice("1-0", "from 1 to 0", "从 1 改成 0"),
            choice("0-1", "from 0 to 1", "从 0 改成 1"),
            choice("2-1", "from 2 to 1", "从 2 改成 1"),
            choice("1-2", "from 1 to 2", "从 1 改成 2"),
        ]),
        default: "none",
        unit: Text::same(""),
        sysctl: "net.ipv4.tcp_timestamps",
        group: Group::Client,
    },
    Param {
        name: "change_at_s",
        label: PageText::new("Switched at", "切换时刻"),
        help: PageText::new("When it is changed, in seconds from the start.", "从开始算起第几秒切换。"),
        kind: Kind::Int { min: 0, max: 600, step: 1 },
        default: "10",
        unit: Text::new("s", "秒"),
        sysctl: "",
        group: Group::Client,
    },
    Param {
        name: "tool",
        label: PageText::new("Program", "程序"),
        help: PageText::new(
            "connect lets the kernel make the timestamps. A prober writes its own packets, with a random timestamp for each connection.",
            "connect 由内核产生时间戳；prober 自己构造报文，每条连接用一个随机时间戳。",
        ),
        kind: Kind::Choice(&[
            choice("connect", "connect()", "connect()"),
            choice("prober", "prober, random timestamps", "探测工具，随机时间戳"),
        ]),
        default: "connect",
        unit: Text::same(""),
        sysctl: "",
        group: Group::Client,
    },
    Param {
        name: "close",
        label: PageText::new("Who ends it, and how", "谁先关、怎么关"),
        help: PageText::new(
            "Only a server that sends the first FIN goes to TIME_WAIT and remembers a timestamp.",
            "只有先发 FIN 的服务端才会进入 TIME_WAIT 并记下时间戳。",
        ),
        kind: Kind::Choice(&[
            choice("server-fin", "server first, FIN", "服务端先关，FIN"),
            choice("client-fin", "client first, FIN", "客户端先关，FIN"),
            choice("client-rst", "client, RST", "客户端，RST"),
            choice("server-rst", "server, RST", "服务端，RST"),
        ]),
        default: "server-fin",
        unit: Text::same(""),
        sysctl: "",
        group: Group::Client,
    },
    Param {
        name: "curl_every",
        label: PageText::new("Every how many a curl", "每隔几条夹一次 curl"),
        help: PageText::new(
            "Every so many connections is a plain curl instead: timestamps made by the kernel, ended by the server's FIN. 0: none.",
            "每隔这么多条连接，换成一次普通的 curl：时间戳由内核产生，由服务端先发 FIN 结束。0 表示没有。",
        ),
        kind: Kind::Int { min: 0, max: 200, step: 1 },
        default: "0",
        unit: Text::same(""),
        sysctl: "",
        group: Group::Client,
    },
    Param {
        name: "connect_timeout_s",
        label: PageText::new("Program gives up after", "程序放弃等待"),
        help: PageText::new(
            "How long the program waits for a connection. 0: as long as the kernel goes on sending SYNs.",
            "程序等待连接建立的时间。0 表示一直等到内核不再重传 SYN。",
        ),
        kind: Kind::Int { min: 0, max: 130, step: 1 },
        default: "3",
        unit: Text::new("s", "秒"),
        sysctl: "",
        group: Group::Client,
    },
    Param {
        name: "path",
        label: PageText::new("Path", "路径"),
        help: PageText::new(
            "What stands between clients and server, and so which addresses each of them sees.",
            "客户端与服务端之间隔着什么，也就决定了双方各自看到的地址。",
        ),
        kind: Kind::Choice(&[
            choice("direct", "direct", "直连"),
            choice("nat", "several behind one NAT", "多台机器，一个 NAT 地址"),
            choice("containers", "containers, masqueraded", "容器，MASQUERADE"),
            choice("dnat-and-direct", "one client, direct and DNAT", "一台客户端，直连与 DNAT"),
            choice("dr-and-direct", "one client, direct and LVS-DR", "一台客户端，直连与 LVS-DR"),
            choice("fullnat", "through LVS FullNAT", "经过 LVS FullNAT"),
        ]),
        default: "nat",
        unit: Text::same(""),
        sysctl: "",
        group: Group::Network,
    },
    Param {
        name: "clients",
        label: PageText::new("Clients", "客户端数量"),
        help: PageText::new(
            "Machines (or containers) that take turns to connect; behind a NAT they share one address.",
            "轮流发起连接的机器（或容器）数；在 NAT 后面时它们共用一个地址。",
        ),
        kind: Kind::Int { min: 1, max: 8, step: 1 },
        default: "2",
        unit: Text::same(""),
        sysctl: "",
        group: Group::Network,
    },
    Param {
        name: "rtt_ms",
        label: PageText::new("Round trip", "往返时延"),
        help: PageText::new("Time for a packet there and its answer back.", "一个报文去、应答回来的时间。"),
        kind: Kind::Int { min: 0, max: 1000, step: 1 },
        default: "10",
        unit: Text::new("ms", "毫秒"),
        sysctl: "",
        group: Group::Network,
    },
    Param {
        name: "jitter_ms",
        label: PageText::new("Jitter", "抖动"),
        help: PageText::new(
            "Each packet is late by a random time up to this; packets of one direction keep their order.",
            "每个报文随机多延迟不超过这个时间；同方向的报文仍保持先后次序。",
        ),
        kind: Kind::Int { min: 0, max: 500, step: 1 },
        default: "0",
        unit: Text::new("ms", "毫秒"),
        sysctl: "",
        group: Group::Network,
    },
    Param {
        name: "reorder_pct",
        label: PageText::new("Reordered", "乱序比例"),
        help: PageText::new(
            "Share of packets that are held back long enough for later ones to overtake them.",
            "被拖住、以致被后来的报文超过的报文比例。",
        ),
        kind: Kind::Int { min: 0, max: 50, step: 1 },
        default: "0",
        unit: Text::same("%"),
        sysctl: "",
        group: Group::Network,
    },
    Param {
        name: "connections",
        label: PageText::new("Connections", "连接数"),
        help: PageText::new("How many connections are tried in all.", "总共尝试多少条连接。"),
        kind: Kind::Int { min: 1, max: 200, step: 1 },
        default: "12",
        unit: Text::same(""),
        sysctl: "",
        group: Group::Run,
    },
    Param {
        name: "interval_ms",
        label: PageText::new("One every", "间隔"),
        help: PageText::new("Time from one connect() to the next.", "两次 connect()之间的时间。"),
        kind: Kind::Int { min: 1, max: 60000, step: 100 },
        default: "1000",
        unit: Text::new("ms", "毫秒"),
        sysctl: "",
        group: Group::Run,
    },
    Param {
        name: "seed",
        label: PageText::new("Seed", "随机种子"),
        help: PageText::new(
            "Decides the uptimes, the random offsets and the jitter. The same seed gives the same run.",
            "决定开机时长、随机偏移和抖动。种子相同，结果就相同。",
        ),
        kind: Kind::Int { min: 0, max: 999_999, step: 1 },
        default: "1",
        unit: Text::same(""),
        sysctl: "",
        group: Group::Run,
    },
];

/// The scenes of the article.
pub(super) const PRESETS: &[Preset] = &[
    Preset {
        id: "nat-two-clients",
        title: PageText::new("Two clients behind one NAT address", "一个 NAT 地址后的两台客户端"),
        summary: PageText::new(
            "Two machines with different uptimes share an address. The one with the smaller clock is locked out.",
            "开机时长不同的两台机器共用一个地址，时钟较小的那台被拒之门外。",
        ),
        values: &[("path", "nat"), ("clients", "2")],
    },
    Preset {
        id: "containers-one-host",
        title: PageText::new("Containers of one host", "同一主机上的容器"),
        summary: PageText::new(
            "One clock, but from 4.11 each container address has an offset of its own.",
            "时钟只有一个，但从 4.11 起每个容器地址各有偏移。",
        ),
        values: &[("path", "containers"), ("clients", "3"), ("client_kernel", "4.19")],
    },
    Preset {
        id: "client-4.10-alone",
        title: PageText::new("A single 4.10 client", "只有一台 4.10 客户端"),
        summary: PageText::new(
            "No NAT at all: 4.10 draws a new offset for every connection, and half of them look old.",
            "根本没有 NAT：4.10 每条连接换一个偏移，约一半看起来是旧的。",
        ),
        values: &[("path", "direct"), ("clients", "1"), ("client_kernel", "4.10"), ("connections", "16")],
    },
    Preset {
        id: "two-paths",
        title: PageText::new("One client on two paths", "一台客户端，两条路"),
        summary: PageText::new(
            "Directly and through a DNAT: to the client two destinations, to the server one peer.",
            "直连与 DNAT：客户端眼里是两个目的地，服务端眼里是同一个对端。",
        ),
        values: &[("path", "dnat-and-direct"), ("clients", "1"), ("client_kernel", "4.19")],
    },
    Preset {
        id: "prober-beside-curl",
        title: PageText::new("A prober beside curl", "探测工具与 curl 并用"),
        summary: PageText::new(
            "A tool with random timestamps poisons the server's memory for every other program of the host.",
            "时间戳随机的工具，污染了服务端对整台主机的记忆。",
        ),
        values: &[("path", "direct"), ("clients", "1"), ("tool", "prober"), ("curl_every", "2")],
    },
    Preset {
        id: "timestamps-1-0",
        title: PageText::new("Timestamps switched from 1 to 0", "时间戳从 1 改成 0"),
        summary: PageText::new(
            "On el7 and 3.17 to 4.11 a SYN without a timestamp is refused while the last one is remembered: 60 seconds of silence.",
            "在 el7 和 3.17 到 4.11 上，记忆未过期时，不带时间戳的 SYN 一律被拒：沉默 60 秒。",
        ),
        values: &[
            ("server_kernel", "el7"),
            ("path", "direct"),
            ("clients", "1"),
            ("timestamps_change", "1-0"),
            ("change_at_s", "10"),
            ("connections", "24"),
            ("interval_ms", "4000"),
        ],
    },
    Preset {
        id: "timestamps-0-1",
        title: PageText::new("Timestamps switched from 0 to 1", "时间戳从 0 改成 1"),
        summary: PageText::new(
            "Nothing was remembered of a client without timestamps, so nothing is refused when it starts to send them.",
            "不带时间戳的客户端没有留下任何记录，开始带上之后也就不会被拒。",
        ),
        values: &[
            ("server_kernel", "el7"),
            ("path", "direct"),
            ("clients", "1"),
            ("timestamps_change", "0-1"),
            ("change_at_s", "10"),
            ("connections", "24"),
            ("interval_ms", "4000"),
        ],
    },
    Preset {
        id: "timestamps-2-1",
        title: PageText::new("Timestamps switched from 2 to 1", "时间戳从 2 改成 1"),
        summary: PageText::new(
            "From 4.11 the clock jumps by a random offset; when it jumps back, 60 seconds are lost.",
            "4.11 起时钟随机跳一下；一旦往回跳，就要等 60 秒。",
        ),
        values: &[
            ("path", "direct"),
            ("clients", "1"),
            ("client_kernel", "4.19"),
            ("timestamps_change", "2-1"),
            ("change_at_s", "10"),
            ("connections", "24"),
            ("interval_ms", "4000"),
            ("seed", "2"),
        ],
    },
    Preset {
        id: "rst-until-curl",
        title: PageText::new("Harmless until one curl", "本来无事，直到一次 curl"),
        summary: PageText::new(
            "A prober that ends with RST leaves no trace. After a single curl about half of its SYNs are dropped.",
            "以 RST 结束的探测不留痕迹；只要来一次 curl，之后约一半的 SYN 被丢弃。",
        ),
        values: &[
            ("path", "direct"),
            ("clients", "1"),
            ("tool", "prober"),
            ("close", "client-rst"),
            ("curl_every", "9"),
            ("connections", "17"),
        ],
    },
    Preset {
        id: "client-closes-first",
        title: PageText::new("The client closes first", "客户端先关"),
        summary: PageText::new(
            "The same NAT and the same setting, but the server never enters TIME_WAIT and so remembers nothing.",
            "NAT 和设置都一样，但服务端从不进入 TIME_WAIT，也就什么都不记。",
        ),
        values: &[("path", "nat"), ("clients", "2"), ("close", "client-fin")],
    },
    Preset {
        id: "knob-gone",
        title: PageText::new("A server without the knob", "没有这个开关的服务端"),
        summary: PageText::new(
            "Linux 4.12 removed tcp_tw_recycle. The same clients, and nobody is refused.",
            "Linux 4.12 删除了 tcp_tw_recycle。同样的客户端，没有人被拒绝。",
        ),
        values: &[("server_kernel", "4.12"), ("path", "nat"), ("clients", "2")],
    },
];
