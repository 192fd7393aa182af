//! The same with one thing changed, and what was published beside what the model gives.

use super::outcome::Outcome;
use super::settings::{Binding, Policy, Settings};
use super::words::{gb, grouped, ns, percent};
use crate::lab::report::Table;
use crate::text::{Lang, Text};

/// A change of one setting; `None` when it is so already or makes no sense here.
struct Change {
    what: Text,
    apply: fn(Settings) -> Option<Settings>,
}

fn bound(settings: Settings, binding: Binding) -> Option<Settings> {
    let node = settings.home();
    (settings.binding != binding).then_some(Settings { binding, node, ..settings })
}

fn policy(settings: Settings, policy: Policy) -> Option<Settings> {
    let mem_node = settings.home();
    (!settings.hidden() && settings.policy != policy).then_some(Settings { policy, mem_node, ..settings })
}

fn reclaim(settings: Settings, zone_reclaim: u8) -> Option<Settings> {
    let matters = settings.cache_mb + settings.read_mb > 0 && !settings.hidden();
    (matters && settings.zone_reclaim != zone_reclaim).then_some(Settings { zone_reclaim, ..settings })
}

const CHANGES: &[Change] = &[
    Change {
        what: Text::new("threads on one node", "线程绑到一个节点"),
        apply: |settings| bound(settings, Binding::Node),
    },
    Change {
        what: Text::new("threads on one socket", "线程绑到一个插槽"),
        apply: |settings| {
            (settings.machine.per_socket() > 1).then(|| bound(settings, Binding::Socket)).flatten()
        },
    },
    Change {
        what: Text::new("threads not bound", "线程不绑"),
        apply: |settings| bound(settings, Binding::Unbound),
    },
    Change {
        what: Text::new("one thread per core", "每核一个线程"),
        apply: |settings| settings.smt.then_some(Settings { smt: false, ..settings }),
    },
    Change {
        what: Text::new("one node, both hyper-threads", "一个节点，超线程都用"),
        apply: |settings| {
            let same = settings.binding == Binding::Node && settings.smt;
            let node = settings.home();
            (settings.machine.smt() > 1 && !same).then_some(Settings {
                binding: Binding::Node,
                node,
                smt: true,
                ..settings
            })
        },
    },
    Change {
        what: Text::new("each thread its own data", "各线程用自己的数据"),
        apply: |settings| policy(settings, Policy::Own),
    },
    Change {
        what: Text::new("interleave, all nodes", "交织，所有节点"),
        apply: |settings| policy(settings, Policy::Interleave),
    },
    Change {
        what: Text::new("filled by one thread", "由一个线程填"),
        apply: |settings| policy(settings, Policy::Single),
    },
    Change {
        what: Text::new("NUMA off in the firmware", "固件里关掉 NUMA"),
        apply: |settings| {
            (!settings.bios_interleave).then_some(Settings {
                bios_interleave: true,
                numa_off: false,
                zone_reclaim: 0,
                ..settings
            })
        },
    },
    Change {
        what: Text::new("numa=off", "numa=off"),
        apply: |settings| {
            (!settings.hidden()).then_some(Settings { numa_off: true, zone_reclaim: 0, ..settings })
        },
    },
    Change {
        what: Text::new("vm.zone_reclaim_mode = 0", "vm.zone_reclaim_mode = 0"),
        apply: |settings| reclaim(settings, 0),
    },
    Change {
        what: Text::new("vm.zone_reclaim_mode = 1", "vm.zone_reclaim_mode = 1"),
        apply: |settings| reclaim(settings, 1),
    },
];

/// One row for each change.
pub(super) fn changes(settings: &Settings, outcome: &Outcome, lang: Lang) -> Table {
    let now = outcome.rate();
    let row = |what: &str, changed: &Outcome| {
        vec![
            what.to_string(),
            changed.running().to_string(),
            grouped(changed.rate()),
            if now == 0 { "-".to_string() } else { percent(changed.rate(), now).to_string() },
            ns(changed.speed.mean(|node| node.loaded_ps)),
            gb(changed.memory.swapped()),
            match changed.memory.missing {
                0 => "-".to_string(),
                _ => lang.pick("killed", "被杀").to_string(),
            },
        ]
    };
    let mut rows = vec![row(lang.pick("as set", "当前设置"), outcome)];
    for change in CHANGES {
        if let Some(changed) = (change.apply)(*settings) {
            rows.push(row(change.what.get(lang), &Outcome::of(&changed)));
        }
    }
    let heads = lang.pick(
        ["changed", "threads", "per second", "% of now", "ns per read", "swapped, GB", "process"],
        ["改动", "线程", "每秒", "相当于现在的 %", "每次读，ns", "换出，GB", "进程"],
    );
    let title = lang.pick("One thing changed", "只改一处会怎样");
    Table::cells("changes", title, heads.map(String::from).to_vec(), rows)
}

