//! The run: a population of clients, sources of forged SYNs, one server.
//!
//! What it decides is what a `World` of hosts would decide; `twin` holds it to that, packet by packet.

use super::agenda::{Agenda, Lane, Task, Timer};
use super::client::{Client, Clients, FromClient, Outcome};
use super::recorder::Recorder;
use super::server::{FromServer, Peer, Server};
use super::settings::Settings;
use super::tally::{Tally, Tick};
use crate::net::{Endpoint, Ipv4};
use crate::rng::mix;
use crate::tcp::{Flow, Why};
use crate::time::Time;
use std::collections::VecDeque;
use std::hint::black_box;

/// The server's address.
pub(super) const SERVER: Endpoint = Endpoint::new(Ipv4::new(198, 51, 100, 10), 8080);
/// Clients and forged sources have addresses from here on, each its own.
const CLIENTS: u32 = Ipv4::new(10, 0, 0, 1).0;
const FORGED: u32 = Ipv4::new(100, 64, 0, 1).0;
/// How often the queues are looked at.
pub(super) const SAMPLES: u64 = 200;

/// Where a connection stands on the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// The program has accepted it.
    Accepted,
    /// It waits in the accept queue.
    Queued,
    /// The last ACK came and was thrown away.
    AckDropped,
    /// Its SYN or the answer is under way.
    HalfOpen,
    /// No SYN of it was let in.
    SynDropped,
}

impl Place {
    pub(super) const ALL: [Place; 5] =
        [Place::Accepted, Place::Queued, Place::AckDropped, Place::HalfOpen, Place::SynDropped];

    fn of(Conn { client, peer }: &Conn) -> Place {
        if peer.accepted {
            Place::Accepted
        } else if peer.is_connection() {
            Place::Queued
        } else if peer.overflowed {
            Place::AckDropped
        } else if peer.is_half_open() || (client.outcome == Outcome::Connecting && !client.hangs()) {
            Place::HalfOpen
        } else {
            Place::SynDropped
        }
    }
}

/// How many connections ended up somewhere, and the first of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Share {
    pub(super) outcome: Outcome,
    pub(super) place: Place,
    pub(super) count: u64,
    pub(super) first: u32,
}

/// The server at a moment.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sample {
    pub(super) at: Time,
    pub(super) waiting: u32,
    pub(super) requests: u32,
    /// The most since the sample before.
    pub(super) most_waiting: u32,
    pub(super) most_requests: u32,
    pub(super) tally: Tally,
    /// Clients connected, served, out of patience, reset so far.
    pub(super) connected: u64,
    pub(super) served: u64,
    pub(super) read_timeouts: u64,
    pub(super) resets: u64,
}

/// What became of a connection that is recorded.
#[derive(Clone, Copy, Debug)]
pub(super) struct Story {
    pub(super) n: u32,
    pub(super) client: Client,
    pub(super) place: Place,
}

/// A connection, as both ends see it: one cache line, since there may be a million of them.
#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
struct Conn {
    client: Client,
    peer: Peer,
}

const _: () = assert!(size_of::<Conn>() == 64, "a connection is a cache line");

/// Things with ascending numbers, of which the oldest go when they are over.
#[derive(Debug)]
struct Window<T> {
    first: u32,
    rest: VecDeque<T>,
}

impl<T> Window<T> {
    fn new() -> Window<T> {
        Window { first: 0, rest: VecDeque::new() }
    }

    fn push(&mut self, one: T) {
        self.rest.push_back(one);
    }

    fn get(&mut self, n: u32) -> Option<&mut T> {
        self.rest.get_mut(n.checked_sub(self.first)? as usize)
    }

    /// The oldest, if it is over.
    fn pop_if(&mut self, over: impl Fn(&T) -> bool) -> Option<(u32, T)> {
        let one = self.rest.front().is_some_and(over).then(|| self.rest.pop_front()).flatten()?;
        self.first += 1;
        Some((self.first - 1, one))
    }
}

impl Window<Conn> {
    /// Reads the connection of a timer, so that it is in the cache when the timer fires: a million of them are not.
    fn fetch(&mut self, timer: Timer) {
        if let Timer::Client(n) | Timer::Server(n) = timer {
            black_box(self.get(n).map(|conn| conn.client.is_gone()));
        }
    }
}

