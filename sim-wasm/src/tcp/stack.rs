//! What all sockets of a host share: kernel, settings, clocks, counters, and what is on its way out.

use super::peers::{PeerMemory, Remembered};
use super::routes::Routes;
use super::rtt::initial_rto;
use super::socket::{Event, EventKind, Flow, SocketId};
use super::timer::{self, Armed};
use super::timestamps::TimestampClock;
use crate::kernel::{Change, ChangeSet, Counter, Counters, KernelVersion, Sysctl};
use crate::net::{Flags, Ipv4, Segment, TcpOptions, TimestampOption};
use crate::rng::mix;
use crate::time::Time;
use std::collections::VecDeque;

/// What all sockets of a host share.
#[derive(Clone, Debug)]
pub struct Stack {
    /// The host's kernel.
    pub kernel: KernelVersion,
    changes: ChangeSet,
    /// Its settings; they may be changed while it runs.
    pub sysctl: Sysctl,
    /// The moment of the call or packet that is being worked on.
    pub(super) now: Time,
    pub(super) clock: TimestampClock,
    wall: Time,
    /// Its own addresses.
    pub(super) addrs: Vec<Ipv4>,
    /// Its counters.
    pub counters: Counters,
    pub(super) peers: PeerMemory,
    pub(super) routes: Routes,
    pub(super) remembered: Vec<Remembered>,
    /// Challenge ACKs sent in the second that began at the time beside it.
    challenges: (u64, u32),
    pub(super) segments: VecDeque<Segment>,
    pub(super) events: VecDeque<Event>,
    /// The least delay of a delayed ACK and its greatest: HZ/25 and HZ/5 jiffies.
    pub(super) delack: (Time, Time),
    /// One tick of its timers.
    jiffy: Time,
}

impl Stack {
    pub(super) fn new(kernel: KernelVersion, sysctl: Sysctl, clock: TimestampClock, wall: Time) -> Stack {
        Stack {
            kernel,
            changes: kernel.changes(),
            sysctl,
            now: Time::ZERO,
            clock,
            wall,
            addrs: Vec::new(),
            counters: Counters::default(),
            peers: PeerMemory::default(),
            routes: Routes::default(),
            remembered: Vec::new(),
            challenges: (0, 0),
            segments: VecDeque::new(),
            events: VecDeque::new(),
            delack: (Time::from_millis(40), Time::from_millis(200)),
            jiffy: Time(1_000_000_000 / clock.hz),
        }
    }

    /// Is the change in force in this host's kernel?
    pub fn has(&self, change: Change) -> bool {
        self.changes.has(change)
    }

    /// All changes that are in force in its kernel.
    pub(super) fn changes(&self) -> ChangeSet {
        self.changes
    }

    /// Its clock when the run began.
    pub(super) fn wall(&self) -> Time {
        self.wall
    }

    /// Whole seconds of its clock: `get_seconds()`, from 4.19 on `ktime_get_seconds()`.
    pub fn now_s(&self) -> u64 {
        (self.wall + self.now).secs()
    }

    /// Whole seconds of its clock at `at`.
    pub fn second_of(&self, at: Time) -> u64 {
        (self.wall + at).secs()
    }

    pub(super) fn count(&mut self, counter: Counter) {
        self.counters.add(counter);
    }

    pub(super) fn tell(&mut self, socket: SocketId, flow: Flow, kind: EventKind) {
        self.events.push_back(Event { socket, flow, kind });
    }

    /// Sends a segment.
    pub(super) fn send(&mut self, segment: Segment) {
        self.count(Counter::OutSegs);
        if segment.flags.rst() {
            self.count(Counter::OutRsts);
        }
        self.segments.push_back(segment);
    }

    /// Sends the reset that answers a segment nobody waits for (`tcp_v4_send_reset`).
    pub(super) fn send_reset_in_answer(&mut self, segment: &Segment) {
        self.send(segment.reset_in_answer());
    }

    /// A bare segment of a flow.
    pub(super) fn segment(&self, flow: Flow, flags: Flags, seq: u32, ack: u32, win: u32) -> Segment {
        Segment {
            src: flow.local,
            dst: flow.remote,
            flags,
            seq,
            ack: if flags.ack() { ack } else { 0 },
            len: 0,
            win: win.min(65_535) as u16,
            opts: TcpOptions::default(),
        }
    }

