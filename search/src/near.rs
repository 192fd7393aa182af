//! The term that was meant: one that some page has, a slip of the fingers away from what was typed.

use crate::index::Index;
use std::cmp::Reverse;

/// Shorter words have too many neighbours.
const SHORTEST: usize = 4;

/// Words of this length may have two slips.
const LONG: usize = 9;

/// The nearest Latin terms, best first: with fewer slips, then in more sections. Only those that `exists` somewhere count.
pub(crate) fn nearest(index: &Index, typed: &str, exists: &dyn Fn(&str) -> bool) -> Option<String> {
    let typed: Vec<char> = typed.chars().collect();
    if typed.len() < SHORTEST || !typed.iter().all(|c| c.is_ascii_alphanumeric()) {
        return None;
    }
    let most = if typed.len() >= LONG { 2 } else { 1 };
    let letters = letters(typed.iter().copied());
    let latin = index.terms_from("0").take_while(|(term, _)| *term < "{");
    let mut near: Vec<(usize, Reverse<u32>, &str)> = latin
        .filter(|(term, _)| term.len().abs_diff(typed.len()) <= most)
        .filter(|(term, _)| (self::letters(term.chars()) ^ letters).count_ones() as usize <= 2 * most)
        .filter_map(|(term, postings)| {
            let slips = slips(&typed, &term.chars().collect::<Vec<_>>());
            (slips <= most).then_some((slips, Reverse(postings.entries), term))
        })
        .collect();
    near.sort_unstable();
    near.into_iter().map(|(_, _, term)| term).find(|term| exists(term)).map(str::to_string)
}

/// The letters and digits that occur, a bit for each.
fn letters(chars: impl Iterator<Item = char>) -> u64 {
    chars.fold(0, |all, c| {
        all | match c {
            'a'..='z' => 1 << (c as u32 - 'a' as u32),
            '0'..='9' => 1 << (26 + c as u32 - '0' as u32),
            _ => 1 << 40,
        }
    })
}

/// How many letters have to be put in, taken out, replaced, or exchanged with their neighbour (optimal string alignment).
fn slips(a: &[char], b: &[char]) -> usize {
    let width = b.len() + 1;
    let mut rows: Vec<Vec<usize>> = vec![(0..width).collect()];
    for (i, c) in a.iter().enumerate() {
        let mut row = vec![i + 1; width];
        for (j, d) in b.iter().enumerate() {
            let replaced = rows[i][j] + usize::from(c != d);
            row[j + 1] = replaced.min(rows[i][j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *c == b[j - 1] && a[i - 1] == *d {
                row[j + 1] = row[j + 1].min(rows[i - 1][j - 1] + 1);
            }
        }
        rows.push(row);
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::slips;

    #[test]
    fn slips_of_the_fingers() {
        for (a, b, wanted) in [
            ("recycle", "recycle", 0),
            ("recylce", "recycle", 1),
            ("recyle", "recycle", 1),
            ("recyccle", "recycle", 1),
            ("rexycle", "recycle", 1),
            ("queue", "pause", 4),
            ("", "abc", 3),
        ] {
            let chars = |text: &str| text.chars().collect::<Vec<_>>();
            assert_eq!(slips(&chars(a), &chars(b)), wanted, "{a} {b}");
        }
    }
}
