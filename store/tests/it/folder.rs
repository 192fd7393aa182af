//! A content folder for a test.

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use store::{Author, Change, Revision, Save, Saved, Store};
use tempfile::TempDir;

pub(crate) struct Folder {
    dir: TempDir,
    pub(crate) store: Store,
}

impl Folder {
    /// A plain folder with these files, opened.
    pub(crate) fn new(files: &[(&str, &str)]) -> Folder {
        let dir = tempfile::tempdir().unwrap();
        for (file, text) in files {
            let path = dir.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let store = Store::open(dir.path()).unwrap();
        Folder { dir, store }
    }

    /// Opened again, as after the server was started again.
    pub(crate) fn reopened(self) -> Folder {
        let store = Store::open(self.dir.path()).unwrap();
        Folder { store, ..self }
    }

    pub(crate) fn path(&self, file: &str) -> PathBuf {
        self.dir.path().join(file)
    }

    /// What an editor does.
    pub(crate) fn write(&self, file: &str, text: &str) {
        fs::create_dir_all(self.path(file).parent().unwrap()).unwrap();
        fs::write(self.path(file), text).unwrap();
    }

    pub(crate) fn on_disk(&self, file: &str) -> Option<String> {
        fs::read_to_string(self.path(file)).ok()
    }

    pub(crate) fn in_head(&self, file: &str) -> Option<String> {
        let bytes = self.store.read(file, Some(&self.store.head().unwrap())).unwrap();
        bytes.map(|it| String::from_utf8(it).unwrap())
    }

    /// In the newest commit and in the folder.
    pub(crate) fn holds(&self, file: &str) -> Option<String> {
        let (disk, head) = (self.on_disk(file), self.in_head(file));
        assert_eq!(disk, head, "{file} in the folder (left) and in the newest commit (right)");
        head
    }

    pub(crate) fn save(&self, file: &str, base: Option<Revision>, text: &str) -> Saved {
        self.store.save(&draft(file, base, text)).unwrap()
    }

    pub(crate) fn put(&self, file: &str, text: &str) -> Revision {
        let change = Change::Write { file: file.to_string(), bytes: text.as_bytes().to_vec() };
        self.store.commit(&[change], &ann(), "Put").unwrap()
    }

    pub(crate) fn remove(&self, file: &str) -> Revision {
        self.store.commit(&[Change::Remove { file: file.to_string() }], &ann(), "Remove").unwrap()
    }

    pub(crate) fn git(&self, args: &[&str]) -> String {
        git(&self.path(""), args)
    }

    /// The repository is sound, and git sees nothing to commit.
    pub(crate) fn is_clean(&self) {
        self.git(&["fsck", "--strict", "--no-progress", "--no-dangling"]);
        assert_eq!(self.git(&["status", "--porcelain"]), "");
    }

    pub(crate) fn messages(&self) -> Vec<String> {
        self.git(&["log", "--format=%an: %s"]).lines().map(str::to_string).collect()
    }
}

pub(crate) fn ann() -> Author {
    Author::new("Ann", "ann@example.org")
}

pub(crate) fn draft(file: &str, base: Option<Revision>, text: &str) -> Save {
    let (file, text) = (file.to_string(), text.as_bytes().to_vec());
    Save { file, base, text, author: ann(), message: "Edit".to_string() }
}

/// Runs git, which must succeed, and answers what it printed.
pub(crate) fn git(folder: &std::path::Path, args: &[&str]) -> String {
    let output = Command::new("git")
        .args(["-c", "user.name=Bob", "-c", "user.email=bob@example.org", "-c", "init.defaultBranch=main"])
        .args(args)
        .current_dir(folder)
        .output()
        .unwrap();
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "git {args:?}: {out}{err}");
    out.into_owned()
}

/// The commit and the text of a save that was committed.
pub(crate) fn committed(saved: Saved) -> (Revision, String, bool) {
    match saved {
        Saved::Committed { revision, text, merged } => (revision, String::from_utf8(text).unwrap(), merged),
        other => panic!("not committed: {other:?}"),
    }
}
