//! What all generators have in common: a file with a head, read into its parts.

use super::front::{self, Front};
use super::report::Finding;
use super::source::Source;
use super::text::Text;
use super::{head, names, tags};
use crate::content::yaml::Entry;
use sim_wasm::text::Lang;

/// A file, read.
#[derive(Debug)]
pub(super) struct Read {
    pub(super) file: String,
    pub(super) front: Front,
    /// All keys of the head.
    pub(super) entries: Vec<Entry>,
    /// The head as it is written, with the lines around it; empty when there is none.
    pub(super) written: String,
    pub(super) text: Text,
    pub(super) lang: Lang,
    /// Its head could not be read, and stands in the text.
    pub(super) broken: bool,
}

/// What tells the language of a page besides the page.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Hints {
    /// What the command line says.
    pub(super) lang: Option<Lang>,
    /// What the site says, for pages that show nothing.
    pub(super) fallback: Option<Lang>,
}

/// Reads a file; none when it has no text, which is said.
pub(super) fn read(source: &Source, file: &str, hints: Hints, findings: &mut Vec<Finding>) -> Option<Read> {
    let text = match source.text(file) {
        Ok(text) => text,
        Err(finding) => {
            findings.push(finding);
            return None;
        }
    };
    let page = head::split(&text);
    let written = text[..page.length].to_string();
    let (front, entries, body, broken) = match page.head {
        Ok(entries) => {
            let front = Front::read(&entries, file, findings);
            (front, entries, Text::new(page.body, page.body_line), false)
        }
        Err((line, message)) => {
            let message =
                format!("the head cannot be read ({message}); it stands at the top of the page as code");
            findings.push(Finding::note(file, line, message));
            let (front, text) = rescued(page.written, page.body, &text, page.body_line);
            (front, Vec::new(), text, true)
        }
    };
    let title = front.title.clone().unwrap_or_default();
    let said =
        ["lang", "language", "locale"].iter().find_map(|key| names::language(&front::text(&entries, key)?));
    let lang = hints
        .lang
        .or(said)
        .or_else(|| of_path(file))
        .or_else(|| names::language_of(&body.text))
        .or_else(|| names::language_of(&title))
        .or(hints.fallback)
        .unwrap_or_default();
    let file = file.to_string();
    Some(Read { file, front, entries, written, text: body, lang, broken })
}

/// A head that cannot be read loses nothing: it is code, and what can be made out of it counts.
fn rescued(written: Option<&str>, body: &str, whole: &str, body_line: usize) -> (Front, Text) {
    let (code, body) = match written {
        Some(written) => (written, body),
        // Where it ends is not known; it is taken to end with its paragraph.
        None => {
            let end = whole.find("\n\n").or_else(|| whole.find("\r\n\r\n")).map_or(whole.len(), |at| at + 1);
            whole.split_at(end)
        }
    };
    let first = if written.is_some() { body_line } else { 1 + code.matches('\n').count() };
    let front = Front {
        title: head::guess(code, "title"),
        date: head::guess(code, "date").as_deref().and_then(super::dates::Stamp::parse),
        ..Front::default()
    };
    let fence = tags::fence("yaml", code);
    let body = Text::new(body, first);
    let text = body.edit(vec![super::text::Edit::new(0..0, format!("{fence}\n\n"))]);
    (front, text)
}

/// The language that the name of a file or of a folder around it says: `a.zh.md`, `zh-cn/a.md`.
fn of_path(file: &str) -> Option<Lang> {
    let by_name = names::suffix(names::stem(file)).1;
    by_name.or_else(|| names::folder(file).split('/').rev().find_map(names::language))
}

/// Whether the head asks for formulas.
pub(super) fn wants_math(entries: &[Entry]) -> bool {
    ["math", "mathjax", "katex", "use_math"]
        .iter()
        .any(|key| front::value(entries, key).is_some_and(front::is_true))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_broken_head_loses_nothing() {
        let source = Source::of(&[
            ("a.md", "---\ntitle: \"a: b\ndate: 2020-05-05\n---\n正文 here\n"),
            ("b.md", "---\ntitle: a\nx: [\n\ntext\n"),
        ]);
        let mut findings = Vec::new();
        let read_one =
            |file, findings: &mut Vec<Finding>| read(&source, file, Hints::default(), findings).unwrap();
        let a = read_one("a.md", &mut findings);
        assert_eq!(a.front.title.as_deref(), Some("a: b"));
        assert_eq!(a.text.text, "```yaml\ntitle: \"a: b\ndate: 2020-05-05\n```\n\n正文 here\n");
        assert_eq!(a.text.line(a.text.text.find("正文").unwrap()), 5);
        let b = read_one("b.md", &mut findings);
        assert_eq!(b.text.text, "```yaml\n---\ntitle: a\nx: [\n```\n\n\ntext\n");
        assert_eq!(b.text.line(b.text.text.find("text").unwrap()), 5);
        assert_eq!(findings.len(), 2);
    }

    #[test]
    fn languages_by_hint_and_by_text() {
        for (file, text, lang) in [
            ("a.zh.md", "english words", Lang::Zh),
            ("zh-cn/a.md", "english words", Lang::Zh),
            ("a.md", "---\nlang: zh-Hans\n---\nenglish words", Lang::Zh),
            ("a.md", "---\ntitle: 题\n---\n", Lang::Zh),
            ("en/中.md", "中文", Lang::En),
            ("a.md", "中文，带一些 words", Lang::Zh),
            ("a.md", "", Lang::En),
        ] {
            let source = Source::of(&[(file, text)]);
            let read = read(&source, file, Hints::default(), &mut Vec::new()).unwrap();
            assert_eq!(read.lang, lang, "{file}: {text}");
        }
    }
}
