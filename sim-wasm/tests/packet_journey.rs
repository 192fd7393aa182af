//! The lab `packet-journey`: what was measured on 6.18.44 in network namespaces, the vectors of the facts, and what holds
//! in every run.
#![cfg(feature = "packet-journey")]
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

use sim_wasm::lab::figure::{Drawing, Hop, HopFate, Hops};
use sim_wasm::lab::{self, Kind, Lab, Params, Report, query};
use sim_wasm::rng::Rng;
use sim_wasm::text::Lang;
use std::net::Ipv4Addr;

fn lab() -> &'static Lab {
    lab::find("packet-journey").unwrap()
}

fn params(preset: &str, settings: &str) -> Params {
    let pairs: Vec<_> = query::pairs(&settings.split_whitespace().collect::<Vec<_>>().join("&")).collect();
    let pairs = pairs.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    lab().params((!preset.is_empty()).then_some(preset), pairs).unwrap()
}

fn run(preset: &str, settings: &str) -> Report {
    params(preset, settings).run(Lang::En)
}

fn output<'a>(report: &'a Report, id: &str) -> &'a str {
    report.tables.iter().find(|table| table.id == id).map_or("", |table| &table.text)
}

fn way(report: &Report) -> &Hops {
    match &report.figures[0].drawing {
        Drawing::Hops(hops) => hops,
        _ => panic!("no way"),
    }
}

fn total(report: &Report, name: &str) -> u64 {
    report.totals.iter().find(|(total, _)| *total == name).map_or(0, |(_, value)| *value)
}

/// `from>to label`, hop by hop.
fn walked(report: &Report) -> Vec<String> {
    let way = way(report);
    let name = |node: usize| way.nodes[node].name.as_str();
    way.hops.iter().map(|hop| format!("{}>{} {}", name(hop.from), name(hop.to), hop.label)).collect()
}

const OK: &str = "64 bytes from 203.0.113.80: icmp_seq=1 ttl=62";
const SILENT: &str = "1 packets transmitted, 0 received, 100% packet loss";

