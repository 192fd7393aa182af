//! One direction of a path that has a rate: it sends packet after packet, queues a few, drops the rest, and delays all.
//!
//! The queue is measured as the time until the line is free, in packets of 1500 bytes. Every packet needs the same time
//! behind the line, so packets stay in order; those that are held back form a second order of their own.

use super::Segment;
use crate::rng::Rng;
use crate::time::Time;
use std::collections::VecDeque;

/// Bytes of the packets that a queue is counted in.
const FULL_PACKET: u64 = 1500;

/// How one direction treats packets.
#[derive(Clone, Copy, Debug)]
pub struct BottleneckConfig {
    /// Kilobits per second that it sends, the headers of IP and TCP counted.
    pub rate_kbps: u64,
    /// From the end of the line to the other host.
    pub delay: Time,
    /// Full packets that wait at most; the one being sent counts.
    pub queue_pkts: u64,
    /// Of a million packets so many are lost at random before they reach the queue.
    pub loss_ppm: u64,
    /// Of a million packets so many are held back behind the line, so that others overtake them.
    pub reorder_ppm: u64,
    /// How long those are held back.
    pub hold: Time,
}

/// What becomes of a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Passage {
    /// It arrives then.
    Arrives {
        /// When.
        at: Time,
        /// Was it held back?
        held: bool,
    },
    /// Lost at random.
    Lost,
    /// The queue was full.
    QueueFull {
        /// Full packets that waited.
        waiting: u64,
    },
}

/// A packet under way, with a number that whoever watches gave it.
#[derive(Clone, Copy, Debug)]
pub struct UnderWay {
    /// When it arrives.
    pub at: Time,
    /// The watcher's number.
    pub number: u32,
    /// The packet.
    pub segment: Segment,
}

/// One direction of a path.
#[derive(Clone, Debug)]
pub struct Bottleneck {
    config: BottleneckConfig,
    rng: Rng,
    /// Nanoseconds that the line needs for a full packet.
    full_packet: u64,
    /// When the line is free again.
    free_at: Time,
    in_order: VecDeque<UnderWay>,
    held_back: VecDeque<UnderWay>,
    /// What it did so far.
    pub tally: Tally,
}

/// What a direction did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Packets handed to it.
    pub packets: u64,
    /// Packets lost at random.
    pub lost: u64,
    /// Packets for which the queue had no room.
    pub queue_full: u64,
    /// Packets held back.
    pub held_back: u64,
    /// Full packets that waited at most.
    pub longest_queue: u64,
    /// How long its line was busy with what it has taken.
    pub busy: Time,
}

impl Bottleneck {
    /// A direction that draws its chance from `rng`.
    pub fn new(config: BottleneckConfig, rng: Rng) -> Bottleneck {
        let config = BottleneckConfig { rate_kbps: config.rate_kbps.max(1), ..config };
        Bottleneck {
            config,
            rng,
            full_packet: nanoseconds(FULL_PACKET, config.rate_kbps).max(1),
            free_at: Time::ZERO,
            in_order: VecDeque::new(),
            held_back: VecDeque::new(),
            tally: Tally::default(),
        }
    }

    /// What becomes of a packet that reaches it now.
    pub fn passage(&mut self, now: Time, bytes: u32) -> Passage {
        self.tally.packets += 1;
        if self.draws(self.config.loss_ppm) {
            self.tally.lost += 1;
            return Passage::Lost;
        }
        let waiting = self.queue(now);
        if waiting >= self.config.queue_pkts {
            self.tally.queue_full += 1;
            return Passage::QueueFull { waiting };
        }
        self.tally.longest_queue = self.tally.longest_queue.max(waiting);
        let sending = Time(nanoseconds(u64::from(bytes), self.config.rate_kbps));
        self.free_at = self.free_at.max(now) + sending;
        self.tally.busy = self.tally.busy + sending;
        let at = self.free_at + self.config.delay;
        let held = self.draws(self.config.reorder_ppm);
        if held {
            self.tally.held_back += 1;
            return Passage::Arrives { at: at + self.config.hold, held };
        }
        Passage::Arrives { at, held }
    }

    /// Puts a packet on its way.
    pub fn carry(&mut self, packet: UnderWay, held: bool) {
        if held { self.held_back.push_back(packet) } else { self.in_order.push_back(packet) }
    }

    /// When the next packet arrives.
    pub fn next_arrival(&self) -> Option<Time> {
        match (self.in_order.front(), self.held_back.front()) {
            (Some(packet), None) | (None, Some(packet)) => Some(packet.at),
            (Some(packet), Some(held)) => Some(packet.at.min(held.at)),
            (None, None) => None,
        }
    }

    /// The packet that arrives next; of two at the same moment the one that was held back.
    pub fn arrive(&mut self) -> Option<UnderWay> {
        let held_first = match (self.in_order.front(), self.held_back.front()) {
            (Some(packet), Some(held)) => held.at <= packet.at,
            (packet, _) => packet.is_none(),
        };
        if held_first { self.held_back.pop_front() } else { self.in_order.pop_front() }
    }

    /// Full packets that wait now, the one being sent among them.
    pub fn queue(&self, now: Time) -> u64 {
        (self.free_at - now).0 / self.full_packet
    }

    /// Packets on their way.
    pub fn under_way(&self) -> usize {
        self.in_order.len() + self.held_back.len()
    }

    /// When its line is free: it sends without a pause until then.
    pub fn free_at(&self) -> Time {
        self.free_at
    }

    /// How it treats packets.
    pub fn config(&self) -> &BottleneckConfig {
        &self.config
    }

    fn draws(&mut self, ppm: u64) -> bool {
        ppm > 0 && self.rng.between(0, 999_999) < ppm
    }
}

fn nanoseconds(bytes: u64, rate_kbps: u64) -> u64 {
    bytes * 8_000_000 / rate_kbps
}

#[cfg(test)]
mod tests {
    use super::*;

    fn direction(queue_pkts: u64, loss_ppm: u64, reorder_ppm: u64) -> Bottleneck {
        let config = BottleneckConfig {
            rate_kbps: 12_000,
            delay: Time::from_millis(5),
            queue_pkts,
            loss_ppm,
            reorder_ppm,
            hold: Time::from_millis(2),
        };
        Bottleneck::new(config, Rng::new(1, 1))
    }

    #[test]
    fn packets_follow_each_other_at_the_rate_and_the_queue_has_an_end() {
        let mut path = direction(3, 0, 0);
        let passages: Vec<Passage> = (0..5).map(|_| path.passage(Time::ZERO, 1500)).collect();
        // 1500 bytes at 12 Mbit/s take a millisecond.
        for (n, passage) in passages.iter().take(3).enumerate() {
            let at = Time::from_millis(6 + n as u64);
            assert_eq!(*passage, Passage::Arrives { at, held: false });
        }
        assert_eq!(passages[3..], [Passage::QueueFull { waiting: 3 }; 2]);
        assert_eq!(
            path.passage(Time::from_millis(1), 52),
            Passage::Arrives { at: Time::from_millis(8) + Time(34_666), held: false }
        );
        assert_eq!((path.tally.packets, path.tally.queue_full, path.tally.longest_queue), (6, 2, 2));
    }

    #[test]
    fn chance_takes_its_share() {
        let mut path = direction(u64::MAX, 100_000, 200_000);
        for n in 0..10_000 {
            path.passage(Time::from_millis(n), 1500);
        }
        assert!((900..1100).contains(&path.tally.lost), "{:?}", path.tally);
        assert!((1650..1950).contains(&path.tally.held_back), "{:?}", path.tally);
    }
}
