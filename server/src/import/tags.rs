//! Tags of template languages in markdown, `{% name … %}` and `{{ … }}`: found outside of code.

use crate::markdown;
use pulldown_cmark::{Event, Parser, Tag};
use std::ops::Range;

/// A tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found<'a> {
    /// Where it stands.
    pub(super) range: Range<usize>,
    /// What it is.
    pub(super) what: What<'a>,
}

/// What a tag is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum What<'a> {
    /// `{% name arguments %}`
    Tag { name: &'a str, arguments: &'a str },
    /// `{% name arguments %}inside{% endname %}`
    Pair { name: &'a str, arguments: &'a str, inside: Range<usize> },
    /// `{{ expression }}`
    Value(&'a str),
}

/// Tags of a text, from top to bottom; those within a pair are left to whoever reads what is inside it.
pub(super) fn find<'a>(text: &'a str, is_pair: &dyn Fn(&str) -> bool) -> Vec<Found<'a>> {
    let mut found = Vec::new();
    let mut from = 0;
    let mut code = code(text);
    while let Some(at) = next(text, from) {
        if let Some(within) = code.iter().find(|range| range.contains(&at)) {
            from = within.end.max(at + 1);
            continue;
        }
        let (is_value, close) = if text[at..].starts_with("{{") { (true, "}}") } else { (false, "%}") };
        let Some(length) = text[at + 2..].find(close) else {
            from = at + 2;
            continue;
        };
        let end = at + 2 + length + 2;
        let written = text[at + 2..end - 2].trim_matches('-').trim();
        if is_value {
            found.push(Found { range: at..end, what: What::Value(written) });
            from = end;
            continue;
        }
        let (name, arguments) = written.split_once(char::is_whitespace).unwrap_or((written, ""));
        let arguments = arguments.trim();
        let closed = if is_pair(name) { end_of(text, end, name) } else { None };
        let (what, stop) = match closed {
            Some(closing) => (What::Pair { name, arguments, inside: end..closing.start }, closing.end),
            None => (What::Tag { name, arguments }, end),
        };
        if closed_changes_code(&what, text) {
            // What the pair holds may look like the fence of another block.
            code = self::code(&text[stop..])
                .into_iter()
                .map(|range| range.start + stop..range.end + stop)
                .collect();
        }
        found.push(Found { range: at..stop, what });
        from = stop;
    }
    found
}

fn closed_changes_code(what: &What<'_>, text: &str) -> bool {
    matches!(what, What::Pair { inside, .. } if text[inside.clone()].contains(['`', '~', '\n']))
}

fn next(text: &str, from: usize) -> Option<usize> {
    let rest = text.get(from..)?;
    let tag = rest.find("{%");
    let value = rest.find("{{");
    [tag, value].into_iter().flatten().min().map(|at| at + from)
}

/// Where the pair that was opened before `from` is closed.
fn end_of(text: &str, from: usize, name: &str) -> Option<Range<usize>> {
    let mut depth = 0;
    let mut at = from;
    loop {
        let start = at + text.get(at..)?.find("{%")?;
        let end = start + text[start..].find("%}")? + 2;
        let word = text[start + 2..end - 2].trim_matches('-').trim();
        let first = word.split_whitespace().next().unwrap_or_default();
        if first.strip_prefix("end").is_some_and(|rest| rest == name) {
            if depth == 0 {
                return Some(start..end);
            }
            depth -= 1;
        } else if first == name && name != "raw" {
            depth += 1;
        }
        at = end;
    }
}

/// Blocks of code and code within a line.
pub(super) fn code(text: &str) -> Vec<Range<usize>> {
    Parser::new_ext(text, markdown::options())
        .into_offset_iter()
        .filter(|(event, _)| matches!(event, Event::Start(Tag::CodeBlock(_)) | Event::Code(_)))
        .map(|(_, range)| range)
        .collect()
}

/// Words, of which those in quotes may hold spaces.
pub(super) fn words(arguments: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut rest = arguments.trim_start();
    while let Some(first) = rest.chars().next() {
        let quoted = matches!(first, '"' | '\'').then(|| rest[1..].find(first)).flatten();
        let (word, length) = match quoted {
            Some(end) => (&rest[1..=end], end + 2),
            None => {
                let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
                (&rest[..end], end)
            }
        };
        words.push(word.to_string());
        rest = rest[length..].trim_start();
    }
    words
}

/// A block of code with a fence that nothing in it ends.
pub(super) fn fence(language: &str, code: &str) -> String {
    let longest = code.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let marks = "`".repeat(longest.max(2) + 1);
    let code = code.trim_matches('\n');
    format!("{marks}{language}\n{code}\n{marks}")
}

/// Text before which and behind which a block of its own begins, where the text around does not say so already.
pub(super) fn block(text: &str, range: &Range<usize>, new: &str) -> String {
    let before = text[..range.start].trim_end_matches([' ', '\t']);
    let after = text[range.end..].trim_start_matches([' ', '\t']);
    let gap = |near: bool, far: bool| {
        if far {
            ""
        } else if near {
            "\n"
        } else {
            "\n\n"
        }
    };
    let lead = gap(before.ends_with('\n'), before.is_empty() || before.ends_with("\n\n"));
    let tail = gap(after.starts_with('\n'), after.trim().is_empty() || after.starts_with("\n\n"));
    format!("{lead}{new}{tail}")
}

/// A quotation.
pub(super) fn quotation(text: &str) -> String {
    let lines = text.trim_matches('\n').lines();
    lines.map(|line| format!("> {line}").trim_end().to_string()).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_outside_of_code() {
        let text = "{% a x %} `{% b %}` {{ c }}\n\n```\n{% d %}\n```\n\n    {% e %}\n\n{% raw %}```{% g %}{% endraw %}\n\n{%- f -%}";
        let found = find(text, &|name| name == "raw");
        let names: Vec<_> = found
            .iter()
            .map(|found| match &found.what {
                What::Tag { name, .. } | What::Pair { name, .. } | What::Value(name) => *name,
            })
            .collect();
        assert_eq!(names, ["a", "c", "raw", "f"]);
        assert!(matches!(&found[2].what, What::Pair { inside, .. } if &text[inside.clone()] == "```{% g %}"));
    }

    #[test]
    fn pairs_nest() {
        let text = "{% n %}a{% n %}b{% endn %}c{% endn %}d";
        let found = find(text, &|name| name == "n");
        assert_eq!(found[0].range, 0..text.len() - 1);
        assert_eq!(find("{% n %}open", &|_| true)[0].what, What::Tag { name: "n", arguments: "" });
    }

    #[test]
    fn words_and_blocks() {
        assert_eq!(words("a \"b c\" 'd' e's"), ["a", "b c", "d", "e's"]);
        assert_eq!(fence("rust", "\na ``` b\n"), "````rust\na ``` b\n````");
        assert_eq!(block("a\nX\n\nb", &(2..3), "Y"), "\nY");
        assert_eq!(quotation("a\n\nb\n"), "> a\n>\n> b");
    }
}
