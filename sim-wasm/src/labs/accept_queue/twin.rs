//! The population against a `World` of hosts: small runs must come out the same, client by client, counter by counter,
//! and for some connections packet by packet.

use super::client::{Clients, HZ, Outcome};
use super::population::{Place, Population, SERVER, client_end, forged_end};
use super::recorder::{ANSWER, REQUEST, Recorder};
use super::server::Server;
use super::settings::Settings;
use super::tally::Meaning;
use crate::kernel::{Counter, KernelVersion, Sysctl};
use crate::net::link::LinkConfig;
use crate::net::nat::Nat;
use crate::net::{Endpoint, Flags, Ipv4, Segment, TcpOptions};
use crate::tcp::{Errno, EventKind, Host, HostConfig, SocketId, Why};
use crate::time::Time;
use crate::world::{ConnId, Happening, HostId, Packet, World};
use std::collections::{BTreeMap, BTreeSet};

#[derive(Clone, Copy, Debug)]
enum Alarm {
    Look,
    Connect(u32),
    Forge(u32),
    Pause(bool),
    Free,
    ConnectTimeout(u32),
    ReadTimeout(u32),
}

/// A client's program.
#[derive(Clone, Copy, Debug)]
struct Program {
    socket: Option<SocketId>,
    outcome: Outcome,
}

/// The same run, with hosts.
struct Twin<'a> {
    settings: &'a Settings,
    world: World<Alarm>,
    clients: Vec<Program>,
    server: HostId,
    listener: SocketId,
    free: bool,
    paused: bool,
    accepted: BTreeSet<SocketId>,
    /// Accepted connections by client.
    taken: BTreeSet<ConnId>,
    /// What was reset before it was accepted, or is done with.
    replied: BTreeSet<SocketId>,
    forged: HostId,
    /// The queues at some moments.
    lengths: Vec<(Time, u32, u32)>,
}

