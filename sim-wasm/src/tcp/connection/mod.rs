//! A full socket (`tcp_sock`): its state, and what happens to it.
//!
//! - [`input`](self): `input.rs`, a segment arrives: is it acceptable, what does it change
//! - `ack.rs`: what an acknowledgement does to what was sent
//! - `receive.rs`: data in order and out of order, FIN
//! - `delack.rs`: when to acknowledge
//! - `window.rs`: the receive buffer and the window it gives
//! - `output.rs`: what may be sent, and how
//! - `offload.rs`: packets that the device cuts into segments
//! - `resend.rs`: segments that go out again, and how the congestion window is used
//! - `flight.rs`: what was sent and is not acknowledged
//! - `send_buffer.rs`: what a program may write
//! - `recovery.rs`: what was lost, with `sacktag.rs`, `rack.rs`, `frto.rs`, `undo.rs` and `probe.rs`; `reduction.rs`: how far
//!   the congestion window shrinks for it
//! - `chrono.rs`: what held the sender back, for how long
//! - `pmtu.rs`: how big a packet may be
//! - `timers.rs`: retransmission, probes, keepalive
//! - `close.rs`: shutdown, close, abort
//! - `info.rs`: `tcp_info`; `observe.rs`: the same for those who look at every packet

mod ack;
mod autotune;
mod chrono;
mod close;
mod delack;
mod flight;
mod frto;
mod info;
mod input;
mod observe;
mod offload;
mod output;
mod pmtu;
mod probe;
mod rack;
mod receive;
mod recovery;
mod reduction;
mod resend;
mod sacktag;
mod send_buffer;
mod timers;
mod undo;
mod window;

pub use chrono::Limits;
pub use close::{Closing, Shutdown};
pub(super) use flight::Sent;
pub use observe::Observed;
pub use probe::loss_probe_wait;
pub use timers::{Timer, backoff_span, retransmitted_enough};
pub(super) use window::initial_window;

use super::congestion::{Algorithm, INFINITE_SSTHRESH, Window};
use super::rtt::RttEstimator;
use super::socket::{Errno, EventKind, Flow, Options, SocketId};
use super::stack::Stack;
use super::time_wait::TimeWait;
use super::timestamps::Recent;
use crate::kernel::{Change, Counter};
use crate::net::{Segment, TcpOptions};
use crate::time::Time;
use autotune::Autotune;
use chrono::Chrono;
use delack::AckState;
use flight::Flight;
use pmtu::PathMtu;
use receive::Early;
use recovery::Recovery;
use resend::Usage;
use send_buffer::SendBuffer;
use std::collections::VecDeque;
use timers::Timers;
use window::ReceiveBuffer;

/// TCP_MSS_DEFAULT: what a peer takes that names no size.
pub(super) const DEFAULT_MSS: u16 = 536;

/// The segment size that a SYN asks for. Zero counts as none (`tcp_parse_options`).
pub(super) fn mss_of(peer: &TcpOptions) -> u16 {
    peer.mss.filter(|mss| *mss > 0).unwrap_or(DEFAULT_MSS)
}
/// TCP_MIN_MSS
pub(super) const MIN_MSS: u32 = 88;
/// Bytes of the timestamps option with its padding (TCPOLEN_TSTAMP_ALIGNED).
pub(super) const TIMESTAMP_BYTES: u32 = 12;

/// RFC 9293 §3.3.2, without LISTEN and TIME-WAIT, which are kept in other shapes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // the RFC's own names
pub enum State {
    Closed,
    SynSent,
    SynRecv,
    Established,
    FinWait1,
    FinWait2,
    CloseWait,
    Closing,
    LastAck,
}

impl State {
    /// As `ss` prints it.
    pub fn name(self) -> &'static str {
        match self {
            State::Closed => "UNCONN",
            State::SynSent => "SYN-SENT",
            State::SynRecv => "SYN-RECV",
            State::Established => "ESTAB",
            State::FinWait1 => "FIN-WAIT-1",
            State::FinWait2 => "FIN-WAIT-2",
            State::CloseWait => "CLOSE-WAIT",
            State::Closing => "CLOSING",
            State::LastAck => "LAST-ACK",
        }
    }
}

