//! The outcome of a run in a few sentences.

use super::client::Outcome;
use super::findings::{count, misled};
use super::population::{Place, Population};
use super::settings::Settings;
use super::tally::Tick;
use crate::kernel::Change;
use crate::lab::report::{Mood, Verdict};
use crate::text::Lang;
use crate::time::Time;

/// Sums it up.
pub(super) fn verdict(settings: &Settings, run: &Population, lang: Lang) -> Verdict {
    let of = |outcome| count(run, Some(outcome), None);
    let failures = [Outcome::ReadTimeout, Outcome::Reset, Outcome::Refused, Outcome::ConnectTimeout];
    let failed: u64 = failures.map(of).iter().sum();
    let overflows = drops(run, &[Tick::AcceptQueueFullOnSyn, Tick::AcceptQueueFullOnCookie])
        + drops(run, &[Tick::AcceptQueueFull, Tick::Aborted]);
    let on_syn_queue = drops(run, &[Tick::SynQueueFull, Tick::LastQuarter]);

    let code = match (failed + of(Outcome::Connecting), overflows, on_syn_queue) {
        (_, 0, 0) if failed == 0 => "all_served",
        (0, ..) => "served_late",
        _ if misled(run) > of(Outcome::Reset) => "misled",
        (_, 0, 0) => "too_late",
        (_, 0, _) => "syn_queue_full",
        _ => "accept_queue_full",
    };
    let (mood, mut text) = match code {
        "all_served" => (Mood::Good, all_served(run, lang)),
        "served_late" => (Mood::Neutral, served_late(run, lang)),
        _ => (Mood::Bad, clients(run, lang)),
    };
    if overflows > 0 {
        text += &accept_queue(run, lang);
    }
    if on_syn_queue > 0 {
        text += &syn_queue(settings, run, lang);
    }
    text += &in_vain(run, lang);
    Verdict { code, mood, text }
}

fn drops(run: &Population, ticks: &[Tick]) -> u64 {
    ticks.iter().map(|tick| run.server.tally.get(*tick)).sum()
}

/// `10 ms`, `2.5 s`
fn span(time: Time, lang: Lang) -> String {
    let (ms, tenths) = (time.millis(), time.millis() % 1000 / 100);
    match time.secs() {
        0 => lang.pick(format!("{ms} ms"), format!("{ms} 毫秒")),
        s => lang.pick(format!("{s}.{tenths} s"), format!("{s}.{tenths} 秒")),
    }
}

fn all_served(run: &Population, lang: Lang) -> String {
    let (n, served) = (run.connects, count(run, Some(Outcome::Served), None));
    let most = run.samples.iter().map(|sample| sample.most_waiting).max().unwrap_or(0);
    let slowest = span(run.slowest, lang);
    let mut text = lang.pick(
        format!("Nothing is dropped: {served} of {n} clients have their answer when the run ends, the slowest after {slowest}. The accept queue never holds more than {most}."),
        format!("什么都没丢：运行结束时，{n} 个客户端中 {served} 个已得到应答，最慢的等了 {slowest}。全连接队列里最多时有 {most} 条。"),
    );
    let cookies = run.server.tally.get(Tick::CookieSent);
    if cookies > 0 {
        text += &lang.pick(
            format!(" {cookies} SYNs are answered with cookies."),
            format!("{cookies} 个 SYN 用 cookie 应答。"),
        );
    }
    text
}

fn served_late(run: &Population, lang: Lang) -> String {
    let (late, slowest) = (run.late, span(run.slowest, lang));
    lang.pick(
        format!("No client fails, but {late} get in only by a SYN or by data sent again. The slowest waits {slowest}."),
        format!("没有客户端失败，但有 {late} 个靠重传 SYN 或数据才进来，最慢的等了 {slowest}。"),
    )
}

/// How the clients fare.
fn clients(run: &Population, lang: Lang) -> String {
    let (n, of) = (run.connects, |outcome| count(run, Some(outcome), None));
    let parts: Vec<String> = [
        (of(Outcome::Served), "are served in time", "按时得到应答"),
        (of(Outcome::ReadTimeout), "wait for nothing until their read timeout", "白等到读超时"),
        (of(Outcome::Reset), "are reset", "被复位"),
        (of(Outcome::Refused), "are refused", "被拒绝"),
        (of(Outcome::ConnectTimeout), "give up connecting", "放弃连接"),
        (of(Outcome::Connecting), "still hang in connect()", "还卡在 connect() 里"),
    ]
    .into_iter()
    .filter(|(count, ..)| *count > 0)
    .map(|(count, en, zh)| lang.pick(format!("{count} {en}"), format!("{count} 个{zh}")))
    .collect();
    let told = match (&parts[..], lang) {
        (parts, Lang::Zh) => parts.join("，"),
        ([rest @ .., last], Lang::En) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        (parts, Lang::En) => parts.concat(),
    };
    match of(Outcome::Served) {
        0 => lang.pick(
            format!("None of {n} clients gets an answer: {told}."),
            format!("{n} 个客户端没有一个得到应答：{told}。"),
        ),
        _ => lang.pick(format!("Of {n} clients {told}."), format!("{n} 个客户端中，{told}。")),
    }
}

/// What the full accept queue did.
fn accept_queue(run: &Population, lang: Lang) -> String {
    let places = u64::from(run.server.queues.backlog) + 1;
    let at = span(run.full.0.unwrap_or_default(), lang);
    let drops_syns = run.server.changes.has(Change::AcceptQueueFullDropsSyn);
    let mut text = lang.pick(
        format!(" The accept queue takes {places} and is full after {at}."),
        format!("全连接队列装 {places} 条，{at}时装满。"),
    );
    if drops_syns {
        text += lang.pick(" While it is full every SYN is dropped.", "满着的时候，SYN 一律被丢。");
    }
    let misled = misled(run).saturating_sub(count(run, Some(Outcome::Reset), None));
    if misled > 0 {
        text += &lang.pick(
            format!(" {misled} clients were told that they are connected, but the server had thrown their last ACK away."),
            format!("有 {misled} 个客户端以为自己连上了，其实服务端丢了它们最后的 ACK。"),
        );
    }
    text
}

/// What the full SYN queue did.
fn syn_queue(settings: &Settings, run: &Population, lang: Lang) -> String {
    let dropped = drops(run, &[Tick::SynQueueFull, Tick::LastQuarter]);
    let queues = run.server.queues;
    let most = settings.sysctl.tcp_max_syn_backlog;
    // Without cookies the last quarter is for peers that are known, and nobody is.
    let places = queues.syn_queue_limit(run.server.changes).min(most - (most >> 2) + 1);
    lang.pick(
        format!(" With cookies off the SYN queue takes {places}, and {dropped} SYNs are dropped at it."),
        format!("cookie 关着，半连接队列只装 {places} 个，{dropped} 个 SYN 在这里被丢。"),
    )
}

/// Connections that were accepted after their clients had left.
fn in_vain(run: &Population, lang: Lang) -> String {
    match count(run, Some(Outcome::ReadTimeout), Some(Place::Accepted)) {
        0 => String::new(),
        late => lang.pick(
            format!(" The program accepts {late} whose clients have already left."),
            format!("程序 accept 的有 {late} 条，客户端早已离开。"),
        ),
    }
}
