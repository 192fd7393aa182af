//! What stands within a line: text, code, formulas, links, notes.

use super::links::{self, Destination};
use super::page::{Events, Page, element};
use super::plain::is_cjk;
use super::slips;
use pulldown_cmark::{Event, LinkType};
use sim_wasm::view::html::escape;
use std::ops::Range;

impl Page<'_> {
    /// Writes an event that neither opens nor closes anything. `next` are the events behind it.
    pub(super) fn inline(&mut self, event: &Event<'_>, range: &Range<usize>, next: &Events<'_>) {
        match event {
            Event::Text(text) => self.text(text, range),
            Event::Code(code) => {
                self.out.markup(&format!("<code>{}</code>", escape(code)));
                self.plain(code);
            }
            Event::InlineMath(tex) => {
                self.formula(tex, "$", range.start);
                self.plain(tex);
            }
            Event::DisplayMath(tex) => self.formula(tex, "$$", range.start),
            Event::Html(html) | Event::InlineHtml(html) => self.inline_html(html, range.start),
            Event::FootnoteReference(label) => {
                let reference = self.footnotes.reference(label, self.lang());
                self.out.markup(&reference.unwrap_or_else(|| escape(&format!("[^{label}]"))));
            }
            Event::SoftBreak => self.soft_break(next),
            Event::HardBreak => {
                self.out.markup("<br>\n");
                self.plain(" ");
            }
            Event::Rule => self.out.markup("<hr>\n"),
            Event::TaskListMarker(done) => self.task_box(*done),
            Event::Start(_) | Event::End(_) => {}
        }
    }

    fn text(&mut self, text: &str, range: &Range<usize>) {
        self.out.text(text);
        self.plain(text);
        for (at, message) in slips::in_text(self.written(range)) {
            self.warn(range.start + at, message);
        }
        if let Some(stars) = text.find("**") {
            let before = text[..stars].chars().next_back();
            let after = text[stars + 2..].chars().next();
            // CommonMark takes `**` between a full-width mark and a Han character for text, which no author means.
            if before.into_iter().chain(after).any(is_cjk) {
                self.warn(
                    range.start + stars,
                    "`**` is shown as it is here; put a space on its outer side to make it bold",
                );
            }
        }
    }

    /// The end of a line in the source is a space, but not between two Han characters.
    fn soft_break(&mut self, next: &Events<'_>) {
        let after = next.first().and_then(|(event, _)| match event {
            Event::Text(text) => text.chars().next(),
            _ => None,
        });
        let before = self.out.as_str().chars().next_back();
        let joined = matches!((before, after), (Some(a), Some(b)) if is_cjk(a) && is_cjk(b));
        if !joined {
            self.out.markup("\n");
            self.plain(" ");
        }
    }

    fn formula(&mut self, tex: &str, sign: &str, at: usize) {
        match self.formulas.remove(&at) {
            Some(Ok(mathml)) => self.out.markup(&mathml),
            failed => {
                let source = escape(&format!("{sign}{tex}{sign}"));
                self.out.markup(&format!("<code class=\"math-error\">{source}</code>"));
                let message =
                    failed.and_then(Result::err).unwrap_or_else(|| "this formula cannot be read".into());
                self.error(at, message);
            }
        }
    }

    fn task_box(&mut self, done: bool) {
        let label = match done {
            true => self.lang().pick("done", "已完成"),
            false => self.lang().pick("to do", "未完成"),
        };
        let checked = if done { " checked" } else { "" };
        self.out.markup(&format!("<input type=\"checkbox\" disabled{checked} aria-label=\"{label}\"> "));
    }

    /// Opens a link, or writes the whole of a wiki link that shows the title of its page.
    pub(super) fn link(&mut self, kind: LinkType, to: &str, title: &str, events: &Events<'_>) -> usize {
        let link = element(events);
        let at = link.first().map_or(0, |(_, range)| range.start);
        let (destination, shown) = match kind {
            LinkType::WikiLink { has_pothole } => {
                let (destination, shown) = links::resolve_wiki(to, self.links);
                (destination, (!has_pothole).then_some(shown))
            }
            LinkType::Email => (Destination::External(links::clean(&format!("mailto:{to}"))), None),
            _ => (links::resolve(to, self.links), None),
        };
        self.open_link(destination, title, at);
        match shown {
            Some(text) => {
                self.out.text(&text);
                self.plain(&text);
                self.out.close();
                link.len()
            }
            None => 1,
        }
    }

    /// Opens a link that [`super::output::Output::close`] closes.
    fn open_link(&mut self, destination: Destination, title: &str, at: usize) {
        match self.link_markup(destination, title, at) {
            _ if self.out.is_inside("a") => self.out.open_nothing(),
            Ok(markup) => self.out.open("a", &markup, "</a>"),
            Err(markup) => self.out.open("span", &markup, "</span>"),
        }
    }

    /// The tag that opens a link; as an error, the one that marks a link which leads nowhere.
    pub(super) fn link_markup(
        &mut self,
        destination: Destination,
        title: &str,
        at: usize,
    ) -> Result<String, String> {
        let title = if title.is_empty() { String::new() } else { format!(" title=\"{}\"", escape(title)) };
        match destination {
            Destination::Site(href) => Ok(format!("<a href=\"{}\"{title}>", escape(&href))),
            Destination::External(href) => {
                Ok(format!("<a href=\"{}\" rel=\"noopener\"{title}>", escape(&href)))
            }
            Destination::Anchor(anchor) => {
                let markup = format!("<a href=\"#{}\"{title}>", escape(&anchor));
                self.anchors.push((anchor, self.line(at)));
                Ok(markup)
            }
            Destination::Broken(message) => {
                self.error(at, message);
                let hint = self.lang().pick("This link leads nowhere", "此链接没有目标");
                Err(format!("<span class=\"broken-link\" title=\"{hint}\">"))
            }
        }
    }
}
