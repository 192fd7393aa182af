//! Transfers as a live kernel made them, beside the model's: `tests/throughput/rows.tsv` says what was measured, and how.
//!
//! `cargo test --release -p sim-wasm --test throughput -- --nocapture` prints the table, the worst rows first.
#![allow(clippy::print_stdout)] // the table is for people
#![allow(clippy::unwrap_used, clippy::expect_used)]

use sim_wasm::kernel::{KernelVersion, Sysctl};
use sim_wasm::labs::tcp_buffer::programs::Writing;
use sim_wasm::labs::tcp_buffer::transfer::{HostSettings, Outcome, Transfer, TransferSettings};
use sim_wasm::net::bottleneck::BottleneckConfig;
use sim_wasm::time::Time;

const ROWS: &str = include_str!("throughput/rows.tsv");
/// Rows that were measured more than once.
const AGAIN: &str = include_str!("throughput/again.tsv");
/// Runs of a row with loss, one seed each.
const SEEDS: u64 = 20;

/// One measured transfer.
#[derive(Debug)]
struct Row {
    /// Line of the file.
    line: usize,
    rate_mbps: u64,
    rtt_ms: u64,
    queue_pkts: u64,
    loss_ppm: u64,
    so_rcvbuf: u32,
    so_sndbuf: u32,
    reader_mbps: u64,
    duration_s: u64,
    /// What the reader got per second in the second half.
    steady_kbps: u64,
    retrans: u64,
}

fn rows() -> Vec<Row> {
    let mut lines = ROWS.lines().zip(1..).filter(|(line, _)| !line.starts_with('#'));
    let heads: Vec<&str> = lines.next().unwrap().0.split('\t').collect();
    lines
        .map(|(text, line)| {
            let cells: Vec<&str> = text.split('\t').collect();
            let cell = |name| cells[heads.iter().position(|head| *head == name).unwrap()];
            let number = |name| cell(name).parse::<u64>().unwrap();
            Row {
                line,
                rate_mbps: number("rate_mbps"),
                rtt_ms: number("rtt_ms"),
                queue_pkts: number("queue_pkts"),
                loss_ppm: number("loss_ppm"),
                so_rcvbuf: number("so_rcvbuf") as u32,
                so_sndbuf: number("so_sndbuf") as u32,
                reader_mbps: number("reader_mbps"),
                duration_s: number("duration_s"),
                steady_kbps: (cell("steady_mbps").parse::<f64>().unwrap() * 1000.0).round() as u64,
                retrans: number("retrans"),
            }
        })
        .collect()
}

fn settings(row: &Row, seed: u64) -> TransferSettings {
    let kernel = KernelVersion::release(6, 18, 44);
    let sysctl = Sysctl {
        tcp_rmem: [4096, 131_072, 6_291_456],
        tcp_wmem: [4096, 16_384, 4_194_304],
        rmem_max: 4_194_304,
        wmem_max: 4_194_304,
        ..Sysctl::defaults(kernel)
    };
    let host =
        |buffer: u32| HostSettings { kernel, sysctl: sysctl.clone(), buffer: (buffer > 0).then_some(buffer) };
    let direction = |loss_ppm| BottleneckConfig {
        rate_kbps: row.rate_mbps * 1000,
        delay: Time::from_micros(row.rtt_ms * 500),
        queue_pkts: row.queue_pkts,
        loss_ppm,
        reorder_ppm: 0,
        hold: Time::ZERO,
    };
    TransferSettings {
        sender: host(row.so_sndbuf),
        receiver: host(row.so_rcvbuf),
        forward: direction(row.loss_ppm),
        back: direction(0),
        reno: false,
        writing: Writing::Bulk,
        reader_mbps: row.reader_mbps,
        duration: Time::from_secs(row.duration_s),
        seed,
        fuel: 50_000_000,
    }
}

fn run(row: &Row, seed: u64) -> (Outcome, u64) {
    let (outcome, scene, ()) = Transfer::new(settings(row, seed), ()).run();
    assert!(!outcome.out_of_fuel, "{row:?}");
    let retransmits = scene.sending().map_or(0, |sending| sending.observed().retransmits);
    (outcome, u64::from(retransmits))
}

/// A row beside the model, error in thousandths of what was measured.
struct Compared {
    row: Row,
    measured: u64,
    steady_kbps: u64,
    retrans: u64,
    error: u64,
}

fn compare(row: Row) -> Compared {
    let seeds = if row.loss_ppm > 0 { SEEDS } else { 1 };
    let (mut steady, mut retrans) = (0, 0);
    for seed in 1..=seeds {
        let (outcome, retransmits) = run(&row, seed);
        steady += outcome.steady_kbps;
        retrans += retransmits;
    }
    let steady_kbps = steady / seeds;
    let measured = steady_of_all_runs(&row);
    let error = steady_kbps.abs_diff(measured) * 1000 / measured;
    Compared { row, measured, steady_kbps, retrans: retrans / seeds, error }
}

/// What more runs of a row gave, with the recorded one in the middle of them all: a machine that was busy with something else
/// makes a transfer lose far more than one that was not.
fn steady_of_all_runs(row: &Row) -> u64 {
    let line = AGAIN.lines().find(|line| line.split('\t').next() == Some(&row.line.to_string()));
    let again = line.map_or("", |line| line.split_once('\t').unwrap().1).split_whitespace();
    let kbps = |text: &str| (text.parse::<f64>().unwrap() * 1000.0).round() as u64;
    let mut runs: Vec<u64> = again.map(kbps).chain([row.steady_kbps]).collect();
    runs.sort_unstable();
    runs[runs.len() / 2]
}

#[test]
fn transfers_are_as_fast_as_on_a_live_kernel() {
    let mut all: Vec<Compared> = rows().into_iter().map(compare).collect();
    all.sort_by_key(|compared| std::cmp::Reverse(compared.error));
    println!(
        "line  rate   rtt queue    loss   rcvbuf   sndbuf reader   measured      model  ratio  retrans: measured model"
    );
    for Compared { row, measured, steady_kbps, retrans, .. } in &all {
        println!(
            "{:4} {:5} {:5} {:5} {:7} {:8} {:8} {:6} {:10.3} {:10.3} {:6.3} {:17} {:5}",
            row.line,
            row.rate_mbps,
            row.rtt_ms,
            row.queue_pkts,
            row.loss_ppm,
            row.so_rcvbuf,
            row.so_sndbuf,
            row.reader_mbps,
            *measured as f64 / 1000.0,
            *steady_kbps as f64 / 1000.0,
            *steady_kbps as f64 / *measured as f64,
            row.retrans,
            retrans,
        );
    }
    let exact: Vec<&Compared> = all.iter().filter(|compared| compared.row.loss_ppm == 0).collect();
    let median = exact[exact.len() / 2].error;
    println!("rows without loss: median error {median} ‰, worst {} ‰", exact[0].error);
    assert_eq!(all.len(), 62, "rows of the file");
    for Compared { row, measured, steady_kbps, error, .. } in &all {
        let most = if row.loss_ppm > 0 { 250 } else { 150 };
        assert!(*error <= most, "line {}: {steady_kbps} kbit/s, measured {measured}", row.line);
    }
    assert!(median <= 50, "median error {median} ‰");
}
