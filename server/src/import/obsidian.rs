//! Obsidian: notes that link to each other by name, and what its markdown has of its own.

use super::anchors::Style;
use super::draft::{Draft, Head, Site};
use super::front;
use super::page::{self, Hints, Read};
use super::report::{Finding, Kind};
use super::source::Source;
use super::text::{Edit, Text};
use super::{names, tags};
use crate::content::path;
use crate::wiki::relink::{Form, encoded, relative};
use sim_wasm::text::Lang;
use std::collections::HashMap;
use std::ops::Range;

/// Obsidian's callouts and ours.
const CALLOUTS: &[(&str, &[&str])] = &[
    (
        "NOTE",
        &[
            "note", "abstract", "summary", "tldr", "info", "todo", "question", "help", "faq", "example",
            "quote", "cite",
        ],
    ),
    ("TIP", &["tip", "hint", "success", "check", "done"]),
    ("IMPORTANT", &["important"]),
    ("WARNING", &["warning", "attention"]),
    ("CAUTION", &["caution", "failure", "fail", "missing", "danger", "error", "bug"]),
];

/// Reads a vault.
pub(super) fn read(source: &Source, lang: Option<Lang>) -> Site {
    let mut site =
        Site { public: vec![String::new()], prefixes: vec![String::new()], wiki: true, ..Site::default() };
    let mut titles: HashMap<String, String> = HashMap::new();
    for file in source.files() {
        if file.ends_with(".canvas") || file.ends_with(".base") {
            site.findings.push(Finding::note(file, 0, "is no page; it is left out"));
        }
        if !names::is_markdown(file) {
            continue;
        }
        let Some(read) = page::read(source, file, Hints { lang, fallback: None }, &mut site.findings) else {
            continue;
        };
        let Read { mut front, entries, text, lang, .. } = read;
        let also = ["aliases", "alias"].into_iter().filter_map(|key| front::value(&entries, key));
        for title in also.flat_map(front::names).chain(front.title.clone()) {
            titles.entry(title.to_lowercase()).or_insert_with(|| file.to_string());
        }
        front.aliases.clear();
        if let Some(text) = front::text(&entries, "tags").or_else(|| front::text(&entries, "tag")) {
            front.tags = text.split([',', ' ']).filter(|it| !it.is_empty()).map(str::to_string).collect();
        }
        for tag in &mut front.tags {
            *tag = tag.trim_start_matches('#').to_string();
        }
        let stem = names::stem(file);
        let (plain, _) = names::suffix(stem);
        front.title = front.title.or(Some(names::name(plain).to_string()));
        let mut draft = Draft::new(file, front, text, lang);
        draft.path = plain.to_string();
        draft.key = plain.to_string();
        draft.anchors = Style::Text;
        draft.names = vec![names::name(plain).to_string()];
        site.drafts.push(draft);
    }
    let mut named: HashMap<String, Vec<String>> = HashMap::new();
    for file in source.files() {
        named.entry(names::name(file).to_lowercase()).or_default().push(file.to_string());
    }
    let vault = Vault { source, titles, named };
    let mut findings = Vec::new();
    for draft in &mut site.drafts {
        let text = std::mem::replace(&mut draft.text, Text::new("", 1));
        let mut note =
            Note { vault: &vault, file: &draft.file, edits: Vec::new(), notes: Vec::new(), tags: Vec::new() };
        note.translate(&text.text);
        findings.extend(note.notes.into_iter().map(|(at, kind, message)| Finding {
            file: draft.file.clone(),
            line: text.line(at),
            kind,
            message,
        }));
        if let Head::New(front) = &mut draft.head {
            for tag in note.tags {
                if !front.tags.contains(&tag) {
                    front.tags.push(tag);
                }
            }
        }
        draft.text = text.edit(note.edits);
    }
    site.findings.extend(findings);
    site
}

struct Vault<'a> {
    source: &'a Source,
    /// Titles in small letters, with their notes.
    titles: HashMap<String, String>,
    /// Names in small letters, with the files that have them.
    named: HashMap<String, Vec<String>>,
}

