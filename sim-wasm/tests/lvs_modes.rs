//! The lab `lvs-modes`: each mode rewrites what it should, each mistake ends as it does on a wire, and the books balance
//! whatever the settings.
#![cfg(feature = "lvs-modes")]
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

mod settings;

use sim_wasm::lab::figure::{Bars, Drawing, Hop, HopFate, Hops};
use sim_wasm::lab::report::Report;
use sim_wasm::lab::{self, Lab, Params};
use sim_wasm::text::Lang;

fn lab() -> &'static Lab {
    lab::find("lvs-modes").unwrap()
}

fn params(preset: &str, settings: &str) -> Params {
    settings::params(lab(), preset, settings)
}

fn run(preset: &str, settings: &str) -> Report {
    params(preset, settings).run(Lang::En)
}

fn hops<'a>(report: &'a Report, id: &str) -> &'a Hops {
    let figure = report.figures.iter().find(|figure| figure.id == id).unwrap();
    let Drawing::Hops(hops) = &figure.drawing else { panic!("{id}") };
    hops
}

fn bars(report: &Report) -> &Bars {
    let figure = report.figures.iter().find(|figure| figure.id == "bytes").unwrap();
    let Drawing::Bars(bars) = &figure.drawing else { panic!() };
    bars
}

fn total(report: &Report, name: &str) -> u64 {
    report.totals.iter().find(|(known, _)| *known == name).map_or(0, |(_, value)| *value)
}

fn told<'a>(report: &'a Report, code: &str) -> &'a sim_wasm::lab::report::Explanation {
    report.explanations.iter().find(|told| told.code == code).unwrap_or_else(|| panic!("{code}"))
}

fn output(report: &Report, id: &str) -> String {
    report.tables.iter().find(|table| table.id == id).unwrap().text.clone()
}

/// A hop of packets as one line: `director>rs1 SYN dst MAC* TTL*` names the fields that the sender wrote anew.
fn line(way: &Hops, hop: &Hop) -> String {
    let rewritten: Vec<&str> = way
        .fields
        .iter()
        .zip(&hop.values)
        .filter(|(_, value)| value.rewritten)
        .map(|(field, _)| field.as_str())
        .collect();
    let name = |node: usize| way.nodes[node].name.as_str();
    format!("{}>{} {}: {}", name(hop.from), name(hop.to), hop.label, rewritten.join(", "))
}

/// The hops of packets between machines, without ARP.
fn lines(way: &Hops) -> Vec<String> {
    let packets = way.hops.iter().filter(|hop| hop.from != hop.to && !hop.label.starts_with("ARP"));
    packets.map(|hop| line(way, hop)).collect()
}

/// A field of a hop, by the name of its column.
fn field<'a>(way: &'a Hops, hop: &'a Hop, name: &str) -> &'a str {
    let at = way.fields.iter().position(|field| field == name).unwrap();
    &hop.values[at].text
}

/// The hop between two machines with this label.
fn find<'a>(way: &'a Hops, from: &str, to: &str, label: &str) -> &'a Hop {
    let is = |node: usize, name: &str| way.nodes[node].name == name;
    way.hops
        .iter()
        .find(|hop| is(hop.from, from) && is(hop.to, to) && hop.label.starts_with(label))
        .unwrap_or_else(|| panic!("{from} > {to} {label}"))
}

