//! What the server would send with each file, for hosts that read a `_headers`.

use crate::address;
use crate::export::Source;
use crate::export::tree::Tree;
use crate::http::security::{ALWAYS, ATTACHMENT_POLICY, SITE_POLICY};
use crate::mime;
use sim_wasm::text::Lang;

/// `_headers`.
pub(super) fn add(source: &Source<'_>, tree: &mut Tree) -> anyhow::Result<()> {
    let base = source.addresses.base();
    let mut text = format!("{base}/*\n");
    for (name, value) in &ALWAYS {
        text += &format!("  {name}: {value}\n");
    }
    text += &format!("  content-security-policy: {SITE_POLICY}\n");
    text += &format!("{base}/static/*\n  cache-control: public, max-age=31536000, immutable\n");
    for file in source.edition.site.attachments.keys().filter(|file| may_run(file)) {
        for lang in Lang::ALL {
            text += &format!(
                "{base}/{}/{}\n  content-security-policy: {ATTACHMENT_POLICY}\n",
                lang.code(),
                address::path(file)
            );
        }
    }
    tree.add("_headers", text);
    Ok(())
}

/// Whether a browser may take the file for a page with scripts: pictures that are markup, and all that we have no type for.
fn may_run(file: &str) -> bool {
    ["image/svg+xml", "application/octet-stream"].contains(&mime::of_attachment(file).content_type)
}
