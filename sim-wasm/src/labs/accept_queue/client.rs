//! A client: connect(), a request, an answer, and what its kernel does while nothing comes.
//!
//! Not a host, but what a host would send: its waits are asked of the kernel's rules in [`crate::tcp`].

use super::server::FromServer;
use crate::kernel::{Change, ChangeSet, KernelVersion, Sysctl};
use crate::net::Flags;
use crate::rng::mix;
use crate::tcp::Why;
use crate::tcp::connect::SynRetries;
use crate::tcp::connection::{loss_probe_wait, retransmitted_enough};
use crate::tcp::rtt::{RttEstimator, backed_off, initial_rto};
use crate::tcp::time_wait;
use crate::tcp::timer::fires_at;
use crate::tcp::timestamps::TimestampClock;
use crate::time::Time;

/// CONFIG_HZ of every host.
pub(super) const HZ: u64 = 1000;
/// Uptimes lie between an hour and twenty days.
const UPTIME_S: (u64, u64) = (3600, 20 * 86_400);
/// How long an orphan stays in FIN_WAIT2 (`tcp_fin_timeout`).
const FIN_TIMEOUT: Time = Time::from_secs(60);

/// A packet of a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FromClient {
    Syn,
    /// Without data: the last one of the handshake, or one that answers a SYN-ACK that came again.
    Ack,
    /// Answers a SYN-ACK that came again, and tells that it came twice (RFC 2883).
    AckAgain,
    /// The request.
    Data,
    Fin,
    /// The request and the FIN, sent again as one.
    DataFin,
    /// Acknowledges the server's FIN.
    LastAck,
    Rst,
    /// An RST that has the number of the FIN before it: it answers what the server sent before it got that.
    EarlyRst,
}

impl FromClient {
    pub(super) fn flags(self) -> Flags {
        match self {
            FromClient::Syn => Flags::SYN,
            FromClient::Ack | FromClient::AckAgain | FromClient::LastAck => Flags::ACK,
            FromClient::Data => Flags::ACK.with(Flags::PSH),
            FromClient::Fin => Flags::ACK.with(Flags::FIN),
            FromClient::DataFin => Flags::ACK.with(Flags::PSH).with(Flags::FIN),
            FromClient::Rst | FromClient::EarlyRst => Flags::RST,
        }
    }
}

/// What a client knows of its connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Outcome {
    /// It was connected and got its answer before it lost patience.
    Served,
    /// It was connected, and nothing came until it lost patience.
    ReadTimeout,
    /// It was connected, and then reset.
    Reset,
    /// connect() failed with an RST.
    Refused,
    /// connect() failed for lack of an answer.
    ConnectTimeout,
    /// It is connected and waits.
    Waiting,
    /// connect() has not returned.
    Connecting,
}

impl Outcome {
    pub(super) const ALL: [Outcome; 7] = [
        Outcome::Served,
        Outcome::ReadTimeout,
        Outcome::Reset,
        Outcome::Refused,
        Outcome::ConnectTimeout,
        Outcome::Waiting,
        Outcome::Connecting,
    ];
}

/// How far its kernel is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    SynSent,
    Established,
    /// The program has closed; the FIN is on its way.
    FinWait1,
    /// The FIN is acknowledged: a bucket that waits for the server's.
    FinWait2,
    /// Nothing is left that sends anything by itself.
    Gone,
}

/// Where the FIN of a closed client is that still has a request to be acknowledged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fin {
    /// Not sent until the congestion window has room.
    Held,
    NotSacked,
    /// The server has it, but not the request.
    Sacked,
}

/// What all clients of a run have in common.
#[derive(Debug)]
pub(super) struct Clients {
    pub(super) changes: ChangeSet,
    sysctl: Sysctl,
    /// Do they send the first data?
    talk_first: bool,
    retries: SynRetries,
    /// The timeout of what is sent behind the handshake, and the wait of the loss probe before it.
    rto: Time,
    probe: Option<Time>,
    seed: u64,
}