/// Timestamps of a connection that uses them.
#[derive(Clone, Copy, Debug)]
pub(super) struct TimestampState {
    /// Added to the host's clock.
    pub(super) offset: u32,
    /// The last one taken in; its second is 0 while there is none.
    pub(super) recent: Recent,
}

/// A full socket.
#[derive(Clone, Debug)]
pub struct Connection {
    pub(super) id: SocketId,
    /// Both ends.
    pub flow: Flow,
    /// Its state.
    pub state: State,
    pub(super) options: Options,
    /// Does a program hold it? An orphan is one that nobody holds any more.
    pub(super) orphan: bool,
    /// The listener in whose accept queue it waits.
    pub(super) waits_at: Option<SocketId>,
    /// What the next call returns (`sk_err`).
    pub(super) error: Option<Errno>,
    /// An error to tell when the connection times out (`sk_err_soft`).
    pub(super) soft_error: Option<Errno>,
    /// shutdown() of one direction, or of both.
    pub(super) rcv_shutdown: bool,
    pub(super) snd_shutdown: bool,
    /// When the socket was opened, or the SYN came.
    pub(super) opened_at: Time,

    // What it sends.
    pub(super) iss: u32,
    pub(super) snd_una: u32,
    pub(super) snd_nxt: u32,
    /// Behind the last byte written; a FIN that waits counts.
    pub(super) write_seq: u32,
    pub(super) fin_queued: bool,
    pub(super) snd_wnd: u32,
    /// The greatest window the peer ever offered.
    max_window: u32,
    /// Sequence number of the segment that set the window (`snd_wl1`).
    snd_wl1: u32,
    pub(super) snd_wscale: u8,
    /// What this host announces (`advmss`, before the room of the timestamps).
    pub(super) own_mss: u16,
    path: PathMtu,
    /// What the peer takes at most (`mss_clamp`).
    pub(super) mss_clamp: u16,
    pub(super) in_flight: Flight,
    send_buffer: SendBuffer,
    /// Was what the program wrote last followed by more (`MSG_MORE`)? Then its end carries no PSH.
    pub(super) more_follows: bool,
    /// Behind the last segment that was smaller than the MSS (`snd_sml`).
    snd_sml: u32,
    pub(super) window: Window,
    control: Algorithm,
    usage: Usage,
    /// Segments sent again, the SYN among them (`total_retrans`).
    pub(super) total_retrans: u32,
    /// When a large packet began to wait, in jiffies (`tso_deferred`).
    deferred_at: Option<u64>,
    /// The least round trip so far (`tcp_min_rtt`).
    min_rtt: Option<Time>,
    /// The timestamp that the ACK being worked on echoes.
    echoed: Option<u32>,
    chrono: Chrono,
    /// When data was sent last (`lsndtime`).
    sent_data_at: Option<Time>,
    recovery: Recovery,
    pub(super) rtt: RttEstimator,
    /// The SYN or SYN-ACK was sent more than once.
    pub(super) handshake_retransmitted: bool,

    // What it receives.
    pub(super) rcv_nxt: u32,
    /// Behind the last byte that the program has read.
    pub(super) copied_seq: u32,
    /// The last ACK sent, and the window it offered.
    pub(super) rcv_wup: u32,
    pub(super) rcv_wnd: u32,
    pub(super) rcv_wscale: u8,
    buffer: ReceiveBuffer,
    autotune: Autotune,
    pub(super) fin_received: bool,
    /// Has the program read past the last byte?
    pub(super) fin_read: bool,
    /// What came out of order, by sequence number.
    out_of_order: VecDeque<Early>,
    /// How many segments have come out of order so far.
    early_count: u32,
    /// The ranges to tell of, the newest first (`selective_acks`).
    sack_blocks: Vec<(u32, u32)>,
    /// What came twice, to be told once (`duplicate_sack`).
    duplicate: Option<(u32, u32)>,
    pub(super) sack_ok: bool,
    pub(super) ts: Option<TimestampState>,
    ack: AckState,
    /// Segments that came ahead of a gap (`rcv_ooopack`).
    early_segments: u32,
    /// When something came from the other side last.
    pub(super) received_at: Time,
    /// When a bad segment was answered last (`last_oow_ack_time`).
    last_oow_ack: Option<Time>,
    timers: Timers,
    /// Set when the socket is to be replaced by a bucket in TIME_WAIT or FIN_WAIT2.
    pub(super) successor: Option<TimeWait>,
    /// The deadline the host knows of.
    pub(super) registered: Option<Time>,
    /// Simultaneous open: the SYN that crossed ours.
    pub(super) crossed_syn: bool,
}

