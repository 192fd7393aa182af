//! What is on the wire: frames of ARP and IPv4.

use super::addr::{Ip, Mac};

/// Identifier of the ping.
pub(super) const ECHO_ID: u16 = 4711;
/// The client's port.
pub(super) const CLIENT_PORT: u16 = 40_000;
/// The port that a SYN goes to.
pub(super) const TCP_PORT: u16 = 80;
/// The port that a UDP query goes to.
pub(super) const UDP_PORT: u16 = 5000;
/// TTL that hosts begin with (`net.ipv4.ip_default_ttl`).
pub(super) const DEFAULT_TTL: u8 = 64;
/// Bytes of an IPv4 header without options.
pub(super) const IP_HEADER: u32 = 20;
/// Bytes of an ICMP or UDP header.
pub(super) const SHORT_HEADER: u32 = 8;
/// Bytes of a SYN or SYN-ACK with the usual options, IP header included.
pub(super) const SYN_BYTES: u32 = 60;
/// Bytes of a RST, IP header included.
pub(super) const RST_BYTES: u32 = 40;
/// Bytes that a UDP server answers with.
pub(super) const UDP_ANSWER: u32 = 100;

/// A frame of Ethernet.
#[derive(Clone, Copy, Debug)]
pub(super) struct Frame {
    pub(super) src: Mac,
    pub(super) dst: Mac,
    pub(super) payload: Payload,
}

/// What a frame carries.
#[derive(Clone, Copy, Debug)]
pub(super) enum Payload {
    Arp(Arp),
    Ip(Packet),
}

/// A message of ARP (RFC 826).
#[derive(Clone, Copy, Debug)]
pub(super) struct Arp {
    pub(super) reply: bool,
    pub(super) sender_mac: Mac,
    pub(super) sender: Ip,
    pub(super) target: Ip,
}

/// A packet of IPv4.
#[derive(Clone, Copy, Debug)]
pub(super) struct Packet {
    pub(super) src: Ip,
    pub(super) dst: Ip,
    pub(super) ttl: u8,
    /// Bytes with the IP header, before it was cut.
    pub(super) len: u32,
    pub(super) df: bool,
    /// The largest piece it travels in, in bytes; none when it is whole.
    pub(super) piece: Option<u32>,
    pub(super) body: Body,
}

/// What a packet says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Body {
    EchoRequest,
    EchoReply,
    Tcp(Flags, u16, u16),
    Udp(u16, u16),
    /// An error or a redirect, with the header of the packet that it is about.
    Icmp(Icmp, Flow),
}

/// Flags of a TCP segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flags {
    Syn,
    SynAck,
    Rst,
}

/// Messages of ICMP about another packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Icmp {
    NetUnreachable,
    HostUnreachable,
    PortUnreachable,
    AdminProhibited,
    /// With the MTU of the next link.
    TooBig(u32),
    TimeExceeded,
    /// With the better next hop.
    Redirect(Ip),
}

/// The protocol of a flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Proto {
    Icmp,
    Tcp,
    Udp,
}

/// Who talks to whom: what a connection is recognised by. For a ping both ports are its identifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Flow {
    pub(super) proto: Proto,
    pub(super) src: Ip,
    pub(super) dst: Ip,
    pub(super) sport: u16,
    pub(super) dport: u16,
}

impl Flow {
    /// The same the other way round.
    pub(super) fn reversed(self) -> Flow {
        Flow { src: self.dst, dst: self.src, sport: self.dport, dport: self.sport, ..self }
    }
}

impl Packet {
    /// Who talks to whom; of an ICMP message about another packet, none.
    pub(super) fn flow(&self) -> Option<Flow> {
        let (proto, sport, dport) = match self.body {
            Body::EchoRequest | Body::EchoReply => (Proto::Icmp, ECHO_ID, ECHO_ID),
            Body::Tcp(_, sport, dport) => (Proto::Tcp, sport, dport),
            Body::Udp(sport, dport) => (Proto::Udp, sport, dport),
            Body::Icmp(..) => return None,
        };
        Some(Flow { proto, src: self.src, dst: self.dst, sport, dport })
    }

    /// The lengths of the packets it travels as, with their IP headers: one, or its pieces.
    pub(super) fn pieces(&self) -> Vec<u32> {
        let Some(most) = self.piece else { return vec![self.len] };
        // Offsets count in units of eight bytes (RFC 791 section 3.1).
        let step = (most.saturating_sub(IP_HEADER) & !7).max(8);
        let mut rest = self.len.saturating_sub(IP_HEADER);
        let mut pieces = Vec::new();
        while rest > step {
            pieces.push(step + IP_HEADER);
            rest -= step;
        }
        pieces.push(rest + IP_HEADER);
        pieces
    }
}
