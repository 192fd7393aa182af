//! RACK (RFC 8985): a segment is lost when one that was sent later has arrived, and a reordering window has passed.

use super::recovery::Phase;
use super::{Connection, Sent};
use crate::kernel::Change;
use crate::tcp::stack::Stack;
use crate::time::Time;

/// TCP_RACK_RECOVERY_THRESH: so many recoveries the wider window is kept.
const RECOVERIES: u32 = 16;
/// TCP_REO_TIMEOUT_MIN: what 4.11 added to the timer.
const TIMEOUT_MIN: Time = Time::from_millis(2);

/// What has arrived that was sent last.
#[derive(Clone, Debug, Default)]
pub(super) struct Rack {
    sent_at: Time,
    end_seq: u32,
    rtt: Time,
    /// Something newer has arrived since losses were looked for.
    pub(super) advanced: bool,
    /// A D-SACK came since the window was last looked at.
    pub(super) dsack_seen: bool,
    /// The reordering window in quarters of the least round trip, less one; and how many recoveries it is kept.
    steps: u32,
    persist: u32,
    /// When it was widened last.
    adapted_at: Time,
}

impl Rack {
    /// After an undo the wider reordering window is kept.
    pub(super) fn reorder_steps_persist(&mut self) {
        self.persist = RECOVERIES;
    }

    /// A recovery was needed: the wider window is kept for one less.
    pub(super) fn recovered(&mut self) {
        self.persist = self.persist.saturating_sub(1);
    }
}

impl Connection {
    /// A segment has arrived (`tcp_rack_advance`).
    pub(super) fn advance_rack(&mut self, stack: &Stack, sent: &Sent) {
        if !stack.has(Change::LossesByTime) {
            return;
        }
        let rtt = stack.now - sent.sent_at;
        // An ACK sooner than any round trip answers the original.
        if sent.retransmitted && self.min_rtt.is_some_and(|least| rtt < least) {
            return;
        }
        let rack = &mut self.recovery.rack;
        rack.advanced = true;
        rack.rtt = rtt;
        if sent.sent_after(rack.sent_at, rack.end_seq) {
            rack.sent_at = sent.sent_at;
            rack.end_seq = sent.end_seq();
        }
    }

    /// How much later than others a segment may arrive (`tcp_rack_reo_wnd`).
    fn reordering_window(&self, stack: &Stack) -> Time {
        let min_rtt = self.min_rtt.unwrap_or_default();
        if !stack.has(Change::LossesByTimeAlone) {
            // 4.11: a millisecond, once something is lost and no reordering was seen.
            let least = Time::from_millis(1);
            let wide = self.recovery.reordering_seen > 0 || self.in_flight.lost_out == 0;
            return if wide && self.min_rtt.is_some() { Time(min_rtt.0 / 4).max(least) } else { least };
        }
        if self.recovery.reordering_seen == 0
            && (self.recovery.phase() >= Phase::Recovery
                || self.in_flight.sacked_out >= self.recovery.reordering)
        {
            return Time::ZERO;
        }
        let srtt = self.rtt.srtt().unwrap_or_default();
        Time(min_rtt.0 / 4 * u64::from(self.recovery.rack.steps + 1)).min(srtt)
    }

    /// Is its time over (`tcp_rack_skb_timeout`)?
    pub(super) fn rack_expired(&self, stack: &Stack, sent: &Sent) -> bool {
        stack.now - sent.sent_at >= self.recovery.rack.rtt
    }

    /// `tcp_rack_mark_lost`. True when the timer was set to look again.
    pub(super) fn mark_lost_by_time(&mut self, stack: &mut Stack) -> bool {
        if !std::mem::take(&mut self.recovery.rack.advanced) {
            return false;
        }
        let Some(left) = self.detect_by_time(stack) else { return false };
        let old = !stack.has(Change::LossesByTimeAlone);
        let delay = if old { left + TIMEOUT_MIN } else { left };
        self.arm_reordering(stack, delay.min(self.rto()));
        true
    }

    /// `tcp_rack_detect_loss`: marks what is lost; gives how long the last doubtful segment has left.
    pub(super) fn detect_by_time(&mut self, stack: &Stack) -> Option<Time> {
        let window = self.reordering_window(stack);
        let (at, end) = (self.recovery.rack.sent_at, self.recovery.rack.end_seq);
        let limit = self.recovery.rack.rtt + window;
        let mut left = None;
        let mut place = 0;
        while let Some((sent_at, seq)) = self.in_flight.by_time.get(place).copied() {
            let index = self.in_flight.index_behind(seq);
            let sent = self.in_flight.get(index).copied().filter(|sent| {
                sent.seq == seq
                    && sent.sent_at == sent_at
                    && !sent.sacked
                    && (!sent.lost || sent.retransmitting)
            });
            let Some(sent) = sent else {
                self.in_flight.by_time.remove(place);
                continue;
            };
            if sent.sent_after(at, end) || (sent_at, sent.end_seq()) == (at, end) {
                break;
            }
            let elapsed = stack.now - sent_at;
            let over = if stack.has(Change::LossesByTimeAlone) { elapsed >= limit } else { elapsed > limit };
            if over {
                self.in_flight.mark_lost(index);
                self.in_flight.by_time.remove(place);
            } else {
                left = Some(limit - elapsed);
                place += 1;
            }
        }
        left
    }

    /// `tcp_rack_reo_timeout`
    pub(super) fn reordering_timer(&mut self, stack: &mut Stack) {
        let before_it = self.packets_in_flight();
        let lost_before = self.in_flight.marked_lost;
        // What is left is looked at when the next ACK comes, or by the retransmission timer.
        self.detect_by_time(stack);
        if before_it != self.packets_in_flight() {
            if self.recovery.phase() != Phase::Recovery {
                self.enter_recovery(stack);
                let newly_lost = self.in_flight.marked_lost != lost_before;
                self.reduce_cwnd(stack, 1, newly_lost, &super::ack::Told::default());
            }
            self.retransmit_lost(stack);
        }
        if self.timers.retransmission_kind() != Some(super::timers::Timer::Retransmit) {
            self.rearm_retransmission(stack);
        }
    }

    /// `tcp_rack_update_reo_wnd`: a round in which a D-SACK told that nothing was lost widens the window.
    pub(super) fn adapt_reordering_window(&mut self, stack: &Stack) {
        let rack = &mut self.recovery.rack;
        let seen = std::mem::take(&mut rack.dsack_seen) && rack.sent_at >= rack.adapted_at;
        if !stack.has(Change::LossesByTimeAlone) {
            return;
        }
        if seen {
            rack.steps = (rack.steps + 1).min(254);
            rack.persist = RECOVERIES;
            rack.adapted_at = stack.now;
        } else if rack.persist == 0 {
            rack.steps = 0;
        }
    }
}
