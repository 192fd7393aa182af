//! What its author meant as markup and readers see as text: findings for the author, never a change of the page.

use super::page::{Events, inside};
use pulldown_cmark::{Event, Tag};

const CALLOUTS: [&str; 5] = ["NOTE", "TIP", "IMPORTANT", "WARNING", "CAUTION"];

/// What a run of text holds, given as its author wrote it: where, and what to do.
pub(super) fn in_text(source: &str) -> Vec<(usize, String)> {
    footnotes(source).chain(formula(source)).collect()
}

/// `[^name]` is text only when there is no such note.
fn footnotes(source: &str) -> impl Iterator<Item = (usize, String)> {
    unescaped(source, "[^").filter_map(|at| {
        let rest = &source[at + 2..];
        let (name, end) =
            rest.split_at(rest.find(|c: char| !c.is_alphanumeric() && !matches!(c, '-' | '_'))?);
        let message =
            || format!("there is no footnote `{name}`; write it as `[^{name}]: …` in a paragraph of its own");
        (!name.is_empty() && end.starts_with(']')).then(|| (at, message()))
    })
}

/// A dollar sign is often money; one before a TeX command is not.
fn formula(source: &str) -> Option<(usize, String)> {
    let at = unescaped(source, "$").next()?;
    let mut slashes = source[at..].match_indices('\\').map(|(slash, _)| &source[at + slash + 1..]);
    let message = "this formula is shown as it is: `$…$` must end on its line, have no space inside the dollar signs, \
                   and close its braces; write `\\$` for a dollar sign";
    slashes.any(|rest| rest.starts_with(|c: char| c.is_ascii_alphabetic())).then(|| (at, message.to_string()))
}

/// `> [!TIP] title`: what is wrong with the first line of a quotation that looks like a callout.
pub(super) fn in_quotation(quotation: &Events<'_>) -> Option<(usize, String)> {
    let [(Event::Start(Tag::Paragraph), _), (Event::Text(text), range), ..] = inside(quotation) else {
        return None;
    };
    let (word, _) = text.strip_prefix("[!")?.split_once(']')?;
    let message = match CALLOUTS.iter().find(|name| name.eq_ignore_ascii_case(word)) {
        Some(name) => {
            format!(
                "callouts have no titles of their own; leave `[!{name}]` alone on its line, or it is shown as it is"
            )
        }
        None if !word.is_empty() && word.chars().all(char::is_alphanumeric) => {
            format!("there is no callout `{word}`; there are: {}", CALLOUTS.join(", "))
        }
        None => return None,
    };
    Some((range.start, message))
}

/// Where `mark` stands without a backslash before it.
fn unescaped<'a>(source: &'a str, mark: &'a str) -> impl Iterator<Item = usize> + 'a {
    source.match_indices(mark).map(|(at, _)| at).filter(|at| !source[..*at].ends_with('\\'))
}
