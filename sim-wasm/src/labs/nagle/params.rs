//! What the lab takes.

use crate::lab::{Choice, Group, Kind, Param};
use crate::text::{PageText, Text};

const KERNELS: &[&str] = &[
    "2.6.32", "3.0", "3.4", "3.10", "el7", "4.4", "4.9", "4.14", "4.19", "5.4", "5.10", "5.15", "6.1", "6.6",
    "6.12", "6.18",
];

const fn choice(value: &'static str, en: &'static str, zh: &'static str) -> Choice {
    Choice { value, label: PageText::new(en, zh) }
}

const fn same(value: &'static str) -> Choice {
    choice(value, value, value)
}

const OFF_ON: Kind = Kind::Choice(&[choice("0", "0: off", "0：关"), choice("1", "1: on", "1：开")]);
const BYTES: Text = Text::new("bytes", "字节");
const MILLISECONDS: Text = Text::new("ms", "毫秒");
const MICROSECONDS: Text = Text::new("µs", "微秒");
const NO_UNIT: Text = Text::same("");

/// The parameters, in the order of the form.
pub(super) const PARAMS: &[Param] = &[
    Param {
        name: "writes",
        label: PageText::new("write() calls per request", "每个请求的 write() 次数"),
        help: PageText::new(
            "Into so many calls the client cuts each request, such as a header and a body.",
            "客户端把一个请求分成几次写，比如先写头，再写正文。",
        ),
        kind: Kind::Int { min: 1, max: 8, step: 1 },
        default: "2",
        unit: NO_UNIT,
        sysctl: "",
        group: Group::Scene,
    },
    Param {
        name: "write_bytes",
        label: PageText::new("Size of each", "每次写多少"),
        help: PageText::new(
            "A full segment is 1448 bytes here: 1500 less the headers and the timestamps.",
            "这里一个满的报文是 1448 字节：1500 减去首部和时间戳。",
        ),
        kind: Kind::Int { min: 1, max: 3000, step: 1 },
        default: "100",
        unit: BYTES,
        sysctl: "",
        group: Group::Scene,
    },
    Param {
        name: "last_write_bytes",
        label: PageText::new("Size of the last", "最后一次写多少"),
        help: PageText::new(
            "When it is not like the others. 0: it is.",
            "最后一次与前面不同时用。0 表示相同。",
        ),
        kind: Kind::Int { min: 0, max: 3000, step: 1 },
        default: "0",
        unit: BYTES,
        sysctl: "",
        group: Group::Scene,
    },
    Param {
        name: "write_gap_us",
        label: PageText::new("Time between two calls", "两次 write() 之间"),
        help: PageText::new(
            "What the client computes between two calls of write() of one request.",
            "一个请求的两次 write() 之间，客户端花多少时间做别的。",
        ),
        kind: Kind::Wide { min: 0, max: 1000, most: 100_000, step: 10 },
        default: "0",
        unit: MICROSECONDS,
        sysctl: "",
        group: Group::Scene,
    },
    Param {
        name: "response_bytes",
        label: PageText::new("Response", "响应大小"),
        help: PageText::new(
            "What the server sends when it has the whole request.",
            "服务端收齐整个请求之后发回多少。",
        ),
        kind: Kind::Int { min: 1, max: 6000, step: 1 },
        default: "100",
        unit: BYTES,
        sysctl: "",
        group: Group::Scene,
    },
    Param {
        name: "response_writes",
        label: PageText::new("write() calls per response", "每个响应的 write() 次数"),
        help: PageText::new(
            "Into so many calls of the same size the server cuts its response. From two on it can stall as the client does.",
            "服务端把响应分成几次等长的写。两次以上，它也会像客户端一样卡住。",
        ),
        kind: Kind::Int { min: 1, max: 8, step: 1 },
        default: "1",
        unit: NO_UNIT,
        sysctl: "",
        group: Group::Scene,
    },
    Param {
        name: "server_kernel",
        label: PageText::new("Kernel", "内核"),
        help: PageText::new(
            "Decides when it delays ACKs: after one answer, or after three (5.1 to 5.17; of 5.10 and 5.15 the early releases alone).",
            "决定何时开始推迟 ACK：回过一次响应之后，还是三次之后（5.1 到 5.17，其中 5.10 和 5.15 只限早期版本）。",
        ),
        kind: Kind::Kernel(KERNELS),
        default: "6.18",
        unit: NO_UNIT,
        sysctl: "",
        group: Group::Server,
    },
    Param {
        name: "server_quickack",
        label: PageText::same("TCP_QUICKACK"),
        help: PageText::new(
            "Acknowledge at once. The kernel forgets it with the next answer, so a program sets it before each read().",
            "收到就确认。下一次响应之后内核就把它忘了，所以程序要在每次 read() 之前重新设置。",
        ),
        kind: Kind::Choice(&[
            choice("0", "never", "不设"),
            choice("once", "once, after accept()", "accept() 之后设一次"),
            choice("each", "before each read()", "每次 read() 之前"),
        ]),
        default: "0",
        unit: NO_UNIT,
        sysctl: "TCP_QUICKACK",
        group: Group::Server,
    },
    Param {
        name: "server_nodelay",
        label: PageText::same("TCP_NODELAY"),
        help: PageText::new(
            "The server's own. It matters when its response takes several calls of write().",
            "服务端自己的选项，只在响应分几次写时才有用。",
        ),
        kind: OFF_ON,
        default: "0",
        unit: NO_UNIT,
        sysctl: "TCP_NODELAY",
        group: Group::Server,
    },
    Param {
        name: "think_ms",
        label: PageText::new("Time to answer", "处理时间"),
        help: PageText::new(
            "From the end of the request to the response. From about 40 ms on the session counts as interactive no more.",
            "从收齐请求到发出响应。超过约 40 毫秒，连接就不再算作交互式的。",
        ),
        kind: Kind::Int { min: 0, max: 500, step: 1 },
        default: "0",
        unit: MILLISECONDS,
        sysctl: "",
        group: Group::Server,
    },
    Param {
        name: "client_kernel",
        label: PageText::new("Kernel", "内核"),
        help: PageText::new(
            "Its rule for small segments is the same in every version here; how it delays ACKs matters when the response takes several calls.",
            "小报文的规则各版本都一样；响应分几次写时，它怎样推迟 ACK 才有影响。",
        ),
        kind: Kind::Kernel(KERNELS),
        default: "6.18",
        unit: NO_UNIT,
        sysctl: "",
        group: Group::Client,
    },
    Param {
        name: "nodelay",
        label: PageText::same("TCP_NODELAY"),
        help: PageText::new(
            "Turns Nagle's algorithm off: small segments wait for no ACK.",
            "关闭 Nagle 算法：小报文不再等 ACK。",
        ),
        kind: OFF_ON,
        default: "0",
        unit: NO_UNIT,
        sysctl: "TCP_NODELAY",
        group: Group::Client,
    },
    Param {
        name: "cork",
        label: PageText::same("TCP_CORK"),
        help: PageText::new(
            "Set before the first write() of a request, cleared after the last: everything leaves in full segments and one rest.",
            "请求的第一次 write() 之前设上，最后一次之后取消：全部数据以满报文加一个尾巴发出。",
        ),
        kind: Kind::Choice(&[
            choice("0", "0: off", "0：关"),
            choice("1", "around each request", "包住每个请求"),
            choice("kept", "set once, never cleared", "设上后从不取消"),
        ]),
        default: "0",
        unit: NO_UNIT,
        sysctl: "TCP_CORK",
        group: Group::Client,
    },
    Param {
        name: "one_writev",
        label: PageText::new("One writev()", "合成一次 writev()"),
        help: PageText::new("All parts of a request in a single call.", "一个请求的各部分用一次调用写出。"),
        kind: OFF_ON,
        default: "0",
        unit: NO_UNIT,
        sysctl: "",
        group: Group::Client,
    },
    Param {
        name: "gap_ms",
        label: PageText::new("Pause between requests", "请求之间的间隔"),
        help: PageText::new("From a response to the next request.", "从收到响应到发下一个请求。"),
        kind: Kind::Int { min: 0, max: 2000, step: 1 },
        default: "0",
        unit: MILLISECONDS,
        sysctl: "",
        group: Group::Client,
    },
    Param {
        name: "rtt_us",
        label: PageText::new("Round trip", "往返时延"),
        help: PageText::new(
            "Time for a packet there and its answer back. 200 µs is a data centre, 30,000 another city.",
            "一个报文去、应答回来的时间。200 微秒是同机房，30000 微秒是另一座城市。",
        ),
        kind: Kind::Wide { min: 10, max: 2000, most: 500_000, step: 10 },
        default: "200",
        unit: MICROSECONDS,
        sysctl: "",
        group: Group::Network,
    },
    Param {
        name: "requests",
        label: PageText::new("Requests", "请求数"),
        help: PageText::new("One after the other on one connection.", "在一条连接上一个接一个地发。"),
        kind: Kind::Int { min: 1, max: 200, step: 1 },
        default: "20",
        unit: NO_UNIT,
        sysctl: "",
        group: Group::Run,
    },
    Param {
        name: "hz",
        label: PageText::same("CONFIG_HZ"),
        help: PageText::new(
            "Ticks a second on both hosts. 40 ms become up to 41, 44 or 50: a timer fires on a tick.",
            "两台主机每秒的时钟节拍数。定时器只在节拍上触发，40 毫秒会变成最多 41、44 或 50 毫秒。",
        ),
        kind: Kind::Choice(&[same("1000"), same("250"), same("100")]),
        default: "1000",
        unit: NO_UNIT,
        sysctl: "",
        group: Group::Run,
    },
    Param {
        name: "seed",
        label: PageText::new("Seed", "随机种子"),
        help: PageText::new(
            "Decides where the hosts' clocks stand between two ticks. The same seed gives the same run.",
            "决定主机的时钟处在两个节拍之间的哪里。种子相同，结果就相同。",
        ),
        kind: Kind::Int { min: 0, max: 999_999, step: 1 },
        default: "1",
        unit: NO_UNIT,
        sysctl: "",
        group: Group::Run,
    },
];
