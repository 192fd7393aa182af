//! The schedulers that hash: sh, dh, mh. Each has a table of slots with a server in each, filled from the list of
//! servers whenever that changes.

use super::counting::Dest;
use super::cursor::gcd;
use crate::rng::mix;

/// Slots of sh and dh (IP_VS_SH_TAB_BITS is 8).
pub(super) const SLOTS: usize = 256;
/// Slots of mh: the default prime (CONFIG_IP_VS_MH_TAB_INDEX is 12).
pub(super) const MH_SLOTS: usize = 4093;
/// Knuth's multiplier, of which only the lower bits are used: up to 4.17.
const KNUTH: u32 = 2_654_435_761;
/// GOLDEN_RATIO_32, include/linux/hash.h.
const GOLDEN: u32 = 0x61c8_8647;
/// Keys of mh's two hashes, the same on every director (ip_vs_mh.c).
const KEYS: [u64; 2] = [2_654_435_761, 2_654_446_892];

/// No server yet.
const FREE: usize = usize::MAX;

/// The slot of an address in sh and dh. `port` is 0 unless sh-port is set.
pub(super) fn slot(upper_bits: bool, address: u32, port: u16) -> usize {
    let value = address.wrapping_add(u32::from(port));
    let hash = match upper_bits {
        // hash_32(value, 8)
        true => value.wrapping_mul(GOLDEN) >> 24,
        false => value.wrapping_mul(KNUTH) & 255,
    };
    hash as usize
}

/// ip_vs_sh_reassign and ip_vs_dh_reassign: servers by turns, each as often as its weight, or once. One of weight 0
/// gets a slot in each turn all the same.
pub(super) fn slots(list: &[usize], dests: &[Dest], by_weight: bool) -> Vec<usize> {
    let mut table = Vec::with_capacity(SLOTS);
    while table.len() < SLOTS && !list.is_empty() {
        for server in list {
            let weight = dests.get(*server).map_or(1, |dest| dest.weight);
            let many = if by_weight { weight.max(1) as usize } else { 1 };
            table.extend(std::iter::repeat_n(*server, many.min(SLOTS - table.len())));
        }
    }
    table
}

/// A keyed hash in place of the kernel's hsiphash.
fn keyed(value: u64, key: u64) -> usize {
    (mix(value ^ mix(key)) >> 32) as usize
}

/// The slot of a client in mh. `offset` counts the attempts of mh-fallback.
pub(super) fn mh_slot(address: u32, port: u16, offset: usize) -> usize {
    let value = u64::from(address) << 16 | u64::from(port);
    keyed(value.wrapping_add((offset as u64) << 48), KEYS[0]) % MH_SLOTS
}

/// ip_vs_mh_permutate and ip_vs_mh_populate: each server walks through the slots with a step of its own, and takes the
/// next free ones, as many at a time as its turns. `weights` are the last ones that were not 0: a server that is set to
/// weight 0 keeps its slots.
pub(super) fn mh_slots(list: &[usize], weights: &[u64], addresses: &[u32]) -> Vec<usize> {
    let own = |server: usize| weights.get(server).copied().unwrap_or(0);
    let common = list.iter().map(|server| own(*server)).fold(0, gcd);
    if common == 0 {
        return Vec::new();
    }
    let mut walks: Vec<(usize, usize, usize, u64)> = list
        .iter()
        .map(|server| {
            let address = u64::from(addresses.get(*server).copied().unwrap_or(0)) << 16 | 80;
            let offset = keyed(address, KEYS[0]) % MH_SLOTS;
            let skip = keyed(address, KEYS[1]) % (MH_SLOTS - 1) + 1;
            (*server, offset, skip, own(*server) / common)
        })
        .collect();
    let mut table = vec![FREE; MH_SLOTS];
    let mut filled = 0;
    while filled < MH_SLOTS {
        for (server, at, skip, turns) in &mut walks {
            for _ in 0..*turns {
                // MH_SLOTS is prime: a walk comes by every slot, so a free one is found.
                while filled < MH_SLOTS && table.get(*at).is_some_and(|taken| *taken != FREE) {
                    *at += *skip;
                    if *at >= MH_SLOTS {
                        *at -= MH_SLOTS;
                    }
                }
                if filled == MH_SLOTS {
                    break;
                }
                if let Some(free) = table.get_mut(*at) {
                    *free = *server;
                    filled += 1;
                }
            }
        }
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Slots of clients by both hashes, without the port.
    #[test]
    fn slots_of_addresses() {
        for (address, old, new) in [
            ([10, 0, 0, 1], 177, 39),
            ([10, 0, 0, 2], 98, 137),
            ([10, 0, 0, 3], 19, 235),
            ([10, 0, 1, 1], 177, 240),
            ([192, 168, 1, 1], 177, 136),
            ([200, 200, 200, 2], 98, 203),
        ] {
            let address = u32::from_be_bytes(address);
            assert_eq!((slot(false, address, 0), slot(true, address, 0)), (old, new), "{address:x}");
        }
    }

    #[test]
    fn the_old_hash_knows_the_last_octet_alone() {
        let slots: Vec<usize> = (0..256).map(|octet| slot(false, octet, 0)).collect();
        for octet in 0..=255 {
            assert_eq!(slot(false, 0xcb00_7100 | octet, 0), slots[octet as usize]);
        }
        let mut all = slots;
        all.sort_unstable();
        assert!(all.into_iter().eq(0..256), "and gives each one a slot of its own");
    }

    #[test]
    fn weights_give_slots() {
        let dests = [3, 1, 0].map(|weight| Dest { weight, ..Dest::default() });
        assert_eq!(slots(&[0, 1, 2], &dests, true)[..10], [0, 0, 0, 1, 2, 0, 0, 0, 1, 2]);
        assert_eq!(slots(&[0, 1, 2], &dests, false)[..4], [0, 1, 2, 0]);
        let table = mh_slots(&[0, 1, 2], &[3, 1, 0], &[1, 2, 3]);
        let count = |server| table.iter().filter(|slot| **slot == server).count();
        assert_eq!((count(0), count(1), count(2)), (3070, 1023, 0));
    }
}
