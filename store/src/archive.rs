//! A repository as a stream, and back: for backups.

use crate::error::{Error, storage};
use crate::store::Store;
use git2::build::CheckoutBuilder;
use git2::{Oid, Repository, RepositoryInitOptions};
use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Read, Write};
use std::path::Path;

/// The branches, tags and kept conflicts of a repository at one moment.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Refs {
    /// The branch that the folder shows: `refs/heads/main`.
    pub head: String,
    /// What each leads to, by its name: 40 hexadecimal digits.
    pub targets: BTreeMap<String, String>,
}

impl Store {
    /// Writes everything that the repository has at this moment, while others go on saving, as one of git's packs. What was
    /// edited in the folder is committed first.
    ///
    /// # Errors
    /// When the repository cannot be read, or the pack not be written.
    pub fn pack(&self, out: &mut dyn Write) -> Result<Refs, Error> {
        self.adopt()?;
        let repo = self.repository()?;
        let mut refs = Refs::default();
        // Objects never change, so these refs are all that has to be of one moment.
        for reference in repo.references()? {
            let reference = reference?;
            if let (Ok(name), Some(target)) = (reference.name(), reference.target()) {
                refs.targets.insert(name.to_string(), target.to_string());
            }
        }
        let head = repo.head()?;
        refs.head = head.name().map_err(Error::from)?.to_string();
        let mut builder = repo.packbuilder()?;
        let mut walk = repo.revwalk()?;
        for target in refs.targets.values() {
            let id = Oid::from_str(target)?;
            match repo.find_commit(id) {
                Ok(_) => walk.push(id)?,
                // A tag with a text of its own.
                Err(_) => {
                    builder.insert_recursive(id, None)?;
                    if let Ok(commit) = repo.find_object(id, None)?.peel_to_commit() {
                        walk.push(commit.id())?;
                    }
                }
            }
        }
        builder.insert_walk(&mut walk)?;
        let mut failed: Option<io::Error> = None;
        let done = builder.foreach(|bytes| match out.write_all(bytes) {
            Ok(()) => true,
            Err(error) => {
                failed = Some(error);
                false
            }
        });
        match failed {
            Some(error) => Err(Error::Storage(error.to_string())),
            None => done.map(|()| refs).map_err(Error::from),
        }
    }

    /// Makes a repository of a pack and its refs in a folder that is empty or not there.
    ///
    /// # Errors
    /// [`Error::Folder`] when something is in the folder; [`Error::Storage`] when the pack is damaged or cannot be written.
    pub fn unpack(folder: &Path, refs: &Refs, pack: &mut dyn Read) -> Result<Store, Error> {
        let full = fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some());
        if full {
            let why = format!("{}: is not empty; name another folder with --content", folder.display());
            return Err(Error::Folder(why));
        }
        fs::create_dir_all(folder).map_err(crate::error::file_storage(folder))?;
        let mut options = RepositoryInitOptions::new();
        let branch = refs.head.strip_prefix("refs/heads/").unwrap_or("main");
        options.initial_head(branch).no_reinit(true);
        let repo = Repository::init_opts(folder, &options).map_err(storage)?;
        let odb = repo.odb()?;
        let mut writer = odb.packwriter().map_err(storage)?;
        io::copy(pack, &mut writer).map_err(|error| Error::Storage(error.to_string()))?;
        writer.commit().map_err(storage)?;
        for (name, target) in &refs.targets {
            let id = Oid::from_str(target).map_err(storage)?;
            repo.reference(name, id, true, "restored").map_err(storage)?;
        }
        repo.set_head(&refs.head).map_err(storage)?;
        repo.checkout_head(Some(CheckoutBuilder::new().force())).map_err(storage)?;
        Store::open(folder)
    }
}
