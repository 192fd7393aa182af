//! How a check begins and ends: connect(), and the RST of the kernel or one that the checker writes itself.

use super::scenario::{Alarm, CHECKER, SERVER};
use super::settings::{Order, RstTimestamp, Settings};
use crate::net::{Flags, Segment, TcpOptions, TimestampOption};
use crate::tcp::{Errno, SocketId, SocketOption};
use crate::time::Time;
use crate::world::{ConnId, World};

/// How much later than it should a packet arrives that another overtakes.
const OVERTAKEN_BY: Time = Time::from_micros(50);
/// The window field of a written RST; nobody reads it.
const WINDOW: u16 = 229;

/// Begins a check.
///
/// # Errors
/// What connect() fails with.
pub(super) fn open(
    world: &mut World<Alarm>,
    conn: ConnId,
    settings: &Settings,
    order: Order,
) -> Result<SocketId, Errno> {
    match order {
        Order::RstFirst => world.hold(CHECKER, conn, Flags::ACK, OVERTAKEN_BY),
        Order::BeforeSyn => world.hold(CHECKER, conn, Flags::SYN, OVERTAKEN_BY),
        Order::AckFirst | Order::RstOnly => {}
    }
    let socket = world.open(CHECKER, conn, |host, now| {
        let socket = host.socket();
        host.setsockopt(now, socket, SocketOption::QuickAck(order != Order::RstOnly))?;
        match host.connect(now, socket, SERVER) {
            Ok(()) | Err(Errno::EINPROGRESS) => Ok(socket),
            Err(error) => {
                host.close(now, socket);
                Err(error)
            }
        }
    })?;
    if order == Order::BeforeSyn {
        write_rst(world, conn, settings);
    }
    Ok(socket)
}

/// Ends a check whose connect() has succeeded.
pub(super) fn finish(
    world: &mut World<Alarm>,
    conn: ConnId,
    socket: SocketId,
    settings: &Settings,
    order: Order,
) {
    let written = order == Order::BeforeSyn || settings.rst_timestamp != RstTimestamp::Kernel;
    if written && order != Order::BeforeSyn {
        write_rst(world, conn, settings);
    }
    world.act(CHECKER, |host, now| {
        if written {
            // The socket exists: its connect() has just succeeded.
            let _ = host.setsockopt(now, socket, SocketOption::Repair(true));
            host.close(now, socket);
        } else {
            host.abort(now, socket);
        }
    });
}

/// Writes the RST of a check, past the kernel.
fn write_rst(world: &mut World<Alarm>, conn: ConnId, settings: &Settings) {
    let last = |flags: Flags| {
        let mut packets = world.packets.iter().rev();
        packets
            .find(|packet| packet.conn == conn && packet.segment.flags == flags)
            .map(|packet| packet.segment)
    };
    let Some(syn) = last(Flags::SYN) else { return };
    let syn_ack = last(Flags::SYN.with(Flags::ACK));
    let tsval = match settings.rst_timestamp {
        RstTimestamp::None => None,
        RstTimestamp::Zero => Some(0),
        RstTimestamp::OfSyn(ticks) => Some(syn.tsval().unwrap_or(0).wrapping_add_signed(ticks)),
        RstTimestamp::Kernel => syn.tsval(),
    };
    let tsecr = syn_ack.and_then(|syn_ack| syn_ack.tsval()).unwrap_or(0);
    let acknowledged = syn_ack.filter(|_| settings.rst_ack).map(|syn_ack| syn_ack.end_seq());
    let rst = Segment {
        src: syn.src,
        dst: syn.dst,
        flags: if acknowledged.is_some() { Flags::RST.with(Flags::ACK) } else { Flags::RST },
        seq: syn.end_seq().wrapping_add(settings.rst_offset),
        ack: acknowledged.unwrap_or(0),
        len: 0,
        win: WINDOW,
        opts: TcpOptions { ts: tsval.map(|tsval| TimestampOption { tsval, tsecr }), ..TcpOptions::default() },
    };
    world.send_raw(CHECKER, conn, rst);
}
