//! How TSval is made, and how PAWS compares it (RFC 7323 §5).

use super::seq::distance;
use super::socket::Flow;
use crate::kernel::{Change, ChangeSet, KernelVersion, Timestamps};
use crate::rng::mix;
use crate::time::Time;

/// The clock behind a host's timestamps.
#[derive(Clone, Copy, Debug)]
pub struct TimestampClock {
    /// What is so in the host's kernel.
    pub changes: ChangeSet,
    /// Jiffies per second; decides the tick up to 4.12.
    pub hz: u64,
    /// How long the host had been up when the run began.
    pub uptime: Time,
    /// Drawn at boot; keys the offsets.
    pub secret: u64,
}

impl TimestampClock {
    /// Ticks per second.
    pub fn ticks_per_second(&self) -> u64 {
        if self.changes.has(Change::TsClockMilliseconds) { 1000 } else { self.hz }
    }

    /// Jiffies since boot at `now`.
    pub fn jiffies(&self, now: Time) -> u64 {
        (self.uptime + now).0 / (1_000_000_000 / self.hz)
    }

    /// The clock's value, before any offset. Up to 4.12 it is `jiffies`, which starts at `-300 * HZ`
    /// (INITIAL_JIFFIES), so that it wraps five minutes after boot; later, milliseconds since boot.
    pub fn now(&self, now: Time) -> u32 {
        if self.changes.has(Change::TsClockMilliseconds) {
            (self.uptime + now).millis() as u32
        } else {
            (self.jiffies(now) as u32).wrapping_sub((300 * self.hz) as u32)
        }
    }

    /// What a connection adds to the clock (`secure_tcp_ts_off`). The addresses are those the host itself sees: before
    /// source NAT, and the destination it dialled.
    pub fn offset(&self, mode: Timestamps, flow: Flow) -> u32 {
        if mode != Timestamps::On {
            return 0;
        }
        let addresses = u64::from(flow.local.addr.0) << 32 | u64::from(flow.remote.addr.0);
        let ports = u64::from(flow.local.port) << 16 | u64::from(flow.remote.port);
        if self.changes.has(Change::TsOffsetPerConnection) {
            (mix(mix(self.secret ^ mix(addresses)) ^ ports) >> 32) as u32
        } else if self.changes.has(Change::TsOffsetPerAddressPair) {
            (mix(self.secret ^ mix(addresses)) >> 32) as u32
        } else {
            0
        }
    }
}

/// The last timestamp taken in from the other side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recent {
    /// `ts_recent`
    pub tsval: u32,
    /// `ts_recent_stamp`: the whole second in which it was taken.
    pub stamp_s: u64,
}

/// 24 days in seconds (TCP_PAWS_24DAYS).
const PAWS_24_DAYS: u64 = 24 * 24 * 3600;
/// INT_MAX microseconds in seconds (TCP_PAWS_WRAP), since timestamps may count microseconds.
const PAWS_WRAP: u64 = 2147;
/// TCP_PAWS_MSL in seconds.
pub const PAWS_MSL: u64 = 60;
/// TCP_PAWS_WINDOW in ticks: how much older a timestamp may be in a synchronised state.
pub const PAWS_WINDOW: i32 = 1;

/// `tcp_paws_check`: is `tsval` recent enough, when it may be `window` ticks older?
pub fn paws_check(kernel: KernelVersion, recent: Recent, tsval: u32, window: i32, now_s: u64) -> bool {
    // Asked for each segment: what the version changes is looked up only where it decides.
    let forgotten = || if kernel.has(Change::PawsWrap2147) { PAWS_WRAP } else { PAWS_24_DAYS };
    distance(recent.tsval, tsval) <= window
        || now_s >= recent.stamp_s + forgotten()
        // "Some OSes send SYN and SYNACK messages with tsval=0": a zero that was remembered proves nothing.
        || (recent.tsval == 0 && kernel.has(Change::PawsZeroRecentPasses))
}

/// `tcp_paws_reject`: the strict test of requests and TIME_WAIT, from which an RST is exempt after 60 seconds.
pub fn paws_reject(kernel: KernelVersion, recent: Recent, tsval: u32, rst: bool, now_s: u64) -> bool {
    let exempt = rst && now_s >= recent.stamp_s + PAWS_MSL;
    !exempt && !paws_check(kernel, recent, tsval, 0, now_s)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::{Endpoint, Ipv4};

    fn clock(kernel: &str) -> TimestampClock {
        let changes = KernelVersion::parse(kernel).unwrap().changes();
        TimestampClock { changes, hz: 250, uptime: Time::from_secs(1000), secret: 42 }
    }

    fn flow(daddr: u8, sport: u16) -> Flow {
        Flow {
            local: Endpoint::new(Ipv4::new(10, 0, 0, 1), sport),
            remote: Endpoint::new(Ipv4::new(192, 0, 2, daddr), 80),
        }
    }

    #[test]
    fn the_clock_counts_jiffies_up_to_4_12_and_milliseconds_after() {
        assert_eq!(clock("4.12").now(Time::ZERO), 250_000 - 75_000);
        assert_eq!(clock("4.13").now(Time::ZERO), 1_000_000);
        assert_eq!(clock("3.10").now(Time::from_secs(1)), 250_250 - 75_000);
    }

    #[test]
    fn jiffies_wrap_five_minutes_after_boot() {
        let young = TimestampClock { uptime: Time::from_secs(299), ..clock("3.10") };
        assert_eq!(young.now(Time::ZERO), u32::MAX - 249);
        assert_eq!(young.now(Time::from_secs(1)), 0);
    }

    #[test]
    fn what_an_offset_depends_on() {
        // kernel, mode: does it change with the port? with the destination?
        for (kernel, mode, port, destination) in [
            ("4.9", Timestamps::On, false, false),
            ("4.9", Timestamps::WithoutOffset, false, false),
            ("4.10", Timestamps::On, true, true),
            ("4.10", Timestamps::WithoutOffset, false, false),
            ("4.11", Timestamps::On, false, true),
            ("6.14", Timestamps::On, false, true),
            ("6.18.18", Timestamps::On, false, true),
            ("6.18.19", Timestamps::On, true, true),
            ("el7", Timestamps::On, false, false),
        ] {
            let clock = clock(kernel);
            let base = clock.offset(mode, flow(1, 40000));
            assert_eq!(clock.offset(mode, flow(1, 40001)) != base, port, "{kernel} {mode:?} port");
            assert_eq!(clock.offset(mode, flow(2, 40000)) != base, destination, "{kernel} {mode:?} address");
        }
    }

    #[test]
    fn a_remembered_zero_passes_except_on_2_6_32() {
        let zero = Recent { tsval: 0, stamp_s: 100 };
        let old = KernelVersion::parse("2.6.32").unwrap();
        assert!(paws_reject(old, zero, u32::MAX, false, 100));
        assert!(!paws_reject(KernelVersion::EL7, zero, u32::MAX, false, 100));
    }
}
