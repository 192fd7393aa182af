//! What an acknowledgement does to what was sent (`tcp_ack`).

use super::{Connection, Sent, State};
use crate::kernel::Change;
use crate::net::Segment;
use crate::tcp::seq::{after, before, distance};
use crate::tcp::socket::EventKind;
use crate::tcp::stack::Stack;
use crate::tcp::why::{Stage, Why};
use crate::time::Time;

impl Connection {
    /// Takes the acknowledgement of a segment. `Ok(false)` is one that tells nothing new: older than the last.
    ///
    /// # Errors
    /// It acknowledges what was never sent, or is far too old.
    pub(in crate::tcp) fn acknowledge(&mut self, stack: &mut Stack, segment: &Segment) -> Result<bool, Why> {
        let ack = segment.ack;
        let bad = |connection: &Connection, answered| Why::BadAck {
            at: Stage::Synchronised,
            ack,
            snd_una: connection.snd_una,
            snd_nxt: connection.snd_nxt,
            answered,
        };
        if before(ack, self.snd_una) {
            // RFC 5961 §5.2
            if stack.has(Change::ChallengeAck) && before(ack, self.snd_una.wrapping_sub(self.max_window)) {
                self.challenge(stack, segment);
                return Err(bad(self, true));
            }
            self.take_sack(segment);
            return Ok(false);
        }
        if after(ack, self.snd_nxt) {
            if stack.has(Change::ChallengeAckBeyondSent) {
                self.challenge(stack, segment);
                return Err(bad(self, true));
            }
            return Err(bad(self, false));
        }
        let advanced = after(ack, self.snd_una);
        let outstanding = !self.in_flight.is_empty();
        let window_changed = self.may_update_window(segment) && self.set_window(segment);
        if advanced {
            self.timers.retransmits = 0;
        }
        if stack.has(Change::TsRecentUpdatedByAck) {
            self.replace_ts_recent(stack, segment);
        }
        self.timers.probes = 0;
        if !outstanding {
            self.snd_una = ack;
            self.probe_acknowledged(stack);
            return Ok(true);
        }
        let newly_sacked = self.take_sack(segment);
        self.snd_una = ack;
        let acked = self.clean_retransmission_queue(stack, segment, ack);
        let duplicate = !advanced && segment.len == 0 && !segment.flags.fin() && !window_changed;
        self.mtu_probe_acknowledged(stack);
        self.end_loss_probe(ack, duplicate && !newly_sacked);
        self.detect_loss(stack, acked, duplicate, newly_sacked);
        if acked > 0 {
            self.rearm_retransmission(stack);
            self.schedule_loss_probe_if_retransmitting(stack);
        }
        self.wake_writer(stack);
        Ok(true)
    }

    /// `tcp_may_update_window`
    pub(in crate::tcp) fn may_update_window(&self, segment: &Segment) -> bool {
        let window = self.scaled_window(segment);
        after(segment.ack, self.snd_una)
            || after(segment.seq, self.snd_wl1)
            || (segment.seq == self.snd_wl1 && window > self.snd_wnd)
    }

    /// Takes the window of a segment (`tcp_ack_update_window`). True when it changed.
    pub(in crate::tcp) fn set_window(&mut self, segment: &Segment) -> bool {
        let window = self.scaled_window(segment);
        let changed = window != self.snd_wnd;
        self.snd_wl1 = segment.seq;
        self.snd_wnd = window;
        self.max_window = self.max_window.max(window);
        changed
    }

    /// The window field of a SYN is never scaled.
    fn scaled_window(&self, segment: &Segment) -> u32 {
        let scale = if segment.flags.syn() { 0 } else { self.snd_wscale };
        u32::from(segment.win) << scale
    }

