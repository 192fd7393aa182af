//! The files beside pages: the list of them, and one of them.

mod file;

pub use file::{File, User};

use super::when::{machine, when};
use crate::i18n::attachments::{self, Strings};
use crate::i18n::history;
use crate::pages::layout::Layout;
use crate::pages::{Context, Link};
use askama::Template;
use sim_wasm::text::Lang;

/// A part of the list.
#[derive(Clone, Copy, Debug)]
pub struct Part<'a> {
    /// The files of this part.
    pub files: &'a [File],
    /// How many there are in all.
    pub all: usize,
    /// How long they are together.
    pub bytes: u64,
    /// In this folder alone; empty for all.
    pub folder: &'a str,
    /// Only those that no page uses.
    pub unused: bool,
    /// The longest first.
    pub by_size: bool,
    /// Where the part before begins.
    pub previous: Option<usize>,
    /// Where the next one begins.
    pub next: Option<usize>,
}

impl Part<'_> {
    /// The same folder from another place on.
    fn starting(&self, lang: &Lang, from: &usize) -> String {
        self.address(*lang, self.folder, *from)
    }

    /// Another folder from its beginning.
    fn within(&self, lang: &Lang, folder: &str) -> String {
        self.address(*lang, folder, 0)
    }

    fn address(&self, lang: Lang, folder: &str, from: usize) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("lang", lang.code());
        let from = from.to_string();
        for (name, value, is_given) in [
            ("folder", folder, !folder.is_empty()),
            ("unused", "1", self.unused),
            ("sort", "size", self.by_size),
            ("from", from.as_str(), from != "0"),
        ] {
            if is_given {
                query.append_pair(name, value);
            }
        }
        format!("/-/attachments?{}", query.finish())
    }
}

#[derive(Template)]
#[template(path = "wiki/attachments.html")]
struct List<'a> {
    layout: Layout,
    w: &'static Strings,
    part: Part<'a>,
    total: String,
}

/// The list.
///
/// # Errors
/// When the template fails.
pub fn list(cx: &Context<'_>, lang: Lang, part: Part<'_>) -> askama::Result<String> {
    let w = attachments::strings(lang);
    let total = attachments::total(lang, part.all, part.bytes);
    List { layout: Layout::wiki(cx, lang, "/-/attachments", w.files), w, part, total }.render()
}

/// A version of a file.
#[derive(Clone, Debug)]
pub struct Version {
    /// The commit.
    pub revision: String,
    /// When, in unix seconds.
    pub time: i64,
    /// By whom.
    pub author: String,
    /// What was said about it.
    pub message: String,
    /// The file is there at this commit.
    pub is_there: bool,
}

impl Version {
    fn moment(&self) -> String {
        when(self.time)
    }

    fn datetime(&self) -> String {
        machine(self.time)
    }
}

/// What is shown of one file besides itself.
#[derive(Clone, Copy, Debug)]
pub struct One<'a> {
    /// Its versions, newest first.
    pub versions: &'a [Version],
    /// The reader may change it; the token of the forms.
    pub csrf: Option<&'a str>,
    /// What is in the form of a move.
    pub to: &'a str,
    /// What is wrong with what was sent.
    pub problem: Option<&'a str>,
    /// It was just moved, and these pages have links to where it was.
    pub left: &'a [Link],
}

#[derive(Template)]
#[template(path = "wiki/attachment.html")]
struct FilePage<'a> {
    layout: Layout,
    w: &'static Strings,
    h: &'static history::Strings,
    file: &'a File,
    one: One<'a>,
    list: String,
}

/// The page of one file.
///
/// # Errors
/// When the template fails.
pub fn one(cx: &Context<'_>, lang: Lang, file: &File, one: One<'_>) -> askama::Result<String> {
    FilePage {
        layout: Layout::wiki(cx, lang, &file.wiki("file"), file.name()),
        w: attachments::strings(lang),
        h: history::strings(lang),
        file,
        one,
        list: format!("/-/attachments?lang={}", lang.code()),
    }
    .render()
}
