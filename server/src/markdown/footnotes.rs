//! Footnotes: numbered in the order in which the text first refers to them, with links there and back.

use pulldown_cmark::{Event, Tag, TagEnd};
use sim_wasm::text::Lang;
use std::collections::{HashMap, HashSet};
use std::ops::Range;

/// The notes of a page.
#[derive(Debug, Default)]
pub(super) struct Footnotes {
    numbers: HashMap<String, usize>,
    /// By number less one.
    notes: Vec<Note>,
}

#[derive(Clone, Debug, Default)]
struct Note {
    html: Option<String>,
    references: usize,
}

impl Footnotes {
    /// Numbers the notes: first those that the text refers to, then those that only other notes do.
    pub(super) fn number(events: &[(Event<'_>, Range<usize>)]) -> Footnotes {
        let mut defined = HashSet::new();
        let (mut in_text, mut in_notes) = (Vec::new(), Vec::new());
        let mut depth = 0;
        for (event, _) in events {
            match event {
                Event::Start(Tag::FootnoteDefinition(label)) => {
                    defined.insert(label.to_string());
                    depth += 1;
                }
                Event::End(TagEnd::FootnoteDefinition) => depth -= 1,
                Event::FootnoteReference(label) if depth == 0 => in_text.push(label.to_string()),
                Event::FootnoteReference(label) => in_notes.push(label.to_string()),
                _ => {}
            }
        }
        let mut footnotes = Footnotes::default();
        for label in in_text.into_iter().chain(in_notes).filter(|label| defined.contains(label)) {
            let next = footnotes.numbers.len() + 1;
            footnotes.numbers.entry(label).or_insert(next);
        }
        footnotes.notes = vec![Note::default(); footnotes.numbers.len()];
        footnotes
    }

    /// The reference to a note; none when there is no such note.
    pub(super) fn reference(&mut self, label: &str, lang: Lang) -> Option<String> {
        let number = *self.numbers.get(label)?;
        let note = self.notes.get_mut(number - 1)?;
        note.references += 1;
        let id = reference_id(number, note.references);
        let name = lang.pick(format!("Footnote {number}"), format!("脚注 {number}"));
        Some(format!(
            "<sup class=\"footnote-ref\"><a href=\"#fn-{number}\" id=\"{id}\" role=\"doc-noteref\" \
             aria-label=\"{name}\">{number}</a></sup>"
        ))
    }

    /// Takes the text of a note; false when nothing refers to it.
    pub(super) fn define(&mut self, label: &str, html: String) -> bool {
        let number = self.numbers.get(label);
        let Some(note) = number.and_then(|number| self.notes.get_mut(number - 1)) else { return false };
        note.html.get_or_insert(html);
        true
    }

    /// The ids that the notes will have.
    pub(super) fn ids(&self) -> impl Iterator<Item = String> {
        (1..=self.notes.len()).map(|number| format!("fn-{number}"))
    }

    /// The notes, for the end of the page; empty when there are none.
    pub(super) fn html(&self, lang: Lang) -> String {
        if self.notes.is_empty() {
            return String::new();
        }
        let label = lang.pick("Footnotes", "脚注");
        let mut html =
            format!("<section class=\"footnotes\" role=\"doc-endnotes\" aria-label=\"{label}\">\n<ol>\n");
        for (number, note) in (1..).zip(&self.notes) {
            html += &format!("<li id=\"fn-{number}\">\n");
            let text = note.html.as_deref().unwrap_or_default().trim_end();
            let back = back_links(number, note.references, lang);
            // The way back stands at the end of the last line, not on a line of its own.
            match text.strip_suffix("</p>") {
                Some(text) => html += &format!("{text}{back}</p>\n</li>\n"),
                None => html += &format!("{text}<p>{back}</p>\n</li>\n"),
            }
        }
        html + "</ol>\n</section>\n"
    }
}

fn reference_id(number: usize, count: usize) -> String {
    if count == 1 { format!("fnref-{number}") } else { format!("fnref-{number}-{count}") }
}

fn back_links(number: usize, references: usize, lang: Lang) -> String {
    (1..=references)
        .map(|count| {
            let id = reference_id(number, count);
            let label = lang.pick(format!("Back to the text at footnote {number}"), format!("回到正文中脚注 {number} 处"));
            let which = if count == 1 { String::new() } else { format!("<sup>{count}</sup>") };
            format!(" <a class=\"footnote-back\" href=\"#{id}\" role=\"doc-backlink\" aria-label=\"{label}\">↩{which}</a>")
        })
        .collect()
}
