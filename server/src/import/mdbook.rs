//! mdBook: the chapters of `SUMMARY.md` in their order, with what they include.

use super::anchors::Style;
use super::draft::{Draft, Head, Site};
use super::page::{self, Read};
use super::report::{Finding, Kind};
use super::source::Source;
use super::text::{Edit, Text};
use super::{names, permalink, tags};
use crate::content::path;
use pulldown_cmark::{Event, Parser, Tag};
use sim_wasm::text::Lang;
use std::collections::{BTreeMap, BTreeSet};

/// Files that include each other end here.
const DEEPEST: usize = 10;

/// A chapter that includes more than this is a mistake, such as a file that includes itself several times.
const LONGEST: usize = 4 << 20;

/// Reads a book.
pub(super) fn read(source: &Source, lang: Option<Lang>) -> Site {
    let mut site = Site::default();
    let toml = source
        .files()
        .filter(|file| names::name(file) == "book.toml")
        .min_by_key(|file| file.matches('/').count());
    let base = toml.map_or(String::new(), |file| file[..file.len() - "book.toml".len()].to_string());
    let book = toml.map_or_else(toml::Table::new, |file| settings(source, file, &mut site.findings));
    let get = |keys: &[&str]| {
        let (last, tables) = keys.split_last()?;
        let table = tables.iter().try_fold(&book, |table, key| table.get(*key)?.as_table())?;
        table.get(*last)
    };
    let text = |keys: &[&str]| get(keys).and_then(toml::Value::as_str).map(str::to_string);
    let folder = match toml {
        Some(_) => {
            let src = text(&["book", "src"]).unwrap_or_else(|| "src".to_string());
            match path::resolve(&base, &src).unwrap_or_default() {
                folder if folder.is_empty() => folder,
                folder => format!("{folder}/"),
            }
        }
        None => {
            source.files().find_map(|file| file.strip_suffix("SUMMARY.md")).unwrap_or_default().to_string()
        }
    };
    let build = format!("{base}{}/", text(&["build", "build-dir"]).unwrap_or_else(|| "book".to_string()));
    let url = text(&["output", "html", "site-url"]).unwrap_or_default();
    site.root = if url.contains("://") { permalink::path_of(&url) } else { url.clone() }
        .trim_end_matches('/')
        .to_string();
    site.origins = permalink::origin(&url).into_iter().collect();
    site.public = vec![folder.clone()];
    site.prefixes = vec![folder.clone(), base.clone()];
    let hints =
        page::Hints { lang, fallback: text(&["book", "language"]).and_then(|word| names::language(&word)) };
    let (order, titles) = summary(source, &folder, &mut site.findings);
    let mut included = BTreeSet::new();
    for file in source.files().filter(|file| names::is_markdown(file)) {
        let Some(rest) = file.strip_prefix(folder.as_str()).filter(|rest| *rest != "SUMMARY.md") else {
            continue;
        };
        if file.starts_with(&build) && !folder.starts_with(&build) {
            continue;
        }
        let Some(read) = page::read(source, file, hints, &mut site.findings) else { continue };
        let Read { mut front, text, lang, .. } = read;
        let mut expander = Expander {
            source,
            findings: &mut site.findings,
            included: &mut included,
            title: None,
            length: 0,
        };
        let text = expander.expand(file, text, 0);
        let title = expander.title.or_else(|| heading(&text.text));
        front.title = front.title.or(title).or_else(|| titles.get(file).cloned());
        front.order = order.get(file).map(|order| *order as i64);
        let stem = names::stem(rest);
        let mut draft = Draft::new(file, front, text, lang);
        draft.is_index = matches!(names::name(stem), "README" | "index");
        draft.path = if draft.is_index { names::folder(stem) } else { stem }.to_string();
        let address = match draft.is_index {
            true => format!("{}/index.html", names::folder(stem)),
            false => format!("{stem}.html"),
        };
        draft.old = vec![permalink::rooted(&site.root, &address)];
        draft.anchors = Style::MdBook;
        draft.math = matches!(get(&["output", "html", "mathjax-support"]), Some(toml::Value::Boolean(true)));
        site.drafts.push(draft);
    }
    site.drafts.retain(|draft| {
        let listed = order.contains_key(&draft.file);
        listed || !included.contains(&draft.file)
    });
    for draft in site.drafts.iter_mut().filter(|draft| !order.is_empty() && !order.contains_key(&draft.file))
    {
        if let Head::New(front) = &mut draft.head {
            front.draft = true;
        }
        let message = "is not in SUMMARY.md, so the book does not show it; it is imported as a draft";
        site.findings.push(Finding::note(&draft.file, 0, message));
    }
    if let Some(redirects) = get(&["output", "html", "redirect"]).and_then(toml::Value::as_table) {
        for (from, to) in redirects {
            let file = toml.unwrap_or_default();
            let to = to.as_str().unwrap_or_default();
            let line = source
                .text(file)
                .ok()
                .and_then(|text| text.lines().position(|line| line.contains(from.as_str())));
            redirect(&mut site, from, to, (file, line.map_or(0, |line| line + 1)));
        }
    }
    site
}