    /// The timestamps option of a segment sent now.
    pub(super) fn timestamp(&self, offset: u32, tsecr: u32) -> TimestampOption {
        TimestampOption { tsval: self.clock.now(self.now).wrapping_add(offset), tsecr }
    }

    /// The initial sequence number of a connection: a keyed hash of its ends plus a clock of 64 ns (`secure_tcp_seq`).
    pub(super) fn initial_seq(&self, flow: Flow) -> u32 {
        let hash = mix(self.clock.secret.rotate_left(17) ^ flow.hash()) as u32;
        hash.wrapping_add(((self.clock.uptime + self.now).0 >> 6) as u32)
    }

    /// When a kernel timer armed now for `delay` fires.
    pub(super) fn fires_at(&self, delay: Time) -> Time {
        timer::fires_at(self.changes, &self.clock, self.now, delay)
    }

    /// From one moment to another as the kernel counts it, in whole jiffies.
    pub(super) fn jiffies_since(&self, at: Time) -> Time {
        let jiffy = self.jiffy().0;
        let tick = |at: Time| (self.clock.uptime + at).0 / jiffy;
        Time((tick(self.now) - tick(at).min(tick(self.now))) * jiffy)
    }

    /// Arms a kernel timer for `delay`.
    pub(super) fn timer(&self, delay: Time) -> Armed {
        Armed { due: self.now + delay, fires: self.fires_at(delay) }
    }

    /// Ticks of its timers since it was booted, at `at`.
    pub(super) fn jiffies(&self, at: Time) -> u64 {
        self.clock.jiffies(at)
    }

    /// Ticks in a second.
    pub(super) fn hz(&self) -> u64 {
        self.clock.hz
    }

    /// One tick of the kernel's timers.
    pub(super) fn jiffy(&self) -> Time {
        self.jiffy
    }

    /// TCP_TIMEOUT_MIN
    pub(super) fn timeout_min(&self) -> Time {
        Time(2 * self.jiffy().0)
    }

    /// When its clock shows the beginning of second `s`.
    pub(super) fn time_of_second(&self, s: u64) -> Time {
        Time::from_secs(s) - self.wall
    }

    /// TCP_TIMEOUT_INIT
    pub(super) fn initial_rto(&self) -> Time {
        initial_rto(self.changes)
    }

    /// The kernel's clock in microseconds, as coarse as this kernel reckons round trips: up to 3.13 in jiffies.
    pub(super) fn rtt_clock(&self, at: Time) -> Time {
        if self.has(Change::RttInMicroseconds) {
            return at;
        }
        let jiffy = self.jiffy.0;
        Time((self.clock.uptime + at).0 / jiffy * jiffy)
    }

    /// At most one ACK in answer to bad segments of a socket in `tcp_invalid_ratelimit`; from 4.1 on
    /// (`tcp_oow_rate_limited`). True when this one must not be sent.
    /// Data always gets its answer.
    pub(super) fn rate_limited(
        &mut self,
        segment: &Segment,
        last: &mut Option<Time>,
        skipped: Counter,
    ) -> bool {
        let data = segment.end_seq() != segment.seq && !segment.flags.syn();
        if data || !self.has(Change::DupAckRateLimit) {
            return false;
        }
        if last.is_some_and(|last| self.now - last < self.sysctl.tcp_invalid_ratelimit) {
            self.count(skipped);
            return true;
        }
        *last = Some(self.now);
        false
    }

    /// Takes one from the host's challenge ACKs of this second (RFC 5961 §7).
    pub(super) fn may_challenge(&mut self) -> bool {
        let second = self.now.secs();
        if self.challenges.0 != second {
            self.challenges = (second, 0);
        }
        self.challenges.1 += 1;
        let granted = self.challenges.1 <= self.sysctl.tcp_challenge_ack_limit;
        if granted {
            self.count(Counter::TCPChallengeACK);
        }
        granted
    }

    /// Is `tcp_tw_recycle` in force? The setting is gone in 4.12.
    pub(super) fn tw_recycle(&self) -> bool {
        self.sysctl.tcp_tw_recycle && !self.has(Change::TwRecycleRemoved)
    }
}
