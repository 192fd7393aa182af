//! What a server with `tcp_tw_recycle` remembers of its peers: the last timestamp, and the second it came in.

use super::seq::distance;
use super::timestamps::{PAWS_MSL, PAWS_WINDOW, Recent};
use crate::kernel::{Change, KernelVersion};
use crate::net::Ipv4;
use crate::sorted::SortedMap;
use std::fmt;

/// Whose record it is. Neither ports nor listening sockets take part: all services of a host share it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PeerKey {
    /// The address the peer talked to; part of the key from 3.14 on and in Red Hat's 3.10.
    pub local: Option<Ipv4>,
    /// The address packets came from, as the server sees it.
    pub remote: Ipv4,
}

impl fmt::Display for PeerKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.local {
            Some(local) => write!(f, "{} → {local}", self.remote),
            None => self.remote.fmt(f),
        }
    }
}

/// Something was written into the memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Remembered {
    /// Whose record.
    pub key: PeerKey,
    /// The record after it.
    pub record: Recent,
    /// False when the record held a higher, fresh timestamp and kept it.
    pub written: bool,
}

/// Why a SYN fails the check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The record it was compared with.
    pub record: Recent,
    /// Whole seconds since the record was made.
    pub age_s: u64,
}

/// The memory of a host (`inet_peer` up to 3.5, `tcp_metrics_block` from 3.6).
#[derive(Clone, Debug, Default)]
pub struct PeerMemory {
    records: Vec<(PeerKey, Recent)>,
    /// Pairs of addresses, the own one first, whose round-trip time is known from an earlier connection.
    round_trips: SortedMap<(Ipv4, Ipv4), ()>,
}

impl PeerMemory {
    /// The key of a peer on this kernel.
    pub fn key(kernel: KernelVersion, local: Ipv4, remote: Ipv4) -> PeerKey {
        PeerKey { local: kernel.has(Change::PeerRecordPerAddressPair).then_some(local), remote }
    }

    /// Notes that a connection between these addresses has ended whose round-trip time was measured
    /// (`tcp_update_metrics`).
    pub(super) fn note_round_trip(&mut self, ends: (Ipv4, Ipv4)) {
        self.round_trips.insert(ends, ());
    }

    pub(super) fn knows_round_trip(&self, ends: (Ipv4, Ipv4)) -> bool {
        self.round_trips.contains_key(&ends)
    }

    /// The record of a peer.
    pub fn get(&self, key: PeerKey) -> Option<Recent> {
        self.records.iter().find(|(known, _)| *known == key).map(|(_, record)| *record)
    }

    /// Records the last timestamp of a connection that enters TIME_WAIT (`tcp_v4_remember_stamp`,
    /// `tcp_remember_stamp`): unless a higher one is on record that is not older than 60 seconds.
    pub fn remember(&mut self, key: PeerKey, recent: Recent, now_s: u64) -> Remembered {
        let written = match self.get(key) {
            None => true,
            Some(old) => {
                let expired = now_s.saturating_sub(old.stamp_s) > PAWS_MSL && old.stamp_s <= recent.stamp_s;
                distance(old.tsval, recent.tsval) <= 0 || expired
            }
        };
        if written {
            self.records.retain(|(known, _)| *known != key);
            self.records.push((key, recent));
        }
        Remembered { key, record: self.get(key).unwrap_or(recent), written }
    }

    /// The check of a SYN (`tcp_v4_conn_request`, `tcp_peer_is_proven`): refused while the record is younger than
    /// 60 whole seconds and the SYN's timestamp is more than one tick older than it. From 3.17 on, and in Red Hat's
    /// 3.10, a SYN without a timestamp is refused too.
    pub fn refuses(
        &self,
        kernel: KernelVersion,
        key: PeerKey,
        tsval: Option<u32>,
        now_s: u64,
    ) -> Option<Refusal> {
        let record = self.get(key)?;
        let age_s = now_s.saturating_sub(record.stamp_s);
        if age_s >= PAWS_MSL {
            return None;
        }
        let too_old = match tsval {
            Some(tsval) => distance(record.tsval, tsval) > PAWS_WINDOW,
            None => kernel.has(Change::PeerCheckRefusesNoTimestamp),
        };
        too_old.then_some(Refusal { record, age_s })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: PeerKey = PeerKey { local: None, remote: Ipv4::new(203, 0, 113, 7) };

    /// T1, S1, now, TSval of the SYN, refused on 3.10? on 4.9? From the boundary table and the test vectors that
    /// real kernels confirmed.
    #[test]
    fn boundaries_of_the_check() {
        let half = 1 << 31;
        for (t1, now_s, tsval, on_3_10, on_4_9) in [
            (100_000, 1059, Some(99_999), false, false),
            (100_000, 1059, Some(99_998), true, true),
            (100_000, 1060, Some(1), false, false),
            (100_000, 1030, None, false, true),
            (100_000, 1060, None, false, false),
            (100_000, 1030, Some(100_000u32.wrapping_sub(half)), false, false),
            (100_000, 1030, Some(100_000u32.wrapping_sub(half - 1)), true, true),
            (100_000, 1030, Some(100_000 + half - 1), false, false),
            (5, 1030, Some(u32::MAX), true, true),
            (u32::MAX, 1030, Some(0), false, false),
            (100_000, 1030, Some(0), true, true),
            (1, 1030, Some(0), false, false),
        ] {
            let mut memory = PeerMemory::default();
            memory.remember(KEY, Recent { tsval: t1, stamp_s: 1000 }, 1000);
            for (kernel, refused) in [("3.10", on_3_10), ("4.9", on_4_9)] {
                let kernel = KernelVersion::parse(kernel).unwrap();
                let answer = memory.refuses(kernel, KEY, tsval, now_s).is_some();
                assert_eq!(answer, refused, "{kernel}: T1 {t1}, now {now_s}, TSval {tsval:?}");
            }
        }
    }

    #[test]
    fn a_fresh_higher_timestamp_stays_and_an_expired_one_goes() {
        let mut memory = PeerMemory::default();
        memory.remember(KEY, Recent { tsval: 500, stamp_s: 1000 }, 1000);
        assert!(!memory.remember(KEY, Recent { tsval: 300, stamp_s: 1010 }, 1010).written);
        assert_eq!(memory.get(KEY), Some(Recent { tsval: 500, stamp_s: 1000 }));
        assert!(!memory.remember(KEY, Recent { tsval: 300, stamp_s: 1060 }, 1060).written);
        assert!(memory.remember(KEY, Recent { tsval: 300, stamp_s: 1061 }, 1061).written);
        assert_eq!(memory.get(KEY), Some(Recent { tsval: 300, stamp_s: 1061 }));
    }

    #[test]
    fn the_key_holds_the_local_address_from_3_14_and_on_el7() {
        let (local, remote) = (Ipv4::new(192, 0, 2, 1), KEY.remote);
        let key = |kernel| PeerMemory::key(KernelVersion::parse(kernel).unwrap(), local, remote);
        assert_eq!(key("3.13"), KEY);
        assert_eq!(key("3.14").local, Some(local));
        assert_eq!(key("el7").local, Some(local));
    }
}
