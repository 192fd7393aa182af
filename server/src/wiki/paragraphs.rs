//! The paragraphs of a page that a comment can be on: its texts, items of lists, tables and figures, in their order.
//! `static/js/comments.js` finds the same ones on the page that a reader sees; the two change together.

use super::tags::{self, Piece};
use crate::document;
use database::Anchor;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use std::collections::HashMap;

/// So many characters of a paragraph are quoted.
pub const QUOTE: usize = 120;

/// A changed paragraph begins with at least so many characters of what it was.
const SAME_BEGINNING: usize = 8;

/// A paragraph of a page as it is now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paragraph {
    /// What a comment on it keeps: of its text, and of how many times that text stood before it.
    pub hash: String,
    /// How it begins.
    pub quote: String,
    /// How many before it begin the same.
    pub nth: usize,
    /// The id of the heading that it stands below.
    heading: Option<String>,
}

impl Paragraph {
    /// The end of an address that leads to it: browsers look for the text, else for the heading.
    pub fn fragment(&self) -> String {
        let heading = self.heading.as_deref().unwrap_or_default();
        let text = utf8_percent_encode(beginning(&self.quote), NON_ALPHANUMERIC);
        format!("#{heading}:~:text={text}")
    }
}

/// Whole words at the beginning of a quote, since browsers look for nothing else.
fn beginning(quote: &str) -> &str {
    const LONGEST: usize = 60;
    let Some((end, _)) = quote.char_indices().nth(LONGEST) else { return quote };
    let text = &quote[..end];
    let end =
        text.rfind(|c: char| c.is_whitespace() || "，。；：、！？（".contains(c)).filter(|end| *end > 0);
    &text[..end.unwrap_or(text.len())]
}

/// Where a comment's paragraph is now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found<'a> {
    /// There, with the same text.
    Same(&'a Paragraph),
    /// There, with another text that begins like it.
    Changed(&'a Paragraph),
}

/// Looks for a comment's paragraph.
pub fn find<'a>(paragraphs: &'a [Paragraph], anchor: &Anchor) -> Option<Found<'a>> {
    if let Some(same) = paragraphs.iter().find(|it| it.hash == anchor.hash) {
        return Some(Found::Same(same));
    }
    let common =
        |it: &Paragraph| it.quote.chars().zip(anchor.quote.chars()).take_while(|(a, b)| a == b).count();
    let length = anchor.quote.chars().count();
    let (nearest, shared) =
        paragraphs.iter().map(|it| (it, common(it))).rev().max_by_key(|(_, shared)| *shared)?;
    (shared >= SAME_BEGINNING && shared * 2 >= length).then_some(Found::Changed(nearest))
}

/// What stands in a paragraph, and where its text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// A paragraph or heading: all of its text.
    Text,
    /// An item: all but the items in it.
    Item,
    /// The texts of its cells.
    Table,
    /// A block of code: the code.
    Code,
    /// A lab or a picture: its caption, else what the picture's description says.
    Figure,
}

struct Block {
    kind: Kind,
    /// How many elements it stands in.
    depth: usize,
    text: String,
    heading: Option<String>,
}

struct Element<'a> {
    name: &'a str,
    /// The block that it is, by number.
    block: Option<usize>,
    /// What it holds is no text of the paragraph: links to it, and numbers that change.
    aside: bool,
}

#[derive(Default)]
struct Reading<'a> {
    stack: Vec<Element<'a>>,
    blocks: Vec<Block>,
    heading: Option<String>,
}

/// The paragraphs of a page's body.
pub fn of(html: &str) -> Vec<Paragraph> {
    let mut reading = Reading::default();
    for piece in tags::pieces(html) {
        match piece {
            Piece::Open(name, tag) => reading.open(name, tag),
            Piece::Close(name) => reading.close(name),
            Piece::Text(text) => reading.text(text),
        }
    }
    let (mut texts, mut quotes) = (HashMap::new(), HashMap::new());
    let mut paragraphs = Vec::new();
    for block in reading.blocks {
        let text = block.text.split_whitespace().collect::<Vec<_>>().join(" ");
        if text.is_empty() {
            continue;
        }
        let quote: String = text.chars().take(QUOTE).collect();
        let nth = count(&mut quotes, &quote);
        let hash = match count(&mut texts, &text) {
            0 => document::hash(text.as_bytes()),
            before => document::hash(format!("{text}\n{before}").as_bytes()),
        };
        paragraphs.push(Paragraph { hash, quote, nth, heading: block.heading });
    }
    paragraphs
}

