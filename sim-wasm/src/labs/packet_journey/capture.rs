//! What `tcpdump -ne` prints on an interface.

use super::addr::{Mac, dotted};
use super::packet::{Body, Flags, Flow, Frame, Icmp, Packet, Payload, Proto};
use super::settings::{Destination, Settings};
use super::topology::{UPLINK, Who};
use super::walk::World;
use crate::lab::figure::HopFate;
use std::fmt::Write;

/// Time for a frame on a cable, in microseconds: who receives sees it later.
const CABLE_US: u64 = 20;
/// Bytes of an Ethernet header.
const ETHERNET_HEADER: u32 = 14;
/// Bytes of a frame with ARP, before a network card pads it.
const ARP_FRAME: u32 = 42;
/// Sequence numbers of client and server.
const SEQ: (u32, u32) = (1_000_000, 2_000_000);

/// The interface that is watched, by the word of the parameter.
pub(super) fn place(word: &str, settings: &Settings) -> (Who, usize) {
    let server = match settings.destination {
        Destination::Neighbour => Who::Neighbour,
        Destination::Inside => Who::Inside,
        Destination::Outside => Who::Outside,
    };
    let uplink = if settings.destination == Destination::Inside { 1 } else { UPLINK };
    match word {
        "gateway-in" => (Who::Gateway, 0),
        "gateway-out" => (Who::Gateway, uplink),
        "server" => (server, 0),
        _ => (Who::Client, 0),
    }
}

/// The lines.
pub(super) fn lines(world: &World, at: (Who, usize)) -> String {
    let mut out = String::new();
    let mut seen: Vec<(u64, Frame)> = Vec::new();
    for step in &world.steps {
        let Some(frame) = step.frame else { continue };
        if step.from == at {
            seen.push((step.sent_us, frame));
        } else if step.to == at && step.fate != HopFate::Lost {
            seen.push((step.sent_us + CABLE_US, frame));
        }
    }
    seen.sort_by_key(|(time, _)| *time);
    for (time, frame) in seen {
        match frame.payload {
            Payload::Arp(arp) => {
                head(&mut out, time, &frame, "ARP (0x0806)", ARP_FRAME);
                let (sender, target) = (dotted(arp.sender), dotted(arp.target));
                let _ = match arp.reply {
                    true => writeln!(out, "Reply {sender} is-at {}, length 28", arp.sender_mac.text()),
                    false => writeln!(out, "Request who-has {target} tell {sender}, length 28"),
                };
            }
            Payload::Ip(packet) => {
                for (n, len) in packet.pieces().into_iter().enumerate() {
                    head(&mut out, time, &frame, "IPv4 (0x0800)", len + ETHERNET_HEADER);
                    out += &if n == 0 { first_piece(&packet, len) } else { further_piece(&packet) };
                    out.push('\n');
                }
            }
        }
    }
    out.truncate(out.trim_end().len());
    out
}

fn head(out: &mut String, us: u64, frame: &Frame, ethertype: &str, len: u32) {
    let (src, dst): (Mac, Mac) = (frame.src, frame.dst);
    let _ = write!(
        out,
        "10:00:{:02}.{:06} {} > {}, ethertype {ethertype}, length {len}: ",
        us / 1_000_000 % 60,
        us % 1_000_000,
        src.text(),
        dst.text()
    );
}

/// A fragment behind the first has no header of a higher protocol.
fn further_piece(packet: &Packet) -> String {
    let number = if matches!(packet.body, Body::Udp(..)) { 17 } else { 1 };
    format!("{} > {}: ip-proto-{number}", dotted(packet.src), dotted(packet.dst))
}

fn first_piece(packet: &Packet, len: u32) -> String {
    let (src, dst, payload) = (dotted(packet.src), dotted(packet.dst), len - 20);
    match packet.body {
        Body::EchoRequest | Body::EchoReply => {
            let kind = if packet.body == Body::EchoRequest { "request" } else { "reply" };
            let id = super::packet::ECHO_ID;
            format!("{src} > {dst}: ICMP echo {kind}, id {id}, seq 1, length {payload}")
        }
        Body::Udp(from, to) => format!("{src}.{from} > {dst}.{to}: UDP, length {}", packet.len - 28),
        Body::Tcp(flags, from, to) => {
            let (client, server) = SEQ;
            let told = match flags {
                Flags::Syn => format!(
                    "Flags [S], seq {client}, win 64240, options [mss 1460,sackOK,TS val 1 ecr 0,nop,wscale 7], length 0"
                ),
                Flags::SynAck => format!(
                    "Flags [S.], seq {server}, ack {}, win 65160, options [mss 1460,sackOK,TS val 2 ecr 1,nop,wscale 7], length 0",
                    client + 1
                ),
                Flags::Rst => format!("Flags [R.], seq 0, ack {}, win 0, length 0", client + 1),
            };
            format!("{src}.{from} > {dst}.{to}: {told}")
        }
        Body::Icmp(icmp, quoted) => {
            format!("{src} > {dst}: ICMP {}, length {payload}", message(icmp, &quoted))
        }
    }
}

fn message(icmp: Icmp, quoted: &Flow) -> String {
    let about = dotted(quoted.dst);
    match icmp {
        Icmp::NetUnreachable => format!("net {about} unreachable"),
        Icmp::HostUnreachable => format!("host {about} unreachable"),
        Icmp::AdminProhibited => format!("host {about} unreachable - admin prohibited filter"),
        Icmp::TooBig(mtu) => format!("{about} unreachable - need to frag (mtu {mtu})"),
        Icmp::TimeExceeded => "time exceeded in-transit".to_string(),
        Icmp::Redirect(better) => format!("redirect {about} to host {}", dotted(better)),
        Icmp::PortUnreachable => match quoted.proto {
            Proto::Tcp => format!("{about} tcp port {} unreachable", quoted.dport),
            Proto::Udp => format!("{about} udp port {} unreachable", quoted.dport),
            // The tool takes the checksum of the quoted ping for a port: some number.
            Proto::Icmp => format!("{about} protocol 1 port 43388 unreachable"),
        },
    }
}
