//! The model against real kernels: every SYN that was sent to one is sent to the model, and must fare the same.
//! See `kernel-truth/README.md` for the rows.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

use sim_wasm::kernel::{Counter, KernelVersion, Sysctl, Timestamps};
use sim_wasm::net::{Endpoint, Flags, Ipv4, Segment, TcpOptions, TimestampOption};
use sim_wasm::tcp::{AppEventKind, Flow, Host, HostConfig};
use sim_wasm::time::Time;

const SERVER: Endpoint = Endpoint::new(Ipv4::new(192, 0, 2, 1), 7001);
const FIRST_TSVAL: u32 = 5_000_000;

struct Row<'a> {
    close: &'a str,
    d: &'a str,
    actual: Time,
    dsec: u64,
    time_wait_seen: bool,
    expected: String,
}

/// The prober: hand-made segments with their own sequence numbers and timestamps.
struct Prober {
    host: Host,
    now: Time,
    flow: Flow,
    snd: u32,
    rcv: u32,
    tsval: u32,
    with_ts: bool,
    peer_ts: u32,
}

impl Prober {
    fn send(&mut self, flags: Flags, seq: u32, ack: u32, tsval: Option<u32>, len: u32) -> Vec<Segment> {
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
            opts: TcpOptions { mss: syn.then_some(1460), wscale: syn.then_some(7), sack_ok: syn, ts },
        };
        self.host.receive(self.now, &segment);
        self.host.flush_acks(self.now, self.flow);
        self.answers()
    }

    fn answers(&mut self) -> Vec<Segment> {
        std::iter::from_fn(|| self.host.poll_segment()).collect()
    }

    fn next(&mut self, flags: Flags, ticks: u32) -> Vec<Segment> {
        self.tsval += ticks;
        let answers = self.send(flags, self.snd, self.rcv, self.with_ts.then_some(self.tsval), 0);
        self.snd = self.snd.wrapping_add(u32::from(flags.fin() || flags.syn()));
        answers
    }

    fn connect(&mut self) {
        let syn_ack = self.next(Flags::SYN, 0).pop().expect("a SYN-ACK");
        self.rcv = syn_ack.seq.wrapping_add(1);
        self.with_ts = syn_ack.opts.ts.is_some();
        self.peer_ts = syn_ack.tsval().unwrap_or(0);
        self.next(Flags::ACK, 1);
        self.tsval += 9;
        let ts = self.with_ts.then_some(self.tsval);
        self.send(Flags::PSH.with(Flags::ACK), self.snd, self.rcv, ts, 5);
        self.snd += 5;
        let kinds: Vec<AppEventKind> =
            std::iter::from_fn(|| self.host.poll_event()).map(|e| e.kind).collect();
        assert_eq!(kinds, [AppEventKind::Accepted, AppEventKind::Readable(5)]);
    }

    /// Closes the connection as tcpprobe.c does.
    fn close(&mut self, how: &str) {
        let (fin, ack) = (Flags::FIN.with(Flags::ACK), Flags::ACK);
        if how != "c3_srvRST_unread" {
            assert_eq!(self.host.read(self.flow), 5);
        }
        let server_closes = |prober: &mut Prober| {
            prober.host.close(prober.now, prober.flow);
            let fin = prober.answers().pop().expect("a FIN");
            fin.end_seq()
        };
        match how {
            "a_clientFIN" => {
                self.next(fin, 10);
                self.rcv = server_closes(self);
                self.next(ack, 1);
            }
            "b1_srvFIN_ACK_FIN" | "same_TW_seqhi" | "same_TW_seqlo" => {
                self.rcv = server_closes(self);
                self.next(ack, 5);
                self.next(fin, 5);
            }
            "b2_srvFIN_FINACK" => {
                self.rcv = server_closes(self);
                self.next(fin, 10);
            }
            "b3_srvFIN_ack_only_FINWAIT2" => {
                self.rcv = server_closes(self);
                self.next(ack, 10);
            }
            "b4_simult_close" => {
                let end = server_closes(self);
                self.next(fin, 9);
                self.rcv = end;
                self.next(ack, 1);
            }
            "b5_srvFIN_noanswer" => {
                server_closes(self);
            }
            "c1_clientRST" => {
                self.next(Flags::RST.with(Flags::ACK), 10);
            }
            "c2_srvRST_linger0" => self.host.abort(self.now, self.flow),
            "c3_srvRST_unread" => self.host.close(self.now, self.flow),
            other => panic!("unknown way to close: {other}"),
        }
        self.answers();
    }

    fn wait(&mut self, span: Time) {
        let until = self.now + span;
        while let Some(at) = self.host.next_deadline().filter(|at| *at <= until) {
            self.host.on_timers(at);
        }
        self.answers();
        self.now = until;
    }
}

