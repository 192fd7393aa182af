//! The run: clients that connect again and again, a server that answers, and what lies between.

use super::settings::{Close, Path, Settings};
use crate::kernel::Sysctl;
use crate::net::link::LinkConfig;
use crate::net::nat::{Nat, Rule};
use crate::net::{Endpoint, Ipv4};
use crate::rng::Rng;
use crate::tcp::{EventKind, Host, HostConfig, SocketId};
use crate::time::Time;
use crate::world::{ConnId, Happening, HostId, World};

/// Steps a run may take; two hundred connections take a tenth of it.
const FUEL: u32 = 400_000;
/// Nothing of interest happens this long after the last connect().
const HORIZON: Time = Time::from_secs(300);
const PORT: u16 = 80;
const REQUEST_BYTES: u32 = 120;
const RESPONSE_BYTES: u32 = 600;
/// CONFIG_HZ of every host.
const HZ: u64 = 1000;
/// Uptimes lie between an hour and twenty days: less than half the circle of a millisecond clock, so that one client's
/// clock is in front of all others and stays there.
const UPTIME_S: (u64, u64) = (3600, 20 * 86_400);

/// The server's own address.
pub(super) const REAL: Ipv4 = Ipv4::new(192, 0, 2, 10);
/// The virtual address in front of it.
const VIRTUAL: Ipv4 = Ipv4::new(192, 0, 2, 100);
/// The director's address towards the server.
const DIRECTOR: Ipv4 = Ipv4::new(192, 0, 2, 50);
/// The address that clients behind a NAT share.
const SHARED: Ipv4 = Ipv4::new(203, 0, 113, 7);

/// How a connect() went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// Not decided when the run ended.
    Pending,
    /// Established; `late` when its first SYN was dropped.
    Established { late: bool },
    /// Given up by the program or the kernel, or reset.
    Failed,
}

/// One connect() of the run.
#[derive(Clone, Copy, Debug)]
pub(super) struct Attempt {
    pub(super) client: HostId,
    pub(super) socket: Option<SocketId>,
    pub(super) started: Time,
    pub(super) outcome: Outcome,
}

/// What a run leaves behind.
#[derive(Debug)]
pub(super) struct Outcomes {
    pub(super) world: World<Alarm>,
    pub(super) server: HostId,
    /// In the order of their numbers, from connection 1.
    pub(super) attempts: Vec<Attempt>,
}

/// What the scenario set an alarm for.
#[derive(Clone, Copy, Debug)]
pub(super) enum Alarm {
    Connect(ConnId),
    GiveUp(ConnId),
    SwitchTimestamps,
}

/// Runs a scenario to its end.
pub(super) fn run(settings: &Settings) -> Outcomes {
    let (clients, nat) = topology(settings);
    let server = clients.len();
    let mut uptimes = Rng::new(settings.seed, 1);
    let mut hosts: Vec<Host> = clients.into_iter().map(|addr| client(settings, addr, &mut uptimes)).collect();
    hosts.push(server_host(settings));

    let link = LinkConfig {
        delay: Time::from_micros(settings.rtt_ms * 500),
        jitter: Time::from_millis(settings.jitter_ms),
        reorder_pct: settings.reorder_pct,
    };
    let mut world = World::new(hosts, nat, link, settings.seed, FUEL);
    // Set first, so that a connect() in the same moment finds the new value.
    if let Some((at_s, _)) = settings.change {
        world.alarm(Time::from_secs(at_s), Alarm::SwitchTimestamps);
    }
    let mut attempts = Vec::new();
    for conn in 1..=settings.connections {
        let started = Time::from_millis(settings.interval_ms * u64::from(conn - 1));
        let client = (conn - 1) as usize % server;
        attempts.push(Attempt { client, socket: None, started, outcome: Outcome::Pending });
        world.alarm(started, Alarm::Connect(conn));
    }

    let mut run =
        Run { settings, outcomes: Outcomes { world, server, attempts }, undecided: settings.connections };
    let end = Time::from_millis(settings.interval_ms * u64::from(settings.connections)) + HORIZON;
    while let Some(happening) = run.outcomes.world.step() {
        run.react(happening);
        let world = &run.outcomes.world;
        if (run.undecided == 0 && world.is_quiet()) || world.now() > end {
            break;
        }
    }
    run.outcomes
}

