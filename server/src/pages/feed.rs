//! Atom feeds (RFC 4287): the whole site's, a category's, a tag's.

use super::Context;
use crate::content::page::Page;
use crate::i18n;
use askama::Template;
use jiff::civil::Date;
use sim_wasm::text::Lang;

/// How many articles a feed holds.
const ENTRIES: usize = 20;

#[derive(Template)]
#[template(path = "feed.xml")]
struct Feed {
    html_lang: &'static str,
    title: String,
    subtitle: &'static str,
    author: &'static str,
    id: String,
    page: String,
    itself: String,
    updated: String,
    entries: Vec<Entry>,
}

struct Entry {
    id: String,
    title: String,
    href: String,
    published: Option<String>,
    updated: String,
    summary: String,
    categories: Vec<String>,
}

/// RFC 3339 wants a time of day, which articles do not give.
fn midnight(date: Option<Date>) -> String {
    format!("{}T00:00:00Z", date.unwrap_or(Date::constant(1970, 1, 1)))
}

/// The feed of `articles`, newest first, for the page at `address`.
///
/// # Errors
/// When the template fails.
pub fn render(
    cx: &Context<'_>,
    lang: Lang,
    title: String,
    address: &str,
    articles: &[&Page],
) -> askama::Result<String> {
    let t = i18n::strings(lang);
    let entries = articles.iter().take(ENTRIES).map(|page| Entry {
        title: page.title.clone(),
        // As it always was, so that no reader takes it for another article.
        id: cx.absolute(&page.address()),
        href: cx.absolute_page(&page.address()),
        published: page.front.date.map(|date| midnight(Some(date))),
        updated: midnight(page.changed()),
        summary: cx.summary(page),
        categories: page.front.categories.iter().chain(&page.front.tags).cloned().collect(),
    });
    Feed {
        html_lang: t.html_lang,
        title,
        subtitle: t.tagline,
        author: i18n::SITE_NAME,
        id: cx.absolute(address),
        page: cx.absolute_page(address),
        itself: cx.absolute(&format!("{}/atom.xml", address.trim_end_matches('/'))),
        updated: midnight(articles.iter().filter_map(|page| page.changed()).max()),
        entries: entries.collect(),
    }
    .render()
}
