//! How alike two names are, for a reader who mistyped one.

use std::collections::HashSet;

/// Names less alike than this have nothing to do with each other.
const ALIKE: f32 = 0.35;

/// The `count` candidates most like `wanted`, best first. Each candidate has several names; its best counts.
pub fn most<'a, T>(
    wanted: &str,
    candidates: impl IntoIterator<Item = (T, Vec<&'a str>)>,
    count: usize,
) -> Vec<T> {
    let wanted = letters(wanted);
    let mut scored: Vec<(f32, T)> = candidates
        .into_iter()
        .map(|(candidate, names)| {
            let best = names.into_iter().map(|name| likeness(&wanted, &letters(name))).fold(0.0, f32::max);
            (best, candidate)
        })
        .filter(|(score, _)| *score >= ALIKE)
        .collect();
    scored.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    scored.into_iter().take(count).map(|(_, candidate)| candidate).collect()
}

fn letters(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The Sørensen–Dice coefficient of the pairs of neighbouring letters, which needs no words and so works for Chinese
/// as well. A part of a name is like the name.
fn likeness(a: &str, b: &str) -> f32 {
    let (pairs_a, pairs_b) = (pairs(a), pairs(b));
    if pairs_a.is_empty() || pairs_b.is_empty() {
        return 0.0;
    }
    if b.contains(a) {
        return 1.0;
    }
    2.0 * pairs_a.intersection(&pairs_b).count() as f32 / (pairs_a.len() + pairs_b.len()) as f32
}

fn pairs(letters: &str) -> HashSet<(char, char)> {
    letters.chars().zip(letters.chars().skip(1)).collect()
}

#[cfg(test)]
mod tests {
    use super::most;

    #[test]
    fn typing_errors_and_titles() {
        let pages =
            || [("tw-recycle", vec!["tw-recycle", "SYN 为什么被丢弃"]), ("about", vec!["about", "关于"])];
        assert_eq!(most("tw-recyle", pages(), 5), ["tw-recycle"]);
        assert_eq!(most("syn-被丢弃", pages(), 5), ["tw-recycle"]);
        assert!(most("numa", pages(), 5).is_empty());
        assert!(most("", pages(), 5).is_empty());
    }
}
