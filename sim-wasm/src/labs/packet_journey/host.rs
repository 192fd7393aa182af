//! What hosts and routers do with packets (Linux: net/ipv4/route.c, ip_forward.c, icmp.c; RFC 1812).

use super::addr::Ip;
use super::facts::Fact;
use super::packet::{
    Body, CLIENT_PORT, DEFAULT_TTL, Flags, IP_HEADER, Icmp, Packet, Proto, RST_BYTES, SHORT_HEADER,
    SYN_BYTES, TCP_PORT, UDP_ANSWER, UDP_PORT,
};
use super::settings::{Firewall, Request};
use super::topology::{LAN, Route, Who};
use super::walk::{Leaving, Lookup, Outcome, Rewritten, World};

/// Bytes of a quoted packet behind the header of an ICMP message: Linux quotes as much as fits into 576.
const MOST_QUOTED: u32 = 548;

impl World {
    /// The client's program asks.
    pub(super) fn request(&mut self) {
        let settings = self.settings;
        let (body, len) = match settings.request {
            Request::Ping => (Body::EchoRequest, IP_HEADER + SHORT_HEADER + settings.payload),
            Request::Tcp => (Body::Tcp(Flags::Syn, CLIENT_PORT, TCP_PORT), SYN_BYTES),
            Request::Udp => (Body::Udp(CLIENT_PORT, UDP_PORT), IP_HEADER + SHORT_HEADER + settings.payload),
        };
        let packet = Packet {
            src: settings.client,
            dst: settings.target(),
            ttl: settings.ttl,
            len,
            df: settings.df,
            piece: None,
            body,
        };
        if self.topology.refused {
            let via = match settings.gateway {
                super::settings::GatewaySetting::Wrong => super::topology::NOBODY,
                _ => super::topology::GATEWAY,
            };
            self.tell(Fact::Refused { via, addr: settings.client, prefix: settings.prefix });
        }
        self.send(Who::Client, packet);
    }

    /// A machine sends a packet of its own.
    fn send(&mut self, who: Who, packet: Packet) {
        let mut leaving = Leaving { packet, rewritten: Rewritten::default(), did: Vec::new() };
        let Some(route) = self.look_up(who, packet.dst) else {
            self.stuck(who, leaving, Fact::NoRoute { who, dst: packet.dst });
            if who == Who::Client {
                self.conclude(Outcome::NoRoute);
            }
            return;
        };
        leaving.did.extend(self.decision(who, packet.dst, &route));
        self.hand_to(who, route.dev, route.via.unwrap_or(packet.dst), leaving);
    }

    fn look_up(&mut self, who: Who, dst: Ip) -> Option<Route> {
        let lookup = Lookup { who, dst };
        if !self.lookups.contains(&lookup) {
            self.lookups.push(lookup);
        }
        self.node(who).route(dst)
    }

    fn decision(&self, who: Who, dst: Ip, route: &Route) -> Option<Fact> {
        let iface = self.iface(who, route.dev)?;
        Some(match route.via {
            None => Fact::Direct { who, dst, addr: iface.ip, prefix: iface.prefix },
            Some(via) => Fact::Via { who, dst, addr: iface.ip, link: iface.prefix, route: *route, via },
        })
    }

    /// A packet arrives at an interface.
    pub(super) fn receive(&mut self, at: (Who, usize), packet: Packet, step: usize) {
        let (who, dev) = at;
        let mut leaving = Leaving { packet, rewritten: Rewritten::default(), did: Vec::new() };
        self.restore(who, &mut leaving);
        let packet = leaving.packet;
        if self.node(who).has(packet.dst) {
            if self.rejects_source(at, &packet, step) || self.filters_input(who, &packet, step) {
                return;
            }
            return self.deliver(who, packet, step);
        }
        // ip_route_input_slow: without forwarding it counts IpInAddrErrors and says nothing.
        if !self.node(who).forward {
            return self.drops(step, Fact::NoForwarding { who, dst: packet.dst });
        }
        let Some(route) = self.look_up(who, packet.dst) else {
            self.drops(step, Fact::NoRoute { who, dst: packet.dst });
            return self.icmp_error(who, &packet, Icmp::NetUnreachable);
        };
        if self.rejects_source(at, &packet, step) {
            return;
        }
        self.forward(who, dev, &route, leaving, step);
    }

