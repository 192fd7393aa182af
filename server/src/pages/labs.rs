//! The gallery of labs.

use super::layout::Layout;
use super::{Context, Link};
use crate::i18n;
use askama::Template;
use sim_wasm::lab::{self, Lab};
use sim_wasm::text::Lang;

/// A lab in a list.
#[derive(Debug)]
pub struct Card {
    /// Its id, which commands and blocks in pages use.
    pub id: &'static str,
    /// The lab.
    pub link: Link,
    /// What it lets a reader find out.
    pub summary: &'static str,
    /// Its scenes.
    pub presets: Vec<Link>,
}

/// The address of a lab.
pub fn address(lang: Lang, lab: &Lab) -> String {
    format!("/{}/labs/{}", lang.code(), lab.id)
}

/// Every lab.
pub fn cards(lang: Lang) -> Vec<Card> {
    let card = |lab: &Lab| Card {
        id: lab.id,
        link: Link::new(address(lang, lab), lab.title.get(lang)),
        summary: lab.summary.get(lang),
        presets: lab
            .presets
            .iter()
            .map(|preset| {
                Link::new(format!("{}?preset={}", address(lang, lab), preset.id), preset.title.get(lang))
            })
            .collect(),
    };
    lab::all().iter().map(|lab| card(lab)).collect()
}

#[derive(Template)]
#[template(path = "pages/labs.html")]
struct Gallery {
    layout: Layout,
    labs: Vec<Card>,
}

/// The gallery.
///
/// # Errors
/// When the template fails.
pub fn render(cx: &Context<'_>, lang: Lang) -> askama::Result<String> {
    let t = i18n::strings(lang);
    let at = |lang: Lang| format!("/{}/labs", lang.code());
    let layout = Layout::new(cx, lang, &at(lang), Some(&at(lang.other())), t.labs).describe(t.labs_summary);
    Gallery { layout, labs: cards(lang) }.render()
}
