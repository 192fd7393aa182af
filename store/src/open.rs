//! Opening a folder: making it a repository if it is none, and bringing it up to date.

use crate::author::Author;
use crate::error::{Error, file_storage, storage};
use crate::path;
use crate::store::Store;
use crate::tree;
use crate::writer::Writer;
use git2::{IndexAddOption, Repository, RepositoryInitOptions};
use std::fs::{self, File};
use std::path::Path;

/// What git needs to know about a repository whose folder others edit, too.
const SETTINGS: [(&str, &str); 2] = [
    // A push to the branch that is checked out changes the folder, too, unless somebody edited it.
    ("receive.denyCurrentBranch", "updateInstead"),
    // What git itself writes here is on the disk before it says so. Older versions do not know it.
    ("core.fsync", "committed"),
];

impl Store {
    /// Opens the folder. A folder that is no repository becomes one, with a first commit of what is in it; what git
    /// ignores, hidden files and backup copies are left out. What somebody edited in the folder since is committed.
    ///
    /// # Errors
    /// [`Error::Folder`] for a folder inside another repository, among others; [`Error::Storage`].
    pub fn open(folder: &Path) -> Result<Store, Error> {
        let at = |why: String| Error::Folder(format!("{}: {why}", folder.display()));
        let root = folder.canonicalize().map_err(|error| at(format!("cannot be opened: {error}")))?;
        let git = root.join(".git");
        let repo = if git.is_dir() {
            Repository::open(&root).map_err(|error| at(error.message().to_string()))?
        } else if git.exists() {
            return Err(at("is a linked work tree or a submodule of another repository; use a clone".into()));
        } else if let Ok(outer) = Repository::discover(&root) {
            return Err(at(format!(
                "lies inside the repository {}. If its pages are to have a history of their own, run `git init` in it; \
                 otherwise use a folder elsewhere",
                outer.path().display()
            )));
        } else {
            let mut options = RepositoryInitOptions::new();
            options.initial_head("main").no_reinit(true);
            Repository::init_opts(&root, &options).map_err(storage)?
        };
        let store = Store { folder: root, git };
        store.configure(&repo)?;
        store.write_from(|writer| {
            writer.branch()?;
            if writer.repo.head().is_err_and(|it| it.code() == git2::ErrorCode::UnbornBranch) {
                store.import(writer)?;
            }
            writer.adopt_all()
        })?;
        Ok(store)
    }

    /// Commits what was changed in the folder without git, so that pushes to it are not refused because of it.
    ///
    /// # Errors
    /// As [`Store::save`].
    pub fn adopt(&self) -> Result<(), Error> {
        self.write(|writer| writer.adopt_all())
    }

    fn configure(&self, repo: &Repository) -> Result<(), Error> {
        let own = self.git.join("casebook");
        fs::create_dir_all(&own).map_err(file_storage(&own))?;
        put(&own.join("libgit2.config"), "[core]\n\tfsyncObjectFiles = true\n")?;
        // Bytes are kept as they are, whatever line ends the configuration prefers.
        fs::create_dir_all(self.git.join("info")).map_err(file_storage(&self.git))?;
        put(&self.git.join("info/attributes"), "* -text\n")?;
        let mut config = repo.config()?;
        for (name, value) in SETTINGS {
            if config.get_string(name).ok().as_deref() != Some(value) {
                config.set_str(name, value).map_err(storage)?;
            }
        }
        Ok(())
    }

    /// Makes the first commit.
    fn import(&self, writer: &Writer<'_>) -> Result<(), Error> {
        // Without syncing each object by itself: thousands of them would take minutes.
        let repo = self.repository()?;
        let make = || {
            let mut index = repo.index()?;
            let mut choose = |file: &Path, _: &[u8]| i32::from(path::is_scratch(&file.to_string_lossy()));
            index.add_all(["*"], IndexAddOption::DEFAULT, Some(&mut choose))?;
            index.write()?;
            index.write_tree()
        };
        let tree = make().map_err(storage)?;
        for file in tree::compare(&repo, None, Some(&repo.find_tree(tree).map_err(storage)?))? {
            file.new.filter(|it| !it.is_submodule()).map_or(Ok(()), |it| tree::exists(&repo, it.id))?;
        }
        self.sync_objects().map_err(file_storage(&self.git))?;
        let first = writer.commit(&[], tree, &Author::folder(), "The folder as it was\n")?;
        let branch = writer.branch()?;
        writer.repo.reference(&branch, first, false, "casebook").map_err(storage)?;
        Ok(())
    }

    fn sync_objects(&self) -> std::io::Result<()> {
        for folder in fs::read_dir(self.git.join("objects"))? {
            let folder = folder?.path();
            for object in fs::read_dir(&folder)? {
                File::open(object?.path())?.sync_all()?;
            }
            File::open(folder)?.sync_all()?;
        }
        Ok(())
    }
}

/// Writes a small file unless it is there.
fn put(path: &Path, text: &str) -> Result<(), Error> {
    if path.exists() { Ok(()) } else { fs::write(path, text).map_err(file_storage(path)) }
}
