//! The lab `nagle`: requests take as long as they were measured to, and the report says why.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

mod settings;

use expect_test::expect;
use sim_wasm::lab::report::Table;
use sim_wasm::lab::{self, Lab, Params, Report};
use sim_wasm::text::Lang;

const SEEDS: std::ops::Range<u32> = 0..25;

fn lab() -> &'static Lab {
    lab::find("nagle").unwrap()
}

fn params(preset: &str, settings: &str) -> Params {
    settings::params(lab(), preset, settings)
}

fn run(preset: &str, settings: &str) -> Report {
    params(preset, settings).run(Lang::En)
}

fn total(report: &Report, name: &str) -> u64 {
    report.totals.iter().find(|(total, _)| *total == name).unwrap().1
}

/// How long each request took, in microseconds.
fn times(report: &Report) -> Vec<u64> {
    let took = report.series.iter().find(|series| series.id == "took").unwrap();
    took.points[..took.points.len() - 1].iter().map(|(_, us)| us.cast_unsigned()).collect()
}

/// The numbers of the requests that waited for a timer, from 1.
fn stalled(report: &Report) -> Vec<usize> {
    let waited = report.series.iter().find(|series| series.id == "stalled-for").unwrap();
    let points = &waited.points[..waited.points.len() - 1];
    points.iter().zip(1..).filter(|((_, us), _)| *us > 0).map(|(_, n)| n).collect()
}

fn table<'a>(report: &'a Report, id: &str) -> &'a Table {
    report.tables.iter().find(|table| table.id == id).unwrap()
}

fn counter(report: &Report, host: &str, name: &str) -> u64 {
    let counters = &report.counters.iter().find(|(id, _)| id == host).unwrap().1;
    counters.iter().find(|(counter, _)| counter == name).map_or(0, |(_, n)| *n)
}

/// Each preset: its verdict, how many of its requests stall, and between which times their median lies, in microseconds.
#[test]
fn presets_tell_what_they_promise() {
    for (preset, code, stalls, of, (from, to)) in [
        ("stall", "stalled", 19, 20, (40_000, 41_100)),
        ("nodelay", "fast", 0, 20, (200, 200)),
        ("cork", "fast", 0, 20, (200, 200)),
        ("one-write", "fast", 0, 20, (200, 200)),
        ("quickack", "held", 0, 20, (400, 400)),
        ("large-tail", "fast", 0, 20, (200, 200)),
        ("first-requests", "stalled", 4, 5, (40_000, 44_200)),
    ] {
        for seed in SEEDS {
            let report = run(preset, &format!("seed={seed}"));
            assert_eq!(report.verdict.code, code, "{preset}, seed {seed}");
            assert_eq!((total(&report, "stalled"), total(&report, "requests")), (stalls, of), "{preset}");
            let median = total(&report, "median_us");
            assert!(from <= median && median <= to, "{preset}, seed {seed}: {median} µs");
        }
    }
    // In 5.4 three answers are needed, each in another jiffy than the one before.
    for seed in SEEDS {
        let report = run("kernel-compare", &format!("seed={seed}"));
        let stalled = stalled(&report);
        assert!((1..=4).contains(&stalled.len()) && stalled[0] > 3, "seed {seed}: {stalled:?}");
        assert!(total(&report, "median_us") == 400, "seed {seed}");
    }
}

#[test]
fn the_first_request_alone_is_fast() {
    for seed in SEEDS {
        let report = run("stall", &format!("seed={seed}"));
        assert_eq!(stalled(&report), (2..=20).collect::<Vec<_>>(), "seed {seed}");
        assert_eq!(times(&report)[0], 400, "two round trips");
        assert_eq!(counter(&report, "srv", "TcpExt.DelayedACKs"), 19);
        assert!(report.verdict.text.contains("The first is fast"), "{}", report.verdict.text);
    }
}

/// One segment or two: what leaves at once costs packets.
#[test]
fn packets_are_saved_by_gathering() {
    let packets = |preset| total(&run(preset, ""), "packets");
    assert_eq!(packets("cork"), packets("one-write"));
    assert_eq!(
        packets("nodelay") - packets("one-write"),
        40,
        "a second segment for each request, and its ACK"
    );
    assert!(packets("quickack") > packets("nodelay"));
}

