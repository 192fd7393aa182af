//! A program's lookup from the first source to the last: what `getaddrinfo` goes through before and around the resolver.

use super::glibc::{Herrno, Resolver};
use super::local::{self, Source, Status};
use super::network::{Fate, Qtype, Question, Rcode, SECOND};
use super::rules::Rule;
use super::settings::{Client, Daemon, Settings, dots, fits_a_query, joined};
use super::trace::{Outcome, Step, Trace};
use super::zone::{is_v4, is_v6};
use super::{golang, musl};

/// The name that the machine has, for `myhostname`.
const HOSTNAME: &str = "client";
/// Until Avahi reports that nobody on the link answered (from memory).
const MDNS_WAIT: u64 = 5 * SECOND;
/// Until systemd-resolved turns to its next server (from memory).
const RESOLVED_WAIT: u64 = 5 * SECOND;
/// A local socket, there and back.
const SOCKET: u64 = 50;

/// How a source ended, with the `h_errno` it leaves.
type Ended = (Status, Result<(Vec<String>, String), Herrno>);

/// Everything the program does.
pub(super) fn run(settings: &Settings) -> Trace {
    let mut trace = Trace::default();
    let old = settings.client == Client::OldGlibc;
    let mut glibc = Resolver::new(&settings.conf, &settings.network, old, settings.rotate_start);
    let mut turn = settings.rotate_start;
    for _ in 0..settings.lookups {
        let start = trace.now_us;
        let outcome = match settings.client {
            _ if settings.name.is_empty() => Outcome::NoName,
            _ if is_v4(&settings.name) || is_v6(&settings.name) => {
                trace.rules.push(Rule::Literal);
                Outcome::Found(vec![settings.name.clone()], settings.name.clone())
            }
            Client::Glibc | Client::OldGlibc => nss(settings, &mut glibc, &mut trace),
            Client::Go => go(settings, &mut turn, &mut trace),
            _ => {
                let old = settings.client == Client::OldMusl;
                from_files(settings, false, &mut trace).unwrap_or_else(|| {
                    musl::search(&settings.name, &settings.conf, &settings.network, old, &mut trace)
                })
            }
        };
        trace.lookups.push((start, trace.now_us, outcome));
        if trace.cut_off {
            break;
        }
    }
    if settings.has_docker() && !trace.queries.is_empty() {
        let forwards = trace.queries.iter().any(|query| query.forwarded);
        trace.rules.push(if forwards { Rule::DockerForwards } else { Rule::DockerAnswers });
    }
    trace
}

fn wide_space(settings: &Settings) -> Option<Rule> {
    let (line, space) = local::behind_wide_space(&settings.hosts, &settings.name)?;
    Some(Rule::WideSpace { line, space })
}

/// `/etc/hosts`, as resolvers without NSS read it.
fn from_files(settings: &Settings, dot_is_cut: bool, trace: &mut Trace) -> Option<Outcome> {
    let found = local::hosts(&settings.hosts, &settings.name, dot_is_cut);
    let rule = if found.is_empty() { wide_space(settings) } else { Some(Rule::InHosts) };
    let said = if found.is_empty() { "-".to_string() } else { found.join(", ") };
    step(trace, "files", &settings.name, said, !found.is_empty(), 0, rule);
    (!found.is_empty()).then(|| Outcome::Found(found, settings.name.clone()))
}

/// `hostLookupOrder` (src/net/conf.go): files and dns in the order of nsswitch.conf, when it has no source that Go does
/// not know.
fn go(settings: &Settings, turn: &mut u64, trace: &mut Trace) -> Outcome {
    let order = |name: &str| settings.sources.iter().position(|source| source.name == name);
    let known = |source: &Source| matches!(source.name.as_str(), "files" | "dns" | "myhostname");
    let foreign = settings.sources.iter().find(|source| !known(source) && !source.name.starts_with("mdns"));
    if let Some(source) = foreign {
        trace.rules.push(Rule::GoForeign { source: source.name.clone() });
    }
    let (files, dns) = match foreign {
        Some(_) => (Some(0), Some(1)),
        None => (order("files"), order("dns")),
    };
    let (files, dns) = if files.or(dns).is_none() { (Some(0), Some(1)) } else { (files, dns) };
    let mut outcome = Outcome::NoName;
    let files_first = files.is_some_and(|files| dns.is_none_or(|dns| files < dns));
    if let Some(found) = files_first.then(|| from_files(settings, true, trace)).flatten() {
        return found;
    }
    if dns.is_none() {
        trace.rules.push(Rule::NoDnsSource);
    } else {
        outcome = golang::search(&settings.name, &settings.conf, &settings.network, turn, trace);
    }
    if files.zip(dns).is_some_and(|(files, dns)| files > dns) && !matches!(outcome, Outcome::Found(..)) {
        return from_files(settings, true, trace).unwrap_or(outcome);
    }
    outcome
}

