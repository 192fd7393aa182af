//! From a run to its report: what the server remembered, the curves, the table of connections.

use super::scenario::{Attempt, Outcome, Outcomes};
use super::settings::Settings;
use super::verdict;
use crate::lab::report::{Fate, RecordInfo, Series, SeriesKind, Table};
use crate::lab::trace::{self, Findings, Trace, client_name, fate, is_syn};
use crate::lab::{Params, Report};
use crate::tcp::PeerKey;
use crate::tcp::seq::distance;
use crate::tcp::timestamps::{PAWS_MSL, Recent};
use crate::text::Lang;
use crate::time::Time;
use crate::world::Packet;

/// Makes the report of a run.
pub(super) fn report(params: &Params, settings: &Settings, outcomes: &Outcomes, lang: Lang) -> Report {
    let server = outcomes.server;
    let mut trace = Trace::new(&outcomes.world, trace::clients_and_server(server, lang), lang);
    for write in &outcomes.world.memory {
        let record = RecordInfo {
            key: write.remembered.key.to_string(),
            t1: write.remembered.record.tsval,
            written: write.remembered.written,
        };
        trace.state(write.at, server, write.conn, memory_note(&record, lang), Some(record));
    }
    if let Some((at_s, to)) = settings.change {
        let at = Time::from_secs(at_s);
        let value = to.value();
        if at <= outcomes.world.now() {
            let note = lang.pick(
                format!("net.ipv4.tcp_timestamps = {value} on the clients from here on"),
                format!("从此客户端 net.ipv4.tcp_timestamps = {value}"),
            );
            trace.state(at, 0, 0, note, None);
        }
    }
    let findings = Findings {
        verdict: verdict::verdict(settings, outcomes, lang),
        totals: totals(outcomes),
        series: series(outcomes, lang),
        charts: Vec::new(),
        tables: tables(settings, outcomes, lang),
    };
    trace.report(params, findings)
}

fn totals(outcomes: &Outcomes) -> Vec<(&'static str, u64)> {
    let attempts = &outcomes.attempts;
    let outcome = |wanted: fn(Outcome) -> bool| attempts.iter().filter(|a| wanted(a.outcome)).count() as u64;
    let syns = || outcomes.world.packets.iter().filter(|p| is_syn(p));
    vec![
        ("connections", attempts.len() as u64),
        ("established", outcome(|o| matches!(o, Outcome::Established { .. }))),
        ("late", outcome(|o| o == Outcome::Established { late: true })),
        ("failed", outcome(|o| o == Outcome::Failed)),
        ("pending", outcome(|o| o == Outcome::Pending)),
        ("syns", syns().count() as u64),
        ("syns_dropped", syns().filter(|p| p.why.is_some()).count() as u64),
    ]
}

fn memory_note(record: &RecordInfo, lang: Lang) -> String {
    let RecordInfo { key, t1, written } = record;
    if *written {
        lang.pick(format!("remembers T1 = {t1} of {key}"), format!("记下 {key} 的 T1 = {t1}"))
    } else {
        lang.pick(
            format!("keeps T1 = {t1} of {key}: the new one is lower"),
            format!("保留 {key} 的 T1 = {t1}：新值更小"),
        )
    }
}

