//! Blocks: what each begins and ends with.

use super::page::{Events, Page, element, inside};
use super::plain::text_of;
use super::{Heading, code, headings, lab_block, slips};
use pulldown_cmark::{BlockQuoteKind, CodeBlockKind, Event, HeadingLevel, Tag, TagEnd};
use sim_wasm::text::Lang;
use sim_wasm::view::html::escape;

/// Every lab is run when the page is rendered.
const MAX_LABS: usize = 40;

impl Page<'_> {
    /// Writes the beginning of an element, or the whole of it; says how many events that took.
    pub(super) fn start(&mut self, tag: &Tag<'_>, events: &Events<'_>) -> usize {
        let whole = |write: fn(&mut Self, &Events<'_>), page: &mut Self| {
            let element = element(events);
            write(page, element);
            element.len()
        };
        match tag {
            Tag::Paragraph => self.open_paragraph(events),
            Tag::Heading { .. } => whole(Self::heading, self),
            Tag::CodeBlock(_) => whole(Self::code_block, self),
            Tag::HtmlBlock => whole(Self::html_block, self),
            Tag::FootnoteDefinition(_) => whole(Self::footnote, self),
            Tag::Image { .. } => whole(Self::inline_picture, self),
            Tag::Link { link_type, dest_url, title, .. } => self.link(*link_type, dest_url, title, events),
            Tag::MetadataBlock(_) => element(events).len(),
            _ => {
                self.open(tag, events);
                1
            }
        }
    }

    fn open(&mut self, tag: &Tag<'_>, events: &Events<'_>) {
        match tag {
            Tag::BlockQuote(None) => self.open_quotation(events),
            Tag::BlockQuote(Some(kind)) => self.open_callout(*kind),
            Tag::List(None) => self.out.open("ul", "<ul>\n", "</ul>\n"),
            Tag::List(Some(1)) => self.out.open("ol", "<ol>\n", "</ol>\n"),
            Tag::List(Some(start)) => self.out.open("ol", &format!("<ol start=\"{start}\">\n"), "</ol>\n"),
            Tag::Item => {
                self.out.open("li", if is_task(events) { "<li class=\"task\">" } else { "<li>" }, "</li>\n")
            }
            Tag::DefinitionList => self.out.open("dl", "<dl>\n", "</dl>\n"),
            Tag::DefinitionListTitle => self.out.open("dt", "<dt>", "</dt>\n"),
            Tag::DefinitionListDefinition => self.out.open("dd", "<dd>", "</dd>\n"),
            Tag::Table(alignments) => self.open_table(alignments),
            Tag::TableHead => self.open_table_head(),
            Tag::TableRow => self.open_table_row(),
            Tag::TableCell => self.open_table_cell(),
            Tag::Emphasis => self.out.open("em", "<em>", "</em>"),
            Tag::Strong => self.out.open("strong", "<strong>", "</strong>"),
            Tag::Strikethrough => self.out.open("del", "<del>", "</del>"),
            Tag::Superscript => self.out.open("sup", "<sup>", "</sup>"),
            Tag::Subscript => self.out.open("sub", "<sub>", "</sub>"),
            _ => self.out.open_nothing(),
        }
    }

    /// Writes the end of an element that [`Page::start`] only opened.
    pub(super) fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::TableHead => self.close_table_head(),
            _ => self.out.close(),
        }
        if !matches!(
            tag,
            TagEnd::Emphasis
                | TagEnd::Strong
                | TagEnd::Strikethrough
                | TagEnd::Superscript
                | TagEnd::Subscript
                | TagEnd::Link
        ) {
            self.plain(" ");
        }
    }

    /// A paragraph of pictures is a row of figures, a formula alone a block.
    fn open_paragraph(&mut self, events: &Events<'_>) -> usize {
        let paragraph = element(events);
        if self.figures(inside(paragraph)) {
            return paragraph.len();
        }
        match inside(paragraph) {
            [(Event::DisplayMath(_), _)] => {
                self.out.open("div", "<div class=\"math\" tabindex=\"0\">", "</div>\n")
            }
            _ => self.out.open("p", "<p>", "</p>\n"),
        }
        1
    }

    fn heading(&mut self, heading: &Events<'_>) {
        let [(Event::Start(Tag::Heading { level, id, .. }), range), ..] = heading else { return };
        let level = self.shifted(*level);
        let text = text_of(inside(heading));
        let wanted = match id {
            Some(id) => headings::chosen(id),
            None => headings::slug(&text),
        };
        let taken = self.ids.take(&wanted);
        if id.is_some() && taken != wanted {
            self.warn(range.start, format!("the id `{wanted}` is taken; this heading has `{taken}`"));
        }
        let label = self.lang().pick("Link to this section", "本节链接");
        let anchor =
            format!("<a class=\"anchor\" href=\"#{taken}\" aria-label=\"{label}\">#</a></h{level}>\n");
        self.out.open("h", &format!("<h{level} id=\"{taken}\">"), anchor);
        self.aside(|page| page.walk(inside(heading)));
        self.out.close();
        if level == 2 || level == 3 {
            self.rendered.toc.push(Heading { level, id: taken, text });
        }
    }

    /// The level of a heading below the page's title, which has level 1.
    fn shifted(&self, level: HeadingLevel) -> u8 {
        let level = level as u8;
        if self.several_titles { (level + 1).min(6) } else { level.max(2) }
    }

    /// Writes what is no running text.
    fn aside(&mut self, write: impl FnOnce(&mut Self)) {
        let before = std::mem::replace(&mut self.aside, true);
        write(self);
        self.aside = before;
    }

    fn open_quotation(&mut self, events: &Events<'_>) {
        if let Some((at, message)) = slips::in_quotation(element(events)) {
            self.warn(at, message);
        }
        self.out.open("blockquote", "<blockquote>\n", "</blockquote>\n");
    }

    fn open_callout(&mut self, kind: BlockQuoteKind) {
        let (class, en, zh) = match kind {
            BlockQuoteKind::Note => ("note", "Note", "说明"),
            BlockQuoteKind::Tip => ("tip", "Tip", "提示"),
            BlockQuoteKind::Important => ("important", "Important", "重要"),
            BlockQuoteKind::Warning => ("warning", "Warning", "注意"),
            BlockQuoteKind::Caution => ("caution", "Caution", "危险"),
        };
        let title = self.lang().pick(en, zh);
        let open = format!(
            "<aside class=\"callout {class}\" role=\"note\"><p class=\"callout-title\">{title}</p>\n"
        );
        self.out.open("aside", &open, "</aside>\n");
    }

    fn footnote(&mut self, definition: &Events<'_>) {
        let [(Event::Start(Tag::FootnoteDefinition(label)), range), ..] = definition else { return };
        let text = std::mem::take(&mut self.out);
        self.aside(|page| page.walk(inside(definition)));
        let note = std::mem::replace(&mut self.out, text).finish();
        if !self.footnotes.define(label, note) {
            self.warn(range.start, format!("nothing refers to the footnote `{label}`; it is left out"));
        }
    }

    fn code_block(&mut self, block: &Events<'_>) {
        let [(Event::Start(Tag::CodeBlock(kind)), range), ..] = block else { return };
        let info = match kind {
            CodeBlockKind::Fenced(info) => info.trim(),
            CodeBlockKind::Indented => "",
        };
        let text = text_in(block);
        match info.split_once(char::is_whitespace).unwrap_or((info, "")) {
            ("lab", name) => self.lab(name, &text, range.start),
            _ => {
                let (figure, remark) = code::figure(&text, info, self.lang());
                self.out.markup(&figure);
                if let Some(remark) = remark {
                    self.warn(range.start, remark);
                }
            }
        }
    }

    fn lab(&mut self, name: &str, yaml: &str, at: usize) {
        let (lang, line) = (self.lang(), self.line(at));
        let read = match self.rendered.labs.len() {
            0..MAX_LABS => lab_block::read(lab_block::Block { name, yaml, line }, lang),
            _ => Err(vec![lab_block::Wrong {
                line,
                en: format!("a page has at most {MAX_LABS} labs"),
                zh: format!("一个页面最多有 {MAX_LABS} 个实验"),
            }]),
        };
        match read {
            Ok((figure, name)) => {
                let id = self.ids.take(&format!("lab-{name}"));
                self.out.markup(&figure.html(lang, &id));
                self.rendered.labs.push(figure.params.lab().id);
            }
            Err(wrongs) => {
                self.out.markup(&lab_error(&wrongs, lang));
                for wrong in wrongs {
                    self.error_on(wrong.line, wrong.en);
                }
            }
        }
    }
}

