//! dig, nslookup and host of BIND 9.18, as measured: their own library, their own order.

use super::network::{Fate, Network, Qtype, Question, Rcode, SECOND};
use super::resolv_conf::ResolvConf;
use super::rules::{Next, Rule};
use super::settings::{Tool, dots, fits_a_query, joined};
use super::trace::{Outcome, Trace};

/// How a question of a tool ended.
pub(super) enum End {
    /// Answered.
    Answered(Rcode, Vec<String>),
    /// Nobody was there.
    NoServers,
}

/// What a tool prints, in its order.
pub(super) enum Said {
    /// `;; communications error to …: timed out`, or refused.
    Error(usize, &'static str),
    /// `;; Got SERVFAIL reply from …`; true when another server follows.
    Passed(usize, &'static str, bool),
    /// An answer: name, type, code, addresses, server, microseconds it took.
    Answer(String, Qtype, Rcode, Vec<String>, usize, u64),
    /// `;; no servers could be reached`.
    NoServers,
}

/// Which names a tool tries: with enough dots only the name itself.
fn names(name: &str, tool: Tool, conf: &ResolvConf, trace: &mut Trace) -> Vec<String> {
    let bare = name.strip_suffix('.').unwrap_or(name).to_string();
    let (count, ndots, suffixes) = (dots(name), conf.ndots, conf.search.len());
    if tool == Tool::Dig {
        trace.rules.push(Rule::DigAsIs);
        return vec![bare];
    }
    if name.ends_with('.') {
        trace.rules.push(Rule::Absolute);
        return vec![bare];
    }
    if count >= ndots || suffixes == 0 {
        trace.rules.push(Rule::ToolAsIs { dots: count, ndots, suffixes });
        return vec![bare];
    }
    trace.rules.push(Rule::SuffixFirst { dots: count, ndots, suffixes });
    conf.search.iter().map(|domain| joined(&bare, domain)).chain([bare.clone()]).collect()
}

/// Runs a tool; what it prints is returned too.
pub(super) fn run(
    tool: Tool,
    name: &str,
    conf: &ResolvConf,
    network: &Network,
    trace: &mut Trace,
) -> Vec<Said> {
    let mut said = Vec::new();
    let names = names(name, tool, conf, trace);
    if conf.rotate {
        trace.rules.push(Rule::ToolNoRotate);
    }
    let mut outcome = Outcome::NoName;
    for (index, full) in names.iter().enumerate() {
        if trace.cut_off || !fits_a_query(full) {
            continue;
        }
        let more = index + 1 < names.len();
        let (rcode, mut addresses) = match ask(tool, full, Qtype::A, more, (conf, network), trace, &mut said)
        {
            End::NoServers => {
                outcome = Outcome::Again;
                break;
            }
            End::Answered(Rcode::NxDomain, ..) if more => continue,
            End::Answered(rcode, addresses) => (rcode, addresses),
        };
        if rcode != Rcode::NoError {
            outcome = if rcode == Rcode::NxDomain { Outcome::NoName } else { Outcome::Again };
            break;
        }
        let others: &[Qtype] = match tool {
            Tool::Nslookup => &[Qtype::Aaaa],
            Tool::Host => &[Qtype::Aaaa, Qtype::Mx],
            Tool::Dig | Tool::DigSearch => &[],
        };
        for qtype in others {
            if let End::Answered(_, more) = ask(tool, full, *qtype, false, (conf, network), trace, &mut said)
            {
                addresses.extend(more);
            }
        }
        outcome = match addresses.is_empty() {
            true => Outcome::NoData,
            false => Outcome::Found(addresses, full.clone()),
        };
        break;
    }
    trace.lookups.push((0, trace.now_us, outcome));
    said
}

/// One question: the first server as often as `attempts` says, each other one once.
fn ask(
    tool: Tool,
    name: &str,
    qtype: Qtype,
    more: bool,
    (conf, network): (&ResolvConf, &Network),
    trace: &mut Trace,
    said: &mut Vec<Said>,
) -> End {
    let usual = if tool == Tool::Host { 2 } else { 3 };
    let at_first = if conf.attempts_given { conf.attempts } else { usual };
    let dig = matches!(tool, Tool::Dig | Tool::DigSearch);
    for server in 0..conf.servers.len() {
        let last = server + 1 == conf.servers.len();
        let tries = if server == 0 { at_first } else { 1 };
        for attempt in 1..=tries {
            let next = match attempt < tries {
                true => Next::Again,
                false => Next::after(server, conf.servers.len(), 2),
            };
            if trace.cut_off {
                return End::NoServers;
            }
            let (at, deadline) = (trace.now_us, trace.now_us + conf.timeout * SECOND);
            let question = Question { name, qtype, edns: dig, tcp: false, on_the_heels: false };
            let socket = trace.socket();
            let place = trace.send(network, server, question, socket, at);
            let (until, error, rule) = match trace.fate(place) {
                Fate::Replied(back, reply) if back <= deadline => {
                    trace.until(place, back);
                    trace.now_us = back;
                    let servfail = reply.rcode == Rcode::ServFail;
                    if (servfail || reply.lame) && !dig {
                        let what = if servfail { "SERVFAIL reply" } else { "recursion not available" };
                        said.push(Said::Passed(server, what, !last));
                        if !last {
                            trace.because(place, Rule::NextServer { said: reply.word(), next: Next::Server });
                            break;
                        }
                    }
                    trace.because(
                        place,
                        match reply.rcode {
                            Rcode::NoError => Rule::Found,
                            Rcode::NxDomain => Rule::NameDone { rcode: "NXDOMAIN", more },
                            Rcode::ServFail | Rcode::Refused => Rule::ToolDone,
                        },
                    );
                    let addresses = reply.addresses;
                    let took = back - at;
                    said.push(Said::Answer(
                        name.to_string(),
                        qtype,
                        reply.rcode,
                        addresses.clone(),
                        server,
                        took,
                    ));
                    return End::Answered(reply.rcode, addresses);
                }
                Fate::Unreachable(back) if back <= deadline => {
                    (back, "connection refused", Rule::Unreachable(next))
                }
                _ => (deadline, "timed out", Rule::ToolTimeout { wait: conf.timeout, tries: at_first, next }),
            };
            trace.until(place, until);
            trace.now_us = until;
            trace.because(place, rule);
            said.push(Said::Error(server, error));
        }
    }
    said.push(Said::NoServers);
    End::NoServers
}
