//! What may be sent, and how: windows, Nagle, segments, retransmissions (`tcp_write_xmit`, `tcp_transmit_skb`).

use super::pmtu::MtuProbe;
use super::timers::Timer;
use super::{Connection, Sent, State, TIMESTAMP_BYTES};
use crate::kernel::Change;
use crate::net::{Flags, Segment};
use crate::tcp::seq::after;
use crate::tcp::stack::Stack;

/// How much `tcp_write_xmit` sends at most (`push_one`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Most {
    All,
    /// What the device cuts, once.
    OnePacket,
    /// One segment, whatever the congestion window says.
    Probe,
}

/// What kept `tcp_write_xmit` from sending more.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Limited {
    /// The congestion window.
    pub(super) by_window: bool,
    /// The peer's window.
    pub(super) by_receiver: bool,
}

impl Connection {
    /// Bytes of a segment's payload at most (`tcp_current_mss`): less than `mss_cache` while it tells of what came out of
    /// order.
    pub(in crate::tcp) fn mss(&self) -> u32 {
        let blocks = self.blocks_to_tell();
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

    /// The end of the peer's window.
    pub(super) fn window_end(&self) -> u32 {
        self.snd_una.wrapping_add(self.snd_wnd)
    }

    /// Does the window take the next segment whole?
    pub(in crate::tcp) fn window_allows_next(&self) -> bool {
        self.window_allows(self.unsent().min(self.mss()))
    }

    fn window_allows(&self, len: u32) -> bool {
        let end = self.snd_nxt.wrapping_add(len).wrapping_add(u32::from(self.fin_with(len)));
        !after(end, self.window_end())
    }

    pub(super) fn fin_with(&self, len: u32) -> bool {
        self.fin_unsent() && len == self.unsent()
    }

    /// Sends what windows and Nagle let go (`tcp_push_pending_frames`).
    pub(in crate::tcp) fn push_pending(&mut self, stack: &mut Stack) {
        self.write(stack, !self.options.cork && self.options.nodelay, Most::All);
    }

    /// Sends whatever the windows let go, small segments too (TCP_NAGLE_PUSH).
    pub(in crate::tcp) fn push_all(&mut self, stack: &mut Stack) {
        self.write(stack, true, Most::All);
    }

    /// Sends one segment if the peer's window lets it, whatever the congestion window says.
    pub(in crate::tcp) fn push_one_probe(&mut self, stack: &mut Stack) {
        self.write(stack, true, Most::Probe);
    }

    /// Sends one packet of what the windows let go (`tcp_push_one`).
    pub(in crate::tcp) fn push_one_packet(&mut self, stack: &mut Stack) {
        self.write(stack, true, Most::OnePacket);
    }

    /// `tcp_write_xmit`
    fn write(&mut self, stack: &mut Stack, push: bool, most: Most) {
        let probe = most == Most::Probe;
        if !self.may_transmit() || !self.has_unsent() {
            return;
        }
        self.look_at_path(stack);
        let mut sent = match self.probe_mtu(stack, probe) {
            MtuProbe::Waits => return,
            MtuProbe::Sent => 1,
            MtuProbe::None => 0,
        };
        let batch = self.batch(stack);
        let mut in_packet = 0;
        let mut limited = Limited::default();
        while self.has_unsent() {
            let mss = self.mss();
            let mut len = self.unsent().min(mss);
            if !stack.has(Change::DevicesCutPackets) {
                // Each packet is a segment, and none takes from the one behind it.
                len = len.min(self.packet_end().wrapping_sub(self.snd_nxt));
            }
            // The window is not held against a FIN, up to some release (tcp_cwnd_test).
            let exempt = self.fin_with(len) && !stack.has(Change::FinWaitsForCwnd);
            if !probe && self.packets_in_flight() >= self.window.cwnd && !exempt {
                break;
            }
            if !self.window_allows(len) {
                limited.by_receiver = true;
                break;
            }
            let last = len == self.unsent();
            if most == Most::All && in_packet == 0 && self.defers(stack, batch, &mut limited) {
                break;
            }
            if last && !push && !self.fin_with(len) && self.held_by_nagle(len) {
                break;
            }
            if in_packet > 0
                && let Some(before_it) = self.in_flight.back_mut()
            {
                before_it.goes_on = true;
            }
            self.transmit_new(stack, len, len < mss);
            sent += 1;
            in_packet += 1;
            if !probe && !last && stack.has(Change::DevicesCutPackets) && in_packet != batch {
                self.fill_window(stack, push);
            }
            if in_packet == batch {
                self.end_packet(stack, std::mem::take(&mut in_packet));
                if most == Most::OnePacket {
                    break;
                }
            }
            if probe {
                break;
            }
        }
        if in_packet > 0 {
            self.end_packet(stack, in_packet);
        }
        self.note_receive_window_limit(stack, limited.by_receiver);
        limited.by_window |= self.packets_in_flight() >= self.window.cwnd;
        if sent > 0 || (limited.by_window && stack.has(Change::CwndLimitNotedUnsent)) {
            self.validate_cwnd(stack, limited.by_window);
        }
        if sent > 0 {
            if self.recovery.reduces() {
                self.recovery.prr_out += sent;
            }
            if !probe {
                self.schedule_loss_probe(stack);
            }
        }
        if self.in_flight.is_empty() && self.has_unsent() && !self.timers.has_retransmission() {
            self.arm_window_probe(stack);
        }
    }

    /// Would the next segment go out now, whatever its size (`tcp_may_send_now`)?
    pub(super) fn may_send_now(&self, stack: &Stack) -> bool {
        let len = self.unsent().min(self.mss());
        if !self.has_unsent() || self.packets_in_flight() >= self.window.cwnd || !self.window_allows(len) {
            return false;
        }
        let last = len == self.unsent();
        let held = last && !self.fin_with(len) && self.held_by_nagle(len);
        !held || stack.has(Change::LossesByTime)
    }

    /// A last, small segment waits while an earlier small one is unacknowledged, or while the program corks
    /// (`tcp_nagle_check`, `tcp_minshall_check`).
    pub(super) fn held_by_nagle(&self, len: u32) -> bool {
        let small = len < self.mss();
        let minshall = after(self.snd_sml, self.snd_una) && !after(self.snd_sml, self.snd_nxt);
        small && (self.options.cork || (!self.options.nodelay && !self.in_flight.is_empty() && minshall))
    }

    /// Sends the next `len` bytes; `small` is what is less than a segment (`tcp_minshall_update`).
    pub(super) fn transmit_new(&mut self, stack: &mut Stack, len: u32, small: bool) {
        let fin = self.fin_with(len);
        if self.in_flight.is_empty()
            && let Some(last) = self.sent_data_at
            && stack.sysctl.tcp_slow_start_after_idle
            && stack.now - last > self.rto()
        {
            self.restart_cwnd(stack, stack.now - last);
        }
        if self.packets_in_flight() == 0
            && let Some(last) = self.sent_data_at
        {
            self.control.starts_again(stack, last);
        }
        self.start_busy(stack);
        let push = len == self.unsent() && !self.more_follows;
        let sent = Sent { seq: self.snd_nxt, len, fin, push, sent_at: stack.now, ..Sent::default() };
        self.snd_nxt = sent.end_seq();
        if len > 0 && small {
            self.snd_sml = sent.end_seq();
        }
        let first = self.in_flight.is_empty();
        self.in_flight.push(sent);
        self.follow_by_time(stack, &sent);
        self.put_on_wire(stack, sent);
        self.sent_data_at = Some(stack.now);
        if len > 0 {
            self.data_sent_soon_after_receiving(stack);
        }
        let waits = [None, Some(Timer::LossProbe), Some(Timer::EarlyRetransmit)];
        if first || waits.contains(&self.timers.retransmission_kind()) {
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
            let mss = self.mss();
            let len = self.unsent().min(mss).min(room);
            self.transmit_new(stack, len, len < mss);
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
}
