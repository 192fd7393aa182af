//! Everything the server answers with at one moment. A change of the content folder makes a new edition, which
//! replaces the old one as a whole: readers never see half of a change and never wait for one.
//!
//! - [`bodies`]: the HTML of the pages' text, made again only for pages that need it
//! - [`parsed`]: the content folder, read once for all who see a part of it
//! - [`publish`]: every address with its final document
//! - [`upkeep`]: what wants somebody's hand
//! - [`uses`]: which pages use which files
//! - [`preview`]: a text as it would look
//! - [`patch`]: pages that were saved, in an edition that is otherwise as it was
//! - [`check`]: what can only be seen once everything is there: links, anchors, translations

mod bodies;
mod check;
mod parsed;
mod patch;
pub mod preview;
mod publish;
pub mod upkeep;
mod uses;

pub use parsed::{Parsed, one as page_of};

use crate::assets::Assets;
use crate::content::site::Site;
use crate::diagnostic::Diagnostic;
use crate::document::Document;
use crate::pages::{Bodies, Context, labs};
use sim_wasm::lab;
use sim_wasm::text::Lang;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// The site at one moment.
#[derive(Debug)]
pub struct Edition {
    /// The pages.
    pub site: Arc<Site>,
    /// Their bodies.
    pub bodies: Arc<Bodies>,
    /// The files of the design.
    pub assets: Arc<Assets>,
    /// What is wrong with the content, by file and line.
    pub diagnostics: Vec<Diagnostic>,
    frame: Frame,
    whole: bool,
    documents: Arc<BTreeMap<String, Arc<Document>>>,
    /// Documents that replace those, or that are gone, since pages were saved: all else follows.
    patched: HashMap<String, Option<Arc<Document>>>,
    /// Old addresses and where they lead.
    aliases: Arc<HashMap<String, String>>,
    /// Addresses in lower case, for readers who typed one.
    folded: Arc<HashMap<String, String>>,
    rendered: Arc<bodies::Cache>,
}

/// What is the same on all pages of all editions.
#[derive(Clone, Debug)]
pub struct Frame {
    /// Where the site is reached, without a slash at the end.
    pub public_url: Arc<str>,
    /// Pages can be edited: they lead to their history and to their editor.
    pub wiki: bool,
    /// The pages are to be files that no program of ours serves.
    pub exported: bool,
}

impl Edition {
    /// Makes an edition of what `shows` lets through; what `previous` has made and still holds is taken over.
    ///
    /// # Errors
    /// When a template fails, which is a mistake in the program.
    pub fn new(
        parsed: &Parsed,
        shows: &dyn Fn(&str) -> bool,
        assets: Arc<Assets>,
        frame: Frame,
        previous: Option<&Edition>,
    ) -> askama::Result<Edition> {
        let site = parsed.site(shows);
        let (bodies, rendered) = bodies::render(&site, previous.map(|edition| edition.rendered.as_ref()));
        let mut diagnostics: Vec<Diagnostic> = parsed.diagnostics(shows).cloned().collect();
        diagnostics.extend(bodies.values().flat_map(|body| body.diagnostics.iter().cloned()));

        let cx = Context {
            site: &site,
            bodies: &bodies,
            assets: &assets,
            public_url: &frame.public_url,
            wiki: frame.wiki,
            exported: frame.exported,
        };
        let mut documents = BTreeMap::new();
        for (address, document) in publish::all(&cx)? {
            let kept = previous.and_then(|edition| edition.document(&address));
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
            site: Arc::new(site),
            bodies: Arc::new(bodies),
            assets,
            diagnostics,
            frame,
            whole: false,
            documents: Arc::new(documents),
            patched: HashMap::new(),
            aliases: Arc::new(aliases),
            folded: Arc::new(folded),
            rendered: Arc::new(rendered),
        })
    }

    /// The same for readers who may see everything that there is and will be: nothing has to be hidden from them.
    pub fn whole(self, whole: bool) -> Edition {
        Edition { whole, ..self }
    }

    /// Is it for readers who may see everything?
    pub fn is_whole(&self) -> bool {
        self.whole
    }

    /// What pages that are made on request are made from.
    pub fn context(&self) -> Context<'_> {
        Context {
            site: &self.site,
            bodies: &self.bodies,
            assets: &self.assets,
            public_url: &self.frame.public_url,
            wiki: self.frame.wiki,
            exported: self.frame.exported,
        }
    }

    /// The document at an address in its canonical spelling.
    pub fn document(&self, address: &str) -> Option<&Arc<Document>> {
        match self.patched.get(address) {
            Some(patched) => patched.as_ref(),
            None => self.documents.get(address),
        }
    }

    /// Every address with its document.
    pub fn documents(&self) -> impl Iterator<Item = (&str, &Arc<Document>)> {
        let added = self.patched.keys().filter(|address| !self.documents.contains_key(*address));
        let addresses = self.documents.keys().chain(added);
        addresses.filter_map(|address| Some((address.as_str(), self.document(address)?)))
    }

    /// Every old address and where it leads.
    pub fn aliases(&self) -> impl Iterator<Item = (&str, &str)> {
        self.aliases.iter().map(|(from, to)| (from.as_str(), to.as_str()))
    }

    /// Where an address that has no document leads: from an old address, another case, or a file name.
    pub fn moved(&self, address: &str) -> Option<&str> {
        if let Some(to) = self.alias(address) {
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

    /// Where an old address leads. Generators write `/x/` as the file `/x/index.html`, and servers answer `/x` with `/x.html`.
    fn alias(&self, address: &str) -> Option<&str> {
        let stem =
            address.strip_suffix("/index.html").or_else(|| address.strip_suffix(".html")).unwrap_or(address);
        let spellings = [address, stem, &format!("{stem}.html"), &format!("{stem}/index.html")];
        spellings.into_iter().find_map(|spelling| self.aliases.get(spelling)).map(String::as_str)
    }

    /// Where a canonical address leads in the end: to itself when a document is there.
    pub fn settled<'a>(&'a self, address: &'a str) -> &'a str {
        match self.document(address) {
            Some(_) => address,
            None => self.moved(address).unwrap_or(address),
        }
    }
}

fn fold(address: &str) -> String {
    let text = crate::address::decode(address).unwrap_or_else(|| address.to_string());
    text.to_lowercase()
}
