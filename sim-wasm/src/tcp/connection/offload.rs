//! Large packets that the device cuts into segments: how large, and when it pays to wait for more (`tcp_tso_autosize`,
//! `tcp_tso_should_defer`, `tcp_mss_split_point`).

use super::Connection;
use super::output::Limited;
use crate::kernel::Change;
use crate::net::Flags;
use crate::tcp::stack::Stack;
use crate::time::Time;

/// Least segments of a large packet (`tcp_min_tso_segs`).
const LEAST: u32 = 2;
/// `gso_max_size` less the room for headers, and `gso_max_segs`.
const MOST_BYTES: u64 = 65_279;

/// The last segment of a packet that was just sent, of so many, carries PSH (`__tcp_transmit_skb`). The flag belongs to what
/// is handed to the device: the segment has none when it is sent again alone.
pub(super) fn push_last(stack: &mut Stack, segments: u32) {
    if segments > 1
        && stack.has(Change::PushOnEachPacket)
        && let Some(segment) = stack.segments.back_mut()
    {
        segment.flags = segment.flags.with(Flags::PSH);
    }
}

impl Connection {
    /// Segments in one large packet: a millisecond's worth at the pacing rate, two at least; from 5.18 on more when the
    /// peer is near (`tcp_tso_autosize`).
    pub(super) fn batch(&self, stack: &Stack) -> u32 {
        if !stack.has(Change::DevicesCutPackets) {
            return 1;
        }
        let mss = u64::from(self.mss_cache().max(1));
        if !stack.has(Change::PacketsSizedByRate) {
            return (MOST_BYTES / mss).max(1) as u32;
        }
        let srtt = self.rtt.srtt().map_or(1000, |srtt| srtt.micros().max(1));
        if stack.has(Change::PacketsSizedWhenWritten) {
            let segments = u64::from(self.window.cwnd.max(self.in_flight.len()));
            let bytes = mss * segments * 1000 / srtt;
            return (bytes.min(MOST_BYTES) / mss).max(u64::from(LEAST)) as u32;
        }
        let percent = if self.window.cwnd < self.window.ssthresh / 2 { 200 } else { 120 };
        let segments = u64::from(self.window.cwnd.max(self.in_flight.len()));
        let rate = mss * segments * 1_000_000 / srtt * percent / 100;
        let mut bytes = rate >> 10;
        if stack.has(Change::PacketsSizedByDistance)
            && let Some(min_rtt) = self.min_rtt
        {
            bytes += MOST_BYTES.checked_shr((min_rtt.micros() >> 9).min(63) as u32).unwrap_or(0);
        }
        (bytes.min(MOST_BYTES) / mss).max(u64::from(LEAST)) as u32
    }

    /// A packet ends here.
    pub(super) fn end_packet(&mut self, stack: &mut Stack, segments: u32) {
        self.cut_packet(stack, self.snd_nxt);
        push_last(stack, segments);
    }

    /// A packet of several segments waits for more room when there is little (`tcp_tso_should_defer`): less than a share
    /// of the window, and an ACK is due soon.
    pub(super) fn defers(&mut self, stack: &Stack, batch: u32, limited: &mut Limited) -> bool {
        let (mss, unsent) = (self.mss_cache(), self.unsent());
        if !stack.has(Change::DevicesCutPackets) || unsent <= mss {
            return false;
        }
        let modern = stack.has(Change::DeferralWatchesAcks);
        let unsettled = if stack.has(Change::DeferralInDisorder) {
            self.recovery.reduces()
        } else {
            !self.recovery.is_open()
        };
        if unsettled || self.fin_with(unsent) {
            return self.sends_now();
        }
        if modern {
            let last = self.sent_data_at.unwrap_or_default();
            if stack.now - last > Time::from_millis(1) {
                return false;
            }
        } else if self.deferred_at.is_some_and(|at| stack.jiffies(stack.now) > at + 1) {
            return self.sends_now();
        }
        let congestion = self.window.cwnd.saturating_sub(self.packets_in_flight()).saturating_mul(mss);
        let window = self.window_end().wrapping_sub(self.snd_nxt);
        let room = congestion.min(window);
        // Only the end of the queue can get more data; what the program writes now is one packet.
        let packet = unsent.min(self.packet_end().wrapping_sub(self.snd_nxt));
        if room >= batch * mss || (packet < unsent && room >= packet) {
            return self.sends_now();
        }
        let share =
            self.snd_wnd.min(self.window.cwnd.saturating_mul(mss)) / stack.sysctl.tcp_tso_win_divisor.max(1);
        if room >= share {
            return self.sends_now();
        }
        if !modern {
            self.deferred_at = Some(stack.jiffies(stack.now));
            return true;
        }
        let Some(oldest) = self.in_flight.front() else { return false };
        let srtt = self.rtt.srtt().unwrap_or_default();
        if stack.now - oldest.sent_at < Time(srtt.0 / 2) {
            return false;
        }
        if congestion < window {
            limited.by_window |= congestion <= packet;
        } else {
            limited.by_receiver |= window <= packet;
        }
        true
    }

    fn sends_now(&mut self) -> bool {
        self.deferred_at = None;
        false
    }

    /// A large packet is cut at the end of the window, not at a multiple of the segment size (`tcp_mss_split_point`): the
    /// rest of the window goes with it.
    pub(super) fn fill_window(&mut self, stack: &mut Stack, push: bool) {
        let rest = self.window_end().wrapping_sub(self.snd_nxt);
        if rest == 0 || rest >= self.unsent() || rest >= self.mss() {
            return;
        }
        // Up to 6.8 a packet takes nothing from the one behind it (tcp_grow_skb).
        let own = stack.has(Change::PacketsGrow) || !self.packet_ends_here();
        if own && self.packets_in_flight() < self.window.cwnd && (push || !self.held_by_nagle(rest)) {
            self.transmit_new(stack, rest, true);
        }
    }
}
