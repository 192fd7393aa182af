//! What is wrong with a script: where, what was found, what was expected, and what was perhaps meant.

use super::ast::Pos;
use crate::nearest::nearest;
use crate::text::{Lang, Text};
use crate::time::Time;

/// Something wrong in a script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScriptError {
    /// Where.
    pub at: Pos,
    /// A sentence with gaps.
    text: &'static Text,
    /// What stands in the gap `{}`; the second of the words when there is none.
    what: Option<&'static Text>,
    /// What stands in the gaps `{0}`, `{1}` and so on.
    words: Vec<String>,
    /// A name that was perhaps meant.
    near: Option<&'static str>,
}

pub(super) type Parsed<T> = Result<T, Box<ScriptError>>;

impl ScriptError {
    /// A sentence that says it all.
    pub(super) fn new(at: Pos, text: &'static Text) -> Box<ScriptError> {
        Box::new(ScriptError { at, text, what: None, words: Vec::new(), near: None })
    }

    /// With the words of its gaps.
    pub(super) fn with(mut self: Box<Self>, words: impl Into<Vec<String>>) -> Box<ScriptError> {
        self.words = words.into();
        self
    }

    /// Something else should stand there than `found`, which is empty at the end of the script.
    pub(super) fn expected(at: Pos, what: &'static Text, found: &str) -> Box<ScriptError> {
        let mut error = ScriptError::expected_word(at, "", found);
        error.what = Some(what);
        error
    }

    /// The same for what is written as it is in both languages.
    pub(super) fn expected_word(at: Pos, word: &str, found: &str) -> Box<ScriptError> {
        let text = match found {
            "" => &Text {
                en: "expected {}, but the script ends here", zh: "此处应为：{}；脚本却到此结束"
            },
            _ => &Text { en: "expected {}, found `{0}`", zh: "此处应为：{}；实际是：`{0}`" },
        };
        ScriptError::new(at, text).with([found.to_string(), word.to_string()])
    }

    /// There is no such name, only these.
    pub(super) fn unknown(
        at: Pos,
        what: &'static Text,
        name: &str,
        known: &mut dyn Iterator<Item = &'static str>,
    ) -> Box<ScriptError> {
        let text = &Text { en: "there is no {} `{0}`", zh: "没有名为 `{0}` 的{}" };
        let mut error = ScriptError::about(at, text, what, vec![name.to_string()]);
        error.near = nearest(name, known);
        error
    }

    /// A number beyond `max`.
    pub(super) fn range(at: Pos, what: &'static Text, value: &str, max: u64) -> Box<ScriptError> {
        let text = &Text {
            en: "{} {0} is out of range: 0 to {1}",
            zh: "{}：{0} 超出范围，应在 0 到 {1} 之间",
        };
        ScriptError::about(at, text, what, vec![value.to_string(), max.to_string()])
    }

    /// Something that is opened and never closed.
    pub(super) fn unclosed(at: Pos, what: &'static Text, end: &str) -> Box<ScriptError> {
        let text = &Text { en: "this {} is not closed: {0} is missing", zh: "{}没有结束：缺少 {0}" };
        ScriptError::about(at, text, what, vec![end.to_string()])
    }

    fn about(at: Pos, text: &'static Text, what: &'static Text, words: Vec<String>) -> Box<ScriptError> {
        Box::new(ScriptError { at, text, what: Some(what), words, near: None })
    }

    /// The sentence, without the place.
    pub fn message(&self, lang: Lang) -> String {
        let word = self.words.get(1).map_or("", String::as_str);
        let what = self.what.map_or(word, |what| what.get(lang));
        let mut message = fill(self.text.get(lang), what, &self.words);
        if let Some(near) = self.near {
            let text = lang.pick("; did you mean `{}`?", "，是不是 `{}`？");
            message += &fill(text, near, &[]);
        }
        message
    }
}

/// A sentence with its gaps filled: `{}` with `what`, `{0}`, `{1}` and so on with `words`.
fn fill(template: &str, what: &str, words: &[String]) -> String {
    let mut text = String::new();
    for (index, part) in template.split('{').enumerate() {
        let mut rest = part;
        if let Some((gap, behind)) = part.split_once('}').filter(|_| index > 0) {
            let word = gap.chars().next().and_then(|digit| digit.to_digit(10));
            let word = word.map_or(what, |word| words.get(word as usize).map_or("", String::as_str));
            // Chinese has a space before Latin letters.
            let han = text.ends_with(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
            if han && word.starts_with(|c: char| c.is_ascii_alphabetic()) {
                text.push(' ');
            }
            text.push_str(word);
            rest = behind;
        }
        text.push_str(rest);
    }
    text
}

/// Seconds, without zeros that say nothing.
pub(super) fn seconds(time: Time) -> String {
    let text = format!("{}.{:09}", time.secs(), time.0 % 1_000_000_000);
    text.trim_end_matches('0').trim_end_matches('.').to_string()
}

/// The line of the script at `at`, and below it a `^` under the column. Tabs stay tabs in both, so that they agree however
/// wide they are shown. Empty for a line that the script has not.
pub fn excerpt(source: &str, at: Pos) -> String {
    let Some(line) = source.split('\n').nth(at.line.saturating_sub(1) as usize) else { return String::new() };
    let line = line.trim_end_matches('\r');
    let mut text = line.to_string();
    text.push('\n');
    for c in line.chars().take(at.col.saturating_sub(1) as usize) {
        text.push(match c {
            '\t' => '\t',
            // Chinese, Japanese and Korean characters take the room of two.
            '\u{2e80}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}' | '\u{ff00}'..='\u{ff60}' => '\u{3000}',
            _ => ' ',
        });
    }
    text.push('^');
    text
}
