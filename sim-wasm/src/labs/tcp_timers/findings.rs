//! From a run to its report: the tape, what was sent when, what `ss` and `netstat` said, and what would change it.

use super::scenario::{CLIENT, End, Outcome, SERVER};
use super::settings::{Scene, Settings};
use super::steps::{Kind, Step, What, steps};
use super::words::{ending, span};
use super::{variations, verdict};
use crate::lab::report::{Chart, Series, SeriesKind, Table};
use crate::lab::trace::{self, Findings, Trace};
use crate::lab::{Params, Report};
use crate::tcp::shown;
use crate::text::Lang;
use crate::time::Time;
use crate::world::HostId;

/// The picture of the wait.
const WAIT: &str = "wait";
/// Moments at which the tools are called, at most, besides that of a late timer.
const MOMENTS: usize = 3;

/// Makes the report of a run.
pub(super) fn report(params: &Params, settings: &Settings, outcome: &Outcome, lang: Lang) -> Report {
    let mut trace = Trace::new(&outcome.world, trace::clients_and_server(1, lang), lang);
    for (at, host, note) in events(settings, outcome, lang) {
        trace.state(at, host, 1, note, None);
    }
    let steps = steps(outcome);
    let title = lang.pick("The wait; long pauses are drawn shorter", "等待的过程（长间隔已缩短）");
    let findings = Findings {
        verdict: verdict::verdict(settings, outcome, &steps, lang),
        totals: totals(outcome, &steps),
        series: series(outcome, &steps, lang),
        charts: vec![Chart { id: WAIT, title: title.to_string() }],
        tables: tables(settings, outcome, &steps, lang),
    };
    trace.report(params, findings)
}

/// What happens beside packets.
fn events(settings: &Settings, outcome: &Outcome, lang: Lang) -> Vec<(Time, HostId, String)> {
    let struck = outcome.struck;
    let dead = lang.pick("loses its power", "断电");
    let mut events = Vec::new();
    let mut note = |at, host, text: &str| events.push((at, host, text.to_string()));
    match settings.scene {
        Scene::DeadPeerIdle | Scene::DeadPeerSending => note(struck, SERVER, dead),
        Scene::FinWait1Orphan => {
            note(struck, SERVER, dead);
            note(struck, CLIENT, "close()");
        }
        Scene::FinWait2Orphan => note(struck, CLIENT, "close()"),
        Scene::PeerRebooted => {
            note(struck, SERVER, lang.pick("reboots, and forgets it", "重启，不再认识这条连接"));
        }
        Scene::ZeroWindow => note(outcome.began, CLIENT, lang.pick("the window is closed", "窗口关闭")),
        _ => {}
    }
    for refusal in &outcome.world.refusals {
        let at = refusal.at + Time::from_millis(settings.rtt_ms);
        let text = lang.pick("ICMP unreachable arrives", "收到 ICMP 不可达");
        events.push((at, CLIENT, text.to_string()));
    }
    match outcome.end {
        End::Failed(error) => {
            let call = settings.scene.call();
            let text = lang.pick(format!("{call} fails: {error}"), format!("{call} 失败：{error}"));
            events.push((outcome.ended, CLIENT, text));
        }
        End::Gone => {
            events.push((outcome.ended, CLIENT, lang.pick("the socket is gone", "套接字消失").to_string()))
        }
        _ => {}
    }
    events
}

fn totals(outcome: &Outcome, steps: &[Step]) -> Vec<(&'static str, u64)> {
    let sent = steps.iter().filter(|step| matches!(step.what, What::Sent(..))).count() as u64;
    let waited = match outcome.waited() {
        Some(waited) if waited < Time::from_secs(1) => Some(("waited_ms", waited.millis())),
        Some(waited) => Some(("waited_s", waited.secs())),
        None => None,
    };
    waited.into_iter().chain([("sent", sent)]).collect()
}

/// The tape: which timer ran when, what was sent, and the end.
fn series(outcome: &Outcome, steps: &[Step], lang: Lang) -> Vec<Series> {
    let mut series: Vec<Series> = Vec::new();
    let mut add = |id: &str, label: &str, kind, points: &[u64]| {
        let points = points.iter().map(|t| (*t, 0));
        match series.iter_mut().find(|known| known.id == id) {
            Some(known) => known.points.extend(points),
            None => series.push(Series {
                id: id.to_string(),
                chart: WAIT,
                label: label.to_string(),
                unit: "",
                kind,
                points: points.collect(),
            }),
        }
    };
    for kind in Kind::ALL {
        for step in steps {
            if matches!(step.what, What::Sent(sent, _) if sent == kind) {
                add(kind.id(), kind.word(lang), SeriesKind::Moments, &[step.at.micros()]);
            }
        }
    }
    for step in steps {
        let from = step.at.micros();
        let name = step.timer.map_or("off", |timer| timer.name);
        let label = match step.timer {
            Some(_) => lang.pick(format!("timer: {name}"), format!("定时器：{name}")),
            None => lang.pick("no timer", "没有定时器").to_string(),
        };
        add(name, &label, SeriesKind::Pauses, &[from, step.until.map_or(from, Time::micros)]);
    }
    if outcome.waited().is_some() {
        let kind = if outcome.end == End::Gone { SeriesKind::AcceptedBare } else { SeriesKind::DroppedBare };
        add("end", &ending(outcome, lang), kind, &[outcome.ended.micros()]);
    }
    series
}

