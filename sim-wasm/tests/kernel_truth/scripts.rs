//! `scripts`: seeded scripts of packets and calls (families A, handshakes, and D, closing), replayed event by event; the
//! packets that the model sends must be those that the kernel sent.

use sim_wasm::kernel::{KernelVersion, Sysctl};
use sim_wasm::net::{Endpoint, Flags, Ipv4, SackBlocks, Segment, TcpOptions, TimestampOption};
use sim_wasm::tcp::limits::{DATA_LEFT_OUT, LEFT_OUT};
use sim_wasm::tcp::{Flow, Host, HostConfig, Shutdown, SocketId, SocketOption};
use sim_wasm::time::Time;
use std::collections::BTreeMap;
use std::fmt::Write;

const LOCAL: Endpoint = Endpoint::new(Ipv4::new(192, 0, 2, 1), 7001);
const PEER: Endpoint = Endpoint::new(Ipv4::new(10, 1, 0, 1), 20000);
/// A port of the host on which nobody listens.
const OTHER_PORT: u16 = 7999;
/// The peer's clock when a script begins, if nothing tells it.
const PEER_CLOCK: u32 = 3_000_000;

/// A packet with its numbers relative to both sides' beginnings.
#[derive(Clone, Debug, PartialEq)]
struct Packet {
    at: Time,
    flags: String,
    seq: i64,
    ack: i64,
    len: u32,
    win: u16,
    opts: String,
}

pub(super) struct Script<'a> {
    pub(super) id: &'a str,
    head: BTreeMap<&'a str, &'a str>,
    passive: bool,
    lines: Vec<Vec<&'a str>>,
}

pub(super) fn parse(text: &str) -> Vec<Script<'_>> {
    let mut scripts: Vec<Script<'_>> = Vec::new();
    for line in text.lines() {
        let cells: Vec<&str> = line.split(' ').collect();
        if cells[0] == "#" {
            let head = cells[4..].iter().filter_map(|pair| pair.split_once('=')).collect();
            scripts.push(Script { id: cells[1], head, passive: cells[3] == "passive", lines: Vec::new() });
        } else {
            scripts.last_mut().unwrap().lines.push(cells);
        }
    }
    scripts
}

impl Script<'_> {
    /// The peer's clock when the script begins: a TSval far from it stands for 0.
    fn peer_clock(&self) -> u32 {
        let cells = self.lines.iter().filter(|line| line[0] == "i").filter_map(|line| line.get(7));
        let options = cells.flat_map(|cell| cell.split(','));
        let mut values =
            options.filter_map(|option| option.strip_prefix("ts")?.split('/').next()?.parse::<i64>().ok());
        values.find(|value| value.abs() > 100_000_000).map_or(PEER_CLOCK, |value| (-value) as u32)
    }
}

/// The replay of one script.
pub(super) struct Replay {
    pub(super) host: Host,
    pub(super) flow: Flow,
    listener: Option<SocketId>,
    socket: Option<SocketId>,
    peer_isn: u32,
    peer_clock: u32,
    own_isn: Option<u32>,
    own_clock: Option<u32>,
    /// Timestamps that the host has sent.
    own_stamps: Vec<u32>,
    pub(super) now: Time,
    sent: Vec<Packet>,
}

