//! From a run to its report.

use super::director::Tally;
use super::run::Outcome;
use super::settings::Settings;
use super::{figures, reasons, tables, tools, verdict};
use crate::lab::report::Totals;
use crate::lab::{Params, Report};
use crate::text::Lang;

/// How connections are spread.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Spread {
    pub(super) most: u64,
    pub(super) fewest: u64,
    /// The greatest ratio of a server's connections to its fair share, in thousandths.
    pub(super) to_fair: u64,
    /// Servers with a weight that got none.
    pub(super) empty: u64,
}

/// What a server may expect of each unit of the sum of all: its weight where weights count.
pub(super) fn claim(settings: &Settings, server: usize) -> u64 {
    let weight = settings.weights.get(server).copied().unwrap_or(0);
    if settings.weighted() { weight } else { weight.min(1) }
}

pub(super) fn claims(settings: &Settings) -> u64 {
    (0..settings.servers).map(|server| claim(settings, server)).sum()
}

impl Spread {
    pub(super) fn new(settings: &Settings, outcome: &Outcome) -> Spread {
        let (all, claims) = (outcome.picked(), claims(settings));
        let eligible = || {
            let servers = outcome.tallies.iter().enumerate();
            servers
                .map(|(server, tally)| (claim(settings, server), tally.picked()))
                .filter(|(claim, _)| *claim > 0)
        };
        let ratio =
            |(claim, picked): (u64, u64)| (picked * 1000 * claims).checked_div(all * claim).unwrap_or(0);
        Spread {
            most: eligible().map(|(_, picked)| picked).max().unwrap_or(0),
            fewest: eligible().map(|(_, picked)| picked).min().unwrap_or(0),
            to_fair: eligible().map(ratio).max().unwrap_or(0),
            empty: eligible().filter(|(_, picked)| *picked == 0).count() as u64,
        }
    }
}

/// Makes the report of a run.
pub(super) fn report(params: &Params, settings: &Settings, outcome: &Outcome, lang: Lang) -> Report {
    let spread = Spread::new(settings, outcome);
    let mut report = Report::plain(params, lang, verdict::verdict(settings, outcome, spread, lang));
    report.totals = totals(outcome, spread);
    report.explanations = reasons::explanations(settings, outcome, spread, lang);
    report.figures = figures::figures(settings, outcome, lang);
    if outcome.ran {
        report.tables = tables::tables(settings, outcome, lang);
        report.tables.extend(tools::outputs(settings, outcome));
    }
    report.tables.push(tables::versions(settings, lang));
    report
}

fn totals(outcome: &Outcome, spread: Spread) -> Totals {
    let sum = |of: fn(&Tally) -> u64| outcome.tallies.iter().map(of).sum();
    let mut thousandths = vec![("max_to_fair", spread.to_fair)];
    let ratio = (spread.most * 1000).checked_div(spread.fewest);
    thousandths.extend(ratio.map(|ratio| ("max_to_min", ratio)));
    let counts = vec![
        ("connections", outcome.picked() + outcome.refused),
        ("scheduled", outcome.picked()),
        ("refused", outcome.refused),
        ("max", spread.most),
        ("min", spread.fewest),
        ("empty", spread.empty),
        ("active", sum(|tally| tally.active)),
        ("inactive", sum(|tally| tally.inactive)),
        ("gone", sum(|tally| tally.gone)),
        ("resets", outcome.resets),
    ];
    Totals { counts, thousandths }
}
