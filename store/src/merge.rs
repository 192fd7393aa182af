//! Three-way merges of texts, line by line and to the byte: a line's end is part of the line.

use similar::{Algorithm, DiffOp, capture_diff_slices_deadline};
use std::ops::Range;
use std::time::{Duration, Instant};

/// A pair of texts that takes longer to compare is compared coarsely from here on; the merge stays right.
const PATIENCE: Duration = Duration::from_millis(500);

/// Texts merged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Merge {
    /// The changes of both sides.
    Clean(Vec<u8>),
    /// Both sides changed the same place, or one is no text (then there are no pieces).
    Conflict(Vec<Piece>),
}

/// A side of a merge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Whoever merges.
    You,
    /// Whoever was there first.
    Them,
}

/// A stretch of whole lines of a three-way view.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// Both sides have it, whether it is old or both wrote it.
    Same(String),
    /// One side changed it, and the other left it as it was.
    Changed {
        /// The side that changed it.
        by: Side,
        /// What they put there; empty when they removed it.
        text: String,
    },
    /// Both sides changed it, and differently.
    Conflict {
        /// What was there.
        base: String,
        /// What they put there.
        theirs: String,
        /// What you put there.
        yours: String,
    },
}

/// Merges two texts that were both made from `base`. As with git, changes of neighbouring lines are a conflict.
pub fn merge(base: &[u8], theirs: &[u8], yours: &[u8]) -> Merge {
    if theirs == yours || base == theirs {
        return Merge::Clean(yours.to_vec());
    }
    if base == yours {
        return Merge::Clean(theirs.to_vec());
    }
    let (Some(base), Some(theirs), Some(yours)) = (text(base), text(theirs), text(yours)) else {
        return Merge::Conflict(Vec::new());
    };
    let pieces = pieces(base, theirs, yours);
    let merged: Option<String> = pieces
        .iter()
        .map(|piece| match piece {
            Piece::Same(text) | Piece::Changed { text, .. } => Some(text.as_str()),
            Piece::Conflict { .. } => None,
        })
        .collect();
    match merged {
        Some(merged) => Merge::Clean(merged.into_bytes()),
        None => Merge::Conflict(pieces),
    }
}

/// The pieces of two texts without a common origin: what they share counts as the origin.
pub(crate) fn pieces_of_two(theirs: &[u8], yours: &[u8]) -> Vec<Piece> {
    let (Some(theirs), Some(yours)) = (text(theirs), text(yours)) else { return Vec::new() };
    let (old, new) = (lines(theirs), lines(yours));
    let ops = capture_diff_slices_deadline(Algorithm::Myers, &old, &new, Some(Instant::now() + PATIENCE));
    let shared = ops.iter().filter(|it| matches!(it, DiffOp::Equal { .. }));
    let base: String = shared.flat_map(|it| old[it.old_range()].iter().copied()).collect();
    pieces(&base, theirs, yours)
}

/// A text, not bytes of something else.
fn text(bytes: &[u8]) -> Option<&str> {
    std::str::from_utf8(bytes).ok().filter(|it| !it.contains('\0'))
}

/// Lines of the base that a side replaced by lines of its own.
struct Hunk {
    base: Range<usize>,
    side: Range<usize>,
}

fn hunks(base: &[&str], side: &[&str]) -> Vec<Hunk> {
    let deadline = Some(Instant::now() + PATIENCE);
    let mut hunks: Vec<Hunk> = Vec::new();
    for op in capture_diff_slices_deadline(Algorithm::Myers, base, side, deadline) {
        if matches!(op, DiffOp::Equal { .. }) {
            continue;
        }
        let hunk = Hunk { base: op.old_range(), side: op.new_range() };
        match hunks.last_mut() {
            Some(last) if last.base.end == hunk.base.start && last.side.end == hunk.side.start => {
                last.base.end = hunk.base.end;
                last.side.end = hunk.side.end;
            }
            _ => hunks.push(hunk),
        }
    }
    hunks
}

/// One side of the merge: its lines, and its hunks that are still to come.
struct Walk<'a> {
    lines: &'a [&'a str],
    hunks: std::iter::Peekable<std::vec::IntoIter<Hunk>>,
}

