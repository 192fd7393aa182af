//! The client's side of the handshake: SYN_SENT.

use super::connection::{Connection, State, TimestampState};
use super::host::{AppEventKind, Flow, Host, Socket};
use super::seq::distance;
use super::timestamps::Recent;
use super::why::{Stage, Why};
use crate::kernel::{Change, Counter};
use crate::net::{Endpoint, Flags, Ipv4, Segment};
use crate::rng::mix;
use crate::time::Time;

/// The first port of `ip_local_port_range` and the number of ports in it.
const EPHEMERAL: (u16, u64) = (32768, 28232);

/// How a program opens a connection.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ConnectOptions {
    /// Set for a program that writes its packets itself: it adds this to the clock and heeds no sysctl.
    pub own_timestamps: Option<u32>,
}

impl Host {
    /// connect(): sends a SYN from an address of its own and a free port. The answer comes as an event.
    pub fn connect(&mut self, now: Time, local: Ipv4, remote: Endpoint, options: ConnectOptions) -> Flow {
        let flow = Flow { local: Endpoint::new(local, self.free_port(local, remote)), remote };
        let own = options.own_timestamps;
        let offset = own.unwrap_or_else(|| self.clock.offset(self.sysctl.tcp_timestamps, flow));
        let ts = TimestampState { offset, recent: Recent { tsval: 0, stamp_s: 0 } };
        let window = self.initial_window(1460);
        let mut connection = Connection::new(
            State::SynSent,
            self.initial_seq(now, flow),
            0,
            window,
            Some(ts),
            self.initial_rto(),
        );
        connection.opened_at = now;
        connection.own_timestamps = own.is_some();
        self.counters.add(Counter::ActiveOpens);
        self.put(flow, Socket::Connection(Box::new(connection)));
        self.send_syn(now, flow);
        self.arm(flow, self.fires_at(now, self.initial_rto()));
        flow
    }

    /// The next free port from a start that depends on both addresses, each search beginning where the last one ended
    /// (`__inet_hash_connect`).
    fn free_port(&mut self, local: Ipv4, remote: Endpoint) -> u16 {
        let ends = u64::from(local.0) << 32 | u64::from(remote.addr.0);
        let start = mix(self.clock.secret ^ mix(ends)) % EPHEMERAL.1 + self.port_hint;
        let port = |n: u64| EPHEMERAL.0 + ((start + n) % EPHEMERAL.1) as u16;
        let free =
            |n: &u64| !self.sockets.contains_key(&Flow { local: Endpoint::new(local, port(*n)), remote });
        let n = (0..EPHEMERAL.1).find(free).unwrap_or(0);
        self.port_hint += n + 1;
        port(n)
    }

    fn send_syn(&mut self, now: Time, flow: Flow) {
        let Some(Socket::Connection(connection)) = self.sockets.get(&flow) else { return };
        // The setting is read each time a SYN is sent (`tcp_syn_options`).
        let wanted = connection.own_timestamps || self.sysctl.tcp_timestamps.enabled();
        let ts = connection.ts.filter(|_| wanted).map(|ts| self.timestamp(now, ts.offset, 0));
        let mut syn = self.segment(flow, Flags::SYN, connection.iss, 0, connection.rcv_wnd as u16);
        syn.opts = self.handshake_options(None, ts);
        self.send(syn);
    }

    /// SYN_SENT (`tcp_rcv_synsent_state_process`).
    pub(super) fn segment_for_syn_sent(&mut self, now: Time, flow: Flow, segment: &Segment) -> Option<Why> {
        let now_s = self.now_s(now);
        let enabled = self.sysctl.tcp_timestamps.enabled();
        let echoed = self.since_echo(now, flow, segment);
        let Some(Socket::Connection(connection)) = self.sockets.get_mut(&flow) else { return None };
        let (iss, flags) = (connection.iss, segment.flags);
        let bad_ack =
            Why::BadAck { at: Stage::SynSent, ack: segment.ack, snd_una: iss, snd_nxt: iss.wrapping_add(1) };
        if !flags.ack() {
            return Some(bad_ack);
        }
        // snd_una < ack <= snd_nxt, and nothing but the SYN is under way. An old ACK of TIME_WAIT fails here; the
        // reset that answers it ends that TIME_WAIT.
        if distance(segment.ack, iss) != 1 {
            if !flags.rst() {
                self.send_reset_in_answer(segment);
            }
            return Some(bad_ack);
        }
        if flags.rst() {
            self.counters.add(Counter::AttemptFails);
            self.remove(flow);
            self.tell(flow, AppEventKind::Refused);
            return None;
        }
        if !flags.syn() {
            return Some(bad_ack);
        }
        connection.state = State::Established;
        connection.snd_una = segment.ack;
        connection.snd_nxt = segment.ack;
        connection.rcv_nxt = segment.seq.wrapping_add(1);
        connection.rcv_wup = connection.rcv_nxt;
        // A SYN-ACK without timestamps turns them off for the connection.
        connection.ts = match (connection.ts, segment.opts.ts) {
            (Some(ts), Some(option)) if connection.own_timestamps || enabled => {
                Some(TimestampState { recent: Recent { tsval: option.tsval, stamp_s: now_s }, ..ts })
            }
            _ => None,
        };
        let unambiguous = (connection.retries == 0).then(|| now - connection.opened_at);
        if let Some(rtt) = unambiguous.or(echoed) {
            connection.rtt.sample(rtt, true);
        }
        connection.retries = 0;
        self.disarm(flow);
        self.send_ack(now, flow);
        self.tell(flow, AppEventKind::Connected);
        None
    }

