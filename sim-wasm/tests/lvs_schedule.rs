//! The lab `lvs-schedule`: schedulers choose as their rules say, and the figures give their answers.
#![cfg(feature = "lvs-schedule")]
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

mod settings;

use sim_wasm::lab::report::{Report, Table};
use sim_wasm::lab::{self, Lab, Params};
use sim_wasm::text::Lang;

/// Random settings that are tried.
const RUNS: u64 = 10_000;

fn lab() -> &'static Lab {
    lab::find("lvs-schedule").unwrap()
}

fn params(preset: &str, settings: &str) -> Params {
    settings::params(lab(), preset, settings)
}

fn run(preset: &str, settings: &str) -> Report {
    params(preset, settings).run(Lang::En)
}

fn table<'a>(report: &'a Report, id: &str) -> &'a Table {
    report.tables.iter().rfind(|table| table.id == id).unwrap_or_else(|| panic!("no table {id}"))
}

fn total(report: &Report, name: &str) -> u64 {
    let mut known = report.totals.counts.iter().chain(&report.totals.thousandths);
    known.find(|(known, _)| *known == name).map_or(0, |(_, value)| *value)
}

/// Connections by server.
fn split(report: &Report) -> Vec<u64> {
    table(report, "servers").rows.iter().map(|row| row[3].parse().unwrap()).collect()
}

/// The same in words: `8 92`.
fn counts(report: &Report) -> String {
    split(report).iter().map(u64::to_string).collect::<Vec<_>>().join(" ")
}

/// The picks of a director, by its row.
fn order(report: &Report, director: usize) -> String {
    table(report, "picks").rows[director][2].clone()
}

fn explained(report: &Report, code: &str) -> bool {
    report.explanations.iter().any(|told| told.code == code)
}

/// Two servers, wlc, a hundred SYNs: section 2.5, the table; [wlc.burst], [wlc.burst2] of section 10.
#[test]
fn bursts_split_as_computed() {
    for (gap, fast, slow, old) in [
        (20, 300, 300, "50 50"),
        (5, 300, 3000, "30 70"),
        (10, 300, 3000, "15 85"),
        (20, 300, 3000, "8 92"),
        (30, 300, 3000, "5 95"),
        (30, 160, 3600, "3 97"),
        (50, 300, 3000, "38 62"),
        (100, 300, 3000, "38 62"),
        (100, 300, 10_000, "2 98"),
        (200, 300, 3000, "46 54"),
        (20_000, 300, 3000, "50 50"),
    ] {
        let settings = format!("gap_us={gap} fast_us={fast} slow_us={slow}");
        for kernel in ["2.6.32", "3.10", "el7", "4.4", "4.7"] {
            let report = run("burst", &format!("{settings} kernel={kernel}"));
            assert_eq!(counts(&report), old, "{settings} on {kernel}");
        }
        for kernel in ["4.8", "4.9", "6.18"] {
            let report = run("burst", &format!("{settings} kernel={kernel}"));
            assert_eq!(counts(&report), "50 50", "{settings} on {kernel}");
            assert_eq!(report.verdict.code, "even", "{settings} on {kernel}");
        }
    }
    // The reason is told with the numbers of the SYN at which it began to count.
    let report = run("burst", "");
    assert_eq!(report.verdict.code, "half_open");
    let told = &report.explanations[0];
    assert_eq!(told.code, "in_a_row");
    assert!(
        told.condition.starts_with("B: (0 × 256 + 5) = 5; A: (1 × 256 + 4) = 260;"),
        "{}",
        told.condition
    );
    assert!(
        told.text.contains("At SYN 11, 300 µs, established: A 1, B 0; half-open: A 4, B 5."),
        "{}",
        told.text
    );
}

