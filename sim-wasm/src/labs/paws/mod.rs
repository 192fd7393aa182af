//! The lab `paws`: which SYNs a server with `net.ipv4.tcp_tw_recycle` drops, and why.

mod params;

use crate::lab::report::{Report, Verdict};
use crate::lab::{Lab, Params};
use crate::text::{Lang, Text};

/// The lab.
pub static LAB: Lab = Lab {
    id: "paws",
    title: Text::new("Which SYN is dropped?", "哪个 SYN 会被丢弃?"),
    summary: Text::new(
        "A server with tcp_tw_recycle remembers the last timestamp of every peer. Change kernels, NAT and timestamps, and see whose SYN it takes for an old one.",
        "打开 tcp_tw_recycle 的服务端会记住每个对端最后的时间戳。换内核、换 NAT、换时间戳设置,看看谁的 SYN 会被当成旧报文。",
    ),
    params: params::PARAMS,
    presets: params::PRESETS,
    assumptions: &[],
    not_modelled: &[],
    model: 1,
    run,
    notes,
};

fn run(params: &Params, lang: Lang) -> Report {
    Report {
        lab: LAB.id,
        model: LAB.model,
        params: params.iter().map(|(param, value)| (param.name, value.to_string())).collect(),
        seed: params.int("seed").unsigned_abs(),
        verdict: Verdict {
            code: "all_established",
            text: lang.pick("Nothing ran yet.", "还没有运行。").into(),
        },
        totals: vec![("connections", 0)],
        hosts: Vec::new(),
        events: Vec::new(),
        reasons: Vec::new(),
        counters: Vec::new(),
        series: Vec::new(),
        tables: Vec::new(),
        assumptions: Vec::new(),
    }
}

fn notes(_: &Params, _: Lang) -> Vec<(&'static str, String)> {
    Vec::new()
}