/// What programs saw on 6.18.44: the same topology in network namespaces, one thing broken at a time. For ping a piece
/// of the output, for TCP and UDP the error; `ok` for an answer.
#[test]
fn programs_see_what_they_saw_on_a_live_kernel() {
    let rows: &[(&str, &str, &str, &str)] = &[
        ("destination=internet", OK, "ok", "ok"),
        ("destination=inside", "64 bytes from 10.0.1.20: icmp_seq=1 ttl=62", "ok", "ok"),
        ("ttl=1", "From 10.0.0.1 icmp_seq=1 Time to live exceeded", "EHOSTUNREACH", "EAGAIN"),
        ("ttl=2", "From 198.51.100.1 icmp_seq=1 Time to live exceeded", "EHOSTUNREACH", "EAGAIN"),
        ("ttl=3", OK, "ok", "ok"),
        ("port=closed", OK, "ECONNREFUSED", "ECONNREFUSED"),
        ("gateway=none", "ping: connect: Network is unreachable", "ENETUNREACH", "ENETUNREACH"),
        ("prefix=29", "ping: connect: Network is unreachable", "ENETUNREACH", "ENETUNREACH"),
        ("gateway=wrong", "From 10.0.0.10 icmp_seq=1 Destination Host Unreachable", "EHOSTUNREACH", "EAGAIN"),
        ("ip_forward=0", SILENT, "ETIMEDOUT", "EAGAIN"),
        ("snat=off", SILENT, "ETIMEDOUT", "EAGAIN"),
        ("destination=inside return_route=server", SILENT, "ETIMEDOUT", "EAGAIN"),
        ("destination=inside return_route=router", SILENT, "ETIMEDOUT", "EAGAIN"),
        ("firewall=drop", SILENT, "ETIMEDOUT", "EAGAIN"),
        (
            "firewall=reject",
            "From 10.0.0.1 icmp_seq=1 Destination Port Unreachable",
            "ECONNREFUSED",
            "ECONNREFUSED",
        ),
        ("firewall=reject-admin", "From 10.0.0.1 icmp_seq=1 Packet filtered", "EHOSTUNREACH", "EHOSTUNREACH"),
        ("firewall=reject-reset", OK, "ECONNREFUSED", "ok"),
        ("firewall=drop firewall_at=server", SILENT, "ETIMEDOUT", "EAGAIN"),
        (
            "firewall=reject firewall_at=server",
            "From 203.0.113.80 icmp_seq=1 Destination Port Unreachable",
            "ECONNREFUSED",
            "ECONNREFUSED",
        ),
        (
            "firewall=reject-admin firewall_at=server",
            "From 203.0.113.80 icmp_seq=1 Packet filtered",
            "EHOSTUNREACH",
            "EHOSTUNREACH",
        ),
        // ip_forward looks at the TTL before the rules of FORWARD.
        ("firewall=drop ttl=1", "From 10.0.0.1 icmp_seq=1 Time to live exceeded", "EHOSTUNREACH", "EAGAIN"),
        ("destination=inside second_nic=on", "64 bytes from 10.0.1.20: icmp_seq=1 ttl=64", "ok", "EAGAIN"),
        (
            "destination=inside second_nic=on rp_filter=2",
            "64 bytes from 10.0.1.20: icmp_seq=1 ttl=64",
            "ok",
            "EAGAIN",
        ),
        ("destination=inside second_nic=on rp_filter=1", SILENT, "ETIMEDOUT", "EAGAIN"),
        ("destination=inside return_route=server rp_filter=1", SILENT, "ETIMEDOUT", "EAGAIN"),
        (
            "destination=neighbour duplicate=neighbour",
            "64 bytes from 10.0.0.20: icmp_seq=1 ttl=64",
            "ECONNREFUSED",
            "ECONNREFUSED",
        ),
        ("duplicate=gateway", SILENT, "ETIMEDOUT", "EAGAIN"),
        ("duplicate=gateway duplicate_first=owner", OK, "ok", "ok"),
        ("destination=neighbour prefix=28", "64 bytes from 10.0.0.20: icmp_seq=1 ttl=64", "ok", "ok"),
        // arp_ignore 0: the server answers for its other address too, on the interface that the question came in by.
        (
            "destination=inside prefix=16 second_nic=on",
            "64 bytes from 10.0.1.20: icmp_seq=1 ttl=",
            "ok",
            "EAGAIN",
        ),
    ];
    for (settings, ping, tcp, udp) in rows {
        let report = run("", settings);
        assert!(output(&report, "program").contains(ping), "{settings}: {}", output(&report, "program"));
        for (request, expected) in [("tcp", tcp), ("udp", udp)] {
            let report = run("", &format!("{settings} request={request}"));
            let last = output(&report, "program").lines().last().unwrap().to_string();
            let found = match last.split("-1 ").nth(1) {
                Some(rest) => rest.split(' ').next().unwrap(),
                None => "ok",
            };
            assert_eq!(found, *expected, "{settings} {request}: {last}");
        }
    }
}

