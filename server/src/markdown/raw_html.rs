//! HTML that an author wrote in markdown: cut into tags and text, each tag held against an allow-list.

use ammonia::Builder;
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

/// What stands in a piece of an author's HTML.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Piece<'a> {
    /// Text, in which character references may stand.
    Text(&'a str),
    /// A start or end tag, from `<` to `>`.
    Tag(&'a str),
    /// What is left out with everything in it: `<script>…</script>`.
    Dropped(&'a str),
}

/// A tag that a page may have.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Tag {
    /// Its name.
    pub(super) name: &'static str,
    /// What it does.
    pub(super) role: Role,
    /// Attributes that a page may have, decoded.
    pub(super) attributes: Vec<(String, String)>,
}

/// What a tag does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// Opens an element within a line.
    OpenInline,
    /// Opens an element that takes blocks.
    OpenBlock,
    /// Closes one.
    Close,
    /// Stands alone.
    Void,
}

const INLINE: &[&str] = &[
    "a", "abbr", "b", "bdi", "cite", "code", "del", "dfn", "em", "i", "ins", "kbd", "mark", "q", "rp", "rt",
    "ruby", "s", "samp", "small", "strong", "sub", "sup", "time", "u", "var",
];
const BLOCK: &[&str] = &["blockquote", "dd", "details", "div", "dl", "dt", "li", "ol", "summary", "ul"];
const VOID: &[&str] = &["br", "hr", "img", "wbr"];

/// Elements whose content is no text of the page: it goes with them.
const DROPPED_WHOLE: &[&str] = &[
    "iframe",
    "math",
    "noembed",
    "noframes",
    "noscript",
    "object",
    "plaintext",
    "script",
    "select",
    "style",
    "svg",
    "template",
    "textarea",
    "title",
    "xmp",
];

static ALLOWED: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut builder = Builder::empty();
    builder
        .tags([INLINE, BLOCK, VOID].concat().into_iter().collect())
        .generic_attributes(HashSet::from(["title"]))
        .tag_attributes(HashMap::from([
            ("a", HashSet::from(["href"])),
            ("details", HashSet::from(["open"])),
            ("img", HashSet::from(["alt", "src"])),
            ("ol", HashSet::from(["start"])),
            ("time", HashSet::from(["datetime"])),
        ]))
        .url_schemes(HashSet::from(["http", "https", "mailto"]))
        .link_rel(None);
    builder
});

/// Cuts the HTML of a block into pieces, each with the byte at which it begins.
pub(crate) fn pieces(html: &str) -> Vec<(usize, Piece<'_>)> {
    let mut pieces = Vec::new();
    let mut at = 0;
    let mut text_from = 0;
    while let Some(found) = html[at..].find('<') {
        let start = at + found;
        let rest = &html[start..];
        let (end, piece) = match markup_length(rest) {
            Some(Length::Tag(length)) => (start + length, Some(Piece::Tag(&rest[..length]))),
            Some(Length::Dropped(length)) => (start + length, Some(Piece::Dropped(&rest[..length]))),
            Some(Length::Comment(length)) => (start + length, None),
            None => {
                at = start + 1;
                continue;
            }
        };
        if text_from < start {
            pieces.push((text_from, Piece::Text(&html[text_from..start])));
        }
        pieces.extend(piece.map(|piece| (start, piece)));
        (at, text_from) = (end, end);
    }
    if text_from < html.len() {
        pieces.push((text_from, Piece::Text(&html[text_from..])));
    }
    pieces
}

enum Length {
    Tag(usize),
    Dropped(usize),
    Comment(usize),
}

/// How long the markup is that `html`, which begins with `<`, begins with; none when it is text.
fn markup_length(html: &str) -> Option<Length> {
    if let Some(comment) = html.strip_prefix("<!--") {
        return Some(Length::Comment(comment.find("-->").map_or(html.len(), |end| 4 + end + 3)));
    }
    if html.starts_with("<!") || html.starts_with("<?") {
        return Some(Length::Comment(html.find('>').map_or(html.len(), |end| end + 1)));
    }
    let name = tag_name(html)?;
    let length = tag_length(html)?;
    if html.starts_with("</") || !DROPPED_WHOLE.contains(&name.as_str()) {
        return Some(Length::Tag(length));
    }
    let lower = html.to_ascii_lowercase();
    let end = lower[length..].find(&format!("</{name}")).map(|end| length + end);
    Some(Length::Dropped(
        end.map_or(html.len(), |end| end + tag_length(&html[end..]).unwrap_or(html.len() - end)),
    ))
}

