//! What is seen of both ends while they run: bytes that were written and not sent, and when a delayed ACK fired.

use super::scenario::{Alarm, CLIENT, SERVER};
use crate::kernel::Counter;
use crate::tcp::seq::after;
use crate::tcp::{Connection, Host, Shown, SocketId};
use crate::time::Time;
use crate::world::{HostId, Packet, World};

/// What keeps bytes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rule {
    /// A small segment while an earlier small one is unacknowledged (`tcp_nagle_check`, `tcp_minshall_check`).
    Nagle,
    /// The program corked.
    Cork,
    /// The congestion window, or the peer's.
    Window,
}

/// What let them go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Release {
    /// This packet, by its place among the world's: it acknowledged what they waited for.
    Ack(usize),
    /// A call of the program.
    Call,
    /// A timer of the sender.
    Timer,
}

/// Bytes that were written and did not leave at once.
#[derive(Clone, Copy, Debug)]
pub(super) struct Hold {
    /// Who wrote them.
    pub(super) host: HostId,
    pub(super) at: Time,
    /// The sequence number of the first of them.
    pub(super) seq: u32,
    /// How many there were when the hold began.
    pub(super) bytes: u32,
    pub(super) rule: Rule,
    /// `mss`: a segment with less is small.
    pub(super) mss: u32,
    /// `packets_out`
    pub(super) packets_out: u32,
    pub(super) snd_una: u32,
    /// Behind the last small segment sent.
    pub(super) snd_sml: u32,
    /// When they left and what let them go; none when the run ended before.
    pub(super) until: Option<(Time, Release)>,
}

/// The ACK state of an end when its program is about to read what came.
#[derive(Clone, Copy, Debug)]
pub(super) struct Look {
    pub(super) host: HostId,
    pub(super) at: Time,
    pub(super) pingpong: bool,
    pub(super) ato: Time,
}

/// Everything that was seen.
#[derive(Debug, Default)]
pub(super) struct Watch {
    /// In the order in which they began.
    pub(super) holds: Vec<Hold>,
    /// In the order of time.
    pub(super) looks: Vec<Look>,
    /// When a delayed-ACK timer sent an ACK, and whose.
    pub(super) fired: Vec<(Time, HostId)>,
    /// What `ss` shows of the sender when a hold begins, in the order of the holds.
    shown: Vec<Option<Shown>>,
    ends: [End; 2],
    /// Packets that were looked at.
    seen: usize,
}

/// What is kept of one end.
#[derive(Clone, Copy, Debug, Default)]
struct End {
    socket: Option<SocketId>,
    /// The hold that goes on, by its place.
    hold: Option<usize>,
    snd_nxt: u32,
    snd_sml: u32,
    delayed_acks: u64,
}

impl Watch {
    /// The socket of an end, from which on it is watched.
    pub(super) fn follow(&mut self, host: HostId, socket: SocketId) {
        if let Some(end) = self.ends.get_mut(host) {
            end.socket = Some(socket);
        }
    }

    /// Looks at both ends. `called`: a program has just made a call.
    pub(super) fn look(&mut self, world: &World<Alarm>, called: bool) {
        for packet in world.packets.iter().skip(self.seen) {
            self.note(world, packet, called);
        }
        self.seen = world.packets.len();
        for host in [CLIENT, SERVER] {
            let Some(end) = self.ends.get_mut(host) else { continue };
            let delayed = world.host(host).counters().get(Counter::DelayedACKs);
            if delayed > std::mem::replace(&mut end.delayed_acks, delayed) {
                self.fired.push((world.now(), host));
            }
            self.find_hold(world, host);
        }
    }

