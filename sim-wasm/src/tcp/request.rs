//! A connection request: its SYN-ACKs, the last ACK, and the connection that it becomes.

use super::connection::{Connection, Handshake, State, TimestampState};
use super::host::{Entry, Host, Socket};
use super::rtt::backed_off;
use super::seq::{after, in_window};
use super::shown::ShownTimer;
use super::socket::{EventKind, Flow, Options, SocketId};
use super::timestamps::{Recent, paws_reject};
use super::why::{Stage, Why};
use crate::kernel::{Change, Counter};
use crate::net::{Flags, Icmp, Segment, TcpOptions, TimestampOption, Unreachable};
use crate::rng::mix;
use crate::time::Time;

/// A request sock: a SYN that was answered, SYN_RECV.
#[derive(Clone, Debug)]
pub struct Request {
    pub(super) listener: SocketId,
    /// Sequence number of the SYN.
    pub(super) rcv_isn: u32,
    /// Sequence number of our SYN-ACK.
    pub(super) snt_isn: u32,
    /// What the SYN carried, as far as this host uses it.
    pub(super) peer: TcpOptions,
    /// TSval of the SYN; 0 when it had none.
    pub(super) ts_recent: u32,
    pub(super) ts_offset: u32,
    /// The clock value of the first SYN-ACK (`snt_tsval_first`).
    pub(super) first_tsval: u32,
    pub(super) last_tsval: u32,
    /// How often its timer has fired.
    pub(super) num_timeout: u32,
    /// How often the SYN-ACK was sent again (`num_retrans`).
    pub(super) retransmits: u32,
    pub(super) window: u32,
    pub(super) window_clamp: u32,
    pub(super) rcv_wscale: u8,
    pub(super) sent_at: Time,
    /// The last ACK came and was thrown away.
    pub(super) acked: bool,
    /// When a repeated SYN was answered last.
    pub(super) last_answer: Option<Time>,
    /// When it is due, before the timer that looks after it.
    pub(super) expires: Time,
    pub(super) deadline: Option<Time>,
}

impl Request {
    pub(super) fn shown_timer(&self, now: Time) -> Option<ShownTimer> {
        let left = self.expires - now;
        self.deadline.map(|_| ShownTimer { name: "on", left, retransmits: self.num_timeout, probes: 0 })
    }
}

impl Host {
    pub(super) fn put_request(&mut self, flow: Flow, request: Request) {
        let now = self.stack.now;
        let (id, base) = (request.listener, self.stack.initial_rto());
        if let Some(listener) = self.listener_mut(id) {
            if listener.queues.requests == 0 {
                listener.sweep.start(now, base);
            }
            listener.queues.request_comes();
        }
        self.table.insert(flow, Entry::Request(Box::new(request)));
        self.send_syn_ack(flow);
        self.arm_request(flow, 0);
    }

    pub(super) fn syn_ack(&self, flow: Flow, request: &Request, ts: Option<TimestampOption>) -> Segment {
        let flags = Flags::SYN.with(Flags::ACK);
        let ack = request.rcv_isn.wrapping_add(1);
        let mut syn_ack = self.stack.segment(flow, flags, request.snt_isn, ack, request.window);
        let max_seg = match self.sockets.get(&request.listener) {
            Some(Socket::Listener(listener)) => listener.options.max_seg,
            _ => None,
        };
        syn_ack.opts = TcpOptions {
            mss: Some(self.stack.own_mss(flow.remote.addr, max_seg)),
            wscale: request.peer.wscale.map(|_| request.rcv_wscale),
            sack_ok: request.peer.sack_ok,
            ts,
            ..TcpOptions::default()
        };
        syn_ack
    }

    fn send_syn_ack(&mut self, flow: Flow) {
        let now = self.stack.now;
        let clock = self.stack.clock.now(now);
        let Some(Entry::Request(request)) = self.table.get_mut(&flow) else { return };
        request.last_tsval = clock;
        let request = request.clone();
        let ts = request.peer.ts.map(|_| self.stack.timestamp(request.ts_offset, request.ts_recent));
        let syn_ack = self.syn_ack(flow, &request, ts);
        self.stack.send(syn_ack);
    }

