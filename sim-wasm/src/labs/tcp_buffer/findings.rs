//! From a transfer to its report: which limit held, the bounds, curves, the time-sequence graph, what tools print.

use super::bounds::Bounds;
use super::curves::Curve;
use super::info::{Counted, ss_tin};
use super::limit::Limit;
use super::recorder::{RECEIVER, Recorder, SENDER};
use super::settings::Settings;
use super::shares::Hold;
use super::transfer::{Outcome, Scene};
use super::verdict;
use super::words::{share, span};
use crate::lab::report::{Chart, Recorded, Series, SeriesKind, Table};
use crate::lab::trace::{self, Findings, Machine, Name, Trace};
use crate::lab::{Params, Report};
use crate::tcp::connection::Limits;
use crate::text::{Lang, Text};
use crate::time::Time;

/// A round trip this many times that of the empty path, and so many milliseconds more, is told of.
const BLOATED: (u64, u64) = (3, 20);

/// A run that is over, with everything known of it.
pub(super) struct Run<'a> {
    pub(super) settings: &'a Settings,
    pub(super) outcome: &'a Outcome,
    pub(super) scene: &'a Scene,
    pub(super) recorder: &'a Recorder,
    pub(super) bounds: Bounds,
    pub(super) limit: Limit,
}

impl Run<'_> {
    /// Segments that were sent again.
    pub(super) fn retransmits(&self) -> u64 {
        self.scene.sending().map_or(0, |sending| u64::from(sending.observed().retransmits))
    }

    /// The congestion window at the end.
    pub(super) fn cwnd_bytes(&self) -> u64 {
        self.scene.sending().map_or(0, |sending| {
            let observed = sending.observed();
            u64::from(observed.cwnd) * u64::from(observed.mss)
        })
    }

    /// Bytes of data that must be under way to fill the path.
    pub(super) fn needed(&self) -> u64 {
        self.bounds.path * self.settings.rtt_ms / 8
    }

    /// The kernel's own account of what held the sender.
    fn limits(&self) -> Limits {
        self.scene.sending().map_or(Limits::default(), |sending| sending.limits(self.scene.now))
    }

    fn srtt(&self) -> Time {
        self.scene.sending().and_then(|sending| sending.observed().srtt).unwrap_or_default()
    }

    /// The round trip at the end, when it is much longer than that of the empty path.
    pub(super) fn bloat(&self) -> Option<Time> {
        let srtt = self.srtt();
        (srtt > Time::from_millis(self.settings.rtt_ms * BLOATED.0 + BLOATED.1)).then_some(srtt)
    }
}

/// Makes the report of a run.
pub(super) fn report(
    params: &Params,
    settings: &Settings,
    (outcome, scene, mut recorder): (Outcome, Scene, Recorder),
    lang: Lang,
) -> Report {
    recorder.shares.pass(scene.now);
    let bounds = Bounds::new(settings, &scene, &recorder);
    let limit = Limit::of(settings, &outcome, &scene, &recorder, &bounds);
    let run = Run { settings, outcome: &outcome, scene: &scene, recorder: &recorder, bounds, limit };
    let name = |id: &str, text: Text| Name { id: id.to_string(), text: text.get(lang).to_string() };
    let names = [name("snd", Text::new("sender", "发送方")), name("rcv", Text::new("receiver", "接收方"))];
    let hosts = [&scene.sender, &scene.receiver];
    let machines = names.into_iter().zip(hosts).map(|(name, host)| Machine::host(name, host)).collect();
    let trace = Trace::of(machines, &recorder.packets, lang);
    let findings = Findings {
        verdict: verdict::verdict(&run, lang),
        totals: totals(&run),
        series: series(&run, lang),
        charts: charts(lang),
        tables: tables(&run, lang),
    };
    let mut report = trace.report(params, findings);
    report.totals.thousandths = vec![("steady_mbps", outcome.steady_kbps), ("mean_mbps", outcome.mean_kbps)];
    report.recorded = Some(Recorded {
        connections: 1,
        of: 1,
        packets_of: Some(recorder.sums.iter().map(|sums| sums.segments).sum()),
        dropped: recorder.dropped.clone(),
    });
    report.time_sequence = Some(recorder.sequence.finish("snd".to_string(), "rcv".to_string()));
    report
}

