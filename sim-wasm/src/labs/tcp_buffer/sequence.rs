//! The data of the time-sequence graph, of a run of any length: what falls into the same column of the picture becomes
//! one mark, from its lowest to its highest sequence number.

use crate::lab::series::Recording;
use crate::lab::time_sequence::{SegmentKind, TimeSequence};
use crate::net::Segment;
use crate::net::bottleneck::Passage;
use crate::tcp::seq::distance;
use crate::time::Time;

/// Columns of the picture.
const COLUMNS: u64 = 800;
/// Marks of one kind in a column that are told apart.
const APART: usize = 8;

/// Sequence numbers of one direction as Wireshark counts them: from the SYN on, and beyond 2^32.
#[derive(Clone, Copy, Debug, Default)]
struct Counting {
    /// The number that was sent first, and the greatest so far as it is counted.
    first: Option<u32>,
    greatest: u64,
}

impl Counting {
    fn count(&mut self, seq: u32) -> u64 {
        let first = *self.first.get_or_insert(seq);
        let known = first.wrapping_add(self.greatest as u32);
        let at = self.greatest.saturating_add_signed(i64::from(distance(seq, known)));
        self.greatest = self.greatest.max(at);
        at
    }
}

/// A mark from one sequence number to another.
type Mark<K> = (u64, u64, u64, K);

/// Marks of several kinds, in the order of time, few in each column.
#[derive(Clone, Debug)]
struct Marks<K> {
    list: Vec<Mark<K>>,
    /// Where those of the column begin.
    column_from: usize,
    column: u64,
}

impl<K> Default for Marks<K> {
    fn default() -> Self {
        Marks { list: Vec::new(), column_from: 0, column: 0 }
    }
}

impl<K: Copy + PartialEq> Marks<K> {
    fn add(&mut self, column: u64, (t_us, from, behind, kind): Mark<K>) {
        if column != self.column {
            self.column = column;
            self.column_from = self.list.len();
        }
        let mut same = 0;
        let mut closest: Option<&mut Mark<K>> = None;
        for mark in self.list[self.column_from..].iter_mut().filter(|mark| mark.3 == kind) {
            same += 1;
            if from <= mark.2 && behind >= mark.1 {
                mark.1 = mark.1.min(from);
                mark.2 = mark.2.max(behind);
                return;
            }
            closest = Some(mark);
        }
        match closest {
            Some(mark) if same >= APART => {
                mark.1 = mark.1.min(from);
                mark.2 = mark.2.max(behind);
            }
            _ => self.list.push((t_us, from, behind, kind)),
        }
    }
}

/// The graph while it is recorded.
#[derive(Clone, Debug)]
pub(super) struct Sequence {
    from: Time,
    to: Time,
    column_ns: u64,
    counting: Counting,
    /// Behind the last byte sent so far.
    sent_to: u64,
    wscale: u8,
    last_ack: u64,
    last_window: u64,
    segments: Marks<SegmentKind>,
    sacks: Marks<()>,
    acks: Recording,
    window: Recording,
}

impl Sequence {
    /// Of what happens between two moments.
    pub(super) fn new(from: Time, to: Time) -> Sequence {
        let span_us = (to - from).micros();
        Sequence {
            from,
            to,
            column_ns: ((to - from).0 / COLUMNS).max(1),
            counting: Counting::default(),
            sent_to: 0,
            wscale: 0,
            last_ack: 0,
            last_window: 0,
            segments: Marks::default(),
            sacks: Marks::default(),
            acks: Recording::new(span_us),
            window: Recording::new(span_us),
        }
    }

    fn column(&self, now: Time) -> Option<u64> {
        (self.from..=self.to).contains(&now).then(|| (now - self.from).0 / self.column_ns)
    }

    /// The sender has sent something. True when it was sent before.
    pub(super) fn sent(&mut self, now: Time, segment: &Segment, passage: Passage) -> bool {
        let from = self.counting.count(segment.seq);
        let behind = from + u64::from(segment.len);
        let probe = segment.len == 0 && !segment.flags.syn() && !segment.flags.fin() && from < self.sent_to;
        let again = segment.len > 0 && from < self.sent_to;
        self.sent_to = self.sent_to.max(behind + u64::from(segment.flags.syn()));
        if (segment.len > 0 || probe)
            && let Some(column) = self.column(now)
        {
            let arrives = matches!(passage, Passage::Arrives { .. });
            let kind = match (probe, again, arrives) {
                (true, ..) => SegmentKind::Probe,
                (_, false, true) => SegmentKind::Sent,
                (_, false, false) => SegmentKind::Lost,
                (_, true, true) => SegmentKind::Resent,
                (_, true, false) => SegmentKind::ResentLost,
            };
            self.segments.add(column, (now.micros(), from, behind, kind));
        }
        again
    }

    /// Something has come back to the sender.
    pub(super) fn came_back(&mut self, now: Time, segment: &Segment) {
        if segment.flags.syn() {
            self.wscale = segment.opts.wscale.unwrap_or(0);
        }
        if !segment.flags.ack() {
            return;
        }
        let ack = self.counting.count(segment.ack);
        let scale = if segment.flags.syn() { 0 } else { self.wscale };
        let window = ack + (u64::from(segment.win) << scale);
        self.last_ack = self.last_ack.max(ack);
        if ack >= self.last_ack {
            self.last_window = self.last_window.max(window);
        }
        let Some(column) = self.column(now) else { return };
        let t_us = now.micros();
        self.acks.push(t_us, self.last_ack as i64);
        self.window.push(t_us, self.last_window as i64);
        for (from, behind) in segment.opts.sack.as_slice() {
            let mut counting = self.counting;
            let mark = (t_us, counting.count(*from), counting.count(*behind), ());
            self.sacks.add(column, mark);
        }
    }

    /// What a report has of it.
    pub(super) fn finish(self, from: String, to: String) -> TimeSequence {
        let line = |recording: Recording| -> Vec<(u64, u64)> {
            recording.points().into_iter().map(|(t_us, seq)| (t_us, seq.unsigned_abs())).collect()
        };
        TimeSequence {
            from,
            to,
            from_us: self.from.micros(),
            to_us: self.to.micros(),
            segments: self.segments.list,
            acks: line(self.acks),
            window: line(self.window),
            sacks: self.sacks.list.into_iter().map(|(t_us, from, behind, ())| (t_us, from, behind)).collect(),
        }
    }
}
