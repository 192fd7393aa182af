//! What holds for the TCP model whatever comes: no panic, queues within their bounds, numbers that wrap, timers that end.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

use proptest::prelude::*;
use sim_wasm::kernel::{KernelVersion, Sysctl, Timestamps};
use sim_wasm::net::{
    Endpoint, Flags, Icmp, Ipv4, SackBlocks, Segment, TcpOptions, TimestampOption, Unreachable,
};
use sim_wasm::rng::Rng;
use sim_wasm::tcp::seq::{after, before, distance, in_window};
use sim_wasm::tcp::{Flow, Host, HostConfig, Shutdown, SocketId, SocketOption};
use sim_wasm::time::Time;

const KERNELS: [&str; 12] =
    ["2.6.32", "3.0", "3.4", "3.10", "el7", "4.4", "4.9", "4.11", "4.19", "5.10", "6.12", "6.18"];
const LOCAL: Endpoint = Endpoint::new(Ipv4::new(192, 0, 2, 1), 80);

/// A host at the mercy of chance.
struct Mayhem {
    rng: Rng,
    host: Host,
    listener: SocketId,
    held: Vec<SocketId>,
    peers: Vec<Peer>,
    now: Time,
}

/// The other end of a flow, as far as it keeps up with what the host sends.
struct Peer {
    flow: Flow,
    snd: u32,
    rcv: u32,
    echo: u32,
}

impl Mayhem {
    fn new(seed: u64) -> Mayhem {
        let mut rng = Rng::new(seed, 77);
        let kernel = KernelVersion::parse(KERNELS[rng.between(0, 11) as usize]).unwrap();
        let mut sysctl = Sysctl::defaults(kernel);
        sysctl.tcp_syncookies = rng.between(0, 2) as u8;
        sysctl.tcp_abort_on_overflow = rng.percent(30);
        sysctl.tcp_max_syn_backlog = rng.between(1, 64) as u32;
        sysctl.tcp_tw_recycle = rng.percent(20);
        sysctl.tcp_tw_reuse = rng.between(0, 2) as u8;
        sysctl.tcp_max_tw_buckets = rng.between(0, 4) as u32;
        sysctl.tcp_timestamps = Timestamps::from_value(rng.between(0, 2) as i64);
        sysctl.tcp_fin_timeout = rng.between(1, 130);
        sysctl.tcp_mtu_probing = rng.between(0, 2) as u8;
        sysctl.ip_no_pmtu_disc = u8::from(rng.percent(10));
        sysctl.ip_local_port_range = (40_000, 40_003);
        let mut host = Host::new(HostConfig {
            kernel,
            sysctl,
            hz: [100, 250, 1000][rng.between(0, 2) as usize],
            uptime: Time::from_millis(rng.between(1, 900_000)),
            wall: Time::from_millis(rng.between(0, 90_000)),
            secret: rng.next_u64(),
            addrs: vec![LOCAL.addr],
        });
        let listener = host.open_listener(LOCAL.port, rng.between(0, 6) as i32 - 1);
        let peer = |rng: &mut Rng, n: u64| {
            let remote = Endpoint::new(Ipv4::new(10, 0, 0, n as u8 + 1), 5000);
            // Close to where sequence numbers wrap.
            let snd = u32::MAX - rng.between(0, 3000) as u32;
            Peer { flow: Flow { local: LOCAL, remote }, snd, rcv: 0, echo: 0 }
        };
        let peers = (0..4).map(|n| peer(&mut rng, n)).collect();
        Mayhem { rng, host, listener, held: Vec::new(), peers, now: Time::ZERO }
    }

    fn near(&mut self, number: u32) -> u32 {
        match self.rng.between(0, 9) {
            0 => self.rng.next_u32(),
            1 => number.wrapping_sub(self.rng.between(1, 2000) as u32),
            2 => number.wrapping_add(self.rng.between(1, 70_000) as u32),
            3 => number.wrapping_sub(1),
            _ => number,
        }
    }

