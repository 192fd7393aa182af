//! Changes the addresses in our own HTML, and nothing else: tags are walked through, everything between them is copied.

use serde_json::Value;
use sim_wasm::view::html::escape;

/// Attributes that are an address. Those that begin with `data-` are read by our scripts.
const ADDRESSES: [&str; 11] = [
    "href",
    "src",
    "action",
    "poster",
    "cite",
    "xlink:href",
    "data-root",
    "data-to",
    "data-js",
    "data-wasm",
    "data-index",
];

/// Attributes that are JSON with addresses in it.
const JSON: [&str; 1] = ["data-modules"];

/// Elements whose content is text, whatever it looks like.
const TEXT: [&str; 4] = ["script", "style", "textarea", "title"];

/// How a page says that it leads on by itself.
const REFRESH: &str = "0; url=";

/// The page with `policy` as its content security policy and every address that begins with a `/` as `change` gives it.
pub(super) fn rewrite(html: &str, policy: &str, change: &dyn Fn(&str) -> String) -> String {
    let mut writer = Writer { out: String::with_capacity(html.len()), rest: html, policy, change };
    while let Some(at) = writer.rest.find('<') {
        writer.copy(at);
        if writer.rest.starts_with("<!--") {
            writer.copy_through("-->");
        } else if writer.rest[1..].starts_with(|c: char| c.is_ascii_alphabetic()) {
            writer.tag();
        } else {
            writer.copy_through(">");
        }
    }
    writer.copy(writer.rest.len());
    writer.out
}

struct Writer<'a> {
    out: String,
    rest: &'a str,
    policy: &'a str,
    change: &'a dyn Fn(&str) -> String,
}

impl<'a> Writer<'a> {
    /// Copies as many bytes, and returns them.
    fn copy(&mut self, bytes: usize) -> &'a str {
        let (copied, rest) = self.rest.split_at(bytes);
        self.out.push_str(copied);
        self.rest = rest;
        copied
    }

    fn copy_through(&mut self, end: &str) {
        let bytes = self.rest.find(end).map_or(self.rest.len(), |at| at + end.len());
        self.copy(bytes);
    }

    /// Copies up to the first character of which `stops` says so.
    fn copy_until(&mut self, stops: impl Fn(char) -> bool) -> &'a str {
        self.copy(self.rest.find(stops).unwrap_or(self.rest.len()))
    }

    fn tag(&mut self) {
        self.copy(1);
        let name = self.copy_until(|c| c.is_ascii_whitespace() || matches!(c, '>' | '/'));
        loop {
            self.copy_until(|c| !c.is_ascii_whitespace() && c != '/');
            if self.rest.is_empty() {
                return;
            }
            if self.rest.starts_with('>') {
                self.copy(1);
                break;
            }
            self.attribute();
        }
        if name.eq_ignore_ascii_case("head") {
            let policy = escape(self.policy);
            self.out += &format!("\n  <meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">");
        }
        if TEXT.iter().any(|it| name.eq_ignore_ascii_case(it)) {
            let end = format!("</{name}");
            let bytes = self.rest.find(&end).unwrap_or(self.rest.len());
            self.copy(bytes);
        }
    }

    fn attribute(&mut self) {
        let name = self.copy_until(|c| c.is_ascii_whitespace() || matches!(c, '=' | '>' | '/'));
        if !self.rest.starts_with('=') {
            return;
        }
        self.copy(1);
        let Some(quote) = self.rest.chars().next().filter(|c| matches!(c, '"' | '\'')) else { return };
        let Some(length) = self.rest[1..].find(quote) else { return };
        let raw = &self.rest[1..=length];
        match changed(name, &unescape(raw), self.change) {
            Some(value) => {
                self.out += &format!("\"{}\"", escape(&value));
                self.rest = &self.rest[length + 2..];
            }
            None => {
                self.copy(length + 2);
            }
        }
    }
}

/// Another value for an attribute, when there is one.
fn changed(name: &str, value: &str, change: &dyn Fn(&str) -> String) -> Option<String> {
    let own = |address: &str| address.starts_with('/') && !address.starts_with("//");
    match name {
        "srcset" => {
            let candidates = value.split(',').map(|candidate| {
                let candidate = candidate.trim();
                let (address, size) = candidate.split_once(' ').unwrap_or((candidate, ""));
                let address = if own(address) { change(address) } else { address.to_string() };
                format!("{address} {size}").trim_end().to_string()
            });
            Some(candidates.collect::<Vec<_>>().join(", "))
        }
        "content" => {
            let address = value.strip_prefix(REFRESH).filter(|address| own(address))?;
            Some(format!("{REFRESH}{}", change(address)))
        }
        name if ADDRESSES.contains(&name) && own(value) => Some(change(value)),
        name if JSON.contains(&name) => {
            let mut value = serde_json::from_str(value).ok()?;
            in_json(&mut value, &|address| own(address).then(|| change(address)));
            Some(value.to_string())
        }
        _ => None,
    }
}

