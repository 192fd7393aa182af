//! Edits that were made in the folder without git become commits, merged with what happened meanwhile; and files that an
//! interrupted writer left behind are brought up to date.

use crate::author::Author;
use crate::conflict::{self, Sides};
use crate::error::Error;
use crate::index;
use crate::merge::{Merge, merge};
use crate::path;
use crate::tree::{self, Changes, FILE, Item};
use crate::work_tree::Held;
use crate::writer::{Touched, Writer};
use git2::{Delta, DiffOptions, Oid, Tree};
use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

const MESSAGE: &str = "Edited in the folder";

/// What to do about a file in the folder.
enum Finding {
    /// It is as in the newest commit.
    Current,
    /// Nobody edited it, and it has to follow the newest commit.
    Stale,
    /// Somebody edited it; this is what it becomes.
    Edited(Option<Item>),
    /// Somebody edited it where the newest commit changed, too: that stays, and theirs is kept aside.
    Conflict(Sides),
}

impl Writer<'_> {
    /// Commits what somebody edited in the folder, in these files.
    pub(crate) fn adopt(&self, files: impl IntoIterator<Item = PathBuf>) -> Result<(), Error> {
        self.reconcile(files, false)
    }

    /// With `index`, also if the files are current and only their entries in git's index are not.
    fn reconcile(&self, files: impl IntoIterator<Item = PathBuf>, index: bool) -> Result<(), Error> {
        let (head, checked_out) = (self.head()?, self.checked_out()?);
        let (head_tree, base_tree) = (head.tree()?, checked_out.tree()?);
        let mut changes = Changes::new();
        let mut touched = Vec::new();
        let mut anything = head.id() != checked_out.id() || !self.is_tracked();
        for file in files {
            let held = self.work_tree.read(&file)?;
            let now = tree::item(&head_tree, &file)?;
            if now.is_some_and(Item::is_submodule)
                || (held.is_none() && self.is_folder(&file) && now.is_none())
            {
                continue;
            }
            let from = held.as_ref().map(|it| it.item);
            let to = match self.examine(&file, held, now, &base_tree)? {
                Finding::Current => {
                    anything |= index;
                    touched.push(Touched { file, from, to: now });
                    continue;
                }
                Finding::Stale => now,
                Finding::Edited(to) => to,
                Finding::Conflict(sides) => {
                    conflict::record(&self.repo, &file, &sides, &Author::folder())?;
                    now
                }
            };
            anything = true;
            if !Item::same(to, now) {
                changes.insert(file.clone(), to);
            }
            touched.push(Touched { file, from, to });
        }
        if !anything {
            return Ok(());
        }
        let made = self.change(&head, &changes, &Author::folder(), MESSAGE)?;
        self.advance(head.id(), made.unwrap_or(head.id()), &touched)
    }

    /// The same for the whole folder, and git's index follows. Files that did not change since they were entered there
    /// are not read.
    pub(crate) fn adopt_all(&self) -> Result<(), Error> {
        let mut files = BTreeSet::new();
        let index = self.repo.index()?;
        let mut options = DiffOptions::new();
        options.include_untracked(true).recurse_untracked_dirs(true).ignore_submodules(true);
        options.include_typechange(true).ignore_filemode(true);
        let in_folder = self.repo.diff_index_to_workdir(Some(&index), Some(&mut options))?;
        let staged = self.repo.diff_tree_to_index(Some(&self.head()?.tree()?), Some(&index), None)?;
        for delta in in_folder.deltas().chain(staged.deltas()) {
            let name = delta.new_file().path_bytes().or_else(|| delta.old_file().path_bytes());
            let Some(name) = name.filter(|it| !it.ends_with(b"/")) else { continue };
            let unknown =
                delta.status() == Delta::Untracked && path::is_scratch(&String::from_utf8_lossy(name));
            if delta.status() != Delta::Conflicted && !unknown {
                files.insert(PathBuf::from(OsStr::from_bytes(name)));
            }
        }
        let unmerged = index::unmerged(&self.repo)?;
        self.reconcile(files.into_iter().filter(|it| !unmerged.contains(it)), true)
    }

    fn item_at(&self, commit: Oid, file: &Path) -> Result<Option<Item>, Error> {
        tree::item(&self.repo.find_commit(commit)?.tree()?, file)
    }

    /// Whether the branch went on without the folder: an interrupted writer moved it, or somebody else. If git's index went with the branch, git has seen to the folder, too,
    /// and what is different there was meant to be: after `git reset`, or when a `git commit` that had read the index just
    /// before a save took the save back. The same if the branch went back.
    fn is_behind(&self, file: &Path, base: Option<Item>, now: Option<Item>) -> Result<bool, Error> {
        let mut index = self.repo.index()?;
        index.read(false)?;
        let indexed = index.get_path(file, 0).map(|it| Item { id: it.id, mode: it.mode as i32 });
        let (head, checked_out) = (self.head()?.id(), self.checked_out()?.id());
        for (from, to) in self.unfinished() {
            let made = *to == head || self.repo.graph_descendant_of(head, *to).unwrap_or(false);
            if made
                && Item::same(self.item_at(*from, file)?, base)
                && !Item::same(self.item_at(*to, file)?, base)
            {
                return Ok(true);
            }
        }
        let went_back = self.repo.graph_descendant_of(checked_out, head)?;
        Ok(!went_back && !Item::same(base, now) && !Item::same(indexed, now))
    }

    fn is_folder(&self, file: &Path) -> bool {
        self.work_tree.root.join(file).is_dir()
    }

    fn examine(
        &self,
        file: &Path,
        held: Option<Held>,
        now: Option<Item>,
        base_tree: &Tree<'_>,
    ) -> Result<Finding, Error> {
        let there = held.as_ref().map(|it| it.item);
        if Item::same(there, now) {
            return Ok(Finding::Current);
        }
        let base = tree::item(base_tree, file)?;
        let Some(held) = held else {
            // Who removed a file that others went on editing did not see what they wrote: it stays.
            let removed = base.is_some() && (Item::same(base, now) || !self.is_behind(file, base, now)?);
            return Ok(if removed { Finding::Edited(None) } else { Finding::Stale });
        };
        let untouched = Item::same(there, base);
        if untouched && self.is_behind(file, base, now)? {
            return Ok(Finding::Stale);
        }
        if now.is_none() && self.repo.is_path_ignored(file)? {
            return Ok(Finding::Current);
        }
        let kept = Item { id: held.item.id, mode: mode(&held, now) };
        let Some(theirs) = now.filter(|_| !untouched && !Item::same(base, now)) else {
            tree::blob(&self.repo, &held.bytes)?;
            return Ok(Finding::Edited(Some(kept)));
        };
        let sides = Sides {
            base: base.map(|it| tree::content(&self.repo, it.id)).transpose()?,
            theirs: Some(tree::content(&self.repo, theirs.id)?),
            yours: Some(held.bytes.clone()),
            time: held.changed,
        };
        let merged = match (&sides.base, &sides.theirs) {
            (Some(base), Some(now)) if !held.is_link() && theirs.is_file() => merge(base, now, &held.bytes),
            _ => Merge::Conflict(Vec::new()),
        };
        match merged {
            Merge::Clean(text) => {
                let id = tree::blob(&self.repo, &text)?;
                Ok(Finding::Edited(Some(Item { id, mode: theirs.mode })))
            }
            Merge::Conflict(_) => Ok(Finding::Conflict(sides)),
        }
    }
}

/// The mode that a file from the folder gets: what it has in git, if it is there.
fn mode(held: &Held, now: Option<Item>) -> i32 {
    match now {
        _ if held.is_link() => held.item.mode,
        Some(now) if now.is_file() => now.mode,
        Some(_) => FILE,
        None => held.item.mode,
    }
}
