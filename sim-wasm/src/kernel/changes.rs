//! THE table: every change of Linux's behaviour that a model knows, one row each, with its version and its source.
//!
//! A rule in the models asks [`KernelVersion::has`]; nothing else compares versions.

use super::version::KernelVersion;

/// A change of behaviour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Change {
    /// `net.ipv4.tcp_tw_recycle` is gone, and with it the per-host check of SYNs.
    TwRecycleRemoved,
    /// The record of a peer's timestamp belongs to the pair (local address, remote address), not to the remote alone.
    PeerRecordPerAddressPair,
    /// An old pure ACK with an old timestamp is dropped silently and counts in `PAWSOldAck`.
    PawsOldAck,
    /// A SYN-ACK that is sent again counts in `RetransSegs`, and each time its timer fires in `TCPTimeouts`.
    SynAckRetransCounted,
    /// A SYN or SYN-ACK that is sent again counts in `TCPSynRetrans`.
    SynRetransCounter,
    /// A SYN without a timestamp fails the per-host check while a record is fresh.
    PeerCheckRefusesNoTimestamp,
    /// A SYN that is dropped by the listener counts in `ListenDrops`.
    SynDropCounted,
    /// `tcp_v4_conn_request` became `tcp_conn_request`, shared with IPv6.
    ConnRequestShared,
    /// Per-host records live in `tcp_metrics.c`; before, in `inet_peer`.
    TcpMetrics,
    /// A client adds a random offset to its timestamps, drawn for each connection.
    TsOffsetPerConnection,
    /// A client adds a random offset to its timestamps, one for each pair of addresses.
    TsOffsetPerAddressPair,
    /// Timestamps count milliseconds, whatever HZ; before, jiffies.
    TsClockMilliseconds,
    /// An active reset carries TSval 0.
    ResetTsvalZero,
    /// A `ts_recent` of 0 never fails PAWS.
    PawsZeroRecentPasses,
    /// A PAWS failure in TIME_WAIT counts in `PAWSTimewait` instead of `PAWSEstab`.
    PawsTimewaitCounter,
    /// A `ts_recent` is forgotten after 2147 seconds instead of 24 days.
    PawsWrap2147,
    /// Only an RST with exactly the expected sequence number resets; others in the window get a challenge ACK.
    ChallengeAck,
    /// Duplicate ACKs in answer to bad segments: at most one per socket in 500 ms.
    DupAckRateLimit,
    /// An RST for a connection request must be exact too; others in the window get a challenge ACK.
    RequestChallengeAck,
    /// `tcp_syncookies` is 1 by default; before, 0.
    SyncookiesDefaultOn,
    /// An ACK without a connection is held against the SYN cookies only after a recent overflow of the SYN queue.
    CookieNeedsOverflow,
    /// Each TIME_WAIT bucket has a timer of its own; before, the death row with its slots.
    TimeWaitOwnTimer,
    /// The timer wheel that fires late by up to one granule.
    TimerWheel,
    /// `TW` and `TWKilled` count when the bucket is scheduled; before, when it ends.
    TwCountedWhenScheduled,
    /// The first retransmission timeout is 1 s; before, 3 s.
    InitialRto1s,
    /// A connect() gives up after the time its retries would take with 200 ms between them, not with 3 s.
    SynTimeoutMiscomputed,
    /// `tcp_syn_retries` is 6 by default; before, 5.
    SynRetries6,
    /// The first four SYN retransmissions are one second apart.
    SynLinearTimeouts,
    /// The first window offered is ten segments; before, four.
    InitialWindow10,
    /// The first window offered is twenty segments.
    InitialWindow20,
    /// The first window offered is the whole of a 64 KiB field.
    InitialWindow64k,
}

/// Where a row comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Evidence {
    /// Measured on a running kernel on either side of the change.
    Measured,
    /// The source on either side of the change was read.
    Read,
    /// General knowledge; the exact release was not checked.
    Recalled,
}

/// One row: in `since..until` of upstream the change is in force.
#[derive(Debug)]
pub struct Row {
    /// What changed.
    pub change: Change,
    /// First release that has it.
    pub since: KernelVersion,
    /// First release that has it no more.
    pub until: Option<KernelVersion>,
    /// Does Red Hat's 3.10.0-1160 behave so?
    pub el7: bool,
    /// The commit that made the change, where it is known.
    pub commit: &'static str,
    /// Where this row comes from.
    pub evidence: Evidence,
}

const fn v(major: u16, minor: u16) -> KernelVersion {
    KernelVersion::release(major, minor, 0)
}

const fn row(
    change: Change,
    since: KernelVersion,
    until: Option<KernelVersion>,
    el7: bool,
    commit: &'static str,
    evidence: Evidence,
) -> Row {
    Row { change, since, until, el7, commit, evidence }
}

