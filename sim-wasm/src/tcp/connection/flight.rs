//! The retransmission queue: what was sent and is not acknowledged yet, with the kernel's counts of it (`packets_out`,
//! `sacked_out`, `lost_out`, `retrans_out`).

use crate::tcp::seq::{after, before};
use crate::time::Time;
use std::collections::VecDeque;

/// A segment that was sent and not yet acknowledged.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::tcp) struct Sent {
    pub(in crate::tcp) seq: u32,
    pub(in crate::tcp) len: u32,
    pub(in crate::tcp) syn: bool,
    pub(in crate::tcp) fin: bool,
    pub(in crate::tcp) push: bool,
    /// Was it sent more than once (TCPCB_EVER_RETRANS)?
    pub(in crate::tcp) retransmitted: bool,
    /// Is a retransmission of it under way (TCPCB_SACKED_RETRANS)?
    pub(in crate::tcp) retransmitting: bool,
    /// Does the peer say that it has it (TCPCB_SACKED_ACKED)?
    pub(in crate::tcp) sacked: bool,
    /// Does it count as lost (TCPCB_LOST)?
    pub(in crate::tcp) lost: bool,
    /// Does the packet it was sent in go on with the segment behind it?
    pub(in crate::tcp) goes_on: bool,
    /// When it was sent last.
    pub(in crate::tcp) sent_at: Time,
}

impl Sent {
    pub(in crate::tcp) fn end_seq(&self) -> u32 {
        self.seq.wrapping_add(self.len).wrapping_add(u32::from(self.syn)).wrapping_add(u32::from(self.fin))
    }

    /// Was it sent after another, of which the time and the end are given (`tcp_skb_sent_after`)?
    pub(in crate::tcp) fn sent_after(&self, at: Time, end_seq: u32) -> bool {
        self.sent_at > at || (self.sent_at == at && after(self.end_seq(), end_seq))
    }
}

/// The queue. Segments lie in it without gaps, by sequence number.
#[derive(Clone, Debug, Default)]
pub(in crate::tcp) struct Flight {
    queue: VecDeque<Sent>,
    /// Segments that are selectively acknowledged; without SACK the duplicate ACKs that stand for them.
    pub(in crate::tcp) sacked_out: u32,
    pub(in crate::tcp) lost_out: u32,
    pub(in crate::tcp) retrans_out: u32,
    /// How often a segment was found lost so far (`lost`).
    pub(in crate::tcp) marked_lost: u32,
    /// Where the search for something to send again goes on (`retransmit_skb_hint`).
    pub(in crate::tcp) resend_from: Option<u32>,
    /// In the order of sending, what may be found lost by time (`tsorted_sent_queue`); entries that no longer hold are
    /// skipped.
    pub(in crate::tcp) by_time: VecDeque<(Time, u32)>,
}

impl Flight {
    pub(in crate::tcp) fn is_empty(&self) -> bool {
        self.queue.is_empty()
    }

    /// `packets_out`
    pub(in crate::tcp) fn len(&self) -> u32 {
        self.queue.len() as u32
    }

    /// Segments that have left the network: arrived or lost.
    pub(in crate::tcp) fn left_out(&self) -> u32 {
        self.sacked_out + self.lost_out
    }

    /// Segments in the network, as far as is known (`tcp_packets_in_flight`).
    pub(in crate::tcp) fn in_network(&self) -> u32 {
        (self.len() + self.retrans_out).saturating_sub(self.left_out())
    }

    pub(in crate::tcp) fn front(&self) -> Option<&Sent> {
        self.queue.front()
    }

    pub(in crate::tcp) fn back_mut(&mut self) -> Option<&mut Sent> {
        self.queue.back_mut()
    }

    pub(in crate::tcp) fn get(&self, index: usize) -> Option<&Sent> {
        self.queue.get(index)
    }

    pub(in crate::tcp) fn iter(&self) -> impl DoubleEndedIterator<Item = &Sent> {
        self.queue.iter()
    }

    /// Where the first segment stands that ends behind `seq`.
    pub(in crate::tcp) fn index_behind(&self, seq: u32) -> usize {
        // Asked for the first one most often.
        match self.queue.front() {
            Some(first) if after(first.end_seq(), seq) => 0,
            _ => self.queue.partition_point(|sent| !after(sent.end_seq(), seq)),
        }
    }

    /// Something goes out for the first time.
    pub(in crate::tcp) fn push(&mut self, sent: Sent) {
        self.queue.push_back(sent);
    }

    /// Nothing is in flight any more.
    pub(in crate::tcp) fn clear(&mut self) {
        *self = Flight::default();
    }

    /// Takes the first segment off: it is acknowledged. `sack` says whether marks or duplicate ACKs are counted.
    pub(in crate::tcp) fn pop(&mut self) -> Option<Sent> {
        let sent = self.queue.pop_front()?;
        self.sacked_out -= u32::from(sent.sacked);
        self.lost_out -= u32::from(sent.lost);
        self.retrans_out -= u32::from(sent.retransmitting);
        Some(sent)
    }

