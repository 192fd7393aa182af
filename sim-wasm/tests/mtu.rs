//! The lab `mtu`: packets are as large, and leave when, as measured on a real kernel, and the figures give their answers.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

mod settings;

use sim_wasm::lab::report::{Fate, Report};
use sim_wasm::lab::{self, Lab, Params};
use sim_wasm::text::Lang;

fn lab() -> &'static Lab {
    lab::find("mtu").unwrap()
}

fn params(preset: &str, settings: &str) -> Params {
    settings::params(lab(), preset, settings)
}

fn run(preset: &str, settings: &str) -> Report {
    params(preset, settings).run(Lang::En)
}

/// Packets with payload that a host sent: milliseconds since the first of them, bytes, and whether it arrived.
fn sent(report: &Report, host: &str) -> Vec<(u64, u32, bool)> {
    let own = report.events.iter().filter(|event| event.from == host);
    let all: Vec<(u64, u32, bool)> = own
        .filter_map(|event| {
            let packet = event.packet.as_ref().filter(|packet| packet.len > 0)?;
            Some((event.t_us / 1000, packet.len, packet.fate == Fate::Delivered))
        })
        .collect();
    let start = all.first().map_or(0, |(t, ..)| *t);
    all.into_iter().map(|(t, len, arrived)| (t - start, len, arrived)).collect()
}

fn sizes(report: &Report, host: &str) -> Vec<u32> {
    sent(report, host).into_iter().map(|(_, len, _)| len).collect()
}

/// `10x1448 1x200`: sizes with their number.
fn runs(sizes: &[u32]) -> String {
    let groups: Vec<String> =
        sizes.chunk_by(|a, b| a == b).map(|group| format!("{}x{}", group.len(), group[0])).collect();
    groups.join(" ")
}

