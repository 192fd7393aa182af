//! The lab `numa`: published figures, latencies and counters come out as published, and the figures give their answers.
#![cfg(feature = "numa")]
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

#[path = "numa/books.rs"]
mod books;
mod settings;

use sim_wasm::lab::figure::{Bars, Drawing, Plot};
use sim_wasm::lab::report::{Report, Table};
use sim_wasm::lab::{self, Lab, Params};
use sim_wasm::text::Lang;

fn lab() -> &'static Lab {
    lab::find("numa").unwrap()
}

fn params(preset: &str, settings: &str) -> Params {
    settings::params(lab(), preset, settings)
}

fn run(preset: &str, settings: &str) -> Report {
    params(preset, settings).run(Lang::En)
}

fn total(report: &Report, name: &str) -> u64 {
    let totals = report.totals.thousandths.iter().chain(&report.totals.counts);
    totals.into_iter().find(|(known, _)| *known == name).map(|(_, n)| *n).expect(name)
}

fn rate(preset: &str, settings: &str) -> u64 {
    total(&run(preset, settings), "transactions")
}

fn table<'a>(report: &'a Report, id: &str) -> &'a Table {
    report.tables.iter().find(|table| table.id == id).expect(id)
}

fn bars<'a>(report: &'a Report, id: &str) -> &'a Bars {
    let figure = report.figures.iter().find(|figure| figure.id == id).expect(id);
    match &figure.drawing {
        Drawing::Bars(bars) => bars,
        _ => panic!("{id} has no bars"),
    }
}

fn plot(report: &Report) -> &Plot {
    let figure = report.figures.iter().find(|figure| figure.id == "threads").unwrap();
    match &figure.drawing {
        Drawing::Plot(plot) => plot,
        _ => panic!("no plot"),
    }
}

fn explained(report: &Report, code: &str) -> bool {
    report.explanations.iter().any(|told| told.code == code)
}

/// Within so many percent.
fn near(found: u64, expected: u64, percent: u64) -> bool {
    found.abs_diff(expected) * 100 <= expected * percent
}

/// A cell of the matrix: tenths of a nanosecond, and the declared distance.
fn cell(text: &str) -> (u64, u64) {
    let (ns, distance) = text.split_once(" (").unwrap();
    let (whole, tenth) = ns.split_once('.').unwrap();
    let tenths = whole.parse::<u64>().unwrap() * 10 + tenth.parse::<u64>().unwrap();
    (tenths, distance.trim_end_matches(')').parse().unwrap())
}

fn matrix(machine: &str) -> Vec<Vec<(u64, u64)>> {
    let report = run("", &format!("machine={machine}"));
    let rows = &table(&report, "matrix").rows;
    rows.iter().map(|row| row[1..].iter().map(|text| cell(text)).collect()).collect()
}

/// numastat's counters, each summed over the nodes, and each by node.
fn numastat(report: &Report) -> Vec<(String, Vec<u64>)> {
    let mut counters: Vec<(String, Vec<u64>)> = Vec::new();
    for line in table(report, "numastat").text.lines().filter(|line| line.starts_with(char::is_alphabetic)) {
        let mut words = line.split_whitespace();
        let name = words.next().unwrap().to_string();
        let values: Vec<u64> = words.map(|word| word.parse().unwrap()).collect();
        match counters.iter_mut().find(|(known, _)| *known == name) {
            Some((_, all)) => all.extend(values),
            None => counters.push((name, values)),
        }
    }
    counters
}

fn counter(report: &Report, name: &str) -> Vec<u64> {
    numastat(report).into_iter().find(|(known, _)| known == name).unwrap().1
}

