//! A host: its sockets, its timers, and what a segment belongs to.

use super::connection::{Connection, State};
use super::listen::Listener;
use super::peers::{PeerKey, PeerMemory, Remembered};
use super::request::Request;
use super::shown::Shown;
use super::socket::{Event, Flow, Options, SocketId};
use super::stack::Stack;
use super::time_wait::TimeWait;
use super::timestamps::{Recent, TimestampClock};
use super::why::Why;
use crate::kernel::{Counter, KernelVersion, Sysctl};
use crate::net::{Endpoint, Icmp, Ipv4, Segment};
use crate::sorted::SortedMap;
use crate::time::Time;

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
    pub(super) stack: Stack,
    pub(super) sockets: SortedMap<SocketId, Socket>,
    last_id: u32,
    /// Which socket, request or bucket a segment belongs to (`inet_hashinfo`).
    pub(super) table: SortedMap<Flow, Entry>,
    /// Listeners by port.
    pub(super) listeners: SortedMap<u16, SocketId>,
    deadlines: SortedMap<(Time, Flow), ()>,
    /// How far the search for free ports has come.
    pub(super) port_hint: u64,
    /// Buckets in TIME_WAIT or FIN_WAIT2.
    pub(super) buckets: u32,
}

/// A socket as a program holds it.
#[derive(Clone, Debug)]
pub(super) enum Socket {
    /// Neither listening nor connected.
    Fresh(Fresh),
    Listener(Box<Listener>),
    Connection(Box<Connection>),
}

/// A socket that has not been used yet.
#[derive(Clone, Debug, Default)]
pub(super) struct Fresh {
    pub(super) bound: Option<Endpoint>,
    pub(super) options: Options,
    pub(super) error: Option<super::socket::Errno>,
}

