//! The versions that wait for somebody to settle them.

use super::when::when;
use crate::i18n::wiki::{self, Strings};
use crate::pages::Context;
use crate::pages::layout::Layout;
use askama::Template;
use sim_wasm::text::Lang;

/// A version that lost.
#[derive(Clone, Debug)]
pub struct Item {
    /// Where it is settled.
    pub address: String,
    /// The file.
    pub file: String,
    /// Who made it.
    pub author: String,
    /// When, in seconds since 1970.
    pub time: i64,
}

impl Item {
    fn moment(&self) -> String {
        when(self.time)
    }
}

#[derive(Template)]
#[template(path = "wiki/conflicts.html")]
struct Page<'a> {
    layout: Layout,
    w: &'static Strings,
    items: &'a [Item],
}

/// The page.
///
/// # Errors
/// When the template fails.
pub fn render(cx: &Context<'_>, lang: Lang, items: &[Item]) -> askama::Result<String> {
    let w = wiki::strings(lang);
    Page { layout: Layout::wiki(cx, lang, "/-/conflicts", w.conflicts), w, items }.render()
}
