//! git's index. It is locked, as git does it, while the branch moves: a `git commit` in the folder between that and the
//! index's change would undo the save.

use crate::lock;
use git2::{Index, IndexEntry};
use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

/// How long git may hold the index before a writer goes on without it.
const PATIENCE: Duration = Duration::from_secs(2);

/// git's index, locked.
pub(crate) struct IndexLock {
    git: PathBuf,
}

impl IndexLock {
    /// None if another program holds it for too long.
    pub(crate) fn acquire(git: &Path) -> Option<IndexLock> {
        let path = git.join("index.lock");
        let since = Instant::now();
        loop {
            match OpenOptions::new().write(true).create_new(true).open(&path) {
                Ok(_) => return Some(IndexLock { git: git.to_path_buf() }),
                Err(error) if error.kind() == ErrorKind::AlreadyExists && since.elapsed() < PATIENCE => {}
                Err(_) => return None,
            }
            lock::clear(git, lock::STALE);
            thread::sleep(Duration::from_millis(10));
        }
    }

    /// Changes some files' entries, or removes them.
    pub(crate) fn update(self, entries: &[(PathBuf, Option<IndexEntry>)]) -> io::Result<()> {
        let (index, copy) = (self.git.join("index"), self.git.join("casebook/index"));
        match fs::copy(&index, &copy) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
            Err(_) => drop(fs::remove_file(&copy)),
            Ok(_) => {}
        }
        change(&copy, entries).map_err(io::Error::other)?;
        fs::rename(&copy, self.git.join("index.lock"))?;
        fs::rename(self.git.join("index.lock"), &index)
    }
}

impl Drop for IndexLock {
    fn drop(&mut self) {
        // After an update it is not there any more.
        let _ = fs::remove_file(self.git.join("index.lock"));
    }
}

fn change(copy: &Path, entries: &[(PathBuf, Option<IndexEntry>)]) -> Result<(), git2::Error> {
    let mut index = Index::open(copy)?;
    for (file, entry) in entries {
        index.remove_path(file)?;
        if let Some(entry) = entry {
            index.add(entry)?;
        }
    }
    index.write()
}
