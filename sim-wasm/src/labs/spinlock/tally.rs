//! Where the time of threads went.

use super::settings::Settings;

/// What a thread does with its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Use {
    /// Work outside the lock.
    Work,
    /// The critical section.
    Section,
    /// Waiting while running.
    Spin,
    /// Waiting for the line of the lock, which is on its way to this core.
    Transfer,
    /// System calls and switches.
    Kernel,
    /// Asleep.
    Asleep,
    /// Ready, with no core to run on.
    Queued,
}

impl Use {
    const COUNT: usize = 7;
    /// Those that keep a core busy.
    pub(super) const BUSY: [Use; 5] = [Use::Work, Use::Section, Use::Spin, Use::Transfer, Use::Kernel];
}

/// Sums over all threads since the measurement began. Time is in picoseconds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Tally {
    /// Time by use, of all threads together.
    spent: [u64; Use::COUNT],
    /// How long was measured.
    pub(super) elapsed: u64,
    /// Sections begun.
    pub(super) acquired: u64,
    /// Acquisitions by each thread.
    pub(super) by_thread: Vec<u64>,
    /// Sum of the waits, from asking to beginning.
    pub(super) waited: u64,
    /// The longest wait.
    pub(super) longest: u64,
    /// PAUSEs begun.
    pub(super) pauses: u64,
    /// Threads that went to sleep.
    pub(super) sleeps: u64,
    /// Threads that lost their core at the end of a slice.
    pub(super) preempted: u64,
    /// Of these, how many held the lock.
    pub(super) holder_preempted: u64,
}

impl Tally {
    /// Nothing yet, of so many threads.
    pub(super) fn new(threads: usize) -> Tally {
        Tally { by_thread: vec![0; threads], ..Tally::default() }
    }

    pub(super) fn add(&mut self, what: Use, time: u64) {
        self.spent[what as usize] += time;
    }

    /// Time spent so.
    pub(super) fn spent(&self, what: Use) -> u64 {
        self.spent[what as usize]
    }

    /// Time of all threads, whatever they did.
    pub(super) fn whole(&self) -> u64 {
        self.spent.iter().sum()
    }

    /// Time of busy cores.
    pub(super) fn busy(&self) -> u64 {
        Use::BUSY.into_iter().map(|what| self.spent(what)).sum()
    }

    /// Thousandths of the busy time that are work, within the lock or outside.
    pub(super) fn useful(&self) -> u64 {
        ratio(self.spent(Use::Work) + self.spent(Use::Section), 1_000, self.busy())
    }

    /// Acquisitions in a second.
    pub(super) fn per_second(&self) -> u64 {
        ratio(self.acquired, 1_000_000_000_000, self.elapsed)
    }

    /// Mean wait.
    pub(super) fn mean_wait(&self) -> u64 {
        self.waited / self.acquired.max(1)
    }

    /// Thousandths of a core that were busy, on average.
    pub(super) fn cpus(&self) -> u64 {
        ratio(self.busy(), 1_000, self.elapsed)
    }

    /// Cycles of busy cores.
    pub(super) fn cycles(&self, settings: &Settings) -> u64 {
        ratio(self.busy(), settings.mhz, 1_000_000)
    }

    /// Instructions: one a cycle at work, one for each PAUSE or look at the lock word while spinning.
    pub(super) fn instructions(&self, settings: &Settings) -> u64 {
        use super::settings::LockKind;
        let work = ratio(self.spent(Use::Work) + self.spent(Use::Section), settings.mhz, 1_000_000);
        let spin = match settings.lock {
            LockKind::InnoDb => self.pauses,
            // An exchange for each time that the line comes round.
            LockKind::Tas => self.spent(Use::Spin) / settings.local.max(1),
            LockKind::Ticket | LockKind::Mcs => {
                ratio(self.spent(Use::Spin), settings.mhz, settings.centicycles.max(1) * 10_000)
            }
            LockKind::Mutex => 0,
        };
        work + spin
    }

    /// Thousandths of an instruction for each cycle.
    pub(super) fn ipc(&self, settings: &Settings) -> u64 {
        ratio(self.instructions(settings), 1_000, self.cycles(settings))
    }
}

/// `a * factor / b`, without overflow; 0 when `b` is 0.
pub(super) fn ratio(a: u64, factor: u64, b: u64) -> u64 {
    if b == 0 {
        return 0;
    }
    u64::try_from(u128::from(a) * u128::from(factor) / u128::from(b)).unwrap_or(u64::MAX)
}
