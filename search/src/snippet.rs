//! What to show of a page: some of its text, with what was found in it.

use crate::fold::is_cjk;
use crate::page::Section;
use crate::query::{Clause, Term};
use crate::segment::{Token, segment};
use serde::Serialize;
use std::ops::Range;

/// A part of a text that was found as a whole, or not at all.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Part {
    /// The text.
    pub text: String,
    /// It is what was asked for.
    pub hit: bool,
}

/// Columns of a snippet; a Han character takes two.
const WIDTH: usize = 200;

/// Columns before what was found.
const BEFORE: usize = 40;

/// The text with what was found in it; what no clause as a whole is found in may have parts of them.
pub(crate) fn marked(text: &str, clauses: &[Clause], loosened: &[Clause]) -> Vec<Part> {
    parts(text, 0..text.len(), &found(text, clauses, loosened))
}

/// Some of the text of a section, else of its code.
pub(crate) fn cut(section: &Section, clauses: &[Clause], loosened: &[Clause]) -> Vec<Part> {
    let in_text = found(&section.text, clauses, loosened);
    let in_code = if in_text.is_empty() { found(&section.code, clauses, loosened) } else { Vec::new() };
    let (text, spans) = if in_code.is_empty() { (&section.text, in_text) } else { (&section.code, in_code) };
    let window = window(text, &spans);
    parts(text, window, &spans)
}

/// The terms of clauses that are sentences, one by one.
pub(crate) fn loosened(clauses: &[Clause]) -> Vec<Clause> {
    let of_han = clauses.iter().filter(|clause| !clause.quoted && clause.terms.len() > 1);
    let of_han = of_han.filter(|clause| clause.terms.iter().all(|term| term.text.chars().all(is_cjk)));
    of_han
        .flat_map(|clause| {
            clause.terms.iter().map(|term| Clause {
                terms: vec![Term { offset: 0, ..term.clone() }],
                whole: None,
                ..clause.clone()
            })
        })
        .collect()
}

fn found(text: &str, clauses: &[Clause], loosened: &[Clause]) -> Vec<Range<usize>> {
    let spans = spans(text, clauses);
    if spans.is_empty() { self::spans(text, loosened) } else { spans }
}

/// Where clauses stand in a text: ascending, apart from each other.
pub(crate) fn spans(text: &str, clauses: &[Clause]) -> Vec<Range<usize>> {
    if clauses.is_empty() {
        return Vec::new();
    }
    let tokens = segment(text);
    // Tokens come by position.
    let at = |position: u32| {
        let from = tokens.partition_point(|token| token.position < position);
        tokens[from..].iter().take_while(move |token| token.position == position)
    };
    let fits = |token: &Token, term: &Term| match term.prefix {
        true => token.term.starts_with(&term.text),
        false => token.term == term.text,
    };
    let mut spans: Vec<Range<usize>> = Vec::new();
    for token in &tokens {
        for clause in clauses {
            let [first, rest @ ..] = clause.terms.as_slice() else { continue };
            let row: Option<Vec<&Token>> = fits(token, first).then_some(token).and_then(|token| {
                let rest =
                    rest.iter().map(|term| at(token.position + term.offset).find(|token| fits(token, term)));
                [Some(token)].into_iter().chain(rest).collect()
            });
            if let Some(row) = row
                && let (Some(first), Some(last)) = (row.first(), row.last())
            {
                spans.push(first.span.start..last.span.end);
            }
            if let Some(whole) = &clause.whole
                && token.term == *whole
            {
                spans.push(token.span.clone());
            }
        }
    }
    spans.sort_unstable_by_key(|span| (span.start, span.end));
    let mut apart: Vec<Range<usize>> = Vec::new();
    for span in spans {
        match apart.last_mut() {
            Some(last) if span.start <= last.end => last.end = last.end.max(span.end),
            _ => apart.push(span),
        }
    }
    apart
}

fn columns(c: char) -> usize {
    if is_cjk(c) || matches!(c, '\u{3000}'..='\u{303f}' | '\u{ff00}'..='\u{ff60}') { 2 } else { 1 }
}

/// Where a snippet ends that begins at `from`: where a word does, unless that is a very long one.
fn ahead(text: &str, from: usize) -> usize {
    let mut left = WIDTH;
    let mut word = from;
    for (at, c) in text[from..].char_indices() {
        if c.is_whitespace() || is_cjk(c) {
            word = from + at;
        }
        if left < columns(c) {
            return if word - from > WIDTH / 2 { word } else { from + at };
        }
        left -= columns(c);
    }
    text.len()
}

