//! From a run to its report: both sides' views, the queues over time, what tools show, other kernels.

use super::client::Outcome;
use super::population::{Place, Population, SERVER, Sample, Share, Story, client_end};
use super::recorder::Recorder;
use super::settings::Settings;
use super::tally::{Meaning, Tick, is_of_listeners};
use super::verdict;
use crate::kernel::{Counters, KernelVersion};
use crate::lab::report::{Chart, Recorded, Series, SeriesKind, Table};
use crate::lab::trace::{self, Findings, Machine, Name, Trace};
use crate::lab::{Params, Report};
use crate::tcp::admission::Queues;
use crate::text::{Lang, Text};
use crate::time::Time;

/// Connections that are recorded from the start, besides the first of each fate.
const FIRST: u32 = 3;
/// Forged SYNs that are recorded.
const FORGED: u32 = 2;
/// Steps of a recording. A run of a million connections is recorded only in its beginning.
const STEPS: u64 = 300_000;
/// Other kernels are tried with a run of so many connections at most.
const SMALL: u32 = 4_000;
/// The kernels that other runs are shown for.
const KERNELS: &[&str] = &["2.6.32", "3.10", "4.9", "4.11", "6.18"];

/// Runs the lab, and makes the report.
pub(super) fn report(params: &Params, settings: &Settings, lang: Lang) -> Report {
    let mut run = Population::new(settings, None);
    run.run(u64::MAX);
    let record = record(settings, &run);
    let meaning = Meaning::new(settings.server_kernel);
    let counters = meaning.counters(&run.server.tally);
    let findings = Findings {
        verdict: verdict::verdict(settings, &run, lang),
        totals: totals(&run),
        series: series(settings, &run, lang),
        charts: charts(lang),
        tables: tables(settings, &run, &record, &meaning, &counters, lang),
    };
    let packets = record.recorder.as_ref().map_or(&[][..], |recorder| &recorder.packets);
    let machines = machines(settings, &counters, lang);
    let server = machines.len() - 1;
    let mut trace = Trace::of(machines, packets, lang);
    for (at, note) in moments(settings, &run, lang) {
        trace.state(at, server, 0, note, None);
    }
    let mut report = trace.report(params, findings);
    report.recorded = Some(Recorded {
        connections: record.stories.len() as u64,
        of: u64::from(run.connects) + u64::from(run.forgeries),
        packets_of: None,
        dropped: dropped(&run),
    });
    report
}

/// The run again, with the first connections and the first of each fate written down.
fn record(settings: &Settings, run: &Population) -> Population {
    let firsts = run.shares.iter().map(|share| share.first).chain(run.firsts.iter().map(|(_, n)| *n));
    let mut wanted: Vec<u32> = (0..FIRST.min(run.connects)).chain(firsts).collect();
    wanted.sort_unstable();
    wanted.dedup();
    let recorder = Recorder::new(settings, wanted, FORGED);
    let mut again = Population::new(settings, Some(recorder));
    again.run(STEPS);
    again.stories.sort_unstable_by_key(|story| story.n);
    again
}

fn machines<'a>(settings: &Settings, counters: &'a Counters, lang: Lang) -> Vec<Machine<'a>> {
    let machine = |id: &str, text: Text, kernel, addr: &str, counters| Machine {
        name: Name { id: id.to_string(), text: text.get(lang).to_string() },
        kernel,
        addr: addr.to_string(),
        counters,
    };
    let clients = Text::new("clients", "客户端");
    let forged = Text::new("forged", "伪造的源");
    let server = Text::new("server", "服务端");
    let mut machines = vec![machine("c", clients, Some(settings.client_kernel), "10.0.0.0/8", None)];
    if settings.flood_pct > 0 {
        machines.push(machine("f", forged, None, "100.64.0.0/10", None));
    }
    let addr = SERVER.addr.to_string();
    machines.push(machine("srv", server, Some(settings.server_kernel), &addr, Some(counters)));
    machines
}

