//! The way between two hosts: routers, each with a link of some MTU behind it. What it does to a packet that is too big,
//! and to the MSS option of a SYN.

use super::packet::Segment;

/// A router, as packets of one direction meet it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hop {
    /// What the link behind it takes, in bytes.
    pub mtu: u32,
    /// Do its ICMP messages get back to the sender?
    pub tells: bool,
    /// The greatest MSS option that passes (the target TCPMSS of iptables); a greater one is rewritten.
    pub clamp: Option<u16>,
}

/// One direction of the way between two hosts.
#[derive(Clone, Debug, Default)]
pub struct Path {
    hops: Vec<Hop>,
}

/// What the way did to a packet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Passage {
    /// The router that dropped it.
    pub stopped: Option<Stop>,
    /// The router that cut it into fragments, and how many; they arrive as one packet again.
    pub fragmented: Option<(usize, u32)>,
    /// The MSS option as the sender wrote it, and the router that rewrote it.
    pub clamped: Option<(usize, u16)>,
}

/// A packet that was too big and must not be fragmented.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stop {
    /// Which router, from 0 on the sender's side.
    pub hop: usize,
    /// Bytes that its next link takes.
    pub mtu: u32,
    /// Bytes of the packet.
    pub len: u32,
    /// Does the sender learn of it?
    pub tells: bool,
}

impl Path {
    /// A way through these routers, in the order in which packets meet them.
    pub fn new(hops: Vec<Hop>) -> Path {
        Path { hops }
    }

    /// How many routers there are.
    pub fn len(&self) -> usize {
        self.hops.len()
    }

    /// Is there none?
    pub fn is_empty(&self) -> bool {
        self.hops.is_empty()
    }

    /// Sends a packet through. `dont_fragment` is its DF bit.
    pub fn carry(&self, segment: &mut Segment, dont_fragment: bool) -> Passage {
        let mut passage = Passage::default();
        for (hop, Hop { mtu, tells, clamp }) in self.hops.iter().copied().enumerate() {
            let len = segment.ip_len();
            if len > mtu && dont_fragment {
                passage.stopped = Some(Stop { hop, mtu, len, tells });
                return passage;
            }
            if len > mtu && passage.fragmented.is_none() {
                passage.fragmented = Some((hop, fragments(len, mtu)));
            }
            if let (Some(most), Some(mss)) = (clamp, segment.opts.mss)
                && segment.flags.syn()
                && mss > most
            {
                passage.clamped = Some((hop, passage.clamped.map_or(mss, |(_, written)| written)));
                segment.opts.mss = Some(most);
            }
        }
        passage
    }
}

/// Each fragment has an IP header of its own and carries a multiple of eight bytes (RFC 791 §3.2).
fn fragments(len: u32, mtu: u32) -> u32 {
    let room = (mtu.saturating_sub(20) / 8 * 8).max(8);
    len.saturating_sub(20).div_ceil(room)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::{Endpoint, Flags, Ipv4, TcpOptions};

    fn packet(flags: Flags, len: u32, mss: Option<u16>) -> Segment {
        let end = Endpoint::new(Ipv4::new(192, 0, 2, 1), 80);
        let opts = TcpOptions { mss, ..TcpOptions::default() };
        Segment { src: end, dst: end, flags, seq: 0, ack: 0, len, win: 0, opts }
    }

    fn way(tells: bool, clamp: Option<u16>) -> Path {
        Path::new(vec![Hop { mtu: 1500, tells, clamp: None }, Hop { mtu: 1400, tells, clamp }])
    }

    #[test]
    fn a_packet_that_must_stay_whole_stops_at_the_first_link_it_does_not_fit() {
        for (len, stops) in [(1360, None), (1361, Some(1)), (1460, Some(1)), (1461, Some(0))] {
            let passage = way(false, None).carry(&mut packet(Flags::ACK, len, None), true);
            assert_eq!(passage.stopped.map(|stop| stop.hop), stops, "{len}");
        }
        let stop = way(true, None).carry(&mut packet(Flags::ACK, 1460, None), true).stopped;
        assert_eq!(stop, Some(Stop { hop: 1, mtu: 1400, len: 1500, tells: true }));
    }

    #[test]
    fn others_are_cut() {
        for (len, pieces) in [(1360, None), (1361, Some((1, 2))), (1460, Some((1, 2))), (2800, Some((0, 2)))]
        {
            let passage = way(false, None).carry(&mut packet(Flags::ACK, len, None), false);
            assert_eq!((passage.stopped, passage.fragmented), (None, pieces), "{len}");
        }
    }

    #[test]
    fn the_option_of_a_syn_is_made_smaller_and_never_greater() {
        for (flags, mss, passes, clamped) in [
            (Flags::SYN, 1460, 1360, Some((1, 1460))),
            (Flags::SYN.with(Flags::ACK), 1460, 1360, Some((1, 1460))),
            (Flags::SYN, 1300, 1300, None),
            (Flags::ACK, 1460, 1460, None),
        ] {
            let mut packet = packet(flags, 0, Some(mss));
            let passage = way(false, Some(1360)).carry(&mut packet, true);
            assert_eq!((packet.opts.mss, passage.clamped), (Some(passes), clamped), "{flags} {mss}");
        }
    }
}
