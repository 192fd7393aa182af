//! Links to pages that move. What changes in a text are the destinations that lead elsewhere otherwise, and not a byte more;
//! each is written as its author wrote it: relative or from the root, with `.md` or without, percent-encoded or not.

use crate::address;
use crate::content::page::Page;
use crate::content::path::{Kind, PagePath, classify, resolve};
use crate::markdown;
use pulldown_cmark::{Event, LinkType, Parser, Tag, TagEnd};
use sim_wasm::text::Lang;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// What moves, and everything that links can lead to besides.
#[derive(Debug, Default)]
pub struct Moves {
    /// Old file to new file.
    files: BTreeMap<String, String>,
    /// Old page to new page.
    pages: BTreeMap<String, String>,
    /// A folder that moves with everything in it.
    folder: Option<(String, String)>,
    before: Tree,
    after: Tree,
}

/// What there is.
#[derive(Debug, Default)]
struct Tree {
    pages: BTreeSet<String>,
    attachments: BTreeSet<String>,
}

impl Tree {
    fn new<'a>(files: impl Iterator<Item = &'a str>) -> Tree {
        let mut tree = Tree::default();
        for file in files {
            match classify(file) {
                Kind::Page { path, .. } => tree.pages.insert(path.as_str().to_string()),
                Kind::Attachment => tree.attachments.insert(file.to_string()),
            };
        }
        tree
    }

    fn has_folder(&self, folder: &str) -> bool {
        let inside = format!("{folder}/");
        self.pages.range(inside.clone()..).next().is_some_and(|page| page.starts_with(&inside))
    }
}

/// What a destination means.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Target {
    Page(String),
    Attachment(String),
    Folder(String),
}

impl Target {
    fn path(&self) -> &str {
        match self {
            Target::Page(path) | Target::Attachment(path) | Target::Folder(path) => path,
        }
    }
}

/// How a destination is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Style {
    /// `/en/tcp/syn`
    Address(Lang),
    /// `/tcp/syn.md`
    Rooted,
    /// `tcp/syn`, which is nothing beside the page.
    FromRoot,
    /// `../tcp/syn.md`
    Beside,
    /// `syn`, wherever that is.
    Name,
}

/// What a destination stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// `(a.md)`
    Bare,
    /// `(<a.md>)`
    Angle,
    /// `[[a]]`
    Wiki,
}