fn tables(settings: &Settings, outcome: &Outcome, steps: &[Step], lang: Lang) -> Vec<Table> {
    let mut tables = vec![step_table(settings, outcome, steps, lang)];
    tables.extend(variations::table(settings, outcome, lang));
    let moments = moments(steps);
    let tool = |host: HostId, id, command: &str, print: fn(&[shown::Shown]) -> String| {
        let at = moments.iter().filter_map(move |at| {
            let line = outcome.look(host, *at)?.line_at(*at)?;
            let text = print(&[line]);
            let name = if host == CLIENT { "c1" } else { "srv" };
            Some(Table {
                host: name.to_string(),
                t_us: Some(at.micros()),
                ..Table::output(id, command, text)
            })
        });
        at.collect::<Vec<_>>()
    };
    tables.extend(tool(CLIENT, "ss", "ss -Htano", shown::ss));
    tables.extend(tool(CLIENT, "netstat-o", "netstat -tano | grep :80", shown::netstat));
    if settings.scene == Scene::LostSynAck {
        tables.extend(tool(SERVER, "ss", "ss -Htano | grep -v LISTEN", shown::ss));
    }
    let counters = trace::netstat(outcome.world.host(CLIENT));
    tables.push(Table { host: "c1".to_string(), ..counters });
    tables
}

/// When the tools are called: in the middle of some of the pauses, and when a timer is due that has not fired yet.
fn moments(steps: &[Step]) -> Vec<Time> {
    let last = steps.len().saturating_sub(1);
    let chosen = steps.len().min(MOMENTS);
    let mut places: Vec<usize> = (0..chosen).map(|n| n * last / chosen.saturating_sub(1).max(1)).collect();
    places.dedup();
    let mut moments: Vec<Time> = places.iter().filter_map(|n| steps.get(*n)).map(Step::middle).collect();
    let late = steps.last().filter(|step| step.late() > Time::from_millis(20));
    moments.extend(late.and_then(|step| Some(step.until? - Time::from_millis(10))));
    moments
}

/// Each thing that was sent, how long the caller then waited, and what the tools show halfway.
fn step_table(settings: &Settings, outcome: &Outcome, steps: &[Step], lang: Lang) -> Table {
    let columns = lang
        .pick(
            ["at", "what", "waited", "ss -o, halfway", "netstat -o"],
            ["时刻", "发生了什么", "等了", "ss -o（中途）", "netstat -o"],
        )
        .map(String::from)
        .to_vec();
    let dash = || "—".to_string();
    let row = |step: &Step| {
        let halfway = step.middle();
        let timer = outcome.look(CLIENT, halfway).and_then(|look| look.line_at(halfway)?.timer);
        vec![
            span(step.at, lang),
            what(settings, step.what, lang),
            step.waited().map_or_else(dash, |waited| span(waited, lang)),
            timer.map_or_else(dash, |timer| timer.ss()),
            timer.map_or("off (0.00/0/0)".to_string(), |timer| timer.netstat()),
        ]
    };
    let mut rows: Vec<Vec<String>> = steps.iter().map(row).collect();
    if let Some(waited) = outcome.waited() {
        let end = ending(outcome, lang);
        let what = lang.pick(format!("{end}, in all"), format!("{end}，合计"));
        rows.push(vec![span(outcome.ended, lang), what, span(waited, lang), dash(), dash()]);
    }
    Table::cells("steps", lang.pick("What the caller waits for", "调用方在等什么"), columns, rows)
}

fn what(settings: &Settings, what: What, lang: Lang) -> String {
    let scene = settings.scene;
    match what {
        What::Sent(Kind::Probe, n) if scene == Scene::ZeroWindow => {
            lang.pick(format!("window probe {n}"), format!("窗口探测 {n}"))
        }
        What::Sent(Kind::Probe, n) => {
            lang.pick(format!("keepalive probe {n}"), format!("keepalive 探测 {n}"))
        }
        What::Sent(kind, 1) => kind.word(lang).to_string(),
        What::Sent(kind, n) => {
            let (word, again) = (kind.word(lang), n - 1);
            let space = if word.is_ascii() { " " } else { "" };
            lang.pick(format!("{word} again ({again})"), format!("重发{space}{word}（{again}）"))
        }
        What::State(state) => state.to_string(),
        What::Began if scene == Scene::ZeroWindow => {
            lang.pick("the window is closed", "窗口关闭").to_string()
        }
        What::Began => lang.pick("last segment from the peer", "对端的最后一个报文").to_string(),
    }
}
