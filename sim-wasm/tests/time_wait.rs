//! The lab `time-wait`: ports run out when kernels say so, and a SYN that meets TIME_WAIT gets the answer it would get.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

mod settings;

use sim_wasm::lab::report::Event;
use sim_wasm::lab::{self, Params, Report};
use sim_wasm::text::Lang;

fn params(preset: &str, settings: &str) -> Params {
    settings::params(lab::find("time-wait").unwrap(), preset, settings)
}

fn run(preset: &str, settings: &str) -> Report {
    params(preset, settings).run(Lang::En)
}

fn total(report: &Report, name: &str) -> u64 {
    report.totals.iter().find(|(total, _)| *total == name).unwrap().1
}

fn counter(report: &Report, host: &str, name: &str) -> u64 {
    let (_, counters) = report.counters.iter().find(|(id, _)| id == host).unwrap();
    counters.iter().find(|(counter, _)| counter == name).map_or(0, |(_, count)| *count)
}

/// When a row of the ladder says something, in seconds.
fn said_at(report: &Report, what: &str) -> Option<u64> {
    let row = report.events.iter().find(|event| event.note.contains(what))?;
    Some(row.t_us / 1_000_000)
}

/// How often the curve of an id has a value that is not zero.
fn points(report: &Report, id: &str) -> usize {
    let series = report.series.iter().find(|series| series.id == id).unwrap();
    series.points.iter().filter(|(_, value)| *value > 0).count()
}

/// Preset and changes; the verdict's code.
#[test]
fn scenes() {
    for (preset, settings, code) in [
        ("port-exhaustion", "", "ports_exhausted"),
        ("port-exhaustion", "duration_s=47", "all_connected"),
        ("port-exhaustion", "duration_s=48", "ports_exhausted"),
        ("port-exhaustion", "closes_first=server", "all_connected"),
        ("port-exhaustion", "destinations=2", "all_connected"),
        ("port-exhaustion", "port_first=10000", "all_connected"),
        ("below-the-limit", "", "all_connected"),
        // Up to 4.0 a minute ends on time; later it is late, and 470 a second are too many.
        ("below-the-limit", "rate_per_s=470 duration_s=200 client_kernel=3.10", "all_connected"),
        ("below-the-limit", "rate_per_s=471 duration_s=200 client_kernel=3.10", "ports_exhausted"),
        ("below-the-limit", "rate_per_s=470 duration_s=200 client_kernel=4.9", "ports_exhausted"),
        ("reuse-4.9", "", "all_connected"),
        ("reuse-4.9", "tw_reuse=2", "all_connected"),
        ("reuse-4.9", "client_kernel=2.6.32", "all_connected"),
        ("reuse-4.9", "timestamps=0", "ports_exhausted"),
        ("reuse-4.19", "", "ports_exhausted"),
        ("reuse-4.19", "tw_reuse=1", "all_connected"),
        ("reuse-4.19", "loopback=1", "all_connected"),
        ("reuse-4.19", "client_kernel=6.18", "ports_exhausted"),
        ("reuse-6.18", "", "ports_exhausted"),
        ("reuse-6.18", "rate_per_s=20", "ports_exhausted"),
        ("reuse-6.18", "rate_per_s=19", "all_connected"),
        ("server-closes", "", "all_connected"),
        ("server-closes", "timestamps=0", "all_connected"),
        ("server-closes", "rate_per_s=2000 duration_s=300", "all_connected"),
        ("buckets-full", "", "all_connected"),
        ("buckets-full", "max_tw_buckets=28233", "ports_exhausted"),
        ("buckets-full", "max_tw_buckets=0", "all_connected"),
        ("recycle", "", "all_connected"),
        ("recycle", "client_kernel=4.11", "all_connected"),
        ("recycle", "client_kernel=4.12", "ports_exhausted"),
        ("recycle", "timestamps=0", "ports_exhausted"),
        ("no-timestamps", "", "ports_exhausted"),
        ("syn-accepted", "", "syn_accepted"),
        ("syn-accepted", "syn_after_ms=65000", "no_time_wait"),
        (
            "syn-accepted",
            "syn_after_ms=65000 server_kernel=3.10 syn_seq=lower syn_tsval=none",
            "no_time_wait",
        ),
        ("syn-accepted", "max_tw_buckets=0 syn_seq=lower syn_tsval=none", "no_time_wait"),
        ("syn-accepted", "tw_recycle=1", "no_time_wait"),
        // Then the per-host check of tcp_tw_recycle decides, until its minute is over.
        ("syn-accepted", "tw_recycle=1 syn_tsval=none", "syn_repeated"),
        ("syn-accepted", "tw_recycle=1 syn_tsval=older client_kernel=2.6.32", "syn_failed"),
        ("syn-accepted", "tw_recycle=1 syn_tsval=none server_kernel=3.10", "no_time_wait"),
        ("syn-old-ack", "", "syn_repeated"),
        ("syn-old-ack", "rfc1337=1", "syn_failed"),
        ("syn-paws", "", "syn_repeated"),
        ("syn-paws", "rfc1337=1", "syn_failed"),
        ("assassination", "", "syn_repeated"),
        ("assassination", "rfc1337=0", "syn_repeated"),
    ] {
        let report = run(preset, settings);
        assert_eq!(report.verdict.code, code, "{preset} {settings}: {}", report.verdict.text);
    }
}