fn settings(source: &Source, file: &str, findings: &mut Vec<Finding>) -> toml::Table {
    let parsed = source.text(file).and_then(|text| {
        let wrong = |error: toml::de::Error| {
            let line = error.span().map_or(1, |span| 1 + text[..span.start].matches('\n').count());
            Finding::note(file, line, format!("cannot be read: {}", error.message()))
        };
        text.parse::<toml::Table>().map_err(wrong)
    });
    parsed.unwrap_or_else(|finding| {
        findings.push(finding);
        toml::Table::new()
    })
}

/// `"/old.html" = "new.html"`: the page that is meant answers there as well.
fn redirect(site: &mut Site, from: &str, to: &str, (file, line): (&str, usize)) {
    let plain = to.split('#').next().unwrap_or_default();
    let resolved = path::resolve(names::folder(from), plain).unwrap_or_default();
    let target = permalink::key(&permalink::rooted(&site.root, &resolved));
    let from = permalink::rooted(&site.root, from);
    match site.drafts.iter_mut().find(|draft| draft.old.iter().any(|old| permalink::key(old) == target)) {
        Some(draft) => draft.old.push(from),
        None => site.findings.push(Finding {
            file: file.to_string(),
            line,
            kind: Kind::Link,
            message: format!("the redirect from `{from}` leads to `{to}`, which is no page here"),
        }),
    }
}

/// The chapters' files, each with its number and its title.
fn summary(
    source: &Source,
    folder: &str,
    findings: &mut Vec<Finding>,
) -> (BTreeMap<String, usize>, BTreeMap<String, String>) {
    let (mut order, mut titles) = (BTreeMap::new(), BTreeMap::new());
    let file = format!("{folder}SUMMARY.md");
    if !source.contains(&file) {
        return (order, titles);
    }
    let text = match source.text(&file) {
        Ok(text) => text,
        Err(finding) => {
            findings.push(finding);
            return (order, titles);
        }
    };
    let mut open: Option<(String, String)> = None;
    let lines = Text::new(text.clone(), 1);
    for (event, range) in Parser::new(&text).into_offset_iter() {
        match (event, &mut open) {
            (Event::Start(Tag::Link { dest_url, .. }), _) if !dest_url.is_empty() => {
                open = Some((dest_url.to_string(), String::new()));
            }
            (Event::Text(part) | Event::Code(part), Some((_, title))) => title.push_str(&part),
            (Event::End(pulldown_cmark::TagEnd::Link), Some(_)) => {
                let Some((to, title)) = open.take() else { continue };
                let decoded = crate::address::decode(&to).unwrap_or(to);
                let Some(chapter) = path::resolve("", &decoded).map(|path| format!("{folder}{path}")) else {
                    continue;
                };
                if source.contains(&chapter) {
                    let next = order.len() + 1;
                    order.entry(chapter.clone()).or_insert(next);
                    titles.entry(chapter).or_insert(title);
                } else {
                    let message = format!("the chapter `{decoded}` is not there");
                    findings.push(Finding {
                        file: file.clone(),
                        line: lines.line(range.start),
                        kind: Kind::Link,
                        message,
                    });
                }
            }
            _ => {}
        }
    }
    (order, titles)
}

