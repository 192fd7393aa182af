//! What is in a time-sequence graph, counted: for those who do not see it, and for a terminal.

use super::{closed, title};
use crate::lab::Report;
use crate::lab::time_sequence::{SegmentKind, TimeSequence};
use crate::text::Lang;
use crate::view::scale::seconds;
use crate::view::table;

/// What a mark of the graph stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    Segment,
    Lost,
    Resent,
    Probe,
    Ack,
    Window,
    Sack,
    ZeroWindow,
}

impl Mark {
    pub(super) const ALL: [Mark; 8] = [
        Mark::Segment,
        Mark::Resent,
        Mark::Lost,
        Mark::Ack,
        Mark::Window,
        Mark::Sack,
        Mark::ZeroWindow,
        Mark::Probe,
    ];

    pub(super) fn label(self, lang: Lang) -> &'static str {
        match self {
            Mark::Segment => lang.pick("segment", "报文段"),
            Mark::Lost => lang.pick("lost by the network", "网络丢失"),
            Mark::Resent => lang.pick("sent again", "重传"),
            Mark::Probe => lang.pick("probe", "探测报文"),
            Mark::Ack => "ACK",
            Mark::Window => lang.pick("end of the receive window", "接收窗口右沿"),
            Mark::Sack => lang.pick("SACK block", "SACK 块"),
            Mark::ZeroWindow => lang.pick("zero window", "零窗口"),
        }
    }

    /// When it is in the graph, and how many bytes each time: none of a line or a moment.
    pub(super) fn occurrences(self, graph: &TimeSequence) -> Vec<(u64, Option<u64>)> {
        use SegmentKind::{Lost, Probe, Resent, ResentLost, Sent};
        let segments = |kinds: &[SegmentKind]| {
            let of_kind = graph.segments.iter().filter(|(.., kind)| kinds.contains(kind));
            let bytes = |seq: u64, behind: u64| behind.checked_sub(seq).filter(|bytes| *bytes > 0);
            of_kind.map(|(t, seq, behind, _)| (*t, bytes(*seq, *behind))).collect()
        };
        let moments = |points: &[(u64, u64)]| points.iter().map(|(t, _)| (*t, None)).collect();
        match self {
            Mark::Segment => segments(&[Sent, Lost]),
            Mark::Lost => segments(&[Lost, ResentLost]),
            Mark::Resent => segments(&[Resent, ResentLost]),
            Mark::Probe => segments(&[Probe]),
            Mark::Ack => moments(&graph.acks),
            Mark::Window => moments(&graph.window),
            Mark::Sack => {
                graph.sacks.iter().map(|(t, from, behind)| (*t, Some(behind.saturating_sub(*from)))).collect()
            }
            Mark::ZeroWindow => moments(&closed(graph)),
        }
    }
}

/// A mark in figures.
struct Figures {
    label: &'static str,
    count: usize,
    bytes: Option<u64>,
    first: u64,
    last: u64,
}

fn figures(graph: &TimeSequence, lang: Lang) -> Vec<Figures> {
    let of = |mark: Mark| {
        let found = mark.occurrences(graph);
        let ((first, bytes), (last, _)) = found.first().copied().zip(found.last().copied())?;
        let bytes = bytes.map(|_| found.iter().filter_map(|(_, bytes)| *bytes).sum());
        Some(Figures { label: mark.label(lang), count: found.len(), bytes, first, last })
    };
    Mark::ALL.into_iter().filter_map(of).collect()
}

/// The graph in words.
pub(super) fn sentence(graph: &TimeSequence, lang: Lang) -> String {
    let (from, to) = (seconds(graph.from_us), seconds(graph.to_us));
    let mut text = lang.pick(format!("From {from} s to {to} s."), format!("{from} 秒到 {to} 秒。"));
    for Figures { label, count, bytes, first, last } in figures(graph, lang) {
        let (first, last) = (seconds(first), seconds(last));
        text += &lang.pick(format!(" {label}: {count} ×"), format!("{label}：{count} 次"));
        if let Some(bytes) = bytes {
            text += &lang.pick(format!(", {bytes} bytes"), format!("，共 {bytes} 字节"));
        }
        text +=
            &lang.pick(format!(", from {first} s to {last} s."), format!("，从 {first} 秒到 {last} 秒。"));
    }
    text
}

/// The graph of a report in figures, for a terminal.
pub(crate) fn text(out: &mut String, report: &Report, lang: Lang) {
    let Some(graph) = &report.time_sequence else { return };
    let heads = lang.pick(
        ["", "count", "bytes", "first at, s", "last at, s"],
        ["", "次数", "字节", "首次（秒）", "末次（秒）"],
    );
    let row = |it: Figures| {
        let bytes = it.bytes.map_or(String::new(), |bytes| bytes.to_string());
        vec![it.label.to_string(), it.count.to_string(), bytes, seconds(it.first), seconds(it.last)]
    };
    let rows: Vec<Vec<String>> = figures(graph, lang).into_iter().map(row).collect();
    table::text(out, &title(report, graph, lang), &heads.map(String::from), &rows);
}
