//! Hexo's tag plugins as markdown; what has no counterpart stays, and is said.

use super::draft::Site;
use super::report::Finding;
use super::source::Source;
use super::tags::{self, What};
use super::text::Edit;
use super::{names, permalink};
use crate::wiki::relink::{Form, encoded, relative};
use std::ops::Range;

/// Tags that hold something.
const PAIRS: &[&str] = &[
    "blockquote",
    "quote",
    "codeblock",
    "code",
    "raw",
    "note",
    "pullquote",
    "centerquote",
    "cq",
    "mermaid",
    "math",
    "hideToggle",
    "folding",
    "details",
];

/// Deeper than this, tags within tags stay as they are.
const DEEPEST: usize = 8;

/// What tags refer to.
struct Cx<'a> {
    source: &'a Source,
    /// Names of posts with their files and titles.
    posts: Vec<(String, String, String)>,
    /// The folder of the code that `include_code` takes.
    code: String,
}

/// Translates the tags of all pages.
pub(super) fn translate(source: &Source, site: &mut Site, folder: &str, code: Option<&str>) {
    let posts = site.drafts.iter().map(|draft| {
        let title = draft.title().unwrap_or(names::name(&draft.path)).to_string();
        (draft.names.first().cloned().unwrap_or_default(), draft.file.clone(), title)
    });
    let code = format!("{folder}{}/", code.unwrap_or("downloads/code").trim_matches('/'));
    let cx = Cx { source, posts: posts.collect(), code };
    let mut findings = Vec::new();
    for draft in &mut site.drafts {
        let page = Page { cx: &cx, file: &draft.file, assets: draft.assets.as_deref().unwrap_or_default() };
        let mut notes = Vec::new();
        let edits = page.edits(&draft.text.text, 0, &mut notes);
        findings.extend(
            notes.into_iter().map(|(at, message)| Finding::tag(&draft.file, draft.text.line(at), message)),
        );
        let text = std::mem::replace(&mut draft.text, super::text::Text::new("", 1));
        draft.text = text.edit(edits);
    }
    site.findings.extend(findings);
}

struct Page<'a> {
    cx: &'a Cx<'a>,
    file: &'a str,
    /// The folder of the page's own files.
    assets: &'a str,
}