/// `getaddrinfo` of glibc: nscd, then the sources of nsswitch.conf. The last source that was asked decides the error.
fn nss(settings: &Settings, glibc: &mut Resolver<'_>, trace: &mut Trace) -> Outcome {
    let name = &settings.name;
    match settings.daemon {
        Daemon::NscdNegative => {
            let rule = Some(Rule::NscdNegative);
            step(trace, "nscd", name, "NOTFOUND".to_string(), false, SOCKET, rule);
            return Outcome::NoName;
        }
        Daemon::NscdPositive => {
            let mut cached = settings.network.zone.addresses(name);
            if cached.is_empty() {
                cached.push("192.0.2.80".to_string());
            }
            step(trace, "nscd", name, cached.join(", "), true, SOCKET, Some(Rule::NscdPositive));
            return Outcome::Found(cached, name.clone());
        }
        Daemon::Nscd => {
            step(trace, "nscd", name, "-".to_string(), true, SOCKET, Some(Rule::NscdAsks));
        }
        Daemon::None | Daemon::Resolved => {}
    }
    let mut error = Herrno::HostNotFound;
    let (mut asked_dns, mut ended) = (false, false);
    for source in &settings.sources {
        let (status, answer) = match source.name.as_str() {
            "dns" => dns(settings, glibc, trace),
            _ => module(settings, &source.name, trace),
        };
        let ends = source.returns(status);
        if ends && !source.action.is_empty() && status != Status::Success {
            let action = source.action.clone();
            trace.rules.push(Rule::ActionReturns {
                source: source.name.clone(),
                status: status.word(),
                action,
            });
        }
        match answer {
            Ok((addresses, full)) if ends => return Outcome::Found(addresses, full),
            Err(found) if status != Status::Unavailable || found == Herrno::TryAgain => error = found,
            _ => {}
        }
        asked_dns |= source.name == "dns" || source.name == "resolve" && status != Status::Unavailable;
        if ends || trace.cut_off {
            ended = ends;
            break;
        }
    }
    if !asked_dns && !ended {
        trace.rules.push(Rule::NoDnsSource);
    }
    match error {
        Herrno::NoData => Outcome::NoData,
        Herrno::TryAgain => Outcome::Again,
        Herrno::HostNotFound | Herrno::NoRecovery => Outcome::NoName,
    }
}

/// `_nss_dns_gethostbyname4_r` (resolv/nss_dns/dns-host.c).
fn dns(settings: &Settings, glibc: &mut Resolver<'_>, trace: &mut Trace) -> Ended {
    // check_name: what cannot be a host name is not asked for.
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    if settings.name.starts_with('-') || !settings.name.bytes().all(allowed) {
        trace.rules.push(Rule::NoHostName);
        return (Status::NotFound, Err(Herrno::HostNotFound));
    }
    let answer = glibc.search(&settings.name, trace);
    let status = match answer {
        Ok(_) => Status::Success,
        Err(Herrno::TryAgain) => Status::Unavailable,
        Err(_) => Status::NotFound,
    };
    (status, answer)
}

