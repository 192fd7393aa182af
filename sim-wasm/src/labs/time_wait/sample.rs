//! The first connections of a rate, by full hosts: they are what the ladder shows, and the first of them is the pattern
//! that all others follow.

use super::hosts::{self, CLIENT, Did, SERVER};
use super::settings::{Settings, Side};
use crate::tcp::{EventKind, Flow, SocketId};
use crate::time::Time;
use crate::world::{ConnId, Happening, HostId, World};

/// Steps for each connection; it takes a tenth of them.
const FUEL: u32 = 400;

/// When one end of a connection goes from state to state, counted from connect().
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Stages {
    /// It is established.
    pub(super) established: Time,
    /// Its program has closed it.
    pub(super) closed: Time,
    /// Its full socket is gone: nothing is left of it, or TIME_WAIT.
    pub(super) gone: Time,
}

/// A connection's life.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Pattern {
    pub(super) client: Stages,
    pub(super) server: Stages,
    /// The retransmission timeout of the end that closes first; none when it got no TIME_WAIT.
    pub(super) rto: Option<Time>,
}

/// What the sample leaves behind.
#[derive(Debug)]
pub(super) struct Sample {
    pub(super) world: World<ConnId>,
    pub(super) pattern: Pattern,
    /// The connections whose connect() found no port.
    pub(super) failed: Vec<ConnId>,
}

/// When the `n`th connection is opened, from 0.
pub(super) fn opened_at(settings: &Settings, n: u64) -> Time {
    Time(n * 1_000_000_000 / settings.rate_per_s)
}

/// Runs so many connections, until `is_over` says so of the world, which it is shown whenever something has happened.
pub(super) fn run(
    settings: &Settings,
    connections: ConnId,
    mut is_over: impl FnMut(&World<ConnId>) -> bool,
) -> Sample {
    let mut world = hosts::boot(settings, FUEL.saturating_mul(connections));
    for conn in 1..=connections {
        world.alarm(opened_at(settings, u64::from(conn) - 1), conn);
    }
    let mut sample = Sample { world, pattern: Pattern::default(), failed: Vec::new() };
    let mut ends = [None; 2];
    while let Some(turn) = sample.world.turn() {
        match turn {
            Some(Happening::Alarm(conn)) => {
                if let (Some(socket), 1) = (connect(settings, &mut sample, conn), conn) {
                    ends[CLIENT] = Some(socket);
                }
            }
            Some(Happening::App { host, socket, conn, kind, .. }) => {
                let did = hosts::converse(&mut sample.world, settings.closes_first, host, socket, kind);
                if conn == 1 {
                    note(&mut sample, &mut ends, host, kind, did);
                }
            }
            Some(Happening::Raw { .. }) | None => {}
        }
        note_end(settings, &mut sample, &ends);
        if is_over(&sample.world) {
            break;
        }
    }
    sample
}

fn connect(settings: &Settings, sample: &mut Sample, conn: ConnId) -> Option<SocketId> {
    let n = (conn - 1) % ConnId::from(settings.destinations);
    let (local, remote) = (hosts::client_addr(settings), hosts::destination(settings, n as u16));
    let opened = sample.world.open(CLIENT, conn, |host, now| host.open(now, local, remote, None));
    if opened.is_err() {
        sample.failed.push(conn);
    }
    opened.ok()
}

/// What the first connection's programs learn and do.
fn note(sample: &mut Sample, ends: &mut [Option<SocketId>; 2], host: HostId, kind: EventKind, did: Did) {
    let now = sample.world.now();
    let Pattern { client, server, .. } = &mut sample.pattern;
    let stages = if host == CLIENT { client } else { server };
    if matches!(kind, EventKind::Connected | EventKind::Acceptable) {
        stages.established = now;
    }
    match did {
        Did::Accepted(socket) => ends[SERVER] = Some(socket),
        Did::Closed => stages.closed = now,
        Did::Other => {}
    }
}

/// When the first connection's sockets are gone, and what they leave.
fn note_end(settings: &Settings, sample: &mut Sample, ends: &[Option<SocketId>; 2]) {
    let Sample { world, pattern, .. } = sample;
    let now = world.now();
    for (host, stages) in [(CLIENT, &mut pattern.client), (SERVER, &mut pattern.server)] {
        let gone = ends[host].is_some_and(|socket| world.host(host).connection_of(socket).is_none());
        if gone && stages.gone == Time::ZERO {
            stages.gone = now;
        }
    }
    if pattern.rto.is_none() {
        let closer = if settings.closes_first == Side::Client { CLIENT } else { SERVER };
        let flow = world.packets.first().map(|syn| Flow { local: syn.written.0, remote: syn.written.1 });
        let flow = flow.map(|flow| if closer == CLIENT { flow } else { flow.reversed() });
        pattern.rto = flow.and_then(|flow| world.host(closer).time_wait(flow)).map(|bucket| bucket.rto());
    }
}
