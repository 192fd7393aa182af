//! A folder: what its `index` page says, and what is in it.

use super::layout::Layout;
use super::lists::{self, Item};
use super::{Context, Link, article};
use crate::content::page::Page;
use crate::content::path::PagePath;
use askama::Template;
use sim_wasm::text::Lang;

#[derive(Template)]
#[template(path = "pages/folder.html")]
struct Folder<'a> {
    layout: Layout,
    body: &'a str,
    folders: Vec<Link>,
    items: Vec<Item>,
    source: Option<String>,
    archive: Option<String>,
}

/// The page of a folder with these pages and folders in it; `translated` when the other language has it too.
///
/// # Errors
/// When the template fails.
pub fn render(
    cx: &Context<'_>,
    path: &PagePath,
    lang: Lang,
    pages: &[&Page],
    folders: &[&PagePath],
    translated: bool,
) -> askama::Result<String> {
    let index = cx.site.page(path, lang);
    let body = index.and_then(|page| cx.body(page));
    let layout = match (index, body) {
        (Some(page), Some(body)) => article::layout(cx, page, body, translated),
        _ => {
            let other = translated.then(|| path.address(lang.other()));
            Layout::new(cx, lang, &path.address(lang), other.as_deref(), path.name())
        }
    };
    let title = |path: &PagePath| match cx.site.page(path, lang) {
        Some(page) => page.title.clone(),
        None => path.name().to_string(),
    };
    Folder {
        layout,
        body: body.map(|body| body.html.as_str()).unwrap_or_default(),
        folders: folders.iter().map(|path| Link::new(path.address(lang), title(path))).collect(),
        items: lists::items(cx, pages.iter().copied()),
        source: index.map(Page::source_address),
        archive: article::archive(cx, path),
    }
    .render()
}
