//! What was asked: words that must be there, words that must not, and which pages count.
//!
//! | written | asks for |
//! |---|---|
//! | `accept queue` | both words, anywhere in the page |
//! | `"accept queue"` | one right after the other |
//! | `over*` | words that begin so |
//! | `-queue`, `-"accept queue"` | pages without it |
//! | `tag:NAT`, `category:tcp`, `lang:zh`, `path:tcp/` | pages with that tag, category, language, or below that path |
//! | `-tag:NAT` | pages without it |
//!
//! Quotes, colons and signs of full width count, too.

use crate::fold::{fold, is_cjk};
use crate::page::Page;
use crate::segment::{Kind, segment};
use std::ops::Range;

/// A query, taken apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    /// What must be there.
    pub(crate) must: Vec<Clause>,
    /// What must not be there.
    pub(crate) must_not: Vec<Clause>,
    /// Which pages count: those that meet them, or with `false` those that do not.
    pub(crate) filters: Vec<(Filter, bool)>,
    /// As it was asked.
    pub(crate) text: String,
}

/// Terms that stand one after the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Clause {
    /// The terms, by place.
    pub(crate) terms: Vec<Term>,
    /// The same as a single term, if it is an identifier that a text may write without its capitals.
    pub(crate) whole: Option<String>,
    /// The part of the query that it stands for.
    pub(crate) span: Range<usize>,
    /// It was written in quotes: nothing else will do.
    pub(crate) quoted: bool,
}

/// A term of a clause.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Term {
    /// As the index has it.
    pub(crate) text: String,
    /// Its place after the first.
    pub(crate) offset: u32,
    /// Longer terms that begin so will do.
    pub(crate) prefix: bool,
    /// The part of the query that it stands for.
    pub(crate) span: Range<usize>,
}

impl Term {
    /// A beginning of words may be meant: characters that are not put together to words are found by themselves.
    fn is_word(&self) -> bool {
        !self.text.starts_with(is_cjk)
    }
}

impl Clause {
    /// The clause of one term.
    pub(crate) fn of(text: &str) -> Clause {
        let term = Term { text: text.to_string(), offset: 0, prefix: false, span: 0..0 };
        Clause { terms: vec![term], whole: None, span: 0..0, quoted: false }
    }
}

/// A condition on a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Filter {
    Tag(String),
    Category(String),
    Lang(String),
    Path(String),
}

/// More clauses than this are not looked at, nor words in one: the rest of a pasted page helps nobody.
const MOST: usize = 24;

impl Query {
    /// Takes a query apart. Whatever was written, there is something to look for, or nothing.
    pub fn parse(text: &str) -> Query {
        let mut query = Query { text: text.to_string(), ..Query::default() };
        for item in items(text) {
            let Item { span, negative, quoted, name } = item;
            let body = &text[span.clone()];
            if let Some(name) = name {
                query.filters.extend(Filter::new(&name, body).map(|filter| (filter, !negative)));
                continue;
            }
            let clauses = if quoted { phrase(body, span) } else { words(body, span) };
            let into = if negative { &mut query.must_not } else { &mut query.must };
            into.extend(clauses);
            into.truncate(MOST);
        }
        query
    }

    /// The same, the last word being still written: longer words that begin so will do.
    pub fn unfinished(mut self) -> Query {
        let ends = self.text.trim_end().len() == self.text.len();
        if let Some(clause) = self.must.last_mut().filter(|clause| ends && !clause.quoted)
            && clause.span.end == self.text.len()
            && let Some(term) = clause.terms.last_mut()
        {
            term.prefix = term.is_word();
        }
        self
    }

    /// Nothing was asked for.
    pub fn is_empty(&self) -> bool {
        self.must.is_empty() && self.filters.is_empty()
    }
}

impl Filter {
    fn new(name: &str, value: &str) -> Option<Filter> {
        let value = folded(value.trim());
        match name {
            _ if value.is_empty() => None,
            "tag" => Some(Filter::Tag(value)),
            "category" => Some(Filter::Category(value)),
            "lang" => Some(Filter::Lang(value)),
            "path" => Some(Filter::Path(value.trim_matches('/').to_string())),
            _ => None,
        }
    }

