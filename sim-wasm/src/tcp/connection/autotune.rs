//! Receive buffers that grow with the transfer: twice what the program reads in a round trip (`tcp_rcv_space_adjust`,
//! dynamic right-sizing), and the receiver's own estimate of the round trip.

use super::Connection;
use crate::kernel::Change;
use crate::net::Segment;
use crate::tcp::seq::before;
use crate::tcp::stack::Stack;
use crate::time::Time;

/// `tcp_rcvbuf_low_rtt`: below this, windows may grow faster for less.
const LOW_RTT: Time = Time::from_millis(1);
/// TCP_INIT_CWND
const INIT_CWND: u32 = 10;

/// What is measured of the program's reading (`rcvq_space`, `rcv_rtt_est`).
#[derive(Clone, Debug, Default)]
pub(super) struct Autotune {
    /// Bytes read in the best round so far.
    space: u32,
    /// Where the round began, and when.
    seq: u32,
    since: Time,
    /// Eight times the round trip; zero before the first sample.
    rtt: u64,
    /// Without timestamps: when a window's worth has come, and when it began.
    window_end: u32,
    window_since: Option<Time>,
    /// The timestamp that gave the last sample.
    last_echo: u32,
}

impl Autotune {
    /// What the program read in the best round so far (`tcpi_rcv_space`), and the round trip (`tcpi_rcv_rtt`).
    pub(super) fn told(&self) -> (u32, Time) {
        (self.space, Time(self.rtt / 8))
    }

    fn update_rtt(&mut self, sample: Time, by_window: bool) {
        let sample = sample.0.max(1000);
        if self.rtt == 0 || (by_window && sample * 8 < self.rtt) {
            self.rtt = sample * 8;
        } else if !by_window {
            self.rtt = self.rtt - self.rtt / 8 + sample;
        }
    }
}

impl Connection {
    /// The handshake is over (`tcp_init_buffer_space`).
    pub(super) fn start_autotune(&mut self, stack: &Stack) {
        let advmss = self.advmss();
        self.autotune.space = if stack.has(Change::AutotuneStartsWithTenSegments) {
            self.rcv_wnd.min(self.buffer.ssthresh).min(INIT_CWND * advmss)
        } else {
            self.rcv_wnd
        };
        self.autotune.seq = self.copied_seq;
        self.autotune.since = stack.now;
    }

    /// No more than the window can be counted on.
    pub(super) fn bound_receive_space(&mut self, most: u32) {
        self.autotune.space = self.autotune.space.min(most);
    }

    /// Data came: how long is the way there and back, as the receiver sees it (`tcp_rcv_rtt_measure_ts`,
    /// `tcp_rcv_rtt_measure`)?
    pub(super) fn measure_receive_rtt(&mut self, stack: &Stack, segment: &Segment) {
        if let (Some(ts), Some(echo)) = (self.ts, segment.opts.ts.map(|ts| ts.tsecr)) {
            if echo == 0 || segment.len < self.ack.rcv_mss() || echo == self.autotune.last_echo {
                return;
            }
            self.autotune.last_echo = echo;
            let ticks = stack.clock.now(stack.now).wrapping_add(ts.offset).wrapping_sub(echo);
            if ticks > i32::MAX.cast_unsigned() {
                return;
            }
            let sample = Time(u64::from(ticks.max(1)) * (1_000_000_000 / stack.clock.ticks_per_second()));
            return self.autotune.update_rtt(sample, false);
        }
        if let Some(since) = self.autotune.window_since {
            if before(self.rcv_nxt, self.autotune.window_end) {
                return;
            }
            self.autotune.update_rtt(stack.now - since, true);
        }
        self.autotune.window_end = self.rcv_nxt.wrapping_add(self.rcv_wnd);
        self.autotune.window_since = Some(stack.now);
    }

    /// The program has read something (`tcp_rcv_space_adjust`).
    pub(in crate::tcp) fn adjust_receive_space(&mut self, stack: &Stack) {
        let elapsed = stack.now - self.autotune.since;
        if self.autotune.rtt == 0 || elapsed.0 < self.autotune.rtt / 8 {
            return;
        }
        // A connection that was shut down before it was established has no beginning to count from.
        let mut copied = self.copied_seq.wrapping_sub(self.autotune.seq).min(1 << 30);
        if stack.has(Change::AutotuneWatchesQueue) {
            copied = copied.saturating_sub(self.unread());
        }
        let old = self.autotune.space;
        let grows = if stack.has(Change::AutotuneByRound) { copied > old } else { 2 * copied > old };
        if grows {
            self.autotune.space = if stack.has(Change::AutotuneByRound) { copied } else { 2 * copied };
            self.grow_receive_buffer(stack, copied, old);
        }
        self.autotune.seq = self.copied_seq;
        self.autotune.since = stack.now;
    }

    /// The buffer grows to what holds the window for the next round.
    fn grow_receive_buffer(&mut self, stack: &Stack, copied: u32, old: u32) {
        if !stack.sysctl.tcp_moderate_rcvbuf || self.buffer.is_locked() {
            return;
        }
        let advmss = self.advmss();
        let (copied, old) = (u64::from(copied), u64::from(old.max(1)));
        let window = if stack.has(Change::AutotuneWatchesQueue) {
            let window = 2 * copied;
            let rtt = Time(self.autotune.rtt / 8);
            let more = if rtt < LOW_RTT {
                window * rtt.0 / LOW_RTT.0
            } else {
                2 * window * copied.saturating_sub(old) / old
            };
            window + more + u64::from(self.early_span())
        } else if stack.has(Change::AutotuneAnticipates) {
            let window = 2 * copied + 16 * u64::from(advmss);
            window + 2 * (window * (copied - old) / old)
        } else if stack.has(Change::AutotuneByRound) {
            let window = 2 * copied + 16 * u64::from(advmss);
            if copied >= old + old / 2 {
                2 * window
            } else if copied >= old + old / 4 {
                window + window / 2
            } else {
                window
            }
        } else {
            2 * copied
        };
        let window = window.min(1 << 30) as u32;
        let size = if stack.has(Change::ScalingRatio) {
            self.buffer.space_for(window)
        } else {
            let per_mss = self.memory_per_segment(stack);
            (u64::from(window / advmss).max(1) * u64::from(per_mss)).min(1 << 30) as u32
        };
        let size = size.min(stack.sysctl.tcp_rmem[2]);
        if size > self.receive_buffer() {
            self.set_receive_buffer(stack, size, window);
        }
    }
}
