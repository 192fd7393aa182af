//! The run: a checker, real clients in between, and a server with its workers.

use super::checker;
use super::server::Program;
use super::settings::Settings;
use crate::kernel::{KernelVersion, Sysctl, Timestamps};
use crate::net::link::LinkConfig;
use crate::net::nat::Nat;
use crate::net::{Endpoint, Ipv4};
use crate::rng::Rng;
use crate::tcp::{Errno, EventKind, Host, HostConfig, Shown, SocketId};
use crate::time::Time;
use crate::world::{ConnId, Happening, HostId, World};

/// Steps a run may take; the largest takes a fifth of it.
const FUEL: u32 = 400_000;
/// The run goes on for so long after the last check, and for as long as a read or an idle connection may take.
const TAIL: Time = Time::from_secs(5);
/// How long a caller waits, from its connect() on.
pub(super) const PATIENCE: Time = Time::from_secs(3);
/// The first look at the server's sockets comes so long after the first check.
const FIRST_LOOK: Time = Time::from_millis(500);
pub(super) const REQUEST_BYTES: u32 = 120;
/// CONFIG_HZ of every host.
const HZ: u64 = 1000;
/// Uptimes lie between an hour and twenty days, so that a clock in milliseconds without an offset stays between 1 and
/// 2^31 - 1.
const UPTIME_S: (u64, u64) = (3600, 20 * 86_400);

/// The host that checks.
pub(super) const CHECKER: HostId = 0;
const CHECKER_ADDR: Ipv4 = Ipv4::new(203, 0, 113, 20);
const CLIENTS_ADDR: Ipv4 = Ipv4::new(192, 0, 2, 30);
pub(super) const SERVER: Endpoint = Endpoint::new(Ipv4::new(198, 51, 100, 10), 9000);

/// Who connects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Caller {
    /// The `n`th check, from 1.
    Check(u32),
    /// A real client.
    Client,
}

/// What a caller has got.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Got {
    /// Nothing yet.
    Nothing,
    /// A connection.
    Connection,
    /// A connection and the answer.
    Answer,
    /// It gave up before there was a connection.
    NoConnection,
    /// It gave up waiting for the answer.
    NoAnswer,
    /// The connection was refused or reset.
    Reset,
}

/// How the server's connection ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    /// An RST came.
    Reset,
    /// The worker's read() timed out.
    TimedOut,
    /// The worker was done with it.
    Closed,
}

/// What read() returned to the worker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Read {
    Bytes,
    EndOfFile,
    Failed(Errno),
    TimedOut,
}

/// One caller and what became of its connection.
#[derive(Clone, Copy, Debug)]
pub(super) struct Call {
    pub(super) caller: Caller,
    pub(super) started: Time,
    pub(super) socket: Option<SocketId>,
    pub(super) got: Got,
    /// When the server had a connection.
    pub(super) established: Option<Time>,
    pub(super) accepted: bool,
    pub(super) read: Option<Read>,
    pub(super) ended: Option<(Time, Ending)>,
}

/// What a run leaves behind.
#[derive(Debug)]
pub(super) struct Outcomes {
    pub(super) world: World<Alarm>,
    pub(super) server: HostId,
    /// In the order in which they began, from connection 1.
    pub(super) calls: Vec<Call>,
    /// Connections that wait for accept(), at each change.
    pub(super) waiting: Vec<(Time, u32)>,
    /// Workers in read(), at each change.
    pub(super) reading: Vec<(Time, u32)>,
    /// The server's sockets at some moments, the end last.
    pub(super) looks: Vec<(Time, Vec<Shown>)>,
}

/// What the scenario set an alarm for.
#[derive(Clone, Copy, Debug)]
pub(super) enum Alarm {
    Connect(ConnId),
    GiveUp(ConnId),
    ReadTimeout(SocketId),
    Look,
    End,
}

