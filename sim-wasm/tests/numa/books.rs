//! Memory, counters, throughput and traffic add up, whatever the settings.

use super::{bars, choices, counter, lab, params, settings, table, total};
use sim_wasm::lab::Params;
use sim_wasm::lab::report::Report;
use sim_wasm::text::Lang;

/// The books of one run: memory, counters, throughput and traffic add up.
fn books(params: &Params, report: &Report) {
    let settings = params.to_query();
    let number = |name: &str| params.int(name) as u64;
    // Memory: the pool is resident, swapped or missing, and each node holds what it has.
    let pool = total(report, "pool_mb") + total(report, "pool_swapped_mb") + total(report, "missing_mb");
    assert_eq!(pool, number("pool_gb") * 1024, "{settings}");
    assert!(total(report, "swapped_mb") <= number("swap_gb") * 1024, "{settings}");
    let memory = bars(report, "memory");
    let sizes: Vec<&str> =
        table(report, "numactl").text.lines().filter(|line| line.contains(" size: ")).collect();
    for (bar, size) in memory.bars.iter().zip(&sizes) {
        let mb: i64 = size.split_whitespace().nth(3).unwrap().parse().unwrap();
        assert_eq!(bar.parts.iter().sum::<i64>(), mb, "{settings}: {}", bar.label);
        assert!(bar.parts.iter().all(|part| *part >= 0));
    }
    let held: i64 = memory.bars.iter().take(sizes.len()).map(|bar| bar.parts[0]).sum();
    assert_eq!(held as u64, total(report, "pool_mb"), "{settings}");
    // numastat: each page is a hit or a miss, local or not; each miss is foreign elsewhere.
    let sum = |name: &str| counter(report, name).iter().sum::<u64>();
    assert_eq!(sum("numa_hit") + sum("numa_miss"), sum("local_node") + sum("other_node"), "{settings}");
    assert_eq!(sum("numa_miss"), sum("numa_foreign"), "{settings}");
    assert!(sum("interleave_hit") <= sum("numa_hit"), "{settings}");
    if total(report, "missing_mb") > 0 {
        assert_eq!((report.verdict.code, total(report, "transactions")), ("killed", 0), "{settings}");
        return;
    }
    // Throughput: the nodes' sum up to all of it, and none is above what is possible.
    let rates = &bars(report, "throughput").bars;
    let (all, nodes) = rates.split_last().unwrap();
    let parts: i64 = nodes.iter().map(|bar| bar.parts[0]).sum();
    assert!((all.parts[0] - parts).abs() <= nodes.len() as i64, "{settings}");
    assert!(total(report, "of_ideal") <= 101, "{settings}: {}", total(report, "of_ideal"));
    // Threads: all that may run do.
    let threads: u64 = table(report, "nodes").rows.iter().map(|row| row[1].parse::<u64>().unwrap()).sum();
    assert_eq!(threads, total(report, "threads"), "{settings}");
    assert!(threads > 0 && threads <= number("threads") && report.verdict.code != "killed", "{settings}");
    // Traffic: lines of the transactions, and nothing gives more than it has.
    let lines = match params.choice("workload") {
        "oltp" => 167,
        "tpcc" => 28_400,
        "scan" => 1000,
        "cpu" => 10,
        _ => number("misses"),
    };
    let lines = lines + lines * number("walk_percent") / 100;
    let expected = u128::from(total(report, "transactions")) * u128::from(lines) * 64 / 1_000_000;
    let found = u128::from(total(report, "bandwidth_mb_s"));
    let slack = 20 + expected / 50 + u128::from(lines) * 64 / 1_000_000;
    assert!(found.abs_diff(expected) <= slack, "{settings}: {found} MB/s, not {expected}");
    for bar in &bars(report, "bandwidth").bars {
        assert!(bar.parts[0] <= 1000, "{settings}: {} at {}", bar.label, bar.parts[0]);
    }
}

#[test]
fn ten_thousand_random_settings_keep_their_books() {
    for seed in 0..10_000 {
        let params = params("", &settings::random(lab(), seed));
        books(&params, &params.run(Lang::En));
    }
    for preset in lab().presets {
        let params = params(preset.id, "");
        books(&params, &params.run(Lang::En));
    }
}

/// Every number at its least and at its greatest, on every machine.
#[test]
fn the_ends_of_all_ranges_hold() {
    let machines = lab().param("machine").map(|param| choices(&param.kind)).unwrap();
    for machine in machines {
        for end in ["least", "most"] {
            for rest in
                ["workload=custom", "workload=custom policy=bind", "workload=tpcc policy=own binding=packed"]
            {
                let ends = lab().params.iter().filter_map(|param| {
                    let (min, max) = param.kind.range()?;
                    Some(format!("{}={}", param.name, if end == "least" { min } else { max }))
                });
                let settings = ends.collect::<Vec<_>>().join(" ");
                let params = params("", &format!("machine={machine} smt=on {rest} {settings}"));
                books(&params, &params.run(Lang::En));
            }
        }
    }
}
