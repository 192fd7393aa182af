//! Three-way merges, as a table and at random.

use proptest::prelude::*;
use store::{Merge, Piece, Side, merge};

/// A short notation: one character is one line; the result is merged lines, with `(base|theirs|yours)` for conflicts.
fn merged(base: &str, theirs: &str, yours: &str) -> String {
    let lines = |text: &str| text.chars().map(|it| format!("{it}\n")).collect::<String>();
    let short = |text: &str| text.replace('\n', "");
    match merge(lines(base).as_bytes(), lines(theirs).as_bytes(), lines(yours).as_bytes()) {
        Merge::Clean(text) => short(&String::from_utf8(text).unwrap()),
        Merge::Conflict(pieces) => pieces
            .iter()
            .map(|piece| match piece {
                Piece::Same(text) => short(text),
                Piece::Changed { text, .. } => short(text),
                Piece::Conflict { base, theirs, yours } => {
                    format!("({}|{}|{})", short(base), short(theirs), short(yours))
                }
            })
            .collect(),
    }
}

#[test]
fn merges_are_those_of_the_table() {
    let cases = [
        // base, theirs, yours, result
        ("abc", "abc", "abc", "abc"),
        ("abc", "xbc", "abc", "xbc"),
        ("abc", "abc", "abx", "abx"),
        ("abc", "xbc", "aby", "xby"),
        ("abc", "xbc", "xbc", "xbc"),
        ("abc", "bc", "abx", "bx"),
        ("abc", "bc", "bc", "bc"),
        ("abc", "", "abc", ""),
        ("abc", "ac", "ac", "ac"),
        ("", "x", "", "x"),
        ("", "x", "x", "x"),
        ("", "xy", "x", "xy"),
        ("", "y", "x", "(|y|x)"),
        ("abc", "axc", "ayc", "a(b|x|y)c"),
        ("abc", "axc", "ac", "a(b|x|)c"),
        ("abc", "", "axc", "(abc||axc)"),
        ("abc", "axbc", "aybc", "a(|x|y)bc"),
        ("abc", "axybc", "axbc", "axybc"),
        ("abc", "axbc", "axybc", "axybc"),
        ("ab", "xb", "ay", "(ab|xb|ay)"),
        ("abcde", "xbcde", "abcdy", "xbcdy"),
        ("abcde", "pxc1e", "pyc2e", "p(ab|x|y)c(d|1|2)e"),
        ("abcd", "abcd", "dcba", "dcba"),
    ];
    for (base, theirs, yours, result) in cases {
        assert_eq!(merged(base, theirs, yours), result, "{base} {theirs} {yours}");
    }
}

#[test]
fn merges_keep_line_ends_marks_and_last_lines() {
    let cases: [(&str, &str, &str, Option<&str>); 8] = [
        ("a\r\nb\r\nc\r\n", "A\r\nb\r\nc\r\n", "a\r\nb\r\nC\r\n", Some("A\r\nb\r\nC\r\n")),
        ("\u{feff}a\nb\nc", "\u{feff}A\nb\nc", "\u{feff}a\nb\nC", Some("\u{feff}A\nb\nC")),
        ("a\nb\nc", "A\nb\nc", "a\nb\nc\n", Some("A\nb\nc\n")),
        ("a\nb\nc\n", "A\nb\nc\n", "a\nb\nc", Some("A\nb\nc")),
        ("a\nb\nc", "a\nb\nc\nd", "A\nb\nc", Some("A\nb\nc\nd")),
        ("a\nb\n", "a\r\nb\r\n", "a\nb\n", Some("a\r\nb\r\n")),
        ("a\n", "a\r\n", "a", None),
        ("a \n\tb\n c\n", "a\n\tb\n c\n", "a \n\tb\n c \n", Some("a\n\tb\n c \n")),
    ];
    for (base, theirs, yours, result) in cases {
        let merged = match merge(base.as_bytes(), theirs.as_bytes(), yours.as_bytes()) {
            Merge::Clean(text) => Some(String::from_utf8(text).unwrap()),
            Merge::Conflict(_) => None,
        };
        assert_eq!(merged.as_deref(), result, "{base:?} {theirs:?} {yours:?}");
    }
}

#[test]
fn what_is_no_text_is_taken_whole_or_conflicts() {
    let (base, one, two) = (&b"a\n\0\nb\n"[..], &b"A\n\0\nb\n"[..], &b"a\n\0\nB\n"[..]);
    assert_eq!(merge(base, one, base), Merge::Clean(one.to_vec()));
    assert_eq!(merge(base, base, two), Merge::Clean(two.to_vec()));
    assert_eq!(merge(base, one, one), Merge::Clean(one.to_vec()));
    assert_eq!(merge(base, one, two), Merge::Conflict(vec![]));
    assert_eq!(merge(b"a\nb\n", b"\xff\nb\n", b"a\nc\n"), Merge::Conflict(vec![]));
}

