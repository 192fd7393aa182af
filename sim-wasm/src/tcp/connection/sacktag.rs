//! What SACK blocks tell: what has arrived, what came twice, and how far packets were reordered
//! (`tcp_sacktag_write_queue`).

use super::Connection;
use super::ack::Told;
use crate::kernel::{Change, Counter};
use crate::net::Segment;
use crate::tcp::seq::{after, before};
use crate::tcp::stack::Stack;

/// TCP_MAX_REORDERING of the kernels that had no sysctl for it (`tcp_max_reordering` is 300).
const MAX_REORDERING: u32 = 300;
/// What `sacktag_one` found.
#[derive(Clone, Copy, Debug, Default)]
struct Found {
    /// The lowest segment that was sent once and arrived behind the highest that had.
    reordered: Option<u32>,
    only_original: bool,
}

impl Connection {
    /// Marks what the peer says it has.
    pub(super) fn take_sack(
        &mut self,
        stack: &mut Stack,
        segment: &Segment,
        prior_una: u32,
        told: &mut Told,
    ) {
        let blocks = segment.opts.sack;
        let blocks = blocks.as_slice();
        if !self.sack_ok || blocks.is_empty() {
            return;
        }
        let mut found = Found { only_original: true, ..Found::default() };
        let duplicate = self.duplicate_told_of(segment.ack, blocks);
        if let Some((start, end)) = duplicate {
            self.take_dsack(stack, (start, end), prior_una, told);
        }
        let mut known = [(0, 0); 4];
        for (slot, block) in known.iter_mut().zip(self.recovery.sack_cache.as_slice()) {
            *slot = *block;
        }
        for (n, (start, end)) in blocks.iter().copied().enumerate() {
            let told_twice = n == 0 && duplicate.is_some();
            if told_twice || !after(end, self.snd_una) || after(end, self.snd_nxt) || !before(start, end) {
                continue;
            }
            self.mark_block(stack, start, end, &known, told, &mut found);
        }
        self.recovery.sack_cache = segment.opts.sack;
        if told.sacked {
            told.only_original_sacked = found.only_original;
        }
        if let Some(seq) = found.reordered {
            self.note_reordering(stack, seq);
        }
    }

    /// The block of data that came twice, if the first one is that (`tcp_check_dsack`).
    fn duplicate_told_of(&self, ack: u32, blocks: &[(u32, u32)]) -> Option<(u32, u32)> {
        let (start, end) = *blocks.first()?;
        let inside_next = blocks.get(1).is_some_and(|(from, to)| !after(end, *to) && !before(start, *from));
        (before(start, ack) || inside_next).then_some((start, end))
    }

    fn take_dsack(&mut self, stack: &mut Stack, (start, end): (u32, u32), prior_una: u32, told: &mut Told) {
        told.dsack = true;
        stack.count(Counter::TCPDSACKRecv);
        self.recovery.dsacks += 1;
        told.dsack_of_probe = self.recovery.probe_high_seq == Some(end) && self.recovery.probe_again;
        let marker = self.recovery.undo_marker;
        let retransmissions = if stack.has(Change::DsackCountsSegments) {
            (end.wrapping_sub(start)).div_ceil(self.mss_cache().max(1)).max(1).cast_signed()
        } else {
            1
        };
        if let Some(marker) = marker
            && self.recovery.undo_retrans > 0
            && !after(end, prior_una)
            && after(end, marker)
        {
            self.recovery.undo_retrans = (self.recovery.undo_retrans - retransmissions).max(0);
        }
        self.recovery.rack.dsack_seen = true;
    }

    /// Marks the segments of a block, but for what the last ACK told already.
    fn mark_block(
        &mut self,
        stack: &Stack,
        start: u32,
        end: u32,
        known: &[(u32, u32)],
        told: &mut Told,
        found: &mut Found,
    ) {
        let mut from = if before(start, self.snd_una) { self.snd_una } else { start };
        // Blocks mostly grow at one end: what was marked before is passed over.
        let inside = |seq: u32| {
            known.iter().find(|(a, b)| a != b && !before(seq, *a) && before(seq, *b) && !after(*b, end))
        };
        let mut index = self.in_flight.index_behind(from);
        while let Some(sent) = self.in_flight.get(index) {
            if !before(sent.seq, end) {
                break;
            }
            if let Some((_, to)) = inside(sent.seq)
                && sent.sacked
                && after(*to, from)
            {
                from = *to;
                index = self.in_flight.index_behind(from).max(index + 1);
                continue;
            }
            self.mark_sacked_part(stack, index, start, end, told, found);
            index += 1;
        }
    }

