//! Threads that each increment a counter of their own, which may lie in the line of another's.

use super::settings::{INT, Placement, Settings};

/// An increment of a counter in the own cache: 500 million take 300 ms (the Disruptor's paper).
const PLAIN: u64 = 600;
/// The same with a locked instruction: 500 million take 5.7 s.
const ATOMIC: u64 = 11_400;

impl Placement {
    /// Picoseconds of one transfer of a line: the middle of the usual range (from memory).
    pub(super) fn transfer(self) -> u64 {
        match self {
            Placement::Group => 30_000,
            Placement::Die => 100_000,
            Placement::Socket => 185_000,
        }
    }

    /// The usual range in nanoseconds.
    pub(super) fn range(self) -> &'static str {
        match self {
            Placement::Group => "20..40",
            Placement::Die => "80..120",
            Placement::Socket => "120..250",
        }
    }
}

/// What an increment takes. Time is in picoseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Sharing {
    /// Threads that write to the same line.
    pub(super) sharers: u64,
    /// Bytes from one counter to the next.
    pub(super) apart: u64,
    /// An increment when nobody else writes to the line.
    pub(super) alone: u64,
    /// An increment.
    pub(super) increment: u64,
}

/// With counters that are so many bytes apart.
pub(super) fn sharing(settings: &Settings, threads: u64, apart: u64) -> Sharing {
    let apart = apart.max(INT);
    let of_a_line = (settings.processor.line / apart).max(1);
    let sharers = threads.min(of_a_line).max(1);
    let alone = if settings.atomic { ATOMIC } else { PLAIN };
    let increment = alone + (sharers - 1) * settings.placement.transfer();
    Sharing { sharers, apart, alone, increment }
}
