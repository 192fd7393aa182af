//! The lab `paws`: the scenes of the article come out as the kernels would have them, and no run breaks its books.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

mod settings;

use sim_wasm::lab::report::{Event, Fate};
use sim_wasm::lab::{self, Params, Report};
use sim_wasm::text::Lang;

fn params(preset: &str, settings: &str) -> Params {
    settings::params(lab::find("paws").unwrap(), preset, settings)
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

/// Seeds that the claims about chance are tried with.
fn seeds() -> impl Iterator<Item = String> {
    (0..40).map(|seed| format!("seed={seed}"))
}

/// Preset and changes; does any seed lead to a dropped SYN? do all?
#[test]
fn scenes_of_the_article() {
    const ALWAYS: (bool, bool) = (true, true);
    const NEVER: (bool, bool) = (false, false);
    const SOMETIMES: (bool, bool) = (true, false);
    for (preset, settings, (any, all)) in [
        ("nat-two-clients", "", ALWAYS),
        ("nat-two-clients", "tw_recycle=0", NEVER),
        ("nat-two-clients", "server_timestamps=0", NEVER),
        ("nat-two-clients", "client_timestamps=0 server_kernel=el7", NEVER),
        ("nat-two-clients", "close=client-rst", NEVER),
        ("nat-two-clients", "close=server-rst", NEVER),
        ("nat-two-clients", "server_kernel=4.11", ALWAYS),
        ("nat-two-clients", "path=direct", NEVER),
        ("nat-two-clients", "path=fullnat", ALWAYS),
        ("nat-two-clients", "clients=1", NEVER),
        ("containers-one-host", "connections=24", SOMETIMES),
        ("containers-one-host", "client_kernel=4.9", NEVER),
        ("containers-one-host", "client_timestamps=2", NEVER),
        ("client-4.10-alone", "", ALWAYS),
        ("client-4.10-alone", "client_timestamps=2", NEVER),
        ("client-4.10-alone", "client_kernel=4.9", NEVER),
        ("client-4.10-alone", "client_kernel=4.11", NEVER),
        ("client-4.10-alone", "client_kernel=6.18.18", NEVER),
        ("client-4.10-alone", "client_kernel=6.18.19", ALWAYS),
        ("two-paths", "", ALWAYS),
        ("two-paths", "client_kernel=4.9", NEVER),
        ("two-paths", "client_timestamps=2", NEVER),
        // Through LVS-DR the local address differs: one record on 3.13, two from 3.14 on and on el7.
        ("two-paths", "path=dr-and-direct server_kernel=3.13", ALWAYS),
        ("two-paths", "path=dr-and-direct server_kernel=3.14", NEVER),
        ("two-paths", "path=dr-and-direct server_kernel=el7", NEVER),
        ("prober-beside-curl", "", ALWAYS),
        ("rst-until-curl", "", ALWAYS),
        ("rst-until-curl", "curl_every=0", NEVER),
        ("timestamps-1-0", "", ALWAYS),
        // A SYN without a timestamp passes on 3.10, also one that is sent again after the switch.
        ("timestamps-1-0", "server_kernel=3.10", NEVER),
        ("timestamps-1-0", "server_kernel=3.16", NEVER),
        ("timestamps-1-0", "server_kernel=3.17", ALWAYS),
        ("timestamps-0-1", "", NEVER),
        ("timestamps-2-1", "seed=2", ALWAYS),
        ("timestamps-2-1", "seed=1", NEVER),
        ("client-closes-first", "", NEVER),
        ("knob-gone", "", NEVER),
        ("knob-gone", "server_kernel=4.11", ALWAYS),
    ] {
        let seeded = settings.contains("seed=");
        let drops: Vec<bool> = seeds()
            .map(|seed| if seeded { settings.to_string() } else { format!("{settings} {seed}") })
            .map(|settings| total(&run(preset, &settings), "syns_dropped") > 0)
            .collect();
        let seen = (drops.contains(&true), !drops.contains(&false));
        assert_eq!(seen, (any, all), "{preset} {settings}: (any seed, every seed) drops");
    }
}

#[test]
fn a_switch_from_1_to_0_is_forgiven_after_sixty_seconds() {
    let report = run("timestamps-1-0", "interval_ms=1000 connections=90 connect_timeout_s=1");
    let syns: Vec<&Event> = report.events.iter().filter(|event| is_syn(event)).collect();
    let dropped: Vec<u64> =
        syns.iter().filter(|e| fate(e) == Fate::Dropped).map(|e| e.t_us / 1_000_000).collect();
    assert_eq!(dropped.first(), Some(&10), "the first SYN without a timestamp");
    // The last timestamp was taken between 9 and 10 s; whole seconds decide, so the record lasts 59 to 60 s.
    assert!(matches!(dropped.last(), Some(68 | 69)), "the last one dropped: {:?}", dropped.last());
    assert_eq!(total(&report, "syns_dropped"), dropped.len() as u64);
}

#[test]
fn nothing_is_dropped_before_the_curl() {
    let report = run("rst-until-curl", "");
    let first = report.events.iter().find(|event| fate(event) == Fate::Dropped).unwrap();
    assert!(first.conn > 9, "connection {} is dropped, the curl is number 9", first.conn);
}

#[test]
fn only_the_clock_in_front_gets_through_a_nat() {
    let report = run("nat-two-clients", "clients=4 connections=40 seed=4");
    let hit = |client: &str| {
        report
            .events
            .iter()
            .filter(|e| e.from == client && e.t_us > 8_000_000 && is_syn(e))
            .all(|e| fate(e) == Fate::Dropped)
    };
    let through: Vec<bool> = ["c1", "c2", "c3", "c4"].map(|client| !hit(client)).to_vec();
    assert_eq!(through.iter().filter(|through| **through).count(), 1, "{through:?}");
}

fn is_syn(event: &Event) -> bool {
    event.packet.as_ref().is_some_and(|packet| packet.flags == "S")
}

fn fate(event: &Event) -> Fate {
    event.packet.as_ref().map_or(Fate::Delivered, |packet| packet.fate)
}

#[test]
fn ten_thousand_random_settings_keep_the_books() {
    for seed in 0..10_000 {
        let settings = settings::random(lab::find("paws").unwrap(), seed);
        let params = params("", &settings);
        let report = params.run(Lang::En);
        let t = |name| total(&report, name);
        assert_ne!(report.verdict.code, "cut_off", "fuel: {settings}");
        assert_eq!(t("connections"), t("established") + t("failed") + t("pending"), "{settings}");
        let by_check = report.events.iter().filter(|event| {
            let why = event.packet.as_ref().and_then(|packet| packet.why);
            why.is_some_and(|why| report.reasons[why as usize - 1].code == "paws_passive")
        });
        let by_check = by_check.count() as u64;
        assert_eq!(counter(&report, "srv", "TcpExt.PAWSPassive"), by_check, "{settings}");
        let counted = !matches!(params.get("server_kernel").to_string().as_str(), "2.6.32");
        assert_eq!(
            counter(&report, "srv", "TcpExt.ListenDrops"),
            by_check * u64::from(counted),
            "{settings}"
        );
    }
}

#[test]
fn verdicts_blame_the_right_one() {
    for (settings, sentence) in [
        ("clients=1 path=direct connections=1", "The connection is established: no SYN carries"),
        ("rtt_ms=700 jitter_ms=400 connect_timeout_s=1", "are only slow"),
        (
            "rtt_ms=1000 clients=1 connect_timeout_s=0 client_kernel=2.6.32",
            "All 12 connections are established",
        ),
        ("interval_ms=60000", "older than a fresh record of its own peer"),
        ("client_timestamps=0", "the clients send no timestamps"),
        ("timestamps_change=1-2 change_at_s=600", "Only client 1 is hit."),
    ] {
        let text = run("", settings).verdict.text;
        assert!(text.contains(sentence), "{settings}: {text}");
    }
}

#[test]
fn a_comparison_names_where_two_runs_part() {
    let compare = |first: &str, second: &str| {
        let (first, second) = (params("nat-two-clients", first), params("nat-two-clients", second));
        sim_wasm::api::compare("paws", &first.to_query(), &second.to_query(), Lang::En).unwrap()
    };
    let same = compare("", "");
    assert!(same.html.contains("No difference") && !same.html.contains("<td>"), "{}", same.html);
    let knob = compare("server_kernel=4.12", "server_kernel=4.11");
    assert_eq!((knob.first.as_str(), knob.second.as_str()), ("server_kernel 4.12", "server_kernel 4.11"));
    assert!(knob.html.contains("They part at 2.000 s"), "{}", knob.html);
    assert!(knob.html.contains("<code>TcpExt.PAWSPassive</code></td><td>0</td><td>10</td>"), "{}", knob.html);
    let unused = compare("server_kernel=4.12", "server_kernel=4.12 tw_recycle=0");
    assert!(unused.html.contains("No difference"), "a knob the kernel lacks: {}", unused.html);
}