/// What both sides agreed on, as a new connection needs it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Handshake {
    pub(super) iss: u32,
    pub(super) rcv_nxt: u32,
    pub(super) rcv_wnd: u32,
    pub(super) window_clamp: u32,
    pub(super) rcv_wscale: u8,
    pub(super) ts: Option<TimestampState>,
}

impl Connection {
    pub(in crate::tcp) fn new(
        stack: &Stack,
        id: SocketId,
        flow: Flow,
        state: State,
        options: Options,
        hs: Handshake,
    ) -> Connection {
        let now = stack.now;
        Connection {
            id,
            flow,
            state,
            options,
            orphan: false,
            waits_at: None,
            error: None,
            soft_error: None,
            rcv_shutdown: false,
            snd_shutdown: false,
            opened_at: now,
            iss: hs.iss,
            snd_una: hs.iss,
            snd_nxt: hs.iss.wrapping_add(1),
            write_seq: hs.iss.wrapping_add(1),
            fin_queued: false,
            snd_wnd: 0,
            max_window: 0,
            snd_wl1: hs.rcv_nxt.wrapping_sub(1),
            snd_wscale: 0,
            own_mss: stack.own_mss(flow.remote.addr, options.max_seg),
            path: PathMtu::new(stack.mtu_to(flow.remote.addr)),
            mss_clamp: DEFAULT_MSS,
            in_flight: Flight::default(),
            send_buffer: SendBuffer::new(
                options.sndbuf.unwrap_or(stack.sysctl.tcp_wmem[1]),
                options.sndbuf.is_some(),
                options.not_sent_lowat.unwrap_or(u32::MAX),
                hs.iss.wrapping_add(1),
            ),
            more_follows: false,
            snd_sml: hs.iss,
            window: Window { cwnd: 10, ssthresh: INFINITE_SSTHRESH, count: 0 },
            control: Algorithm::new(stack, options.reno, hs.iss.wrapping_add(1)),
            usage: Usage::default(),
            total_retrans: 0,
            deferred_at: None,
            min_rtt: None,
            echoed: None,
            chrono: Chrono::default(),
            sent_data_at: None,
            recovery: Recovery::new(stack),
            rtt: RttEstimator::new(stack.initial_rto(), stack.jiffy()),
            handshake_retransmitted: false,
            rcv_nxt: hs.rcv_nxt,
            copied_seq: hs.rcv_nxt,
            rcv_wup: hs.rcv_nxt,
            rcv_wnd: hs.rcv_wnd,
            rcv_wscale: hs.rcv_wscale,
            buffer: ReceiveBuffer::new(stack, &options, hs.rcv_wnd, hs.window_clamp),
            autotune: Autotune::default(),
            fin_received: false,
            fin_read: false,
            out_of_order: VecDeque::new(),
            early_count: 0,
            sack_blocks: Vec::new(),
            duplicate: None,
            sack_ok: false,
            ts: hs.ts,
            early_segments: 0,
            ack: AckState::default(),
            received_at: now,
            last_oow_ack: None,
            timers: Timers::default(),
            successor: None,
            registered: None,
            crossed_syn: false,
        }
    }

    /// `TCP_CONGESTION` of a connection: the new algorithm begins afresh, the window stays.
    pub(in crate::tcp) fn change_congestion(&mut self, stack: &Stack) {
        self.control = Algorithm::new(stack, self.options.reno, self.snd_nxt);
    }

    /// What `tcp_init_transfer` and its likes do when the handshake is over.
    pub(in crate::tcp) fn establish(&mut self, stack: &Stack) {
        self.state = State::Established;
        self.init_mtu_probing(stack);
        self.init_buffers(stack);
        self.window.cwnd = self.initial_cwnd(stack);
        self.usage.stamp = stack.now;
        self.sent_data_at = Some(stack.now);
        self.ack.received_at = stack.now;
        self.ack.init_rcv_mss(self.advmss().min(self.mss()), self.rcv_wnd);
        self.arm_keepalive(stack);
    }