/// What has the ends of a segment.
#[derive(Clone, Debug)]
pub(super) enum Entry {
    /// SYN_RECV: a connection request.
    Request(Box<Request>),
    /// A full socket.
    Connection(SocketId),
    /// TIME_WAIT, or an orphan in FIN_WAIT2: a small bucket.
    TimeWait(Box<TimeWait>),
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
        let clock = TimestampClock { changes: kernel.changes(), hz, uptime, secret };
        let mut stack = Stack::new(kernel, sysctl, clock, wall);
        stack.addrs = addrs;
        Host {
            stack,
            sockets: SortedMap::default(),
            last_id: 0,
            table: SortedMap::default(),
            listeners: SortedMap::default(),
            deadlines: SortedMap::default(),
            port_hint: 0,
            buckets: 0,
        }
    }

    /// Its kernel.
    pub fn kernel(&self) -> KernelVersion {
        self.stack.kernel
    }

    /// Its settings.
    pub fn sysctl(&self) -> &Sysctl {
        &self.stack.sysctl
    }

    /// Its settings, to be changed while it runs.
    pub fn sysctl_mut(&mut self) -> &mut Sysctl {
        &mut self.stack.sysctl
    }

    /// Its counters.
    pub fn counters(&self) -> &crate::kernel::Counters {
        &self.stack.counters
    }

    /// Has it this address?
    pub fn has_addr(&self, addr: Ipv4) -> bool {
        self.stack.addrs.contains(&addr)
    }

    /// Its first address.
    pub fn addr(&self) -> Ipv4 {
        self.stack.addrs.first().copied().unwrap_or(Ipv4(0))
    }

    /// When its clock shows the beginning of second `s`; the start of the run when that is past.
    pub fn time_of_second(&self, s: u64) -> Time {
        self.stack.time_of_second(s)
    }

    /// Whole seconds of its clock at `now`.
    pub fn now_s(&self, now: Time) -> u64 {
        self.stack.second_of(now)
    }

    /// What its timestamps count, before any offset.
    pub fn timestamp_clock(&self) -> &TimestampClock {
        &self.stack.clock
    }

    /// What it remembers of the sender of `syn`, when `tcp_tw_recycle` makes it look.
    pub fn remembers(&self, syn: &Segment) -> Option<(PeerKey, Recent)> {
        if !self.stack.tw_recycle() {
            return None;
        }
        let key = PeerMemory::key(self.stack.kernel, syn.dst.addr, syn.src.addr);
        self.stack.peers.get(key).map(|recent| (key, recent))
    }

    /// What was written into its memory of peers since the last call.
    pub fn take_remembered(&mut self) -> Vec<Remembered> {
        std::mem::take(&mut self.stack.remembered)
    }

    /// The next segment it wants to send.
    pub fn poll_segment(&mut self) -> Option<Segment> {
        self.stack.segments.pop_front()
    }

    /// The next thing it has to tell its programs.
    pub fn poll_event(&mut self) -> Option<Event> {
        self.stack.events.pop_front()
    }

    /// When its next timer fires.
    pub fn next_deadline(&self) -> Option<Time> {
        self.deadlines.first().map(|(at, _)| *at)
    }

    /// Is anything but TIME_WAIT waiting for something?
    pub fn is_busy(&self) -> bool {
        self.deadlines.keys().any(|(_, flow)| !matches!(self.table.get(flow), Some(Entry::TimeWait(_))))
    }

    /// Runs the timers that are due.
    pub fn on_timers(&mut self, now: Time) {
        self.stack.now = now;
        while let Some((at, flow)) = self.deadlines.first().copied()
            && at <= now
        {
            self.deadlines.remove(&(at, flow));
            match self.table.get_mut(&flow) {
                Some(Entry::Request(request)) => {
                    request.deadline = None;
                    self.request_timer(flow);
                }
                Some(Entry::TimeWait(bucket)) => {
                    bucket.deadline = None;
                    self.end_time_wait(flow);
                }
                Some(Entry::Connection(id)) => {
                    let id = *id;
                    self.with_connection(id, |connection, stack| {
                        connection.registered = None;
                        connection.on_timers(stack);
                    });
                }
                None => {}
            }
        }
    }

    /// A segment arrives.
    pub fn receive(&mut self, now: Time, segment: &Segment) -> Received {
        self.stack.now = now;
        self.stack.count(Counter::InSegs);
        let flow = Flow { local: segment.dst, remote: segment.src };
        let why = match self.table.get(&flow) {
            Some(Entry::Request(_)) => self.segment_for_request(flow, segment),
            Some(Entry::TimeWait(_)) => self.segment_for_time_wait(flow, segment),
            Some(Entry::Connection(id)) => {
                let id = *id;
                self.segment_for_connection(id, segment)
            }
            None if self.listeners.contains_key(&flow.local.port) => self.segment_for_listener(flow, segment),
            None => self.segment_for_nobody(segment),
        };
        if let Some(why) = &why {
            for counter in why.counters(self.stack.kernel) {
                self.stack.count(counter);
            }
        }
        Received { why }
    }

    /// An ICMP message about a segment that this host had sent arrives (`tcp_v4_err`).
    pub fn receive_icmp(&mut self, now: Time, icmp: &Icmp) {
        self.stack.now = now;
        let flow = Flow { local: icmp.src, remote: icmp.dst };
        match self.table.get(&flow) {
            Some(Entry::Connection(id)) => {
                let id = *id;
                self.with_connection(id, |connection, stack| connection.icmp(stack, icmp));
            }
            Some(Entry::Request(_)) => self.icmp_for_request(flow, icmp),
            _ => {}
        }
    }

    fn segment_for_connection(&mut self, id: SocketId, segment: &Segment) -> Option<Why> {
        let Some(Socket::Connection(connection)) = self.sockets.get_mut(&id) else { return None };
        let why = match connection.state {
            State::SynSent => connection.receive_in_syn_sent(&mut self.stack, segment),
            _ => connection.receive(&mut self.stack, segment),
        };
        if !connection.is_settled() {
            self.settle(id);
        }
        why
    }

    /// An RST is passed over, anything else is answered with one.
    pub(super) fn segment_for_nobody(&mut self, segment: &Segment) -> Option<Why> {
        if !segment.flags.rst() {
            self.stack.send_reset_in_answer(segment);
        }
        Some(Why::NoSocket { flags: segment.flags })
    }

    /// Lets something happen to a connection, and settles what follows from it for the host.
    pub(super) fn with_connection<T>(
        &mut self,
        id: SocketId,
        action: impl FnOnce(&mut Connection, &mut Stack) -> T,
    ) -> Option<T> {
        let Some(Socket::Connection(connection)) = self.sockets.get_mut(&id) else { return None };
        let result = action(connection, &mut self.stack);
        if !connection.is_settled() {
            self.settle(id);
        }
        Some(result)
    }

    /// Registers a connection's next timer, replaces it by its bucket, forgets it when it is over.
    pub(super) fn settle(&mut self, id: SocketId) {
        let Some(Socket::Connection(connection)) = self.sockets.get_mut(&id) else { return };
        let flow = connection.flow;
        let known = matches!(self.table.get(&flow), Some(Entry::Connection(known)) if *known == id);
        let next = if known && connection.state != State::Closed { connection.next_deadline() } else { None };
        if next != connection.registered {
            if let Some(at) = connection.registered.take() {
                self.deadlines.remove(&(at, flow));
            }
            if let Some(at) = next {
                self.deadlines.insert((at, flow), ());
            }
            connection.registered = next;
        }
        if connection.state != State::Closed {
            return;
        }
        let successor = connection.successor.take();
        let held = !connection.orphan;
        let (rtt_known, ends) = (connection.rtt.srtt().is_some(), (flow.local.addr, flow.remote.addr));
        if rtt_known && known {
            self.stack.peers.note_round_trip(ends);
        }
        if known {
            self.table.remove(&flow);
        }
        if !held {
            self.sockets.remove(&id);
        }
        if let Some(bucket) = successor {
            self.enter_time_wait(flow, bucket);
        }
    }

    /// A number for a new socket.
    pub(super) fn new_id(&mut self) -> SocketId {
        self.last_id += 1;
        SocketId(self.last_id)
    }

    pub(super) fn connection(&self, id: SocketId) -> Option<&Connection> {
        match self.sockets.get(&id) {
            Some(Socket::Connection(connection)) => Some(connection),
            _ => None,
        }
    }

    pub(super) fn listener_mut(&mut self, id: SocketId) -> Option<&mut Listener> {
        match self.sockets.get_mut(&id) {
            Some(Socket::Listener(listener)) => Some(listener),
            _ => None,
        }
    }

    /// The ends of a connection that a program holds.
    pub fn flow(&self, id: SocketId) -> Option<Flow> {
        self.connection(id).map(|connection| connection.flow)
    }

    /// A connection that a program holds.
    pub fn connection_of(&self, id: SocketId) -> Option<&Connection> {
        self.connection(id)
    }

    /// Sets the timer of a request or bucket.
    pub(super) fn arm(&mut self, flow: Flow, at: Time) {
        self.disarm(flow);
        let deadline = match self.table.get_mut(&flow) {
            Some(Entry::Request(request)) => &mut request.deadline,
            Some(Entry::TimeWait(bucket)) => &mut bucket.deadline,
            _ => return,
        };
        *deadline = Some(at);
        self.deadlines.insert((at, flow), ());
    }

    fn disarm(&mut self, flow: Flow) {
        let deadline = match self.table.get_mut(&flow) {
            Some(Entry::Request(request)) => &mut request.deadline,
            Some(Entry::TimeWait(bucket)) => &mut bucket.deadline,
            _ => return,
        };
        if let Some(at) = deadline.take() {
            self.deadlines.remove(&(at, flow));
        }
    }

    /// Forgets a request or bucket.
    pub(super) fn forget(&mut self, flow: Flow) -> Option<Entry> {
        self.disarm(flow);
        self.table.remove(&flow)
    }

    /// The state of a flow as `ss` prints it; none when nothing has these ends.
    pub fn state(&self, flow: Flow) -> Option<&'static str> {
        match self.table.get(&flow)? {
            Entry::Request(_) => Some("SYN-RECV"),
            Entry::Connection(id) => self.connection(*id).map(|connection| connection.state.name()),
            Entry::TimeWait(bucket) => Some(bucket.substate.name()),
        }
    }

    /// What is left of a connection with these ends: TIME_WAIT, or an orphan in FIN_WAIT2.
    pub fn time_wait(&self, flow: Flow) -> Option<&TimeWait> {
        match self.table.get(&flow)? {
            Entry::TimeWait(bucket) => Some(bucket),
            _ => None,
        }
    }

    /// Every socket, request and bucket, as `ss -ano` shows them at `now`: listeners first.
    pub fn shown(&self, now: Time) -> Vec<Shown> {
        let mut all = Vec::new();
        for (port, id) in self.listeners.iter() {
            if let Some(Socket::Listener(listener)) = self.sockets.get(id) {
                let local = Endpoint::new(listener.bound.addr, *port);
                all.push(Shown {
                    flow: Flow { local, remote: Endpoint::new(Ipv4(0), 0) },
                    state: "LISTEN",
                    recv_q: listener.queues.waiting,
                    send_q: listener.queues.backlog,
                    timer: None,
                });
            }
        }
        all.extend(self.table.keys().filter_map(|flow| self.shown_of(*flow, now)));
        all
    }

    /// What has these ends, as [`Host::shown`] shows it; none when nothing has.
    pub fn shown_of(&self, flow: Flow, now: Time) -> Option<Shown> {
        let (state, recv_q, send_q, timer) = match self.table.get(&flow)? {
            Entry::Request(request) => ("SYN-RECV", 0, 0, request.shown_timer(now)),
            Entry::TimeWait(bucket) => (bucket.substate.name(), 0, 0, bucket.shown_timer(now)),
            Entry::Connection(id) => {
                let c = self.connection(*id)?;
                (c.state.name(), c.recv_q(), c.unacknowledged(), c.shown_timer(now))
            }
        };
        Some(Shown { flow, state, recv_q, send_q, timer })
    }
}
