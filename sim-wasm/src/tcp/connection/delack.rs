//! When a receiver acknowledges: at once in quick-ACK mode, else delayed (`tcp_event_data_recv`, `__tcp_ack_snd_check`,
//! `tcp_send_delayed_ack`, `tcp_delack_timer`).

use super::{Connection, MIN_MSS};
use crate::kernel::{Change, Counter};
use crate::net::{Flags, Segment};
use crate::tcp::stack::Stack;
use crate::time::Time;

/// TCP_ATO_MIN
const ATO_MIN: Time = Time::from_millis(40);
/// TCP_DELACK_MAX
const DELACK_MAX: Time = Time::from_millis(200);
/// TCP_MAX_QUICKACKS
const MAX_QUICKACKS: u32 = 16;
/// TCP_PINGPONG_THRESH where it was more than one
const ANSWERS_OF_A_SESSION: u32 = 3;

/// `icsk_ack`
#[derive(Clone, Debug, Default)]
pub(super) struct AckState {
    /// An ACK is owed (ICSK_ACK_SCHED).
    pub(super) scheduled: bool,
    /// A small segment with PSH came, or two (ICSK_ACK_PUSHED, ICSK_ACK_PUSHED2).
    pushed: bool,
    pushed_twice: bool,
    /// The next ACK is not to be delayed (ICSK_ACK_NOW).
    now: bool,
    /// ACKs that are still sent at once.
    quick: u32,
    /// An interactive session: ACKs ride on answers.
    pub(super) pingpong: bool,
    /// Answers so far, where one does not make the session interactive (`pingpong` as a count).
    answers: u32,
    /// When data was sent last, the segment on its way out not among it (`lsndtime`).
    answered_at: Time,
    /// Predicted interval between arrivals; zero before the first.
    ato: Time,
    /// When data came last (`lrcvtime`).
    pub(super) received_at: Time,
    rcv_mss: u32,
    last_seg_size: u32,
}

impl AckState {
    /// `tcp_initialize_rcv_mss`
    pub(in crate::tcp) fn init_rcv_mss(&mut self, mss: u32, rcv_wnd: u32) {
        self.rcv_mss = mss.min(rcv_wnd / 2).clamp(MIN_MSS, 536);
    }

    /// The size of the peer's segments, as far as it is known.
    pub(in crate::tcp) fn rcv_mss(&self) -> u32 {
        self.rcv_mss.max(1)
    }

    fn refill_quick(&mut self, rcv_wnd: u32, most: u32) {
        let wanted = match rcv_wnd / (2 * self.rcv_mss()) {
            0 => 2,
            some => some,
        };
        self.quick = self.quick.max(wanted.min(most));
    }

    /// One ACK at least is sent at once.
    pub(super) fn one_quick(&mut self) {
        self.quick |= 1;
    }

    /// No more ACKs are sent at once.
    pub(super) fn stop_quick(&mut self) {
        self.quick = 0;
    }

    /// `inet_csk_exit_pingpong_mode`
    fn leave_pingpong(&mut self) {
        self.pingpong = false;
        self.answers = 0;
    }

    /// Are ACKs sent at once?
    fn in_quick_mode(&self) -> bool {
        self.quick > 0 && !self.pingpong
    }
}

impl Connection {
    /// `tcp_enter_quickack_mode`
    pub(in crate::tcp) fn enter_quickack_mode(&mut self, stack: &Stack) {
        let most = if stack.has(Change::QuickAckLimited) { 2 } else { MAX_QUICKACKS };
        self.ack.refill_quick(self.rcv_wnd, most);
        self.ack.leave_pingpong();
        self.ack.ato = ATO_MIN;
    }

    /// An interactive session from the start, or not.
    pub(in crate::tcp) fn delay_acks(&mut self, pingpong: bool) {
        self.ack.leave_pingpong();
        self.ack.pingpong = pingpong;
    }

