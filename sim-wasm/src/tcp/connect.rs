//! The client's side of the handshake: SYN_SENT, and SYNs that cross.

use super::connection::{Connection, Handshake, Sent, State, TimestampState, backoff_span, initial_window};
use super::host::{Entry, Fresh, Host, Socket};
use super::rtt::{backed_off, initial_rto};
use super::seq::{after, before, distance};
use super::socket::{Errno, EventKind, Flow, SocketId};
use super::stack::Stack;
use super::timestamps::Recent;
use super::why::{Stage, Why};
use crate::kernel::{Change, ChangeSet, Counter};
use crate::net::{Endpoint, Flags, Icmp, Ipv4, Segment, TcpOptions, Unreachable};
use crate::time::Time;

/// How often a SYN is sent again.
#[derive(Clone, Copy, Debug)]
pub struct SynRetries {
    /// `tcp_syn_retries`, or `TCP_SYNCNT`.
    pub retries: u32,
    /// `tcp_syn_linear_timeouts`
    pub linear: u32,
    /// `TCP_USER_TIMEOUT`, where it bounds a connect().
    pub user_timeout: Option<Time>,
}

impl SynRetries {
    /// The timer of a SYN that was sent again `sent` times fires, `elapsed` after the first: how long the next one waits
    /// for its answer; none when connect() fails instead (`tcp_write_timeout`).
    pub fn wait(&self, changes: ChangeSet, sent: u32, elapsed: Time) -> Option<Time> {
        let base = initial_rto(changes);
        let limit = match self.user_timeout {
            Some(limit) => limit,
            // 2.6.32 reckons with TCP_RTO_MIN where it waits TCP_TIMEOUT_INIT: 12.6 s, passed at the third timeout.
            None if changes.has(Change::SynTimeoutMiscomputed) => {
                backoff_span(self.retries, Time::from_millis(200))
            }
            None => backoff_span(self.retries, base),
        };
        if sent >= self.retries + self.linear || (elapsed >= limit && sent > 0) {
            return None;
        }
        Some(backed_off(base, (sent + 1).saturating_sub(self.linear)))
    }
}

impl Host {
    /// Sends the SYN of a socket (`tcp_v4_connect`).
    pub(super) fn start_connect(
        &mut self,
        id: SocketId,
        fresh: &Fresh,
        remote: Endpoint,
    ) -> Result<(), Errno> {
        let bound = fresh.bound.unwrap_or(Endpoint::new(Ipv4(0), 0));
        let local = if bound.addr == Ipv4(0) { self.source_for(remote.addr) } else { bound.addr };
        let chosen = match bound.port {
            0 => self.choose_port(local, remote)?,
            port => self.check_port(Flow { local: Endpoint::new(local, port), remote })?,
        };
        let flow = Flow { local: Endpoint::new(local, chosen.port), remote };
        let own = fresh.options.own_timestamps;
        let stack = &self.stack;
        let offset = own.unwrap_or_else(|| stack.clock.offset(stack.sysctl.tcp_timestamps, flow));
        let own_mss = stack.own_mss(remote.addr, fresh.options.max_seg);
        let (rcv_wnd, window_clamp, rcv_wscale) =
            initial_window(stack, &fresh.options, own_mss.into(), stack.sysctl.tcp_window_scaling);
        let recent = chosen.reused.and_then(|(_, recent)| recent).unwrap_or(Recent { tsval: 0, stamp_s: 0 });
        let clocked = || fresh.options.queue_seq.unwrap_or_else(|| stack.initial_seq(flow));
        let handshake = Handshake {
            iss: chosen.reused.map_or_else(clocked, |(iss, _)| iss),
            rcv_nxt: 0,
            rcv_wnd,
            window_clamp,
            rcv_wscale,
            ts: Some(TimestampState { offset, recent }),
        };
        let mut connection = Connection::new(stack, id, flow, State::SynSent, fresh.options, handshake);
        connection.sack_ok = stack.sysctl.tcp_sack;
        connection.delay_acks(fresh.options.pingpong);
        self.stack.count(Counter::ActiveOpens);
        connection.send_syn(&mut self.stack);
        connection.arm_syn(&self.stack, self.stack.initial_rto());
        self.forget(flow);
        self.sockets.insert(id, Socket::Connection(Box::new(connection)));
        self.table.insert(flow, Entry::Connection(id));
        self.settle(id);
        Ok(())
    }

