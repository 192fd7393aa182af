//! A segment arrives for a full socket: is it acceptable, and what does it change (`tcp_validate_incoming`,
//! `tcp_rcv_established`, `tcp_rcv_state_process`).

use super::{Connection, State};
use crate::kernel::{Change, Counter};
use crate::net::{Flags, Segment};
use crate::tcp::seq::{after, before, distance};
use crate::tcp::socket::{Errno, EventKind};
use crate::tcp::stack::Stack;
use crate::tcp::time_wait::{Substate, fin_timeout};
use crate::tcp::timestamps::{PAWS_WINDOW, Recent, paws_check};
use crate::tcp::why::{Stage, Why};
use crate::time::Time;

/// TCP_TIMEWAIT_LEN: an orphan waits longer than this in FIN_WAIT2 as a full socket.
const TIMEWAIT_LEN: Time = Time::from_secs(60);

/// What to do with a segment.
enum Validated {
    /// Go on with it.
    Acceptable,
    Dropped(Why),
    /// The connection ended.
    Ended(Option<Why>),
}

impl Connection {
    /// A segment arrives in a synchronised state, or in SYN_RECV after a simultaneous open.
    pub(in crate::tcp) fn receive(&mut self, stack: &mut Stack, segment: &Segment) -> Option<Why> {
        let flags = segment.flags;
        // Up to 3.17 a segment with none of these flags was dropped before anything looked at its SYN.
        let seen = flags.ack() || flags.rst() || (flags.syn() && stack.has(Change::SynWithoutAckExamined));
        if !seen && stack.has(Change::NoAckDiscarded) {
            return Some(self.bad_ack(segment));
        }
        match self.validate(stack, segment) {
            Validated::Acceptable => {}
            Validated::Dropped(why) => return Some(why),
            Validated::Ended(why) => return why,
        }
        self.received_at = stack.now;
        if self.state == State::Established {
            let predicted = self.is_predicted(segment);
            if predicted && segment.len == 0 {
                // The timestamp counts even when the ACK is older than others.
                self.replace_ts_recent(stack, segment);
            }
            if predicted && segment.len > 0 && segment.ack == self.snd_una {
                self.replace_ts_recent(stack, segment);
                self.snd_wl1 = segment.seq;
                self.queue_data(stack, segment);
                self.check_ack(stack);
                return None;
            }
            if flags.ack()
                && let Err(why) = self.acknowledge(stack, segment)
            {
                return Some(why);
            }
            self.queue_data(stack, segment);
            return self.after_data(stack);
        }
        self.receive_while_closing(stack, segment)
    }

    /// Nothing but the next data in order, or an ACK that changes no window (the fast path of `tcp_rcv_established`): of data
    /// whose acknowledgement tells nothing that is not even looked at, so that timers run on.
    fn is_predicted(&self, segment: &Segment) -> bool {
        let plain = segment.flags.without(Flags::PSH) == Flags::ACK;
        plain
            && segment.seq == self.rcv_nxt
            && !after(segment.ack, self.snd_nxt)
            && segment.opts.sack.as_slice().is_empty()
            && u32::from(segment.win) << self.snd_wscale == self.snd_wnd
            && !self.has_gap()
            && segment.len <= self.receive_window()
            && !self.over_receive_buffer()
    }

    /// Sends what may go now, and the ACK that is owed.
    fn after_data(&mut self, stack: &mut Stack) -> Option<Why> {
        if self.state != State::Closed && self.successor.is_none() {
            self.push_pending(stack);
            self.check_space(stack);
            self.check_ack(stack);
        }
        None
    }

