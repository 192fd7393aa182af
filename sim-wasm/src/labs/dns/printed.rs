//! What the program and the tool print.

use super::bind::Said;
use super::network::{Qtype, Rcode};
use super::settings::{Client, Settings, Tool};
use super::trace::{Outcome, Trace};
use crate::lab::report::Table;
use std::fmt::Write;

/// ping of iputils or busybox, or a Go program.
pub(super) fn program(settings: &Settings, trace: &Trace) -> Option<Table> {
    let name = &settings.name;
    let (_, _, outcome) = trace.lookups.first()?;
    let first = |addresses: &[String]| {
        let v4 = addresses.iter().find(|address| !address.contains(':'));
        v4.or(addresses.first()).cloned().unwrap_or_default()
    };
    let text = match (settings.client, outcome) {
        (Client::Go, Outcome::Found(addresses, _)) => format!("[{}]\n", addresses.join(" ")),
        (Client::Go, _) => format!("dial tcp: {}\n", trace.message),
        (Client::Musl | Client::OldMusl, Outcome::Found(addresses, _)) => {
            format!("PING {name} ({}): 56 data bytes\n", first(addresses))
        }
        (Client::Musl | Client::OldMusl, _) => format!("ping: bad address '{name}'\n"),
        (_, Outcome::Found(addresses, full)) => {
            format!("PING {full} ({}) 56(84) bytes of data.\n", first(addresses))
        }
        (Client::OldGlibc, _) => format!("ping: unknown host {name}\n"),
        (_, Outcome::NoData) => format!("ping: {name}: No address associated with hostname\n"),
        (_, Outcome::Again) => format!("ping: {name}: Temporary failure in name resolution\n"),
        (_, _) => format!("ping: {name}: Name or service not known\n"),
    };
    let command = match settings.client {
        Client::Go => format!("$ ./lookup {name}"),
        _ => format!("$ ping -c 1 {name}"),
    };
    Some(Table::output("program", &command, text))
}

/// nslookup, dig or host of BIND 9.18.
pub(super) fn tool(settings: &Settings, said: &[Said]) -> Option<Table> {
    if said.is_empty() {
        return None;
    }
    let command = format!("$ {} {}", settings.tool.command(), settings.name);
    let text = match settings.tool {
        Tool::Nslookup => nslookup(settings, said),
        Tool::Dig | Tool::DigSearch => dig(settings, said),
        Tool::Host => host(settings, said),
    };
    Some(Table::output("tool", &command, text))
}

fn server(settings: &Settings, place: usize) -> &str {
    settings.tool_conf.servers.get(place).map_or("127.0.0.1", String::as_str)
}

/// The lines that all three print when a server does not do.
fn trouble(settings: &Settings, said: &Said) -> Option<String> {
    match said {
        Said::Error(place, error) => {
            Some(format!(";; communications error to {}#53: {error}\n", server(settings, *place)))
        }
        Said::Passed(place, what, more) => {
            let next = if *more { ", trying next server" } else { "" };
            Some(format!(";; Got {what} from {}{next}\n", server(settings, *place)))
        }
        Said::NoServers => Some(";; no servers could be reached\n".to_string()),
        Said::Answer(..) => None,
    }
}

/// Of the names that were tried only the last is printed.
fn last_a(said: &[Said]) -> Option<usize> {
    said.iter().rposition(|said| matches!(said, Said::Answer(_, Qtype::A, ..)))
}

fn nslookup(settings: &Settings, said: &[Said]) -> String {
    let mut text = String::new();
    let printed = last_a(said);
    for (index, said_now) in said.iter().enumerate() {
        if let Some(line) = trouble(settings, said_now) {
            text += &line;
        }
        let Said::Answer(name, qtype, rcode, addresses, place, _) = said_now else { continue };
        if *qtype == Qtype::A && Some(index) != printed {
            continue;
        }
        if *qtype == Qtype::A {
            let address = server(settings, *place);
            let _ = writeln!(text, "Server:\t\t{address}\nAddress:\t{address}#53\n");
        }
        if *rcode != Rcode::NoError {
            let _ = writeln!(text, "** server can't find {name}: {}", rcode.word());
            continue;
        }
        if *qtype == Qtype::A {
            text += "Non-authoritative answer:\n";
        }
        for address in addresses {
            let _ = writeln!(text, "Name:\t{name}\nAddress: {address}");
        }
        let nothing = |said: &Said| matches!(said, Said::Answer(.., addresses, _, _) if addresses.is_empty());
        let since = printed.map_or(&[][..], |first| said.get(first..).unwrap_or(&[]));
        if *qtype == Qtype::Aaaa && since.iter().all(nothing) {
            let _ = writeln!(text, "*** Can't find {name}: No answer");
        }
    }
    text
}

fn dig(settings: &Settings, said: &[Said]) -> String {
    let mut text = String::new();
    let printed = last_a(said);
    let options = if settings.tool == Tool::DigSearch { "+search " } else { "" };
    let banner = format!("\n; <<>> DiG 9.18.49 <<>> {options}{}\n;; global options: +cmd\n", settings.name);
    for (index, said_now) in said.iter().enumerate() {
        if matches!(said_now, Said::NoServers) {
            text += &banner;
        }
        if let Some(line) = trouble(settings, said_now) {
            text += &line;
        }
        let Said::Answer(name, _, rcode, addresses, place, took) = said_now else { continue };
        if Some(index) != printed {
            continue;
        }
        let (address, count) = (server(settings, *place), addresses.len());
        text += &banner;
        let _ = writeln!(
            text,
            ";; Got answer:\n;; ->>HEADER<<- opcode: QUERY, status: {}, id: 4711\n;; flags: qr rd ra; QUERY: 1, ANSWER: {count}, AUTHORITY: 0, ADDITIONAL: 1\n\n;; OPT PSEUDOSECTION:\n; EDNS: version: 0, flags:; udp: 1232\n;; QUESTION SECTION:\n;{name}.\t\tIN\tA\n",
            rcode.word(),
        );
        if count > 0 {
            text += ";; ANSWER SECTION:\n";
        }
        for address in addresses {
            let _ = writeln!(text, "{name}.\t60\tIN\tA\t{address}");
        }
        if count > 0 {
            text.push('\n');
        }
        let size = 12 + name.len() + 6 + 11 + 16 * count;
        let _ = writeln!(
            text,
            ";; Query time: {} msec\n;; SERVER: {address}#53({address}) (UDP)\n;; MSG SIZE  rcvd: {size}",
            took / 1000,
        );
    }
    text
}

fn host(settings: &Settings, said: &[Said]) -> String {
    let mut text = String::new();
    let printed = last_a(said);
    for (index, said_now) in said.iter().enumerate() {
        // host keeps to itself that a server failed and another was asked.
        if !matches!(said_now, Said::Passed(..)) {
            text += &trouble(settings, said_now).unwrap_or_default();
        }
        let Said::Answer(name, qtype, rcode, addresses, ..) = said_now else { continue };
        if *qtype == Qtype::A && Some(index) != printed {
            continue;
        }
        if *rcode != Rcode::NoError {
            let number = match rcode {
                Rcode::ServFail => 2,
                Rcode::NxDomain => 3,
                _ => 5,
            };
            let _ = writeln!(text, "Host {name} not found: {number}({})", rcode.word());
        }
        let what = if *qtype == Qtype::Aaaa { "IPv6 address" } else { "address" };
        for address in addresses {
            let _ = writeln!(text, "{name} has {what} {address}");
        }
    }
    text
}
