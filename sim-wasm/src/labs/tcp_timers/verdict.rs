//! The outcome of a run in a sentence or two.

use super::scenario::{End, Outcome, SERVER};
use super::settings::{Scene, Settings};
use super::steps::{Kind, Step, What};
use super::words::{long_span, span};
use crate::lab::report::{Mood, Verdict};
use crate::tcp::Errno;
use crate::text::Lang;
use crate::time::Time;

/// Timers that are late by less than this in all are on time.
const NOTABLE: Time = Time::from_millis(100);

/// Sums it up.
pub(super) fn verdict(settings: &Settings, outcome: &Outcome, steps: &[Step], lang: Lang) -> Verdict {
    let (code, mood) = match outcome.end {
        End::CutOff => {
            let text = lang.pick("The run was cut off: it took too many steps.", "运行被截断：步数太多。");
            return Verdict { code: "cut_off", mood: Mood::Bad, text: text.to_string() };
        }
        End::Failed(Errno::ETIMEDOUT) => ("timed_out", Mood::Bad),
        End::Failed(Errno::ECONNREFUSED) => ("refused", Mood::Bad),
        End::Failed(Errno::ECONNRESET) => ("reset", Mood::Bad),
        End::Failed(_) => ("unreachable", Mood::Bad),
        End::Gone => ("gone", Mood::Neutral),
        End::Never => ("never", Mood::Bad),
        End::GoesOn => ("no_end", Mood::Bad),
    };
    let mut text = result(settings, outcome, lang);
    let cause = cause(settings, outcome, steps, lang);
    text += &lang.pick(format!(": {cause}."), format!("：{cause}。"));
    text += &lateness(settings, outcome, steps, lang);
    text += &besides(settings, outcome, lang);
    Verdict { code, mood, text }
}

/// Who is told what, and when.
fn result(settings: &Settings, outcome: &Outcome, lang: Lang) -> String {
    let call = settings.scene.call();
    let waited = long_span(outcome.ended - outcome.began, lang);
    match outcome.end {
        End::Failed(error) => lang.pick(
            format!("{call} fails after {waited} with {error}"),
            format!("{call} 在 {waited}之后失败，错误是 {error}"),
        ),
        End::Gone => lang.pick(
            format!("The socket is gone after {waited}; nobody is told, its program has closed it"),
            format!("套接字在 {waited}之后消失，程序已经关闭了它，没有人得到通知"),
        ),
        End::Never => lang.pick("The program is never told".to_string(), "程序永远得不到通知".to_string()),
        End::GoesOn | End::CutOff => {
            lang.pick(format!("No end in sight after {waited}"), format!("过了 {waited}，仍看不到终点"))
        }
    }
}

