//! The outcome of a run in a sentence or two.

use super::checks::{AckFate, Check, RstFate};
use super::scenario::{CHECKER, Caller, Ending, Got, Outcomes};
use super::settings::{RstTimestamp, Settings};
use crate::lab::report::{Mood, Verdict};
use crate::lab::trace::is_syn;
use crate::text::Lang;
use crate::time::Time;

/// Sums it up.
pub(super) fn verdict(settings: &Settings, outcomes: &Outcomes, checks: &[Check], lang: Lang) -> Verdict {
    if outcomes.world.out_of_fuel() {
        let text = lang.pick("The run was cut off: it took too many steps.", "运行被截断：步数太多。");
        return Verdict { code: "cut_off", mood: Mood::Bad, text: text.to_string() };
    }
    let left = checks.iter().filter(|check| check.left).count();
    let stay = checks.iter().filter(|check| check.stays()).count();
    let (code, mood, mut text) = if left == 0 {
        ("nothing_left", Mood::Good, nothing_left(settings, outcomes, checks, lang))
    } else if stay == 0 {
        ("left_for_a_time", Mood::Neutral, left_for_a_time(settings, checks, left, lang))
    } else {
        ("left_behind", Mood::Bad, left_behind(checks, left, stay, lang))
    };
    let failing = failing_clients(outcomes);
    if stay > 0 || failing.is_some_and(|(failed, _)| failed > 0) {
        text += &workers(settings, outcomes, lang);
    }
    if let Some((failed, all)) = failing {
        text += &match failed {
            0 => lang.pick(
                format!(" All {all} real clients are answered."),
                format!("{all} 个真实客户端全部得到应答。"),
            ),
            _ => lang.pick(
                format!(" Of {all} real clients {failed} fail."),
                format!("{all} 个真实客户端中有 {failed} 个失败。"),
            ),
        };
    }
    let mood = if failing.is_some_and(|(failed, _)| failed > 0) { Mood::Bad } else { mood };
    Verdict { code, mood, text }
}

/// How many real clients fail, of how many; none when none come.
fn failing_clients(outcomes: &Outcomes) -> Option<(usize, usize)> {
    let clients = || outcomes.calls.iter().filter(|call| call.caller == Caller::Client);
    let failed = clients().filter(|call| call.got != Got::Answer).count();
    Some((failed, clients().count())).filter(|(_, all)| *all > 0)
}

/// The fate that most of the checks share, that of the first on a tie.
fn usual<T: PartialEq + Copy>(fates: impl Iterator<Item = T>) -> Option<T> {
    let mut counts: Vec<(T, u32)> = Vec::new();
    for fate in fates {
        match counts.iter_mut().find(|(known, _)| *known == fate) {
            Some((_, count)) => *count += 1,
            None => counts.push((fate, 1)),
        }
    }
    counts.into_iter().rev().max_by_key(|(_, count)| *count).map(|(fate, _)| fate)
}

/// Why connections are left: what their RST met.
fn why_left(checks: &[Check], lang: Lang) -> &'static str {
    match usual(checks.iter().filter(|check| check.left).map(|check| check.rst)) {
        Some(RstFate::Paws) => lang.pick(
            "the RST carries a timestamp older than the SYN's and is dropped, and the ACK behind it completes the handshake",
            "RST 的时间戳比 SYN 的旧，被丢弃，后面的 ACK 完成了握手",
        ),
        Some(RstFate::Outside) => lang.pick(
            "the RST lies outside the window and is ignored",
            "RST 在窗口之外，被忽略",
        ),
        Some(RstFate::NothingThere) => lang.pick(
            "the RST finds neither request nor connection, and the handshake is completed after it",
            "RST 到的时候既没有请求也没有连接，随后握手完成",
        ),
        _ => lang.pick("no RST ends it", "没有 RST 来结束它"),
    }
}

