//! Where a text refers to something: links and pictures, in markdown and in HTML, with the bytes of their destinations.

use super::tags;
use crate::markdown::{self, Piece};
use crate::wiki::relink::{Form, unescaped};
use pulldown_cmark::{Event, LinkType, Parser, Tag, TagEnd};
use std::ops::Range;

/// A reference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Reference {
    /// Where the destination stands.
    pub(super) range: Range<usize>,
    /// What it says.
    pub(super) written: String,
    pub(super) is_image: bool,
    pub(super) how: How,
}

/// How a reference is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum How {
    /// In markdown.
    Markdown,
    /// In markdown that is none, because the destination has spaces.
    Loose,
    /// As the attribute of a tag that stands there.
    Html(Range<usize>),
}

/// What else a text has that means another thing here.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) references: Vec<Reference>,
    /// `[[…]]`
    pub(super) wiki: Vec<Range<usize>>,
    /// `$…$`
    pub(super) formulas: Vec<Range<usize>>,
    /// `$$…$$` within a line of text.
    pub(super) display: Vec<Range<usize>>,
}

/// Everything that a text refers to.
pub(super) fn find(text: &str) -> Found {
    let mut found = Found::default();
    let parser = Parser::new_ext(text, markdown::options());
    let mut covered: Vec<Range<usize>> = Vec::new();
    for (_, definition) in parser.reference_definitions().iter() {
        covered.push(definition.span.clone());
        let is_image = false;
        found.references.extend(behind(text, definition.span.clone(), "]:", &definition.dest, is_image));
    }
    let mut open: Vec<(usize, LinkType, String, bool)> = Vec::new();
    let mut block: Option<Range<usize>> = None;
    let mut paragraph = 0..0;
    for (event, range) in parser.into_offset_iter() {
        match &event {
            Event::Start(Tag::Link { link_type, dest_url, .. } | Tag::Image { link_type, dest_url, .. }) => {
                let is_image = matches!(event, Event::Start(Tag::Image { .. }));
                if matches!(link_type, LinkType::WikiLink { .. }) {
                    found.wiki.push(range.clone());
                }
                covered.push(range.clone());
                let mark = if is_image { 2 } else { 1 };
                open.push((range.start + mark, *link_type, dest_url.to_string(), is_image));
                continue;
            }
            Event::End(TagEnd::Link | TagEnd::Image) => {
                if let Some((end, LinkType::Inline, to, is_image)) = open.pop() {
                    found.references.extend(behind(text, end..range.end, "](", &to, is_image));
                }
            }
            Event::Start(Tag::Paragraph) => paragraph = range.clone(),
            Event::Start(Tag::HtmlBlock) => {
                block = Some(range.clone());
                html(text, range.clone(), &mut found.references);
            }
            Event::End(TagEnd::HtmlBlock) => block = None,
            Event::InlineHtml(_) if block.is_none() => html(text, range.clone(), &mut found.references),
            Event::InlineMath(_) => found.formulas.push(range.clone()),
            Event::DisplayMath(_) if text[paragraph.clone()].trim().len() > range.len() => {
                found.display.push(range.clone())
            }
            _ => {}
        }
        if let Some((end, ..)) = open.last_mut() {
            *end = range.end.max(*end);
        }
    }
    covered.extend(tags::code(text));
    loose(text, &covered, &mut found.references);
    found.references.sort_by_key(|reference| reference.range.start);
    found.references.dedup();
    found
}

/// The destination behind `mark`, if it is the one that the parser found there.
fn behind(
    text: &str,
    place: Range<usize>,
    mark: &str,
    destination: &str,
    is_image: bool,
) -> Option<Reference> {
    let rest = text.get(place.clone())?;
    let after = rest.find(mark)? + mark.len();
    let start = after + rest[after..].len() - rest[after..].trim_start().len();
    let (angle, from) = if rest[start..].starts_with('<') { (true, start + 1) } else { (false, start) };
    let end = from + length(&rest[from..], angle);
    let raw = &rest[from..end];
    let form = if angle { Form::Angle } else { Form::Bare };
    let is_certain = unescaped(raw, form) == destination || raw == destination;
    // The angle brackets go with what is in them: what is written instead needs none.
    let range = if angle {
        place.start + start..place.start + end + 1
    } else {
        place.start + start..place.start + end
    };
    (is_certain && !raw.is_empty()).then(|| Reference {
        range,
        written: destination.to_string(),
        is_image,
        how: How::Markdown,
    })
}

/// How long a destination is (CommonMark 0.31, 6.3).
fn length(text: &str, angle: bool) -> usize {
    let (mut depth, mut escaped) = (0, false);
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '>' if angle => return at,
            _ if angle => {}
            '(' => depth += 1,
            ')' if depth == 0 => return at,
            ')' => depth -= 1,
            c if c.is_ascii_whitespace() || c.is_control() => return at,
            _ => {}
        }
    }
    text.len()
}