impl Clients {
    pub(super) fn new(kernel: KernelVersion, talk_first: bool, rtt: Time, seed: u64) -> Clients {
        let (changes, sysctl) = (kernel.changes(), Sysctl::defaults(kernel));
        // The round trip of the SYN is the one sample that there is.
        let jiffy = Time(1_000_000_000 / HZ);
        let mut estimator = RttEstimator::new(initial_rto(changes), jiffy);
        estimator.sample(rtt, true);
        let probes = changes.has(Change::TailLossProbe) && sysctl.tcp_early_retrans >= 3;
        let probe = probes.then(|| loss_probe_wait(changes, estimator.srtt(), true, jiffy));
        let retries = SynRetries {
            retries: sysctl.tcp_syn_retries,
            linear: sysctl.tcp_syn_linear_timeouts,
            user_timeout: None,
        };
        Clients { changes, sysctl, talk_first, retries, rto: estimator.rto(), probe, seed }
    }

    /// The clock of client `n`, who was booted at a time of its own.
    pub(super) fn clock(&self, n: u32) -> TimestampClock {
        let random = mix(self.seed ^ mix(u64::from(n) + 1));
        let span = (UPTIME_S.1 - UPTIME_S.0) * 1_000_000_000;
        let uptime = Time::from_secs(UPTIME_S.0) + Time(random % span);
        TimestampClock { changes: self.changes, hz: HZ, uptime, secret: mix(random) }
    }

    fn fires_at(&self, n: u32, now: Time, delay: Time) -> Time {
        fires_at(self.changes, &self.clock(n), now, delay)
    }

    /// When client `n` forgets the connection that it has been in FIN_WAIT2 with since `since`.
    fn forgets_at(&self, n: u32, since: Time) -> Time {
        time_wait::ends_at(self.changes, &self.clock(n), since, FIN_TIMEOUT)
    }
}

/// The timer of a client's kernel. Most are stopped before they fire, so when they would is worked out late.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Timer {
    Stopped,
    /// Started with the first SYN, or with the first segment behind the handshake.
    OfSyn,
    OfFirst,
    /// Fires at the client's `due`; the probe sends the last segment again, to see whether it was lost.
    Due,
    ProbeDue,
}

/// A client.
#[derive(Clone, Copy, Debug)]
pub(super) struct Client {
    pub(super) opened: Time,
    due: Time,
    /// When the segment that is sent again was sent last before the first timeout; in FIN_WAIT2, when that began.
    sent: Time,
    timer: Timer,
    /// Does the agenda know of it?
    armed: bool,
    state: State,
    pub(super) outcome: Outcome,
    /// SYNs sent again.
    pub(super) syns: u8,
    /// Timeouts without an answer, behind the handshake.
    timeouts: u8,
    /// Is the request sent and not acknowledged?
    unacknowledged: bool,
    /// Of use while the request is not acknowledged.
    fin: Fin,
}

impl Client {
    /// socket(), connect()
    pub(super) fn connect(now: Time, out: &mut Vec<FromClient>) -> Client {
        out.push(FromClient::Syn);
        Client {
            opened: now,
            due: Time::ZERO,
            sent: Time::ZERO,
            timer: Timer::OfSyn,
            armed: false,
            state: State::SynSent,
            outcome: Outcome::Connecting,
            syns: 0,
            timeouts: 0,
            unacknowledged: false,
            fin: Fin::NotSacked,
        }
    }

    /// Will it never send anything again without being asked?
    pub(super) fn is_gone(&self) -> bool {
        matches!(self.state, State::FinWait2 | State::Gone)
    }

    /// Was a SYN of it dropped, and none let in since?
    pub(super) fn hangs(&self) -> bool {
        self.state == State::SynSent && self.timer == Timer::Due
    }

    fn go(&mut self) {
        self.state = State::Gone;
        self.timer = Timer::Stopped;
    }

