//! Conflicts that nobody was there to see: the version that lost is kept under a ref until somebody settles it.

use crate::author::Author;
use crate::error::{Error, storage};
use crate::merge::{Merge, Piece, merge, pieces_of_two};
use crate::revision::Revision;
use crate::save::{Save, Saved};
use crate::store::Store;
use crate::tree::{self, Changes, FILE, Item};
use git2::{Commit, Repository, Signature, Time};
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

const REFS: &str = "refs/casebook/conflicts/";

/// Two versions of a file, one of which is in the repository and the other was kept aside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// What [`Store::settle`] takes.
    pub id: Revision,
    /// The file.
    pub file: String,
    /// Who made the version that was kept aside.
    pub author: Author,
    /// When, in seconds since 1970.
    pub time: i64,
    /// What both versions were made from, if they were.
    pub base: Option<Vec<u8>>,
    /// The version that went into the repository.
    pub theirs: Option<Vec<u8>>,
    /// The version that was kept aside.
    pub yours: Option<Vec<u8>>,
    /// The two side by side. Empty if one is no text or there is none.
    pub pieces: Vec<Piece>,
}

/// The versions of a conflict that is to be kept.
pub(crate) struct Sides {
    pub(crate) base: Option<Vec<u8>>,
    pub(crate) theirs: Option<Vec<u8>>,
    pub(crate) yours: Option<Vec<u8>>,
    pub(crate) time: i64,
}

/// Keeps a conflict. The same conflict kept twice is one.
pub(crate) fn record(
    repo: &Repository,
    file: &Path,
    sides: &Sides,
    author: &Author,
) -> Result<Revision, Error> {
    let parts = [("base", &sides.base), ("theirs", &sides.theirs), ("yours", &sides.yours)];
    let mut items = Changes::new();
    let name = file.as_os_str().as_bytes();
    for (part, bytes) in
        parts.into_iter().filter_map(|(part, it)| Some((part, it.as_deref()?))).chain([("file", name)])
    {
        items.insert(part.into(), Some(Item { id: tree::blob(repo, bytes)?, mode: FILE }));
    }
    let empty = || repo.find_tree(repo.treebuilder(None)?.write()?);
    let tree = tree::update(repo, &empty().map_err(storage)?, &items)?;
    let keep = || {
        let author = Signature::new(author.name(), author.email(), &Time::new(sides.time, 0))?;
        let message = format!("Conflict in {}\n", file.display().to_string().escape_debug());
        let id = repo.commit(None, &author, &author, &message, &repo.find_tree(tree)?, &[])?;
        repo.reference(&format!("{REFS}{id}"), id, true, "casebook")?;
        Ok(Revision(id))
    };
    keep().map_err(storage)
}

impl Store {
    /// The conflicts that wait for somebody, the oldest first.
    ///
    /// # Errors
    /// When the repository cannot be read.
    pub fn conflicts(&self) -> Result<Vec<Conflict>, Error> {
        let repo = self.repository()?;
        let mut conflicts = Vec::new();
        for reference in repo.references_glob(&format!("{REFS}*"))? {
            conflicts.push(read(&repo, &reference?.peel_to_commit()?)?);
        }
        conflicts.sort_by(|a, b| (a.time, &a.file).cmp(&(b.time, &b.file)));
        Ok(conflicts)
    }

    /// Settles a conflict with the text that somebody chose, saved as any other: with the revision that they saw as its
    /// base. While the save itself conflicts, the conflict stays. To drop the version kept aside, save the page as it is.
    ///
    /// # Errors
    /// [`Error::NoConflict`], and as [`Store::save`].
    pub fn settle(&self, id: &Revision, save: &Save) -> Result<Saved, Error> {
        let name = format!("{REFS}{id}");
        if self.repository()?.find_reference(&name).is_err() {
            return Err(Error::NoConflict(id.to_string()));
        }
        let saved = self.save(save)?;
        if !matches!(saved, Saved::Conflict { .. }) {
            self.write(|writer| match writer.repo.find_reference(&name) {
                Ok(mut reference) => reference.delete().map_err(storage),
                // Somebody else settled it at the same moment.
                Err(_) => Ok(()),
            })?;
        }
        Ok(saved)
    }
}

fn read(repo: &Repository, commit: &Commit<'_>) -> Result<Conflict, Error> {
    let tree = commit.tree()?;
    let part = |name: &str| -> Result<Option<Vec<u8>>, Error> {
        tree.get_name(name).map(|it| tree::content(repo, it.id())).transpose()
    };
    let (base, theirs, yours) = (part("base")?, part("theirs")?, part("yours")?);
    let file = part("file")?.unwrap_or_default();
    let author = commit.author();
    Ok(Conflict {
        id: Revision(commit.id()),
        file: Path::new(OsStr::from_bytes(&file)).display().to_string(),
        author: Author::new(
            &String::from_utf8_lossy(author.name_bytes()),
            &String::from_utf8_lossy(author.email_bytes()),
        ),
        time: author.when().seconds(),
        pieces: pieces(base.as_deref(), theirs.as_deref(), yours.as_deref()),
        base,
        theirs,
        yours,
    })
}

/// The three-way view of versions that conflict.
pub(crate) fn pieces(base: Option<&[u8]>, theirs: Option<&[u8]>, yours: Option<&[u8]>) -> Vec<Piece> {
    match (base, theirs, yours) {
        (Some(base), Some(theirs), Some(yours)) => match merge(base, theirs, yours) {
            Merge::Conflict(pieces) => pieces,
            Merge::Clean(_) => pieces_of_two(theirs, yours),
        },
        (None, Some(theirs), Some(yours)) => pieces_of_two(theirs, yours),
        _ => Vec::new(),
    }
}
