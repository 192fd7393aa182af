//! The lab `tcp-timers`: waits last as long as they were measured to, and the tools say what they said.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

mod settings;

use sim_wasm::lab::{self, Lab, Params, Report};
use sim_wasm::text::Lang;

const SEEDS: std::ops::Range<u32> = 0..25;

fn lab() -> &'static Lab {
    lab::find("tcp-timers").unwrap()
}

fn params(preset: &str, settings: &str) -> Params {
    settings::params(lab(), preset, settings)
}

fn run(preset: &str, settings: &str) -> Report {
    params(preset, settings).run(Lang::En)
}

/// Milliseconds from the beginning of a wait to its end, and what the end is called; `None` for a wait without an end.
fn wait(report: &Report) -> Option<(u64, String)> {
    let began = report.series.iter().flat_map(|series| series.points.first()).map(|(t, _)| *t).min().unwrap();
    let end = report.series.iter().find(|series| series.id == "end")?;
    Some(((end.points[0].0 - began) / 1000, end.label.clone()))
}

/// When something was sent, in milliseconds since the start.
fn sent(report: &Report, id: &str) -> Vec<u64> {
    let series = report.series.iter().find(|series| series.id == id);
    series.map_or(Vec::new(), |series| series.points.iter().map(|(t, _)| t / 1000).collect())
}

/// The timers in the output of a tool, in the order of time.
fn timers(report: &Report, tool: &str) -> Vec<String> {
    let outputs = report.tables.iter().filter(|table| table.id == tool && table.host == "c1");
    let columns = if tool == "ss" { 5 } else { 6 };
    outputs.map(|table| table.text.split_whitespace().skip(columns).collect()).collect()
}

