//! Files that stay as they are: those of the design, and those beside pages.

use crate::export::Source;
use crate::export::tree::{Body, Tree};
use sim_wasm::text::Lang;

/// What only a wiki needs.
const EDITING: [&str; 5] = ["js/edit/", "js/comments", "css/comments", "css/wiki", "vendor/codemirror/"];

/// Style sheets, scripts, fonts, simulators, under their hashed names.
pub(super) fn add_design(source: &Source<'_>, tree: &mut Tree) -> anyhow::Result<()> {
    for (name, document) in source.edition.assets.all() {
        if !EDITING.iter().any(|it| name.starts_with(it)) {
            tree.add(&format!("static/{name}"), document.body().clone());
        }
    }
    Ok(())
}

/// Files beside pages; they have an address in each language.
pub(super) fn add_attachments(source: &Source<'_>, tree: &mut Tree) -> anyhow::Result<()> {
    for (file, attachment) in source.edition.site.attachments.iter() {
        for lang in Lang::ALL {
            let body = Body::Attachment {
                content: source.content.to_path_buf(),
                location: attachment.location.clone(),
            };
            tree.add(&format!("{}/{file}", lang.code()), body);
        }
    }
    Ok(())
}
