//! The name servers as a query meets them: how each behaves, and when what comes back.

use super::zone::{self, Zone};

/// Microseconds in a millisecond.
pub(super) const MS: u64 = 1_000;
/// Microseconds in a second.
pub(super) const SECOND: u64 = 1_000_000;
/// How long a TCP connection is tried for: tcp_syn_retries 6, 1 + 2 + 4 + … + 64 s (kernels up to 6.4).
const CONNECT_GIVEN_UP: u64 = 127 * SECOND;
/// How long Docker's daemon waits for each server that it forwards to (`extIOTimeout`).
pub(super) const DOCKER_FORWARD: u64 = 4 * SECOND;
/// Between a container and the daemon.
const DOCKER_RTT: u64 = 200;

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Qtype {
    A,
    Aaaa,
    Mx,
}

impl Qtype {
    /// Its name.
    pub(super) fn word(self) -> &'static str {
        match self {
            Qtype::A => "A",
            Qtype::Aaaa => "AAAA",
            Qtype::Mx => "MX",
        }
    }
}

/// How an answer ends (RFC 1035, section 4.1.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rcode {
    NoError,
    NxDomain,
    ServFail,
    Refused,
}

impl Rcode {
    /// Its name.
    pub(super) fn word(self) -> &'static str {
        match self {
            Rcode::NoError => "NOERROR",
            Rcode::NxDomain => "NXDOMAIN",
            Rcode::ServFail => "SERVFAIL",
            Rcode::Refused => "REFUSED",
        }
    }
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Reply {
    pub(super) rcode: Rcode,
    pub(super) addresses: Vec<String>,
    /// Neither answers nor authority nor recursion: a server that points elsewhere.
    pub(super) lame: bool,
}

impl Reply {
    /// An answer without addresses.
    pub(super) fn error(rcode: Rcode) -> Reply {
        Reply { rcode, addresses: Vec::new(), lame: false }
    }

    /// Does it send glibc and others to the next server?
    pub(super) fn rejected(&self) -> bool {
        matches!(self.rcode, Rcode::ServFail | Rcode::Refused) || self.lame
    }

    /// Is the name there, but nothing of the type asked for?
    pub(super) fn no_data(&self) -> bool {
        self.rcode == Rcode::NoError && self.addresses.is_empty()
    }

    /// As tables name it.
    pub(super) fn word(&self) -> String {
        match (self.lame, self.rcode) {
            (true, _) => "NOERROR, lame".to_string(),
            (false, Rcode::NoError) if self.addresses.is_empty() => "NOERROR, 0".to_string(),
            (false, Rcode::NoError) => self.addresses.join(", "),
            (false, rcode) => rcode.word().to_string(),
        }
    }
}

/// Why nothing came back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Loss {
    /// The server says nothing.
    Silent,
    /// The second packet of a flow that connection tracking had not confirmed yet.
    Race,
    /// AAAA queries are dropped on the way.
    NoAaaa,
    /// Queries with an OPT record are dropped.
    Edns,
}

/// What became of a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// It was answered, and the answer arrives then.
    Replied(u64, Reply),
    /// An ICMP message "port unreachable" arrives then; for TCP a reset.
    Unreachable(u64),
    /// Nothing comes. For TCP the connection is given up then.
    Lost(Loss, u64),
}

/// How a server behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Behaviour {
    Answers,
    Silent,
    Unreachable,
    ServFail,
    NxDomain,
    Refused,
    Lame,
    Race,
    DropsAaaa,
    DropsEdns,
    /// Docker's embedded DNS, which forwards to the second and third server.
    Docker,
}

impl Behaviour {
    pub(super) fn new(word: &str) -> Behaviour {
        match word {
            "silent" => Behaviour::Silent,
            "icmp" => Behaviour::Unreachable,
            "servfail" => Behaviour::ServFail,
            "nxdomain" => Behaviour::NxDomain,
            "refused" => Behaviour::Refused,
            "lame" => Behaviour::Lame,
            "race" => Behaviour::Race,
            "drops-aaaa" => Behaviour::DropsAaaa,
            "drops-edns" => Behaviour::DropsEdns,
            "docker" => Behaviour::Docker,
            _ => Behaviour::Answers,
        }
    }
}

/// A name server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Server {
    pub(super) behaviour: Behaviour,
    pub(super) rtt_us: u64,
}

/// A query on its way.
#[derive(Clone, Copy, Debug)]
pub(super) struct Question<'a> {
    pub(super) name: &'a str,
    pub(super) qtype: Qtype,
    /// With an OPT record.
    pub(super) edns: bool,
    pub(super) tcp: bool,
    /// The second packet, at the same moment, of a socket that has sent to nobody before.
    pub(super) on_the_heels: bool,
}

