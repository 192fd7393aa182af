//! The name of a commit.

use crate::error::Error;
use git2::Oid;
use std::fmt;
use std::str::FromStr;

/// A commit's id: forty lower-case hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Revision(pub(crate) Oid);

impl FromStr for Revision {
    type Err = Error;

    /// Takes the whole id only: an abbreviation may come to mean another commit.
    fn from_str(text: &str) -> Result<Revision, Error> {
        let is_id = text.len() == 40 && text.bytes().all(|it| matches!(it, b'0'..=b'9' | b'a'..=b'f'));
        let id = is_id.then(|| Oid::from_str(text).ok()).flatten();
        id.map(Revision).ok_or_else(|| Error::Revision(text.to_string()))
    }
}

impl fmt::Display for Revision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