    fn source_for(&self, remote: Ipv4) -> Ipv4 {
        if remote.is_loopback() { remote } else { self.addr() }
    }
}

impl Connection {
    pub(super) fn send_syn(&mut self, stack: &mut Stack) {
        let mut syn = stack.segment(self.flow, Flags::SYN, self.iss, 0, self.rcv_wnd);
        syn.opts = self.syn_options(stack);
        stack.send(syn);
    }

    /// The options of its SYN, and of its SYN-ACK when SYNs cross, whatever the peer's had; the settings are read each
    /// time one is sent (`tcp_syn_options`).
    fn syn_options(&self, stack: &Stack) -> TcpOptions {
        let own = self.options.own_timestamps;
        let timestamp = || {
            let offset = own.unwrap_or_else(|| stack.clock.offset(stack.sysctl.tcp_timestamps, self.flow));
            let (offset, recent) = self.ts.map_or((offset, 0), |ts| (ts.offset, ts.recent.tsval));
            stack.timestamp(offset, recent)
        };
        TcpOptions {
            mss: Some(self.own_mss),
            wscale: stack.sysctl.tcp_window_scaling.then_some(self.rcv_wscale),
            sack_ok: stack.sysctl.tcp_sack,
            ts: (own.is_some() || stack.sysctl.tcp_timestamps.enabled()).then(timestamp),
            ..TcpOptions::default()
        }
    }

    /// SYN_SENT (`tcp_rcv_synsent_state_process`).
    pub(super) fn receive_in_syn_sent(&mut self, stack: &mut Stack, segment: &Segment) -> Option<Why> {
        let flags = segment.flags;
        let bad_ack = Why::BadAck {
            at: Stage::SynSent,
            ack: segment.ack,
            snd_una: self.iss,
            snd_nxt: self.iss.wrapping_add(1),
            answered: false,
        };
        if !flags.ack() {
            return if flags.syn() && !flags.rst() { self.cross(stack, segment) } else { Some(bad_ack) };
        }
        // snd_una < ack <= snd_nxt, and nothing but the SYN is under way. An old ACK of TIME_WAIT fails here; the
        // reset that answers it ends that TIME_WAIT.
        if distance(segment.ack, self.iss) != 1 {
            if stack.has(Change::SynRepeatedAtOnce) && self.syn_retransmits() == 0 {
                self.arm_syn(stack, stack.timeout_min());
            }
            if !flags.rst() {
                stack.send_reset_in_answer(segment);
            }
            return Some(bad_ack);
        }
        if let (Some(ts), Some(option)) = (self.ts, segment.opts.ts.filter(|ts| ts.tsecr != 0)) {
            let echoed = option.tsecr.wrapping_sub(ts.offset);
            let (first, now) = (stack.clock.now(self.opened_at), stack.clock.now(stack.now));
            if before(echoed, first) || after(echoed, now) {
                if !flags.rst() {
                    stack.send_reset_in_answer(segment);
                }
                return Some(Why::ImpossibleEcho { tsecr: option.tsecr });
            }
        }
        if flags.rst() {
            self.fail(stack, Errno::ECONNREFUSED);
            return None;
        }
        if !flags.syn() {
            return Some(bad_ack);
        }
        let ambiguous = self.syn_retransmits() > 0;
        let echoed = self.since_echo(stack, segment);
        let measured = stack.rtt_clock(stack.now) - stack.rtt_clock(self.opened_at);
        self.take_syn(stack, segment);
        self.snd_una = segment.ack;
        if let Some(rtt) = (!ambiguous).then_some(measured).or(echoed) {
            self.sample_handshake(rtt);
        }
        self.syn_acknowledged();
        self.establish(stack);
        self.received_at = stack.now;
        self.acknowledge_syn_ack(stack);
        if self.snd_shutdown {
            self.state = State::FinWait1;
        }
        stack.tell(self.id, self.flow, EventKind::Connected);
        None
    }