    /// SYN_RECV (`tcp_check_req`): the last ACK makes the connection, an RST or SYN ends the request.
    pub(super) fn segment_for_request(&mut self, flow: Flow, segment: &Segment) -> Option<Why> {
        let Some(Entry::Request(request)) = self.table.get(&flow) else { return None };
        let (request, flags) = (request.clone(), segment.flags);
        let rcv_nxt = request.rcv_isn.wrapping_add(1);
        let now_s = self.stack.now_s();
        // The second in which the SYN came is not kept but estimated from the timer.
        let age_s = self.stack.initial_rto().secs() << request.num_timeout.min(6);
        let recent = Recent { tsval: request.ts_recent, stamp_s: now_s.saturating_sub(age_s) };
        let tsval = segment.tsval().filter(|_| self.stack.sysctl.tcp_timestamps.enabled());
        let stale = tsval.filter(|&tsval| paws_reject(self.stack.kernel, recent, tsval, flags.rst(), now_s));

        if segment.seq == request.rcv_isn
            && flags.syn()
            && !flags.ack()
            && !flags.rst()
            && !flags.fin()
            && stale.is_none()
        {
            self.answer_syn_again(flow, segment);
            return None;
        }
        let snt_nxt = request.snt_isn.wrapping_add(1);
        let window = request.window;
        let outside = !in_window(segment.seq, segment.end_seq(), rcv_nxt, window);
        // LIVE rst_synrecv.jsonl, 6.18.44: an RST in the window is judged by PAWS, then by its sequence number; its ACK
        // number does not count.
        let reset_first = flags.rst() && !outside && self.stack.has(Change::RequestChallengeAck);
        if reset_first && stale.is_none() && segment.seq != rcv_nxt {
            if !self.request_ack_limited(flow, segment) && self.stack.may_challenge() {
                self.acknowledge_request(flow, &request);
            }
            return Some(Why::InexactReset { seq: segment.seq, rcv_nxt, of_request: true });
        }
        let bad_ack = |ack| Why::BadAck {
            at: Stage::SynRecv,
            ack,
            snd_una: request.snt_isn,
            snd_nxt: snt_nxt,
            answered: false,
        };
        if !reset_first && flags.ack() && segment.ack != snt_nxt {
            if !flags.rst() {
                self.stack.send_reset_in_answer(segment);
            }
            return Some(bad_ack(segment.ack));
        }
        let echo_wrong = self.stack.has(Change::TsEcrChecked) && self.echoes_nothing_sent(&request, segment);
        if stale.is_some() || outside || echo_wrong {
            if !flags.rst() {
                // A segment that does not fit is answered with what is expected.
                if !self.request_ack_limited(flow, segment) {
                    self.acknowledge_request(flow, &request);
                }
            }
            return Some(match stale {
                Some(tsval) => Why::Paws { at: Stage::SynRecv, recent: request.ts_recent, tsval },
                None if outside => Why::OutOfWindow { at: Stage::SynRecv, seq: segment.seq, rcv_nxt, window },
                None => Why::WrongEcho {
                    tsecr: segment.opts.ts.map_or(0, |ts| ts.tsecr),
                    first: request.first_tsval.wrapping_add(request.ts_offset),
                    last: request.last_tsval.wrapping_add(request.ts_offset),
                },
            });
        }
        if flags.rst() || (flags.syn() && segment.seq != request.rcv_isn) {
            self.stack.count(Counter::AttemptFails);
            self.stack.count(Counter::EmbryonicRsts);
            self.forget_request(flow);
            if !flags.rst() {
                self.stack.send_reset_in_answer(segment);
            }
            return None;
        }
        if !flags.ack() {
            return Some(bad_ack(0));
        }
        let ts_recent = match tsval {
            Some(tsval) if !after(segment.seq, rcv_nxt) => tsval,
            _ => request.ts_recent,
        };
        if let Some(why) = self.defer_accept(flow, segment, rcv_nxt) {
            return Some(why);
        }
        self.finish_handshake(flow, &request, ts_recent, segment, false)
    }

    /// Does the segment echo a timestamp that no SYN-ACK carried?
    fn echoes_nothing_sent(&self, request: &Request, segment: &Segment) -> bool {
        let Some(ts) = segment.opts.ts.filter(|ts| request.peer.ts.is_some() && ts.tsecr != 0) else {
            return false;
        };
        let echoed = ts.tsecr.wrapping_sub(request.ts_offset);
        super::seq::before(echoed, request.first_tsval) || after(echoed, request.last_tsval)
    }

    /// `TCP_DEFER_ACCEPT`: a bare ACK is thrown away, data completes.
    fn defer_accept(&mut self, flow: Flow, segment: &Segment, rcv_nxt: u32) -> Option<Why> {
        let Some(Entry::Request(request)) = self.table.get_mut(&flow) else { return None };
        let Some(Socket::Listener(listener)) = self.sockets.get(&request.listener) else { return None };
        let limit =
            listener.options.defer_accept.map_or(0, |time| timeouts_within(time, self.stack.initial_rto()));
        if request.num_timeout < limit && segment.end_seq() == rcv_nxt {
            request.acked = true;
            return Some(Why::Deferred { seconds: listener.options.defer_accept.map_or(0, Time::secs) });
        }
        None
    }

