//! Pictures: figures that open large, and small ones within a line.

use super::links::{self, Destination};
use super::page::{Events, Page, element, inside};
use super::plain::text_of;
use pulldown_cmark::{Event, LinkType, Tag};
use sim_wasm::view::html::escape;

/// Where a picture is to be had.
enum Found {
    /// On this site, with its size when it is known.
    Here {
        src: String,
        size: Option<(u32, u32)>,
    },
    /// On another site: it is linked to, never loaded.
    Elsewhere(String),
    Nowhere,
}

impl Page<'_> {
    /// Writes each picture of a paragraph as a figure; false when the paragraph holds anything else.
    pub(super) fn figures(&mut self, paragraph: &Events<'_>) -> bool {
        let mut pictures = Vec::new();
        let mut rest = paragraph;
        while let Some((event, _)) = rest.first() {
            let length = match event {
                Event::Start(Tag::Image { .. }) => {
                    pictures.push(element(rest));
                    element(rest).len()
                }
                Event::SoftBreak | Event::HardBreak => 1,
                Event::Text(text) if text.trim().is_empty() => 1,
                _ => return false,
            };
            rest = &rest[length..];
        }
        for picture in &pictures {
            self.figure(picture);
        }
        !pictures.is_empty()
    }

    fn figure(&mut self, image: &Events<'_>) {
        let [(Event::Start(Tag::Image { dest_url, title, .. }), range), ..] = image else { return };
        let alt = alt(image);
        let img = self.img(dest_url, &alt, range.start);
        let Found::Here { src, .. } = self.find(dest_url) else {
            self.out.markup(&format!("<p>{img}</p>\n"));
            return;
        };
        let name = match alt.is_empty() {
            true => format!(" aria-label=\"{}\"", self.lang().pick("Open the picture", "打开图片")),
            false => String::new(),
        };
        let caption = match title.is_empty() {
            true => String::new(),
            false => format!("<figcaption>{}</figcaption>", escape(title)),
        };
        let link = format!("<a href=\"{}\"{name}>{img}</a>", escape(&src));
        self.out.markup(&format!("<figure class=\"picture\">{link}{caption}</figure>\n"));
    }

    /// A picture within a line.
    pub(super) fn inline_picture(&mut self, image: &Events<'_>) {
        if let [(Event::Start(Tag::Image { dest_url, .. }), range), ..] = image {
            self.picture(dest_url, &alt(image), range.start);
        }
    }

    /// A picture where it stands.
    pub(super) fn picture(&mut self, source: &str, alt: &str, at: usize) {
        let img = self.img(source, alt, at);
        self.out.markup(&img);
    }

    /// The element that shows a picture, or stands in for one that cannot be shown.
    fn img(&mut self, source: &str, alt: &str, at: usize) -> String {
        match self.find(source) {
            Found::Here { src, size } => {
                if alt.is_empty() {
                    self.warn(at, format!("the picture `{source}` has no description between its brackets"));
                }
                let size = size.map_or(String::new(), |(width, height)| {
                    format!(" width=\"{width}\" height=\"{height}\"")
                });
                let (src, alt) = (escape(&src), escape(alt));
                format!("<img src=\"{src}\" alt=\"{alt}\"{size} loading=\"lazy\" decoding=\"async\">")
            }
            Found::Elsewhere(href) => {
                self.warn(at, "pictures of other sites are linked to, not shown; put a copy beside the page");
                let text = if alt.is_empty() { href.as_str() } else { alt };
                let (href, text) = (escape(&href), escape(text));
                match self.out.is_inside("a") {
                    true => text,
                    false => format!("<a href=\"{href}\" rel=\"noopener\">{text}</a>"),
                }
            }
            Found::Nowhere => {
                self.error(at, format!("there is no picture `{source}` beside this page"));
                let text = if alt.is_empty() { source } else { alt };
                format!("<span class=\"broken-link\">{}</span>", escape(text))
            }
        }
    }

    fn find(&self, source: &str) -> Found {
        let path = source.split(['?', '#']).next().unwrap_or_default();
        if let Some(file) = self.links.attachment(path) {
            return Found::Here { src: links::clean(&file.href), size: file.size };
        }
        match links::resolve(source, self.links) {
            Destination::External(href) if !href.starts_with("mailto:") => Found::Elsewhere(href),
            // A file of the site itself: `/static/…`.
            Destination::Site(src) if source.starts_with('/') => Found::Here { src, size: None },
            _ => Found::Nowhere,
        }
    }
}

/// A picture's description; for `![[file.png]]` its name.
fn alt(image: &Events<'_>) -> String {
    let text = text_of(inside(image));
    match image.first() {
        Some((Event::Start(Tag::Image { link_type: LinkType::WikiLink { .. }, dest_url, .. }), _)) => {
            let name = dest_url.rsplit('/').next().unwrap_or_default();
            name.rsplit_once('.').map_or(name, |(stem, _)| stem).to_string()
        }
        _ => text,
    }
}
