//! The rules that decided, with live values.

use super::cores;
use super::engine::SYSCALL;
use super::processors;
use super::rounds::Rounds;
use super::settings::{LockKind, Settings};
use super::sweep;
use super::tally::{Tally, Use, ratio};
use super::words::{cycles, decimals, grouped, time};
use crate::lab::Params;
use crate::lab::report::Explanation;
use crate::text::Lang;

const MUTEX: &str = "TTASEventMutex, storage/innobase/include/ib0mutex.h (MySQL 8.0)";
const DELAY: &str =
    "ut_delay, storage/innobase/ut/ut0ut.cc; ut_rnd_interval, storage/innobase/include/ut0rnd.ic (MySQL 8.0)";
const NON_SCALABLE: &str =
    "Boyd-Wickizer, Kaashoek, Morris, Zeldovich: Non-scalable locks are dangerous (Linux Symposium, 2012)";

/// All of them, the most important first.
pub(super) fn reasons(
    params: &Params,
    settings: &Settings,
    tally: &Tally,
    rounds: &Rounds,
    lang: Lang,
) -> Vec<Explanation> {
    let mut all = Vec::new();
    if settings.lock == LockKind::InnoDb {
        all.push(round(settings, rounds, lang));
        all.push(handover(settings, tally, rounds, lang));
        all.push(until_sleep(settings, tally, rounds, lang));
        all.push(product(settings, rounds, lang));
        all.push(pause(params, settings, lang));
    } else {
        all.push(handover(settings, tally, rounds, lang));
    }
    all.extend(fairness(settings, tally, lang));
    if tally.preempted > 0 {
        all.push(preempted(settings, tally, lang));
    }
    all.push(busy(settings, tally, lang));
    all.push(amdahl(settings, tally, lang));
    all
}

fn round(settings: &Settings, rounds: &Rounds, lang: Lang) -> Explanation {
    let most = settings.delay.saturating_sub(1);
    let (mean, longest) = (time(rounds.mean), time(rounds.longest));
    let fitting = sweep::fitting_multiplier(settings);
    Explanation {
        code: "round",
        text: lang.pick(
            format!("A waiter delays for {mean} on average, {longest} at most, before it looks at the lock again. Whatever happens to the lock meanwhile, it does not see."),
            format!("等锁的线程每次先延时，平均 {mean}，最长 {longest}，然后才再看一眼锁。这期间锁怎么样了，它看不见。"),
        ),
        source: DELAY.to_string(),
        condition: format!(
            "(0..{most}) x {} PAUSE x {} cycles / {} MHz = 0..{longest}",
            settings.multiplier,
            cycles(settings.centicycles),
            settings.mhz
        ),
        would_change: if fitting < settings.multiplier {
            format!("innodb_spin_wait_pause_multiplier = {fitting}")
        } else {
            "innodb_spin_wait_delay".to_string()
        },
    }
}

/// Why one acquisition follows another no sooner.
fn handover(settings: &Settings, tally: &Tally, rounds: &Rounds, lang: Lang) -> Explanation {
    let each = tally.elapsed / tally.acquired.max(1);
    let between = each.saturating_sub(settings.section);
    let held = ratio(tally.spent(Use::Section), 1_000, tally.elapsed);
    let waiting = decimals(ratio(tally.waited, 1_000, tally.elapsed), 1);
    let n = decimals(ratio(tally.spent(Use::Spin), 1_000, tally.elapsed), 1);
    let (each, between) = (time(each), time(between));
    let (section, transfer) = (time(settings.section), time(settings.mean_transfer()));
    let percent = decimals(held * 100, 1);
    let start = lang.pick(
        format!("The lock is taken every {each}: {section} of section and {between} until the next begins. Nobody is in its section for {} percent of the time, while {waiting} threads wait on average.", decimals((1_000 - held.min(1_000)) * 100, 1)),
        format!("每 {each} 取一次锁：临界区 {section}，再隔 {between} 下一个才开始。有 {}% 的时间没有人在临界区里，而平均有 {waiting} 个线程在等。", decimals((1_000 - held.min(1_000)) * 100, 1)),
    );
    let (rest, condition, source, change) = match settings.lock {
        LockKind::InnoDb => (
            lang.pick(
                " It goes to the waiter whose delay ends first, or to a thread that just comes along: the longer the delays, the longer it stands free, and the more often a newcomer is first.",
                "谁的延时先结束谁拿到，要不就归刚好路过的线程：延时越长，锁空得越久，也越常被后来者先拿走。",
            ),
            format!(
                "{transfer} + the first of {} / ({n} + 1) and {} / ({} - {n})",
                time(rounds.longest),
                time(settings.work),
                settings.threads
            ),
            MUTEX,
            "innodb_spin_wait_pause_multiplier, innodb_spin_wait_delay",
        ),
        LockKind::Tas => (
            lang.pick(
                " Each running waiter writes to the line all the time, and the release queues behind all of them.",
                "每个在跑的等待者都不停地写这个缓存行，释放要排在它们全体之后。",
            ),
            format!("{section} + n x {transfer}, n = {n}"),
            NON_SCALABLE,
            "MCS lock",
        ),
        LockKind::Ticket => (
            lang.pick(
                " All waiters read the word that the release writes: their copies expire, and their reads go before the one whose turn it is.",
                "所有等待者都在读释放时要写的那个字：副本全部失效，重新读取时挤在轮到的那一个前面。",
            ),
            format!("{section} + {transfer} x (1 + n/2), n = {n}"),
            NON_SCALABLE,
            "MCS lock",
        ),
        LockKind::Mcs => (
            lang.pick(
                " The release writes to the line of the one whose turn it is, and to no other.",
                "释放只写轮到的那一个自己的缓存行，不碰别人的。",
            ),
            format!("{section} + {transfer}"),
            NON_SCALABLE,
            "a shorter section",
        ),
        LockKind::Mutex => (
            lang.pick(
                " The one that is woken needs a switch until it runs; who comes along meanwhile takes the lock before it.",
                "被唤醒的要经过一次切换才能跑，这期间路过的线程会先把锁拿走。",
            ),
            format!("{} + {}", time(SYSCALL), time(settings.switch)),
            "futex(2), FUTEX_WAIT, FUTEX_WAKE; glibc's pthread_mutex_lock (from memory)",
            "a shorter section",
        ),
    };
    Explanation {
        code: "handover",
        text: format!("{start}{rest}"),
        source: source.to_string(),
        condition: format!("{condition}; held {percent} %"),
        would_change: change.to_string(),
    }
}

