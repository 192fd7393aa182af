//! HTML that an author wrote, put into the page tag by tag.

use super::links;
use super::page::{Events, Page, inside};
use super::plain::collapse;
use super::raw_html::{self, Piece, Role, Tag};
use pulldown_cmark::Event;
use sim_wasm::view::html::escape;

impl Page<'_> {
    /// A tag or a comment within a line.
    pub(super) fn inline_html(&mut self, html: &str, at: usize) {
        if raw_html::tag_name(html).is_none() {
            return;
        }
        match raw_html::allowed(html) {
            Some(tag) if tag.role == Role::OpenBlock || tag.name == "hr" => {
                self.warn(
                    at,
                    format!(
                        "`<{}>` begins a block, so it has to begin a line of its own; it is left out",
                        tag.name
                    ),
                );
            }
            Some(tag) => self.tag(&tag, at),
            None => self.refuse(html, at),
        }
    }

    /// A block of HTML.
    pub(super) fn html_block(&mut self, block: &Events<'_>) {
        let Some((_, range)) = block.first() else { return };
        let part = |event: &Event<'_>| match event {
            Event::Html(html) | Event::Text(html) => html.to_string(),
            _ => String::new(),
        };
        let html: String = inside(block).iter().map(|(event, _)| part(event)).collect();
        for (offset, piece) in raw_html::pieces(&html) {
            let at = range.start + offset;
            match piece {
                Piece::Text(text) => {
                    self.out.markup(&keeping_references(text));
                    self.plain(text);
                }
                Piece::Tag(source) => match raw_html::allowed(source) {
                    Some(tag) => self.tag(&tag, at),
                    None => self.refuse(source, at),
                },
                Piece::Dropped(source) => self.refuse(source, at),
            }
        }
        self.plain(" ");
    }

    fn tag(&mut self, tag: &Tag, at: usize) {
        let attribute = |name: &str| {
            tag.attributes.iter().find(|(given, _)| given == name).map_or("", |(_, value)| value.as_str())
        };
        match (tag.role, tag.name) {
            (Role::Close, name) => {
                self.out.author_close(name);
            }
            (Role::Void, "img") => self.picture(attribute("src"), attribute("alt"), at),
            (Role::Void, name) => self.out.markup(&format!("<{name}>")),
            // An anchor without an address only marked a place.
            (_, "a") if self.out.is_inside("a") || attribute("href").is_empty() => {}
            (_, "a") => {
                let destination = links::resolve(attribute("href"), self.links);
                match self.link_markup(destination, attribute("title"), at) {
                    Ok(markup) => self.out.author_open("a", &markup),
                    Err(markup) => self.out.author_open("span", &markup),
                }
            }
            (_, name) => {
                let attributes: String = tag
                    .attributes
                    .iter()
                    .map(|(name, value)| format!(" {name}=\"{}\"", escape(&collapse(value))))
                    .collect();
                self.out.author_open(name, &format!("<{name}{attributes}>"));
            }
        }
    }

    fn refuse(&mut self, source: &str, at: usize) {
        let name = raw_html::tag_name(source).unwrap_or_default();
        if !source.starts_with("</") {
            self.warn(at, format!("`<{name}>` is not for pages; it is left out"));
        }
    }
}

/// Escapes text, but leaves character references such as `&nbsp;` and `&#8212;` what they are.
fn keeping_references(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        html.push_str(&escape(&rest[..at]));
        let length = reference_length(&rest[at..]);
        match length {
            Some(length) => html.push_str(&rest[at..at + length]),
            None => html.push_str("&amp;"),
        }
        rest = &rest[at + length.unwrap_or(1)..];
    }
    html + &escape(rest)
}

fn reference_length(text: &str) -> Option<usize> {
    let end = text.bytes().take(34).position(|byte| byte == b';')?;
    let name = text[1..end].strip_prefix('#').unwrap_or(&text[1..end]);
    (!name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric())).then_some(end + 1)
}
