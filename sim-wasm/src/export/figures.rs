//! The figures of a report without packets as a table for spreadsheets: one row for each value.

use super::csv::{number, text};
use crate::lab::Report;
use crate::lab::figure::{Drawing, Figure};

/// Figure, series, place in it, value.
const HEAD: &str = "figure,series,x,value\r\n";

pub(super) fn csv(report: &Report) -> String {
    let mut out = HEAD.to_string();
    for figure in &report.figures {
        let mut row = |series: &str, x: String, value: String| {
            out += &[text(figure.id), text(series), x, value].join(",");
            out += "\r\n";
        };
        rows(figure, &mut row);
    }
    out
}

/// Values as the report has them, in parts of a unit.
fn rows(figure: &Figure, row: &mut impl FnMut(&str, String, String)) {
    match &figure.drawing {
        Drawing::Plot(plot) => {
            for curve in &plot.curves {
                for (x, y) in &curve.points {
                    row(curve.id, number(Some(x)), number(Some(y)));
                }
            }
        }
        Drawing::Bars(bars) => {
            for bar in &bars.bars {
                for (part, value) in bars.parts.iter().zip(&bar.parts) {
                    row(part, text(&bar.label), number(Some(value)));
                }
            }
        }
        Drawing::Hops(way) => {
            for (hop, n) in way.hops.iter().zip(1..) {
                let between =
                    [hop.from, hop.to].map(|node| way.nodes.get(node).map_or("", |node| &node.name));
                row("from", number(Some(n)), text(between[0]));
                row("to", number(Some(n)), text(between[1]));
                row("packet", number(Some(n)), text(&hop.label));
                for (field, value) in way.fields.iter().zip(&hop.values) {
                    row(field, number(Some(n)), text(&value.text));
                }
            }
        }
        Drawing::Lanes(lanes) => {
            for span in &lanes.spans {
                let lane = lanes.lanes.get(span.lane).map_or("", String::as_str);
                row(lane, number(Some(span.from_us)), text(&span.label));
                row(lane, number(Some(span.to_us)), text("|"));
            }
        }
    }
}