/// Measured on 6.18.44 at HZ=250, on a veth pair between two network namespaces of one machine: a client and a server in
/// Python that do what the lab's programs do, twenty requests each. Milliseconds of the first request, and of the median of
/// those from the third on.
#[test]
fn requests_take_as_long_as_measured() {
    const QUICK: f64 = 0.1;
    for (settings, first, later) in [
        ("", 0.2, 44.0),
        ("nodelay=1", 0.1, QUICK),
        ("cork=1", 0.1, QUICK),
        ("one_writev=1", 0.2, QUICK),
        ("nodelay=1 cork=1", 0.1, QUICK),
        ("server_quickack=each", 0.2, QUICK),
        ("server_quickack=once", 0.2, 44.0),
        ("writes=3", 0.3, 44.0),
        ("writes=8", 0.2, 44.0),
        ("writes=1 write_bytes=2000", 0.2, QUICK),
        ("write_bytes=1448 last_write_bytes=552", 0.3, QUICK),
        ("write_bytes=2896 last_write_bytes=100", 0.3, QUICK),
        ("write_bytes=2000 last_write_bytes=100", 0.3, QUICK),
        ("write_bytes=1448", 0.2, QUICK),
        ("last_write_bytes=1448", 0.2, QUICK),
        ("last_write_bytes=2000", 0.3, QUICK),
        ("last_write_bytes=3000", 0.3, QUICK),
        ("write_bytes=600", 0.3, 44.0),
        ("write_bytes=600 server_quickack=each", 0.4, QUICK),
        ("write_bytes=600 server_quickack=once", 0.2, 44.0),
        ("write_bytes=1000 last_write_bytes=100", 0.2, 44.0),
        ("write_bytes=1000", 0.3, 44.0),
        ("writes=3 write_bytes=1000", 0.2, QUICK),
        ("response_bytes=2000", 0.3, 44.0),
        ("writes=1 write_bytes=200 response_bytes=3000", 0.3, QUICK),
        // The same the other way round: the client delays its ACK, and the server's second write waits for it.
        ("writes=1 write_bytes=200 response_writes=2 response_bytes=200", 0.5, 44.0),
        ("writes=1 write_bytes=200 response_writes=2 response_bytes=2000", 0.1, 44.0),
        ("writes=1 write_bytes=200 response_writes=3 response_bytes=300", 0.3, 44.0),
        ("writes=1 write_bytes=200 response_writes=2 response_bytes=200 server_nodelay=1", 0.3, QUICK),
        ("response_writes=2 response_bytes=200", 0.5, 88.0),
        ("response_writes=2 response_bytes=200 nodelay=1", 0.2, 44.0),
        ("response_writes=2 response_bytes=200 server_quickack=each", 0.2, 44.0),
        // An answer that comes more than 40 ms after the request makes no interactive session.
        ("think_ms=10", 10.3, 52.0),
        ("think_ms=30", 30.3, 72.0),
        ("think_ms=45", 45.5, 45.3),
        ("think_ms=60", 60.5, 60.3),
        ("gap_ms=10", 0.3, 41.8),
        ("gap_ms=35", 0.3, 40.9),
        ("gap_ms=60", 0.2, 43.8),
        ("gap_ms=300", 0.2, 43.8),
        ("gap_ms=1000 requests=8", 0.2, 43.9),
        ("cork=kept", 208.0, 208.0),
    ] {
        let mut medians = Vec::new();
        for seed in SEEDS {
            let report = run("", &format!("hz=250 rtt_us=50 seed={seed} {settings}"));
            let times = times(&report);
            let off = (times[0] as f64 / 1000.0 - first).abs();
            assert!(off < 4.1, "{settings}, seed {seed}: the first takes {} µs, not {first} ms", times[0]);
            assert!(first > 100.0 || off < 0.6, "{settings}, seed {seed}: the first takes {} µs", times[0]);
            let mut later = times[2..].to_vec();
            later.sort_unstable();
            medians.push(later[later.len() / 2] as f64 / 1000.0);
        }
        // Where the ticks lie decides within a jiffy, for each of the two hosts.
        let (low, high) =
            medians.iter().fold((f64::MAX, 0.0_f64), |(low, high), m| (low.min(*m), high.max(*m)));
        assert!(
            low - 0.5 <= later && later <= high + 0.5,
            "{settings}: {low} to {high} ms, measured {later} ms"
        );
        assert!(high - low <= 8.1, "{settings}: {low} to {high} ms");
    }
}

