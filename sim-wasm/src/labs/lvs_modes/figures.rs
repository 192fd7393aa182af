//! The pictures: handshake and request hop by hop, and what each mode carries through the director.

use super::addresses::{SERVICE, dotted};
use super::explain;
use super::hosts::{DIRECTOR, SERVER};
use super::packet::{IcmpSays, Kind, Packet};
use super::session::{Run, Story, run};
use super::settings::{Mode, Settings};
use super::trace::{Fate, Record, What};
use super::why::{Deed, Why};
use crate::lab::figure::{Bar, Bars, Drawing, FieldValue, Figure, Hop, HopFate, Hops, Node};
use crate::text::Lang;

/// Hops that a figure has room for; of more, the first and the last ones are shown.
const MOST_HOPS: usize = 22;
const FIRST: usize = 11;
const LAST: usize = 5;

/// All of them.
pub(super) fn figures(run: &Run<'_>, number: usize, story: &Story, lang: Lang) -> Vec<Figure> {
    let of = match run.stories.len() {
        0 | 1 => String::new(),
        all => lang.pick(
            format!(" (connection {} of {all})", number + 1),
            format!("（第 {} 条连接，共 {all} 条）", number + 1),
        ),
    };
    let settings = run.world.settings;
    let mut figures = vec![Figure {
        id: "handshake",
        title: lang.pick("The handshake", "握手").to_string() + &of,
        drawing: Drawing::Hops(hops(settings, &story.opening, lang)),
    }];
    if !story.exchange.is_empty() {
        figures.push(Figure {
            id: "request",
            title: lang.pick("The request and its answer", "请求与响应").to_string() + &of,
            drawing: Drawing::Hops(hops(settings, &story.exchange, lang)),
        });
    }
    figures.push(bytes(settings, lang));
    figures
}

fn hops(settings: &Settings, records: &[Record], lang: Lang) -> Hops {
    let mut nodes: Vec<Node> = [
        (lang.pick("client", "客户端"), dotted(settings.client_ip())),
        (lang.pick("gateway", "网关"), String::new()),
        (lang.pick("director", "调度器"), dotted(settings.director_ip())),
    ]
    .into_iter()
    .map(|(name, note)| Node { name: name.to_string(), note })
    .collect();
    for server in 0..settings.servers {
        nodes.push(Node { name: format!("rs{}", server + 1), note: dotted(settings.server_ip(server)) });
    }
    let fields = fields(settings.mode, lang).iter().map(|field| (*field).to_string()).collect();
    let shown = shorten(records);
    Hops { nodes, fields, hops: shown.iter().map(|record| hop(settings, record, lang)).collect() }
}

/// The records, without the middle of a long circle.
fn shorten(records: &[Record]) -> Vec<Record> {
    let left_out = records.len().saturating_sub(FIRST + LAST);
    let (Some(first), Some(last)) = (records.get(..FIRST), records.get(FIRST + left_out..)) else {
        return records.to_vec();
    };
    if records.len() <= MOST_HOPS {
        return records.to_vec();
    }
    let mut shown = first.to_vec();
    if let Some(middle) = records.get(FIRST) {
        let (to, macs, why) = (middle.from, None, None);
        shown.push(Record { to, macs, why, deed: Deed::Omitted(left_out), fate: Fate::Arrived, ..*middle });
    }
    shown.extend_from_slice(last);
    shown
}

/// The columns of a mode.
fn fields(mode: Mode, lang: Lang) -> &'static [&'static str] {
    match mode {
        Mode::Nat | Mode::Dr => lang.pick(
            &["source MAC", "destination MAC", "source", "destination", "TTL", "length"],
            &["源 MAC", "目的 MAC", "源", "目的", "TTL", "长度"],
        ),
        Mode::Tun => lang.pick(
            &["source MAC", "destination MAC", "outer IP", "source", "destination", "TTL", "length"],
            &["源 MAC", "目的 MAC", "外层 IP", "源", "目的", "TTL", "长度"],
        ),
        Mode::FullNat => lang.pick(
            &[
                "source MAC",
                "destination MAC",
                "source",
                "destination",
                "seq",
                "ack",
                "TOA",
                "MSS",
                "TTL",
                "length",
            ],
            &["源 MAC", "目的 MAC", "源", "目的", "seq", "ack", "TOA", "MSS", "TTL", "长度"],
        ),
    }
}