impl<'a> Walk<'a> {
    fn new(base: &[&str], lines: &'a [&'a str]) -> Walk<'a> {
        Walk { lines, hunks: hunks(base, lines).into_iter().peekable() }
    }

    fn next_start(&mut self) -> Option<usize> {
        self.hunks.peek().map(|it| it.base.start)
    }

    /// Takes the next hunk if it touches the region, which then grows to hold it.
    fn join(&mut self, region: &mut Range<usize>, taken: &mut Vec<Hunk>) -> bool {
        let Some(hunk) = self.hunks.next_if(|it| it.base.start <= region.end) else { return false };
        region.end = region.end.max(hunk.base.end);
        taken.push(hunk);
        true
    }

    /// This side's text in place of the region.
    fn text(&self, base: &[&str], region: &Range<usize>, taken: &[Hunk]) -> String {
        let (Some(first), Some(last)) = (taken.first(), taken.last()) else {
            return base[region.clone()].concat();
        };
        let before = &base[region.start..first.base.start];
        let after = &base[last.base.end..region.end];
        [before, &self.lines[first.side.start..last.side.end], after].concat().concat()
    }
}

fn pieces(base: &str, theirs: &str, yours: &str) -> Vec<Piece> {
    let (base, theirs, yours) = (lines(base), lines(theirs), lines(yours));
    let (mut them, mut you) = (Walk::new(&base, &theirs), Walk::new(&base, &yours));
    let mut pieces = Pieces(Vec::new());
    let mut at = 0;
    while let Some(start) = [them.next_start(), you.next_start()].into_iter().flatten().min() {
        pieces.same(&base[at..start].concat());
        let mut region = start..start;
        let (mut of_them, mut of_you) = (Vec::new(), Vec::new());
        while them.join(&mut region, &mut of_them) || you.join(&mut region, &mut of_you) {}
        at = region.end;
        let their_text = them.text(&base, &region, &of_them);
        let your_text = you.text(&base, &region, &of_you);
        match (of_them.is_empty(), of_you.is_empty()) {
            (true, _) => pieces.0.push(Piece::Changed { by: Side::You, text: your_text }),
            (_, true) => pieces.0.push(Piece::Changed { by: Side::Them, text: their_text }),
            _ => pieces.both(&base[region].concat(), &their_text, &your_text),
        }
    }
    pieces.same(&base[at..].concat());
    pieces.0
}

fn lines(text: &str) -> Vec<&str> {
    text.split_inclusive('\n').collect()
}

struct Pieces(Vec<Piece>);

impl Pieces {
    fn same(&mut self, text: &str) {
        match self.0.last_mut() {
            _ if text.is_empty() => {}
            Some(Piece::Same(last)) => last.push_str(text),
            _ => self.0.push(Piece::Same(text.to_string())),
        }
    }

    /// A region that both changed. Lines at its beginning and end that both wrote are no conflict, nor is it when both
    /// added there and one added more: a text saved again after the answer was lost conflicts with itself otherwise.
    fn both(&mut self, base: &str, theirs: &str, yours: &str) {
        let (their_lines, your_lines) = (lines(theirs), lines(yours));
        let head = shared(their_lines.iter(), your_lines.iter());
        let tail = shared(their_lines[head..].iter().rev(), your_lines[head..].iter().rev());
        let their_rest = their_lines[head..their_lines.len() - tail].concat();
        let your_rest = your_lines[head..your_lines.len() - tail].concat();
        self.same(&your_lines[..head].concat());
        match (their_rest.is_empty(), your_rest.is_empty()) {
            (true, true) => {}
            (true, false) if base.is_empty() => {
                self.0.push(Piece::Changed { by: Side::You, text: your_rest })
            }
            (false, true) if base.is_empty() => {
                self.0.push(Piece::Changed { by: Side::Them, text: their_rest })
            }
            _ => {
                self.0.push(Piece::Conflict { base: base.to_string(), theirs: their_rest, yours: your_rest })
            }
        }
        self.same(&your_lines[your_lines.len() - tail..].concat());
    }
}

/// How many items two sequences have in common at their beginning.
fn shared<T: PartialEq>(a: impl Iterator<Item = T>, b: impl Iterator<Item = T>) -> usize {
    a.zip(b).take_while(|(a, b)| a == b).count()
}
