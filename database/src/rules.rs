//! Permissions by folder: pure, and the same for whoever asks about a page, its history, a search hit or a feed.

use std::collections::{BTreeMap, BTreeSet};

use crate::Role;
use crate::row::words;

words! {
    /// What somebody may do with a page; each includes those before it.
    pub enum May {
        /// Not even know that it is there.
        Nothing = "nothing",
        /// Read it.
        Read = "read",
        /// Change it.
        Write = "write",
    }
}

/// Whom a rule is for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Who {
    /// Everybody, signed in or not.
    Anyone,
    /// Everybody with an account.
    SignedIn,
    /// Accounts with the role of a writer.
    Writers,
    /// The account of this id.
    User(String),
}

/// What some people may do in a folder and below it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// The folder or page, without a language and without slashes at its ends; empty for the whole site.
    pub folder: String,
    /// Whom it is for.
    pub who: Who,
    /// What they may.
    pub may: May,
}

/// Who reads: the id and role of the account, or nobody known.
pub type Reader<'a> = Option<(&'a str, Role)>;

/// All rules of a site.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rules {
    public: bool,
    by_folder: BTreeMap<String, BTreeMap<Who, May>>,
}

impl Rules {
    /// The rules of a site that everybody may read where no rule decides, or only those with an account. Of two rules
    /// for the same folder and people the later holds.
    pub fn new(public: bool, rules: impl IntoIterator<Item = Rule>) -> Rules {
        let mut by_folder: BTreeMap<String, BTreeMap<Who, May>> = BTreeMap::new();
        for rule in rules {
            by_folder.entry(folder(&rule.folder)).or_default().insert(rule.who, rule.may);
        }
        Rules { public, by_folder }
    }

    /// What `reader` may do with the page at `path` (without a language).
    ///
    /// The nearest folder from the path upwards that has any rule decides: the greatest of its rules that fit the
    /// reader, or nothing when none fits. Administrators may everything. Others write only with the role of a writer,
    /// or where a rule names them.
    pub fn may(&self, reader: Reader<'_>, path: &str) -> May {
        if matches!(reader, Some((_, Role::Administrator))) {
            return May::Write;
        }
        let path = folder(path);
        let mut at = Some(path.as_str());
        while let Some(folder) = at {
            if let Some(rules) = self.by_folder.get(folder) {
                let fitting = rules.iter().filter_map(|(who, may)| granted(who, *may, reader));
                return fitting.max().unwrap_or(May::Nothing);
            }
            at = parent(folder);
        }
        match reader {
            Some((_, Role::Writer | Role::Administrator)) => May::Write,
            Some((_, Role::Reader)) => May::Read,
            None if self.public => May::Read,
            None => May::Nothing,
        }
    }

    /// Which paths are hidden from `reader` and which not: equal for any two readers who may read the same.
    pub fn hidden(&self, reader: Reader<'_>) -> View {
        let root = self.may(reader, "") != May::Nothing;
        let mut view = View { root, turns: BTreeSet::new() };
        // A folder sorts before what is in it, so that its parents are in the view already.
        for folder in self.by_folder.keys() {
            if view.shows(folder) != (self.may(reader, folder) != May::Nothing) {
                view.turns.insert(folder.clone());
            }
        }
        view
    }
}

/// What a rule grants the reader, if it fits.
fn granted(who: &Who, may: May, reader: Reader<'_>) -> Option<May> {
    match (who, reader) {
        (Who::User(named), Some((id, _))) => (named == id).then_some(may),
        (Who::Writers, Some((_, Role::Writer))) => Some(may),
        (Who::Anyone | Who::SignedIn, Some((_, Role::Writer))) => Some(may),
        (Who::Anyone | Who::SignedIn, Some(_)) | (Who::Anyone, None) => Some(may.min(May::Read)),
        _ => None,
    }
}

/// Which paths somebody may read: whether the root is shown, and the paths at which shown turns to hidden or back.
/// There is one such description of any set of paths, so that it can be the key of a cache.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct View {
    root: bool,
    turns: BTreeSet<String>,
}

impl View {
    /// Whether the page at `path` (without a language) may be read.
    pub fn shows(&self, path: &str) -> bool {
        let path = folder(path);
        let mut shown = self.root;
        let mut at = Some(path.as_str());
        while let Some(folder) = at {
            shown ^= self.turns.contains(folder);
            at = parent(folder);
        }
        shown
    }

    /// Whether every path may be read.
    pub fn shows_all(&self) -> bool {
        self.root && self.turns.is_empty()
    }
}

/// The one spelling of a folder: no empty segments.
pub(crate) fn folder(path: &str) -> String {
    path.split('/').filter(|segment| !segment.is_empty()).collect::<Vec<_>>().join("/")
}

/// The folder that a path is in; none for the root.
pub(crate) fn parent(path: &str) -> Option<&str> {
    match path.rsplit_once('/') {
        Some((parent, _)) => Some(parent),
        None if path.is_empty() => None,
        None => Some(""),
    }
}
