//! A script line by line: a mark on each, its packets as arrows between the script and the kernel, and below it what is
//! to be said of it.

use super::html::{escape, prose};
use super::result;
use super::scale::seconds;
use crate::lab::Report;
use crate::lab::report::{Fate, Reason};
use crate::lab::script::{Line, Mark, Remark, RemarkKind, ScriptInfo, Sent, Unasked};
use crate::text::Lang;
use std::fmt::Write;

pub(super) fn html(out: &mut String, report: &Report, lang: Lang, prefix: &str) {
    let Some(script) = &report.script else { return };
    let label = lang.pick("The script, line by line", "脚本逐行结果");
    let ladder = if report.events.is_empty() { "" } else { " ladder" };
    let _ = write!(out, "<section class=\"script{ladder}\" data-part=\"script\" aria-label=\"{label}\">");
    if let [peer, .., host] = &report.hosts[..]
        && let Some(kernel) = &host.kernel
    {
        let (peer, kernel) = (escape(&peer.name), escape(kernel));
        let _ = write!(
            out,
            "<p class=\"ends\" aria-hidden=\"true\"><span>{peer}</span><span>Linux {kernel}</span></p>"
        );
    }
    out.push_str("<ol>");
    let mut unasked = script.unasked.iter().peekable();
    for line in &script.lines {
        self::line(out, report, line, lang, prefix);
        while let Some(sent) = unasked.next_if(|sent| sent.after <= line.n) {
            self::unasked(out, report, sent, lang);
        }
    }
    unasked.for_each(|sent| self::unasked(out, report, sent, lang));
    out.push_str("</ol></section>");
}

/// The sentence of a verdict, in which the line that decided it leads to that line.
pub(super) fn verdict(report: &Report, lang: Lang, prefix: &str) -> String {
    let sentence = prose(&report.verdict.text);
    let Some(line) = report.script.as_ref().and_then(ScriptInfo::first_failure) else { return sentence };
    let n = line.n;
    let name = lang.pick(format!("Line {n}"), format!("第 {n} 行"));
    let Some(at) = position(&sentence, &name) else { return sentence };
    let (before, behind) = (&sentence[..at], &sentence[at + name.len()..]);
    format!("{before}<a class=\"to-line\" href=\"#{prefix}-l{n}\">{name}</a>{behind}")
}

/// Where `part` begins in a text: `str::find` for short ones, without the code for long ones, which a page would load.
fn position(text: &str, part: &str) -> Option<usize> {
    text.as_bytes().windows(part.len()).position(|bytes| bytes == part.as_bytes())
}

/// A packet of a script as it was sent, in short; none in other reports.
pub(super) fn label(report: &Report, event: u32) -> Option<&str> {
    let script = report.script.as_ref()?;
    let unasked = script.unasked.iter().map(|unasked| &unasked.packet);
    let mut all = script.lines.iter().flat_map(|line| &line.packets).chain(unasked);
    all.find(|sent| sent.event == event).map(|sent| short(&sent.text))
}

fn line(out: &mut String, report: &Report, line: &Line, lang: Lang, prefix: &str) {
    let (n, class) = (line.n, line.outcome.word());
    let text = line.text.trim_start();
    let comment = if text.starts_with("//") || text.starts_with('#') { " comment" } else { "" };
    let _ =
        write!(out, "<li class=\"{class}{comment}\" id=\"{prefix}-l{n}\" value=\"{n}\" data-line=\"{n}\">");
    let _ = write!(
        out,
        "<span class=\"mark\"><span class=\"sr-only\">{}</span></span>",
        words(line.outcome, lang)
    );
    let _ = write!(out, "<code>{}</code>", escape(&line.text));
    rung(out, report, line, lang);
    for remark in &line.remarks {
        self::remark(out, report, line, remark, lang);
    }
    out.push_str("</li>");
}

/// What a mark says to those who do not see it.
fn words(mark: Mark, lang: Lang) -> &'static str {
    match mark {
        Mark::Nothing | Mark::Done => "",
        Mark::Held => lang.pick("holds", "成立"),
        Mark::NotTried => lang.pick("not tried", "没有执行"),
        Mark::NotModelled => lang.pick("not modelled", "模型没有涵盖"),
        Mark::Failed => lang.pick("does not hold", "不成立"),
        Mark::Wrong => lang.pick("cannot be read", "无法识别"),
    }
}

