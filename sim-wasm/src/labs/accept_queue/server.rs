//! The server: a listener, the requests and connections it keeps, and a program that accepts at its own pace.
//!
//! Whether anything is let in, and when it is tried again, is asked of the rules that real listeners follow:
//! [`crate::tcp::admission`], [`crate::tcp::synack`], [`crate::tcp::cookies`].

use super::client::{FromClient, HZ};
use super::settings::Settings;
use super::tally::{Tally, Tick};
use crate::kernel::{Change, ChangeSet, Sysctl};
use crate::net::Flags;
use crate::rng::Rng;
use crate::tcp::admission::{Admission, Queues};
use crate::tcp::rtt::{backed_off, initial_rto};
use crate::tcp::synack::Sweep;
use crate::tcp::timer::fires_at;
use crate::tcp::timestamps::TimestampClock;
use crate::tcp::why::Stage;
use crate::tcp::{Why, cookies};
use crate::time::Time;
use std::collections::VecDeque;

/// TCP_ATO_MIN: how long the acknowledgement of a FIN waits for an answer to ride on.
const DELAYED_ACK: Time = Time::from_millis(40);
/// Uptimes lie between an hour and twenty days.
const UPTIME_S: (u64, u64) = (3600, 20 * 86_400);

/// A packet of the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FromServer {
    SynAck,
    AckOfData,
    /// Acknowledges everything that the client has sent.
    AckOfFin,
    /// The same, because the FIN has come again: told of as a duplicate (RFC 2883).
    AckOfFinAgain,
    /// Acknowledges nothing new: the FIN came, the request did not.
    AckOfGap,
    Answer,
    /// An answer for a client that has already closed.
    AnswerToFin,
    Fin,
    Rst,
}

impl FromServer {
    pub(super) fn flags(self) -> Flags {
        match self {
            FromServer::SynAck => Flags::SYN.with(Flags::ACK),
            FromServer::AckOfData
            | FromServer::AckOfFin
            | FromServer::AckOfFinAgain
            | FromServer::AckOfGap => Flags::ACK,
            FromServer::Answer | FromServer::AnswerToFin => Flags::ACK.with(Flags::PSH),
            FromServer::Fin => Flags::ACK.with(Flags::FIN),
            FromServer::Rst => Flags::RST,
        }
    }
}

/// What the server has of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Nothing,
    /// In the SYN queue.
    Request,
    /// ESTABLISHED or CLOSE_WAIT: in the accept queue, or accepted.
    Open,
    /// Closed by the program.
    LastAck,
    /// It was there.
    Over,
}

/// The server's end of a connection.
#[derive(Clone, Copy, Debug)]
pub(super) struct Peer {
    state: State,
    /// When its timer fires; zero when none runs.
    pub(super) due: Time,
    /// Packets of the connection that are under way, and whether the agenda knows of the timer: kept here for space.
    pub(super) under_way: u8,
    pub(super) armed: bool,
    /// When the SYN was answered that made the request, or got the cookie.
    answered: Time,
    /// How often the timer of the request fired.
    timeouts: u8,
    /// Was the SYN answered with a cookie?
    pub(super) cookie: bool,
    /// Has the request come, has the FIN, has the FIN come without the request?
    data: bool,
    fin: bool,
    early_fin: bool,
    replied: bool,
    /// Has the program accepted it?
    pub(super) accepted: bool,
    /// Was a last ACK thrown away?
    pub(super) overflowed: bool,
}

impl Peer {
    pub(super) const NOTHING: Peer = Peer {
        state: State::Nothing,
        due: Time::ZERO,
        under_way: 0,
        armed: false,
        answered: Time::ZERO,
        timeouts: 0,
        cookie: false,
        data: false,
        fin: false,
        early_fin: false,
        replied: false,
        accepted: false,
        overflowed: false,
    };

    fn set(&mut self, due: Time) {
        (self.due, self.armed) = (due, false);
    }

    /// When its timer fires, if the agenda does not know yet.
    pub(super) fn arm(&mut self) -> Option<Time> {
        let due = (self.due > Time::ZERO && !self.armed).then_some(self.due)?;
        self.armed = true;
        Some(due)
    }

    /// Is nothing left of it? A connection that was reset in the accept queue stays there.
    pub(super) fn is_over(&self) -> bool {
        self.state == State::Nothing || (self.state == State::Over && self.accepted)
    }

