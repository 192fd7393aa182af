//! Writers take turns, between processes, too: the kernel lets go of a lock whose process died. What the lock's file holds
//! tells the next writer whether the last one finished.

use crate::error::{Error, file_storage};
use std::fs::{self, File, OpenOptions};
use std::io::{Read, Write};
use std::path::Path;
use std::time::Duration;

/// A turn at writing.
pub(crate) struct WriteLock {
    file: File,
    /// The writer before did not finish.
    pub(crate) interrupted: bool,
}

impl WriteLock {
    /// Waits for the others.
    pub(crate) fn acquire(git: &Path) -> Result<WriteLock, Error> {
        let path = git.join("casebook/lock");
        let cannot = file_storage(&path);
        let mut options = OpenOptions::new();
        let mut file =
            options.read(true).write(true).create(true).truncate(false).open(&path).map_err(&cannot)?;
        file.lock().map_err(&cannot)?;
        let mut left = String::new();
        let interrupted = file.read_to_string(&mut left).map_err(&cannot)? > 0;
        if interrupted {
            clear(git, Duration::ZERO);
        } else {
            file.write_all(b"writing\n").map_err(&cannot)?;
        }
        Ok(WriteLock { file, interrupted })
    }

    /// Everything is done. Without this, the next writer looks after what is left.
    pub(crate) fn finish(self) {
        // If this fails, the next writer looks for damage and finds none.
        let _ = self.file.set_len(0);
    }
}

/// A lock this old was left by a program that died.
pub(crate) const STALE: Duration = Duration::from_hours(1);

/// Takes away the locks in git's folder that are so old: git and libgit2 would wait for them for ever. Those that an
/// interrupted writer left may have any age.
pub(crate) fn clear(git: &Path, age: Duration) {
    for name in ["index.lock", "HEAD.lock", "packed-refs.lock", "config.lock", "casebook/index.lock"] {
        clear_one(&git.join(name), age);
    }
    for below in ["refs/heads", "refs/casebook"] {
        clear_refs(&git.join(below), age);
    }
    // Objects that were not finished.
    for entry in fs::read_dir(git.join("objects")).into_iter().flatten().flatten() {
        if entry.file_name().to_string_lossy().starts_with("tmp_object") {
            clear_one(&entry.path(), age);
        }
    }
}

fn clear_refs(folder: &Path, age: Duration) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            clear_refs(&path, age);
        } else if path.extension().is_some_and(|it| it == "lock") {
            clear_one(&path, age);
        }
    }
}

fn clear_one(path: &Path, age: Duration) {
    let since = fs::metadata(path).and_then(|it| it.modified()).ok().and_then(|it| it.elapsed().ok());
    if age.is_zero() || since.is_some_and(|it| it > age) {
        let _ = fs::remove_file(path);
    }
}