/// Lines of captures and tables as they were on 6.18.44, up to times, identifiers and options of TCP.
#[test]
fn tools_print_what_they_printed_on_a_live_kernel() {
    for (settings, table, line) in [
        (
            "",
            "tcpdump",
            "02:00:00:00:00:0a > ff:ff:ff:ff:ff:ff, ethertype ARP (0x0806), length 42: Request who-has 10.0.0.1 tell 10.0.0.10, length 28",
        ),
        (
            "",
            "tcpdump",
            "02:00:00:00:00:01 > 02:00:00:00:00:0a, ethertype ARP (0x0806), length 42: Reply 10.0.0.1 is-at 02:00:00:00:00:01, length 28",
        ),
        (
            "",
            "tcpdump",
            "02:00:00:00:00:0a > 02:00:00:00:00:01, ethertype IPv4 (0x0800), length 98: 10.0.0.10 > 203.0.113.80: ICMP echo request, id 4711, seq 1, length 64",
        ),
        (
            "capture=server",
            "tcpdump",
            "02:00:00:00:04:01 > 02:00:00:00:04:50, ethertype IPv4 (0x0800), length 98: 198.51.100.2 > 203.0.113.80: ICMP echo request, id 4711, seq 1, length 64",
        ),
        (
            "snat=off capture=server",
            "tcpdump",
            "02:00:00:00:04:01 > 02:00:00:00:04:50, ethertype IPv4 (0x0800), length 126: 203.0.113.1 > 203.0.113.80: ICMP net 10.0.0.10 unreachable, length 92",
        ),
        (
            "snat=off capture=server request=tcp",
            "tcpdump",
            "length 102: 203.0.113.1 > 203.0.113.80: ICMP net 10.0.0.10 unreachable, length 68",
        ),
        (
            "firewall=reject request=tcp",
            "tcpdump",
            "length 102: 10.0.0.1 > 10.0.0.10: ICMP 203.0.113.80 tcp port 80 unreachable, length 68",
        ),
        (
            "firewall=reject-admin",
            "tcpdump",
            "length 126: 10.0.0.1 > 10.0.0.10: ICMP host 203.0.113.80 unreachable - admin prohibited filter, length 92",
        ),
        (
            "firewall=reject-reset request=tcp",
            "tcpdump",
            "length 54: 203.0.113.80.80 > 10.0.0.10.40000: Flags [R.], seq 0, ack 1000001, win 0, length 0",
        ),
        ("request=udp", "tcpdump", "length 98: 10.0.0.10.40000 > 203.0.113.80.5000: UDP, length 56"),
        ("request=udp", "tcpdump", "length 142: 203.0.113.80.5000 > 10.0.0.10.40000: UDP, length 100"),
        // A server with two interfaces asks for the client in the name of the address that the ping went to.
        (
            "destination=inside second_nic=on",
            "tcpdump",
            "02:00:00:00:00:1e > ff:ff:ff:ff:ff:ff, ethertype ARP (0x0806), length 42: Request who-has 10.0.0.10 tell 10.0.1.20, length 28",
        ),
        (
            "destination=inside second_nic=on request=udp",
            "tcpdump",
            "length 142: 10.0.0.30.5000 > 10.0.0.10.40000: UDP, length 100",
        ),
        (
            "destination=inside second_nic=on request=udp",
            "tcpdump",
            "length 170: 10.0.0.10 > 10.0.0.30: ICMP 10.0.0.10 udp port 40000 unreachable, length 136",
        ),
        ("payload=1472 mtu=1400", "program", "From 10.0.0.1 icmp_seq=1 Frag needed and DF set (mtu = 1400)"),
        ("payload=1472 mtu=1400", "route-get", "    cache expires 599sec mtu 1400"),
        ("payload=1472 mtu=1400 request=udp", "program", "-1 EMSGSIZE (Message too long)"),
        (
            "payload=1472 mtu=1400 df=off capture=server",
            "tcpdump",
            "length 1410: 198.51.100.2 > 203.0.113.80: ICMP echo request, id 4711, seq 1, length 1376",
        ),
        (
            "payload=1472 mtu=1400 df=off capture=server",
            "tcpdump",
            "length 138: 198.51.100.2 > 203.0.113.80: ip-proto-1",
        ),
        (
            "payload=1472 mtu=1400 df=off capture=server",
            "tcpdump",
            "length 1514: 203.0.113.80 > 198.51.100.2: ICMP echo reply, id 4711, seq 1, length 1480",
        ),
        ("payload=1472 mtu=1400 df=off", "tcpdump", "length 138: 203.0.113.80 > 10.0.0.10: ip-proto-1"),
        ("payload=1472 mtu=1400 df=off", "program", "1480 bytes from 203.0.113.80: icmp_seq=1 ttl=62 time="),
        (
            "prefix=28 destination=neighbour snat=off",
            "tcpdump",
            "length 126: 10.0.0.1 > 10.0.0.10: ICMP redirect 10.0.0.20 to host 10.0.0.20, length 92",
        ),
        (
            "prefix=28 destination=neighbour snat=off",
            "route-get",
            "10.0.0.20 via 10.0.0.20 dev eth0 src 10.0.0.10 uid 0",
        ),
        ("prefix=28 destination=neighbour snat=off", "route-get", "    cache <redirected> expires 299sec"),
        ("", "route-get", "203.0.113.80 via 10.0.0.1 dev eth0 src 10.0.0.10 uid 0"),
        ("destination=neighbour", "route-get", "10.0.0.20 dev eth0 src 10.0.0.10 uid 0"),
        ("gateway=none", "route-get", "RTNETLINK answers: Network is unreachable"),
        ("gateway=wrong", "neigh", "10.0.0.254 dev eth0 FAILED"),
        ("duplicate=gateway", "neigh", "10.0.0.1 dev eth0 lladdr 02:00:00:00:00:66 REACHABLE"),
        ("", "fdb", "02:00:00:00:00:0a dev port1 vlan 10 master br0"),
        (
            "",
            "conntrack",
            "icmp     1 29 src=10.0.0.10 dst=203.0.113.80 type=8 code=0 id=4711 src=203.0.113.80 dst=198.51.100.2 type=0 code=0 id=4711 mark=0 use=1",
        ),
        (
            "firewall=drop firewall_at=server",
            "conntrack",
            "icmp     1 29 src=10.0.0.10 dst=203.0.113.80 type=8 code=0 id=4711 [UNREPLIED] src=203.0.113.80 dst=198.51.100.2 type=0 code=0 id=4711 mark=0 use=1",
        ),
        (
            "firewall=drop firewall_at=server request=tcp",
            "conntrack",
            "tcp      6 119 SYN_SENT src=10.0.0.10 dst=203.0.113.80 sport=40000 dport=80 [UNREPLIED] src=203.0.113.80 dst=198.51.100.2 sport=80 dport=40000 mark=0 use=1",
        ),
        (
            "request=udp",
            "conntrack",
            "udp      17 29 src=10.0.0.10 dst=203.0.113.80 sport=40000 dport=5000 src=203.0.113.80 dst=198.51.100.2 sport=5000 dport=40000 mark=0 use=1",
        ),
        (
            "request=udp port=closed",
            "conntrack",
            "udp      17 29 src=10.0.0.10 dst=203.0.113.80 sport=40000 dport=5000 [UNREPLIED] src=203.0.113.80 dst=198.51.100.2 sport=5000 dport=40000 mark=0 use=1",
        ),
    ] {
        let report = run("", settings);
        let text = output(&report, table);
        assert!(
            text.lines().any(|printed| printed.contains(line)),
            "{settings} {table}:\n{line}\nin\n{text}"
        );
    }
    // A RST as the only answer ends the entry; without a rule that translates nothing is tracked; what a rule in FORWARD
    // drops is never confirmed.
    for settings in ["request=tcp port=closed", "snat=off", "firewall=drop"] {
        assert_eq!(output(&run("", settings), "conntrack"), "", "{settings}");
    }
    // With NAT on the gateway the redirect for the first packet does not leave.
    let report = run("", "prefix=28 destination=neighbour");
    assert!(!output(&report, "tcpdump").contains("redirect"));
    assert!(output(&report, "route-get").contains("via 10.0.0.1 "));
}

