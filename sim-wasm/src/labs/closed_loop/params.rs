//! What the lab takes, and which of it has no effect.

use super::network::Network;
use crate::lab::Params;
use crate::lab::param::{Group, Kind, Param};
use crate::text::{Lang, PageText, Text};

const MICROSECONDS: Text = Text::new("µs", "微秒");

/// Everything a run is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Settings {
    pub(super) threads: u32,
    pub(super) network: Network,
}

pub(super) static PARAMS: &[Param] = &[
    Param {
        name: "threads",
        label: PageText::new("Threads", "线程数"),
        help: PageText::new(
            "How many ask at the same time. Each waits for its answer before it asks again, so that no more than these are ever under way.",
            "同时发请求的线程数。每个线程拿到结果才发下一个，所以在途的请求永远不超过这个数。",
        ),
        kind: Kind::Wide { min: 1, max: 512, most: 1024, step: 1 },
        default: "131",
        unit: Text::new("", ""),
        sysctl: "",
        group: Group::Load,
    },
    Param {
        name: "think_us",
        label: PageText::new("Think time", "思考时间"),
        help: PageText::new(
            "Mean time between an answer and the thread’s next request: the client’s own work, and the way there and back.",
            "拿到结果到发出下一个请求的平均时间：客户端自己的处理，加上网络往返。",
        ),
        kind: Kind::Wide { min: 0, max: 2000, most: 1_000_000, step: 1 },
        default: "18",
        unit: MICROSECONDS,
        sysctl: "",
        group: Group::Load,
    },
    Param {
        name: "slow_permille",
        label: PageText::new("Share on the slow path", "走慢路径的比例"),
        help: PageText::new(
            "Requests of a thousand that need the slow path behind the processor. In the case of the missing tables: 32 of 64 tables, 500.",
            "每千个请求中，用完处理器还要走慢路径的个数。缺表案例里是 64 张表缺 32 张，即 500。",
        ),
        kind: Kind::Int { min: 0, max: 1000, step: 1 },
        default: "500",
        unit: Text::new("‰", "‰"),
        sysctl: "",
        group: Group::Load,
    },
    Param {
        name: "processors",
        label: PageText::new("Processors", "处理器数"),
        help: PageText::new(
            "How many requests are served at once; the others wait in one line.",
            "同时能处理多少个请求，其余的排成一队。",
        ),
        kind: Kind::Int { min: 1, max: 512, step: 1 },
        default: "64",
        unit: Text::new("", ""),
        sysctl: "",
        group: Group::Processor,
    },
    Param {
        name: "service_us",
        label: PageText::new("Time on a processor", "处理器时间"),
        help: PageText::new("Mean time that a request needs a processor.", "一个请求平均占用处理器的时间。"),
        kind: Kind::Wide { min: 1, max: 2000, most: 1_000_000, step: 1 },
        default: "120",
        unit: MICROSECONDS,
        sysctl: "",
        group: Group::Processor,
    },
    Param {
        name: "slow_us",
        label: PageText::new("Time on the slow path", "慢路径时间"),
        help: PageText::new(
            "Mean time that a request holds the slow path: a global lock, a log’s write, one thread that does something for all.",
            "一个请求平均占用慢路径的时间：一把全局锁、一次日志写入、一个替所有人干活的线程。",
        ),
        kind: Kind::Wide { min: 0, max: 2000, most: 1_000_000, step: 1 },
        default: "34",
        unit: MICROSECONDS,
        sysctl: "",
        group: Group::Processor,
    },
    Param {
        name: "lanes",
        label: PageText::new("Lanes of the slow path", "慢路径通道数"),
        help: PageText::new(
            "Independent lanes, each taken by chance and serving one request at a time: a lock for each table in place of one for all.",
            "彼此独立的通道，随机落到其中一条，每条一次只服务一个请求：相当于每张表一把锁，而不是全局一把。",
        ),
        kind: Kind::Int { min: 1, max: 64, step: 1 },
        default: "1",
        unit: Text::new("", ""),
        sysctl: "",
        group: Group::Processor,
    },
];

pub(super) fn settings(params: &Params) -> Settings {
    let number = |name| params.int(name).unsigned_abs();
    let small = |name| number(name) as u32;
    Settings {
        threads: small("threads").max(1),
        network: Network {
            think_ns: number("think_us") * 1000,
            processors: small("processors"),
            service_ns: number("service_us") * 1000,
            slow_permille: small("slow_permille"),
            lanes: small("lanes").max(1),
            slow_ns: number("slow_us") * 1000,
        },
    }
}

/// Remarks on settings that have no effect.
pub(super) fn notes(params: &Params, lang: Lang) -> Vec<(&'static str, String)> {
    let Settings { threads, network } = settings(params);
    let mut notes = Vec::new();
    let changed = |name: &str| {
        params.iter().any(|(param, value)| param.name == name && value.to_string() != param.default)
    };
    if network.slow_permille == 0 {
        let unused = lang.pick("No effect: no request takes the slow path.", "不起作用：没有请求走慢路径。");
        let names = ["slow_us", "lanes"].into_iter().filter(|name| changed(name));
        notes.extend(names.map(|name| (name, unused.to_string())));
    }
    if network.processors >= threads && changed("processors") {
        let idle = lang.pick(
            format!("More than {threads} make no difference: there are no more threads."),
            format!("超过 {threads} 个不再有区别：线程只有这么多。"),
        );
        notes.push(("processors", idle));
    }
    notes
}
