//! Captures read by the real tool: what `tshark` shows of a packet is what the report says of it.
//! `cargo test -p sim-wasm --test tshark`; needs the program `tshark`.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

use sim_wasm::export::{Format, endpoints};
use sim_wasm::lab::report::{Fate, Opts, PacketInfo};
use sim_wasm::lab::{self, Report};
use sim_wasm::text::Lang;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

/// What is asked of every packet.
const FIELDS: [&str; 23] = [
    "_ws.malformed",
    "ip.checksum.status",
    "tcp.checksum.status",
    "frame.interface_name",
    "frame.time_epoch",
    "ip.id",
    "ip.src",
    "tcp.srcport",
    "ip.dst",
    "tcp.dstport",
    "tcp.flags",
    "tcp.seq_raw",
    "tcp.ack_raw",
    "tcp.len",
    "tcp.window_size_value",
    "tcp.options.mss_val",
    "tcp.options.wscale.shift",
    "tcp.options.sack_perm",
    "tcp.options.timestamp.tsval",
    "tcp.options.timestamp.tsecr",
    "tcp.options.sack_le",
    "tcp.options.sack_re",
    "frame.comment",
];

/// Checksums are verified, sequence numbers shown as they are.
const PREFERENCES: [&str; 3] =
    ["ip.check_checksum:TRUE", "tcp.check_checksum:TRUE", "tcp.relative_sequence_numbers:FALSE"];

/// The capture of a report in a file of its own.
fn capture(report: &Report, name: &str) -> PathBuf {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.pcapng"));
    fs::write(&path, Format::Pcapng.file(report, Lang::En)).unwrap();
    path
}