/// Facts, section 1.1: a router changes source MAC, destination MAC and TTL, and nothing else; a switch changes nothing.
/// What else changes is the gateway's translation.
#[test]
fn routers_change_macs_and_ttl_and_switches_nothing() {
    for seed in 0..2_000 {
        let settings = random(seed);
        let report = run("", &settings);
        let way = way(&report);
        let name = |node: usize| way.nodes[node].name.as_str();
        for (at, hop) in way.hops.iter().enumerate() {
            if name(hop.from) == "switch" {
                assert!(hop.values.iter().all(|value| !value.rewritten), "{settings}");
                let came = came(way, at).unwrap_or_else(|| panic!("{settings}: hop {at}"));
                assert_eq!(texts(came), texts(hop), "{settings}: hop {at}");
            }
            let rewritten: Vec<bool> = hop.values.iter().map(|value| value.rewritten).collect();
            if !rewritten.contains(&true) {
                continue;
            }
            let router = name(hop.from);
            assert!(["gateway", "router 2", "provider"].contains(&router), "{settings}: {router}");
            assert!(rewritten[0] && rewritten[1] && rewritten[4], "{settings}: hop {at}");
            assert!(!rewritten[2] && !rewritten[3] || router == "gateway", "{settings}: hop {at}");
            let came = came(way, at).unwrap_or_else(|| panic!("{settings}: hop {at}"));
            let (before, after) = (texts(came), texts(hop));
            let ttl = |texts: &[&str]| texts[4].parse::<u8>().unwrap();
            assert_eq!(ttl(&after), ttl(&before) - 1, "{settings}: hop {at}");
            for field in [2, 3] {
                assert_eq!(before[field] != after[field], rewritten[field], "{settings}: hop {at}");
            }
            assert_eq!(before[5], after[5], "{settings}: hop {at}");
        }
    }
}