/// Section 2.5: the order of picks, batches, four servers.
#[test]
fn what_else_is_known_of_bursts() {
    assert_eq!(order(&run("burst", "gap_us=20"), 0), format!("{}A B×85", "AB".repeat(7)));
    for (settings, expected) in [
        ("connections=50 second=0", "8 42"),
        ("connections=50 second=50", "56 44"),
        ("connections=50 second=100", "56 94"),
        ("servers=4 slow=3", "4 32 32 32"),
        ("servers=4 slow=1", "4 4 5 87"),
        ("arrival=serial", "50 50"),
        ("scheduler=lc", "8 92"),
        // Section 2.2: a burst of 2 ms, handshakes of 3 ms.
        ("scheduler=sed fast_us=3000", "100 0"),
        ("scheduler=nq fast_us=3000", "100 0"),
        ("scheduler=sed fast_us=3000 kernel=4.8", "50 50"),
        ("scheduler=nq fast_us=3000 kernel=4.8", "50 50"),
        ("scheduler=rr", "50 50"),
    ] {
        let report = run("burst", &format!("gap_us=20 {settings}"));
        assert_eq!(counts(&report), expected, "{settings}");
    }
}

/// Section 2.5: each handshake takes 200 to 800 us on both; of 200 seeds the median of the larger share.
#[test]
fn jitter_alone_is_mild() {
    for (gap, median) in [(5, 64_i64), (20, 55)] {
        let larger = |seed: u64| {
            let settings = format!("slow=0 fast_us=200 jitter_us=600 gap_us={gap} seed={seed}");
            split(&run("burst", &settings)).into_iter().max().unwrap() as i64
        };
        let mut shares: Vec<i64> = (0..200).map(larger).collect();
        shares.sort_unstable();
        assert!((shares[100] - median).abs() <= 2, "gap {gap}: {}", shares[100]);
        assert!(shares[190] < 85, "gap {gap}: {}", shares[190]);
    }
}

/// Section 2.6, the table; [rr.sync] of section 10.
#[test]
fn cursors_that_begin_alike() {
    let same = |value: u64, times: usize| vec![value; times];
    for (directors, servers, each, expected, to_fair) in [
        (100, 10, 2, [same(100, 2), same(0, 8)].concat(), 5_000),
        (64, 20, 1, [same(64, 1), same(0, 19)].concat(), 20_000),
        (16, 20, 5, [same(16, 5), same(0, 15)].concat(), 4_000),
        (16, 20, 25, [same(32, 5), same(16, 15)].concat(), 1_600),
        (16, 20, 45, [same(48, 5), same(32, 15)].concat(), 1_333),
        (16, 20, 100, same(80, 20), 1_000),
    ] {
        for scheduler in ["rr", "wrr"] {
            let settings =
                format!("scheduler={scheduler} directors={directors} servers={servers} connections={each}");
            let report = run("", &settings);
            assert_eq!(split(&report), expected, "{settings}");
            assert_eq!(total(&report, "max_to_fair"), to_fair, "{settings}");
            assert!(explained(&report, "same_start"), "{settings}");
        }
    }
    // DPVS: each worker begins n / workers servers further on.
    assert_eq!(counts(&run("sixty-four", "directors=10 start=worker")), "1 0 ".repeat(10).trim_end());
    assert_eq!(counts(&run("sixty-four", "directors=20 start=worker")), "1 ".repeat(20).trim_end());
    assert_eq!(order(&run("sixty-four", "directors=10 start=worker connections=2"), 1), "CD");
    // wlc: of equal servers the first from the worker's own start.
    let workers = "scheduler=wlc start=worker directors=4 servers=4 connections=1";
    assert_eq!(counts(&run("", workers)), "1 1 1 1");
    // A random start: the standard deviation of 100 × 2/10 is 4, and nobody is left out.
    for seed in 0..50 {
        let report = run("local-directors", &format!("start=random seed={seed}"));
        assert_eq!(split(&report).iter().sum::<u64>(), 200);
        assert!(
            total(&report, "min") >= 5 && total(&report, "max") <= 40,
            "seed {seed}: {}",
            counts(&report)
        );
    }
}

