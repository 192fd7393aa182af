//! Liquid and kramdown as markdown of ours; what has no counterpart stays, and is said.

use super::draft::Site;
use super::report::Finding;
use super::source::Source;
use super::tags::{self, What};
use super::text::{Edit, Text};
use super::{dates, names};
use crate::wiki::relink::{Form, encoded, relative};
use std::ops::Range;

/// What expressions stand for.
pub(super) struct Settings {
    pub(super) url: String,
    pub(super) root: String,
    /// The folder of the site within the source; empty, or with a slash at its end.
    pub(super) base: String,
    pub(super) title: String,
}

const PAIRS: &[&str] = &["highlight", "raw", "comment"];

/// Translates all pages.
pub(super) fn translate(source: &Source, site: &mut Site, settings: &Settings) {
    let posts: Vec<(String, String)> =
        site.drafts.iter().map(|draft| (names::stem(&draft.file).to_string(), draft.file.clone())).collect();
    let mut findings = Vec::new();
    for draft in &mut site.drafts {
        let title = draft.title().unwrap_or_default().to_string();
        let page = Page { source, posts: &posts, settings, file: &draft.file, title: &title };
        for pass in [Page::liquid, Page::raw_in_code, Page::kramdown] {
            let mut notes = Vec::new();
            let edits = pass(&page, &draft.text.text, &mut notes);
            let line = |(at, message)| Finding::tag(&draft.file, draft.text.line(at), message);
            findings.extend(notes.into_iter().map(line));
            draft.text = std::mem::replace(&mut draft.text, Text::new("", 1)).edit(edits);
        }
    }
    site.findings.extend(findings);
}

struct Page<'a> {
    source: &'a Source,
    /// Files without their extensions, and with them.
    posts: &'a [(String, String)],
    settings: &'a Settings,
    file: &'a str,
    title: &'a str,
}

type Notes = Vec<(usize, String)>;

impl Page<'_> {
    fn liquid(&self, text: &str, notes: &mut Notes) -> Vec<Edit> {
        let mut edits: Vec<Edit> = Vec::new();
        // Expressions without anything between them: the first one's edit, and where the last one ends.
        let (mut first, mut end) = (0, usize::MAX);
        for found in tags::find(text, &|name| PAIRS.contains(&name)) {
            let range = found.range;
            let new = match found.what {
                What::Value(expression) => {
                    if end != range.start {
                        first = edits.len();
                    }
                    end = range.end;
                    self.value(expression)
                }
                What::Tag { name: name @ ("post_url" | "link"), arguments } => {
                    let way = self.tag(name, arguments);
                    // `{{ site.baseurl }}` before it has no place in a relative link.
                    if way.is_ok() && end == range.start {
                        edits[first..].iter_mut().for_each(|edit| edit.new.clear());
                    }
                    way
                }
                What::Tag { name, arguments } => self.tag(name, arguments),
                What::Pair { name: "raw", inside, .. } => Ok(text[inside].to_string()),
                What::Pair { name: "comment", .. } => Ok(String::new()),
                What::Pair { arguments, inside, .. } => {
                    let language = arguments.split_whitespace().next().unwrap_or_default();
                    Ok(tags::block(text, &range, &tags::fence(language, &text[inside])))
                }
            };
            match new {
                Ok(new) => edits.push(Edit::new(range, new)),
                Err(message) => notes.push((range.start, message)),
            }
        }
        edits
    }

    /// In code, Jekyll looks for tags too; authors keep it from that with `raw`.
    fn raw_in_code(&self, text: &str, _: &mut Notes) -> Vec<Edit> {
        let mut edits = Vec::new();
        for range in tags::code(text) {
            let mut at = range.start;
            while let Some(start) = text[at..range.end].find("{%").map(|found| at + found) {
                let Some(end) = text[start..range.end].find("%}").map(|found| start + found + 2) else {
                    break;
                };
                let name = text[start + 2..end - 2].trim_matches('-').trim();
                if matches!(name, "raw" | "endraw") {
                    // A line of its own goes with it.
                    let alone = text[..start].ends_with('\n') && text[end..].starts_with('\n');
                    edits.push(Edit::new(start..end + usize::from(alone), ""));
                }
                at = end;
            }
        }
        edits
    }

    fn tag(&self, name: &str, arguments: &str) -> Result<String, String> {
        match name {
            "post_url" => {
                let wanted = arguments.trim().trim_matches('/');
                let full = format!("_posts/{}", names::name(wanted));
                let folder = names::folder(wanted);
                let is = |stem: &str| {
                    let named = stem.ends_with(&format!("/{full}")) || *stem == *full;
                    let slug = || dates::of_name(names::name(stem)).is_some_and(|(_, slug)| slug == wanted);
                    (named && stem.contains(folder)) || stem.ends_with(&format!("/{wanted}")) || slug()
                };
                let mut found = self.posts.iter().filter(|(stem, _)| is(stem));
                let (_, file) = found
                    .next()
                    .ok_or_else(|| format!("there is no post `{wanted}`; the tag stays as it is"))?;
                Ok(self.way(file))
            }
            "link" => {
                let file = format!("{}{}", self.settings.base, arguments.trim().trim_start_matches('/'));
                match self.source.contains(&file) {
                    true => Ok(self.way(&file)),
                    false => Err(format!("there is no file `{}`; the tag stays as it is", arguments.trim())),
                }
            }
            name => Err(format!("`{{% {name} %}}` has no counterpart here; it stays as it is")),
        }
    }

    fn way(&self, file: &str) -> String {
        encoded(&relative(names::folder(self.file), file), Form::Bare, false)
    }

    fn value(&self, expression: &str) -> Result<String, String> {
        let mut parts = expression.split('|').map(str::trim);
        let first = parts.next().unwrap_or_default();
        let unquoted = |text: &str| {
            let quote = text.chars().next().filter(|c| matches!(c, '"' | '\''))?;
            Some(text.strip_prefix(quote)?.strip_suffix(quote)?.to_string())
        };
        let plain = |text: &str| match text {
            "site.baseurl" => Some(self.settings.root.clone()),
            "site.url" => Some(self.settings.url.clone()),
            "site.title" => Some(self.settings.title.clone()),
            "page.title" => Some(self.title.to_string()),
            text => unquoted(text),
        };
        let stays =
            || format!("`{{{{ {expression} }}}}` is computed by the old generator; it stays as it is");
        let mut value = plain(first).ok_or_else(stays)?;
        for filter in parts {
            let (name, argument) =
                filter.split_once(':').map_or((filter, ""), |(name, rest)| (name.trim(), rest.trim()));
            value = match (name, plain(argument)) {
                ("relative_url", _) => format!("{}{value}", self.settings.root),
                ("absolute_url", _) => format!("{}{}{value}", self.settings.url, self.settings.root),
                ("prepend", Some(text)) => text + &value,
                ("append", Some(text)) => value + &text,
                ("escape" | "strip" | "url_encode" | "xml_escape", _) => value,
                _ => return Err(stays()),
            };
        }
        Ok(value)
    }

    /// Attribute lists, `{:toc}`, comments, and formulas within a line.
    fn kramdown(&self, text: &str, notes: &mut Notes) -> Vec<Edit> {
        let code = tags::code(text);
        let in_code = |at: usize| code.iter().any(|range| range.contains(&at));
        let mut edits = Vec::new();
        let mut at = 0;
        while let Some(start) = text[at..].find("{:").map(|found| at + found) {
            let Some(end) = text[start..].find('}').map(|found| start + found + 1) else { break };
            at = start + 2;
            if in_code(start) || text[start..end].contains('\n') {
                continue;
            }
            if text[start..].starts_with("{::") {
                let (edit, stop) = extension(text, start, end);
                edits.extend(edit);
                at = stop;
                continue;
            }
            at = end;
            if text[start..].starts_with("{:/") {
                continue;
            }
            attributes(text, start..end, &mut edits, notes);
        }
        edits
    }
}

