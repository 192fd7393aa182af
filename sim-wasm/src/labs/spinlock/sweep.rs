//! The same with other settings: over numbers of threads, kinds of locks, delays, and single changes.

use super::engine;
use super::processors;
use super::settings::{LockKind, Settings};
use super::tally::{Tally, ratio};
use crate::text::Lang;

/// Steps of the run that the report is about, and of each run beside it.
const STEPS: u32 = 20_000;
const BESIDE: u32 = 4_000;
/// The delays of the figure over delays.
const DELAYS: [u64; 7] = [1, 2, 4, 6, 12, 30, 100];
/// The numbers of threads of the figure over threads.
const THREADS: [usize; 10] = [1, 2, 4, 8, 12, 16, 24, 32, 48, 64];

/// Runs with their results, each made once: pictures and tables show the same numbers for the same settings.
pub(super) struct Runs {
    done: Vec<(Settings, Tally)>,
}

impl Runs {
    /// The run that the report is about.
    pub(super) fn new(settings: &Settings) -> Runs {
        Runs { done: vec![(*settings, engine::run(settings, STEPS))] }
    }

    /// The result with these settings.
    pub(super) fn of(&mut self, settings: &Settings) -> &Tally {
        let known = self.done.iter().position(|(known, _)| known == settings);
        let at = known.unwrap_or(self.done.len());
        if known.is_none() {
            self.done.push((*settings, engine::run(settings, BESIDE)));
        }
        &self.done[at].1
    }

    fn rate(&mut self, settings: &Settings) -> i64 {
        self.of(settings).per_second() as i64
    }

    /// Acquisitions in a second over the number of threads.
    pub(super) fn over_threads(&mut self, settings: &Settings) -> Vec<(i64, i64)> {
        let rate =
            |threads: &usize| (*threads as i64, self.rate(&Settings { threads: *threads, ..*settings }));
        THREADS.iter().map(rate).collect()
    }

    /// Acquisitions in a second over the delay.
    pub(super) fn over_delays(&mut self, settings: &Settings) -> Vec<(i64, i64)> {
        let rate = |delay: &u64| (*delay as i64, self.rate(&Settings { delay: *delay, ..*settings }));
        DELAYS.iter().map(rate).collect()
    }
}

/// The same of a lock that costs nothing and is always passed on at once: threads do not disturb each other until the
/// sections follow one another without a gap, or the cores are used up.
pub(super) fn ideal(settings: &Settings) -> Vec<(i64, i64)> {
    THREADS.iter().map(|threads| (*threads as i64, ideal_rate(settings, *threads) as i64)).collect()
}

/// Acquisitions in a second that no lock can exceed.
pub(super) fn ideal_rate(settings: &Settings, threads: usize) -> u64 {
    let second = 1_000_000_000_000;
    let running = threads.min(settings.cores) as u64;
    let free = ratio(running, second, settings.work + settings.section);
    free.min(second / settings.section.max(1))
}

/// With the cycles of a PAUSE of Broadwell, the processor that MySQL's defaults were made for.
pub(super) fn on_broadwell(settings: &Settings) -> Settings {
    match processors::find("broadwell") {
        Some(old) => Settings { centicycles: old.centicycles, ..*settings },
        None => *settings,
    }
}

/// The multiplier that makes a delay as long as 50 PAUSEs of 10 cycles are, the rule of WL#12616; 1 at least.
pub(super) fn fitting_multiplier(settings: &Settings) -> u64 {
    let centi = settings.centicycles.max(1);
    ((50_000 + centi / 2) / centi).clamp(1, 100)
}

/// Single changes, named by the setting.
pub(super) fn changes(settings: &Settings, lang: Lang) -> Vec<(String, Settings)> {
    let mut changes = vec![(lang.pick("as it is", "现在").to_string(), *settings)];
    let mut add = |name: String, changed: Settings| {
        if changed != *settings {
            changes.push((name, changed));
        }
    };
    if settings.lock == LockKind::InnoDb {
        for delay in [6, 30] {
            add(format!("innodb_spin_wait_delay = {delay}"), Settings { delay, ..*settings });
        }
        let multiplier = fitting_multiplier(settings);
        add(
            format!("innodb_spin_wait_pause_multiplier = {multiplier}"),
            Settings { multiplier, ..*settings },
        );
        add(lang.pick("a PAUSE of 10 cycles", "PAUSE 10 周期").to_string(), on_broadwell(settings));
    }
    for lock in [LockKind::InnoDb, LockKind::Mcs] {
        add(lock.name(lang).to_string(), Settings { lock, ..*settings });
    }
    add(lang.pick("one socket", "一个插槽").to_string(), Settings { sockets: 1, ..*settings });
    for (cores, name) in [
        (settings.cores.div_ceil(2), lang.pick("half the cores", "核数减半")),
        ((settings.cores * 2).min(64), lang.pick("twice the cores", "核数加倍")),
    ] {
        let sockets = settings.sockets.min(cores);
        add(format!("{name}{}{cores}", lang.pick(": ", "：")), Settings { cores, sockets, ..*settings });
    }
    let section = (settings.section / 2).max(1);
    add(lang.pick("half the section", "临界区减半").to_string(), Settings { section, ..*settings });
    changes
}
