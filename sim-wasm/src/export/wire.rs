//! A packet of a report as the bytes that were on the wire: an IPv4 header, a TCP header, options, payload.

use crate::lab::report::{Opts, PacketInfo};
use crate::net::{Endpoint, Flags, Ipv4};

/// Protocol number of TCP. A packet of another protocol is one more data part for [`ipv4`].
const TCP: u8 = 6;

/// Length of an IPv4 header without options and of a TCP header without options.
const HEADER: usize = 20;

/// Length of TCP options at most.
const OPTIONS: usize = 40;

/// What stands in a payload: the byte of sequence number `s` is always number `s` modulo 64, so that a stream reads on
/// from segment to segment and a retransmission carries the same bytes. No colon: on port 80 it would look like headers of HTTP
/// that are cut off.
const FILLER: &[u8; 64] = b"Filler (the lab knows how many bytes were sent, not which ones)\n";

/// The packet of event `n`; none when its addresses cannot be read.
///
/// The identification of its header is `n`: of packets that may not be fragmented it means nothing else (RFC 6864 §4.1).
pub(super) fn packet(n: u32, packet: &PacketInfo) -> Option<Vec<u8>> {
    let (src, dst) = endpoints(packet)?;
    let [_, _, id @ ..] = n.to_be_bytes();
    Some(ipv4(id, src.addr, dst.addr, TCP, &tcp(packet, src, dst)))
}

/// A packet as it leaves a Linux host: TTL 64, "don't fragment".
fn ipv4(id: [u8; 2], src: Ipv4, dst: Ipv4, protocol: u8, data: &[u8]) -> Vec<u8> {
    let header = |checksum: u16| {
        let mut header = vec![0x45, 0];
        header.extend(((HEADER + data.len()) as u16).to_be_bytes());
        header.extend(id);
        header.extend([0x40, 0, 64, protocol]);
        header.extend(checksum.to_be_bytes());
        header.extend(src.0.to_be_bytes());
        header.extend(dst.0.to_be_bytes());
        header
    };
    let mut bytes = header(checksum(&[&header(0)]));
    bytes.extend(data);
    bytes
}

/// A TCP segment. A payload that would not fit into one IPv4 packet is cut there.
fn tcp(packet: &PacketInfo, src: Endpoint, dst: Endpoint) -> Vec<u8> {
    let flags = flags(&packet.flags);
    let options = options(&packet.opts);
    let offset = HEADER + options.len();
    let payload = payload(packet, flags, usize::from(u16::MAX) - HEADER - offset);
    let header = |checksum: u16| {
        let mut header = Vec::with_capacity(HEADER);
        header.extend(src.port.to_be_bytes());
        header.extend(dst.port.to_be_bytes());
        header.extend(packet.seq.to_be_bytes());
        header.extend(packet.ack.to_be_bytes());
        header.extend([(offset / 4) as u8 * 16, flags.0]);
        header.extend(packet.win.to_be_bytes());
        header.extend(checksum.to_be_bytes());
        header.extend([0, 0]);
        header
    };
    let [high, low] = ((offset + payload.len()) as u16).to_be_bytes();
    let pseudo = [&src.addr.0.to_be_bytes()[..], &dst.addr.0.to_be_bytes(), &[0, TCP, high, low]].concat();
    let checksum = checksum(&[&pseudo, &header(0), &options, &payload]);
    [header(checksum), options, payload].concat()
}

fn payload(packet: &PacketInfo, flags: Flags, most: usize) -> Vec<u8> {
    let first = packet.seq.wrapping_add(u32::from(flags.syn()));
    let len = most.min(packet.len as usize);
    FILLER.iter().cycle().skip(first as usize % FILLER.len()).take(len).copied().collect()
}

/// Options where Linux has them: `tcp_options_write` (net/ipv4/tcp_output.c) fills the places before timestamps and
/// SACK blocks with "SACK permitted" or with padding, so that their numbers begin on words.
fn options(opts: &Opts) -> Vec<u8> {
    const NOP: u8 = 1;
    let mut bytes = Vec::with_capacity(OPTIONS);
    if let Some(mss) = opts.mss {
        bytes.extend([2, 4]);
        bytes.extend(mss.to_be_bytes());
    }
    match (opts.sack_ok, opts.tsval) {
        (true, Some(_)) => bytes.extend([4, 2]),
        (false, Some(_)) => bytes.extend([NOP, NOP]),
        (true, None) => bytes.extend([NOP, NOP, 4, 2]),
        (false, None) => {}
    }
    if let Some(tsval) = opts.tsval {
        bytes.extend([8, 10]);
        bytes.extend(tsval.to_be_bytes());
        bytes.extend(opts.tsecr.unwrap_or(0).to_be_bytes());
    }
    if let Some(wscale) = opts.wscale {
        bytes.extend([NOP, 3, 3, wscale]);
    }
    // As many as there is room for: four, or three beside timestamps (`tcp_established_options`).
    let blocks = opts.sack.len().min((OPTIONS - bytes.len()).saturating_sub(4) / 8);
    if blocks > 0 {
        bytes.extend([NOP, NOP, 5, 2 + 8 * blocks as u8]);
        for (first, behind) in opts.sack.iter().take(blocks) {
            bytes.extend(first.to_be_bytes());
            bytes.extend(behind.to_be_bytes());
        }
    }
    bytes
}

/// Flags from the letters of tcpdump.
fn flags(letters: &str) -> Flags {
    let bit = |letter| match letter {
        'F' => Flags::FIN.0,
        'S' => Flags::SYN.0,
        'R' => Flags::RST.0,
        'P' => Flags::PSH.0,
        '.' => Flags::ACK.0,
        'U' => Flags::URG.0,
        'E' => Flags::ECE.0,
        'W' => Flags::CWR.0,
        _ => 0,
    };
    Flags(letters.chars().fold(0, |bits, letter| bits | bit(letter)))
}

/// The Internet checksum (RFC 1071) of parts that follow each other; all but the last have an even length.
fn checksum(parts: &[&[u8]]) -> u16 {
    let words = parts.iter().flat_map(|part| part.chunks(2)).map(|word| match *word {
        [high, low] => u64::from(u16::from_be_bytes([high, low])),
        [high] => u64::from(high) << 8,
        _ => 0,
    });
    let mut sum: u64 = words.sum();
    while sum > 0xffff {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    !(sum as u16)
}

/// Source and destination of a packet as numbers; none when one of them is not written `a.b.c.d:port`.
pub fn endpoints(packet: &PacketInfo) -> Option<(Endpoint, Endpoint)> {
    Some((endpoint(&packet.src)?, endpoint(&packet.dst)?))
}

fn endpoint(text: &str) -> Option<Endpoint> {
    let (addr, port) = text.split_once(':')?;
    let bytes: Vec<u8> = addr.split('.').map(str::parse).collect::<Result<_, _>>().ok()?;
    let addr = u32::from_be_bytes(bytes.try_into().ok()?);
    Some(Endpoint::new(Ipv4(addr), port.parse().ok()?))
}

#[cfg(test)]
#[path = "wire_tests.rs"]
mod tests;
