//! Synchronisation with a remote repository: what others have is merged in, and what is here goes out. Conflicts never stop
//! it.

use crate::author::Author;
use crate::conflict::{self, Sides};
use crate::error::{Error, storage};
use crate::history::who;
use crate::lock;
use crate::merge::{Merge, merge};
use crate::path;
use crate::remote::{Pushed, Remote};
use crate::revision::Revision;
use crate::save::{Plan, Save, Saved};
use crate::store::Store;
use crate::tree::{self, Item};
use crate::writer::{Touched, Writer};
use git2::{Commit, Index, IndexConflict, IndexEntry, MergeOptions, Oid};
use std::collections::HashSet;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// How often a push is tried again when somebody else was faster.
const TRIES: u32 = 12;

/// What a synchronisation did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Synced {
    /// The commit that both sides have now.
    pub revision: Revision,
    /// Something came from the remote.
    pub received: bool,
    /// Something went to the remote.
    pub sent: bool,
    /// The conflicts that were kept for somebody to settle.
    pub conflicts: Vec<Revision>,
}

impl Store {
    /// Fetches, merges and pushes. Where both sides changed the same place, the remote's text goes into the page, since
    /// others have it already, and ours is kept as a conflict; a file that one side removed and the other changed stays.
    ///
    /// # Errors
    /// [`Error::Remote`] when the remote cannot be reached or does not accept: what is here stays here, and goes out with
    /// the next call. [`Error::Storage`], [`Error::Busy`], [`Error::Unfinished`].
    pub fn sync(&self, remote: &Remote) -> Result<Synced, Error> {
        let _turn = lock::remote(&self.git)?;
        let mut synced =
            Synced { revision: self.head()?, received: false, sent: false, conflicts: Vec::new() };
        for attempt in 0..TRIES {
            let exists = remote.fetch(&self.folder)?;
            let (head, tip, mut conflicts) = self.write(|writer| {
                writer.adopt_all()?;
                let before = writer.head()?.id();
                let (tip, conflicts) = writer.receive(remote, exists)?;
                Ok(((before, writer.head()?.id()), tip, conflicts))
            })?;
            synced.received |= head.0 != head.1;
            synced.conflicts.append(&mut conflicts);
            synced.revision = Revision(head.1);
            if tip == Some(head.1) {
                return Ok(synced);
            }
            match remote.push(&self.folder, head.1)? {
                Pushed::Accepted => return Ok(Synced { sent: true, ..synced }),
                Pushed::Late => pause(attempt),
            }
        }
        Err(late())
    }

    /// Saves a page into the remote repository: for several machines that share it. The commit is made onto the remote's
    /// newest; if somebody else pushes first, all is done again, so that a conflict is seen by whoever saves.
    ///
    /// Other saves here wait meanwhile.
    ///
    /// # Errors
    /// As [`Store::save`], and [`Error::Remote`]. If `kept` is a commit then, the page is saved here but not there, and
    /// goes out with the next save or [`Store::sync`].
    pub fn save_through(&self, save: &Save, remote: &Remote) -> Result<Saved, Error> {
        path::check(&save.file)?;
        let _turn = lock::remote(&self.git)?;
        for attempt in 0..TRIES {
            let fetched = remote.fetch(&self.folder);
            match self.write(|writer| writer.save_through(save, remote, &fetched))? {
                Some(saved) => return Ok(saved),
                None => pause(attempt),
            }
        }
        Err(late())
    }
}

/// Lets others go first, each for another span.
fn pause(attempt: u32) {
    let nanos = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |it| it.subsec_nanos());
    thread::sleep(Duration::from_millis(u64::from(nanos / 1000 % 20 + 1) << attempt.min(4)));
}

fn late() -> Error {
    Error::Remote { message: "others pushed first each time; try again".to_string(), kept: None }
}