    /// One segment of a block: it must lie in the block whole, or be cut at a multiple of the segment size
    /// (`tcp_match_skb_to_sack`).
    fn mark_sacked_part(
        &mut self,
        stack: &Stack,
        index: usize,
        start: u32,
        end: u32,
        told: &mut Told,
        found: &mut Found,
    ) {
        let Some(sent) = self.in_flight.get(index).copied() else { return };
        if before(sent.seq, start) || after(sent.end_seq(), end) || sent.sacked {
            return;
        }
        if sent.retransmitted {
            // A retransmission, or what it repeats: nothing is known of their order.
            found.only_original &= !sent.retransmitting;
        } else {
            if self.recovery.highest_sack.is_some_and(|highest| before(sent.seq, highest)) {
                let lowest = found.reordered.is_none_or(|seq| before(sent.seq, seq));
                if lowest {
                    found.reordered = Some(sent.seq);
                }
            }
            told.original_arrived |= !after(sent.end_seq(), self.recovery.high_seq);
            let (first, last) = told.sacked_sent.unwrap_or((sent.sent_at, sent.sent_at));
            told.sacked_sent = Some((first.min(sent.sent_at), last.max(sent.sent_at)));
        }
        if self.recovery.frto_highmark.is_some_and(|mark| !before(sent.end_seq(), mark)) {
            found.only_original = false;
        }
        self.advance_rack(stack, &sent);
        self.in_flight.mark_sacked(index);
        told.sacked = true;
        told.delivered += 1;
        if self.recovery.highest_sack.is_none_or(|highest| after(sent.end_seq(), highest)) {
            self.recovery.highest_sack = Some(sent.end_seq());
        }
    }

    /// What is acknowledged needs no marks.
    pub(super) fn forget_old_marks(&mut self, ack: u32) {
        if self.recovery.highest_sack.is_some_and(|highest| !after(highest, ack)) {
            self.recovery.highest_sack = None;
        }
        if self.in_flight.resend_from.is_some_and(|seq| before(seq, ack)) {
            self.in_flight.resend_from = Some(ack);
        }
    }

    /// Segments up to the highest that arrived (`fackets_out`).
    pub(super) fn forward_acknowledged(&self) -> u32 {
        self.recovery.highest_sack.map_or(0, |highest| self.in_flight.index_behind(highest) as u32)
    }

    /// A segment from `seq` on was overtaken by all that was acknowledged selectively (`tcp_check_sack_reordering`).
    pub(super) fn note_reordering(&mut self, stack: &mut Stack, seq: u32) {
        // tcp_highest_sack_seq: all that was selectively acknowledged may have been acknowledged just now.
        let highest = match self.recovery.highest_sack {
            None if stack.has(Change::LossesByTimeAlone) && self.in_flight.sacked_out == 0 => {
                Some(self.snd_una)
            }
            highest => highest,
        };
        let Some(highest) = highest.filter(|highest| before(seq, *highest)) else { return };
        if self.recovery.in_loss() && self.recovery.undo_marker.is_none() && self.recovery.fack {
            return;
        }
        let metric = highest.wrapping_sub(seq).div_ceil(self.mss_cache().max(1));
        if metric > self.recovery.reordering {
            self.recovery.reordering = metric.min(MAX_REORDERING);
            self.recovery.fack = false;
        }
        self.recovery.reordering_seen += 1;
        stack.count(Counter::TCPSACKReorder);
    }

    /// A duplicate ACK without SACK stands for a segment that arrived (`tcp_add_reno_sack`).
    pub(super) fn add_reno_sack(&mut self, told: &mut Told) {
        self.in_flight.sacked_out += 1;
        let before_it = self.in_flight.sacked_out;
        self.limit_reno_sacks(0);
        told.delivered += u32::from(self.in_flight.sacked_out == before_it);
    }

    /// `tcp_remove_reno_sacks`: one segment filled the hole, the rest eat duplicate ACKs.
    pub(super) fn remove_reno_sacks(&mut self, told: &mut Told) {
        let acked = told.acked;
        told.delivered += acked.saturating_sub(self.in_flight.sacked_out).max(1);
        self.in_flight.sacked_out = self.in_flight.sacked_out.saturating_sub(acked.saturating_sub(1));
        self.limit_reno_sacks(acked);
    }

    /// `tcp_limit_reno_sacked`: more duplicates than segments mean that packets were reordered.
    fn limit_reno_sacks(&mut self, addend: u32) {
        let packets = self.in_flight.len();
        let holes = self.in_flight.lost_out.max(1).min(packets);
        if self.in_flight.sacked_out + holes > packets {
            self.in_flight.sacked_out = packets - holes;
            self.recovery.reordering_seen += 1;
            self.recovery.reordering = self.recovery.reordering.max((packets + addend).min(MAX_REORDERING));
        }
    }
}