impl<'a> Twin<'a> {
    fn new(settings: &'a Settings, population: &Population, connects: u32, forgeries: u32) -> Twin<'a> {
        let all = Clients::new(settings.client_kernel, true, settings.rtt, settings.seed);
        let mut hosts: Vec<Host> = (0..connects)
            .map(|n| {
                let clock = all.clock(n);
                Host::new(HostConfig {
                    kernel: settings.client_kernel,
                    sysctl: Sysctl::defaults(settings.client_kernel),
                    hz: HZ,
                    uptime: clock.uptime,
                    wall: Time::ZERO,
                    secret: clock.secret,
                    addrs: vec![client_end(n).addr],
                })
            })
            .collect();
        let forged = hosts.len();
        hosts.push(Host::new(HostConfig {
            kernel: KernelVersion::series(4, 9),
            sysctl: Sysctl::defaults(KernelVersion::series(4, 9)),
            hz: HZ,
            uptime: Time::from_secs(1),
            wall: Time::ZERO,
            secret: 0,
            addrs: vec![Ipv4::new(192, 0, 2, 200)],
        }));
        let clock = Server::new(settings).clock;
        let mut host = Host::new(HostConfig {
            kernel: settings.server_kernel,
            sysctl: settings.sysctl.clone(),
            hz: HZ,
            uptime: clock.uptime,
            wall: Time::ZERO,
            secret: clock.secret,
            addrs: vec![SERVER.addr],
        });
        let listener = host.open_listener(SERVER.port, settings.backlog);
        let server = hosts.len();
        hosts.push(host);
        let link = LinkConfig { delay: Time(settings.rtt.0 / 2), jitter: Time::ZERO, reorder_pct: 0 };
        let mut world = World::new(hosts, Nat::new(Vec::new()), link, settings.seed, u32::MAX);
        for sample in &population.samples {
            world.alarm(sample.at, Alarm::Look);
        }
        if let Some((from, to)) = settings.pause {
            world.alarm(from, Alarm::Pause(true));
            world.alarm(to, Alarm::Pause(false));
        }
        for n in 0..connects {
            world.alarm(population.connect_time(n), Alarm::Connect(n));
        }
        for n in 0..forgeries {
            world.alarm(population.forgery_time(n).unwrap(), Alarm::Forge(n));
        }
        Twin {
            settings,
            world,
            clients: vec![Program { socket: None, outcome: Outcome::Connecting }; connects as usize],
            server,
            listener,
            free: true,
            paused: false,
            accepted: BTreeSet::new(),
            taken: BTreeSet::new(),
            replied: BTreeSet::new(),
            forged,
            lengths: Vec::new(),
        }
    }

    fn run(&mut self) {
        while let Some(happening) = self.world.step() {
            if self.world.now() >= self.settings.duration {
                break;
            }
            match happening {
                Happening::Alarm(alarm) => self.alarm(alarm),
                Happening::App { host, socket, kind, .. } if host == self.server => self.serve(socket, kind),
                Happening::App { host, socket, kind, .. } => self.client(host, socket, kind),
                Happening::Raw { .. } => {}
            }
        }
    }

    fn alarm(&mut self, alarm: Alarm) {
        match alarm {
            Alarm::Look => {
                let queues = self.world.host(self.server).queues(self.listener).unwrap();
                self.lengths.push((self.world.now(), queues.waiting, queues.requests));
            }
            Alarm::Connect(n) => {
                let host = n as HostId;
                let end = client_end(n);
                let socket = self.world.act(host, |host, _| {
                    let socket = host.socket();
                    host.bind(socket, end).unwrap();
                    socket
                });
                let opened = self.world.open(host, n + 1, |host, now| {
                    assert_eq!(host.connect(now, socket, SERVER), Err(Errno::EINPROGRESS));
                    Ok(socket)
                });
                self.clients[host].socket = opened.ok();
                if let Some(timeout) = self.settings.connect_timeout {
                    self.world.alarm(self.world.now() + timeout, Alarm::ConnectTimeout(n));
                }
            }
            Alarm::Forge(n) => {
                let opts = TcpOptions { mss: Some(1460), ..TcpOptions::default() };
                let (src, dst, flags) = (forged_end(n), SERVER, Flags::SYN);
                let syn = Segment { src, dst, flags, seq: 7, ack: 0, len: 0, win: 1024, opts };
                self.world.send_raw(self.forged, 0, syn);
            }
            Alarm::Pause(paused) => {
                self.paused = paused;
                self.accept();
            }
            Alarm::Free => {
                self.free = true;
                self.accept();
            }
            Alarm::ConnectTimeout(n) => {
                self.give_up(n, Outcome::Connecting, Outcome::ConnectTimeout);
            }
            Alarm::ReadTimeout(n) => self.give_up(n, Outcome::Waiting, Outcome::ReadTimeout),
        }
    }

    fn give_up(&mut self, n: u32, from: Outcome, to: Outcome) {
        let program = &mut self.clients[n as usize];
        if program.outcome == from {
            program.outcome = to;
            let socket = program.socket.unwrap();
            self.world.act(n as HostId, |host, now| host.close(now, socket));
        }
    }

    fn accept(&mut self) {
        let Some(busy) = self.settings.busy().filter(|_| self.free && !self.paused) else { return };
        let listener = self.listener;
        let Ok(socket) = self.world.act(self.server, |host, _| host.accept(listener)) else { return };
        self.free = false;
        self.accepted.insert(socket);
        let flow = self.world.host(self.server).flow(socket).unwrap();
        self.taken.insert(flow.remote.addr.0 - client_end(0).addr.0);
        self.world.alarm(self.world.now() + busy, Alarm::Free);
        self.look_at(socket);
    }

    fn serve(&mut self, socket: SocketId, kind: EventKind) {
        match kind {
            EventKind::Acceptable => self.accept(),
            _ if self.accepted.contains(&socket) => self.look_at(socket),
            _ => {}
        }
    }

    /// Reads, answers, and closes what the client has closed.
    fn look_at(&mut self, socket: SocketId) {
        let talks = self.settings.client_talks_first;
        let first = !self.replied.contains(&socket);
        let (replied, closed) = self.world.act(self.server, |host, now| {
            let mut asked = !talks;
            let end = loop {
                match host.read(now, socket, 10_000) {
                    Ok(0) => break true,
                    Ok(_) => asked = true,
                    Err(Errno::EAGAIN) => break false,
                    Err(_) => {
                        host.close(now, socket);
                        return (true, true);
                    }
                }
            };
            if asked && first {
                host.write(now, socket, ANSWER).unwrap();
            }
            if end {
                host.close(now, socket);
            }
            (asked, end)
        });
        if replied {
            self.replied.insert(socket);
        }
        if closed {
            self.accepted.remove(&socket);
        }
    }

    fn client(&mut self, id: HostId, socket: SocketId, kind: EventKind) {
        let program = &mut self.clients[id];
        match (kind, program.outcome) {
            (EventKind::Connected, Outcome::Connecting) => {
                program.outcome = Outcome::Waiting;
                if self.settings.client_talks_first {
                    self.world.act(id, |host, now| host.write(now, socket, REQUEST)).unwrap();
                }
                if let Some(timeout) = self.settings.read_timeout {
                    self.world.alarm(self.world.now() + timeout, Alarm::ReadTimeout(id as u32));
                }
            }
            (EventKind::Readable(_), Outcome::Waiting) => {
                program.outcome = Outcome::Served;
                self.world.act(id, |host, now| {
                    host.read(now, socket, 10_000).unwrap();
                    host.close(now, socket);
                });
            }
            (EventKind::Failed(errno), outcome) => {
                program.outcome = match (errno, outcome) {
                    (Errno::ECONNREFUSED, Outcome::Connecting) => Outcome::Refused,
                    (_, Outcome::Connecting) => Outcome::ConnectTimeout,
                    (Errno::ETIMEDOUT, Outcome::Waiting) => Outcome::ReadTimeout,
                    (_, Outcome::Waiting) => Outcome::Reset,
                    (_, other) => other,
                };
                self.world.act(id, |host, now| host.close(now, socket));
            }
            _ => {}
        }
    }
}

/// Packets in words, with numbers that count from the first of each side.
fn told(packets: &[Packet], end: Time) -> Vec<String> {
    let mut firsts: BTreeMap<(Endpoint, Endpoint), u32> = BTreeMap::new();
    let mut told = Vec::new();
    for packet in packets.iter().filter(|packet| packet.sent_at < end) {
        let Segment { src, dst, flags, seq, ack, len, opts, .. } = packet.segment;
        if flags.syn() {
            firsts.insert((src, dst), seq);
        }
        let first = |from, to| firsts.get(&(from, to)).copied().unwrap_or(0);
        let seq = if seq == 0 { 0 } else { seq.wrapping_sub(first(src, dst)) };
        let ack = if flags.ack() { ack.wrapping_sub(first(dst, src)) } else { 0 };
        let sack: Vec<u32> =
            opts.sack.as_slice().iter().map(|(a, _)| a.wrapping_sub(first(dst, src))).collect();
        // What a forged SYN says of itself is its own affair.
        let ts = opts.ts.filter(|_| packet.conn > 0);
        let arrived = packet.arrived_at.filter(|at| *at < end).map(|at| at.0);
        let why = match packet.why.filter(|_| arrived.is_some()) {
            // Windows are not kept to the byte.
            Some(Why::OutOfWindow { at, seq, rcv_nxt, .. }) => {
                Some(Why::OutOfWindow { at, seq: rcv_nxt.wrapping_sub(seq), rcv_nxt: 0, window: 0 })
            }
            why => why,
        };
        told.push(format!(
            "{} {src} > {dst} [{flags}] seq {seq} ack {ack} len {len} {ts:?} {sack:?}, arrives {arrived:?}: {why:?}",
            packet.sent_at.0
        ));
    }
    told
}

fn compare(text: &str) {
    let pairs: Vec<(&str, &str)> =
        text.split_whitespace().map(|pair| pair.split_once('=').unwrap()).collect();
    let params = super::LAB.params(None, pairs).unwrap();
    let settings = Settings::new(&params);
    // All connections are recorded.
    let mut population =
        Population::new(&settings, Some(Recorder::new(&settings, (0..5000).collect(), u32::MAX)));
    population.run(u64::MAX);
    let (connects, forgeries) = (population.connects, population.forgeries);

    let mut twin = Twin::new(&settings, &population, connects, forgeries);
    twin.run();

    let ours = told(&population.recorder.as_ref().unwrap().packets, settings.duration);
    let theirs = told(&twin.world.packets, settings.duration);
    for (n, (ours, theirs)) in ours.iter().zip(&theirs).enumerate() {
        assert_eq!(ours, theirs, "packet {n}, {text}");
    }
    assert_eq!(ours.len(), theirs.len(), "{text}");

    let mut ours: Vec<_> =
        population.stories.iter().map(|s| (s.n, s.client.outcome, s.place == Place::Accepted)).collect();
    ours.sort_by_key(|(n, ..)| *n);
    let theirs: Vec<_> =
        (0..connects).map(|n| (n, twin.clients[n as usize].outcome, twin.taken.contains(&n))).collect();
    for (ours, theirs) in ours.iter().zip(&theirs) {
        assert_eq!(ours, theirs, "client, outcome, accepted: {text}");
    }
    let ours: Vec<_> = population.samples.iter().map(|s| (s.at, s.waiting, s.requests)).collect();
    let last = twin.lengths.len();
    for (ours, theirs) in ours.iter().zip(&twin.lengths) {
        assert_eq!(ours, theirs, "time, waiting, requests: {text}");
    }
    assert!(last + 1 >= ours.len(), "{text}");
    let ours = Meaning::new(settings.server_kernel).counters(&population.server.tally);
    let theirs = twin.world.host(twin.server).counters();
    // Of data that a held-back packet lets come early the population knows nothing.
    let theirs: Vec<(Counter, u64)> =
        theirs.moved().filter(|(counter, _)| *counter != Counter::TCPOFOQueue).collect();
    assert_eq!(ours.moved().collect::<Vec<_>>(), theirs, "{text}");
}

#[test]
fn healthy() {
    compare("accept_per_s=200 arrival_per_s=20 duration_s=3");
}

/// Small runs of every kind.
fn random(seed: u64) -> String {
    let mut rng = crate::rng::Rng::new(seed, 99);
    let mut pick = |of: &[&str]| of[rng.between(0, of.len() as u64 - 1) as usize].to_string();
    let server =
        "2.6.32 3.0 3.4 3.10 el7 3.13 3.18 4.1 4.3 4.4 4.4.100 4.9 4.10 4.11 4.19 5.4 6.1 6.12 6.14 6.18";
    let client = "2.6.32 3.0 3.4 3.10 el7 3.16 4.1 4.7 4.9 4.13 4.14 4.19 5.10 6.1 6.4 6.6 6.18";
    let kernels = |list: &'static str| list.split(' ').collect::<Vec<_>>();
    [
        ("server_kernel", pick(&kernels(server))),
        ("client_kernel", pick(&kernels(client))),
        ("backlog", pick(&["0", "1", "2", "3", "5", "8", "12", "20", "-1"])),
        ("somaxconn", pick(&["128", "128", "1", "4"])),
        ("max_syn_backlog", pick(&["1", "4", "16", "64", "1024"])),
        ("abort_on_overflow", pick(&["0", "0", "1"])),
        ("syncookies", pick(&["0", "1", "1", "2"])),
        ("synack_retries", pick(&["0", "1", "2", "5", "5"])),
        ("accept_per_s", pick(&["0", "0", "1", "3", "10", "100"])),
        ("accept_pause_s", pick(&["0", "0", "3"])),
        ("talks_first", pick(&["client", "client", "server"])),
        ("client_timeout_s", pick(&["0", "1", "2", "5", "5", "20"])),
        ("connect_timeout_s", pick(&["0", "0", "1", "3"])),
        ("arrival_per_s", pick(&["1", "2", "5"])),
        ("burst", pick(&["0", "0", "5", "15"])),
        ("flood_pct", pick(&["0", "0", "50", "80"])),
        ("rtt_ms", pick(&["1", "10", "40", "100"])),
        ("duration_s", pick(&["4", "8", "15", "15", "40", "140"])),
        ("seed", seed.to_string()),
    ]
    .map(|(name, value)| format!("{name}={value}"))
    .join(" ")
}

#[test]
fn the_population_is_a_world_of_hosts() {
    for seed in 0..600 {
        compare(&random(seed));
    }
}
