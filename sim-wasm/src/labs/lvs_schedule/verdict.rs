//! The outcome of a run in a sentence or two.

use super::findings::Spread;
use super::reasons::longest;
use super::rules::{Rule, has, since};
use super::run::Outcome;
use super::settings::{Scheduler, Settings, Start};
use super::words::{letter, thousandths};
use crate::lab::report::{Mood, Verdict};
use crate::text::Lang;

/// Up to this ratio to its fair share the fullest server is not worth a word: 1.25.
const EVEN: u64 = 1_250;
/// From this one on somebody will notice.
const UNEVEN: u64 = 1_500;

/// Sums it up.
pub(super) fn verdict(settings: &Settings, outcome: &Outcome, spread: Spread, lang: Lang) -> Verdict {
    let (code, mood, text) = sentence(settings, outcome, spread, lang);
    Verdict { code, mood, text }
}

fn sentence(
    settings: &Settings,
    outcome: &Outcome,
    spread: Spread,
    lang: Lang,
) -> (&'static str, Mood, String) {
    if !outcome.ran {
        let version = since(Rule::Mh);
        let text = lang.pick(
            format!("Linux {} has no scheduler mh: it came with {version}.", settings.kernel),
            format!("Linux {} 没有 mh 调度算法，{version} 才有。", settings.kernel),
        );
        return ("no_scheduler", Mood::Bad, text);
    }
    let (picked, refused) = (outcome.picked(), outcome.refused);
    if refused > 0 {
        let all = picked + refused;
        let text = lang.pick(
            format!(
                "{refused} of {all} connections were not scheduled: the server they belong to has weight 0."
            ),
            format!("{all} 条连接里有 {refused} 条没有调度出去：该去的后端权重为 0。"),
        );
        return ("refused", Mood::Bad, text);
    }
    let ratio = thousandths(spread.to_fair);
    if spread.to_fair <= EVEN {
        let (fewest, most) = (spread.fewest, spread.most);
        let each = match fewest == most {
            true => lang.pick(
                format!("{picked} connections, {most} on each server"),
                format!("{picked} 条连接，每台 {most} 条"),
            ),
            false => lang.pick(
                format!("{picked} connections, {fewest} to {most} on each server"),
                format!("{picked} 条连接，每台 {fewest} 到 {most} 条"),
            ),
        };
        let share = match spread.to_fair {
            0..=1_000 => lang.pick(": each has its fair share.", "：各得其份。").to_string(),
            _ => lang.pick(
                format!(": the fullest has {ratio} times its fair share."),
                format!("：最满的一台是应得份额的 {ratio} 倍。"),
            ),
        };
        return ("even", Mood::Good, each + &share);
    }
    let fullest = outcome
        .tallies
        .iter()
        .enumerate()
        .rev()
        .max_by_key(|(_, tally)| tally.picked())
        .map_or('?', |(server, _)| letter(server));
    let head = lang.pick(
        format!("{fullest} got {} of {picked} connections, {ratio} times its fair share", spread.most),
        format!("{picked} 条连接里 {fullest} 拿了 {}，是应得份额的 {ratio} 倍", spread.most),
    );
    let (code, why) = why(settings, outcome, spread, lang);
    let mood = if spread.to_fair >= UNEVEN || spread.empty > 0 { Mood::Bad } else { Mood::Neutral };
    (code, mood, lang.pick(format!("{head}{why}."), format!("{head}{why}。")))
}

/// What made it uneven.
fn why(settings: &Settings, outcome: &Outcome, spread: Spread, lang: Lang) -> (&'static str, String) {
    let empty = spread.empty;
    let none = match empty {
        0 => String::new(),
        1 => lang.pick(", and one server got none", "，一台一条没有").to_string(),
        _ => lang.pick(format!(", and {empty} servers got none"), format!("，{empty} 台一条没有")),
    };
    let reason = |en: &str, zh: &str| format!("{none}{}", lang.pick(en, zh));
    match settings.scheduler {
        Scheduler::Rr | Scheduler::Wrr if outcome.resets > 0 => (
            "reset",
            reason(": each change sends the cursor back to the beginning", "：每次变动都把游标送回起点"),
        ),
        Scheduler::Rr | Scheduler::Wrr
            if settings.directors > 1 && settings.starts == Start::Head && !settings.lists_differ() =>
        {
            (
                "synchronised",
                reason(": every director begins at the same server", "：每台调度器都从同一台后端开始"),
            )
        }
        Scheduler::Rr | Scheduler::Wrr => {
            ("few_turns", reason(": there are too few turns to even out", "：轮数太少，匀不开"))
        }
        Scheduler::Sh | Scheduler::Mh if spread.to_fair < UNEVEN => {
            ("chance", reason(": what the luck of the hash leaves", "：哈希的运气使然"))
        }
        Scheduler::Sh | Scheduler::Mh => {
            ("few_slots", reason(": clients, not connections, are spread", "：分散的是客户端，不是连接"))
        }
        Scheduler::Dh => ("one_slot", reason(": there is one destination", "：目的地址只有一个")),
        Scheduler::Random => ("chance", reason(": chance, with few connections", "：连接少，全看运气")),
        _ => {
            let row = outcome.first().and_then(longest).map_or(0, |(_, length, _)| length);
            if has(settings.kernel, Rule::HalfOpenIsActive) || row < 3 {
                return ("uneven", none);
            }
            ("half_open", reason(": half-open connections weigh next to nothing", "：半开连接几乎不算分量"))
        }
    }
}