    /// `tcp_rcv_state_process`, from the fifth step on.
    fn receive_while_closing(&mut self, stack: &mut Stack, segment: &Segment) -> Option<Why> {
        if !segment.flags.ack() {
            return Some(self.bad_ack(segment));
        }
        let acceptable = self.acknowledge(stack, segment);
        let old = matches!(acceptable, Ok(false));
        if self.state == State::SynRecv {
            if !matches!(acceptable, Ok(true)) {
                stack.send_reset_in_answer(segment);
                return Some(self.bad_ack(segment));
            }
            self.finish_crossed_open(stack, segment);
        } else if stack.has(Change::ChallengeUnacceptableAck) {
            if let Err(why) = acceptable {
                if !matches!(why, Why::BadAck { answered: true, .. }) {
                    self.challenge(stack, segment);
                }
                return Some(why);
            }
            if old && !stack.has(Change::OldAckWhileClosing) {
                self.challenge(stack, segment);
                return Some(self.bad_ack(segment));
            }
        }
        let fin_acked = self.snd_una == self.write_seq && self.fin_queued;
        match self.state {
            State::FinWait1 if fin_acked => {
                if let Validated::Ended(why) = self.fin_acknowledged(stack, segment) {
                    return why;
                }
            }
            State::Closing if fin_acked => {
                self.become_time_wait(stack, Substate::TimeWait, None);
                return None;
            }
            State::LastAck if fin_acked => {
                self.end(stack);
                return None;
            }
            _ => {}
        }
        let new_data = segment.len > 0 && after(segment.end_seq().wrapping_sub(fin(segment)), self.rcv_nxt);
        match self.state {
            State::CloseWait | State::Closing | State::LastAck if !before(segment.seq, self.rcv_nxt) => {}
            State::FinWait1 | State::FinWait2 if self.rcv_shutdown && new_data => {
                stack.count(Counter::TCPAbortOnData);
                self.error = Some(Errno::ECONNRESET);
                self.end(stack);
                stack.send_reset_in_answer(segment);
                return Some(Why::DataAfterClose);
            }
            _ => self.queue_data(stack, segment),
        }
        self.after_data(stack)
    }

    /// FIN_WAIT1: the FIN is acknowledged.
    fn fin_acknowledged(&mut self, stack: &mut Stack, segment: &Segment) -> Validated {
        self.state = State::FinWait2;
        self.snd_shutdown = true;
        if !self.orphan {
            return Validated::Acceptable;
        }
        let beyond = after(segment.end_seq().wrapping_sub(fin(segment)), self.rcv_nxt);
        if self.options.linger2 == Some(None) || (segment.end_seq() != segment.seq && beyond) {
            self.end(stack);
            stack.count(Counter::TCPAbortOnData);
            stack.send_reset_in_answer(segment);
            return Validated::Ended(Some(Why::DataAfterClose));
        }
        let timeout = fin_timeout(stack, self.options.linger2.flatten(), self.rtt.rto());
        if timeout > TIMEWAIT_LEN {
            self.arm_fin_wait2(stack, timeout - TIMEWAIT_LEN);
        } else if segment.flags.fin() {
            self.arm_fin_wait2(stack, timeout);
        } else {
            self.become_time_wait(stack, Substate::FinWait2, Some(timeout));
            return Validated::Ended(None);
        }
        Validated::Acceptable
    }

    /// SYN_RECV after a simultaneous open: the last ACK has come.
    fn finish_crossed_open(&mut self, stack: &mut Stack, segment: &Segment) {
        self.snd_una = segment.ack;
        self.set_window(segment);
        self.rearm_retransmission(stack);
        self.establish(stack);
        if self.snd_shutdown {
            self.state = State::FinWait1;
        }
        self.tell(stack, EventKind::Connected);
    }

    fn bad_ack(&self, segment: &Segment) -> Why {
        Why::BadAck {
            at: Stage::Synchronised,
            ack: segment.ack,
            snd_una: self.snd_una,
            snd_nxt: self.snd_nxt,
            answered: false,
        }
    }

