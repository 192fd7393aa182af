//! Markdown to HTML: a pure function of the text and of what it may link to.
//!
//! Markdown is read as events, and each event is written by the module that knows its construct. Nothing an author writes
//! becomes markup as it is: text is escaped, the tags of HTML are held against an allow-list one by one ([`raw_html`]),
//! and [`output`] sees to it that no tag of an author closes an element of ours.

mod blocks;
mod code;
mod console;
mod footnotes;
mod headings;
mod highlight;
mod html;
mod inline;
mod lab_block;
pub mod lab_figure;
mod languages;
mod links;
mod math;
mod mathml;
mod output;
mod page;
mod pictures;
mod plain;
mod raw_html;
pub mod sections;
mod slips;
mod tables;

pub(crate) use headings::{Ids, chosen, slug};
pub(crate) use page::options;
pub(crate) use raw_html::{Piece, pieces, tag_name};

use crate::diagnostic::Diagnostic;
use sim_wasm::text::Lang;

/// A page's text, without its front matter.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    /// File relative to the content folder, for diagnostics.
    pub file: &'a str,
    /// Language of the page.
    pub lang: Lang,
    /// The markdown.
    pub text: &'a str,
    /// Line of the file on which `text` begins, from 1.
    pub first_line: usize,
}

/// What a page may link to.
pub trait Links {
    /// The page that `[[target]]` or a relative link to a `.md` file means, in the same language if it has it.
    /// `target` is as written: a path, a file name or a title.
    fn page(&self, target: &str) -> Option<PageLink>;
    /// The address of the file `target` (an attachment, an image) beside the page.
    fn attachment(&self, target: &str) -> Option<Attachment>;
}

/// A page that can be linked to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageLink {
    /// Address, from `/`.
    pub href: String,
    /// Title.
    pub title: String,
}

/// A file that can be linked to or shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    /// Address, from `/`.
    pub href: String,
    /// Width and height in pixels, for a picture whose head could be read.
    pub size: Option<(u32, u32)>,
}

/// A rendered page.
#[derive(Clone, Debug, Default)]
pub struct Rendered {
    /// Safe HTML.
    pub html: String,
    /// Headings of level 2 and 3.
    pub toc: Vec<Heading>,
    /// Ids of the labs in it.
    pub labs: Vec<&'static str>,
    /// Plain text, for excerpts: paragraphs, lists and tables without headings, code and notes.
    pub plain: String,
    /// What is wrong with it.
    pub diagnostics: Vec<Diagnostic>,
}

/// A heading that the table of contents lists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heading {
    /// 2 or 3.
    pub level: u8,
    /// Its anchor.
    pub id: String,
    /// Its text.
    pub text: String,
}

/// Renders a page. Whatever the text holds, there is a page: what cannot be rendered is named in the diagnostics.
pub fn render(source: Source<'_>, links: &dyn Links) -> Rendered {
    page::render(source, links)
}
