//! Addresses of the old site: made from patterns, and compared.

use crate::address;
use jiff::civil::DateTime;
use percent_encoding::percent_decode_str;

/// The addresses that a pattern such as `:year/:month/:title/` makes, one for each time; none when it needs a time and there
/// is none. `value` has the words that are not of the date.
pub(super) fn expand(
    pattern: &str,
    times: Option<&[DateTime]>,
    value: &dyn Fn(&str) -> Option<String>,
) -> Vec<String> {
    let mut made: Vec<String> = Vec::new();
    let none = [None];
    let times: Vec<Option<DateTime>> = match times {
        Some(times) => times.iter().copied().map(Some).collect(),
        None => none.to_vec(),
    };
    for time in times {
        if let Some(address) = one(pattern, time, value)
            && !made.contains(&address)
        {
            made.push(address);
        }
    }
    made
}

fn one(pattern: &str, time: Option<DateTime>, value: &dyn Fn(&str) -> Option<String>) -> Option<String> {
    let mut out = String::new();
    let mut rest = pattern;
    while let Some(at) = rest.find(':') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let longest = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
        // `:title_x` is `:title` and `_x` when only that is known.
        let known =
            (1..=longest).rev().find_map(|length| Some((length, word(&rest[..length], time, value)?)));
        match known {
            Some((length, text)) => {
                out.push_str(&text);
                rest = &rest[length..];
            }
            None if longest == 0 => out.push(':'),
            None => return None,
        }
    }
    Some(out + rest)
}

fn word(word: &str, time: Option<DateTime>, value: &dyn Fn(&str) -> Option<String>) -> Option<String> {
    if let Some(text) = value(word) {
        return Some(text);
    }
    let time = time?;
    Some(match word {
        "year" => format!("{:04}", time.year()),
        "short_year" => format!("{:02}", time.year() % 100),
        "month" => format!("{:02}", time.month()),
        "i_month" => time.month().to_string(),
        "day" => format!("{:02}", time.day()),
        "i_day" => time.day().to_string(),
        "y_day" => format!("{:03}", time.date().day_of_year()),
        "hour" => format!("{:02}", time.hour()),
        "minute" => format!("{:02}", time.minute()),
        "second" => format!("{:02}", time.second()),
        "short_month" => time.strftime("%b").to_string(),
        "long_month" => time.strftime("%B").to_string(),
        "week" => time.strftime("%V").to_string(),
        "short_day" => time.strftime("%a").to_string(),
        "long_day" => time.strftime("%A").to_string(),
        _ => return None,
    })
}

/// An address below the root of the old site, from `/`.
pub(super) fn rooted(root: &str, address: &str) -> String {
    let mut path = format!("{root}/{address}");
    while path.contains("//") {
        path = path.replace("//", "/");
    }
    path
}

/// An address as it is compared: decoded, without `index.html`, `.html` and the slash at its end.
pub(super) fn key(address: &str) -> String {
    let text = percent_decode_str(address)
        .decode_utf8()
        .map_or_else(|_| address.to_string(), |text| text.into_owned());
    let text = text.strip_suffix("index.html").unwrap_or(&text);
    let text = text.strip_suffix(".html").unwrap_or(text).trim_end_matches('/');
    text.split('/').filter(|segment| !segment.is_empty()).map(|segment| format!("/{segment}")).collect()
}

/// An address as an alias has it: readable, with only that encoded which an address cannot have; none when it can be none.
pub(super) fn alias(address: &str, is_encoded: bool) -> Option<String> {
    let mut out = String::with_capacity(address.len());
    for c in address.chars() {
        match c {
            '%' if is_encoded => out.push('%'),
            '%' | '#' | '?' | '\\' | '"' => out += &format!("%{:02X}", u32::from(c)),
            c if c.is_whitespace() || c.is_control() => {
                let mut bytes = [0; 4];
                out.extend(c.encode_utf8(&mut bytes).bytes().map(|byte| format!("%{byte:02X}")));
            }
            c => out.push(c),
        }
    }
    let canonical = address::canonical(&out)?;
    (canonical != "/" && !canonical.ends_with('/') && canonical != "/index.html").then_some(out)
}

/// `https://blog.example/x/` as `https://blog.example`.
pub(super) fn origin(url: &str) -> Option<String> {
    let (scheme, rest) = url.split_once("://")?;
    let host = rest.split(['/', '?', '#']).next().filter(|host| !host.is_empty())?;
    Some(format!("{scheme}://{host}"))
}

/// `https://blog.example/x/` as `/x/`.
pub(super) fn path_of(url: &str) -> String {
    let rest = url.split_once("://").map_or("", |(_, rest)| rest);
    rest.find('/').map_or(String::new(), |at| rest[at..].to_string())
}

/// A name with hyphens for everything but letters and digits, as Hexo has it in addresses.
pub(super) fn hyphens(text: &str) -> String {
    let plain = |c: char| !(c.is_whitespace() || c.is_ascii_punctuation());
    text.split(|c: char| !plain(c)).filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_address() {
        for address in ["/a/中/", "/a/中", "/a/%E4%B8%AD/index.html", "//a/中.html", "a/中/"] {
            assert_eq!(key(address), "/a/中", "{address}");
        }
        assert_eq!(key("/index.html"), "");
    }

    #[test]
    fn aliases_survive_as_yaml_and_as_addresses() {
        for (address, is_encoded, wanted) in [
            ("/2019/a b+（一）/", false, Some("/2019/a%20b+（一）/")),
            ("/100%/", false, Some("/100%25/")),
            ("/a%20b/", true, Some("/a%20b/")),
            ("/", false, None),
            ("/index.html", false, None),
            ("/en/", false, None),
            ("/a/../b", false, None),
        ] {
            assert_eq!(alias(address, is_encoded).as_deref(), wanted, "{address}");
        }
    }

    #[test]
    fn parts_of_urls() {
        assert_eq!(origin("https://b.example/x/").as_deref(), Some("https://b.example"));
        assert_eq!((origin("x"), path_of("https://b.example/x/")), (None, "/x/".to_string()));
        assert_eq!(rooted("/x", "/a/b/"), "/x/a/b/");
    }
}