fn totals(run: &Run<'_>) -> Vec<(&'static str, u64)> {
    let path = &run.scene.forward.tally;
    let limits = run.limits();
    vec![
        ("bytes_written", run.outcome.written),
        ("bytes_read", run.outcome.read),
        ("data_segments", run.recorder.sums[SENDER].data_segments),
        ("acks", run.recorder.sums[RECEIVER].segments),
        ("retransmits", run.retransmits()),
        ("queue_drops", path.queue_full),
        ("ack_queue_drops", run.scene.back.tally.queue_full),
        ("random_losses", path.lost),
        ("held_back", path.held_back),
        ("longest_queue", path.longest_queue),
        ("zero_windows", run.recorder.zero_windows),
        ("bdp_bytes", run.settings.bdp()),
        ("rtt_us", run.srtt().micros()),
        ("cwnd_bytes", run.cwnd_bytes()),
        ("busy_ms", limits.busy.millis()),
        ("rwnd_limited_ms", limits.receive_window.millis()),
        ("sndbuf_limited_ms", limits.send_buffer.millis()),
    ]
}

const RATE: &str = "rate";
const WINDOWS: &str = "windows";
const SEND_BUFFER: &str = "send-buffer";
const RECEIVE_BUFFER: &str = "receive-buffer";
const QUEUE: &str = "queue";
const ROUND_TRIP: &str = "round-trip";

fn charts(lang: Lang) -> Vec<Chart> {
    let chart = |id, en: &str, zh: &str| Chart { id, title: lang.pick(en, zh).to_string() };
    vec![
        chart(RATE, "What the reader gets, kbit/s", "读程序得到的速率，kbit/s"),
        chart(WINDOWS, "Under way, and what may be, bytes", "在路上的，和允许在路上的，字节"),
        chart(QUEUE, "Waiting in the router's queue, packets", "在路由器队列里等的报文数"),
        chart(ROUND_TRIP, "Smoothed round trip, µs", "平滑往返时延，微秒"),
        chart(SEND_BUFFER, "Send buffer, bytes of memory", "发送缓冲区，占用内存的字节数"),
        chart(RECEIVE_BUFFER, "Receive buffer, bytes of memory", "接收缓冲区，占用内存的字节数"),
    ]
}