struct Run<'a> {
    settings: &'a Settings,
    outcomes: Outcomes,
    undecided: u32,
}

impl Run<'_> {
    fn react(&mut self, happening: Happening<Alarm>) {
        match happening {
            Happening::Alarm(Alarm::Connect(conn)) => self.connect(conn),
            Happening::Alarm(Alarm::GiveUp(conn)) => self.give_up(conn),
            Happening::Alarm(Alarm::SwitchTimestamps) => self.switch_timestamps(),
            Happening::App { host, socket, conn, kind, .. } if host == self.outcomes.server => {
                self.serve(socket, conn, kind);
            }
            Happening::App { host, socket, conn, kind, .. } => self.ask(host, socket, conn, kind),
        }
    }

    fn connect(&mut self, conn: ConnId) {
        let settings = self.settings;
        let attempt = &mut self.outcomes.attempts[conn as usize - 1];
        let addr = client_addr(settings, attempt.client);
        let remote = Endpoint::new(destination(settings, conn), PORT);
        let own_timestamps = (settings.prober && !settings.is_curl(conn))
            .then(|| Rng::new(settings.seed, 10_000 + u64::from(conn)).next_u32());
        let world = &mut self.outcomes.world;
        let opened =
            world.open(attempt.client, conn, |host, now| host.open(now, addr, remote, own_timestamps));
        attempt.socket = opened.ok();
        if settings.connect_timeout_s > 0 {
            let at = world.now() + Time::from_secs(settings.connect_timeout_s);
            world.alarm(at, Alarm::GiveUp(conn));
        }
    }

    fn give_up(&mut self, conn: ConnId) {
        let attempt = self.outcomes.attempts[conn as usize - 1];
        if let (Outcome::Pending, Some(socket)) = (attempt.outcome, attempt.socket) {
            self.outcomes.world.act(attempt.client, |host, now| host.close(now, socket));
            self.decide(conn, Outcome::Failed);
        }
    }

    fn switch_timestamps(&mut self) {
        if let Some((_, to)) = self.settings.change {
            for client in 0..self.outcomes.server {
                self.outcomes.world.act(client, |host, _| host.sysctl_mut().tcp_timestamps = to);
            }
        }
    }

    fn decide(&mut self, conn: ConnId, outcome: Outcome) {
        let decided = &mut self.outcomes.attempts[conn as usize - 1].outcome;
        if *decided == Outcome::Pending {
            *decided = outcome;
            self.undecided -= 1;
        }
    }

    /// The client's program: asks, reads the answer, ends the connection when that is its part.
    fn ask(&mut self, host: HostId, socket: SocketId, conn: ConnId, kind: EventKind) {
        let close = self.settings.close_of(conn);
        match kind {
            EventKind::Connected => {
                let world = &mut self.outcomes.world;
                let mut syns = world.packets.iter().filter(|p| p.conn == conn && p.from == host);
                let late = syns.next().is_some_and(|first| first.why.is_some());
                world.act(host, |host, now| host.write(now, socket, REQUEST_BYTES)).ok();
                self.decide(conn, Outcome::Established { late });
            }
            EventKind::Readable(unread) => self.outcomes.world.act(host, |host, now| {
                host.read(now, socket, unread).ok();
                match close {
                    Close::ClientFin => drop(host.close(now, socket)),
                    Close::ClientRst => host.abort(now, socket),
                    Close::ServerFin | Close::ServerRst => {}
                }
            }),
            EventKind::EndOfFile => drop(self.outcomes.world.act(host, |host, now| host.close(now, socket))),
            EventKind::Failed(_) => {
                self.outcomes.world.act(host, |host, now| host.close(now, socket));
                self.decide(conn, Outcome::Failed);
            }
            EventKind::Acceptable | EventKind::Writable => {}
        }
    }

    /// The server's program: answers a request, and ends the connection when that is its part.
    fn serve(&mut self, socket: SocketId, conn: ConnId, kind: EventKind) {
        let (server, close) = (self.outcomes.server, self.settings.close_of(conn));
        self.outcomes.world.act(server, |host, now| match kind {
            EventKind::Acceptable => drop(host.accept(socket)),
            EventKind::Readable(unread) => {
                host.read(now, socket, unread).ok();
                host.write(now, socket, RESPONSE_BYTES).ok();
                match close {
                    Close::ServerFin => drop(host.close(now, socket)),
                    Close::ServerRst => host.abort(now, socket),
                    Close::ClientFin | Close::ClientRst => {}
                }
            }
            EventKind::EndOfFile | EventKind::Failed(_) => drop(host.close(now, socket)),
            EventKind::Connected | EventKind::Writable => {}
        });
    }
}

