//! The content folder, read and parsed once for all views of it.

use crate::content::page::Page;
use crate::content::path::{self, Kind, RESERVED};
use crate::content::site::{Attachment, Broken, Site};
use crate::diagnostic::Diagnostic;
use crate::folder::{Snapshot, SourceFile};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// Every page, attachment and broken page, whoever may see it.
#[derive(Debug, Default)]
pub struct Parsed {
    pages: Vec<Arc<Page>>,
    attachments: BTreeMap<String, Attachment>,
    broken: Vec<Broken>,
    diagnostics: Vec<Diagnostic>,
}

impl Parsed {
    /// Reads the heads of all pages; drafts are left out.
    pub fn new(snapshot: Snapshot) -> Parsed {
        let mut parsed = Parsed {
            attachments: snapshot.attachments,
            diagnostics: snapshot.diagnostics,
            ..Parsed::default()
        };
        let mut seen: HashMap<_, String> = HashMap::new();
        for file in snapshot.pages {
            let key = (file.path.clone(), file.lang);
            if let Some(other) = seen.get(&key) {
                let message =
                    format!("has the same address as {other}, which is shown instead; rename one of them");
                parsed.diagnostics.push(Diagnostic::error(&file.file, 0, message));
                continue;
            }
            if file.path.reserved().is_none() {
                seen.insert(key, file.file.clone());
            }
            match page(file) {
                Ok((page, warnings)) => {
                    parsed.diagnostics.extend(warnings);
                    parsed.pages.extend(page.map(Arc::new));
                }
                Err(Unreadable::Reserved(diagnostic)) => parsed.diagnostics.push(diagnostic),
                Err(Unreadable::Broken(broken)) => {
                    parsed.diagnostics.push(broken.diagnostic.clone());
                    parsed.broken.push(broken);
                }
            }
        }
        parsed
    }

    /// Every page, whoever may see it.
    pub fn pages(&self) -> impl Iterator<Item = &Arc<Page>> {
        self.pages.iter()
    }

    /// The part of it that `shows` lets through, by page path and by the attachments' files.
    pub(super) fn site(&self, shows: &dyn Fn(&str) -> bool) -> Site {
        let pages = self.pages.iter().filter(|page| shows(page.path.as_str())).cloned();
        let attachments = self.attachments.iter().filter(|(file, _)| shows(file));
        let broken = self.broken.iter().filter(|broken| shows(broken.path.as_str())).cloned();
        Site::new(
            pages,
            attachments.map(|(file, attachment)| (file.clone(), attachment.clone())).collect(),
            broken.collect(),
        )
    }

    /// What was found wrong with the files themselves, those that `shows` lets through.
    pub(super) fn diagnostics(&self, shows: &dyn Fn(&str) -> bool) -> impl Iterator<Item = &Diagnostic> {
        self.diagnostics.iter().filter(move |found| match path::classify(&found.file) {
            Kind::Page { path, .. } => shows(path.as_str()),
            Kind::Attachment => shows(&found.file),
        })
    }
}

/// Why a file is no page.
pub(super) enum Unreadable {
    /// Its address is one of the site's own.
    Reserved(Diagnostic),
    /// Its head cannot be read.
    Broken(Broken),
}

/// A file as the page that it is; none when it is none that is shown.
pub fn one(file: SourceFile) -> Option<Page> {
    page(file).ok().and_then(|(page, _)| page)
}

/// Reads one page; none for a draft.
pub(super) fn page(file: SourceFile) -> Result<(Option<Page>, Vec<Diagnostic>), Unreadable> {
    let SourceFile { file, path, lang, is_index, text } = file;
    if let Some(name) = path.reserved() {
        let message = format!(
            "`{name}` is an address of the site itself, so the page cannot be shown; rename it (reserved: {})",
            RESERVED.join(", ")
        );
        return Err(Unreadable::Reserved(Diagnostic::error(&file, 0, message)));
    }
    match text.and_then(|text| Page::read(path.clone(), lang, is_index, &file, text)) {
        Ok((page, warnings)) => Ok(((!page.front.draft).then_some(page), warnings)),
        Err(diagnostic) => Err(Unreadable::Broken(Broken { path, lang, diagnostic })),
    }
}