    /// `tcp_clean_rtx_queue`: forgets what is acknowledged and takes a round-trip sample. Gives the number of segments.
    fn clean_retransmission_queue(&mut self, stack: &Stack, segment: &Segment, ack: u32) -> u32 {
        let mut acked = 0;
        let mut first_sent: Option<Time> = None;
        let mut ambiguous = false;
        while let Some(first) = self.in_flight.front_mut() {
            if after(first.end_seq(), ack) {
                if after(ack, first.seq) && first.len > 0 {
                    // A part of it is acknowledged.
                    let part = distance(ack, first.seq).cast_unsigned().min(first.len);
                    first.seq = first.seq.wrapping_add(part);
                    first.len -= part;
                }
                break;
            }
            ambiguous |= first.retransmitted;
            if !first.retransmitted && !first.sacked {
                first_sent = first_sent.or(Some(first.sent_at));
            }
            acked += 1;
            self.in_flight.pop_front();
        }
        if acked > 0 {
            let echoed = self.since_echo(stack, segment);
            // Karn's rule: no sample from what was sent twice; the echoed timestamp tells all the same.
            let measured = first_sent
                .filter(|_| !ambiguous)
                .map(|sent| stack.rtt_clock(stack.now) - stack.rtt_clock(sent));
            if let Some(rtt) = measured.or(echoed) {
                let new_round = after(ack, self.recovery.rtt_round);
                if new_round {
                    self.recovery.rtt_round = self.snd_nxt;
                }
                self.rtt.sample(rtt, new_round);
                self.timers.backoff = 0;
            }
        }
        acked
    }

    /// How long ago the timestamp that a segment echoes was sent: a round trip even when it answers a retransmission
    /// (RFC 7323 §4).
    pub(in crate::tcp) fn since_echo(&self, stack: &Stack, segment: &Segment) -> Option<Time> {
        let (ts, echo) = (self.ts?, segment.opts.ts?.tsecr);
        let ticks = distance(stack.clock.now(stack.now).wrapping_add(ts.offset), echo);
        (echo != 0 && ticks >= 0)
            .then(|| Time(ticks as u64 * (1_000_000_000 / stack.clock.ticks_per_second())))
    }

    /// Marks what the peer says it has. True when that is more than before.
    fn take_sack(&mut self, segment: &Segment) -> bool {
        let mut more = false;
        if !self.sack_ok {
            return false;
        }
        for (start, end) in segment.opts.sack.as_slice() {
            // A D-SACK tells of what came twice.
            if !after(*end, segment.ack) || after(*end, self.snd_nxt) {
                continue;
            }
            for sent in &mut self.in_flight {
                if !sent.sacked && !before(sent.seq, *start) && !after(sent.end_seq(), *end) {
                    sent.sacked = true;
                    sent.lost = false;
                    sent.retransmitting = false;
                    more = true;
                }
            }
        }
        more
    }

    /// There is room again for a program that found the send buffer full (`sk_stream_write_space`).
    fn wake_writer(&mut self, stack: &mut Stack) {
        if self.blocked_writer && self.send_memory() * 3 <= self.sndbuf * 2 {
            self.blocked_writer = false;
            self.tell(stack, EventKind::Writable);
        }
    }

    /// The oldest segment that is not acknowledged.
    pub(in crate::tcp) fn first_in_flight(&self) -> Option<&Sent> {
        self.in_flight.front()
    }

    /// Is the connection in a state in which it may still send data?
    pub(in crate::tcp) fn may_transmit(&self) -> bool {
        !matches!(self.state, State::Closed | State::SynSent | State::SynRecv)
    }

    /// What `tcp_ack_probe` does when nothing is in flight: the answer to a window probe stops or re-arms the timer.
    fn probe_acknowledged(&mut self, stack: &mut Stack) {
        if self.has_unsent() {
            if self.window_allows_next() {
                self.timers.backoff = 0;
                self.timers.window_closed = None;
                self.stop_retransmission();
            } else {
                self.arm_window_probe(stack);
            }
        }
    }
}
