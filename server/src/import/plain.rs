//! Plain folders of markdown, and pages in our own format, which come through byte for byte.

use super::draft::{Draft, Head, Site};
use super::page::{self, Hints, Read};
use super::source::Source;
use super::{names, permalink};
use crate::content::front_matter;
use sim_wasm::text::Lang;

/// Reads a folder.
pub(super) fn read(source: &Source, lang: Option<Lang>) -> Site {
    let mut site = Site { public: vec![String::new()], ..Site::default() };
    let mut ours = true;
    for file in source.files().filter(|file| names::is_markdown(file)) {
        let before = site.findings.len();
        let Some(read) = page::read(source, file, Hints { lang, fallback: None }, &mut site.findings) else {
            continue;
        };
        let (stem, suffix) = names::suffix(names::stem(file));
        let stem = stem.to_string();
        let lang = if is_coded(file) { suffix.unwrap_or(read.lang) } else { read.lang };
        let whole = format!("{}{}", read.written, read.text.text);
        let named = is_coded(file) || names::name(&stem) == "index";
        let kept = if read.broken || !named { None } else { kept(file, &whole, &read) };
        ours &= kept.is_some();
        let mut draft = Draft::new(file, read.front, read.text, lang);
        if let Some(title) = kept {
            site.findings.truncate(before);
            draft.head = Head::Kept(read.written, title);
        }
        let name = names::name(&stem);
        draft.is_index = name == "index"
            || (name.eq_ignore_ascii_case("readme") && !source.contains(&beside(file, "index.md")));
        draft.path = if draft.is_index { names::folder(&stem).to_string() } else { stem.clone() };
        draft.key = stem.clone();
        // Our own pages have addresses that links may be written with; they are no aliases.
        if matches!(draft.head, Head::Kept(..)) {
            draft.old = vec![format!("/{}/{}", lang.code(), draft.path)];
        }
        draft.names = vec![names::name(&stem).to_string()];
        site.drafts.push(draft);
    }
    site.ours = ours && !site.drafts.is_empty();
    site
}

fn beside(file: &str, name: &str) -> String {
    names::join(names::folder(file), name)
}

/// `a.en.md`, as our own files are named.
fn is_coded(file: &str) -> bool {
    file.ends_with(".en.md") || file.ends_with(".zh.md")
}

/// The title of a page in our format; none when it is not.
fn kept(file: &str, whole: &str, read: &Read) -> Option<Option<String>> {
    let (page, _) = front_matter::parse(file, whole).ok()?;
    let title = page.front_matter.title;
    let is_ours = (title.is_some() || is_coded(file)) && page.body == read.text.text;
    is_ours.then_some(title)
}

/// Where a link of a page in our format leads as it is: the path of a page.
pub(super) fn path_of(folder: &str, written: &str) -> Option<String> {
    let file = crate::content::path::resolve(folder, written)?;
    let stem = names::suffix(file.strip_suffix(".md").unwrap_or(&file)).0;
    Some(permalink::key(stem.strip_suffix("/index").unwrap_or(stem)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_own_pages_are_known() {
        let ours = "---\ntitle: A\nverified:\n  - {kernel: 3.10}\n---\nText\n";
        let site =
            read(&Source::of(&[("tcp/a.en.md", ours), ("tcp/index.zh.md", "---\ntitle: 中\n---\n")]), None);
        assert!(site.ours);
        assert!(site.drafts.iter().all(|draft| matches!(draft.head, Head::Kept(..))));
        assert_eq!(
            (site.drafts[1].is_index, site.drafts[1].path.as_str(), site.drafts[1].lang),
            (true, "tcp", Lang::Zh)
        );
        let site = read(
            &Source::of(&[("a.md", "# A\n"), ("b.md", "---\ntitle: B\nmood: x\n---\n"), ("README.md", "x")]),
            None,
        );
        assert!(!site.ours);
        assert!(site.drafts.iter().all(|draft| matches!(draft.head, Head::New(_))));
        assert!(site.drafts[0].is_index);
    }
}
