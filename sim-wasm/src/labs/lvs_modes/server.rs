//! A real server: its tunnel, its rules of what is local, and its listening program.

use super::addresses::{End, Mac};
use super::client::segments;
use super::hosts::SERVER;
use super::packet::{IcmpSays, Kind, Packet, TIMESTAMPS};
use super::settings::{Mode, Tunnel};
use super::why::{Deed, Why};
use super::world::World;

/// Its first sequence number.
const FIRST_SEQ: u32 = 5_000_000;

/// A connection that a real server has accepted, or is about to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Accepted {
    /// The other end, as the TCP header has it: what `ss` shows.
    pub(super) peer: End,
    pub(super) own: End,
    /// What getpeername() says.
    pub(super) told: End,
    /// Did the program get the request?
    pub(super) served: bool,
    /// Has the handshake ended?
    pub(super) established: bool,
    got: u32,
    segment: u32,
}

impl World<'_> {
    /// What a real server does with a packet that came in on eth0.
    pub(super) fn server_receives(
        &mut self,
        node: usize,
        packet: Packet,
        before: Option<(Packet, (Mac, Mac))>,
    ) -> Option<Why> {
        let Some((_, own)) = packet.outer else { return self.server_takes(node, packet, before) };
        let inner = Packet { outer: None, outer_ttl: 0, ..packet };
        match self.settings.tunl0 {
            Tunnel::Absent => {
                // ip_local_deliver_finish: no handler for protocol 4.
                self.report(node, packet.error(IcmpSays::ProtocolUnreachable, own), &packet);
                Some(Why::NoTunnelModule)
            }
            Tunnel::Down => {
                // tunnel4_rcv: ip_tunnel_lookup finds no tunnel that is up.
                self.report(node, packet.error(IcmpSays::PortUnreachable, own), &packet);
                Some(Why::TunnelDown)
            }
            Tunnel::Up => {
                let strict = self.settings.rp_filter_in_force() == 1;
                let why = strict.then_some(Why::ReversePath);
                self.note(node, inner, Deed::Decapsulated, why);
                match why {
                    Some(_) => None,
                    None => self.server_takes(node, inner, before),
                }
            }
        }
    }

    fn server_takes(
        &mut self,
        node: usize,
        packet: Packet,
        before: Option<(Packet, (Mac, Mac))>,
    ) -> Option<Why> {
        let host = self.hosts.get(node)?;
        if !host.is_local(packet.dst.ip) {
            return match host.forwards {
                true => self.route(node, packet, before, Deed::ServerRouted),
                false => Some(Why::NotLocal { dst: packet.dst.ip }),
            };
        }
        if matches!(packet.kind, Kind::Icmp(_)) {
            return None;
        }
        let server = node - SERVER;
        let ends = |accepted: &Accepted| accepted.peer == packet.src && accepted.own == packet.dst;
        let known = self.accepted.get(server)?.iter().position(ends);
        match (packet.kind, known) {
            (Kind::Syn, None) => self.listens(node, packet),
            (Kind::Rst, Some(at)) => {
                self.accepted.get_mut(server)?.remove(at);
                None
            }
            (Kind::Rst, None) => None,
            (_, Some(at)) => self.goes_on(node, at, packet),
            (_, None) => {
                self.refuse(node, packet);
                Some(Why::UnknownToServer { node })
            }
        }
    }

    fn listens(&mut self, node: usize, syn: Packet) -> Option<Why> {
        if syn.dst.port != self.settings.rport {
            self.refuse(node, syn);
            return Some(Why::NoListener { port: syn.dst.port });
        }
        let mss = self.settings.server_mss();
        let segment =
            syn.mss.min(self.settings.inner_mtu.saturating_sub(40)).saturating_sub(TIMESTAMPS).max(1);
        self.accepted.get_mut(node - SERVER)?.push(Accepted {
            peer: syn.src,
            own: syn.dst,
            told: syn.src,
            served: false,
            established: false,
            got: 0,
            segment,
        });
        let answer = Packet { seq: FIRST_SEQ, ack: syn.seq.wrapping_add(1), mss, ..syn.answer(Kind::SynAck) };
        self.send(node, answer, answer.dst.ip, Deed::Made, None);
        None
    }

    fn goes_on(&mut self, node: usize, at: usize, packet: Packet) -> Option<Why> {
        let (request, response) = (self.settings.request, self.settings.response);
        let module = self.settings.mode == Mode::FullNat && self.settings.toa_module;
        let accepted = self.accepted.get_mut(node - SERVER)?.get_mut(at)?;
        if !accepted.established {
            accepted.established = true;
            // The module looks at the segment that makes the child socket.
            if let Some(client) = packet.toa.filter(|_| module) {
                accepted.told = client;
            }
        }
        if packet.kind != Kind::Request {
            return None;
        }
        accepted.got = accepted.got.saturating_add(packet.payload.saturating_mul(packet.times));
        if accepted.got < request || accepted.served {
            return None;
        }
        accepted.served = true;
        let (peer, segment) = (accepted.told, accepted.segment);
        self.note(node, packet, Deed::Read { peer }, None);
        let sent = packet.payload.saturating_mul(packet.times);
        let first = Packet { ack: packet.seq.wrapping_add(sent), ..packet.answer(Kind::Response) };
        let mut seq = first.seq;
        for (payload, times) in segments(response, segment) {
            let answer = Packet { payload, times, seq, ..first };
            self.send(node, answer, answer.dst.ip, Deed::Made, None);
            seq = seq.wrapping_add(payload.wrapping_mul(times));
        }
        None
    }

    /// `tcp_v4_send_reset`.
    fn refuse(&mut self, node: usize, packet: Packet) {
        let reset = packet.answer(Kind::Rst);
        self.send(node, reset, reset.dst.ip, Deed::Made, None);
    }
}
