//! What an acknowledgement does to what was sent (`tcp_ack`, `tcp_clean_rtx_queue`).

use super::timers::Timer;
use super::{Connection, Sent, State};
use crate::kernel::Change;
use crate::net::Segment;
use crate::tcp::congestion::Round;
use crate::tcp::seq::{after, before, distance};
use crate::tcp::stack::Stack;
use crate::tcp::why::{Stage, Why};
use crate::time::Time;

/// What an acknowledgement told (the flags of `tcp_ack`).
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Told {
    /// The segment carried data (FLAG_DATA).
    pub(super) data: bool,
    /// It set the window (FLAG_WIN_UPDATE).
    pub(super) window_update: bool,
    /// It moved `snd_una` (FLAG_SND_UNA_ADVANCED).
    pub(super) advanced: bool,
    /// It acknowledged data, or a SYN (FLAG_DATA_ACKED, FLAG_SYN_ACKED).
    pub(super) data_acked: bool,
    pub(super) syn_acked: bool,
    /// Some of it had been sent twice (FLAG_RETRANS_DATA_ACKED), or more than the first segment had been.
    pub(super) retransmitted_acked: bool,
    pub(super) retransmitted_behind_head_acked: bool,
    /// Something was selectively acknowledged for the first time (FLAG_DATA_SACKED).
    pub(super) sacked: bool,
    /// Only what had been sent once before the timeout was (FLAG_ONLY_ORIG_SACKED).
    pub(super) only_original_sacked: bool,
    /// What was sent once, before recovery began, has arrived (FLAG_ORIG_SACK_ACKED).
    pub(super) original_arrived: bool,
    /// It told of data that came twice (FLAG_DSACKING_ACK), the last probe among them (FLAG_DSACK_TLP).
    pub(super) dsack: bool,
    pub(super) dsack_of_probe: bool,
    /// A retransmission was found lost (FLAG_LOST_RETRANS).
    pub(super) lost_retransmission: bool,
    /// The timer is to start anew (FLAG_SET_XMIT_TIMER).
    pub(super) rearm: bool,
    /// Segments acknowledged, and those that arrived in whatever way.
    pub(super) acked: u32,
    pub(super) delivered: u32,
    /// When the first segment that was newly acknowledged selectively had been sent, and the last one.
    pub(super) sacked_sent: Option<(Time, Time)>,
}

impl Told {
    /// FLAG_NOT_DUP
    fn not_duplicate(&self) -> bool {
        self.data || self.window_update || self.data_acked || self.syn_acked
    }

    /// A duplicate ACK, as RFC 5681 has it.
    pub(super) fn is_duplicate(&self) -> bool {
        !self.advanced && !self.not_duplicate()
    }

    /// FLAG_FORWARD_PROGRESS
    pub(super) fn progress(&self) -> bool {
        self.data_acked || self.syn_acked || self.sacked
    }
}

impl Connection {
    /// Takes the acknowledgement of a segment. `Ok(false)` is one that tells nothing new: older than the last.
    ///
    /// # Errors
    /// It acknowledges what was never sent, or is far too old.
    pub(in crate::tcp) fn acknowledge(&mut self, stack: &mut Stack, segment: &Segment) -> Result<bool, Why> {
        let ack = segment.ack;
        let bad = |connection: &Connection, answered| Why::BadAck {
            at: Stage::Synchronised,
            ack,
            snd_una: connection.snd_una,
            snd_nxt: connection.snd_nxt,
            answered,
        };
        let prior_una = self.snd_una;
        if before(ack, prior_una) {
            // RFC 5961 §5.2
            if stack.has(Change::ChallengeAck) && before(ack, prior_una.wrapping_sub(self.max_window)) {
                self.challenge(stack, segment);
                return Err(bad(self, true));
            }
            self.old_acknowledgement(stack, segment);
            return Ok(false);
        }
        if after(ack, self.snd_nxt) {
            if stack.has(Change::ChallengeAckBeyondSent) {
                self.challenge(stack, segment);
                return Err(bad(self, true));
            }
            return Err(bad(self, false));
        }
        let mut told = Told { data: segment.len > 0 || segment.flags.fin(), ..Told::default() };
        told.advanced = after(ack, prior_una);
        let before_it = self.before_ack();
        let outstanding = !self.in_flight.is_empty();
        if self.may_update_window(segment) {
            told.window_update = true;
            self.set_window(segment);
        }
        if told.advanced {
            self.timers.retransmits = 0;
        }
        // Every ACK puts the timeout in the place of a probe, and the probe begins its wait anew.
        let waits = [Timer::LossProbe, Timer::EarlyRetransmit, Timer::Reordering].map(Some);
        if stack.has(Change::AcksRestartProbe) && waits.contains(&self.timers.retransmission_kind()) {
            self.rearm_retransmission(stack);
        }
        if stack.has(Change::TsRecentUpdatedByAck) {
            self.replace_ts_recent(stack, segment);
        }
        self.timers.probes = 0;
        self.snd_una = ack;
        self.echoed = segment.opts.ts.map(|ts| ts.tsecr).filter(|_| self.ts.is_some());
        // Of what came twice it may tell when all is acknowledged.
        self.take_sack(stack, segment, prior_una, &mut told);
        if !outstanding {
            self.probe_acknowledged(stack);
            return Ok(true);
        }
        self.clean_retransmission_queue(stack, segment, &mut told, &before_it);
        self.mtu_probe_acknowledged(stack);
        self.acknowledged(stack, ack, told, &before_it, prior_una);
        if self.in_flight.is_empty() {
            self.stop_busy(stack);
        }
        Ok(true)
    }

