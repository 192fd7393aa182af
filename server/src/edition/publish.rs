//! Every address of the site with its final document, but for those whose answer depends on the request.

use crate::address;
use crate::content::page::Page;
use crate::content::path::PagePath;
use crate::content::site::{Site, Terms};
use crate::diagnostic::{Diagnostic, Severity};
use crate::document::Document;
use crate::i18n::{self, SITE_NAME};
use crate::pages::lists::Term;
use crate::pages::sitemap::{self, Entry};
use crate::pages::{Context, archives, article, broken, feed, folder, home, labs, lists, offline, terms};
use sim_wasm::lab;
use sim_wasm::text::Lang;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// An address with its document.
type Published = (String, Document);

/// All documents.
///
/// # Errors
/// When a template fails.
pub(super) fn all(cx: &Context<'_>) -> askama::Result<Vec<Published>> {
    let mut out = Vec::new();
    for lang in Lang::ALL {
        grouped(cx, lang, &mut out)?;
        content(cx, lang, &mut out)?;
        out.push((format!("/{}/labs", lang.code()), Document::html(labs::render(cx, lang)?)));
        out.push((offline::address(lang), Document::html(offline::render(cx, lang)?)));
        let manifest = Document::new("application/manifest+json", offline::manifest(cx, lang));
        out.push((offline::manifest_address(lang), manifest));
    }
    for page in &cx.site.broken {
        let document = Document::html(broken::render(cx, page)?).status(500);
        out.push((page.path.address(page.lang), document));
    }
    let sitemap = sitemap::render(cx, &listed(cx.site))?;
    out.push(("/sitemap.xml".to_string(), Document::new("application/xml", sitemap)));
    out.push(("/robots.txt".to_string(), Document::new("text/plain; charset=utf-8", sitemap::robots(cx))));
    if let Some(worker) = cx.assets.named("js/service-worker.js") {
        let worker = Document::new(worker.content_type, worker.body().clone());
        out.push((offline::WORKER.to_string(), worker));
    }
    // Last, since it names what was made before.
    let list = Document::json(offline::list(cx, &out));
    out.push((offline::LIST.to_string(), list));
    Ok(out)
}

/// Home, pages with their sources, folders.
fn content(cx: &Context<'_>, lang: Lang, out: &mut Vec<Published>) -> askama::Result<()> {
    for page in cx.site.pages().filter(|page| page.lang == lang) {
        out.extend(article(cx, page)?);
    }
    let folders = cx.site.folders(lang);
    let elsewhere = cx.site.folders(lang.other());
    for (path, pages) in &folders {
        // A page `tcp.en.md` beside a folder `tcp/` is that folder's page as well, and comes first.
        let taken = cx.site.page(path, lang).is_some_and(|page| !page.is_index);
        if !taken {
            let below: Vec<&PagePath> =
                folders.keys().filter(|folder| folder.parent().as_ref() == Some(path)).collect();
            out.push(folder_page(cx, path, lang, pages, &below, elsewhere.contains_key(path))?);
        }
    }
    Ok(())
}

/// What changes at once when a page changes: its document and its source.
///
/// # Errors
/// When a template fails.
pub(super) fn page(cx: &Context<'_>, page: &Page) -> askama::Result<Vec<Published>> {
    let mut out = article(cx, page)?;
    if page.is_index {
        let folders = cx.site.folders(page.lang);
        let below: Vec<&PagePath> =
            folders.keys().filter(|folder| folder.parent().as_ref() == Some(&page.path)).collect();
        let inside = folders.get(&page.path).map(Vec::as_slice).unwrap_or_default();
        let elsewhere = cx.site.folders(page.lang.other()).contains_key(&page.path);
        out.push(folder_page(cx, &page.path, page.lang, inside, &below, elsewhere)?);
    }
    Ok(out)
}

/// A page, unless it is shown as its folder's, and its source.
fn article(cx: &Context<'_>, page: &Page) -> askama::Result<Vec<Published>> {
    let mut out = Vec::new();
    if let Some(body) = cx.body(page).filter(|_| !page.is_index) {
        let document = Document::html(article::render(cx, page, body)?).with_source();
        out.push((page.address(), document));
    }
    let source = Document::new("text/markdown; charset=utf-8", page.source.clone());
    out.push((page.source_address(), source));
    Ok(out)
}

