//! The tables of a report: what was negotiated, what was sent, what captures show, what the tools say.

use super::scenario::{CLIENT, Outcome, SERVER};
use super::sends::{self, Send};
use super::settings::Settings;
use crate::kernel::Change;
use crate::lab::report::Table;
use crate::lab::trace;
use crate::net::Flags;
use crate::text::Lang;
use crate::time::Time;
use crate::world::HostId;

/// Rows of the table of what was sent, at most.
const MOST_SENDS: usize = 60;
/// Packets of the first flight that the table of captures shows.
const MOST_CAPTURED: usize = 12;

/// `350 ms`, `3.02 s`, `939.2 s`.
pub(super) fn span(time: Time, lang: Lang) -> String {
    let second = lang.pick("s", "秒");
    let millis = time.millis();
    let (digits, places) = match millis {
        0..1_000 => return format!("{millis} {}", lang.pick("ms", "毫秒")),
        1_000..10_000 => (millis / 10 % 100, 2),
        _ => (millis / 100 % 10, 1),
    };
    let text = format!("{}.{digits:0places$}", time.secs());
    format!("{} {second}", text.trim_end_matches('0').trim_end_matches('.'))
}

pub(super) fn host_name(host: HostId, lang: Lang) -> &'static str {
    if host == CLIENT { lang.pick("client", "客户端") } else { lang.pick("server", "服务端") }
}

fn host_id(host: HostId) -> &'static str {
    if host == CLIENT { "c1" } else { "srv" }
}

/// A router by its place on the way from a host: number 1 stands on the client's side.
pub(super) fn router(from: HostId, hop: usize) -> &'static str {
    if (hop == 0) == (from == CLIENT) { "R1" } else { "R2" }
}

