//! Numbers as readers write them: rates, sizes, times.

use crate::text::Lang;
use crate::time::Time;

/// `19.3 Mbit/s`; three digits at least.
pub(super) fn rate(kbps: u64) -> String {
    format!("{} Mbit/s", mbps(kbps))
}

/// Megabits without their unit: `0.94`, `19.3`, `941`.
pub(super) fn mbps(kbps: u64) -> String {
    match kbps {
        0..=9_994 => decimal(kbps, 1000, 2),
        9_995..=99_949 => decimal(kbps, 1000, 1),
        _ => decimal(kbps, 1000, 0),
    }
}

/// `16384 bytes`, `122 KiB`, `11.9 MiB`.
pub(super) fn size(bytes: u64, lang: Lang) -> String {
    match bytes {
        0..=20_479 => lang.pick(format!("{bytes} bytes"), format!("{bytes} 字节")),
        20_480..=1_048_575 => format!("{} KiB", decimal(bytes, 1024, 0)),
        _ => format!("{} MiB", decimal(bytes, 1_048_576, 1)),
    }
}

/// `84 ms`, `1.2 s`, `0.6 ms`.
pub(super) fn span(time: Time, lang: Lang) -> String {
    let (number, en, zh) = match time.micros() {
        us @ 0..=9_949 => (decimal(us, 1000, 1), "ms", "毫秒"),
        us @ 9_950..=999_499 => (decimal(us, 1000, 0), "ms", "毫秒"),
        us => (decimal(us, 1_000_000, 1), "s", "秒"),
    };
    format!("{number} {}", lang.pick(en, zh))
}

/// A share of `all`: `62.5%`.
pub(super) fn share(part: Time, all: Time) -> String {
    let permille = (u128::from(part.0) * 1000 / u128::from(all.0.max(1))) as u64;
    format!("{}.{}%", permille / 10, permille % 10)
}

/// `value / unit`, rounded to so many places.
fn decimal(value: u64, unit: u64, places: u32) -> String {
    let scale = 10_u64.pow(places);
    let rounded = (u128::from(value) * u128::from(scale) + u128::from(unit / 2)) / u128::from(unit);
    let (whole, rest) = (rounded as u64 / scale, rounded as u64 % scale);
    match places {
        0 => whole.to_string(),
        _ => format!("{whole}.{rest:0places$}", places = places as usize),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_rounded_as_readers_would() {
        assert_eq!(
            [0, 940, 9_999, 19_307, 99_960, 941_000].map(mbps),
            ["0.00", "0.94", "10.0", "19.3", "100", "941"]
        );
        let sizes = [1460, 16_384, 125_000, 12_500_000].map(|bytes| size(bytes, Lang::En));
        assert_eq!(sizes, ["1460 bytes", "16384 bytes", "122 KiB", "11.9 MiB"]);
        let spans = [640, 84_036, 1_234_000].map(|us| span(Time::from_micros(us), Lang::En));
        assert_eq!(spans, ["0.6 ms", "84 ms", "1.2 s"]);
        assert_eq!(share(Time(625), Time(1000)), "62.5%");
    }
}