/// The table. Commits are named where a document that was read names them, or where they are well known.
pub const CHANGES: &[Row] = {
    use Change::*;
    use Evidence::*;
    &[
        row(TwRecycleRemoved, v(4, 12), None, false, "4396e46187ca", Measured),
        row(PeerRecordPerAddressPair, v(3, 14), None, true, "", Read),
        // 3.16 and 3.18 were read; 3.17 is recalled. Red Hat's backport and 4.11 were measured.
        row(PeerCheckRefusesNoTimestamp, v(3, 17), Some(v(4, 12)), true, "a26552afe894", Measured),
        // 3.6 and 3.10 were read; 3.7 is recalled. 2.6.32 and 3.10 were measured.
        row(SynDropCounted, v(3, 7), None, true, "", Measured),
        row(ConnRequestShared, v(3, 17), None, true, "", Read),
        row(TcpMetrics, v(3, 6), None, true, "", Read),
        row(TsOffsetPerConnection, v(4, 10), Some(v(4, 11)), false, "95a22caee396", Read),
        // Between 4.11 and 6.18.18 the offset belongs to the pair of addresses; from 6.18.19 to the connection again.
        row(
            TsOffsetPerAddressPair,
            v(4, 11),
            Some(KernelVersion::release(6, 18, 19)),
            false,
            "28ee1b746f49",
            Read,
        ),
        row(TsOffsetPerConnection, KernelVersion::release(6, 18, 19), None, false, "165573e41f2f", Measured),
        row(TsClockMilliseconds, v(4, 13), None, false, "", Recalled),
        // Broken in 3.18.0, 3.19.8 and 4.1-rc6; right again in 3.18.63 and 4.1.15. Red Hat's -514 had it, -1127 not.
        row(ResetTsvalZero, v(3, 18), Some(KernelVersion::release(3, 18, 63)), false, "7faee5c0d514", Read),
        row(
            ResetTsvalZero,
            v(3, 19),
            Some(KernelVersion::release(4, 1, 15)),
            false,
            "675ee231d960 (fix)",
            Read,
        ),
        // Absent in 2.6.32.67, present in 3.4: the release between was not looked for.
        row(PawsZeroRecentPasses, v(3, 0), None, true, "", Measured),
        // PAWSEstab up to 6.14, PAWSTimewait in 6.18: the release between was not looked for.
        row(PawsTimewaitCounter, v(6, 18), None, false, "", Measured),
        row(PawsOldAck, v(6, 14), None, false, "", Read),
        // 2.6.32 does not count, 3.10 does: both measured. The release between was not looked for.
        row(SynAckRetransCounted, v(3, 0), None, true, "", Measured),
        row(SynRetransCounter, v(4, 1), None, false, "", Read),
        row(PawsWrap2147, v(6, 8), None, false, "", Read),
        row(ChallengeAck, v(3, 6), None, true, "282f23c6ee34", Measured),
        // Measured on 6.18.44; the source of 6.18.19 has it not yet.
        row(RequestChallengeAck, KernelVersion::release(6, 18, 20), None, false, "", Measured),
        row(SyncookiesDefaultOn, v(3, 0), None, true, "", Read),
        row(CookieNeedsOverflow, v(4, 4), None, false, "", Measured),
        row(DupAckRateLimit, v(4, 1), None, true, "", Read),
        row(TimeWaitOwnTimer, v(4, 1), None, false, "", Read),
        row(TimerWheel, v(4, 8), None, false, "", Recalled),
        row(TwCountedWhenScheduled, v(5, 10), None, false, "", Read),
        row(InitialRto1s, v(3, 1), None, true, "", Read),
        row(SynTimeoutMiscomputed, KernelVersion::OLDEST, Some(v(3, 0)), false, "", Read),
        row(SynRetries6, v(3, 7), None, true, "", Read),
        row(SynLinearTimeouts, v(6, 5), None, false, "", Measured),
        // 10 segments from 3.4 on were read and measured on 3.10; 2.6.39 is recalled.
        row(InitialWindow10, KernelVersion::release(3, 0, 0), Some(v(3, 13)), false, "", Read),
        // 4.19.108 was measured with the new window already; 4.20 has it from the start.
        row(InitialWindow20, v(3, 13), Some(KernelVersion::release(4, 19, 108)), true, "", Measured),
        row(InitialWindow64k, KernelVersion::release(4, 19, 108), None, false, "", Measured),
    ]
};

impl KernelVersion {
    /// Is the change in force in this kernel?
    pub fn has(self, change: Change) -> bool {
        CHANGES.iter().filter(|row| row.change == change).any(|row| {
            if self.is_el7() {
                row.el7
            } else {
                self.at_least(row.since) && !row.until.is_some_and(|until| self.at_least(until))
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn versions(texts: &str) -> Vec<KernelVersion> {
        texts.split_whitespace().map(|text| KernelVersion::parse(text).unwrap()).collect()
    }

    /// Each change holds on exactly the right-hand versions. The left-hand ones are the last without it.
    #[test]
    fn changes_start_and_end_where_the_sources_say() {
        use Change::*;
        for (change, without, with) in [
            (TwRecycleRemoved, "2.6.32 3.10 el7 4.11 4.11.12", "4.12.0 4.12 6.18"),
            (PeerRecordPerAddressPair, "2.6.32 3.13", "3.14 4.11 el7"),
            (PeerCheckRefusesNoTimestamp, "2.6.32.67 3.10.108 3.16 4.12", "3.17 4.9 4.11 el7"),
            (SynDropCounted, "2.6.32 3.6", "3.7 3.10 el7 6.18"),
            (TsOffsetPerConnection, "4.9 4.11 4.12 6.14 6.18.18 el7", "4.10 6.18.19 6.18.44 6.18"),
            (TsOffsetPerAddressPair, "4.10 6.18.19 el7", "4.11 4.12 6.14 6.18.18"),
            (ResetTsvalZero, "3.16 3.18.63 3.18 4.1.15 4.1 4.2 el7", "3.18.0 3.19.8 4.0 4.1.0"),
            (PawsTimewaitCounter, "4.11 6.12", "6.18"),
            (ChallengeAck, "2.6.32 3.5", "3.6 el7"),
            (InitialRto1s, "2.6.32 3.0", "3.1 el7"),
        ] {
            for version in versions(without) {
                assert!(!version.has(change), "{version} must not have {change:?}");
            }
            for version in versions(with) {
                assert!(version.has(change), "{version} must have {change:?}");
            }
        }
    }
}