/// Section 2.2; [wrr.vec] of section 10.
#[test]
fn weighted_turns() {
    for (weights, cycle) in [
        ((4, 3, 2), "AABABCABC"),
        ((5, 1, 1), "AAAAABC"),
        ((100, 100, 50), "ABABC"),
        ((1, 1, 1), "ABC"),
        ((0, 2, 1), "BBC"),
        ((1, 0, 0), "A"),
    ] {
        let (a, b, rest) = weights;
        let connections = 3 * cycle.len();
        let settings = format!(
            "scheduler=wrr servers=3 weight_a={a} weight_b={b} weight_rest={rest} connections={connections}"
        );
        let report = run("", &settings);
        assert_eq!(order(&report, 0), cycle.repeat(3), "{settings}");
        assert_eq!(total(&report, "max_to_fair"), 1_000, "{settings}");
    }
}

/// Section 2.1: who is first, and what changes do to cursors.
#[test]
fn changes_and_cursors() {
    assert_eq!(order(&run("", "scheduler=rr servers=3 connections=4"), 0), "ABCA");
    assert_eq!(order(&run("", "scheduler=rr servers=3 connections=4 added=a-first"), 0), "CBAC");
    // As strings "10.0.0.9:80" is the greatest, is added last, and comes first.
    assert_eq!(order(&run("", "scheduler=rr servers=4 connections=4 added=sorted"), 0), "BADC");
    for (scheduler, kernel, change, expected) in [
        // wrr goes back on any change. The server that changes is J.
        ("wrr", "6.18", "edit", "ABC|ABC|ABC|ABC"),
        ("wrr", "6.18", "weight", "ABC|ABC|ABC|ABC"),
        ("wrr", "3.0", "edit", "ABC|ABC|ABC|ABC"),
        // A server that comes back is inserted at the head.
        ("wrr", "6.18", "delete", "ABC|ABC|JAB|ABC"),
        // rr up to 3.9 goes back, from 3.10 on it stays.
        ("rr", "2.6.32", "edit", "ABC|ABC|ABC|ABC"),
        ("rr", "2.6.32", "delete", "ABC|ABC|JAB|ABC"),
        ("rr", "3.10", "edit", "ABC|DEF|GHI|JAB"),
        ("rr", "3.10", "weight", "ABC|DEF|GHI|ABC"),
        // Out, back at the head, and out again before its turn.
        ("rr", "3.10", "delete", "ABC|DEF|GHI|ABC"),
        // Nothing is kept that could be lost.
        ("wlc", "6.18", "edit", "ABC|DEF|GHI|JAB"),
    ] {
        let settings = format!(
            "scheduler={scheduler} kernel={kernel} change={change} change_every=3 servers=10 connections=12 slow=0"
        );
        assert_eq!(order(&run("", &settings), 0), expected, "{settings}");
    }
    // A cursor on the server that goes steps back one; when C is back at the head, its turn comes after B.
    let report = run("", "scheduler=rr servers=3 connections=9 change=delete change_every=3 kernel=6.18");
    assert_eq!(order(&report, 0), "ABC|ABA|BCA");
    for (preset, settings, code) in
        [("wrr-flap", "", "reset"), ("wrr-flap", "scheduler=rr", "even"), ("wrr-flap", "change=none", "even")]
    {
        assert_eq!(run(preset, settings).verdict.code, code, "{preset} {settings}");
    }
    assert_eq!(counts(&run("wrr-flap", "")), "50 50 50 0 0 0 0 0 0 0");
}

