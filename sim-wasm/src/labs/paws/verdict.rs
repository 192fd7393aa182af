//! The outcome of a run in a sentence.

use super::scenario::{Outcome, Outcomes};
use super::settings::{Close, Settings};
use crate::lab::report::{Mood, Verdict};
use crate::lab::trace::{client_name, is_syn};
use crate::text::Lang;
use crate::time::Time;
use crate::world::Packet;

/// Sums it up.
pub(super) fn verdict(settings: &Settings, outcomes: &Outcomes, lang: Lang) -> Verdict {
    if outcomes.world.out_of_fuel() {
        let text = lang.pick("The run was cut off: it took too many steps.", "运行被截断：步数太多。");
        return Verdict { code: "cut_off", mood: Mood::Bad, text: text.to_string() };
    }
    let attempts = &outcomes.attempts;
    let n = attempts.len();
    let syns: Vec<&Packet> = outcomes.world.packets.iter().filter(|p| is_syn(p)).collect();
    let dropped: Vec<&Packet> = syns.iter().copied().filter(|p| p.why.is_some()).collect();
    let failed: Vec<u32> = (1..)
        .zip(attempts)
        .filter(|(_, attempt)| attempt.outcome == Outcome::Failed)
        .map(|(conn, _)| conn)
        .collect();
    let slow = failed.iter().filter(|conn| dropped.iter().all(|packet| packet.conn != **conn)).count();
    let late = attempts.iter().filter(|a| a.outcome == Outcome::Established { late: true }).count();
    let (failed, s, d) = (failed.len(), syns.len(), dropped.len());

    if d == 0 && failed > 0 {
        let text = lang.pick(
            format!("{failed} of {n} connections fail, but no SYN is dropped: the program gives up before the answer can arrive."),
            format!("{n} 条连接中有 {failed} 条失败，但没有 SYN 被丢弃：程序在应答到达之前就放弃了。"),
        );
        return Verdict { code: "timed_out", mood: Mood::Bad, text };
    }
    if d == 0 {
        let cause = why_harmless(settings, outcomes, &syns, lang);
        let text = match n {
            1 => {
                lang.pick(format!("The connection is established: {cause}."), format!("连接建立：{cause}。"))
            }
            _ => lang.pick(
                format!("All {n} connections are established: {cause}."),
                format!("{n} 条连接全部建立：{cause}。"),
            ),
        };
        return Verdict { code: "all_established", mood: Mood::Good, text };
    }
    let mut text = if failed > 0 {
        lang.pick(
            format!("{failed} of {n} connections fail: the server drops {d} of {s} SYNs without a word."),
            format!("{n} 条连接中有 {failed} 条失败：服务端一声不响地丢弃了 {s} 个 SYN 中的 {d} 个。"),
        )
    } else {
        lang.pick(
            format!("No connection fails, but {late} of {n} only come about by a later SYN: the server drops {d} of {s} SYNs."),
            format!("没有连接失败，但 {n} 条中有 {late} 条靠后来的 SYN 才建立：服务端丢弃了 {s} 个 SYN 中的 {d} 个。"),
        )
    };
    if failed > 0 && late > 0 {
        text += &lang.pick(
            format!(" Of the others, {late} only come about by a later SYN."),
            format!("其余连接中有 {late} 条靠后来的 SYN 才建立。"),
        );
    }
    if slow > 0 {
        text += &lang.pick(
            format!(
                " Of the failures, {slow} are only slow: the program gives up before the answer arrives."
            ),
            format!("失败的连接中有 {slow} 条只是慢：程序在应答到达之前就放弃了。"),
        );
    }
    text += &who_is_hit(outcomes, &dropped, lang);
    if let Some((at_s, _)) = settings.change {
        text += &recovery(&syns, Time::from_secs(at_s), lang);
    }
    let code = if failed > 0 { "syn_dropped" } else { "syn_dropped_recovered" };
    Verdict { code, mood: Mood::Bad, text }
}

