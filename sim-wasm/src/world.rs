//! Hosts and the network between them, stepped from event to event.
//!
//! Time jumps to the earliest arrival, timer or alarm; what happens at the same moment happens in the order in which
//! it was arranged. A scenario plays the programs: it takes each [`Happening`] and answers through [`World::act`].

use crate::net::link::{Link, LinkConfig};
use crate::net::nat::Nat;
use crate::net::path::{Passage, Path};
use crate::net::{Endpoint, Flags, Icmp, Segment, Unreachable};
use crate::rng::Rng;
use crate::sorted::SortedMap;
use crate::tcp::timestamps::Recent;
use crate::tcp::{Errno, EventKind, Flow, Host, PeerKey, Remembered, SocketId, Why};
use crate::time::Time;
use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};

/// Index of a host in its world.
pub type HostId = usize;

/// Number of a connection, from 1; 0 for none.
pub type ConnId = u32;

/// Something a scenario reacts to.
#[derive(Clone, Copy, Debug)]
pub enum Happening<A> {
    /// A program learns something of its socket.
    App {
        /// Whose program.
        host: HostId,
        /// Its socket.
        socket: SocketId,
        /// The ends of the connection.
        flow: Flow,
        /// The connection the socket belongs to.
        conn: ConnId,
        /// What it learns.
        kind: EventKind,
    },
    /// A packet for a host whose programs take packets themselves.
    Raw {
        /// Whose program.
        host: HostId,
        /// The connection it belongs to.
        conn: ConnId,
        /// The packet.
        segment: Segment,
    },
    /// An alarm that the scenario set.
    Alarm(A),
}

/// A packet and what became of it.
#[derive(Clone, Debug)]
pub struct Packet {
    /// When it was sent.
    pub sent_at: Time,
    /// When it arrived.
    pub arrived_at: Option<Time>,
    /// Who sent it.
    pub from: HostId,
    /// Who gets it; none when no host has the address.
    pub to: Option<HostId>,
    /// Did the network lose it on the way?
    pub lost: bool,
    /// As the receiver sees it, after any translation.
    pub segment: Segment,
    /// Source and destination as the sender wrote them.
    pub written: (Endpoint, Endpoint),
    /// The connection it belongs to.
    pub conn: ConnId,
    /// Why the receiver dropped it, if it did.
    pub why: Option<Why>,
    /// For a SYN: what the receiver remembered of the peer when it arrived, and for how many seconds.
    pub peer: Option<(PeerKey, Recent, u64)>,
}

/// A host wrote into its memory of peers.
#[derive(Clone, Copy, Debug)]
pub struct MemoryWrite {
    /// When.
    pub at: Time,
    /// Who.
    pub host: HostId,
    /// Which connection ended.
    pub conn: ConnId,
    /// What.
    pub remembered: Remembered,
}

/// A message of the network about a packet that it could not deliver.
#[derive(Clone, Copy, Debug)]
pub struct Refusal {
    /// When the packet was sent.
    pub at: Time,
    /// Who had sent it, and gets the message.
    pub host: HostId,
    /// The connection it belongs to.
    pub conn: ConnId,
    /// The message.
    pub icmp: Icmp,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Pending {
    Arrival(usize),
    Alarm(usize),
    Refusal(usize),
}

/// Hosts and network.
#[derive(Debug)]
pub struct World<A> {
    now: Time,
    hosts: Vec<Host>,
    nat: Nat,
    link: LinkConfig,
    links: Vec<((HostId, HostId), Link)>,
    /// Ways with routers, by sender and receiver; others take packets of any size.
    paths: Vec<((HostId, HostId), Path)>,
    seed: u64,
    queue: BinaryHeap<Reverse<(Time, u64, Pending)>>,
    arranged: u64,
    alarms: Vec<A>,
    happenings: VecDeque<Happening<A>>,
    conns: SortedMap<(HostId, Flow), ConnId>,
    fuel: u32,
    /// The connection whose packet is being taken in.
    arriving: ConnId,
    /// Every packet, in the order of sending.
    pub packets: Vec<Packet>,
    /// Every write into a memory of peers, in the order of time.
    pub memory: Vec<MemoryWrite>,
    /// Every ICMP message, in the order of time.
    pub refusals: Vec<Refusal>,
    /// What routers did to packets, by the packet's place; nothing to all others.
    pub passages: Vec<(usize, Passage)>,
    /// Hosts that are cut off: nothing reaches them, and what they send is lost.
    cut_off: Vec<HostId>,
    /// Hosts whose packets go to their programs.
    deaf: Vec<HostId>,
    /// Packets to be lost: from whom, with exactly which flags, how many.
    to_lose: Vec<(HostId, Flags, u32)>,
    /// Packets to be held back: from whom, of which connection, with exactly which flags, how long.
    to_hold: Vec<(HostId, ConnId, Flags, Time)>,
    /// What a router says of packets to an address that no host has.
    unreachable: Option<Unreachable>,
}

impl<A: Copy> World<A> {
    /// A world of these hosts. It stops for good after `fuel` steps.
    pub fn new(hosts: Vec<Host>, nat: Nat, link: LinkConfig, seed: u64, fuel: u32) -> World<A> {
        World {
            now: Time::ZERO,
            hosts,
            nat,
            link,
            links: Vec::new(),
            paths: Vec::new(),
            seed,
            queue: BinaryHeap::new(),
            arranged: 0,
            alarms: Vec::new(),
            happenings: VecDeque::new(),
            conns: SortedMap::default(),
            fuel,
            arriving: 0,
            packets: Vec::new(),
            memory: Vec::new(),
            refusals: Vec::new(),
            passages: Vec::new(),
            cut_off: Vec::new(),
            deaf: Vec::new(),
            to_lose: Vec::new(),
            to_hold: Vec::new(),
            unreachable: None,
        }
    }