/// Section 2.2: the slots that the first clients fall into; [sh.vec] itself is beside the hashes.
#[test]
fn hashes_of_clients() {
    let slots = |settings: &str| -> Vec<String> {
        let report = run("sh-last-octet", settings);
        let rows = &table(&report, "slots").rows;
        rows.iter().map(|row| format!("{} {}", row[0], row[1])).collect()
    };
    assert_eq!(slots("kernel=4.14 addresses=subnet")[..2], ["10.0.1.1 177", "10.0.1.2 98"]);
    assert_eq!(slots("kernel=4.18 addresses=subnet")[0], "10.0.1.1 240");
    // (10.0.x.7 * 2654435761) & 255 is 7 * 177 mod 256, whatever x is.
    assert!(slots("")[..5].iter().all(|row| row.ends_with(" 215")));
    assert_eq!(counts(&run("sh-last-octet", "")), "0 0 0 200");
    assert!(total(&run("sh-last-octet", "kernel=6.18"), "min") > 25);
    for kernel in ["4.14", "6.18"] {
        let report = run("sh-nat", &format!("kernel={kernel}"));
        assert_eq!(total(&report, "empty"), 3, "{kernel}");
        let spread = run("sh-nat", &format!("kernel={kernel} hash_port=on"));
        assert!(total(&spread, "min") > 25, "{kernel}: {}", counts(&spread));
    }
    // One destination: one server.
    assert_eq!(total(&run("sh-last-octet", "scheduler=dh"), "empty"), 3);
    // A server of weight 0 keeps slots, and their clients are not served; fallback serves them.
    let refused = |settings: &str| {
        total(&run("sh-last-octet", &format!("weight_b=0 addresses=random {settings}")), "refused")
    };
    assert!(refused("kernel=6.18") > 25);
    assert!(refused("scheduler=mh kernel=6.18") == 0, "mh gives no slots to what was added with weight 0");
    assert!(
        refused("scheduler=mh kernel=6.18 change=weight change_every=100") > 10,
        "but it keeps what was given"
    );
    assert_eq!(refused("kernel=6.18 fallback=on"), 0);
    assert_eq!(refused("scheduler=mh kernel=6.18 change=weight change_every=100 fallback=on"), 0);
    // The flags came with 3.11.
    assert!(refused("kernel=3.10 fallback=on") > 25);
}

/// Trap 10 of section 9: sh moves most clients when a server goes, mh hardly any. Section 2.2: mh is the same everywhere.
#[test]
fn consistency_of_hashes() {
    let moved = |settings: &str| {
        let row = table(&run("mh-many", settings), "moved").rows[0].clone();
        let number = |text: &str| text.split(' ').next().unwrap().parse::<u64>().unwrap();
        number(&row[2]) * 100 / number(&row[1])
    };
    assert!(moved("scheduler=sh") > 80, "{}", moved("scheduler=sh"));
    assert!(moved("") < 5, "{}", moved(""));
    // One client, many directors: one server.
    let report = run("mh-many", "clients=1");
    assert_eq!(total(&report, "empty"), 19);
    assert_eq!(run("mh-many", "kernel=4.17").verdict.code, "no_scheduler");
}

/// Section 2.8: rules of kube-proxy in iptables mode.
#[test]
fn lots_are_drawn() {
    let report = run("kube-iptables", "");
    let text = &table(&report, "iptables").text;
    let expected = ["--probability 0.33333333349 -j", "--probability 0.50000000000 -j"];
    for (line, part) in text.lines().skip(1).zip(expected) {
        assert!(line.contains(part), "{line}");
    }
    assert!(!text.lines().last().unwrap().contains("probability"));
    assert_eq!(counts(&run("kube-ipvs", "")), "0 50 0");
    for seed in 0..30 {
        let report = run("kube-iptables", &format!("connections=40 seed={seed}"));
        assert!(total(&report, "max") < 760 && total(&report, "min") > 570, "{}", counts(&report));
    }
}

