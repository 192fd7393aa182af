//! F-RTO: two ACKs after a timeout tell whether it was spurious (RFC 5682). The kernels up to 3.9 send only the head
//! again and count ACKs (`tcp_enter_frto`, `tcp_process_frto`); later ones treat it inside loss recovery
//! (`tcp_process_loss`).

use super::Connection;
use super::ack::Told;
use super::recovery::{DUP_THRESHOLD, Phase};
use crate::kernel::{Change, Counter};
use crate::tcp::seq::{after, before};
use crate::tcp::stack::Stack;

impl Connection {
    /// After a timeout, from 3.10 on.
    pub(super) fn process_loss_with_frto(&mut self, stack: &mut Stack, told: &mut Told, duplicate: bool) {
        let recovered = !before(self.snd_una, self.recovery.high_seq);
        let before_later = stack.has(Change::LossesByTime);
        if told.advanced && before_later && self.undo_loss(stack, false) {
            return;
        }
        if self.recovery.frto {
            if told.original_arrived && self.undo_loss(stack, true) {
                return;
            }
            if after(self.snd_nxt, self.recovery.high_seq) {
                if told.sacked || duplicate {
                    self.recovery.frto = false;
                }
            } else if told.advanced && !recovered {
                self.recovery.high_seq = self.snd_nxt;
                if before_later {
                    // Step 2.b: new data first, if there is any.
                    if self.has_unsent() && self.window_allows_next() {
                        return self.send_new_later();
                    }
                    self.recovery.frto = false;
                } else {
                    self.push_all(stack);
                    if after(self.snd_nxt, self.recovery.high_seq) {
                        return;
                    }
                    self.recovery.frto = false;
                }
            }
        }
        if recovered {
            self.timers.retransmits = 0;
            self.undo_recovery(stack);
            return;
        }
        if told.data_acked {
            self.timers.retransmits = 0;
        }
        if !self.sack_ok {
            if after(self.snd_nxt, self.recovery.high_seq) && duplicate {
                self.add_reno_sack(told);
            } else if told.advanced {
                self.in_flight.sacked_out = 0;
            }
        }
        if !before_later && self.undo_loss(stack, false) {
            return;
        }
        self.resend_lost_later();
        if !stack.has(Change::WindowAfterRecovery) {
            self.resend(stack);
        }
    }

    /// Up to 3.9: may a timeout be treated as one in doubt (`tcp_use_frto`)?
    pub(super) fn uses_old_frto(&self, stack: &Stack) -> bool {
        if stack.has(Change::FrtoReworked) || stack.sysctl.tcp_frto == 0 || self.in_flight.is_empty() {
            return false;
        }
        if self.sack_ok && stack.sysctl.tcp_frto == 2 {
            return true;
        }
        // More than one retransmission under way: nothing could be told.
        if self.in_flight.retrans_out > 1 {
            return false;
        }
        for (n, sent) in self.in_flight.iter().enumerate() {
            if n > 0 && sent.retransmitted {
                return false;
            }
            if n > 0 && !sent.sacked {
                return true;
            }
        }
        true
    }

    /// `tcp_enter_frto`
    pub(super) fn enter_old_frto(&mut self) {
        let fresh = self.recovery.frto_counter == 0 && self.recovery.phase() <= Phase::Disorder;
        let again =
            (self.recovery.in_loss() || self.recovery.frto_counter > 0) && self.timers.retransmits == 0;
        if fresh || self.snd_una == self.recovery.high_seq || again {
            self.recovery.prior_ssthresh = self.current_ssthresh();
            let cwnd = if self.recovery.frto_counter > 0 { 2 } else { self.window.cwnd };
            self.window.ssthresh = self.control.loss_ssthresh(cwnd);
        }
        self.recovery.undo_marker = Some(self.snd_una);
        self.recovery.undo_retrans = 0;
        if self.in_flight.front().is_some_and(|head| head.retransmitted) {
            self.recovery.undo_marker = None;
        }
        self.in_flight.forget_retransmission(0);
        self.window.cwnd = self.window.cwnd.min(self.packets_in_flight() + 1);
        let earlier = self.sack_ok
            && (self.recovery.frto_counter > 0 || self.recovery.phase() >= Phase::Recovery)
            && after(self.recovery.high_seq, self.snd_una);
        self.recovery.frto_highmark = Some(if earlier { self.recovery.high_seq } else { self.snd_nxt });
        self.recovery.enter(Phase::Disorder);
        self.recovery.high_seq = self.snd_nxt;
        self.recovery.frto_counter = 1;
    }

