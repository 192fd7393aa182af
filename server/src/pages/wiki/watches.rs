//! What somebody watches, what can be watched from a page, and the end of a watch by the link of a mail.

use super::Subject;
use super::when;
use crate::i18n::watches::{self, Strings};
use crate::pages::layout::Layout;
use crate::pages::{Context, Link};
use askama::Template;
use database::{Pace, Watched};
use sim_wasm::text::Lang;

/// Something that can be watched.
#[derive(Clone, Debug)]
pub struct Choice {
    /// What kind of thing.
    pub kind: Watched,
    /// Its path, or the tag.
    pub target: String,
    /// The visitor watches it.
    pub is_watched: bool,
}

#[derive(Template)]
#[template(path = "wiki/watch.html")]
struct ChoicesPage<'a> {
    layout: Layout,
    w: &'static Strings,
    subject: Subject<'a>,
    choices: &'a [Choice],
    csrf: &'a str,
    done: Option<&'static str>,
}

impl ChoicesPage<'_> {
    fn watched(&self, choice: &Choice) -> String {
        watches::watched(self.layout.lang, choice.kind, &choice.target)
    }

    fn action(&self) -> String {
        self.subject.wiki("watch")
    }

    fn page(&self) -> String {
        self.subject.address()
    }
}

/// What can be watched from a page.
///
/// # Errors
/// When the template fails.
pub fn choices(
    cx: &Context<'_>,
    subject: Subject<'_>,
    choices: &[Choice],
    csrf: &str,
    done: Option<&'static str>,
) -> askama::Result<String> {
    let w = watches::strings(subject.lang);
    let title = format!("{} · {}", w.watch_page, subject.title);
    let layout = Layout::wiki(cx, subject.lang, &subject.wiki("watch"), title);
    ChoicesPage { layout, w, subject, choices, csrf, done }.render()
}

/// A watch in the list.
#[derive(Clone, Debug)]
pub struct Row {
    /// What lists call it.
    pub id: String,
    /// What kind of thing.
    pub kind: Watched,
    /// Its path, or the tag.
    pub target: String,
    /// The page that is watched, when it is one that the visitor may see.
    pub page: Option<Link>,
    /// Since when, in unix seconds.
    pub since: i64,
    /// Its feed.
    pub feed: String,
}

/// What the list is made of.
#[derive(Clone, Copy, Debug)]
pub struct List<'a> {
    /// The watches.
    pub rows: &'a [Row],
    /// The feed of all.
    pub feed: &'a str,
    /// How often mails come.
    pub pace: Pace,
    /// The site sends mails.
    pub site_mails: bool,
    /// The account has an address.
    pub has_address: bool,
    /// A tag that is asked for.
    pub tag: &'a str,
    /// The token that the forms carry.
    pub csrf: &'a str,
    /// What was done.
    pub done: Option<&'static str>,
}

#[derive(Template)]
#[template(path = "wiki/watches.html")]
struct ListPage<'a> {
    layout: Layout,
    w: &'static Strings,
    code: &'static str,
    list: List<'a>,
    paces: [(Pace, &'static str); 3],
}

impl ListPage<'_> {
    fn watched(&self, row: &Row) -> String {
        watches::watched(self.layout.lang, row.kind, &row.target)
    }
}

/// What somebody watches.
///
/// # Errors
/// When the template fails.
pub fn list(cx: &Context<'_>, lang: Lang, list: List<'_>) -> askama::Result<String> {
    let w = watches::strings(lang);
    let paces = [(Pace::Soon, w.pace_soon), (Pace::Daily, w.pace_daily), (Pace::Never, w.pace_never)];
    let layout = Layout::wiki(cx, lang, "/-/watches", w.watches);
    ListPage { layout, w, code: lang.code(), list, paces }.render()
}

/// What a link of a mail ends, or has ended.
#[derive(Clone, Copy, Debug)]
pub enum Ending<'a> {
    /// It would end this watch.
    AskWatch(Watched, &'a str),
    /// It would end all mails.
    AskMails,
    /// It ended this watch.
    EndedWatch(Watched, &'a str),
    /// It ended all mails.
    EndedMails,
    /// It ends nothing (any more).
    Nothing,
}

#[derive(Template)]
#[template(path = "wiki/watch_end.html")]
struct EndPage<'a> {
    layout: Layout,
    w: &'static Strings,
    code: &'static str,
    ending: Ending<'a>,
    address: &'a str,
    csrf: Option<&'a str>,
}

impl EndPage<'_> {
    fn watched(&self, kind: &Watched, target: &str) -> String {
        watches::watched(self.layout.lang, *kind, target)
    }
}

/// The page behind the link of a mail at `address`; `csrf` is the token of whoever has signed in.
///
/// # Errors
/// When the template fails.
pub fn end(
    cx: &Context<'_>,
    lang: Lang,
    ending: Ending<'_>,
    address: &str,
    csrf: Option<&str>,
) -> askama::Result<String> {
    let w = watches::strings(lang);
    let title = match ending {
        Ending::Nothing => w.nothing_to_end,
        Ending::AskMails | Ending::EndedMails => w.end_mails,
        Ending::AskWatch(..) | Ending::EndedWatch(..) => w.unsubscribe,
    };
    let layout = Layout::wiki(cx, lang, address, title);
    EndPage { layout, w, code: lang.code(), ending, address, csrf }.render()
}