/// ipvsadm's own columns; counters as the kernel keeps them.
#[test]
fn tools_print_as_they_do() {
    let report = run("burst", "");
    let texts: Vec<&str> =
        report.tables.iter().filter(|table| table.id == "ipvsadm").map(|table| table.text.as_str()).collect();
    assert_eq!(
        texts[0].lines().map(str::trim_end).collect::<Vec<_>>(),
        [
            "IP Virtual Server version 1.2.1 (size=4096)",
            "Prot LocalAddress:Port Scheduler Flags",
            "  -> RemoteAddress:Port           Forward Weight ActiveConn InActConn",
            "TCP  198.51.100.1:80 wlc",
            "  -> 10.0.0.8:80                  Route   1      5          0",
            "  -> 10.0.0.9:80                  Route   1      0          45",
        ]
    );
    assert!(texts[1].contains("10.0.0.9:80                  Route   1      95         0"), "{}", texts[1]);
    assert_eq!(
        table(&report, "stats").text.lines().collect::<Vec<_>>(),
        [
            "IP Virtual Server version 1.2.1 (size=4096)",
            "Prot LocalAddress:Port               Conns   InPkts  OutPkts  InBytes OutBytes",
            "  -> RemoteAddress:Port",
            "TCP  198.51.100.1:80                   100      200        0    11200        0",
            "  -> 10.0.0.8:80                         5       10        0      560        0",
            "  -> 10.0.0.9:80                        95      190        0    10640        0",
        ]
    );
    // Section 2.4: what is closed stays inactive for 120 seconds, and is gone then.
    let report = run("", "lifetime_ms=1000 connections=10 second=10 pause_ms=60000");
    assert_eq!(["active", "inactive", "gone"].map(|name| total(&report, name)), [10, 10, 0]);
    let report = run("", "lifetime_ms=1000 gap_us=1000000 connections=200");
    let sums = ["active", "inactive", "gone"].map(|name| total(&report, name));
    assert!(sums[0] <= 3 && (119..=121).contains(&sums[1]) && sums.iter().sum::<u64>() == 200, "{sums:?}");
    let report = run("sh-nat", "hash_port=on fallback=on");
    assert!(table(&report, "ipvsadm").text.contains("TCP  198.51.100.1:80 sh (sh-fallback,sh-port)\n"));
}

#[test]
fn presets_give_their_answers() {
    for (preset, code, expected) in [
        ("burst", "half_open", "5 95"),
        ("burst-new", "even", "50 50"),
        ("equal-handshakes", "even", "50 50"),
        ("two-batches", "even", "56 44"),
        ("one-by-one", "even", "50 50"),
        ("nq-burst", "half_open", "100 0"),
        ("local-directors", "synchronised", "100 100 0 0 0 0 0 0 0 0"),
        ("kube-ipvs", "synchronised", "0 50 0"),
        ("wrr-flap", "reset", "50 50 50 0 0 0 0 0 0 0"),
        ("wrr-cycle", "even", "15 3 3"),
        ("sh-last-octet", "few_slots", "0 0 0 200"),
        ("sh-nat", "few_slots", "0 0 200 0"),
    ] {
        let report = run(preset, "");
        assert_eq!((report.verdict.code, counts(&report).as_str()), (code, expected), "{preset}");
    }
    for preset in lab().presets {
        let notes = params(preset.id, "").notes(Lang::En);
        assert!(notes.is_empty(), "{}: {notes:?}", preset.id);
    }
}

/// The numbers in the text of the articles.
#[test]
fn articles_tell_what_the_lab_shows() {
    for (preset, settings, fewest, most) in [
        ("local-directors", "start=random", 13, 23),
        ("kube-ipvs", "scheduler=random", 13, 19),
        ("wrr-flap", "scheduler=rr", 8, 16),
        ("sh-last-octet", "kernel=6.18", 49, 52),
        ("mh-many", "", 22, 43),
        ("mh-many", "scheduler=rr", 0, 64),
    ] {
        let report = run(preset, settings);
        assert_eq!((total(&report, "min"), total(&report, "max")), (fewest, most), "{preset} {settings}");
    }
    assert_eq!(total(&run("mh-many", ""), "max_to_fair"), 1_343);
    assert_eq!(total(&run("mh-many", "scheduler=rr"), "empty"), 10);
    for (settings, of, moved) in [("", "3889", "64 (1.64%)"), ("scheduler=sh", "244", "225 (92.21%)")] {
        assert_eq!(table(&run("mh-many", settings), "moved").rows[0][1..], [of, moved], "{settings}");
    }
}

