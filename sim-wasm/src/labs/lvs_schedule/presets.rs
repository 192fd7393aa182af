//! Named settings of the lab.

use crate::lab::Preset;
use crate::text::PageText;

/// The scenes of the articles.
pub(super) const PRESETS: &[Preset] = &[
    Preset {
        id: "burst",
        title: PageText::new("A hundred at once, 5 : 95", "一百条一拥而上，5 : 95"),
        summary: PageText::new(
            "wlc up to 4.7, two servers, one of which is slower to shake hands. Half-open costs 1, established 256: the slow one gets nearly all.",
            "4.7 及以前的 wlc，两台后端，一台握手慢。半开算 1，建好算 256：慢的那台几乎全收。",
        ),
        values: &[],
    },
    Preset {
        id: "burst-new",
        title: PageText::new("The same burst from 4.8 on", "同样的突发，4.8 起"),
        summary: PageText::new(
            "A SYN counts as an active connection at once, and each second one goes to the other server.",
            "SYN 一到就记为活跃连接，一边一条。",
        ),
        values: &[("kernel", "4.8")],
    },
    Preset {
        id: "equal-handshakes",
        title: PageText::new("Equal handshakes, old kernel", "握手一样快，旧内核"),
        summary: PageText::new(
            "The old counting is not enough for the imbalance: with equal handshakes the halves are equal.",
            "光有旧的计数方式还不会失衡：两台握手一样快，就还是一半一半。",
        ),
        values: &[("slow", "0"), ("gap_us", "20")],
    },
    Preset {
        id: "two-batches",
        title: PageText::new("Fifty, a pause, fifty more", "五十条，停顿，再五十条"),
        summary: PageText::new(
            "The first batch goes to B, the second to A, because counters are compared when all handshakes are done.",
            "第一批去了 B，第二批去了 A：停顿之后握手都完成了，计数才有得比。",
        ),
        values: &[("gap_us", "20"), ("connections", "50"), ("second", "50")],
    },
    Preset {
        id: "one-by-one",
        title: PageText::new("One by one", "逐个建立"),
        summary: PageText::new(
            "A pool that waits for each connection before it opens the next: even on every kernel.",
            "连接池建好一条再建下一条：在哪个内核上都均匀。",
        ),
        values: &[("arrival", "serial")],
    },
    Preset {
        id: "nq-burst",
        title: PageText::new("nq in a burst, 0 : 100", "nq 遇上突发，0 : 100"),
        summary: PageText::new(
            "On an old kernel a server with half-open connections alone has nothing active, so it is idle.",
            "旧内核上，只有半开连接的后端活跃数为零，就算空闲。",
        ),
        values: &[("scheduler", "nq"), ("gap_us", "20"), ("slow", "2")],
    },
    Preset {
        id: "local-directors",
        title: PageText::new("A hundred local directors, ten servers", "一百台本地调度器，十台后端"),
        summary: PageText::new(
            "Each node has its own rr, and two connections. All two hundred go to the same two servers.",
            "每个节点有自己的 rr，各建两条。两百条全部落在同样两台上。",
        ),
        values: &[
            ("scheduler", "rr"),
            ("kernel", "6.18"),
            ("directors", "100"),
            ("servers", "10"),
            ("connections", "2"),
            ("slow", "0"),
        ],
    },
    Preset {
        id: "sixty-four",
        title: PageText::new("64 directors, 20 servers, 20 times", "64 台调度器，20 台后端，20 倍"),
        summary: PageText::new(
            "One connection each: the first server of the list gets them all.",
            "各一条连接：列表里的第一台全收。",
        ),
        values: &[
            ("scheduler", "rr"),
            ("kernel", "6.18"),
            ("directors", "64"),
            ("servers", "20"),
            ("connections", "1"),
            ("slow", "0"),
        ],
    },
    Preset {
        id: "kube-ipvs",
        title: PageText::new("kube-proxy, ipvs", "kube-proxy 的 ipvs 模式"),
        summary: PageText::new(
            "Fifty nodes add three endpoints in the order of their strings, and one agent on each connects once.",
            "五十个节点都按字符串顺序添加三个端点，每个节点上的 agent 建一条连接。",
        ),
        values: &[
            ("scheduler", "rr"),
            ("kernel", "5.15"),
            ("directors", "50"),
            ("servers", "3"),
            ("added", "sorted"),
            ("connections", "1"),
            ("slow", "0"),
        ],
    },
    Preset {
        id: "kube-iptables",
        title: PageText::new("kube-proxy, iptables", "kube-proxy 的 iptables 模式"),
        summary: PageText::new(
            "The same nodes draw lots for each connection. There is nothing that could agree.",
            "同样的节点，每条连接抽一次签，也就没有什么可以凑齐。",
        ),
        values: &[
            ("scheduler", "random"),
            ("directors", "50"),
            ("servers", "3"),
            ("connections", "1"),
            ("slow", "0"),
        ],
    },
    Preset {
        id: "wrr-flap",
        title: PageText::new("wrr and a flapping health check", "wrr 遇上抖动的健康检查"),
        summary: PageText::new(
            "The last of ten servers comes and goes every three connections. Seven of them get nothing for ever.",
            "十台里的最后一台每三条连接就上线或下线一次，于是有七台永远分不到新连接。",
        ),
        values: &[
            ("scheduler", "wrr"),
            ("kernel", "6.18"),
            ("servers", "10"),
            ("connections", "150"),
            ("gap_us", "10000"),
            ("change", "weight"),
            ("change_every", "3"),
            ("slow", "0"),
        ],
    },
    Preset {
        id: "wrr-cycle",
        title: PageText::new("wrr with weights 5, 1, 1", "wrr，权重 5、1、1"),
        summary: PageText::new(
            "AAAAABC: the heaviest server gets its share in one go.",
            "AAAAABC：权重最大的那台一口气拿走自己的份额。",
        ),
        values: &[
            ("scheduler", "wrr"),
            ("kernel", "6.18"),
            ("servers", "3"),
            ("weight_a", "5"),
            ("connections", "21"),
            ("slow", "0"),
        ],
    },
    Preset {
        id: "sh-last-octet",
        title: PageText::new("sh, and addresses that end alike", "sh 遇上最后一段相同的地址"),
        summary: PageText::new(
            "Two hundred gateways, each the .7 of its network. The old hash looks at the last octet alone.",
            "两百个网关，都是各自网段里的 .7。旧哈希只看最后一段。",
        ),
        values: &[
            ("scheduler", "sh"),
            ("kernel", "4.14"),
            ("servers", "4"),
            ("connections", "200"),
            ("addresses", "last-octet"),
            ("slow", "0"),
        ],
    },
    Preset {
        id: "sh-nat",
        title: PageText::new("sh behind a NAT gateway", "NAT 后面的 sh"),
        summary: PageText::new(
            "One address, one slot, one server, whatever the hash is worth.",
            "一个地址就是一个槽，一个槽就是一台后端，哈希再好也没用。",
        ),
        values: &[
            ("scheduler", "sh"),
            ("kernel", "6.18"),
            ("servers", "4"),
            ("connections", "200"),
            ("addresses", "nat"),
            ("slow", "0"),
        ],
    },
    Preset {
        id: "mh-many",
        title: PageText::new("mh on many directors", "很多台调度器上的 mh"),
        summary: PageText::new(
            "64 directors, 20 servers. The tables are equal on all of them, but clients decide, not cursors.",
            "64 台调度器，20 台后端。各台的表都一样，但决定去向的是客户端，不是游标。",
        ),
        values: &[
            ("scheduler", "mh"),
            ("kernel", "6.18"),
            ("directors", "64"),
            ("servers", "20"),
            ("connections", "10"),
            ("clients", "640"),
            ("slow", "0"),
        ],
    },
];