    /// A SYN that comes again is answered again and its timer starts anew; from 4.1 on at most one answer in 500 ms.
    fn answer_syn_again(&mut self, flow: Flow, segment: &Segment) {
        let Some(Entry::Request(request)) = self.table.get_mut(&flow) else { return };
        if self.stack.rate_limited(segment, &mut request.last_answer, Counter::TCPACKSkippedSynRecv) {
            return;
        }
        request.retransmits += u32::from(self.stack.has(Change::AnsweredSynsCounted));
        let backoff = request.num_timeout;
        self.send_syn_ack(flow);
        if self.stack.has(Change::DuplicateSynRearms) {
            self.arm_request(flow, backoff);
        }
    }

    /// From 4.9 on at most one ACK in 500 ms answers bad segments.
    fn request_ack_limited(&mut self, flow: Flow, segment: &Segment) -> bool {
        let Some(Entry::Request(request)) = self.table.get_mut(&flow) else { return false };
        self.stack.has(Change::RequestAckRateLimit)
            && self.stack.rate_limited(segment, &mut request.last_answer, Counter::TCPACKSkippedSynRecv)
    }

    fn arm_request(&mut self, flow: Flow, backoff: u32) {
        let base = self.stack.initial_rto();
        let delay = backed_off(base, backoff);
        let expires = self.stack.now + delay;
        let Some(Entry::Request(request)) = self.table.get_mut(&flow) else { return };
        request.expires = expires;
        let at = if self.stack.has(Change::RequestOwnTimer) {
            self.stack.fires_at(delay)
        } else {
            let id = request.listener;
            let place = mix(self.stack.clock.secret ^ flow.hash());
            match self.sockets.get(&id) {
                Some(Socket::Listener(listener)) => {
                    listener.sweep.comes_by(&listener.queues, place, expires, base)
                }
                _ => expires,
            }
        };
        self.arm(flow, at);
    }

    /// Repeats what a request expects (`send_ack` of `tcp_request_sock_ops`).
    fn acknowledge_request(&mut self, flow: Flow, request: &Request) {
        let (seq, ack) = (request.snt_isn.wrapping_add(1), request.rcv_isn.wrapping_add(1));
        let scale = if request.peer.wscale.is_some() && self.stack.has(Change::RequestAckScaled) {
            request.rcv_wscale
        } else {
            0
        };
        let mut segment = self.stack.segment(flow, Flags::ACK, seq, ack, request.window >> scale);
        segment.opts.ts = request.peer.ts.map(|_| self.stack.timestamp(request.ts_offset, request.ts_recent));
        self.stack.send(segment);
    }

    /// The last ACK has come (`tcp_v4_syn_recv_sock`): a connection that accept() returns, if there is room for it.
    pub(super) fn finish_handshake(
        &mut self,
        flow: Flow,
        request: &Request,
        ts_recent: u32,
        segment: &Segment,
        cookie: bool,
    ) -> Option<Why> {
        let id = request.listener;
        let Some(Socket::Listener(listener)) = self.sockets.get(&id) else { return None };
        let (queues, options) = (listener.queues, listener.options);
        if let Err(why) = queues.complete(&self.stack.sysctl, cookie) {
            if let Why::AcceptQueueFull { aborted: true, .. } = why {
                self.forget_request(flow);
                self.stack.send_reset_in_answer(segment);
            } else if let Some(Entry::Request(kept)) = self.table.get_mut(&flow) {
                kept.acked = true;
            }
            return Some(why);
        }
        self.forget_request(flow);
        self.stack.count(Counter::PassiveOpens);
        let child = self.create_child(flow, request, ts_recent, options, segment, cookie);
        if let Some(listener) = self.listener_mut(id) {
            listener.accept_queue.push_back(child);
            listener.queues.connection_comes();
        }
        self.stack.tell(id, flow, EventKind::Acceptable);
        self.with_connection(child, |connection, stack| connection.receive(stack, segment)).flatten()
    }