/// The page of a folder, or home.
fn folder_page(
    cx: &Context<'_>,
    path: &PagePath,
    lang: Lang,
    pages: &[&Page],
    below: &[&PagePath],
    elsewhere: bool,
) -> askama::Result<Published> {
    let document = match path.as_str() {
        "" => home::render(cx, lang)?,
        _ => folder::render(cx, path, lang, pages, below, elsewhere)?,
    };
    let document = Document::html(document);
    let has_source = cx.site.page(path, lang).is_some_and(|page| page.is_index);
    Ok((path.address(lang), if has_source { document.with_source() } else { document }))
}

/// Categories, tags, archives, and the feeds.
fn grouped(cx: &Context<'_>, lang: Lang, out: &mut Vec<Published>) -> askama::Result<()> {
    let atom = |body: String| Document::new("application/atom+xml; charset=utf-8", body);
    for term in [Term::Categories, Term::Tags, Term::Archives] {
        let groups = group(cx.site, term, lang);
        let elsewhere = group(cx.site, term, lang.other());
        let index = match term {
            Term::Archives => archives::render(cx, lang, &groups)?,
            _ => terms::render(cx, term, lang, &groups)?,
        };
        out.push((term.index_address(lang), Document::html(index)));
        for (name, pages) in &groups {
            let address = term.address(lang, name);
            let list = lists::render(cx, term, lang, name, pages, elsewhere.contains_key(name))?;
            if term != Term::Archives {
                let title = format!("{SITE_NAME} · {name}");
                let feed = feed::render(cx, lang, title, &address, pages)?;
                out.push((format!("{address}/atom.xml"), atom(feed)));
            }
            out.push((address, Document::html(list)));
        }
    }
    let home = PagePath::default().address(lang);
    let title = format!("{SITE_NAME} · {}", i18n::strings(lang).latest);
    let feed = feed::render(cx, lang, title, &home, &cx.site.articles(lang))?;
    out.push((format!("{home}atom.xml"), atom(feed)));
    Ok(())
}

fn group(site: &Site, term: Term, lang: Lang) -> Terms<'_> {
    match term {
        Term::Categories => site.categories(lang),
        Term::Tags => site.tags(lang),
        Term::Archives => site.years(lang),
    }
}

/// What search engines are told of.
fn listed(site: &Site) -> Vec<Entry> {
    let both = |at: &dyn Fn(Lang) -> String| Entry {
        versions: Lang::ALL.map(|lang| (lang, at(lang))).into(),
        changed: None,
    };
    let mut entries = vec![both(&|lang| PagePath::default().address(lang))];
    entries.push(both(&|lang| format!("/{}/labs", lang.code())));
    entries.extend(lab::all().iter().map(|lab| both(&|lang| labs::address(lang, lab))));
    let mut pages: BTreeMap<&PagePath, Entry> = BTreeMap::new();
    for page in site.pages().filter(|page| !page.path.as_str().is_empty()) {
        let entry = pages.entry(&page.path).or_insert_with(|| Entry { versions: Vec::new(), changed: None });
        entry.versions.push((page.lang, page.address()));
        entry.changed = entry.changed.max(page.changed());
    }
    entries.extend(pages.into_values());
    entries
}

/// Old addresses; one that is taken by something else is an error.
pub(super) fn aliases(
    site: &Site,
    documents: &BTreeMap<String, Arc<Document>>,
    diagnostics: &mut Vec<Diagnostic>,
) -> HashMap<String, String> {
    let mut aliases: HashMap<String, String> = HashMap::new();
    for page in site.pages() {
        for alias in &page.front.aliases {
            let mut error = |message: String| {
                diagnostics.push(Diagnostic {
                    severity: Severity::Error,
                    file: page.file.clone(),
                    line: line_of(&page.source, alias),
                    message,
                });
            };
            let Some(from) = address::canonical(alias) else {
                error(format!("the alias `{alias}` cannot be an address"));
                continue;
            };
            if documents.contains_key(&from) {
                error(format!("the alias `{alias}` is the address of another page; remove it"));
            } else if let Some(to) = aliases.get(&from).filter(|to| **to != page.address()) {
                error(format!("the alias `{alias}` leads to {to} already; remove one of the two"));
            } else {
                aliases.insert(from, page.address());
            }
        }
    }
    aliases
}

/// The line on which `text` first stands, from 1; 0 when it stands nowhere as it is.
pub(super) fn line_of(source: &str, text: &str) -> usize {
    match source.find(text) {
        Some(at) if !text.is_empty() => 1 + source[..at].matches('\n').count(),
        _ => 0,
    }
}
