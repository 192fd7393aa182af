//! What may be sent, and how: windows, Nagle, segments, retransmissions (`tcp_write_xmit`, `tcp_transmit_skb`).

use super::pmtu::MtuProbe;
use super::{Connection, Sent, State, TIMESTAMP_BYTES};
use crate::kernel::{Change, Counter};
use crate::net::{Flags, Segment};
use crate::tcp::seq::{after, before};
use crate::tcp::stack::Stack;
use crate::time::Time;

/// Segments that may be sent in a row without counting as a pause.
const BURST: u32 = 3;

impl Connection {
    /// Bytes of a segment's payload at most (`tcp_current_mss`): less than `mss_cache` while it tells of what came out of
    /// order.
    pub(in crate::tcp) fn mss(&self) -> u32 {
        let blocks = self.sack_option().as_slice().len() as u32;
        self.mss_cache().saturating_sub(if blocks > 0 { 4 + 8 * blocks } else { 0 }).max(1)
    }

    /// Bytes of options that every segment carries.
    pub(in crate::tcp) fn header_options(&self) -> u32 {
        if self.ts.is_some() { TIMESTAMP_BYTES } else { 0 }
    }

    /// Bytes that were written and not yet sent.
    pub(in crate::tcp) fn unsent(&self) -> u32 {
        self.write_seq.wrapping_sub(self.snd_nxt).wrapping_sub(u32::from(self.fin_unsent()))
    }

    fn fin_unsent(&self) -> bool {
        self.fin_queued && !self.fin_sent()
    }

    fn fin_sent(&self) -> bool {
        self.fin_queued && self.snd_nxt == self.write_seq
    }

    /// Is there anything left to send, a FIN included?
    pub(in crate::tcp) fn has_unsent(&self) -> bool {
        self.snd_nxt != self.write_seq
    }

    /// Memory that the send buffer is charged with: each segment costs its structures too.
    pub(in crate::tcp) fn send_memory(&self) -> u32 {
        let mss = self.mss();
        let bytes = self.write_seq.wrapping_sub(self.snd_una);
        let cost = |len: u32| (len + 320).next_power_of_two() + 256;
        bytes / mss * cost(mss) + if bytes.is_multiple_of(mss) { 0 } else { cost(bytes % mss) }
    }

    /// How many bytes a program may write now.
    pub(in crate::tcp) fn writable(&mut self) -> u32 {
        let used = self.send_memory();
        if used >= self.sndbuf {
            self.blocked_writer = true;
            return 0;
        }
        let mss = self.mss();
        let cost = (mss + 320).next_power_of_two() + 256;
        (self.sndbuf - used).div_ceil(cost) * mss
    }

    /// The end of the peer's window.
    fn window_end(&self) -> u32 {
        self.snd_una.wrapping_add(self.snd_wnd)
    }

    /// Does the window take the next segment whole?
    pub(in crate::tcp) fn window_allows_next(&self) -> bool {
        let len = self.unsent().min(self.mss());
        let end = self.snd_nxt.wrapping_add(len).wrapping_add(u32::from(self.fin_with(len)));
        !after(end, self.window_end())
    }

    fn fin_with(&self, len: u32) -> bool {
        self.fin_unsent() && len == self.unsent()
    }

    /// Sends what windows and Nagle let go (`tcp_push_pending_frames`).
    pub(in crate::tcp) fn push_pending(&mut self, stack: &mut Stack) {
        self.write(stack, !self.options.cork && self.options.nodelay, false);
    }

    /// Sends whatever the windows let go, small segments too (TCP_NAGLE_PUSH).
    pub(in crate::tcp) fn push_all(&mut self, stack: &mut Stack) {
        self.write(stack, true, false);
    }

    /// Sends one segment if the peer's window lets it, whatever the congestion window says.
    pub(in crate::tcp) fn push_one_probe(&mut self, stack: &mut Stack) {
        self.write(stack, true, true);
    }