/// A run on its way.
#[derive(Debug)]
pub(super) struct Population {
    settings: Settings,
    pub(super) clients: Clients,
    pub(super) server: Server,
    agenda: Agenda,
    conns: Window<Conn>,
    forged: Window<Peer>,
    /// How many have called connect(), and how many SYNs were forged.
    pub(super) connects: u32,
    pub(super) forgeries: u32,
    planned: u32,
    from_clients: Vec<FromClient>,
    from_server: Vec<FromServer>,
    pub(super) recorder: Option<Recorder>,
    pub(super) shares: Vec<Share>,
    pub(super) stories: Vec<Story>,
    sample: Sample,
    pub(super) samples: Vec<Sample>,
    /// The first client that met each kind of drop.
    pub(super) firsts: Vec<(Tick, u32)>,
    /// When the accept queue and the SYN queue were full first.
    pub(super) full: (Option<Time>, Option<Time>),
    /// Clients that were served although something of theirs had been dropped.
    pub(super) late: u64,
    /// The longest that a client waited for its answer, from connect() on.
    pub(super) slowest: Time,
    /// Steps taken.
    pub(super) steps: u64,
    pub(super) now: Time,
}

impl Population {
    pub(super) fn new(settings: &Settings, recorder: Option<Recorder>) -> Population {
        let rtt = settings.rtt;
        let clients = Clients::new(settings.client_kernel, settings.client_talks_first, rtt, settings.seed);
        let (every, forged_every) = settings.intervals();
        let rate = settings.duration.0.div_ceil(every.0.max(1)) as u32;
        let mut population = Population {
            settings: settings.clone(),
            clients,
            server: Server::new(settings),
            agenda: Agenda::new(),
            conns: Window::new(),
            forged: Window::new(),
            connects: 0,
            forgeries: 0,
            planned: settings.burst + rate,
            from_clients: Vec::new(),
            from_server: Vec::new(),
            recorder,
            shares: Vec::new(),
            stories: Vec::new(),
            sample: Sample {
                at: Time::ZERO,
                waiting: 0,
                requests: 0,
                most_waiting: 0,
                most_requests: 0,
                tally: Tally::ZERO,
                connected: 0,
                served: 0,
                read_timeouts: 0,
                resets: 0,
            },
            samples: Vec::with_capacity(SAMPLES as usize),
            firsts: Vec::new(),
            full: (None, None),
            late: 0,
            slowest: Time::ZERO,
            steps: 0,
            now: Time::ZERO,
        };
        population.plan_connect(0);
        if forged_every.is_some() {
            population.plan_forgery(0);
        }
        if let Some((from, to)) = settings.pause {
            population.agenda.plan(Lane::Pauses, from, Task::PauseBegins);
            population.agenda.plan(Lane::Pauses, to, Task::PauseEnds);
        }
        population
    }

    /// Runs to the end, or until `most` steps are taken.
    pub(super) fn run(&mut self, most: u64) {
        let end = self.settings.duration;
        let every = Time((end.0 / SAMPLES).max(1));
        let mut next_sample = every;
        while self.steps < most
            && let Some((at, task)) = self.agenda.next(end, |timer| self.conns.fetch(timer))
        {
            while at >= next_sample {
                self.take_sample(next_sample);
                next_sample = next_sample + every;
            }
            self.now = at;
            self.steps += 1;
            self.take(task);
        }
        while next_sample <= end {
            self.take_sample(next_sample);
            next_sample = next_sample + every;
        }
        self.now = end;
        while let Some((n, conn)) = self.conns.pop_if(|_| true) {
            self.count(n, &conn);
        }
    }

    fn take_sample(&mut self, at: Time) {
        let queues = self.server.queues;
        let sample = &mut self.sample;
        *sample = Sample {
            at,
            waiting: queues.waiting,
            requests: queues.requests,
            tally: self.server.tally,
            ..*sample
        };
        self.samples.push(*sample);
        (sample.most_waiting, sample.most_requests) = (queues.waiting, queues.requests);
    }

