//! A host: its kernel, its settings, its sockets and timers, and what it remembers.

use super::connection::Connection;
use super::listen::Request;
use super::peers::{PeerKey, PeerMemory, Remembered};
use super::time_wait::TimeWait;
use super::timer;
use super::timestamps::{Recent, TimestampClock};
use super::why::Why;
use crate::kernel::{Change, Counter, Counters, KernelVersion, Sysctl};
use crate::net::{Endpoint, Flags, Ipv4, Segment, TcpOptions, TimestampOption};
use crate::rng::mix;
use crate::time::Time;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// Both ends of a connection, as one host sees them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Flow {
    /// This host's end.
    pub local: Endpoint,
    /// The other end.
    pub remote: Endpoint,
}

/// What a host is given at boot.
#[derive(Clone, Debug)]
pub struct HostConfig {
    /// Its kernel.
    pub kernel: KernelVersion,
    /// Its settings.
    pub sysctl: Sysctl,
    /// Jiffies per second (CONFIG_HZ).
    pub hz: u64,
    /// How long it had been up when the run began.
    pub uptime: Time,
    /// The seconds clock when the run began, in nanoseconds: decides where whole seconds begin.
    pub wall: Time,
    /// Drawn at boot: keys its sequence numbers and timestamp offsets.
    pub secret: u64,
    /// Its own addresses.
    pub addrs: Vec<Ipv4>,
}

/// A host.
#[derive(Clone, Debug)]
pub struct Host {
    pub(super) kernel: KernelVersion,
    /// Its settings; they may be changed while it runs.
    pub sysctl: Sysctl,
    pub(super) clock: TimestampClock,
    wall: Time,
    addrs: Vec<Ipv4>,
    listening: Vec<u16>,
    /// How far the search for free ports has come.
    pub(super) port_hint: u64,
    pub(super) sockets: BTreeMap<Flow, Socket>,
    deadlines: BTreeSet<(Time, Flow)>,
    pub(super) peers: PeerMemory,
    pub(super) remembered: Vec<Remembered>,
    /// Its counters.
    pub counters: Counters,
    segments: VecDeque<Segment>,
    pub(super) events: VecDeque<AppEvent>,
}

/// A socket in one of the shapes the kernel keeps it in.
#[derive(Clone, Debug)]
pub(super) enum Socket {
    /// SYN_RECV: a connection request.
    Request(Request),
    /// A full socket.
    Connection(Box<Connection>),
    /// TIME_WAIT, or an orphan in FIN_WAIT2: a small bucket.
    TimeWait(TimeWait),
}

/// Something a program learns of its socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AppEvent {
    /// The socket.
    pub flow: Flow,
    /// What it learns.
    pub kind: AppEventKind,
}

/// What a program learns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AppEventKind {
    /// accept() returned it.
    Accepted,
    /// connect() returned.
    Connected,
    /// connect() failed with ECONNREFUSED.
    Refused,
    /// This many bytes can be read.
    Readable(u32),
    /// read() returns 0: the other side has closed.
    EndOfFile,
    /// ECONNRESET.
    Reset,
    /// ETIMEDOUT.
    TimedOut,
}

/// What came of a segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Received {
    /// Why it was dropped, if it was.
    pub why: Option<Why>,
}

impl Host {
    /// Boots a host.
    pub fn new(config: HostConfig) -> Host {
        let HostConfig { kernel, sysctl, hz, uptime, wall, secret, addrs } = config;
        Host {
            kernel,
            sysctl,
            clock: TimestampClock { kernel, hz, uptime, secret },
            wall,
            addrs,
            listening: Vec::new(),
            port_hint: 0,
            sockets: BTreeMap::new(),
            deadlines: BTreeSet::new(),
            peers: PeerMemory::default(),
            remembered: Vec::new(),
            counters: Counters::default(),
            segments: VecDeque::new(),
            events: VecDeque::new(),
        }
    }

    /// Its kernel.
    pub fn kernel(&self) -> KernelVersion {
        self.kernel
    }

    /// Has it this address?
    pub fn has_addr(&self, addr: Ipv4) -> bool {
        self.addrs.contains(&addr)
    }

    /// Its first address.
    pub fn addr(&self) -> Ipv4 {
        self.addrs.first().copied().unwrap_or(Ipv4(0))
    }

    /// When its clock shows the beginning of second `s`; the start of the run when that is past.
    pub fn time_of_second(&self, s: u64) -> Time {
        Time::from_secs(s) - self.wall
    }

    /// listen(): from now on SYNs to `port` are answered.
    pub fn listen(&mut self, port: u16) {
        self.listening.push(port);
    }

