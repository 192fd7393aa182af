//! Counters under their kernel names, and how tools print them.

use super::KernelVersion;
use super::changes::Change;

/// A counter of `/proc/net/snmp` (Tcp) or `/proc/net/netstat` (TcpExt).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs)] // the kernel's own names
pub enum Counter {
    ActiveOpens,
    PassiveOpens,
    AttemptFails,
    EstabResets,
    InSegs,
    OutSegs,
    RetransSegs,
    InErrs,
    OutRsts,
    SyncookiesSent,
    SyncookiesRecv,
    SyncookiesFailed,
    EmbryonicRsts,
    OutOfWindowIcmps,
    TW,
    TWRecycled,
    TWKilled,
    PAWSPassive,
    PAWSActive,
    PAWSEstab,
    PAWSOldAck,
    PAWSTimewait,
    TSEcrRejected,
    DelayedACKs,
    DelayedACKLost,
    ListenOverflows,
    ListenDrops,
    TCPTimeouts,
    TCPLossProbes,
    TCPAbortOnSyn,
    TCPAbortOnData,
    TCPAbortOnClose,
    TCPAbortOnTimeout,
    TCPAbortOnLinger,
    TCPDeferAcceptDrop,
    TCPTimeWaitOverflow,
    TCPReqQFullDoCookies,
    TCPReqQFullDrop,
    TCPRcvQDrop,
    TCPChallengeACK,
    TCPSYNChallenge,
    TCPSynRetrans,
    TCPACKSkippedSynRecv,
    TCPACKSkippedPAWS,
    TCPACKSkippedSeq,
    TCPACKSkippedFinWait2,
    TCPACKSkippedTimeWait,
    TCPACKSkippedChallenge,
    TCPWinProbe,
    TCPKeepAlive,
    TCPSackRecovery,
    TCPRenoRecovery,
    TCPSACKReneging,
    TCPSACKReorder,
    TCPDSACKRecv,
    TCPDSACKUndo,
    TCPFullUndo,
    TCPPartialUndo,
    TCPLossUndo,
    TCPFastRetrans,
    TCPSlowStartRetrans,
    TCPSpuriousRTOs,
    TCPLossProbeRecovery,
    PruneCalled,
    RcvPruned,
    OfoPruned,
    TCPRcvCollapsed,
    TCPOFOQueue,
    BeyondWindow,
    TCPMTUPFail,
    TCPMTUPSuccess,
}

impl Counter {
    /// `Tcp` or `TcpExt`, the group it is printed under.
    pub fn group(self) -> &'static str {
        if self <= Counter::OutRsts { "Tcp" } else { "TcpExt" }
    }

    /// `TcpExt.PAWSPassive`.
    pub fn full_name(self) -> String {
        format!("{}.{self:?}", self.group())
    }

    /// The line of `netstat -s`, with `N` for the number; a counter without one is printed as `    Name: N`.
    fn netstat_phrase(self, tool: NetTools) -> Option<&'static str> {
        Some(match self {
            Counter::ActiveOpens if tool.spells_old() => "N active connections openings",
            Counter::ActiveOpens => "N active connection openings",
            Counter::PassiveOpens => "N passive connection openings",
            Counter::AttemptFails => "N failed connection attempts",
            Counter::EstabResets => "N connection resets received",
            Counter::InSegs => "N segments received",
            Counter::OutSegs if tool.spells_old() => "N segments send out",
            Counter::OutSegs => "N segments sent out",
            Counter::RetransSegs if tool.spells_old() => "N segments retransmited",
            Counter::RetransSegs => "N segments retransmitted",
            Counter::InErrs if tool.spells_old() => "N bad segments received.",
            Counter::InErrs => "N bad segments received",
            Counter::OutRsts => "N resets sent",
            // The phrases say fast and slow the wrong way round; that is how the tool prints them.
            Counter::TW => "N TCP sockets finished time wait in fast timer",
            Counter::TWKilled => "N TCP sockets finished time wait in slow timer",
            Counter::TWRecycled => "N time wait sockets recycled by time stamp",
            Counter::SyncookiesSent => "N SYN cookies sent",
            Counter::SyncookiesRecv => "N SYN cookies received",
            Counter::OutOfWindowIcmps => "N ICMP packets dropped because they were out-of-window",
            Counter::DelayedACKs => "N delayed acks sent",
            Counter::DelayedACKLost => "Quick ack mode was activated N times",
            Counter::ListenOverflows => "N times the listen queue of a socket overflowed",
            Counter::TCPAbortOnLinger => "N connections aborted due to closing while lingering",
            Counter::PAWSPassive => "N passive connections rejected because of time stamp",
            Counter::PAWSActive => "N active connections rejected because of time stamp",
            Counter::PAWSEstab if tool == NetTools::V1_60 => {
                "N packets rejects in established connections because of timestamp"
            }
            Counter::PAWSEstab => "N packets rejected in established connections because of timestamp",
            Counter::ListenDrops if tool == NetTools::V1_60 => "N SYNs to LISTEN sockets ignored",
            Counter::ListenDrops => "N SYNs to LISTEN sockets dropped",
            Counter::SyncookiesFailed => "N invalid SYN cookies received",
            Counter::EmbryonicRsts => "N resets received for embryonic SYN_RECV sockets",
            Counter::TCPTimeouts => "N other TCP timeouts",
            Counter::TCPAbortOnData => "N connections reset due to unexpected data",
            Counter::TCPAbortOnClose => "N connections reset due to early user close",
            Counter::TCPAbortOnTimeout => "N connections aborted due to timeout",
            _ => return None,
        })
    }
}