/// The packets of a line as one arrow, with the time and the state behind it.
fn rung(out: &mut String, report: &Report, line: &Line, lang: Lang) {
    let expects_packet = line.expected.starts_with('>');
    let missing = expects_packet && line.outcome == Mark::Failed && line.packets.is_empty();
    if line.packets.is_empty() && line.state.is_none() && !missing {
        return;
    }
    out.push_str("<span class=\"rung\">");
    let time = line.t_us.filter(|_| missing || !line.packets.is_empty());
    let _ = write!(out, "<span class=\"t\">{}</span>", time.map(seconds).unwrap_or_default());
    match &line.packets[..] {
        [] if missing => {
            let nothing = lang.pick("nothing sent", "没有发出报文");
            let _ = write!(out, "<span class=\"arrow out missing\"><span>{nothing}</span></span>");
        }
        [] => out.push_str("<span class=\"arrow\"></span>"),
        [first, rest @ ..] => {
            let other = line.outcome == Mark::Failed && !line.instead.is_empty();
            arrow(out, report, first, rest.len(), other, lang);
        }
    }
    let _ = write!(out, "<span class=\"state\">{}</span></span>", line.state.unwrap_or_default());
}

fn arrow(out: &mut String, report: &Report, sent: &Sent, more: usize, other: bool, lang: Lang) {
    let event = report.events.iter().find(|event| event.n == sent.event);
    let dropped =
        event.and_then(|event| event.packet.as_ref()).is_some_and(|packet| packet.fate == Fate::Dropped);
    let (way, what) = match (sent.inbound, dropped) {
        (true, true) => ("in dropped", lang.pick("arrives and is dropped", "到达后被丢弃")),
        (true, false) => ("in", lang.pick("arrives", "到达")),
        (false, _) if other => ("out other", lang.pick("sent instead", "实际发出")),
        (false, _) => ("out", lang.pick("sent", "发出")),
    };
    let more = if more > 0 { format!(" +{more}") } else { String::new() };
    let _ = write!(
        out,
        "<span class=\"arrow {way}\"><span class=\"sr-only\">{what} </span><span>{}{more}</span></span>",
        escape(short(&sent.text))
    );
}

/// A packet without its window and its options.
fn short(packet: &str) -> &str {
    let end = [" win ", " <"].iter().filter_map(|part| position(packet, part)).min();
    packet.get(..end.unwrap_or(packet.len())).unwrap_or(packet)
}

fn remark(out: &mut String, report: &Report, line: &Line, remark: &Remark, lang: Lang) {
    let class = match remark.kind {
        RemarkKind::Failure | RemarkKind::Wrong => "wrong",
        RemarkKind::Dropped => "drop",
        RemarkKind::NotModelled => "beyond",
        RemarkKind::Printed => "printed",
    };
    let _ = write!(out, "<div class=\"remark {class}\">");
    let reason = remark.why.and_then(|why| report.reasons.iter().find(|reason| reason.id == why));
    match remark.kind {
        RemarkKind::Wrong => {
            let caret = caret(&line.text, remark.col.unwrap_or(1));
            let _ = write!(out, "<code aria-hidden=\"true\">{caret}</code><p>{}</p>", prose(&remark.text));
        }
        RemarkKind::Printed => {
            let _ = write!(out, "<code>{}</code>", escape(&remark.text));
        }
        RemarkKind::Failure if line.instead.starts_with('>') => {
            compare(out, line, lang);
            let dropped = |line: &&Line| {
                line.remarks.iter().any(|it| it.kind == RemarkKind::Dropped && it.why == remark.why)
            };
            let lines = report.script.iter().flat_map(|script| &script.lines);
            if let Some(n) =
                lines.take_while(|other| other.n < line.n).filter(dropped).last().map(|line| line.n)
                && remark.why.is_some()
            {
                let told = lang.pick(
                    format!("The packet of line {n} was dropped."),
                    format!("第 {n} 行的报文被丢弃了。"),
                );
                let _ = write!(out, "<p>{told}</p>");
            }
        }
        _ => {
            let _ = write!(out, "<p>{}</p>", prose(&remark.text));
        }
    }
    if let Some(reason) = reason.filter(|_| remark.kind == RemarkKind::Dropped) {
        because(out, reason, lang);
    }
    out.push_str("</div>");
}

/// Where a packet was dropped, on what condition, what was counted, and what would change it.
fn because(out: &mut String, reason: &Reason, lang: Lang) {
    let (function, condition) = (result::function_html(reason), escape(&reason.condition));
    let _ = write!(out, "<p class=\"because\">{function} {condition}");
    for counter in &reason.counters {
        let _ = write!(out, "<br>{counter} +1");
    }
    // A dash where nothing would.
    if reason.would_change != "—" {
        let change = lang.pick("would change it:", "改变结果的参数：");
        let _ = write!(out, "<br>{change} {}", escape(&reason.would_change));
    }
    out.push_str("</p>");
}