fn hop(settings: &Settings, record: &Record, lang: Lang) -> Hop {
    let mut values = Vec::new();
    let before = record.before;
    let macs = |macs: (super::addresses::Mac, super::addresses::Mac)| {
        [macs.0.symbol(), macs.1.symbol()].map(String::from)
    };
    let own = record.macs.map_or([String::new(), String::new()], macs);
    let earlier = before.map(|(_, earlier)| macs(earlier));
    for (at, text) in own.into_iter().enumerate() {
        let rewritten = earlier
            .as_ref()
            .and_then(|earlier| earlier.get(at))
            .is_some_and(|old| *old != text && !text.is_empty());
        values.push(FieldValue { text, rewritten });
    }
    let width = fields(settings.mode, lang).len();
    match record.packet().filter(|_| !matches!(record.deed, Deed::Omitted(_))) {
        Some(packet) => {
            let earlier = before.map(|(earlier, _)| cells(settings.mode, &earlier));
            for (at, text) in cells(settings.mode, packet).into_iter().enumerate() {
                let old = earlier.as_ref().and_then(|earlier| earlier.get(at));
                let rewritten = !text.is_empty() && old.is_some_and(|old| *old != text);
                values.push(FieldValue { text, rewritten });
            }
        }
        None => values.resize(width, FieldValue::default()),
    }
    let fate = match record.fate {
        Fate::Arrived => HopFate::Arrived,
        Fate::Dropped => HopFate::Dropped,
        Fate::Lost => HopFate::Lost,
    };
    Hop {
        from: record.from,
        to: record.to,
        label: label(record, lang),
        values,
        fate,
        note: note(settings, record, lang),
    }
}

/// The fields of a packet, in the order of the columns behind the hardware addresses.
fn cells(mode: Mode, packet: &Packet) -> Vec<String> {
    let end = |end: super::addresses::End| if end.port == 0 { dotted(end.ip) } else { end.text() };
    let mut cells = Vec::new();
    if mode == Mode::Tun {
        cells.push(packet.outer.map_or(String::new(), |(from, to)| {
            format!("{} → {}, TTL {}", dotted(from), dotted(to), packet.outer_ttl)
        }));
    }
    cells.extend([end(packet.src), end(packet.dst)]);
    if mode == Mode::FullNat {
        let tcp = !matches!(packet.kind, Kind::Icmp(_));
        let number = |shown: bool, value: u32| if shown { value.to_string() } else { String::new() };
        cells.push(number(tcp, packet.seq));
        cells.push(number(tcp && packet.ack > 0, packet.ack));
        cells.push(packet.toa.map_or(String::new(), super::addresses::End::text));
        cells.push(number(packet.mss > 0, packet.mss));
    }
    cells.extend([packet.ttl.to_string(), packet.len().to_string()]);
    cells
}

/// What a packet is called.
fn label(record: &Record, lang: Lang) -> String {
    let packet = match record.what {
        What::WhoHas(target, _) => return format!("ARP who-has {}", dotted(target)),
        What::IsAt(_) => {
            return format!("ARP is-at {}", record.macs.map_or("", |(own, _)| own.symbol()));
        }
        What::Packet(packet) => packet,
    };
    match record.deed {
        Deed::Omitted(hops) => return lang.pick(format!("… {hops} hops more"), format!("……还有 {hops} 跳")),
        Deed::Decapsulated => return lang.pick("tunl0: outer header off", "tunl0：去掉外层头").to_string(),
        Deed::Read { .. } => return lang.pick("the program reads", "程序读到").to_string(),
        _ => {}
    }
    let bytes = match packet.times {
        1 => format!("{} B", packet.payload),
        times => format!("{times} × {} B", packet.payload),
    };
    match packet.kind {
        Kind::Syn => "SYN".to_string(),
        Kind::SynAck => "SYN-ACK".to_string(),
        Kind::Ack => "ACK".to_string(),
        Kind::Rst => "RST".to_string(),
        Kind::Request => lang.pick(format!("request {bytes}"), format!("请求 {bytes}")),
        Kind::Response => lang.pick(format!("response {bytes}"), format!("响应 {bytes}")),
        Kind::Icmp(icmp) => match icmp.says {
            IcmpSays::TimeExceeded => lang.pick("ICMP time exceeded", "ICMP 超时").to_string(),
            IcmpSays::PortUnreachable => lang.pick("ICMP port unreachable", "ICMP 端口不可达").to_string(),
            IcmpSays::ProtocolUnreachable => {
                lang.pick("ICMP protocol unreachable", "ICMP 协议不可达").to_string()
            }
            IcmpSays::FragmentationNeeded(mtu) => {
                lang.pick(format!("ICMP frag needed, {mtu}"), format!("ICMP 需要分片，{mtu}"))
            }
        },
    }
}

/// What the sender did, and why it ended.
fn note(settings: &Settings, record: &Record, lang: Lang) -> String {
    let mut note = deed(settings, record, lang);
    if let Some(why) = record.why {
        if !note.is_empty() {
            note.push_str(lang.pick(" ", ""));
        }
        note.push_str(&explain::explain(why, settings, lang).text);
    }
    note
}

