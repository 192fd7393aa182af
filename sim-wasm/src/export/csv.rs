//! The events of a report as a table for spreadsheets (RFC 4180): one row for each event, one column for each field.

use crate::lab::Report;
use crate::lab::report::{Event, PacketInfo, Reason};
use std::fmt::Display;

/// What the cells of a row are made from.
struct Row<'a> {
    event: &'a Event,
    packet: Option<&'a PacketInfo>,
    reason: Option<&'a Reason>,
}

/// A column's name, which is the same in every language, and its cell in a row.
type Column = (&'static str, fn(&Row<'_>) -> String);

const COLUMNS: &[Column] = &[
    ("n", |row| number(Some(row.event.n))),
    ("t_us", |row| number(Some(row.event.t_us))),
    ("arrived_us", |row| number(row.packet.and_then(|packet| packet.arrived_us))),
    ("kind", |row| text(row.event.kind.word())),
    ("from", |row| text(&row.event.from)),
    ("to", |row| text(&row.event.to)),
    ("src", |row| text(row.packet.map_or("", |packet| &packet.src))),
    ("dst", |row| text(row.packet.map_or("", |packet| &packet.dst))),
    ("conn", |row| number(Some(row.event.conn))),
    ("flags", |row| text(row.packet.map_or("", |packet| &packet.flags))),
    ("seq", |row| number(row.packet.map(|packet| packet.seq))),
    ("ack", |row| number(row.packet.map(|packet| packet.ack))),
    ("len", |row| number(row.packet.map(|packet| packet.len))),
    ("win", |row| number(row.packet.map(|packet| packet.win))),
    ("mss", |row| number(row.packet.and_then(|packet| packet.opts.mss))),
    ("wscale", |row| number(row.packet.and_then(|packet| packet.opts.wscale))),
    ("sack_ok", |row| number(row.packet.map(|packet| packet.opts.sack_ok))),
    ("tsval", |row| number(row.packet.and_then(|packet| packet.opts.tsval))),
    ("tsecr", |row| number(row.packet.and_then(|packet| packet.opts.tsecr))),
    ("sack", |row| row.packet.map_or(String::new(), sack)),
    ("fate", |row| text(row.packet.map_or("", |packet| packet.fate.word()))),
    ("reason", |row| text(row.reason.map_or("", |reason| reason.code))),
    ("function", |row| text(row.reason.map_or("", |reason| reason.function))),
    ("condition", |row| text(row.reason.map_or("", |reason| &reason.condition))),
    ("counters", |row| text(&row.reason.map_or(String::new(), |reason| reason.counters.join(" ")))),
    ("peer", |row| text(peer(row).map_or("", |(key, _)| key))),
    ("t1", |row| number(peer(row).map(|(_, t1)| t1))),
    ("age_s", |row| number(row.packet.and_then(|packet| Some(packet.peer.as_ref()?.age_s)))),
    ("d", |row| number(row.packet.and_then(|packet| packet.peer.as_ref()?.d))),
    ("note", |row| text(&row.event.note)),
];

pub(super) fn csv(report: &Report) -> String {
    let names: Vec<&str> = COLUMNS.iter().map(|(name, _)| *name).collect();
    let mut out = names.join(",") + "\r\n";
    for event in &report.events {
        let packet = event.packet.as_ref();
        let row = Row { event, packet, reason: packet.and_then(|packet| report.reason(packet)) };
        let cells: Vec<String> = COLUMNS.iter().map(|(_, cell)| cell(&row)).collect();
        out += &cells.join(",");
        out += "\r\n";
    }
    out
}

/// The record that a packet was compared with or that was written, and the timestamp in it.
fn peer<'a>(row: &Row<'a>) -> Option<(&'a str, u32)> {
    let compared =
        row.packet.and_then(|packet| packet.peer.as_ref()).map(|peer| (peer.key.as_str(), peer.t1));
    compared.or(row.event.record.as_ref().map(|record| (record.key.as_str(), record.t1)))
}

/// As tcpdump prints the blocks, because a spreadsheet takes `10-20` for a date and `10:20` for a time.
fn sack(packet: &PacketInfo) -> String {
    packet.opts.sack.iter().map(|(first, behind)| format!("{{{first}:{behind}}}")).collect()
}

/// A value that cannot be taken for anything else: a number, or a truth value.
pub(super) fn number<T: Display>(value: Option<T>) -> String {
    value.map_or(String::new(), |value| value.to_string())
}

/// A cell of text. What a spreadsheet would run as a formula gets an apostrophe before it (OWASP, "CSV Injection";
/// spreadsheets set up for Chinese or Japanese take the full-width signs for the same).
pub(super) fn text(value: &str) -> String {
    let formula = value.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
    let value = if formula { format!("'{value}") } else { value.to_string() };
    if value.contains([',', '"', '\r', '\n']) { format!("\"{}\"", value.replace('"', "\"\"")) } else { value }
}

#[cfg(test)]
mod tests {
    use super::{number, text};

    #[test]
    fn text_is_never_a_formula() {
        for (value, cell) in [
            ("", ""),
            ("c1", "c1"),
            ("S.", "S."),
            ("a b", "a b"),
            ("记下 T1", "记下 T1"),
            ("a,b", "\"a,b\""),
            ("a \"b\"", "\"a \"\"b\"\"\""),
            ("two\r\nlines", "\"two\r\nlines\""),
            ("=1+1", "'=1+1"),
            ("+1", "'+1"),
            ("-2+3", "'-2+3"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\tx", "'\tx"),
            ("\rx", "\"'\rx\""),
            ("\nx", "\"'\nx\""),
            ("＝1+1", "'＝1+1"),
            ("=HYPERLINK(\"http://x\",\"y\")", "\"'=HYPERLINK(\"\"http://x\"\",\"\"y\"\")\""),
            ("1-2", "1-2"),
        ] {
            assert_eq!(text(value), cell, "{value:?}");
        }
    }

    #[test]
    fn numbers_stay_numbers() {
        assert_eq!(number(Some(-5)), "-5");
        assert_eq!(number(Some(u64::MAX)), "18446744073709551615");
        assert_eq!(number::<u32>(None), "");
    }
}
