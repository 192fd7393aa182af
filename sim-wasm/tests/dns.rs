//! The lab `dns`: names, servers and waits are those that the sources say and that glibc 2.36, musl 1.2.3 and BIND 9.18.49
//! were seen to use; the figures give their answers; whatever is written into the files, nothing breaks.
#![cfg(feature = "dns")]
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

#[path = "dns/books.rs"]
mod books;
mod settings;

use sim_wasm::lab::report::Report;
use sim_wasm::lab::{self, Lab, Params};
use sim_wasm::text::Lang;

fn lab() -> &'static Lab {
    lab::find("dns").unwrap()
}

fn params(preset: &str, settings: &[(&str, &str)]) -> Params {
    lab().params((!preset.is_empty()).then_some(preset), settings.iter().copied()).unwrap()
}

fn run(preset: &str, settings: &[(&str, &str)]) -> Report {
    params(preset, settings).run(Lang::En)
}

/// `nameserver` lines for so many servers.
fn servers(count: usize, rest: &str) -> String {
    let lines: String = (1..=count).map(|n| format!("nameserver 10.0.0.{n}\n")).collect();
    lines + rest
}

const ALL_SILENT: [(&str, &str); 3] = [("server1", "silent"), ("server2", "silent"), ("server3", "silent")];

fn rows<'a>(report: &'a Report, id: &str) -> &'a [Vec<String>] {
    &report.tables.iter().find(|table| table.id == id).unwrap().rows
}

/// Steps that ask a server, told by `what`; the repeated ones of A and AAAA once.
fn steps(report: &Report, id: &str, what: impl Fn(&[String]) -> String) -> String {
    let asks = rows(report, id).iter().filter(|row| !row[3].is_empty() && !row[1].starts_with('→'));
    let mut words: Vec<String> = asks.map(|row| what(row)).collect();
    words.dedup();
    words.join(" ")
}

/// `0@0 1@5`: which server at which second.
fn schedule(report: &Report, id: &str) -> String {
    steps(report, id, |row| {
        let server: u32 = row[1].rsplit('.').next().unwrap().parse().unwrap();
        let (whole, thousandths) = row[0].split_once('.').unwrap();
        match thousandths {
            "000" => format!("{}@{whole}", server - 1),
            _ => format!("{}@{}", server - 1, row[0]),
        }
    })
}

/// The names in the order they were tried.
fn names(report: &Report, id: &str) -> String {
    steps(report, id, |row| row[2].clone())
}

fn total(report: &Report, name: &str) -> u64 {
    let all = report.totals.counts.iter().chain(&report.totals.thousandths);
    all.clone().find(|(known, _)| *known == name).map(|(_, value)| *value).expect(name)
}

/// Milliseconds of the whole.
fn millis(report: &Report) -> u64 {
    total(report, "seconds")
}

fn output<'a>(report: &'a Report, id: &str) -> &'a str {
    &report.tables.iter().find(|table| table.id == id).unwrap().text
}

fn explained(report: &Report, code: &str) -> bool {
    report.explanations.iter().any(|explanation| explanation.code == code)
}