    /// Takes over the options of the peer's SYN.
    pub(in crate::tcp) fn take_peer_options(&mut self, peer: &TcpOptions, sysctl_scaling: bool) {
        self.mss_clamp = mss_of(peer);
        if let Some(most) = self.options.max_seg {
            self.mss_clamp = self.mss_clamp.min(most);
        }
        let scale = peer.wscale.filter(|_| sysctl_scaling);
        self.snd_wscale = scale.map_or(0, |scale| scale.min(14));
        // A SYN that crosses ours leaves the scale of our windows as it is: measured on 6.18.44.
        if scale.is_none() && !self.crossed_syn {
            self.rcv_wscale = 0;
            self.buffer.window_clamp = self.buffer.window_clamp.min(65_535);
        }
    }

    /// Is there nothing for its host to note: is it open, and its next timer the one that the host knows of?
    pub(super) fn is_settled(&self) -> bool {
        self.state != State::Closed && self.registered == self.next_deadline()
    }

    /// Something is to be told to the program, if there is one.
    fn tell(&self, stack: &mut Stack, kind: EventKind) {
        if !self.orphan {
            stack.tell(self.id, self.flow, kind);
        }
    }

    /// Ends the connection with an error (`tcp_done` with `sk_err`).
    pub(in crate::tcp) fn fail(&mut self, stack: &mut Stack, error: Errno) {
        self.error = Some(error);
        self.end(stack);
        self.tell(stack, EventKind::Failed(error));
    }

    /// CLOSED (`tcp_done`).
    pub(in crate::tcp) fn end(&mut self, stack: &mut Stack) {
        match self.state {
            State::SynSent | State::SynRecv => stack.count(Counter::AttemptFails),
            State::Established | State::CloseWait => stack.count(Counter::EstabResets),
            _ => {}
        }
        self.state = State::Closed;
        self.rcv_shutdown = true;
        self.snd_shutdown = true;
        self.in_flight.clear();
        self.timers = Timers::default();
    }

    /// Unread bytes.
    pub fn unread(&self) -> u32 {
        self.rcv_nxt.wrapping_sub(self.copied_seq).wrapping_sub(u32::from(self.fin_received))
    }

    /// What `ss` shows in Recv-Q: the peer's FIN counts until the program reads past the last byte. LIVE 6.18.44.
    pub fn recv_q(&self) -> u32 {
        self.unread() + u32::from(self.fin_received && !self.fin_read)
    }

    /// Bytes written and not acknowledged, as `ss` shows them in Send-Q.
    pub fn unacknowledged(&self) -> u32 {
        self.write_seq.wrapping_sub(self.snd_una)
    }

    /// Its bucket for TIME_WAIT or FIN_WAIT2.
    fn bucket(&self, substate: super::time_wait::Substate, timeout: Option<Time>) -> TimeWait {
        TimeWait {
            substate,
            rcv_nxt: self.rcv_nxt,
            snd_nxt: self.snd_nxt,
            rcv_wnd: self.rcv_wnd >> self.rcv_wscale,
            ts: self.ts.map(|ts| (ts.offset, ts.recent)),
            rto: self.rtt.rto(),
            timeout,
            entered: Time::ZERO,
            last_ack: self.last_oow_ack,
            armed_for: Time::ZERO,
            due: Time::ZERO,
            deadline: None,
        }
    }

    /// The timestamps option that a segment of this connection carries now.
    fn stamp(&self, stack: &Stack, segment: &mut Segment) {
        segment.opts.ts = self.ts.map(|ts| stack.timestamp(ts.offset, ts.recent.tsval));
    }

    /// What this host announces, less the room of its timestamps.
    fn advmss(&self) -> u32 {
        u32::from(self.own_mss) - if self.ts.is_some() { TIMESTAMP_BYTES } else { 0 }
    }

    fn initial_cwnd(&self, stack: &Stack) -> u32 {
        if self.handshake_retransmitted {
            return 1;
        }
        if stack.has(Change::InitialCwnd10) {
            return 10;
        }
        // RFC 3390, as tcp_init_cwnd() has it.
        match self.mss() {
            ..=1095 => 4,
            1096..=1460 => 3,
            _ => 2,
        }
    }
}
