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
    let wanted = pairs(wanted);
    let mut scored: Vec<(f32, T)> = candidates
        .into_iter()
        .map(|(candidate, names)| {
            let best = names.into_iter().map(|name| likeness(&wanted, &pairs(name))).fold(0.0, f32::max);
            (best, candidate)
        })
        .filter(|(score, _)| *score >= ALIKE)
        .collect();
    scored.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    scored.into_iter().take(count).map(|(_, candidate)| candidate).collect()
}

/// Pairs of neighbouring characters, which need no words and so work for Chinese as well.
fn pairs(name: &str) -> HashSet<(char, char)> {
    let letters: Vec<char> =
        name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    letters.windows(2).map(|pair| (pair[0], pair[1])).collect()
}

/// The Sørensen–Dice coefficient.
fn likeness(a: &HashSet<(char, char)>, b: &HashSet<(char, char)>) -> f32 {
    if a.is_empty() || b.is_empty() {
        return 0.0;
    }
    2.0 * a.intersection(b).count() as f32 / (a.len() + b.len()) as f32
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