    /// When its timer fires, if that is to be told: something was dropped that it waits for.
    pub(super) fn arm(&mut self, n: u32, all: &Clients) -> Option<Time> {
        match self.timer {
            Timer::Stopped => return None,
            Timer::Due | Timer::ProbeDue if self.armed => return None,
            Timer::Due | Timer::ProbeDue => {}
            Timer::OfSyn => self.set(Timer::Due, all.fires_at(n, self.opened, initial_rto(all.changes))),
            // tcp_rearm_rto, tcp_schedule_loss_probe
            Timer::OfFirst => {
                let timeout = all.fires_at(n, self.sent, all.rto);
                match all.probe {
                    Some(wait) if all.changes.has(Change::TimersBeforeRecovery) => {
                        self.set(Timer::ProbeDue, all.fires_at(n, self.sent, wait.min(all.rto)));
                    }
                    Some(wait) if self.sent + wait < timeout => {
                        self.set(Timer::ProbeDue, all.fires_at(n, self.sent, wait));
                    }
                    Some(_) => self.set(Timer::ProbeDue, timeout),
                    None => self.set(Timer::Due, timeout),
                }
            }
        }
        self.armed = true;
        Some(self.due)
    }

    fn set(&mut self, timer: Timer, due: Time) {
        (self.timer, self.due, self.armed) = (timer, due, false);
    }

    /// Does its timer fire now?
    pub(super) fn is_due(&self, now: Time) -> bool {
        matches!(self.timer, Timer::Due | Timer::ProbeDue) && self.due == now
    }

    /// Its program has waited long enough for connect().
    pub(super) fn connect_timeout(&mut self) {
        if self.state == State::SynSent {
            self.outcome = Outcome::ConnectTimeout;
            self.go();
        }
    }

    /// Its program has waited long enough for an answer, and closes.
    pub(super) fn read_timeout(&mut self, now: Time, all: &Clients, out: &mut Vec<FromClient>) {
        if self.state == State::Established {
            self.outcome = Outcome::ReadTimeout;
            self.state = State::FinWait1;
            // After a timeout the congestion window is one segment, and the request is out.
            let full = self.unacknowledged && self.timeouts > 0;
            if full && all.changes.has(Change::FinWaitsForCwnd) {
                self.fin = Fin::Held;
            } else {
                out.push(FromClient::Fin);
            }
            if !self.unacknowledged {
                (self.timer, self.sent) = (Timer::OfFirst, now);
            }
        }
    }

    /// Its kernel's timer fires.
    pub(super) fn timer(&mut self, n: u32, now: Time, all: &Clients, out: &mut Vec<FromClient>) {
        match self.state {
            State::SynSent => match all.retries.wait(all.changes, u32::from(self.syns), now - self.opened) {
                Some(wait) => {
                    self.syns += 1;
                    out.push(FromClient::Syn);
                    self.set(Timer::Due, all.fires_at(n, now, wait));
                }
                None => self.connect_timeout(),
            },
            State::Established | State::FinWait1 if self.timer == Timer::ProbeDue => {
                self.sent = now;
                out.push(if self.unacknowledged { FromClient::Data } else { FromClient::Fin });
                self.set(Timer::Due, all.fires_at(n, now, all.rto));
            }
            State::Established | State::FinWait1 => self.retransmit(n, now, all, out),
            State::FinWait2 | State::Gone => {}
        }
    }

    /// `tcp_retransmit_timer`
    fn retransmit(&mut self, n: u32, now: Time, all: &Clients, out: &mut Vec<FromClient>) {
        let orphan = self.state == State::FinWait1;
        let rto = backed_off(all.rto, u32::from(self.timeouts));
        if self.timeouts > 0 && retransmitted_enough(&all.sysctl, orphan, rto, now - self.sent) {
            if !orphan {
                self.outcome = Outcome::ReadTimeout;
            }
            return self.go();
        }
        self.timeouts += 1;
        out.push(match (self.unacknowledged, orphan && self.fin == Fin::NotSacked) {
            (true, true) => FromClient::DataFin,
            (true, false) => FromClient::Data,
            (false, _) => FromClient::Fin,
        });
        let wait = backed_off(all.rto, u32::from(self.timeouts));
        self.set(Timer::Due, all.fires_at(n, now, wait));
    }

