//! The lab `accept-queue`: what the article says of its scenes comes out, on every kernel it names, and no run breaks its
//! books. That the population behaves as hosts do is tested beside it, in `labs/accept_queue/twin.rs`.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

mod settings;

use sim_wasm::lab::{self, Params, Report};
use sim_wasm::text::Lang;

fn params(preset: &str, settings: &str) -> Params {
    settings::params(lab::find("accept-queue").unwrap(), preset, settings)
}

fn run(preset: &str, settings: &str) -> Report {
    params(preset, settings).run(Lang::En)
}

fn total(report: &Report, name: &str) -> u64 {
    report.totals.iter().find(|(total, _)| *total == name).unwrap().1
}

fn counter(report: &Report, name: &str) -> u64 {
    let (_, counters) = report.counters.last().unwrap();
    counters.iter().find(|(counter, _)| counter == &format!("TcpExt.{name}")).map_or(0, |(_, count)| *count)
}

/// Recv-Q and Send-Q of every `ss -lnt`.
fn ss(report: &Report) -> Vec<(u64, u64)> {
    let listen = |text: &str| {
        let line: Vec<&str> = text.lines().nth(1).unwrap().split_whitespace().collect();
        (line[1].parse().unwrap(), line[2].parse().unwrap())
    };
    report.tables.iter().filter(|table| table.id == "ss").map(|table| listen(&table.text)).collect()
}

const SEEDS: u64 = 12;

/// Every seed of a scene.
fn every(preset: &str, settings: &str, check: impl Fn(&Report, &str)) {
    for seed in 0..SEEDS {
        let settings = format!("{settings} seed={seed}");
        check(&run(preset, &settings), &format!("{preset} {settings}"));
    }
}

/// Preset, changes, verdict; what must be none, and what must not.
#[test]
fn scenes_of_the_article() {
    for (preset, settings, code, none, some) in [
        ("healthy", "", "all_served", "read_timeouts resets hanging misled", "served"),
        ("slow-accept", "", "misled", "resets refused", "served read_timeouts misled"),
        ("abort", "", "accept_queue_full", "refused", "served resets"),
        ("nobody-accepts-3.10", "", "misled", "served resets refused accepted", "misled hanging"),
        ("nobody-accepts-3.10", "server_kernel=2.6.32", "misled", "served resets", "misled hanging"),
        ("nobody-accepts-3.10", "server_kernel=el7", "misled", "served resets", "misled hanging"),
        ("nobody-accepts-3.10", "server_kernel=4.9", "misled", "served resets", "misled hanging"),
        ("nobody-accepts-3.10", "abort_on_overflow=1", "accept_queue_full", "served", "resets"),
        ("nobody-accepts-4.11", "", "accept_queue_full", "served resets refused", "hanging"),
        ("nobody-accepts-4.11", "abort_on_overflow=1", "accept_queue_full", "served", "hanging"),
        ("nobody-accepts-4.11", "server_kernel=4.10", "accept_queue_full", "served resets", "hanging"),
        ("nobody-accepts-6.18", "", "accept_queue_full", "served resets refused", "hanging"),
        ("somaxconn-limits", "", "misled", "served", "misled hanging"),
        ("server-first", "", "misled", "served resets refused", "misled read_timeouts"),
        ("gc-pause", "", "served_late", "read_timeouts resets hanging", "late"),
        ("gc-pause", "backlog=256 somaxconn=256", "all_served", "late read_timeouts resets", "served"),
        ("syn-flood-cookies", "", "all_served", "read_timeouts resets hanging misled", "served forged"),
        ("syn-flood-cookies", "server_kernel=6.18", "all_served", "read_timeouts misled", "served forged"),
        ("syn-flood-no-cookies", "", "syn_queue_full", "misled queued resets", "hanging forged"),
        ("backlog-zero-4.9", "", "syn_queue_full", "served read_timeouts accepted", "hanging"),
        ("backlog-zero-4.9", "server_kernel=4.19", "syn_queue_full", "served accepted", "hanging"),
        ("backlog-zero-4.9", "syncookies=1", "all_served", "hanging misled", "served"),
        ("backlog-zero-4.9", "server_kernel=4.3", "all_served", "hanging misled", "served"),
        // One place, and who comes while it is taken comes again.
        (
            "backlog-zero-4.9",
            "server_kernel=6.14",
            "syn_queue_full",
            "read_timeouts misled",
            "served hanging",
        ),
    ] {
        every(preset, settings, |report, told| {
            assert_eq!(report.verdict.code, code, "{told}: {}", report.verdict.text);
            for name in none.split_whitespace() {
                assert_eq!(total(report, name), 0, "{told}: {name}");
            }
            for name in some.split_whitespace() {
                assert!(total(report, name) > 0, "{told}: {name}");
            }
        });
    }
}