impl Moves {
    /// What becomes of `files`, all that there are, when those in `moved` get other names. With `folder`, old and new path
    /// of a folder that moves as a whole.
    pub fn new<'a>(
        moved: BTreeMap<String, String>,
        files: impl Iterator<Item = &'a str> + Clone,
        folder: Option<(String, String)>,
    ) -> Moves {
        let after = Tree::new(files.clone().map(|file| moved.get(file).map_or(file, String::as_str)));
        let page = |file: &str| match classify(file) {
            Kind::Page { path, .. } => Some(path.as_str().to_string()),
            Kind::Attachment => None,
        };
        let pages = moved.iter().filter_map(|(old, new)| Some((page(old)?, page(new)?))).collect();
        Moves { pages, folder, before: Tree::new(files), after, files: moved }
    }

    /// Whether a file gets another name.
    pub fn moves(&self, file: &str) -> bool {
        self.files.contains_key(file)
    }

    /// The text of a page after the move. `file` is its name before.
    pub fn relink(&self, file: &str, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut copied = 0;
        for (range, form) in destinations(file, text) {
            if let Some((range, new)) = self.rewritten(file, text, range, form) {
                out.push_str(&text[copied..range.start]);
                out.push_str(&new);
                copied = range.end;
            }
        }
        out.push_str(&text[copied..]);
        out
    }

    /// Whether a link of the page leads to something that moves.
    pub fn touches(&self, file: &str, text: &str) -> bool {
        destinations(file, text).into_iter().any(|(range, form)| {
            let written = unescaped(&text[range], form);
            let found = self.resolve(folder_of(file), split(&written, form).0);
            found.is_some_and(|(target, _)| self.moved(&target).is_some())
        })
    }

    /// The files beside pages that a page has links to.
    pub fn files_of(&self, file: &str, text: &str) -> BTreeSet<String> {
        let found = destinations(file, text).into_iter().filter_map(|(range, form)| {
            let written = unescaped(text[range].trim(), form);
            match self.resolve(folder_of(file), split(&written, form).0)? {
                (Target::Attachment(path), _) => Some(path),
                _ => None,
            }
        });
        found.collect()
    }

    fn rewritten(
        &self,
        file: &str,
        text: &str,
        range: Range<usize>,
        form: Form,
    ) -> Option<(Range<usize>, String)> {
        let raw = split(&text[range.clone()], form).0;
        let lead = raw.len() - raw.trim_start().len();
        let raw = raw.trim();
        let written = unescaped(raw, form);
        let (target, style) = self.resolve(folder_of(file), &written)?;
        let new_file = self.files.get(file).map_or(file, String::as_str);
        let moved = self.moved(&target);
        if moved.is_none() && folder_of(file) == folder_of(new_file) {
            return None;
        }
        let old = address::decode(&written)?;
        let new = self.written(&moved.unwrap_or(target), style, folder_of(new_file), &old);
        if new == old {
            return None;
        }
        let start = range.start + lead;
        Some((start..start + raw.len(), encoded(&new, form, written.contains('%'))))
    }

    /// What a destination means before the move, as the site reads it, and in which way.
    fn resolve(&self, folder: &str, written: &str) -> Option<(Target, Style)> {
        let is_elsewhere = written.starts_with("//") || written.split(['/', '?', '#']).next()?.contains(':');
        if written.is_empty() || is_elsewhere {
            return None;
        }
        let text = address::decode(written)?;
        let first = text.strip_prefix('/').and_then(|rest| rest.split_once('/'));
        if let Some((lang, rest)) = first.and_then(|(code, rest)| Some((Lang::from_code(code)?, rest))) {
            let path = resolve("", rest)?;
            let found = self.before.attachments.contains(&path).then(|| Target::Attachment(path.clone()));
            return Some((found.or_else(|| self.page_or_folder(path))?, Style::Address(lang)));
        }
        let beside = resolve(folder, &text).map(|path| (path, Style::Beside));
        let root = resolve("", &text).map(|path| (path, Style::FromRoot));
        let styled = |style| if text.starts_with('/') { Style::Rooted } else { style };
        if let Some((path, style)) = &beside
            && !text.ends_with(".md")
            && self.before.attachments.contains(path)
        {
            return Some((Target::Attachment(path.clone()), styled(*style)));
        }
        for (path, style) in [&beside, &root].into_iter().flatten() {
            let file = if path.ends_with(".md") { path.clone() } else { format!("{path}.md") };
            if let Kind::Page { path, .. } = classify(&file)
                && self.before.pages.contains(path.as_str())
            {
                return Some((Target::Page(path.as_str().to_string()), styled(*style)));
            }
        }
        let name = text.strip_suffix(".md").unwrap_or(&text);
        if let Some(page) = self.before.pages.iter().find(|page| name_of(page) == name) {
            return Some((Target::Page(page.clone()), Style::Name));
        }
        let found = [beside, root].into_iter().flatten().find(|(path, _)| self.before.has_folder(path));
        found.map(|(path, style)| (Target::Folder(path), styled(style)))
    }

    fn page_or_folder(&self, path: String) -> Option<Target> {
        match () {
            () if self.before.pages.contains(&path) => Some(Target::Page(path)),
            () if self.before.has_folder(&path) => Some(Target::Folder(path)),
            () => None,
        }
    }

    /// Where something is after the move; none when it stays.
    fn moved(&self, target: &Target) -> Option<Target> {
        match target {
            Target::Page(path) => self.pages.get(path).cloned().map(Target::Page),
            Target::Attachment(file) => self.files.get(file).cloned().map(Target::Attachment),
            Target::Folder(path) => {
                let (old, new) = self.folder.as_ref()?;
                let rest = path
                    .strip_prefix(old.as_str())
                    .filter(|rest| rest.is_empty() || rest.starts_with('/'))?;
                Some(Target::Folder(format!("{new}{rest}")))
            }
        }
    }

    /// A destination in the style of the old one.
    fn written(&self, target: &Target, style: Style, folder: &str, old: &str) -> String {
        let slash = if old.len() > 1 && old.ends_with('/') { "/" } else { "" };
        let (base, suffix) = match target {
            Target::Page(path) => {
                let stem = old.strip_suffix(".md");
                let coded = stem
                    .and_then(|stem| stem.rsplit_once('.'))
                    .filter(|(_, code)| Lang::from_code(code).is_some());
                let (stem, suffix) = match (stem, coded) {
                    (_, Some((stem, code))) => (stem, format!(".{code}.md")),
                    (Some(stem), None) => (stem, ".md".to_string()),
                    (None, None) => (old, String::new()),
                };
                let is_index = name_of(stem) == "index" && style != Style::Name && name_of(path) != "index";
                (if is_index { join(path, "index") } else { path.clone() }, suffix)
            }
            Target::Attachment(path) | Target::Folder(path) => (path.clone(), String::new()),
        };
        let full = format!("{base}{suffix}");
        match style {
            Style::Address(lang) => format!("/{}/{full}{slash}", lang.code()),
            Style::Rooted => format!("/{full}{slash}"),
            Style::FromRoot => {
                let beside = resolve(folder, &base).filter(|beside| beside != target.path());
                let is_hidden = beside.is_some_and(|beside| self.after.pages.contains(&beside));
                format!("{}{full}{slash}", if is_hidden { "/" } else { "" })
            }
            Style::Beside => {
                let path = relative(folder, &full);
                let dot = if old.starts_with("./") && !path.starts_with("..") { "./" } else { "" };
                format!("{dot}{path}{slash}")
            }
            Style::Name => {
                let name = name_of(&base);
                let others = self.after.pages.iter().filter(|page| name_of(page) == name).count();
                // A name that several pages have means the first of them.
                if others == 1 { format!("{name}{suffix}") } else { format!("/{full}") }
            }
        }
    }
}

