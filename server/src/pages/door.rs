//! The front page of a site that is files: it leads to the language that a reader likes best.

use super::layout::Layout;
use super::{Context, Link};
use crate::content::path::PagePath;
use crate::i18n::{self, SITE_NAME};
use askama::Template;
use sim_wasm::text::Lang;

#[derive(Template)]
#[template(path = "pages/door.html")]
struct View {
    layout: Layout,
    /// What decides, where scripts run.
    script: Option<String>,
    headings: Vec<(&'static str, &'static str)>,
    homes: Vec<(&'static str, Link)>,
}

/// The page.
///
/// # Errors
/// When the template fails.
pub fn render(cx: &Context<'_>) -> askama::Result<String> {
    let tag = |lang: Lang| i18n::strings(lang).html_lang;
    let home = |lang: Lang| {
        // Each language is named in itself, as the other's pages name it.
        Link::new(PagePath::default().address(lang), i18n::strings(lang.other()).other_language)
    };
    let mut layout = Layout::error(cx, Lang::En, SITE_NAME);
    layout.switch.translated = true;
    View {
        layout,
        script: cx.assets.address("js/door.js"),
        headings: Lang::ALL.map(|lang| (tag(lang), i18n::export::strings(lang).languages)).into(),
        homes: Lang::ALL.map(|lang| (tag(lang), home(lang))).into(),
    }
    .render()
}