    /// Is it a connection, or was it one?
    pub(super) fn is_connection(&self) -> bool {
        matches!(self.state, State::Open | State::LastAck | State::Over)
    }

    /// How long the acknowledgement of a FIN waits: not at all when no data have come before (`icsk_ack.ato` is 0).
    fn ack_delay(&self) -> Time {
        if self.data { DELAYED_ACK } else { Time::ZERO }
    }

    /// Was its SYN answered, and nothing more happened yet?
    pub(super) fn is_half_open(&self) -> bool {
        self.state == State::Request || self.cookie
    }
}

/// What the program of the server is doing.
#[derive(Clone, Copy, Debug)]
struct Program {
    /// How long it is busy with each connection; none when it never accepts.
    busy: Option<Time>,
    free: bool,
    paused: bool,
}

/// The server.
#[derive(Debug)]
pub(super) struct Server {
    pub(super) changes: ChangeSet,
    sysctl: Sysctl,
    pub(super) clock: TimestampClock,
    pub(super) queues: Queues,
    sweep: Sweep,
    /// When a cookie was sent last.
    overflowed_at: Option<Time>,
    accept_queue: VecDeque<u32>,
    program: Program,
    talks_first: bool,
    pub(super) tally: Tally,
}

impl Server {
    pub(super) fn new(settings: &Settings) -> Server {
        let mut boot = Rng::new(settings.seed, 3);
        let uptime = Time(boot.between(UPTIME_S.0 * 1_000_000_000, UPTIME_S.1 * 1_000_000_000));
        let kernel = settings.server_kernel;
        let changes = kernel.changes();
        Server {
            changes,
            sysctl: settings.sysctl.clone(),
            clock: TimestampClock { changes, hz: HZ, uptime, secret: boot.next_u64() },
            queues: Queues::listen(changes, &settings.sysctl, settings.backlog),
            sweep: Sweep::default(),
            overflowed_at: None,
            accept_queue: VecDeque::new(),
            program: Program { busy: settings.busy(), free: true, paused: false },
            talks_first: !settings.client_talks_first,
            tally: Tally::ZERO,
        }
    }

    /// A SYN of somebody who has nothing here yet.
    fn syn(&mut self, peer: &mut Peer, now: Time) -> Result<(), Why> {
        let admission = self.queues.admit(self.changes, &self.sysctl)?;
        if admission == Admission::Cookie {
            self.overflowed_at = Some(now);
            self.tally.add(Tick::CookieSent);
            peer.cookie = true;
            peer.answered = now;
            return Ok(());
        }
        // Nobody connects twice, so nobody is known.
        self.queues.last_quarter(&self.sysctl, false)?;
        if self.queues.requests == 0 {
            self.sweep.start(now, initial_rto(self.changes));
        }
        self.queues.request_comes();
        self.tally.add(Tick::Admitted);
        let (overflowed, under_way) = (peer.overflowed, peer.under_way);
        *peer = Peer { state: State::Request, answered: now, overflowed, under_way, ..Peer::NOTHING };
        Ok(())
    }

    /// When the timer of a request fires that is armed at `now`; `place` is the request's in the SYN table.
    fn request_due(&self, peer: &Peer, now: Time, place: u64) -> Time {
        let base = initial_rto(self.changes);
        let wait = backed_off(base, u32::from(peer.timeouts));
        if self.changes.has(Change::RequestOwnTimer) {
            fires_at(self.changes, &self.clock, now, wait)
        } else {
            self.sweep.comes_by(&self.queues, place, now + wait, base)
        }
    }

    fn forget_request(&mut self, peer: &mut Peer, now: Time) {
        self.queues.request_goes(u32::from(peer.timeouts));
        if self.queues.requests == 0 {
            self.sweep.stop(&self.queues, now, initial_rto(self.changes));
        }
        peer.state = State::Nothing;
        peer.due = Time::ZERO;
    }

    /// A forged SYN arrives. Its request waits for nobody, so its timer is set at once.
    pub(super) fn forged_syn(&mut self, peer: &mut Peer, now: Time, place: u64) -> Option<Why> {
        self.tally.add(Tick::In);
        match self.syn(peer, now) {
            Ok(()) => {
                self.tally.add(Tick::Out);
                if peer.state == State::Request {
                    peer.set(self.request_due(peer, now, place));
                }
                None
            }
            Err(why) => {
                self.count_drop(why);
                Some(why)
            }
        }
    }

