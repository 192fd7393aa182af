//! Finds where one file of the design refers to another.

use crate::content::path;
use std::ops::Range;

/// A reference from one file to another.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Reference {
    /// The file meant, relative to the static folder.
    pub(super) target: String,
    /// Where its name, without folders, stands in the source.
    pub(super) file_name: Range<usize>,
}

/// The references in a style sheet or a script, in order; none for a file of another kind.
///
/// Style sheets name files in `url(…)` and `@import "…"`, modules after `from`, `import`, `import(` and `new URL(`. Only
/// relative references (`../fonts/a.woff2`, `./lab-view.js`) are looked at: everything else leads out of the static folder.
pub(super) fn references(name: &str, bytes: &[u8]) -> Option<Vec<Reference>> {
    let openings: &[&str] = match name.rsplit_once('.')?.1 {
        "css" => &["url(", "@import "],
        "js" => &["from ", "from", "import ", "import", "import(", "new URL("],
        _ => return None,
    };
    let text = std::str::from_utf8(bytes).ok()?;
    let folder = name.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut found = Vec::new();
    for opening in openings {
        for (at, _) in text.match_indices(opening) {
            let start = at + opening.len();
            let Some(quoted) = Quoted::at(text, start, name.ends_with(".css")) else { continue };
            let reference = &text[quoted.0.clone()];
            if reference.starts_with('/') || reference.contains(':') || reference.is_empty() {
                continue;
            }
            let Some(target) = path::resolve(folder, reference) else { continue };
            let file_name = reference.rsplit('/').next().unwrap_or_default().len();
            let end = quoted.0.end;
            found.push(Reference { target, file_name: end - file_name..end });
        }
    }
    found.sort_by_key(|reference| reference.file_name.start);
    found.dedup();
    Some(found)
}

struct Quoted(Range<usize>);

impl Quoted {
    /// The string that begins at `start`: between quotes, or bare up to `)` where `bare` allows it.
    fn at(text: &str, start: usize, bare: bool) -> Option<Quoted> {
        let rest = &text[start..];
        let (open, close) = match rest.chars().next()? {
            quote @ ('"' | '\'') => (1, quote),
            _ if bare && text[..start].ends_with('(') => (0, ')'),
            _ => return None,
        };
        let length = rest[open..].find(close)?;
        Some(Quoted(start + open..start + open + length))
    }
}

#[cfg(test)]
mod tests {
    use super::references;

    fn found(name: &str, text: &str) -> Vec<(String, String)> {
        references(name, text.as_bytes())
            .unwrap()
            .into_iter()
            .map(|reference| (reference.target, text[reference.file_name].to_string()))
            .collect()
    }

    #[test]
    fn style_sheets() {
        let css = r#"@import "base.css"; @font-face{src:url(../fonts/a.woff2) format("woff2"),url('../fonts/b.woff2')}
            a{background:url(data:image/gif;base64,AA)} b{background:url("/x.png")}"#;
        let wanted =
            [("css/base.css", "base.css"), ("fonts/a.woff2", "a.woff2"), ("fonts/b.woff2", "b.woff2")];
        assert_eq!(found("css/site.css", css), wanted.map(|(a, b)| (a.to_string(), b.to_string())));
    }

    #[test]
    fn modules() {
        let js = r#"import { a } from "./a.js";import './b.js'; const c = await import("./deep/c.js"); let from = "x";
            new Worker(new URL("./d.js", import.meta.url)); new URL(location.href); new URL("/x.js", origin);"#;
        let wanted =
            [("js/a.js", "a.js"), ("js/b.js", "b.js"), ("js/deep/c.js", "c.js"), ("js/d.js", "d.js")];
        assert_eq!(found("js/lab.js", js), wanted.map(|(a, b)| (a.to_string(), b.to_string())));
        assert!(references("fonts/a.woff2", b"").is_none());
    }
}
