//! Who gets the lock next, and when.

use super::engine::Engine;
use super::settings::LockKind;
use super::thread::Doing;
use std::collections::VecDeque;

/// The lock.
#[derive(Clone, Debug, Default)]
pub(super) struct Lock {
    /// Somebody has it, or it is on its way to somebody.
    held: bool,
    /// Who waits in turn, or sleeps, in the order they came.
    queue: VecDeque<usize>,
    /// Whose cache has its line: the last owner, and the socket.
    pub(super) last: Option<(usize, usize)>,
}

impl Engine {
    /// A thread wants the lock.
    pub(super) fn ask(&mut self, thread: usize) {
        if !self.lock.held {
            self.claim(thread);
            return;
        }
        match self.settings.lock {
            LockKind::InnoDb => self.delay(thread),
            LockKind::Tas => self.set(thread, Doing::Spinning, u64::MAX),
            LockKind::Ticket | LockKind::Mcs => {
                self.lock.queue.push_back(thread);
                self.set(thread, Doing::Spinning, u64::MAX);
            }
            LockKind::Mutex => {
                let time = self.settings.switch;
                self.set(thread, Doing::Parking, time);
            }
        }
    }

    fn claim(&mut self, thread: usize) {
        self.lock.held = true;
        let time = self.fetch(thread);
        self.take(thread, time);
    }

    /// A thread looks at the lock word: after a delay, before it sleeps, after it woke.
    pub(super) fn look(&mut self, thread: usize) {
        match (self.lock.held, self.threads[thread].doing) {
            (false, _) => self.claim(thread),
            (true, Doing::Parking) => {
                self.lock.queue.push_back(thread);
                self.sleep(thread);
            }
            (true, _) => self.ask(thread),
        }
    }

    /// The owner leaves; the sleepers that it has to wake.
    pub(super) fn release(&mut self, owner: usize) -> Vec<usize> {
        let (here, settings) = (self.socket(owner), self.settings);
        match settings.lock {
            LockKind::InnoDb => {
                self.lock.held = false;
                // `os_event_set()` wakes everybody who waits for the event (from memory).
                self.lock.queue.drain(..).collect()
            }
            LockKind::Mutex => {
                self.lock.held = false;
                self.lock.queue.pop_front().into_iter().collect()
            }
            LockKind::Tas => {
                self.fight(here);
                Vec::new()
            }
            LockKind::Ticket | LockKind::Mcs => {
                self.hand_on(here);
                Vec::new()
            }
        }
    }

    /// The release waits behind a write of each spinning thread; one of them has it then.
    fn fight(&mut self, here: usize) {
        let spinning = (0..self.threads.len()).filter(|thread| self.fights(*thread));
        let time: u64 = spinning.map(|thread| self.distance(here, self.socket(thread))).sum();
        self.lock.held = time > 0;
        if time > 0 {
            self.pass_in(time);
        }
    }

    fn fights(&self, thread: usize) -> bool {
        self.threads[thread].doing == Doing::Spinning && self.threads[thread].running()
    }

    /// Chance decides between those who fight for it.
    pub(super) fn passed(&mut self) {
        let fighters: Vec<usize> = (0..self.threads.len()).filter(|thread| self.fights(*thread)).collect();
        let winner = self.rng.between(0, (fighters.len() as u64).saturating_sub(1)) as usize;
        match fighters.get(winner) {
            Some(winner) => self.begin(*winner),
            // All of them lost their cores meanwhile.
            None => self.lock.held = false,
        }
    }

    /// The next in turn has it: after one transfer, and in a ticket lock half of one more for each reader of the word.
    fn hand_on(&mut self, here: usize) {
        let Some(next) = self.lock.queue.pop_front() else {
            self.lock.held = false;
            return;
        };
        if !self.threads[next].running() {
            self.threads[next].granted = true;
            return;
        }
        let mut time = self.fetch(next);
        if self.settings.lock == LockKind::Ticket {
            let readers = self.lock.queue.iter().chain([&next]).filter(|waiter| self.fights(**waiter));
            time += readers.map(|waiter| self.distance(here, self.socket(*waiter))).sum::<u64>() / 2;
        }
        self.take(next, time);
    }

    /// A spinning thread has a core again.
    pub(super) fn back(&mut self, thread: usize) {
        if self.threads[thread].granted {
            let time = self.fetch(thread);
            self.take(thread, time);
        } else if self.settings.lock == LockKind::Tas && !self.lock.held {
            self.claim(thread);
        }
    }
}
