//! From a run to its report: what each packet was for, how long each request took, and what kept it.

use super::scenario::{CLIENT, Outcome, SERVER};
use super::settings::Settings;
use super::waits::{self, Asked, Cause, Kind, Sums, Wait};
use super::watch::{Release, Rule};
use super::words::{name, span};
use super::{remarks, variations, verdict};
use crate::lab::report::{Chart, Series, SeriesKind, Table};
use crate::lab::trace::{self, Findings, Trace};
use crate::lab::{Params, Report};
use crate::tcp::shown;
use crate::text::Lang;
use crate::time::Time;

/// The picture of the requests.
const TIMES: &str = "times";

/// Makes the report of a run.
pub(super) fn report(params: &Params, settings: &Settings, outcome: &Outcome, lang: Lang) -> Report {
    let asked = waits::requests(outcome);
    let sums = waits::sums(outcome, &asked);
    let kinds = waits::kinds(&asked);
    let mut trace = Trace::new(&outcome.world, trace::clients_and_server(1, lang), lang);
    remarks::remark(&mut trace, outcome, &asked, lang);
    let title =
        lang.pick("Time of each request, by when it began (µs)", "每个请求的耗时，横轴为开始时刻（微秒）");
    let findings = Findings {
        verdict: verdict::verdict(settings, outcome, &asked, &sums, &kinds, lang),
        totals: vec![
            ("requests", sums.answered),
            ("stalled", sums.stalled),
            ("median_us", sums.median.micros()),
            ("p99_us", sums.p99.micros()),
            ("worst_us", sums.worst.micros()),
            ("requests_per_s", sums.requests_per_s),
        ],
        series: series(&asked, lang),
        charts: vec![Chart { id: TIMES, title: title.to_string() }],
        tables: tables(settings, outcome, &asked, &kinds, &sums, lang),
    };
    trace.report(params, findings)
}

fn series(asked: &[Asked], lang: Lang) -> Vec<Series> {
    let curve = |id: &str, en: &str, zh: &str, kind, value: &dyn Fn(&Asked) -> Time| {
        let mut points: Vec<(u64, i64)> =
            asked.iter().map(|asked| (asked.request.began.micros(), value(asked).micros() as i64)).collect();
        let end = asked.iter().filter_map(|asked| asked.request.ended).max();
        points.extend(end.zip(points.last()).map(|(end, (_, value))| (end.micros(), *value)));
        Series {
            id: id.to_string(),
            chart: TIMES,
            label: lang.pick(en, zh).to_string(),
            unit: "us",
            kind,
            points,
        }
    };
    vec![
        curve(
            "stalled-for",
            "of it, waiting for a timer",
            "其中等定时器的时间",
            SeriesKind::Area,
            &|asked| asked.stalled_for(),
        ),
        curve("took", "request to response", "从请求到响应", SeriesKind::Steps, &|asked| {
            asked.request.took().unwrap_or_default()
        }),
    ]
}

fn tables(
    settings: &Settings,
    outcome: &Outcome,
    asked: &[Asked],
    kinds: &[Kind],
    sums: &Sums,
    lang: Lang,
) -> Vec<Table> {
    let mut tables = Vec::new();
    if !kinds.is_empty() {
        tables.push(why(kinds, lang));
    }
    tables.push(variations::table(settings, sums, lang));
    tables.push(requests(asked, lang));
    for (host, id) in [(CLIENT, "c1"), (SERVER, "srv")] {
        // Those that stall stand first.
        let first = kinds.iter().find(|kind| kind.host == host).map(|kind| kind.first.hold);
        if let Some((hold, line)) = first.and_then(|hold| Some((hold, outcome.watch.shown(&hold)?))) {
            tables.push(Table {
                host: id.to_string(),
                t_us: Some(hold.at.micros()),
                ..Table::output("ss", "ss -Htano", shown::ss(std::slice::from_ref(line)))
            });
        }
    }
    let counters = trace::netstat(outcome.world.host(CLIENT));
    tables.push(Table { host: "c1".to_string(), ..counters });
    tables.push(trace::netstat(outcome.world.host(SERVER)));
    tables
}

