//! The settings of a host, named as under `net.ipv4` and `net.core`.

use super::KernelVersion;
use super::changes::Change;
use crate::time::Time;

/// `net.ipv4.tcp_timestamps`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Timestamps {
    /// 0: the option is neither sent nor read.
    Off,
    /// 1: on; from 4.10 with a random offset.
    On,
    /// 2: on; from 4.10 without the offset. Up to 4.9 any value but 0 means on.
    WithoutOffset,
}

impl Timestamps {
    /// From the number in the sysctl; other numbers than 0 and 2 mean on.
    pub fn from_value(value: i64) -> Timestamps {
        match value {
            0 => Timestamps::Off,
            2 => Timestamps::WithoutOffset,
            _ => Timestamps::On,
        }
    }

    /// The number in the sysctl.
    pub fn value(self) -> u8 {
        match self {
            Timestamps::Off => 0,
            Timestamps::On => 1,
            Timestamps::WithoutOffset => 2,
        }
    }

    /// Is the option in use?
    pub fn enabled(self) -> bool {
        self != Timestamps::Off
    }
}

/// The settings of a host. Each field is the sysctl of its name.
#[derive(Clone, Debug)]
pub struct Sysctl {
    /// `tcp_timestamps`
    pub tcp_timestamps: Timestamps,
    /// `tcp_sack`: selective acknowledgements.
    pub tcp_sack: bool,
    /// `tcp_dsack`: tell the sender of what came twice.
    pub tcp_dsack: bool,
    /// `tcp_window_scaling`
    pub tcp_window_scaling: bool,
    /// `tcp_tw_recycle`; without effect from 4.12, which has it no more.
    pub tcp_tw_recycle: bool,
    /// `tcp_tw_reuse`: 0, 1, or 2 for loopback only.
    pub tcp_tw_reuse: u8,
    /// `tcp_tw_reuse_delay`: how old a TIME_WAIT must be to be reused, from 6.14.
    pub tcp_tw_reuse_delay: Time,
    /// `tcp_max_tw_buckets`
    pub tcp_max_tw_buckets: u32,
    /// `tcp_syn_retries`: how often an unanswered SYN is sent again.
    pub tcp_syn_retries: u32,
    /// `tcp_syn_linear_timeouts`: how many of those come one second apart, on kernels that have it.
    pub tcp_syn_linear_timeouts: u32,
    /// `tcp_synack_retries`: how often an unanswered SYN-ACK is sent again.
    pub tcp_synack_retries: u32,
    /// `tcp_retries2`: how often unanswered data are sent again.
    pub tcp_retries2: u32,
    /// `tcp_orphan_retries`: the same once the program has closed; 0 means 8.
    pub tcp_orphan_retries: u32,
    /// `tcp_fin_timeout`, in seconds.
    pub tcp_fin_timeout: u64,
    /// `tcp_keepalive_time`
    pub tcp_keepalive_time: Time,
    /// `tcp_keepalive_intvl`
    pub tcp_keepalive_intvl: Time,
    /// `tcp_keepalive_probes`
    pub tcp_keepalive_probes: u32,
    /// `tcp_syncookies`; 0, 1 or 2.
    pub tcp_syncookies: u8,
    /// `tcp_max_syn_backlog`
    pub tcp_max_syn_backlog: u32,
    /// `tcp_abort_on_overflow`
    pub tcp_abort_on_overflow: bool,
    /// `net.core.somaxconn`
    pub somaxconn: u32,
    /// `tcp_invalid_ratelimit`: at most one ACK in answer to bad segments of a socket in this time.
    pub tcp_invalid_ratelimit: Time,
    /// `tcp_challenge_ack_limit`: challenge ACKs of the whole host in a second.
    pub tcp_challenge_ack_limit: u32,
    /// `tcp_rfc1337`: an RST does not end TIME_WAIT.
    pub tcp_rfc1337: bool,
    /// `tcp_early_retrans`: 3 and 4 turn tail loss probes on.
    pub tcp_early_retrans: u8,
    /// `tcp_frto`: are timeouts held in doubt? 2 means with SACK.
    pub tcp_frto: u8,
    /// `tcp_tso_win_divisor`: the share of the window that a packet of several segments waits for.
    pub tcp_tso_win_divisor: u32,
    /// `tcp_congestion_control` is `reno`, not `cubic`.
    pub reno: bool,
    /// `tcp_slow_start_after_idle`
    pub tcp_slow_start_after_idle: bool,
    /// `tcp_moderate_rcvbuf`: the receive buffer grows with need.
    pub tcp_moderate_rcvbuf: bool,
    /// `tcp_adv_win_scale`: the share of the receive buffer that is window; without effect from 6.6.
    pub tcp_adv_win_scale: i32,
    /// `tcp_rmem`: least, first and greatest receive buffer in bytes.
    pub tcp_rmem: [u32; 3],
    /// `tcp_wmem`: the same of the send buffer.
    pub tcp_wmem: [u32; 3],
    /// `net.core.rmem_max`
    pub rmem_max: u32,
    /// `net.core.wmem_max`
    pub wmem_max: u32,
    /// `tcp_mtu_probing`: 0 off, 1 once large segments seem to disappear, 2 always.
    pub tcp_mtu_probing: u8,
    /// `tcp_base_mss`: where such probing begins.
    pub tcp_base_mss: u32,
    /// `ip_no_pmtu_disc`: 0 lets no packet be fragmented, 1 every one.
    pub ip_no_pmtu_disc: u8,
    /// `ip_local_port_range`: the first and the last port that connect() may choose.
    pub ip_local_port_range: (u16, u16),
}

