//! What happened on the wire and in the machines, in the order of time.

use super::addresses::{Ip, Mac, SERVICE};
use super::hosts::{GATEWAY, SERVER};
use super::packet::{Kind, Packet};
use super::why::{Deed, Why};

/// What became of a packet on a hop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    Arrived,
    Dropped,
    Lost,
}

/// What was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What {
    Packet(Packet),
    /// ARP request: target, and the address it claims to come from.
    WhoHas(Ip, Ip),
    /// ARP reply.
    IsAt(Ip),
}

/// A hop, or something within a machine when both ends are the same.
#[derive(Clone, Copy, Debug)]
pub(super) struct Record {
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) what: What,
    /// Source and destination on the link; none within a machine.
    pub(super) macs: Option<(Mac, Mac)>,
    /// The same packet as its sender had got it, if it had.
    pub(super) before: Option<(Packet, (Mac, Mac))>,
    pub(super) deed: Deed,
    pub(super) fate: Fate,
    /// Why it ended here, or what was wrong with it.
    pub(super) why: Option<Why>,
}

impl Record {
    /// The packet, when it is one.
    pub(super) fn packet(&self) -> Option<&Packet> {
        match &self.what {
            What::Packet(packet) => Some(packet),
            _ => None,
        }
    }

    /// Did the router hand a real server what was for the service, and should have gone to the director?
    pub(super) fn is_past_director(&self) -> bool {
        let meant = |packet: &&Packet| {
            packet.dst == SERVICE
                && packet.outer.is_none()
                && matches!(packet.kind, Kind::Syn | Kind::Request)
        };
        self.from == GATEWAY && self.to >= SERVER && self.packet().filter(meant).is_some()
    }

    /// Did it go over a link?
    pub(super) fn on_wire(&self) -> bool {
        self.from != self.to
    }
}
