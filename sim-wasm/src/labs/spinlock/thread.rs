//! A thread, and what it is about.

use super::tally::Use;

/// The number of a core that is none.
pub(super) const NONE: usize = usize::MAX;

/// What a thread is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Doing {
    /// Works outside the lock.
    Working,
    /// Has been given the lock, and waits for its line.
    Taking,
    /// Is in its section.
    Holding,
    /// Waits without a time limit, and is told when it has the lock.
    Spinning,
    /// Delays, and looks again then.
    Delaying,
    /// Goes to sleep.
    Parking,
    /// Sleeps.
    Asleep,
    /// Was woken, and has no core yet.
    Waking,
    /// Wakes others after its release.
    Signalling,
}

impl Doing {
    /// What its time counts as.
    pub(super) fn cost(self) -> Use {
        match self {
            Doing::Working => Use::Work,
            Doing::Taking => Use::Transfer,
            Doing::Holding => Use::Section,
            Doing::Spinning | Doing::Delaying => Use::Spin,
            Doing::Parking | Doing::Signalling => Use::Kernel,
            Doing::Asleep | Doing::Waking => Use::Asleep,
        }
    }

    /// Does a thread about this need no core?
    pub(super) fn off(self) -> bool {
        matches!(self, Doing::Asleep | Doing::Waking)
    }
}

/// A thread.
#[derive(Clone, Debug)]
pub(super) struct Thread {
    pub(super) doing: Doing,
    /// Its core; [`NONE`] when it has none.
    pub(super) core: usize,
    /// The socket of the core that it has, or had last.
    pub(super) socket: usize,
    /// When its time was last added to the tally.
    pub(super) since: u64,
    /// When it is done with what it is about; `u64::MAX`: when it is told.
    pub(super) due: u64,
    /// Counts up whenever `due` changes, so that old events are known.
    pub(super) stamp: u32,
    /// Rounds of delays in this acquisition, and how many there may be until it sleeps.
    pub(super) rounds: u64,
    pub(super) limit: u64,
    /// When it asked for the lock.
    pub(super) asked: u64,
    /// The lock was handed to it while it had no core.
    pub(super) granted: bool,
}

impl Thread {
    /// A thread that is about to work for some time.
    pub(super) fn new(work: u64) -> Thread {
        Thread {
            doing: Doing::Working,
            core: NONE,
            socket: 0,
            since: 0,
            due: work,
            stamp: 0,
            rounds: 0,
            limit: 0,
            asked: 0,
            granted: false,
        }
    }

    /// Has it a core?
    pub(super) fn running(&self) -> bool {
        self.core != NONE
    }
}
