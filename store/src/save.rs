//! Saving: what somebody wrote is merged with what others wrote meanwhile, and committed.

use crate::author::Author;
use crate::conflict;
use crate::error::Error;
use crate::index;
use crate::merge::{Merge, Piece, merge};
use crate::path;
use crate::revision::Revision;
use crate::store::Store;
use crate::tree::{self, Changes, FILE, Item};
use crate::writer::{Touched, Writer};
use git2::{Commit, Oid};
use std::path::{Path, PathBuf};

/// A page as somebody wants it to be.
#[derive(Debug, Clone)]
pub struct Save {
    /// Its path relative to the folder, with `/` between segments.
    pub file: String,
    /// The revision that the author saw; None for a page that they believe to be new.
    pub base: Option<Revision>,
    /// The whole text.
    pub text: Vec<u8>,
    /// Who wrote it.
    pub author: Author,
    /// What they say about it.
    pub message: String,
}

/// What became of a save.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Saved {
    /// It is in the repository, and on the disk.
    Committed {
        /// The commit.
        revision: Revision,
        /// What is in the page now.
        text: Vec<u8>,
        /// Somebody else changed another place meanwhile, and the page has both.
        merged: bool,
    },
    /// The page holds all of it already: there was nothing to commit.
    Unchanged {
        /// The newest commit.
        revision: Revision,
        /// What is in the page.
        text: Vec<u8>,
    },
    /// Somebody else changed the same place meanwhile. Nothing was saved.
    Conflict {
        /// The commit that has their text. A save with this as its base replaces it.
        revision: Revision,
        /// What both texts were made from; None if there is no such thing.
        base: Option<Vec<u8>>,
        /// Their text; None if they removed the page.
        theirs: Option<Vec<u8>>,
        /// The text that was to be saved.
        yours: Vec<u8>,
        /// The three-way view. Empty if there are no two texts to compare.
        pieces: Vec<Piece>,
    },
}

/// A change of a file that is made whatever the file holds.
#[derive(Debug, Clone)]
pub enum Change {
    /// The file gets this content.
    Write {
        /// Its path relative to the folder.
        file: String,
        /// Its content.
        bytes: Vec<u8>,
    },
    /// The file goes.
    Remove {
        /// Its path relative to the folder.
        file: String,
    },
}

/// What a save comes to.
pub(crate) enum Plan {
    /// There is nothing to commit.
    Done(Saved),
    /// This text is to be committed.
    Commit { text: Vec<u8>, merged: bool },
}

impl Store {
    /// Saves a page. When this returns [`Saved::Committed`], the commit is on the disk.
    ///
    /// What somebody edited in the same file in the folder is committed first and takes part in the merge.
    ///
    /// # Errors
    /// [`Error::Path`]; [`Error::Storage`] when nothing could be saved; [`Error::Busy`], [`Error::Unfinished`].
    pub fn save(&self, save: &Save) -> Result<Saved, Error> {
        path::check(&save.file)?;
        self.write(|writer| {
            let head = writer.prepare([PathBuf::from(&save.file)])?;
            match writer.plan(&head, save)? {
                Plan::Done(saved) => Ok(saved),
                Plan::Commit { text, merged } => {
                    let (made, touched) = writer.make(&head, save, &text)?;
                    writer.advance(head.id(), made, &touched)?;
                    Ok(Saved::Committed { revision: Revision(made), text, merged })
                }
            }
        })
    }

    /// Changes several files in one commit, for moves and attachments. Nothing is merged: what the files hold is replaced,
    /// and stays in the history. The answer is the newest commit if the files are so already.
    ///
    /// # Errors
    /// As [`Store::save`].
    pub fn commit(&self, changes: &[Change], author: &Author, message: &str) -> Result<Revision, Error> {
        for change in changes {
            path::check(change.file())?;
        }
        self.write(|writer| {
            let head = writer.prepare(changes.iter().map(|it| PathBuf::from(it.file())))?;
            let tree = head.tree()?;
            let mut items = Changes::new();
            for change in changes {
                let file = Path::new(change.file());
                let item = match change {
                    Change::Write { bytes, .. } => Some(writer.item(&tree, file, bytes)?),
                    Change::Remove { .. } => None,
                };
                items.insert(file.to_path_buf(), item);
            }
            let Some(made) = writer.change(&head, &items, author, message)? else {
                return Ok(Revision(head.id()));
            };
            let touched =
                |(file, to): (PathBuf, _)| Ok(Touched { from: tree::item(&tree, &file)?, file, to });
            let touched: Result<Vec<_>, Error> = items.into_iter().map(touched).collect();
            writer.advance(head.id(), made, &touched?)?;
            Ok(Revision(made))
        })
    }
}

