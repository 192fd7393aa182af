//! A connection as the script numbers it, and as the host does. The host draws its first sequence number and its
//! timestamps; the script writes numbers of its own for them (the tool's run_packet.c and socket.h).

use super::info::Tally;
use crate::net::{Flags, SackBlocks, Segment, TcpOptions, TimestampOption};
use crate::script::Packet;
use crate::script::ast::{IpHeader, Pos, TcpFlags, TcpOption};
use crate::script::options::Config;
use crate::tcp::Flow;
use crate::time::Time;
use std::collections::VecDeque;

/// A packet that the host has sent and no line has taken yet.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sent {
    pub(super) at: Time,
    pub(super) segment: Segment,
    /// Its place among the packets of the run.
    pub(super) index: usize,
}

/// A connection of the script.
#[derive(Clone, Debug)]
pub(super) struct Conn {
    /// Both ends as the host sees them.
    pub(super) flow: Flow,
    /// First sequence number of each side; none before its SYN.
    own_isn: Option<u32>,
    peer_isn: Option<u32>,
    /// Did the host open it?
    client: bool,
    /// What the script writes for the host's first sequence number, in a SYN.
    script_isn: u32,
    script_isn_known: bool,
    /// TSvals of the host, as the script writes them and as they were.
    stamps: Vec<(u32, u32)>,
    /// What was sent and not yet looked at.
    pub(super) queue: VecDeque<Sent>,
    pub(super) tally: Tally,
}

impl Conn {
    pub(super) fn new(flow: Flow) -> Conn {
        Conn {
            flow,
            own_isn: None,
            peer_isn: None,
            client: false,
            script_isn: 0,
            script_isn_known: false,
            stamps: Vec::new(),
            queue: VecDeque::new(),
            tally: Tally::default(),
        }
    }

    /// The host sends a segment.
    pub(super) fn sent(&mut self, at: Time, segment: Segment, index: usize) {
        if segment.flags.syn() {
            self.own_isn.get_or_insert(segment.seq);
            self.client |= !segment.flags.ack();
        }
        self.tally.sent(&segment);
        self.queue.push_back(Sent { at, segment, index });
    }

    /// The script expects a packet: its first SYN says how the script numbers the host's side.
    pub(super) fn expects(&mut self, packet: &Packet) {
        if packet.flags.has(TcpFlags::SYN) && !self.script_isn_known {
            self.script_isn = packet.seq;
            self.script_isn_known = true;
        }
    }

    /// A script's packet for the host. The error is a timestamp echoed that the host never sent.
    pub(super) fn arriving(&mut self, packet: &Packet, config: &Config) -> (Segment, Option<u32>) {
        let syn = packet.flags.has(TcpFlags::SYN);
        let first = *self.peer_isn.get_or_insert(if syn { packet.seq } else { 0 });
        let own = self.own_isn.unwrap_or(0);
        let own = if syn { own.wrapping_sub(self.script_isn) } else { own };
        let flags = Flags((packet.flags.0 & 0xff) as u8);
        let mut segment = Segment {
            src: self.flow.remote,
            dst: self.flow.local,
            flags,
            seq: packet.seq.wrapping_add(if syn { 0 } else { first }),
            ack: if flags.ack() { packet.ack.unwrap_or(0).wrapping_add(own) } else { 0 },
            len: packet.len.into(),
            win: packet.win.unwrap_or(0),
            opts: TcpOptions::default(),
        };
        let mut strange = None;
        for option in packet.options.iter().flatten() {
            let opts = &mut segment.opts;
            match option {
                TcpOption::Mss(mss) => opts.mss = Some(*mss),
                TcpOption::WindowScale(shift) => opts.wscale = Some(*shift),
                TcpOption::SackOk => opts.sack_ok = true,
                TcpOption::Sack(blocks) => {
                    opts.sack = SackBlocks::new(
                        blocks.iter().map(|(a, b)| (a.wrapping_add(own), b.wrapping_add(own))),
                    );
                }
                TcpOption::Timestamp { val, ecr } => {
                    let echoed = if flags.ack() { self.live_stamp(*ecr, config) } else { Some(*ecr) };
                    strange = strange.or(if echoed.is_none() { Some(*ecr) } else { None });
                    let tsecr = echoed.unwrap_or_else(|| self.shifted(*ecr, true));
                    opts.ts = Some(TimestampOption { tsval: *val, tsecr });
                }
                _ => {}
            }
        }
        (segment, strange)
    }