    /// `tcp_write_xmit`
    fn write(&mut self, stack: &mut Stack, push: bool, probe: bool) {
        if !self.may_transmit() {
            return;
        }
        self.look_at_path(stack);
        if !probe && self.probe_mtu(stack) == MtuProbe::Waits {
            return;
        }
        let mut sent = 0;
        let mut in_packet = 0;
        let mut limited = false;
        while self.has_unsent() && self.window_allows_next() {
            let len = self.unsent().min(self.mss());
            // The window is not held against a FIN, up to some release (tcp_cwnd_test).
            let exempt = self.fin_with(len) && !stack.has(Change::FinWaitsForCwnd);
            if !probe && self.packets_in_flight() >= self.cwnd && !exempt {
                limited = true;
                break;
            }
            let last = len == self.unsent();
            if !probe && sent % self.batch() == 0 && self.defers(stack) {
                limited = true;
                break;
            }
            if last && !push && !self.fin_with(len) && self.held_by_nagle(len) {
                break;
            }
            self.transmit_new(stack, len);
            sent += 1;
            in_packet += 1;
            if !probe && !last && stack.has(Change::GsoAlwaysOn) && sent % self.batch() != 0 {
                self.fill_window(stack, push);
            }
            if sent % self.batch() == 0 {
                self.end_packet(stack, std::mem::take(&mut in_packet));
            }
            if probe {
                break;
            }
        }
        self.end_packet(stack, in_packet);
        if sent > 0 {
            self.most_in_flight = self.most_in_flight.max(self.packets_in_flight());
            self.cwnd_limited = limited || self.packets_in_flight() >= self.cwnd;
            if !probe {
                self.schedule_loss_probe(stack);
            }
        }
        if self.in_flight.is_empty() && self.has_unsent() && !self.timers.has_retransmission() {
            self.arm_window_probe(stack);
        }
    }

    /// Segments in one large packet: a millisecond's worth at twice the rate of the path, two at least
    /// (`tcp_tso_autosize`).
    fn batch(&self) -> u32 {
        let srtt = self.rtt.srtt().map_or(1000, |srtt| srtt.micros().max(1));
        (u64::from(self.cwnd) * 2_000_000 / (srtt * 1024)).max(2) as u32
    }

    /// The last segment of a packet that the device cuts carries PSH (`__tcp_transmit_skb`).
    fn end_packet(&mut self, stack: &mut Stack, segments: u32) {
        if segments > 1
            && stack.has(Change::PushOnEachPacket)
            && let (Some(sent), Some(segment)) = (self.in_flight.back_mut(), stack.segments.back_mut())
        {
            sent.push = true;
            segment.flags = segment.flags.with(Flags::PSH);
        }
    }

    /// A packet of several segments waits for more room when there is little (`tcp_tso_should_defer`): less than a share
    /// of the window, and an ACK is due soon.
    fn defers(&self, stack: &Stack) -> bool {
        let (mss, unsent) = (self.mss(), self.unsent());
        let whole = self.batch() * mss;
        if !stack.has(Change::SegmentsDeferred) || unsent <= mss || self.fin_with(unsent) || !self.is_open() {
            return false;
        }
        let room = self.cwnd.saturating_sub(self.packets_in_flight()) * mss;
        let limit = room.min(self.window_end().wrapping_sub(self.snd_nxt));
        let share = self.snd_wnd.min(self.cwnd * mss) / stack.sysctl.tcp_tso_win_divisor.max(1);
        let oldest = self.in_flight.front().map_or(stack.now, |sent| sent.sent_at);
        let ack_is_due = self.rtt.srtt().is_some_and(|srtt| stack.now - oldest > Time(srtt.0 / 2));
        limit < whole && limit < share && ack_is_due
    }

    /// A large packet is cut at the end of the window, not at a multiple of the segment size (`tcp_mss_split_point`): the
    /// rest of the window goes with it.
    fn fill_window(&mut self, stack: &mut Stack, push: bool) {
        let rest = self.window_end().wrapping_sub(self.snd_nxt);
        let fits = (1..self.mss()).contains(&rest) && rest < self.unsent();
        if fits && self.packets_in_flight() < self.cwnd && (push || !self.held_by_nagle(rest)) {
            self.transmit_new(stack, rest);
        }
    }