/// Why.
fn cause(settings: &Settings, outcome: &Outcome, steps: &[Step], lang: Lang) -> String {
    let count =
        |kind| steps.iter().filter(|step| matches!(step.what, What::Sent(sent, _) if sent == kind)).count();
    let probes = count(Kind::Probe);
    match (settings.scene, outcome.end) {
        (_, End::Never) if settings.scene.is_idle() => lang.pick(
            "no data is under way and SO_KEEPALIVE is off, so no timer runs at all".to_string(),
            "没有数据在路上，SO_KEEPALIVE 也没开，一个定时器都没有".to_string(),
        ),
        (Scene::ConnectUnreachable, _) => {
            lang.pick("the network itself says so, with ICMP".to_string(), "网络用 ICMP 明确告知".to_string())
        }
        (Scene::ConnectRefused, _) => lang.pick(
            "nobody listens on the port, and the peer says so with an RST".to_string(),
            "端口没有人监听，对端直接回了 RST".to_string(),
        ),
        (Scene::ConnectBlackhole, _) => {
            let n = count(Kind::Syn);
            lang.pick(format!("{n} SYNs, and no answer"), format!("发了 {n} 个 SYN，没有任何应答"))
        }
        (Scene::LostSynAck, _) => {
            let n = count(Kind::Syn);
            lang.pick(
                format!("{n} SYNs arrive, and every SYN-ACK is lost on its way back"),
                format!("{n} 个 SYN 都到了，SYN-ACK 却全部丢在回来的路上"),
            )
        }
        (Scene::PeerRebooted, End::Failed(Errno::ECONNRESET)) => lang.pick(
            "the first keepalive probe reaches a peer that knows no such connection and answers with an RST".to_string(),
            "第一个 keepalive 探测到了一个不认识这条连接的对端，它回了 RST".to_string(),
        ),
        (Scene::DeadPeerIdle | Scene::PeerRebooted, _) => lang.pick(
            format!("{probes} keepalive probes without an answer, then an RST to a peer that is not there"),
            format!("{probes} 个 keepalive 探测都没有应答，最后给不在了的对端发一个 RST"),
        ),
        (Scene::ZeroWindow, End::Failed(_)) => lang.pick(
            format!("TCP_USER_TIMEOUT is over, although the {probes} probes were answered"),
            format!("TCP_USER_TIMEOUT 到了，尽管 {probes} 个探测都有应答"),
        ),
        (Scene::ZeroWindow, _) => lang.pick(
            format!("{probes} probes, answered with a window of 0; each answer sets the count back to 0, and this may go on for ever"),
            format!("{probes} 个探测得到的应答都说窗口为 0；每个应答都把计数清零，可以永远这样下去"),
        ),
        (Scene::FinWait2Orphan, _) => {
            let timeout = settings.fin_timeout_s;
            match timeout {
                ..=60 => lang.pick(
                    format!("a small record takes its place at once, for tcp_fin_timeout = {timeout} s"),
                    format!("它立刻换成一个小结构，活 tcp_fin_timeout = {timeout} 秒"),
                ),
                _ => {
                    let part = timeout - 60;
                    lang.pick(
                        format!("with tcp_fin_timeout = {timeout} the socket stays for {part} s ({timeout} − 60), and the small record after it for {part} s again"),
                        format!("tcp_fin_timeout = {timeout}，套接字先留 {part} 秒（{timeout} − 60），换成的小结构再活 {part} 秒"),
                    )
                }
            }
        }
        (Scene::DeadPeerSending | Scene::FinWait1Orphan, _) => {
            let n = count(Kind::Data) + count(Kind::Fin) + count(Kind::LossProbe);
            let what = if settings.scene == Scene::FinWait1Orphan {
                lang.pick("the FIN", "FIN ")
            } else {
                lang.pick("the same segment", "同一个报文")
            };
            lang.pick(
                format!("{what} was sent {n} times, and never acknowledged"),
                format!("{what}发了 {n} 次，始终没有确认"),
            )
        }
    }
}

/// How much of the wait is lateness.
fn lateness(settings: &Settings, outcome: &Outcome, steps: &[Step], lang: Lang) -> String {
    let late = steps.iter().fold(Time::ZERO, |late, step| late + step.late());
    let Some(waited) = outcome.waited().filter(|_| late >= NOTABLE && !settings.is_bounded()) else {
        return String::new();
    };
    let (nominal, kernel) = (long_span(waited - late, lang), settings.client_kernel);
    lang.pick(
        format!(" The timers alone make {nominal}; Linux {kernel} fires far-off ones late."),
        format!("定时器本身合计 {nominal}，Linux {kernel} 让远期的定时器晚一些触发。"),
    )
}

/// What else is worth knowing.
fn besides(settings: &Settings, outcome: &Outcome, lang: Lang) -> String {
    match settings.scene {
        Scene::DeadPeerSending if settings.keepalive => lang
            .pick(
                " SO_KEEPALIVE is on, but sends no probe while data are unacknowledged.",
                "SO_KEEPALIVE 开着，但数据没有确认时一个探测也不发。",
            )
            .to_string(),
        Scene::LostSynAck => {
            let gone =
                outcome.looks.get(SERVER).and_then(|looks| looks.last()).filter(|look| look.line.is_none());
            let Some(gone) = gone else { return String::new() };
            let lived = span(gone.at - outcome.began, lang);
            lang.pick(
                format!(" The server forgets the request after {lived}."),
                format!("服务端 {lived}后忘掉这个半连接。"),
            )
        }
        Scene::DeadPeerSending | Scene::FinWait1Orphan if settings.is_bounded() => lang
            .pick(
                " TCP_USER_TIMEOUT ends it, reckoned from the first repetition that is counted.",
                "结束它的是 TCP_USER_TIMEOUT，从第一次计数的重发算起。",
            )
            .to_string(),
        _ => String::new(),
    }
}
