//! The way in, which leads to a language, and what servers show when there is nothing.

use crate::export::Source;
use crate::export::tree::Tree;
use crate::pages::{door, missing};

/// `index.html` and `404.html`.
pub(super) fn add(source: &Source<'_>, tree: &mut Tree) -> anyhow::Result<()> {
    let cx = source.edition.context();
    tree.add("index.html", source.page("/", &door::render(&cx)?));
    tree.add("404.html", source.page_anywhere(&missing::render(&cx)?));
    Ok(())
}