/// Each wait, with every seed: not shorter than its timers, and late by no more than their slots allow. The last column is
/// what a real kernel took, in seconds, where it was measured (6.18.44 at HZ=250; older ones at HZ=1000).
#[test]
fn waits_last_as_long_as_the_kernels() {
    const TIMED_OUT: &str = "ETIMEDOUT";
    const NEW: &str = "client_kernel=6.18.44 hz=250";
    for (kernel, preset, settings, end, (from, to), measured) in [
        // connect() to a black hole.
        ("client_kernel=2.6.32", "connect-4.9", "", TIMED_OUT, (21.0, 21.0), None),
        ("client_kernel=3.0", "connect-4.9", "", TIMED_OUT, (189.0, 189.0), None),
        ("client_kernel=3.4", "connect-4.9", "", TIMED_OUT, (63.0, 63.0), None),
        ("client_kernel=3.6", "connect-4.9", "", TIMED_OUT, (63.0, 63.0), None),
        ("client_kernel=3.7", "connect-4.9", "", TIMED_OUT, (127.0, 127.0), None),
        ("client_kernel=el7", "connect-4.9", "", TIMED_OUT, (127.0, 127.0), None),
        ("client_kernel=4.9", "connect-4.9", "", TIMED_OUT, (127.0, 133.0), None),
        ("client_kernel=6.4", "connect-4.9", "", TIMED_OUT, (127.0, 133.0), None),
        ("client_kernel=6.5", "connect-4.9", "", TIMED_OUT, (131.0, 137.0), None),
        (NEW, "connect-4.9", "", TIMED_OUT, (131.0, 136.2), Some(134.5)),
        (NEW, "connect-4.9", "syn_linear_timeouts=0", TIMED_OUT, (127.0, 132.0), Some(130.5)),
        (NEW, "connect-4.9", "syn_retries=1", TIMED_OUT, (3.0, 3.2), Some(3.2)),
        (NEW, "connect-4.9", "syn_retries=2", TIMED_OUT, (7.0, 7.3), Some(7.2)),
        (NEW, "connect-4.9", "syn_retries=3", TIMED_OUT, (19.0, 19.9), Some(19.5)),
        // TCP_USER_TIMEOUT bounds a connect() from 4.19 on, and never makes it longer.
        (NEW, "connect-4.9", "user_timeout_ms=5000", TIMED_OUT, (5.0, 5.3), Some(5.1)),
        (NEW, "connect-4.9", "user_timeout_ms=600000", TIMED_OUT, (131.0, 136.2), None),
        ("client_kernel=4.9", "connect-4.9", "user_timeout_ms=5000", TIMED_OUT, (127.0, 133.0), None),
        ("client_kernel=2.6.32", "connect-4.9", "user_timeout_ms=5000", TIMED_OUT, (21.0, 21.0), None),
        ("", "lost-syn-ack", "", TIMED_OUT, (127.0, 133.0), None),
        // Told at once.
        ("", "refused", "rtt_ms=20", "ECONNREFUSED", (0.02, 0.02), None),
        ("", "unreachable", "icmp=net rtt_ms=20", "ENETUNREACH", (0.02, 0.02), Some(0.02)),
        ("", "unreachable", "icmp=host rtt_ms=20", "EHOSTUNREACH", (0.02, 0.02), Some(0.02)),
        ("", "unreachable", "icmp=filtered rtt_ms=20", "EHOSTUNREACH", (0.02, 0.02), Some(0.02)),
        ("", "unreachable", "icmp=port rtt_ms=20", "ECONNREFUSED", (0.02, 0.02), Some(0.02)),
        // Data under way.
        (NEW, "sending", "", TIMED_OUT, (924.6, 940.0), Some(939.2)),
        (
            NEW,
            "sending",
            "keepalive=1 keepalive_time_s=10 keepalive_intvl_s=5 keepalive_probes=3",
            TIMED_OUT,
            (924.6, 940.0),
            Some(939.0),
        ),
        (NEW, "sending", "retries2=8", TIMED_OUT, (102.2, 108.2), Some(107.9)),
        (NEW, "sending", "retries2=5", TIMED_OUT, (12.6, 13.6), Some(13.3)),
        (NEW, "sending", "user_timeout_ms=30000", TIMED_OUT, (30.4, 30.9), Some(30.5)),
        ("client_kernel=2.6.32", "sending", "", TIMED_OUT, (925.6, 925.7), None),
        ("client_kernel=2.6.32", "sending", "user_timeout_ms=30000", TIMED_OUT, (925.6, 925.7), None),
        // 25.3 s after the first repetition is too soon.
        ("client_kernel=3.4", "sending", "user_timeout_ms=30000", TIMED_OUT, (51.2, 51.4), None),
        ("client_kernel=2.6.32", "sending", "retries2=5", TIMED_OUT, (25.5, 25.7), None),
        // Nothing under way.
        ("client_kernel=2.6.32", "idle-keepalive", "", TIMED_OUT, (7875.0, 7875.0), None),
        ("client_kernel=3.10", "idle-keepalive", "", TIMED_OUT, (7875.0, 7875.0), None),
        ("client_kernel=4.9", "idle-keepalive", "", TIMED_OUT, (7875.0, 8175.0), None),
        (NEW, "idle-keepalive-fast", "", TIMED_OUT, (120.0, 123.7), Some(122.0)),
        (NEW, "idle-keepalive-fast", "user_timeout_ms=75000", TIMED_OUT, (80.0, 83.0), None),
        ("client_kernel=3.10", "rebooted", "", "ECONNRESET", (60.0, 60.1), None),
        (NEW, "rebooted", "", "ECONNRESET", (60.0, 62.1), None),
        // The program has closed.
        (NEW, "fin-wait1", "", "gone", (102.2, 108.2), Some(107.9)),
        (NEW, "fin-wait1", "user_timeout_ms=5000", "gone", (5.4, 5.7), None),
        ("client_kernel=2.6.32", "fin-wait2", "", "gone", (60.0, 60.2), Some(60.0)),
        ("client_kernel=3.10", "fin-wait2", "", "gone", (60.0, 60.3), Some(60.2)),
        ("client_kernel=4.9", "fin-wait2", "", "gone", (60.0, 64.2), Some(62.0)),
        (NEW, "fin-wait2", "fin_timeout_s=30", "gone", (30.0, 32.1), Some(31.5)),
        (NEW, "fin-wait2", "fin_timeout_s=60", "gone", (60.0, 62.1), Some(60.2)),
        (NEW, "fin-wait2", "fin_timeout_s=61", "gone", (2.0, 2.1), Some(2.1)),
        (NEW, "fin-wait2", "fin_timeout_s=70", "gone", (20.0, 20.6), Some(20.5)),
        (NEW, "fin-wait2", "fin_timeout_s=90", "gone", (60.0, 64.2), Some(61.5)),
        (NEW, "fin-wait2", "fin_timeout_s=120", "gone", (120.0, 124.2), Some(123.0)),
        // A closed window, every probe answered.
        (NEW, "zero-window", "user_timeout_ms=10000", TIMED_OUT, (10.0, 10.8), Some(10.5)),
        ("client_kernel=4.9", "zero-window", "user_timeout_ms=10000", TIMED_OUT, (12.6, 14.5), None),
    ] {
        assert!(measured.is_none_or(|seconds| from <= seconds && seconds <= to), "{preset} {settings}: row");
        for seed in SEEDS {
            let settings = format!("{kernel} {settings} seed={seed}");
            let (millis, ended) = wait(&run(preset, &settings)).expect(&settings);
            let seconds = millis as f64 / 1000.0;
            assert_eq!(ended, end, "{preset} {settings}");
            assert!(from <= seconds && seconds <= to, "{preset} {settings}: {seconds} s");
        }
    }
}

