//! What held the sender back, for how long.
//!
//! Every moment is taken apart: whether the line was busy, and what the sender waited for. The kernel's own account, which
//! knows nothing of the line, is the connection's (`busy`, `rwnd_limited` and `sndbuf_limited` of `tcp_info`).

use crate::tcp::connection::Observed;
use crate::time::Time;

/// What the sender waits for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Hold {
    /// The program has written nothing that is not sent.
    #[default]
    Writer,
    /// The same, but it would: its send() waits for room in the send buffer.
    SendBuffer,
    /// The peer's window does not take the next segment.
    ReceiveWindow,
    /// As many segments are in flight as the congestion window allows.
    CongestionWindow,
    /// Neither: a last small segment waits by Nagle's rule, or something was just acknowledged.
    Other,
}

impl Hold {
    pub(super) const ALL: [Hold; 5] =
        [Hold::Writer, Hold::SendBuffer, Hold::ReceiveWindow, Hold::CongestionWindow, Hold::Other];

    /// What holds a sender that looks like this.
    pub(super) fn of(sender: &Observed, writer_blocked: bool) -> Hold {
        match () {
            () if sender.not_sent() == 0 && writer_blocked => Hold::SendBuffer,
            () if sender.not_sent() == 0 => Hold::Writer,
            // In the order of tcp_write_xmit: tcp_cwnd_test, then tcp_snd_wnd_test.
            () if sender.packets >= sender.cwnd => Hold::CongestionWindow,
            () if !sender.window_open => Hold::ReceiveWindow,
            // Several segments wait to go as one packet, for whichever window is the smaller (tcp_tso_should_defer).
            () if sender.not_sent() >= sender.mss && sender.cwnd_left() < sender.window_left() => {
                Hold::CongestionWindow
            }
            () if sender.not_sent() >= sender.mss => Hold::ReceiveWindow,
            () => Hold::Other,
        }
    }
}

/// How long each held, with the line busy and with the line idle.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Holds {
    busy: [Time; 5],
    idle: [Time; 5],
}

impl Holds {
    fn add(&mut self, hold: Hold, busy: Time, idle: Time) {
        let n = hold as usize;
        self.busy[n] = self.busy[n] + busy;
        self.idle[n] = self.idle[n] + idle;
    }

    /// How long this held.
    pub(super) fn held(&self, hold: Hold) -> Time {
        self.busy[hold as usize] + self.idle[hold as usize]
    }

    /// How long the line had nothing to send while this held.
    pub(super) fn idle(&self, hold: Hold) -> Time {
        self.idle[hold as usize]
    }

    /// How long the line was busy.
    pub(super) fn busy(&self) -> Time {
        self.busy.iter().fold(Time::ZERO, |sum, time| sum + *time)
    }

    /// All of the time.
    pub(super) fn all(&self) -> Time {
        self.idle.iter().fold(self.busy(), |sum, time| sum + *time)
    }
}

/// Keeps the account.
#[derive(Clone, Debug, Default)]
pub(super) struct Shares {
    began: Option<Time>,
    half: Time,
    last: Time,
    hold: Hold,
    was_full: bool,
    /// Bytes in flight; in the second half, the sum of them over nanoseconds.
    in_flight: u32,
    in_flight_ns: u128,
    line_free_at: Time,
    /// From the first moment on.
    pub(super) whole: Holds,
    /// In the second half.
    pub(super) second_half: Holds,
}

impl Shares {
    /// The connection has begun: the account opens. `half` is where the second half begins. True the first time.
    pub(super) fn begin(&mut self, now: Time, half: Time) -> bool {
        let first = self.began.is_none();
        if first {
            self.began = Some(now);
            self.last = now;
            self.half = half;
        }
        first
    }

    /// The sender as it is from now on, and until when the line is busy.
    pub(super) fn look(&mut self, now: Time, sender: &Observed, writer_blocked: bool, line_free_at: Time) {
        self.pass(now);
        self.hold = Hold::of(sender, writer_blocked);
        self.was_full |= writer_blocked;
        self.in_flight = sender.in_flight();
        self.line_free_at = line_free_at;
    }

    /// Did the program ever wait for room in the send buffer?
    pub(super) fn was_full(&self) -> bool {
        self.was_full
    }

    /// Bytes that were in flight in the second half, on average.
    pub(super) fn mean_in_flight(&self) -> u64 {
        (self.in_flight_ns / u128::from(self.second_half.all().0.max(1))) as u64
    }

    /// Time goes by.
    pub(super) fn pass(&mut self, now: Time) {
        if now <= self.last || self.began.is_none() {
            return;
        }
        if self.last < self.half && now > self.half {
            self.pass(self.half);
        }
        let span = now - self.last;
        let busy = self.line_free_at.min(now) - self.last;
        self.whole.add(self.hold, busy, span - busy);
        if self.last >= self.half {
            self.second_half.add(self.hold, busy, span - busy);
            self.in_flight_ns += u128::from(self.in_flight) * u128::from(span.0);
        }
        self.last = now;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_is_taken_apart_at_the_half_and_where_the_line_falls_idle() {
        let ms = Time::from_millis;
        let mut shares = Shares::default();
        shares.begin(ms(10), ms(60));
        let sender = Observed {
            write_seq: 5000,
            snd_nxt: 3000,
            cwnd: 2,
            packets: 2,
            mss: 1000,
            ..Observed::default()
        };
        shares.look(ms(10), &sender, false, ms(70));
        let sender = Observed { packets: 1, ..sender };
        shares.look(ms(110), &sender, true, ms(70));
        shares.pass(ms(120));
        let window = Hold::CongestionWindow;
        assert_eq!((shares.whole.held(window), shares.whole.idle(window)), (ms(100), ms(40)));
        assert_eq!((shares.second_half.held(window), shares.second_half.idle(window)), (ms(50), ms(40)));
        assert_eq!(shares.whole.held(Hold::ReceiveWindow), ms(10));
        assert_eq!((shares.whole.busy(), shares.whole.all()), (ms(60), ms(110)));
        assert_eq!(shares.mean_in_flight(), 3000);
    }
}