/// What tshark prints for a capture, as it is after installation but for [`PREFERENCES`].
fn tshark(path: &PathBuf, args: &[&str]) -> String {
    let output = Command::new("tshark")
        .env("WIRESHARK_CONFIG_DIR", env!("CARGO_TARGET_TMPDIR"))
        .args(PREFERENCES.iter().flat_map(|preference| ["-o", *preference]))
        .args(["-n", "-r"])
        .arg(path)
        .args(args)
        .output()
        .expect("tshark is missing: on Debian or Ubuntu, `sudo apt-get install tshark`");
    assert!(output.status.success(), "{}: {}", path.display(), String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// The fields of every packet.
fn fields(path: &PathBuf) -> Vec<Vec<String>> {
    let mut args = vec!["-T", "fields", "-E", "separator=/t"];
    args.extend(FIELDS.iter().flat_map(|field| ["-e", *field]));
    let rows = tshark(path, &args);
    rows.lines().map(|row| row.split('\t').map(str::to_string).collect()).collect()
}

/// What the fields must be by the report, but for the comment.
fn expected(report: &Report) -> Vec<Vec<String>> {
    let number = |value: Option<u32>| value.map_or(String::new(), |value| value.to_string());
    let sent = report.events.iter().filter_map(|event| Some((event, event.packet.as_ref()?)));
    sent.map(|(event, packet)| {
        let (src, dst) = endpoints(packet).unwrap();
        let bits = |letter| match letter {
            'F' => 1,
            'S' => 2,
            'R' => 4,
            'P' => 8,
            '.' => 16,
            'U' => 32,
            'E' => 64,
            'W' => 128,
            other => panic!("flag {other}"),
        };
        let flags: u16 = packet.flags.chars().map(bits).sum();
        let opts = &packet.opts;
        let edges = |edge: fn(&(u32, u32)) -> u32| {
            opts.sack.iter().map(|block| edge(block).to_string()).collect::<Vec<_>>().join(",")
        };
        vec![
            String::new(),
            "1".to_string(),
            "1".to_string(),
            event.from.clone(),
            format!("{}.{:06}000", event.t_us / 1_000_000, event.t_us % 1_000_000),
            format!("0x{:04x}", event.n as u16),
            src.addr.to_string(),
            src.port.to_string(),
            dst.addr.to_string(),
            dst.port.to_string(),
            format!("0x{flags:04x}"),
            packet.seq.to_string(),
            packet.ack.to_string(),
            packet.len.to_string(),
            packet.win.to_string(),
            number(opts.mss.map(u32::from)),
            number(opts.wscale.map(u32::from)),
            if opts.sack_ok { "0402".to_string() } else { String::new() },
            number(opts.tsval),
            number(opts.tsecr),
            edges(|(first, _)| *first),
            edges(|(_, behind)| *behind),
        ]
    })
    .collect()
}

/// Every packet is shown once, whole, with right checksums, and as the report has it.
fn check(report: &Report, name: &str) {
    let path = capture(report, name);
    let shown = fields(&path);
    let expected = expected(report);
    assert_eq!(shown.len(), expected.len(), "{name}");
    let packets = report.events.iter().filter_map(|event| event.packet.as_ref());
    for ((shown, expected), packet) in shown.iter().zip(&expected).zip(packets) {
        let (comment, shown) = shown.split_last().unwrap();
        for ((field, shown), expected) in FIELDS.iter().zip(shown).zip(expected) {
            // Some versions of tshark put colons between the bytes of an option.
            assert_eq!(shown.replace(':', ""), *expected, "{field} in {name}: {packet:?}");
        }
        let told = report.reason(packet).map_or("", |reason| &reason.text);
        assert!(comment.contains(told), "{name}: {comment}");
        assert_eq!(comment.is_empty(), packet.fate == Fate::Delivered, "{name}: {comment}");
    }
    // Errors of any dissector, whatever its name.
    let errors = tshark(&path, &["-Y", "_ws.malformed || _ws.expert.severity == error"]);
    assert!(errors.is_empty(), "{name}: {errors}");
}

#[test]
fn every_scene_of_every_lab() {
    for lab in lab::all() {
        for preset in lab.presets {
            let report = lab.params(Some(preset.id), []).unwrap().run(Lang::En);
            check(&report, &format!("{}-{}", lab.id, preset.id));
        }
    }
}

/// Options and lengths that no scene may have.
#[test]
fn every_option_and_length() {
    let mut report = lab::all()[0].params(None, []).unwrap().run(Lang::En);
    let mut events = report.events.iter().filter(|event| event.packet.is_some());
    let event = events.next().unwrap().clone();
    let info = PacketInfo {
        flags: ".".to_string(),
        opts: Opts::default(),
        fate: Fate::Delivered,
        why: None,
        ..event.packet.clone().unwrap()
    };
    let ts = Opts { tsval: Some(u32::MAX), tsecr: Some(1), ..Opts::default() };
    let syn = Opts { mss: Some(65_495), wscale: Some(14), ..Opts::default() };
    let blocks = vec![(u32::MAX, 7), (100, 200), (300, 400), (500, 600)];
    let segments = [
        ("S", 0, Opts { sack_ok: true, ..syn.clone() }),
        ("S.", 0, Opts { sack_ok: true, tsval: Some(5), tsecr: Some(0), ..syn.clone() }),
        ("S.", 0, Opts { tsval: Some(5), tsecr: Some(6), ..syn.clone() }),
        ("S", 0, syn),
        (".", 0, Opts { sack: blocks[..3].to_vec(), ..ts.clone() }),
        (".", 0, Opts { sack: blocks, ..Opts::default() }),
        ("P.", 1, ts.clone()),
        ("P.", 1448, ts.clone()),
        (".", 65_483, ts),
        (".", 65_495, Opts::default()),
        ("FP.", 3, Opts::default()),
        ("R.", 0, Opts::default()),
        ("R", 0, Opts::default()),
        ("SEW", 0, Opts::default()),
    ];
    let packet = |(flags, len, opts): (&str, u32, Opts)| PacketInfo {
        flags: flags.to_string(),
        len,
        opts,
        ..info.clone()
    };
    let packets = segments.map(packet);
    report.events = (1..)
        .zip(packets)
        .map(|(n, packet)| sim_wasm::lab::report::Event { n, packet: Some(packet), ..event.clone() })
        .collect();
    check(&report, "every-option");
}

/// Wireshark shows at the top of a capture what it is of, and how to get it again.
#[test]
fn a_capture_says_where_it_comes_from() {
    let report = lab::all()[0].params(None, []).unwrap().run(Lang::En);
    let path = capture(&report, "about");
    let output = Command::new("capinfos").arg(&path).output().expect("capinfos comes with tshark");
    let about = String::from_utf8(output.stdout).unwrap();
    let packets = report.events.iter().filter(|event| event.packet.is_some()).count();
    for says in [
        "File type:           Wireshark/... - pcapng".to_string(),
        "File encapsulation:  Raw IP".to_string(),
        format!("Number of packets:   {packets}"),
        "Capture application: Casebook".to_string(),
        format!("casebook lab run {}", report.lab),
        format!("Number of interfaces in file: {}", report.hosts.len()),
    ] {
        assert!(about.contains(&says), "{says}\n{about}");
    }
}
