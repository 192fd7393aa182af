//! Threads on cores over time: work, lock, section, and again. Who gets the lock is `locks`'s business, who gets a core
//! is that of `cores`.

use super::agenda::{Agenda, Next};
use super::cores::Core;
use super::locks::Lock;
use super::settings::{LockKind, PER_NS, Settings};
use super::tally::{Tally, Use};
use super::thread::{Doing, NONE, Thread};
use crate::rng::Rng;
use std::collections::VecDeque;

/// A system call: 76 to 122 ns measured on servers.
pub(super) const SYSCALL: u64 = 100 * PER_NS;
/// A locked instruction whose line is in the core's own cache (from memory).
const ATOMIC_CYCLES: u64 = 20;
/// What an MCS lock costs beyond a test-and-set: a node to prepare and to look at (from memory).
const NODE_CYCLES: u64 = 10;
/// A round of delays without its PAUSEs: a call, a random number, a look at the lock word.
const ROUND_CYCLES: u64 = 30;
/// One of so many steps goes before the measurement.
const WARM_UP: u32 = 4;

/// What things take, computed once.
#[derive(Clone, Copy, Debug)]
struct Costs {
    /// A locked instruction whose line is here.
    own: u64,
    /// What the kind of lock costs beyond it.
    node: u64,
    /// A round of delays without its PAUSEs.
    round: u64,
    /// The PAUSEs of one unit of the delay.
    unit: u64,
}

/// A run.
pub(super) struct Engine {
    pub(super) settings: Settings,
    costs: Costs,
    pub(super) now: u64,
    pub(super) threads: Vec<Thread>,
    pub(super) lock: Lock,
    pub(super) rng: Rng,
    pub(super) cores: Vec<Core>,
    /// Threads that wait for a core.
    pub(super) ready: VecDeque<usize>,
    agenda: Agenda,
    started: u64,
    pub(super) tally: Tally,
}

/// Runs for so many steps, and measures all but the first of them.
pub(super) fn run(settings: &Settings, steps: u32) -> Tally {
    let mut engine = Engine::new(settings);
    for step in 0..steps {
        if step == steps / WARM_UP {
            engine.measure();
        }
        let Some((at, next)) = engine.agenda.pop() else { break };
        engine.now = at;
        engine.step(next);
    }
    engine.settle();
    engine.tally.elapsed = engine.now - engine.started;
    engine.tally
}

impl Engine {
    fn new(settings: &Settings) -> Engine {
        let node = if settings.lock == LockKind::Mcs { NODE_CYCLES } else { 0 };
        let mut engine = Engine {
            settings: *settings,
            costs: Costs {
                own: settings.cycles(ATOMIC_CYCLES),
                node: settings.cycles(node),
                round: settings.cycles(ROUND_CYCLES),
                unit: settings.pauses(settings.multiplier),
            },
            now: 0,
            threads: vec![Thread::new(0); settings.threads],
            lock: Lock::default(),
            rng: Rng::new(settings.seed, 1),
            cores: vec![Core { thread: NONE, stamp: 0 }; settings.cores],
            ready: VecDeque::new(),
            agenda: Agenda::default(),
            started: 0,
            tally: Tally::new(settings.threads),
        };
        for thread in 0..settings.threads {
            engine.threads[thread].due = engine.rng.between(0, settings.work);
            engine.ready.push_back(thread);
        }
        engine.fill();
        engine
    }

    /// Forgets what was measured so far.
    fn measure(&mut self) {
        self.settle();
        self.started = self.now;
        self.tally = Tally::new(self.threads.len());
    }

    /// Adds everybody's time up to now.
    fn settle(&mut self) {
        (0..self.threads.len()).for_each(|thread| self.account(thread));
    }

    pub(super) fn account(&mut self, thread: usize) {
        let now = self.now;
        let thread = &mut self.threads[thread];
        let off = thread.doing.off();
        let what = if off || thread.running() { thread.doing.cost() } else { Use::Queued };
        self.tally.add(what, now - thread.since);
        thread.since = now;
    }

    /// The socket that a thread runs on, or ran on last.
    pub(super) fn socket(&self, thread: usize) -> usize {
        self.threads[thread].socket
    }

