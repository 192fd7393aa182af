//! Which settings have no effect.

use super::settings::{Binding, Policy, Settings};
use crate::lab::Params;
use crate::text::Lang;

/// Remarks on settings that were changed and have no effect.
pub(super) fn notes(params: &Params, lang: Lang) -> Vec<(&'static str, String)> {
    let settings = Settings::new(params);
    let machine = settings.machine;
    let changed = |name: &str| {
        params.iter().any(|(param, value)| param.name == name && value.to_string() != param.default)
    };
    let mut notes = Vec::new();
    let mut note = |name: &'static str, useless: bool, en: &str, zh: &str| {
        if useless && changed(name) {
            notes.push((name, lang.pick(en, zh).to_string()));
        }
    };
    let whole = matches!(settings.binding, Binding::Unbound | Binding::Packed);
    note("node", whole, "Not used: the threads are bound to no node.", "未使用：线程没有绑到某个节点。");
    note(
        "other_node",
        settings.binding != Binding::Pair,
        "Used with two nodes alone.",
        "只有绑两个节点时才用。",
    );
    let last = machine.nodes.saturating_sub(1) as i64;
    for name in ["node", "other_node", "mem_node"] {
        let beyond = params.int(name) > last;
        note(
            name,
            beyond,
            &format!("This machine's last node is {last}; that one is taken."),
            &format!("这台机器的最后一个节点是 {last}，按它算。"),
        );
    }
    note(
        "smt",
        machine.smt() == 1,
        "This machine's cores have no hyper-threads.",
        "这台机器的核没有超线程。",
    );
    let cpus = settings.cpus();
    note(
        "threads",
        settings.threads > cpus,
        &format!("Only {cpus} run at a time: that is how many CPUs the binding has."),
        &format!("同时只有 {cpus} 个在跑：绑定的范围里就这么多 CPU。"),
    );
    let hidden = settings.hidden();
    note(
        "policy",
        hidden && settings.policy != Policy::Shared,
        "No effect: the kernel knows one node only.",
        "不起作用：内核只知道一个节点。",
    );
    note(
        "cmdline",
        settings.bios_interleave,
        "No effect: the firmware has already made one node of the machine.",
        "不起作用：固件已经把整台机器变成一个节点。",
    );
    let pointed = matches!(settings.policy, Policy::Single | Policy::Bind | Policy::Preferred);
    note(
        "mem_node",
        (hidden || !pointed) && !settings.tables_left,
        "Not used: this policy names no node.",
        "未使用：这种策略不指定节点。",
    );
    note(
        "zone_reclaim",
        hidden,
        "No effect: there is no other node to fall back to.",
        "不起作用：没有别的节点可退。",
    );
    note("cache_on", settings.cache_mb == 0, "There is no page cache.", "没有页缓存。");
    note("dirty_percent", settings.cache_mb == 0, "There is no page cache.", "没有页缓存。");
    note(
        "page_tables",
        settings.walk_percent == 0,
        "No effect: page tables are found in caches, walk_percent is 0.",
        "不起作用：页表都在缓存里，walk_percent 为 0。",
    );
    let custom = params.choice("workload") == "custom";
    for name in ["compute_ns", "misses", "parallel", "locks"] {
        note(name, !custom, "Used with a workload of your own alone.", "只有自定义负载才用。");
    }
    notes
}
