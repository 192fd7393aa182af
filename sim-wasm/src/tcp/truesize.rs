//! Memory that a kernel counts for a packet (`truesize` of `struct sk_buff`).

use super::stack::Stack;
use crate::kernel::Change;

/// sizeof(struct sk_buff), aligned.
pub(super) const STRUCTURE: u32 = 256;
/// The shared part behind a packet's bytes (`struct skb_shared_info`), aligned.
pub(super) const SHARED: u32 = 320;
/// sizeof(struct sk_buff) as the send and receive buffers of 2.6.32 show it: nine segments of 1448 bytes fill 16,384, eleven of
/// 536 fill 9,216.
const OLD_STRUCTURE: u32 = 216;

/// Memory of a packet of `bytes` in one piece, headers counted as far as they lie in it. Up to 3.1 bytes are rounded to cache
/// lines, and the shared part is not counted.
pub(super) fn of_packet(stack: &Stack, bytes: u32) -> u32 {
    if stack.has(Change::TruesizeOfSharedPart) {
        return of_piece(bytes);
    }
    bytes.next_multiple_of(64) + OLD_STRUCTURE
}

/// The same where the shared part counts: a power of two, and the structure (`SKB_TRUESIZE` of what `ksize` gives).
pub(super) fn of_piece(bytes: u32) -> u32 {
    (bytes + SHARED).next_power_of_two().max(512) + STRUCTURE
}
