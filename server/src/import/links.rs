//! What references of the old site lead to: pages by file, address or name, and files wherever they lie.

use super::draft::{Draft, Site};
use super::source::Source;
use super::{names, permalink};
use crate::content::path::{PagePath, resolve};
use percent_encoding::percent_decode_str;
use sim_wasm::text::Lang;
use std::collections::{BTreeSet, HashMap};

/// What a reference means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Target {
    /// A page, and the anchor on it.
    Page(usize, Option<String>),
    /// A file of the source.
    File(String),
    /// A list that the site makes itself.
    Site(String),
    /// Another site.
    Remote,
    /// Nothing to look at: a mail address, a folder.
    Other,
    /// Nothing that is there; the sentence says why.
    Broken(String),
}

/// Everything that can be referred to.
pub(super) struct Index<'a> {
    source: &'a Source,
    site: &'a Site,
    /// Source files of pages.
    files: HashMap<&'a str, usize>,
    /// Old addresses.
    addresses: HashMap<String, usize>,
    /// Last words of old addresses and names, in small letters.
    slugs: HashMap<String, Vec<usize>>,
    /// Files that are no pages, by their names in small letters.
    named: HashMap<String, Vec<&'a str>>,
    terms: HashMap<(&'static str, String), String>,
}

impl<'a> Index<'a> {
    pub(super) fn new(source: &'a Source, site: &'a Site) -> Index<'a> {
        let mut index = Index {
            source,
            site,
            files: HashMap::new(),
            addresses: HashMap::new(),
            slugs: HashMap::new(),
            named: HashMap::new(),
            terms: HashMap::new(),
        };
        for (number, draft) in site.drafts.iter().enumerate() {
            index.files.insert(&draft.file, number);
            let mut slugs = BTreeSet::new();
            for old in &draft.old {
                let key = permalink::key(old);
                slugs.insert(names::name(&key).to_lowercase());
                index.addresses.entry(key).or_insert(number);
            }
            slugs.extend(draft.names.iter().map(|name| names::name(name).to_lowercase()));
            for slug in slugs.into_iter().filter(|slug| !slug.is_empty()) {
                index.slugs.entry(slug).or_default().push(number);
            }
            if let super::draft::Head::New(front) = &draft.head {
                for (kind, terms) in [("tags", &front.tags), ("categories", &front.categories)] {
                    for term in terms {
                        index
                            .terms
                            .entry((kind, permalink::hyphens(term).to_lowercase()))
                            .or_insert_with(|| term.clone());
                    }
                }
            }
        }
        for file in source.files().filter(|file| !index.files.contains_key(file)) {
            index.named.entry(names::name(file).to_lowercase()).or_default().push(file);
        }
        index
    }

    /// What `written` means on a page.
    pub(super) fn target(&self, draft: &Draft, written: &str, is_image: bool) -> Target {
        let written = written.trim();
        if written.is_empty() {
            return Target::Broken("leads nowhere: it has no address".to_string());
        }
        if let Some(anchor) = written.strip_prefix('#') {
            return match self.files.get(draft.file.as_str()) {
                Some(number) => Target::Page(*number, Some(decode(anchor))),
                None => Target::Other,
            };
        }
        let (path, is_local) = match self.local(written) {
            Ok(local) => local,
            Err(target) => return target,
        };
        let (path, anchor) = match path.split_once('#') {
            // A file's name may have the sign in it.
            Some(_) if self.file(draft, &path).is_some() => (path.as_str(), None),
            Some((path, anchor)) => (path, Some(decode(anchor))),
            None => (path.as_str(), None),
        };
        let spellings = [path, path.split('?').next().unwrap_or_default()];
        if !is_image && !is_local {
            for path in spellings {
                if let Some(number) = self.page(draft, path) {
                    return Target::Page(number, anchor);
                }
                if matches!(draft.head, super::draft::Head::Kept(..)) && is_of_the_site(path) {
                    return Target::Other;
                }
                if let Some(list) = self.list(draft.lang, path) {
                    return Target::Site(list);
                }
            }
        }
        for path in spellings {
            if let Some(file) = self.file(draft, path).or_else(|| self.anywhere(path)) {
                return match self.files.get(file) {
                    Some(number) => Target::Page(*number, anchor),
                    None => Target::File(file.to_string()),
                };
            }
        }
        if !is_image
            && let Some(folder) =
                resolve(names::folder(&draft.file), &decode(path)).filter(|it| self.source.has_folder(it))
        {
            let index = self
                .site
                .drafts
                .iter()
                .position(|draft| draft.is_index && names::folder(&draft.file) == folder);
            return index.map_or(Target::Other, |number| Target::Page(number, anchor));
        }
        Target::Broken(self.why(path, is_image))
    }

    /// The path within the old site, and whether it is one of the author's machine; what is none.
    fn local(&self, written: &str) -> Result<(String, bool), Target> {
        let drive = written.as_bytes().get(1) == Some(&b':')
            && written.as_bytes().first().is_some_and(u8::is_ascii_alphabetic);
        if drive {
            return Ok((written.replace('\\', "/"), true));
        }
        if let Some(path) = written.strip_prefix("file://") {
            return Ok((path.to_string(), true));
        }
        let bare = |url: &str| {
            let rest =
                url.split_once("://").map_or(url, |(_, rest)| rest).trim_start_matches('/').to_lowercase();
            rest.strip_prefix("www.").unwrap_or(&rest).to_string()
        };
        let lower = written.to_ascii_lowercase();
        if lower.starts_with("http://") || lower.starts_with("https://") || written.starts_with("//") {
            let after = written.find("//").map_or(0, |at| at + 2);
            let host_end = written[after..].find(['/', '?', '#']).map_or(written.len(), |at| after + at);
            let host = bare(&written[..host_end]);
            let ours = self.site.origins.iter().any(|origin| bare(origin) == host);
            let path = &written[host_end..];
            let below = path
                .strip_prefix(self.site.root.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '#', '?']));
            return match ours && below {
                true => Ok((if path.is_empty() { "/".to_string() } else { path.to_string() }, false)),
                false => Err(Target::Remote),
            };
        }
        match written.split(['/', '?', '#']).next().and_then(|first| first.split_once(':')) {
            Some((scheme, _)) if is_scheme(scheme) => Err(match scheme.to_ascii_lowercase().as_str() {
                "mailto" => Target::Other,
                _ => Target::Broken(format!("leads to `{scheme}:`, which pages cannot link to")),
            }),
            _ => Ok((written.to_string(), false)),
        }
    }

    /// The page at an address, in a file, or of a name.
    fn page(&self, draft: &Draft, path: &str) -> Option<usize> {
        let decoded = decode(path);
        for path in [decoded.as_str(), path] {
            let beside = resolve(names::folder(&draft.file), path).filter(|_| !path.starts_with('/'));
            let from_root = || {
                self.site
                    .public
                    .iter()
                    .filter_map(|base| Some(format!("{base}{}", resolve("", self.below(path))?)))
            };
            for file in beside.into_iter().chain(from_root()) {
                if let Some(number) = self.in_file(draft.lang, &file) {
                    return Some(number);
                }
            }
            if let Some(number) = self.addresses.get(&permalink::key(&absolute(draft, path)?)) {
                return Some(*number);
            }
            if let Some(number) =
                self.addresses.get(&permalink::key(&permalink::rooted(&self.site.root, path)))
                && path.starts_with('/')
            {
                return Some(*number);
            }
        }
        let last = names::name(&permalink::key(path)).to_lowercase();
        let last = last.strip_suffix(".md").unwrap_or(&last);
        let looks_like_one =
            path.ends_with('/') || path.ends_with(".html") || path.ends_with(".md") || !last.contains('.');
        match self.slugs.get(last).map(Vec::as_slice) {
            Some([number]) if looks_like_one && path.contains(['/', '.']) => Some(*number),
            _ => None,
        }
    }

    /// The page of a file, named with its suffix and its language or without them.
    fn in_file(&self, lang: Lang, file: &str) -> Option<usize> {
        let stem = file.strip_suffix(".md").unwrap_or(file);
        let coded = [lang, lang.other()].map(|lang| format!("{stem}.{}.md", lang.code()));
        let spellings = [file.to_string(), format!("{file}.md")].into_iter().chain(coded);
        spellings.into_iter().find_map(|file| self.files.get(file.as_str())).copied()
    }

    /// A path without what all addresses of the old site began with.
    fn below<'p>(&self, path: &'p str) -> &'p str {
        path.strip_prefix(self.site.root.as_str()).filter(|rest| rest.starts_with('/')).unwrap_or(path)
    }

    /// The lists of the site itself: home, tags, categories, archives, the feed.
    fn list(&self, lang: Lang, path: &str) -> Option<String> {
        let key = permalink::key(path);
        let key = if key == self.site.root { "" } else { self.below(&key) };
        let code = lang.code();
        if !path.starts_with('/') || self.site.ours {
            return None;
        }
        let known = match key {
            "" => Some(format!("/{code}/")),
            "/archives" | "/archive" => Some(format!("/{code}/archives")),
            "/tags" | "/categories" => Some(format!("/{code}{key}")),
            "/atom.xml" | "/feed.xml" | "/rss.xml" | "/rss2.xml" | "/feed" => {
                Some(format!("/{code}/atom.xml"))
            }
            _ => None,
        };
        known.or_else(|| {
            let (kind, name) = key[1..].split_once('/')?;
            let kind = ["tags", "categories"].into_iter().find(|it| *it == kind)?;
            let name = names::name(name);
            let term = self.terms.get(&(kind, permalink::hyphens(name).to_lowercase()))?;
            Some(format!("/{code}/{kind}/{}", crate::address::segment(term)))
        })
    }

    /// The file that a path means: beside the page, in its own folder, or from the root of the old site.
    fn file(&self, draft: &Draft, path: &str) -> Option<&'a str> {
        let decoded = decode(path);
        for path in [path, decoded.as_str()] {
            let mut places = Vec::new();
            if !path.starts_with('/') {
                places.push(resolve(names::folder(&draft.file), path));
                places.extend(draft.assets.as_ref().map(|folder| resolve(folder, path)));
            }
            for base in &self.site.public {
                places.push(resolve("", self.below(path)).map(|path| format!("{base}{path}")));
            }
            for place in places.into_iter().flatten() {
                if let Some(file) = self.exact(&place) {
                    return Some(file);
                }
            }
            // The files of a post had addresses below its own.
            let full = absolute(draft, path)?;
            if let Some(owner) = self.addresses.get(&permalink::key(names::folder(&full)))
                && let Some(folder) = &self.site.drafts.get(*owner)?.assets
                && let Some(file) = self.exact(&names::join(folder, names::name(&full)))
            {
                return Some(file);
            }
        }
        None
    }

    /// A file by its path; by another case of it when only one has that.
    fn exact(&self, path: &str) -> Option<&'a str> {
        let all = self.named.get(&names::name(path).to_lowercase());
        if let Some(file) = all.and_then(|all| all.iter().find(|file| **file == path)) {
            return Some(file);
        }
        if let Some((file, _)) = self.files.get_key_value(path) {
            return Some(file);
        }
        let lower = path.to_lowercase();
        let mut same = all?.iter().filter(|file| file.to_lowercase() == lower);
        same.next().filter(|_| same.next().is_none()).copied()
    }

    /// A file of this name anywhere, when there is one, or one whose folders fit best.
    fn anywhere(&self, path: &str) -> Option<&'a str> {
        let decoded = decode(path);
        [path, decoded.as_str()].into_iter().find_map(|path| {
            let all = self
                .named
                .get(&names::name(path).to_lowercase())
                .filter(|_| names::name(path).contains('.'))?;
            let fits = |file: &str| {
                let (mut theirs, mut wanted) = (file.rsplit('/'), path.rsplit('/'));
                std::iter::from_fn(|| Some((theirs.next()?, wanted.next()?)))
                    .take_while(|(a, b)| a.eq_ignore_ascii_case(b))
                    .count()
            };
            let best = all.iter().map(|file| fits(file)).max()?;
            let mut found = all.iter().filter(|file| fits(file) == best);
            found.next().filter(|_| found.next().is_none()).copied()
        })
    }

    fn why(&self, path: &str, is_image: bool) -> String {
        let decoded = decode(path);
        let many = self.named.get(&names::name(&decoded).to_lowercase()).map_or(0, Vec::len);
        match (many, is_image) {
            (2.., _) => format!(
                "the source has {many} files of the name `{}`, none of them there",
                names::name(&decoded)
            ),
            (_, true) => "the source has no such file".to_string(),
            (_, false) => "the source has no such page and no such file".to_string(),
        }
    }
}

