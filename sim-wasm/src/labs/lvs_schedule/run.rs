//! All directors, one after the other: they do not know of each other.

use super::director::{self, Run, Tables, Tally};
use super::rules::{Rule, has};
use super::settings::{Scheduler, Settings};

/// Directors whose picks a report shows.
pub(super) const SHOWN: u64 = 4;

/// What a run found.
#[derive(Debug)]
pub(super) struct Outcome {
    /// By server, over all directors.
    pub(super) tallies: Vec<Tally>,
    /// Connections that no server was found for.
    pub(super) refused: u64,
    /// The first directors; at least one.
    pub(super) shown: Vec<Run>,
    /// How often the cursor of one director went back to the beginning.
    pub(super) resets: u64,
    /// False on a kernel without the scheduler: nothing was run.
    pub(super) ran: bool,
}

impl Outcome {
    /// The first director.
    pub(super) fn first(&self) -> Option<&Run> {
        self.shown.first()
    }

    /// Connections handed to servers.
    pub(super) fn picked(&self) -> u64 {
        self.tallies.iter().map(Tally::picked).sum()
    }
}

/// Plays it.
pub(super) fn run(settings: &Settings) -> Outcome {
    let mut outcome = Outcome {
        tallies: vec![Tally::default(); settings.servers],
        refused: 0,
        shown: Vec::new(),
        resets: 0,
        ran: settings.scheduler != Scheduler::Mh || has(settings.kernel, Rule::Mh),
    };
    if !outcome.ran {
        return outcome;
    }
    let alike = settings.directors_are_alike();
    let runs = if alike { 1 } else { settings.directors };
    let mut tables = vec![Tables::default(); settings.lists() as usize];
    let lists = tables.len().max(1);
    for number in 0..runs {
        let Some(own) = tables.get_mut(number as usize % lists) else { break };
        let run = director::run(settings, number, own, number < SHOWN);
        let times = if alike { settings.directors } else { 1 };
        outcome.refused += run.refused * times;
        outcome.resets = run.resets;
        for (sum, own) in outcome.tallies.iter_mut().zip(&run.tallies) {
            for (sum, own) in sum.batches.iter_mut().zip(own.batches) {
                *sum += own * times;
            }
            sum.active += own.active * times;
            sum.inactive += own.inactive * times;
            sum.gone += own.gone * times;
            sum.packets += own.packets * times;
            sum.bytes += own.bytes * times;
        }
        if number < SHOWN {
            outcome.shown.push(run);
        }
    }
    outcome
}