/// systems.md §3.3, worked sequences, and what glibc 2.36 was seen to send.
#[test]
fn names_are_tried_in_order() {
    const POD: &str = "nameserver 10.96.0.10\nsearch ns.svc.cluster.local svc.cluster.local cluster.local\noptions ndots:5\n";
    const CORP: &str = "nameserver 10.0.0.1\nsearch corp.example\n";
    const ZONE: &str = "www.corp.example 10.1.2.3\nwww.baidu.com 192.0.2.1\nwww.example.com 192.0.2.7\nkubernetes.default.svc.cluster.local 10.96.0.1\nempty.a.example -\nempty.b.example 10.0.0.3\n";
    for (file, name, tried, queries, code) in [
        (CORP, "www", "www.corp.example", 2, "address"),
        (CORP, "www.baidu.com", "www.baidu.com", 2, "address"),
        (CORP, "nosuch.baidu.com", "nosuch.baidu.com nosuch.baidu.com.corp.example", 4, "no_name"),
        (CORP, "nosuch", "nosuch.corp.example nosuch", 4, "no_name"),
        (
            POD,
            "www.example.com",
            "www.example.com.ns.svc.cluster.local www.example.com.svc.cluster.local www.example.com.cluster.local www.example.com",
            8,
            "address",
        ),
        (
            POD,
            "kubernetes.default",
            "kubernetes.default.ns.svc.cluster.local kubernetes.default.svc.cluster.local",
            4,
            "address",
        ),
        (POD, "www.example.com.", "www.example.com.", 2, "address"),
        // NODATA goes on to the next domain, and is remembered.
        (
            "nameserver 10.0.0.1\nsearch a.example b.example\n",
            "empty",
            "empty.a.example empty.b.example",
            4,
            "address",
        ),
        ("nameserver 10.0.0.1\nsearch a.example\n", "empty", "empty.a.example empty", 4, "no_data"),
        // Of the name as it is the error is kept, whatever the domain says.
        (
            "nameserver 10.0.0.1\nsearch x.example\n",
            "empty.a.example",
            "empty.a.example empty.a.example.x.example",
            4,
            "no_data",
        ),
        // `.` in the list is the name as it is.
        ("nameserver 10.0.0.1\nsearch a.example .\n", "nosuch", "nosuch.a.example nosuch", 4, "no_name"),
        // A comment behind the list is none.
        (
            "nameserver 10.0.0.1\nsearch a.b # corp.example\n",
            "www",
            "www.a.b www.# www.corp.example",
            6,
            "address",
        ),
        // An indented line is passed over; a name is no longer searched for.
        ("nameserver 10.0.0.1\n search corp.example\n", "www", "www", 2, "no_name"),
        ("nameserver 10.0.0.1\noptions no-aaaa\n", "www.example.com", "www.example.com", 1, "address"),
        ("nameserver 10.0.0.1\nsearch a.b\noptions no-tld-query\n", "www", "www.a.b", 2, "no_name"),
        ("nameserver 10.0.0.1\nsearch a.b\ndomain corp.example\n", "www", "www.corp.example", 2, "address"),
    ] {
        let report = run("", &[("resolv_conf", file), ("name", name), ("zone", ZONE)]);
        assert_eq!(
            names(&report, "queries").trim_end_matches('.'),
            tried.trim_end_matches('.'),
            "{file} {name}"
        );
        assert_eq!(total(&report, "queries"), queries, "{file} {name}");
        assert_eq!(report.verdict.code, code, "{file} {name}");
    }
}

/// Up to glibc 2.25 six domains, later as many as there are (§3.2).
#[test]
fn the_search_list_was_short_once() {
    let file = "nameserver 10.0.0.1\nsearch a1.x a2.x a3.x a4.x a5.x a6.x a7.x corp.example\n";
    for (resolver, queries, code) in [("glibc", 16, "address"), ("glibc-old", 14, "no_name")] {
        let report = run("", &[("resolv_conf", file), ("name", "www"), ("resolver", resolver)]);
        assert_eq!((total(&report, "queries"), report.verdict.code), (queries, code), "{resolver}");
    }
}

/// §3.4, the table of timelines, and §10 [dns.glibc]; all of them seen on glibc 2.36 but for rotate's offsets.
#[test]
fn silent_servers_are_waited_for() {
    for (count, rest, start, expected, seconds) in [
        (1, "", "0", "0@0 0@5", 10),
        (2, "", "0", "0@0 1@5 0@10 1@15", 20),
        (3, "", "0", "0@0 1@5 2@8 0@14 1@19 2@22", 28),
        (3, "options rotate\n", "1", "1@0 2@3 0@9 1@14 2@17 0@23", 28),
        (3, "options rotate\n", "2", "2@0 0@6 1@11 2@14 0@20 1@25", 28),
        (2, "options timeout:1\n", "0", "0@0 1@1 0@2 1@3", 4),
        (3, "options timeout:1\n", "0", "0@0 1@1 2@2 0@3 1@4 2@5", 6),
        (3, "options timeout:2 attempts:3\n", "0", "0@0 1@2 2@3 0@5 1@7 2@8 0@10 1@12 2@13", 15),
        (1, "options timeout:1 attempts:1\n", "0", "0@0", 1),
        (1, "options timeout:0\n", "0", "0@0 0@1", 2),
        (1, "options timeout:99 attempts:1\n", "0", "0@0", 30),
        (1, "options timeout:1 attempts:99\n", "0", "0@0 0@1 0@2 0@3 0@4", 5),
        (1, "options attempts:0\n", "0", "", 0),
    ] {
        let file = servers(count, rest);
        let settings = [&ALL_SILENT[..], &[("resolv_conf", &file), ("rotate_start", start)]].concat();
        let report = run("", &settings);
        assert_eq!(schedule(&report, "queries"), expected, "{count} {rest}");
        assert_eq!(millis(&report), seconds * 1000, "{count} {rest}");
        assert_eq!(report.verdict.code, "try_again", "{count} {rest}");
    }
}

