//! From a run to its report: what packets did, what the server keeps over time, what its calls returned.

use super::checks::{self, Check, RstFate};
use super::scenario::{CHECKER, Call, Caller, Ending, Got, Outcomes, Read};
use super::settings::Settings;
use super::verdict;
use crate::lab::report::{Chart, Series, SeriesKind, Table};
use crate::lab::trace::{self, Findings, Name, Trace, is_syn};
use crate::lab::{Params, Report, ss};
use crate::net::Flags;
use crate::tcp::Shown;
use crate::text::Lang;
use crate::time::Time;

/// Lines of `ss` shown at most.
const SOCKETS: usize = 24;

/// Makes the report of a run.
pub(super) fn report(params: &Params, settings: &Settings, outcomes: &Outcomes, lang: Lang) -> Report {
    let checks = checks::checks(settings, outcomes);
    let mut trace = Trace::new(&outcomes.world, names(outcomes, lang), lang);
    remarks(&mut trace, settings, outcomes, lang);
    let mut tables = sockets(settings, outcomes);
    tables.push(trace::netstat(outcomes.world.host(outcomes.server)));
    tables.extend(found(settings, outcomes, &checks, lang));
    let findings = Findings {
        verdict: verdict::verdict(settings, outcomes, &checks, lang),
        totals: totals(outcomes, &checks),
        series: series(settings, outcomes, &checks, lang),
        charts: charts(lang),
        tables,
    };
    trace.report(params, findings)
}

fn names(outcomes: &Outcomes, lang: Lang) -> Vec<Name> {
    let name = |id: &str, en: &str, zh: &str| Name { id: id.into(), text: lang.pick(en, zh).into() };
    let clients = (outcomes.server > CHECKER + 1).then(|| name("cli", "clients", "客户端"));
    [name("chk", "checker", "检查机")]
        .into_iter()
        .chain(clients)
        .chain([name("srv", "server", "服务端")])
        .collect()
}

/// Says beside each RST of the checker, and beside the ACK that ends a handshake, what it did.
fn remarks(trace: &mut Trace<'_>, settings: &Settings, outcomes: &Outcomes, lang: Lang) {
    let mut acknowledged = vec![false; outcomes.calls.len()];
    for (n, packet) in outcomes.world.packets.iter().enumerate() {
        let Some(at) = (packet.conn as usize).checked_sub(1) else { continue };
        let (Some(call), Some(acknowledged)) = (outcomes.calls.get(at), acknowledged.get_mut(at)) else {
            continue;
        };
        if packet.from != CHECKER || packet.arrived_at.is_none() {
            continue;
        }
        if packet.segment.flags.rst() {
            let text = match checks::rst_fate(packet, call) {
                // The answer to a FIN of the server, or to a probe, long after the check.
                RstFate::NothingThere if is_over(call, packet.sent_at) => continue,
                fate => fate.text(lang),
            };
            trace.remark(n, text.to_string());
        } else if packet.segment.flags == Flags::ACK && !*acknowledged {
            *acknowledged = true;
            let fate = checks::ack_fate(packet, call);
            let left = checks::is_left(settings, call) && fate == checks::AckFate::Completed;
            let text = if left {
                lang.pick("ESTABLISHED, left behind", "ESTABLISHED，残留")
            } else {
                fate.text(lang)
            };
            trace.remark(n, text.to_string());
        }
    }
}

fn is_over(call: &Call, at: Time) -> bool {
    call.ended.is_some_and(|(ended, _)| ended <= at)
}

