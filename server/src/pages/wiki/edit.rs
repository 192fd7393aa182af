//! The editor: a form that works without scripts, which a script makes comfortable.

use super::Subject;
use crate::diagnostic::Diagnostic;
use crate::i18n::editor;
use crate::i18n::wiki::{self, Strings};
use crate::pages::Context;
use crate::pages::layout::Layout;
use askama::Template;

/// What the editor shows.
#[derive(Clone, Copy, Debug, Default)]
pub struct Editor<'a> {
    /// The text.
    pub text: &'a str,
    /// The revision it began from; empty for a page that is not there yet.
    pub base: &'a str,
    /// The page is not there yet.
    pub is_new: bool,
    /// What was changed, in the author's words.
    pub message: &'a str,
    /// The token that the form carries.
    pub csrf: &'a str,
    /// What is wrong with the text, when it was not saved because of that.
    pub findings: &'a [Diagnostic],
    /// What the page would look like.
    pub preview: Option<&'a str>,
    /// Why the text is shown again.
    pub notice: Option<&'a str>,
}

#[derive(Template)]
#[template(path = "wiki/edit.html")]
struct Page<'a> {
    layout: Layout,
    w: &'static Strings,
    words: String,
    action: String,
    preview_address: String,
    draft_address: String,
    upload_address: String,
    page: String,
    lang: &'static str,
    script: Option<String>,
    editor: Editor<'a>,
}

/// The page.
///
/// # Errors
/// When the template fails.
pub fn render(
    cx: &Context<'_>,
    subject: Subject<'_>,
    editor: Editor<'_>,
    labs: &[&str],
) -> askama::Result<String> {
    let w = wiki::strings(subject.lang);
    let verb = if editor.is_new { w.new_page } else { w.edit };
    let address = subject.wiki("edit");
    let mut layout = Layout::wiki(cx, subject.lang, &address, format!("{verb} · {}", subject.title));
    if labs.is_empty() {
        // The lab picker shows the form of a lab before there is any in the text.
        layout.files.styles.extend(cx.assets.address("css/lab.css").map(|css| (css, "all")));
    } else {
        layout = layout.with_labs(cx, labs);
    }
    Page {
        layout,
        w,
        words: editor::words(subject.lang),
        preview_address: subject.wiki("preview"),
        draft_address: subject.wiki("draft"),
        upload_address: subject.wiki("attach"),
        page: subject.address(),
        lang: subject.lang.code(),
        script: cx.assets.address("js/edit/main.js"),
        action: address,
        editor,
    }
    .render()
}
