//! From a run to its report: every packet with its fate and reason, the counters, the curves.

use super::LAB;
use super::scenario::{Attempt, Outcome, Outcomes};
use super::settings::Settings;
use super::verdict;
use crate::lab::Params;
use crate::lab::report::{
    Event, EventKind, Fate, HostInfo, Opts, PacketInfo, PeerInfo, Reason, RecordInfo, Report, Series,
    SeriesKind, Table,
};
use crate::tcp::PeerKey;
use crate::tcp::seq::distance;
use crate::tcp::timestamps::{PAWS_MSL, Recent};
use crate::text::Lang;
use crate::time::Time;
use crate::world::Packet;

/// Makes the report of a run.
pub(super) fn report(params: &Params, settings: &Settings, outcomes: &Outcomes, lang: Lang) -> Report {
    let mut reasons = Vec::new();
    let events = events(settings, outcomes, lang, &mut reasons);
    Report {
        lab: LAB.id,
        model: LAB.model,
        params: params.iter().map(|(param, value)| (param.name, value.to_string())).collect(),
        seed: settings.seed,
        verdict: verdict::verdict(settings, outcomes, lang),
        totals: totals(outcomes),
        hosts: hosts(settings, outcomes, lang),
        events,
        reasons,
        counters: counters(outcomes),
        series: series(outcomes, lang),
        tables: tables(settings, outcomes, lang),
        assumptions: LAB.assumptions.iter().map(|text| text.get(lang).to_string()).collect(),
    }
}

/// What became of a packet.
pub(super) fn fate(packet: &Packet) -> Fate {
    match (packet.to, packet.arrived_at, packet.why) {
        (None, ..) => Fate::Lost,
        (_, None, _) => Fate::InFlight,
        (_, _, Some(_)) => Fate::Dropped,
        _ => Fate::Delivered,
    }
}

/// A SYN that opens a connection.
pub(super) fn is_syn(packet: &Packet) -> bool {
    packet.segment.flags.syn() && !packet.segment.flags.ack()
}

fn totals(outcomes: &Outcomes) -> Vec<(&'static str, u64)> {
    let attempts = &outcomes.attempts;
    let packets = &outcomes.world.packets;
    let outcome = |wanted: fn(Outcome) -> bool| attempts.iter().filter(|a| wanted(a.outcome)).count() as u64;
    let count = |wanted: &dyn Fn(&Packet) -> bool| packets.iter().filter(|p| wanted(p)).count() as u64;
    vec![
        ("connections", attempts.len() as u64),
        ("established", outcome(|o| matches!(o, Outcome::Established { .. }))),
        ("late", outcome(|o| o == Outcome::Established { late: true })),
        ("failed", outcome(|o| o == Outcome::Failed)),
        ("pending", outcome(|o| o == Outcome::Pending)),
        ("syns", count(&is_syn)),
        ("syns_dropped", count(&|p| is_syn(p) && p.why.is_some())),
        ("packets", packets.len() as u64),
        ("delivered", count(&|p| fate(p) == Fate::Delivered)),
        ("dropped", count(&|p| fate(p) == Fate::Dropped)),
        ("lost", count(&|p| fate(p) == Fate::Lost)),
        ("in_flight", count(&|p| fate(p) == Fate::InFlight)),
    ]
}

fn host_id(outcomes: &Outcomes, host: usize) -> String {
    if host == outcomes.server { "srv".to_string() } else { format!("c{}", host + 1) }
}

fn hosts(settings: &Settings, outcomes: &Outcomes, lang: Lang) -> Vec<HostInfo> {
    let mut hosts: Vec<HostInfo> = (0..outcomes.server)
        .map(|client| HostInfo {
            id: host_id(outcomes, client),
            name: client_name(outcomes, client, lang),
            kernel: Some(settings.client_kernel.to_string()),
            addr: outcomes.world.host(client).addr().to_string(),
        })
        .collect();
    hosts.push(HostInfo {
        id: "srv".to_string(),
        name: lang.pick("server", "服务端").to_string(),
        kernel: Some(settings.server_kernel.to_string()),
        addr: outcomes.world.host(outcomes.server).addr().to_string(),
    });
    hosts
}

/// How a client is called: by its number, when there is more than one.
pub(super) fn client_name(outcomes: &Outcomes, client: usize, lang: Lang) -> String {
    if outcomes.server == 1 {
        lang.pick("client", "客户端").to_string()
    } else {
        lang.pick(format!("client {}", client + 1), format!("客户端 {}", client + 1))
    }
}