impl Replay {
    fn new(kernel: KernelVersion, hz: u64, script: &Script<'_>, secret: u64) -> Replay {
        let mut sysctl = Sysctl::defaults(kernel);
        sysctl.tcp_syncookies = 1;
        sysctl.tcp_rmem = [4096, 87_380, 6_291_456];
        sysctl.tcp_wmem = [4096, 16_384, 4_194_304];
        sysctl.rmem_max = 4_194_304;
        sysctl.wmem_max = 4_194_304;
        sysctl.tcp_adv_win_scale = 2;
        sysctl.tcp_tw_reuse = 0;
        sysctl.tcp_challenge_ack_limit = 100_000;
        sysctl.tcp_max_syn_backlog = 1024;
        sysctl.somaxconn = 4096;
        let mut host = Host::new(HostConfig {
            kernel,
            sysctl,
            hz,
            // Where in a jiffy the script began is not known: the twelve draws go through its phases.
            uptime: Time::from_secs(2000) + Time(secret % 12 * 1_000_000_000 / hz / 12),
            wall: Time::from_secs(1_795_403_207),
            secret,
            addrs: vec![LOCAL.addr],
        });
        let socket = host.socket();
        let number = |name: &str| script.head[name].parse::<u32>().unwrap();
        for (value, option) in [
            (number("rcvbuf"), SocketOption::RcvBuf(number("rcvbuf"))),
            // What send() took is replayed as it was taken: the buffer's own limit must not come into it.
            (1, SocketOption::SndBuf(4_000_000)),
            (number("nodelay"), SocketOption::NoDelay(true)),
            (u32::from(script.head.get("cc") == Some(&"reno")), SocketOption::Reno(true)),
        ] {
            if value > 0 {
                host.setsockopt(Time::ZERO, socket, option).unwrap();
            }
        }
        host.bind(socket, LOCAL).unwrap();
        if script.passive {
            host.listen(socket, 16).unwrap();
        }
        Replay {
            host,
            flow: Flow { local: LOCAL, remote: PEER },
            listener: script.passive.then_some(socket),
            socket: (!script.passive).then_some(socket),
            peer_isn: number("isn"),
            peer_clock: script.peer_clock(),
            own_isn: None,
            own_clock: None,
            own_stamps: Vec::new(),
            now: Time::ZERO,
            sent: Vec::new(),
        }
    }

    fn advance(&mut self, until: Time) {
        while let Some(at) = self.host.next_deadline().filter(|at| *at <= until) {
            self.now = at;
            self.host.on_timers(at);
            self.collect();
        }
        self.now = until;
    }

    fn collect(&mut self) {
        while let Some(segment) = self.host.poll_segment() {
            let packet = self.relative(&segment);
            self.sent.push(packet);
        }
        while self.host.poll_event().is_some() {}
    }

    fn relative(&mut self, segment: &Segment) -> Packet {
        if segment.flags.syn() {
            self.own_isn.get_or_insert(segment.seq);
        }
        if let Some(tsval) = segment.tsval() {
            self.own_clock.get_or_insert(tsval);
            self.own_stamps.push(tsval);
        }
        let own = self.own_isn.unwrap_or(0);
        let signed = |value: u32| i64::from(value.cast_signed());
        let acked = segment.flags.ack();
        Packet {
            at: self.now,
            flags: letters(segment.flags),
            seq: signed(segment.seq.wrapping_sub(own)),
            ack: if acked { signed(segment.ack.wrapping_sub(self.peer_isn)) } else { 0 },
            len: segment.len,
            win: segment.win,
            opts: self.options(&segment.opts),
        }
    }

    fn options(&self, opts: &TcpOptions) -> String {
        let mut out = Vec::new();
        out.extend(opts.mss.map(|mss| format!("mss{mss}")));
        out.extend(opts.wscale.map(|wscale| format!("ws{wscale}")));
        out.extend(opts.sack_ok.then(|| "sackok".to_string()));
        if let Some(ts) = opts.ts {
            let echo = match ts.tsecr {
                0 => "-".to_string(),
                tsecr => tsecr.wrapping_sub(self.peer_clock).cast_signed().to_string(),
            };
            out.push(format!(
                "ts{}/{echo}",
                ts.tsval.wrapping_sub(self.own_clock.unwrap_or(0)).cast_signed()
            ));
        }
        if !opts.sack.as_slice().is_empty() {
            let rel = |value: u32| value.wrapping_sub(self.peer_isn).cast_signed();
            let blocks: Vec<String> =
                opts.sack.as_slice().iter().map(|(a, b)| format!("{}:{}", rel(*a), rel(*b))).collect();
            out.push(format!("sack{}", blocks.join("+")));
        }
        if out.is_empty() { "-".to_string() } else { out.join(",") }
    }

