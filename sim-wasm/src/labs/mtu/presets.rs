//! Named settings of the lab.

use crate::lab::Preset;
use crate::text::PageText;

/// The scenes of the articles.
pub(super) const PRESETS: &[Preset] = &[
    Preset {
        id: "hang",
        title: PageText::new("The transfer that hangs", "卡住的传输"),
        summary: PageText::new(
            "Handshake and request pass. The response is too big for the middle link, and the ICMP that says so is filtered.",
            "握手和请求都通。响应对中间链路来说太大，而告知此事的 ICMP 被过滤了。",
        ),
        values: &[],
    },
    Preset {
        id: "icmp-works",
        title: PageText::new("With ICMP", "ICMP 通的时候"),
        summary: PageText::new(
            "The same path. The router's message costs one round trip to it, and the next segments are smaller.",
            "同一条路径。路由器的通知只花去到它那里的一个往返，之后的段就小了。",
        ),
        values: &[("icmp", "delivered")],
    },
    Preset {
        id: "clamped",
        title: PageText::new("With MSS clamping", "做了 MSS 钳制"),
        summary: PageText::new(
            "The router rewrites the MSS option of SYN and SYN-ACK. Nobody sends anything that is too big, and ICMP is not needed.",
            "路由器改写 SYN 和 SYN-ACK 里的 MSS 选项，谁也不会发出过大的报文，用不着 ICMP。",
        ),
        values: &[("tunnel", "gre"), ("clamp", "to-pmtu")],
    },
    Preset {
        id: "probing",
        title: PageText::new("tcp_mtu_probing = 1", "tcp_mtu_probing = 1"),
        summary: PageText::new(
            "No ICMP. After three seconds of retransmissions the kernel tries 1024 bytes, and then looks for more.",
            "没有 ICMP。重传三秒之后内核改试 1024 字节，再逐步往上找。",
        ),
        values: &[("mtu_probing", "1"), ("response_bytes", "300000")],
    },
    Preset {
        id: "same-mtu",
        title: PageText::new("1500 everywhere", "处处 1500"),
        summary: PageText::new("No tunnel: every packet fits.", "没有隧道，每个报文都过得去。"),
        values: &[("tunnel", "none")],
    },
    Preset {
        id: "jumbo",
        title: PageText::new("9000 here, 1500 there", "一边 9000，一边 1500"),
        summary: PageText::new(
            "Each side announces what it takes; the server keeps to the client's 1460 and nothing is lost.",
            "两边各自通告能收多大；服务端按客户端的 1460 来发，什么也不丢。",
        ),
        values: &[("tunnel", "none"), ("server_mtu", "9000")],
    },
    Preset {
        id: "other-direction",
        title: PageText::new("Downloads work, uploads hang", "下载正常，上传卡住"),
        summary: PageText::new(
            "The way to the server is narrow, the way back is not. Each direction has an MTU of its own.",
            "去服务端的路窄，回来的路不窄。每个方向的 MTU 各管各的。",
        ),
        values: &[("way", "to-server"), ("request_bytes", "20000"), ("response_bytes", "200")],
    },
    Preset {
        id: "no-df",
        title: PageText::new("Without DF", "不带 DF"),
        summary: PageText::new(
            "ip_no_pmtu_disc = 1: the router cuts each packet in two, and the receiver joins them.",
            "ip_no_pmtu_disc = 1：路由器把每个报文切成两片，接收方再拼起来。",
        ),
        values: &[("no_pmtu_disc", "1")],
    },
];
