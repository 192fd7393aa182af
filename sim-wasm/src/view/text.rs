//! A report for a terminal: verdict, connections, packets as tcpdump prints them, reasons, counters.

use super::scale::seconds;
use super::{chart, script, table};
use crate::lab::Report;
use crate::lab::report::{Event, Fate, PacketInfo};
use crate::text::Lang;
use std::fmt::Write;

pub(super) fn text(report: &Report, lang: Lang) -> String {
    let mut out = format!("{}\n", report.verdict.text);
    for host in &report.hosts {
        let kernel = host.kernel.as_ref().map(|kernel| format!("Linux {kernel}")).unwrap_or_default();
        let _ = writeln!(out, "  {:<4} {:<16} {kernel}  {}", host.id, host.addr, host.name);
    }
    out.push('\n');
    match &report.script {
        Some(script) => script::text(&mut out, report, script, lang),
        None => report.events.iter().for_each(|event| self::event(&mut out, event)),
    }
    if !report.reasons.is_empty() {
        let _ = writeln!(out, "\n{}", lang.pick("Why packets were dropped", "报文为什么被丢弃"));
        for reason in &report.reasons {
            let _ = writeln!(out, "  [{}] {} ({})", reason.id, reason.text, reason.code);
            let _ = writeln!(out, "      {}, {} (Linux {})", reason.function, reason.file, reason.kernel);
            let _ = writeln!(out, "      {}", reason.condition);
            if !reason.counters.is_empty() {
                let _ = writeln!(out, "      +1 {}", reason.counters.join(", "));
            }
        }
    }
    for told in &report.explanations {
        let _ = writeln!(out, "- {} ({})", told.text, told.code);
        let details = [&told.condition, &told.source, &told.would_change];
        for detail in details.into_iter().filter(|detail| !detail.is_empty()) {
            let _ = writeln!(out, "      {detail}");
        }
    }
    chart::text(&mut out, report, lang);
    #[cfg(any(not(target_arch = "wasm32"), feature = "figures"))]
    super::figure::text(&mut out, report, lang);
    #[cfg(any(not(target_arch = "wasm32"), feature = "time-sequence"))]
    super::time_sequence::text(&mut out, report, lang);
    table::write(&mut out, report, lang);
    out
}

fn event(out: &mut String, event: &Event) {
    match &event.packet {
        Some(packet) => packet_line(out, event, packet),
        None => {
            let _ = writeln!(out, "{:>9}  {:<4} * {}", seconds(event.t_us), event.from, event.note);
        }
    }
}

fn packet_line(out: &mut String, event: &Event, packet: &PacketInfo) {
    let _ = write!(
        out,
        "{:>9}  {:<4} {} > {}: Flags [{}], seq {}",
        seconds(event.t_us),
        event.from,
        packet.src,
        packet.dst,
        packet.flags,
        packet.seq
    );
    if packet.flags.contains('.') {
        let _ = write!(out, ", ack {}", packet.ack);
    }
    if let (Some(tsval), Some(tsecr)) = (packet.opts.tsval, packet.opts.tsecr) {
        let _ = write!(out, ", TS val {tsval} ecr {tsecr}");
    }
    let _ = write!(out, ", length {}", packet.len);
    match (packet.fate, packet.why) {
        (Fate::Dropped, Some(why)) => {
            let _ = write!(out, "  x dropped [{why}]");
        }
        (Fate::Lost, _) => out.push_str("  x lost"),
        (Fate::InFlight, _) => out.push_str("  … in flight"),
        _ => {}
    }
    if !event.note.is_empty() {
        let _ = write!(out, "  # {}", event.note);
    }
    out.push('\n');
}
