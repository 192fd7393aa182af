//! SYNs that reach a listener, the connection requests they become, and the connections those become.

use super::admission::{Admission, Queues, cookie_counters};
use super::connection::{
    Connection, Handshake, OWN_MSS, State, TIMESTAMP_BYTES, TimestampState, initial_window, mss_of,
};
use super::cookies;
use super::host::{Entry, Host, Socket};
use super::peers::PeerMemory;
use super::rtt::backed_off;
use super::seq::{after, in_window};
use super::shown::ShownTimer;
use super::socket::{Errno, EventKind, Flow, Options, SocketId};
use super::synack::Sweep;
use super::timestamps::{Recent, paws_reject};
use super::why::{Stage, Why};
use crate::kernel::{Change, Counter};
use crate::net::{Endpoint, Flags, Icmp, Ipv4, Segment, TcpOptions, TimestampOption, Unreachable};
use crate::rng::mix;
use crate::time::Time;
use std::collections::VecDeque;

/// A listening socket.
#[derive(Clone, Debug)]
pub(super) struct Listener {
    pub(super) bound: Endpoint,
    pub(super) options: Options,
    pub(super) queues: Queues,
    /// Connections that wait for accept().
    pub(super) accept_queue: VecDeque<SocketId>,
    /// When the SYN queue was full last.
    overflowed_at: Option<Time>,
    sweep: Sweep,
}

/// A request sock: a SYN that was answered, SYN_RECV.
#[derive(Clone, Debug)]
pub struct Request {
    pub(super) listener: SocketId,
    /// Sequence number of the SYN.
    rcv_isn: u32,
    /// Sequence number of our SYN-ACK.
    snt_isn: u32,
    /// What the SYN carried, as far as this host uses it.
    peer: TcpOptions,
    /// TSval of the SYN; 0 when it had none.
    ts_recent: u32,
    ts_offset: u32,
    /// The clock value of the first SYN-ACK (`snt_tsval_first`).
    first_tsval: u32,
    last_tsval: u32,
    /// How often its timer has fired.
    num_timeout: u32,
    /// How often the SYN-ACK was sent again (`num_retrans`).
    retransmits: u32,
    window: u32,
    window_clamp: u32,
    rcv_wscale: u8,
    sent_at: Time,
    /// The last ACK came and was thrown away.
    acked: bool,
    /// When a repeated SYN was answered last.
    last_answer: Option<Time>,
    /// When it is due, before the timer that looks after it.
    expires: Time,
    pub(super) deadline: Option<Time>,
}

impl Request {
    pub(super) fn shown_timer(&self, now: Time) -> Option<ShownTimer> {
        let left = self.expires - now;
        self.deadline.map(|_| ShownTimer { name: "on", left, retransmits: self.num_timeout, probes: 0 })
    }
}

impl Host {
    /// listen(): a second call changes the backlog alone.
    ///
    /// # Errors
    /// `EADDRINUSE` when the port has a listener, `EINVAL` on a socket that is connected.
    pub fn listen(&mut self, id: SocketId, backlog: i32) -> Result<(), Errno> {
        let changes = self.stack.changes();
        let queues = Queues::listen(changes, &self.stack.sysctl, backlog);
        match self.sockets.get(&id).ok_or(Errno::EBADF)? {
            Socket::Listener(_) => {
                if let Some(listener) = self.listener_mut(id) {
                    listener.queues.backlog = queues.backlog;
                }
                Ok(())
            }
            Socket::Connection(_) => Err(Errno::EINVAL),
            Socket::Fresh(fresh) => {
                let bound = fresh.bound.unwrap_or(Endpoint::new(Ipv4(0), 0));
                if self.listeners.contains_key(&bound.port) {
                    return Err(Errno::EADDRINUSE);
                }
                let listener = Listener {
                    bound,
                    options: fresh.options,
                    queues,
                    accept_queue: VecDeque::new(),
                    overflowed_at: None,
                    sweep: Sweep::default(),
                };
                self.sockets.insert(id, Socket::Listener(Box::new(listener)));
                self.listeners.insert(bound.port, id);
                Ok(())
            }
        }
    }

    /// The queues of a listener, and what `ss -lnt` shows of them.
    pub fn queues(&self, id: SocketId) -> Option<Queues> {
        match self.sockets.get(&id)? {
            Socket::Listener(listener) => Some(listener.queues),
            _ => None,
        }
    }

