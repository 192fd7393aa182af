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

fn detail(word: &str) -> Detail {
    match word {
        "full" => Detail::Full,
        "folded" => Detail::Folded,
        _ => Detail::Figure,
    }
}

/// [`api::render`] as JSON; `word` is `figure`, `full` or `folded`.
#[wasm_bindgen]
pub fn render(lab: &str, query: &str, lang_code: &str, prefix: &str, word: &str) -> String {
    serde_json::to_string(&api::render(lab, query, lang(lang_code), prefix, detail(word))).unwrap_or_default()
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

/// [`api::render_measured`] as JSON.
#[cfg(feature = "cache-line")]
#[wasm_bindgen]
pub fn render_measured(
    lab: &str,
    query: &str,
    lang_code: &str,
    prefix: &str,
    word: &str,
    measured: &str,
) -> String {
    let rendered = api::render_measured(lab, query, lang(lang_code), prefix, detail(word), measured);
    serde_json::to_string(&rendered).unwrap_or_default()
}

/// [`crate::labs::cache_line::measure::Chain`].
#[cfg(feature = "cache-line")]
#[wasm_bindgen]
pub struct Chain(crate::labs::cache_line::measure::Chain);

#[cfg(feature = "cache-line")]
#[wasm_bindgen]
impl Chain {
    /// Through so many bytes.
    #[wasm_bindgen(constructor)]
    pub fn new(bytes: u32) -> Chain {
        Chain(crate::labs::cache_line::measure::Chain::new(bytes, 1))
    }

    /// Follows it for so many lines.
    pub fn walk(&mut self, lines: u32) -> u32 {
        self.0.walk(lines)
    }
}

/// [`api::is_long`].
#[cfg(feature = "long-runs")]
#[wasm_bindgen]
pub fn is_long(lab: &str, query: &str) -> bool {
    api::is_long(lab, query)
}

/// [`api::Run`]. Times are in microseconds of the run's own time.
#[cfg(feature = "long-runs")]
#[wasm_bindgen]
pub struct Run {
    run: api::Run,
    done: u64,
    total: u64,
}

#[cfg(feature = "long-runs")]
#[wasm_bindgen]
impl Run {
    /// Begins a run; undefined when a setting is wrong.
    pub fn start(lab: &str, query: &str, lang_code: &str) -> Option<Run> {
        Some(Run { run: api::Run::start(lab, query, lang(lang_code))?, done: 0, total: 0 })
    }

    /// Goes on for so many steps; true at the end.
    pub fn advance(&mut self, steps: u32) -> bool {
        let progress = self.run.advance(u64::from(steps));
        (self.done, self.total) = (progress.done_us, progress.total_us);
        progress.over
    }

    /// What has passed.
    #[wasm_bindgen(getter)]
    pub fn done(&self) -> f64 {
        self.done as f64
    }

    /// What will have passed at the end.
    #[wasm_bindgen(getter)]
    pub fn total(&self) -> f64 {
        self.total as f64
    }

    /// [`api::Run::render`] as JSON; the run is gone then.
    pub fn render(self, prefix: &str, word: &str) -> String {
        serde_json::to_string(&self.run.render(prefix, detail(word))).unwrap_or_default()
    }
}
