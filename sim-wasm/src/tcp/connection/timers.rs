//! The timers of a connection: retransmission, window and loss probes, delayed ACK, keepalive (net/ipv4/tcp_timer.c).

use super::{Connection, State};
use crate::kernel::{Change, Counter, Sysctl};
use crate::net::Flags;
use crate::tcp::rtt::{RTO_MAX, backed_off};
use crate::tcp::shown::ShownTimer;
use crate::tcp::socket::Errno;
use crate::tcp::stack::Stack;
use crate::tcp::time_wait::{Substate, fin_timeout};
use crate::tcp::timer::Armed;
use crate::time::Time;

/// TCP_RTO_MIN
pub(super) const RTO_MIN: Time = Time::from_millis(200);
/// TCP_TIMEWAIT_LEN
const TIMEWAIT_LEN: Time = Time::from_secs(60);

/// What the one timer of the sending side is for (`icsk_pending`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Timer {
    /// Retransmission of a segment or a SYN.
    Retransmit,
    /// A probe into a window that is closed.
    WindowProbe,
    /// The tail loss probe.
    LossProbe,
    /// Early retransmit that waits for packets that may be late.
    EarlyRetransmit,
    /// The reordering window of RACK.
    Reordering,
}

/// The timers that run, and their counts.
#[derive(Clone, Debug, Default)]
pub(super) struct Timers {
    sending: Option<(Timer, Armed)>,
    pub(super) delack: Option<Time>,
    keepalive: Option<Armed>,
    /// Timeouts in a row (`icsk_retransmits`).
    pub(super) retransmits: u32,
    /// How often the timeout was doubled (`icsk_backoff`).
    pub(super) backoff: u32,
    /// Probes without an answer (`icsk_probes_out`).
    pub(super) probes: u32,
    /// When the first unanswered timeout sent its segment again (`retrans_stamp`); a loss probe is none.
    first_retransmit: Option<Time>,
    /// When the timer first found the window closed (`icsk_probes_tstamp`).
    pub(super) window_closed: Option<Time>,
}

impl Timers {
    pub(in crate::tcp) fn has_retransmission(&self) -> bool {
        self.sending.is_some()
    }

    pub(in crate::tcp) fn retransmission_kind(&self) -> Option<Timer> {
        self.sending.map(|(kind, _)| kind)
    }
}

impl Connection {
    /// The retransmission timeout, doubled as often as it went off.
    pub(in crate::tcp) fn rto(&self) -> Time {
        backed_off(self.rtt.rto(), self.timers.backoff)
    }

    /// The earliest of its timers.
    pub(in crate::tcp) fn next_deadline(&self) -> Option<Time> {
        let sending = self.timers.sending.map_or(Time::MAX, |(_, timer)| timer.fires);
        let keepalive = self.timers.keepalive.map_or(Time::MAX, |timer| timer.fires);
        let first = sending.min(keepalive).min(self.timers.delack.unwrap_or(Time::MAX));
        (first < Time::MAX).then_some(first)
    }

    /// Runs the timers that are due.
    pub(in crate::tcp) fn on_timers(&mut self, stack: &mut Stack) {
        if self.timers.delack.is_some_and(|at| at <= stack.now) {
            self.delack_timer(stack);
        }
        if let Some((kind, timer)) = self.timers.sending
            && timer.fires <= stack.now
        {
            match (self.state, kind) {
                (State::SynSent, _) => self.syn_timer(stack),
                (_, Timer::Retransmit) => self.retransmission_timer(stack),
                (_, Timer::LossProbe) => self.send_loss_probe(stack),
                (_, Timer::WindowProbe) => self.window_probe_timer(stack),
                (_, Timer::EarlyRetransmit) => self.early_retransmit_timer(stack),
                (_, Timer::Reordering) => self.reordering_timer(stack),
            }
        }
        if self.timers.keepalive.is_some_and(|timer| timer.fires <= stack.now) {
            self.keepalive_timer(stack);
        }
    }

    /// What `ss -o` shows.
    pub fn shown_timer(&self, now: Time) -> Option<ShownTimer> {
        let (name, timer) = match (self.timers.sending, self.timers.keepalive) {
            (Some((Timer::WindowProbe, timer)), _) => ("persist", timer),
            (Some((_, timer)), _) => ("on", timer),
            (None, Some(timer)) => ("keepalive", timer),
            (None, None) => return None,
        };
        let Timers { retransmits, probes, .. } = self.timers;
        Some(ShownTimer { name, left: timer.due - now, retransmits, probes })
    }

