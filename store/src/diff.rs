//! Two texts side by side: which lines changed, and which words in them.

use similar::{Algorithm, DiffOp, capture_diff_slices_deadline};
use std::collections::HashMap;
use std::ops::Range;
use std::time::{Duration, Instant};

/// After this, what is left is compared by lines only, and then as one change.
const PATIENCE: Duration = Duration::from_millis(250);

/// Changed stretches with more pairs of lines than this are paired from their beginning, not by likeness.
const MOST_PAIRS: usize = 4096;

/// Lines longer than this (in bytes) are not compared by words.
const LONGEST_LINE: usize = 10_000;

/// Lines less alike than this share of their words have nothing to do with each other.
const ALIKE: f32 = 0.4;

/// A row of a side-by-side view: a line and what became of it. With one side missing, the line was added or removed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The line in the old text.
    pub old: Option<Line>,
    /// The line in the new text.
    pub new: Option<Line>,
}

impl Row {
    /// Whether the line is the same in both texts.
    pub fn is_same(&self) -> bool {
        match (&self.old, &self.new) {
            (Some(old), Some(new)) => old.spans == new.spans && old.ending == new.ending,
            _ => false,
        }
    }
}

/// A line of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Its number in its text, from 1.
    pub number: usize,
    /// Its text without the line's end. An empty line has no spans.
    pub spans: Vec<Span>,
    /// How it ends.
    pub ending: Ending,
}

/// A part of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// The other side's line does not have it.
    pub emphasised: bool,
    /// Its text.
    pub text: String,
}

/// How a line ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// With a line feed.
    Lf,
    /// With a carriage return and a line feed.
    CrLf,
    /// Not at all: it is the last.
    None,
}

/// Compares two texts by lines, and lines that became others by words; scripts without spaces by characters.
pub fn diff(old: &str, new: &str) -> Vec<Row> {
    let deadline = Instant::now() + PATIENCE;
    let (old, new): (Vec<&str>, Vec<&str>) =
        (old.split_inclusive('\n').collect(), new.split_inclusive('\n').collect());
    let sides = Sides { old, new, deadline };
    let mut rows = Vec::new();
    for op in capture_diff_slices_deadline(Algorithm::Myers, &sides.old, &sides.new, Some(deadline)) {
        match op {
            DiffOp::Equal { old_index, new_index, len } => rows.extend((0..len).map(|i| Row {
                old: Some(sides.plain(&sides.old, old_index + i)),
                new: Some(sides.plain(&sides.new, new_index + i)),
            })),
            _ => sides.changed(op.old_range(), op.new_range(), &mut rows),
        }
    }
    rows
}

struct Sides<'a> {
    old: Vec<&'a str>,
    new: Vec<&'a str>,
    deadline: Instant,
}

