//! What is to happen, in the order of time.
//!
//! Most things wait equally long as the others of their kind: packets under way, timeouts of programs. Each kind has a
//! lane, in which what comes first is first. Only timers of kernels need a heap, and few of them ever get into it.

use super::client::FromClient;
use super::server::FromServer;
use crate::time::Time;
use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};

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

#[derive(Clone, Copy, Debug)]
struct Entry {
    at: Time,
    /// What was arranged first is done first at the same moment.
    order: u64,
    task: Task,
}

/// Everything that is to happen.
#[derive(Debug)]
pub(super) struct Agenda {
    lanes: [VecDeque<Entry>; LANES],
    timers: BinaryHeap<Reverse<(Time, Timer)>>,
    arranged: u64,
}

impl Agenda {
    pub(super) fn new() -> Agenda {
        Agenda { lanes: Default::default(), timers: BinaryHeap::new(), arranged: 0 }
    }

    /// Puts a task behind the others of its lane.
    pub(super) fn arrange(&mut self, lane: Lane, at: Time, task: Task) {
        self.arranged += 1;
        self.put(lane, Entry { at, order: self.arranged, task });
    }

    /// The same for what was certain before the run began, and so comes first at its moment.
    pub(super) fn plan(&mut self, lane: Lane, at: Time, task: Task) {
        self.put(lane, Entry { at, order: 0, task });
    }

    fn put(&mut self, lane: Lane, entry: Entry) {
        if let Some(lane) = self.lanes.get_mut(lane as usize) {
            lane.push_back(entry);
        }
    }

    pub(super) fn set_timer(&mut self, at: Time, timer: Timer) {
        self.timers.push(Reverse((at, timer)));
    }

    /// The next task before `end`. Timers come after everything else of their moment.
    pub(super) fn next(&mut self, end: Time) -> Option<(Time, Task)> {
        let heads = self.lanes.iter().enumerate();
        let first = heads.filter_map(|(lane, tasks)| tasks.front().map(|e| (e.at, e.order, lane))).min();
        let timer = self.timers.peek().map(|Reverse(timer)| *timer);
        match (first, timer) {
            (first, Some((at, timer))) if first.is_none_or(|(first, ..)| at < first) => {
                if at >= end {
                    return None;
                }
                self.timers.pop();
                Some((at, Task::Timer(timer)))
            }
            (Some((at, _, lane)), _) if at < end => {
                let entry = self.lanes.get_mut(lane)?.pop_front()?;
                Some((at, entry.task))
            }
            _ => None,
        }
    }
}