    /// Arms the timer of the SYN.
    pub(in crate::tcp) fn arm_syn(&mut self, stack: &Stack, delay: Time) {
        self.timers.sending = Some((Timer::Retransmit, stack.timer(delay)));
    }

    /// SYNs sent again so far.
    pub(in crate::tcp) fn syn_retransmits(&self) -> u32 {
        self.timers.retransmits
    }

    pub(in crate::tcp) fn count_syn_retransmit(&mut self) {
        self.timers.retransmits += 1;
        self.total_retrans += 1;
        self.handshake_retransmitted = self.timers.retransmits > 1;
    }

    /// The handshake is over: its timer stops.
    pub(in crate::tcp) fn syn_acknowledged(&mut self) {
        self.timers.sending = None;
        self.timers.retransmits = 0;
    }

    pub(in crate::tcp) fn stop_retransmission(&mut self) {
        self.timers.sending = None;
    }

    pub(in crate::tcp) fn retransmission_due(&self) -> Option<Armed> {
        match self.timers.sending {
            Some((Timer::Retransmit, timer)) => Some(timer),
            _ => None,
        }
    }

    pub(in crate::tcp) fn arm_loss_probe(&mut self, timer: Armed) {
        self.timers.sending = Some((Timer::LossProbe, timer));
    }

    /// When its sending timer is due, whatever it is for.
    pub(in crate::tcp) fn sending_due(&self) -> Option<Time> {
        self.timers.sending.map(|(_, timer)| timer.due)
    }

    pub(in crate::tcp) fn arm_early_retransmit(&mut self, stack: &Stack, delay: Time) {
        self.timers.sending = Some((Timer::EarlyRetransmit, stack.timer(delay)));
    }

    pub(in crate::tcp) fn arm_reordering(&mut self, stack: &Stack, delay: Time) {
        self.timers.sending = Some((Timer::Reordering, stack.timer(delay)));
    }

    /// The first segment goes out again: its whole timeout runs from now.
    pub(in crate::tcp) fn restart_retransmission(&mut self, stack: &Stack) {
        if self.timers.retransmission_kind() != Some(Timer::Reordering) {
            self.timers.sending = Some((Timer::Retransmit, stack.timer(self.rto())));
        }
    }

    /// `tcp_rearm_rto`
    pub(in crate::tcp) fn rearm_retransmission(&mut self, stack: &Stack) {
        let Some(first) = self.first_in_flight() else {
            self.timers.first_retransmit = None;
            return self.timers.sending = None;
        };
        let mut delay = self.rto();
        // In place of a probe the timer counts from when the segment was sent.
        let in_place = [Timer::LossProbe, Timer::EarlyRetransmit, Timer::Reordering].map(Some);
        if in_place.contains(&self.timers.retransmission_kind()) {
            let due = first.sent_at + delay;
            if due > stack.now {
                delay = due - stack.now;
            }
        }
        self.timers.sending = Some((Timer::Retransmit, stack.timer(delay)));
    }

    /// A loss probe was due and is not sent.
    pub(in crate::tcp) fn rearm_in_place_of_probe(&mut self, stack: &Stack) {
        if stack.has(Change::LossProbeKeepsTimeout) {
            self.timers.sending = Some((Timer::LossProbe, Armed { due: stack.now, fires: stack.now }));
        }
        self.rearm_retransmission(stack);
    }

    pub(in crate::tcp) fn arm_window_probe(&mut self, stack: &Stack) {
        let mut delay = Time(self.rtt.rto().max(RTO_MIN).0 << self.timers.backoff.min(20)).min(RTO_MAX);
        // tcp_clamp_probe0_to_user_timeout
        if let (Some(limit), Some(since)) = (self.options.user_timeout, self.timers.window_closed)
            && stack.has(Change::UserTimeoutExactForProbes)
        {
            delay = delay.min(((since + limit) - stack.now).max(stack.timeout_min()));
        }
        self.timers.sending = Some((Timer::WindowProbe, stack.timer(delay)));
    }

