//! The home page: what is pinned, what is new, the labs, the categories.

use super::layout::Layout;
use super::lists::{self, Item, Term};
use super::{Context, Link, labs};
use crate::content::page::Page;
use crate::content::path::PagePath;
use crate::i18n::{self, SITE_NAME};
use askama::Template;
use sim_wasm::text::Lang;

/// How many of the newest articles it shows.
const LATEST: usize = 10;

#[derive(Template)]
#[template(path = "pages/home.html")]
struct Home<'a> {
    layout: Layout,
    heading: String,
    body: &'a str,
    pinned: Vec<Item>,
    latest: Vec<Item>,
    labs: Vec<labs::Card>,
    categories: Vec<(Link, String)>,
    archives: String,
}

/// The home page, which begins with the root's `index` page if there is one.
///
/// # Errors
/// When the template fails.
pub fn render(cx: &Context<'_>, lang: Lang) -> askama::Result<String> {
    let root = PagePath::default();
    let index = cx.site.page(&root, lang);
    let body = index.and_then(|page| cx.body(page));
    let other = root.address(lang.other());
    let mut layout = Layout::new(cx, lang, &root.address(lang), Some(&other), SITE_NAME).editable(cx, &root);
    if let Some(page) = index {
        layout = layout.describe(cx.summary(page));
    }
    if let Some(body) = body.filter(|body| !body.labs.is_empty()) {
        layout = layout.with_labs(cx, &body.labs);
    }
    let (pinned, others): (Vec<&Page>, Vec<&Page>) =
        cx.site.articles(lang).into_iter().partition(|page| page.front.pinned);
    Home {
        layout,
        heading: index.and_then(|page| page.front.title.clone()).unwrap_or_else(|| SITE_NAME.to_string()),
        body: body.map(|body| body.html.as_str()).unwrap_or_default(),
        pinned: lists::items(cx, pinned),
        latest: lists::items(cx, others.into_iter().take(LATEST)),
        labs: labs::cards(lang),
        categories: cx
            .site
            .categories(lang)
            .iter()
            .map(|(name, pages)| (Term::Categories.link(lang, name), i18n::articles(lang, pages.len())))
            .collect(),
        archives: Term::Archives.index_address(lang),
    }
    .render()
}
