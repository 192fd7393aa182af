//! A turn at writing: objects first, then the branch, then the folder and the index. Whatever happens in between, the
//! repository is whole, and the next writer brings the folder up to date.

use crate::author::Author;
use crate::durable;
use crate::error::{Error, file_storage, storage};
use crate::index::{self, IndexLock};
use crate::lock::{self, WriteLock};
use crate::store::{self, Store};
use crate::tree::{self, Changes, Item};
use crate::work_tree::WorkTree;
use git2::{Commit, ConfigLevel, IndexEntry, Oid, Repository};
use std::cell::Cell;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

/// The commit that the folder was last known to hold.
const CHECKED_OUT: &str = "refs/casebook/checked-out";

/// How long a write is tried again when git moves the branch meanwhile.
const PATIENCE: Duration = Duration::from_secs(10);

/// A turn at writing.
pub(crate) struct Writer<'a> {
    /// What is written with it is on the disk at once.
    pub(crate) repo: Repository,
    /// The same, for what [`Writer::advance`] gets onto the disk.
    pub(crate) quick: Repository,
    pub(crate) work_tree: WorkTree<'a>,
    git: &'a Path,
    lock: WriteLock,
    /// The folder and the index hold what they should.
    complete: Cell<bool>,
}

/// A file whose place in the folder and in the index has to follow a commit.
pub(crate) struct Touched {
    pub(crate) file: PathBuf,
    /// What the folder had there when the commit was made from it. If it has something else by now, it is left alone, and
    /// the next writer deals with it.
    pub(crate) from: Option<Item>,
    /// What it shall have.
    pub(crate) to: Option<Item>,
}