/// All of them.
pub(super) fn tables(settings: &Settings, outcome: &Outcome, sends: &[Send<'_>], lang: Lang) -> Vec<Table> {
    let mut tables = vec![mss_table(settings, outcome, sends, lang), send_table(sends, lang)];
    tables.extend(capture_table(settings, outcome, sends, lang));
    tables.extend(super::variations::table(settings, outcome, lang));
    for (id, title) in [("ss", "ss -Htino"), ("route", "ip route get")] {
        for host in [SERVER, CLIENT] {
            let peer = outcome.world.host(1 - host).addr();
            let title = if id == "route" { format!("{title} {peer}") } else { title.to_string() };
            tables.extend(outcome.looks.iter().filter(|look| look.host == host).map(|look| {
                let text = if id == "ss" { &look.ss } else { &look.route };
                Table {
                    host: host_id(host).to_string(),
                    t_us: Some(look.at.micros()),
                    ..Table::output(id, &title, text.clone())
                }
            }));
        }
    }
    let sender = sends::sender(sends);
    let counters = trace::netstat(outcome.world.host(sender));
    tables.push(Table { host: host_id(sender).to_string(), ..counters });
    tables
}

/// What each side announced, what arrived of it, and what it made of the other's.
fn mss_table(settings: &Settings, outcome: &Outcome, sends: &[Send<'_>], lang: Lang) -> Table {
    let columns = lang
        .pick(
            [
                "",
                "interface MTU",
                "MSS option sent",
                "as it arrives",
                "advmss",
                "mss at first",
                "mss in the end",
                "pmtu",
                "largest packet that arrived",
            ],
            [
                "",
                "网卡 MTU",
                "发出的 MSS 选项",
                "对方收到的",
                "advmss",
                "起初的 mss",
                "最后的 mss",
                "pmtu",
                "到达的最大报文",
            ],
        )
        .map(String::from)
        .to_vec();
    let packets = || outcome.world.packets.iter().enumerate();
    let row = |host: HostId| {
        let dash = || "—".to_string();
        let syn = packets().find(|(_, packet)| packet.from == host && packet.segment.flags.has(Flags::SYN));
        let arrived = syn.and_then(|(_, packet)| packet.segment.opts.mss);
        let written = syn
            .and_then(|(index, _)| sends::passage(outcome, index).clamped)
            .map(|(_, written)| written)
            .or(arrived);
        let first = outcome.at_first[host];
        let last = outcome.looks.iter().rfind(|look| look.host == host).map_or(first, |look| look.sizes);
        let own = sends.iter().filter(|send| send.packet.from == host && send.packet.arrived_at.is_some());
        let number = |value: Option<u16>| value.map_or_else(dash, |value| value.to_string());
        vec![
            host_name(host, lang).to_string(),
            if host == CLIENT { settings.client_mtu } else { settings.server_mtu }.to_string(),
            number(written),
            number(arrived),
            last.advmss.to_string(),
            first.mss.to_string(),
            last.mss.to_string(),
            last.pmtu.to_string(),
            own.map(|send| send.packet.segment.ip_len()).max().map_or_else(dash, |len| len.to_string()),
        ]
    };
    let title = lang.pick("What was announced, and what was made of it", "各自通告了什么，又怎么用");
    Table::cells("mss", title, columns, vec![row(CLIENT), row(SERVER)])
}

/// What was sent, and what became of it: what is alike and left together stands in one row.
fn send_table(sends: &[Send<'_>], lang: Lang) -> Table {
    let columns = lang
        .pick(
            ["at", "from", "bytes", "packets", "IP length", "", "fate"],
            ["时刻", "发送方", "字节", "报文数", "IP 长度", "", "结局"],
        )
        .map(String::from)
        .to_vec();
    let mut rows = Vec::new();
    let mut rest = sends;
    while let Some(first) = rest.first() {
        let alike = rest.iter().take_while(|send| send.kind() == first.kind()).count();
        let (group, left) = rest.split_at(alike);
        rest = left;
        let packet = first.packet;
        let last = group.last().unwrap_or(first);
        let end = last.first.wrapping_add(last.packet.segment.len);
        rows.push(vec![
            span(packet.sent_at, lang),
            host_name(packet.from, lang).to_string(),
            format!("{}:{end}", first.first),
            format!("{alike} × {}", packet.segment.len),
            packet.segment.ip_len().to_string(),
            if first.again { lang.pick("again", "重传") } else { "" }.to_string(),
            fate(first, lang),
        ]);
    }
    let more = rows.len().saturating_sub(MOST_SENDS);
    rows.truncate(MOST_SENDS);
    if more > 0 {
        let note = lang.pick(format!("… {more} more rows"), format!("……还有 {more} 行"));
        rows.push(vec![
            note,
            String::new(),
            String::new(),
            String::new(),
            String::new(),
            String::new(),
            String::new(),
        ]);
    }
    Table::cells(
        "sends",
        lang.pick("What was sent, and what became of it", "发了什么，结果如何"),
        columns,
        rows,
    )
}

/// What the way did to a packet.
pub(super) fn fate(send: &Send<'_>, lang: Lang) -> String {
    let from = send.packet.from;
    if let Some(stop) = send.passage.stopped {
        let router = router(from, stop.hop);
        let told = match stop.tells {
            true => lang.pick("ICMP sent", "回 ICMP"),
            false => lang.pick("ICMP filtered", "ICMP 被过滤"),
        };
        return lang.pick(
            format!("dropped by {router}: {} > {}, DF, {told}", stop.len, stop.mtu),
            format!("{router} 丢弃：{} > {}，DF，{told}", stop.len, stop.mtu),
        );
    }
    if let Some((hop, pieces)) = send.passage.fragmented {
        let router = router(from, hop);
        return lang
            .pick(format!("cut by {router} into {pieces} fragments"), format!("{router} 切成 {pieces} 片"));
    }
    match send.packet.arrived_at {
        Some(_) => lang.pick("delivered", "送达").to_string(),
        None => lang.pick("lost", "丢失").to_string(),
    }
}

/// The first flight as tcpdump shows it at the sender, on the wire, and at the receiver.
fn capture_table(settings: &Settings, outcome: &Outcome, sends: &[Send<'_>], lang: Lang) -> Option<Table> {
    let sender = sends::sender(sends);
    let mut own = sends.iter().filter(|send| send.packet.from == sender).peekable();
    let at = own.peek()?.packet.sent_at;
    let flight: Vec<&Send<'_>> =
        own.take_while(|send| send.packet.sent_at == at).take(MOST_CAPTURED).collect();
    let columns = lang
        .pick(
            ["tcpdump at the sender", "on the wire", "tcpdump at the receiver"],
            ["发送方 tcpdump", "线路上", "接收方 tcpdump"],
        )
        .map(String::from)
        .to_vec();
    let marked = outcome.world.host(sender).kernel().has(Change::PushOnEachPacket);
    let mut rows = Vec::new();
    let mut rest = &flight[..];
    while !rest.is_empty() {
        let many = if settings.offload { joined(rest, marked) } else { 1 };
        let (packet, left) = rest.split_at(many);
        rest = left;
        let bytes: u32 = packet.iter().map(|send| send.packet.segment.len).sum();
        let line = |first: u32, len: u32| format!("seq {first}:{}, length {len}", first.wrapping_add(len));
        for (n, send) in packet.iter().enumerate() {
            let len = send.packet.segment.len;
            let whole = || if n == 0 { line(send.first, bytes) } else { String::new() };
            let received = if send.packet.arrived_at.is_some() { whole() } else { "—".to_string() };
            let mark = if send.stopped() { " ×" } else { "" };
            rows.push(vec![whole(), line(send.first, len) + mark, received]);
        }
    }
    let title = lang.pick("What captures show of the first flight", "抓包看到的首批报文");
    Some(Table::cells("capture", title, columns, rows))
}

/// How many segments were one packet before the device cut it, and are one again after the receiver's has joined them:
/// up to the one with PSH or the first small one, 64 KiB at most.
fn joined(flight: &[&Send<'_>], marked: bool) -> usize {
    let Some(first) = flight.first() else { return 0 };
    let size = first.packet.segment.len;
    let mut bytes = 0;
    let mut many = 0;
    for send in flight {
        let segment = &send.packet.segment;
        if segment.len > size || bytes + segment.len > 65_000 {
            break;
        }
        bytes += segment.len;
        many += 1;
        if segment.len < size || (marked && segment.flags.has(Flags::PSH)) {
            break;
        }
    }
    many.max(1)
}
