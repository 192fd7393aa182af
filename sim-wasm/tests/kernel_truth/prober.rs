//! A prober: hand-made segments with their own sequence numbers and timestamps, and the answers of the model.

use sim_wasm::kernel::{Counter, Counters};
use sim_wasm::net::{Endpoint, Flags, Ipv4, Segment, TcpOptions, TimestampOption};
use sim_wasm::tcp::{EventKind, Flow, Host, HostConfig, SocketId};
use sim_wasm::time::Time;

pub(crate) const SERVER: Endpoint = Endpoint::new(Ipv4::new(192, 0, 2, 1), 7001);
const CLIENT: Endpoint = Endpoint::new(Ipv4::new(10, 0, 0, 11), 20000);

/// The prober: hand-made segments with their own sequence numbers and timestamps.
pub(crate) struct Prober {
    pub(crate) host: Host,
    pub(crate) listener: SocketId,
    /// The connection that was accepted last.
    pub(crate) accepted: SocketId,
    pub(crate) now: Time,
    pub(crate) flow: Flow,
    pub(crate) snd: u32,
    pub(crate) rcv: u32,
    pub(crate) tsval: u32,
    pub(crate) with_ts: bool,
    pub(crate) peer_ts: u32,
}

impl Prober {
    /// A prober of a host that has just booted and listens. `tsval` is the first timestamp it sends.
    pub(crate) fn new(config: HostConfig, tsval: u32) -> Prober {
        Prober::with_backlog(config, tsval, 128)
    }

    /// The same with a backlog of its own.
    pub(crate) fn with_backlog(config: HostConfig, tsval: u32, backlog: i32) -> Prober {
        let mut host = Host::new(config);
        let listener = host.open_listener(SERVER.port, backlog);
        Prober {
            host,
            listener,
            accepted: listener,
            now: Time::ZERO,
            flow: Flow { local: SERVER, remote: CLIENT },
            snd: 0x1000_0000,
            rcv: 0,
            tsval,
            with_ts: true,
            peer_ts: 0,
        }
    }

    /// Sends a segment; returns what the host sends back.
    pub(crate) fn send(
        &mut self,
        flags: Flags,
        seq: u32,
        ack: u32,
        tsval: Option<u32>,
        len: u32,
    ) -> Vec<Segment> {
        let ts = tsval.map(|tsval| TimestampOption { tsval, tsecr: self.peer_ts });
        let syn = flags.syn();
        let segment = Segment {
            src: self.flow.remote,
            dst: self.flow.local,
            flags,
            seq,
            ack: if flags.ack() { ack } else { 0 },
            len,
            win: 29200,
            opts: TcpOptions {
                mss: syn.then_some(1460),
                wscale: syn.then_some(7),
                sack_ok: syn,
                ts,
                ..TcpOptions::default()
            },
        };
        self.host.receive(self.now, &segment);
        self.answers()
    }

    /// What the host has sent meanwhile.
    pub(crate) fn answers(&mut self) -> Vec<Segment> {
        std::iter::from_fn(|| self.host.poll_segment()).collect()
    }

    /// Sends the next segment of the connection, its clock `ticks` further.
    pub(crate) fn next(&mut self, flags: Flags, ticks: u32) -> Vec<Segment> {
        self.tsval += ticks;
        let answers = self.send(flags, self.snd, self.rcv, self.with_ts.then_some(self.tsval), 0);
        self.snd = self.snd.wrapping_add(u32::from(flags.fin() || flags.syn()));
        answers
    }

    /// Opens a connection and sends five bytes.
    pub(crate) fn connect(&mut self) {
        let syn_ack = self.next(Flags::SYN, 0).pop().expect("a SYN-ACK");
        self.rcv = syn_ack.seq.wrapping_add(1);
        self.with_ts = syn_ack.opts.ts.is_some();
        self.peer_ts = syn_ack.tsval().unwrap_or(0);
        self.next(Flags::ACK, 1);
        self.tsval += 9;
        let ts = self.with_ts.then_some(self.tsval);
        self.send(Flags::PSH.with(Flags::ACK), self.snd, self.rcv, ts, 5);
        self.snd += 5;
        let kinds: Vec<EventKind> = std::iter::from_fn(|| self.host.poll_event()).map(|e| e.kind).collect();
        assert_eq!(kinds, [EventKind::Acceptable, EventKind::Readable(5)]);
        self.accepted = self.host.accept(self.listener).expect("a connection");
    }

    /// Lets time pass.
    pub(crate) fn wait(&mut self, span: Time) {
        let until = self.now + span;
        while let Some(at) = self.host.next_deadline().filter(|at| *at <= until) {
            self.host.on_timers(at);
        }
        self.answers();
        self.now = until;
    }
}

/// `drop`, `synack`, `rst` or `ack`, as the recordings call it.
pub(crate) fn verdict(answer: Option<&Segment>) -> &'static str {
    match answer {
        None => "drop",
        Some(answer) if answer.flags.rst() => "rst",
        Some(answer) if answer.flags.syn() => "synack",
        Some(_) => "ack",
    }
}

/// The counters that moved between two moments, by name; those of other connections' timers, which the recordings
/// cannot tell apart, are left out.
pub(crate) fn moved(before: &Counters, after: &Counters) -> Vec<String> {
    let left_out = [
        Counter::InSegs,
        Counter::OutSegs,
        Counter::TW,
        Counter::TWKilled,
        Counter::RetransSegs,
        Counter::TCPTimeouts,
        Counter::TCPLossProbes,
        Counter::DelayedACKs,
    ];
    after
        .moved()
        .filter(|(counter, count)| *count > before.get(*counter) && !left_out.contains(counter))
        .map(|(counter, _)| format!("{counter:?}"))
        .collect()
}

/// Names joined by commas; a dash for none.
pub(crate) fn joined(names: &[String]) -> String {
    if names.is_empty() { "-".to_string() } else { names.join(",") }
}

/// The lines of a table below its head, in cells; there must be `rows` of them.
pub(crate) fn rows(table: &str, rows: usize) -> Vec<Vec<&str>> {
    let lines: Vec<Vec<&str>> = table.lines().skip(1).map(|line| line.split('\t').collect()).collect();
    assert_eq!(lines.len(), rows, "rows of the table");
    lines
}

/// Fails with the first differences, if there are any.
pub(crate) fn assert_none(kernel: &str, differences: &[String]) {
    let first = differences[..differences.len().min(12)].join("\n");
    assert!(differences.is_empty(), "{kernel}: {} differences\n{first}", differences.len());
}