/// systems.md 1.2, table, and [lvs.nat] of section 10.
#[test]
fn nat_rewrites_destination_and_source() {
    let report = run("nat", "");
    let way = hops(&report, "handshake");
    let macs = "source MAC, destination MAC";
    assert_eq!(
        lines(way)[..6],
        [
            "client>gateway SYN: ".to_string(),
            format!("gateway>director SYN: {macs}, TTL"),
            format!("director>rs1 SYN: {macs}, destination, TTL"),
            "rs1>director SYN-ACK: ".to_string(),
            format!("director>gateway SYN-ACK: {macs}, source, TTL"),
            format!("gateway>client SYN-ACK: {macs}, TTL"),
        ]
    );
    let (inward, back, out) = (
        find(way, "director", "rs1", "SYN"),
        find(way, "rs1", "director", "SYN-ACK"),
        find(way, "director", "gateway", "SYN-ACK"),
    );
    let ends = |hop| (field(way, hop, "source"), field(way, hop, "destination"));
    assert_eq!(ends(inward), ("203.0.113.10:40000", "10.0.0.11:8080"));
    assert_eq!(ends(back), ("10.0.0.11:8080", "203.0.113.10:40000"));
    assert_eq!(ends(out), ("198.51.100.1:80", "203.0.113.10:40000"));
    // Section 1.9: the reply loses one on the director on every kernel, the request from 4.10 on.
    for (kernel, request) in [("2.6.32", "63"), ("4.9", "63"), ("el7", "63"), ("4.10", "62"), ("6.18", "62")]
    {
        let report = run("nat", &format!("director_kernel={kernel}"));
        let way = hops(&report, "handshake");
        assert_eq!(field(way, find(way, "director", "rs1", "SYN"), "TTL"), request, "{kernel}");
        assert_eq!(field(way, find(way, "director", "gateway", "SYN-ACK"), "TTL"), "63", "{kernel}");
    }
}

/// systems.md 1.3, table, and [lvs.dr]: only hardware addresses, and the TTL on kernels that take one off.
#[test]
fn dr_rewrites_hardware_addresses_alone() {
    let report = run("dr", "");
    let macs = "source MAC, destination MAC";
    let request = [
        "client>gateway request 500 B: ".to_string(),
        format!("gateway>director request 500 B: {macs}, TTL"),
        format!("director>rs1 request 500 B: {macs}, TTL"),
    ];
    assert_eq!(lines(hops(&report, "request"))[..3], request);
    let way = hops(&report, "handshake");
    let answer = find(way, "rs1", "gateway", "SYN-ACK");
    assert_eq!(field(way, answer, "source"), "198.51.100.1:80");
    assert_eq!([field(way, answer, "source MAC"), field(way, answer, "destination MAC")], ["mR1", "mG2"]);
    // Only the director answers for the VIP.
    let arp: Vec<&str> =
        way.hops.iter().filter(|hop| hop.label.contains("is-at")).map(|hop| hop.label.as_str()).collect();
    assert_eq!(arp, ["ARP is-at mL"]);
    let old = run("dr", "director_kernel=4.9");
    assert_eq!(lines(hops(&old, "request"))[2], format!("director>rs1 request 500 B: {macs}"));
    assert_eq!([total(&report, "ttl_at_server"), total(&old, "ttl_at_server")], [62, 63]);
    assert!(
        output(&report, "ipvsadm").contains("  -> 10.0.0.11:80                 Route   1      1          0")
    );
}

/// systems.md 1.4, table, and [lvs.tun]: an outer header of 20 bytes, its TTL from inside.
#[test]
fn tun_puts_a_header_in_front() {
    for (kernel, inner, outer) in [("6.18", "62", "TTL 62"), ("4.9", "63", "TTL 63")] {
        let report = run("tun", &format!("director_kernel={kernel}"));
        let way = hops(&report, "handshake");
        let hop = find(way, "director", "gateway", "SYN");
        assert_eq!(field(way, hop, "outer IP"), format!("10.0.0.2 → 10.0.1.11, {outer}"));
        assert_eq!([field(way, hop, "TTL"), field(way, hop, "length")], [inner, "80"]);
        let ends = [field(way, hop, "source"), field(way, hop, "destination")];
        assert_eq!(ends, ["203.0.113.10:40000", "198.51.100.1:80"]);
        // The router on the way changes the outer header alone.
        let routed = find(way, "gateway", "rs1", "SYN");
        assert_eq!(field(way, routed, "TTL"), inner);
        assert!(output(&report, "tcpdump").contains(
            "length 94: 10.0.0.2 > 10.0.1.11: 203.0.113.10.40000 > 198.51.100.1.80: Flags [S], seq 1000000,"
        ));
    }
}