/// A timeout ends the loop over domains, but the name as it is and the first domain each have their turn (seen on 2.36).
#[test]
fn a_timeout_stops_the_search() {
    let long = servers(3, "search corp.example x.example\n");
    let report = run("", &[&ALL_SILENT[..], &[("resolv_conf", &long)]].concat());
    assert_eq!(names(&report, "queries"), "www.example.com www.example.com.corp.example");
    assert_eq!(millis(&report), 56_000);
    let short = servers(3, "search corp.example x.example\noptions timeout:1\n");
    let report = run("", &[&ALL_SILENT[..], &[("resolv_conf", &short), ("name", "www")]].concat());
    assert_eq!(names(&report, "queries"), "www.corp.example www");
    assert_eq!(millis(&report), 12_000);
    // The buffer still holds the SERVFAIL of the server before: then the search goes on.
    let file = servers(2, "search corp.example x.example\noptions timeout:1 attempts:1\n");
    let settings =
        [("server1", "servfail"), ("server2", "silent"), ("resolv_conf", file.as_str()), ("name", "www")];
    let report = run("", &settings);
    assert_eq!(names(&report, "queries"), "www.corp.example www.x.example www");
    assert_eq!(millis(&report), 3 * 1001);
}

/// §3.4: what sends glibc to the next server, and what does not.
#[test]
fn errors_and_answers_differ() {
    for (behaviour, millis_taken, queries, code) in [
        ("servfail", 2, 4, "address"),
        ("refused", 2, 4, "address"),
        ("lame", 2, 4, "address"),
        ("icmp", 2, 4, "address"),
        ("nxdomain", 1, 2, "no_name"),
        ("silent", 5001, 4, "address_late"),
        ("answers", 1, 2, "address"),
    ] {
        let file = servers(2, "");
        let report = run("", &[("server1", behaviour), ("resolv_conf", &file)]);
        assert_eq!(report.verdict.code, code, "{behaviour}");
        assert_eq!((millis(&report), total(&report, "queries")), (millis_taken, queries), "{behaviour}");
    }
    // Every server SERVFAIL: all domains are tried; REFUSED: the first one only; ICMP: none after the name itself.
    for (behaviour, tried) in [
        ("servfail", "www.example.com www.example.com.corp.example www.example.com.x.example"),
        ("refused", "www.example.com www.example.com.corp.example"),
        ("icmp", "www.example.com www.example.com.corp.example"),
    ] {
        let file = servers(2, "search corp.example x.example\n");
        let settings = [("server1", behaviour), ("server2", behaviour), ("resolv_conf", file.as_str())];
        let report = run("", &settings);
        assert_eq!(names(&report, "queries"), tried, "{behaviour}");
        assert_eq!(report.verdict.code, "try_again", "{behaviour}");
    }
}

/// §3.5: one answer of two, first lookup and later ones of the thread (seen on 2.36).
#[test]
fn half_an_answer_is_asked_for_again() {
    for (behaviour, rest, each) in [
        ("drops-aaaa", "", [15_000, 5_000, 5_000]),
        ("drops-aaaa", "options single-request timeout:1\n", [2_000, 1_000, 1_000]),
        ("drops-aaaa", "options no-aaaa\n", [1, 1, 1]),
        ("race", "", [5_002, 2, 2]),
        ("race", "options single-request\n", [2, 2, 2]),
        ("race", "options single-request-reopen\n", [2, 2, 2]),
        ("race", "options use-vc\n", [2, 2, 2]),
        ("race", "options no-aaaa\n", [1, 1, 1]),
    ] {
        let file = servers(1, rest);
        let report = |lookups| {
            run("", &[("server1", behaviour), ("resolv_conf", file.as_str()), ("lookups", lookups)])
        };
        let ends: Vec<u64> = ["1", "2", "3"].map(|lookups| millis(&report(lookups))).to_vec();
        let took = [ends[0], ends[1] - ends[0], ends[2] - ends[1]];
        assert_eq!(took, each, "{behaviour} {rest}");
    }
    // A first server that errs, one question at a time: no wait in 2.36, a whole one in old versions (bug 30081).
    let file = servers(2, "options single-request\n");
    for (resolver, expected) in [("glibc", 3), ("glibc-old", 5_002)] {
        let report = run("", &[("server1", "servfail"), ("resolv_conf", &file), ("resolver", resolver)]);
        assert_eq!(millis(&report), expected, "{resolver}");
    }
}

