//! The files in the folder. They are replaced, never written over, and a link is never followed to a place outside.

use crate::error::{Error, file_storage};
use crate::index;
use crate::tree::{FILE, Item, LINK, PROGRAM};
use git2::{IndexEntry, IndexTime, ObjectType, Oid};
use std::ffi::OsStr;
use std::fs::{self, File, Metadata};
use std::io::{self, ErrorKind, Write};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};

/// The folder, and where a file is written before it takes its place.
pub(crate) struct WorkTree<'a> {
    pub(crate) root: &'a Path,
    pub(crate) scratch: PathBuf,
}

/// What the folder has at a path.
pub(crate) struct Held {
    pub(crate) item: Item,
    pub(crate) bytes: Vec<u8>,
    /// When it was last changed, in seconds since 1970.
    pub(crate) changed: i64,
}

impl Held {
    pub(crate) fn is_link(&self) -> bool {
        self.item.mode == LINK
    }
}

impl WorkTree<'_> {
    /// A file or a link; None if there is none, or if it lies behind a link to a folder.
    pub(crate) fn read(&self, file: &Path) -> Result<Option<Held>, Error> {
        let path = self.root.join(file);
        let cannot = |error: io::Error| Error::Read(format!("{}: {error}", path.display()));
        if self.way(file).is_err() {
            return Ok(None);
        }
        let found = match fs::symlink_metadata(&path) {
            Ok(found) => found,
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
                return Ok(None);
            }
            Err(error) => return Err(cannot(error)),
        };
        let (bytes, mode) = if found.is_symlink() {
            (fs::read_link(&path).map_err(cannot)?.into_os_string().into_vec(), LINK)
        } else if found.is_file() {
            (fs::read(&path).map_err(cannot)?, if found.mode() & 0o100 == 0 { FILE } else { PROGRAM })
        } else {
            return Ok(None);
        };
        let id = Oid::hash_object(ObjectType::Blob, &bytes)?;
        Ok(Some(Held { item: Item { id, mode }, bytes, changed: found.mtime() }))
    }

    /// Puts a file in its place in one step, and says what git's index has to know of it. Its content is on the disk then;
    /// that it has this name is, when its folder is synced.
    pub(crate) fn write(&self, file: &Path, item: Item, bytes: &[u8]) -> Result<IndexEntry, Error> {
        let path = self.root.join(file);
        let cannot = file_storage(&path);
        self.make_way(file)?;
        let _ = fs::remove_file(&self.scratch);
        if item.mode == LINK {
            symlink(OsStr::from_bytes(bytes), &self.scratch).map_err(&cannot)?;
        } else {
            let mut scratch = File::create(&self.scratch).map_err(&cannot)?;
            scratch.write_all(bytes).map_err(&cannot)?;
            let as_now =
                fs::symlink_metadata(&path).ok().filter(Metadata::is_file).map(|it| it.mode() & 0o7666);
            let mode = as_now.unwrap_or(scratch.metadata().map_err(&cannot)?.mode() & 0o666);
            let execute = if item.mode == PROGRAM { (mode & 0o444) >> 2 } else { 0 };
            scratch.set_permissions(fs::Permissions::from_mode(mode | execute)).map_err(&cannot)?;
            scratch.sync_all().map_err(&cannot)?;
        }
        let written = fs::symlink_metadata(&self.scratch).map_err(&cannot)?;
        fs::rename(&self.scratch, &path).map_err(&cannot)?;
        let placed = fs::symlink_metadata(&path).map_err(&cannot)?;
        let state = |it: &Metadata| (it.ino(), it.mtime(), it.mtime_nsec(), it.size());
        if state(&written) != state(&placed) {
            return Err(cannot(io::Error::other("somebody else changed it at the same moment")));
        }
        Ok(entry(file, item, &placed))
    }

    /// What the index has to know of a file that is in its place already. None if it has changed since it was read.
    pub(crate) fn entry(&self, file: &Path, item: Item) -> Result<Option<IndexEntry>, Error> {
        let path = self.root.join(file);
        let placed = fs::symlink_metadata(&path).map_err(file_storage(&path))?;
        let held = self.read(file)?.filter(|it| it.item.id == item.id);
        Ok(held.map(|_| entry(file, item, &placed)))
    }

    /// Removes a file, and the folders that it leaves empty, as git does.
    pub(crate) fn remove(&self, file: &Path) -> Result<(), Error> {
        let path = self.root.join(file);
        self.way(file).map_err(file_storage(&path))?;
        match fs::remove_file(&path) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(file_storage(&path)(error)),
            _ => {}
        }
        let folders = file.ancestors().skip(1).filter(|it| !it.as_os_str().is_empty());
        for folder in folders {
            if fs::remove_dir(self.root.join(folder)).is_err() {
                break;
            }
        }
        Ok(())
    }

    /// The folder that a file lies in. None of those on the way may be a link.
    pub(crate) fn way(&self, file: &Path) -> io::Result<PathBuf> {
        let mut folder = self.root.to_path_buf();
        for name in file.parent().into_iter().flatten() {
            folder.push(name);
            match fs::symlink_metadata(&folder) {
                Ok(found) if found.is_symlink() => {
                    let message = format!("{} is a link; make it a folder", folder.display());
                    return Err(io::Error::new(ErrorKind::NotADirectory, message));
                }
                Ok(_) => {}
                Err(error) if error.kind() == ErrorKind::NotFound => break,
                Err(error) => return Err(error),
            }
        }
        Ok(self.root.join(file.parent().unwrap_or(Path::new(""))))
    }

    fn make_way(&self, file: &Path) -> Result<(), Error> {
        let cannot = file_storage(file);
        let folder = self.way(file).map_err(&cannot)?;
        fs::create_dir_all(&folder).map_err(&cannot)
    }
}

/// Times and numbers as git's index keeps them: cut to 32 bits.
fn entry(file: &Path, item: Item, found: &Metadata) -> IndexEntry {
    IndexEntry {
        ctime: IndexTime::new(found.ctime() as i32, found.ctime_nsec() as u32),
        mtime: IndexTime::new(found.mtime() as i32, found.mtime_nsec() as u32),
        dev: found.dev() as u32,
        ino: found.ino() as u32,
        uid: found.uid(),
        gid: found.gid(),
        file_size: found.size() as u32,
        ..index::unseen(file, item)
    }
}