/// systems.md 1.5, table, 1.7, and [lvs.fnat]: both ends, sequence and ACK numbers, 8 bytes of TOA, 8 less MSS.
#[test]
fn fullnat_rewrites_all_of_it() {
    let report = run("fullnat", "");
    let way = hops(&report, "handshake");
    let hop = find(way, "director", "gateway", "ACK");
    assert_eq!(
        line(way, hop),
        "director>gateway ACK: source MAC, destination MAC, source, destination, seq, TOA, length"
    );
    assert_eq!(
        [field(way, hop, "source"), field(way, hop, "destination")],
        ["10.0.0.2:1025", "10.0.1.11:8080"]
    );
    assert_eq!([field(way, hop, "TOA"), field(way, hop, "length")], ["203.0.113.10:40000", "60"]);
    let answer = find(way, "director", "gateway", "SYN-ACK");
    assert_eq!(
        line(way, answer),
        "director>gateway SYN-ACK: source MAC, destination MAC, source, destination, ack, MSS"
    );
    assert_eq!(field(way, answer, "MSS"), "1452");
    let number = |hop, name| field(way, hop, name).parse::<u32>().unwrap();
    let (before, after) = (find(way, "gateway", "director", "SYN"), find(way, "director", "gateway", "SYN"));
    let shift = number(after, "seq").wrapping_sub(number(before, "seq"));
    let back = find(way, "gateway", "director", "SYN-ACK");
    assert_eq!(number(back, "ack").wrapping_sub(number(answer, "ack")), shift);
    // Full packets have room for the option.
    let long = run("fullnat", "request_bytes=20000");
    let way = hops(&long, "request");
    assert_eq!(field(way, find(way, "director", "gateway", "request 13 × 1440 B"), "length"), "1500");
    assert_eq!(total(&long, "answered"), 1);
}

/// systems.md 1.7: what the program sees, and what ss shows.
#[test]
fn toa_tells_the_program_alone() {
    for (settings, code, peer, known) in [
        ("", "toa_read", "getpeername() = 203.0.113.10:40000; ss shows 10.0.0.2:1025.", 1),
        ("toa_module=absent", "toa_ignored", "getpeername() = 10.0.0.2:1025; ss shows 10.0.0.2:1025.", 0),
        ("toa=off", "client_lost", "getpeername() = 10.0.0.2:1025; ss shows 10.0.0.2:1025.", 0),
    ] {
        let report = run("fullnat", settings);
        let _ = told(&report, code);
        let way = hops(&report, "request");
        let read = way.hops.iter().find(|hop| hop.from == hop.to).unwrap();
        assert_eq!((read.note.as_str(), total(&report, "client_known")), (peer, known), "{settings}");
    }
    for preset in ["nat", "dr", "tun"] {
        assert_eq!(total(&run(preset, ""), "client_known"), 1, "{preset}");
    }
    assert_eq!(total(&run("fullnat", "connections=7"), "local_ports"), 7);
    assert!(output(&run("fullnat", ""), "tcpdump").contains("TS val 1 ecr 1,exp-9c40], length 500"));
}

/// systems.md 1.8, last rows: bytes through the director for a request q and a response r.
#[test]
fn the_director_carries_what_the_mode_says() {
    let report = run("dr", "request_bytes=500 response_bytes=10000");
    let bars = bars(&report);
    let of = |name: &str| bars.bars.iter().find(|bar| bar.label == name).unwrap().parts.clone();
    // SYN 60, ACK 52, request 52 + 500; SYN-ACK 60, seven segments with 52 each.
    assert_eq!([of("NAT"), of("FullNAT")], [[664, 10_424], [664, 10_424]]);
    assert_eq!([of("DR"), of("TUN")], [[664, 0], [664, 0]]);
    assert_eq!(told(&report, "bytes").condition, "(500 + 10000) / 500 = 21.0");
    for (preset, inward, out) in
        [("nat", 11_088, 11_088), ("dr", 664, 664), ("tun", 664, 724), ("fullnat", 11_088, 11_104)]
    {
        let report = run(preset, "");
        assert_eq!(
            [total(&report, "director_in"), total(&report, "director_out")],
            [inward, out],
            "{preset}"
        );
    }
}