    fn inject(&mut self, cells: &[&str]) {
        let [_, _, flags, seq, ack, len, win, opts, rest @ ..] = cells else { panic!("odd line {cells:?}") };
        let own = self.own_isn.unwrap_or(0);
        let offset = |base: u32, text: &str| base.wrapping_add(text.parse::<i64>().unwrap() as u32);
        let mut src = self.flow.local;
        if rest.contains(&"otherport") {
            src.port = OTHER_PORT;
        }
        let flags = from_letters(flags);
        let segment = Segment {
            src: self.flow.remote,
            dst: src,
            flags,
            seq: offset(self.peer_isn, seq),
            ack: if flags.ack() { offset(own, ack) } else { 0 },
            len: len.parse().unwrap(),
            win: win.parse().unwrap(),
            opts: self.parse_options(opts),
        };
        self.host.receive(self.now, &segment);
        self.collect();
    }

    fn parse_options(&self, text: &str) -> TcpOptions {
        let mut opts = TcpOptions::default();
        for option in text.split(',').filter(|option| *option != "-") {
            if let Some(mss) = option.strip_prefix("mss") {
                opts.mss = Some(mss.parse().unwrap());
            } else if let Some(wscale) = option.strip_prefix("ws") {
                opts.wscale = Some(wscale.parse().unwrap());
            } else if option == "sackok" {
                opts.sack_ok = true;
            } else if let Some(ts) = option.strip_prefix("ts") {
                let (val, echo) = ts.split_once('/').unwrap();
                let clock = |base: u32, text: &str| match text {
                    "-" => 0,
                    number => base.wrapping_add(number.parse::<i64>().unwrap() as u32),
                };
                let echoed = clock(self.own_clock.unwrap_or(0), echo);
                opts.ts = Some(TimestampOption {
                    tsval: clock(self.peer_clock, val),
                    tsecr: self.nearest_stamp(echoed),
                });
            } else if let Some(blocks) = option.strip_prefix("sack") {
                let own = self.own_isn.unwrap_or(0);
                let rel = |text: &str| own.wrapping_add(text.parse::<i64>().unwrap() as u32);
                opts.sack = SackBlocks::new(blocks.split('+').map(|block| {
                    let (a, b) = block.split_once(':').unwrap();
                    (rel(a), rel(b))
                }));
            }
        }
        opts
    }

    /// What the peer echoes is what it got: the kernel's clock may have ticked elsewhere within the millisecond.
    fn nearest_stamp(&self, echoed: u32) -> u32 {
        let apart = |stamp: &&u32| stamp.wrapping_sub(echoed).cast_signed().unsigned_abs();
        let near = self.own_stamps.iter().min_by_key(apart).filter(|stamp| apart(stamp) <= 15);
        near.copied().unwrap_or(echoed)
    }

