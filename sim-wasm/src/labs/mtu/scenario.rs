//! The run: a client asks, a server answers, two routers between them.

use super::settings::Settings;
use crate::kernel::{KernelVersion, Sysctl};
use crate::net::link::LinkConfig;
use crate::net::nat::Nat;
use crate::net::{Endpoint, Ipv4};
use crate::rng::Rng;
use crate::tcp::{Errno, EventKind, Flow, Host, HostConfig, SocketId, SocketOption};
use crate::time::Time;
use crate::world::{Happening, HostId, World};

/// Steps a run may take. A megabyte in packets of 300 bytes takes some ten thousand.
const FUEL: u32 = 200_000;
pub(super) const CLIENT: HostId = 0;
pub(super) const SERVER: HostId = 1;
const CLIENT_ADDR: Ipv4 = Ipv4::new(192, 0, 2, 10);
const SERVER_ADDR: Ipv4 = Ipv4::new(198, 51, 100, 20);
const PORT: u16 = 80;
const HZ: u64 = 250;
/// How long hosts have been up: decides where their timers' slots lie.
const UPTIME_S: (u64, u64) = (3600, 20 * 86_400);
/// When the tools are called, if the transfer is not over by then.
const LOOKS: [Time; 2] = [Time::from_secs(5), Time::from_secs(60)];

/// How the transfer ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// The client has the whole response.
    Done,
    /// A program is told that it failed.
    Failed(HostId, Errno),
    /// Nothing is left that could end it, or the run took too many steps.
    CutOff,
}

/// What the tools show of the connection on a host.
#[derive(Clone, Debug)]
pub(super) struct Look {
    pub(super) at: Time,
    pub(super) host: HostId,
    /// `ss -tino`
    pub(super) ss: String,
    /// `ip route get`
    pub(super) route: String,
    pub(super) sizes: Sizes,
}

/// What a host reckons with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Sizes {
    pub(super) mss: i64,
    pub(super) pmtu: i64,
    pub(super) advmss: i64,
}

/// What a run leaves behind.
#[derive(Debug)]
pub(super) struct Outcome {
    pub(super) world: World<()>,
    pub(super) end: End,
    pub(super) ended: Time,
    /// Bytes that the server's program has read, and the client's.
    pub(super) read: [u32; 2],
    /// What the tools showed, in the order of time.
    pub(super) looks: Vec<Look>,
    /// What each host reckoned with when its side of the handshake was over.
    pub(super) at_first: [Sizes; 2],
}

/// Runs a scenario to its end.
pub(super) fn run(settings: &Settings) -> Outcome {
    let (client, server) = (client(settings), server(settings));
    let delay = Time::from_micros(settings.rtt_ms * 500);
    let link = LinkConfig { delay, jitter: Time::ZERO, reorder_pct: 0 };
    let mut world = World::new(vec![client, server], Nat::new(Vec::new()), link, settings.seed, FUEL);
    let [there, back] = settings.paths();
    world.lay(CLIENT, SERVER, there);
    world.lay(SERVER, CLIENT, back);
    let mut run = Run {
        settings,
        world,
        sockets: [None; 2],
        flow: None,
        written: [0; 2],
        read: [0; 2],
        end: None,
        looks: Vec::new(),
        at_first: [Sizes::default(); 2],
    };
    for at in LOOKS {
        run.world.alarm(at, ());
    }
    run.connect();
    while let Some(happening) = run.world.step() {
        run.react(happening);
        if run.end.is_some() && run.world.is_quiet() {
            break;
        }
    }
    run.finish(End::CutOff);
    let (ended, end) = run.end.unwrap_or((run.world.now(), End::CutOff));
    Outcome { world: run.world, end, ended, read: run.read, looks: run.looks, at_first: run.at_first }
}

struct Run<'a> {
    settings: &'a Settings,
    world: World<()>,
    sockets: [Option<SocketId>; 2],
    /// As the client sees it.
    flow: Option<Flow>,
    /// Bytes that each program has written.
    written: [u32; 2],
    /// Bytes that the server's program has read, and the client's.
    read: [u32; 2],
    end: Option<(Time, End)>,
    looks: Vec<Look>,
    at_first: [Sizes; 2],
}

