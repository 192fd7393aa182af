//! Which settings have no effect.

use super::rules::{Rule, has, since};
use super::settings::{Addresses, Change, Scheduler, Settings, Start};
use crate::lab::Params;
use crate::text::Lang;

/// Remarks on settings that were changed and have no effect.
pub(super) fn notes(params: &Params, lang: Lang) -> Vec<(&'static str, String)> {
    let settings = Settings::new(params);
    let changed = |name: &str| {
        params.iter().any(|(param, value)| param.name == name && value.to_string() != param.default)
    };
    let word = settings.word;
    let scheduler = settings.scheduler;
    let mut notes = Vec::new();
    let mut note = |name: &'static str, useless: bool, en: &str, zh: &str| {
        if useless && changed(name) {
            notes.push((name, lang.pick(en, zh).to_string()));
        }
    };
    let unused = (format!("Not used by {word}."), format!("{word} 不用它。"));
    note("start", !settings.start_counts(), &unused.0, &unused.1);
    let flagged = matches!(scheduler, Scheduler::Sh | Scheduler::Mh);
    let old = flagged && scheduler == Scheduler::Sh && !has(settings.kernel, Rule::ShFlags);
    let version = since(Rule::ShFlags);
    for name in ["hash_port", "fallback"] {
        note(name, !flagged, &unused.0, &unused.1);
        let en = format!("No effect: the flag exists since {version}.");
        note(name, old, &en, &format!("不起作用：{version} 才有这个标志。"));
    }
    let iptables = scheduler == Scheduler::Random;
    for name in ["kernel", "added"] {
        note(name, iptables, "iptables does not look at it.", "iptables 不看它。");
    }
    note(
        "change_every",
        settings.change == Change::None,
        "Not used: nothing changes.",
        "未使用：后端没有变动。",
    );
    let unweighted = !settings.weighted();
    let en = format!("{word} looks only whether a weight is 0.");
    let zh = format!("{word} 只看权重是不是 0。");
    for name in ["weight_a", "weight_b", "weight_rest"] {
        let zero = params.int(name) == 0;
        note(name, unweighted && !zero, &en, &zh);
    }
    note("weight_b", settings.servers < 2, "There is no server B.", "没有后端 B。");
    note("weight_rest", settings.servers < 3, "There is no server C.", "没有后端 C。");
    let all_slow = params.int("slow") >= params.int("servers");
    note("fast_us", all_slow, "All servers are slow.", "所有后端都是慢的。");
    note("slow_us", params.int("slow") == 0, "No server is slow.", "没有慢的后端。");
    note("pause_ms", settings.second == 0, "Not used: there is one batch.", "未使用：只有一批连接。");
    let hashed = matches!(scheduler, Scheduler::Sh | Scheduler::Mh);
    for name in ["addresses", "clients"] {
        note(name, !hashed, &unused.0, &unused.1);
    }
    let nat = hashed && settings.addresses == Addresses::Nat;
    note("clients", nat, "They all have one address.", "它们共用一个地址。");
    let chance = settings.jitter_us > 0
        || scheduler == Scheduler::Random
        || (settings.start_counts() && settings.starts == Start::Random)
        || settings.lists_differ()
        || hashed;
    note("seed", !chance, "Nothing is left to chance.", "没有随机的成分。");
    note(
        "start",
        settings.start_counts() && settings.starts == Start::Worker && settings.directors == 1,
        "One director begins at the head.",
        "只有一台调度器，从头开始。",
    );
    notes
}