#[test]
fn some_waits_have_no_end() {
    for (preset, settings, code) in [
        ("idle-no-keepalive", "", "never"),
        ("idle-no-keepalive", "user_timeout_ms=5000 client_kernel=6.18", "never"),
        ("rebooted", "keepalive=0", "never"),
        ("", "scene=zero-window", "no_end"),
        ("", "scene=zero-window keepalive=1 keepalive_time_s=10", "no_end"),
        ("", "scene=zero-window client_kernel=3.10 user_timeout_ms=10000", "no_end"),
        ("", "scene=zero-window client_kernel=5.2 user_timeout_ms=10000", "no_end"),
    ] {
        let report = run(preset, settings);
        assert_eq!(report.verdict.code, code, "{preset} {settings}");
        assert_eq!(wait(&report), None, "{preset} {settings}");
    }
    for kernel in ["2.6.32", "3.0", "3.4", "3.10", "el7", "4.9", "5.10", "6.1", "6.6", "6.18"] {
        for rtt_ms in [0, 1, 50, 500] {
            let settings =
                format!("scene=zero-window client_kernel={kernel} server_kernel={kernel} rtt_ms={rtt_ms}");
            let report = run("", &settings);
            assert_eq!(report.verdict.code, "no_end", "{settings}");
            let probes = sent(&report, "probe").len();
            assert!((20..=24).contains(&probes), "{settings}: {probes} probes");
        }
    }
}

/// Whole seconds at which SYNs leave.
#[test]
fn syns_leave_when_they_do() {
    for (settings, seconds) in [
        ("client_kernel=2.6.32", &[0, 3, 9][..]),
        ("client_kernel=3.0", &[0, 3, 9, 21, 45, 93]),
        ("client_kernel=3.4", &[0, 1, 3, 7, 15, 31]),
        ("client_kernel=4.4", &[0, 1, 3, 7, 15, 31, 63]),
        ("client_kernel=4.4 syn_retries=8", &[0, 1, 3, 7, 15, 31, 63, 127, 247]),
        ("client_kernel=6.18 hz=250 syn_retries=2", &[0, 1, 2, 3, 4, 5]),
        ("client_kernel=6.18 hz=250 syn_retries=3", &[0, 1, 2, 3, 4, 5, 7, 11]),
    ] {
        let left: Vec<u64> = sent(&run("connect-4.9", settings), "syn").iter().map(|ms| ms / 1000).collect();
        assert_eq!(left, seconds, "{settings}");
    }
}

