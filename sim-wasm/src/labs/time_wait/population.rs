//! A rate of connections as a population: ports and TIME_WAITs without hosts. Every connection lives as the first one
//! did; which port it gets, how long TIME_WAIT lasts and when it may be taken is asked from the model of the kernel.

use super::hosts;
use super::sample::{Pattern, opened_at};
use super::settings::{Settings, Side};
use crate::kernel::{Change, ChangeSet, Counter, Counters};
use crate::tcp::HostConfig;
use crate::tcp::ports::{Old, PortOrder, reusable_from, search_start};
use crate::tcp::time_wait;
use crate::tcp::timestamps::TimestampClock;
use crate::time::Time;
use std::collections::VecDeque;
use std::ops::Range;

/// What became of a rate of connections.
#[derive(Debug, Default)]
pub(super) struct Course {
    /// connect() calls that found a port, and those that did not.
    pub(super) opened: u64,
    pub(super) failed: u64,
    /// The same in each second.
    pub(super) by_second: Vec<(u64, u64)>,
    /// Ports in use and TIME_WAITs, at moments that are `step` apart.
    pub(super) step: Time,
    pub(super) counts: Vec<Counts>,
    /// The most of them at one time.
    pub(super) most: Counts,
    pub(super) moments: Moments,
    /// `ss -s` at moments that tell something.
    pub(super) snapshots: Vec<Snapshot>,
    /// SYNs that a TIME_WAIT of the server gave way to.
    pub(super) hits: u64,
    pub(super) client: Counters,
    pub(super) server: Counters,
}

/// Ports that connect() may not take, and TIME_WAITs at the end that closes first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) ports: u64,
    pub(super) time_waits: u32,
}

/// When something happened for the first time.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Moments {
    /// connect() found no port.
    pub(super) failure: Option<Time>,
    /// It found one again.
    pub(super) recovery: Option<Time>,
    /// A TIME_WAIT ran out.
    pub(super) end: Option<Time>,
    /// A port was taken from a TIME_WAIT.
    pub(super) reuse: Option<Time>,
    /// A connection closed and there was no room for its TIME_WAIT.
    pub(super) overflow: Option<Time>,
    /// A SYN met a TIME_WAIT of the server.
    pub(super) hit: Option<Time>,
}

/// Sockets of both ends at one moment.
#[derive(Clone, Copy, Debug)]
pub(super) struct Snapshot {
    pub(super) at: Time,
    pub(super) client: Sockets,
    pub(super) server: Sockets,
}

/// What `ss -s` counts.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Sockets {
    /// Full sockets, listeners among them.
    pub(super) full: u64,
    pub(super) established: u64,
    pub(super) orphaned: u64,
    pub(super) time_waits: u32,
}

/// Which ports towards one destination connect() may not take, and what they hold.
#[derive(Debug)]
struct Ports {
    /// A bit for each place.
    blocked: Vec<u64>,
    /// A bit for each word of those in which no place is free.
    full: Vec<u64>,
    free: u32,
    /// The connection whose TIME_WAIT is at a place; 0 for none.
    time_wait: Vec<u32>,
}

impl Ports {
    fn new(count: u32) -> Ports {
        let words = count as usize / 64 + 1;
        Ports {
            blocked: vec![0; words],
            full: vec![0; words / 64 + 1],
            free: count,
            time_wait: vec![0; count as usize],
        }
    }

    fn set(&mut self, place: u32, blocked: bool) {
        let (at, bit) = (place as usize / 64, place % 64);
        let word = self.blocked[at];
        let changed = word & !(1 << bit) | u64::from(blocked) << bit;
        self.free = self.free + word.count_ones() - changed.count_ones();
        self.blocked[at] = changed;
        let full = &mut self.full[at / 64];
        *full = *full & !(1 << (at % 64)) | u64::from(changed == u64::MAX) << (at % 64);
    }

    fn block(&mut self, place: u32) {
        self.set(place, true);
    }

    fn unblock(&mut self, place: u32) {
        self.set(place, false);
    }

