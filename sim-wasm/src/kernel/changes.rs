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
    /// A SYN without the ACK flag on a synchronised connection is examined; from 3.8 until then it was dropped unseen.
    SynWithoutAckExamined,
    /// A segment without the ACK flag is dropped before it is validated.
    NoAckDiscarded,
    /// `ts_recent` is taken in with the acknowledgement, not before.
    TsRecentUpdatedByAck,
    /// An RST at the end of the newest out-of-order data resets.
    ResetAtSackEdge,
    /// After the peer's FIN an RST with the number of that FIN resets.
    ResetBehindFin,
    /// An unacceptable ACK in a closing state is answered with a challenge ACK.
    ChallengeUnacceptableAck,
    /// An old ACK in a closing state is accepted again.
    OldAckWhileClosing,
    /// An ACK of data never sent is answered with an ACK; before, dropped in silence.
    ChallengeAckBeyondSent,
    /// A SYN-ACK completes a simultaneous open; from 3.6 until then it was answered with a challenge ACK.
    SynAckAcceptedInSynRecv,
    /// Round trips are measured in microseconds; before, in jiffies.
    RttInMicroseconds,
    /// Duplicates and gaps bring two quick ACKs; before, up to sixteen.
    QuickAckLimited,
    /// A filled gap is acknowledged at once, by a flag of its own.
    AckNow,
    /// A delayed ACK never waits longer than 200 ms.
    DelayedAckMax,
    /// It takes three answers to make a session interactive; before and since, one.
    PingpongAfterThree,
    /// The last segment of a flight is probed before its timeout.
    TailLossProbe,
    /// The probe waits 200 ms more when a single segment is out.
    LossProbeWaitsLonger,
    /// The D-SACK of data that came early and again with what was missing ends where the early data ended; before, where
    /// the new data did.
    DsackEndsWithEarlyData,
    /// The last segment of each packet that the device cuts carries PSH; before, that of the last packet alone.
    PushOnEachPacket,
    /// There is `TCP_USER_TIMEOUT`.
    UserTimeout,
    /// `TCP_USER_TIMEOUT` ends the wait when it has passed; before, at the next retransmission.
    UserTimeoutExact,
    /// `TCP_USER_TIMEOUT` bounds a connect() too; before, only what has been connected.
    UserTimeoutEndsConnect,
    /// `TCP_USER_TIMEOUT` ends the probing of a closed window, even when every probe is answered.
    UserTimeoutEndsWindowProbes,
    /// It does so when it has passed; before, at the next probe.
    UserTimeoutExactForProbes,
    /// Each retransmission timeout counts in `TCPTimeouts`, the one that gives up too; before, the first in a row.
    EveryTimeoutCounted,
    /// `SO_RCVBUF` bounds the window that the scale is chosen for.
    RcvBufBoundsScale,
    /// The first flight is ten segments; before, as RFC 3390 has it.
    InitialCwnd10,
    /// Slow start grows by what was acknowledged; before, by one for each ACK.
    SlowStartByAcked,
    /// A full SYN queue counts in `TCPReqQFullDoCookies` or `TCPReqQFullDrop`.
    ReqQFullCounters,
    /// Each SYN cookie that is sent counts in `ListenDrops` too.
    CookieCountsListenDrops,
    /// A SYN cookie knows four segment sizes; before, eight.
    CookieFourSizes,
    /// The timestamp of a SYN cookie has no random offset.
    CookieWithoutOffset,
    /// `tcp_syncookies=2` answers every SYN with a cookie.
    SyncookiesAlways,
    /// The SYN queue holds as many requests as the backlog says; before, a power of two, 16 at least.
    SynQueueHoldsBacklog,
    /// The SYN queue holds one more than the backlog.
    SynQueueHoldsBacklogPlusOne,
    /// A full accept queue drops every SYN; before, only while more than one request is young.
    AcceptQueueFullDropsSyn,
    /// The backlog is kept in 32 bits; before, in 16.
    Backlog32Bit,
    /// With `tcp_tw_recycle` the last quarter of `tcp_max_syn_backlog` is not kept free.
    RecycleSkipsLastQuarter,
    /// A peer is proven when its round-trip time is known; before, when its timestamp is.
    ProvenByRoundTrip,
    /// Each connection request has a timer of its own; before, one timer of the listener sweeps them.
    RequestOwnTimer,
    /// ACKs that answer bad segments in SYN_RECV are limited to one in 500 ms.
    RequestAckRateLimit,
    /// The window of an ACK in SYN_RECV is scaled.
    RequestAckScaled,
    /// A segment in SYN_RECV that echoes a timestamp no SYN-ACK carried is dropped.
    TsEcrChecked,
    /// A SYN that comes again starts the timer of the SYN-ACK anew.
    DuplicateSynRearms,
    /// `tcp_tw_reuse` may be 2, its default: for loopback only.
    TwReuseLoopback,
    /// `tcp_tw_reuse` waits for the next whole second; before, for more than one.
    TwReuseNextSecond,
    /// `tcp_tw_reuse` waits for `tcp_tw_reuse_delay` milliseconds.
    TwReuseDelay,
    /// `tcp_tw_reuse` takes no port from FIN_WAIT2.
    TwReuseNotFinWait2,
    /// connect() looks for even ports first.
    EvenPortsFirst,
    /// `ip_local_port_range` ends at 60999; before, at 61000.
    PortRangeEndsOdd,
    /// An RST that `tcp_rfc1337` ignores leaves the timer of TIME_WAIT alone; before, it starts its minute anew.
    ResetLeavesTimeWait,
    /// Too many TIME_WAIT buckets count in `TCPTimeWaitOverflow`.
    TimeWaitOverflowCounter,
    /// A wrong answer to the first SYN makes it go again after two jiffies.
    SynRepeatedAtOnce,
    /// The window closes when less than a sixteenth of the buffer is free.
    ZeroWindowEarly,
    /// The share of the receive buffer that is window is measured; before, `tcp_adv_win_scale`.
    ScalingRatio,
    /// Half of the receive buffer is window by default; before, three quarters.
    AdvWinScaleHalf,
    /// Receive buffers may grow to 32 MiB.
    Rmem32M,
    /// `tcp_max_syn_backlog` and `tcp_max_tw_buckets` follow the size of memory.
    TablesSizedByMemory,
    /// `somaxconn` is 4096 by default; before, 128.
    SomaxconnDefault4096,
    /// `tcp_challenge_ack_limit` is 1000 by default; before, 100.
    ChallengeAckLimit1000,
    /// Packets are cut into segments when they leave, whatever the device can do; before, only where the device asks for it.
    GsoAlwaysOn,
    /// A FIN waits for the congestion window like all else; before, it was sent over it.
    FinWaitsForCwnd,
    /// After a loss probe the timeout counts from when the oldest segment was sent; before, from the probe.
    LossProbeKeepsTimeout,
    /// A SYN-ACK that answers a repeated SYN counts as a retransmission: after two the first flight is one segment.
    AnsweredSynsCounted,
    /// The round trip of the SYN-ACK is a sample; before, only a timestamp that comes back with the ACK is.
    SynAckRttMeasured,
    /// Whether the congestion window held sending back is noted when sending; before, guessed from what is in flight.
    CwndLimitedNoted,
    /// The probe waits two round trips and 2 ms; before, two round trips and two jiffies.
    LossProbeMargin2Ms,
    /// `tcp_challenge_ack_limit` is unlimited by default.
    ChallengeAckUnlimited,
    /// The congestion window grows by what was acknowledged beyond slow start too; before, by ACKs.
    CwndGrowsByAcked,
    /// CUBIC does not count the time in which the program sent nothing.
    CubicPausesWithTheProgram,
    /// A cut that was a mistake is undone to the window before it; before, to what congestion control thinks.
    UndoToPriorWindow,
    /// HyStart's rounds begin with each sample of the round trip; before, only when the window is used.
    HystartRoundsBySample,
    /// HyStart allows for the time that large packets take.
    HystartAllowsForPackets,
    /// HyStart ends slow start when round trips have grown by an eighth; before, by a sixteenth.
    HystartDelayEighth,
    /// HyStart does not look at growth below 4 ms; before, below 2 ms.
    HystartDelayFour,
    /// An ACK that was overtaken repairs losses by its SACK blocks.
    OldSackRepairs,
    /// The congestion window changes after losses are looked for, by all that arrived; before, where each loss was found.
    WindowAfterRecovery,
    /// Timers start anew and the loss probe is judged before losses are looked for; before, after.
    TimersBeforeRecovery,
    /// An ACK that tells of data that came twice is no duplicate ACK.
    DsackIsNoDuplicate,
    /// An ACK that tells of disorder lets no more than three segments out at once.
    BurstsBounded,
    /// It does so while something is missing only; before, always.
    BurstsBoundedInDisorderOnly,
    /// F-RTO is a part of loss recovery; before, a machine of its own that counted ACKs.
    FrtoReworked,
    /// A small flight of which half has arrived is repaired, when nothing new may be sent.
    SmallFlightsRecoverBySacks,
    /// A segment is lost when one sent later has arrived for long enough (RACK).
    LossesByTime,
    /// RACK alone tells losses with SACK; before, three duplicate ACKs too.
    LossesByTimeAlone,
    /// The highest segment that arrived means that those below it should have (FACK), until reordering is seen.
    ForwardAcknowledgement,
    /// With nothing new to send, holes that do not count as lost are filled too.
    ForwardRetransmit,
    /// Small flights are repaired after fewer duplicate ACKs (RFC 5827).
    EarlyRetransmit,
    /// The window shrinks in proportion to what arrives (PRR); before, by one for every second ACK.
    ProportionalReduction,
    /// Below its target the window grows only while retransmissions arrive.
    PrrConservative,
    /// Below its target the window grows with each ACK that advances and finds no new loss.
    PrrByAdvance,
    /// A timeout spares what was sent less than a round trip ago; before, all counted as lost.
    TimeoutSparesRecent,
    /// A timeout forgets what was learned of reordering only when duplicate ACKs came.
    ReorderingOutlivesTimeout,
    /// A loss probe of new data counts as the one probe of its tail.
    LossProbeOfNewDataNoted,
    /// A D-SACK counts as many segments as it is long; before, as one.
    DsackCountsSegments,
    /// Packets of many segments are made even where the device does not ask for it, and cut when they leave.
    DevicesCutPackets,
    /// A large packet is a millisecond's worth at the rate of sending; before, as large as the device takes.
    PacketsSizedByRate,
    /// A large packet gets its size when the program writes; before it was as large as the device takes, and from 3.19 on it is cut
    /// to that size when it is sent.
    PacketsSizedWhenWritten,
    /// The send buffer grows to twice the congestion window from the beginning; before, it began with one of ten segments, or of
    /// three.
    SndbufOfTwoWindows,
    /// The first bytes of what a program writes lie behind the headers of their packet, and the rest in pages.
    PayloadBehindHeaders,
    /// The memory of a packet is reckoned with the shared part of its structure.
    TruesizeOfSharedPart,
    /// A program that TCP_NOTSENT_LOWAT holds back is woken when less than half of it is left to be sent.
    HalfOfLowatWakes,
    /// Large packets are larger when the peer is near.
    PacketsSizedByDistance,
    /// A large packet waits for more only while an ACK is due soon; before, for two jiffies.
    DeferralWatchesAcks,
    /// A selective acknowledgement is a sample of the round trip.
    SackMeasuresRtt,
    /// The receive buffer grows when a round trip brought more than any before.
    AutotuneByRound,
    /// It grows by what slow start will bring next.
    AutotuneAnticipates,
    /// What the program has not read yet does not count for it.
    AutotuneWatchesQueue,
    /// It begins with ten segments; before, with the first window.
    AutotuneStartsWithTenSegments,
    /// The greatest window follows the receive buffer; before, what was read in a round.
    ClampFollowsBuffer,
    /// Small segments share the memory of the one before them.
    SegmentsCoalesced,
    /// The window opens by two segments at least, and never beyond what memory is free.
    WindowGrowthBounded,
    /// An empty receive queue takes one segment whatever the memory.
    EmptyQueueTakesOne,
    /// A large packet may wait for more while something is missing too; before, only while nothing was.
    DeferralInDisorder,
    /// A congestion window of which less than a third is left counts as used up: a large packet may be waiting.
    CwndLimitAllowsForCutting,
    /// A round trip is measured from when the segment was sent; before, from the timestamp that the ACK echoes.
    PacketTimingPreferred,
    /// A large packet takes what it lacks from the one behind it.
    PacketsGrow,
    /// Every ACK lets the loss probe begin its wait anew.
    AcksRestartProbe,
    /// That the congestion window held sending back is noted even when nothing was sent.
    CwndLimitNotedUnsent,
    /// It is remembered for the whole round; before, forgotten when more was out than before.
    CwndLimitRemembered,
    /// A segment that reaches beyond the window is refused, unless nothing is queued; before, its beginning was taken.
    BeyondWindowRefused,
    /// Data that came early lie in a tree, where neighbours are joined before overlaps are seen.
    EarlyDataInTree,
    /// Data that came early let the window grow too.
    EarlyDataGrowsWindow,
    /// Data that came early are dropped from their end as far as memory needs it; before, all of them.
    EarlyDataPrunedFromEnd,
    /// The MSS that is announced follows the known MTU of the path; before, that of the interface.
    AdvmssFollowsPath,
    /// Where a router tells of an MTU below `min_pmtu`, packets may be fragmented; before, they were lost.
    SmallPathMayFragment,
    /// MTU probing halves the range that is left, and begins at 1024 bytes; before, it doubled the MSS, from 512.
    MtuProbesBisect,
    /// With `tcp_mtu_probing=2` a connection that was accepted begins with the MSS of its peer; before, with
    /// `tcp_base_mss`.
    AcceptedStartAtPeersMss,
}

