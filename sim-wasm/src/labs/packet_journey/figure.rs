//! The way hop by hop.

use super::addr::{dotted, prefixed};
use super::facts::Fact;
use super::packet::{Body, CLIENT_PORT, ECHO_ID, Flags, Frame, Icmp, Packet, Payload, UDP_PORT};
use super::topology::Who;
use super::walk::{Step, World};
use super::words;
use crate::lab::figure::{Drawing, FieldValue, Figure, Hop, Hops, Node};
use crate::text::Lang;

/// The figure of a run.
pub(super) fn figure(world: &World, lang: Lang) -> Figure {
    let shown: Vec<&Step> = (0..world.steps.len())
        .filter(|&at| is_shown(world, at))
        .filter_map(|at| world.steps.get(at))
        .collect();
    let takes_part = |who: Who| shown.iter().any(|step| step.from.0 == who || step.to.0 == who);
    let columns: Vec<Who> = Who::ALL.into_iter().filter(|who| takes_part(*who)).collect();
    let column = |who: Who| columns.iter().position(|other| *other == who).unwrap_or(0);
    let hops = shown.iter().map(|step| hop(step, column(step.from.0), column(step.to.0), lang));
    let fields = lang.pick(
        ["source MAC", "destination MAC", "source IP", "destination IP", "TTL", "ports or id"],
        ["源 MAC", "目的 MAC", "源 IP", "目的 IP", "TTL", "端口或标识"],
    );
    let drawing = Drawing::Hops(Hops {
        nodes: columns.iter().map(|who| node(world, *who, lang)).collect(),
        fields: fields.map(String::from).to_vec(),
        hops: hops.collect(),
    });
    let title = lang.pick("The way there and back, hop by hop", "去程和回程，一跳一跳地看");
    Figure { id: "way", title: title.to_string(), drawing }
}

/// Copies for those who ignore them are left out where somebody takes one, or where it is a repetition.
fn is_shown(world: &World, at: usize) -> bool {
    let Some(step) = world.steps.get(at) else { return false };
    if !step.ignored {
        return true;
    }
    let repeats = |original: usize| {
        world.steps.get(original).is_some_and(|step| {
            step.did.iter().any(|fact| matches!(fact, Fact::Asked { attempt, .. } if *attempt > 1))
        })
    };
    let taken = |copy: Option<usize>| world.steps.iter().any(|other| other.copy_of == copy && !other.ignored);
    step.copy_of.is_none_or(|original| !repeats(original)) && !taken(step.copy_of)
}

fn node(world: &World, who: Who, lang: Lang) -> Node {
    let note = match who {
        Who::Client => prefixed(world.settings.client, world.settings.prefix),
        _ => {
            // Of a router the side that faces the client.
            let iface = world.node(who).ifaces.first();
            iface.map_or(String::new(), |iface| dotted(iface.ip))
        }
    };
    Node { name: words::name(who, lang).to_string(), note }
}

fn hop(step: &Step, from: usize, to: usize, lang: Lang) -> Hop {
    let facts = step.did.iter().chain(&step.end);
    // Where there is more to say, that the MAC address was known goes without saying.
    let told = facts.filter(|fact| step.did.len() == 1 || !matches!(fact, Fact::Known { .. }));
    let sentences: Vec<String> = told.map(|fact| words::sentence(fact, lang)).collect();
    Hop {
        from,
        to,
        label: label(step, lang),
        values: values(step),
        fate: step.fate,
        note: sentences.join(lang.pick(" ", "")),
    }
}

fn label(step: &Step, lang: Lang) -> String {
    match (step.frame.map(|frame| frame.payload), step.packet) {
        (Some(Payload::Arp(arp)), _) => if arp.reply { "ARP is-at" } else { "ARP who-has" }.to_string(),
        (_, Some(packet)) => {
            let mut label = packet_label(&packet, lang).to_string();
            let pieces = packet.pieces().len();
            if pieces > 1 {
                label += &format!(" ×{pieces}");
            }
            label
        }
        _ => String::new(),
    }
}

/// What a packet is called.
fn packet_label(packet: &Packet, lang: Lang) -> &'static str {
    match packet.body {
        Body::EchoRequest => "echo request",
        Body::EchoReply => "echo reply",
        Body::Tcp(Flags::Syn, ..) => "SYN",
        Body::Tcp(Flags::SynAck, ..) => "SYN-ACK",
        Body::Tcp(Flags::Rst, ..) => "RST",
        Body::Udp(_, UDP_PORT) => lang.pick("UDP query", "UDP 查询"),
        Body::Udp(..) => lang.pick("UDP answer", "UDP 应答"),
        Body::Icmp(icmp, _) => icmp_label(icmp, lang),
    }
}

/// A message of ICMP in two words, as an arrow has room for.
fn icmp_label(icmp: Icmp, lang: Lang) -> &'static str {
    match icmp {
        Icmp::NetUnreachable => lang.pick("net unreachable", "网络不可达"),
        Icmp::HostUnreachable => lang.pick("host unreachable", "主机不可达"),
        Icmp::PortUnreachable => lang.pick("port unreachable", "端口不可达"),
        Icmp::AdminProhibited => lang.pick("admin prohibited", "策略禁止"),
        Icmp::TooBig(_) => lang.pick("frag needed", "需要分片"),
        Icmp::TimeExceeded => lang.pick("time exceeded", "TTL 超时"),
        Icmp::Redirect(_) => lang.pick("redirect", "重定向"),
    }
}

fn values(step: &Step) -> Vec<FieldValue> {
    let field = |text: String, rewritten: bool| FieldValue { text, rewritten };
    let rewritten = step.rewritten;
    let (src, dst) = match step.frame {
        Some(Frame { src, dst, .. }) => (src.text(), dst.text()),
        None => (String::new(), String::new()),
    };
    let mut values = vec![field(src, rewritten.macs), field(dst, rewritten.macs)];
    match (step.frame.map(|frame| frame.payload), step.packet) {
        (Some(Payload::Arp(arp)), _) => {
            values.extend([dotted(arp.sender), dotted(arp.target)].map(|text| field(text, false)));
            values.extend([FieldValue::default(), FieldValue::default()]);
        }
        (_, Some(packet)) => {
            values.push(field(dotted(packet.src), rewritten.src));
            values.push(field(dotted(packet.dst), rewritten.dst));
            values.push(field(packet.ttl.to_string(), rewritten.ttl));
            values.push(field(ports(&packet), false));
        }
        _ => values.extend((0..4).map(|_| FieldValue::default())),
    }
    values
}

fn ports(packet: &Packet) -> String {
    match packet.body {
        Body::EchoRequest | Body::EchoReply => format!("id {ECHO_ID}"),
        Body::Tcp(_, from, to) | Body::Udp(from, to) => format!("{from} → {to}"),
        // The program that is told is found by the port in the quotation.
        Body::Icmp(_, quoted) if quoted.sport == CLIENT_PORT || quoted.dport == CLIENT_PORT => {
            format!("[{} → {}]", quoted.sport, quoted.dport)
        }
        Body::Icmp(..) => format!("[id {ECHO_ID}]"),
    }
}
