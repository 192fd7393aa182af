//! SYN cookies: a connection request kept in the sequence number of its SYN-ACK, and in its timestamp
//! (net/ipv4/syncookies.c).

use super::socket::Flow;
use super::stack::Stack;
use super::timestamps::TimestampClock;
use crate::kernel::{Change, ChangeSet};
use crate::net::TcpOptions;
use crate::rng::mix;
use crate::time::Time;

/// Segment sizes that a cookie can name, up to 3.18 and later.
const SIZES_OLD: &[u16] = &[64, 512, 536, 1024, 1440, 1460, 4312, 8960];
const SIZES: &[u16] = &[536, 1300, 1440, 1460];
/// Bits of the sequence number below the counter of minutes (COOKIEBITS).
const COOKIE_BITS: u32 = 24;
const COOKIE_MASK: u32 = (1 << COOKIE_BITS) - 1;
/// Bits of the timestamp that hold options (TSBITS).
const TS_MASK: u32 = 0x3f;
const NO_WSCALE: u32 = 0xf;
const SACK_BIT: u32 = 0x10;

fn sizes(stack: &Stack) -> &'static [u16] {
    if stack.has(Change::CookieFourSizes) { SIZES } else { SIZES_OLD }
}

fn hash(stack: &Stack, flow: Flow, count: u32, which: u64) -> u32 {
    mix(stack.clock.secret ^ flow.hash() ^ mix(u64::from(count) << 1 | which)) as u32
}

/// Minutes since boot.
pub fn minutes(clock: &TimestampClock, now: Time) -> u32 {
    ((clock.uptime + now).secs() / 60) as u32
}

/// Is a cookie that was made in minute `made` still good in minute `now` (MAX_SYNCOOKIE_AGE, before COUNTER_TRIES)?
pub fn is_fresh(changes: ChangeSet, made: u32, now: u32) -> bool {
    now.wrapping_sub(made) & (u32::MAX >> COOKIE_BITS)
        < if changes.has(Change::CookieFourSizes) { 2 } else { 4 }
}

/// The sequence number of a SYN-ACK that remembers the SYN (`__cookie_v4_init_sequence`).
pub(super) fn sequence(stack: &Stack, flow: Flow, peer_isn: u32, mss: u16) -> u32 {
    let index = sizes(stack).iter().rposition(|size| *size <= mss).unwrap_or(0) as u32;
    let count = minutes(&stack.clock, stack.now);
    let data = hash(stack, flow, count, 1).wrapping_add(index) & COOKIE_MASK;
    hash(stack, flow, 0, 0).wrapping_add(peer_isn).wrapping_add(count << COOKIE_BITS).wrapping_add(data)
}

/// The segment size that an acknowledged cookie names; none when it is no cookie of this host, or too old
/// (`__cookie_v4_check`).
pub(super) fn check(stack: &Stack, flow: Flow, peer_isn: u32, cookie: u32) -> Option<u16> {
    let now = minutes(&stack.clock, stack.now);
    let rest = cookie.wrapping_sub(hash(stack, flow, 0, 0)).wrapping_sub(peer_isn);
    let age = (now.wrapping_sub(rest >> COOKIE_BITS)) & (u32::MAX >> COOKIE_BITS);
    if !is_fresh(stack.changes(), rest >> COOKIE_BITS, now) {
        return None;
    }
    let data = rest.wrapping_sub(hash(stack, flow, now.wrapping_sub(age), 1)) & COOKIE_MASK;
    sizes(stack).get(data as usize).copied()
}

/// Puts window scale and SACK into the last bits of a SYN-ACK's timestamp, which never exceeds the clock
/// (`cookie_init_timestamp`). Without timestamps both are lost.
pub fn timestamp(clock: u32, peer: &TcpOptions) -> u32 {
    let wscale = peer.wscale.map_or(NO_WSCALE, |wscale| u32::from(wscale) & 0xf);
    let options = wscale | if peer.sack_ok { SACK_BIT } else { 0 };
    let stamped = (clock & !TS_MASK) | options;
    if stamped > clock { (clock & !TS_MASK).wrapping_sub(TS_MASK + 1) | options } else { stamped }
}

/// Takes them out again (`cookie_timestamp_decode`): window scale and SACK of the SYN.
pub(super) fn decode_timestamp(tsecr: u32) -> (Option<u8>, bool) {
    let wscale = tsecr & 0xf;
    ((wscale != NO_WSCALE).then_some(wscale as u8), tsecr & SACK_BIT != 0)
}

/// How long after the SYN queue was full a cookie is still looked at (`tcp_synq_no_recent_overflow`).
pub fn validity(changes: ChangeSet) -> Time {
    if changes.has(Change::CookieNeedsOverflow) { Time::from_secs(120) } else { Time::from_secs(3) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_survive_in_a_timestamp_that_does_not_exceed_the_clock() {
        for clock in [64, 100, 127, 5_000_000, u32::MAX] {
            for (wscale, sack_ok) in [(None, false), (Some(0), true), (Some(7), true), (Some(14), false)] {
                let peer = TcpOptions { wscale, sack_ok, ..TcpOptions::default() };
                let stamped = timestamp(clock, &peer);
                assert!(stamped <= clock && clock - stamped < 128, "{clock} {stamped}");
                assert_eq!(decode_timestamp(stamped), (wscale, sack_ok));
            }
        }
    }
}
