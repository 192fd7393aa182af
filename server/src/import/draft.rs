//! A page on its way: read and translated, but with its links as they were.

use super::anchors::Style;
use super::front::Front;
use super::names;
use super::report::Finding;
use super::text::Text;
use sim_wasm::text::Lang;

/// A page before its links are rewritten.
#[derive(Debug)]
pub(super) struct Draft {
    /// File of the source.
    pub(super) file: String,
    pub(super) head: Head,
    pub(super) text: Text,
    /// Where it is to stand, without language, as the old names say: `net/tw recycle`. Empty for the root.
    pub(super) path: String,
    /// It describes its folder.
    pub(super) is_index: bool,
    /// What it shares with the same page in the other language.
    pub(super) key: String,
    pub(super) lang: Lang,
    /// Addresses on the old site, from `/`.
    pub(super) old: Vec<String>,
    /// Other names that links have for it.
    pub(super) names: Vec<String>,
    pub(super) anchors: Style,
    /// The folder of files that are this page's own.
    pub(super) assets: Option<String>,
    /// `$…$` is a formula.
    pub(super) math: bool,
}

/// The head of a page.
#[derive(Debug)]
pub(super) enum Head {
    /// Written anew.
    New(Box<Front>),
    /// Ours already: kept byte for byte, with the title that it gives.
    Kept(String, Option<String>),
}

impl Draft {
    /// A page of a file, with nothing known of it but its head and its text.
    pub(super) fn new(file: &str, front: Front, text: Text, lang: Lang) -> Draft {
        Draft {
            file: file.to_string(),
            head: Head::New(Box::new(front)),
            text,
            path: names::stem(file).to_string(),
            is_index: false,
            key: file.to_string(),
            lang,
            old: Vec::new(),
            names: Vec::new(),
            anchors: Style::GitHub,
            assets: None,
            math: true,
        }
    }

    /// Its title.
    pub(super) fn title(&self) -> Option<&str> {
        match &self.head {
            Head::New(front) => front.title.as_deref(),
            Head::Kept(_, title) => title.as_deref(),
        }
    }
}

/// All that a generator knows of its site.
#[derive(Debug, Default)]
pub(super) struct Site {
    pub(super) drafts: Vec<Draft>,
    /// Where the old site was reached, such as `https://blog.example`.
    pub(super) origins: Vec<String>,
    /// What its addresses began with: empty, or `/blog`.
    pub(super) root: String,
    /// Folders of the source whose files had addresses from `/`, each empty or with a slash at its end.
    pub(super) public: Vec<String>,
    /// What the names of files lose when they are copied, longest first.
    pub(super) prefixes: Vec<String>,
    /// Links are written as `[[…]]`.
    pub(super) wiki: bool,
    /// Every page is in our own format, so that all files are taken over under their names.
    pub(super) ours: bool,
    pub(super) findings: Vec<Finding>,
}
