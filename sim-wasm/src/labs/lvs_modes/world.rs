//! The machines at work: packets are sent, resolved by ARP, put on a link and taken off it, until nobody has anything left
//! to do.

use super::addresses::{BROADCAST, End, Ip, Mac, VIP};
use super::client::Connection;
use super::director::Director;
use super::hosts::{self, CLIENT, DIRECTOR, GATEWAY, Host, SERVER};
use super::packet::{IcmpSays, Kind, Packet};
use super::server::Accepted;
use super::settings::{AntiSpoofing, Settings};
use super::trace::{Fate, Record, What};
use super::why::{ArpEvent, Deed, Why};
use crate::rng::Rng;
use std::collections::VecDeque;

/// Hops of one phase of a connection, at most. A packet makes 255 at most, and is answered by a few.
const FUEL: u32 = 2_000;

/// A packet on a link.
struct Flight {
    /// Its place in the trace.
    record: usize,
    node: usize,
    packet: Packet,
    macs: (Mac, Mac),
}

/// Bytes of IP packets that the director took in and gave out.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Ledger {
    /// On the way to the real servers, in and out.
    pub(super) requests: [u64; 2],
    /// On the way to the client, in and out.
    pub(super) answers: [u64; 2],
    /// Errors and resets.
    pub(super) other: [u64; 2],
}

impl Ledger {
    fn add(&mut self, packet: &Packet, out: usize) {
        let bytes = u64::from(packet.len()) * u64::from(packet.times);
        let sums = match packet.kind {
            Kind::Syn | Kind::Ack | Kind::Request => &mut self.requests,
            Kind::SynAck | Kind::Response => &mut self.answers,
            Kind::Rst | Kind::Icmp(_) => &mut self.other,
        };
        if let Some(sum) = sums.get_mut(out) {
            *sum += bytes;
        }
    }
}

/// All machines, what they know, and what is on the wire.
pub(super) struct World<'a> {
    pub(super) settings: &'a Settings,
    pub(super) hosts: Vec<Host>,
    pub(super) director: Director,
    pub(super) connections: Vec<Connection>,
    /// What each real server has accepted.
    pub(super) accepted: Vec<Vec<Accepted>>,
    pub(super) trace: Vec<Record>,
    pub(super) arp_events: Vec<ArpEvent>,
    pub(super) ledger: Ledger,
    /// The MTU of the path to the VIP, as the client knows it.
    pub(super) path_mtu: u32,
    flights: VecDeque<Flight>,
    rng: Rng,
}

