//! All categories, or all tags, with how many articles each has.

use super::layout::Layout;
use super::lists::Term;
use super::{Context, Link};
use crate::content::site::Terms;
use crate::i18n;
use askama::Template;
use sim_wasm::text::Lang;

#[derive(Template)]
#[template(path = "pages/terms.html")]
struct Index {
    layout: Layout,
    heading: &'static str,
    terms: Vec<(Link, String)>,
}

/// The list of all categories or tags.
///
/// # Errors
/// When the template fails.
pub fn render(cx: &Context<'_>, term: Term, lang: Lang, terms: &Terms<'_>) -> askama::Result<String> {
    let t = i18n::strings(lang);
    let heading = if term == Term::Categories { t.categories } else { t.tags };
    let other = term.index_address(lang.other());
    let layout = Layout::new(cx, lang, &term.index_address(lang), Some(&other), heading);
    let terms = terms
        .iter()
        .map(|(name, pages)| (term.link(lang, name), i18n::articles(lang, pages.len())))
        .collect();
    Index { layout, heading, terms }.render()
}
