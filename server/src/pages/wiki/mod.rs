//! The wiki's own pages: signing in, editing, history. Each is made for one request.

pub mod account;
pub mod admin;
pub mod attachments;
pub mod blame;
pub mod changes;
pub mod comments;
pub mod conflict;
pub mod conflicts;
pub mod diff;
pub mod edit;
pub mod history;
pub mod moves;
pub mod removed;
pub mod sign_in;
pub mod upkeep;
pub mod watches;
pub mod when;

use crate::content::path::PagePath;
use sim_wasm::text::Lang;

/// The page that something is done with.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// Its language.
    pub lang: Lang,
    /// Where it stands.
    pub path: &'a PagePath,
    /// Its title; its path when it has none yet.
    pub title: &'a str,
}

impl Subject<'_> {
    /// The page's address.
    pub fn address(&self) -> String {
        self.path.address(self.lang)
    }

    /// The address of what the wiki does with it.
    pub fn wiki(&self, verb: &str) -> String {
        crate::address::wiki(verb, self.lang, self.path.as_str())
    }
}
