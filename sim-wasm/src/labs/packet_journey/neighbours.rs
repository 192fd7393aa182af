//! Neighbour tables and ARP (RFC 826; Linux: net/ipv4/arp.c, net/core/neighbour.c).

use super::addr::{Ip, Mac};
use super::facts::Fact;
use super::packet::{Arp, Frame, Icmp, Payload};
use super::settings::Caches;
use super::topology::Who;
use super::walk::{Event, Leaving, Outcome, Rewritten, World};

/// `mcast_solicit`: questions that are broadcast before a neighbour counts as failed.
const QUESTIONS: u8 = 3;
/// `retrans_time_ms`: time between them, in microseconds.
const BETWEEN_US: u64 = 1_000_000;
/// `locktime`: how long an answer is not replaced by another, in microseconds.
const LOCK_US: u64 = 1_000_000;
/// `proxy_delay` is 0.8 s, and the answer comes after a random part of it: half, in microseconds.
const PROXY_US: u64 = 400_000;

/// State of an entry, as `ip neigh` names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Nud {
    Incomplete,
    Reachable,
    Stale,
    Delay,
    Failed,
}

/// A line of a machine's neighbour table.
#[derive(Clone, Debug)]
pub(super) struct Neighbour {
    pub(super) who: Who,
    pub(super) dev: usize,
    pub(super) ip: Ip,
    /// None while nobody has answered.
    pub(super) mac: Option<Mac>,
    pub(super) state: Nud,
    updated_us: u64,
    /// What waits for the answer.
    waiting: Vec<Leaving>,
}

impl World {
    /// What everybody knows at the start.
    pub(super) fn fill_caches(&mut self) {
        self.fill_fdb();
        let all = self.settings.caches == Caches::Known;
        if self.settings.caches == Caches::Empty {
            return;
        }
        let mut pairs: Vec<(Who, usize, Who, usize)> = Vec::new();
        for who in Who::ALL {
            for (dev, iface) in self.node(who).ifaces.iter().enumerate() {
                if iface.peer.0 != Who::Switch {
                    pairs.push((who, dev, iface.peer.0, iface.peer.1));
                } else if all && who != Who::Impostor {
                    let others = self.topology.ports.iter().map(|port| port.to);
                    let others = others.filter(|to| to.0 != who && to.0 != Who::Impostor);
                    pairs.extend(others.map(|(other, far)| (who, dev, other, far)));
                }
            }
        }
        for (who, dev, other, far) in pairs {
            let Some(peer) = self.iface(other, far) else { continue };
            self.neighbours.push(Neighbour {
                who,
                dev,
                ip: peer.ip,
                mac: Some(peer.mac),
                state: Nud::Reachable,
                updated_us: 0,
                waiting: Vec::new(),
            });
        }
    }

    fn entry(&mut self, who: Who, dev: usize, ip: Ip) -> Option<&mut Neighbour> {
        self.neighbours.iter_mut().find(|entry| (entry.who, entry.dev, entry.ip) == (who, dev, ip))
    }

    /// A packet leaves for a machine on the link: at once when its MAC address is known, else after ARP.
    pub(super) fn hand_to(&mut self, who: Who, dev: usize, next_hop: Ip, mut leaving: Leaving) {
        let Some(iface) = self.iface(who, dev) else { return };
        let known = self.entry(who, dev, next_hop);
        if let Some(Neighbour { mac: Some(mac), state, .. }) = known {
            let mac = *mac;
            // A use of what was not confirmed lately begins a confirmation (neigh_event_send).
            if *state == Nud::Stale {
                *state = Nud::Delay;
            }
            leaving.did.push(Fact::Known { who, ip: next_hop, mac });
            let frame = Frame { src: iface.mac, dst: mac, payload: Payload::Ip(leaving.packet) };
            return self.transmit((who, dev), frame, (leaving.rewritten, leaving.did), 0);
        }
        match known {
            Some(entry) if entry.state == Nud::Incomplete => entry.waiting.push(leaving),
            Some(entry) => {
                entry.state = Nud::Incomplete;
                entry.waiting.push(leaving);
                self.ask(who, dev, next_hop, 1);
            }
            None => {
                self.neighbours.push(Neighbour {
                    who,
                    dev,
                    ip: next_hop,
                    mac: None,
                    state: Nud::Incomplete,
                    updated_us: 0,
                    waiting: vec![leaving],
                });
                self.ask(who, dev, next_hop, 1);
            }
        }
    }

