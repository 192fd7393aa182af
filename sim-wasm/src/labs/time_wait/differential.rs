//! The population against full hosts, on small ranges of ports: the same calls fail at the same moments, and the same
//! number of ports and TIME_WAITs is counted all the way.

use super::hosts::{CLIENT, SERVER};
use super::population;
use super::sample;
use super::settings::{Settings, Side};
use crate::kernel::Counter;
use crate::lab;
use crate::rng::Rng;
use crate::tcp::Host;
use crate::time::Time;
use crate::world::World;

fn settings(pairs: &str) -> Settings {
    let pairs = pairs.split_whitespace().map(|pair| pair.split_once('=').unwrap());
    Settings::new(&lab::find("time-wait").unwrap().params(None, pairs).unwrap())
}

/// What both are compared by.
#[derive(Debug, PartialEq)]
struct Seen {
    opened: u64,
    failed: u64,
    by_second: Vec<(u64, u64)>,
    most_time_waits: u32,
    counters: Vec<(Counter, u64, u64)>,
}

const COUNTERS: [Counter; 6] = [
    Counter::ActiveOpens,
    Counter::PassiveOpens,
    Counter::TW,
    Counter::TWKilled,
    Counter::TWRecycled,
    Counter::TCPTimeWaitOverflow,
];

fn by_hosts(settings: &Settings) -> Seen {
    let connections = settings.rate_per_s * settings.duration_s;
    let end = Time::from_secs(settings.duration_s);
    let closer = if settings.closes_first == Side::Client { CLIENT } else { SERVER };
    let time_waits =
        |host: &Host| host.shown(Time::ZERO).iter().filter(|shown| shown.state == "TIME-WAIT").count() as u32;
    let mut most_time_waits = 0;
    let mut counters = Vec::new();
    let sample = sample::run(settings, connections as u32, |world| {
        if world.now() > end {
            return true;
        }
        let moved = |id, counter| world.host(id).counters().get(counter);
        most_time_waits = most_time_waits.max(time_waits(world.host(closer)));
        counters = COUNTERS.map(|counter| (counter, moved(CLIENT, counter), moved(SERVER, counter))).to_vec();
        false
    });
    let mut by_second = vec![(0, 0); settings.duration_s as usize];
    for conn in 1..=connections {
        let second = sample::opened_at(settings, conn - 1).secs() as usize;
        match sample.failed.contains(&(conn as u32)) {
            true => by_second[second].1 += 1,
            false => by_second[second].0 += 1,
        }
    }
    let failed = sample.failed.len() as u64;
    Seen { opened: connections - failed, failed, by_second, most_time_waits, counters }
}

fn by_population(settings: &Settings) -> Seen {
    let pattern = sample::run(settings, 1, World::is_quiet).pattern;
    let course = population::run(settings, &pattern);
    let counters = COUNTERS.map(|counter| (counter, course.client.get(counter), course.server.get(counter)));
    Seen {
        opened: course.opened,
        failed: course.failed,
        by_second: course.by_second,
        most_time_waits: course.most.time_waits,
        counters: counters.to_vec(),
    }
}

/// Kernels on either side of every change that matters here.
const KERNELS: [&str; 9] = ["2.6.32", "3.10", "4.1", "4.9", "4.15", "4.19", "5.10", "6.12", "6.18"];

#[test]
fn a_population_lives_as_hosts_do() {
    for (n, kernel) in (0..).zip(KERNELS.iter().cycle().take(90)) {
        let mut rng = Rng::new(n, 3);
        let mut pick = |low, high| rng.between(low, high);
        let one_of_16 = pick(0, 15);
        let pairs = [
            format!("client_kernel={kernel} server_kernel={kernel} seed={n}"),
            format!("closes_first={}", if pick(0, 3) == 0 { "server" } else { "client" }),
            format!("timestamps={} loopback={} destinations={}", pick(0, 4).min(1), pick(0, 1), pick(1, 3)),
            format!("tw_reuse={} tw_recycle={}", pick(0, 2), u8::from(one_of_16 < 4)),
            format!("max_tw_buckets={}", if pick(0, 3) == 0 { pick(0, 30) } else { 262_144 }),
            format!("port_first=40000 port_last={}", 40_000 + pick(0, 60)),
            format!("rate_per_s={} duration_s={} rtt_ms={}", pick(1, 40), pick(10, 140), pick(1, 90)),
        ];
        let pairs = pairs.join(" ");
        let settings = settings(&pairs);
        assert_eq!(by_population(&settings), by_hosts(&settings), "{pairs}");
    }
}
