//! Arithmetic on the circle of 2^32 (RFC 9293 §3.4), as `before()` and `after()` in net/tcp.h.

/// The signed distance from `b` to `a`: `(s32)(a - b)`. Exactly half the circle counts as negative.
pub fn distance(a: u32, b: u32) -> i32 {
    a.wrapping_sub(b).cast_signed()
}

/// Is `a` before `b`?
pub fn before(a: u32, b: u32) -> bool {
    distance(a, b) < 0
}

/// Is `a` after `b`?
pub fn after(a: u32, b: u32) -> bool {
    before(b, a)
}

/// Does the segment `seq..end` touch the window that begins at `left` and holds `window` bytes? An empty segment at
/// `left` always does (`tcp_in_window`, `tcp_sequence`).
pub fn in_window(seq: u32, end: u32, left: u32, window: u32) -> bool {
    let right = left.wrapping_add(window);
    if seq == left {
        return true;
    }
    if after(end, left) && before(seq, right) {
        return true;
    }
    seq == right && seq == end
}
