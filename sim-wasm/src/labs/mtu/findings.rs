//! From a run to its report.

use super::scenario::{CLIENT, End, Outcome, SERVER};
use super::sends::{self, Send};
use super::settings::Settings;
use super::tables::{self, router};
use super::verdict;
use crate::kernel::Counter;
use crate::lab::report::{Chart, Series, SeriesKind};
use crate::lab::trace::{self, Findings, Trace};
use crate::lab::{Params, Report};
use crate::text::Lang;
use crate::time::Time;

/// The picture of the transfer.
const TRANSFER: &str = "transfer";
/// Moments of one kind that the picture has room for.
const MOST_MOMENTS: usize = 200;

/// Makes the report of a run.
pub(super) fn report(params: &Params, settings: &Settings, outcome: &Outcome, lang: Lang) -> Report {
    let sends = sends::data(outcome);
    let mut trace = Trace::new(&outcome.world, trace::clients_and_server(1, lang), lang);
    remarks(&mut trace, outcome, &sends, lang);
    let mut last = None;
    for (at, host, mtu) in sends::messages(outcome, settings.rtt_ms) {
        // Those that come together say the same.
        if last.replace((at, host, mtu)) != Some((at, host, mtu)) {
            let text = lang
                .pick(format!("ICMP: fragmentation needed, MTU {mtu}"), format!("ICMP：需要分片，MTU {mtu}"));
            trace.state(at, host, 1, text, None);
        }
    }
    if let End::Failed(host, error) = outcome.end {
        let text = lang.pick(format!("fails: {error}"), format!("失败：{error}"));
        trace.state(outcome.ended, host, 1, text, None);
    }
    let series = series(settings, outcome, &sends, lang);
    let title = lang.pick("The transfer; long pauses are drawn shorter", "传输过程（长间隔已缩短）");
    let findings = Findings {
        verdict: verdict::verdict(settings, outcome, &sends, lang),
        totals: totals(settings, outcome, &sends),
        charts: if series.is_empty() {
            Vec::new()
        } else {
            vec![Chart { id: TRANSFER, title: title.to_string() }]
        },
        series,
        tables: tables::tables(settings, outcome, &sends, lang),
    };
    trace.report(params, findings)
}

/// Says beside packets what the way did to them, and which were sent again.
fn remarks(trace: &mut Trace<'_>, outcome: &Outcome, sends: &[Send<'_>], lang: Lang) {
    for (index, packet) in outcome.world.packets.iter().enumerate() {
        if let Some((hop, written)) = sends::passage(outcome, index).clamped
            && let Some(mss) = packet.segment.opts.mss
        {
            trace.remark(index, format!("{}: MSS {written} → {mss}", router(packet.from, hop)));
        } else if let Some(mss) = packet.segment.opts.mss {
            trace.remark(index, format!("MSS {mss}"));
        }
    }
    for send in sends {
        let (from, len) = (send.packet.from, send.packet.segment.len);
        let note = if let Some(stop) = send.passage.stopped {
            format!("{}: {} > {}", router(from, stop.hop), stop.len, stop.mtu)
        } else if let Some((hop, pieces)) = send.passage.fragmented {
            let router = router(from, hop);
            lang.pick(format!("{router}: {pieces} fragments"), format!("{router}：{pieces} 片"))
        } else if send.again {
            lang.pick(format!("again, {len} bytes"), format!("重传，{len} 字节"))
        } else {
            continue;
        };
        trace.remark(send.index, note);
    }
}

fn totals(settings: &Settings, outcome: &Outcome, sends: &[Send<'_>]) -> Vec<(&'static str, u64)> {
    let stopped = sends.iter().filter(|send| send.stopped()).count() as u64;
    let messages = sends::messages(outcome, settings.rtt_ms).len() as u64;
    let again: u64 = [CLIENT, SERVER]
        .map(|host| outcome.world.host(host).counters().get(Counter::RetransSegs))
        .iter()
        .sum();
    let ended = match outcome.end {
        End::Done => ("done_ms", outcome.ended.millis()),
        End::Failed(..) | End::CutOff => ("waited_s", outcome.ended.secs()),
    };
    let [request, response] = outcome.read.map(u64::from);
    vec![
        ended,
        ("too_big", stopped),
        ("icmp", messages),
        ("sent_again", again),
        ("request_read", request),
        ("response_read", response),
    ]
}

/// The tape: what was sent when, what the way did to it, and the pauses in which only a timer runs. A transfer without a
/// pause has none.
fn series(settings: &Settings, outcome: &Outcome, sends: &[Send<'_>], lang: Lang) -> Vec<Series> {
    let pauses = pauses(settings, outcome, sends);
    if pauses.is_empty() {
        return Vec::new();
    }
    let times = |of: &dyn Fn(&Send<'_>) -> bool| {
        let mut times: Vec<u64> =
            sends.iter().filter(|send| of(send)).map(|send| send.packet.sent_at.micros()).collect();
        times.dedup();
        times.truncate(MOST_MOMENTS);
        times
    };
    let messages: Vec<u64> = sends::messages(outcome, settings.rtt_ms)
        .iter()
        .map(|(at, ..)| at.micros())
        .take(MOST_MOMENTS)
        .collect();
    let mut series = Vec::new();
    let mut add = |id: &str, label: &str, kind, times: Vec<u64>| {
        if !times.is_empty() {
            series.push(Series {
                id: id.to_string(),
                chart: TRANSFER,
                label: label.to_string(),
                unit: "",
                kind,
                points: times.into_iter().map(|t| (t, 0)).collect(),
            });
        }
    };
    let moments = SeriesKind::Moments;
    add(
        "passed",
        lang.pick("data that pass", "通过的数据"),
        moments,
        times(&|send| !send.stopped() && !send.again),
    );
    add(
        "again",
        lang.pick("sent again, and pass", "重传并通过"),
        moments,
        times(&|send| !send.stopped() && send.again),
    );
    add("dropped", lang.pick("dropped by a router", "被路由器丢弃"), moments, times(&|send| send.stopped()));
    add("icmp", lang.pick("ICMP arrives", "收到 ICMP"), moments, messages);
    add("waiting", lang.pick("nothing but the timer runs", "只有定时器在走"), SeriesKind::Pauses, pauses);
    let (label, kind) = match outcome.end {
        End::Done => (lang.pick("done", "完成").to_string(), SeriesKind::AcceptedBare),
        End::Failed(_, error) => (error.to_string(), SeriesKind::DroppedBare),
        End::CutOff => return series,
    };
    add("end", &label, kind, vec![outcome.ended.micros()]);
    series
}

/// Stretches without a packet that are longer than two round trips: from and to.
fn pauses(settings: &Settings, outcome: &Outcome, sends: &[Send<'_>]) -> Vec<u64> {
    let short = Time::from_millis((2 * settings.rtt_ms).max(100));
    let sent = sends.iter().map(|send| send.packet.sent_at).filter(|at| *at < outcome.ended);
    let mut moments: Vec<Time> = sent.chain([outcome.ended]).collect();
    moments.dedup();
    let pairs = moments.windows(2).filter_map(|pair| match pair {
        [from, to] if *to - *from > short => Some([from.micros(), to.micros()]),
        _ => None,
    });
    pairs.flatten().take(2 * MOST_MOMENTS).collect()
}
