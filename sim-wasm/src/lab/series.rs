//! Curves of any length in few points: of each stretch of time the first, the lowest, the highest and the last value
//! are kept, so that a picture of them loses no peak.

/// Neighbouring points of a curve, `(t_us, value)` each, by those that a picture needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// The first one.
    pub first: (u64, i64),
    /// The first of the lowest.
    pub low: (u64, i64),
    /// The first of the highest.
    pub high: (u64, i64),
    /// The last one.
    pub last: (u64, i64),
    high_is_later: bool,
}

impl Stretch {
    /// One point.
    pub fn of(point: (u64, i64)) -> Stretch {
        Stretch { first: point, low: point, high: point, last: point, high_is_later: false }
    }

    /// Adds the next point.
    pub fn add(&mut self, point: (u64, i64)) {
        if point.1 < self.low.1 {
            (self.low, self.high_is_later) = (point, false);
        }
        if point.1 > self.high.1 {
            (self.high, self.high_is_later) = (point, true);
        }
        self.last = point;
    }

    /// The points, in their order, four at most.
    pub fn points(&self) -> impl Iterator<Item = (u64, i64)> {
        let (second, third) = if self.high_is_later { (self.low, self.high) } else { (self.high, self.low) };
        let mut before = None;
        [self.first, second, third, self.last]
            .into_iter()
            .filter(move |point| before.replace(*point) != Some(*point))
    }
}

/// A curve as the stretches of neighbouring points for which `key` says the same.
pub fn stretches<K: PartialEq>(points: &[(u64, i64)], key: impl Fn(u64) -> K) -> Vec<(K, Stretch)> {
    let mut stretches: Vec<(K, Stretch)> = Vec::new();
    for point in points {
        let key = key(point.0);
        match stretches.last_mut() {
            Some((same, stretch)) if *same == key => stretch.add(*point),
            _ => stretches.push((key, Stretch::of(*point))),
        }
    }
    stretches
}

/// A curve while it is recorded: it may have millions of points, of which four for each stretch are kept.
#[derive(Clone, Debug)]
pub struct Recording {
    /// How long a stretch is, in microseconds.
    stretch_us: u64,
    done: Vec<(u64, i64)>,
    open: Option<(u64, Stretch)>,
}

impl Recording {
    /// More than a picture has columns, so that what a column loses to its neighbour is less than its width.
    const STRETCHES: u64 = 1_000;

    /// Of a run that takes `span_us` microseconds. Whatever happens at different times in a run of a millisecond is
    /// kept.
    pub fn new(span_us: u64) -> Recording {
        Recording { stretch_us: (span_us / Recording::STRETCHES).max(1), done: Vec::new(), open: None }
    }

    /// The value from now on. Times do not go back; a value that stays the same is passed over.
    pub fn push(&mut self, t_us: u64, value: i64) {
        let n = t_us / self.stretch_us;
        match &mut self.open {
            Some((_, stretch)) if stretch.last.1 == value => {}
            Some((open, stretch)) if *open == n => stretch.add((t_us, value)),
            open => {
                let before = open.replace((n, Stretch::of((t_us, value))));
                self.done.extend(before.iter().flat_map(|(_, stretch)| stretch.points()));
            }
        }
    }

    /// The points of a [`super::report::Series`].
    pub fn points(mut self) -> Vec<(u64, i64)> {
        self.done.extend(self.open.iter().flat_map(|(_, stretch)| stretch.points()));
        self.done
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Random points in the order of time, many of them at the same moment.
    fn points() -> impl Strategy<Value = Vec<(u64, i64)>> {
        proptest::collection::vec((0..3_000_u64, -50..50_i64), 1..400).prop_map(|steps| {
            let mut now = 0;
            steps.into_iter().map(|(pause, value)| (advance(&mut now, pause), value)).collect()
        })
    }

    fn advance(now: &mut u64, pause: u64) -> u64 {
        *now += pause.saturating_sub(1_000);
        *now
    }

    proptest! {
        #[test]
        fn no_stretch_loses_an_end_or_a_peak(points in points(), width in 1..20_000_u64) {
            let stretches = stretches(&points, |t| t / width);
            prop_assert!(stretches.is_sorted_by(|(a, _), (b, _)| a < b));
            let mut seen = 0;
            for (key, stretch) in &stretches {
                let own: Vec<_> = points.iter().copied().filter(|(t, _)| t / width == *key).collect();
                seen += own.len();
                let values = || own.iter().map(|(_, value)| *value);
                prop_assert_eq!(Some(&stretch.first), own.first());
                prop_assert_eq!(Some(&stretch.last), own.last());
                prop_assert_eq!(Some(stretch.low.1), values().min());
                prop_assert_eq!(Some(stretch.high.1), values().max());
                let kept: Vec<_> = stretch.points().collect();
                let mut rest = own.iter();
                prop_assert!(kept.iter().all(|point| rest.any(|own| own == point)), "{:?} of {:?}", kept, own);
            }
            prop_assert_eq!(seen, points.len());
        }

        #[test]
        fn a_recording_keeps_every_extreme_that_a_stretch_had(points in points()) {
            let mut recording = Recording::new(400_000);
            points.iter().for_each(|(t, value)| recording.push(*t, *value));
            let kept = recording.points();
            prop_assert!(kept.is_sorted_by_key(|(t, _)| *t));
            let mut rest = points.iter();
            prop_assert!(kept.iter().all(|point| rest.any(|own| own == point)), "{:?}", kept);
            // The value that holds at a moment lies between those that were kept around it.
            for (key, stretch) in stretches(&points, |t| t / 400) {
                let before = kept.iter().rfind(|(t, _)| t / 400 < key).map(|(_, value)| *value);
                let held = || kept.iter().filter(|(t, _)| t / 400 == key).map(|(_, value)| *value).chain(before);
                prop_assert!(held().any(|value| value == stretch.low.1), "{} in {:?}", stretch.low.1, kept);
                prop_assert!(held().any(|value| value == stretch.high.1), "{} in {:?}", stretch.high.1, kept);
            }
        }
    }

    #[test]
    fn millions_of_points_become_thousands() {
        let mut recording = Recording::new(60_000_000);
        for n in 0..3_000_000_u64 {
            let value = if n == 1_234_567 { 1_000 } else { (n % 7) as i64 };
            recording.push(n * 20, value);
        }
        let points = recording.points();
        assert!((3_000..=4_000).contains(&points.len()), "{}", points.len());
        assert!(points.contains(&(1_234_567 * 20, 1_000)), "the peak, when it was");
    }

    #[test]
    fn a_value_that_stays_is_one_point() {
        let mut recording = Recording::new(10_000_000);
        for (t, value) in [(0, 5), (10, 5), (20, 6), (9_000_000, 6), (9_500_000, 5)] {
            recording.push(t, value);
        }
        assert_eq!(recording.points(), [(0, 5), (20, 6), (9_500_000, 5)]);
    }
}
