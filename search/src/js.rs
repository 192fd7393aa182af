//! The boundary to JavaScript: strings in, strings out. The only file that knows wasm-bindgen.
#![allow(unsafe_code)] // wasm-bindgen's generated glue
#![allow(unreachable_pub)] // what is exported has to be public, though nothing in Rust reaches it

use crate::{Asked, Index, Page, Query};
use wasm_bindgen::prelude::wasm_bindgen;

/// An index in the page.
#[wasm_bindgen]
pub struct Finder(Index);

#[wasm_bindgen]
impl Finder {
    /// An index of pages given as JSON; empty when that cannot be read.
    #[wasm_bindgen(constructor)]
    pub fn new(pages: &str) -> Finder {
        let pages: Vec<Page> = serde_json::from_str(pages).unwrap_or_default();
        Finder(Index::new(pages))
    }

    /// What is found, as JSON; `unfinished` while the query is still written.
    pub fn find(&self, query: &str, lang: &str, unfinished: bool, skip: usize, limit: usize) -> String {
        let query = Query::parse(query);
        let query = if unfinished { query.unfinished() } else { query };
        let lang = Some(lang).filter(|lang| !lang.is_empty());
        let found = self.0.find(&query, Asked { lang, visible: None, skip, limit });
        serde_json::to_string(&found).unwrap_or_default()
    }
}
