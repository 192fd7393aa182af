//! The parameters as the model uses them, and which of them have no effect. Time is in picoseconds.

use super::processors::{self, CUSTOM};
use crate::lab::Params;
use crate::text::Lang;

/// Picoseconds of a nanosecond.
pub(super) const PER_NS: u64 = 1_000;

/// How a thread waits for the lock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LockKind {
    /// Test, test-and-set with random delays, and sleep.
    InnoDb,
    /// Test-and-set all the time.
    Tas,
    /// In turn; all waiters read one word.
    Ticket,
    /// In turn; each waiter reads a line of its own.
    Mcs,
    /// Sleep at once.
    Mutex,
}

impl LockKind {
    /// All of them, in the order of the form.
    pub(super) const ALL: [LockKind; 5] =
        [LockKind::InnoDb, LockKind::Tas, LockKind::Ticket, LockKind::Mcs, LockKind::Mutex];

    fn from_word(word: &str) -> LockKind {
        match word {
            "tas" => LockKind::Tas,
            "ticket" => LockKind::Ticket,
            "mcs" => LockKind::Mcs,
            "mutex" => LockKind::Mutex,
            _ => LockKind::InnoDb,
        }
    }

    /// Its name in figures.
    pub(super) fn name(self, lang: Lang) -> &'static str {
        match self {
            LockKind::InnoDb => lang.pick("InnoDB mutex", "InnoDB mutex"),
            LockKind::Tas => lang.pick("test-and-set", "test-and-set"),
            LockKind::Ticket => lang.pick("ticket lock", "ticket 锁"),
            LockKind::Mcs => lang.pick("MCS lock", "MCS 锁"),
            LockKind::Mutex => lang.pick("pthread mutex", "pthread mutex"),
        }
    }
}

/// Everything a run is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Settings {
    pub(super) lock: LockKind,
    pub(super) delay: u64,
    pub(super) multiplier: u64,
    pub(super) loops: u64,
    /// Cycles of a PAUSE, in hundredths.
    pub(super) centicycles: u64,
    pub(super) mhz: u64,
    pub(super) cores: usize,
    pub(super) sockets: usize,
    pub(super) threads: usize,
    /// Picoseconds, as all below.
    pub(super) local: u64,
    pub(super) remote: u64,
    pub(super) section: u64,
    pub(super) work: u64,
    pub(super) switch: u64,
    pub(super) seed: u64,
}

impl Settings {
    pub(super) fn new(params: &Params) -> Settings {
        let number = |name| params.int(name).unsigned_abs();
        let ps = |name| number(name) * PER_NS;
        let (centicycles, mhz) = match processors::find(params.choice("cpu")) {
            Some(processor) => (processor.centicycles, processor.mhz),
            None => (number("pause_cycles") * 100, number("mhz")),
        };
        Settings {
            lock: LockKind::from_word(params.choice("lock")),
            delay: number("spin_wait_delay"),
            multiplier: number("pause_multiplier"),
            loops: number("sync_spin_loops"),
            centicycles,
            mhz: mhz.max(1),
            cores: (number("cores") as usize).max(1),
            sockets: (number("sockets") as usize).clamp(1, (number("cores") as usize).max(1)),
            threads: (number("threads") as usize).max(1),
            local: ps("transfer_ns"),
            remote: ps("remote_ns").max(ps("transfer_ns")),
            section: ps("section_ns"),
            work: ps("work_ns"),
            switch: ps("switch_ns"),
            seed: number("seed"),
        }
    }

    /// One transfer of a line between two cores, on average.
    pub(super) fn mean_transfer(&self) -> u64 {
        let sockets = self.sockets as u64;
        (self.local + (sockets - 1) * self.remote) / sockets
    }

    /// Picoseconds of some cycles.
    pub(super) fn cycles(&self, cycles: u64) -> u64 {
        cycles * 1_000_000 / self.mhz
    }

    /// Picoseconds of some PAUSEs.
    pub(super) fn pauses(&self, count: u64) -> u64 {
        count * self.centicycles * 10_000 / self.mhz
    }
}

/// Remarks on settings that were changed and have no effect.
pub(super) fn notes(params: &Params, lang: Lang) -> Vec<(&'static str, String)> {
    let settings = Settings::new(params);
    let changed = |name: &str| {
        params.iter().any(|(param, value)| param.name == name && value.to_string() != param.default)
    };
    let mut notes = Vec::new();
    let mut note = |name: &'static str, useless: bool, en: &str, zh: &str| {
        if useless && changed(name) {
            notes.push((name, lang.pick(en, zh).to_string()));
        }
    };
    let spins = settings.lock == LockKind::InnoDb;
    let sleeps = spins || settings.lock == LockKind::Mutex;
    for name in ["spin_wait_delay", "pause_multiplier", "sync_spin_loops"] {
        note(name, !spins, "Not used: only InnoDB's mutex has it.", "未使用：只有 InnoDB 的 mutex 才有。");
    }
    note(
        "pause_multiplier",
        spins && settings.delay < 2,
        "No effect: the delay is always 0.",
        "不起作用：延时总是 0。",
    );
    let own = params.choice("cpu") == CUSTOM;
    for name in ["pause_cycles", "mhz"] {
        note(name, !own, "Not used: the processor decides.", "未使用：由处理器决定。");
    }
    note("remote_ns", settings.sockets == 1, "Not used: there is one socket.", "未使用：只有一个插槽。");
    note(
        "remote_ns",
        settings.sockets > 1 && params.int("remote_ns") < params.int("transfer_ns"),
        "Taken as long as within a socket: it cannot be shorter.",
        "按插槽内的时间算：不会比插槽内还短。",
    );
    note(
        "sockets",
        params.int("sockets") > params.int("cores"),
        "More sockets than cores: each core has one of its own.",
        "插槽比核多：每个核各占一个。",
    );
    note("switch_ns", !sleeps, "Not used: this lock never sleeps.", "未使用：这种锁从不睡眠。");
    notes
}
