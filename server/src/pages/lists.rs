//! Lists of pages, as many templates show them, and the pages of one category, tag or year.

use super::layout::Layout;
use super::{Context, Link};
use crate::address;
use crate::content::page::Page;
use crate::i18n;
use askama::Template;
use jiff::civil::Date;
use sim_wasm::text::Lang;

/// A page in a list.
#[derive(Debug)]
pub struct Item {
    /// The page.
    pub link: Link,
    /// What it is about.
    pub summary: String,
    /// When it was published.
    pub date: Option<Date>,
    /// Its categories.
    pub categories: Vec<Link>,
    /// It has a lab.
    pub has_lab: bool,
}

/// Pages as items of a list.
pub fn items<'a>(cx: &Context<'_>, pages: impl IntoIterator<Item = &'a Page>) -> Vec<Item> {
    pages
        .into_iter()
        .map(|page| Item {
            link: Link::to(page),
            summary: cx.summary(page),
            date: page.front.date,
            categories: page
                .front
                .categories
                .iter()
                .map(|name| Term::Categories.link(page.lang, name))
                .collect(),
            has_lab: cx.body(page).is_some_and(|body| !body.labs.is_empty()),
        })
        .collect()
}

/// What articles are grouped by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Term {
    /// Their categories.
    Categories,
    /// Their tags.
    Tags,
    /// The year of their date.
    Archives,
}

impl Term {
    /// The segment of its addresses.
    pub fn segment(self) -> &'static str {
        match self {
            Term::Categories => "categories",
            Term::Tags => "tags",
            Term::Archives => "archives",
        }
    }

    /// The address of the list of all.
    pub fn index_address(self, lang: Lang) -> String {
        format!("/{}/{}", lang.code(), self.segment())
    }

    /// The address of the list for one.
    pub fn address(self, lang: Lang, name: &str) -> String {
        format!("{}/{}", self.index_address(lang), address::segment(name))
    }

    /// A link to the list for one.
    pub fn link(self, lang: Lang, name: &str) -> Link {
        Link::new(self.address(lang, name), name)
    }

    fn label(self, lang: Lang) -> &'static str {
        let t = i18n::strings(lang);
        match self {
            Term::Categories => t.category,
            Term::Tags => t.tag,
            Term::Archives => t.year,
        }
    }
}

#[derive(Template)]
#[template(path = "pages/list.html")]
struct List {
    layout: Layout,
    label: &'static str,
    name: String,
    count: String,
    has_feed: bool,
    watch: Option<Link>,
    items: Vec<Item>,
}

/// The page of one category, tag or year; `translated` when the other language has one too.
///
/// # Errors
/// When the template fails.
pub fn render(
    cx: &Context<'_>,
    term: Term,
    lang: Lang,
    name: &str,
    pages: &[&Page],
    translated: bool,
) -> askama::Result<String> {
    let address = term.address(lang, name);
    let other = translated.then(|| term.address(lang.other(), name));
    let label = term.label(lang);
    let title = lang.pick(format!("{label}: {name}"), format!("{label}：{name}"));
    let mut layout = Layout::new(cx, lang, &address, other.as_deref(), title.clone());
    let has_feed = term != Term::Archives;
    if has_feed {
        layout = layout.feed(Link::new(format!("{address}/atom.xml"), title));
    }
    List {
        layout,
        label,
        name: name.to_string(),
        count: i18n::articles(lang, pages.len()),
        has_feed,
        watch: (cx.wiki && term == Term::Tags).then(|| watch(lang, name)),
        items: items(cx, pages.iter().copied()),
    }
    .render()
}

/// Where those who have signed in can watch a tag.
fn watch(lang: Lang, tag: &str) -> Link {
    let tag: String = form_urlencoded::byte_serialize(tag.as_bytes()).collect();
    Link::new(format!("/-/watches?lang={}&tag={tag}", lang.code()), i18n::strings(lang).watch_page)
}
