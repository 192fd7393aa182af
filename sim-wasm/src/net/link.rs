//! One direction of a path: delay, jitter, reordering.

use crate::rng::Rng;
use crate::time::Time;

/// How a path treats packets.
#[derive(Clone, Copy, Debug)]
pub struct LinkConfig {
    /// Time from one end to the other.
    pub delay: Time,
    /// Up to this much more, at random for each packet.
    pub jitter: Time,
    /// Share of packets, in percent, that are held back so that later ones overtake them.
    pub reorder_pct: u64,
}

/// A held-back packet is this much later, at least and at most.
const HOLD: (Time, Time) = (Time::from_millis(5), Time::from_millis(30));

/// One direction of a path.
#[derive(Clone, Debug)]
pub struct Link {
    config: LinkConfig,
    rng: Rng,
    last_arrival: Time,
}

impl Link {
    /// A direction that draws its chance from `rng`.
    pub fn new(config: LinkConfig, rng: Rng) -> Link {
        Link { config, rng, last_arrival: Time::ZERO }
    }

    /// When a packet sent at `now` arrives. Packets keep their order, but for the ones that are held back.
    pub fn arrival(&mut self, now: Time) -> Time {
        let at = now + self.config.delay + Time(self.rng.between(0, self.config.jitter.0));
        if self.config.reorder_pct > 0 && self.rng.percent(self.config.reorder_pct) {
            return at + Time(self.rng.between(HOLD.0.0, HOLD.1.0));
        }
        self.last_arrival = self.last_arrival.max(at);
        self.last_arrival
    }
}
