//! Lanes: who was asked when, and how long the answer was waited for.

use super::findings::Runs;
use super::network::Fate;
use super::settings::{Settings, Tool};
use super::trace::{Query, Trace};
use crate::lab::figure::{Drawing, Figure, Lanes, Span};
use crate::lab::report::Mood;
use crate::text::Lang;

/// The figure of the program and that of the tool, below each other.
pub(super) fn figures(settings: &Settings, runs: &Runs, lang: Lang) -> Vec<Figure> {
    let name = &settings.name;
    let program = lang.pick(format!("The program looks up {name}"), format!("程序查 {name}"));
    let command = settings.tool.command();
    let tool = match settings.tool {
        Tool::Host => format!("host {name}"),
        _ => format!("{command} {name}"),
    };
    vec![
        Figure { id: "program", title: program, drawing: lanes(settings, &runs.program, lang) },
        Figure { id: "tool", title: tool, drawing: lanes(settings, &runs.tool, lang) },
    ]
}

/// The address of a server; of one that only Docker's daemon asks, its place on the host.
pub(super) fn server_name(settings: &Settings, place: usize, lang: Lang) -> String {
    let address = settings.conf.servers.get(place).cloned();
    address.unwrap_or_else(|| lang.pick(format!("upstream {place}"), format!("上游 {place}")))
}

/// Places of the servers that have a lane.
pub(super) fn places(settings: &Settings) -> usize {
    if settings.has_docker() { 3 } else { settings.conf.servers.len() }
}

fn lanes(settings: &Settings, trace: &Trace, lang: Lang) -> Drawing {
    let mut sources: Vec<&str> = Vec::new();
    for step in &trace.steps {
        if !sources.contains(&step.source.as_str()) {
            sources.push(&step.source);
        }
    }
    let mut names: Vec<String> = sources.iter().map(ToString::to_string).collect();
    names.extend((0..places(settings)).map(|place| server_name(settings, place, lang)));
    let mut spans: Vec<Span> = trace
        .steps
        .iter()
        .map(|step| Span {
            lane: sources.iter().position(|source| *source == step.source).unwrap_or(0),
            from_us: step.at_us,
            to_us: step.until_us,
            label: step.said.clone(),
            mood: if step.good { Mood::Good } else { Mood::Neutral },
        })
        .collect();
    // The title has the name already where there is only one.
    let one_name = trace.queries.windows(2).all(|two| matches!(two, [a, b] if a.name == b.name));
    for group in exchanges(&trace.queries) {
        let Some(first) = group.first() else { continue };
        let types: Vec<&str> = group.iter().map(|query| query.qtype.word()).collect();
        spans.push(Span {
            lane: sources.len() + first.server,
            from_us: first.at_us,
            to_us: group.iter().map(|query| query.until_us).max().unwrap_or(first.at_us),
            label: if one_name { types.join("+") } else { first.name.clone() },
            mood: group
                .iter()
                .map(|query| mood(query))
                .max_by_key(|mood| severity(*mood))
                .unwrap_or(Mood::Bad),
        });
    }
    spans.sort_by_key(|span| span.from_us);
    let end_us = spans.iter().map(|span| span.to_us).max().unwrap_or(0).max(1000);
    Drawing::Lanes(Lanes { end_us, lanes: names, spans })
}

/// Queries for a name that left for a server at the same moment.
fn exchanges(queries: &[Query]) -> Vec<Vec<&Query>> {
    let mut groups: Vec<Vec<&Query>> = Vec::new();
    for query in queries {
        let together = |group: &&mut Vec<&Query>| {
            group.first().is_some_and(|first| {
                (first.at_us, first.server, &first.name, first.forwarded)
                    == (query.at_us, query.server, &query.name, query.forwarded)
            })
        };
        match groups.iter_mut().rev().take(8).find(together) {
            Some(group) => group.push(query),
            None => groups.push(vec![query]),
        }
    }
    groups
}

fn mood(query: &Query) -> Mood {
    match query.reply() {
        Some(reply) if reply.rejected() => Mood::Bad,
        Some(reply) if reply.addresses.is_empty() => Mood::Neutral,
        Some(_) => Mood::Good,
        // An answer that another one overtook.
        None if matches!(query.fate, Fate::Replied(..)) => Mood::Neutral,
        None => Mood::Bad,
    }
}

/// Of an empty AAAA answer beside an address nothing is shown.
fn severity(mood: Mood) -> u8 {
    match mood {
        Mood::Neutral => 0,
        Mood::Good => 1,
        Mood::Bad => 2,
    }
}