    /// The first `part` bytes of the first segment are acknowledged.
    pub(in crate::tcp) fn trim_front(&mut self, part: u32) {
        if let Some(first) = self.queue.front_mut() {
            let part = part.min(first.len);
            first.seq = first.seq.wrapping_add(part);
            first.len -= part;
        }
    }

    pub(in crate::tcp) fn mark_sacked(&mut self, index: usize) {
        if let Some(sent) = self.queue.get_mut(index)
            && !sent.sacked
        {
            sent.sacked = true;
            self.sacked_out += 1;
            self.lost_out -= u32::from(std::mem::take(&mut sent.lost));
            self.retrans_out -= u32::from(std::mem::take(&mut sent.retransmitting));
        }
    }

    /// `tcp_mark_skb_lost`: a retransmission that is lost too may be sent again.
    pub(in crate::tcp) fn mark_lost(&mut self, index: usize) {
        if let Some(sent) = self.queue.get_mut(index)
            && !sent.sacked
            && (!sent.lost || sent.retransmitting)
        {
            self.lost_out += u32::from(!sent.lost);
            self.marked_lost += 1;
            sent.lost = true;
            self.retrans_out -= u32::from(std::mem::take(&mut sent.retransmitting));
            let seq = sent.seq;
            if self.resend_from.is_none_or(|from| before(seq, from)) {
                self.resend_from = Some(seq);
            }
        }
    }

    /// A segment counts as under way again, whatever was thought of it.
    pub(in crate::tcp) fn forget_loss(&mut self, index: usize) {
        if let Some(sent) = self.queue.get_mut(index) {
            self.lost_out -= u32::from(std::mem::take(&mut sent.lost));
        }
    }

    /// Its retransmission does not count any more.
    pub(in crate::tcp) fn forget_retransmission(&mut self, index: usize) {
        if let Some(sent) = self.queue.get_mut(index) {
            self.retrans_out -= u32::from(std::mem::take(&mut sent.retransmitting));
        }
    }

    /// A peer has taken back what it had acknowledged selectively.
    pub(in crate::tcp) fn forget_sack(&mut self, index: usize) {
        if let Some(sent) = self.queue.get_mut(index) {
            self.sacked_out -= u32::from(std::mem::take(&mut sent.sacked));
        }
    }

    /// It is sent again.
    pub(in crate::tcp) fn mark_retransmitted(&mut self, index: usize, now: Time) -> Option<Sent> {
        let sent = self.queue.get_mut(index)?;
        sent.retransmitted = true;
        self.retrans_out += u32::from(!sent.retransmitting);
        sent.retransmitting = true;
        sent.sent_at = now;
        Some(*sent)
    }

    /// Cuts a segment after `len` bytes; the rest, with its FIN, becomes a segment of its own.
    pub(in crate::tcp) fn split(&mut self, index: usize, len: u32) {
        let Some(sent) = self.queue.get_mut(index).filter(|sent| len > 0 && len < sent.len) else { return };
        let rest = Sent { seq: sent.seq.wrapping_add(len), len: sent.len - len, ..*sent };
        sent.len = len;
        sent.fin = false;
        sent.push = false;
        sent.goes_on = false;
        self.sacked_out += u32::from(rest.sacked);
        self.lost_out += u32::from(rest.lost);
        self.retrans_out += u32::from(rest.retransmitting);
        self.queue.insert(index + 1, rest);
    }

    /// A packet of which a part is acknowledged is cut anew, from the first byte that is not: gives a segment of it
    /// the bytes that it lacks to `most` from those behind it.
    pub(in crate::tcp) fn fill_from_packet(&mut self, index: usize, most: u32) {
        let mut at = index;
        while let (Some(this), Some(next)) = (self.queue.get(at).copied(), self.queue.get(at + 1).copied()) {
            let moved = most.saturating_sub(this.len).min(next.len);
            if !this.goes_on || moved == 0 || next.sacked || this.retransmitted != next.retransmitted {
                return;
            }
            if moved == next.len {
                self.join_next(at, most);
                return;
            }
            if let Some(this) = self.queue.get_mut(at) {
                this.len += moved;
            }
            if let Some(next) = self.queue.get_mut(at + 1) {
                next.seq = next.seq.wrapping_add(moved);
                next.len -= moved;
            }
            at += 1;
        }
    }

    /// Joins a segment with the one behind it, when both fit into `most` bytes and nothing stands against it
    /// (`tcp_retrans_try_collapse`). True when it did.
    pub(in crate::tcp) fn join_next(&mut self, index: usize, most: u32) -> bool {
        let (Some(first), Some(next)) = (self.queue.get(index), self.queue.get(index + 1)) else {
            return false;
        };
        let fits = first.len + next.len <= most && !first.syn && !next.syn;
        if !fits || next.sacked || first.fin {
            return false;
        }
        let next = *next;
        self.queue.remove(index + 1);
        self.lost_out -= u32::from(next.lost);
        self.retrans_out -= u32::from(next.retransmitting);
        if let Some(first) = self.queue.get_mut(index) {
            first.len += next.len;
            first.fin |= next.fin;
            first.push |= next.push;
            first.goes_on = next.goes_on;
            first.retransmitted |= next.retransmitted;
        }
        true
    }
}
