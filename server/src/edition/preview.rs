//! A text as it would look if it were saved.

use super::Edition;
use crate::content::links::SiteLinks;
use crate::content::page::Page;
use crate::content::path::PagePath;
use crate::diagnostic::Diagnostic;
use crate::markdown::{self, Source};
use sim_wasm::text::Lang;

/// Where a text would be saved.
#[derive(Clone, Debug)]
pub struct Draft {
    /// File relative to the content folder.
    pub file: String,
    /// Where the page stands.
    pub path: PagePath,
    /// Its language.
    pub lang: Lang,
}

/// A text as it would look.
#[derive(Clone, Debug, Default)]
pub struct Preview {
    /// Its title.
    pub title: String,
    /// Safe HTML.
    pub html: String,
    /// Ids of the labs in it.
    pub labs: Vec<&'static str>,
    /// What is wrong with it.
    pub diagnostics: Vec<Diagnostic>,
}

impl Edition {
    /// Renders a text as the site would. A text whose head cannot be read has a finding and no HTML.
    pub fn preview(&self, draft: &Draft, text: &str) -> Preview {
        let is_index = draft.file.rsplit('/').next().is_some_and(|name| name.starts_with("index."));
        let read = Page::read(draft.path.clone(), draft.lang, is_index, &draft.file, text.to_string());
        let (page, mut diagnostics) = match read {
            Ok(read) => read,
            Err(finding) => return Preview { diagnostics: vec![finding], ..Preview::default() },
        };
        let links = SiteLinks { site: &self.site, page: &page };
        let source =
            Source { file: &page.file, lang: page.lang, text: page.body(), first_line: page.body_line };
        let rendered = markdown::render(source, &links);
        diagnostics.extend(rendered.diagnostics);
        Preview { title: page.title.clone(), html: rendered.html, labs: rendered.labs, diagnostics }
    }
}
