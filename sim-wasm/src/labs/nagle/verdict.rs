//! The outcome of a run in a few sentences.

use super::scenario::{CLIENT, Outcome};
use super::settings::{Cork, QuickAck, Settings};
use super::waits::{Asked, Cause, Kind, Sums};
use super::watch::{Release, Rule};
use super::words::{name, span};
use crate::kernel::Change;
use crate::lab::report::{Mood, Verdict};
use crate::text::Lang;
use crate::time::Time;

/// Sums it up.
pub(super) fn verdict(
    settings: &Settings,
    outcome: &Outcome,
    asked: &[Asked],
    sums: &Sums,
    kinds: &[Kind],
    lang: Lang,
) -> Verdict {
    if outcome.world.out_of_fuel() {
        let text = lang.pick("The run was cut off: it took too many steps.", "运行被截断：步数太多。");
        return Verdict { code: "cut_off", mood: Mood::Bad, text: text.to_string() };
    }
    let (code, mood, text) = if sums.stalled > 0 {
        ("stalled", Mood::Bad, stalled(settings, asked, sums, kinds, lang))
    } else if sums.held > 0 {
        ("held", Mood::Neutral, held(settings, sums, kinds, lang))
    } else {
        ("fast", Mood::Good, fast(settings, sums, lang))
    };
    Verdict { code, mood, text }
}

fn stalled(settings: &Settings, asked: &[Asked], sums: &Sums, kinds: &[Kind], lang: Lang) -> String {
    let (n, all) = (sums.stalled, sums.asked);
    let (median, worst) = (span(sums.median, lang), span(sums.worst, lang));
    let stall = if n == 1 { "stalls" } else { "stall" };
    let mut text = lang.pick(
        format!("{n} of {all} requests {stall}: median {median}, worst {worst}"),
        format!("{all} 个请求中有 {n} 个卡住：中位数 {median}，最慢 {worst}"),
    );
    if n < all {
        let others = span(sums.median_of_others, lang);
        text += &lang.pick(format!("; the others take {others}."), format!("，其余的只要 {others}。"));
    } else {
        text += lang.pick(".", "。");
    }
    for kind in kinds.iter().filter(|kind| kind.first.stalls()) {
        text += &cause(kind, lang);
    }
    text + &first_ones(settings, asked, kinds, lang)
}

/// Which rule kept the bytes back, and which timer let them go.
fn cause(kind: &Kind, lang: Lang) -> String {
    let wait = &kind.first;
    let hold = &wait.hold;
    let (host, peer) = (name(kind.host, lang), name(1 - kind.host, lang));
    let bytes = hold.bytes;
    let after = at_most(kind, kind.longest, lang);
    let Some(ack) = wait.ack else {
        return match (hold.rule, wait.release) {
            (Rule::Cork, Release::Timer) => lang.pick(
                format!(" TCP_CORK stays set: the {host} keeps {bytes} bytes back until its probe timer lets them go, {after} later (tcp_probe_timer)."),
                format!("TCP_CORK 一直设着：{host}扣住 {bytes} 字节，{after}后才由探测定时器放行（tcp_probe_timer）。"),
            ),
            _ => lang.pick(
                format!(" {bytes} bytes of the {host} wait {after} for a timer."),
                format!("{host}的 {bytes} 字节等定时器等了 {after}。"),
            ),
        };
    };
    let small = hold.snd_sml.wrapping_sub(hold.snd_una);
    let nagle = lang.pick(
        format!(" Nagle at the {host} keeps {bytes} bytes back while the {small} before them are unacknowledged (tcp_nagle_check); "),
        format!("{host}的 Nagle 扣住 {bytes} 字节，因为前面的 {small} 字节还没有确认（tcp_nagle_check）；"),
    );
    let put_off = at_most(kind, kind.put_off, lang);
    let pingpong = ack.state.is_some_and(|state| state.pingpong);
    let why = match (ack.cause, pingpong) {
        (Cause::Timer, true) => lang.pick(
            format!("the {peer} takes the connection for interactive and puts that ACK off until its delayed-ACK timer fires, {} later (tcp_delack_timer).", put_off),
            format!("{peer}把连接当作交互式的，推迟这个 ACK，{}后由延迟确认定时器发出（tcp_delack_timer）。", put_off),
        ),
        (Cause::Timer, false) => lang.pick(
            format!("the {peer} has no quick ACK left and puts that ACK off until its delayed-ACK timer fires, {} later (tcp_delack_timer).", put_off),
            format!("{peer}的快速确认已用完，推迟这个 ACK，{}后由延迟确认定时器发出（tcp_delack_timer）。", put_off),
        ),
        _ => lang.pick(
            format!("the {peer} puts that ACK off, and a tail loss probe of the {host} brings it after {put_off} (tcp_send_loss_probe)."),
            format!("{peer}推迟这个 ACK，{put_off}后被{host}的尾部丢包探测引出来（tcp_send_loss_probe）。"),
        ),
    };
    nagle + &why
}

/// A time, which is the longest of several.
fn at_most(kind: &Kind, time: Time, lang: Lang) -> String {
    let time = span(time, lang);
    if kind.times == 1 { time } else { lang.pick(format!("up to {time}"), format!("最多 {time}")) }
}