    /// From now on the thread is about something, for some time; `u64::MAX`: until it is told.
    pub(super) fn set(&mut self, thread: usize, doing: Doing, time: u64) {
        self.account(thread);
        let due = self.now.saturating_add(time);
        let own = &mut self.threads[thread];
        (own.doing, own.due) = (doing, due);
        own.stamp += 1;
        if due < u64::MAX {
            let stamp = own.stamp;
            self.plan(due, Next::Due { thread, stamp });
        }
    }

    pub(super) fn plan(&mut self, at: u64, next: Next) {
        self.agenda.add(at, next);
    }

    /// The lock goes to a thread that runs, and its line is there after some time.
    pub(super) fn take(&mut self, thread: usize, time: u64) {
        self.threads[thread].granted = false;
        self.set(thread, Doing::Taking, time);
    }

    /// What it takes to get the line of the lock from its last owner.
    pub(super) fn fetch(&self, thread: usize) -> u64 {
        let fetched = match self.lock.last {
            Some((last, socket)) if last != thread => self.distance(socket, self.socket(thread)),
            _ => self.costs.own,
        };
        fetched + self.costs.node
    }

    /// One transfer of a line.
    pub(super) fn distance(&self, from: usize, to: usize) -> u64 {
        if from == to { self.settings.local } else { self.settings.remote }
    }

    /// The release reaches one of those who fight for the lock after some time.
    pub(super) fn pass_in(&mut self, time: u64) {
        self.plan(self.now + time, Next::Passed);
    }

    fn step(&mut self, next: Next) {
        match next {
            Next::Passed => self.passed(),
            Next::Due { thread, stamp } if self.threads[thread].stamp == stamp => self.due(thread),
            Next::Slice { core, stamp } if self.cores[core].stamp == stamp => self.slice_over(core),
            Next::Due { .. } | Next::Slice { .. } => {}
        }
    }

    /// A thread is done with what it was about.
    fn due(&mut self, thread: usize) {
        match self.threads[thread].doing {
            Doing::Working => {
                let limit = self.settings.loops;
                let own = &mut self.threads[thread];
                (own.asked, own.rounds, own.limit) = (self.now, 0, limit);
                self.ask(thread);
            }
            Doing::Taking => self.begin(thread),
            Doing::Holding => self.end(thread),
            Doing::Delaying | Doing::Parking => self.look(thread),
            Doing::Waking => {
                self.ready.push_front(thread);
                self.fill();
            }
            Doing::Signalling => self.work(thread),
            Doing::Spinning | Doing::Asleep => {}
        }
    }

    /// The section begins.
    pub(super) fn begin(&mut self, thread: usize) {
        let waited = self.now - self.threads[thread].asked;
        // An acquisition that began before the measurement counts from its start.
        let waited = waited.min(self.now - self.started);
        self.tally.acquired += 1;
        self.tally.by_thread[thread] += 1;
        self.tally.waited += waited;
        self.tally.longest = self.tally.longest.max(waited);
        self.lock.last = Some((thread, self.socket(thread)));
        self.set(thread, Doing::Holding, self.settings.section);
    }

    fn end(&mut self, thread: usize) {
        let woken = self.release(thread);
        for sleeper in &woken {
            self.set(*sleeper, Doing::Waking, self.settings.switch);
        }
        if woken.is_empty() {
            self.work(thread);
        } else {
            self.set(thread, Doing::Signalling, SYSCALL);
        }
    }

    fn work(&mut self, thread: usize) {
        let work = self.settings.work;
        let time = self.rng.between(work / 2, work + work / 2);
        self.set(thread, Doing::Working, time);
    }

    /// Another round of delays, or to sleep when there were enough.
    pub(super) fn delay(&mut self, thread: usize) {
        if self.threads[thread].rounds >= self.threads[thread].limit {
            // os_thread_yield(), a cell in the wait array, four more tries, and the event.
            let time = SYSCALL + self.settings.switch;
            self.set(thread, Doing::Parking, time);
            return;
        }
        self.threads[thread].rounds += 1;
        let units = self.rng.between(0, self.settings.delay.saturating_sub(1));
        self.tally.pauses += units * self.settings.multiplier;
        let time = self.costs.round + units * self.costs.unit;
        self.set(thread, Doing::Delaying, time);
    }

    /// The thread sleeps, and leaves its core.
    pub(super) fn sleep(&mut self, thread: usize) {
        self.tally.sleeps += 1;
        let limit = self.threads[thread].rounds + self.settings.loops;
        self.threads[thread].limit = limit;
        self.set(thread, Doing::Asleep, u64::MAX);
        self.leave(thread);
        self.fill();
    }
}