fn texts(hop: &Hop) -> Vec<&str> {
    hop.values.iter().map(|value| value.text.as_str()).collect()
}

/// The last hop before this one that brought the same packet to the node that it leaves.
fn came(way: &Hops, at: usize) -> Option<&Hop> {
    let hop = &way.hops[at];
    let kind = |hop: &Hop| hop.label.split(" ×").next().unwrap_or("").to_string();
    let same = |other: &&Hop| other.to == hop.from && other.from != other.to && kind(other) == kind(hop);
    let is_switch = way.nodes[hop.from].name == "switch";
    let fits = |other: &&Hop| !is_switch || texts(other) == texts(hop);
    way.hops[..at].iter().rev().filter(same).find(fits)
}

/// The rule of the netmask, for every prefix and some addresses, in plain arithmetic.
#[test]
fn the_mask_decides_who_is_asked() {
    for prefix in 8..=30u32 {
        for host in [2, 7, 10, 15, 19] {
            for (destination, dst) in
                [("neighbour", [10, 0, 0, 20]), ("inside", [10, 0, 1, 20]), ("internet", [203, 0, 113, 80])]
            {
                let mask = u32::MAX << (32 - prefix);
                let own = u32::from(Ipv4Addr::new(10, 0, 0, host));
                let on_link = |to: Ipv4Addr| u32::from(to) & mask == own & mask;
                let (dst, gateway) = (Ipv4Addr::from(dst), Ipv4Addr::new(10, 0, 0, 1));
                let settings = format!("prefix={prefix} client_host={host} destination={destination}");
                let report = run("", &settings);
                let capture = output(&report, "tcpdump");
                let asked = |ip: Ipv4Addr| capture.contains(&format!("who-has {ip} tell 10.0.0.{host},"));
                assert_eq!(asked(dst), on_link(dst), "{settings}");
                assert_eq!(asked(gateway), !on_link(dst) && on_link(gateway), "{settings}");
                let unreachable = !on_link(dst) && !on_link(gateway);
                assert_eq!(report.verdict.code == "net_unreachable", unreachable, "{settings}");
            }
        }
    }
}