impl Store {
    /// Does something in a turn at writing, again from the beginning if git changed the branch meanwhile.
    pub(crate) fn write<T>(&self, work: impl Fn(&Writer<'_>) -> Result<T, Error>) -> Result<T, Error> {
        self.write_from(|writer| {
            writer.catch_up()?;
            work(writer)
        })
    }

    /// The same, with the folder as it is.
    pub(crate) fn write_from<T>(&self, work: impl Fn(&Writer<'_>) -> Result<T, Error>) -> Result<T, Error> {
        let since = Instant::now();
        loop {
            let writer = Writer::new(self)?;
            let done = work(&writer);
            writer.finish(done.is_ok());
            if !matches!(done, Err(Error::Busy)) || since.elapsed() > PATIENCE {
                return done;
            }
            lock::clear(&self.git, lock::STALE);
            thread::sleep(Duration::from_millis(10));
        }
    }
}

impl<'a> Writer<'a> {
    fn new(store: &'a Store) -> Result<Writer<'a>, Error> {
        let lock = WriteLock::acquire(&store.git)?;
        let repo = store.repository()?;
        // libgit2 syncs objects and refs to the disk if this says so. In the repository's own configuration, git would
        // complain about it: it has another setting for the same.
        let own = store.git.join("casebook/libgit2.config");
        repo.config()?.add_file(&own, ConfigLevel::App, true)?;
        Ok(Writer {
            repo,
            quick: store.repository()?,
            work_tree: store.work_tree(),
            git: &store.git,
            lock,
            complete: Cell::new(true),
        })
    }

    fn finish(self, done: bool) {
        if done && self.complete.get() {
            self.lock.finish();
        } else {
            self.lock.leave();
        }
    }

    /// The newest commit.
    pub(crate) fn head(&self) -> Result<Commit<'_>, Error> {
        Ok(self.repo.find_commit(store::head(&self.repo)?)?)
    }

    /// The branch that HEAD is on.
    pub(crate) fn branch(&self) -> Result<String, Error> {
        let head = self.repo.find_reference("HEAD")?;
        let detached = "HEAD is on no branch: somebody checked out a single commit in the folder, or has begun a rebase. \
                        Finish it, or run `git switch` with the branch's name there";
        match head.symbolic_target()? {
            Some(branch) => Ok(branch.to_string()),
            None => Err(Error::Unfinished(detached.to_string())),
        }
    }

    /// The commit that the folder was last known to hold.
    pub(crate) fn checked_out(&self) -> Result<Commit<'_>, Error> {
        match self.repo.find_reference(CHECKED_OUT) {
            Ok(reference) => Ok(reference.peel_to_commit()?),
            Err(_) => self.head(),
        }
    }

    /// Whether it is known what the folder holds. It is not in a repository that is opened for the first time.
    pub(crate) fn is_tracked(&self) -> bool {
        self.repo.find_reference(CHECKED_OUT).is_ok()
    }

    /// Brings the folder up to date if the last writer did not finish or somebody moved the branch.
    fn catch_up(&self) -> Result<(), Error> {
        if self.lock.unfinished.is_some() || self.checked_out()?.id() != self.head()?.id() {
            self.adopt_all()?;
        }
        Ok(())
    }

    /// Moves of the branch that earlier writers may not have finished.
    pub(crate) fn unfinished(&self) -> &[(Oid, Oid)] {
        self.lock.unfinished.as_deref().unwrap_or_default()
    }

    /// Makes a commit onto others, without moving the branch.
    pub(crate) fn commit(
        &self,
        parents: &[&Commit<'_>],
        tree: Oid,
        author: &Author,
        message: &str,
    ) -> Result<Oid, Error> {
        commit(&self.repo, parents, tree, author, message)
    }

    /// Makes a commit with some files changed. None if they are so already. It is on the disk when the branch has moved to
    /// it.
    pub(crate) fn change(
        &self,
        head: &Commit<'_>,
        changes: &Changes,
        author: &Author,
        message: &str,
    ) -> Result<Option<Oid>, Error> {
        let head = self.quick.find_commit(head.id())?;
        let tree = tree::update(&self.quick, &head.tree()?, changes)?;
        if tree == head.tree_id() {
            return Ok(None);
        }
        commit(&self.quick, &[&head], tree, author, message).map(Some)
    }

    /// Moves the index and the branch from one commit to another, and then the folder.
    ///
    /// # Errors
    /// [`Error::Busy`] when the branch is somewhere else by now, and nothing has moved. Once the branch has moved, there is
    /// only [`Error::Storage`] when the disk does not take it; what else is missing then, the next writer makes up for.
    pub(crate) fn advance(&self, from: Oid, to: Oid, touched: &[Touched]) -> Result<(), Error> {
        let branch = self.branch()?;
        if from != to {
            self.verify(to, touched)?;
            let note = self.lock.note(from, to).map(|()| lock::path(self.git));
            let note = note.map_err(file_storage(self.git))?;
            let objects = self.objects(to, touched)?.into_iter().flat_map(durable::with_folder);
            durable::sync(objects.chain([note])).map_err(file_storage(self.git))?;
        }
        let lock = IndexLock::acquire(self.git);
        if from != to {
            let unseen = |it: &Touched| (it.file.clone(), it.to.map(|to| index::unseen(&it.file, to)));
            // Without the index, as without its lock: the save matters more, and the next writer looks after it.
            let _ = lock.as_ref().map(|lock| lock.update(&touched.iter().map(unseen).collect::<Vec<_>>()));
            self.quick.reference_matching(&branch, to, true, from, "casebook").map_err(storage)?;
        }
        let mut entries = Vec::new();
        for touched in touched {
            match self.place(touched) {
                Ok(Some(entry)) => entries.push((touched.file.clone(), entry)),
                Ok(None) | Err(_) => self.complete.set(false),
            }
        }
        let indexed = lock.is_some_and(|lock| lock.update(&entries).is_ok());
        let checked_out = || self.quick.reference(CHECKED_OUT, to, true, "casebook");
        if !(self.complete.get() && indexed && checked_out().is_ok()) {
            self.complete.set(false);
        }
        let references = [branch.as_str(), CHECKED_OUT].map(|name| self.git.join(name));
        let folders =
            touched.iter().filter_map(|it| self.work_tree.root.join(&it.file).parent().map(PathBuf::from));
        durable::sync(references.into_iter().flat_map(durable::with_folder).chain(folders))
            .map_err(file_storage(self.git))
    }

    /// The files of objects that a commit may have brought: itself, the files that it touches, and the folders on the way to
    /// them. What lies in a pack is on the disk already.
    fn objects(&self, commit: Oid, touched: &[Touched]) -> Result<Vec<PathBuf>, Error> {
        let root = self.quick.find_commit(commit)?.tree()?;
        let mut objects = BTreeSet::from([commit, root.id()]);
        objects.extend(touched.iter().filter_map(|it| Some(it.to?.id)));
        let folders: BTreeSet<&Path> = touched.iter().flat_map(|it| it.file.ancestors().skip(1)).collect();
        for folder in folders.into_iter().filter(|it| !it.as_os_str().is_empty()) {
            match root.get_path(folder) {
                Ok(entry) => drop(objects.insert(entry.id())),
                // Nothing is left in it.
                Err(error) if error.code() == git2::ErrorCode::NotFound => {}
                Err(error) => return Err(error.into()),
            }
        }
        let file = |id: Oid| {
            let name = id.to_string();
            self.git.join("objects").join(&name[..2]).join(&name[2..])
        };
        Ok(objects.into_iter().map(file).chain([self.git.join("objects")]).collect())
    }

    /// Makes sure that everything is there that the branch will lead to.
    fn verify(&self, to: Oid, touched: &[Touched]) -> Result<(), Error> {
        let tree = self.repo.find_commit(to).and_then(|it| it.tree()).map_err(storage)?;
        for Touched { file, to, .. } in touched {
            match tree::item(&tree, file) {
                Ok(found) if Item::same(found, *to) => {
                    to.map_or(Ok(()), |it| tree::exists(&self.repo, it.id))?
                }
                _ => {
                    return Err(Error::Storage(
                        "the new state could not be written; is the disk full?".to_string(),
                    ));
                }
            }
        }
        Ok(())
    }

    /// Makes the folder hold what it shall at one place. None if somebody changed it meanwhile.
    fn place(&self, touched: &Touched) -> Result<Option<Option<IndexEntry>>, Error> {
        let Touched { file, from, to } = touched;
        let now = self.work_tree.read(file)?.map(|it| it.item);
        match to {
            Some(to) if Item::same(now, Some(*to)) => Ok(self.work_tree.entry(file, *to)?.map(Some)),
            None if now.is_none() => Ok(Some(None)),
            _ if !Item::same(now, *from) => Ok(None),
            Some(to) => {
                let bytes = tree::content(&self.repo, to.id)?;
                self.work_tree.write(file, *to, &bytes).map(|it| Some(Some(it)))
            }
            None => self.work_tree.remove(file).map(|()| Some(None)),
        }
    }
}

fn commit(
    repo: &Repository,
    parents: &[&Commit<'_>],
    tree: Oid,
    author: &Author,
    message: &str,
) -> Result<Oid, Error> {
    let make = || {
        let author = author.sign()?;
        let tree = repo.find_tree(tree)?;
        repo.commit(None, &author, &author, &message.replace('\0', ""), &tree, parents)
    };
    let made = make().map_err(storage)?;
    tree::exists(repo, made).map(|()| made)
}