/// What the article "Handshake and goodbye" says of 600 connections a second.
#[test]
fn ports_run_out_after_47_seconds_and_come_back_after_60() {
    for seed in 0..20 {
        let report = run("port-exhaustion", &format!("seed={seed}"));
        assert_eq!(said_at(&report, "EADDRNOTAVAIL"), Some(47), "28,232 / 600");
        let back = said_at(&report, "finds a port again").unwrap();
        assert!((60..=64).contains(&back), "late by a granule of the timer wheel at most: {back} s");
        assert_eq!(total(&report, "time_wait_most"), 28_232);
        assert_eq!(total(&report, "ports_most"), 28_232);
        // Thirteen seconds and the lateness; then, once more, the last twelve of the run.
        assert!((24..=34).contains(&points(&report, "failed")), "{}", points(&report, "failed"));
        let opened = total(&report, "established");
        assert_eq!(counter(&report, "c1", "Tcp.ActiveOpens"), opened);
        assert_eq!(counter(&report, "srv", "Tcp.PassiveOpens"), opened);
        assert_eq!(opened + total(&report, "failed"), 72_000);
    }
}

#[test]
fn a_minute_on_the_death_row_is_a_minute() {
    let report = run("port-exhaustion", "client_kernel=3.10");
    assert_eq!(said_at(&report, "finds a port again"), Some(60));
    assert_eq!(points(&report, "failed"), 60 - 47 + 1 + 120 - 107, "13 of every 60 seconds");
}

#[test]
fn a_server_that_closes_first_holds_the_time_waits_and_no_port() {
    let report = run("server-closes", "");
    assert_eq!(total(&report, "failed"), 0);
    assert!(total(&report, "ports_most") <= 3);
    assert!(counter(&report, "c1", "TcpExt.TW") == 0);
    assert!(total(&report, "syns_that_hit_time_wait") > 50_000);
    // A client of 4.2 or later takes even ports alone while there are some, so that one destination makes no more
    // TIME_WAITs than that; three make as many as the rate does in a minute.
    assert_eq!(total(&report, "time_wait_most").div_ceil(2), 28_232 / 4);
    let report = run("server-closes", "client_kernel=3.10");
    assert_eq!(total(&report, "time_wait_most").div_ceil(2), 28_232 / 2);
    let report = run("server-closes", "destinations=3");
    assert!((36_000..=36_000 + 5 * 600).contains(&total(&report, "time_wait_most")));
}

/// Measured on 6.18.44 with twenty ports: twenty connections a second with 1; twenty and then none with 0 and 2.
#[test]
fn twenty_ports_on_6_18() {
    for (tw_reuse, opened) in [(0, 20), (1, 200), (2, 20)] {
        let report = run("reuse-6.18", &format!("tw_reuse={tw_reuse}"));
        assert_eq!(total(&report, "established"), opened, "tcp_tw_reuse={tw_reuse}");
        assert_eq!(counter(&report, "c1", "TcpExt.TWRecycled"), opened - 20);
    }
}

/// `tcp_tw_reuse` by version: value, loopback or not; does it help twenty ports at 100 a second?
#[test]
fn reuse_by_version() {
    for (kernels, helps) in [
        ("2.6.32 3.10 el7 4.9 4.15", [false, true, true, true]),
        ("4.19 5.10 6.12 6.18", [false, true, false, true]),
    ] {
        for kernel in kernels.split(' ') {
            let cases = ["tw_reuse=0", "tw_reuse=1", "tw_reuse=2", "tw_reuse=2 loopback=1"];
            for (case, helps) in cases.into_iter().zip(helps) {
                let report = run("reuse-6.18", &format!("client_kernel={kernel} {case} rate_per_s=100"));
                assert_eq!(total(&report, "established") > 40, helps, "{kernel} {case}");
            }
        }
    }
}