fn until_sleep(settings: &Settings, tally: &Tally, rounds: &Rounds, lang: Lang) -> Explanation {
    let (mean, longest) = (time(rounds.mean_all), time(rounds.longest_all));
    let often = decimals(ratio(tally.sleeps, 1_000_000, tally.acquired), 1);
    let loops = settings.loops;
    Explanation {
        code: "sleep",
        text: lang.pick(
            format!("After {loops} rounds without success a thread gives up its core and sleeps: after {mean} of delays on average, {longest} at most. Of 1000 acquisitions {often} slept."),
            format!("{loops} 轮都没拿到，线程就让出核去睡：光延时平均就有 {mean}，最长 {longest}。每 1000 次获取里睡了 {often} 次。"),
        ),
        source: MUTEX.to_string(),
        condition: format!("{loops} x {} = {mean}", time(rounds.mean)),
        would_change: "innodb_sync_spin_loops".to_string(),
    }
}

/// The product that is often taken for one delay.
fn product(settings: &Settings, rounds: &Rounds, lang: Lang) -> Explanation {
    let (whole, mean) = (time(rounds.product), time(rounds.mean));
    Explanation {
        code: "product",
        text: lang.pick(
            format!("The plain product of the settings is {whole}. No delay is as long: the random number stays below innodb_spin_wait_delay, and the mean delay is {mean}."),
            format!("几个参数直接相乘是 {whole}。哪次延时都没有这么长：随机数取不到 innodb_spin_wait_delay 本身，平均延时是 {mean}。"),
        ),
        source: DELAY.to_string(),
        condition: format!(
            "{} x {} x {} = {} cycles = {whole}",
            settings.delay,
            settings.multiplier,
            cycles(settings.centicycles),
            grouped(rounds.product_cycles)
        ),
        would_change: String::new(),
    }
}

fn pause(params: &Params, settings: &Settings, lang: Lang) -> Explanation {
    let centi = settings.centicycles.max(1);
    let ipc = decimals(100_000 / centi, 3);
    let one = time(settings.pauses(1));
    let source = processors::find(params.choice("cpu")).map_or("", |processor| processor.source.get(lang));
    Explanation {
        code: "pause",
        text: lang.pick(
            format!("One PAUSE takes {} cycles, {one}. A loop of nothing else runs at {ipc} instructions per cycle; perf stat on such a loop gives the cycles as 1 / IPC.", cycles(centi)),
            format!("一条 PAUSE 要 {} 个周期，即 {one}。只有 PAUSE 的循环 IPC 是 {ipc}；反过来，对这样的循环跑 perf stat，1 / IPC 就是周期数。", cycles(centi)),
        ),
        source: source.to_string(),
        condition: format!("1 / {} = {ipc}", cycles(centi)),
        would_change: String::new(),
    }
}

