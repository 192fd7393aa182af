//! The lab `accept-queue`: the two queues of a listener, how they fill, and what each side is told.

mod agenda;
mod client;
mod params;
mod population;
mod recorder;
mod server;
mod settings;
mod tally;
#[cfg(test)]
mod twin;

use crate::lab::report::{Mood, Verdict};
use crate::lab::{Lab, Params, Report};
use crate::text::{Lang, Text};

/// The lab.
pub static LAB: Lab = Lab {
    id: "accept-queue",
    title: Text::new("Two queues of a listener", "监听套接字的两个队列"),
    summary: Text::new("", ""),
    params: params::PARAMS,
    presets: &[],
    shown: &[],
    assumptions: &[],
    not_modelled: &[],
    model: 1,
    run,
    notes: settings::notes,
};

fn run(params: &Params, _: Lang) -> Report {
    let settings = settings::Settings::new(params);
    let mut p = population::Population::new(&settings, None);
    p.run(u64::MAX);
    Report {
        lab: "accept-queue",
        model: 1,
        params: vec![],
        seed: 1,
        verdict: Verdict {
            code: "x",
            mood: Mood::Good,
            text: format!("{:?} {} {}", p.shares, p.steps, p.connects),
        },
        totals: vec![],
        hosts: vec![],
        events: vec![],
        reasons: vec![],
        counters: vec![],
        series: vec![],
        charts: vec![],
        tables: vec![],
        assumptions: vec![],
    }
}