fn heading(text: &str) -> Option<String> {
    let first =
        super::anchors::headings(text, Style::MdBook).into_iter().find(|heading| heading.level == 1)?;
    (!first.text.is_empty()).then_some(first.text)
}

struct Expander<'a> {
    source: &'a Source,
    findings: &'a mut Vec<Finding>,
    included: &'a mut BTreeSet<String>,
    title: Option<String>,
    /// Bytes included so far.
    length: usize,
}

impl Expander<'_> {
    /// Puts what is included in its place. In code, too: that is where most of it stands.
    fn expand(&mut self, file: &str, text: Text, depth: usize) -> Text {
        let mut edits = Vec::new();
        let mut at = 0;
        while let Some(start) = text.text[at..].find("{{#").map(|found| at + found) {
            let Some(end) = text.text[start..].find("}}").map(|found| start + found + 2) else { break };
            at = end;
            if text.text[..start].ends_with('\\') {
                edits.push(Edit::new(start - 1..start, ""));
                continue;
            }
            match self.one(file, &text.text[start + 3..end - 2], depth) {
                Ok(new) => edits.push(Edit::new(start..end, new)),
                Err(message) => self.findings.push(Finding::tag(file, text.line(start), message)),
            }
        }
        text.edit(edits)
    }

    fn one(&mut self, file: &str, directive: &str, depth: usize) -> Result<String, String> {
        let (name, argument) =
            directive.trim().split_once(char::is_whitespace).unwrap_or((directive.trim(), ""));
        let argument = argument.trim();
        if name == "title" {
            self.title = Some(argument.to_string());
            return Ok(String::new());
        }
        if !matches!(name, "include" | "rustdoc_include" | "playground" | "playpen") {
            return Err(format!("`{{{{#{name}}}}}` is not known here; it stays as it is"));
        }
        let what = argument.split_whitespace().next().unwrap_or_default();
        let (target, part) = what.split_once(':').map_or((what, None), |(target, part)| (target, Some(part)));
        let target = path::resolve(names::folder(file), target).filter(|target| self.source.contains(target));
        let target =
            target.ok_or_else(|| format!("there is no file `{what}` to include; it stays as it is"))?;
        if depth == DEEPEST {
            return Err(format!("`{target}` includes itself; this is where it ends"));
        }
        let text = self.source.text(&target).map_err(|finding| finding.message)?;
        self.length += text.len();
        if self.length > LONGEST {
            return Err(format!("the chapter includes more than {LONGEST} bytes; `{target}` is left out"));
        }
        self.included.insert(target.clone());
        let hidden = name == "rustdoc_include";
        let taken = take(&text, part.unwrap_or_default(), hidden).ok_or_else(|| {
            format!("`{target}` has no part `{}`; it stays as it is", part.unwrap_or_default())
        })?;
        let taken = match names::is_markdown(&target) {
            true => self.expand(&target, Text::new(taken, 1), depth + 1).text,
            false => taken,
        };
        match name {
            "playground" | "playpen" => Ok(tags::fence("rust", &taken)),
            _ => Ok(taken.trim_end_matches('\n').to_string()),
        }
    }
}

