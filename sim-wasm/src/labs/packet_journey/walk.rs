//! The walk: frames from machine to machine, in the order of time.
//!
//! What machines do with IP packets is in `host`, with questions of ARP in `neighbours`, with frames as a switch in
//! `bridge`, with translated addresses in `nat`.

use super::addr::Ip;
use super::bridge::FdbEntry;
use super::facts::Fact;
use super::nat::Tracked;
use super::neighbours::Neighbour;
use super::packet::{Arp, Frame, Packet, Payload};
use super::settings::Settings;
use super::topology::{self, Iface, Node, Topology, Who};
use crate::lab::figure::HopFate;

/// Time for a frame on a cable, in microseconds.
const CABLE_US: u64 = 20;
/// Time that a machine takes for a packet, in microseconds.
const HANDLE_US: u64 = 10;
/// Events of a run at most: more means a loop that no TTL ends.
const MOST_EVENTS: usize = 2_000;

/// Fields of a packet that who sends it may have written anew.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Rewritten {
    pub(super) macs: bool,
    pub(super) src: bool,
    pub(super) dst: bool,
    pub(super) ttl: bool,
}

/// A frame on one stretch of its way, or something that a machine did without one.
#[derive(Clone, Debug)]
pub(super) struct Step {
    pub(super) sent_us: u64,
    pub(super) from: (Who, usize),
    /// The same as `from` when nothing was sent.
    pub(super) to: (Who, usize),
    /// None for a packet that got no frame: then it is `packet` alone.
    pub(super) frame: Option<Frame>,
    pub(super) packet: Option<Packet>,
    pub(super) rewritten: Rewritten,
    pub(super) fate: HopFate,
    /// Why it was sent, and like this.
    pub(super) did: Vec<Fact>,
    /// What became of it.
    pub(super) end: Vec<Fact>,
    /// A copy for somebody who has nothing to do with it.
    pub(super) ignored: bool,
    /// The frame that the switch made this copy of, by its place.
    pub(super) copy_of: Option<usize>,
}

/// A packet that is about to leave a machine, with what was done to it there.
#[derive(Clone, Debug)]
pub(super) struct Leaving {
    pub(super) packet: Packet,
    pub(super) rewritten: Rewritten,
    pub(super) did: Vec<Fact>,
}

/// How the request ended, as the program that made it is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// An answer, after this many microseconds.
    Answered { at_us: u64, ttl: u8, by: Who },
    /// A RST.
    Reset { at_us: u64 },
    /// A message of ICMP.
    Icmp { at_us: u64, icmp: super::packet::Icmp, by: Ip },
    /// The route lookup failed.
    NoRoute,
    /// Nobody answered ARP.
    Unreachable { at_us: u64 },
    /// Nothing came.
    Silence,
}

/// What is going to happen.
#[derive(Clone, Copy, Debug)]
pub(super) enum Event {
    /// The frame of a step arrives.
    Arrives(usize),
    /// Time for the next question by ARP.
    Ask { who: Who, dev: usize, target: Ip, attempt: u8 },
    /// A router answers for a machine behind it.
    AnswerFor { who: Who, dev: usize, asked: Arp },
}

/// A lookup in a route table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Lookup {
    pub(super) who: Who,
    pub(super) dst: Ip,
}

/// The whole run.
pub(super) struct World {
    pub(super) settings: Settings,
    pub(super) topology: Topology,
    pub(super) now_us: u64,
    pub(super) steps: Vec<Step>,
    pub(super) neighbours: Vec<Neighbour>,
    pub(super) fdb: Vec<FdbEntry>,
    pub(super) tracked: Vec<Tracked>,
    pub(super) lookups: Vec<Lookup>,
    pub(super) outcome: Outcome,
    /// Every decision, in the order of time.
    pub(super) facts: Vec<Fact>,
    pub(super) cut_off: bool,
    /// When it happens, in which order of what happens then, and what.
    queue: Vec<(u64, usize, Event)>,
    scheduled: usize,
}

/// Walks one request and what follows from it.
pub(super) fn run(settings: &Settings) -> World {
    let mut world = World {
        settings: *settings,
        topology: topology::build(settings),
        now_us: 0,
        steps: Vec::new(),
        neighbours: Vec::new(),
        fdb: Vec::new(),
        tracked: Vec::new(),
        lookups: Vec::new(),
        outcome: Outcome::Silence,
        facts: Vec::new(),
        cut_off: false,
        queue: Vec::new(),
        scheduled: 0,
    };
    world.fill_caches();
    world.request();
    for _ in 0..MOST_EVENTS {
        let Some((at, ..)) = world.next() else { return world };
        world.now_us = at.0;
        match at.1 {
            Event::Arrives(step) => world.arrives(step),
            Event::Ask { who, dev, target, attempt } => world.ask(who, dev, target, attempt),
            Event::AnswerFor { who, dev, asked } => world.answer_for(who, dev, &asked),
        }
    }
    world.cut_off = true;
    world
}