    fn call(&mut self, cells: &[&str]) {
        let [_, _, name, args, ret, errno] = cells else { panic!("odd line {cells:?}") };
        let now = self.now;
        let taken: i64 = ret.parse().unwrap();
        if *name == "accept" {
            self.socket = self.listener.and_then(|listener| self.host.accept(listener).ok());
        }
        let Some(socket) = self.socket else { return };
        match *name {
            "connect" => drop(self.host.connect(now, socket, PEER)),
            // EAGAIN: the buffer was full.
            "send" if *errno == "11" => {}
            "send" => {
                let (len, more) = match args.split_once(',') {
                    Some((len, flag)) => (len, flag == "MSG_MORE"),
                    None => (*args, false),
                };
                let len = if taken > 0 { taken as u32 } else { len.parse().unwrap_or(1) };
                let _ = self.host.write_some(now, socket, len, more);
            }
            "recv" => drop(self.host.read(now, socket, args.parse().unwrap())),
            "shutdown" => {
                let how = match *args {
                    "RD" => Shutdown::Read,
                    "WR" => Shutdown::Write,
                    "RDWR" => Shutdown::Both,
                    other => panic!("unknown direction {other}"),
                };
                let _ = self.host.shutdown(now, socket, how);
            }
            "close" | "close_begin" => drop(self.host.close(now, socket)),
            "setsockopt" => {
                let (name, value) = args.split_once(',').unwrap();
                let value: u64 = value.parse().unwrap();
                let option = match name {
                    "SO_LINGER" => SocketOption::Linger(Some(Time::from_secs(value))),
                    "TCP_CORK" => SocketOption::Cork(value > 0),
                    "TCP_NODELAY" => SocketOption::NoDelay(value > 0),
                    other => panic!("unknown option {other}"),
                };
                self.host.setsockopt(now, socket, option).ok();
            }
            "accept" | "connect_done" => {}
            other => panic!("unknown call {other}"),
        }
        self.collect();
    }
}

fn letters(flags: Flags) -> String {
    let all = [(Flags::FIN, 'F'), (Flags::SYN, 'S'), (Flags::RST, 'R'), (Flags::ACK, 'A'), (Flags::URG, 'U')];
    // PSH depends on how the sender's segments were batched, and is left out.
    all.into_iter().filter(|(flag, _)| flags.has(*flag)).map(|(_, letter)| letter).collect()
}

fn from_letters(text: &str) -> Flags {
    text.chars().fold(Flags::default(), |flags, letter| {
        flags.with(match letter {
            'F' => Flags::FIN,
            'S' => Flags::SYN,
            'R' => Flags::RST,
            'P' => Flags::PSH,
            'A' => Flags::ACK,
            'U' => Flags::URG,
            '-' => Flags::default(),
            other => panic!("unknown flag {other}"),
        })
    })
}

/// Timestamps count milliseconds: they may be off by as much as times may.
fn same_options(a: &str, b: &str, tolerance_ms: i64) -> bool {
    let (a, b): (Vec<&str>, Vec<&str>) = (a.split(',').collect(), b.split(',').collect());
    a.len() == b.len()
        && a.iter().all(|option| {
            b.iter().any(|other| match (option.strip_prefix("ts"), other.strip_prefix("ts")) {
                (Some(x), Some(y)) => {
                    let ((x, x_echo), (y, y_echo)) = (x.split_once('/').unwrap(), y.split_once('/').unwrap());
                    let near = match (x.parse::<i64>(), y.parse::<i64>()) {
                        (Ok(x), Ok(y)) => (x - y).abs() <= tolerance_ms,
                        _ => x == y,
                    };
                    near && x_echo == y_echo
                }
                _ => option == other,
            })
        })
}

/// The difference between what was sent and what was to be sent, if there is any.
fn difference(script: &Script<'_>, sent: &[Packet]) -> Option<String> {
    let mut last_cause = Time::ZERO;
    let mut next = 0;
    for line in &script.lines {
        let at = Time::from_micros(line[1].parse().unwrap());
        if line[0] != "o" {
            last_cause = at;
            continue;
        }
        let expected = Packet {
            at,
            flags: line[2].replace('P', ""),
            seq: line[3].parse().unwrap(),
            ack: line[4].parse().unwrap(),
            len: line[5].parse().unwrap(),
            win: line[6].parse().unwrap(),
            opts: line[7].to_string(),
        };
        let Some(got) = sent.get(next) else { return Some(format!("missing {expected:?}")) };
        next += 1;
        // What follows a timer may be late by an eighth of its time from 4.8 on.
        let tolerance = 15 + (at - last_cause).millis() / 8;
        let off = got.at.millis().abs_diff(at.millis());
        let window = !expected.flags.contains('S') || got.win == expected.win;
        // An initial number of another connection is a hash.
        let unrelated = expected.flags == "RA" && expected.seq.unsigned_abs() > 100_000_000;
        let same = got.flags == expected.flags
            && (got.seq == expected.seq || unrelated)
            && (got.ack, got.len) == (expected.ack, expected.len)
            && window
            && off <= tolerance
            && same_options(&got.opts, &expected.opts, tolerance as i64);
        if !same {
            return Some(format!("expected {expected:?}\n         got {got:?}"));
        }
    }
    sent.get(next).map(|extra| format!("extra {extra:?}"))
}

