//! The receive buffer, and the window it gives (facts on `tcp_select_initial_window`, `__tcp_select_window`,
//! `tcp_grow_window`).

use super::{Connection, Options};
use crate::kernel::{Change, Counter};
use crate::tcp::seq::{after, before};
use crate::tcp::stack::Stack;
use crate::tcp::truesize::{self, SHARED, STRUCTURE};
use std::collections::VecDeque;

/// The greatest window that a header can tell with the greatest scale.
const MOST: u32 = 65_535 << 14;

/// What the socket keeps of its receive buffer.
#[derive(Clone, Debug)]
pub(super) struct ReceiveBuffer {
    /// Bytes of memory that queued segments may take (`sk_rcvbuf`).
    size: u32,
    /// Was it set by the program? Then it never grows.
    locked: bool,
    /// Memory of what is in order and unread: the end of each piece and its size.
    queue: VecDeque<Piece>,
    /// Memory that is taken in all (`sk_rmem_alloc`).
    memory: u32,
    /// Greatest window that may be offered.
    pub(super) window_clamp: u32,
    /// How far the window has opened so far (`rcv_ssthresh`).
    pub(super) ssthresh: u32,
    /// From 6.6: the share of memory that is payload, in 256ths (`scaling_ratio`).
    ratio: u32,
}

/// A piece of the receive queue.
#[derive(Clone, Copy, Debug)]
struct Piece {
    end_seq: u32,
    memory: u32,
    /// Bytes that small segments behind it still find room in.
    room: u32,
}

impl ReceiveBuffer {
    pub(in crate::tcp) fn new(
        stack: &Stack,
        options: &Options,
        rcv_wnd: u32,
        window_clamp: u32,
    ) -> ReceiveBuffer {
        ReceiveBuffer {
            size: options.rcvbuf.unwrap_or(stack.sysctl.tcp_rmem[1]),
            locked: options.rcvbuf.is_some(),
            queue: VecDeque::new(),
            memory: 0,
            window_clamp,
            ssthresh: rcv_wnd,
            ratio: 128,
        }
    }

    /// Was it set by the program?
    pub(super) fn is_locked(&self) -> bool {
        self.locked
    }

    /// From 6.6: how much memory a window takes (`tcp_space_from_win`).
    pub(super) fn space_for(&self, window: u32) -> u32 {
        ((u64::from(window) << 8) / u64::from(self.ratio.max(1))).min(1 << 30) as u32
    }

    /// Memory that is taken (`sk_rmem_alloc`).
    pub(super) fn memory(&self) -> u32 {
        self.memory
    }
}

/// Room for headers in front of a packet from a TUN device.
const HEADROOM: u32 = 64;
/// Headers of IP and TCP with timestamps.
const HEADERS: u32 = 52;
/// Payload of a packet that is made of others (`SKB_MAX_ORDER(0, 0)`), and the memory it takes.
const PAGE: u32 = 4096;

/// How much memory a segment of `len` bytes takes, as measured with packets from a TUN device; a driver may take another amount.
fn segment_memory(stack: &Stack, len: u32) -> u32 {
    truesize::of_packet(stack, len + HEADERS)
}

/// Memory of as many such packets as hold `bytes`.
pub(super) fn collapsed_memory(bytes: u32) -> u32 {
    let most = PAGE - SHARED;
    let rest = bytes % most;
    bytes / most * truesize::of_piece(most) + if rest > 0 { truesize::of_piece(rest) } else { 0 }
}

/// Bytes free behind a packet of `len` bytes with its headers (`skb_tailroom`).
fn tailroom(len: u32) -> u32 {
    (truesize::of_piece(len + HEADERS) - STRUCTURE).saturating_sub(SHARED + HEADROOM + len + HEADERS)
}

/// `tcp_win_from_space`: how much window so much memory is worth.
fn win_from_space(stack: &Stack, ratio: u32, space: u32) -> u32 {
    if stack.has(Change::ScalingRatio) {
        return ((u64::from(space) * u64::from(ratio)) >> 8) as u32;
    }
    match stack.sysctl.tcp_adv_win_scale {
        scale @ 1.. => space - (space >> scale.min(31)),
        scale => space >> scale.unsigned_abs().min(31),
    }
}

