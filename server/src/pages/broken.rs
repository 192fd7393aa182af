//! What stands in the place of a page whose head cannot be read.

use super::Context;
use super::layout::Layout;
use crate::content::site::Broken;
use crate::diagnostic::Diagnostic;
use crate::i18n;
use askama::Template;

#[derive(Template)]
#[template(path = "pages/broken.html")]
struct View<'a> {
    layout: Layout,
    diagnostic: &'a Diagnostic,
}

/// The page that says where the mistake is.
///
/// # Errors
/// When the template fails.
pub fn render(cx: &Context<'_>, broken: &Broken) -> askama::Result<String> {
    let layout = Layout::error(cx, broken.lang, i18n::strings(broken.lang).broken);
    View { layout, diagnostic: &broken.diagnostic }.render()
}