    /// The last ACK of a handshake: with `TCP_QUICKACK` off it waits for data to ride on
    /// (`tcp_rcv_synsent_state_process`). LIVE 6.18.44: sent 203.6 ms after the SYN-ACK, and never when the program has
    /// reset the connection before.
    pub(in crate::tcp) fn acknowledge_syn_ack(&mut self, stack: &mut Stack) {
        if !self.ack.pingpong {
            return self.send_ack(stack);
        }
        self.schedule_ack();
        self.ack.refill_quick(self.rcv_wnd, MAX_QUICKACKS);
        self.ack.leave_pingpong();
        self.ack.ato = ATO_MIN;
        self.timers.delack = Some(stack.fires_at(DELACK_MAX));
    }

    /// An ACK is owed.
    pub(in crate::tcp) fn schedule_ack(&mut self) {
        self.ack.scheduled = true;
    }

    /// The gap in the queue is filled: the next ACK goes at once.
    pub(in crate::tcp) fn ack_filled_gap(&mut self, stack: &Stack) {
        if stack.has(Change::AckNow) {
            self.ack.now = true;
        } else {
            self.ack.leave_pingpong();
        }
    }

    /// `tcp_event_data_recv`
    pub(in crate::tcp) fn data_received(&mut self, stack: &Stack, segment: &Segment) {
        self.schedule_ack();
        self.measure_rcv_mss(stack, segment);
        self.measure_receive_rtt(stack, segment);
        let now = stack.now;
        let rto = self.rto();
        let rcv_wnd = self.rcv_wnd;
        let ack = &mut self.ack;
        if ack.ato == Time::ZERO {
            ack.answered_at = ack.answered_at.max(ack.received_at);
            ack.refill_quick(rcv_wnd, MAX_QUICKACKS);
            ack.ato = ATO_MIN;
        } else {
            let gap = stack.jiffies_since(ack.received_at);
            if gap <= Time(ATO_MIN.0 / 2) {
                ack.ato = Time(ack.ato.0 / 2 + ATO_MIN.0 / 2);
            } else if gap < ack.ato {
                ack.ato = Time(ack.ato.0 / 2 + gap.0).min(rto);
            } else if gap > rto {
                // The sender has paused so long that it starts anew with a small window.
                ack.refill_quick(rcv_wnd, MAX_QUICKACKS);
            }
        }
        ack.received_at = now;
        if segment.len >= 128 && self.grow_window(stack, segment.len) {
            self.ack.quick |= 1;
        }
    }

    /// `tcp_measure_rcv_mss`
    fn measure_rcv_mss(&mut self, stack: &Stack, segment: &Segment) {
        let last = std::mem::take(&mut self.ack.last_seg_size);
        let len = segment.len;
        if len >= self.ack.rcv_mss {
            if len != self.ack.rcv_mss {
                self.measure_ratio(stack, len);
            }
            self.ack.rcv_mss = len.min(self.advmss());
            return;
        }
        let with_header = len + 20 + self.header_options();
        let remnant = segment.flags.has(Flags::PSH) || segment.flags.fin();
        if with_header >= 536 + 20 || (with_header >= MIN_MSS + 20 && !remnant) {
            self.ack.last_seg_size = len;
            if len == last {
                self.ack.rcv_mss = len;
                return;
            }
        }
        self.ack.pushed_twice |= self.ack.pushed;
        self.ack.pushed = true;
    }

    /// `tcp_ack_snd_check`: acknowledges now or later, if an ACK is owed.
    pub(in crate::tcp) fn check_ack(&mut self, stack: &mut Stack) {
        if !self.ack.scheduled {
            return;
        }
        let beyond_one = self.rcv_nxt.wrapping_sub(self.rcv_wup) > self.ack.rcv_mss()
            && self.selectable_window(stack) >= self.rcv_wnd;
        if beyond_one || self.ack.in_quick_mode() || self.ack.now || self.has_gap() {
            self.send_ack(stack);
        } else {
            self.send_delayed_ack(stack);
        }
    }

