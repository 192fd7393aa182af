//! Which thread runs on which core.

use super::agenda::Next;
use super::engine::Engine;
use super::settings::PER_NS;
use super::thread::{Doing, NONE};

/// How long a thread runs when others wait for its core. The kernel gives 3 ms; a run of this length would see too few.
pub(super) const SLICE: u64 = 100_000 * PER_NS;

/// A core.
#[derive(Clone, Copy, Debug)]
pub(super) struct Core {
    /// Who runs on it; [`NONE`]: nobody.
    pub(super) thread: usize,
    /// Counts up with each change, so that old slices are known.
    pub(super) stamp: u32,
}

impl Engine {
    /// A thread leaves its core.
    pub(super) fn leave(&mut self, thread: usize) {
        self.account(thread);
        let core = std::mem::replace(&mut self.threads[thread].core, NONE);
        if let Some(core) = self.cores.get_mut(core) {
            core.thread = NONE;
            core.stamp += 1;
        }
    }

    /// Threads that are ready go to idle cores.
    pub(super) fn fill(&mut self) {
        while !self.ready.is_empty() {
            let Some(core) = self.cores.iter().position(|core| core.thread == NONE) else { return };
            let Some(thread) = self.ready.pop_front() else { return };
            self.account(thread);
            self.threads[thread].core = core;
            self.threads[thread].socket = core % self.settings.sockets;
            self.cores[core].thread = thread;
            self.cores[core].stamp += 1;
            if self.threads.len() > self.cores.len() {
                // The first slices end at different times: cores are not in step.
                let slice = if self.now == 0 { self.rng.between(1, SLICE) } else { SLICE };
                let stamp = self.cores[core].stamp;
                self.plan(self.now + slice, Next::Slice { core, stamp });
            }
            self.resume(thread);
        }
    }

    /// A thread has a core again.
    fn resume(&mut self, thread: usize) {
        match self.threads[thread].doing {
            Doing::Waking => self.look(thread),
            Doing::Spinning => self.back(thread),
            // What was left of it when it lost its core.
            doing => {
                let left = self.threads[thread].due;
                self.set(thread, doing, left);
            }
        }
    }

    /// The slice of whoever runs on the core is over.
    pub(super) fn slice_over(&mut self, core: usize) {
        let thread = self.cores[core].thread;
        if self.ready.is_empty() || thread == NONE {
            let stamp = self.cores[core].stamp;
            self.plan(self.now + SLICE, Next::Slice { core, stamp });
            return;
        }
        self.tally.preempted += 1;
        if matches!(self.threads[thread].doing, Doing::Holding | Doing::Taking) {
            self.tally.holder_preempted += 1;
        }
        self.leave(thread);
        let own = &mut self.threads[thread];
        own.stamp += 1;
        own.due = own.due.saturating_sub(self.now);
        self.ready.push_back(thread);
        self.fill();
    }
}