impl<'a> World<'a> {
    pub(super) fn new(settings: &'a Settings) -> World<'a> {
        World {
            settings,
            hosts: hosts::hosts(settings),
            director: Director::default(),
            connections: Vec::new(),
            accepted: vec![Vec::new(); settings.servers],
            trace: Vec::new(),
            arp_events: Vec::new(),
            ledger: Ledger::default(),
            path_mtu: 1500,
            flights: VecDeque::new(),
            rng: Rng::new(settings.seed, 11),
        }
    }

    /// Delivers what is on the wire, and what follows from it.
    pub(super) fn settle(&mut self) {
        let mut fuel = FUEL;
        while let Some(flight) = self.flights.pop_front() {
            let why = match fuel {
                0 => Some(Why::CutOff),
                _ => self.receive(&flight),
            };
            fuel = fuel.saturating_sub(1);
            let Some(record) = self.trace.get_mut(flight.record) else { continue };
            if let Some(why) = why {
                record.why = Some(why);
                // A refusal is an answer; everything else ends here.
                if !matches!(why, Why::NoListener { .. }) {
                    record.fate = Fate::Dropped;
                }
            }
        }
    }

    /// Forgets, by chance, whom the gateway and the real servers remember.
    pub(super) fn age_neighbours(&mut self) {
        let percent = self.settings.arp_expiry;
        for host in self.hosts.iter_mut().skip(GATEWAY) {
            if self.rng.percent(percent) {
                host.neighbours.clear();
            }
        }
    }

    fn receive(&mut self, flight: &Flight) -> Option<Why> {
        let before = Some((flight.packet, flight.macs));
        match flight.node {
            CLIENT => self.client_receives(flight.packet),
            GATEWAY => self.route(GATEWAY, flight.packet, before, Deed::Routed),
            DIRECTOR => {
                self.ledger.add(&flight.packet, 0);
                self.director_receives(flight.packet, before)
            }
            node => self.server_receives(node, flight.packet, before),
        }
    }

    /// Sends on what is for somebody else, as a router does (`ip_forward`).
    pub(super) fn route(
        &mut self,
        node: usize,
        packet: Packet,
        before: Option<(Packet, (Mac, Mac))>,
        deed: Deed,
    ) -> Option<Why> {
        let dst = packet.destination();
        let host = self.hosts.get(node)?;
        if host.is_local(dst) {
            // Only errors come here, and nobody waits for them.
            return None;
        }
        let ttl = if packet.outer.is_some() { packet.outer_ttl } else { packet.ttl };
        if ttl <= 1 {
            self.time_exceeded(node, &packet);
            return Some(Why::TtlExpired { node });
        }
        if node == GATEWAY && self.hides(&packet) {
            return Some(Why::IcmpFiltered);
        }
        let mut packet = packet;
        match packet.outer {
            Some(_) => packet.outer_ttl -= 1,
            None => packet.ttl -= 1,
        }
        self.send(node, packet, dst, deed, before);
        None
    }

    /// Tells the source that its packet died; nobody is told of the death of an error.
    fn time_exceeded(&mut self, node: usize, packet: &Packet) {
        let from = self.address_towards(node, packet.source());
        self.report(node, packet.error(IcmpSays::TimeExceeded, from), packet);
    }

    /// Sends an ICMP error about a packet, unless that is one itself.
    pub(super) fn report(&mut self, node: usize, error: Packet, about: &Packet) {
        if matches!(about.kind, Kind::Icmp(_)) || (node == GATEWAY && self.hides(&error)) {
            return;
        }
        self.send(node, error, error.dst.ip, Deed::Made, None);
    }

    /// Is it an error that a filter on the gateway keeps from the client?
    fn hides(&self, packet: &Packet) -> bool {
        let error = matches!(packet.kind, Kind::Icmp(_));
        error && !self.settings.icmp && packet.dst.ip == self.settings.client_ip()
    }

    /// The address that a machine speaks with towards another.
    fn address_towards(&self, node: usize, ip: Ip) -> Ip {
        let host = self.hosts.get(node);
        let interface = host.and_then(|host| host.interfaces.get(host.route(ip)?.0));
        interface.and_then(|interface| interface.addresses.first()).map_or(0, |(own, _)| *own)
    }

    /// Puts a packet on the link that leads to `towards`, for DR not its destination.
    pub(super) fn send(
        &mut self,
        node: usize,
        packet: Packet,
        towards: Ip,
        deed: Deed,
        before: Option<(Packet, (Mac, Mac))>,
    ) {
        // Every machine has a route to everybody, and every next hop answers.
        let Some((out, next)) = self.hosts.get(node).and_then(|host| host.route(towards)) else { return };
        let Some((to, mac)) = self.resolve(node, out, next, packet.src.ip) else { return };
        let own = self.hosts.get(node).and_then(|host| host.interfaces.get(out));
        let macs = (own.map_or(BROADCAST, |interface| interface.mac), mac);
        let spoofed = self.is_stopped(node, packet.source());
        let why = spoofed.then_some(Why::Spoofed { node, src: packet.source() });
        let fate = if spoofed { Fate::Lost } else { Fate::Arrived };
        let what = What::Packet(packet);
        self.trace.push(Record { from: node, to, what, macs: Some(macs), before, deed, fate, why });
        if node == DIRECTOR {
            self.ledger.add(&packet, 1);
        }
        if !spoofed {
            let record = self.trace.len() - 1;
            self.flights.push_back(Flight { record, node: to, packet, macs });
        }
    }

    /// Notes what happens within a machine.
    pub(super) fn note(&mut self, node: usize, packet: Packet, deed: Deed, why: Option<Why>) {
        let fate = if why.is_some() { Fate::Dropped } else { Fate::Arrived };
        let what = What::Packet(packet);
        self.trace.push(Record { from: node, to: node, what, macs: None, before: None, deed, fate, why });
    }

    /// Does the port or the hypervisor keep back what a machine sends from this address?
    fn is_stopped(&self, node: usize, source: Ip) -> bool {
        let checked = match self.settings.anti_spoofing {
            AntiSpoofing::Off => false,
            AntiSpoofing::Servers => node >= SERVER,
            AntiSpoofing::All => node >= DIRECTOR,
        };
        // What is assigned to the port: the addresses on links, for a real server without the VIP.
        let own = self.hosts.get(node).is_some_and(|host| {
            host.interfaces.iter().any(|interface| interface.has(source))
                && (node == DIRECTOR || source != VIP)
        });
        checked && !own
    }

    /// The machine that a next hop is, and its hardware address: remembered, or asked for.
    fn resolve(&mut self, node: usize, out: usize, next: Ip, source: Ip) -> Option<(usize, Mac)> {
        let known = self.hosts.get(node)?.neighbour(out, next);
        let mac = match known {
            Some(mac) => mac,
            None => self.ask(node, out, next, source)?,
        };
        let owner = |host: &Host| host.interfaces.iter().any(|interface| interface.mac == mac);
        self.hosts.iter().position(owner).map(|to| (to, mac))
    }

    /// Asks everybody on the link. Whoever answers remembers the asker (`arp_process`); of several answers chance keeps
    /// one: Linux the first, since for `locktime` it takes no other, many routers the last.
    fn ask(&mut self, node: usize, out: usize, target: Ip, source: Ip) -> Option<Mac> {
        let asking = self.hosts.get(node)?;
        let interface = asking.interfaces.get(out)?;
        let (segment, own) = (interface.segment, interface.mac);
        let server = node >= SERVER;
        let asker = match server {
            true => {
                hosts::arp_source(asking, interface, self.settings.arp_announce_in_force(), target, source)
            }
            false => self.speaks_as(node, out, target),
        };
        let mut answers = Vec::new();
        for (other, host) in self.hosts.iter().enumerate().filter(|(other, _)| *other != node) {
            let ignore = if other >= SERVER { self.settings.arp_ignore_in_force() } else { 0 };
            for (at, interface) in host.interfaces.iter().enumerate() {
                let asked = interface.segment == segment;
                if asked && hosts::arp_answers(host, interface, ignore, target, asker) {
                    answers.push((other, at, interface.mac));
                }
            }
        }
        let chosen = self.rng.between(0, (answers.len() as u64).saturating_sub(1)) as usize;
        let kept = answers.get(chosen)?.2;
        // Other requests are as usual, and not shown.
        let shown = target == VIP || asker == VIP;
        for (other, at, mac) in &answers {
            if shown {
                let asked = What::WhoHas(target, asker);
                self.arp(node, *other, asked, (own, BROADCAST), Deed::Asked);
                self.arp(*other, node, What::IsAt(target), (*mac, own), Deed::Answered);
            }
            let replaced = self.hosts.get_mut(*other).is_some_and(|host| host.learn(*at, asker, own));
            if replaced && *other == GATEWAY && asker == VIP {
                self.arp_events.push(ArpEvent::Poisoned { mac: own });
            }
        }
        if answers.len() > 1 {
            self.arp_events.push(ArpEvent::Race { answers: answers.len(), kept });
        }
        self.hosts.get_mut(node)?.learn(out, target, kept);
        Some(kept)
    }

    /// The address that a machine asks with: one in the subnet of the target.
    fn speaks_as(&self, node: usize, out: usize, target: Ip) -> Ip {
        let interface = self.hosts.get(node).and_then(|host| host.interfaces.get(out));
        let addresses = interface.map_or(&[][..], |interface| &interface.addresses);
        let near = |(own, length): &&(Ip, u32)| *length < 32 && (own ^ target) >> (32 - length) == 0;
        addresses.iter().find(near).or(addresses.first()).map_or(0, |(own, _)| *own)
    }

    fn arp(&mut self, from: usize, to: usize, what: What, macs: (Mac, Mac), deed: Deed) {
        let fate = Fate::Arrived;
        self.trace.push(Record { from, to, what, macs: Some(macs), before: None, deed, fate, why: None });
    }

    /// The end of the client's connection of this number.
    pub(super) fn client_end(&self, number: usize) -> End {
        End { ip: self.settings.client_ip(), port: super::addresses::CPORT.saturating_add(number as u16) }
    }
}
