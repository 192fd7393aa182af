//! Getting what was written onto the disk. A file system needs one pass for all that it is asked for at once, so that the
//! files of a save are synced together, each on a thread of its own.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::thread;

/// So many are synced at once.
const TOGETHER: usize = 16;

/// Syncs files and folders. What is not there has nothing to sync.
///
/// # Errors
/// When the disk did not take one of them.
pub(crate) fn sync(paths: impl IntoIterator<Item = PathBuf>) -> io::Result<()> {
    // In order, so that the same one is not synced twice.
    let paths: Vec<PathBuf> = paths.into_iter().collect::<BTreeSet<_>>().into_iter().collect();
    for paths in paths.chunks(TOGETHER) {
        thread::scope(|scope| {
            let started: Vec<_> = paths.iter().map(|path| scope.spawn(|| sync_one(path))).collect();
            started
                .into_iter()
                .try_for_each(|it| it.join().unwrap_or_else(|_| Err(io::Error::other("a thread panicked"))))
        })?;
    }
    Ok(())
}

/// A file with the folder that its name stands in.
pub(crate) fn with_folder(path: PathBuf) -> impl Iterator<Item = PathBuf> {
    let folder = path.parent().map(Path::to_path_buf);
    [Some(path), folder].into_iter().flatten()
}

fn sync_one(path: &Path) -> io::Result<()> {
    match File::open(path) {
        Ok(file) => file.sync_all(),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}