    fn first_free(&self, stretch: Range<u32>) -> Option<u32> {
        let mut from = stretch.start;
        while from < stretch.end {
            let free = !self.blocked[from as usize / 64] >> (from % 64);
            if free != 0 {
                let place = from + free.trailing_zeros();
                return (place < stretch.end).then_some(place);
            }
            // On to the next word that is not full.
            let next = from / 64 + 1;
            let open = !self.full[next as usize / 64] >> (next % 64);
            from = if open == 0 { (next / 64 + 1) * 4096 } else { (next + open.trailing_zeros()) * 64 };
        }
        None
    }
}

/// Something due for a connection.
#[derive(Clone, Copy, Debug)]
struct Due {
    at: Time,
    conn: u32,
    to: u16,
    place: u32,
}

/// What is due, each kind in the order of time: all connections live alike.
#[derive(Debug, Default)]
struct Agenda {
    /// The SYN reaches the server.
    arrive: VecDeque<Due>,
    /// The end that closes first enters TIME_WAIT.
    enter: VecDeque<Due>,
    /// The client's socket is gone, when it has no TIME_WAIT.
    leave: VecDeque<Due>,
    /// The port of a TIME_WAIT may be taken.
    ripen: VecDeque<Due>,
    /// TIME_WAIT runs out.
    end: VecDeque<Due>,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Arrive,
    Enter,
    Leave,
    End,
}

struct Population<'a> {
    settings: &'a Settings,
    pattern: &'a Pattern,
    /// Of the end that closes first.
    closer: HostConfig,
    clock: TimestampClock,
    changes: ChangeSet,
    /// How long TIME_WAIT lasts before its timer is late.
    lasts: Time,
    order: PortOrder,
    /// Where the search for a port towards each destination starts, before the hint.
    starts: Vec<u64>,
    hint: u64,
    towards: Vec<Ports>,
    agenda: Agenda,
    buckets: u32,
    /// When those connections were opened of which some end still has a full socket.
    alive: VecDeque<Time>,
    course: Course,
}

/// Moments of the curves at most, for short runs.
const CURVE_POINTS: u64 = 240;

/// Runs it to its end.
pub(super) fn run(settings: &Settings, pattern: &Pattern) -> Course {
    let mut population = Population::new(settings, pattern);
    let end = Time::from_secs(settings.duration_s);
    let planned = [Time(end.0 / 4), Time(end.0 / 2)];
    let mut planned = planned.into_iter().peekable();
    for n in 0..settings.rate_per_s * settings.duration_s {
        let now = opened_at(settings, n);
        while let Some(at) = planned.next_if(|at| *at <= now) {
            population.pass(at);
            population.snapshot(at);
        }
        population.pass(now);
        population.connect(now, n);
    }
    population.pass(end + Time(1));
    population.snapshot(end);
    population.finish(end)
}