/// `{::comment}…{:/comment}` and its like: what goes, and where to read on.
fn extension(text: &str, start: usize, end: usize) -> (Vec<Edit>, usize) {
    let name = text[start + 3..end - 1].trim();
    if name.ends_with('/') {
        return (vec![Edit::new(start..end, "")], end);
    }
    let close = text[end..].find("{:/").map(|found| end + found);
    let Some(close) = close else { return (Vec::new(), end) };
    let stop = text[close..].find('}').map_or(text.len(), |found| close + found + 1);
    match name.starts_with("comment") {
        true => (vec![Edit::new(start..stop, "")], stop),
        false => (vec![Edit::new(start..end, ""), Edit::new(close..stop, "")], stop),
    }
}

fn attributes(text: &str, range: Range<usize>, edits: &mut Vec<Edit>, notes: &mut Notes) {
    let list = text[range.start + 2..range.end - 1].trim();
    let looks_right = list.starts_with(['.', '#'])
        || list.starts_with("toc ")
        || list.contains('=')
        || list.chars().all(|c| c.is_alphanumeric() || c == '_');
    if !looks_right || list.is_empty() {
        return;
    }
    let line_start = text[..range.start].rfind('\n').map_or(0, |at| at + 1);
    let line_end = text[range.end..].find('\n').map_or(text.len(), |at| range.end + at + 1);
    let alone =
        text[line_start..range.start].trim().is_empty() && text[range.end..line_end].trim().is_empty();
    if list.split_whitespace().next() == Some("toc") {
        // The list whose place the table of contents takes.
        let above = text[..line_start].trim_end_matches('\n').rfind('\n').map_or(0, |at| at + 1);
        let item = text[above..line_start].trim_start();
        let is_item = item.starts_with(['*', '-', '+']) || item.starts_with(|c: char| c.is_ascii_digit());
        edits.push(Edit::new(if is_item { above } else { line_start }..line_end, ""));
        return;
    }
    let id = list.split_whitespace().find_map(|word| word.strip_prefix('#'));
    let rest: Vec<&str> =
        list.split_whitespace().filter(|word| !word.starts_with('#') && *word != ".no_toc").collect();
    let heading = match alone {
        true => heading_above(text, line_start),
        false => text[line_start..range.start]
            .trim_start()
            .starts_with('#')
            .then(|| text[..range.start].trim_end().len()),
    };
    match (id, heading) {
        (Some(id), Some(at)) => edits.push(Edit::new(at..at, format!(" {{#{id}}}"))),
        (Some(id), None) => {
            notes.push((range.start, format!("the anchor `#{id}` cannot be kept; only headings have some")))
        }
        (None, _) => {}
    }
    if !rest.is_empty() {
        notes.push((range.start, format!("the attributes `{{:{list}}}` are left out")));
    }
    edits.push(Edit::new(
        if alone { line_start..line_end } else { text[..range.start].trim_end_matches(' ').len()..range.end },
        "",
    ));
}