    /// A packet was sent: does it carry bytes that were held?
    fn note(&mut self, world: &World<Alarm>, packet: &Packet, called: bool) {
        let segment = &packet.segment;
        let Some(end) = self.ends.get_mut(packet.from) else { return };
        if segment.flags.syn() {
            (end.snd_nxt, end.snd_sml) = (segment.end_seq(), segment.seq);
        }
        let next = segment.end_seq();
        if segment.len == 0 || !after(next, end.snd_nxt) {
            return;
        }
        let mss = mss(world.host(packet.from), end.socket, world.now());
        end.snd_nxt = next;
        if segment.len < mss {
            end.snd_sml = next;
        }
        if let Some(hold) = end.hold.take().and_then(|at| self.holds.get_mut(at)) {
            let release = match acknowledging(world, packet.from) {
                _ if called => Release::Call,
                Some(ack) => Release::Ack(ack),
                None => Release::Timer,
            };
            hold.until = Some((packet.sent_at, release));
        }
    }

    /// Is anything written and not sent that was not before?
    fn find_hold(&mut self, world: &World<Alarm>, id: HostId) {
        let (now, host) = (world.now(), world.host(id));
        let Some(end) = self.ends.get_mut(id) else { return };
        let Some((socket, connection)) = end.socket.and_then(|id| Some((id, host.connection_of(id)?))) else {
            return;
        };
        let bytes = connection.not_sent();
        if bytes == 0 || end.hold.is_some() {
            return;
        }
        let mss = mss(host, Some(socket), now);
        let set = |option| host.getsockopt(socket, option).is_some_and(|on| on != 0);
        let in_flight = connection.unacknowledged().saturating_sub(bytes);
        let snd_una = end.snd_nxt.wrapping_sub(in_flight);
        let rule = match () {
            () if bytes >= mss => Rule::Window,
            () if set("TCP_CORK") => Rule::Cork,
            () if !set("TCP_NODELAY") && in_flight > 0 && after(end.snd_sml, snd_una) => Rule::Nagle,
            () => Rule::Window,
        };
        let packets_out = info(host, connection, now, "tcpi_unacked");
        end.hold = Some(self.holds.len());
        let (seq, snd_sml) = (end.snd_nxt, end.snd_sml);
        self.holds.push(Hold {
            host: id,
            at: now,
            seq,
            bytes,
            rule,
            mss,
            packets_out,
            snd_una,
            snd_sml,
            until: None,
        });
        self.shown.push(host.shown_of(connection.flow, now));
    }

    /// What `ss` shows of the sender when a hold begins.
    pub(super) fn shown(&self, hold: &Hold) -> Option<&Shown> {
        let same = |other: &Hold| (other.host, other.seq) == (hold.host, hold.seq);
        self.shown.get(self.holds.iter().position(same)?)?.as_ref()
    }

    /// A program is about to read.
    pub(super) fn about_to_read(&mut self, world: &World<Alarm>, id: HostId, socket: SocketId) {
        let (at, host) = (world.now(), world.host(id));
        let Some(connection) = host.connection_of(socket) else { return };
        let pingpong = host.getsockopt(socket, "TCP_QUICKACK") == Some(0);
        let ato = Time::from_micros(u64::from(info(host, connection, at, "tcpi_ato")));
        self.looks.push(Look { host: id, at, pingpong, ato });
    }

    /// The ACK state of an end when it was about to read at a moment.
    pub(super) fn ack_state(&self, host: HostId, at: Time) -> Option<&Look> {
        let from = self.looks.partition_point(|look| look.at < at);
        self.looks.iter().skip(from).take_while(|look| look.at == at).find(|look| look.host == host)
    }
}

/// The packet that a host has just received, by its place among the world's.
fn acknowledging(world: &World<Alarm>, host: HostId) -> Option<usize> {
    let arrived = |packet: &Packet| packet.to == Some(host) && packet.arrived_at == Some(world.now());
    world.packets.iter().rposition(arrived)
}

/// The payload of a full segment.
fn mss(host: &Host, socket: Option<SocketId>, now: Time) -> u32 {
    let connection = socket.and_then(|id| host.connection_of(id));
    connection.map_or(0, |connection| info(host, connection, now, "tcpi_snd_mss"))
}

fn info(host: &Host, connection: &Connection, now: Time, field: &str) -> u32 {
    let value = host.tcp_info(now, connection.flow, field);
    value.and_then(|value| u32::try_from(value).ok()).unwrap_or(0)
}
