//! Moving and removing pages: the forms, and what came of a move.

use super::Subject;
use crate::i18n::history::{self, Strings};
use crate::pages::layout::Layout;
use crate::pages::{Context, Link};
use askama::Template;

/// What the page is for.
enum Step<'a> {
    Move { to: &'a str, is_folder: bool, whole: bool, problem: Option<&'a str> },
    Moved { to: String, left: &'a [Link] },
    Remove { linking: &'a [Link], has_others: bool },
}

#[derive(Template)]
#[template(path = "wiki/move.html")]
struct Page<'a> {
    layout: Layout,
    w: &'static Strings,
    step: Step<'a>,
    action: String,
    page: String,
    csrf: &'a str,
}

/// The form of a move.
#[derive(Clone, Copy, Debug, Default)]
pub struct Form<'a> {
    /// The path that was given, or the present one.
    pub to: &'a str,
    /// There are pages below it.
    pub is_folder: bool,
    /// They are to move, too.
    pub whole: bool,
    /// What is wrong.
    pub problem: Option<&'a str>,
    /// The form's token.
    pub csrf: &'a str,
}

/// The form to move a page with.
///
/// # Errors
/// When the template fails.
pub fn form(cx: &Context<'_>, subject: Subject<'_>, form: Form<'_>) -> askama::Result<String> {
    let Form { to, is_folder, whole, problem, csrf } = form;
    render(cx, subject, "move", csrf, Step::Move { to, is_folder, whole, problem })
}

/// The page moved to an address; `left` are pages whose links the reader could not change.
///
/// # Errors
/// When the template fails.
pub fn moved(cx: &Context<'_>, subject: Subject<'_>, to: String, left: &[Link]) -> askama::Result<String> {
    render(cx, subject, "move", "", Step::Moved { to, left })
}

/// The form to remove a page with, and the pages that link to it.
///
/// # Errors
/// When the template fails.
pub fn remove(
    cx: &Context<'_>,
    subject: Subject<'_>,
    linking: &[Link],
    has_others: bool,
    csrf: &str,
) -> askama::Result<String> {
    render(cx, subject, "delete", csrf, Step::Remove { linking, has_others })
}

fn render(
    cx: &Context<'_>,
    subject: Subject<'_>,
    verb: &str,
    csrf: &str,
    step: Step<'_>,
) -> askama::Result<String> {
    let w = history::strings(subject.lang);
    let title = match step {
        Step::Move { .. } => w.move_title,
        Step::Moved { .. } => w.moved_title,
        Step::Remove { .. } => w.delete_title,
    };
    let address = subject.wiki(verb);
    Page {
        layout: Layout::wiki(cx, subject.lang, &address, format!("{title} · {}", subject.title)),
        w,
        step,
        action: address,
        page: subject.address(),
        csrf,
    }
    .render()
}
