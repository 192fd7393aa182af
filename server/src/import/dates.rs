//! Points of time as heads and file names give them.

use jiff::civil::{Date, DateTime};
use jiff::tz::{Offset, TimeZone};

/// A day, perhaps with a time and a zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Stamp {
    /// As the calendar and the clock of its author say.
    pub(super) local: DateTime,
    has_time: bool,
    /// Minutes east of Greenwich, when they are written.
    zone: Option<i32>,
}

impl Stamp {
    /// A day alone.
    pub(super) fn day(date: Date) -> Stamp {
        Stamp { local: date.at(0, 0, 0, 0), has_time: false, zone: None }
    }

    /// Reads `2019-05-16`, `2019/5/6 9:30`, `2019-05-16T12:30:03+08:00` and their like.
    pub(super) fn parse(text: &str) -> Option<Stamp> {
        let text = text.trim();
        let end = text.find([' ', 'T', 't']).unwrap_or(text.len());
        let (day, rest) = (&text[..end], text[end..].trim_start_matches([' ', 'T', 't']));
        let mut numbers = day.split(['-', '/', '.']);
        let mut number = || numbers.next().and_then(|digits| digits.parse::<i16>().ok());
        let (year, month, of_month) = (number()?, number()?, number()?);
        let date = Date::new(year, i8::try_from(month).ok()?, i8::try_from(of_month).ok()?).ok()?;
        if numbers.next().is_some() || !(1..=9999).contains(&year) {
            return None;
        }
        if rest.is_empty() {
            return Some(Stamp::day(date));
        }
        let clock_end =
            rest.find(|c: char| !c.is_ascii_digit() && !matches!(c, ':' | '.')).unwrap_or(rest.len());
        let (clock, zone) = rest.split_at(clock_end);
        let mut parts = clock.split(':');
        let mut part = || match parts.next() {
            None => Some(0),
            Some(digits) => digits.split('.').next()?.parse::<i8>().ok(),
        };
        let (hour, minute, second) = (part()?, part()?, part()?);
        let local = DateTime::new(year, date.month(), date.day(), hour, minute, second, 0).ok()?;
        Some(Stamp { local, has_time: true, zone: offset(zone.trim()) })
    }

    /// The day, as its author wrote it.
    pub(super) fn date(self) -> Date {
        self.local.date()
    }

    /// As a head of ours has it.
    pub(super) fn written(self) -> String {
        let date = self.date();
        if !self.has_time || (self.local.time() == jiff::civil::Time::midnight() && self.zone.is_none()) {
            return date.to_string();
        }
        let time = self.local.time().strftime("%H:%M:%S");
        let zone = self.zone.map_or(String::new(), |minutes| {
            let sign = if minutes < 0 { '-' } else { '+' };
            format!(" {sign}{:02}:{:02}", minutes.abs() / 60, minutes.abs() % 60)
        });
        format!("{date} {time}{zone}")
    }

    /// The times that an old address may have been made from: the clock of the site, when the zone is written, and the
    /// time as it is written.
    pub(super) fn addresses(self, site: Option<&str>) -> Vec<DateTime> {
        let mut times = Vec::new();
        if let Some(minutes) = self.zone
            && let Ok(offset) = Offset::from_seconds(minutes * 60)
            && let Ok(moment) = offset.to_timestamp(self.local)
        {
            let zone = site.and_then(|name| TimeZone::get(name).ok()).unwrap_or(TimeZone::UTC);
            times.push(zone.to_datetime(moment));
        }
        if !times.contains(&self.local) {
            times.push(self.local);
        }
        times
    }
}

/// Minutes of `Z`, `+08:00`, `+0800`, `-05`.
fn offset(zone: &str) -> Option<i32> {
    if matches!(zone, "Z" | "z" | "UTC" | "GMT") {
        return Some(0);
    }
    let digits: String = zone.strip_prefix(['+', '-'])?.chars().filter(|c| *c != ':').collect();
    let (hours, minutes) = digits.split_at_checked(2)?;
    let minutes = if minutes.is_empty() { 0 } else { minutes.parse().ok()? };
    let all = hours.parse::<i32>().ok()? * 60 + minutes;
    (all < 24 * 60).then_some(if zone.starts_with('-') { -all } else { all })
}

/// The day that a file's name begins with, and the rest: `2019-05-16-title`.
pub(super) fn of_name(name: &str) -> Option<(Date, &str)> {
    let mut parts = name.splitn(4, '-');
    let mut number = |longest: usize| {
        parts
            .next()
            .filter(|it| it.len() <= longest && it.bytes().all(|b| b.is_ascii_digit()))?
            .parse::<i16>()
            .ok()
    };
    let (year, month, day) = (number(4)?, number(2)?, number(2)?);
    let date = Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?;
    let rest = parts.next()?;
    (year > 999 && !rest.is_empty()).then_some((date, rest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn stamps_in_usual_forms() {
        for (text, wanted) in [
            ("2019-05-16", Some("2019-05-16")),
            ("2019/5/6 9:30", Some("2019-05-06 09:30:00")),
            ("2019-05-16T12:30:03.5Z", Some("2019-05-16 12:30:03 +00:00")),
            ("2019-05-16 12:30:03 -0530", Some("2019-05-16 12:30:03 -05:30")),
            ("2117-06-07 00:00:00", Some("2117-06-07")),
            ("soon", None),
            ("2019-13-01", None),
            ("2019-05-16 25:00", None),
        ] {
            assert_eq!(Stamp::parse(text).map(Stamp::written).as_deref(), wanted, "{text}");
        }
    }

    #[test]
    fn old_addresses_follow_the_clock_of_the_site() {
        let days = |text, site| {
            let times = Stamp::parse(text).unwrap().addresses(site);
            times.into_iter().map(|time| time.date().day()).collect::<Vec<_>>()
        };
        assert_eq!(days("2019-05-16 23:30:00 +00:00", Some("Asia/Shanghai")), [17, 16]);
        assert_eq!(days("2019-05-16 01:30:00 +08:00", None), [15, 16]);
        assert_eq!(days("2019-05-16 23:30:00", Some("Asia/Shanghai")), [16]);
    }

    #[test]
    fn days_in_names() {
        assert_eq!(of_name("2019-05-16-a-b"), Some((date(2019, 5, 16), "a-b")));
        for name in ["2019-05-16", "a-b-c-d", "2019-05-16-", "12-05-16-a"] {
            assert_eq!(of_name(name), None, "{name}");
        }
    }
}
