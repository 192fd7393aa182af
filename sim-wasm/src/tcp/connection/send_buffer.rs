//! The send buffer: what it is charged with, when a program may write, how it grows (`tcp_sendmsg`, `tcp_check_space`).

use super::Connection;
use crate::kernel::Change;
use crate::tcp::seq::{after, before};
use crate::tcp::stack::Stack;
use crate::tcp::truesize;
use std::collections::VecDeque;

/// What the kernel keeps of a packet beside its payload (`SKB_TRUESIZE` of an empty one): 256 bytes of room for headers,
/// the structure and its shared part.
const EMPTY_PACKET: u32 = 832;
/// `gso_max_size` less the room for headers.
const GSO_MAX: u32 = 65_279;
/// Up to 4.15 the first bytes of a packet lie behind its headers: memory of such a packet, and how many bytes find room there
/// (`select_size`).
const HEAD: u32 = 2304;
const IN_HEAD: u32 = 1408;
/// Up to 3.1: room for headers in a packet of one segment.
const OLD_HEADERS: u32 = 160;
/// MAX_TCP_HEADER and the structure with its shared part (`SKB_TRUESIZE`), as the size of the buffer is reckoned from.
const OLD_PER_SEGMENT: u32 = 896;

/// A packet of the write queue or of the retransmission queue.
#[derive(Clone, Copy, Debug)]
struct Packet {
    end_seq: u32,
    /// Memory that it takes beside its payload.
    overhead: u32,
}

/// `sk_sndbuf` and what is charged to it.
#[derive(Clone, Debug)]
pub(super) struct SendBuffer {
    /// `sk_sndbuf`, in bytes of memory.
    pub(super) size: u32,
    /// Set by the program: it never grows.
    locked: bool,
    /// Memory of packets beside their payload.
    overhead: u32,
    packets: VecDeque<Packet>,
    /// A program waits for room (SOCK_NOSPACE).
    pub(super) blocked: bool,
    /// What was written when everything was pushed last (`pushed_seq`).
    pushed_seq: u32,
    /// `TCP_NOTSENT_LOWAT`: no more than this may wait to be sent.
    pub(super) not_sent_most: u32,
}

impl SendBuffer {
    pub(super) fn new(size: u32, locked: bool, not_sent_most: u32, pushed_seq: u32) -> SendBuffer {
        SendBuffer {
            size,
            locked,
            overhead: 0,
            packets: VecDeque::new(),
            blocked: false,
            pushed_seq,
            not_sent_most,
        }
    }
}

impl Connection {
    /// `SO_SNDBUF` of a connection: from now on it stays so.
    pub(in crate::tcp) fn set_send_buffer(&mut self, size: u32) {
        self.send_buffer.size = size;
        self.send_buffer.locked = true;
    }

    /// `TCP_NOTSENT_LOWAT`
    pub(in crate::tcp) fn set_not_sent_most(&mut self, bytes: u32) {
        self.send_buffer.not_sent_most = bytes;
    }

    /// `SO_SNDBUF`
    pub(in crate::tcp) fn send_buffer_size(&self) -> u32 {
        self.send_buffer.size
    }

    /// Does a packet of the queues end at `seq`?
    pub(super) fn ends_packet(&self, seq: u32) -> bool {
        self.send_buffer.packets.iter().any(|packet| packet.end_seq == seq)
    }

    /// Memory that the send buffer is charged with (`sk_wmem_queued`).
    pub(in crate::tcp) fn send_memory(&self) -> u32 {
        self.write_seq.wrapping_sub(self.snd_una).wrapping_add(self.send_buffer.overhead)
    }

    /// May a program write at all (`sk_stream_memory_free`)?
    fn memory_free(&self) -> bool {
        self.memory_free_if(self.not_sent())
    }

    fn memory_free_if(&self, not_sent: u32) -> bool {
        self.send_memory() < self.send_buffer.size && not_sent < self.send_buffer.not_sent_most
    }

