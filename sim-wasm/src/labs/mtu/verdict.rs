//! The outcome of a run in a sentence or two.

use super::scenario::{End, Outcome};
use super::sends::{self, Send};
use super::settings::Settings;
use super::tables::{host_name, span};
use crate::kernel::Counter;
use crate::lab::report::{Mood, Verdict};
use crate::text::Lang;
use crate::time::Time;

/// Sums it up.
pub(super) fn verdict(settings: &Settings, outcome: &Outcome, sends: &[Send<'_>], lang: Lang) -> Verdict {
    let dropped = sends.iter().find(|send| send.stopped());
    let (code, mood, text) = match (outcome.end, dropped) {
        (End::CutOff, _) => {
            let text = lang.pick("The run was cut off: it took too many steps.", "运行被截断：步数太多。");
            ("cut_off", Mood::Bad, text.to_string())
        }
        (End::Failed(host, error), Some(first)) => {
            let (who, waited) = (host_name(host, lang), span(outcome.ended, lang));
            let hidden = hidden(settings, outcome, sends, first, lang);
            let text = lang.pick(
                format!("Handshake and small packets pass, but {hidden}. The {who} sends the first of them again and again and gives up after {waited} with {error}; the other side is never told."),
                format!("握手和小报文都能通过，但 {hidden}。{who}反复重发其中第一个，{waited}后放弃，错误是 {error}；另一端永远得不到通知。"),
            );
            ("hung", Mood::Bad, text)
        }
        (End::Failed(host, error), None) => {
            let (who, at) = (host_name(host, lang), span(outcome.ended, lang));
            let text = lang.pick(
                format!("The {who} is told {error} after {at}."),
                format!("{who}在 {at}后得到错误 {error}。"),
            );
            ("failed", Mood::Bad, text)
        }
        (End::Done, Some(first)) => recovered(settings, outcome, sends, first, lang),
        (End::Done, None) => untouched(settings, outcome, sends, lang),
    };
    Verdict { code, mood, text }
}

/// What disappears, and why nobody says so.
fn hidden(
    settings: &Settings,
    outcome: &Outcome,
    sends: &[Send<'_>],
    first: &Send<'_>,
    lang: Lang,
) -> String {
    let stopped = sends.iter().filter(|send| send.stopped()).count();
    let (len, mtu) = first.passage.stopped.map_or((0, 0), |stop| (stop.len, stop.mtu));
    let heard = sends::messages(outcome, settings.rtt_ms).len();
    if heard > 0 {
        return lang.pick(
            format!(
                "packets of {len} bytes do not fit a link of {mtu}, and {heard} ICMP messages did not help"
            ),
            format!("{len} 字节的报文过不了 MTU {mtu} 的链路，{heard} 个 ICMP 通知也没有用"),
        );
    }
    lang.pick(
        format!("packets of {len} bytes do not fit a link of {mtu}: a router drops all {stopped}, and its ICMP messages are filtered"),
        format!("{len} 字节的报文过不了 MTU {mtu} 的链路：路由器把 {stopped} 个全丢了，它的 ICMP 通知又被过滤"),
    )
}

/// Packets were dropped, and the transfer ended well.
fn recovered(
    settings: &Settings,
    outcome: &Outcome,
    sends: &[Send<'_>],
    first: &Send<'_>,
    lang: Lang,
) -> (&'static str, Mood, String) {
    let at = span(outcome.ended, lang);
    let host = first.packet.from;
    let who = host_name(host, lang);
    let messages = sends::messages(outcome, settings.rtt_ms);
    let passed = sends.iter().filter(|send| send.packet.from == host && !send.stopped());
    let largest = passed.clone().map(|send| send.packet.segment.ip_len()).max().unwrap_or(0);
    if let Some((heard, _, mtu)) = messages.first() {
        let lost = sends.iter().filter(|send| send.stopped()).count();
        let cost = span(*heard - first.packet.sent_at, lang);
        return (
            "discovered",
            Mood::Good,
            lang.pick(
                format!("Done after {at}. A router drops {lost} packets and says what fits: {mtu}. The {who} hears of it {cost} later, sends them again in smaller segments at once, and leaves its congestion window as it is."),
                format!("{at}完成。路由器丢了 {lost} 个报文，并告知最多 {mtu} 字节。{who}在 {cost}后得知，立即切成小段重发，拥塞窗口不变。"),
            ),
        );
    }
    let found = outcome.world.host(host).counters().get(Counter::TCPMTUPSuccess);
    let resumed = passed.filter(|send| send.again).map(|send| send.packet.sent_at).next();
    let stood = resumed.map_or(Time::ZERO, |resumed| resumed - first.packet.sent_at);
    let lost = sends.iter().filter(|send| send.stopped()).count();
    let mut text = if stood < Time::from_secs(1) {
        lang.pick(
            format!("Done after {at}. The {who} searches for the size that passes, beginning with a small one: only {lost} probes disappeared."),
            format!("{at}完成。{who}从小段开始往上找能通过的大小，只有 {lost} 个探测报文有去无回。"),
        )
    } else {
        let stood = span(stood, lang);
        lang.pick(
            format!("Done after {at}, of which {stood} without a byte: large segments disappeared until the {who} tried smaller ones."),
            format!("{at}完成，其中 {stood}一个字节也没走：大段一直有去无回，直到{who}改试小段。"),
        )
    };
    if found > 0 {
        text += &lang.pick(
            format!(" {found} larger ones were then tried with success; the largest packet that arrived has {largest} bytes."),
            format!("之后往上试成功了 {found} 次，到达的最大报文是 {largest} 字节。"),
        );
    }
    ("probed", Mood::Neutral, text)
}

/// No router dropped anything.
fn untouched(
    settings: &Settings,
    outcome: &Outcome,
    sends: &[Send<'_>],
    lang: Lang,
) -> (&'static str, Mood, String) {
    let at = span(outcome.ended, lang);
    let cut = sends.iter().filter(|send| send.passage.fragmented.is_some()).count();
    if cut > 0 {
        let text = lang.pick(
            format!("Done after {at}. Packets carry no DF: a router cut {cut} of them into fragments, and the receiver joined them again."),
            format!("{at}完成。报文不带 DF：路由器把其中 {cut} 个切成分片，接收方再拼起来。"),
        );
        return ("fragmented", Mood::Neutral, text);
    }
    let packets = &outcome.world.packets;
    let rewritten = packets.iter().enumerate().find_map(|(index, packet)| {
        let (_, written) = sends::passage(outcome, index).clamped?;
        Some((written, packet.segment.opts.mss?))
    });
    if let Some((written, mss)) = rewritten {
        let text = lang.pick(
            format!("Done after {at}. A router made an MSS of {written} one of {mss}: every packet fits."),
            format!("{at}完成。路由器把 MSS {written} 改成了 {mss}，每个报文都过得去。"),
        );
        return ("clamped", Mood::Good, text);
    }
    let largest = sends.iter().map(|send| send.packet.segment.ip_len()).max().unwrap_or(0);
    let text = match settings.client_mtu == settings.server_mtu {
        false => lang.pick(
            format!("Done after {at}. The largest packet has {largest} bytes: each side keeps to the MSS that the other announced."),
            format!("{at}完成。最大的报文 {largest} 字节：每一边都不超过对方通告的 MSS。"),
        ),
        true => lang.pick(
            format!("Done after {at}. The largest packet has {largest} bytes, and fits every link."),
            format!("{at}完成。最大的报文 {largest} 字节，每段链路都过得去。"),
        ),
    };
    ("fits", Mood::Good, text)
}