    /// `tcp_enter_frto_loss`: the timeout was real.
    fn enter_old_frto_loss(&mut self, stack: &Stack, allowed: u32, told: &Told) {
        if !self.sack_ok {
            self.in_flight.sacked_out = 0;
        }
        let mut first = self.recovery.frto_counter == 1 && !told.data_acked;
        for index in 0..self.in_flight.len() as usize {
            let Some(sent) = self.in_flight.get(index).copied() else { break };
            self.in_flight.forget_loss(index);
            if std::mem::take(&mut first) {
                // The retransmission of the timeout is still under way.
                continue;
            }
            if sent.retransmitted {
                self.recovery.undo_marker = None;
            }
            self.in_flight.forget_retransmission(index);
            if !sent.sacked {
                self.in_flight.mark_lost(index);
            }
        }
        self.window.cwnd = self.packets_in_flight() + allowed;
        self.window.count = 0;
        self.recovery.frto_counter = 0;
        self.recovery.reordering = self.recovery.reordering.min(DUP_THRESHOLD);
        self.recovery.enter(Phase::Loss);
        self.recovery.high_seq = self.snd_nxt;
        self.in_flight.resend_from = None;
        self.control.timed_out(stack, self.snd_nxt);
    }

    /// `tcp_process_frto`. True when the congestion window is not to grow by this ACK.
    pub(super) fn process_old_frto(&mut self, stack: &mut Stack, told: &Told) -> bool {
        let counter = self.recovery.frto_counter;
        if counter == 0 {
            return false;
        }
        if told.data_acked {
            self.timers.retransmits = 0;
        }
        if told.retransmitted_behind_head_acked || (counter >= 2 && told.retransmitted_acked) {
            self.recovery.undo_marker = None;
        }
        if self.recovery.frto_highmark.is_none_or(|mark| !before(self.snd_una, mark)) {
            self.enter_old_frto_loss(stack, if counter == 1 { 2 } else { 3 }, told);
            return true;
        }
        let not_duplicate = !told.is_duplicate() && !told.advanced;
        if !self.sack_ok {
            if !(told.progress() || told.advanced) && not_duplicate {
                return true;
            }
            if !told.data_acked {
                self.enter_old_frto_loss(stack, if counter == 1 { 0 } else { 3 }, told);
                return true;
            }
        } else {
            if !told.data_acked && counter == 1 {
                self.window.cwnd = self.window.cwnd.min(self.packets_in_flight());
                return true;
            }
            if counter >= 2 && (!told.progress() || (told.sacked && !told.only_original_sacked)) {
                if !told.progress() && not_duplicate {
                    return true;
                }
                self.enter_old_frto_loss(stack, 3, told);
                return true;
            }
        }
        if counter == 1 {
            self.window.cwnd = self.packets_in_flight() + 2;
            self.recovery.frto_counter = 2;
            if !self.may_send_now(stack) {
                self.enter_old_frto_loss(stack, 2, told);
            }
            return true;
        }
        // tcp_ratehalving_spur_to_response
        self.window.cwnd = self.window.cwnd.min(self.window.ssthresh);
        self.window.count = 0;
        self.recovery.frto_counter = 0;
        self.recovery.undo_marker = None;
        stack.count(Counter::TCPSpuriousRTOs);
        false
    }
}