impl Page<'_> {
    fn edits(&self, text: &str, depth: usize, notes: &mut Vec<(usize, String)>) -> Vec<Edit> {
        let mut edits = Vec::new();
        for found in tags::find(text, &|name| PAIRS.contains(&name)) {
            let range = found.range;
            let new = match found.what {
                What::Value(_) => continue,
                What::Tag { name, arguments } => self.tag(name, arguments, text, &range),
                What::Pair { name, arguments, inside } => {
                    self.pair(name, arguments, (text, &range, &inside), depth, notes)
                }
            };
            match new {
                Ok(new) => edits.push(Edit::new(range, new)),
                Err(message) => notes.push((range.start, message)),
            }
        }
        edits
    }

    /// A tag that holds nothing; why it stays.
    fn tag(&self, name: &str, arguments: &str, text: &str, range: &Range<usize>) -> Result<String, String> {
        let words = tags::words(arguments);
        let first = words.first().map(String::as_str).unwrap_or_default();
        let rest = || words.get(1..).unwrap_or_default().join(" ");
        let named = |default: &str| if rest().is_empty() { default.to_string() } else { escaped(&rest()) };
        match name {
            "asset_img" | "img" | "image" => {
                let (file, alt) = picture(&words);
                match name {
                    "asset_img" => Ok(format!("![{}]({})", escaped(&alt), self.asset(&file))),
                    _ => Ok(format!("![{}]({})", escaped(&alt), encoded(&file, Form::Bare, false))),
                }
            }
            "asset_path" => Ok(self.asset(first)),
            "asset_link" => Ok(format!("[{}]({})", named(first), self.asset(first))),
            "post_link" | "post_path" => {
                let (slug, anchor) = first.split_once('#').unwrap_or((first, ""));
                let (file, title) = self.post(slug)?;
                let anchor = if anchor.is_empty() { String::new() } else { format!("#{anchor}") };
                let way = encoded(&relative(names::folder(self.file), &file), Form::Bare, false) + &anchor;
                let unquoted = rest().replace(" false", "").replace(" true", "");
                match (name, unquoted.as_str()) {
                    ("post_path", _) => Ok(way),
                    (_, "" | "true" | "false") => Ok(format!("[{}]({way})", escaped(&title))),
                    (_, shown) => Ok(format!("[{}]({way})", escaped(shown))),
                }
            }
            "include_code" => self.include(arguments).map(|code| tags::block(text, range, &code)),
            "youtube" => Ok(link("YouTube", &format!("https://www.youtube.com/watch?v={first}"))),
            "vimeo" => Ok(link("Vimeo", &format!("https://vimeo.com/{first}"))),
            "bilibili" => Ok(link("Bilibili", &format!("https://www.bilibili.com/video/{first}"))),
            "gist" => Ok(link("Gist", &format!("https://gist.github.com/{first}"))),
            "jsfiddle" => Ok(link("JSFiddle", &format!("https://jsfiddle.net/{first}/"))),
            "iframe" | "video" | "audio" if first.contains('/') => Ok(link(first, first)),
            "link" => {
                let at = words.iter().position(|word| word.contains("://") || word.starts_with('/'));
                let at = at.ok_or("`{% link %}` names no address; it stays as it is")?;
                let shown = words[..at].join(" ");
                Ok(link(if shown.is_empty() { &words[at] } else { &shown }, &words[at]))
            }
            "btn" | "button" => {
                let mut parts = arguments.split(',').map(str::trim);
                let (to, shown) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
                Ok(link(if shown.is_empty() { to } else { shown }, to))
            }
            "label" => {
                let shown = arguments.split_once('@').map_or(arguments, |(_, shown)| shown);
                Ok(format!("**{}**", escaped(shown.trim())))
            }
            "more" => Ok("<!-- more -->".to_string()),
            name => Err(format!("`{{% {name} %}}` is no tag that is known here; it stays as it is")),
        }
    }

    fn pair(
        &self,
        name: &str,
        arguments: &str,
        (text, range, inside): (&str, &Range<usize>, &Range<usize>),
        depth: usize,
        notes: &mut Vec<(usize, String)>,
    ) -> Result<String, String> {
        let held = &text[inside.clone()];
        let block = |new: &str| tags::block(text, range, new);
        match name {
            "raw" => return Ok(held.to_string()),
            "codeblock" | "code" => return Ok(block(&code(arguments, held))),
            "mermaid" => return Ok(block(&tags::fence("mermaid", held))),
            "math" => return Ok(block(&format!("$$\n{}\n$$", held.trim()))),
            _ if depth == DEEPEST => {
                return Err("tags are nested too deep here; they stay as they are".to_string());
            }
            _ => {}
        }
        let mut inner = Vec::new();
        let edits = self.edits(held, depth + 1, &mut inner);
        notes.extend(inner.into_iter().map(|(at, message)| (inside.start + at, message)));
        let held = super::text::Text::new(held, 1).edit(edits).text;
        let held = held.trim_matches('\n');
        match name {
            "note" => Ok(block(&callout(arguments, held))),
            "hideToggle" | "folding" | "details" => {
                Ok(block(&callout(&format!("default {arguments}"), held)))
            }
            _ => {
                let source = attribution(arguments);
                let held = if source.is_empty() { held.to_string() } else { format!("{held}\n\n{source}") };
                Ok(block(&tags::quotation(&held)))
            }
        }
    }

    /// A file of the page's own folder, as a link from the page.
    fn asset(&self, name: &str) -> String {
        let folder = relative(names::folder(self.file), self.assets);
        encoded(&names::join(&folder, name), Form::Bare, false)
    }

    fn post(&self, slug: &str) -> Result<(String, String), String> {
        let wanted = permalink::key(slug.strip_suffix(".md").unwrap_or(slug));
        let is = |name: &str| permalink::key(name) == wanted;
        let full = self.cx.posts.iter().find(|(name, ..)| is(name));
        let mut last = self.cx.posts.iter().filter(|(name, ..)| is(names::name(name)));
        let found = full.or_else(|| last.next().filter(|_| last.next().is_none()));
        let message = || format!("there is no post `{slug}`, or several; the tag stays as it is");
        found.map(|(_, file, title)| (file.clone(), title.clone())).ok_or_else(message)
    }

    /// `{% include_code [title] [lang:x] [from:n] [to:n] path %}`
    fn include(&self, arguments: &str) -> Result<String, String> {
        let words = tags::words(arguments);
        let option = |key: &str| words.iter().find_map(|word| word.strip_prefix(key));
        let number = |key: &str| option(key).and_then(|text| text.parse::<usize>().ok());
        let path = words
            .last()
            .filter(|word| !word.contains("lang:"))
            .ok_or("`{% include_code %}` names no file")?;
        let file = format!("{}{path}", self.cx.code);
        let text = match self.cx.source.contains(&file) {
            true => self.cx.source.text(&file).map_err(|finding| finding.message)?,
            false => return Err(format!("there is no file `{file}` to include; the tag stays as it is")),
        };
        let (from, to) = (number("from:").unwrap_or(1), number("to:").unwrap_or(usize::MAX));
        let lines: Vec<&str> = text
            .lines()
            .enumerate()
            .filter(|(at, _)| (from..=to).contains(&(at + 1)))
            .map(|(_, line)| line)
            .collect();
        let extension = names::name(path).rsplit_once('.').map_or("", |(_, extension)| extension);
        Ok(tags::fence(option("lang:").unwrap_or(extension), &lines.join("\n")))
    }
}