fn deed(settings: &Settings, record: &Record, lang: Lang) -> String {
    let text = match record.deed {
        Deed::Made | Deed::Omitted(_) => "",
        Deed::Routed if record.from == DIRECTOR => lang.pick("ip_forward.", "ip_forward。"),
        Deed::Routed => lang.pick("A router: MACs and TTL.", "路由器：只改 MAC 和 TTL。"),
        Deed::NatIn => lang.pick(
            "ip_vs_nat_xmit, tcp_dnat_handler: destination and checksums.",
            "ip_vs_nat_xmit、tcp_dnat_handler：改目的地和校验和。",
        ),
        Deed::NatOut => lang.pick(
            "tcp_snat_handler on FORWARD: source and checksums.",
            "FORWARD 上的 tcp_snat_handler：改源和校验和。",
        ),
        Deed::DirectRouted => {
            lang.pick("ip_vs_dr_xmit: only the hardware address.", "ip_vs_dr_xmit：只换 MAC 地址。")
        }
        Deed::Encapsulated => lang.pick(
            "ip_vs_tunnel_xmit: 20 bytes in front, nothing changed inside but the TTL.",
            "ip_vs_tunnel_xmit：前面加 20 字节，里面除了 TTL 都不动。",
        ),
        Deed::EncapsulatedInFragments => lang.pick(
            "ip_vs_tunnel_xmit: without DF outside, and cut into two fragments.",
            "ip_vs_tunnel_xmit：外层不带 DF，切成两个分片。",
        ),
        Deed::FullNatIn if record.packet().is_some_and(|packet| packet.toa.is_some()) => lang.pick(
            "tcp_fnat_in_handler: both ends and the sequence number; the TOA option says who it is from.",
            "tcp_fnat_in_handler：改两端和序号；TOA 选项写明是谁发的。",
        ),
        Deed::FullNatIn => lang.pick(
            "tcp_fnat_in_handler: both ends and the sequence number.",
            "tcp_fnat_in_handler：改两端和序号。",
        ),
        Deed::FullNatOut if settings.toa && record.packet().is_some_and(|packet| packet.mss > 0) => lang
            .pick(
                "tcp_fnat_out_handler: both ends and the ACK number; 8 less MSS, room for the option.",
                "tcp_fnat_out_handler：改两端和确认号；MSS 减 8，给选项留位置。",
            ),
        Deed::FullNatOut => lang.pick(
            "tcp_fnat_out_handler: both ends and the ACK number.",
            "tcp_fnat_out_handler：改两端和确认号。",
        ),
        Deed::ServerRouted => lang.pick("ip_forward of the real server.", "后端的 ip_forward。"),
        Deed::Decapsulated => lang.pick("ipip_rcv.", "ipip_rcv。"),
        Deed::Asked => match record.what {
            What::WhoHas(_, asker) => {
                return lang.pick(format!("tell {}", dotted(asker)), format!("自称 {}", dotted(asker)));
            }
            _ => "",
        },
        Deed::Answered => "",
        Deed::Relayed => lang.pick(
            "ip_vs_in_icmp: the outer header off, and on to the client.",
            "ip_vs_in_icmp：去掉外层头，转给客户端。",
        ),
        Deed::Read { peer } if record.from >= SERVER && settings.mode == Mode::FullNat => {
            let shown = record.packet().map_or(String::new(), |packet| packet.src.text());
            return lang.pick(
                format!("getpeername() = {}; ss shows {shown}.", peer.text()),
                format!("getpeername() = {}；ss 显示 {shown}。", peer.text()),
            );
        }
        Deed::Read { peer } if record.from >= SERVER => return format!("getpeername() = {}", peer.text()),
        Deed::Read { .. } => return format!("{} {}", lang.pick("from", "来自"), SERVICE.text()),
    };
    // An answer that a refusal gives says so already.
    if matches!(record.why, Some(Why::CutOff)) { String::new() } else { text.to_string() }
}

/// Bytes that the director takes in for one connection with its request, in each mode with everything in order.
fn bytes(settings: &Settings, lang: Lang) -> Figure {
    let bar = |mode: Mode| {
        let settings = settings.in_order(mode);
        let ledger = run(&settings).world.ledger;
        let [requests, answers] = [ledger.requests, ledger.answers];
        let out = requests[1] + answers[1];
        Bar {
            label: mode.name().to_string(),
            parts: vec![requests[0] as i64, answers[0] as i64],
            note: lang.pick(
                format!("in {}, out {out}", requests[0] + answers[0]),
                format!("进 {}，出 {out}", requests[0] + answers[0]),
            ),
        }
    };
    let parts = lang.pick(["from the client", "from the real server"], ["来自客户端", "来自后端"]);
    Figure {
        id: "bytes",
        title: lang
            .pick("Through the director for one connection, in bytes", "一条连接经过调度器的字节数")
            .to_string(),
        drawing: Drawing::Bars(Bars {
            unit: "bytes",
            per: 1,
            parts: parts.map(String::from).to_vec(),
            bars: Mode::ALL.into_iter().map(bar).collect(),
            bound: None,
        }),
    }
}
