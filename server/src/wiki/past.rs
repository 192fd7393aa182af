//! A page's past: the commits that changed it, and the name that its file had at each.

use super::pages::{Pages, Readable, Refused};
use crate::content::path::{Kind, PagePath, classify};
use sim_wasm::text::Lang;
use store::{ChangeKind, Entry, Revision};

/// How far a version is looked for.
pub const LONGEST: usize = 2000;

/// How many removed files are looked through.
const REMOVED: usize = 1000;

/// A page as a commit left it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    /// The commit.
    pub revision: Revision,
    /// Who made it.
    pub author: String,
    /// When, in unix seconds.
    pub time: i64,
    /// What they said about it; empty where that may name what the reader may not see.
    pub message: String,
    /// The name that the file had then; none when the commit took it away.
    pub file: Option<String>,
    /// What happened.
    pub what: What,
}

/// What a commit did to a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// It made it.
    Added,
    /// It changed its text.
    Changed,
    /// It removed it.
    Removed,
    /// It gave it another name; the one before is here.
    Moved(String),
}

/// The file of a page: the one that is there, else the one that was removed last, else the one that a new page gets; and
/// whether it is there.
///
/// # Errors
/// When the store cannot be read.
pub async fn file_of(pages: &Pages<'_>, path: &PagePath, lang: Lang) -> Result<(String, bool), store::Error> {
    let file = pages.file_of(path, lang).await?;
    let Ok(page) = pages.readable(&file) else { return Ok((file, false)) };
    if pages.read(&page, None).await?.is_some() {
        return Ok((file, true));
    }
    let is_it = |name: &str| matches!(classify(name), Kind::Page { path: at, lang: of, .. } if at == *path && of == lang);
    let removed = pages.removed(REMOVED).await?.into_iter().find(|removed| is_it(&removed.file));
    Ok((removed.map_or(file, |removed| removed.file), false))
}

/// The versions of a page, newest first, as far back as the reader may see the names that it had.
///
/// # Errors
/// When the store cannot be read.
pub async fn versions(
    pages: &Pages<'_>,
    page: &Readable,
    after: Option<Revision>,
    limit: usize,
) -> Result<Vec<Version>, store::Error> {
    let entries = pages.log(page, after, limit).await?;
    Ok(named(&page.file, after.is_none(), entries, |file| pages.shows(file)))
}

/// Follows a file through its history. Entries further back begin with the name that the first of them has.
fn named(file: &str, from_now: bool, entries: Vec<Entry>, shows: impl Fn(&str) -> bool) -> Vec<Version> {
    let first = entries.first().and_then(|entry| entry.files.first()).filter(|_| !from_now);
    let mut name = first.map_or_else(|| file.to_string(), |change| change.file.clone());
    let mut versions = Vec::new();
    for entry in entries {
        if !shows(&name) {
            break;
        }
        let is_merge = entry.files.is_empty();
        let kind = entry.files.into_iter().find(|change| change.file == name).map(|change| change.kind);
        let kind = if is_merge { Some(ChangeKind::Modified) } else { kind };
        let moved_away = kind.is_none();
        let (file, what) = match kind {
            Some(ChangeKind::Added) => (Some(name.clone()), What::Added),
            Some(ChangeKind::Modified) => (Some(name.clone()), What::Changed),
            Some(ChangeKind::Renamed { from }) => {
                (Some(std::mem::replace(&mut name, from.clone())), What::Moved(from))
            }
            Some(ChangeKind::Removed) | None => (None, What::Removed),
        };
        let hides = moved_away || matches!(&what, What::Moved(from) if !shows(from));
        let what = if hides && file.is_some() { What::Added } else { what };
        versions.push(Version {
            revision: entry.revision,
            author: entry.author.name().to_string(),
            time: entry.time,
            // What was said about a move names the other address.
            message: if hides { String::new() } else { entry.message },
            file,
            what,
        });
    }
    versions
}

/// Why there is no text of a version.
#[derive(Debug)]
pub enum NoText {
    /// The reader may not see it.
    Refused(Refused),
    /// The store cannot be read, or has no such commit.
    Store(store::Error),
}

/// The bytes of a page at a revision: under the name that it had then. None when it was not there.
///
/// # Errors
/// When the reader may not see the file of that name, or the store cannot be read.
pub async fn read(
    pages: &Pages<'_>,
    page: &Readable,
    versions: &[Version],
    at: Revision,
) -> Result<Option<Vec<u8>>, NoText> {
    let names = match versions.iter().find(|version| version.revision == at) {
        Some(version) => version.file.iter().cloned().collect(),
        // A commit that did not change the page: the page has one of its names there.
        None => {
            let mut names = vec![page.file.clone()];
            names.extend(versions.iter().filter_map(|version| version.file.clone()));
            names.dedup();
            names
        }
    };
    for name in names {
        let named = pages.readable(&name).map_err(NoText::Refused)?;
        if let Some(bytes) = pages.read(&named, Some(at)).await.map_err(NoText::Store)? {
            return Ok(Some(bytes));
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::{What, named};
    use store::{Author, ChangeKind, Entry, FileChange};

    fn entry(digit: char, changes: Vec<(&str, ChangeKind)>) -> Entry {
        let files = changes.into_iter().map(|(file, kind)| FileChange { file: file.to_string(), kind });
        Entry {
            revision: digit.to_string().repeat(40).parse().unwrap(),
            author: Author::new("a", ""),
            time: 0,
            message: "said".to_string(),
            files: files.collect(),
        }
    }

    fn history() -> Vec<Entry> {
        vec![
            entry('3', vec![("b.md", ChangeKind::Modified)]),
            entry('2', vec![("b.md", ChangeKind::Renamed { from: "a.md".to_string() })]),
            entry('1', vec![("a.md", ChangeKind::Added)]),
        ]
    }

    #[test]
    fn versions_have_the_names_of_their_time() {
        let versions = named("b.md", true, history(), |_| true);
        let names: Vec<_> = versions.iter().map(|version| version.file.as_deref().unwrap()).collect();
        assert_eq!(names, ["b.md", "b.md", "a.md"]);
        assert_eq!(versions[1].what, What::Moved("a.md".to_string()));
        let older = named("b.md", false, history().split_off(2), |_| true);
        assert_eq!(older[0].file.as_deref(), Some("a.md"));
    }

    #[test]
    fn a_name_that_is_hidden_leaves_no_trace() {
        let versions = named("b.md", true, history(), |file| file != "a.md");
        assert_eq!(versions.len(), 2);
        assert_eq!((&versions[1].what, versions[1].message.as_str()), (&What::Added, ""));
    }

    #[test]
    fn a_file_that_moved_away_is_gone() {
        let versions = named("a.md", true, history().split_off(1), |_| true);
        assert_eq!((versions[0].file.as_deref(), &versions[0].what), (None, &What::Removed));
        assert_eq!(versions[1].file.as_deref(), Some("a.md"));
    }
}
