//! Loss recovery: when a segment counts as lost, how far the congestion window shrinks, and when it was all a mistake
//! (`tcp_fastretrans_alert` and what it calls).
//!
//! - `sacktag.rs`: what SACK blocks tell
//! - `rack.rs`: losses by time
//! - `frto.rs`: timeouts that were none
//! - `probe.rs`: the tail loss probe, early retransmit

use super::Connection;
use super::ack::{Before, Told};
use super::offload::push_last;
use super::rack::Rack;
use crate::kernel::{Change, Counter};
use crate::net::SackBlocks;
use crate::tcp::seq::{after, before};
use crate::tcp::stack::Stack;

/// Duplicate ACKs that mean a loss, until reordering is seen (`tcp_reordering`, RFC 5681 §3.2).
pub(super) const DUP_THRESHOLD: u32 = 3;

/// `icsk_ca_state`
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Phase {
    #[default]
    Open,
    /// Something is missing, or is under way again.
    Disorder,
    /// Fast retransmit.
    Recovery,
    /// After a timeout.
    Loss,
}

/// State of loss recovery.
#[derive(Clone, Debug, Default)]
pub(super) struct Recovery {
    phase: Phase,
    /// What had been sent when the phase began (`high_seq`).
    pub(super) high_seq: u32,
    /// What was unacknowledged when the window was cut; none when the cut cannot be undone (`undo_marker`).
    pub(super) undo_marker: Option<u32>,
    /// Retransmissions that no D-SACK has answered; -1 before the first (`undo_retrans`).
    pub(super) undo_retrans: i32,
    /// TSval when the first retransmission went out (`retrans_stamp`).
    pub(super) retrans_stamp: Option<u32>,
    /// The window before the cut (`prior_cwnd`), and where slow start ended (`prior_ssthresh`).
    pub(super) prior_cwnd: u32,
    pub(super) prior_ssthresh: u32,
    /// Since the cut, segments that arrived and segments sent (`prr_delivered`, `prr_out`).
    pub(super) prr_delivered: u32,
    pub(super) prr_out: u32,
    /// Is the timeout still in doubt (`frto`)? The kernels up to 3.9 count ACKs of it.
    pub(super) frto: bool,
    pub(super) frto_counter: u32,
    pub(super) frto_highmark: Option<u32>,
    /// How far packets were seen to overtake each other (`reordering`), in segments, and how often (`reord_seen`).
    pub(super) reordering: u32,
    pub(super) reordering_seen: u32,
    /// Segments that arrived, the SYN not among them (`delivered`).
    pub(super) delivered: u32,
    /// D-SACKs received (`dsack_dups`).
    pub(super) dsacks: u32,
    /// Does the highest segment that arrived mean that all below it should have (FACK)?
    pub(super) fack: bool,
    /// End of the highest segment that was acknowledged selectively.
    pub(super) highest_sack: Option<u32>,
    /// The blocks of the last ACK (`recv_sack_cache`).
    pub(super) sack_cache: SackBlocks,
    /// What had been sent when a loss probe went out (`tlp_high_seq`), and whether it repeated something.
    pub(super) probe_high_seq: Option<u32>,
    pub(super) probe_again: bool,
    /// End of the flight whose round trip is being measured (`rtt_seq`).
    pub(super) rtt_round: u32,
    pub(super) rack: Rack,
    /// Something is to be sent again, or something new first (`tcp_xmit_recovery`).
    due: Due,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Due {
    #[default]
    Nothing,
    /// REXMIT_LOST
    Lost,
    /// REXMIT_NEW: two new segments tell whether the timeout was real.
    New,
}

impl Recovery {
    pub(super) fn new(stack: &Stack) -> Recovery {
        Recovery {
            reordering: DUP_THRESHOLD,
            fack: stack.has(Change::ForwardAcknowledgement),
            ..Recovery::default()
        }
    }

    pub(super) fn is_open(&self) -> bool {
        self.phase == Phase::Open
    }

    pub(super) fn in_loss(&self) -> bool {
        self.phase == Phase::Loss
    }

    pub(super) fn phase(&self) -> Phase {
        self.phase
    }

    /// Is the window being reduced (`tcp_in_cwnd_reduction`)?
    pub(super) fn reduces(&self) -> bool {
        self.phase == Phase::Recovery
    }

