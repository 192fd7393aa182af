//! `info`: what `tcp_info` told at the end of the recorded scripts, of the connections that were open then.

use super::scripts::{faithful, parse};
use sim_wasm::kernel::KernelVersion;

/// The fields of a row, in their order.
const FIELDS: &[&str] = &[
    "tcpi_state",
    "tcpi_ca_state",
    "tcpi_retransmits",
    "tcpi_probes",
    "tcpi_backoff",
    "tcpi_options",
    "tcpi_ato",
    "tcpi_snd_mss",
    "tcpi_rcv_mss",
    "tcpi_unacked",
    "tcpi_sacked",
    "tcpi_lost",
    "tcpi_retrans",
    "tcpi_snd_ssthresh",
    "tcpi_snd_cwnd",
    "tcpi_advmss",
    "tcpi_reordering",
    "tcpi_total_retrans",
    "tcpi_rto",
    "tcpi_rtt",
    "tcpi_rttvar",
];

/// Fields of measured times, and how many microseconds they may be off: they follow from when packets were processed.
const MEASURED: &[(&str, i64)] = &[("tcpi_rto", 25_000), ("tcpi_rtt", 15_000), ("tcpi_rttvar", 15_000)];

/// Compares every row of a kernel. In `off` stand the few fields that are not as recorded: congestion windows that are one
/// or two off, and what hangs on the moment at which the recorder got around to a packet.
fn check(name: &str, hz: u64, scripts: &str, rows: &str, off: &[(&str, &str)]) {
    let kernel = KernelVersion::parse(name).unwrap();
    let scripts = parse(scripts);
    let mut found = Vec::new();
    let mut compared = 0;
    for row in rows.lines() {
        let cells: Vec<&str> = row.split(' ').collect();
        let script = scripts.iter().find(|script| script.id == cells[0]).unwrap();
        // Scripts that are not repeated are listed where packets are compared.
        let Some(replay) = faithful(kernel, hz, script) else { continue };
        compared += 1;
        for (field, told) in FIELDS.iter().zip(&cells[1..]) {
            let told: i64 = told.parse().unwrap();
            let value = replay.host.tcp_info(replay.now, replay.flow, field);
            let margin = MEASURED.iter().find(|(known, _)| known == field).map_or(0, |(_, margin)| *margin);
            // None is no answer, and no wrong one.
            if value.is_some_and(|value| (value - told).abs() > margin) {
                found.push((script.id, *field));
            }
        }
    }
    assert_eq!(found, off, "{name}: of {compared} rows");
    assert!(compared >= 50, "{name}: {compared}");
}

#[test]
fn kernel_2_6_32_67() {
    let (scripts, rows) = (include_str!("scripts/2.6.32.67.txt"), include_str!("info/2.6.32.67.txt"));
    let off = [("A005", "tcpi_rcv_mss"), ("A113", "tcpi_rtt"), ("A113", "tcpi_rttvar")];
    check("2.6.32.67", 1000, scripts, rows, &off);
}

#[test]
fn kernel_3_10_108() {
    let (scripts, rows) = (include_str!("scripts/3.10.108.txt"), include_str!("info/3.10.108.txt"));
    let off = [("A005", "tcpi_rcv_mss"), ("A057", "tcpi_rto"), ("A057", "tcpi_rtt")];
    check("3.10.108", 1000, scripts, rows, &off);
}

#[test]
fn kernel_el7() {
    check("el7", 1000, include_str!("scripts/el7.txt"), include_str!("info/el7.txt"), &[]);
}

#[test]
fn kernel_4_11() {
    let (scripts, rows) = (include_str!("scripts/4.11.0.txt"), include_str!("info/4.11.0.txt"));
    check("4.11.0", 1000, scripts, rows, &[("A016", "tcpi_snd_cwnd")]);
}

#[test]
fn kernel_6_18_44() {
    let (scripts, rows) = (include_str!("scripts/6.18.44.txt"), include_str!("info/6.18.44.txt"));
    let off = [("A044", "tcpi_rcv_mss")];
    check("6.18.44", 250, scripts, rows, &off);
}
