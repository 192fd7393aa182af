//! The rules that decided where memory lies, with their live values.

use super::memory::PAGES;
use super::outcome::Outcome;
use super::rules::rule;
use super::settings::{Policy, Settings};
use super::words::{gb, grouped, node, ns, percent_of, tenth};
use crate::lab::report::Explanation;
use crate::text::Lang;

pub(super) fn killed(settings: &Settings, outcome: &Outcome, lang: Lang) -> Option<Explanation> {
    let memory = &outcome.memory;
    (memory.missing > 0).then(|| {
        let bound = settings.policy == Policy::Bind && !settings.hidden();
        let allowed = if bound { node(settings.mem_node, lang) } else { lang.pick("all nodes", "所有节点").to_string() };
        rule(
            "oom",
            lang.pick(
                format!("The process is killed: {} GB of its pool find no place on {allowed}, page cache is gone and swap is full.", gb(memory.missing)),
                format!("进程被杀：缓冲池还差 {} GB 没有地方放（可用范围：{allowed}），页缓存丢光了，交换分区也满了。", gb(memory.missing)),
            ),
            "out_of_memory(), mm/oom_kill.c; with MPOL_BIND constrained to the policy's nodes, mm/mempolicy.c (from memory)",
            format!(
                "pool {} GB + others {} GB per node, node {} GB, swap {} GB used of {} GB",
                gb(settings.pool_mb),
                gb(settings.used_mb),
                gb(settings.os_node_mb()),
                gb(memory.swapped()),
                gb(settings.swap_mb)
            ),
            lang.pick("policy=interleave, or a smaller pool_gb", "policy=interleave，或者减小 pool_gb"),
        )
    })
}

pub(super) fn swapped(outcome: &Outcome, lang: Lang) -> Option<Explanation> {
    let memory = &outcome.memory;
    if memory.swapped() == 0 {
        return None;
    }
    // The node with the least page cache is the one that swaps; the one with most to give is told beside it.
    let tight = memory.nodes.iter().enumerate().min_by_key(|(_, held)| held.cache() + held.free());
    let wide = memory.nodes.iter().enumerate().max_by_key(|(_, held)| held.cache() + held.free());
    let ((at, tight), (other, wide)) = (tight?, wide?);
    let (tight_node, wide_node) = (node(at, lang), node(other, lang));
    let alone = at == other;
    let (en, zh, source, change) = if memory.swapped_by_reading > 0 {
        (
            format!(
                "Reclaim looks at one node at a time, and {tight_node} has next to no page cache: its kswapd swaps programs' memory, {} GB while files were read.",
                gb(memory.swapped_by_reading)
            ),
            format!(
                "内存回收一个节点一个节点地看。{tight_node} 几乎没有页缓存，它的 kswapd 只能换出程序的内存：读文件期间换出 {} GB。",
                gb(memory.swapped_by_reading)
            ),
            "file_is_tiny, mm/vmscan.c (in get_scan_count before 5.5); watermarks from memory",
            lang.pick(
                "policy=interleave; less read_gb past the page cache",
                "policy=interleave；让 read_gb 绕开页缓存",
            ),
        )
    } else {
        (
            format!(
                "Nothing else may be taken: the policy allows {tight_node} alone, its page cache is gone, and {} GB of programs' memory are swapped to make room.",
                gb(memory.swapped())
            ),
            format!(
                "没有别处可拿：策略只允许{tight_node}，它的页缓存已经丢光，只好换出程序的内存 {} GB 来腾地方。",
                gb(memory.swapped())
            ),
            "mempolicy MPOL_BIND: no fallback outside its nodes, mm/mempolicy.c; get_scan_count, mm/vmscan.c",
            lang.pick(
                "policy=preferred or interleave; a pool_gb that fits the node",
                "policy=preferred 或 interleave；pool_gb 小到放得下",
            ),
        )
    };
    let mut text = lang.pick(en, zh);
    if !alone {
        let spare = gb(wide.cache() + wide.free());
        text += &lang.pick(
            format!(" All the while {wide_node} has {spare} GB of page cache and free memory."),
            format!("而{wide_node} 一直有 {spare} GB 的页缓存和空闲内存。"),
        );
    }
    let condition = format!(
        "node {at}: page cache {} MB + free {} MB, high watermark {} MB; node {other}: {} MB + {} MB",
        tight.cache(),
        tight.free(),
        tight.high(),
        wide.cache(),
        wide.free()
    );
    Some(rule("swap", text, source, condition, change))
}