    /// Cuts a host off the network, or plugs it in again. It knows nothing of it.
    pub fn cut_off(&mut self, id: HostId, cut: bool) {
        self.cut_off.retain(|known| *known != id);
        if cut {
            self.cut_off.push(id);
        }
    }

    /// The next `count` packets that a host sends with exactly these flags are lost.
    pub fn lose(&mut self, from: HostId, flags: Flags, count: u32) {
        self.to_lose.push((from, flags, count));
    }

    /// The next packet of a connection that a host sends with exactly these flags arrives so much later, and those
    /// behind it may overtake it.
    pub fn hold(&mut self, from: HostId, conn: ConnId, flags: Flags, by: Time) {
        self.to_hold.push((from, conn, flags, by));
    }

    /// Puts routers between two hosts, for packets from one to the other.
    pub fn lay(&mut self, from: HostId, to: HostId, path: Path) {
        self.paths.retain(|(ends, _)| *ends != (from, to));
        self.paths.push(((from, to), path));
    }

    /// Packets to an address that no host has are answered by a router with this message.
    pub fn answer_unreachable(&mut self, kind: Unreachable) {
        self.unreachable = Some(kind);
    }

    /// A host loses all it knew, and runs again at once: `host` takes its place.
    pub fn reboot(&mut self, id: HostId, host: Host) {
        self.hosts[id] = host;
    }

    /// A program of a host writes a packet itself, past its TCP. Its answers reach the host's TCP, which knows nothing
    /// of it: see [`World::deafen`].
    pub fn send_raw(&mut self, from: HostId, conn: ConnId, segment: Segment) {
        let flow = Flow { local: segment.src, remote: segment.dst };
        self.conns.insert((from, flow), conn);
        self.send(from, segment);
    }

    /// A filter in front of a host's TCP: packets reach its programs, as [`Happening::Raw`], and not its TCP.
    pub fn deafen(&mut self, id: HostId) {
        self.deaf.push(id);
    }

    /// The time.
    pub fn now(&self) -> Time {
        self.now
    }

    /// Has the run used up its fuel? Then its end is cut off.
    pub fn out_of_fuel(&self) -> bool {
        self.fuel == 0
    }

    /// A host.
    pub fn host(&self, id: HostId) -> &Host {
        &self.hosts[id]
    }

    /// Sets an alarm.
    pub fn alarm(&mut self, at: Time, alarm: A) {
        self.alarms.push(alarm);
        self.arrange(at, Pending::Alarm(self.alarms.len() - 1));
    }

    /// Lets a program of a host do something, and sends what comes of it.
    pub fn act<T>(&mut self, id: HostId, action: impl FnOnce(&mut Host, Time) -> T) -> T {
        let result = action(&mut self.hosts[id], self.now);
        self.collect(id);
        result
    }

