//! The ids that headings had on the old site, and those that they have on ours.

use crate::markdown;
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use std::collections::{HashMap, HashSet};
use std::ops::Range;

/// How a generator makes ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    /// Hexo with its usual renderer; `smart` when it makes typographic quotes.
    Hexo { smart: bool },
    /// Jekyll: kramdown with GFM.
    Kramdown,
    /// kramdown by itself.
    KramdownBasic,
    /// mdBook.
    MdBook,
    /// GitHub and most viewers of plain files.
    GitHub,
    /// Links name the text of the heading.
    Text,
}

impl Style {
    /// Whether pages of the old site had these ids, so that they are kept.
    pub(super) fn is_published(self) -> bool {
        !matches!(self, Style::GitHub | Style::Text)
    }

    /// What the generator took for markdown.
    fn options(self) -> Options {
        let foreign = Options::ENABLE_MATH | Options::ENABLE_WIKILINKS;
        match self {
            Style::Hexo { .. } => markdown::options() - foreign - Options::ENABLE_HEADING_ATTRIBUTES,
            Style::Kramdown | Style::KramdownBasic | Style::MdBook => markdown::options() - foreign,
            Style::GitHub | Style::Text => markdown::options(),
        }
    }
}

/// A heading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Heading {
    /// Where it stands in the text.
    pub(super) range: Range<usize>,
    /// 1 to 6.
    pub(super) level: u8,
    /// Its text.
    pub(super) text: String,
    /// The id that its author gave it.
    pub(super) chosen: Option<String>,
    /// Its id on the old site; none for the second of two that were the same.
    pub(super) old: Option<String>,
    /// Its id on ours.
    pub(super) new: String,
}

/// The headings of a text.
pub(super) fn headings(text: &str, style: Style) -> Vec<Heading> {
    let mut ids = markdown::Ids::new();
    let mut old = Old { style, wanted: HashMap::new(), given: HashSet::new() };
    let theirs: HashMap<usize, Read> = read(text, style.options(), style)
        .into_iter()
        .map(|heading| (heading.range.start, heading))
        .collect();
    read(text, markdown::options(), Style::GitHub)
        .into_iter()
        .map(|ours| {
            let their = theirs.get(&ours.range.start);
            let explicit = their.and_then(|it| it.chosen.clone());
            let old = match (&explicit, style) {
                (_, Style::Text) => Some(ours.text.clone()),
                (Some(id), _) => old.take(id.clone()),
                (None, _) => {
                    let text = their.map_or(ours.text.as_str(), |it| it.text.as_str());
                    old.make(text)
                }
            };
            let wanted = match &ours.chosen {
                Some(id) => markdown::chosen(id),
                None => markdown::slug(&ours.text),
            };
            let new = ids.take(&wanted);
            Heading { range: ours.range, level: ours.level, text: ours.text, chosen: ours.chosen, old, new }
        })
        .collect()
}

struct Read {
    range: Range<usize>,
    level: u8,
    text: String,
    chosen: Option<String>,
}

fn read(text: &str, options: Options, style: Style) -> Vec<Read> {
    let smart = style == Style::Hexo { smart: true };
    let (mut found, mut open, mut images) = (Vec::new(), None::<Read>, 0);
    for (event, range) in Parser::new_ext(text, options).into_offset_iter() {
        let Some(heading) = &mut open else {
            if let Event::Start(Tag::Heading { level, id, .. }) = event {
                let chosen = id.map(|id| id.to_string());
                open = Some(Read { range, level: level as u8, text: String::new(), chosen });
            }
            continue;
        };
        match event {
            Event::End(TagEnd::Heading(_)) => {
                let mut heading =
                    Read { text: heading.text.trim().to_string(), ..open.take().unwrap_or_else(none) };
                if heading.chosen.is_none() && !options.contains(Options::ENABLE_HEADING_ATTRIBUTES) {
                    heading.chosen = written_id(&heading.text);
                }
                found.push(heading);
            }
            Event::Start(Tag::Image { .. }) => images += 1,
            Event::End(TagEnd::Image) => images -= 1,
            Event::Text(part) if images == 0 || style == Style::GitHub => match smart {
                true => heading.text.push_str(&typographic(&part)),
                false => heading.text.push_str(&part),
            },
            Event::Code(part) | Event::InlineMath(part) | Event::DisplayMath(part) => {
                heading.text.push_str(&part)
            }
            Event::SoftBreak | Event::HardBreak => heading.text.push(' '),
            _ => {}
        }
    }
    found
}

fn none() -> Read {
    Read { range: 0..0, level: 1, text: String::new(), chosen: None }
}

