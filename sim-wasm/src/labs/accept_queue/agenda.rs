//! What is to happen, in the order of time.
//!
//! Most things wait equally long as the others of their kind: packets under way, timeouts of programs. Each kind has a
//! lane, in which what comes first is first. Only timers of kernels have to be sorted, and few clients need theirs.

use super::client::FromClient;
use super::server::FromServer;
use crate::time::Time;
use std::collections::VecDeque;

/// Something to be done. Clients and forged SYNs are numbered from 0, each for themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Task {
    /// A client calls connect().
    Connect(u32),
    /// Somebody sends a SYN with a forged source.
    Forge(u32),
    /// The server's program stops accepting.
    PauseBegins,
    /// It goes on.
    PauseEnds,
    /// The server's program is done with what it accepted last.
    AcceptNext,
    /// A client's program has waited long enough for connect().
    ConnectTimeout(u32),
    /// A client's program has waited long enough for an answer.
    ReadTimeout(u32),
    /// A packet of a client arrives.
    AtServer(u32, FromClient),
    /// A forged SYN arrives.
    ForgedAtServer(u32),
    /// A packet of the server arrives.
    AtClient(u32, FromServer),
    /// A kernel's timer fires.
    Timer(Timer),
}

/// A kernel's timer. What fires at the same moment does so in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Timer {
    /// Of a client.
    Client(u32),
    /// Of the server's end of a client's connection.
    Server(u32),
    /// Of the request that a forged SYN became.
    Forged(u32),
}

/// Things that wait equally long.
#[derive(Clone, Copy, Debug)]
pub(super) enum Lane {
    Connects,
    Forgeries,
    Pauses,
    Program,
    ConnectTimeouts,
    ReadTimeouts,
    ToServer,
    ToClients,
}

const LANES: usize = Lane::ToClients as usize + 1;

/// When something is to be done; what was arranged first is done first at the same moment.
type Turn = (Time, u64);

const NEVER: Turn = (Time(u64::MAX), u64::MAX);

/// Everything that is to happen.
#[derive(Debug)]
pub(super) struct Agenda {
    lanes: [VecDeque<(Turn, Task)>; LANES],
    /// The turn of the first task in each lane.
    heads: [Turn; LANES],
    timers: Timers,
    arranged: u64,
}

impl Agenda {
    pub(super) fn new() -> Agenda {
        let timers = Timers::default();
        Agenda { lanes: Default::default(), heads: [NEVER; LANES], timers, arranged: 0 }
    }

    /// Puts a task behind the others of its lane.
    pub(super) fn arrange(&mut self, lane: Lane, at: Time, task: Task) {
        self.arranged += 1;
        self.put(lane, (at, self.arranged), task);
    }

    /// The same for what was certain before the run began, and so comes first at its moment.
    pub(super) fn plan(&mut self, lane: Lane, at: Time, task: Task) {
        self.put(lane, (at, 0), task);
    }

    fn put(&mut self, lane: Lane, turn: Turn, task: Task) {
        if let (Some(tasks), Some(head)) =
            (self.lanes.get_mut(lane as usize), self.heads.get_mut(lane as usize))
        {
            *head = turn.min(*head);
            tasks.push_back((turn, task));
        }
    }

    pub(super) fn set_timer(&mut self, at: Time, timer: Timer) {
        self.timers.push(at, timer);
    }

    /// The next task before `end`. Timers come after everything else of their moment.
    pub(super) fn next(&mut self, end: Time) -> Option<(Time, Task)> {
        let mut first = NEVER;
        let mut lane = 0;
        for (n, head) in self.heads.iter().enumerate() {
            if *head < first {
                (first, lane) = (*head, n);
            }
        }
        if let Some((at, timer)) = self.timers.pop_before(first.0.min(end)) {
            return Some((at, Task::Timer(timer)));
        }
        if first.0 >= end {
            return None;
        }
        let tasks = self.lanes.get_mut(lane)?;
        let ((at, _), task) = tasks.pop_front()?;
        *self.heads.get_mut(lane)? = tasks.front().map_or(NEVER, |(turn, _)| *turn);
        Some((at, task))
    }
}

/// Timers that are set, as a radix heap (Ahuja, Mehlhorn, Orlin, Tarjan, 1990): time never goes back, so it is enough to
/// sort by the highest bit in which a time differs from the present one.
#[derive(Debug)]
struct Timers {
    now: Time,
    /// When the next one fires.
    next: Time,
    /// Those of the present moment, the last one first.
    present: Vec<Timer>,
    /// Those that differ from the present in each bit.
    buckets: [Vec<(Time, Timer)>; u64::BITS as usize],
    /// Which buckets have anything in them.
    used: u64,
    /// An empty bucket, to be filled again.
    spare: Vec<(Time, Timer)>,
}

impl Default for Timers {
    fn default() -> Timers {
        let (now, next) = (Time::ZERO, NEVER.0);
        let buckets = std::array::from_fn(|_| Vec::new());
        Timers { now, next, present: Vec::new(), buckets, used: 0, spare: Vec::new() }
    }
}

impl Timers {
    fn push(&mut self, at: Time, timer: Timer) {
        self.next = self.next.min(at);
        let Some(bit) = (at.0 ^ self.now.0).checked_ilog2() else {
            let place = self.present.partition_point(|other| *other > timer);
            return self.present.insert(place, timer);
        };
        self.used |= 1 << bit;
        if let Some(bucket) = self.buckets.get_mut(bit as usize) {
            bucket.push((at, timer));
        }
    }

    /// The first timer before `end`.
    fn pop_before(&mut self, end: Time) -> Option<(Time, Timer)> {
        if self.next >= end {
            return None;
        }
        if self.present.is_empty() {
            self.advance();
        }
        let timer = self.present.pop()?;
        if self.present.is_empty() {
            self.next = self.earliest();
        }
        Some((self.now, timer))
    }

    /// The earliest time behind the present: it is in the first bucket that has anything.
    fn earliest(&self) -> Time {
        let bucket = self.buckets.get(self.used.trailing_zeros() as usize);
        bucket.and_then(|timers| timers.iter().map(|(at, _)| *at).min()).unwrap_or(NEVER.0)
    }

    /// Goes on to the next time, and sorts the timers of its bucket anew.
    fn advance(&mut self) {
        self.now = self.next;
        let bit = self.used.trailing_zeros();
        let Some(bucket) = self.buckets.get_mut(bit as usize) else { return };
        let mut timers = std::mem::replace(bucket, std::mem::take(&mut self.spare));
        self.used &= !(1 << bit);
        for (at, timer) in timers.drain(..) {
            self.push(at, timer);
        }
        self.spare = timers;
    }
}