/// §3.4 and §3.6: rotate, old and new.
#[test]
fn rotate_begins_elsewhere() {
    let first = |resolver: &str, start: &str, lookups: &str| {
        let file = servers(2, "options rotate\n");
        let settings = [
            ("resolver", resolver),
            ("resolv_conf", file.as_str()),
            ("rotate_start", start),
            ("lookups", lookups),
        ];
        let report = run("", &settings);
        steps(&report, "queries", |row| row[1].rsplit('.').next().unwrap().to_string())
    };
    assert_eq!(first("glibc-old", "0", "3"), "2 1 2");
    assert_eq!(first("glibc", "0", "3"), "1 2 1");
    assert_eq!(first("glibc", "1", "3"), "2 1 2");
    // Old: the wait follows from the place in the turned list.
    let file = servers(3, "options rotate\n");
    let settings = [&ALL_SILENT[..], &[("resolv_conf", &file), ("resolver", "glibc-old")]].concat();
    assert_eq!(schedule(&run("", &settings), "queries"), "1@0 2@5 0@8 1@14 2@19 0@22");
}

/// §3.10 and §10 [dns.musl]; seen on musl 1.2.3.
#[test]
fn musl_asks_all_at_once() {
    let musl = |settings: &[(&str, &str)]| run("", &[&[("resolver", "musl")], settings].concat());
    let two = servers(2, "");
    for (settings, expected, code, millis_taken) in [
        (
            vec![("server1", "silent"), ("server2", "silent")],
            "0@0 1@0 0@0 1@0 0@2.500 1@2.500 0@2.500 1@2.500",
            "try_again",
            5000,
        ),
        (vec![("server1", "silent")], "0@0 1@0 0@0 1@0", "address", 1),
        (vec![("server1", "refused")], "0@0 1@0 0@0 1@0", "address", 1),
        (vec![("server1", "nxdomain"), ("rtt2_ms", "5")], "0@0 1@0 0@0 1@0", "no_name", 1),
        (vec![("server1", "nxdomain"), ("rtt1_ms", "5")], "0@0 1@0 0@0 1@0", "address", 1),
    ] {
        let report = musl(&[&settings[..], &[("resolv_conf", &two)]].concat());
        assert_eq!(schedule(&report, "queries"), expected, "{settings:?}");
        assert_eq!((report.verdict.code, millis(&report)), (code, millis_taken), "{settings:?}");
    }
    let one = servers(1, "search corp.example\n");
    for (behaviour, queries, code, millis_taken) in [
        ("race", 3, "address_late", 2501),
        // The other family's address does not help.
        ("drops-aaaa", 3, "try_again", 5000),
        // ICMP is not heard on a socket that is not connected.
        ("icmp", 4, "try_again", 5000),
        ("refused", 4, "try_again", 5000),
        // Two questions and four more at once, twice.
        ("servfail", 12, "try_again", 5000),
        ("lame", 2, "no_name", 1),
    ] {
        let report = musl(&[("server1", behaviour), ("resolv_conf", &one)]);
        assert_eq!(total(&report, "queries"), queries, "{behaviour}");
        assert_eq!((report.verdict.code, millis(&report)), (code, millis_taken), "{behaviour}");
    }
    // Enough dots: the domains are never tried; NODATA ends the search.
    let zone = "empty.a.example -\nempty.corp.example 10.0.0.3\nx.y.corp.example 10.0.0.4\n";
    for (name, tried, code) in [
        ("nosuch.example.com", "nosuch.example.com", "no_name"),
        ("x.y", "x.y", "no_name"),
        ("empty", "empty.a.example", "no_name"),
        ("nosuch", "nosuch.a.example nosuch.corp.example nosuch", "no_name"),
    ] {
        let file = servers(1, "search a.example corp.example\n");
        let report = musl(&[("resolv_conf", &file), ("name", name), ("zone", zone)]);
        assert_eq!((names(&report, "queries").as_str(), report.verdict.code), (tried, code), "{name}");
    }
    // 3000 ms / 3, and 5000 / 3 in whole milliseconds, which leaves time for a fourth round.
    for (rest, rounds) in [("options timeout:3 attempts:3\n", 3), ("options attempts:3\n", 4)] {
        let file = servers(1, rest);
        let report = musl(&[("server1", "silent"), ("resolv_conf", &file)]);
        assert_eq!(total(&report, "queries"), 2 * rounds, "{rest}");
    }
    // Before 1.1.13: no search, and an address in hand is enough.
    let old = |settings: &[(&str, &str)]| run("", &[&[("resolver", "musl-old")], settings].concat());
    assert_eq!(names(&old(&[("name", "www")]), "queries"), "www");
    assert_eq!(
        old(&[("server1", "drops-aaaa"), ("resolv_conf", &servers(1, ""))]).verdict.code,
        "address_late"
    );
}

