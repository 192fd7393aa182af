//! What a connection knows of the size of packets: the path's MTU as routers tell it (RFC 1191), and as lost segments
//! show it (RFC 4821, `tcp_mtu_probing`).

use super::recovery::Phase;
use super::{Connection, Sent};
use crate::kernel::{Change, Counter};
use crate::tcp::routes::HEADERS;
use crate::tcp::seq::after;
use crate::tcp::socket::Errno;
use crate::tcp::stack::Stack;
use crate::time::Time;

/// TCP_MIN_SND_MSS: no peer and no router makes the segments smaller than this.
const MIN_SND_MSS: u32 = 48;
/// `tcp_retries1`: so many retransmissions make a path suspicious.
const RETRIES1: u32 = 3;
/// `tcp_probe_threshold`: what is left to find out is not worth a probe.
const PROBE_THRESHOLD: u32 = 8;
/// `tcp_probe_interval`: after this the whole range is searched again.
const PROBE_INTERVAL: Time = Time::from_secs(600);
/// Segments behind a probe that can show its loss: `reordering`, and one more.
const BEHIND_PROBE: u32 = 4;
/// Congestion window below which nothing is probed.
const LEAST_CWND: u32 = 11;

/// State of path MTU discovery (`icsk_pmtu_cookie`, `icsk_mtup`).
#[derive(Clone, Debug)]
pub(super) struct PathMtu {
    /// The MTU that the segment size was reckoned from (`icsk_pmtu_cookie`).
    pub(super) mtu: u32,
    /// Is the size searched for by probing (`icsk_mtup.enabled`)?
    probing: bool,
    /// What passes for certain, and what may pass at most, in bytes of the packet.
    search_low: u32,
    search_high: u32,
    /// `search_low` when the segment size was reckoned last.
    bound: Option<u32>,
    /// The probe that is on its way.
    probe: Option<Probe>,
    /// When the search began.
    began: Time,
}

/// A segment that is greater than the others, to see whether it passes.
#[derive(Clone, Copy, Debug)]
struct Probe {
    mtu: u32,
    seq: u32,
    end_seq: u32,
}

/// What comes of the wish to probe.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum MtuProbe {
    /// Nothing is probed: sending goes on as ever.
    None,
    /// Sending waits until there is room for a probe.
    Waits,
    /// It was sent.
    Sent,
}

impl PathMtu {
    pub(super) fn new(mtu: u32) -> PathMtu {
        let (search_low, search_high) = (0, mtu);
        PathMtu { mtu, probing: false, search_low, search_high, bound: None, probe: None, began: Time::ZERO }
    }

    /// What was sent again says nothing of a probe any more (`tcp_retransmit_skb`).
    pub(super) fn forget_probe(&mut self) {
        self.probe = None;
    }
}

impl Connection {
    /// Bytes of payload in a packet of `mtu` bytes, as far as the peer takes them (`tcp_mtu_to_mss`).
    fn mtu_to_mss(&self, mtu: u32) -> u32 {
        let most = mtu.saturating_sub(HEADERS).min(self.mss_clamp.into()).max(MIN_SND_MSS);
        most.saturating_sub(self.header_options()).max(1)
    }

    /// `tcp_mss_to_mtu`
    fn mss_to_mtu(&self, mss: u32) -> u32 {
        mss + self.header_options() + HEADERS
    }

    /// The peer's limit and the path's, half of the peer's greatest window, and the room of the timestamps (`tcp_sync_mss`).
    pub(in crate::tcp) fn mss_cache(&self) -> u32 {
        let most = self.mtu_to_mss(self.path.mtu);
        let cutoff = if self.max_window > 536 { self.max_window >> 1 } else { self.max_window };
        let most =
            if cutoff > 0 && most > cutoff { cutoff.max(68 - 20 - self.header_options()) } else { most };
        self.path.bound.map_or(most, |low| most.min(self.mtu_to_mss(low)))
    }

    /// The handshake is over (`tcp_mtup_init`). A connection that was accepted has its segment size already.
    pub(super) fn init_mtu_probing(&mut self, stack: &Stack) {
        let base = self.mss_to_mtu(stack.sysctl.tcp_base_mss);
        self.path.probing = stack.sysctl.tcp_mtu_probing > 1;
        self.path.search_high = u32::from(self.mss_clamp) + HEADERS;
        self.path.search_low = base;
        self.path.began = stack.now;
        let accepted = self.waits_at.is_some();
        if !(accepted && stack.has(Change::AcceptedStartAtPeersMss)) {
            self.sync_mss(self.path.mtu);
        }
    }

