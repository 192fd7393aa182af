//! The outcome of a run in a sentence or two.

use super::rounds::Rounds;
use super::settings::{LockKind, Settings};
use super::tally::{Tally, Use, ratio};
use super::words::{decimals, grouped, time};
use crate::lab::report::{Mood, Verdict};
use crate::text::Lang;

/// Percent of the best throughput below which a lock counts as collapsed.
const COLLAPSED: u64 = 70;

/// Sums it up.
pub(super) fn verdict(
    settings: &Settings,
    tally: &Tally,
    rounds: &Rounds,
    curve: &[(i64, i64)],
    lang: Lang,
) -> Verdict {
    let rate = tally.per_second();
    let (best_threads, best) =
        curve.iter().fold((0, 0), |best, point| if point.1 > best.1 { *point } else { best });
    let best = best.unsigned_abs();
    let spin = ratio(tally.spent(Use::Spin) + tally.spent(Use::Transfer), 100, tally.busy());
    let held = ratio(tally.spent(Use::Section), 100, tally.elapsed);
    let (shown, wait, cpus) = (grouped(rate), time(tally.mean_wait()), decimals(tally.cpus(), 1));
    let useful = decimals(tally.useful() * 100, 0);
    let threads = settings.threads;
    let start = lang.pick(
        format!("{shown} acquisitions per second, {wait} of waiting each"),
        format!("每秒获取 {shown} 次，每次平均等 {wait}"),
    );
    let crowded =
        settings.threads > settings.cores && !matches!(settings.lock, LockKind::Mutex | LockKind::Tas);
    let (code, mood, rest) = if rate * 100 < best * COLLAPSED && crowded {
        (
            "crowded",
            Mood::Bad,
            lang.pick(
                format!("; the best is {}, with threads = {best_threads}. Here {threads} threads share {} cores: slices end within the lock, and the others spin until the owner runs again.", grouped(best), settings.cores),
                format!("，而 threads = {best_threads} 时能到 {}。{threads} 个线程挤在 {} 个核上：时间片在锁里用完，别人只好空转到它再次运行。", grouped(best), settings.cores),
            ),
        )
    } else if rate * 100 < best * COLLAPSED {
        (
            "collapsed",
            Mood::Bad,
            lang.pick(
                format!("; the best is {}, with threads = {best_threads}. Each thread more makes all of them slower: {cpus} CPUs are busy, {useful} percent of that is work.", grouped(best)),
                format!("，而 threads = {best_threads} 时能到 {}。每加一个线程，大家都更慢：忙着 {cpus} 个 CPU，只有 {useful}% 在干活。", grouped(best)),
            ),
        )
    } else if tally.sleeps * 10 >= tally.acquired * 3 {
        (
            "sleeps",
            Mood::Neutral,
            lang.pick(
                format!(
                    ". Of 1000 acquisitions {} went to sleep: each costs two switches of {}.",
                    ratio(tally.sleeps, 1_000, tally.acquired),
                    time(settings.switch)
                ),
                format!(
                    "。每 1000 次获取睡下 {} 次，每次要两回 {} 的切换。",
                    ratio(tally.sleeps, 1_000, tally.acquired),
                    time(settings.switch)
                ),
            ),
        )
    } else if held >= 85 {
        (
            "saturated",
            Mood::Neutral,
            lang.pick(
                format!(". The lock is held for {held} percent of the time: more threads only wait longer."),
                format!("。锁有 {held}% 的时间被持有，再加线程只会等得更久。"),
            ),
        )
    } else if spin >= 30 {
        let why = match settings.lock {
            LockKind::InnoDb => lang.pick(
                format!(": delays of {} on average against a section of {}. The lock is held for {held} percent of the time.", time(rounds.mean), time(settings.section)),
                format!("：延时平均 {}，临界区只有 {}。锁只有 {held}% 的时间被持有。", time(rounds.mean), time(settings.section)),
            ),
            _ => lang.pick(
                format!(". The lock is held for {held} percent of the time."),
                format!("。锁有 {held}% 的时间被持有。"),
            ),
        };
        (
            "spins",
            if held < 60 { Mood::Bad } else { Mood::Neutral },
            lang.pick(
                format!(". {cpus} CPUs are busy, and {useful} percent of that is work{why}"),
                format!("。忙着 {cpus} 个 CPU，其中 {useful}% 在干活{why}"),
            ),
        )
    } else {
        (
            "free",
            Mood::Good,
            lang.pick(
                format!(". {useful} percent of the busy time is work."),
                format!("。忙的时间里有 {useful}% 在干活。"),
            ),
        )
    };
    Verdict { code, mood, text: start + &rest }
}