fn events(settings: &Settings, outcomes: &Outcomes, lang: Lang, reasons: &mut Vec<Reason>) -> Vec<Event> {
    let mut events: Vec<(Time, Event)> = Vec::new();
    for packet in &outcomes.world.packets {
        let why = packet.why.map(|_| reason_of(settings, outcomes, packet, lang, reasons));
        let to = packet.to.map_or(String::new(), |to| host_id(outcomes, to));
        let event = Event {
            n: 0,
            t_us: packet.sent_at.micros(),
            kind: EventKind::Packet,
            from: host_id(outcomes, packet.from),
            to,
            packet: Some(packet_info(outcomes, packet, why)),
            note: String::new(),
            conn: packet.conn,
            record: None,
        };
        events.push((packet.sent_at, event));
    }
    for write in &outcomes.world.memory {
        let record = RecordInfo {
            key: write.remembered.key.to_string(),
            t1: write.remembered.record.tsval,
            written: write.remembered.written,
        };
        let note = memory_note(&record, lang);
        let event = Event { conn: write.conn, record: Some(record), ..state_event(write.at, "srv", note) };
        events.push((write.at, event));
    }
    if let Some((at_s, to)) = settings.change {
        let at = Time::from_secs(at_s);
        let value = to.value();
        if at <= outcomes.world.now() {
            let note = lang.pick(
                format!("net.ipv4.tcp_timestamps = {value} on the clients from here on"),
                format!("从此客户端 net.ipv4.tcp_timestamps = {value}"),
            );
            events.push((at, state_event(at, "c1", note)));
        }
    }
    events.sort_by_key(|(at, _)| *at);
    events.into_iter().zip(1..).map(|((_, event), n)| Event { n, ..event }).collect()
}

fn state_event(at: Time, host: &str, note: String) -> Event {
    Event {
        n: 0,
        t_us: at.micros(),
        kind: EventKind::State,
        from: host.to_string(),
        to: host.to_string(),
        packet: None,
        note,
        conn: 0,
        record: None,
    }
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

fn packet_info(outcomes: &Outcomes, packet: &Packet, why: Option<u32>) -> PacketInfo {
    let segment = &packet.segment;
    let (src, dst) = if packet.from == outcomes.server { packet.written } else { (segment.src, segment.dst) };
    let opts = &segment.opts;
    PacketInfo {
        arrived_us: packet.arrived_at.map(Time::micros),
        src: src.to_string(),
        dst: dst.to_string(),
        flags: segment.flags.to_string(),
        seq: segment.seq,
        ack: segment.ack,
        len: segment.len,
        win: segment.win,
        opts: Opts {
            mss: opts.mss,
            tsval: opts.ts.map(|ts| ts.tsval),
            tsecr: opts.ts.map(|ts| ts.tsecr),
            wscale: opts.wscale,
            sack_ok: opts.sack_ok,
            sack: Vec::new(),
        },
        fate: fate(packet),
        why,
        peer: packet.peer.map(|(key, record, age_s)| PeerInfo {
            key: key.to_string(),
            t1: record.tsval,
            age_s,
            d: segment.tsval().map(|tsval| distance(tsval, record.tsval)),
        }),
    }
}

/// The number of the reason of a dropped packet; the same reason with the same values is listed once.
fn reason_of(
    settings: &Settings,
    outcomes: &Outcomes,
    packet: &Packet,
    lang: Lang,
    reasons: &mut Vec<Reason>,
) -> u32 {
    let (Some(why), Some(to)) = (packet.why, packet.to) else { return 0 };
    let kernel = if to == outcomes.server { settings.server_kernel } else { settings.client_kernel };
    let at = why.decided_at(kernel);
    let reason = Reason {
        id: 0,
        code: at.code,
        function: at.function,
        file: at.file,
        kernel: kernel.to_string(),
        condition: why.condition(),
        counters: why.counters(kernel).iter().map(|counter| format!("{counter:?}")).collect(),
        would_change: why.would_change().to_string(),
        text: why.text(lang),
    };
    if let Some(known) = reasons.iter().find(|known| Reason { id: 0, ..(*known).clone() } == reason) {
        return known.id;
    }
    let id = reasons.len() as u32 + 1;
    reasons.push(Reason { id, ..reason });
    id
}

fn counters(outcomes: &Outcomes) -> Vec<(String, Vec<(String, u64)>)> {
    (0..=outcomes.server)
        .map(|host| {
            let moved = outcomes.world.host(host).counters.moved();
            (host_id(outcomes, host), moved.map(|(counter, n)| (counter.full_name(), n)).collect())
        })
        .collect()
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
    let mut keys: Vec<PeerKey> = memory.iter().map(|write| write.remembered.key).collect();
    keys.sort();
    keys.dedup();
    for key in keys {
        series.push(Series {
            id: format!("t1:{key}"),
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
                    id: format!("{}:{}", kind.word(), host_id(outcomes, client)),
                    label: client_name(outcomes, client, lang),
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
            series.push(Series { id: kind.word().to_string(), label, unit: "ticks", kind, points });
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
    let server = outcomes.world.host(outcomes.server);
    let netstat = Table {
        id: "netstat",
        title: "netstat -s".to_string(),
        text: server.counters.netstat_s(settings.server_kernel),
        columns: Vec::new(),
        rows: Vec::new(),
    };
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
    let title = lang.pick("Connections", "连接").to_string();
    vec![netstat, Table { id: "connections", title, text: String::new(), columns, rows }]
}

fn attempt_row(
    settings: &Settings,
    outcomes: &Outcomes,
    attempt: &Attempt,
    conn: u32,
    lang: Lang,
) -> Vec<String> {
    let syns = outcomes.world.packets.iter().filter(|p| p.conn == conn && is_syn(p)).count();
    let mut client = client_name(outcomes, attempt.client, lang);
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
