//! One direction of a connection over time: the graph of tcptrace and Wireshark, and the same in figures and as a table.
//!
//! - [`draw`]: the picture
//! - [`axes`]: its labels
//! - [`figures`]: what is in it, counted
//! - [`rows`]: all of it as a table

mod axes;
mod draw;
mod figures;
mod rows;

use super::Detail;
use super::html::escape;
use crate::lab::Report;
use crate::lab::time_sequence::TimeSequence;
use crate::text::Lang;
use std::fmt::Write;

pub(super) use figures::text;

/// The graph of a report as a part of its result, with its table where there is room; nothing when it has none.
pub(super) fn html(out: &mut String, report: &Report, lang: Lang, detail: Detail) {
    let Some(graph) = &report.time_sequence else { return };
    let title = title(report, graph, lang);
    let _ = write!(
        out,
        "<div class=\"plot\" data-part=\"time-sequence\" role=\"region\" tabindex=\"0\" aria-label=\"{}\">{}</div>",
        escape(&title),
        draw::draw(graph, &title, lang)
    );
    if detail != Detail::Figure {
        rows::html(out, graph, &title, lang, detail);
    }
}

/// The picture alone; empty when there is none.
pub(super) fn picture(report: &Report, lang: Lang) -> String {
    let drawn = report.time_sequence.as_ref();
    drawn.map_or(String::new(), |graph| draw::draw(graph, &title(report, graph, lang), lang))
}

fn title(report: &Report, graph: &TimeSequence, lang: Lang) -> String {
    let name = |id: &str| report.hosts.iter().find(|host| host.id == id).map_or("", |host| &host.name);
    let (from, to) = (name(&graph.from), name(&graph.to));
    lang.pick(
        format!("Sequence numbers over time, {from} → {to}, bytes"),
        format!("序号随时间的变化，{from} → {to}，字节"),
    )
}

/// Whenever the receive window is closed: from when to when, in microseconds.
fn closed(graph: &TimeSequence) -> Vec<(u64, u64)> {
    let mut times: Vec<u64> = graph.acks.iter().chain(&graph.window).map(|(t, _)| *t).collect();
    times.sort_unstable();
    times.dedup();
    let (mut acks, mut window) = (graph.acks.iter().peekable(), graph.window.iter().peekable());
    let (mut ack, mut end, mut since) = (None, None, None);
    let mut closed = Vec::new();
    for now in times {
        while let Some((_, seq)) = acks.next_if(|(t, _)| *t <= now) {
            ack = Some(*seq);
        }
        while let Some((_, seq)) = window.next_if(|(t, _)| *t <= now) {
            end = Some(*seq);
        }
        let is_closed = ack.zip(end).is_some_and(|(ack, end)| end <= ack);
        match since {
            None if is_closed => since = Some(now),
            Some(from) if !is_closed => {
                closed.push((from, now));
                since = None;
            }
            _ => {}
        }
    }
    closed.extend(since.map(|from| (from, graph.to_us)));
    closed
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
