//! Text as terms with their places.
//!
//! Words of letters and digits are terms, in lower case and without their endings. An identifier is several words in a row:
//! `net.ipv4.tcp_tw_recycle` is `net`, `ipv4`, `tcp`, `tw`, `recycl`, and so is `TcpExtListenDrops` beside being a word.
//! Where words are not separated, each character is a term, and each pair of neighbours: a single one is found by itself, and
//! longer runs where their pairs stand one after the other.

use crate::fold::{fold, is_cjk};
use crate::stem::stem;
use compact_str::{CompactString, ToCompactString};
use std::ops::Range;

/// A term in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// As the index has it; most are so short that they need no memory of their own.
    pub term: CompactString,
    /// Its number among the words and characters of the text.
    pub position: u32,
    /// The bytes of the text that it stands for.
    pub span: Range<usize>,
    /// What it is.
    pub kind: Kind,
}

/// What a term is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A word, or a part of an identifier.
    Word,
    /// A word whose parts are terms, too.
    Whole,
    /// A character of a text without spaces.
    Char,
    /// Such a character with the one after it.
    Pair,
}

/// Terms longer than this are cut: nobody types them, and hashes and keys would fill the index.
const LONGEST: usize = 40;

/// The terms of a text, by position.
pub fn segment(text: &str) -> Vec<Token> {
    let mut tokens = Vec::with_capacity(text.len() / 4);
    let mut position = 0;
    let mut chars = text.char_indices().peekable();
    let mut run = Vec::new();
    while let Some(&(start, c)) = chars.peek() {
        let folded = fold(c);
        run.clear();
        if is_cjk(folded) {
            take(&mut chars, &mut run, |c| Some(fold(c)).filter(|c| is_cjk(*c)));
            position = pairs(&run, position, &mut tokens);
        } else if folded.is_alphanumeric() {
            take(&mut chars, &mut run, |c| {
                let folded = fold(c);
                (folded.is_alphanumeric() && !is_cjk(folded)).then_some(c)
            });
            let end = run.last().map_or(start, |(at, c)| at + c.len_utf8());
            position = words(&run, end, position, &mut tokens);
        } else {
            chars.next();
        }
    }
    tokens
}

/// A character of a text and where it is.
type At = (usize, char);

/// Takes characters to a run as long as `keep` makes something of them.
fn take(
    chars: &mut std::iter::Peekable<std::str::CharIndices<'_>>,
    run: &mut Vec<At>,
    keep: impl Fn(char) -> Option<char>,
) {
    while let Some((at, kept)) = chars.peek().and_then(|(at, c)| Some((*at, keep(*c)?))) {
        run.push((at, kept));
        chars.next();
    }
}

/// The characters of a run, and its pairs.
fn pairs(run: &[At], mut position: u32, tokens: &mut Vec<Token>) -> u32 {
    for (n, (at, c)) in run.iter().enumerate() {
        let span = *at..at + c.len_utf8();
        tokens.push(Token { term: c.to_compact_string(), position, span, kind: Kind::Char });
        if let Some((next, d)) = run.get(n + 1) {
            let span = *at..next + d.len_utf8();
            tokens.push(Token { term: CompactString::from_iter([*c, *d]), position, span, kind: Kind::Pair });
        }
        position += 1;
    }
    position
}

/// The parts of a word, and before them the word itself when it has several.
fn words(run: &[At], end: usize, mut position: u32, tokens: &mut Vec<Token>) -> u32 {
    let mut start = 0;
    while let Some((begin, _)) = run.get(start) {
        let next = (start + 1..run.len()).find(|at| begins_part(run, *at)).unwrap_or(run.len());
        let span = *begin..run.get(next).map_or(end, |(at, _)| *at);
        if start == 0 && next < run.len() {
            tokens.push(Token { term: term(run), position, span: *begin..end, kind: Kind::Whole });
        }
        tokens.push(Token { term: term(&run[start..next]), position, span, kind: Kind::Word });
        position += 1;
        start = next;
    }
    position
}

/// A word as the index has it.
fn term(word: &[At]) -> CompactString {
    let mut term: CompactString = word.iter().take(LONGEST).map(|(_, c)| fold(*c)).collect();
    stem(&mut term);
    term
}

/// A capital after a small letter (`tcpExt`), or before one at the end of capitals (`TCPBacklog`), begins a part, unless
/// only an ending follows (`SYNs`, `IPv4`).
fn begins_part(run: &[(usize, char)], at: usize) -> bool {
    let is = |at: usize, test: fn(char) -> bool| run.get(at).is_some_and(|(_, c)| test(*c));
    let upper = |at| is(at, char::is_uppercase);
    let lower = |at| is(at, char::is_lowercase);
    if !upper(at) {
        return false;
    }
    lower(at - 1) || (upper(at - 1) && lower(at + 1) && lower(at + 2))
}

#[cfg(test)]
mod tests {
    use super::{Kind, segment};

    fn terms(text: &str) -> Vec<String> {
        segment(text).into_iter().map(|token| format!("{}{}", token.position, token.term)).collect()
    }

    #[test]
    fn terms_and_their_places() {
        for (text, wanted) in [
            ("", &[][..]),
            ("SYN dropped", &["0syn", "1drop"]),
            ("net.ipv4.tcp_tw_recycle=1", &["0net", "1ipv4", "2tcp", "3tw", "4recycl", "51"]),
            (
                "全连接队列overflow",
                &["0全", "0全连", "1连", "1连接", "2接", "2接队", "3队", "3队列", "4列", "5overflow"],
            ),
            ("包", &["0包"]),
            ("丢包，重传", &["0丢", "0丢包", "1包", "2重", "2重传", "3传"]),
            ("TcpExtListenDrops", &["0tcpextlistendrop", "0tcp", "1ext", "2listen", "3drop"]),
            ("TCPBacklogDrop", &["0tcpbacklogdrop", "0tcp", "1backlog", "2drop"]),
            ("SYNs IPv4", &["0syn", "1ipv4"]),
            ("ＴＣＰ：２", &["0tcp", "12"]),
            ("隊列", &["0队", "0队列", "1列"]),
            ("kernel 3.10", &["0kernel", "13", "210"]),
        ] {
            assert_eq!(terms(text), wanted, "{text}");
        }
    }

    #[test]
    fn spans_are_what_terms_stand_for() {
        let text = "看 ListenDrops，丟包！";
        let tokens = segment(text);
        let of = |kind| -> Vec<&str> {
            tokens.iter().filter(|it| it.kind == kind).map(|it| &text[it.span.clone()]).collect()
        };
        assert_eq!(of(Kind::Word), ["Listen", "Drops"]);
        assert_eq!(of(Kind::Whole), ["ListenDrops"]);
        assert_eq!(of(Kind::Pair), ["丟包"]);
        assert_eq!(of(Kind::Char), ["看", "丟", "包"]);
    }
}
