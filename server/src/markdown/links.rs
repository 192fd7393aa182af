//! Where a link leads: another page, a file beside it, another site, or nowhere.

use super::Links;
use super::headings::slug;
use percent_encoding::percent_decode_str;

/// What a link's destination means.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Destination {
    /// An address of this site.
    Site(String),
    /// An address of another site, or of a mailbox.
    External(String),
    /// An anchor of the same page.
    Anchor(String),
    /// Nothing that can be linked to; the sentence says why.
    Broken(String),
}

/// The destination of `[text](destination)`.
pub(super) fn resolve(destination: &str, links: &dyn Links) -> Destination {
    let address = clean(destination);
    if let Some(anchor) = address.strip_prefix('#') {
        return Destination::Anchor(percent_decode_str(anchor).decode_utf8_lossy().into_owned());
    }
    match scheme(&address) {
        Some(scheme) if ["http", "https", "mailto"].contains(&scheme.to_ascii_lowercase().as_str()) => {
            Destination::External(address)
        }
        Some(scheme) => Destination::Broken(format!(
            "a link may lead to http, https, mailto or a page of this site, but not to `{scheme}:`"
        )),
        None if address.starts_with("//") => Destination::External(format!("https:{address}")),
        None => resolve_path(&address, links),
    }
}

fn resolve_path(address: &str, links: &dyn Links) -> Destination {
    let path = &address[..address.find(['?', '#']).unwrap_or(address.len())];
    let anchor = address.find('#').map_or("", |at| &address[at..]);
    if path.is_empty() {
        return Destination::Broken(
            "this link leads nowhere; write its address in the parentheses".to_string(),
        );
    }
    // Files are asked first: `a.md` beside a page is always a page, any other name with an extension a file.
    let file = if path.ends_with(".md") { None } else { links.attachment(path) };
    if let Some(file) = file {
        return Destination::Site(encode(&format!("{}{anchor}", file.href)));
    }
    if let Some(page) = links.page(path) {
        return Destination::Site(encode(&format!("{}{anchor}", page.href)));
    }
    match address.starts_with('/') && !path.ends_with(".md") {
        true => Destination::Site(address.to_string()),
        false => Destination::Broken(format!("`{path}` is no page, and no file beside this one")),
    }
}

/// A wiki link's destination and the text it shows when it gives none.
pub(super) fn resolve_wiki(target: &str, links: &dyn Links) -> (Destination, String) {
    let (name, anchor) = match target.split_once('#') {
        Some((name, anchor)) => (name.trim(), Some(anchor.trim())),
        None => (target.trim(), None),
    };
    if name.is_empty() {
        let anchor = anchor.unwrap_or_default();
        return (Destination::Anchor(slug(anchor)), anchor.to_string());
    }
    match (links.page(name), anchor) {
        (Some(page), None) => (Destination::Site(encode(&page.href)), page.title),
        (Some(page), Some(anchor)) => {
            let href = encode(&format!("{}#{}", page.href, slug(anchor)));
            (Destination::Site(href), format!("{} § {anchor}", page.title))
        }
        (None, _) => {
            let message = format!("`[[{target}]]`: there is no page of this path, name or title");
            (Destination::Broken(message), target.to_string())
        }
    }
}

/// An address as a browser reads it: without control characters, and with nothing in it that ends or splits it.
pub(super) fn clean(address: &str) -> String {
    encode(address.trim_matches(|c: char| c.is_ascii_control() || c == ' '))
}

fn encode(address: &str) -> String {
    let mut encoded = String::with_capacity(address.len());
    for c in address.chars().filter(|c| !c.is_control()) {
        match c {
            ' ' | '"' | '<' | '>' | '\\' | '^' | '`' | '{' | '|' | '}' => {
                encoded.push_str(&format!("%{:02X}", u32::from(c)));
            }
            c => encoded.push(c),
        }
    }
    encoded
}

/// The scheme of an address (RFC 3986, 3.1); none when it is relative.
fn scheme(address: &str) -> Option<&str> {
    let scheme = &address[..address.find([':', '/', '?', '#'])?];
    let named = address[scheme.len()..].starts_with(':')
        && scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'));
    named.then_some(scheme)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::markdown::{Attachment, PageLink};

    struct Site;

    impl Links for Site {
        fn page(&self, target: &str) -> Option<PageLink> {
            let known = matches!(target, "b.md" | "PAWS" | "/en/b");
            known.then(|| PageLink { href: "/en/b".into(), title: "Page b".into() })
        }

        fn attachment(&self, target: &str) -> Option<Attachment> {
            (target == "a%20b.png").then(|| Attachment { href: "/en/a b.png".into(), size: None })
        }
    }

    fn to(destination: &str) -> Destination {
        resolve(destination, &Site)
    }

    #[test]
    fn every_kind_of_destination() {
        let site = |href: &str| Destination::Site(href.into());
        assert_eq!(to("b.md#x"), site("/en/b#x"));
        assert_eq!(to("a b.png"), site("/en/a%20b.png"));
        assert_eq!(to("/en/labs/paws?x=1&y=2"), site("/en/labs/paws?x=1&y=2"));
        assert_eq!(to("#%E4%B8%AD"), Destination::Anchor("中".into()));
        assert_eq!(to("HTTPS://a.example/"), Destination::External("HTTPS://a.example/".into()));
        assert_eq!(to("//a.example"), Destination::External("https://a.example".into()));
        for broken in ["c.md", "/c.md", "", "javascript:x", "\u{1}java\nscript:x", " data:x", "a:b.md"] {
            assert!(matches!(to(broken), Destination::Broken(_)), "{broken}");
        }
    }

    #[test]
    fn wiki_links_show_the_title() {
        assert_eq!(resolve_wiki("PAWS", &Site), (Destination::Site("/en/b".into()), "Page b".to_string()));
        assert_eq!(
            resolve_wiki("PAWS#What is it?", &Site),
            (Destination::Site("/en/b#what-is-it".into()), "Page b § What is it?".to_string())
        );
        assert_eq!(resolve_wiki("#Here", &Site).0, Destination::Anchor("here".into()));
        assert!(matches!(resolve_wiki("nothing", &Site).0, Destination::Broken(_)));
    }
}
