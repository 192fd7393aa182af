//! Go's own resolver: A and AAAA on their own, each server for the same time.

use super::network::{Fate, Network, Qtype, Question, Rcode, SECOND};
use super::resolv_conf::ResolvConf;
use super::rules::{Next, Rule};
use super::settings::{dots, fits_a_query, joined};
use super::trace::{FUEL, Outcome, Trace};

/// A failure: the words of Go, and whose they are.
struct Failure {
    text: &'static str,
    server: Option<usize>,
    at_us: u64,
}

/// `conf.nameList`.
fn names(name: &str, conf: &ResolvConf, trace: &mut Trace) -> Vec<String> {
    let bare = name.strip_suffix('.').unwrap_or(name);
    // RFC 7686: never asked of servers.
    if bare.to_ascii_lowercase().ends_with(".onion") {
        return Vec::new();
    }
    if name.ends_with('.') {
        trace.rules.push(Rule::Absolute);
        return vec![bare.to_string()];
    }
    let (count, ndots, suffixes) = (dots(name), conf.ndots, conf.search.len());
    let first = count >= ndots;
    if first {
        trace.rules.push(Rule::AsIsFirst { dots: count, ndots, suffixes });
    } else if suffixes > 0 {
        trace.rules.push(Rule::SuffixFirst { dots: count, ndots, suffixes });
    }
    let as_is = |wanted: bool| wanted.then(|| bare.to_string());
    let suffixed = conf.search.iter().map(|domain| joined(bare, domain));
    as_is(first).into_iter().chain(suffixed).chain(as_is(!first)).collect()
}

/// `goLookupIPCNAMEOrder` (src/net/dnsclient_unix.go): tries the names one after the other. `turn` counts queries, for
/// `rotate`.
pub(super) fn search(
    name: &str,
    conf: &ResolvConf,
    network: &Network,
    turn: &mut u64,
    trace: &mut Trace,
) -> Outcome {
    let names = names(name, conf, trace);
    let mut kept: Option<Failure> = None;
    let bare = name.strip_suffix('.').unwrap_or(name);
    for (index, full) in names.iter().enumerate() {
        if !fits_a_query(full) {
            trace.rules.push(Rule::TooLong);
        }
        if trace.cut_off || !fits_a_query(full) {
            continue;
        }
        let more = index + 1 < names.len();
        let start = trace.now_us;
        let mut addresses = Vec::new();
        let mut end = start;
        let mut failures: Vec<Failure> = Vec::new();
        for qtype in [Qtype::A, Qtype::Aaaa] {
            let began = if conf.single_request { end } else { start };
            let offset = if conf.rotate { *turn } else { 0 };
            *turn += 1;
            match one_type(full, qtype, began, offset, more, (conf, network), trace) {
                Ok((found, at)) => {
                    addresses.extend(found);
                    end = end.max(at);
                }
                Err(failure) => {
                    end = end.max(failure.at_us);
                    failures.push(failure);
                }
            }
        }
        trace.now_us = end;
        if !addresses.is_empty() {
            return Outcome::Found(addresses, full.clone());
        }
        // The error of the name as it was given is preferred; of two the one that came last.
        failures.sort_by_key(|failure| failure.at_us);
        for failure in failures {
            if kept.is_none() || full == bare {
                kept = Some(failure);
            }
        }
    }
    let failure = kept.unwrap_or(Failure { text: "no such host", server: None, at_us: 0 });
    let server = failure.server.and_then(|server| conf.servers.get(server));
    let on = server.map_or(String::new(), |server| match server.contains(':') {
        true => format!(" on [{server}]:53"),
        false => format!(" on {server}:53"),
    });
    trace.message = format!("lookup {name}{on}: {}", failure.text);
    match failure.text {
        "no such host" => Outcome::NoName,
        _ => Outcome::Again,
    }
}

/// `tryOneName`: addresses of a type and when they came.
fn one_type(
    name: &str,
    qtype: Qtype,
    start: u64,
    offset: u64,
    more: bool,
    (conf, network): (&ResolvConf, &Network),
    trace: &mut Trace,
) -> Result<(Vec<String>, u64), Failure> {
    let wait = conf.timeout.saturating_mul(SECOND);
    let servers = conf.servers.len();
    let mut failure = Failure { text: "no such host", server: None, at_us: start };
    let attempts = conf.attempts.min(FUEL as u64) as usize;
    for round in 0..attempts {
        for step in 0..servers {
            let next = Next::after(round * servers + step, attempts * servers, servers);
            if trace.cut_off {
                return Err(failure);
            }
            let server = ((offset % servers as u64) as usize + step) % servers;
            let at = failure.at_us;
            let deadline = at.saturating_add(wait);
            let question = Question { name, qtype, edns: true, tcp: conf.use_vc, on_the_heels: false };
            let socket = trace.socket();
            let place = trace.send(network, server, question, socket, at);
            let (until, text, rule) = match trace.fate(place) {
                Fate::Replied(at, reply) if at <= deadline => {
                    trace.until(place, at);
                    let final_ = reply.rcode == Rcode::NxDomain || reply.no_data() && !reply.lame;
                    if final_ {
                        let rcode = if reply.no_data() { "NOERROR" } else { "NXDOMAIN" };
                        trace.because(place, Rule::NameDone { rcode, more });
                        return Err(Failure { text: "no such host", server: Some(server), at_us: at });
                    }
                    if !reply.rejected() {
                        trace.because(place, Rule::Found);
                        return Ok((reply.addresses, at));
                    }
                    let text = if reply.lame { "lame referral" } else { "server misbehaving" };
                    (at, text, Rule::NextServer { said: reply.word(), next })
                }
                Fate::Unreachable(at) if at <= deadline => {
                    (at, "read: connection refused", Rule::Unreachable(next))
                }
                _ => (deadline, "i/o timeout", Rule::GoTimeout { wait: conf.timeout, next }),
            };
            trace.until(place, until);
            trace.because(place, rule);
            failure = Failure { text, server: Some(server), at_us: until };
        }
    }
    Err(failure)
}
