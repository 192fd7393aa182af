//! Links of pages in an archive: an address of this site whose page or file is in the archive, too, becomes the way to that
//! file, and not another byte changes.

use crate::address;
use crate::content::links::SiteLinks;
use crate::content::page::Page;
use crate::edition::Edition;
use crate::markdown::{self, Links, Piece};
use crate::wiki::relink::{Form, body, destinations, encoded, relative, split, unescaped};
use pulldown_cmark::{Event, Parser, Tag};
use std::collections::{BTreeMap, HashMap};
use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

/// What is in an archive, for links.
pub(super) struct Inside<'a> {
    edition: &'a Edition,
    public_url: &'a str,
    /// The pages' files by the addresses of the pages and of their sources.
    pages: HashMap<String, &'a str>,
    attachments: &'a BTreeMap<String, PathBuf>,
}

impl<'a> Inside<'a> {
    /// An archive of these.
    pub(super) fn new(
        edition: &'a Edition,
        pages: &'a BTreeMap<String, Arc<Page>>,
        attachments: &'a BTreeMap<String, PathBuf>,
    ) -> Inside<'a> {
        let addresses = |page: &Arc<Page>| [page.address(), page.source_address()];
        let pages = pages
            .iter()
            .flat_map(|(file, page)| addresses(page).map(|address| (address, file.as_str())))
            .collect();
        Inside { edition, public_url: edition.context().public_url, pages, attachments }
    }

    /// The text of a page as it is in the archive.
    pub(super) fn relink(&self, page: &Page) -> String {
        let text = page.source.as_str();
        let mut places = destinations(&page.file, text);
        places.extend(in_html(page, text).into_iter().map(|place| (place, Form::Bare)));
        places.sort_by_key(|(place, _)| place.start);
        let mut out = String::with_capacity(text.len());
        let mut copied = 0;
        for (place, form) in places {
            let (written, rest) = split(&text[place.clone()], form);
            // A query asks the site for something that no file has.
            if form == Form::Wiki || rest.starts_with('?') || place.start < copied {
                continue;
            }
            let said = unescaped(written, form);
            if let Some(file) = self.file(page, &said) {
                out.push_str(&text[copied..place.start]);
                out.push_str(&encoded(&way(page, file), form, said.contains('%')));
                copied = place.start + written.len();
            }
        }
        out.push_str(&text[copied..]);
        out
    }

    /// The file of the archive that an address of this site means, as the site reads it.
    fn file(&self, page: &Page, written: &str) -> Option<&str> {
        let path = written.strip_prefix(self.public_url).unwrap_or(written);
        if !path.starts_with('/') || path.starts_with("//") {
            return None;
        }
        let links = SiteLinks { site: &self.edition.site, page };
        let attachment = || {
            let (file, _) = self.attachments.get_key_value(&links.file(path)?)?;
            Some(file.as_str())
        };
        let known = || self.pages.get(&links.page(path)?.href).copied();
        // Old addresses, and those in another spelling, lead to a page, too.
        let moved = || self.pages.get(self.edition.settled(&address::canonical(path)?)).copied();
        attachment().or_else(known).or_else(moved)
    }
}

/// The way from a page to a file.
fn way(page: &Page, file: &str) -> String {
    let way = relative(page.folder(), file);
    // `a:b.md` alone would be an address with the scheme `a`.
    if way.split('/').next().is_some_and(|first| first.contains(':')) { format!("./{way}") } else { way }
}

/// Where the addresses of links and pictures stand that are written in HTML.
fn in_html(page: &Page, text: &str) -> Vec<Range<usize>> {
    let Some(body) = body(&page.file, text) else { return Vec::new() };
    let before = text.len() - body.len();
    let mut found = Vec::new();
    for (event, range) in Parser::new_ext(body, markdown::options()).into_offset_iter() {
        if !matches!(event, Event::InlineHtml(_) | Event::Start(Tag::HtmlBlock)) {
            continue;
        }
        for (at, piece) in markdown::pieces(&body[range.clone()]) {
            if let Piece::Tag(tag) = piece {
                let start = before + range.start + at;
                found.extend(address_in(tag).map(|place| start + place.start..start + place.end));
            }
        }
    }
    found
}

/// Where the address stands in a tag that has one. One with character references is left alone.
fn address_in(tag: &str) -> Option<Range<usize>> {
    let wanted = match markdown::tag_name(tag)?.as_str() {
        _ if tag.starts_with("</") => return None,
        "a" => "href",
        "img" => "src",
        _ => return None,
    };
    let mut at = tag.find(char::is_whitespace)?;
    while let Some(equals) = tag[at..].find('=').map(|found| at + found) {
        let name = tag[at..equals].split_whitespace().last().unwrap_or_default();
        let start = equals + 1 + tag[equals + 1..].len() - tag[equals + 1..].trim_start().len();
        let quote = tag[start..].chars().next().filter(|c| matches!(c, '"' | '\''));
        let (start, end) = match quote {
            Some(quote) => (start + 1, tag[start + 1..].find(quote)? + start + 1),
            None => (start, tag[start..].find([' ', '\t', '\n', '\r', '>'])? + start),
        };
        if name.eq_ignore_ascii_case(wanted) {
            return (!tag[start..end].contains(['&', '\\'])).then_some(start..end);
        }
        at = end + quote.map_or(0, char::len_utf8);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::address_in;

    #[test]
    fn addresses_in_tags() {
        for (tag, wanted) in [
            ("<a href=\"/en/a\">", Some("/en/a")),
            ("<A title='href=x' HREF = '/en/a' >", Some("/en/a")),
            ("<img alt=a src=/en/a.png>", Some("/en/a.png")),
            ("<img\nsrc=\"/en/a.png\"/>", Some("/en/a.png")),
            ("<a href=\"/en/a&amp;b\">", None),
            ("<a name=x>", None),
            ("<a>", None),
            ("<a href=\"x>", None),
            ("</a href=\"x\">", None),
            ("<area href=\"/en/a\">", None),
        ] {
            assert_eq!(address_in(tag).map(|place| &tag[place]), wanted, "{tag}");
        }
    }
}
