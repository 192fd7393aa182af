//! Scales and axes that pictures over time share: where a value lies, round steps, labels.

use super::svg::Svg;
use crate::text::Lang;

/// Linear scale from data to user units.
pub(super) struct Scale {
    pub(super) from: i64,
    pub(super) to: i64,
    pub(super) start: i64,
    pub(super) end: i64,
}

impl Scale {
    /// Where a value lies.
    pub(super) fn at(&self, value: i64) -> i64 {
        let span = (self.to - self.from).max(1);
        self.start + (value - self.from).saturating_mul(self.end - self.start) / span
    }
}

/// The labels below an axis of time at `y`, in microseconds, with a tick each.
pub(super) fn time_axis(svg: &mut Svg, x: &Scale, y: i64, lang: Lang) {
    const SECOND: i64 = 1_000_000;
    let most = (x.end - x.start) / 60;
    let (unit, word, step) = match x.to {
        0..2_000 => (1, lang.pick("µs", "微秒"), round(x.to / most)),
        2_000..2_000_000 => (1000, lang.pick("ms", "毫秒"), round(x.to / 1000 / most)),
        end => (SECOND, lang.pick("s", "秒"), clock_step(end / SECOND, most)),
    };
    for count in (0..=x.to / unit).step_by(step as usize) {
        let at = x.at(count * unit);
        svg.line((at, y), (at, y + 4));
        let label = if count == 0 { "0".to_string() } else { format!("{count} {word}") };
        svg.text((at, y + 18), "middle", &label);
    }
}

/// A step in seconds, round as clocks are, of which the span has `most` at most.
fn clock_step(span: i64, most: i64) -> i64 {
    [1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 3600]
        .into_iter()
        .find(|step| span / step <= most)
        .unwrap_or(round(span / most))
}

/// The next of 1, 2, 5, 10, 20, 50, … that is not less than `least`.
pub(super) fn round(least: i64) -> i64 {
    let mut decade = 1_i64;
    loop {
        if let Some(step) = [1, 2, 5].into_iter().map(|n| decade.saturating_mul(n)).find(|n| *n >= least) {
            return step;
        }
        decade = decade.saturating_mul(10);
    }
}

/// `1.2 G`: a number with a prefix, three digits at most where it has one.
pub(super) fn prefixed(number: u64) -> String {
    with_prefix(number, number)
}

/// A number with the prefix that suits `greatest`, as all labels of an axis have it.
pub(super) fn with_prefix(number: u64, greatest: u64) -> String {
    let (divisor, prefix) = match greatest {
        0..10_000 => (1, ""),
        10_000..1_000_000 => (1_000, " k"),
        1_000_000..1_000_000_000 => (1_000_000, " M"),
        _ => (1_000_000_000, " G"),
    };
    let (whole, tenths) = (number / divisor, number % divisor * 10 / divisor);
    if number == 0 {
        "0".to_string()
    } else if whole < 100 && tenths > 0 {
        format!("{whole}.{tenths}{prefix}")
    } else {
        format!("{whole}{prefix}")
    }
}

/// Seconds with three decimals.
pub(super) fn seconds(t_us: u64) -> String {
    format!("{}.{:03}", t_us / 1_000_000, t_us / 1000 % 1000)
}

/// A time with three figures: `0.42 s`, `35.7 s`, `939 s`, `7875 s`; below a tenth of a second in milliseconds.
pub(super) fn about(t_us: u64, lang: Lang) -> String {
    let second = lang.pick("s", "秒");
    let (whole, decimals, places) = match t_us {
        0 => return "0".to_string(),
        1..100_000 => return format!("{} {}", t_us.div_ceil(1000), lang.pick("ms", "毫秒")),
        100_000..10_000_000 => (t_us / 1_000_000, t_us / 10_000 % 100, 2),
        10_000_000..100_000_000 => (t_us / 1_000_000, t_us / 100_000 % 10, 1),
        _ => return format!("{} {second}", t_us / 1_000_000),
    };
    let digits = format!("{whole}.{decimals:0places$}");
    format!("{} {second}", digits.trim_end_matches('0').trim_end_matches('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_round() {
        for (least, step) in [(0, 1), (1, 1), (3, 5), (6, 10), (11, 20), (201, 500), (28_233 / 5, 10_000)] {
            assert_eq!(round(least), step, "{least}");
        }
        for (span, step) in [(9, 1), (20, 5), (90, 10), (127, 20), (7_875, 1_200), (100_000, 20_000)] {
            assert_eq!(clock_step(span, if span == 20 { 6 } else { 9 }), step, "{span} s");
        }
    }

    #[test]
    fn labels_of_an_axis_share_their_prefix() {
        let labels = |step: u64, top: u64| -> Vec<String> {
            (0..=top).step_by(step as usize).map(|value| with_prefix(value, top)).collect()
        };
        assert_eq!(labels(50, 100), ["0", "50", "100"]);
        assert_eq!(labels(500_000, 1_500_000), ["0", "0.5 M", "1 M", "1.5 M"]);
        assert_eq!(labels(10_000, 30_000), ["0", "10 k", "20 k", "30 k"]);
    }

    #[test]
    fn times_have_three_figures() {
        for (millis, text) in [
            (0, "0"),
            (1, "1 ms"),
            (210, "0.21 s"),
            (2_000, "2 s"),
            (4_096, "4.09 s"),
            (35_712, "35.7 s"),
            (60_030, "60 s"),
            (127_999, "127 s"),
            (7_875_000, "7875 s"),
        ] {
            assert_eq!(about(millis * 1000, Lang::En), text);
        }
        assert_eq!(about(420_000, Lang::Zh), "0.42 秒");
    }

    #[test]
    fn a_scale_holds_extremes() {
        let x = Scale { from: 0, to: i64::MAX, start: 0, end: 400 };
        assert_eq!(x.at(0), 0);
        assert!((0..=400).contains(&x.at(i64::MAX)));
        assert_eq!(Scale { from: 0, to: 10, start: 148, end: 28 }.at(5), 88);
    }
}
