//! What files there are beside pages, and which pages use them, as far as a reader may know.

use crate::app::App;
use crate::content::path::{Kind, classify};
use crate::edition::Edition;
use crate::http::error::AppError;
use crate::http::wiki::form::Fields;
use crate::pages::wiki::attachments::{File, User};
use crate::wiki::pages::Pages;
use crate::wiki::relink::Moves;
use std::cmp::Reverse;
use std::collections::{BTreeMap, HashSet};
use std::path::PathBuf;
use std::sync::Arc;

/// Which files are asked for.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// In this folder or below it; empty for all.
    pub folder: String,
    /// Only those that no page uses.
    pub unused: bool,
    /// The longest first, instead of by path.
    pub by_size: bool,
}

impl Filter {
    /// What an address asks for.
    pub fn of(query: &Fields) -> Filter {
        Filter {
            folder: query.get("folder").trim().trim_matches('/').to_string(),
            unused: query.has("unused"),
            by_size: query.get("sort") == "size",
        }
    }

    fn takes(&self, file: &str) -> bool {
        let inside = || file.strip_prefix(self.folder.as_str()).is_some_and(|rest| rest.starts_with('/'));
        self.folder.is_empty() || inside()
    }
}

/// The files of a filter that the reader may see, in its order.
///
/// # Errors
/// When the store cannot be read.
pub async fn files(
    app: &Arc<App>,
    pages: &Pages<'_>,
    edition: &Arc<Edition>,
    filter: &Filter,
) -> Result<Vec<File>, AppError> {
    let mut uses = uses(app, pages, edition).await?;
    let mut found: Vec<(File, PathBuf)> = Vec::new();
    for (file, attachment) in edition.site.attachments.iter() {
        let used_by = uses.remove(file).unwrap_or_default();
        if filter.takes(file) && pages.shows(file) && (used_by.is_empty() || !filter.unused) {
            let of = File { file: file.clone(), bytes: 0, size: attachment.size, used_by };
            found.push((of, attachment.location.clone()));
        }
    }
    let mut files = tokio::task::spawn_blocking(move || measured(found)).await?;
    if filter.by_size {
        files.sort_by_key(|file| Reverse(file.bytes));
    }
    Ok(files)
}

/// The file at a path, when the reader may see one there.
///
/// # Errors
/// That there is none, or when the store cannot be read.
pub async fn file(
    app: &Arc<App>,
    pages: &Pages<'_>,
    edition: &Arc<Edition>,
    file: &str,
) -> Result<File, AppError> {
    pages.readable(file)?;
    let attachment = edition.site.attachments.get(file).ok_or(AppError::NotFound)?;
    let used_by = uses(app, pages, edition).await?.remove(file).unwrap_or_default();
    let of = File { file: file.to_string(), bytes: 0, size: attachment.size, used_by };
    let location = attachment.location.clone();
    let found = tokio::task::spawn_blocking(move || measured(vec![(of, location)])).await?;
    found.into_iter().next().ok_or(AppError::NotFound)
}

/// The same with their lengths, without those that are gone since they were listed.
fn measured(found: Vec<(File, PathBuf)>) -> Vec<File> {
    let measured = |(file, location): (File, PathBuf)| {
        let length = std::fs::metadata(location).ok()?.len();
        Some(File { bytes: length, ..file })
    };
    found.into_iter().filter_map(measured).collect()
}

/// The pages that use each file, drafts and pages with a broken head too: a file that a draft needs is in use.
async fn uses(
    app: &Arc<App>,
    pages: &Pages<'_>,
    edition: &Arc<Edition>,
) -> Result<BTreeMap<String, Vec<User>>, AppError> {
    let mut texts = Vec::new();
    let shown: HashSet<&str> = edition.site.pages().map(|page| page.file.as_str()).collect();
    for file in pages.files().await? {
        if matches!(classify(&file), Kind::Page { .. }) && !shown.contains(file.as_str()) {
            let bytes = pages.read(&pages.readable(&file)?, None).await?;
            texts.extend(bytes.and_then(|bytes| String::from_utf8(bytes).ok()).map(|text| (file, text)));
        }
    }
    drop(shown);
    let edition = edition.clone();
    let uses = app.compute(move || {
        let shown = edition.uses().into_iter();
        let mut uses: BTreeMap<String, Vec<User>> =
            shown.map(|(file, pages)| (file, pages.iter().map(|page| User::of(page)).collect())).collect();
        let files = edition.site.attachments.keys().map(String::as_str);
        let links = Moves::new(BTreeMap::new(), files, None);
        for (page, text) in &texts {
            for file in links.files_of(page, without_head(text)) {
                uses.entry(file).or_default().push(User::hidden(page));
            }
        }
        uses
    });
    Ok(uses.await?)
}

/// The text behind a page's head, whether that can be read or not.
fn without_head(text: &str) -> &str {
    let behind = text.strip_prefix("---").and_then(|rest| rest.split_once("\n---"));
    behind.map_or(text, |(_, body)| body)
}