/// Section 4.7 and [numa.e5]: point selects on an E5-2682 v4.
#[test]
fn e5_gives_the_published_figures() {
    for (preset, expected) in [
        ("e5-16-cores", 170_000),
        ("e5-one-socket", 270_000),
        ("e5-two-sockets", 120_000),
        // Published as below 80 k; the constant gives 64 k.
        ("e5-everything", 64_000),
    ] {
        let found = rate(preset, "");
        assert!(near(found, expected, 1), "{preset}: {found}");
    }
    let published = |report: &Report| table(report, "published").rows.clone();
    let report = run("e5-two-sockets", "");
    assert_eq!(
        published(&report),
        [
            ["16 cores, one socket", "170 k", "169,974", "second"],
            ["32 hyper-threads, one socket", "270 k", "269,919", "second"],
            ["32 cores, two sockets", "120 k", "119,275", "second"],
            ["64 hyper-threads, two sockets", "< 80 k", "63,710", "second"],
        ]
    );
    // The table is about the machine and the work, whatever else is set.
    let other =
        run("e5-two-sockets", "threads=7 binding=node policy=remote bios_numa=off node=1 pool_gb=900");
    assert_eq!(published(&other), published(&report));
    assert!(run("", "workload=cpu").tables.iter().all(|table| table.id != "published"));
}

/// Section 4.9: k N(N-1) r is 1.835 for 32 cores in two sockets, and 0 in one.
#[test]
fn contention_is_the_published_formula() {
    let report = run("e5-two-sockets", "");
    let told = report.explanations.iter().find(|told| told.code == "contention").unwrap();
    assert_eq!(told.condition, "k N(N-1) r = 37/10000 x 992 x 0.50 = 1.84; K = 2");
    for alone in ["e5-16-cores", "e5-one-socket"] {
        assert!(!explained(&run(alone, ""), "contention"), "{alone}");
        assert_eq!(total(&run(alone, ""), "lock_share"), 0);
    }
    // It goes with K: none without locks, half of the wait with half of the hand-overs.
    let own = "workload=custom compute_ns=89400 misses=167 parallel=3";
    assert_eq!(rate("", &format!("{own} locks=2")), rate("", ""));
    assert_eq!(total(&run("", &format!("{own} locks=0")), "lock_share"), 0);
    let waits = |locks: u32| {
        let report = run("", &format!("{own} locks={locks}"));
        bars(&report, "time").bars[0].parts[2]
    };
    assert!((waits(2) - 2 * waits(1)).abs() <= 2);
}

/// Section 4.9, trend 1, and section 9, "more cores = more QPS".
#[test]
fn hyper_threads_of_one_socket_beat_cores_of_two() {
    let (one, two, all) = (rate("e5-one-socket", ""), rate("e5-two-sockets", ""), rate("e5-everything", ""));
    assert!(one * 100 >= two * 220 && one > all * 4);
    // Of each transaction memory has next to nothing: it is not DRAM latency.
    let report = run("e5-two-sockets", "");
    assert!(total(&report, "memory_share") < 5 && total(&report, "lock_share") > 60);
    // Without locks the cores win.
    assert!(rate("e5-two-sockets", "workload=cpu") > rate("e5-one-socket", "workload=cpu"));
}

#[test]
fn the_curve_has_its_knee_where_the_first_socket_is_full() {
    let report = run("e5-more-cores", "");
    let plot = plot(&report);
    let curve = &plot.curves[0].points;
    let best = curve.iter().max_by_key(|(_, rate)| *rate).unwrap();
    assert_eq!(best.0, 16);
    assert_eq!(plot.marks[0].x, 16);
    let after = curve.iter().skip_while(|(threads, _)| *threads < 16);
    assert!(after.clone().zip(after.skip(1)).all(|(a, b)| a.1 > b.1), "{curve:?}");
    // What is set lies on it.
    let set = plot.curves[2].points[0];
    assert!(curve.contains(&set) && set.0 == 20, "{set:?}");
}

/// Section 4.7, Kunpeng TPC-C on 24 cores, per minute; section 4.9, trend 2.
#[test]
fn kunpeng_gives_the_published_tpcc() {
    for (preset, tpmc) in
        [("kunpeng-local", 77_880), ("kunpeng-half-remote", 75_900), ("kunpeng-across", 69_660)]
    {
        let found = rate(preset, "") * 60;
        assert!(near(found, tpmc, 1), "{preset}: {found}");
    }
    let report = run("kunpeng-local", "");
    let models: Vec<&str> = table(&report, "published").rows.iter().map(|row| row[2].as_str()).collect();
    assert_eq!(models, ["77,878", "75,928", "69,675"]);
}

