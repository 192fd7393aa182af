//! Losses that no ACK tells of: the tail loss probe (`tcp_schedule_loss_probe`, RFC 8985 §7), and early retransmit of
//! small flights (RFC 5827), which 3.5 to 4.10 have.

use super::Connection;
use super::ack::Told;
use super::timers::Timer;
use crate::kernel::{Change, ChangeSet, Counter};
use crate::tcp::rtt::initial_rto;
use crate::tcp::seq::{after, before};
use crate::tcp::stack::Stack;
use crate::time::Time;

/// How long after the last segment of a flight its loss is probed; `alone` when it is the only one.
pub fn loss_probe_wait(changes: ChangeSet, srtt: Option<Time>, alone: bool, jiffy: Time) -> Time {
    match srtt {
        None => initial_rto(changes),
        Some(srtt) if changes.has(Change::LossProbeWaitsLonger) => {
            let more = match alone {
                true => Time::from_millis(200),
                false if changes.has(Change::LossProbeMargin2Ms) => Time::from_millis(2),
                false => Time(2 * jiffy.0),
            };
            Time(2 * srtt.0) + more
        }
        Some(srtt) => {
            let in_micros = changes.has(Change::RttInMicroseconds);
            let srtt = if in_micros { srtt } else { Time(srtt.0 / jiffy.0 * jiffy.0) };
            let least = Time(2 * srtt.0).max(Time::from_millis(10));
            if alone { least.max(Time(srtt.0 + srtt.0 / 2) + Time::from_millis(200)) } else { least }
        }
    }
}

impl Connection {
    /// Is nothing known to be lost, so that the end of the flight may be probed?
    pub(super) fn probes_tail(&self, stack: &Stack) -> bool {
        let on = stack.has(Change::TailLossProbe) && stack.sysctl.tcp_early_retrans >= 3;
        let quiet = self.recovery.is_open() && self.in_flight.sacked_out == 0;
        // Up to 4.12 not while the congestion window lets more out.
        let more = !stack.has(Change::TimersBeforeRecovery)
            && self.window.cwnd > self.packets_in_flight()
            && self.has_unsent();
        on && !more && !self.in_flight.is_empty() && self.sack_ok && quiet
    }

    /// Arms the tail loss probe in place of the retransmission timer (`tcp_schedule_loss_probe`).
    pub(in crate::tcp) fn schedule_loss_probe(&mut self, stack: &Stack) {
        if !self.probes_tail(stack) {
            return;
        }
        let delay = self.loss_probe_delay(stack);
        if stack.has(Change::TimersBeforeRecovery) {
            // The timeout counts from when the oldest segment was sent.
            let due = self.in_flight.front().map_or(stack.now, |head| head.sent_at + self.rto());
            let left = due - stack.now;
            return self.arm_loss_probe(stack.timer(if due > stack.now { delay.min(left) } else { delay }));
        }
        if let Some(timeout) = self.retransmission_due()
            && timeout.fires <= stack.now + delay
        {
            return self.arm_loss_probe(timeout);
        }
        self.arm_loss_probe(stack.timer(delay));
    }

    /// How long the end of the flight is waited for.
    pub(super) fn loss_probe_delay(&self, stack: &Stack) -> Time {
        let alone = self.in_flight.len() == 1;
        loss_probe_wait(stack.changes(), self.rtt.srtt(), alone, stack.jiffy())
    }

    /// After an ACK the probe is put in place of a retransmission timer that was just armed.
    pub(in crate::tcp) fn schedule_loss_probe_if_retransmitting(&mut self, stack: &Stack) {
        if self.timers.retransmission_kind() == Some(Timer::Retransmit) {
            self.schedule_loss_probe(stack);
        }
    }

    /// The probe: something new, or the last segment again (`tcp_send_loss_probe`).
    pub(in crate::tcp) fn send_loss_probe(&mut self, stack: &mut Stack) {
        self.stop_retransmission();
        let sent_before = self.snd_nxt;
        if self.has_unsent() && self.window_allows_next() {
            self.push_one_probe(stack);
            if stack.has(Change::LossProbeOfNewDataNoted) {
                self.recovery.probe_high_seq = Some(self.snd_nxt);
                self.recovery.probe_again = false;
            }
        } else if self.recovery.probe_high_seq.is_none() {
            let last = (self.in_flight.len() as usize).saturating_sub(1);
            // A window that was taken back lets no probe out.
            if !self.retransmit(stack, last, true) {
                return self.rearm_in_place_of_probe(stack);
            }
        } else {
            // One probe for each tail. From 4.4 on the timeout then counts from when the oldest segment was sent.
            return self.rearm_in_place_of_probe(stack);
        }
        if sent_before == self.snd_nxt {
            self.recovery.probe_high_seq = Some(self.snd_nxt);
            self.recovery.probe_again = true;
        }
        stack.count(Counter::TCPLossProbes);
        self.rearm_retransmission(stack);
    }

    /// What an ACK says of the probe: a loss that it repaired costs what any loss does (`tcp_process_tlp_ack`).
    pub(super) fn judge_loss_probe(&mut self, stack: &mut Stack, ack: u32, told: &Told) {
        let Some(high) = self.recovery.probe_high_seq else { return };
        if before(ack, high) {
            return;
        }
        let duplicate = told.is_duplicate() && !told.sacked;
        if !self.recovery.probe_again || told.dsack_of_probe {
            self.recovery.probe_high_seq = None;
        } else if after(ack, high) {
            self.recovery.probe_high_seq = None;
            if !told.dsack || stack.has(Change::TimersBeforeRecovery) {
                stack.count(Counter::TCPLossProbeRecovery);
                self.init_reduction();
                self.window.cwnd = self.window.ssthresh;
                self.keep_open(stack);
            }
        } else if duplicate {
            self.recovery.probe_high_seq = None;
        }
    }

    /// Few segments are out: fewer duplicate ACKs will do, after a quarter of a round trip (`tcp_time_to_recover`,
    /// `tcp_pause_early_retransmit`).
    pub(super) fn early_retransmit(&mut self, stack: &mut Stack, _told: &Told) -> bool {
        let packets = self.in_flight.len();
        let sacked = self.in_flight.sacked_out;
        let on = stack.has(Change::EarlyRetransmit)
            && (1..4).contains(&stack.sysctl.tcp_early_retrans)
            && self.recovery.reordering_seen == 0;
        let small = self.in_flight.retrans_out == 0 && sacked > 0 && packets > sacked && packets < 4;
        if !on || !small || self.may_send_now(stack) {
            return false;
        }
        let Some(srtt) = self.rtt.srtt().filter(|_| stack.sysctl.tcp_early_retrans >= 2) else { return true };
        let delay = Time(srtt.0 / 4).max(Time::from_millis(2));
        let delay = Time(delay.0 / stack.jiffy().0 * stack.jiffy().0);
        if self.sending_due().is_none_or(|due| due <= stack.now + delay) {
            return true;
        }
        self.arm_early_retransmit(stack, delay);
        false
    }

    /// `tcp_resume_early_retransmit`
    pub(super) fn early_retransmit_timer(&mut self, stack: &mut Stack) {
        self.stop_retransmission();
        if self.in_flight.is_empty() {
            return;
        }
        self.rearm_retransmission(stack);
        if self.recovery.reordering_seen > 0 {
            return;
        }
        self.enter_recovery(stack);
        self.update_scoreboard(stack, true);
        self.retransmit_lost(stack);
    }
}
