//! git's index. While it is locked, as git does it, the index changes first, and then the branch: whoever reads the new
//! branch for a `git commit` then reads the new index, too. The other way round, their commit would undo the save.

use crate::index_file::IndexFile;
use crate::lock;
use crate::tree::Item;
use git2::{Index, IndexEntry, IndexTime, Repository};
use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind};
use std::os::unix::ffi::OsStrExt;
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

    /// Changes some files' entries, or removes them. The lock stays.
    pub(crate) fn update(&self, entries: &[(PathBuf, Option<IndexEntry>)]) -> io::Result<()> {
        let (index, copy) = (self.git.join("index"), self.git.join("casebook/index"));
        let now = match fs::read(&index) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
            now => now.ok(),
        };
        match now.as_deref().map(|now| (now, IndexFile::parse(now))) {
            Some((_, Some(file))) => {
                let changes =
                    entries.iter().map(|(file, entry)| (file.as_os_str().as_bytes(), entry.as_ref()));
                fs::write(&copy, file.with(&changes.collect()))?;
            }
            Some((now, None)) => {
                fs::write(&copy, now)?;
                change(&copy, entries).map_err(io::Error::other)?;
            }
            None => {
                drop(fs::remove_file(&copy));
                change(&copy, entries).map_err(io::Error::other)?;
            }
        }
        fs::rename(&copy, &index)
    }
}

/// Files that somebody has begun to merge with git.
pub(crate) fn unmerged(repo: &Repository) -> Result<BTreeSet<PathBuf>, git2::Error> {
    let path = |name: &[u8]| PathBuf::from(OsStr::from_bytes(name));
    if let Ok(now) = fs::read(repo.path().join("index"))
        && let Some(file) = IndexFile::parse(&now)
    {
        return Ok(file.unmerged().map(path).collect());
    }
    let mut files = BTreeSet::new();
    for conflict in repo.index()?.conflicts()? {
        let conflict = conflict?;
        let sides = [conflict.ancestor, conflict.our, conflict.their];
        files.extend(sides.into_iter().flatten().map(|it| path(&it.path)));
    }
    Ok(files)
}

/// An entry of which git finds out by itself whether the folder has it.
pub(crate) fn unseen(file: &Path, item: Item) -> IndexEntry {
    IndexEntry {
        ctime: IndexTime::new(0, 0),
        mtime: IndexTime::new(0, 0),
        dev: 0,
        ino: 0,
        mode: item.mode as u32,
        uid: 0,
        gid: 0,
        file_size: 0,
        id: item.id,
        flags: 0,
        flags_extended: 0,
        path: file.as_os_str().as_bytes().to_vec(),
    }
}

impl Drop for IndexLock {
    fn drop(&mut self) {
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