    /// `tcp_create_openreq_child`
    fn create_child(
        &mut self,
        flow: Flow,
        request: &Request,
        ts_recent: u32,
        options: Options,
        segment: &Segment,
        cookie: bool,
    ) -> SocketId {
        let child = self.new_id();
        let ts = request.peer.ts.map(|_| TimestampState {
            offset: request.ts_offset,
            recent: Recent { tsval: ts_recent, stamp_s: self.stack.now_s() },
        });
        let handshake = Handshake {
            iss: request.snt_isn,
            rcv_nxt: request.rcv_isn.wrapping_add(1),
            rcv_wnd: request.window,
            window_clamp: request.window_clamp,
            rcv_wscale: request.rcv_wscale,
            ts,
        };
        let mut connection =
            Connection::new(&self.stack, child, flow, State::Established, options, handshake);
        connection.waits_at = Some(request.listener);
        connection.opened_at = request.sent_at;
        connection.handshake_retransmitted = request.retransmits > 1;
        if self.stack.has(Change::AnsweredSynsCounted) {
            connection.total_retrans = request.retransmits;
        }
        connection.sack_ok = request.peer.sack_ok;
        connection.take_peer_options(&request.peer, true);
        connection.snd_una = request.snt_isn.wrapping_add(1);
        // When a cookie was sent is not kept (`snt_synack` in `cookie_v4_check`): the echoed timestamp alone tells.
        let measured = self.stack.rtt_clock(self.stack.now) - self.stack.rtt_clock(request.sent_at);
        let measured = (self.stack.has(Change::SynAckRttMeasured) && request.retransmits == 0 && !cookie)
            .then_some(measured);
        if let Some(rtt) = measured.or_else(|| connection.since_echo(&self.stack, segment)) {
            connection.sample_handshake(rtt);
        }
        connection.establish(&self.stack);
        self.sockets.insert(child, Socket::Connection(Box::new(connection)));
        self.table.insert(flow, Entry::Connection(child));
        self.settle(child);
        child
    }

    fn forget_request(&mut self, flow: Flow) {
        if !matches!(self.table.get(&flow), Some(Entry::Request(_))) {
            return;
        }
        if let Some(Entry::Request(request)) = self.forget(flow) {
            let (now, base) = (self.stack.now, self.stack.initial_rto());
            if let Some(listener) = self.listener_mut(request.listener) {
                listener.queues.request_goes(request.num_timeout);
                if listener.queues.requests == 0 {
                    listener.sweep.stop(&listener.queues, now, base);
                }
            }
        }
    }

    /// A router says that the SYN-ACK did not arrive: the request is given up when nothing was acknowledged.
    pub(super) fn icmp_for_request(&mut self, flow: Flow, icmp: &Icmp) {
        let Some(Entry::Request(request)) = self.table.get(&flow) else { return };
        if icmp.seq == request.snt_isn && !matches!(icmp.kind, Unreachable::FragmentationNeeded { .. }) {
            self.stack.count(Counter::ListenDrops);
            self.forget_request(flow);
        }
    }

    /// The SYN-ACK timer: sends it again, or gives the request up (`reqsk_timer_handler`).
    pub(super) fn request_timer(&mut self, flow: Flow) {
        let changes = self.stack.changes();
        let counted = self.stack.has(Change::SynAckRetransCounted);
        let base = self.stack.initial_rto();
        let Some(Entry::Request(request)) = self.table.get_mut(&flow) else { return };
        let Some(Socket::Listener(listener)) = self.sockets.get(&request.listener) else { return };
        let retries = listener.options.syn_cnt.unwrap_or(self.stack.sysctl.tcp_synack_retries);
        let limit = listener.queues.synack_retries(changes, retries);
        let deferred = listener.options.defer_accept.map_or(0, |time| timeouts_within(time, base));
        if counted {
            self.stack.counters.add(Counter::TCPTimeouts);
        }
        let (expired, resend) = if deferred == 0 {
            (request.num_timeout >= limit, true)
        } else {
            let waits = request.acked && request.num_timeout < deferred.max(retries);
            (request.num_timeout >= limit && !waits, !request.acked || request.num_timeout + 1 >= deferred)
        };
        if expired {
            return self.forget_request(flow);
        }
        request.num_timeout += 1;
        request.retransmits += u32::from(resend);
        let backoff = request.num_timeout;
        let id = request.listener;
        if backoff == 1
            && let Some(listener) = self.listener_mut(id)
        {
            listener.queues.request_ages();
        }
        if resend {
            if counted {
                self.stack.count(Counter::RetransSegs);
            }
            if self.stack.has(Change::SynRetransCounter) {
                self.stack.count(Counter::TCPSynRetrans);
            }
            self.send_syn_ack(flow);
        }
        self.arm_request(flow, backoff);
    }
}

/// How many timeouts a number of seconds is worth (`secs_to_retrans`).
fn timeouts_within(time: Time, base: Time) -> u32 {
    let mut count = 0;
    let mut period = Time::ZERO;
    while period < time && count < 30 {
        period = period + Time(base.0 << count);
        count += 1;
    }
    count
}
