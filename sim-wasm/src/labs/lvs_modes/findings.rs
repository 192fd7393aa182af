//! From a run to its report.

use super::explain;
use super::facts;
use super::figures;
use super::session::{Outcome, Run, Story};
use super::settings::{Mode, Settings};
use super::{tables, tools, verdict};
use crate::lab::report::{Explanation, Mood, Verdict};
use crate::lab::{Params, Report};
use crate::text::Lang;

/// Makes the report of a run.
pub(super) fn report(params: &Params, run: &Run<'_>, lang: Lang) -> Report {
    let Some((number, story)) = run.shown() else {
        // A run has a connection at least.
        return Report::plain(
            params,
            lang,
            Verdict { code: "none", mood: Mood::Neutral, text: String::new() },
        );
    };
    let mut report = Report::plain(params, lang, verdict::verdict(run, story, lang));
    report.totals.counts = totals(run, story);
    report.figures = figures::figures(run, number, story, lang);
    report.explanations = reasons(run, story, lang);
    report.explanations.extend(facts::facts(run, story, lang));
    report.tables = tables::tables(run, lang);
    report.tables.extend(tools::outputs(run, story));
    report
}

/// What went wrong, once each; first what the shown connection met.
fn reasons(run: &Run<'_>, story: &Story, lang: Lang) -> Vec<Explanation> {
    let settings: &Settings = run.world.settings;
    let mut told: Vec<Explanation> = Vec::new();
    let all = run.stories.iter().flat_map(Story::records);
    for why in story.records().chain(all).filter_map(|record| record.why) {
        let reason = explain::explain(why, settings, lang);
        if told.iter().all(|known| known.code != reason.code) {
            told.push(reason);
        }
    }
    told
}

fn totals(run: &Run<'_>, story: &Story) -> Vec<(&'static str, u64)> {
    let settings = run.world.settings;
    let ledger = run.world.ledger;
    let answered = run.count(|story| story.outcome == Outcome::Answered);
    let entries = run.world.director.entries.len() as u64;
    let sum = |at: usize| {
        [ledger.requests, ledger.answers, ledger.other].iter().filter_map(|bytes| bytes.get(at)).sum()
    };
    let client = settings.client_ip();
    let seen = run.count(|story| story.peer.is_some_and(|peer| peer.ip == client));
    let mut totals = vec![
        ("connections", run.stories.len() as u64),
        ("answered", answered),
        ("failed", run.stories.len() as u64 - answered),
        ("past_director", run.count(|story| story.past_director)),
        ("through_director", entries),
        ("director_in", sum(0)),
        ("director_out", sum(1)),
        ("client_known", seen),
        ("local_ports", if settings.mode == Mode::FullNat { entries } else { 0 }),
    ];
    totals.extend(facts::ttl_at_server(story).map(|ttl| ("ttl_at_server", u64::from(ttl))));
    totals
}
