//! Which port a connect() gets, and when it may take one from a TIME_WAIT (`__inet_hash_connect`,
//! `__inet_check_established`, `tcp_twsk_unique`).

use super::host::{Entry, Host};
use super::socket::{Errno, Flow};
use super::time_wait::{REOPEN_GAP, Substate, TimeWait};
use super::timestamps::Recent;
use crate::kernel::{Change, ChangeSet, Counter, Sysctl};
use crate::net::{Endpoint, Ipv4};
use crate::rng::mix;
use crate::time::Time;
use std::ops::Range;

/// The order in which connect() tries the ports of `ip_local_port_range`. They have places: ports that are tried one
/// after the other lie side by side. Up to 4.1 all ports are one circle; from 4.2 on those an even distance from the
/// first are a circle of their own, and come first.
#[derive(Clone, Copy, Debug)]
pub struct PortOrder {
    first: u16,
    count: u32,
    even_first: bool,
}

impl PortOrder {
    /// The order on a kernel with these changes.
    pub fn new(changes: ChangeSet, (first, last): (u16, u16)) -> PortOrder {
        let count = u32::from(last.saturating_sub(first)) + 1;
        PortOrder { first, count, even_first: changes.has(Change::EvenPortsFirst) }
    }

    /// How many ports there are.
    pub fn count(&self) -> u32 {
        self.count
    }

    /// The port at a place.
    pub fn port(&self, place: u32) -> u16 {
        let first_circle = self.first_circle();
        let distance = match place.checked_sub(first_circle) {
            _ if !self.even_first => place,
            None => place * 2,
            Some(odd) => odd * 2 + 1,
        };
        self.first.saturating_add(distance as u16)
    }

    fn first_circle(&self) -> u32 {
        if self.even_first { self.count.div_ceil(2) } else { self.count }
    }

    /// Looks for a port, from a number that depends on both ends and grows with each search. `first_in` tells the
    /// first usable place of a stretch. Returns the place that was found, and how far behind this search's start the
    /// next one begins.
    pub fn search(
        &self,
        start: u64,
        mut first_in: impl FnMut(Range<u32>) -> Option<u32>,
    ) -> Option<(u32, u64)> {
        let first = self.first_circle();
        let stride = if self.even_first { 2 } else { 1 };
        let from = (start % u64::from(self.count)) as u32 / stride;
        for circle in [0..first, first..self.count] {
            let size = circle.end - circle.start;
            let from = circle.start + from.checked_rem(size).unwrap_or(0);
            for stretch in [from..circle.end, circle.start..from] {
                if let Some(place) = first_in(stretch) {
                    let tries = if place >= from { place - from } else { place + size - from };
                    return Some((place, u64::from((tries + 1) * stride)));
                }
            }
        }
        None
    }
}

/// The number that the first search for a port towards `remote` starts from (`inet_sk_port_offset`).
pub fn search_start(secret: u64, local: Ipv4, remote: Endpoint) -> u64 {
    let ends = u64::from(local.0) << 32 | u64::from(remote.addr.0);
    mix(secret ^ mix(ends) ^ u64::from(remote.port))
}

/// What connect() asks of a TIME_WAIT whose port it might take.
#[derive(Clone, Copy, Debug)]
pub struct Old {
    /// Is one end in 127.0.0.0/8?
    pub loopback: bool,
    /// Is it an orphan in FIN_WAIT2?
    pub fin_wait2: bool,
    /// The second in which its last timestamp came in; none when it used no timestamps.
    pub stamp_s: Option<u64>,
    /// When it began.
    pub entered: Time,
}

/// From when on connect() may take its port (`tcp_twsk_unique`): only with timestamps, only when `tcp_tw_reuse` says
/// so, and not at once. `wall` is the host's clock at the start of the run, whose whole seconds count up to 6.13.
pub fn reusable_from(changes: ChangeSet, sysctl: &Sysctl, wall: Time, old: &Old) -> Option<Time> {
    let stamp_s = old.stamp_s?;
    let on = match sysctl.tcp_tw_reuse {
        0 => false,
        2 if changes.has(Change::TwReuseLoopback) => old.loopback,
        _ => true,
    };
    if !on || (old.fin_wait2 && changes.has(Change::TwReuseNotFinWait2)) {
        return None;
    }
    if changes.has(Change::TwReuseDelay) {
        return Some(old.entered + sysctl.tcp_tw_reuse_delay + Time(1));
    }
    let seconds = if changes.has(Change::TwReuseNextSecond) { 1 } else { 2 };
    Some(Time::from_secs(stamp_s + seconds) - wall)
}

/// A port for a new connection.
pub(super) struct Chosen {
    pub(super) port: u16,
    /// Taken from a TIME_WAIT: where sequence numbers go on, and the last timestamp of the old connection.
    pub(super) reused: Option<(u32, Option<Recent>)>,
}