/// `{#id}` at the end of a heading that the generator took for text, and its author did not.
fn written_id(text: &str) -> Option<String> {
    let id = text.strip_suffix('}')?.rsplit_once("{#")?.1;
    (!id.is_empty() && !id.contains(char::is_whitespace)).then(|| id.to_string())
}

/// The ids that the old site has given out.
struct Old {
    style: Style,
    wanted: HashMap<String, u32>,
    given: HashSet<String>,
}

impl Old {
    fn make(&mut self, text: &str) -> Option<String> {
        let id = match self.style {
            Style::Hexo { .. } => hexo(text),
            Style::Kramdown | Style::GitHub => kramdown(text),
            Style::KramdownBasic => kramdown_basic(text),
            Style::MdBook => mdbook(text),
            Style::Text => text.to_string(),
        };
        let number = self.wanted.entry(id.clone()).or_insert(0);
        let numbered = if *number == 0 { id } else { format!("{id}-{number}") };
        *number += 1;
        self.take(numbered)
    }

    /// No generator looks whether a number makes an id that is there already: then no link has ever led to the second.
    fn take(&mut self, id: String) -> Option<String> {
        (!id.is_empty() && self.given.insert(id.clone())).then_some(id)
    }
}

/// `slugize` of hexo-util: case and letters of all scripts stay, so does punctuation that is not ASCII.
fn hexo(text: &str) -> String {
    let mut id = String::with_capacity(text.len());
    for c in without_tags(text).chars().filter(|c| !matches!(c, '\0'..='\u{1f}')) {
        match c {
            c if c.is_ascii_punctuation() || c.is_whitespace() || c == '\u{feff}' => {
                if !id.is_empty() && !id.ends_with('-') {
                    id.push('-');
                }
            }
            c => id.push_str(&plain_letter(c)),
        }
    }
    id.truncate(id.trim_end_matches('-').len());
    id
}

/// Tags in the text go, also those that stood in code: they were unescaped before.
fn without_tags(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        out.push_str(&rest[..at]);
        match rest[at..].find('>') {
            Some(end) if !rest[at + 1..].starts_with([' ', '=']) => rest = &rest[at + end + 1..],
            _ => {
                out.push('<');
                rest = &rest[at + 1..];
            }
        }
    }
    out + rest
}

/// Letters of Latin alphabets without their marks, and full-width ones as ASCII.
fn plain_letter(c: char) -> String {
    const MARKED: &[(&str, &str)] = &[
        ("ÀÁÂÃÄÅĀĂĄ", "A"),
        ("ÇĆĈĊČ", "C"),
        ("ĎĐ", "D"),
        ("ÈÉÊËĒĔĖĘĚ", "E"),
        ("ĜĞĠĢ", "G"),
        ("ĤĦ", "H"),
        ("ÌÍÎÏĨĪĬĮİ", "I"),
        ("Ĵ", "J"),
        ("Ķ", "K"),
        ("ĹĻĽĿŁ", "L"),
        ("ÑŃŅŇ", "N"),
        ("ÒÓÔÕÖØŌŎŐ", "O"),
        ("ŔŖŘ", "R"),
        ("ŚŜŞŠ", "S"),
        ("ŢŤŦ", "T"),
        ("ÙÚÛÜŨŪŬŮŰŲ", "U"),
        ("Ŵ", "W"),
        ("ÝŶŸ", "Y"),
        ("ŹŻŽ", "Z"),
        ("àáâãäåāăą", "a"),
        ("çćĉċč", "c"),
        ("ďđ", "d"),
        ("èéêëēĕėęě", "e"),
        ("ĝğġģ", "g"),
        ("ĥħ", "h"),
        ("ìíîïĩīĭįı", "i"),
        ("ĵ", "j"),
        ("ķ", "k"),
        ("ĺļľŀł", "l"),
        ("ñńņňŉ", "n"),
        ("òóôõöøōŏő", "o"),
        ("ŕŗř", "r"),
        ("śŝşšß", "s"),
        ("ţťŧ", "t"),
        ("ùúûüũūŭůűų", "u"),
        ("ŵ", "w"),
        ("ýÿŷ", "y"),
        ("źżž", "z"),
        ("Æ", "AE"),
        ("æ", "ae"),
        ("Œ", "OE"),
        ("œ", "oe"),
    ];
    if let 'Ａ'..='Ｚ' | 'ａ'..='ｚ' = c {
        return char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c).to_string();
    }
    match MARKED.iter().find(|(letters, _)| letters.contains(c)) {
        Some((_, plain)) if !c.is_ascii() => (*plain).to_string(),
        _ => c.to_string(),
    }
}

