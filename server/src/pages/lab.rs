//! A lab alone: its form, its result, its scenes, its limits. Its whole state is the query string.

use super::layout::Layout;
use super::{Context, Link, labs};
use crate::content::page::Page;
use crate::i18n::strings;
use crate::markdown::lab_figure::{self, Place};
use askama::Template;
use sim_wasm::lab::{Lab, ParamError, Params};
use sim_wasm::text::Lang;
use sim_wasm::view::form::Filled;
use sim_wasm::view::html::{escape, prose};

/// The id of the lab's figure, and of everything in it.
const ID: &str = "lab";

#[derive(Template)]
#[template(path = "pages/lab.html")]
struct View {
    layout: Layout,
    summary: &'static str,
    figure: String,
    presets: Vec<Preset>,
    assumptions: Vec<&'static str>,
    not_modelled: Vec<&'static str>,
    reset: String,
    articles: Vec<Link>,
}

/// A scene to start from.
struct Preset {
    id: &'static str,
    link: Link,
    summary: &'static str,
    current: bool,
}

/// The page of a lab that ran with `params`.
///
/// # Errors
/// When the template fails.
pub fn render(cx: &Context<'_>, lab: &'static Lab, lang: Lang, params: &Params) -> askama::Result<String> {
    let place = if cx.exported { Place::File } else { Place::Alone };
    let figure = figure(lab, lang, &lab_figure::form_and_result(lab, params, lang, ID, place));
    page(cx, lab, lang, figure, &params.to_query())
}

/// The page of a lab that cannot run: the form keeps what was typed and says what is wrong with it.
///
/// # Errors
/// When the template fails.
pub fn render_wrong(
    cx: &Context<'_>,
    lab: &'static Lab,
    lang: Lang,
    given: &[(String, String)],
    errors: &[ParamError],
) -> askama::Result<String> {
    let mut inside = lab_figure::form(lab, &Filled::Wrong { given, errors }, lang, ID, Place::Alone);
    inside += "<div class=\"lab-result\" data-full><div class=\"lab-errors\" role=\"alert\"><ul>";
    for error in errors {
        inside += &format!("<li>{}</li>", prose(&error.message(lang)));
    }
    inside += &format!("</ul><p>{}</p></div></div>", escape(strings(lang).no_result));
    inside += lab_figure::STATUS;
    page(cx, lab, lang, figure(lab, lang, &inside), "")
}

fn figure(lab: &Lab, lang: Lang, inside: &str) -> String {
    let (lab, code) = (lab.id, lang.code());
    format!("<figure class=\"lab\" id=\"{ID}\" data-lab=\"{lab}\" data-lang=\"{code}\">\n{inside}</figure>")
}

fn page(
    cx: &Context<'_>,
    lab: &'static Lab,
    lang: Lang,
    figure: String,
    query: &str,
) -> askama::Result<String> {
    let address = labs::address(lang, lab);
    let other = labs::address(lang.other(), lab);
    let summary = lab.summary.get(lang);
    let mut layout = Layout::new(cx, lang, &address, Some(&other), lab.title.get(lang))
        .describe(summary)
        .with_labs(cx, &[lab.id]);
    // A state of the lab means the same in both languages.
    if !query.is_empty() {
        layout.switch.href = format!("{other}?{query}");
    }
    let presets = lab.presets.iter().map(|preset| Preset {
        id: preset.id,
        link: Link::new(format!("{address}?preset={}", preset.id), preset.title.get(lang)),
        summary: preset.summary.get(lang),
        current: lab.params_in(lang, Some(preset.id), []).is_ok_and(|params| params.to_query() == query),
    });
    let uses_it = |page: &&Page| cx.body(page).is_some_and(|body| body.labs.contains(&lab.id));
    View {
        summary,
        figure,
        presets: presets.collect(),
        assumptions: lab.assumptions.iter().map(|text| text.get(lang)).collect(),
        not_modelled: lab.not_modelled.iter().map(|text| text.get(lang)).collect(),
        articles: cx.site.articles(lang).into_iter().filter(uses_it).map(Link::to).collect(),
        reset: address,
        layout,
    }
    .render()
}