/// The first window of a connection, what it may grow to, and its scale (`tcp_select_initial_window`). `mss` is what this
/// host announces, less the room of its timestamps.
pub(in crate::tcp) fn initial_window(
    stack: &Stack,
    options: &Options,
    mss: u32,
    scaling: bool,
) -> (u32, u32, u8) {
    let rmem = stack.sysctl.tcp_rmem;
    let space = win_from_space(stack, 128, options.rcvbuf.unwrap_or(rmem[1]));
    let bounded = options.rcvbuf.is_some() && stack.has(Change::RcvBufBoundsScale);
    let clamp = if bounded { space } else { MOST };
    let space = space.min(clamp);
    let mut window = if space > mss { space / mss * mss } else { space };
    let mut scale = 0;
    if scaling {
        let mut most = space.max(rmem[2]).max(stack.sysctl.rmem_max).min(clamp);
        while most > 65_535 && scale < 14 {
            most >>= 1;
            scale += 1;
        }
    }
    if stack.has(Change::InitialWindow64k) {
        window = window.min(65_535);
        if window > mss {
            window = window / mss * mss;
        }
    } else if mss > 1 << scale {
        let segments = if stack.has(Change::InitialWindow20) {
            20
        } else if stack.has(Change::InitialWindow10) {
            10
        } else {
            4
        };
        window = window.min(segments * mss);
    }
    (window, clamp.min(65_535 << scale), scale)
}

impl Connection {
    /// The buffer grows to what fast transfers need, and the window may grow with it (`tcp_init_buffer_space`,
    /// `tcp_fixup_rcvbuf`).
    pub(in crate::tcp) fn init_buffers(&mut self, stack: &Stack) {
        let advmss = self.advmss();
        if !self.buffer.locked && !stack.has(Change::InitialWindow64k) {
            let segments = if stack.has(Change::InitialWindow20) {
                20
            } else if stack.has(Change::InitialWindow10) {
                10
            } else {
                4
            };
            let growing = stack.has(Change::InitialWindow10) && stack.sysctl.tcp_moderate_rcvbuf;
            let wanted = 2
                * truesize::of_piece(u32::from(self.own_mss) + HEADERS)
                * segments
                * if growing { 4 } else { 1 };
            self.buffer.size = self.buffer.size.max(wanted.min(stack.sysctl.tcp_rmem[2]));
        }
        self.init_send_buffer(stack);
        self.start_autotune(stack);
        let most = self.full_space(stack);
        if self.buffer.window_clamp >= most {
            self.buffer.window_clamp = most;
        }
        if self.buffer.window_clamp > 2 * advmss && self.buffer.window_clamp + advmss > most {
            self.buffer.window_clamp = (2 * advmss).max(most.saturating_sub(advmss));
        }
        self.buffer.ssthresh = self.buffer.ssthresh.min(self.buffer.window_clamp);
    }

    /// `SO_RCVBUF`
    pub(in crate::tcp) fn receive_buffer(&self) -> u32 {
        self.buffer.size
    }

    fn full_space(&self, stack: &Stack) -> u32 {
        win_from_space(stack, self.buffer.ratio, self.buffer.size)
    }

    fn free_space(&self, stack: &Stack) -> u32 {
        win_from_space(stack, self.buffer.ratio, self.buffer.size.saturating_sub(self.buffer.memory))
    }

    /// The buffer has grown so that it holds `window`, and the window may grow with it.
    pub(super) fn set_receive_buffer(&mut self, stack: &Stack, size: u32, window: u32) {
        self.buffer.size = size;
        let clamp = if stack.has(Change::ClampFollowsBuffer) { self.full_space(stack) } else { window };
        self.buffer.window_clamp = clamp.min(65_535 << self.rcv_wscale);
    }

    /// Memory for a full segment, with what of it may not be window (`rcvmem` of `tcp_rcv_space_adjust`).
    pub(super) fn memory_per_segment(&self, stack: &Stack) -> u32 {
        let advmss = self.advmss();
        let mut memory = if stack.has(Change::InitialWindow10) {
            (advmss + 256 + SHARED).next_multiple_of(64) + STRUCTURE
        } else {
            advmss + 128 + 16 + 232
        };
        while win_from_space(stack, self.buffer.ratio, memory) < advmss {
            memory += 128;
        }
        memory
    }

    /// Memory that what is unread or came early takes (`sk_rmem_alloc`).
    pub(in crate::tcp) fn receive_memory(&self) -> u32 {
        self.buffer.memory
    }