    /// `tcp_retransmit_timer`
    fn retransmission_timer(&mut self, stack: &mut Stack) {
        self.timers.sending = None;
        if self.in_flight.is_empty() {
            return;
        }
        let counted = stack.has(Change::EveryTimeoutCounted);
        let closed = self.snd_wnd == 0 && !self.orphan && self.state != State::SynRecv;
        if closed {
            // The peer took its window back: retransmissions become probes.
            if stack.now - self.received_at > RTO_MAX {
                return self.time_out(stack);
            }
        } else {
            if counted || self.timers.retransmits == 0 {
                stack.count(Counter::TCPTimeouts);
            }
            if let Some(started) = self.timers.first_retransmit.filter(|_| self.timers.retransmits > 0) {
                self.suspect_black_hole(stack, stack.now - started);
            }
            if self.retransmitted_enough(stack) {
                return self.time_out(stack);
            }
        }
        if self.uses_old_frto(stack) {
            self.enter_old_frto();
        } else {
            self.enter_loss(stack, false);
        }
        self.retransmit(stack, 0, false);
        let started = *self.timers.first_retransmit.get_or_insert(stack.now);
        // A closed window is no failure of the path.
        self.timers.retransmits += u32::from(!closed);
        self.timers.backoff += 1;
        let mut delay = self.rto();
        if let Some(limit) = self.options.user_timeout.filter(|_| stack.has(Change::UserTimeoutExact)) {
            let left = (started + limit) - stack.now;
            delay = delay.min(left.max(stack.jiffy()));
        }
        self.timers.sending = Some((Timer::Retransmit, stack.timer(delay)));
    }

    /// `retransmits_timed_out`: as long as `boundary` timeouts from 200 ms on would have taken.
    fn retransmitted_enough(&self, stack: &Stack) -> bool {
        let Some(started) = self.timers.first_retransmit.filter(|_| self.timers.retransmits > 0) else {
            return false;
        };
        match self.options.user_timeout {
            Some(limit) => stack.now - started >= limit,
            None => retransmitted_enough(&stack.sysctl, self.orphan, self.rto(), stack.now - started),
        }
    }

    /// `tcp_write_err`
    pub(in crate::tcp) fn time_out(&mut self, stack: &mut Stack) {
        stack.count(Counter::TCPAbortOnTimeout);
        self.fail(stack, self.soft_error.unwrap_or(Errno::ETIMEDOUT));
    }

    /// `tcp_probe_timer`
    fn window_probe_timer(&mut self, stack: &mut Stack) {
        self.timers.sending = None;
        if !self.in_flight.is_empty() || !self.has_unsent() {
            self.timers.probes = 0;
            self.timers.window_closed = None;
            return;
        }
        let closed_since = *self.timers.window_closed.get_or_insert(stack.now);
        if let Some(limit) = self.options.user_timeout
            && stack.has(Change::UserTimeoutEndsWindowProbes)
            && stack.now - closed_since >= limit
        {
            return self.time_out(stack);
        }
        if self.timers.probes > most_retries(&stack.sysctl, self.orphan, self.rto()) {
            return self.time_out(stack);
        }
        if self.send_what_fits(stack) {
            self.timers.probes = 0;
            self.timers.backoff = 0;
            self.timers.window_closed = None;
            return;
        }
        stack.count(Counter::TCPWinProbe);
        self.send_probe(stack);
        self.timers.probes += 1;
        self.timers.backoff += 1;
        self.arm_window_probe(stack);
    }

    /// `SO_KEEPALIVE` is on: the timer runs from now.
    pub(in crate::tcp) fn arm_keepalive(&mut self, stack: &Stack) {
        if self.options.keepalive {
            let idle = self.options.keep_idle.unwrap_or(stack.sysctl.tcp_keepalive_time);
            self.timers.keepalive = Some(stack.timer(idle));
        }
    }

    /// setsockopt(SO_KEEPALIVE).
    pub(in crate::tcp) fn keepalive_changed(&mut self, stack: &Stack) {
        if !self.options.keepalive {
            self.timers.keepalive = None;
        } else if !matches!(self.state, State::Closed | State::SynSent) {
            let idle = self.options.keep_idle.unwrap_or(stack.sysctl.tcp_keepalive_time);
            let left = (self.received_at + idle) - stack.now;
            self.timers.keepalive = Some(stack.timer(left));
        }
    }

    /// The timer of an orphan in FIN_WAIT2.
    pub(in crate::tcp) fn arm_fin_wait2(&mut self, stack: &Stack, delay: Time) {
        self.timers.keepalive = Some(stack.timer(delay));
    }