/// systems.md 1.2 to 1.4 and 9, "if violated"; [lvs.dr] and [lvs.tun] "break": the verdict, what decided first, and what is
/// among the reasons.
#[test]
fn presets_end_as_they_say() {
    for (preset, verdict, reasons) in [
        ("dr", "works", ""),
        ("nat", "works", ""),
        ("tun", "works", ""),
        ("fullnat", "works", ""),
        ("nat-inside", "works", ""),
        ("nat-wrong-gateway", "timeout", "wrong_source"),
        ("nat-near-client", "timeout", "wrong_source"),
        ("nat-no-forward", "timeout", "no_forwarding"),
        ("nat-docker", "timeout", "forward_rule"),
        ("dr-no-arp", "intermittent", "other_server no_entry"),
        ("dr-lo-only", "intermittent", "other_server no_entry"),
        ("dr-announce", "bypass", ""),
        ("dr-vip-eth0", "intermittent", "other_server no_entry"),
        ("dr-no-vip", "timeout", "vip_missing"),
        ("dr-no-vip-forward", "unreachable", "ttl_expired"),
        ("dr-other-lan", "unreachable", "ttl_expired"),
        ("dr-port", "refused", "no_listener"),
        ("dr-director-gateway", "timeout", "martian_source"),
        ("dr-anti-spoofing", "timeout", "anti_spoofing"),
        ("fullnat-anti-spoofing", "works", ""),
        ("dr-stateful", "hang", "not_tracked"),
        ("tun-mtu", "hang", "too_big icmp_filtered"),
        ("tun-advmss", "works", ""),
        ("tun-rp-filter", "timeout", "rp_filter"),
        ("tun-down", "refused", "tunl0_down"),
        ("fullnat-no-module", "works", ""),
    ] {
        for lang in Lang::ALL {
            let report = params(preset, "").run(lang);
            assert_eq!(report.verdict.code, verdict, "{preset}: {}", report.verdict.text);
            let codes: Vec<&str> = report.explanations.iter().map(|told| told.code).collect();
            let reasons: Vec<&str> = reasons.split_whitespace().collect();
            for reason in &reasons {
                assert!(codes.contains(reason), "{preset}: {reason} not in {codes:?}");
            }
            if verdict == "works" {
                assert!(report.figures.iter().all(|figure| match &figure.drawing {
                    Drawing::Hops(way) => way.hops.iter().all(|hop| hop.fate == HopFate::Arrived),
                    _ => true,
                }));
            }
        }
    }
    let presets = lab().presets.len();
    assert_eq!(presets, 26, "every preset stands in the table");
}

