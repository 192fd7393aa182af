//! The run: one caller, its peer, and what goes wrong between them.

use super::settings::{Scene, Settings};
use crate::kernel::{Change, KernelVersion, Sysctl};
use crate::net::link::LinkConfig;
use crate::net::nat::Nat;
use crate::net::{Endpoint, Flags, Ipv4};
use crate::rng::Rng;
use crate::tcp::{Errno, EventKind, Flow, Host, HostConfig, Shown, SocketId, SocketOption};
use crate::time::Time;
use crate::world::{Happening, HostId, World};

/// Steps a run may take; the longest, with 127 keepalive probes, takes a few hundred.
const FUEL: u32 = 50_000;
/// A closed window is watched for so long, since it has no end.
const WATCHED: Time = Time::from_secs(1800);
pub(super) const CLIENT: HostId = 0;
pub(super) const SERVER: HostId = 1;
const CLIENT_ADDR: Ipv4 = Ipv4::new(192, 0, 2, 1);
const SERVER_ADDR: Ipv4 = Ipv4::new(192, 0, 2, 2);
/// No host has it.
const NOBODY: Ipv4 = Ipv4::new(192, 0, 2, 99);
const PORT: u16 = 80;
const BACKLOG: i32 = 128;
const REQUEST_BYTES: u32 = 100;
/// What the caller wants to send to a reader that does not read.
const UPLOAD_BYTES: u32 = 1 << 20;
/// How long hosts have been up: decides where their timers' slots lie.
const UPTIME_S: (u64, u64) = (3600, 20 * 86_400);

/// How the wait ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// The program is told.
    Failed(Errno),
    /// The socket is gone; its program had let go of it before.
    Gone,
    /// Nothing is left that could end it.
    Never,
    /// Probes go on; the run stops watching.
    GoesOn,
    /// The run took too many steps.
    CutOff,
}

/// What `ss` shows of a socket from a moment on; none when there is no such socket any more.
#[derive(Clone, Debug)]
pub(super) struct Look {
    pub(super) at: Time,
    pub(super) line: Option<Shown>,
}

impl Look {
    /// When its timer is due.
    pub(super) fn due(&self) -> Option<Time> {
        self.line.as_ref().and_then(|line| line.timer).map(|timer| self.at + timer.left)
    }

    /// The line as it stands at a later moment.
    pub(super) fn line_at(&self, at: Time) -> Option<Shown> {
        let mut line = self.line.clone()?;
        if let Some(timer) = &mut line.timer {
            timer.left = timer.left - (at - self.at);
        }
        Some(line)
    }
}

/// What a run leaves behind.
#[derive(Debug)]
pub(super) struct Outcome {
    pub(super) world: World<Alarm>,
    /// When what the scene is about happened.
    pub(super) struck: Time,
    /// When the wait begins.
    pub(super) began: Time,
    pub(super) end: End,
    /// When it ends, or when the run stopped.
    pub(super) ended: Time,
    /// What `ss` showed of the connection, on the client and on the server.
    pub(super) looks: [Vec<Look>; 2],
}

impl Outcome {
    /// What `ss` shows of the connection on a host at a moment.
    pub(super) fn look(&self, host: HostId, at: Time) -> Option<&Look> {
        let looks = self.looks.get(host)?;
        looks.get(looks.partition_point(|look| look.at <= at).checked_sub(1)?)
    }

    /// How long the caller waits, if that has an end.
    pub(super) fn waited(&self) -> Option<Time> {
        matches!(self.end, End::Failed(_) | End::Gone).then(|| self.ended - self.began)
    }
}

/// What the scenario set an alarm for.
#[derive(Clone, Copy, Debug)]
pub(super) enum Alarm {
    /// The connection has settled: now it goes wrong.
    Strike,
    StopWatching,
}