/// The part of a text with the most of what was found.
fn window(text: &str, spans: &[Range<usize>]) -> Range<usize> {
    let covered = |window: &Range<usize>| -> usize {
        spans
            .iter()
            .filter(|span| span.start >= window.start && span.end <= window.end)
            .map(ExactSizeIterator::len)
            .sum()
    };
    let windows = spans.iter().take(50).map(|span| {
        let start = behind(text, span.start);
        start..ahead(text, start)
    });
    let best = windows
        .map(|window| (covered(&window), window))
        .reduce(|best, next| if next.0 > best.0 { next } else { best });
    best.map_or_else(|| 0..ahead(text, 0), |(_, window)| window)
}

/// Where a snippet begins that is to show what stands at `at`: at a word, and at the sentence if that is near.
fn behind(text: &str, at: usize) -> usize {
    let mut left = BEFORE;
    let mut start = at;
    let mut word = at;
    for (place, c) in text[..at].char_indices().rev() {
        if matches!(c, '。' | '！' | '？' | '\n')
            || (matches!(c, '.' | '!' | '?') && text[place + 1..].starts_with(' '))
        {
            return place + c.len_utf8();
        }
        if left < columns(c) {
            return word;
        }
        left -= columns(c);
        start = place;
        if c.is_whitespace() {
            word = place + c.len_utf8();
        } else if is_cjk(c) {
            word = place;
        }
    }
    start
}

fn parts(text: &str, window: Range<usize>, spans: &[Range<usize>]) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut push = |text: &str, hit: bool| {
        if !text.is_empty() {
            parts.push(Part { text: text.to_string(), hit });
        }
    };
    let mut at = window.start + text[window.clone()].len() - text[window.clone()].trim_start().len();
    if !text[..at].trim().is_empty() {
        push("… ", false);
    }
    for span in spans {
        let (start, end) = (span.start.max(window.start), span.end.min(window.end));
        if start < end {
            push(&text[at..start], false);
            push(&text[start..end], true);
            at = end;
        }
    }
    push(&text[at..window.end], false);
    if !text[window.end..].trim().is_empty() {
        push(" …", false);
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::Query;

    fn hits(text: &str, query: &str) -> Vec<String> {
        let clauses = Query::parse(query).must;
        let parts = marked(text, &clauses, &loosened(&clauses));
        assert_eq!(parts.iter().map(|part| part.text.as_str()).collect::<String>(), text);
        parts.into_iter().filter(|part| part.hit).map(|part| part.text).collect()
    }

    #[test]
    fn the_right_span_is_marked() {
        for (text, query, wanted) in [
            ("net.ipv4.tcp_tw_recycle is gone", "tw_recycle", &["tw_recycle"][..]),
            ("全连接队列溢出，连接被丢弃", "连接", &["连接", "连接"]),
            ("全连接队列溢出", "全连接队列overflow", &["全连接队列"]),
            ("丢包与重传的包", "包", &["包", "包"]),
            ("TcpExtListenDrops grows", "ListenDrops", &["ListenDrops"]),
            ("dropped and dropping", "drop", &["dropped", "dropping"]),
            ("an accept queue, a queue to accept", "\"accept queue\"", &["accept queue"]),
            ("隊列與队列", "队列", &["隊列", "队列"]),
            ("连接为什么被丢弃", "为什么连接被丢弃", &["连接为什么被丢弃"]),
            ("nothing here", "重传", &[]),
        ] {
            assert_eq!(hits(text, query), wanted, "{text}: {query}");
        }
    }

    #[test]
    fn a_snippet_has_what_was_found() {
        let section = Section {
            text: format!("{} 全连接队列 overflow {}", "前文说过。".repeat(200), "后文 words ".repeat(200)),
            ..Section::default()
        };
        for query in ["全连接队列", "overflow", "队列 overflow"] {
            let clauses = Query::parse(query).must;
            let parts = cut(&section, &clauses, &[]);
            assert!(parts.iter().any(|part| part.hit), "{query}");
            let width: usize = parts.iter().flat_map(|part| part.text.chars()).map(columns).sum();
            assert!(width <= WIDTH + 6, "{width}");
            let (first, last) = (&parts[0].text, &parts[parts.len() - 1].text);
            assert_eq!((first.as_str(), last.as_str()), ("… ", " …"));
            assert!(parts[1].text.starts_with(|c: char| !c.is_whitespace()));
            let shown = &parts[parts.len() - 2].text;
            assert!(
                shown.ends_with(|c: char| is_cjk(c)) || shown.ends_with("words"),
                "cut in a word: {shown}"
            );
        }
    }
}