pub(super) fn hidden(settings: &Settings, outcome: &Outcome, lang: Lang) -> Option<Explanation> {
    if !settings.hidden() {
        return None;
    }
    let mean = ns(outcome.speed.mean(|node| node.idle_ps));
    let own = ns(outcome.own_ps(settings));
    Some(if settings.bios_interleave {
        rule(
            "bios_interleave",
            lang.pick(
                format!("The memory controllers spread every line over all {} nodes: each core sees the average, {mean} ns, where local memory would take {own} ns. Policies find one node and do nothing.", settings.machine.nodes),
                format!("内存控制器把缓存行摊到全部 {} 个节点：每个核看到的都是平均值 {mean} ns，而本地内存是 {own} ns。策略只看到一个节点，什么也做不了。", settings.machine.nodes),
            ),
            lang.pick("firmware; measured on a Xeon 8163: 85.7 to 89 ns everywhere", "固件；8163 上实测处处 85.7 到 89 ns"),
            format!("mean of row: {mean} ns"),
            "bios_numa=on",
        )
    } else {
        rule(
            "numa_off",
            lang.pick(
                format!("The kernel does not look at the nodes, and hands memory out from the highest address down: the last node first. Nothing is interleaved. The threads see {mean} ns, local memory would take {own} ns."),
                format!("内核不看节点，从最高地址往下给内存：先用最后一个节点。没有任何交织。线程看到的是 {mean} ns，本地内存是 {own} ns。"),
            ),
            lang.pick(
                "numa=off, arch/x86/mm/numa.c; order of memory as measured on a Xeon 8163",
                "numa=off，arch/x86/mm/numa.c；给内存的顺序出自 8163 上的实测",
            ),
            format!("pool {} GB of {} GB per node, from the top", gb(settings.pool_mb), gb(settings.node_mb)),
            "cmdline=on",
        )
    })
}

pub(super) fn placed(settings: &Settings, outcome: &Outcome, lang: Lang) -> Option<Explanation> {
    if settings.hidden() || outcome.running() == 0 {
        return None;
    }
    let home = node(outcome.memory.home, lang);
    let target = node(settings.mem_node, lang);
    let nodes = settings.machine.nodes;
    let (en, zh) = match settings.policy {
        Policy::Single => (
            format!("First touch: a single thread on {target} wrote every page first, so pages are on {target} as long as it has room, whoever uses them later."),
            format!("首次触碰：每一页都由{target} 上的同一个线程最先写，只要放得下就都在{target}，以后谁来用都一样。"),
        ),
        Policy::Own => (
            "First touch: each thread wrote its own pages first, and they are on its node.".to_string(),
            "首次触碰：每个线程最先写自己的页，页就在它的节点上。".to_string(),
        ),
        Policy::Shared => (
            "First touch: each page is on the node of whichever thread came first. All threads use all pages, so the pool lies where the threads are, and most of it is remote for each of them.".to_string(),
            "首次触碰：哪个线程先到，页就在它的节点上。所有线程都用所有的页，所以线程在哪里缓冲池就在哪里，对每个线程来说大半是远程。".to_string(),
        ),
        Policy::Interleave => (
            format!("Pages go round all {nodes} nodes: each thread sees the average, and all memory controllers work."),
            format!("页轮流放到全部 {nodes} 个节点：每个线程看到平均延迟，所有内存控制器一起干活。"),
        ),
        Policy::InterleaveSocket => (
            format!("Pages go round the nodes of the socket of {home}."),
            format!("页在{home} 所在插槽的节点间轮流放。"),
        ),
        Policy::Bind => (
            format!("Bound: {target} and no other, even when it is full."),
            format!("绑定：只许{target}，满了也不去别处。"),
        ),
        Policy::Preferred => (
            format!("Preferred: {target}, and others once it is full."),
            format!("首选：先用{target}，满了再用别的。"),
        ),
        Policy::Remote => (
            format!("Preferred is the node that is farthest from {home}: the worst case."),
            format!("首选离{home} 最远的节点：最坏的情形。"),
        ),
    };
    let local = percent_of(outcome.speed.mean(|node| node.local));
    let mean = ns(outcome.speed.mean(|node| node.idle_ps));
    let own = ns(outcome.own_ps(settings));
    Some(rule(
        "placement",
        lang.pick(en, zh),
        lang.pick(
            "memory policies, mm/mempolicy.c: the default is the node of the CPU that faults, local first",
            "内存策略，mm/mempolicy.c：默认用缺页时 CPU 所在的节点",
        ),
        lang.pick(
            format!("{local} % of accesses local; sum of f x L = {mean} ns, local {own} ns"),
            format!("{local} % 的访问在本地；Σ f × L = {mean} ns，本地 {own} ns"),
        ),
        lang.pick("policy, binding", "policy、binding"),
    ))
}

