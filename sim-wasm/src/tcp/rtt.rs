//! Round-trip time and the retransmission timeout (`tcp_rtt_estimator`, RFC 6298 with Linux's floor on the variance).

use crate::kernel::{Change, ChangeSet};
use crate::time::Time;

/// TCP_RTO_MIN
const RTO_MIN: i64 = 200_000;
/// TCP_RTO_MAX
pub const RTO_MAX: Time = Time::from_secs(120);

/// TCP_TIMEOUT_INIT: the timeout of a SYN, of a SYN-ACK, and of whatever goes out before the first sample.
pub fn initial_rto(changes: ChangeSet) -> Time {
    Time::from_secs(if changes.has(Change::InitialRto1s) { 1 } else { 3 })
}

/// A timeout that has gone off `times` times without an answer: each doubles it, to two minutes at most.
pub fn backed_off(timeout: Time, times: u32) -> Time {
    Time(timeout.0 << times.min(20)).min(RTO_MAX)
}

/// The estimator of a connection, in microseconds, with the kernel's scaling.
#[derive(Clone, Debug)]
pub struct RttEstimator {
    /// Eight times the smoothed round-trip time; 0 before the first sample.
    srtt: i64,
    /// Four times the mean deviation.
    mdev: i64,
    mdev_max: i64,
    rttvar: i64,
    initial: Time,
    /// Timeouts are kept in ticks of this length.
    jiffy: Time,
    rto: Time,
}

impl RttEstimator {
    /// An estimator without samples: its timeout is `initial`, and later ones are whole ticks of `jiffy`.
    pub fn new(initial: Time, jiffy: Time) -> RttEstimator {
        RttEstimator { srtt: 0, mdev: 0, mdev_max: 0, rttvar: 0, initial, jiffy, rto: initial }
    }

    /// Takes a sample. `new_round` says that a whole flight has been acknowledged since the last time it was set.
    pub fn sample(&mut self, rtt: Time, new_round: bool) {
        self.estimate(rtt, new_round);
        let timeout = Time::from_micros(((self.srtt >> 3) + self.rttvar) as u64);
        self.rto = Time(timeout.0.div_ceil(self.jiffy.0) * self.jiffy.0).min(RTO_MAX);
    }

    fn estimate(&mut self, rtt: Time, new_round: bool) {
        let mut m = (rtt.micros() as i64).max(1);
        if self.srtt == 0 {
            self.srtt = m << 3;
            self.mdev = m << 1;
            self.rttvar = self.mdev.max(RTO_MIN);
            self.mdev_max = self.rttvar;
            return;
        }
        m -= self.srtt >> 3;
        self.srtt += m;
        if m < 0 {
            m = -m - (self.mdev >> 2);
            // A round trip that got shorter shall not widen the variance as fast as one that got longer.
            if m > 0 {
                m >>= 3;
            }
        } else {
            m -= self.mdev >> 2;
        }
        self.mdev += m;
        if self.mdev > self.mdev_max {
            self.mdev_max = self.mdev;
            self.rttvar = self.rttvar.max(self.mdev_max);
        }
        if new_round {
            if self.mdev_max < self.rttvar {
                self.rttvar -= (self.rttvar - self.mdev_max) >> 2;
            }
            self.mdev_max = RTO_MIN;
        }
    }

    /// The smoothed round-trip time; none before the first sample.
    pub fn srtt(&self) -> Option<Time> {
        (self.srtt > 0).then(|| Time::from_micros((self.srtt >> 3) as u64))
    }

    /// The mean deviation, as `tcp_info` tells it; before the first sample a quarter of the first timeout.
    pub fn deviation(&self) -> Time {
        match self.srtt {
            0 => Time(self.initial.0 / 4),
            _ => Time::from_micros((self.mdev >> 2) as u64),
        }
    }

    /// The timeout before any back-off.
    pub fn rto(&self) -> Time {
        self.rto
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lan_connection_times_out_after_little_more_than_200_ms() {
        let mut rtt = RttEstimator::new(Time::from_secs(1), Time::from_micros(100));
        assert_eq!(rtt.rto(), Time::from_secs(1));
        rtt.sample(Time::from_micros(300), true);
        assert_eq!(rtt.rto(), Time::from_micros(200_300));
        for _ in 0..20 {
            rtt.sample(Time::from_micros(300), true);
        }
        assert_eq!(rtt.rto(), Time::from_micros(200_300));
    }
}
