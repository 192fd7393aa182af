//! The report of a lookup.

use super::bind::{self, Said};
use super::network::{Fate, Loss};
use super::rules::{Rule, Told};
use super::settings::Settings;
use super::trace::{Query, Trace};
use super::{capture, figures, lookup, printed, tables, verdict};
use crate::lab::Params;
use crate::lab::report::{Explanation, Report, Totals};
use crate::text::Lang;

/// Both runs: of the program and of the tool.
#[derive(Debug)]
pub(super) struct Runs {
    pub(super) program: Trace,
    pub(super) tool: Trace,
}

pub(super) fn report(params: &Params, settings: &Settings, lang: Lang) -> Report {
    let program = lookup::run(settings);
    let mut tool = Trace::default();
    let said: Vec<Said> = match settings.name.is_empty() {
        true => Vec::new(),
        false => bind::run(settings.tool, &settings.name, &settings.tool_conf, &settings.network, &mut tool),
    };
    let runs = Runs { program, tool };
    let mut report = Report::plain(params, lang, verdict::verdict(settings, &runs, lang));
    report.totals = totals(&runs);
    report.figures = figures::figures(settings, &runs, lang);
    report.explanations = explanations(&runs, lang);
    report.tables = tables::tables(settings, &runs, lang);
    report.tables.extend(printed::program(settings, &runs.program));
    report.tables.extend(printed::tool(settings, &said));
    report.tables.extend(capture::tables(settings, &runs.program));
    report
}

fn totals(runs: &Runs) -> Totals {
    let Runs { program, tool } = runs;
    let count = |wanted: fn(&Query) -> bool| program.sent().filter(|query| wanted(query)).count() as u64;
    let thousandths = |us: u64| us / 1000;
    Totals {
        thousandths: vec![
            ("seconds", thousandths(program.end_us())),
            ("tool_seconds", thousandths(tool.end_us())),
        ],
        counts: vec![
            ("queries", count(|_| true)),
            ("answered", count(|query| query.reply().is_some())),
            (
                "unanswered",
                count(|query| query.reply().is_none() && !matches!(query.fate, Fate::Unreachable(_))),
            ),
            ("refused", count(|query| matches!(query.fate, Fate::Unreachable(_)) && query.reply().is_none())),
            ("forwarded", program.queries.iter().filter(|query| query.forwarded).count() as u64),
            ("names", names(program)),
            ("lookups", program.lookups.len() as u64),
            ("tool_queries", tool.sent().count() as u64),
        ],
    }
}

/// Different names that were asked for.
fn names(trace: &Trace) -> u64 {
    let mut names: Vec<String> = trace.sent().map(|query| query.name.to_ascii_lowercase()).collect();
    names.sort();
    names.dedup();
    names.len() as u64
}

/// Each rule once, with the numbers of its first use: what decided the outcome stands first.
fn explanations(runs: &Runs, lang: Lang) -> Vec<Explanation> {
    let Runs { program, tool } = runs;
    let steps = program.steps.iter().filter_map(|step| step.rule.as_ref());
    let queries = program.queries.iter().filter_map(|query| query.rule.as_ref());
    let lost = |loss| {
        let mut queries = program.queries.iter().chain(&tool.queries);
        queries.any(|query| matches!(query.fate, Fate::Lost(found, _) if found == loss))
    };
    let on_the_way = [(Loss::Race, Rule::Race), (Loss::Edns, Rule::OptDropped)];
    let on_the_way: Vec<Rule> =
        on_the_way.into_iter().filter(|(loss, _)| lost(*loss)).map(|(_, rule)| rule).collect();
    let own = on_the_way.iter().chain(&program.rules).chain(steps).chain(queries).map(|rule| rule.told(lang));
    let of_tool = tool.rules.iter().chain(tool.queries.iter().filter_map(|query| query.rule.as_ref()));
    let of_tool = of_tool
        .map(|rule| rule.told(lang))
        .filter(|told| told.code.starts_with("tool_") || told.code == "dig_as_is");
    let mut all: Vec<Told> = Vec::new();
    for told in own.chain(of_tool) {
        if !told.text.is_empty() && !all.iter().any(|other| other.code == told.code) {
            all.push(told);
        }
    }
    all.sort_by_key(|told| told.rank);
    all.into_iter()
        .map(|told| Explanation {
            code: told.code,
            text: told.text,
            source: told.source.to_string(),
            condition: told.condition,
            would_change: told.change,
        })
        .collect()
}
