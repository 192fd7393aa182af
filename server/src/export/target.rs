//! The folder that an export is written to. It remembers what was written, by name and hash, so that the next export
//! touches only what differs and takes away only what is its own.

use super::tree::Tree;
use crate::document;
use anyhow::Context as _;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Component, Path, PathBuf};

/// The list of what was written.
pub const MARKER: &str = ".casebook-export";

/// Its first line.
const HEAD: &str = "casebook export 1";

/// Where a file is written before it gets its name.
const UNFINISHED: &str = ".casebook-export.new";

/// A folder that may be written to.
#[derive(Debug)]
pub struct Target {
    folder: PathBuf,
    /// What earlier exports wrote, with the hash of each; of one that did not end, both hashes.
    written: BTreeMap<String, BTreeSet<String>>,
}

/// What came of writing.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Done {
    /// Files that are new or differ.
    pub written: usize,
    /// Files that were as they should be.
    pub unchanged: usize,
    /// Files that are no part of the site any more.
    pub removed: usize,
    /// What could not be done, and why, in sentences.
    pub problems: Vec<String>,
}

impl Target {
    /// Looks at the folder, which need not exist.
    ///
    /// # Errors
    /// Why nothing may be written there, in a sentence.
    pub fn open(folder: &Path, content: &Path) -> Result<Target, String> {
        let shown = folder.display();
        let real = real(folder).map_err(|error| format!("cannot use the folder `{shown}`: {error}"))?;
        if content.canonicalize().is_ok_and(|content| real.starts_with(content)) {
            return Err(format!("`{shown}` is in the content folder; name a folder outside of it"));
        }
        let written = match fs::read_to_string(real.join(MARKER)) {
            Ok(text) => {
                let listed = read(&text);
                listed.ok_or_else(|| {
                    format!("`{shown}/{MARKER}` is no list of an export; name another folder")
                })?
            }
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
                be_empty(&real).map_err(|why| format!("`{shown}` {why}"))?;
                BTreeMap::new()
            }
            Err(error) => return Err(format!("cannot read `{shown}/{MARKER}`: {error}")),
        };
        Ok(Target { folder: real, written })
    }

    /// Makes the folder hold these files, and leaves alone what is not the export's.
    ///
    /// # Errors
    /// When a file of somebody else is in the way, before anything is changed; and when the folder cannot be written.
    pub fn write(&self, tree: &Tree) -> anyhow::Result<Done> {
        self.look_out(tree)?;
        let mut done = Done::default();
        let mut hashes: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let mut differing = Vec::new();
        for (path, body) in tree.files() {
            let bytes = match body.read() {
                Ok(bytes) => bytes,
                Err(error) => {
                    done.problems.push(format!("{path}: cannot be read: {error}"));
                    // What an earlier export wrote stays until it can be read again.
                    let known = self.written.get(path).map(|known| (path.to_string(), known.clone()));
                    hashes.extend(known);
                    continue;
                }
            };
            hashes.insert(path.to_string(), BTreeSet::from([document::hash(&bytes)]));
            match fs::read(self.folder.join(path)) {
                Ok(there) if there == bytes => done.unchanged += 1,
                _ => differing.push((path, body)),
            }
        }
        let stale: Vec<&String> = self.written.keys().filter(|path| !hashes.contains_key(*path)).collect();
        if differing.is_empty() && stale.is_empty() && self.written == hashes {
            return Ok(done);
        }
        // If this does not come to its end, the next export knows both what was there and what may be.
        let mut both = self.written.clone();
        for (path, hash) in &hashes {
            both.entry(path.clone()).or_default().extend(hash.iter().cloned());
        }
        self.put(MARKER, text(&both).as_bytes())?;
        for path in stale {
            self.remove(path, &mut done)?;
        }
        for (path, body) in differing {
            let bytes = body.read().with_context(|| format!("cannot read what becomes `{path}`"))?;
            hashes.insert(path.to_string(), BTreeSet::from([document::hash(&bytes)]));
            self.put(path, &bytes)?;
            done.written += 1;
        }
        self.put(MARKER, text(&hashes).as_bytes())?;
        Ok(done)
    }

    /// Looks whether somebody else's file has a name that is needed.
    fn look_out(&self, tree: &Tree) -> anyhow::Result<()> {
        let ours = |path: &str| self.written.contains_key(path);
        let mut paths = tree.files().map(|(path, _)| path).filter(|path| !ours(path));
        let foreign = paths.find(|path| match self.folder.join(path).symlink_metadata() {
            Ok(_) => true,
            // A file where a folder is needed.
            Err(error) if error.kind() == ErrorKind::NotADirectory => {
                !path.match_indices('/').any(|(at, _)| ours(&path[..at]))
            }
            Err(_) => false,
        });
        match foreign {
            Some(path) => anyhow::bail!(
                "`{}` is there already, and no export wrote it; move it away. Nothing has been changed",
                self.folder.join(path).display()
            ),
            None => Ok(()),
        }
    }

    /// Takes a file away that an export wrote, and the folders that are empty then.
    fn remove(&self, path: &str, done: &mut Done) -> anyhow::Result<()> {
        let file = self.folder.join(path);
        let bytes = match fs::read(&file) {
            Ok(bytes) => bytes,
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
                return Ok(());
            }
            Err(error) => {
                done.problems.push(format!("{path}: cannot be read, and stays: {error}"));
                return Ok(());
            }
        };
        if !self.written.get(path).is_some_and(|hashes| hashes.contains(&document::hash(&bytes))) {
            done.problems
                .push(format!("{path}: somebody changed it, so it stays, though it is no part any more"));
            return Ok(());
        }
        fs::remove_file(&file).with_context(|| format!("cannot remove `{}`", file.display()))?;
        done.removed += 1;
        let folders = file.ancestors().skip(1).take_while(|folder| *folder != self.folder);
        // A folder with something in it is not removed, and neither are those above it.
        for folder in folders {
            if fs::remove_dir(folder).is_err() {
                break;
            }
        }
        Ok(())
    }

    /// Writes a file under another name first, so that readers see the old one or the new one.
    fn put(&self, path: &str, bytes: &[u8]) -> anyhow::Result<()> {
        let (file, unfinished) = (self.folder.join(path), self.folder.join(UNFINISHED));
        let write = || {
            fs::create_dir_all(file.parent().unwrap_or(&self.folder))?;
            fs::write(&unfinished, bytes)?;
            fs::rename(&unfinished, &file)
        };
        write().with_context(|| format!("cannot write `{}`", file.display()))
    }
}

