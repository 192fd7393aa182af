//! All pages of the content folder and how they hang together. Immutable: a change makes a new one.

use super::page::Page;
use super::path::PagePath;
use crate::diagnostic::Diagnostic;
use sim_wasm::text::Lang;
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

/// A file beside a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    /// Where it lies on this machine.
    pub location: PathBuf,
    /// Width and height, for a picture.
    pub size: Option<(u32, u32)>,
}

/// A page whose head cannot be read.
#[derive(Clone, Debug)]
pub struct Broken {
    /// Where it would stand.
    pub path: PagePath,
    /// Its language.
    pub lang: Lang,
    /// What is wrong with it.
    pub diagnostic: Diagnostic,
}

/// Every page, attachment and broken page.
#[derive(Clone, Debug, Default)]
pub struct Site {
    /// Pages that are shown: drafts are not among them.
    pages: BTreeMap<(PagePath, Lang), Arc<Page>>,
    /// Those with a date, newest first.
    articles: Vec<Arc<Page>>,
    /// Other files, by their path relative to the content folder.
    pub attachments: Arc<BTreeMap<String, Attachment>>,
    /// Pages that cannot be shown.
    pub broken: Vec<Broken>,
}

/// A category, a tag or a year with its articles, newest first.
pub type Terms<'a> = BTreeMap<String, Vec<&'a Page>>;

impl Site {
    /// A site of these pages and files.
    pub fn new(
        pages: impl IntoIterator<Item = Arc<Page>>,
        attachments: BTreeMap<String, Attachment>,
        broken: Vec<Broken>,
    ) -> Site {
        let pages: BTreeMap<_, _> =
            pages.into_iter().map(|page| ((page.path.clone(), page.lang), page)).collect();
        let articles = articles(&pages);
        Site { pages, articles, attachments: Arc::new(attachments), broken }
    }

    /// Adds a page, or another version of it.
    pub fn insert(&mut self, page: Arc<Page>) {
        self.broken.retain(|broken| (&broken.path, broken.lang) != (&page.path, page.lang));
        let is_article = page.front.date.is_some();
        let before = self.pages.insert((page.path.clone(), page.lang), page);
        if is_article || before.is_some_and(|before| before.front.date.is_some()) {
            self.articles = articles(&self.pages);
        }
    }

    /// Takes a page out.
    pub fn remove(&mut self, path: &PagePath, lang: Lang) {
        self.broken.retain(|broken| (&broken.path, broken.lang) != (path, lang));
        let before = self.pages.remove(&(path.clone(), lang));
        if before.is_some_and(|before| before.front.date.is_some()) {
            self.articles = articles(&self.pages);
        }
    }

    /// Every page, by path.
    pub fn pages(&self) -> impl Iterator<Item = &Arc<Page>> {
        self.pages.values()
    }

    /// The page at `path` in `lang`.
    pub fn page(&self, path: &PagePath, lang: Lang) -> Option<&Page> {
        self.pages.get(&(path.clone(), lang)).map(Arc::as_ref)
    }

    /// The same page in the other language.
    pub fn translation(&self, page: &Page) -> Option<&Page> {
        self.page(&page.path, page.lang.other())
    }

    /// Pages with a date, newest first.
    pub fn articles(&self, lang: Lang) -> Vec<&Page> {
        self.articles.iter().map(Arc::as_ref).filter(|page| page.lang == lang).collect()
    }

    /// Articles by category.
    pub fn categories(&self, lang: Lang) -> Terms<'_> {
        self.terms(lang, |page| page.front.categories.clone())
    }

    /// Articles by tag.
    pub fn tags(&self, lang: Lang) -> Terms<'_> {
        self.terms(lang, |page| page.front.tags.clone())
    }

    /// Articles by year.
    pub fn years(&self, lang: Lang) -> Terms<'_> {
        self.terms(lang, |page| {
            page.front.date.map(|date| format!("{:04}", date.year())).into_iter().collect()
        })
    }

    fn terms(&self, lang: Lang, of: impl Fn(&Page) -> Vec<String>) -> Terms<'_> {
        let mut terms = Terms::new();
        for page in self.articles(lang) {
            for term in of(page) {
                let pages: &mut Vec<&Page> = terms.entry(term).or_default();
                if !pages.last().is_some_and(|last| std::ptr::eq(*last, page)) {
                    pages.push(page);
                }
            }
        }
        terms
    }

    /// The articles before and after this one, by date, among those of its first category.
    pub fn neighbours(&self, page: &Page) -> (Option<&Page>, Option<&Page>) {
        let category = page.front.categories.first();
        let articles: Vec<&Page> = self
            .articles(page.lang)
            .into_iter()
            .filter(|article| article.front.categories.first() == category)
            .collect();
        let Some(at) = articles.iter().position(|article| article.path == page.path) else {
            return (None, None);
        };
        let newer = at.checked_sub(1).and_then(|at| articles.get(at)).copied();
        (articles.get(at + 1).copied(), newer)
    }

    /// The pages of a series in reading order.
    pub fn series(&self, name: &str, lang: Lang) -> Vec<&Page> {
        let mut pages: Vec<&Page> =
            self.in_language(lang).filter(|page| page.front.series.as_deref() == Some(name)).collect();
        pages.sort_by_key(|page| (page.front.order.unwrap_or(i64::MAX), page.front.date));
        pages
    }

    /// Folders that hold pages in this language, the root included, by path.
    pub fn folders(&self, lang: Lang) -> BTreeMap<PagePath, Vec<&Page>> {
        let mut folders: BTreeMap<PagePath, Vec<&Page>> = BTreeMap::from([(PagePath::default(), Vec::new())]);
        for page in self.in_language(lang) {
            let mut at = page.path.clone();
            if page.is_index {
                folders.entry(at.clone()).or_default();
            } else if let Some(parent) = at.parent() {
                folders.entry(parent).or_default().push(page);
            }
            while let Some(parent) = at.parent() {
                folders.entry(parent.clone()).or_default();
                at = parent;
            }
        }
        for pages in folders.values_mut() {
            pages.sort_by_key(|page| (page.front.order.unwrap_or(i64::MAX), Reverse(page.front.date)));
        }
        folders
    }

    fn in_language(&self, lang: Lang) -> impl Iterator<Item = &Page> {
        self.pages.values().map(Arc::as_ref).filter(move |page| page.lang == lang)
    }
}

/// Those with a date, newest first.
fn articles(pages: &BTreeMap<(PagePath, Lang), Arc<Page>>) -> Vec<Arc<Page>> {
    let mut articles: Vec<Arc<Page>> =
        pages.values().filter(|page| page.front.date.is_some()).cloned().collect();
    articles.sort_by_key(|page| (Reverse(page.front.date), page.front.order));
    articles
}
