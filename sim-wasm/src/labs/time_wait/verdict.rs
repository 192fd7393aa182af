//! The outcome of a run in a sentence or two.

use super::grouped;
use super::hits::Story;
use super::population::Course;
use super::settings::{Against, Settings, Side};
use super::sums::{self, Sums};
use crate::lab::report::{Mood, Verdict};
use crate::text::{Lang, Text};
use crate::time::Time;

/// `47.053`
fn seconds(at: Time) -> String {
    format!("{}.{:03}", at.secs(), at.millis() % 1000)
}

const CUT_OFF: Text = Text::new("The run was cut off: it took too many steps.", "运行被截断：步数太多。");

/// Sums up a rate.
pub(super) fn of_rate(settings: &Settings, sums: &Sums, course: &Course, lang: Lang) -> Verdict {
    let number = |n| grouped(n, lang);
    let n = number(settings.rate_per_s * settings.duration_s);
    let Some(failure) = course.moments.failure else {
        let why = why_enough(settings, sums, course, lang);
        let text = lang.pick(
            format!("All {n} connect() calls find a port: {why}."),
            format!("{n} 次 connect() 全部找到端口：{why}。"),
        );
        return Verdict { code: "all_connected", mood: Mood::Good, text };
    };
    let (failed, ports, at) = (number(course.failed), number(settings.places()), seconds(failure));
    let mut text = lang.pick(
        format!("{failed} of {n} connect() calls fail with EADDRNOTAVAIL, the first at {at} s: all {ports} ports are taken, and no SYN is sent."),
        format!("{n} 次 connect() 中有 {failed} 次以 EADDRNOTAVAIL 失败，第一次在 {at} 秒：{ports} 个端口全被占用，连 SYN 都没有发出。"),
    );
    text += &match course.moments.recovery.map(seconds) {
        Some(again) => lang
            .pick(format!(" Ports come back from {again} s on."), format!("从 {again} 秒起才有端口空出来。")),
        None => {
            lang.pick(" None comes back before the run ends.".into(), "直到运行结束也没有一个空出来。".into())
        }
    };
    text += &what_reuse_does(settings, sums, lang);
    Verdict { code: "ports_exhausted", mood: Mood::Bad, text }
}

/// Why `tcp_tw_reuse` did not suffice, when it is set.
fn what_reuse_does(settings: &Settings, sums: &Sums, lang: Lang) -> String {
    if settings.tw_reuse == 0 || settings.closes_first == Side::Server {
        return String::new();
    }
    if settings.reuses() {
        let held = sums::seconds(sums.held_ms);
        let most = sums.most_per_s.map_or(String::new(), |most| sums::per_second(most, lang));
        return lang.pick(
            format!(" With tcp_tw_reuse a port comes back within {held} s: that makes {most} connections a second."),
            format!("有了 tcp_tw_reuse，端口在 {held} 秒内就能再用，算下来每秒 {most} 条连接。"),
        );
    }
    let text = if settings.timestamps {
        lang.pick(" tcp_tw_reuse=2 is for the loopback alone.", "tcp_tw_reuse=2 只管回环地址。")
    } else {
        lang.pick(" tcp_tw_reuse does nothing without timestamps.", "没有时间戳，tcp_tw_reuse 不起作用。")
    };
    text.to_string()
}

/// Why no connect() failed.
fn why_enough(settings: &Settings, sums: &Sums, course: &Course, lang: Lang) -> String {
    let number = |n| grouped(n, lang);
    let waits = number(course.most.time_waits.into());
    let rate = number(settings.rate_per_s);
    let ports = number(settings.places());
    if settings.closes_first == Side::Server {
        let mut text = lang.pick(
            format!("the TIME_WAITs, {waits} at most, are at the server, where they hold no port; the client’s port is free when its connection ends"),
            format!("TIME_WAIT 都在服务端，最多 {waits} 个，在那里不占端口；客户端的端口在连接结束时就空了出来"),
        );
        if course.hits > 0 {
            let hits = number(course.hits);
            text += &lang.pick(
                format!(". {hits} SYNs met the TIME_WAIT of an older connection, were accepted, and took its place"),
                format!("。有 {hits} 个 SYN 撞上旧连接的 TIME_WAIT，都被接受，取而代之"),
            );
        }
        return text;
    }
    if course.moments.overflow.is_some() {
        let limit = number(settings.max_tw_buckets.into());
        return lang.pick(
            format!("there is room for {limit} TIME_WAITs only; the other connections close without one, and their ports are free at once"),
            format!("TIME_WAIT 只放得下 {limit} 个，其余的连接直接关闭，端口立刻空出来"),
        );
    }
    let held = sums::seconds(sums.held_ms);
    if settings.recycles() {
        return lang.pick(
            format!("with tcp_tw_recycle TIME_WAIT lasts {held} s instead of a minute"),
            format!("有了 tcp_tw_recycle，TIME_WAIT 只有 {held} 秒，而不是一分钟"),
        );
    }
    if let Some(at) = course.moments.reuse.map(seconds) {
        return lang.pick(
            format!("from {at} s on connect() takes ports from TIME_WAIT (tcp_tw_reuse)"),
            format!("从 {at} 秒起，connect() 取用 TIME_WAIT 的端口（tcp_tw_reuse）"),
        );
    }
    if let Some(after) = sums.used_up_after {
        let after = sums::seconds(after * 10);
        return lang.pick(
            format!("the run ends before the {ports} ports are used up, which takes {after} s"),
            format!("{ports} 个端口要 {after} 秒才用完，运行在那之前就结束了"),
        );
    }
    match sums.most_per_s.map(|most| sums::per_second(most, lang)) {
        Some(most) => lang.pick(
            format!("{rate} a second are not more than the {most} that {ports} ports allow"),
            format!("每秒 {rate} 条，没有超过 {ports} 个端口所允许的 {most} 条"),
        ),
        None => lang.pick("there are ports enough".to_string(), "端口够用".to_string()),
    }
}

