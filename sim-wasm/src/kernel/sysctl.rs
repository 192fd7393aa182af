//! The settings of a host, named as under `net.ipv4`.

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

/// The settings of a host.
#[derive(Clone, Debug)]
pub struct Sysctl {
    /// `tcp_timestamps`
    pub tcp_timestamps: Timestamps,
    /// `tcp_tw_recycle`; without effect from 4.12, which has it no more.
    pub tcp_tw_recycle: bool,
    /// `tcp_syn_retries`: how often an unanswered SYN is sent again.
    pub tcp_syn_retries: u32,
    /// `tcp_syn_linear_timeouts`: how many of those come one second apart, on kernels that have it.
    pub tcp_syn_linear_timeouts: u32,
    /// `tcp_synack_retries`: how often an unanswered SYN-ACK is sent again.
    pub tcp_synack_retries: u32,
    /// `tcp_retries2`: how often unanswered data are sent again.
    pub tcp_retries2: u32,
    /// `tcp_fin_timeout`, in seconds.
    pub tcp_fin_timeout: u64,
    /// `tcp_syncookies`; 0, 1 or 2.
    pub tcp_syncookies: u8,
    /// `tcp_invalid_ratelimit`: at most one ACK in answer to bad segments of a socket in this time.
    pub tcp_invalid_ratelimit: Time,
    /// `tcp_rfc1337`: an RST does not end TIME_WAIT.
    pub tcp_rfc1337: bool,
}

impl Sysctl {
    /// The defaults of a kernel.
    pub fn defaults(kernel: KernelVersion) -> Sysctl {
        Sysctl {
            tcp_timestamps: Timestamps::On,
            tcp_tw_recycle: false,
            tcp_syn_retries: if kernel.has(Change::SynRetries6) { 6 } else { 5 },
            tcp_syn_linear_timeouts: if kernel.has(Change::SynLinearTimeouts) { 4 } else { 0 },
            tcp_synack_retries: 5,
            tcp_retries2: 15,
            tcp_fin_timeout: 60,
            tcp_syncookies: u8::from(kernel.has(Change::SyncookiesDefaultOn)),
            tcp_invalid_ratelimit: Time::from_millis(500),
            tcp_rfc1337: false,
        }
    }
}