/// §3.11 and §10 [dns.go].
#[test]
fn go_waits_the_same_for_each() {
    let go = |settings: &[(&str, &str)]| run("", &[&[("resolver", "go")], settings].concat());
    let file = servers(3, "");
    let report = go(&[&ALL_SILENT[..], &[("resolv_conf", &file)]].concat());
    assert_eq!(schedule(&report, "queries"), "0@0 1@5 2@10 0@15 1@20 2@25");
    assert_eq!(millis(&report), 30_000);
    assert_eq!(output(&report, "program"), "dial tcp: lookup www.example.com on 10.0.0.3:53: i/o timeout\n");
    // The search goes on after any error.
    let file = servers(1, "search corp.example x.example\noptions timeout:1 attempts:1\n");
    let report = go(&[("server1", "silent"), ("resolv_conf", &file)]);
    assert_eq!(
        names(&report, "queries"),
        "www.example.com www.example.com.corp.example www.example.com.x.example"
    );
    assert_eq!(millis(&report), 3_000);
    // Sockets of their own: the race is not lost. EDNS is always on.
    let one = servers(1, "");
    for (behaviour, code, millis_taken) in
        [("race", "address", 1), ("drops-edns", "try_again", 10_000), ("drops-aaaa", "address_late", 10_000)]
    {
        let report = go(&[("server1", behaviour), ("resolv_conf", &one)]);
        assert_eq!((report.verdict.code, millis(&report)), (code, millis_taken), "{behaviour}");
    }
    for (behaviour, queries) in [("nxdomain", 2), ("servfail", 4), ("refused", 4), ("lame", 4), ("icmp", 4)] {
        let two = servers(2, "");
        let report = go(&[("server1", behaviour), ("resolv_conf", &two)]);
        assert_eq!(total(&report, "queries"), queries, "{behaviour}");
    }
    let file = servers(1, "options single-request\n");
    assert_eq!(millis(&go(&[("resolv_conf", &file)])), 2, "one after the other");
    assert_eq!(total(&go(&[("name", "x.onion")]), "queries"), 0, "RFC 7686");
}

/// §3.6, the table of differences, as dig, nslookup and host of BIND 9.18.49 were seen to act.
#[test]
fn tools_have_an_order_of_their_own() {
    let dead = [("server1", "silent")];
    let two = servers(2, "");
    for (tool, expected, seconds) in [
        ("nslookup", "0@0 0@5 0@10 1@15 0@15.001 0@20.001 0@25.001 1@30.001", 30_002),
        ("dig", "0@0 0@5 0@10 1@15", 15_001),
        ("host", "0@0 0@5 1@10 0@10.001 0@15.001 1@20.001 0@20.002 0@25.002 1@30.002", 30_003),
    ] {
        let report = run("", &[&dead[..], &[("tool", tool), ("resolv_conf", &two)]].concat());
        assert_eq!(schedule(&report, "tool_queries"), expected, "{tool}");
        assert_eq!(total(&report, "tool_seconds"), seconds, "{tool}");
    }
    // BIND 9.18 reads timeout and attempts.
    let file = servers(2, "options timeout:1 attempts:1\n");
    let report = run("", &[("server1", "silent"), ("tool", "dig"), ("resolv_conf", &file)]);
    assert_eq!(schedule(&report, "tool_queries"), "0@0 1@1");
    for (tool, name, rest, tried) in [
        ("dig", "www", "search corp.example\n", "www"),
        ("dig-search", "www", "search a.example corp.example\n", "www.a.example www.corp.example"),
        ("nslookup", "www", "search corp.example\n", "www.corp.example"),
        // With enough dots nothing is tried after the name as it is.
        ("nslookup", "nosuch.example.com", "search corp.example\n", "nosuch.example.com"),
        ("host", "nosuch.example.com", "search corp.example\n", "nosuch.example.com"),
        (
            "nslookup",
            "www.example.com",
            "search a.example b.example\noptions ndots:5\n",
            "www.example.com.a.example www.example.com.b.example www.example.com",
        ),
        ("nslookup", "nosuch", "search b.example c.example\n", "nosuch.b.example nosuch.c.example nosuch"),
    ] {
        let file = servers(1, rest);
        let report = run("", &[("tool", tool), ("name", name), ("resolv_conf", &file)]);
        assert_eq!(names(&report, "tool_queries"), tried, "{tool} {name}");
    }
    // SERVFAIL and a lame answer: dig is content; nslookup turns to the next server. REFUSED: none does.
    for (behaviour, tool, asked) in [
        ("servfail", "dig", "1"),
        ("servfail", "nslookup", "1 2 1 2"),
        ("lame", "nslookup", "1 2 1 2"),
        ("lame", "dig", "1"),
        ("refused", "nslookup", "1"),
    ] {
        let report = run("", &[("server1", behaviour), ("tool", tool), ("resolv_conf", &two)]);
        let places = steps(&report, "tool_queries", |row| row[1].rsplit('.').next().unwrap().to_string());
        assert_eq!(places, asked, "{behaviour} {tool}");
    }
    // Neither hosts, nor nsswitch.conf, nor daemons, nor rotate.
    let file = servers(2, "options rotate\n");
    let settings = [
        ("hosts", "10.7.7.7 www.example.com\n"),
        ("daemon", "nscd-negative"),
        ("nsswitch", "hosts: files\n"),
        ("resolv_conf", file.as_str()),
        ("rotate_start", "1"),
    ];
    let report = run("", &settings);
    assert_eq!(steps(&report, "tool_queries", |row| row[1].clone()), "10.0.0.1");
}