    fn packet(&mut self) {
        let n = self.rng.between(0, 3) as usize;
        let (flow, snd, rcv, echo) =
            (self.peers[n].flow, self.peers[n].snd, self.peers[n].rcv, self.peers[n].echo);
        let flags = match self.rng.between(0, 11) {
            0 | 1 => Flags::SYN,
            2 => Flags::SYN.with(Flags::ACK),
            3 => Flags::RST,
            4 => Flags::RST.with(Flags::ACK),
            5 => Flags::FIN.with(Flags::ACK),
            6 => Flags(self.rng.next_u32() as u8),
            7 | 8 => Flags::PSH.with(Flags::ACK),
            _ => Flags::ACK,
        };
        let seq = self.near(snd);
        let ack = self.near(rcv);
        let len = if self.rng.percent(40) { self.rng.between(0, 1460) as u32 } else { 0 };
        let tsval = self.now.millis() as u32;
        let tsval = self.near(tsval);
        let ts = TimestampOption { tsval, tsecr: echo };
        let first = self.near(rcv);
        let segment = Segment {
            src: flow.remote,
            dst: flow.local,
            flags,
            seq,
            ack: if flags.ack() { ack } else { 0 },
            len,
            win: self.rng.next_u32() as u16,
            opts: TcpOptions {
                mss: self.rng.percent(50).then_some(self.rng.next_u32() as u16),
                wscale: self.rng.percent(50).then_some(self.rng.between(0, 15) as u8),
                sack_ok: self.rng.percent(50),
                ts: self.rng.percent(60).then_some(ts),
                sack: SackBlocks::new(self.rng.percent(10).then_some((first, first.wrapping_add(100)))),
            },
        };
        self.host.receive(self.now, &segment);
        if seq == snd {
            self.peers[n].snd = segment.end_seq();
        }
    }

    fn call(&mut self) {
        let now = self.now;
        if let Ok(socket) = self.host.accept(self.listener) {
            self.held.push(socket);
        }
        if self.rng.percent(10) {
            let remote = self.peers[self.rng.between(0, 3) as usize].flow.remote;
            self.held.extend(self.host.open(now, LOCAL.addr, remote, None).ok());
        }
        let count = self.held.len() as u64;
        if count == 0 {
            return;
        }
        let at = self.rng.between(0, count - 1) as usize;
        let socket = self.held[at];
        let len = self.rng.between(0, 20_000) as u32;
        match self.rng.between(0, 9) {
            0 => {
                self.host.close(now, socket);
                self.held.swap_remove(at);
            }
            1 => {
                self.host.abort(now, socket);
                self.held.swap_remove(at);
            }
            2 => {
                let how = [Shutdown::Read, Shutdown::Write, Shutdown::Both][self.rng.between(0, 2) as usize];
                let _ = self.host.shutdown(now, socket, how);
            }
            3 => {
                let option = match self.rng.between(0, 6) {
                    0 => SocketOption::KeepAlive(true),
                    1 => SocketOption::KeepIdle(Time::from_secs(1)),
                    2 => SocketOption::UserTimeout(Time::from_millis(u64::from(len))),
                    3 => SocketOption::Cork(self.rng.percent(50)),
                    4 => SocketOption::NoDelay(self.rng.percent(50)),
                    5 => SocketOption::Linger2(self.rng.percent(50).then_some(Time::from_secs(70))),
                    _ => SocketOption::QuickAck(self.rng.percent(50)),
                };
                let _ = self.host.setsockopt(now, socket, option);
            }
            4 | 5 => drop(self.host.read(now, socket, len)),
            6 => {
                if let Some(flow) = self.host.flow(socket) {
                    let (kind, seq) = match self.rng.percent(70) {
                        true => {
                            let mtu = self.rng.between(0, 1500) as u16;
                            let sent = self.peers.iter().find(|peer| peer.flow.remote == flow.remote);
                            let seq = sent.map_or(0, |peer| peer.rcv.wrapping_sub(1));
                            (Unreachable::FragmentationNeeded { mtu }, self.near(seq))
                        }
                        false => (Unreachable::Host, self.rng.next_u32()),
                    };
                    self.host.receive_icmp(now, &Icmp { src: flow.local, dst: flow.remote, seq, kind });
                }
            }
            _ => drop(self.host.write(now, socket, len)),
        }
    }

