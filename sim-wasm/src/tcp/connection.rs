//! Full sockets in synchronised states: data, acknowledgements, closing.

use super::host::{AppEventKind, Flow, Host, Socket};
use super::rtt::{RTO_MAX, RttEstimator};
use super::seq::{after, before, distance};
use super::time_wait::{Substate, TimeWait};
use super::timestamps::{PAWS_WINDOW, Recent, paws_check};
use super::why::{Stage, Why};
use crate::kernel::{Change, Counter};
use crate::net::{Flags, Segment};
use crate::time::Time;
use std::collections::VecDeque;

/// States of RFC 9293 that a full socket is in; LISTEN, SYN-RECEIVED and TIME-WAIT have shapes of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// SYN-SENT
    SynSent,
    /// ESTABLISHED
    Established,
    /// FIN-WAIT-1
    FinWait1,
    /// FIN-WAIT-2
    FinWait2,
    /// CLOSE-WAIT
    CloseWait,
    /// CLOSING
    Closing,
    /// LAST-ACK
    LastAck,
}

/// Timestamps in use on a connection.
#[derive(Clone, Copy, Debug)]
pub struct TimestampState {
    /// What this side adds to its clock.
    pub offset: u32,
    /// The last timestamp taken from the other side.
    pub recent: Recent,
}

/// A segment that was sent and not yet acknowledged.
#[derive(Clone, Copy, Debug)]
struct InFlight {
    seq: u32,
    len: u32,
    flags: Flags,
    sent_at: Time,
    retransmitted: bool,
}

impl InFlight {
    fn end_seq(&self) -> u32 {
        self.seq.wrapping_add(self.len).wrapping_add(u32::from(self.flags.fin()))
    }
}

/// A full socket.
#[derive(Clone, Debug)]
pub struct Connection {
    pub(super) state: State,
    pub(super) iss: u32,
    pub(super) snd_una: u32,
    pub(super) snd_nxt: u32,
    pub(super) rcv_nxt: u32,
    /// `rcv_nxt` when the last acknowledgement was sent.
    pub(super) rcv_wup: u32,
    pub(super) rcv_wnd: u32,
    pub(super) ts: Option<TimestampState>,
    pub(super) rtt: RttEstimator,
    pub(super) opened_at: Time,
    /// Made by the program itself, whatever the sysctl says.
    pub(super) own_timestamps: bool,
    /// How often the segment now waited for has been sent again.
    pub(super) retries: u32,
    pub(super) ack_pending: bool,
    pub(super) deadline: Option<Time>,
    /// The program has closed it.
    orphan: bool,
    unread: u32,
    in_flight: VecDeque<InFlight>,
    out_of_order: Vec<Segment>,
    last_dup_ack: Option<Time>,
}

impl State {
    /// The state as `ss` prints it.
    pub fn name(self) -> &'static str {
        match self {
            State::SynSent => "SYN-SENT",
            State::Established => "ESTAB",
            State::FinWait1 => "FIN-WAIT-1",
            State::FinWait2 => "FIN-WAIT-2",
            State::CloseWait => "CLOSE-WAIT",
            State::Closing => "CLOSING",
            State::LastAck => "LAST-ACK",
        }
    }
}

impl Connection {
    pub(super) fn new(
        state: State,
        iss: u32,
        rcv_nxt: u32,
        window: u16,
        ts: Option<TimestampState>,
        initial_rto: Time,
    ) -> Connection {
        Connection {
            state,
            iss,
            snd_una: iss,
            snd_nxt: iss.wrapping_add(1),
            rcv_nxt,
            rcv_wup: rcv_nxt,
            rcv_wnd: u32::from(window),
            ts,
            rtt: RttEstimator::new(initial_rto),
            opened_at: Time::ZERO,
            own_timestamps: false,
            retries: 0,
            ack_pending: false,
            deadline: None,
            orphan: false,
            unread: 0,
            in_flight: VecDeque::new(),
            out_of_order: Vec::new(),
            last_dup_ack: None,
        }
    }

    fn rto(&self) -> Time {
        Time(self.rtt.rto().0 << self.retries.min(16)).min(RTO_MAX)
    }
}

impl Host {
    fn connection(&mut self, flow: Flow) -> Option<&mut Connection> {
        match self.sockets.get_mut(&flow) {
            Some(Socket::Connection(connection)) => Some(connection),
            _ => None,
        }
    }

