//! Every term of every page, with its places. Pages come and go one by one.

use crate::near;
use crate::page::{Field, Page};
use crate::postings::Postings;
use crate::segment::segment;
use compact_str::CompactString;
use std::collections::{BTreeMap, HashMap};
use std::ops::Bound;
use std::sync::Arc;

/// An index of pages.
#[derive(Clone, Debug, Default)]
pub struct Index {
    /// The number of each term.
    numbers_of: HashMap<Arc<str>, u32>,
    /// The same in the order of the terms.
    pub(crate) in_order: BTreeMap<Arc<str>, u32>,
    /// The places of each term, by its number.
    postings: Vec<Postings>,
    /// Each term with its letters, by its number.
    shapes: Vec<(Arc<str>, u64)>,
    /// Every page that was added, by number; none once it is gone.
    pub(crate) pages: Vec<Option<Arc<Page>>>,
    /// The language of each, where no page has to be looked at for it.
    pub(crate) langs: Vec<CompactString>,
    /// How long each page's running text is, in terms, and that of all pages.
    pub(crate) lengths: Vec<u32>,
    pub(crate) length: u64,
    /// The page of each section.
    pub(crate) page_of: Vec<u32>,
    /// The first section of each page.
    pub(crate) first_section: Vec<u32>,
    pub(crate) numbers: HashMap<String, u32>,
}

/// What an index holds, and how much memory that takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// Pages.
    pub pages: usize,
    /// Sections.
    pub sections: usize,
    /// Different terms.
    pub terms: usize,
    /// Bytes of the places of all terms.
    pub postings: usize,
    /// Bytes of the pages' texts.
    pub texts: usize,
}

impl Index {
    /// An index of these pages.
    pub fn new<P: Into<Arc<Page>>>(pages: impl IntoIterator<Item = P>) -> Index {
        let mut index = Index::default();
        for page in pages {
            index.add(page);
        }
        index
    }

    /// Adds a page, in place of the one with the same key.
    pub fn add(&mut self, page: impl Into<Arc<Page>>) {
        let page: Arc<Page> = page.into();
        self.remove(&page.key);
        let number = self.pages.len() as u32;
        self.numbers.insert(page.key.clone(), number);
        self.first_section.push(self.page_of.len() as u32);
        let mut length = 0;
        for at in 0..page.section_count() {
            let section = self.page_of.len() as u32;
            self.page_of.push(number);
            for (field, text) in page.fields(at) {
                let terms = self.add_text(section, field, &text);
                length += if field == Field::Text { terms } else { 0 };
            }
        }
        self.lengths.push(length);
        self.langs.push(page.lang.as_str().into());
        self.length += u64::from(length);
        self.pages.push(Some(page));
    }

    /// Takes a page out.
    pub fn remove(&mut self, key: &str) {
        if let Some(number) = self.numbers.remove(key) {
            self.pages[number as usize] = None;
        }
    }

    /// The page with this key.
    pub fn page(&self, key: &str) -> Option<&Arc<Page>> {
        self.pages.get(*self.numbers.get(key)? as usize)?.as_ref()
    }

    /// The pages, in the order in which they came.
    pub fn pages(&self) -> impl Iterator<Item = &Arc<Page>> {
        self.pages.iter().flatten()
    }

    /// Most of what it knows is of pages that are gone: it is time for a new one, of [`Index::pages`].
    pub fn is_worn(&self) -> bool {
        self.pages.len() > 2 * self.numbers.len() + 64
    }

    /// What it holds.
    pub fn size(&self) -> Size {
        let texts = self.pages().flat_map(|page| &page.sections);
        Size {
            pages: self.numbers.len(),
            sections: self.pages().map(|page| page.section_count()).sum(),
            terms: self.postings.len(),
            postings: self.postings.iter().map(Postings::size).sum(),
            texts: texts.map(|it| it.heading.len() + it.text.len() + it.code.len()).sum(),
        }
    }

    /// Where a term stands.
    pub(crate) fn term(&self, term: &str) -> Option<&Postings> {
        self.postings.get(*self.numbers_of.get(term)? as usize)
    }

    /// Every term with the letters in it.
    pub(crate) fn shapes(&self) -> impl Iterator<Item = (&str, u64)> {
        self.shapes.iter().map(|(term, letters)| (term.as_ref(), *letters))
    }

    /// The terms from `first` on, in their order.
    pub(crate) fn terms_from(&self, first: &str) -> impl Iterator<Item = (&str, &Postings)> {
        let range = self.in_order.range::<str, _>((Bound::Included(first), Bound::Unbounded));
        range.map(|(term, number)| (term.as_ref(), &self.postings[*number as usize]))
    }

    /// Adds the terms of a text; says how many.
    fn add_text(&mut self, section: u32, field: Field, text: &str) -> u32 {
        let tokens = segment(text);
        let mut places: Vec<(u32, u32)> =
            tokens.iter().map(|token| (self.number_of(&token.term), token.position)).collect();
        places.sort_unstable();
        for group in places.chunk_by(|a, b| a.0 == b.0) {
            let positions: Vec<u32> = group.iter().map(|(_, position)| *position).collect();
            self.postings[group[0].0 as usize].push(section, field, &positions);
        }
        tokens.last().map_or(0, |last| last.position + 1)
    }

    fn number_of(&mut self, term: &str) -> u32 {
        if let Some(number) = self.numbers_of.get(term) {
            return *number;
        }
        let (term, number): (Arc<str>, u32) = (term.into(), self.postings.len() as u32);
        self.shapes.push((term.clone(), near::letters(&term)));
        self.numbers_of.insert(term.clone(), number);
        self.in_order.insert(term, number);
        self.postings.push(Postings::default());
        number
    }
}
