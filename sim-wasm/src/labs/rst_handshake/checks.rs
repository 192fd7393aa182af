//! What became of each check: its RST, its ACK, and what is left of it on the server.

use super::scenario::{CHECKER, Call, Caller, Outcomes};
use super::settings::Settings;
use crate::net::Flags;
use crate::tcp::Why;
use crate::text::Lang;
use crate::time::Time;
use crate::world::Packet;

/// A connection that lives so much longer than a round trip was not ended by its check.
const EXCHANGE: Time = Time::from_millis(500);

/// What an RST did at the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RstFate {
    /// There was none, or it has not arrived.
    None,
    /// It ended the half-open connection.
    RemovedRequest,
    /// It ended the connection.
    Reset,
    /// Dropped: its timestamp is older than the SYN's.
    Paws,
    /// Dropped and answered with a challenge ACK.
    Challenged,
    /// Dropped: outside the window.
    Outside,
    /// There was nothing it could have ended.
    NothingThere,
}

/// What the last ACK of a handshake did at the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum AckFate {
    /// None came.
    None,
    /// It completed the handshake.
    Completed,
    /// It found no request and was answered with an RST.
    Refused,
    /// It found the accept queue full.
    QueueFull,
    /// It was dropped for another reason.
    Dropped,
}

/// A check and what became of it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Check {
    pub(super) call: Call,
    pub(super) rst: RstFate,
    pub(super) ack: AckFate,
    /// Has the server kept a connection that its own check did not end?
    pub(super) left: bool,
}

impl Check {
    /// Is its connection still there at the end?
    pub(super) fn stays(&self) -> bool {
        self.left && self.call.ended.is_none()
    }
}

/// Every check, in order.
pub(super) fn checks(settings: &Settings, outcomes: &Outcomes) -> Vec<Check> {
    let mut fates = vec![(RstFate::None, AckFate::None); outcomes.calls.len()];
    for packet in outcomes.world.packets.iter().filter(|packet| packet.from == CHECKER) {
        let Some(at) = (packet.conn as usize).checked_sub(1) else { continue };
        let (Some(call), Some((rst, ack))) = (outcomes.calls.get(at), fates.get_mut(at)) else { continue };
        if packet.segment.flags.rst() && *rst == RstFate::None {
            *rst = rst_fate(packet, call);
        } else if packet.segment.flags == Flags::ACK && *ack == AckFate::None {
            *ack = ack_fate(packet, call);
        }
    }
    let check = |(call, (rst, ack)): (&Call, (RstFate, AckFate))| {
        matches!(call.caller, Caller::Check(_)).then(|| Check {
            call: *call,
            rst,
            ack,
            left: is_left(settings, call),
        })
    };
    outcomes.calls.iter().zip(fates).filter_map(check).collect()
}

pub(super) fn is_left(settings: &Settings, call: &Call) -> bool {
    let Some(established) = call.established else { return false };
    call.ended.is_none_or(|(at, _)| at - established > settings.rtt + EXCHANGE)
}

/// What an RST of the checker did.
pub(super) fn rst_fate(packet: &Packet, call: &Call) -> RstFate {
    let Some(arrived) = packet.arrived_at else { return RstFate::None };
    match packet.why {
        None if call.established.is_some_and(|at| at <= arrived) => RstFate::Reset,
        None => RstFate::RemovedRequest,
        Some(Why::Paws { .. }) => RstFate::Paws,
        Some(Why::InexactReset { .. }) => RstFate::Challenged,
        Some(Why::OutOfWindow { .. }) => RstFate::Outside,
        Some(_) => RstFate::NothingThere,
    }
}

/// What an ACK of the checker did.
pub(super) fn ack_fate(packet: &Packet, call: &Call) -> AckFate {
    match packet.why {
        None if packet.arrived_at.is_none() => AckFate::None,
        None if call.established == packet.arrived_at => AckFate::Completed,
        Some(Why::AcceptQueueFull { .. }) => AckFate::QueueFull,
        Some(Why::NoSocket { .. }) => AckFate::Refused,
        _ => AckFate::Dropped,
    }
}

impl RstFate {
    /// In a few words, for tables and beside packets.
    pub(super) fn text(self, lang: Lang) -> &'static str {
        match self {
            RstFate::None => lang.pick("none comes", "没有"),
            RstFate::RemovedRequest => lang.pick("ends the request", "删除请求"),
            RstFate::Reset => lang.pick("resets the connection", "断开连接"),
            RstFate::Paws => lang.pick("older than the SYN: dropped", "比 SYN 旧，丢弃"),
            RstFate::Challenged => lang.pick("not exact: challenge ACK", "不精确，challenge ACK"),
            RstFate::Outside => lang.pick("outside the window: ignored", "在窗口外，忽略"),
            RstFate::NothingThere => lang.pick("finds nothing to end", "没有可断开的"),
        }
    }
}

impl AckFate {
    /// In a few words, for tables and beside packets.
    pub(super) fn text(self, lang: Lang) -> &'static str {
        match self {
            AckFate::None => lang.pick("none comes", "没有"),
            AckFate::Completed => lang.pick("completes the handshake", "完成握手"),
            AckFate::Refused => lang.pick("no request: gets a RST", "没有请求，换来 RST"),
            AckFate::QueueFull => lang.pick("accept queue full: dropped", "全连接队列已满，丢弃"),
            AckFate::Dropped => lang.pick("dropped", "丢弃"),
        }
    }
}