    /// The host's TSval for one that the script echoes.
    fn live_stamp(&self, ecr: u32, config: &Config) -> Option<u32> {
        let exact = self.stamps.iter().rev().find(|(script, _)| *script == ecr).map(|(_, live)| *live);
        exact.or_else(|| (config.ts_ecr_scaled && !self.stamps.is_empty()).then(|| self.shifted(ecr, true)))
    }

    /// A timestamp moved by as much as the first that both knew: from the script to the host, or back.
    fn shifted(&self, stamp: u32, to_host: bool) -> u32 {
        let (script, live) = self.stamps.first().copied().unwrap_or((0, 0));
        if to_host {
            stamp.wrapping_sub(script).wrapping_add(live)
        } else {
            stamp.wrapping_sub(live).wrapping_add(script)
        }
    }

    /// A packet of the host stands for one of the script: from now on their timestamps belong together.
    pub(super) fn learn_stamp(&mut self, expected: &Packet, sent: &Segment) {
        let written = expected.options.iter().flatten().find_map(|option| match option {
            TcpOption::Timestamp { val, .. } => Some(*val),
            _ => None,
        });
        if let (Some(script), Some(ts)) = (written, sent.opts.ts) {
            self.stamps.push((script, ts.tsval));
        }
    }

    /// Bytes acknowledged and received, as `tcp_info` has them, from the host's place in both directions: a FIN counts in
    /// both, a client's SYN in the first (`tcp_snd_una_update`, `tcp_rcv_nxt_update`).
    pub(super) fn progress(&self, (snd_una, rcv_nxt): (u32, u32)) -> (i64, i64) {
        let from = |isn: Option<u32>| isn.unwrap_or(0).wrapping_add(1);
        let acked = snd_una.wrapping_sub(from(self.own_isn)).wrapping_add(self.client.into());
        (acked.into(), rcv_nxt.wrapping_sub(from(self.peer_isn)).into())
    }

    /// A sequence number of the host, for the quoted header of an ICMP message.
    pub(super) fn own_seq(&self, script: u32) -> u32 {
        script.wrapping_add(self.own_isn.unwrap_or(0))
    }

    /// A packet of the host as the script would write it. `like` gives the first timestamp its number.
    pub(super) fn to_packet(&self, segment: &Segment, like: Option<&Packet>) -> Packet {
        let syn = segment.flags.syn();
        let own = self.own_isn.unwrap_or(0).wrapping_sub(if syn { self.script_isn } else { 0 });
        let peer = if syn { 0 } else { self.peer_isn.unwrap_or(0) };
        let mut options = options_in_order(&segment.opts, peer);
        for option in &mut options {
            if let TcpOption::Timestamp { val, .. } = option {
                let written = like.filter(|_| self.stamps.is_empty()).and_then(timestamp_of);
                *val = written.unwrap_or_else(|| self.shifted(*val, false));
            }
        }
        Packet {
            at: Pos::START,
            ends: None,
            ip: IpHeader::default(),
            flags: TcpFlags(segment.flags.0.into()),
            seq: segment.seq.wrapping_sub(own),
            len: segment.len.min(u16::MAX.into()) as u16,
            ack: segment.flags.ack().then(|| segment.ack.wrapping_sub(peer)),
            win: Some(segment.win),
            urg: None,
            options: Some(options),
        }
    }
}