#[test]
fn more_closes_than_buckets() {
    for (kernel, counts) in [("2.6.32", false), ("3.10", true), ("4.9", true), ("6.18", true)] {
        let report = run("buckets-full", &format!("client_kernel={kernel}"));
        assert_eq!(total(&report, "time_wait_most"), 10_000);
        assert_eq!(total(&report, "failed"), 0, "the ports come back sooner than they should");
        assert_eq!(said_at(&report, "no room for another"), Some(16), "10,000 / 600");
        let overflows = counter(&report, "c1", "TcpExt.TCPTimeWaitOverflow");
        assert_eq!(overflows > 40_000, counts, "{kernel} counts {overflows}");
    }
}

/// TSval, sequence number; is the SYN accepted at once? As measured on seven kernels.
#[test]
fn a_syn_that_hits_time_wait() {
    for kernel in ["2.6.32", "3.10", "el7", "4.9", "4.11", "4.19", "6.18"] {
        for (timestamps, tsval, [higher, equal, lower]) in [
            (1, "newer", [true, true, true]),
            (1, "equal", [true, false, false]),
            (1, "older", [false, false, false]),
            (1, "none", [true, false, false]),
            (0, "newer", [true, false, false]),
        ] {
            for (seq, accepted) in [("higher", higher), ("equal", equal), ("lower", lower)] {
                let case =
                    format!("server_kernel={kernel} timestamps={timestamps} syn_seq={seq} syn_tsval={tsval}");
                let report = run("syn-accepted", &case);
                let code = if accepted { "syn_accepted" } else { "syn_repeated" };
                assert_eq!(report.verdict.code, code, "{case}");
                let old = u64::from(!accepted);
                assert_eq!(total(&report, "old_acks"), old, "{case}");
                assert_eq!(total(&report, "resets"), old, "{case}");
                assert_eq!(total(&report, "syns"), 1 + old, "{case}");
                let paws = if kernel == "6.18" { "TcpExt.PAWSTimewait" } else { "TcpExt.PAWSEstab" };
                assert_eq!(counter(&report, "srv", paws), u64::from(tsval == "older"), "{case}");
            }
        }
    }
}

/// The detour over old ACK and RST: how long it takes by the client's kernel.
#[test]
fn the_detour_takes_a_second_up_to_5_5() {
    let second_syn = |kernel: &str| {
        let report = run("syn-old-ack", &format!("client_kernel={kernel}"));
        let mut syns = report.events.iter().filter(|event| event.conn == 2 && is_syn(event));
        let (first, second) = (syns.next().unwrap(), syns.next().unwrap());
        (second.t_us - first.t_us) / 1000
    };
    for kernel in ["3.10", "4.9", "4.19", "5.4"] {
        assert!((1000..1100).contains(&second_syn(kernel)), "{kernel}");
    }
    assert_eq!(second_syn("2.6.32"), 3000);
    for kernel in ["5.10", "6.18"] {
        assert!((2..10).contains(&second_syn(kernel)), "{kernel}");
    }
}

/// With tcp_rfc1337 the client waits; where a reset starts the minute anew, in vain.
#[test]
fn what_rfc1337_costs() {
    for (kernel, anew) in [
        ("2.6.32", true),
        ("3.10", true),
        ("el7", true),
        ("4.9.115", true),
        ("4.11", true),
        ("4.9", false),
        ("4.19", false),
        ("6.18", false),
    ] {
        let report = run("syn-old-ack", &format!("rfc1337=1 server_kernel={kernel}"));
        assert_eq!(said_at(&report, "start anew").is_some(), anew, "{kernel}");
        assert_eq!(report.verdict.code, if anew { "syn_failed" } else { "syn_repeated" }, "{kernel}");
        let ignored = report.reasons.iter().find(|reason| reason.code == "rfc1337").unwrap();
        assert_eq!(ignored.would_change, "net.ipv4.tcp_rfc1337=0");
        let fails = said_at(&report, "connect() fails");
        assert_eq!(fails.is_some_and(|at| (127..135).contains(&at)), anew, "{kernel}: {fails:?}");
    }
}

fn is_syn(event: &Event) -> bool {
    event.packet.as_ref().is_some_and(|packet| packet.flags == "S")
}

