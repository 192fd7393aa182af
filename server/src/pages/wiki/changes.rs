//! What was changed lately on the whole site, as a page and as a feed.

use super::when::{machine, when};
use crate::i18n::history::{self, Strings};
use crate::i18n::{self, SITE_NAME, comments};
use crate::pages::layout::Layout;
use crate::pages::{Context, Link};
use askama::Template;
use sim_wasm::text::Lang;

/// A commit.
#[derive(Clone, Debug)]
pub struct Change {
    /// Its id.
    pub revision: String,
    /// When, in unix seconds.
    pub time: i64,
    /// By whom.
    pub author: String,
    /// What was said about it.
    pub message: String,
    /// Pages and files that it changed.
    pub files: Vec<Changed>,
}

/// A page or a file that was changed.
#[derive(Clone, Debug)]
pub struct Changed {
    /// Where it is; the address is empty when it is not there now.
    pub link: Link,
    /// Where the difference is shown; none for a file that is no page.
    pub diff: Option<String>,
    /// What happened to it.
    pub what: &'static str,
}

impl Change {
    fn moment(&self) -> String {
        when(self.time)
    }

    fn datetime(&self) -> String {
        machine(self.time)
    }

    fn summary(&self) -> &str {
        self.message.lines().next().unwrap_or_default().trim()
    }

    /// A line for a feed: what was said, else what was changed.
    fn title(&self) -> String {
        match self.summary() {
            "" => self.files.iter().map(|file| file.link.text.as_str()).collect::<Vec<_>>().join(", "),
            summary => summary.to_string(),
        }
    }
}

/// Which changes are shown.
#[derive(Clone, Copy, Debug)]
pub struct Range<'a> {
    /// Of this folder alone.
    pub folder: Option<&'a str>,
    /// They begin with the newest.
    pub is_first: bool,
    /// More follow after this commit.
    pub next: Option<&'a str>,
}

#[derive(Template)]
#[template(path = "wiki/changes.html")]
struct Page<'a> {
    layout: Layout,
    w: &'static Strings,
    changes: &'a [Change],
    comments: &'static str,
    newest: String,
    older: Option<String>,
    is_first: bool,
}

/// The page.
///
/// # Errors
/// When the template fails.
pub fn render(cx: &Context<'_>, lang: Lang, changes: &[Change], range: Range<'_>) -> askama::Result<String> {
    let w = history::strings(lang);
    let title = match range.folder {
        Some(folder) => format!("{} {folder}", w.changes_of),
        None => w.changes.to_string(),
    };
    let address = |from: Option<&str>| {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("lang", lang.code());
        for (name, value) in [("folder", range.folder), ("from", from)] {
            value.map(|value| query.append_pair(name, value));
        }
        format!("/-/changes?{}", query.finish())
    };
    let feed = Link::new(
        format!("/-/changes/atom.xml?lang={}", lang.code()),
        format!("{SITE_NAME} · {}", w.changes),
    );
    Page {
        layout: Layout::wiki(cx, lang, "/-/changes", title).feed(feed),
        w,
        changes,
        comments: comments::strings(lang).newest,
        newest: address(None),
        older: range.next.map(|next| address(Some(next))),
        is_first: range.is_first,
    }
    .render()
}

#[derive(Template)]
#[template(path = "wiki/changes.xml", escape = "html")]
struct Feed<'a> {
    html_lang: &'static str,
    title: String,
    itself: String,
    page: String,
    updated: String,
    public_url: &'a str,
    changes: &'a [Change],
}

/// The feed.
///
/// # Errors
/// When the template fails.
pub fn feed(cx: &Context<'_>, lang: Lang, changes: &[Change]) -> askama::Result<String> {
    let title = format!("{SITE_NAME} · {}", history::strings(lang).changes);
    feed_of(cx, lang, changes, title, &format!("/-/changes/atom.xml?lang={}", lang.code()))
}

/// A feed of some changes, at an address of its own. The same change is the same entry in all feeds.
///
/// # Errors
/// When the template fails.
pub fn feed_of(
    cx: &Context<'_>,
    lang: Lang,
    changes: &[Change],
    title: String,
    itself: &str,
) -> askama::Result<String> {
    Feed {
        html_lang: i18n::strings(lang).html_lang,
        title,
        itself: cx.absolute(itself),
        page: cx.absolute("/-/changes"),
        updated: machine(changes.first().map_or(0, |change| change.time)),
        public_url: cx.public_url,
        changes,
    }
    .render()
}
