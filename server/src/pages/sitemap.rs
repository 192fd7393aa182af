//! `sitemap.xml` with the versions of every page, and `robots.txt`.

use super::Context;
use askama::Template;
use jiff::civil::Date;
use sim_wasm::text::Lang;

/// A page in both languages, or in the one it has.
#[derive(Debug)]
pub struct Entry {
    /// Its addresses by language.
    pub versions: Vec<(Lang, String)>,
    /// When it last changed.
    pub changed: Option<Date>,
}

struct Url {
    loc: String,
    alternates: Vec<(&'static str, String)>,
    changed: Option<String>,
}

#[derive(Template)]
#[template(path = "sitemap.xml")]
struct Sitemap {
    urls: Vec<Url>,
}

/// The sitemap.
///
/// # Errors
/// When the template fails.
pub fn render(cx: &Context<'_>, entries: &[Entry]) -> askama::Result<String> {
    let mut urls = Vec::new();
    for entry in entries {
        let alternates: Vec<(&'static str, String)> = entry
            .versions
            .iter()
            .map(|(lang, address)| (crate::i18n::strings(*lang).html_lang, cx.absolute_page(address)))
            .collect();
        for (_, address) in &entry.versions {
            urls.push(Url {
                loc: cx.absolute_page(address),
                alternates: alternates.clone(),
                changed: entry.changed.map(|date| date.to_string()),
            });
        }
    }
    Sitemap { urls }.render()
}

/// `robots.txt`: everything may be read; the interface for programs and a lab's every setting need not be.
pub fn robots(cx: &Context<'_>) -> String {
    let programs = if cx.exported { "" } else { "Disallow: /api/\n" };
    format!("User-agent: *\n{programs}Disallow: /*/labs/*?\n\nSitemap: {}\n", cx.absolute("/sitemap.xml"))
}
