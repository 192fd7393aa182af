//! The packet ladder: machines as lanes, time downwards, packets as arrows, beside them what the server remembers.

use super::lines;
use super::scale::seconds;
use super::svg::{Ink, LINE, Svg};
use crate::lab::Report;
use crate::lab::report::{Event, EventKind, Fate, PacketInfo};
use crate::text::Lang;
use crate::view::Detail;

const WIDTH: i64 = 680;
const ROW: i64 = 26;
const HEAD: i64 = 44;
/// Right edge of the time column.
const TIMES: i64 = 62;
const FIRST_LANE: i64 = 104;
const SERVER_LANE: i64 = 440;
/// Rows drawn at most in an article, and in a lab alone, where the table of packets has the rest.
const MOST_ROWS: (usize, usize) = (36, 160);

/// Draws the names of the machines: the head of the ladder, which stays in sight while the rungs scroll.
pub(super) fn head(report: &Report, lang: Lang) -> String {
    let mut svg = Svg::default();
    let crowded = report.hosts.len() > 4;
    for host in &report.hosts {
        let x = lane(report, &host.id);
        let server = x == SERVER_LANE;
        let name = if server || !crowded { &host.name } else { &host.id };
        svg.group(Ink::Plain, None, |svg| svg.text((x, LINE), "middle", name));
        if server || !crowded {
            let kernel = host.kernel.as_deref().unwrap_or_default();
            svg.group(Ink::Faint, None, |svg| svg.text((x, LINE * 2), "middle", kernel));
        }
    }
    if remembers(report) {
        let heads = lang.pick("T1 · its age · T2 − T1", "T1 · 记下多久 · T2 − T1");
        svg.group(Ink::Faint, None, |svg| svg.text((SERVER_LANE + 34, LINE), "start", heads));
    }
    let names: Vec<String> = report.hosts.iter().map(|host| host.name.clone()).collect();
    svg.finish("ladder-head", (WIDTH, HEAD), &names.join(", "))
}

/// Draws the rungs. `prefix` makes the ids of the rows unique on a page: event 7 is `<prefix>-e7`.
pub(super) fn rungs(report: &Report, lang: Lang, prefix: &str, detail: Detail) -> String {
    let (events, hidden) = rows(report, detail);
    let height = ROW * (events.len() as i64 + 1);
    let mut svg = Svg::default();
    svg.group(Ink::Rule, None, |svg| {
        for host in &report.hosts {
            let x = lane(report, &host.id);
            svg.line((x, 0), (x, height));
        }
    });
    let mut last_time = String::new();
    let mut last_conn = 0;
    for (row, event) in events.iter().enumerate() {
        let y = ROW * row as i64 + ROW / 2 + 4;
        let time = seconds(event.t_us);
        if time != last_time {
            svg.group(Ink::Faint, None, |svg| svg.text((TIMES, y + 4), "end", &time));
            last_time = time;
        }
        match &event.packet {
            Some(packet) => {
                let named = event.conn > 0 && (packet.flags == "S" || event.conn != last_conn);
                packet_row(&mut svg, report, event, &label(event, packet, named), y, prefix, lang);
                last_conn = event.conn;
            }
            None => state_row(&mut svg, report, event, y),
        }
    }
    if hidden > 0 {
        let more = match detail {
            Detail::Figure => lang.pick(
                format!("… and {hidden} more; the lab alone lists every packet"),
                format!("……还有 {hidden} 行；单独打开实验可以看到全部报文"),
            ),
            _ => lang.pick(
                format!("… and {hidden} more, in the list of packets"),
                format!("……还有 {hidden} 行，见报文列表"),
            ),
        };
        svg.group(Ink::Faint, None, |svg| svg.text((FIRST_LANE, height - ROW / 2), "start", &more));
    }
    let title = if remembers(report) {
        lang.pick(
            "Packet ladder: every SYN with its timestamp, and what the server remembered of its sender",
            "报文时序图：每个 SYN 的时间戳，以及服务端对发送者的记忆",
        )
    } else {
        lang.pick("Packet ladder", "报文时序图")
    };
    svg.finish("ladder", (WIDTH, height), title)
}

/// Did a server write anything into its memory of peers?
fn remembers(report: &Report) -> bool {
    report.events.iter().any(|event| event.record.is_some())
}

/// Is anything said beside a packet? Then its label stands near by, where a narrow page shows both.
fn has_notes(report: &Report) -> bool {
    report.events.iter().any(|event| event.packet.is_some() && !event.note.is_empty())
}

