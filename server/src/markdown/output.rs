//! HTML that is always well nested. Whatever an author opens and forgets to close is closed with the element around it,
//! and no end tag of an author can close anything but what an author opened.

use sim_wasm::view::html::escape;
use std::borrow::Cow;

/// Deeper than any page that is meant to be read; deeper still, text goes on without the markup around it.
const MAX_DEPTH: usize = 48;

/// HTML under construction.
#[derive(Debug, Default)]
pub(super) struct Output {
    html: String,
    frames: Vec<Frame>,
}

/// An open element.
#[derive(Debug)]
struct Frame {
    name: &'static str,
    close: Cow<'static, str>,
    by_author: bool,
}

impl Output {
    /// Appends markup of our own.
    pub(super) fn markup(&mut self, markup: &str) {
        self.html.push_str(markup);
    }

    /// Appends text.
    pub(super) fn text(&mut self, text: &str) {
        self.html.push_str(&escape(text));
    }

    /// Opens an element of our own; [`Output::close`] closes it with `close`.
    pub(super) fn open(&mut self, name: &'static str, markup: &str, close: impl Into<Cow<'static, str>>) {
        let mut frame = Frame { name, close: close.into(), by_author: false };
        if self.frames.len() < MAX_DEPTH {
            self.html.push_str(markup);
        } else {
            frame = Frame { name: "", close: Cow::Borrowed(""), by_author: false };
        }
        self.frames.push(frame);
    }

    /// Opens nothing, for a construct whose markup is left out; [`Output::close`] belongs to it all the same.
    pub(super) fn open_nothing(&mut self) {
        self.frames.push(Frame { name: "", close: Cow::Borrowed(""), by_author: false });
    }

    /// Closes the innermost element of our own, and before it whatever an author left open in it.
    pub(super) fn close(&mut self) {
        while let Some(frame) = self.frames.pop() {
            self.html.push_str(&frame.close);
            if !frame.by_author {
                break;
            }
        }
    }

    /// Opens an element that an author wrote in HTML.
    pub(super) fn author_open(&mut self, name: &'static str, markup: &str) {
        if self.frames.len() < MAX_DEPTH {
            self.html.push_str(markup);
            self.frames.push(Frame { name, close: format!("</{name}>").into(), by_author: true });
        }
    }

    /// Closes an author's element and those inside it; false when none of that name is open here.
    pub(super) fn author_close(&mut self, name: &str) -> bool {
        let mine = self.frames.iter().rev().take_while(|frame| frame.by_author);
        let Some(depth) = mine.into_iter().position(|frame| frame.name == name) else { return false };
        for frame in self.frames.drain(self.frames.len() - 1 - depth..).rev() {
            self.html.push_str(&frame.close);
        }
        true
    }

    /// Whether an element of this name is open.
    pub(super) fn is_inside(&self, name: &str) -> bool {
        self.frames.iter().any(|frame| frame.name == name)
    }

    /// The HTML written so far.
    pub(super) fn as_str(&self) -> &str {
        &self.html
    }

    /// Closes everything and gives the HTML.
    pub(super) fn finish(mut self) -> String {
        while let Some(frame) = self.frames.pop() {
            self.html.push_str(&frame.close);
        }
        self.html
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_author_cannot_leave_the_element_around() {
        let mut out = Output::default();
        out.open("p", "<p>", "</p>");
        out.author_open("kbd", "<kbd>");
        out.text("<Ctrl>");
        assert!(!out.author_close("p"));
        out.close();
        assert_eq!(out.finish(), "<p><kbd>&lt;Ctrl&gt;</kbd></p>");
    }

    #[test]
    fn closing_an_outer_element_closes_the_inner_ones() {
        let mut out = Output::default();
        out.author_open("details", "<details>");
        out.author_open("mark", "<mark>");
        assert!(out.author_close("details"));
        assert!(!out.author_close("mark"));
        assert_eq!(out.finish(), "<details><mark></mark></details>");
    }

    #[test]
    fn nesting_has_an_end() {
        let mut out = Output::default();
        for _ in 0..1000 {
            out.open("blockquote", "<blockquote>", "</blockquote>");
        }
        out.text("deep");
        assert_eq!(out.finish().matches("<blockquote>").count(), MAX_DEPTH);
    }
}