fn replay(kernel: KernelVersion, hz: u64, timestamps: &str, recycle: &str, row: &Row<'_>) -> String {
    let mut sysctl = Sysctl::defaults(kernel);
    sysctl.tcp_timestamps = Timestamps::from_value(timestamps.parse().unwrap());
    sysctl.tcp_tw_recycle = recycle == "1";
    // Where in its second the first connection was closed is not in the row, but the row says how many whole seconds
    // passed: the phase follows.
    let phase = if row.actual.secs() < row.dsec { Time::from_millis(999) } else { Time::from_millis(0) };
    // Where the wheel's granule began is not known either; on 4.8 and later it decides whether TIME_WAIT was still
    // there a second late, which the row says.
    let granule = Time(4096 * 1_000_000_000 / hz);
    let lateness = if row.time_wait_seen { granule - Time::from_millis(100) } else { Time::from_millis(50) };
    let aligned = Time(granule.0 * 1000);
    let host = HostConfig {
        kernel,
        sysctl,
        hz,
        uptime: aligned + (Time(granule.0 * 20) - Time::from_secs(60) - lateness),
        wall: Time::from_secs(1_795_404_256) + phase,
        secret: 1,
        addrs: vec![SERVER.addr],
    };
    let mut prober = Prober {
        host: Host::new(host),
        now: Time::ZERO,
        flow: Flow { local: SERVER, remote: Endpoint::new(Ipv4::new(10, 0, 0, 11), 20000) },
        snd: 0x1000_0000,
        rcv: 0,
        tsval: FIRST_TSVAL,
        with_ts: true,
        peer_ts: 0,
    };
    prober.host.listen(SERVER.port);
    if row.close != "n_noprev" {
        prober.connect();
        prober.close(row.close);
    }
    prober.wait(row.actual);

    let same = row.close.starts_with("same_TW");
    if !same {
        prober.flow.remote.port += 20000;
    }
    let seq = match row.close {
        "same_TW_seqhi" => prober.snd.wrapping_add(100_000),
        "same_TW_seqlo" => prober.snd.wrapping_sub(50_000),
        _ => 0x2000_0000,
    };
    let tsval = match row.d {
        "none" => None,
        "zero" => Some(0),
        d => Some(prober.tsval.wrapping_add(d.parse::<i64>().unwrap() as u32)),
    };
    prober.peer_ts = 0;
    let before = prober.host.counters.clone();
    let answer = prober.send(Flags::SYN, seq, 0, tsval, 0).pop();
    let verdict = match &answer {
        None => "drop",
        Some(answer) if answer.flags.syn() => "synack",
        Some(answer) if answer.flags.rst() => "rst",
        Some(_) => "ack",
    };
    let response = answer.map_or("-".to_string(), |answer| {
        let (ts, sack) = (u8::from(answer.opts.ts.is_some()), u8::from(answer.opts.sack_ok));
        // The scale of the machines' small memory is not modelled, so the window is compared in the SYN-ACK alone.
        let window = if answer.flags.syn() { answer.win.to_string() } else { "*".to_string() };
        format!("{}/{ts}/{sack}/{window}", answer.flags.0)
    });
    let ignored = [
        Counter::InSegs,
        Counter::OutSegs,
        Counter::TW,
        Counter::TWKilled,
        Counter::RetransSegs,
        Counter::TCPTimeouts,
    ];
    let moved: Vec<String> = prober
        .host
        .counters
        .moved()
        .filter(|(counter, count)| *count > before.get(*counter) && !ignored.contains(counter))
        .map(|(counter, _)| format!("{counter:?}"))
        .collect();
    let counters = if moved.is_empty() { "-".to_string() } else { moved.join(",") };
    format!("{verdict} {response} {counters}")
}

fn check(kernel: &str, hz: u64, rows: usize, table: &str) {
    let version = KernelVersion::parse(kernel).unwrap();
    let mut failures = Vec::new();
    let mut count = 0;
    for line in table.lines().skip(1) {
        let cells: Vec<&str> = line.split('\t').collect();
        let [ts, rec, close, d, _, actual_ms, dsec, prev_state, verdict, resp, counters] = cells[..] else {
            panic!("{kernel}: odd line {line}");
        };
        let resp = match resp.rsplit_once('/') {
            Some((start, _)) if verdict == "ack" => format!("{start}/*"),
            _ => resp.to_string(),
        };
        let row = Row {
            close,
            d,
            actual: Time::from_millis(actual_ms.parse().unwrap()),
            dsec: dsec.parse().unwrap(),
            time_wait_seen: prev_state == "6",
            expected: format!("{verdict} {resp} {counters}"),
        };
        let got = replay(version, hz, ts, rec, &row);
        if got != row.expected {
            failures.push(format!("{line}\n    model: {got}"));
        }
        count += 1;
    }
    assert_eq!(count, rows, "{kernel}: rows in the table");
    assert!(
        failures.is_empty(),
        "{kernel}: {} of {count} differ\n{}",
        failures.len(),
        failures[..failures.len().min(12)].join("\n")
    );
}

#[test]
fn twr_2_6_32_67() {
    check("2.6.32.67", 1000, 2908, include_str!("kernel-truth/twr/2.6.32.67.tsv"));
}

#[test]
fn twr_3_10_108() {
    check("3.10.108", 1000, 2908, include_str!("kernel-truth/twr/3.10.108.tsv"));
}

#[test]
fn twr_el7() {
    check("el7", 1000, 2208, include_str!("kernel-truth/twr/el7.tsv"));
}

#[test]
fn twr_4_11() {
    check("4.11.0", 1000, 2208, include_str!("kernel-truth/twr/4.11.0.tsv"));
}

#[test]
fn twr_6_18_44() {
    check("6.18.44", 250, 736, include_str!("kernel-truth/twr/6.18.44.tsv"));
}