/// Why the first requests are fast, if they are.
fn first_ones(settings: &Settings, asked: &[Asked], kinds: &[Kind], lang: Lang) -> String {
    let before = asked.iter().position(Asked::stalls).unwrap_or(0);
    let by_client = kinds.first().is_some_and(|kind| kind.host == CLIENT && kind.first.ack.is_some());
    if before == 0 || !by_client {
        return String::new();
    }
    let answers = if settings.server_kernel.has(Change::PingpongAfterThree) { 3 } else { 1 };
    let which = match before {
        1 => lang.pick(" The first is fast".to_string(), "第一个不卡".to_string()),
        n => lang.pick(format!(" The first {n} are fast"), format!("前 {n} 个不卡")),
    };
    let until = match answers {
        1 => lang.pick("until the server's first answer", "服务端第一次响应之前"),
        _ => lang.pick(
            "until its third answer that comes in another jiffy than the one before",
            "在服务端第三次响应之前（与上一次同一个 jiffy 的不算）",
        ),
    };
    which
        + &lang.pick(
            format!(": {until} a connection acknowledges at once."),
            format!("：{until}，连接都是立刻确认。"),
        )
}

fn held(settings: &Settings, sums: &Sums, kinds: &[Kind], lang: Lang) -> String {
    let (n, all) = (sums.held, sums.asked);
    let (median, rtt) = (span(sums.median, lang), span(settings.rtt, lang));
    if kinds.iter().all(|kind| kind.first.hold.rule != Rule::Nagle) {
        return lang.pick(
            format!("No request stalls: median {median}. In {n} of {all} bytes wait for room in a window, and no timer is in it."),
            format!("没有请求卡住：中位数 {median}。{all} 个里有 {n} 个的数据等过窗口腾出空间，与定时器无关。"),
        );
    }
    let nagle = || kinds.iter().filter(|kind| kind.first.hold.rule == Rule::Nagle);
    let mut text = if nagle().all(|kind| kind.first.ack.is_some_and(|ack| ack.cause == Cause::Data)) {
        lang.pick(
            format!("No request stalls: median {median}. In {n} of {all} Nagle keeps bytes back, but the ACK comes at once; that costs a round trip of {rtt}."),
            format!("没有请求卡住：中位数 {median}。{all} 个里有 {n} 个被 Nagle 扣过字节，但 ACK 立刻就到，只多花一个往返 {rtt}。"),
        )
    } else {
        let longest = span(nagle().map(|kind| kind.longest).max().unwrap_or_default(), lang);
        lang.pick(
            format!("No request stalls: median {median}. In {n} of {all} Nagle keeps bytes back, for {longest} at most, and no timer is in it."),
            format!("没有请求卡住：中位数 {median}。{all} 个里有 {n} 个被 Nagle 扣过字节，最多 {longest}，与定时器无关。"),
        )
    };
    let client = kinds.first().is_some_and(|kind| kind.host == CLIENT);
    if client && settings.server_quickack == QuickAck::EachRead {
        text += lang.pick(
            " TCP_QUICKACK before each read() takes the server out of interactive mode each time.",
            "服务端每次 read() 之前的 TCP_QUICKACK 都把它从交互模式里拉出来。",
        );
    }
    text
}

fn fast(settings: &Settings, sums: &Sums, lang: Lang) -> String {
    let (median, worst) = (span(sums.median, lang), span(sums.worst, lang));
    let text = lang.pick(
        format!("No request waits for an ACK: median {median}, worst {worst}."),
        format!("没有请求在等 ACK：中位数 {median}，最慢 {worst}。"),
    );
    let parts = settings.request();
    let bytes: u32 = parts.iter().sum();
    let why = if settings.cork == Cork::Around && parts.len() > 1 {
        lang.pick(
            " TCP_CORK gathers the parts, and clearing it sends them together.",
            "TCP_CORK 把各部分攒在一起，取消时一并发出。",
        )
    } else if settings.nodelay && parts.len() > 1 {
        lang.pick(
            " With TCP_NODELAY small segments wait for nothing; each call is a packet.",
            "有了 TCP_NODELAY，小报文什么也不等，一次调用就是一个报文。",
        )
    } else if parts.len() == 1 && bytes < super::FULL_SEGMENT {
        lang.pick(
            " The request is a single small segment, and nothing is in flight before it.",
            "请求只有一个小报文，它前面没有在途的数据。",
        )
    } else if has_small_tail(&parts) {
        lang.pick(
            " The small tail leaves beside the full segments: only an unacknowledged small segment would hold it (tcp_minshall_check).",
            "小尾巴和满报文一起发出：只有未确认的小报文才会扣住它（tcp_minshall_check）。",
        )
    } else {
        ""
    };
    text + why
}

/// Do full segments go before a small one, and no small one before that?
fn has_small_tail(parts: &[u32]) -> bool {
    let Some((last, others)) = parts.split_last() else { return false };
    let before: u32 = others.iter().sum();
    let bytes = before + last;
    bytes > super::FULL_SEGMENT
        && !bytes.is_multiple_of(super::FULL_SEGMENT)
        && before.is_multiple_of(super::FULL_SEGMENT)
}
