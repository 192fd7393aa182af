//! What a page may link to: other pages by path, file name or title, and the files beside it.

use super::page::Page;
use super::path::{self, Kind};
use super::site::Site;
use crate::address;
use crate::markdown::{Attachment, Links, PageLink};
use sim_wasm::text::Lang;
use std::cell::RefCell;

/// The links of one page, resolved against a site.
#[derive(Debug)]
pub struct SiteLinks<'a> {
    /// Everything there is.
    pub site: &'a Site,
    /// The page that links.
    pub page: &'a Page,
}

impl Links for SiteLinks<'_> {
    fn page(&self, target: &str) -> Option<PageLink> {
        let (name, anchor) = match target.split_once('#') {
            Some((name, anchor)) => (name.trim(), Some(anchor)),
            None => (target.trim(), None),
        };
        let found = self.by_path(name).or_else(|| self.by_name(name)).or_else(|| self.by_title(name))?;
        let page = self.site.page(&found.path, self.page.lang).unwrap_or(found);
        let href = match anchor {
            Some(anchor) => format!("{}#{}", page.address(), address::segment(anchor)),
            None => page.address(),
        };
        Some(PageLink { href, title: page.title.clone() })
    }

    fn attachment(&self, target: &str) -> Option<Attachment> {
        let target = address::decode(target)?;
        let file = path::resolve(self.page.folder(), without_language(&target))?;
        let found = self.site.attachments.get(&file)?;
        Some(Attachment {
            href: format!("/{}/{}", self.page.lang.code(), address::path(&file)),
            size: found.size,
        })
    }
}

impl<'a> SiteLinks<'a> {
    /// `../lvs/modes.md`, `tcp/tw-recycle`, `/en/about`.
    fn by_path(&self, target: &str) -> Option<&'a Page> {
        let target = address::decode(target)?;
        let target = without_language(&target);
        let beside = path::resolve(self.page.folder(), target);
        let from_root = path::resolve("", target);
        [beside, from_root].into_iter().flatten().find_map(|file| {
            let Kind::Page { path, .. } = path::classify(&with_suffix(&file)) else { return None };
            self.in_either_language(&path)
        })
    }

    fn by_name(&self, name: &str) -> Option<&'a Page> {
        let name = name.strip_suffix(".md").unwrap_or(name);
        self.site.pages().map(AsRef::as_ref).find(|page| page.path.name() == name && !name.is_empty())
    }

    fn by_title(&self, title: &str) -> Option<&'a Page> {
        let title = title.to_lowercase();
        let mut found =
            self.site.pages().map(AsRef::as_ref).filter(|page: &&Page| page.title.to_lowercase() == title);
        let first = found.next()?;
        if first.lang == self.page.lang {
            return Some(first);
        }
        found.find(|page| page.lang == self.page.lang).or(Some(first))
    }

    fn in_either_language(&self, path: &path::PagePath) -> Option<&'a Page> {
        let lang = self.page.lang;
        self.site.page(path, lang).or_else(|| self.site.page(path, lang.other()))
    }
}

fn with_suffix(file: &str) -> String {
    if file.ends_with(".md") { file.to_string() } else { format!("{file}.md") }
}

/// `/zh/tcp/a.png` as `/tcp/a.png`: an address written out in full means the file it stands for.
fn without_language(target: &str) -> &str {
    let Some((code, _)) = target.strip_prefix('/').and_then(|rest| rest.split_once('/')) else {
        return target;
    };
    if Lang::from_code(code).is_some() { &target[1 + code.len()..] } else { target }
}

/// A question that was asked while a page was rendered, with the answer it got.
#[derive(Debug)]
enum Asked {
    Page(String, Option<PageLink>),
    Attachment(String, Option<Attachment>),
}

/// Everything a page's HTML depends on besides its own text.
#[derive(Debug, Default)]
pub struct Dependencies(Vec<Asked>);

impl Dependencies {
    /// Whether the same questions would get the same answers.
    pub fn hold(&self, links: &dyn Links) -> bool {
        self.0.iter().all(|asked| match asked {
            Asked::Page(target, answer) => links.page(target) == *answer,
            Asked::Attachment(target, answer) => links.attachment(target) == *answer,
        })
    }
}

/// Passes questions on and remembers them.
pub struct Recorder<'a> {
    links: &'a dyn Links,
    asked: RefCell<Vec<Asked>>,
}

impl<'a> Recorder<'a> {
    /// A recorder in front of `links`.
    pub fn new(links: &'a dyn Links) -> Recorder<'a> {
        Recorder { links, asked: RefCell::default() }
    }

    /// What was asked.
    pub fn into_dependencies(self) -> Dependencies {
        Dependencies(self.asked.into_inner())
    }
}

impl Links for Recorder<'_> {
    fn page(&self, target: &str) -> Option<PageLink> {
        let answer = self.links.page(target);
        self.asked.borrow_mut().push(Asked::Page(target.to_string(), answer.clone()));
        answer
    }

    fn attachment(&self, target: &str) -> Option<Attachment> {
        let answer = self.links.attachment(target);
        self.asked.borrow_mut().push(Asked::Attachment(target.to_string(), answer.clone()));
        answer
    }
}