#[test]
fn one_more_than_the_lesser_of_backlog_and_somaxconn_fit() {
    for kernel in ["2.6.32", "3.10", "el7", "4.9", "4.11", "4.19", "6.18"] {
        for (backlog, somaxconn, limit) in
            [(128, 128, 128), (1024, 128, 128), (16, 128, 16), (-1, 64, 64), (4, 1, 1), (0, 128, 0)]
        {
            let settings = format!(
                "server_kernel={kernel} backlog={backlog} somaxconn={somaxconn} accept_per_s=0 duration_s=8"
            );
            let report = run("", &settings);
            assert_eq!(total(&report, "longest_queue"), limit + 1, "{settings}");
            assert_eq!(ss(&report).last(), Some(&(limit + 1, limit)), "{settings}");
        }
    }
    // 16 bits up to 3.18 and on el7.
    for (kernel, longest) in [("3.18", 1), ("el7", 1), ("4.1", 500)] {
        let settings = format!(
            "server_kernel={kernel} backlog=65536 somaxconn=65536 accept_per_s=0 arrival_per_s=1 burst=499 duration_s=1"
        );
        assert_eq!(total(&run("", &settings), "longest_queue"), longest, "{kernel}");
    }
}

#[test]
fn a_full_accept_queue_tells_lies_up_to_4_9() {
    let misled = |kernel: &str, settings: &str| {
        let misled = |seed| {
            let settings = format!("server_kernel={kernel} accept_per_s=0 seed={seed} {settings}");
            total(&run("", &settings), "misled")
        };
        (0..SEEDS).map(misled).collect::<Vec<u64>>()
    };
    for kernel in ["2.6.32", "3.10", "el7", "4.3", "4.4.100", "4.9"] {
        let many = misled(kernel, "");
        assert!(many.iter().all(|n| *n > 5), "{kernel}: {many:?}");
    }
    // Later only those whose SYN found room and whose ACK did not: of one round trip.
    for kernel in ["4.4.178", "4.10", "4.11", "4.19", "5.15", "6.18"] {
        let (few, burst) = (misled(kernel, ""), misled(kernel, "burst=150"));
        assert!(few.iter().all(|n| *n <= 1), "{kernel}: {few:?}");
        assert!(burst.iter().all(|n| (21..=22).contains(n)), "{kernel}, a burst: {burst:?}");
    }
}

#[test]
fn a_shorter_queue_serves_more_when_the_program_is_too_slow_for_good() {
    for seed in 0..SEEDS {
        let served =
            |settings: &str| total(&run("slow-accept", &format!("{settings} seed={seed}")), "served");
        let (long, short) = (served(""), served("backlog=64"));
        assert!(short * 2 > long * 3, "seed {seed}: {long} with 128, {short} with 64");
    }
}

#[test]
fn a_client_that_waits_for_a_greeting_learns_only_by_its_own_timeout() {
    // The requests are forgotten after 63 s and a little more. Nobody says so.
    let report = run("server-first", "client_timeout_s=0 arrival_per_s=10 duration_s=100");
    assert!(total(&report, "misled") > 10 && total(&report, "misled") == total(&report, "waiting") - 129);
    assert_eq!(total(&report, "resets") + total(&report, "read_timeouts"), 0);
    let given_up = |report: &Report| {
        let table = report.tables.iter().find(|table| table.id == "server").unwrap();
        table.rows.iter().find(|row| row[0] == "gave a request up").map_or(0, |row| row[1].parse().unwrap())
    };
    assert!(given_up(&report) > 3, "{}", given_up(&report));
    // With data to send again they are reset then.
    let report = run("nobody-accepts-3.10", "client_timeout_s=0 arrival_per_s=10 duration_s=150");
    assert!(total(&report, "resets") > 0);
    let report = run("server-first", "client_timeout_s=30 duration_s=40");
    assert!(total(&report, "read_timeouts") > 129 && total(&report, "resets") == 0);
}

