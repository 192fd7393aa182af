//! SYNs that reach a listener, and the connection requests they become.

use super::connection::{Connection, State, TimestampState};
use super::host::{AppEventKind, Flow, Host, Socket};
use super::peers::PeerMemory;
use super::seq::{after, in_window};
use super::timestamps::{Recent, paws_reject};
use super::why::{Stage, Why};
use crate::kernel::{Change, Counter};
use crate::net::{Flags, Segment, TcpOptions};
use crate::time::Time;

/// A request sock: a SYN that was answered, SYN_RECV.
#[derive(Clone, Debug)]
pub struct Request {
    /// Sequence number of the SYN.
    rcv_isn: u32,
    /// Sequence number of our SYN-ACK.
    snt_isn: u32,
    /// What the SYN carried, as far as this host uses it.
    peer: TcpOptions,
    /// TSval of the SYN; 0 when it had none.
    ts_recent: u32,
    ts_offset: u32,
    /// How often its timer has fired.
    num_timeout: u32,
    window: u16,
    sent_at: Time,
    /// When a repeated SYN was answered last.
    last_answer: Option<Time>,
    pub(super) deadline: Option<Time>,
}

/// Segments a peer can put into one packet when its SYN names no size (TCP_MSS_DEFAULT).
const DEFAULT_MSS: u32 = 536;
/// Bytes of the timestamps option with its padding (TCPOLEN_TSTAMP_ALIGNED).
const TIMESTAMP_BYTES: u32 = 12;

impl Host {
    /// LISTEN (`tcp_rcv_state_process`): only a SYN opens anything.
    pub(super) fn segment_for_listener(&mut self, now: Time, flow: Flow, segment: &Segment) -> Option<Why> {
        let flags = segment.flags;
        if flags.ack() && !flags.rst() && !flags.syn() && self.sysctl.tcp_syncookies > 0 {
            // `cookie_v4_check`: it may be the answer to a SYN cookie. None are sent here, so it is not.
            if !self.kernel.has(Change::CookieNeedsOverflow) {
                self.counters.add(Counter::SyncookiesFailed);
            }
        }
        if flags.rst() || flags.ack() || !flags.syn() {
            return self.segment_for_nobody(segment);
        }
        self.connection_request(now, flow, segment, None)
    }

    /// `tcp_v4_conn_request`, from 3.17 `tcp_conn_request`: admits a SYN or drops it. `time_wait_isn` is set when a
    /// TIME_WAIT bucket of the same flow has already found the SYN to be newer: then the checks are skipped.
    pub(super) fn connection_request(
        &mut self,
        now: Time,
        flow: Flow,
        syn: &Segment,
        time_wait_isn: Option<u32>,
    ) -> Option<Why> {
        let timestamps = self.sysctl.tcp_timestamps.enabled();
        let ts = syn.opts.ts.filter(|_| timestamps);
        if time_wait_isn.is_none() && self.tw_recycle() {
            let key = PeerMemory::key(self.kernel, flow.local.addr, flow.remote.addr);
            let tsval = ts.map(|ts| ts.tsval);
            if let Some(refusal) = self.peers.refuses(self.kernel, key, tsval, self.now_s(now)) {
                return Some(Why::PeerCheck { key, refusal, tsval });
            }
        }
        let mss = syn.opts.mss.map_or(DEFAULT_MSS, u32::from).min(1460);
        let request = Request {
            rcv_isn: syn.seq,
            snt_isn: time_wait_isn.unwrap_or_else(|| self.initial_seq(now, flow)),
            peer: TcpOptions { ts, ..syn.opts },
            ts_recent: ts.map_or(0, |ts| ts.tsval),
            ts_offset: self.clock.offset(self.sysctl.tcp_timestamps, flow),
            num_timeout: 0,
            window: self.initial_window(mss - if ts.is_some() { TIMESTAMP_BYTES } else { 0 }),
            sent_at: now,
            last_answer: None,
            deadline: None,
        };
        self.put(flow, Socket::Request(request));
        self.send_syn_ack(now, flow);
        self.arm_request(now, flow, 0);
        None
    }

    /// Is `tcp_tw_recycle` in force? The setting is gone in 4.12.
    pub(super) fn tw_recycle(&self) -> bool {
        self.sysctl.tcp_tw_recycle && !self.kernel.has(Change::TwRecycleRemoved)
    }

    fn send_syn_ack(&mut self, now: Time, flow: Flow) {
        let Some(Socket::Request(request)) = self.sockets.get(&flow) else { return };
        let ts = request.peer.ts.map(|_| self.timestamp(now, request.ts_offset, request.ts_recent));
        let flags = Flags::SYN.with(Flags::ACK);
        let mut syn_ack =
            self.segment(flow, flags, request.snt_isn, request.rcv_isn.wrapping_add(1), request.window);
        syn_ack.opts = self.handshake_options(Some(&request.peer), ts);
        self.send(syn_ack);
    }