/// What the tools print, word for word, as BIND 9.18.49 did.
#[test]
fn tools_print_what_they_printed() {
    let two = servers(2, "");
    let report = run("", &[("server1", "servfail"), ("resolv_conf", &two)]);
    assert_eq!(
        output(&report, "tool"),
        ";; Got SERVFAIL reply from 10.0.0.1, trying next server\n\
         Server:\t\t10.0.0.2\nAddress:\t10.0.0.2#53\n\nNon-authoritative answer:\n\
         Name:\twww.example.com\nAddress: 192.0.2.7\n\
         ;; Got SERVFAIL reply from 10.0.0.1, trying next server\n\
         Name:\twww.example.com\nAddress: 2001:db8::7\n"
    );
    let file = servers(1, "search b.example c.example\n");
    let report = run("", &[("name", "nosuch"), ("resolv_conf", &file)]);
    assert_eq!(
        output(&report, "tool"),
        "Server:\t\t10.0.0.1\nAddress:\t10.0.0.1#53\n\n** server can't find nosuch: NXDOMAIN\n"
    );
    let report = run("", &[("name", "nosuch"), ("resolv_conf", &file), ("tool", "host")]);
    assert_eq!(output(&report, "tool"), "Host nosuch not found: 3(NXDOMAIN)\n");
    let report =
        run("", &[("name", "none.example.com"), ("zone", "none.example.com -\n"), ("resolv_conf", &file)]);
    assert!(output(&report, "tool").ends_with("*** Can't find none.example.com: No answer\n"));
    let report = run("edns-dropped", &[]);
    assert!(output(&report, "tool").ends_with(";; global options: +cmd\n;; no servers could be reached\n"));
}

/// §3.6 and §3.7: sources before DNS. That the last source decides the error was seen on glibc 2.36.
#[test]
fn sources_come_first() {
    let silent = servers(1, "options timeout:1 attempts:1\n");
    for (settings, code, queries) in [
        (vec![("hosts", "10.7.7.7 www.example.com\n")], "address", 0),
        (vec![("hosts", "10.7.7.7 WWW.Example.COM # here\n")], "address", 0),
        (vec![("hosts", "10.7.7.7\u{3000}www.example.com\n"), ("server1", "nxdomain")], "no_name", 2),
        (vec![("nsswitch", "hosts: dns files\n"), ("server1", "silent")], "no_name", 2),
        (vec![("nsswitch", "hosts: files dns\n"), ("server1", "silent")], "try_again", 2),
        (vec![("nsswitch", "hosts: files\n")], "no_name", 0),
        (vec![("nsswitch", "hosts: files [NOTFOUND=return] dns\n")], "no_name", 0),
        (vec![("nsswitch", "hosts: files resolve [!UNAVAIL=return] dns\n")], "address", 2),
        (
            vec![
                ("nsswitch", "hosts: files resolve [!UNAVAIL=return] dns\n"),
                ("daemon", "resolved"),
                ("server1", "nxdomain"),
            ],
            "no_name",
            2,
        ),
        (vec![("nsswitch", "hosts: files mdns4_minimal [NOTFOUND=return] dns\n")], "address", 2),
        (
            vec![("nsswitch", "hosts: files mdns4_minimal [NOTFOUND=return] dns\n"), ("name", "x.local")],
            "no_name",
            0,
        ),
        (
            vec![
                ("nsswitch", "hosts: files mdns4_minimal [NOTFOUND=return] dns\n"),
                ("name", "x.y.local"),
                ("zone", "x.y.local 10.0.0.1\n"),
            ],
            "address",
            2,
        ),
        (vec![("daemon", "nscd-negative")], "no_name", 0),
        (vec![("daemon", "nscd-positive")], "address", 0),
        (vec![("daemon", "nscd")], "address", 2),
        (vec![("name", "192.0.2.99")], "address", 0),
        (vec![("name", "a b")], "no_name", 2),
        (vec![("name", "a$b")], "no_name", 0),
        (vec![("name", "localhost")], "address", 0),
        (vec![("name", "localhost.")], "no_name", 2),
        (vec![("name", "")], "no_name", 0),
    ] {
        let report = run("", &[&[("resolv_conf", silent.as_str())], &settings[..]].concat());
        assert_eq!((report.verdict.code, total(&report, "queries")), (code, queries), "{settings:?}");
    }
    let report = run("hosts-wide-space", &[]);
    assert!(explained(&report, "wide_space"));
    assert!(rows(&report, "files").iter().any(|row| row[0] == "hosts:2" && row[2].contains("U+3000")));
}

