//! The way of a packet, hop by hop: a ladder of its nodes, and a table of its fields in which what was rewritten is
//! marked.

use super::super::html::escape;
use super::super::svg::{Ink, LINE, Svg};
use super::super::table as tables;
use super::TITLE;
use crate::lab::figure::{Figure, Hop, HopFate, Hops};
use crate::text::Lang;
use std::fmt::Write;

const WIDTH: i64 = 680;
const LEFT: i64 = 70;
const RIGHT: i64 = 620;
const HEAD: i64 = 66;
const ROW: i64 = 34;

fn ink(hop: &Hop) -> Ink {
    match hop.fate {
        HopFate::Arrived => Ink::Delivered,
        HopFate::Dropped => Ink::Dropped,
        HopFate::Lost => Ink::Lost,
    }
}

fn name(way: &Hops, node: usize) -> &str {
    way.nodes.get(node).map_or("", |node| &node.name)
}

pub(super) fn draw(title: &str, way: &Hops) -> String {
    let apart = (RIGHT - LEFT) / (way.nodes.len() as i64 - 1).max(1);
    let lane = |node: usize| LEFT + apart * node as i64;
    let bottom = HEAD + ROW * way.hops.len() as i64 + 10;
    let mut svg = Svg::default();
    let told: Vec<String> = way
        .hops
        .iter()
        .zip(1..)
        .map(|(hop, n)| format!("{n}: {} → {}, {}", name(way, hop.from), name(way, hop.to), hop.label))
        .collect();
    svg.describe(&told.join(". "));
    svg.group(Ink::Plain, None, |svg| {
        svg.text((0, TITLE), "start", title);
        for (n, node) in way.nodes.iter().enumerate() {
            svg.text((lane(n), TITLE + 20), "middle", &node.name);
        }
    });
    svg.group(Ink::Faint, None, |svg| {
        for (n, node) in way.nodes.iter().enumerate() {
            svg.text((lane(n), TITLE + 20 + LINE), "middle", &node.note);
        }
        for (n, _) in way.hops.iter().enumerate() {
            svg.text((4, HEAD + ROW * n as i64 + 20), "start", &format!("{}", n + 1));
        }
    });
    svg.group(Ink::Rule, None, |svg| {
        for n in 0..way.nodes.len() {
            svg.line((lane(n), HEAD - 8), (lane(n), bottom));
        }
    });
    for (n, hop) in way.hops.iter().enumerate() {
        let y = HEAD + ROW * n as i64 + 18;
        let (from, to) = (lane(hop.from), lane(hop.to));
        svg.group(ink(hop), None, |svg| {
            if hop.from == hop.to {
                svg.disc((from, y));
            } else {
                let inset = if to > from { -4 } else { 4 };
                let end = if hop.fate == HopFate::Lost { (from + to) / 2 } else { to + inset };
                svg.arrow((from, y), (end, y));
                if hop.fate != HopFate::Arrived {
                    svg.cross((end, y));
                }
            }
        });
        let (at, anchor) = if hop.from != hop.to {
            ((from + to) / 2, "middle")
        } else if hop.from + 1 == way.nodes.len() {
            (from - 10, "end")
        } else {
            (from + 10, "start")
        };
        let up = if hop.from == hop.to { 4 } else { -5 };
        svg.group(Ink::Plain, None, |svg| svg.text((at, y + up), anchor, &hop.label));
    }
    svg.finish("way", (WIDTH, bottom + 6), title)
}

/// The fields of every hop, with what was rewritten marked, and what was done on it.
pub(super) fn table(out: &mut String, figure: &Figure, way: &Hops, lang: Lang, prefix: &str) {
    let title = escape(&figure.title);
    let _ = write!(
        out,
        "<div class=\"table findings hops\" data-part=\"hops-{}\" role=\"region\" tabindex=\"0\" aria-label=\"{title}\"><table><caption>{title}</caption><thead><tr>",
        figure.id
    );
    let own = lang.pick(["#", "from → to", "packet"], ["#", "从 → 到", "报文"]).map(String::from);
    for head in own.iter().chain(&way.fields).chain([&lang.pick("what happens", "发生了什么").to_string()])
    {
        let _ = write!(out, "<th scope=\"col\">{}</th>", escape(head));
    }
    out.push_str("</tr></thead><tbody>");
    for (hop, n) in way.hops.iter().zip(1..) {
        let class = match hop.fate {
            HopFate::Arrived => "",
            HopFate::Dropped => " class=\"dropped\"",
            HopFate::Lost => " class=\"lost\"",
        };
        let (from, to) = (escape(name(way, hop.from)), escape(name(way, hop.to)));
        let between = if hop.from == hop.to { from } else { format!("{from} → {to}") };
        let _ = write!(
            out,
            "<tr{class} id=\"{prefix}-{}-h{n}\"><td>{n}</td><td>{between}</td><td>{}</td>",
            figure.id,
            escape(&hop.label)
        );
        let rewritten = lang.pick("rewritten", "被改写");
        for value in &hop.values {
            let text = escape(&value.text);
            let _ = match value.rewritten {
                true => write!(
                    out,
                    "<td><mark>{text}<span class=\"sr-only\">{}</span></mark></td>",
                    lang.pick(format!(" ({rewritten})"), format!("（{rewritten}）"))
                ),
                false => write!(out, "<td>{text}</td>"),
            };
        }
        out.push_str("</tr>");
        if !hop.note.is_empty() {
            // Below its hop, for the table to stay narrow.
            let columns = way.fields.len() + 2;
            let _ = write!(
                out,
                "<tr class=\"note\"><td></td><td colspan=\"{columns}\"><span>{}</span></td></tr>",
                escape(&hop.note)
            );
        }
    }
    out.push_str("</tbody></table></div>");
}

pub(super) fn text(out: &mut String, title: &str, way: &Hops) {
    let mut heads: Vec<String> = ["#", "", ""].map(String::from).to_vec();
    heads.extend(way.fields.iter().cloned());
    heads.push(String::new());
    let row = |(hop, n): (&Hop, usize)| {
        let mut cells = vec![
            n.to_string(),
            format!("{} → {}", name(way, hop.from), name(way, hop.to)),
            hop.label.clone(),
        ];
        let mark = |rewritten: bool| if rewritten { "*" } else { "" };
        cells.extend(hop.values.iter().map(|value| format!("{}{}", value.text, mark(value.rewritten))));
        cells.push(hop.note.clone());
        cells
    };
    let rows: Vec<Vec<String>> = way.hops.iter().zip(1..).map(row).collect();
    tables::text(out, title, &heads, &rows);
}
