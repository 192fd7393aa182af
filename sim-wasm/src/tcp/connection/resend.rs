//! Sending a segment again (`tcp_retransmit_skb`), and how the congestion window is used and grows
//! (`tcp_cwnd_validate`, `tcp_cong_avoid`).

use super::{Connection, Sent};
use crate::kernel::{Change, Counter};
use crate::tcp::seq::{after, before};
use crate::tcp::stack::Stack;
use crate::time::Time;

/// Segments that may be sent in a row without counting as a pause (`tcp_max_burst`).
const BURST: u32 = 3;

impl Connection {
    /// Sends the `index`th segment in flight again, joined with small ones behind it (`tcp_retransmit_skb`,
    /// `tcp_retrans_try_collapse`). `probe`: as a loss probe, which is no retransmission of a loss. False when the peer's
    /// window forbids it.
    pub(in crate::tcp) fn retransmit(&mut self, stack: &mut Stack, index: usize, probe: bool) -> bool {
        self.look_at_path(stack);
        self.path.forget_probe();
        let mss = self.mss();
        let window_end = self.window_end();
        let Some(sent) = self.in_flight.get(index).copied() else { return false };
        // A peer that took its window back gets nothing, but for the first segment.
        if !before(sent.seq, window_end) && sent.seq != self.snd_una {
            return false;
        }
        if sent.len < mss && sent.goes_on {
            self.in_flight.fill_from_packet(index, mss);
        } else if sent.len > mss {
            self.split_in_flight(index, mss);
        } else {
            while let Some(next) = self.in_flight.get(index + 1) {
                if after(next.end_seq(), window_end) || !self.in_flight.join_next(index, mss) {
                    break;
                }
            }
        }
        let before_it = self.in_flight.get(index).is_some_and(|sent| sent.retransmitting);
        let Some(again) = self.in_flight.mark_retransmitted(index, stack.now) else { return false };
        if probe && !before_it {
            self.in_flight.forget_retransmission(index);
        }
        self.follow_by_time(stack, &again);
        self.total_retrans += 1;
        stack.count(Counter::RetransSegs);
        if !probe {
            if self.recovery.retrans_stamp.is_none() {
                let offset = self.ts.map_or(0, |ts| ts.offset);
                self.recovery.retrans_stamp = Some(stack.clock.now(stack.now).wrapping_add(offset));
            }
            self.recovery.undo_retrans = self.recovery.undo_retrans.max(0) + 1;
        }
        self.put_on_wire(stack, again);
        true
    }

    /// Cuts a segment in flight in two.
    pub(in crate::tcp) fn split_in_flight(&mut self, index: usize, len: u32) {
        self.in_flight.split(index, len);
        if let Some(rest) = self.in_flight.get(index + 1).copied() {
            let at = self.in_flight.by_time.partition_point(|(sent_at, _)| *sent_at <= rest.sent_at);
            if at > 0 {
                self.in_flight.by_time.insert(at, (rest.sent_at, rest.seq));
            }
        }
    }

    /// Losses are found in the order of sending.
    pub(super) fn follow_by_time(&mut self, stack: &Stack, sent: &Sent) {
        if stack.has(Change::LossesByTime) {
            self.in_flight.by_time.push_back((sent.sent_at, sent.seq));
        }
    }

    /// Segments in the network, as far as is known.
    pub(in crate::tcp) fn packets_in_flight(&self) -> u32 {
        self.in_flight.in_network()
    }

    /// After a pause the path may have changed: the window shrinks by half for each timeout (`tcp_cwnd_restart`).
    pub(super) fn restart_cwnd(&mut self, stack: &Stack, idle: Time) {
        let rto = self.rto();
        let floor = self.initial_cwnd(stack).min(self.window.cwnd);
        self.window.ssthresh = self.current_ssthresh();
        let mut left = idle;
        while left > rto && self.window.cwnd > floor {
            self.window.cwnd >>= 1;
            left = left - rto;
        }
        self.window.cwnd = self.window.cwnd.max(floor);
        self.window.count = 0;
        self.usage.stamp = stack.now;
        self.usage.used = 0;
    }

    /// How far the congestion window is used (`tcp_cwnd_validate`): one that is not used shrinks after a timeout.
    pub(super) fn validate_cwnd(&mut self, stack: &Stack, limited: bool) {
        let usage = &mut self.usage;
        let packets = self.in_flight.len();
        let remembered = stack.has(Change::CwndLimitRemembered);
        let more = packets > usage.most && !(remembered && usage.limited);
        if !before(self.snd_una, usage.until) || (remembered && limited) || more {
            usage.limited = limited;
            usage.most = packets;
            usage.until = self.snd_nxt;
        }
        let full = if stack.has(Change::CwndLimitedNoted) {
            self.cwnd_limited_noted(stack)
        } else {
            packets >= self.window.cwnd
        };
        if full {
            self.usage.used = 0;
            self.usage.stamp = stack.now;
            return;
        }
        self.usage.used = self.usage.used.max(packets);
        if stack.sysctl.tcp_slow_start_after_idle && stack.now - self.usage.stamp >= self.rto() {
            self.shrink_unused_cwnd(stack);
        }
        if !self.has_unsent() && self.send_buffer.blocked {
            self.start_send_buffer_limit(stack);
        }
    }

    /// `tcp_cwnd_application_limited`
    fn shrink_unused_cwnd(&mut self, stack: &Stack) {
        if self.recovery.is_open() && !self.send_buffer.blocked {
            let used = self.usage.used.max(self.initial_cwnd(stack));
            if used < self.window.cwnd {
                self.window.ssthresh = self.current_ssthresh();
                self.window.cwnd = (self.window.cwnd + used) >> 1;
            }
            self.usage.used = 0;
        }
        self.usage.stamp = stack.now;
    }

    /// `tcp_is_cwnd_limited`, from 3.16 on: in slow start the window grows to twice what was out.
    fn cwnd_limited_noted(&self, stack: &Stack) -> bool {
        let doubling = self.window.in_slow_start();
        if doubling && self.window.cwnd < 2 * self.usage.most {
            return true;
        }
        self.usage.limited && (!doubling || stack.has(Change::CwndLimitRemembered))
    }

    /// The window grows, if it was what held the sender back (`tcp_cong_avoid`).
    pub(super) fn grow_cwnd(&mut self, stack: &Stack, acked: u32, in_flight_before: u32) {
        self.usage.stamp = stack.now;
        let limited = if stack.has(Change::CwndLimitedNoted) {
            self.cwnd_limited_noted(stack)
        } else {
            // tcp_is_cwnd_limited of old: less than a burst was left.
            let left = self.window.cwnd.saturating_sub(in_flight_before);
            let cuts = stack.has(Change::CwndLimitAllowsForCutting)
                && left * stack.sysctl.tcp_tso_win_divisor < self.window.cwnd
                && left * self.mss_cache() < 65_536;
            left <= BURST || cuts
        };
        if limited && acked > 0 {
            let round = self.round(self.snd_una);
            self.control.grow(stack, &mut self.window, acked, round);
        }
    }
}

/// How much of the congestion window was used lately.
#[derive(Clone, Debug, Default)]
pub(super) struct Usage {
    /// It held sending back in this round (`is_cwnd_limited`), and segments out at most (`max_packets_out`).
    limited: bool,
    most: u32,
    /// End of the round (`cwnd_usage_seq`).
    until: u32,
    /// Segments out at most since it was full (`snd_cwnd_used`, `snd_cwnd_stamp`).
    used: u32,
    pub(super) stamp: Time,
}
