//! Two versions of a page compared.

use super::Subject;
use super::when::when;
use crate::i18n::history::{self, Strings};
use crate::pages::Context;
use crate::pages::layout::Layout;
use askama::Template;
use sim_wasm::text::Lang;
use store::{Ending, Line, Row};

/// A longer stretch of lines that are the same is folded.
const LONGEST: usize = 6;

/// So many lines of it are shown beside a change.
const CONTEXT: usize = LONGEST / 2;

/// One of the two versions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Side {
    /// The page is not there.
    Nothing,
    /// As it is now.
    Now,
    /// At a commit; when that was made and by whom, if it changed the page.
    At(String, Option<(i64, String)>),
}

impl Side {
    fn words(&self, w: &Strings) -> String {
        match self {
            Side::Nothing => w.nothing.to_string(),
            Side::Now => w.now.to_string(),
            Side::At(_, Some((time, author))) => format!("{} · {author}", when(time)),
            Side::At(revision, None) => revision.chars().take(10).collect(),
        }
    }

    fn revision(&self) -> &str {
        match self {
            Side::At(revision, _) => revision,
            Side::Nothing | Side::Now => "",
        }
    }
}

/// A part of the table.
enum Part<'a> {
    /// Old and new side by side.
    Pair(&'a Row),
    /// A line alone.
    Alone(Kind, &'a Row, &'a Line),
    /// Lines that are the same, left out.
    Folded(String),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Same,
    Old,
    New,
}

#[derive(Template)]
#[template(path = "wiki/diff.html")]
struct Page<'a> {
    layout: Layout,
    w: &'static Strings,
    parts: Vec<Part<'a>>,
    is_split: bool,
    is_same: bool,
    old: String,
    new: String,
    other_view: String,
    page: String,
    history: String,
}

impl Page<'_> {
    /// What is different in the ends of a row's lines.
    fn ending(&self, row: &Row, line: &Line) -> Option<&'static str> {
        let differs = matches!((&row.old, &row.new), (Some(old), Some(new)) if old.ending != new.ending);
        match line.ending {
            Ending::CrLf if differs => Some(self.w.with_crlf),
            Ending::Lf if differs => Some(self.w.with_lf),
            Ending::None if differs => Some(self.w.without_end),
            _ => None,
        }
    }
}

/// The page. `split` shows both versions side by side, otherwise they stand in one column.
///
/// # Errors
/// When the template fails.
pub fn render(
    cx: &Context<'_>,
    subject: Subject<'_>,
    (from, to): (&Side, &Side),
    rows: &[Row],
    split: bool,
) -> askama::Result<String> {
    let w = history::strings(subject.lang);
    let address = subject.wiki("diff");
    let other = if split { "inline" } else { "split" };
    let mut query = form_urlencoded::Serializer::new(String::new());
    for (name, value) in [("from", from.revision()), ("to", to.revision()), ("view", other)] {
        if !value.is_empty() {
            query.append_pair(name, value);
        }
    }
    Page {
        layout: Layout::wiki(cx, subject.lang, &address, format!("{} · {}", w.differences, subject.title)),
        w,
        parts: parts(rows, subject.lang, split),
        is_split: split,
        is_same: rows.iter().all(Row::is_same),
        old: from.words(w),
        new: to.words(w),
        other_view: format!("{address}?{}", query.finish()),
        page: subject.address(),
        history: subject.wiki("history"),
    }
    .render()
}

fn parts(rows: &[Row], lang: Lang, split: bool) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut at = 0;
    for stretch in rows.chunk_by(|a, b| a.is_same() == b.is_same()) {
        let (is_first, is_last) = (at == 0, at + stretch.len() == rows.len());
        at += stretch.len();
        if !stretch[0].is_same() {
            changed(stretch, split, &mut parts);
            continue;
        }
        let fold = stretch.len() > LONGEST;
        let head = if fold && is_first { 0 } else { CONTEXT };
        let tail = if fold && is_last { 0 } else { CONTEXT };
        let hidden = if fold { head..stretch.len() - tail } else { 0..0 };
        for (index, row) in stretch.iter().enumerate() {
            if index == hidden.start && !hidden.is_empty() {
                parts.push(Part::Folded(history::unchanged(lang, hidden.len())));
            }
            match &row.new {
                _ if hidden.contains(&index) => {}
                Some(line) if !split => parts.push(Part::Alone(Kind::Same, row, line)),
                _ => parts.push(Part::Pair(row)),
            }
        }
    }
    parts
}

fn changed<'a>(stretch: &'a [Row], split: bool, parts: &mut Vec<Part<'a>>) {
    if split {
        parts.extend(stretch.iter().map(Part::Pair));
        return;
    }
    let old = stretch.iter().filter_map(|row| Some(Part::Alone(Kind::Old, row, row.old.as_ref()?)));
    let new = stretch.iter().filter_map(|row| Some(Part::Alone(Kind::New, row, row.new.as_ref()?)));
    parts.extend(old.chain(new));
}

#[cfg(test)]
mod tests {
    use super::{Kind, Part, parts};
    use sim_wasm::text::Lang;

    /// `=` a line that is the same, `-` an old one, `+` a new one, `|` both, a number for folded lines.
    fn drawn(old: &str, new: &str, split: bool) -> String {
        let rows = store::diff(old, new);
        let signs = parts(&rows, Lang::En, split).into_iter().map(|part| match part {
            Part::Folded(words) => words.chars().filter(char::is_ascii_digit).collect(),
            Part::Pair(row) if row.is_same() => "=".to_string(),
            Part::Pair(_) => "|".to_string(),
            Part::Alone(Kind::Same, ..) => "=".to_string(),
            Part::Alone(Kind::Old, ..) => "-".to_string(),
            Part::Alone(Kind::New, ..) => "+".to_string(),
        });
        signs.collect()
    }

    #[test]
    fn long_stretches_are_folded() {
        let lines = |count: usize| (0..count).map(|n| format!("line {n}\n")).collect::<String>();
        for (before, between, after, wanted) in [
            (0, 6, 0, "-======-"),
            (0, 7, 0, "-===1===-"),
            (6, 0, 6, "======--======"),
            (7, 0, 7, "4===--===4"),
        ] {
            let make = |changed: &str| {
                format!("{}{changed}{}{changed}{}", lines(before), lines(between), lines(after))
            };
            assert_eq!(drawn(&make("xyz\n"), &make(""), false), wanted, "{before} {between} {after}");
        }
    }

    #[test]
    fn in_one_column_old_lines_come_before_new_ones() {
        assert_eq!(drawn("a b c\nd e f\ng\n", "a b x\nd e y\ng\n", false), "--++=");
        assert_eq!(drawn("a b c\nd e f\ng\n", "a b x\nd e y\ng\n", true), "||=");
    }
}