impl World {
    pub(super) fn node(&self, who: Who) -> &Node {
        &self.topology.nodes[who as usize]
    }

    /// An interface that a route or a frame named.
    pub(super) fn iface(&self, who: Who, dev: usize) -> Option<Iface> {
        self.node(who).ifaces.get(dev).copied()
    }

    pub(super) fn schedule(&mut self, after_us: u64, event: Event) {
        self.scheduled += 1;
        self.queue.push((self.now_us + after_us, self.scheduled, event));
    }

    /// The next event and its time. Of those at the same time the one that was planned first.
    fn next(&mut self) -> Option<((u64, Event), usize)> {
        let at = (0..self.queue.len()).min_by_key(|&at| (self.queue[at].0, self.queue[at].1))?;
        let (time, order, event) = self.queue.swap_remove(at);
        Some(((time, event), order))
    }

    /// Writes down a decision.
    pub(super) fn tell(&mut self, fact: Fact) {
        self.facts.push(fact);
    }

    /// A frame leaves an interface. `after_us` is how long the machine waits before it sends.
    pub(super) fn transmit(
        &mut self,
        from: (Who, usize),
        frame: Frame,
        leaving: (Rewritten, Vec<Fact>),
        after_us: u64,
    ) {
        let Some(iface) = self.iface(from.0, from.1) else { return };
        self.put(from, iface.peer, frame, leaving, None, after_us);
    }

    /// A frame goes from a port or interface to another.
    pub(super) fn put(
        &mut self,
        from: (Who, usize),
        to: (Who, usize),
        frame: Frame,
        (rewritten, did): (Rewritten, Vec<Fact>),
        copy_of: Option<usize>,
        after_us: u64,
    ) {
        let packet = match frame.payload {
            Payload::Ip(packet) => Some(packet),
            Payload::Arp(_) => None,
        };
        self.facts.extend(&did);
        self.steps.push(Step {
            sent_us: self.now_us + HANDLE_US + after_us,
            from,
            to,
            frame: Some(frame),
            packet,
            rewritten,
            fate: HopFate::Arrived,
            did,
            end: Vec::new(),
            ignored: false,
            copy_of,
        });
        self.schedule(HANDLE_US + after_us + CABLE_US, Event::Arrives(self.steps.len() - 1));
    }

    /// A packet that never got a frame.
    pub(super) fn stuck(&mut self, who: Who, leaving: Leaving, why: Fact) {
        self.facts.extend(&leaving.did);
        self.tell(why);
        self.steps.push(Step {
            sent_us: self.now_us,
            from: (who, 0),
            to: (who, 0),
            frame: None,
            packet: Some(leaving.packet),
            rewritten: Rewritten::default(),
            fate: HopFate::Dropped,
            did: leaving.did,
            end: vec![why],
            ignored: false,
            copy_of: None,
        });
    }

    /// Writes down what became of a frame that arrived.
    pub(super) fn ends(&mut self, step: usize, why: Fact) {
        self.tell(why);
        if let Some(step) = self.steps.get_mut(step) {
            step.end.push(why);
        }
    }

    /// The same for one that is taken no further.
    pub(super) fn drops(&mut self, step: usize, why: Fact) {
        self.ends(step, why);
        if let Some(step) = self.steps.get_mut(step) {
            step.fate = HopFate::Dropped;
        }
    }

    /// A copy of a frame for somebody who has nothing to do with it.
    pub(super) fn ignores(&mut self, step: usize, who: Who) {
        if let Some(step) = self.steps.get_mut(step) {
            step.ignored = true;
            step.fate = HopFate::Dropped;
            step.end.push(Fact::NotForMe { who });
        }
    }

    fn arrives(&mut self, step: usize) {
        let Some((to, Some(frame))) = self.steps.get(step).map(|step| (step.to, step.frame)) else { return };
        if to.0 == Who::Switch {
            return self.switch(to.1, frame, step);
        }
        let Some(iface) = self.iface(to.0, to.1) else { return };
        let mine = frame.dst == iface.mac || frame.dst == super::addr::Mac::BROADCAST;
        match frame.payload {
            // eth_type_trans marks it PACKET_OTHERHOST, ip_rcv and arp_rcv drop it.
            _ if !mine => self.ignores(step, to.0),
            Payload::Arp(arp) => self.arp(to, &arp, step),
            Payload::Ip(packet) => self.receive(to, packet, step),
        }
    }

    /// The program's outcome: what it is told first counts.
    pub(super) fn conclude(&mut self, outcome: Outcome) {
        if self.outcome == Outcome::Silence {
            self.outcome = outcome;
        }
    }
}
