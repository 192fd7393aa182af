//! The head of a page as we write it.

use super::dates::Stamp;
use super::report::Finding;
use crate::content::yaml::{Entry, Node, Value};
use jiff::civil::Date;

/// What a page says about itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Front {
    pub(super) title: Option<String>,
    pub(super) date: Option<Stamp>,
    pub(super) updated: Option<Stamp>,
    pub(super) categories: Vec<String>,
    pub(super) tags: Vec<String>,
    pub(super) summary: Option<String>,
    pub(super) aliases: Vec<String>,
    pub(super) pinned: bool,
    pub(super) draft: bool,
    pub(super) series: Option<String>,
    pub(super) order: Option<i64>,
    /// Keys that mean nothing to the site and are kept, as they are written in YAML.
    pub(super) kept: Vec<(String, String)>,
}

/// Keys that are understood elsewhere, or that only moved the furniture of the old site.
const USED: &[&str] = &[
    "abbrlink",
    "comment",
    "comments",
    "cssclass",
    "cssclasses",
    "disableNunjucks",
    "id",
    "katex",
    "lang",
    "language",
    "layout",
    "locale",
    "math",
    "mathjax",
    "mermaid",
    "permalink",
    "position",
    "publish",
    "share",
    "slug",
    "toc",
    "type",
    "url",
    "redirect_from",
];

/// Keys that our own heads may have besides ours, without a word from `casebook check`.
const HARMLESS: &[&str] = &[
    "author",
    "authors",
    "banner_img",
    "copyright",
    "cover",
    "donate",
    "header",
    "header-img",
    "image",
    "img",
    "index_img",
    "keywords",
    "license",
    "photos",
    "reading_time",
    "reward",
    "source",
    "subtitle",
    "thumbnail",
    "verified",
];

impl Front {
    /// Takes over what a head says. `aliases` are addresses, but for Obsidian.
    pub(super) fn read(entries: &[Entry], file: &str, findings: &mut Vec<Finding>) -> Front {
        let mut front = Front::default();
        for entry in entries.iter().filter(|entry| !entry.value.is_null()) {
            front.take(entry, file, findings);
        }
        front
    }

    fn take(&mut self, entry: &Entry, file: &str, findings: &mut Vec<Finding>) {
        let mut note = |message: String| findings.push(Finding::note(file, entry.line, message));
        let text = || line(&entry.value);
        match entry.key.as_str() {
            "title" => self.title = text(),
            "date" | "updated" | "last_modified_at" | "lastmod" | "modified" | "created" => {
                let stamp = text().as_deref().and_then(Stamp::parse);
                if stamp.is_none() {
                    note(format!("`{}` is no date that can be read; it is left out", entry.key));
                }
                match entry.key.as_str() {
                    "date" => self.date = stamp,
                    "created" => self.date = self.date.or(stamp),
                    _ => self.updated = stamp,
                }
            }
            "categories" | "category" => extend(&mut self.categories, names(&entry.value)),
            "tags" | "tag" => extend(&mut self.tags, names(&entry.value)),
            "summary" | "description" | "excerpt" => self.summary = self.summary.take().or_else(text),
            "aliases" | "alias" | "redirect_from" => extend(&mut self.aliases, names(&entry.value)),
            "pinned" | "sticky" | "top" => {
                self.pinned |= !matches!(text().as_deref(), None | Some("false" | "no" | "off" | "0"));
            }
            "draft" => self.draft = is_true(&entry.value),
            "published" => self.draft |= matches!(text().as_deref(), Some("false" | "no" | "off")),
            "series" => self.series = text(),
            "order" | "nav_order" => self.order = text().and_then(|text| text.parse().ok()),
            key if HARMLESS.contains(&key) => self.kept.push((entry.key.clone(), flow(&entry.value))),
            key if USED.contains(&key) => {}
            key => note(format!(
                "there is no key `{key}`; `{key}: {}` is left out",
                shortened(&flow(&entry.value))
            )),
        }
    }