/// `![alt](a file.png)`, which markdown takes for text and its author does not.
fn loose(text: &str, covered: &[Range<usize>], references: &mut Vec<Reference>) {
    for (at, _) in text.match_indices("](") {
        let start = at + 2;
        if covered.iter().any(|range| range.contains(&at)) {
            continue;
        }
        let line_end = text[start..].find('\n').map_or(text.len(), |found| start + found);
        let line_start = text[..at].rfind('\n').map_or(0, |found| found + 1);
        let Some(open) = text[line_start..at].rfind('[').map(|found| line_start + found) else { continue };
        let is_image = text[..open].ends_with('!');
        let mut depth = 0;
        let end = text[start..line_end].char_indices().find_map(|(offset, c)| match c {
            '(' => {
                depth += 1;
                None
            }
            ')' if depth == 0 => Some(start + offset),
            ')' => {
                depth -= 1;
                None
            }
            _ => None,
        });
        let Some(end) = end else { continue };
        let written = text[start..end].trim();
        let title = written.find([' ', '\t']).filter(|_| written.ends_with(['"', '\'']));
        let bare = match title {
            Some(_) => {
                written.rfind(" \"").or_else(|| written.rfind(" '")).map_or(written, |at| &written[..at])
            }
            None => written,
        };
        if bare.contains(' ') && !bare.contains('<') {
            let range = start..start + text[start..end].find(bare).unwrap_or(0) + bare.len();
            references.push(Reference { range, written: bare.to_string(), is_image, how: How::Loose });
        }
    }
}

/// The `src` and `href` of tags.
fn html(text: &str, range: Range<usize>, references: &mut Vec<Reference>) {
    for (at, piece) in markdown::pieces(&text[range.clone()]) {
        let Piece::Tag(tag) = piece else { continue };
        let (is_image, wanted) = match markdown::tag_name(tag).as_deref() {
            Some("img") => (true, "src"),
            Some("a") => (false, "href"),
            _ => continue,
        };
        let start = range.start + at;
        if let Some(attribute) = attributes(tag).into_iter().find(|attribute| attribute.name == wanted) {
            references.push(Reference {
                range: start + attribute.value.start..start + attribute.value.end,
                written: decoded(&tag[attribute.value]),
                is_image,
                how: How::Html(start..start + tag.len()),
            });
        }
    }
}

/// An attribute of a tag.
pub(super) struct Attribute {
    /// In small letters.
    pub(super) name: String,
    /// The value within the tag, without its quotes; empty when there is none.
    pub(super) value: Range<usize>,
    /// All of it.
    pub(super) whole: Range<usize>,
}

/// The attributes of a tag, in their order.
pub(super) fn attributes(tag: &str) -> Vec<Attribute> {
    let mut found = Vec::new();
    let bytes = tag.as_bytes();
    let is = |at: usize, set: &[u8]| bytes.get(at).is_some_and(|byte| set.contains(byte));
    let mut at = tag.find(|c: char| c.is_whitespace() || c == '/').unwrap_or(tag.len());
    while at < tag.len() {
        while at < tag.len() && (bytes[at].is_ascii_whitespace() || bytes[at] == b'/') {
            at += 1;
        }
        let start = at;
        while at < tag.len() && !bytes[at].is_ascii_whitespace() && !is(at, b"=>/") {
            at += 1;
        }
        let name = tag[start..at].to_ascii_lowercase();
        if name.is_empty() {
            break;
        }
        let mut next = at;
        while next < tag.len() && bytes[next].is_ascii_whitespace() {
            next += 1;
        }
        let mut value = at..at;
        if is(next, b"=") {
            at = next + 1;
            while at < tag.len() && bytes[at].is_ascii_whitespace() {
                at += 1;
            }
            if is(at, b"\"'") {
                let quote = char::from(bytes[at]);
                let end = tag[at + 1..].find(quote).map_or(tag.len(), |found| at + 1 + found);
                value = at + 1..end;
                at = (end + 1).min(tag.len());
            } else {
                let end = tag[at..]
                    .find(|c: char| c.is_ascii_whitespace() || c == '>')
                    .map_or(tag.len(), |found| at + found);
                value = at..end;
                at = end;
            }
        }
        found.push(Attribute { name, value, whole: start..at });
    }
    found
}

/// A value without its character references.
pub(super) fn decoded(value: &str) -> String {
    [("&quot;", "\""), ("&#39;", "'"), ("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")]
        .iter()
        .fold(value.to_string(), |value, (reference, character)| value.replace(reference, character))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(text: &str) -> Vec<(String, String, bool)> {
        let found = find(text).references.into_iter();
        found.map(|it| (text[it.range].to_string(), it.written, it.is_image)).collect()
    }

    #[test]
    fn every_kind_of_reference() {
        for (text, raw, meant, is_image) in [
            ("[a](b.md#c)", "b.md#c", "b.md#c", false),
            ("![a](b(1).png \"t\")", "b(1).png", "b(1).png", true),
            ("[a](<b c.md>)", "<b c.md>", "b c.md", false),
            ("[a][r]\n\n[r]: /b\\(.md\n", "/b\\(.md", "/b(.md", false),
            ("![a](b c.png)", "b c.png", "b c.png", true),
            ("![a](b c（1）.png \"t\")", "b c（1）.png", "b c（1）.png", true),
            ("<img alt='x' SRC=\"a&amp;b.png\" style='y'>", "a&amp;b.png", "a&b.png", true),
            ("text <a href=b.html>c</a>", "b.html", "b.html", false),
            ("<div>\n<img src=b.png>\n</div>\n", "b.png", "b.png", true),
        ] {
            assert_eq!(written(text), [(raw.to_string(), meant.to_string(), is_image)], "{text}");
        }
        assert_eq!(written("[![a](b.png)](c.md)").len(), 2);
        for text in ["`[a](b c.md)`", "```\n![a](b.png)\n```", "    [a](b)\n", "[a]()", "\\[a](b)"] {
            assert_eq!(written(text), [], "{text}");
        }
    }

    #[test]
    fn what_means_another_thing_here() {
        let found = find("[[ -f x ]] and $PATH:$HOME and a $$x$$ b\n\n$$y$$\n");
        assert_eq!((found.wiki.len(), found.formulas.len(), found.display.len()), (1, 1, 1));
    }
}
