//! TIME_WAIT, and orphans in FIN_WAIT2, kept as small buckets (`inet_timewait_sock`).

use super::host::{Flow, Host, Socket};
use super::peers::PeerMemory;
use super::seq::{after, distance, in_window};
use super::timer;
use super::timestamps::{Recent, paws_reject};
use super::why::{Stage, Why};
use crate::kernel::{Change, Counter};
use crate::net::{Flags, Segment};
use crate::time::Time;

/// TCP_TIMEWAIT_LEN
const TIMEWAIT_LEN: Time = Time::from_secs(60);
/// Buckets with a timeout up to this count in `TWKilled`, longer ones in `TW`.
const SHORT: Time = Time::from_secs(4);
/// What is added to the old sequence numbers when a SYN reopens the connection.
const REOPEN_GAP: u32 = 65_535 + 2;

/// Which state the bucket stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Substate {
    FinWait2,
    TimeWait,
}

impl Substate {
    /// The state as `ss` prints it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Substate::FinWait2 => "FIN-WAIT-2",
            Substate::TimeWait => "TIME-WAIT",
        }
    }
}

/// A bucket.
#[derive(Clone, Debug)]
pub struct TimeWait {
    pub(super) substate: Substate,
    pub(super) rcv_nxt: u32,
    pub(super) snd_nxt: u32,
    pub(super) rcv_wnd: u32,
    /// Timestamps of the connection: offset and last one received; none when it used none.
    pub(super) ts: Option<(u32, Recent)>,
    pub(super) rto: Time,
    pub(super) last_ack: Option<Time>,
    /// Whether its end counts in `TWKilled` (up to 4 s) or in `TW`.
    pub(super) short: bool,
    pub(super) deadline: Option<Time>,
}

impl Host {
    /// `tcp_time_wait`: a socket becomes a bucket. With `tcp_tw_recycle` the peer's last timestamp is remembered,
    /// and TIME_WAIT then lasts 3.5 retransmission timeouts instead of a minute.
    pub(super) fn enter_time_wait(&mut self, now: Time, flow: Flow, bucket: TimeWait) {
        let remembered = self.remember_peer(now, flow, bucket.ts);
        let timeout = match bucket.substate {
            Substate::TimeWait if remembered => fast_recycle(bucket.rto),
            Substate::TimeWait => TIMEWAIT_LEN,
            Substate::FinWait2 => Time::from_secs(self.sysctl.tcp_fin_timeout).max(fast_recycle(bucket.rto)),
        };
        // A bucket of FIN_WAIT2 that goes on to TIME_WAIT is armed anew, not counted anew.
        let anew = matches!(self.sockets.get(&flow), Some(Socket::TimeWait(_)));
        if self.kernel.has(Change::TwCountedWhenScheduled) && !anew {
            self.counters.add(if timeout <= SHORT { Counter::TWKilled } else { Counter::TW });
        }
        self.put(flow, Socket::TimeWait(bucket));
        self.arm_time_wait(now, flow, timeout);
    }

    fn arm_time_wait(&mut self, now: Time, flow: Flow, timeout: Time) {
        if let Some(Socket::TimeWait(bucket)) = self.sockets.get_mut(&flow) {
            bucket.short = timeout <= SHORT;
        }
        let at = if self.kernel.has(Change::TimeWaitOwnTimer) {
            self.fires_at(now, timeout)
        } else {
            let jiffy = 1_000_000_000 / self.clock.hz;
            let (armed, delay) = (self.clock.jiffies(now), timeout.0.div_ceil(jiffy));
            Time(timer::death_row_ends_at(armed, delay, self.clock.hz) * jiffy) - self.clock.uptime
        };
        self.arm(flow, at.max(now));
    }

    /// `tcp_remember_stamp`, `tcp_tw_remember_stamp`: true when a record could be made.
    fn remember_peer(&mut self, now: Time, flow: Flow, ts: Option<(u32, Recent)>) -> bool {
        let Some((_, recent)) = ts.filter(|_| self.tw_recycle()) else { return false };
        let key = PeerMemory::key(self.kernel, flow.local.addr, flow.remote.addr);
        let written = self.peers.remember(key, recent, self.now_s(now));
        self.remembered.push(written);
        true
    }

    pub(super) fn time_wait_timer(&mut self, flow: Flow) {
        self.end_time_wait(flow);
    }

    fn end_time_wait(&mut self, flow: Flow) {
        if let Some(Socket::TimeWait(bucket)) = self.sockets.get(&flow)
            && !self.kernel.has(Change::TwCountedWhenScheduled)
        {
            let counter = if bucket.short { Counter::TWKilled } else { Counter::TW };
            self.counters.add(counter);
        }
        self.remove(flow);
    }