/// Prints a script with what the kernel sent (`o`) beside what the model sends (`m`), and the model's state: for a look at
/// one that is not repeated. `TRACE=6.18.44:C025 cargo test -p sim-wasm --test kernel_truth trace -- --ignored --nocapture`
#[test]
#[ignore = "a tool"]
fn trace() {
    let wanted = std::env::var("TRACE").expect("TRACE=kernel:script");
    let (name, id) = wanted.split_once(':').unwrap();
    let kernel = KernelVersion::parse(name).unwrap();
    let hz = if name == "6.18.44" { 250 } else { 1000 };
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/kernel_truth/scripts");
    let text = ["", "data/"].map(|sub| std::fs::read_to_string(format!("{folder}/{sub}{name}.txt")).unwrap());
    let text = text.concat();
    let scripts = parse(&text);
    let script = scripts.iter().find(|script| script.id == id).unwrap();
    let secret =
        (1..=12).find(|secret| difference(script, &replay(kernel, hz, script, *secret).sent).is_none());
    let mut replay = Replay::new(kernel, hz, script, secret.unwrap_or(1));
    let mut shown = 0;
    let show = |replay: &mut Replay, shown: &mut usize| {
        for packet in &replay.sent[*shown..] {
            let Packet { at, flags, seq, ack, len, win, opts } = packet;
            println!("    m {} {flags} {seq} {ack} {len} {win} {opts}", at.micros());
        }
        if *shown < replay.sent.len() || std::env::var("STATE").is_ok() {
            *shown = replay.sent.len();
            let told = [
                "ca_state",
                "snd_cwnd",
                "snd_ssthresh",
                "unacked",
                "sacked",
                "lost",
                "retrans",
                "rto",
                "rtt",
                "rcv_ssthresh",
            ];
            let (now, flow) = (replay.now, replay.flow);
            let state: Vec<String> = told
                .iter()
                .filter_map(|name| {
                    let value = replay.host.tcp_info(now, flow, &format!("tcpi_{name}"))?;
                    Some(format!("{name}={value}"))
                })
                .collect();
            println!("      {}", state.join(" "));
        }
    };
    for line in &script.lines {
        let at = Time::from_micros(line[1].parse().unwrap());
        if line[0] != "o" {
            replay.advance(at);
            show(&mut replay, &mut shown);
        }
        println!("{}", line.join(" "));
        match line[0] {
            "o" => {}
            "i" => replay.inject(line),
            _ => replay.call(line),
        }
        show(&mut replay, &mut shown);
    }
    replay.advance(Time::from_millis(script.head["end"].parse().unwrap()));
    show(&mut replay, &mut shown);
}

fn replay(kernel: KernelVersion, hz: u64, script: &Script<'_>, secret: u64) -> Replay {
    let mut replay = Replay::new(kernel, hz, script, secret);
    for line in &script.lines {
        if line[0] == "o" {
            continue;
        }
        replay.advance(Time::from_micros(line[1].parse().unwrap()));
        match line[0] {
            "i" => replay.inject(line),
            _ => replay.call(line),
        }
    }
    replay.advance(Time::from_millis(script.head["end"].parse().unwrap()));
    replay
}

/// The replay that sends what the kernel sent, if there is one.
pub(super) fn faithful(kernel: KernelVersion, hz: u64, script: &Script<'_>) -> Option<Replay> {
    let mut replays = (1..=12).map(|secret| replay(kernel, hz, script, secret));
    replays.find(|replay| difference(script, &replay.sent).is_none())
}