    fn plan_connect(&mut self, n: u32) {
        if n < self.planned {
            let at = self.connect_time(n);
            self.agenda.plan(Lane::Connects, at, Task::Connect(n));
        }
    }

    /// When client `n` connects: those of the burst at once, the others at a random moment of their turn.
    pub(super) fn connect_time(&self, n: u32) -> Time {
        let (every, _) = self.settings.intervals();
        match n.checked_sub(self.settings.burst) {
            Some(turn) => self.moment(turn, every, 1),
            None => Time::ZERO,
        }
    }

    fn plan_forgery(&mut self, n: u32) {
        if let (_, Some(every)) = self.settings.intervals() {
            let at = self.moment(n, every, 2);
            self.agenda.plan(Lane::Forgeries, at, Task::Forge(n));
        }
    }

    /// When the `n`th SYN is forged.
    #[cfg(test)]
    pub(super) fn forgery_time(&self, n: u32) -> Option<Time> {
        let (_, every) = self.settings.intervals();
        every.map(|every| self.moment(n, every, 2))
    }

    /// A random moment of the `turn`th span.
    fn moment(&self, turn: u32, span: Time, stream: u64) -> Time {
        let random = mix(mix(self.settings.seed ^ stream << 56) ^ u64::from(turn));
        Time(u64::from(turn) * span.0 + random % span.0)
    }

    fn take(&mut self, task: Task) {
        match task {
            Task::Connect(n) => self.connect(n),
            Task::Forge(n) => self.forge(n),
            Task::PauseBegins => self.server.pause(true),
            Task::PauseEnds => {
                self.server.pause(false);
                self.accept();
            }
            Task::AcceptNext => {
                self.server.is_free();
                self.accept();
            }
            Task::ConnectTimeout(n) => {
                let close = |client: &mut Client, _, _: &Clients, _: &mut Vec<FromClient>| {
                    client.connect_timeout();
                    None
                };
                self.with_client(n, close, None);
            }
            Task::ReadTimeout(n) => {
                let close = |client: &mut Client, now, clients: &Clients, out: &mut Vec<FromClient>| {
                    client.read_timeout(now, clients, out);
                    None
                };
                self.with_client(n, close, None);
            }
            Task::AtServer(n, packet) => self.at_server(n, packet),
            Task::ForgedAtServer(n) => self.forged_at_server(n),
            Task::AtClient(n, packet) => self.with_client(
                n,
                |client, now, clients, out| client.hear(n, now, packet, clients, out),
                Some(packet),
            ),
            Task::Timer(Timer::Client(n)) => self.client_timer(n),
            Task::Timer(Timer::Server(n)) => self.server_timer(n),
            Task::Timer(Timer::Forged(n)) => self.forged_timer(n),
        }
    }

    fn connect(&mut self, n: u32) {
        self.connects += 1;
        let client = Client::connect(self.now, &mut self.from_clients);
        self.conns.push(Conn { client, peer: Peer::NOTHING });
        if let Some(timeout) = self.settings.connect_timeout {
            self.agenda.arrange(Lane::ConnectTimeouts, self.now + timeout, Task::ConnectTimeout(n));
        }
        self.send_to_server(n);
        self.plan_connect(n + 1);
    }

    fn forge(&mut self, n: u32) {
        self.forgeries += 1;
        let at = self.now + self.one_way();
        self.agenda.arrange(Lane::ToServer, at, Task::ForgedAtServer(n));
        if let Some(recorder) = &mut self.recorder {
            recorder.forged_syn(n, self.now);
        }
        self.plan_forgery(n + 1);
    }

    fn one_way(&self) -> Time {
        Time(self.settings.rtt.0 / 2)
    }

    /// Lets something happen to a client, and sends what comes of it.
    fn with_client(
        &mut self,
        n: u32,
        action: impl FnOnce(&mut Client, Time, &Clients, &mut Vec<FromClient>) -> Option<Why>,
        heard: Option<FromServer>,
    ) {
        let Some(conn) = self.conns.get(n) else { return };
        let before = conn.client.outcome;
        conn.peer.under_way -= u8::from(heard.is_some());
        let why = action(&mut conn.client, self.now, &self.clients, &mut self.from_clients);
        let client = conn.client;
        if let (Some(packet), Some(recorder)) = (heard, &mut self.recorder) {
            recorder.reaches_client(n, self.now, packet, why);
        }
        if client.outcome != before {
            self.outcome_changed(n, &client);
        }
        self.send_to_server(n);
        self.tidy();
    }