#[test]
fn a_kernel_brings_no_defaults_with_it() {
    let values = |settings: &str| {
        let params = params("nobody-accepts-4.11", settings);
        params.to_query().replace("server_kernel=4.11", "").replace("server_kernel=3.10", "")
    };
    assert_eq!(values(""), values("server_kernel=3.10"));
    for kernel in ["2.6.32", "3.10", "5.4", "6.18"] {
        let report = run("nobody-accepts-3.10", &format!("server_kernel={kernel}"));
        assert_eq!(ss(&report).last(), Some(&(129, 128)), "{kernel}: somaxconn is 128 unless told otherwise");
    }
}

/// What the server counts for a SYN that is dropped because the accept queue is full.
#[test]
fn counters_by_kernel() {
    for (kernel, on_syn) in [("2.6.32", 0), ("3.10", 1), ("el7", 1), ("4.9", 1), ("4.11", 1), ("6.18", 1)] {
        let report = run("nobody-accepts-3.10", &format!("server_kernel={kernel}"));
        let dropped = |code| {
            let all = &report.recorded.as_ref().unwrap().dropped;
            all.iter().find(|(known, _)| *known == code).unwrap().1
        };
        let expected = dropped("accept_queue_full_syn") * on_syn + dropped("accept_queue_full_ack");
        assert_eq!(counter(&report, "ListenOverflows"), expected, "{kernel}");
        assert_eq!(counter(&report, "ListenDrops"), expected, "{kernel}");
    }
    // A cookie is a drop too on 3.10 and el7, and no more on 4.9.
    for (kernel, drops) in [("3.10", true), ("el7", true), ("4.9", false), ("6.18", false)] {
        let report = run("syn-flood-cookies", &format!("server_kernel={kernel}"));
        let (sent, dropped) = (counter(&report, "SyncookiesSent"), counter(&report, "ListenDrops"));
        assert!(sent > 1000 && dropped == if drops { sent } else { 0 }, "{kernel}: {sent} {dropped}");
    }
}

#[test]
fn ten_thousand_random_settings_keep_the_books() {
    let lab = lab::find("accept-queue").unwrap();
    for seed in 0..10_000 {
        let settings = settings::random(lab, seed);
        let report = run("", &settings);
        let t = |name| total(&report, name);
        let outcomes = [
            "served",
            "read_timeouts",
            "resets",
            "refused",
            "connect_timeouts",
            "waiting",
            "hanging",
            "arriving",
        ];
        assert_eq!(t("connections"), outcomes.iter().map(|name| t(name)).sum::<u64>(), "{settings}");
        let (_, counters) = report.counters.last().unwrap();
        let opens = counters.iter().find(|(name, _)| name == "Tcp.PassiveOpens").map_or(0, |(_, n)| *n);
        assert_eq!(opens, t("accepted") + t("queued"), "{settings}");
        assert!(counter(&report, "ListenDrops") >= counter(&report, "ListenOverflows"), "{settings}");
        for (recv_q, send_q) in ss(&report) {
            assert!(recv_q <= send_q + 1 && recv_q <= t("longest_queue"), "{settings}");
        }
        let highest = |id: &str| {
            let series = report.series.iter().find(|series| series.id == id).unwrap();
            series.points.iter().map(|(_, value)| *value).max().unwrap()
        };
        assert!(highest("waiting") <= highest("backlog") + 1, "{settings}");
        assert!(highest("requests") <= highest("places"), "{settings}");
    }
}

#[test]
fn a_million_connections_are_all_played_and_few_are_recorded() {
    let report = run("", "arrival_per_s=20000 duration_s=50 accept_per_s=10000 backlog=1024 somaxconn=1024");
    assert_eq!(total(&report, "connections"), 1_000_000);
    assert!(report.events.len() < 2_000 && total(&report, "served") > 400_000);
    let cut = params("", "arrival_per_s=20000 duration_s=600");
    assert!(cut.notes(Lang::En).iter().any(|(name, _)| *name == "duration_s"), "{:?}", cut.notes(Lang::En));
}