    /// write(): sends `len` bytes, at most one segment, at once.
    pub fn write(&mut self, now: Time, flow: Flow, len: u32) {
        if self.connection(flow).is_some_and(|c| matches!(c.state, State::Established | State::CloseWait)) {
            self.transmit(now, flow, len, Flags::PSH.with(Flags::ACK));
        }
    }

    /// read(): takes everything that has arrived.
    pub fn read(&mut self, flow: Flow) -> u32 {
        self.connection(flow).map_or(0, |connection| std::mem::take(&mut connection.unread))
    }

    /// close(): a FIN, or an RST when data are unread (RFC 2525 §2.17).
    pub fn close(&mut self, now: Time, flow: Flow) {
        let Some(connection) = self.connection(flow) else { return };
        if connection.unread > 0 {
            return self.reset_by_us(now, flow, Counter::TCPAbortOnClose);
        }
        connection.orphan = true;
        connection.state = match connection.state {
            State::Established => State::FinWait1,
            State::CloseWait => State::LastAck,
            State::SynSent => return self.remove(flow),
            other => {
                connection.state = other;
                return;
            }
        };
        self.transmit(now, flow, 0, Flags::FIN.with(Flags::ACK));
    }

    /// close() with SO_LINGER {1, 0}: an RST (`tcp_send_active_reset`).
    pub fn abort(&mut self, now: Time, flow: Flow) {
        self.reset_by_us(now, flow, Counter::TCPAbortOnData);
    }

    fn reset_by_us(&mut self, now: Time, flow: Flow, counter: Counter) {
        let zero_tsval = self.kernel.has(Change::ResetTsvalZero);
        let Some(connection) = self.connection(flow) else { return };
        let (seq, ack, state) = (connection.snd_nxt, connection.rcv_nxt, connection.state);
        let ts = connection.ts;
        let mut reset = self.segment(flow, Flags::RST.with(Flags::ACK), seq, ack, 0);
        reset.opts.ts = ts.map(|ts| {
            let mut option = self.timestamp(now, ts.offset, ts.recent.tsval);
            if zero_tsval {
                option.tsval = ts.offset;
            }
            option
        });
        if matches!(state, State::Established | State::CloseWait) {
            self.counters.add(Counter::EstabResets);
        }
        self.counters.add(counter);
        self.remove(flow);
        self.send(reset);
    }

    /// Sends the acknowledgements that are due. Called after the programs have reacted, so that their answer carries
    /// the acknowledgement when they have one.
    pub fn flush_acks(&mut self, now: Time, flow: Flow) {
        if self.connection(flow).is_some_and(|connection| connection.ack_pending) {
            self.send_ack(now, flow);
        }
    }

    /// How long ago the timestamp that a segment echoes was sent: a round trip even when it answers a retransmission
    /// (RFC 7323 §4).
    pub(super) fn since_echo(&self, now: Time, flow: Flow, segment: &Segment) -> Option<Time> {
        let Some(Socket::Connection(connection)) = self.sockets.get(&flow) else { return None };
        let (ts, echo) = (connection.ts?, segment.opts.ts?.tsecr);
        let ticks = distance(self.clock.now(now).wrapping_add(ts.offset), echo);
        (echo != 0 && ticks >= 0)
            .then(|| Time(ticks as u64 * (1_000_000_000 / self.clock.ticks_per_second())))
    }

    fn stamp(&self, now: Time, connection: &Connection, segment: &mut Segment) {
        segment.opts.ts = connection.ts.map(|ts| self.timestamp(now, ts.offset, ts.recent.tsval));
    }

    pub(super) fn send_ack(&mut self, now: Time, flow: Flow) {
        let Some(Socket::Connection(connection)) = self.sockets.get(&flow) else { return };
        let win = connection.rcv_wnd.min(65_535) as u16;
        let mut ack = self.segment(flow, Flags::ACK, connection.snd_nxt, connection.rcv_nxt, win);
        self.stamp(now, connection, &mut ack);
        self.acknowledged(flow);
        self.send(ack);
    }

    fn acknowledged(&mut self, flow: Flow) {
        if let Some(connection) = self.connection(flow) {
            connection.rcv_wup = connection.rcv_nxt;
            connection.ack_pending = false;
        }
    }

