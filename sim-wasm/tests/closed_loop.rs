//! The lab `closed-loop`: what was published of the case of the missing tables, and what a simulation of the same queues gave.
#![cfg(feature = "closed-loop")]
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

mod settings;

use sim_wasm::lab::report::Report;
use sim_wasm::lab::{self, Lab};
use sim_wasm::labs::closed_loop::network::{Network, Outcome, Solver};
use sim_wasm::rng::Rng;
use sim_wasm::text::Lang;

fn lab() -> &'static Lab {
    lab::find("closed-loop").unwrap()
}

fn run(preset: &str, settings: &str) -> Report {
    settings::params(lab(), preset, settings).run(Lang::En)
}

/// 131 threads that think for 18 µs, 64 processors of 120 µs, one slow path of 34 µs.
const CASE: Network = Network {
    think_ns: 18_000,
    processors: 64,
    service_ns: 120_000,
    slow_permille: 500,
    lanes: 1,
    slow_ns: 34_000,
};

fn solve(network: Network, customers: u32, permille: u32) -> Outcome {
    Solver::new(network, customers).outcome(permille, customers)
}

/// Is it within so many thousandths?
#[track_caller]
fn close(what: &str, value: u64, expected: u64, permille: u64) {
    assert!(value.abs_diff(expected) * 1000 <= expected * permille, "{what}: {value}, expected {expected}");
}

/// The means of the published samples: healthy and sick (B-opening, 2024-12-29).
#[test]
fn the_published_case_comes_out_within_one_percent() {
    for (permille, per_s, response_us) in [(0, 533_064, 227_u64), (500, 58_864, 2_205)] {
        let outcome = solve(CASE, 131, permille);
        close("requests per second", outcome.per_1000_s / 1000, per_s, 10);
        close("response time", outcome.response_ns, response_us * 1000, 10);
    }
}

/// Another model of the same queues, by simulation: share in thousandths, requests per second, µs of all, of good queries and of
/// errors. A simulation scatters by a few percent, most where both stations are full.
#[test]
fn shares_come_out_as_simulated() {
    for (permille, per_s, all, good, error) in [
        (10, 534_000, 227, 227, 269),
        (50, 534_000, 228, 212, 518),
        (55, 530_000, 229, 179, 1_098),
        (60, 490_000, 250, 128, 2_137),
        (80, 367_000, 339, 120, 2_840),
        (100, 292_000, 430, 120, 3_211),
        (200, 147_000, 876, 121, 3_897),
        (300, 98_600, 1_311, 121, 4_078),
        (500, 58_900, 2_205, 120, 4_293),
        (700, 42_600, 3_059, 120, 4_330),
        (1000, 29_400, 4_430, 120, 4_430),
    ] {
        let outcome = solve(CASE, 131, permille);
        let what = |name: &str| format!("{permille} ‰, {name}");
        close(&what("per second"), outcome.per_1000_s / 1000, per_s, 20);
        close(&what("all"), outcome.response_ns / 1000, all, 20);
        let full_twice = (45..65).contains(&permille);
        close(&what("good"), outcome.processor_ns / 1000, good, if full_twice { 100 } else { 20 });
        let error_time = (outcome.processor_ns + outcome.slow_ns) / 1000;
        close(&what("error"), error_time, error, if full_twice { 200 } else { 30 });
    }
}

/// Threads, and thousands of requests per second with half of the tables missing and with none.
#[test]
fn threads_come_out_as_simulated() {
    for (threads, sick, healthy) in [
        (8, 447, 579),
        (16, 587, 1_150),
        (32, 592, 2_310),
        (64, 589, 4_620),
        (131, 589, 5_350),
        (256, 591, 5_340),
        (512, 592, 5_360),
    ] {
        let rate = |permille| solve(CASE, threads, permille).per_1000_s / 100_000;
        close("sick", rate(500), sick, 15);
        close("healthy", rate(0), healthy, 15);
    }
}

#[test]
fn lanes_for_each_table_cannot_be_told_apart_by_the_published_figures() {
    let lanes = Network { lanes: 32, slow_ns: 880_000, ..CASE };
    let outcome = solve(lanes, 131, 500);
    close("per second", outcome.per_1000_s / 1000, 57_300, 15);
    close("response", outcome.response_ns / 1000, 2_270, 20);
    // One missing table of 64: a single server takes no notice, a lane of its own is full at 1,136 errors a second.
    let one = Network { lanes: 1, slow_ns: 880_000, ..CASE };
    close("one lane", solve(one, 131, 16).per_1000_s / 1000, 71_000, 20);
    close("single fast server", solve(CASE, 131, 16).per_1000_s / 1000, 533_000, 10);
}

