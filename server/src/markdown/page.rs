//! A page being written: the events of the parser, one after the other, and all that is known of the page so far.

use super::footnotes::Footnotes;
use super::headings::Ids;
use super::math::{self, Formula};
use super::output::Output;
use super::plain::collapse;
use super::tables::Table;
use super::{Links, Rendered, Source};
use crate::diagnostic::Diagnostic;
use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TextMergeWithOffset};
use sim_wasm::text::Lang;
use std::collections::HashMap;
use std::ops::Range;

const MAX_BYTES: usize = 1 << 20;
const MAX_DIAGNOSTICS: usize = 200;

/// Events with the bytes of the source that they come from.
pub(super) type Events<'e> = [(Event<'e>, Range<usize>)];

/// A page being written.
pub(super) struct Page<'a> {
    pub(super) source: Source<'a>,
    pub(super) links: &'a dyn Links,
    pub(super) out: Output,
    pub(super) ids: Ids,
    pub(super) footnotes: Footnotes,
    /// By the byte at which they begin.
    pub(super) formulas: HashMap<usize, Result<String, String>>,
    /// Links to anchors of this page, with their lines.
    pub(super) anchors: Vec<(String, usize)>,
    pub(super) table: Table,
    /// Headings go down by one level, since the title is the only one of level 1.
    pub(super) several_titles: bool,
    /// What is written now is no running text: a heading or a note.
    pub(super) aside: bool,
    pub(super) rendered: Rendered,
    line_starts: Vec<usize>,
}

/// Renders a page.
pub(super) fn render(source: Source<'_>, links: &dyn Links) -> Rendered {
    let whole = source.text;
    let source = Source { text: &whole[..whole.floor_char_boundary(MAX_BYTES)], ..source };
    let parser = Parser::new_ext(source.text, options());
    let events: Vec<_> = TextMergeWithOffset::new(parser.into_offset_iter()).collect();
    let mut page = Page::new(source, links, &events);
    if source.text.len() < whole.len() {
        page.error(
            whole.len(),
            format!("the page ends here: {MAX_BYTES} bytes are the limit, and it has {}", whole.len()),
        );
    }
    page.walk(&events);
    page.finish()
}

/// What is markdown here.
pub(crate) fn options() -> Options {
    Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_HEADING_ATTRIBUTES
        | Options::ENABLE_MATH
        | Options::ENABLE_GFM
        | Options::ENABLE_WIKILINKS
}

impl<'a> Page<'a> {
    fn new(source: Source<'a>, links: &'a dyn Links, events: &Events<'_>) -> Page<'a> {
        let footnotes = Footnotes::number(events);
        let mut ids = Ids::new();
        for id in footnotes.ids() {
            ids.take(&id);
        }
        let is_title =
            |event: &Event<'_>| matches!(event, Event::Start(Tag::Heading { level: HeadingLevel::H1, .. }));
        Page {
            source,
            links,
            out: Output::default(),
            ids,
            footnotes,
            formulas: formulas(events),
            anchors: Vec::new(),
            table: Table::default(),
            several_titles: events.iter().filter(|(event, _)| is_title(event)).count() > 1,
            aside: false,
            rendered: Rendered::default(),
            line_starts: std::iter::once(0)
                .chain(source.text.match_indices('\n').map(|(at, _)| at + 1))
                .collect(),
        }
    }

    /// Writes events in their order.
    pub(super) fn walk(&mut self, events: &Events<'_>) {
        let mut at = 0;
        while let Some((event, range)) = events.get(at) {
            at += match event {
                Event::Start(tag) => self.start(tag, &events[at..]),
                Event::End(tag) => {
                    self.end(*tag);
                    1
                }
                _ => {
                    self.inline(event, range, &events[at + 1..]);
                    1
                }
            };
        }
    }

    fn finish(mut self) -> Rendered {
        for (anchor, line) in std::mem::take(&mut self.anchors) {
            if !self.ids.contains(&anchor) {
                self.error_on(line, format!("this page has no heading with the anchor `#{anchor}`"));
            }
        }
        let mut rendered = self.rendered;
        rendered.html = self.out.finish() + &self.footnotes.html(self.source.lang);
        rendered.plain = collapse(&rendered.plain);
        rendered.diagnostics.sort_by_key(|diagnostic| diagnostic.line);
        rendered
    }

    pub(super) fn lang(&self) -> Lang {
        self.source.lang
    }

    /// A part of the text as its author wrote it.
    pub(super) fn written(&self, range: &Range<usize>) -> &'a str {
        self.source.text.get(range.clone()).unwrap_or_default()
    }

    /// The line of the file in which a byte of the text stands.
    pub(super) fn line(&self, at: usize) -> usize {
        self.source.first_line + self.line_starts.partition_point(|start| *start <= at) - 1
    }

    /// Notes something that cannot be shown, at a byte of the text.
    pub(super) fn error(&mut self, at: usize, message: impl Into<String>) {
        self.error_on(self.line(at), message);
    }

    /// Notes something that cannot be shown, on a line of the file.
    pub(super) fn error_on(&mut self, line: usize, message: impl Into<String>) {
        self.note(Diagnostic::error(self.source.file, line, message));
    }

    /// Notes something worth knowing, at a byte of the text.
    pub(super) fn warn(&mut self, at: usize, message: impl Into<String>) {
        self.note(Diagnostic::warning(self.source.file, self.line(at), message));
    }

    fn note(&mut self, diagnostic: Diagnostic) {
        if self.rendered.diagnostics.len() < MAX_DIAGNOSTICS {
            self.rendered.diagnostics.push(diagnostic);
        }
    }

    /// Adds running text to the plain text of the page.
    pub(super) fn plain(&mut self, text: &str) {
        if !self.aside {
            self.rendered.plain.push_str(text);
        }
    }
}

fn formulas(events: &Events<'_>) -> HashMap<usize, Result<String, String>> {
    let found: Vec<(usize, Formula<'_>)> = events
        .iter()
        .filter_map(|(event, range)| match event {
            Event::InlineMath(tex) => Some((range.start, Formula { tex, display: false })),
            Event::DisplayMath(tex) => Some((range.start, Formula { tex, display: true })),
            _ => None,
        })
        .collect();
    let converted = math::convert(&found.iter().map(|(_, formula)| *formula).collect::<Vec<_>>());
    found.into_iter().map(|(at, _)| at).zip(converted).collect()
}

/// The element that begins the events, up to and with its end.
pub(super) fn element<'e, 'x>(events: &'x Events<'e>) -> &'x Events<'e> {
    let mut depth = 0_usize;
    for (at, (event, _)) in events.iter().enumerate() {
        match event {
            Event::Start(_) => depth += 1,
            Event::End(_) => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            return &events[..=at];
        }
    }
    events
}

/// What stands in an element: its events without its start and its end.
pub(super) fn inside<'e, 'x>(element: &'x Events<'e>) -> &'x Events<'e> {
    match element {
        [_, inside @ .., _] => inside,
        _ => &[],
    }
}