    fn outcome_changed(&mut self, n: u32, client: &Client) {
        match client.outcome {
            Outcome::Waiting => {
                self.sample.connected += 1;
                if let Some(timeout) = self.settings.read_timeout {
                    self.agenda.arrange(Lane::ReadTimeouts, self.now + timeout, Task::ReadTimeout(n));
                }
            }
            Outcome::Served => {
                self.sample.served += 1;
                self.slowest = self.slowest.max(self.now - client.opened);
            }
            Outcome::ReadTimeout => self.sample.read_timeouts += 1,
            Outcome::Reset => self.sample.resets += 1,
            Outcome::Refused | Outcome::ConnectTimeout | Outcome::Connecting => {}
        }
    }

    fn send_to_server(&mut self, n: u32) {
        let at = self.now + self.one_way();
        let Some(conn) = self.conns.get(n) else { return };
        for packet in self.from_clients.drain(..) {
            conn.peer.under_way += 1;
            self.agenda.arrange(Lane::ToServer, at, Task::AtServer(n, packet));
            if let Some(recorder) = &mut self.recorder {
                recorder.client_sends(n, self.now, packet, &self.clients, &self.server);
            }
        }
    }

    fn send_to_client(&mut self, n: u32) {
        let at = self.now + self.one_way();
        let Some(conn) = self.conns.get(n) else { return };
        for packet in self.from_server.drain(..) {
            conn.peer.under_way += 1;
            self.server.tally.add(Tick::Out);
            self.agenda.arrange(Lane::ToClients, at, Task::AtClient(n, packet));
            if let Some(recorder) = &mut self.recorder {
                let cookie = conn.peer.cookie;
                recorder.server_sends(n, self.now, packet, cookie, &self.clients, &self.server);
            }
        }
    }

    fn at_server(&mut self, n: u32, packet: FromClient) {
        let now = self.now;
        let Some(conn) = self.conns.get(n) else { return };
        conn.peer.under_way -= 1;
        let secret = self.server.clock.secret;
        let place = || place(secret, client_end(n));
        let why = self.server.receive(n, &mut conn.peer, now, packet, place, &mut self.from_server);
        // A timer of the client matters only once something was dropped that it waits for.
        if why.is_some()
            && let Some(due) = conn.client.arm(n, &self.clients)
        {
            self.agenda.set_timer(due, Timer::Client(n));
        }
        if let Some(recorder) = &mut self.recorder {
            recorder.reaches_server(n, now, packet, why);
        }
        if let Some(tick) = why.and_then(Tick::of)
            && self.firsts.iter().all(|(known, _)| *known != tick)
        {
            self.firsts.push((tick, n));
        }
        self.note_queues();
        self.send_to_client(n);
        self.accept();
        self.serve(n);
        self.arm(n);
        self.tidy();
    }

    fn note_queues(&mut self) {
        let (sample, queues) = (&mut self.sample, &self.server.queues);
        sample.most_requests = sample.most_requests.max(queues.requests);
        sample.most_waiting = sample.most_waiting.max(queues.waiting);
        if queues.accept_queue_full() {
            self.full.0.get_or_insert(self.now);
        }
        if queues.syn_queue_full(self.server.changes) {
            self.full.1.get_or_insert(self.now);
        }
    }

    /// Sets the timer of the server's end, if one runs.
    fn arm(&mut self, n: u32) {
        if let Some(due) = self.conns.get(n).and_then(|conn| conn.peer.arm()) {
            self.agenda.set_timer(due, Timer::Server(n));
        }
    }

    /// The program accepts the next connection, if it can.
    fn accept(&mut self) {
        let Some((n, busy)) = self.server.accept() else { return };
        if let Some(conn) = self.conns.get(n) {
            conn.peer.accepted = true;
        }
        self.agenda.arrange(Lane::Program, self.now + busy, Task::AcceptNext);
        self.serve(n);
    }