/// What happened to the server besides packets.
fn moments(settings: &Settings, run: &Population, lang: Lang) -> Vec<(Time, String)> {
    let mut moments = Vec::new();
    let mut say = |at: Time, en: &str, zh: &str| moments.push((at, lang.pick(en, zh).to_string()));
    if let Some((from, to)) = settings.pause.filter(|_| settings.accept_per_s > 0) {
        say(from, "the program pauses", "程序停顿");
        if to < settings.duration {
            say(to, "the program goes on", "程序继续");
        }
    }
    if let Some(at) = run.full.0 {
        say(at, "the accept queue is full", "全连接队列满了");
    }
    if let Some(at) = run.full.1.filter(|at| *at > Time::ZERO) {
        say(at, "the SYN queue is full", "半连接队列满了");
    }
    moments
}

/// How many connections are somewhere.
pub(super) fn count(run: &Population, outcome: Option<Outcome>, place: Option<Place>) -> u64 {
    let fits = |share: &&Share| {
        outcome.is_none_or(|outcome| outcome == share.outcome)
            && place.is_none_or(|place| place == share.place)
    };
    run.shares.iter().filter(fits).map(|share| share.count).sum()
}

/// Clients that were told that they are connected while the server had thrown their last ACK away, and never got in.
pub(super) fn misled(run: &Population) -> u64 {
    count(run, None, Some(Place::AckDropped))
}

/// Clients of which no SYN has been let in, and who still wait.
pub(super) fn hanging(run: &Population) -> u64 {
    count(run, Some(Outcome::Connecting), Some(Place::SynDropped))
}

fn totals(run: &Population) -> Vec<(&'static str, u64)> {
    let of = |outcome| count(run, Some(outcome), None);
    let at = |place| count(run, None, Some(place));
    let most = run.samples.iter().map(|sample| sample.most_waiting).max();
    vec![
        ("connections", u64::from(run.connects)),
        ("served", of(Outcome::Served)),
        ("late", run.late),
        ("read_timeouts", of(Outcome::ReadTimeout)),
        ("resets", of(Outcome::Reset)),
        ("refused", of(Outcome::Refused)),
        ("connect_timeouts", of(Outcome::ConnectTimeout)),
        ("waiting", of(Outcome::Waiting)),
        ("hanging", hanging(run)),
        ("arriving", of(Outcome::Connecting) - hanging(run)),
        ("accepted", at(Place::Accepted)),
        ("queued", at(Place::Queued)),
        ("misled", misled(run)),
        ("forged", u64::from(run.forgeries)),
        ("longest_queue", most.unwrap_or(0).into()),
        ("slowest_ms", run.slowest.millis()),
        ("server_in", run.server.tally.get(Tick::In)),
        ("server_out", run.server.tally.get(Tick::Out)),
    ]
}

/// What the listener dropped, by the codes of the reasons.
fn dropped(run: &Population) -> Vec<(&'static str, u64)> {
    let ticks = |ticks: &[Tick]| ticks.iter().map(|tick| run.server.tally.get(*tick)).sum();
    vec![
        ("syn_queue_full", ticks(&[Tick::SynQueueFull])),
        ("accept_queue_full_syn", ticks(&[Tick::AcceptQueueFullOnSyn, Tick::AcceptQueueFullOnCookie])),
        ("last_quarter", ticks(&[Tick::LastQuarter])),
        ("accept_queue_full_ack", ticks(&[Tick::AcceptQueueFull, Tick::Aborted])),
    ]
}

fn charts(lang: Lang) -> Vec<Chart> {
    let chart = |id, en: &str, zh: &str| Chart { id, title: lang.pick(en, zh).to_string() };
    vec![
        chart("accept-queue", "Accept queue, connections", "全连接队列（条）"),
        chart("syn-queue", "SYN queue, requests", "半连接队列（个）"),
        chart("clients", "Clients so far", "客户端累计"),
        chart("counters", "Counters of the server", "服务端的计数器"),
    ]
}

