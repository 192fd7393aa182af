//! When a listener sends its SYN-ACKs again: from 4.4 on by a timer of each request, before by one that sweeps them all.

use super::admission::Queues;
use crate::time::Time;

/// Up to 4.3 one timer for each listener looks for old requests this often (TCP_SYNQ_INTERVAL).
const INTERVAL: Time = Time::from_millis(200);

/// The timer that sweeps a part of the SYN table each time (`inet_csk_reqsk_queue_prune`): up to 4.3.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sweep {
    /// When it fires first.
    from: Time,
    /// The place in the table where it began (`clock_hand`).
    hand: u64,
}

impl Sweep {
    /// How many places of the table it looks at each time (`budget`).
    fn budget(queues: &Queues, base: Time) -> u64 {
        (2 * (u64::from(queues.syn_table) / (base.0 / INTERVAL.0))).max(1)
    }

    /// The first request arms the timer with a whole timeout.
    pub fn start(&mut self, now: Time, base: Time) {
        self.from = now + base;
    }

    /// The queue is empty: sweeping stops where it is.
    pub fn stop(&mut self, queues: &Queues, now: Time, base: Time) {
        if now >= self.from {
            let sweeps = (now - self.from).0 / INTERVAL.0 + 1;
            self.hand = self.hand.wrapping_add(sweeps * Sweep::budget(queues, base));
        }
    }

    /// When it comes by `place` in the table first, not before `expires`.
    pub fn comes_by(&self, queues: &Queues, place: u64, expires: Time, base: Time) -> Time {
        let places = u64::from(queues.syn_table.max(1));
        let budget = Sweep::budget(queues, base).min(places);
        let place = place % places;
        let first = if expires > self.from { (expires - self.from).0.div_ceil(INTERVAL.0) } else { 0 };
        let visits = |sweep: &u64| {
            let start = self.hand.wrapping_add(sweep * budget) % places;
            (place + places - start) % places < budget
        };
        let sweep = (first..first + places).find(visits).unwrap_or(first);
        Time(self.from.0 + sweep * INTERVAL.0)
    }
}