/// What stands in the page in place of a lab that cannot be read.
fn lab_error(wrongs: &[lab_block::Wrong], lang: Lang) -> String {
    let head = lang.pick("This lab cannot be shown.", "这个实验无法显示。");
    let mut html = format!("<aside class=\"lab-error\" role=\"note\"><p>{head}</p><ul>");
    for wrong in wrongs {
        let line = lang.pick(
            format!("line {}: {}", wrong.line, wrong.en),
            format!("第 {} 行：{}", wrong.line, wrong.zh),
        );
        html += &format!("<li>{}</li>", escape(&line));
    }
    html + "</ul></aside>\n"
}

fn text_in(block: &Events<'_>) -> String {
    let text = |event: &Event<'_>| match event {
        Event::Text(text) => text.to_string(),
        _ => String::new(),
    };
    inside(block).iter().map(|(event, _)| text(event)).collect()
}

/// `- [ ]`: the box is the first thing in the item, or in its first paragraph.
fn is_task(item: &Events<'_>) -> bool {
    let mut inside = item.iter().skip(1).map(|(event, _)| event);
    match inside.next() {
        Some(Event::TaskListMarker(_)) => true,
        Some(Event::Start(Tag::Paragraph)) => matches!(inside.next(), Some(Event::TaskListMarker(_))),
        _ => false,
    }
}
