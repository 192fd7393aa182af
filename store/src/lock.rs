//! Writers take turns, between processes, too: the kernel lets go of a lock whose process died. What the lock's file holds
//! tells the next writer whether the last one finished.

use crate::error::{Error, file_storage};
use git2::Oid;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

/// A turn at writing.
pub(crate) struct WriteLock {
    file: File,
    /// What the writers before did not finish, if so: moves of the branch, by the commits from and to which.
    pub(crate) unfinished: Option<Vec<(Oid, Oid)>>,
}

impl WriteLock {
    /// Waits for the others.
    pub(crate) fn acquire(git: &Path) -> Result<WriteLock, Error> {
        let path = path(git);
        let cannot = file_storage(&path);
        let mut options = OpenOptions::new();
        let mut file =
            options.read(true).write(true).create(true).truncate(false).open(&path).map_err(&cannot)?;
        file.lock().map_err(&cannot)?;
        let mut left = Vec::new();
        file.read_to_end(&mut left).map_err(&cannot)?;
        if left.is_empty() {
            file.write_all(b"writing\n").map_err(&cannot)?;
            return Ok(WriteLock { file, unfinished: None });
        }
        if left.starts_with(b"w") {
            clear_settled(git);
        }
        file.write_all_at(b"w", 0).map_err(&cannot)?;
        let left = String::from_utf8_lossy(&left);
        let moves = left.lines().filter_map(|line| {
            let (from, to) = line.split_once(' ')?;
            Some((Oid::from_str(from).ok()?, Oid::from_str(to).ok()?))
        });
        Ok(WriteLock { unfinished: Some(moves.collect()), file })
    }

    /// Notes a move of the branch that is about to be made. If the writer dies on the way, the next one knows which files
    /// in the folder nobody edited.
    /// It is not on the disk yet: that is the file at [`path`].
    pub(crate) fn note(&self, from: Oid, to: Oid) -> io::Result<()> {
        (&self.file).write_all(format!("{from} {to}\n").as_bytes())
    }

    /// Everything is done.
    pub(crate) fn finish(self) {
        // If this fails, the next writer looks for damage and finds none.
        let _ = self.file.set_len(0);
    }

    /// Something is left to do for the next writer, but this one is alive and took its own locks away.
    pub(crate) fn leave(self) {
        // In place, because the disk may be full. If it fails, the next writer waits a little.
        let _ = self.file.write_all_at(b"W", 0);
    }
}

/// Where the lock is.
pub(crate) fn path(git: &Path) -> PathBuf {
    git.join("casebook/lock")
}

/// A turn at speaking with the remote, until the file is dropped. Whoever also writes takes this one first.
pub(crate) fn remote(git: &Path) -> Result<File, Error> {
    let path = git.join("casebook/remote-lock");
    let file = OpenOptions::new().write(true).create(true).truncate(false).open(&path);
    file.and_then(|file| file.lock().map(|()| file)).map_err(file_storage(&path))
}

/// A lock this old was left by a program that died.
pub(crate) const STALE: Duration = Duration::from_hours(1);

/// git holds its locks for moments. After a writer was interrupted, one that is older was the writer's.
const SETTLED: Duration = Duration::from_secs(1);

/// Takes away the locks that an interrupted writer left. One that is younger may be in use: taking that away could make two
/// programs write one file.
fn clear_settled(git: &Path) {
    let since = Instant::now();
    while !clear(git, SETTLED) && since.elapsed() < 2 * SETTLED {
        thread::sleep(Duration::from_millis(20));
    }
}

/// Takes away the locks in git's folder that are so old: git and libgit2 would wait for them for ever. Answers whether no
/// younger ones are left.
pub(crate) fn clear(git: &Path, age: Duration) -> bool {
    let mut all = true;
    for name in ["index.lock", "HEAD.lock", "packed-refs.lock", "config.lock", "casebook/index.lock"] {
        all &= clear_one(&git.join(name), age);
    }
    for below in ["refs/heads", "refs/casebook"] {
        all &= clear_refs(&git.join(below), age);
    }
    // Objects that were not finished.
    for entry in fs::read_dir(git.join("objects")).into_iter().flatten().flatten() {
        if entry.file_name().to_string_lossy().starts_with("tmp_object") {
            let _ = clear_one(&entry.path(), STALE);
        }
    }
    all
}

fn clear_refs(folder: &Path, age: Duration) -> bool {
    let mut all = true;
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            all &= clear_refs(&path, age);
        } else if path.extension().is_some_and(|it| it == "lock") {
            all &= clear_one(&path, age);
        }
    }
    all
}

/// Answers whether it is gone.
fn clear_one(path: &Path, age: Duration) -> bool {
    let Ok(found) = fs::symlink_metadata(path) else { return true };
    let since = found.modified().ok().and_then(|it| it.elapsed().ok());
    since.is_some_and(|it| it > age) && fs::remove_file(path).is_ok()
}