    /// SYN_RECV (`tcp_check_req`): the last ACK makes the connection, an RST or SYN ends the request.
    pub(super) fn segment_for_request(&mut self, now: Time, flow: Flow, segment: &Segment) -> Option<Why> {
        let Some(Socket::Request(request)) = self.sockets.get(&flow) else { return None };
        let (request, flags) = (request.clone(), segment.flags);
        let rcv_nxt = request.rcv_isn.wrapping_add(1);
        // The second in which the SYN came is not kept but estimated from the timer.
        let age_s = self.initial_rto().secs() << request.num_timeout.min(6);
        let recent = Recent { tsval: request.ts_recent, stamp_s: self.now_s(now).saturating_sub(age_s) };
        let tsval = segment.tsval().filter(|_| self.sysctl.tcp_timestamps.enabled());
        let stale =
            tsval.filter(|&tsval| paws_reject(self.kernel, recent, tsval, flags.rst(), self.now_s(now)));

        if segment.seq == request.rcv_isn && flags.syn() && !flags.ack() && !flags.rst() && stale.is_none() {
            self.answer_syn_again(now, flow);
            return None;
        }
        let snt_nxt = request.snt_isn.wrapping_add(1);
        let window = u32::from(request.window);
        let outside = !in_window(segment.seq, segment.end_seq(), rcv_nxt, window);
        // LIVE rst_synrecv.jsonl, 6.18.44: an RST in the window is judged by PAWS, then by its sequence number; its ACK
        // number does not count.
        let reset_first = flags.rst() && !outside && self.kernel.has(Change::RequestChallengeAck);
        if reset_first && stale.is_none() && segment.seq != rcv_nxt {
            self.acknowledge_request(now, flow, &request);
            return Some(Why::InexactReset { seq: segment.seq, rcv_nxt, of_request: true });
        }
        if !reset_first && flags.ack() && segment.ack != snt_nxt {
            if !flags.rst() {
                self.send_reset_in_answer(segment);
            }
            return Some(Why::BadAck {
                at: Stage::SynRecv,
                ack: segment.ack,
                snd_una: request.snt_isn,
                snd_nxt: snt_nxt,
            });
        }
        if stale.is_some() || outside {
            if !flags.rst() {
                self.acknowledge_request(now, flow, &request);
            }
            return Some(match stale {
                Some(tsval) => Why::Paws { at: Stage::SynRecv, recent: request.ts_recent, tsval },
                None => Why::OutOfWindow { at: Stage::SynRecv, seq: segment.seq, rcv_nxt, window },
            });
        }
        if flags.rst() || (flags.syn() && segment.seq != request.rcv_isn) {
            self.counters.add(Counter::AttemptFails);
            self.counters.add(Counter::EmbryonicRsts);
            self.remove(flow);
            if !flags.rst() {
                self.send_reset_in_answer(segment);
            }
            return None;
        }
        if !flags.ack() {
            return Some(Why::BadAck {
                at: Stage::SynRecv,
                ack: 0,
                snd_una: request.snt_isn,
                snd_nxt: snt_nxt,
            });
        }
        let recent = match tsval {
            Some(tsval) if !after(segment.seq, rcv_nxt) => tsval,
            _ => request.ts_recent,
        };
        self.create_child(now, flow, &request, recent);
        self.segment_for_connection(now, flow, segment)
    }

    /// A SYN that comes again is answered again and its timer starts anew; from 4.1 on at most one answer in 500 ms.
    fn answer_syn_again(&mut self, now: Time, flow: Flow) {
        let limit = self.invalid_ratelimit();
        let Some(Socket::Request(request)) = self.sockets.get_mut(&flow) else { return };
        if request.last_answer.is_some_and(|last| now - last < limit) {
            self.counters.add(Counter::TCPACKSkippedSynRecv);
            return;
        }
        request.last_answer = Some(now);
        let backoff = request.num_timeout;
        self.send_syn_ack(now, flow);
        self.arm_request(now, flow, backoff);
    }

    fn arm_request(&mut self, now: Time, flow: Flow, backoff: u32) {
        let delay = Time(self.initial_rto().0 << backoff).min(super::rtt::RTO_MAX);
        self.arm(flow, self.fires_at(now, delay));
    }

    /// Repeats what a request expects (`send_ack` of `tcp_request_sock_ops`).
    fn acknowledge_request(&mut self, now: Time, flow: Flow, request: &Request) {
        let (seq, ack) = (request.snt_isn.wrapping_add(1), request.rcv_isn.wrapping_add(1));
        let mut segment = self.segment(flow, Flags::ACK, seq, ack, request.window);
        segment.opts.ts = request.peer.ts.map(|_| self.timestamp(now, request.ts_offset, request.ts_recent));
        self.send(segment);
    }

    /// `tcp_v4_syn_recv_sock`: the request becomes a connection that accept() returns.
    fn create_child(&mut self, now: Time, flow: Flow, request: &Request, ts_recent: u32) {
        self.counters.add(Counter::PassiveOpens);
        let ts = request.peer.ts.map(|_| TimestampState {
            offset: request.ts_offset,
            recent: Recent { tsval: ts_recent, stamp_s: self.now_s(now) },
        });
        let mut child = Connection::new(
            State::Established,
            request.snt_isn,
            request.rcv_isn.wrapping_add(1),
            request.window,
            ts,
            self.initial_rto(),
        );
        if request.num_timeout == 0 {
            child.rtt.sample(now - request.sent_at, true);
        }
        self.put(flow, Socket::Connection(Box::new(child)));
        self.tell(flow, AppEventKind::Accepted);
    }

    /// The SYN-ACK timer: sends it again, or gives the request up.
    pub(super) fn request_timer(&mut self, now: Time, flow: Flow) {
        let retries = self.sysctl.tcp_synack_retries;
        let counted = self.kernel.has(Change::SynAckRetransCounted);
        if counted {
            self.counters.add(Counter::TCPTimeouts);
        }
        let Some(Socket::Request(request)) = self.sockets.get_mut(&flow) else { return };
        if request.num_timeout >= retries {
            self.remove(flow);
            return;
        }
        request.num_timeout += 1;
        let backoff = request.num_timeout;
        if counted {
            self.counters.add(Counter::RetransSegs);
        }
        if self.kernel.has(Change::SynRetransCounter) {
            self.counters.add(Counter::TCPSynRetrans);
        }
        self.send_syn_ack(now, flow);
        self.arm_request(now, flow, backoff);
    }
}
