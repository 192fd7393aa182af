//! Trees of git: an entry by its path, and a tree with some entries changed.

use crate::error::{Error, storage};
use git2::{ErrorCode, ObjectType, Oid, Repository, Tree, TreeEntry};
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::ffi::OsStr;
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

/// Makes an object of some bytes. It is looked for afterwards: on a full disk, libgit2 may answer without having written.
pub(crate) fn blob(repo: &Repository, bytes: &[u8]) -> Result<Oid, Error> {
    let id = repo.blob(bytes).map_err(storage)?;
    exists(repo, id).map(|()| id)
}

/// Makes sure that an object was written.
pub(crate) fn exists(repo: &Repository, id: Oid) -> Result<(), Error> {
    let there = repo.odb().map_err(storage)?.exists(id);
    if there {
        Ok(())
    } else {
        Err(Error::Storage("an object could not be written; is the disk full?".to_string()))
    }
}

/// Files that become others, or go.
pub(crate) type Changes = BTreeMap<PathBuf, Option<Item>>;

/// The tree with the changes. Only the folders on the way to them are read and written.
pub(crate) fn update(repo: &Repository, tree: &Tree<'_>, changes: &Changes) -> Result<Oid, Error> {
    let changes: Vec<(Vec<&[u8]>, Option<Item>)> =
        changes.iter().map(|(path, item)| (path.iter().map(|it| it.as_bytes()).collect(), *item)).collect();
    let changes: Vec<Change<'_>> = changes.iter().map(|(path, item)| (&path[..], *item)).collect();
    let made = match updated(repo, Some(tree), &changes).map_err(storage)? {
        Some(id) => id,
        None => repo.treebuilder(None).and_then(|it| it.write()).map_err(storage)?,
    };
    exists(repo, made).map(|()| made)
}

/// A change by its path, in segments.
type Change<'a> = (&'a [&'a [u8]], Option<Item>);

/// None: nothing is left in it.
fn updated(
    repo: &Repository,
    tree: Option<&Tree<'_>>,
    changes: &[Change<'_>],
) -> Result<Option<Oid>, git2::Error> {
    let mut builder = repo.treebuilder(tree)?;
    let mut files: Vec<(&[u8], Item)> = Vec::new();
    let mut folders: BTreeMap<&[u8], Vec<Change<'_>>> = BTreeMap::new();
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

/// A file that is not the same in two trees.
pub(crate) struct Difference {
    pub(crate) file: PathBuf,
    pub(crate) old: Option<Item>,
    pub(crate) new: Option<Item>,
}

/// Compares two trees. Folders that are the same are not looked into.
pub(crate) fn compare(
    repo: &Repository,
    old: Option<&Tree<'_>>,
    new: Option<&Tree<'_>>,
) -> Result<Vec<Difference>, Error> {
    let mut found = Vec::new();
    compare_below(repo, Path::new(""), old, new, &mut found)?;
    Ok(found)
}

fn compare_below(
    repo: &Repository,
    prefix: &Path,
    old: Option<&Tree<'_>>,
    new: Option<&Tree<'_>>,
    found: &mut Vec<Difference>,
) -> Result<(), Error> {
    let mut old = old.into_iter().flat_map(Tree::iter).peekable();
    let mut new = new.into_iter().flat_map(Tree::iter).peekable();
    loop {
        let order = match (old.peek(), new.peek()) {
            (None, None) => return Ok(()),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some(old), Some(new)) => place(old).cmp(place(new)),
        };
        let old = if order.is_le() { old.next() } else { None };
        let new = if order.is_ge() { new.next() } else { None };
        let item = |it: &TreeEntry<'_>| Item { id: it.id(), mode: it.filemode() };
        let (was, is) = (old.as_ref().map(item), new.as_ref().map(item));
        let Some(entry) = old.as_ref().or(new.as_ref()).filter(|_| was != is) else { continue };
        let file = prefix.join(OsStr::from_bytes(entry.name_bytes()));
        if entry.kind() == Some(ObjectType::Tree) {
            let below = |item: Option<Item>| item.map(|it| repo.find_tree(it.id)).transpose();
            compare_below(repo, &file, below(was)?.as_ref(), below(is)?.as_ref(), found)?;
        } else {
            found.push(Difference { file, old: was, new: is });
        }
    }
}

/// Where git sorts an entry: a folder as if its name ended with a slash.
fn place<'a>(entry: &'a TreeEntry<'_>) -> impl Iterator<Item = &'a u8> {
    entry.name_bytes().iter().chain((entry.kind() == Some(ObjectType::Tree)).then_some(&b'/'))
}