#[test]
fn the_condition_is_told_with_its_numbers() {
    for (preset, code, condition) in [
        (
            "other-subnet",
            "via_router",
            "10.0.1.20 & 255.255.255.0 = 10.0.1.0 != 10.0.0.0; default via 10.0.0.1",
        ),
        (
            "other-subnet",
            "via_router",
            "10.0.1.20 & 255.255.255.252 = 10.0.1.20 != 10.0.255.0; 10.0.1.0/24 via 10.0.255.2",
        ),
        ("same-subnet", "on_link", "10.0.0.20 & 255.255.255.0 = 10.0.0.0 = 10.0.0.0"),
        ("mask-too-wide", "on_link", "10.0.1.20 & 255.255.0.0 = 10.0.0.0 = 10.0.0.0"),
        (
            "mask-too-narrow",
            "via_router",
            "10.0.0.20 & 255.255.255.240 = 10.0.0.16 != 10.0.0.0; default via 10.0.0.1",
        ),
        ("gateway-off-link", "gateway_not_on_link", "10.0.0.1 & 255.255.255.248 = 10.0.0.0 != 10.0.0.8"),
        ("ttl-2", "ttl_exceeded", "ttl 1 <= 1"),
        ("too-big", "too_big", "1500 > 1400 && DF"),
        ("rp-filter", "rp_filter", "rp_filter = 1; eth1 != eth0; IPReversePathFilter + 1"),
        ("vlan", "vlan_alone", "20 != 10"),
    ] {
        let report = run(preset, "");
        let told = report.explanations.iter().any(|told| told.code == code && told.condition == condition);
        assert!(told, "{preset} {code}: {:?}", report.explanations);
    }
}

/// The verdict of each preset, the first explanation, frames and questions: what the article tells.
#[test]
fn presets_end_as_the_article_tells() {
    for (preset, verdict, first, frames, asked) in [
        ("internet", "answered", "via_router", 13, 1),
        ("same-subnet", "answered", "on_link", 9, 1),
        ("other-subnet", "answered", "via_router", 13, 1),
        ("syn", "answered", "via_router", 13, 1),
        ("cold", "answered", "via_router", 17, 3),
        ("warm", "answered", "via_router", 8, 0),
        ("mask-too-wide", "host_unreachable", "arp_unanswered", 9, 3),
        ("proxy-arp", "answered", "on_link", 13, 1),
        ("mask-too-narrow", "answered", "via_router", 23, 3),
        ("gateway-off-link", "net_unreachable", "gateway_not_on_link", 0, 0),
        ("no-gateway", "net_unreachable", "no_route", 0, 0),
        ("wrong-gateway", "host_unreachable", "arp_unanswered", 9, 3),
        ("duplicate-gateway", "silence", "no_forwarding", 10, 1),
        ("duplicate-neighbour", "refused", "port_closed", 12, 1),
        ("no-forwarding", "silence", "no_forwarding", 7, 1),
        ("no-snat", "silence", "no_route", 11, 1),
        ("no-route-back", "silence", "no_route", 11, 1),
        ("server-no-gateway", "silence", "no_route", 9, 1),
        ("ttl-1", "icmp", "ttl_exceeded", 9, 1),
        ("ttl-2", "icmp", "ttl_exceeded", 11, 1),
        ("firewall-drop", "silence", "filtered", 7, 1),
        ("firewall-reject", "icmp", "filtered", 9, 1),
        ("firewall-admin", "icmp", "filtered", 13, 1),
        ("port-closed", "refused", "port_closed", 13, 1),
        ("udp-closed", "icmp", "port_closed", 13, 1),
        ("rp-filter", "silence", "rp_filter", 10, 1),
        ("two-ways", "answered", "via_router", 18, 2),
        ("two-ways-udp", "silence", "other_source", 20, 2),
        ("vlan", "host_unreachable", "arp_unanswered", 3, 3),
        ("too-big", "icmp", "too_big", 9, 1),
        ("fragmented", "answered", "via_router", 13, 1),
    ] {
        let report = run(preset, "");
        let found = (
            report.verdict.code,
            report.explanations[0].code,
            total(&report, "frames"),
            total(&report, "arp_requests"),
        );
        assert_eq!(found, (verdict, first, frames, asked), "{preset}: {}", report.verdict.text);
    }
    assert_eq!(lab().presets.len(), 31);
}

