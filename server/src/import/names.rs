//! Names of pages and files on our side: readable, safe, and none twice.

use super::draft::Draft;
use crate::content::path::RESERVED;
use sim_wasm::text::Lang;
use std::collections::{HashMap, HashSet};

/// Longest segment in bytes; with language, suffix and number it stays below what file systems take.
const LONGEST: usize = 180;

/// The folder of a file; empty for the root.
pub(super) fn folder(file: &str) -> &str {
    file.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// A file's name without its folder.
pub(super) fn name(file: &str) -> &str {
    file.rsplit('/').next().unwrap_or_default()
}

/// A file without its extension.
pub(super) fn stem(file: &str) -> &str {
    let start = file.len() - name(file).len();
    match file[start..].rsplit_once('.') {
        Some((stem, _)) if !stem.is_empty() => &file[..start + stem.len()],
        _ => file,
    }
}

/// Whether a file is markdown.
pub(super) fn is_markdown(file: &str) -> bool {
    let extension = name(file).rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase());
    matches!(extension.as_deref(), Some("md" | "markdown" | "mkd" | "mdown"))
}

/// A folder and a name in it.
pub(super) fn join(folder: &str, name: &str) -> String {
    match (folder, name) {
        ("", name) => name.to_string(),
        (folder, "") => folder.to_string(),
        (folder, name) => format!("{folder}/{name}"),
    }
}

/// The language that a word such as `zh-CN` or `en_US` names.
pub(super) fn language(word: &str) -> Option<Lang> {
    let word = word.trim().to_ascii_lowercase().replace('_', "-");
    match word.split('-').next()? {
        "zh" | "cn" if word == "zh" || word == "cn" || word.starts_with("zh-") => Some(Lang::Zh),
        "en" if word.len() <= 5 => Some(Lang::En),
        _ => None,
    }
}

/// The language at the end of a stem, and the stem without it: `a.zh-CN`.
pub(super) fn suffix(stem: &str) -> (&str, Option<Lang>) {
    match stem.rsplit_once('.').map(|(rest, code)| (rest, language(code))) {
        Some((rest, Some(lang))) if !name(rest).is_empty() => (rest, Some(lang)),
        _ => (stem, None),
    }
}

/// The language of a text by its letters.
pub(super) fn language_of(text: &str) -> Option<Lang> {
    let code = super::tags::code(text);
    let (mut han, mut words, mut inside) = (0_usize, 0_usize, false);
    let mut blocks = code.iter().peekable();
    for (at, c) in text.char_indices() {
        while blocks.peek().is_some_and(|range| range.end <= at) {
            blocks.next();
        }
        if blocks.peek().is_some_and(|range| range.contains(&at)) {
            continue;
        }
        let letter = c.is_ascii_alphabetic();
        words += usize::from(letter && !inside);
        han += usize::from(matches!(c, '\u{3400}'..='\u{9fff}' | '\u{20000}'..='\u{3ffff}'));
        inside = letter
            || (inside && (c.is_ascii_alphanumeric() || matches!(c, '\'' | '_' | '.' | '/' | ':' | '-')));
    }
    match (han, words) {
        (0, 0) => None,
        // A Chinese text about computers is full of English names; an English one quotes a few characters.
        (han, words) if han * 3 >= words * 2 && han > 0 => Some(Lang::Zh),
        _ => Some(Lang::En),
    }
}

/// One segment with letters and digits of all scripts and `-_.`; everything else becomes `-`.
pub(super) fn segment(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            c if c.is_alphanumeric() || matches!(c, '_' | '.' | '\u{300}'..='\u{36f}') => out.push(c),
            _ if out.is_empty() || out.ends_with('-') => {}
            _ => out.push('-'),
        }
    }
    out.truncate(out.floor_char_boundary(LONGEST));
    let kept = out.trim_start_matches(['.', '-']).trim_end_matches(['-', '.']);
    if kept.is_empty() { "page".to_string() } else { kept.to_string() }
}

/// A path of safe segments.
pub(super) fn path(text: &str) -> String {
    text.split('/').filter(|part| !part.is_empty()).map(segment).collect::<Vec<_>>().join("/")
}

/// The path of a file that is no page, its extension kept.
pub(super) fn file(text: &str) -> String {
    let (folder, name) = (path(folder(text)), name(text));
    let (stem, extension) = name.rsplit_once('.').unwrap_or((name, ""));
    let extension: String = extension.chars().filter(char::is_ascii_alphanumeric).take(16).collect();
    let stem = segment(stem);
    join(&folder, &if extension.is_empty() { stem } else { format!("{stem}.{extension}") })
}

/// The path with another first segment when that is one of the site's own.
pub(super) fn unreserved(path: String) -> String {
    let (first, rest) = path.split_at(path.find('/').unwrap_or(path.len()));
    match RESERVED.contains(&first) {
        true => format!("{first}-page{rest}"),
        false => path,
    }
}

/// Gives each page its file below `into`. In the order of the drafts, those that describe folders first: their names
/// cannot change.
pub(super) fn places(drafts: &[Draft], into: &str) -> Vec<String> {
    let mut taken = Taken::default();
    let mut files = vec![String::new(); drafts.len()];
    let order = drafts.iter().enumerate().filter(|(_, draft)| draft.is_index);
    let order = order.chain(drafts.iter().enumerate().filter(|(_, draft)| !draft.is_index));
    for (number, draft) in order {
        let wanted = match &draft.head {
            super::draft::Head::Kept(..) => unreserved(join(into, &draft.path)),
            super::draft::Head::New(_) => unreserved(join(into, &path(&draft.path))),
        };
        let wanted = match name(&wanted) {
            "index" if !draft.is_index => format!("{wanted}-page"),
            "" if !draft.is_index => join(&wanted, "page"),
            _ => wanted,
        };
        let path = taken.take(wanted, draft.lang, &draft.key);
        let file = if draft.is_index { join(&path, "index") } else { path };
        files[number] = format!("{file}.{}.md", draft.lang.code());
    }
    files
}

