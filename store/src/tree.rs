//! Trees of git: an entry by its path, and a tree with some entries changed.

use crate::error::Error;
use git2::{ErrorCode, ObjectType, Oid, Repository, Tree};
use std::collections::BTreeMap;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

/// A file's mode in git.
pub(crate) const FILE: i32 = 0o100_644;
/// A program's.
pub(crate) const PROGRAM: i32 = 0o100_755;
/// A symbolic link's.
pub(crate) const LINK: i32 = 0o120_000;
/// Another repository's, a submodule.
const COMMIT: i32 = 0o160_000;
const FOLDER: i32 = 0o040_000;

/// What a tree says of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Item {
    pub(crate) id: Oid,
    pub(crate) mode: i32,
}

impl Item {
    pub(crate) fn is_file(self) -> bool {
        matches!(self.mode, FILE | PROGRAM)
    }

    pub(crate) fn is_submodule(self) -> bool {
        self.mode == COMMIT
    }

    /// Whether both have the same content. That one may be executed and the other not is no difference between pages.
    pub(crate) fn same(a: Option<Item>, b: Option<Item>) -> bool {
        match (a, b) {
            (None, None) => true,
            (Some(a), Some(b)) => a.id == b.id && a.is_file() == b.is_file(),
            _ => false,
        }
    }
}

/// What a tree has at a path: a file or a link; a folder is none.
pub(crate) fn item(tree: &Tree<'_>, path: &Path) -> Result<Option<Item>, Error> {
    match tree.get_path(path) {
        Ok(entry) if entry.kind() == Some(ObjectType::Tree) => Ok(None),
        Ok(entry) => Ok(Some(Item { id: entry.id(), mode: entry.filemode() })),
        Err(error) if error.code() == ErrorCode::NotFound => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// The content of a file by its id.
pub(crate) fn content(repo: &Repository, id: Oid) -> Result<Vec<u8>, Error> {
    Ok(repo.find_blob(id)?.content().to_vec())
}

/// The content of a commit's file, if the commit and the file are there.
pub(crate) fn at(repo: &Repository, commit: Oid, file: &Path) -> Result<Option<Vec<u8>>, Error> {
    let Ok(commit) = repo.find_commit(commit) else { return Ok(None) };
    let found = item(&commit.tree()?, file)?.filter(|it| it.is_file());
    found.map(|it| content(repo, it.id)).transpose()
}

/// Files that become others, or go.
pub(crate) type Changes = BTreeMap<PathBuf, Option<Item>>;

/// The tree with the changes. Only the folders on the way to them are read and written.
pub(crate) fn update(repo: &Repository, tree: &Tree<'_>, changes: &Changes) -> Result<Oid, git2::Error> {
    let changes: Vec<(Vec<&[u8]>, Option<Item>)> =
        changes.iter().map(|(path, item)| (path.iter().map(|it| it.as_bytes()).collect(), *item)).collect();
    let changes: Vec<(&[&[u8]], Option<Item>)> = changes.iter().map(|(path, item)| (&path[..], *item)).collect();
    match updated(repo, Some(tree), &changes)? {
        Some(id) => Ok(id),
        None => repo.treebuilder(None)?.write(),
    }
}

/// None: nothing is left in it.
fn updated(
    repo: &Repository,
    tree: Option<&Tree<'_>>,
    changes: &[(&[&[u8]], Option<Item>)],
) -> Result<Option<Oid>, git2::Error> {
    let mut builder = repo.treebuilder(tree)?;
    let mut files: Vec<(&[u8], Item)> = Vec::new();
    let mut folders: BTreeMap<&[u8], Vec<(&[&[u8]], Option<Item>)>> = BTreeMap::new();
    for (path, item) in changes {
        match (path, item) {
            ([name], Some(item)) => files.push((name, *item)),
            ([name], None) => {
                if builder.get(name)?.is_some_and(|it| it.kind() != Some(ObjectType::Tree)) {
                    builder.remove(name)?;
                }
            }
            ([folder, rest @ ..], _) => folders.entry(folder).or_default().push((rest, *item)),
            ([], _) => {}
        }
    }
    for (name, changes) in folders {
        let entry = builder.get(name)?.filter(|it| it.kind() == Some(ObjectType::Tree));
        let below = entry.map(|it| repo.find_tree(it.id())).transpose()?;
        match updated(repo, below.as_ref(), &changes)? {
            Some(id) => builder.insert(name, id, FOLDER).map(drop)?,
            None if below.is_some() => builder.remove(name)?,
            None => {}
        }
    }
    for (name, item) in files {
        builder.insert(name, item.id, item.mode)?;
    }
    if builder.is_empty() { Ok(None) } else { builder.write().map(Some) }
}
