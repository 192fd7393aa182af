//! glibc's stub resolver: which names are tried, and which server is asked when.
//!
//! - `exchange`: one server, and how long it is waited for

mod exchange;

use super::network::{Network, Rcode, Reply};
use super::resolv_conf::ResolvConf;
use super::rules::{Next, Rule};
use super::settings::{dots, fits_a_query, joined};
use super::trace::Trace;
use exchange::Exchange;

/// `h_errno` of a name that was not found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Herrno {
    HostNotFound,
    NoData,
    TryAgain,
    NoRecovery,
}

/// What the `dns` module hands on.
pub(super) type Answer = Result<(Vec<String>, String), Herrno>;

/// The state of one thread (`struct __res_state`), which outlives a lookup.
#[derive(Debug)]
pub(super) struct Resolver<'a> {
    conf: &'a ResolvConf,
    network: &'a Network,
    /// Before 2.26.
    old: bool,
    single_request: bool,
    reopen: bool,
    /// Counts names that were asked for, for `rotate`.
    turn: u64,
    /// What the answer buffer holds: it is not cleared between names.
    buffer: Option<Rcode>,
    /// Did the last query end with ECONNREFUSED?
    refused: bool,
}

impl<'a> Resolver<'a> {
    /// `start` is where `rotate` begins.
    pub(super) fn new(conf: &'a ResolvConf, network: &'a Network, old: bool, start: u64) -> Resolver<'a> {
        Resolver {
            conf,
            network,
            old,
            single_request: conf.single_request || conf.reopen,
            reopen: conf.reopen,
            // The old list is rotated before its first use.
            turn: if old { 1 } else { start },
            buffer: None,
            refused: false,
        }
    }

    /// `__res_context_search` (resolv/res_query.c).
    pub(super) fn search(&mut self, name: &str, trace: &mut Trace) -> Answer {
        if self.conf.use_vc {
            trace.rules.push(Rule::UseVc);
        } else if self.conf.single_request || self.conf.reopen {
            trace.rules.push(Rule::SingleRequest { reopen: self.conf.reopen });
        }
        let (count, ndots) = (dots(name), self.conf.ndots);
        let absolute = name.ends_with('.');
        let mut saved = None;
        let mut as_is_done = false;
        if count >= ndots || absolute {
            let more = !absolute && !self.conf.search.is_empty();
            trace.rules.push(match absolute {
                true => Rule::Absolute,
                false => Rule::AsIsFirst { dots: count, ndots, suffixes: self.conf.search.len() },
            });
            match self.query(name, more, trace) {
                Err(error) if !absolute => (saved, as_is_done) = (Some(error), true),
                result => return result,
            }
        } else if !self.conf.search.is_empty() {
            trace.rules.push(Rule::SuffixFirst { dots: count, ndots, suffixes: self.conf.search.len() });
        }
        let (mut got_nodata, mut got_servfail) = (false, false);
        let mut last = Herrno::HostNotFound;
        let search = &self.conf.search;
        for (index, domain) in search.iter().enumerate() {
            if trace.cut_off {
                return Err(Herrno::TryAgain);
            }
            as_is_done |= domain == ".";
            let bare = (count > 0 || !self.conf.no_tld_query) && !as_is_done;
            let more = index + 1 < search.len() || bare;
            last = match self.query(&joined(name, domain), more, trace) {
                Err(error) => error,
                found => return found,
            };
            if self.refused {
                trace.rules.push(Rule::RefusedStops);
                return Err(Herrno::TryAgain);
            }
            match last {
                Herrno::NoData => got_nodata = true,
                Herrno::HostNotFound => {}
                Herrno::TryAgain if self.buffer == Some(Rcode::ServFail) => got_servfail = true,
                _ => {
                    if index + 1 < search.len() {
                        trace.rules.push(Rule::FailureStops { left: search.len() - index - 1, bare });
                    }
                    break;
                }
            }
        }
        if !as_is_done && (count > 0 || search.is_empty() || !self.conf.no_tld_query) {
            last = match self.query(name, false, trace) {
                Err(error) => error,
                found => return found,
            };
        }
        if saved.is_some() && !search.is_empty() {
            trace.rules.push(Rule::FirstErrorKept);
        }
        Err(match saved {
            Some(error) => error,
            None if got_nodata => Herrno::NoData,
            None if got_servfail => Herrno::TryAgain,
            None => last,
        })
    }

    /// `__res_context_query`: one name. `more` says whether another would follow.
    fn query(&mut self, name: &str, more: bool, trace: &mut Trace) -> Answer {
        self.refused = false;
        if !fits_a_query(name) {
            trace.rules.push(Rule::TooLong);
            return Err(Herrno::NoRecovery);
        }
        let asked = trace.queries.len();
        let Some((first, second)) = self.send(name, trace) else {
            // What stands in the buffer decides whether the search goes on; it may be of another name.
            let servfail = self.buffer == Some(Rcode::ServFail);
            if let Some(place) = last_query(trace, asked) {
                let rule = Rule::NoServerLeft { servfail, refused: self.refused };
                trace.rules.push(rule.clone());
                trace.because_unless_said(place, rule);
            }
            return Err(Herrno::TryAgain);
        };
        let replies: Vec<&Reply> = [&first, &second].into_iter().flatten().collect();
        let found: Vec<String> = replies.iter().flat_map(|reply| reply.addresses.iter().cloned()).collect();
        let place = last_query(trace, asked);
        let mut because = |rule| {
            if let Some(place) = place {
                trace.because_unless_said(place, rule);
            }
        };
        if !found.is_empty() {
            because(Rule::Found);
            return Ok((found, name.trim_end_matches('.').to_string()));
        }
        let rcodes = replies.iter().map(|reply| reply.rcode);
        let rcode = rcodes.clone().find(|rcode| *rcode != Rcode::NoError).unwrap_or(Rcode::NoError);
        because(Rule::NameDone { rcode: rcode.word(), more });
        Err(match rcode {
            Rcode::NxDomain => Herrno::HostNotFound,
            Rcode::NoError => Herrno::NoData,
            Rcode::ServFail => Herrno::TryAgain,
            Rcode::Refused => Herrno::NoRecovery,
        })
    }

    /// `__res_context_send` (resolv/res_send.c): none when no server gave an answer that counts.
    fn send(&mut self, name: &str, trace: &mut Trace) -> Option<(Option<Reply>, Option<Reply>)> {
        let servers = self.conf.servers.len();
        let shift = self.shift(servers, trace);
        let mut got_somewhere = false;
        let tries = if self.conf.use_vc { 1 } else { self.conf.attempts as usize };
        for round in 0..tries {
            for step in 0..servers {
                let next = Next::after(round * servers + step, tries * servers, servers);
                let server = (step + shift) % servers;
                // The index in the file; before 2.26 the place in the rotated list.
                let index = if self.old { step } else { server };
                let exchange = match self.conf.use_vc {
                    true => self.stream(name, server, next, &mut got_somewhere, trace),
                    false => self.datagrams(name, (server, index, next), &mut got_somewhere, trace),
                };
                if let Exchange::Done(first, second) = exchange {
                    return Some((first, second));
                }
                if trace.cut_off {
                    return None;
                }
            }
        }
        self.refused = !got_somewhere;
        None
    }

    /// `nameserver_offset`; before 2.26 the list itself is turned by one.
    fn shift(&mut self, servers: usize, trace: &mut Trace) -> usize {
        if !self.conf.rotate || servers < 2 {
            return 0;
        }
        let shift = (self.turn % servers as u64) as usize;
        self.turn += 1;
        trace.rules.push(match self.old {
            true => Rule::RotateOld { first: shift + 1 },
            false => Rule::RotateNew { first: shift + 1 },
        });
        shift
    }
}

/// The last query that the program sent since a place.
fn last_query(trace: &Trace, since: usize) -> Option<usize> {
    (since..trace.queries.len())
        .rev()
        .find(|place| trace.queries.get(*place).is_some_and(|query| !query.forwarded))
}
