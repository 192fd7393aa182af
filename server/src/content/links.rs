//! What a page may link to: other pages by path, file name or title, and the files beside it.

use super::page::Page;
use super::path::{self, Kind, PagePath};
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
        let target = target.trim();
        if let (Some(lang), rest) = split_language(target) {
            let path = PagePath::new(path::resolve("", &address::decode(rest)?)?);
            return self.site.page(&path, lang).map(link);
        }
        let found = self.by_path(target).or_else(|| self.by_name(target)).or_else(|| self.by_title(target));
        // Who names a file means that file; else a page leads to pages of its own language.
        let lang = named_language(target).unwrap_or(self.page.lang);
        match found {
            Some(found) => Some(link(self.site.page(&found.path, lang).unwrap_or(found))),
            None => self.folder(target),
        }
    }

    fn attachment(&self, target: &str) -> Option<Attachment> {
        let file = self.file(target)?;
        let found = self.site.attachments.get(&file)?;
        Some(Attachment {
            href: format!("/{}/{}", self.page.lang.code(), address::path(&file)),
            size: found.size,
        })
    }
}

impl<'a> SiteLinks<'a> {
    /// The file beside a page that a target means, when it is there.
    pub fn file(&self, target: &str) -> Option<String> {
        let target = address::decode(target)?;
        let file = path::resolve(self.page.folder(), split_language(&target).1)?;
        self.site.attachments.contains_key(&file).then_some(file)
    }

    /// `../lvs/modes.md`, `tcp/tw-recycle`, `/about`.
    fn by_path(&self, target: &str) -> Option<&'a Page> {
        let target = address::decode(target)?;
        let beside = path::resolve(self.page.folder(), &target);
        let from_root = path::resolve("", &target);
        [beside, from_root].into_iter().flatten().find_map(|file| {
            let Kind::Page { path, .. } = path::classify(&with_suffix(&file)) else { return None };
            self.in_either_language(&path)
        })
    }

    /// A folder that no page describes: the site lists what is in it.
    fn folder(&self, target: &str) -> Option<PageLink> {
        let target = address::decode(target)?;
        let candidates = [path::resolve(self.page.folder(), &target), path::resolve("", &target)];
        let found = candidates.into_iter().flatten().find(|folder| {
            let inside = format!("{folder}/");
            let mut pages = self.site.pages().filter(|page| page.lang == self.page.lang);
            pages.any(|page| page.path.as_str().starts_with(&inside))
        })?;
        let path = PagePath::new(found);
        Some(PageLink { href: path.address(self.page.lang), title: path.name().to_string() })
    }

    fn by_name(&self, name: &str) -> Option<&'a Page> {
        let name = name.strip_suffix(".md").unwrap_or(name);
        self.site.pages().map(AsRef::as_ref).find(|page| page.path.name() == name)
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

    fn in_either_language(&self, path: &PagePath) -> Option<&'a Page> {
        let lang = self.page.lang;
        self.site.page(path, lang).or_else(|| self.site.page(path, lang.other()))
    }
}

fn with_suffix(file: &str) -> String {
    if file.ends_with(".md") { file.to_string() } else { format!("{file}.md") }
}

fn link(page: &Page) -> PageLink {
    PageLink { href: page.address(), title: page.title.clone() }
}

/// The language in the name of a page's file: `a.zh.md`.
fn named_language(target: &str) -> Option<Lang> {
    Lang::from_code(target.strip_suffix(".md")?.rsplit_once('.')?.1)
}

/// `/zh/tcp/a.png` as `zh` and `/tcp/a.png`: an address written out in full names the language it means.
fn split_language(target: &str) -> (Option<Lang>, &str) {
    let code = target.strip_prefix('/').and_then(|rest| rest.split_once('/')).map(|(code, _)| code);
    match code.and_then(Lang::from_code) {
        Some(lang) => (Some(lang), &target[1 + lang.code().len()..]),
        None => (None, target),
    }
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
    /// The addresses of the pages that were found.
    pub fn links(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|asked| match asked {
            Asked::Page(_, Some(link)) => Some(link.href.as_str()),
            Asked::Page(_, None) | Asked::Attachment(..) => None,
        })
    }

    /// What was asked for among the files beside pages, as its author wrote it, whether it was there or not.
    pub fn files(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|asked| match asked {
            Asked::Attachment(target, _) => Some(target.as_str()),
            Asked::Page(..) => None,
        })
    }

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

#[cfg(test)]
mod tests {
    use super::SiteLinks;
    use crate::content::page::Page;
    use crate::content::path::{Kind, classify};
    use crate::content::site::{Attachment, Site};
    use crate::markdown::Links;
    use std::collections::BTreeMap;
    use std::sync::Arc;

    fn page(file: &str) -> Arc<Page> {
        let Kind::Page { path, lang, is_index } = classify(file) else { panic!("{file}") };
        let text = format!("---\ntitle: Title of {file}\n---\n");
        Arc::new(Page::read(path, lang, is_index, file, text).unwrap().0)
    }

    #[test]
    fn targets_as_authors_write_them() {
        let files =
            ["tcp/a.en.md", "tcp/a.zh.md", "tcp/b.en.md", "lvs/nat.en.md", "tcp/index.en.md", "about.zh.md"];
        let attachment = Attachment { location: "/x".into(), size: Some((4, 3)) };
        let attachments = BTreeMap::from([("tcp/p 1.png".to_string(), attachment)]);
        let site = Site::new(files.map(page), attachments, Vec::new());
        let from = page("tcp/a.en.md");
        let links = SiteLinks { site: &site, page: &from };
        for (target, href) in [
            ("b.md", Some("/en/tcp/b")),
            ("b.en.md", Some("/en/tcp/b")),
            ("../lvs/nat.md", Some("/en/lvs/nat")),
            ("/lvs/nat.md", Some("/en/lvs/nat")),
            ("lvs/nat", Some("/en/lvs/nat")),
            ("nat", Some("/en/lvs/nat")),
            ("title of TCP/b.en.md", Some("/en/tcp/b")),
            ("a.md", Some("/en/tcp/a")),
            ("a.zh.md", Some("/zh/tcp/a")),
            ("b.zh.md", Some("/en/tcp/b")),
            ("/about", Some("/zh/about")),
            ("/zh/about", Some("/zh/about")),
            ("/zh/tcp/a", Some("/zh/tcp/a")),
            ("/zh/tcp/b", None),
            ("../tcp/", Some("/en/tcp")),
            ("../lvs/", Some("/en/lvs")),
            ("../../tcp/b.md", None),
            ("none", None),
        ] {
            assert_eq!(links.page(target).map(|link| link.href).as_deref(), href, "{target}");
        }
        for target in ["p%201.png", "p 1.png", "../tcp/p 1.png", "/tcp/p 1.png", "/zh/tcp/p 1.png"] {
            let found = links.attachment(target).unwrap();
            assert_eq!((found.href.as_str(), found.size), ("/en/tcp/p%201.png", Some((4, 3))), "{target}");
        }
        assert_eq!(links.attachment("../../p 1.png"), None);
    }
}
