//! The page of the search, and the pages that it searches in the reader's browser.

use crate::export::tree::Tree;
use crate::export::{Source, addresses};
use crate::finder::told;
use crate::pages::search;
use sim_wasm::text::Lang;

/// How hard the pages are compressed: as well as can be, since readers fetch all of them.
const LEVEL: u32 = 9;

/// For each language its page, and its index. It is compressed here because not every server of files does so.
pub(super) fn add(source: &Source<'_>, tree: &mut Tree) -> anyhow::Result<()> {
    let cx = source.edition.context();
    for lang in Lang::ALL {
        let address = search::address_in(lang);
        let html = search::render(&cx, lang, None)?;
        tree.add(&addresses::page_file(&address), source.page(&address, &html));
        let pages: Vec<_> = cx.site.pages().filter(|page| page.lang == lang).map(|page| told(page)).collect();
        let index = compression::gzip(&serde_json::to_vec(&pages)?, LEVEL)?;
        tree.add(&addresses::file(&search::index_address(lang)), bytes::Bytes::from(index));
    }
    Ok(())
}
