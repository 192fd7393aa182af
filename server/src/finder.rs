//! The index of all pages, kept as they are. One for the whole site: what a reader may not see is passed over in each search.

use crate::background;
use crate::content::page::Page;
use crate::content::path::PagePath;
use crate::document;
use crate::edition::{Edition, Parsed};
use crate::markdown::Source;
use crate::markdown::sections::{Section, sections};
use search::index::Size;
use search::{Asked, Found, Index, Query};
use sim_wasm::lab;
use sim_wasm::text::Lang;
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Condvar, Mutex, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::Duration;

/// A query that comes while the index is built for the first time waits for it, as long as its reader would.
const PATIENCE: Duration = Duration::from_secs(8);

/// The index, and what it was made from.
#[derive(Debug, Default)]
pub struct Finder {
    state: RwLock<State>,
    built: Mutex<bool>,
    told: Condvar,
}

#[derive(Debug, Default)]
struct State {
    index: Index,
    /// The hash of each page's file, by the page's key.
    sources: HashMap<String, String>,
    /// Pages that were put in or taken out one by one since the folder was read: what was read is older.
    newer: HashSet<String>,
}

/// What is looked for, for whom.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'a> {
    /// The pages that there are for this reader.
    pub edition: &'a Edition,
    /// In this language alone; in both when none.
    pub lang: Option<Lang>,
    /// So many pages are passed over.
    pub skip: usize,
    /// So many are wanted.
    pub limit: usize,
}

impl Finder {
    /// An index that is built beside everything else.
    pub fn open(parsed: Arc<Parsed>) -> Arc<Finder> {
        let finder = Arc::new(Finder::default());
        let own = finder.clone();
        background::spawn(move || own.follow(&parsed));
        finder
    }

    /// The folder is about to be read again.
    pub fn folder_is_read(&self) {
        self.write().newer.clear();
    }

    /// Brings the index in line with all pages as they were read.
    pub fn follow(&self, parsed: &Parsed) {
        let mut seen = HashSet::new();
        for page in parsed.pages() {
            let key = key(&page.path, page.lang);
            let hash = document::hash(page.source.as_bytes());
            seen.insert(key.clone());
            if self.read().sources.get(&key) == Some(&hash) {
                continue;
            }
            let told = told(page);
            let mut state = self.write();
            if !state.newer.contains(&key) {
                state.sources.insert(key, hash);
                state.index.add(told);
            }
        }
        let mut state = self.write();
        let gone: Vec<String> = state
            .sources
            .keys()
            .filter(|key| !seen.contains(*key) && !state.newer.contains(*key))
            .cloned()
            .collect();
        for key in gone {
            state.index.remove(&key);
            state.sources.remove(&key);
        }
        drop(state);
        self.renew();
        *self.built.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.told.notify_all();
    }

    /// Makes the index anew when most of what it knows is of pages that are gone, while it goes on answering.
    fn renew(&self) {
        let state = self.read();
        if !state.index.is_worn() {
            return;
        }
        let pages: Vec<_> = state.index.pages().cloned().collect();
        drop(state);
        let mut index = Index::new(pages);
        let mut state = self.write();
        let is_new =
            |page: &&Arc<search::Page>| index.page(&page.key).is_none_or(|own| !Arc::ptr_eq(own, page));
        let new: Vec<_> = state.index.pages().filter(is_new).cloned().collect();
        let is_gone = |page: &&Arc<search::Page>| state.index.page(&page.key).is_none();
        let gone: Vec<_> = index.pages().filter(is_gone).map(|page| page.key.clone()).collect();
        new.into_iter().for_each(|page| index.add(page));
        gone.iter().for_each(|key| index.remove(key));
        state.index = index;
    }

    /// A page is as it is here now, or is no more.
    pub fn saved(&self, path: &PagePath, lang: Lang, page: Option<&Page>) {
        let key = key(path, lang);
        let told = page.map(|page| (told(page), document::hash(page.source.as_bytes())));
        let mut state = self.write();
        state.newer.insert(key.clone());
        match told {
            Some((told, hash)) => {
                state.sources.insert(key, hash);
                state.index.add(told);
            }
            None => {
                state.sources.remove(&key);
                state.index.remove(&key);
            }
        }
    }

    /// The pages of an edition that answer a query, best first; none when the index is not built yet.
    pub fn find(&self, query: &Query, wanted: Wanted<'_>) -> Option<Found> {
        let built = self.built.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.told.wait_timeout_while(built, PATIENCE, |built| !*built);
        drop(waited.ok().filter(|(built, _)| **built)?);
        let visible = |key: &str| page_of(wanted.edition, key).is_some();
        let asked = Asked {
            lang: wanted.lang.map(Lang::code),
            // Asking for each of thousands of pages would take longer than finding them.
            visible: if wanted.edition.is_whole() { None } else { Some(&visible) },
            skip: wanted.skip,
            limit: wanted.limit,
        };
        Some(self.read().index.find(query, asked))
    }

    /// What the index holds.
    pub fn size(&self) -> Size {
        self.read().index.size()
    }

    fn read(&self) -> RwLockReadGuard<'_, State> {
        self.state.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, State> {
        self.state.write().unwrap_or_else(PoisonError::into_inner)
    }
}

fn key(path: &PagePath, lang: Lang) -> String {
    format!("{}/{}", lang.code(), path.as_str())
}

/// The page of an edition that a key stands for.
fn page_of<'a>(edition: &'a Edition, key: &str) -> Option<&'a Page> {
    let (code, path) = key.split_once('/')?;
    edition.site.page(&PagePath::new(path), Lang::from_code(code)?)
}

/// What the index is told of a page.
pub fn told(page: &Page) -> search::Page {
    let source = Source { file: &page.file, lang: page.lang, text: page.body(), first_line: page.body_line };
    let found = sections(source);
    let lab_names = found.labs.iter().filter_map(|id| lab::find(id)).flat_map(|lab| {
        let title = lab.title.get(page.lang);
        [lab.id.to_string(), title.to_string()]
    });
    let mut labs: Vec<String> = lab_names.collect();
    labs.sort();
    labs.dedup();
    let mut sections: Vec<search::Section> = found.sections.into_iter().map(section).collect();
    if let (Some(first), Some(summary)) = (sections.first_mut(), &page.front.summary) {
        first.text = format!("{summary}\n{}", first.text);
    }
    search::Page {
        key: key(&page.path, page.lang),
        lang: page.lang.code().to_string(),
        path: page.path.as_str().to_string(),
        address: page.address(),
        title: page.title.clone(),
        tags: page.front.tags.clone(),
        categories: page.front.categories.clone(),
        labs,
        sections,
    }
}

fn section(section: Section) -> search::Section {
    search::Section { anchor: section.id, heading: section.heading, text: section.text, code: section.code }
}
