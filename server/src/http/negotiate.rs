//! What the reader prefers: `Accept`, `Accept-Encoding`, `Accept-Language` (RFC 9110, section 12.5) and the language
//! cookie.

use crate::document::Encoding;
use axum::http::{HeaderMap, HeaderName, header};
use sim_wasm::text::Lang;

/// The items of a weighted list, in lower case, with their weights in thousandths.
fn weighted(headers: &HeaderMap, name: HeaderName) -> Vec<(String, u16)> {
    let lines = headers.get_all(name);
    let items = lines.iter().filter_map(|line| line.to_str().ok()).flat_map(|line| line.split(','));
    items
        .filter_map(|item| {
            let mut parts = item.split(';').map(str::trim);
            let name = parts.next().filter(|name| !name.is_empty())?.to_ascii_lowercase();
            let weight = parts.find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")));
            Some((name, weight.map_or(Some(1000), thousandths)?))
        })
        .collect()
}

/// `0.85` as 850; none for what is no weight.
fn thousandths(weight: &str) -> Option<u16> {
    let number: f32 = weight.trim().parse().ok()?;
    (0.0..=1.0).contains(&number).then_some((number * 1000.0) as u16)
}

/// The coding to send a body in; none to send it as it is.
pub fn encoding(headers: &HeaderMap) -> Option<Encoding> {
    let accepted = weighted(headers, header::ACCEPT_ENCODING);
    let listed = |name: &str| accepted.iter().find(|(item, _)| item == name).map(|(_, weight)| *weight);
    let any = listed("*");
    let weight = |encoding: Encoding| {
        let alias = if encoding == Encoding::Gzip { listed("x-gzip") } else { None };
        listed(encoding.name()).or(alias).or(any).unwrap_or(0)
    };
    // The first of those with the highest weight, in our order.
    let best = Encoding::ALL.into_iter().rev().max_by_key(|encoding| weight(*encoding))?;
    let wanted = weight(best) > 0 && listed("identity").is_none_or(|identity| identity <= weight(best));
    wanted.then_some(best)
}

/// Whether the reader takes a coding at all.
pub fn accepts(headers: &HeaderMap, encoding: Encoding) -> bool {
    let accepted = weighted(headers, header::ACCEPT_ENCODING);
    accepted.iter().any(|(name, weight)| name == encoding.name() && *weight > 0)
}

/// The language to answer in: the one chosen before, else the browser's, else English.
pub fn language(headers: &HeaderMap) -> Lang {
    cookie(headers, "lang").and_then(Lang::from_code).unwrap_or_else(|| {
        let mut accepted = weighted(headers, header::ACCEPT_LANGUAGE);
        accepted.sort_by_key(|(_, weight)| std::cmp::Reverse(*weight));
        let known = accepted.iter().filter(|(_, weight)| *weight > 0).find_map(|(tag, _)| {
            let primary = tag.split('-').next().unwrap_or_default();
            Lang::from_code(primary)
        });
        known.unwrap_or(Lang::En)
    })
}

/// Whether a program asks: one that names JSON and not HTML.
pub fn wants_json(headers: &HeaderMap) -> bool {
    let accepted = weighted(headers, header::ACCEPT);
    let named = |media: &str| accepted.iter().any(|(item, weight)| item == media && *weight > 0);
    named("application/json") && !named("text/html")
}

/// The value of a cookie.
pub(super) fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let lines = headers.get_all(header::COOKIE);
    let pairs = lines.iter().filter_map(|line| line.to_str().ok()).flat_map(|line| line.split(';'));
    pairs.filter_map(|pair| pair.trim().split_once('=')).find(|(key, _)| *key == name).map(|(_, value)| value)
}

/// Whether the reader asks for markdown by name and does not like HTML better.
pub fn wants_markdown(headers: &HeaderMap) -> bool {
    let accepted = weighted(headers, header::ACCEPT);
    let listed = |name: &str| accepted.iter().find(|(item, _)| item == name).map(|(_, weight)| *weight);
    let html = listed("text/html").unwrap_or(0);
    listed("text/markdown").is_some_and(|markdown| markdown > 0 && markdown >= html)
}

#[cfg(test)]
mod tests {
    use super::{encoding, language, wants_markdown};
    use axum::http::{HeaderMap, HeaderName, header};

    fn headers(name: HeaderName, value: &str) -> HeaderMap {
        HeaderMap::from_iter([(name, value.parse().unwrap())])
    }

    #[test]
    fn encodings() {
        for (accept, wanted) in [
            ("", None),
            ("gzip", Some("gzip")),
            ("x-gzip", Some("gzip")),
            ("gzip, deflate, br, zstd", Some("br")),
            ("gzip;q=1.0, br;q=0.5", Some("gzip")),
            ("br;q=0, gzip;q=0.1", Some("gzip")),
            ("*", Some("br")),
            ("*;q=0", None),
            ("*;q=0.5, br;q=0", Some("zstd")),
            ("identity, br;q=0.5", None),
            ("identity;q=0.5, gzip", Some("gzip")),
            ("br;q=2, gzip", Some("gzip")),
            ("GZIP ; Q=0.3", Some("gzip")),
            ("brotli", None),
        ] {
            let chosen = encoding(&headers(header::ACCEPT_ENCODING, accept)).map(|it| it.name());
            assert_eq!(chosen, wanted, "{accept}");
        }
    }

    #[test]
    fn languages() {
        for (accept, wanted) in [
            ("", "en"),
            ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
            ("zh-TW", "zh"),
            ("de, en;q=0.7, zh;q=0.9", "zh"),
            ("fr", "en"),
            ("zh;q=0", "en"),
        ] {
            assert_eq!(language(&headers(header::ACCEPT_LANGUAGE, accept)).code(), wanted, "{accept}");
        }
        let mut both = headers(header::ACCEPT_LANGUAGE, "zh");
        both.insert(header::COOKIE, "a=b; lang=en".parse().unwrap());
        assert_eq!(language(&both).code(), "en");
        both.insert(header::COOKIE, "lang=xx".parse().unwrap());
        assert_eq!(language(&both).code(), "zh");
    }

    #[test]
    fn markdown() {
        for (accept, wanted) in [
            ("text/html,application/xhtml+xml,*/*;q=0.8", false),
            ("*/*", false),
            ("text/markdown", true),
            ("text/markdown, text/html;q=0.9, */*;q=0.1", true),
            ("text/html, text/markdown;q=0.5", false),
            ("text/markdown;q=0", false),
        ] {
            assert_eq!(wants_markdown(&headers(header::ACCEPT, accept)), wanted, "{accept}");
        }
    }
}
