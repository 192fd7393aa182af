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
        for (flag, letter) in
            [(Flags::FIN, 'F'), (Flags::SYN, 'S'), (Flags::RST, 'R'), (Flags::PSH, 'P'), (Flags::ACK, '.')]
        {
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
}

/// A TCP segment under way.
#[derive(Clone, Debug, PartialEq, Eq)]
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
