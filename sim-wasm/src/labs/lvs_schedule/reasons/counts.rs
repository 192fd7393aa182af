//! Of the schedulers that count: what made them give one server many connections in a row.

use super::super::counting::{self, Dest};
use super::super::director::{Pick, Run};
use super::super::rules::{Rule, has, since};
use super::super::settings::{Scheduler, Settings};
use super::super::words::{letter, span};
use super::schedule;
use crate::lab::report::Explanation;
use crate::text::Lang;

/// Connections in a row that are worth an explanation.
const LONG: usize = 5;

/// The longest run of one server: where it begins, and what was compared there.
pub(in super::super) fn longest(run: &Run) -> Option<(usize, usize, usize)> {
    let mut best: Option<(usize, usize, usize)> = None;
    let mut from = 0;
    for same in run.picks.chunk_by(|a, b| a.server == b.server) {
        if let Some(server) = same.first().and_then(|pick| pick.server)
            && best.is_none_or(|(_, most, _)| same.len() > most)
        {
            best = Some((from, same.len(), server));
        }
        from += same.len();
    }
    best
}

/// `A: 3 × 256 + 5 = 773`.
fn cost(settings: &Settings, pick: &Pick, server: usize) -> String {
    let dest = pick.seen.get(server).copied().unwrap_or_default();
    let name = letter(server);
    let of =
        if settings.weighted() && dest.weight != 1 { format!(" / {}", dest.weight) } else { String::new() };
    match settings.scheduler {
        Scheduler::Lc | Scheduler::Wlc => {
            format!("{name}: ({} × 256 + {}){of} = {}{of}", dest.active, dest.inactive, dest.overhead())
        }
        _ => format!("{name}: ({} + 1){of} = {}{of}", dest.active, dest.expected()),
    }
}

/// Who is compared with the chosen one: the server of the least cost among the others.
fn rival(settings: &Settings, pick: &Pick, chosen: usize) -> Option<usize> {
    let others = pick.seen.iter().copied().enumerate().filter(|(server, _)| *server != chosen);
    let cost: fn(Dest) -> u64 = match settings.scheduler {
        Scheduler::Lc | Scheduler::Wlc => Dest::overhead,
        _ => Dest::expected,
    };
    counting::least(others, cost, settings.weighted())
}

pub(super) fn in_a_row(settings: &Settings, run: &Run, lang: Lang) -> Option<Explanation> {
    let (from, length, server) = longest(run)?;
    if length < LONG {
        return None;
    }
    let old = !has(settings.kernel, Rule::HalfOpenIsActive);
    let counted = matches!(settings.scheduler, Scheduler::Lc | Scheduler::Wlc);
    let name = letter(server);
    // The first may have been this server's turn anyway: what keeps it going is another's first established one.
    let decisive = |n: &usize| {
        let pick = run.picks.get(*n);
        pick.and_then(|pick| pick.seen.get(rival(settings, pick, server)?))
            .is_some_and(|dest| dest.active > 0)
    };
    let at = (from..from + length).find(decisive).filter(|_| counted && old).unwrap_or(from);
    let pick = run.picks.get(at)?;
    let other = rival(settings, pick, server)?;
    let (against, time) = (letter(other), span(pick.t_us));
    let mut text = lang.pick(
        format!("{name} gets {length} in a row, from SYN {} on.", from + 1),
        format!("从第 {} 个 SYN 起，{name} 连拿 {length} 条。", from + 1),
    );
    if old && counted {
        let seen = |server: usize| pick.seen.get(server).copied().unwrap_or_default();
        let (own, others, syn) = (seen(server), seen(other), at + 1);
        text += &lang.pick(
            format!(
                " At SYN {syn}, {time}, established: {against} {}, {name} {}; half-open: {against} {}, {name} {}. Established ones cost 256 each, half-open ones 1.",
                others.active, own.active, others.inactive, own.inactive
            ),
            format!(
                "第 {syn} 个 SYN（{time}）时，建好的：{against} {}，{name} {}；半开的：{against} {}，{name} {}。建好的每条算 256，半开的每条算 1。",
                others.active, own.active, others.inactive, own.inactive
            ),
        );
    } else if old {
        text += lang.pick(
            " Half-open connections are not active, so it looks as if it had less to do than it has.",
            "半开连接不算活跃，所以它显得比实际上闲。",
        );
    }
    let (own, others) = (cost(settings, pick, server), cost(settings, pick, other));
    Some(Explanation {
        code: "in_a_row",
        text,
        source: schedule(settings),
        condition: match settings.scheduler {
            Scheduler::Nq if pick.seen.get(server).is_some_and(|dest| dest.active == 0) => lang.pick(
                format!("{name}: ActiveConn 0; the first in the list with none wins"),
                format!("{name}：ActiveConn 为 0；列表里第一台为 0 的胜出"),
            ),
            _ => lang.pick(
                format!("{own}; {others}; the least wins, of equal ones the first in the list"),
                format!("{own}；{others}；取最小，相等时取列表靠前的"),
            ),
        },
        would_change: if old {
            let version = since(Rule::HalfOpenIsActive);
            lang.pick(
                format!("kernel {version} or later; equal handshakes; opening one by one; rr or mh"),
                format!("内核 {version} 及以后；握手一样快；逐个建立；改用 rr 或 mh"),
            )
        } else {
            lang.pick("weights", "权重").to_string()
        },
    })
}

pub(super) fn accounting(settings: &Settings, lang: Lang) -> Explanation {
    let version = since(Rule::HalfOpenIsActive);
    let new = has(settings.kernel, Rule::HalfOpenIsActive);
    let text = match new {
        true => lang.pick(
            "A connection is counted as active from its SYN on, so each pick weighs at the next one.",
            "连接从 SYN 起就记为活跃，上一次的选择下一次就看得见。",
        ),
        false => lang.pick(
            "A connection is counted as inactive until the client’s ACK passes, and as active after that.",
            "客户端的 ACK 经过之前，连接记为不活跃，之后才记为活跃。",
        ),
    };
    Explanation {
        code: "accounting",
        text: text.to_string(),
        source: format!("set_tcp_state, net/netfilter/ipvs/ip_vs_proto_tcp.c; be2cef49904b, Linux {version}"),
        condition: match new {
            true => "SYN_RECV, ESTABLISHED → ActiveConn".to_string(),
            false => "SYN_RECV → InActConn; ESTABLISHED → ActiveConn".to_string(),
        },
        would_change: lang
            .pick(format!("the director’s kernel: {version}"), format!("调度器内核：{version} 为界")),
    }
}
