//! What is said about a page and its paragraphs, and the newest comments of all pages.

use super::Subject;
use super::when::{machine, when};
use crate::i18n::comments::{self, Strings};
use crate::pages::layout::Layout;
use crate::pages::{Context, Link};
use askama::Template;
use sim_wasm::text::Lang;

/// A comment as one reader sees it.
#[derive(Clone, Debug, Default)]
pub struct Comment {
    /// Its id.
    pub id: String,
    /// Who wrote it.
    pub author: String,
    /// When, in unix seconds.
    pub time: i64,
    /// When it was last changed.
    pub edited: Option<i64>,
    /// Safe HTML; none when it was deleted.
    pub body: Option<String>,
    /// The reader may change it.
    pub may_edit: bool,
    /// The reader may delete it.
    pub may_delete: bool,
}

impl Comment {
    fn moment(&self) -> String {
        when(self.time)
    }

    fn datetime(&self) -> String {
        machine(self.time)
    }
}

/// A paragraph, as somebody finds it on the page.
#[derive(Clone, Debug)]
pub struct Place {
    /// What names it; empty when it is not there any more.
    pub hash: String,
    /// How it began when it was commented on.
    pub quote: String,
    /// Where it is now; none when it is not there any more.
    pub href: Option<String>,
    /// Its text is not what was commented on.
    pub changed: bool,
}

/// A conversation.
#[derive(Clone, Debug)]
pub struct Thread {
    /// The id of the comment that began it.
    pub id: String,
    /// It is about the page as a whole.
    pub on_page: bool,
    /// The paragraph that it is about, where that has to be said.
    pub place: Option<Place>,
    /// Who settled it, in a sentence.
    pub settled: Option<String>,
    /// The comment that began it, and the answers.
    pub comments: Vec<Comment>,
    /// The reader may settle it or open it again.
    pub may_settle: bool,
}

impl Thread {
    /// What it is called where it cannot be seen.
    fn label(&self, w: &Strings) -> String {
        let first = self.comments.first();
        let (author, moment) = first.map(|first| (first.author.as_str(), first.moment())).unwrap_or_default();
        format!("{} {author} {moment}", w.comments)
    }

    /// The id of a comment that was not deleted.
    fn living(&self) -> &str {
        let living = self.comments.iter().find(|comment| comment.body.is_some());
        living.map_or("", |comment| comment.id.as_str())
    }
}

/// A paragraph that can be commented on.
#[derive(Clone, Debug)]
pub struct Choice {
    /// Where its conversations and the form are.
    pub link: Link,
    /// How many comments there are on it in open conversations.
    pub count: Option<String>,
}

/// A text being written.
#[derive(Clone, Debug)]
pub struct Form {
    /// What becomes of it: `add`, `reply` or `edit`.
    pub verb: &'static str,
    /// The comment that is answered or changed.
    pub id: String,
    /// The paragraph that it is on; empty for the page as a whole.
    pub on: String,
    /// The text so far.
    pub text: String,
    /// The conversation that it belongs to; empty for a new one.
    pub thread: String,
}

/// Everything on the page.
#[derive(Clone, Debug, Default)]
pub struct Discussion {
    /// The paragraph that was asked for.
    pub focus: Option<Place>,
    /// Its conversations.
    pub focused: Vec<Thread>,
    /// The other ones that are open.
    pub open: Vec<Thread>,
    /// The other ones that are settled.
    pub settled: Vec<Thread>,
    /// The paragraphs of the page.
    pub choices: Vec<Choice>,
    /// The text being written, for those who may.
    pub form: Option<Form>,
    /// Why nothing was done.
    pub problem: Option<String>,
    /// Somebody has to sign in first.
    pub sign_in: bool,
    /// The reader may comment.
    pub may_comment: bool,
}

impl Discussion {
    fn is_empty(&self) -> bool {
        self.open.is_empty() && self.settled.is_empty() && self.focused.is_empty()
    }

    /// Whether the text is one of this conversation.
    fn is_written_in(&self, thread: &Thread) -> bool {
        self.form.as_ref().is_some_and(|form| form.thread == thread.id)
    }

    /// Whether the text is of none of the conversations.
    fn is_new(&self) -> bool {
        let mut all = self.focused.iter().chain(&self.open).chain(&self.settled);
        self.form.is_some() && !all.any(|thread| self.is_written_in(thread))
    }

    fn is_written_in_settled(&self) -> bool {
        self.settled.iter().any(|thread| self.is_written_in(thread))
    }
}

#[derive(Template)]
#[template(path = "wiki/comments.html")]
struct Page<'a> {
    layout: Layout,
    w: &'static Strings,
    action: String,
    page: String,
    login: String,
    csrf: &'a str,
    all: Discussion,
}

impl Page<'_> {
    /// How many comments there are in the settled conversations.
    fn settled(&self) -> String {
        let comments = self.all.settled.iter().flat_map(|thread| &thread.comments);
        comments::count(self.layout.lang, comments.filter(|it| it.body.is_some()).count())
    }
}

/// The page.
///
/// # Errors
/// When the template fails.
pub fn render(
    cx: &Context<'_>,
    subject: Subject<'_>,
    csrf: &str,
    discussion: Discussion,
) -> askama::Result<String> {
    let w = comments::strings(subject.lang);
    let action = subject.wiki("comments");
    let title = format!("{} · {}", w.comments, subject.title);
    let next: String = form_urlencoded::byte_serialize(action.as_bytes()).collect();
    Page {
        layout: layout(cx, subject.lang, &action, title),
        w,
        page: subject.address(),
        login: format!("/-/login?next={next}"),
        action,
        csrf,
        all: discussion,
    }
    .render()
}

fn layout(cx: &Context<'_>, lang: Lang, address: &str, title: String) -> Layout {
    let mut layout = Layout::wiki(cx, lang, address, title);
    layout.files.styles.extend(cx.assets.address("css/comments.css").map(|css| (css, "all")));
    layout
}

/// A comment in the list of those of all pages.
#[derive(Clone, Debug)]
pub struct Recent {
    /// Where it is.
    pub link: Link,
    /// Who wrote it.
    pub author: String,
    /// When, in unix seconds.
    pub time: i64,
    /// It answers another.
    pub is_reply: bool,
    /// How it begins.
    pub excerpt: String,
}

impl Recent {
    fn moment(&self) -> String {
        when(self.time)
    }

    fn datetime(&self) -> String {
        machine(self.time)
    }
}

#[derive(Template)]
#[template(path = "wiki/comments_recent.html")]
struct RecentPage<'a> {
    layout: Layout,
    w: &'static Strings,
    comments: &'a [Recent],
    newest: Option<String>,
    older: Option<String>,
}

/// The newest comments of all pages; `next` is the last of those shown when there are more.
///
/// # Errors
/// When the template fails.
pub fn recent(
    cx: &Context<'_>,
    lang: Lang,
    comments: &[Recent],
    (is_first, next): (bool, Option<&str>),
) -> askama::Result<String> {
    let w = comments::strings(lang);
    let address = format!("/-/comments?lang={}", lang.code());
    RecentPage {
        layout: layout(cx, lang, "/-/comments", w.newest.to_string()),
        w,
        comments,
        older: next.map(|next| format!("{address}&before={next}")),
        newest: (!is_first).then_some(address),
    }
    .render()
}
