//! The queries as tcpdump prints them, and what connection tracking counts.

use super::network::{Fate, Loss, Qtype, Rcode, Reply};
use super::settings::{Client, Settings};
use super::trace::{Query, Trace};
use crate::lab::report::Table;
use std::fmt::Write;

/// The client in captures.
const CLIENT: &str = "192.0.2.10";
const CLIENT_V6: &str = "2001:db8::10";
/// Docker's daemon listens on a random port; iptables leads port 53 there and back.
const DOCKER_PORT: u64 = 41_287;
/// Seconds of the day at which captures begin: 10:00:00.
const BEGIN: u64 = 36_000;
/// Of TCP likewise.
const DOCKER_TCP_PORT: u64 = 39_043;
/// Lines at most.
const MOST_LINES: usize = 120;

/// A capture on the program's machine, and the counters of a lost race.
pub(super) fn tables(settings: &Settings, trace: &Trace) -> Vec<Table> {
    let mut lines: Vec<(u64, String)> = Vec::new();
    let own: Vec<&Query> = trace.sent().collect();
    for (number, query) in own.iter().enumerate() {
        let id = id(settings, trace, &own, number);
        lines.push((query.at_us, sent(settings, query, id)));
        lines.extend(came_back(settings, query, id));
    }
    lines.sort_by_key(|(at_us, _)| *at_us);
    let mut text = String::new();
    for (at_us, line) in lines.into_iter().take(MOST_LINES) {
        let clock = BEGIN + at_us / 1_000_000;
        let (hours, minutes, seconds) = (clock / 3600, clock / 60 % 60, clock % 60);
        let _ = writeln!(text, "{hours:02}:{minutes:02}:{seconds:02}.{:06} {line}", at_us % 1_000_000);
    }
    if text.is_empty() {
        text = "0 packets captured\n".to_string();
    }
    let command = match settings.has_docker() {
        true => "# tcpdump -ni lo -T domain udp",
        false => "# tcpdump -ni eth0 port 53",
    };
    let mut tables = vec![Table::output("tcpdump", command, text)];
    if settings.has_docker() {
        let dest = "127.0.0.11/32";
        let text = format!(
            "-A OUTPUT -d {dest} -j DOCKER_OUTPUT\n\
             -A POSTROUTING -d {dest} -j DOCKER_POSTROUTING\n\
             -A DOCKER_OUTPUT -d {dest} -p tcp -m tcp --dport 53 -j DNAT --to-destination 127.0.0.11:{DOCKER_TCP_PORT}\n\
             -A DOCKER_OUTPUT -d {dest} -p udp -m udp --dport 53 -j DNAT --to-destination 127.0.0.11:{DOCKER_PORT}\n\
             -A DOCKER_POSTROUTING -s {dest} -p tcp -m tcp --sport {DOCKER_TCP_PORT} -j SNAT --to-source :53\n\
             -A DOCKER_POSTROUTING -s {dest} -p udp -m udp --sport {DOCKER_PORT} -j SNAT --to-source :53\n"
        );
        tables.push(Table::output("iptables", "# nsenter -t $PID -n iptables -t nat -S", text));
    }
    let raced = trace.sent().filter(|query| matches!(query.fate, Fate::Lost(Loss::Race, _))).count();
    if raced > 0 {
        let text = format!(
            "cpu=0           found=0 invalid=0 insert=0 insert_failed={raced} drop={raced} early_drop=0 error=0 search_restart=0 \n"
        );
        tables.push(Table::output("conntrack", "# conntrack -S", text));
    }
    tables
}

/// The C libraries build the packet of a question once, and send it with one id to every server; Go builds it anew.
fn id(settings: &Settings, trace: &Trace, own: &[&Query], number: usize) -> u64 {
    let same = own.get(number).filter(|_| settings.client != Client::Go).and_then(|query| {
        let begun =
            trace.lookups.iter().rev().find(|(from, ..)| *from <= query.at_us).map_or(0, |(from, ..)| *from);
        own.iter().take(number).position(|other| {
            other.at_us >= begun && (&other.name, other.qtype) == (&query.name, query.qtype)
        })
    });
    (4711 + same.unwrap_or(number) as u64 * 7919) % 65_536
}