    /// ip_forward, in its order: TTL, size, TTL minus one, redirect, the rules of FORWARD; then what is behind routing.
    fn forward(&mut self, who: Who, dev: usize, route: &Route, mut leaving: Leaving, step: usize) {
        let packet = leaving.packet;
        if packet.ttl <= 1 {
            self.drops(step, Fact::Expired { who, ttl: packet.ttl });
            return self.icmp_error(who, &packet, Icmp::TimeExceeded);
        }
        let Some(mtu) = self.iface(who, route.dev).map(|iface| iface.mtu) else { return };
        if packet.len > mtu && packet.df {
            self.drops(step, Fact::TooBig { who, len: packet.len, mtu });
            return self.icmp_error(who, &packet, Icmp::TooBig(mtu));
        }
        leaving.packet.ttl = packet.ttl - 1;
        leaving.rewritten.ttl = true;
        leaving.rewritten.macs = true;
        leaving.did.push(Fact::Forwarded { who, from: packet.ttl });
        leaving.did.extend(self.decision(who, packet.dst, route));
        let next_hop = route.via.unwrap_or(packet.dst);
        if route.dev == dev {
            self.redirect(who, &packet, next_hop, &mut leaving);
        }
        // The rule is `iifname eth0`: it sees requests, and no answers.
        let rule = self.node(who).forward_rule.filter(|_| dev == 0);
        if let Some(rule) = rule.filter(|rule| matches_rule(*rule, &packet)) {
            self.drops(step, Fact::Filtered { who, rule });
            return self.refuse(who, rule, &packet);
        }
        self.track(who, route.dev, &mut leaving);
        // Pieces stay as small as they came: a router that put them together cuts them again (frag_max_size).
        let most = packet.piece.map_or(mtu, |piece| piece.min(mtu));
        if leaving.packet.len > most && packet.piece != Some(most) {
            leaving.packet.piece = Some(most);
            let pieces = leaving.packet.pieces().len();
            leaving.did.push(Fact::Cut { who, len: packet.len, mtu: most, pieces });
        }
        self.hand_to(who, route.dev, next_hop, leaving);
    }

    /// Out by the interface that it came in on: the sender could have sent there itself (ip_rt_send_redirect).
    fn redirect(&mut self, who: Who, packet: &Packet, better: Ip, leaving: &mut Leaving) {
        // Measured on 6.18.44: with NAT the redirect for the first packet of a connection never leaves, since its
        // translation is not finished (nf_nat_icmp_reply_translation).
        let held = self.tracks(who);
        leaving.did.push(Fact::Redirects { who, better, held });
        if !held {
            self.icmp_error(who, packet, Icmp::Redirect(better));
        }
    }

    /// fib_validate_source: would an answer leave by the interface that this came in on?
    fn rejects_source(&mut self, (who, dev): (Who, usize), packet: &Packet, step: usize) -> bool {
        let mode = self.node(who).rp_filter;
        if mode == 0 {
            return false;
        }
        let back = self.node(who).route(packet.src).map(|route| route.dev);
        if back.is_some_and(|back| mode == 2 || back == dev) {
            return false;
        }
        let name = |dev: usize| self.node(who).ifaces.get(dev).map(|iface| iface.name);
        let (came, back) = (name(dev).unwrap_or(""), back.and_then(name));
        self.drops(step, Fact::ReversePath { who, src: packet.src, came, back, mode });
        true
    }

    fn filters_input(&mut self, who: Who, packet: &Packet, step: usize) -> bool {
        let Some(rule) = self.node(who).input_rule.filter(|rule| matches_rule(*rule, packet)) else {
            return false;
        };
        self.drops(step, Fact::Filtered { who, rule });
        self.refuse(who, rule, packet);
        true
    }

    /// What a rule says to the sender.
    fn refuse(&mut self, who: Who, rule: Firewall, packet: &Packet) {
        match rule {
            Firewall::Drop => {}
            Firewall::Reject => self.icmp_error(who, packet, Icmp::PortUnreachable),
            Firewall::RejectAdmin => self.icmp_error(who, packet, Icmp::AdminProhibited),
            // In the name of the one that was asked.
            Firewall::RejectReset => self.reset(who, packet),
        }
    }

    fn reset(&mut self, who: Who, packet: &Packet) {
        if let Body::Tcp(_, sport, dport) = packet.body {
            let body = Body::Tcp(Flags::Rst, dport, sport);
            self.send(who, answer(packet, body, RST_BYTES, true));
        }
    }