    /// `tcp_timewait_state_process`.
    pub(super) fn segment_for_time_wait(&mut self, now: Time, flow: Flow, segment: &Segment) -> Option<Why> {
        let now_s = self.now_s(now);
        let Some(Socket::TimeWait(bucket)) = self.sockets.get(&flow) else { return None };
        let bucket = bucket.clone();
        let flags = segment.flags;
        // Options are parsed only for a connection that used timestamps.
        let tsval = segment.tsval().filter(|_| bucket.ts.is_some());
        let stale = match (bucket.ts, tsval) {
            (Some((_, recent)), Some(tsval)) => paws_reject(self.kernel, recent, tsval, flags.rst(), now_s),
            _ => false,
        };
        if bucket.substate == Substate::FinWait2 {
            return self.segment_for_fin_wait2(now, flow, bucket, segment, stale);
        }

        let empty = segment.seq == segment.end_seq();
        if !stale && segment.seq == bucket.rcv_nxt && (empty || flags.rst()) {
            if flags.rst() {
                if !self.sysctl.tcp_rfc1337 {
                    self.end_time_wait(flow);
                }
            } else {
                self.refresh_time_wait(now, flow, tsval);
            }
            return None;
        }
        let newer = after(segment.seq, bucket.rcv_nxt)
            || matches!((bucket.ts, tsval), (Some((_, recent)), Some(tsval)) if distance(recent.tsval, tsval) < 0);
        if flags.syn() && !flags.rst() && !flags.ack() && !stale && newer {
            let isn = bucket.snd_nxt.wrapping_add(REOPEN_GAP);
            self.end_time_wait(flow);
            return self.connection_request(now, flow, segment, Some(isn.max(1)));
        }
        let why = match (bucket.ts, tsval) {
            (Some((_, recent)), Some(tsval)) if stale => {
                Why::Paws { at: Stage::TimeWait, recent: recent.tsval, tsval }
            }
            _ if flags.syn() => Why::OldSynInTimeWait { seq: segment.seq, rcv_nxt: bucket.rcv_nxt },
            _ => Why::OutOfWindow {
                at: Stage::TimeWait,
                seq: segment.seq,
                rcv_nxt: bucket.rcv_nxt,
                window: bucket.rcv_wnd,
            },
        };
        if !flags.rst() {
            if stale || flags.ack() {
                self.arm_time_wait(now, flow, TIMEWAIT_LEN);
            }
            self.send_time_wait_ack(now, flow);
        }
        Some(why)
    }

    fn segment_for_fin_wait2(
        &mut self,
        now: Time,
        flow: Flow,
        mut bucket: TimeWait,
        segment: &Segment,
        stale: bool,
    ) -> Option<Why> {
        let flags = segment.flags;
        let end = segment.end_seq();
        let outside = Why::OutOfWindow {
            at: Stage::TimeWait,
            seq: segment.seq,
            rcv_nxt: bucket.rcv_nxt,
            window: bucket.rcv_wnd,
        };
        if stale || !in_window(segment.seq, end, bucket.rcv_nxt, bucket.rcv_wnd) {
            if !flags.rst() {
                self.send_time_wait_ack(now, flow);
            }
            return Some(match (bucket.ts, segment.tsval()) {
                (Some((_, recent)), Some(tsval)) if stale => {
                    Why::Paws { at: Stage::TimeWait, recent: recent.tsval, tsval }
                }
                _ => outside,
            });
        }
        if flags.rst() {
            self.end_time_wait(flow);
            return None;
        }
        if flags.syn() && !distance(segment.seq, bucket.rcv_nxt).is_negative() {
            self.send_reset_in_answer(segment);
            self.end_time_wait(flow);
            return Some(Why::SynOnConnection);
        }
        if !flags.ack() || !after(end, bucket.rcv_nxt) || end == segment.seq {
            return None;
        }
        if !flags.fin() || end != bucket.rcv_nxt.wrapping_add(1) {
            self.send_reset_in_answer(segment);
            self.end_time_wait(flow);
            return Some(Why::DataAfterClose);
        }
        bucket.substate = Substate::TimeWait;
        bucket.rcv_nxt = end;
        let now_s = self.now_s(now);
        if let (Some((_, recent)), Some(tsval)) = (&mut bucket.ts, segment.tsval()) {
            *recent = Recent { tsval, stamp_s: now_s };
        }
        let ack = self.time_wait_ack(now, flow, &bucket);
        self.enter_time_wait(now, flow, bucket);
        self.send(ack);
        None
    }

    fn refresh_time_wait(&mut self, now: Time, flow: Flow, tsval: Option<u32>) {
        let stamp_s = self.now_s(now);
        if let Some(Socket::TimeWait(bucket)) = self.sockets.get_mut(&flow)
            && let (Some((_, recent)), Some(tsval)) = (&mut bucket.ts, tsval)
        {
            *recent = Recent { tsval, stamp_s };
        }
        self.arm_time_wait(now, flow, TIMEWAIT_LEN);
    }

    /// The old ACK in answer to a segment that does not fit; from 4.1 on one in 500 ms
    /// (`tcp_timewait_check_oow_rate_limit`).
    fn send_time_wait_ack(&mut self, now: Time, flow: Flow) {
        let limit = self.invalid_ratelimit();
        let Some(Socket::TimeWait(bucket)) = self.sockets.get_mut(&flow) else { return };
        if bucket.last_ack.is_some_and(|last| now - last < limit) {
            self.counters.add(match bucket.substate {
                Substate::FinWait2 => Counter::TCPACKSkippedFinWait2,
                Substate::TimeWait => Counter::TCPACKSkippedTimeWait,
            });
            return;
        }
        bucket.last_ack = Some(now);
        let bucket = bucket.clone();
        let ack = self.time_wait_ack(now, flow, &bucket);
        self.send(ack);
    }

    fn time_wait_ack(&self, now: Time, flow: Flow, bucket: &TimeWait) -> Segment {
        let mut ack = self.segment(flow, Flags::ACK, bucket.snd_nxt, bucket.rcv_nxt, bucket.rcv_wnd as u16);
        ack.opts.ts = bucket.ts.map(|(offset, recent)| self.timestamp(now, offset, recent.tsval));
        ack
    }
}

/// How long TIME_WAIT lasts when the peer is remembered: 3.5 timeouts.
fn fast_recycle(rto: Time) -> Time {
    Time((rto.0 << 2) - (rto.0 >> 1))
}