/// The clients' addresses, and the translation between them and the server.
fn topology(settings: &Settings) -> (Vec<Ipv4>, Nat) {
    let clients: Vec<Ipv4> = (0..settings.clients).map(|client| client_addr(settings, client)).collect();
    let rules = match settings.path {
        Path::Direct | Path::DrAndDirect => Vec::new(),
        Path::Nat | Path::Containers => {
            vec![Rule::Source { inside: clients.clone(), to: SHARED }]
        }
        Path::DnatAndDirect => vec![Rule::Destination { from: VIRTUAL, to: REAL }],
        Path::FullNat => vec![Rule::Full { vip: VIRTUAL, local: DIRECTOR, real: REAL }],
    };
    (clients, Nat::new(rules))
}

fn client_addr(settings: &Settings, client: HostId) -> Ipv4 {
    let last = client as u8;
    match settings.path {
        Path::Nat => Ipv4::new(10, 0, 0, 11 + last),
        Path::Containers => Ipv4::new(172, 17, 0, 2 + last),
        _ => Ipv4::new(198, 51, 100, 11 + last),
    }
}

/// The address that the `conn`th connection dials: on a double path they take turns.
fn destination(settings: &Settings, conn: ConnId) -> Ipv4 {
    match settings.path {
        Path::FullNat => VIRTUAL,
        Path::DnatAndDirect | Path::DrAndDirect if conn.is_multiple_of(2) => VIRTUAL,
        _ => REAL,
    }
}

fn client(settings: &Settings, addr: Ipv4, uptimes: &mut Rng) -> Host {
    let mut sysctl = Sysctl::defaults(settings.client_kernel);
    sysctl.tcp_timestamps = settings.client_timestamps;
    // Containers of one host share its clock and its secrets.
    let one_host = settings.path == Path::Containers;
    let mut boot = if one_host { Rng::new(settings.seed, 2) } else { uptimes.clone() };
    let config = HostConfig {
        kernel: settings.client_kernel,
        sysctl,
        hz: HZ,
        uptime: Time::from_millis(boot.between(UPTIME_S.0 * 1000, UPTIME_S.1 * 1000)),
        wall: Time::from_millis(boot.between(0, 86_400_000)),
        secret: boot.next_u64(),
        addrs: vec![addr],
    };
    *uptimes = boot;
    Host::new(config)
}

fn server_host(settings: &Settings) -> Host {
    let mut sysctl = Sysctl::defaults(settings.server_kernel);
    sysctl.tcp_timestamps = settings.server_timestamps;
    sysctl.tcp_tw_recycle = settings.tw_recycle;
    sysctl.somaxconn = 32_768;
    let mut boot = Rng::new(settings.seed, 3);
    let mut host = Host::new(HostConfig {
        kernel: settings.server_kernel,
        sysctl,
        hz: HZ,
        uptime: Time::from_millis(boot.between(UPTIME_S.0 * 1000, UPTIME_S.1 * 1000)),
        wall: Time::from_millis(boot.between(0, 86_400_000)),
        secret: boot.next_u64(),
        addrs: vec![REAL, if settings.path == Path::DrAndDirect { VIRTUAL } else { REAL }],
    });
    host.open_listener(PORT, i32::MAX);
    host
}