    /// One question, or the end of them (neigh_timer_handler, arp_solicit).
    pub(super) fn ask(&mut self, who: Who, dev: usize, target: Ip, attempt: u8) {
        let Some(iface) = self.iface(who, dev) else { return };
        let Some(entry) = self.entry(who, dev, target) else { return };
        if entry.state != Nud::Incomplete {
            return;
        }
        if attempt > QUESTIONS {
            entry.state = Nud::Failed;
            let waiting = std::mem::take(&mut entry.waiting);
            for leaving in waiting {
                self.unanswered(who, target, leaving);
            }
            return;
        }
        // arp_solicit with arp_announce 0: the sender is the packet's source when that is an own address, on whatever
        // interface; else an address of the interface.
        let first = entry.waiting.first();
        let source = first.map(|leaving| leaving.packet.src);
        let decided = first.map_or(Vec::new(), |leaving| leaving.did.clone());
        let sender = source.filter(|&source| self.node(who).has(source)).unwrap_or(iface.ip);
        let arp = Arp { reply: false, sender_mac: iface.mac, sender, target };
        let frame = Frame { src: iface.mac, dst: Mac::BROADCAST, payload: Payload::Arp(arp) };
        // Why this address is asked for: the routing decision of the packet that waits.
        let why = |fact: &&Fact| attempt == 1 && matches!(fact, Fact::Direct { .. } | Fact::Via { .. });
        let decided = decided.iter().filter(why).copied();
        let did = decided.chain([Fact::Asked { who, target, attempt }]).collect();
        self.transmit((who, dev), frame, (Rewritten::default(), did), 0);
        self.schedule(BETWEEN_US, Event::Ask { who, dev, target, attempt: attempt + 1 });
    }

    /// A packet whose next hop did not answer (arp_error_report, ipv4_link_failure).
    fn unanswered(&mut self, who: Who, ip: Ip, leaving: Leaving) {
        let packet = leaving.packet;
        self.stuck(who, leaving, Fact::Unanswered { who, ip });
        if who == Who::Client {
            self.conclude(Outcome::Unreachable { at_us: self.now_us });
        } else {
            self.icmp_error(who, &packet, Icmp::HostUnreachable);
        }
    }

    /// A message of ARP arrives (arp_process).
    pub(super) fn arp(&mut self, (who, dev): (Who, usize), arp: &Arp, step: usize) {
        if arp.reply {
            return self.arp_reply(who, dev, arp, step);
        }
        if self.node(who).has(arp.target) {
            self.remember(who, dev, arp, step);
            self.reply(who, dev, arp, false, 0);
        } else if self.answers_for(who, dev, arp.target) {
            self.remember(who, dev, arp, step);
            self.schedule(PROXY_US, Event::AnswerFor { who, dev, asked: *arp });
        } else {
            self.ignores(step, who);
        }
    }

    /// Does a router answer for a machine behind another of its interfaces (arp_fwd_proxy)?
    fn answers_for(&self, who: Who, dev: usize, target: Ip) -> bool {
        let node = self.node(who);
        node.forward && node.proxy_arp && node.route(target).is_some_and(|route| route.dev != dev)
    }

    /// A router answers for a machine behind it.
    pub(super) fn answer_for(&mut self, who: Who, dev: usize, asked: &Arp) {
        self.reply(who, dev, asked, true, 0);
    }

    /// Who is asked remembers who asked, not confirmed (neigh_event_ns).
    fn remember(&mut self, who: Who, dev: usize, arp: &Arp, step: usize) {
        let (ip, mac, now) = (arp.sender, arp.sender_mac, self.now_us);
        match self.entry(who, dev, ip) {
            Some(entry) if entry.mac == Some(mac) => return,
            Some(entry) => {
                (entry.mac, entry.state, entry.updated_us) = (Some(mac), Nud::Stale, now);
            }
            None => self.neighbours.push(Neighbour {
                who,
                dev,
                ip,
                mac: Some(mac),
                state: Nud::Stale,
                updated_us: now,
                waiting: Vec::new(),
            }),
        }
        self.ends(step, Fact::Remembered { who, ip, mac });
    }

    fn reply(&mut self, who: Who, dev: usize, asked: &Arp, proxy: bool, after_us: u64) {
        let Some(mac) = self.iface(who, dev).map(|iface| iface.mac) else { return };
        let ip = asked.target;
        let did = if proxy { Fact::Proxied { who, ip, mac } } else { Fact::Replied { who, ip, mac } };
        let arp = Arp { reply: true, sender_mac: mac, sender: ip, target: asked.sender };
        let frame = Frame { src: mac, dst: asked.sender_mac, payload: Payload::Arp(arp) };
        self.transmit((who, dev), frame, (Rewritten::default(), vec![did]), after_us);
    }

    fn arp_reply(&mut self, who: Who, dev: usize, arp: &Arp, step: usize) {
        let (ip, second, now) = (arp.sender, arp.sender_mac, self.now_us);
        let Some(entry) = self.entry(who, dev, ip) else { return self.ignores(step, who) };
        match entry.mac {
            Some(first) if first != second && now < entry.updated_us + LOCK_US => {
                self.drops(step, Fact::SecondAnswer { who, ip, first, second });
            }
            _ => {
                (entry.mac, entry.state, entry.updated_us) = (Some(second), Nud::Reachable, now);
                let waiting = std::mem::take(&mut entry.waiting);
                for leaving in waiting {
                    self.hand_to(who, dev, ip, leaving);
                }
            }
        }
    }
}