    fn transmit(&mut self, now: Time, flow: Flow, len: u32, flags: Flags) {
        let Some(connection) = self.connection(flow) else { return };
        let segment = InFlight { seq: connection.snd_nxt, len, flags, sent_at: now, retransmitted: false };
        connection.snd_nxt = segment.end_seq();
        connection.in_flight.push_back(segment);
        self.put_on_wire(now, flow, segment);
        self.arm_retransmission(now, flow);
    }

    fn put_on_wire(&mut self, now: Time, flow: Flow, sent: InFlight) {
        let Some(Socket::Connection(connection)) = self.sockets.get(&flow) else { return };
        let win = connection.rcv_wnd.min(65_535) as u16;
        let mut segment = self.segment(flow, sent.flags, sent.seq, connection.rcv_nxt, win);
        segment.len = sent.len;
        self.stamp(now, connection, &mut segment);
        self.acknowledged(flow);
        self.send(segment);
    }

    fn arm_retransmission(&mut self, now: Time, flow: Flow) {
        let Some(connection) = self.connection(flow) else { return };
        if connection.in_flight.is_empty() {
            self.disarm(flow);
        } else {
            let rto = connection.rto();
            self.arm(flow, self.fires_at(now, rto));
        }
    }

    /// The retransmission timer, or the SYN timer.
    pub(super) fn connection_timer(&mut self, now: Time, flow: Flow) {
        let retries = self.sysctl.tcp_retries2;
        let Some(connection) = self.connection(flow) else { return };
        if connection.state == State::SynSent {
            return self.syn_timer(now, flow);
        }
        if connection.retries >= retries {
            self.counters.add(Counter::TCPAbortOnTimeout);
            self.remove(flow);
            self.tell(flow, AppEventKind::TimedOut);
            return;
        }
        let Some(first) = connection.in_flight.front_mut() else { return };
        first.retransmitted = true;
        let again = *first;
        connection.retries += 1;
        self.counters.add(Counter::TCPTimeouts);
        self.counters.add(Counter::RetransSegs);
        self.put_on_wire(now, flow, again);
        self.arm_retransmission(now, flow);
    }

    /// A segment for a full socket.
    pub(super) fn segment_for_connection(&mut self, now: Time, flow: Flow, segment: &Segment) -> Option<Why> {
        let state = self.connection(flow)?.state;
        if state == State::SynSent {
            return self.segment_for_syn_sent(now, flow, segment);
        }
        if let Err(why) = self.validate_incoming(now, flow, segment)? {
            return Some(why);
        }
        if !segment.flags.ack() {
            let connection = self.connection(flow)?;
            return Some(Why::BadAck {
                at: Stage::Synchronised,
                ack: 0,
                snd_una: connection.snd_una,
                snd_nxt: connection.snd_nxt,
            });
        }
        if let Some(why) = self.acknowledge(now, flow, segment) {
            return Some(why);
        }
        self.take_data(now, flow, segment)
    }

