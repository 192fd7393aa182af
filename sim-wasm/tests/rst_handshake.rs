//! The lab `rst-handshake`: what its article says, kernel by kernel, and books that balance.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

mod settings;

use sim_wasm::lab::report::{Event, Fate, PacketInfo, Table};
use sim_wasm::lab::{self, Params, Report};
use sim_wasm::text::Lang;

/// The kernels that the article's tables speak of.
const KERNELS: &str = "2.6.32.67 3.10.108 el7 4.9.115 4.11.0 4.19.108 6.18.44";

fn params(preset: &str, settings: &str) -> Params {
    settings::params(lab::find("rst-handshake").unwrap(), preset, settings)
}

fn run(preset: &str, settings: &str) -> Report {
    params(preset, settings).run(Lang::En)
}

fn total(report: &Report, name: &str) -> u64 {
    report.totals.iter().find(|(total, _)| *total == name).unwrap().1
}

fn counter(report: &Report, name: &str) -> u64 {
    let (_, counters) = report.counters.last().unwrap();
    let full = |known: &str| known.split_once('.').unwrap().1 == name;
    counters.iter().find(|(known, _)| full(known)).map_or(0, |(_, count)| *count)
}

/// The packets from one host, of one connection.
fn packets<'a>(
    report: &'a Report,
    from: &'a str,
    conn: u32,
) -> impl Iterator<Item = (&'a Event, &'a PacketInfo)> {
    let events = report.events.iter().filter(move |event| event.from == from && event.conn == conn);
    events.filter_map(|event| Some((event, event.packet.as_ref()?)))
}

fn table<'a>(report: &'a Report, id: &str) -> &'a Table {
    report.tables.iter().rfind(|table| table.id == id).unwrap()
}

/// Runs eight checks; says how many leave a connection, and which counters went up how often for each check.
fn outcome(preset: &str, settings: &str) -> String {
    let report = run(preset, &format!("checks=8 {settings}"));
    let mut told = format!("{} left", total(&report, "left_at_end"));
    for name in ["PassiveOpens", "AttemptFails", "EstabResets", "OutRsts", "EmbryonicRsts", "PAWSEstab"] {
        let count = counter(&report, name);
        assert!(count.is_multiple_of(8), "{preset} {settings}: {name} {count}");
        if count > 0 {
            told += &format!(" {name}");
        }
        assert!(count <= 8, "{preset} {settings}: {name} {count}");
    }
    told
}

const LEFT: &str = "8 left PassiveOpens PAWSEstab";
const REMOVED: &str = "0 left AttemptFails OutRsts EmbryonicRsts";
const RESET: &str = "0 left PassiveOpens EstabResets";

/// Settings, kernels of the server, outcome: the tables of the article.
const SCENES: &[(&str, &str, &str)] = &[
    // While the handshake is open.
    ("rst_timestamp=none", KERNELS, REMOVED),
    ("rst_timestamp=zero", KERNELS, LEFT),
    ("rst_timestamp=lower", KERNELS, LEFT),
    ("rst_timestamp=equal", KERNELS, REMOVED),
    ("rst_timestamp=higher", KERNELS, REMOVED),
    ("rst_timestamp=zero rst_flags=rst", KERNELS, LEFT),
    ("rst_timestamp=equal rst_flags=rst", KERNELS, REMOVED),
    // A SYN without a timestamp.
    ("rst_timestamp=zero client_timestamps=0", KERNELS, REMOVED),
    ("rst_timestamp=lower client_timestamps=0", "2.6.32.67", LEFT),
    ("rst_timestamp=lower client_timestamps=0", "3.10.108 el7 4.9.115 4.11.0 4.19.108 6.18.44", REMOVED),
    ("rst_timestamp=zero server_timestamps=0", KERNELS, REMOVED),
    // Other sequence numbers.
    ("rst_timestamp=equal rst_seq=in-window", "2.6.32.67 3.10.108 el7 4.9.115 4.11.0 4.19.108", REMOVED),
    ("rst_timestamp=equal rst_seq=in-window", "6.18.44", RESET),
    ("rst_timestamp=equal rst_seq=outside", KERNELS, "8 left PassiveOpens"),
    // Once it is established.
    ("order=ack-first rst_timestamp=none", KERNELS, RESET),
    ("order=ack-first rst_timestamp=zero", KERNELS, RESET),
    ("order=ack-first rst_timestamp=lower", KERNELS, RESET),
    ("order=ack-first rst_timestamp=equal", KERNELS, RESET),
    ("order=ack-first rst_timestamp=zero rst_seq=in-window", KERNELS, RESET),
    ("order=ack-first rst_timestamp=zero rst_seq=outside", KERNELS, "8 left PassiveOpens"),
    // Other orders.
    ("order=rst-only rst_timestamp=equal", KERNELS, "0 left AttemptFails EmbryonicRsts"),
    ("order=rst-only rst_timestamp=zero", KERNELS, "0 left AttemptFails EmbryonicRsts PAWSEstab"),
    ("order=before-syn rst_timestamp=zero", KERNELS, "8 left PassiveOpens"),
    // The kernel's own RST, a round trip after the SYN, or in the same tick.
    ("rst_timestamp=kernel client_kernel=4.9", KERNELS, REMOVED),
    ("rst_timestamp=kernel client_kernel=6.18", KERNELS, REMOVED),
    ("rst_timestamp=kernel client_kernel=4.9 rtt_ms=0", KERNELS, REMOVED),
    ("rst_timestamp=kernel client_kernel=3.18.0", KERNELS, LEFT),
    ("rst_timestamp=kernel client_kernel=3.18.0 order=ack-first", KERNELS, RESET),
    ("rst_timestamp=kernel client_kernel=3.18.0 client_timestamps=0", KERNELS, REMOVED),
];

