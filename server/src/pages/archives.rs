//! All articles by year, newest first.

use super::Context;
use super::Link;
use super::layout::Layout;
use super::lists::{self, Item, Term};
use crate::content::site::Terms;
use crate::i18n;
use askama::Template;
use sim_wasm::text::Lang;

#[derive(Template)]
#[template(path = "pages/archives.html")]
struct Archives {
    layout: Layout,
    count: String,
    years: Vec<(Link, Vec<Item>)>,
}

/// The archives.
///
/// # Errors
/// When the template fails.
pub fn render(cx: &Context<'_>, lang: Lang, years: &Terms<'_>) -> askama::Result<String> {
    let other = Term::Archives.index_address(lang.other());
    let address = Term::Archives.index_address(lang);
    let layout = Layout::new(cx, lang, &address, Some(&other), i18n::strings(lang).archives);
    let count = i18n::articles(lang, years.values().map(Vec::len).sum());
    let years = years
        .iter()
        .rev()
        .map(|(year, pages)| (Term::Archives.link(lang, year), lists::items(cx, pages.iter().copied())))
        .collect();
    Archives { layout, count, years }.render()
}