fn ends(settings: &Settings, query: &Query) -> (&'static str, String, String) {
    let server = settings.conf.servers.get(query.server).map_or("127.0.0.1", String::as_str);
    let port = 32_768 + query.socket * 3571 % 28_232;
    if server.contains(':') {
        ("IP6", format!("{CLIENT_V6}.{port}"), format!("{server}.53"))
    } else if server.starts_with("127.") {
        ("IP", format!("127.0.0.1.{port}"), format!("{server}.53"))
    } else {
        ("IP", format!("{CLIENT}.{port}"), format!("{server}.53"))
    }
}

/// Bytes of a question: header, name, type and class, and an OPT record.
fn question_bytes(query: &Query) -> usize {
    let name = query.name.trim_end_matches('.');
    12 + name.len() + 2 + 4 + if query.edns { 11 } else { 0 }
}

fn sent(settings: &Settings, query: &Query, id: u64) -> String {
    let (ip, client, mut server) = ends(settings, query);
    if settings.has_docker() {
        server = format!("127.0.0.11.{DOCKER_PORT}");
    }
    let flags = if query.edns { " [1au]" } else { "" };
    let name = query.name.trim_end_matches('.');
    let question = format!("{id}+{flags} {}? {name}. ({})", query.qtype.word(), question_bytes(query));
    match query.tcp {
        true if !matches!(query.fate, Fate::Replied(..)) => {
            format!("{ip} {client} > {server}: Flags [S], seq 0, win 64240, length 0")
        }
        true => {
            format!("{ip} {client} > {server}: Flags [P.], length {} {question}", question_bytes(query) + 2)
        }
        false => format!("{ip} {client} > {server}: {question}"),
    }
}

fn came_back(settings: &Settings, query: &Query, id: u64) -> Option<(u64, String)> {
    let (ip, client, server) = ends(settings, query);
    match &query.fate {
        Fate::Replied(at, reply) => {
            Some((*at, format!("{ip} {server} > {client}: {}", answer(query, reply, id))))
        }
        Fate::Unreachable(at) if query.tcp => {
            Some((*at, format!("{ip} {server} > {client}: Flags [R.], seq 0, ack 1, win 0, length 0")))
        }
        Fate::Unreachable(at) => {
            let (host, _) = server.rsplit_once('.').unwrap_or((&server, ""));
            let (from, _) = client.rsplit_once('.').unwrap_or((&client, ""));
            let message =
                if ip == "IP6" { "ICMP6, destination unreachable, unreachable port" } else { "ICMP" };
            let length = question_bytes(query) + 36;
            Some((
                *at,
                format!("{ip} {host} > {from}: {message} {host} udp port 53 unreachable, length {length}"),
            ))
        }
        Fate::Lost(..) => None,
    }
}

/// `4711 1/0/0 A 10.1.2.3 (50)`.
fn answer(query: &Query, reply: &Reply, id: u64) -> String {
    let each = if query.qtype == Qtype::Aaaa { 28 } else { 16 };
    let bytes = question_bytes(query) + each * reply.addresses.len();
    let additional = u8::from(query.edns);
    let flags = if reply.lame { "-" } else { "" };
    let code = match reply.rcode {
        Rcode::NoError => "",
        Rcode::NxDomain => " NXDomain",
        Rcode::ServFail => " ServFail",
        Rcode::Refused => " Refused",
    };
    let records: Vec<String> =
        reply.addresses.iter().map(|address| format!("{} {address}", query.qtype.word())).collect();
    let records = if records.is_empty() { String::new() } else { format!(" {}", records.join(", ")) };
    format!("{id}{flags}{code} {}/0/{additional}{records} ({bytes})", reply.addresses.len())
}