    /// A packet of a client arrives. Says why it is dropped, if it is.
    pub(super) fn receive(
        &mut self,
        n: u32,
        peer: &mut Peer,
        now: Time,
        packet: FromClient,
        place: impl FnOnce() -> u64,
        out: &mut Vec<FromServer>,
    ) -> Option<Why> {
        self.tally.add(Tick::In);
        let why = match (packet, peer.state) {
            (FromClient::Syn, _) => match self.syn(peer, now) {
                Ok(()) => {
                    out.push(FromServer::SynAck);
                    None
                }
                Err(why) => Some(why),
            },
            (FromClient::Rst, State::Request) => {
                self.tally.add(Tick::RequestReset);
                self.forget_request(peer, now);
                None
            }
            (FromClient::EarlyRst, State::LastAck) if !self.changes.has(Change::ResetBehindFin) => {
                // The numbers are the recorder's to know.
                Some(Why::OutOfWindow { at: Stage::Synchronised, seq: 0, rcv_nxt: 0, window: 0 })
            }
            (FromClient::Rst | FromClient::EarlyRst, State::Open | State::LastAck) => {
                if peer.state == State::Open {
                    self.tally.add(Tick::Ended);
                }
                peer.state = State::Over;
                peer.due = Time::ZERO;
                None
            }
            (_, State::Request) => {
                // Its timer was armed when the SYN came; it matters only now that the request stays.
                if peer.due == Time::ZERO {
                    peer.set(self.request_due(peer, peer.answered, place()));
                }
                self.complete(n, peer, now, packet, false, out)
            }
            (_, State::Open | State::LastAck) => {
                self.segment(peer, now, packet, out);
                None
            }
            (_, State::Nothing | State::Over) => self.for_nobody(n, peer, now, packet, out),
        };
        if let Some(why) = why {
            self.count_drop(why);
        }
        why
    }

    fn count_drop(&mut self, why: Why) {
        if let Some(tick) = Tick::of(why) {
            self.tally.add(tick);
        }
    }

    /// The last ACK of a handshake, alone or with more, has come.
    fn complete(
        &mut self,
        n: u32,
        peer: &mut Peer,
        now: Time,
        packet: FromClient,
        cookie: bool,
        out: &mut Vec<FromServer>,
    ) -> Option<Why> {
        if let Err(why) = self.queues.complete(&self.sysctl, cookie) {
            peer.overflowed = true;
            if let Why::AcceptQueueFull { aborted: true, .. } = why {
                self.forget_request(peer, now);
                self.tally.add(Tick::Reset);
                out.push(FromServer::Rst);
            }
            return Some(why);
        }
        if !cookie {
            self.forget_request(peer, now);
        }
        self.tally.add(Tick::Opened);
        self.queues.connection_comes();
        self.accept_queue.push_back(n);
        peer.state = State::Open;
        self.segment(peer, now, packet, out);
        None
    }

    /// A segment for a connection.
    fn segment(&mut self, peer: &mut Peer, now: Time, packet: FromClient, out: &mut Vec<FromServer>) {
        match packet {
            FromClient::Data => {
                // The first data are acknowledged at once; with them whatever lay behind them is in order.
                peer.data = true;
                peer.fin |= peer.early_fin;
                out.push(if peer.fin { FromServer::AckOfFin } else { FromServer::AckOfData });
            }
            FromClient::Fin if peer.fin => {
                peer.due = Time::ZERO;
                self.tally.add(Tick::FinAgain);
                out.push(FromServer::AckOfFinAgain);
            }
            FromClient::Fin if peer.data || self.talks_first => self.fin(peer, now),
            FromClient::Fin => {
                peer.early_fin = true;
                out.push(FromServer::AckOfGap);
            }
            FromClient::DataFin => {
                peer.data = true;
                self.fin(peer, now);
            }
            FromClient::LastAck => peer.state = State::Over,
            FromClient::AckAgain => {
                self.tally.add(Tick::ToldOfDuplicate);
                self.segment(peer, now, FromClient::Ack, out);
            }
            // Another packet makes an acknowledgement go that is nearly due (`tcp_send_delayed_ack`).
            FromClient::Ack if peer.due > Time::ZERO && peer.due <= now + Time(peer.ack_delay().0 / 4) => {
                peer.due = Time::ZERO;
                out.push(FromServer::AckOfFin);
            }
            FromClient::Ack | FromClient::Syn | FromClient::Rst | FromClient::EarlyRst => {}
        }
    }