fn check(name: &str, hz: u64, text: &str) {
    let kernel = KernelVersion::parse(name).unwrap();
    let mut report = String::new();
    let scripts = parse(text);
    let (mut right, total) = (0, scripts.len());
    let left_out: Vec<&str> =
        LEFT_OUT.iter().filter(|(kernel, _)| *kernel == name).map(|(_, script)| *script).collect();
    for script in &scripts {
        // Up to 4.3 a hash drawn at boot decides when a request's timer looks at it: the draw that fits is taken.
        let outcomes = (1..=12).map(|secret| difference(script, &replay(kernel, hz, script, secret).sent));
        let mut outcomes = outcomes.collect::<Vec<_>>();
        if outcomes.contains(&None) {
            right += 1;
        } else if left_out.contains(&script.id) {
            continue;
        } else if let Some(Some(difference)) = outcomes.pop() {
            let _ = writeln!(report, "{} {}", script.id, difference);
        }
    }
    assert!(report.is_empty(), "{name}: {right} of {total}\n{report}");
    assert_eq!(left_out.len(), total - right, "{name}: a script that is left out is repeated after all");
    assert!(right * 100 >= total * 95, "{name}: {right} of {total}");
}

/// Families B and C: all but those that `limits.rs` lists are repeated.
fn check_data(name: &str, hz: u64, text: &str) {
    let kernel = KernelVersion::parse(name).unwrap();
    let listed = DATA_LEFT_OUT.iter().filter(|listed| listed.kernel == name);
    let left_out: Vec<&str> = listed.flat_map(|listed| listed.scripts.split_whitespace()).collect();
    let mut report = String::new();
    let scripts = parse(text);
    let mut right = 0;
    for script in &scripts {
        let outcomes = (1..=12).map(|secret| difference(script, &replay(kernel, hz, script, secret).sent));
        let mut outcomes = outcomes.collect::<Vec<_>>();
        let repeated = outcomes.contains(&None);
        right += usize::from(repeated);
        if repeated == left_out.contains(&script.id) {
            let difference = outcomes.pop().flatten().unwrap_or_else(|| "is repeated after all".to_string());
            let _ = writeln!(report, "{} {difference}", script.id);
        }
    }
    assert!(report.is_empty(), "{name}: {right} of {}\n{report}", scripts.len());
    assert!(right * 100 >= scripts.len() * 90, "{name}: {right} of {}", scripts.len());
}

#[test]
fn data_2_6_32_67() {
    check_data("2.6.32.67", 1000, include_str!("scripts/data/2.6.32.67.txt"));
}

#[test]
fn data_3_10_108() {
    check_data("3.10.108", 1000, include_str!("scripts/data/3.10.108.txt"));
}

#[test]
fn data_el7() {
    check_data("el7", 1000, include_str!("scripts/data/el7.txt"));
}

#[test]
fn data_4_11() {
    check_data("4.11.0", 1000, include_str!("scripts/data/4.11.0.txt"));
}

#[test]
fn data_6_18_44() {
    check_data("6.18.44", 250, include_str!("scripts/data/6.18.44.txt"));
}

#[test]
fn kernel_2_6_32_67() {
    check("2.6.32.67", 1000, include_str!("scripts/2.6.32.67.txt"));
}

#[test]
fn kernel_3_10_108() {
    check("3.10.108", 1000, include_str!("scripts/3.10.108.txt"));
}

#[test]
fn kernel_el7() {
    check("el7", 1000, include_str!("scripts/el7.txt"));
}

#[test]
fn kernel_4_11() {
    check("4.11.0", 1000, include_str!("scripts/4.11.0.txt"));
}

#[test]
fn kernel_6_18_44() {
    check("6.18.44", 250, include_str!("scripts/6.18.44.txt"));
}