    /// PAWS, sequence numbers, RST, SYN (`tcp_validate_incoming`).
    fn validate(&mut self, stack: &mut Stack, segment: &Segment) -> Validated {
        let flags = segment.flags;
        if let (Some(ts), Some(tsval)) = (self.ts, segment.tsval())
            && !paws_check(stack.kernel, ts.recent, tsval, PAWS_WINDOW, stack.now_s())
            && !flags.rst()
            && !self.harmless_duplicate_ack(stack, segment, tsval)
        {
            let recent = ts.recent.tsval;
            if stack.has(Change::PawsOldAck) {
                if flags.syn() {
                    return self.challenge_syn(stack, segment);
                }
                if flags.ack() && segment.end_seq() == segment.seq && before(segment.seq, self.rcv_nxt) {
                    return Validated::Dropped(Why::OldAck { recent, tsval });
                }
            }
            self.answer_bad_segment(stack, segment, Counter::TCPACKSkippedPAWS);
            return Validated::Dropped(Why::Paws { at: Stage::Synchronised, recent, tsval });
        }

        let window = self.receive_window();
        // tcp_sequence
        let right = self.rcv_nxt.wrapping_add(window);
        let begins_beyond = after(segment.seq, right);
        // A FIN may lie behind the edge. LIVE 6.18.44.
        let ends_beyond = stack.has(Change::BeyondWindowRefused)
            && after(segment.end_seq().wrapping_sub(fin(segment)), right)
            && self.unread() > 0;
        if before(segment.end_seq(), self.rcv_wup) || begins_beyond || ends_beyond {
            if flags.rst() {
                if self.resets_behind_fin(stack, segment) {
                    return self.reset(stack);
                }
            } else if flags.syn() && stack.has(Change::ChallengeAck) {
                return self.challenge_syn(stack, segment);
            } else {
                if stack.has(Change::BeyondWindowRefused) && (begins_beyond || ends_beyond) {
                    stack.count(Counter::BeyondWindow);
                }
                self.answer_bad_segment(stack, segment, Counter::TCPACKSkippedSeq);
            }
            if ends_beyond && !begins_beyond {
                return Validated::Dropped(Why::EndBeyondWindow { end: segment.end_seq(), right });
            }
            return Validated::Dropped(Why::OutOfWindow {
                at: Stage::Synchronised,
                seq: segment.seq,
                rcv_nxt: self.rcv_nxt,
                window,
            });
        }

        if flags.rst() {
            // RFC 5961 §3.2; before 3.6 any RST in the window resets.
            if !stack.has(Change::ChallengeAck) || self.resets(stack, segment) {
                return self.reset(stack);
            }
            self.challenge(stack, segment);
            let (seq, rcv_nxt) = (segment.seq, self.rcv_nxt);
            return Validated::Dropped(Why::InexactReset { seq, rcv_nxt, of_request: false });
        }
        let completes_crossed_open = self.state == State::SynRecv
            && stack.has(Change::SynAckAcceptedInSynRecv)
            && flags.ack()
            && segment.seq.wrapping_add(1) == self.rcv_nxt
            && segment.ack == self.snd_nxt;
        if flags.syn() && stack.has(Change::ChallengeAck) && !completes_crossed_open {
            return self.challenge_syn(stack, segment);
        }
        if !stack.has(Change::TsRecentUpdatedByAck) {
            self.replace_ts_recent(stack, segment);
        }
        // Before 3.6 a SYN resets when it is not an old one: a SYN-ACK that comes twice is.
        if flags.syn() && !before(segment.seq, self.rcv_nxt) {
            stack.count(Counter::TCPAbortOnSyn);
            if self.state == State::Established {
                stack.count(Counter::InErrs);
            }
            stack.send_reset_in_answer(segment);
            self.reset(stack);
            return Validated::Ended(Some(Why::SynOnConnection));
        }
        Validated::Acceptable
    }

    /// Is it the exact sequence number that a reset must have? From 4.10 also the end of the newest data that came out
    /// of order.
    fn resets(&self, stack: &Stack, segment: &Segment) -> bool {
        let newest = self.out_of_order.back().map(|early| early.end);
        segment.seq == self.rcv_nxt
            || self.resets_behind_fin(stack, segment)
            || (self.sack_ok && stack.has(Change::ResetAtSackEdge) && newest == Some(segment.seq))
    }