/// Runs a scenario to its end.
pub(super) fn run(settings: &Settings) -> Outcomes {
    let mut hosts = vec![client_host(settings, CHECKER_ADDR, 2)];
    if settings.clients > 0 {
        hosts.push(client_host(settings, CLIENTS_ADDR, 3));
    }
    let server = hosts.len();
    let mut server_host = server_host(settings);
    let program = Program::listen(&mut server_host, settings);
    hosts.push(server_host);

    let link = LinkConfig { delay: Time(settings.rtt.0 / 2), jitter: Time::ZERO, reorder_pct: 0 };
    let mut world = World::new(hosts, Nat::new(Vec::new()), link, settings.seed, FUEL);
    let calls = calls(settings);
    for (call, conn) in calls.iter().zip(1..) {
        world.alarm(call.started, Alarm::Connect(conn));
    }
    world.alarm(FIRST_LOOK, Alarm::Look);
    let waits = [settings.keepalive, settings.read_timeout].into_iter().flatten();
    world.alarm(waits.fold(settings.duration() + TAIL, |end, wait| end + wait), Alarm::End);
    let outcomes =
        Outcomes { world, server, calls, waiting: Vec::new(), reading: Vec::new(), looks: Vec::new() };
    let mut run = Run { settings, outcomes, program };
    while let Some(happening) = run.outcomes.world.step() {
        if matches!(happening, Happening::Alarm(Alarm::End)) {
            break;
        }
        run.react(happening);
        run.watch();
    }
    run.look();
    run.outcomes
}

/// A run under way.
pub(super) struct Run<'a> {
    pub(super) settings: &'a Settings,
    pub(super) outcomes: Outcomes,
    pub(super) program: Program,
}

impl Run<'_> {
    fn react(&mut self, happening: Happening<Alarm>) {
        match happening {
            Happening::Alarm(Alarm::Connect(conn)) => self.connect(conn),
            Happening::Alarm(Alarm::GiveUp(conn)) => self.give_up(conn),
            Happening::Alarm(Alarm::ReadTimeout(socket)) => self.read_timed_out(socket),
            Happening::Alarm(Alarm::Look) => self.look(),
            Happening::Alarm(Alarm::End) => {}
            Happening::App { host, socket, flow, conn, kind } if host == self.outcomes.server => {
                self.serve(socket, flow, conn, kind);
            }
            Happening::App { socket, conn, kind, .. } => match self.call(conn).map(|call| call.caller) {
                Some(Caller::Check(n)) => self.check(n, socket, conn, kind),
                Some(Caller::Client) => self.ask(socket, conn, kind),
                None => {}
            },
            Happening::Raw { .. } => {}
        }
    }

    /// Notes what has changed at the server.
    fn watch(&mut self) {
        let outcomes = &mut self.outcomes;
        let now = outcomes.world.now();
        let queues = outcomes.world.host(outcomes.server).queues(self.program.listener).unwrap_or_default();
        let first_full = queues.accept_queue_full()
            && outcomes.waiting.iter().all(|(_, waiting)| *waiting < queues.waiting);
        for (curve, value) in [
            (&mut outcomes.waiting, queues.waiting),
            (&mut outcomes.reading, self.program.reading.len() as u32),
        ] {
            if curve.last().is_none_or(|(_, last)| *last != value) {
                curve.push((now, value));
            }
        }
        if first_full {
            self.look();
        }
    }

    fn look(&mut self) {
        let outcomes = &mut self.outcomes;
        let now = outcomes.world.now();
        let mut shown = outcomes.world.host(outcomes.server).shown(now);
        // The tool's own order is that of a hash table: what this lab is about may as well stand first.
        shown.sort_by_key(|socket| (socket.state != "LISTEN", socket.flow.remote.addr != CHECKER_ADDR));
        outcomes.looks.push((now, shown));
    }

    /// The call of this number.
    pub(super) fn call(&mut self, conn: ConnId) -> Option<&mut Call> {
        self.outcomes.calls.get_mut((conn as usize).checked_sub(1)?)
    }

    fn connect(&mut self, conn: ConnId) {
        let Some(Caller::Check(n)) = self.call(conn).map(|call| call.caller) else {
            let opened = self.outcomes.world.open(self.clients(), conn, |host, now| {
                let addr = host.addr();
                host.open(now, addr, SERVER, None)
            });
            return self.opened(conn, opened);
        };
        let opened = checker::open(&mut self.outcomes.world, conn, self.settings, self.settings.order_of(n));
        self.opened(conn, opened);
    }

    fn opened(&mut self, conn: ConnId, opened: Result<SocketId, Errno>) {
        match opened {
            Ok(socket) => {
                if let Some(call) = self.call(conn) {
                    call.socket = Some(socket);
                }
                let at = self.outcomes.world.now() + PATIENCE;
                self.outcomes.world.alarm(at, Alarm::GiveUp(conn));
            }
            Err(_) => self.decide(conn, Got::NoConnection),
        }
    }

    /// The host of the real clients.
    fn clients(&self) -> HostId {
        CHECKER + 1
    }

    fn give_up(&mut self, conn: ConnId) {
        let Some(call) = self.call(conn) else { return };
        let (caller, got) = (call.caller, call.got);
        let Some(socket) = call.socket else { return };
        let (host, late) = match (caller, got) {
            (Caller::Check(_), Got::Nothing) => (CHECKER, Got::NoConnection),
            (Caller::Client, Got::Nothing) => (self.clients(), Got::NoConnection),
            (Caller::Client, Got::Connection) => (self.clients(), Got::NoAnswer),
            _ => return,
        };
        self.outcomes.world.act(host, |host, now| host.close(now, socket));
        self.decide(conn, late);
    }

    /// What a caller has got in the end.
    pub(super) fn decide(&mut self, conn: ConnId, got: Got) {
        let Some(call) = self.call(conn) else { return };
        let waits_on = call.caller == Caller::Client && call.got == Got::Connection;
        if call.got == Got::Nothing || waits_on {
            call.got = got;
        }
    }

    /// A check learns something of its socket.
    fn check(&mut self, n: u32, socket: SocketId, conn: ConnId, kind: EventKind) {
        match kind {
            EventKind::Connected => {
                checker::finish(
                    &mut self.outcomes.world,
                    conn,
                    socket,
                    self.settings,
                    self.settings.order_of(n),
                );
                self.decide(conn, Got::Connection);
            }
            EventKind::Failed(_) => {
                self.outcomes.world.act(CHECKER, |host, now| host.close(now, socket));
                self.decide(conn, Got::Reset);
            }
            _ => {}
        }
    }

    /// A real client: asks, reads the answer, closes when the server does.
    fn ask(&mut self, socket: SocketId, conn: ConnId, kind: EventKind) {
        let host = self.clients();
        let world = &mut self.outcomes.world;
        match kind {
            EventKind::Connected => {
                // A send buffer that is empty takes a request whole.
                let _ = world.act(host, |host, now| host.write(now, socket, REQUEST_BYTES));
                if let Some(call) = self.call(conn) {
                    call.got = Got::Connection;
                }
            }
            EventKind::Readable(unread) => {
                // An error comes as an event of its own.
                let _ = world.act(host, |host, now| host.read(now, socket, unread));
                self.decide(conn, Got::Answer);
            }
            EventKind::EndOfFile => drop(world.act(host, |host, now| host.close(now, socket))),
            EventKind::Failed(_) => {
                world.act(host, |host, now| host.close(now, socket));
                self.decide(conn, Got::Reset);
            }
            EventKind::Acceptable | EventKind::Writable => {}
        }
    }
}