/// How many checks leave a connection, and why.
fn who_leaves(checks: &[Check], left: usize, lang: Lang) -> String {
    let why = why_left(checks, lang);
    match (checks.len(), left) {
        (1, _) => lang.pick(
            format!("The check leaves a connection on the server: {why}."),
            format!("这次检查在服务端留下一条连接：{why}。"),
        ),
        (n, left) if left == n => lang.pick(
            format!("All {n} checks leave a connection on the server: {why}."),
            format!("{n} 次检查全都在服务端留下连接：{why}。"),
        ),
        (n, _) => {
            let leave = if left == 1 { "leaves" } else { "leave" };
            lang.pick(
                format!("{left} of {n} checks {leave} a connection on the server: {why}."),
                format!("{n} 次检查中有 {left} 次在服务端留下连接：{why}。"),
            )
        }
    }
}

fn left_behind(checks: &[Check], left: usize, stay: usize, lang: Lang) -> String {
    let mut text = who_leaves(checks, left, lang);
    if left > stay {
        text += &lang.pick(format!(" Still there at the end: {stay}."), format!("结束时还剩 {stay} 条。"));
    }
    text
}

fn left_for_a_time(settings: &Settings, checks: &[Check], left: usize, lang: Lang) -> String {
    let endings = checks.iter().filter(|check| check.left).filter_map(|check| check.call.ended);
    let seconds = |time: Option<Time>| time.map_or(0, Time::secs);
    let rid = match usual(endings.map(|(_, ending)| ending)) {
        Some(Ending::TimedOut) => {
            let timeout = seconds(settings.read_timeout);
            lang.pick(
                format!("The read timeout gives each worker back after {timeout} s"),
                format!("读超时让每个工作线程在 {timeout} 秒后脱身"),
            )
        }
        Some(Ending::Reset) if settings.keepalive.is_some() => {
            let idle = seconds(settings.keepalive);
            lang.pick(
                format!("The first keepalive probe, after {idle} s, is answered with a RST"),
                format!("{idle} 秒后的第一个 keepalive 探测换来 RST"),
            )
        }
        _ => lang.pick("They end by themselves".into(), "它们自行结束".into()),
    };
    who_leaves(checks, left, lang)
        + &lang.pick(format!(" {rid}; at the end none is left."), format!("{rid}，最后一条也不剩。"))
}

/// What has become of the workers and the accept queue.
fn workers(settings: &Settings, outcomes: &Outcomes, lang: Lang) -> String {
    let last = |curve: &[(Time, u32)]| curve.last().map_or(0, |(_, value)| *value);
    let (waiting, reading, all) = (last(&outcomes.waiting), last(&outcomes.reading), settings.workers as u32);
    let all_read = match all {
        1 => " The worker waits in read()".to_string(),
        2 => " Both workers wait in read()".to_string(),
        _ => format!(" All {all} workers wait in read()"),
    };
    let for_ever = settings.read_timeout.is_none() && settings.keepalive.is_none();
    let mut text = match reading {
        _ if all == 0 => lang.pick(" Nobody accepts.".to_string(), "没有人 accept。".to_string()),
        0 => String::new(),
        _ if reading < all => lang.pick(
            format!(" Of {all} workers {reading} wait in read()."),
            format!("{all} 个工作线程中有 {reading} 个等在 read() 里。"),
        ),
        _ if for_ever => lang.pick(
            format!("{all_read}, for ever."),
            format!("{all} 个工作线程全都等在 read() 里，永远等下去。"),
        ),
        _ => lang.pick(format!("{all_read}."), format!("{all} 个工作线程全都等在 read() 里。")),
    };
    let backlog = settings.backlog.unsigned_abs();
    if waiting > backlog {
        text += &lang.pick(
            format!(" The accept queue is full (Recv-Q {waiting}, Send-Q {backlog})."),
            format!("全连接队列已满（Recv-Q {waiting}，Send-Q {backlog}）。"),
        );
    } else if waiting > 0 {
        text += &lang
            .pick(format!(" The accept queue holds {waiting}."), format!("全连接队列里有 {waiting} 条。"));
    }
    text
}

