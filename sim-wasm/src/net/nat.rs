//! Address translation with connection tracking.

use super::packet::{Endpoint, Ipv4, Segment};
use crate::sorted::SortedMap;

/// What a router does to the first packet of a connection.
#[derive(Clone, Debug)]
pub enum Rule {
    /// Packets of `inside` leave with the address `to` (SNAT, MASQUERADE).
    Source {
        /// The addresses behind it.
        inside: Vec<Ipv4>,
        /// The address they share.
        to: Ipv4,
    },
    /// Packets to `from` go to `to` instead (DNAT, LVS-NAT); the source stays.
    Destination {
        /// The virtual address.
        from: Ipv4,
        /// The real server.
        to: Ipv4,
    },
    /// Both: packets to `vip` go to `real`, from the director's own address `local` (LVS FullNAT).
    Full {
        /// The virtual address.
        vip: Ipv4,
        /// The director's address towards the servers.
        local: Ipv4,
        /// The real server.
        real: Ipv4,
    },
}

type Flow = (Endpoint, Endpoint);

/// A router that translates.
#[derive(Clone, Debug, Default)]
pub struct Nat {
    rules: Vec<Rule>,
    /// (source, destination) as a packet comes, and as it goes on; both directions.
    conntrack: SortedMap<Flow, Flow>,
}

impl Nat {
    /// A router with these rules; the first that fits a connection is used.
    pub fn new(rules: Vec<Rule>) -> Nat {
        Nat { rules, conntrack: SortedMap::default() }
    }

    /// Rewrites a packet that passes. A packet of no known connection that no rule fits passes unchanged.
    pub fn translate(&mut self, mut segment: Segment) -> Segment {
        let flow = (segment.src, segment.dst);
        if !self.conntrack.contains_key(&flow) {
            self.track(flow);
        }
        if let Some(&(src, dst)) = self.conntrack.get(&flow) {
            segment.src = src;
            segment.dst = dst;
        }
        segment
    }

    fn track(&mut self, (src, dst): Flow) {
        let translated = self.rules.iter().find_map(|rule| match rule {
            Rule::Source { inside, to } if inside.contains(&src.addr) => {
                Some((Endpoint::new(*to, src.port), dst))
            }
            Rule::Destination { from, to } if dst.addr == *from => Some((src, Endpoint::new(*to, dst.port))),
            Rule::Full { vip, local, real } if dst.addr == *vip => {
                Some((Endpoint::new(*local, src.port), Endpoint::new(*real, dst.port)))
            }
            _ => None,
        });
        let Some((mut new_src, new_dst)) = translated else { return };
        // A port that another inside host uses towards the same destination is taken: the next free one.
        for _ in 0..=u16::MAX {
            if !self.conntrack.contains_key(&(new_dst, new_src)) {
                break;
            }
            new_src.port = new_src.port.checked_add(1).unwrap_or(1024);
        }
        self.conntrack.insert((src, dst), (new_src, new_dst));
        self.conntrack.insert((new_dst, new_src), (dst, src));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::packet::{Flags, TcpOptions};

    const CLIENT: Endpoint = Endpoint::new(Ipv4::new(10, 0, 0, 1), 40000);
    const OTHER: Endpoint = Endpoint::new(Ipv4::new(10, 0, 0, 2), 40000);
    const NAT: Ipv4 = Ipv4::new(203, 0, 113, 7);
    const VIP: Endpoint = Endpoint::new(Ipv4::new(192, 0, 2, 100), 80);
    const REAL: Endpoint = Endpoint::new(Ipv4::new(192, 0, 2, 1), 80);

    fn packet(src: Endpoint, dst: Endpoint) -> Segment {
        Segment { src, dst, flags: Flags::SYN, seq: 0, ack: 0, len: 0, win: 0, opts: TcpOptions::default() }
    }

    fn check(nat: &mut Nat, sent: Flow, seen: Flow) {
        let out = nat.translate(packet(sent.0, sent.1));
        assert_eq!((out.src, out.dst), seen);
        let back = nat.translate(packet(out.dst, out.src));
        assert_eq!((back.src, back.dst), (sent.1, sent.0), "the answer finds its way back");
    }

    #[test]
    fn two_clients_share_an_address_but_not_a_port() {
        let inside = vec![CLIENT.addr, OTHER.addr];
        let mut nat = Nat::new(vec![Rule::Source { inside, to: NAT }]);
        check(&mut nat, (CLIENT, REAL), (Endpoint::new(NAT, 40000), REAL));
        check(&mut nat, (OTHER, REAL), (Endpoint::new(NAT, 40001), REAL));
        check(&mut nat, (CLIENT, REAL), (Endpoint::new(NAT, 40000), REAL));
    }

    #[test]
    fn destination_nat_keeps_the_source_and_full_nat_does_not() {
        let mut nat = Nat::new(vec![Rule::Destination { from: VIP.addr, to: REAL.addr }]);
        check(&mut nat, (CLIENT, VIP), (CLIENT, REAL));
        check(&mut nat, (OTHER, REAL), (OTHER, REAL));
        let local = Ipv4::new(192, 0, 2, 50);
        let mut nat = Nat::new(vec![Rule::Full { vip: VIP.addr, local, real: REAL.addr }]);
        check(&mut nat, (CLIENT, VIP), (Endpoint::new(local, 40000), REAL));
    }
}
