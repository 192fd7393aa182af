//! What a server of files shows where there is none, in both languages: it knows neither the reader's nor what was meant.

use super::layout::Layout;
use super::{Context, Link};
use crate::i18n::{self, SITE_NAME, Strings};
use askama::Template;
use sim_wasm::text::Lang;

#[derive(Template)]
#[template(path = "pages/missing.html")]
struct View {
    layout: Layout,
    versions: Vec<Version>,
}

/// The message in one language.
struct Version {
    t: &'static Strings,
    ways: Vec<Link>,
}

/// The page.
///
/// # Errors
/// When the template fails.
pub fn render(cx: &Context<'_>) -> askama::Result<String> {
    let version = |lang: Lang| {
        let t = i18n::strings(lang);
        let to = |name: &str, text| Link::new(format!("/{}/{name}", lang.code()), text);
        Version { t, ways: vec![to("", SITE_NAME), to("archives", t.archives), to("labs", t.labs)] }
    };
    let mut layout = Layout::error(cx, Lang::En, i18n::strings(Lang::En).not_found);
    layout.switch.translated = true;
    View { layout, versions: Lang::ALL.map(version).into() }.render()
}
