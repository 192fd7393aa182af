//! What the lab takes.

use crate::lab::{Choice, Group, Kind, Param};
use crate::text::{PageText, Text};

const KERNELS: &[&str] = &[
    "2.6.32", "3.0", "3.10", "el7", "4.4", "4.7", "4.8", "4.9", "4.14", "4.19", "5.4", "5.10", "5.15", "6.1",
    "6.6", "6.12", "6.18",
];

const fn choice(value: &'static str, en: &'static str, zh: &'static str) -> Choice {
    Choice { value, label: PageText::new(en, zh) }
}

const NO_UNIT: Text = Text::same("");
const US: Text = Text::new("µs", "微秒");
const MS: Text = Text::new("ms", "毫秒");

/// A parameter that stands for no sysctl.
const fn param(
    name: &'static str,
    label: PageText,
    help: PageText,
    kind: Kind,
    default: &'static str,
    unit: Text,
    group: Group,
) -> Param {
    Param { name, label, help, kind, default, unit, sysctl: "", group }
}

/// The parameters, in the order of the form.
pub(super) const PARAMS: &[Param] = &[
    param(
        "scheduler",
        PageText::new("Scheduler", "调度算法"),
        PageText::new("Who gets the next connection.", "下一条连接给谁。"),
        Kind::Choice(&[
            choice("rr", "rr: in turn", "rr：轮流"),
            choice("wrr", "wrr: in turn, by weight", "wrr：按权重轮流"),
            choice("lc", "lc: fewest connections", "lc：连接最少"),
            choice("wlc", "wlc: fewest per weight", "wlc：按权重连接最少"),
            choice("sed", "sed: shortest expected delay", "sed：预期延迟最短"),
            choice("nq", "nq: never queue", "nq：有空闲就不排队"),
            choice("sh", "sh: hash of the client", "sh：客户端地址哈希"),
            choice("dh", "dh: hash of the destination", "dh：目的地址哈希"),
            choice("mh", "mh: Maglev hash", "mh：Maglev 哈希"),
            choice("random", "kube-proxy, iptables: at random", "kube-proxy iptables：随机"),
        ]),
        "wlc",
        NO_UNIT,
        Group::Scene,
    ),
    param(
        "kernel",
        PageText::new("Kernel", "调度器内核"),
        PageText::new(
            "Decides what counts as active (4.8), what moves the cursor of rr (3.10), and which hash sh uses (4.18).",
            "决定什么算活跃（4.8）、什么会动 rr 的游标（3.10）、sh 用哪种哈希（4.18）。",
        ),
        Kind::Kernel(KERNELS),
        "3.10",
        NO_UNIT,
        Group::Director,
    ),
    param(
        "directors",
        PageText::new("Directors", "调度器数量"),
        PageText::new(
            "Machines, or nodes with a kube-proxy of their own. None knows what another does.",
            "调度器机器，或者各带一个 kube-proxy 的节点。谁也不知道别人做了什么。",
        ),
        Kind::Int { min: 1, max: 100, step: 1 },
        "1",
        NO_UNIT,
        Group::Director,
    ),
    param(
        "start",
        PageText::new("Where it begins", "从哪里开始"),
        PageText::new(
            "Linux begins at the head of the list. A patch of 2022 offered a random start and was not taken; DPVS lets each worker begin further on.",
            "Linux 从列表头开始。2022 年有补丁提出随机起点，没有合入；DPVS 让各个 worker 错开起点。",
        ),
        Kind::Choice(&[
            choice("head", "head of the list", "列表头"),
            choice("random", "at random", "随机"),
            choice("worker", "each further on (DPVS)", "依次错开（DPVS）"),
        ]),
        "head",
        NO_UNIT,
        Group::Director,
    ),
    param(
        "hash_port",
        PageText::same("sh-port, mh-port"),
        PageText::new(
            "The client’s port is hashed too: its connections are spread, and no longer stay on one server.",
            "哈希带上客户端端口：同一客户端的连接会分散开，不再固定到一台。",
        ),
        Kind::Choice(&[choice("off", "off", "关"), choice("on", "on", "开")]),
        "off",
        NO_UNIT,
        Group::Director,
    ),
    param(
        "fallback",
        PageText::same("sh-fallback, mh-fallback"),
        PageText::new(
            "When the server of the slot has weight 0, another slot is tried; without it the SYN is not scheduled.",
            "槽里的后端权重为 0 时，换个槽再试；不开的话，这个 SYN 就调度不出去。",
        ),
        Kind::Choice(&[choice("off", "off", "关"), choice("on", "on", "开")]),
        "off",
        NO_UNIT,
        Group::Director,
    ),
    param(
        "change",
        PageText::new("What happens to the last server", "最后一台后端的变动"),
        PageText::new(
            "A health check or a reload that touches it while connections come, on every director at once.",
            "连接进来的同时，健康检查或重载动到它，各台调度器同时发生。",
        ),
        Kind::Choice(&[
            choice("none", "nothing", "没有变动"),
            choice("edit", "written again, same weight", "重写一遍，权重不变"),
            choice("weight", "weight 0, and back", "权重置 0，再恢复"),
            choice("delete", "deleted, and added again", "删除，再加回"),
        ]),
        "none",
        NO_UNIT,
        Group::Director,
    ),
    param(
        "change_every",
        PageText::new("Connections between changes", "每隔多少条连接变动一次"),
        PageText::new(
            "On each director. Out at the first change, back at the next.",
            "按每台调度器算。第一次摘除，下一次恢复，如此往复。",
        ),
        Kind::Int { min: 1, max: 200, step: 1 },
        "5",
        NO_UNIT,
        Group::Director,
    ),
    param(
        "servers",
        PageText::new("Real servers", "后端数量"),
        PageText::new(
            "A, B, C …: 10.0.0.8 and the addresses behind it.",
            "A、B、C……：10.0.0.8 起的连续地址。",
        ),
        Kind::Int { min: 1, max: 32, step: 1 },
        "2",
        NO_UNIT,
        Group::RealServers,
    ),
    param(
        "added",
        PageText::new("Added in the order", "添加顺序"),
        PageText::new(
            "The server that was added last stands first in the list, and is the first to be chosen.",
            "最后添加的后端排在列表最前，也最先被选中。",
        ),
        Kind::Choice(&[
            choice("a-last", "… C, B, A", "…… C、B、A"),
            choice("a-first", "A, B, C …", "A、B、C ……"),
            choice("sorted", "sorted as strings (kube-proxy)", "按字符串排序（kube-proxy）"),
            choice("shuffled", "shuffled on each director", "各台调度器各自打乱"),
        ]),
        "a-last",
        NO_UNIT,
        Group::RealServers,
    ),
    param(
        "weight_a",
        PageText::new("Weight of A", "A 的权重"),
        PageText::new("0: no new connections.", "0 表示不接新连接。"),
        Kind::Int { min: 0, max: 100, step: 1 },
        "1",
        NO_UNIT,
        Group::RealServers,
    ),
    param(
        "weight_b",
        PageText::new("Weight of B", "B 的权重"),
        PageText::new("The same for B.", "同上。"),
        Kind::Int { min: 0, max: 100, step: 1 },
        "1",
        NO_UNIT,
        Group::RealServers,
    ),
    param(
        "weight_rest",
        PageText::new("Weight of the others", "其余的权重"),
        PageText::new("The same for C and those behind it.", "C 及之后各台的权重。"),
        Kind::Int { min: 0, max: 100, step: 1 },
        "1",
        NO_UNIT,
        Group::RealServers,
    ),
    param(
        "fast_us",
        PageText::new("Handshake of fast servers", "快的后端握手用时"),
        PageText::new(
            "From the SYN at the director to the client’s ACK there.",
            "从 SYN 到达调度器，到客户端的 ACK 到达调度器。",
        ),
        Kind::Wide { min: 1, max: 10_000, most: 1_000_000, step: 10 },
        "300",
        US,
        Group::RealServers,
    ),
    param(
        "slow_us",
        PageText::new("Handshake of slow servers", "慢的后端握手用时"),
        PageText::new(
            "Further away, or behind a virtual switch whose first packet of a flow is slow.",
            "离得远，或者在虚拟交换机后面，每条流的首包慢。",
        ),
        Kind::Wide { min: 1, max: 10_000, most: 1_000_000, step: 10 },
        "3000",
        US,
        Group::RealServers,
    ),
    param(
        "slow",
        PageText::new("Slow servers", "慢的后端有几台"),
        PageText::new("The last ones, by their letters.", "按字母从后往前数。"),
        Kind::Int { min: 0, max: 32, step: 1 },
        "1",
        NO_UNIT,
        Group::RealServers,
    ),
    param(
        "jitter_us",
        PageText::new("Jitter of handshakes", "握手抖动"),
        PageText::new(
            "Each handshake takes longer by up to this much, at random.",
            "每次握手随机多用这么多以内的时间。",
        ),
        Kind::Int { min: 0, max: 10_000, step: 10 },
        "0",
        US,
        Group::RealServers,
    ),
    param(
        "arrival",
        PageText::new("They open connections", "建连方式"),
        PageText::new(
            "One by one: the next SYN waits for the handshake before it.",
            "逐个建立：前一条握手完成，再发下一个 SYN。",
        ),
        Kind::Choice(&[
            choice("burst", "at once, with a gap", "一拥而上，间隔固定"),
            choice("serial", "one by one", "逐个建立"),
        ]),
        "burst",
        NO_UNIT,
        Group::Load,
    ),
    param(
        "connections",
        PageText::new("Connections", "连接数"),
        PageText::new("On each director.", "每台调度器收到的。"),
        Kind::Int { min: 1, max: 200, step: 1 },
        "100",
        NO_UNIT,
        Group::Load,
    ),
    param(
        "gap_us",
        PageText::new("Gap between them", "间隔"),
        PageText::new(
            "From one SYN to the next; one by one, from a handshake to the next SYN.",
            "一个 SYN 到下一个 SYN；逐个建立时，从握手完成到下一个 SYN。",
        ),
        Kind::Wide { min: 0, max: 1_000, most: 1_000_000, step: 5 },
        "30",
        US,
        Group::Load,
    ),
    param(
        "second",
        PageText::new("A second batch", "第二批连接"),
        PageText::new("Connections that come after a pause. 0: none.", "停顿之后再来的连接数。0 表示没有。"),
        Kind::Int { min: 0, max: 200, step: 1 },
        "0",
        NO_UNIT,
        Group::Load,
    ),
    param(
        "pause_ms",
        PageText::new("Pause before it", "中间停顿"),
        PageText::new(
            "From the last SYN of the first batch to the first of the second.",
            "第一批最后一个 SYN 到第二批第一个 SYN。",
        ),
        Kind::Int { min: 0, max: 60_000, step: 100 },
        "5000",
        MS,
        Group::Load,
    ),
    param(
        "lifetime_ms",
        PageText::new("A connection lasts", "连接存活"),
        PageText::new(
            "From the handshake to the client’s FIN. 0: for the whole run.",
            "从握手完成到客户端发 FIN。0 表示一直连着。",
        ),
        Kind::Wide { min: 0, max: 10_000, most: 600_000, step: 100 },
        "0",
        MS,
        Group::Load,
    ),
    param(
        "addresses",
        PageText::new("Clients’ addresses", "客户端地址"),
        PageText::new("What sh and mh look at.", "sh 和 mh 看的就是它。"),
        Kind::Choice(&[
            choice("random", "anywhere", "随机分布"),
            choice("subnet", "one /24", "同一个 /24"),
            choice("last-octet", "10.x.y.7: one last octet", "10.x.y.7：最后一段相同"),
            choice("nat", "one NAT gateway", "同一个 NAT 出口"),
        ]),
        "random",
        NO_UNIT,
        Group::Client,
    ),
    param(
        "clients",
        PageText::new("Clients", "客户端数"),
        PageText::new("They open connections in turn.", "轮流建连。"),
        Kind::Int { min: 1, max: 1_000, step: 1 },
        "200",
        NO_UNIT,
        Group::Client,
    ),
    param(
        "seed",
        PageText::new("Seed", "随机种子"),
        PageText::new(
            "Gives addresses, ports, jitter, random starts and shuffled lists. The same seed gives the same run.",
            "决定地址、端口、抖动、随机起点和打乱的列表。种子相同，结果就相同。",
        ),
        Kind::Int { min: 0, max: 999_999, step: 1 },
        "1",
        NO_UNIT,
        Group::Run,
    ),
];
