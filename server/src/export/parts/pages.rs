//! Pages, their sources, lists, feeds, the sitemap, and a page for each lab.

use crate::export::tree::Tree;
use crate::export::{Source, addresses};
use crate::pages::{lab as lab_page, labs};
use sim_wasm::lab;
use sim_wasm::text::Lang;

/// What the site publishes.
pub(super) fn add(source: &Source<'_>, tree: &mut Tree) -> anyhow::Result<()> {
    let (pages, others): (Vec<_>, Vec<_>) =
        source.edition.documents().partition(|(_, it)| it.content_type.starts_with("text/html"));
    // Pages come before files: what is read most keeps its name.
    for (address, document) in pages {
        let path = addresses::page_file(address);
        if document.status == 200 {
            tree.add(&path, source.page(address, &String::from_utf8_lossy(document.body())));
        } else {
            tree.problems.push(format!("{path}: the page cannot be shown; `casebook check` says why"));
        }
    }
    for (address, document) in others {
        tree.add(&addresses::file(address), document.body().clone());
    }
    Ok(())
}

/// Each lab with its defaults; a script shows what else an address asks for.
pub(super) fn add_labs(source: &Source<'_>, tree: &mut Tree) -> anyhow::Result<()> {
    let cx = source.edition.context();
    for lang in Lang::ALL {
        for lab in lab::all() {
            let defaults = lab.params_in(lang, None, []);
            let params =
                defaults.map_err(|_| anyhow::anyhow!("the lab {} refuses its own values", lab.id))?;
            let address = labs::address(lang, lab);
            let html = lab_page::render(&cx, lab, lang, &params)?;
            tree.add(&addresses::page_file(&address), source.page(&address, &html));
        }
    }
    Ok(())
}