/// What marked makes of quotes, dashes and dots.
fn typographic(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let opens = |before: Option<char>, also: char| {
        before
            .is_none_or(|c| c.is_whitespace() || matches!(c, '-' | '—' | '/' | '(' | '[' | '{') || c == also)
    };
    for c in text.replace("---", "—").replace("--", "–").chars() {
        let before = out.chars().next_back();
        out.push(match c {
            '\'' if opens(before, '"') => '‘',
            '\'' => '’',
            '"' if opens(before, '‘') => '“',
            '"' => '”',
            c => c,
        });
    }
    out.replace("...", "…")
}

/// kramdown with GFM, and GitHub.
fn kramdown(text: &str) -> String {
    let word = |c: &char| c.is_alphanumeric() || matches!(c, '_' | '-' | ' ' | '\t');
    let lower: String = text.to_lowercase().chars().filter(word).collect();
    lower.replace([' ', '\t'], "-")
}

fn kramdown_basic(text: &str) -> String {
    let text = text.trim_start_matches(|c: char| !c.is_ascii_alphabetic());
    let kept: String = text.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, ' ' | '-')).collect();
    let id = kept.replace(' ', "-").to_lowercase();
    if id.is_empty() { "section".to_string() } else { id }
}

fn mdbook(text: &str) -> String {
    text.chars()
        .filter_map(|c| match c {
            c if c.is_alphanumeric() || matches!(c, '_' | '-') => Some(c.to_ascii_lowercase()),
            c if c.is_whitespace() => Some('-'),
            _ => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn old(text: &str, style: Style) -> Vec<Option<String>> {
        headings(text, style).into_iter().map(|heading| heading.old).collect()
    }

    #[test]
    fn ids_as_the_generators_made_them() {
        const HEXO: Style = Style::Hexo { smart: true };
        for (heading, style, wanted) in [
            ("为什么 SYN 会被丢弃？", HEXO, "为什么-SYN-会被丢弃？"),
            ("net.ipv4.tcp_max_syn_backlog = 128", HEXO, "net-ipv4-tcp-max-syn-backlog-128"),
            ("实验 `ss -lnt`", HEXO, "实验-ss-lnt"),
            ("What's \"new\"...", HEXO, "What’s-“new”…"),
            ("Cost $a and $b [[x]]", HEXO, "Cost-a-and-b-x"),
            ("`awk {print}` <br> a", HEXO, "awk-print-a"),
            ("重传：RTO & 快速重传", HEXO, "重传：RTO-快速重传"),
            ("Café （ＡＢ）", HEXO, "Cafe-（AB）"),
            ("awk {print $1}", HEXO, "awk-print-1"),
            ("[a link](http://x.example) b", HEXO, "a-link-b"),
            ("What is `PAWS`? a - b", Style::Kramdown, "what-is-paws-a---b"),
            ("1. Été 中文", Style::Kramdown, "1-été-中文"),
            ("1. Été 中文!", Style::KramdownBasic, "t-"),
            ("The `Why` enum: A_b", Style::MdBook, "the-why-enum-a_b"),
            ("a  b/c", Style::MdBook, "a--bc"),
            ("What `it` is", Style::Text, "What it is"),
        ] {
            let wanted = vec![Some(wanted.to_string())];
            assert_eq!(old(&format!("## {heading}\n"), style), wanted, "{heading}");
        }
    }

    #[test]
    fn the_second_of_a_name_has_a_number() {
        let some = |id: &str| Some(id.to_string());
        let text = "# A\n\n# A\n\n# A-1\n\n# ！\n\n# ...\n";
        let hexo = old(text, Style::Hexo { smart: false });
        assert_eq!(hexo, [some("A"), some("A-1"), None, some("！"), None]);
        assert_eq!(old("# A\n# A\n", Style::MdBook), [some("a"), some("a-1")]);
        let ours: Vec<_> = headings("# A\n# A\n", Style::MdBook).into_iter().map(|it| it.new).collect();
        assert_eq!(ours, ["a", "a-2"]);
    }

    #[test]
    fn ids_that_authors_chose_stay() {
        let found = headings("# A {#x .y}\n\n# B {#z}\n", Style::Kramdown);
        assert_eq!((found[0].old.as_deref(), found[0].new.as_str()), (Some("x"), "x"));
        let found = headings("# B {#z}\n", Style::Hexo { smart: true });
        assert_eq!(found[0].old.as_deref(), Some("z"));
    }
}