/// Section 4.7, FT-2500, and section 4.9, trend 4: binding 16 threads to neighbours gives four times as much.
#[test]
fn ft2500_loses_four_times_when_lost() {
    let (lost, bound) = (rate("ft2500-lost", ""), rate("ft2500-bound", ""));
    assert!(near(bound * 100 / lost, 400, 5), "{bound} / {lost}");
    // It is not the memory, which the firmware interleaves in both.
    let latency = |preset| total(&run(preset, ""), "idle_ns");
    assert!(near(latency("ft2500-lost"), latency("ft2500-bound"), 1));
}

/// Section 4.4: the published rows.
#[test]
fn latencies_are_the_published_ones() {
    for (machine, row, expected) in [
        ("e5-2682v4", 0, &[850, 1363][..]),
        ("e5-2682v4", 1, &[1372, 842]),
        ("8163", 0, &[816, 1459]),
        ("8163-lat", 0, &[671, 1007]),
        ("8163-lat", 1, &[1002, 685]),
        ("8269cy", 0, &[786, 1441]),
        ("8269cy-lat", 0, &[698, 931]),
        ("kunpeng-920", 0, &[1173, 1353, 1978, 2194]),
        ("hygon-7280", 0, &[1068, 1686, 1639, 1637, 2896, 2886, 2366, 2919]),
        ("hygon-5280", 0, &[1026, 1610, 2869, 2312]),
        (
            "ft-2500",
            0,
            &[1500, 1688, 1914, 1783, 1708, 1857, 2123, 2025, 4262, 4444, 4659, 4522, 4484, 4606, 4860, 4904],
        ),
        ("sw3231", 0, &[2151, 2824]),
    ] {
        let found: Vec<u64> = matrix(machine)[row].iter().map(|(tenths, _)| *tenths).collect();
        assert_eq!(found, expected, "{machine} {row}");
    }
    for machine in lab().param("machine").map(|param| &param.kind).into_iter().flat_map(choices) {
        let matrix = matrix(machine);
        for (from, row) in matrix.iter().enumerate() {
            assert!(
                row.iter()
                    .enumerate()
                    .all(|(to, cell)| cell.0 >= row[from].0 && (to == from) == (cell.1 == 10))
            );
            assert!(row.iter().enumerate().all(|(to, cell)| cell.1 == matrix[to][from].1), "{machine}");
            let alike = |(to, cell): (usize, &(u64, u64))| cell.0.abs_diff(matrix[to][from].0) <= 9;
            assert!(row.iter().enumerate().all(alike), "{machine}");
        }
    }
}

