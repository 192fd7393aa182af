//! A lab of long runs that stands for all such labs in tests: its random walk takes as many steps as it is told.

use super::long::{Long, LongRun, Progress};
use super::param::{Group, Kind, Param};
use super::report::{Chart, Mood, Report, Series, SeriesKind, Totals, Verdict};
use super::series::Recording;
use super::{Lab, Params};
use crate::rng::Rng;
use crate::text::{Lang, PageText, Text};

pub(crate) static LAB: Lab = Lab {
    id: "double",
    title: PageText::new("Walk", "漫步"),
    summary: PageText::new("A random walk.", "随机漫步。"),
    params: &[param("duration_s", 60, "1"), param("rate", 1_000_000, "1000"), param("seed", 99, "1")],
    presets: &[],
    shown: &[],
    assumptions: &[],
    not_modelled: &[],
    model: 1,
    packets: true,
    measures: None,
    run: |params, lang| LONG.run(params, lang),
    long: Some(LONG),
    notes: |_, _| Vec::new(),
};

const LONG: Long = Long {
    steps: |params| params.int("duration_s").unsigned_abs() * params.int("rate").unsigned_abs(),
    start: |params, lang| Box::new(Walk::new(params, lang)),
    shortened_by: &["rate", "duration_s"],
};

const fn param(name: &'static str, max: i64, default: &'static str) -> Param {
    let text = PageText::new(name, name);
    let kind = Kind::Int { min: 1, max, step: 1 };
    Param {
        name,
        label: text,
        help: text,
        kind,
        default,
        unit: Text::new("", ""),
        sysctl: "",
        group: Group::Run,
    }
}

#[derive(Debug)]
struct Walk {
    params: Params,
    lang: Lang,
    random: Rng,
    at: i64,
    done: u64,
    recording: Recording,
}

impl Walk {
    fn new(params: &Params, lang: Lang) -> Walk {
        let random = Rng::new(params.int("seed").unsigned_abs(), 0);
        let recording = Recording::new(params.int("duration_s").unsigned_abs() * 1_000_000);
        Walk { params: params.clone(), lang, random, at: 0, done: 0, recording }
    }

    fn now(&self) -> u64 {
        self.done * 1_000_000 / self.params.int("rate").unsigned_abs()
    }
}

impl LongRun for Walk {
    fn advance(&mut self, steps: u64) -> Progress {
        let total = self.params.steps();
        for _ in 0..steps.min(total - self.done) {
            self.at += (self.random.next_u64() % 3) as i64 - 1;
            self.done += 1;
            self.recording.push(self.now(), self.at);
        }
        let total_us = self.params.int("duration_s").unsigned_abs() * 1_000_000;
        Progress { done_us: self.now(), total_us, over: self.done == total }
    }

    fn report(mut self: Box<Walk>) -> Report {
        self.advance(u64::MAX);
        let Walk { params, lang, at, done, recording, .. } = *self;
        let series = Series {
            id: "walk".into(),
            chart: "walk",
            label: "walk".into(),
            unit: "",
            kind: SeriesKind::Steps,
            points: recording.points(),
        };
        Report {
            lab: LAB.id,
            lang,
            model: LAB.model,
            params: params.iter().map(|(param, value)| (param.name, value.to_string())).collect(),
            seed: params.int("seed").unsigned_abs(),
            verdict: Verdict { code: "arrived", mood: Mood::Neutral, text: format!("{done} → {at}") },
            totals: Totals::default(),
            hosts: Vec::new(),
            script: None,
            events: Vec::new(),
            recorded: None,
            reasons: Vec::new(),
            counters: Vec::new(),
            series: vec![series],
            charts: vec![Chart { id: "walk", title: "Walk".into() }],
            time_sequence: None,
            figures: Vec::new(),
            explanations: Vec::new(),
            tables: Vec::new(),
        }
    }
}
