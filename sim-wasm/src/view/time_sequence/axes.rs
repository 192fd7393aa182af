//! The labels of a graph that begins anywhere: as many digits as tell one step from the next.

use crate::text::Lang;
use crate::view::scale::{self, Scale};
use crate::view::svg::Svg;

/// Room for a label of time, in user units.
const ROOM: i64 = 76;

/// The labels below an axis of time at `y`, in microseconds.
pub(super) fn time(svg: &mut Svg, x: &Scale, y: i64, lang: Lang) {
    if x.from == 0 {
        return scale::time_axis(svg, x, y, lang);
    }
    let step = scale::round((x.to - x.from) * ROOM / (x.end - x.start));
    let first = x.from.div_euclid(step) * step + if x.from % step == 0 { 0 } else { step };
    for t in (first..=x.to).step_by(step as usize) {
        let at = x.at(t);
        svg.line((at, y), (at, y + 4));
        let label = format!("{} {}", seconds(t.unsigned_abs(), step), lang.pick("s", "秒"));
        svg.text((at, y + 18), "middle", &label);
    }
}

/// Seconds with as many decimals as the step, in microseconds, has.
pub(super) fn seconds(t_us: u64, step: i64) -> String {
    let (mut decimals, mut rest) = (6, step);
    while decimals > 0 && rest % 10 == 0 {
        (decimals, rest) = (decimals - 1, rest / 10);
    }
    let digits = format!("{:06}", t_us % 1_000_000);
    let point = if decimals > 0 { "." } else { "" };
    format!("{}{point}{}", t_us / 1_000_000, &digits[..decimals])
}

/// A sequence number with the greatest prefix that leaves one decimal at most to a multiple of `step`.
pub(super) fn sequence_number(seq: u64, step: u64) -> String {
    let units = [(1_000_000_000, " G"), (1_000_000, " M"), (1_000, " k")];
    match units.into_iter().find(|(unit, _)| (step * 10).is_multiple_of(*unit)) {
        _ if seq == 0 => "0".to_string(),
        Some((unit, prefix)) if step.is_multiple_of(unit) => format!("{}{prefix}", seq / unit),
        Some((unit, prefix)) => format!("{}.{}{prefix}", seq / unit, seq % unit * 10 / unit),
        None => seq.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_tell_one_step_from_the_next() {
        let labels = |from: u64, step: u64| [from, from + step].map(|seq| sequence_number(seq, step));
        assert_eq!(labels(0, 500), ["0", "0.5 k"]);
        assert_eq!(labels(0, 20_000), ["0", "20 k"]);
        assert_eq!(labels(75_000_000_000, 500_000_000), ["75.0 G", "75.5 G"]);
        assert_eq!(labels(1_200_000_000, 50_000_000), ["1200 M", "1250 M"]);
        assert_eq!(labels(4_294_967_200, 20), ["4294967200", "4294967220"]);
        for (t, step, label) in [
            (12_000_000, 1_000_000, "12"),
            (12_340_000, 20_000, "12.34"),
            (12_345_678, 2, "12.345678"),
            (1_500_000, 500_000, "1.5"),
        ] {
            assert_eq!(seconds(t, step), label);
        }
    }
}
