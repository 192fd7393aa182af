//! When a kernel timer really fires.

use super::timestamps::TimestampClock;
use crate::kernel::{Change, ChangeSet};
use crate::time::Time;

/// A kernel timer that is armed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Armed {
    /// When it is due: what `ss -o` counts down to (`icsk_timeout`, `expires`).
    pub due: Time,
    /// When the kernel runs it.
    pub fires: Time,
}

/// Bits of the index within a level of the wheel, and of the clock from level to level (kernel/time/timer.c).
const LEVEL_SIZE: u64 = 64;
const LEVEL_CLOCK_SHIFT: u32 = 3;
const LEVELS: u32 = 9;

/// When a timer armed at `now` for `delay` fires on a host with this clock.
pub fn fires_at(changes: ChangeSet, clock: &TimestampClock, now: Time, delay: Time) -> Time {
    let jiffy = 1_000_000_000 / clock.hz;
    if !changes.has(Change::TimerWheel) {
        // What is due at once is run with the next tick.
        return now + if delay == Time::ZERO { Time(jiffy) } else { delay };
    }
    Time(wheel_fires_at(clock.jiffies(now), delay.0.div_ceil(jiffy)) * jiffy) - clock.uptime
}

/// The jiffy on which a timer armed at `now` for `delay` jiffies fires from 4.8 on: the wheel never fires early, and late
/// by up to one granule, which grows with the delay. Before, a timer fired on its jiffy.
pub fn wheel_fires_at(now: u64, delay: u64) -> u64 {
    let expires = now + delay;
    let level = (1..LEVELS)
        .rev()
        .find(|level| delay >= (LEVEL_SIZE - 1) << ((level - 1) * LEVEL_CLOCK_SHIFT))
        .unwrap_or(0);
    let granule = 1 << (level * LEVEL_CLOCK_SHIFT);
    (expires / granule + 1) * granule
}

/// The jiffy on which the death row of 2.6.32 to 4.0 ends a TIME_WAIT: short ones in slots of an eighth of a second,
/// as their timer ticks (INET_TWDR_RECYCLE_TICK, 2^7 jiffies at HZ=1000); a whole minute to the jiffy on an idle host.
pub fn death_row_ends_at(now: u64, delay: u64, hz: u64) -> u64 {
    let slot = hz.next_power_of_two() / 8;
    let slots = delay.div_ceil(slot);
    if slots < 32 { now + slots * slot } else { now + delay }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Measured: 60 s last 61.44 and 62.01 s on 4.9 (HZ=1000), 61.2 to 61.5 s on 6.18 (HZ=250), 60.00 s on 2.6.32.
    #[test]
    fn a_minute_is_late_by_up_to_one_granule() {
        for phase in (0..8192).step_by(7) {
            let late = wheel_fires_at(phase, 60_000) - phase - 60_000;
            assert!((1..=4096).contains(&late), "HZ=1000, phase {phase}: {late} ms late");
            let late = wheel_fires_at(phase, 15_000) - phase - 15_000;
            assert!((1..=512).contains(&late), "HZ=250, phase {phase}: {late} jiffies late");
        }
    }

    #[test]
    fn the_death_row_rounds_a_fast_time_wait_up() {
        assert_eq!(death_row_ends_at(0, 704, 1000), 768);
        assert_eq!(death_row_ends_at(0, 60_000, 1000), 60_000);
    }
}
