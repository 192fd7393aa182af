//! Names and values in the query string of an address: `application/x-www-form-urlencoded`, as forms and the
//! `URLSearchParams` of browsers write it (URL Standard, §5).

/// The longest query string, in bytes, that an address may have here; with everything else in a request it stays below
/// what servers and browsers take. A text of 8 KB fits, whatever is in it.
pub const LONGEST: usize = 32_000;

/// A value as a query string has it.
pub fn encode(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    for byte in value.bytes() {
        match byte {
            b' ' => out.push('+'),
            b'*' | b'-' | b'.' | b'_' | b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' => out.push(byte.into()),
            _ => out.extend(['%', digit(byte >> 4), digit(byte & 15)]),
        }
    }
    out
}

fn digit(value: u8) -> char {
    char::from_digit(value.into(), 16).unwrap_or('0').to_ascii_uppercase()
}

/// A value that a query string has. What is no UTF-8 becomes U+FFFD.
pub fn decode(value: &str) -> String {
    let mut out = Vec::with_capacity(value.len());
    let mut rest = value.as_bytes();
    while let [first, behind @ ..] = rest {
        let (byte, behind) = match (first, behind) {
            (b'%', [high, low, after @ ..]) => match (number(*high), number(*low)) {
                (Some(high), Some(low)) => (high << 4 | low, after),
                _ => (b'%', behind),
            },
            (b'+', _) => (b' ', behind),
            _ => (*first, behind),
        };
        out.push(byte);
        rest = behind;
    }
    String::from_utf8_lossy(&out).into_owned()
}

fn number(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).map(|number| number as u8)
}

/// The pairs of a query string.
pub fn pairs(query: &str) -> impl Iterator<Item = (String, String)> {
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(name, value)| (decode(name), decode(value)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_written_as_forms_write_it() {
        let all = "+0 < S 0:0(0) <mss 1460>\n%&=~*-._é 中";
        let written = "%2B0+%3C+S+0%3A0%280%29+%3Cmss+1460%3E%0A%25%26%3D%7E*-._%C3%A9+%E4%B8%AD";
        assert_eq!(encode(all), written);
        assert_eq!(decode(written), all);
    }

    #[test]
    fn what_nobody_would_write_is_read_all_the_same() {
        for (query, value) in [("%", "%"), ("%4", "%4"), ("%zz", "%zz"), ("%ff", "\u{fffd}"), ("a%", "a%")] {
            assert_eq!(decode(query), value);
        }
        let pairs: Vec<_> = pairs("a=1&&b&=c&d%3D=%3d").collect();
        let told: Vec<_> = pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(told, [("a", "1"), ("b", ""), ("", "c"), ("d=", "=")]);
    }
}
