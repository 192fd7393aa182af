//! What was changed, when and by whom.

use crate::author::Author;
use crate::error::Error;
use crate::revision::Revision;
use crate::store::Store;
use crate::tree;
use crate::walk::Walk;
use git2::{Commit, Delta, DiffDelta, DiffFindOptions, Oid, Repository, Tree};
use std::collections::HashSet;
use std::path::Path;

/// Commits with more additions or removals than this are not searched for renamed files.
const MOST_RENAMES: usize = 500;

/// Which commits a history is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope<'a> {
    /// All.
    Everything,
    /// Those that changed something in a folder.
    Folder(&'a str),
    /// Those that changed a file, under its former names, too.
    File(&'a str),
}

/// A commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its id.
    pub revision: Revision,
    /// Who made it.
    pub author: Author,
    /// When, in seconds since 1970.
    pub time: i64,
    /// What they say about it.
    pub message: String,
    /// What it changed. For a merge: where the result is like none of the merged.
    pub files: Vec<FileChange>,
}

/// A changed file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileChange {
    /// Its path; for a removed file the one that it had.
    pub file: String,
    /// What happened to it.
    pub kind: ChangeKind,
}

/// What happened to a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChangeKind {
    /// It was not there before.
    Added,
    /// Its content changed.
    Modified,
    /// It is gone.
    Removed,
    /// It had another path before; its content may have changed, too.
    Renamed {
        /// The path before.
        from: String,
    },
}

impl Store {
    /// The history, the newest first, at most `limit` commits. With `after`, those that follow this one in the history:
    /// the next page after the last entry of the page before.
    ///
    /// # Errors
    /// When the repository cannot be read.
    pub fn log(&self, scope: Scope<'_>, after: Option<&Revision>, limit: usize) -> Result<Vec<Entry>, Error> {
        let repo = self.repository()?;
        let mut entries = Vec::new();
        let mut path = match scope {
            Scope::Everything => None,
            Scope::Folder(path) | Scope::File(path) => Some(path.trim_end_matches('/').to_string()),
        };
        let mut waiting = after.is_some();
        for commit in Walk::new(&repo)? {
            if entries.len() == limit {
                break;
            }
            let commit = commit?;
            let is_after = after.is_some_and(|it| it.0 == commit.id());
            let changed = match &path {
                Some(path) => changed(&commit, Path::new(path))?,
                None => true,
            };
            if changed {
                let name = path.clone();
                if let (Scope::File(_), Some(file)) = (scope, &mut path) {
                    follow(&repo, &commit, file)?;
                }
                if !waiting {
                    let mut entry = entry(&repo, &commit)?;
                    entry.files.retain(|it| name.as_ref().is_none_or(|name| it.is_in(name)));
                    entries.push(entry);
                }
            }
            waiting = waiting && !is_after;
        }
        Ok(entries)
    }
}

impl FileChange {
    /// Whether it is of the file, or of one in the folder.
    fn is_in(&self, path: &str) -> bool {
        let from = match &self.kind {
            ChangeKind::Renamed { from } => Some(from),
            _ => None,
        };
        let below =
            |file: &str| file.strip_prefix(path).is_some_and(|it| it.is_empty() || it.starts_with('/'));
        below(&self.file) || from.is_some_and(|it| below(it))
    }
}

/// Whether a commit has something else at a path than each of its parents.
fn changed(commit: &Commit<'_>, path: &Path) -> Result<bool, Error> {
    let at = |commit: &Commit<'_>| -> Result<Option<Oid>, Error> {
        if path.as_os_str().is_empty() {
            return Ok(Some(commit.tree_id()));
        }
        Ok(commit.tree()?.get_path(path).ok().map(|it| it.id()))
    };
    let now = at(commit)?;
    if commit.parent_count() == 0 {
        return Ok(now.is_some());
    }
    for parent in commit.parents() {
        if at(&parent)? == now {
            return Ok(false);
        }
    }
    Ok(true)
}

/// If the commit gave the file its name, the file goes on under its former one.
fn follow(repo: &Repository, commit: &Commit<'_>, file: &mut String) -> Result<(), Error> {
    let Ok(parent) = commit.parent(0) else { return Ok(()) };
    if parent.tree()?.get_path(Path::new(file)).is_ok() {
        return Ok(());
    }
    for change in changes(repo, Some(&parent.tree()?), &commit.tree()?)? {
        if let ChangeKind::Renamed { from } = change.kind
            && change.file == *file
        {
            *file = from;
            return Ok(());
        }
    }
    Ok(())
}

/// A commit as an entry of the history.
pub(crate) fn entry(repo: &Repository, commit: &Commit<'_>) -> Result<Entry, Error> {
    let tree = commit.tree()?;
    let mut files: Option<Vec<FileChange>> = None;
    for parent in commit.parents() {
        let against = changes(repo, Some(&parent.tree()?), &tree)?;
        let names: HashSet<String> = against.iter().map(|it| it.file.clone()).collect();
        match &mut files {
            None => files = Some(against),
            Some(files) => files.retain(|it| names.contains(&it.file)),
        }
    }
    let files = match files {
        Some(files) => files,
        None => changes(repo, None, &tree)?,
    };
    let (author, time) = who(commit);
    Ok(Entry {
        revision: Revision(commit.id()),
        author,
        time,
        message: String::from_utf8_lossy(commit.message_bytes()).into_owned(),
        files,
    })
}

/// Who made a commit, and when.
pub(crate) fn who(commit: &Commit<'_>) -> (Author, i64) {
    let author = commit.author();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (Author::new(&text(author.name_bytes()), &text(author.email_bytes())), author.when().seconds())
}

/// What changed from one tree to another, with files that got another path told apart from new ones.
pub(crate) fn changes(
    repo: &Repository,
    old: Option<&Tree<'_>>,
    new: &Tree<'_>,
) -> Result<Vec<FileChange>, Error> {
    let found = tree::compare(repo, old, Some(new))?;
    let added = found.iter().filter(|it| it.old.is_none()).count();
    let removed = found.iter().filter(|it| it.new.is_none()).count();
    if added > 0 && removed > 0 && added.max(removed) <= MOST_RENAMES {
        // Looking for likeness is git's; comparing trees is not: it looks at every file.
        let mut diff = repo.diff_tree_to_tree(old, Some(new), None)?;
        diff.find_similar(Some(DiffFindOptions::new().renames(true)))?;
        return Ok(diff.deltas().map(|it| change(&it)).collect());
    }
    let changes = found.into_iter().map(|it| {
        let kind = match (it.old, it.new) {
            (None, _) => ChangeKind::Added,
            (_, None) => ChangeKind::Removed,
            _ => ChangeKind::Modified,
        };
        FileChange { file: it.file.to_string_lossy().into_owned(), kind }
    });
    Ok(changes.collect())
}

fn change(delta: &DiffDelta<'_>) -> FileChange {
    let name = |bytes: Option<&[u8]>| String::from_utf8_lossy(bytes.unwrap_or_default()).into_owned();
    let (old, new) = (name(delta.old_file().path_bytes()), name(delta.new_file().path_bytes()));
    let (file, kind) = match delta.status() {
        Delta::Added => (new, ChangeKind::Added),
        Delta::Deleted => (old, ChangeKind::Removed),
        Delta::Renamed => (new, ChangeKind::Renamed { from: old }),
        _ => (new, ChangeKind::Modified),
    };
    FileChange { file, kind }
}