fn series(settings: &Settings, run: &Population, lang: Lang) -> Vec<Series> {
    let queues = run.server.queues;
    let places = queues.syn_queue_limit(run.server.changes);
    let series = |chart, id: &str, label: String, kind, points| Series {
        id: id.to_string(),
        chart,
        label,
        unit: "",
        kind,
        points,
    };
    let limit = |chart, id, label, value: u32| {
        series(chart, id, label, SeriesKind::Limit, vec![(0, i64::from(value))])
    };
    let mut all = vec![
        series(
            "accept-queue",
            "waiting",
            lang.pick("waiting for accept()", "等待 accept()").to_string(),
            SeriesKind::Area,
            peaks(run, |sample| (sample.most_waiting, sample.waiting)),
        ),
        limit("accept-queue", "backlog", format!("B = {}", queues.backlog), queues.backlog),
        series(
            "syn-queue",
            "requests",
            "SYN-RECV".to_string(),
            SeriesKind::Area,
            peaks(run, |sample| (sample.most_requests, sample.requests)),
        ),
        limit(
            "syn-queue",
            "places",
            lang.pick(format!("{places} places"), format!("{places} 个位置")),
            places,
        ),
    ];
    if settings.sysctl.tcp_syncookies == 0 {
        let max = settings.sysctl.tcp_max_syn_backlog;
        let free = max - (max >> 2) + 1;
        if free < places {
            all.push(limit("syn-queue", "last-quarter", format!("¾ tcp_max_syn_backlog: {free}"), free));
        }
    }
    for (id, en, zh, value) in [
        (
            "connected",
            "were told they are connected",
            "被告知连上了",
            (|s| s.connected) as fn(&Sample) -> u64,
        ),
        ("opened", "connected on the server", "服务端真有连接", |s| s.tally.get(Tick::Opened)),
        ("served", "served in time", "按时得到应答", |s| s.served),
        ("read-timeouts", "read timeout", "读超时", |s| s.read_timeouts),
        ("resets", "reset", "被复位", |s| s.resets),
    ] {
        let points = steps(run, value);
        if points.len() > 1 {
            all.push(series("clients", id, lang.pick(en, zh).to_string(), SeriesKind::Steps, points));
        }
    }
    let meaning = Meaning::new(settings.server_kernel);
    let last = meaning.counters(&run.server.tally);
    for (counter, _) in last.moved().filter(|(counter, _)| is_of_listeners(*counter)).take(6) {
        let name = format!("{counter:?}");
        let points = steps(run, |sample| meaning.value(&sample.tally, counter));
        // Counters that go together are one curve.
        match all.iter_mut().find(|other| other.chart == "counters" && other.points == points) {
            Some(same) => same.label = format!("{}, {name}", same.label),
            None => all.push(series("counters", &name, name.clone(), SeriesKind::Steps, points)),
        }
    }
    all
}

/// A length over time: its peak between two samples, and what it was at each.
fn peaks(run: &Population, of: impl Fn(&Sample) -> (u32, u32)) -> Vec<(u64, i64)> {
    let mut points = vec![(0, 0)];
    let mut before = (0, 0);
    for sample in &run.samples {
        let (peak, now) = of(sample);
        if peak > now.max(before.1) {
            points.push(((before.0 + sample.at.micros()) / 2, i64::from(peak)));
        }
        if now != before.1 || peak > now {
            points.push((sample.at.micros(), i64::from(now)));
        }
        before = (sample.at.micros(), now);
    }
    end(run, points, i64::from(before.1))
}

/// A count over time, where it changes.
fn steps(run: &Population, of: impl Fn(&Sample) -> u64) -> Vec<(u64, i64)> {
    let mut points: Vec<(u64, i64)> = vec![(0, 0)];
    for sample in &run.samples {
        let value = of(sample) as i64;
        if points.last().is_some_and(|(_, before)| *before != value) {
            points.push((sample.at.micros(), value));
        }
    }
    let last = points.last().map_or(0, |(_, value)| *value);
    if points.len() > 1 { end(run, points, last) } else { points }
}

