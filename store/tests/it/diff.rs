//! Two texts side by side.

use proptest::prelude::*;
use store::{Ending, Line, Row, diff};

/// A row as `old → new`, with brackets around what is emphasised and line numbers before.
fn shown(row: &Row) -> String {
    let line = |line: &Line| {
        let spans = line
            .spans
            .iter()
            .map(|it| if it.emphasised { format!("[{}]", it.text) } else { it.text.clone() });
        let ending = match line.ending {
            Ending::Lf => "",
            Ending::CrLf => "␍",
            Ending::None => "∎",
        };
        format!("{} {}{ending}", line.number, spans.collect::<String>())
    };
    match (&row.old, &row.new) {
        _ if row.is_same() => format!("= {}", row.old.as_ref().map(line).unwrap()),
        (Some(old), Some(new)) => format!("{} → {}", line(old), line(new)),
        (Some(old), None) => format!("- {}", line(old)),
        (None, Some(new)) => format!("+ {}", line(new)),
        (None, None) => panic!("a row of nothing"),
    }
}

#[test]
fn rows_are_those_of_the_table() {
    let cases: [(&str, &str, &[&str]); 9] = [
        ("", "", &[]),
        ("a\n", "a\n", &["= 1 a"]),
        ("a\n", "a", &["1 a → 1 a∎"]),
        ("a\n", "a\r\n", &["1 a → 1 a␍"]),
        ("", "a\n\n", &["+ 1 a", "+ 2 "]),
        ("a\nb\nc\n", "a\nc\n", &["= 1 a", "- 2 b", "= 3 c"]),
        ("the quick fox\n", "the slow fox\n", &["1 the [quick] fox → 1 the [slow] fox"]),
        ("服务器收到请求\n", "服务器丢弃请求\n", &["1 服务器[收到]请求 → 1 服务器[丢弃]请求"]),
        (
            "alpha beta gamma\n",
            "new first line\nalpha beta delta\n",
            &["+ 1 new first line", "1 alpha beta [gamma] → 2 alpha beta [delta]"],
        ),
    ];
    for (old, new, rows) in cases {
        assert_eq!(diff(old, new).iter().map(shown).collect::<Vec<_>>(), rows, "{old:?} {new:?}");
    }
}

proptest! {
    /// Both texts can be put together from the rows.
    #[test]
    fn rows_hold_both_texts(old in "[ab 汉\r\n]{0,40}", new in "[ab 字\r\n]{0,40}") {
        let rows = diff(&old, &new);
        prop_assert!(rows.iter().all(|it| it.old.is_some() || it.new.is_some()));
        for (text, side) in [(old, rows.iter().map(|it| &it.old).collect::<Vec<_>>()), (new, rows.iter().map(|it| &it.new).collect())] {
            let mut built = String::new();
            for (i, line) in side.into_iter().flatten().enumerate() {
                prop_assert_eq!(line.number, i + 1);
                built.extend(line.spans.iter().map(|it| it.text.as_str()));
                built.push_str(match line.ending { Ending::Lf => "\n", Ending::CrLf => "\r\n", Ending::None => "" });
            }
            prop_assert_eq!(built, text);
        }
    }
}

/// Nothing here asserts a time: without its limits, this test would run for hours.
#[test]
fn texts_made_to_be_hard_end_soon() {
    let pairs: String = (0..200_000_u64).map(|i| format!("{}\n", i * 7919 % 13)).collect();
    let other: String = (0..200_000_u64).map(|i| format!("{}\n", i * 104_729 % 17)).collect();
    assert!(!diff(&pairs, &other).is_empty());
    let long = "ab ".repeat(200_000);
    let longer = "ba ".repeat(200_000);
    assert_eq!(diff(&long, &longer).len(), 2, "too long to be told alike or not");
    let many: String = (0..3_000).map(|i| format!("{i} x y z\n")).collect();
    let more: String = (0..3_000).map(|i| format!("x {i} y z\n")).collect();
    assert_eq!(diff(&many, &more).iter().filter(|it| it.old.is_some()).count(), 3_000);
}
