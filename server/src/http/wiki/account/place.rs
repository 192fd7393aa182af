//! A page's path as people type it.

use crate::address;
use sim_wasm::text::Lang;

/// The path of a page, with the language when what was typed is an address of the site: `/en/tcp/syn`, `tcp/syn`,
/// `tcp/syn.md`. None when no page can stand there.
pub(in crate::http::wiki) fn read(typed: &str) -> Option<(Option<Lang>, String)> {
    let typed = address::decode(typed.trim())?;
    let mut segments: Vec<String> =
        typed.split('/').map(|it| it.split_whitespace().collect::<Vec<_>>().join("-")).collect();
    segments.retain(|segment| !segment.is_empty());
    let lang = match segments.first() {
        Some(first) if typed.starts_with('/') => Lang::from_code(first),
        _ => None,
    };
    if lang.is_some() {
        segments.remove(0);
    }
    if let Some(last) = segments.last_mut()
        && let Some(stem) = last.strip_suffix(".md")
    {
        *last = stem.to_string();
    }
    // What describes a folder stands at the folder's own path.
    if segments.last().is_some_and(|last| last == "index") {
        segments.pop();
    }
    let unusable = |it: &String| it.is_empty() || it.starts_with('.') || it.contains(['\\', '?', '#']);
    (!segments.iter().any(unusable)).then(|| (lang, segments.join("/")))
}

#[cfg(test)]
mod tests {
    use super::read;
    use sim_wasm::text::Lang;

    #[test]
    fn paths_are_understood_as_people_type_them() {
        for (typed, place) in [
            ("tcp/syn-drop", Some((None, "tcp/syn-drop"))),
            (" /tcp//syn drop/ ", Some((None, "tcp/syn-drop"))),
            ("/zh/tcp/%E9%87%8D", Some((Some(Lang::Zh), "tcp/重"))),
            ("en/tcp", Some((None, "en/tcp"))),
            ("/en/", Some((Some(Lang::En), ""))),
            ("tcp/notes.md", Some((None, "tcp/notes"))),
            ("tcp/index.md", Some((None, "tcp"))),
            ("", Some((None, ""))),
            ("../etc", None),
            ("a/.git/b", None),
            ("a\\b", None),
            ("a%00", None),
            ("a#b", None),
        ] {
            let wanted = place.map(|(lang, path)| (lang, path.to_string()));
            assert_eq!(read(typed), wanted, "{typed:?}");
        }
    }
}
