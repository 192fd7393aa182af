//! Which pages use which files beside pages.

use super::{Edition, bodies};
use crate::content::links::SiteLinks;
use crate::content::page::Page;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

impl Edition {
    /// The pages that link to a file or show it, by file. Files that no page uses are left out.
    pub fn uses(&self) -> BTreeMap<String, Vec<Arc<Page>>> {
        let mut uses: BTreeMap<String, Vec<Arc<Page>>> = BTreeMap::new();
        for page in self.site.pages() {
            for file in self.files_of(page) {
                uses.entry(file).or_default().push(page.clone());
            }
        }
        uses
    }

    /// The files that one page links to or shows.
    pub fn files_of(&self, page: &Arc<Page>) -> BTreeSet<String> {
        let links = SiteLinks { site: &self.site, page };
        // A page that was saved since the last whole edition has not been kept.
        let kept = self.rendered.get(&page.file).filter(|entry| entry.is_of(page)).cloned();
        let entry = kept.unwrap_or_else(|| bodies::entry(&self.site, page, None));
        entry.files().filter_map(|target| links.file(target)).collect()
    }
}
