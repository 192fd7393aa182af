//! A text that is changed in places, and still knows on which line of its file everything stood.

use std::ops::Range;

/// A text with the line of the source file that each of its lines comes from.
#[derive(Clone, Debug)]
pub(super) struct Text {
    /// The text as it is now.
    pub(super) text: String,
    /// By line of the text, from 0: the line of the file, from 1.
    lines: Vec<usize>,
}

/// A part of a text and what stands there instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Edit {
    pub(super) range: Range<usize>,
    pub(super) new: String,
}

impl Edit {
    pub(super) fn new(range: Range<usize>, new: impl Into<String>) -> Edit {
        Edit { range, new: new.into() }
    }
}

impl Text {
    /// A text that begins on line `first_line` of its file.
    pub(super) fn new(text: impl Into<String>, first_line: usize) -> Text {
        let text = text.into();
        let lines = (first_line..=first_line + text.matches('\n').count()).collect();
        Text { text, lines }
    }

    /// The line of the file that a byte of the text comes from.
    pub(super) fn line(&self, at: usize) -> usize {
        let before = self.text.get(..at).unwrap_or(&self.text);
        let number = before.bytes().filter(|byte| *byte == b'\n').count();
        self.lines.get(number).or(self.lines.last()).copied().unwrap_or(1)
    }

    /// Makes the changes; of two that overlap, the one that begins later is left out. All other bytes stay.
    pub(super) fn edit(self, mut edits: Vec<Edit>) -> Text {
        edits.sort_by_key(|edit| (edit.range.start, edit.range.end));
        let mut out = String::with_capacity(self.text.len());
        let mut lines = vec![self.lines.first().copied().unwrap_or(1)];
        let (mut copied, mut number) = (0, 0);
        let keep = |out: &mut String, lines: &mut Vec<usize>, part: &str, number: &mut usize| {
            for _ in part.matches('\n') {
                *number += 1;
                lines.extend(self.lines.get(*number));
            }
            out.push_str(part);
        };
        for edit in edits {
            let Some(old) = self.text.get(edit.range.clone()).filter(|_| edit.range.start >= copied) else {
                continue;
            };
            keep(&mut out, &mut lines, &self.text[copied..edit.range.start], &mut number);
            let last = number + old.matches('\n').count();
            for (count, _) in edit.new.matches('\n').enumerate() {
                lines.extend(self.lines.get((number + 1 + count).min(last)));
            }
            out.push_str(&edit.new);
            // What follows stands on the line where the replaced part ended.
            number = last;
            if let (Some(line), Some(source)) = (lines.last_mut(), self.lines.get(number))
                && (edit.new.ends_with('\n') || edit.new.is_empty())
            {
                *line = *source;
            }
            copied = edit.range.end;
        }
        keep(&mut out, &mut lines, &self.text[copied..], &mut number);
        Text { text: out, lines }
    }
}

#[cfg(test)]
mod tests {
    use super::{Edit, Text};

    #[test]
    fn lines_are_those_of_the_file() {
        let text = Text::new("a\nb\nc\nd\n", 5);
        let text = text.edit(vec![Edit::new(2..4, "x\ny\nz\n"), Edit::new(4..5, "C")]);
        assert_eq!(text.text, "a\nx\ny\nz\nC\nd\n");
        let line = |what: &str| text.line(text.text.find(what).unwrap());
        assert_eq!((line("a"), line("x"), line("C"), line("d")), (5, 6, 7, 8));
        let text = text.edit(vec![Edit::new(0..8, "")]);
        assert_eq!((text.text.as_str(), text.line(0), text.line(2)), ("C\nd\n", 7, 8));
    }

    #[test]
    fn of_two_that_overlap_the_first_is_made() {
        let text = Text::new("abcdef", 1).edit(vec![Edit::new(2..5, "X"), Edit::new(1..3, "Y")]);
        assert_eq!(text.text, "aYdef");
    }
}