    /// A date far in the future was a trick to come first: the page is pinned, and has its true date.
    pub(super) fn unpin(&mut self, today: Date, name: Option<Date>, file: &str, findings: &mut Vec<Finding>) {
        let limit = today.checked_add(jiff::Span::new().years(1)).unwrap_or(Date::MAX);
        let Some(date) = self.date.filter(|date| date.date() > limit) else { return };
        self.pinned = true;
        self.date = self.updated.filter(|updated| updated.date() <= limit).or(name.map(Stamp::day));
        let instead = self
            .date
            .map_or("the page has no date".to_string(), |date| format!("its date is {}", date.date()));
        let message = format!("the date {} is in the future: the page is pinned, and {instead}", date.date());
        findings.push(Finding::note(file, 0, message));
    }

    /// The head, from `---` to `---`.
    pub(super) fn write(&self) -> String {
        let mut out = String::from("---\n");
        let mut put = |key: &str, value: String| out += &format!("{key}: {value}\n");
        if let Some(title) = &self.title {
            put("title", scalar(title));
        }
        for (key, stamp) in [("date", self.date), ("updated", self.updated)] {
            if let Some(stamp) = stamp {
                put(key, stamp.written());
            }
        }
        let list = |names: &[String]| {
            let names: Vec<String> = names.iter().map(|name| scalar(name)).collect();
            format!("[{}]", names.join(", "))
        };
        for (key, names) in [("categories", &self.categories), ("tags", &self.tags)] {
            if !names.is_empty() {
                put(key, list(names));
            }
        }
        if let Some(summary) = &self.summary {
            put("summary", scalar(summary));
        }
        if !self.aliases.is_empty() {
            let lines: String = self.aliases.iter().map(|alias| format!("\n  - {}", scalar(alias))).collect();
            out += &format!("aliases:{lines}\n");
        }
        let mut put = |key: &str, value: String| out += &format!("{key}: {value}\n");
        for (key, yes) in [("pinned", self.pinned), ("draft", self.draft)] {
            if yes {
                put(key, "true".to_string());
            }
        }
        if let Some(series) = &self.series {
            put("series", scalar(series));
        }
        if let Some(order) = self.order {
            put("order", order.to_string());
        }
        for (key, value) in &self.kept {
            put(key, value.clone());
        }
        out + "---\n"
    }
}

fn extend(names: &mut Vec<String>, more: Vec<String>) {
    for name in more {
        if !names.contains(&name) {
            names.push(name);
        }
    }
}

/// The value of a key.
pub(super) fn value<'a>(entries: &'a [Entry], key: &str) -> Option<&'a Node> {
    entries.iter().find(|entry| entry.key == key).map(|entry| &entry.value).filter(|node| !node.is_null())
}

/// The text of a key.
pub(super) fn text(entries: &[Entry], key: &str) -> Option<String> {
    value(entries, key).and_then(line)
}

fn line(node: &Node) -> Option<String> {
    let text = node.scalar()?.split_whitespace().collect::<Vec<_>>().join(" ");
    (!text.is_empty()).then_some(text)
}

/// Whether something is said to be so.
pub(super) fn is_true(node: &Node) -> bool {
    matches!(node.scalar().map(str::to_ascii_lowercase).as_deref(), Some("true" | "yes" | "on"))
}

/// One name, or those in a list of any depth.
pub(super) fn names(node: &Node) -> Vec<String> {
    match &node.value {
        Value::List(items) => {
            let mut all = Vec::new();
            for item in items {
                extend(&mut all, names(item));
            }
            all
        }
        Value::Scalar { .. } if node.is_null() => Vec::new(),
        Value::Scalar { .. } => line(node).into_iter().collect(),
        Value::Map(_) => Vec::new(),
    }
}

fn flow(node: &Node) -> String {
    match &node.value {
        Value::Scalar { text, .. } => scalar(text),
        Value::List(items) => format!("[{}]", items.iter().map(flow).collect::<Vec<_>>().join(", ")),
        Value::Map(entries) => {
            let pairs: Vec<String> = entries
                .iter()
                .map(|entry| format!("{}: {}", scalar(&entry.key), flow(&entry.value)))
                .collect();
            format!("{{{}}}", pairs.join(", "))
        }
    }
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(60) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_string(),
    }
}