impl Change {
    fn file(&self) -> &str {
        match self {
            Change::Write { file, .. } | Change::Remove { file } => file,
        }
    }
}

impl Writer<'_> {
    /// Makes sure that the files hold nothing in the folder that is not in the newest commit.
    pub(crate) fn prepare(&self, files: impl IntoIterator<Item = PathBuf>) -> Result<Commit<'_>, Error> {
        let unmerged = index::unmerged(&self.repo)?;
        let files: Vec<PathBuf> = files.into_iter().collect();
        if let Some(file) = files.iter().find(|it| unmerged.contains(*it)) {
            return Err(Error::Unfinished(format!(
                "{}: somebody has begun a merge with git in the folder and has to finish it there, with `git commit` or \
                 `git merge --abort`",
                file.display()
            )));
        }
        self.adopt(files)?;
        self.head()
    }

    /// What a save onto a commit comes to.
    pub(crate) fn plan(&self, head: &Commit<'_>, save: &Save) -> Result<Plan, Error> {
        let file = Path::new(&save.file);
        let revision = Revision(head.id());
        let theirs = tree::at(&self.repo, head.id(), file)?;
        if theirs.as_ref() == Some(&save.text) {
            return Ok(Plan::Done(Saved::Unchanged { revision, text: save.text.clone() }));
        }
        let base = match save.base {
            Some(base) => tree::at(&self.repo, base.0, file)?,
            None => None,
        };
        match (&base, &theirs) {
            (None, None) => return Ok(Plan::Commit { text: save.text.clone(), merged: false }),
            (Some(base), Some(theirs)) => {
                if let Merge::Clean(text) = merge(base, theirs, &save.text) {
                    return Ok(if text == *theirs {
                        Plan::Done(Saved::Unchanged { revision, text })
                    } else {
                        Plan::Commit { merged: text != save.text, text }
                    });
                }
            }
            _ => {}
        }
        let pieces = conflict::pieces(base.as_deref(), theirs.as_deref(), Some(&save.text));
        Ok(Plan::Done(Saved::Conflict { revision, base, theirs, yours: save.text.clone(), pieces }))
    }

    /// Makes the commit of a save, without moving the branch.
    pub(crate) fn make(
        &self,
        head: &Commit<'_>,
        save: &Save,
        text: &[u8],
    ) -> Result<(Oid, Vec<Touched>), Error> {
        let file = PathBuf::from(&save.file);
        let tree = head.tree()?;
        let from = tree::item(&tree, &file)?;
        let to = Some(self.item(&tree, &file, text)?);
        let changes = Changes::from([(file.clone(), to)]);
        let made = self.change(head, &changes, &save.author, &save.message)?;
        Ok((made.unwrap_or(head.id()), vec![Touched { file, from, to }]))
    }

    /// A file's content as an object, with the mode that the file has.
    fn item(&self, tree: &git2::Tree<'_>, file: &Path, bytes: &[u8]) -> Result<Item, Error> {
        let at = |why| Error::Path { file: file.display().to_string(), why };
        let mode = match tree::item(tree, file)? {
            Some(now) if now.is_file() => now.mode,
            Some(_) => return Err(at("a link or another repository has this name")),
            None => FILE,
        };
        if mode == FILE && self.work_tree.root.join(file).is_dir() {
            return Err(at("a folder has this name"));
        }
        for folder in file.ancestors().skip(1).filter(|it| !it.as_os_str().is_empty()) {
            if tree::item(tree, folder)?.is_some() {
                return Err(at("a file stands where a folder is needed"));
            }
        }
        self.work_tree.way(file).map_err(|_| at("a link stands where a folder is needed"))?;
        Ok(Item { id: tree::blob(&self.quick, bytes)?, mode })
    }
}