impl Host {
    /// The first usable port of `ip_local_port_range`.
    pub(super) fn choose_port(&mut self, local: Ipv4, remote: Endpoint) -> Result<Chosen, Errno> {
        let order = PortOrder::new(self.stack.changes(), self.stack.sysctl.ip_local_port_range);
        let start = search_start(self.stack.clock.secret, local, remote).wrapping_add(self.port_hint);
        let flow = |place| Flow { local: Endpoint::new(local, order.port(place)), remote };
        let usable = |place: &u32| {
            let flow = flow(*place);
            !self.listeners.contains_key(&flow.local.port) && self.is_usable(flow, false)
        };
        let (place, further) =
            order.search(start, |mut stretch| stretch.find(usable)).ok_or(Errno::EADDRNOTAVAIL)?;
        self.port_hint = self.port_hint.wrapping_add(further);
        Ok(self.take(flow(place)))
    }

    /// A port that bind() chose before.
    pub(super) fn check_port(&mut self, flow: Flow) -> Result<Chosen, Errno> {
        if self.is_usable(flow, true) { Ok(self.take(flow)) } else { Err(Errno::EADDRNOTAVAIL) }
    }

    fn is_usable(&self, flow: Flow, bound: bool) -> bool {
        match self.table.get(&flow) {
            None => true,
            Some(Entry::TimeWait(bucket)) => self.may_reuse(flow, bucket, bound),
            Some(_) => false,
        }
    }

    fn take(&mut self, flow: Flow) -> Chosen {
        let reused = match self.table.get(&flow) {
            Some(Entry::TimeWait(bucket)) => {
                let iss = bucket.snd_nxt.wrapping_add(REOPEN_GAP).max(1);
                Some((iss, bucket.ts.map(|(_, recent)| recent)))
            }
            _ => None,
        };
        if reused.is_some() {
            self.stack.count(Counter::TWRecycled);
            self.drop_time_wait(flow);
        }
        Chosen { port: flow.local.port, reused }
    }

    fn may_reuse(&self, flow: Flow, bucket: &TimeWait, bound: bool) -> bool {
        let stack = &self.stack;
        let stamp_s = bucket.ts.map(|(_, recent)| recent.stamp_s);
        if bound {
            return stamp_s.is_some();
        }
        let old = Old {
            loopback: flow.local.addr.is_loopback() || flow.remote.addr.is_loopback(),
            fin_wait2: bucket.substate == Substate::FinWait2,
            stamp_s,
            entered: bucket.entered,
        };
        reusable_from(stack.changes(), &stack.sysctl, stack.wall(), &old)
            .is_some_and(|from| from <= stack.now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::KernelVersion;

    fn changes(kernel: &str) -> ChangeSet {
        KernelVersion::parse(kernel).unwrap().changes()
    }

    /// The ports that searches find one after the other, when none is given back.
    fn found(kernel: &str, range: (u16, u16), start: u64) -> Vec<u16> {
        let order = PortOrder::new(changes(kernel), range);
        let mut taken = vec![false; order.count() as usize];
        let mut start = start;
        let mut ports = Vec::new();
        while let Some((place, further)) =
            order.search(start, |mut stretch| stretch.find(|place| !taken[*place as usize]))
        {
            taken[place as usize] = true;
            ports.push(order.port(place));
            start += further;
        }
        ports
    }

    /// Measured on 6.18: even distances first, then odd ones.
    #[test]
    fn every_port_is_tried_even_ones_first_from_4_2() {
        assert_eq!(found("4.1", (100, 105), 3), [103, 104, 105, 100, 101, 102]);
        assert_eq!(found("4.2", (100, 105), 3), [102, 104, 100, 103, 105, 101]);
        assert_eq!(found("6.18", (101, 105), 0), [101, 103, 105, 102, 104]);
        for kernel in ["3.10", "6.18"] {
            assert_eq!(found(kernel, (7, 7), u64::MAX / 2), [7]);
            for start in 0..40 {
                let mut ports = found(kernel, (65_500, 65_535), start);
                ports.sort_unstable();
                assert!(ports.into_iter().eq(65_500..=65_535), "{kernel}, from {start}");
            }
        }
    }

    /// Kernel, `tcp_tw_reuse`, loopback; milliseconds after which a port comes back that closed at x.4 s.
    #[test]
    fn when_a_port_comes_back() {
        let entered = Time::from_millis(10_400);
        let wall = Time::from_secs(1000);
        for (kernel, tcp_tw_reuse, loopback, after_ms) in [
            ("2.6.32", 0, true, None),
            ("4.9", 1, false, Some(1600)),
            ("4.15", 2, false, Some(1600)),
            ("4.19", 0, true, None),
            ("4.19", 1, false, Some(600)),
            ("4.19", 2, false, None),
            ("4.19", 2, true, Some(600)),
            ("6.18", 1, false, Some(1000)),
            ("6.18", 2, false, None),
        ] {
            let kernel = KernelVersion::parse(kernel).unwrap();
            let sysctl = Sysctl { tcp_tw_reuse, ..Sysctl::defaults(kernel) };
            let from = |stamp_s, fin_wait2| {
                let old = Old { loopback, fin_wait2, stamp_s, entered };
                reusable_from(kernel.changes(), &sysctl, wall, &old).map(|from| (from - entered).millis())
            };
            assert_eq!(from(Some(1010), false), after_ms, "{kernel}, {tcp_tw_reuse}");
            assert_eq!(from(None, false), None, "{kernel} without timestamps");
            let fin_wait2 = after_ms.filter(|_| !kernel.has(Change::TwReuseNotFinWait2));
            assert_eq!(from(Some(1010), true), fin_wait2, "{kernel} in FIN_WAIT2");
        }
    }
}
