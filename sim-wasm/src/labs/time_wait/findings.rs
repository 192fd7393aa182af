//! The report of a rate: what happened first, curves, and what the tools print.

use super::hosts::{self, CLIENT, SERVER};
use super::population::{self, Course, Snapshot, Sockets};
use super::sample;
use super::settings::{Settings, Side};
use super::sums::Sums;
use super::{grouped, verdict};
use crate::kernel::{Counters, KernelVersion};
use crate::lab::report::{Chart, Series, SeriesKind, Table};
use crate::lab::trace::{self, Findings, Trace};
use crate::lab::{Params, Report};
use crate::text::Lang;
use crate::time::Time;
use crate::world::World;

/// Connections that full hosts run.
const SAMPLE: u32 = 3;

/// Runs the scene and makes its report.
pub(super) fn report(params: &Params, settings: &Settings, lang: Lang) -> Report {
    let planned = settings.rate_per_s * settings.duration_s;
    let sample = sample::run(settings, planned.min(u64::from(SAMPLE)) as u32, World::is_quiet);
    let course = population::run(settings, &sample.pattern);
    let sums = Sums::new(settings, &sample.pattern);

    let mut trace = Trace::new(&sample.world, trace::clients_and_server(1, lang), lang);
    for (at, host, note) in notes(settings, &course, sample.world.now(), planned, lang) {
        trace.state(at, host, 0, note, None);
    }
    let findings = Findings {
        verdict: verdict::of_rate(settings, &sums, &course, lang),
        totals: vec![
            ("connections", planned),
            ("established", course.opened),
            ("failed", course.failed),
            ("ports", settings.port_count()),
            ("ports_most", course.most.ports),
            ("time_wait_most", u64::from(course.most.time_waits)),
            ("syns_that_hit_time_wait", course.hits),
        ],
        series: series(settings, &sums, &course, lang),
        charts: charts(lang),
        tables: tables(settings, &sums, &course, lang),
    };
    let mut report = trace.report(params, findings);
    // The hosts of the sample have counted three connections; these are the counters of all.
    for ((_, counters), of_all) in report.counters.iter_mut().zip([&course.client, &course.server]) {
        *counters = of_all.moved().map(|(counter, n)| (counter.full_name(), n)).collect();
    }
    report
}

/// What happened to the population, as rows of the ladder.
fn notes(
    settings: &Settings,
    course: &Course,
    sampled_until: Time,
    planned: u64,
    lang: Lang,
) -> Vec<(Time, usize, String)> {
    let closer = if settings.closes_first == Side::Client { CLIENT } else { SERVER };
    let moments = &course.moments;
    let mut notes = Vec::new();
    let mut note = |at: Option<Time>, host: usize, en: String, zh: String| {
        if let Some(at) = at {
            notes.push((at, host, lang.pick(en, zh)));
        }
    };
    let more = planned.saturating_sub(u64::from(SAMPLE));
    let number = |n| grouped(n, lang);
    note(
        (more > 0).then_some(sampled_until),
        CLIENT,
        format!("{} more are counted, not drawn", number(more)),
        format!("其余 {} 条只计数，不画出", number(more)),
    );
    note(
        moments.overflow,
        closer,
        format!("{} TIME_WAITs: no room for another", number(settings.max_tw_buckets.into())),
        format!("已有 {} 个 TIME_WAIT，再也放不下", number(settings.max_tw_buckets.into())),
    );
    note(
        moments.reuse,
        CLIENT,
        "connect() takes a port from TIME_WAIT".into(),
        "connect() 取用了 TIME_WAIT 的端口".into(),
    );
    note(moments.hit, SERVER, "a SYN meets TIME_WAIT: accepted".into(), "SYN 撞上 TIME_WAIT：接受".into());
    note(
        moments.failure,
        CLIENT,
        "connect(): EADDRNOTAVAIL, no SYN is sent".into(),
        "connect()：EADDRNOTAVAIL，没有发出 SYN".into(),
    );
    note(moments.end, closer, "the first TIME_WAIT is over".into(), "第一个 TIME_WAIT 到期".into());
    note(moments.recovery, CLIENT, "connect() finds a port again".into(), "connect() 又找到了端口".into());
    notes
}

const PORTS: &str = "ports";
const CONNECTS: &str = "connects";

fn charts(lang: Lang) -> Vec<Chart> {
    vec![
        Chart {
            id: PORTS,
            title: lang
                .pick("Ports in use and TIME_WAIT sockets", "占用的端口与 TIME_WAIT 套接字")
                .to_string(),
        },
        Chart {
            id: CONNECTS, title: lang.pick("connect() per second", "每秒 connect() 次数").to_string()
        },
    ]
}

