//! The files of an export before any of them is written.

use crate::folder;
use bytes::Bytes;
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::PathBuf;

/// The longest name of a file or folder, in bytes, on the file systems in use.
const LONGEST_NAME: usize = 255;

/// The longest path below the folder of the export, with room for the folder's own in what systems take, 4096 bytes.
const LONGEST_PATH: usize = 3000;

/// What a file holds.
#[derive(Clone, Debug)]
pub enum Body {
    /// These bytes.
    Bytes(Bytes),
    /// What this file of a content folder holds: it may be long, and is read when it is written.
    Attachment {
        /// The content folder.
        content: PathBuf,
        /// Where the file lies.
        location: PathBuf,
    },
}

impl Body {
    /// The bytes.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn read(&self) -> io::Result<Bytes> {
        match self {
            Body::Bytes(bytes) => Ok(bytes.clone()),
            Body::Attachment { content, location } => {
                folder::read_attachment(content, location).map(Bytes::from)
            }
        }
    }
}

/// Files by their paths, with `/` between names, as file systems write them: nothing is percent-encoded.
#[derive(Debug, Default)]
pub struct Tree {
    files: BTreeMap<String, Body>,
    folders: BTreeSet<String>,
    /// What is not among the files, and why, in sentences.
    pub problems: Vec<String>,
}

impl Tree {
    /// Adds a file. One that cannot be written, or whose place is taken, becomes a problem: whoever comes first stays.
    pub fn add(&mut self, path: &str, body: impl Into<Body>) {
        if let Err(why) = self.place(path) {
            self.problems.push(format!("{path}: {why}"));
            return;
        }
        let mut folder = path;
        while let Some((parent, _)) = folder.rsplit_once('/') {
            self.folders.insert(parent.to_string());
            folder = parent;
        }
        self.files.insert(path.to_string(), body.into());
    }

    /// Whether a file can be at this path.
    fn place(&self, path: &str) -> Result<(), String> {
        if path.split('/').any(|name| matches!(name, "" | "." | "..") || name.contains(char::is_control)) {
            return Err("this cannot be the path of a file; it is left out".to_string());
        }
        if path.len() > LONGEST_PATH || path.split('/').any(|name| name.len() > LONGEST_NAME) {
            return Err(format!(
                "a name has at most {LONGEST_NAME} bytes and a path {LONGEST_PATH}; it is left out"
            ));
        }
        if self.files.contains_key(path) {
            return Err("another file has this name already; this one is left out".to_string());
        }
        if self.folders.contains(path) {
            return Err("a folder has this name already; the file is left out".to_string());
        }
        let taken =
            path.match_indices('/').map(|(at, _)| &path[..at]).find(|it| self.files.contains_key(*it));
        match taken {
            Some(file) => Err(format!("`{file}` is a file, so nothing can be below it; it is left out")),
            None => Ok(()),
        }
    }

    /// The files, by path.
    pub fn files(&self) -> impl Iterator<Item = (&str, &Body)> {
        self.files.iter().map(|(path, body)| (path.as_str(), body))
    }

    /// Whether there is such a file.
    pub fn contains(&self, path: &str) -> bool {
        self.files.contains_key(path)
    }

    /// How many files there are.
    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }
}

impl From<String> for Body {
    fn from(text: String) -> Body {
        Body::Bytes(text.into())
    }
}

impl From<Vec<u8>> for Body {
    fn from(bytes: Vec<u8>) -> Body {
        Body::Bytes(bytes.into())
    }
}

impl From<Bytes> for Body {
    fn from(bytes: Bytes) -> Body {
        Body::Bytes(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::Tree;

    #[test]
    fn whoever_comes_first_stays() {
        let long = "x".repeat(256);
        let mut tree = Tree::default();
        for path in ["en/a/index.html", "en/a.png", "文/章.md"] {
            tree.add(path, String::new());
        }
        assert_eq!(tree.problems, [""; 0]);
        for (path, why) in [
            ("en/a.png", "another file"),
            ("en/a", "a folder"),
            ("en/a.png/index.html", "`en/a.png` is a file"),
            ("en//b", "cannot be"),
            ("en/../b", "cannot be"),
            ("/b", "cannot be"),
            ("", "cannot be"),
            ("en/a\0", "cannot be"),
            (&long, "255 bytes"),
            (&"a/".repeat(1600), "cannot be"),
            (&"aa/aa".repeat(800), "3000"),
        ] {
            tree.add(path, String::new());
            let problem = tree.problems.last().unwrap();
            assert!(problem.starts_with(path) && problem.contains(why), "{path}: {problem}");
        }
        assert_eq!((tree.len(), tree.problems.len()), (3, 11));
    }
}