fn end(run: &Population, mut points: Vec<(u64, i64)>, value: i64) -> Vec<(u64, i64)> {
    if points.last().is_some_and(|(at, _)| *at < run.now.micros()) {
        points.push((run.now.micros(), value));
    }
    points
}

fn tables(
    settings: &Settings,
    run: &Population,
    record: &Population,
    meaning: &Meaning,
    counters: &Counters,
    lang: Lang,
) -> Vec<Table> {
    let [marks, recorded] = recorded(record, lang);
    let mut tables = vec![marks, views(run, lang), server(run, meaning, lang)];
    tables.push(kernels(settings, run, lang));
    tables.push(recorded);
    tables.extend(ss(run));
    tables.push(over_time(run, meaning, counters, lang));
    tables.push(trace::netstat_of(counters, settings.server_kernel));
    tables
}

/// The recorded connections: as marks, and in words.
fn recorded(record: &Population, lang: Lang) -> [Table; 2] {
    let heads = lang.pick(
        [
            ["connection", "client", "started", "SYNs", "result"],
            ["connection", "started", "SYNs", "the client saw", "the server"],
        ],
        [["连接", "客户端", "开始", "SYN 数", "结果"], ["连接", "开始", "SYN 数", "客户端看到的", "服务端"]],
    );
    let [columns, words] = heads.map(|heads| heads.map(String::from).to_vec());
    let facts = |story: &Story| {
        let at = story.client.opened;
        let number = (story.n + 1).to_string();
        let started = format!("{}.{:03} s", at.secs(), at.millis() % 1000);
        (number, started, (u32::from(story.client.syns) + 1).to_string())
    };
    let mark = |story: &Story| {
        let (number, started, syns) = facts(story);
        let word = match story.client.outcome {
            Outcome::Served => "established",
            Outcome::ReadTimeout => "unanswered",
            Outcome::Reset => "reset",
            Outcome::Refused => "refused",
            Outcome::ConnectTimeout => "failed",
            Outcome::Waiting | Outcome::Connecting => "pending",
        };
        vec![number, client_end(story.n).addr.to_string(), started, syns, word.to_string()]
    };
    let row = |story: &Story| {
        let (number, started, syns) = facts(story);
        let (outcome, place) = (outcome_words(story.client.outcome), place_words(story.place));
        vec![number, started, syns, outcome.get(lang).to_string(), place.get(lang).to_string()]
    };
    let title = lang.pick("The connections that are recorded packet by packet", "逐个报文记录的连接");
    [
        Table::cells(Table::CONNECTIONS, title, columns, record.stories.iter().map(mark).collect()),
        Table::cells("recorded", title, words, record.stories.iter().map(row).collect()),
    ]
}

fn outcome_words(outcome: Outcome) -> Text {
    match outcome {
        Outcome::Served => Text::new("connected, answered in time", "连上，按时得到应答"),
        Outcome::ReadTimeout => Text::new("connected, then read timeout", "连上，然后读超时"),
        Outcome::Reset => Text::new("connected, then reset", "连上，然后被复位"),
        Outcome::Refused => Text::new("connect() refused", "connect() 被拒绝"),
        Outcome::ConnectTimeout => Text::new("connect() timed out", "connect() 超时"),
        Outcome::Waiting => Text::new("connected, still waiting", "连上，还在等应答"),
        Outcome::Connecting => Text::new("connect() has not returned", "connect() 还没返回"),
    }
}

fn place_words(place: Place) -> Text {
    match place {
        Place::Accepted => Text::new("accepted", "已 accept"),
        Place::Queued => Text::new("in the queue", "在队列里"),
        Place::AckDropped => Text::new("last ACK dropped", "最后的 ACK 被丢"),
        Place::HalfOpen => Text::new("under way", "还在路上"),
        Place::SynDropped => Text::new("SYNs dropped", "SYN 被丢"),
    }
}