    pub(super) fn enter(&mut self, phase: Phase) {
        self.phase = phase;
    }
}

impl Connection {
    /// An ACK that is not just the next one: `tcp_fastretrans_alert`.
    pub(super) fn repair(&mut self, stack: &mut Stack, told: &mut Told, before_it: &Before, prior_una: u32) {
        let duplicate = told.is_duplicate() && !(told.dsack && stack.has(Change::DsackIsNoDuplicate));
        if self.in_flight.is_empty() {
            self.in_flight.sacked_out = 0;
        }
        if self.reneged(stack, told) {
            return;
        }
        if self.phase_ends(stack, duplicate) {
            return;
        }
        let mut mark = duplicate
            || (told.sacked && self.recovery.fack && self.forward_acknowledged() > self.recovery.reordering);
        let mut begins = false;
        match self.recovery.phase {
            Phase::Recovery => {
                if !told.advanced {
                    if !self.sack_ok && duplicate {
                        self.add_reno_sack(told);
                    }
                } else {
                    match self.undo_partial(stack, told, prior_una) {
                        Partial::Delayed => return,
                        Partial::Marks(more) => mark = more,
                    }
                }
                if self.recovery_was_needless(stack) {
                    self.keep_open(stack);
                    if self.recovery.phase != Phase::Recovery {
                        return;
                    }
                }
                self.identify_losses(stack, told);
            }
            Phase::Loss => {
                self.process_loss(stack, told, duplicate);
                if self.recovery.phase == Phase::Loss {
                    self.identify_losses(stack, told);
                    return;
                }
                if self.recovery.phase != Phase::Open || self.in_flight.is_empty() {
                    return;
                }
                if self.stays_open(stack, told, duplicate) {
                    return;
                }
                begins = true;
            }
            Phase::Open | Phase::Disorder => {
                if self.stays_open(stack, told, duplicate) {
                    return;
                }
                begins = true;
            }
        }
        if begins {
            if self.mtu_probe_failed(stack) {
                return;
            }
            self.enter_recovery(stack);
        }
        if !self.marks_by_time_alone(stack) && (mark || begins) {
            self.update_scoreboard(stack, begins);
        }
        self.recovery.due = Due::Lost;
        if !stack.has(Change::WindowAfterRecovery) {
            let arrived = before_it
                .unsacked
                .saturating_sub(self.in_flight.len() - self.in_flight.sacked_out.min(self.in_flight.len()));
            self.reduce_cwnd_at_once(stack, arrived, begins, told);
            self.resend(stack);
        }
    }

    /// Nothing was lost so far: is it now? True when not.
    fn stays_open(&mut self, stack: &mut Stack, told: &mut Told, duplicate: bool) -> bool {
        if !self.sack_ok {
            if told.advanced {
                self.in_flight.sacked_out = 0;
            }
            if duplicate {
                self.add_reno_sack(told);
            }
        }
        if self.recovery.phase <= Phase::Disorder {
            self.undo_by_dsack(stack);
        }
        self.identify_losses(stack, told);
        if self.should_recover(stack, told) {
            return false;
        }
        if self.in_flight.retrans_out == 0 {
            self.recovery.retrans_stamp = None;
        }
        self.keep_open(stack);
        self.moderate_window(stack);
        true
    }

    /// `tcp_try_keep_open`. READ 3.10: what could be undone is no disorder by itself; before, it was.
    pub(super) fn keep_open(&mut self, stack: &Stack) {
        let again = match stack.has(Change::FrtoReworked) {
            true => self.any_retransmission_done(),
            false => self.in_flight.retrans_out > 0 || self.recovery.undo_marker.is_some(),
        };
        let disorder = self.in_flight.left_out() > 0 || again;
        let phase = if disorder { Phase::Disorder } else { Phase::Open };
        if phase != self.recovery.phase {
            self.recovery.phase = phase;
            self.recovery.high_seq = self.snd_nxt;
        }
    }

    /// The peer has taken back what it had acknowledged selectively: all counts as lost (`tcp_check_sack_reneging`).
    fn reneged(&mut self, stack: &mut Stack, told: &Told) -> bool {
        let head_sacked = self.in_flight.front().is_some_and(|head| head.sacked);
        if !(told.advanced && head_sacked) {
            return false;
        }
        stack.count(Counter::TCPSACKReneging);
        self.enter_loss(stack, true);
        self.retransmit(stack, 0, false);
        self.rearm_retransmission(stack);
        true
    }