fn nothing_left(settings: &Settings, outcomes: &Outcomes, checks: &[Check], lang: Lang) -> String {
    if checks.iter().all(|check| check.call.got != Got::Connection) {
        return lang
            .pick("No check gets a connection, so none leaves one.", "没有一次检查连上，也就没有留下连接。")
            .to_string();
    }
    let why = match usual(checks.iter().map(|check| (check.rst, check.ack))) {
        Some((RstFate::RemovedRequest, AckFate::Refused)) => lang.pick(
            "the RST ends the half-open connection, and the ACK behind it is answered with a RST",
            "RST 结束了半开连接，后面的 ACK 换来 RST",
        ),
        Some((RstFate::RemovedRequest, _)) => {
            lang.pick("the RST ends the half-open connection", "RST 结束了半开连接")
        }
        Some((RstFate::Reset, _)) => lang.pick(
            "the ACK makes a connection, and the RST ends it at once, whatever its timestamp",
            "ACK 建成连接，RST 马上把它断开，不看时间戳",
        ),
        Some((RstFate::Paws, AckFate::None)) => lang.pick(
            "the RST looks old and is dropped, but without an ACK the request becomes no connection. The SYN-ACK is sent again, and the checker's host, which has forgotten everything, ends it with a RST without a timestamp",
            "RST 显得旧，被丢弃，但没有 ACK，请求就成不了连接。SYN-ACK 再发一遍，检查机早已忘了这回事，回一个不带时间戳的 RST，请求就此结束",
        ),
        Some((RstFate::Paws, AckFate::QueueFull)) => lang.pick(
            "the RST looks old and is dropped, but so is the ACK, since the accept queue is full",
            "RST 显得旧，被丢弃，但全连接队列已满，ACK 也被丢弃",
        ),
        Some((RstFate::Challenged, _)) => lang.pick(
            "the inexact RST is answered with a challenge ACK, and to that the checker's host, which has forgotten everything, answers with an exact RST without a timestamp",
            "不精确的 RST 换来 challenge ACK，检查机早已忘了这回事，再回一个序列号精确、不带时间戳的 RST",
        ),
        Some((RstFate::Outside, _)) => lang.pick(
            "the RST lies outside the window and is ignored, but without an ACK the request becomes no connection",
            "RST 在窗口之外，被忽略，但没有 ACK，请求就成不了连接",
        ),
        _ => lang.pick("no handshake is completed", "没有握手完成"),
    };
    let text = lang.pick(format!("Nothing is left behind: {why}."), format!("什么也没留下：{why}。"));
    text + &not_older(settings, outcomes, checks, lang)
}

/// Why an RST that should look old does not.
fn not_older(settings: &Settings, outcomes: &Outcomes, checks: &[Check], lang: Lang) -> String {
    let asked = matches!(settings.rst_timestamp, RstTimestamp::Zero | RstTimestamp::OfSyn(-1));
    let removed = checks.iter().any(|check| check.rst == RstFate::RemovedRequest);
    let mut syns = outcomes.world.packets.iter().filter(|packet| packet.from == CHECKER && is_syn(packet));
    let Some(syn) = syns.next().filter(|_| asked && removed) else { return String::new() };
    match syn.segment.tsval() {
        None => lang
            .pick(" The SYN has no timestamp that it could be compared with.", "SYN 不带时间戳，无从比较。")
            .to_string(),
        Some(_) if !settings.server_timestamps.enabled() => lang
            .pick(
                " With tcp_timestamps=0 the server reads no timestamps.",
                "tcp_timestamps=0 时，服务端不看时间戳。",
            )
            .to_string(),
        Some(tsval) if settings.rst_timestamp == RstTimestamp::Zero => lang.pick(
            format!(" Beside the SYN's TSval {tsval}, which lies beyond 2³¹−1, 0 counts as newer."),
            format!("SYN 的 TSval 是 {tsval}，大于 2³¹−1，与它相比 0 反而算新。"),
        ),
        Some(_) => String::new(),
    }
}