/// What clients saw, beside where the server has them.
fn views(run: &Population, lang: Lang) -> Table {
    let places: Vec<Place> =
        Place::ALL.into_iter().filter(|place| count(run, None, Some(*place)) > 0).collect();
    let heads =
        lang.pick(["what the clients saw", "clients"], ["客户端看到的", "客户端数"]).map(String::from);
    let columns = heads
        .into_iter()
        .chain(places.iter().map(|place| place_words(*place).get(lang).to_string()))
        .collect();
    let number = |n: u64| if n == 0 { "—".to_string() } else { n.to_string() };
    let row = |head: &str, outcome| {
        let cells = [None].into_iter().chain(places.iter().copied().map(Some));
        let cells = cells.map(|place| number(count(run, outcome, place)));
        [head.to_string()].into_iter().chain(cells).collect()
    };
    // Nobody was refused, and nobody reset, is worth a row too.
    let told = |outcome: &Outcome| {
        matches!(outcome, Outcome::Served | Outcome::ReadTimeout | Outcome::Reset | Outcome::Connecting)
            || count(run, Some(*outcome), None) > 0
    };
    let mut rows: Vec<Vec<String>> = Outcome::ALL
        .into_iter()
        .filter(told)
        .map(|outcome| row(outcome_words(outcome).get(lang), Some(outcome)))
        .collect();
    rows.push(row(lang.pick("all", "合计"), None));
    let title = lang.pick("The clients' view beside the server's", "客户端看到的，与它们在服务端的下落");
    Table::cells("views", title, columns, rows)
}

/// What the server did, and which counters told of it.
fn server(run: &Population, meaning: &Meaning, lang: Lang) -> Table {
    let columns =
        lang.pick(["what the server did", "times", "counted in"], ["服务端做了什么", "次数", "计入"]);
    let done = [
        (Tick::Admitted, "answered a SYN and kept a request", "应答 SYN，留下请求"),
        (Tick::CookieSent, "answered a SYN with a cookie", "用 cookie 应答 SYN"),
        (Tick::SynQueueFull, "dropped a SYN: SYN queue full", "丢弃 SYN：半连接队列满"),
        (Tick::AcceptQueueFullOnSyn, "dropped a SYN: accept queue full", "丢弃 SYN：全连接队列满"),
        (
            Tick::AcceptQueueFullOnCookie,
            "dropped a SYN: accept queue full, SYN queue too",
            "丢弃 SYN：两个队列都满",
        ),
        (Tick::LastQuarter, "dropped a SYN: last quarter kept free", "丢弃 SYN：留出最后四分之一"),
        (Tick::CookieReceived, "took an ACK for a cookie's", "收到 cookie 的 ACK"),
        (Tick::Opened, "made a connection of a last ACK", "最后的 ACK 建成连接"),
        (
            Tick::AcceptQueueFull,
            "threw away an ACK, or what came in its place: accept queue full",
            "丢弃最后的 ACK 或顶替它的报文：全连接队列满",
        ),
        (Tick::Aborted, "answered an ACK with an RST: accept queue full", "用 RST 应答 ACK：全连接队列满"),
        (Tick::SynAckAgain, "sent a SYN-ACK again", "重传 SYN-ACK"),
        (Tick::GivenUp, "gave a request up", "放弃请求"),
        (Tick::RequestReset, "forgot a request because of an RST", "因 RST 忘掉请求"),
        (Tick::CookieFailed, "took an ACK for a wrong cookie", "把 ACK 当成错误的 cookie"),
    ];
    let rows = done.into_iter().filter(|(tick, ..)| run.server.tally.get(*tick) > 0).map(|(tick, en, zh)| {
        let counters: Vec<String> = meaning.of(tick).iter().map(|counter| format!("{counter:?}")).collect();
        let counters = if counters.is_empty() { "—".to_string() } else { counters.join(", ") };
        vec![lang.pick(en, zh).to_string(), run.server.tally.get(tick).to_string(), counters]
    });
    let title = lang.pick("What the server did", "服务端的处理");
    Table::cells("server", title, columns.map(String::from).to_vec(), rows.collect())
}

