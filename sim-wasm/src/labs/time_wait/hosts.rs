//! Both ends as full hosts: how they are booted, and the one conversation that their programs have.

use super::settings::{Settings, Side};
use crate::kernel::{Sysctl, Timestamps};
use crate::net::link::LinkConfig;
use crate::net::nat::Nat;
use crate::net::{Endpoint, Ipv4};
use crate::rng::Rng;
use crate::tcp::{EventKind, Host, HostConfig, SocketId};
use crate::time::Time;
use crate::world::{HostId, World};

/// The host that calls connect().
pub(super) const CLIENT: HostId = 0;
/// The host that listens.
pub(super) const SERVER: HostId = 1;
/// The first of the server's ports.
const PORT: u16 = 8080;
const REQUEST_BYTES: u32 = 120;
const RESPONSE_BYTES: u32 = 600;
/// CONFIG_HZ of both hosts.
const HZ: u64 = 1000;
/// Uptimes lie between an hour and ten days.
const UPTIME_S: (u64, u64) = (3600, 10 * 86_400);

/// The client's address.
pub(super) fn client_addr(settings: &Settings) -> Ipv4 {
    if settings.loopback { Ipv4::new(127, 0, 0, 1) } else { Ipv4::new(198, 51, 100, 10) }
}

/// Where the client connects to: one port of the server for each destination.
pub(super) fn destination(settings: &Settings, n: u16) -> Endpoint {
    // Another address of the loopback, so that each end is a host of its own here.
    let addr = if settings.loopback { Ipv4::new(127, 0, 0, 2) } else { Ipv4::new(198, 51, 100, 20) };
    Endpoint::new(addr, PORT + n)
}

/// How an end is booted.
pub(super) fn config(settings: &Settings, side: Side) -> HostConfig {
    let (kernel, addr, stream) = match side {
        Side::Client => (settings.client_kernel, client_addr(settings), 1),
        Side::Server => (settings.server_kernel, destination(settings, 0).addr, 2),
    };
    let mut sysctl = Sysctl::defaults(kernel);
    sysctl.tcp_timestamps = if settings.timestamps { Timestamps::On } else { Timestamps::Off };
    sysctl.tcp_tw_reuse = settings.tw_reuse;
    sysctl.tcp_rfc1337 = settings.rfc1337;
    sysctl.ip_local_port_range = settings.ports;
    sysctl.somaxconn = 32_768;
    if settings.closes_first == side {
        sysctl.tcp_tw_recycle = settings.tw_recycle;
        sysctl.tcp_max_tw_buckets = settings.max_tw_buckets;
    }
    // Both ends on one host share its clocks.
    let mut boot = Rng::new(settings.seed, if settings.loopback { 1 } else { stream });
    HostConfig {
        kernel,
        sysctl,
        hz: HZ,
        uptime: Time::from_millis(boot.between(UPTIME_S.0 * 1000, UPTIME_S.1 * 1000)),
        wall: Time::from_millis(boot.between(0, 86_400_000)),
        secret: boot.next_u64(),
        addrs: vec![addr],
    }
}

/// Boots both ends.
pub(super) fn boot<A: Copy>(settings: &Settings, fuel: u32) -> World<A> {
    let mut server = Host::new(config(settings, Side::Server));
    for n in 0..settings.destinations {
        server.open_listener(destination(settings, n).port, i32::MAX);
    }
    let hosts = vec![Host::new(config(settings, Side::Client)), server];
    let link = LinkConfig { delay: settings.delay, jitter: Time::ZERO, reorder_pct: 0 };
    World::new(hosts, Nat::new(Vec::new()), link, settings.seed, fuel)
}

/// What a program did with what it learned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Did {
    /// It called accept(), and this is the connection.
    Accepted(SocketId),
    /// It closed its socket.
    Closed,
    /// Anything else.
    Other,
}

/// The programs: the client asks, the server answers, the one whose part it is closes first.
pub(super) fn converse<A: Copy>(
    world: &mut World<A>,
    first: Side,
    host: HostId,
    socket: SocketId,
    kind: EventKind,
) -> Did {
    world.act(host, |own, now| match kind {
        EventKind::Acceptable => own.accept(socket).map_or(Did::Other, Did::Accepted),
        EventKind::Connected => {
            own.write(now, socket, REQUEST_BYTES).ok();
            Did::Other
        }
        EventKind::Readable(unread) => {
            own.read(now, socket, unread).ok();
            if host == SERVER {
                own.write(now, socket, RESPONSE_BYTES).ok();
            }
            if (host == SERVER) != (first == Side::Server) {
                return Did::Other;
            }
            own.close(now, socket);
            Did::Closed
        }
        EventKind::EndOfFile | EventKind::Failed(_) => {
            own.close(now, socket);
            Did::Closed
        }
        EventKind::Writable => Did::Other,
    })
}
