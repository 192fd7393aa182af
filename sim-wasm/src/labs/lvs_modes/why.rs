//! What machines do with packets, and why they drop them: one variant for each decision.

use super::addresses::{End, Ip, Mac};

/// What the sender of a packet did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Deed {
    /// Made it.
    Made,
    /// A router sent it on.
    Routed,
    /// IPVS wrote the destination anew.
    NatIn,
    /// IPVS wrote the source anew.
    NatOut,
    /// IPVS sent it to the real server's hardware address.
    DirectRouted,
    /// IPVS put it into an IPIP packet.
    Encapsulated,
    /// The same, which did not fit one packet.
    EncapsulatedInFragments,
    /// The FullNAT director wrote both ends anew.
    FullNatIn,
    FullNatOut,
    /// A real server sent on what was not for it.
    ServerRouted,
    /// A real server took the outer header off.
    Decapsulated,
    /// The program got it.
    Read {
        peer: End,
    },
    /// ARP: who has an address.
    Asked,
    /// ARP: an answer.
    Answered,
    /// ICMP about a tunnelled packet, made into one about the client's.
    Relayed,
    /// Left out of the figure, so many of them.
    Omitted(usize),
}

/// Why a packet ended, or was answered with an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Why {
    /// From an address of the machine's own.
    Martian {
        src: Ip,
    },
    /// Not for this machine, which does not forward.
    NoForwarding {
        dst: Ip,
    },
    /// Not for this real server.
    NotLocal {
        dst: Ip,
    },
    TtlExpired {
        node: usize,
    },
    ReversePath,
    TunnelDown,
    NoTunnelModule,
    TooBig {
        len: u32,
        mtu: u32,
    },
    Spoofed {
        node: usize,
        src: Ip,
    },
    InputRule,
    ForwardRule,
    NotTracked {
        known: bool,
    },
    IcmpFiltered,
    /// No connection of the client's has these ends.
    UnknownToClient {
        src: End,
    },
    NoListener {
        port: u16,
    },
    UnknownToServer {
        node: usize,
    },
    NoEntry,
    /// The run was cut off.
    CutOff,
}

/// What ARP did to the gateway's memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ArpEvent {
    /// Several answered; this one was kept.
    Race { answers: usize, kept: Mac },
    /// A request with the VIP as its source put a real server in the director's place.
    Poisoned { mac: Mac },
}
