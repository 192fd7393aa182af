//! The run: a client that writes its request in parts and reads the response, a server that answers whole requests.

use super::settings::{Cork, QuickAck, Settings};
use super::watch::Watch;
use crate::kernel::{KernelVersion, Sysctl};
use crate::net::link::LinkConfig;
use crate::net::nat::Nat;
use crate::net::{Endpoint, Ipv4};
use crate::rng::Rng;
use crate::tcp::{Errno, EventKind, Host, HostConfig, SocketId, SocketOption};
use crate::time::Time;
use crate::world::{Happening, HostId, World};
use std::collections::VecDeque;

/// Steps a run may take; the longest, with 200 requests of 24 kB, takes some tens of thousands.
const FUEL: u32 = 400_000;
pub(super) const CLIENT: HostId = 0;
pub(super) const SERVER: HostId = 1;
const CLIENT_ADDR: Ipv4 = Ipv4::new(192, 0, 2, 1);
const SERVER_ADDR: Ipv4 = Ipv4::new(192, 0, 2, 2);
const PORT: u16 = 80;
const BACKLOG: i32 = 128;
/// What one call of `read()` takes at most.
const READ_BYTES: u32 = 65_536;
/// How long hosts have been up: decides where their ticks lie.
const UPTIME_US: (u64, u64) = (3_600_000_000, 20 * 86_400_000_000);

/// A request, from its first `write()` to the last byte of the response.
#[derive(Clone, Copy, Debug)]
pub(super) struct Request {
    pub(super) began: Time,
    /// When the client had the whole response; none when the run ended before.
    pub(super) ended: Option<Time>,
}

impl Request {
    /// How long it took; none for one that was not answered.
    pub(super) fn took(&self) -> Option<Time> {
        self.ended.map(|ended| ended - self.began)
    }
}

/// What a run leaves behind.
#[derive(Debug)]
pub(super) struct Outcome {
    pub(super) world: World<Alarm>,
    pub(super) requests: Vec<Request>,
    pub(super) watch: Watch,
}

/// What the scenario set an alarm for.
#[derive(Clone, Copy, Debug)]
pub(super) enum Alarm {
    /// The client begins its next request.
    Ask,
    /// The client goes on with its request.
    Write,
    /// The server has thought.
    Answer,
}

/// Runs a scenario to its end.
pub(super) fn run(settings: &Settings) -> Outcome {
    let server = boot(settings, settings.server_kernel, SERVER_ADDR, 3);
    let hosts = vec![boot(settings, settings.client_kernel, CLIENT_ADDR, 2), server];
    let delay = Time(settings.rtt.0 / 2);
    let link = LinkConfig { delay, jitter: Time::ZERO, reorder_pct: 0 };
    let world = World::new(hosts, Nat::new(Vec::new()), link, settings.seed, FUEL);
    let mut run = Run {
        settings,
        world,
        watch: Watch::default(),
        requests: Vec::new(),
        client: End::default(),
        server: End::default(),
    };
    run.connect();
    loop {
        run.watch.look(&run.world, false);
        match run.world.happening() {
            Some(happening) => run.react(happening),
            None if run.is_over() && run.world.is_quiet() => break,
            None if run.world.advance().is_none() => break,
            None => {}
        }
    }
    Outcome { world: run.world, requests: run.requests, watch: run.watch }
}

fn boot(settings: &Settings, kernel: KernelVersion, addr: Ipv4, stream: u64) -> Host {
    let mut boot = Rng::new(settings.seed, stream);
    let mut host = Host::new(HostConfig {
        kernel,
        sysctl: Sysctl::defaults(kernel),
        hz: settings.hz,
        uptime: Time::from_micros(boot.between(UPTIME_US.0, UPTIME_US.1)),
        wall: Time::from_millis(boot.between(0, 86_400_000)),
        secret: boot.next_u64(),
        addrs: vec![addr],
    });
    if addr == SERVER_ADDR {
        host.open_listener(PORT, BACKLOG);
    }
    host
}

/// One end's program.
#[derive(Debug, Default)]
struct End {
    socket: Option<SocketId>,
    /// Calls of `write()` that have not returned yet: bytes left of each.
    to_write: VecDeque<u32>,
    /// Bytes it still waits for.
    to_read: u32,
}

struct Run<'a> {
    settings: &'a Settings,
    world: World<Alarm>,
    watch: Watch,
    requests: Vec<Request>,
    client: End,
    server: End,
}