    /// A segment is queued in order: a small one finds room behind the one before it (`tcp_try_coalesce`, from 3.5).
    pub(in crate::tcp) fn charge(&mut self, stack: &Stack, end_seq: u32, len: u32) {
        let unread = self.unread() > len;
        if let Some(last) = self.buffer.queue.back_mut()
            && unread
            && len <= last.room
            && stack.has(Change::SegmentsCoalesced)
        {
            last.room -= len;
            last.end_seq = end_seq;
            return;
        }
        let piece = Piece { end_seq, memory: segment_memory(stack, len), room: tailroom(len) };
        self.buffer.memory += piece.memory;
        self.buffer.queue.push_back(piece);
    }

    /// Bytes free behind a segment of `len` bytes.
    pub(in crate::tcp) fn room_behind(&self, len: u32) -> u32 {
        tailroom(len)
    }

    /// A segment that came early takes memory too; gives how much.
    pub(in crate::tcp) fn charge_early(&mut self, stack: &Stack, len: u32) -> u32 {
        let memory = segment_memory(stack, len);
        self.buffer.memory += memory;
        memory
    }

    /// What came early is in order now, with its memory.
    pub(in crate::tcp) fn charge_filled(&mut self, end_seq: u32, memory: u32) {
        self.buffer.queue.push_back(Piece { end_seq, memory, room: 0 });
    }

    /// A segment that came early is dropped again.
    pub(in crate::tcp) fn release_early(&mut self, memory: u32) {
        self.buffer.memory -= memory;
    }

    /// Where the first packet of the receive queue ends; `most` where it ends behind that.
    pub(in crate::tcp) fn first_packet_end(&self, most: u32) -> u32 {
        self.buffer.queue.front().map(|first| first.end_seq).filter(|end| before(*end, most)).unwrap_or(most)
    }

    /// What has been read gives its memory back.
    pub(in crate::tcp) fn uncharge(&mut self) {
        let copied = self.copied_seq;
        while let Some(first) = self.buffer.queue.front()
            && !after(first.end_seq, copied)
        {
            self.buffer.memory -= first.memory;
            self.buffer.queue.pop_front();
        }
    }

    /// Is there memory for one more segment (`tcp_try_rmem_schedule`)? If not, queued segments are moved together, and
    /// what came early is dropped (`tcp_prune_queue`).
    pub(in crate::tcp) fn has_receive_memory(&mut self, stack: &mut Stack) -> bool {
        if self.buffer.memory <= self.buffer.size {
            return true;
        }
        stack.count(Counter::PruneCalled);
        self.clamp_window(stack);
        if self.buffer.memory <= self.buffer.size {
            return true;
        }
        self.collapse_early(stack);
        self.collapse(stack);
        if self.buffer.memory <= self.buffer.size {
            return true;
        }
        self.drop_early(stack);
        if self.buffer.memory <= self.buffer.size {
            return true;
        }
        stack.count(Counter::RcvPruned);
        false
    }

    /// Does that memory lie within the buffer now?
    pub(in crate::tcp) fn over_receive_buffer(&self) -> bool {
        self.buffer.memory > self.buffer.size
    }

    /// A buffer of the kernel's own size first grows to what is in it (`tcp_clamp_window`).
    fn clamp_window(&mut self, stack: &Stack) {
        self.ack.stop_quick();
        if !self.buffer.locked && self.buffer.size < stack.sysctl.tcp_rmem[2] {
            self.buffer.size = self.buffer.memory.min(stack.sysctl.tcp_rmem[2]);
        }
        if self.buffer.memory > self.buffer.size {
            self.buffer.ssthresh = self.buffer.window_clamp.min(2 * self.advmss());
        }
    }

    /// `tcp_collapse`: unread data are copied into as few pages as they fit in, from the first segment on that takes more
    /// memory than it is worth.
    fn collapse(&mut self, stack: &mut Stack) {
        let mut start = self.copied_seq;
        let ratio = self.buffer.ratio;
        let bloated = |piece: &Piece, start: u32| {
            win_from_space(stack, ratio, piece.memory) > piece.end_seq.wrapping_sub(start)
        };
        let mut kept = 0;
        while let Some(piece) = self.buffer.queue.get(kept).filter(|piece| !bloated(piece, start)) {
            start = piece.end_seq;
            kept += 1;
        }
        let Some(end) = self.buffer.queue.back().map(|piece| piece.end_seq) else { return };
        if kept + 1 >= self.buffer.queue.len() {
            return;
        }
        for piece in self.buffer.queue.drain(kept..) {
            self.buffer.memory -= piece.memory;
            stack.count(Counter::TCPRcvCollapsed);
        }
        while before(start, end) {
            let bytes = end.wrapping_sub(start).min(PAGE - SHARED);
            let memory = truesize::of_piece(bytes);
            start = start.wrapping_add(bytes);
            self.buffer.memory += memory;
            self.buffer.queue.push_back(Piece { end_seq: start, memory, room: 0 });
        }
    }