/// Where the text of a heading ends that stands just above a line.
fn heading_above(text: &str, line_start: usize) -> Option<usize> {
    let above = text[..line_start].strip_suffix('\n')?.trim_end();
    let line = above.rfind('\n').map_or(above, |at| &above[at + 1..]);
    if line.trim_start().starts_with('#') {
        return Some(above.len());
    }
    let underlined = !line.is_empty() && line.chars().all(|c| matches!(c, '=' | '-'));
    let title = above[..above.len() - line.len()].trim_end();
    (underlined && !title.is_empty()).then_some(title.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::draft::Draft;
    use crate::import::front::Front;
    use sim_wasm::text::Lang;

    fn translated(text: &str) -> (String, Vec<String>) {
        let files =
            ["_posts/2019-03-04-a b.md", "net/_posts/2017-05-06-mtu.md", "docs/index.md", "assets/x.png"];
        let source = Source::of(&files.map(|file| (file, "")));
        let draft = |file: &str, text: &str| {
            let front = Front { title: Some("T".to_string()), ..Front::default() };
            Draft::new(file, front, Text::new(text, 1), Lang::En)
        };
        let mut drafts: Vec<_> = files[..3].iter().map(|file| draft(file, "")).collect();
        drafts[0] = draft(files[0], text);
        let mut site = Site { drafts, ..Site::default() };
        let settings = Settings {
            url: "https://x.example".into(),
            root: "/b".into(),
            base: String::new(),
            title: "S".into(),
        };
        translate(&source, &mut site, &settings);
        (
            site.drafts.remove(0).text.text,
            site.findings.iter().map(|it| format!("{}: {}", it.line, it.message)).collect(),
        )
    }

    #[test]
    fn liquid_and_kramdown_as_markdown() {
        for (text, wanted) in [
            (
                "{% highlight c linenos %}\nint x; // {{ y }}\n{% endhighlight %}\n",
                "```c\nint x; // {{ y }}\n```\n",
            ),
            ("[x]({% post_url net/2017-05-06-mtu %}#a)", "[x](../net/_posts/2017-05-06-mtu.md#a)"),
            ("[x]({{ site.url }}{{ site.baseurl }}{% link docs/index.md %})", "[x](../docs/index.md)"),
            (
                "{{ site.baseurl }}/x {{ '/y/' | relative_url }} {{ \"/z\" | absolute_url }}",
                "/b/x /b/y/ https://x.example/b/z",
            ),
            ("{% raw %}{{ a }}{% endraw %}{% comment %}b{% endcomment %}", "{{ a }}"),
            ("```\n{% raw %}\n{{ a }}\n{% endraw %}\n```\n", "```\n{{ a }}\n```\n"),
            ("* TOC\n{:toc}\n\n## A\n{: #b}\n\nC\n===\n{: #d .no_toc}\n", "\n## A {#b}\n\nC {#d}\n===\n"),
            ("## A {: #b}\n", "## A {#b}\n"),
            ("a{::comment}x{:/comment}b{::nomarkdown}c{:/}", "abc"),
            ("`{: .x}` {:not this}\n\n    {: .y}\n", "`{: .x}` {:not this}\n\n    {: .y}\n"),
        ] {
            assert_eq!(translated(text), (wanted.to_string(), Vec::new()), "{text}");
        }
    }

    #[test]
    fn what_is_left_out_or_stays_is_said() {
        for (text, wanted) in [
            ("\n{% include note.html %}", "\n{% include note.html %}"),
            ("\n{{ site.time | date: \"%Y\" }}", "\n{{ site.time | date: \"%Y\" }}"),
            ("\n{: .table}\n| a |\n", "\n| a |\n"),
            ("\n![x](y){: width=\"3\"}", "\n![x](y)"),
            ("\n{% post_url 2001-01-01-never %}", "\n{% post_url 2001-01-01-never %}"),
        ] {
            let (out, notes) = translated(text);
            assert_eq!((out.as_str(), notes.len()), (wanted, 1), "{notes:?}");
            assert!(notes[0].starts_with("2: "), "{notes:?}");
        }
    }
}
