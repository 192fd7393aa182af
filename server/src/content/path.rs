//! What a file's name says: which page, in which language, or an attachment.

use crate::address;
use sim_wasm::text::Lang;
use std::sync::Arc;

/// First segments of addresses that the site itself answers, so that no page can be reached there.
pub const RESERVED: [&str; 7] = ["categories", "tags", "archives", "labs", "search", "offline", "atom.xml"];

/// Where a page stands in the content folder, without language: `tcp/tw-recycle`; empty for the root.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PagePath(Arc<str>);

impl PagePath {
    /// A path from its text, with `/` between segments.
    pub fn new(text: impl Into<Arc<str>>) -> PagePath {
        PagePath(text.into())
    }

    /// As text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The last segment.
    pub fn name(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or_default()
    }

    /// The folder it stands in; none for the root.
    pub fn parent(&self) -> Option<PagePath> {
        if self.0.is_empty() {
            return None;
        }
        Some(PagePath::new(self.0.rsplit_once('/').map_or("", |(folder, _)| folder)))
    }

    /// Its address in a language: `/en/tcp/tw-recycle`.
    pub fn address(&self, lang: Lang) -> String {
        format!("/{}/{}", lang.code(), address::path(&self.0))
    }

    /// The reserved name that its address begins with, if it does.
    pub fn reserved(&self) -> Option<&'static str> {
        let first = self.0.split('/').next().unwrap_or_default();
        RESERVED.into_iter().find(|name| *name == first)
    }
}

/// What a file of the content folder is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A page.
    Page {
        /// Where.
        path: PagePath,
        /// In which language.
        lang: Lang,
        /// It describes its folder.
        is_index: bool,
    },
    /// Any other file.
    Attachment,
}

/// Reads a file's path relative to the content folder, with `/` between segments.
pub fn classify(file: &str) -> Kind {
    let Some(stem) = file.strip_suffix(".md") else { return Kind::Attachment };
    let (stem, lang) = match stem.rsplit_once('.') {
        Some((rest, code)) => match Lang::from_code(code) {
            Some(lang) => (rest, lang),
            None => (stem, Lang::default()),
        },
        None => (stem, Lang::default()),
    };
    let (folder, name) = stem.rsplit_once('/').unwrap_or(("", stem));
    let is_index = name == "index";
    let path = PagePath::new(if is_index { folder } else { stem });
    Kind::Page { path, lang, is_index }
}

/// Resolves a relative reference (`../pictures/a.png`) against a folder; none when it leaves the content folder.
/// A reference that begins with `/` starts at the root.
pub fn resolve(folder: &str, reference: &str) -> Option<String> {
    let mut segments: Vec<&str> = match reference.starts_with('/') {
        true => Vec::new(),
        false => folder.split('/').filter(|segment| !segment.is_empty()).collect(),
    };
    for segment in reference.split('/') {
        match segment {
            "" | "." => {}
            ".." => {
                segments.pop()?;
            }
            name => segments.push(name),
        }
    }
    Some(segments.join("/"))
}

#[cfg(test)]
mod tests {
    use super::{Kind, PagePath, classify, resolve};
    use sim_wasm::text::Lang;

    #[test]
    fn file_names() {
        for (file, path, lang, is_index) in [
            ("about.en.md", "about", Lang::En, false),
            ("about.zh.md", "about", Lang::Zh, false),
            ("about.md", "about", Lang::En, false),
            ("tcp/index.zh.md", "tcp", Lang::Zh, true),
            ("index.md", "", Lang::En, true),
            ("tcp/v1.2.md", "tcp/v1.2", Lang::En, false),
            ("网络/重传.zh.md", "网络/重传", Lang::Zh, false),
        ] {
            assert_eq!(classify(file), Kind::Page { path: PagePath::new(path), lang, is_index }, "{file}");
        }
        assert_eq!(classify("tcp/picture.png"), Kind::Attachment);
    }

    #[test]
    fn references() {
        assert_eq!(resolve("tcp", "a.png").as_deref(), Some("tcp/a.png"));
        assert_eq!(resolve("tcp/deep", "../a.png").as_deref(), Some("tcp/a.png"));
        assert_eq!(resolve("tcp", "/lvs/a.png").as_deref(), Some("lvs/a.png"));
        assert_eq!(resolve("tcp", "../../etc/passwd"), None);
    }
}