/// Who kept what back, by which rule, with the numbers of the first time; and what let it go.
fn why(kinds: &[Kind], lang: Lang) -> Table {
    let columns = lang
        .pick(
            ["times", "who", "rule", "condition, the first time", "let go by", "after"],
            ["次数", "谁", "规则", "条件（第一次）", "由什么放行", "等了"],
        )
        .map(String::from)
        .to_vec();
    let row = |kind: &Kind| {
        let wait = &kind.first;
        vec![
            kind.times.to_string(),
            name(kind.host, lang).to_string(),
            rule(wait).to_string(),
            condition(wait),
            way_out(wait, lang),
            span(wait.span(), lang),
        ]
    };
    let rows = kinds.iter().map(row).collect();
    Table::cells("why", lang.pick("What kept data back", "是什么扣住了数据"), columns, rows)
}

/// The function that decided.
fn rule(wait: &Wait) -> &'static str {
    match wait.hold.rule {
        Rule::Nagle => "tcp_nagle_check, tcp_minshall_check",
        Rule::Cork => "tcp_nagle_check (TCP_NAGLE_CORK)",
        Rule::Window => "tcp_write_xmit (cwnd, snd_wnd)",
    }
}

/// Its condition, with the live numbers.
fn condition(wait: &Wait) -> String {
    let hold = &wait.hold;
    let small = format!("len {} < mss {}", hold.bytes, hold.mss);
    match hold.rule {
        Rule::Nagle => format!(
            "{small}, packets_out {}, snd_sml − snd_una = {} > 0",
            hold.packets_out,
            hold.snd_sml.wrapping_sub(hold.snd_una)
        ),
        Rule::Cork => small,
        Rule::Window => format!("len {}, packets_out {}", hold.bytes, hold.packets_out),
    }
}

/// What let the bytes go, with the live numbers.
fn way_out(wait: &Wait, lang: Lang) -> String {
    let Some(ack) = wait.ack else {
        return match wait.release {
            Release::Ack(_) => "ACK".to_string(),
            Release::Call => lang.pick("the program's next call", "程序的下一次调用").to_string(),
            Release::Timer => "tcp_probe_timer".to_string(),
        };
    };
    let state = ack.state.map_or(String::new(), |state| {
        format!("pingpong {}, ato {}", u8::from(state.pingpong), span(state.ato, lang))
    });
    match ack.cause {
        Cause::Data => lang.pick("an ACK at once", "立刻到来的 ACK").to_string(),
        Cause::Timer => format!("tcp_delack_timer: {state}"),
        Cause::LossProbe => lang.pick(
            format!("the ACK of a tail loss probe (tcp_send_loss_probe); {state}"),
            format!("尾部丢包探测换来的 ACK（tcp_send_loss_probe）；{state}"),
        ),
        Cause::MoreData => lang
            .pick(format!("an ACK that more data brought; {state}"), format!("后续数据引来的 ACK；{state}")),
    }
}

/// Each request: how long it took, and what it waited for.
fn requests(asked: &[Asked], lang: Lang) -> Table {
    let columns = lang
        .pick(
            [
                "request",
                "began",
                "took",
                "bytes held",
                "by the client for",
                "by the server for",
                "ACKs put off for",
            ],
            ["请求", "开始", "耗时", "扣住字节", "客户端扣了", "服务端扣了", "ACK 推迟了"],
        )
        .map(String::from)
        .to_vec();
    let dash = |time: Time| if time == Time::ZERO { "—".to_string() } else { span(time, lang) };
    let row = |(n, asked): (usize, &Asked)| {
        let sum =
            |of: &dyn Fn(&Wait) -> Time| asked.waits.iter().fold(Time::ZERO, |sum, wait| sum + of(wait));
        let held = |host| sum(&|wait| if wait.hold.host == host { wait.span() } else { Time::ZERO });
        let bytes: u64 = asked.waits.iter().map(|wait| u64::from(wait.hold.bytes)).sum();
        vec![
            (n + 1).to_string(),
            span(asked.request.began, lang),
            asked.request.took().map_or("—".to_string(), |took| span(took, lang)),
            if bytes == 0 { "—".to_string() } else { bytes.to_string() },
            dash(held(CLIENT)),
            dash(held(SERVER)),
            dash(sum(&Wait::put_off)),
        ]
    };
    let rows = asked.iter().enumerate().map(row).collect();
    Table::cells("requests", lang.pick("The requests", "各个请求"), columns, rows)
}