    /// Is a third of the buffer free again, so that a program that waits is woken (`sk_stream_is_writeable`)?
    pub(in crate::tcp) fn has_room(&self, stack: &Stack) -> bool {
        let used = self.send_memory();
        // From 5.0 on less than half of TCP_NOTSENT_LOWAT may be left (`tcp_stream_memory_free` with `wake`).
        let not_sent = self.not_sent() << u32::from(stack.has(Change::HalfOfLowatWakes));
        self.send_buffer.size.saturating_sub(used) >= used / 2 && self.memory_free_if(not_sent)
    }

    /// Bytes of a packet of the write queue (`tcp_xmit_size_goal`).
    fn size_goal(&self, stack: &Stack) -> u32 {
        let mss = self.mss();
        if !stack.has(Change::DevicesCutPackets) {
            return mss;
        }
        // tcp_bound_to_half_wnd; an accepted connection knows no window before the first one that is another than the last
        // ACK's.
        let most = match self.max_window {
            0 => GSO_MAX,
            small @ ..=536 => small,
            large => large >> 1,
        };
        let goal = match stack.has(Change::PacketsSizedWhenWritten) {
            true => self.batch(stack) * mss,
            false => GSO_MAX,
        };
        (goal.min(most.max(mss)) / mss).max(1) * mss
    }

    /// What a packet of `len` bytes takes beside its payload. Without segmentation each has room for a whole segment.
    fn overhead_of(&self, stack: &Stack, len: u32) -> u32 {
        let segment = self.mss().max(len);
        match () {
            () if stack.has(Change::PayloadBehindHeaders) => HEAD - len.min(IN_HEAD),
            () if stack.has(Change::DevicesCutPackets) => EMPTY_PACKET,
            () if stack.has(Change::TruesizeOfSharedPart) => truesize::of_packet(stack, segment) - len,
            () => truesize::of_packet(stack, segment + OLD_HEADERS) - len,
        }
    }

    /// Takes up to `len` bytes into the write queue: packets are filled to the brim, and a new one is begun while the
    /// buffer is not full. Gives how many; `pushed` is called after each packet that a new one follows.
    pub(in crate::tcp) fn take_in(&mut self, stack: &mut Stack, len: u32) -> u32 {
        let mut taken = 0;
        while taken < len {
            let goal = self.size_goal(stack);
            let start = match self.send_buffer.packets.len().checked_sub(2) {
                Some(n) => self.send_buffer.packets[n].end_seq,
                None => self.snd_una,
            };
            let start = if before(start, self.snd_nxt) { self.snd_nxt } else { start };
            let tail = self.send_buffer.packets.back().map(|packet| packet.end_seq);
            // A packet that was sent takes no more.
            let room = tail
                .filter(|end| after(*end, self.snd_nxt))
                .map_or(0, |end| goal.saturating_sub(end.wrapping_sub(start)));
            let piece = if room > 0 {
                let piece = room.min(len - taken);
                let before = tail.map_or(0, |end| end.wrapping_sub(start));
                let saved =
                    self.overhead_of(stack, before).saturating_sub(self.overhead_of(stack, before + piece));
                if let Some(last) = self.send_buffer.packets.back_mut() {
                    last.end_seq = last.end_seq.wrapping_add(piece);
                    let saved = saved.min(last.overhead);
                    last.overhead -= saved;
                    self.send_buffer.overhead -= saved;
                }
                piece
            } else {
                if !self.memory_free() {
                    self.send_buffer.blocked = true;
                    break;
                }
                let piece = goal.min(len - taken);
                let overhead = self.overhead_of(stack, piece);
                self.send_buffer.overhead += overhead;
                let end_seq = self.write_seq.wrapping_add(piece);
                self.send_buffer.packets.push_back(Packet { end_seq, overhead });
                piece
            };
            self.write_seq = self.write_seq.wrapping_add(piece);
            taken += piece;
            if taken < len && stack.has(Change::DevicesCutPackets) {
                self.push_filled(stack, goal);
            }
        }
        if taken > 0 {
            self.send_buffer.pushed_seq = self.write_seq;
        }
        taken
    }

    /// A packet is full while the program still writes: half a window's worth goes out at once (`forced_push`), else one
    /// packet of what the device cuts, when nothing waits in front of it (`tcp_push_one`).
    fn push_filled(&mut self, stack: &mut Stack, goal: u32) {
        if after(self.write_seq, self.send_buffer.pushed_seq.wrapping_add(self.max_window >> 1)) {
            self.send_buffer.pushed_seq = self.write_seq;
            self.push_all(stack);
        } else if self.unsent() <= goal {
            // Only what the program's call ends with carries PSH (`tcp_mark_push`).
            let more_follows = std::mem::replace(&mut self.more_follows, true);
            self.push_one_packet(stack);
            self.more_follows = more_follows;
        }
    }

