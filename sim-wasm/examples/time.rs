//! Times 1,000 runs of each lab with its defaults and another seed each: `cargo run --release --example time`.
#![allow(clippy::print_stdout)] // a program for the terminal

use sim_wasm::lab;
use sim_wasm::text::Lang;
use std::time::Instant;

const RUNS: u32 = 1_000;

fn main() {
    for lab in lab::all() {
        let mut bytes = 0;
        let start = Instant::now();
        for seed in 1..=RUNS {
            let seed = seed.to_string();
            let Ok(params) = lab.params(None, [("seed", seed.as_str())]) else { continue };
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