impl Vault<'_> {
    /// The file that a name means: its path from the vault or from the note, else the file of that name with the shortest
    /// path, else the note of that title.
    fn find(&self, from: &str, name: &str) -> Option<String> {
        let places = [path::resolve("", name), path::resolve(names::folder(from), name)];
        for place in places.into_iter().flatten() {
            if let Some(file) =
                [place.clone(), format!("{place}.md")].into_iter().find(|it| self.source.contains(it))
            {
                return Some(file);
            }
        }
        let wanted = [name.to_lowercase(), format!("{name}.md").to_lowercase()];
        let is = |file: &&String| {
            let file = file.to_lowercase();
            wanted.iter().any(|it| file == *it || file.ends_with(&format!("/{it}")))
        };
        let last = wanted.iter().filter_map(|it| self.named.get(names::name(it))).flatten();
        let named = last.filter(is).min_by_key(|file| (file.matches('/').count(), file.len()));
        named.cloned().or_else(|| self.titles.get(&name.to_lowercase()).cloned())
    }
}

struct Note<'a> {
    vault: &'a Vault<'a>,
    file: &'a str,
    edits: Vec<Edit>,
    notes: Vec<(usize, Kind, String)>,
    tags: Vec<String>,
}

impl Note<'_> {
    fn translate(&mut self, text: &str) {
        let code = tags::code(text);
        for range in code.iter().filter(|range| text[(*range).clone()].starts_with("```dataview")) {
            self.note(range.start, "a query of Dataview; it stays as code");
        }
        let mut blocks = code.iter().peekable();
        let mut at = 0;
        while at < text.len() {
            while blocks.peek().is_some_and(|range| range.end <= at) {
                blocks.next();
            }
            let limit = match blocks.peek() {
                Some(range) if range.contains(&at) => {
                    at = range.end;
                    continue;
                }
                next => next.map_or(text.len(), |range| range.start),
            };
            let step = self.one(text, at, limit);
            at += step.unwrap_or_else(|| text[at..].chars().next().map_or(1, char::len_utf8));
        }
    }

    /// What begins at `at`, if anything does that is Obsidian's: how long it is.
    fn one(&mut self, text: &str, at: usize, limit: usize) -> Option<usize> {
        let rest = &text[at..];
        let before = text[..at].chars().next_back();
        let line_start = || text[..at].rfind('\n').map_or(0, |it| it + 1);
        match rest.as_bytes() {
            [b'\\', _, ..] => Some(1 + rest[1..].chars().next().map_or(0, char::len_utf8)),
            [b'!', b'[', b'[', ..] | [b'[', b'[', ..] => self.link(text, at),
            [b'%', b'%', ..] => {
                let end = at + 2 + text[at + 2..].find("%%")? + 2;
                let alone = text[line_start()..at].trim().is_empty() && text[end..].starts_with('\n');
                self.edits.push(Edit::new(at..end + usize::from(alone), ""));
                Some(end - at)
            }
            [b'=', b'=', ..] if before != Some('=') => {
                let length = rest[2..].find("==")?;
                let held = &rest[2..2 + length];
                let marks = length > 0
                    && at + 4 + length <= limit
                    && !held.contains('\n')
                    && held.trim() == held
                    && !held.starts_with('=');
                if !marks {
                    return Some(2);
                }
                self.edits.push(Edit::new(at..at + 2, "<mark>"));
                self.edits.push(Edit::new(at + 2 + length..at + 4 + length, "</mark>"));
                Some(2)
            }
            [b'#', ..] if before.is_none_or(|c| c.is_whitespace() || c == '(') => {
                let is_tag = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '/');
                let length = rest[1..].find(|c| !is_tag(c)).unwrap_or(rest.len() - 1);
                let tag = rest[1..=length].trim_end_matches('/');
                if tag.chars().any(|c| !c.is_numeric()) && !tag.is_empty() {
                    self.tags.push(tag.to_string());
                }
                Some(length + 1)
            }
            [b'^', ..] if before.is_none_or(char::is_whitespace) => {
                let end = rest.find('\n').unwrap_or(rest.len());
                let id = rest[1..end].trim_end();
                if id.is_empty() || !id.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') {
                    return None;
                }
                let start = text[..at].trim_end_matches([' ', '\t']).len();
                self.edits.push(Edit::new(start..at + end, ""));
                self.note(
                    at,
                    &format!("the block reference `^{id}` is left out; links to it lead to the page"),
                );
                Some(end)
            }
            [b'[', b'!', ..] if text[line_start()..at].contains('>') => self.callout(text, line_start(), at),
            _ => None,
        }
    }

    fn note(&mut self, at: usize, message: &str) {
        self.notes.push((at, Kind::Note, message.to_string()));
    }

    /// `> [!kind]- title`
    fn callout(&mut self, text: &str, line_start: usize, at: usize) -> Option<usize> {
        let lead = &text[line_start..at];
        if !lead.chars().all(|c| matches!(c, '>' | ' ' | '\t')) {
            return None;
        }
        let end = text[at..].find('\n').map_or(text.len(), |it| at + it);
        let line = text[at..end].trim_end_matches('\r');
        let (kind, rest) = line.strip_prefix("[!")?.split_once(']')?;
        let kind = kind.split('|').next().unwrap_or_default().trim().to_lowercase();
        let ours = CALLOUTS
            .iter()
            .find(|(_, theirs)| theirs.contains(&kind.as_str()))
            .map_or("NOTE", |(ours, _)| ours);
        let title = rest.trim_start_matches(['-', '+']).trim();
        let rest_of = |title: &str| match title.is_empty() {
            true => String::new(),
            false => format!("\n{lead}**{title}**\n{}", lead.trim_end()),
        };
        let plain = title.to_lowercase() == kind;
        // The title may have links of its own, which are read after this.
        let title_at =
            end - text[at..end].len() + line.len() - rest.trim_start_matches(['-', '+']).trim_start().len();
        match plain || title.is_empty() {
            true => self.edits.push(Edit::new(at..at + line.len(), format!("[!{ours}]{}", rest_of("")))),
            false => {
                self.edits.push(Edit::new(at..title_at, format!("[!{ours}]\n{lead}**")));
                let close = title_at + title.len();
                self.edits.push(Edit::new(close..at + line.len(), format!("**\n{}", lead.trim_end())));
            }
        }
        Some(title_at - at)
    }

    /// `[[note#heading|text]]` and `![[file|300]]`.
    fn link(&mut self, text: &str, at: usize) -> Option<usize> {
        let embed = text[at..].starts_with('!');
        let open = at + usize::from(embed) + 2;
        let length = text[open..].find("]]").filter(|it| !text[open..open + it].contains(['\n', '[']))?;
        let range: Range<usize> = at..open + length + 2;
        let inside = &text[open..open + length];
        // In tables the bar is escaped.
        let inside = inside.replace("\\|", "|");
        let (target, shown) =
            inside.split_once('|').map_or((inside.as_str(), None), |(a, b)| (a, Some(b.trim())));
        let (name, anchor) = target.split_once('#').map_or((target, None), |(a, b)| (a, Some(b.trim())));
        let name = name.trim();
        let found =
            if name.is_empty() { Some(self.file.to_string()) } else { self.vault.find(self.file, name) };
        let Some(found) = found else {
            let kind = if embed && names::name(name).contains('.') { Kind::Image } else { Kind::Link };
            self.notes.push((
                at,
                kind,
                format!("`{}` leads to nothing in the vault; it stays as it is", &text[range.clone()]),
            ));
            return Some(range.len());
        };
        let way = if name.is_empty() { String::new() } else { relative(names::folder(self.file), &found) };
        let way = encoded(&way, Form::Bare, false);
        let is_note = names::is_markdown(&found);
        let new = if embed && !is_note {
            let size = |text: &str| text.chars().all(|c| c.is_ascii_digit() || c == 'x');
            let shown = shown.and_then(|shown| shown.split('|').map(str::trim).find(|text| !size(text)));
            let alt = shown.unwrap_or_else(|| names::name(names::stem(&found)));
            match is_picture(&found) {
                true => format!("![{}]({way})", escaped(alt)),
                false => format!("[{}]({way})", escaped(shown.unwrap_or(name))),
            }
        } else {
            if embed {
                self.note(at, &format!("the note `{name}` is linked to instead of shown in place"));
            }
            let heading = anchor.filter(|anchor| !anchor.starts_with('^'));
            if anchor.is_some() && heading.is_none() {
                self.note(at, "links lead to pages and headings, not to blocks; this one leads to the page");
            }
            // Of `#a#b`, the last one is meant.
            let heading = heading.map(|heading| heading.rsplit('#').next().unwrap_or(heading));
            let anchor =
                heading.map_or(String::new(), |heading| format!("#{}", encoded(heading, Form::Bare, false)));
            let label = shown.map(str::to_string).unwrap_or_else(|| match (name.is_empty(), heading) {
                (true, heading) => heading.unwrap_or_default().to_string(),
                (false, Some(heading)) => format!("{name} › {heading}"),
                (false, None) => name.to_string(),
            });
            match way.is_empty() && anchor.is_empty() {
                true => escaped(&label),
                false => format!("[{}]({way}{anchor})", escaped(&label)),
            }
        };
        self.edits.push(Edit::new(range.clone(), new));
        Some(range.len())
    }
}