/// §3.9: the daemon's own names, the way to the host's servers, four seconds for each.
#[test]
fn docker_answers_or_forwards() {
    let forwarded = |report: &Report| -> String {
        let asks = rows(report, "queries").iter().filter(|row| row[1].starts_with('→') && row[3] == "A");
        asks.map(|row| format!("{}@{}", row[1].rsplit(' ').next().unwrap(), row[0]))
            .collect::<Vec<_>>()
            .join(" ")
    };
    for (settings, asked, code, millis_taken) in [
        (vec![("name", "redis")], "", "address", 0),
        (vec![("name", "www.example.com")], "1@0.000", "address", 4),
        (vec![("server2", "silent")], "1@0.000 2@4.000", "address_late", 4004),
        (vec![("server2", "icmp")], "1@0.000 2@0.004", "address", 8),
        (vec![("server2", "servfail")], "1@0.000 2@0.004", "address", 8),
        // An NXDOMAIN without authority leads to the next.
        (vec![("server2", "nxdomain")], "1@0.000 2@0.004", "address", 8),
        (vec![("name", "nosuch")], "1@0.000 2@0.004", "no_name", 8),
        // Nobody answers the daemon, and the daemon answers nobody: glibc's own 10 s.
        (
            vec![("server2", "silent"), ("server3", "silent")],
            "1@0.000 2@4.000 1@5.000 2@9.000",
            "try_again",
            10_000,
        ),
        // With ndots set by hand names without a dot stay in the machine.
        (
            vec![("name", "nosuch"), ("resolv_conf", "nameserver 127.0.0.11\noptions ndots:1\n")],
            "",
            "no_data",
            0,
        ),
    ] {
        let report = run("docker-external", &settings);
        assert_eq!(forwarded(&report), asked, "{settings:?}");
        assert_eq!((report.verdict.code, millis(&report)), (code, millis_taken), "{settings:?}");
    }
    let report = run("docker-service", &[]);
    assert!(output(&report, "tcpdump").contains("127.0.0.1.36339 > 127.0.0.11.41287: 4711+ A? redis. (23)"));
    assert!(output(&report, "iptables").contains("--sport 41287 -j SNAT --to-source :53"));
}

#[test]
fn captures_look_like_those_of_tcpdump() {
    let report = run("k8s-service", &[]);
    let lines: Vec<&str> = output(&report, "tcpdump").lines().collect();
    assert_eq!(
        lines[..2],
        [
            "10:00:00.000000 IP 192.0.2.10.36339 > 10.96.0.10.53: 4711+ A? kubernetes.default.prod.svc.cluster.local. (59)",
            "10:00:00.000000 IP 192.0.2.10.36339 > 10.96.0.10.53: 12630+ AAAA? kubernetes.default.prod.svc.cluster.local. (59)",
        ]
    );
    assert!(
        lines.iter().any(|line| line.ends_with("10.96.0.10.53 > 192.0.2.10.36339: 4711 NXDomain 0/0/0 (59)"))
    );
    assert!(lines.iter().any(|line| line.ends_with("1/0/0 A 10.96.0.1 (70)")));
    assert_eq!(output(&run("nscd-negative", &[]), "tcpdump"), "0 packets captured\n");
    assert!(output(&run("race-glibc", &[]), "conntrack").contains("insert_failed=1 drop=1 "));
    let report = run("", &[("resolv_conf", "nameserver 2001:db8::53\noptions use-vc\n")]);
    assert!(
        output(&report, "tcpdump")
            .contains("IP6 2001:db8::10.36339 > 2001:db8::53.53: Flags [P.], length 35 4711+ A?")
    );
}