/// The same settings on other kernels: how long the queues would be, and how the clients would fare.
fn kernels(settings: &Settings, run: &Population, lang: Lang) -> Table {
    let small = run.connects.saturating_add(run.forgeries) <= SMALL;
    let heads = lang.pick(["kernel", "accept queue", "SYN queue"], ["内核", "全连接队列", "半连接队列"]);
    let mut columns = heads.map(String::from).to_vec();
    if small {
        let heads = lang.pick(
            ["served", "read timeout", "reset", "connect() hangs", "last ACK dropped"],
            ["得到应答", "读超时", "被复位", "connect() 卡住", "最后的 ACK 被丢"],
        );
        columns.extend(heads.map(String::from));
    }
    let mut rows = Vec::new();
    for kernel in KERNELS.iter().filter_map(|text| KernelVersion::parse(text).ok()) {
        let changes = kernel.changes();
        let queues = Queues::listen(changes, &settings.sysctl, settings.backlog);
        let mut row = vec![
            kernel.to_string(),
            (u64::from(queues.backlog) + 1).to_string(),
            queues.syn_queue_limit(changes).to_string(),
        ];
        if small {
            let mut other = Population::new(&Settings { server_kernel: kernel, ..settings.clone() }, None);
            let other = if kernel == settings.server_kernel {
                run
            } else {
                other.run(u64::MAX);
                &other
            };
            let outcomes = [Outcome::Served, Outcome::ReadTimeout, Outcome::Reset];
            row.extend(outcomes.map(|outcome| count(other, Some(outcome), None).to_string()));
            row.push((hanging(other) + count(other, Some(Outcome::ConnectTimeout), None)).to_string());
            row.push(misled(other).to_string());
        }
        rows.push(row);
    }
    let title = lang.pick(
        "The same on other kernels: places in the queues, and how the clients fare",
        "换成别的内核：队列装多少，客户端怎么样",
    );
    Table::cells("kernels", title, columns, rows)
}

/// The moments that tools are run at.
fn looks(run: &Population) -> impl Iterator<Item = &Sample> {
    let last = run.samples.len();
    [last / 10, last / 4, last / 2, last * 3 / 4, last]
        .into_iter()
        .filter_map(|at| run.samples.get(at.checked_sub(1)?))
}

/// `ss -lnt`: Recv-Q and Send-Q of the listener.
fn ss(run: &Population) -> impl Iterator<Item = Table> {
    let backlog = run.server.queues.backlog;
    looks(run).map(move |sample| {
        let text = format!(
            "State  Recv-Q Send-Q Local Address:Port Peer Address:Port\nLISTEN {:<6} {:<6} {SERVER}      0.0.0.0:*\n",
            sample.waiting, backlog
        );
        let table = Table::output("ss", &format!("ss -lnt 'sport = :{}'", SERVER.port), text);
        Table { t_us: Some(sample.at.micros()), ..table }
    })
}

/// The counters of listeners at some moments.
fn over_time(run: &Population, meaning: &Meaning, counters: &Counters, lang: Lang) -> Table {
    let looks: Vec<&Sample> = looks(run).collect();
    let seconds = |at: Time| lang.pick(format!("{} s", at.secs()), format!("{} 秒", at.secs()));
    let head = lang.pick("counter", "计数器").to_string();
    let columns = [head].into_iter().chain(looks.iter().map(|sample| seconds(sample.at))).collect();
    let rows = counters.moved().filter(|(counter, _)| is_of_listeners(*counter)).map(|(counter, _)| {
        let values = looks.iter().map(|sample| meaning.value(&sample.tally, counter).to_string());
        [format!("{counter:?}")].into_iter().chain(values).collect()
    });
    let title = lang.pick("Counters over time", "计数器随时间的变化");
    Table::cells("counters", title, columns, rows.collect())
}
