//! Files that were saved, in an edition that is otherwise as it was: the pages are there at once, and the lists that name
//! them follow with the next whole edition.

use super::parsed::{self, Unreadable};
use super::{Edition, bodies, publish};
use crate::content::page::Page;
use crate::content::path::{self, Kind};
use crate::document::Document;
use crate::folder::Now;
use crate::pages::broken;
use std::sync::Arc;

impl Edition {
    /// The same with files as they are now in the content folder; none for those that are no more.
    ///
    /// # Errors
    /// When a template fails.
    pub fn with_files<'a>(
        &self,
        files: impl IntoIterator<Item = (&'a str, Option<Now>)>,
    ) -> askama::Result<Edition> {
        let mut next = Edition { patched: self.patched.clone(), ..self.shared() };
        for (file, now) in files {
            next.change(file, now)?;
        }
        Ok(next)
    }

    fn change(&mut self, file: &str, now: Option<Now>) -> askama::Result<()> {
        match now {
            Some(Now::Page(source)) => {
                let (path, lang) = (source.path.clone(), source.lang);
                match parsed::page(source) {
                    Ok((Some(page), _)) => self.put(Arc::new(page))?,
                    Ok((None, _)) | Err(Unreadable::Reserved(_)) => self.take(&path, lang),
                    Err(Unreadable::Broken(page)) => {
                        self.take(&path, lang);
                        let document = Document::html(broken::render(&self.context(), &page)?).status(500);
                        self.patched.insert(path.address(lang), Some(Arc::new(document)));
                    }
                }
            }
            Some(Now::Attachment(attachment)) => {
                let site = Arc::make_mut(&mut self.site);
                Arc::make_mut(&mut site.attachments).insert(file.to_string(), attachment);
            }
            None => match path::classify(file) {
                Kind::Page { path, lang, .. } => self.take(&path, lang),
                Kind::Attachment => {
                    Arc::make_mut(&mut Arc::make_mut(&mut self.site).attachments).remove(file);
                }
            },
        }
        Ok(())
    }

    fn shared(&self) -> Edition {
        Edition {
            site: self.site.clone(),
            bodies: self.bodies.clone(),
            assets: self.assets.clone(),
            diagnostics: self.diagnostics.clone(),
            frame: self.frame.clone(),
            whole: self.whole,
            documents: self.documents.clone(),
            patched: Default::default(),
            aliases: self.aliases.clone(),
            folded: self.folded.clone(),
            rendered: self.rendered.clone(),
        }
    }

    fn put(&mut self, page: Arc<Page>) -> askama::Result<()> {
        Arc::make_mut(&mut self.site).insert(page.clone());
        let body = bodies::one(&self.site, &page, &self.rendered);
        Arc::make_mut(&mut self.bodies).insert((page.path.clone(), page.lang), body);
        for (address, document) in publish::page(&self.context(), &page)? {
            self.patched.insert(address, Some(Arc::new(document)));
        }
        Ok(())
    }

    fn take(&mut self, path: &path::PagePath, lang: sim_wasm::text::Lang) {
        let gone = self.site.page(path, lang).map(|page| [page.address(), page.source_address()]);
        Arc::make_mut(&mut self.site).remove(path, lang);
        for address in gone.into_iter().flatten() {
            self.patched.insert(address, None);
        }
    }
}