/// With a little time between the calls the ACK of a full segment overtakes the next of them: measured on 6.18.44 four and
/// eight calls of 1000 bytes stall in half of all cases, three never.
#[test]
fn time_between_calls_makes_small_segments() {
    for (settings, stalls) in [
        ("writes=3", false),
        ("writes=4", false),
        ("writes=8", false),
        ("writes=3 write_gap_us=60", false),
        ("writes=4 write_gap_us=60", true),
        ("writes=8 write_gap_us=60", true),
    ] {
        let report = run("", &format!("rtt_us=50 write_bytes=1000 {settings}"));
        assert_eq!(!stalled(&report).is_empty(), stalls, "{settings}");
    }
}

/// Which requests stall on which server, 5 ms away, so that each answer has a jiffy of its own.
#[test]
fn servers_delay_acks_after_one_answer_or_three() {
    let all: Vec<usize> = (2..=20).collect();
    for kernel in ["2.6.32", "3.10", "el7", "4.19", "5.0", "5.10", "5.15", "5.19", "6.1", "6.18"] {
        let report = run("", &format!("server_kernel={kernel} rtt_us=5000"));
        assert_eq!(stalled(&report), all, "{kernel}");
    }
    for kernel in ["5.1", "5.4", "5.9", "5.10.134", "5.11", "5.15.58", "5.17"] {
        let report = run("", &format!("server_kernel={kernel} rtt_us=5000"));
        assert_eq!(stalled(&report), [4, 7, 10, 13, 16, 19], "{kernel}");
    }
    // With a short round trip answers share jiffies, and are not counted.
    let near = stalled(&run("", "server_kernel=5.4 rtt_us=50"));
    assert!(near.len() < 3, "{near:?}");
}

