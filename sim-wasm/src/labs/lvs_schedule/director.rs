//! One director: its service's list, counters and cursor, and what it does with one SYN after another.

use super::clients;
use super::counting::{self, Dest};
use super::cursor::Cursor;
use super::hashing;
use super::load;
use super::rules::{Rule, has};
use super::settings::{Change, Scheduler, Settings};
use crate::rng::Rng;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// How long a closed connection stays (IP_VS_TCP_S_FIN_WAIT, ip_vs_proto_tcp.c).
const FIN_WAIT_US: u64 = 120_000_000;

/// What happens, in the order in which it counts at the same moment.
const ESTABLISHED: u8 = 0;
const CLOSED: u8 = 1;
const EXPIRED: u8 = 2;
const SYN: u8 = 3;

/// What one director did with a server's connections.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Tally {
    /// Connections of the first and of the second batch.
    pub(super) batches: [u64; 2],
    pub(super) active: u64,
    pub(super) inactive: u64,
    /// Closed, and forgotten by the director.
    pub(super) gone: u64,
    /// Packets and bytes of handshakes and closes, as `--stats` counts them.
    pub(super) packets: u64,
    pub(super) bytes: u64,
}

impl Tally {
    /// All that were ever handed to the server.
    pub(super) fn picked(&self) -> u64 {
        self.batches.iter().sum()
    }
}

/// What happened at one SYN.
#[derive(Clone, Debug)]
pub(super) struct Pick {
    pub(super) t_us: u64,
    /// Who got it; none when nobody was eligible.
    pub(super) server: Option<usize>,
    /// The counters that the scheduler saw, by server.
    pub(super) seen: Vec<Dest>,
    /// The client's number over all directors.
    pub(super) client: u64,
    /// Did servers change just before?
    pub(super) changed: bool,
}

/// A director's run.
#[derive(Clone, Debug, Default)]
pub(super) struct Run {
    pub(super) tallies: Vec<Tally>,
    pub(super) refused: u64,
    pub(super) picks: Vec<Pick>,
    /// Servers in the order of the list, at first and in the end, and their weights in the end.
    pub(super) list: Vec<usize>,
    pub(super) list_in_the_end: Vec<usize>,
    pub(super) dests: Vec<Dest>,
    /// When the last handshake was complete.
    pub(super) ended_us: u64,
    /// How often a change sent the cursor back to the beginning.
    pub(super) resets: u64,
}

/// Tables of slots, by what was changed: nothing yet, the server is out, it is back. Directors with the same list share
/// them.
pub(super) type Tables = [Option<Vec<usize>>; 3];

struct Director<'a> {
    settings: &'a Settings,
    tables: &'a mut Tables,
    list: Vec<usize>,
    dests: Vec<Dest>,
    cursor: Cursor,
    start: usize,
    /// Which of the tables holds.
    phase: usize,
    chance: Rng,
    resets: u64,
}

/// Plays the run of the director with this number; `detailed`: with the picks.
pub(super) fn run(settings: &Settings, number: u64, tables: &mut Tables, detailed: bool) -> Run {
    let list = settings.list(number);
    let dest = |weight: &u64| Dest { weight: *weight, ..Dest::default() };
    let dests: Vec<Dest> = settings.weights.iter().map(dest).collect();
    let start = settings.start(number);
    let cursor = Cursor::new(&list, &dests, start);
    let mut run =
        Run { tallies: vec![Tally::default(); settings.servers], list: list.clone(), ..Run::default() };
    let chance = Rng::new(settings.seed, 3_000 + number);
    let mut director = Director { settings, tables, list, dests, cursor, start, phase: 0, chance, resets: 0 };
    director.play(number, detailed, &mut run);
    run.list_in_the_end = director.list;
    run.dests = director.dests;
    run.resets = director.resets;
    run
}

