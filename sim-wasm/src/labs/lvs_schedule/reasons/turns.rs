//! Of the schedulers that take turns: where cursors begin, and what sends them back.

use super::super::director::Run;
use super::super::rules::{Rule, has, since};
use super::super::run::Outcome;
use super::super::settings::{Change, Scheduler, Settings, Start};
use super::super::words::letter;
use super::{schedule, source};
use crate::lab::report::Explanation;
use crate::text::Lang;

pub(super) fn changes(settings: &Settings, outcome: &Outcome, lang: Lang) -> Option<Explanation> {
    if settings.change == Change::None {
        return None;
    }
    let every = settings.change_every;
    let rr = settings.scheduler == Scheduler::Rr;
    if rr && has(settings.kernel, Rule::RrKeepsCursor) {
        return Some(Explanation {
            code: "cursor_kept",
            text: lang
                .pick(
                    "rr leaves its cursor where it is; only when the server it points to is deleted it steps back by one.",
                    "rr 不动游标；只有游标所指的后端被删时才退一步。",
                )
                .to_string(),
            source: source(settings, "ip_vs_rr_del_dest", "ip_vs_rr.c"),
            condition: String::new(),
            would_change: lang
                .pick("an older kernel, or wrr, begins anew", "更老的内核，或者 wrr，会从头再来")
                .to_string(),
        });
    }
    let resets = outcome.resets;
    let reach = every.min(settings.servers);
    Some(Explanation {
        code: "reset",
        text: lang.pick(
            format!("Every change sends the cursor back to where it began: {resets} on this director. From one to the next there are {every} connections, so no round gets further than {every} picks."),
            format!("每次变动都把游标送回起点，这台调度器上一共 {resets} 次。两次之间只有 {every} 条连接，一轮最多走 {every} 步。"),
        ),
        source: match rr {
            true => source(settings, "ip_vs_rr_update_svc", "ip_vs_rr.c"),
            false => source(settings, "ip_vs_wrr_dest_changed", "ip_vs_wrr.c"),
        },
        condition: lang.pick(
            format!("min({every}, {}) = {reach} servers within reach, at equal weights", settings.servers),
            format!("权重相等时够得着的后端：min({every}, {}) = {reach} 台", settings.servers),
        ),
        would_change: match rr {
            true => lang.pick(
                format!("kernel {} or later; no changes", since(Rule::RrKeepsCursor)),
                format!("内核 {} 及以后；不变动", since(Rule::RrKeepsCursor)),
            ),
            false => lang
                .pick("rr at equal weights; wlc; a check that is slower to change its mind", "权重相等时用 rr；wlc；让健康检查别那么急着变")
                .to_string(),
        },
    })
}

pub(super) fn turns(settings: &Settings, run: &Run, lang: Lang) -> Explanation {
    let (directors, servers) = (settings.directors, settings.servers);
    let each = settings.first + settings.second;
    let (rounds, rest) = (each / servers.max(1), each % servers.max(1));
    let head = run.list.first().map_or('?', |server| letter(*server));
    let text = match settings.starts {
        Start::Head if settings.lists_differ() => lang.pick(
            "Each director begins at the head of its own list, and the lists are shuffled.",
            "各台从自己列表的头开始，而列表是打乱的。",
        )
        .to_string(),
        Start::Head if directors > 1 => lang.pick(
            format!("Each of {directors} directors has a cursor of its own, and all begin at {head}."),
            format!("{directors} 台调度器各有各的游标，全都从 {head} 开始。"),
        ),
        Start::Head => {
            lang.pick(format!("The cursor begins at {head}."), format!("游标从 {head} 开始。"))
        }
        Start::Random => lang.pick(
            "Each director begins at a server by lot. Linux has no such setting.",
            "各台随机选起点。Linux 没有这个设置。",
        )
        .to_string(),
        Start::Worker => lang.pick(
            "Each director begins some servers further on than the one before it, as the workers of DPVS do.",
            "每台的起点比前一台往后错几位，DPVS 的 worker 就是这样。",
        )
        .to_string(),
    };
    let same = directors > 1 && settings.starts == Start::Head && !settings.lists_differ();
    Explanation {
        code: if same { "same_start" } else { "turns" },
        text,
        source: schedule(settings),
        condition: match settings.scheduler {
            Scheduler::Rr => lang.pick(
                format!(
                    "connections of a director: {each} = {rounds} full rounds × {servers} servers + {rest}"
                ),
                format!("每台调度器的连接：{each} = {rounds} 整轮 × {servers} 台后端 + {rest}"),
            ),
            _ => lang
                .pick(
                    "weight >= cw; after each pass cw falls by the weights’ greatest common divisor",
                    "weight >= cw；每走完一遍，cw 减去各权重的最大公约数",
                )
                .to_string(),
        },
        would_change: match same {
            true => lang
                .pick(
                    "mh; another order of servers on each director; more connections per director",
                    "mh；每台调度器用不同的添加顺序；每台的连接更多",
                )
                .to_string(),
            false => String::new(),
        },
    }
}

pub(super) fn list_order(settings: &Settings, run: &Run, lang: Lang) -> Option<Explanation> {
    let (head, tail) = (run.list.first()?, run.list.last()?);
    if head == tail || settings.lists_differ() {
        return None;
    }
    let (head, tail) = (letter(*head), letter(*tail));
    let letters: String = run.list.iter().map(|server| letter(*server)).collect();
    Some(Explanation {
        code: "list_order",
        text: lang.pick(
            format!("{head} was added last and stands at the head of the list; {tail} was added first and stands at its end."),
            format!("{head} 最后添加，排在列表头；{tail} 最先添加，排在末尾。"),
        ),
        source: source(settings, "ip_vs_add_dest", "ip_vs_ctl.c"),
        condition: lang.pick(format!("list: {letters}"), format!("列表：{letters}")),
        would_change: lang.pick("the order of ipvsadm -a", "ipvsadm -a 的先后").to_string(),
    })
}