#[test]
fn the_way_of_the_first_preset() {
    let expected = [
        "client>switch ARP who-has",
        "switch>gateway ARP who-has",
        "gateway>switch ARP is-at",
        "switch>client ARP is-at",
        "client>switch echo request",
        "switch>gateway echo request",
        "gateway>provider echo request",
        "provider>server echo request",
        "server>provider echo reply",
        "provider>gateway echo reply",
        "gateway>switch echo reply",
        "switch>client echo reply",
    ];
    assert_eq!(walked(&run("internet", "")), expected);
}

/// Facts, sections 7.2 and 9 (trap 67): a capture comes before INPUT, so that tcpdump sees what the firewall drops.
#[test]
fn captures_see_what_the_firewall_drops() {
    let report = run("", "firewall=drop firewall_at=server capture=server");
    assert_eq!(report.verdict.code, "silence");
    assert!(output(&report, "tcpdump").contains("198.51.100.2 > 203.0.113.80: ICMP echo request"));
    // What FORWARD drops is seen inside and not outside.
    for (place, seen) in [("gateway-in", true), ("gateway-out", false)] {
        let report = run("", &format!("firewall=drop capture={place}"));
        assert_eq!(output(&report, "tcpdump").contains("echo request"), seen, "{place}");
    }
}

/// Facts, section 7.5: `ping -M do -s 1472` is a packet of 1500 bytes.
#[test]
fn the_mtu_is_met_to_the_byte() {
    for (mtu, payload, passes) in [
        (1500, 1472, true),
        (1400, 1372, true),
        (1400, 1373, false),
        (1400, 1400, false),
        (576, 548, true),
        (576, 549, false),
    ] {
        let report = run("", &format!("mtu={mtu} payload={payload}"));
        assert_eq!(report.verdict.code == "answered", passes, "{mtu} {payload}");
    }
}

#[test]
fn nobody_answers_takes_three_seconds() {
    let report = run("wrong-gateway", "request=tcp");
    assert_eq!(report.totals.shown("ms").as_deref(), Some("3000.000"));
    assert!(output(&report, "program").ends_with("= -1 EHOSTUNREACH (No route to host) <3.000000>"));
    let capture = output(&report, "tcpdump");
    let times: Vec<&str> = capture.lines().map(|line| &line[..15]).collect();
    assert_eq!(times, ["10:00:00.000010", "10:00:01.000010", "10:00:02.000010"]);
}

#[test]
fn settings_without_effect_are_remarked() {
    for (settings, noted) in [
        ("", ""),
        ("prefix=16 destination=inside", ""),
        ("prefix=16 destination=inside gateway=none", "gateway"),
        ("proxy_arp=1", "proxy_arp"),
        ("destination=inside snat=off", "snat"),
        ("request=tcp payload=100 df=off mtu=1400", "payload df mtu"),
        ("mtu=1400 df=off", "mtu df"),
        ("payload=1472 mtu=1400", ""),
        ("port=closed", "port"),
        ("caches=known duplicate=gateway duplicate_first=owner", "duplicate duplicate_first"),
        ("firewall=reject-reset", "firewall"),
        ("firewall_at=server", "firewall_at"),
        ("second_nic=on", "second_nic"),
        ("return_route=router", "return_route"),
        ("destination=neighbour rp_filter=1 return_route=server", "return_route rp_filter"),
        ("prefix=29", "prefix"),
    ] {
        let notes = params("", settings).notes(Lang::En);
        let fields: Vec<&str> = notes.iter().map(|(name, _)| *name).collect();
        assert_eq!(fields.join(" "), noted, "{settings}");
        // A setting that is said to have no effect has none on the outcome.
        let report = run("", settings);
        for field in fields.iter().filter(|field| **field != "prefix") {
            let default = lab().param(field).unwrap().default;
            let others = settings.split(' ').filter(|pair| !pair.starts_with(&format!("{field}=")));
            let without = run("", &format!("{} {field}={default}", others.collect::<Vec<_>>().join(" ")));
            assert_eq!(output(&report, "program"), output(&without, "program"), "{settings}: {field}");
        }
    }
}