    /// Opens a connection; its packets will bear the number `conn`.
    ///
    /// # Errors
    /// What `connect` fails with.
    pub fn open(
        &mut self,
        id: HostId,
        conn: ConnId,
        connect: impl FnOnce(&mut Host, Time) -> Result<SocketId, Errno>,
    ) -> Result<SocketId, Errno> {
        let socket = connect(&mut self.hosts[id], self.now)?;
        if let Some(flow) = self.hosts[id].flow(socket) {
            self.conns.insert((id, flow), conn);
        }
        self.collect(id);
        Ok(socket)
    }

    /// Is nothing under way but TIME_WAIT running out?
    pub fn is_quiet(&self) -> bool {
        self.queue.is_empty() && self.happenings.is_empty() && !self.hosts.iter().any(Host::is_busy)
    }

    /// The next thing for the scenario to react to; none when nothing more can happen, or the fuel is used up.
    pub fn step(&mut self) -> Option<Happening<A>> {
        loop {
            match self.happening() {
                Some(happening) => return Some(happening),
                None => self.advance()?,
            }
        }
    }

    /// What there is to react to before anything more happens.
    pub fn happening(&mut self) -> Option<Happening<A>> {
        self.happenings.pop_front()
    }

    /// As [`World::step`], but one arrival, timer or alarm at a time, whether or not there is something to react to: for a
    /// scenario that watches its hosts.
    pub fn turn(&mut self) -> Option<Option<Happening<A>>> {
        let happening = self.happening();
        if happening.is_none() {
            self.advance()?;
        }
        Some(happening)
    }

    fn arrange(&mut self, at: Time, pending: Pending) {
        self.arranged += 1;
        self.queue.push(Reverse((at, self.arranged, pending)));
    }

    /// Lets one thing happen, an arrival, a timer or an alarm, whether or not a program learns of it: for a scenario that
    /// watches its hosts. None when nothing more can happen, or the fuel is used up.
    pub fn advance(&mut self) -> Option<()> {
        self.fuel = self.fuel.checked_sub(1)?;
        let timer = self
            .hosts
            .iter()
            .enumerate()
            .filter_map(|(id, host)| host.next_deadline().map(|at| (at, id)))
            .min();
        let queued = self.queue.peek().map(|Reverse((at, ..))| *at);
        match (timer, queued) {
            (None, None) => None,
            (Some((at, id)), queued) if queued.is_none_or(|queued| at < queued) => {
                self.now = self.now.max(at);
                self.act(id, Host::on_timers);
                Some(())
            }
            _ => {
                let Reverse((at, _, pending)) = self.queue.pop()?;
                self.now = self.now.max(at);
                match pending {
                    Pending::Arrival(index) => self.arrive(index),
                    Pending::Refusal(index) => {
                        let Refusal { host, icmp, .. } = self.refusals[index];
                        self.act(host, |host, now| host.receive_icmp(now, &icmp));
                    }
                    Pending::Alarm(index) => self.happenings.push_back(Happening::Alarm(self.alarms[index])),
                }
                Some(())
            }
        }
    }

    fn arrive(&mut self, index: usize) {
        let now = self.now;
        let packet = &mut self.packets[index];
        let Some(id) = packet.to else { return };
        if self.cut_off.contains(&id) {
            packet.lost = true;
            return;
        }
        packet.arrived_at = Some(now);
        if self.deaf.contains(&id) {
            let (conn, segment) = (packet.conn, packet.segment);
            return self.happenings.push_back(Happening::Raw { host: id, conn, segment });
        }
        let host = &mut self.hosts[id];
        if packet.segment.flags == Flags::SYN {
            packet.peer = host
                .remembers(&packet.segment)
                .map(|(key, recent)| (key, recent, host.now_s(now).saturating_sub(recent.stamp_s)));
        }
        packet.why = host.receive(now, &packet.segment).why;
        self.arriving = self.packets[index].conn;
        self.collect(id);
        self.arriving = 0;
    }

    /// Takes what a host wants to send, to tell its programs and to remember.
    fn collect(&mut self, id: HostId) {
        for remembered in self.hosts[id].take_remembered() {
            self.memory.push(MemoryWrite { at: self.now, host: id, conn: self.arriving, remembered });
        }
        while let Some(event) = self.hosts[id].poll_event() {
            let conn = self.conns.get(&(id, event.flow)).copied().unwrap_or(0);
            let (socket, flow, kind) = (event.socket, event.flow, event.kind);
            self.happenings.push_back(Happening::App { host: id, socket, flow, conn, kind });
        }
        while let Some(segment) = self.hosts[id].poll_segment() {
            self.send(id, segment);
        }
    }