/// Lines `2:10`, `2:`, `:10`, `7`, or those between `ANCHOR: name` and its end; with `hidden` all others as hidden ones.
fn take(text: &str, part: &str, hidden: bool) -> Option<String> {
    let lines: Vec<&str> = text.lines().collect();
    let mark = |line: &str, word: &str| -> Option<String> {
        let at = line.find(&format!("{word}:"))?;
        Some(line[at + word.len() + 1..].split_whitespace().next()?.to_string())
    };
    let is_mark = |line: &str| mark(line, "ANCHOR").is_some() || mark(line, "ANCHOR_END").is_some();
    let number = |text: &str| text.parse::<usize>().ok();
    let mut parts = part.split(':');
    let (first, second) = (parts.next().unwrap_or_default(), parts.next());
    let range = match (first, second) {
        ("", None) => 0..lines.len(),
        (first, None) if number(first).is_some() => number(first)?.checked_sub(1)?..number(first)?,
        (first, Some(second)) if first.is_empty() || number(first).is_some() => {
            let start = number(first).unwrap_or(1).saturating_sub(1);
            start..number(second).unwrap_or(lines.len())
        }
        (name, _) => {
            let start = lines.iter().position(|line| mark(line, "ANCHOR").as_deref() == Some(name))? + 1;
            let rest = lines.get(start..)?;
            let length = rest.iter().position(|line| mark(line, "ANCHOR_END").as_deref() == Some(name));
            start..start + length.unwrap_or(rest.len())
        }
    };
    let inside = |at: usize| range.contains(&at);
    let kept = lines.iter().enumerate().filter(|(_, line)| !is_mark(line)).filter_map(|(at, line)| {
        match inside(at) {
            true => Some((*line).to_string()),
            false if hidden => Some(format!("# {line}").trim_end().to_string()),
            false => None,
        }
    });
    Some(kept.collect::<Vec<_>>().join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn book(files: &[(&str, &str)]) -> Site {
        read(&Source::of(files), None)
    }

    #[test]
    fn parts_of_files() {
        let text = "a\n// ANCHOR: x\nb\nc\n// ANCHOR_END: x\nd\n";
        for (part, hidden, wanted) in [
            ("", false, Some("a\nb\nc\nd")),
            ("1", false, Some("a")),
            ("3:4", false, Some("b\nc")),
            (":3", false, Some("a\nb")),
            ("4:", false, Some("c\nd")),
            ("x", false, Some("b\nc")),
            ("x", true, Some("# a\nb\nc\n# d")),
            ("y", false, None),
        ] {
            assert_eq!(take(text, part, hidden).as_deref(), wanted, "{part}");
        }
    }

    #[test]
    fn chapters_in_their_order() {
        let site = book(&[
            (
                "b/book.toml",
                "[book]\nsrc = \"./src\"\n[output.html]\nsite-url = \"/book/\"\n[output.html.redirect]\n\"/old/x.html\" = \"../guide/a b.html#y\"\n\"/q.html\" = \"never.html\"\n",
            ),
            (
                "b/src/SUMMARY.md",
                "# Summary\n\n[Intro](README.md)\n\n- [A](<guide/a b.md>)\n  - [N](guide/none.md)\n- [Draft]()\n",
            ),
            ("b/src/README.md", "# The book\n\nText\n"),
            (
                "b/src/guide/a b.md",
                "{{#title Two}}\n# A `b`\n\n```rust\n{{#include ../x.rs:2}}\n```\n\\{{#include x}}\n{{#include ../part.md}}\n{{#include gone.rs}}\n",
            ),
            ("b/src/orphan.md", "x"),
            ("b/src/part.md", "part\n"),
            ("b/src/x.rs", "one\ntwo\n"),
        ]);
        let found: Vec<_> = site
            .drafts
            .iter()
            .map(|draft| (draft.path.as_str(), draft.old.join(" "), draft.title().unwrap_or("")))
            .collect();
        let wanted = [
            ("", "/book/index.html", "The book"),
            ("guide/a b", "/book/guide/a b.html /book/old/x.html", "Two"),
            ("orphan", "/book/orphan.html", ""),
        ];
        assert_eq!(found, wanted.map(|(path, old, title)| (path, old.to_string(), title)));
        assert!(
            site.drafts[1]
                .text
                .text
                .contains("```rust\ntwo\n```\n{{#include x}}\npart\n{{#include gone.rs}}"),
            "{}",
            site.drafts[1].text.text
        );
        assert_eq!(site.findings.len(), 4, "{:#?}", site.findings);
    }
}
