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

#[derive(Template)]
#[template(path = "wiki/conflict.html")]
struct Page<'a> {
    layout: Layout,
    w: &'static Strings,
    pieces: &'a [Piece<'a>],
    action: String,
    page: String,
    base: &'a str,
    csrf: &'a str,
    message: &'a str,
    text: String,
}

/// The page. `base` is the revision that the text is to be saved on.
///
/// # Errors
/// When the template fails.
pub fn render(
    cx: &Context<'_>,
    subject: Subject<'_>,
    pieces: &[Piece<'_>],
    base: &str,
    csrf: &str,
    message: &str,
) -> askama::Result<String> {
    let w = wiki::strings(subject.lang);
    let address = subject.wiki("edit");
    Page {
        layout: Layout::wiki(cx, subject.lang, &address, w.conflict),
        w,
        pieces,
        action: address,
        page: subject.address(),
        base,
        csrf,
        message,
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
