//! Which port a connect() gets, and when it may take one from a TIME_WAIT (`__inet_hash_connect`,
//! `__inet_check_established`, `tcp_twsk_unique`).

use super::host::{Entry, Host};
use super::socket::{Errno, Flow};
use super::time_wait::{REOPEN_GAP, Substate, TimeWait};
use super::timestamps::Recent;
use crate::kernel::{Change, Counter};
use crate::net::{Endpoint, Ipv4};
use crate::rng::mix;
use crate::time::Time;

/// A port for a new connection.
pub(super) struct Chosen {
    pub(super) port: u16,
    /// Taken from a TIME_WAIT: where sequence numbers go on, and the last timestamp of the old connection.
    pub(super) reused: Option<(u32, Option<Recent>)>,
}

impl Host {
    /// The first free port of `ip_local_port_range`, from a start that depends on both ends; from 4.2 on even ones
    /// first.
    pub(super) fn choose_port(&mut self, local: Ipv4, remote: Endpoint) -> Result<Chosen, Errno> {
        let (first, last) = self.stack.sysctl.ip_local_port_range;
        let count = u64::from(last.saturating_sub(first)) + 1;
        let ends = u64::from(local.0) << 32 | u64::from(remote.addr.0);
        let start = mix(self.stack.clock.secret ^ mix(ends) ^ u64::from(remote.port)) + self.port_hint;
        let even = self.stack.has(Change::EvenPortsFirst);
        let offset = if even { (start % count) & !1 } else { start % count };
        let place = |n: u64| {
            if !even {
                return (offset + n) % count;
            }
            let half = count.div_ceil(2);
            if n < half {
                (offset / 2 + n) % half * 2
            } else {
                ((offset / 2 + n - half) % (count / 2)) * 2 + 1
            }
        };
        for n in 0..count {
            let port = first + place(n) as u16;
            if self.has_listener_on(port) {
                continue;
            }
            let flow = Flow { local: Endpoint::new(local, port), remote };
            if let Some(chosen) = self.usable(flow, false) {
                self.port_hint += if even { (n + 2) & !1 } else { n + 1 };
                return Ok(chosen);
            }
        }
        Err(Errno::EADDRNOTAVAIL)
    }

    fn has_listener_on(&self, port: u16) -> bool {
        self.listeners.contains_key(&port)
    }

    /// A port that bind() chose before.
    pub(super) fn check_port(&mut self, flow: Flow) -> Result<Chosen, Errno> {
        self.usable(flow, true).ok_or(Errno::EADDRNOTAVAIL)
    }

    fn usable(&mut self, flow: Flow, bound: bool) -> Option<Chosen> {
        let port = flow.local.port;
        match self.table.get(&flow) {
            None => Some(Chosen { port, reused: None }),
            Some(Entry::TimeWait(bucket)) if self.may_reuse(flow, bucket, bound) => {
                let iss = bucket.snd_nxt.wrapping_add(REOPEN_GAP).max(1);
                let reused = Some((iss, bucket.ts.map(|(_, recent)| recent)));
                self.stack.count(Counter::TWRecycled);
                self.buckets -= 1;
                self.forget(flow);
                Some(Chosen { port, reused })
            }
            _ => None,
        }
    }

    /// `tcp_twsk_unique`: only a connection with timestamps, and only when `tcp_tw_reuse` says so and time has passed.
    fn may_reuse(&self, flow: Flow, bucket: &TimeWait, bound: bool) -> bool {
        let stack = &self.stack;
        let Some((_, recent)) = bucket.ts else { return false };
        if bound {
            return true;
        }
        let loopback = flow.local.addr.is_loopback() || flow.remote.addr.is_loopback();
        let on = match stack.sysctl.tcp_tw_reuse {
            0 => false,
            2 if stack.has(Change::TwReuseLoopback) => loopback,
            _ => true,
        };
        if !on || (bucket.substate == Substate::FinWait2 && stack.has(Change::TwReuseNotFinWait2)) {
            return false;
        }
        if stack.has(Change::TwReuseDelay) {
            return stack.now > bucket.entered + stack.sysctl.tcp_tw_reuse_delay;
        }
        let seconds = stack.now_s().saturating_sub(recent.stamp_s);
        seconds > u64::from(!stack.has(Change::TwReuseNextSecond))
    }

    /// How many ports connect() could still choose towards `remote`, those of old TIME_WAITs included.
    pub fn free_ports(&self, local: Ipv4, remote: Endpoint) -> u32 {
        let (first, last) = self.stack.sysctl.ip_local_port_range;
        let usable = |port: &u16| {
            let flow = Flow { local: Endpoint::new(local, *port), remote };
            match self.table.get(&flow) {
                None => true,
                Some(Entry::TimeWait(bucket)) => self.may_reuse(flow, bucket, false),
                Some(_) => false,
            }
        };
        (first..=last).filter(usable).count() as u32
    }

    /// Sets the clock of questions that are asked between packets.
    pub fn at(&mut self, now: Time) -> &mut Host {
        self.stack.now = now;
        self
    }
}