/// T2, the timestamp of each SYN, against T1, the one the server remembers: both as ticks from the first T1, so that
/// the picture is the signed comparison that the kernel makes.
fn series(outcomes: &Outcomes, lang: Lang) -> Vec<Series> {
    let syns: Vec<&Packet> = outcomes.world.packets.iter().filter(|p| is_syn(p)).collect();
    let memory = &outcomes.world.memory;
    let first = memory.first().map(|write| write.remembered.record.tsval);
    let Some(zero) = first.or_else(|| syns.iter().find_map(|p| p.segment.tsval())) else { return Vec::new() };
    let relative = |tsval: u32| i64::from(distance(tsval, zero));

    let mut series = Vec::new();
    let mut keys: Vec<PeerKey> = Vec::new();
    for write in memory {
        if let Err(place) = keys.binary_search(&write.remembered.key) {
            keys.insert(place, write.remembered.key);
        }
    }
    for key in keys {
        series.push(Series {
            id: format!("t1:{key}"),
            chart: "",
            label: lang.pick(format!("T1 of {key}"), format!("{key} 的 T1")),
            unit: "ticks",
            kind: SeriesKind::Spans,
            points: remembered_spans(outcomes, key)
                .into_iter()
                .flat_map(|(from, to, tsval)| {
                    [(from.micros(), relative(tsval)), (to.micros(), relative(tsval))]
                })
                .collect(),
        });
    }
    for client in 0..outcomes.server {
        for (kind, wanted) in [(SeriesKind::Accepted, Fate::Delivered), (SeriesKind::Dropped, Fate::Dropped)]
        {
            let points: Vec<(u64, i64)> = syns
                .iter()
                .filter(|p| p.from == client && fate(p) == wanted)
                .filter_map(|p| Some((p.arrived_at?.micros(), relative(p.segment.tsval()?))))
                .collect();
            if !points.is_empty() {
                series.push(Series {
                    id: format!("{}:c{}", kind.word(), client + 1),
                    chart: "",
                    label: client_name(client, outcomes.server, lang),
                    unit: "ticks",
                    kind,
                    points,
                });
            }
        }
    }
    let bare = |wanted: Fate| -> Vec<(u64, i64)> {
        let without = syns.iter().filter(|p| p.segment.tsval().is_none() && fate(p) == wanted);
        without.filter_map(|p| Some((p.arrived_at?.micros(), 0))).collect()
    };
    for (kind, wanted) in
        [(SeriesKind::AcceptedBare, Fate::Delivered), (SeriesKind::DroppedBare, Fate::Dropped)]
    {
        let points = bare(wanted);
        if !points.is_empty() {
            let label = lang.pick("no timestamp", "不带时间戳").to_string();
            let id = kind.word().to_string();
            series.push(Series { id, chart: "", label, unit: "ticks", kind, points });
        }
    }
    series
}

/// When the server remembered which timestamp of a peer: until the next write, or until 60 seconds are over.
fn remembered_spans(outcomes: &Outcomes, key: PeerKey) -> Vec<(Time, Time, u32)> {
    let server = outcomes.world.host(outcomes.server);
    let end = outcomes.world.now();
    let mut spans: Vec<(Time, Time, u32)> = Vec::new();
    for write in outcomes.world.memory.iter().filter(|write| write.remembered.key == key) {
        let Recent { tsval, stamp_s } = write.remembered.record;
        if let Some(last) = spans.last_mut() {
            last.1 = last.1.min(write.at);
        }
        spans.push((write.at, server.time_of_second(stamp_s + PAWS_MSL).min(end), tsval));
    }
    spans
}

fn tables(settings: &Settings, outcomes: &Outcomes, lang: Lang) -> Vec<Table> {
    let columns = lang
        .pick(
            ["connection", "client", "started", "SYNs", "result"],
            ["连接", "客户端", "开始", "SYN 数", "结果"],
        )
        .map(String::from)
        .to_vec();
    let rows = outcomes
        .attempts
        .iter()
        .zip(1..)
        .map(|(attempt, conn)| attempt_row(settings, outcomes, attempt, conn, lang))
        .collect();
    let title = lang.pick("Connections", "连接");
    let netstat = trace::netstat(outcomes.world.host(outcomes.server));
    vec![netstat, Table::cells(Table::CONNECTIONS, title, columns, rows)]
}

fn attempt_row(
    settings: &Settings,
    outcomes: &Outcomes,
    attempt: &Attempt,
    conn: u32,
    lang: Lang,
) -> Vec<String> {
    let syns = outcomes.world.packets.iter().filter(|p| p.conn == conn && is_syn(p)).count();
    let mut client = client_name(attempt.client, outcomes.server, lang);
    if settings.is_curl(conn) {
        client += " (curl)";
    } else if settings.prober {
        client += lang.pick(" (prober)", "（探测）");
    }
    vec![
        conn.to_string(),
        client,
        format!("{}.{:03} s", attempt.started.secs(), attempt.started.millis() % 1000),
        syns.to_string(),
        outcome_word(attempt.outcome).to_string(),
    ]
}

/// The stable word for an outcome; pages translate it.
fn outcome_word(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Pending => "pending",
        Outcome::Established { late: false } => "established",
        Outcome::Established { late: true } => "late",
        Outcome::Failed => "failed",
    }
}
