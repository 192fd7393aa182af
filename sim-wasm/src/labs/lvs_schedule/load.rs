//! When connections come: one or two batches on each director, in a burst or one by one.

use super::settings::Settings;

/// When the first connection comes, in microseconds.
pub(super) const FIRST_US: u64 = 0;

/// How many connections a director gets in all.
pub(super) fn count(settings: &Settings) -> usize {
    settings.first + settings.second
}

/// When the connection after `number` comes, in microseconds. `done_us`: when the handshake of that one is complete.
pub(super) fn next_us(settings: &Settings, number: usize, syn_us: u64, done_us: u64) -> u64 {
    let from = if settings.serial { done_us } else { syn_us };
    // The pause stands in place of the gap between the last SYN of a batch and the first of the next.
    from + if number + 1 == settings.first { settings.pause_us } else { settings.gap_us }
}
