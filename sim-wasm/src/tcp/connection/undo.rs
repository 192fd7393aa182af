//! When a window was cut for nothing: timestamps or D-SACKs show that the first transmission arrived (Eifel, RFC 3522 and
//! RFC 3708; `tcp_may_undo` and its callers).

use super::Connection;
use super::ack::Told;
use super::recovery::{Partial, Phase};
use crate::kernel::{Change, Counter};
use crate::tcp::seq::before;
use crate::tcp::stack::Stack;

impl Connection {
    /// Was the cut a mistake (`tcp_may_undo`)?
    fn may_undo(&self) -> bool {
        self.recovery.undo_marker.is_some() && (self.recovery.undo_retrans == 0 || self.packet_delayed())
    }

    /// The peer echoes a timestamp from before the first retransmission: what it answers is the original
    /// (`tcp_packet_delayed`).
    fn packet_delayed(&self) -> bool {
        match (self.recovery.retrans_stamp, self.echoed) {
            (None, _) => true,
            (Some(stamp), Some(echo)) => echo != 0 && before(echo, stamp),
            (Some(_), None) => false,
        }
    }

    /// `tcp_undo_cwnd_reduction`
    fn undo_reduction(&mut self, stack: &Stack, unmark: bool) {
        if unmark {
            for index in 0..self.in_flight.len() as usize {
                self.in_flight.forget_loss(index);
            }
            self.in_flight.resend_from = None;
        }
        if self.recovery.prior_ssthresh > 0 {
            self.window.cwnd = self.control.undo_cwnd(stack, &self.window, self.recovery.prior_cwnd);
            self.window.ssthresh = self.window.ssthresh.max(self.recovery.prior_ssthresh);
        }
        self.recovery.undo_marker = None;
        self.recovery.rack.advanced = true;
    }

    /// `tcp_try_undo_recovery`. True when the phase is kept until something more is acknowledged.
    pub(super) fn undo_recovery(&mut self, stack: &mut Stack) -> bool {
        if self.may_undo() {
            let loss = self.recovery.phase() == Phase::Loss;
            self.undo_reduction(stack, false);
            stack.count(if loss { Counter::TCPLossUndo } else { Counter::TCPFullUndo });
        } else {
            self.recovery.rack.recovered();
        }
        if self.snd_una == self.recovery.high_seq && !self.sack_ok {
            // RFC 6582: without SACK three duplicates more would mean nothing.
            if stack.has(Change::BurstsBounded) {
                self.window.cwnd = self.window.cwnd.min(self.packets_in_flight() + 3);
            }
            if !self.any_retransmission_done() {
                self.recovery.retrans_stamp = None;
            }
            return true;
        }
        self.recovery.enter(Phase::Open);
        false
    }

    pub(super) fn any_retransmission_done(&self) -> bool {
        self.in_flight.retrans_out > 0 || self.in_flight.front().is_some_and(|head| head.retransmitted)
    }

    /// `tcp_try_undo_dsack`: every retransmission came twice.
    pub(super) fn undo_by_dsack(&mut self, stack: &mut Stack) -> bool {
        let undo = self.recovery.undo_marker.is_some() && self.recovery.undo_retrans == 0;
        if undo {
            self.recovery.rack.reorder_steps_persist();
            stack.count(Counter::TCPDSACKUndo);
            self.undo_reduction(stack, false);
        }
        undo
    }

    /// In recovery, D-SACKs may tell that it is needless; from 3.10 on.
    pub(super) fn recovery_was_needless(&mut self, stack: &mut Stack) -> bool {
        stack.has(Change::FrtoReworked) && self.undo_by_dsack(stack)
    }

    /// `tcp_try_undo_loss`
    pub(super) fn undo_loss(&mut self, stack: &mut Stack, spurious: bool) -> bool {
        if !spurious && !self.may_undo() {
            return false;
        }
        self.undo_reduction(stack, true);
        stack.count(Counter::TCPLossUndo);
        if spurious {
            stack.count(Counter::TCPSpuriousRTOs);
        }
        self.timers.retransmits = 0;
        if stack.has(Change::LossesByTime) && self.snd_una == self.recovery.high_seq && !self.sack_ok {
            return true;
        }
        if spurious || self.sack_ok {
            self.recovery.enter(Phase::Open);
        }
        true
    }

    /// A partial ACK in recovery (`tcp_try_undo_partial`).
    pub(super) fn undo_partial(&mut self, stack: &mut Stack, told: &Told, prior_una: u32) -> Partial {
        let marks = !self.sack_ok || (self.forward_acknowledged() > self.recovery.reordering);
        if !stack.has(Change::LossesByTime) {
            if !self.may_undo() {
                return Partial::Marks(marks);
            }
            if self.in_flight.retrans_out == 0 {
                self.recovery.retrans_stamp = None;
            }
            let metric = self.forward_acknowledged() + told.acked;
            self.recovery.reordering = self.recovery.reordering.max(metric);
            self.undo_reduction(stack, false);
            stack.count(Counter::TCPPartialUndo);
            return Partial::Marks(false);
        }
        if self.recovery.undo_marker.is_none() || !self.packet_delayed() {
            return Partial::Marks(marks);
        }
        // The hole was filled by a delayed packet: the rest may be late too.
        self.note_reordering(stack, prior_una);
        if self.in_flight.retrans_out > 0 {
            return Partial::Delayed;
        }
        if !self.any_retransmission_done() {
            self.recovery.retrans_stamp = None;
        }
        stack.count(Counter::TCPPartialUndo);
        self.undo_reduction(stack, true);
        self.keep_open(stack);
        Partial::Delayed
    }
}