fn series(run: &Run<'_>, lang: Lang) -> Vec<Series> {
    let end = run.recorder.ended;
    let settings = run.settings;
    let flat = |value: u64| vec![(0, value as i64), (end.micros(), value as i64)];
    let curve = |curve| run.recorder.curves.points(curve, end);
    let mut series = Vec::new();
    let mut add = |id: &str, chart, label: Text, unit, kind, points: Vec<(u64, i64)>| {
        let label = label.get(lang).to_string();
        series.push(Series { id: id.to_string(), chart, label, unit, kind, points });
    };
    use SeriesKind::{Area, Dropped, Limit, Steps};
    let rate = run.recorder.curves.rate();
    add("throughput", RATE, Text::new("throughput", "吞吐量"), "kbit/s", Area, rate);
    add(
        "path_rate",
        RATE,
        Text::new("path, for data", "路径能传的数据"),
        "kbit/s",
        Limit,
        flat(run.bounds.path),
    );
    if let Some(reader) = run.bounds.reader.filter(|reader| *reader < run.bounds.path) {
        add("reader_rate", RATE, Text::new("reader", "读程序"), "kbit/s", Limit, flat(reader));
    }
    let in_flight = Text::new("in flight", "在路上");
    add("in_flight", WINDOWS, in_flight, "bytes", Area, curve(Curve::InFlight));
    add("cwnd", WINDOWS, Text::new("congestion window", "拥塞窗口"), "bytes", Steps, curve(Curve::Cwnd));
    add("rwnd", WINDOWS, Text::new("receive window", "接收窗口"), "bytes", Steps, curve(Curve::Rwnd));
    let bdp = Text::new("rate × round trip", "速率 × 往返时延");
    add("bdp", WINDOWS, bdp, "bytes", Limit, flat(run.settings.bdp()));
    add("queue", QUEUE, Text::new("waiting", "在等"), "packets", Area, curve(Curve::Queue));
    add("queue_limit", QUEUE, Text::same("queue_pkts"), "packets", Limit, flat(settings.queue_pkts));
    if !run.recorder.drops.is_empty() {
        let dropped = Text::new("dropped", "丢弃");
        add("queue_drops", QUEUE, dropped, "packets", Dropped, run.recorder.drops.clone());
    }
    add("srtt", ROUND_TRIP, Text::same("srtt"), "µs", Steps, curve(Curve::Srtt));
    let empty = Text::new("empty path", "空路径");
    add("rtt", ROUND_TRIP, empty, "µs", Limit, flat(settings.rtt_ms * 1000));
    let used = Text::new("used", "已用");
    add("wmem", SEND_BUFFER, used, "bytes", Area, curve(Curve::SendBuffer));
    add("sndbuf", SEND_BUFFER, Text::same("sk_sndbuf"), "bytes", Steps, curve(Curve::SndBuf));
    add("rmem", RECEIVE_BUFFER, used, "bytes", Area, curve(Curve::ReceiveBuffer));
    add("rcvbuf", RECEIVE_BUFFER, Text::same("sk_rcvbuf"), "bytes", Steps, curve(Curve::RcvBuf));
    series
}

fn tables(run: &Run<'_>, lang: Lang) -> Vec<Table> {
    let mut tables = vec![limits(run, lang), bounds(run, lang)];
    tables.extend(tools(run));
    tables
}

/// What held the sender, and what it cost.
fn limits(run: &Run<'_>, lang: Lang) -> Table {
    let shares = &run.recorder.shares;
    let columns = lang.pick(
        [
            "the sender waited for",
            "share of the time",
            "and the path stood idle",
            "the same, second half",
            "tcp_info",
        ],
        ["发送方在等什么", "占时间", "其中路径空闲", "后一半里路径空闲", "tcp_info"],
    );
    let (all, half) = (shares.whole.all(), shares.second_half.all());
    let name = |hold| match hold {
        Hold::Writer => lang.pick("the program: nothing to send", "程序：没有数据可发"),
        Hold::SendBuffer => lang.pick("room in the send buffer", "发送缓冲区腾出空间"),
        Hold::ReceiveWindow => lang.pick("the receive window", "接收窗口"),
        Hold::CongestionWindow => lang.pick("the congestion window", "拥塞窗口"),
        Hold::Other => lang.pick("nothing of these (Nagle)", "都不是（Nagle）"),
    };
    let limits = run.limits();
    let told = |hold| match hold {
        Hold::SendBuffer => format!("tcpi_sndbuf_limited {} ms", limits.send_buffer.millis()),
        Hold::ReceiveWindow => format!("tcpi_rwnd_limited {} ms", limits.receive_window.millis()),
        _ => "—".to_string(),
    };
    let mut rows: Vec<Vec<String>> = Hold::ALL
        .into_iter()
        .filter(|hold| shares.whole.held(*hold) > Time::ZERO)
        .map(|hold| {
            vec![
                name(hold).to_string(),
                share(shares.whole.held(hold), all),
                share(shares.whole.idle(hold), all),
                share(shares.second_half.idle(hold), half),
                told(hold),
            ]
        })
        .collect();
    rows.push(vec![
        lang.pick("the path was busy", "路径在忙").to_string(),
        share(shares.whole.busy(), all),
        "—".to_string(),
        lang.pick(
            format!("busy {}", share(shares.second_half.busy(), half)),
            format!("忙 {}", share(shares.second_half.busy(), half)),
        ),
        format!("tcpi_busy_time {} ms", limits.busy.millis()),
    ]);
    let title = lang.pick("Which limit held, and for how long", "哪个限制在起作用，多久");
    Table::cells("limits", title, columns.map(String::from).to_vec(), rows)
}