    /// A packet of the server arrives. Says why its kernel drops it, if it does.
    pub(super) fn hear(
        &mut self,
        n: u32,
        now: Time,
        packet: FromServer,
        all: &Clients,
        out: &mut Vec<FromClient>,
    ) -> Option<Why> {
        match (packet, self.state) {
            (FromServer::SynAck, State::SynSent) => {
                self.state = State::Established;
                self.outcome = Outcome::Waiting;
                self.timer = Timer::Stopped;
                out.push(FromClient::Ack);
                if all.talk_first {
                    self.unacknowledged = true;
                    out.push(FromClient::Data);
                    (self.timer, self.sent) = (Timer::OfFirst, now);
                }
                None
            }
            (FromServer::SynAck, State::Established | State::FinWait1) => {
                // It comes again. From 3.6 on the ACK that answers it is a challenge.
                let challenge = all.changes.has(Change::ChallengeAck);
                out.push(if challenge { FromClient::Ack } else { FromClient::AckAgain });
                challenge.then_some(Why::SynOnConnection)
            }
            (FromServer::AckOfData, State::Established | State::FinWait1) => {
                // The server has a socket for it now: a FIN that is out is acknowledged long before a timeout.
                self.unacknowledged = false;
                self.timer = Timer::Stopped;
                let held = self.fin == Fin::Held;
                // The old F-RTO takes a first ACK that covers all that was out at the timeout for one of the
                // retransmission, and sends what came behind again (`tcp_enter_frto_loss`).
                let lost = self.timeouts > 0 && !all.changes.has(Change::FrtoReworked);
                if held || (lost && self.state == State::FinWait1) {
                    self.fin = Fin::NotSacked;
                    out.push(FromClient::Fin);
                }
                None
            }
            (FromServer::AckOfFin | FromServer::AckOfFinAgain, State::FinWait1) => {
                self.state = State::FinWait2;
                self.timer = Timer::Stopped;
                self.sent = now;
                None
            }
            (FromServer::AckOfGap, State::FinWait1) => {
                self.fin = Fin::Sacked;
                // The FIN was sent after the request was last and came before it: a loss (RACK, `tcp_rack_detect_loss`).
                if self.unacknowledged && all.changes.has(Change::LossesByTime) {
                    out.push(FromClient::Data);
                    let wait = backed_off(all.rto, u32::from(self.timeouts));
                    self.set(Timer::Due, all.fires_at(n, now, wait));
                }
                None
            }
            (FromServer::Answer, State::Established) => {
                self.outcome = Outcome::Served;
                self.state = State::FinWait1;
                self.timer = Timer::Stopped;
                out.extend([FromClient::Ack, FromClient::Fin]);
                None
            }
            (FromServer::Fin, State::FinWait1) => {
                out.push(FromClient::LastAck);
                self.go();
                None
            }
            (FromServer::Rst, State::SynSent | State::Established | State::FinWait1) => {
                self.outcome = match self.state {
                    State::SynSent => Outcome::Refused,
                    State::Established => Outcome::Reset,
                    _ => self.outcome,
                };
                self.go();
                None
            }
            (FromServer::Answer, State::FinWait1) => {
                out.push(FromClient::EarlyRst);
                self.go();
                Some(Why::DataAfterClose)
            }
            (FromServer::AnswerToFin, State::FinWait1 | State::FinWait2)
                if self.state == State::FinWait1 || now < all.forgets_at(n, self.sent) =>
            {
                out.push(FromClient::Rst);
                self.go();
                Some(Why::DataAfterClose)
            }
            _ => {
                if packet != FromServer::Rst {
                    out.push(FromClient::Rst);
                }
                self.go();
                Some(Why::NoSocket { flags: packet.flags() })
            }
        }
    }
}
