//! What was committed since a commit.

use crate::error::Error;
use crate::history::{Entry, entry};
use crate::revision::Revision;
use crate::store::{Store, commit};
use git2::Sort;

impl Store {
    /// The commits that the newest one has behind it and `after` has not, each behind its parents: also those that were
    /// made earlier on another branch and came in with a merge. The newest `limit` of them; none at all when there is no
    /// such commit here.
    ///
    /// # Errors
    /// When the repository cannot be read.
    pub fn since(&self, after: &Revision, limit: usize) -> Result<Option<Vec<Entry>>, Error> {
        let repo = self.repository()?;
        match commit(&repo, after) {
            Ok(_) => {}
            Err(Error::Missing(_)) => return Ok(None),
            Err(error) => return Err(error),
        }
        let mut walk = repo.revwalk()?;
        walk.set_sorting(Sort::TOPOLOGICAL | Sort::TIME)?;
        walk.push_head()?;
        walk.hide(after.0)?;
        let mut entries = Vec::new();
        for id in walk.take(limit) {
            entries.push(entry(&repo, &repo.find_commit(id?)?)?);
        }
        entries.reverse();
        Ok(Some(entries))
    }

    /// A commit; none when it is not here.
    ///
    /// # Errors
    /// When the repository cannot be read.
    pub fn entry(&self, at: &Revision) -> Result<Option<Entry>, Error> {
        let repo = self.repository()?;
        match commit(&repo, at) {
            Ok(commit) => entry(&repo, &commit).map(Some),
            Err(Error::Missing(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }
}