/// What each part would let through.
fn bounds(run: &Run<'_>, lang: Lang) -> Table {
    let Bounds { path, receive_window, send_buffer, reader, writer, loss } = run.bounds;
    let settings = run.settings;
    let rtt = span(Time::from_millis(settings.rtt_ms), lang);
    let (window, held) = (run.recorder.curves.widest_window, run.recorder.shares.mean_in_flight());
    let name = if settings.reno { "Reno" } else { "CUBIC" };
    let columns =
        lang.pick(["bound", "Mbit/s", "reckoned from"], ["上限", "Mbit/s", "怎么算"]).map(String::from);
    let row = |what: &str, kbps: Option<u64>, from: String| vec![what.to_string(), verdict::of(kbps), from];
    let dash = || "—".to_string();
    let rows = vec![
        row(
            lang.pick("path", "路径"),
            Some(path),
            lang.pick(
                format!("{} Mbit/s less headers", settings.rate_mbps),
                format!("{} Mbit/s 减去首部", settings.rate_mbps),
            ),
        ),
        row(
            lang.pick("receive window", "接收窗口"),
            Some(receive_window),
            lang.pick(format!("{window} bytes / {rtt}"), format!("{window} 字节 / {rtt}")),
        ),
        row(
            lang.pick("send buffer", "发送缓冲区"),
            send_buffer,
            match send_buffer {
                Some(_) => lang.pick(
                    format!("{held} bytes in flight on average / {rtt}"),
                    format!("平均 {held} 字节在路上 / {rtt}"),
                ),
                None => lang.pick("never full", "从未填满").to_string(),
            },
        ),
        row(
            lang.pick("reader", "读程序"),
            reader,
            if reader.is_some() { "reader_mbps".to_string() } else { dash() },
        ),
        row(
            lang.pick("writer", "写程序"),
            writer,
            if writer.is_some() { "write_bytes, write_every_ms".to_string() } else { dash() },
        ),
        row(
            lang.pick("random loss", "随机丢包"),
            loss,
            match loss {
                Some(_) => lang.pick(
                    format!("{name}, {} in a million, {rtt}", settings.loss_ppm),
                    format!("{name}，每百万 {} 个，{rtt}", settings.loss_ppm),
                ),
                None => dash(),
            },
        ),
        row(
            lang.pick("measured in this run", "这次运行的结果"),
            Some(run.outcome.steady_kbps),
            lang.pick("second half", "后一半").to_string(),
        ),
    ];
    let title = lang.pick("What each part would let through alone", "只看每一项，最多能到多少");
    Table::cells("bounds", title, columns.to_vec(), rows)
}

/// What the tools print at the end.
fn tools(run: &Run<'_>) -> Vec<Table> {
    let Run { scene, recorder, settings, .. } = run;
    let congestion = if settings.reno { "reno" } else { "cubic" };
    let limits = run.limits();
    let sockets = [Some(scene.sender_socket), scene.receiver_socket];
    let ends = [(&scene.sender, "snd", Some(limits)), (&scene.receiver, "rcv", None)];
    let mut tables = Vec::new();
    for (place, (host, id, limits)) in ends.into_iter().enumerate() {
        let Some(socket) = sockets[place] else { continue };
        let counted = Counted {
            sums: &recorder.sums[place],
            limits,
            congestion: if place == SENDER { congestion } else { "cubic" },
        };
        let text = ss_tin(host, socket, scene.now, &counted);
        tables.push(Table { host: id.to_string(), ..Table::output("ss", "ss -Htin", text) });
    }
    for (host, id) in [(&scene.sender, "snd"), (&scene.receiver, "rcv")] {
        tables.push(Table { host: id.to_string(), ..trace::netstat(host) });
    }
    tables
}
