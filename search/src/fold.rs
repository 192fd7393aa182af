//! Which characters count as the same: letter case, full and half width, traditional and simplified Han.

use std::sync::LazyLock;

/// The first Han character of the basic plane, and how many there are from it on.
const FIRST: u32 = 0x3400;
const COUNT: usize = 0x6c00;

/// The simplified form of each of them.
static SIMPLIFIED: LazyLock<Vec<u16>> = LazyLock::new(|| {
    let mut table: Vec<u16> = (0..COUNT).map(|at| FIRST as u16 + at as u16).collect();
    for (from, to) in exchanged() {
        if let (Some(place), Ok(to)) =
            (table.get_mut((from as u32 - FIRST) as usize), u16::try_from(to as u32))
        {
            *place = to;
        }
    }
    table
});

/// Traditional characters in the order of their code points, each with its simplified form.
fn exchanged() -> impl Iterator<Item = (char, char)> {
    let mut lines = include_str!("simplified.txt").lines();
    let (from, to) = (lines.next().unwrap_or_default(), lines.next().unwrap_or_default());
    from.chars().zip(to.chars())
}

/// The character that stands for all that count as this one.
pub fn fold(c: char) -> char {
    match c {
        'A'..='Z' => c.to_ascii_lowercase(),
        '\0'..='\x7f' => c,
        '\u{3000}' => ' ',
        '\u{ff01}'..='\u{ff5e}' => fold(half_width(c)),
        '\u{3400}'..='\u{9fff}' => simplified(c),
        _ => {
            let mut lower = c.to_lowercase();
            match (lower.next(), lower.next()) {
                (Some(one), None) => one,
                _ => c,
            }
        }
    }
}

fn half_width(c: char) -> char {
    char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c)
}

fn simplified(c: char) -> char {
    let found = SIMPLIFIED.get((c as u32 - FIRST) as usize);
    found.and_then(|found| char::from_u32(u32::from(*found))).unwrap_or(c)
}

/// Is it written without spaces between words? Han, kana and hangul.
pub fn is_cjk(c: char) -> bool {
    matches!(c,
        '\u{3005}'..='\u{3007}'
        | '\u{3041}'..='\u{30ff}'
        | '\u{3400}'..='\u{4dbf}'
        | '\u{4e00}'..='\u{9fff}'
        | '\u{ac00}'..='\u{d7af}'
        | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests {
    use super::fold;

    #[test]
    fn what_counts_as_the_same() {
        for (one, same) in
            [('Ｔ', 't'), ('Ａ', 'a'), ('：', ':'), ('　', ' '), ('隊', '队'), ('緩', '缓'), ('É', 'é')]
        {
            assert_eq!(fold(one), same, "{one}");
        }
        for c in ['a', '队', '重', 'İ', '。', '0'] {
            assert_eq!(fold(c), c);
        }
    }

    #[test]
    fn the_table_is_in_order() {
        let pairs: Vec<(char, char)> = super::exchanged().collect();
        assert!(pairs.len() > 2000);
        assert!(pairs.is_sorted_by(|a, b| a.0 < b.0));
        // A simplified character is the simplified form of itself, or folding twice would not be folding once.
        assert!(pairs.iter().all(|(from, to)| fold(*from) == *to && fold(*to) == *to && from != to));
    }
}
