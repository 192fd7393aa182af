//! `rst`: an RST hits a connection request before its last ACK, or an established connection; then that ACK, or data.

use crate::prober::{Prober, SERVER, assert_none, joined, moved, rows, verdict};
use sim_wasm::kernel::{KernelVersion, Sysctl};
use sim_wasm::net::Flags;
use sim_wasm::tcp::HostConfig;
use sim_wasm::time::Time;

/// One row of the recordings, as far as it is input.
struct Case<'a> {
    established: bool,
    cookies: &'a str,
    syn_ts: Option<u32>,
    rst_flags: &'a str,
    rst_seq: &'a str,
    rst_ts: &'a str,
}

fn replay(kernel: KernelVersion, case: &Case<'_>) -> String {
    let mut sysctl = Sysctl::defaults(kernel);
    sysctl.tcp_syncookies = case.cookies.parse().unwrap();
    sysctl.tcp_invalid_ratelimit = Time::ZERO;
    let config = HostConfig {
        kernel,
        sysctl,
        hz: 1000,
        uptime: Time::from_secs(1000),
        wall: Time::from_secs(1_795_403_207),
        secret: 1,
        addrs: vec![SERVER.addr],
    };
    let base = case.syn_ts.unwrap_or(0);
    let mut prober = Prober::new(config, base);
    let syn_seq = prober.snd;
    let syn_ack = prober.send(Flags::SYN, syn_seq, 0, case.syn_ts, 0).pop().expect("a SYN-ACK");
    let (snd, rcv) = (syn_seq.wrapping_add(1), syn_ack.seq.wrapping_add(1));
    prober.peer_ts = syn_ack.tsval().unwrap_or(0);
    let with_ts = syn_ack.opts.ts.is_some();
    let ts = |ticks: u32| with_ts.then_some(base.wrapping_add(ticks));
    if case.established {
        prober.send(Flags::ACK, snd, rcv, ts(0), 0);
    }

    let offset: i32 = match case.rst_seq {
        "exact" => 0,
        "isn" => -1,
        other => other.trim_start_matches("exact").parse().unwrap(),
    };
    let (flags, ack) = match case.rst_flags {
        "RST" => (Flags::RST, rcv),
        "RST|ACK_ok" => (Flags::RST.with(Flags::ACK), rcv),
        _ => (Flags::RST.with(Flags::ACK), rcv.wrapping_add(500_000)),
    };
    let rst_ts = match case.rst_ts {
        "none" => None,
        "zero" => Some(0),
        "equal" => Some(base),
        ticks => Some(base.wrapping_add_signed(ticks.parse().unwrap())),
    };
    let before = prober.host.counters().clone();
    let rst_answer = prober.send(flags, snd.wrapping_add_signed(offset), ack, rst_ts, 0).pop();
    let after_rst = prober.host.counters().clone();
    let state_after_rst = state(&prober);
    let (flags, len) = if case.established { (Flags::PSH.with(Flags::ACK), 1) } else { (Flags::ACK, 0) };
    let ack_answer = prober.send(flags, snd, rcv, ts(5), len).pop();
    let accepted = prober.host.accept(prober.listener).is_ok();
    let counters = |before, after| {
        let mut names = moved(before, after);
        names.sort();
        joined(&names)
    };
    format!(
        "{} {state_after_rst} {} | {} {} {} {}",
        verdict(rst_answer.as_ref()),
        counters(&before, &after_rst),
        verdict(ack_answer.as_ref()),
        state(&prober),
        u8::from(accepted),
        counters(&after_rst, prober.host.counters()),
    )
}

/// The state as /proc/net/tcp numbers it; 0 when there is no socket.
fn state(prober: &Prober) -> u8 {
    match prober.host.state(prober.flow) {
        None => 0,
        Some("ESTAB") => 1,
        Some("SYN-RECV") => 3,
        Some(other) => panic!("no recording ends in {other}"),
    }
}

fn check(kernel: &str, table: &str) {
    let version = KernelVersion::parse(kernel).unwrap();
    let mut differences = Vec::new();
    for cells in rows(table, 648) {
        let [
            state,
            cookies,
            syn_ts,
            rst_flags,
            rst_seq,
            rst_ts,
            rst_resp,
            after_rst,
            rst_counters,
            rest @ ..,
        ] = &cells[..]
        else {
            panic!("{kernel}: odd line {cells:?}");
        };
        let case = Case {
            established: *state == "estab",
            cookies,
            syn_ts: syn_ts.parse().ok(),
            rst_flags,
            rst_seq,
            rst_ts,
        };
        let expected = format!("{rst_resp} {after_rst} {rst_counters} | {}", rest.join(" "));
        let got = replay(version, &case);
        if got != expected {
            differences.push(format!("{}\n    model: {got}", cells.join("\t")));
        }
    }
    assert_none(kernel, &differences);
}

#[test]
fn kernel_2_6_32_67() {
    check("2.6.32.67", include_str!("rst/2.6.32.67.tsv"));
}

#[test]
fn kernel_3_10_108() {
    check("3.10.108", include_str!("rst/3.10.108.tsv"));
}

#[test]
fn kernel_el7() {
    check("el7", include_str!("rst/el7.tsv"));
}

#[test]
fn kernel_4_11() {
    check("4.11.0", include_str!("rst/4.11.0.tsv"));
}

#[test]
fn kernel_6_18_44() {
    check("6.18.44", include_str!("rst/6.18.44.tsv"));
}