    /// From 6.6: the share of payload is measured anew when the segment size changes (`tcp_measure_rcv_mss`).
    pub(in crate::tcp) fn measure_ratio(&mut self, stack: &Stack, len: u32) {
        if stack.has(Change::ScalingRatio) {
            let ratio = (len * 256 / segment_memory(stack, len)).clamp(1, 255);
            if std::mem::replace(&mut self.buffer.ratio, ratio) == ratio {
                return;
            }
            // tcp_set_window_clamp
            let clamp = self.full_space(stack);
            if clamp < self.buffer.window_clamp {
                self.buffer.ssthresh = self.buffer.ssthresh.min(clamp);
            } else {
                self.buffer.ssthresh = self.buffer.ssthresh.max(self.rcv_wnd.min(clamp));
            }
            self.buffer.window_clamp = clamp;
            self.bound_receive_space(clamp);
        }
    }

    /// `tcp_grow_window`: with each full segment the window may open by two. True when it did.
    pub(in crate::tcp) fn grow_window(&mut self, stack: &Stack, len: u32) -> bool {
        let ssthresh = self.buffer.ssthresh;
        let most = self.buffer.window_clamp.min(self.free_space(stack));
        if ssthresh >= most {
            return false;
        }
        let memory = win_from_space(stack, self.buffer.ratio, segment_memory(stack, len));
        let increase = if memory <= len { 2 * self.advmss() } else { self.slow_growth(stack, memory, len) };
        if increase == 0 {
            return false;
        }
        if stack.has(Change::WindowGrowthBounded) {
            self.buffer.ssthresh = (ssthresh + increase.max(2 * len)).min(most);
        } else {
            self.buffer.ssthresh = (ssthresh + increase).min(self.buffer.window_clamp);
        }
        true
    }

    fn slow_growth(&self, stack: &Stack, memory: u32, len: u32) -> u32 {
        let mut memory = memory >> 1;
        let mut window = win_from_space(stack, self.buffer.ratio, stack.sysctl.tcp_rmem[2]) >> 1;
        while self.buffer.ssthresh <= window {
            if memory <= len {
                return 2 * self.ack.rcv_mss();
            }
            memory >>= 1;
            window >>= 1;
        }
        0
    }

    /// What is left of the window that was offered last (`tcp_receive_window`).
    pub(in crate::tcp) fn receive_window(&self) -> u32 {
        let right = self.rcv_wup.wrapping_add(self.rcv_wnd);
        if before(right, self.rcv_nxt) { 0 } else { right.wrapping_sub(self.rcv_nxt) }
    }

    /// The window that could be offered now (`__tcp_select_window`).
    pub(in crate::tcp) fn selectable_window(&mut self, stack: &Stack) -> u32 {
        let allowed = self.full_space(stack);
        let full = self.buffer.window_clamp.min(allowed);
        let mss = self.ack.rcv_mss().min(full).max(1);
        let unit = 1 << self.rcv_wscale;
        let mut free = self.free_space(stack);
        if free < full / 2 {
            self.ack.stop_quick();
            if stack.has(Change::ZeroWindowEarly) {
                free = free / unit * unit;
                if free < allowed >> 4 || free < mss {
                    return 0;
                }
            } else if free < mss {
                return 0;
            }
        }
        free = free.min(self.buffer.ssthresh);
        if self.rcv_wscale > 0 {
            return free.div_ceil(unit) * unit;
        }
        let window = self.rcv_wnd;
        if window <= free.saturating_sub(mss) || window > free {
            free / mss * mss
        } else if mss == full && free > window + full / 2 {
            free
        } else {
            window
        }
    }

    /// Chooses the window of the segment that is being sent: never less than what was promised (`tcp_select_window`).
    pub(in crate::tcp) fn select_window(&mut self, stack: &Stack) -> u32 {
        let promised = self.receive_window();
        let mut window = self.selectable_window(stack);
        let unit = 1 << self.rcv_wscale;
        if window < promised {
            window = promised.div_ceil(unit) * unit;
        }
        let window = window.min(65_535 << self.rcv_wscale);
        self.rcv_wnd = window;
        self.rcv_wup = self.rcv_nxt;
        window >> self.rcv_wscale
    }
}