    fn before_ack(&self) -> Before {
        Before {
            unsacked: self.in_flight.len() - self.in_flight.sacked_out.min(self.in_flight.len()),
            in_network: self.packets_in_flight(),
            lost: self.in_flight.marked_lost,
            highest_sack: self.recovery.highest_sack,
        }
    }

    /// An ACK that a later one overtook: what it acknowledges selectively is news all the same (`old_ack`).
    fn old_acknowledgement(&mut self, stack: &mut Stack, segment: &Segment) {
        if segment.opts.sack.as_slice().is_empty() || self.in_flight.is_empty() {
            return;
        }
        let before_it = self.before_ack();
        let mut told = Told::default();
        self.echoed = segment.opts.ts.map(|ts| ts.tsecr).filter(|_| self.ts.is_some());
        self.take_sack(stack, segment, self.snd_una, &mut told);
        if stack.has(Change::OldSackRepairs) {
            self.repair(stack, &mut told, &before_it, self.snd_una);
            self.resend(stack);
        } else {
            self.keep_open(stack);
        }
    }

    /// Lets the window grow, repairs losses, arms the timers, in the order that this kernel does it.
    fn acknowledged(
        &mut self,
        stack: &mut Stack,
        ack: u32,
        mut told: Told,
        before_it: &Before,
        prior_una: u32,
    ) {
        let late = stack.has(Change::WindowAfterRecovery);
        self.adapt_reordering_window(stack);
        let frto = self.process_old_frto(stack, &told);
        if stack.has(Change::TimersBeforeRecovery) {
            self.judge_loss_probe(stack, ack, &told);
        }
        if stack.has(Change::TimersBeforeRecovery) && told.rearm {
            self.rearm_after_ack(stack);
        }
        self.recovery.delivered += told.delivered;
        if !late && !frto && self.may_raise_cwnd(&told) {
            self.grow_cwnd(stack, told.acked, before_it.in_network);
        }
        if self.is_dubious(&told) {
            self.repair(stack, &mut told, before_it, prior_una);
        }
        if late {
            if self.recovery.reduces() {
                let newly_lost = self.in_flight.marked_lost != before_it.lost;
                self.reduce_cwnd(stack, told.delivered, newly_lost, &told);
            } else if self.may_raise_cwnd(&told) {
                self.grow_cwnd(stack, told.delivered, before_it.in_network);
            }
            self.resend(stack);
        }
        if !stack.has(Change::TimersBeforeRecovery) {
            self.judge_loss_probe(stack, ack, &told);
        }
        if !stack.has(Change::TimersBeforeRecovery) {
            self.schedule_loss_probe_if_retransmitting(stack);
        }
    }

    /// `tcp_set_xmit_timer`
    fn rearm_after_ack(&mut self, stack: &Stack) {
        if !self.probes_tail(stack) {
            return self.rearm_retransmission(stack);
        }
        let rto = self.rto();
        self.arm_loss_probe(stack.timer(self.loss_probe_delay(stack).min(rto)));
    }