impl Run<'_> {
    fn connect(&mut self) {
        let max_seg = self.settings.max_seg;
        let opened = self.world.open(CLIENT, 1, |host, now| {
            let socket = host.socket();
            if max_seg > 0 {
                // Where the kernel refuses it the program goes on without.
                host.setsockopt(now, socket, SocketOption::MaxSeg(max_seg)).ok();
            }
            match host.connect(now, socket, Endpoint::new(SERVER_ADDR, PORT)) {
                Ok(()) | Err(Errno::EINPROGRESS) => Ok(socket),
                Err(error) => Err(error),
            }
        });
        match opened {
            Ok(socket) => {
                self.sockets[CLIENT] = Some(socket);
                self.flow = self.world.host(CLIENT).flow(socket);
            }
            Err(error) => self.finish(End::Failed(CLIENT, error)),
        }
    }

    fn finish(&mut self, end: End) {
        self.end.get_or_insert((self.world.now(), end));
    }

    fn react(&mut self, happening: Happening<()>) {
        match happening {
            Happening::Alarm(()) if self.end.is_none() => self.look(),
            Happening::App { host, socket, kind: EventKind::Acceptable, .. } => {
                if let Ok(accepted) = self.world.act(host, |host, _| host.accept(socket)) {
                    self.sockets[SERVER] = Some(accepted);
                    self.at_first[SERVER] = self.sizes(SERVER);
                    self.serve();
                }
            }
            Happening::App { host: CLIENT, kind: EventKind::Connected, .. } => {
                self.at_first[CLIENT] = self.sizes(CLIENT);
                self.write(CLIENT);
            }
            Happening::App { host, kind: EventKind::Writable, .. } => self.write(host),
            Happening::App { host: CLIENT, kind: EventKind::Readable(_), .. } => self.ask(),
            Happening::App { host: SERVER, kind: EventKind::Readable(_), .. } => self.serve(),
            Happening::App { host, kind: EventKind::EndOfFile, .. } => self.close(host),
            Happening::App { host, kind: EventKind::Failed(error), .. } => {
                self.finish(End::Failed(host, error));
            }
            _ => {}
        }
    }

    /// What a program wants to write in all, as far as it knows by now.
    fn wanted(&self, host: HostId) -> u32 {
        match host {
            CLIENT => self.settings.request,
            _ if self.read[0] < self.settings.request => 0,
            _ => self.settings.response,
        }
    }

    fn write(&mut self, host: HostId) {
        let Some(socket) = self.sockets[host] else { return };
        loop {
            let left = self.wanted(host) - self.written[host].min(self.wanted(host));
            if left == 0 {
                return;
            }
            match self.world.act(host, |host, now| host.write(now, socket, left)) {
                Ok(taken) if taken > 0 => self.written[host] += taken,
                _ => return,
            }
        }
    }

    fn drain(&mut self, host: HostId) -> u32 {
        let Some(socket) = self.sockets[host] else { return 0 };
        let mut all = 0;
        while let Ok(bytes) = self.world.act(host, |host, now| host.read(now, socket, 65_536))
            && bytes > 0
        {
            all += bytes;
        }
        all
    }

    /// The server reads, and answers once it has everything.
    fn serve(&mut self) {
        self.read[0] += self.drain(SERVER);
        self.write(SERVER);
    }

    /// The client reads, and closes once it has everything.
    fn ask(&mut self) {
        self.read[1] += self.drain(CLIENT);
        if self.read[1] >= self.settings.response && self.end.is_none() {
            self.look();
            self.finish(End::Done);
            self.close(CLIENT);
        }
    }

    fn close(&mut self, host: HostId) {
        if let Some(socket) = self.sockets[host].take() {
            self.world.act(host, |host, now| host.close(now, socket));
        }
    }

    fn flow(&self, host: HostId) -> Option<Flow> {
        self.flow.map(|flow| if host == CLIENT { flow } else { flow.reversed() })
    }

    fn sizes(&self, host: HostId) -> Sizes {
        let info = |name| {
            let flow = self.flow(host)?;
            self.world.host(host).tcp_info(self.world.now(), flow, name)
        };
        let [mss, pmtu, advmss] =
            ["tcpi_snd_mss", "tcpi_pmtu", "tcpi_advmss"].map(|name| info(name).unwrap_or(0));
        Sizes { mss, pmtu, advmss }
    }

    /// Calls the tools on both hosts.
    fn look(&mut self) {
        let at = self.world.now();
        for host in [CLIENT, SERVER] {
            let Some(flow) = self.flow(host) else { continue };
            let machine = self.world.host(host);
            let Some(ss) = crate::lab::ss::tino(machine, at, flow) else { continue };
            let route = crate::lab::ss::route_get(machine, at, flow.remote.addr);
            self.looks.push(Look { at, host, ss, route, sizes: self.sizes(host) });
        }
    }
}

fn client(settings: &Settings) -> Host {
    boot(settings, settings.client_kernel, settings.client_mtu, CLIENT_ADDR, 2)
}

fn server(settings: &Settings) -> Host {
    let mut host = boot(settings, settings.server_kernel, settings.server_mtu, SERVER_ADDR, 3);
    host.open_listener(PORT, 128);
    host
}

fn boot(settings: &Settings, kernel: KernelVersion, mtu: u32, addr: Ipv4, stream: u64) -> Host {
    let mut boot = Rng::new(settings.seed, stream);
    let sysctl = Sysctl {
        tcp_mtu_probing: settings.probing,
        ip_no_pmtu_disc: settings.no_pmtu_disc,
        ..Sysctl::defaults(kernel)
    };
    let mut host = Host::new(HostConfig {
        kernel,
        sysctl,
        hz: HZ,
        uptime: Time::from_millis(boot.between(UPTIME_S.0 * 1000, UPTIME_S.1 * 1000)),
        wall: Time::from_millis(boot.between(0, 86_400_000)),
        secret: boot.next_u64(),
        addrs: vec![addr],
    });
    host.set_mtu(mtu);
    host
}
