//! Times and ends as sentences have them.

use super::scenario::CLIENT;
use crate::text::Lang;
use crate::time::Time;
use crate::world::HostId;

/// `400 µs`, `40.6 ms`, `208 ms`, `12.3 s`.
pub(super) fn span(time: Time, lang: Lang) -> String {
    let unit = |number: String, en: &str, zh: &str| format!("{number} {}", lang.pick(en, zh));
    let tenths = |unit: u64| format!("{}.{}", time.0 / unit, time.0 / (unit / 10) % 10);
    match time.micros() {
        0 => "0".to_string(),
        micros @ 1..1_000 => unit(micros.to_string(), "µs", "微秒"),
        1_000..100_000 => unit(tenths(1_000_000), "ms", "毫秒"),
        100_000..10_000_000 => unit(time.millis().to_string(), "ms", "毫秒"),
        _ => unit(tenths(1_000_000_000), "s", "秒"),
    }
}

/// One of the two ends.
pub(super) fn name(host: HostId, lang: Lang) -> &'static str {
    if host == CLIENT { lang.pick("client", "客户端") } else { lang.pick("server", "服务端") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_as_exact_as_they_need_to_be() {
        for (micros, text) in [
            (0, "0"),
            (400, "400 µs"),
            (1_250, "1.2 ms"),
            (40_649, "40.6 ms"),
            (208_000, "208 ms"),
            (12_345_678, "12.3 s"),
        ] {
            assert_eq!(span(Time::from_micros(micros), Lang::En), text);
        }
        assert_eq!(span(Time::from_micros(43_999), Lang::Zh), "43.9 毫秒");
    }
}
