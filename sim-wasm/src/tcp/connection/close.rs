//! shutdown(), close() and what they send (`tcp_shutdown`, `tcp_close`).

use super::{Connection, State};
use crate::kernel::Counter;
use crate::tcp::stack::Stack;
use crate::tcp::time_wait::{Substate, fin_timeout};
use crate::time::Time;

/// Which direction shutdown() ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shutdown {
    /// `SHUT_RD`
    Read,
    /// `SHUT_WR`
    Write,
    /// `SHUT_RDWR`
    Both,
}

/// What close() did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Closing {
    /// The socket is gone, or goes on without the program.
    Done,
    /// `SO_LINGER`: close() waits until everything is acknowledged, or for so long.
    Lingers(Time),
}

const TIMEWAIT_LEN: Time = Time::from_secs(60);

impl Connection {
    /// `tcp_shutdown`
    pub(in crate::tcp) fn shutdown(&mut self, stack: &mut Stack, how: Shutdown) {
        if matches!(how, Shutdown::Read | Shutdown::Both) {
            self.rcv_shutdown = true;
        }
        if matches!(how, Shutdown::Write | Shutdown::Both) {
            self.snd_shutdown = true;
            if matches!(self.state, State::Established | State::SynSent | State::SynRecv | State::CloseWait)
                && self.close_state()
            {
                self.send_fin(stack);
            }
        }
    }

    /// `tcp_close_state`: the state after this side's close. True when a FIN is to be sent.
    fn close_state(&mut self) -> bool {
        let (next, fin) = match self.state {
            State::Established | State::SynRecv => (State::FinWait1, true),
            State::CloseWait => (State::LastAck, true),
            State::SynSent => (State::Closed, false),
            other => (other, false),
        };
        self.state = next;
        fin
    }

    /// `tcp_send_fin`: rides on the last segment that waits, or goes alone.
    fn send_fin(&mut self, stack: &mut Stack) {
        self.fin_queued = true;
        self.write_seq = self.write_seq.wrapping_add(1);
        self.push_all(stack);
    }

    /// `tcp_close`
    pub(in crate::tcp) fn close(&mut self, stack: &mut Stack) -> Closing {
        let unread = self.unread();
        self.rcv_shutdown = true;
        self.snd_shutdown = true;
        if self.state == State::Closed {
            self.orphan = true;
            return Closing::Done;
        }
        if self.options.repair {
            // LIVE 6.18.44: nothing is sent, and EstabResets counts it.
            self.end(stack);
        } else if unread > 0 {
            stack.count(Counter::TCPAbortOnClose);
            self.abort(stack);
        } else if self.options.linger == Some(Time::ZERO) {
            stack.count(Counter::TCPAbortOnData);
            self.disconnect(stack);
        } else if self.state == State::SynSent {
            self.orphan = true;
            self.end(stack);
            return Closing::Done;
        } else if self.close_state() {
            self.send_fin(stack);
        }
        let lingers = self.options.linger.filter(|time| *time > Time::ZERO && self.state != State::Closed);
        self.orphan = true;
        self.become_orphan(stack);
        lingers.map_or(Closing::Done, Closing::Lingers)
    }

    /// What becomes of a socket that nobody holds in FIN_WAIT2.
    fn become_orphan(&mut self, stack: &mut Stack) {
        if self.state != State::FinWait2 {
            return;
        }
        if self.options.linger2 == Some(None) {
            self.end(stack);
            self.send_active_reset(stack);
            stack.count(Counter::TCPAbortOnLinger);
            return;
        }
        let timeout = fin_timeout(stack, self.options.linger2.flatten(), self.rtt.rto());
        if timeout > TIMEWAIT_LEN {
            self.arm_fin_wait2(stack, timeout - TIMEWAIT_LEN);
        } else {
            self.become_time_wait(stack, Substate::FinWait2, Some(timeout));
        }
    }

    /// Ends the connection with an RST.
    pub(in crate::tcp) fn abort(&mut self, stack: &mut Stack) {
        self.end(stack);
        self.send_active_reset(stack);
    }

    /// `tcp_disconnect`: what is unread or unsent is thrown away, and the peer is told where it may expect something.
    fn disconnect(&mut self, stack: &mut Stack) {
        let needs_reset = match self.state {
            State::Established | State::CloseWait | State::FinWait1 | State::FinWait2 | State::SynRecv => {
                true
            }
            State::Closing | State::LastAck => self.has_unsent(),
            State::Closed | State::SynSent => false,
        };
        self.end(stack);
        if needs_reset {
            self.send_active_reset(stack);
        }
    }
}
