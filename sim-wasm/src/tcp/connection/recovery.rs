//! What was lost, and what is sent again without waiting for a timeout: duplicate ACKs, SACK, the tail loss probe.

use super::Connection;
use super::timers::Timer;
use crate::kernel::{Change, ChangeSet, Counter};
use crate::tcp::rtt::initial_rto;
use crate::tcp::seq::{after, before};
use crate::tcp::stack::Stack;
use crate::time::Time;

/// Duplicate ACKs that mean a loss (RFC 5681 §3.2).
const DUP_THRESHOLD: u32 = 3;

/// State of loss recovery.
#[derive(Clone, Debug, Default)]
pub(super) struct Recovery {
    phase: Phase,
    /// What had been sent when recovery began (`high_seq`).
    high_seq: u32,
    duplicates: u32,
    /// What had been sent when a loss probe went out (`tlp_high_seq`).
    probe_high_seq: Option<u32>,
    /// End of the flight whose round trip is being measured (`rtt_seq`).
    pub(super) rtt_round: u32,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Phase {
    #[default]
    Open,
    /// Fast retransmit.
    Recovery,
    /// After a timeout.
    Loss,
}

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
    /// Something was sent or acknowledged: is a segment lost?
    pub(in crate::tcp) fn detect_loss(
        &mut self,
        stack: &mut Stack,
        acked: u32,
        duplicate: bool,
        newly_sacked: bool,
    ) {
        if acked > 0 {
            self.recovery.duplicates = 0;
            if self.recovery.phase != Phase::Open && !before(self.snd_una, self.recovery.high_seq) {
                if self.recovery.phase == Phase::Recovery {
                    self.cwnd = self.ssthresh.min(self.packets_in_flight() + 1).max(2);
                }
                self.recovery.phase = Phase::Open;
            }
        } else if duplicate && (newly_sacked || !self.sack_ok) {
            self.recovery.duplicates += 1;
        }
        let in_flight_before = self.packets_in_flight() + acked;
        let begins = self.recovery.phase == Phase::Open;
        let suspected = begins && self.recovery.duplicates >= DUP_THRESHOLD;
        if suspected && self.mtu_probe_failed(stack) {
            return;
        }
        let lost = match self.recovery.phase {
            Phase::Open if suspected => {
                self.recovery.phase = Phase::Recovery;
                self.recovery.high_seq = self.snd_nxt;
                self.ssthresh = self.loss_ssthresh();
                self.cwnd = self.ssthresh;
                self.mark_lost();
                true
            }
            Phase::Recovery => {
                self.mark_lost();
                true
            }
            Phase::Loss => true,
            Phase::Open => false,
        };
        if lost {
            self.retransmit_lost(stack, begins);
        }
        if acked > 0 && self.recovery.phase != Phase::Recovery {
            self.grow_cwnd(stack, acked, in_flight_before);
        }
    }

    /// Whatever has three later segments selectively acknowledged counts as lost; without SACK the first one.
    fn mark_lost(&mut self) {
        if self.sack_ok {
            let mut sacked_behind = self.in_flight.iter().filter(|sent| sent.sacked).count() as u32;
            for sent in &mut self.in_flight {
                if sent.sacked {
                    sacked_behind -= 1;
                } else if sacked_behind >= DUP_THRESHOLD && !sent.retransmitting {
                    sent.lost = true;
                }
            }
        } else if let Some(first) = self.in_flight.front_mut()
            && !first.retransmitting
        {
            first.lost = true;
        }
    }

    /// The segment that recovery begins with is not held by the congestion window, which has just been halved
    /// (`fast_rexmit` of `tcp_cwnd_reduction`; before 3.2 `tcp_cwnd_down` kept room for one).
    fn retransmit_lost(&mut self, stack: &mut Stack, mut begins: bool) {
        let mut index = 0;
        while let Some(sent) = self.in_flight.get(index) {
            let due = sent.lost && !sent.retransmitting;
            if due && (std::mem::take(&mut begins) || self.packets_in_flight() < self.cwnd) {
                self.retransmit(stack, index);
                if index == 0 {
                    self.rearm_retransmission(stack);
                }
            }
            index += 1;
        }
    }

