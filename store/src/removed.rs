//! Files that were removed and can be brought back.

use crate::author::Author;
use crate::error::Error;
use crate::history::{ChangeKind, changes, who};
use crate::revision::Revision;
use crate::store::Store;
use crate::walk::Walk;
use std::collections::HashSet;
use std::path::Path;

/// How many commits are looked through: older removals are found with git.
const DEEPEST: usize = 50_000;

/// A file that was removed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Removed {
    /// Its path.
    pub file: String,
    /// The commit that removed it.
    pub revision: Revision,
    /// The commit before, which has it still.
    pub restore: Revision,
    /// Who removed it.
    pub author: Author,
    /// When, in seconds since 1970.
    pub time: i64,
}

impl Store {
    /// The files that were removed and are not there now, the last removed first, at most `limit`. A file that got another
    /// path was not removed.
    ///
    /// # Errors
    /// When the repository cannot be read.
    pub fn removed(&self, limit: usize) -> Result<Vec<Removed>, Error> {
        let repo = self.repository()?;
        let now = repo.head()?.peel_to_tree()?;
        let mut seen = HashSet::new();
        let mut removed = Vec::new();
        for commit in Walk::new(&repo)?.take(DEEPEST) {
            let commit = commit?;
            // What a merge removed was removed by a commit that it merged.
            if commit.parent_count() != 1 {
                continue;
            }
            let parent = commit.parent(0)?;
            for change in changes(&repo, Some(&parent.tree()?), &commit.tree()?)? {
                if change.kind != ChangeKind::Removed
                    || now.get_path(Path::new(&change.file)).is_ok()
                    || !seen.insert(change.file.clone())
                {
                    continue;
                }
                if removed.len() == limit {
                    return Ok(removed);
                }
                let (author, time) = who(&commit);
                removed.push(Removed {
                    file: change.file,
                    revision: Revision(commit.id()),
                    restore: Revision(parent.id()),
                    author,
                    time,
                });
            }
        }
        Ok(removed)
    }
}