/// The file and the description of `[class] file [width] [height] [title]`.
fn picture(words: &[String]) -> (String, String) {
    let is_file = |word: &&String| word.contains('.') || word.contains('/');
    let at = words.iter().position(|word| is_file(&word)).unwrap_or(0);
    let rest = words.get(at + 1..).unwrap_or_default();
    let sizes = |word: &&String| word.trim_end_matches("px").trim_end_matches('%').parse::<u32>().is_ok();
    let alt: Vec<&str> = rest.iter().skip_while(sizes).map(String::as_str).collect();
    (words.get(at).cloned().unwrap_or_default(), alt.join(" "))
}

/// `{% codeblock [title] [lang:x] [url] [link text] [additional options] %}`
fn code(arguments: &str, held: &str) -> String {
    let (mut language, mut title, mut url) = (String::new(), Vec::new(), None);
    for word in tags::words(arguments) {
        match word.split_once(':') {
            Some(("lang", name)) => language = name.to_string(),
            Some(("line_number" | "highlight" | "first_line" | "mark" | "wrap" | "line_threshold", _)) => {}
            _ if word.starts_with("http://") || word.starts_with("https://") => url = Some(word),
            _ => title.push(word),
        }
    }
    let title = title.join(" ");
    let fence = tags::fence(&language, held);
    match (title.is_empty(), url) {
        (true, None) => fence,
        (false, None) => format!("**{}**\n\n{fence}", escaped(&title)),
        (true, Some(url)) => format!("{}\n\n{fence}", link(&url, &url)),
        (false, Some(url)) => format!("{}\n\n{fence}", link(&title, &url)),
    }
}

/// A note of a theme: its class says what kind of callout it is, the rest is a title.
fn callout(arguments: &str, held: &str) -> String {
    let (mut kind, mut title) = ("NOTE", Vec::new());
    for word in tags::words(arguments) {
        match word.as_str() {
            "default" | "primary" | "info" | "blue" | "no-icon" | "simple" | "modern" | "flat"
            | "disabled" => {}
            "success" | "green" | "tip" => kind = "TIP",
            "warning" | "orange" | "yellow" => kind = "WARNING",
            "danger" | "red" | "error" => kind = "CAUTION",
            _ => title.push(word),
        }
    }
    let title = title.join(" ");
    let title = if title.is_empty() { String::new() } else { format!("**{}**\n\n", escaped(&title)) };
    format!("> [!{kind}]\n{}", tags::quotation(&format!("{title}{held}")))
}

