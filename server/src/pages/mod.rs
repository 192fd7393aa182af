//! The pages: one module and one template each, from the site's data to final HTML.
//!
//! Everything here is a function of a [`Context`]: nothing reads files, waits, or knows the request.

pub mod archives;
pub mod article;
pub mod broken;
pub mod door;
pub mod error;
pub mod feed;
pub mod folder;
pub mod home;
pub mod lab;
pub mod labs;
pub mod layout;
pub mod lists;
pub mod missing;
pub mod moved;
pub mod offline;
pub mod search;
pub mod sitemap;
pub mod terms;
pub mod wiki;

use crate::address;
use crate::assets::Assets;
use crate::content::page::Page;
use crate::content::path::PagePath;
use crate::content::site::Site;
use crate::markdown::Rendered;
use sim_wasm::text::Lang;
use std::collections::HashMap;
use std::sync::Arc;

/// The HTML of every page's body.
pub type Bodies = HashMap<(PagePath, Lang), Arc<Rendered>>;

/// What pages are made from.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// All pages.
    pub site: &'a Site,
    /// Their bodies.
    pub bodies: &'a Bodies,
    /// The files of the design.
    pub assets: &'a Assets,
    /// Where the site is reached: `https://casebook.example`, without a slash at the end.
    pub public_url: &'a str,
    /// Pages can be edited: they lead to their history and to their editor.
    pub wiki: bool,
    /// The pages are to be files that no program of ours serves.
    pub exported: bool,
}

impl Context<'_> {
    /// An address with scheme and host.
    pub fn absolute(&self, address: &str) -> String {
        match self.exported {
            true => format!("{}{}", self.public_url, address::plain(address)),
            false => format!("{}{address}", self.public_url),
        }
    }

    /// A page's address with scheme and host. A page that is a file is reached as the folder it lies in.
    pub fn absolute_page(&self, address: &str) -> String {
        let slash = if self.exported && !address.ends_with('/') { "/" } else { "" };
        self.absolute(address) + slash
    }

    /// What a page is about, in a sentence or two: what its head says, else how its text begins.
    pub fn summary(&self, page: &Page) -> String {
        const LONGEST: usize = 160;
        if let Some(summary) = &page.front.summary {
            return summary.clone();
        }
        let plain = self.body(page).map(|body| body.plain.trim()).unwrap_or_default();
        match plain.char_indices().nth(LONGEST) {
            None => plain.split_whitespace().collect::<Vec<_>>().join(" "),
            Some((end, _)) => {
                let cut = &plain[..end];
                // A word that was cut in two goes; Chinese has no spaces to cut at.
                let whole = match cut.rsplit_once(char::is_whitespace) {
                    Some((whole, rest)) if rest.is_ascii() => whole,
                    _ => cut,
                };
                format!("{}…", whole.split_whitespace().collect::<Vec<_>>().join(" "))
            }
        }
    }

    /// The rendered body of a page.
    pub fn body(&self, page: &Page) -> Option<&Rendered> {
        self.bodies.get(&(page.path.clone(), page.lang)).map(Arc::as_ref)
    }
}

/// A link with its text.
#[derive(Clone, Debug)]
pub struct Link {
    /// Address.
    pub href: String,
    /// Text.
    pub text: String,
}

impl Link {
    /// A link.
    pub fn new(href: impl Into<String>, text: impl Into<String>) -> Link {
        Link { href: href.into(), text: text.into() }
    }

    /// A link to a page.
    pub fn to(page: &Page) -> Link {
        Link::new(page.address(), page.title.clone())
    }
}
