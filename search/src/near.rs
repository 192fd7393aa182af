//! The term that was meant: one that some page has, a slip of the fingers away from what was typed.

use crate::index::Index;
use std::cmp::Reverse;

/// Shorter words have too many neighbours.
const SHORTEST: usize = 4;

/// Words of this length may have two slips.
const LONG: usize = 9;

/// The nearest Latin terms, best first: with fewer slips, then in more sections. Only those that `exists` somewhere count.
pub(crate) fn nearest(index: &Index, typed_text: &str, exists: &dyn Fn(&str) -> bool) -> Option<String> {
    let typed = typed_text.as_bytes();
    if typed.len() < SHORTEST || !typed.iter().all(u8::is_ascii_alphanumeric) {
        return None;
    }
    let most = if typed.len() >= LONG { 2 } else { 1 };
    let letters = letters(typed_text);
    let mut near: Vec<(usize, Reverse<u32>, &str)> = index
        .shapes()
        .filter(|(term, _)| term.len().abs_diff(typed.len()) <= most)
        .filter(|(_, own)| (own ^ letters).count_ones() as usize <= 2 * most)
        .filter(|(term, _)| term.bytes().all(|b| b.is_ascii_alphanumeric()))
        .filter_map(|(term, _)| Some((slips(typed, term.as_bytes(), most)?, term)))
        .filter_map(|(slips, term)| Some((slips, Reverse(index.term(term)?.entries), term)))
        .collect();
    near.sort_unstable();
    near.into_iter().map(|(_, _, term)| term).find(|term| exists(term)).map(str::to_string)
}

/// The letters and digits that occur in a term, a bit for each, and one for all else.
pub(crate) fn letters(term: &str) -> u64 {
    term.bytes().fold(0, |all, b| {
        all | match b {
            b'a'..=b'z' => 1 << (b - b'a'),
            b'0'..=b'9' => 1 << (26 + b - b'0'),
            _ => 1 << 40,
        }
    })
}

/// How many letters have to be put in, taken out, replaced, or exchanged with their neighbour (optimal string alignment);
/// none when that are more than `most`.
fn slips(a: &[u8], b: &[u8], most: usize) -> Option<usize> {
    let (mut before_last, mut last): (Vec<usize>, Vec<usize>) = (Vec::new(), (0..=b.len()).collect());
    for (i, c) in a.iter().enumerate() {
        let mut row = Vec::with_capacity(last.len());
        row.push(i + 1);
        for (j, d) in b.iter().enumerate() {
            let mut least = (last[j] + usize::from(c != d)).min(last[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *c == b[j - 1] && a[i - 1] == *d {
                least = least.min(before_last[j - 1] + 1);
            }
            row.push(least);
        }
        // Rows never get better.
        if row.iter().all(|slips| *slips > most) {
            return None;
        }
        before_last = std::mem::replace(&mut last, row);
    }
    last.last().copied().filter(|slips| *slips <= most)
}

#[cfg(test)]
mod tests {
    use super::slips;

    #[test]
    fn slips_of_the_fingers() {
        for (a, b, wanted) in [
            ("recycle", "recycle", Some(0)),
            ("recylce", "recycle", Some(1)),
            ("recyle", "recycle", Some(1)),
            ("recyccle", "recycle", Some(1)),
            ("rexycle", "recycle", Some(1)),
            ("rexyclee", "recycle", Some(2)),
            ("queue", "pause", None),
            ("", "abc", None),
        ] {
            assert_eq!(slips(a.as_bytes(), b.as_bytes(), 2), wanted, "{a} {b}");
        }
    }
}
