//! What a page was: the list of its versions, and one of them.

use super::Subject;
use super::when::{machine, when};
use crate::i18n::history::{self, Strings};
use crate::pages::Context;
use crate::pages::layout::Layout;
use askama::Template;

/// A version in the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The commit.
    pub revision: String,
    /// When, in unix seconds.
    pub time: i64,
    /// By whom.
    pub author: String,
    /// What was said about it.
    pub message: String,
    /// What happened.
    pub what: &'static str,
    /// The file's name before.
    pub from: Option<String>,
    /// The page is there at this commit.
    pub is_there: bool,
}

impl Row {
    fn moment(&self) -> String {
        when(self.time)
    }

    fn datetime(&self) -> String {
        machine(self.time)
    }

    fn summary(&self) -> &str {
        self.message.lines().next().unwrap_or_default().trim()
    }
}

#[derive(Template)]
#[template(path = "wiki/history.html")]
struct Page<'a> {
    layout: Layout,
    w: &'static Strings,
    rows: &'a [Row],
    page: String,
    history: String,
    diff: String,
    revision: String,
    blame: String,
    change: Option<(String, String)>,
    is_first: bool,
    next: Option<&'a str>,
}

/// The list. With `next`, older versions follow after that one; `may_write` leads to moving and removing the page.
///
/// # Errors
/// When the template fails.
pub fn render(
    cx: &Context<'_>,
    subject: Subject<'_>,
    rows: &[Row],
    (is_first, next): (bool, Option<&str>),
    may_write: bool,
) -> askama::Result<String> {
    let w = history::strings(subject.lang);
    let address = subject.wiki("history");
    Page {
        layout: Layout::wiki(cx, subject.lang, &address, format!("{} · {}", w.history, subject.title)),
        w,
        rows,
        page: subject.address(),
        diff: subject.wiki("diff"),
        revision: subject.wiki("revision"),
        blame: subject.wiki("blame"),
        change: may_write.then(|| (subject.wiki("move"), subject.wiki("delete"))),
        history: address,
        is_first,
        next,
    }
    .render()
}

/// A version of a page.
#[derive(Clone, Copy, Debug)]
pub struct Old<'a> {
    /// The commit.
    pub revision: &'a str,
    /// When it was made and by whom; none for a commit that did not change the page.
    pub made: Option<(i64, &'a str)>,
    /// The page as HTML; none when its head cannot be read.
    pub html: Option<&'a str>,
    /// Its text.
    pub text: &'a str,
    /// The page is not there now.
    pub is_removed: bool,
    /// The reader may bring it back; the token of the form.
    pub csrf: Option<&'a str>,
}

#[derive(Template)]
#[template(path = "wiki/revision.html")]
struct RevisionPage<'a> {
    layout: Layout,
    w: &'static Strings,
    old: Old<'a>,
    made: Option<(String, &'a str)>,
    page: String,
    history: String,
    diff: String,
    restore: String,
}

/// The page as it was.
///
/// # Errors
/// When the template fails.
pub fn revision(
    cx: &Context<'_>,
    subject: Subject<'_>,
    old: Old<'_>,
    labs: &[&str],
) -> askama::Result<String> {
    let w = history::strings(subject.lang);
    let layout = Layout::wiki(cx, subject.lang, &subject.wiki("revision"), subject.title);
    RevisionPage {
        layout: if labs.is_empty() { layout } else { layout.with_labs(cx, labs) },
        w,
        made: old.made.map(|(time, author)| (when(time), author)),
        page: subject.address(),
        history: subject.wiki("history"),
        diff: subject.wiki("diff"),
        restore: subject.wiki("restore"),
        old,
    }
    .render()
}