/// Locks that anybody may take are not fair; told when one thread got twice as much as another.
fn fairness(settings: &Settings, tally: &Tally, lang: Lang) -> Option<Explanation> {
    let (fewest, most) = (tally.by_thread.iter().min()?, tally.by_thread.iter().max()?);
    if *most < 2 * fewest.max(&10) {
        return None;
    }
    let longest = time(tally.longest);
    Some(Explanation {
        code: "fairness",
        text: lang.pick(
            format!("The luckiest thread got the lock {most} times, the unluckiest {fewest} times; the longest wait was {longest}."),
            format!("运气最好的线程拿到 {most} 次锁，最差的 {fewest} 次；最长的一次等了 {longest}。"),
        ),
        source: String::new(),
        condition: String::new(),
        would_change: if matches!(settings.lock, LockKind::Ticket | LockKind::Mcs) {
            String::new()
        } else {
            lang.pick("a lock in turn: ticket or MCS", "排队的锁：ticket 或 MCS").to_string()
        },
    })
}

fn preempted(settings: &Settings, tally: &Tally, lang: Lang) -> Explanation {
    let (lost, holders) = (grouped(tally.preempted), grouped(tally.holder_preempted));
    let (threads, cores) = (settings.threads, settings.cores);
    let in_turn = matches!(settings.lock, LockKind::Ticket | LockKind::Mcs);
    let turn = lang.pick(
        " In a lock in turn the next may be one without a core, and all others wait until it has one.",
        "排队的锁还可能轮到一个不在核上的线程，其余的只好都等它回来。",
    );
    let text = lang.pick(
        format!("{threads} threads on {cores} cores: {lost} times a thread lost its core at the end of a slice, {holders} times the one that held the lock. All others spin until it runs again."),
        format!("{threads} 个线程，{cores} 个核：时间片到期被换下 {lost} 次，其中 {holders} 次正拿着锁，其余线程只能空转到它再次运行。"),
    );
    Explanation {
        code: "preempted",
        text: if in_turn { text + turn } else { text },
        source: lang.pick("the scheduler's slices", "调度器的时间片").to_string(),
        condition: format!(
            "{threads} > {cores}; ({threads} - {cores}) / {cores} x {} = {}",
            time(cores::SLICE),
            time(ratio(cores::SLICE, settings.threads.saturating_sub(cores) as u64, cores as u64))
        ),
        would_change: lang
            .pick("no more threads than cores, or a lock that sleeps", "线程数不超过核数，或改用会睡眠的锁")
            .to_string(),
    }
}

fn busy(settings: &Settings, tally: &Tally, lang: Lang) -> Explanation {
    let (cpus, useful, ipc) =
        (decimals(tally.cpus(), 1), decimals(tally.useful() * 100, 1), decimals(tally.ipc(settings), 2));
    let spin = ratio(tally.spent(Use::Spin), 100_000, tally.busy());
    Explanation {
        code: "busy",
        text: lang.pick(
            format!("{cpus} of {} CPUs count as busy. {useful} percent of that is work, {} percent is spinning; top shows both as %us.", settings.cores, decimals(spin, 1)),
            format!("{} 个 CPU 里有 {cpus} 个算作忙。其中 {useful}% 在干活，{}% 在自旋，top 里两样都算 %us。", settings.cores, decimals(spin, 1)),
        ),
        source: String::new(),
        condition: format!("IPC {ipc}"),
        would_change: String::new(),
    }
}

/// What a section would leave of the speed-up if the lock were free of charge.
fn amdahl(settings: &Settings, tally: &Tally, lang: Lang) -> Explanation {
    let n = settings.threads.min(settings.cores) as u64;
    let whole = settings.section + settings.work;
    let serial = ratio(settings.section, 1_000, whole);
    // 1 / (s + (1 - s) / n) = n * whole / (n * section + work), in hundredths.
    let bound = ratio(n * 100, whole, n * settings.section + settings.work);
    let alone = ratio(1_000_000_000_000, 1_000, whole);
    let got = ratio(tally.per_second(), 100_000, alone);
    // While one is in the section the others go on working: a lock is not as strict as the law.
    let most = ratio(whole, 100, settings.section).min(n * 100);
    let [bound, most, got] = [bound, most, got].map(|hundredths| decimals(hundredths * 10, 2));
    let serial = decimals(serial * 100, 1);
    Explanation {
        code: "amdahl",
        text: lang.pick(
            format!("{serial} percent of a thread's time is the section. By Amdahl's law {n} running threads do the work of {bound}; beside a lock the others go on working, which allows {most} at most. Here they do that of {got}."),
            format!("临界区占一个线程时间的 {serial}%。按 Amdahl 定律，{n} 个同时运行的线程顶 {bound} 个用；锁没有那么严，别人还能接着干活，至多顶 {most} 个。这里顶 {got} 个。"),
        ),
        source: "Amdahl, AFIPS 1967".to_string(),
        condition: format!("1 / (s + (1 - s) / {n}), s = {serial} %"),
        would_change: lang.pick("a shorter section, or more locks", "缩短临界区，或拆成多把锁").to_string(),
    }
}
