//! The outcome of a run in a sentence or two.

use super::figures::server_name;
use super::findings::Runs;
use super::network::SECOND;
use super::settings::{Client, Settings};
use super::tables::{names, seconds};
use super::trace::{Outcome, Trace};
use crate::lab::report::{Mood, Verdict};
use crate::text::Lang;

/// Above this a reader calls it slow.
const SLOW: u64 = SECOND;

pub(super) fn verdict(settings: &Settings, runs: &Runs, lang: Lang) -> Verdict {
    let Runs { program, tool } = runs;
    if program.cut_off || tool.cut_off {
        let text = lang.pick(
            "More queries than this lab follows: a search list of this length is no use to anybody.",
            "查询多得跟不过来：这么长的搜索列表对谁都没用。",
        );
        return Verdict { code: "too_many", mood: Mood::Bad, text: text.to_string() };
    }
    let first = program.outcome();
    let (code, mood) = match (&first, program.lookups.first().map_or(0, |(from, to, _)| to - from)) {
        (Outcome::Found(..), ..SLOW) => ("address", Mood::Good),
        (Outcome::Found(..), _) => ("address_late", Mood::Neutral),
        (Outcome::NoName, _) => ("no_name", Mood::Bad),
        (Outcome::NoData, _) => ("no_data", Mood::Bad),
        (Outcome::Again, _) => ("try_again", Mood::Bad),
        (Outcome::Fail, _) => ("fail", Mood::Bad),
    };
    let mut text = sentence(settings, program, lang);
    text += &others(program, lang);
    text += &of_tool(settings, &first, tool, lang);
    Verdict { code, mood, text }
}

/// What the first lookup gave, who said so, and how long it took.
fn sentence(settings: &Settings, program: &Trace, lang: Lang) -> String {
    let Some((from, to, outcome)) = program.lookups.first() else { return String::new() };
    let took = seconds(to - from);
    let queries: Vec<_> =
        program.sent().filter(|query| query.at_us >= *from && query.until_us <= *to).collect();
    let (sent, tried) = (queries.len(), names(program).len());
    let musl = matches!(settings.client, Client::Musl | Client::OldMusl);
    let found = matches!(outcome, Outcome::Found(..));
    let answers = queries
        .iter()
        .filter(|query| query.reply().is_some_and(|reply| !found || !reply.addresses.is_empty()));
    // The servers of musl are asked together: the first answer is the one that counts.
    let first = answers.min_by_key(|query| query.until_us).filter(|_| musl || found);
    let by = first.or(queries.last()).map(|query| server_name(settings, query.server, lang));
    let effort = match sent {
        0 => lang.pick("no query", "没有发查询").to_string(),
        _ => lang.pick(
            format!(
                "{sent} {}, {tried} {}",
                plural(sent, "query", "queries"),
                plural(tried, "name", "names")
            ),
            format!("{sent} 个查询，{tried} 个名字"),
        ),
    };
    let name = &settings.name;
    match (outcome, by) {
        (Outcome::Found(addresses, full), Some(by)) => lang.pick(
            format!("{} after {took} s, from {by}, as {full} ({effort}).", addresses.join(", ")),
            format!("{took} 秒后得到 {}，由 {by} 回答，名字是 {full}（{effort}）。", addresses.join(", ")),
        ),
        (Outcome::Found(addresses, _), None) => lang.pick(
            format!("{}, and no server was asked.", addresses.join(", ")),
            format!("得到 {}，没有问服务器。", addresses.join(", ")),
        ),
        (_, by) => {
            let error = error(settings, outcome, lang);
            let last = by.map_or(String::new(), |by| match musl && first.is_some() {
                true => {
                    lang.pick(format!("; the first answer came from {by}"), format!("，最先回答的是 {by}"))
                }
                false => lang.pick(format!("; the last server asked was {by}"), format!("，最后问的是 {by}")),
            });
            lang.pick(
                format!("{name}: {error}, after {took} s ({effort}{last})."),
                format!("{name}：{error}，用了 {took} 秒（{effort}{last}）。"),
            )
        }
    }
}

/// The error as the program's C library or runtime calls it.
pub(super) fn error(settings: &Settings, outcome: &Outcome, lang: Lang) -> String {
    let go = settings.client == Client::Go;
    let (code, en, zh) = match outcome {
        Outcome::Found(..) => return String::new(),
        Outcome::NoName if go => return lang.pick("no such host", "no such host").to_string(),
        Outcome::Again | Outcome::NoData | Outcome::Fail if go => {
            return lang.pick("a temporary error", "临时错误").to_string();
        }
        Outcome::NoName => ("EAI_NONAME", "not known", "没有这个名字"),
        Outcome::NoData => ("EAI_NODATA", "no address", "没有地址"),
        Outcome::Again => ("EAI_AGAIN", "try again later", "稍后再试"),
        Outcome::Fail => ("EAI_FAIL", "failure", "失败"),
    };
    lang.pick(format!("{code} ({en})"), format!("{code}（{zh}）"))
}

/// The lookups after the first, when there are any.
fn others(program: &Trace, lang: Lang) -> String {
    if program.lookups.len() < 2 {
        return String::new();
    }
    let later: Vec<String> = program
        .lookups
        .iter()
        .skip(1)
        .map(|(from, to, outcome)| {
            let took = seconds(to - from);
            match outcome {
                Outcome::Found(..) => lang.pick(format!("found after {took} s"), format!("{took} 秒后找到")),
                _ => lang.pick(format!("failed after {took} s"), format!("{took} 秒后失败")),
            }
        })
        .collect();
    lang.pick(
        format!(
            " The next {} of the thread: {}.",
            plural(later.len(), "lookup", "lookups"),
            later.join(", ")
        ),
        format!("同一线程接下来的查询：{}。", later.join("，")),
    )
}

/// Where the tool sees something else, or takes another time.
fn of_tool(settings: &Settings, first: &Outcome, tool: &Trace, lang: Lang) -> String {
    let Some((_, took, outcome)) = tool.lookups.last() else { return String::new() };
    let command = settings.tool.command();
    let took = seconds(*took);
    match (first, outcome) {
        (Outcome::Found(ours, _), Outcome::Found(theirs, _)) => {
            let same = theirs.iter().any(|address| ours.contains(address));
            match same {
                true => lang.pick(
                    format!(" {command} finds it too, after {took} s."),
                    format!("{command} 也找到了，用了 {took} 秒。"),
                ),
                false => lang.pick(
                    format!(" {command} says something else: {}.", theirs.join(", ")),
                    format!("{command} 说的却是 {}。", theirs.join(", ")),
                ),
            }
        }
        (_, Outcome::Found(theirs, _)) => lang.pick(
            format!(" With the same files {command} finds {} after {took} s.", theirs.join(", ")),
            format!("同样的文件，{command} 却在 {took} 秒后查到 {}。", theirs.join(", ")),
        ),
        (Outcome::Found(..), _) => lang.pick(
            format!(" {command} does not find it, after {took} s."),
            format!("{command} 查不到，用了 {took} 秒。"),
        ),
        _ => lang.pick(
            format!(" {command} does not find it either, after {took} s."),
            format!("{command} 也查不到，用了 {took} 秒。"),
        ),
    }
}

fn plural<'a>(count: usize, one: &'a str, many: &'a str) -> &'a str {
    if count == 1 { one } else { many }
}