impl Sysctl {
    /// The defaults of a kernel on a machine with plenty of memory (64 GiB).
    pub fn defaults(kernel: KernelVersion) -> Sysctl {
        let has = |change| kernel.has(change);
        Sysctl {
            tcp_timestamps: Timestamps::On,
            tcp_sack: true,
            tcp_dsack: true,
            tcp_window_scaling: true,
            tcp_tw_recycle: false,
            tcp_tw_reuse: if has(Change::TwReuseLoopback) { 2 } else { 0 },
            tcp_tw_reuse_delay: Time::from_secs(1),
            tcp_max_tw_buckets: if has(Change::TablesSizedByMemory) { 262_144 } else { 180_000 },
            tcp_syn_retries: if has(Change::SynRetries6) { 6 } else { 5 },
            tcp_syn_linear_timeouts: if has(Change::SynLinearTimeouts) { 4 } else { 0 },
            tcp_synack_retries: 5,
            tcp_retries2: 15,
            tcp_orphan_retries: 0,
            tcp_fin_timeout: 60,
            tcp_keepalive_time: Time::from_secs(7200),
            tcp_keepalive_intvl: Time::from_secs(75),
            tcp_keepalive_probes: 9,
            tcp_syncookies: u8::from(has(Change::SyncookiesDefaultOn)),
            tcp_max_syn_backlog: match () {
                () if has(Change::SomaxconnDefault4096) => 4096,
                () if has(Change::TablesSizedByMemory) => 2048,
                () => 1024,
            },
            tcp_abort_on_overflow: false,
            somaxconn: if has(Change::SomaxconnDefault4096) { 4096 } else { 128 },
            tcp_invalid_ratelimit: Time::from_millis(500),
            tcp_challenge_ack_limit: match () {
                () if has(Change::ChallengeAckUnlimited) => i32::MAX as u32,
                () if has(Change::ChallengeAckLimit1000) => 1000,
                () => 100,
            },
            tcp_rfc1337: false,
            tcp_early_retrans: 3,
            tcp_frto: 2,
            tcp_tso_win_divisor: 3,
            reno: false,
            tcp_slow_start_after_idle: true,
            tcp_moderate_rcvbuf: true,
            tcp_adv_win_scale: if has(Change::AdvWinScaleHalf) { 1 } else { 2 },
            tcp_rmem: [
                4096,
                if has(Change::InitialWindow64k) { 131_072 } else { 87_380 },
                match () {
                    () if has(Change::Rmem32M) => 33_554_432,
                    () if has(Change::AdvWinScaleHalf) => 6_291_456,
                    () => 4_194_304,
                },
            ],
            tcp_wmem: [4096, 16_384, 4_194_304],
            rmem_max: if has(Change::Rmem32M) { 4_194_304 } else { 212_992 },
            wmem_max: if has(Change::Rmem32M) { 4_194_304 } else { 212_992 },
            tcp_mtu_probing: 0,
            tcp_base_mss: if has(Change::MtuProbesBisect) { 1024 } else { 512 },
            ip_no_pmtu_disc: 0,
            ip_local_port_range: (32_768, if has(Change::PortRangeEndsOdd) { 60_999 } else { 61_000 }),
        }
    }
}