fn folder_of(file: &str) -> &str {
    file.rsplit_once('/').map_or("", |(folder, _)| folder)
}

fn name_of(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or_default()
}

fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_string() } else { format!("{folder}/{name}") }
}

/// The way from a folder to a path.
pub(crate) fn relative(folder: &str, path: &str) -> String {
    let from: Vec<&str> = folder.split('/').filter(|segment| !segment.is_empty()).collect();
    let to: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).collect();
    let shared = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    let up = std::iter::repeat_n("..", from.len() - shared);
    let way: Vec<&str> = up.chain(to[shared..].iter().copied()).collect();
    if way.is_empty() { ".".to_string() } else { way.join("/") }
}

/// A destination without its query and anchor, and these.
pub(crate) fn split(written: &str, form: Form) -> (&str, &str) {
    let end = match form {
        Form::Wiki => written.find('#'),
        Form::Bare | Form::Angle => written.find(['?', '#']),
    };
    written.split_at(end.unwrap_or(written.len()))
}

/// What a destination says, with CommonMark's backslashes taken away.
pub(crate) fn unescaped(raw: &str, form: Form) -> String {
    if form == Form::Wiki {
        return raw.to_string();
    }
    let mut out = String::with_capacity(raw.len());
    let mut rest = raw.chars().peekable();
    while let Some(c) = rest.next() {
        match rest.peek() {
            Some(next) if c == '\\' && next.is_ascii_punctuation() => out.extend(rest.next()),
            _ => out.push(c),
        }
    }
    out.replace("&amp;", "&")
}

/// A path as it is written in a destination of this form, percent-encoded throughout when `percent` says so.
pub(crate) fn encoded(path: &str, form: Form, percent: bool) -> String {
    let special: &[char] = match form {
        Form::Bare => &['%', '?', '#', '\\', '&', '<', '>', '(', ')', '"', '\'', ' '],
        Form::Angle => &['%', '?', '#', '\\', '&', '<', '>'],
        Form::Wiki => &['%', '#', '[', ']', '|'],
    };
    if percent {
        let path = address::path(path);
        return if form == Form::Bare { path.replace('(', "%28").replace(')', "%29") } else { path };
    }
    let mut out = String::with_capacity(path.len());
    for c in path.chars() {
        match special.contains(&c) {
            true => out.push_str(&format!("%{:02X}", u32::from(c))),
            false => out.push(c),
        }
    }
    out
}