/// Sums up one SYN.
pub(super) fn of_hit(settings: &Settings, story: &Story, lang: Lang) -> Verdict {
    let syns = story.syns;
    let verdict = |code, mood, text| Verdict { code, mood, text };
    if story.cut_off {
        return verdict("cut_off", Mood::Bad, CUT_OFF.get(lang).to_string());
    }
    let Some(took) = story.connected.map(|at| at - story.asked) else {
        let after = story.failed.map_or_else(|| "—".to_string(), |at| (at - story.asked).secs().to_string());
        let mut text = lang.pick(
            format!("connect() fails with ETIMEDOUT after {after} s: none of its {syns} SYNs is accepted."),
            format!("connect() 在 {after} 秒后以 ETIMEDOUT 失败：{syns} 个 SYN 没有一个被接受。"),
        );
        text += &why_it_stays(settings, story, lang);
        return verdict("syn_failed", Mood::Bad, text);
    };
    if syns == 1 && !story.hit {
        let text = lang.pick(
            "There is no TIME_WAIT when the SYN arrives: it meets the listener, and the connection is established.",
            "SYN 到达时没有 TIME_WAIT，它直接到了监听套接字，连接建立。",
        );
        return verdict("no_time_wait", Mood::Good, text.to_string());
    }
    if syns == 1 {
        let why = match settings {
            Settings { timestamps: true, syn_tsval: Against::Newer, .. } => {
                lang.pick("its timestamp is newer", "时间戳更新")
            }
            _ => lang.pick("its sequence number is higher", "序列号更大"),
        };
        let text = lang.pick(
            format!("The SYN meets TIME_WAIT and is accepted at once, since {why}."),
            format!("SYN 撞上 TIME_WAIT，立即被接受，因为{why}。"),
        );
        return verdict("syn_accepted", Mood::Good, text);
    }
    let took = seconds(took);
    let mut text = match (story.old_acks, story.ended_by_reset) {
        (0, _) => lang.pick(
            format!("{} SYNs are dropped without an answer; number {syns} is accepted, {took} s after connect().", syns - 1),
            format!("{} 个 SYN 被丢弃，没有应答；第 {syns} 个被接受，这时 connect() 已等了 {took} 秒。", syns - 1),
        ),
        (_, true) => lang.pick(
            format!("The SYN is answered with the old ACK. The client’s RST deletes TIME_WAIT, and SYN number {syns} is accepted, {took} s after connect()."),
            format!("对这个 SYN 的应答是旧的 ACK。客户端的 RST 删掉了 TIME_WAIT，第 {syns} 个 SYN 被接受，connect() 共用 {took} 秒。"),
        ),
        (acks, false) => lang.pick(
            format!("{acks} SYNs are answered with the old ACK, and no RST ends TIME_WAIT; SYN number {syns} is accepted, {took} s after connect()."),
            format!("{acks} 个 SYN 得到的应答都是旧的 ACK，RST 也结束不了 TIME_WAIT；第 {syns} 个 SYN 才被接受，connect() 共用 {took} 秒。"),
        ),
    };
    text += &why_it_stays(settings, story, lang);
    verdict("syn_repeated", Mood::Neutral, text)
}

/// What keeps TIME_WAIT alive when `tcp_rfc1337` protects it.
fn why_it_stays(settings: &Settings, story: &Story, lang: Lang) -> String {
    if !settings.rfc1337 || story.old_acks == 0 || story.ended_by_reset {
        return String::new();
    }
    let text = match (story.started_anew, settings.syn_tsval) {
        (false, _) => lang.pick(" tcp_rfc1337=1: resets are ignored.", "tcp_rfc1337=1：RST 被忽略。"),
        (true, Against::Older) => lang.pick(
            " tcp_rfc1337=1: resets are ignored, and each SYN with the older timestamp starts the 60 seconds anew.",
            "tcp_rfc1337=1：RST 被忽略，而每个时间戳更旧的 SYN 都让 60 秒重新算起。",
        ),
        (true, _) => lang.pick(
            " tcp_rfc1337=1: resets are ignored, and each starts the 60 seconds anew.",
            "tcp_rfc1337=1：RST 被忽略，而且每一个都让 60 秒重新算起。",
        ),
    };
    text.to_string()
}