/// Measured on 6.18.44: 0.21 s a tail loss probe, then 0.42, 0.84, 1.67 …; in all the count reaches 15.
#[test]
fn a_lone_segment_is_sent_again_as_measured() {
    for seed in SEEDS {
        let report = run("sending", &format!("client_kernel=6.18.44 hz=250 seed={seed}"));
        let [probe] = sent(&report, "loss-probe")[..] else { panic!("one loss probe") };
        let times = sent(&report, "data");
        for (millis, measured) in [probe].iter().chain(&times[1..]).zip([210, 420, 840, 1670, 3400, 6900]) {
            assert!(millis.abs_diff(measured) <= measured / 10, "seed {seed}: {millis} ms, not {measured}");
        }
        assert_eq!(times.len(), 16, "the first, and fifteen that are counted");
        assert!(timers(&report, "ss").last().unwrap().ends_with(",15)"), "{:?}", timers(&report, "ss"));
    }
    // 2.6.32 has no such probe.
    let old = run("sending", "client_kernel=2.6.32 rtt_ms=1");
    assert_eq!((&sent(&old, "data")[1..4], sent(&old, "loss-probe").len()), (&[203, 605, 1409][..], 0));
}

/// What the articles say of the column, by preset: the kinds of timers, in the order they are seen.
#[test]
fn ss_and_netstat_show_the_timers() {
    for (preset, settings, ss, netstat) in [
        ("connect-4.9", "", "on", "on"),
        ("sending", "keepalive=1 keepalive_time_s=60 keepalive_intvl_s=10 keepalive_probes=6", "on", "on"),
        ("sending-user-timeout", "", "on", "on"),
        ("idle-no-keepalive", "", "", "off"),
        ("idle-keepalive", "", "keepalive", "keepalive"),
        ("rebooted", "", "keepalive", "keepalive"),
        ("fin-wait1", "", "on", "on"),
        ("fin-wait2", "", "on timewait", "on timewait"),
        ("fin-wait2-61", "", "on keepalive timewait", "on keepalive timewait"),
        ("", "scene=zero-window", "persist", "probe"),
    ] {
        let report = run(preset, settings);
        let kinds = |tool| {
            let mut kinds: Vec<String> = timers(&report, tool)
                .iter()
                .map(|timer| {
                    timer.trim_start_matches("timer:(").split([',', '(']).next().unwrap().to_string()
                })
                .collect();
            kinds.dedup();
            kinds.join(" ")
        };
        assert_eq!((kinds("ss").as_str(), kinds("netstat-o").trim()), (ss, netstat), "{preset} {settings}");
    }
    // A timer that is due and has not fired yet.
    assert_eq!(timers(&run("fin-wait2", ""), "ss").last().unwrap(), "timer:(timewait,,0)");
}

#[test]
fn a_sender_sends_no_keepalive_probe() {
    let fast = "keepalive=1 keepalive_time_s=60 keepalive_intvl_s=10 keepalive_probes=6";
    let with = run("sending", fast);
    assert_eq!(wait(&with), wait(&run("sending", "")));
    assert!(sent(&with, "probe").is_empty());
    assert_eq!(sent(&run("idle-keepalive-fast", ""), "probe").len(), 6);
}

#[test]
fn an_unanswered_syn_ack_is_sent_again_by_the_server() {
    let report = run("lost-syn-ack", "client_kernel=2.6.32 server_kernel=6.18");
    let requests: Vec<&str> =
        report.tables.iter().filter(|table| table.host == "srv").map(|table| table.text.as_str()).collect();
    assert!(!requests.is_empty() && requests.iter().all(|line| line.starts_with("SYN-RECV 0      0")));
    assert!(report.verdict.text.contains("The server forgets the request after"), "{}", report.verdict.text);
}