/// The releases of net-tools whose phrases differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum NetTools {
    /// On machines of the 2.6.32 era.
    V1_60,
    /// On RHEL and CentOS 7.
    V2_0,
    /// Everywhere else.
    V2_10,
}

impl NetTools {
    fn on(kernel: KernelVersion) -> NetTools {
        if kernel.is_el7() {
            NetTools::V2_0
        } else if kernel.has(Change::TcpMetrics) {
            NetTools::V2_10
        } else {
            NetTools::V1_60
        }
    }

    /// Some words were misspelt for long.
    fn spells_old(self) -> bool {
        self != NetTools::V2_10
    }
}

/// The counters of a host.
#[derive(Clone, Debug, Default)]
pub struct Counters {
    /// Sorted.
    moved: Vec<(Counter, u64)>,
}

impl Counters {
    /// Adds one.
    pub fn add(&mut self, counter: Counter) {
        self.add_times(counter, 1);
    }

    /// Adds `times`; a counter that moves by none stays unmoved.
    pub fn add_times(&mut self, counter: Counter, times: u64) {
        match self.moved.iter_mut().find(|(known, _)| *known >= counter) {
            Some((known, count)) if *known == counter => *count += times,
            _ if times == 0 => {}
            _ => {
                let at = self.moved.iter().take_while(|(known, _)| *known < counter).count();
                self.moved.insert(at, (counter, times));
            }
        }
    }

    /// How often it was counted.
    pub fn get(&self, counter: Counter) -> u64 {
        self.moved.iter().find(|(known, _)| *known == counter).map_or(0, |(_, count)| *count)
    }

    /// Those that moved, in the kernel's order.
    pub fn moved(&self) -> impl Iterator<Item = (Counter, u64)> + '_ {
        self.moved.iter().copied()
    }

    /// The moved counters as `netstat -s` prints them, in the words of the net-tools that such a machine carries.
    pub fn netstat_s(&self, kernel: KernelVersion) -> String {
        let tool = NetTools::on(kernel);
        let mut out = String::new();
        let mut group = "";
        for (counter, count) in self.moved() {
            if counter.group() != group {
                group = counter.group();
                out += group;
                out += ":\n";
            }
            out += "    ";
            match counter.netstat_phrase(tool) {
                Some(phrase) => out += &phrase.replacen('N', &count.to_string(), 1),
                None => out += &format!("{counter:?}: {count}"),
            }
            out += "\n";
        }
        out
    }
}