/// The events that have a row, and how many more would have one if there were no limit.
pub(super) fn rows(report: &Report, detail: Detail) -> (Vec<&Event>, usize) {
    let most = if detail == Detail::Figure { MOST_ROWS.0 } else { MOST_ROWS.1 };
    let drawn = |event: &&Event| report.script.is_some() || is_drawn(event);
    let mut events: Vec<&Event> = report.events.iter().filter(drawn).collect();
    let hidden = events.len().saturating_sub(most);
    events.truncate(most);
    (events, hidden)
}

/// Handshakes, endings, drops, changes of memory and what has a note are drawn; other data and bare acknowledgements
/// are left out.
fn is_drawn(event: &Event) -> bool {
    match &event.packet {
        None => event.kind == EventKind::State,
        Some(packet) => {
            !event.note.is_empty() || packet.fate != Fate::Delivered || packet.flags.contains(['S', 'F', 'R'])
        }
    }
}

fn lane(report: &Report, host: &str) -> i64 {
    let clients = report.hosts.len() as i64 - 1;
    match report.hosts.iter().position(|info| info.id == host) {
        Some(index) if (index as i64) < clients => {
            let gap = match clients {
                ..=3 => 78,
                4..=5 => 36,
                _ => 22,
            };
            FIRST_LANE + gap * index as i64
        }
        _ => SERVER_LANE,
    }
}

fn packet_row(svg: &mut Svg, report: &Report, event: &Event, label: &str, y: i64, prefix: &str, lang: Lang) {
    let Some(packet) = &event.packet else { return };
    let (from, to) = (lane(report, &event.from), lane(report, &event.to));
    let ink = match packet.fate {
        Fate::Delivered => Ink::Delivered,
        Fate::Dropped => Ink::Dropped,
        Fate::Lost | Fate::InFlight => Ink::Lost,
    };
    let id = format!("{prefix}-e{}", event.n);
    let towards = if to > from { 1 } else { -1 };
    svg.group(ink, Some(&id), |svg| {
        if packet.fate == Fate::Delivered {
            svg.arrow((from, y), (to - towards, y + 4));
        } else {
            let stop = to - towards * 22;
            svg.line((from, y), (stop, y + 4));
            svg.cross((stop + towards * 8, y + 4));
        }
    });
    let text = lines::label(report, event.n).unwrap_or(label);
    let (label_x, anchor) = if has_notes(report) {
        (SERVER_LANE - 30, "end")
    } else {
        (lane(report, &report.hosts[report.hosts.len().saturating_sub(2)].id) + 14, "start")
    };
    svg.group(Ink::Plain, None, |svg| svg.text((label_x, y - 3), anchor, text));
    if !event.note.is_empty() {
        svg.group(Ink::Faint, None, |svg| svg.text((SERVER_LANE + 16, y + 8), "start", &event.note));
    }
    if let Some(peer) = &packet.peer {
        let age = lang.pick(format!("{} s", peer.age_s), format!("{} 秒", peer.age_s));
        let d = match peer.d {
            Some(d) => format!("{d:+}"),
            None => lang.pick("no timestamp", "无时间戳").to_string(),
        };
        let ink = if packet.fate == Fate::Dropped { Ink::Dropped } else { Ink::Faint };
        let text = format!("{} · {age} · {d}", peer.t1).replace('-', "−");
        svg.group(ink, None, |svg| svg.text((SERVER_LANE + 16, y + 8), "start", &text));
    }
}

/// `#3 S TSval 123456`: the connection on its SYN and where the row before belongs to another, the flags as tcpdump
/// prints them, the sender's timestamp.
fn label(event: &Event, packet: &PacketInfo, named: bool) -> String {
    let mut label = if named { format!("#{} ", event.conn) } else { String::new() };
    label += &packet.flags;
    if let Some(tsval) = packet.opts.tsval {
        label += &format!(" TSval {tsval}");
    }
    label
}

fn state_row(svg: &mut Svg, report: &Report, event: &Event, y: i64) {
    let x = lane(report, &event.from);
    let text = match &event.record {
        Some(record) if record.written => format!("T1 := {}", record.t1),
        Some(record) => format!("T1 = {}", record.t1),
        None => event.note.clone(),
    };
    svg.group(Ink::Memory, None, |svg| {
        svg.diamond((x, y));
        svg.text((x + 16, y + 4), "start", &text);
    });
}
