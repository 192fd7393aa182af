//! What is found, and the form to look for something else.

use super::Context;
use super::layout::Layout;
use crate::address;
use crate::i18n::search as words;
use askama::Template;
use search::{Found, Hit};
use sim_wasm::text::Lang;

/// Results on one page.
pub const PER_PAGE: usize = 20;

/// What was found.
#[derive(Debug)]
pub struct Results {
    /// The query.
    pub query: String,
    /// The number of the page of results, from 1.
    pub page: usize,
    /// The results on it.
    pub found: Found,
    /// How many pages of the other language answer.
    pub elsewhere: usize,
}

#[derive(Template)]
#[template(path = "pages/search.html")]
struct Search<'a> {
    layout: Layout,
    w: &'static words::Strings,
    query: &'a str,
    asked: bool,
    exported: bool,
    count: String,
    note: Option<String>,
    hits: &'a [Hit],
    elsewhere: Option<(String, String)>,
    previous: Option<String>,
    next: Option<String>,
}

/// The address of the search.
pub fn address_in(lang: Lang) -> String {
    format!("/{}/search", lang.code())
}

/// Where the pages lie that an exported site searches in the browser.
pub fn index_address(lang: Lang) -> String {
    format!("/search/{}.json.gz", lang.code())
}

fn address_of(lang: Lang, query: &str, page: usize) -> String {
    let query: String = form_urlencoded::byte_serialize(query.as_bytes()).collect();
    let page = if page > 1 { format!("&page={page}") } else { String::new() };
    format!("{}?q={query}{page}", address_in(lang))
}

/// The page; without results it has only the form.
///
/// # Errors
/// When the template fails.
pub fn render(cx: &Context<'_>, lang: Lang, results: Option<&Results>) -> askama::Result<String> {
    let w = words::strings(lang);
    let query = results.map(|it| it.query.as_str()).unwrap_or_default();
    let title = match query {
        "" => w.search.to_string(),
        query => lang.pick(format!("{}: {query}", w.search), format!("{}：{query}", w.search)),
    };
    let mut layout = Layout::new(cx, lang, &address_in(lang), Some(&address_in(lang.other())), title);
    // Lists of results are nothing for search engines.
    layout.files.styles.extend(cx.assets.address("css/search.css").map(|css| (css, "all")));
    layout.canonical = None;
    layout.alternates = Vec::new();
    let shown = results.filter(|it| !it.query.is_empty());
    let total = shown.map_or(0, |it| it.found.total);
    let page = shown.map_or(1, |it| it.page);
    let at = |page| address_of(lang, query, page);
    Search {
        layout,
        w,
        query,
        asked: shown.is_some(),
        exported: cx.exported,
        count: match total {
            0 => words::nothing(lang, query),
            _ => words::results(lang, total),
        },
        note: shown.and_then(|it| note(lang, it)),
        hits: shown.map(|it| it.found.hits.as_slice()).unwrap_or_default(),
        elsewhere: shown
            .filter(|it| it.elsewhere > 0)
            .map(|it| (address_of(lang.other(), query, 1), words::elsewhere(lang, it.elsewhere))),
        previous: (page > 1).then(|| at(page - 1)),
        next: (page * PER_PAGE < total).then(|| at(page + 1)),
    }
    .render()
}

/// What a reader has to know of the results.
fn note(lang: Lang, results: &Results) -> Option<String> {
    match &results.found.corrected {
        Some(corrected) => Some(words::corrected(lang, &results.query, corrected)),
        None => results.found.partial.then(|| words::strings(lang).partial.to_string()),
    }
}

impl Search<'_> {
    /// Where a result leads.
    fn target(&self, hit: &Hit) -> String {
        match hit.anchor.as_str() {
            "" => hit.address.clone(),
            anchor => format!("{}#{}", hit.address, address::segment(anchor)),
        }
    }
}