fn choices(kind: &'static lab::Kind) -> Vec<&'static str> {
    match kind {
        lab::Kind::Choice(choices) => choices.iter().map(|choice| choice.value).collect(),
        _ => Vec::new(),
    }
}

/// Section 4.4: declared distances; that of the FT-2500 in full.
#[test]
fn distances_are_the_declared_ones() {
    let distances = |machine: &str| -> Vec<Vec<u64>> {
        matrix(machine).iter().map(|row| row.iter().map(|(_, distance)| *distance).collect()).collect()
    };
    assert_eq!(distances("e5-2682v4"), [[10, 21], [21, 10]]);
    assert_eq!(distances("sw3231"), [[10, 20], [20, 10]]);
    assert_eq!(distances("kunpeng-920")[0], [10, 12, 20, 22]);
    assert_eq!(distances("kunpeng-920")[1][3], 24);
    assert_eq!(distances("hygon-5280")[0], [10, 16, 28, 22]);
    let ft = distances("ft-2500");
    assert_eq!(ft[0][..8], [10, 20, 40, 30, 20, 30, 50, 40]);
    assert_eq!(ft[3][..8], [30, 40, 20, 10, 30, 20, 40, 50]);
    assert_eq!(ft[7][..8], [40, 50, 30, 50, 20, 40, 30, 10]);
    assert_eq!(ft[15][8..], [40, 50, 30, 50, 20, 40, 30, 10]);
    assert!(ft[0][8..].iter().chain(&ft[12][..8]).all(|distance| *distance == 100));
}

/// Section 4.4, derived averages, and section 4.9, trend 3: interleaving gives the average.
#[test]
fn interleaving_gives_the_average_latency() {
    for (machine, all, own, other) in
        [("ft-2500", 3209, 1825, 4593), ("kunpeng-920", 1675, 1263, 2086), ("hygon-7280", 2137, 1508, 2767)]
    {
        let seen = |settings: &str| {
            let report =
                run("", &format!("machine={machine} workload=cpu threads=1 binding=node {settings}"));
            (total(&report, "idle_ns") + 50) / 100
        };
        assert_eq!(seen("policy=interleave"), all, "{machine}");
        assert_eq!(seen("policy=interleave bios_numa=off"), all, "{machine}");
        assert_eq!(seen("policy=interleave-socket"), own, "{machine}");
        let row = &matrix(machine)[0];
        let half = row.len() / 2;
        let sum: u64 = row[half..].iter().map(|(tenths, _)| tenths).sum();
        assert!((sum / half as u64).abs_diff(other) <= 1, "{machine}: {sum}");
    }
}

/// Section 4.5: BIOS and kernel command line, as core 0 and core 24 of an 8163 see them.
#[test]
fn numa_off_hides_nodes_and_bios_removes_them() {
    for (settings, core_0, core_24) in [
        ("cmdline=on policy=single mem_node=0", 671, 1002),
        ("cmdline=off", 1007, 685),
        // Measured 857 to 890 everywhere; the average is 839 and 844.
        ("cmdline=on bios_numa=off", 839, 844),
    ] {
        for (node, expected) in [(0, core_0), (1, core_24)] {
            let report = run("numa-off", &format!("workload=cpu node={node} {settings}"));
            assert_eq!((total(&report, "idle_ns") + 50) / 100, expected, "{settings} node {node}");
        }
    }
    let nodes = |preset| table(&run(preset, ""), "numactl").text.lines().next().unwrap().to_string();
    assert_eq!(nodes("numa-off"), "available: 1 nodes (0)");
    assert_eq!(nodes("bios-off"), "available: 1 nodes (0)");
    assert_eq!(nodes("one-node-memory"), "available: 2 nodes (0-1)");
    // A policy finds nothing to choose from.
    let off = |policy: &str| rate("one-node-memory", &format!("cmdline=off policy={policy}"));
    assert_eq!(off("interleave"), off("single"));
    // The bandwidth of one node: what numa=off costs when both sockets compute.
    let bandwidth = |settings: &str| total(&run("own-memory", settings), "bandwidth_mb_s");
    assert!(bandwidth("cmdline=off") * 100 < bandwidth("") * 55);
}

/// Section 4.4, loaded latency of an 8163: 227,204 MB/s from both nodes, 110,599 from one, 506 ns at 111 to 112 GB/s.
#[test]
fn bandwidth_saturates_as_published() {
    let bandwidth = |preset| total(&run(preset, ""), "bandwidth_mb_s");
    assert!(near(bandwidth("own-memory"), 227_204, 4), "{}", bandwidth("own-memory"));
    assert!(near(bandwidth("one-node-memory"), 110_599, 4), "{}", bandwidth("one-node-memory"));
    // Fewer threads, so that it is 111 to 112 GB/s.
    let report = run("one-node-memory", "threads=60");
    assert!((111_000..=112_000).contains(&total(&report, "bandwidth_mb_s")));
    assert!(near(total(&report, "loaded_ns"), 506_000, 8), "{}", total(&report, "loaded_ns"));
}

/// Section 4.9, trend 3: interleaved loses against local and wins against one node.
#[test]
fn interleaving_is_between_local_and_one_node() {
    let (own, spread, one) =
        (rate("own-memory", ""), rate("interleaved-memory", ""), rate("one-node-memory", ""));
    assert!(own > spread && spread * 2 > one * 3, "{own} {spread} {one}");
    // With one socket at work it is the other way round: one's own node is enough, and nearer.
    let at_home =
        |policy: &str| rate("own-memory", &format!("binding=node threads=8 smt=off policy={policy}"));
    assert!(at_home("single") > at_home("interleave"));
}

/// Section 4.2: 64 GB on a node of 256 GB with 179 GB of page cache, kernel 3.10.
#[test]
fn zone_reclaim_mode_decides_what_a_full_node_does() {
    let gb = |mb: i64| (mb + 512) / 1024;
    let report = run("cache-in-the-way", "");
    let nodes = &bars(&report, "memory").bars;
    assert_eq!((gb(nodes[0].parts[0]), gb(nodes[1].parts[0])), (25, 39));
    assert_eq!(total(&report, "reclaimed_mb"), 0);
    assert_eq!(total(&report, "fill_s"), 39_000);
    assert_eq!(counter(&report, "numa_foreign")[0], counter(&report, "numa_miss")[1]);
    assert_eq!((counter(&report, "numa_miss")[1] + 131_072) / 262_144, 39);

    let report = run("node-reclaim", "");
    let nodes = &bars(&report, "memory").bars;
    assert_eq!((gb(nodes[0].parts[0]), nodes[1].parts[0]), (64, 0));
    let reclaimed = total(&report, "reclaimed_mb");
    assert!(near(reclaimed, 40 * 1024, 5), "{reclaimed}");
    assert!(near(total(&report, "fill_s"), 51_000, 2), "{}", total(&report, "fill_s"));
    assert_eq!(counter(&report, "numa_miss"), [0, 0]);

    // Dirty pages are left alone without bit 2; programs' memory without bit 4.
    for (mode, clean, others) in
        [("1", true, true), ("3", false, true), ("4", true, false), ("7", false, true)]
    {
        let settings = format!("zone_reclaim={mode} dirty_percent=90");
        let report = run("cache-in-the-way", &settings);
        let stays = total(&report, "swapped_mb") == 0;
        let moved = bars(&report, "memory").bars[1].parts[0] > 0;
        assert_eq!(stays, others, "mode {mode}");
        assert_eq!(moved, clean && others || mode == "4", "mode {mode}");
    }
}

/// Section 4.2: who turned it on at boot.
#[test]
fn old_kernels_turn_zone_reclaim_on_by_distance() {
    for (machine, kernel, mode) in [
        ("e5-2682v4", "2.6.32", 1),
        ("e5-2682v4", "3.10", 0),
        ("e5-2682v4", "3.16", 0),
        ("sw3231", "2.6.32", 0),
        ("kunpeng-920", "2.6.32", 1),
        ("ft-2500", "3.10", 1),
        ("ft-2500", "3.16", 0),
        ("hygon-5280", "3.10", 0),
    ] {
        let report = run("", &format!("machine={machine} kernel={kernel}"));
        let text = &table(&report, "zone_reclaim").text;
        assert_eq!(*text, format!("vm.zone_reclaim_mode = {mode}\n"), "{machine} {kernel}");
    }
    let hidden = run("", "machine=ft-2500 kernel=3.10 bios_numa=off");
    assert_eq!(table(&hidden, "zone_reclaim").text, "vm.zone_reclaim_mode = 0\n");
}

/// Section 4.3: a pool larger than a node.
#[test]
fn a_pool_larger_than_a_node_swaps_unless_interleaved() {
    let report = run("swap-insanity", "");
    assert_eq!(report.verdict.code, "swapping");
    let nodes = &bars(&report, "memory").bars;
    assert!(nodes[0].parts[1] < 1024 && nodes[1].parts[1] > 80 * 1024, "page cache");
    assert!((100..2000).contains(&total(&report, "swapped_mb")));
    assert_eq!(total(&run("swap-interleaved", ""), "swapped_mb"), 0);
    // Without the backup nothing is short of memory.
    assert_eq!(total(&run("swap-insanity", "read_gb=0"), "swapped_mb"), 0);
    // Nor while the other node still has free memory.
    assert_eq!(total(&run("swap-insanity", "read_gb=60"), "swapped_mb"), 0);
}

#[test]
fn bound_memory_has_nowhere_else_to_go() {
    let report = run("membind", "");
    let nodes = &bars(&report, "memory").bars;
    assert_eq!(report.verdict.code, "swapping");
    assert_eq!(nodes[1].parts[0], 0);
    assert!(nodes[1].parts[3] > 120 * 1024, "the other node is free");
    assert!((12_000..13_000).contains(&total(&report, "swapped_mb")));
    let killed = run("membind", "swap_gb=4");
    assert_eq!((killed.verdict.code, total(&killed, "transactions")), ("killed", 0));
    assert!(explained(&killed, "oom"));
    assert_eq!(total(&run("membind", "policy=preferred"), "swapped_mb"), 0);
    // Page cache goes before programs' memory.
    assert_eq!(total(&run("membind", "cache_gb=100 pool_gb=120"), "swapped_mb"), 0);
}

/// Section 4.8: threads move, data moves, page tables stay. Of the loss some 32 percent remain: 35, 76, 48 percent of
/// CPU.
#[test]
fn page_tables_left_behind_keep_a_third_of_the_loss() {
    let time = |settings: &str| {
        let report = run("tables-left", settings);
        bars(&report, "time").bars[0].parts.iter().sum::<i64>()
    };
    let before = time("node=0");
    let moved = time("policy=single");
    let settled = time("");
    assert!(before < settled && settled < moved);
    let left = (settled - before) * 100 / (moved - before);
    assert!((left - 32).abs() <= 1, "{left} percent");
    assert_eq!(time("page_tables=local"), before);
    assert!(time("walk_percent=2") - time("walk_percent=2 page_tables=local") < (settled - before) / 10);
}

/// Section 4.7, two boards of one model, one with half the QPI bandwidth; DIMMs at 2100 instead of 2933 MT/s.
#[test]
fn slow_links_and_slow_memory_cost_throughput() {
    assert!(rate("half-qpi", "") * 100 < rate("half-qpi", "link_percent=100") * 60);
    assert!(rate("half-qpi", "policy=own") * 10 > rate("half-qpi", "") * 18);
    assert_eq!(rate("half-qpi", "policy=own"), rate("half-qpi", "policy=own link_percent=100"));
    assert!(rate("own-memory", "dimm_percent=72") * 100 < rate("own-memory", "") * 75);
}

/// Section 9: first touch decides, not malloc; policies count in numastat.
#[test]
fn numastat_counts_what_the_kernel_counts() {
    let gb = 262_144;
    for (settings, hit, miss, interleave, local, other) in [
        ("policy=single mem_node=1 pool_gb=64", [0, 64], [0, 0], [0, 0], [0, 64], [0, 0]),
        ("policy=own pool_gb=64", [32, 32], [0, 0], [0, 0], [32, 32], [0, 0]),
        ("policy=interleave pool_gb=64", [32, 32], [0, 0], [32, 32], [32, 0], [0, 32]),
        ("policy=bind mem_node=1 pool_gb=64", [0, 64], [0, 0], [0, 0], [0, 0], [0, 64]),
        ("policy=preferred mem_node=1 pool_gb=64", [0, 64], [0, 0], [0, 0], [0, 0], [0, 64]),
        ("policy=remote pool_gb=64", [0, 64], [0, 0], [0, 0], [0, 0], [0, 64]),
        // 124 GB fit on node 0, less 0.2 percent.
        ("policy=single pool_gb=140", [123, 0], [0, 16], [0, 0], [123, 0], [0, 16]),
    ] {
        let report = run("e5-16-cores", settings);
        let report = if settings.contains("own") { run("", settings) } else { report };
        let counted =
            |name: &str| -> Vec<u64> { counter(&report, name).iter().map(|pages| pages / gb).collect() };
        assert_eq!(counted("numa_hit"), hit, "{settings}");
        assert_eq!(counted("numa_miss"), miss, "{settings}");
        assert_eq!(counted("numa_foreign"), [miss[1], miss[0]], "{settings}");
        assert_eq!(counted("interleave_hit"), interleave, "{settings}");
        assert_eq!(counted("local_node"), local, "{settings}");
        assert_eq!(counted("other_node"), other, "{settings}");
    }
}

#[test]
fn tools_print_as_they_do() {
    let report = run("e5-one-socket", "policy=interleave");
    assert_eq!(
        table(&report, "numactl").text,
        "available: 2 nodes (0-1)\n\
         node 0 cpus: 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 32 33 34 35 36 37 38 39 40 41 42 43 44 45 46 47\n\
         node 0 size: 131072 MB\n\
         node 0 free: 94208 MB\n\
         node 1 cpus: 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 48 49 50 51 52 53 54 55 56 57 58 59 60 61 62 63\n\
         node 1 size: 131072 MB\n\
         node 1 free: 94208 MB\n\
         node distances:\n\
         node   0   1 \n  \
           0:  10  21 \n  \
           1:  21  10 \n"
    );
    assert_eq!(
        table(&report, "numastat").text,
        "                           node0           node1\n\
         numa_hit                 8388608         8388608\n\
         numa_miss                      0               0\n\
         numa_foreign                   0               0\n\
         interleave_hit           8388608         8388608\n\
         local_node               8388608               0\n\
         other_node                     0         8388608\n"
    );
    assert_eq!(
        table(&report, "free").text,
        "               total        used        free      shared  buff/cache   available\n\
         Mem:          262144       73728      188416           0           0      187892\n\
         Swap:          16384           0       16384\n"
    );
    assert_eq!(
        table(&report, "numa_maps").text,
        "7f3c20000000 interleave:0-1 anon=16777216 dirty=16777216 N0=8388608 N1=8388608 kernelpagesize_kB=4\n"
    );
}

/// What stands beside the run is what those settings give.
#[test]
fn the_table_of_changes_is_true() {
    for (preset, row, settings) in [
        ("e5-two-sockets", "threads on one node", "binding=node"),
        ("e5-two-sockets", "one node, both hyper-threads", "binding=node smt=on"),
        ("e5-everything", "one thread per core", "smt=off"),
        ("one-node-memory", "each thread its own data", "policy=own"),
        ("one-node-memory", "interleave, all nodes", "policy=interleave"),
        ("own-memory", "filled by one thread", "policy=single"),
        ("own-memory", "NUMA off in the firmware", "bios_numa=off"),
        ("own-memory", "numa=off", "cmdline=off"),
        ("cache-in-the-way", "vm.zone_reclaim_mode = 1", "zone_reclaim=1"),
        ("ft2500-lost", "threads on one socket", "binding=socket"),
        ("membind", "threads not bound", "binding=all"),
    ] {
        let report = run(preset, "");
        let changed = table(&report, "changes").rows.clone();
        let other = changed.iter().find(|cells| cells[0] == row).unwrap_or_else(|| panic!("{preset}: {row}"));
        let there = run(preset, settings);
        let there = &table(&there, "changes").rows[0];
        assert_eq!((&other[1..3], &other[4..]), (&there[1..3], &there[4..]), "{preset}: {row}");
    }
}

#[test]
fn settings_without_effect_are_remarked() {
    for (settings, noted) in [
        ("", ""),
        ("node=1", "node"),
        ("binding=node node=9", "node"),
        ("binding=node node=1", ""),
        ("machine=ft-2500 smt=on", "smt"),
        ("threads=100", "threads"),
        ("cmdline=off policy=interleave zone_reclaim=1", "policy zone_reclaim"),
        ("bios_numa=off cmdline=off", "cmdline"),
        ("mem_node=1", "mem_node"),
        ("mem_node=1 policy=bind", ""),
        ("dirty_percent=10 cache_on=all", "cache_on dirty_percent"),
        ("page_tables=left", "page_tables"),
        ("misses=5 locks=9", "misses locks"),
        ("workload=custom misses=5 locks=9", ""),
    ] {
        let notes = params("", settings).notes(Lang::En);
        let fields: Vec<&str> = notes.iter().map(|(name, _)| *name).collect();
        assert_eq!(fields.join(" "), noted, "{settings}");
    }
}

#[test]
fn presets_end_as_the_article_says() {
    for (preset, code) in [
        ("e5-two-sockets", "contended"),
        ("e5-one-socket", "local"),
        ("e5-16-cores", "local"),
        ("e5-everything", "contended"),
        ("e5-more-cores", "contended"),
        ("one-node-memory", "saturated"),
        ("interleaved-memory", "remote"),
        ("own-memory", "saturated"),
        ("numa-off", "remote"),
        ("bios-off", "remote"),
        ("cache-in-the-way", "remote"),
        ("node-reclaim", "local"),
        ("swap-insanity", "swapping"),
        ("swap-interleaved", "remote"),
        ("membind", "swapping"),
        ("kunpeng-local", "local"),
        ("kunpeng-half-remote", "remote"),
        ("kunpeng-across", "remote"),
        ("ft2500-lost", "contended"),
        ("ft2500-bound", "remote"),
        ("tables-left", "page_tables"),
        ("hygon-unbound", "remote"),
        ("half-qpi", "saturated"),
    ] {
        let verdict = run(preset, "").verdict;
        assert_eq!(verdict.code, code, "{preset}: {}", verdict.text);
    }
}

#[test]
fn every_explanation_says_something() {
    for lang in Lang::ALL {
        for preset in lab().presets {
            let report = params(preset.id, "").run(lang);
            assert!(!report.explanations.is_empty(), "{}", preset.id);
            for told in &report.explanations {
                assert!(!told.text.is_empty() && !told.source.is_empty() && !told.condition.is_empty());
            }
        }
    }
}

fn is_han(c: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&c)
}

