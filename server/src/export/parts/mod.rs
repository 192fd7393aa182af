//! What an export is made of.

mod door;
mod files;
mod headers;
mod pages;
mod redirects;
mod search;

use super::Source;
use super::tree::Tree;

/// Adds some files.
pub type Part = fn(&Source<'_>, &mut Tree) -> anyhow::Result<()>;

/// Every part. Where two want the same name, the first has it.
pub const ALL: [Part; 8] = [
    pages::add,
    pages::add_labs,
    search::add,
    files::add_design,
    door::add,
    files::add_attachments,
    redirects::add,
    headers::add,
];
