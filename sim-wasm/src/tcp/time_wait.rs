//! TIME_WAIT, and orphans in FIN_WAIT2, kept as small buckets (`inet_timewait_sock`).

use super::host::{Entry, Host};
use super::peers::PeerMemory;
use super::seq::{after, distance, in_window};
use super::shown::ShownTimer;
use super::socket::Flow;
use super::stack::Stack;
use super::timer;
use super::timestamps::{Recent, TimestampClock, paws_reject};
use super::why::{Stage, Why};
use crate::kernel::{Change, ChangeSet, Counter, Sysctl};
use crate::net::{Flags, Segment};
use crate::time::Time;

/// TCP_TIMEWAIT_LEN
const TIMEWAIT_LEN: Time = Time::from_secs(60);
/// Buckets with a timeout up to this count in `TWKilled`, longer ones in `TW`.
const SHORT: Time = Time::from_secs(4);
/// What is added to the old sequence numbers when a SYN reopens the connection.
pub(super) const REOPEN_GAP: u32 = 65_535 + 2;

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
    /// How long it lasts, when not the usual time of its state.
    pub(super) timeout: Option<Time>,
    /// When it became a bucket (`tw_entry_stamp`).
    pub(super) entered: Time,
    pub(super) last_ack: Option<Time>,
    /// What its timer was set to.
    pub(super) armed_for: Time,
    /// When it is due to end, and when the kernel does end it.
    pub(super) due: Time,
    pub(super) deadline: Option<Time>,
}

impl TimeWait {
    /// The sequence number it expects.
    pub fn rcv_nxt(&self) -> u32 {
        self.rcv_nxt
    }

    /// The last timestamp it got, when the connection used them.
    pub fn recent(&self) -> Option<Recent> {
        self.ts.map(|(_, recent)| recent)
    }

    /// The retransmission timeout that the connection had in the end.
    pub fn rto(&self) -> Time {
        self.rto
    }

    /// When its timer ends it.
    pub fn deadline(&self) -> Option<Time> {
        self.deadline
    }

    pub(super) fn shown_timer(&self, now: Time) -> Option<ShownTimer> {
        let left = self.due - now;
        self.deadline.map(|_| ShownTimer { name: "timewait", left, retransmits: 0, probes: 0 })
    }
}

/// How long TIME_WAIT lasts: a minute, or 3.5 retransmission timeouts when `tcp_tw_recycle` remembers the peer.
pub fn lasts(remembered: bool, rto: Time) -> Time {
    if remembered { fast_recycle(rto) } else { TIMEWAIT_LEN }
}

/// When the timer fires that was set at `now` to end a bucket after `timeout`.
pub fn ends_at(changes: ChangeSet, clock: &TimestampClock, now: Time, timeout: Time) -> Time {
    if changes.has(Change::TimeWaitOwnTimer) {
        return timer::fires_at(changes, clock, now, timeout);
    }
    let jiffy = 1_000_000_000 / clock.hz;
    let ends = timer::death_row_ends_at(clock.jiffies(now), timeout.0.div_ceil(jiffy), clock.hz);
    (Time(ends * jiffy) - clock.uptime).max(now)
}

/// Is there room for one more bucket (`inet_twsk_alloc`)? When not, the connection is simply over.
pub fn has_room(sysctl: &Sysctl, buckets: u32) -> bool {
    buckets < sysctl.tcp_max_tw_buckets
}

/// What a bucket counts in: up to 5.9 when its timer ends it, from 5.10 on when that is set.
pub fn counted_in(timeout: Time) -> Counter {
    if timeout <= SHORT { Counter::TWKilled } else { Counter::TW }
}

/// How long an orphan waits in FIN_WAIT2 (`tcp_fin_time`).
pub(super) fn fin_timeout(stack: &Stack, linger2: Option<Time>, rto: Time) -> Time {
    linger2.unwrap_or(Time::from_secs(stack.sysctl.tcp_fin_timeout)).max(fast_recycle(rto))
}