/// Words of the last output of a tool on a host.
fn tool(report: &Report, id: &str, host: &str) -> String {
    let output = report.tables.iter().rfind(|table| table.id == id && table.host == host).expect(id);
    output.text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Measured on 6.18.44 (HZ=250, CUBIC) between two network namespaces with a relay on TUN devices as the router: round
/// trip 20 ms, a link of 1400 bytes unless said otherwise. What the sender of the large message sent, in order; the
/// words of its `ss -ti`; the words of its `ip route get`.
#[test]
fn segments_are_as_large_as_measured() {
    for (settings, host, measured, ss, route) in [
        // ICMP arrives: packets of two segments are cut anew, ten pieces at once, the rest as ACKs come.
        (
            "icmp=delivered",
            "srv",
            "10x1448 2x1348 1x200 2x1348 1x200 2x1348 1x200 2x1348 1x200 2x1348 1x200 4x1348 1x128",
            "mss:1348 pmtu:1400 advmss:1448",
            "cache expires 599sec mtu 1400",
        ),
        // The same where only the way to the server is narrow, and the client uploads.
        (
            "icmp=delivered way=to-server request_bytes=20000",
            "c1",
            "10x1448 2x1348 1x200 2x1348 1x200 2x1348 1x200 2x1348 1x200 2x1348 1x200 4x1348 1x128",
            "mss:1348 pmtu:1400 advmss:1448",
            "cache expires 599sec mtu 1400",
        ),
        // A router that says 400 is believed as far as 552, and DF is off from then on.
        (
            "icmp=delivered path_mtu=400 response_bytes=5000",
            "srv",
            "3x1448 1x656 5x500 1x396 4x500 1x104",
            "mss:500 pmtu:552 advmss:1448",
            "cache expires 599sec mtu lock 552",
        ),
        // Large frames on both sides, 1500 between.
        (
            "icmp=delivered client_mtu=9000 server_mtu=9000 path_mtu=1500 response_bytes=17896",
            "srv",
            "2x8948 12x1448 1x520",
            "mss:1448 pmtu:1500 advmss:8948",
            "cache expires 599sec mtu 1500",
        ),
        ("tunnel=none server_mtu=9000", "srv", "13x1448 1x1176", "mss:1448 pmtu:9000 advmss:8948", "cache"),
        ("clamp=to-pmtu", "srv", "14x1348 1x1128", "mss:1348 pmtu:1500 advmss:1448", "cache"),
        ("max_seg=1000", "srv", "20x988 1x240", "mss:988 pmtu:1500 advmss:1448", "cache"),
        ("no_pmtu_disc=1", "srv", "13x1448 1x1176", "mss:1448 pmtu:1500 advmss:1448", "cache"),
        // Nothing comes back: a loss probe with new data, three retransmissions, and the fourth is small. Two new
        // segments (F-RTO), then the rest.
        (
            "mtu_probing=1",
            "srv",
            "14x1448 3x1024 1x424 1x1024 1x424 2x1024 1x848 2x1024 1x848 2x1024 1x848 2x1024 1x848 1x1024 1x424 1x1024 1x1000",
            "mss:1024 pmtu:1500 advmss:1448",
            "cache",
        ),
        // With 2 the same server begins with large segments all the same, and the timeout halves tcp_base_mss.
        (
            "mtu_probing=2",
            "srv",
            "14x1448 4x512 1x424 2x512 1x424 5x512 1x336 5x512 1x336 5x512 1x336 5x512 1x336 2x512 1x424 5x512 1x488",
            "mss:512 pmtu:1500 advmss:1448",
            "cache",
        ),
    ] {
        let report = run("", settings);
        assert_eq!(runs(&sizes(&report, host)), measured, "{settings}");
        let (said, routes) = (tool(&report, "ss", host), tool(&report, "route", host));
        for word in ss.split(' ') {
            assert!(said.split(' ').any(|found| found == word), "{settings}: {word} not in {said}");
        }
        assert!(routes.ends_with(route), "{settings}: {routes}");
    }
}

/// Milliseconds from the first flight to each repetition, as measured on 6.18.44 (HZ=250, 20 ms): the loss probe, then
/// the timeouts.
#[test]
fn repetitions_leave_when_measured() {
    const MEASURED: [u64; 8] = [49, 277, 737, 1665, 3493, 7237, 14_657, 29_250];
    for seed in 0..20 {
        let times: Vec<u64> = sent(&run("hang", &format!("seed={seed}")), "srv")
            .iter()
            .map(|(t, ..)| *t)
            .filter(|t| *t > 0)
            .collect();
        for (at, measured) in times.iter().zip(MEASURED) {
            assert!(at.abs_diff(measured) <= measured / 20 + 10, "seed {seed}: {at} ms, not {measured}");
        }
        assert_eq!(times.len(), 16, "the loss probe, and what tcp_retries2 allows");
    }
}

/// No segment has such a size but as a probe, or after one. Measured with a megabyte on 6.18.44: 1236 and 1342 pass,
/// 1395, 1368 and 1354 do not, 1347 does; what is left to find out is less than tcp_probe_threshold.
#[test]
fn probes_find_the_size_that_passes() {
    for (settings, host, first, probes) in [
        ("mtu_probing=1 response_bytes=1000000", "srv", 1448, [1236, 1342, 1395, 1368, 1354, 1347]),
        // A client begins with tcp_base_mss; one that was accepted does not (see below).
        (
            "mtu_probing=2 request_bytes=1000000 response_bytes=1",
            "c1",
            1024,
            [1236, 1342, 1395, 1368, 1354, 1347],
        ),
        // Where all passes, a server goes down with the first window that is greater than the one before.
        (
            "mtu_probing=2 tunnel=none client_mtu=9000 response_bytes=300000",
            "srv",
            1448,
            [1024, 1236, 1342, 1395, 1421, 1434],
        ),
        (
            "mtu_probing=2 request_bytes=1 response_bytes=1000000",
            "srv",
            1448,
            [980, 1214, 1331, 1389, 1359, 1344],
        ),
    ] {
        let report = run("", settings);
        let all = sizes(&report, host);
        assert_eq!(all[0], first, "{settings}");
        let missing: Vec<&u32> = probes.iter().filter(|probe| !all.contains(*probe)).collect();
        assert!(missing.is_empty(), "{settings}: no segment of {missing:?} bytes");
        let last = format!("mss:{}", probes[5]);
        assert!(tool(&report, "ss", host).contains(&last), "{settings}: not {last} in the end");
    }
    // Up to 3.13 a server began with tcp_base_mss, 512 bytes then.
    assert!(runs(&sizes(&run("", "mtu_probing=2 server_kernel=3.10"), "srv")).starts_with("10x512"));
}

/// The figures of the articles, whatever the seed and in both languages.
#[test]
fn presets_end_as_they_say() {
    for (preset, code, done_ms, too_big) in [
        ("hang", "hung", None, 26),
        ("icmp-works", "discovered", Some(60..75), 10),
        ("clamped", "clamped", Some(55..65), 0),
        ("probing", "probed", Some(3600..4600), 17),
        ("same-mtu", "fits", Some(55..65), 0),
        ("jumbo", "fits", Some(55..65), 0),
        ("other-direction", "hung", None, 26),
        ("no-df", "fragmented", Some(55..65), 0),
    ] {
        for seed in 0..8 {
            for lang in Lang::ALL {
                let report = params(preset, &format!("seed={seed}")).run(lang);
                let total = |name| report.totals.iter().find(|(known, _)| *known == name).map(|(_, n)| *n);
                assert_eq!(report.verdict.code, code, "{preset}");
                assert_eq!(total("too_big"), Some(too_big), "{preset}");
                match &done_ms {
                    Some(range) => {
                        assert!(range.contains(&total("done_ms").unwrap()), "{preset}: {:?}", report.totals)
                    }
                    None => assert!((924..1000).contains(&total("waited_s").unwrap()), "{preset}"),
                }
            }
        }
    }
}

/// What the handshake says on either side, what arrives of it, and what each side makes of it.
#[test]
fn the_option_bounds_the_other_side() {
    for (preset, settings, client, server) in [
        ("same-mtu", "", "1500 1460 1460 1448 1448", "1500 1460 1460 1448 1448"),
        ("jumbo", "", "1500 1460 1460 1448 1448", "9000 8960 8960 8948 1448"),
        ("clamped", "", "1500 1460 1436 1448 1424", "1500 1460 1436 1448 1424"),
        ("clamped", "clamp=syn", "1500 1460 1436 1448 1448", "1500 1460 1460 1448 1424"),
        ("hang", "client_mtu=1400", "1400 1360 1360 1348 1348", "1500 1460 1460 1448 1348"),
        ("hang", "max_seg=1000", "1500 1000 1000 988 988", "1500 1460 1460 1448 988"),
        ("hang", "max_seg=1461", "1500 1460 1460 1448 1448", "1500 1460 1460 1448 1448"),
    ] {
        let report = run(preset, settings);
        let table = report.tables.iter().find(|table| table.id == "mss").unwrap();
        for (row, expected) in table.rows.iter().zip([client, server]) {
            assert_eq!(row[1..6].join(" "), expected, "{preset} {settings}: {}", row[0]);
        }
    }
    // A rule that catches one direction alone.
    assert_eq!(run("clamped", "clamp=syn").verdict.code, "clamped");
    assert_eq!(run("clamped", "clamp=syn request_bytes=20000").verdict.code, "hung");
}

#[test]
fn captures_show_what_devices_cut_and_join() {
    let capture = |settings| {
        let report = run("same-mtu", settings);
        let table = report.tables.iter().find(|table| table.id == "capture").unwrap();
        table.rows[..2].iter().map(|row| row.join(" | ")).collect::<Vec<_>>()
    };
    let (two, first, second) =
        ("seq 1:2897, length 2896", "seq 1:1449, length 1448", "seq 1449:2897, length 1448");
    assert_eq!(capture(""), [format!("{two} | {first} | {two}"), format!(" | {second} | ")]);
    assert_eq!(
        capture("offload=off"),
        [format!("{first} | {first} | {first}"), format!("{second} | {second} | {second}")]
    );
}

/// What stands beside the transfer is what those settings give.
#[test]
fn the_table_of_changes_is_true() {
    for (preset, row, settings) in [
        ("hang", "ICMP reaches the sender", "icmp=delivered"),
        ("hang", "TCPMSS --clamp-mss-to-pmtu", "clamp=to-pmtu"),
        ("hang", "tcp_mtu_probing = 1", "mtu_probing=1"),
        ("no-df", "ip_no_pmtu_disc = 0", "no_pmtu_disc=0"),
        ("other-direction", "sizes exchanged", "request_bytes=200 response_bytes=20000"),
    ] {
        let table = |report: Report| report.tables.into_iter().find(|table| table.id == "changes").unwrap();
        let changed = table(run(preset, ""));
        let other = changed.rows.iter().find(|cells| cells[0] == row).unwrap_or_else(|| panic!("{row}"));
        assert_eq!(other[1..], table(run(preset, settings)).rows[0][1..], "{preset}: {row}");
    }
}

#[test]
fn settings_without_effect_are_remarked() {
    for (settings, noted) in [
        ("", ""),
        ("tunnel=gre path_mtu=1200", "path_mtu"),
        ("tunnel=none way=to-client", "way"),
        ("no_pmtu_disc=1 icmp=delivered mtu_probing=1", "icmp mtu_probing"),
        ("max_seg=1460", "max_seg"),
        ("max_seg=1459", ""),
        ("max_seg=87", "max_seg"),
    ] {
        let notes = params("", settings).notes(Lang::En);
        let fields: Vec<&str> = notes.iter().map(|(name, _)| *name).collect();
        assert_eq!(fields.join(" "), noted, "{settings}");
    }
}

/// Whatever the settings: who is done has everything, nothing too big arrives whole with DF, and on every kernel ICMP or
/// clamping saves the transfer.
#[test]
fn what_holds_in_every_run() {
    for seed in 0..150 {
        let settings = settings::random(lab(), seed);
        let params = params("", &settings);
        let report = params.run(Lang::En);
        let total = |name| report.totals.iter().find(|(known, _)| *known == name).map_or(0, |(_, n)| *n);
        let (request, response) = (params.int("request_bytes") as u64, params.int("response_bytes") as u64);
        assert_ne!(report.verdict.code, "cut_off", "{settings}");
        if report.verdict.code != "hung" {
            assert_eq!((total("request_read"), total("response_read")), (request, response), "{settings}");
        } else {
            assert!(total("too_big") > 0 && total("response_read") < response, "{settings}");
        }
        if params.int("no_pmtu_disc") == 1 || params.choice("icmp") == "delivered" {
            assert_ne!(report.verdict.code, "hung", "{settings}");
        }
    }
}

#[test]
fn icmp_and_clamping_help_on_every_kernel() {
    for kernel in ["2.6.32", "3.4", "3.10", "el7", "4.4", "4.9", "4.14", "4.19", "5.10", "6.6", "6.18"] {
        let kernels = format!("client_kernel={kernel} server_kernel={kernel}");
        for (preset, settings, code) in [
            ("hang", "", "hung"),
            ("icmp-works", "", "discovered"),
            ("icmp-works", "request_bytes=20000 response_bytes=20000", "discovered"),
            ("clamped", "", "clamped"),
            ("probing", "", "probed"),
            ("no-df", "", "fragmented"),
        ] {
            let report = run(preset, &format!("{kernels} {settings}"));
            assert_eq!(report.verdict.code, code, "{kernel} {preset} {settings}: {}", report.verdict.text);
        }
        // 512 bytes up to 4.0, 1024 from 4.1 on.
        let small = if matches!(kernel, "2.6.32" | "3.4" | "3.10" | "el7") { 512 } else { 1024 };
        let first =
            sent(&run("probing", &kernels), "srv").into_iter().find(|(.., arrived)| *arrived).unwrap();
        assert_eq!(first.1, small, "{kernel}");
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
    let random = (0..30).map(|seed| params("", &settings::random(lab(), seed)));
    for params in lab().presets.iter().map(|preset| params(preset.id, "")).chain(random) {
        let report = params.run(Lang::Zh);
        texts.push(report.verdict.text);
        texts.extend(report.reasons.into_iter().map(|reason| reason.text));
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