/// A processor each, and nothing slow: nobody ever waits.
#[test]
fn without_a_queue_a_response_is_its_service() {
    let wide = Network { processors: 512, ..CASE };
    for threads in [1, 2, 100, 512] {
        let outcome = solve(wide, threads, 0);
        close("response", outcome.response_ns, 120_000, 1);
        close("rate", outcome.per_1000_s, u64::from(threads) * 1_000_000_000_000 / 138_000, 1);
    }
}

#[test]
fn presets_say_what_the_article_says() {
    for (preset, code, per_s, response) in [
        ("opening-tables", "slow_path", "58823", "2.209"),
        ("healthy", "processors", "533333", "0.227"),
        ("knee", "slow_path", "526178", "0.230"),
        ("few-threads", "slow_path", "58524", "0.255"),
        ("all-256", "slow_path", "58823", "4.099"),
        ("lock-per-table", "slow_path", "58081", "2.237"),
    ] {
        let report = run(preset, "");
        let total = |name| report.totals.shown(name).unwrap();
        let told = (report.verdict.code, total("per_s"), total("response_ms"));
        assert_eq!(told, (code, per_s.to_string(), response.to_string()), "{preset}");
    }
}

#[test]
fn the_law_stands_in_its_numbers() {
    let report = run("opening-tables", "");
    let law = report.explanations.iter().find(|told| told.code == "littles_law").unwrap();
    assert_eq!(law.condition, "131 = 58823/s · (2209.0 µs + 18.0 µs)");
    let slow = report.explanations.iter().find(|told| told.code == "slow_path").unwrap();
    assert_eq!(slow.condition, "1 / (500 ‰ · 34 µs) = 58823/s, 64 / 120 µs = 533333/s");
}

/// As sysbench 1.0.20 prints them: errors are no queries, and an event takes as long as all its tries.
#[test]
fn sysbench_counts_what_succeeded() {
    let report = run("opening-tables", "");
    let output = report.tables.iter().find(|table| table.id == "sysbench").unwrap();
    for line in [
        "    transactions:                        294117 (29411.76 per sec.)",
        "    queries:                             294117 (29411.76 per sec.)",
        "    ignored errors:                      294117 (29411.76 per sec.)",
        "         avg:                                    4.44",
    ] {
        assert!(output.text.contains(line), "{line}\n{}", output.text);
    }
}

#[test]
fn any_settings_give_a_whole_report() {
    for seed in 0..500 {
        let settings = settings::random(lab(), seed);
        let report = run("", &settings);
        assert_eq!((report.figures.len(), report.tables.len()), (4, 2), "{settings}");
    }
}

#[test]
fn ten_thousand_networks_keep_their_books() {
    let mut rng = Rng::new(20_241_229, 1);
    for _ in 0..10_000 {
        let network = Network {
            think_ns: rng.between(0, 1_000) * 1000 * rng.between(0, 100),
            processors: rng.between(1, 512) as u32,
            service_ns: rng.between(1, 2_000) * 1000,
            slow_permille: rng.between(0, 1000) as u32,
            lanes: rng.between(1, 64) as u32,
            slow_ns: rng.between(0, 2_000) * 1000,
        };
        let threads = rng.between(1, 96) as u32;
        let solver = Solver::new(network, threads);
        let outcome = solver.outcome(network.slow_permille, threads);
        let all = outcome.thinking + outcome.at_processors + outcome.in_slow;
        assert_eq!(all, u64::from(threads) * 1000, "{network:?}");
        // Little's law for the whole loop, and the capacity of each station.
        let cycle = outcome.response_ns + network.think_ns;
        let there = u128::from(outcome.per_1000_s) * u128::from(cycle) / 1_000_000_000;
        assert!(there.abs_diff(all.into()) <= 2 + u128::from(all) / 500, "{network:?}: {there} of {all}");
        let bound = u128::from(network.processors) * 1_000_000_000_000 / u128::from(network.service_ns);
        assert!(u128::from(outcome.per_1000_s) <= bound + bound / 1000, "{network:?}");
        let held =
            u128::from(network.slow_permille) * u128::from(network.slow_ns) * u128::from(outcome.per_1000_s);
        let most = u128::from(network.lanes) * 1_000_000_000_000_000;
        assert!(held <= most + most / 1000, "{network:?}");
        // More threads never give less, and nobody is served in less time than his service.
        let rates = solver.throughputs(network.slow_permille);
        assert!(rates.windows(2).all(|pair| pair[1] + pair[1] / 1_000_000 + 1 >= pair[0]), "{network:?}");
        assert!(
            outcome.processor_ns + outcome.processor_ns / 100 + 1000 >= network.service_ns,
            "{network:?} {outcome:?}"
        );
    }
}