#[test]
fn large_texts_with_nothing_in_common_are_merged_all_the_same() {
    let text = |word: &str| (0..60_000).map(|i| format!("{word} {}\n", i * 7919 % 1009)).collect::<String>();
    let (base, theirs) = (text("a"), text("b"));
    let yours = format!("{base}the end\n");
    let Merge::Conflict(pieces) = merge(base.as_bytes(), theirs.as_bytes(), yours.as_bytes()) else {
        panic!("both changed the end")
    };
    assert!(
        pieces.iter().any(|it| matches!(it, Piece::Conflict { yours, .. } if yours.ends_with("the end\n")))
    );
}

/// The text with some lines changed: 0 keeps a line, 1 removes it, 2 changes it, 3 puts another before it.
fn edited(base: &[String], edits: &[u8], by: &str) -> String {
    let edit = |(i, line): (usize, &String)| match edits.get(i).copied().unwrap_or(0) {
        0 => line.clone(),
        1 => String::new(),
        2 => format!("{by} changed {i}\n"),
        _ => format!("{by} added {i}\n{line}"),
    };
    base.iter().enumerate().map(edit).collect()
}

fn base() -> impl Strategy<Value = Vec<String>> {
    // Few different lines, so that they repeat.
    prop::collection::vec((0..6_u8).prop_map(|it| format!("line {it}\n")), 1..40)
}

proptest! {
    #[test]
    fn edits_of_other_lines_are_both_kept(
        edits in prop::collection::vec((0..4_u8, any::<bool>()), 2..40),
    ) {
        // Every other line is nobody's, so that no two edits touch; and all lines differ, so that it is certain which is which.
        let base: Vec<String> = (0..edits.len() * 2).map(|i| format!("line {i}\n")).collect();
        let of = |side: bool| -> Vec<u8> {
            edits.iter().flat_map(|(edit, by)| [if *by == side { *edit } else { 0 }, 0]).collect()
        };
        let both: Vec<(u8, bool)> = edits.iter().flat_map(|it| [*it, (0, false)]).collect();
        let (theirs, yours) = (edited(&base, &of(false), "they"), edited(&base, &of(true), "you"));
        let expected: String = base.iter().zip(both).enumerate().map(|(i, (line, (edit, by)))| {
            let by = if by { "you" } else { "they" };
            match edit {
                0 => line.clone(),
                1 => String::new(),
                2 => format!("{by} changed {i}\n"),
                _ => format!("{by} added {i}\n{line}"),
            }
        }).collect();
        prop_assert_eq!(
            merge(base.concat().as_bytes(), theirs.as_bytes(), yours.as_bytes()),
            Merge::Clean(expected.into_bytes())
        );
    }

    #[test]
    fn no_line_that_somebody_wrote_is_ever_missing(
        base in base(),
        theirs in prop::collection::vec(0..4_u8, 0..40),
        yours in prop::collection::vec(0..4_u8, 0..40),
    ) {
        let (theirs, yours) = (edited(&base, &theirs, "they"), edited(&base, &yours, "you"));
        let base = base.concat();
        let found = match merge(base.as_bytes(), theirs.as_bytes(), yours.as_bytes()) {
            Merge::Clean(text) => String::from_utf8(text).unwrap(),
            Merge::Conflict(pieces) => pieces.iter().map(all).collect(),
        };
        for line in theirs.lines().chain(yours.lines()).filter(|it| it.contains("changed") || it.contains("added")) {
            prop_assert!(found.lines().any(|it| it == line), "{line:?} is missing in {found:?}");
        }
    }

    /// Each side can be put together from the pieces, whatever the texts are.
    #[test]
    fn the_pieces_hold_both_sides(base in "[ab\n]{0,12}", theirs in "[abc\n]{0,12}", yours in "[abd\n]{0,12}") {
        if let Merge::Conflict(pieces) = merge(base.as_bytes(), theirs.as_bytes(), yours.as_bytes()) {
            let conflicts = pieces.iter().filter(|it| matches!(it, Piece::Conflict { .. })).count();
            prop_assert!(conflicts > 0);
            let mut at = 0;
            for piece in &pieces {
                // What is new on my side stands in my text, in order.
                if let Piece::Conflict { yours: text, .. } | Piece::Changed { by: Side::You, text } = piece {
                    let next = yours[at..].find(text.as_str());
                    prop_assert!(next.is_some(), "{text:?} in {yours:?}");
                    at += next.unwrap_or(0) + text.len();
                }
            }
        }
    }
}

fn all(piece: &Piece) -> String {
    match piece {
        Piece::Same(text) | Piece::Changed { text, .. } => text.clone(),
        Piece::Conflict { theirs, yours, .. } => format!("{theirs}{yours}"),
    }
}
