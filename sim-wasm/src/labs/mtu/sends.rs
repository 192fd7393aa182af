//! The packets of a run, by what the way did to them.

use super::scenario::{CLIENT, Outcome, SERVER};
use crate::net::path::Passage;
use crate::tcp::seq::{after, before};
use crate::time::Time;
use crate::world::{HostId, Packet};

/// A packet with payload.
#[derive(Clone, Copy, Debug)]
pub(super) struct Send<'a> {
    /// Its place among the packets of the world.
    pub(super) index: usize,
    pub(super) packet: &'a Packet,
    pub(super) passage: Passage,
    /// Was a part of it sent before?
    pub(super) again: bool,
    /// Its first byte, counted from 1 as captures do.
    pub(super) first: u32,
}

impl Send<'_> {
    /// Did a router drop it?
    pub(super) fn stopped(&self) -> bool {
        self.passage.stopped.is_some()
    }

    /// What it is in a table: packets that are alike stand in one row.
    pub(super) fn kind(&self) -> (Time, HostId, u32, bool, bool, bool) {
        let Packet { sent_at, from, segment, .. } = self.packet;
        (*sent_at, *from, segment.len, self.stopped(), self.again, self.passage.fragmented.is_some())
    }
}

/// What the way did to the packet at a place.
pub(super) fn passage(outcome: &Outcome, index: usize) -> Passage {
    let found = outcome.world.passages.binary_search_by_key(&index, |(packet, _)| *packet);
    found
        .ok()
        .and_then(|at| outcome.world.passages.get(at))
        .map_or(Passage::default(), |(_, passage)| *passage)
}

/// Every packet with payload, in the order of sending.
pub(super) fn data(outcome: &Outcome) -> Vec<Send<'_>> {
    // Per host: the number of its SYN, and the end of what it has sent.
    let mut known: [Option<(u32, u32)>; 2] = [None; 2];
    let mut sends = Vec::new();
    for (index, packet) in outcome.world.packets.iter().enumerate() {
        let segment = &packet.segment;
        let Some(known) = known.get_mut(packet.from) else { continue };
        if segment.flags.syn() {
            *known = Some((segment.seq, segment.seq.wrapping_add(1)));
        }
        let (Some((isn, sent)), true) = (known.as_mut(), segment.len > 0) else { continue };
        let again = before(segment.seq, *sent);
        if after(segment.end_seq(), *sent) {
            *sent = segment.end_seq();
        }
        let first = segment.seq.wrapping_sub(*isn);
        sends.push(Send { index, packet, passage: passage(outcome, index), again, first });
    }
    sends
}

/// The host whose data decide the run: whose were dropped by routers, or cut, else who sends more.
pub(super) fn sender(sends: &[Send<'_>]) -> HostId {
    let touched = sends.iter().find(|send| send.stopped() || send.passage.fragmented.is_some());
    let bytes = |host| {
        let own = sends.iter().filter(|send| send.packet.from == host);
        own.map(|send| u64::from(send.packet.segment.len)).sum::<u64>()
    };
    let more = if bytes(CLIENT) > bytes(SERVER) { CLIENT } else { SERVER };
    touched.map_or(more, |send| send.packet.from)
}

/// When ICMP messages arrived at which host, and what MTU they told.
pub(super) fn messages(outcome: &Outcome, rtt_ms: u64) -> Vec<(Time, HostId, u32)> {
    let told =
        outcome.world.passages.iter().filter_map(|(_, passage)| passage.stopped).filter(|stop| stop.tells);
    let delay = rtt_ms * 500_000;
    told.zip(&outcome.world.refusals)
        // Two routers at equal distances.
        .map(|(stop, refusal)| {
            (refusal.at + Time(2 * (delay * (stop.hop as u64 + 1) / 3)), refusal.host, stop.mtu)
        })
        .collect()
}