impl Host {
    /// `tcp_time_wait`: a socket becomes a bucket. With `tcp_tw_recycle` the peer's last timestamp is remembered,
    /// and TIME_WAIT then lasts 3.5 retransmission timeouts instead of a minute. Without room for one more bucket the
    /// connection is simply over.
    pub(super) fn enter_time_wait(&mut self, flow: Flow, bucket: TimeWait) {
        let remembered = self.remember_peer(flow, bucket.ts);
        if !has_room(&self.stack.sysctl, self.buckets) {
            if self.stack.has(Change::TimeWaitOverflowCounter) {
                self.stack.count(Counter::TCPTimeWaitOverflow);
            }
            return;
        }
        self.buckets += 1;
        self.settle_bucket(flow, bucket, remembered, true);
    }

    fn settle_bucket(&mut self, flow: Flow, bucket: TimeWait, remembered: bool, anew: bool) {
        let fast = fast_recycle(bucket.rto);
        let timeout = match (bucket.substate, bucket.timeout) {
            (Substate::TimeWait, _) => lasts(remembered, bucket.rto),
            (Substate::FinWait2, Some(timeout)) => timeout.max(fast),
            (Substate::FinWait2, None) => fin_timeout(&self.stack, None, bucket.rto),
        };
        // A bucket of FIN_WAIT2 that goes on to TIME_WAIT is armed anew, not counted anew.
        if self.stack.has(Change::TwCountedWhenScheduled) && anew {
            self.stack.count(counted_in(timeout));
        }
        self.table.insert(flow, Entry::TimeWait(Box::new(bucket)));
        self.arm_time_wait(flow, timeout);
    }

    fn bucket_mut(&mut self, flow: Flow) -> Option<&mut TimeWait> {
        match self.table.get_mut(&flow) {
            Some(Entry::TimeWait(bucket)) => Some(bucket),
            _ => None,
        }
    }

    fn arm_time_wait(&mut self, flow: Flow, timeout: Time) {
        let due = self.stack.now + timeout;
        if let Some(bucket) = self.bucket_mut(flow) {
            bucket.armed_for = timeout;
            bucket.due = due;
        }
        let at = ends_at(self.stack.changes(), &self.stack.clock, self.stack.now, timeout);
        self.arm(flow, at);
    }

    /// `tcp_remember_stamp`, `tcp_tw_remember_stamp`: true when a record could be made.
    fn remember_peer(&mut self, flow: Flow, ts: Option<(u32, Recent)>) -> bool {
        let Some((_, recent)) = ts.filter(|_| self.stack.tw_recycle()) else { return false };
        let key = PeerMemory::key(self.stack.kernel, flow.local.addr, flow.remote.addr);
        let now_s = self.stack.now_s();
        let written = self.stack.peers.remember(key, recent, now_s);
        self.stack.remembered.push(written);
        true
    }

    /// Its timer fires (`tw_timer_handler`).
    pub(super) fn end_time_wait(&mut self, flow: Flow) {
        if let Some(bucket) = self.drop_time_wait(flow)
            && !self.stack.has(Change::TwCountedWhenScheduled)
        {
            self.stack.count(counted_in(bucket.armed_for));
        }
    }

    /// It goes before its time, which no counter tells (`inet_twsk_deschedule`).
    pub(super) fn drop_time_wait(&mut self, flow: Flow) -> Option<Box<TimeWait>> {
        let Some(Entry::TimeWait(bucket)) = self.forget(flow) else { return None };
        self.buckets -= 1;
        Some(bucket)
    }