    fn send(&mut self, from: HostId, segment: Segment) {
        let flow = Flow { local: segment.src, remote: segment.dst };
        let conn = self.conns.get(&(from, flow)).copied().unwrap_or(0);
        let written = (segment.src, segment.dst);
        let mut segment = self.nat.translate(segment);
        let to = self.hosts.iter().position(|host| host.has_addr(segment.dst.addr));
        let index = self.packets.len();
        let lost = self.loses(from, segment.flags);
        let mut why = None;
        if let Some(to) = to.filter(|_| !lost) {
            why = self.pass((from, to), conn, written, &mut segment);
        }
        if let Some(to) = to.filter(|_| !lost && why.is_none()) {
            let seen = Flow { local: segment.dst, remote: segment.src };
            if conn > 0 {
                self.conns.insert((to, seen), conn);
            }
            let at = self.arrival(from, to) + self.held_back(from, conn, segment.flags);
            self.arrange(at, Pending::Arrival(index));
        }
        if let (None, false, Some(kind)) = (to, lost, self.unreachable) {
            let icmp = Icmp { src: written.0, dst: written.1, seq: segment.seq, kind };
            self.refusals.push(Refusal { at: self.now, host: from, conn, icmp });
            let at = self.now + self.link.delay + self.link.delay;
            self.arrange(at, Pending::Refusal(self.refusals.len() - 1));
        }
        let (sent_at, arrived_at, peer) = (self.now, None, None);
        self.packets.push(Packet { sent_at, arrived_at, from, to, lost, segment, written, conn, why, peer });
    }

    /// Takes a packet through the routers on its way. One that they drop has a reason; its sender may learn of it.
    fn pass(
        &mut self,
        ends: (HostId, HostId),
        conn: ConnId,
        written: (Endpoint, Endpoint),
        segment: &mut Segment,
    ) -> Option<Why> {
        let (_, path) = self.paths.iter().find(|(known, _)| *known == ends)?;
        let dont_fragment = self.hosts[ends.0].sets_dont_fragment(segment.dst.addr, segment.flags, self.now);
        let passage = path.carry(segment, dont_fragment);
        if passage != Passage::default() {
            self.passages.push((self.packets.len(), passage));
        }
        let stop = passage.stopped?;
        if stop.tells {
            let kind = Unreachable::FragmentationNeeded { mtu: stop.mtu.min(65_535) as u16 };
            let icmp = Icmp { src: written.0, dst: written.1, seq: segment.seq, kind };
            self.refusals.push(Refusal { at: self.now, host: ends.0, conn, icmp });
            // Routers stand at equal distances on the way.
            let there = self.link.delay.0 * (stop.hop as u64 + 1) / (path.len() as u64 + 1);
            self.arrange(self.now + Time(2 * there), Pending::Refusal(self.refusals.len() - 1));
        }
        Some(Why::TooBig { hop: stop.hop as u8, len: stop.len, mtu: stop.mtu, told: stop.tells })
    }

    /// Is a packet lost as it is sent?
    fn loses(&mut self, from: HostId, flags: Flags) -> bool {
        if self.cut_off.contains(&from) {
            return true;
        }
        let rule =
            self.to_lose.iter_mut().find(|(host, what, count)| *host == from && *what == flags && *count > 0);
        rule.map(|(_, _, count)| *count -= 1).is_some()
    }

    /// How much later than others a packet arrives.
    fn held_back(&mut self, from: HostId, conn: ConnId, flags: Flags) -> Time {
        let rule = self.to_hold.iter().position(|rule| (rule.0, rule.1, rule.2) == (from, conn, flags));
        rule.map_or(Time::ZERO, |rule| self.to_hold.swap_remove(rule).3)
    }

    /// When a packet sent now arrives at the other end.
    fn arrival(&mut self, from: HostId, to: HostId) -> Time {
        let now = self.now;
        if let Some((_, link)) = self.links.iter_mut().find(|(ends, _)| *ends == (from, to)) {
            return link.arrival(now);
        }
        let mut link = Link::new(self.link, Rng::new(self.seed, 1000 + (from as u64) * 64 + to as u64));
        let at = link.arrival(now);
        self.links.push(((from, to), link));
        at
    }
}