impl Director<'_> {
    fn play(&mut self, number: u64, detailed: bool, run: &mut Run) {
        let settings = self.settings;
        let count = load::count(settings);
        let mut jitter = Rng::new(settings.seed, 2_000 + number);
        let half_open_active = has(settings.kernel, Rule::HalfOpenIsActive);
        let mut events = BinaryHeap::from([Reverse((load::FIRST_US, SYN, 0_usize, 0_usize))]);
        let (mut scheduled, mut last) = (0, 0);
        // Each connection has four events at most.
        while let Some(Reverse((t_us, what, n, server))) = events.pop() {
            if scheduled == count && t_us > last {
                break;
            }
            if what != SYN {
                self.count(what, half_open_active, server, run);
                if what == CLOSED {
                    events.push(Reverse((t_us + FIN_WAIT_US, EXPIRED, n, server)));
                }
                continue;
            }
            let changed = self.change(n);
            let (client, port) = clients::client(settings, n as u64 * settings.directors + number);
            let seen = if detailed { self.dests.clone() } else { Vec::new() };
            let choice = self.choose(clients::address(settings, client), port);
            if detailed {
                run.picks.push(Pick { t_us, server: choice, seen, client, changed });
            }
            scheduled += 1;
            let done_us = match choice {
                Some(server) => {
                    let batch = usize::from(n >= settings.first);
                    self.open(half_open_active, server, batch, run);
                    let base = settings.handshakes_us.get(server).copied().unwrap_or(0);
                    let done_us = t_us + base + jitter.between(0, settings.jitter_us);
                    events.push(Reverse((done_us, ESTABLISHED, n, server)));
                    if settings.lifetime_us > 0 {
                        events.push(Reverse((done_us + settings.lifetime_us, CLOSED, n, server)));
                    }
                    done_us
                }
                None => {
                    run.refused += 1;
                    t_us
                }
            };
            last = last.max(done_us);
            if n + 1 < count {
                events.push(Reverse((load::next_us(settings, n, t_us, done_us), SYN, n + 1, 0)));
            }
        }
        run.ended_us = last;
        run.ended_us = last;
        for (tally, dest) in run.tallies.iter_mut().zip(&self.dests) {
            (tally.active, tally.inactive) = (dest.active, dest.inactive);
        }
    }

    /// A new connection is counted: up to 4.7 as inactive (`IP_VS_CONN_F_INACTIVE`), then as active from the SYN on.
    fn open(&mut self, half_open_active: bool, server: usize, batch: usize, run: &mut Run) {
        if let Some(dest) = self.dests.get_mut(server) {
            match half_open_active {
                true => dest.active += 1,
                false => dest.inactive += 1,
            }
        }
        if let Some(tally) = run.tallies.get_mut(server) {
            if let Some(of) = tally.batches.get_mut(batch) {
                *of += 1;
            }
            (tally.packets, tally.bytes) = (tally.packets + 1, tally.bytes + 60);
        }
    }

    /// set_tcp_state, ip_vs_proto_tcp.c.
    fn count(&mut self, what: u8, half_open_active: bool, server: usize, run: &mut Run) {
        let (Some(dest), Some(tally)) = (self.dests.get_mut(server), run.tallies.get_mut(server)) else {
            return;
        };
        match what {
            ESTABLISHED => {
                if !half_open_active {
                    dest.active += 1;
                    dest.inactive = dest.inactive.saturating_sub(1);
                }
                (tally.packets, tally.bytes) = (tally.packets + 1, tally.bytes + 52);
            }
            CLOSED => {
                dest.active = dest.active.saturating_sub(1);
                dest.inactive += 1;
                // FIN, and the ACK of the server's.
                (tally.packets, tally.bytes) = (tally.packets + 2, tally.bytes + 104);
            }
            _ => {
                dest.inactive = dest.inactive.saturating_sub(1);
                tally.gone += 1;
            }
        }
    }

    /// Before each so many SYNs the last server is edited, or goes, or comes back.
    fn change(&mut self, n: usize) -> bool {
        let settings = self.settings;
        if settings.change == Change::None || n == 0 || !n.is_multiple_of(settings.change_every) {
            return false;
        }
        let server = settings.servers.saturating_sub(1);
        let weight = settings.weights.get(server).copied().unwrap_or(0);
        let keeps = settings.scheduler == Scheduler::Rr && has(settings.kernel, Rule::RrKeepsCursor);
        let out = self.phase == 1;
        match settings.change {
            Change::Delete if out => self.list.insert(0, server),
            Change::Delete => {
                if keeps {
                    self.cursor.leave(&self.list, server);
                }
                self.list.retain(|other| *other != server);
            }
            Change::Weight => {
                if let Some(dest) = self.dests.get_mut(server) {
                    dest.weight = if out { weight } else { 0 };
                }
            }
            Change::Edit | Change::None => {}
        }
        if settings.change != Change::Edit {
            self.phase = if out { 2 } else { 1 };
        }
        if settings.scheduler.takes_turns() && !keeps {
            self.cursor.reset(&self.list, &self.dests, self.start);
            self.resets += 1;
        }
        true
    }

    /// The scheduler's choice for a client.
    fn choose(&mut self, address: u32, port: u16) -> Option<usize> {
        let (list, dests, from) = (&self.list, &self.dests, self.start % self.list.len().max(1));
        let order = (0..list.len()).filter_map(|n| {
            let server = list.get((from + n) % list.len())?;
            Some((*server, *dests.get(*server)?))
        });
        match self.settings.scheduler {
            Scheduler::Rr => self.cursor.next(list, dests),
            Scheduler::Wrr => self.cursor.next_weighted(list, dests),
            Scheduler::Lc => counting::least(order, Dest::overhead, false),
            Scheduler::Wlc => counting::least(order, Dest::overhead, true),
            Scheduler::Sed => counting::least(order, Dest::expected, true),
            Scheduler::Nq => counting::never_queue(order),
            Scheduler::Random => {
                // Rule after rule with the probability 1/n, 1/(n-1), …, 1.
                let mut left = order.clone().filter(|(_, dest)| dest.weight > 0).count() as u64;
                for (server, _) in order.filter(|(_, dest)| dest.weight > 0) {
                    left -= 1;
                    if self.chance.between(0, left) == 0 {
                        return Some(server);
                    }
                }
                None
            }
            Scheduler::Sh | Scheduler::Dh | Scheduler::Mh => self.hashed(address, port),
        }
    }

    fn hashed(&mut self, address: u32, port: u16) -> Option<usize> {
        let settings = self.settings;
        let (list, dests) = (&self.list, &self.dests);
        let filled = self.tables.get_mut(self.phase)?;
        let table = filled.get_or_insert_with(|| settings.slots(list, dests));
        let up = |server: usize| dests.get(server).is_some_and(|dest| dest.weight > 0);
        let slots = table.len();
        let first = settings.slot(address, port, 0);
        let server = *table.get(first)?;
        if up(server) {
            return Some(server);
        }
        if !settings.fallback {
            return None;
        }
        // ip_vs_sh_get_fallback adds the first slot to the offset, and the hash adds it again; mh hashes anew.
        (0..slots).find_map(|n| {
            let slot = match settings.scheduler {
                Scheduler::Mh => settings.slot(address, port, (n + first) % hashing::MH_SLOTS),
                _ => (n + first + first) % slots,
            };
            table.get(slot).copied().filter(|server| up(*server))
        })
    }
}
