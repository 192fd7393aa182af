//! How long InnoDB's delays are: `ut_delay(ut_rnd_interval(0, innodb_spin_wait_delay))`, storage/innobase/ut/ut0ut.cc
//! and include/ut0rnd.ic, MySQL 8.0. The upper bound is excluded: a delay of 6 gives 0 to 5.

use super::settings::Settings;

/// Lengths in picoseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Rounds {
    /// Mean of one round.
    pub(super) mean: u64,
    /// The longest round.
    pub(super) longest: u64,
    /// Mean of all rounds before a thread sleeps.
    pub(super) mean_all: u64,
    /// The longest time before a thread sleeps.
    pub(super) longest_all: u64,
    /// Of the product delay x multiplier x cycles, which many texts take for one delay.
    pub(super) product: u64,
    /// The same in cycles.
    pub(super) product_cycles: u64,
}

/// Of these settings.
pub(super) fn of(settings: &Settings) -> Rounds {
    let most = settings.delay.saturating_sub(1);
    let unit = settings.multiplier;
    Rounds {
        mean: settings.pauses(most * unit) / 2,
        longest: settings.pauses(most * unit),
        mean_all: settings.pauses(most * unit * settings.loops) / 2,
        longest_all: settings.pauses(most * unit * settings.loops),
        product: settings.pauses(settings.delay * unit),
        product_cycles: settings.delay * unit * settings.centicycles / 100,
    }
}
