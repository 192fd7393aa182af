//! A packet: the fields that somebody on the way reads or writes.

use super::addresses::{End, Ip};

/// Bytes of an IPv4 header.
pub(super) const IP_HEADER: u32 = 20;
/// Bytes of IP and TCP headers with timestamps, as data packets have them.
pub(super) const DATA_HEADERS: u32 = 52;
/// Bytes of a SYN's timestamp option with its padding, which an MSS does not count.
pub(super) const TIMESTAMPS: u32 = 12;
/// Bytes of the TOA option for IPv4: kind 254, length 8, port, address.
pub(super) const TOA: u32 = 8;

/// What a packet says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Syn,
    SynAck,
    Ack,
    Request,
    Response,
    Rst,
    Icmp(Icmp),
}

/// An ICMP error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Icmp {
    pub(super) says: IcmpSays,
    /// The TCP packet that it is about: from, to.
    pub(super) about: (End, End),
    /// That packet was in an IPIP packet.
    pub(super) tunnelled: bool,
}

/// Type and code of an ICMP error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum IcmpSays {
    /// Type 11, code 0.
    TimeExceeded,
    /// Type 3, code 4, with the MTU.
    FragmentationNeeded(u32),
    /// Type 3, code 3.
    PortUnreachable,
    /// Type 3, code 2.
    ProtocolUnreachable,
}

/// A packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Packet {
    pub(super) kind: Kind,
    pub(super) src: End,
    pub(super) dst: End,
    /// Source and destination of the IPIP header around it.
    pub(super) outer: Option<(Ip, Ip)>,
    pub(super) ttl: u8,
    /// TTL of the outer header.
    pub(super) outer_ttl: u8,
    /// Bytes behind the TCP header; of an ICMP error, bytes that it quotes.
    pub(super) payload: u32,
    /// How many packets alike this one stands for.
    pub(super) times: u32,
    pub(super) seq: u32,
    pub(super) ack: u32,
    /// The MSS option of a SYN or SYN-ACK.
    pub(super) mss: u32,
    /// What the TOA option says.
    pub(super) toa: Option<End>,
}

impl Packet {
    /// Bytes on the wire, from the (outer) IP header on.
    pub(super) fn len(&self) -> u32 {
        let inner = match self.kind {
            Kind::Syn | Kind::SynAck => 60,
            Kind::Ack => 52,
            Kind::Request | Kind::Response => DATA_HEADERS + self.payload,
            Kind::Rst => 40,
            Kind::Icmp(_) => IP_HEADER + 8 + self.payload,
        };
        inner + if self.toa.is_some() { TOA } else { 0 } + if self.outer.is_some() { IP_HEADER } else { 0 }
    }

    /// Where the network takes it.
    pub(super) fn destination(&self) -> Ip {
        self.outer.map_or(self.dst.ip, |(_, to)| to)
    }

    /// Whom the network takes it to be from.
    pub(super) fn source(&self) -> Ip {
        self.outer.map_or(self.src.ip, |(from, _)| from)
    }

    /// An ICMP error about it, from an address. Linux quotes as much as fits into 576 bytes (`icmp_send`).
    pub(super) fn error(&self, says: IcmpSays, from: Ip) -> Packet {
        let about = (self.src, self.dst);
        let to = self.source();
        Packet {
            kind: Kind::Icmp(Icmp { says, about, tunnelled: self.outer.is_some() }),
            src: End { ip: from, port: 0 },
            dst: End { ip: to, port: 0 },
            outer: None,
            ttl: 64,
            outer_ttl: 0,
            payload: self.len().min(548),
            times: 1,
            seq: 0,
            ack: 0,
            mss: 0,
            toa: None,
        }
    }

    /// A segment the other way, as the machine that got it makes it. A RST takes its number from the ACK of what it
    /// refuses; a SYN has none, and is acknowledged (RFC 9293 section 3.10.7.1).
    pub(super) fn answer(&self, kind: Kind) -> Packet {
        let (seq, ack) = match (kind, self.kind) {
            (Kind::Rst, Kind::Syn) => (0, self.seq.wrapping_add(1)),
            (Kind::Rst, _) => (self.ack, 0),
            _ => (self.ack, self.seq),
        };
        Packet {
            kind,
            src: self.dst,
            dst: self.src,
            outer: None,
            ttl: 64,
            outer_ttl: 0,
            payload: 0,
            times: 1,
            seq,
            ack,
            mss: 0,
            toa: None,
        }
    }
}