    /// `tcp_send_delayed_ack`
    pub(in crate::tcp) fn send_delayed_ack(&mut self, stack: &mut Stack) {
        let (least, most) = stack.delack;
        let ack = &self.ack;
        let mut delay = ack.ato;
        if ack.ato > least {
            let mut limit = if ack.pingpong || ack.pushed { most } else { Time::from_millis(500) };
            if let Some(srtt) = self.rtt.srtt() {
                limit = limit.min(srtt.max(least));
            }
            delay = ack.ato.min(limit);
        }
        if stack.has(Change::DelayedAckMax) {
            delay = delay.min(most);
        }
        let due = stack.now + delay;
        let mut at = stack.fires_at(delay);
        if let Some(pending) = self.timers.delack {
            if pending <= stack.now + Time(delay.0 / 4) {
                return self.send_ack(stack);
            }
            if pending <= due {
                at = pending;
            }
        }
        self.timers.delack = Some(at);
    }

    /// The delayed-ACK timer (`tcp_delack_timer_handler`).
    pub(in crate::tcp) fn delack_timer(&mut self, stack: &mut Stack) {
        self.timers.delack = None;
        if !self.ack.scheduled {
            return;
        }
        if self.ack.pingpong {
            self.ack.leave_pingpong();
            self.ack.ato = ATO_MIN;
        } else {
            self.ack.ato = Time(self.ack.ato.0 * 2).min(self.rto());
        }
        self.send_ack(stack);
        stack.count(Counter::DelayedACKs);
    }

    /// An ACK went out, alone or with data (`tcp_event_ack_sent`).
    pub(in crate::tcp) fn ack_sent(&mut self) {
        let ack = &mut self.ack;
        if ack.quick > 0 {
            ack.quick -= 1;
            if ack.quick == 0 {
                ack.ato = ATO_MIN;
            }
        }
        ack.scheduled = false;
        ack.pushed = false;
        ack.pushed_twice = false;
        ack.now = false;
        self.timers.delack = None;
    }

    /// Data went out (`tcp_event_data_sent`): an answer soon after something was received means an interactive session.
    /// Where it takes three, an answer counts when it is the first since the peer's data came, in another jiffy than the
    /// answer before: with short round trips few are.
    pub(in crate::tcp) fn data_sent_soon_after_receiving(&mut self, stack: &Stack) {
        let soon = stack.jiffies_since(self.ack.received_at) < self.ack.ato;
        let before = std::mem::replace(&mut self.ack.answered_at, stack.now);
        if !stack.has(Change::PingpongAfterThree) {
            self.ack.pingpong |= soon;
        } else if soon && stack.jiffies_since(before) > stack.jiffies_since(self.ack.received_at) {
            self.ack.answers += 1;
            self.ack.pingpong |= self.ack.answers >= ANSWERS_OF_A_SESSION;
        }
    }

    /// The program has read `copied` bytes: is an ACK due that makes the new room known? (`tcp_cleanup_rbuf`)
    pub(in crate::tcp) fn after_read(&mut self, stack: &mut Stack, copied: u32) {
        let ack = &self.ack;
        if ack.scheduled {
            let small = ack.pushed_twice || (ack.pushed && !ack.pingpong);
            if self.rcv_nxt.wrapping_sub(self.rcv_wup) > ack.rcv_mss()
                || (copied > 0 && small && self.unread() == 0)
            {
                return self.send_ack(stack);
            }
        }
        if copied > 0 && !self.rcv_shutdown {
            let offered = self.receive_window();
            if 2 * offered <= self.buffer.window_clamp {
                let possible = self.selectable_window(stack);
                if possible > 0 && possible >= 2 * offered {
                    self.send_ack(stack);
                }
            }
        }
    }

    /// Are ACKs sent at once, as far as the program can tell (`TCP_QUICKACK`)?
    pub(in crate::tcp) fn acks_quickly(&self) -> bool {
        !self.ack.pingpong
    }

    /// How long an ACK is put off.
    pub(in crate::tcp) fn ack_timeout(&self) -> Time {
        self.ack.ato
    }

    /// `TCP_QUICKACK`: an ACK that is owed goes now, unless the program has left something unread (LIVE 6.18.44).
    pub(in crate::tcp) fn set_quickack(&mut self, stack: &mut Stack, on: bool) {
        self.ack.leave_pingpong();
        self.ack.pingpong = !on;
        if on
            && self.ack.scheduled
            && matches!(self.state, super::State::Established | super::State::CloseWait)
        {
            self.ack.pushed = true;
            self.after_read(stack, 1);
        }
    }
}
