//! A page's text by its headings, without markup, for who looks for words in it.

use super::footnotes::Footnotes;
use super::headings::{self, Ids};
use super::page::{Events, element, inside, options};
use super::plain::{is_cjk, text_of};
use super::{Source, lab_block};
use pulldown_cmark::{CodeBlockKind, Event, Parser, Tag, TagEnd, TextMergeWithOffset};

/// What stands below a heading, up to the next.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Section {
    /// The heading's id in the rendered page; empty for what comes before the first heading.
    pub id: String,
    /// The heading.
    pub heading: String,
    /// Running text, a line for each block.
    pub text: String,
    /// Code, and the settings of labs.
    pub code: String,
}

/// A page's text and what labs it has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sections {
    /// The first one is what comes before the first heading.
    pub sections: Vec<Section>,
    /// Ids of the labs.
    pub labs: Vec<&'static str>,
}

/// Takes a page apart. Ids are those that [`super::render`] gives, nothing is run, and nothing wrong is told.
pub fn sections(source: Source<'_>) -> Sections {
    let parser = Parser::new_ext(source.text, options());
    let events: Vec<_> = TextMergeWithOffset::new(parser.into_offset_iter()).collect();
    let mut ids = Ids::new();
    for id in Footnotes::number(&events).ids() {
        ids.take(&id);
    }
    let mut reader =
        Reader { source, ids, out: Sections { sections: vec![Section::default()], labs: Vec::new() } };
    reader.walk(&events);
    for section in &mut reader.out.sections {
        section.text.truncate(section.text.trim_end().len());
        section.code.truncate(section.code.trim_end().len());
    }
    reader.out
}

struct Reader<'a> {
    source: Source<'a>,
    ids: Ids,
    out: Sections,
}

impl Reader<'_> {
    fn walk(&mut self, events: &Events<'_>) {
        let mut at = 0;
        while let Some((event, _)) = events.get(at) {
            at += match event {
                Event::Start(Tag::Heading { .. }) => self.heading(element(&events[at..])),
                Event::Start(Tag::CodeBlock(_)) => self.code_block(element(&events[at..])),
                Event::Start(Tag::MetadataBlock(_)) => element(&events[at..]).len(),
                _ => {
                    self.event(event);
                    1
                }
            };
        }
    }

    fn event(&mut self, event: &Event<'_>) {
        match event {
            Event::Text(text) | Event::Code(text) | Event::InlineMath(text) | Event::DisplayMath(text) => {
                self.text(text)
            }
            Event::SoftBreak if self.ends_in_cjk() => {}
            Event::SoftBreak | Event::HardBreak => self.text(" "),
            Event::End(TagEnd::TableCell) => self.text(" "),
            Event::End(tag) if ends_block(*tag) => self.end_line(),
            _ => {}
        }
    }

    fn section(&mut self) -> &mut Section {
        if self.out.sections.is_empty() {
            self.out.sections.push(Section::default());
        }
        let last = self.out.sections.len() - 1;
        &mut self.out.sections[last]
    }

    fn text(&mut self, text: &str) {
        self.section().text.push_str(text);
    }

    fn end_line(&mut self) {
        let text = &mut self.section().text;
        text.truncate(text.trim_end_matches(' ').len());
        if !text.is_empty() && !text.ends_with('\n') {
            text.push('\n');
        }
    }

    fn ends_in_cjk(&mut self) -> bool {
        self.section().text.chars().next_back().is_some_and(is_cjk)
    }

    fn heading(&mut self, heading: &Events<'_>) -> usize {
        let text = text_of(inside(heading));
        let chosen = match heading {
            [(Event::Start(Tag::Heading { id: Some(id), .. }), _), ..] => Some(headings::chosen(id)),
            _ => None,
        };
        let wanted = chosen.unwrap_or_else(|| headings::slug(&text));
        let id = self.ids.take(&wanted);
        self.out.sections.push(Section { id, heading: text, ..Section::default() });
        heading.len()
    }

    fn code_block(&mut self, block: &Events<'_>) -> usize {
        let text: String = inside(block)
            .iter()
            .filter_map(|(event, _)| match event {
                Event::Text(text) => Some(text.as_ref()),
                _ => None,
            })
            .collect();
        let lab = match block {
            [(Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))), _), ..] => {
                info.trim().strip_prefix("lab")
            }
            _ => None,
        };
        match lab.filter(|name| name.is_empty() || name.starts_with(char::is_whitespace)) {
            Some(name) => self.lab(name.trim(), &text),
            None => {
                let code = &mut self.section().code;
                code.push_str(&text);
                code.push('\n');
            }
        }
        block.len()
    }

    /// A lab's own words are text; its settings are looked for as code.
    fn lab(&mut self, name: &str, yaml: &str) {
        let block = lab_block::Block { name, yaml, line: 0 };
        if let Ok((figure, name)) = lab_block::read(block, self.source.lang) {
            self.ids.take(&format!("lab-{name}"));
            self.out.labs.push(figure.params.lab().id);
            for words in figure.words() {
                self.text(words);
                self.end_line();
            }
        }
        let code = &mut self.section().code;
        code.push_str(yaml);
        code.push('\n');
    }
}

fn ends_block(tag: TagEnd) -> bool {
    !matches!(
        tag,
        TagEnd::Emphasis
            | TagEnd::Strong
            | TagEnd::Strikethrough
            | TagEnd::Superscript
            | TagEnd::Subscript
            | TagEnd::Link
            | TagEnd::Image
            | TagEnd::TableCell
    )
}

#[cfg(test)]
mod tests {
    use super::{Section, sections};
    use crate::markdown::Source;
    use sim_wasm::text::Lang;

    #[test]
    fn a_page_by_its_headings() {
        let text = "Lead *in* `code`.\n\n## SYN 队列 {#syn}\n\n前半\n后半 [link](x.md)\n\n- one\n- two\n\n```sh\nss -ltn\n```\n\n| a | b |\n|---|---|\n| c | d |\n\n## SYN\n\nNote[^1].\n\n[^1]: The note.\n";
        let source = Source { file: "a.en.md", lang: Lang::En, text, first_line: 1 };
        let section = |id: &str, heading: &str, text: &str, code: &str| Section {
            id: id.to_string(),
            heading: heading.to_string(),
            text: text.to_string(),
            code: code.to_string(),
        };
        assert_eq!(
            sections(source).sections,
            [
                section("", "", "Lead in code.", ""),
                section("syn", "SYN 队列", "前半后半 link\none\ntwo\na b\nc d", "ss -ltn"),
                section("syn-2", "SYN", "Note.\nThe note.", ""),
            ]
        );
    }

    #[test]
    fn labs_are_named() {
        let text = "```lab paws\npreset: nat-two-clients\ntitle: The same office\n```\n";
        let found = sections(Source { file: "a.en.md", lang: Lang::En, text, first_line: 1 });
        assert_eq!(found.labs, ["paws"]);
        assert!(found.sections[0].text.contains("The same office"));
        assert!(found.sections[0].code.contains("nat-two-clients"));
    }
}