#[test]
fn the_report_says_which_rule_and_which_timer() {
    let rows = |preset: &str, settings: &str| -> String {
        table(&run(preset, settings), "why").rows.iter().map(|row| row.join(" | ") + "\n").collect()
    };
    expect![[r"
        19 | client | tcp_nagle_check, tcp_minshall_check | len 100 < mss 1448, packets_out 1, snd_sml − snd_una = 100 > 0 | tcp_delack_timer: pingpong 1, ato 40.0 ms | 40.4 ms
        1 | client | tcp_nagle_check, tcp_minshall_check | len 100 < mss 1448, packets_out 1, snd_sml − snd_una = 100 > 0 | an ACK at once | 200 µs
    "]]
    .assert_eq(&rows("stall", ""));
    expect![[r"
        20 | client | tcp_nagle_check (TCP_NAGLE_CORK) | len 100 < mss 1448 | tcp_probe_timer | 207 ms
    "]]
    .assert_eq(&rows("", "cork=kept"));
    let server = rows("", "writes=1 response_writes=2 response_bytes=200");
    assert!(server.starts_with("19 | server | tcp_nagle_check"), "{server}");
    assert!(run("nodelay", "").tables.iter().all(|table| table.id != "why"), "nothing was kept back");
}

#[test]
fn ss_shows_what_is_held() {
    let report = run("stall", "");
    let ss = table(&report, "ss");
    assert_eq!((ss.host.as_str(), ss.t_us), ("c1", Some(600)));
    // Sent and not acknowledged, and not sent at all.
    assert!(ss.text.starts_with("ESTAB 0      200    192.0.2.1:"), "{}", ss.text);
}

#[test]
fn verdicts_are_written_in_both_languages() {
    for (settings, code, en, zh) in [
        ("", "stalled", "19 of 20 requests stall", "20 个请求中有 19 个卡住"),
        ("cork=kept", "stalled", "TCP_CORK stays set", "TCP_CORK 一直设着"),
        (
            "server_quickack=each",
            "held",
            "TCP_QUICKACK before each read()",
            "每次 read() 之前的 TCP_QUICKACK",
        ),
        ("writes=1 write_bytes=2000", "fast", "The small tail leaves", "小尾巴和满报文一起发出"),
        ("writes=8 write_bytes=3000 nodelay=1", "held", "room in a window", "等过窗口腾出空间"),
        ("nodelay=1", "fast", "small segments wait for nothing", "小报文什么也不等"),
        ("cork=1", "fast", "TCP_CORK gathers the parts", "TCP_CORK 把各部分攒在一起"),
        ("one_writev=1", "fast", "a single small segment", "请求只有一个小报文"),
        ("server_kernel=5.4", "stalled", "until its third answer", "第三次响应之前"),
    ] {
        for (lang, words) in [(Lang::En, en), (Lang::Zh, zh)] {
            let verdict = params("", settings).run(lang).verdict;
            assert_eq!(verdict.code, code, "{settings}");
            assert!(verdict.text.contains(words), "{settings}: {}", verdict.text);
        }
    }
}

/// Settings, and the fields that then bear a remark.
#[test]
fn settings_without_effect_are_remarked() {
    for (settings, noted) in [
        ("", ""),
        ("nodelay=1 server_quickack=each gap_ms=5", ""),
        ("writes=1 nodelay=1", ""),
        ("writes=1 one_writev=1 cork=1 write_gap_us=50", "write_gap_us cork one_writev"),
        ("writes=1 write_bytes=500 last_write_bytes=20", "write_bytes"),
        ("one_writev=1 write_gap_us=50", "write_gap_us"),
        ("nodelay=1 cork=kept", "nodelay"),
        ("server_nodelay=1", "server_nodelay"),
        ("server_nodelay=1 response_bytes=2000", ""),
        ("server_nodelay=1 response_writes=2", ""),
        ("requests=1 gap_ms=5", "gap_ms"),
    ] {
        let notes = params("", settings).notes(Lang::En);
        let fields: Vec<&str> = notes.iter().map(|(name, _)| *name).collect();
        assert_eq!(fields.join(" "), noted, "{settings}");
    }
}

/// What stands beside the run is what those settings give.
#[test]
fn the_table_of_changes_is_true() {
    for (base, row, settings) in [
        ("", "as it is", ""),
        ("", "TCP_NODELAY, client", "nodelay=1"),
        ("", "TCP_CORK, client", "cork=1"),
        ("", "writev(), client", "one_writev=1"),
        ("", "TCP_QUICKACK, server", "server_quickack=each"),
        ("", "Linux 5.4", "client_kernel=5.4 server_kernel=5.4"),
        ("response_writes=3", "TCP_NODELAY, server", "server_nodelay=1"),
    ] {
        let report = run("", base);
        let other = run("", &format!("{base} {settings}"));
        let cells = table(&report, "changes").rows.iter().find(|cells| cells[0] == row).expect(row);
        let wanted = [
            format!("{}/{}", total(&other, "stalled"), total(&other, "requests")),
            total(&other, "requests_per_s").to_string(),
            total(&other, "packets").to_string(),
        ];
        assert_eq!([&cells[1], &cells[4], &cells[5]], wanted.each_ref(), "{base}: {row}");
    }
}

/// Whatever the settings: every request is answered, none sooner than the path allows, and without Nagle and cork no
/// timer is waited for.
#[test]
fn requests_end_and_nothing_stalls_without_nagle() {
    for seed in 0..500 {
        let settings = settings::random(lab(), seed);
        let params = params("", &settings);
        let report = params.run(Lang::En);
        let number = |name| params.int(name).unsigned_abs();
        assert_eq!(total(&report, "requests"), number("requests"), "{settings}");
        let least = number("rtt_us") / 2 * 2 + 1000 * number("think_ms");
        assert!(times(&report).iter().all(|us| *us >= least), "{settings}: sooner than {least} µs");
        let [median, p99, worst] = ["median_us", "p99_us", "worst_us"].map(|name| total(&report, name));
        assert!(median <= p99 && p99 <= worst && times(&report).contains(&median), "{settings}");
        assert_eq!(total(&report, "stalled"), stalled(&report).len() as u64, "{settings}");

        let pairs: Vec<&str> = settings.split_whitespace().collect();
        let others = pairs
            .iter()
            .filter(|pair| !["nodelay", "server_nodelay", "cork"].contains(&pair.split('=').next().unwrap()));
        let mut without: Vec<&str> = others.copied().collect();
        without.extend(["nodelay=1", "server_nodelay=1", "cork=0"]);
        let report = run("", &without.join(" "));
        assert!(stalled(&report).is_empty(), "{}: {}", without.join(" "), report.verdict.text);
    }
}
