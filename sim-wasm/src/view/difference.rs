//! Two runs beside each other: where they part, and which counters differ.

use super::html::escape;
use super::scale::seconds;
use crate::lab;
use crate::lab::report::{Event, Fate, Report};
use crate::text::Lang;
use std::collections::BTreeSet;
use std::fmt::Write;

/// The difference of two runs as HTML; `heads` name what each of them was given.
pub(super) fn difference(a: &Report, b: &Report, heads: &(String, String), lang: Lang) -> String {
    let mut out = format!("<div class=\"difference\"><p>{}</p>", escape(&parting(a, b, heads, lang)));
    let label = lang.pick("Totals that differ", "有差别的总数");
    table(&mut out, label, heads, &differing_totals(a, b, lang));
    let label = lang.pick("Counters of the server that differ", "有差别的服务端计数器");
    table(&mut out, label, heads, &differing_counters(a, b));
    out + "</div>"
}

/// A table of names with both values; nothing when there are none. The names are HTML.
fn table(out: &mut String, label: &str, heads: &(String, String), rows: &[(String, u64, u64)]) {
    if rows.is_empty() {
        return;
    }
    let _ = write!(
        out,
        "<div class=\"table\" role=\"region\" tabindex=\"0\" aria-label=\"{label}\"><table><thead><tr><th scope=\"col\">{label}</th><th scope=\"col\">{}</th><th scope=\"col\">{}</th></tr></thead><tbody>",
        escape(&heads.0),
        escape(&heads.1)
    );
    for (name, first, second) in rows {
        let _ = write!(out, "<tr><td>{name}</td><td>{first}</td><td>{second}</td></tr>");
    }
    out.push_str("</tbody></table></div>");
}

/// The first packet that fares differently, in a sentence.
fn parting(a: &Report, b: &Report, heads: &(String, String), lang: Lang) -> String {
    let same = |x: &Event, y: &Event| told(x, lang) == told(y, lang) && x.t_us == y.t_us;
    let (mut packets_a, mut packets_b) = (packets(a), packets(b));
    // Where only some connections are recorded, those are compared that both have.
    let some = a.recorded.is_some() && b.recorded.is_some();
    if some {
        let conns = |packets: &[&Event]| packets.iter().map(|event| event.conn).collect::<BTreeSet<u32>>();
        let both = &conns(&packets_a) & &conns(&packets_b);
        packets_a.retain(|event| both.contains(&event.conn));
        packets_b.retain(|event| both.contains(&event.conn));
    }
    let pairs = packets_a.iter().zip(&packets_b);
    let among = match some {
        true => {
            lang.pick("Of the connections that both recorded, the runs", "在两次运行都有记录的连接中，它们")
        }
        false => lang.pick("They", "两次运行"),
    };
    match pairs.clone().find(|(x, y)| !same(x, y)) {
        Some((x, y)) => lang.pick(
            format!(
                "{among} part at {} s. {}: {}; {}: {}.",
                seconds(x.t_us.min(y.t_us)),
                heads.0,
                told(x, lang),
                heads.1,
                told(y, lang)
            ),
            format!(
                "{among}在 {} 秒处分开。{}：{}；{}：{}。",
                seconds(x.t_us.min(y.t_us)),
                heads.0,
                told(x, lang),
                heads.1,
                told(y, lang)
            ),
        ),
        None if some => lang
            .pick(
                "The connections that both runs recorded fare the same.",
                "两次运行都有记录的连接，结局相同。",
            )
            .to_string(),
        None if packets_a.len() == packets_b.len() => lang
            .pick("No difference: every packet fares the same.", "没有差别：每个报文的结局都相同。")
            .to_string(),
        None => {
            let (n, m) = (packets_a.len(), packets_b.len());
            lang.pick(
                format!("One ends after {n} packets, the other after {m}."),
                format!("一次有 {n} 个报文，另一次有 {m} 个。"),
            )
        }
    }
}

fn packets(report: &Report) -> Vec<&Event> {
    report.events.iter().filter(|event| event.packet.is_some()).collect()
}

/// What a packet is and what became of it: `connection 3, S from c1, dropped`.
fn told(event: &Event, lang: Lang) -> String {
    let Some(packet) = &event.packet else { return String::new() };
    let fate = match packet.fate {
        Fate::Delivered => lang.pick("delivered", "送达"),
        Fate::Dropped => lang.pick("dropped", "被丢弃"),
        Fate::Lost => lang.pick("lost", "丢失"),
        Fate::InFlight => lang.pick("in flight", "在途"),
    };
    let (conn, flags, from) = (event.conn, &packet.flags, &event.from);
    lang.pick(
        format!("connection {conn}, {flags} from {from} at {} s, {fate}", seconds(event.t_us)),
        format!("连接 {conn}，{from} 在 {} 秒发出的 {flags}，{fate}", seconds(event.t_us)),
    )
}

/// Name and both values of each total below the verdict that is not the same in both runs.
fn differing_totals(a: &Report, b: &Report, lang: Lang) -> Vec<(String, u64, u64)> {
    let value = |report: &Report, name: &str| {
        report.totals.iter().find(|(known, _)| *known == name).map_or(0, |(_, value)| *value)
    };
    let shown = lab::find(a.lab).map_or(&[][..], |lab| lab.shown);
    let rows = shown.iter().map(|(name, label)| (escape(label.get(lang)), value(a, name), value(b, name)));
    rows.filter(|(_, x, y)| x != y).collect()
}

/// Name and both values of each counter of the last host, the server, that is not the same in both runs.
fn differing_counters(a: &Report, b: &Report) -> Vec<(String, u64, u64)> {
    let counters =
        |report: &Report| report.counters.last().map(|(_, counters)| counters.clone()).unwrap_or_default();
    let (first, second) = (counters(a), counters(b));
    let value = |counters: &[(String, u64)], name: &str| {
        counters.iter().find(|(known, _)| known == name).map_or(0, |(_, value)| *value)
    };
    let mut names: Vec<String> = first.iter().chain(&second).map(|(name, _)| name.clone()).collect();
    names.sort();
    names.dedup();
    names
        .into_iter()
        .map(|name| (value(&first, &name), value(&second, &name), name))
        .filter(|(x, y, _)| x != y)
        .map(|(x, y, name)| (format!("<code>{name}</code>"), x, y))
        .collect()
}
