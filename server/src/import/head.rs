//! The head of a page as generators take it: YAML or JSON, with its opening line or without.

use crate::content::yaml::{self, Entry, Value};

/// A page cut in two.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Page<'a> {
    /// The keys of the head; why there are none, with the line.
    pub(super) head: Result<Vec<Entry>, (usize, String)>,
    /// The head as it is written, without the lines around it; none when the page has no head.
    pub(super) written: Option<&'a str>,
    /// The bytes of the file before the body.
    pub(super) length: usize,
    /// What follows it.
    pub(super) body: &'a str,
    /// Line of the file on which the body begins.
    pub(super) body_line: usize,
}

/// Cuts a page.
pub(super) fn split(text: &str) -> Page<'_> {
    let mark = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let mut lines = Vec::new();
    let mut at = mark;
    for line in text[mark..].split_inclusive('\n') {
        lines.push((at, line.trim_end()));
        at += line.len();
    }
    let none = Page { head: Ok(Vec::new()), written: None, length: mark, body: &text[mark..], body_line: 1 };
    let Some(first) = lines.iter().position(|(_, line)| !line.is_empty()) else { return none };
    let opening = fence(lines[first].1);
    let from = if opening.is_some() { first + 1 } else { first };
    let begins = lines.get(from).map_or("", |(_, line)| *line);
    if opening.is_none() && !is_key(begins) {
        return none;
    }
    let close = lines.iter().skip(from).position(|(_, line)| match opening {
        Some(kind) => fence(line) == Some(kind),
        None => fence(line).is_some(),
    });
    let Some(close) = close.map(|at| at + from) else {
        // A rule at the top of a page is no head; a head that is never closed cannot be told from the text.
        return match opening.is_some() && is_key(begins) {
            true => {
                let message = "the head that begins here is never closed by a line `---`".to_string();
                Page { head: Err((first + 1, message)), ..none }
            }
            false => none,
        };
    };
    let start = |line: usize| lines.get(line).map_or(text.len(), |(at, _)| *at);
    let written = &text[start(from)..start(close)];
    let is_json = fence(lines[close].1) == Some(';');
    let head = match is_json {
        // JSON is YAML, and Hexo leaves its braces out.
        true => read(&format!("{{{}}}", written.trim_end().trim_end_matches(',')), from + 1),
        false => read(written, from + 1),
    };
    // What looked like a head by a single word in a text without one is text.
    if opening.is_none() && head.is_err() && !is_json && !begins.starts_with("title") {
        return none;
    }
    let length = start(close + 1);
    Page { head, written: Some(written), length, body: &text[length..], body_line: close + 2 }
}

fn read(text: &str, line: usize) -> Result<Vec<Entry>, (usize, String)> {
    match yaml::parse(text, line) {
        Ok(None) => Ok(Vec::new()),
        Ok(Some(node)) => match node.value {
            Value::Map(entries) => Ok(entries),
            Value::Scalar { .. } if node.is_null() => Ok(Vec::new()),
            _ => Err((node.line, "the head is no list of lines `key: value`".to_string())),
        },
        Err(error) => Err((error.line, error.message)),
    }
}

fn fence(line: &str) -> Option<char> {
    let first = line.chars().next().filter(|c| matches!(c, '-' | ';'))?;
    (line.len() >= 3 && line.chars().all(|c| c == first)).then_some(first)
}

fn is_key(line: &str) -> bool {
    line.split_once(':').is_some_and(|(key, rest)| {
        let key = key.trim_end().trim_matches('"');
        let named = !key.is_empty() && key.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'));
        named && (rest.is_empty() || rest.starts_with([' ', '\t']))
    })
}

/// What `key` says in a head that cannot be read as a whole.
pub(super) fn guess(written: &str, key: &str) -> Option<String> {
    let line = written.lines().find_map(|line| line.strip_prefix(key)?.trim_start().strip_prefix(':'))?;
    let value = line.trim().trim_matches(['"', '\'']).trim();
    (!value.is_empty()).then(|| value.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(text: &str) -> (Vec<String>, &str, usize) {
        let page = split(text);
        (page.head.unwrap().into_iter().map(|entry| entry.key).collect(), page.body, page.body_line)
    }

    #[test]
    fn heads_in_every_form() {
        let title = || vec!["title".to_string()];
        for (text, wanted, body, line) in [
            ("---\ntitle: a\n---\nb", title(), "b", 4),
            ("title: a\n---\nb", title(), "b", 3),
            ("\u{feff}\n---\r\ntitle: a\r\n---\r\nb", title(), "b", 5),
            ("\"title\": \"a\",\n\"tags\": [\"x\"]\n;;;\nb", vec!["title".into(), "tags".into()], "b", 4),
            (";;;\n\"title\": \"a\"\n;;;\nb", title(), "b", 4),
            ("---\n---\nb", vec![], "b", 3),
            ("b\n---\n", vec![], "b\n---\n", 1),
            ("---\n\nb\n", vec![], "---\n\nb\n", 1),
            ("Note: it: is\n---\n", vec![], "Note: it: is\n---\n", 1),
        ] {
            assert_eq!(keys(text), (wanted, body, line), "{text}");
        }
    }

    #[test]
    fn what_cannot_be_read_keeps_its_text() {
        let page = split("---\ntitle: \"a: b\ndate: 2020-01-01\n---\nb\n");
        assert!(page.head.is_err());
        assert_eq!((page.written, page.body), (Some("title: \"a: b\ndate: 2020-01-01\n"), "b\n"));
        assert_eq!(guess(page.written.unwrap(), "title").as_deref(), Some("a: b"));
        let open = split("---\ntitle: a\n\ntext\n");
        assert_eq!((open.head.is_err(), open.body), (true, "---\ntitle: a\n\ntext\n"));
    }
}
