//! Everything the server answers with at one moment. A change of the content folder makes a new edition, which
//! replaces the old one as a whole: readers never see half of a change and never wait for one.
//!
//! - [`bodies`]: the HTML of the pages' text, made again only for pages that need it
//! - [`publish`]: every address with its final document
//! - [`check`]: what can only be seen once everything is there: links, anchors, translations

mod bodies;
mod check;
mod publish;

use crate::assets::Assets;
use crate::content::page::Page;
use crate::content::path::RESERVED;
use crate::content::site::{Broken, Site};
use crate::diagnostic::{Diagnostic, Severity};
use crate::document::Document;
use crate::folder::{Snapshot, SourceFile};
use crate::pages::{Bodies, Context, labs};
use sim_wasm::lab;
use sim_wasm::text::Lang;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// The site at one moment.
#[derive(Debug)]
pub struct Edition {
    /// The pages.
    pub site: Site,
    /// Their bodies.
    pub bodies: Bodies,
    /// The files of the design.
    pub assets: Arc<Assets>,
    /// What is wrong with the content, by file and line.
    pub diagnostics: Vec<Diagnostic>,
    public_url: Arc<str>,
    documents: BTreeMap<String, Arc<Document>>,
    /// Old addresses and where they lead.
    aliases: HashMap<String, String>,
    /// Addresses in lower case, for readers who typed one.
    folded: HashMap<String, String>,
    rendered: bodies::Cache,
}

impl Edition {
    /// Makes an edition; what `previous` has made and still holds is taken over.
    ///
    /// # Errors
    /// When a template fails, which is a mistake in the program.
    pub fn new(
        snapshot: Snapshot,
        assets: Arc<Assets>,
        public_url: &str,
        previous: Option<&Edition>,
    ) -> askama::Result<Edition> {
        let mut diagnostics = snapshot.diagnostics;
        let (pages, broken) = read_pages(snapshot.pages, &mut diagnostics);
        let site = Site::new(pages, snapshot.attachments, broken);
        let (bodies, rendered) = bodies::render(&site, previous.map(|edition| &edition.rendered));
        diagnostics.extend(bodies.values().flat_map(|body| body.diagnostics.iter().cloned()));

        let cx = Context { site: &site, bodies: &bodies, assets: &assets, public_url };
        let mut documents = BTreeMap::new();
        for (address, document) in publish::all(&cx)? {
            let kept = previous.and_then(|edition| edition.documents.get(&address));
            documents.insert(address, document.or_kept(kept));
        }
        let aliases = publish::aliases(&site, &documents, &mut diagnostics);
        diagnostics.extend(check::all(&cx, &documents, &aliases));
        diagnostics.sort_by(|a, b| (&a.file, a.line, &a.message).cmp(&(&b.file, b.line, &b.message)));
        diagnostics.dedup();

        let labs =
            Lang::ALL.into_iter().flat_map(|lang| lab::all().iter().map(move |it| labs::address(lang, it)));
        let folded = documents.keys().cloned().chain(labs).map(|address| (fold(&address), address)).collect();
        Ok(Edition {
            site,
            bodies,
            assets,
            diagnostics,
            public_url: public_url.into(),
            documents,
            aliases,
            folded,
            rendered,
        })
    }

    /// What pages that are made on request are made from.
    pub fn context(&self) -> Context<'_> {
        Context { site: &self.site, bodies: &self.bodies, assets: &self.assets, public_url: &self.public_url }
    }

    /// The document at an address in its canonical spelling.
    pub fn document(&self, address: &str) -> Option<&Arc<Document>> {
        self.documents.get(address)
    }

    /// Where an address that has no document leads: from an old address, another case, or a file name.
    pub fn moved(&self, address: &str) -> Option<&str> {
        if let Some(to) = self.aliases.get(address) {
            return Some(to);
        }
        let wanted = fold(address);
        let page = wanted.strip_suffix(".html").unwrap_or(&wanted);
        let page = page.strip_suffix("/index").unwrap_or(page);
        // The source of a folder's page has the folder's name.
        let source = wanted.strip_suffix("/index.md").map(|folder| format!("{folder}.md"));
        [Some(page.to_string()), Some(format!("{page}/")), source]
            .into_iter()
            .flatten()
            .find_map(|guess| self.folded.get(&guess))
            .map(String::as_str)
            .filter(|found| *found != address)
    }

    /// Where a canonical address leads in the end: to itself when a document is there.
    pub fn settled<'a>(&'a self, address: &'a str) -> &'a str {
        match self.documents.contains_key(address) {
            true => address,
            false => self.moved(address).unwrap_or(address),
        }
    }
}

fn fold(address: &str) -> String {
    let text = crate::address::decode(address).unwrap_or_else(|| address.to_string());
    text.to_lowercase()
}

/// Reads the heads of all pages; drafts are left out.
fn read_pages(files: Vec<SourceFile>, diagnostics: &mut Vec<Diagnostic>) -> (Vec<Arc<Page>>, Vec<Broken>) {
    let mut seen: HashMap<_, String> = HashMap::new();
    let (mut pages, mut broken) = (Vec::new(), Vec::new());
    for SourceFile { file, path, lang, is_index, text } in files {
        let mut error = |message: String| {
            diagnostics.push(Diagnostic { severity: Severity::Error, file: file.clone(), line: 0, message });
        };
        if let Some(name) = path.reserved() {
            error(format!(
                "`{name}` is an address of the site itself, so the page cannot be shown; rename it (reserved: {})",
                RESERVED.join(", ")
            ));
            continue;
        }
        if let Some(other) = seen.get(&(path.clone(), lang)) {
            error(format!("has the same address as {other}, which is shown instead; rename one of them"));
            continue;
        }
        seen.insert((path.clone(), lang), file.clone());
        let read = text.and_then(|text| Page::read(path.clone(), lang, is_index, &file, text));
        match read {
            Ok((page, warnings)) => {
                diagnostics.extend(warnings);
                if !page.front.draft {
                    pages.push(Arc::new(page));
                }
            }
            Err(diagnostic) => {
                diagnostics.push(diagnostic.clone());
                broken.push(Broken { path, lang, diagnostic });
            }
        }
    }
    (pages, broken)
}
