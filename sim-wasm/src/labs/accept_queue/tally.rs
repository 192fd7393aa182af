//! What the server counts. A run has millions of events and few kinds of them: each kind is counted once, and the kernel's
//! rules are asked once which of its counters that moves.

use crate::kernel::{Change, Counter, Counters, KernelVersion};
use crate::tcp::Why;
use crate::tcp::admission::cookie_counters;

/// Something that moves counters of the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tick {
    /// A packet came in.
    In,
    /// A packet went out.
    Out,
    /// An RST went out.
    Reset,
    /// A SYN was answered, and a request kept.
    Admitted,
    /// A connection was made.
    Opened,
    /// An RST ended a connection that nobody had closed.
    Ended,
    /// An RST ended a request.
    RequestReset,
    /// The timer of a request fired.
    RequestTimer,
    /// It sent the SYN-ACK again.
    SynAckAgain,
    /// It gave the request up.
    GivenUp,
    /// The FIN of a connection was acknowledged for lack of anything to say.
    DelayedAck,
    /// A client told of a SYN-ACK that came twice.
    ToldOfDuplicate,
    /// A FIN came again that was acknowledged.
    FinAgain,
    CookieSent,
    CookieReceived,
    CookieFailed,
    // Drops, as their reasons tell them.
    SynQueueFull,
    AcceptQueueFullOnSyn,
    AcceptQueueFullOnCookie,
    LastQuarter,
    AcceptQueueFull,
    Aborted,
}

const KINDS: usize = Tick::Aborted as usize + 1;

/// How often each kind of event was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Tally([u64; KINDS]);

impl Tally {
    pub(super) const ZERO: Tally = Tally([0; KINDS]);

    pub(super) fn add(&mut self, tick: Tick) {
        if let Some(count) = self.0.get_mut(tick as usize) {
            *count += 1;
        }
    }

    pub(super) fn get(&self, tick: Tick) -> u64 {
        self.0.get(tick as usize).copied().unwrap_or(0)
    }
}

impl Tick {
    /// The kind of a drop by the listener; none for another reason.
    pub(super) fn of(why: Why) -> Option<Tick> {
        Some(match why {
            Why::SynQueueFull { .. } => Tick::SynQueueFull,
            Why::AcceptQueueFullOnSyn { cookie: false, .. } => Tick::AcceptQueueFullOnSyn,
            Why::AcceptQueueFullOnSyn { .. } => Tick::AcceptQueueFullOnCookie,
            Why::LastQuarter { .. } => Tick::LastQuarter,
            Why::AcceptQueueFull { aborted: true, .. } => Tick::Aborted,
            Why::AcceptQueueFull { .. } => Tick::AcceptQueueFull,
            _ => return None,
        })
    }
}

/// Which counters each kind of event moves on a kernel.
#[derive(Debug)]
pub(super) struct Meaning(Vec<(Tick, Vec<Counter>)>);

impl Meaning {
    pub(super) fn new(kernel: KernelVersion) -> Meaning {
        let (requests, limit, waiting, backlog, max_syn_backlog) = (0, 0, 0, 0, 0);
        let on_syn = |cookie| Why::AcceptQueueFullOnSyn { waiting, backlog, young: 0, cookie };
        let on_ack = |aborted| Why::AcceptQueueFull { waiting, backlog, aborted, cookie: false };
        let why = |why: Why| why.counters(kernel);
        let since = |change, counter| kernel.has(change).then_some(counter);
        let again = [
            since(Change::SynAckRetransCounted, Counter::RetransSegs),
            since(Change::SynRetransCounter, Counter::TCPSynRetrans),
        ];
        Meaning(vec![
            (Tick::In, vec![Counter::InSegs]),
            (Tick::Out, vec![Counter::OutSegs]),
            (Tick::Reset, vec![Counter::OutRsts]),
            (Tick::Opened, vec![Counter::PassiveOpens]),
            (Tick::Ended, vec![Counter::EstabResets]),
            (Tick::RequestReset, vec![Counter::AttemptFails, Counter::EmbryonicRsts]),
            (Tick::RequestTimer, Vec::from_iter(since(Change::SynAckRetransCounted, Counter::TCPTimeouts))),
            (Tick::SynAckAgain, again.into_iter().flatten().collect()),
            (Tick::DelayedAck, vec![Counter::DelayedACKs]),
            (Tick::ToldOfDuplicate, vec![Counter::TCPDSACKRecv]),
            (Tick::FinAgain, vec![Counter::DelayedACKLost]),
            (Tick::CookieSent, cookie_counters(kernel.changes()).collect()),
            (Tick::CookieReceived, vec![Counter::SyncookiesRecv]),
            (Tick::CookieFailed, vec![Counter::SyncookiesFailed]),
            (Tick::SynQueueFull, why(Why::SynQueueFull { requests, limit })),
            (Tick::AcceptQueueFullOnSyn, why(on_syn(false))),
            (Tick::AcceptQueueFullOnCookie, why(on_syn(true))),
            (Tick::LastQuarter, why(Why::LastQuarter { requests, max_syn_backlog })),
            (Tick::AcceptQueueFull, why(on_ack(false))),
            (Tick::Aborted, why(on_ack(true))),
        ])
    }

    /// The counters that one event moves.
    pub(super) fn of(&self, tick: Tick) -> &[Counter] {
        self.0.iter().find(|(known, _)| *known == tick).map_or(&[], |(_, counters)| counters)
    }

    /// What one counter shows.
    pub(super) fn value(&self, tally: &Tally, counter: Counter) -> u64 {
        let moves = |(_, counters): &&(Tick, Vec<Counter>)| counters.contains(&counter);
        self.0.iter().filter(moves).map(|(tick, _)| tally.get(*tick)).sum()
    }

    /// The server's counters.
    pub(super) fn counters(&self, tally: &Tally) -> Counters {
        let mut counters = Counters::default();
        for (tick, moved) in &self.0 {
            for counter in moved {
                counters.add_times(*counter, tally.get(*tick));
            }
        }
        counters
    }
}

/// Does a counter tell of listeners?
pub(super) fn is_of_listeners(counter: Counter) -> bool {
    matches!(
        counter,
        Counter::ListenOverflows
            | Counter::ListenDrops
            | Counter::TCPReqQFullDoCookies
            | Counter::TCPReqQFullDrop
            | Counter::SyncookiesSent
            | Counter::SyncookiesRecv
            | Counter::SyncookiesFailed
            | Counter::EmbryonicRsts
    )
}