fn timestamp_of(packet: &Packet) -> Option<u32> {
    packet.options.iter().flatten().find_map(|option| match option {
        TcpOption::Timestamp { val, .. } => Some(*val),
        _ => None,
    })
}

/// Options in the order and with the padding of `tcp_options_write`.
fn options_in_order(opts: &TcpOptions, peer: u32) -> Vec<TcpOption> {
    let mut list: Vec<TcpOption> = opts.mss.map(TcpOption::Mss).into_iter().collect();
    match (opts.sack_ok, opts.ts) {
        (true, Some(_)) => list.push(TcpOption::SackOk),
        (false, Some(_)) => list.extend([TcpOption::Nop, TcpOption::Nop]),
        (true, None) => list.extend([TcpOption::Nop, TcpOption::Nop, TcpOption::SackOk]),
        (false, None) => {}
    }
    list.extend(opts.ts.map(|ts| TcpOption::Timestamp { val: ts.tsval, ecr: ts.tsecr }));
    if let Some(shift) = opts.wscale {
        list.extend([TcpOption::Nop, TcpOption::WindowScale(shift)]);
    }
    if !opts.sack.as_slice().is_empty() {
        let blocks = opts.sack.as_slice().iter();
        let blocks = blocks.map(|(a, b)| (a.wrapping_sub(peer), b.wrapping_sub(peer))).collect();
        list.extend([TcpOption::Nop, TcpOption::Nop, TcpOption::Sack(blocks)]);
    }
    list
}

/// A header field in which a packet is not as the script has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The field's name in scripts: `flags`, `seq`, `len`, `ack`, `win`, `urg`, `options`.
    pub field: &'static str,
    /// As the script has it.
    pub expected: String,
    /// As it was sent.
    pub sent: String,
}

/// The flags that are compared: ECN is not modelled.
const COMPARED: u16 = 0x3f;

/// Where a packet differs from the one that the script expects. Like the tool it takes any window where none is written,
/// any options for `<...>`, and heeds timestamps only when it was told how long their tick is.
pub(super) fn differences(expected: &Packet, sent: &Packet, config: &Config) -> Vec<Difference> {
    let mut found = Vec::new();
    let mut compare = |field, expected: String, sent: String| {
        if expected != sent {
            found.push(Difference { field, expected, sent });
        }
    };
    let flags = |packet: &Packet| TcpFlags(packet.flags.0 & COMPARED).to_string();
    compare("flags", flags(expected), flags(sent));
    compare("seq", expected.seq.to_string(), sent.seq.to_string());
    compare("len", expected.len.to_string(), sent.len.to_string());
    compare("ack", expected.ack.unwrap_or(0).to_string(), sent.ack.unwrap_or(0).to_string());
    if let Some(win) = expected.win {
        compare("win", win.to_string(), sent.win.unwrap_or(0).to_string());
    }
    compare("urg", expected.urg.unwrap_or(0).to_string(), sent.urg.unwrap_or(0).to_string());
    if let (Some(wanted), Some(options)) = (&expected.options, &sent.options) {
        let same = wanted.len() == options.len()
            && wanted.iter().zip(options).all(|(wanted, option)| same_option(wanted, option, config));
        if !same {
            compare("options", list(wanted), list(options));
        }
    }
    found
}

fn same_option(wanted: &TcpOption, sent: &TcpOption, config: &Config) -> bool {
    match (wanted, sent) {
        (TcpOption::Timestamp { val: wanted, .. }, TcpOption::Timestamp { val, .. }) => {
            let apart = u64::from(val.wrapping_sub(*wanted).cast_signed().unsigned_abs());
            apart * config.ts_tick.micros() <= config.tolerance.micros()
        }
        _ => wanted == sent,
    }
}

fn list(options: &[TcpOption]) -> String {
    let texts: Vec<String> = options.iter().map(TcpOption::to_string).collect();
    format!("<{}>", texts.join(","))
}
