//! The receive buffer, and the window it gives (facts on `tcp_select_initial_window`, `__tcp_select_window`,
//! `tcp_grow_window`).

use super::{Connection, OWN_MSS, Options};
use crate::kernel::Change;
use crate::tcp::seq::{after, before};
use crate::tcp::stack::Stack;

/// The greatest window that a header can tell with the greatest scale.
const MOST: u32 = 65_535 << 14;

/// What the socket keeps of its receive buffer.
#[derive(Clone, Debug)]
pub(super) struct ReceiveBuffer {
    /// Bytes of memory that queued segments may take (`sk_rcvbuf`).
    size: u32,
    /// Was it set by the program? Then it never grows.
    locked: bool,
    /// Memory that queued segments take: the end of each and its size.
    queued: Vec<(u32, u32)>,
    /// Greatest window that may be offered.
    pub(super) window_clamp: u32,
    /// How far the window has opened so far (`rcv_ssthresh`).
    pub(super) ssthresh: u32,
    /// From 6.6: the share of memory that is payload, in 256ths (`scaling_ratio`).
    ratio: u32,
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
            queued: Vec::new(),
            window_clamp,
            ssthresh: rcv_wnd,
            ratio: 128,
        }
    }

    pub(super) fn memory(&self) -> u32 {
        self.queued.iter().map(|(_, size)| *size).sum()
    }
}

/// How much memory a segment of `len` bytes takes (`truesize`): a power of two for the packet with its headers, and the
/// structure that describes it. As measured with packets from a TUN device; a driver may take another amount.
fn truesize(len: u32) -> u32 {
    (len + 52 + 320).next_power_of_two().max(512) + 256
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
            let wanted = 2 * truesize(u32::from(OWN_MSS)) * segments * if growing { 4 } else { 1 };
            self.buffer.size = self.buffer.size.max(wanted.min(stack.sysctl.tcp_rmem[2]));
        }
        if self.options.sndbuf.is_none() {
            let per_segment = (self.mss() + 320).next_power_of_two() + 256;
            let segments = if stack.has(Change::InitialCwnd10) { 20 } else { 3 };
            self.sndbuf = self.sndbuf.max((segments * per_segment).min(stack.sysctl.tcp_wmem[2]));
        }
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
        let memory = self.buffer.memory();
        win_from_space(stack, self.buffer.ratio, self.buffer.size.saturating_sub(memory))
    }

    /// A segment was queued.
    pub(in crate::tcp) fn charge(&mut self, end_seq: u32, len: u32) {
        self.buffer.queued.push((end_seq, truesize(len)));
    }

    /// What has been read gives its memory back.
    pub(in crate::tcp) fn uncharge(&mut self) {
        let copied = self.copied_seq;
        self.buffer.queued.retain(|(end, _)| after(*end, copied));
    }

    /// Is the memory used up? Then nothing more is queued. A buffer of the kernel's own size first grows to what is in
    /// it, and the window grows no more (`tcp_clamp_window`).
    pub(in crate::tcp) fn buffer_exhausted(&mut self, stack: &Stack) -> bool {
        let memory = self.buffer.memory();
        if memory > self.buffer.size && !self.buffer.locked {
            self.buffer.size = self.buffer.size.max(memory.min(stack.sysctl.tcp_rmem[2]));
        }
        memory > self.buffer.size
    }

    /// From 6.6: the share of payload is measured anew when the segment size changes (`tcp_measure_rcv_mss`).
    pub(in crate::tcp) fn measure_ratio(&mut self, stack: &Stack, len: u32) {
        if stack.has(Change::ScalingRatio) {
            self.buffer.ratio = (len * 256 / truesize(len)).clamp(1, 255);
            self.buffer.window_clamp = self.full_space(stack).min(65_535 << self.rcv_wscale);
        }
    }

    /// `tcp_grow_window`: with each full segment the window may open by two. True when it did.
    pub(in crate::tcp) fn grow_window(&mut self, stack: &Stack, len: u32) -> bool {
        let ssthresh = self.buffer.ssthresh;
        if ssthresh >= self.buffer.window_clamp || ssthresh >= self.free_space(stack) {
            return false;
        }
        let memory = win_from_space(stack, self.buffer.ratio, truesize(len));
        let increase = if memory <= len { 2 * self.advmss() } else { self.slow_growth(stack, memory, len) };
        if increase == 0 {
            return false;
        }
        self.buffer.ssthresh = (ssthresh + increase.max(2 * len)).min(self.buffer.window_clamp);
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
    pub(in crate::tcp) fn selectable_window(&self, stack: &Stack) -> u32 {
        let allowed = self.full_space(stack);
        let full = self.buffer.window_clamp.min(allowed);
        let mss = self.ack.rcv_mss().min(full).max(1);
        let unit = 1 << self.rcv_wscale;
        let mut free = self.free_space(stack);
        if free < full / 2 {
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