/// One change from a working mode, and how it ends.
#[test]
fn switches_combine() {
    for (preset, settings, verdict) in [
        // The way back of NAT: the director, or nothing.
        ("nat", "client_lan=real-servers", "timeout"),
        ("nat", "rs_lan=routed", "timeout"),
        ("nat", "firewall=stateful", "hang"),
        ("nat", "firewall=stateful vs_conntrack=1", "works"),
        ("nat", "firewall=input", "timeout"),
        ("nat", "anti_spoofing=servers", "works"),
        ("nat", "anti_spoofing=all", "timeout"),
        ("nat", "arp_ignore=0 arp_announce=0 rp_filter_all=1", "works"),
        // DR and TUN need no ip_forward, and no conntrack can know their answers.
        ("dr", "ip_forward=0", "works"),
        ("dr", "firewall=forward", "works"),
        ("dr", "firewall=stateful vs_conntrack=1", "hang"),
        ("dr", "client_lan=real-servers", "works"),
        ("dr", "anti_spoofing=servers", "timeout"),
        ("dr", "rs_lan=inside", "works"),
        ("dr", "rs_lan=inside rs_gateway=director", "timeout"),
        ("dr", "arp_ignore=2 arp_announce=1", "works"),
        ("dr", "vip_on_rs=eth0 arp_ignore=2", "works"),
        ("tun", "rs_lan=same", "works"),
        ("tun", "vip_on_rs=none", "timeout"),
        ("tun", "vip_on_rs=none rs_ip_forward=1", "unreachable"),
        ("tun", "tunl0=absent", "unreachable"),
        ("tun", "tunl0=absent icmp=filtered", "timeout"),
        ("tun", "rp_filter_tunl0=1", "timeout"),
        ("tun", "rp_filter_all=1 rp_filter_tunl0=2", "works"),
        ("tun", "rp_filter_all=2", "works"),
        ("tun", "anti_spoofing=servers", "timeout"),
        ("tun", "arp_ignore=0 arp_announce=0", "works"),
        ("fullnat", "client_lan=real-servers firewall=forward", "works"),
        ("fullnat", "rs_lan=same ip_forward=0", "works"),
        // Errors of the tunnel reach the client from 3.7 on.
        ("tun-down", "director_kernel=3.10", "refused"),
        ("tun-down", "director_kernel=2.6.32", "timeout"),
        ("tun-down", "icmp=filtered", "timeout"),
        // A circle that nobody hears of.
        ("dr-other-lan", "icmp=filtered", "timeout"),
    ] {
        let report = run(preset, settings);
        assert_eq!(report.verdict.code, verdict, "{preset} {settings}: {}", report.verdict.text);
    }
    // ARP matters where the real servers share the director's LAN.
    let near = run("tun", "rs_lan=same arp_ignore=0 real_servers=2 connections=10");
    assert_ne!(near.verdict.code, "works");
}

/// systems.md 1.4, "MTU arithmetic": 1500 - 20 = 1480; advmss 1440 or an MTU of 1520 behind the gateway repairs it.
#[test]
fn a_tunnel_takes_twenty_bytes() {
    for (settings, verdict, too_big) in [
        ("", "hang", true),
        ("icmp=delivered", "works", true),
        ("advmss=1440", "works", false),
        ("advmss=1460", "hang", true),
        ("inner_mtu=1520", "works", false),
        ("inner_mtu=9000", "works", false),
        ("pmtu_disc=0", "works", false),
        ("pmtu_disc=0 director_kernel=2.6.32", "hang", true),
        // 1428 + 52 = 1480 fits, 1429 does not.
        ("request_bytes=1428", "works", false),
        ("request_bytes=1429", "hang", true),
    ] {
        let report = run("tun-mtu", settings);
        assert_eq!(report.verdict.code, verdict, "{settings}: {}", report.verdict.text);
        let codes: Vec<&str> = report.explanations.iter().map(|told| told.code).collect();
        assert_eq!(codes.contains(&"too_big"), too_big, "{settings}");
    }
    let learnt = run("tun-mtu", "icmp=delivered");
    let way = hops(&learnt, "request");
    assert!(way.hops.iter().any(|hop| hop.label == "ICMP frag needed, 1480"));
    assert_eq!(field(way, find(way, "client", "gateway", "request 13 × 1428 B"), "length"), "1480");
}

/// Measured on 6.18.44, with a program in the director's place: how often a SYN of TTL 64 passes a machine until it is
/// used up, and what connect() says at once.
#[test]
fn circles_last_as_long_as_the_ttl() {
    for (preset, kernel, to_director, to_server) in [
        ("dr-other-lan", "6.18", 32, 0),
        ("dr-other-lan", "4.9", 63, 0),
        ("dr-no-vip-forward", "6.18", 21, 21),
    ] {
        let report = run(preset, &format!("director_kernel={kernel}"));
        assert_eq!(total(&report, "director_in") / 60, to_director, "{preset} {kernel}");
        assert!(report.verdict.text.starts_with("connect() fails at once: EHOSTUNREACH."), "{preset}");
        if to_server > 0 {
            assert_eq!(total(&report, "director_out") / 60, to_server, "{preset} {kernel}");
        }
    }
    let _ = told(&run("dr-other-lan", ""), "dr_through_router");
    let _ = told(&run("dr-no-vip-forward", ""), "server_sends_back");
    let refused = run("tun", "tunl0=absent").verdict.text;
    assert!(refused.starts_with("connect() fails at once: ENOPROTOOPT"), "{refused}");
}

