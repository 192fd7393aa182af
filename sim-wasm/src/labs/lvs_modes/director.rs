//! The director: netfilter, IPVS, and the stack behind them.

use super::addresses::{End, LPORT, Mac, SERVICE, VIP};
use super::hosts::DIRECTOR;
use super::packet::{IP_HEADER, Icmp, IcmpSays, Kind, Packet, TOA};
use super::rules::Rule;
use super::settings::{Firewall, Mode};
use super::why::{Deed, Why};
use super::world::World;

/// The state of an IPVS connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum EntryState {
    SynRecv,
    Established,
    Close,
}

/// An IPVS connection: a line of `ipvsadm -Lnc`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    pub(super) client: End,
    pub(super) server: usize,
    /// The end that a FullNAT director takes on towards the real server.
    pub(super) local: End,
    pub(super) state: EntryState,
    /// What it adds to the client's sequence numbers, when it is FullNAT.
    pub(super) shift: u32,
    /// Has the real server answered with data? From then on no TOA option is sent.
    answered: bool,
}

/// What the director remembers.
#[derive(Clone, Debug, Default)]
pub(super) struct Director {
    pub(super) entries: Vec<Entry>,
    /// What conntrack knows: the client's end, and whether it has seen both directions.
    tracked: Vec<(End, bool)>,
}

type Before = Option<(Packet, (Mac, Mac))>;

