//! What stands at an old address where no server answers with the new one: a page that leads there by itself.

use super::layout::Layout;
use super::{Context, Link};
use crate::content::path::PagePath;
use crate::i18n;
use askama::Template;
use sim_wasm::text::Lang;

#[derive(Template)]
#[template(path = "pages/moved.html")]
struct View {
    layout: Layout,
    /// What takes the rest of the old address along, where scripts run.
    script: Option<String>,
    text: &'static str,
    to: Link,
}

/// The page that leads to the address `to`.
///
/// # Errors
/// When the template fails.
pub fn render(cx: &Context<'_>, to: &str) -> askama::Result<String> {
    let path = to.strip_prefix('/').and_then(|rest| rest.split_once('/'));
    let lang = path.and_then(|(code, _)| Lang::from_code(code)).unwrap_or_default();
    let page = path.and_then(|(_, path)| cx.site.page(&PagePath::new(crate::address::decode(path)?), lang));
    let t = i18n::export::strings(lang);
    let mut layout = Layout::error(cx, lang, t.moved);
    layout.canonical = page.map(|_| cx.absolute_page(to));
    let text = page.map_or_else(|| to.to_string(), |page| page.title.clone());
    View { layout, script: cx.assets.address("js/moved.js"), text: t.moved_text, to: Link::new(to, text) }
        .render()
}