    /// Does the page meet it?
    pub(crate) fn holds(&self, page: &Page) -> bool {
        match self {
            Filter::Tag(wanted) => page.tags.iter().any(|tag| folded(tag) == *wanted),
            Filter::Category(wanted) => page.categories.iter().any(|category| folded(category) == *wanted),
            Filter::Lang(wanted) => page.lang == *wanted,
            Filter::Path(wanted) => folded(&page.path)
                .strip_prefix(wanted.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/') || !wanted.contains('/')),
        }
    }
}

fn folded(text: &str) -> String {
    text.chars().map(fold).collect()
}

/// A part of a query between spaces, or in quotes.
struct Item {
    span: Range<usize>,
    negative: bool,
    quoted: bool,
    name: Option<String>,
}

fn is_quote(c: char) -> bool {
    matches!(fold(c), '"' | '“' | '”' | '「' | '」' | '『' | '』')
}

fn items(text: &str) -> Vec<Item> {
    let mut items = Vec::new();
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        if fold(c).is_whitespace() {
            at += c.len_utf8();
            continue;
        }
        let negative = fold(c) == '-'
            && text[at + c.len_utf8()..].chars().next().is_some_and(|c| !fold(c).is_whitespace());
        if negative {
            at += c.len_utf8();
        }
        let name = filter_name(&text[at..]);
        if let Some((_, length)) = &name {
            at += length;
        }
        let rest = &text[at..];
        let opening = rest.chars().next().filter(|c| is_quote(*c)).map_or(0, char::len_utf8);
        let body = &rest[opening..];
        let length = match opening {
            0 => body.find(|c: char| fold(c).is_whitespace() || is_quote(c)).unwrap_or(body.len()),
            _ => body.find(is_quote).unwrap_or(body.len()),
        };
        let start = at + opening;
        items.push(Item {
            span: start..start + length,
            negative,
            quoted: opening > 0,
            name: name.map(|it| it.0),
        });
        at = start + length;
        if opening > 0 {
            at += text[at..].chars().next().map_or(0, char::len_utf8);
        }
    }
    items
}

/// `tag:` and its like at the beginning, with its length.
fn filter_name(text: &str) -> Option<(String, usize)> {
    let (at, colon) = text.char_indices().find(|(_, c)| fold(*c) == ':')?;
    let name = folded(&text[..at]);
    let known = ["tag", "category", "lang", "path"].contains(&name.as_str());
    known.then(|| (name, at + colon.len_utf8()))
}

/// The clauses of a word: an identifier is one, and each change between Latin and Han begins another.
fn words(text: &str, span: Range<usize>) -> Vec<Clause> {
    let ends_with_star = text.ends_with(['*', '＊']);
    let mut clauses: Vec<Clause> = Vec::new();
    let tokens = segment(text);
    let mut from = 0;
    while from < tokens.len() {
        let is_cjk = |at: usize| matches!(tokens[at].kind, Kind::Char | Kind::Pair);
        let mut to = from + 1;
        while to < tokens.len() && is_cjk(to) == is_cjk(from) {
            // Punctuation tells runs apart, which else have a pair between two characters; the parts of an identifier hang
            // together by theirs.
            if (tokens[to - 1].kind, tokens[to].kind) == (Kind::Char, Kind::Char) {
                break;
            }
            to += 1;
        }
        clauses.extend(clause(&tokens[from..to], span.start, false));
        from = to;
    }
    if let Some(term) =
        clauses.last_mut().filter(|_| ends_with_star).and_then(|clause| clause.terms.last_mut())
    {
        term.prefix = term.is_word();
    }
    clauses
}

/// The clause of what stands in quotes.
fn phrase(text: &str, span: Range<usize>) -> Vec<Clause> {
    clause(&segment(text), span.start, true).into_iter().collect()
}

