//! The outcome of a run in a sentence or two.

use super::explain;
use super::session::{Outcome, Run, Story};
use super::why::Why;
use crate::lab::report::{Mood, Verdict};
use crate::text::Lang;

/// What a client's program sees, in a few words.
pub(super) fn outcome(outcome: Outcome, lang: Lang) -> String {
    match outcome {
        Outcome::Answered => lang.pick("answered", "得到响应").to_string(),
        Outcome::Failed(errno) => {
            lang.pick(format!("connect(): {}", errno.name()), format!("connect()：{}", errno.name()))
        }
        Outcome::TimedOut => lang.pick("SYN_SENT, then ETIMEDOUT", "SYN_SENT，最后 ETIMEDOUT").to_string(),
        Outcome::Hangs => lang.pick("connected, no answer", "连上了，没有响应").to_string(),
        Outcome::Reset => lang.pick("connected, then ECONNRESET", "连上了，又 ECONNRESET").to_string(),
    }
}

fn code(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Answered => "works",
        Outcome::Failed(super::client::Errno::Econnrefused) => "refused",
        Outcome::Failed(_) => "unreachable",
        Outcome::TimedOut => "timeout",
        Outcome::Hangs => "hang",
        Outcome::Reset => "reset",
    }
}

/// Sums it up.
pub(super) fn verdict(run: &Run<'_>, story: &Story, lang: Lang) -> Verdict {
    let all = run.stories.len() as u64;
    let answered = run.count(|story| story.outcome == Outcome::Answered);
    let past = run.count(|story| story.past_director);
    let why = story.why().map(|why| explain::explain(why, run.world.settings, lang).text).unwrap_or_default();
    let filtered = story.records().any(|record| record.why == Some(Why::IcmpFiltered));
    let why = match filtered {
        true => {
            why + lang.pick(" ", "") + &explain::explain(Why::IcmpFiltered, run.world.settings, lang).text
        }
        false => why,
    };
    let space = if why.is_empty() { "" } else { lang.pick(" ", "") };
    let (code, mood, text) = match (answered, past) {
        (0, _) => {
            let seen = seen(story.outcome, lang);
            (code(story.outcome), Mood::Bad, format!("{seen}{space}{why}"))
        }
        (n, _) if n < all => (
            "intermittent",
            Mood::Bad,
            lang.pick(
                format!("{} of {all} connections fail, {past} went past the director. The first that fails: {}.{space}{why}", all - n, outcome(story.outcome, lang)),
                format!("{all} 条连接里 {} 条失败，{past} 条绕过了调度器。第一条失败的：{}。{why}", all - n, outcome(story.outcome, lang)),
            ),
        ),
        (_, 0) => ("works", Mood::Good, works(run, story, lang)),
        _ => ("bypass", Mood::Bad, bypass(all, past, lang)),
    };
    Verdict { code, mood, text }
}

/// Everything works, and not by the director.
fn bypass(all: u64, past: u64, lang: Lang) -> String {
    let believed = lang.pick(
        "The gateway takes a real server for the VIP: nothing is balanced, and nobody notices until that real server fails.",
        "网关把后端当成了 VIP：没有负载均衡可言，在那台后端出故障之前谁也不会发现。",
    );
    let counted = match all {
        1 => lang.pick(
            "The connection is answered, but it went past the director.".to_string(),
            "连接得到了响应，却绕过了调度器。".to_string(),
        ),
        _ => lang.pick(
            format!("All {all} connections are answered, but {past} of them went past the director."),
            format!("{all} 条连接都得到了响应，但其中 {past} 条绕过了调度器。"),
        ),
    };
    counted + lang.pick(" ", "") + believed
}

/// What somebody at the client sees when nothing works.
fn seen(outcome: Outcome, lang: Lang) -> &'static str {
    match outcome {
        Outcome::Answered => "",
        Outcome::Failed(super::client::Errno::Econnrefused) => {
            lang.pick("connect() fails at once: ECONNREFUSED.", "connect() 立刻失败：ECONNREFUSED。")
        }
        Outcome::Failed(super::client::Errno::Ehostunreach) => {
            lang.pick("connect() fails at once: EHOSTUNREACH.", "connect() 立刻失败：EHOSTUNREACH。")
        }
        Outcome::Failed(super::client::Errno::Enoprotoopt) => lang.pick(
            "connect() fails at once: ENOPROTOOPT, \"Protocol not available\".",
            "connect() 立刻失败：ENOPROTOOPT，“Protocol not available”。",
        ),
        Outcome::TimedOut => lang.pick(
            "The client stays in SYN_SENT, and after two minutes connect() fails with ETIMEDOUT.",
            "客户端停在 SYN_SENT，两分钟后 connect() 失败：ETIMEDOUT。",
        ),
        Outcome::Hangs => lang.pick(
            "connect() succeeds, and the answer to the request never comes.",
            "connect() 成功，请求却等不到响应。",
        ),
        Outcome::Reset => lang.pick(
            "connect() succeeds, and then the connection is reset.",
            "connect() 成功，随后连接被重置。",
        ),
    }
}

fn works(run: &Run<'_>, story: &Story, lang: Lang) -> String {
    let settings = run.world.settings;
    let mode = settings.mode.name();
    let by = match settings.mode.keeps_vip() {
        true => lang.pick("the answers go straight to the client", "响应直接回客户端"),
        false => lang.pick("the answers come back through the director", "响应经调度器返回"),
    };
    let (requests, answers) = (run.world.ledger.requests[0], run.world.ledger.answers[0]);
    let resent = if story.why().is_some() {
        lang.pick(
            " A packet that was too big cost a message and a second try.",
            "有报文过大，多花了一个通知和一次重发。",
        )
    } else {
        ""
    };
    lang.pick(
        format!("{mode} works: {by}. The director took in {requests} bytes from the client, and {answers} from the real server.{resent}"),
        format!("{mode} 工作正常：{by}。调度器从客户端收进 {requests} 字节，从后端收进 {answers} 字节。{resent}"),
    )
}