/// Settings of a seed, each value as likely as any other; half of the parameters keep their default.
fn random(seed: u64) -> String {
    let mut rng = Rng::new(seed, 41);
    let mut pairs = Vec::new();
    for param in lab().params {
        if rng.percent(50) {
            continue;
        }
        let value = match &param.kind {
            Kind::Int { min, max, .. } => (min + rng.between(0, max.abs_diff(*min)) as i64).to_string(),
            Kind::Choice(choices) => {
                choices[rng.between(0, choices.len() as u64 - 1) as usize].value.to_string()
            }
            _ => continue,
        };
        pairs.push(format!("{}={value}", param.name));
    }
    pairs.join(" ")
}

/// Whatever the settings: every frame has a fate, a stop has its reason, and the tools agree with each other.
#[test]
fn what_holds_in_every_run() {
    let mut seen = std::collections::BTreeMap::new();
    for seed in 0..10_000 {
        let settings = random(seed);
        let report = run("", &settings);
        let code = report.verdict.code;
        *seen.entry(code).or_insert(0) += 1;
        assert_ne!(code, "cut_off", "{settings}");
        let sum: u64 = ["arrived", "dropped", "ignored"].map(|name| total(&report, name)).iter().sum();
        assert_eq!(total(&report, "frames"), sum, "{settings}");
        let way = way(&report);
        for hop in &way.hops {
            assert!(hop.from < way.nodes.len() && hop.to < way.nodes.len(), "{settings}");
            assert_eq!(hop.values.len(), way.fields.len(), "{settings}");
            assert!(hop.fate == HopFate::Arrived || !hop.note.is_empty(), "{settings}: {hop:?}");
        }
        let program = output(&report, "program");
        let answered = program.contains("1 received")
            || program.lines().last().unwrap().contains("= 0 <")
            || program.contains("= 100 <");
        assert_eq!(answered, matches!(code, "answered" | "wrong_machine"), "{settings}: {program}");
        if !answered {
            // Something ended the way, and it is told first.
            let first = report.explanations.first().unwrap_or_else(|| panic!("{settings}"));
            assert!(report.verdict.text.starts_with(&first.text) && !first.text.is_empty(), "{settings}");
        }
        for told in &report.explanations {
            assert!(!told.text.is_empty() && !told.source.is_empty(), "{settings}: {told:?}");
        }
        // Each answer's TTL is 64 less the routers on its way: at most two.
        if let Some(ttl) = program.split("ttl=").nth(1) {
            let ttl: u32 = ttl.chars().take_while(char::is_ascii_digit).collect::<String>().parse().unwrap();
            assert!((62..=64).contains(&ttl), "{settings}: {ttl}");
        }
        // Silence is never refused, and nobody who heard nothing learns within the time of an answer.
        if code == "silence" && params("", &settings).choice("request") == "tcp" {
            assert!(program.contains("ETIMEDOUT"), "{settings}");
        }
    }
    assert_eq!(seen.len(), 7, "{seen:?}");
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
    let random = (0..300).map(|seed| params("", &random(seed)));
    for params in lab().presets.iter().map(|preset| params(preset.id, "")).chain(random) {
        let report = params.run(Lang::Zh);
        texts.push(report.verdict.text.clone());
        for told in &report.explanations {
            texts.extend([told.text.clone(), told.would_change.clone()]);
        }
        texts.extend(way(&report).hops.iter().map(|hop| hop.note.clone()));
        texts.extend(params.notes(Lang::Zh).into_iter().map(|(_, note)| note));
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