#[test]
fn scenes_on_every_kernel() {
    for (settings, kernels, expected) in SCENES {
        for kernel in kernels.split(' ') {
            assert_eq!(
                outcome("", &format!("server_kernel={kernel} {settings}")),
                *expected,
                "{kernel}: {settings}"
            );
        }
    }
}

/// Preset, changes, outcome on the server kernel of the preset.
#[test]
fn presets_as_the_article_has_them() {
    for (preset, settings, expected) in [
        ("zombie", "", LEFT),
        ("equal-timestamp", "", REMOVED),
        ("no-timestamp", "", REMOVED),
        ("harmless-order", "rst_timestamp=zero", RESET),
        ("kernel-3.18", "", LEFT),
        ("kernel-3.18", "client_kernel=4.9", REMOVED),
        ("fixed-kernel", "", REMOVED),
        ("no-ack", "rst_timestamp=zero", "0 left AttemptFails EmbryonicRsts PAWSEstab"),
        ("challenge-6.18", "", RESET),
        ("challenge-6.18", "server_kernel=3.10", REMOVED),
        ("before-syn", "", "8 left PassiveOpens"),
    ] {
        assert_eq!(outcome(preset, settings), expected, "{preset} {settings}");
    }
}

/// Which TSval a kernel puts into its RST, beside that of its ACK.
#[test]
fn who_sends_a_timestamp_of_zero() {
    for (kernels, zero) in [
        ("3.18.0 3.19.8 4.0 4.1.0", true),
        ("2.6.32 3.10 el7 3.16 3.18.63 3.18.140 4.1.15 4.2.8 4.3 4.4 4.9 4.10 4.19 6.18", false),
    ] {
        for kernel in kernels.split(' ') {
            let report = run("", &format!("rst_timestamp=kernel checks=1 client_kernel={kernel}"));
            let tsval = |flags: &str| {
                let (_, packet) = packets(&report, "chk", 1).find(|(_, p)| p.flags == flags).unwrap();
                packet.opts.tsval.unwrap()
            };
            assert_eq!(tsval("R."), if zero { 0 } else { tsval(".") }, "{kernel}");
        }
    }
}

/// 0 is old beside a TSval up to 2^31 - 1, and new beside a larger one.
#[test]
fn zero_is_older_only_in_half_of_the_circle() {
    let mut seen = [false; 2];
    for seed in 0..40 {
        let report = run("zombie", &format!("client_kernel=4.19 checks=3 seed={seed}"));
        for conn in 1..=3 {
            let (_, syn) = packets(&report, "chk", conn).find(|(_, packet)| packet.flags == "S").unwrap();
            let old = syn.opts.tsval.unwrap() <= i32::MAX as u32;
            let (_, rst) = packets(&report, "chk", conn).find(|(_, packet)| packet.flags == "R.").unwrap();
            assert_eq!(rst.fate == Fate::Dropped, old, "seed {seed}, check {conn}: {syn:?}");
            seen[usize::from(old)] = true;
        }
        let beyond = report.verdict.text.contains("beyond 2³¹−1");
        assert_eq!(beyond, total(&report, "left_behind") == 0, "{}", report.verdict.text);
    }
    assert_eq!(seen, [true, true]);
}