/// What was expected above what was sent, with a mark on what is not the same.
fn compare(out: &mut String, line: &Line, lang: Lang) {
    let (expected, sent) = (words_of(&line.expected), words_of(&line.instead));
    let before = expected.iter().zip(&sent).take_while(|(a, b)| a == b).count();
    let most = expected.len().min(sent.len()) - before;
    let after = expected.iter().rev().zip(sent.iter().rev()).take(most).take_while(|(a, b)| a == b).count();
    out.push_str("<dl>");
    let terms = lang.pick(["expected", "sent"], ["期望", "实际"]);
    for (term, words) in terms.into_iter().zip([expected, sent]) {
        let end = words.len() - after;
        let middle = words[before..end].concat();
        let (marked, space) = middle.split_at(middle.trim_end().len());
        let [head, marked, tail] =
            [&words[..before].concat(), marked, &(space.to_string() + &words[end..].concat())].map(escape);
        let _ =
            write!(out, "<div><dt>{term}</dt><dd><code>{head}<mark>{marked}</mark>{tail}</code></dd></div>");
    }
    out.push_str("</dl>");
}

/// A packet cut behind each space and comma.
fn words_of(packet: &str) -> Vec<&str> {
    packet.split_inclusive([' ', ',']).collect()
}

/// A `^` under a column of a line. Tabs stay tabs, so that they agree however wide they are shown.
fn caret(line: &str, col: u32) -> String {
    let mut text: String = line
        .chars()
        .take((col as usize).saturating_sub(1))
        .map(|c| match c {
            '\t' => '\t',
            // Han and its like take the room of two.
            '\u{2e80}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}' | '\u{ff00}'..='\u{ff60}' => '\u{3000}',
            _ => ' ',
        })
        .collect();
    text.push('^');
    text
}

fn unasked(out: &mut String, report: &Report, sent: &Unasked, lang: Lang) {
    let told = lang.pick("Sent, and no line asks about it.", "发出了，但没有哪一行提到它。");
    let _ = write!(
        out,
        "<li class=\"unasked\"><span class=\"mark\"></span><em>{told}</em><span class=\"rung\"><span class=\"t\">{}</span>",
        seconds(sent.t_us)
    );
    arrow(out, report, &sent.packet, 0, true, lang);
    out.push_str("<span class=\"state\"></span></span></li>");
}

/// What came of a line, as far as the script asks about it: what was sent, what a call returned.
fn done(line: &Line, lang: Lang) -> String {
    let said = match line.outcome {
        Mark::Held => &line.expected,
        _ => &line.instead,
    };
    match said.strip_prefix("> ") {
        Some(packet) => lang.pick(format!("sends {packet}"), format!("发出 {packet}")),
        None if !said.is_empty() => said.clone(),
        None if line.outcome == Mark::Failed && line.expected.starts_with('>') => {
            lang.pick("sends nothing", "没有发出报文").to_string()
        }
        None => words(line.outcome, lang).to_string(),
    }
}

/// The first line that fares differently in two runs of a script, in a sentence; none when the scripts differ.
pub(super) fn parting(
    a: &ScriptInfo,
    b: &ScriptInfo,
    heads: &(String, String),
    lang: Lang,
) -> Option<String> {
    if !a.lines.iter().map(|line| &line.text).eq(b.lines.iter().map(|line| &line.text)) {
        return None;
    }
    let same =
        |a: &Line, b: &Line| (a.outcome, a.state, done(a, lang)) == (b.outcome, b.state, done(b, lang));
    let Some((x, y)) = a.lines.iter().zip(&b.lines).find(|(a, b)| !same(a, b)) else {
        let told = match a.unasked == b.unasked {
            true => lang.pick("No difference: every line fares the same.", "没有差别：每一行的结果都相同。"),
            false => lang.pick(
                "Every line fares the same; what no line asks about differs.",
                "每一行的结果都相同；脚本没有提到的报文有差别。",
            ),
        };
        return Some(told.to_string());
    };
    let told = |line: &Line, head: &str| {
        let state = line.state.map(|state| format!("[{state}]")).unwrap_or_default();
        let parts = [head.to_string(), done(line, lang), state];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
    };
    let (n, first, second) = (x.n, told(x, &heads.0), told(y, &heads.1));
    Some(lang.pick(format!("Line {n}: {first}; {second}."), format!("第 {n} 行：{first}；{second}。")))
}