    /// The SYN timer: sends it again, or gives up with ETIMEDOUT.
    pub(super) fn syn_timer(&mut self, now: Time, flow: Flow) {
        let (retries, linear) = (self.sysctl.tcp_syn_retries, self.sysctl.tcp_syn_linear_timeouts);
        let base = self.initial_rto();
        let Some(Socket::Connection(connection)) = self.sockets.get_mut(&flow) else { return };
        let sent = connection.retries;
        let elapsed = now - connection.opened_at;
        let limit = Time(
            ((2u64 << retries) - 1)
                * if self.kernel.has(Change::SynTimeoutMiscomputed) {
                    // 2.6.32 reckons with TCP_RTO_MIN where it waits TCP_TIMEOUT_INIT: 12.6 s, passed at the third timeout.
                    Time::from_millis(200).0
                } else {
                    base.0
                },
        );
        if sent >= retries + linear || elapsed >= limit {
            self.counters.add(Counter::AttemptFails);
            self.counters.add(Counter::TCPAbortOnTimeout);
            self.remove(flow);
            self.tell(flow, AppEventKind::TimedOut);
            return;
        }
        connection.retries += 1;
        let backoff = connection.retries.saturating_sub(linear);
        self.counters.add(Counter::RetransSegs);
        self.counters.add(Counter::TCPTimeouts);
        if self.kernel.has(Change::SynRetransCounter) {
            self.counters.add(Counter::TCPSynRetrans);
        }
        self.send_syn(now, flow);
        let delay = Time(base.0 << backoff).min(super::rtt::RTO_MAX);
        self.arm(flow, self.fires_at(now, delay));
    }

    /// The program gives up waiting: close() in SYN_SENT, which sends nothing.
    pub fn abandon(&mut self, flow: Flow) {
        if let Some(Socket::Connection(connection)) = self.sockets.get(&flow)
            && connection.state == State::SynSent
        {
            self.remove(flow);
        }
    }

    /// Has the flow a socket in SYN_SENT?
    pub fn is_connecting(&self, flow: Flow) -> bool {
        matches!(self.sockets.get(&flow), Some(Socket::Connection(c)) if c.state == State::SynSent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::{KernelVersion, Sysctl};
    use crate::net::Ipv4;
    use crate::tcp::host::HostConfig;

    /// Seconds at which SYNs go out, and the one at which connect() fails.
    fn unanswered(kernel: &str) -> (Vec<u64>, u64) {
        let kernel = KernelVersion::parse(kernel).unwrap();
        let local = Ipv4::new(10, 0, 0, 1);
        let mut host = Host::new(HostConfig {
            kernel,
            sysctl: Sysctl::defaults(kernel),
            hz: 1000,
            uptime: Time::from_secs(100_000),
            wall: Time::ZERO,
            secret: 1,
            addrs: vec![local],
        });
        let remote = Endpoint::new(Ipv4::new(192, 0, 2, 1), 80);
        let mut now = Time::ZERO;
        host.connect(now, local, remote, ConnectOptions::default());
        let mut sent = Vec::new();
        loop {
            while host.poll_segment().is_some() {
                sent.push(now.secs());
            }
            if host.poll_event().is_some() {
                return (sent, now.secs());
            }
            now = host.next_deadline().unwrap();
            host.on_timers(now);
        }
    }

    #[test]
    fn syn_retransmissions_by_version() {
        assert_eq!(unanswered("2.6.32"), (vec![0, 3, 9], 21));
        assert_eq!(unanswered("3.0"), (vec![0, 3, 9, 21, 45, 93], 189));
        assert_eq!(unanswered("3.4"), (vec![0, 1, 3, 7, 15, 31], 63));
        assert_eq!(unanswered("el7"), (vec![0, 1, 3, 7, 15, 31, 63], 127));
        // From 4.8 on timers are late by up to an eighth; measured on 6.18 at HZ=250: 0 1 2 3 4.1 5.1 7.1 11.3 19.5 …
        let (sent, failed) = unanswered("6.18");
        assert_eq!(sent[..7], [0, 1, 2, 3, 4, 5, 7]);
        assert_eq!(sent.len(), 11);
        assert!((131..149).contains(&failed), "{failed}");
    }
}