    /// A message about a packet (icmp_send). Never about another such message (RFC 1122 section 3.2.2).
    pub(super) fn icmp_error(&mut self, who: Who, packet: &Packet, icmp: Icmp) {
        let Some(flow) = packet.flow() else { return };
        let node = self.node(who);
        // The address that was asked when it is an own one; else that of the interface that leads to the sender.
        let src = match node.route(packet.src) {
            _ if node.has(packet.dst) => Some(packet.dst),
            Some(route) => node.ifaces.get(route.dev).map(|iface| iface.ip),
            None => None,
        };
        let Some(src) = src else { return };
        let len = IP_HEADER + SHORT_HEADER + packet.len.min(MOST_QUOTED);
        let message = Packet { src, ..answer(packet, Body::Icmp(icmp, flow), len, false) };
        self.send(who, message);
    }

    /// A packet has reached the machine that it is for.
    fn deliver(&mut self, who: Who, packet: Packet, step: usize) {
        let listens = self.node(who).listens;
        match packet.body {
            Body::Icmp(icmp, _) => {
                self.ends(step, Fact::Told { who, icmp, by: packet.src });
                if who == Who::Client && !matches!(icmp, Icmp::Redirect(_)) {
                    self.conclude(Outcome::Icmp { at_us: self.now_us, icmp, by: packet.src });
                }
            }
            _ if who == Who::Client => self.hear(&packet, step),
            Body::EchoRequest => {
                self.ends(step, Fact::Served { who });
                self.send(who, answer(&packet, Body::EchoReply, packet.len, false));
            }
            Body::Tcp(Flags::Syn, sport, dport) if listens => {
                self.ends(step, Fact::Served { who });
                self.send(who, answer(&packet, Body::Tcp(Flags::SynAck, dport, sport), SYN_BYTES, true));
            }
            Body::Tcp(Flags::Syn, ..) => {
                self.ends(step, Fact::Closed { who, proto: Proto::Tcp });
                self.reset(who, &packet);
            }
            Body::Udp(sport, dport) if listens => {
                self.ends(step, Fact::Served { who });
                // Measured: a program that is bound to no address answers from that of the interface that the route
                // leads out of, whatever address was asked.
                let out = self.node(who).route(packet.src).and_then(|route| self.iface(who, route.dev));
                let src = out.map_or(packet.dst, |iface| iface.ip);
                let len = IP_HEADER + SHORT_HEADER + UDP_ANSWER;
                self.send(who, Packet { src, ..answer(&packet, Body::Udp(dport, sport), len, true) });
            }
            Body::Udp(..) => {
                self.ends(step, Fact::Closed { who, proto: Proto::Udp });
                self.icmp_error(who, &packet, Icmp::PortUnreachable);
            }
            Body::EchoReply | Body::Tcp(..) => {}
        }
    }

    /// The client hears something that is no ICMP error.
    fn hear(&mut self, packet: &Packet, step: usize) {
        let asked = self.settings.target();
        if packet.src != asked {
            self.drops(step, Fact::OtherSource { asked, got: packet.src });
            return self.icmp_error(Who::Client, packet, Icmp::PortUnreachable);
        }
        let at_us = self.now_us;
        if matches!(packet.body, Body::Tcp(Flags::Rst, ..)) {
            return self.conclude(Outcome::Reset { at_us });
        }
        let by = self.answered_by();
        self.conclude(Outcome::Answered { at_us, ttl: packet.ttl, by });
    }

    /// The machine whose program took the request.
    fn answered_by(&self) -> Who {
        let served = self.facts.iter().rev().find_map(|fact| match fact {
            Fact::Served { who } => Some(*who),
            _ => None,
        });
        served.unwrap_or(Who::Client)
    }
}

/// A rule that answers with a RST matches TCP alone.
fn matches_rule(rule: Firewall, packet: &Packet) -> bool {
    rule != Firewall::RejectReset || matches!(packet.body, Body::Tcp(..))
}

/// A packet back to the sender of another.
fn answer(packet: &Packet, body: Body, len: u32, df: bool) -> Packet {
    Packet { src: packet.dst, dst: packet.src, ttl: DEFAULT_TTL, len, df, piece: None, body }
}

/// Is this address on the client's network?
pub(super) fn on_lan(ip: Ip) -> bool {
    ip & super::addr::mask(LAN.1) == LAN.0
}