/// Where the destinations of links and pictures stand in a page, in their order. One whose place is not certain is left
/// out.
pub(crate) fn destinations(file: &str, text: &str) -> Vec<(Range<usize>, Form)> {
    let Some(body) = body(file, text) else { return Vec::new() };
    let before = text.len() - body.len();
    let parser = Parser::new_ext(body, markdown::options());
    let mut found: Vec<(Range<usize>, Form)> = Vec::new();
    for (_, definition) in parser.reference_definitions().iter() {
        let span = definition.span.clone();
        found.extend(behind(body, span, "]:", &definition.dest));
    }
    // Links that are open: where their text ends so far, and where they lead.
    let mut open: Vec<(usize, LinkType, String)> = Vec::new();
    for (event, range) in parser.into_offset_iter() {
        match event {
            Event::Start(Tag::Link { link_type, dest_url, .. } | Tag::Image { link_type, dest_url, .. }) => {
                let mark = if body[range.start..].starts_with('!') { 2 } else { 1 };
                open.push((range.start + mark, link_type, dest_url.into_string()));
                continue;
            }
            Event::End(TagEnd::Link | TagEnd::Image) => match open.pop() {
                Some((end, LinkType::Inline, to)) => found.extend(behind(body, end..range.end, "](", &to)),
                Some((_, LinkType::WikiLink { .. }, to)) => {
                    let mark = if body[range.start..].starts_with('!') { 3 } else { 2 };
                    let place = range.start + mark..range.start + mark + to.len();
                    found.extend((body.get(place.clone()) == Some(&to)).then_some((place, Form::Wiki)));
                }
                _ => {}
            },
            _ => {}
        }
        if let Some((end, ..)) = open.last_mut() {
            *end = range.end.max(*end);
        }
    }
    found.sort_by_key(|(range, _)| range.start);
    found.dedup();
    found.into_iter().map(|(range, form)| (range.start + before..range.end + before, form)).collect()
}

/// What stands behind the head of a page.
pub(crate) fn body<'a>(file: &str, text: &'a str) -> Option<&'a str> {
    let Kind::Page { path, lang, is_index } = classify(file) else { return None };
    let path: PagePath = path;
    let (page, _) = Page::read(path, lang, is_index, file, text.to_string()).ok()?;
    text.get(text.len() - page.body().len()..)
}

/// The destination behind `mark`, if it is the one that the parser found there.
fn behind(body: &str, place: Range<usize>, mark: &str, destination: &str) -> Option<(Range<usize>, Form)> {
    let rest = body.get(place.clone())?;
    let after = rest.find(mark)? + mark.len();
    let start = after + rest[after..].len() - rest[after..].trim_start().len();
    let (start, form) =
        if rest[start..].starts_with('<') { (start + 1, Form::Angle) } else { (start, Form::Bare) };
    let end = start + end(&rest[start..], form);
    let raw = &rest[start..end];
    // An escaped mark is part of the path for the author, but not for the site.
    let is_certain = !raw.is_empty()
        && unescaped(raw, form) == destination
        && !["\\#", "\\?", "&#"].iter().any(|it| raw.contains(it));
    is_certain.then_some((place.start + start..place.start + end, form))
}