    /// `tcp_reset_check`: a peer that has sent its FIN may reset with the number the FIN had.
    fn resets_behind_fin(&self, stack: &Stack, segment: &Segment) -> bool {
        stack.has(Change::ResetBehindFin)
            && segment.seq == self.rcv_nxt.wrapping_sub(1)
            && matches!(self.state, State::CloseWait | State::LastAck | State::Closing)
    }

    /// `tcp_reset`
    fn reset(&mut self, stack: &mut Stack) -> Validated {
        let error = match self.state {
            State::SynSent => Errno::ECONNREFUSED,
            State::CloseWait => Errno::EPIPE,
            _ => Errno::ECONNRESET,
        };
        self.fail(stack, error);
        Validated::Ended(None)
    }

    fn challenge_syn(&mut self, stack: &mut Stack, segment: &Segment) -> Validated {
        if self.state == State::Established {
            stack.count(Counter::InErrs);
        }
        stack.count(Counter::TCPSYNChallenge);
        self.challenge(stack, segment);
        Validated::Dropped(Why::SynOnConnection)
    }

    /// `tcp_send_challenge_ack`
    pub(in crate::tcp) fn challenge(&mut self, stack: &mut Stack, segment: &Segment) {
        if stack.rate_limited(segment, &mut self.last_oow_ack, Counter::TCPACKSkippedChallenge) {
            return;
        }
        if stack.may_challenge() {
            self.send_ack(stack);
        }
    }

    /// An ACK in answer to a segment that is not acceptable, telling of data that came twice (`tcp_send_dupack`).
    fn answer_bad_segment(&mut self, stack: &mut Stack, segment: &Segment, skipped: Counter) {
        if stack.rate_limited(segment, &mut self.last_oow_ack, skipped) {
            return;
        }
        if segment.end_seq() != segment.seq && before(segment.seq, self.rcv_nxt) {
            stack.count(Counter::DelayedACKLost);
            self.enter_quickack_mode(stack);
            let end = segment.end_seq();
            let end = if after(end, self.rcv_nxt) { self.rcv_nxt } else { end };
            self.tell_of_duplicate(stack, segment.seq, end);
        }
        self.send_ack(stack);
    }

    /// `tcp_disordered_ack`: a duplicate ACK that a later one overtook is no reason for alarm.
    fn harmless_duplicate_ack(&self, stack: &Stack, segment: &Segment, tsval: u32) -> bool {
        let Some(ts) = self.ts else { return false };
        let rto_ticks = self.rto().millis() as i64 * stack.clock.ticks_per_second() as i64 / 1000;
        segment.flags.ack()
            && segment.end_seq() == segment.seq
            && segment.seq == self.rcv_nxt
            && segment.ack == self.snd_una
            && !self.may_update_window(segment)
            && i64::from(distance(ts.recent.tsval, tsval)) <= rto_ticks * 1024 / 1000
    }

    /// `tcp_replace_ts_recent`: unless the segment lies behind what was acknowledged last.
    pub(in crate::tcp) fn replace_ts_recent(&mut self, stack: &Stack, segment: &Segment) {
        let (kernel, now_s) = (stack.kernel, stack.now_s());
        if let (Some(ts), Some(tsval)) = (&mut self.ts, segment.tsval())
            && !after(segment.seq, self.rcv_wup)
            && paws_check(kernel, ts.recent, tsval, 0, now_s)
        {
            ts.recent = Recent { tsval, stamp_s: now_s };
        }
    }

    /// The socket goes on as a bucket.
    pub(in crate::tcp) fn become_time_wait(
        &mut self,
        stack: &mut Stack,
        substate: Substate,
        timeout: Option<Time>,
    ) {
        let mut bucket = self.bucket(substate, timeout);
        bucket.entered = stack.now;
        self.successor = Some(bucket);
        self.state = State::Closed;
    }
}

fn fin(segment: &Segment) -> u32 {
    u32::from(segment.flags.has(Flags::FIN))
}
