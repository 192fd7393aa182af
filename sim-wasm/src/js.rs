//! The boundary to JavaScript: strings in, strings out. The only file that knows wasm-bindgen.
#![allow(unsafe_code)] // wasm-bindgen's generated glue

use crate::api;
use crate::text::Lang;
use crate::view::Detail;
use wasm_bindgen::prelude::wasm_bindgen;

fn lang(code: &str) -> Lang {
    Lang::from_code(code).unwrap_or_default()
}

/// [`api::render`] as JSON; `full` asks for the list of packets too.
#[wasm_bindgen]
pub fn render(lab: &str, query: &str, lang_code: &str, prefix: &str, full: bool) -> String {
    let detail = if full { Detail::Full } else { Detail::Figure };
    serde_json::to_string(&api::render(lab, query, lang(lang_code), prefix, detail)).unwrap_or_default()
}

/// [`api::report_hash`] in hexadecimal; empty when a setting is wrong.
#[wasm_bindgen]
pub fn report_hash(lab: &str, query: &str, lang_code: &str) -> String {
    api::report_hash(lab, query, lang(lang_code)).map(|hash| format!("{hash:016x}")).unwrap_or_default()
}