#[test]
fn checkers_without_an_offset_stay_in_the_dangerous_half() {
    for (seed, kernel) in (0..200).zip(["3.10", "3.18.0", "4.0", "4.9", "el7"].into_iter().cycle()) {
        let report = run("zombie", &format!("client_kernel={kernel} seed={seed}"));
        assert_eq!(total(&report, "left_behind"), 20, "{kernel}, seed {seed}");
    }
}

#[test]
fn the_rst_overtakes_the_ack() {
    for (order, first) in [("rst-first", "R."), ("ack-first", ".")] {
        let report = run("zombie", &format!("order={order} checks=1"));
        let mut arrived: Vec<(u64, &str)> = packets(&report, "chk", 1)
            .map(|(_, packet)| (packet.arrived_us.unwrap(), packet.flags.as_str()))
            .collect();
        arrived.sort_unstable();
        let last: Vec<&str> = arrived.iter().map(|(_, flags)| *flags).skip(1).collect();
        assert_eq!((last.len(), last[0]), (2, first), "{order}: {arrived:?}");
        let told: Vec<&str> = packets(&report, "chk", 1).map(|(_, packet)| packet.flags.as_str()).collect();
        assert_eq!(told[1..], last, "the report has them in the order of arrival");
    }
}

/// A request whose RST was refused is asked after once more, and the host that has forgotten it answers.
#[test]
fn without_an_ack_the_request_dies_after_a_second() {
    for kernel in KERNELS.split(' ') {
        let report = run("no-ack", &format!("rst_timestamp=zero checks=1 server_kernel={kernel}"));
        let syn_acks: Vec<u64> = packets(&report, "srv", 1).map(|(event, _)| event.t_us).collect();
        let waited = (syn_acks[1] - syn_acks[0]) / 1000;
        let expected = if kernel == "2.6.32.67" { 3000..=3400 } else { 1000..=1400 };
        assert!(syn_acks.len() == 2 && expected.contains(&waited), "{kernel}: {syn_acks:?}");
        let (_, answer) = packets(&report, "chk", 1).last().unwrap();
        assert_eq!((answer.flags.as_str(), answer.opts.tsval, answer.fate), ("R", None, Fate::Delivered));
        let looks: Vec<&str> =
            report.tables.iter().filter(|t| t.id == "ss").map(|t| t.text.as_str()).collect();
        assert!(looks[0].contains("SYN-RECV") && !looks[looks.len() - 1].contains("SYN-RECV"), "{looks:?}");
    }
}

/// The host of the checker knows nothing of the connection any more and says so exactly.
#[test]
fn a_challenge_is_answered_exactly() {
    let report = run("challenge-6.18", "checks=1");
    let sent: Vec<&PacketInfo> = packets(&report, "chk", 1).map(|(_, packet)| packet).collect();
    let (written, answer) = (sent[1], sent[3]);
    assert_eq!((written.flags.as_str(), written.fate), ("R.", Fate::Dropped));
    assert_eq!((answer.flags.as_str(), answer.opts.tsval, answer.seq), ("R", None, sent[0].seq + 1));
    assert_eq!(counter(&report, "TCPChallengeACK"), 1);
    let reasons: Vec<&str> = report.reasons.iter().map(|reason| reason.code).collect();
    assert_eq!(reasons, ["inexact_reset", "no_socket"]);
}

