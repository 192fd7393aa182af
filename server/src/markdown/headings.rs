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
pub(crate) struct Ids(HashMap<String, u32>);

impl Ids {
    pub(crate) fn new() -> Ids {
        Ids(RESERVED.iter().map(|id| ((*id).to_string(), 2)).collect())
    }

    /// Takes `wanted`, or when it is taken `wanted-2`, `wanted-3` and so on.
    pub(crate) fn take(&mut self, wanted: &str) -> String {
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
pub(crate) fn slug(text: &str) -> String {
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

/// An id that an author chose: what no address needs escaped stays, capitals too, and all that is not ASCII. Other
/// generators have made ids of whole sentences, with their punctuation, and links lead to them.
pub(crate) fn chosen(id: &str) -> String {
    const LONGEST: usize = 1000;
    let stays = |c: &char| match c.is_ascii() {
        true => c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | ':'),
        false => !c.is_whitespace() && !c.is_control(),
    };
    let id: String = id.chars().filter(stays).take(LONGEST).collect();
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
    fn chosen_ids_stay_when_markup_can_carry_them() {
        let sentence = "为什么-SYN-会被丢弃？（一）".repeat(30);
        for id in ["tcp_tw-recycle.1", "sec:a", "Éa’s", &sentence] {
            assert_eq!(chosen(id), id);
        }
        assert_eq!(chosen("a\"b<c>&'d\u{3000}\u{85}"), "abcd");
        assert_eq!(chosen("%\""), "section");
        assert_eq!(chosen(&"长".repeat(2000)).chars().count(), 1000);
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
