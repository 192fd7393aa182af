//! What can go wrong, told to people.

use crate::revision::Revision;
use git2::ErrorClass;
use std::io;
use std::path::Path;

/// Why a call did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The folder cannot be opened as a repository; the text says what to do.
    #[error("{0}")]
    Folder(String),
    /// A path that no page or attachment may have.
    #[error("{file:?}: {why}")]
    Path {
        /// The path as it was given.
        file: String,
        /// What is wrong with it.
        why: &'static str,
    },
    /// No commit's id.
    #[error("{0:?} is no revision: it takes 40 hexadecimal digits")]
    Revision(String),
    /// A well-formed id of a commit that the repository does not have.
    #[error("there is no revision {0}; the history may have been rewritten")]
    Missing(Revision),
    /// There is no such conflict, or no more.
    #[error("there is no conflict {0}; somebody may have settled it")]
    NoConflict(String),
    /// Another program keeps changing the repository. Trying again helps.
    #[error("another program is changing the repository at the same time; try again")]
    Busy,
    /// Somebody has begun something with git in the folder that only they can finish.
    #[error("{0}")]
    Unfinished(String),
    /// The disk is full, read-only or broken, or the repository is damaged. Nothing was saved.
    #[error("nothing was saved: {0}")]
    Storage(String),
    /// The repository could not be read.
    #[error("the repository cannot be read: {0}")]
    Read(String),
    /// The remote repository is not one that can be used: see the text.
    #[error("the remote {url:?}: {why}")]
    Address {
        /// The address as it was given.
        url: String,
        /// What is wrong with it.
        why: &'static str,
    },
    /// The remote repository did not answer or did not accept. A save made meanwhile is kept here, and goes out with the
    /// next synchronisation.
    #[error("the remote repository cannot be used: {message}")]
    Remote {
        /// What git said.
        message: String,
        /// The commit that is here but not yet there, if the call made one.
        kept: Option<Revision>,
    },
}

/// Tells a failed write from others, so that the text says that nothing was saved.
pub(crate) fn storage(error: git2::Error) -> Error {
    match error.code() {
        git2::ErrorCode::Modified | git2::ErrorCode::Locked => Error::Busy,
        _ => Error::Storage(error.message().to_string()),
    }
}

/// The same for a file.
pub(crate) fn file_storage(path: &Path) -> impl Fn(io::Error) -> Error {
    move |error| Error::Storage(format!("{}: {error}", path.display()))
}

impl From<git2::Error> for Error {
    fn from(error: git2::Error) -> Error {
        match error.class() {
            ErrorClass::Os => Error::Read(format!("{} (is the disk full, or not mounted?)", error.message())),
            _ => Error::Read(error.message().to_string()),
        }
    }
}