    /// A packet was cut at `seq`, to send its first part: the rest is a packet of its own (`tso_fragment`).
    pub(super) fn cut_packet(&mut self, stack: &Stack, seq: u32) {
        if !stack.has(Change::DevicesCutPackets) {
            return;
        }
        let at = self.send_buffer.packets.partition_point(|packet| before(packet.end_seq, seq));
        if self.send_buffer.packets.get(at).is_some_and(|packet| packet.end_seq != seq) {
            self.send_buffer.packets.insert(at, Packet { end_seq: seq, overhead: EMPTY_PACKET });
            self.send_buffer.overhead += EMPTY_PACKET;
        }
    }

    /// Where the packet ends that is sent next.
    pub(super) fn packet_end(&self) -> u32 {
        let packets = &self.send_buffer.packets;
        let at = packets.partition_point(|packet| !after(packet.end_seq, self.snd_nxt));
        packets.get(at).map_or(self.write_seq, |packet| packet.end_seq)
    }

    /// Does a packet end where sending goes on?
    pub(super) fn packet_ends_here(&self) -> bool {
        let packets = &self.send_buffer.packets;
        let at = packets.partition_point(|packet| before(packet.end_seq, self.snd_nxt));
        packets.get(at).is_some_and(|packet| packet.end_seq == self.snd_nxt)
    }

    /// What is acknowledged gives its memory back.
    pub(super) fn release_sent(&mut self) {
        let una = self.snd_una;
        while let Some(first) = self.send_buffer.packets.front()
            && !after(first.end_seq, una)
        {
            self.send_buffer.overhead -= first.overhead;
            self.send_buffer.packets.pop_front();
        }
    }

    /// `tcp_check_space`: room for a program that found the send buffer full, after the buffer has grown if it may.
    pub(super) fn check_space(&mut self, stack: &mut Stack) {
        self.release_sent();
        if !self.send_buffer.blocked {
            return;
        }
        // A full congestion window needs no more data (`tcp_should_expand_sndbuf`).
        let starved = self.packets_in_flight() < self.window.cwnd || !stack.has(Change::DevicesCutPackets);
        if !self.send_buffer.locked && starved {
            self.grow_send_buffer(stack);
        }
        if self.has_room(stack) {
            self.send_buffer.blocked = false;
            self.stop_send_buffer_limit(stack);
            self.tell(stack, crate::tcp::socket::EventKind::Writable);
        }
    }

    /// The handshake is over: room for the first window (`tcp_fixup_sndbuf`, later `tcp_sndbuf_expand` too).
    pub(super) fn init_send_buffer(&mut self, stack: &Stack) {
        if stack.has(Change::SndbufOfTwoWindows) {
            return self.grow_send_buffer(stack);
        }
        let segments = if stack.has(Change::InitialCwnd10) { 10 } else { 3 };
        self.enlarge_send_buffer(stack, (u32::from(self.mss_clamp) + OLD_PER_SEGMENT) * segments);
    }

    fn enlarge_send_buffer(&mut self, stack: &Stack, size: u32) {
        if !self.send_buffer.locked {
            self.send_buffer.size = self.send_buffer.size.max(size.min(stack.sysctl.tcp_wmem[2]));
        }
    }

    /// `tcp_new_space`, `tcp_sndbuf_expand`: room for twice the congestion window.
    fn grow_send_buffer(&mut self, stack: &Stack) {
        let mss = u32::from(self.mss_clamp).max(self.mss_cache());
        let demanded = self.window.cwnd.max(self.recovery.reordering + 1);
        let size = if stack.has(Change::SndbufOfTwoWindows) {
            truesize::of_piece(mss + 256).saturating_mul(2 * demanded.max(10))
        } else {
            (mss + OLD_PER_SEGMENT).saturating_mul(2 * demanded)
        };
        self.enlarge_send_buffer(stack, size);
    }
}
