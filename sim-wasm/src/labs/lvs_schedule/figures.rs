//! The pictures: connections by server, what the scheduler compared, and how uneven turns are by the number of them.

use super::counting::Dest;
use super::director::Run;
use super::findings::claim;
use super::run::Outcome;
use super::settings::{Change, Scheduler, Settings, Start};
use super::words;
use crate::lab::figure::{Axis, AxisScale, Bar, Bars, Curve, CurveStyle, Drawing, Figure, Mark, Plot};
use crate::text::Lang;

/// Names of curves; so many servers are drawn at most.
const CURVES: [&str; 5] = ["first", "second", "third", "fourth", "fifth"];
/// Points of a curve at most.
const MOST_POINTS: usize = 200;

/// All of them.
pub(super) fn figures(settings: &Settings, outcome: &Outcome, lang: Lang) -> Vec<Figure> {
    let mut figures = vec![spread(settings, outcome, lang)];
    figures.extend(outcome.first().and_then(|run| compared(settings, outcome, run, lang)));
    figures.extend(turns(settings, lang));
    figures
}

fn spread(settings: &Settings, outcome: &Outcome, lang: Lang) -> Figure {
    let (title, parts) = if settings.second > 0 {
        (
            lang.pick("Connections by real server and batch", "各后端的连接数，按批次"),
            vec![lang.pick("first batch", "第一批"), lang.pick("second batch", "第二批")],
        )
    } else if settings.lifetime_us > 0 {
        (
            lang.pick("Connections by real server", "各后端的连接数"),
            vec![lang.pick("active", "活跃"), lang.pick("inactive", "不活跃"), lang.pick("gone", "已消失")],
        )
    } else {
        let title = lang.pick("Connections by real server", "各后端的连接数");
        (title, vec![lang.pick("connections", "连接数")])
    };
    let bars = outcome.tallies.iter().enumerate().map(|(server, tally)| {
        let parts = match parts.len() {
            1 => vec![tally.picked()],
            2 => tally.batches.to_vec(),
            _ => vec![tally.active, tally.inactive, tally.gone],
        };
        let note = if parts.len() > 1 && tally.picked() > 0 {
            let own: Vec<String> = parts.iter().map(u64::to_string).collect();
            format!("{} ({})", tally.picked(), own.join(" + "))
        } else {
            String::new()
        };
        Bar { label: words::name(server), parts: parts.into_iter().map(|n| n as i64).collect(), note }
    });
    let equal = (1..settings.servers).all(|server| claim(settings, server) == claim(settings, 0));
    let share = outcome.picked() / settings.servers.max(1) as u64;
    let bound = (equal && settings.servers > 1 && share > 0)
        .then(|| (share as i64, lang.pick(format!("even: {share}"), format!("均分：{share}"))));
    let parts = parts.iter().map(|part| part.to_string()).collect();
    let drawing = Drawing::Bars(Bars { unit: "", per: 1, parts, bars: bars.collect(), bound });
    Figure { id: "servers", title: title.to_string(), drawing }
}

/// What lc, wlc, sed and nq compare, at each SYN of the first director.
fn compared(settings: &Settings, outcome: &Outcome, run: &Run, lang: Lang) -> Option<Figure> {
    if !settings.scheduler.counts() || run.picks.len() < 2 {
        return None;
    }
    let overhead = matches!(settings.scheduler, Scheduler::Lc | Scheduler::Wlc);
    let cost: fn(Dest) -> u64 = if overhead { Dest::overhead } else { |dest: Dest| dest.active };
    // With many servers those that got most and fewest, and what stands first.
    let mut drawn: Vec<usize> = (0..settings.servers).collect();
    if drawn.len() > CURVES.len() {
        drawn.sort_by_key(|server| outcome.tallies.get(*server).map(|tally| tally.picked()));
        drawn = drawn.first().into_iter().chain(drawn.last()).copied().collect();
        drawn.sort_unstable();
    }
    let every = run.picks.len().div_ceil(MOST_POINTS).max(1);
    let curves = drawn.iter().zip(CURVES).map(|(server, id)| {
        let points = run.picks.iter().enumerate().step_by(every).map(|(n, pick)| {
            let dest = pick.seen.get(*server).copied().unwrap_or_default();
            (n as i64 + 1, cost(dest) as i64)
        });
        Curve { id, label: words::name(*server), style: CurveStyle::Line, points: points.collect() }
    });
    let title = match overhead {
        true => lang.pick("What is compared: active × 256 + inactive", "比较的量：活跃 × 256 + 不活跃"),
        false => lang.pick("What is compared: active connections", "比较的量：活跃连接数"),
    };
    let axis = |label: &str| Axis { label: label.to_string(), unit: "", scale: AxisScale::Linear, per: 1 };
    let marks = (settings.second > 0)
        .then(|| Mark {
            x: settings.first as i64 + 1,
            label: lang.pick("second batch", "第二批").to_string(),
        })
        .into_iter();
    let plot = Plot {
        x: axis(lang.pick("SYN number", "第几个 SYN")),
        y: axis(lang.pick("overhead", "开销")),
        curves: curves.collect(),
        marks: marks.collect(),
    };
    Some(Figure { id: "compared", title: title.to_string(), drawing: Drawing::Plot(plot) })
}

/// Turns that begin at the same server everywhere: max/mean is ceil(k/n)·n/k for k connections per director.
fn turns(settings: &Settings, lang: Lang) -> Option<Figure> {
    let servers = settings.servers as u64;
    let equal = (1..settings.servers).all(|server| settings.weights.get(server) == settings.weights.first());
    let plain = settings.scheduler.takes_turns()
        && settings.starts == Start::Head
        && settings.change == Change::None
        && settings.weights.first().is_some_and(|weight| *weight > 0)
        && !settings.lists_differ();
    if !plain || !equal || servers < 2 || settings.directors < 2 {
        return None;
    }
    let ratio = |k: u64| (k.div_ceil(servers) * servers * 1000).checked_div(k).unwrap_or(0) as i64;
    let own = (settings.first + settings.second) as u64;
    let axis = |label: &str, per| Axis { label: label.to_string(), unit: "", scale: AxisScale::Linear, per };
    let curve = |id, label: String, style, points| Curve { id, label, style, points };
    let last = (5 * servers).max(own);
    let here = lang.pick(format!("here: {own}"), format!("当前：{own}"));
    let every = lang.pick(format!("{servers} servers"), format!("{servers} 台后端"));
    let plot = Plot {
        x: axis(lang.pick("connections per director", "每台调度器的连接数"), 1),
        y: axis(lang.pick("fullest / even share", "最满的一台 / 均分"), 1000),
        curves: vec![
            curve("ratio", every, CurveStyle::Line, (1..=last).map(|k| (k as i64, ratio(k))).collect()),
            curve("here", here, CurveStyle::Points, vec![(own as i64, ratio(own))]),
        ],
        marks: Vec::new(),
    };
    let title = lang.pick(
        "All directors begin at the same server: how uneven it gets",
        "各台都从同一台后端开始：会有多不均",
    );
    Some(Figure { id: "turns", title: title.to_string(), drawing: Drawing::Plot(plot) })
}