/// A published figure.
struct Published {
    machine: &'static str,
    /// K of the work that it was measured with.
    locks: u64,
    what: Text,
    figure: Text,
    /// Per how many seconds it counts.
    seconds: u64,
    apply: fn(Settings) -> Settings,
}

const PUBLISHED: &[Published] = &[
    Published {
        machine: "e5-2682v4",
        locks: 2,
        what: Text::new("16 cores, one socket", "一个插槽，16 核"),
        figure: Text::same("170 k"),
        seconds: 1,
        apply: |settings| Settings { threads: 16, binding: Binding::Node, smt: false, ..settings },
    },
    Published {
        machine: "e5-2682v4",
        locks: 2,
        what: Text::new("32 hyper-threads, one socket", "一个插槽，32 个超线程"),
        figure: Text::same("270 k"),
        seconds: 1,
        apply: |settings| Settings { threads: 32, binding: Binding::Node, smt: true, ..settings },
    },
    Published {
        machine: "e5-2682v4",
        locks: 2,
        what: Text::new("32 cores, two sockets", "两个插槽，32 核"),
        figure: Text::same("120 k"),
        seconds: 1,
        apply: |settings| Settings { threads: 32, binding: Binding::Unbound, smt: false, ..settings },
    },
    Published {
        machine: "e5-2682v4",
        locks: 2,
        what: Text::new("64 hyper-threads, two sockets", "两个插槽，64 个超线程"),
        figure: Text::same("< 80 k"),
        seconds: 1,
        apply: |settings| Settings { threads: 64, binding: Binding::Unbound, smt: true, ..settings },
    },
    Published {
        machine: "kunpeng-920",
        locks: 18,
        what: Text::new("24 cores of one node, memory local", "一个节点 24 核，内存本地"),
        figure: Text::same("77,880"),
        seconds: 60,
        apply: |settings| Settings { policy: Policy::Own, ..kunpeng(settings) },
    },
    Published {
        machine: "kunpeng-920",
        locks: 18,
        what: Text::new("the same, half of the memory remote", "同上，一半内存远程"),
        figure: Text::same("75,900"),
        seconds: 60,
        apply: |settings| Settings { policy: Policy::Interleave, ..kunpeng(settings) },
    },
    Published {
        machine: "kunpeng-920",
        locks: 18,
        what: Text::new("24 cores of nodes 0 and 3", "节点 0 和 3 共 24 核"),
        figure: Text::same("69,660"),
        seconds: 60,
        apply: |settings| Settings {
            binding: Binding::Pair,
            other_node: 3,
            policy: Policy::Shared,
            ..kunpeng(settings)
        },
    },
];

fn kunpeng(settings: Settings) -> Settings {
    Settings { threads: 24, binding: Binding::Node, node: 0, ..settings }
}

/// What was published for this machine and work, and what the model gives there; nothing where nothing was.
pub(super) fn published(settings: &Settings, lang: Lang) -> Option<Table> {
    let here = |row: &&Published| row.machine == settings.machine.id && row.locks == settings.work.locks;
    let untouched = Settings {
        node: 0,
        policy: Policy::Shared,
        link_percent: 100,
        dimm_percent: 100,
        bios_interleave: false,
        numa_off: false,
        pool_mb: 1024,
        cache_mb: 0,
        read_mb: 0,
        used_mb: 0,
        walk_percent: 0,
        ..*settings
    };
    let row = |row: &Published| {
        let model = Outcome::of(&(row.apply)(untouched)).speed.rate_milli() * row.seconds / 1000;
        let per = if row.seconds == 1 { lang.pick("second", "秒") } else { lang.pick("minute", "分钟") };
        vec![
            row.what.get(lang).to_string(),
            row.figure.get(lang).to_string(),
            grouped(model),
            per.to_string(),
        ]
    };
    let rows: Vec<Vec<String>> = PUBLISHED.iter().filter(here).map(row).collect();
    let heads = lang.pick(["setting", "published", "model", "per"], ["设置", "公开数据", "模型", "每"]);
    let title = lang.pick("Published, and what the model gives", "公开数据与模型");
    (!rows.is_empty()).then(|| Table::cells("published", title, heads.map(String::from).to_vec(), rows))
}