    /// LISTEN (`tcp_rcv_state_process`): only a SYN opens anything, or the answer to a SYN cookie.
    pub(super) fn segment_for_listener(&mut self, flow: Flow, segment: &Segment) -> Option<Why> {
        let flags = segment.flags;
        if flags.ack() && !flags.rst() && !flags.syn() && self.stack.sysctl.tcp_syncookies > 0 {
            match self.cookie_answer(flow, segment) {
                Some(why) => return why,
                None => return self.segment_for_nobody(segment),
            }
        }
        if flags.rst() || flags.ack() {
            return self.segment_for_nobody(segment);
        }
        if !flags.syn() || flags.fin() {
            return Some(Why::NotASyn { flags });
        }
        self.connection_request(flow, segment, None)
    }

    /// `tcp_v4_conn_request`, from 3.17 `tcp_conn_request`: admits a SYN or drops it. `time_wait_isn` is set when a
    /// TIME_WAIT bucket of the same flow has already found the SYN to be newer: then most checks are skipped.
    pub(super) fn connection_request(
        &mut self,
        flow: Flow,
        syn: &Segment,
        time_wait_isn: Option<u32>,
    ) -> Option<Why> {
        let id = *self.listeners.get(&flow.local.port)?;
        let changes = self.stack.changes();
        let timestamps = self.stack.sysctl.tcp_timestamps.enabled();
        let ts = syn.opts.ts.filter(|_| timestamps);
        let Some(Socket::Listener(listener)) = self.sockets.get_mut(&id) else { return None };
        let (mut queues, options) = (listener.queues, listener.options);
        if time_wait_isn.is_some() {
            // The bucket's word stands for the SYN queue.
            queues.requests = 0;
        }
        let admitted = queues.admit(changes, &self.stack.sysctl);
        let queues = listener.queues;
        let cookie = match admitted {
            Ok(admission) => admission == Admission::Cookie,
            Err(why) => return Some(why),
        };
        if time_wait_isn.is_none() && !cookie {
            let proven = self.is_proven(flow);
            let recycling = self.stack.tw_recycle()
                && (ts.is_some() || self.stack.has(Change::PeerCheckRefusesNoTimestamp));
            if recycling {
                let key = PeerMemory::key(self.stack.kernel, flow.local.addr, flow.remote.addr);
                let tsval = ts.map(|ts| ts.tsval);
                let refusal = self.stack.peers.refuses(self.stack.kernel, key, tsval, self.stack.now_s());
                if let Some(refusal) = refusal {
                    return Some(Why::PeerCheck { key, refusal, tsval });
                }
            }
            // 2.6.32 asks for the last quarter all the same.
            if !(recycling && self.stack.has(Change::RecycleSkipsLastQuarter))
                && let Err(why) = queues.last_quarter(&self.stack.sysctl, proven)
            {
                return Some(why);
            }
        }
        let scaling = self.stack.sysctl.tcp_window_scaling && syn.opts.wscale.is_some();
        let peer = TcpOptions {
            ts,
            wscale: syn.opts.wscale.filter(|_| scaling),
            sack_ok: syn.opts.sack_ok && self.stack.sysctl.tcp_sack,
            ..syn.opts
        };
        let own_mss = u32::from(options.max_seg.unwrap_or(OWN_MSS));
        let mss = own_mss - if ts.is_some() { TIMESTAMP_BYTES } else { 0 };
        let (window, window_clamp, rcv_wscale) =
            initial_window(&self.stack, &options, mss, peer.wscale.is_some());
        let now = self.stack.now;
        let request = Request {
            listener: id,
            rcv_isn: syn.seq,
            snt_isn: time_wait_isn.unwrap_or_else(|| self.stack.initial_seq(flow)),
            peer,
            ts_recent: ts.map_or(0, |ts| ts.tsval),
            ts_offset: self.stack.clock.offset(self.stack.sysctl.tcp_timestamps, flow),
            first_tsval: self.stack.clock.now(now),
            last_tsval: self.stack.clock.now(now),
            num_timeout: 0,
            retransmits: 0,
            window,
            window_clamp,
            rcv_wscale,
            sent_at: now,
            acked: false,
            last_answer: None,
            expires: now,
            deadline: None,
        };
        if cookie {
            self.send_cookie(flow, request);
            return None;
        }
        self.put_request(flow, request);
        None
    }