    /// Whole seconds of its clock: `get_seconds()`, from 4.19 on `ktime_get_seconds()`.
    pub fn now_s(&self, now: Time) -> u64 {
        (self.wall + now).secs()
    }

    /// What its timestamps count at `now`, before any offset.
    pub fn timestamp_clock(&self) -> &TimestampClock {
        &self.clock
    }

    /// What it remembers of the sender of `syn`, when `tcp_tw_recycle` makes it look.
    pub fn remembers(&self, syn: &Segment) -> Option<(PeerKey, Recent)> {
        let key = PeerMemory::key(self.kernel, syn.dst.addr, syn.src.addr);
        self.tw_recycle().then(|| self.peers.get(key))?.map(|recent| (key, recent))
    }

    /// The state of a socket as `ss` prints it; none when there is no such socket.
    pub fn state(&self, flow: Flow) -> Option<&'static str> {
        self.sockets.get(&flow).map(|socket| match socket {
            Socket::Request(_) => "SYN-RECV",
            Socket::Connection(connection) => connection.state.name(),
            Socket::TimeWait(bucket) => bucket.substate.name(),
        })
    }

    /// How long a socket keeps quiet between two answers to bad segments; from 4.1 on.
    pub(super) fn invalid_ratelimit(&self) -> Time {
        if self.kernel.has(Change::DupAckRateLimit) { self.sysctl.tcp_invalid_ratelimit } else { Time::ZERO }
    }

    /// Is any socket waiting for an answer? TIME_WAIT is not.
    pub fn is_busy(&self) -> bool {
        self.sockets.values().any(|socket| match socket {
            Socket::Request(_) => true,
            Socket::Connection(connection) => connection.deadline.is_some(),
            Socket::TimeWait(_) => false,
        })
    }

    /// A segment arrives.
    pub fn receive(&mut self, now: Time, segment: &Segment) -> Received {
        self.counters.add(Counter::InSegs);
        let flow = Flow { local: segment.dst, remote: segment.src };
        let why = match self.sockets.get(&flow) {
            Some(Socket::Request(_)) => self.segment_for_request(now, flow, segment),
            Some(Socket::Connection(_)) => self.segment_for_connection(now, flow, segment),
            Some(Socket::TimeWait(_)) => self.segment_for_time_wait(now, flow, segment),
            None if self.listening.contains(&segment.dst.port) && self.has_addr(segment.dst.addr) => {
                self.segment_for_listener(now, flow, segment)
            }
            None => self.segment_for_nobody(segment),
        };
        if let Some(why) = why {
            for counter in why.counters(self.kernel) {
                self.counters.add(counter);
            }
        }
        Received { why }
    }

    /// No socket: an RST is passed over, anything else is answered with one.
    pub(super) fn segment_for_nobody(&mut self, segment: &Segment) -> Option<Why> {
        if !segment.flags.rst() {
            self.send_reset_in_answer(segment);
        }
        Some(Why::NoSocket { flags: segment.flags })
    }

    /// When the next timer fires.
    pub fn next_deadline(&self) -> Option<Time> {
        self.deadlines.first().map(|(at, _)| *at)
    }

    /// Lets the timers fire that are due at `now`.
    pub fn on_timers(&mut self, now: Time) {
        while let Some(&(at, flow)) = self.deadlines.first() {
            if at > now {
                break;
            }
            self.disarm(flow);
            match self.sockets.get(&flow) {
                Some(Socket::Request(_)) => self.request_timer(now, flow),
                Some(Socket::Connection(_)) => self.connection_timer(now, flow),
                Some(Socket::TimeWait(_)) => self.time_wait_timer(flow),
                None => {}
            }
        }
    }

    /// The next segment it wants to send.
    pub fn poll_segment(&mut self) -> Option<Segment> {
        self.segments.pop_front()
    }

    /// The next thing a program learns.
    pub fn poll_event(&mut self) -> Option<AppEvent> {
        self.events.pop_front()
    }

    /// What was remembered since the last call.
    pub fn take_remembered(&mut self) -> Vec<Remembered> {
        std::mem::take(&mut self.remembered)
    }

    pub(super) fn tell(&mut self, flow: Flow, kind: AppEventKind) {
        self.events.push_back(AppEvent { flow, kind });
    }

    pub(super) fn send(&mut self, segment: Segment) {
        self.counters.add(Counter::OutSegs);
        if segment.flags.rst() {
            self.counters.add(Counter::OutRsts);
        }
        self.segments.push_back(segment);
    }

    /// Sends the reset that answers a segment without a socket (`tcp_v4_send_reset`).
    pub(super) fn send_reset_in_answer(&mut self, segment: &Segment) {
        self.send(segment.reset_in_answer());
    }

    /// Arms the one timer of a socket, replacing what was armed.
    pub(super) fn arm(&mut self, flow: Flow, at: Time) {
        self.disarm(flow);
        if let Some(socket) = self.sockets.get_mut(&flow) {
            *socket.deadline() = Some(at);
            self.deadlines.insert((at, flow));
        }
    }

    pub(super) fn disarm(&mut self, flow: Flow) {
        if let Some(at) = self.sockets.get_mut(&flow).and_then(|socket| socket.deadline().take()) {
            self.deadlines.remove(&(at, flow));
        }
    }

    /// Puts a socket in the place of whatever stood there.
    pub(super) fn put(&mut self, flow: Flow, socket: Socket) {
        self.disarm(flow);
        self.sockets.insert(flow, socket);
    }

    /// Ends a socket.
    pub(super) fn remove(&mut self, flow: Flow) {
        self.disarm(flow);
        self.sockets.remove(&flow);
    }

    /// When a kernel timer armed now for `delay` fires.
    pub(super) fn fires_at(&self, now: Time, delay: Time) -> Time {
        if !self.kernel.has(Change::TimerWheel) {
            return now + delay;
        }
        let jiffy = 1_000_000_000 / self.clock.hz;
        let armed = self.clock.jiffies(now);
        let fires = timer::fires_at(self.kernel, armed, delay.0.div_ceil(jiffy));
        Time(fires * jiffy) - self.clock.uptime
    }

    /// The initial sequence number of a connection: a keyed hash of its ends plus a clock of 64 ns (`secure_tcp_seq`).
    pub(super) fn initial_seq(&self, now: Time, flow: Flow) -> u32 {
        let ends = u64::from(flow.local.addr.0) << 32 | u64::from(flow.remote.addr.0);
        let ports = u64::from(flow.local.port) << 16 | u64::from(flow.remote.port);
        let hash = mix(mix(self.clock.secret.rotate_left(17) ^ mix(ends)) ^ ports) as u32;
        hash.wrapping_add(((self.clock.uptime + now).0 >> 6) as u32)
    }

    /// The timestamps option of a segment sent now.
    pub(super) fn timestamp(&self, now: Time, offset: u32, tsecr: u32) -> TimestampOption {
        TimestampOption { tsval: self.clock.now(now).wrapping_add(offset), tsecr }
    }

    /// The window a SYN or SYN-ACK offers to a peer whose segments hold `mss` bytes (facts §6.1.1).
    pub(super) fn initial_window(&self, mss: u32) -> u16 {
        let segments = if self.kernel.has(Change::InitialWindow64k) {
            65_535 / mss
        } else if self.kernel.has(Change::InitialWindow20) {
            20
        } else if self.kernel.has(Change::InitialWindow10) {
            10
        } else {
            4
        };
        (segments * mss).min(65_535) as u16
    }

    /// The options of this host's SYN, or of its SYN-ACK to a SYN with the options `peer`.
    pub(super) fn handshake_options(
        &self,
        peer: Option<&TcpOptions>,
        ts: Option<TimestampOption>,
    ) -> TcpOptions {
        TcpOptions {
            mss: Some(1460),
            // The scale that suits the default tcp_rmem of a machine with plenty of memory.
            wscale: peer.is_none_or(|peer| peer.wscale.is_some()).then_some(7),
            sack_ok: peer.is_none_or(|peer| peer.sack_ok),
            ts,
        }
    }

    /// TCP_TIMEOUT_INIT
    pub(super) fn initial_rto(&self) -> Time {
        Time::from_secs(if self.kernel.has(Change::InitialRto1s) { 1 } else { 3 })
    }

    /// A bare segment of a flow.
    pub(super) fn segment(&self, flow: Flow, flags: Flags, seq: u32, ack: u32, win: u16) -> Segment {
        let ack = if flags.ack() { ack } else { 0 };
        Segment {
            src: flow.local,
            dst: flow.remote,
            flags,
            seq,
            ack,
            len: 0,
            win,
            opts: TcpOptions::default(),
        }
    }
}

impl Socket {
    fn deadline(&mut self) -> &mut Option<Time> {
        match self {
            Socket::Request(request) => &mut request.deadline,
            Socket::Connection(connection) => &mut connection.deadline,
            Socket::TimeWait(bucket) => &mut bucket.deadline,
        }
    }
}