    /// What was marked lost is sent again, though nothing hints at congestion: no window is made smaller
    /// (`tcp_non_congestion_loss_retransmit`).
    pub(super) fn lose_without_congestion(&mut self, stack: &mut Stack) {
        if self.recovery.phase != Phase::Loss {
            self.recovery.high_seq = self.snd_nxt;
            if self.recovery.phase == Phase::Open {
                self.ssthresh = self.ssthresh.max(self.cwnd - self.cwnd / 4);
            }
            self.recovery.phase = Phase::Loss;
        }
        self.retransmit_lost(stack, false);
    }

    /// Where slow start ends after a loss: CUBIC's share of the window (`cubictcp_recalc_ssthresh`), or half
    /// (`tcp_reno_ssthresh`).
    pub(in crate::tcp) fn loss_ssthresh(&self) -> u32 {
        if self.options.reno { self.cwnd / 2 } else { self.cwnd * 717 / 1024 }.max(2)
    }

    /// A timeout: everything that is not known to have arrived counts as lost (`tcp_enter_loss`).
    pub(in crate::tcp) fn enter_loss(&mut self) {
        if self.recovery.phase != Phase::Loss {
            self.ssthresh = self.loss_ssthresh();
        }
        self.recovery.phase = Phase::Loss;
        self.recovery.high_seq = self.snd_nxt;
        self.recovery.probe_high_seq = None;
        self.recovery.duplicates = 0;
        self.cwnd = 1;
        self.cwnd_cnt = 0;
        for sent in &mut self.in_flight {
            sent.retransmitting = false;
            sent.lost = !sent.sacked;
        }
    }

    /// `tcp_ca_state`: Open, Disorder, Recovery or Loss.
    pub(in crate::tcp) fn congestion_state(&self) -> i64 {
        match self.recovery.phase {
            Phase::Open if self.recovery.duplicates == 0 && self.is_open() => 0,
            Phase::Open => 1,
            Phase::Recovery => 3,
            Phase::Loss => 4,
        }
    }

    /// Is nothing known to be lost?
    pub(in crate::tcp) fn is_open(&self) -> bool {
        self.recovery.phase == Phase::Open && !self.in_flight.iter().any(|sent| sent.sacked)
    }

    /// Arms the tail loss probe in place of the retransmission timer (`tcp_schedule_loss_probe`).
    pub(in crate::tcp) fn schedule_loss_probe(&mut self, stack: &Stack) {
        let on = stack.has(Change::TailLossProbe) && stack.sysctl.tcp_early_retrans >= 3;
        if !on || self.in_flight.is_empty() || !self.sack_ok || !self.is_open() {
            return;
        }
        let alone = self.in_flight.len() == 1;
        let delay = loss_probe_wait(stack.changes(), self.rtt.srtt(), alone, stack.jiffy());
        if let Some(timeout) = self.retransmission_due()
            && timeout.fires <= stack.now + delay
        {
            return self.arm_loss_probe(timeout);
        }
        self.arm_loss_probe(stack.timer(delay));
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
        } else if self.recovery.probe_high_seq.is_none() {
            let last = self.in_flight.len().saturating_sub(1);
            self.retransmit(stack, last);
        } else {
            // One probe for each tail. From 4.4 on the timeout then counts from when the oldest segment was sent.
            return self.rearm_in_place_of_probe(stack);
        }
        if sent_before == self.snd_nxt {
            self.recovery.probe_high_seq = Some(self.snd_nxt);
        }
        stack.count(Counter::TCPLossProbes);
        self.rearm_retransmission(stack);
    }

    /// An ACK beyond what was sent when the probe went out ends its episode, and so does a duplicate of it
    /// (`tcp_process_tlp_ack`).
    pub(in crate::tcp) fn end_loss_probe(&mut self, ack: u32, duplicate: bool) {
        if self.recovery.probe_high_seq.is_some_and(|high| after(ack, high) || (ack == high && duplicate)) {
            self.recovery.probe_high_seq = None;
        }
    }
}
