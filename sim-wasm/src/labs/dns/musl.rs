//! musl's resolver: every server at once, and the first answer that counts.

use super::network::{Fate, MS, Network, Qtype, Question, Rcode, Reply};
use super::resolv_conf::ResolvConf;
use super::rules::Rule;
use super::settings::{dots, fits_a_query, joined};
use super::trace::{Outcome, Trace};

const TYPES: [Qtype; 2] = [Qtype::A, Qtype::Aaaa];

/// An answer on its way: when, its query, which question, from whom.
struct Coming {
    at_us: u64,
    place: usize,
    slot: usize,
    server: usize,
    reply: Reply,
}

/// `name_from_dns_search` (src/network/lookup_name.c).
pub(super) fn search(
    name: &str,
    conf: &ResolvConf,
    network: &Network,
    old: bool,
    trace: &mut Trace,
) -> Outcome {
    let absolute = name.ends_with('.');
    let count = dots(name);
    let searches = !old && !absolute && count < conf.ndots;
    if absolute {
        trace.rules.push(Rule::Absolute);
    } else if old {
        trace.rules.push(Rule::MuslNoSearch);
    } else if searches && !conf.search.is_empty() {
        trace.rules.push(Rule::SuffixFirst { dots: count, ndots: conf.ndots, suffixes: conf.search.len() });
    } else {
        trace.rules.push(Rule::MuslSearchEmptied {
            dots: count,
            ndots: conf.ndots,
            suffixes: conf.search.len(),
        });
    }
    let bare = name.strip_suffix('.').unwrap_or(name);
    if bare.is_empty() || bare.ends_with('.') {
        return Outcome::NoName;
    }
    let suffixes = conf.search.iter().filter(|_| searches).map(|domain| joined(bare, domain));
    let names: Vec<String> = suffixes.chain([bare.to_string()]).collect();
    for (index, name) in names.iter().enumerate() {
        if !fits_a_query(name) {
            trace.rules.push(Rule::TooLong);
        }
        if trace.cut_off || !fits_a_query(name) {
            continue;
        }
        let more = index + 1 < names.len();
        if let Some(outcome) = one_name(name, more, conf, network, old, trace) {
            return outcome;
        }
    }
    Outcome::NoName
}

/// `name_from_dns`: none leads to the next name.
fn one_name(
    name: &str,
    more: bool,
    conf: &ResolvConf,
    network: &Network,
    old: bool,
    trace: &mut Trace,
) -> Option<Outcome> {
    let began = trace.queries.len();
    let answers = send(name, conf, network, old, trace);
    let addresses: Vec<String> = answers.iter().flatten().flat_map(|reply| reply.addresses.clone()).collect();
    let found = || Some(Outcome::Found(addresses.clone(), name.to_string()));
    let own = trace.queries.iter().enumerate().skip(began).filter(|(_, query)| !query.forwarded);
    let last = own
        .filter(|(_, query)| query.rule.is_none())
        .max_by_key(|(_, query)| (query.reply().is_some(), query.until_us))
        .map(|(place, _)| place);
    let mut because = |rule: Rule| {
        match last {
            Some(place) => trace.because(place, rule),
            None => trace.rules.push(rule),
        };
    };
    if old && !addresses.is_empty() {
        because(Rule::Found);
        return found();
    }
    // Before 1.1.13 only the answer to A decided.
    let deciding = if old { 1 } else { answers.len() };
    for (answer, qtype) in answers.iter().zip(TYPES).take(deciding) {
        match answer.as_ref().map(|reply| reply.rcode) {
            None | Some(Rcode::ServFail) => {
                let other = !addresses.is_empty();
                because(Rule::MuslMissing { qtype: qtype.word(), other });
                return Some(Outcome::Again);
            }
            Some(Rcode::NxDomain) => {
                because(Rule::NameDone { rcode: "NXDOMAIN", more });
                return None;
            }
            Some(Rcode::NoError) => {}
            Some(Rcode::Refused) => {
                because(Rule::MuslFail);
                return Some(Outcome::Fail);
            }
        }
    }
    if !addresses.is_empty() {
        because(Rule::Found);
        return found();
    }
    because(Rule::MuslNoData { more, old });
    // The last line of the old function; versions after 1.2.3 say EAI_NODATA.
    Some(if old { Outcome::Fail } else { Outcome::NoName })
}