fn in_json(value: &mut Value, change: &dyn Fn(&str) -> Option<String>) {
    match value {
        Value::String(text) => {
            if let Some(changed) = change(text) {
                *text = changed;
            }
        }
        Value::Array(values) => values.iter_mut().for_each(|value| in_json(value, change)),
        Value::Object(map) => map.values_mut().for_each(|value| in_json(value, change)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// The text that an attribute's value stands for. Our pages write characters as numbers, or by one of five names.
fn unescape(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    let mut rest = value;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let reference = rest.find(';').and_then(|end| Some((character(&rest[1..end])?, end + 1)));
        let (c, length) = reference.unwrap_or(('&', 1));
        out.push(c);
        rest = &rest[length..];
    }
    out + rest
}

fn character(reference: &str) -> Option<char> {
    match reference {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => {
            let number = reference.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hexadecimal) => u32::from_str_radix(hexadecimal, 16),
                None => number.parse(),
            };
            char::from_u32(code.ok()?)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{rewrite, unescape};

    /// Each address as `<address>`, so that what was changed can be seen.
    fn marked(html: &str) -> String {
        rewrite(html, "p", &|address| format!("[{address}]"))
    }

    #[test]
    fn addresses_are_changed_where_they_stand() {
        for (html, wanted) in [
            (r#"<a href="/en/a">/en/a</a>"#, r#"<a href="[/en/a]">/en/a</a>"#),
            (r#"<a class=x href='/a'>"#, r#"<a class=x href="[/a]">"#),
            ("<a\n  href=\"/a\"\n>", "<a\n  href=\"[/a]\"\n>"),
            (r#"<img src="/a.png" alt="/b"/>"#, r#"<img src="[/a.png]" alt="/b"/>"#),
            (
                r#"<img srcset="/a.png 2x, https://b 3x,/c">"#,
                r#"<img srcset="[/a.png] 2x, https://b 3x, [/c]">"#,
            ),
            (r#"<form action="/l?a=1&amp;b=2">"#, r#"<form action="[/l?a=1&amp;b=2]">"#),
            (r#"<a href="/l?a=&#34;&#x27;">"#, r#"<a href="[/l?a=&quot;&#39;]">"#),
            (
                r#"<link rel="preload" href="/f" crossorigin>"#,
                r#"<link rel="preload" href="[/f]" crossorigin>"#,
            ),
            (
                r#"<script src="/a.js" data-modules="{&#34;a&#34;:{&#34;js&#34;:&#34;/s/a.js&#34;,&#34;n&#34;:1}}"></script>"#,
                r#"<script src="[/a.js]" data-modules="{&quot;a&quot;:{&quot;js&quot;:&quot;[/s/a.js]&quot;,&quot;n&quot;:1}}"></script>"#,
            ),
            (
                r#"<meta http-equiv="refresh" content="0; url=/en/">"#,
                r#"<meta http-equiv="refresh" content="0; url=[/en/]">"#,
            ),
            (
                r#"<svg><a xlink:href="/a"><title>/a</title></a></svg>"#,
                r#"<svg><a xlink:href="[/a]"><title>/a</title></a></svg>"#,
            ),
            (r#"<html data-root="/">"#, r#"<html data-root="[/]">"#),
        ] {
            assert_eq!(marked(html), wanted);
        }
    }

    #[test]
    fn everything_else_stays() {
        for html in [
            "",
            "<!doctype html>\n<p>1 &lt; 2 &amp; \"/a\" 网络</p>",
            r#"<a href="https://a/b">, <a href="//a/b">, <a href="b">, <a href="\#c">, <a href="">"#,
            r#"<!-- <a href="/a"> --><p data-at="/a" title="/a" content="/a">"#,
            r#"<script>if (a < b) x = '<a href="/a">';</script><style>a{b:url(/c)}</style>"#,
            r#"<textarea><a href="/a"></textarea><title><a href="/a"></title>"#,
            "<p hidden><input value=/a disabled><br/><a href>",
            r#"<path d="M0 0" marker-end="url(#x)"/><a href="/unfinished"#,
            "<a =/b><",
        ] {
            assert_eq!(marked(html), html);
        }
    }

    #[test]
    fn the_policy_comes_first() {
        let page = "<html><head>\n  <meta charset=\"utf-8\"></head><header></header>";
        let wanted = "<html><head>\n  <meta http-equiv=\"Content-Security-Policy\" content=\"a &#39;b&#39;\">\n  \
                      <meta charset=\"utf-8\"></head><header></header>";
        assert_eq!(rewrite(page, "a 'b'", &|address| address.to_string()), wanted);
    }

    #[test]
    fn values_are_read_as_browsers_read_them() {
        for (value, wanted) in [
            ("a&amp;b", "a&b"),
            ("&#38;&#x26;&quot;&lt;&gt;&apos;", "&&\"<>'"),
            ("?a=1&b=2;", "?a=1&b=2;"),
            ("&nothing; &#xffffffff; &", "&nothing; &#xffffffff; &"),
        ] {
            assert_eq!(unescape(value), wanted);
        }
    }
}
