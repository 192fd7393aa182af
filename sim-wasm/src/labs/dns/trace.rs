//! What a lookup did, step by step: queries with what became of them, sources asked, rules that decided.

use super::network::{Fate, Forwarded, Network, Qtype, Question, Reply};
use super::rules::{Next, Rule};

/// Queries after which a run is cut off: no file of sensible length gets there.
pub(super) const FUEL: usize = 600;

/// A query to a server.
#[derive(Clone, Debug)]
pub(super) struct Query {
    /// When it left, in microseconds.
    pub(super) at_us: u64,
    /// Until when its sender cared: the answer, or the end of the wait.
    pub(super) until_us: u64,
    /// Place of the server in the file.
    pub(super) server: usize,
    pub(super) name: String,
    pub(super) qtype: Qtype,
    pub(super) edns: bool,
    pub(super) tcp: bool,
    /// Number of the socket it left from, counted through the run.
    pub(super) socket: u64,
    pub(super) fate: Fate,
    /// Sent by Docker's daemon, not by the program.
    pub(super) forwarded: bool,
    /// What the sender did next, and why.
    pub(super) rule: Option<Rule>,
}

impl Query {
    /// The answer, if it came in time.
    pub(super) fn reply(&self) -> Option<&Reply> {
        match &self.fate {
            Fate::Replied(at, reply) if *at <= self.until_us => Some(reply),
            _ => None,
        }
    }
}

/// A source other than a name server: files, a daemon, a module.
#[derive(Clone, Debug)]
pub(super) struct Step {
    pub(super) at_us: u64,
    pub(super) until_us: u64,
    pub(super) source: String,
    pub(super) name: String,
    /// What it said: an address or a status.
    pub(super) said: String,
    pub(super) good: bool,
    pub(super) rule: Option<Rule>,
}

/// How a lookup ends for the program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// The addresses, and the full name they belong to.
    Found(Vec<String>, String),
    /// EAI_NONAME; "no such host" in Go.
    NoName,
    /// EAI_NODATA.
    NoData,
    /// EAI_AGAIN; "server misbehaving" or "i/o timeout" in Go.
    Again,
    /// EAI_FAIL.
    Fail,
}

/// Everything that happened.
#[derive(Clone, Debug, Default)]
pub(super) struct Trace {
    pub(super) queries: Vec<Query>,
    pub(super) steps: Vec<Step>,
    /// Rules that belong to no single query.
    pub(super) rules: Vec<Rule>,
    /// Each lookup: when it began and ended, and how.
    pub(super) lookups: Vec<(u64, u64, Outcome)>,
    /// Error of Go, or of a tool, in its own words.
    pub(super) message: String,
    pub(super) now_us: u64,
    sockets: u64,
    pub(super) cut_off: bool,
}

impl Trace {
    /// A new socket.
    pub(super) fn socket(&mut self) -> u64 {
        self.sockets += 1;
        self.sockets
    }

    /// Sends a query at a moment; its place in [`Trace::queries`].
    pub(super) fn send(
        &mut self,
        network: &Network,
        server: usize,
        question: Question<'_>,
        socket: u64,
        at_us: u64,
    ) -> usize {
        let (fate, forwarded) = network.ask(server, question, at_us);
        let Question { qtype, edns, tcp, .. } = question;
        let query = Query {
            at_us,
            until_us: at_us,
            server,
            name: question.name.to_string(),
            qtype,
            edns,
            tcp,
            socket,
            fate,
            forwarded: false,
            rule: None,
        };
        let count = forwarded.len();
        for (step, Forwarded { server, at_us, until_us, fate }) in forwarded.into_iter().enumerate() {
            let next = Next::after(step, count, count.max(2));
            let rule = match &fate {
                Fate::Lost(..) => Some(Rule::DockerWaits(next)),
                Fate::Unreachable(_) => Some(Rule::Unreachable(next)),
                Fate::Replied(..) => None,
            };
            self.queries.push(Query {
                at_us,
                until_us,
                server,
                fate,
                forwarded: true,
                rule,
                ..query.clone()
            });
        }
        self.queries.push(query);
        self.cut_off |= self.queries.len() > FUEL;
        self.queries.len() - 1
    }

    /// When and what a query of this place got back.
    pub(super) fn fate(&self, place: usize) -> Fate {
        self.queries.get(place).map_or(Fate::Unreachable(self.now_us), |query| query.fate.clone())
    }

    /// Ends the wait for a query.
    pub(super) fn until(&mut self, place: usize, until_us: u64) {
        if let Some(query) = self.queries.get_mut(place) {
            query.until_us = until_us.max(query.at_us);
        }
    }

    /// Says what the sender of a query did next.
    pub(super) fn because(&mut self, place: usize, rule: Rule) {
        if let Some(query) = self.queries.get_mut(place) {
            query.rule = Some(rule);
        }
    }

    /// The same, unless more is known already.
    pub(super) fn because_unless_said(&mut self, place: usize, rule: Rule) {
        if let Some(query) = self.queries.get_mut(place) {
            query.rule.get_or_insert(rule);
        }
    }

    /// How the first lookup ended.
    pub(super) fn outcome(&self) -> Outcome {
        self.lookups.first().map_or(Outcome::NoName, |(.., outcome)| outcome.clone())
    }

    /// When the last one ended.
    pub(super) fn end_us(&self) -> u64 {
        self.lookups.last().map_or(0, |(_, end, _)| *end)
    }

    /// Queries that the program itself sent.
    pub(super) fn sent(&self) -> impl Iterator<Item = &Query> {
        self.queries.iter().filter(|query| !query.forwarded)
    }
}