    /// All that had been sent when the phase began is acknowledged. True when the ACK has nothing more to tell.
    fn phase_ends(&mut self, stack: &mut Stack, _duplicate: bool) -> bool {
        if self.recovery.phase == Phase::Open {
            self.recovery.retrans_stamp = None;
            return false;
        }
        if before(self.snd_una, self.recovery.high_seq) {
            return false;
        }
        match self.recovery.phase {
            Phase::Loss if !stack.has(Change::FrtoReworked) => {
                self.timers.retransmits = 0;
                self.undo_recovery(stack)
            }
            Phase::Disorder if !stack.has(Change::FrtoReworked) => {
                self.undo_by_dsack(stack);
                let more = self.snd_una != self.recovery.high_seq;
                if self.recovery.undo_marker.is_none() || !self.sack_ok || more {
                    self.recovery.undo_marker = None;
                    self.recovery.phase = Phase::Open;
                }
                false
            }
            Phase::Recovery => {
                if !self.sack_ok {
                    self.in_flight.sacked_out = 0;
                }
                if self.undo_recovery(stack) {
                    return true;
                }
                self.end_reduction(stack);
                false
            }
            _ => false,
        }
    }

    /// Does it look as if something was lost (`tcp_time_to_recover`)?
    fn should_recover(&mut self, stack: &mut Stack, told: &Told) -> bool {
        if self.recovery.frto_counter > 0 {
            return false;
        }
        if self.in_flight.lost_out > 0 {
            return true;
        }
        if self.marks_by_time_alone(stack) {
            return false;
        }
        if self.duplicates() > self.recovery.reordering {
            return true;
        }
        if !stack.has(Change::SmallFlightsRecoverBySacks) {
            return self.early_retransmit(stack, told);
        }
        let packets = self.in_flight.len();
        if packets <= self.recovery.reordering
            && self.in_flight.sacked_out >= (packets / 2).max(DUP_THRESHOLD)
            && !self.may_send_now(stack)
        {
            return true;
        }
        self.early_retransmit(stack, told)
    }

    /// `tcp_dupack_heuristics`
    fn duplicates(&self) -> u32 {
        if self.recovery.fack && self.sack_ok {
            self.forward_acknowledged()
        } else {
            self.in_flight.sacked_out + 1
        }
    }

    /// `tcp_identify_packet_loss`
    fn identify_losses(&mut self, stack: &mut Stack, told: &mut Told) {
        if !stack.has(Change::LossesByTime) || self.in_flight.is_empty() {
            return;
        }
        if !self.sack_ok {
            if self.marks_by_time_alone(stack) {
                self.mark_reno_lost(told.advanced);
            }
            return;
        }
        let retransmissions = self.in_flight.retrans_out;
        if self.mark_lost_by_time(stack) {
            told.rearm = false;
        }
        told.lost_retransmission |= retransmissions > self.in_flight.retrans_out;
    }

    /// `tcp_newreno_mark_lost`
    fn mark_reno_lost(&mut self, advanced: bool) {
        let enough = self.in_flight.sacked_out >= self.recovery.reordering;
        if (self.recovery.phase < Phase::Recovery && enough)
            || (self.recovery.phase == Phase::Recovery && advanced)
        {
            if self.in_flight.front().is_some_and(|head| head.lost) {
                return;
            }
            self.in_flight.mark_lost(0);
        }
    }

    /// Do times alone tell losses, or duplicate ACKs too?
    fn marks_by_time_alone(&self, stack: &Stack) -> bool {
        stack.has(Change::LossesByTimeAlone)
    }

    /// `tcp_enter_recovery`
    pub(super) fn enter_recovery(&mut self, stack: &mut Stack) {
        stack.count(if self.sack_ok { Counter::TCPSackRecovery } else { Counter::TCPRenoRecovery });
        self.recovery.prior_ssthresh = 0;
        self.init_undo();
        let cut = self.recovery.phase < Phase::Recovery;
        if cut {
            self.recovery.prior_ssthresh = self.current_ssthresh();
            self.init_reduction();
        }
        self.recovery.high_seq = self.snd_nxt;
        self.window.count = 0;
        self.recovery.phase = Phase::Recovery;
    }

    /// `tcp_init_undo`
    pub(super) fn init_undo(&mut self) {
        self.recovery.undo_marker = Some(self.snd_una);
        let under_way = self.in_flight.retrans_out.cast_signed();
        self.recovery.undo_retrans = if under_way > 0 { under_way } else { -1 };
    }

