//! The boundary to JavaScript: strings in, strings out. The only file that knows wasm-bindgen.
#![allow(unsafe_code)] // wasm-bindgen's generated glue
#![allow(unreachable_pub)] // what is exported has to be public, though nothing in Rust reaches it

use crate::api;
use crate::text::Lang;
use crate::view::Detail;
use wasm_bindgen::prelude::wasm_bindgen;

fn lang(code: &str) -> Lang {
    Lang::from_code(code).unwrap_or_default()
}

/// [`api::render`] as JSON; `detail` is `figure`, `full` or `folded`.
#[wasm_bindgen]
pub fn render(lab: &str, query: &str, lang_code: &str, prefix: &str, detail: &str) -> String {
    let detail = match detail {
        "full" => Detail::Full,
        "folded" => Detail::Folded,
        _ => Detail::Figure,
    };
    serde_json::to_string(&api::render(lab, query, lang(lang_code), prefix, detail)).unwrap_or_default()
}

/// [`api::compare`] as JSON; `null` when a setting is wrong.
#[wasm_bindgen]
pub fn compare(lab: &str, first: &str, second: &str, lang_code: &str) -> String {
    serde_json::to_string(&api::compare(lab, first, second, lang(lang_code))).unwrap_or_default()
}

/// [`api::report_hash`] in hexadecimal; empty when a setting is wrong.
#[wasm_bindgen]
pub fn report_hash(lab: &str, query: &str, lang_code: &str) -> String {
    api::report_hash(lab, query, lang(lang_code)).map(|hash| format!("{hash:016x}")).unwrap_or_default()
}
