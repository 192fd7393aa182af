//! Two runs beside each other: where they part, and which sums and counters differ.

use super::html::escape;
use super::lines;
use super::scale::seconds;
use crate::lab;
use crate::lab::report::{Event, Fate, Report};
use crate::text::Lang;
use std::fmt::Write;

/// The difference of two runs as HTML; `heads` name what each of them was given.
pub(super) fn difference(a: &Report, b: &Report, heads: &(String, String), lang: Lang) -> String {
    let mut out = format!("<div class=\"difference\"><p>{}</p>", escape(&parting(a, b, heads, lang)));
    let mut rows = differing_totals(a, b, lang);
    rows.extend(differing_counters(a, b));
    if !rows.is_empty() {
        let label = lang.pick("What differs, with the server’s counters", "有差别的数，含服务端计数器");
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
    out + "</div>"
}

/// The first packet that fares differently, in a sentence.
fn parting(a: &Report, b: &Report, heads: &(String, String), lang: Lang) -> String {
    if let (Some(first), Some(second)) = (&a.script, &b.script)
        && let Some(told) = lines::parting(first, second, heads, lang)
    {
        return told;
    }
    let same = |x: &Event, y: &Event| told(x, lang) == told(y, lang) && x.t_us == y.t_us;
    let (mut packets_a, mut packets_b) = (packets(a), packets(b));
    // Where only some connections are recorded, those are compared that both have.
    let some = a.recorded.is_some() && b.recorded.is_some();
    if some {
        let conns = |packets: &[&Event]| packets.iter().map(|event| event.conn).collect::<Vec<_>>();
        let (in_a, in_b) = (conns(&packets_a), conns(&packets_b));
        packets_a.retain(|event| in_b.contains(&event.conn));
        packets_b.retain(|event| in_a.contains(&event.conn));
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
        None if packets_a.len() == packets_b.len() => parting_of_states(a, b, heads, lang),
        None => {
            let (n, m) = (packets_a.len(), packets_b.len());
            lang.pick(
                format!("One ends after {n} packets, the other after {m}."),
                format!("一次有 {n} 个报文，另一次有 {m} 个。"),
            )
        }
    }
}

/// The first change of state that only one of them has, when every packet fares the same.
fn parting_of_states(a: &Report, b: &Report, heads: &(String, String), lang: Lang) -> String {
    let states = |report: &Report| -> Vec<(u64, String)> {
        let states = report.events.iter().filter(|event| event.packet.is_none());
        states.map(|event| (event.t_us, event.note.clone())).collect()
    };
    let (first, second) = (states(a), states(b));
    let Some(at) = (0..first.len().max(second.len())).find(|n| first.get(*n) != second.get(*n)) else {
        let same =
            lang.pick("No difference: every packet fares the same.", "没有差别：每个报文的结局都相同。");
        return same.to_string();
    };
    let told = |states: &[(u64, String)]| match states.get(at) {
        Some((t_us, note)) => {
            let at = seconds(*t_us);
            lang.pick(format!("at {at} s, {note}"), format!("{at} 秒，{note}"))
        }
        None => lang.pick("nothing more", "再没有变化").to_string(),
    };
    let (x, y) = (told(&first), told(&second));
    lang.pick(
        format!("The packets are the same; what the hosts do is not. {}: {x}; {}: {y}.", heads.0, heads.1),
        format!("报文相同，主机的状态不同。{}：{x}；{}：{y}。", heads.0, heads.1),
    )
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

/// Name and both values of each total that stands below the verdict and is not the same in both runs.
fn differing_totals(a: &Report, b: &Report, lang: Lang) -> Vec<(String, String, String)> {
    let value = |report: &Report, name: &str| report.totals.shown(name).unwrap_or_else(|| "0".to_string());
    let shown = lab::find(a.lab).map_or(&[][..], |lab| lab.shown);
    shown
        .iter()
        .map(|(name, label)| (label.get(lang).to_string(), value(a, name), value(b, name)))
        .filter(|(_, x, y)| x != y)
        .collect()
}

/// Name and both values of each counter of the last host, the server, that is not the same in both runs.
fn differing_counters(a: &Report, b: &Report) -> Vec<(String, String, String)> {
    let counters =
        |report: &Report| report.counters.last().map(|(_, counters)| counters.clone()).unwrap_or_default();
    let (first, second) = (counters(a), counters(b));
    let value = |counters: &[(String, u64)], name: &str| {
        counters.iter().find(|(known, _)| known == name).map_or(0, |(_, value)| *value).to_string()
    };
    // In the kernel's order, then what moved in the second alone.
    let only_second = second.iter().filter(|(name, _)| first.iter().all(|(known, _)| known != name));
    first
        .iter()
        .chain(only_second)
        .map(|(name, _)| (format!("<code>{name}</code>"), value(&first, name), value(&second, name)))
        .filter(|(_, x, y)| x != y)
        .collect()
}
