//! `twr`: one connection is closed in one of many ways, later one SYN comes from the same address.

use crate::prober::{Prober, SERVER, assert_none, joined, moved, rows, verdict};
use sim_wasm::kernel::{KernelVersion, Sysctl, Timestamps};
use sim_wasm::net::Flags;
use sim_wasm::tcp::HostConfig;
use sim_wasm::time::Time;

const FIRST_TSVAL: u32 = 5_000_000;

struct Row<'a> {
    close: &'a str,
    d: &'a str,
    actual: Time,
    dsec: u64,
    time_wait_seen: bool,
    expected: String,
}

impl Prober {
    /// Closes the connection as tcpprobe.c does.
    fn close(&mut self, how: &str) {
        let (fin, ack) = (Flags::FIN.with(Flags::ACK), Flags::ACK);
        if how != "c3_srvRST_unread" {
            assert_eq!(self.host.read(self.now, self.accepted, 100), Ok(5));
        }
        let server_closes = |prober: &mut Prober| {
            prober.host.close(prober.now, prober.accepted);
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
            "c2_srvRST_linger0" => self.host.abort(self.now, self.accepted),
            "c3_srvRST_unread" => drop(self.host.close(self.now, self.accepted)),
            other => panic!("unknown way to close: {other}"),
        }
        self.answers();
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
    let config = HostConfig {
        kernel,
        sysctl,
        hz,
        uptime: aligned + (Time(granule.0 * 20) - Time::from_secs(60) - lateness),
        wall: Time::from_secs(1_795_404_256) + phase,
        secret: 1,
        addrs: vec![SERVER.addr],
    };
    let mut prober = Prober::new(config, FIRST_TSVAL);
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
    let before = prober.host.counters().clone();
    let answer = prober.send(Flags::SYN, seq, 0, tsval, 0).pop();
    let verdict = verdict(answer.as_ref());
    let response = answer.map_or("-".to_string(), |answer| {
        let (ts, sack) = (u8::from(answer.opts.ts.is_some()), u8::from(answer.opts.sack_ok));
        // The scale of the machines' small memory is not modelled, so the window is compared in the SYN-ACK alone.
        let window = if answer.flags.syn() { answer.win.to_string() } else { "*".to_string() };
        format!("{}/{ts}/{sack}/{window}", answer.flags.0)
    });
    let counters = joined(&moved(&before, prober.host.counters()));
    format!("{verdict} {response} {counters}")
}

fn check(kernel: &str, hz: u64, count: usize, table: &str) {
    let version = KernelVersion::parse(kernel).unwrap();
    let mut differences = Vec::new();
    for cells in rows(table, count) {
        let [ts, rec, close, d, _, actual_ms, dsec, prev_state, verdict, resp, counters] = cells[..] else {
            panic!("{kernel}: odd line {cells:?}");
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
            differences.push(format!("{}\n    model: {got}", cells.join("\t")));
        }
    }
    assert_none(kernel, &differences);
}

#[test]
fn kernel_2_6_32_67() {
    check("2.6.32.67", 1000, 2908, include_str!("twr/2.6.32.67.tsv"));
}

#[test]
fn kernel_3_10_108() {
    check("3.10.108", 1000, 2908, include_str!("twr/3.10.108.tsv"));
}

#[test]
fn kernel_el7() {
    check("el7", 1000, 2208, include_str!("twr/el7.tsv"));
}

#[test]
fn kernel_4_11() {
    check("4.11.0", 1000, 2208, include_str!("twr/4.11.0.tsv"));
}

#[test]
fn kernel_6_18_44() {
    check("6.18.44", 250, 736, include_str!("twr/6.18.44.tsv"));
}
