//! TCP segments with their addresses.

use std::fmt;

/// An IPv4 address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ipv4(pub u32);

impl Ipv4 {
    /// `a.b.c.d`
    pub const fn new(a: u8, b: u8, c: u8, d: u8) -> Ipv4 {
        Ipv4(u32::from_be_bytes([a, b, c, d]))
    }

    /// In 127.0.0.0/8?
    pub const fn is_loopback(self) -> bool {
        self.0 >> 24 == 127
    }
}

impl fmt::Display for Ipv4 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [a, b, c, d] = self.0.to_be_bytes();
        write!(f, "{a}.{b}.{c}.{d}")
    }
}

/// An address and a port.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Endpoint {
    /// Address.
    pub addr: Ipv4,
    /// Port.
    pub port: u16,
}

impl Endpoint {
    /// An address and a port.
    pub const fn new(addr: Ipv4, port: u16) -> Endpoint {
        Endpoint { addr, port }
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.addr, self.port)
    }
}

/// TCP flags, with the bits they have in the header.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Flags(pub u8);

impl Flags {
    /// No more data from the sender.
    pub const FIN: Flags = Flags(0x01);
    /// Synchronise sequence numbers.
    pub const SYN: Flags = Flags(0x02);
    /// Reset.
    pub const RST: Flags = Flags(0x04);
    /// Push.
    pub const PSH: Flags = Flags(0x08);
    /// The acknowledgement field is valid.
    pub const ACK: Flags = Flags(0x10);
    /// The urgent pointer is valid.
    pub const URG: Flags = Flags(0x20);
    /// Congestion was experienced (RFC 3168).
    pub const ECE: Flags = Flags(0x40);
    /// The congestion window was reduced.
    pub const CWR: Flags = Flags(0x80);

    /// All but those of `other`.
    pub const fn without(self, other: Flags) -> Flags {
        Flags(self.0 & !other.0)
    }

    /// Are all bits of `other` set?
    pub const fn has(self, other: Flags) -> bool {
        self.0 & other.0 == other.0
    }

    /// Both.
    pub const fn with(self, other: Flags) -> Flags {
        Flags(self.0 | other.0)
    }

    /// FIN set?
    pub const fn fin(self) -> bool {
        self.has(Flags::FIN)
    }

    /// SYN set?
    pub const fn syn(self) -> bool {
        self.has(Flags::SYN)
    }

    /// RST set?
    pub const fn rst(self) -> bool {
        self.has(Flags::RST)
    }

    /// ACK set?
    pub const fn ack(self) -> bool {
        self.has(Flags::ACK)
    }
}

impl fmt::Display for Flags {
    /// As tcpdump prints them: `S`, `S.`, `P.`, `F.`, `R`, `.`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (flag, letter) in [
            (Flags::FIN, 'F'),
            (Flags::SYN, 'S'),
            (Flags::RST, 'R'),
            (Flags::PSH, 'P'),
            (Flags::ACK, '.'),
            (Flags::URG, 'U'),
            (Flags::ECE, 'E'),
            (Flags::CWR, 'W'),
        ] {
            if self.has(flag) {
                write!(f, "{letter}")?;
            }
        }
        Ok(())
    }
}

/// The timestamps option (RFC 7323 §3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimestampOption {
    /// The sender's clock.
    pub tsval: u32,
    /// The other side's clock, echoed.
    pub tsecr: u32,
}

/// The blocks of a SACK option (RFC 2018): each from its first byte to the one behind its last.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SackBlocks {
    blocks: [(u32, u32); SackBlocks::MOST],
    len: u8,
}

impl SackBlocks {
    /// As many as fit into the options of a segment.
    pub const MOST: usize = 4;

    /// The first four of `blocks`.
    pub fn new(blocks: impl IntoIterator<Item = (u32, u32)>) -> SackBlocks {
        let mut all = SackBlocks::default();
        for (slot, block) in all.blocks.iter_mut().zip(blocks) {
            *slot = block;
            all.len += 1;
        }
        all
    }

    /// The blocks, in the order of the option.
    pub fn as_slice(&self) -> &[(u32, u32)] {
        &self.blocks[..usize::from(self.len)]
    }
}

/// The options of a segment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TcpOptions {
    /// Maximum segment size, on SYN and SYN-ACK.
    pub mss: Option<u16>,
    /// Window scale, on SYN and SYN-ACK.
    pub wscale: Option<u8>,
    /// SACK permitted, on SYN and SYN-ACK.
    pub sack_ok: bool,
    /// Timestamps.
    pub ts: Option<TimestampOption>,
    /// Selective acknowledgements.
    pub sack: SackBlocks,
}

/// A TCP segment under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Segment {
    /// Where it comes from.
    pub src: Endpoint,
    /// Where it goes.
    pub dst: Endpoint,
    /// Flags.
    pub flags: Flags,
    /// Sequence number of the first byte, SYN or FIN in it.
    pub seq: u32,
    /// Next sequence number expected; 0 without the ACK flag.
    pub ack: u32,
    /// Payload bytes.
    pub len: u32,
    /// The window field, unscaled.
    pub win: u16,
    /// Options.
    pub opts: TcpOptions,
}

impl Segment {
    /// The sequence number behind it: SYN and FIN count for one each.
    pub fn end_seq(&self) -> u32 {
        self.seq
            .wrapping_add(self.len)
            .wrapping_add(u32::from(self.flags.syn()))
            .wrapping_add(u32::from(self.flags.fin()))
    }

    /// Bytes of the packet as IP carries it: headers, options where Linux has them (`tcp_options_write`), payload.
    pub fn ip_len(&self) -> u32 {
        let TcpOptions { mss, wscale, sack_ok, ts, sack } = &self.opts;
        let word = |there: bool| if there { 4 } else { 0 };
        let stamps = if ts.is_some() { 12 } else { word(*sack_ok) };
        let blocks = sack.as_slice().len() as u32;
        let told = if blocks > 0 { 4 + 8 * blocks } else { 0 };
        40 + word(mss.is_some()) + word(wscale.is_some()) + stamps + told + self.len
    }

    /// Its TSval, if it carries timestamps.
    pub fn tsval(&self) -> Option<u32> {
        self.opts.ts.map(|ts| ts.tsval)
    }

    /// The reset that answers a segment nobody waits for (RFC 9293 §3.10.7.1): never with a timestamp.
    pub fn reset_in_answer(&self) -> Segment {
        let (flags, seq, ack) = if self.flags.ack() {
            (Flags::RST, self.ack, 0)
        } else {
            (Flags::RST.with(Flags::ACK), 0, self.end_seq())
        };
        Segment { src: self.dst, dst: self.src, flags, seq, ack, len: 0, win: 0, opts: TcpOptions::default() }
    }
}

/// What a router or host reports about a segment it could not deliver (RFC 792, RFC 1122 §3.2.2.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unreachable {
    /// Code 0: no route to the network.
    Net,
    /// Code 1: the host does not answer on its network.
    Host,
    /// Code 2: the host has no such protocol.
    Protocol,
    /// Code 3: the host has no such port.
    Port,
    /// Code 4: too big for the next link of this MTU, and not to be fragmented.
    FragmentationNeeded {
        /// Bytes that fit.
        mtu: u16,
    },
    /// Code 13: forbidden by a firewall.
    Filtered,
}

/// An ICMP message about a segment that this host had sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Icmp {
    /// Source of the segment it is about: this host.
    pub src: Endpoint,
    /// Its destination.
    pub dst: Endpoint,
    /// The sequence number in the quoted header.
    pub seq: u32,
    /// What is wrong.
    pub kind: Unreachable,
}
