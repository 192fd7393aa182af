//! A curve over time as the path of a pen: however many points it has, what is drawn is as wide as the picture.

use super::scale::Scale;
use crate::lab::series::{Stretch, stretches};
use std::fmt::Write;

/// The points that fall into one unit of width.
pub(super) struct Column {
    pub(super) x: i64,
    /// Both ends of what they cover.
    pub(super) top: i64,
    pub(super) bottom: i64,
    /// The last of them.
    last: i64,
}

/// What is left of a curve at the width of the picture.
pub(super) fn columns(points: &[(u64, i64)], x: &Scale, y: &Scale) -> Vec<Column> {
    let column = |(x, stretch): (i64, Stretch)| Column {
        x,
        top: y.at(stretch.high.1),
        bottom: y.at(stretch.low.1),
        last: y.at(stretch.last.1),
    };
    stretches(points, |t| x.at(t as i64)).into_iter().map(column).collect()
}

/// The path of a curve that keeps each value until the next one, and the last one until `end`.
pub(super) fn steps(columns: &[Column], end: i64) -> String {
    let mut path = String::new();
    let mut pen = columns.first().map_or(0, |column| column.top);
    for (n, column) in columns.iter().enumerate() {
        if n == 0 {
            let _ = write!(path, "M{} {pen}", column.x);
        } else {
            let _ = write!(path, "H{}", column.x);
        }
        // A peak beyond where the line comes from and where it goes on to is drawn on the way.
        let way = pen.min(column.last)..=pen.max(column.last);
        for (to, drawn) in [
            (column.top, !way.contains(&column.top)),
            (column.bottom, !way.contains(&column.bottom)),
            (column.last, true),
        ] {
            if drawn && to != pen {
                let _ = write!(path, "V{to}");
                pen = to;
            }
        }
    }
    let _ = write!(path, "H{end}");
    path
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    const LEFT: i64 = 54;
    const RIGHT: i64 = 458;
    const TOP: i64 = 28;
    const BOTTOM: i64 = 148;

    #[test]
    fn a_hundred_thousand_points_lose_no_peak() {
        let mut points: Vec<(u64, i64)> = (0..100_000).map(|n| (n * 100, (n % 7) as i64)).collect();
        points[63_210].1 = 100;
        let (x, y) = (
            Scale { from: 0, to: 10_000_000, start: LEFT, end: RIGHT },
            Scale { from: 0, to: 100, start: BOTTOM, end: TOP },
        );
        let columns = columns(&points, &x, &y);
        assert_eq!(columns.len() as i64, RIGHT - LEFT, "one for each unit of width");
        let path = steps(&columns, x.at(x.to));
        assert_eq!(path.matches(&format!("V{TOP}")).count(), 1, "the peak is drawn once");
        assert!(path.matches('V').count() <= 3 * columns.len(), "at most its ends and the way on");
        let peak = x.at(points[63_210].0 as i64);
        assert!(path.contains(&format!("H{peak}V{TOP}V")), "and where it is");
    }

    proptest! {
        #[test]
        fn every_column_shows_its_lowest_and_highest(
            points in proptest::collection::vec((0..60_000_u64, -90..900_i64), 1..2_000),
        ) {
            let mut points = points;
            points.sort_by_key(|(t, _)| *t);
            let x = Scale { from: 0, to: 60_000, start: LEFT, end: RIGHT };
            let y = Scale { from: -90, to: 900, start: BOTTOM, end: TOP };
            let path = steps(&columns(&points, &x, &y), x.at(x.to));
            // What the pen touches in each column.
            let mut touched: BTreeMap<i64, (i64, i64)> = BTreeMap::new();
            let strokes = path[1..].replacen(' ', " V", 1).replace('H', " H").replace('V', " V");
            let (mut at, mut pen) = (0, None);
            for stroke in strokes.split_whitespace() {
                match stroke.strip_prefix('V') {
                    Some(to) => pen = Some(to.parse().unwrap()),
                    None => at = stroke.trim_start_matches('H').parse().unwrap(),
                }
                if let Some(pen) = pen {
                    let (top, bottom) = touched.entry(at).or_insert((pen, pen));
                    (*top, *bottom) = (pen.min(*top), pen.max(*bottom));
                }
            }
            for (t, value) in points {
                let (top, bottom) = touched[&x.at(t as i64)];
                prop_assert!((top..=bottom).contains(&y.at(value)), "{t} {value}: {top}..{bottom} in {path}");
            }
        }
    }

    #[test]
    fn a_line_holds_each_value_until_the_next() {
        let (x, y) =
            (Scale { from: 0, to: 10, start: 0, end: 10 }, Scale { from: 0, to: 10, start: 10, end: 0 });
        let path = |points: &[(u64, i64)]| steps(&columns(points, &x, &y), x.at(x.to));
        assert_eq!(path(&[(0, 1), (4, 3), (7, 0)]), "M0 9H4V7H7V10H10");
        assert_eq!(path(&[(2, 5)]), "M2 5H10");
        assert_eq!(path(&[(0, 1), (4, 8), (4, 2), (4, 3)]), "M0 9H4V2V7H10", "up to 8, and on from 3");
    }
}
