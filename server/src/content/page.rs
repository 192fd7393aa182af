//! One page: its source and what its head says.

use super::front_matter::{self, FrontMatter};
use super::path::PagePath;
use crate::diagnostic::Diagnostic;
use jiff::civil::Date;
use sim_wasm::text::Lang;
use std::ops::Range;

/// A page whose head could be read.
#[derive(Clone, Debug)]
pub struct Page {
    /// Where it stands.
    pub path: PagePath,
    /// Its language.
    pub lang: Lang,
    /// It describes its folder.
    pub is_index: bool,
    /// File relative to the content folder.
    pub file: String,
    /// The whole file.
    pub source: String,
    /// What it says about itself.
    pub front: FrontMatter,
    /// Its title: the head's, else the first heading's, else its name.
    pub title: String,
    /// Line of the file on which the body begins.
    pub body_line: usize,
    body: Range<usize>,
}

impl Page {
    /// Reads a file.
    ///
    /// # Errors
    /// What makes its head unreadable.
    pub fn read(
        path: PagePath,
        lang: Lang,
        is_index: bool,
        file: &str,
        source: String,
    ) -> Result<(Page, Vec<Diagnostic>), Diagnostic> {
        let (parsed, warnings) = front_matter::parse(file, &source)?;
        // The body is what is left of the file once the head is cut off, so it ends where the file ends.
        let body = source.len() - parsed.body.len()..source.len();
        let title = match &parsed.front_matter.title {
            Some(title) => title.clone(),
            None => first_heading(parsed.body).unwrap_or(path.name()).to_string(),
        };
        let (front, body_line) = (parsed.front_matter, parsed.body_line);
        Ok((
            Page { path, lang, is_index, file: file.to_string(), source, front, title, body_line, body },
            warnings,
        ))
    }

    /// The markdown below the head.
    pub fn body(&self) -> &str {
        &self.source[self.body.clone()]
    }

    /// Its address.
    pub fn address(&self) -> String {
        self.path.address(self.lang)
    }

    /// The address of its source.
    pub fn source_address(&self) -> String {
        match self.path.as_str() {
            "" => format!("/{}/index.md", self.lang.code()),
            _ => format!("{}.md", self.address()),
        }
    }

    /// The folder that its relative links start from.
    pub fn folder(&self) -> &str {
        self.file.rsplit_once('/').map_or("", |(folder, _)| folder)
    }

    /// When its text last changed as far as its head says.
    pub fn changed(&self) -> Option<Date> {
        self.front.updated.max(self.front.date)
    }
}

fn first_heading(body: &str) -> Option<&str> {
    let line = body.lines().find(|line| !line.trim().is_empty())?;
    line.strip_prefix("# ").map(str::trim).filter(|title| !title.is_empty())
}
