//! Who wrote which line.

use crate::author::Author;
use crate::error::Error;
use crate::history::who;
use crate::path;
use crate::revision::Revision;
use crate::store::{self, Store};
use crate::tree;
use git2::BlameOptions;
use std::collections::HashMap;
use std::path::Path;

/// A line of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlameLine {
    /// The line, with its end.
    pub text: String,
    /// The commit that made it what it is.
    pub revision: Revision,
    /// Who made that commit.
    pub author: Author,
    /// When, in seconds since 1970.
    pub time: i64,
}

impl Store {
    /// The lines of a file at a revision, each with the commit that it comes from. No lines if there is no such file or it
    /// is no text.
    ///
    /// # Errors
    /// [`Error::Path`], [`Error::Missing`], or when the repository cannot be read.
    pub fn blame(&self, file: &str, at: &Revision) -> Result<Vec<BlameLine>, Error> {
        path::check(file)?;
        let repo = self.repository()?;
        store::commit(&repo, at)?;
        let text = tree::at(&repo, at.0, Path::new(file))?.and_then(|it| String::from_utf8(it).ok());
        let Some(text) = text.filter(|it| !it.is_empty()) else { return Ok(Vec::new()) };
        let blame = repo.blame_file(Path::new(file), Some(BlameOptions::new().newest_commit(at.0)))?;
        let mut known = HashMap::new();
        let mut lines = Vec::new();
        for (index, line) in text.split_inclusive('\n').enumerate() {
            let id = blame.get_line(index + 1).map_or(at.0, |it| it.final_commit_id());
            let (author, time) = match known.get(&id) {
                Some(found) => found,
                None => &*known.entry(id).or_insert(who(&repo.find_commit(id)?)),
            };
            lines.push(BlameLine {
                text: line.to_string(),
                revision: Revision(id),
                author: author.clone(),
                time: *time,
            });
        }
        Ok(lines)
    }
}
