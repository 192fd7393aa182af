//! A page of the content folder.

use super::layout::Layout;
use super::lists::Term;
use super::{Context, Link};
use crate::address;
use crate::content::page::Page;
use crate::content::path::PagePath;
use crate::markdown::{Heading, Rendered};
use askama::Template;
use jiff::civil::Date;

/// A line of "verified against kernel".
#[derive(Debug)]
struct Verified<'a> {
    kernel: &'a str,
    date: Option<Date>,
    how: &'a str,
}

#[derive(Template)]
#[template(path = "pages/article.html")]
struct Article<'a> {
    layout: Layout,
    summary: Option<&'a str>,
    date: Option<Date>,
    updated: Option<Date>,
    categories: Vec<Link>,
    tags: Vec<Link>,
    verified: Vec<Verified<'a>>,
    toc: &'a [Heading],
    body: &'a str,
    series: Option<Series<'a>>,
    previous: Option<Link>,
    next: Option<Link>,
    source: String,
    archive: Option<String>,
}

/// The series an article belongs to.
#[derive(Debug)]
struct Series<'a> {
    name: &'a str,
    /// Its articles; the one shown has no link.
    parts: Vec<(Link, bool)>,
}

/// The layout of any page of the content folder.
pub(super) fn layout(cx: &Context<'_>, page: &Page, body: &Rendered, has_translation: bool) -> Layout {
    let other = has_translation.then(|| page.path.address(page.lang.other()));
    let mut layout = Layout::new(cx, page.lang, &page.address(), other.as_deref(), page.title.clone())
        .describe(cx.summary(page))
        .editable(cx, &page.path);
    if page.front.date.is_some() {
        layout = layout.article();
    }
    if body.labs.is_empty() { layout } else { layout.with_labs(cx, &body.labs) }
}

/// Where a page or a folder is to be had as a zip, while a server is there to make it.
pub(super) fn archive(cx: &Context<'_>, path: &PagePath) -> Option<String> {
    (!cx.exported).then(|| address::archive(path.as_str()))
}

/// The page.
///
/// # Errors
/// When the template fails.
pub fn render(cx: &Context<'_>, page: &Page, body: &Rendered) -> askama::Result<String> {
    let lang = page.lang;
    let front = &page.front;
    let (previous, next) = cx.site.neighbours(page);
    Article {
        layout: layout(cx, page, body, cx.site.translation(page).is_some()),
        summary: front.summary.as_deref(),
        date: front.date,
        updated: front.updated.filter(|updated| Some(*updated) != front.date),
        categories: front.categories.iter().map(|name| Term::Categories.link(lang, name)).collect(),
        tags: front.tags.iter().map(|name| Term::Tags.link(lang, name)).collect(),
        verified: front
            .verified
            .iter()
            .map(|verified| Verified { kernel: &verified.kernel, date: verified.date, how: &verified.how })
            .collect(),
        toc: &body.toc,
        body: &body.html,
        series: front.series.as_deref().map(|name| Series {
            name,
            parts: cx
                .site
                .series(name, lang)
                .into_iter()
                .map(|part| (Link::to(part), part.path == page.path))
                .collect(),
        }),
        previous: previous.map(Link::to),
        next: next.map(Link::to),
        source: page.source_address(),
        archive: archive(cx, &page.path),
    }
    .render()
}