/// A source other than `dns`.
fn module(settings: &Settings, source: &str, trace: &mut Trace) -> Ended {
    let name = settings.name.as_str();
    let lower = name.to_ascii_lowercase();
    let found = |addresses: Vec<String>| (Status::Success, Ok((addresses, name.to_string())));
    let missing = || (Status::NotFound, Err(Herrno::HostNotFound));
    let unavailable = || (Status::Unavailable, Err(Herrno::HostNotFound));
    let (ended, took, rule): (Ended, u64, Option<Rule>) = match source {
        "files" => match local::hosts(&settings.hosts, name, false) {
            addresses if addresses.is_empty() => (missing(), 0, wide_space(settings)),
            addresses => (found(addresses), 0, Some(Rule::InHosts)),
        },
        "myhostname" => match lower.trim_end_matches('.') {
            HOSTNAME => (found(vec!["192.0.2.10".to_string()]), 0, Some(Rule::MyHostname)),
            name if name == "localhost" || name.ends_with(".localhost") => {
                (found(vec!["127.0.0.1".to_string(), "::1".to_string()]), 0, Some(Rule::MyHostname))
            }
            _ => (missing(), 0, None),
        },
        "mdns4_minimal" | "mdns_minimal" | "mdns6_minimal" => {
            let bare = lower.trim_end_matches('.');
            // The minimal modules take names of two labels below .local alone.
            match bare.strip_suffix(".local") {
                Some(label) if !label.contains('.') => (missing(), MDNS_WAIT, Some(Rule::MdnsNotFound)),
                _ => (unavailable(), 0, None),
            }
        }
        "resolve" if settings.daemon == Daemon::Resolved => return resolved(settings, trace),
        _ => (unavailable(), 0, None),
    };
    let said = match &ended.1 {
        Ok((addresses, _)) => addresses.join(", "),
        Err(_) => ended.0.word().to_string(),
    };
    step(trace, source, name, said, ended.1.is_ok(), took, rule);
    ended
}

/// systemd-resolved as its NSS module meets it (from memory, and simplified): a name without a dot with each search
/// domain, any other as it is; the first server that answers.
fn resolved(settings: &Settings, trace: &mut Trace) -> Ended {
    let (name, conf) = (&settings.name, &settings.conf);
    trace.rules.push(Rule::ResolvedAsks);
    let names: Vec<String> = match dots(name) {
        0 => conf.search.iter().map(|domain| joined(name, domain)).collect(),
        _ => vec![name.trim_end_matches('.').to_string()],
    };
    let mut error = Herrno::HostNotFound;
    if names.iter().any(|full| !fits_a_query(full)) {
        trace.rules.push(Rule::TooLong);
    }
    'names: for full in names.iter().filter(|full| fits_a_query(full)) {
        for server in 0..conf.servers.len() {
            let deadline = trace.now_us + RESOLVED_WAIT;
            let mut replies = Vec::new();
            let mut end = trace.now_us;
            for qtype in [Qtype::A, Qtype::Aaaa] {
                let question = Question { name: full, qtype, edns: true, tcp: false, on_the_heels: false };
                let socket = trace.socket();
                let place = trace.send(&settings.network, server, question, socket, trace.now_us);
                let until = match trace.fate(place) {
                    Fate::Replied(at, reply) if at <= deadline => {
                        replies.push(reply);
                        at
                    }
                    Fate::Unreachable(at) => at,
                    _ => deadline,
                };
                trace.until(place, until);
                end = end.max(until);
            }
            trace.now_us = end;
            if trace.cut_off {
                break 'names;
            }
            let addresses: Vec<String> = replies.iter().flat_map(|reply| reply.addresses.clone()).collect();
            if !addresses.is_empty() {
                return (Status::Success, Ok((addresses, full.clone())));
            }
            error = match replies.first() {
                Some(reply) if !reply.rejected() => match reply.rcode {
                    Rcode::NxDomain => Herrno::HostNotFound,
                    _ => Herrno::NoData,
                },
                _ => Herrno::TryAgain,
            };
            if error != Herrno::TryAgain {
                continue 'names;
            }
        }
    }
    let status = if error == Herrno::TryAgain { Status::TryAgain } else { Status::NotFound };
    (status, Err(error))
}

fn step(
    trace: &mut Trace,
    source: &str,
    name: &str,
    said: String,
    good: bool,
    took: u64,
    rule: Option<Rule>,
) {
    let (at_us, until_us) = (trace.now_us, trace.now_us + took);
    trace.now_us = until_us;
    let (source, name) = (source.to_string(), name.to_string());
    trace.steps.push(Step { at_us, until_us, source, name, said, good, rule });
}
