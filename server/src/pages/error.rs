//! What a reader sees when a request fails, with ways to go on.

use super::layout::Layout;
use super::{Context, Link};
use crate::i18n::{self, SITE_NAME};
use askama::Template;
use sim_wasm::text::Lang;

#[derive(Template)]
#[template(path = "pages/error.html")]
struct View<'a> {
    layout: Layout,
    status: u16,
    text: &'a str,
    details: &'a [String],
    help: Help,
    ways: Vec<Link>,
}

/// What may have been meant by an address that does not exist.
#[derive(Debug, Default)]
pub struct Help {
    /// The page in the other language.
    pub other_language: Option<Link>,
    /// Pages of a similar name.
    pub similar: Vec<Link>,
}

/// The page for a failed request.
///
/// # Errors
/// When the template fails.
pub fn render(
    cx: &Context<'_>,
    lang: Lang,
    status: u16,
    (title, text): (&str, &str),
    details: &[String],
    help: Help,
) -> askama::Result<String> {
    let t = i18n::strings(lang);
    let layout = Layout::error(cx, lang, title);
    let ways = vec![
        Link::new(layout.home.clone(), SITE_NAME),
        Link::new(format!("{}archives", layout.home), t.archives),
        Link::new(format!("{}labs", layout.home), t.labs),
    ];
    View { layout, status, text, details, help, ways }.render()
}