/// Paths in small letters, each with who has it.
#[derive(Default)]
struct Taken(HashMap<String, Vec<(String, Lang, String)>>);

impl Taken {
    fn take(&mut self, wanted: String, lang: Lang, key: &str) -> String {
        let mut number = 1;
        loop {
            let path = if number == 1 { wanted.clone() } else { format!("{wanted}-{number}") };
            let owners = self.0.entry(path.to_lowercase()).or_default();
            // The same page in the other language stands at the same path.
            let shared =
                owners.iter().all(|(their, other, owner)| *their == path && *other != lang && owner == key);
            if shared {
                owners.push((path.clone(), lang, key.to_string()));
                return path;
            }
            number += 1;
        }
    }
}

/// Names of files beside pages, none twice whatever the case of its letters.
#[derive(Debug, Default)]
pub(super) struct Files {
    taken: HashSet<String>,
}

impl Files {
    /// Takes `wanted`, or the next free name.
    pub(super) fn take(&mut self, wanted: String) -> String {
        let mut number = 1;
        loop {
            let name = match number {
                1 => wanted.clone(),
                _ => {
                    let stem = stem(&wanted);
                    format!("{stem}-{number}{}", &wanted[stem.len()..])
                }
            };
            if self.taken.insert(name.to_lowercase()) {
                return name;
            }
            number += 1;
        }
    }
}

/// The extension that a picture's bytes call for, when its name has one that no browser knows.
pub(super) fn picture_extension(file: &str, bytes: &[u8]) -> Option<&'static str> {
    let known = ["png", "jpg", "jpeg", "gif", "webp", "avif", "svg", "ico"];
    let extension = name(file).rsplit_once('.').map(|(_, it)| it.to_ascii_lowercase()).unwrap_or_default();
    if known.contains(&extension.as_str()) {
        return None;
    }
    match bytes {
        [0x89, b'P', b'N', b'G', ..] => Some("png"),
        [0xff, 0xd8, 0xff, ..] => Some("jpg"),
        [b'G', b'I', b'F', b'8', ..] => Some("gif"),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some("webp"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::front::Front;
    use crate::import::text::Text;

    #[test]
    fn names_stay_readable() {
        for (name, wanted) in [
            ("TCP 为什么 + 慢：重传——案例（一）", "TCP-为什么-慢-重传-案例-一"),
            ("net.ipv4.tcp_tw_recycle", "net.ipv4.tcp_tw_recycle"),
            ("..", "page"),
            ("！", "page"),
            (" .a. ", "a"),
            ("a\u{301}b", "a\u{301}b"),
        ] {
            assert_eq!(segment(name), wanted, "{name}");
        }
        assert_eq!(file("a b/x y~tplv:1:0.awebp"), "a-b/x-y-tplv-1-0.awebp");
        assert_eq!(file("a/.png"), "a/page.png");
        assert!(segment(&"长".repeat(200)).len() <= LONGEST);
        assert_eq!(unreserved("tags".into()), "tags-page");
        assert_eq!(unreserved("tcp/tags".into()), "tcp/tags");
    }

    #[test]
    fn languages() {
        for (word, lang) in [
            ("zh-CN", Some(Lang::Zh)),
            ("zh_Hans", Some(Lang::Zh)),
            ("en-US", Some(Lang::En)),
            ("english", None),
            ("v1", None),
            ("de", None),
        ] {
            assert_eq!(language(word), lang, "{word}");
        }
        assert_eq!(suffix("a/b.zh-cn"), ("a/b", Some(Lang::Zh)));
        assert_eq!(suffix("a/.en"), ("a/.en", None));
        assert_eq!(language_of("`中文` The queue is full (队列)."), Some(Lang::En));
        assert_eq!(language_of("用 tcpdump -i eth0 抓包，然后用 wireshark 看。"), Some(Lang::Zh));
        assert_eq!(language_of("123 `abc`"), None);
    }

    #[test]
    fn no_place_is_taken_twice() {
        let draft = |path: &str, lang, key: &str, is_index| {
            let mut draft = Draft::new(path, Front::default(), Text::new("", 1), lang);
            (draft.path, draft.key, draft.is_index) = (path.to_string(), key.to_string(), is_index);
            draft
        };
        let drafts = [
            draft("High_load", Lang::Zh, "1", false),
            draft("high_load", Lang::En, "2", false),
            draft("a", Lang::Zh, "a", false),
            draft("a", Lang::En, "a", false),
            draft("a", Lang::En, "b", false),
            draft("tcp", Lang::En, "c", false),
            draft("tcp", Lang::En, "d", true),
            draft("tags", Lang::En, "e", false),
            draft("x/index", Lang::En, "f", false),
        ];
        assert_eq!(
            places(&drafts, ""),
            [
                "High_load.zh.md",
                "high_load-2.en.md",
                "a.zh.md",
                "a.en.md",
                "a-2.en.md",
                "tcp-2.en.md",
                "tcp/index.en.md",
                "tags-page.en.md",
                "x/index-page.en.md"
            ]
        );
        assert_eq!(places(&drafts[7..8], "old"), ["old/tags.en.md"]);
    }
}