fn series(settings: &Settings, sums: &Sums, course: &Course, lang: Lang) -> Vec<Series> {
    let mut all = Vec::new();
    let mut add = |id: &str, chart, label: String, kind, points| {
        all.push(Series { id: id.to_string(), chart, label, unit: "", kind, points });
    };
    let at = |n: usize| course.step.micros() * n as u64;
    let curve = |value: fn(&population::Counts) -> i64| -> Vec<(u64, i64)> {
        course.counts.iter().enumerate().map(|(n, counts)| (at(n), value(counts))).collect()
    };
    let level = |value: u64| vec![(0, value as i64)];
    let in_use = lang.pick("ports in use", "占用的端口").to_string();
    add("ports", PORTS, in_use, SeriesKind::Area, curve(|counts| counts.ports as i64));
    let waiting = match settings.closes_first {
        Side::Client => lang.pick("TIME_WAIT at the client", "客户端的 TIME_WAIT"),
        Side::Server => lang.pick("TIME_WAIT at the server", "服务端的 TIME_WAIT"),
    };
    add("time_wait", PORTS, waiting.to_string(), SeriesKind::Steps, curve(|c| i64::from(c.time_waits)));
    let places = settings.places();
    let number = grouped(places, lang);
    let ports = lang.pick(format!("{number} ports"), format!("{number} 个端口"));
    add("port_limit", PORTS, ports, SeriesKind::Limit, level(places));
    if u64::from(settings.max_tw_buckets) < places {
        let buckets = u64::from(settings.max_tw_buckets);
        let label = format!("tcp_max_tw_buckets {buckets}");
        add("bucket_limit", PORTS, label, SeriesKind::Limit, level(buckets));
    }

    let seconds = |value: fn(&(u64, u64)) -> u64| -> Vec<(u64, i64)> {
        let seconds = (0..).map(|second| second * 1_000_000);
        seconds.zip(course.by_second.iter().map(|second| value(second) as i64)).collect()
    };
    let connected = lang.pick("connected", "成功").to_string();
    add("connected", CONNECTS, connected, SeriesKind::Area, seconds(|(opened, _)| *opened));
    let failed = lang.pick("failed: EADDRNOTAVAIL", "失败：EADDRNOTAVAIL").to_string();
    add("failed", CONNECTS, failed, SeriesKind::Steps, seconds(|(_, failed)| *failed));
    if let (Some(most), 1000..) = (sums.most_per_s, sums.held_ms) {
        let most = most / 100;
        let label = format!("{number} / {} s = {}", sums.held_ms / 1000, grouped(most, lang));
        add("rate_limit", CONNECTS, label, SeriesKind::Limit, level(most));
    }
    all
}

fn tables(settings: &Settings, sums: &Sums, course: &Course, lang: Lang) -> Vec<Table> {
    let mut tables = vec![sums.table(settings, course, lang)];
    let client = settings.closes_first == Side::Client;
    let (id, sockets): (_, fn(&Snapshot) -> Sockets) =
        if client { ("c1", |shot| shot.client) } else { ("srv", |shot| shot.server) };
    tables.extend(course.snapshots.iter().map(|shot| Table {
        host: id.to_string(),
        t_us: Some(shot.at.micros()),
        ..Table::output("ss", "ss -s", sockets(shot).to_string())
    }));
    if let (Some(last), 2..) = (course.snapshots.last(), settings.destinations) {
        let text = per_destination(settings, sockets(last).time_waits);
        let command = "ss -Htan state time-wait | awk '{print $4}' | sort | uniq -c";
        tables.extend(
            (client && settings.max_tw_buckets > 0)
                .then(|| Table { host: id.to_string(), ..Table::output("per_destination", command, text) }),
        );
    }
    let netstat = |host: &str, counters: &Counters, kernel: KernelVersion| Table {
        host: host.to_string(),
        ..Table::output("netstat", "netstat -s", counters.netstat_s(kernel))
    };
    tables.push(netstat("c1", &course.client, settings.client_kernel));
    tables.push(netstat("srv", &course.server, settings.server_kernel));
    tables
}

/// `ss -s`, its lines on TCP. What it calls closed are sockets without a place in the hash tables, and all TIME_WAITs.
impl std::fmt::Display for Sockets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Sockets { full, established, orphaned, time_waits } = self;
        let all = full + u64::from(*time_waits);
        writeln!(f, "Total: {full}")?;
        writeln!(
            f,
            "TCP:   {all} (estab {established}, closed {time_waits}, orphaned {orphaned}, timewait {time_waits})"
        )
    }
}

/// TIME_WAITs by destination: the client takes them in turn, so that they differ by one at most.
fn per_destination(settings: &Settings, time_waits: u32) -> String {
    let n = u32::from(settings.destinations);
    let lines = (0..n).map(|to| {
        let count = time_waits / n + u32::from(to < time_waits % n);
        format!("{count:7} {}\n", hosts::destination(settings, to as u16))
    });
    lines.collect()
}