    /// The program looks at a connection.
    fn serve(&mut self, n: u32) {
        let Some(conn) = self.conns.get(n) else { return };
        self.server.serve(&mut conn.peer, &mut self.from_server);
        self.send_to_client(n);
    }

    fn client_timer(&mut self, n: u32) {
        let now = self.now;
        if self.conns.get(n).is_some_and(|conn| conn.client.is_due(now)) {
            let fire = |client: &mut Client, now, clients: &Clients, out: &mut Vec<FromClient>| {
                client.timer(n, now, clients, out);
                None
            };
            self.with_client(n, fire, None);
        }
    }

    fn server_timer(&mut self, n: u32) {
        let (now, secret) = (self.now, self.server.clock.secret);
        let Some(conn) = self.conns.get(n).filter(|conn| conn.peer.due == now) else { return };
        let place = place(secret, client_end(n));
        self.server.timer(&mut conn.peer, now, place, &mut self.from_server);
        self.send_to_client(n);
        self.arm(n);
        self.tidy();
    }

    fn forged_at_server(&mut self, n: u32) {
        let now = self.now;
        let mut peer = Peer::NOTHING;
        let place = place(self.server.clock.secret, forged_end(n));
        let why = self.server.forged_syn(&mut peer, now, place);
        self.note_queues();
        if let Some(recorder) = &mut self.recorder {
            recorder.forged_reaches(n, now, why);
            if why.is_none() {
                recorder.forged_answered(n, now, &self.server);
            }
        }
        if peer.due > Time::ZERO {
            self.agenda.set_timer(peer.due, Timer::Forged(n));
        }
        self.forged.push(peer);
        while self.forged.pop_if(Peer::is_over).is_some() {}
    }

    fn forged_timer(&mut self, n: u32) {
        let now = self.now;
        let place = place(self.server.clock.secret, forged_end(n));
        let Some(peer) = self.forged.get(n) else { return };
        self.server.timer(peer, now, place, &mut self.from_server);
        let due = peer.due;
        for _ in self.from_server.drain(..) {
            self.server.tally.add(Tick::Out);
            if let Some(recorder) = &mut self.recorder {
                recorder.forged_answered(n, now, &self.server);
            }
        }
        if due > Time::ZERO {
            self.agenda.set_timer(due, Timer::Forged(n));
        }
        while self.forged.pop_if(Peer::is_over).is_some() {}
    }

    /// Lets go of the oldest connections that are over.
    fn tidy(&mut self) {
        while let Some((n, conn)) = self.conns.pop_if(Conn::is_over) {
            self.count(n, &conn);
        }
    }

    fn count(&mut self, n: u32, conn: &Conn) {
        let (outcome, place) = (conn.client.outcome, Place::of(conn));
        let dropped = conn.client.syns > 0 || conn.peer.overflowed;
        self.late += u64::from(outcome == Outcome::Served && dropped);
        match self.shares.iter_mut().find(|share| (share.outcome, share.place) == (outcome, place)) {
            Some(share) => share.count += 1,
            None => self.shares.push(Share { outcome, place, count: 1, first: n }),
        }
        if self.recorder.as_ref().is_some_and(|recorder| recorder.wants(n)) {
            self.stories.push(Story { n, client: conn.client, place });
        }
    }
}

impl Conn {
    fn is_over(&self) -> bool {
        self.client.is_gone() && self.peer.is_over() && self.peer.under_way == 0
    }
}

/// A client's end of its connection.
pub(super) fn client_end(n: u32) -> Endpoint {
    let port = 32_768 + mix(u64::from(n)) % 28_232;
    Endpoint::new(Ipv4(CLIENTS.wrapping_add(n)), port as u16)
}

/// Where a SYN pretends to come from.
pub(super) fn forged_end(n: u32) -> Endpoint {
    Endpoint { addr: Ipv4(FORGED.wrapping_add(n)), ..client_end(n) }
}

/// The place of a request in the server's SYN table.
fn place(secret: u64, remote: Endpoint) -> u64 {
    mix(secret ^ Flow { local: SERVER, remote }.hash())
}