/// Why files cannot be put into a folder without a list, if that is so.
fn be_empty(folder: &Path) -> Result<(), String> {
    match fs::read_dir(folder) {
        // An export that was ended at once leaves a list without a name.
        Ok(entries) => match entries.flatten().any(|entry| entry.file_name() != UNFINISHED) {
            true => Err("is not empty, and no export wrote what is in it; name a new folder".to_string()),
            false => Ok(()),
        },
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        Err(error) => Err(format!("cannot be used: {error}")),
    }
}

/// Where a path leads once every link is followed, though its end may not be there yet.
fn real(path: &Path) -> io::Result<PathBuf> {
    let path = std::path::absolute(path)?;
    for there in path.ancestors() {
        let mut real = match there.canonicalize() {
            Ok(real) => real,
            Err(error) if error.kind() == ErrorKind::NotFound => continue,
            Err(error) => return Err(error),
        };
        let rest = path.strip_prefix(there).unwrap_or(Path::new(""));
        for part in rest.components() {
            match part {
                // What is not there is no link, so this undoes the part before it.
                Component::ParentDir => drop(real.pop()),
                part => real.push(part),
            }
        }
        let goes_back = rest.components().any(|part| part == Component::ParentDir);
        // Without the way back there may be more that is there.
        return if goes_back { self::real(&real) } else { Ok(real) };
    }
    Ok(path)
}

fn text(files: &BTreeMap<String, BTreeSet<String>>) -> String {
    let lines =
        files.iter().flat_map(|(path, hashes)| hashes.iter().map(move |hash| format!("{hash} {path}\n")));
    format!("{HEAD}\n{}", lines.collect::<String>())
}

/// None for what is no such list, or names something outside of the folder.
fn read(text: &str) -> Option<BTreeMap<String, BTreeSet<String>>> {
    let mut lines = text.lines();
    if lines.next() != Some(HEAD) {
        return None;
    }
    let mut files: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for line in lines {
        let (hash, path) = line.split_once(' ')?;
        let inside = Path::new(path).components().all(|it| matches!(it, Component::Normal(_)));
        if !inside || path.is_empty() {
            return None;
        }
        files.entry(path.to_string()).or_default().insert(hash.to_string());
    }
    Some(files)
}

#[cfg(test)]
mod tests {
    use super::{read, text};

    #[test]
    fn the_list_is_read_as_it_was_written() {
        let list = "casebook export 1\n0a a b/c.md\n0b a b/c.md\n0c 网/index.html\n";
        assert_eq!(text(&read(list).unwrap()), list);
        for wrong in
            ["", "x", "casebook export 1\n0a ../b\n", "casebook export 1\n0a /b\n", "casebook export 1\n0a\n"]
        {
            assert!(read(wrong).is_none(), "{wrong}");
        }
    }
}