/// The clause of neighbouring tokens.
fn clause(tokens: &[crate::segment::Token], start: usize, quoted: bool) -> Option<Clause> {
    let (first, last) = (tokens.first()?, tokens.last()?);
    let whole = match tokens {
        [one, rest @ ..] if one.kind == Kind::Whole && rest.iter().all(|it| it.kind == Kind::Word) => {
            (rest.last()?.span.end == one.span.end).then(|| one.term.to_string())
        }
        _ => None,
    };
    let mut terms = Vec::new();
    for (n, token) in tokens.iter().enumerate() {
        let is_pair =
            |at: Option<usize>| at.and_then(|at| tokens.get(at)).is_some_and(|it| it.kind == Kind::Pair);
        let wanted = match token.kind {
            Kind::Whole => false,
            // The pairs beside it have this character already.
            Kind::Char => !is_pair(n.checked_sub(1)) && !is_pair(Some(n + 1)),
            Kind::Word | Kind::Pair => true,
        };
        if wanted && terms.len() < MOST {
            let span = start + token.span.start..start + token.span.end;
            terms.push(Term {
                text: token.term.to_string(),
                offset: token.position - first.position,
                prefix: false,
                span,
            });
        }
    }
    Some(Clause { terms, whole, span: start + first.span.start..start + last.span.end, quoted })
}

#[cfg(test)]
mod tests {
    use super::Query;

    fn shown(text: &str) -> String {
        let query = Query::parse(text);
        let show = |sign: &str, clauses: &[super::Clause]| -> Vec<String> {
            clauses
                .iter()
                .map(|clause| {
                    let terms: Vec<String> = clause
                        .terms
                        .iter()
                        .map(|term| {
                            format!("{}{}{}", term.offset, term.text, if term.prefix { "*" } else { "" })
                        })
                        .collect();
                    let whole = clause.whole.as_ref().map(|it| format!("|{it}")).unwrap_or_default();
                    format!("{sign}{}{whole}", terms.join("+"))
                })
                .collect()
        };
        let mut parts = show("", &query.must);
        parts.extend(show("-", &query.must_not));
        parts.extend(
            query
                .filters
                .iter()
                .map(|(filter, holds)| format!("{}{filter:?}", if *holds { "" } else { "-" })),
        );
        parts.join(" ")
    }

    #[test]
    fn queries_taken_apart() {
        for (text, wanted) in [
            ("", ""),
            ("  \t", ""),
            ("accept queue", "0accept 0queu"),
            ("\"accept queue\"", "0accept+1queu"),
            ("“accept queue", "0accept+1queu"),
            ("tcp_tw_recycle参数", "0tcp+1tw+2recycl 0参数"),
            ("全连接队列overflow", "0全连+1连接+2接队+3队列 0overflow"),
            ("包", "0包"),
            ("包*", "0包"),
            ("\"PAUSE 指令\"", "0paus+1指令"),
            ("丢包，重传", "0丢包 0重传"),
            ("ListenDrops", "0listen+1drop|listendrop"),
            ("over*", "0over*"),
            ("queue -accept", "0queu -0accept"),
            ("queue - accept", "0queu 0accept"),
            ("-\"accept queue\" syn", "0syn -0accept+1queu"),
            ("tag:NAT 丢包", "0丢包 Tag(\"nat\")"),
            ("ｔａｇ：ＮＡＴ", "Tag(\"nat\")"),
            ("syn -tag:NAT", "0syn -Tag(\"nat\")"),
            ("tag:", ""),
            ("category:\"load balancing\"", "Category(\"load balancing\")"),
            ("path:/tcp/ lang:zh", "Path(\"tcp\") Lang(\"zh\")"),
            ("net.ipv4.tcp_rmem", "0net+1ipv4+2tcp+3rmem"),
            ("http://x", "0http+1x"),
            ("-", ""),
            ("\"\"", ""),
        ] {
            assert_eq!(shown(text), wanted, "{text}");
        }
    }

    #[test]
    fn a_word_that_is_still_written() {
        let last = |text: &str| {
            let query = Query::parse(text).unfinished();
            query.must.last().and_then(|clause| clause.terms.last()).is_some_and(|term| term.prefix)
        };
        assert!(last("accept que"));
        assert!(last("tcp_tw_rec"));
        assert!(!last("accept queue "));
        assert!(!last("\"accept que\""));
    }
}