    /// `tcp_ack_is_dubious`
    fn is_dubious(&self, told: &Told) -> bool {
        !told.not_duplicate() || told.sacked || !self.recovery.is_open()
    }

    /// `tcp_may_raise_cwnd`
    fn may_raise_cwnd(&self, told: &Told) -> bool {
        let reordered = self.recovery.reordering > super::recovery::DUP_THRESHOLD;
        let progress = if reordered { told.progress() } else { told.data_acked };
        progress && !self.recovery.reduces()
    }

    /// `tcp_may_update_window`
    pub(in crate::tcp) fn may_update_window(&self, segment: &Segment) -> bool {
        let window = self.scaled_window(segment);
        after(segment.ack, self.snd_una)
            || after(segment.seq, self.snd_wl1)
            || (segment.seq == self.snd_wl1 && window > self.snd_wnd)
    }

    /// Takes the window of a segment (`tcp_ack_update_window`).
    pub(in crate::tcp) fn set_window(&mut self, segment: &Segment) {
        let window = self.scaled_window(segment);
        self.snd_wl1 = segment.seq;
        self.snd_wnd = window;
        if window > self.max_window {
            self.window_grew();
            self.max_window = window;
        }
    }

    /// The window field of a SYN is never scaled.
    fn scaled_window(&self, segment: &Segment) -> u32 {
        let scale = if segment.flags.syn() { 0 } else { self.snd_wscale };
        u32::from(segment.win) << scale
    }

    /// `tcp_clean_rtx_queue`: forgets what is acknowledged and takes a round-trip sample.
    fn clean_retransmission_queue(
        &mut self,
        stack: &mut Stack,
        segment: &Segment,
        told: &mut Told,
        before_it: &Before,
    ) {
        let ack = segment.ack;
        let mut first_sent: Option<Time> = None;
        let mut last_sent: Option<Time> = None;
        let mut reordered: Option<u32> = None;
        while let Some(first) = self.in_flight.front() {
            if after(first.end_seq(), ack) {
                if after(ack, first.seq) && first.len > 0 {
                    self.in_flight.trim_front(distance(ack, first.seq).cast_unsigned());
                }
                break;
            }
            let Some(sent) = self.in_flight.pop() else { break };
            if sent.retransmitted {
                told.retransmitted_behind_head_acked |= told.acked > 0;
                told.retransmitted_acked = true;
            } else if !sent.sacked {
                first_sent = first_sent.or(Some(sent.sent_at));
                last_sent = Some(sent.sent_at);
                reordered = reordered.or(Some(sent.seq));
                told.original_arrived |= !after(sent.end_seq(), self.recovery.high_seq);
            }
            if !sent.sacked && self.sack_ok {
                told.delivered += 1;
                self.advance_rack(stack, &sent);
            }
            told.acked += 1;
            if sent.syn {
                told.syn_acked = true;
                self.recovery.retrans_stamp = None;
            } else {
                told.data_acked = true;
            }
        }
        self.forget_old_marks(ack);
        while self.in_flight.by_time.front().is_some_and(|(_, seq)| before(*seq, ack)) {
            self.in_flight.by_time.pop_front();
        }
        if told.acked > 0 {
            told.rearm = true;
            if self.sack_ok {
                // A hole that was filled by what was sent once only: packets were reordered (`prior_fack`).
                if let (Some(seq), Some(highest)) = (reordered, before_it.highest_sack)
                    && before(seq, highest)
                {
                    self.note_reordering(stack, seq);
                }
            } else {
                self.remove_reno_sacks(told);
                told.original_arrived &= !told.retransmitted_acked;
            }
        } else if let (Some((first, _)), Some(head)) = (told.sacked_sent, self.in_flight.front())
            && stack.has(Change::SackMeasuresRtt)
        {
            // The timer does not start anew for what had been sent before the oldest was sent again.
            told.rearm = stack.now - first > stack.now - head.sent_at;
        }
        self.sample_rtt(stack, segment, told, first_sent, last_sent);
        if told.rearm && !stack.has(Change::TimersBeforeRecovery) {
            self.rearm_retransmission(stack);
        }
    }

