//! What is to happen, in the order of time.
//!
//! Most things wait equally long as the others of their kind: packets under way, timeouts of programs. Each kind has a
//! lane, in which what comes first is first. Only timers of kernels have to be sorted, and few clients need theirs.

use super::client::FromClient;
use super::server::FromServer;
use crate::time::Time;
use std::collections::VecDeque;
use std::ops::Range;

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

/// Their number, which three bits can tell.
const LANES: usize = Lane::ToClients as usize + 1;

/// When something is to be done, then when it was arranged, then its lane, as one number: the least comes next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Turn(u128);

impl Turn {
    const NEVER: Turn = Turn(u128::MAX);

    fn new(at: Time, arranged: u64, lane: Lane) -> Turn {
        Turn(u128::from(at.0) << 64 | u128::from(arranged) << 3 | lane as u128)
    }

    fn at(self) -> Time {
        Time((self.0 >> 64) as u64)
    }

    fn lane(self) -> usize {
        (self.0 & 7) as usize
    }
}

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
        Agenda { lanes: Default::default(), heads: [Turn::NEVER; LANES], timers, arranged: 0 }
    }

    /// Puts a task behind the others of its lane.
    pub(super) fn arrange(&mut self, lane: Lane, at: Time, task: Task) {
        self.arranged += 1;
        self.put(lane, Turn::new(at, self.arranged, lane), task);
    }

    /// The same for what was certain before the run began, and so comes first at its moment.
    pub(super) fn plan(&mut self, lane: Lane, at: Time, task: Task) {
        self.put(lane, Turn::new(at, 0, lane), task);
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

    /// The next task before `end`. Timers come after everything else of their moment. Tells `soon` of timers that will fire
    /// before long.
    pub(super) fn next(&mut self, end: Time, soon: impl FnMut(Timer)) -> Option<(Time, Task)> {
        let first = self.heads.iter().copied().min()?;
        if let Some((at, timer)) = self.timers.pop_before(first.at().min(end), soon) {
            return Some((at, Task::Timer(timer)));
        }
        if first.at() >= end {
            return None;
        }
        let tasks = self.lanes.get_mut(first.lane())?;
        let (_, task) = tasks.pop_front()?;
        *self.heads.get_mut(first.lane())? = tasks.front().map_or(Turn::NEVER, |(turn, _)| *turn);
        Some((first.at(), task))
    }
}

/// A bucket of so many timers is about to be worked off: few enough that what is fetched for them stays in the cache, and
/// enough for the fetches to overlap.
const SOON: Range<usize> = 8..500;

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
        let (now, next) = (Time::ZERO, Turn::NEVER.at());
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
    fn pop_before(&mut self, end: Time, soon: impl FnMut(Timer)) -> Option<(Time, Timer)> {
        if self.next >= end {
            return None;
        }
        if self.present.is_empty() {
            self.advance(soon);
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
        bucket.and_then(|timers| timers.iter().map(|(at, _)| *at).min()).unwrap_or(Turn::NEVER.at())
    }

    /// Goes on to the next time, and sorts the timers of its bucket anew.
    fn advance(&mut self, soon: impl FnMut(Timer)) {
        self.now = self.next;
        let bit = self.used.trailing_zeros();
        let Some(bucket) = self.buckets.get_mut(bit as usize) else { return };
        let mut timers = std::mem::replace(bucket, std::mem::take(&mut self.spare));
        self.used &= !(1 << bit);
        if SOON.contains(&timers.len()) {
            timers.iter().map(|(_, timer)| *timer).for_each(soon);
        }
        for (at, timer) in timers.drain(..) {
            self.push(at, timer);
        }
        self.spare = timers;
    }
}