    /// What the peer's SYN says.
    fn take_syn(&mut self, stack: &Stack, segment: &Segment) {
        self.rcv_nxt = segment.seq.wrapping_add(1);
        self.copied_seq = self.rcv_nxt;
        self.rcv_wup = self.rcv_nxt;
        self.take_peer_options(&segment.opts, stack.sysctl.tcp_window_scaling);
        self.set_window(segment);
        self.sack_ok &= segment.opts.sack_ok;
        let enabled = self.options.own_timestamps.is_some() || stack.sysctl.tcp_timestamps.enabled();
        // A SYN-ACK without timestamps turns them off for the connection.
        self.ts = match (self.ts, segment.opts.ts) {
            (Some(ts), Some(option)) if enabled => {
                Some(TimestampState { recent: Recent { tsval: option.tsval, stamp_s: stack.now_s() }, ..ts })
            }
            _ => None,
        };
    }

    /// A SYN crosses ours: simultaneous open. Ours is sent again, with an acknowledgement (`tcp_send_synack`).
    fn cross(&mut self, stack: &mut Stack, segment: &Segment) -> Option<Why> {
        self.crossed_syn = true;
        self.take_syn(stack, segment);
        self.state = State::SynRecv;
        self.syn_acknowledged();
        let sent = Sent { seq: self.iss, syn: true, sent_at: stack.now, ..Sent::default() };
        self.in_flight.push(sent);
        self.send_crossed_syn_ack(stack);
        self.arm_syn(stack, stack.initial_rto());
        None
    }

    /// The SYN-ACK of a simultaneous open.
    pub(super) fn send_crossed_syn_ack(&mut self, stack: &mut Stack) {
        let flags = Flags::SYN.with(Flags::ACK);
        let mut syn_ack = stack.segment(self.flow, flags, self.iss, self.rcv_nxt, self.rcv_wnd);
        syn_ack.opts = self.syn_options(stack);
        stack.send(syn_ack);
    }

    /// The SYN timer: sends it again, or gives up with ETIMEDOUT.
    pub(super) fn syn_timer(&mut self, stack: &mut Stack) {
        let user_timeout = self.options.user_timeout.filter(|_| stack.has(Change::UserTimeoutEndsConnect));
        let retries = SynRetries {
            retries: self.options.syn_cnt.unwrap_or(stack.sysctl.tcp_syn_retries),
            linear: stack.sysctl.tcp_syn_linear_timeouts,
            user_timeout,
        };
        let elapsed = stack.now - self.opened_at;
        if self.syn_retransmits() == 0 || stack.has(Change::EveryTimeoutCounted) {
            stack.count(Counter::TCPTimeouts);
        }
        let Some(mut delay) = retries.wait(stack.changes(), self.syn_retransmits(), elapsed) else {
            return self.time_out(stack);
        };
        self.count_syn_retransmit();
        stack.count(Counter::RetransSegs);
        if stack.has(Change::SynRetransCounter) {
            stack.count(Counter::TCPSynRetrans);
        }
        self.send_syn(stack);
        if let Some(limit) = user_timeout {
            delay = delay.min(((self.opened_at + limit) - stack.now).max(stack.jiffy()));
        }
        self.arm_syn(stack, delay);
    }

    /// An ICMP message about a segment of this connection (`tcp_v4_err`).
    pub(super) fn icmp(&mut self, stack: &mut Stack, icmp: &Icmp) {
        if before(icmp.seq, self.snd_una) || after(icmp.seq, self.snd_nxt) {
            return stack.count(Counter::OutOfWindowIcmps);
        }
        let error = match icmp.kind {
            Unreachable::Net => Errno::ENETUNREACH,
            Unreachable::Host | Unreachable::Filtered => Errno::EHOSTUNREACH,
            Unreachable::Protocol => Errno::ENOPROTOOPT,
            Unreachable::Port => Errno::ECONNREFUSED,
            Unreachable::FragmentationNeeded { mtu } => return self.mtu_reduced(stack, mtu),
        };
        match self.state {
            State::SynSent | State::SynRecv => self.fail(stack, error),
            // Remembered, and told when the connection times out (sk_err_soft).
            _ => self.soft_error = Some(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::{KernelVersion, Sysctl};
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
        host.open(now, local, remote, None).unwrap();
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