/// What the calls of the server's program return, and how many connections fare so.
#[test]
fn what_accept_and_read_return() {
    for (preset, settings, expected) in [
        ("harmless-order", "", "20 × | returns it | ECONNRESET | reset"),
        ("equal-timestamp", "", "20 × | gets nothing | is not called | no connection"),
        (
            "zombie",
            "",
            "4 × | returns it | waits | left behind, 16 × | it waits in the queue | is not called | left behind",
        ),
        ("zombie", "read_timeout_s=2", "20 × | returns it | EAGAIN after 2 s | the worker closes it"),
        ("zombie", "keepalive=1 keepidle_s=3", "20 × | returns it | ECONNRESET | a probe ends it"),
        (
            "zombie",
            "keepalive=1 keepidle_s=3 workers=0",
            "20 × | it waits in the queue | is not called | a probe ends it",
        ),
    ] {
        let report = run(preset, settings);
        let rows: Vec<String> = table(&report, "checks")
            .rows
            .iter()
            .map(|row| [&row[..1], &row[3..]].concat().join(" | "))
            .collect();
        assert_eq!(rows.join(", "), expected, "{preset} {settings}");
    }
}

/// "Five checks filled a queue of five: Recv-Q showed 5 on the listener, and `ss -tan` showed not one connection."
#[test]
fn connections_that_are_reset_keep_their_place_in_the_queue() {
    for kernel in KERNELS.split(' ') {
        let report = run("harmless-order", &format!("workers=0 backlog=4 checks=5 server_kernel={kernel}"));
        let sockets: Vec<&str> = table(&report, "ss").text.lines().collect();
        let [listener] = sockets[..] else { panic!("{kernel}: {sockets:?}") };
        assert_eq!(listener.split_whitespace().take(3).collect::<Vec<_>>(), ["LISTEN", "5", "4"]);
        assert!(report.verdict.text.starts_with("Nothing is left behind"), "{}", report.verdict.text);
    }
}

#[test]
fn a_service_dies_of_leftovers_and_lives_with_a_read_timeout() {
    for kernel in KERNELS.split(' ') {
        for seed in 0..10 {
            let settings = format!("server_kernel={kernel} seed={seed}");
            let report = run("queue-fills", &settings);
            let t = |name| total(&report, name);
            assert_eq!((t("workers_reading_at_end"), t("waiting_at_end")), (2, 17), "{settings}");
            assert!(t("clients_failed") > t("clients") / 2, "{settings}: {:?}", report.totals);
            assert!(report.verdict.text.contains("Both workers wait in read(), for ever."));
            // Up to 4.9 a full queue answers SYNs while few requests are young, so most checks stay green; 2.6.32 calls
            // a request young for three seconds.
            let green = t("checks_green") * 4 > t("checks") * 3;
            let expected = ["3.10.108", "el7", "4.9.115"].contains(&kernel);
            assert_eq!(green, expected, "{settings}: {:?}", report.totals);
            for rescue in ["read_timeout_s=5", "keepalive=1 keepidle_s=10"] {
                let report = run("queue-fills", &format!("{settings} {rescue}"));
                let t = |name| total(&report, name);
                assert_eq!((t("left_at_end"), t("clients_failed")), (0, 0), "{settings} {rescue}");
                assert_eq!((t("left_behind"), t("checks_green")), (6, 40), "{settings} {rescue}");
                assert_eq!(report.verdict.code, "left_for_a_time");
            }
        }
    }
}

/// Of each worker: five seconds for a leftover, then the next.
#[test]
fn a_worker_is_back_after_the_read_timeout() {
    let report = run("zombie", "workers=1 checks=1 read_timeout_s=5");
    let reading = report.series.iter().find(|series| series.id == "workers_reading").unwrap();
    let changes: Vec<(u64, i64)> = reading.points.iter().map(|(t, value)| (t / 1000, *value)).collect();
    assert_eq!(changes, [(0, 0), (15, 1), (5015, 0)]);
}

#[test]
fn one_check_in_so_many_goes_astray() {
    let report = run("zombie", "order_every=7 checks=20");
    let left: Vec<&str> = table(&report, Table::CONNECTIONS)
        .rows
        .iter()
        .filter(|row| row[4] == "left")
        .map(|row| row[1].as_str())
        .collect();
    assert_eq!(left, ["check 7", "check 14"]);
}

