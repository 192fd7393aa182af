//! One server of glibc's list: both questions, the wait, and what is made of the answers.

use super::Resolver;
use crate::labs::dns::network::{Fate, Qtype, Question, Reply, SECOND};
use crate::labs::dns::rules::{Next, Rule, Why};
use crate::labs::dns::trace::Trace;

/// How a server was left.
pub(super) enum Exchange {
    /// Answers to A and AAAA.
    Done(Option<Reply>, Option<Reply>),
    /// The next server.
    Next,
}

impl Resolver<'_> {
    /// `send_dg`: A and AAAA in one go, or one after the other.
    pub(super) fn datagrams(
        &mut self,
        name: &str,
        (server, index, next): (usize, usize, Next),
        got_somewhere: &mut bool,
        trace: &mut Trace,
    ) -> Exchange {
        let (timeout, servers) = (self.conf.timeout, self.conf.servers.len());
        let wait = Why::seconds(timeout, index, servers);
        let why = Why { wait, timeout, servers, next };
        let mut socket = trace.socket();
        loop {
            let deadline = trace.now_us + wait * SECOND;
            let both = !self.conf.no_aaaa;
            let question = |qtype, on_the_heels| Question {
                name,
                qtype,
                edns: self.conf.edns0,
                tcp: false,
                on_the_heels,
            };
            let first = trace.send(self.network, server, question(Qtype::A, false), socket, trace.now_us);
            let a = self.receive(first, deadline, trace);
            let mut second = None;
            if both && !self.single_request {
                let place =
                    trace.send(self.network, server, question(Qtype::Aaaa, true), socket, trace.now_us);
                second = Some(place);
            } else if let (true, Ok(reply)) = (both, &a) {
                // The second question waits for the first answer.
                if !reply.rejected() {
                    let at = trace.queries.get(first).map_or(trace.now_us, |query| query.until_us);
                    let socket = if self.reopen { trace.socket() } else { socket };
                    let place = trace.send(self.network, server, question(Qtype::Aaaa, false), socket, at);
                    second = Some(place);
                }
            }
            let aaaa = second.map(|place| self.receive(place, deadline, trace));
            let last = second.unwrap_or(first);
            // When the first answer is an error, the buffer keeps it.
            let good =
                |result: &Result<Reply, Option<u64>>| result.clone().ok().filter(|reply| !reply.rejected());
            let ends: Vec<u64> =
                [Some(first), second].into_iter().flatten().map(|place| end(trace, place)).collect();
            let end = ends.into_iter().max().unwrap_or(deadline);
            let replies = [a.as_ref().ok(), aaaa.as_ref().and_then(|result| result.as_ref().ok())];
            if let Some(reply) = replies.into_iter().flatten().next() {
                self.buffer = Some(reply.rcode);
                *got_somewhere = true;
            }
            let answered = replies.into_iter().flatten().count();
            let (good_a, good_aaaa) = (good(&a), aaaa.as_ref().and_then(good));
            let asked = 1 + usize::from(second.is_some());
            let wanted = 1 + usize::from(both);
            if answered == asked && answered == wanted && (good_a.is_some() || good_aaaa.is_some()) {
                trace.now_us = end;
                return Exchange::Done(good_a, good_aaaa);
            }
            let rejection = replies.into_iter().flatten().find(|reply| reply.rejected()).map(Reply::word);
            let unreachable =
                [Some(&a), aaaa.as_ref()].into_iter().flatten().find_map(|result| match result {
                    Err(Some(at)) => Some(*at),
                    _ => None,
                });
            match (rejection, unreachable) {
                // Every answer that there is going to be was an error.
                (Some(said), _) if answered == asked && good_a.is_none() && good_aaaa.is_none() => {
                    let waits = self.old && self.single_request && both && asked == 1;
                    trace.now_us = if waits { deadline } else { end };
                    trace.because(
                        last,
                        if waits { Rule::SingleRequestWaits(why) } else { Rule::NextServer { said, next } },
                    );
                    return Exchange::Next;
                }
                (_, Some(at)) if answered == 0 => {
                    trace.now_us = at;
                    trace.because(last, Rule::Unreachable(next));
                    return Exchange::Next;
                }
                _ => {}
            }
            trace.now_us = deadline;
            *got_somewhere = true;
            if good_a.is_none() && good_aaaa.is_none() {
                trace.because(last, Rule::Timeout(why));
                return Exchange::Next;
            }
            // One answer of two: another attempt at the same server, more carefully. The mode stays with the thread.
            if !self.single_request {
                self.single_request = true;
                trace.because(last, Rule::ToSingleRequest(why));
            } else if !self.reopen {
                self.reopen = true;
                socket = trace.socket();
                trace.because(last, Rule::ToReopen(why));
            } else {
                trace.because(last, Rule::OneAnswerTaken(why));
                return Exchange::Done(good_a, good_aaaa);
            }
            if trace.cut_off {
                return Exchange::Next;
            }
        }
    }

    /// What came by the deadline; without an answer, when an ICMP message came.
    fn receive(&self, place: usize, deadline: u64, trace: &mut Trace) -> Result<Reply, Option<u64>> {
        let (until, result) = match trace.fate(place) {
            Fate::Replied(at, reply) if at <= deadline => (at, Ok(reply)),
            Fate::Unreachable(at) if at <= deadline => (at, Err(Some(at))),
            _ => (deadline, Err(None)),
        };
        trace.until(place, until);
        result
    }

    /// `send_vc`: both questions over one connection; whatever is answered counts.
    pub(super) fn stream(
        &mut self,
        name: &str,
        server: usize,
        next: Next,
        got_somewhere: &mut bool,
        trace: &mut Trace,
    ) -> Exchange {
        let socket = trace.socket();
        let mut replies = [None, None];
        let mut end = trace.now_us;
        let types = [Some(Qtype::A), (!self.conf.no_aaaa).then_some(Qtype::Aaaa)];
        for (slot, qtype) in replies.iter_mut().zip(types) {
            let Some(qtype) = qtype else { continue };
            let question = Question { name, qtype, edns: self.conf.edns0, tcp: true, on_the_heels: false };
            let place = trace.send(self.network, server, question, socket, trace.now_us);
            match trace.fate(place) {
                Fate::Replied(at, reply) => {
                    trace.until(place, at);
                    end = end.max(at);
                    if qtype == Qtype::A {
                        self.buffer = Some(reply.rcode);
                    }
                    *slot = Some(reply);
                }
                Fate::Unreachable(at) => {
                    trace.until(place, at);
                    trace.because(place, Rule::Unreachable(next));
                    trace.now_us = at;
                    return Exchange::Next;
                }
                Fate::Lost(_, at) => {
                    trace.until(place, at);
                    trace.because(place, Rule::ConnectTimeout);
                    trace.now_us = at;
                    *got_somewhere = true;
                    return Exchange::Next;
                }
            }
        }
        trace.now_us = end;
        *got_somewhere = true;
        let [first, second] = replies;
        Exchange::Done(first, second)
    }
}

fn end(trace: &Trace, place: usize) -> u64 {
    trace.queries.get(place).map_or(0, |query| query.until_us)
}