    /// Reckons the segment size anew (`tcp_sync_mss`).
    fn sync_mss(&mut self, mtu: u32) {
        self.path.search_high = self.path.search_high.min(mtu);
        self.path.mtu = mtu;
        self.path.bound = self.path.probing.then_some(self.path.search_low);
    }

    /// The peer offers more than ever: the segment size is reckoned anew, the first window apart
    /// (`tcp_ack_update_window`). LIVE 6.18.44: a server with `tcp_mtu_probing=2` goes down to `tcp_base_mss` here.
    pub(super) fn window_grew(&mut self) {
        if self.max_window > 0 {
            self.sync_mss(self.path.mtu);
        }
    }

    /// Has the host learned something of the path, or forgotten it (`tcp_current_mss`)?
    pub(super) fn look_at_path(&mut self, stack: &Stack) {
        let mtu = stack.mtu_to(self.flow.remote.addr);
        if mtu != self.path.mtu {
            self.sync_mss(mtu);
        }
    }

    /// A router says that a segment was too big for its next link (`tcp_v4_mtu_reduced`).
    pub(in crate::tcp) fn mtu_reduced(&mut self, stack: &mut Stack, reported: u16) {
        let peer = self.flow.remote.addr;
        stack.learn_mtu(peer, reported.into());
        let mtu = stack.mtu_to(peer);
        if u32::from(reported) < mtu && stack.sets_dont_fragment(peer, stack.now) {
            self.soft_error = Some(Errno::EMSGSIZE);
        }
        if stack.sysctl.ip_no_pmtu_disc == 0 && self.path.mtu > mtu {
            self.sync_mss(mtu);
            self.resend_oversized(stack);
        }
    }

    /// Everything that is too big now counts as lost and is sent again at once, as far as the congestion window lets it,
    /// which stays as it is (`tcp_simple_retransmit`).
    fn resend_oversized(&mut self, stack: &mut Stack) {
        self.join_packets();
        let mss = self.mss();
        for index in 0..self.in_flight.len() as usize {
            if self.in_flight.get(index).is_some_and(|sent| sent.len > mss) {
                self.in_flight.mark_lost(index);
            }
        }
        self.in_flight.resend_from = None;
        if self.in_flight.lost_out == 0 {
            return;
        }
        if !self.recovery.in_loss() {
            self.window.ssthresh = self.current_ssthresh();
            self.recovery.high_seq = self.snd_nxt;
            self.recovery.prior_ssthresh = 0;
            self.recovery.undo_marker = None;
            self.recovery.enter(Phase::Loss);
        }
        self.retransmit_lost(stack);
    }

    /// The retransmission queue holds packets as they were given to the device, which cut them: they are cut anew from
    /// their beginning. LIVE 6.18.44: 2896 bytes become 1348, 1348 and 200.
    fn join_packets(&mut self) {
        let mss = self.mss();
        let whole = |sent: &Sent| sent.len > 0 && !sent.sacked && !sent.retransmitted;
        let mut index = 0;
        while let (Some(first), Some(next)) = (self.in_flight.get(index), self.in_flight.get(index + 1)) {
            let joins = first.len > mss && whole(first) && whole(next) && !self.ends_packet(first.end_seq());
            if !joins || !self.in_flight.join_next(index, u32::MAX) {
                index += 1;
            }
        }
    }

    /// A timeout, `elapsed` after the first retransmission of it: do large segments disappear (`tcp_mtu_probing`)?
    pub(super) fn suspect_black_hole(&mut self, stack: &Stack, elapsed: Time) {
        let suspicious = elapsed >= super::timers::backoff_span(RETRIES1, super::timers::RTO_MIN);
        if stack.sysctl.tcp_mtu_probing == 0 || !suspicious {
            return;
        }
        if self.path.probing {
            let half = self.mtu_to_mss(self.path.search_low) / 2;
            let least = MIN_SND_MSS.max(68 - 20 - self.header_options());
            let mss = half.min(stack.sysctl.tcp_base_mss).max(least);
            self.path.search_low = self.mss_to_mtu(mss);
        } else {
            self.path.probing = true;
            self.path.began = stack.now;
        }
        self.sync_mss(self.path.mtu);
        self.join_packets();
    }

