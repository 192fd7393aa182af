//! The packets of a report as a capture in the pcapng format (draft-ietf-opsawg-pcapng), which Wireshark reads.
//!
//! Every packet is in it once, also one that was lost or dropped: on the interface of the host that sent it, at the time
//! when it was sent, with the addresses of the report.

use super::wire;
use crate::lab::Report;
use crate::lab::report::{Event, Fate, HostInfo, PacketInfo, Reason};
use crate::text::Lang;

/// Link type "raw IP": no link layer, whose addresses a lab would have to invent. More programs know it than
/// `LINKTYPE_IPV4` (228), and IPv6 packets may stand in it, too.
const LINKTYPE_RAW: u16 = 101;

/// Units of a timestamp in a second, as a power of ten: microseconds, as in the report.
const TSRESOL: u8 = 6;

const SECTION_HEADER: u32 = 0x0a0d_0d0a;
const INTERFACE_DESCRIPTION: u32 = 1;
const ENHANCED_PACKET: u32 = 6;

const COMMENT: u16 = 1;
const SHB_USERAPPL: u16 = 4;
const IF_NAME: u16 = 2;
const IF_DESCRIPTION: u16 = 3;
const IF_TSRESOL: u16 = 9;
const IF_OS: u16 = 12;

pub(super) fn pcapng(report: &Report, lang: Lang) -> Vec<u8> {
    let mut file = section_header(report, lang);
    for host in &report.hosts {
        file.extend(interface_description(host));
    }
    for event in &report.events {
        let Some(packet) = &event.packet else { continue };
        let Some(bytes) = wire::packet(event.n, packet) else { continue };
        let interface = report.hosts.iter().position(|host| host.id == event.from).unwrap_or_default();
        let comment = comment(report, event, packet, lang);
        file.extend(enhanced_packet(interface as u32, event.t_us, &bytes, comment.as_deref()));
    }
    file
}

fn section_header(report: &Report, lang: Lang) -> Vec<u8> {
    let mut body = Vec::new();
    body.extend(0x1a2b_3c4d_u32.to_le_bytes());
    body.extend([1, 0, 0, 0]); // version 1.0
    body.extend(u64::MAX.to_le_bytes()); // length not given: the section is the file
    let about = about(report, lang);
    let end = about.floor_char_boundary(u16::MAX.into());
    option(&mut body, COMMENT, &about.as_bytes()[..end]);
    option(&mut body, SHB_USERAPPL, b"Casebook");
    end_of_options(&mut body);
    block(SECTION_HEADER, &body)
}

/// The outcome, how to get the same run again, and where the capture was taken.
fn about(report: &Report, lang: Lang) -> String {
    let params = report.params.iter().map(|(name, value)| format!("{name}={}", shell_word(value)));
    let params: Vec<String> = params.collect();
    let last = report.hosts.last().map_or("", |host| &host.id);
    let taken = lang.pick(
        format!("Each packet once, as sent, on the interface of its sender; addresses as {last} sees them."),
        format!("每个报文只记录一次：记在发送方的接口上，时间为发送时刻，地址以 {last} 看到的为准。"),
    );
    format!("{}\n{taken}\ncasebook lab run {} {}", report.verdict.text, report.lab, params.join(" "))
}

/// A value as one word of a shell's command line.
fn shell_word(value: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    match !value.is_empty() && value.chars().all(plain) {
        true => value.to_string(),
        false => format!("'{}'", value.replace('\'', r"'\''")),
    }
}

fn interface_description(host: &HostInfo) -> Vec<u8> {
    let mut body = Vec::new();
    body.extend(LINKTYPE_RAW.to_le_bytes());
    body.extend([0; 6]); // reserved; no limit to the length of packets
    option(&mut body, IF_NAME, host.id.as_bytes());
    option(&mut body, IF_DESCRIPTION, format!("{} {}", host.addr, host.name).as_bytes());
    option(&mut body, IF_TSRESOL, &[TSRESOL]);
    if let Some(kernel) = &host.kernel {
        option(&mut body, IF_OS, format!("Linux {kernel}").as_bytes());
    }
    end_of_options(&mut body);
    block(INTERFACE_DESCRIPTION, &body)
}

fn enhanced_packet(interface: u32, t_us: u64, packet: &[u8], comment: Option<&str>) -> Vec<u8> {
    let len = packet.len() as u32;
    let mut body = Vec::with_capacity(packet.len() + 64);
    for word in [interface, (t_us >> 32) as u32, t_us as u32, len, len] {
        body.extend(word.to_le_bytes());
    }
    body.extend(packet);
    pad(&mut body);
    if let Some(comment) = comment {
        option(&mut body, COMMENT, comment.as_bytes());
        end_of_options(&mut body);
    }
    block(ENHANCED_PACKET, &body)
}

/// What became of a packet that was not taken in.
fn comment(report: &Report, event: &Event, packet: &PacketInfo, lang: Lang) -> Option<String> {
    match packet.fate {
        Fate::Delivered => None,
        Fate::Lost => {
            let told = lang.pick("lost on the way", "途中丢失").to_string();
            Some(report.reason(packet).map_or(told.clone(), |reason| told + &of_reason(reason, lang)))
        }
        Fate::InFlight => {
            Some(lang.pick("still on the way when the run ended", "运行结束时仍在途中").to_string())
        }
        Fate::Dropped => {
            let told = lang.pick(format!("dropped by {}", event.to), format!("被 {} 丢弃", event.to));
            Some(report.reason(packet).map_or(told.clone(), |reason| told + &of_reason(reason, lang)))
        }
    }
}

/// A reason as the end of a comment.
fn of_reason(reason: &Reason, lang: Lang) -> String {
    let mut told = lang.pick(format!(": {}", reason.text), format!("：{}", reason.text));
    told += &format!("\n{}, {}, Linux {}", reason.function, reason.file, reason.kernel);
    told += &format!("\n{}", reason.condition);
    for counter in &reason.counters {
        told += &format!("\n{counter} +1");
    }
    told
}

/// A block with its length before and behind it, so that it can be walked in both directions.
fn block(kind: u32, body: &[u8]) -> Vec<u8> {
    let len = (body.len() as u32 + 12).to_le_bytes();
    [&kind.to_le_bytes()[..], &len, body, &len].concat()
}

/// An option of a block. Its length has 16 bits: what is longer is cut.
fn option(body: &mut Vec<u8>, code: u16, value: &[u8]) {
    let value = value.get(..usize::from(u16::MAX)).unwrap_or(value);
    body.extend(code.to_le_bytes());
    body.extend((value.len() as u16).to_le_bytes());
    body.extend(value);
    pad(body);
}

fn end_of_options(body: &mut Vec<u8>) {
    body.extend([0; 4]);
}

/// Blocks, packets and options fill 32-bit words. A block's own head is eight bytes long and changes nothing here.
fn pad(body: &mut Vec<u8>) {
    body.resize(body.len().next_multiple_of(4), 0);
}