impl Change {
    /// How many there are.
    const COUNT: usize = Change::AcceptedStartAtPeersMss as usize + 1;
}

/// The changes that are in force in a kernel, to be asked often.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChangeSet([u64; 3]);

const _: () = assert!(Change::COUNT <= 192, "a change is a bit of a ChangeSet");

impl ChangeSet {
    /// Is the change in force?
    pub const fn has(self, change: Change) -> bool {
        self.0[change as usize / 64] & (1 << (change as u32 % 64)) != 0
    }
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
    /// The commit that made the change, where it is known. Pages do not load what is for people who read the table.
    #[cfg(not(target_arch = "wasm32"))]
    pub commit: &'static str,
    /// Where this row comes from.
    #[cfg(not(target_arch = "wasm32"))]
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
    #[cfg_attr(target_arch = "wasm32", allow(unused_variables))] commit: &'static str,
    #[cfg_attr(target_arch = "wasm32", allow(unused_variables))] evidence: Evidence,
) -> Row {
    Row {
        change,
        since,
        until,
        el7,
        #[cfg(not(target_arch = "wasm32"))]
        commit,
        #[cfg(not(target_arch = "wasm32"))]
        evidence,
    }
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
        // el7 was measured to count it.
        row(SynRetransCounter, v(4, 1), None, true, "", Read),
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
        // 3.10 was measured to drop it unseen, 2.6.32, el7 and 4.11 not.
        row(NoAckDiscarded, v(3, 8), None, true, "c3ae62af8e75", Recalled),
        row(SynWithoutAckExamined, v(3, 18), None, true, "0c228e833c88", Recalled),
        row(TsRecentUpdatedByAck, v(3, 10), None, true, "12fb3dd9dc3c", Recalled),
        row(ResetAtSackEdge, v(4, 10), None, false, "", Read),
        // 4.9 was measured to ignore it, 4.11 to reset.
        row(ResetBehindFin, v(4, 11), None, false, "0e40f4c9593a", Measured),
        row(ChallengeUnacceptableAck, v(4, 13), None, false, "d0e1a1b5a833", Recalled),
        row(OldAckWhileClosing, v(6, 8), None, false, "795a7dfbc3d9", Recalled),
        // Dropped in silence by 4.19, answered by 6.18.44: the release between was not looked for.
        row(ChallengeAckBeyondSent, v(6, 18), None, false, "", Measured),
        row(SynAckAcceptedInSynRecv, KernelVersion::OLDEST, Some(v(3, 6)), false, "", Measured),
        row(SynAckAcceptedInSynRecv, v(6, 12), None, false, "23e89e8ee7be", Measured),
        row(RttInMicroseconds, v(3, 15), None, true, "740b0f1841f6", Recalled),
        row(QuickAckLimited, v(4, 18), None, false, "9a9c9b51e540", Recalled),
        row(AckNow, v(4, 19), None, false, "466466dc6c2b", Recalled),
        row(DelayedAckMax, v(5, 10), None, false, "", Read),
        // Taken back by 4d8f24eeedc5 in 5.19. 5.4.303 was read with it, 5.10.264 and 5.15.135 without; the lists of changes
        // of 5.10.135, 5.15.59 and 5.18.16 name the commit that takes it back.
        row(
            PingpongAfterThree,
            v(5, 1),
            Some(KernelVersion::release(5, 10, 135)),
            false,
            "4a41f453bedf",
            Read,
        ),
        row(
            PingpongAfterThree,
            v(5, 11),
            Some(KernelVersion::release(5, 15, 59)),
            false,
            "4a41f453bedf",
            Read,
        ),
        row(
            PingpongAfterThree,
            v(5, 16),
            Some(KernelVersion::release(5, 18, 16)),
            false,
            "4a41f453bedf",
            Read,
        ),
        row(TailLossProbe, v(3, 10), None, true, "6ba8a3b19e76", Measured),
        // 4.11 was measured without the longer wait, 4.19 with it.
        row(LossProbeWaitsLonger, v(4, 14), None, false, "bb4d991a28cc", Measured),
        // LIVE scripts B144: the long range on 3.10.108, el7 and 4.11.
        row(DsackEndsWithEarlyData, v(6, 17), None, false, "a041f70e573e", Recalled),
        // LIVE scripts/README: seen on 6.18.44, not on 4.19.108.
        row(PushOnEachPacket, v(5, 4), None, false, "051ba67447de", Recalled),
        // LIVE scripts B008 and others: a scale of 7 with small buffers on 2.6.32.67, 0 on 3.10.108.
        row(RcvBufBoundsScale, v(3, 0), None, true, "e88c64f0a425", Measured),
        // 2.6.37 is recalled; 3.0 was read.
        row(UserTimeout, v(3, 0), None, true, "dca43c75e7e5", Read),
        row(UserTimeoutExact, v(4, 19), None, false, "b701a99e431d", Read),
        // 5.4, and 4.19 from about .77 on. In between the time was the same, with SYNs a jiffy apart at its end.
        row(UserTimeoutEndsConnect, v(4, 19), None, false, "a66b10c05ee2", Read),
        // 5.1 modelled the time from the count of unanswered probes, which each answer resets (9721e709fa68).
        row(UserTimeoutEndsWindowProbes, v(3, 18), Some(v(5, 1)), false, "b248230c3497", Read),
        row(UserTimeoutEndsWindowProbes, KernelVersion::release(5, 4, 93), Some(v(5, 5)), false, "", Read),
        row(
            UserTimeoutEndsWindowProbes,
            KernelVersion::release(5, 10, 11),
            None,
            false,
            "9d9b1ee0b2d1",
            Measured,
        ),
        row(
            UserTimeoutExactForProbes,
            KernelVersion::release(5, 10, 13),
            None,
            false,
            "344db93ae3ee",
            Measured,
        ),
        // Read in 3.10 and 4.9 without it, in 5.10 with it; the stable releases are those whose lists name it.
        row(EveryTimeoutCounted, KernelVersion::release(4, 19, 89), None, false, "e1561fe2dd69", Read),
        row(InitialCwnd10, KernelVersion::release(3, 0, 0), None, true, "442b9635c569", Measured),
        row(SlowStartByAcked, v(3, 13), None, true, "9f9843a751d0", Recalled),
        row(ReqQFullCounters, v(3, 4), None, true, "", Read),
        // Counted by 3.10, el7 and, as read, 4.4; not by 4.9.
        row(CookieCountsListenDrops, v(3, 7), Some(v(4, 5)), true, "", Measured),
        row(CookieFourSizes, v(3, 13), None, false, "086293542b99", Recalled),
        row(CookieWithoutOffset, v(4, 10), Some(v(4, 12)), false, "", Read),
        row(SyncookiesAlways, v(3, 13), None, true, "5ad37d5deee1", Measured),
        row(SynQueueHoldsBacklog, v(4, 4), None, false, "ef547f2ac16b", Measured),
        // 6.12 and 6.14 were read; 6.18 was measured.
        row(SynQueueHoldsBacklogPlusOne, v(6, 14), None, false, "", Measured),
        // Read in 4.4.178, a backport; 4.9.115 was measured without it, 4.11 with it.
        row(AcceptQueueFullDropsSyn, KernelVersion::release(4, 4, 178), Some(v(4, 5)), false, "", Read),
        row(AcceptQueueFullDropsSyn, v(4, 10), None, false, "5ea8ea2cb7f1", Measured),
        row(Backlog32Bit, v(4, 1), None, false, "becb74f0acca", Read),
        row(RecycleSkipsLastQuarter, v(3, 6), Some(v(4, 12)), true, "", Measured),
        row(ProvenByRoundTrip, v(4, 15), None, false, "", Measured),
        row(RequestOwnTimer, v(4, 4), None, false, "fa76ce7328b2", Measured),
        row(RequestAckRateLimit, v(4, 9), None, false, "4ce7e93cb3fe", Read),
        row(RequestAckScaled, v(4, 8), None, false, "20a2b49fc538", Recalled),
        row(TsEcrChecked, v(6, 18), None, false, "", Measured),
        row(DuplicateSynRearms, v(3, 13), None, true, "16bea70aa732", Recalled),
        row(TwReuseLoopback, v(4, 19), None, false, "79e9fed46038", Read),
        row(TwReuseNextSecond, v(4, 19), None, false, "", Read),
        row(TwReuseDelay, v(6, 14), None, false, "ca6a6f93867a", Read),
        row(TwReuseNotFinWait2, v(6, 12), None, false, "", Read),
        row(EvenPortsFirst, v(4, 2), None, false, "07f4c90062f8", Read),
        row(PortRangeEndsOdd, v(4, 2), None, true, "", Read),
        row(TimeWaitOverflowCounter, v(3, 4), None, true, "67631510a318", Read),
        // 4.9.0 and 4.19 were read, and a 4.9 that has the fix; the patch levels of the other series are recalled.
        row(ResetLeavesTimeWait, KernelVersion::release(4, 4, 156), Some(v(4, 5)), false, "", Recalled),
        row(ResetLeavesTimeWait, KernelVersion::release(4, 9, 127), Some(v(4, 10)), false, "", Read),
        row(ResetLeavesTimeWait, KernelVersion::release(4, 14, 70), Some(v(4, 15)), false, "", Recalled),
        row(ResetLeavesTimeWait, KernelVersion::release(4, 18, 8), None, false, "63cc357f7bba", Read),
        row(SynRepeatedAtOnce, v(5, 6), None, false, "9603d47bad46", Recalled),
        row(ZeroWindowEarly, v(3, 16), None, false, "", Read),
        row(ScalingRatio, v(6, 6), None, false, "dfa2f0483360", Recalled),
        row(AdvWinScaleHalf, v(3, 4), None, true, "b49960a05e32", Read),
        row(Rmem32M, v(6, 18), None, false, "", Measured),
        row(TablesSizedByMemory, v(3, 0), None, true, "", Read),
        row(SomaxconnDefault4096, v(5, 4), None, false, "19f92a030ca6", Read),
        row(GsoAlwaysOn, v(4, 17), None, false, "0a6b2a1dc2a2", Recalled),
        // 4.19 was measured to send it at once, 6.18.44 to keep it: the release between was not looked for.
        row(FinWaitsForCwnd, v(6, 18), None, false, "", Measured),
        // Measured: 3.10 and el7 wait a whole timeout after the probe, 4.11 and 6.18 do not.
        row(LossProbeKeepsTimeout, v(4, 4), None, false, "", Measured),
        // Measured: 3.10 sends one segment after two repeated SYNs, 2.6.32 three.
        row(AnsweredSynsCounted, v(3, 8), None, true, "e6c022a4fa2d", Measured),
        row(SynAckRttMeasured, v(3, 1), None, true, "9ad7c049f0f7", Measured),
        row(CwndLimitedNoted, v(3, 16), None, true, "e114a710aa50", Recalled),
        // Measured on 6.18.44 at HZ=250, where the two differ; the release that changed it was not looked for.
        row(LossProbeMargin2Ms, v(6, 7), None, false, "", Measured),
        row(ChallengeAckLimit1000, v(4, 7), None, true, "75ff39ccc1bd", Read),
        row(ChallengeAckUnlimited, v(6, 1), None, false, "79e3602caa6f", Read),
        row(CwndGrowsByAcked, v(4, 0), None, false, "9cd981dcf174", Recalled),
        row(CubicPausesWithTheProgram, v(4, 3), None, false, "30927520dbae", Recalled),
        row(UndoToPriorWindow, v(4, 14), None, false, "f1722a1be19d", Recalled),
        row(HystartRoundsBySample, v(5, 16), None, false, "4e1fddc98d25", Recalled),
        row(HystartAllowsForPackets, v(5, 6), None, false, "ede656e84659", Recalled),
        row(HystartDelayEighth, v(3, 15), None, false, "42eef7a0bb09", Recalled),
        row(HystartDelayFour, KernelVersion::release(2, 6, 39), None, true, "2b4636a5f8ca", Recalled),
        row(OldSackRepairs, v(3, 4), None, true, "", Recalled),
        row(WindowAfterRecovery, v(4, 6), None, false, "", Recalled),
        row(TimersBeforeRecovery, v(4, 13), None, false, "df92c8394e6e", Recalled),
        row(DsackIsNoDuplicate, v(4, 18), None, false, "", Recalled),
        row(BurstsBounded, v(2, 6), Some(v(4, 6)), false, "23492623c39a", Recalled),
        row(BurstsBoundedInDisorderOnly, KernelVersion::release(2, 6, 39), None, true, "", Recalled),
        row(FrtoReworked, v(3, 10), None, true, "e33099f96d99", Measured),
        row(SmallFlightsRecoverBySacks, v(2, 6), Some(v(4, 11)), true, "", Recalled),
        row(LossesByTime, v(4, 11), None, false, "a0370b3f3f2c", Recalled),
        row(LossesByTimeAlone, v(4, 18), None, false, "b38a51fec1c1", Recalled),
        row(ForwardAcknowledgement, v(2, 6), Some(v(4, 15)), true, "713bafea9292", Recalled),
        row(ForwardRetransmit, v(2, 6), Some(v(4, 11)), true, "", Recalled),
        row(EarlyRetransmit, v(3, 5), Some(v(4, 11)), true, "eed530b6c676", Recalled),
        row(ProportionalReduction, v(3, 2), None, true, "a262f0cdf1f2", Measured),
        row(PrrConservative, v(4, 3), None, false, "3759824da87b", Recalled),
        row(PrrByAdvance, v(5, 14), None, false, "7e901ee7b6ab", Recalled),
        row(TimeoutSparesRecent, v(4, 18), None, false, "", Recalled),
        row(ReorderingOutlivesTimeout, v(3, 17), None, true, "5ae344c949e7", Recalled),
        row(LossProbeOfNewDataNoted, v(5, 9), None, false, "76be93fc0702", Recalled),
        row(DsackCountsSegments, v(5, 10), None, false, "a71d77e6be1e", Recalled),
        // Measured through a TUN device: 3.10 sends single segments, el7, 4.11 and 6.18 packets of several; 3.12 is recalled.
        row(DevicesCutPackets, v(3, 10), None, true, "", Measured),
        row(PacketsSizedByRate, v(3, 10), None, true, "95bd09eb2750", Recalled),
        // It came with the row before, in 3.10.108 as measured, and 605ad7f184b6 ended it.
        row(PacketsSizedWhenWritten, v(3, 10), Some(v(3, 19)), false, "95bd09eb2750", Recalled),
        row(SndbufOfTwoWindows, v(3, 13), None, true, "6ae705323b71", Recalled),
        row(PayloadBehindHeaders, v(3, 10), Some(v(4, 16)), true, "", Recalled),
        row(TruesizeOfSharedPart, v(3, 2), None, true, "87fb4b7b533c", Recalled),
        row(HalfOfLowatWakes, v(5, 0), None, false, "a74f0fa082b7", Recalled),
        row(PacketsSizedByDistance, v(5, 18), None, false, "65466904b015", Recalled),
        row(DeferralWatchesAcks, v(4, 0), None, false, "50c8339e9299", Recalled),
        row(SackMeasuresRtt, v(3, 12), None, true, "59c9af4234b0", Recalled),
        row(AutotuneByRound, v(3, 13), None, true, "b0983d3c9b13", Read),
        row(AutotuneAnticipates, v(4, 17), None, false, "c3916ad9320e", Read),
        row(AutotuneWatchesQueue, v(6, 16), None, false, "ea33537d8292", Read),
        row(AutotuneStartsWithTenSegments, v(4, 19), None, false, "", Read),
        row(ClampFollowsBuffer, v(4, 14), None, false, "", Read),
        row(SegmentsCoalesced, v(3, 5), None, true, "", Recalled),
        row(WindowGrowthBounded, v(3, 18), None, true, "", Recalled),
        row(EmptyQueueTakesOne, v(4, 1), None, false, "", Recalled),
        row(DeferralInDisorder, v(4, 0), None, false, "50c8339e9299", Recalled),
        row(CwndLimitAllowsForCutting, v(3, 0), Some(v(3, 16)), false, "", Measured),
        row(PacketTimingPreferred, v(3, 12), None, true, "5b08e47caf1f", Recalled),
        row(PacketsGrow, v(6, 9), None, false, "8ee602c63520", Recalled),
        // Measured: el7 and 4.11 do, 3.10 and 6.18 do not; 3.12 is recalled.
        row(AcksRestartProbe, v(3, 12), Some(v(4, 13)), true, "", Measured),
        row(CwndLimitNotedUnsent, v(5, 10), None, false, "299bcb55ecd1", Recalled),
        row(CwndLimitRemembered, v(6, 1), None, false, "f4ce91ce12a7", Recalled),
        row(BeyondWindowRefused, v(6, 17), None, false, "9ca48d616ed7", Measured),
        row(EarlyDataInTree, v(4, 9), None, true, "9f5afeae5152", Measured),
        row(EarlyDataGrowsWindow, v(3, 7), None, true, "", Recalled),
        row(EarlyDataPrunedFromEnd, v(4, 9), None, false, "36a6503fedda", Recalled),
        // Read on either side; 6.18.44 was measured.
        row(AdvmssFollowsPath, v(4, 15), None, false, "164a5e7ad531", Recalled),
        row(SmallPathMayFragment, v(4, 16), None, false, "d52e5a7e7ca4", Recalled),
        // 512 bytes were read in 3.10, 1024 in 4.1; el7 was not looked at.
        row(MtuProbesBisect, v(4, 1), None, false, "6b58e0a5f32d", Recalled),
        // 3.13 and 3.18 were read, 6.18.44 was measured; the release between and el7 were not looked for.
        row(AcceptedStartAtPeersMss, v(3, 18), None, true, "", Read),
    ]
};