    /// A last, small segment waits while an earlier small one is unacknowledged, or while the program corks
    /// (`tcp_nagle_check`, `tcp_minshall_check`).
    fn held_by_nagle(&self, len: u32) -> bool {
        let small = len < self.mss();
        let minshall = after(self.snd_sml, self.snd_una) && !after(self.snd_sml, self.snd_nxt);
        small && (self.options.cork || (!self.options.nodelay && !self.in_flight.is_empty() && minshall))
    }

    pub(super) fn transmit_new(&mut self, stack: &mut Stack, len: u32) {
        let fin = self.fin_with(len);
        let mss = self.mss();
        if self.in_flight.is_empty()
            && let Some(last) = self.sent_data_at
            && stack.sysctl.tcp_slow_start_after_idle
            && stack.now - last > self.rto()
        {
            self.restart_cwnd(stack, stack.now - last);
        }
        let sent = Sent {
            seq: self.snd_nxt,
            len,
            syn: false,
            fin,
            push: len == self.unsent() && !self.more_follows,
            sent_at: stack.now,
            retransmitted: false,
            retransmitting: false,
            sacked: false,
            lost: false,
        };
        self.snd_nxt = sent.end_seq();
        if len > 0 && len < mss {
            self.snd_sml = sent.end_seq();
        }
        let first = self.in_flight.is_empty();
        self.in_flight.push_back(sent);
        self.put_on_wire(stack, sent);
        self.sent_data_at = Some(stack.now);
        if len > 0 {
            self.data_sent_soon_after_receiving(stack);
        }
        if first || !self.timers.has_retransmission() {
            self.rearm_retransmission(stack);
        }
    }

    /// Sends a segment of the retransmission queue, for the first time or again.
    pub(in crate::tcp) fn put_on_wire(&mut self, stack: &mut Stack, sent: Sent) {
        let win = self.select_window(stack);
        let mut flags = if sent.syn { Flags::SYN.with(Flags::ACK) } else { Flags::ACK };
        if sent.push && sent.len > 0 {
            flags = flags.with(Flags::PSH);
        }
        if sent.fin {
            flags = flags.with(Flags::FIN);
        }
        let mut segment = stack.segment(self.flow, flags, sent.seq, self.rcv_nxt, win);
        segment.len = sent.len;
        self.finish(stack, segment);
    }

    /// An ACK without data.
    pub(in crate::tcp) fn send_ack(&mut self, stack: &mut Stack) {
        if self.state == State::Closed {
            return;
        }
        let win = self.select_window(stack);
        let ack = stack.segment(self.flow, Flags::ACK, self.snd_nxt, self.rcv_nxt, win);
        self.finish(stack, ack);
    }

    /// A segment without data whose number was acknowledged already: it makes the peer answer (`tcp_xmit_probe_skb`).
    pub(in crate::tcp) fn send_probe(&mut self, stack: &mut Stack) {
        let win = self.select_window(stack);
        let seq = self.snd_una.wrapping_sub(1);
        let probe = stack.segment(self.flow, Flags::ACK, seq, self.rcv_nxt, win);
        self.finish(stack, probe);
    }

    /// A probe into a window that takes a part of what waits: that part, with PSH (`tcp_write_wakeup`). False when it
    /// takes nothing.
    pub(in crate::tcp) fn send_what_fits(&mut self, stack: &mut Stack) -> bool {
        let room = self.window_end().wrapping_sub(self.snd_nxt);
        let fits = !after(self.snd_nxt, self.window_end()) && room > 0 && self.unsent() > 0;
        if fits {
            self.transmit_new(stack, self.unsent().min(self.mss()).min(room));
            if let (Some(sent), Some(segment)) = (self.in_flight.back_mut(), stack.segments.back_mut()) {
                sent.push = true;
                segment.flags = segment.flags.with(Flags::PSH);
            }
        }
        fits
    }