/// A query that Docker's daemon sends on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Forwarded {
    pub(super) server: usize,
    pub(super) at_us: u64,
    pub(super) until_us: u64,
    pub(super) fate: Fate,
}

/// The three servers and what they know.
#[derive(Clone, Debug)]
pub(super) struct Network {
    pub(super) servers: [Server; 3],
    pub(super) zone: Zone,
    /// A user set `ndots` above 0 for the container: Docker's daemon then keeps names without a dot to itself.
    pub(super) docker_keeps_bare_names: bool,
}

impl Network {
    /// What becomes of a query to the server of this place, and what a forwarder asks on its behalf.
    pub(super) fn ask(&self, server: usize, question: Question<'_>, at_us: u64) -> (Fate, Vec<Forwarded>) {
        let Some(known) = self.servers.get(server) else {
            return (Fate::Lost(Loss::Silent, at_us.saturating_add(CONNECT_GIVEN_UP)), Vec::new());
        };
        if known.behaviour == Behaviour::Docker {
            return self.docker(question, at_us);
        }
        (self.plain(*known, server, question, at_us), Vec::new())
    }

    fn plain(&self, server: Server, place: usize, question: Question<'_>, at_us: u64) -> Fate {
        let Question { name, qtype, edns, tcp, on_the_heels } = question;
        let lost = |loss| Fate::Lost(loss, at_us.saturating_add(CONNECT_GIVEN_UP));
        let round_trips = if tcp { 2 } else { 1 };
        let back = at_us.saturating_add(server.rtt_us.saturating_mul(round_trips));
        let reply = match server.behaviour {
            Behaviour::Silent => return lost(Loss::Silent),
            Behaviour::Unreachable => return Fate::Unreachable(at_us.saturating_add(server.rtt_us)),
            Behaviour::Race if on_the_heels && !tcp => return lost(Loss::Race),
            Behaviour::DropsAaaa if qtype == Qtype::Aaaa && !tcp => return lost(Loss::NoAaaa),
            Behaviour::DropsEdns if edns && !tcp => return lost(Loss::Edns),
            Behaviour::ServFail => Reply::error(Rcode::ServFail),
            Behaviour::NxDomain => Reply::error(Rcode::NxDomain),
            Behaviour::Refused => Reply::error(Rcode::Refused),
            Behaviour::Lame => Reply { lame: true, ..Reply::error(Rcode::NoError) },
            _ => self.zone.answer(name, qtype, 1 << place.min(2)),
        };
        Fate::Replied(back, reply)
    }

    /// `resolver.ServeDNS` in moby's libnetwork/resolver.go (commit 0136a7c1bb9f): its own names first; then each server
    /// of the host in turn, of which SERVFAIL, REFUSED and an NXDOMAIN without authority lead to the next.
    fn docker(&self, question: Question<'_>, at_us: u64) -> (Fate, Vec<Forwarded>) {
        let half = DOCKER_RTT / 2;
        let Question { name, qtype, .. } = question;
        let own = self.zone.answer(name, qtype, zone::DOCKER);
        let here = |reply| (Fate::Replied(at_us.saturating_add(DOCKER_RTT), reply), Vec::new());
        if own.rcode == Rcode::NoError {
            return here(own);
        }
        if self.docker_keeps_bare_names && !name.trim_end_matches('.').contains('.') {
            return here(Reply::error(Rcode::NoError));
        }
        let mut now = at_us.saturating_add(half);
        let mut forwarded = Vec::new();
        let mut kept = None;
        for place in 1..self.servers.len() {
            let Some(server) = self.servers.get(place).copied() else { continue };
            let question = Question { on_the_heels: false, ..question };
            let fate = self.plain(server, place, question, now);
            let until = match &fate {
                Fate::Replied(at, _) | Fate::Unreachable(at) => *at,
                Fate::Lost(..) => u64::MAX,
            };
            let until_us = until.min(now.saturating_add(DOCKER_FORWARD));
            forwarded.push(Forwarded { server: place, at_us: now, until_us, fate: fate.clone() });
            now = until_us;
            kept = match fate {
                Fate::Replied(at, reply) if at <= until_us => Some(reply),
                _ => None,
            };
            if kept.as_ref().is_some_and(|reply| reply.rcode == Rcode::NoError) {
                break;
            }
        }
        let fate = match kept {
            Some(reply) => Fate::Replied(now.saturating_add(half), reply),
            None => Fate::Lost(Loss::Silent, at_us.saturating_add(CONNECT_GIVEN_UP)),
        };
        (fate, forwarded)
    }
}