/// Why nothing was dropped.
fn why_harmless(settings: &Settings, outcomes: &Outcomes, syns: &[&Packet], lang: Lang) -> String {
    let kernel = settings.server_kernel;
    let closed_first = (1..=settings.connections).any(|conn| settings.close_of(conn) == Close::ServerFin);
    if !settings.knob_exists() {
        lang.pick(
            format!("Linux {kernel} has no tcp_tw_recycle and compares no timestamps between connections"),
            format!("Linux {kernel} 没有 tcp_tw_recycle，不在连接之间比较时间戳"),
        )
    } else if !settings.tw_recycle {
        lang.pick(
            "with tcp_tw_recycle=0 the server compares no timestamps between connections".into(),
            "tcp_tw_recycle=0 时，服务端不在连接之间比较时间戳".into(),
        )
    } else if !settings.server_timestamps.enabled() {
        lang.pick(
            "with tcp_timestamps=0 the server neither reads nor remembers timestamps".into(),
            "tcp_timestamps=0 时，服务端既不读也不记时间戳".into(),
        )
    } else if !closed_first {
        lang.pick(
            "the server never closes first, so it never enters TIME_WAIT and remembers nothing".into(),
            "服务端从不先关闭，不进入 TIME_WAIT，也就什么都没记".into(),
        )
    } else if outcomes.world.memory.is_empty() && syns.iter().all(|syn| syn.segment.opts.ts.is_none()) {
        lang.pick(
            "the clients send no timestamps, so there is nothing to remember".into(),
            "客户端不带时间戳，没有东西可记".into(),
        )
    } else if outcomes.world.memory.is_empty() {
        lang.pick("nothing was remembered in this run".into(), "这次运行里什么都没记下".into())
    } else {
        lang.pick(
            "no SYN carries a timestamp older than a fresh record of its own peer".into(),
            "没有哪个 SYN 的时间戳比自己那条未过期的记录更旧".into(),
        )
    }
}

/// Names the clients whose SYNs are dropped, when that is not all of them.
fn who_is_hit(outcomes: &Outcomes, dropped: &[&Packet], lang: Lang) -> String {
    let hit: Vec<String> = (0..outcomes.server)
        .filter(|client| dropped.iter().any(|packet| packet.from == *client))
        .map(|client| client_name(client, outcomes.server, lang))
        .collect();
    if hit.is_empty() || hit.len() == outcomes.server {
        return String::new();
    }
    let (k, n) = (hit.len(), outcomes.server);
    if k > 3 {
        return lang.pick(format!(" {k} of {n} clients are hit."), format!("{n} 台客户端中有 {k} 台受害。"));
    }
    match (lang, &hit[..]) {
        (Lang::En, [one]) => format!(" Only {one} is hit."),
        (Lang::En, [rest @ .., last]) => format!(" Only {} and {last} are hit.", rest.join(", ")),
        (Lang::Zh, _) => format!("只有{} 受害。", hit.join("、")),
        (Lang::En, []) => String::new(),
    }
}

/// When the dropping that the switch at `at` brought ended.
fn recovery(syns: &[&Packet], at: Time, lang: Lang) -> String {
    let Some(last) = syns.iter().rposition(|packet| packet.why.is_some() && packet.sent_at >= at) else {
        return String::new();
    };
    let Some(next) = syns[last..].iter().find(|packet| packet.why.is_none() && packet.arrived_at.is_some())
    else {
        return lang.pick(" It goes on to the end.", "直到最后也没有恢复。").to_string();
    };
    let (from, to) = (syns[last].sent_at.secs(), next.sent_at.secs());
    lang.pick(
        format!(" The last one dropped is sent at {from} s; from {to} s on all is well."),
        format!("最后一个被丢弃的 SYN 发于第 {from} 秒，第 {to} 秒起恢复正常。"),
    )
}
