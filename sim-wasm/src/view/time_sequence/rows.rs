//! A time-sequence graph as a table: everything that is in it, in the order of time.

use super::axes;
use super::figures::Mark;
use crate::lab::time_sequence::{SegmentKind, TimeSequence};
use crate::text::Lang;
use crate::view::Detail;
use crate::view::html::escape;
use crate::view::table;
use std::fmt::Write;

/// Rows shown at most; the JSON has them all.
const MOST_ROWS: usize = 1000;

/// When, what it is, and its sequence numbers: the first, and the one behind the last.
type Row = (u64, What, u64, Option<u64>);

/// What a row tells of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum What {
    Line(Mark),
    Segment(SegmentKind),
}

impl What {
    /// Class of the row, and the words.
    fn told(self, lang: Lang) -> (&'static str, String) {
        let lost = Mark::Lost.label(lang);
        match self {
            What::Line(mark) => ("", mark.label(lang).to_string()),
            What::Segment(SegmentKind::Sent) => ("", Mark::Segment.label(lang).to_string()),
            What::Segment(SegmentKind::Resent) => ("again", Mark::Resent.label(lang).to_string()),
            What::Segment(SegmentKind::Probe) => ("", Mark::Probe.label(lang).to_string()),
            What::Segment(SegmentKind::Lost) => ("lost", format!("{}, {lost}", Mark::Segment.label(lang))),
            What::Segment(SegmentKind::ResentLost) => {
                ("lost", format!("{}, {lost}", Mark::Resent.label(lang)))
            }
        }
    }
}

/// The table, folded; its rows are left out where nobody has unfolded it.
pub(super) fn html(out: &mut String, graph: &TimeSequence, title: &str, lang: Lang, detail: Detail) {
    let total = graph.segments.len() + graph.acks.len() + graph.window.len() + graph.sacks.len();
    let shown = if detail == Detail::Folded { 0 } else { total.min(MOST_ROWS) };
    let summary =
        lang.pick(format!("This graph as a table: {total} rows"), format!("这张图的数据表：{total} 行"));
    let _ = write!(
        out,
        "<details class=\"packets\" data-part=\"time-sequence-rows\"><summary>{summary}</summary><div class=\"table\" role=\"region\" tabindex=\"0\" aria-label=\"{}\"><table><thead><tr>",
        escape(title)
    );
    for head in
        lang.pick(["s", "what", "from", "to", "bytes"], ["秒", "内容", "起始序号", "结束序号", "字节"])
    {
        let _ = write!(out, "<th scope=\"col\">{head}</th>");
    }
    out.push_str("</tr></thead><tbody>");
    for (t_us, what, seq, behind) in rows(graph, shown) {
        let (class, told) = what.told(lang);
        let class = if class.is_empty() { String::new() } else { format!(" class=\"{class}\"") };
        let to = behind.map_or(String::new(), |behind| behind.to_string());
        let bytes = behind.map_or(String::new(), |behind| behind.saturating_sub(seq).to_string());
        let _ = write!(
            out,
            "<tr{class}><td>{}</td><td>{told}</td><td>{seq}</td><td>{to}</td><td>{bytes}</td></tr>",
            axes::seconds(t_us, 1)
        );
    }
    out.push_str("</tbody></table></div>");
    if (1..total).contains(&shown) {
        let _ = write!(out, "<p>{}</p>", table::first_rows(shown, lang));
    }
    out.push_str("</details>");
}

/// The first rows of a graph. What came stands before what was sent at the same moment, in answer to it.
fn rows(graph: &TimeSequence, most: usize) -> Vec<Row> {
    let line = |points: &[(u64, u64)], mark| -> Vec<Row> {
        points.iter().take(most).map(|(t, seq)| (*t, What::Line(mark), *seq, None)).collect()
    };
    let mut rows = line(&graph.acks, Mark::Ack);
    rows.extend(line(&graph.window, Mark::Window));
    let sacks = graph.sacks.iter().take(most);
    rows.extend(sacks.map(|(t, from, behind)| (*t, What::Line(Mark::Sack), *from, Some(*behind))));
    let segments = graph.segments.iter().take(most);
    rows.extend(segments.map(|(t, seq, behind, kind)| (*t, What::Segment(*kind), *seq, Some(*behind))));
    rows.sort_by_key(|(t, ..)| *t);
    rows.truncate(most);
    rows
}