/// A text as YAML has it in any place: quoted unless that is plainly needless.
pub(super) fn scalar(text: &str) -> String {
    let plain = |c: char| {
        c.is_alphanumeric() || matches!(c, ' ' | '_' | '-' | '.' | '/' | '+' | '（' | '）' | '，' | '。')
    };
    let ends = text.starts_with(|c: char| c.is_alphanumeric() || c == '/')
        && text.ends_with(|c: char| c.is_alphanumeric() || matches!(c, '/' | '.' | '）' | '。'));
    let word =
        ["true", "false", "yes", "no", "on", "off", "null"].contains(&text.to_ascii_lowercase().as_str());
    if ends && !word && text.chars().all(plain) {
        return text.to_string();
    }
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out += "\\\"",
            '\\' => out += "\\\\",
            '\n' => out += "\\n",
            '\t' => out += "\\t",
            c if c.is_control() => out += &format!("\\u{:04X}", u32::from(c)),
            c => out.push(c),
        }
    }
    out + "\""
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::front_matter;
    use crate::import::head;
    use jiff::civil::date;

    fn read(text: &str) -> (Front, Vec<Finding>) {
        let mut findings = Vec::new();
        let page = head::split(text);
        let front = Front::read(&page.head.unwrap(), "a.md", &mut findings);
        (front, findings)
    }

    #[test]
    fn what_is_written_is_what_was_read() {
        for title in [
            "a: b # c",
            "TCP 为什么 + 慢：重传——案例（一）",
            "true",
            "~",
            "\"x\" \\ 'y'",
            "net.ipv4.tcp_tw_recycle",
            "- x",
            "[a]",
            "3.10",
            "a\u{1}b",
        ] {
            let front = Front {
                title: Some(title.to_string()),
                date: Stamp::parse("2019-05-16 12:30:03 +0800"),
                categories: vec!["a, b".into(), title.into()],
                aliases: vec!["/2019/a b/".into(), "/%E4%B8%AD/#".into()],
                pinned: true,
                order: Some(-3),
                ..Front::default()
            };
            let text = front.write() + "body";
            let (page, warnings) = front_matter::parse("a.md", &text).unwrap();
            assert_eq!(warnings, []);
            assert_eq!(page.front_matter.title.as_deref(), Some(title));
            assert_eq!(page.front_matter.categories, front.categories);
            assert_eq!(page.front_matter.aliases, front.aliases);
            assert_eq!(page.front_matter.date, Some(date(2019, 5, 16)));
            assert_eq!((page.front_matter.order, page.body), (Some(-3), "body"));
        }
    }

    #[test]
    fn foreign_keys_are_kept_or_named() {
        let (front, findings) =
            read("---\ntitle: a\nauthor: {name: x}\nlayout: post\nmood: \"a: b\"\ndate: soon\n---\n");
        assert_eq!(front.write(), "---\ntitle: a\nauthor: {name: x}\n---\n");
        let messages: Vec<_> =
            findings.iter().map(|finding| (finding.line, finding.message.as_str())).collect();
        assert_eq!(messages[0], (5, "there is no key `mood`; `mood: \"a: b\"` is left out"));
        assert_eq!(messages[1].0, 6);
    }

    #[test]
    fn a_date_in_the_future_is_a_pin() {
        let today = date(2026, 1, 1);
        let mut findings = Vec::new();
        let (mut front, _) = read("---\ntitle: a\ndate: 2117-06-07\nupdated: 2020-01-02\n---\n");
        front.unpin(today, None, "a.md", &mut findings);
        assert_eq!((front.pinned, front.date), (true, Stamp::parse("2020-01-02")));
        let (mut front, _) = read("---\ndate: 2026-09-09\n---\n");
        front.unpin(today, None, "a.md", &mut findings);
        assert_eq!((front.pinned, findings.len()), (false, 1));
    }
}