impl Run<'_> {
    fn is_over(&self) -> bool {
        self.requests.len() as u32 == self.settings.requests
            && self.requests.last().is_some_and(|last| last.ended.is_some())
    }

    fn end(&mut self, host: HostId) -> &mut End {
        if host == CLIENT { &mut self.client } else { &mut self.server }
    }

    fn set(&mut self, host: HostId, option: SocketOption) {
        if let Some(socket) = self.end(host).socket {
            // Every kernel here has these options.
            let _ = self.world.act(host, |host, now| host.setsockopt(now, socket, option));
        }
    }

    fn connect(&mut self) {
        let opened = self.world.open(CLIENT, 1, |host, now| {
            let socket = host.socket();
            match host.connect(now, socket, Endpoint::new(SERVER_ADDR, PORT)) {
                Ok(()) | Err(Errno::EINPROGRESS) => Ok(socket),
                Err(error) => Err(error),
            }
        });
        self.client.socket = opened.ok();
        if let Some(socket) = self.client.socket {
            self.watch.follow(CLIENT, socket);
        }
    }

    fn react(&mut self, happening: Happening<Alarm>) {
        match happening {
            Happening::Alarm(Alarm::Ask) => self.ask(),
            Happening::Alarm(Alarm::Write) => self.write(CLIENT),
            Happening::Alarm(Alarm::Answer) => self.answer(),
            Happening::App { host, socket, kind, .. } => match kind {
                EventKind::Connected => self.connected(),
                EventKind::Acceptable => self.accept(socket),
                EventKind::Readable(_) => self.read(host),
                EventKind::Writable => self.write(host),
                EventKind::EndOfFile | EventKind::Failed(_) => {}
            },
            Happening::Raw { .. } => {}
        }
    }

    fn connected(&mut self) {
        if self.settings.nodelay {
            self.set(CLIENT, SocketOption::NoDelay(true));
        }
        if self.settings.cork == Cork::Kept {
            self.set(CLIENT, SocketOption::Cork(true));
        }
        self.ask();
    }

    fn accept(&mut self, listener: SocketId) {
        self.server.socket = self.world.act(SERVER, |host, _| host.accept(listener)).ok();
        if let Some(socket) = self.server.socket {
            self.watch.follow(SERVER, socket);
        }
        if self.settings.server_nodelay {
            self.set(SERVER, SocketOption::NoDelay(true));
        }
        if self.settings.server_quickack != QuickAck::Never {
            self.set(SERVER, SocketOption::QuickAck(true));
        }
        self.server.to_read = self.settings.request().iter().sum();
        self.read(SERVER);
    }

    /// The client begins a request.
    fn ask(&mut self) {
        self.requests.push(Request { began: self.world.now(), ended: None });
        if self.settings.cork == Cork::Around {
            self.set(CLIENT, SocketOption::Cork(true));
        }
        self.client.to_write = self.settings.request().into();
        self.client.to_read = self.settings.response_bytes;
        self.write(CLIENT);
    }

    /// The server sends its response.
    fn answer(&mut self) {
        self.server.to_write = self.settings.response().into();
        self.write(SERVER);
    }

    /// Writes what is to be written, one call after the other; a call that has to wait goes on when there is room.
    fn write(&mut self, host: HostId) {
        let Some(socket) = self.end(host).socket else { return };
        while let Some(left) = self.end(host).to_write.front().copied() {
            let written = self.world.act(host, |host, now| host.write(now, socket, left));
            self.watch.look(&self.world, true);
            let Ok(written) = written else { return };
            if let Some(front) = self.end(host).to_write.front_mut() {
                *front -= written.min(left);
            }
            if written < left {
                continue;
            }
            self.end(host).to_write.pop_front();
            let more = !self.end(host).to_write.is_empty();
            if more && host == CLIENT && self.settings.write_gap > Time::ZERO {
                let at = self.world.now() + self.settings.write_gap;
                return self.world.alarm(at, Alarm::Write);
            }
        }
        if host == CLIENT {
            if self.settings.cork == Cork::Around {
                self.set(CLIENT, SocketOption::Cork(false));
                self.watch.look(&self.world, true);
            }
        } else {
            // The response is written: the server reads the next request.
            self.server.to_read = self.settings.request().iter().sum();
            self.read(SERVER);
        }
    }

    /// Reads what there is, until the whole of it has come.
    fn read(&mut self, host: HostId) {
        let Some(socket) = self.end(host).socket else { return };
        self.watch.about_to_read(&self.world, host, socket);
        while self.end(host).to_read > 0 {
            if host == SERVER && self.settings.server_quickack == QuickAck::EachRead {
                self.set(SERVER, SocketOption::QuickAck(true));
            }
            let read = self.world.act(host, |host, now| host.read(now, socket, READ_BYTES));
            let Ok(read) = read else { return };
            let end = self.end(host);
            end.to_read = end.to_read.saturating_sub(read);
            if end.to_read == 0 {
                return self.complete(host);
            }
        }
    }

    /// An end has all that it waited for.
    fn complete(&mut self, host: HostId) {
        let now = self.world.now();
        if host == SERVER {
            if self.settings.think == Time::ZERO {
                return self.answer();
            }
            return self.world.alarm(now + self.settings.think, Alarm::Answer);
        }
        if let Some(request) = self.requests.last_mut() {
            request.ended = Some(now);
        }
        if self.requests.len() as u32 == self.settings.requests {
            return;
        }
        if self.settings.gap == Time::ZERO {
            return self.ask();
        }
        self.world.alarm(now + self.settings.gap, Alarm::Ask);
    }
}