    /// `tcp_keepalive_timer`
    fn keepalive_timer(&mut self, stack: &mut Stack) {
        self.timers.keepalive = None;
        if self.state == State::FinWait2 && self.orphan {
            let timeout = fin_timeout(stack, self.options.linger2.flatten(), self.rtt.rto());
            if self.options.linger2 != Some(None) && timeout > TIMEWAIT_LEN {
                return self.become_time_wait(stack, Substate::FinWait2, Some(timeout - TIMEWAIT_LEN));
            }
            self.send_active_reset(stack);
            return self.end(stack);
        }
        if !self.options.keepalive || matches!(self.state, State::Closed | State::SynSent) {
            return;
        }
        let idle = self.options.keep_idle.unwrap_or(stack.sysctl.tcp_keepalive_time);
        if !self.in_flight.is_empty() || self.has_unsent() {
            return self.timers.keepalive = Some(stack.timer(idle));
        }
        let elapsed = stack.now - self.received_at;
        if elapsed < idle {
            return self.timers.keepalive = Some(stack.timer(idle - elapsed));
        }
        let most = self.options.keep_cnt.unwrap_or(stack.sysctl.tcp_keepalive_probes);
        let given_up = match self.options.user_timeout {
            Some(limit) => elapsed >= limit && self.timers.probes > 0,
            None => self.timers.probes >= most,
        };
        if given_up {
            self.send_active_reset(stack);
            return self.time_out(stack);
        }
        self.send_probe(stack);
        stack.count(Counter::TCPKeepAlive);
        self.timers.probes += 1;
        let interval = self.options.keep_intvl.unwrap_or(stack.sysctl.tcp_keepalive_intvl);
        self.timers.keepalive = Some(stack.timer(interval));
    }

    /// An RST that this side sends of its own accord (`tcp_send_active_reset`). In some kernels its timestamp is 0.
    pub(in crate::tcp) fn send_active_reset(&mut self, stack: &mut Stack) {
        let seq = self.acceptable_seq();
        let mut reset = stack.segment(self.flow, Flags::RST.with(Flags::ACK), seq, self.rcv_nxt, 0);
        reset.win = (self.receive_window() >> self.rcv_wscale).min(65_535) as u16;
        self.stamp(stack, &mut reset);
        if stack.has(Change::ResetTsvalZero)
            && let (Some(ts), Some(option)) = (self.ts, &mut reset.opts.ts)
        {
            option.tsval = ts.offset;
        }
        stack.send(reset);
    }

    /// `tcp_acceptable_seq`: never beyond the peer's window.
    fn acceptable_seq(&self) -> u32 {
        let end = self.snd_una.wrapping_add(self.snd_wnd);
        if crate::tcp::seq::before(end, self.snd_nxt) { end } else { self.snd_nxt }
    }
}

/// Has a segment been sent again for long enough (`retransmits_timed_out`): as long as so many timeouts from 200 ms on
/// would have taken?
pub fn retransmitted_enough(sysctl: &Sysctl, orphan: bool, rto: Time, elapsed: Time) -> bool {
    elapsed >= backoff_span(most_retries(sysctl, orphan, rto), RTO_MIN)
}

/// `tcp_retries2`, and for a socket that nobody holds `tcp_orphan_retries`.
fn most_retries(sysctl: &Sysctl, orphan: bool, rto: Time) -> u32 {
    match sysctl.tcp_orphan_retries {
        _ if !orphan => sysctl.tcp_retries2,
        0 if rto < RTO_MAX => 8,
        retries => retries,
    }
}

/// How long `boundary` retransmissions and the wait after the last take, when the first comes after `base` and each
/// waits twice as long, two minutes at most (`retransmits_timed_out`).
pub fn backoff_span(boundary: u32, base: Time) -> Time {
    let doublings = (RTO_MAX.0 / base.0).ilog2();
    if boundary <= doublings {
        Time(((2 << boundary) - 1) * base.0)
    } else {
        Time(((2 << doublings) - 1) * base.0 + u64::from(boundary - doublings) * RTO_MAX.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fifteen_retransmissions_take_924_6_seconds() {
        assert_eq!(backoff_span(15, RTO_MIN), Time::from_millis(924_600));
        assert_eq!(backoff_span(6, Time::from_secs(1)), Time::from_secs(127));
        assert_eq!(backoff_span(5, Time::from_secs(1)), Time::from_secs(63));
    }
}