    /// `tcp_validate_incoming`: PAWS, sequence numbers, RST, SYN. `None` when the segment ended the connection.
    fn validate_incoming(&mut self, now: Time, flow: Flow, segment: &Segment) -> Option<Result<(), Why>> {
        let (kernel, now_s, flags) = (self.kernel, self.now_s(now), segment.flags);
        let connection = self.connection(flow)?;
        let (rcv_nxt, window) = (connection.rcv_nxt, connection.rcv_wnd);

        if let (Some(ts), Some(tsval)) = (connection.ts, segment.tsval())
            && !paws_check(kernel, ts.recent, tsval, PAWS_WINDOW, now_s)
            && !flags.rst()
            && !harmless_duplicate_ack(connection, segment, ts.recent, tsval)
        {
            let recent = ts.recent.tsval;
            if kernel.has(Change::PawsOldAck)
                && flags == Flags::ACK
                && segment.len == 0
                && before(segment.seq, rcv_nxt)
            {
                return Some(Err(Why::OldAck { recent, tsval }));
            }
            self.send_duplicate_ack(now, flow, segment, Counter::TCPACKSkippedPAWS);
            return Some(Err(Why::Paws { at: Stage::Synchronised, recent, tsval }));
        }

        // tcp_sequence
        let in_window = !before(segment.end_seq(), connection.rcv_wup)
            && !after(segment.seq, rcv_nxt.wrapping_add(window));
        if !in_window {
            if !flags.rst() {
                self.send_duplicate_ack(now, flow, segment, Counter::TCPACKSkippedSeq);
            }
            return Some(Err(Why::OutOfWindow {
                at: Stage::Synchronised,
                seq: segment.seq,
                rcv_nxt,
                window,
            }));
        }

        if flags.rst() {
            // RFC 5961 §3.2; before 3.6 any RST in the window resets.
            if segment.seq != rcv_nxt && kernel.has(Change::ChallengeAck) {
                self.send_duplicate_ack(now, flow, segment, Counter::TCPACKSkippedSeq);
                return Some(Err(Why::InexactReset { seq: segment.seq, rcv_nxt, of_request: false }));
            }
            self.reset(flow);
            return None;
        }
        // Before 3.6 a SYN resets when it is not an old one: a SYN-ACK that comes twice is.
        if flags.syn() && kernel.has(Change::ChallengeAck) {
            self.send_duplicate_ack(now, flow, segment, Counter::TCPACKSkippedSeq);
            return Some(Err(Why::SynOnConnection));
        }
        if flags.syn() && !before(segment.seq, rcv_nxt) {
            self.send_reset_in_answer(segment);
            self.reset(flow);
            return Some(Err(Why::SynOnConnection));
        }

        // tcp_replace_ts_recent, unless the segment lies behind what was acknowledged last
        if let (Some(ts), Some(tsval)) = (&mut connection.ts, segment.tsval())
            && !after(segment.seq, connection.rcv_wup)
            && paws_check(kernel, ts.recent, tsval, 0, now_s)
        {
            ts.recent = Recent { tsval, stamp_s: now_s };
        }
        Some(Ok(()))
    }

    fn reset(&mut self, flow: Flow) {
        if let Some(connection) = self.connection(flow) {
            let (state, orphan) = (connection.state, connection.orphan);
            if matches!(state, State::Established | State::CloseWait) {
                self.counters.add(Counter::EstabResets);
            }
            self.remove(flow);
            if !orphan {
                self.tell(flow, AppEventKind::Reset);
            }
        }
    }

    /// An ACK in answer to a bad segment; from 4.1 on one in 500 ms, but for data (`tcp_oow_rate_limited`).
    fn send_duplicate_ack(&mut self, now: Time, flow: Flow, segment: &Segment, skipped: Counter) {
        if segment.end_seq() != segment.seq && !segment.flags.syn() {
            return self.send_ack(now, flow);
        }
        let limit = self.invalid_ratelimit();
        let Some(connection) = self.connection(flow) else { return };
        if connection.last_dup_ack.is_some_and(|last| now - last < limit) {
            self.counters.add(skipped);
            return;
        }
        connection.last_dup_ack = Some(now);
        self.send_ack(now, flow);
    }

    /// `tcp_ack`, and the changes of state that an acknowledged FIN brings.
    fn acknowledge(&mut self, now: Time, flow: Flow, segment: &Segment) -> Option<Why> {
        let echoed = self.since_echo(now, flow, segment);
        let connection = self.connection(flow)?;
        let ack = segment.ack;
        if after(ack, connection.snd_nxt) {
            let why = Why::BadAck {
                at: Stage::Synchronised,
                ack,
                snd_una: connection.snd_una,
                snd_nxt: connection.snd_nxt,
            };
            self.send_ack(now, flow);
            return Some(why);
        }
        if !after(ack, connection.snd_una) {
            return None;
        }
        connection.snd_una = ack;
        connection.retries = 0;
        let mut sample = None;
        while let Some(first) = connection.in_flight.front()
            && !after(first.end_seq(), ack)
        {
            // Karn's rule: no sample from what was sent twice.
            sample = (!first.retransmitted).then_some(now - first.sent_at).or(sample);
            connection.in_flight.pop_front();
        }
        if let Some(rtt) = sample.or(echoed) {
            let new_round = connection.in_flight.is_empty();
            connection.rtt.sample(rtt, new_round);
        }
        let fin_acked = connection.in_flight.is_empty() && ack == connection.snd_nxt;
        let (state, orphan) = (connection.state, connection.orphan);
        self.arm_retransmission(now, flow);
        if fin_acked {
            match state {
                State::FinWait1 => {
                    if let Some(connection) = self.connection(flow) {
                        connection.state = State::FinWait2;
                    }
                    // An orphan becomes a bucket at once, unless this very segment brings the other side's FIN.
                    if orphan && !segment.flags.fin() {
                        self.become_time_wait(now, flow, Substate::FinWait2);
                    }
                }
                State::Closing => self.become_time_wait(now, flow, Substate::TimeWait),
                State::LastAck => self.remove(flow),
                _ => {}
            }
        }
        None
    }

