//! `casebook reindex`: the index of the search, made anew and measured.

use super::{Failure, print};
use crate::config::{Config, Options};
use crate::edition::Parsed;
use crate::finder::told;
use crate::folder;
use anyhow::Context as _;
use search::Index;
use std::time::Instant;

/// Makes the index as the server makes it at each start, and says what it holds. Nothing is written: a running server
/// keeps its own index in line with the content folder.
pub(super) fn run(options: Options) -> Result<(), Failure> {
    let config = Config::new(options)?;
    let snapshot = folder::read(&config.content)
        .with_context(|| format!("cannot read the content folder `{}`", config.content.display()))?;
    let parsed = Parsed::new(snapshot);
    let start = Instant::now();
    let index = Index::new(parsed.pages().map(|page| told(page)));
    let took = start.elapsed().as_secs_f64();
    let size = index.size();
    print(&format!(
        "{} pages, {} sections, {} different terms, {:.1} MB of places, {:.1} MB of text, in {took:.2} s\n",
        size.pages,
        size.sections,
        size.terms,
        size.postings as f64 / 1e6,
        size.texts as f64 / 1e6,
    ))
}