/// Measured on 6.18.44 between network namespaces: who answers a request for the VIP, and with which address a real server
/// asks for its gateway.
#[test]
fn arp_is_answered_and_asked_as_measured() {
    for (vip, scope, ignore, answers) in [
        ("proper", "all", 0, true),
        ("proper", "all", 1, false),
        ("proper", "all", 2, false),
        ("proper", "lo", 1, true),
        ("eth0", "all", 0, true),
        ("eth0", "all", 1, true),
        ("eth0", "all", 2, false),
        ("eth0", "lo", 1, true),
    ] {
        let settings = format!("vip_on_rs={vip} arp_scope={scope} arp_ignore={ignore}");
        let report = run("dr", &settings);
        let way = hops(&report, "handshake");
        let answered = way.hops.iter().any(|hop| hop.label == "ARP is-at mR1");
        assert_eq!(answered, answers, "{settings}");
    }
    for (scope, announce, tells) in
        [("all", 0, "198.51.100.1"), ("all", 1, ""), ("all", 2, ""), ("lo", 2, "198.51.100.1")]
    {
        let settings = format!("arp_scope={scope} arp_announce={announce}");
        let report = run("dr", &settings);
        let way = hops(&report, "handshake");
        let asked = way.hops.iter().find(|hop| hop.label == "ARP who-has 10.0.0.1");
        let teller = asked.map_or("", |hop| hop.note.strip_prefix("tell ").unwrap());
        assert_eq!(teller, tells, "{settings}");
    }
}

/// Measured on 6.18.44: what comes out of the tunnel passes when the greater of both settings is not 1.
#[test]
fn the_greater_rp_filter_counts() {
    for (all, tunl0, passes) in
        [(0, 0, true), (1, 0, false), (0, 1, false), (2, 0, true), (0, 2, true), (1, 2, true), (2, 1, true)]
    {
        let settings = format!("rp_filter_all={all} rp_filter_tunl0={tunl0}");
        assert_eq!(run("tun", &settings).verdict.code == "works", passes, "{settings}");
    }
}

/// systems.md 1.3, "no ARP suppression": chance decides, by the seed, and with suppression nothing is left to it.
#[test]
fn arp_decides_who_is_asked() {
    let mut verdicts = std::collections::BTreeSet::new();
    for seed in 0..60 {
        let report = run("dr-no-arp", &format!("seed={seed}"));
        verdicts.insert(report.verdict.code);
        let suppressed = run("dr-no-arp", &format!("arp_ignore=1 arp_announce=2 seed={seed}"));
        assert_eq!(suppressed.verdict.code, "works");
        assert_eq!(total(&suppressed, "past_director"), 0);
    }
    assert!(verdicts.contains("intermittent"), "{verdicts:?}");
    // A question is enough to move the VIP.
    let announced = run("dr-announce", "");
    let _ = told(&announced, "arp_announced");
    assert!(output(&announced, "neigh").contains("198.51.100.1 dev eth1 lladdr 52:54:00:00:03:01"));
    assert!(output(&announced, "tcpdump").contains("Request who-has 10.0.0.1 tell 198.51.100.1, length 28"));
    // The director saw the SYN, and nothing after it.
    assert!(output(&announced, "ipvsadm-c").contains("TCP 00:59  SYN_RECV"));
}

