//! What is wrong with a site as a whole: links to nowhere, anchors and pictures that are not there, missing translations.

use super::publish::line_of;
use crate::address;
use crate::content::page::Page;
use crate::diagnostic::{Diagnostic, Severity};
use crate::document::Document;
use crate::pages::Context;
use sim_wasm::lab;
use sim_wasm::text::Lang;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// Every finding, in no order.
pub(super) fn all(
    cx: &Context<'_>,
    documents: &BTreeMap<String, Arc<Document>>,
    aliases: &HashMap<String, String>,
) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for page in cx.site.pages() {
        if cx.site.translation(page).is_none() {
            found.push(untranslated(page));
        }
        let Some(body) = cx.body(page) else { continue };
        for (what, address) in addresses(&body.html) {
            if let Some(message) = broken(cx, documents, aliases, page, what, &address) {
                let line = line_of_link(page, &address);
                found.push(Diagnostic { severity: Severity::Error, file: page.file.clone(), line, message });
            }
        }
    }
    found
}

fn untranslated(page: &Page) -> Diagnostic {
    let name = page.lang.other().pick("English", "Chinese");
    Diagnostic {
        severity: Severity::Warning,
        file: page.file.clone(),
        line: 0,
        message: format!("has no {name} version: {}", file_in(page, page.lang.other())),
    }
}

fn file_in(page: &Page, lang: Lang) -> String {
    let stem = page.file.strip_suffix(".md").unwrap_or(&page.file);
    let stem = stem.strip_suffix(&format!(".{}", page.lang.code())).unwrap_or(stem);
    format!("{stem}.{}.md", lang.code())
}

/// What is wrong with an address of the site in itself; the renderer has looked at those relative to the file.
fn broken(
    cx: &Context<'_>,
    documents: &BTreeMap<String, Arc<Document>>,
    aliases: &HashMap<String, String>,
    page: &Page,
    what: &str,
    href: &str,
) -> Option<String> {
    let (target, anchor) = href.split_once('#').unwrap_or((href, ""));
    let path = target.split('?').next().unwrap_or_default();
    if path.is_empty() || !path.starts_with('/') || path.starts_with("//") {
        return None;
    }
    let Some(path) = address::canonical(path) else {
        return Some(format!("the {what} `{href}` cannot be an address"));
    };
    if let Some(document) = documents.get(&path) {
        let same_page = path == page.address();
        let is_html = document.content_type.starts_with("text/html");
        if anchor.is_empty() || same_page || !is_html || has_anchor(document, anchor) {
            return None;
        }
        return Some(format!("the page {path} has no heading `#{anchor}`"));
    }
    let known = path == "/"
        || ["/api/", "/static/"].iter().any(|prefix| path.starts_with(prefix))
        || aliases.contains_key(&path)
        || is_lab(&path)
        || is_attachment(cx, &path);
    (!known).then(|| match what {
        LINK => format!("the link `{href}` leads nowhere"),
        _ => format!("the {what} `{href}` is not there"),
    })
}

fn has_anchor(document: &Document, anchor: &str) -> bool {
    let anchor = address::decode(anchor).unwrap_or_default();
    let id = sim_wasm::view::html::escape(&anchor);
    let html = String::from_utf8_lossy(document.body());
    html.contains(&format!("id=\"{id}\""))
}

fn is_lab(path: &str) -> bool {
    Lang::ALL.iter().any(|lang| {
        let id = path.strip_prefix(&format!("/{}/labs/", lang.code()));
        id.is_some_and(|id| lab::find(id).is_some())
    })
}

fn is_attachment(cx: &Context<'_>, path: &str) -> bool {
    Lang::ALL.iter().any(|lang| {
        let file = path.strip_prefix(&format!("/{}/", lang.code())).and_then(address::decode);
        file.is_some_and(|file| cx.site.attachments.contains_key(&file))
    })
}

const LINK: &str = "link";
const PICTURE: &str = "picture";

/// The addresses in a page's body, each with what it is. The HTML is our renderer's own, which quotes every attribute.
fn addresses(html: &str) -> impl Iterator<Item = (&'static str, String)> {
    [(LINK, " href=\""), (PICTURE, " src=\"")].into_iter().flat_map(move |(what, attribute)| {
        let values = html.split(attribute).skip(1).filter_map(|rest| rest.split('"').next());
        values.map(move |value| (what, value.replace("&amp;", "&")))
    })
}

/// The renderer may have spelt the address in another way than the author; the anchor or the last name is most
/// likely as it was written.
fn line_of_link(page: &Page, href: &str) -> usize {
    let (path, anchor) = href.split_at(href.find('#').unwrap_or(href.len()));
    let name = path.rsplit('/').next().unwrap_or_default();
    let written = [href, anchor, path, name];
    written.into_iter().map(|text| line_of(&page.source, text)).find(|line| *line > 0).unwrap_or(0)
}
