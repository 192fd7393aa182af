//! Pages and files that were removed and can be brought back.

use super::when::{machine, when};
use crate::i18n::history::{self, Strings};
use crate::pages::Context;
use crate::pages::layout::Layout;
use askama::Template;
use sim_wasm::text::Lang;

/// A page or file that was removed.
#[derive(Clone, Debug)]
pub struct Row {
    /// The file.
    pub file: String,
    /// The commit that has it still.
    pub at: String,
    /// When it was removed, in unix seconds.
    pub time: i64,
    /// By whom.
    pub author: String,
    /// Where it can be looked at; none for a file that is no page.
    pub view: Option<String>,
    /// The reader may bring it back.
    pub may_restore: bool,
}

impl Row {
    fn moment(&self) -> String {
        when(self.time)
    }

    fn datetime(&self) -> String {
        machine(self.time)
    }
}

#[derive(Template)]
#[template(path = "wiki/removed.html")]
struct Page<'a> {
    layout: Layout,
    w: &'static Strings,
    rows: &'a [Row],
    csrf: &'a str,
}

/// The page.
///
/// # Errors
/// When the template fails.
pub fn render(cx: &Context<'_>, lang: Lang, rows: &[Row], csrf: &str) -> askama::Result<String> {
    let w = history::strings(lang);
    Page { layout: Layout::wiki(cx, lang, "/-/removed", w.removed_pages), w, rows, csrf }.render()
}