/// systems.md 2.4: half-open connections count as active from 4.8 on; formats of 1.10.
#[test]
fn ipvsadm_prints_its_columns() {
    for (kernel, row) in [("6.18", "1          0"), ("4.4", "0          1")] {
        let report = run("dr-no-vip", &format!("director_kernel={kernel}"));
        let text = output(&report, "ipvsadm");
        assert!(
            text.contains(&format!("  -> 10.0.0.11:80                 Route   1      {row}")),
            "{kernel}\n{text}"
        );
        assert!(
            output(&report, "ipvsadm-c")
                .ends_with("TCP 00:59  SYN_RECV    203.0.113.10:40000 198.51.100.1:80    10.0.0.11:80\n")
        );
    }
    for (preset, word) in [("nat", "Masq"), ("dr", "Route"), ("tun", "Tunnel"), ("fullnat", "FullNat")] {
        assert!(output(&run(preset, ""), "ipvsadm").contains(&format!(" {word:<7} 1 ")), "{preset}");
    }
    // For DR and TUN ipvsadm puts the service's port in the place of another.
    assert!(output(&run("dr-port", ""), "ipvsadm").contains("10.0.0.11:80 "));
    assert!(output(&run("nat", ""), "ipvsadm").contains("10.0.0.11:8080 "));
}

/// What stands in the table of changes is what those settings give.
#[test]
fn the_table_of_changes_is_true() {
    for (preset, row, settings) in [
        ("nat-wrong-gateway", "default gateway: the director", "rs_gateway=director"),
        ("dr-no-arp", "arp_ignore = 1, arp_announce = 2 (all)", "arp_ignore=1 arp_announce=2"),
        ("tun-mtu", "advmss 1440", "advmss=1440"),
        ("tun-mtu", "MTU 1520", "inner_mtu=1520"),
        ("dr-other-lan", "real servers on the director's LAN", "rs_lan=same"),
    ] {
        let report = run(preset, "");
        let table = report.tables.iter().find(|table| table.id == "changes").unwrap();
        let cells =
            table.rows.iter().find(|cells| cells[0] == row).unwrap_or_else(|| panic!("{preset}: {row}"));
        assert_eq!(cells[1], "answered", "{preset}: {row}");
        assert_eq!(run(preset, settings).verdict.code, "works", "{preset} {settings}");
    }
}

#[test]
fn settings_without_effect_are_remarked() {
    for (settings, noted) in [
        ("", ""),
        ("mode=nat ip_forward=0", ""),
        ("ip_forward=0 toa=off rp_filter_all=1", "ip_forward toa rp_filter_all"),
        ("mode=fullnat director_kernel=4.4 firewall=input", "director_kernel firewall"),
        ("rs_lan=routed rs_gateway=director", "rs_gateway"),
        ("mode=tun advmss=1440 vs_conntrack=1", "vs_conntrack"),
        ("mode=tun pmtu_disc=0 director_kernel=2.6.32", "pmtu_disc"),
    ] {
        let notes = params("", settings).notes(Lang::En);
        let fields: Vec<&str> = notes.iter().map(|(name, _)| *name).collect();
        let mut wanted: Vec<&str> = noted.split_whitespace().collect();
        let mut found = fields.clone();
        wanted.sort_unstable();
        found.sort_unstable();
        assert_eq!(found, wanted, "{settings}");
    }
}

