//! Listening sockets: the SYNs that reach one, and the cookies that some are answered with.

use super::admission::{Admission, Queues, cookie_counters};
use super::connection::{TIMESTAMP_BYTES, initial_window, mss_of};
use super::cookies;
use super::host::{Host, Socket};
use super::peers::PeerMemory;
use super::request::Request;
use super::socket::{Errno, Flow, Options, SocketId};
use super::synack::Sweep;
use super::why::Why;
use crate::kernel::{Change, Counter};
use crate::net::{Endpoint, Ipv4, Segment, TcpOptions, TimestampOption};
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
    pub(super) sweep: Sweep,
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
        let own_mss = u32::from(self.stack.own_mss(flow.remote.addr, options.max_seg));
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
        let room = u32::from(self.stack.own_mss(flow.remote.addr, options.max_seg))
            - if ts.is_some() { TIMESTAMP_BYTES } else { 0 };
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
}
