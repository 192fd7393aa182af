//! The HTML of the pages' text. A page is rendered again when its file changed, or when something that its links
//! asked for got another answer; all others are taken over.

use crate::content::links::{Dependencies, Recorder, SiteLinks};
use crate::content::page::Page;
use crate::content::site::Site;
use crate::markdown::{self, Rendered, Source};
use crate::pages::Bodies;
use std::collections::HashMap;
use std::num::NonZero;
use std::sync::Arc;
use std::thread;

/// What was rendered for the last edition, by file.
pub(super) type Cache = HashMap<String, Arc<Entry>>;

/// A body, and all it was made from.
#[derive(Debug)]
pub(super) struct Entry {
    page: Arc<Page>,
    dependencies: Dependencies,
    body: Arc<Rendered>,
}

impl Entry {
    /// The page's address.
    pub(super) fn address(&self) -> String {
        self.page.address()
    }

    /// Whether it was made from this text.
    pub(super) fn is_of(&self, page: &Page) -> bool {
        self.page.source == page.source
    }

    /// What it asks for among the files beside pages.
    pub(super) fn files(&self) -> impl Iterator<Item = &str> {
        self.dependencies.files()
    }

    /// The addresses of the pages that it links to.
    pub(super) fn links(&self) -> impl Iterator<Item = &str> {
        self.dependencies.links()
    }
}

/// The body of every page.
pub(super) fn render(site: &Site, previous: Option<&Cache>) -> (Bodies, Cache) {
    let pages: Vec<&Arc<Page>> = site.pages().collect();
    let workers = thread::available_parallelism().map_or(1, NonZero::get);
    let share = pages.len().div_ceil(workers).max(1);
    let entries: Vec<Arc<Entry>> = thread::scope(|scope| {
        let shares: Vec<_> = pages
            .chunks(share)
            .map(|pages| scope.spawn(move || pages.iter().map(|page| entry(site, page, previous)).collect()))
            .collect();
        shares
            .into_iter()
            .flat_map(|share| -> Vec<Arc<Entry>> {
                share.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
            })
            .collect()
    });
    let bodies = entries
        .iter()
        .map(|entry| ((entry.page.path.clone(), entry.page.lang), entry.body.clone()))
        .collect();
    let cache = entries.into_iter().map(|entry| (entry.page.file.clone(), entry)).collect();
    (bodies, cache)
}

/// The body of one page.
pub(super) fn one(site: &Site, page: &Arc<Page>, previous: &Cache) -> Arc<Rendered> {
    entry(site, page, Some(previous)).body.clone()
}

/// The same, with all that it was made from.
pub(super) fn entry(site: &Site, page: &Arc<Page>, previous: Option<&Cache>) -> Arc<Entry> {
    let links = SiteLinks { site, page };
    let old = previous.and_then(|cache| cache.get(&page.file));
    if let Some(old) = old.filter(|old| old.page.source == page.source && old.dependencies.hold(&links)) {
        return old.clone();
    }
    let recorder = Recorder::new(&links);
    let source = Source { file: &page.file, lang: page.lang, text: page.body(), first_line: page.body_line };
    let body = Arc::new(markdown::render(source, &recorder));
    Arc::new(Entry { page: page.clone(), dependencies: recorder.into_dependencies(), body })
}
