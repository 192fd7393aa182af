//! Named settings of the lab.

use crate::lab::Preset;
use crate::text::PageText;

/// The scenes of the articles.
pub(super) const PRESETS: &[Preset] = &[
    Preset {
        id: "stall",
        title: PageText::new("write, write, read", "write、write、read"),
        summary: PageText::new(
            "A request in two small calls. Nagle keeps the second back until the first is acknowledged, and the server puts the ACK off for 40 ms: every request but the first waits for both.",
            "一个请求分两次小的写。Nagle 扣住第二个，要等第一个得到确认；服务端又把 ACK 推迟 40 毫秒。除了第一个，每个请求都要等这两样。",
        ),
        values: &[],
    },
    Preset {
        id: "nodelay",
        title: PageText::new("With TCP_NODELAY", "加上 TCP_NODELAY"),
        summary: PageText::new(
            "Both parts leave at once, in two packets. Nothing waits for an ACK.",
            "两部分立刻发出，用两个报文，谁也不等 ACK。",
        ),
        values: &[("nodelay", "1")],
    },
    Preset {
        id: "cork",
        title: PageText::new("With TCP_CORK", "加上 TCP_CORK"),
        summary: PageText::new(
            "The client corks, writes twice, uncorks: the request leaves as one packet.",
            "客户端设上 TCP_CORK，写两次，再取消：请求作为一个报文发出。",
        ),
        values: &[("cork", "1")],
    },
    Preset {
        id: "one-write",
        title: PageText::new("One writev()", "一次 writev()"),
        summary: PageText::new(
            "The same bytes in one call: one packet, and nothing for Nagle to hold.",
            "同样的字节用一次调用写出：一个报文，Nagle 没有可扣的。",
        ),
        values: &[("one_writev", "1")],
    },
    Preset {
        id: "quickack",
        title: PageText::new("TCP_QUICKACK at the server", "服务端设 TCP_QUICKACK"),
        summary: PageText::new(
            "Set before each read(): the first part is acknowledged at once, and the second follows a round trip later.",
            "每次 read() 之前设置：第一部分立刻得到确认，第二部分晚一个往返就发出。",
        ),
        values: &[("server_quickack", "each")],
    },
    Preset {
        id: "large-tail",
        title: PageText::new("A full segment and a small tail", "一个满报文加一个小尾巴"),
        summary: PageText::new(
            "2000 bytes are 1448 and 552. Nagle as first written would keep the tail back; Linux waits for small segments only (Minshall) and sends it at once.",
            "2000 字节是 1448 加 552。照 Nagle 最初的写法要扣住尾巴；Linux 只等小报文（Minshall 的改法），立刻就发。",
        ),
        values: &[("writes", "1"), ("write_bytes", "2000")],
    },
    Preset {
        id: "first-requests",
        title: PageText::new("The first requests are fast", "开头几个请求很快"),
        summary: PageText::new(
            "A new connection acknowledges at once. It ends with the server's first answer, and from the second request on each stalls.",
            "新连接先是立刻确认。服务端第一次响应之后就变了，从第二个请求起个个都卡。",
        ),
        values: &[("requests", "5"), ("hz", "250")],
    },
    Preset {
        id: "kernel-compare",
        title: PageText::new("The same on 5.4", "同样的事，5.4"),
        summary: PageText::new(
            "From 5.1 on it took three answers to delay ACKs, and a delayed ACK that fires starts the count anew: many requests stay fast. 5.10.135, 5.15.59 and 5.19 went back to one.",
            "5.1 起，要回过三次响应才开始推迟 ACK，而推迟的 ACK 一旦触发，又从头数起，许多请求因此不卡。5.10.135、5.15.59 和 5.19 改回一次。",
        ),
        values: &[("server_kernel", "5.4"), ("client_kernel", "5.4")],
    },
];