impl Sides<'_> {
    fn plain(&self, lines: &[&str], index: usize) -> Line {
        let (text, ending) = split(lines[index]);
        let spans =
            if text.is_empty() { vec![] } else { vec![Span { emphasised: false, text: text.to_string() }] };
        Line { number: index + 1, spans, ending }
    }

    /// Rows of a stretch in which every line changed.
    fn changed(&self, old: Range<usize>, new: Range<usize>, rows: &mut Vec<Row>) {
        let (mut next_old, mut next_new) = (old.start, new.start);
        let pairs = self.pairs(&old, &new);
        for (i, j) in pairs.into_iter().map(|(i, j)| (Some(i), Some(j))).chain([(None, None)]) {
            for index in next_old..i.unwrap_or(old.end) {
                rows.push(Row { old: Some(self.plain(&self.old, index)), new: None });
            }
            for index in next_new..j.unwrap_or(new.end) {
                rows.push(Row { old: None, new: Some(self.plain(&self.new, index)) });
            }
            if let (Some(i), Some(j)) = (i, j) {
                rows.push(self.words(i, j));
                (next_old, next_new) = (i + 1, j + 1);
            }
        }
    }

    /// Which lines became which, in order: those pairs that are most alike in sum.
    fn pairs(&self, old: &Range<usize>, new: &Range<usize>) -> Vec<(usize, usize)> {
        let (rows, columns) = (old.len(), new.len());
        if rows * columns > MOST_PAIRS || Instant::now() > self.deadline {
            return old.clone().zip(new.clone()).collect();
        }
        let olds: Vec<_> = self.old[old.clone()].iter().map(|it| bag(split(it).0)).collect();
        let news: Vec<_> = self.new[new.clone()].iter().map(|it| bag(split(it).0)).collect();
        let mut best = vec![vec![0.0_f32; columns + 1]; rows + 1];
        let mut alike = vec![vec![0.0_f32; columns]; rows];
        for i in (0..rows).rev() {
            for j in (0..columns).rev() {
                alike[i][j] = likeness(&olds[i], &news[j]);
                let paired = if alike[i][j] >= ALIKE { best[i + 1][j + 1] + alike[i][j] } else { 0.0 };
                best[i][j] = paired.max(best[i + 1][j]).max(best[i][j + 1]);
            }
        }
        let (mut i, mut j) = (0, 0);
        let mut pairs = Vec::new();
        while i < rows && j < columns {
            if alike[i][j] >= ALIKE && best[i][j] == best[i + 1][j + 1] + alike[i][j] {
                pairs.push((old.start + i, new.start + j));
                (i, j) = (i + 1, j + 1);
            } else if best[i][j] == best[i + 1][j] {
                i += 1;
            } else {
                j += 1;
            }
        }
        pairs
    }

    /// A line that became another, compared by words.
    fn words(&self, i: usize, j: usize) -> Row {
        let ((old, old_ending), (new, new_ending)) = (split(self.old[i]), split(self.new[j]));
        let mut row = Row {
            old: Some(Line { number: i + 1, spans: vec![], ending: old_ending }),
            new: Some(Line { number: j + 1, spans: vec![], ending: new_ending }),
        };
        let (old_words, new_words) =
            if old.len().max(new.len()) > LONGEST_LINE || Instant::now() > self.deadline {
                (vec![old], vec![new])
            } else {
                (tokens(old), tokens(new))
            };
        let ops = capture_diff_slices_deadline(Algorithm::Myers, &old_words, &new_words, Some(self.deadline));
        for op in ops {
            let emphasised = !matches!(op, DiffOp::Equal { .. });
            for (line, words) in
                [(&mut row.old, &old_words[op.old_range()]), (&mut row.new, &new_words[op.new_range()])]
            {
                let text = words.concat();
                if let Some(line) = line.as_mut().filter(|_| !text.is_empty()) {
                    line.spans.push(Span { emphasised, text });
                }
            }
        }
        row
    }
}

fn split(line: &str) -> (&str, Ending) {
    if let Some(text) = line.strip_suffix("\r\n") {
        (text, Ending::CrLf)
    } else if let Some(text) = line.strip_suffix('\n') {
        (text, Ending::Lf)
    } else {
        (line, Ending::None)
    }
}

/// What a person sees as one: a word or number, a run of spaces, or any other character.
#[derive(PartialEq, Eq, Clone, Copy)]
enum Kind {
    Word,
    Space,
    Single,
}

fn kind(char: char) -> Kind {
    match char {
        _ if char.is_whitespace() => Kind::Space,
        // Scripts written without spaces between words: South-East Asian ones, Chinese, Japanese (Korean has spaces, but
        // its endings cling to words).
        '\u{0e00}'..='\u{0eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' => Kind::Single,
        '\u{2e80}'..='\u{a4cf}' | '\u{ac00}'..='\u{d7ff}' | '\u{f900}'..='\u{faff}' => Kind::Single,
        '\u{ff00}'..='\u{ffef}' | '\u{20000}'..='\u{3ffff}' => Kind::Single,
        _ if char.is_alphanumeric() || char == '_' => Kind::Word,
        _ => Kind::Single,
    }
}

fn tokens(text: &str) -> Vec<&str> {
    let mut tokens = Vec::new();
    let mut start = 0;
    let mut last = None;
    for (at, char) in text.char_indices() {
        let kind = kind(char);
        if last.is_some_and(|it| it != kind || kind == Kind::Single) {
            tokens.push(&text[start..at]);
            start = at;
        }
        last = Some(kind);
    }
    if start < text.len() {
        tokens.push(&text[start..]);
    }
    tokens
}

/// How often each word stands in a line, spaces left out.
fn bag(line: &str) -> HashMap<&str, usize> {
    let mut bag = HashMap::new();
    for token in tokens(line).into_iter().filter(|it| !it.trim().is_empty()) {
        *bag.entry(token).or_default() += 1;
    }
    bag
}

/// The share of words that two lines have in common, of 1.
fn likeness(a: &HashMap<&str, usize>, b: &HashMap<&str, usize>) -> f32 {
    let all = a.values().sum::<usize>() + b.values().sum::<usize>();
    let common: usize = a.iter().map(|(word, count)| (*count).min(b.get(word).copied().unwrap_or(0))).sum();
    if all == 0 { 1.0 } else { 2.0 * common as f32 / all as f32 }
}
