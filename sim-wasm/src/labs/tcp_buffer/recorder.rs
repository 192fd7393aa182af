//! What is kept of a transfer while it runs: some packets, the sums of all, curves, and the time-sequence graph.

use super::curves::Curves;
use super::programs::MARK;
use super::sequence::Sequence;
use super::settings::Settings;
use super::shares::Shares;
use super::transfer::{Observer, Scene, Side};
use crate::kernel::KernelVersion;
use crate::net::Segment;
use crate::net::bottleneck::Passage;
use crate::tcp::Why;
use crate::time::Time;
use crate::world::{HostId, Packet};

/// Packets that are kept from the beginning on.
const FIRST: usize = 200;
/// Packets that are kept of the close-up.
const CLOSE_UP: usize = 700;
/// Packets that are kept of those that were dropped first, so that each reason has its packet.
const DROPPED: usize = 20;
/// The sender's place among the hosts, and the receiver's.
pub(super) const SENDER: HostId = 0;
pub(super) const RECEIVER: HostId = 1;

/// What a host sent, as `tcp_info` counts it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Sums {
    pub(super) segments: u64,
    pub(super) data_segments: u64,
    pub(super) bytes: u64,
    pub(super) bytes_again: u64,
    pub(super) segments_in: u64,
    pub(super) data_segments_in: u64,
    pub(super) bytes_in: u64,
}

/// Watches a transfer.
#[derive(Clone, Debug)]
pub(super) struct Recorder {
    pub(super) packets: Vec<Packet>,
    of_close_up: usize,
    of_dropped: usize,
    close_up: Option<(Time, Time)>,
    pub(super) sequence: Sequence,
    pub(super) curves: Curves,
    pub(super) shares: Shares,
    pub(super) sums: [Sums; 2],
    /// The first segments that were dropped because a queue was full, for the charts: when, and how many waited.
    pub(super) drops: Vec<(u64, i64)>,
    drop_column: Option<u64>,
    column_us: u64,
    duration: Time,
    loss_ppm: u64,
    queue_pkts: u64,
    /// When the receiver's window was closed for the sender, each time.
    pub(super) zero_windows: u64,
    window_closed: bool,
    /// Packets that were dropped, by the code of the reason.
    pub(super) dropped: Vec<(&'static str, u64)>,
    kernels: [KernelVersion; 2],
    /// The last of everything that was seen.
    pub(super) ended: Time,
}

impl Recorder {
    pub(super) fn new(settings: &Settings) -> Recorder {
        let span = settings.span();
        let (from, to) = settings.close_up.unwrap_or((Time::ZERO, span));
        Recorder {
            packets: Vec::new(),
            of_close_up: 0,
            of_dropped: 0,
            close_up: settings.close_up,
            sequence: Sequence::new(from, to),
            curves: Curves::new(span, Time(settings.duration.0 / 2)),
            shares: Shares::default(),
            sums: [Sums::default(); 2],
            drops: Vec::new(),
            drop_column: None,
            column_us: (span.micros() / 400).max(1),
            duration: settings.duration,
            loss_ppm: settings.loss_ppm,
            queue_pkts: settings.queue_pkts,
            zero_windows: 0,
            window_closed: false,
            dropped: Vec::new(),
            kernels: [settings.sender_kernel, settings.receiver_kernel],
            ended: Time::ZERO,
        }
    }

    /// Is this packet kept?
    fn keeps(&mut self, now: Time, dropped: bool) -> bool {
        if self.packets.len() < FIRST {
            return true;
        }
        let near = self.close_up.is_some_and(|(from, to)| (from..=to).contains(&now));
        if near && self.of_close_up < CLOSE_UP {
            self.of_close_up += 1;
            return true;
        }
        if dropped && self.of_dropped < DROPPED {
            self.of_dropped += 1;
            return true;
        }
        false
    }

    fn count_drop(&mut self, why: Why, judge: Side) {
        let code = why.decided_at(self.kernels[judge as usize]).code;
        match self.dropped.iter_mut().find(|(known, _)| *known == code) {
            Some((_, count)) => *count += 1,
            None => self.dropped.push((code, 1)),
        }
    }

    fn mark_drop(&mut self, now: Time, waiting: u64) {
        let column = now.micros() / self.column_us;
        if self.drop_column != Some(column) {
            self.drop_column = Some(column);
            self.drops.push((now.micros(), waiting as i64));
        }
    }
}

impl Observer for Recorder {
    fn sent(&mut self, now: Time, by: Side, segment: &Segment, passage: Passage) -> u32 {
        let forward = by == Side::Sender;
        let again = forward && self.sequence.sent(now, segment, passage);
        let sums = &mut self.sums[by as usize];
        sums.segments += 1;
        if segment.len > 0 {
            sums.data_segments += 1;
            sums.bytes += u64::from(segment.len);
            sums.bytes_again += if again { u64::from(segment.len) } else { 0 };
        }
        let why = match passage {
            Passage::Arrives { .. } => None,
            Passage::Lost => Some(Why::RandomLoss { ppm: self.loss_ppm }),
            Passage::QueueFull { waiting } => {
                if forward {
                    self.mark_drop(now, waiting);
                }
                Some(Why::QueueFull { waiting, limit: self.queue_pkts, forward })
            }
        };
        if let Some(why) = why {
            self.count_drop(why, by);
        }
        if !self.keeps(now, why.is_some()) {
            return 0;
        }
        let (from, to) = if forward { (SENDER, RECEIVER) } else { (RECEIVER, SENDER) };
        self.packets.push(Packet {
            sent_at: now,
            arrived_at: None,
            from,
            to: Some(to),
            lost: why.is_some(),
            segment: *segment,
            written: (segment.src, segment.dst),
            conn: 1,
            why,
            peer: None,
        });
        self.packets.len() as u32
    }

    fn arrived(&mut self, now: Time, at: Side, number: u32, segment: &Segment, why: Option<Why>) {
        if let Some(why) = why {
            self.count_drop(why, at);
        }
        let sums = &mut self.sums[at as usize];
        sums.segments_in += 1;
        if segment.len > 0 {
            sums.data_segments_in += 1;
            sums.bytes_in += u64::from(segment.len);
        }
        if at == Side::Sender {
            self.sequence.came_back(now, segment);
            let closed = segment.win == 0 && !segment.flags.syn() && !segment.flags.rst();
            self.zero_windows += u64::from(closed && !self.window_closed);
            self.window_closed = closed;
        }
        if let Some(packet) = (number as usize).checked_sub(1).and_then(|n| self.packets.get_mut(n)) {
            packet.arrived_at = Some(now);
            packet.why = why;
        }
    }

    fn after(&mut self, scene: &Scene, to: Side) {
        self.ended = scene.now;
        let (Some(sender), Some(receiver), Some(reader)) =
            (scene.sending(), scene.receiving(), &scene.reader)
        else {
            return;
        };
        let half = reader.began_at + Time((self.duration.0 / 2).next_multiple_of(MARK.0));
        let begins = self.shares.begin(scene.now, half);
        if begins || to == Side::Sender {
            let sender = sender.observed();
            self.shares.look(scene.now, &sender, scene.writer_blocked(), scene.forward.free_at());
            self.curves.look(scene, Side::Sender, &sender);
        }
        if begins || to == Side::Receiver {
            self.curves.look(scene, Side::Receiver, &receiver.observed());
        }
    }
}
