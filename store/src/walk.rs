//! Commits from the newest to the oldest, each before its parents, read as they are asked for.

use crate::error::Error;
use git2::{Commit, Oid, Repository};
use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashSet};

/// A walk through the history.
pub(crate) struct Walk<'a> {
    repo: &'a Repository,
    /// By time; of one second, those first that were met first.
    waiting: BinaryHeap<(i64, Reverse<usize>, Oid)>,
    met: HashSet<Oid>,
}

impl<'a> Walk<'a> {
    /// Begins with the newest commit.
    pub(crate) fn new(repo: &'a Repository) -> Result<Walk<'a>, Error> {
        let mut walk = Walk { repo, waiting: BinaryHeap::new(), met: HashSet::new() };
        walk.meet(&repo.head()?.peel_to_commit()?);
        Ok(walk)
    }

    fn meet(&mut self, commit: &Commit<'_>) {
        if self.met.insert(commit.id()) {
            self.waiting.push((commit.time().seconds(), Reverse(self.met.len()), commit.id()));
        }
    }

    fn step(&mut self, id: Oid) -> Result<Commit<'a>, Error> {
        let commit = self.repo.find_commit(id)?;
        for parent in commit.parents() {
            self.meet(&parent);
        }
        Ok(commit)
    }
}

impl<'a> Iterator for Walk<'a> {
    type Item = Result<Commit<'a>, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        let (_, _, id) = self.waiting.pop()?;
        Some(self.step(id))
    }
}
