//! The rules that decided, with the numbers they decided on.
//!
//! - `counts`: of the schedulers that count; `turns`: of those with a cursor; `hashes`: of those that hash or draw lots

mod counts;
mod hashes;
mod turns;

use super::findings::Spread;
use super::rules::{Rule, since};
use super::run::Outcome;
use super::settings::{Scheduler, Settings};
use crate::lab::report::Explanation;
use crate::text::Lang;
pub(super) use counts::longest;

/// All of them, the most important first.
pub(super) fn explanations(
    settings: &Settings,
    outcome: &Outcome,
    spread: Spread,
    lang: Lang,
) -> Vec<Explanation> {
    let Some(run) = outcome.first() else { return vec![no_scheduler(lang)] };
    let mut told = Vec::new();
    told.extend(refused(settings, outcome, lang));
    match settings.scheduler {
        Scheduler::Rr | Scheduler::Wrr => {
            told.extend(turns::changes(settings, outcome, lang));
            told.push(turns::turns(settings, run, lang));
        }
        Scheduler::Sh => told.push(hashes::source_hash(settings, lang)),
        Scheduler::Dh => told.push(hashes::destination_hash(settings, run, lang)),
        Scheduler::Mh => told.push(hashes::maglev(settings, lang)),
        Scheduler::Random => told.push(hashes::lots(settings, spread, lang)),
        _ => {
            told.extend(counts::in_a_row(settings, run, lang));
            told.push(counts::accounting(settings, lang));
        }
    }
    if settings.scheduler != Scheduler::Random {
        told.extend(turns::list_order(settings, run, lang));
    }
    told
}

/// The function that decides, with its file and the kernel.
fn source(settings: &Settings, function: &str, file: &str) -> String {
    format!("{function}, net/netfilter/ipvs/{file} (Linux {})", settings.kernel)
}

fn schedule(settings: &Settings) -> String {
    let word = settings.word;
    source(settings, &format!("ip_vs_{word}_schedule"), &format!("ip_vs_{word}.c"))
}

fn no_scheduler(lang: Lang) -> Explanation {
    let version = since(Rule::Mh);
    Explanation {
        code: "no_scheduler",
        text: lang.pick(
            format!("The module ip_vs_mh came with Linux {version}: ipvsadm -A … -s mh is refused, and there is no service."),
            format!("ip_vs_mh 模块是 Linux {version} 才有的：ipvsadm -A … -s mh 会被拒绝，服务建不起来。"),
        ),
        source: format!("net/netfilter/ipvs/ip_vs_mh.c, Linux {version}"),
        condition: String::new(),
        would_change: lang.pick(format!("kernel {version} or later; sh"), format!("内核 {version} 及以后；或用 sh")),
    }
}

fn refused(settings: &Settings, outcome: &Outcome, lang: Lang) -> Option<Explanation> {
    let refused = outcome.refused;
    if refused == 0 {
        return None;
    }
    let text = match settings.scheduler.hashes() {
        true => lang.pick(
            format!("{refused} SYNs fell into slots whose server has weight 0. The slot is not given to another one, so they were not scheduled."),
            format!("{refused} 个 SYN 落进的槽，后端权重为 0。槽不会让给别的后端，于是没有调度出去。"),
        ),
        false => lang.pick(
            format!("{refused} SYNs found no server with a weight."),
            format!("{refused} 个 SYN 没有找到权重不为 0 的后端。"),
        ),
    };
    Some(Explanation {
        code: "refused",
        text,
        source: schedule(settings),
        condition: "dest->weight <= 0".to_string(),
        would_change: match settings.scheduler {
            Scheduler::Dh => lang.pick("delete the server", "把它从列表里删掉").to_string(),
            Scheduler::Sh | Scheduler::Mh => lang.pick(
                format!("{0}-fallback; delete the server instead of weight 0", settings.word),
                format!("{0}-fallback；或者删除而不是置 0", settings.word),
            ),
            _ => lang.pick("a weight above 0", "权重大于 0").to_string(),
        },
    })
}