fn totals(outcomes: &Outcomes, checks: &[Check]) -> Vec<(&'static str, u64)> {
    let count = |wanted: fn(&Check) -> bool| checks.iter().filter(|check| wanted(check)).count() as u64;
    let mut totals = vec![
        ("checks", checks.len() as u64),
        ("checks_green", count(|check| check.call.got == Got::Connection)),
        ("left_behind", count(|check| check.left)),
        ("left_at_end", count(Check::stays)),
        ("waiting_at_end", outcomes.waiting.last().map_or(0, |(_, waiting)| u64::from(*waiting))),
        ("workers_reading_at_end", outcomes.reading.last().map_or(0, |(_, n)| u64::from(*n))),
    ];
    let clients = outcomes.calls.iter().filter(|call| call.caller == Caller::Client);
    let (answered, all) = clients
        .fold((0, 0), |(answered, all), call| (answered + u64::from(call.got == Got::Answer), all + 1));
    if all > 0 {
        totals.extend([("clients", all), ("clients_answered", answered), ("clients_failed", all - answered)]);
    }
    totals
}

fn charts(lang: Lang) -> Vec<Chart> {
    let chart = |id, en: &str, zh: &str| Chart { id, title: lang.pick(en, zh).to_string() };
    vec![
        chart("connections", "Connections at the server", "服务端的连接数"),
        chart("workers", "Workers that wait in read()", "等在 read() 里的工作线程"),
    ]
}

fn series(settings: &Settings, outcomes: &Outcomes, checks: &[Check], lang: Lang) -> Vec<Series> {
    let last = [outcomes.waiting.last(), outcomes.reading.last()].into_iter().flatten().map(|(at, _)| *at);
    let end = last.chain([settings.duration()]).max().unwrap_or_default();
    let line = |id: &str, chart, label: &str, kind, points: Vec<(Time, u32)>| Series {
        id: id.to_string(),
        chart,
        label: label.to_string(),
        unit: "",
        kind,
        points: points.into_iter().map(|(at, value)| (at.micros(), i64::from(value))).collect(),
    };
    let to_the_end = |points: &[(Time, u32)]| {
        let mut points = points.to_vec();
        points.extend(points.last().filter(|(at, _)| *at < end).map(|(_, value)| (end, *value)));
        points
    };
    let room = settings.backlog.unsigned_abs() + 1;
    let workers = settings.workers as u32;
    let at = |wanted: fn(Got) -> bool| -> Vec<(Time, u32)> {
        let calls = outcomes.calls.iter().filter(|call| call.caller == Caller::Client && wanted(call.got));
        calls.map(|call| (call.started, 0)).collect()
    };
    let mut all = vec![
        line(
            "left_behind",
            "connections",
            lang.pick("left behind", "残留"),
            SeriesKind::Area,
            to_the_end(&left_behind(checks)),
        ),
        line(
            "accept_queue",
            "connections",
            lang.pick("accept queue", "全连接队列"),
            SeriesKind::Steps,
            to_the_end(&outcomes.waiting),
        ),
        line(
            "accept_queue_room",
            "connections",
            &lang.pick(format!("the queue holds {room}"), format!("队列放得下 {room} 条")),
            SeriesKind::Limit,
            vec![(Time::ZERO, room), (end, room)],
        ),
        line(
            "workers_reading",
            "workers",
            lang.pick("in read()", "在 read() 里"),
            SeriesKind::Steps,
            to_the_end(&outcomes.reading),
        ),
        line(
            "workers",
            "workers",
            &lang.pick(format!("{workers} workers"), format!("共 {workers} 个线程")),
            SeriesKind::Limit,
            vec![(Time::ZERO, workers), (end, workers)],
        ),
    ];
    // A picture of nothing but zeros is none.
    let empty = |chart: &str| {
        let mut curves = all.iter().filter(|s| s.chart == chart && s.kind != SeriesKind::Limit);
        curves.all(|series| series.points.iter().all(|(_, value)| *value == 0))
    };
    let (idle, unread) = (empty("connections"), empty("workers") && settings.clients == 0);
    all.retain(|series| !(if series.chart == "workers" { unread } else { idle }));
    for (id, label, kind, points) in [
        (
            "clients_answered",
            lang.pick("client answered", "客户端得到应答"),
            SeriesKind::AcceptedBare,
            at(|got| got == Got::Answer),
        ),
        (
            "clients_failed",
            lang.pick("client failed", "客户端失败"),
            SeriesKind::DroppedBare,
            at(|got| got != Got::Answer),
        ),
    ] {
        if !points.is_empty() {
            all.push(line(id, "workers", label, kind, points));
        }
    }
    all
}

