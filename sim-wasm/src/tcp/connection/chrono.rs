//! What limits the sender, for how long (`tcp_chrono_start`, `tcp_chrono_stop`; `busy`, `rwnd_limited` and
//! `sndbuf_limited` of `ss -i`). From 4.10 on kernels tell of it; the model reckons it for all.

use super::Connection;
use crate::tcp::stack::Stack;
use crate::time::Time;

/// What is holding the sender back; the later ones go before the earlier ones.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Limit {
    /// There is nothing to send.
    #[default]
    Idle,
    /// The congestion window, the path, or nothing at all (TCP_CHRONO_BUSY).
    Busy,
    /// The peer's window (TCP_CHRONO_RWND_LIMITED).
    ReceiveWindow,
    /// Its own send buffer (TCP_CHRONO_SNDBUF_LIMITED).
    SendBuffer,
}

/// How long each limit has held.
#[derive(Clone, Debug, Default)]
pub(super) struct Chrono {
    limit: Limit,
    since: Time,
    spent: [Time; 4],
}

impl Chrono {
    fn set(&mut self, now: Time, limit: Limit) {
        self.spent[self.limit as usize] = self.spent[self.limit as usize] + (now - self.since);
        self.since = now;
        self.limit = limit;
    }

    fn start(&mut self, now: Time, limit: Limit) {
        if limit > self.limit {
            self.set(now, limit);
        }
    }

    fn spent(&self, now: Time, limit: Limit) -> Time {
        let running = if self.limit == limit { now - self.since } else { Time::ZERO };
        self.spent[limit as usize] + running
    }
}

/// For how long something was to be sent, and what held it back meanwhile.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    /// Something was to be sent or acknowledged.
    pub busy: Time,
    /// The peer's window was full.
    pub receive_window: Time,
    /// The send buffer was full, and all in it was sent.
    pub send_buffer: Time,
}

impl Connection {
    /// What limited the sender until `now`.
    pub fn limits(&self, now: Time) -> Limits {
        let receive_window = self.chrono.spent(now, Limit::ReceiveWindow);
        let send_buffer = self.chrono.spent(now, Limit::SendBuffer);
        let busy = self.chrono.spent(now, Limit::Busy) + receive_window + send_buffer;
        Limits { busy, receive_window, send_buffer }
    }

    /// Something is to be sent.
    pub(super) fn start_busy(&mut self, stack: &Stack) {
        self.chrono.start(stack.now, Limit::Busy);
    }

    pub(super) fn note_receive_window_limit(&mut self, stack: &Stack, limited: bool) {
        if limited {
            self.chrono.start(stack.now, Limit::ReceiveWindow);
        } else {
            self.stop(stack, Limit::ReceiveWindow);
        }
    }

    pub(super) fn start_send_buffer_limit(&mut self, stack: &Stack) {
        self.chrono.start(stack.now, Limit::SendBuffer);
    }

    pub(super) fn stop_send_buffer_limit(&mut self, stack: &Stack) {
        self.stop(stack, Limit::SendBuffer);
    }

    /// Nothing is left to be sent or acknowledged.
    pub(super) fn stop_busy(&mut self, stack: &Stack) {
        self.stop(stack, Limit::Busy);
    }

    fn stop(&mut self, stack: &Stack, limit: Limit) {
        if self.in_flight.is_empty() && !self.has_unsent() {
            self.chrono.set(stack.now, Limit::Idle);
        } else if limit == self.chrono.limit {
            self.chrono.set(stack.now, Limit::Busy);
        }
    }
}