/// `__res_msend` (src/network/res_msend.c): the answers to A and to AAAA.
fn send(
    name: &str,
    conf: &ResolvConf,
    network: &Network,
    old: bool,
    trace: &mut Trace,
) -> [Option<Reply>; 2] {
    let timeout_ms = conf.timeout * 1000;
    let interval_ms = (timeout_ms / conf.attempts.max(1)).max(1);
    let (start, socket) = (trace.now_us, trace.socket());
    let end = start + timeout_ms * MS;
    let mut answers: [Option<Reply>; 2] = [None, None];
    let mut coming: Vec<Coming> = Vec::new();
    let mut open: Vec<usize> = Vec::new();
    let (mut round, mut retries, mut now) = (0, 0, start);
    if conf.servers.len() > 1 {
        trace.rules.push(Rule::MuslParallel { servers: conf.servers.len() });
    }
    while now < end && answers.iter().any(Option::is_none) && !trace.cut_off {
        let next_round = start + round * interval_ms * MS;
        if now >= next_round {
            if round > 0 {
                trace.rules.push(Rule::MuslAgain { interval_ms, timeout_ms, attempts: conf.attempts });
            }
            for (slot, qtype) in TYPES.into_iter().enumerate() {
                if answers.get(slot).is_some_and(Option::is_some) {
                    continue;
                }
                for server in 0..conf.servers.len() {
                    let on_the_heels = round == 0 && slot == 1;
                    let question = Question { name, qtype, edns: false, tcp: false, on_the_heels };
                    let place = trace.send(network, server, question, socket, now);
                    open.push(place);
                    coming.extend(arrival(trace, place, slot, server));
                }
            }
            round += 1;
            retries = 2 * TYPES.len();
            continue;
        }
        coming.sort_by_key(|coming| (coming.at_us, coming.place));
        let due = coming.first().map_or(u64::MAX, |coming| coming.at_us);
        if due > next_round.min(end) {
            now = next_round.min(end);
            continue;
        }
        let Coming { at_us, place, slot, server, reply } = coming.remove(0);
        now = now.max(at_us);
        trace.until(place, at_us);
        open.retain(|other| *other != place);
        let Some(answer) = answers.get_mut(slot).filter(|answer| answer.is_none()) else {
            trace.because(place, Rule::MuslLate);
            continue;
        };
        match reply.rcode {
            Rcode::ServFail if !old => {
                let again = retries > 0;
                trace.because(place, Rule::MuslServFail { again });
                if again {
                    retries -= 1;
                    let qtype = TYPES.get(slot).copied().unwrap_or(Qtype::A);
                    let question = Question { name, qtype, edns: false, tcp: false, on_the_heels: false };
                    let place = trace.send(network, server, question, socket, now);
                    open.push(place);
                    coming.extend(arrival(trace, place, slot, server));
                }
            }
            Rcode::Refused if !old => trace.because(place, Rule::MuslIgnored),
            _ => *answer = Some(reply),
        }
    }
    let now = if answers.iter().all(Option::is_some) { now } else { end };
    for place in open {
        trace.until(place, now);
    }
    trace.now_us = now;
    answers
}

/// An ICMP message says nothing to a socket that is not connected.
fn arrival(trace: &Trace, place: usize, slot: usize, server: usize) -> Option<Coming> {
    match trace.fate(place) {
        Fate::Replied(at_us, reply) => Some(Coming { at_us, place, slot, server, reply }),
        _ => None,
    }
}