    /// `tcp_fin`: acknowledged with the answer, or a little later without one.
    fn fin(&mut self, peer: &mut Peer, now: Time) {
        peer.fin = true;
        peer.set(fires_at(self.changes, &self.clock, now, peer.ack_delay()));
    }

    /// A segment of a connection that is not there: perhaps it acknowledges a cookie.
    fn for_nobody(
        &mut self,
        n: u32,
        peer: &mut Peer,
        now: Time,
        packet: FromClient,
        out: &mut Vec<FromServer>,
    ) -> Option<Why> {
        let nobody = Why::NoSocket { flags: packet.flags() };
        if packet.flags().rst() {
            return Some(nobody);
        }
        if self.sysctl.tcp_syncookies > 0 {
            let validity = cookies::validity(self.changes);
            let recent = self.overflowed_at.is_some_and(|at| now - at <= validity);
            let minutes = |at| cookies::minutes(&self.clock, at);
            // A cookie is checked against the number before the segment's own: a FIN behind the request has another.
            let first = packet != FromClient::Fin || self.talks_first;
            if recent
                && peer.cookie
                && first
                && cookies::is_fresh(self.changes, minutes(peer.answered), minutes(now))
            {
                self.tally.add(Tick::CookieReceived);
                return self.complete(n, peer, now, packet, true, out);
            }
            if recent || !self.changes.has(Change::CookieNeedsOverflow) {
                self.tally.add(Tick::CookieFailed);
            }
        }
        self.tally.add(Tick::Reset);
        out.push(FromServer::Rst);
        Some(nobody)
    }

    /// The timer of a request or connection fires.
    pub(super) fn timer(&mut self, peer: &mut Peer, now: Time, place: u64, out: &mut Vec<FromServer>) {
        peer.due = Time::ZERO;
        if peer.state != State::Request {
            self.tally.add(Tick::DelayedAck);
            return out.push(FromServer::AckOfFin);
        }
        self.tally.add(Tick::RequestTimer);
        let most = self.queues.synack_retries(self.changes, self.sysctl.tcp_synack_retries);
        if u32::from(peer.timeouts) >= most {
            self.tally.add(Tick::GivenUp);
            return self.forget_request(peer, now);
        }
        if peer.timeouts == 0 {
            self.queues.request_ages();
        }
        peer.timeouts += 1;
        self.tally.add(Tick::SynAckAgain);
        out.push(FromServer::SynAck);
        peer.set(self.request_due(peer, now, place));
    }

    /// The connection that accept() returns now, if the program is free to call it, and how long it will be busy then.
    pub(super) fn accept(&mut self) -> Option<(u32, Time)> {
        let busy = self.program.busy.filter(|_| self.program.free && !self.program.paused)?;
        let n = self.accept_queue.pop_front()?;
        self.queues.connection_goes();
        self.program.free = false;
        Some((n, busy))
    }

    /// The program is done with what it accepted last.
    pub(super) fn is_free(&mut self) {
        self.program.free = true;
    }

    pub(super) fn pause(&mut self, paused: bool) {
        self.program.paused = paused;
    }

    /// The program looks at a connection it has accepted: answers what it can answer, closes what the client has closed.
    pub(super) fn serve(&mut self, peer: &mut Peer, out: &mut Vec<FromServer>) {
        if !peer.accepted || peer.state != State::Open {
            return;
        }
        let answers = !peer.replied && (peer.data || self.talks_first);
        if answers {
            peer.replied = true;
            out.push(if peer.fin { FromServer::AnswerToFin } else { FromServer::Answer });
        }
        if peer.fin {
            peer.state = State::LastAck;
            peer.due = Time::ZERO;
            // Who had to send the SYN-ACK again and again begins with a congestion window of one segment (tcp_init_cwnd).
            // The answer takes it, and no acknowledgement will come: a client that has closed resets what it gets.
            let full = answers && peer.timeouts > 1;
            if !(full && self.changes.has(Change::FinWaitsForCwnd)) {
                out.push(FromServer::Fin);
            }
        }
    }
}