    /// `tcp_data_queue`: data and FIN, in order or kept until they are.
    fn take_data(&mut self, now: Time, flow: Flow, segment: &Segment) -> Option<Why> {
        let connection = self.connection(flow)?;
        if segment.end_seq() == segment.seq {
            return None;
        }
        let may_receive = matches!(connection.state, State::Established | State::FinWait1 | State::FinWait2);
        if !may_receive || !after(segment.end_seq(), connection.rcv_nxt) {
            // Seen already: acknowledged once more.
            self.send_ack(now, flow);
            return None;
        }
        if after(segment.seq, connection.rcv_nxt) {
            connection.out_of_order.push(segment.clone());
            self.send_ack(now, flow);
            return None;
        }
        if connection.orphan && segment.len > 0 {
            self.remove(flow);
            self.send_reset_in_answer(segment);
            return Some(Why::DataAfterClose);
        }
        let mut fin = self.take_in_order(flow, segment);
        while let Some(next) = self.next_in_order(flow) {
            fin |= self.take_in_order(flow, &next);
        }
        let connection = self.connection(flow)?;
        connection.ack_pending = true;
        let (unread, orphan) = (connection.unread, connection.orphan);
        if unread > 0 {
            self.tell(flow, AppEventKind::Readable(unread));
        }
        if fin {
            self.receive_fin(now, flow);
        }
        if orphan {
            self.flush_acks(now, flow);
        }
        None
    }

    fn take_in_order(&mut self, flow: Flow, segment: &Segment) -> bool {
        let Some(connection) = self.connection(flow) else { return false };
        let known = distance(connection.rcv_nxt, segment.seq).max(0).cast_unsigned();
        connection.unread += segment.len.saturating_sub(known);
        connection.rcv_nxt = segment.end_seq();
        segment.flags.fin()
    }

    fn next_in_order(&mut self, flow: Flow) -> Option<Segment> {
        let connection = self.connection(flow)?;
        let rcv_nxt = connection.rcv_nxt;
        connection.out_of_order.retain(|segment| after(segment.end_seq(), rcv_nxt));
        let at = connection.out_of_order.iter().position(|segment| !after(segment.seq, rcv_nxt))?;
        Some(connection.out_of_order.remove(at))
    }

    /// `tcp_fin`
    fn receive_fin(&mut self, now: Time, flow: Flow) {
        let Some(connection) = self.connection(flow) else { return };
        match connection.state {
            State::Established => {
                connection.state = State::CloseWait;
                self.tell(flow, AppEventKind::EndOfFile);
            }
            State::FinWait1 => {
                connection.state = State::Closing;
                self.send_ack(now, flow);
            }
            State::FinWait2 => {
                self.send_ack(now, flow);
                self.become_time_wait(now, flow, Substate::TimeWait);
            }
            _ => {}
        }
    }

    fn become_time_wait(&mut self, now: Time, flow: Flow, substate: Substate) {
        let Some(connection) = self.connection(flow) else { return };
        let bucket = TimeWait {
            substate,
            rcv_nxt: connection.rcv_nxt,
            snd_nxt: connection.snd_nxt,
            rcv_wnd: connection.rcv_wnd,
            ts: connection.ts.map(|ts| (ts.offset, ts.recent)),
            rto: connection.rtt.rto(),
            last_ack: None,
            short: false,
            deadline: None,
        };
        self.enter_time_wait(now, flow, bucket);
    }
}

/// `tcp_disordered_ack`: a duplicate ACK that a later one overtook is no reason for alarm.
fn harmless_duplicate_ack(connection: &Connection, segment: &Segment, recent: Recent, tsval: u32) -> bool {
    let rto_ms = connection.rtt.rto().millis() as i64;
    segment.len == 0
        && segment.flags == Flags::ACK
        && segment.seq == connection.rcv_nxt
        && segment.ack == connection.snd_una
        && i64::from(distance(recent.tsval, tsval)) <= rto_ms
}