impl World<'_> {
    /// What the director does with a packet.
    pub(super) fn director_receives(&mut self, packet: Packet, before: Before) -> Option<Why> {
        let host = self.hosts.get(DIRECTOR)?;
        // fib_validate_source: whatever rp_filter says, nobody else sends with an address of ours.
        if host.is_local(packet.src.ip) {
            return Some(Why::Martian { src: packet.src.ip });
        }
        if !host.is_local(packet.destination()) {
            return self.director_forwards(packet, before);
        }
        if let Kind::Icmp(icmp) = packet.kind {
            return self.relay(icmp);
        }
        if packet.dst == SERVICE {
            return self.director_serves(packet, before);
        }
        let (mode, settings) = (self.settings.mode, self.settings);
        let answer =
            |entry: &Entry| entry.local == packet.dst && settings.destination(entry.server) == packet.src;
        match self.director.entries.iter().position(answer) {
            Some(at) if mode == Mode::FullNat => self.fullnat_out(at, packet, before),
            _ => self.director_refuses(packet),
        }
    }

    /// PREROUTING said that it is for somebody else: the FORWARD hook, filter before IPVS (`ip_vs_ops`).
    fn director_forwards(&mut self, packet: Packet, before: Before) -> Option<Why> {
        if !self.settings.ip_forward {
            return Some(Why::NoForwarding { dst: packet.dst.ip });
        }
        if packet.ttl > 1 && self.settings.filtered() == Firewall::Forward {
            return Some(Why::ForwardRule);
        }
        let settings = self.settings;
        let answer = |entry: &&mut Entry| {
            settings.mode == Mode::Nat
                && entry.client == packet.dst
                && settings.destination(entry.server) == packet.src
        };
        let Some(entry) = self.director.entries.iter_mut().find(answer) else {
            return self.route(DIRECTOR, packet, before, Deed::Routed);
        };
        match packet.kind {
            Kind::Rst => entry.state = EntryState::Close,
            _ => self
                .director
                .tracked
                .iter_mut()
                .filter(|(end, _)| *end == packet.dst)
                .for_each(|known| known.1 = true),
        }
        self.route(DIRECTOR, Packet { src: SERVICE, ..packet }, before, Deed::NatOut)
    }

    /// A packet for the service: the INPUT hook, filter before IPVS.
    fn director_serves(&mut self, packet: Packet, before: Before) -> Option<Why> {
        if let Some(why) = self.input_stops(&packet) {
            return Some(why);
        }
        let known = self.director.entries.iter().position(|entry| entry.client == packet.src);
        let at = match (known, packet.kind) {
            (Some(at), _) => at,
            (None, Kind::Syn) => self.schedule(packet.src),
            // tcp_conn_schedule: only a SYN makes an entry (unless sloppy_tcp is on), so the stack gets it.
            (None, _) => return self.director_refuses(packet),
        };
        self.transmit(at, packet, before)
    }

    fn input_stops(&mut self, packet: &Packet) -> Option<Why> {
        match self.settings.filtered() {
            Firewall::Off | Firewall::Forward => None,
            Firewall::Input => Some(Why::InputRule),
            Firewall::Stateful => {
                let tracked = &mut self.director.tracked;
                let known = tracked.iter().find(|(end, _)| *end == packet.src);
                match (packet.kind, known) {
                    (Kind::Syn, None) => {
                        // Without vs.conntrack the entry is dropped before it is confirmed (ip_vs_notrack).
                        if self.settings.tracked() {
                            tracked.push((packet.src, false));
                        }
                        None
                    }
                    (Kind::Syn, Some(_)) | (_, Some((_, true))) => None,
                    (_, known) => Some(Why::NotTracked { known: known.is_some() }),
                }
            }
        }
    }

    /// Round robin. The real server that was added last is first in the list.
    fn schedule(&mut self, client: End) -> usize {
        let number = self.director.entries.len();
        let local = End { ip: self.settings.director_ip(), port: LPORT.saturating_add(number as u16) };
        // A new first sequence number for the real server; any will do.
        let shift = crate::rng::mix(u64::from(client.port)) as u32;
        let server = number % self.settings.servers.max(1);
        self.director.entries.push(Entry {
            client,
            server,
            local,
            state: EntryState::SynRecv,
            shift,
            answered: false,
        });
        number
    }

    /// `packet_xmit` of the mode, with what they all do before: TTL, then MTU (`__ip_vs_get_out_rt`).
    fn transmit(&mut self, at: usize, packet: Packet, before: Before) -> Option<Why> {
        let settings = self.settings;
        let entry = self.director.entries.get_mut(at)?;
        match packet.kind {
            Kind::Syn => {}
            Kind::Rst => entry.state = EntryState::Close,
            _ => entry.state = EntryState::Established,
        }
        let entry = *entry;
        let mut packet = packet;
        if settings.decrements_ttl() {
            if packet.ttl <= 1 {
                // icmp_send: the route of the packet is a local one, so its destination is the source.
                self.report(DIRECTOR, packet.error(IcmpSays::TimeExceeded, VIP), &packet);
                return Some(Why::TtlExpired { node: DIRECTOR });
            }
            packet.ttl -= 1;
        }
        let option = settings.mode == Mode::FullNat
            && settings.toa
            && !entry.answered
            && matches!(packet.kind, Kind::Ack | Kind::Request);
        let more = match settings.mode {
            Mode::Tun => IP_HEADER,
            _ if option => TOA,
            _ => 0,
        };
        let mtu = settings.inner_mtu.saturating_sub(more);
        let too_big = packet.len() > mtu;
        if too_big && (settings.mode != Mode::Tun || settings.obeys_df()) {
            let error = packet.error(IcmpSays::FragmentationNeeded(mtu), VIP);
            self.report(DIRECTOR, error, &packet);
            return Some(Why::TooBig { len: packet.len(), mtu });
        }
        let to = settings.destination(entry.server);
        let (packet, deed) = match settings.mode {
            Mode::Nat => (Packet { dst: to, ..packet }, Deed::NatIn),
            Mode::Dr => (packet, Deed::DirectRouted),
            Mode::Tun => {
                let outer = Some((settings.director_ip(), to.ip));
                let deed = if too_big { Deed::EncapsulatedInFragments } else { Deed::Encapsulated };
                (Packet { outer, outer_ttl: packet.ttl, ..packet }, deed)
            }
            Mode::FullNat => {
                let seq = packet.seq.wrapping_add(entry.shift);
                let toa = option.then_some(packet.src);
                (Packet { src: entry.local, dst: to, seq, toa, ..packet }, Deed::FullNatIn)
            }
        };
        self.send(DIRECTOR, packet, to.ip, deed, before);
        None
    }

    /// The way back through a FullNAT director.
    fn fullnat_out(&mut self, at: usize, packet: Packet, before: Before) -> Option<Why> {
        let smaller = if self.settings.toa { TOA } else { 0 };
        let entry = self.director.entries.get_mut(at)?;
        match packet.kind {
            Kind::Rst => entry.state = EntryState::Close,
            Kind::Response => entry.answered = true,
            _ => {}
        }
        // A plain RST has no ACK to correct.
        let ack = if packet.ack == 0 { 0 } else { packet.ack.wrapping_sub(entry.shift) };
        let mss = packet.mss.saturating_sub(smaller);
        let packet = Packet { src: SERVICE, dst: entry.client, ack, mss, ..packet };
        self.send(DIRECTOR, packet, packet.dst.ip, Deed::FullNatOut, before);
        None
    }

    /// An ICMP error about what the director sent through a tunnel: `ip_vs_in_icmp` takes off the outer header and tells
    /// the client.
    fn relay(&mut self, icmp: Icmp) -> Option<Why> {
        let client = icmp.about.0;
        let known = self.director.entries.iter().any(|entry| entry.client == client);
        if !icmp.tunnelled || !known || !Rule::TunnelErrorsRelayed.holds(self.settings.kernel) {
            return None;
        }
        let told = Packet {
            kind: Kind::Icmp(Icmp { tunnelled: false, ..icmp }),
            src: End { ip: VIP, port: 0 },
            dst: End { ip: client.ip, port: 0 },
            outer: None,
            ttl: 64,
            outer_ttl: 0,
            payload: 60,
            times: 1,
            seq: 0,
            ack: 0,
            mss: 0,
            toa: None,
        };
        self.send(DIRECTOR, told, client.ip, Deed::Relayed, None);
        None
    }

    /// Nobody listens on the director itself.
    fn director_refuses(&mut self, packet: Packet) -> Option<Why> {
        if packet.kind != Kind::Rst {
            let reset = packet.answer(Kind::Rst);
            self.send(DIRECTOR, reset, reset.dst.ip, Deed::Made, None);
        }
        Some(Why::NoEntry)
    }
}