    fn wait(&mut self) {
        let span = Time::from_millis([1, 40, 250, 3000, 61_000][self.rng.between(0, 4) as usize]);
        let until = self.now + span;
        let mut fired = 0;
        while let Some(at) = self.host.next_deadline().filter(|at| *at <= until) {
            assert!(at >= self.now, "a timer in the past");
            self.now = at;
            self.host.on_timers(at);
            self.check();
            fired += 1;
            assert!(fired < 100_000, "timers that never end");
        }
        self.now = until;
    }

    fn go_on(&mut self) {
        match self.rng.between(0, 5) {
            0 => self.wait(),
            1 | 2 => self.call(),
            _ => self.packet(),
        }
        self.check();
    }

    fn check(&mut self) {
        if let Some(queues) = self.host.queues(self.listener) {
            let limit = queues.syn_queue_limit(self.host.kernel().changes());
            assert!(queues.waiting <= queues.backlog.saturating_add(1), "{queues:?}");
            assert!(queues.young <= queues.requests, "{queues:?}");
            // A SYN that a TIME_WAIT let in comes on top.
            assert!(queues.requests <= limit.saturating_add(4), "{queues:?}");
        }
        while let Some(sent) = self.host.poll_segment() {
            assert!(sent.len <= 1460, "{sent:?}");
            assert!(sent.flags.ack() || sent.ack == 0, "{sent:?}");
            if let Some(peer) = self.peers.iter_mut().find(|peer| peer.flow.remote == sent.dst) {
                peer.rcv = sent.end_seq();
                peer.echo = sent.tsval().unwrap_or(0);
                peer.flow.local = sent.src;
                if sent.flags.ack() && !sent.flags.rst() {
                    peer.snd = sent.ack;
                }
            }
        }
        while self.host.poll_event().is_some() {}
        for shown in self.host.shown(self.now) {
            assert!(shown.recv_q < 1 << 30 && shown.send_q < 1 << 30, "{shown:?}");
        }
    }
}

/// Chance gets everywhere: what never happens is not tested.
#[test]
fn mayhem_reaches_every_state() {
    let mut seen = std::collections::BTreeSet::new();
    for seed in 0..600 {
        let mut mayhem = Mayhem::new(seed);
        for _ in 0..150 {
            mayhem.go_on();
            seen.extend(mayhem.host.shown(mayhem.now).iter().map(|shown| shown.state));
        }
    }
    for state in [
        "LISTEN",
        "SYN-SENT",
        "SYN-RECV",
        "ESTAB",
        "FIN-WAIT-1",
        "FIN-WAIT-2",
        "CLOSE-WAIT",
        "CLOSING",
        "LAST-ACK",
        "TIME-WAIT",
    ] {
        assert!(seen.contains(state), "{state} was never reached: {seen:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20_000))]

    #[test]
    fn nothing_breaks_a_host(seed in any::<u64>()) {
        let mut mayhem = Mayhem::new(seed);
        for _ in 0..150 {
            mayhem.go_on();
        }
    }

    #[test]
    fn sequence_numbers_wrap(base in any::<u32>(), step in 1..(1u32 << 31), window in 1..(1u32 << 30)) {
        let next = base.wrapping_add(step);
        prop_assert!(after(next, base) && before(base, next) && !after(base, next));
        prop_assert_eq!(distance(next, base), step as i32);
        prop_assert!(in_window(base, base, base, window));
        prop_assert!(in_window(base.wrapping_add(window - 1), base.wrapping_add(window), base, window));
        prop_assert!(!in_window(base.wrapping_sub(1), base, base, window));
    }
}