    /// `tcp_timewait_state_process`.
    pub(super) fn segment_for_time_wait(&mut self, flow: Flow, segment: &Segment) -> Option<Why> {
        let now_s = self.stack.now_s();
        let bucket = (*self.bucket_mut(flow)?).clone();
        let flags = segment.flags;
        // Options are parsed only for a connection that used timestamps.
        let tsval = segment.tsval().filter(|_| bucket.ts.is_some());
        let stale = match (bucket.ts, tsval) {
            (Some((_, recent)), Some(tsval)) => {
                paws_reject(self.stack.kernel, recent, tsval, flags.rst(), now_s)
            }
            _ => false,
        };
        if bucket.substate == Substate::FinWait2 {
            return self.segment_for_fin_wait2(flow, bucket, segment, stale);
        }

        let empty = segment.seq == segment.end_seq();
        if !stale && segment.seq == bucket.rcv_nxt && (empty || flags.rst()) {
            if flags.rst() && !self.stack.sysctl.tcp_rfc1337 {
                self.drop_time_wait(flow);
                return None;
            }
            if !flags.rst() || !self.stack.has(Change::ResetLeavesTimeWait) {
                self.arm_time_wait(flow, TIMEWAIT_LEN);
            }
            self.note_timestamp(flow, tsval);
            return flags.rst().then_some(Why::ResetInTimeWait { seq: segment.seq });
        }
        let newer = after(segment.seq, bucket.rcv_nxt)
            || matches!((bucket.ts, tsval), (Some((_, recent)), Some(tsval)) if distance(recent.tsval, tsval) < 0);
        if flags.syn() && !flags.rst() && !flags.ack() && !stale && newer {
            let isn = bucket.snd_nxt.wrapping_add(REOPEN_GAP);
            self.drop_time_wait(flow);
            return self.connection_request(flow, segment, Some(isn.max(1)));
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
                self.arm_time_wait(flow, TIMEWAIT_LEN);
            }
            self.send_time_wait_ack(flow, segment);
        }
        Some(why)
    }

    fn segment_for_fin_wait2(
        &mut self,
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
                self.send_time_wait_ack(flow, segment);
            }
            return Some(match (bucket.ts, segment.tsval()) {
                (Some((_, recent)), Some(tsval)) if stale => {
                    Why::Paws { at: Stage::TimeWait, recent: recent.tsval, tsval }
                }
                _ => outside,
            });
        }
        if flags.rst() {
            self.drop_time_wait(flow);
            return None;
        }
        if flags.syn() && !distance(segment.seq, bucket.rcv_nxt).is_negative() {
            self.stack.send_reset_in_answer(segment);
            self.drop_time_wait(flow);
            return Some(Why::SynOnConnection);
        }
        if !flags.ack() || !after(end, bucket.rcv_nxt) || end == segment.seq {
            return None;
        }
        if !flags.fin() || end != bucket.rcv_nxt.wrapping_add(1) {
            self.stack.send_reset_in_answer(segment);
            self.drop_time_wait(flow);
            return Some(Why::DataAfterClose);
        }
        bucket.substate = Substate::TimeWait;
        bucket.rcv_nxt = end;
        let now_s = self.stack.now_s();
        if let (Some((_, recent)), Some(tsval)) = (&mut bucket.ts, segment.tsval()) {
            *recent = Recent { tsval, stamp_s: now_s };
        }
        let ack = self.time_wait_ack(flow, &bucket);
        let remembered = self.remember_peer(flow, bucket.ts);
        self.forget(flow);
        self.settle_bucket(flow, bucket, remembered, false);
        self.stack.send(ack);
        None
    }

    fn note_timestamp(&mut self, flow: Flow, tsval: Option<u32>) {
        let stamp_s = self.stack.now_s();
        if let Some(bucket) = self.bucket_mut(flow)
            && let (Some((_, recent)), Some(tsval)) = (&mut bucket.ts, tsval)
        {
            *recent = Recent { tsval, stamp_s };
        }
    }

    /// The old ACK in answer to a segment that does not fit; from 4.1 on one in 500 ms
    /// (`tcp_timewait_check_oow_rate_limit`).
    fn send_time_wait_ack(&mut self, flow: Flow, segment: &Segment) {
        let Some(Entry::TimeWait(bucket)) = self.table.get_mut(&flow) else { return };
        let skipped = match bucket.substate {
            Substate::FinWait2 => Counter::TCPACKSkippedFinWait2,
            Substate::TimeWait => Counter::TCPACKSkippedTimeWait,
        };
        if self.stack.rate_limited(segment, &mut bucket.last_ack, skipped) {
            return;
        }
        let bucket = bucket.clone();
        let ack = self.time_wait_ack(flow, &bucket);
        self.stack.send(ack);
    }

    fn time_wait_ack(&self, flow: Flow, bucket: &TimeWait) -> Segment {
        let mut ack = self.stack.segment(flow, Flags::ACK, bucket.snd_nxt, bucket.rcv_nxt, bucket.rcv_wnd);
        ack.opts.ts = bucket.ts.map(|(offset, recent)| self.stack.timestamp(offset, recent.tsval));
        ack
    }
}

/// How long TIME_WAIT lasts when the peer is remembered: 3.5 timeouts.
fn fast_recycle(rto: Time) -> Time {
    Time((rto.0 << 2) - (rto.0 >> 1))
}