#[test]
fn three_thousand_random_settings_keep_the_books() {
    for seed in 0..3_000 {
        let settings = settings::random(lab::find("time-wait").unwrap(), seed);
        let params = params("", &settings);
        let report = params.run(Lang::En);
        let t = |name| total(&report, name);
        assert_ne!(report.verdict.code, "cut_off", "{settings}");
        assert_eq!(t("connections"), t("established") + t("failed"), "{settings}");
        if params.choice("scene") == "syn-hits" {
            assert!(t("old_acks") + 1 >= t("resets") && t("syns") >= 1, "{settings}");
            continue;
        }
        let places = t("ports") * params.int("destinations").unsigned_abs();
        assert!(t("ports_most") <= places, "{settings}");
        assert!(t("time_wait_most") <= params.int("max_tw_buckets").unsigned_abs(), "{settings}");
        assert!(t("time_wait_most") <= t("established"), "{settings}");
        let server_closes = params.choice("closes_first") == "server";
        assert!(t("failed") == 0 || t("ports_most") >= t("ports"), "{settings}: it fails for lack of ports");
        assert!(!server_closes || counter(&report, "c1", "TcpExt.TW") == 0, "{settings}");
        assert!(server_closes || t("syns_that_hit_time_wait") == 0, "{settings}");
    }
}

#[test]
fn verdicts_name_the_cause() {
    for (preset, settings, sentence) in [
        (
            "port-exhaustion",
            "duration_s=20",
            "the run ends before the 28,232 ports are used up, which takes 47.05 s",
        ),
        ("below-the-limit", "", "400 a second are not more than the 470.53 that 28,232 ports allow"),
        ("reuse-4.9", "", "takes ports from TIME_WAIT (tcp_tw_reuse)"),
        ("reuse-4.19", "", "tcp_tw_reuse=2 is for the loopback alone"),
        ("reuse-6.18", "", "a port comes back within 1 s: that makes 20 connections a second"),
        ("no-timestamps", "", "tcp_tw_reuse does nothing without timestamps"),
        ("recycle", "", "with tcp_tw_recycle TIME_WAIT lasts 0.703 s"),
        ("buckets-full", "", "room for 10,000 TIME_WAITs only"),
        ("syn-accepted", "syn_tsval=equal", "its sequence number is higher"),
        ("syn-old-ack", "rfc1337=1", "each starts the 60 seconds anew"),
        ("syn-paws", "rfc1337=1", "each SYN with the older timestamp starts the 60 seconds anew"),
        ("assassination", "", "6 SYNs are answered with the old ACK"),
    ] {
        let text = run(preset, settings).verdict.text;
        assert!(text.contains(sentence), "{preset} {settings}: {text}");
    }
}

#[test]
fn settings_without_effect_are_told() {
    for (settings, name) in [
        ("syn_seq=lower", "syn_seq"),
        ("rfc1337=1", "rfc1337"),
        ("scene=syn-hits closes_first=server rate_per_s=100", "rate_per_s"),
        ("scene=syn-hits", "closes_first"),
        ("scene=syn-hits closes_first=server timestamps=0 syn_tsval=older", "syn_tsval"),
        ("tw_recycle=1 client_kernel=4.12", "tw_recycle"),
        ("tw_recycle=1 timestamps=0", "tw_recycle"),
        ("tw_reuse=1 closes_first=server", "tw_reuse"),
        ("tw_reuse=1 timestamps=0", "tw_reuse"),
        ("tw_reuse=2", "tw_reuse"),
        ("port_last=20000", "port_last"),
        ("loopback=1 server_kernel=6.18", "server_kernel"),
        ("loopback=1 rtt_ms=5", "rtt_ms"),
    ] {
        let notes = params("", settings).notes(Lang::En);
        let names: Vec<&str> = notes.iter().map(|(name, _)| *name).collect();
        assert_eq!(names, [name], "{settings}: {notes:?}");
    }
    assert_eq!(params("", "").notes(Lang::En), []);
    assert_eq!(params("reuse-4.19", "tw_reuse=1").notes(Lang::En), []);
}

/// Two rates have the same first packets; what tells them apart is what the ports do.
#[test]
fn a_comparison_tells_who_ran_out_of_ports() {
    let compare = |preset: &str, change: &str| {
        let (first, second) = (params(preset, "").to_query(), params(preset, change).to_query());
        sim_wasm::api::compare("time-wait", &first, &second, Lang::En).unwrap().html
    };
    let reuse = compare("reuse-4.19", "tw_reuse=1");
    assert!(reuse.contains("tw_reuse 2: at 47.053 s, connect(): EADDRNOTAVAIL"), "{reuse}");
    assert!(reuse.contains("<td>failed</td><td>15536</td><td>0</td>"), "{reuse}");
    assert!(compare("syn-old-ack", "rfc1337=1").contains("R from c1 at 1.004 s, dropped"));
    assert!(compare("below-the-limit", "rfc1337=1").contains("No difference"));
}
