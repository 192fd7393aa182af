//! Labs in pages: what stands around a form and a result is the page's, what stands in them is the lab's own.

use super::en;
use scraper::{Html, Selector};
use sim_wasm::api;
use sim_wasm::text::Lang;
use sim_wasm::view::form::{Filled, fields_html};
use sim_wasm::view::html::escape;
use sim_wasm::view::scope::scope_html;
use sim_wasm::view::{Detail, difference_html, result_html};

/// The page with `…` for everything that the labs in it made themselves, so that a lab can grow without every page that
/// shows it having to be looked at again.
pub(crate) fn without_results(html: &str, lang: Lang) -> String {
    let tree = Html::parse_fragment(html);
    let figures = Selector::parse("figure.lab").unwrap_or_else(|error| unreachable!("{error}"));
    let links = Selector::parse("a.lab-link").unwrap_or_else(|error| unreachable!("{error}"));
    let mut short = html.to_string();
    for figure in tree.select(&figures) {
        let id = figure.value().id().unwrap_or_default();
        let lab = figure.value().attr("data-lab").unwrap_or_default();
        let mut compared = Vec::new();
        for link in figure.select(&links) {
            let query = link.value().attr("href").and_then(|href| href.split_once('?')).unwrap_or_default().1;
            let Ok(params) = api::params(lab, query) else { continue };
            for prefix in [id.to_string(), format!("{id}-compare")] {
                let result = result_html(&params.run(lang), lang, &prefix, Detail::Figure);
                let fields = fields_html(params.lab(), &Filled::Valid(&params), lang, &prefix);
                let scope = scope_html(params.lab(), lang);
                for part in [result, fields, scope].iter().filter(|part| !part.is_empty()) {
                    short = short.replace(part, "…");
                }
            }
            short = short.replace(&escape(query), "…");
            compared.push(params);
        }
        if let [_form, one, other] = &compared[..] {
            let heads = one.differences(other);
            let part = difference_html(&one.run(lang), &other.run(lang), &heads, lang);
            short = short.replace(&part, "…");
        }
    }
    short
}

#[test]
fn a_lab_runs_with_the_values_of_its_block() {
    let rendered = en("```lab paws\npreset: nat-two-clients\nserver_kernel: 3.10\nconnections: 5\n```\n");
    assert_eq!(rendered.diagnostics, []);
    assert_eq!(rendered.labs, ["paws"]);
    assert!(rendered.html.contains("server_kernel=3.10&amp;"), "the version stays a text");
    assert!(rendered.html.contains("connections=5&amp;"));
}

#[test]
fn ids_in_a_page_are_unique() {
    let lab = "```lab paws\npreset: nat-two-clients\ncompare:\n  server_kernel: 4.12\n```\n";
    let html = en(&format!("## Lab nat two clients\n\n{lab}\n{lab}\n## Lab nat two clients\n")).html;
    let tree = Html::parse_fragment(&html);
    let mut ids: Vec<&str> =
        tree.root_element().descendent_elements().filter_map(|element| element.value().id()).collect();
    let all = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), all);
}