/// Where a destination ends (CommonMark 0.31, 6.3).
fn end(text: &str, form: Form) -> usize {
    let (mut depth, mut escaped) = (0, false);
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '>' if form == Form::Angle => return at,
            _ if form == Form::Angle => {}
            '(' => depth += 1,
            ')' if depth == 0 => return at,
            ')' => depth -= 1,
            c if c == ' ' || c.is_ascii_control() => return at,
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::Moves;
    use std::collections::BTreeMap;

    const FILES: &[&str] = &[
        "index.en.md",
        "about.en.md",
        "tcp/index.en.md",
        "tcp/a.en.md",
        "tcp/a.zh.md",
        "tcp/b.en.md",
        "tcp/p 1.png",
        "tcp/shot.png",
        "网络/重传.zh.md",
        "lvs/nat.en.md",
        "lvs/deep/x.en.md",
    ];

    fn one(old: &str, new: &str) -> Moves {
        let pairs = FILES.iter().filter_map(|file| {
            let rest = file.strip_prefix(old).filter(|rest| rest.starts_with(['.', '/']))?;
            Some((file.to_string(), format!("{new}{rest}")))
        });
        let is_folder = FILES.iter().any(|file| file.starts_with(&format!("{old}/")));
        let folder = is_folder.then(|| (old.to_string(), new.to_string()));
        Moves::new(pairs.collect::<BTreeMap<_, _>>(), FILES.iter().copied(), folder)
    }

    #[track_caller]
    fn check(moves: &Moves, file: &str, cases: &[(&str, &str)]) {
        for (before, after) in cases {
            assert_eq!(moves.relink(file, before), *after, "{before}");
        }
    }

    #[test]
    fn links_to_a_page_are_written_as_they_were() {
        check(
            &one("tcp/a", "net/deep/c"),
            "tcp/b.en.md",
            &[
                ("[x](a.md)", "[x](../net/deep/c.md)"),
                ("[x](./a.md)", "[x](../net/deep/c.md)"),
                ("[x](a.zh.md)", "[x](../net/deep/c.zh.md)"),
                ("[x](a)", "[x](../net/deep/c)"),
                ("[x](a.md#frag)", "[x](../net/deep/c.md#frag)"),
                ("[x](/tcp/a.md?x=1#y)", "[x](/net/deep/c.md?x=1#y)"),
                ("[x](/en/tcp/a)", "[x](/en/net/deep/c)"),
                ("[x](/zh/tcp/a?lab=1#y)", "[x](/zh/net/deep/c?lab=1#y)"),
                ("[x](tcp/a)", "[x](net/deep/c)"),
                ("[x](<a.md> \"title (a.md)\")", "[x](<../net/deep/c.md> \"title (a.md)\")"),
                ("[x](  a.md  'a.md'  )", "[x](  ../net/deep/c.md  'a.md'  )"),
                ("[x](\na.md)", "[x](\n../net/deep/c.md)"),
                ("[![x](shot.png)](a.md)", "[![x](shot.png)](../net/deep/c.md)"),
                ("[a.md `](a.md)` **a.md**](a.md)", "[a.md `](a.md)` **a.md**](../net/deep/c.md)"),
                ("[](a.md)", "[](../net/deep/c.md)"),
                ("[r]\n\n[r]: a.md \"a.md\"\n", "[r]\n\n[r]: ../net/deep/c.md \"a.md\"\n"),
                ("[x][r]\n\n[r]:\n  <a.md#z>\n", "[x][r]\n\n[r]:\n  <../net/deep/c.md#z>\n"),
                ("[[tcp/a]]", "[[net/deep/c]]"),
                ("[[tcp/a#Part|see a]]", "[[net/deep/c#Part|see a]]"),
                ("| t |\n|---|\n| [x](a.md) |\n", "| t |\n|---|\n| [x](../net/deep/c.md) |\n"),
                ("> [x](a.md)\r\n> [x](a.md)\r\n", "> [x](../net/deep/c.md)\r\n> [x](../net/deep/c.md)\r\n"),
                (
                    "\u{feff}---\ntitle: a.md\n---\n[x](a.md)",
                    "\u{feff}---\ntitle: a.md\n---\n[x](../net/deep/c.md)",
                ),
            ],
        );
    }

    #[test]
    fn nothing_else_is_touched() {
        let moves = one("tcp/a", "net/c");
        for text in [
            "`[x](a.md)`",
            "```\n[x](a.md)\n```\n",
            "    [x](a.md)\n",
            "\\[x](a.md)",
            "a.md tcp/a /en/tcp/a",
            "[x](b.md) [x](https://example.com/tcp/a) [x](//tcp/a) [x](mailto:a) [x](#a) [x]()",
            "[x](/en/tcp/ab) [x](ab.md) [x](../a.md)",
            "---\ntitle: \"[x](a.md)\"\n---\n",
            "[undefined]: ",
            "$[x](a.md)$",
        ] {
            assert_eq!(moves.relink("tcp/b.en.md", text), text);
        }
    }

    #[test]
    fn encodings_are_kept() {
        check(
            &one("网络/重传", "网络/新 页(1)"),
            "tcp/b.en.md",
            &[
                ("[x](../网络/重传.md)", "[x](../网络/新%20页%281%29.md)"),
                ("[x](<../网络/重传.md>)", "[x](<../网络/新 页(1).md>)"),
                (
                    "[x](/zh/%E7%BD%91%E7%BB%9C/%E9%87%8D%E4%BC%A0#%E4%B8%AD)",
                    "[x](/zh/%E7%BD%91%E7%BB%9C/%E6%96%B0%20%E9%A1%B5%281%29#%E4%B8%AD)",
                ),
                ("[[网络/重传|看]]", "[[网络/新 页(1)|看]]"),
                ("[[重传]]", "[[新 页(1)]]"),
            ],
        );
        check(
            &one("tcp", "net"),
            "about.en.md",
            &[
                ("![x](tcp/p%201.png)", "![x](net/p%201.png)"),
                ("![x](<tcp/p 1.png>)", "![x](<net/p 1.png>)"),
                ("![x](/en/tcp/p%201.png)", "![x](/en/net/p%201.png)"),
            ],
        );
    }

    #[test]
    fn links_in_the_page_that_moves_lead_where_they_led() {
        check(
            &one("tcp/a", "net/deep/c"),
            "tcp/a.en.md",
            &[
                ("[x](b.md)", "[x](../../tcp/b.md)"),
                ("![x](shot.png)", "![x](../../tcp/shot.png)"),
                ("[x](../lvs/nat.md#y)", "[x](../../lvs/nat.md#y)"),
                ("[x](../lvs/)", "[x](../../lvs/)"),
                ("[x](a.md#self)", "[x](c.md#self)"),
                (
                    "[x](/lvs/nat.md) [x](/en/lvs/nat) [x](lvs/nat) [[nat]]",
                    "[x](/lvs/nat.md) [x](/en/lvs/nat) [x](lvs/nat) [[nat]]",
                ),
                ("[x](index.md)", "[x](../../tcp/index.md)"),
            ],
        );
        // The name alone changes: what is beside it stays there.
        check(
            &one("tcp/a", "tcp/c"),
            "tcp/a.en.md",
            &[("[x](b.md) ![x](shot.png)", "[x](b.md) ![x](shot.png)")],
        );
    }

    #[test]
    fn folders_move_with_what_is_in_them() {
        let moves = one("tcp", "net/tcp4");
        check(
            &moves,
            "tcp/b.en.md",
            &[
                ("[x](a.md) ![x](shot.png) [x](/about.md)", "[x](a.md) ![x](shot.png) [x](/about.md)"),
                ("[x](../about.md)", "[x](../../about.md)"),
                ("[x](../tcp/a.md)", "[x](a.md)"),
            ],
        );
        check(
            &moves,
            "lvs/nat.en.md",
            &[
                ("[x](../tcp/)", "[x](../net/tcp4/)"),
                ("[x](../tcp/index.md)", "[x](../net/tcp4/index.md)"),
                ("[x](/en/tcp)", "[x](/en/net/tcp4)"),
                ("![x](../tcp/shot.png)", "![x](../net/tcp4/shot.png)"),
                ("[[a]] [[b]]", "[[a]] [[b]]"),
            ],
        );
        check(
            &one("lvs/deep", "lvs/flat"),
            "about.en.md",
            &[
                ("[x](lvs/deep/)", "[x](lvs/flat/)"),
                ("[x](lvs/)", "[x](lvs/)"),
                ("[x](/en/lvs/deep)", "[x](/en/lvs/flat)"),
            ],
        );
    }

    #[test]
    fn a_way_that_would_lead_elsewhere_begins_at_the_root() {
        let files = ["a.en.md", "sub/x.en.md", "sub/lvs/nat.en.md", "lvs/nat.en.md"];
        let moved = BTreeMap::from([("a.en.md".to_string(), "sub/a.en.md".to_string())]);
        let moves = Moves::new(moved, files.into_iter(), None);
        check(
            &moves,
            "a.en.md",
            &[("[x](lvs/nat.md)", "[x](../lvs/nat.md)"), ("[x](/lvs/nat)", "[x](/lvs/nat)")],
        );
    }

    #[test]
    fn pages_that_lead_to_a_moved_one_are_known() {
        let moves = one("tcp/a", "tcp/c");
        assert!(moves.touches("lvs/nat.en.md", "[x](../tcp/a.md#y)"));
        assert!(moves.touches("lvs/nat.en.md", "[[a]]"));
        assert!(!moves.touches("lvs/nat.en.md", "[x](../tcp/b.md) `[[a]]`"));
    }
}
