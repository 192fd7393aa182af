//! What is wrong with a script: where, what was found, what was expected, and what was perhaps meant.

use super::ast::Pos;
use crate::text::{Lang, Text};
use crate::time::Time;

/// Something wrong in a script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScriptError {
    /// Where.
    pub at: Pos,
    /// What.
    pub problem: Problem,
}

/// What can be wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// Something else should stand there.
    Expected {
        /// What should.
        expected: Text,
        /// What does; empty at the end of the script.
        found: String,
    },
    /// No such name.
    Unknown {
        /// What it should be the name of.
        what: Text,
        /// The name.
        name: String,
        /// The nearest that there is.
        near: Option<&'static str>,
    },
    /// Opened and never closed.
    Unclosed {
        /// What is.
        what: Text,
        /// What would close it.
        end: &'static str,
    },
    /// A number that does not fit.
    Range {
        /// What it is.
        what: Text,
        /// The number.
        value: String,
        /// The largest that does.
        max: u64,
    },
    /// A call with too few or too many arguments.
    Arguments {
        /// Which call.
        call: &'static str,
        /// Fewest it takes.
        min: u8,
        /// Most it takes.
        max: u8,
        /// How many there are.
        given: usize,
    },
    /// `1:1001(999)`: the numbers do not agree.
    Payload {
        /// First sequence number.
        seq: u32,
        /// The one behind the last, as written.
        end: u32,
        /// Payload bytes.
        len: u16,
    },
    /// A time before that of an earlier line.
    Backwards {
        /// The time.
        time: Time,
        /// The later time.
        before: Time,
        /// The line on which that one stands.
        line: u32,
    },
    /// Options that do not fill whole words of four bytes.
    Padding {
        /// Their bytes.
        bytes: usize,
    },
    /// More than the 40 bytes that a header has room for.
    TooManyOptions {
        /// Their bytes.
        bytes: usize,
    },
    /// A problem that one sentence is enough for.
    Other(Text),
}

impl ScriptError {
    /// The sentence, without the place.
    pub fn message(&self, lang: Lang) -> String {
        let en = matches!(lang, Lang::En);
        match &self.problem {
            Problem::Expected { expected, found } => {
                let expected = expected.get(lang);
                match (en, found.is_empty()) {
                    (true, false) => format!("expected {expected}, found `{found}`"),
                    (true, true) => format!("expected {expected}, but the script ends here"),
                    (false, false) => format!("此处应为：{expected}；实际是：`{found}`"),
                    (false, true) => format!("此处应为：{expected}；脚本却到此结束"),
                }
            }
            Problem::Unknown { what, name, near } => {
                let what = what.get(lang);
                let near = near.map_or(String::new(), |near| {
                    lang.pick(format!("; did you mean `{near}`?"), format!("，是不是 `{near}`？"))
                });
                let space = if what.starts_with(|c: char| c.is_ascii()) { " " } else { "" };
                lang.pick(
                    format!("there is no {what} `{name}`{near}"),
                    format!("没有名为 `{name}` 的{space}{what}{near}"),
                )
            }
            Problem::Unclosed { what, end } => {
                let what = what.get(lang);
                let end = if *end == "`" { "\"`\"".to_string() } else { format!("`{end}`") };
                lang.pick(
                    format!("this {what} is not closed: {end} is missing"),
                    format!("{what}没有结束：缺少 {end}"),
                )
            }
            Problem::Range { what, value, max } => {
                let what = what.get(lang);
                lang.pick(
                    format!("{what} {value} is out of range: 0 to {max}"),
                    format!("{what}：{value} 超出范围，应在 0 到 {max} 之间"),
                )
            }
            Problem::Arguments { call, min, max, given } => {
                let takes = match (min, max) {
                    (1, 1) => lang.pick("1 argument", "1").to_string(),
                    _ if min == max => lang.pick(format!("{min} arguments"), min.to_string()),
                    _ => lang.pick(format!("{min} or {max} arguments"), format!("{min} 或 {max}")),
                };
                lang.pick(
                    format!("`{call}` takes {takes}, not {given}"),
                    format!("`{call}` 需要 {takes} 个参数，而不是 {given} 个"),
                )
            }
            Problem::Payload { seq, end, len } => {
                let right = seq.wrapping_add(u32::from(*len));
                lang.pick(
                    format!("{seq} and {len} bytes make {right}, not {end}"),
                    format!("{seq} 加 {len} 字节应为 {right}，而不是 {end}"),
                )
            }
            Problem::Backwards { time, before, line } => {
                let (time, before) = (seconds(*time), seconds(*before));
                lang.pick(
                    format!("time runs backwards: {time} comes after {before} of line {line}"),
                    format!("时间倒退：{time} 排在第 {line} 行的 {before} 之后"),
                )
            }
            Problem::Padding { bytes } => {
                let nops = 4 - bytes % 4;
                let verb = if nops == 1 { "is" } else { "are" };
                lang.pick(
                    format!("the options take {bytes} bytes, which is not a multiple of 4: {nops} `nop` {verb} missing"),
                    format!("选项共 {bytes} 字节，不是 4 的倍数，还缺 {nops} 个 `nop`"),
                )
            }
            Problem::TooManyOptions { bytes } => lang.pick(
                format!("the options take {bytes} bytes; a TCP header has room for 40"),
                format!("选项共 {bytes} 字节，而 TCP 首部最多容纳 40 字节"),
            ),
            Problem::Other(text) => text.get(lang).to_string(),
        }
    }
}

/// Seconds, without zeros that say nothing.
pub(super) fn seconds(time: Time) -> String {
    let fraction = format!("{:09}", time.0 % 1_000_000_000);
    let text = format!("{}.{fraction}", time.secs());
    text.trim_end_matches('0').trim_end_matches('.').to_string()
}

/// The line of the script at `at`, and below it a `^` under the column. Tabs stay tabs in both, so that they agree however
/// wide they are shown. Empty for a line that the script has not.
pub fn excerpt(source: &str, at: Pos) -> String {
    let Some(line) = source.lines().nth(at.line.saturating_sub(1) as usize) else { return String::new() };
    let before = line.chars().take(at.col.saturating_sub(1) as usize);
    let mut text = format!("{line}\n");
    text.extend(before.map(|c| match c {
        '\t' => '\t',
        // Chinese, Japanese and Korean characters take the room of two.
        '\u{2e80}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}' | '\u{ff00}'..='\u{ff60}' => '\u{3000}',
        _ => ' ',
    }));
    text.push('^');
    text
}