/// Chinese sentences have Chinese punctuation, and a space between Han characters and others.
#[test]
fn chinese_is_set_as_chinese() {
    let mut texts: Vec<String> = vec![lab().title.zh.into(), lab().summary.zh.into()];
    texts.extend(lab().assumptions.iter().chain(lab().not_modelled).map(|text| text.zh.to_string()));
    texts.extend(lab().shown.iter().map(|(_, text)| text.zh.to_string()));
    for param in lab().params {
        texts.extend([param.help.zh.to_string(), param.label.zh.to_string()]);
    }
    for preset in lab().presets {
        texts.extend([preset.title.zh.to_string(), preset.summary.zh.to_string()]);
    }
    let random = (0..100).map(|seed| params("", &settings::random(lab(), seed)));
    for params in lab().presets.iter().map(|preset| params(preset.id, "")).chain(random) {
        let report = params.run(Lang::Zh);
        texts.push(report.verdict.text);
        for told in report.explanations {
            texts.extend([told.text, told.source, told.condition, told.would_change]);
        }
        texts.extend(params.notes(Lang::Zh).into_iter().map(|(_, note)| note));
        for figure in report.figures {
            texts.push(figure.title);
            if let Drawing::Bars(bars) = figure.drawing {
                texts.extend(bars.bars.into_iter().flat_map(|bar| [bar.label, bar.note]));
            }
        }
        for table in report.tables.into_iter().filter(|table| table.text.is_empty()) {
            texts.extend(table.columns);
            texts.extend(table.rows.into_iter().flatten());
        }
    }
    let latin = |c: char| c.is_ascii_alphanumeric();
    for text in texts {
        let chars: Vec<char> = text.chars().collect();
        for pair in chars.windows(2) {
            let [a, b] = pair[..] else { continue };
            let half = is_han(a) && ",:;?!()".contains(b) || ",:;?!".contains(a) && is_han(b);
            assert!(!half, "half-width {a}{b}: {text}");
            assert!(!(is_han(a) && latin(b) || latin(a) && is_han(b)), "no space in {a}{b}: {text}");
        }
        let apart = chars.windows(3).any(|three| is_han(three[0]) && three[1] == ' ' && is_han(three[2]));
        assert!(!apart, "a space between Han characters: {text}");
    }
}

#[test]
fn the_languages_agree() {
    for preset in lab().presets {
        let (en, zh) = (params(preset.id, "").run(Lang::En), params(preset.id, "").run(Lang::Zh));
        assert_eq!(en.totals.counts, zh.totals.counts);
        assert_eq!(en.explanations.len(), zh.explanations.len());
        assert_eq!(table(&en, "numastat").text, table(&zh, "numastat").text);
    }
}
