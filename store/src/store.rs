//! The store as its callers have it: the folder, and what can be read from it.

use crate::error::Error;
use crate::revision::Revision;
use crate::work_tree::WorkTree;
use crate::{path, tree};
use git2::{ErrorCode, Oid, Repository};
use std::path::{Path, PathBuf};

/// A folder of pages that is a git repository. It may be shared by threads, and the folder by processes.
#[derive(Debug)]
pub struct Store {
    /// Canonical.
    pub(crate) folder: PathBuf,
    /// The `.git` in it.
    pub(crate) git: PathBuf,
}

/// What an editor starts from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Start {
    /// The base of the save to come.
    pub revision: Revision,
    /// The page's text, if there is such a page.
    pub text: Option<Vec<u8>>,
}

impl Store {
    /// The newest commit.
    ///
    /// # Errors
    /// When the repository cannot be read.
    pub fn head(&self) -> Result<Revision, Error> {
        Ok(Revision(head(&self.repository()?)?))
    }

    /// A file as it was at a revision, or as it is in the folder now.
    ///
    /// # Errors
    /// [`Error::Path`], [`Error::Missing`], or when the repository cannot be read.
    pub fn read(&self, file: &str, at: Option<&Revision>) -> Result<Option<Vec<u8>>, Error> {
        path::check(file)?;
        let Some(at) = at else {
            return Ok(self.work_tree().read(Path::new(file))?.filter(|it| !it.is_link()).map(|it| it.bytes));
        };
        let repo = self.repository()?;
        let tree = commit(&repo, at)?.tree()?;
        let item = tree::item(&tree, Path::new(file))?.filter(|it| it.is_file());
        item.map(|it| tree::content(&repo, it.id)).transpose()
    }

    /// What an editor starts from: the page as it is in the folder, and a revision that has it so. If somebody edited the
    /// file in the folder without git, that is committed first: a save that had an older text as its base would conflict
    /// with what its author saw.
    ///
    /// # Errors
    /// As [`Store::save`].
    pub fn start(&self, file: &str) -> Result<Start, Error> {
        path::check(file)?;
        let now = self.read(file, None)?;
        let revision = self.head()?;
        if now == self.read(file, Some(&revision))? {
            return Ok(Start { revision, text: now });
        }
        self.write(|writer| {
            writer.adopt([PathBuf::from(file)])?;
            let revision = Revision(writer.head()?.id());
            Ok(Start { revision, text: self.read(file, Some(&revision))? })
        })
    }

    /// The files of a revision, sorted.
    ///
    /// # Errors
    /// [`Error::Missing`], or when the repository cannot be read.
    pub fn list(&self, at: &Revision) -> Result<Vec<String>, Error> {
        let repo = self.repository()?;
        let mut files = Vec::new();
        commit(&repo, at)?.tree()?.walk(git2::TreeWalkMode::PreOrder, |folder, entry| {
            if let (Ok(name), Some(git2::ObjectType::Blob)) = (entry.name(), entry.kind()) {
                files.push(format!("{folder}{name}"));
            }
            git2::TreeWalkResult::Ok
        })?;
        files.sort();
        Ok(files)
    }

    /// Opened anew by each call: a repository cannot be shared by threads.
    pub(crate) fn repository(&self) -> Result<Repository, Error> {
        Ok(Repository::open(&self.folder)?)
    }

    pub(crate) fn work_tree(&self) -> WorkTree<'_> {
        WorkTree { root: &self.folder, scratch: self.git.join("casebook/file") }
    }
}

/// The commit that HEAD leads to.
pub(crate) fn head(repo: &Repository) -> Result<Oid, Error> {
    Ok(repo.head()?.peel_to_commit()?.id())
}

/// A commit by its id.
pub(crate) fn commit<'a>(repo: &'a Repository, at: &Revision) -> Result<git2::Commit<'a>, Error> {
    repo.find_commit(at.0).map_err(|error| match error.code() {
        ErrorCode::NotFound => Error::Missing(*at),
        _ => Error::from(error),
    })
}
