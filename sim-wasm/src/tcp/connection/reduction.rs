//! How far the congestion window shrinks in a recovery: rate halving, later proportional rate reduction in three versions
//! (`tcp_cwnd_reduction`).

use super::Connection;
use super::ack::Told;
use super::recovery::Phase;
use crate::kernel::Change;
use crate::tcp::stack::Stack;

impl Connection {
    /// `tcp_init_cwnd_reduction`
    pub(super) fn init_reduction(&mut self) {
        self.recovery.probe_high_seq = None;
        self.window.count = 0;
        self.recovery.prior_cwnd = self.window.cwnd;
        self.recovery.prr_delivered = 0;
        self.recovery.prr_out = 0;
        self.window.ssthresh = self.control.loss_ssthresh(self.window.cwnd);
    }

    /// Where slow start would end if it ended now (`tcp_current_ssthresh`).
    pub(super) fn current_ssthresh(&self) -> u32 {
        if self.recovery.reduces() {
            return self.window.ssthresh;
        }
        self.window.ssthresh.max(self.window.cwnd / 2 + self.window.cwnd / 4)
    }

    /// The congestion window while losses are repaired: what left the network lets so much in (PRR, RFC 6937).
    pub(super) fn reduce_cwnd(&mut self, stack: &Stack, arrived: u32, newly_lost: bool, told: &Told) {
        if arrived == 0 || self.recovery.prior_cwnd == 0 {
            return;
        }
        self.recovery.prr_delivered += arrived;
        let (delivered, out) = (self.recovery.prr_delivered, self.recovery.prr_out);
        let (in_network, ssthresh) = (self.packets_in_flight(), self.window.ssthresh);
        let mut send = if in_network > ssthresh {
            let share =
                (u64::from(ssthresh) * u64::from(delivered)).div_ceil(u64::from(self.recovery.prior_cwnd));
            (share as u32).saturating_sub(out)
        } else {
            let room = ssthresh - in_network;
            let kept = delivered.saturating_sub(out).max(arrived);
            let doubling = if stack.has(Change::PrrByAdvance) {
                return self.set_reduced(
                    kept_or_more(kept, told.advanced && !newly_lost).min(room),
                    out,
                    in_network,
                );
            } else if stack.has(Change::PrrConservative) {
                told.retransmitted_acked && !told.lost_retransmission
            } else {
                true
            };
            if doubling { (kept + 1).min(room) } else { arrived.min(room) }
        };
        if in_network > ssthresh || stack.has(Change::PrrConservative) {
            send = send.max(u32::from(out == 0));
        }
        self.window.cwnd = in_network + send;
    }

    fn set_reduced(&mut self, send: u32, out: u32, in_network: u32) {
        self.window.cwnd = in_network + send.max(u32::from(out == 0));
    }

    /// Up to 4.5 the window is reduced where the loss is found; up to 3.1 by one for every second ACK.
    pub(super) fn reduce_cwnd_at_once(&mut self, stack: &Stack, arrived: u32, begins: bool, told: &Told) {
        if stack.has(Change::ProportionalReduction) {
            self.recovery.prr_delivered += arrived;
            let (delivered, out) = (self.recovery.prr_delivered, self.recovery.prr_out);
            let (in_network, ssthresh) = (self.packets_in_flight(), self.window.ssthresh);
            let send = if in_network > ssthresh {
                let prior = u64::from(self.recovery.prior_cwnd.max(1));
                let share = (u64::from(ssthresh) * u64::from(delivered)).div_ceil(prior);
                (share as u32).saturating_sub(out)
            } else {
                (delivered.saturating_sub(out).max(arrived) + 1).min(ssthresh - in_network)
            };
            self.window.cwnd = in_network + send.max(u32::from(begins));
            return;
        }
        // tcp_cwnd_down
        let progress = told.progress() || told.advanced || told.dsack;
        if progress || (!self.sack_ok && told.is_duplicate()) {
            let step = self.window.count + 1;
            self.window.count = step & 1;
            if step > 1 && self.window.cwnd > self.control.least_window(self.window.ssthresh) {
                self.window.cwnd -= step >> 1;
            }
            self.window.cwnd = self.window.cwnd.min(self.packets_in_flight() + 1);
        }
    }

    /// `tcp_end_cwnd_reduction`, `tcp_complete_cwr`
    pub(super) fn end_reduction(&mut self, stack: &Stack) {
        if !stack.has(Change::ProportionalReduction) {
            // A window that rate halving left below the threshold stays there.
            self.window.cwnd = self.window.cwnd.min(self.window.ssthresh);
        } else if self.recovery.undo_marker.is_some() {
            self.window.cwnd = self.window.ssthresh;
        }
    }

    /// `tcp_moderate_cwnd`: no bursts of more than three segments after an ACK that told of disorder.
    pub(super) fn moderate_window(&mut self, stack: &Stack) {
        let always = !stack.has(Change::BurstsBoundedInDisorderOnly);
        if stack.has(Change::BurstsBounded) && (always || self.recovery.phase() != Phase::Open) {
            self.window.cwnd =
                self.window.cwnd.min(self.packets_in_flight() + self.recovery.reordering.max(3));
        }
    }
}

fn kept_or_more(kept: u32, more: bool) -> u32 {
    kept + u32::from(more)
}