/// How many connections without another end there are, at each change.
fn left_behind(checks: &[Check]) -> Vec<(Time, u32)> {
    let mut changes: Vec<(Time, bool)> = Vec::new();
    for call in checks.iter().filter(|check| check.left).map(|check| check.call) {
        changes.extend(call.established.map(|at| (at, true)));
        changes.extend(call.ended.map(|(at, _)| (at, false)));
    }
    changes.sort_by_key(|(at, _)| *at);
    let mut left = 0u32;
    let counted = changes.into_iter().map(|(at, more)| {
        left = if more { left + 1 } else { left.saturating_sub(1) };
        (at, left)
    });
    [(Time::ZERO, 0)].into_iter().chain(counted).collect()
}

/// What `ss` prints at the moments that were looked at; those that show the same as the next are left out.
fn sockets(settings: &Settings, outcomes: &Outcomes) -> Vec<Table> {
    // The server closes first what it has answered.
    let filter = if settings.clients > 0 { "exclude time-wait" } else { "" };
    let print = |(at, shown): &(Time, Vec<Shown>)| {
        let kept: Vec<Shown> = shown.iter().filter(|socket| socket.state != "TIME-WAIT").cloned().collect();
        (*at, ss::tano(filter, &kept, SOCKETS))
    };
    let printed: Vec<_> = outcomes.looks.iter().map(print).collect();
    let changed = |n: usize| {
        let text = |at: usize| printed.get(at).map(|(_, (_, text))| text);
        text(n) != text(n + 1)
    };
    let command = printed.iter().map(|(_, (command, _))| command).max_by_key(|command| command.len());
    let Some(command) = command else { return Vec::new() };
    let moments = printed.iter().enumerate().filter(|(n, _)| changed(*n));
    moments
        .map(|(_, (at, (_, text)))| Table {
            t_us: Some(at.micros()),
            ..Table::output("ss", command, text.clone())
        })
        .collect()
}

/// The strip of all connections, and the checks and clients that fared alike, with their number.
fn found(settings: &Settings, outcomes: &Outcomes, checks: &[Check], lang: Lang) -> Vec<Table> {
    let heads = |en: &[&str], zh: &[&str]| lang.pick(en, zh).iter().map(|head| (*head).to_string()).collect();
    let rows = alike(checks.iter().map(|check| check_row(settings, check, lang)));
    let mut tables = vec![
        strip(outcomes, checks, lang),
        Table::cells(
            "checks",
            lang.pick("What became of the checks", "各次检查的经过"),
            heads(
                &["checks", "its RST", "its ACK", "accept()", "read()", "in the end"],
                &["检查", "RST", "ACK", "accept()", "read()", "最后"],
            ),
            rows,
        ),
    ];
    let clients = outcomes.calls.iter().filter(|call| call.caller == Caller::Client);
    let rows = alike(clients.map(|call| vec![got_text(call.got, lang).to_string()]));
    if !rows.is_empty() {
        let title = lang.pick("What became of the real clients", "真实客户端的结果");
        tables.push(Table::cells("clients", title, heads(&["clients", "result"], &["客户端", "结果"]), rows));
    }
    tables
}

/// Rows that are equal as one, behind how many there are, in the order of the first of each.
fn alike(rows: impl Iterator<Item = Vec<String>>) -> Vec<Vec<String>> {
    let mut groups: Vec<(u32, Vec<String>)> = Vec::new();
    for row in rows {
        match groups.iter_mut().find(|(_, known)| *known == row) {
            Some((count, _)) => *count += 1,
            None => groups.push((1, row)),
        }
    }
    groups.into_iter().map(|(count, row)| [format!("{count} ×")].into_iter().chain(row).collect()).collect()
}

