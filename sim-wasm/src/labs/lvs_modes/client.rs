//! The client: its connections, as far as they go.

use super::addresses::{End, SERVICE};
use super::hosts::CLIENT;
use super::packet::{DATA_HEADERS, IcmpSays, Kind, Packet, TIMESTAMPS};
use super::why::{Deed, Why};
use super::world::World;

/// The MSS that the client announces: its MTU is 1500.
const CLIENT_MSS: u32 = 1460;
/// How often a request is cut anew, at most: an MTU is told once for each hop that is smaller.
const MOST_RESENDS: u32 = 4;

/// An error that connect() returns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Errno {
    Econnrefused,
    Ehostunreach,
    Enoprotoopt,
}

impl Errno {
    /// Its name.
    pub(super) fn name(self) -> &'static str {
        match self {
            Errno::Econnrefused => "ECONNREFUSED",
            Errno::Ehostunreach => "EHOSTUNREACH",
            Errno::Enoprotoopt => "ENOPROTOOPT",
        }
    }
}

/// Where a connection stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    SynSent,
    Established,
    /// connect() failed.
    Failed(Errno),
    /// The peer reset it.
    Reset,
}

/// A connection of the client's.
#[derive(Clone, Copy, Debug)]
pub(super) struct Connection {
    pub(super) own: End,
    pub(super) state: State,
    /// Bytes of the response that came.
    pub(super) read: u32,
    seq: u32,
    ack: u32,
    /// Largest payload of a segment.
    segment: u32,
    resends: u32,
}

impl World<'_> {
    /// Calls connect() for the connection of this number.
    pub(super) fn connect(&mut self, number: usize) {
        let own = self.client_end(number);
        let seq = 1_000_000 + 10_000 * number as u32;
        self.connections.push(Connection {
            own,
            state: State::SynSent,
            read: 0,
            seq,
            ack: 0,
            segment: 0,
            resends: 0,
        });
        let syn = Packet {
            kind: Kind::Syn,
            src: own,
            dst: SERVICE,
            outer: None,
            ttl: 64,
            outer_ttl: 0,
            payload: 0,
            times: 1,
            seq,
            ack: 0,
            mss: CLIENT_MSS,
            toa: None,
        };
        self.send(CLIENT, syn, SERVICE.ip, Deed::Made, None);
    }

    /// Writes the request of a connection that stands.
    pub(super) fn write_request(&mut self, number: usize) {
        let bytes = self.settings.request;
        if let Some(connection) = self.connections.get(number).copied()
            && connection.state == State::Established
        {
            self.send_request(&connection, bytes);
        }
    }

    /// Sends so many bytes of a request: full segments, and what is left.
    fn send_request(&mut self, connection: &Connection, bytes: u32) {
        let ack = Packet {
            kind: Kind::Request,
            src: connection.own,
            dst: SERVICE,
            outer: None,
            ttl: 64,
            outer_ttl: 0,
            payload: 0,
            times: 1,
            seq: connection.seq,
            ack: connection.ack,
            mss: 0,
            toa: None,
        };
        let mut seq = connection.seq;
        for (payload, times) in segments(bytes, connection.segment) {
            self.send(CLIENT, Packet { payload, times, seq, ..ack }, SERVICE.ip, Deed::Made, None);
            seq = seq.wrapping_add(payload.wrapping_mul(times));
        }
    }

    /// What the client's kernel does with a packet.
    pub(super) fn client_receives(&mut self, packet: Packet) -> Option<Why> {
        if let Kind::Icmp(icmp) = packet.kind {
            self.client_is_told(icmp.says, icmp.about.0);
            return None;
        }
        let own = |connection: &&mut Connection| connection.own == packet.dst && packet.src == SERVICE;
        let Some(connection) = self.connections.iter_mut().find(own) else {
            if packet.kind != Kind::Rst {
                // tcp_v4_send_reset: no socket has these ends.
                let reset = packet.answer(Kind::Rst);
                self.send(CLIENT, reset, reset.dst.ip, Deed::Made, None);
            }
            return Some(Why::UnknownToClient { src: packet.src });
        };
        match (packet.kind, connection.state) {
            (Kind::SynAck, State::SynSent) => {
                connection.state = State::Established;
                connection.seq = connection.seq.wrapping_add(1);
                connection.ack = packet.seq.wrapping_add(1);
                let announced = CLIENT_MSS.min(packet.mss).saturating_sub(TIMESTAMPS);
                connection.segment = announced.min(self.path_mtu.saturating_sub(DATA_HEADERS)).max(1);
                let ack = Packet { seq: connection.seq, ack: connection.ack, ..packet.answer(Kind::Ack) };
                self.send(CLIENT, ack, SERVICE.ip, Deed::Made, None);
            }
            (Kind::Response, State::Established) => {
                connection.read = connection.read.saturating_add(packet.payload.saturating_mul(packet.times));
                let done = connection.read >= self.settings.response;
                if done {
                    self.note(CLIENT, packet, Deed::Read { peer: SERVICE }, None);
                }
            }
            (Kind::Rst, State::SynSent) => connection.state = State::Failed(Errno::Econnrefused),
            (Kind::Rst, _) => connection.state = State::Reset,
            _ => {}
        }
        None
    }

    /// An ICMP error about a segment of the client's: `tcp_v4_err`. While connect() waits, every error ends it; later
    /// only the MTU counts here.
    fn client_is_told(&mut self, says: IcmpSays, about: End) {
        let Some(connection) = self.connections.iter_mut().find(|connection| connection.own == about) else {
            return;
        };
        match (connection.state, says) {
            (State::SynSent, IcmpSays::TimeExceeded) => {
                connection.state = State::Failed(Errno::Ehostunreach);
            }
            (State::SynSent, IcmpSays::PortUnreachable) => {
                connection.state = State::Failed(Errno::Econnrefused);
            }
            (State::SynSent, IcmpSays::ProtocolUnreachable) => {
                connection.state = State::Failed(Errno::Enoprotoopt);
            }
            (State::Established, IcmpSays::FragmentationNeeded(mtu)) => {
                let full = connection.segment;
                let fits = mtu.saturating_sub(DATA_HEADERS).max(1);
                if fits >= full || connection.resends >= MOST_RESENDS {
                    return;
                }
                connection.segment = fits;
                connection.resends += 1;
                let connection = *connection;
                // The route to the VIP keeps it for ten minutes; other connections begin with it.
                self.path_mtu = self.path_mtu.min(mtu);
                // The full segments were lost, and are sent again in smaller ones; the last one fitted.
                let lost: u32 = segments(self.settings.request, full)
                    .filter(|(payload, _)| payload + DATA_HEADERS > mtu)
                    .map(|(payload, times)| payload * times)
                    .sum();
                self.send_request(&connection, lost);
            }
            _ => {}
        }
    }
}

/// How bytes are cut: so many segments of this size, and one with the rest.
pub(super) fn segments(bytes: u32, size: u32) -> impl Iterator<Item = (u32, u32)> {
    let size = size.max(1);
    [(size, bytes / size), (bytes % size, 1)].into_iter().filter(|(payload, times)| payload * times > 0)
}