/// Runs a scenario to its end.
pub(super) fn run(settings: &Settings) -> Outcome {
    let server = if settings.scene == Scene::ConnectRefused { None } else { Some(PORT) };
    let hosts = vec![client(settings), server_host(settings, server)];
    let delay = Time::from_micros(settings.rtt_ms * 500);
    let link = LinkConfig { delay, jitter: Time::ZERO, reorder_pct: 0 };
    let mut world = World::new(hosts, Nat::new(Vec::new()), link, settings.seed, FUEL);
    match settings.scene {
        Scene::ConnectBlackhole => world.cut_off(SERVER, true),
        Scene::ConnectUnreachable => world.answer_unreachable(settings.icmp),
        Scene::LostSynAck => world.lose(SERVER, Flags::SYN.with(Flags::ACK), u32::MAX),
        _ => {}
    }
    let mut run = Run {
        settings,
        world,
        socket: None,
        flow: None,
        struck: None,
        began: None,
        end: None,
        looks: Default::default(),
    };
    run.connect();
    loop {
        run.look();
        match run.world.happening() {
            Some(Happening::Alarm(Alarm::StopWatching)) => {
                run.finish(End::GoesOn);
                break;
            }
            Some(happening) => run.react(happening),
            // What is left of the connection at the server is watched to its end too.
            None if run.end.is_some() && run.world.is_quiet() => break,
            None if run.world.advance().is_none() => break,
            None => {}
        }
    }
    let rest = if run.world.out_of_fuel() { End::CutOff } else { End::Never };
    run.finish(rest);
    let (ended, end) = run.end.unwrap_or((run.world.now(), rest));
    let (struck, began) = (run.struck.unwrap_or_default(), run.began.unwrap_or_default());
    Outcome { struck, began, end, ended, looks: run.looks, world: run.world }
}

struct Run<'a> {
    settings: &'a Settings,
    world: World<Alarm>,
    socket: Option<SocketId>,
    flow: Option<Flow>,
    struck: Option<Time>,
    began: Option<Time>,
    end: Option<(Time, End)>,
    looks: [Vec<Look>; 2],
}

impl Run<'_> {
    fn connect(&mut self) {
        let settings = self.settings;
        let addr = if settings.scene == Scene::ConnectUnreachable { NOBODY } else { SERVER_ADDR };
        let opened = self.world.open(CLIENT, 1, |host, now| {
            let socket = host.socket();
            let user_timeout = SocketOption::UserTimeout(Time::from_millis(settings.user_timeout_ms));
            for option in [SocketOption::KeepAlive(settings.keepalive), user_timeout] {
                // A kernel without the option goes on without it, as programs do.
                host.setsockopt(now, socket, option).ok();
            }
            match host.connect(now, socket, Endpoint::new(addr, PORT)) {
                Ok(()) | Err(Errno::EINPROGRESS) => Ok(socket),
                Err(error) => Err(error),
            }
        });
        match opened {
            Ok(socket) => {
                self.socket = Some(socket);
                self.flow = self.world.host(CLIENT).flow(socket);
            }
            Err(error) => self.finish(End::Failed(error)),
        }
        if settings.scene.is_connect() {
            self.began = Some(self.world.now());
        }
    }

    fn finish(&mut self, end: End) {
        self.end.get_or_insert((self.world.now(), end));
    }

    fn react(&mut self, happening: Happening<Alarm>) {
        match happening {
            Happening::Alarm(_) => self.strike(),
            Happening::App { host: CLIENT, kind, .. } => self.told(kind),
            Happening::App { host, socket, kind: EventKind::Acceptable, .. } => {
                self.world.act(host, |host, _| host.accept(socket)).ok();
            }
            _ => {}
        }
    }

    /// The caller learns something.
    fn told(&mut self, kind: EventKind) {
        match kind {
            EventKind::Connected => {
                if self.settings.scene.is_idle() {
                    self.began = Some(self.world.now());
                }
                // A round trip later the last ACK has arrived and everything is at rest.
                let at = self.world.now() + Time::from_millis(self.settings.rtt_ms.max(1));
                self.world.alarm(at, Alarm::Strike);
            }
            EventKind::Writable => self.write(UPLOAD_BYTES),
            EventKind::Failed(error) => self.finish(End::Failed(error)),
            _ => {}
        }
    }

    fn write(&mut self, bytes: u32) {
        if let Some(socket) = self.socket {
            while self.world.act(CLIENT, |host, now| host.write(now, socket, bytes)).is_ok_and(|n| n < bytes)
            {
            }
        }
    }

    fn close(&mut self) {
        if let Some(socket) = self.socket {
            self.world.act(CLIENT, |host, now| host.close(now, socket));
        }
    }

    /// What the scene is about happens.
    fn strike(&mut self) {
        let scene = self.settings.scene;
        self.struck = Some(self.world.now());
        if matches!(scene, Scene::DeadPeerIdle | Scene::DeadPeerSending | Scene::FinWait1Orphan) {
            self.world.reboot(SERVER, server_host(self.settings, None));
            self.world.cut_off(SERVER, true);
        }
        if !scene.is_idle() && scene != Scene::ZeroWindow {
            self.began = Some(self.world.now());
        }
        match scene {
            Scene::PeerRebooted => self.world.reboot(SERVER, server_host(self.settings, Some(PORT))),
            Scene::DeadPeerSending => self.write(REQUEST_BYTES),
            Scene::FinWait1Orphan | Scene::FinWait2Orphan => self.close(),
            Scene::ZeroWindow => self.write(UPLOAD_BYTES),
            _ => {}
        }
    }

    /// Notes what `ss` shows, when it is not the same as before.
    fn look(&mut self) {
        let Some(flow) = self.flow else { return };
        let at = self.world.now();
        for (id, flow) in [(CLIENT, flow), (SERVER, flow.reversed())] {
            let look = Look { at, line: self.world.host(id).shown_of(flow, at) };
            let Some(looks) = self.looks.get_mut(id) else { continue };
            if looks.last().is_none_or(|last| last.line_at(at) != look.line) {
                looks.push(look);
            }
        }
        let line = self.looks.first().and_then(|looks| looks.last()).and_then(|look| look.line.as_ref());
        let gone = line.is_none();
        let probes = line.and_then(|line| line.timer).is_some_and(|timer| timer.name == "persist");
        if self.settings.scene.is_orphan() && self.began.is_some() && gone {
            self.finish(End::Gone);
        }
        if probes && self.began.is_none() {
            self.began = Some(at);
            let limit = Time::from_millis(self.settings.user_timeout_ms) + Time::from_secs(300);
            self.world.alarm(at + WATCHED.max(limit), Alarm::StopWatching);
        }
    }
}