impl Writer<'_> {
    /// A save onto what was fetched. None: somebody else pushed meanwhile.
    fn save_through(
        &self,
        save: &Save,
        remote: &Remote,
        fetched: &Result<bool, Error>,
    ) -> Result<Option<Saved>, Error> {
        let tip = match fetched {
            Ok(exists) => self.receive(remote, *exists)?.0,
            Err(_) => None,
        };
        let head = self.prepare([PathBuf::from(&save.file)])?;
        let (saved, to, touched) = match self.plan(&head, save)? {
            Plan::Done(saved @ Saved::Unchanged { .. }) if tip != Some(head.id()) => {
                (saved, head.id(), Vec::new())
            }
            Plan::Done(saved) => return Ok(Some(saved)),
            Plan::Commit { text, merged } => {
                let (made, touched) = self.make(&head, save, &text)?;
                (Saved::Committed { revision: Revision(made), text, merged }, made, touched)
            }
        };
        let pushed = match fetched {
            Ok(_) => remote.push(self.work_tree.root, to),
            Err(Error::Remote { message, .. }) => Err(Error::Remote { message: message.clone(), kept: None }),
            Err(error) => Err(Error::Remote { message: error.to_string(), kept: None }),
        };
        if matches!(pushed, Ok(Pushed::Late)) {
            return Ok(None);
        }
        // Also when the remote did not take it: the text is not lost then.
        self.advance(head.id(), to, &touched)?;
        match pushed {
            Err(Error::Remote { message, .. }) => Err(Error::Remote { message, kept: Some(Revision(to)) }),
            Err(error) => Err(error),
            Ok(_) => Ok(Some(saved)),
        }
    }

    /// Merges what was fetched. Answers the remote's newest commit and the conflicts that were kept.
    fn receive(&self, remote: &Remote, exists: bool) -> Result<(Option<Oid>, Vec<Revision>), Error> {
        if !exists {
            return Ok((None, Vec::new()));
        }
        let theirs = self.repo.find_reference(&remote.tracking())?.peel_to_commit()?;
        let ours = self.head()?;
        let base = self.repo.merge_base(ours.id(), theirs.id()).ok();
        let mut conflicts = Vec::new();
        if base == Some(theirs.id()) {
            return Ok((Some(theirs.id()), conflicts));
        }
        // A folder that had nothing takes the remote's history as its own.
        let to = if base == Some(ours.id()) || (base.is_none() && ours.tree()?.is_empty()) {
            theirs.id()
        } else {
            let tree = self.merge_trees(base, &ours, &theirs, &mut conflicts)?;
            self.commit(&[&ours, &theirs], tree, &Author::store(), "Merge what others pushed\n")?
        };
        let touched = self.touched(&ours, to)?;
        // Edits in the folder of files that are about to change take part, as with a save.
        self.adopt(touched.iter().map(|it| it.file.clone()))?;
        if self.head()?.id() != ours.id() {
            return self.receive(remote, exists);
        }
        self.advance(ours.id(), to, &touched)?;
        Ok((Some(theirs.id()), conflicts))
    }

    fn touched(&self, from: &Commit<'_>, to: Oid) -> Result<Vec<Touched>, Error> {
        let (old, new) = (from.tree()?, self.repo.find_commit(to)?.tree()?);
        let differences = tree::compare(&self.repo, Some(&old), Some(&new))?.into_iter();
        let files = differences.filter(|it| ![it.old, it.new].into_iter().flatten().any(Item::is_submodule));
        let mut touched: Vec<Touched> =
            files.map(|it| Touched { file: it.file, from: it.old, to: it.new }).collect();
        // A file may become a folder: what goes goes first.
        touched.sort_by_key(|it| it.to.is_some());
        Ok(touched)
    }

    fn merge_trees(
        &self,
        base: Option<Oid>,
        ours: &Commit<'_>,
        theirs: &Commit<'_>,
        kept: &mut Vec<Revision>,
    ) -> Result<Oid, Error> {
        let none = || -> Result<_, Error> { Ok(self.repo.find_tree(self.repo.treebuilder(None)?.write()?)?) };
        let base = base.map_or_else(none, |it| Ok(self.repo.find_commit(it)?.tree()?))?;
        let mut options = MergeOptions::new();
        options.find_renames(false);
        let mut index = self.repo.merge_trees(&base, &ours.tree()?, &theirs.tree()?, Some(&options))?;
        let conflicts: Vec<IndexConflict> = index.conflicts()?.collect::<Result<_, _>>()?;
        let mut seen = HashSet::new();
        for sides in conflicts {
            let entry = [&sides.our, &sides.their, &sides.ancestor].into_iter().flatten().next();
            let Some(name) = entry.map(|it| it.path.clone()) else { continue };
            let file = Path::new(OsStr::from_bytes(&name));
            if seen.insert(name.clone()) {
                index.remove_path(file)?;
                let chosen = self.choose(file, &sides, ours, kept)?;
                if let Some(entry) = chosen {
                    self.enter(&mut index, entry, ours, kept)?;
                }
            }
        }
        index.write_tree_to(&self.repo).map_err(storage)
    }

    /// What a file becomes that both sides changed.
    fn choose(
        &self,
        file: &Path,
        sides: &IndexConflict,
        ours: &Commit<'_>,
        kept: &mut Vec<Revision>,
    ) -> Result<Option<IndexEntry>, Error> {
        let (Some(our), Some(their)) = (&sides.our, &sides.their) else {
            return Ok(sides.our.as_ref().or(sides.their.as_ref()).map(resolved));
        };
        let text = |entry: &IndexEntry| tree::content(&self.repo, entry.id);
        let (yours, theirs) = (text(our)?, text(their)?);
        let base = sides.ancestor.as_ref().map(text).transpose()?;
        if let (Some(base), true) = (&base, our.mode == their.mode)
            && let Merge::Clean(text) = merge(base, &theirs, &yours)
        {
            let id = tree::blob(&self.repo, &text)?;
            return Ok(Some(IndexEntry { id, ..resolved(their) }));
        }
        if yours != theirs {
            self.keep(file, base, Some(theirs), yours, ours, kept)?;
        }
        Ok(Some(resolved(their)))
    }

    /// Puts a file in the merged tree. If one side has a folder where the other has a file, the folder stays.
    fn enter(
        &self,
        index: &mut Index,
        entry: IndexEntry,
        ours: &Commit<'_>,
        kept: &mut Vec<Revision>,
    ) -> Result<(), Error> {
        let below = [&entry.path[..], b"/"].concat();
        if index.iter().any(|it| it.path.starts_with(&below)) {
            let file = Path::new(OsStr::from_bytes(&entry.path)).to_path_buf();
            let yours = tree::content(&self.repo, entry.id)?;
            return self.keep(&file, None, None, yours, ours, kept);
        }
        Ok(index.add(&entry)?)
    }

    /// Keeps our version of a file, by whoever changed it last.
    fn keep(
        &self,
        file: &Path,
        base: Option<Vec<u8>>,
        theirs: Option<Vec<u8>>,
        yours: Vec<u8>,
        ours: &Commit<'_>,
        kept: &mut Vec<Revision>,
    ) -> Result<(), Error> {
        let (author, time) = self.last(file, ours)?;
        let sides = Sides { base, theirs, yours: Some(yours), time };
        kept.push(conflict::record(&self.repo, file, &sides, &author)?);
        Ok(())
    }

    /// Who changed a file last, and when.
    fn last(&self, file: &Path, ours: &Commit<'_>) -> Result<(Author, i64), Error> {
        let mut commit = ours.clone();
        let now = tree::item(&ours.tree()?, file)?;
        // Along the line of commits that were made here.
        while let Ok(parent) = commit.parent(0) {
            if tree::item(&parent.tree()?, file)? != now {
                break;
            }
            commit = parent;
        }
        Ok(who(&commit))
    }
}

/// An entry without a side of a conflict.
fn resolved(entry: &IndexEntry) -> IndexEntry {
    /// Where the flags hold the side.
    const SIDE: u16 = 0x3000;
    IndexEntry { flags: entry.flags & !SIDE, path: entry.path.clone(), ..*entry }
}