fn check_row(settings: &Settings, check: &Check, lang: Lang) -> Vec<String> {
    let call = &check.call;
    let accepted = match (call.established, call.accepted) {
        (None, _) => lang.pick("gets nothing", "什么也没得到"),
        (_, true) => lang.pick("returns it", "返回它"),
        (_, false) => lang.pick("it waits in the queue", "在队列里等着"),
    };
    let read = match (call.accepted, call.read) {
        (false, _) => lang.pick("is not called", "没有调用").to_string(),
        (true, None) => lang.pick("waits", "一直等").to_string(),
        (true, Some(Read::Bytes)) => lang.pick("data", "数据").to_string(),
        (true, Some(Read::EndOfFile)) => "0".to_string(),
        (true, Some(Read::Failed(error))) => error.to_string(),
        (true, Some(Read::TimedOut)) => {
            let seconds = settings.read_timeout.map_or(0, Time::secs);
            lang.pick(format!("EAGAIN after {seconds} s"), format!("{seconds} 秒后 EAGAIN"))
        }
    };
    let end = match (call.established, call.ended) {
        _ if check.stays() => lang.pick("left behind", "残留"),
        (None, _) => lang.pick("no connection", "没有建成连接"),
        (_, Some((_, Ending::Reset))) if check.left => lang.pick("a probe ends it", "被探测终结"),
        (_, Some((_, Ending::Reset))) if !call.accepted => {
            lang.pick("reset, but keeps its place", "被断开，仍占着位置")
        }
        (_, Some((_, Ending::Reset))) => lang.pick("reset", "被断开"),
        (_, Some((_, Ending::TimedOut))) => lang.pick("the worker closes it", "工作线程关闭"),
        _ => lang.pick("closed", "关闭"),
    };
    vec![check.rst.text(lang).into(), check.ack.text(lang).into(), accepted.into(), read, end.into()]
}

fn got_text(got: Got, lang: Lang) -> &'static str {
    match got {
        Got::Answer => lang.pick("answered", "得到应答"),
        Got::NoAnswer => lang.pick("connected, but no answer in 3 s", "连上了，但 3 秒内没有应答"),
        Got::NoConnection => lang.pick("no connection in 3 s", "3 秒内没有连上"),
        Got::Reset => lang.pick("reset", "被断开"),
        Got::Nothing | Got::Connection => lang.pick("undecided at the end", "结束时未定"),
    }
}

fn strip(outcomes: &Outcomes, checks: &[Check], lang: Lang) -> Table {
    let mut syns = vec![0u32; outcomes.calls.len()];
    for packet in outcomes.world.packets.iter().filter(|packet| is_syn(packet)) {
        if let Some(count) = (packet.conn as usize).checked_sub(1).and_then(|at| syns.get_mut(at)) {
            *count += 1;
        }
    }
    let word = |call: &Call| match (call.caller, call.got) {
        (Caller::Check(n), _) => match checks.get(n as usize - 1) {
            Some(check) if check.left => "left",
            _ => "gone",
        },
        (Caller::Client, Got::Answer) => "established",
        (Caller::Client, Got::NoAnswer) => "unanswered",
        (Caller::Client, Got::NoConnection) => "failed",
        (Caller::Client, Got::Reset) => "reset",
        (Caller::Client, Got::Nothing | Got::Connection) => "pending",
    };
    let row = |((call, syns), conn): ((&Call, u32), u32)| {
        vec![
            conn.to_string(),
            match call.caller {
                Caller::Check(n) => lang.pick(format!("check {n}"), format!("第 {n} 次检查")),
                Caller::Client => lang.pick("client", "客户端").to_string(),
            },
            format!("{}.{:03} s", call.started.secs(), call.started.millis() % 1000),
            syns.to_string(),
            word(call).to_string(),
        ]
    };
    let columns = lang.pick(
        ["connection", "caller", "started", "SYNs", "result"],
        ["连接", "呼叫方", "开始", "SYN 数", "结果"],
    );
    let rows = outcomes.calls.iter().zip(syns).zip(1..).map(row).collect();
    let title = lang.pick("Connections", "连接");
    Table::cells(Table::CONNECTIONS, title, columns.map(String::from).to_vec(), rows)
}
