//! Two people changed the same place: both versions, and a text to put them together in.

use super::Subject;
use crate::i18n::wiki::{self, Strings};
use crate::pages::Context;
use crate::pages::layout::Layout;
use askama::Template;

/// A stretch of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    /// The same for both, or changed by one alone.
    Settled(&'a str),
    /// Changed by both.
    Both {
        /// As it was before.
        before: &'a str,
        /// As somebody else has it.
        theirs: &'a str,
        /// As this author has it.
        yours: &'a str,
    },
}

/// Where the text goes.
#[derive(Clone, Copy, Debug)]
pub struct Form<'a> {
    /// The address that it is sent to.
    pub action: &'a str,
    /// The revision that it is saved on.
    pub base: &'a str,
    /// The token of the session's forms.
    pub csrf: &'a str,
    /// What was changed, in the author's words.
    pub message: &'a str,
}

#[derive(Template)]
#[template(path = "wiki/conflict.html")]
struct Page<'a> {
    layout: Layout,
    w: &'static Strings,
    pieces: &'a [Piece<'a>],
    form: Form<'a>,
    page: String,
    text: String,
}

/// The page.
///
/// # Errors
/// When the template fails.
pub fn render(
    cx: &Context<'_>,
    subject: Subject<'_>,
    form: Form<'_>,
    pieces: &[Piece<'_>],
) -> askama::Result<String> {
    let w = wiki::strings(subject.lang);
    Page {
        layout: Layout::wiki(cx, subject.lang, form.action, w.conflict),
        w,
        pieces,
        form,
        page: subject.address(),
        text: marked(pieces, w),
    }
    .render()
}

/// The text with both versions where they differ, between marks as git writes them.
pub fn marked(pieces: &[Piece<'_>], w: &Strings) -> String {
    let mut out = String::new();
    let mut lines = |text: &str| {
        out.push_str(text);
        if !text.is_empty() && !text.ends_with('\n') {
            out.push('\n');
        }
    };
    for piece in pieces {
        match piece {
            Piece::Settled(text) => lines(text),
            Piece::Both { theirs, yours, .. } => {
                lines(&format!("<<<<<<< {}", w.yours));
                lines(yours);
                lines("=======");
                lines(theirs);
                lines(&format!(">>>>>>> {}", w.theirs));
            }
        }
    }
    out
}
