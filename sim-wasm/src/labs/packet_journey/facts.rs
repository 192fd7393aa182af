//! What was decided on the way, with the numbers that decided.

use super::addr::{Ip, Mac};
use super::packet::{Flow, Icmp, Proto};
use super::settings::Firewall;
use super::topology::{Route, Who};

/// One decision. Sentences, sources and remedies of each are in `words` and `sources`.
#[derive(Clone, Copy, Debug)]
pub(super) enum Fact {
    /// The destination is on the link: its own MAC address is asked for.
    Direct { who: Who, dst: Ip, addr: Ip, prefix: u8 },
    /// It is not: the next hop's MAC address is asked for. `addr` and `link` are the interface's address and prefix.
    Via { who: Who, dst: Ip, addr: Ip, link: u8, route: Route, via: Ip },
    /// No line of the route table matches.
    NoRoute { who: Who, dst: Ip },
    /// The system took no default route, since the gateway is on no link.
    Refused { via: Ip, addr: Ip, prefix: u8 },
    /// The MAC address was known.
    Known { who: Who, ip: Ip, mac: Mac },
    /// A question by ARP.
    Asked { who: Who, target: Ip, attempt: u8 },
    /// Its answer.
    Replied { who: Who, ip: Ip, mac: Mac },
    /// The same, by a router for a machine behind it.
    Proxied { who: Who, ip: Ip, mac: Mac },
    /// Who is asked remembers who asked.
    Remembered { who: Who, ip: Ip, mac: Mac },
    /// A second answer, by another machine, too soon after the first.
    SecondAnswer { who: Who, ip: Ip, first: Mac, second: Mac },
    /// Nobody answered.
    Unanswered { who: Who, ip: Ip },
    /// The switch does not know where a MAC address is.
    Flooded { mac: Mac, vlan: u16, ports: usize },
    /// It does.
    Switched { mac: Mac, vlan: u16, port: usize },
    /// No other port is in the VLAN.
    Alone { vlan: u16, others: u16 },
    /// A frame for another MAC address, or a question for another IP address.
    NotForMe { who: Who },
    /// A packet for another IP address, on a machine that forwards nothing.
    NoForwarding { who: Who, dst: Ip },
    /// A router hands on.
    Forwarded { who: Who, from: u8 },
    /// A router may not hand on any more.
    Expired { who: Who, ttl: u8 },
    /// The source address was rewritten.
    Translated { from: Ip, to: Ip, port: u16 },
    /// The destination address of an answer was rewritten back.
    Restored { from: Ip, to: Ip },
    /// The same, of an ICMP message, by the header that it quotes.
    RestoredQuote { from: Ip, to: Ip, quoted: Flow },
    /// A rule dropped or refused.
    Filtered { who: Who, rule: Firewall },
    /// No program listens.
    Closed { who: Who, proto: Proto },
    /// The answer's program.
    Served { who: Who },
    /// The source is not where the packet came from: `back` is the interface that the way back takes.
    ReversePath { who: Who, src: Ip, came: &'static str, back: Option<&'static str>, mode: u8 },
    /// Too big, and not to be cut.
    TooBig { who: Who, len: u32, mtu: u32 },
    /// Cut into pieces.
    Cut { who: Who, len: u32, mtu: u32, pieces: usize },
    /// Out by the interface that it came in on.
    Redirects { who: Who, better: Ip, held: bool },
    /// An answer from another address than was asked.
    OtherSource { asked: Ip, got: Ip },
    /// A message of ICMP is told to a program, or to nobody.
    Told { who: Who, icmp: Icmp, by: Ip },
}

impl Fact {
    /// Stable word for programs.
    pub(super) fn code(&self) -> &'static str {
        match self {
            Fact::Direct { .. } => "on_link",
            Fact::Via { .. } => "via_router",
            Fact::NoRoute { .. } => "no_route",
            Fact::Refused { .. } => "gateway_not_on_link",
            Fact::Known { .. } => "neighbour_known",
            Fact::Asked { .. } => "arp_request",
            Fact::Replied { .. } => "arp_reply",
            Fact::Proxied { .. } => "proxy_arp",
            Fact::Remembered { .. } => "arp_learned_from_request",
            Fact::SecondAnswer { .. } => "arp_second_answer",
            Fact::Unanswered { .. } => "arp_unanswered",
            Fact::Flooded { .. } => "flooded",
            Fact::Switched { .. } => "switched",
            Fact::Alone { .. } => "vlan_alone",
            Fact::NotForMe { .. } => "not_for_me",
            Fact::NoForwarding { .. } => "no_forwarding",
            Fact::Forwarded { .. } => "forwarded",
            Fact::Expired { .. } => "ttl_exceeded",
            Fact::Translated { .. } => "snat",
            Fact::Restored { .. } => "de_nat",
            Fact::RestoredQuote { .. } => "de_nat_icmp",
            Fact::Filtered { .. } => "filtered",
            Fact::Closed { .. } => "port_closed",
            Fact::Served { .. } => "answered",
            Fact::ReversePath { .. } => "rp_filter",
            Fact::TooBig { .. } => "too_big",
            Fact::Cut { .. } => "fragmented",
            Fact::Redirects { .. } => "redirect",
            Fact::OtherSource { .. } => "other_source",
            Fact::Told { .. } => "icmp_told",
        }
    }

    /// Does it end a packet's way?
    pub(super) fn stops(&self) -> bool {
        matches!(
            self,
            Fact::NoRoute { .. }
                | Fact::Unanswered { .. }
                | Fact::Alone { .. }
                | Fact::NoForwarding { .. }
                | Fact::Expired { .. }
                | Fact::Filtered { .. }
                | Fact::Closed { .. }
                | Fact::ReversePath { .. }
                | Fact::TooBig { .. }
                | Fact::OtherSource { .. }
        )
    }
}