fn client(settings: &Settings) -> Host {
    let kernel = settings.client_kernel;
    let defaults = Sysctl::defaults(kernel);
    let linear = kernel.has(Change::SynLinearTimeouts);
    let sysctl = Sysctl {
        tcp_syn_retries: settings.syn_retries.unwrap_or(defaults.tcp_syn_retries),
        tcp_syn_linear_timeouts: if linear { settings.syn_linear_timeouts } else { 0 },
        tcp_retries2: settings.retries2,
        tcp_keepalive_time: Time::from_secs(settings.keepalive_time_s),
        tcp_keepalive_intvl: Time::from_secs(settings.keepalive_intvl_s),
        tcp_keepalive_probes: settings.keepalive_probes,
        tcp_fin_timeout: settings.fin_timeout_s,
        tcp_orphan_retries: settings.orphan_retries,
        ..defaults
    };
    boot(settings, kernel, sysctl, CLIENT_ADDR, 2)
}

/// The peer, with a listener on `port`.
fn server_host(settings: &Settings, port: Option<u16>) -> Host {
    let kernel = settings.server_kernel;
    let sysctl = Sysctl { tcp_synack_retries: settings.synack_retries, ..Sysctl::defaults(kernel) };
    let mut host = boot(settings, kernel, sysctl, SERVER_ADDR, 3);
    if let Some(port) = port {
        host.open_listener(port, BACKLOG);
    }
    host
}

fn boot(settings: &Settings, kernel: KernelVersion, sysctl: Sysctl, addr: Ipv4, stream: u64) -> Host {
    let mut boot = Rng::new(settings.seed, stream);
    Host::new(HostConfig {
        kernel,
        sysctl,
        hz: settings.hz,
        uptime: Time::from_millis(boot.between(UPTIME_S.0 * 1000, UPTIME_S.1 * 1000)),
        wall: Time::from_millis(boot.between(0, 86_400_000)),
        secret: boot.next_u64(),
        addrs: vec![addr],
    })
}