#[test]
fn settings_without_effect_are_told() {
    for (settings, names) in [
        ("", ""),
        ("rst_timestamp=kernel rst_flags=rst rst_seq=outside", "rst_flags rst_seq"),
        ("workers=0 read_timeout_s=5", "read_timeout_s"),
        ("keepidle_s=9", "keepidle_s"),
        ("keepidle_s=9 keepalive=1", ""),
        ("client_timestamps=2", "client_timestamps"),
        ("client_timestamps=2 client_kernel=4.10", ""),
        ("order=before-syn rst_timestamp=kernel", "rst_timestamp rst_flags"),
        ("order=before-syn rst_flags=rst rst_seq=in-window", "rst_seq"),
        ("order=ack-first order_every=3", "order_every"),
        ("real_clients_per_s=50", "real_clients_per_s"),
    ] {
        let notes = params("", settings).notes(Lang::Zh);
        let told: Vec<&str> = notes.iter().map(|(name, _)| *name).collect();
        assert_eq!(told.join(" "), names, "{settings}");
    }
}

/// A setting with a note that it is not used changes nothing.
#[test]
fn what_is_said_to_be_unused_is() {
    let bytes = |settings: &str| {
        let report = run("", settings);
        let packets: Vec<String> = report.events.iter().map(|event| format!("{event:?}")).collect();
        (report.verdict.text, packets)
    };
    for (settings, unused) in [
        ("rst_timestamp=kernel", "rst_flags=rst rst_seq=outside"),
        ("workers=0", "read_timeout_s=5"),
        ("", "keepidle_s=9"),
        ("order=before-syn rst_flags=rst", "rst_seq=in-window"),
        ("order=ack-first", "order_every=3"),
        ("client_kernel=4.9", "client_timestamps=2"),
    ] {
        let (without, with) = (bytes(settings), bytes(&format!("{settings} {unused}")));
        if unused.contains("rst_seq") {
            assert_eq!(without.0, with.0, "{settings}: {unused}");
        } else {
            assert_eq!(without, with, "{settings}: {unused}");
        }
    }
}

#[test]
fn chinese_sentences_have_chinese_punctuation() {
    let han = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c);
    let lab = lab::find("rst-handshake").unwrap();
    let verdicts = lab.presets.iter().map(|preset| params(preset.id, "").run(Lang::Zh).verdict.text);
    let presets = lab.presets.iter().flat_map(|preset| [preset.title.zh, preset.summary.zh]);
    let fields = lab.params.iter().flat_map(|param| [param.label.zh, param.help.zh]);
    let scope = lab.assumptions.iter().chain(lab.not_modelled).map(|text| text.zh);
    let fixed = presets.chain(fields).chain(scope).map(String::from);
    for text in verdicts.chain(fixed) {
        let chars: Vec<char> = text.chars().collect();
        for pair in chars.windows(2) {
            let half = |c: char| ",;:?!()".contains(c);
            assert!(!(han(pair[0]) && half(pair[1])), "{text}");
            assert!(!(half(pair[0]) && pair[0] != ')' && han(pair[1])), "{text}");
            let joined = han(pair[0]) && pair[1].is_ascii_alphanumeric()
                || pair[0].is_ascii_alphanumeric() && han(pair[1]);
            assert!(!joined, "no space between Han and Latin: {text}");
        }
    }
}

#[test]
fn ten_thousand_random_settings_keep_the_books() {
    for seed in 0..10_000 {
        let settings = settings::random(lab::find("rst-handshake").unwrap(), seed);
        let params = params("", &settings);
        let report = params.run(Lang::En);
        let t = |name| total(&report, name);
        assert_ne!(report.verdict.code, "cut_off", "fuel: {settings}");
        assert!(t("left_at_end") <= t("left_behind") && t("left_behind") <= t("checks"), "{settings}");
        assert!(t("waiting_at_end") <= params.int("backlog").unsigned_abs() + 1, "{settings}");
        assert!(t("workers_reading_at_end") <= params.int("workers").unsigned_abs(), "{settings}");
        assert!(t("packets") < 12_000, "{settings}: {} packets", t("packets"));
        let refused = report.events.iter().filter(|event| {
            let why = event.packet.as_ref().filter(|_| event.to == "srv").and_then(|packet| packet.why);
            why.is_some_and(|why| report.reasons[why as usize - 1].code.starts_with("paws_"))
        });
        assert_eq!(counter(&report, "PAWSEstab"), refused.count() as u64, "{settings}");
        let left = report.series.iter().find(|series| series.id == "left_behind");
        let at_end = left.map_or(0, |series| series.points.last().unwrap().1 as u64);
        assert_eq!(at_end, t("left_at_end"), "{settings}");
    }
}