impl<'a> Population<'a> {
    fn new(settings: &'a Settings, pattern: &'a Pattern) -> Population<'a> {
        let closer = hosts::config(settings, settings.closes_first);
        let client = hosts::config(settings, Side::Client);
        let HostConfig { kernel, hz, uptime, secret, .. } = closer;
        let order = PortOrder::new(settings.client_kernel.changes(), settings.ports);
        let local = hosts::client_addr(settings);
        let start = |n| search_start(client.secret, local, hosts::destination(settings, n));
        let step = (settings.duration_s * 1000 / CURVE_POINTS).clamp(50, 1000);
        Population {
            settings,
            pattern,
            changes: kernel.changes(),
            clock: TimestampClock { changes: kernel.changes(), hz, uptime, secret },
            lasts: time_wait::lasts(settings.recycles(), pattern.rto.unwrap_or_default()),
            order,
            starts: (0..settings.destinations).map(start).collect(),
            hint: 0,
            towards: (0..settings.destinations).map(|_| Ports::new(order.count())).collect(),
            agenda: Agenda::default(),
            buckets: 0,
            alive: VecDeque::new(),
            course: Course { step: Time::from_millis(step), ..Course::default() },
            closer,
        }
    }

    /// A program calls connect(), the `n`th from 0.
    fn connect(&mut self, now: Time, n: u64) {
        self.ripen(now);
        let to = (n % u64::from(self.settings.destinations)) as u16;
        let second = now.secs() as usize;
        self.course.by_second.resize(second + 1, (0, 0));
        let Some(place) = self.choose(to) else {
            self.course.by_second[second].1 += 1;
            self.course.failed += 1;
            if self.course.moments.failure.is_none() {
                self.course.moments.failure = Some(now);
                self.snapshot(now);
            }
            return;
        };
        self.course.by_second[second].0 += 1;
        self.course.opened += 1;
        if self.course.moments.failure.is_some() && self.course.moments.recovery.is_none() {
            self.course.moments.recovery = Some(now);
            self.snapshot(now);
        }
        let ports = &mut self.towards[usize::from(to)];
        ports.block(place);
        if self.settings.closes_first == Side::Client
            && std::mem::take(&mut ports.time_wait[place as usize]) > 0
        {
            self.buckets -= 1;
            self.course.client.add(Counter::TWRecycled);
            self.course.moments.reuse.get_or_insert(now);
        }
        let due = |after| Due { at: now + after, conn: n as u32 + 1, to, place };
        let Pattern { client, server, .. } = *self.pattern;
        match self.settings.closes_first {
            Side::Client => self.agenda.enter.push_back(due(client.gone)),
            Side::Server => {
                self.agenda.arrive.push_back(due(self.settings.delay));
                self.agenda.enter.push_back(due(server.gone));
                self.agenda.leave.push_back(due(client.gone));
            }
        }
        self.alive.push_back(now);
        self.note_most();
    }

    fn choose(&mut self, to: u16) -> Option<u32> {
        let ports = &self.towards[usize::from(to)];
        if ports.free == 0 {
            return None;
        }
        let start = self.starts[usize::from(to)].wrapping_add(self.hint);
        let (place, further) = self.order.search(start, |stretch| ports.first_free(stretch))?;
        self.hint = self.hint.wrapping_add(further);
        Some(place)
    }

    /// Everything that is due before `now`, with the points of the curves on the way.
    fn pass(&mut self, now: Time) {
        loop {
            let point = Time(self.course.step.0 * self.course.counts.len() as u64);
            let next = self.next();
            match next.filter(|(at, _)| *at < now) {
                Some((at, kind)) if at < point || point >= now => self.happen(at, kind),
                _ if point < now => self.course.counts.push(self.counts()),
                _ => return,
            }
        }
    }

    /// What is due next. In the same moment packets arrive before timers fire.
    fn next(&self) -> Option<(Time, Kind)> {
        let Agenda { arrive, enter, leave, end, .. } = &self.agenda;
        [(arrive, Kind::Arrive), (enter, Kind::Enter), (leave, Kind::Leave), (end, Kind::End)]
            .into_iter()
            .filter_map(|(queue, kind)| queue.front().map(|due| (due.at, kind)))
            .min()
    }

    fn happen(&mut self, now: Time, kind: Kind) {
        let queue = match kind {
            Kind::Arrive => &mut self.agenda.arrive,
            Kind::Enter => &mut self.agenda.enter,
            Kind::Leave => &mut self.agenda.leave,
            Kind::End => &mut self.agenda.end,
        };
        let Some(due) = queue.pop_front() else { return };
        match kind {
            Kind::Arrive => self.arrive(now, due),
            Kind::Enter => self.enter(now, due),
            Kind::Leave => self.towards[usize::from(due.to)].unblock(due.place),
            Kind::End => self.end(now, due),
        }
    }

    /// The client's clocks have gone on since the old connection: sequence number and timestamp of the SYN are higher,
    /// and TIME_WAIT gives way to it. It is over within 64 seconds, while the sequence numbers of a pair of ends go on
    /// for 137 seconds before they look lower.
    fn arrive(&mut self, now: Time, due: Due) {
        let ports = &mut self.towards[usize::from(due.to)];
        if std::mem::take(&mut ports.time_wait[due.place as usize]) > 0 {
            self.buckets -= 1;
            self.course.hits += 1;
            self.course.moments.hit.get_or_insert(now);
        }
    }

    fn enter(&mut self, now: Time, due: Due) {
        let at_client = self.settings.closes_first == Side::Client;
        let ports = &mut self.towards[usize::from(due.to)];
        if !time_wait::has_room(&self.closer.sysctl, self.buckets) {
            if at_client {
                ports.unblock(due.place);
            }
            self.course.moments.overflow.get_or_insert(now);
            if self.changes.has(Change::TimeWaitOverflowCounter) {
                self.count(Counter::TCPTimeWaitOverflow);
            }
            return;
        }
        ports.time_wait[due.place as usize] = due.conn;
        self.buckets += 1;
        let at = time_wait::ends_at(self.changes, &self.clock, now, self.lasts);
        self.agenda.end.push_back(Due { at, ..due });
        if self.changes.has(Change::TwCountedWhenScheduled) {
            self.count(time_wait::counted_in(self.lasts));
        }
        let wall = self.closer.wall;
        let old = Old {
            loopback: self.settings.loopback,
            fin_wait2: false,
            // The FIN that ended the connection brought its last timestamp.
            stamp_s: self.settings.timestamps.then(|| (wall + now).secs()),
            entered: now,
        };
        if at_client && let Some(at) = reusable_from(self.changes, &self.closer.sysctl, wall, &old) {
            self.agenda.ripen.push_back(Due { at, ..due });
        }
        self.note_most();
    }

    /// Gives the ports back that connect() may take from a TIME_WAIT by now.
    fn ripen(&mut self, now: Time) {
        while let Some(due) = self.agenda.ripen.pop_front_if(|due| due.at <= now) {
            let ports = &mut self.towards[usize::from(due.to)];
            if ports.time_wait[due.place as usize] == due.conn {
                ports.unblock(due.place);
            }
        }
    }

    fn end(&mut self, now: Time, due: Due) {
        let ports = &mut self.towards[usize::from(due.to)];
        let bucket = &mut ports.time_wait[due.place as usize];
        if *bucket != due.conn {
            return;
        }
        *bucket = 0;
        if self.settings.closes_first == Side::Client {
            ports.unblock(due.place);
        }
        self.buckets -= 1;
        self.course.moments.end.get_or_insert(now);
        if !self.changes.has(Change::TwCountedWhenScheduled) {
            self.count(time_wait::counted_in(self.lasts));
        }
    }

    /// Counts at the end that closes first.
    fn count(&mut self, counter: Counter) {
        match self.settings.closes_first {
            Side::Client => self.course.client.add(counter),
            Side::Server => self.course.server.add(counter),
        }
    }

    fn counts(&self) -> Counts {
        let free: u64 = self.towards.iter().map(|ports| u64::from(ports.free)).sum();
        Counts { ports: self.settings.places() - free, time_waits: self.buckets }
    }

    fn note_most(&mut self) {
        let Counts { ports, time_waits } = self.counts();
        let most = &mut self.course.most;
        *most = Counts { ports: most.ports.max(ports), time_waits: most.time_waits.max(time_waits) };
    }

    fn snapshot(&mut self, at: Time) {
        let Pattern { client, server, .. } = *self.pattern;
        let oldest = at - client.gone.max(server.gone);
        while self.alive.pop_front_if(|opened| *opened < oldest).is_some() {}
        let mut snapshot = Snapshot { at, client: Sockets::default(), server: Sockets::default() };
        snapshot.server.full = u64::from(self.settings.destinations);
        for (sockets, stages, from) in
            [(&mut snapshot.client, client, Time::ZERO), (&mut snapshot.server, server, server.established)]
        {
            let ages = || self.alive.iter().map(|opened| at - *opened);
            let between = |from: Time, to: Time| ages().filter(|age| (from..to).contains(age)).count() as u64;
            sockets.full += between(from, stages.gone);
            sockets.established = between(stages.established, stages.closed);
            sockets.orphaned = between(stages.closed, stages.gone);
        }
        match self.settings.closes_first {
            Side::Client => snapshot.client.time_waits = self.buckets,
            Side::Server => snapshot.server.time_waits = self.buckets,
        }
        self.course.snapshots.push(snapshot);
    }

    fn finish(mut self, end: Time) -> Course {
        let accepted = self.pattern.server.established;
        let early = self.alive.iter().filter(|opened| **opened + accepted > end).count() as u64;
        self.course.server.add_times(Counter::PassiveOpens, self.course.opened - early);
        self.course.client.add_times(Counter::ActiveOpens, self.course.opened);
        self.course.snapshots.dedup_by_key(|snapshot| snapshot.at);
        self.course
    }
}