/// Everybody who connects, in the order of time.
fn calls(settings: &Settings) -> Vec<Call> {
    let call = |caller, started| Call {
        caller,
        started,
        socket: None,
        got: Got::Nothing,
        established: None,
        accepted: false,
        read: None,
        ended: None,
    };
    let check = |n: u32| call(Caller::Check(n), Time(settings.interval.0 * u64::from(n - 1)));
    let mut calls: Vec<Call> = (1..=settings.checks).map(check).collect();
    let mut chance = Rng::new(settings.seed, 1);
    let gap = settings.duration().0 / settings.clients.max(1);
    calls.extend((0..settings.clients).map(|k| call(Caller::Client, Time(k * gap + chance.between(0, gap)))));
    calls.sort_by_key(|call| call.started);
    calls
}

fn client_host(settings: &Settings, addr: Ipv4, stream: u64) -> Host {
    host(settings, addr, stream, settings.client_kernel, settings.client_timestamps)
}

fn server_host(settings: &Settings) -> Host {
    let mut host = host(settings, SERVER.addr, 4, settings.server_kernel, settings.server_timestamps);
    let somaxconn = &mut host.sysctl_mut().somaxconn;
    *somaxconn = (*somaxconn).max(settings.backlog.unsigned_abs());
    host
}

fn host(settings: &Settings, addr: Ipv4, stream: u64, kernel: KernelVersion, timestamps: Timestamps) -> Host {
    let mut boot = Rng::new(settings.seed, stream);
    let mut sysctl = Sysctl::defaults(kernel);
    sysctl.tcp_timestamps = timestamps;
    Host::new(HostConfig {
        kernel,
        sysctl,
        hz: HZ,
        uptime: Time::from_millis(boot.between(UPTIME_S.0 * 1000, UPTIME_S.1 * 1000)),
        wall: Time::from_millis(boot.between(0, 86_400_000)),
        secret: boot.next_u64(),
        addrs: vec![addr],
    })
}