/// The figures of the articles, in both languages.
#[test]
fn presets_end_as_they_say() {
    for (preset, code, millis_taken, queries, tool_millis, rule) in [
        ("plain", "address", 1, 2, 2, "as_is_first"),
        ("short-name", "address", 1, 2, 2, "suffix_first"),
        ("missing", "no_name", 2, 4, 1, "first_error_kept"),
        ("rotate-old", "no_name", 1, 2, 2, "rotate_old"),
        ("rotate-new", "no_name", 4, 8, 2, "rotate_new"),
        ("nscd-negative", "no_name", 0, 0, 2, "nscd_negative"),
        ("hosts-wide-space", "no_name", 1, 2, 1, "wide_space"),
        ("mdns-local", "no_name", 5_000, 0, 2, "action_returns"),
        ("dead-first", "address_late", 10_002, 8, 30_002, "timeout"),
        ("one-silent", "try_again", 10_000, 4, 15_000, "no_server_left"),
        ("two-silent", "try_again", 20_000, 8, 20_000, "timeout"),
        ("three-silent", "try_again", 28_000, 12, 25_000, "timeout"),
        ("short-timeout", "try_again", 6_000, 12, 5_000, "timeout"),
        ("servfail", "address", 2, 4, 4, "next_server"),
        ("icmp", "address", 2, 4, 8, "unreachable"),
        ("race-glibc", "address_late", 5_004, 6, 2, "conntrack_race"),
        ("race-musl", "address_late", 2_501, 3, 2, "musl_again"),
        ("race-reopen", "address", 2, 2, 2, "single_request"),
        ("aaaa-dropped", "address_late", 20_000, 8, 15_001, "one_answer_taken"),
        ("k8s-external", "address", 4, 8, 5, "suffix_first"),
        ("k8s-service", "address", 2, 4, 3, "suffix_first"),
        ("trailing-dot", "address", 1, 2, 2, "absolute"),
        ("wildcard", "address", 1, 2, 1, "dig_as_is"),
        ("alpine-views", "no_name", 3, 4, 24, "musl_parallel"),
        ("alpine-search", "no_name", 1, 2, 1, "musl_search_emptied"),
        ("docker-service", "address", 0, 2, 0, "docker_answers"),
        ("docker-external", "address", 4, 2, 8, "docker_forwards"),
        ("docker-dead-upstream", "address_late", 4_004, 2, 8_008, "docker_waits"),
        ("go-three-silent", "try_again", 30_000, 12, 25_000, "go_timeout"),
        ("edns-dropped", "address", 1, 2, 15_000, "opt_dropped"),
    ] {
        assert!(lab().preset(preset).is_some(), "{preset}");
        for lang in Lang::ALL {
            let report = params(preset, &[]).run(lang);
            assert_eq!(report.verdict.code, code, "{preset}");
            assert_eq!((millis(&report), total(&report, "queries")), (millis_taken, queries), "{preset}");
            assert_eq!(total(&report, "tool_seconds"), tool_millis, "{preset}");
            assert!(explained(&report, rule), "{preset}: no {rule}");
        }
    }
    assert_eq!(lab().presets.len(), 30, "each preset stands above");
    let glibc = run("alpine-search", &[("resolver", "glibc")]);
    assert_eq!((glibc.verdict.code, millis(&glibc)), ("address", 2), "api.prod.svc.cluster.local");
}

#[test]
fn settings_without_effect_are_remarked() {
    for (settings, noted) in [
        (vec![], ""),
        (vec![("resolver", "musl"), ("daemon", "nscd")], "daemon"),
        (vec![("resolver", "go"), ("nsswitch", "hosts: dns\n")], "nsswitch"),
        (vec![("rotate_start", "1")], "rotate_start"),
        (
            vec![
                ("rotate_start", "1"),
                ("resolv_conf", "nameserver 10.0.0.1\nnameserver 10.0.0.2\noptions rotate\n"),
            ],
            "",
        ),
        (vec![("server3", "silent"), ("rtt3_ms", "9")], "server3 rtt3_ms"),
        (vec![("server3", "silent"), ("server1", "docker")], ""),
    ] {
        let notes = params("", &settings).notes(Lang::En);
        let fields: Vec<&str> = notes.iter().map(|(name, _)| *name).collect();
        assert_eq!(fields.join(" "), noted, "{settings:?}");
    }
}
