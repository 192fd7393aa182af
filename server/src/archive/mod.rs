//! Pages with their files as a zip: a page or a folder as it lies in the content folder.
//!
//! - [`links`]: addresses of this site become ways from file to file, so that the archive stands on its own

mod links;

use crate::content::page::Page;
use crate::content::path::PagePath;
use crate::edition::Edition;
use crate::{folder, mime};
use links::Inside;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Cursor, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

/// What goes into a zip.
#[derive(Debug)]
pub struct Archive {
    edition: Arc<Edition>,
    /// What it is called, without an ending.
    name: String,
    /// The folder that names in the zip begin from.
    base: String,
    /// By file.
    pages: BTreeMap<String, Arc<Page>>,
    /// The other files, with the places where they lie.
    attachments: BTreeMap<String, PathBuf>,
}

impl Archive {
    /// The page at `path` in its languages with the files that it uses, and everything below the folder of that name; none
    /// when this edition has neither.
    pub fn of(edition: Arc<Edition>, path: &PagePath, site_name: &str) -> Option<Archive> {
        let below = |file: &str| {
            path.as_str().is_empty()
                || file.strip_prefix(path.as_str()).is_some_and(|rest| rest.starts_with('/'))
        };
        let pages: BTreeMap<String, Arc<Page>> = edition
            .site
            .pages()
            .filter(|page| page.path == *path || below(page.path.as_str()))
            .map(|page| (page.file.clone(), page.clone()))
            .collect();
        if pages.is_empty() {
            return None;
        }
        let all = &edition.site.attachments;
        let mut files: BTreeSet<String> = all.keys().filter(|file| below(file)).cloned().collect();
        let is_folder = !files.is_empty() || pages.keys().any(|file| below(file));
        files.extend(pages.values().flat_map(|page| edition.files_of(page)));
        let attachments: BTreeMap<String, PathBuf> = files
            .into_iter()
            .filter_map(|file| all.get(&file).map(|it| (file, it.location.clone())))
            .collect();

        let folder = if is_folder { Some(path.clone()) } else { path.parent() };
        let above = folder.and_then(|folder| folder.parent()).unwrap_or_default();
        let base =
            pages.keys().chain(attachments.keys()).fold(above.as_str(), |base, file| shared(base, file));
        let base = base.to_string();
        let name = if path.as_str().is_empty() { site_name.to_lowercase() } else { path.name().to_string() };
        Some(Archive { edition, name, base, pages, attachments })
    }

    /// What it is called, without an ending.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How many bytes its files have together; those that are gone count for nothing.
    pub fn bytes(&self) -> u64 {
        let pages = self.pages.values().map(|page| page.source.len() as u64);
        let sizes = self.attachments.values().filter_map(|location| location.metadata().ok());
        pages.chain(sizes.map(|data| data.len())).sum()
    }

    /// Writes it. The same files give the same bytes. Attachments that are gone from the content folder, or lead out of it,
    /// are left out.
    ///
    /// # Errors
    /// When it cannot be written, which is a mistake in the program.
    pub fn pack(&self, content: &Path) -> io::Result<Vec<u8>> {
        let inside = Inside::new(&self.edition, &self.pages, &self.attachments);
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        let mut files: Vec<&String> = self.pages.keys().chain(self.attachments.keys()).collect();
        files.sort();
        for file in files {
            let body = match (self.pages.get(file), self.attachments.get(file)) {
                (Some(page), _) => inside.relink(page).into_bytes(),
                (None, Some(location)) => match folder::read_attachment(content, location) {
                    Ok(body) => body,
                    Err(_) => continue,
                },
                (None, None) => continue,
            };
            zip.start_file(self.entry(file), options(file))?;
            zip.write_all(&body)?;
        }
        Ok(zip.finish()?.into_inner())
    }

    /// A file's name in the zip.
    fn entry<'a>(&self, file: &'a str) -> &'a str {
        let rest = file.strip_prefix(self.base.as_str()).unwrap_or(file);
        rest.strip_prefix('/').unwrap_or(rest)
    }
}

/// The deepest folder that is, or is above, `base` and in which `file` lies.
fn shared<'a>(base: &'a str, file: &str) -> &'a str {
    let mut base = base;
    while !base.is_empty() && !file.strip_prefix(base).is_some_and(|rest| rest.starts_with('/')) {
        base = base.rsplit_once('/').map_or("", |(above, _)| above);
    }
    base
}

/// The same for every file at any time. Pictures and the like are compressed already: more than a quick try does not pay.
fn options(file: &str) -> SimpleFileOptions {
    let level = if file.ends_with(".md") || mime::of_attachment(file).compressible { 6 } else { 1 };
    SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .compression_level(Some(level))
        .last_modified_time(DateTime::default())
        .unix_permissions(0o644)
}

#[cfg(test)]
mod tests {
    use super::shared;

    #[test]
    fn names_begin_where_all_files_are_below() {
        for (base, file, wanted) in [
            ("", "a/b.md", ""),
            ("a", "a/b.md", "a"),
            ("a/b", "a/b/c/d.md", "a/b"),
            ("a/b", "a/bc/d.md", "a"),
            ("a/b", "x/d.md", ""),
            ("a/b", "a/b", "a"),
        ] {
            assert_eq!(shared(base, file), wanted, "{base} {file}");
        }
    }
}
