//! The pictures: throughput over the share of slow requests and over the threads, and where the time goes.

use super::capacity::{self, Capacity};
use super::network::{Network, Outcome, Solver};
use super::params::Settings;
use super::whereabouts::Whereabouts;
use crate::lab::figure::{Axis, AxisScale, Bar, Bars, Curve, CurveStyle, Drawing, Figure, Mark, Plot};
use crate::text::Lang;

/// Points of the curve over the share, in thousandths.
const SHARES: [u32; 27] = [
    0, 10, 20, 30, 40, 50, 55, 60, 65, 70, 75, 80, 90, 100, 120, 150, 200, 250, 300, 350, 400, 500, 600, 700,
    800, 900, 1000,
];
/// Points of the curve over the threads, at most.
const POINTS: u32 = 128;

/// Where the curve over the threads ends.
pub(super) fn most_threads(settings: &Settings) -> u32 {
    (settings.threads * 2).clamp(32, 1024)
}

pub(super) fn figures(settings: &Settings, solver: &Solver, outcome: &Outcome, lang: Lang) -> Vec<Figure> {
    vec![
        over_share(settings, solver, outcome, lang),
        over_threads(settings, solver, outcome, lang),
        parts_of_response(&settings.network, outcome, lang),
        whereabouts(&settings.network, outcome, lang),
    ]
}

fn axis(label: &str, unit: &'static str, per: u32) -> Axis {
    Axis { label: label.to_string(), unit, scale: AxisScale::Linear, per }
}

fn curve(id: &'static str, label: &str, style: CurveStyle, points: Vec<(i64, i64)>) -> Curve {
    Curve { id, label: label.to_string(), style, points }
}

fn per_s(per_1000_s: u64) -> i64 {
    (per_1000_s / 1000) as i64
}

/// Throughput over the share of requests that take the slow path.
fn over_share(settings: &Settings, solver: &Solver, outcome: &Outcome, lang: Lang) -> Figure {
    let network = &settings.network;
    let point = |share: &u32| {
        let outcome = solver.outcome(*share, settings.threads);
        (i64::from(*share), per_s(outcome.per_1000_s))
    };
    let points = SHARES.iter().map(point).collect();
    let most = Capacity::of(network).processors;
    let bound = |share: &u32| {
        let slow = capacity::slow_path(network, *share).unwrap_or(most);
        (i64::from(*share), per_s(slow.min(most)))
    };
    let here = (i64::from(network.slow_permille), per_s(outcome.per_1000_s));
    let knee = capacity::knee(network).map(|share| Mark {
        x: (share / 10) as i64,
        label: lang.pick(
            format!("knee {}.{:02} %", share / 100, share % 100),
            format!("拐点 {}.{:02}%", share / 100, share % 100),
        ),
    });
    Figure {
        id: "share",
        title: lang.pick("Throughput by the share of slow requests", "吞吐随慢请求比例的变化").to_string(),
        drawing: Drawing::Plot(Plot {
            x: axis(lang.pick("share on the slow path", "走慢路径的比例"), "%", 10),
            y: axis(lang.pick("requests per second", "每秒请求数"), "", 1),
            curves: vec![
                curve(
                    "bound",
                    lang.pick("capacity", "能力上限"),
                    CurveStyle::Bound,
                    SHARES.iter().map(bound).collect(),
                ),
                curve("throughput", lang.pick("throughput", "吞吐"), CurveStyle::Line, points),
                curve("here", lang.pick("these settings", "当前参数"), CurveStyle::Points, vec![here]),
            ],
            marks: knee.into_iter().collect(),
        }),
    }
}

/// Throughput over the number of threads, with the slow path and without.
fn over_threads(settings: &Settings, solver: &Solver, outcome: &Outcome, lang: Lang) -> Figure {
    let network = &settings.network;
    let step = most_threads(settings).div_ceil(POINTS);
    let points = |permille: u32| {
        let all = (1..).zip(solver.throughputs(permille));
        let shown = all.filter(|(threads, _)| threads % step == 0 || *threads == 1);
        shown.map(|(threads, rate)| (i64::from(threads), per_s(rate))).collect()
    };
    let here = (i64::from(settings.threads), per_s(outcome.per_1000_s));
    let mut curves = Vec::new();
    if network.slow_permille > 0 {
        curves.push(curve(
            "throughput",
            lang.pick("throughput", "吞吐"),
            CurveStyle::Line,
            points(network.slow_permille),
        ));
    }
    let without = lang.pick("without the slow path", "没有慢路径");
    curves.push(curve("without", without, CurveStyle::Line, points(0)));
    curves.push(curve("here", lang.pick("these settings", "当前参数"), CurveStyle::Points, vec![here]));
    Figure {
        id: "threads",
        title: lang.pick("Throughput by the number of threads", "吞吐随线程数的变化").to_string(),
        drawing: Drawing::Plot(Plot {
            x: axis(lang.pick("threads", "线程数"), "", 1),
            y: axis(lang.pick("requests per second", "每秒请求数"), "", 1),
            curves,
            marks: Vec::new(),
        }),
    }
}

/// What the response time of a request is made of.
fn parts_of_response(network: &Network, outcome: &Outcome, lang: Lang) -> Figure {
    let served = network.service_ns.min(outcome.processor_ns);
    let waiting = outcome.processor_ns - served;
    let slow_served = network.slow_ns.min(outcome.slow_ns);
    let slow_waiting = outcome.slow_ns - slow_served;
    let bar = |label: &str, parts: [u64; 4]| Bar {
        label: label.to_string(),
        parts: parts.map(|part| part as i64).to_vec(),
        note: String::new(),
    };
    let mut bars = Vec::new();
    if network.slow_permille < 1000 {
        bars.push(bar(lang.pick("normal path", "正常路径"), [served, waiting, 0, 0]));
    }
    if network.slow_permille > 0 {
        bars.push(bar(lang.pick("slow path", "慢路径"), [served, waiting, slow_waiting, slow_served]));
    }
    let parts = lang.pick(
        ["on a processor", "waits for one", "waits in line", "on the slow path"],
        ["处理器", "等处理器", "排慢路径", "走慢路径"],
    );
    Figure {
        id: "response",
        title: lang.pick("What a response time is made of", "响应时间的构成").to_string(),
        drawing: Drawing::Bars(Bars {
            unit: lang.pick("ms", "毫秒"),
            per: 1_000_000,
            parts: parts.map(String::from).to_vec(),
            bars,
            bound: None,
        }),
    }
}

/// Where the threads are at any moment.
fn whereabouts(network: &Network, outcome: &Outcome, lang: Lang) -> Figure {
    let there = Whereabouts::of(network, outcome);
    let places = lang.pick(
        ["think", "on a processor", "wait for one", "on the slow path", "in line for it"],
        ["思考", "在处理器上", "等处理器", "在慢路径上", "排队等慢路径"],
    );
    let counts = [
        there.thinking,
        there.on_processor,
        there.waiting_for_processor,
        there.on_slow_path,
        there.waiting_for_slow_path,
    ];
    let bars = places.into_iter().zip(counts).map(|(label, count)| Bar {
        label: label.to_string(),
        parts: vec![count as i64],
        note: String::new(),
    });
    Figure {
        id: "whereabouts",
        title: lang.pick("Where the threads are, on average", "线程平均都在哪里").to_string(),
        drawing: Drawing::Bars(Bars {
            unit: "",
            per: 1000,
            parts: vec![lang.pick("threads", "线程").to_string()],
            bars: bars.collect(),
            bound: None,
        }),
    }
}