/// `author, source link title` of a quotation.
fn attribution(arguments: &str) -> String {
    let words: Vec<&str> = arguments.split_whitespace().collect();
    let url = words.iter().position(|word| word.starts_with("http://") || word.starts_with("https://"));
    let (text, rest) = words.split_at(url.unwrap_or(words.len()));
    let text = text.join(" ");
    let shown = escaped(&text);
    match rest {
        [] if text.is_empty() => String::new(),
        [] => format!("— {shown}"),
        [url, title @ ..] => {
            let title = if title.is_empty() { (*url).to_string() } else { title.join(" ") };
            format!("— {shown} {}", link(&title, url)).replace("—  ", "— ")
        }
    }
}

fn link(text: &str, to: &str) -> String {
    format!("[{}]({})", escaped(text), to.replace(' ', "%20").replace('(', "%28").replace(')', "%29"))
}

fn escaped(text: &str) -> String {
    text.replace('[', "\\[").replace(']', "\\]")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::draft::Draft;
    use crate::import::front::Front;
    use crate::import::text::Text;
    use sim_wasm::text::Lang;

    fn translated(text: &str) -> (String, Vec<String>) {
        let source = Source::of(&[("source/downloads/code/a.sh", "one\ntwo\nthree\n")]);
        let draft = |file: &str, slug: &str, text: &str| {
            let front = Front { title: Some(format!("T [{slug}]")), ..Front::default() };
            let mut draft = Draft::new(file, front, Text::new(text, 1), Lang::En);
            (draft.names, draft.assets) = (vec![slug.to_string()], Some(names::stem(file).to_string()));
            draft
        };
        let drafts =
            vec![draft("source/_posts/a b.md", "a b", text), draft("source/_posts/net/tw.md", "net/tw", "")];
        let mut site = Site { drafts, ..Site::default() };
        translate(&source, &mut site, "source/", None);
        let notes = site.findings.iter().map(|it| format!("{}: {}", it.line, it.message)).collect();
        (site.drafts.remove(0).text.text, notes)
    }

    #[test]
    fn tags_as_markdown() {
        for (text, wanted) in [
            ("{% asset_img left q.png 10 20 \"two queues\" %}", "![two queues](a%20b/q.png)"),
            ("[x]({% asset_path f.zip %})", "[x](a%20b/f.zip)"),
            ("{% asset_link f.zip the file %}", "[the file](a%20b/f.zip)"),
            ("{% post_link net/tw %}", "[T \\[net/tw\\]](net/tw.md)"),
            ("{% post_link tw 'shown [x]' %}", "[shown \\[x\\]](net/tw.md)"),
            ("[x]({% post_path tw %})", "[x](net/tw.md)"),
            (
                "a\n{% codeblock lang:bash t %}\n$ ls {% raw %}\n{% endcodeblock %}\nb",
                "a\n\n**t**\n\n```bash\n$ ls {% raw %}\n```\n\nb",
            ),
            ("{% include_code lang:sh from:2 to:2 a.sh %}", "```sh\ntwo\n```"),
            (
                "{% blockquote A, B http://x.example T %}\nq\n{% endblockquote %}",
                "> q\n>\n> — A, B [T](http://x.example)",
            ),
            (
                "{% note danger no-icon Look %}\na\n\n{% label x@b %}\n{% endnote %}",
                "> [!CAUTION]\n> **Look**\n>\n> a\n>\n> **b**",
            ),
            ("{% youtube x %}", "[YouTube](https://www.youtube.com/watch?v=x)"),
            ("{% raw %}{{ a }} {% b %}{% endraw %}", "{{ a }} {% b %}"),
            (
                "`{% youtube x %}`\n\n```\n{% youtube x %}\n```\n",
                "`{% youtube x %}`\n\n```\n{% youtube x %}\n```\n",
            ),
        ] {
            assert_eq!(translated(text), (wanted.to_string(), Vec::new()), "{text}");
        }
    }

    #[test]
    fn what_is_not_known_stays_and_is_said() {
        for text in ["\n{% post_link never %}", "\n{% tabs x %}", "\n{% include_code no.sh %}"] {
            let (out, notes) = translated(text);
            assert_eq!((out.as_str(), notes.len()), (text, 1));
            assert!(notes[0].starts_with("2: "), "{notes:?}");
        }
    }
}
