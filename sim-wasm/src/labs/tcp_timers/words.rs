//! Times and endings as sentences have them.

use super::scenario::{End, Outcome};
use crate::text::Lang;
use crate::time::Time;

/// `350 ms`, `3.02 s`, `127 s`, `7875 s`.
pub(super) fn span(time: Time, lang: Lang) -> String {
    let second = lang.pick("s", "秒");
    let millis = time.millis();
    let (digits, places) = match millis {
        0 => return "0".to_string(),
        1..1_000 => return format!("{millis} {}", lang.pick("ms", "毫秒")),
        1_000..10_000 => (millis / 10 % 100, 2),
        _ => (millis / 100 % 10, 1),
    };
    let text = format!("{}.{digits:0places$}", time.secs());
    format!("{} {second}", text.trim_end_matches('0').trim_end_matches('.'))
}

/// The same, and for long times in minutes and hours too: `939.2 s (15 min 39 s)`.
pub(super) fn long_span(time: Time, lang: Lang) -> String {
    let seconds = time.secs();
    if seconds < 300 {
        return span(time, lang);
    }
    let units = lang.pick(["d", "h", "min", "s"], ["天", "小时", "分", "秒"]);
    let numbers = [seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60, seconds % 60];
    let parts: Vec<String> = numbers
        .iter()
        .zip(units)
        .filter(|(number, _)| **number > 0)
        .map(|(number, unit)| format!("{number} {unit}"))
        .collect();
    let mut parts = parts.join(" ");
    if parts.ends_with('分') {
        parts.push('钟');
    }
    let seconds = span(time, lang);
    lang.pick(format!("{seconds} ({parts})"), format!("{seconds}（{parts}）"))
}

/// How a wait ends, in a word.
pub(super) fn ending(outcome: &Outcome, lang: Lang) -> String {
    match outcome.end {
        End::Failed(error) => error.to_string(),
        End::Gone => lang.pick("gone", "消失").to_string(),
        End::Never => lang.pick("never", "永远不会结束").to_string(),
        End::GoesOn | End::CutOff => lang.pick("no end", "没有终点").to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_as_long_as_they_have_to_be() {
        for (millis, short, long) in [
            (50, "50 ms", "50 ms"),
            (3_020, "3.02 s", "3.02 s"),
            (127_000, "127 s", "127 s"),
            (133_940, "133.9 s", "133.9 s"),
            (939_264, "939.2 s", "939.2 s (15 min 39 s)"),
            (7_875_000, "7875 s", "7875 s (2 h 11 min 15 s)"),
            (90_061_000, "90061 s", "90061 s (1 d 1 h 1 min 1 s)"),
        ] {
            let time = Time::from_millis(millis);
            assert_eq!((span(time, Lang::En).as_str(), long_span(time, Lang::En).as_str()), (short, long));
        }
        assert_eq!(long_span(Time::from_secs(7875), Lang::Zh), "7875 秒（2 小时 11 分 15 秒）");
        assert_eq!(long_span(Time::from_secs(1800), Lang::Zh), "1800 秒（30 分钟）");
    }
}