/// The name of the tag that `tag` begins with, in small letters; none when it begins with no tag.
pub(crate) fn tag_name(tag: &str) -> Option<String> {
    let name = tag.strip_prefix("</").or_else(|| tag.strip_prefix('<'))?;
    let end = name.find(|c: char| !c.is_ascii_alphanumeric() && c != '-').unwrap_or(name.len());
    let name = &name[..end];
    if name.starts_with(|c: char| c.is_ascii_alphabetic()) { Some(name.to_ascii_lowercase()) } else { None }
}

/// Bytes up to the `>` that ends the tag; quoted attribute values may hold others.
fn tag_length(tag: &str) -> Option<usize> {
    let mut quote = None;
    for (at, byte) in tag.bytes().enumerate() {
        match (quote, byte) {
            (None, b'>') => return Some(at + 1),
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), _) if open == byte => quote = None,
            _ => {}
        }
    }
    None
}

/// A tag as a page may have it; none when it may not.
pub(super) fn allowed(tag: &str) -> Option<Tag> {
    let name = match tag_name(tag)?.as_str() {
        // A paragraph ends by itself where a block begins; as a division it nests like everything else.
        "p" | "center" | "section" | "figure" => "div",
        "strike" => "s",
        other => [INLINE, BLOCK, VOID].into_iter().flatten().copied().find(|name| *name == other)?,
    };
    if tag.starts_with("</") {
        return (!VOID.contains(&name)).then_some(Tag { name, role: Role::Close, attributes: Vec::new() });
    }
    let role = match name {
        name if VOID.contains(&name) => Role::Void,
        name if BLOCK.contains(&name) => Role::OpenBlock,
        _ => Role::OpenInline,
    };
    Some(Tag { name, role, attributes: attributes(&ALLOWED.clean(tag).to_string()) })
}

/// The attributes of a tag as the sanitiser writes it: `<abbr title="a &amp; b"></abbr>`.
fn attributes(tag: &str) -> Vec<(String, String)> {
    let Some(mut rest) = tag.find(' ').map(|at| &tag[at..]) else { return Vec::new() };
    let mut attributes = Vec::new();
    while let Some((name, after)) = rest.split_once("=\"") {
        let Some((value, after)) = after.split_once('"') else { break };
        let name = name.trim();
        if !name.bytes().all(|byte| byte.is_ascii_lowercase()) {
            break;
        }
        attributes.push((name.to_string(), decode(value)));
        rest = after;
    }
    attributes
}

/// Undoes the escaping of the sanitiser.
fn decode(value: &str) -> String {
    [("&quot;", "\""), ("&nbsp;", "\u{a0}"), ("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")]
        .iter()
        .fold(value.to_string(), |value, (reference, character)| value.replace(reference, character))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_is_cut_into_tags_and_text() {
        let tags = |html| pieces(html).into_iter().map(|(_, piece)| piece).collect::<Vec<_>>();
        assert_eq!(
            tags("a <b title='x > y'>c</b> < d"),
            [
                Piece::Text("a "),
                Piece::Tag("<b title='x > y'>"),
                Piece::Text("c"),
                Piece::Tag("</b>"),
                Piece::Text(" < d")
            ]
        );
        assert_eq!(
            tags("<SCRIPT>a<b></script >c"),
            [Piece::Dropped("<SCRIPT>a<b></script >"), Piece::Text("c")]
        );
        assert_eq!(tags("<!-- <b> -->x<!doctype y>"), [Piece::Text("x")]);
        assert_eq!(tags("<b"), [Piece::Text("<b")]);
        assert_eq!(tags("<style>x"), [Piece::Dropped("<style>x")]);
    }

    #[test]
    fn attributes_are_held_against_the_list() {
        let tag = allowed("<abbr title=\"a &amp; <b>\" onclick=x style='y' class=z id=w>").unwrap();
        assert_eq!(tag.attributes, [("title".to_string(), "a & <b>".to_string())]);
        assert_eq!(allowed("<a href='java&#115;cript:x'>").unwrap().attributes, []);
        assert_eq!(allowed("<script>"), None);
        assert_eq!(allowed("<x-lab>"), None);
        assert_eq!(allowed("</P>").unwrap().name, "div");
    }
}