    /// Which segments count as lost (`tcp_update_scoreboard`).
    pub(super) fn update_scoreboard(&mut self, stack: &Stack, begins: bool) {
        if !self.sack_ok {
            return self.mark_head_lost(stack, 1, begins);
        }
        let reordering = self.recovery.reordering;
        if self.recovery.fack {
            let lost = self.forward_acknowledged().saturating_sub(reordering).max(1);
            return self.mark_head_lost(stack, lost, false);
        }
        let sacked = self.in_flight.sacked_out;
        if sacked >= reordering && (sacked > reordering || stack.has(Change::ProportionalReduction)) {
            self.mark_head_lost(stack, sacked - reordering, false);
        } else if begins {
            self.mark_head_lost(stack, 1, true);
        }
    }

    /// `tcp_mark_head_lost`: segments from the first on, until more than `packets` were counted: all of them with FACK or
    /// without SACK, else those that arrived.
    fn mark_head_lost(&mut self, _stack: &Stack, packets: u32, only_first: bool) {
        let count_all = !self.sack_ok || self.recovery.fack;
        let mut count = 0;
        let mut index = 0;
        while let Some(sent) = self.in_flight.get(index) {
            if after(sent.end_seq(), self.recovery.high_seq) {
                break;
            }
            count += u32::from(count_all || sent.sacked);
            if count > packets {
                break;
            }
            if !sent.sacked && !sent.lost {
                self.in_flight.mark_lost(index);
            }
            if only_first {
                break;
            }
            index += 1;
        }
    }

    /// Sends again what is lost, or something new to find out whether it is (`tcp_xmit_recovery`).
    pub(super) fn resend(&mut self, stack: &mut Stack) {
        match std::mem::take(&mut self.recovery.due) {
            Due::Nothing => return,
            Due::New => {
                self.push_all(stack);
                if after(self.snd_nxt, self.recovery.high_seq) {
                    return;
                }
                self.recovery.frto = false;
            }
            Due::Lost => {}
        }
        self.retransmit_lost(stack);
    }

    /// What `process_loss` wants done next.
    pub(super) fn resend_lost_later(&mut self) {
        self.recovery.due = Due::Lost;
    }

    pub(super) fn send_new_later(&mut self) {
        self.recovery.due = Due::New;
    }

    /// `tcp_xmit_retransmit_queue`: what is lost, as far as the congestion window lets it.
    pub(super) fn retransmit_lost(&mut self, stack: &mut Stack) {
        if self.in_flight.lost_out > self.in_flight.retrans_out || self.in_flight.lost_out > 0 {
            let from = self.in_flight.resend_from.unwrap_or(self.snd_una);
            let mut index = self.in_flight.index_behind(from);
            // Neighbours of one packet go as one packet again: so many segments of it so far.
            let mut in_packet = 0;
            while let Some(sent) = self.in_flight.get(index).copied() {
                self.in_flight.resend_from = Some(sent.seq);
                if self.packets_in_flight() >= self.window.cwnd {
                    return push_last(stack, in_packet);
                }
                if sent.lost && !sent.sacked && !sent.retransmitting {
                    if !self.retransmit(stack, index, false) {
                        return push_last(stack, in_packet);
                    }
                    in_packet += 1;
                    self.retransmitted(stack, index);
                } else {
                    push_last(stack, std::mem::take(&mut in_packet));
                }
                if !self.in_flight.get(index).is_some_and(|sent| sent.goes_on) {
                    push_last(stack, std::mem::take(&mut in_packet));
                }
                index += 1;
            }
            push_last(stack, in_packet);
        }
        if stack.has(Change::ForwardRetransmit) {
            self.retransmit_forward(stack);
        }
    }

    /// Holes that do not count as lost are filled too, when there is nothing new to send
    /// (`tcp_can_forward_retransmit`).
    fn retransmit_forward(&mut self, stack: &mut Stack) {
        if self.recovery.phase != Phase::Recovery || !self.sack_ok || self.may_send_now(stack) {
            return;
        }
        let Some(highest) = self.recovery.highest_sack else { return };
        let mut index = 0;
        while let Some(sent) = self.in_flight.get(index).copied() {
            // `tcp_highest_sack_seq` is where the highest segment begins.
            if !before(sent.end_seq(), highest) || self.packets_in_flight() >= self.window.cwnd {
                return;
            }
            if !sent.lost && !sent.sacked && !sent.retransmitting {
                if !self.retransmit(stack, index, false) {
                    return;
                }
                self.retransmitted(stack, index);
            }
            index += 1;
        }
    }

    fn retransmitted(&mut self, stack: &mut Stack, index: usize) {
        stack.count(if self.recovery.phase == Phase::Loss {
            Counter::TCPSlowStartRetrans
        } else {
            Counter::TCPFastRetrans
        });
        if self.recovery.reduces() {
            self.recovery.prr_out += 1;
        }
        if index == 0 {
            self.restart_retransmission(stack);
        }
    }

