//! Times as the wiki's pages show them: of one zone for everybody, since pages are made on the server.

use jiff::Timestamp;
use std::borrow::Borrow;

/// Unix seconds as `2026-03-02 14:05 UTC`. Templates hand over references, code values.
pub fn when(seconds: impl Borrow<i64>) -> String {
    let seconds = *seconds.borrow();
    match Timestamp::from_second(seconds) {
        Ok(time) => time.strftime("%Y-%m-%d %H:%M UTC").to_string(),
        Err(_) => seconds.to_string(),
    }
}

/// The same as `datetime` attributes have it.
pub fn machine(seconds: impl Borrow<i64>) -> String {
    Timestamp::from_second(*seconds.borrow()).map(|time| time.to_string()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{machine, when};

    #[test]
    fn times_are_of_one_zone() {
        assert_eq!(when(1_772_460_299_i64), "2026-03-02 14:04 UTC");
        assert_eq!(machine(1_772_460_299_i64), "2026-03-02T14:04:59Z");
        assert_eq!(when(i64::MAX), i64::MAX.to_string());
    }
}