    fn finish(&mut self, stack: &mut Stack, mut segment: Segment) {
        self.stamp(stack, &mut segment);
        segment.opts.sack = self.sack_option();
        self.duplicate_told();
        self.ack_sent();
        stack.send(segment);
    }

    /// Sends the `index`th segment in flight again, joined with small ones behind it (`tcp_retransmit_skb`,
    /// `tcp_retrans_try_collapse`).
    pub(in crate::tcp) fn retransmit(&mut self, stack: &mut Stack, index: usize) {
        self.look_at_path(stack);
        self.path.forget_probe();
        self.collapse_behind(index);
        let mss = self.mss();
        let window_end = self.window_end();
        let Some(sent) = self.in_flight.get_mut(index) else { return };
        // A peer that took its window back gets nothing, but for the first segment.
        if !before(sent.seq, window_end) && sent.seq != self.snd_una {
            return;
        }
        if sent.len > mss {
            let rest = Sent { seq: sent.seq.wrapping_add(mss), len: sent.len - mss, ..*sent };
            sent.len = mss;
            sent.fin = false;
            sent.push = false;
            self.in_flight.insert(index + 1, rest);
        }
        let Some(sent) = self.in_flight.get_mut(index) else { return };
        sent.retransmitted = true;
        sent.retransmitting = true;
        sent.sent_at = stack.now;
        let again = *sent;
        self.total_retrans += 1;
        stack.count(Counter::RetransSegs);
        self.put_on_wire(stack, again);
    }

    fn collapse_behind(&mut self, index: usize) {
        let mss = self.mss();
        while let (Some(first), Some(next)) = (self.in_flight.get(index), self.in_flight.get(index + 1)) {
            let fits = first.len + next.len <= mss && !first.syn && !next.syn;
            if !fits || next.sacked || first.fin || after(next.end_seq(), self.window_end()) {
                return;
            }
            let next = *next;
            self.in_flight.remove(index + 1);
            if let Some(first) = self.in_flight.get_mut(index) {
                first.len += next.len;
                first.fin |= next.fin;
                first.push |= next.push;
            }
        }
    }

    /// Segments in the network, as far as is known.
    pub(in crate::tcp) fn packets_in_flight(&self) -> u32 {
        self.in_flight
            .iter()
            .map(|sent| {
                let left = sent.sacked || sent.lost;
                u32::from(!left) + u32::from(sent.retransmitting && !sent.sacked && sent.lost)
            })
            .sum()
    }

    /// After a pause the path may have changed: the window shrinks by half for each timeout (`tcp_cwnd_restart`).
    fn restart_cwnd(&mut self, stack: &Stack, idle: Time) {
        let rto = self.rto();
        let floor = self.initial_cwnd(stack).min(self.cwnd);
        self.ssthresh = self.ssthresh.max(self.cwnd - self.cwnd / 4);
        let mut left = idle;
        while left > rto && self.cwnd > floor {
            self.cwnd >>= 1;
            left = left - rto;
        }
        self.cwnd = self.cwnd.max(floor);
        self.cwnd_cnt = 0;
    }

    /// `tcp_slow_start`, then one more for each window (`tcp_reno_cong_avoid`).
    pub(in crate::tcp) fn grow_cwnd(&mut self, stack: &Stack, acked: u32, in_flight_before: u32) {
        let limited = if stack.has(Change::CwndLimitedNoted) {
            self.cwnd_limited || (self.cwnd < self.ssthresh && self.cwnd < 2 * self.most_in_flight)
        } else {
            // tcp_is_cwnd_limited: less than a burst was left.
            self.cwnd <= in_flight_before + BURST
        };
        if !limited {
            return;
        }
        if self.cwnd < self.ssthresh {
            let step = if stack.has(Change::SlowStartByAcked) { acked } else { 1 };
            self.cwnd = (self.cwnd + step).min(self.ssthresh);
            return;
        }
        self.cwnd_cnt += 1;
        if self.cwnd_cnt >= self.cwnd {
            self.cwnd_cnt = 0;
            self.cwnd += 1;
        }
    }
}