/// How often a text was counted before.
fn count(counts: &mut HashMap<String, usize>, text: &str) -> usize {
    let count = counts.entry(text.to_string()).or_default();
    *count += 1;
    *count - 1
}

impl<'a> Reading<'a> {
    fn open(&mut self, name: &'a str, tag: &str) {
        let class = tags::attribute(tag, "class").unwrap_or_default();
        if matches!(name, "h2" | "h3" | "h4" | "h5" | "h6")
            && let Some(id) = tags::attribute(tag, "id")
        {
            self.heading = Some(id);
        }
        match name {
            "img" => self.picture(tag),
            "figcaption" => self.caption(),
            _ => {}
        }
        let block = kind(name, &class).filter(|kind| self.may_begin(*kind)).map(|kind| {
            let depth = self.stack.len();
            self.blocks.push(Block { kind, depth, text: String::new(), heading: self.heading.clone() });
            self.blocks.len() - 1
        });
        let aside = matches!(class.as_str(), "anchor" | "footnote-ref" | "footnote-back");
        if !matches!(name, "br" | "hr" | "img" | "input" | "wbr") && !tag.ends_with("/>") {
            self.stack.push(Element { name, block, aside });
        }
    }

    fn may_begin(&self, kind: Kind) -> bool {
        match self.block().map(|number| self.blocks[number].kind) {
            None | Some(Kind::Text) => true,
            Some(Kind::Item) => kind != Kind::Text,
            Some(Kind::Table | Kind::Code | Kind::Figure) => false,
        }
    }

    fn close(&mut self, name: &str) {
        let Some(at) = self.stack.iter().rposition(|element| element.name == name) else { return };
        self.stack.truncate(at);
        if matches!(name, "td" | "th") {
            self.add(" ");
        }
    }

    /// The block that what comes next stands in.
    fn block(&self) -> Option<usize> {
        self.stack.iter().rev().find_map(|element| element.block)
    }

    fn text(&mut self, text: &str) {
        if self.stack.iter().any(|element| element.aside) {
            return;
        }
        let Some(block) = self.block().map(|number| &self.blocks[number]) else { return };
        let within = self.stack.get(block.depth + 1).map(|element| element.name);
        let counts = match block.kind {
            Kind::Text | Kind::Item => true,
            Kind::Table => self.stack.iter().any(|element| matches!(element.name, "td" | "th")),
            Kind::Code => within == Some("pre"),
            Kind::Figure => within == Some("figcaption"),
        };
        if counts {
            self.add(&tags::decode(text));
        }
    }

    /// The figure that what comes next stands in.
    fn figure(&mut self) -> Option<&mut Block> {
        let number = self.block()?;
        self.blocks.get_mut(number).filter(|block| block.kind == Kind::Figure)
    }

    /// A figure without a caption is named by the description of its picture.
    fn picture(&mut self, tag: &str) {
        if let Some(figure) = self.figure().filter(|figure| figure.text.is_empty()) {
            figure.text = tags::attribute(tag, "alt").unwrap_or_default();
        }
    }

    /// A caption says more than the description of the picture above it.
    fn caption(&mut self) {
        let depth = self.stack.len();
        if let Some(figure) = self.figure().filter(|figure| figure.depth + 1 == depth) {
            figure.text.clear();
        }
    }

    fn add(&mut self, text: &str) {
        if let Some(number) = self.block() {
            self.blocks[number].text.push_str(text);
        }
    }
}

fn kind(name: &str, class: &str) -> Option<Kind> {
    match name {
        "figure" if class.split(' ').next() == Some("code") => Some(Kind::Code),
        "figure" => Some(Kind::Figure),
        "table" => Some(Kind::Table),
        "li" | "dt" | "dd" => Some(Kind::Item),
        "h2" | "h3" | "h4" | "h5" | "h6" | "pre" => Some(Kind::Text),
        "p" if class != "callout-title" => Some(Kind::Text),
        "div" if class == "math" => Some(Kind::Text),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