fn is_picture(file: &str) -> bool {
    let extension =
        names::name(file).rsplit_once('.').map(|(_, it)| it.to_ascii_lowercase()).unwrap_or_default();
    ["png", "jpg", "jpeg", "gif", "webp", "avif", "svg", "bmp"].contains(&extension.as_str())
}

fn escaped(text: &str) -> String {
    text.replace('[', "\\[").replace(']', "\\]").replace('|', "\\|")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vault(text: &str) -> (String, Vec<String>, Vec<String>) {
        let source = Source::of(&[
            ("Notes/from.md", text),
            ("Notes/SACK.md", "---\naliases: [Selective ACK]\n---\n"),
            ("网络/TCP 重传.md", ""),
            ("a/b/pic.png", ""),
            ("Attachments/pic.png", ""),
            ("Attachments/t.pdf", ""),
            ("board.canvas", ""),
        ]);
        let mut site = read(&source, None);
        let draft = site.drafts.iter().position(|draft| draft.file == "Notes/from.md").unwrap();
        let draft = site.drafts.remove(draft);
        let Head::New(front) = draft.head else { panic!() };
        let notes = site.findings.iter().filter(|it| it.file == "Notes/from.md").map(|it| it.message.clone());
        (draft.text.text, front.tags, notes.collect())
    }

    #[test]
    fn markdown_of_obsidian_as_ours() {
        for (text, wanted) in [
            (
                "[[SACK]] [[sack|x]] [[Selective ACK]]",
                "[SACK](SACK.md) [x](SACK.md) [Selective ACK](SACK.md)",
            ),
            ("[[TCP 重传#为什么 慢]]", "[TCP 重传 › 为什么 慢](../网络/TCP%20重传.md#为什么%20慢)"),
            ("[[#Here]] | [[SACK\\|x]]", "[Here](#Here) | [x](SACK.md)"),
            (
                "![[pic.png|300]] ![[pic.png|The wire|20x10]]",
                "![pic](../Attachments/pic.png) ![The wire](../Attachments/pic.png)",
            ),
            ("![[t.pdf]]", "[t.pdf](../Attachments/t.pdf)"),
            ("==a b== and a == b, c == d", "<mark>a b</mark> and a == b, c == d"),
            ("a %%b%% c\n%%\nd\n%%\ne", "a  c\ne"),
            ("> [!info]- A [[SACK]]\n> b", "> [!NOTE]\n> **A [SACK](SACK.md)**\n>\n> b"),
            ("> [!Bug]+\n> b", "> [!CAUTION]\n> b"),
            (
                "`[[SACK]] ==x==` \\[[x]]\n\n```\n[[SACK]] %%x%%\n```\n",
                "`[[SACK]] ==x==` \\[[x]]\n\n```\n[[SACK]] %%x%%\n```\n",
            ),
        ] {
            assert_eq!(vault(text), (wanted.to_string(), Vec::new(), Vec::new()), "{text}");
        }
    }

    #[test]
    fn tags_of_the_text_and_what_is_said() {
        let (_, tags, _) = vault("#tcp/重传 a#b #1 (#x) `#y`\n# Heading\n");
        assert_eq!(tags, ["tcp/重传", "x"]);
        for (text, wanted) in [
            ("[[never]]", "[[never]]"),
            ("![[SACK]]", "[SACK](SACK.md)"),
            ("a ^ref-1\nb", "a\nb"),
            ("[[SACK#^ref]]", "[SACK](SACK.md)"),
            ("```dataview\nlist\n```", "```dataview\nlist\n```"),
        ] {
            let (out, _, notes) = vault(text);
            assert_eq!((out.as_str(), notes.len()), (wanted, 1), "{notes:?}");
        }
    }
}
