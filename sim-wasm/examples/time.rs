//! Times runs of a million connections, and 1,000 runs of each lab with its defaults and, where it has one, another seed
//! each: `cargo run --release --example time`.
#![allow(clippy::print_stdout)] // a program for the terminal

use sim_wasm::lab;
use sim_wasm::text::Lang;
use std::time::Instant;

const RUNS: u32 = 1_000;

/// A lab, settings that make a run of a million connections, and how the program keeps up.
const MILLIONS: [(&str, &str, &str); 3] = [
    ("accept-queue", "accept_per_s=100000", "all are accepted"),
    ("accept-queue", "accept_per_s=10000 backlog=1024 somaxconn=1024", "every second one is accepted"),
    ("accept-queue", "accept_per_s=0 server_kernel=6.18", "none is accepted"),
];

fn main() {
    for (id, settings, told) in MILLIONS {
        let pairs = format!("arrival_per_s=20000 duration_s=50 {settings}");
        let pairs = pairs.split(' ').filter_map(|pair| pair.split_once('='));
        let Some(Ok(params)) = lab::find(id).map(|lab| lab.params(None, pairs)) else { continue };
        let start = Instant::now();
        let report = params.run(Lang::En);
        let tried = report.totals.iter().find(|(name, _)| *name == "connections").map_or(0, |(_, n)| *n);
        println!("    {id}: {tried} connections, {told}: {} ms", start.elapsed().as_millis());
    }
    for lab in lab::all() {
        let mut bytes = 0;
        let start = Instant::now();
        for seed in 1..=RUNS {
            let seed = seed.to_string();
            let seeded = lab.params.iter().any(|param| param.name == "seed");
            let Ok(params) = lab.params(None, seeded.then_some(("seed", seed.as_str()))) else { continue };
            bytes += params.run(Lang::En).to_json().len();
        }
        let each = start.elapsed() / RUNS;
        println!(
            "    {}: {RUNS} runs, {} µs each, {} bytes of report",
            lab.id,
            each.as_micros(),
            bytes / RUNS as usize
        );
    }
}
