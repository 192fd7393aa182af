//! Dates as people write them in the head of a page.

use jiff::civil::Date;

/// The day that is meant: `2024-01-02`, alone or with a time and a zone in any of the usual forms. A page is dated by
/// the calendar of its author, so the zone is checked and then left alone.
pub(super) fn day(text: &str) -> Option<Date> {
    let text = text.trim();
    let end = text.find([' ', 'T', 't']).unwrap_or(text.len());
    let (day, time) = (&text[..end], text[end..].trim_start_matches([' ', 'T', 't']));
    let separator = if day.contains('/') { '/' } else { '-' };
    let numbers: Vec<&str> = day.split(separator).collect();
    let [year, month, day] = numbers[..] else { return None };
    let date =
        Date::new(number(year, 4)?, number(month, 2)?.try_into().ok()?, number(day, 2)?.try_into().ok()?);
    if is_time(time) { date.ok() } else { None }
}

fn number(digits: &str, longest: usize) -> Option<i16> {
    let plain = !digits.is_empty() && digits.len() <= longest && digits.bytes().all(|b| b.is_ascii_digit());
    if plain { digits.parse().ok() } else { None }
}

/// Empty, or `10:00`, `10:00:00`, `10:00:00.5`, each with or without a zone.
fn is_time(text: &str) -> bool {
    if text.is_empty() {
        return true;
    }
    let clock_end = text.find(|c: char| !c.is_ascii_digit() && !matches!(c, ':' | '.')).unwrap_or(text.len());
    let (clock, zone) = text.split_at(clock_end);
    let parts: Vec<&str> = clock.split(':').collect();
    let in_range = |part: &&str, limit: f32| part.len() >= 2 && part.parse().is_ok_and(|n: f32| n < limit);
    let clock_is_right = match parts.as_slice() {
        [hour, minute] => in_range(hour, 24.0) && in_range(minute, 60.0),
        [hour, minute, second] => in_range(hour, 24.0) && in_range(minute, 60.0) && in_range(second, 61.0),
        _ => false,
    };
    clock_is_right && is_zone(zone.trim())
}

/// `Z`, `+08:00`, `+0800`, `-05`, `UTC`, `Asia/Shanghai`.
fn is_zone(zone: &str) -> bool {
    let offset = zone.strip_prefix(['+', '-']);
    match offset {
        Some(digits) => {
            matches!(digits.len(), 2 | 4 | 5) && digits.bytes().all(|b| b.is_ascii_digit() || b == b':')
        }
        None => zone.len() <= 40 && zone.bytes().all(|b| b.is_ascii_alphabetic() || matches!(b, b'/' | b'_')),
    }
}

#[cfg(test)]
mod tests {
    use super::day;
    use jiff::civil::date;

    #[test]
    fn a_day_is_found_in_every_usual_form() {
        for text in [
            "2024-01-02",
            "2024/1/2",
            "2024-01-02 10:00",
            "2024-01-02 10:00:00",
            "2024-01-02 10:00:00 +0800",
            "2024-01-02 10:00:00 Asia/Shanghai",
            "2024-01-02T10:00:00Z",
            "2024-01-02T10:00:00.123+08:00",
        ] {
            assert_eq!(day(text), Some(date(2024, 1, 2)), "{text}");
        }
    }

    #[test]
    fn what_is_no_day_is_refused() {
        for text in [
            "",
            "soon",
            "2024",
            "2024-13-01",
            "2024-02-30",
            "02.01.2024",
            "2024-01-02 25:00",
            "2024-01-02 10",
            "2024-01-02 10:00 +8 o'clock",
            "-2024-01-02",
        ] {
            assert_eq!(day(text), None, "{text}");
        }
    }
}