/// Whether a page of our own means what the site answers itself: labs, lists, the API.
fn is_of_the_site(path: &str) -> bool {
    let Some(rest) = path.strip_prefix('/') else { return false };
    let (first, rest) = rest.split_once('/').unwrap_or((rest, ""));
    match Lang::from_code(first) {
        Some(_) => rest.is_empty() || PagePath::new(rest).reserved().is_some(),
        None => first.is_empty() || matches!(first, "static" | "api" | "-" | "embed"),
    }
}

fn is_scheme(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-'))
}

/// An address of the old site, from `/`, of a path as it was written on a page.
fn absolute(draft: &Draft, path: &str) -> Option<String> {
    if path.starts_with('/') {
        return Some(path.to_string());
    }
    let base = draft.old.first().map_or("/", String::as_str);
    let folder = if base.ends_with('/') { base } else { names::folder(base) };
    let slash = if path.ends_with('/') { "/" } else { "" };
    Some(format!("/{}{slash}", resolve(folder, path)?))
}

pub(super) fn decode(text: &str) -> String {
    percent_decode_str(text).decode_utf8().map_or_else(|_| text.to_string(), |text| text.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::front::Front;
    use crate::import::text::Text;

    #[test]
    fn what_the_site_answers_itself() {
        for (path, wanted) in [
            ("/en/labs/paws", true),
            ("/zh/", true),
            ("/", true),
            ("/static/a.css", true),
            ("/en/tcp/paws", false),
            ("/labs/paws", false),
            ("labs", false),
        ] {
            assert_eq!(is_of_the_site(path), wanted, "{path}");
        }
    }

    #[test]
    fn every_spelling_of_a_target() {
        let source = Source::of(
            &[
                "source/_posts/a b.md",
                "source/_posts/a b/own.png",
                "source/_posts/High_load.md",
                "source/images/x y.png",
                "source/images/dup.png",
                "source/old/dup.png",
                "source/files/t.pcap",
            ]
            .map(|file| (file, "")),
        );
        let draft = |file: &str, old: &str| {
            let front = Front { tags: vec!["accept queue".into()], ..Front::default() };
            let mut draft = Draft::new(file, front, Text::new("", 1), Lang::Zh);
            draft.old = vec![old.to_string()];
            draft.assets = Some(names::stem(file).to_string());
            draft
        };
        let site = Site {
            drafts: vec![
                draft("source/_posts/a b.md", "/b/2019/05/16/a b/"),
                draft("source/_posts/High_load.md", "/b/2018/01/01/High_load/"),
            ],
            origins: vec!["https://x.example".into()],
            root: "/b".into(),
            public: vec!["source/".into()],
            ..Site::default()
        };
        let index = Index::new(&source, &site);
        let page = |number, anchor: Option<&str>| Target::Page(number, anchor.map(str::to_string));
        let file = |file: &str| Target::File(file.to_string());
        for (written, is_image, wanted) in [
            ("#%E4%B8%AD", false, page(0, Some("中"))),
            ("High_load.md#a", false, page(1, Some("a"))),
            ("/b/2018/01/01/High_load/index.html", false, page(1, None)),
            ("http://www.x.example/b/2018/01/01/High_load#a", false, page(1, Some("a"))),
            ("https://x.example/b/2019/05/16/a%20b/", false, page(0, None)),
            ("../../../../2018/01/01/High_load/", false, page(1, None)),
            ("/2001/01/01/high_load/", false, page(1, None)),
            ("https://x.example/other/", false, Target::Remote),
            ("https://y.example/b/a.png", true, Target::Remote),
            ("/b/images/x%20y.png", true, file("source/images/x y.png")),
            ("/images/x y.png?w=3", true, file("source/images/x y.png")),
            ("https://x.example/b/images/x%20y.png", true, file("source/images/x y.png")),
            ("own.png", true, file("source/_posts/a b/own.png")),
            ("/b/2019/05/16/a b/own.png", true, file("source/_posts/a b/own.png")),
            ("/Users/ren/case/OWN.png", true, file("source/_posts/a b/own.png")),
            ("C:\\pics\\own.png", true, file("source/_posts/a b/own.png")),
            ("file:///Users/ren/images/dup.png", true, file("source/images/dup.png")),
            ("/files/t.pcap", false, file("source/files/t.pcap")),
            ("/b/tags/Accept-queue/", false, Target::Site("/zh/tags/accept%20queue".into())),
            ("/b/", false, Target::Site("/zh/".into())),
            ("mailto:a@b", false, Target::Other),
        ] {
            assert_eq!(index.target(&site.drafts[0], written, is_image), wanted, "{written}");
        }
        for (written, is_image) in [
            ("/never/", false),
            ("never.md", false),
            ("/x/dup.png", true),
            ("javascript:x", false),
            ("", false),
        ] {
            assert!(
                matches!(index.target(&site.drafts[0], written, is_image), Target::Broken(_)),
                "{written}"
            );
        }
    }
}