impl KernelVersion {
    /// Is the change in force in this kernel?
    pub fn has(self, change: Change) -> bool {
        self.changes().has(change)
    }

    /// All changes that are in force in it.
    pub fn changes(self) -> ChangeSet {
        let in_force = CHANGES.iter().filter(|row| {
            if self.is_el7() {
                row.el7
            } else {
                self.at_least(row.since) && !row.until.is_some_and(|until| self.at_least(until))
            }
        });
        let mut set = [0; 3];
        for row in in_force {
            set[row.change as usize / 64] |= 1 << (row.change as u32 % 64);
        }
        ChangeSet(set)
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
            (
                ResetLeavesTimeWait,
                "2.6.32 3.10 el7 3.18 4.1 4.4.155 4.9.115 4.11 4.14.69 4.17",
                "4.4 4.9 4.14 4.18 4.19 6.18",
            ),
            (RcvBufBoundsScale, "2.6.32", "3.0 3.10 el7 6.18"),
            (UserTimeoutEndsConnect, "2.6.32 3.10 el7 4.18", "4.19 5.4 6.18"),
            (
                UserTimeoutEndsWindowProbes,
                "2.6.32 3.17 el7 5.1 5.3 5.4.92 5.5 5.9 5.10.10",
                "3.18 4.9 5.0 5.4.93 5.4 5.10 5.11 6.18",
            ),
            (EveryTimeoutCounted, "3.10 4.9 4.19.88 el7", "4.19 5.10 6.18"),
            (
                PingpongAfterThree,
                "2.6.32 el7 5.0 5.10.135 5.10 5.15.59 5.15 5.18 5.19 6.18",
                "5.1 5.4 5.9 5.10.134 5.11 5.14 5.15.58 5.17 5.18.15",
            ),
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