    /// `tcp_ack_update_rtt`, and what congestion control learns of it.
    fn sample_rtt(
        &mut self,
        stack: &Stack,
        segment: &Segment,
        told: &Told,
        first_sent: Option<Time>,
        last_sent: Option<Time>,
    ) {
        let since = |sent: Time| stack.rtt_clock(stack.now) - stack.rtt_clock(sent);
        let sacked = told.sacked_sent.filter(|_| stack.has(Change::SackMeasuresRtt));
        // Karn's rule: no sample from what was sent twice; the echoed timestamp tells all the same.
        let measured = first_sent.filter(|_| !told.retransmitted_acked).map(since);
        let echoed = (told.acked > 0).then(|| self.since_echo(stack, segment)).flatten();
        let preferred = echoed.filter(|_| !stack.has(Change::PacketTimingPreferred));
        let rtt = preferred.or(measured).or(sacked.map(|(first, _)| since(first))).or(echoed);
        if let Some(rtt) = rtt {
            let new_round = after(segment.ack, self.recovery.rtt_round);
            if new_round {
                self.recovery.rtt_round = self.snd_nxt;
            }
            self.rtt.sample(rtt, new_round);
            self.timers.backoff = 0;
        }
        let last = last_sent.filter(|_| !told.retransmitted_acked).or(sacked.map(|(_, last)| last));
        let for_control = last.map(since).or(rtt.filter(|_| !stack.has(Change::SackMeasuresRtt)));
        if let Some(rtt) = for_control {
            self.min_rtt = Some(self.min_rtt.map_or(rtt, |least| least.min(rtt)));
        }
        if told.acked > 0 {
            let round = self.round(segment.ack);
            self.control.measured(stack, &mut self.window, told.acked, for_control, round);
        }
    }

    /// The round trip of the handshake.
    pub(in crate::tcp) fn sample_handshake(&mut self, rtt: Time) {
        self.rtt.sample(rtt, true);
        self.min_rtt = Some(rtt);
    }

    /// Where the sender stands, for congestion control.
    pub(super) fn round(&self, ack: u32) -> Round {
        // Four packets of 64 KiB at the pacing rate: twice the window in a round trip while it doubles, else 6/5 of it.
        let srtt = self.rtt.srtt().unwrap_or(Time::from_millis(1)).micros();
        let bytes = u64::from(self.window.cwnd.max(1)) * u64::from(self.mss_cache()) * 2;
        let ack_delay = Time::from_micros((4 * 65_536 * srtt.max(1) / bytes.max(1)).min(1000));
        Round { ack, snd_nxt: self.snd_nxt, open: self.recovery.is_open(), ack_delay }
    }

    /// How long ago the timestamp that a segment echoes was sent: a round trip even when it answers a retransmission
    /// (RFC 7323 §4).
    pub(in crate::tcp) fn since_echo(&self, stack: &Stack, segment: &Segment) -> Option<Time> {
        let (ts, echo) = (self.ts?, segment.opts.ts?.tsecr);
        let ticks = distance(stack.clock.now(stack.now).wrapping_add(ts.offset), echo);
        (echo != 0 && ticks >= 0)
            .then(|| Time(ticks as u64 * (1_000_000_000 / stack.clock.ticks_per_second())))
    }

    /// The oldest segment that is not acknowledged.
    pub(in crate::tcp) fn first_in_flight(&self) -> Option<&Sent> {
        self.in_flight.front()
    }

    /// Is the connection in a state in which it may still send data?
    pub(in crate::tcp) fn may_transmit(&self) -> bool {
        !matches!(self.state, State::Closed | State::SynSent | State::SynRecv)
    }

    /// What `tcp_ack_probe` does when nothing is in flight: the answer to a window probe stops or re-arms the timer.
    fn probe_acknowledged(&mut self, stack: &mut Stack) {
        if self.has_unsent() {
            if self.window_allows_next() {
                self.timers.backoff = 0;
                self.timers.window_closed = None;
                self.stop_retransmission();
            } else {
                self.arm_window_probe(stack);
            }
        }
    }
}

/// What was so before an ACK came.
#[derive(Clone, Copy, Debug)]
pub(super) struct Before {
    /// Segments that were neither acknowledged nor selectively acknowledged.
    pub(super) unsacked: u32,
    /// Segments in the network.
    pub(super) in_network: u32,
    /// Segments ever found lost.
    pub(super) lost: u32,
    /// Where the highest segment ended that was selectively acknowledged.
    highest_sack: Option<u32>,
}
