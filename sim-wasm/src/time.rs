//! Time inside a simulation: whole nanoseconds since its start.

use std::ops::{Add, Sub};

/// A moment, or a span of time, in nanoseconds. The run starts at 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(pub u64);

impl Time {
    /// The start, or no time at all.
    pub const ZERO: Time = Time(0);
    /// Later than anything happens.
    pub const MAX: Time = Time(u64::MAX);

    /// Whole seconds.
    pub const fn from_secs(secs: u64) -> Time {
        Time(secs * 1_000_000_000)
    }

    /// Whole milliseconds.
    pub const fn from_millis(millis: u64) -> Time {
        Time(millis * 1_000_000)
    }

    /// Whole microseconds.
    pub const fn from_micros(micros: u64) -> Time {
        Time(micros * 1_000)
    }

    /// Seconds, rounded down.
    pub const fn secs(self) -> u64 {
        self.0 / 1_000_000_000
    }

    /// Milliseconds, rounded down.
    pub const fn millis(self) -> u64 {
        self.0 / 1_000_000
    }

    /// Microseconds, rounded down.
    pub const fn micros(self) -> u64 {
        self.0 / 1_000
    }
}

impl Add for Time {
    type Output = Time;
    fn add(self, other: Time) -> Time {
        Time(self.0 + other.0)
    }
}

impl Sub for Time {
    type Output = Time;
    /// The span since `other`, which is none when `other` is later.
    fn sub(self, other: Time) -> Time {
        Time(self.0.saturating_sub(other.0))
    }
}