/// Ten thousand random settings: each connection has one outcome, nothing ends without a reason, what the director gives
/// out it has got, and a run is the same when it is run again.
#[test]
fn what_holds_in_every_run() {
    for seed in 0..10_000 {
        let settings = settings::random(lab(), seed);
        let params = params("", &settings);
        let report = params.run(Lang::En);
        let of = |name| total(&report, name);
        assert_ne!(report.verdict.code, "none");
        assert_eq!(of("answered") + of("failed"), of("connections"), "{settings}");
        assert_eq!(of("connections"), params.int("connections") as u64);
        assert!(of("past_director") <= of("connections"), "{settings}");
        let ways = report.tables.iter().find(|table| table.id == "ways").unwrap();
        assert_eq!(ways.rows.len() as u64, of("connections"), "{settings}");
        let answered = ways.rows.iter().filter(|row| row[5] == "answered").count() as u64;
        assert_eq!(answered, of("answered"), "{settings}");
        // Whoever was answered was served by a program on a real server.
        assert!(ways.rows.iter().all(|row| row[5] != "answered" || row[4] != "—"), "{settings}");
        let codes: Vec<&str> = report.explanations.iter().map(|told| told.code).collect();
        assert!(!codes.contains(&"cut_off") && !codes.contains(&"other"), "{settings}");
        for told in &report.explanations {
            assert!(!told.text.is_empty(), "{settings}: {}", told.code);
            assert_eq!(codes.iter().filter(|code| **code == told.code).count(), 1, "{settings}");
        }
        // A connection that fails has a hop that says why.
        if of("failed") > 0 {
            let stops = report.figures.iter().any(|figure| match &figure.drawing {
                Drawing::Hops(way) => way
                    .hops
                    .iter()
                    .any(|hop| hop.fate != HopFate::Arrived || hop.note.contains("Nobody listens")),
                _ => false,
            });
            assert!(stops, "{settings}");
        }
        for figure in &report.figures {
            let Drawing::Hops(way) = &figure.drawing else { continue };
            for hop in &way.hops {
                assert!(hop.from < way.nodes.len() && hop.to < way.nodes.len(), "{settings}");
                assert_eq!(hop.values.len(), way.fields.len(), "{settings}");
            }
        }
        // IPVS makes packets longer, never shorter. Answers pass NAT and FullNAT, and no other director.
        if report.verdict.code == "works" {
            let (inward, out) = (of("director_in"), of("director_out"));
            let of_each = |name| params.int(name) as u64;
            let (request, response) = (of_each("request_bytes"), of_each("response_bytes"));
            // Headers of 52 bytes, segments of 76 at least; a request that was too big is sent twice.
            let most = of("connections") * (112 + 2 * request + 52 * (2 * request / 76 + 4));
            match params.choice("mode") {
                "dr" | "tun" => assert!((request..=most).contains(&inward), "{settings}: {inward}"),
                _ => assert!(inward >= of("connections") * (request + response), "{settings}: {inward}"),
            }
            assert!(out >= inward || codes.contains(&"too_big"), "{settings}: {out} < {inward}");
        }
        if seed % 50 == 0 {
            assert_eq!(report.hash(), params.run(Lang::En).hash(), "{settings}");
            assert_eq!(params.run(Lang::Zh).totals.counts, report.totals.counts, "{settings}");
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
        lab().params.iter().flat_map(|param| [param.label.zh.to_string(), param.help.zh.to_string()]),
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
        texts.extend(params.notes(Lang::Zh).into_iter().map(|(_, note)| note));
        for figure in report.figures {
            texts.push(figure.title);
            let Drawing::Hops(way) = figure.drawing else { continue };
            texts.extend(way.hops.into_iter().flat_map(|hop| [hop.label, hop.note]));
        }
        texts.extend(report.tables.iter().flat_map(|table| table.rows.clone()).flatten());
        texts.extend(report.tables.into_iter().flat_map(|table| table.columns));
    }
    let latin = |c: char| c.is_ascii_alphanumeric();
    for text in texts {
        let chars: Vec<char> = text.chars().collect();
        for pair in chars.windows(2) {
            let [a, b] = pair[..] else { continue };
            let half = is_han(a) && ",:;?!".contains(b) || ",:;?!".contains(a) && is_han(b);
            assert!(!half, "half-width {a}{b}: {text}");
            assert!(!(is_han(a) && latin(b) || latin(a) && is_han(b)), "no space in {a}{b}: {text}");
        }
        let apart = chars.windows(3).any(|three| is_han(three[0]) && three[1] == ' ' && is_han(three[2]));
        assert!(!apart, "a space between Han characters: {text}");
    }
}
