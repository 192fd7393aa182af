//! Ids of headings, and of everything else on a page that can be linked to.

use std::collections::HashMap;

/// Ids of the page around the article, of the editor around a preview of it, and of the dialog for comments in it.
const RESERVED: &[&str] = &[
    "comment-help",
    "comment-text",
    "comments-dialog-title",
    "content",
    "edit-form",
    "edit-message",
    "edit-preview",
    "edit-state",
    "edit-text",
    "edit-words",
    "focus",
    "lab-modules",
    "main",
    "search",
    "toc",
    "top",
    "write",
];

/// The ids that a page has, each with the number to try next when it is wanted again.
#[derive(Debug)]
pub(super) struct Ids(HashMap<String, u32>);

impl Ids {
    pub(super) fn new() -> Ids {
        Ids(RESERVED.iter().map(|id| ((*id).to_string(), 2)).collect())
    }

    /// Takes `wanted`, or when it is taken `wanted-2`, `wanted-3` and so on.
    pub(super) fn take(&mut self, wanted: &str) -> String {
        let mut id = wanted.to_string();
        let mut number = self.0.get(wanted).copied().unwrap_or(2);
        while self.0.contains_key(&id) {
            id = format!("{wanted}-{number}");
            number += 1;
        }
        self.0.insert(wanted.to_string(), number);
        self.0.entry(id.clone()).or_insert(2);
        id
    }

    /// Whether the page has this id.
    pub(super) fn contains(&self, id: &str) -> bool {
        self.0.contains_key(id)
    }
}

/// `What is PAWS?` as `what-is-paws`; letters and digits of every script stay.
pub(super) fn slug(text: &str) -> String {
    let mut slug = String::with_capacity(text.len());
    for c in text.chars().flat_map(char::to_lowercase) {
        match c {
            c if c.is_alphanumeric() || c == '_' => slug.push(c),
            c if !c.is_whitespace() && !matches!(c, '-' | '.' | '/' | ':' | '=' | '+') => {}
            _ if slug.is_empty() || slug.ends_with('-') => {}
            _ => slug.push('-'),
        }
    }
    slug.truncate(slug.trim_end_matches('-').len());
    if slug.is_empty() { "section".to_string() } else { slug }
}

/// An id that an author chose: what no address needs escaped stays, capitals too.
pub(super) fn chosen(id: &str) -> String {
    let id: String =
        id.chars().filter(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.')).take(80).collect();
    if id.is_empty() { "section".to_string() } else { id }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_read_like_the_headings() {
        assert_eq!(slug("What is PAWS?"), "what-is-paws");
        assert_eq!(slug("为什么 SYN 会被丢弃？"), "为什么-syn-会被丢弃");
        assert_eq!(slug("net.ipv4.tcp_tw_recycle = 1"), "net-ipv4-tcp_tw_recycle-1");
        assert_eq!(slug("???"), "section");
        assert_eq!(slug(&slug("A  --  b")), "a-b");
    }

    #[test]
    fn no_id_is_given_twice() {
        let mut ids = Ids::new();
        assert_eq!(ids.take("a"), "a");
        assert_eq!(ids.take("a"), "a-2");
        assert_eq!(ids.take("a"), "a-3");
        assert_eq!(ids.take("main"), "main-2");
    }
}