    /// A timeout: what is not known to have arrived counts as lost (`tcp_enter_loss`). `reneged`: even that.
    pub(in crate::tcp) fn enter_loss(&mut self, stack: &mut Stack, reneged: bool) {
        let fresh = self.recovery.phase <= Phase::Disorder;
        let again = self.recovery.phase == Phase::Loss && self.timers.retransmits == 0;
        if stack.has(Change::TimeoutSparesRecent) {
            self.mark_timed_out(stack, reneged);
        }
        if fresh || !after(self.recovery.high_seq, self.snd_una) || again {
            self.recovery.prior_ssthresh = self.current_ssthresh();
            self.recovery.prior_cwnd = self.window.cwnd;
            self.window.ssthresh = self.control.loss_ssthresh(self.window.cwnd);
            self.init_undo();
        }
        if !stack.has(Change::TimeoutSparesRecent) {
            self.mark_all_lost(stack, reneged);
        }
        let left = if stack.has(Change::TimeoutSparesRecent) { self.packets_in_flight() } else { 0 };
        self.window.cwnd = left + 1;
        self.window.count = 0;
        self.control.timed_out(stack, self.snd_nxt);
        if !stack.has(Change::ReorderingOutlivesTimeout) || self.in_flight.sacked_out >= DUP_THRESHOLD {
            self.recovery.reordering = self.recovery.reordering.min(DUP_THRESHOLD);
        }
        self.recovery.frto = stack.has(Change::FrtoReworked)
            && stack.sysctl.tcp_frto > 0
            && (fresh || self.timers.retransmits > 0)
            && !reneged;
        self.recovery.phase = Phase::Loss;
        self.recovery.high_seq = self.snd_nxt;
        self.recovery.probe_high_seq = None;
    }

    /// All but what arrived is lost, retransmissions too; what was sent again before cannot be undone.
    fn mark_all_lost(&mut self, _stack: &Stack, reneged: bool) {
        if !self.sack_ok {
            self.in_flight.sacked_out = 0;
        }
        self.recovery.undo_marker = Some(self.snd_una);
        self.in_flight.resend_from = None;
        for index in 0..self.in_flight.len() as usize {
            let Some(sent) = self.in_flight.get(index).copied() else { break };
            if sent.retransmitted {
                self.recovery.undo_marker = None;
            }
            self.in_flight.forget_retransmission(index);
            if reneged {
                self.in_flight.forget_sack(index);
            }
            self.in_flight.mark_lost(index);
        }
        if reneged {
            self.recovery.highest_sack = None;
        }
    }

    /// From 4.18 on what was sent lately is given its time (`tcp_timeout_mark_lost`).
    fn mark_timed_out(&mut self, stack: &Stack, reneged: bool) {
        if !self.sack_ok {
            self.in_flight.sacked_out = 0;
        }
        for index in 0..self.in_flight.len() as usize {
            let Some(sent) = self.in_flight.get(index).copied() else { break };
            if reneged {
                self.in_flight.forget_sack(index);
            } else if index > 0 && self.sack_ok && !self.rack_expired(stack, &sent) {
                continue;
            }
            self.in_flight.mark_lost(index);
        }
        if reneged {
            self.recovery.highest_sack = None;
        }
    }

    /// After a retransmission timeout (`tcp_process_loss`).
    fn process_loss(&mut self, stack: &mut Stack, told: &mut Told, duplicate: bool) {
        if stack.has(Change::FrtoReworked) {
            return self.process_loss_with_frto(stack, told, duplicate);
        }
        if told.data_acked {
            self.timers.retransmits = 0;
        }
        if !self.sack_ok && told.advanced {
            self.in_flight.sacked_out = 0;
        }
        if !self.undo_loss(stack, false) {
            self.window.cwnd =
                self.window.cwnd.min(self.packets_in_flight() + self.recovery.reordering.max(3));
            self.retransmit_lost(stack);
        }
    }

    /// `tcp_ca_state`: Open, Disorder, Recovery or Loss.
    pub(in crate::tcp) fn congestion_state(&self) -> i64 {
        match self.recovery.phase {
            Phase::Open => 0,
            Phase::Disorder => 1,
            Phase::Recovery => 3,
            Phase::Loss => 4,
        }
    }
}

/// What a partial ACK in recovery means.
pub(super) enum Partial {
    /// Packets were delayed, not lost, and a retransmission is still out: nothing to do yet.
    Delayed,
    /// Go on; are more segments to be marked?
    Marks(bool),
}