/// A node that was meant was full.
pub(super) fn full(settings: &Settings, outcome: &Outcome, lang: Lang) -> Option<Explanation> {
    let memory = &outcome.memory;
    let pool_elsewhere: u64 = memory
        .placed
        .iter()
        .enumerate()
        .map(|(meant, row)| {
            row.iter().enumerate().filter(|(to, _)| *to != meant).map(|(_, mb)| mb).sum::<u64>()
        })
        .sum();
    if pool_elsewhere == 0 && memory.reclaimed == 0 {
        return None;
    }
    let mode = settings.zone_reclaim;
    let (moved, reclaimed, written) = (gb(pool_elsewhere), gb(memory.reclaimed), gb(memory.written));
    let seconds = tenth(memory.fill_ds());
    let text = if memory.reclaimed > 0 {
        lang.pick(
            format!("The node was full of page cache. {reclaimed} GB of it were dropped ({written} GB written first) to make room, {moved} GB of the pool went to other nodes. Filling took {seconds} s."),
            format!("节点被页缓存占满。丢掉 {reclaimed} GB 页缓存腾地方（其中 {written} GB 先写回），缓冲池有 {moved} GB 去了别的节点。填满用了 {seconds} 秒。"),
        )
    } else {
        lang.pick(
            format!("The node was full. With zone_reclaim_mode 0 its page cache stays, and {moved} GB of the pool went to other nodes without a word: numa_miss and numa_foreign count them. Filling took {seconds} s."),
            format!("节点满了。zone_reclaim_mode 为 0 时页缓存留着不动，缓冲池有 {moved} GB 悄悄去了别的节点，只有 numa_miss 和 numa_foreign 记着。填满用了 {seconds} 秒。"),
        )
    };
    Some(rule(
        "full_node",
        text,
        "get_page_from_freelist, mm/page_alloc.c; node_reclaim, mm/vmscan.c; default 0 since commit 4f9b16a64753 (3.16)",
        format!(
            "vm.zone_reclaim_mode = {mode}; meant for another node: {} pages",
            grouped(pool_elsewhere * PAGES)
        ),
        lang.pick(
            "cache_gb (drop caches first), zone_reclaim, policy",
            "cache_gb（先丢缓存）、zone_reclaim、policy",
        ),
    ))
}

pub(super) fn tables(settings: &Settings, outcome: &Outcome, lang: Lang) -> Option<Explanation> {
    if settings.walk_percent == 0 || outcome.running() == 0 {
        return None;
    }
    let machine = settings.machine;
    let home = settings.home();
    let at = if settings.tables_left { settings.mem_node } else { home };
    let latency = |to: usize| ns(u64::from(machine.latency(home, to)) * 100);
    Some(rule(
        "page_tables",
        lang.pick(
            format!("{} page table reads come with every 100 misses. The tables are on node {at}: {} ns each from node {home}. Page tables do not move when tasks and data do.", settings.walk_percent, latency(at)),
            format!("每 100 次未命中附带 {} 次读页表。页表在节点 {at}：从节点 {home} 读一次 {} ns。线程和数据搬走时页表不跟着搬。", settings.walk_percent, latency(at)),
        ),
        lang.pick("seen on an Arm guest that was moved between dies", "见于在 die 之间迁移的 Arm 虚拟机"),
        format!("L[{home}][{at}] = {} ns, local {} ns", latency(at), latency(home)),
        lang.pick("page_tables=local (start the process where it is to stay), walk_percent (huge pages)", "page_tables=local（一开始就在该在的地方启动）、walk_percent（用大页）"),
    ))
}
