//! Where a page's head ends and its body begins.

use super::KEYS;

/// A page cut in two.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Split<'a> {
    /// The YAML between the lines of dashes; empty when there is no head.
    pub(super) yaml: &'a str,
    /// Line of the file on which the YAML begins.
    pub(super) yaml_line: usize,
    /// Everything behind the head.
    pub(super) body: &'a str,
    /// Line of the file on which the body begins.
    pub(super) body_line: usize,
}

/// Cuts a page. The head stands between two lines `---`; as in Hexo, the first of them may be missing.
///
/// # Errors
/// Line and message, when a head is opened and never closed.
pub(super) fn split(text: &str) -> Result<Split<'_>, (usize, String)> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let none = Split { yaml: "", yaml_line: 1, body: text, body_line: 1 };
    let blank = text.lines().take_while(|line| line.trim().is_empty()).count();
    let first = text.lines().nth(blank).unwrap_or_default();
    let opened = is_fence(first);
    let after_fence = if opened { text.lines().nth(blank + 1).unwrap_or_default() } else { first };
    if !opened && !names_a_key(after_fence) {
        return Ok(none);
    }
    let head_from = blank + usize::from(opened);
    let Some(close) = text.lines().skip(head_from).position(is_fence).map(|at| head_from + at) else {
        // A rule at the top of a page without a head looks like the beginning of one.
        return match opened && looks_like_a_key(after_fence) {
            true => Err((blank + 1, "the head that begins here is never closed by a line `---`".to_string())),
            false => Ok(none),
        };
    };
    let (head_start, head_end) = (line_start(text, head_from), line_start(text, close));
    let body = &text[line_start(text, close + 1)..];
    Ok(Split { yaml: &text[head_start..head_end], yaml_line: head_from + 1, body, body_line: close + 2 })
}

fn is_fence(line: &str) -> bool {
    let line = line.trim_end();
    line.len() >= 3 && line.bytes().all(|byte| byte == b'-')
}

fn names_a_key(line: &str) -> bool {
    line.split_once(':').is_some_and(|(key, rest)| {
        KEYS.contains(&key.trim_end()) && (rest.trim_end().is_empty() || rest.starts_with([' ', '\t']))
    })
}

fn looks_like_a_key(line: &str) -> bool {
    line.split_once(':').is_some_and(|(key, _)| {
        !key.is_empty() && key.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'))
    })
}

/// Byte at which line `number` (from 0) begins; the end of the text when it has fewer lines.
fn line_start(text: &str, number: usize) -> usize {
    text.split_inclusive('\n').take(number).map(str::len).sum()
}
