//! The worked timeline of two clients behind one address, second by second: not a recording but arithmetic on the rules
//! that the recordings confirm.

use crate::prober::{Prober, SERVER, verdict};
use sim_wasm::kernel::{Counter, KernelVersion, Sysctl};
use sim_wasm::net::Flags;
use sim_wasm::tcp::HostConfig;
use sim_wasm::time::Time;

/// The clocks of the two when the first connects; both tick once a millisecond.
const OLD_CLOCK: u32 = 50_000_000;
const YOUNG_CLOCK: u32 = 1_200_000;

fn server(kernel: &str) -> Prober {
    let kernel = KernelVersion::parse(kernel).unwrap();
    let mut sysctl = Sysctl::defaults(kernel);
    sysctl.tcp_tw_recycle = true;
    let config = HostConfig {
        kernel,
        sysctl,
        hz: 1000,
        uptime: Time::from_secs(1000),
        wall: Time::ZERO,
        secret: 1,
        addrs: vec![SERVER.addr],
    };
    Prober::new(config, OLD_CLOCK)
}

/// A connection of the client with the old clock, which the server closes.
fn old_client_visits(prober: &mut Prober, port: u16, tsval: u32) {
    prober.flow.remote.port = port;
    prober.tsval = tsval;
    prober.peer_ts = 0;
    prober.connect();
    prober.host.read(prober.now, prober.accepted, 5).expect("the data");
    prober.host.close(prober.now, prober.accepted);
    let fin = prober.answers().pop().expect("a FIN");
    prober.rcv = fin.end_seq();
    prober.next(Flags::FIN.with(Flags::ACK), 0);
}

fn young_client_syn(prober: &mut Prober, at_s: u64) -> &'static str {
    prober.wait(Time::from_secs(at_s) - prober.now);
    prober.flow.remote.port = 50_000;
    prober.peer_ts = 0;
    let tsval = YOUNG_CLOCK + at_s as u32 * 1000;
    let answer = prober.send(Flags::SYN, 77, 0, Some(tsval), 0).pop();
    verdict(answer.as_ref())
}

#[test]
fn the_young_client_is_let_in_when_the_record_has_expired() {
    for kernel in ["2.6.32", "3.10", "el7", "4.9", "4.11"] {
        let mut prober = server(kernel);
        old_client_visits(&mut prober, 40_000, OLD_CLOCK);
        for at_s in [5, 6, 8, 12, 20, 36] {
            assert_eq!(young_client_syn(&mut prober, at_s), "drop", "{kernel} at {at_s} s");
        }
        assert_eq!(young_client_syn(&mut prober, 68), "synack", "{kernel}: 68 s is past the record");
        assert_eq!(prober.host.counters().get(Counter::PAWSPassive), 6, "{kernel}");
        let counted = if kernel == "2.6.32" { 0 } else { 6 };
        assert_eq!(prober.host.counters().get(Counter::ListenDrops), counted, "{kernel}");
    }
}

#[test]
fn a_second_visit_of_the_old_client_begins_the_minute_anew() {
    let mut prober = server("4.9");
    old_client_visits(&mut prober, 40_000, OLD_CLOCK);
    for at_s in [5, 6, 8, 12, 20, 36] {
        assert_eq!(young_client_syn(&mut prober, at_s), "drop", "at {at_s} s");
    }
    prober.wait(Time::from_secs(40) - prober.now);
    old_client_visits(&mut prober, 40_001, OLD_CLOCK + 40_000);
    assert_eq!(young_client_syn(&mut prober, 68), "drop");
    assert_eq!(prober.host.counters().get(Counter::PAWSPassive), 7);
}