#[test]
fn settings_without_effect_are_remarked() {
    for (settings, noted) in [
        ("", ""),
        ("start=random", ""),
        ("scheduler=lc start=random", "start"),
        ("scheduler=rr start=worker", "start"),
        ("hash_port=on fallback=on", "hash_port fallback"),
        ("scheduler=sh hash_port=on kernel=3.10", "hash_port"),
        ("scheduler=sh hash_port=on kernel=3.11", ""),
        ("scheduler=random added=sorted kernel=5.4", "kernel added"),
        ("change_every=7", "change_every"),
        ("scheduler=rr weight_a=5", "weight_a"),
        ("scheduler=sh weight_a=5 kernel=3.2", "weight_a"),
        ("scheduler=rr weight_a=0", ""),
        ("weight_rest=2", "weight_rest"),
        ("slow=2 fast_us=1", "fast_us"),
        ("slow=0 slow_us=1", "slow_us"),
        ("pause_ms=1", "pause_ms"),
        ("clients=3 addresses=nat", "addresses clients"),
        ("scheduler=sh addresses=nat clients=3", "clients"),
        ("seed=4", "seed"),
        ("seed=4 jitter_us=1", ""),
    ] {
        let notes = params("", settings).notes(Lang::En);
        let fields: Vec<&str> = notes.iter().map(|(name, _)| *name).collect();
        assert_eq!(fields.join(" "), noted, "{settings}");
    }
}

/// Whatever the settings: each connection is on one server or was not scheduled, and what is not gone is counted.
#[test]
fn the_books_balance() {
    for seed in 0..RUNS {
        let settings = settings::random(lab(), seed);
        let params = params("", &settings);
        let report = params.run(if seed % 2 == 0 { Lang::En } else { Lang::Zh });
        if report.verdict.code == "no_scheduler" {
            continue;
        }
        let sum = |name| total(&report, name);
        let each = params.int("connections") + params.int("second");
        assert_eq!(sum("connections"), (each * params.int("directors")) as u64, "{settings}");
        assert_eq!(sum("scheduled") + sum("refused"), sum("connections"), "{settings}");
        assert_eq!(split(&report).iter().sum::<u64>(), sum("scheduled"), "{settings}");
        assert_eq!(sum("active") + sum("inactive") + sum("gone"), sum("scheduled"), "{settings}");
        assert!(sum("max") >= sum("min"), "{settings}");
        // A server without weight gets nothing, unless it is the one whose weight comes back.
        for row in &table(&report, "servers").rows {
            assert!(row[1] != "0" || row[3] == "0", "{settings}: {row:?}");
        }
        // lc and wlc from 4.8 on, equal weights, nothing closed or changed: as even as turns.
        let counts = matches!(params.choice("scheduler"), "lc" | "wlc")
            && params.kernel("kernel").at_least(sim_wasm::kernel::KernelVersion::release(4, 8, 0));
        let plain = params.choice("change") == "none" && params.int("lifetime_ms") == 0;
        let weights = ["weight_a", "weight_b", "weight_rest"].map(|name| params.int(name));
        if counts
            && plain
            && params.int("directors") == 1
            && weights.iter().all(|weight| *weight == weights[0])
        {
            assert!(sum("max") - sum("min") <= 1, "{settings}");
        }
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
    texts.extend(
        lab().params.iter().flat_map(|param| [param.help.zh.to_string(), param.label.zh.to_string()]),
    );
    for preset in lab().presets {
        texts.extend([preset.title.zh.to_string(), preset.summary.zh.to_string()]);
    }
    let random = (0..300).map(|seed| params("", &settings::random(lab(), seed)));
    for params in lab().presets.iter().map(|preset| params(preset.id, "")).chain(random) {
        let report = params.run(Lang::Zh);
        texts.push(report.verdict.text);
        for told in report.explanations {
            texts.extend([told.text, told.condition, told.would_change]);
        }
        texts.extend(report.figures.into_iter().map(|figure| figure.title));
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
