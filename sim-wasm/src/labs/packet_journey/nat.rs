//! Connection tracking and masquerading on the gateway (Linux: net/netfilter/nf_conntrack_core.c, nf_nat_core.c).

use super::addr::Ip;
use super::facts::Fact;
use super::packet::{Body, Flags, Flow, Packet, Proto};
use super::topology::Who;
use super::walk::{Leaving, World};

/// A connection, as it is seen in both directions.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tracked {
    /// As its first packet came.
    pub(super) original: Flow,
    /// As answers come.
    pub(super) reply: Flow,
    pub(super) replied: bool,
}

impl World {
    /// Is anything tracked? A rule that translates turns tracking on for all that passes.
    pub(super) fn tracks(&self, who: Who) -> bool {
        self.node(who).masquerade.is_some()
    }

    /// Before routing: an answer, or an ICMP message about a packet, of a connection that was translated.
    pub(super) fn restore(&mut self, who: Who, leaving: &mut Leaving) {
        if !self.tracks(who) {
            return;
        }
        let packet = &mut leaving.packet;
        let (flow, quoted) = match packet.body {
            // The quoted packet went the other way.
            Body::Icmp(_, quoted) => (quoted.reversed(), Some(quoted)),
            _ => match packet.flow() {
                Some(flow) => (flow, None),
                None => return,
            },
        };
        let Some(at) = self.tracked.iter().position(|tracked| tracked.reply == flow) else { return };
        let tracked = self.tracked[at];
        let back = tracked.original.src;
        if quoted.is_none() {
            self.tracked[at].replied = true;
            // tcp_packet, net/netfilter/nf_conntrack_proto_tcp.c: a RST as the only answer ends the entry at once.
            if matches!(packet.body, Body::Tcp(Flags::Rst, ..)) && !tracked.replied {
                self.tracked.remove(at);
            }
        }
        if packet.dst == back {
            return;
        }
        let from = packet.dst;
        packet.dst = back;
        leaving.rewritten.dst = true;
        leaving.did.push(match (quoted, packet.body) {
            (Some(quoted), Body::Icmp(icmp, _)) => {
                packet.body = Body::Icmp(icmp, Flow { src: back, ..quoted });
                Fact::RestoredQuote { from, to: back, quoted }
            }
            _ => Fact::Restored { from, to: back },
        });
    }

    /// Behind routing: the connection is written down, and its source address rewritten on the interface with the rule.
    pub(super) fn track(&mut self, who: Who, out: usize, leaving: &mut Leaving) {
        let Some(flow) = leaving.packet.flow().filter(|_| self.tracks(who)) else { return };
        let known = |tracked: &Tracked| tracked.original == flow || tracked.reply == flow;
        if self.tracked.iter().any(known) || self.is_answer(&leaving.packet) {
            return;
        }
        let public = self.iface(who, out).map(|iface| iface.ip);
        let public: Option<Ip> = public.filter(|_| self.node(who).masquerade == Some(out));
        let seen = Flow { src: public.unwrap_or(flow.src), ..flow };
        self.tracked.push(Tracked { original: flow, reply: seen.reversed(), replied: false });
        if let Some(to) = public {
            leaving.packet.src = to;
            leaving.rewritten.src = true;
            leaving.did.push(Fact::Translated { from: flow.src, to, port: flow.sport });
        }
    }

    /// An answer that belongs to no connection (one that went past this machine) begins none that is translated.
    fn is_answer(&self, packet: &Packet) -> bool {
        let flow = packet.flow();
        let answers = matches!(packet.body, Body::EchoReply | Body::Tcp(Flags::SynAck | Flags::Rst, ..));
        answers || flow.is_some_and(|flow| flow.proto == Proto::Udp && flow.dst == self.settings.client)
    }
}