    fn put_request(&mut self, flow: Flow, request: Request) {
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

    /// Has the peer shown before that it is real (`tcp_peer_is_proven`)?
    fn is_proven(&self, flow: Flow) -> bool {
        if self.stack.has(Change::ProvenByRoundTrip) {
            return self.stack.peers.knows_round_trip((flow.local.addr, flow.remote.addr));
        }
        let key = PeerMemory::key(self.stack.kernel, flow.local.addr, flow.remote.addr);
        self.stack.tw_recycle() && self.stack.peers.get(key).is_some()
    }

    /// Answers a SYN without keeping anything (`cookie_v4_init_sequence`).
    fn send_cookie(&mut self, flow: Flow, mut request: Request) {
        let mss = mss_of(&request.peer);
        request.snt_isn = cookies::sequence(&self.stack, flow, request.rcv_isn, mss);
        if request.peer.ts.is_none() {
            request.peer.sack_ok = false;
            request.peer.wscale = None;
            request.window = request.window.min(65_535);
        }
        let now = self.stack.now;
        if let Some(listener) = self.listener_mut(request.listener) {
            listener.overflowed_at = Some(now);
        }
        let ts = request.peer.ts.map(|ts| {
            let offset = if self.stack.has(Change::CookieWithoutOffset) { 0 } else { request.ts_offset };
            let clock = self.stack.clock.now(now);
            let tsval = cookies::timestamp(clock, &request.peer).wrapping_add(offset);
            TimestampOption { tsval, tsecr: ts.tsval }
        });
        let syn_ack = self.syn_ack(flow, &request, ts);
        for counter in cookie_counters(self.stack.changes()) {
            self.stack.count(counter);
        }
        self.stack.send(syn_ack);
    }

    /// An ACK that belongs to nothing may acknowledge a cookie (`cookie_v4_check`). `None`: it does not.
    #[allow(clippy::option_option)]
    fn cookie_answer(&mut self, flow: Flow, segment: &Segment) -> Option<Option<Why>> {
        let id = *self.listeners.get(&flow.local.port)?;
        let now = self.stack.now;
        let validity = cookies::validity(self.stack.changes());
        let Some(Socket::Listener(listener)) = self.sockets.get(&id) else { return None };
        let options = listener.options;
        let recent = listener.overflowed_at.is_some_and(|at| now - at <= validity);
        let (peer_isn, cookie) = (segment.seq.wrapping_sub(1), segment.ack.wrapping_sub(1));
        let mss = recent.then(|| cookies::check(&self.stack, flow, peer_isn, cookie)).flatten();
        let Some(mss) = mss else {
            if recent || !self.stack.has(Change::CookieNeedsOverflow) {
                self.stack.count(Counter::SyncookiesFailed);
            }
            return None;
        };
        self.stack.count(Counter::SyncookiesRecv);
        let ts = segment.opts.ts.filter(|_| self.stack.sysctl.tcp_timestamps.enabled());
        let ts_offset = if self.stack.has(Change::CookieWithoutOffset) {
            0
        } else {
            self.stack.clock.offset(self.stack.sysctl.tcp_timestamps, flow)
        };
        let (wscale, sack_ok) =
            ts.map_or((None, false), |ts| cookies::decode_timestamp(ts.tsecr.wrapping_sub(ts_offset)));
        let room = u32::from(OWN_MSS) - if ts.is_some() { TIMESTAMP_BYTES } else { 0 };
        let (window, window_clamp, rcv_wscale) =
            initial_window(&self.stack, &options, room, wscale.is_some());
        let request = Request {
            listener: id,
            rcv_isn: peer_isn,
            snt_isn: cookie,
            peer: TcpOptions { mss: Some(mss), wscale, sack_ok, ts, ..TcpOptions::default() },
            ts_recent: ts.map_or(0, |ts| ts.tsval),
            ts_offset,
            first_tsval: 0,
            last_tsval: 0,
            num_timeout: 0,
            retransmits: 0,
            window,
            window_clamp,
            rcv_wscale,
            sent_at: now,
            acked: false,
            last_answer: None,
            expires: now,
            deadline: None,
        };
        Some(self.finish_handshake(flow, &request, request.ts_recent, segment, true))
    }

    fn syn_ack(&self, flow: Flow, request: &Request, ts: Option<TimestampOption>) -> Segment {
        let flags = Flags::SYN.with(Flags::ACK);
        let ack = request.rcv_isn.wrapping_add(1);
        let mut syn_ack = self.stack.segment(flow, flags, request.snt_isn, ack, request.window);
        let own_mss = match self.sockets.get(&request.listener) {
            Some(Socket::Listener(listener)) => listener.options.max_seg,
            _ => None,
        };
        syn_ack.opts = TcpOptions {
            mss: Some(own_mss.unwrap_or(OWN_MSS)),
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
    fn finish_handshake(
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
        connection.sack_ok = request.peer.sack_ok;
        connection.take_peer_options(&request.peer, true);
        connection.snd_una = request.snt_isn.wrapping_add(1);
        // When a cookie was sent is not kept (`snt_synack` in `cookie_v4_check`): the echoed timestamp alone tells.
        let measured = self.stack.rtt_clock(self.stack.now) - self.stack.rtt_clock(request.sent_at);
        let measured = (self.stack.has(Change::SynAckRttMeasured) && request.retransmits == 0 && !cookie)
            .then_some(measured);
        if let Some(rtt) = measured.or_else(|| connection.since_echo(&self.stack, segment)) {
            connection.rtt.sample(rtt, true);
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