/// Settings, and the fields that then bear a remark.
#[test]
fn settings_without_effect_are_remarked() {
    for (preset, settings, noted) in [
        ("connect-4.9", "", ""),
        ("connect-4.9", "keepalive=1 retries2=8", "retries2 keepalive"),
        ("connect-4.9", "syn_linear_timeouts=0", "syn_linear_timeouts"),
        ("connect-6.18", "syn_linear_timeouts=0", ""),
        ("connect-4.9", "user_timeout_ms=5000", "user_timeout_ms"),
        ("connect-user-timeout", "", ""),
        ("sending", "keepalive=1 keepalive_time_s=60", "keepalive keepalive_time_s"),
        ("sending", "user_timeout_ms=30000 retries2=8", "retries2"),
        ("sending", "client_kernel=2.6.32 user_timeout_ms=30000 retries2=8", "user_timeout_ms"),
        ("idle-no-keepalive", "keepalive_time_s=60 user_timeout_ms=5", "keepalive_time_s user_timeout_ms"),
        ("idle-keepalive-fast", "", ""),
        ("rebooted", "keepalive_probes=6 keepalive_intvl_s=10", "keepalive_intvl_s keepalive_probes"),
        ("fin-wait2-61", "orphan_retries=3", "orphan_retries"),
        ("fin-wait1", "orphan_retries=3", ""),
        ("unreachable", "icmp=net", ""),
        ("refused", "icmp=net server_kernel=6.18", "server_kernel icmp"),
    ] {
        let notes = params(preset, settings).notes(Lang::En);
        let fields: Vec<&str> = notes.iter().map(|(name, _)| *name).collect();
        assert_eq!(fields.join(" "), noted, "{preset} {settings}");
    }
}

/// What stands beside the wait is what those settings give.
#[test]
fn the_table_of_changes_is_true() {
    for (preset, row, settings) in [
        ("connect-4.9", "tcp_syn_retries = 3", "syn_retries=3"),
        ("connect-4.9", "Linux 2.6.32", "client_kernel=2.6.32"),
        ("sending", "tcp_retries2 = 8", "retries2=8"),
        ("idle-no-keepalive", "SO_KEEPALIVE, 7200 s + 9 × 75 s", "keepalive=1"),
        ("fin-wait2", "tcp_fin_timeout = 61", "fin_timeout_s=61"),
    ] {
        let table = |report: Report| report.tables.into_iter().find(|table| table.id == "changes").unwrap();
        let changed = table(run(preset, ""));
        let other = changed.rows.iter().find(|cells| cells[0] == row).unwrap_or_else(|| panic!("{row}"));
        assert_eq!(other[1..], table(run(preset, settings)).rows[0][1..], "{preset}: {row}");
    }
}

/// Which of two callers is told first, whatever the seed.
#[test]
fn figures_of_the_articles_give_their_answers() {
    let seconds = |preset: &str, settings: &str| wait(&run(preset, settings)).unwrap().0 / 1000;
    assert!(seconds("connect-4.9", "") < seconds("connect-4.9", "client_kernel=6.18"));
    assert!((900..1000).contains(&seconds("sending", "")), "about 15 minutes");
    for seed in SEEDS {
        let seed = format!("seed={seed}");
        assert_eq!(seconds("fin-wait2-61", &seed), 2);
        assert!(seconds("fin-wait2-61", &format!("fin_timeout_s=60 {seed}")) >= 60);
        assert!((60..65).contains(&seconds("rebooted", &seed)));
        assert_eq!(seconds("sending-user-timeout", &seed), 30);
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
    texts.extend(lab().params.iter().map(|param| param.help.zh.to_string()));
    for preset in lab().presets {
        texts.extend([preset.title.zh.to_string(), preset.summary.zh.to_string()]);
    }
    let random = (0..300).map(|seed| params("", &settings::random(lab(), seed)));
    for params in lab().presets.iter().map(|preset| params(preset.id, "")).chain(random) {
        let report = params.run(Lang::Zh);
        texts.push(report.verdict.text);
        texts.extend(params.notes(Lang::Zh).into_iter().map(|(_, note)| note));
        texts.extend(report.tables.into_iter().flat_map(|table| table.rows).flatten());
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