    /// Sends a segment that is greater than the others, when it is time for one (`tcp_mtu_probe`).
    /// `alone`: a single segment is wanted, and no probe.
    pub(super) fn probe_mtu(&mut self, stack: &mut Stack, alone: bool) -> MtuProbe {
        let quiet = self.path.probing
            && !alone
            && self.path.probe.is_none()
            && self.congestion_state() == 0
            && self.window.cwnd >= LEAST_CWND
            && self.sack_option().as_slice().is_empty();
        if !quiet {
            return MtuProbe::None;
        }
        let (low, high) = (self.path.search_low, self.path.search_high);
        let most = self.mtu_to_mss(high);
        let len = match stack.has(Change::MtuProbesBisect) {
            true => self.mtu_to_mss((low + high) / 2),
            false => 2 * self.mss_cache(),
        };
        if len > most || (stack.has(Change::MtuProbesBisect) && high < low + PROBE_THRESHOLD) {
            self.search_again(stack);
            return MtuProbe::None;
        }
        // The device does not take it (EMSGSIZE).
        if self.mss_to_mtu(len) > self.path.mtu {
            return MtuProbe::None;
        }
        let needed = len + BEHIND_PROBE * self.mss_cache();
        if self.unsent() < needed || self.snd_wnd < needed {
            return MtuProbe::None;
        }
        if after(self.snd_nxt.wrapping_add(needed), self.snd_una.wrapping_add(self.snd_wnd)) {
            return MtuProbe::Waits;
        }
        let in_flight = self.packets_in_flight();
        if in_flight + 2 > self.window.cwnd {
            return if in_flight == 0 { MtuProbe::None } else { MtuProbe::Waits };
        }
        let (seq, end_seq) = (self.snd_nxt, self.snd_nxt.wrapping_add(len));
        self.transmit_new(stack, len, false);
        self.end_packet(stack, 1);
        // It is worth two segments, nearly: the congestion window takes account of it.
        self.window.cwnd -= 1;
        self.path.probe = Some(Probe { mtu: self.mss_to_mtu(len), seq, end_seq });
        MtuProbe::Sent
    }

    /// Nothing is left to find out: after a while the path may have changed (`tcp_mtu_check_reprobe`).
    fn search_again(&mut self, stack: &Stack) {
        if stack.has(Change::MtuProbesBisect) && stack.now - self.path.began >= PROBE_INTERVAL {
            self.path.search_high = u32::from(self.mss_clamp) + HEADERS;
            self.path.search_low = self.mss_to_mtu(self.mss());
            self.path.began = stack.now;
        }
    }

    /// Three duplicate ACKs: was it the probe that got lost? That says nothing of congestion (`tcp_mtup_probe_failed`).
    pub(super) fn mtu_probe_failed(&mut self, stack: &mut Stack) -> bool {
        let Some(probe) = self.path.probe.filter(|probe| probe.seq == self.snd_una) else { return false };
        self.path.search_high = probe.mtu - 1;
        self.path.probe = None;
        if stack.has(Change::MtuProbesBisect) {
            stack.count(Counter::TCPMTUPFail);
        }
        self.window.cwnd += 1;
        self.resend_oversized(stack);
        true
    }

    /// The probe was acknowledged: so much passes (`tcp_mtup_probe_success`).
    pub(super) fn mtu_probe_acknowledged(&mut self, stack: &mut Stack) {
        let Some(probe) = self.path.probe.filter(|probe| !after(probe.end_seq, self.snd_una)) else { return };
        let mtu = self.mss_to_mtu(self.mss_cache());
        self.window.cwnd =
            (u64::from(self.window.cwnd) * u64::from(mtu) / u64::from(probe.mtu)).max(1) as u32;
        self.path.search_low = probe.mtu;
        self.path.probe = None;
        if stack.has(Change::MtuProbesBisect) {
            stack.count(Counter::TCPMTUPSuccess);
        }
        self.sync_mss(self.path.mtu);
    }
}
